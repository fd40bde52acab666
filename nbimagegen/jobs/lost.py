"""Pictures that were made and could not be fetched, fetched again: it pays nothing."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ImageGenError, StoreError
from nbimagegen.jobs.commit import described, public, save
from nbimagegen.jobs.fetch import checked, fetched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.jobs.reception import Received
    from nbimagegen.jobs.route import Route
    from nbimagegen.records import GenerationRecord, LostPicture, Status


async def download_lost(record: GenerationRecord, route: Route, seconds: float) -> GenerationRecord:
    """Return the record with the pictures that could be fetched now; those that could not stay lost.

    Raises:
        ImageGenError: None could be.
    """
    end = time.monotonic() + seconds
    tasks = [_one(number, each, record, route, end) for number, each in enumerate(record.lost)]
    results = await asyncio.gather(*tasks)
    received = [each for each in results if not isinstance(each, ImageGenError)]
    faults = [each for each in results if isinstance(each, ImageGenError)]
    if not received:
        raise faults[0]
    lost = tuple(
        each for each, result in zip(record.lost, results, strict=True) if isinstance(result, ImageGenError)
    )
    found = _with(record, received, lost, faults)
    try:
        await asyncio.to_thread(save, found, received, len(record.pictures), route.store)
    except ImageGenError:
        for each in received:  # to fetch them once more pays nothing
            each.spool.discard()
        raise
    if found.error is None:
        _clear_inbox(found, route)
    return found


def _clear_inbox(record: GenerationRecord, route: Route) -> None:
    with contextlib.suppress(StoreError):  # it stays, which costs room and nothing else
        for part, _ in route.store.inbox_parts(record.id):
            route.store.clear_inbox(record.id, part)


async def _one(
    number: int, lost: LostPicture, record: GenerationRecord, route: Route, end: float
) -> Received | ImageGenError:
    try:
        spool = await fetched(lost.url, partial(route.store.open_spool, record.id, -1, number), route, end)
        try:
            return await asyncio.to_thread(checked, spool, lost.revised_prompt)
        except asyncio.CancelledError:
            spool.discard()
            raise
    except (ImageGenError, OSError) as problem:
        error = public(problem, route)
        error.url = lost.url
        return error


def _with(
    record: GenerationRecord,
    received: list[Received],
    lost: tuple[LostPicture, ...],
    faults: list[ImageGenError],
) -> GenerationRecord:
    first = len(record.pictures)
    added = tuple(described(first + place, each) for place, each in enumerate(received))
    return replace(
        record,
        status=_status(record),
        pictures=(*record.pictures, *added),
        lost=lost,
        error=faults[0].to_dict() if faults else _other(record),
    )


def _status(record: GenerationRecord) -> Status:
    """Return what it is now; of one that a kernel left in the middle, the rest may still have been made."""
    known = len(record.pictures) + len(record.lost)
    return "unknown" if record.status == "unknown" and known < record.request.n else "done"


def _other(record: GenerationRecord) -> Mapping[str, Any] | None:
    """Return what other requests of the generation met; what was said of a picture that is here is past."""
    urls = {each.url for each in record.lost}
    return None if record.error is None or record.error.get("url") in urls else record.error
