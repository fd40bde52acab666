"""What carries a request to its answer: a pool of connections, or the embedded gateway."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

import httpcore
import httpx

from nbimagegen.transport.offline import SketchCarrier

if TYPE_CHECKING:
    import ssl

KEPT_SECONDS = 5.0  # a request on a connection that the gateway had closed ends as "may have been billed"
_KEPT_AT_MOST = 20  # httpcore looks through them all, for each of them, at each request
_SKETCH = SketchCarrier()


class Carrier(Protocol):
    """Takes a request and gives the head of its answer; the body is still under way."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Return the answer."""
        ...


_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[object, Carrier]] = WeakKeyDictionary()


def carrier(
    proxy: str | None, context: ssl.SSLContext | None, dialer: httpcore.AsyncNetworkBackend
) -> Carrier:
    """Return the connections of this event loop that go this way; without a context, the embedded gateway.

    A pool is a matter of one loop: after a fork, the child's own loop begins with none.
    """
    if context is None:
        return _SKETCH
    pools = _pools.setdefault(asyncio.get_running_loop(), {})
    way = (proxy, context, dialer)
    if way not in pools:
        pools[way] = _pool(proxy, context, dialer)
    return pools[way]


def _pool(proxy: str | None, context: ssl.SSLContext, dialer: httpcore.AsyncNetworkBackend) -> Carrier:
    # There is no limit to wait at: those who send have limits of their own.
    return httpcore.AsyncConnectionPool(
        ssl_context=context,
        proxy=_proxy(proxy, context) if proxy else None,
        max_connections=None,
        max_keepalive_connections=_KEPT_AT_MOST,
        keepalive_expiry=KEPT_SECONDS,
        network_backend=dialer,
    )


def _proxy(address: str, context: ssl.SSLContext) -> httpcore.Proxy:
    read = httpx.Proxy(address)
    scheme, host, port = read.url.raw_scheme, read.url.raw_host, read.url.port
    url = httpcore.URL(scheme=scheme, host=host, port=port, target=b"/")
    return httpcore.Proxy(url, auth=read.raw_auth, ssl_context=context if scheme == b"https" else None)
