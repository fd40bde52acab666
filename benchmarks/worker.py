"""One contender in a process of its own: it makes ready, and runs a round each time that it is told to.

python worker.py <module> <function> <argument>…; the function returns what runs one round. After each round
it says what that took.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _main(module: str, function: str, *args: str) -> None:
    work = getattr(importlib.import_module(module), function)(*args)
    with contextlib.redirect_stdout(io.StringIO()):  # what is shown in the rounds
        out = sys.__stdout__
        _say(out, {})
        for _ in sys.stdin:
            _say(out, _round(work))


def _say(out: Any, took: Mapping[str, float]) -> None:
    print(json.dumps(took), file=out, flush=True)


def _round(work: Callable[[], Mapping[str, float] | None]) -> dict[str, float]:
    """Run one round and return its seconds, by the clock and of the processor, its memory, and its own."""
    gc.collect()
    peak, cpu, clock = _peak(), _cpu(), time.perf_counter()
    own = work() or {}
    wall = time.perf_counter() - clock
    return {"wall": wall, "cpu": _cpu() - cpu, "memory": _peak() - peak, **own}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> float:
    """Return the high-water mark of this process's memory, in bytes."""
    # On Linux `ru_maxrss` begins with the mark of the process that started this one.
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        return next(float(each.split()[1]) * 1024 for each in lines if each.startswith("VmHWM:"))
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    _main(*sys.argv[1:])
