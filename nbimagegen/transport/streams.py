"""Connections as httpcore wants them: TCP and, over it, TLS, both read in large slices.

httpcore's own hand on one TLS record at a time, 16 KiB, each by several turns of the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import ssl
from abc import ABC, abstractmethod
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

import anyio
import httpcore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Sequence

T = TypeVar("T")

READ_BYTES = 512 * 2**10  # taken from a socket at once: a slice costs turns of the loop, whatever its size
_RECORD_BYTES = 16 * 2**10  # of TLS at most; to ask for more makes room for more, each time
_MAY_WAIT = 2  # slices that nobody has read yet, before the other side has to
_NEXT_ADDRESS_SECONDS = 0.25  # as https://www.rfc-editor.org/rfc/rfc8305#section-5 recommends
_ENDS = (ssl.SSLZeroReturnError, ssl.SSLEOFError)  # said, or just gone: HTTP knows whether all has come

# The GNU C library hands a freed block of a slice's size back to the system, and the next one then costs
# a hundred page faults. It keeps those that are smaller than one that was freed before: mallopt(3),
# M_MMAP_THRESHOLD. Where there is another library, nothing changes.
bytearray(8 * READ_BYTES)


class _Arrivals(asyncio.Protocol):
    """What comes on a connection, until it is read."""

    def __init__(self) -> None:
        self._slices: deque[bytes] = deque()
        self._has_news = asyncio.Event()
        self._may_write = asyncio.Event()
        self._is_over = False
        self._lost: Exception | None = None
        self._may_write.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(0)  # what is written has left, or waits
        with contextlib.suppress(AttributeError):  # of asyncio's own; another loop's stays as it is
            cast("Any", transport).max_size = READ_BYTES

    def data_received(self, data: bytes) -> None:
        self._slices.append(data)
        if len(self._slices) >= _MAY_WAIT:
            self._transport.pause_reading()
        self._has_news.set()

    def eof_received(self) -> bool:
        self._is_over = True
        self._has_news.set()
        return True  # the other side has said all, and may still listen

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_over = True
        self._lost = exc or ConnectionResetError()
        self._has_news.set()
        self._may_write.set()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    @property
    def are_there(self) -> bool:
        """Whether something, or the end, is there to be read."""
        return bool(self._slices) or self._is_over

    async def next(self) -> bytes:
        """Return the next slice; empty at the end."""
        while not self.are_there:
            self._has_news.clear()
            await self._has_news.wait()
        if self._slices:
            self._transport.resume_reading()
            return self._slices.popleft()
        if self._lost is not None:
            raise self._lost
        return b""

    async def taken(self) -> None:
        """Return once the other side takes more."""
        await self._may_write.wait()
        if self._lost is not None:
            raise self._lost


class _Stream(httpcore.AsyncNetworkStream, ABC):
    """What httpcore reads and writes, within its times and told of by its errors."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """Return the next bytes, more than asked for where there are more; empty at the end."""
        del max_bytes
        with _told_as(httpcore.ReadTimeout, httpcore.ReadError), _within(timeout):
            return await self._next()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        """Send all of these bytes."""
        with _told_as(httpcore.WriteTimeout, httpcore.WriteError), _within(timeout):
            await self._send_all(buffer)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> Tls:
        """Return the same connection under TLS, which may be TLS within TLS: to a proxy."""
        return await _secured(self, ssl_context, server_hostname, timeout)

    @abstractmethod
    async def _next(self) -> bytes:
        """Return the next bytes; empty at the end."""

    @abstractmethod
    async def _send_all(self, buffer: bytes) -> None:
        """Send all of these bytes."""


class Plain(_Stream):
    """A TCP connection."""

    def __init__(self, transport: asyncio.Transport, arrivals: _Arrivals) -> None:
        self._transport = transport
        self._arrivals = arrivals

    async def _next(self) -> bytes:
        return await self._arrivals.next()

    async def _send_all(self, buffer: bytes) -> None:
        await self._arrivals.taken()
        self._transport.write(buffer)
        await self._arrivals.taken()

    async def aclose(self) -> None:
        """Close the connection, whatever has not left."""
        self._transport.close()
        await asyncio.sleep(0)
        self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """Return whether something is there to be read; of an idle connection, that it has ended."""
        return self._is_readable() if info == "is_readable" else None

    def _is_readable(self) -> bool:
        handle = self._transport.get_extra_info("socket").fileno()
        return self._arrivals.are_there or handle < 0 or _is_ready(handle)


class Tls(_Stream):
    """TLS over another connection, which may be TLS itself: to a proxy."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, context: ssl.SSLContext, host: str | None) -> None:
        self._inner = inner
        self._come, self._to_go = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._come, self._to_go, server_hostname=host)

    async def shake_hands(self) -> None:
        """Begin."""
        await self._done(self._tls.do_handshake)

    async def _next(self) -> bytes:
        return await self._done(self._records)

    async def _send_all(self, buffer: bytes) -> None:
        await self._done(lambda: self._tls.write(buffer))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks: which protocol was agreed on, and whether there is something to read."""
        return self._tls if info == "ssl_object" else self._inner.get_extra_info(info)

    def _records(self) -> bytes:
        """Return all that can be read without waiting; empty at the end."""
        records: list[bytes] = []
        with contextlib.suppress(*_ENDS):
            try:
                while record := self._tls.read(_RECORD_BYTES):
                    records.append(record)
            except ssl.SSLWantReadError:
                if not records:
                    raise
        return b"".join(records)

    async def _done(self, work: Callable[[], T]) -> T:
        """Return what `work` does, once enough has come for it."""
        while True:
            try:
                result = work()
            except ssl.SSLWantReadError:
                await self._send()
                data = await self._inner.read(READ_BYTES)
                self._come.write(data) if data else self._come.write_eof()
            except ssl.SSLError:
                await self._send()  # why, to the other side
                raise
            else:
                await self._send()
                return result

    async def _send(self) -> None:
        if self._to_go.pending:
            await self._inner.write(self._to_go.read())


async def connect(
    addresses: Sequence[str],
    port: int,
    timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    local_address: str | None = None,
) -> Plain:
    """Return a connection to the first of a host's addresses that takes one.

    Args:
        addresses: In the order in which they are tried; the next one begins before the last has given up.
        port: Of all of them.
        timeout: In seconds, for all of them.
        local_address: Where from.
    """
    with _told_as(httpcore.ConnectTimeout, httpcore.ConnectError), _within(timeout):
        # Not by asyncio's own race, which leaves sockets open where it is cancelled.
        if len(addresses) == 1:
            return await _connection(addresses[0], port, local_address)
        return await _first_of([partial(_connection, each, port, local_address) for each in addresses])


async def _connection(address: str, port: int, local_address: str | None) -> Plain:
    local = (local_address, 0) if local_address else None
    loop = asyncio.get_running_loop()
    return Plain(*await loop.create_connection(_Arrivals, address, port, local_addr=local))


async def _first_of(attempts: Sequence[Callable[[], Awaitable[Plain]]]) -> Plain:
    """Return the first connection that stands; those that come too late are closed."""
    found: list[Plain] = []
    problems: list[OSError] = []
    try:
        async with anyio.create_task_group() as group:

            async def attempt(connect: Callable[[], Awaitable[Plain]], is_over: anyio.Event) -> None:
                try:
                    found.append(await connect())
                    group.cancel_scope.cancel()
                except OSError as problem:
                    problems.append(problem)
                is_over.set()

            for each in attempts:
                is_over = anyio.Event()
                group.start_soon(attempt, each, is_over)
                with anyio.move_on_after(_NEXT_ADDRESS_SECONDS):
                    await is_over.wait()
        if not found:
            raise problems[0]
        return found.pop(0)
    finally:
        with anyio.CancelScope(shield=True):
            for each in found:
                await each.aclose()


async def _secured(
    inner: httpcore.AsyncNetworkStream,
    context: ssl.SSLContext,
    host: str | None,
    timeout: float | None,  # noqa: ASYNC109 - httpcore's signature
) -> Tls:
    try:
        with _told_as(httpcore.ConnectTimeout, httpcore.ConnectError), _within(timeout):
            stream = Tls(inner, context, host)
            await stream.shake_hands()
    except BaseException:
        with anyio.CancelScope(shield=True):
            await inner.aclose()
        raise
    return stream


def _within(seconds: float | None) -> contextlib.AbstractContextManager[object]:
    return contextlib.nullcontext() if seconds is None else anyio.fail_after(seconds)


@contextlib.contextmanager
def _told_as(late: type[Exception], broken: type[Exception]) -> Generator[None, None, None]:
    """Raise the errors that httpcore knows, around the system's own."""
    try:
        yield
    except TimeoutError as problem:
        raise late(problem) from problem
    except OSError as problem:
        raise broken(problem) from problem


def _is_ready(handle: int) -> bool:
    if not hasattr(select, "poll"):
        return bool(select.select([handle], [], [], 0)[0])
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(0))
