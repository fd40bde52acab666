"""A chat answer that comes in pieces: each choice's are put together, and its pictures flow through.

One data URI may be split over many pieces, and the pieces of several choices may come in turns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import AnswerError
from nbimagegen.wire import shapes
from nbimagegen.wire.reading import LONG, Reader
from nbimagegen.wire.values import Table, items, marked, table, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbimagegen.wire.flow import Flow
    from nbimagegen.wire.messages import Event

MAX_CHOICES = 128
_ENDED_SHORT = {"length", "content_filter", "error"}  # reasons for an end that may be in the middle


@dataclass(slots=True)
class _Choice:
    content: Reader
    images: list[Any] = field(default_factory=list[Any])
    refusal: list[str] = field(default_factory=list[str])
    reason: str = ""  # why it ended; empty until it is said
    is_doubted: bool = False  # something that may have been part of it is missing


class Choices:
    """The choices of one stream."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._choices: dict[int, _Choice] = {}

    @property
    def is_between(self) -> bool:
        """Whether no choice is in the middle of a picture, so that a long string is read by itself."""
        return all(each.content.is_between for each in self._choices.values())

    @property
    def end(self) -> str:
        """How what came ends, where there is one choice; of several, nobody knows which goes on."""
        return next(iter(self._choices.values())).content.end if len(self._choices) == 1 else ""

    def add(self, parts: object) -> None:
        """Take what one event says of the choices.

        Raises:
            AnswerError: There are more choices, or there is more in them, than any answer has.
        """
        for part in map(table, items(parts)):
            choice = self._choice(whole(part.get("index")))
            self._add(choice, table(part.get("delta") or part.get("message")))
            choice.reason = text(part.get("finish_reason")) or choice.reason

    def doubt(self) -> None:
        """Say that something is missing here, perhaps of the pictures in whose middle it is."""
        for each in self._choices.values():
            each.is_doubted = True
            each.content.doubt()

    def close(self, *, is_whole: bool) -> Iterator[Event]:
        """Yield what the choices hold, in their own order.

        Args:
            is_whole: Whether all came that there is of the answer.
        """
        for _, each in sorted(self._choices.items()):
            content = each.content.close()
            if each.is_doubted or each.reason in _ENDED_SHORT or not (each.reason or is_whole):
                each.content.doubt()
            fields = {"content": content, "images": each.images, "refusal": "".join(each.refusal)}
            yield from shapes.message(fields, self._flow)

    def _choice(self, index: int) -> _Choice:
        if index not in self._choices and len(self._choices) == MAX_CHOICES:
            raise AnswerError(f"The answer has over {MAX_CHOICES} choices; this one may be billed.")
        return self._choices.setdefault(index, _Choice(Reader(self._flow, is_prose=True)))

    def _add(self, choice: _Choice, delta: Table) -> None:
        content = delta.get("content")
        parts = [table(each) for each in items(content)]
        for each in (content, *(part.get("text") for part in parts)):
            choice.content.feed(marked(each))
        choice.content.resume()
        images = [each for each in parts if "text" not in each]
        images += items(delta.get("images")) + items(delta.get("multi_mod_content"))
        self._keep(choice, images, marked(delta.get("refusal")))

    def _keep(self, choice: _Choice, images: list[Any], refusal: str) -> None:
        self._flow.words.hold(LONG * len(images) + len(refusal))
        choice.images += images
        choice.refusal += [refusal] if refusal else []
