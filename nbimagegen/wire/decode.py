"""An answer's bytes, fed in slices → events. Pure: no I/O, no clock, no Pillow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError, ImageGenError
from nbimagegen.wire import base64_text, failures, shapes, sse
from nbimagegen.wire.messages import Event, Failure, Image, ImageUrl, PartialImage, Text
from nbimagegen.wire.values import Table, items, table, text, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

MAX_ANSWER_BYTES = 512 * 2**20


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
        self._headers = headers
        self._url = url
        self._clean = clean
        self._limit = limit
        self._body = bytearray()

    def feed(self, data: bytes) -> None:
        """Take one slice.

        Raises:
            AnswerError: The answer is larger than any answer with pictures is.
        """
        if len(self._body) + len(data) > self._limit:
            raise AnswerError(
                f"The answer is over {self._limit // 2**20} MiB and was cut off; "
                "ask for fewer or smaller pictures. This one may be billed."
            )
        self._body += data

    def close(self) -> list[Event]:
        """Return all that the answer held; what it lacked is a `Failure` among it."""
        body = bytes(self._body)
        self._body.clear()
        try:
            found = list(self._events(body))
        except ImageGenError as error:
            return [Failure(error)]
        except (ValueError, RecursionError):
            return [Failure(self._unreadable(body))]
        says_something = any(isinstance(each, Image | ImageUrl | Failure) for each in found)
        return found if says_something else [*found, Failure(without_picture(found, self._headers))]

    def _events(self, body: bytes) -> Iterator[Event]:
        if sse.looks_like(body[:64]):
            return self._streamed(body.decode("utf-8", "replace"))
        return self._whole(json.loads(body))

    def _whole(self, answer: object) -> Iterator[Event]:
        if error := failures.in_answer(answer, self._headers, self._clean):
            yield Failure(error)
        yield from shapes.events(answer)

    def _streamed(self, content: str) -> Iterator[Event]:
        """Yield what the events hold; a chat answer's choices are gathered whole before they are read."""
        choices: dict[int, Table] = {}
        for payload in sse.payloads(content):
            if payload.strip() == sse.DONE:
                continue
            try:
                event = table(json.loads(payload))
            except (ValueError, RecursionError):  # what came before it and after it still counts
                yield Failure(self._unreadable(payload.encode()))
            else:
                yield from self._event(event, choices)
        for _, message in sorted(choices.items()):
            yield from shapes.message(message)

    def _event(self, event: Table, choices: dict[int, Table]) -> Iterator[Event]:
        kind = text(event.get("type"))
        if error := failures.in_answer(event, self._headers, self._clean):
            yield Failure(error)
        elif kind.endswith("partial_image"):
            yield from _partial(event)
        elif event.get("choices"):
            _gather(event["choices"], choices)
            yield from shapes.events({"usage": event.get("usage")})
        elif kind.endswith("completed"):
            yield from shapes.data_item(event)
            yield from shapes.events({"usage": event.get("usage")})
        else:
            yield from shapes.events(event)

    def _unreadable(self, body: bytes) -> ImageGenError:
        return failures.unreadable(self._headers, body, self._url, self._clean)


def _partial(event: Table) -> Iterator[Event]:
    if data := base64_text.decode(text(event.get("b64_json"))):
        yield PartialImage(data, whole(event.get("partial_image_index")))


def _gather(parts: object, choices: dict[int, Table]) -> None:
    for part in map(table, items(parts)):
        delta = table(part.get("delta") or part.get("message"))
        message = choices.setdefault(whole(part.get("index")), {"content": "", "images": []})
        _add(message, delta)


def _add(message: Table, delta: Table) -> None:
    content = delta.get("content")
    parts = [table(each) for each in items(content)]
    message["content"] += text(content) + "".join(text(each.get("text")) for each in parts)
    message["images"] += [each for each in parts if "text" not in each]
    message["images"] += items(delta.get("images")) + items(delta.get("multi_mod_content"))


def without_picture(found: Iterable[Event], headers: Mapping[str, str]) -> ImageGenError:
    """Return the error for an answer that held words at most."""
    words = "\n".join(each.text for each in found if isinstance(each, Text))
    return failures.no_image(words, headers)
