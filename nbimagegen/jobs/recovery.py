"""What a kernel that is gone left under way, ended with what its inbox holds. Nothing is sent for it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from nbimagegen import wire
from nbimagegen.errors import DownloadError, ImageGenError, NotSentError, OutcomeUnknownError, StoreError
from nbimagegen.jobs import inbox
from nbimagegen.jobs.commit import commit, public, with_outcomes
from nbimagegen.jobs.costs import with_cost
from nbimagegen.jobs.fetch import probe
from nbimagegen.jobs.gathering import missing, outcome
from nbimagegen.jobs.reception import Outcome, Received, Reception

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbimagegen.catalog import Gateway
    from nbimagegen.jobs.gathering import Missing
    from nbimagegen.jobs.route import Route
    from nbimagegen.records import GenerationRecord
    from nbimagegen.store import Unsaved

_LOG = logging.getLogger("nbimagegen")
_SLICE = 2**18
NOT_FETCHED = "not_fetched"  # the code of an error while pictures that are only named are still to be fetched
_NOT_SENT = "The kernel ended before this was sent, and nothing was billed; retry sends it."
_KEPT = "The picture was made, and the kernel ended before it was fetched; its URL is kept."
_LOOK = "look at your account before you try again."
_NO_ANSWER = f"The kernel ended while this was under way; it may have been made and billed, so {_LOOK}"
_SOME = (
    "The kernel ended while this was under way: {} of {} pictures had come, and the rest may be billed; "
    + _LOOK
)
_UNREADABLE = (
    "The kernel ended while this was under way, and what had come of the answer holds no whole picture. It "
    "may be billed, and is kept in the history's inbox."
)


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer out of the inbox."""

    outcome: Outcome
    images: int  # that it was asked for; 0 where that is not known
    when: float  # its last byte came, in seconds since 1970


def recover(
    record: GenerationRecord, route: Route, gateway: Gateway | None
) -> tuple[GenerationRecord, Unsaved | None]:
    """End a generation of a kernel that is gone, which this one has taken over, and write it down.

    Where this process ends too, the next one does it all again. Pictures that an answer only names are lost
    for now: `download_lost` fetches them.

    Args:
        record: As it was left.
        route: How its requests travelled; its key, where there is one, is taken out of what is kept.
        gateway: Its row, where that is known, for what it cost.

    Returns:
        The record, and what of it the disk did not take.
    """
    store = route.store
    parts = dict(store.inbox_parts(record.id)) if record.status != "queued" else {}
    answers = {part: _read(record, part, path, route) for part, path in parts.items()}
    final = _ended(record, answers)
    final = final if gateway is None else with_cost(final, gateway)
    _LOG.info("%s was left under way by a kernel that is gone: %s", record.id, final.status)
    outcomes = {part: _kept(each) for part, each in answers.items()}
    result = commit(final, outcomes, route)
    _tidy(record, outcomes, route)
    return result


def _tidy(record: GenerationRecord, outcomes: Mapping[int, Outcome], route: Route) -> None:
    for part, each in outcomes.items():
        if each.error is not None:
            inbox.clean(route, record.id, part)
    try:
        route.store.drop_spools(record.id)
    except StoreError as problem:
        _LOG.warning("%s", problem)


# Reading what came.


def _read(record: GenerationRecord, part: int, path: Path, route: Route) -> _Answer:
    head = route.store.read_head(record.id, part)
    reception = Reception(partial(route.store.open_spool, record.id, part), _show_nobody)
    reception.headers = _headers(head)
    errors: list[ImageGenError] = []
    when = 0.0
    try:
        when = path.stat().st_mtime
        _decode(path, wire.Decoder(reception.headers, str(head.get("url", "")), route.scrub), reception)
    except OSError as problem:
        errors.append(StoreError(f"An answer in the inbox cannot be read: {problem.strerror}."))
    except Exception as problem:  # noqa: BLE001 - the history is opened whatever somebody left there
        errors.append(public(problem, route))
    results = [_picture(each, reception, route) for each in _meant(reception)]
    reception.discard()
    images = head.get("images")
    return _Answer(outcome(reception, results, route, errors), images if type(images) is int else 0, when)


