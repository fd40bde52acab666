"""Waiting for what another thread does, in slices, so that it can be interrupted everywhere."""

from __future__ import annotations

import queue
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
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


async def awaited(future: Future[T], undo: Callable[[T], object]) -> T:
    """Await what a future brings; when cancelled meanwhile, undo it once it is there."""
    import asyncio  # noqa: PLC0415 - slow to import, and running here already

    try:
        return await asyncio.shield(asyncio.wrap_future(future))
    except asyncio.CancelledError:
        future.add_done_callback(lambda done: None if done.exception() else undo(done.result()))
        raise


def next_of(events: queue.SimpleQueue[T]) -> T:
    """Return the next event."""
    while True:
        try:
            return events.get(timeout=_SLICE_SECONDS)
        except queue.Empty:
            continue
