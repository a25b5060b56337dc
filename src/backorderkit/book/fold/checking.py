"""What every fact is checked for: told once, and no more units than there are."""

from backorderkit.book.state import State
from backorderkit.errors import Duplicate, NotPossible
from backorderkit.values import check_count


def once(state: State, kind: str, ref: str) -> None:
    """Refuse a fact that is already known, else remember it."""
    if (kind, ref) in state.facts:
        raise Duplicate(kind, ref)
    state.enter(state.facts, (kind, ref), None)


def check(asked: int, possible: int, verb: str, ref: str, what: str) -> None:
    """Refuse a quantity below one or above what there is."""
    check_count(f"quantity to {verb} of {ref}", asked, 1)
    if asked > possible:
        raise NotPossible(
            verb,
            ref,
            asked=asked,
            possible=possible,
            remedy=f"there are {possible} {what}",
        )
