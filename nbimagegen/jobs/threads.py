"""The private threads of a process: one runs every request, one takes calls that are awaited, one tells.

All are made when first needed, and anew after a fork.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import queue
import threading
import traceback
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from nbimagegen.transport import IO_THREAD

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")


def run(coroutine: Coroutine[Any, Any, T]) -> Future[T]:
    """Run a coroutine on the I/O thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, _io_loop(os.getpid()))


def call(function: Callable[..., object]) -> None:
    """Call a plain function on the I/O thread; returns at once."""
    _io_loop(os.getpid()).call_soon_threadsafe(function)


def in_turn(function: Callable[..., T], *args: object, **named: object) -> Future[T]:
    """Run a plain function that waits for the disk, one after the other in the order of these calls."""
    carried = contextvars.copy_context()
    return _caller(os.getpid()).submit(carried.run, lambda: function(*args, **named))


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
def _caller(pid: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, f"nbimagegen-calls-{pid}")


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
