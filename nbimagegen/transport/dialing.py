"""Opens connections: closed when they are given up, and, for pictures, guarded.

The guard stands where an address is dialled: a name that leads elsewhere the next moment leads nowhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import anyio
import httpcore

from nbimagegen.errors import DownloadError
from nbimagegen.transport.addresses import is_public, is_stand_in, literal
from nbimagegen.transport.streams import connect

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

    from nbimagegen.transport.streams import Plain

    Resolver: TypeAlias = Callable[[str, int], Awaitable[list[str]]]

NEXT_SECONDS = 5.0  # for one of a host's addresses, as long as there is another
_opened: ContextVar[list[Plain] | None] = ContextVar("opened", default=None)


@contextlib.asynccontextmanager
async def closed_if_given_up() -> AsyncGenerator[None, None]:
    """Close what is dialled in this block, where the block ends in an error or a cancel.

    httpcore leaves a socket open where a handshake on it (TLS, SOCKS) is cancelled; see
    https://github.com/encode/httpcore/pull/443 for the same after an error.
    """
    opened: list[Plain] = []
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
    ) -> Plain:
        """Return a connection to a host."""
        del socket_options  # which the pool gives none of
        stream = await connect(await _addresses(host, port), port, timeout, local_address)
        if (opened := _opened.get()) is not None:
            opened.append(stream)
        return stream


async def _addresses(host: str, port: int) -> list[str]:
    try:
        return [host] if literal(host) else await resolve(host, port)
    except (OSError, UnicodeError) as problem:
        raise httpcore.ConnectError(problem) from problem


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
