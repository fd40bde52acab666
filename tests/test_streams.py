"""Connections: TLS, and TLS within TLS, are read in large slices; the other side waits where nobody reads."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import re
import ssl
from contextlib import asynccontextmanager
from pathlib import Path

import httpcore
import pytest

from nbimagegen import errors
from nbimagegen.transport import streams
from nbimagegen.transport.client import Client

PEM = Path(__file__).with_name("loopback.pem")  # of nobody: made for these tests
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
LARGE = bytes(range(256)) * 12_000  # 3 MB
RECORD = 16 * 2**10


def trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=PEM)


@asynccontextmanager
async def serving(part, *, tls=True):
    """Play a part over TLS; gives the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)

    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await part(reader, writer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context if tls else None) as server:
        yield server.sockets[0].getsockname()[1]


async def request(reader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    return await reader.readexactly(int(length[1])) if length else b""


async def echoing(reader, writer):
    """Answer each request with its own body."""
    while True:
        body = await request(reader)
        writer.write(ANSWER % len(body) + body)
        await writer.drain()


async def tunnel(reader, writer):
    """Play a proxy: connect to where it is told, and pass everything on."""
    head = await reader.readuntil(b"\r\n\r\n")
    port = int(head.split(b" ")[1].rpartition(b":")[2])
    there = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    await asyncio.gather(piped(reader, there[1]), piped(there[0], writer))


async def piped(reader, writer):
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def echoed(port: int, *, proxy=None, bodies=(LARGE,), context=None) -> list[list[bytes]]:
    """Send bodies, and return the slices of each answer."""
    base_url = f"https://localhost:{port}/v1"
    client = Client(base_url, proxy, context or trusting())
    found = []
    for body in bodies:
        headers = {"Content-Type": "application/json"}
        async with client.send("POST", f"{base_url}/images", headers, body, None) as got:
            found.append([each async for each in got.slices])
    return found


async def test_bytes_come_back_over_tls_and_over_the_same_connection():
    async with serving(echoing) as port:
        first, second = await echoed(port, bodies=(LARGE, b"an otter"))
    assert (b"".join(first), b"".join(second)) == (LARGE, b"an otter")


async def test_records_of_tls_are_read_many_at_a_time():
    async with serving(echoing) as port:
        [slices] = await echoed(port)
    assert len(slices) < len(LARGE) / RECORD / 2
    assert max(map(len, slices)) <= streams.READ_BYTES


async def test_tls_goes_through_a_proxy_that_is_spoken_to_by_tls():
    async with serving(echoing) as port, serving(tunnel) as proxy:
        [slices] = await echoed(port, proxy=f"https://localhost:{proxy}")
    assert b"".join(slices) == LARGE


async def test_a_certificate_that_nobody_signed_is_not_trusted():
    async with serving(echoing) as port:
        with pytest.raises(errors.NotSentError, match="certificate is not trusted"):
            await echoed(port, context=ssl.create_default_context())


async def silent_end(reader, writer):
    await request(reader)
    writer.write(ANSWER % 100 + b"an otter")


@pytest.mark.parametrize("tls", [True, False])
async def test_an_answer_that_ends_too_early_is_lost(tls):
    async with serving(silent_end, tls=tls) as port:
        base_url = f"http{'s' if tls else ''}://localhost:{port}/v1"
        client = Client(base_url, None, trusting())
        with pytest.raises(errors.ConnectionLostError):
            async with client.send("POST", f"{base_url}/images", {}, b"{}", None) as got:
                assert [each async for each in got.slices]


@pytest.fixture
def connections(monkeypatch) -> list:
    """What is held of each connection that is opened."""
    opened = []
    made = streams._Arrivals.connection_made
    monkeypatch.setattr(
        streams._Arrivals, "connection_made", lambda held, *args: opened.append(held) or made(held, *args)
    )
    return opened


@pytest.mark.parametrize("tls", [True, False])
async def test_who_is_not_read_has_to_wait(tls, connections):
    """However fast a gateway is, and however slow the disk, a connection holds a few slices at most."""
    sent = []

    async def gushing(reader, writer):
        await request(reader)
        writer.write(ANSWER % (400 * 2**20))
        while True:
            writer.write(LARGE)
            await writer.drain()
            sent.append(len(LARGE))

    async with serving(gushing, tls=tls) as port:
        base_url = f"http{'s' if tls else ''}://localhost:{port}/v1"
        client = Client(base_url, None, trusting())
        async with client.send("POST", f"{base_url}/images", {}, b"{}", None) as got:
            await anext(aiter(got.slices))
            before = -1
            while before != sum(sent):  # until the other side has to wait
                before = sum(sent)
                for _ in range(1000):
                    await asyncio.sleep(0)
            [held] = connections
            assert sum(map(len, held._slices)) <= 3 * streams.READ_BYTES
    assert sum(sent) < 64 * 2**20  # which the system holds


async def test_the_next_address_of_a_host_is_tried_where_one_refuses(nobody):
    refusing = int(nobody.rpartition(":")[2])
    with pytest.raises(httpcore.ConnectError):
        await streams.connect(["127.0.0.1", "127.0.0.2"], refusing)
    async with serving(echoing, tls=False) as port:
        stream = await streams.connect(["127.0.0.2", "127.0.0.1"], port)
        await stream.aclose()


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["127.0.0.1"] * 2], ids=["one address", "two"])
async def test_whoever_gives_up_while_connecting_leaves_no_socket_open(addresses, recwarn):
    gc.collect()  # of what other tests left
    recwarn.clear()
    async with serving(echoing, tls=False) as port:
        for turns in range(12):
            task = asyncio.create_task(streams.connect(addresses, port))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await (await task).aclose()
    del task
    gc.collect()
    assert [str(each.message) for each in recwarn if each.category is ResourceWarning] == []
