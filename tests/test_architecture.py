"""The packages of the house: who may import whom, and what the core never does.

Each package has one row. It imports from the rows above it and from inside itself,
never in a circle, and from another package only what that one's `__init__` offers. The
checks are pure functions over source texts; each is shown to notice a planted fault.
"""

import ast
import functools
import graphlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "backorderkit"

# One row per package, in the order in which the data flow.
ROWS = (
    "errors",
    "values",
    "model",
    "policies",
    "leadtimes",
    "book",
    "coverage",
    "replenishment",
    "deciding",
    "promising",
    "supply",
    "notices",
    "kpis",
    "codec",
    "storage",
    "adapters",
    "testing",
    "__init__",
    "demo",
    "__main__",
)
ROW_OF = {package: row for row, package in enumerate(ROWS)}
LAST_PURE_ROW = ROW_OF["codec"]
LAST_ROW_WITHOUT_FLOATS = ROW_OF["notices"]
# Packages inside a package that have a front of their own.
INNER_FRONTS = {
    "adapters.csv": "reads and writes files, which no desk needs",
    "adapters.sql": "needs SQLAlchemy",
    "policies.rules": "exact arithmetic that needs no policy",
}
# Modules that others may name, with the reason.
OPEN_MODULES = {
    "model.events": "hosts read it as `bk.events`",
    "values.calendars": "hosts read it as `bk.calendars`",
    "adapters.exact": "needs SciPy",
    "adapters.holidays": "needs holidays",
}
LONGEST_MODULE = 400

# fmt: off
OUTSIDE_WORLD = {
    "asyncio", "getpass", "glob", "io", "locale", "logging", "multiprocessing", "os",
    "pathlib", "platform", "secrets", "shutil", "signal", "socket", "sqlite3",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo",
}
# fmt: on
READS_THE_CLOCK = {"now", "today", "utcnow"}
INPUT_OUTPUT = {"open", "print", "input", "breakpoint"}
RUNS_DATA_AS_CODE = {"pickle", "marshal", "shelve", "yaml", "dill"}
CALLS_THAT_RUN_DATA = {"eval", "exec", "compile", "__import__"}
EXACT_MATHS = {"ceil", "comb", "factorial", "floor", "gcd", "isqrt", "lcm", "prod"}
CORE_DEPENDENCIES = {"attr", "attrs", "sortedcontainers"}

# Module → reason. A draw is made from a seed the host gives, so it can be repeated.
MAY_DRAW: dict[str, str] = {
    "policies.rules.lottery": "draws from the host's seed",
    "testing.strategies.random_commands": "draws commands from a seed",
}
# Module → reason why it may hold a float.
MAY_HOLD_FLOATS: dict[str, str] = {}
# Module → reason why it stays one module past the limit.
MAY_BE_LONGER: dict[str, str] = {
    "__init__": "the front door: nothing but imports and names",
    "model.events": "one closed union, read in one place",
}
# Room → the optional libraries behind it.
EXTRAS: dict[str, set[str]] = {
    "adapters": {"holidays", "psycopg", "scipy", "sqlalchemy"},
    "codec": {"cattrs"},
    "testing": {"hypothesis"},
}

# Module → reason why it may put a statement together from texts.
MAY_BUILD_SQL: dict[str, str] = {
    "adapters.sql.engines": "names settings of SQLite, which take no bound value",
}
TAKES_SQL = {
    "text", "execute", "executemany", "executescript", "exec_driver_sql",
    "literal_column", "DDL", "op",
}  # fmt: skip
SAYS_SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|DROP|ALTER|PRAGMA|WHERE)\b"
)

Sources = Mapping[str, str]


def sources_under(folder: Path) -> Sources:
    """Read a package; keys are dotted names without the package, `__init__` kept."""
    paths = [path.relative_to(folder) for path in sorted(folder.rglob("*.py"))]
    return {
        ".".join(path.with_suffix("").parts): (folder / path).read_text("utf-8")
        for path in paths
    }


def room_of(module: str) -> str:
    return module.partition(".")[0]


def row_of(module: str) -> int:
    """Return the row of a module; one without a row obeys the strictest rules."""
    return ROW_OF.get(room_of(module), 0)


