"""Earlier prompts for the page: a few at a time, those that contain a text, the newest first."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from nbimagegen.errors import StoreError

if TYPE_CHECKING:
    from nbimagegen.studio.line import Handlers, Line, Table

AT_ONCE = 30
_ROOM = 2_000_000  # characters in one message; a single prompt may be longer


class Recalling:
    """Lists prompts of the session."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.handlers: Handlers = {"prompts": self._prompts}
        # As they were typed in this kernel, the newest first: the records hold what they were filled to.
        self._templates: deque[str] = deque(maxlen=AT_ONCE)

    def keep(self, template: str) -> None:
        """Remember a prompt whose names were filled."""
        if template in self._templates:
            self._templates.remove(template)
        self._templates.appendleft(template)

    def _prompts(self, message: Table) -> None:
        self._line.pictures.submit(self._tell, message["text"], message["before"])

    def _tell(self, text: str, before: str) -> None:
        try:
            found = self._line.session.history.prompts_before(before, text, AT_ONCE)
        except StoreError:  # said where pictures are listed
            found = []
        templates = [] if before else [each for each in self._templates if text.casefold() in each.casefold()]
        some, room = list[str](), _ROOM
        for prompt, _ in found:
            room -= len(prompt)
            if some and room < 0:
                break
            some.append(prompt)
        last = found[len(some) - 1][1] if some else ""
        is_all = len(some) == len(found) < AT_ONCE
        self._line.reply(
            {
                "kind": "prompts",
                "text": text,
                "before": before,
                "prompts": [*templates, *some],
                "next": "" if is_all else last,
            }
        )
