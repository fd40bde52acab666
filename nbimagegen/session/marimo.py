"""What marimo tells of the cell that is running, where this process is one of its kernels.

marimo is never imported for it: where it is the host, it is there already.
"""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

_ROOM = "marimo._runtime.context"
_carried: ContextVar[object] = ContextVar("the cell run of a call on another thread", default=None)


def notebook() -> str | None:
    """Return the notebook that is being edited; None for an app, whose visitors never share a history."""
    context = _context()
    mode = getattr(context, "session_mode", None)
    path = getattr(context, "filename", None)
    return path if isinstance(path, str) and getattr(mode, "value", mode) == "edit" else None


def cell_run() -> object:
    """Return what stands for this run of this cell, another object at each run; None elsewhere."""
    running = getattr(_context(), "execution_context", None)
    # A press on one of the notebook's own buttons runs no cell.
    is_run = running is not None and not getattr(running, "setting_element_value", False)
    return running if is_run else _carried.get()


@contextlib.contextmanager
def carrying() -> Generator[None]:
    """Let what is awaited here, on whatever thread, belong to this run of this cell."""
    token = _carried.set(cell_run())
    try:
        yield
    finally:
        _carried.reset(token)


def _context() -> Any:
    # marimo keeps it a thread: https://github.com/marimo-team/marimo, marimo/_runtime/context/types.py
    get = getattr(sys.modules.get(_ROOM), "get_context", None)
    with contextlib.suppress(Exception):  # it raises an exception of its own where there is none
        return get() if get else None
    return None
