"""Giving up: whoever leaves closes the socket, wherever the request is."""

from __future__ import annotations

import asyncio
import ssl

import anyio
import pytest

from nbimagegen import errors
from nbimagegen.transport import sending
from nbimagegen.transport.client import Client
from tests.emulator import Trickle, answer
from tests.loopback import BODY, listening, post, says

PATH = "/v1/images/generations"
HELLO = b"HTTP/1.1 200 OK\r\n\r\n"
STAGES = {  # where it hangs: what the other side does, the base URL, the proxy
    "TLS": (says(), "https://{}/v1", None),
    "the proxy": (says(), "https://api.test/v1", "http://{}"),
    "TLS behind the proxy": (says(HELLO), "https://api.test/v1", "http://{}"),
    "SOCKS": (says(), "https://api.test/v1", "socks5://{}"),
    "SOCKS, the second half": (says(b"\x05\x00"), "http://api.test/v1", "socks5://{}"),
}


async def post_by(stage, place):
    _, base_url, proxy = STAGES[stage]
    return await post(base_url.format(place), proxy=proxy and proxy.format(place))


async def given_up(task) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("stage", STAGES)
async def test_a_cancel_while_connecting_closes_the_socket(stage):
    arrived = asyncio.Event()

    async def part(reader, writer):
        await STAGES[stage][0](reader, writer)
        await reader.readexactly(1)
        arrived.set()

    async with listening(part) as (place, gone):
        task = asyncio.create_task(post_by(stage, place))
        await arrived.wait()
        await given_up(task)
        await asyncio.wait_for(gone.wait(), 10)


@pytest.mark.parametrize("stage", STAGES)
async def test_nobody_waits_for_ever_to_connect(monkeypatch, stage):
    monkeypatch.setattr(sending, "CONNECT_SECONDS", 0.05)
    async with listening(STAGES[stage][0]) as (place, gone):
        with pytest.raises(errors.NotSentError, match="no answer to the connection") as caught:
            await post_by(stage, place)
        await asyncio.wait_for(gone.wait(), 10)
    assert caught.value.retry == "not_sent"


@pytest.mark.parametrize("body", [bytes(50_000_000), BODY], ids=["the upload", "the answer"])
async def test_a_cancel_after_sending_closes_the_socket(body):
    arrived, release = asyncio.Event(), asyncio.Event()

    async def part(reader, writer):
        del writer
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await release.wait()

    async with listening(part) as (place, gone):
        task = asyncio.create_task(post(f"http://{place}/v1", body=body))
        await arrived.wait()
        await given_up(task)
        release.set()
        await asyncio.wait_for(gone.wait(), 10)


async def test_a_cancel_while_waiting_is_seen_by_the_gateway(emulator):
    with emulator.hold() as held:
        task = asyncio.create_task(post(emulator.base_url))
        await asyncio.to_thread(held.wait_for, 1)
        await given_up(task)
        assert emulator.posts[0].hung_up.wait(10)


async def test_a_cancel_while_reading_is_seen_by_the_gateway(emulator):
    client = Client(emulator.base_url, None, ssl.create_default_context())
    reading = asyncio.Event()

    async def ask():
        async with client.send("POST", emulator.url + PATH, {}, BODY, None) as got:
            async for _ in got.slices:
                reading.set()

    emulator.next(Trickle(pause=600, answer=answer(200, "an otter")))
    task = asyncio.create_task(ask())
    await reading.wait()
    await given_up(task)
    assert emulator.posts[0].hung_up.wait(10)


async def ask_until_the_gateway_holds_it(emulator, held) -> None:
    with anyio.fail_after(None) as deadline:
        async with anyio.create_task_group() as group:
            group.start_soon(post, emulator.base_url)
            await asyncio.to_thread(held.wait_for, 1)
            deadline.deadline = 0


async def test_a_deadline_of_the_callers_closes_the_socket(emulator):
    with emulator.hold() as held:
        with pytest.raises(TimeoutError):
            await ask_until_the_gateway_holds_it(emulator, held)
        assert emulator.posts[0].hung_up.wait(10)


async def test_leaving_in_the_middle_of_an_answer_closes_the_socket(emulator):
    client = Client(emulator.base_url, None, ssl.create_default_context())
    emulator.next(Trickle(pause=600, answer=answer(200, "an otter")))
    async with client.send("POST", emulator.url + PATH, {}, BODY, None) as got:
        assert await anext(got.slices) == b"a"
    assert emulator.posts[0].hung_up.wait(10)
