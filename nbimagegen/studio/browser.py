"""The browser's end of a studio: each message of the page goes to the one that handles its kind.

A handler checks, hands over and returns; what takes long is done by small pools.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbimagegen.studio import messages
from nbimagegen.studio.bringing import Bringing
from nbimagegen.studio.line import Line
from nbimagegen.studio.marking import Marking
from nbimagegen.studio.offers import Offers
from nbimagegen.studio.orders import Orders
from nbimagegen.studio.previews import Previews
from nbimagegen.studio.reading import Reading
from nbimagegen.studio.recalling import Recalling
from nbimagegen.studio.selecting import Selecting
from nbimagegen.studio.serving import Serving
from nbimagegen.studio.strip import Strip
from nbimagegen.studio.words import Translations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbimagegen.history import Generation, Picture, Progress, Settings
    from nbimagegen.session import Session
    from nbimagegen.studio.fills import Variables
    from nbimagegen.studio.line import Handlers, Send, Table
    from nbimagegen.studio.masks import Masks
    from nbimagegen.studio.notices import Board
    from nbimagegen.studio.reading import Names
    from nbimagegen.studio.selecting import Holder

_LOG = logging.getLogger("nbimagegen")


@dataclass(frozen=True, slots=True)
class Face:
    """What messages reach of the studio itself, beside its session.

    Attributes:
        board: Where what went wrong is said.
        fill: Puts what a picture's file tells into the controls, and says what it did.
        variables: Those that the prompt box may name.
        masks: What is painted.
        holder: Who holds the selection.
    """

    board: Board
    fill: Callable[[Settings, Names], str]
    variables: Variables
    masks: Masks
    holder: Holder


class Browser:
    """The views of one studio, all of them together: what is sent goes to each."""

    def __init__(self, session: Session, send: Send, face: Face) -> None:
        self._line = Line(session, send, face.board)
        self._offers = Offers(self._line)
        self._serving = Serving(self._line)
        self._strip = Strip(self._line, self._serving)
        self._previews = Previews(send, self._line.pictures.submit)
        recalling = Recalling(self._line)
        selecting = Selecting(self._line, face.holder)
        self._is_there = False
        self._to_open: Table | None = None  # what was to be shown before any view was there
        self._handlers: Handlers = {
            "hello": self._hello,
            "dismiss": lambda message: face.board.drop(message["notice"]),
            **self._offers.handlers,
            **self._serving.handlers,
            **self._strip.handlers,
            **Marking(self._line).handlers,
            **selecting.handlers,
            **Orders(self._line, self._offers, face.variables, face.masks, recalling).handlers,
            **recalling.handlers,
            **Bringing(self._line, face.masks).handlers,
            **Reading(self._line, self._offers, face.fill).handlers,
            **Translations(self._line).handlers,
        }
        self.narrow = self._strip.narrow
        self.look_at = selecting.look_at
        self.seek_key = self._offers.seek_key

    def receive(self, content: Any, buffers: Any = None) -> None:
        """Take one message; what is none is passed over.

        Nothing is raised: a host would print the frames, and a message may hold a key.
        """
        message = messages.read(content, buffers)
        try:
            if message is not None:
                self._handlers[message["kind"]](message)
        except Exception as problem:  # noqa: BLE001 - whatever it is
            _LOG.error("a message of the page was not carried out: %s", type(problem).__name__)

    def show(self, generation: Generation) -> None:
        """Tell views that announced themselves of pictures that have just come."""
        if self._is_there:
            self._strip.show(generation)

    def change(self, generations: Sequence[Generation]) -> None:
        """Tell views that announced themselves of pictures whose marks are others."""
        if self._is_there:
            self._strip.change(generations)

    def open(self, *pictures: Picture) -> None:
        """Show one picture large, or several beside each other; where there is no view yet, in the first."""
        ids = [each.id for each in pictures]
        to_open = {"kind": "show", "id": ids[0]} if len(ids) == 1 else {"kind": "compare", "ids": ids}
        self._to_open = None if self._is_there else to_open
        if self._is_there:
            self._line.reply(to_open)

    def preview(self, progress: Progress) -> None:
        """Show an unfinished picture to views that announced themselves, until its job has ended."""
        if progress.kind == "done":
            self._previews.end(progress.generation.id)
        elif self._is_there:
            with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the pool has
                self._previews.offer(progress)

    def close(self) -> None:
        """Let go of the threads."""
        self._is_there = False
        self._line.close()

    def _hello(self, message: Table) -> None:
        del message
        is_first, self._is_there = not self._is_there, True
        self._offers.tell()
        self._strip.open()
        if is_first:
            self._offers.open()
        if self._to_open:
            to_open, self._to_open = self._to_open, None
            self._line.reply(to_open)
