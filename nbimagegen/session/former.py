"""A renamed or copied notebook begins a session of its own; its saved outputs tell whose it goes on from.

A static sheet in a saved notebook names its session's folder in an attribute. A notebook may come from
anyone, so it is offered, and only where the user has such a session.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.errors import FormerSessionWarning
from nbimagegen.lazily import rooms
from nbimagegen.session.naming import users_level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbimagegen import store
    from nbimagegen.session.desk import Desk
    from nbimagegen.store import about
else:
    about, store = rooms("store.about", "store")

MAX_BYTES = 50 * 2**20
_SHEET = re.compile(r'data-nbimagegen-session="([a-z0-9-]{1,100})"')
_said: set[tuple[str, str]] = set()


def former_session(notebook: str, home: Path) -> str:
    """Return the session that a notebook's saved outputs show, where there is one; else an empty text."""
    told = _SHEET.findall("\n".join(_pages(Path(notebook))))
    known = [
        home / each for each in told if each != store.folder_name(notebook) and about.is_session(home / each)
    ]
    return about.name_of(known[-1]) if known else ""


def offered(notebook: str, desk: Desk) -> str:
    """Return the former session of a notebook whose own is empty, and say once how to go on with it."""
    if len(desk.history):
        return ""
    found = former_session(notebook, desk.store.folder.parent)
    if found and (notebook, found) not in _said:
        _said.add((notebook, found))
        warnings.warn(how_to_go_on(found), FormerSessionWarning, stacklevel=users_level())
    return found


def how_to_go_on(former: str) -> str:
    """Return how to go on with the former session, as a sentence."""
    return (
        f"This notebook was copied or renamed, and begins a history of its own; Session({former!r}) goes on "
        "with the one that its saved outputs show."
    )


def _pages(notebook: Path) -> Iterator[str]:
    """Go through the HTML that a saved notebook shows; nothing where it cannot be read."""
    try:
        if notebook.suffix != ".ipynb" or notebook.stat().st_size > MAX_BYTES:
            return
        cells = json.loads(notebook.read_bytes())["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        shown: list[Any] = [output.get("data", {}).get("text/html", "") for output in outputs]
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return
    for each in shown:
        yield "".join(map(str, cast("list[object]", each))) if isinstance(each, list) else str(each)
