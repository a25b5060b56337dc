"""A stock balance over days that answers at once what may be promised, and when.

Receipts raise the projected balance from their day on, claims lower it. What is
available on a day is the least balance from that day on, so that no promise takes what
a later claim already needs. It never decreases with the day, hence the earliest day
for a quantity is one search.

The days of the calendar are the leaves of a binary tree, of which only the branches to
days with a receipt or claim exist. A branch keeps the change over its days and the
least running sum within them: 22 steps lead from any day to the root, so every change
and every question takes O(log days), wherever in the calendar its day lies.

>>> timeline = Timeline(date(2026, 3, 1), on_hand=5)
>>> timeline.receive(date(2026, 3, 10), 10)
>>> timeline.claim(date(2026, 3, 20), 12)
>>> timeline.projected(date(2026, 3, 1)), timeline.available(date(2026, 3, 1))
(5, 3)
>>> timeline.earliest(4) is None, timeline.earliest(3)
(True, datetime.date(2026, 3, 1))
"""

from datetime import date

from sortedcontainers import SortedDict

from backorderkit.errors import NotPossible
from backorderkit.model import DatedQuantity
from backorderkit.values import check_count, check_date

__all__ = ["Timeline"]

_LEVELS = 22
_FIRST_LEAF = 1 << _LEVELS  # more leaves than the calendar has days: 3,652,059
_EMPTY = (0, 0)


