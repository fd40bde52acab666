"""The API client: one message out, one answer in, as slices. Adds the key, and shows it to nobody."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import anyio
import httpx

from nbimagegen.errors import ConnectionLostError, DeadlineError, NetworkError, NotSentError
from nbimagegen.transport.addresses import origin
from nbimagegen.transport.network import proxy_for, trust
from nbimagegen.transport.offline import SketchTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

    from nbimagegen.keys import Key
    from nbimagegen.transport.network import Verify

CONNECT_SECONDS = 20.0
IDLE_SECONDS = 60.0
MAX_HOPS = 3
MAX_ERROR_BYTES = 64 * 2**10
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=5.0)
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@dataclass(slots=True)
class Answer:
    """An answer whose body is still under way."""

    status: int
    headers: Mapping[str, str]
    slices: AsyncIterator[bytes]

    async def error_body(self) -> bytes:
        """Return the beginning of an error's body: at most 64 KiB, and none where it breaks off."""
        body = bytearray()
        with contextlib.suppress(NetworkError):
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
        self._http = _http_client(proxy, context)

    @contextlib.asynccontextmanager
    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, key: Key | None
    ) -> AsyncGenerator[Answer]:
        """Send one message and hand over the answer; the socket is closed on leaving.

        Raises:
            NotSentError: The gateway was not reached.
            ConnectionLostError: The connection broke after sending.
            DeadlineError: The body fell silent.
        """
        authorised = {**headers, **({"Authorization": f"Bearer {key.reveal()}"} if key else {})}
        try:
            response = await self._dispatch(method, url, authorised, body)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise _explained(problem, url) from None
        try:
            yield Answer(response.status_code, response.headers, _slices(response, url))
        finally:
            await response.aclose()

    async def _dispatch(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> httpx.Response:
        """Send, following only a redirect that keeps method, body and origin."""
        hops = 0
        while True:
            request = self._http.build_request(method, url, headers=dict(headers), content=body)
            response = await self._http.send(request, stream=True)
            onward = _onward(response, url, self._base_url)
            hops += 1
            if onward is None or hops > MAX_HOPS:
                return response
            await response.aclose()
            url = onward


def shared(base_url: str, verify: Verify = True) -> Client:  # noqa: FBT002 - httpx's own name and meaning
    """Return this process's client for an address; only the I/O thread may ask.

    Raises:
        NotSentError: The environment names a proxy or certificates that cannot be read.
    """
    if base_url.startswith("sketch:"):
        return _kept(os.getpid(), base_url, None, None)
    return _kept(os.getpid(), base_url, proxy_for(base_url), trust(verify))


@cache
def _kept(pid: int, base_url: str, proxy: str | None, context: ssl.SSLContext | None) -> Client:
    del pid  # connections do not outlive a fork
    return Client(base_url, proxy, context)


def _http_client(proxy: str | None, context: ssl.SSLContext | None) -> httpx.AsyncClient:
    # The deadline is the caller's; a read may be long, since a picture takes minutes.
    timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
    if context is None:
        return httpx.AsyncClient(transport=SketchTransport(), trust_env=False, timeout=timeout)
    return httpx.AsyncClient(
        proxy=proxy,
        verify=context,
        trust_env=False,
        follow_redirects=False,
        timeout=timeout,
        limits=_LIMITS,
    )


def _onward(response: httpx.Response, url: str, base_url: str) -> str | None:
    """Return where a redirect leads that keeps method, body and origin; None for any other answer."""
    location = response.headers.get("location", "")
    if response.status_code not in {307, 308} or not location:
        return None
    try:
        onward = urljoin(url, location)
        return onward if origin(onward) == origin(base_url) else None
    except ValueError:
        return None


async def _slices(response: httpx.Response, url: str) -> AsyncIterator[bytes]:
    """Yield the body as it comes; the idle limit runs once its first byte is here."""
    body = response.aiter_bytes().__aiter__()
    limit: float | None = None
    try:
        while True:
            try:
                # Not asyncio.wait_for: before Python 3.12 it can swallow the caller's own deadline.
                with anyio.fail_after(limit):
                    data = await body.__anext__()
            except StopAsyncIteration:
                return
            limit = IDLE_SECONDS
            yield data
    except httpx.HTTPError as problem:
        raise _explained(problem, url) from None
    except TimeoutError:
        message = (
            f"The gateway fell silent for {IDLE_SECONDS:g} seconds in the middle of its answer; "
            "the picture may have been made and billed. Look at your account before you try again."
        )
        raise DeadlineError(message) from None


def _explained(problem: httpx.HTTPError | httpx.InvalidURL, url: str) -> NetworkError:
    """Return our own error for httpx's: without the request, which holds the key."""
    _, host, _ = origin(url)
    if isinstance(problem, _NOT_SENT):
        message = (
            f"{host} could not be reached ({_reason(problem)}); nothing was sent. "
            "Check base_url, the network and the proxy."
        )
        return NotSentError(message)
    message = (
        f"The connection to {host} broke after the request was sent; the picture may have been made "
        "and billed. Look at your account before you try again."
    )
    return ConnectionLostError(message)


def _reason(problem: Exception) -> str:
    if isinstance(problem, httpx.TimeoutException):
        return "no answer to the connection"
    text = str(problem)
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "its certificate is not trusted"
    if "Name or service" in text or "nodename" in text or "getaddrinfo" in text or "resolution" in text:
        return "no such host"
    return "the proxy refused" if isinstance(problem, httpx.ProxyError) else "no connection"
