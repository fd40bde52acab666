"""The body of an answer as slices: unpacked within bounds, with a limit on its size and on silence."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import anyio
import httpcore

from nbimagegen.transport.unpacking import PIECE, unpacker

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator

    from nbimagegen.transport.unpacking import Unpacker

# It broke off or cannot be unpacked, fell silent, has no end, or is packed in a way not asked for.
Fault: TypeAlias = Literal["lost", "silent", "large", "packed"]

MAX_SWELL = 200  # times its packed size; base64 of pictures swells by 1.3, a page of text by 20
_SWELL_FROM = 16 * 2**20
_DIGITS = 20  # of a length that can be one
_LOST = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a body may be, packed or not, and for how many seconds it may be silent."""

    size: int
    idle: float
    before_the_first: float | None = None


class _BodyError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


async def slices(
    response: httpcore.Response, bounds: Bounds, explain: Callable[[Fault], Exception]
) -> AsyncGenerator[bytes, None]:
    """Yield the body as it comes, in slices of at most 512 KiB, under TLS perhaps a record more.

    Args:
        response: The answer, with its head read.
        bounds: What is too large and too slow.
        explain: What to raise where it does not come whole.
    """
    try:
        unpack, sizes = _unpacker(response, bounds), _Sizes(bounds.size)
        async with contextlib.aclosing(_received(response, bounds)) as received:
            async for data in received:
                sizes.packed += len(data)
                pieces = unpack.feed(data)
                while piece := _next(pieces):
                    sizes.add(piece)
                    yield piece
                    if len(piece) == PIECE and piece is not data:
                        await asyncio.sleep(0)  # a packed slice holds hundreds of these, and others wait
                sizes.check()
        if not unpack.is_whole:
            raise _BodyError("lost")  # noqa: TRY301 - as the others, which come from further down
    except _BodyError as problem:
        raise explain(problem.fault) from None


def _unpacker(response: httpcore.Response, bounds: Bounds) -> Unpacker:
    unpack = unpacker(header(response, b"content-encoding"))
    if unpack is None:
        raise _BodyError("packed")
    if _declared(response) > bounds.size:
        raise _BodyError("large")
    return unpack


@dataclass(slots=True)
class _Sizes:
    limit: int
    packed: int = 0
    plain: int = 0

    def add(self, piece: bytes) -> None:
        self.plain += len(piece)
        if self.plain > max(_SWELL_FROM, self.packed * MAX_SWELL):
            raise _BodyError("large")
        self.check()

    def check(self) -> None:
        if max(self.plain, self.packed) > self.limit:
            raise _BodyError("large")


async def _received(response: httpcore.Response, bounds: Bounds) -> AsyncGenerator[bytes, None]:
    """Yield the body as it came over the wire; the idle limit runs once its first byte is here."""
    body = aiter(response.aiter_stream())
    limit = bounds.before_the_first
    while True:
        try:
            # Not asyncio.wait_for: before Python 3.12 it can swallow the caller's own deadline.
            with anyio.fail_after(limit):
                data = await anext(body)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise _BodyError("silent") from None
        except _LOST:
            raise _BodyError("lost") from None
        limit = bounds.idle
        yield data


def _next(pieces: Iterator[bytes]) -> bytes:
    """Return the next piece; empty where there is none."""
    try:
        return next(pieces, b"")
    except zlib.error:
        raise _BodyError("lost") from None


def header(response: httpcore.Response, name: bytes) -> str:
    """Return a header of an answer, empty where it has none; `name` in lower case."""
    found = [value for each, value in response.headers if each.lower() == name]
    return b", ".join(found).decode("latin-1").strip()


def _declared(response: httpcore.Response) -> int:
    length = header(response, b"content-length")
    return int(length) if length.isdecimal() and length.isascii() and len(length) < _DIGITS else 0
