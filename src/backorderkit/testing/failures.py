"""The errors of a broken law, and what all laws read of a book.

A broken law is always a `LawBroken` and names the `law`. The rest depends on what is
tested: a `BookLawBroken` has the figures that disagree, a `PlugInLawBroken` what
was expected of a repository or a notifier and what came instead, and the
`PolicyLawBroken` of `policy_laws` the smallest problem on which a policy fails.

>>> same("stock_adds_up", "LAMP at main", "on_hand", 3, 3)
"""

from collections.abc import Iterator

from backorderkit.book import LineStatus, OrderBook

__all__ = ["BookLawBroken", "LawBroken"]


class LawBroken(AssertionError):
    """A law of this library is broken; the message explains how.

    >>> broken = LawBroken("stock_adds_up", "stock_adds_up: 3 is not 4")
    >>> broken.law, str(broken)
    ('stock_adds_up', 'stock_adds_up: 3 is not 4')
    """

    def __init__(self, law: str, message: str) -> None:
        """Name the law and describe the breach."""
        super().__init__(message)
        self.law = law


class BookLawBroken(LawBroken):
    """A book breaks a law; the figures show how.

    >>> str(BookLawBroken("stock_adds_up", "LAMP at main", on_hand=3, recounted=4))
    'stock_adds_up, LAMP at main: on_hand 3, recounted 4'
    """

    def __init__(self, law: str, where: str, **figures: object) -> None:
        """Name the law, the record, and the figures that disagree."""
        disagree = ", ".join(f"{name} {figure}" for name, figure in figures.items())
        super().__init__(law, f"{law}, {where}: {disagree}")
        self.where: str = where
        self.figures: dict[str, object] = figures


class PlugInLawBroken(LawBroken):
    """A plug-in breaks its contract; the message has three lines.

    >>> print(PlugInLawBroken("a_stale_token_is_refused", "Conflict", "token 2"))
    the plug-in breaks a_stale_token_is_refused:
    expected: Conflict
    came: token 2
    """

    plug_in = "plug-in"

    def __init__(self, case: str, expected: str, came: str) -> None:
        """Name the case, what the Protocol asks for, and what came instead."""
        super().__init__(
            case,
            f"the {self.plug_in} breaks {case}:\nexpected: {expected}\ncame: {came}",
        )
        self.case: str = case
        self.expected: str = expected
        self.came: str = came


def lines_of(book: OrderBook) -> Iterator[LineStatus]:
    """Yield every line of a book."""
    for ref in book.orders():
        yield from book.order(ref).lines


def same(law: str, where: str, name: str, shown: object, recounted: object) -> None:
    """Compare a figure of the book with a recount."""
    if shown != recounted:
        raise BookLawBroken(law, where, **{name: shown, "recounted": recounted})
