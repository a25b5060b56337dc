"""The table of the documentation: which shipped policy keeps which law.

Every cell is tried here on the same small problems, large enough to find every breach
that all problems of two lines up to 7, three up to 5 and four up to 3 units find, and
hundreds of larger ones. After a change that is meant, put into `docs/policy-laws.md`
what

    python tests/test_policy_table.py

prints.
"""

import ast
import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from backorderkit.policies import SHIPPED, shipped
from backorderkit.testing.policy_laws import LAW_NAMES, MANDATORY_LAWS
from backorderkit.testing.policy_laws.certifying import judge
from backorderkit.testing.policy_laws.counterexamples import small_problems
from backorderkit.testing.policy_laws.policy_as_rule import labelled, posed
from backorderkit.testing.policy_laws.policy_laws import (
    LAWS_OF_NUMBERS,
    LAWS_OF_WRAPPERS,
)

DOCUMENT = Path(__file__).parents[1] / "docs" / "policy-laws.md"
GUIDE = DOCUMENT.with_name("policies.md")
BEGIN, END = "<!-- laws -->", "<!-- /laws -->"
KEPT, BROKEN = "●", "·"

# `feasible` says two others together, and so does `quota_bounds`.
COLUMNS = [
    name
    for name in LAW_NAMES
    if name not in {*MANDATORY_LAWS, *LAWS_OF_WRAPPERS, "feasible", "quota_bounds"}
]
PROBLEMS = (
    *small_problems(1, 3),
    *small_problems(2, 4),
    *small_problems(3, 3),
    *small_problems(4, 2),
    # The smallest on which some policies break some laws.
    (3, (3, 6)),
    (6, (1, 5, 3)),
    (2, (3, 1, 1, 1)),
    (4, (1, 1, 1, 3)),
)


def calls() -> list[str]:
    """Return how each shipped policy is made, as its module says it."""
    tree = ast.parse(Path(shipped.__file__).read_text("utf-8"))
    (listed,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "SHIPPED"
    )
    return [ast.unparse(one) for one in listed.elts]


CALLS = calls()


@cache
def broken_laws(place: int) -> dict[str, object]:
    """Return the breaches of a shipped policy by the name of the law."""
    report = judge(SHIPPED[place], COLUMNS, PROBLEMS)
    return {found.law: found for found in report.broken}


def row(place: int) -> str:
    """Return the row of a shipped policy."""
    broken = broken_laws(place)
    cells = [BROKEN if law in broken else KEPT for law in COLUMNS]
    return f"| `{CALLS[place]}` | {' | '.join(cells)} |"


def block() -> str:
    """Return what stands in the documentation between the marks."""
    words = [LAWS_OF_NUMBERS[name].__doc__.splitlines()[0] for name in COLUMNS]
    numbers = range(1, len(COLUMNS) + 1)
    return "\n".join(
        [
            BEGIN,
            *(
                f"{number}. `{name}`: {text}"
                for number, name, text in zip(numbers, COLUMNS, words, strict=True)
            ),
            "",
            f"{KEPT} keeps the law, {BROKEN} breaks it.",
            "",
            f"| policy | {' | '.join(map(str, numbers))} |",
            f"| --- |{' --- |' * len(COLUMNS)}",
            *(row(place) for place in range(len(SHIPPED))),
            END,
        ]
    )


def printed() -> str:
    """Return the block that the documentation holds now."""
    text = DOCUMENT.read_text("utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    return text[text.index(BEGIN) : text.index(END) + len(END)]


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(SHIPPED)), ids=CALLS)
def test_the_row_of_a_shipped_policy_is_so(place):
    assert row(place) in printed().splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("place", range(len(SHIPPED)), ids=CALLS)
def test_every_breach_shows_again_on_its_smallest_problem(place):
    for law, found in broken_laws(place).items():
        [(available, claims)] = labelled([(found.available, found.claims)])
        again = LAWS_OF_NUMBERS[law](posed(SHIPPED[place]), available, claims)
        assert again == found


@pytest.mark.slow
def test_the_documentation_holds_what_this_file_prints():
    assert printed() == block()


def rows_of_the_guide():
    """Return the law and the calls of each row in which the guide recommends some."""
    rows = [line.split("|")[2:4] for line in GUIDE.read_text("utf-8").splitlines()]
    named = [re.findall(r"`(.*?)`", " ".join(cells)) for cells in rows]
    return [(law, calls) for law, *calls in filter(None, named) if law in COLUMNS]


def test_the_guide_recommends_policies_that_keep_the_law():
    rows = rows_of_the_guide()
    assert len(rows) == len(dict(rows)) == 7
    for law, calls in rows:
        assert calls
        for call in calls:
            assert law not in broken_laws(CALLS.index(call)), (law, call)


def test_every_shipped_policy_has_a_row_of_its_own():
    assert len(set(CALLS)) == len(CALLS) == len(SHIPPED)


def test_a_wrong_cell_is_noticed():
    good = row(0)
    assert KEPT in good
    assert BROKEN in good
    assert good.replace(BROKEN, KEPT, 1) not in printed().splitlines()


# Which rule of the table of rules a policy asks.
RULE_OF = {
    "oldest_first()": "in_turn",
    "by_priority()": "in_turn",
    "earliest_promise_first()": "in_turn",
    "smallest_first()": "smallest_first",
    "ranked_by(descending_size, name='largest first')": "largest_first",
    "uniform()": "uniform",
    "linear()": "linear",
    "proportional()": "webster",
    "jefferson()": "jefferson",
    "largest_remainder()": "largest_remainder",
    "talmud()": "talmud",
    "pro_rata_fifo()": "pro_rata_fifo",
    "pro_rata_fifo(minimum_fill=2)": "pro_rata_fifo_2",
}


@cache
def table_of_rules() -> dict[str, dict[str, bool]]:
    """Return the table that the tests of the rules hold, by rule and law."""
    path = Path(__file__).with_name("test_properties.py")
    spec = importlib.util.spec_from_file_location("table_of_rules", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {
        rule: {law: letters[place] == "y" for law, letters in module.TABLE.items()}
        for place, rule in enumerate(module.RULES)
    }


@pytest.mark.slow
@pytest.mark.parametrize("call", RULE_OF)
def test_a_policy_keeps_what_its_rule_keeps(call):
    broken = broken_laws(CALLS.index(call))
    cells = table_of_rules()[RULE_OF[call]]
    assert {law: law not in broken for law in COLUMNS if law in cells} == {
        law: kept for law, kept in cells.items() if law in COLUMNS
    }
    assert len(cells) == len(COLUMNS) - 1 + len({"feasible", "zero_lines_irrelevant"})


if __name__ == "__main__":
    print(block())
