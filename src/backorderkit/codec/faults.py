"""Where the fault is: from a refused value down to the part that was refused.

Reading and writing stop at the first misfit and say nothing of the place. Only then
the parts are tried one by one, and those of the part that fails, and so on down: the
cost is that of reading the document once more for each of the few levels of its kind.
"""

from collections.abc import Callable, Mapping
from typing import Any

from backorderkit.codec.forms import Form, Misfit, below
from backorderkit.errors import DecodeError, InvalidValue

FAULTS = (Misfit, InvalidValue)
"""All that reading and writing can raise: a form, or the constructor of a value."""


def reading_fault(
    form: Form, plain: object, path: str, error: Misfit | InvalidValue
) -> DecodeError:
    """Return the error to raise for plain data that a form did not read."""
    return DecodeError(*_fault(form, plain, path, error, lambda one: one.read))


def writing_fault(
    form: Form, value: object, path: str, error: Misfit | InvalidValue
) -> InvalidValue:
    """Return the error to raise for a value that a form did not write."""
    return InvalidValue(*_fault(form, value, path, error, lambda one: one.write))


def _fault(
    form: Form,
    value: object,
    path: str,
    error: Misfit | InvalidValue,
    way: Callable[[Form], Callable[[Any], Any]],
) -> tuple[str, object, str]:
    """Return place, value and remedy of the innermost fault."""
    for member, part, inner in form.parts(value):
        try:
            way(inner)(part)
        except FAULTS as narrower:
            return _fault(inner, part, below(path, member), narrower, way)
    if isinstance(error, Misfit):
        return below(path, error.at), error.value, error.remedy
    is_member = isinstance(value, Mapping) and error.what in value
    where = below(path, error.what) if is_member else f"{path}, {error.what}"
    return where, error.value, error.remedy
