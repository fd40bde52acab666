"""How finished pictures are handed over: the Images API's list or a chat's choices, whole or streamed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.emulator.answers import Answer, answer, streamed
from tests.emulator.pictures import opened, paint

if TYPE_CHECKING:
    from tests.emulator.orders import Order
    from tests.emulator.profile import Carrier, Handover, Profile

Publish: TypeAlias = Callable[[bytes, str], str]
Message: TypeAlias = "dict[str, object]"

FORMS: Mapping[object, Handover] = {"url": "url", "b64_json": "b64"}
CREATED = 1_589_478_378
DELTA = 4_096  # characters of text in one event of a streamed chat
DONE = b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Hand:
    """What hands over the pictures of one order. `publish` puts a file on the server and returns its URL."""

    profile: Profile
    order: Order
    kind: str
    publish: Publish

    def give(self, files: Sequence[bytes]) -> Answer:
        """Return the answer that carries these pictures."""
        streams = self.order.fields.get("stream") is True and self.profile.streams
        if streams:
            events = self._chunks(files) if self._is_chat else self._events(files)
            return streamed([*self._opened(), *events], billed=len(files))
        whole = self._choices(files) if self._is_chat else self._data(files)
        usage = {"usage": self.profile.usage} if self.profile.usage else {}
        return answer(200, {**whole, **usage}, billed=len(files))

    @property
    def _is_chat(self) -> bool:
        return self.order.operation.kind == "chat"

    # The Images API.

    def _data(self, files: Sequence[bytes]) -> Mapping[str, object]:
        told = self._echo(files[0]) if self.profile.echoes and files else {}
        return {"created": CREATED, **told, "data": [self._item(file) for file in files]}

    def _item(self, file: bytes) -> dict[str, str]:
        form = FORMS.get(self.order.fields.get("response_format"), self.profile.handover)
        coded = {} if form == "url" else {"b64_json": base64.b64encode(file).decode()}
        linked = {} if form == "b64" else {"url": self.publish(file, self.kind)}
        return {**coded, **linked}

    def _echo(self, file: bytes) -> dict[str, str]:
        used = {"background": "opaque", "quality": "high"}
        asked = {name: str(self.order.fields.get(name, value)) for name, value in used.items()}
        return {**asked, "output_format": self.kind, "size": "{}x{}".format(*opened(file).size)}

    def _events(self, files: Sequence[bytes]) -> Iterator[bytes]:
        is_edit = self.order.operation.kind == "edit"
        family = self.profile.edit_events if is_edit else "image_generation"
        for file in files:
            told = {"created_at": CREATED, **self._echo(file)}
            for index in range(int(self.order.fields.get("partial_images", 0))):
                partial = base64.b64encode(preview(file, index, self.kind)).decode()
                data = {"b64_json": partial, "partial_image_index": index, **told}
                yield from self._event(f"{family}.partial_image", data)
            usage = {"usage": self.profile.usage} if self.profile.usage else {}
            yield from self._event(f"{family}.completed", {**self._item(file), **told, **usage})
        yield from [DONE] if self.profile.done else []

    def _event(self, name: str, data: Mapping[str, object]) -> Iterator[bytes]:
        yield event({"type": name, **data}, name)
        yield from self._opened()

    def _opened(self) -> list[bytes]:
        return [f": {self.profile.comment}\n\n".encode()] if self.profile.comment else []

    # Chat.

    def _choices(self, files: Sequence[bytes]) -> Mapping[str, object]:
        choices = [
            {
                "index": index,
                "finish_reason": "stop",
                "message": {"role": "assistant", **self._said(index, file)},
            }
            for index, file in enumerate(files)
        ]
        return {**self._head("chat.completion"), "choices": choices or [_wordy()]}

    def _head(self, kind: str) -> Mapping[str, object]:
        model = self.order.fields.get("model")
        return {"id": f"gemini-{CREATED}", "object": kind, "created": CREATED, "model": model}

    def _said(self, index: int, file: bytes) -> Message:
        item = self._item(file)
        link = item.get("url") or f"data:image/{self.kind};base64,{item['b64_json']}"
        return CARRIERS[self.profile.carrier](f"这是第 {index + 1} 张图片:", link, self.kind)

    def _chunks(self, files: Sequence[bytes]) -> Iterator[bytes]:
        yield self._chunk(0, {"role": "assistant", "content": ""})
        for index, file in enumerate(files):
            for delta in _deltas(self._said(index, file)):
                yield self._chunk(index, delta)
                yield from self._opened()
        for index in range(len(files)):
            yield self._chunk(index, {}, "stop")
        if self.profile.usage:
            yield event({**self._head("chat.completion.chunk"), "choices": [], "usage": self.profile.usage})
        yield DONE

    def _chunk(self, index: int, delta: Mapping[str, object], reason: str | None = None) -> bytes:
        choice = {"index": index, "delta": delta, "finish_reason": reason}
        return event({**self._head("chat.completion.chunk"), "choices": [choice]})


def event(data: Mapping[str, Any], name: str = "") -> bytes:
    """Return one server-sent event."""
    named = f"event: {name}\n" if name else ""
    return f"{named}data: {json.dumps(data)}\n\n".encode()


def preview(file: bytes, index: int, kind: str) -> bytes:
    """Return what a picture may have looked like before it was finished."""
    width, height = opened(file).size
    return paint((max(width // 4, 1), max(height // 4, 1)), index + 5, kind)


def _markdown(words: str, link: str, _kind: str) -> Message:
    return {"content": f"{words}\n\n![image]({link})"}


def _parts(words: str, link: str, _kind: str) -> Message:
    text = {"type": "text", "text": words}
    return {"content": [text, {"type": "image_url", "image_url": {"url": link}}]}


def _images(words: str, link: str, _kind: str) -> Message:
    return {"content": words, "images": [{"type": "image_url", "image_url": {"url": link}, "index": 0}]}


def _multi_mod_content(words: str, link: str, kind: str) -> Message:
    inline = {"mime_type": f"image/{kind}", "data": link.partition(",")[2]}
    return {"content": words, "multi_mod_content": [{"text": words}, {"inline_data": inline}]}


CARRIERS: Mapping[Carrier, Callable[[str, str, str], Message]] = {
    "markdown": _markdown,
    "parts": _parts,
    "images": _images,
    "multi_mod_content": _multi_mod_content,
}


def _deltas(message: Message) -> Iterator[Message]:
    content = message.pop("content")
    pieces = (
        [content[at : at + DELTA] for at in range(0, len(content), DELTA)]
        if isinstance(content, str)
        else [content]
    )
    yield from ({"content": piece} for piece in pieces)
    yield from [message] if message else []


def _wordy() -> Message:
    message = {
        "role": "assistant",
        "content": "A teal square with a number on it, that is what I would paint.",
    }
    return {"index": 0, "finish_reason": "stop", "message": message}
