"""The private threads of a process: one runs every request, a few take calls that are awaited, one tells.

All are made when first needed, and anew after a fork.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import os
import queue
import threading
import traceback
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from nbimagegen.transport import IO_THREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

T = TypeVar("T")
S = TypeVar("S")
_AT_ONCE = 4


def run(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    """Run a coroutine on the I/O thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, _io_loop(os.getpid()))


def call(function: Callable[..., object]) -> None:
    """Call a plain function on the I/O thread; returns at once."""
    _io_loop(os.getpid()).call_soon_threadsafe(function)


def in_turn(first: Callable[[], S], then: Callable[[S], T]) -> Future[T]:
    """Run two plain functions that take a while, and return what comes of them.

    Args:
        first: Run one after the other, in the order of these calls.
        then: Called with what `first` has returned, a few at a time: the disk takes several as fast as one.
    """
    carried = contextvars.copy_context()
    future: Future[T] = Future()

    def begin() -> None:
        with _failing(future):
            found = carried.run(first)
            _several(os.getpid()).submit(finish, found)

    def finish(found: S) -> None:
        with _failing(future):
            future.set_result(carried.run(then, found))

    _one(os.getpid()).submit(begin)
    return future


@contextlib.contextmanager
def _failing(future: Future[Any]) -> Generator[None]:
    try:
        yield
    except BaseException as problem:  # noqa: BLE001 - whoever waits for it is told
        future.set_exception(problem)


def tell(callback: Callable[..., object], *args: object) -> None:
    """Call back on the dispatcher thread, in order; what the callback raises is shown and stops nothing."""
    _dispatcher(os.getpid()).put((callback, args))


def _one_at_a_time(make: Callable[[int], T]) -> Callable[[int], T]:
    """Keep what was made for a process, and make it once, whoever asks first."""
    made: dict[int, T] = {}
    locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)  # a fork may copy a held one

    def kept(pid: int) -> T:
        with locks[pid]:
            if pid not in made:
                made[pid] = make(pid)
            return made[pid]

    return kept


@_one_at_a_time
def _io_loop(pid: int) -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name=f"{IO_THREAD}-{pid}", daemon=True).start()
    return loop


@_one_at_a_time
def _one(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, f"nbimagegen-calls-{pid}")


@_one_at_a_time
def _several(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, f"nbimagegen-saves-{pid}")


@_one_at_a_time
def _dispatcher(pid: int) -> queue.SimpleQueue[tuple[Callable[..., object], tuple[object, ...]]]:
    calls: queue.SimpleQueue[tuple[Callable[..., object], tuple[object, ...]]] = queue.SimpleQueue()
    threading.Thread(target=_dispatch, args=(calls,), name=f"nbimagegen-events-{pid}", daemon=True).start()
    return calls


def _dispatch(calls: queue.SimpleQueue[tuple[Callable[..., object], tuple[object, ...]]]) -> None:
    while True:
        callback, args = calls.get()
        try:
            callback(*args)
        except Exception:  # noqa: BLE001 - a user's callback may raise anything, and the next must still run
            traceback.print_exc()
