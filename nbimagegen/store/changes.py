"""Changes of an index that wait for their turn, each with what came of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    import sqlite3
    from collections import deque
    from collections.abc import Callable

T = TypeVar("T")


class Change(Generic[T]):
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


def drained(waiting: deque[Change[Any]]) -> list[Change[Any]]:
    """Return all that wait, in their order, and leave none."""
    found: list[Change[Any]] = []
    while waiting:
        found.append(waiting.popleft())
    # Those of the process that this one was forked from are carried out there.
    return [each for each in found if each.process == os.getpid()]
