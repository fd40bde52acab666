"""What all sessions of one name share within a process: the history, the running jobs, who listens.

A cell that makes a studio is run again and again; the new studio goes on where the old one is.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakValueDictionary

from nbimagegen.history import Generation, History, Progress
from nbimagegen.jobs import Job, Slots, tell
from nbimagegen.records import ENDED, GenerationRecord
from nbimagegen.store import Store, folder_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbimagegen.keys import Key

    Listener: TypeAlias = Callable[[Generation], object]
    Follower: TypeAlias = Callable[[Progress], object]


class Desk:
    """One history, open in this process."""

    def __init__(self, home: Path, name: str) -> None:
        self.store = Store(home, name)
        self.history = History(self.store)
        self.jobs: dict[str, Job] = {}
        self.listeners: list[Listener] = []
        self.watchers: list[Follower] = []  # of every generation's previews
        self.typed_keys: dict[tuple[str, str], Key] = {}  # by gateway and address, in memory alone
        self.listed_models: dict[tuple[str, str], list[str]] = {}  # the same
        self._followers: dict[str, list[Follower]] = {}
        self._slots: dict[int, Slots] = {}

    def slots(self, parallel: int) -> Slots:
        """Return the places that jobs on their way take, `parallel` of them."""
        return self._slots.setdefault(parallel, Slots(parallel))

    def take(self, generation: Generation, job: Job, followers: list[Follower]) -> None:
        """Take in a generation that has just been submitted, and who is told of its way."""
        self.jobs[generation.id] = job
        self._followers[generation.id] = followers
        self.history.add(generation)
        self._tell(generation)

    def advance(self, generation: Generation, record: GenerationRecord, unsaved: Mapping[int, bytes]) -> None:
        """Take over a generation's newer record, and tell of it."""
        if record.status in ENDED:
            self.jobs.pop(generation.id, None)
        generation.advance(record, unsaved)
        self._tell(generation)
        if record.status in ENDED:
            self._tell_followers(Progress("done", generation))
            self._followers.pop(generation.id, None)

    def waits(self, generation: Generation, seconds: float | None) -> None:
        """Note until when a gateway that is too busy makes a generation wait, and tell of it."""
        generation.waiting_until = None if seconds is None else time.time() + seconds
        self._tell(generation)

    def preview(self, generation: Generation, index: int, data: bytes) -> None:
        """Tell of a preview."""
        self._tell_followers(Progress("partial", generation, index, data))

    def _tell(self, generation: Generation) -> None:
        for listener in list(self.listeners):
            tell(listener, generation)

    def _tell_followers(self, progress: Progress) -> None:
        for follower in [*self._followers.get(progress.generation.id, ()), *self.watchers]:
            tell(follower, progress)


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a job of one generation reports to its desk."""

    desk: Desk
    generation: Generation

    def advance(self, record: GenerationRecord, unsaved: Mapping[int, bytes]) -> None:
        """Hand on the newer record."""
        self.desk.advance(self.generation, record, unsaved)

    def waits(self, seconds: float | None) -> None:
        """Hand on how long it waits."""
        self.desk.waits(self.generation, seconds)

    def preview(self, index: int, data: bytes) -> None:
        """Hand on a preview."""
        self.desk.preview(self.generation, index, data)


_open: WeakValueDictionary[tuple[int, str], Desk] = WeakValueDictionary()
_lock = threading.Lock()


def desk(home: Path, name: str) -> Desk:
    """Return the desk of this session, opening it where no other has.

    Raises:
        StoreError: The history cannot be opened.
    """
    key = (os.getpid(), os.path.abspath(home / folder_name(name)))  # noqa: PTH100 - links stay as they are
    with _lock:
        found = _open.get(key)
        if found is None:
            found = _open[key] = Desk(home, name)
        return found
