"""A storm of 429s: all jobs of one gateway at once, and it takes a few in each window of time.

None comes before it may, none starves, and they are served in the order in which they were asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from nbimagegen import Session
from tests.emulator import Call, Emulator, TooMany
from tests.proof import counted, held

JOBS = counted(40, 200)
AT_ONCE, WINDOW = 4, 0.03  # so many in so many seconds
FIRST_WAIT = 0.5  # seconds: longer than it takes until all who were turned away have heard of it
MOST_TRIES = 4
PATIENCE = 120


@dataclass
class Storm:
    """Answers nobody before all are there; then takes a few, and is a gateway with a limit from there on."""

    emulator: Emulator
    calls: int = 0
    _broken: asyncio.Event = field(default_factory=asyncio.Event)

    async def play(self, call: Call) -> None:
        """Take the call, or turn it away."""
        place = self.calls
        self.calls += 1
        if self.calls == JOBS:
            self._break()
        await self._broken.wait()
        await (call.honest() if place < AT_ONCE else TooMany("ms", FIRST_WAIT)).play(call)

    def _break(self) -> None:
        opens = time.monotonic() + FIRST_WAIT
        self.emulator.always(None)
        self.emulator.limit(AT_ONCE, WINDOW, _opens=opens, _let_through=AT_ONCE, _told=True)
        self._broken.set()


pytestmark = pytest.mark.proof


@pytest.fixture
def jobs(emulator) -> list:
    """All jobs, done, in the order in which they were asked for."""
    emulator.always(Storm(emulator))
    session = Session("storm", base_url=emulator.base_url, model="any", parallel=JOBS)
    started = [session.submit(str(number), size="64x64") for number in range(JOBS)]
    return [each.wait(PATIENCE) for each in started]


def test_in_a_storm_nobody_is_early_nobody_starves_and_the_order_is_kept(jobs, emulator):
    assert emulator.early == []
    assert [(each.status, len(each.pictures)) for each in jobs] == [("done", 1)] * JOBS
    assert (len(emulator.accepted), emulator.billed) == (JOBS, JOBS)
    tries = Counter(each.json["prompt"] for each in emulator.posts)
    assert max(tries.values()) <= MOST_TRIES
    turned_away_first = [int(each.json["prompt"]) for each in emulator.accepted[AT_ONCE:]]
    assert turned_away_first == sorted(turned_away_first)
    held("jobs in a storm of 429s", "early or starved", JOBS)
