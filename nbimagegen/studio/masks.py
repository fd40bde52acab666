"""The masks of one studio, by the picture that each belongs to."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.history import Mask

MAX_MASKS = 64  # of pictures that were painted on; the one painted on longest ago goes first


class Masks:
    """Holds masks; a picture that is turned away from keeps its own.

    Args:
        painted: Told of a picture that the page has painted on, or whose mask it took away.

    Attributes:
        current: The id of the picture that is being changed; empty where none is.
    """

    def __init__(self, painted: Callable[[str], object]) -> None:
        self.current = ""
        self._painted = painted
        self._held: OrderedDict[str, Mask] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, source: str) -> Mask | None:
        """Return the mask of a picture."""
        return self._held.get(source)

    def put(self, source: str, mask: Mask | None) -> None:
        """Hold another mask of a picture, or none."""
        with self._lock:
            self._held.pop(source, None)
            if mask is not None:
                self._held[source] = mask
            while len(self._held) > MAX_MASKS:
                self._held.popitem(last=False)

    def paint(self, source: str, mask: Mask | None) -> None:
        """Hold what the page has painted, and tell of it."""
        self.put(source, mask)
        self._painted(source)
