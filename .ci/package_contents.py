"""Compare what stands in the built wheel and sdist with what git tracks.

Build backends pack untracked files and forget new folders without a word; this names
every file that is missing or does not belong.
"""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

IN_SDIST = ("src/", "tests/", "docs/")
BESIDE = {"CHANGELOG.md", "README.md", "pyproject.toml", ".gitignore"}
METADATA = {"METADATA", "WHEEL", "RECORD", "licenses/docs/LICENSE"}


def tracked(checkout: Path) -> set[str]:
    """Return the paths that git tracks in a checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=checkout, check=True, capture_output=True
    )
    return set(listing.stdout.decode().split("\0")) - {""}


def in_sdist(archive: Path) -> set[str]:
    """Return the files of an sdist, without its one top folder."""
    with tarfile.open(archive) as opened:
        names = [member.name for member in opened.getmembers() if member.isfile()]
    return {name.split("/", 1)[1] for name in names}


def in_wheel(archive: Path) -> set[str]:
    """Return the files of a wheel, its metadata under the name `dist-info/`."""
    with zipfile.ZipFile(archive) as opened:
        names = [name for name in opened.namelist() if not name.endswith("/")]
    folder = archive.name.rsplit("-", 3)[0] + ".dist-info/"
    return {name.replace(folder, "dist-info/") for name in names}


def only(folder: Path, pattern: str) -> Path:
    """Return the one file of a folder that matches."""
    (found,) = folder.glob(pattern)
    return found


def report(what: str, expected: set[str], found: set[str]) -> bool:
    """Print every difference and say whether there was none."""
    for name in sorted(expected - found):
        print(f"{what}: {name} is missing")
    for name in sorted(found - expected):
        print(f"{what}: {name} does not belong there")
    return expected == found


def main(checkout: Path, built: Path) -> int:
    """Compare one wheel and one sdist with the checkout they were built from."""
    files = tracked(checkout)
    source = {name for name in files if name.startswith(IN_SDIST) or name in BESIDE}
    package = {name.removeprefix("src/") for name in files if name.startswith("src/")}
    information = {f"dist-info/{name}" for name in METADATA}
    good = [
        report("sdist", source | {"PKG-INFO"}, in_sdist(only(built, "*.tar.gz"))),
        report("wheel", package | information, in_wheel(only(built, "*.whl"))),
    ]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
