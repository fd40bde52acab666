"""What came of a job, written down: pictures, then the record, then the inbox is let go of."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen.errors import ImageGenError, StoreError
from nbimagegen.records import GenerationRecord, PictureRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbimagegen.jobs.reception import Outcome, Received
    from nbimagegen.jobs.route import Route

_LOG = logging.getLogger("nbimagegen")


def commit(
    final: GenerationRecord, outcomes: Sequence[Outcome], route: Route
) -> tuple[GenerationRecord, Mapping[int, bytes]]:
    """Write all down; return the record, and the bytes of pictures, by index, that the disk did not take."""
    received = [picture for each in outcomes for picture in each.pictures]
    first = len(final.pictures) - len(received)
    try:
        save(final, received, first, route)
    except Exception as problem:  # noqa: BLE001 - whatever it is, no picture is lost and nobody waits for ever
        return replace(final, error=public(problem, route).to_dict()), _unsaved(final, received, first, route)
    for part, each in enumerate(outcomes):
        if each.error is None:
            with contextlib.suppress(StoreError):  # it stays, which costs room and nothing else
                route.store.clear_inbox(final.id, part)
    return final, {}


def save(record: GenerationRecord, received: Sequence[Received], first: int, route: Route) -> None:
    """Write pictures, of which the first is number `first` of the record, then the record.

    Raises:
        StoreError: The disk is full, read-only or broken.
    """
    for picture, each in zip(record.pictures[first:], received, strict=True):
        route.store.save_picture(picture, each.spool)
    route.store.save(record)


def _unsaved(
    record: GenerationRecord, received: Sequence[Received], first: int, route: Route
) -> dict[int, bytes]:
    """Return the bytes of the pictures that did not reach their place, out of their spools."""
    held: dict[int, bytes] = {}
    for picture, each in zip(record.pictures[first:], received, strict=True):
        if not route.store.path(picture).exists():
            held[picture.index] = each.spool.read()
        each.spool.discard()
    return held


def described(index: int, picture: Received) -> PictureRecord:
    """Return what the record says of a picture."""
    return PictureRecord(
        index=index,
        sha256=picture.spool.sha256,
        format=picture.probe.format,
        width=picture.probe.width,
        height=picture.probe.height,
        bytes=picture.spool.size,
        revised_prompt=picture.revised_prompt,
    )


def public(problem: BaseException, route: Route) -> ImageGenError:
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
