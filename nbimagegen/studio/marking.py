"""Stars, ratings, tags and the trash: the page's messages → the keeper of the history, each click run once.

Any number of pictures may be meant: they are changed on a thread of their own, one click after another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.errors import RequestError
from nbimagegen.history import marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbimagegen.history.marks import Change
    from nbimagegen.studio.line import Handlers, Line, Table


class Marking:
    """Marks pictures, throws them away and takes it back."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._history = line.session.history
        self.handlers: Handlers = {
            "star": self._marking(lambda message: marks.starring(on=message["on"])),
            "rate": self._marking(lambda message: marks.rating(message["rating"])),
            "tag": self._marking(_tagging),
            "note": self._marking(lambda message: marks.noting(message["text"])),
            "delete": self._in_turn(lambda message: self._trash(message["ids"])),
            "restore": self._restore,
            "undo": self._in_turn(self._take_back),
        }

    def _in_turn(self, action: Callable[[Table], object]) -> Callable[[Table], object]:
        return lambda message: self._line.in_turn(message["click"], lambda: action(message), self._line.marks)

    def _marking(self, change: Callable[[Table], Change]) -> Callable[[Table], object]:
        keeper, keys = self._history.keeper, self._history.keys
        return self._in_turn(lambda message: keeper.mark(keys(message["ids"]), change(message)))

    def _restore(self, message: Table) -> None:
        trashed = self._line.board.trashed(message["notice"])  # now: a deletion before its turn replaces it
        keeper, keys = self._history.keeper, self._history.keys
        self._line.in_turn(message["click"], lambda: keeper.restore(keys(trashed)), self._line.marks)

    def _trash(self, ids: Iterable[str]) -> None:
        keys = self._history.keys(ids)
        self._history.keeper.trash(keys)
        self._line.board.deleted([f"{generation}-{index}" for generation, index in keys])

    def _take_back(self, message: Table) -> None:
        del message
        if not self._history.undo():
            nothing = "There is nothing to take back."
            raise RequestError(nothing)


def _tagging(message: Table) -> Change:
    add, remove = marks.tagging(message["add"]), marks.untagging(message["remove"])
    return lambda held: add(remove(held))
