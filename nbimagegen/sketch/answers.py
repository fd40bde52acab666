"""The JSON around pictures, in slices: the Images API's and chat completions'."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from nbimagegen.sketch.asking import Order

SLICE = 65_536
RAW_SLICE = SLICE // 4 * 3  # base64 turns three bytes into four letters
_PIXELS_A_TOKEN = 1024


def images(order: Order) -> Iterator[bytes]:
    """The answer to a generation, an edit or a variation."""
    yield b'{"created":0,"data":['
    for index in range(order.count):
        yield b',{"b64_json":"' if index else b'{"b64_json":"'
        yield from _encoded(order, index)
        yield b'"}'
    yield b"]," + dumped({"usage": images_usage(order), **echoed(order)})[1:]


def chat(order: Order) -> Iterator[bytes]:
    """The answer to a chat: a choice for each picture, with the picture in markdown."""
    head = {"id": "sketch", "object": "chat.completion", "created": 0, "model": order.model}
    yield dumped(head)[:-1] + b',"choices":['
    for index in range(order.count):
        yield from _choice(order, index)
    yield b"]," + dumped({"usage": chat_usage(order)})[1:]


def dumped(value: object) -> bytes:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def echoed(order: Order) -> dict[str, str]:
    """What the Images API says of each picture."""
    return {"size": f"{order.width}x{order.height}", "output_format": order.format}


def images_usage(order: Order) -> dict[str, int]:
    """The Images API's names for what was used."""
    asked, made = _used(order)
    return {"input_tokens": asked, "output_tokens": made, "total_tokens": asked + made}


def chat_usage(order: Order) -> dict[str, int]:
    """Chat's names for what was used."""
    asked, made = _used(order)
    return {"prompt_tokens": asked, "completion_tokens": made, "total_tokens": asked + made}


def files(order: Order, index: int) -> Iterator[bytes]:
    """The files of one picture: its previews, if any, then the picture itself."""
    from nbimagegen.sketch.painting import looks  # noqa: PLC0415 - Pillow only when painting

    return looks(order, index)


def markdown(order: Order) -> tuple[str, str]:
    """What stands before and after a picture's base64 in a chat's text."""
    return f"![sketch](data:image/{order.format};base64,", ")"


def _used(order: Order) -> tuple[int, int]:
    """Plausible numbers, so that what shows usage has something to show; nothing is billed."""
    given = sum(image.width * image.height // _PIXELS_A_TOKEN for image in order.inputs.images)
    made = order.count * (order.width * order.height // _PIXELS_A_TOKEN)
    return len(order.prompt) // 4 + 1 + given, made


def _choice(order: Order, index: int) -> Iterator[bytes]:
    choice: dict[str, Any] = {"index": index, "finish_reason": "stop"}
    before, after = markdown(order)
    yield b"," * bool(index) + dumped(choice)[:-1]
    yield f',"message":{{"role":"assistant","content":"{before}'.encode()
    yield from _encoded(order, index)
    yield f'{after}"}}}}'.encode()


def _encoded(order: Order, index: int) -> Iterator[bytes]:
    """One picture in base64, slice by slice, so that it never stands in memory as text."""
    *_, picture = files(order, index)
    for start in range(0, len(picture), RAW_SLICE):
        yield b64encode(picture[start : start + RAW_SLICE])
