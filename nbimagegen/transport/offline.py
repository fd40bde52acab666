"""`sketch` as one more carrier: the same client, and no network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import httpcore

from nbimagegen.sketch import answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterator


class SketchCarrier:
    """Hands each request to the embedded gateway, which paints in a thread of its own."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Return the embedded gateway's answer, after the latency that was asked for."""
        method, path = request.method.decode(), request.url.target.decode()
        headers = {name.decode().lower(): value.decode() for name, value in request.headers}
        body = await _whole(request)
        painted = await asyncio.to_thread(answer, method, path, headers, body)
        await asyncio.sleep(painted.latency)
        return httpcore.Response(
            painted.status,
            headers=list(painted.headers.items()),
            content=_Slices(painted.chunks, painted.pause),
        )


async def _whole(request: httpcore.Request) -> bytes:
    stream = cast("AsyncIterable[bytes]", request.stream)
    return b"".join([each async for each in stream])


class _Slices:
    """The painted answer, piece by piece; an empty piece is a rest."""

    def __init__(self, chunks: Iterator[bytes], pause: float) -> None:
        self._chunks = chunks
        self._pause = pause

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await asyncio.to_thread(next, self._chunks, None)) is not None:
            if chunk:
                yield chunk
            else:
                await asyncio.sleep(self._pause)
