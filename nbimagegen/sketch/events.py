"""The same answers as server-sent events, with looks at each picture while it is being painted.

An empty slice is a rest: a moment at which the transport may let some of the latency pass.
"""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from nbimagegen.sketch.answers import RAW_SLICE, chat_usage, dumped, echoed, files, images_usage, markdown
from nbimagegen.sketch.asking import Order

_RAW_DELTA = 24_576  # bytes of a picture in one delta of a chat
_KINDS = {"generation": "image_generation", "edit": "image_edit"}  # a variation is never streamed


def moments(order: Order) -> int:
    """How many moments the latency is spread over: the rests, and the one before the first slice."""
    return order.count * (order.previews + 1)


def images(order: Order) -> Iterator[bytes]:
    """A partial_image event for each preview, and a completed event for each picture."""
    for index in range(order.count):
        for number, file in enumerate(files(order, index)):
            if index or number:
                yield b""
            facts: dict[str, Any] = {"created_at": 0, **echoed(order)}
            if number < order.previews:
                yield from _event(order, "partial_image", {**facts, "partial_image_index": number}, file)
            else:
                usage = {"usage": images_usage(order)} if index == order.count - 1 else {}
                yield from _event(order, "completed", {**facts, **usage}, file)


def chat(order: Order) -> Iterator[bytes]:
    """Deltas of text, over which each picture's data URI is spread; usage; then [DONE]."""
    before, after = markdown(order)
    for index in range(order.count):
        if index:
            yield b""
        yield _delta(order, index, {"role": "assistant", "content": before})
        *_, picture = files(order, index)
        for start in range(0, len(picture), _RAW_DELTA):
            text = b64encode(picture[start : start + _RAW_DELTA]).decode()
            yield _delta(order, index, {"content": text})
        yield _delta(order, index, {"content": after}, "stop")
    yield _chunk(order, {"choices": [], "usage": chat_usage(order)})
    yield b"data: [DONE]\n\n"


def _event(order: Order, kind: str, facts: dict[str, Any], file: bytes) -> Iterator[bytes]:
    """One event of the Images API, in slices."""
    name = f"{_KINDS[order.work]}.{kind}"
    yield f"event: {name}\ndata: ".encode() + dumped({"type": name, **facts})[:-1] + b',"b64_json":"'
    for start in range(0, len(file), RAW_SLICE):
        yield b64encode(file[start : start + RAW_SLICE])
    yield b'"}\n\n'


def _delta(order: Order, index: int, delta: dict[str, str], end: str | None = None) -> bytes:
    choice = {"index": index, "delta": delta, "finish_reason": end}
    return _chunk(order, {"choices": [choice]})


def _chunk(order: Order, rest: dict[str, Any]) -> bytes:
    head = {"id": "sketch", "object": "chat.completion.chunk", "created": 0, "model": order.model}
    return b"data: " + dumped({**head, **rest}) + b"\n\n"
