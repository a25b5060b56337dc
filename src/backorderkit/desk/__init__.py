"""The shells that load, decide, save and tell: no rule lives here."""

from backorderkit.desk.request import RequestDesk
from backorderkit.desk.resident import OrderDesk
from backorderkit.desk.saving import send_notices

__all__ = ["OrderDesk", "RequestDesk", "send_notices"]
