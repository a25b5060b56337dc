"""Who gets scarce goods: policies to choose from, combine, or write anew.

A policy answers two questions about the waiting lines of a pool: who comes first, and
how much of what there is each one gets (`AllocationPolicy`). Each is made by a call and
is a value: equal when made alike.
"""

from backorderkit.policies.ranking import (
    Filling,
    Queue,
    Ranking,
    by_priority,
    earliest_promise_first,
    oldest_first,
    ranked_by,
    smallest_first,
)

__all__ = [
    "Filling",
    "Queue",
    "Ranking",
    "by_priority",
    "earliest_promise_first",
    "oldest_first",
    "ranked_by",
    "smallest_first",
]
