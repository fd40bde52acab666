"""An answer's bytes, fed in slices → events, as soon as they are known. Pure: no I/O, no clock, no Pillow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError, ImageGenError
from nbimagegen.wire import failures, shapes, sse
from nbimagegen.wire.choices import Choices
from nbimagegen.wire.failures import Origin
from nbimagegen.wire.flow import Flow
from nbimagegen.wire.json_text import Document
from nbimagegen.wire.messages import Event, Failure, Image, ImageUrl, Text
from nbimagegen.wire.values import Table, table, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MAX_ANSWER_BYTES = 512 * 2**20
_MARGIN = b"\xef\xbb\xbf\r\n\t "  # what may stand before an answer and says nothing


class Decoder:
    """Reads one 2xx answer: a JSON answer or an event stream, whatever its header says."""

    def __init__(
        self,
        headers: Mapping[str, str],
        url: str = "",
        clean: Callable[[str], str] = str,
        *,
        limit: int = MAX_ANSWER_BYTES,
    ) -> None:
        """Prepare to read.

        Args:
            headers: The answer's.
            url: Where it came from, for errors that name it.
            clean: Takes a key out of a text, before any text is cut to fit a sentence.
            limit: In bytes.
        """
        self._origin = Origin(headers, url, clean)
        self._left = self._limit = limit
        self._flow = Flow()
        self._start = b""  # until it is known what the answer is
        self._body: _Whole | _Stream | None = None
        self._found: list[Event] = []
        self._words: list[Text] = []
        self._is_answered = False

    def feed(self, data: bytes) -> list[Event]:
        """Take one slice and return what it made known.

        Raises:
            AnswerError: The answer is larger than any answer with pictures is. What was known before
                still comes from `close`.
        """
        self._left -= len(data)
        if self._left < 0:
            raise AnswerError(
                f"The answer is over {self._limit // 2**20} MiB and was cut off; "
                "ask for fewer or smaller pictures. This one may be billed."
            )
        if self._body is None:
            data = self._start = (self._start + data).lstrip(_MARGIN)
            if len(data) < sse.LONGEST_FIELD:
                return []
        self._gather(self._opened().feed(data))
        return self._taken()

    def close(self, *, is_whole: bool = True) -> list[Event]:
        """Return the rest; what the answer lacked is a `Failure` among it.

        Args:
            is_whole: Whether all came that there is of the answer; else a picture at its very end may be cut.
        """
        try:
            if self._body is None:
                self._gather(self._opened().feed(self._start))
            self._gather(self._opened().close(is_whole=is_whole))
        except ImageGenError as error:
            self._put(Failure(error))
        if not self._is_answered:
            self._put(Failure(without_picture(self._words, self._origin.headers)))
        return self._taken()

    def _opened(self) -> _Whole | _Stream:
        if self._body is None:
            kind = _Stream if sse.looks_like(self._start) else _Whole
            self._body = kind(self._flow, self._origin)
        return self._body

    def _gather(self, events: Iterable[Event]) -> None:
        for each in events:
            self._put(each)
        self._found += self._flow.taken()

    def _put(self, event: Event) -> None:
        self._found += self._flow.taken()
        self._found.append(event)
        self._words += [event] if isinstance(event, Text) else []
        self._is_answered |= isinstance(event, Image | ImageUrl | Failure)

    def _taken(self) -> list[Event]:
        found, self._found = self._found, []
        return found


class _Whole:
    """An answer that is one document."""

    def __init__(self, flow: Flow, origin: Origin) -> None:
        self._flow = flow
        self._origin = origin
        self._document = Document(flow)

    def feed(self, data: bytes) -> Iterable[Event]:
        self._document.feed(data)
        return ()

    def close(self, *, is_whole: bool) -> Iterator[Event]:
        del is_whole  # a document that was cut is none
        try:
            answer = self._document.read()
        except ValueError:
            yield Failure(failures.unreadable(self._document.start, self._document.size, self._origin))
            return
        error = failures.in_answer(answer, self._origin)
        yield from shapes.aside(answer) if error is None else [Failure(error)]
        yield from shapes.events(answer, self._flow)


class _Stream:
    """An answer that is a stream of documents; a chat answer's choices are known at its end."""

    def __init__(self, flow: Flow, origin: Origin) -> None:
        self._flow = flow
        self._origin = origin
        self._lines = sse.Lines()
        self._choices = Choices(flow)
        self._document = Document(flow)
        self._has_begun = False
        self._is_done = False  # it said so itself

    def feed(self, data: bytes) -> Iterator[Event]:
        yield from self._read(self._lines.feed(data))

    def close(self, *, is_whole: bool) -> Iterator[Event]:
        yield from self._read(self._lines.close())
        yield from self._choices.close(is_whole=is_whole or self._is_done)

    def _read(self, pieces: Iterable[bytes | None]) -> Iterator[Event]:
        for each in pieces:
            if each is None:
                yield from self._ended()
            else:
                self._document.feed(each)

    def _ended(self) -> Iterator[Event]:
        document, choices = self._document, self._choices
        if document.start.strip() == sse.DONE:
            self._is_done = True
        else:
            yield from self._told(document)
        self._document = Document(self._flow, holds_prose=not choices.is_between, before=choices.end)

    def _told(self, document: Document) -> Iterator[Event]:
        try:
            event = table(document.read())
        except ValueError:  # what came before it and after it still counts
            self._choices.doubt()
            yield Failure(failures.unreadable(document.start, document.size, self._origin))
        else:
            yield from self._event(event)

    def _event(self, event: Table) -> Iterator[Event]:
        kind = text(event.get("type")) or shapes.implied_type(event)
        if error := failures.in_answer(event, self._origin, has_begun=self._has_begun):
            self._choices.doubt()
            yield Failure(error)
            return
        self._has_begun = True  # whatever it was, from here on it may cost something
        if kind.endswith("partial_image"):
            yield from shapes.partial(event, self._flow)
        elif event.get("choices"):
            self._choices.add(event["choices"])
            yield from shapes.account(event)
        elif kind.endswith("completed"):
            yield from shapes.data_item(event, self._flow)
            yield from shapes.account(event)
        else:
            yield from shapes.events(event, self._flow)


def without_picture(found: Iterable[Event], headers: Mapping[str, str]) -> ImageGenError:
    """Return the error for an answer that held words at most."""
    words = "\n".join(each.text for each in found if isinstance(each, Text))
    return failures.no_image(words, headers)
