"""Proof by numbers: whatever the order of events, no schedule of parallel jobs overshoots a budget."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from nbimagegen import Budget, Gateway, Model, Price, Session
from nbimagegen.budget import Order
from nbimagegen.errors import (
    BudgetError,
    NotSentError,
    RateLimitError,
    RefusedError,
    ServerError,
)
from nbimagegen.jobs import errand, tries
from nbimagegen.jobs.reception import Outcome
from nbimagegen.records import LostPicture
from tests import clockwork
from tests.proof import counted, held

if TYPE_CHECKING:
    from random import Random

pytestmark = pytest.mark.proof

PATIENCE = 30
SCHEDULES = range(counted(100, 1_000))
DIME = 0.1
NEVER = "overshot its budget"
FATES = ("all", "all", "few", "none", "not_sent", "late", "limit")
PRICED = Gateway(
    "priced",
    base_url="http://127.0.0.1:9/v1",
    needs_key=False,
    models={"any": Model("any", max_images_per_request=2, prices=(Price(DIME),)), "free": Model("free")},
)


# Schedules: whatever the order of events, the limit holds at each of them.


@pytest.mark.parametrize("seed", SCHEDULES)
def test_tasks_side_by_side_never_spend_more_than_the_budget(seed):
    dice = clockwork.dice(seed)
    limit = dice.randrange(1, 30)
    budget = Budget(images=limit, usd=limit * DIME)
    ledger: list[int] = []

    def check() -> None:
        assert budget.spent_images == sum(ledger) <= limit
        assert budget.spent_usd == pytest.approx(sum(ledger) * DIME)

    async def job() -> None:
        orders = [Order(dice.randrange(1, 5), DIME) for _ in range(dice.randrange(1, 4))]
        asked = sum(each.images for each in orders)
        await asyncio.sleep(0)
        try:
            reservations = budget.reserve(*orders)
        except BudgetError:
            assert budget.spent_images + asked > limit
            return
        ledger.append(asked)
        for each in reservations:
            check()
            await asyncio.sleep(dice.choice([0, 0, 1e-6]))
            came = dice.choice([None, *range(each.images + 1)])
            each.settle(came)
            ledger.append(0 if came is None else came - each.images)
        check()

    async def all_jobs() -> None:
        await asyncio.gather(*(job() for _ in range(20)))

    asyncio.run(all_jobs())
    check()
    held("schedules of tasks", NEVER)


@pytest.mark.parametrize("seed", SCHEDULES)
def test_threads_side_by_side_never_spend_more_than_the_budget(seed, hasty_threads):
    dice = clockwork.dice(seed)
    limit = dice.randrange(1, 40)
    budget = Budget(images=limit)
    fates = [[(dice.randrange(1, 4), dice.random()) for _ in range(25)] for _ in range(6)]
    kept, seen = [0] * len(fates), []

    def work(place: int) -> None:
        for images, fate in fates[place]:
            try:
                [reservation] = budget.reserve(Order(images))
            except BudgetError:
                continue
            seen.append(budget.spent_images)
            reservation.settle(0 if fate < 0.8 else images)
            kept[place] += 0 if fate < 0.8 else images

    hasty_threads(work, range(len(fates)))
    assert all(0 <= each <= limit for each in seen)
    assert budget.spent_images == sum(kept) <= limit
    held("schedules of threads", NEVER)


def test_of_many_who_want_the_last_picture_one_gets_it(hasty_threads):
    budget, lucky = Budget(images=1), []

    def want(_: int) -> None:
        try:
            lucky.append(budget.reserve(Order(1)))
        except BudgetError:
            return

    hasty_threads(want, range(16))
    assert len(lucky) == 1


# Schedules of jobs: a gateway that counts what it made, and a user who cancels.


class Maker:
    """Plays the way to a gateway: makes some pictures, or fails, and counts what it made."""

    def __init__(self, dice: Random, budget: Budget) -> None:
        self.made = 0
        self._dice = dice
        self._budget = budget
        self._limit = budget.images

    async def exchange(self, message, _route, slip) -> Outcome:
        """Take the place of `nbimagegen.jobs.exchange.exchange`."""
        await asyncio.sleep(self._dice.choice([0, 0.001]))
        asked, fate = (
            message.fields.get("n", 1),
            self._dice.choice(FATES),
        )
        if fate == "not_sent":
            raise NotSentError("Nobody there.")
        slip.on_sent()
        await asyncio.sleep(self._dice.choice([0, 0.001]))
        if fate in {"none", "limit"}:
            raise RefusedError("No.") if fate == "none" else RateLimitError("Too many.", retry_after=0)
        came = self._dice.randrange(asked + 1) if fate == "few" else asked
        self.made += came
        assert self.made <= self._budget.spent_images <= self._limit
        if fate == "late":
            raise ServerError("Late.")
        return Outcome(lost=(LostPicture("http://127.0.0.1/1.png"),) * came)


@pytest.mark.parametrize("seed", SCHEDULES)
def test_jobs_side_by_side_never_make_more_than_the_budget(seed, monkeypatch, one_session):
    dice = clockwork.dice(seed)
    session, session.budget = one_session, Budget(images=dice.randrange(1, 16))
    maker = Maker(dice, session.budget)
    monkeypatch.setattr(errand, "exchange", maker.exchange)
    started = []
    for _ in range(8):
        try:
            started.append(session.submit("an otter", n=dice.randrange(1, 6)))
        except BudgetError:
            continue
        if dice.random() < 0.3:
            session.cancel(dice.choice(started))
    for each in started:
        each._finished.result(PATIENCE)
    assert maker.made <= session.budget.spent_images <= session.budget.images
    held("schedules of jobs", NEVER)


@pytest.fixture
def one_session(monkeypatch) -> Session:
    """A session at a gateway that makes two pictures a request, on a disk that takes no time."""
    for room in (tries, errand):
        monkeypatch.setattr(room, "backoff", lambda _: 0.0)
    session = Session("schedules", gateway=PRICED, model="any")
    for each in ("intend", "save"):
        monkeypatch.setattr(session._desk.store, each, lambda _record: None)
    return session


@pytest.fixture
def hasty_threads():
    """Run a function in many threads that take turns all the time."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def run(function, arguments) -> None:
        barrier = threading.Barrier(len(arguments))
        threads = [
            threading.Thread(target=lambda each=each: (barrier.wait(), function(each))) for each in arguments
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join(PATIENCE)

    yield run
    sys.setswitchinterval(before)
