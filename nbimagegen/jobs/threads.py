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
    from collections.abc import Callable, Coroutine, Generator, Sequence
    from typing import TypeAlias

    _Stage: TypeAlias = tuple[Callable[[int], ThreadPoolExecutor], Callable[[Any], Any]]

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")
_AT_ONCE, _READ_AT_ONCE = 4, 8


def run(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    """Run a coroutine on the I/O thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, _io_loop(os.getpid()))


def call(function: Callable[..., object]) -> None:
    """Call a plain function on the I/O thread; returns at once."""
    _io_loop(os.getpid()).call_soon_threadsafe(function)


def in_turn(
    read: Callable[[], R], find: Callable[[R], S], settle: Callable[[S], T], *, is_slow: bool
) -> Future[T]:
    """Run three plain functions that may wait, each with what the one before has returned.

    Args:
        read: Where it is slow, run apart, so that what it waits for holds up nobody.
        find: Run one after the other, in the order of these calls, of slow ones as they are ready.
        settle: Run a few at a time: the disk takes several as fast as one.
        is_slow: Whether `read` may be.
    """
    future: Future[T] = Future()
    first = _apart if is_slow else _one
    stages: list[_Stage] = [(first, lambda _: read()), (_one, find), (_several, settle)]
    _go_on(future, contextvars.copy_context(), None, stages)
    return future


def _go_on(future: Future[Any], carried: contextvars.Context, found: Any, stages: Sequence[_Stage]) -> None:
    if not stages:
        future.set_result(found)
        return
    (pool, step), *rest = stages

    def run_it() -> None:
        with _failing(future):
            _go_on(future, carried, carried.run(step, found), rest)

    pool(os.getpid()).submit(run_it)


@contextlib.contextmanager
def _failing(future: Future[Any]) -> Generator[None]:
    try:
        yield
    except BaseException as problem:  # noqa: BLE001 - whoever waits for it is told
        future.set_exception(problem)


def tell(callback: Callable[..., object], *args: object) -> None:
    """Call back on the dispatcher thread, in order; what the callback raises is shown and stops nothing."""
    _dispatcher(os.getpid()).put((callback, args))


def _once_a_process(make: Callable[[int], T]) -> Callable[[int], T]:
    """Keep what was made for a process, and make it once, whoever asks first."""
    made: dict[int, T] = {}
    locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)  # a fork may copy a held one

    def kept(pid: int) -> T:
        with locks[pid]:
            if pid not in made:
                made[pid] = make(pid)
            return made[pid]

    return kept


@_once_a_process
def _io_loop(pid: int) -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name=f"{IO_THREAD}-{pid}", daemon=True).start()
    return loop


@_once_a_process
def _one(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, f"nbimagegen-calls-{pid}")


@_once_a_process
def _apart(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_READ_AT_ONCE, f"nbimagegen-reads-{pid}")


@_once_a_process
def _several(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_AT_ONCE, f"nbimagegen-saves-{pid}")


@_once_a_process
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
