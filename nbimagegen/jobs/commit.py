"""What came of a job, written down: pictures, then the record, then the inbox is let go of."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen.errors import ImageGenError, StoreError
from nbimagegen.jobs.bounds import bounded
from nbimagegen.jobs.gathering import add_usage
from nbimagegen.records import GenerationRecord, PictureRecord
from nbimagegen.store import Unsaved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbimagegen.jobs.reception import Outcome, Received
    from nbimagegen.jobs.route import Route
    from nbimagegen.store import Spool, Store

_LOG = logging.getLogger("nbimagegen")
_IN_MEMORY = (
    "The pictures are in memory, and are written as soon as the disk takes them; "
    "picture.save(path) puts one elsewhere."
)


def commit(
    final: GenerationRecord, outcomes: Mapping[int, Outcome], route: Route
) -> tuple[GenerationRecord, Unsaved | None]:
    """Write all down; return the record, and what the disk did not take.

    Args:
        final: What came of it.
        outcomes: What each of its requests brought, by part.
        route: How they travelled.
    """
    final = bounded(final)
    received = [picture for each in outcomes.values() for picture in each.pictures]
    first = len(final.pictures) - len(received)
    try:
        save(final, received, first, route.store)
    except Exception as problem:  # noqa: BLE001 - whatever it is, no picture is lost and nobody waits for ever
        unsaved = Unsaved(final, _held(final, received, first))
        return _unwritten(final, public(problem, route)), unsaved
    for part, each in outcomes.items():
        if each.error is None:
            with contextlib.suppress(StoreError):  # it stays, which costs room and nothing else
                route.store.clear_inbox(final.id, part)
    return final, None


def save(record: GenerationRecord, received: Sequence[Received], first: int, store: Store) -> None:
    """Write pictures, of which the first is number `first` of the record, then the record.

    Raises:
        StoreError: The disk is full, read-only or broken.
    """
    for picture, each in zip(record.pictures[first:], received, strict=True):
        store.save_picture(picture, each.spool, settled=False)
    store.settle_pictures()
    store.save(record)


def _held(record: GenerationRecord, received: Sequence[Received], first: int) -> dict[int, bytes]:
    """Return the bytes of the pictures that did not reach their place, out of their spools."""
    held: dict[int, bytes] = {}
    for picture, each in zip(record.pictures[first:], received, strict=True):
        data = _bytes(each.spool)
        if len(data) == picture.bytes:
            held[picture.index] = data
        each.spool.discard()
    return held


def _bytes(spool: Spool) -> bytes:
    with contextlib.suppress(OSError, ValueError):  # it has reached its place
        return spool.read()
    return b""


def _unwritten(final: GenerationRecord, error: ImageGenError) -> GenerationRecord:
    """Return the record for those who look at it in this kernel: what it met first, or else the disk."""
    if final.error is not None and not final.pictures:
        return final
    if final.pictures:
        error.message += f" {_IN_MEMORY}"
    return replace(final, error=error.to_dict())


def with_outcomes(record: GenerationRecord, outcomes: Iterable[Outcome]) -> GenerationRecord:
    """Return the record with what its requests brought; how it ended is not said yet."""
    parts = list(outcomes)
    received = [picture for each in parts for picture in each.pictures]
    return replace(
        record,
        pictures=tuple(described(index, each) for index, each in enumerate(received)),
        lost=tuple(lost for each in parts for lost in each.lost),
        echo={name: value for each in parts for name, value in each.echo.items()},
        usage=add_usage(*(each.usage for each in parts)) or None,
        text="\n".join(each.text for each in parts if each.text),
    )


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
