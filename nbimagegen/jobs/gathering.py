"""An answer's events → its outcome: pictures fetched and checked, each by itself, and what they lack."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from nbimagegen import wire
from nbimagegen.errors import DownloadError, ImageGenError
from nbimagegen.jobs.bounds import table
from nbimagegen.jobs.fetch import checked, fetched
from nbimagegen.jobs.reception import Outcome, Received
from nbimagegen.records import LostPicture

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbimagegen.jobs.reception import Reception
    from nbimagegen.jobs.route import Route
    from nbimagegen.store import Spool

    Source = wire.Image | wire.ImageUrl

T = TypeVar("T")

DOWNLOADS_AT_ONCE = 4
_FIRST_FETCH = 1_000_000  # numbers of pictures that are fetched, beyond those within an answer


async def gathered(
    reception: Reception, fault: ImageGenError | asyncio.CancelledError | None, route: Route, end: float
) -> Outcome:
    """Return what an answer brought, once its pictures are here and checked.

    Args:
        reception: The answer's events and bytes.
        fault: What broke the answer off, if anything did.
        route: How the answer came.
        end: By when, by the monotonic clock, pictures must be fetched.
    """
    stopped = isinstance(fault, asyncio.CancelledError)
    results, was_stopped = await _pictures(reception, route, time.monotonic() if stopped else end)
    errors = [fault] if isinstance(fault, ImageGenError) else []
    return replace(outcome(reception, results, route, errors), was_stopped=stopped or was_stopped)


def outcome(
    reception: Reception,
    results: Sequence[Received | Missing | None],
    route: Route,
    errors: Sequence[ImageGenError] = (),
) -> Outcome:
    """Return what an answer brought.

    Args:
        reception: Its events.
        results: What became of its pictures.
        route: How it came.
        errors: What was met before any of it was read.
    """
    met = [*errors, *(each.error for each in reception.events if isinstance(each, wire.Failure))]
    met += [each.error for each in results if isinstance(each, Missing)]
    pictures = tuple(each for each in results if isinstance(each, Received))
    if not pictures and not met:
        met.append(wire.without_picture(reception.events, reception.headers))
    return Outcome(
        pictures=pictures,
        lost=tuple(each.lost for each in results if isinstance(each, Missing) and each.lost),
        text=route.scrub("\n".join(each.text for each in reception.events if isinstance(each, wire.Text))),
        usage=route.scrub_values(table(_usage(reception.events))),
        echo=route.scrub_values(table(_echo(reception.events))),
        error=met[0] if met else None,
    )


@dataclass(frozen=True, slots=True)
class Missing:
    """A picture that was announced and is not here."""

    error: ImageGenError
    lost: LostPicture | None = None


async def _pictures(
    reception: Reception, route: Route, end: float
) -> tuple[list[Received | Missing | None], bool]:
    """Return what became of each picture, and whether a cancel came before all were there."""
    few = asyncio.Semaphore(DOWNLOADS_AT_ONCE)
    fetching: list[asyncio.Future[Spool]] = []  # which alone a cancel stops
    results: list[asyncio.Future[Received | Missing | None]] = []
    for each in reception.sources:
        if isinstance(each, wire.Image):  # what is here is looked at on a thread, from now on
            results.append(_begun(_looked_at, each, reception.claim(each), route))
        else:
            arriving = asyncio.ensure_future(_fetched(each.url, reception, route, few, end))
            fetching.append(arriving)
            results.append(asyncio.ensure_future(_from_afar(each, arriving, route)))
    was_stopped = False
    try:
        if results:
            await asyncio.wait(results)
    except asyncio.CancelledError:  # whose bytes are here is looked at all the same, and kept
        stopped = [each.cancel() for each in fetching]
        was_stopped = any(stopped)
        await asyncio.wait(results)
    return [each.result() for each in results], was_stopped


def _begun(work: Callable[..., T], *args: object) -> asyncio.Future[T]:
    """Run a plain function on a thread, from now on: a task would begin a turn of the loop later."""
    return asyncio.get_running_loop().run_in_executor(None, work, *args)


async def _fetched(url: str, reception: Reception, route: Route, few: asyncio.Semaphore, end: float) -> Spool:
    async with few:
        return await fetched(url, partial(reception.open_spool, next(_fetches)), route, end)


_fetches = itertools.count(_FIRST_FETCH)


async def _from_afar(
    source: wire.ImageUrl, arriving: asyncio.Future[Spool], route: Route
) -> Received | Missing | None:
    try:
        spool = await arriving
    except asyncio.CancelledError:
        message = "The picture was made, and fetching it was cancelled; its URL is kept."
        return missing(source, DownloadError(message), route)
    except Exception as problem:  # noqa: BLE001 - one picture's fault must not cost the others
        return _faulty(source, problem, route)
    return await _begun(_looked_at, source, spool, route)


def _looked_at(source: Source, spool: Spool, route: Route) -> Received | Missing | None:
    """Return the picture, or what is wrong with it; None for a link that turned out to be none."""
    try:
        return checked(spool, route.scrub(source.revised_prompt))
    except Exception as problem:  # noqa: BLE001 - as above
        return _faulty(source, problem, route)


def _faulty(source: Source, problem: Exception, route: Route) -> Missing | None:
    if not isinstance(problem, ImageGenError):
        message = f"A picture could not be read ({type(problem).__name__})."
        return missing(source, ImageGenError(message, may_be_billed=True, retry="unusable"), route)
    return missing(source, problem, route) if source.certain else None


def missing(source: Source, error: ImageGenError, route: Route) -> Missing:
    """Return what is kept of a picture that is not here: its address, where it has one."""
    if not isinstance(source, wire.ImageUrl):
        return Missing(error)
    error.url = url = route.scrub(source.url)
    expires = None if route.links_last is None else time.time() + route.links_last
    return Missing(error, LostPicture(url, route.scrub(source.revised_prompt), expires))


def _usage(events: Sequence[wire.Event]) -> dict[str, Any]:
    return add_usage(*(each.usage for each in events if isinstance(each, wire.Usage)))


def _echo(events: Sequence[wire.Event]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in events:
        if isinstance(each, wire.Echo):
            found.update(each.fields)
    return found


def add_usage(*usages: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sum of equal numeric keys; of other values the last one stands."""
    total: dict[str, Any] = {}
    for usage in usages:
        for name, value in usage.items():
            before = total.get(name)
            total[name] = before + value if _is_number(value) and _is_number(before) else value
    return total


def _is_number(value: object) -> bool:
    # Within what a float holds, so that any two can be added.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15  # noqa: PLR2004
