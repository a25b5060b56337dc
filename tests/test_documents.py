"""Every Python example in the README and under docs runs, whole documents in order."""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def run_examples(document: Path) -> int:
    """Run the examples of one document in one namespace; return how many there were."""
    sybil = Sybil(parsers=[PythonCodeBlockParser()], path=str(document.parent))
    examples = list(sybil.parse(document))
    for example in examples:
        example.evaluate()
    return len(examples)


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_the_examples_of_the_document_run(document):
    run_examples(document)


@pytest.mark.parametrize(
    "broken",
    ["assert 1 + 1 == 3", ">>> 1 + 1\n3", "raise ValueError('LAMP')"],
    ids=["assertion", "printed answer", "exception"],
)
def test_a_broken_example_is_noticed(tmp_path, broken):
    document = tmp_path / "broken.md"
    document.write_text(f"# Title\n\n```python\n{broken}\n```\n", encoding="utf-8")
    with pytest.raises((AssertionError, ValueError)):
        run_examples(document)


def test_later_examples_see_the_names_of_earlier_ones(tmp_path):
    document = tmp_path / "two.md"
    document.write_text(
        "```python\nsku = 'LAMP'\n```\n\nThen\n\n```python\n>>> sku\n'LAMP'\n```\n",
        encoding="utf-8",
    )
    assert run_examples(document) == 2
