"""The lock of what uses SQLite: a fork waits until it is free, and the child has one of its own.

SQLite notes which locks its process holds. A fork would copy the note of a transaction in the middle, and the
child would wait for a lock that nobody releases.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from types import TracebackType

_PATIENCE = 5.0  # seconds: who holds it may wait for another process, and a fork does not wait for ever


class ForkLock:
    """A lock that its thread may take again."""

    def __init__(self) -> None:
        self._locks: dict[int, threading.RLock] = {}  # by process
        _all.add(self)

    def acquire(self, seconds: float = -1) -> bool:
        """Take it, within so many seconds; return whether it was taken."""
        return self._locks.setdefault(os.getpid(), threading.RLock()).acquire(timeout=seconds)

    def release(self) -> None:
        """Give it back."""
        self._locks[os.getpid()].release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


_all: WeakSet[ForkLock] = WeakSet()
_held: list[ForkLock] = []


def _hold() -> None:
    _held.extend(each for each in list(_all) if each.acquire(_PATIENCE))


def _release() -> None:
    while _held:
        _held.pop().release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold, after_in_parent=_release, after_in_child=_held.clear)
