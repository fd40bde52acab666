"""Waiting for what another thread does, in slices, so that it can be interrupted everywhere."""

from __future__ import annotations

import queue
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
_SLICE_SECONDS = 0.1  # a wait in one piece cannot be interrupted on Windows


def result(future: Future[T]) -> T:
    """Return what a future brings, or raise what it met; when interrupted, cancel it."""
    try:
        while True:
            try:
                return future.result(_SLICE_SECONDS)
            except FutureTimeoutError:
                if future.done():  # it has failed by a timeout of its own
                    raise
    except KeyboardInterrupt:
        future.cancel()
        raise


def next_of(events: queue.SimpleQueue[T]) -> T:
    """Return the next event."""
    while True:
        try:
            return events.get(timeout=_SLICE_SECONDS)
        except queue.Empty:
            continue
