"""What all sessions of one name share within a process: the history, the running jobs, who listens.

A cell that makes a studio is run again and again; the new studio goes on where the old one is.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, TypeAlias
from weakref import WeakValueDictionary

from nbimagegen.history import Generation, History
from nbimagegen.jobs import Job, Slots, tell
from nbimagegen.records import ENDED, GenerationRecord
from nbimagegen.store import Store, folder_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbimagegen.keys import Key

    Listener: TypeAlias = Callable[[Generation], object]


class Desk:
    """One history, open in this process."""

    def __init__(self, home: Path, name: str) -> None:
        self.store = Store(home, name)
        self.history = History(self.store)
        self.jobs: dict[str, Job] = {}
        self.listeners: list[Listener] = []
        self.typed_keys: dict[tuple[str, str], Key] = {}  # by gateway and address, in memory alone
        self._slots: dict[int, Slots] = {}

    def slots(self, parallel: int) -> Slots:
        """Return the places that jobs on their way take, `parallel` of them."""
        return self._slots.setdefault(parallel, Slots(parallel))

    def take(self, generation: Generation, job: Job) -> None:
        """Take in a generation that has just been submitted."""
        self.jobs[generation.id] = job
        self.history.add(generation)
        self._tell(generation)

    def advance(self, generation: Generation, record: GenerationRecord, unsaved: Mapping[int, bytes]) -> None:
        """Take over a generation's newer record, and tell of it."""
        if record.status in ENDED:
            self.jobs.pop(generation.id, None)
        generation.advance(record, unsaved)
        self._tell(generation)

    def _tell(self, generation: Generation) -> None:
        for listener in list(self.listeners):
            tell(listener, generation)


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
