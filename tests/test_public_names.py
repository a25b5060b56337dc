"""What users may lean on: every public name exists, explains itself, and is listed.

A public name is in the `__all__` of a module without an underscore. The reference of
all of them, with parameters, members and the first sentence of each docstring, is
generated into `docs/reference.md`, so that no change goes unseen. After a change that
is meant, and a line in the changelog:

    python tests/test_public_names.py > docs/reference.md
"""

import doctest
import enum
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

LISTING = Path(__file__).parents[1] / "docs" / "reference.md"
# A union of all events in a signature hides everything else: write "Event" quoted.
MOST_ALTERNATIVES = 8
# Name → reason why it has no example of its own.
WITHOUT_EXAMPLE: dict[str, str] = {}


def public_modules() -> list[ModuleType]:
    """Import every public module of the package that says what it offers."""
    package = importlib.import_module("backorderkit")
    names = [
        found.name for found in pkgutil.walk_packages(package.__path__, "backorderkit.")
    ]
    public = sorted(name for name in names if "._" not in name)
    modules = [package, *map(importlib.import_module, public)]
    return [module for module in modules if hasattr(module, "__all__")]


def is_ours(thing: Any, package: str = "backorderkit") -> bool:
    """Say whether a class or function was written in the package."""
    documented = inspect.isclass(thing) or inspect.isroutine(thing)
    return documented and thing.__module__.partition(".")[0] == package


def in_order(name: str) -> tuple[bool, bool, str]:
    """Return the key of a sorted `__all__`: constants, classes, functions."""
    return not name.isupper(), not name[0].isupper(), name


