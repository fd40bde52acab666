"""Whoever wants to hear what is selected and what has ended: users' callbacks, on the dispatcher thread."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from nbimagegen import session
from nbimagegen.errors import NotFoundError
from nbimagegen.records import ENDED
from nbimagegen.studio.editing import Editing
from nbimagegen.studio.news import News

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nbimagegen.history import Generation, Picture

    Stop = Callable[[], None]


class Hearing(Editing):
    """Takes in callbacks, and lets them go. What one of them raises is shown, and stops nothing."""

    _undos: list[Stop]  # run when the studio is closed

    def on_select(self, callback: Callable[[tuple[Picture, ...]], object]) -> Stop:
        """Call `callback(pictures)` whenever the selection changes, with what `selection` then holds.

        It runs on a thread of its own, in the order of the changes, whoever made them: the page or Python.

        Returns:
            A function that stops it.
        """

        def changed(change: dict[str, Any]) -> None:
            session.tell(lambda: callback(tuple(self._still_there(change["new"]))))

        self.observe(changed, "selected")
        leaving = contextlib.ExitStack()  # closed twice, it does nothing more
        leaving.callback(self.unobserve, changed, "selected")
        return leaving.close

    def on_done(self, callback: Callable[[Generation], object]) -> Stop:
        """Call `callback(generation)` when a generation of the session has ended, well or not.

        It runs on a thread of its own; whoever asked for the generation: a click, a cell, another kernel.
        One whose lost pictures were fetched later has ended once more. Stars and the like are no news.

        Returns:
            A function that stops it.
        """
        news = News(self.session.history)

        def told(generation: Generation) -> None:
            if generation.status in ENDED and news.is_new(generation):
                callback(generation)

        stop = self.session.listen(told)
        self._undos.append(stop)
        return stop

    def _still_there(self, ids: Iterable[str]) -> Iterable[Picture]:
        for each in ids:
            with contextlib.suppress(NotFoundError):  # deleted for ever meanwhile
                yield self.session.history.picture(each)