def imports(module: str, tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (absolute module, imported name or "") for every import, late ones too."""
    package = ["backorderkit", *module.split(".")[:-1]]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((origin, alias.name) for alias in node.names)


@functools.cache
def names_offered(front: str) -> frozenset[str]:
    """Return the names that the source of an `__init__` imports to hand them on."""
    imported = (x for x in ast.parse(front).body if isinstance(x, ast.ImportFrom))
    return frozenset(alias.name for found in imported for alias in found.names)


def own_module(importer: str, origin: str, name: str, modules: Sources) -> str | None:
    """Return which module of ours an import reaches, None for someone else's."""
    parts = origin.split(".")
    if parts[0] != "backorderkit":
        return None
    inside = ".".join(parts[1:])
    front = f"{inside}.__init__".strip(".")
    if front != importer and name in names_offered(modules.get(front, "")):
        return front
    for candidate in [f"{inside}.{name}".strip("."), inside]:
        for found in [candidate, f"{candidate}.__init__".strip(".")]:
            if found in modules:
                return found
    return inside or "__init__"


def front_of(module: str) -> str:
    """Return the package through whose `__init__` a module is reached from outside."""
    inner = (front for front in INNER_FRONTS if f"{module}.".startswith(f"{front}."))
    return next(inner, room_of(module))


def faults_of_rows(modules: Sources) -> Iterator[str]:
    """Name the imports that point down or past a front, and every circle."""
    graph: dict[str, set[str]] = {}
    for module, source in modules.items():
        if room_of(module) not in ROW_OF:
            yield f"{module} has no row"
            continue
        reached = {
            own
            for origin, name in imports(module, ast.parse(source))
            if (own := own_module(module, origin, name, modules)) is not None
        }
        graph[module] = reached
        for other in sorted(reached):
            if room_of(other) == room_of(module):
                continue
            row, theirs = row_of(module), ROW_OF.get(room_of(other), 99)
            if theirs >= row:
                yield f"{module} (row {row}) imports {other} (row {theirs})"
            front = front_of(other)
            known = {front, f"{front}.__init__", *OPEN_MODULES}
            if other not in known and module != "__main__":
                yield f"{module} reaches past the front of {front}: {other}"
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        yield f"circle: {' → '.join(circle.args[1])}"


def faults_of_purity(modules: Sources) -> Iterator[str]:
    """Name clocks, chance, the outside world and foreign libraries in the core."""
    for module, source in modules.items():
        tree, pure = ast.parse(source), row_of(module) <= LAST_PURE_ROW
        for origin, name in imports(module, tree):
            top = origin.partition(".")[0]
            known = CORE_DEPENDENCIES | EXTRAS.get(room_of(module), set())
            if top == "random" and not (module in MAY_DRAW and name == "Random"):
                yield f"{module} imports {origin} {name}"
            if top in RUNS_DATA_AS_CODE or (pure and top in OUTSIDE_WORLD):
                yield f"{module} imports {origin}"
            if top not in known | sys.stdlib_module_names | {"backorderkit"}:
                yield f"{module} imports {origin}, which is not a dependency of it"
            if name == "TYPE_CHECKING":
                yield f"{module} hides imports from running code"
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=called)) if (
                    called in CALLS_THAT_RUN_DATA or (pure and called in INPUT_OUTPUT)
                ):
                    yield f"{module}:{node.lineno} calls {called}"
                case ast.Call(func=ast.Attribute(attr=called)) if (
                    pure and called in READS_THE_CLOCK
                ):
                    yield f"{module}:{node.lineno} calls {called}"
                case ast.Attribute(attr="TYPE_CHECKING"):
                    yield f"{module}:{node.lineno} hides imports from running code"


