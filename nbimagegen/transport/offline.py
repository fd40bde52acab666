"""`sketch` as one more transport: the same client, and no network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx

from nbimagegen.sketch import answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class SketchTransport(httpx.AsyncBaseTransport):
    """Hands each request to the embedded gateway, which paints in a thread of its own."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the embedded gateway's answer, after the latency that was asked for."""
        body = await request.aread()
        painted = await asyncio.to_thread(answer, request.method, request.url.path, request.headers, body)
        await asyncio.sleep(painted.latency)
        return httpx.Response(painted.status, headers=painted.headers, stream=_Slices(painted.chunks))


class _Slices(httpx.AsyncByteStream):
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (chunk := await asyncio.to_thread(next, self._chunks, None)) is not None:
            yield chunk
