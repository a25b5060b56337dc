"""Print the one command that stands under a heading of the README.

The gate runs what a reader would type, so the README cannot drift from what works.
"""

import sys
from itertools import dropwhile, islice, takewhile
from pathlib import Path


def command_under(text: str, heading: str) -> str:
    """Return the single line of the first fenced block under `## heading`."""
    below = islice(
        dropwhile(lambda line: line != f"## {heading}", text.splitlines()), 1, None
    )
    section = takewhile(lambda line: not line.startswith("#"), below)
    block = islice(dropwhile(lambda line: not line.startswith("```"), section), 1, None)
    lines = list(takewhile(lambda line: line != "```", block))
    if len(lines) != 1:
        sys.exit(f"README: expected one command under '## {heading}', found {lines}")
    return lines[0]


if __name__ == "__main__":
    print(command_under(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]))
