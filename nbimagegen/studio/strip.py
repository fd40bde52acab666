"""What the strip lists: pages of the session's pictures that fit its filter, and what came or changed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from nbimagegen.errors import ParameterError
from nbimagegen.studio import describe, filters
from nbimagegen.studio.line import public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbimagegen.history import Generation
    from nbimagegen.history.views import Shown, View
    from nbimagegen.studio.line import Handlers, Line, Table
    from nbimagegen.studio.serving import Serving

FIRST_PAGE = 48
FIRST_SEEN = 12  # of these; on a wide page some are a little further on
MAX_NAMED = 200  # models and tags that the strip can be narrowed down to by a menu
MAX_TOLD = 64  # pictures whose marks are told one by one; of more, the page asks for those that it shows


class Strip:
    """Tells views of pictures, as entries."""

    def __init__(self, line: Line, serving: Serving) -> None:
        self._line = line
        self._serving = serving
        self._history = line.session.history
        self._filter: Table = {}
        self._telling = threading.Lock()  # what was looked up last is what is said last
        self.handlers: Handlers = {
            "page": lambda message: line.lists.submit(self._answer, self._page, message),
            "ids": lambda message: line.lists.submit(self._answer, self._ids, message),
        }

    def narrow(self, held: Table) -> None:
        """Tell views of pictures that fit this filter alone."""
        self._filter = held

    def open(self) -> None:
        """Send a view that is new the first page, and what it will ask for when that is there."""
        first = {"offset": 0, "limit": FIRST_PAGE, "query": self._filter}
        self._line.lists.submit(self._answer, self._push_first, first)
        self._line.lists.submit(self._answer, self._page, first)

    def show(self, generation: Generation) -> None:
        """Tell of pictures that have just come."""
        with self._telling:
            arrived = self._tell("arrived", [generation])
        for each in arrived:
            self._serving.push(each.picture.id)

    def change(self, generations: Sequence[Generation]) -> None:
        """Tell of pictures whose marks are others."""
        with self._telling:
            if sum(len(each.record.pictures) for each in generations) <= MAX_TOLD:
                self._tell("changed", generations)
            else:
                view = filters.view(self._history, self._filter)
                listed = self._listed(self._filter, view, ())
                self._line.reply({"kind": "changed", "gone": [], "many": True, **listed})

    def _tell(self, kind: str, generations: Sequence[Generation]) -> list[Shown]:
        held = self._filter
        view = filters.view(self._history, held)
        shown = view.of(*(each.id for each in generations))
        fit = {each.picture.id for each in shown}
        ids = (f"{own.id}-{each.index}" for own in generations for each in own.record.pictures)
        gone = [each for each in ids if each not in fit]
        self._line.reply({"kind": kind, "gone": gone, **self._listed(held, view, shown)})
        return shown

    def _answer(self, answer: Callable[[Table], object], message: Table) -> None:
        try:
            with self._telling:
                answer(message)
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            self._line.board.found_wrong(public(problem))

    def _push_first(self, first: Table) -> None:
        for each in filters.view(self._history, first["query"]).page(0, FIRST_SEEN):
            self._serving.push(each.picture.id)

    def _page(self, message: Table) -> None:
        offset = message["offset"]
        try:
            held = filters.checked(message["query"])
        except ParameterError:
            return  # which no view asks for
        view = filters.view(self._history, held)
        page = self._listed(held, view, view.page(offset, message["limit"]))
        if offset == 0:
            models, tags = self._history.known()
            page |= {"models": models[:MAX_NAMED], "tags": tags[:MAX_NAMED]}
        self._line.reply({"kind": "page", "offset": offset, **page})

    def _ids(self, message: Table) -> None:
        offset = message["offset"]
        try:
            held = filters.checked(message["query"])
        except ParameterError:
            return
        ids = filters.view(self._history, held).ids(offset, message["limit"])
        self._line.reply({"kind": "ids", "offset": offset, "query": held, "ids": ids})

    def _listed(self, held: Table, view: View, shown: Iterable[Shown]) -> Table:
        return {
            "query": held,
            "pictures": [describe.shown(each) for each in shown],
            "total": view.count,
            "count": self._history.picture_count,
        }
