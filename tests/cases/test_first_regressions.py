"""The first regression set: cases in which a known system answers wrongly.

Each of them is a test under its id beside the others of its kind; this file says that
none of the ten is ever lost.
"""

from pathlib import Path

import pytest

CASES = [
    "cm_W9",
    "cm_W13",
    "cm_S12",
    "cm_C7",
    "cm_L17",
    "cm_R3",
    "cm_R9",
    "cm_R15",
    "cm_R25",
    "cm_P10",
]


@pytest.mark.parametrize("case", CASES)
def test_every_case_of_the_regression_set_has_a_test(case):
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    texts = [one.read_text(encoding="utf-8") for one in files]
    assert any(f"__{case}(" in text for text in texts)
