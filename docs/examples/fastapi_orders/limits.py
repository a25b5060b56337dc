"""No request body is read past a limit, whatever its length claims to be.

The bytes are counted as they arrive. The one that is too many ends the reading, so a
body costs no more memory than the limit and one message of the server. A compressed
body is refused unread: a few bytes of it can stand for any number.
"""

from fastapi import HTTPException, status
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 100_000


class BodyLimit:
    """Ends the reading of a body: 413 if it is too large, 415 if it is compressed."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES) -> None:
        """Wrap an app."""
        self._app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request with a receiver that counts."""
        if scope["type"] == "http":
            encoding = Headers(scope=scope).get("content-encoding", "identity")
            plain = encoding.lower() == "identity"
            receive = _counting(receive, self._most) if plain else _compressed
        await self._app(scope, receive, send)


async def _compressed() -> Message:
    """Refuse to read."""
    raise HTTPException(
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE, "send the body without compression"
    )


def _counting(receive: Receive, most: int) -> Receive:
    """Return a receiver that raises once more than so many bytes came."""
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(
                status.HTTP_413_CONTENT_TOO_LARGE, f"send at most {most} bytes"
            )
        return message

    return counted
