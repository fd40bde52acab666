"""P5: 64 pictures of 2 MB at once, each half a second away; and how long the kernel's own loop stands still.

Ideal is the wait, and what one raw socket needs for the bytes of all 64, one after the other, in the same
run; what a client needs over it is set against what the openai SDK does. As in P1 and P1b: first into
nothing, as the SDK has it, then with all that a session keeps: an intent that is on the disk before anything
is sent, the answer, its picture, its hash, its record and the index.
"""

from __future__ import annotations

import asyncio
import base64
import statistics
import time
from typing import TYPE_CHECKING

import clients
import whole
from gateway import playing

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

AT_ONCE = 64
_WAIT = 500  # ms
_TICK = 0.002
_MOST_STALL = 50.0  # ms
_FUNCTIONS = {
    "ours": ("p05_burst", "wire"),
    "ours, kept": ("p05_burst", "session"),
    "openai SDK": ("p05_burst", "openai_sdk"),
    "httpx + json": ("p05_burst", "httpx_json"),
}
_SLOW = {"httpx + json"}
# The one target is of work that keeps nothing, as its peers do; what is kept has the target of P1b.
_TARGETS = (
    ("P5", "ours", "wire into nothing", 0.50),
    ("P5b", "ours, kept", "kept in the history", 0.60),
)


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure bursts in fresh processes."""
    with playing() as gateway:
        asked = {name: each for name, each in _FUNCTIONS.items() if effort.slow_peers or name not in _SLOW}
        contenders = harness.calling(asked, gateway.base_url("b64", "1K", waits=_WAIT))
        contenders["floor"] = Contender("p05_burst", "one_by_one", (gateway.base_url("b64", "1K"),))
        took = harness.afresh(contenders, effort.fresh)
    floor = took.pop("floor")
    over = {name: _over(each, floor) for name, each in took.items()}
    against = {name: each / over["openai SDK"] for name, each in over.items()}
    stalls = {name: each * 1000 for name, each in harness.medians(took, "stall").items()}
    what = f"{AT_ONCE} at once, {_WAIT / 1000} s away, 2 MB"
    peers = {name: against[name] for name in _SLOW if name in against}
    for number, name, how, target in _TARGETS:
        told = f"{over[name]:+.0%} of it, the openai SDK {over['openai SDK']:+.0%}"
        line = f"{what}, {how}: time over the ideal ({told})"
        yield Figure(number, line, against[name], target, peers=peers)
    others = {name: stalls[name] for name in stalls if name != "ours, kept"}
    what = f"{what}, kept in the history: longest stall of the kernel's loop"
    yield Figure("P5", what, stalls["ours, kept"], target=_MOST_STALL, peers=others, unit="ms")


def _over(took: list[dict[str, float]], floor: list[dict[str, float]]) -> float:
    """Return by how much of the ideal a burst is later than it, round by round."""
    ideals = [_WAIT / 1000 + each["wall"] for each in floor]
    return statistics.median((one["wall"] - ideal) / ideal for one, ideal in zip(took, ideals, strict=True))


# Contenders: each returns what runs one round, and how long the loop stood still in it.


def session(url: str) -> Callable[[], dict[str, float]]:
    """64 generations of one session, kept in its history."""
    asking = whole.session(url, parallel=AT_ONCE)
    asking.generate("an otter")  # the lazy imports of a first picture are P6's

    async def ask() -> None:
        await asking.agenerate("an otter", fresh=True)

    return lambda: asyncio.run(_burst(ask))


def wire(url: str) -> Callable[[], dict[str, float]]:
    """64 answers into nothing, on the thread that sends every request."""
    from nbimagegen import jobs  # noqa: PLC0415 - each process imports its own contender alone

    asking = clients.asking(url)
    jobs.run(asking()).result()  # as above

    async def ask() -> None:
        await asyncio.wrap_future(jobs.run(asking()))

    return lambda: asyncio.run(_burst(ask))


def openai_sdk(url: str) -> Callable[[], dict[str, float]]:
    """64 pictures by the SDK, on the kernel's own loop."""
    from openai import AsyncOpenAI  # noqa: PLC0415 - each process imports its own contender alone

    client = AsyncOpenAI(base_url=url, api_key="sk-nobody", max_retries=0)

    async def ask() -> None:
        answer = await client.images.generate(model="gpt-image-1", prompt="an otter")
        base64.b64decode(answer.data[0].b64_json)

    return lambda: asyncio.run(_burst(ask))


def httpx_json(url: str) -> Callable[[], dict[str, float]]:
    """64 pictures as one would write it, on the kernel's own loop."""
    import httpx  # noqa: PLC0415 - as above

    client = httpx.AsyncClient(timeout=60)

    async def ask() -> None:
        answer = await client.post(f"{url}/images/generations", content=clients.BODY)
        base64.b64decode(answer.json()["data"][0]["b64_json"])

    return lambda: asyncio.run(_burst(ask))


def one_by_one(url: str) -> Callable[[], None]:
    """The floor: the bytes of 64 pictures by one raw socket."""
    ask = clients.raw_socket(url)

    def ask_all() -> None:
        for _ in range(AT_ONCE):
            ask()

    return ask_all


async def _burst(ask: Callable[[], Awaitable[None]]) -> dict[str, float]:
    watch = asyncio.ensure_future(_longest_stall())
    await asyncio.sleep(0)
    began = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    wall = time.perf_counter() - began
    watch.cancel()
    return {"wall": wall, "stall": await watch}


async def _longest_stall() -> float:
    """Tick until cancelled, and return by how much the latest tick was late."""
    longest = 0.0
    try:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK)
            longest = max(longest, time.perf_counter() - before - _TICK)
    except asyncio.CancelledError:
        return longest


if __name__ == "__main__":
    harness.main(figures)
