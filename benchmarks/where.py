"""Where the time of one generation goes: `make profile` prints what the I/O thread does, dearest first.

What the worker threads do (probing, records, the index) shows as the wall time that is left.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import threading
import time

import whole
from gateway import playing

from harness import ROOT

_TIMES = 5
_LINES = 30


def main(form: str = "b64", size: str = "4K") -> None:
    """Profile a few generations of one kind."""
    sys.path.append(str(ROOT))
    from nbimagegen.jobs import threads  # noqa: PLC0415 - found from here on

    with playing() as gateway:
        ask = whole.ours(gateway.base_url(form, size))
        ask()
        profile = cProfile.Profile()
        _on_the_io_thread(threads.call, profile.enable)
        began = time.perf_counter()
        for _ in range(_TIMES):
            ask()
        wall = (time.perf_counter() - began) / _TIMES
        _on_the_io_thread(threads.call, profile.disable)
    print(f"{form} {size}: {wall * 1000:.0f} ms a generation; the I/O thread, {_TIMES} generations:")
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(_LINES)


def _on_the_io_thread(call, function) -> None:  # noqa: ANN001 - of the package, which is found while it runs
    done = threading.Event()
    call(lambda: (function(), done.set()))
    done.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
