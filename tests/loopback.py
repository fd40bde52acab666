"""Somebody on the loopback who plays a part in bytes, for what no gateway does: proxies, silence, noise."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager

from nbimagegen.transport.client import Client

BODY = b'{"prompt": "an otter"}'


async def post(base_url, *, key=None, proxy=None, body=BODY, **options):
    """POST a body the way a job does, and return the whole answer."""
    client = Client(base_url, proxy, ssl.create_default_context())
    url = f"{base_url}/images/generations"
    method, headers = options.pop("method", "POST"), {"X-Otter": "yes", **options.pop("headers", {})}
    async with client.send(method, url, headers, body, key, **options) as got:
        return got.status, got.headers, b"".join([each async for each in got.slices])


@asynccontextmanager
async def listening(part):
    """Play a part to whoever connects; gives the address, and an event for when the other side has left."""
    gone = asyncio.Event()

    async def serve(reader, writer):
        try:
            await part(reader, writer)
            await reader.read()  # until the other side closes
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            gone.set()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", gone


def says(*replies: bytes):
    """Return a part: these replies, one for whatever comes each time, and then silence."""

    async def part(reader, writer):
        for each in replies:
            await reader.read(65_536)
            writer.write(each)

    return part


def hangs_up(*replies: bytes):
    """Return a part: these replies, and the end of the connection where the next is due."""

    async def part(reader, writer):
        await says(*replies)(reader, writer)
        await reader.read(65_536)
        raise ConnectionError

    return part
