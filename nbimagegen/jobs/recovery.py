"""Pictures that were made and could not be fetched, fetched again: it pays nothing."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ImageGenError
from nbimagegen.jobs.commit import described, public, save
from nbimagegen.jobs.fetch import checked, fetched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.jobs.reception import Received
    from nbimagegen.jobs.route import Route
    from nbimagegen.records import GenerationRecord, LostPicture


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
    await asyncio.to_thread(save, found, received, len(record.pictures), route)
    return found


async def _one(
    number: int, lost: LostPicture, record: GenerationRecord, route: Route, end: float
) -> Received | ImageGenError:
    try:
        spool = await fetched(lost.url, partial(route.store.open_spool, record.id, -1, number), route, end)
        return await checked(spool, lost.revised_prompt)
    except ImageGenError as error:
        error.url = lost.url
        return public(error, route)


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
        status="done",
        pictures=(*record.pictures, *added),
        lost=lost,
        error=faults[0].to_dict() if faults else _other(record),
    )


def _other(record: GenerationRecord) -> Mapping[str, Any] | None:
    """Return what other requests of the generation met; what was said of a picture that is here is past."""
    urls = {each.url for each in record.lost}
    return None if record.error is None or record.error.get("url") in urls else record.error
