"""Pictures that one was made from, and those that were made from it, as the page shows them.

Ones in the trash are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen.studio.describe import SHORT_PROMPT, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen.history import Generation, History, Picture

MOST = 24  # children, as parents; the first of them
_DEEP = 8  # variations of variations


def kin(history: History, picture: Picture) -> dict[str, Any]:
    """Return its parents, in the order in which they were given, and its children, oldest first."""
    return {"parents": _told(history, picture.parents), "children": _told(history, picture.children)}


def words(history: History, generation: Generation) -> str:
    """Return the prompt of a generation; of a variation, which has none, that of what it varies."""
    for _ in range(_DEEP):
        parents = history.present(generation.record.parents[:1]) if generation.operation == "vary" else []
        if not parents:
            break
        generation = parents[0].generation
    return generation.prompt


def _told(history: History, ids: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"id": each, "prompt": shortened(history.picture(each).prompt, SHORT_PROMPT)}
        for each in history.among(ids[:MOST])
    ]
