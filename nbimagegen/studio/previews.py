"""Unfinished pictures on their way to the page: the newest of each job, at most two a second.

They come on a thread that must not wait, and are made small on another.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.history import Progress

    Action: TypeAlias = Callable[[], object]
    Send: TypeAlias = Callable[[dict[str, Any], list[bytes] | None], None]

EDGE = 512
PAUSE = 0.5


class Previews:
    """What is shown of the jobs that are under way.

    Args:
        send: Takes a message to the page.
        run: Runs an action on a thread that may take its time.
        later: Runs an action after so many seconds.
        clock: Tells the seconds.
    """

    def __init__(
        self,
        send: Send,
        run: Callable[[Action], object],
        later: Callable[[float, Action], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._run = run
        self._later = later or _after
        self._clock = clock
        self._lock = threading.Lock()
        self._newest: dict[str, Progress] = {}
        self._free_at: dict[str, float] = {}

    def offer(self, progress: Progress) -> None:
        """Take an unfinished picture, to be shown unless a newer one overtakes it."""
        job = progress.generation.id
        with self._lock:
            is_waiting = job in self._newest
            self._newest[job] = progress
            pause = self._free_at.get(job, 0.0) - self._clock()
        if not is_waiting:
            start = partial(self._start, job)
            self._later(pause, start) if pause > 0 else start()

    def end(self, job: str) -> None:
        """Forget a job: what still waits to be shown is not shown any more."""
        with self._lock:
            self._newest.pop(job, None)
            self._free_at.pop(job, None)

    def _start(self, job: str) -> None:
        try:
            self._run(lambda: self._show(job))
        except RuntimeError:  # the studio was closed meanwhile, and its threads with it
            self.end(job)

    def _show(self, job: str) -> None:
        with self._lock:
            progress = self._newest.pop(job, None)
            if progress is None:  # it has ended
                return
            self._free_at[job] = self._clock() + PAUSE
        try:
            preview = progress.thumbnail(EDGE)
        except AnswerError:  # half a picture is no reason to say anything
            return
        message = {"kind": "partial", "generation": job, "index": progress.index, "type": "image/webp"}
        self._send(message, [preview])


def _after(seconds: float, action: Action) -> None:
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()
