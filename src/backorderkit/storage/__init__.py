"""The shells that load, decide, save and tell: no rule lives here."""

from backorderkit.notices import (
    Notice,
    NoticeKind,
    NoticeLine,
)
from backorderkit.storage.footprints import (
    Footprints,
    Key,
)
from backorderkit.storage.order_desk import (
    OrderDesk,
)
from backorderkit.storage.protocols import (
    Notifier,
    Repository,
    Token,
    Transactional,
    UnitOfWork,
)
from backorderkit.storage.request_desk import (
    RequestDesk,
)
from backorderkit.storage.saving import (
    send_notices,
)
from backorderkit.storage.scope import (
    Scope,
)

__all__ = [
    "Footprints",
    "Key",
    "Notice",
    "NoticeKind",
    "NoticeLine",
    "Notifier",
    "OrderDesk",
    "Repository",
    "RequestDesk",
    "Scope",
    "Token",
    "Transactional",
    "UnitOfWork",
    "send_notices",
]
