"""Pictures that one was made from, and those that were made from it, as the page shows them.

Ones in the trash are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen.studio.describe import SHORT_PROMPT, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen.history import History, Picture

MOST = 24  # children, as parents; the first of them


def kin(history: History, picture: Picture) -> dict[str, Any]:
    """Return its parents, in the order in which they were given, and its children, oldest first."""
    return {"parents": _told(history, picture.parents), "children": _told(history, picture.children)}


def _told(history: History, ids: Sequence[str]) -> list[dict[str, str]]:
    return [
        {"id": each, "prompt": shortened(history.picture(each).prompt, SHORT_PROMPT)}
        for each in history.among(ids[:MOST])
    ]
