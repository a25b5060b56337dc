"""Rewriting the sort key of every waiting portion, after the policy has changed.

The position is locked first: a concurrent save waits, finds another ranking, and is
retried.
"""

from backorderkit.adapters.sql.loading import load_all
from backorderkit.adapters.sql.reading import Reader
from backorderkit.adapters.sql.sort_keys import written
from backorderkit.model import AllocationPolicy


def rank_all(reader: Reader, policy: AllocationPolicy, ranking: str) -> None:
    """Write all sort keys under a policy, and the name of their ranking."""
    statements, connection = reader.statements, reader.connection
    connection.execute(statements.rank, {"words": ranking})
    book, _ = load_all(reader, policy)
    places = [
        {
            "its_line": portion.line.line.ref,
            "its_number": portion.number,
            "place": written(portion.key) if ranking else None,
        }
        for portion in book.state.portions()
        if portion.key is not None
    ]
    if places:
        connection.execute(statements.place, places)