class Timeline:
    """The receipts and claims of one SKU from today on.

    A day before today, in a change or in a question, counts as today. Stock on hand is
    a receipt of today. What is available may be negative: a claim is never refused.

    >>> timeline = Timeline(date(2026, 3, 1), on_hand=5)
    >>> timeline.claim(date(2026, 3, 8), 6)
    >>> timeline.available(date(2026, 3, 1))
    -1
    """

    __slots__ = ("_days", "_nodes", "_today")

    def __init__(self, today: date, on_hand: int = 0) -> None:
        """Start with what is on hand today, 0 or more."""
        self._today = check_date("today", today)
        # Day → units received and claimed; node → its change and least running sum.
        self._days: SortedDict[date, tuple[int, int]] = SortedDict()
        self._nodes: dict[int, tuple[int, int]] = {}
        if check_count("on_hand", on_hand):
            self.receive(today, on_hand)

    @property
    def today(self) -> date:
        """Return the first day."""
        return self._today

    def receive(self, on: date, quantity: int) -> None:
        """Add units that arrive on a day; O(log days)."""
        check_count("quantity", quantity, 1)
        self._change(self._day(on), quantity, 0)

    def claim(self, on: date, quantity: int) -> None:
        """Take units that leave on a day; O(log days)."""
        check_count("quantity", quantity, 1)
        self._change(self._day(on), 0, quantity)

    def withdraw_receipt(self, on: date, quantity: int) -> None:
        """Take back units announced for a day; O(log days).

        Raises `NotPossible` for more than that day receives.
        """
        received, _ = self._events(on)
        _check_withdrawal(f"the receipts of {on}", quantity, received)
        self._change(self._day(on), -quantity, 0)

    def withdraw_claim(self, on: date, quantity: int) -> None:
        """Give back units claimed for a day; O(log days).

        Raises `NotPossible` for more than that day's claims.

        >>> timeline = Timeline(date(2026, 3, 1), on_hand=5)
        >>> timeline.claim(date(2026, 3, 8), 4)
        >>> timeline.withdraw_claim(date(2026, 3, 8), 4)
        >>> timeline.available(date(2026, 3, 8))
        5
        """
        _, claimed = self._events(on)
        _check_withdrawal(f"the claims of {on}", quantity, claimed)
        self._change(self._day(on), 0, -quantity)

    def projected(self, on: date) -> int:
        """Return the balance at the end of a day; O(log days)."""
        node = _FIRST_LEAF + self._day(on).toordinal()
        balance, _ = self._nodes.get(node, _EMPTY)
        while node > 1:
            if node & 1:
                balance += self._nodes.get(node - 1, _EMPTY)[0]
            node >>= 1
        return balance

    def available(self, on: date) -> int:
        """Return the least projected balance from a day on; O(log days)."""
        node = _FIRST_LEAF + self._day(on).toordinal()
        total, least = self._nodes.get(node, _EMPTY)
        before = 0
        while node > 1:
            beside, its_least = self._nodes.get(node ^ 1, _EMPTY)
            if node & 1:
                before += beside
            else:
                least = min(least, total + its_least)
                total += beside
            node >>= 1
        return before + least

    def earliest(self, quantity: int, not_before: date | None = None) -> date | None:
        """Return the first day from which a quantity is available for good, or None.

        Looks from `not_before` on, from today when it is None. O(log days).
        """
        check_count("quantity", quantity, 1)
        start = self._today if not_before is None else self._day(not_before)
        if self._nodes.get(1, _EMPTY)[0] < quantity:
            return None
        # The last day whose balance is below the quantity: rightmost branch first.
        node, before = 1, 0
        while node < _FIRST_LEAF:
            left, _ = self._nodes.get(2 * node, _EMPTY)
            _, right_least = self._nodes.get(2 * node + 1, _EMPTY)
            node *= 2
            if before + left + right_least < quantity:
                node, before = node + 1, before + left
        return max(start, date.fromordinal(node - _FIRST_LEAF + 1))

    def split(
        self, quantity: int, not_before: date | None = None
    ) -> tuple[DatedQuantity, ...]:
        """Return portions that deliver a quantity as early as possible.

        Empty when it can never be covered whole. O(portions × log days).

        >>> timeline = Timeline(date(2026, 3, 1), on_hand=5)
        >>> timeline.receive(date(2026, 3, 10), 10)
        >>> [(one.quantity, one.on.day) for one in timeline.split(7)]
        [(5, 1), (2, 10)]
        """
        is_covered = self.earliest(quantity, not_before) is not None
        on = self.earliest(1, not_before) if is_covered else None
        portions: list[DatedQuantity] = []
        reached = 0
        while on is not None:
            portion = min(self.available(on), quantity) - reached
            portions.append(DatedQuantity(portion, on))
            reached += portion
            on = self.earliest(reached + 1, on) if reached < quantity else None
        return tuple(portions)

    def next_change(self, after: date) -> date | None:
        """Return the next day with a receipt or claim, None if there is none.

        O(log changes).
        """
        place = self._days.bisect_right(check_date("after", after))
        return self._days.peekitem(place)[0] if place < len(self._days) else None

    def copy(self) -> "Timeline":
        """Return a timeline of its own with the same receipts and claims; O(changes).

        >>> timeline = Timeline(date(2026, 3, 1), on_hand=5)
        >>> timeline.copy().claim(date(2026, 3, 1), 5)
        >>> timeline.available(date(2026, 3, 1))
        5
        """
        other = Timeline(self._today)
        other._days = self._days.copy()
        other._nodes = self._nodes.copy()
        return other

    def _day(self, on: date) -> date:
        """Return the day a date counts for."""
        return max(check_date("on", on), self._today)

    def _events(self, on: date) -> tuple[int, int]:
        """Return the units received and claimed on a day."""
        return self._days.get(self._day(on), _EMPTY)

    def _change(self, day: date, more_received: int, more_claimed: int) -> None:
        """Change what a day receives and what is claimed on it, up to the root."""
        received, claimed = self._days.get(day, _EMPTY)
        received, claimed = received + more_received, claimed + more_claimed
        self._days[day] = (received, claimed)
        if not received and not claimed:
            del self._days[day]
        node, change = _FIRST_LEAF + day.toordinal(), received - claimed
        self._set(node, change, change)
        while node > 1:
            node >>= 1
            left, left_least = self._nodes.get(2 * node, _EMPTY)
            right, right_least = self._nodes.get(2 * node + 1, _EMPTY)
            self._set(node, left + right, min(left_least, left + right_least))

    def _set(self, node: int, change: int, least: int) -> None:
        """Keep a node; one without figures is dropped, so that undoing is free."""
        if change or least:
            self._nodes[node] = (change, least)
        else:
            self._nodes.pop(node, None)


def _check_withdrawal(ref: str, quantity: int, possible: int) -> None:
    """Refuse to withdraw more than was given."""
    if check_count("quantity", quantity, 1) > possible:
        remedy = f"withdraw {possible} at most"
        raise NotPossible(
            "withdraw", ref, asked=quantity, possible=possible, remedy=remedy
        )
