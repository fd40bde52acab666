"""Waiting for what another thread does, in slices, so that it can be interrupted everywhere."""

from __future__ import annotations

import contextlib
import queue
import time
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

from nbimagegen.errors import ImageGenError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import Future

    from nbimagegen.history import Generation

T = TypeVar("T")
_SLICE_SECONDS = 0.1  # a wait in one piece cannot be interrupted on Windows
_TO_END_SECONDS = 0.3  # for what is cancelled, so that its record says so when the cell has ended

_begun: ContextVar[tuple[list[Generation], ...]] = ContextVar("_begun", default=())


@contextlib.contextmanager
def or_cancelled(cancel: Callable[[str], object]) -> Generator[None]:
    """Cancel what is begun within, on this thread, where that is broken off.

    Ctrl-C may come when a request has left, and the variable that is to hold its generation is not yet set.
    """
    begun: list[Generation] = []
    around = _begun.get()
    token = _begun.set((*around, begun))
    try:
        yield
    except BaseException:
        for each in begun:
            cancel(each.id)
        end = time.monotonic() + (0.0 if around else _TO_END_SECONDS)  # the outermost waits for all
        for each in begun:
            with contextlib.suppress(ImageGenError, TimeoutError):
                each.wait(max(0.0, end - time.monotonic()))
        raise
    finally:
        _begun.reset(token)


def note_begun(generation: Generation) -> None:
    """Note a generation that is about to set out, for those who would cancel it."""
    for each in _begun.get():
        each.append(generation)


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
