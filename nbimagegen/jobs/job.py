"""One job from request to committed record: queued, sent, and what came of it written down."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from nbimagegen import wire
from nbimagegen.errors import CancelledError, DeadlineError, ImageGenError, StoreError
from nbimagegen.jobs import threads
from nbimagegen.jobs.exchange import Outcome, Received, Route, add_usage, exchange
from nbimagegen.records import GenerationRecord, PictureRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbimagegen.catalog import Gateway

    # The record as it now is, and the bytes of pictures, by index, that the disk did not take.
    Report: TypeAlias = Callable[[GenerationRecord, Mapping[int, bytes]], None]

_LOG = logging.getLogger("nbimagegen")


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a job needs to know before it starts."""

    record: GenerationRecord
    gateway: Gateway
    requests: tuple[int, ...]  # how many pictures each request asks for
    route: Route
    timeout: float


class Slots:
    """How many jobs of one session are on their way at a time; the rest wait in order."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._semaphore: asyncio.Semaphore | None = None

    def take(self) -> asyncio.Semaphore:
        """Return the semaphore to hold while on the way; made on the I/O thread."""
        if self._semaphore is None:
            self._semaphore = asyncio.Semaphore(self._count)
        return self._semaphore


class Job:
    """A running job. `report` is called on the I/O thread each time that the record changes."""

    def __init__(self, plan: Plan, slots: Slots, report: Report) -> None:
        self._plan = plan
        self._slots = slots
        self._report = report
        self._record = plan.record
        self._began = 0.0
        self._cancelled = False
        self._was_sent = False
        self._travel: asyncio.Task[list[Outcome]] | None = None

    def start(self) -> None:
        """Begin; returns at once."""
        threads.run(self._perform())

    def cancel(self) -> None:
        """Stop waiting and close the sockets; what has already come is kept."""
        threads.call(self._cancel)

    def _cancel(self) -> None:
        self._cancelled = True
        if self._travel is not None:
            self._travel.cancel()

    async def _perform(self) -> None:
        outcomes = await self._outcomes()
        stopped = _stopped(self._plan, was_sent=self._was_sent) if self._cancelled else None
        final = _judged(self._record, outcomes, self._began, stopped)
        final, unsaved = await asyncio.to_thread(_write, final, outcomes, self._plan)
        self._report(final, unsaved)

    async def _outcomes(self) -> list[Outcome]:
        if self._cancelled:
            return []
        self._travel = asyncio.ensure_future(self._all_requests())
        await asyncio.wait([self._travel])
        if self._travel.cancelled():  # while it was queued
            return []
        problem = self._travel.exception()
        return [Outcome(error=_public(problem, self._plan.route))] if problem else self._travel.result()

    async def _all_requests(self) -> list[Outcome]:
        async with self._slots.take():
            await self._set_out()
            tasks = [
                asyncio.ensure_future(self._one_request(part, n))
                for part, n in enumerate(self._plan.requests)
            ]
            try:
                await asyncio.wait(tasks)
            except asyncio.CancelledError:
                for each in tasks:
                    each.cancel()
                await asyncio.wait(tasks)
            return [Outcome(was_stopped=True) if each.cancelled() else each.result() for each in tasks]

    async def _set_out(self) -> None:
        self._began = time.monotonic()
        self._record = replace(self._record, status="running", started=time.time())
        saving = asyncio.ensure_future(asyncio.to_thread(self._plan.route.store.save, self._record))
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await asyncio.wait([saving])  # or it would overwrite the record of the end
            raise
        self._report(self._record, {})

    async def _one_request(self, part: int, n: int) -> Outcome:
        plan = self._plan
        try:
            message = wire.encode(plan.record.request, plan.gateway, n)
            self._was_sent = True
            outcome = await exchange(message, plan.route, plan.record.id, part, plan.timeout)
        except TimeoutError:
            return Outcome(error=_late(plan.timeout))
        except Exception as problem:  # noqa: BLE001 - a fault of ours must end the job, not hang whoever waits
            return Outcome(error=_public(problem, plan.route))
        error = None if outcome.error is None else _public(outcome.error, plan.route)
        return replace(outcome, error=error)


def _judged(
    record: GenerationRecord, outcomes: list[Outcome], began: float, cancelled: ImageGenError | None
) -> GenerationRecord:
    """Return the record with what its requests brought."""
    received = [picture for each in outcomes for picture in each.pictures]
    error = next((each.error for each in outcomes if each.error is not None), None)
    stopped = cancelled and (not outcomes or any(each.was_stopped for each in outcomes))
    if cancelled and stopped:
        cancelled.url = error.url if error else ""
        error = cancelled
    return replace(
        record,
        status="cancelled" if stopped else "done" if received else "failed",
        seconds=None if record.started is None else time.monotonic() - began,
        pictures=tuple(_described(index, each) for index, each in enumerate(received)),
        usage=add_usage(*(each.usage for each in outcomes)) or None,
        text="\n".join(each.text for each in outcomes if each.text),
        error=None if error is None else error.to_dict(),
    )


def _write(
    final: GenerationRecord, outcomes: list[Outcome], plan: Plan
) -> tuple[GenerationRecord, Mapping[int, bytes]]:
    """Write pictures, then the record, then let go of the inbox; return what the disk did not take."""
    store = plan.route.store
    received = [picture for each in outcomes for picture in each.pictures]
    try:
        for record, each in zip(final.pictures, received, strict=True):
            store.save_picture(record, each.data)
        store.save(final)
    except Exception as problem:  # noqa: BLE001 - whatever it is, no picture is lost and nobody waits for ever
        return replace(final, error=_public(problem, plan.route).to_dict()), {
            index: each.data for index, each in enumerate(received)
        }
    for part, each in enumerate(outcomes):
        if each.error is None:
            with contextlib.suppress(StoreError):  # it stays, which costs room and nothing else
                store.clear_inbox(final.id, part)
    return final, {}


def _described(index: int, picture: Received) -> PictureRecord:
    return PictureRecord(
        index=index,
        sha256=picture.sha256,
        format=picture.probe.format,
        width=picture.probe.width,
        height=picture.probe.height,
        bytes=len(picture.data),
        revised_prompt=picture.revised_prompt,
    )


def _public(problem: BaseException, route: Route) -> ImageGenError:
    """Return the error that a user may see: without the key, and without frames or causes that hold it."""
    if not isinstance(problem, ImageGenError):
        _LOG.error("a job ended unexpectedly: %s", type(problem).__name__, exc_info=problem)
        name = type(problem).__name__
        problem = ImageGenError(
            f"Something unexpected happened ({name}); please report it.", may_be_billed=True
        )
    problem.scrub(route.scrub)
    problem.__cause__ = problem.__context__ = problem.__traceback__ = None
    return problem


def _stopped(plan: Plan, *, was_sent: bool) -> CancelledError:
    if plan.gateway.is_sketch:
        return CancelledError("Cancelled.")
    if was_sent:
        return CancelledError(
            "Cancelled after it was sent; the gateway may bill it all the same.", may_be_billed=True
        )
    return CancelledError("Cancelled before it was sent; it was not billed.")


def _late(timeout: float) -> DeadlineError:
    message = (
        f"No whole answer came within {timeout:g} seconds; the picture may have been made and billed. "
        "Look at your account before you try again, or give a longer timeout=."
    )
    return DeadlineError(message)
