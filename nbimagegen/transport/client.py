"""The API client: one message out, one answer in, as slices. Adds the key, and shows it to nobody."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from nbimagegen.errors import ImageGenError, NotSentError
from nbimagegen.transport import losses
from nbimagegen.transport.body import Bounds, header, slices
from nbimagegen.transport.carriers import carrier
from nbimagegen.transport.dialing import DIALER
from nbimagegen.transport.network import proxy_for, trust
from nbimagegen.transport.places import Place, onward
from nbimagegen.transport.sending import Outgoing, closing, head, request

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    import httpcore

    from nbimagegen.keys import Key
    from nbimagegen.transport.network import Verify
    from nbimagegen.transport.sending import Body

IDLE_SECONDS = 60.0
MAX_HOPS = 3
MAX_ANSWER_BYTES = 512 * 2**20  # packed or not; what is read of it has the same limit, by its own count
MAX_ERROR_BYTES = 64 * 2**10
# That keep the method and the body; a GET has none, so that any redirect keeps it.
_FOLLOWED = {"GET": {301, 302, 303, 307, 308}}
_FOLLOWED_WITH_BODY = {307, 308}


@dataclass(slots=True)
class Answer:
    """An answer whose body is still under way."""

    status: int
    headers: Mapping[str, str]
    slices: AsyncIterator[bytes]

    async def error_body(self) -> bytes:
        """Return the beginning of an error's body: at most 64 KiB, and what came of one that breaks off."""
        body = bytearray()
        with contextlib.suppress(ImageGenError):
            async for each in self.slices:
                body += each
                if len(body) >= MAX_ERROR_BYTES:
                    break
        return bytes(body[:MAX_ERROR_BYTES])


class Client:
    """Sends messages to one base URL; connections are kept for a few seconds."""

    def __init__(self, base_url: str, proxy: str | None, context: ssl.SSLContext | None) -> None:
        """Prepare a client; nothing is dialled yet."""
        self._base_url = base_url
        self._proxy = proxy
        self._context = context

    @contextlib.asynccontextmanager
    async def send(  # noqa: PLR0913 - one request, whole
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Body,
        key: Key | None,
        *,
        on_sent: Callable[[], object] | None = None,
    ) -> AsyncGenerator[Answer, None]:
        """Send one message and hand over the answer; the socket is closed on leaving, also by a cancel.

        Args:
            method: POST or GET.
            url: Where to; its origin is the base URL's.
            headers: What the message says; with a body in slices, its Content-Length among them.
            body: The bytes, or a callable that gives them in slices, called anew for each hop. An
                `ImageGenError` that the slices raise comes out as it is.
            key: What the Authorization header is made of.
            on_sent: Called when the body begins to leave: before that, nothing can be billed.

        Raises:
            NotSentError: The gateway was not reached.
            ConnectionLostError: The connection broke after sending.
            DeadlineError: The body fell silent.
            AnswerError: The body is too large, or packed in a way that was not asked for.
        """
        for hop in range(MAX_HOPS + 1):
            response = await self._dispatched(method, url, headers, Outgoing(body, on_sent), key)
            received = self._slices(response, url)
            async with closing(received, response):
                to = self._onward(method, url, response) if hop < MAX_HOPS else None
                if to is None:
                    yield Answer(response.status, httpx.Headers(response.headers), received)
                    return
            url = to

    async def _dispatched(
        self, method: str, url: str, headers: Mapping[str, str], outgoing: Outgoing, key: Key | None
    ) -> httpcore.Response:
        """Return the head of the answer to one request."""
        place = self._place(url)
        via = carrier(self._proxy, self._context, DIALER)
        try:
            response = await head(via, _request(method, place, headers, outgoing, key), outgoing)
        except ImageGenError:
            raise
        except Exception as problem:  # SOCKS and TLS raise what they like
            if self._context is None:
                raise  # there is no network that could have failed
            if outgoing.is_begun:
                raise losses.after_sending(place.host) from None
            raise losses.before_sending(place.host, problem, is_proxied=bool(self._proxy)) from None
        if response.status == losses.PROXY_REFUSES and self._proxy:
            await response.aclose()
            raise losses.proxy_refuses(place.host)
        return response

    def _place(self, url: str) -> Place:
        if self._context is None:
            return Place("http", "sketch", 80, httpx.URL(url).raw_path)
        place = Place.of(url)
        if place is None:
            message = "base_url names no host that can be reached; nothing was sent. Check base_url."
            raise NotSentError(message, retry="for_good")
        return place

    def _slices(self, response: httpcore.Response, url: str) -> AsyncGenerator[bytes, None]:
        bounds = Bounds(MAX_ANSWER_BYTES, IDLE_SECONDS)
        return slices(response, bounds, lambda fault: losses.of_body(fault, self._place(url).host, bounds))

    def _onward(self, method: str, url: str, response: httpcore.Response) -> str | None:
        """Return where a redirect leads that keeps method, body and origin; None for any other answer."""
        location = header(response, b"location")
        if response.status not in _FOLLOWED.get(method, _FOLLOWED_WITH_BODY) or not location:
            return None
        to = onward(url, location)
        here, there = Place.of(self._base_url), Place.of(to or "")
        return to if here and there and here.origin == there.origin else None


def shared(base_url: str, verify: Verify = True, proxy: str | None = None) -> Client:  # noqa: FBT002 - httpx's own name and meaning
    """Return a client for an address; all that go the same way share their connections.

    Args:
        base_url: Where requests go.
        verify: Whom TLS trusts.
        proxy: The proxy to use; None for what the environment names, empty for none.

    Raises:
        NotSentError: A proxy or certificates were named that cannot be read.
    """
    if base_url.startswith("sketch:"):
        return Client(base_url, None, None)
    return Client(base_url, proxy_for(base_url, proxy), trust(verify))


def _request(
    method: str, place: Place, headers: Mapping[str, str], outgoing: Outgoing, key: Key | None
) -> httpcore.Request:
    # The key stands in this frame alone, which raises nothing: a traceback may print a frame's variables.
    secret = {"Authorization": f"Bearer {key.reveal()}"} if key else {}
    return request(method, place, {**headers, **secret}, outgoing)
