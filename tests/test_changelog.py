"""The changelog can be read by machines and agrees with the package's version."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
RELEASE = re.compile(r"\[(?P<version>\d+\.\d+\.\d+)\] - (?P<day>\d{4}-\d{2}-\d{2})")


def sections(text: str, mark: str) -> list[tuple[str, str]]:
    """Cut a text into the headings of one level and what stands under each."""
    parts = re.split(rf"^{mark} (.+)$", text, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def faults_of_headings(text: str) -> Iterator[str]:
    """Name what is wrong with the headings and the lists under them."""
    releases = sections(text, "##")
    titles = [title for title, _ in releases]
    if titles[:1] != ["[Unreleased]"]:
        yield f"the first heading is not [Unreleased] but {titles[:1]}"
    for title, body in releases:
        kinds = [kind for kind, _ in sections(body, "###")]
        if kinds != [kind for kind in KINDS if kind in kinds]:
            yield f"{title}: {kinds} are not some of {KINDS} in this order"
        for kind, lines in sections(body, "###"):
            if not re.search(r"^- \S", lines, re.MULTILINE):
                yield f"{title}: nothing is listed under {kind}"
        if title != "[Unreleased]" and not kinds:
            yield f"{title}: a release without a change"


def faults_of_versions(text: str, package_version: str) -> Iterator[str]:
    """Name what is wrong with the released versions and their dates."""
    releases = sections(text, "##")
    found = [(title, RELEASE.fullmatch(title)) for title, _ in releases[1:]]
    yield from (f"cannot read {title!r}" for title, match in found if match is None)
    matches = [match for _, match in found if match is not None]
    versions = [tuple(map(int, match["version"].split("."))) for match in matches]
    days = [date.fromisoformat(match["day"]) for match in matches]
    if any(newer <= older for newer, older in pairwise(versions)):
        yield f"the versions do not descend: {versions}"
    if any(newer < older for newer, older in pairwise(days)):
        yield f"the dates do not descend: {days}"
    newest = matches[0]["version"] if matches else "none"
    unreleased = bool(releases) and "###" in releases[0][1]
    if newest != package_version and not unreleased:
        yield f"{package_version} is neither the newest release nor under Unreleased"


def faults(text: str, package_version: str) -> list[str]:
    """Name everything that is wrong with a changelog."""
    return [*faults_of_headings(text), *faults_of_versions(text, package_version)]


def test_the_changelog_is_in_order():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert faults(text, project["project"]["version"]) == []


GOOD = """# Changelog

## [Unreleased]

## [0.2.0] - 2026-03-10

### Added
- `plan_receipt`

### Fixed
- a rounding

## [0.1.0] - 2026-02-01

### Added
- everything
"""


def test_a_changelog_in_order_has_no_fault():
    assert faults(GOOD, "0.2.0") == []


def test_a_coming_version_needs_a_line_under_unreleased():
    assert faults(GOOD, "0.3.0")
    coming = GOOD.replace("## [0.2.0]", "### Added\n- more\n\n## [0.2.0]", 1)
    assert faults(coming, "0.3.0") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## [Unreleased]\n", ""),
        ("### Fixed", "### Repaired"),
        ("### Added\n- `plan_receipt`\n\n### Fixed", "### Fixed\n- x\n\n### Added"),
        ("- everything\n", ""),
        ("### Added\n- everything\n", ""),
        ("[0.1.0]", "[0.2.0]"),
        ("[0.1.0]", "[0.10.0]"),
        ("[0.1.0]", "0.1"),
        ("2026-02-01", "2026-04-01"),
    ],
)
def test_each_fault_is_noticed(old, new):
    assert old in GOOD
    assert faults(GOOD.replace(old, new), "0.2.0")
