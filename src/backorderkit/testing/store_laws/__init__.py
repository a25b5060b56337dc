"""Prove a repository: what `storage` asks of one, as cases that any store can run."""

from backorderkit.testing.store_laws.limits import (
    ODD as ODD,
)
from backorderkit.testing.store_laws.storage_laws import (
    Verdict,
    check_repository,
)
from backorderkit.testing.store_laws.store_fixture import (
    NOON as NOON,
    Differs as Differs,
    RepositoryLawBroken,
    keys_of as keys_of,
    refuses as refuses,
    same as same,
)
from backorderkit.testing.store_laws.stories import (
    whole_story as whole_story,
)

__all__ = [
    "RepositoryLawBroken",
    "Verdict",
    "check_repository",
]
