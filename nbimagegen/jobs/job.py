"""One job from request to committed record: queued, sent, and what came of it written down."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from nbimagegen.errors import CancelledError, ImageGenError
from nbimagegen.jobs import threads
from nbimagegen.jobs.commit import commit, public, with_outcomes
from nbimagegen.jobs.costs import with_cost
from nbimagegen.jobs.errand import Errand
from nbimagegen.jobs.reception import Outcome

if TYPE_CHECKING:
    from nbimagegen.jobs.plan import Plan
    from nbimagegen.records import GenerationRecord
    from nbimagegen.store import Unsaved


class Report(Protocol):
    """Whoever is told of a job, on the I/O thread."""

    def advance(self, record: GenerationRecord, unsaved: Unsaved | None) -> None:
        """Take the record as it now is, and what of it the disk did not take."""
        ...

    def waits(self, seconds: float | None) -> None:
        """Note that a gateway which is too busy makes it wait so long; None: it goes on."""
        ...

    def preview(self, index: int, data: bytes) -> None:
        """Take a preview of a picture that is under way."""
        ...


class Slots:
    """How many jobs of one session are on their way at a time; the rest wait in order."""

    def __init__(self, count: int) -> None:
        self._count = count
        # Whether a job has to wait is told at once, on any thread; the waiting is the I/O thread's.
        self._jobs = 0  # on their way, or waiting for it
        self._lock = threading.Lock()
        self._semaphore: asyncio.Semaphore | None = None

    def enter(self) -> bool:
        """Count one job more, from any thread; return whether it has not to wait for another."""
        with self._lock:
            self._jobs += 1
            return self._jobs <= self._count

    def leave(self) -> None:
        """Count one job less."""
        with self._lock:
            self._jobs -= 1

    def place(self) -> asyncio.Semaphore:
        """Return the semaphore to hold while on the way; made on the I/O thread."""
        if self._semaphore is None:
            self._semaphore = asyncio.Semaphore(self._count)
        return self._semaphore


class Job:
    """A running job. It has entered the slots, and leaves them once its requests are over."""

    def __init__(self, plan: Plan, slots: Slots, report: Report) -> None:
        self._plan = plan
        self._slots = slots
        self._report = report
        self._record = plan.record
        self._began = time.monotonic()  # again when it sets out, where it has to wait
        self._cancelled = False
        parts = range(len(plan.requests))
        self._errands = [Errand(plan, part, report.preview, report.waits) for part in parts]
        self._setting_out: asyncio.Future[None] | None = None
        self._performance: asyncio.Task[None] | None = None
        self._travel: asyncio.Task[object] | None = None  # as long as a cancel can stop it

    def start(self) -> None:
        """Begin; returns at once."""
        threads.call(self._begin)

    def _begin(self) -> None:
        if self._performance is None:
            self._performance = asyncio.ensure_future(self._perform())

    def cancel(self) -> None:
        """Stop waiting and close the sockets; what has come is kept. A job that was not started ends, too."""
        threads.call(self._cancel)

    def _cancel(self) -> None:
        if self._cancelled:  # a second one would break off what keeps the pictures that have come
            return
        self._cancelled = True
        if self._travel is not None:
            self._travel.cancel()
        self._begin()  # for whoever was to start it may have been interrupted

    async def _perform(self) -> None:
        try:
            await self._see_through()
        except Exception as problem:  # noqa: BLE001 - a fault of ours must end the job, not hang whoever waits
            error = public(problem, self._plan.route)
            error.may_be_billed = any(each.was_sent for each in self._errands)
            # On the disk it stays under way, so that the next kernel finishes what the inbox holds.
            self._report.advance(replace(self._record, status="failed", error=error.to_dict()), None)

    async def _see_through(self) -> None:
        outcomes = await self._outcomes()
        was_sent = any(each.was_sent for each in self._errands)
        stopped = _stopped(self._plan, was_sent=was_sent) if self._cancelled else None
        final = with_cost(_judged(self._record, outcomes, self._began, stopped), self._plan.gateway)
        self._settle(outcomes)
        final, unsaved = await asyncio.to_thread(commit, final, dict(enumerate(outcomes)), self._plan.route)
        self._report.advance(final, unsaved)

    def _settle(self, outcomes: list[Outcome]) -> None:
        """Say of each reservation what is to be paid."""
        parts = zip(self._plan.reservations, self._errands, strict=False)
        for part, (reservation, errand) in enumerate(parts):
            outcome = outcomes[part] if part < len(outcomes) else Outcome(was_stopped=True)
            reservation.settle(_paid(outcome, reservation.images) if errand.was_sent else 0)

    async def _outcomes(self) -> list[Outcome]:
        try:
            return await self._brought()
        finally:
            self._slots.leave()

    async def _brought(self) -> list[Outcome]:
        if self._cancelled:
            return []
        # In this very task: while much is coming, each task more costs a turn of a loop that has much to do.
        self._travel = asyncio.current_task()
        try:
            async with self._slots.place():
                return await self._all_requests()
        except asyncio.CancelledError:  # while it was queued
            return []
        except Exception as problem:  # noqa: BLE001 - it ends the travel, and what came is written down
            return [Outcome(error=public(problem, self._plan.route))]
        finally:
            self._travel = None

    async def _all_requests(self) -> list[Outcome]:
        first, *others = self._errands
        if not others:
            return [await self._one_request(first)]
        tasks = [asyncio.ensure_future(self._one_request(each)) for each in self._errands]
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            for each in tasks:
                each.cancel()
            await asyncio.wait(tasks)
        return [each.result() for each in tasks]

    async def _set_out(self) -> None:
        """Write down, once, that the job is on its way; awaited by each request before it leaves."""
        if self._plan.is_leaving:
            return
        if self._setting_out is None:
            self._began = time.monotonic()
            self._record = self._plan.leaving().record
            save = self._plan.route.store.save
            self._setting_out = asyncio.ensure_future(asyncio.to_thread(save, self._record))
            self._setting_out.add_done_callback(lambda _: self._report.advance(self._record, None))
        try:
            await asyncio.shield(self._setting_out)
        except asyncio.CancelledError:
            await asyncio.wait([self._setting_out])  # or it would overwrite the record of the end
            raise

    async def _one_request(self, errand: Errand) -> Outcome:
        try:
            outcome = await errand.run(self._set_out)
        except asyncio.CancelledError:
            return Outcome(was_stopped=True)
        except Exception as problem:  # noqa: BLE001 - a fault of ours must end the job, not hang whoever waits
            return Outcome(error=public(problem, self._plan.route))
        error = None if outcome.error is None else public(outcome.error, self._plan.route)
        return replace(outcome, error=error)


def _paid(outcome: Outcome, asked: int) -> int:
    """Return how many pictures a request is charged with; all that it asked for where nobody knows."""
    came = len(outcome.pictures) + len(outcome.lost)
    is_open = outcome.was_stopped or (outcome.error is not None and outcome.error.may_be_billed)
    return max(came, asked) if is_open else came


def _judged(
    record: GenerationRecord, outcomes: list[Outcome], began: float, cancelled: ImageGenError | None
) -> GenerationRecord:
    """Return the record with what its requests brought."""
    errors = [each.error for each in outcomes if each.error is not None]
    # Of a picture that was made, `lost` tells too; what else went wrong is told here alone, and of several
    # that nobody takes for free what may be billed.
    error = min(errors, key=lambda each: (bool(each.url), not each.may_be_billed), default=None)
    stopped = cancelled and (not outcomes or any(each.was_stopped for each in outcomes))
    if cancelled and stopped:
        cancelled.url = next((each.url for each in errors if each.url), "")
        error = cancelled
    found = with_outcomes(record, outcomes)
    return replace(
        found,
        status="cancelled" if stopped else "done" if found.pictures else "failed",
        seconds=None if record.started is None else time.monotonic() - began,
        error=None if error is None else error.to_dict(),
    )


def _stopped(plan: Plan, *, was_sent: bool) -> CancelledError:
    if plan.gateway.is_sketch:
        return CancelledError("Cancelled.")
    if was_sent:
        return CancelledError(
            "Cancelled after it was sent; the gateway may bill it all the same.", may_be_billed=True
        )
    return CancelledError("Cancelled before it was sent; it was not billed.")
