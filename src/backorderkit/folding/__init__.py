"""How each fact changes the records, in one function per event."""

from backorderkit.folding.dispatch import fold as fold