def _show_nobody(index: int, preview: bytes) -> None:
    del index, preview


def _headers(head: Mapping[str, Any]) -> dict[str, str]:
    """Return an answer's headers; a file may hold anything."""
    found = head.get("headers")
    pairs = cast("dict[str, Any]", found).items() if isinstance(found, dict) else ()
    return {name: value for name, value in pairs if isinstance(value, str)}


def _decode(path: Path, decoder: wire.Decoder, reception: Reception) -> None:
    try:
        with path.open("rb") as file:
            while data := file.read(_SLICE):
                reception.take(decoder.feed(data))
    finally:
        reception.take(decoder.close(is_whole=False))  # nobody knows what was still to come


def _meant(reception: Reception) -> list[wire.Image | wire.ImageUrl]:
    """Return the pictures; a link that may be none is one only where there is nothing else."""
    return [each for each in reception.sources if each.certain] or reception.sources


def _picture(source: wire.Image | wire.ImageUrl, reception: Reception, route: Route) -> Received | Missing:
    if isinstance(source, wire.ImageUrl):
        return missing(source, DownloadError(_KEPT, code=NOT_FETCHED), route)
    spool = reception.claim(source)
    try:
        return Received(spool, probe(spool), route.scrub(source.revised_prompt))
    except Exception as problem:  # noqa: BLE001 - one picture's fault must not cost the others
        spool.discard()
        return missing(source, public(problem, route), route)


# What came of it.


def _ended(record: GenerationRecord, answers: Mapping[int, _Answer]) -> GenerationRecord:
    if record.status == "queued":
        return replace(record, status="failed", error=NotSentError(_NOT_SENT).to_dict())
    found = with_outcomes(record, [each.outcome for each in answers.values()])
    last = max((each.when for each in answers.values()), default=0.0)
    seconds = max(0.0, last - record.started) if record.started and last else None
    found = replace(found, seconds=seconds)
    errors = [each.outcome.error for each in answers.values() if each.outcome.error is not None]
    if len(found.pictures) + len(found.lost) >= record.request.n:
        error = next((each for each in errors if each.url), None)
        status = "done" if found.pictures else "failed"
        return replace(found, status=status, error=None if error is None else error.to_dict())
    if _was_refused(record, answers):
        return replace(found, status="failed", error=errors[0].to_dict())
    return replace(found, status="unknown", error=_unknown(found, errors).to_dict())


def _was_refused(record: GenerationRecord, answers: Mapping[int, _Answer]) -> bool:
    """Return whether all requests were answered, each by a "no" that bills nothing."""
    refused = [
        each for each in answers.values() if each.outcome.error and not each.outcome.error.may_be_billed
    ]
    return len(refused) == len(answers) and sum(each.images for each in refused) >= record.request.n


def _unknown(found: GenerationRecord, errors: list[ImageGenError]) -> OutcomeUnknownError:
    came = len(found.pictures) + len(found.lost)
    request_id = next((each.request_id for each in errors if each.request_id), "")
    if came:
        told = _SOME.format(came, found.request.n)
        return OutcomeUnknownError(told, request_id=request_id, code=NOT_FETCHED if found.lost else "")
    if not errors:
        return OutcomeUnknownError(_NO_ANSWER)
    return OutcomeUnknownError(_UNREADABLE, text=found.text, request_id=request_id)


def _kept(answer: _Answer) -> Outcome:
    """Return the outcome of an answer; of one that may not be whole, so that it stays in the inbox."""
    found = answer.outcome
    is_whole = len(found.pictures) >= max(answer.images, 1)
    return found if found.error or is_whole else replace(found, error=OutcomeUnknownError(_UNREADABLE))