def functions_of(thing: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions behind a public name: itself, or its public methods."""
    if not inspect.isclass(thing):
        yield thing.__name__, thing
        return
    for name, member in vars(thing).items():
        function = getattr(member, "fget", getattr(member, "__func__", member))
        spoken = not name.startswith("_") or name == "__init__"
        ours = getattr(function, "__module__", None) == thing.__module__
        if spoken and inspect.isfunction(function) and ours:
            yield f"{thing.__name__}.{name}", function


def missing_annotations(function: Callable[..., Any]) -> list[str]:
    """Name the parameters without an annotation, and "return"."""
    signature = inspect.signature(function)
    missing = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is inspect.Parameter.empty
        and name not in {"self", "cls"}
    ]
    if signature.return_annotation is inspect.Signature.empty:
        missing.append("return")
    return missing


def faults(module: ModuleType) -> Iterator[str]:
    """Name what is wrong with the public names of one module."""
    names = list(module.__all__)
    if names != sorted(set(names), key=in_order):
        yield f"{module.__name__}.__all__ is not sorted: constants, classes, functions"
    for name in names:
        where = f"{module.__name__}.{name}"
        if not hasattr(module, name):
            yield f"{where} does not exist"
            continue
        thing = getattr(module, name)
        if not is_ours(thing, module.__name__.partition(".")[0]):
            continue
        text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
        if not text:
            yield f"{where} has no docstring"
        elif not doctest.DocTestParser().get_examples(text) and (
            name not in WITHOUT_EXAMPLE
        ):
            yield f"{where} has no example"
        for function_name, function in functions_of(thing):
            for parameter in missing_annotations(function):
                yield f"{where}: {function_name} leaves {parameter} without annotation"


def parameters(function: Callable[..., Any]) -> str:
    """Return the parameters of a function without types; `=…` marks a default."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    words: list[str] = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name in {"self", "cls"}:
            continue
        starred = any(word.startswith("*") for word in words)
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            words.append("*")
        optional = parameter.default is not inspect.Parameter.empty
        words.append(stars.get(parameter.kind, "") + name + ("=…" if optional else ""))
    return f"({', '.join(words)})"


def summary(thing: Any) -> str:
    """Return the first sentence of a docstring, on one line; "" without one."""
    text = vars(thing).get("__doc__") if inspect.isclass(thing) else thing.__doc__
    paragraph = " ".join((text or "").strip().split("\n\n")[0].split())
    return f": {paragraph}" if paragraph else ""


def lines_of(name: str, thing: Any) -> Iterator[str]:
    """Yield the lines of the reference for one public name."""
    if not is_ours(thing):
        yield f"- `{name}`"
    elif not inspect.isclass(thing):
        yield f"- `{name}{parameters(thing)}`{summary(thing)}"
    else:
        own_constructor = getattr(thing.__init__, "__module__", "") == thing.__module__
        given = parameters(thing.__init__) if own_constructor else ""
        yield f"- class `{name}{given}`{summary(thing)}"
        if issubclass(thing, enum.Enum):
            yield "  - " + ", ".join(f"`.{member}`" for member in thing.__members__)
        for method, function in sorted(functions_of(thing)):
            member = method.partition(".")[2]
            if isinstance(vars(thing)[member], property):
                yield f"  - `.{member}`{summary(function)}"
            elif member != "__init__":
                yield f"  - `.{member}{parameters(function)}`{summary(function)}"


PREFACE = """\
# Reference

Every public name, under the first module that offers it: the front door `backorderkit`
(`import backorderkit as bk`), then the packages one dot away. `bk.events` is
`backorderkit.model.events`, and `bk.calendars` is `backorderkit.values.calendars`. A
default is shown as `…`; `help()` shows types, errors, costs and an example of each.
This page is generated from the docstrings.
"""


def listing() -> str:
    """Return the reference: every public name, under the first module it is in."""
    seen: set[int] = set()
    lines: list[str] = [PREFACE]
    for module in public_modules():
        fresh = [
            name for name in module.__all__ if id(getattr(module, name)) not in seen
        ]
        seen.update(id(getattr(module, name)) for name in fresh)
        if fresh:
            lines.append(f"## {module.__name__}\n\n{summary(module)[2:]}\n")
            for name in fresh:
                lines.extend(lines_of(name, getattr(module, name)))
            lines.append("")
    return "\n".join(lines)


def test_every_public_name_exists_explains_itself_and_is_annotated():
    assert [fault for module in public_modules() for fault in faults(module)] == []


def test_the_public_names_are_the_listed_ones():
    assert listing() == LISTING.read_text(encoding="utf-8"), (
        "The public names changed. If that is meant, write the changelog's line and run"
        " python tests/test_public_names.py > docs/reference.md"
    )


def test_a_signature_is_readable_in_help():
    unreadable = [
        name
        for module in public_modules()
        for thing in (getattr(module, name) for name in module.__all__)
        if is_ours(thing)
        for name, function in functions_of(thing)
        if str(inspect.signature(function)).count("|") > MOST_ALTERNATIVES
    ]
    assert unreadable == []


def test_importing_everything_by_star_gives_exactly_the_public_names():
    names: dict[str, Any] = {}
    exec("from backorderkit import *", names)  # noqa: S102 - the statement users write
    names.pop("__builtins__")
    assert sorted(names) == sorted(importlib.import_module("backorderkit").__all__)


GOOD = '''"""A shop."""
from collections.abc import Sequence
__all__ = ["LIMIT", "Lamp", "light"]
LIMIT = 7
class Lamp:
    """A lamp.

    >>> Lamp().lit
    False
    """
    def __init__(self, watts: int = 5, *, warm: bool = True) -> None: ...
    @property
    def lit(self) -> bool:
        return False
    @classmethod
    def named(cls, name: str) -> "Lamp": ...
    def _hidden(self, anything): ...
def light(*lamps: Lamp) -> None:
    """Light.

    >>> light()
    """
'''


@pytest.fixture
def shop(tmp_path):
    """Load a text as a module called shop."""

    def load(text: str) -> ModuleType:
        path = tmp_path / "shop.py"
        path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("shop", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def test_a_module_in_order_has_no_fault(shop):
    assert list(faults(shop(GOOD))) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('["LIMIT", "Lamp", "light"]', '["Lamp", "LIMIT", "light"]'),
        ('["LIMIT", "Lamp", "light"]', '["LIMIT", "light", "Lamp"]'),
        ('["LIMIT", "Lamp", "light"]', '["LIMIT", "LIMIT", "Lamp", "light"]'),
        ('"light"]', '"light", "shine"]'),
        (">>> light()", "light()"),
        (">>> Lamp().lit", "Lamp().lit"),
        ('"""Light.\n\n    >>> light()\n    """', "..."),
        ("watts: int", "watts"),
        ("def lit(self) -> bool", "def lit(self)"),
        ("name: str", "name"),
        ("*lamps: Lamp", "*lamps"),
        ("warm: bool = True) -> None", "warm: bool = True)"),
    ],
)
def test_each_fault_is_noticed(shop, old, new):
    assert old in GOOD
    assert list(faults(shop(GOOD.replace(old, new))))


def test_the_listing_shows_parameters_without_types(shop):
    module = shop(GOOD)
    assert parameters(module.Lamp.__init__) == "(watts=…, *, warm=…)"
    assert parameters(module.light) == "(*lamps)"
    assert parameters(module.Lamp.named) == "(name)"


if __name__ == "__main__":
    print(listing(), end="")
