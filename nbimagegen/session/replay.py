"""Running again does not pay again: the k-th equal call from code is given the k-th result of the history."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from nbimagegen.errors import NotFoundError, StoreError
from nbimagegen.session import marimo

if TYPE_CHECKING:
    from pathlib import Path

    from nbimagegen.history import Generation
    from nbimagegen.store import Store

    Turns: TypeAlias = Counter[tuple[int, str, str]]  # by process, history and request

_LOG = logging.getLogger("nbimagegen")
_of_process: Turns = Counter()
_of_cell_runs: dict[int, Turns] = {}  # by identity, as long as the run itself lives
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Replay:
    """One call that was given a result of the history.

    Attributes:
        generation: What it was given; `generation.replayed` tells which of how many.
        pictures: The ids of the pictures of all results of the same request, oldest first.
    """

    generation: Generation
    pictures: tuple[str, ...]


def take_turn(folder: Path, asked: str) -> int:
    """Count one call: 1 for the first equal one since the process began, or marimo's run of a cell.

    Args:
        folder: Where the history is.
        asked: The request's fingerprint.
    """
    place = (os.getpid(), _place(folder), asked)
    run = marimo.cell_run()
    with _lock:
        turns = _of_process if run is None else _turns_of(run)
        turns[place] += 1
        return turns[place]


def _place(folder: Path) -> str:
    return os.path.abspath(folder)  # noqa: PTH100 - links stay as they are


def _turns_of(run: object) -> Turns:
    if id(run) not in _of_cell_runs:
        _of_cell_runs[id(run)] = Counter()
        weakref.finalize(run, _of_cell_runs.pop, id(run), None)
    return _of_cell_runs[id(run)]


def move_turns(old: Path, new: Path) -> None:
    """Let the calls of a history that was renamed count on."""
    before, after = _place(old), _place(new)
    with _lock:
        for turns in (_of_process, *_of_cell_runs.values()):
            for process, place, asked in [each for each in turns if each[1] == before]:
                turns[process, after, asked] = turns.pop((process, place, asked))


def results(store: Store, asked: str, retry_of: str = "", *, at_least: int = 1) -> list[str]:
    """Return the generations that may be given back for a request, oldest first: those that are all there.

    Args:
        store: The history.
        asked: The request's fingerprint.
        retry_of: Only those that tried this generation again.
        at_least: Where there cannot be so many, none are returned, and none are looked at.
    """
    known = store.replays(asked)
    if len(known) < at_least:
        return []
    return [each for each in known if _may_be_given(store, each, retry_of)]


def _may_be_given(store: Store, generation: str, retry_of: str) -> bool:
    try:
        record, gone = store.record(generation), store.gone(generation)
        left = [each for place, each in enumerate(record.pictures) if place not in gone]
        is_whole = bool(left) and all(store.path(each).exists() for each in left)
    except (NotFoundError, StoreError, ValueError):  # deleted meanwhile, or damaged, or a link stands there
        return False
    return is_whole and retry_of in ("", record.retry_of)


def say(replay: Replay) -> None:
    """Tell in the log what was given back."""
    _LOG.info("%r was not paid for again; fresh=True makes new pictures", replay.generation)
