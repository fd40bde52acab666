"""Opens connections: in large reads, closed when they are given up, and, for pictures, guarded.

The guard stands where an address is dialled: a name that leads elsewhere the next moment leads nowhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import anyio
import httpcore

from nbimagegen.errors import DownloadError
from nbimagegen.transport.addresses import is_public, is_stand_in, literal

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

    Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]

READ_BYTES = 256 * 2**10  # what asyncio takes from a socket at once; httpcore asks for a quarter
NEXT_SECONDS = 5.0  # for one of a host's addresses, as long as there is another
_BACKEND = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())
_opened: ContextVar[list[Stream] | None] = ContextVar("opened", default=None)


class Stream(httpcore.AsyncNetworkStream):
    """A connection that is read in large slices."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """Return the next bytes: more than asked for, where there are more."""
        return await self._inner.read(max(max_bytes, READ_BYTES), timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        """Send all of these bytes."""
        await self._inner.write(buffer, timeout)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> Stream:
        """Return the same connection under TLS."""
        return Stream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection knows of itself."""
        return self._inner.get_extra_info(info)


@contextlib.asynccontextmanager
async def closed_if_given_up() -> AsyncGenerator[None, None]:
    """Close what is dialled in this block, where the block ends in an error or a cancel.

    httpcore leaves a socket open where a handshake on it (TLS, SOCKS) is cancelled; see
    https://github.com/encode/httpcore/pull/443 for the same after an error.
    """
    opened: list[Stream] = []
    token = _opened.set(opened)
    try:
        yield
    except BaseException:
        with anyio.CancelScope(shield=True):
            for each in opened:
                await each.aclose()
        raise
    finally:
        _opened.reset(token)


@dataclass(frozen=True)
class Dialer(httpcore.AsyncNetworkBackend):
    """Dials whatever it is told to."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to a host."""
        inner = await _BACKEND.connect_tcp(host, port, timeout, local_address, socket_options)
        stream = Stream(inner)
        if (opened := _opened.get()) is not None:
            opened.append(stream)
        return stream


async def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class PublicDialer(httpcore.AsyncNetworkBackend):
    """Dials hosts on the public network only, by the very addresses that were checked."""

    resolver: Resolver
    dialer: httpcore.AsyncNetworkBackend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to a host.

        Raises:
            DownloadError: It has no address, or one that is not on the public network.
        """
        *others, last = await self._checked(host, port)
        for each in others:
            try:
                return await self.dialer.connect_tcp(each, port, NEXT_SECONDS, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self.dialer.connect_tcp(last, port, timeout, local_address, socket_options)

    async def _checked(self, host: str, port: int) -> list[str]:
        try:
            found = [host] if literal(host) else await self.resolver(host, port)
        except (OSError, UnicodeError):
            found = []
        if not found:
            message = f"The picture's host {host} has no address; the picture's URL is kept."
            raise DownloadError(message)
        inside = [each for each in found if not is_public(each)]
        if inside:
            raise _refused(host, inside[0])
        return found


def _refused(host: str, address: str) -> DownloadError:
    what = "which is not on the public network"
    if is_stand_in(address):
        what = f"which your proxy tool seems to answer with {address}, an address of its own"
    message = (
        f"The gateway's picture address points at {host}, {what}, so it was not opened; if you trust that "
        f'host, pass allow_image_hosts=("{host}",) and download again: the picture\'s URL is kept.'
    )
    return DownloadError(message, retry="for_good")


DIALER = Dialer()
