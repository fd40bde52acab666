"""Which events of a session tell of something new, and which only of marks that are others now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.records import ENDED

if TYPE_CHECKING:
    from nbimagegen.history import Generation, History
    from nbimagegen.records import GenerationRecord

_LOOKED_AT = 50  # of the newest, how many may still have been under way, in this kernel or another


class News:
    """Knows what was there when the studio was made, and what it was told since.

    Args:
        history: The session's.
    """

    def __init__(self, history: History) -> None:
        newest = history[-_LOOKED_AT:]
        self._last = newest[-1].id if newest else ""
        self._under_way = {each.id for each in newest if each.status not in ENDED}
        self._told: dict[str, GenerationRecord] = {}

    def is_new(self, generation: Generation) -> bool:
        """Return whether this end of a generation was not told before."""
        before = self._told.get(generation.id)
        self._told[generation.id] = generation.record
        if before is None:
            return generation.id > self._last or generation.id in self._under_way
        return before != generation.record
