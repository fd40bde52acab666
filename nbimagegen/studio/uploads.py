"""A picture's file that the page sends in parts → all of them, within bounds. Knows not what they are."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_UNFINISHED = 2  # of all views; what is begun and never ended makes way
MAX_WAITING = 2  # whole, and not read yet


class Uploads:
    """What has come of each upload so far."""

    def __init__(self) -> None:
        self._parts: OrderedDict[str, list[bytes]] = OrderedDict()
        self._waiting = 0
        self._lock = Lock()

    def take(self, message: Mapping[str, Any]) -> list[bytes] | None:
        """Take one part; returns all with the last one, which wait until they are `done`.

        Whoever reads them puts them together: that is megabytes, and here a page is listened to.

        Raises:
            InputError: A part before it is missing, or too many pictures wait to be read.
        """
        upload, part, count = message["upload"], message["part"], message["parts"]
        with self._lock:
            parts = self._parts.setdefault(upload, [])
            if part != len(parts) or part >= count:
                self._parts.pop(upload, None)
                lost = "A part of the picture was lost on its way to the kernel; drop it again."
                raise InputError(lost)
            parts.append(message["data"])
            while len(self._parts) > MAX_UNFINISHED:
                self._parts.popitem(last=False)
            return self._whole(upload) if len(parts) == count else None

    def done(self) -> None:
        """Make room: a whole one was read."""
        with self._lock:
            self._waiting -= 1

    def _whole(self, upload: str) -> list[bytes]:
        parts = self._parts.pop(upload)
        if self._waiting >= MAX_WAITING:
            busy = "Other pictures are still being read; drop this one again in a moment."
            raise InputError(busy)
        self._waiting += 1
        return parts
