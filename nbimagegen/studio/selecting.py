"""What is selected, where it is more than the synced trait carries: told whole by messages, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from nbimagegen.studio.line import Handlers, Line, Table


class Holder(Protocol):
    """Who holds the selection."""

    selected: tuple[str, ...]


class Selecting:
    """Takes a large selection from the page, and gives it one."""

    def __init__(self, line: Line, holder: Holder) -> None:
        self._line = line
        self._holder = holder
        self._taken: tuple[str, ...] = ()
        self.handlers: Handlers = {"select": self._select, "selection": self._tell}

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
