"""The composed values, derived from the annotations of the attrs classes.

A class is an object of its fields. A field that equals its default is left out, and one
that is left out has its default: a later release may add such fields, and neither text
nor reader of today is lost. No other field may be missing, and none may be added.

    tuple[X, ...]       a list
    Mapping[str, X]     an object
    X | None            null or X
    Event               an object with its tag in `type`

cattrs writes the two functions of each class; which form a field has is decided here,
by the exact annotation, so that no conversion of a general kind can slip in.

>>> from backorderkit.model import Portion
>>> form_of(Portion).write(Portion("O-1/1", 0, "main", 5))
{'line': 'O-1/1', 'number': 0, 'location': 'main', 'quantity': 5}
"""

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import attrs

from backorderkit.codec.forms import Form, Misfit, Parts
from backorderkit.codec.scalars import SCALARS, choice
from backorderkit.codec.tags import TAG_FIELD, TAG_OF, TAGS
from backorderkit.model import Event
from backorderkit.values import Said

try:
    from cattrs import Converter
    from cattrs.errors import ForbiddenExtraKeysError
    from cattrs.gen import (
        make_dict_structure_fn,
        make_dict_unstructure_fn,
        override,
    )
except ModuleNotFoundError as _error:
    remedy = 'pip install "backorderkit[json]"'
    raise ImportError(f"JSON needs cattrs: {remedy}") from _error


@cache
def form_of(kind: Any) -> Form:  # a type or an annotation
    """Return the form of an annotation; `TypeError` for one that has none."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind == Event:
        kinds: Mapping[str, type] = TAGS
        return _event({tag: form_of(one) for tag, one in kinds.items()})
    if kind in SCALARS:
        return SCALARS[kind]
    if origin in (Union, UnionType) and NoneType in arguments:
        return _optional(form_of(_without_none(arguments)))
    if origin is tuple and arguments[1:] == (...,):
        return _sequence(form_of(arguments[0]))
    if origin is Mapping and arguments[0] is str:
        return _table(form_of(arguments[1]))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return choice(kind)
    if isinstance(kind, type) and attrs.has(kind):
        return _record(kind)
    raise TypeError(f"{kind} has no form in a text: give it one beside the others")


def _without_none(arguments: tuple[Any, ...]) -> Any:  # annotations have no one type
    """Return what a union holds beside None."""
    return reduce(or_, (one for one in arguments if one is not NoneType))


def _optional(form: Form) -> Form:
    """Return the form of what may be None."""

    def parts(value: object) -> Parts:
        if value is not None:
            yield "", value, form

    return Form(
        lambda value: None if value is None else form.read(value),
        lambda value: None if value is None else form.write(value),
        parts,
    )


def _sequence(form: Form) -> Form:
    """Return the form of a tuple of like elements."""

    def read(value: object) -> tuple[Any, ...]:
        if type(value) is not list:
            raise Misfit(value, "give a list")
        return tuple(map(form.read, value))

    def write(value: object) -> list[Any]:
        if type(value) is not tuple:
            raise Misfit(value, "give a tuple")
        return list(map(form.write, value))

    def parts(value: object) -> Parts:
        if isinstance(value, list | tuple):
            yield from ((place, one, form) for place, one in enumerate(value))

    return Form(read, write, parts)


def _table(form: Form) -> Form:
    """Return the form of a mapping from strings."""
    text = SCALARS[str]

    def read(value: object) -> dict[str, Any]:
        if type(value) is not dict:
            raise Misfit(value, "give an object")
        return {text.read(key): form.read(one) for key, one in value.items()}

    def write(value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise Misfit(value, "give a mapping, e.g. a dict")
        return {text.write(key): form.write(one) for key, one in value.items()}

    def parts(value: object) -> Parts:
        if isinstance(value, Mapping):
            for key, one in value.items():
                yield str(key), key, text
                yield str(key), one, form

    return Form(read, write, parts)


def _record(kind: type) -> Form:
    """Return the form of an attrs class."""
    attrs.resolve_types(kind)
    forms = {field.name: form_of(field.type) for field in attrs.fields(kind)}
    structure, unstructure = _functions_of(kind, forms)

    def read(value: object) -> Any:
        if type(value) is not dict:
            raise Misfit(value, "give an object")
        try:
            return structure(value, kind)
        except ForbiddenExtraKeysError as error:
            unknown = min(error.extra_fields)
            remedy = "leave it out: this release knows no such field here"
            raise Misfit(value[unknown], remedy, at=unknown) from None
        except KeyError as error:
            remedy = "give it: it has no default"
            raise Misfit(Said("missing"), remedy, at=error.args[0]) from None

    def write(value: object) -> dict[str, Any]:
        if type(value) is not kind:
            raise Misfit(value, f"give one of class {kind.__name__}")
        return unstructure(value)

    def parts(value: object) -> Parts:
        if isinstance(value, dict):
            known = [name for name in forms if name in value]
            yield from ((name, value[name], forms[name]) for name in known)
        elif type(value) is kind:
            yield from ((name, getattr(value, name), forms[name]) for name in forms)

    return Form(read, write, parts)


def _functions_of(
    kind: type, forms: Mapping[str, Form]
) -> tuple[Callable[[Any, Any], Any], Callable[[Any], dict[str, Any]]]:
    """Return cattrs' reader and writer of a class, with a form for each field."""
    reading: dict[str, Any] = {  # cattrs takes fields and options by keyword
        name: override(struct_hook=_for_cattrs(form.read))
        for name, form in forms.items()
    }
    writing: dict[str, Any] = {
        name: override(unstruct_hook=form.write) for name, form in forms.items()
    }
    reading |= {"_cattrs_forbid_extra_keys": True, "_cattrs_detailed_validation": False}
    writing |= {"_cattrs_omit_if_default": True}
    return (
        make_dict_structure_fn(kind, _CONVERTER, **reading),
        make_dict_unstructure_fn(kind, _CONVERTER, **writing),
    )


def _for_cattrs(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a reader in the shape that cattrs calls, with a type it need not know."""
    return lambda value, _: read(value)


_CONVERTER = Converter()


def _event(forms: Mapping[str, Form]) -> Form:
    """Return the form of the union of events."""

    def read(value: object) -> Any:
        if type(value) is not dict:
            raise Misfit(value, "give an object")
        tag = value.get(TAG_FIELD, Said("missing"))
        if type(tag) is not str or tag not in forms:
            remedy = "give the name of an event that this release knows"
            raise Misfit(tag, remedy, at=TAG_FIELD)
        return forms[tag].read(_without_tag(value))

    def write(value: object) -> dict[str, Any]:
        tag = TAG_OF.get(type(value))
        if tag is None:
            raise Misfit(value, "give an event")
        plain: dict[str, Any] = forms[tag].write(value)
        plain[TAG_FIELD] = tag
        return plain

    def parts(value: object) -> Parts:
        tag = value.get(TAG_FIELD) if type(value) is dict else TAG_OF.get(type(value))
        if type(tag) is str and tag in forms:
            yield "", _without_tag(value), forms[tag]

    return Form(read, write, parts)


def _without_tag(value: Any) -> Any:  # an event or its object
    """Return the fields of an event."""
    if type(value) is not dict:
        return value
    return {name: one for name, one in value.items() if name != TAG_FIELD}
