"""Whoever wants to hear what happens in a session: to generations, in previews, by replays."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from nbimagegen.session.access import Access

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from nbimagegen.session.desk import Follower, Listener, MarkListener, ReplayListener

    One = TypeVar("One")


class Listening(Access):
    """Takes in who wants to hear, and lets them go."""

    def listen(self, listener: Listener, *, marks: MarkListener | None = None) -> Callable[[], None]:
        """Call `listener(generation)` at each change of a generation, on a thread of its own.

        Args:
            listener: What is called.
            marks: Called in its place, with all of them at once, when generations are starred, rated, tagged,
                deleted and so on.

        Returns:
            A function that stops it.
        """
        desk = self._desk
        leaving = contextlib.ExitStack()
        if marks is not None:
            desk.mark_listeners[listener] = marks
            leaving.callback(desk.mark_listeners.pop, listener, None)
        leaving.callback(_joined(desk.listeners, listener))
        desk.look_out()
        return leaving.close

    def watch(self, follower: Follower) -> Callable[[], None]:
        """Call `follower(progress)` at each preview of any generation, on a thread of its own.

        Returns:
            A function that stops it.
        """
        stop = _joined(self._desk.watchers, follower)
        self._desk.look_out()
        return stop

    def on_replay(self, listener: ReplayListener) -> Callable[[], None]:
        """Call `listener(replay)` when a call is given what the history holds, on a thread of its own.

        Returns:
            A function that stops it.
        """
        return _joined(self._desk.replay_listeners, listener)


def _joined(members: list[One], one: One) -> Callable[[], None]:
    """Take one in, and return what takes that one out again; called twice, it does nothing more."""
    members.append(one)
    leaving = contextlib.ExitStack()
    leaving.callback(members.remove, one)
    return leaving.close
