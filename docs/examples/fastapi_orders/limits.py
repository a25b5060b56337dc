"""No request body is read past a limit, whatever its length claims to be.

The bytes are counted as they arrive. The one that is too many ends the reading, so a
body costs no more memory than the limit and one message of the server.
"""

from fastapi import HTTPException, status
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 100_000


class BodyLimit:
    """Ends the reading of a body that is too large; the app answers with 413."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BYTES) -> None:
        """Wrap an app."""
        self._app, self._most = app, most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request with a receiver that counts."""
        if scope["type"] == "http":
            receive = _counting(receive, self._most)
        await self._app(scope, receive, send)


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
