"""One request on its way out: whether any of it was sent, how long connecting may take, and the closing."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, TypeAlias

import anyio
import httpcore

from nbimagegen.transport.dialing import closed_if_given_up
from nbimagegen.transport.unpacking import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from nbimagegen.transport.carriers import Carrier
    from nbimagegen.transport.places import Place

Body: TypeAlias = "bytes | Callable[[], AsyncIterator[bytes]]"

CONNECT_SECONDS = 20.0  # for the name, the connection, the proxy and TLS together
_WRITE_BYTES = 256 * 2**10
_HEADERS = {"Accept": "*/*", "Accept-Encoding": ACCEPTED, "User-Agent": "nbimagegen"}


class Outgoing:
    """The body of one request, which knows whether it was begun: before that, nothing can be billed.

    Args:
        body: The bytes, or a callable that gives them in slices.
        on_sent: Called when the first byte of the body is about to leave.

    Attributes:
        connecting: Ends what takes too long until there is a connection. Whoever sends the body asks for its
            slices only then: that lifts the deadline, and calls `on_sent`.
    """

    def __init__(self, body: Body, on_sent: Callable[[], object] | None = None) -> None:
        self._body = body
        self._on_sent = on_sent
        self._slices: AsyncIterator[bytes] | None = None
        self.connecting = anyio.CancelScope()

    @property
    def is_begun(self) -> bool:
        """Whether a byte of the body may have been sent."""
        return self._slices is not None

    def __aiter__(self) -> AsyncIterator[bytes]:
        self.connecting.deadline = math.inf
        self._slices = _sliced(self._body) if isinstance(self._body, bytes) else self._body()
        if self._on_sent is not None:
            self._on_sent()
        return self._slices

    def length(self, method: str) -> dict[str, str]:
        """Return the Content-Length, where this knows it."""
        if not isinstance(self._body, bytes) or (method == "GET" and not self._body):
            return {}
        return {"Content-Length": str(len(self._body))}

    async def aclose(self) -> None:
        """Let go of what the slices are read from."""
        close = getattr(self._slices, "aclose", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await close()


async def _sliced(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), _WRITE_BYTES):
        yield body[start : start + _WRITE_BYTES]


def request(
    method: str,
    place: Place,
    headers: Mapping[str, str],
    outgoing: Outgoing,
    silence: float | None = None,
) -> httpcore.Request:
    """Return a request whose repr shows nothing but its method; it waits for each byte up to `silence`."""
    ours = {"Host": place.authority, **_HEADERS, **outgoing.length(method)}
    given = {name.lower() for name in headers}
    named = {name: value for name, value in ours.items() if name.lower() not in given} | {**headers}
    lines = [(name.encode("ascii", "replace"), value.encode()) for name, value in named.items()]
    timeout = {"read": silence, "write": silence}
    return httpcore.Request(
        method, place.url, headers=lines, content=outgoing, extensions={"timeout": timeout}
    )


async def head(carrier: Carrier, request: httpcore.Request, outgoing: Outgoing) -> httpcore.Response:
    """Return the head of the answer.

    Raises:
        httpcore.ConnectTimeout: There was no connection in time.
    """
    try:
        async with closed_if_given_up():
            with outgoing.connecting as scope:
                scope.deadline = anyio.current_time() + CONNECT_SECONDS
                return await carrier.handle_async_request(request)
            raise httpcore.ConnectTimeout  # the time was up: `connecting` keeps that cancel to itself
    finally:
        await outgoing.aclose()


@contextlib.asynccontextmanager
async def closing(*things: httpcore.Response | AsyncGenerator[bytes, None]) -> AsyncGenerator[None, None]:
    """Close these on leaving, also where it is a cancel that makes us leave."""
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            for each in things:
                await each.aclose()
