"""What the page selects: whether it is there, and, where the synced trait cannot carry it, all of it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nbimagegen.studio.line import Handlers, Line, Table


class Holder(Protocol):
    """Who holds the selection."""

    selected: tuple[str, ...]


class Selecting:
    """Looks at what the page selects, takes a large selection from it, and gives it one."""

    def __init__(self, line: Line, holder: Holder) -> None:
        self._line = line
        self._holder = holder
        self._taken: tuple[str, ...] = ()
        self.handlers: Handlers = {"select": self._select, "selection": self._tell}

    def look_at(self, ids: tuple[str, ...]) -> None:
        """Let go of what the page has selected by the trait and is not there: it was taken at its word."""
        with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the pool has
            self._line.lists.submit(self._let_go, ids)

    def _let_go(self, ids: tuple[str, ...]) -> None:
        there = tuple(self._line.session.history.there(ids))
        if there != ids == self._holder.selected:
            self._holder.selected = there

    def _select(self, message: Table) -> None:
        self._line.lists.submit(self._take, message["ids"], self._holder.selected)

    def _take(self, ids: list[str], before: tuple[str, ...]) -> None:
        """Select these, unless a smaller selection, which goes by the trait, was faster."""
        found = self._line.session.history.among(ids)
        if self._holder.selected in (before, self._taken):
            self._taken = self._holder.selected = tuple(found)

    def _tell(self, message: Table) -> None:
        del message
        self._line.reply({"kind": "selection", "ids": list(self._holder.selected)})
