"""How a law speaks when it is broken, and what all laws read of a book.

>>> same("stock_adds_up", "LAMP at main", "on_hand", 3, 3)
"""

from collections.abc import Iterator

from backorderkit.book import LineStatus, OrderBook

__all__ = ["LawBroken"]


class LawBroken(AssertionError):
    """A book breaks a law; the figures say how.

    >>> str(LawBroken("stock_adds_up", "LAMP at main", on_hand=3, recounted=4))
    'stock_adds_up, LAMP at main: on_hand 3, recounted 4'
    """

    def __init__(self, law: str, where: str, **figures: object) -> None:
        """Name the law, the record, and the figures that disagree."""
        told = ", ".join(f"{name} {figure}" for name, figure in figures.items())
        super().__init__(f"{law}, {where}: {told}")
        self.law, self.where, self.figures = law, where, figures


def lines_of(book: OrderBook) -> Iterator[LineStatus]:
    """Yield every line of a book."""
    for ref in book.orders():
        yield from book.order(ref).lines


def same(law: str, where: str, name: str, shown: object, recounted: object) -> None:
    """Compare a figure of the book with a recount."""
    if shown != recounted:
        raise LawBroken(law, where, **{name: shown, "recounted": recounted})
