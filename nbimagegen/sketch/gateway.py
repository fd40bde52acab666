"""The HTTP shape of the gateway: which path is what, and the JSON around the pictures.

Pure, and never in a hurry: it only says in `Answer.latency` how long the transport should wait.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nbimagegen.sketch import asking
from nbimagegen.sketch.asking import Order
from nbimagegen.sketch.refusal import Refusal

MODELS = ("sketch", "sketch-chat")
SLICE = 65_536
_RAW_SLICE = SLICE // 4 * 3  # base64 turns three bytes into four letters


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose pictures are painted while its chunks are taken.

    Taking a chunk may keep the processor busy for as long as it takes to paint one picture, so a
    transport draws the chunks off its event loop.

    Args:
        status: the HTTP status.
        headers: the HTTP headers, names in lower case.
        latency: seconds that the transport should wait before the first chunk.
        chunks: the body, in slices of at most 64 KiB.
    """

    status: int
    headers: dict[str, str]
    latency: float
    chunks: Iterator[bytes]


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Answer one request; `path` may carry any prefix, such as `/v1`."""
    del headers  # nothing that a caller may say there changes a picture
    try:
        return _routed(method.upper(), "/" + path.partition("?")[0].strip("/"), body)
    except Refusal as refusal:
        return _whole(refusal.status, refusal.as_json())


def _routed(method: str, path: str, body: bytes) -> Answer:
    if method == "POST" and path.endswith("/images/generations"):
        return _painted(asking.for_images(asking.parsed(body)), _images)
    if method == "POST" and path.endswith("/chat/completions"):
        return _painted(asking.for_chat(asking.parsed(body)), _chat)
    if method == "GET" and path.endswith("/models"):
        return _whole(200, _model_list())
    message = f"There is no {method} {path} here; the sketch gateway only makes new pictures."
    raise Refusal(message, code="not_found", status=404)


def _painted(order: Order, shape: Callable[[Order], Iterator[bytes]]) -> Answer:
    return Answer(200, {"content-type": "application/json"}, order.latency, shape(order))


def _whole(status: int, value: dict[str, Any]) -> Answer:
    return Answer(status, {"content-type": "application/json"}, 0.0, iter((_dumped(value),)))


def _dumped(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _model_list() -> dict[str, Any]:
    models = [{"id": name, "object": "model", "created": 0, "owned_by": "sketch"} for name in MODELS]
    return {"object": "list", "data": models}


def _usage(order: Order) -> dict[str, int]:
    """Plausible numbers, so that what shows usage has something to show; nothing is billed."""
    asked = len(order.prompt) // 4 + 1
    made = order.count * (order.width * order.height // 1024)
    return {"asked": asked, "made": made, "total": asked + made}


def _images(order: Order) -> Iterator[bytes]:
    yield b'{"created":0,"data":['
    for index in range(order.count):
        yield b',{"b64_json":"' if index else b'{"b64_json":"'
        yield from _encoded(order, index)
        yield b'"}'
    used = _usage(order)
    usage = {
        "input_tokens": used["asked"],
        "output_tokens": used["made"],
        "total_tokens": used["total"],
    }
    size = f"{order.width}x{order.height}"
    rest = {"usage": usage, "size": size, "output_format": order.format}
    yield b"]," + _dumped(rest)[1:]


def _chat(order: Order) -> Iterator[bytes]:
    head = {"id": "sketch", "object": "chat.completion", "created": 0, "model": order.model}
    yield _dumped(head)[:-1] + b',"choices":['
    for index in range(order.count):
        yield from _choice(order, index)
    used = _usage(order)
    usage = {
        "prompt_tokens": used["asked"],
        "completion_tokens": used["made"],
        "total_tokens": used["total"],
    }
    yield b"]," + _dumped({"usage": usage})[1:]


def _choice(order: Order, index: int) -> Iterator[bytes]:
    comma = "," if index else ""
    yield (
        f'{comma}{{"index":{index},"finish_reason":"stop","message":{{"role":"assistant",'
        f'"content":"![sketch](data:image/{order.format};base64,'
    ).encode()
    yield from _encoded(order, index)
    yield b')"}}'


def _encoded(order: Order, index: int) -> Iterator[bytes]:
    """One picture in base64, slice by slice, so that it never stands in memory as text."""
    from nbimagegen.sketch.painter import painted  # noqa: PLC0415 - Pillow only when painting

    picture = painted(order, index)
    for start in range(0, len(picture), _RAW_SLICE):
        yield b64encode(picture[start : start + _RAW_SLICE])