def annotations(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield every annotation, quoted ones parsed."""
    for node in ast.walk(tree):
        for place in ["annotation", "returns"]:
            match getattr(node, place, None):
                case ast.Constant(value=str(quoted)):
                    yield ast.parse(quoted, mode="eval").body
                case ast.expr() as annotation:
                    yield annotation


def faults_of_floats(modules: Sources) -> Iterator[str]:
    """Name every float in a number, an annotation, a conversion or a function."""
    for module, source in modules.items():
        if row_of(module) > LAST_ROW_WITHOUT_FLOATS or module in MAY_HOLD_FLOATS:
            continue
        tree = ast.parse(source)
        for annotation in annotations(tree):
            if any(getattr(part, "id", "") == "float" for part in ast.walk(annotation)):
                yield f"{module}:{annotation.lineno} is annotated with float"
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=float() | complex()):
                    yield f"{module}:{node.lineno} holds {node.value}"
                case ast.Call(func=ast.Name(id="float")):
                    yield f"{module}:{node.lineno} converts to float"
                case ast.Attribute(value=ast.Name(id="math"), attr=function) if (
                    function not in EXACT_MATHS
                ):
                    yield f"{module}:{node.lineno} calls math.{function}"
        for origin, name in imports(module, tree):
            inexact = origin == "math" and name and name not in EXACT_MATHS
            if inexact or origin in {"cmath", "statistics"}:
                yield f"{module} imports {origin} {name}".rstrip()


def put_together(node: ast.AST) -> bool:
    """Tell whether a text is made of parts, by an f-string, an operator or a method."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Add() | ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return True
    return False


def faults_of_sql(modules: Sources) -> Iterator[str]:
    """Name statements put together from texts: every value is bound."""
    for module, source in modules.items():
        if module in MAY_BUILD_SQL:
            continue
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(
                    func=ast.Name(id=called) | ast.Attribute(attr=called),
                    args=[given, *_],
                ) if called in TAKES_SQL and put_together(given):
                    yield f"{module}:{node.lineno} gives {called} a text made of parts"
            if put_together(node) and any(
                isinstance(part, ast.Constant) and SAYS_SQL.search(str(part.value))
                for part in ast.walk(node)
            ):
                yield f"{module}:{node.lineno} puts a statement together"


def faults_of_shape(modules: Sources) -> Iterator[str]:
    """Name modules that are too long or untitled, and packages that compute."""
    for module, source in modules.items():
        tree, length = ast.parse(source), len(source.splitlines())
        if length > LONGEST_MODULE and module not in MAY_BE_LONGER:
            yield f"{module} has {length} lines, more than {LONGEST_MODULE}"
        if ast.get_docstring(tree) is None:
            yield f"{module} does not open with a docstring"
        if module.split(".")[-1] != "__init__":
            continue
        for node in tree.body[1:]:
            match node:
                case ast.Import() | ast.ImportFrom():
                    pass
                case ast.Assign(targets=[ast.Name(id="__all__")]):
                    pass
                case ast.FunctionDef(name="__getattr__") if module == "__init__":
                    pass  # imports a package on first use
                case _:
                    yield f"{module}:{node.lineno} holds more than imports and __all__"


CHECKS = [
    faults_of_rows,
    faults_of_purity,
    faults_of_floats,
    faults_of_sql,
    faults_of_shape,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_in_order(check):
    modules = sources_under(PACKAGE)
    assert "__init__" in modules
    assert "__main__" in modules
    assert list(check(modules)) == []


def test_importing_the_package_imports_no_extra():
    program = (
        "import sys, json; before = set(sys.modules); import backorderkit;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "print(json.dumps(sorted(new)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    found = set(json.loads(run.stdout)) - sys.stdlib_module_names
    assert "backorderkit" in found
    assert found <= CORE_DEPENDENCIES | {"backorderkit"}


def small_house(**changed: str) -> Sources:
    """Return a tiny package in good order, with some modules replaced."""
    house = {
        "errors": "class Refused(ValueError): ...",
        "values.__init__": "from backorderkit.values.references import Sku",
        "values.references": (
            "from attrs import frozen\nfrom backorderkit.errors import Refused"
        ),
        "model.__init__": (
            "from backorderkit.model.orders import Order\n"
            "from backorderkit.model.receipts import Receipt as Receipt"
        ),
        "model.orders": "from ..values import Sku",
        "model.receipts": "from backorderkit.model import orders\nimport datetime",
        "policies.__init__": (
            "from backorderkit.policies.ranking import oldest_first\n__all__ = ['a']"
        ),
        "policies.ranking": "from ..values import Sku\nfrom math import gcd",
        "policies.rules.__init__": "",
        "policies.rules.lottery": "from random import Random",
        "deciding.__init__": "from backorderkit.deciding.placing import plan",
        "deciding.placing": (
            "from backorderkit.policies import oldest_first\n"
            "from backorderkit.policies.rules import lots\n"
            "from backorderkit.model import Receipt\n"
            "def plan(x: 'int | str'): return isinstance(x, float)"
        ),
        "testing.strategies": "import hypothesis, os\nfrom backorderkit import values",
        "__init__": "from .deciding import plan\n__all__ = ['plan']",
        "__main__": "import sys\nfrom backorderkit import plan\nprint(0.5)",
    }
    return {name: f'"""A room."""\n{text}' for name, text in (house | changed).items()}


def test_a_house_in_order_has_no_fault():
    assert [fault for check in CHECKS for fault in check(small_house())] == []


@pytest.mark.parametrize(
    ("check", "module", "source"),
    [
        (faults_of_rows, "values.references", "from backorderkit.model import Order"),
        (faults_of_rows, "values.references", "from ..model.orders import Order"),
        (
            faults_of_rows,
            "values.references",
            "def f():\n    import backorderkit.model",
        ),
        (faults_of_rows, "model.orders", "from backorderkit import plan"),
        (faults_of_rows, "model.orders", "from .. import plan"),
        (faults_of_rows, "model.orders", "from backorderkit.model.receipts import R"),
        (faults_of_rows, "policies.ranking", "from . import oldest_first"),
        (faults_of_rows, "policies.ranking", "import backorderkit.deciding.placing"),
        (faults_of_rows, "kpis", "import backorderkit.storage"),
        (faults_of_rows, "helpers", ""),
        (faults_of_rows, "deciding.placing", "from ..policies.ranking import oldest"),
        (faults_of_rows, "deciding.placing", "import backorderkit.model.orders"),
        (faults_of_rows, "deciding.placing", "from ..policies.rules.lottery import a"),
        (
            faults_of_rows,
            "demo.story",
            "from backorderkit.deciding.placing import plan",
        ),
        (faults_of_purity, "codec", "import time"),
        (faults_of_purity, "codec", "from os.path import join"),
        (faults_of_purity, "model.plan", "import uuid"),
        (faults_of_purity, "storage", "import random"),
        (faults_of_purity, "policies.rules.lottery", "from random import shuffle"),
        (faults_of_purity, "policies.ranking", "from random import Random"),
        (faults_of_purity, "model.plan", "import datetime\ndatetime.datetime.now()"),
        (faults_of_purity, "model.plan", "from datetime import date\ndate.today()"),
        (faults_of_purity, "model.plan", "print('LAMP')"),
        (faults_of_purity, "values", "import hypothesis"),
        (faults_of_purity, "storage", "import sqlalchemy"),
        (faults_of_purity, "__main__", "import pickle"),
        (faults_of_purity, "__main__", "eval('1')"),
        (faults_of_purity, "model.plan", "from typing import TYPE_CHECKING as T, Any"),
        (faults_of_purity, "model.plan", "import typing\nassert typing.TYPE_CHECKING"),
        (faults_of_floats, "values", "half = 0.5"),
        (faults_of_floats, "values", "def share(x: float): ..."),
        (faults_of_floats, "values", "def share() -> 'list[float]': ..."),
        (faults_of_floats, "values", "price: tuple[float, ...]"),
        (faults_of_floats, "values", "half = float('0.5')"),
        (faults_of_floats, "values", "import math\nmath.sqrt(2)"),
        (faults_of_floats, "values", "from math import inf"),
        (faults_of_floats, "coverage", "import statistics"),
        (faults_of_sql, "storage", "run(f'SELECT * FROM {table}')"),
        (faults_of_sql, "storage", "a = 'DELETE FROM pools WHERE sku = %s' % sku"),
        (faults_of_sql, "storage", "a = 'UPDATE pools SET sku = ' + sku"),
        (faults_of_sql, "storage", "a = 'DROP TABLE {}'.format(name)"),
        (faults_of_sql, "storage", "connection.execute(f'{verb} {table}')"),
        (faults_of_sql, "storage", "from sqlalchemy import text\ntext(verb + table)"),
        (faults_of_shape, "values", "a = 1\n" * LONGEST_MODULE),
        (faults_of_shape, "__init__", "version = 1"),
        (faults_of_shape, "policies.__init__", "SHIPPED = ()"),
        (faults_of_shape, "policies.__init__", "def __getattr__(name): ..."),
    ],
)
def test_each_planted_fault_is_noticed(check, module, source):
    assert list(check(small_house(**{module: source})))


def test_a_module_may_have_as_many_lines_as_the_limit_says():
    full = "a = 1\n" * (LONGEST_MODULE - 1)
    assert list(faults_of_shape(small_house(values=full))) == []


def test_a_module_without_a_title_is_noticed():
    assert list(faults_of_shape({**small_house(), "values": "a = 1"}))


def test_the_page_about_the_house_names_the_packages_in_their_order():
    page = (PACKAGE.parents[1] / "docs" / "house.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert told == [row for row in ROWS if "__" not in row]
