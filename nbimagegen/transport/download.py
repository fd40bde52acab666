"""Fetches a picture from the address that an answer gave: no key, no cookies, and nowhere inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import DownloadError, NotSentError
from nbimagegen.transport import dialing, losses
from nbimagegen.transport.body import Bounds, header, slices
from nbimagegen.transport.carriers import carrier
from nbimagegen.transport.hosts import admit
from nbimagegen.transport.network import proxy_for, trust
from nbimagegen.transport.places import Place, onward
from nbimagegen.transport.sending import Outgoing, closing, head, request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import httpcore

    from nbimagegen.errors import Retry
    from nbimagegen.transport.body import Fault
    from nbimagegen.transport.carriers import Carrier
    from nbimagegen.transport.dialing import Resolver
    from nbimagegen.transport.network import Verify

IDLE_SECONDS = 60.0
MAX_HOPS = 3
MAX_PICTURE_BYTES = 64 * 2**20
_FOLLOWED = {301, 302, 303, 307, 308}
_EXPIRED = {403, 404, 410}
_PASSING = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class _Way:
    """How pictures of one answer are fetched."""

    home: str
    verify: Verify
    proxy: str | None
    allow_hosts: Collection[str]
    resolver: Resolver
    dialer: httpcore.AsyncNetworkBackend

    def to(self, url: str) -> tuple[Place, Carrier]:
        """Return what an address names, and what may carry a request there."""
        place, may_be_anywhere = admit(url, self.home, self.allow_hosts)
        proxy = proxy_for(url, self.proxy)
        # A proxy resolves the name itself. Connections that were let through unchecked have a pool of
        # their own, so that a guarded request never finds one of them.
        is_free = proxy is not None or may_be_anywhere
        dialer = self.dialer if is_free else dialing.PublicDialer(self.resolver, self.dialer)
        return place, carrier(proxy, trust(self.verify), dialer)


async def download(  # noqa: PLR0913 - one download, whole
    url: str,
    home: str,
    write: Callable[[bytes], object],
    *,
    verify: Verify = True,
    proxy: str | None = None,
    allow_hosts: Collection[str] = (),
    resolver: Resolver = dialing.resolve,
    dialer: httpcore.AsyncNetworkBackend = dialing.DIALER,
) -> None:
    """Fetch the bytes at `url` and hand them on as they come.

    The deadline is the caller's. What `write` raises comes out as it is.

    Args:
        url: Where the answer says the picture is.
        home: The base URL of the gateway; its own origin may be a private one.
        write: Takes each slice, in order, as `body.slices` yields them.
        verify: Whom TLS trusts.
        proxy: The proxy to use; None for what the environment names, empty for none.
        allow_hosts: Hosts that may be anywhere: `cdn.example.com`, `*.example.com`.
        resolver: Host and port → IP addresses.
        dialer: What opens connections.

    Raises:
        DownloadError: It was refused or failed; `url` is kept on the error. `retry` is "download" where
            it may pass by itself, "for_good" where it will not.
    """
    way = _Way(home, verify, proxy, allow_hosts, resolver, dialer)
    try:
        await _followed(url, way, write)
    except (DownloadError, NotSentError) as error:
        # NotSentError: a proxy or certificates that cannot be read.
        retry: Retry = error.retry if isinstance(error, DownloadError) else "for_good"
        raise DownloadError(error.message, url=url, status=error.status, retry=retry) from None


async def _followed(url: str, way: _Way, write: Callable[[bytes], object]) -> None:
    to: str | None = url
    for _ in range(MAX_HOPS + 1):
        to = await _fetched(to, way, write)
        if to is None:
            return
    message = f"The picture was made and its address redirects more than {MAX_HOPS} times; its URL is kept."
    raise DownloadError(message, retry="for_good")


async def _fetched(url: str, way: _Way, write: Callable[[bytes], object]) -> str | None:
    """Hand on what is at this address, or return where it redirects to."""
    place, via = way.to(url)
    response = await _asked(place, via)
    bounds = Bounds(MAX_PICTURE_BYTES, IDLE_SECONDS, IDLE_SECONDS)
    body = slices(response, bounds, _of_body)
    async with closing(body, response):
        if response.status in _FOLLOWED and header(response, b"location"):
            return _redirected(url, response)
        _check(response)
        async for each in body:
            write(each)
    return None


async def _asked(place: Place, via: Carrier) -> httpcore.Response:
    outgoing = Outgoing(b"")
    try:
        return await head(via, request("GET", place, {}, outgoing, IDLE_SECONDS), outgoing)
    except DownloadError:
        raise
    except Exception as problem:  # noqa: BLE001 - SOCKS and TLS raise what they like
        why = losses.reason(problem)
        message = f"The picture was made and its host {place.host} does not answer ({why}); its URL is kept."
        retry: Retry = "for_good" if losses.is_refusal_of_proxy(problem) else "download"
        raise DownloadError(message, retry=retry) from None


def _redirected(url: str, response: httpcore.Response) -> str:
    to = onward(url, header(response, b"location"))
    if to is None:
        message = "The picture was made and its address redirects to none; its URL is kept."
        raise DownloadError(message, status=response.status, retry="for_good")
    return to


def _check(response: httpcore.Response) -> None:
    status = response.status
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own bounds
        return
    what = ", so it has expired or is not for us" if status in _EXPIRED else ""
    message = f"The picture was made and its address answers {status}{what}; its URL is kept."
    passes = status in _PASSING or status >= 500  # noqa: PLR2004 - HTTP's own bound
    raise DownloadError(message, status=status, retry="download" if passes else "for_good")


def _of_body(fault: Fault) -> DownloadError:
    message, retry = _BODY[fault]
    return DownloadError(f"{message}; its URL is kept.", retry=retry)


_BODY: dict[Fault, tuple[str, Retry]] = {
    "lost": ("The picture was made, and the connection broke while it was fetched", "download"),
    "silent": (
        f"The picture was made, and its host fell silent for {IDLE_SECONDS:g} seconds while it was fetched",
        "download",
    ),
    "large": (
        f"The picture at the gateway's address is over {MAX_PICTURE_BYTES // 2**20} MiB, so it was not kept",
        "for_good",
    ),
    "packed": ("The picture's host packs it in a way that was not asked for", "for_good"),
}
