"""Ready-made adapters, one module per technology."""

from backorderkit.adapters.memory import (
    MemoryRepository,
)

__all__ = [
    "MemoryRepository",
]
