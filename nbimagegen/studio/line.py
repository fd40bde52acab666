"""What the handlers of a page's messages share: the session, the way back, and threads that may wait."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen.errors import ImageGenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    from nbimagegen.session import Session
    from nbimagegen.studio.notices import Board

    Table: TypeAlias = dict[str, Any]
    Send: TypeAlias = Callable[[Table, list[bytes] | None], None]
    Handlers: TypeAlias = Mapping[str, Callable[[Table], object]]  # by the kind of message that each takes

MAX_CLICKS = 1000
UNEXPECTED = "Something unexpected happened ({}); please report it."


class Line:
    """The line between a session and the views of one studio, all of them together.

    Args:
        session: What is asked.
        send: What is sent goes to each view.
        board: Where what went wrong is said.

    Attributes:
        pictures: Threads that read pictures.
        errands: Threads that may wait: a gateway may be slow, and pictures are not to wait for it.
        lists: A thread that looks for pictures, one question after another.
        turns: A thread for what makes pictures, and masks for it, in the order in which it was asked for.
        marks: The same for what marks pictures: ten thousand stars take a while, and Generate is not to wait.
    """

    def __init__(self, session: Session, send: Send, board: Board) -> None:
        self.session = session
        self.board = board
        self.pictures = ThreadPoolExecutor(2, thread_name_prefix="nbimagegen-pictures")
        self.errands = ThreadPoolExecutor(2, thread_name_prefix="nbimagegen-errands")
        self.lists = ThreadPoolExecutor(1, thread_name_prefix="nbimagegen-lists")
        self.turns = ThreadPoolExecutor(1, thread_name_prefix="nbimagegen-turns")
        self.marks = ThreadPoolExecutor(1, thread_name_prefix="nbimagegen-marks")
        self._send = send
        self._clicks: OrderedDict[str, Table] = OrderedDict()
        self._clicks_lock = threading.Lock()

    def reply(self, content: Table, buffers: list[bytes] | None = None) -> None:
        """Tell all views."""
        self._send(content, buffers)

    def once(self, click: str, action: Callable[[], object]) -> None:
        """Run a click once, however often it is delivered, and answer it each time.

        Whoever hears the page waits for it: nothing that writes, or reads what others may be writing.
        """
        reply, is_new = self._answer_of(click)
        if is_new:
            _run(action, reply)
        self.reply(reply)

    def in_turn(self, click: str, action: Callable[[], object], thread: Executor | None = None) -> None:
        """As `once`, on a thread that may take its time, by default `turns`: one click after another."""
        thread = thread or self.turns
        reply, is_new = self._answer_of(click)
        if is_new:
            thread.submit(_run, action, reply)
        thread.submit(self.reply, reply)

    def _answer_of(self, click: str) -> tuple[Table, bool]:
        with self._clicks_lock:  # a message may be delivered twice at once, on two threads
            is_new = click not in self._clicks
            reply = self._clicks.setdefault(click, {"kind": "acknowledged", "click": click})
            while len(self._clicks) > MAX_CLICKS:
                self._clicks.popitem(last=False)
        return reply, is_new

    def close(self) -> None:
        """Let go of the threads."""
        self.pictures.shutdown(wait=False)
        self.errands.shutdown(wait=False)
        self.lists.shutdown(wait=False)
        self.turns.shutdown(wait=False)
        self.marks.shutdown(wait=False)


def _run(action: Callable[[], object], reply: Table) -> None:
    try:
        action()
    except Exception as problem:  # noqa: BLE001 - every click is answered
        reply.update(kind="refused", message=public(problem).message)


def public(problem: Exception) -> ImageGenError:
    """Return what may be said of a problem: an error of ours, or that there was another."""
    if isinstance(problem, ImageGenError):
        return problem
    return ImageGenError(UNEXPECTED.format(type(problem).__name__))
