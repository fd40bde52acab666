"""What other processes change in a history: looked for each second, as long as anybody listens."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Protocol

from nbimagegen.errors import StoreError
from nbimagegen.lazily import rooms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from weakref import ReferenceType

    from nbimagegen import jobs
    from nbimagegen.store import Store
else:
    (jobs,) = rooms("jobs")

SECONDS = 1.0


class Watched(Protocol):
    """Whoever is to look: a desk."""

    @property
    def is_watched(self) -> bool:
        """Whether anybody listens."""
        ...

    def look_out(self) -> None:
        """See to it that somebody looks each second."""
        ...

    def look(self) -> None:
        """Look for changes, and tell of them."""
        ...


class Lookout:
    """Knows up to when a history was looked at. Used by the dispatcher thread alone."""

    def __init__(self, store: Store) -> None:
        """Begin with how it is now; where that cannot be read, with how it is once it can."""
        self._store = store
        self._version: int | None = None
        with contextlib.suppress(StoreError):
            self._version = store.version()

    def changed(self) -> Iterator[str]:
        """Go through the generations that others have changed since it was looked at last.

        It counts as looked at once all were gone through.

        Raises:
            StoreError: The history cannot be read.
        """
        before, now = self._version, self._store.version()
        if before is not None and before != now:
            yield from self._store.changed_by_others(before)
        self._version = now


def look_out(watched: ReferenceType[Watched], ended: threading.Event) -> None:
    """Let somebody look each second, on the dispatcher thread, until nobody listens or nobody is left."""
    threading.Thread(target=_look_out, args=(watched, ended), name="nbimagegen-lookout", daemon=True).start()


def _look_out(watched: ReferenceType[Watched], ended: threading.Event) -> None:
    is_free = threading.Event()  # a callback may take its time, and looks are not to queue up behind it
    is_free.set()
    while not ended.wait(SECONDS):
        found = watched()
        if found is None or not found.is_watched:
            ended.set()
            _not_too_early(found)
        elif is_free.is_set():
            is_free.clear()
            jobs.tell(_look, watched, is_free)
        del found


def _not_too_early(found: Watched | None) -> None:
    """Begin anew where somebody began to listen just then, and found a look-out that was about to end."""
    if found is not None and found.is_watched:
        found.look_out()


def _look(watched: ReferenceType[Watched], is_free: threading.Event) -> None:
    found = watched()
    try:
        if found is not None:
            found.look()
    finally:
        is_free.set()
