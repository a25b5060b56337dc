"""How each fact changes the records, in one function per event."""

from backorderkit.book.fold.dispatch import (
    fold as fold,
)
