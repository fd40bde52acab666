"""The gate that a 429 closes: nobody leaves early, the oldest leaves first, and nobody starves."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import pytest

from nbimagegen import Gateway, budget, wire
from nbimagegen.budget import NEXT_SECONDS, Gate, ticket
from nbimagegen.jobs import Plan, errand
from nbimagegen.jobs.errand import Errand
from nbimagegen.jobs.reception import Outcome
from nbimagegen.jobs.tries import LIMITS
from nbimagegen.records import GenerationRecord, ImageRequest
from tests import clockwork
from tests.clockwork import Clock, play
from tests.emulator import Limiter, Received

SOON = 0.001


@pytest.fixture
def clock(monkeypatch) -> Clock:
    """The time that the gate and the event loop go by."""
    clock = Clock()
    monkeypatch.setattr(budget, "time", clock)
    return clock


class Trips:
    """Requests at one gate: who left when, and what each was told of its waiting."""

    def __init__(self, clock: Clock) -> None:
        self.gate = Gate()
        self.left: list[tuple[str, float]] = []
        self.told: dict[str, list[float | None]] = {}
        self._began = clock.now
        self._clock = clock

    async def go(self, name: str, answer_takes: float = 0.0, turn: int | None = None) -> None:
        """Wait at the gate, leave, and be answered so many seconds later."""
        heard = self.told.setdefault(name, [])
        turn = ticket() if turn is None else turn
        await self.gate.enter(turn, heard.append)
        self.left.append((name, self.now))
        await asyncio.sleep(answer_takes)
        self.gate.answered(turn)

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return round(self._clock.now - self._began, 6)


async def all_go(trips: Trips, names: str, **how: float) -> None:
    await asyncio.gather(*(trips.go(name, **how) for name in names))


def test_an_open_gate_lets_all_through_at_once_and_says_nothing(clock):
    trips = Trips(clock)
    play(lambda: all_go(trips, "abc"), clock)
    assert trips.left == [("a", 0), ("b", 0), ("c", 0)]
    assert trips.told == {"a": [], "b": [], "c": []}


@pytest.mark.parametrize("seconds", [SOON, 0.25, 1, 59.5, 3600])
def test_a_closed_gate_lets_nobody_through_early(clock, seconds):
    trips = Trips(clock)
    trips.gate.close(seconds)
    play(lambda: all_go(trips, "abc"), clock)
    assert trips.left == [("a", seconds), ("b", seconds), ("c", seconds)]
    assert trips.told["a"] == [pytest.approx(seconds), None]


def test_they_leave_in_the_order_in_which_they_first_came(clock):
    trips = Trips(clock)
    trips.gate.close(1)
    turns = {name: ticket() for name in "abcd"}

    async def out_of_order() -> None:
        await asyncio.gather(*(trips.go(name, turn=turns[name]) for name in "dbca"))

    play(out_of_order, clock)
    assert [name for name, _ in trips.left] == ["a", "b", "c", "d"]


def test_after_a_refusal_the_next_one_leaves_when_the_last_was_answered(clock):
    trips = Trips(clock)
    trips.gate.close(10)
    play(lambda: all_go(trips, "abc", answer_takes=0.5), clock)
    assert trips.left == [("a", 10), ("b", 10.5), ("c", 11)]


def test_after_a_refusal_the_next_one_waits_for_no_answer_longer_than_a_second(clock):
    trips = Trips(clock)
    trips.gate.close(10)
    play(lambda: all_go(trips, "abc", answer_takes=60), clock)
    assert trips.left == [("a", 10), ("b", 10 + NEXT_SECONDS), ("c", 10 + 2 * NEXT_SECONDS)]


def test_an_answer_to_one_that_left_earlier_lets_nobody_go(clock):
    trips = Trips(clock)

    async def one_is_under_way() -> None:
        slow = asyncio.ensure_future(trips.go("slow", answer_takes=10.1))
        await asyncio.sleep(1)
        trips.gate.close(9)
        await asyncio.gather(slow, all_go(trips, "abc", answer_takes=60))

    play(one_is_under_way, clock)
    assert trips.left == [("slow", 0), ("a", 10), ("b", 11), ("c", 12)]


def test_once_all_who_waited_are_gone_the_gate_is_as_before(clock):
    trips = Trips(clock)
    trips.gate.close(5)

    async def then_more() -> None:
        await all_go(trips, "a", answer_takes=30)
        await all_go(trips, "bc", answer_takes=30)

    play(then_more, clock)
    assert trips.left == [("a", 5), ("b", 35), ("c", 35)]


def test_who_comes_while_others_wait_waits_behind_them(clock):
    trips = Trips(clock)
    trips.gate.close(10)

    async def one_more_at(seconds: float) -> None:
        await asyncio.sleep(seconds)
        await trips.go("late")

    async def together() -> None:
        await asyncio.gather(all_go(trips, "abc", answer_takes=5), one_more_at(10.5))

    play(together, clock)
    assert trips.left == [("a", 10), ("b", 11), ("c", 12), ("late", 13)]


def test_a_refusal_while_others_wait_makes_their_countdown_longer(clock):
    trips = Trips(clock)
    trips.gate.close(10)

    async def refused_again() -> None:
        await asyncio.sleep(4)
        trips.gate.close(20)

    async def together() -> None:
        await asyncio.gather(all_go(trips, "ab"), refused_again())

    play(together, clock)
    assert trips.told == {"a": [10, 20, None], "b": [10, 20, None]}
    assert trips.left == [("a", 24), ("b", 24)]


def test_a_refusal_never_makes_the_wait_shorter(clock):
    trips = Trips(clock)
    trips.gate.close(10)
    trips.gate.close(0)
    trips.gate.close(3)
    play(lambda: all_go(trips, "a"), clock)
    assert trips.left == [("a", 10)]


def test_a_refusal_of_the_first_keeps_the_rest_until_it_is_over(clock):
    trips = Trips(clock)
    trips.gate.close(10)

    async def refused_once(turn: int) -> None:
        await trips.gate.enter(turn, lambda _: None)
        trips.gate.close(30)
        trips.gate.answered(turn)
        await trips.go("first", turn=turn)

    async def together() -> None:
        await asyncio.gather(refused_once(ticket()), all_go(trips, "bc"))

    play(together, clock)
    assert trips.left == [("first", 40), ("b", 40), ("c", 40)]


def test_one_that_is_cancelled_while_it_waits_holds_up_nobody(clock):
    trips = Trips(clock)
    trips.gate.close(10)

    async def without_b() -> None:
        tasks = {name: asyncio.ensure_future(trips.go(name)) for name in "abc"}
        await asyncio.sleep(2)
        tasks["b"].cancel()
        await asyncio.wait(tasks.values())

    play(without_b, clock)
    assert trips.left == [("a", 10), ("c", 10)]
    assert trips.told["b"] == [10, None]


def test_all_that_wait_may_be_cancelled_and_the_gate_still_opens(clock):
    trips = Trips(clock)
    trips.gate.close(10)

    async def given_up() -> None:
        task = asyncio.ensure_future(trips.go("a"))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.sleep(20)
        await trips.go("b")

    play(given_up, clock)
    assert trips.left == [("b", 21)]


def test_one_that_is_cancelled_as_it_is_let_go_holds_up_the_next_for_a_second_at_most(clock):
    trips = Trips(clock)
    trips.gate.close(10)

    async def too_late() -> None:
        tasks = [asyncio.ensure_future(trips.go(name)) for name in "ab"]
        await asyncio.sleep(10)
        tasks[0].cancel()
        await asyncio.wait(tasks)

    play(too_late, clock)
    assert trips.left[-1][0] == "b"
    assert trips.left[-1][1] <= 10 + NEXT_SECONDS


def test_tickets_only_grow():
    tickets = [ticket() for _ in range(100)]
    assert all(earlier < later for earlier, later in pairwise(tickets))


@pytest.mark.parametrize("seed", range(50))
def test_whatever_happens_nobody_leaves_a_closed_gate(clock, seed):
    dice, trips = clockwork.dice(seed), Trips(clock)
    closed_until = 0.0

    async def refuse() -> None:
        nonlocal closed_until
        for _ in range(dice.randrange(1, 6)):
            seconds = dice.choice([0, 0.1, 2, 30])
            closed_until = max(closed_until, trips.now + seconds)
            trips.gate.close(seconds)
            await asyncio.sleep(dice.uniform(0, 20))

    async def one(name: str) -> None:
        await asyncio.sleep(dice.uniform(0, 15))
        turn = ticket()
        await trips.gate.enter(turn, lambda _: None)
        assert trips.now >= closed_until - SOON
        await trips.go(name, dice.uniform(0, 3), turn)

    async def together() -> None:
        await asyncio.gather(refuse(), *(one(f"{number}") for number in range(30)))

    play(together, clock)
    assert len(trips.left) == 30


# A storm: many jobs at a gateway that lets few through.

JOBS = 200
PLAIN = Gateway("plain", base_url="http://127.0.0.1:9/v1", needs_key=False)


class Storm:
    """Plays the way to a gateway with a limit, and notes who set out before the time that was told."""

    def __init__(self, clock: Clock, seed: int, limiter: Limiter, made_in: float) -> None:
        self.gate = Gate()
        self.tries: Counter[str] = Counter()
        self.early = 0
        self._opens = 0.0
        self._clock = clock
        self._dice = clockwork.dice(seed)
        self._limiter = limiter
        self._made_in = made_in

    async def exchange(self, _message, _route, slip) -> Outcome:
        """Take the place of `nbimagegen.jobs.exchange.exchange`."""
        self.tries[slip.generation] += 1
        self.early += self._clock.now < self._opens - SOON
        slip.on_sent()
        await asyncio.sleep(self._dice.uniform(0.01, 0.3))
        told = self._limiter.turned_away(Received("POST", "/", {}))
        if told is None:
            await asyncio.sleep(self._made_in * self._dice.uniform(0.5, 1.5))
            return Outcome()
        await asyncio.sleep(self._dice.uniform(0.01, 0.3))
        refused = wire.failure(429, told, b"")
        self._opens = max(self._opens, self._clock.now + (refused.retry_after or 0.0))
        raise refused

    async def job(self, name: str) -> Outcome:
        """Send one request, again and again where that may be."""
        request = ImageRequest("an otter", "plain", "any", PLAIN.base_url, "images")
        record = GenerationRecord(name, request, "queued", "code", 0.0)
        plan = Plan(record, PLAIN, (1,), SimpleNamespace(gate=self.gate), 300.0)
        return await Errand(plan, 0, lambda *_: None, lambda _: None).run(partial(asyncio.sleep, 0))

    async def blow(self) -> None:
        """Let all jobs come at once."""
        await asyncio.gather(*(self.job(f"{number}") for number in range(JOBS)))


@pytest.mark.parametrize("made_in", [0.2, 5, 40], ids="made in {}s".format)
@pytest.mark.parametrize("per", [2, 60], ids="in {}s".format)
@pytest.mark.parametrize("most", [1, 2, 5, 20])
def test_in_a_storm_nobody_is_early_and_nobody_starves(clock, monkeypatch, most, per, made_in):
    storm = Storm(clock, most, Limiter(most, per, clock=clock.time), made_in)
    monkeypatch.setattr(errand, "time", clock)
    monkeypatch.setattr(errand, "exchange", storm.exchange)
    play(storm.blow, clock)
    assert storm.early == 0
    assert len(storm.tries) == JOBS
    assert max(storm.tries.values()) <= 1 + LIMITS["for_now"]
