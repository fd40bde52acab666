"""Changes of an index that threads want at the same time: kept together, and each is told of its own."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    Work = Callable[[sqlite3.Connection], Any]
    Keep = Callable[[Work], Any]

T = TypeVar("T")


class _Change(Generic[T]):
    """One change that a thread wants.

    Attributes:
        work: What it does.
        is_over: Whether it has been carried out, or has failed for good.
    """

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self.work = work
        self.is_over = False
        self.process = os.getpid()
        self._result: T | None = None
        self._problem: Exception | None = None

    def end(self, result: T | None, problem: Exception | None = None) -> None:
        """Note what came of it."""
        self._result, self._problem, self.is_over = result, problem, True

    def result(self) -> T:
        """Return what it brought, or raise what it met."""
        if self._problem is not None:
            raise self._problem
        return cast("T", self._result)


class Changes:
    """The changes that wait for their turn. Each stays until its own thread takes it away."""

    def __init__(self, keep: Keep) -> None:
        """Carry changes out by `keep`, which runs a work in one transaction, and returns what it returns."""
        self._keep = keep
        self._waiting: deque[_Change[Any]] = deque()

    def carry_out(self, work: Callable[[sqlite3.Connection], T], lock: AbstractContextManager[Any]) -> T:
        """Carry out a change, by this thread or by another one that holds the lock first."""
        own = _Change(work)
        self._waiting.append(own)
        try:
            with lock:
                if not own.is_over:
                    self._carry_out_all()
            return own.result()
        finally:
            self._waiting.remove(own)

    def _carry_out_all(self) -> None:
        # Those of a process that this one was forked from are carried out there. Where this thread is
        # interrupted meanwhile, the others still find theirs, and do it.
        changes = [each for each in list(self._waiting) if not each.is_over and each.process == os.getpid()]
        if self._is_refused(changes):
            for each in changes:
                self._is_refused([each])

    def _is_refused(self, changes: Sequence[_Change[Any]]) -> bool:
        """Keep these together; return whether one of several was refused, so that none is kept."""
        at_work = False

        def each_one(index: sqlite3.Connection) -> list[Any]:
            nonlocal at_work
            at_work = True
            results = [each.work(index) for each in changes]
            at_work = False
            return results

        try:
            results = self._keep(each_one)
        except Exception as problem:  # noqa: BLE001 - whoever wants the change is told, whatever it is
            if at_work and len(changes) > 1:
                return True
            for each in changes:
                each.end(None, problem)
        else:
            for each, result in zip(changes, results, strict=True):
                each.end(result)
        return False
