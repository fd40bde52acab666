"""What the played gateway answers: a picture in each of the forms in which gateways hand one over."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pictures

if TYPE_CHECKING:
    from collections.abc import Callable

HEADERS = {"b64": "application/json", "chat": "application/json", "sse": "text/event-stream"}


def answer(form: str, size: str) -> bytes:
    """Return the body of an answer.

    Args:
        form: b64 for one of the Images API, chat for a data URI in markdown, sse for a stream with previews.
        size: Of its picture.
    """
    return _FORMS[form](base64.b64encode(pictures.png(size).read_bytes()).decode())


def _images(coded: str) -> bytes:
    return json.dumps({"created": 1, "data": [{"b64_json": coded}], "usage": {"total_tokens": 1}}).encode()


def _chat(coded: str) -> bytes:
    content = f"Here it is: ![an otter](data:image/png;base64,{coded})"
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    shape = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return json.dumps(shape).encode()


def _stream(coded: str) -> bytes:
    """Return two previews and the picture; a preview is as large as the picture, as OpenAI's are."""
    about = {"created_at": 1, "size": "2048x2048", "quality": "high", "output_format": "png"}
    about |= {"background": "opaque"}
    previews = [_event("partial_image", coded, about, partial_image_index=index) for index in range(2)]
    return b"".join([*previews, _event("completed", coded, about, usage={"total_tokens": 1})])


def _event(kind: str, coded: str, about: dict[str, Any], **more: object) -> bytes:
    name = f"image_generation.{kind}"
    fields = {"type": name, "b64_json": coded, **about, **more}
    return f"event: {name}\ndata: {json.dumps(fields)}\n\n".encode()


_FORMS: dict[str, Callable[[str], bytes]] = {"b64": _images, "chat": _chat, "sse": _stream}
