"""The HTTP shape of the gateway: which path is what, and how an order becomes an answer.

Pure, and never in a hurry: it only says how long the transport should wait, and where.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from nbimagegen.sketch import answers, asking, events, forms
from nbimagegen.sketch.asking import Order
from nbimagegen.sketch.fields import parsed
from nbimagegen.sketch.refusal import Refusal

MODELS = ("sketch", "sketch-chat")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose pictures are painted while its chunks are taken.

    Taking a chunk may keep the processor busy for as long as it takes to paint one picture, so a
    transport draws the chunks off its event loop.

    Args:
        status: the HTTP status.
        headers: the HTTP headers, names in lower case.
        latency: seconds that the transport should wait before the first chunk.
        chunks: the body, in slices of at most 64 KiB. An empty one is no end but a rest.
        pause: seconds that the transport should wait at each rest.
    """

    status: int
    headers: dict[str, str]
    latency: float
    chunks: Iterator[bytes]
    pause: float = 0.0


Shape: TypeAlias = Callable[[Order], Iterator[bytes]]
Reader: TypeAlias = Callable[[str, bytes], Order]  # of a body of some Content-Type


def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """Answer one request; `path` may carry any prefix, such as `/v1`."""
    try:
        return _routed(method.upper(), "/" + path.partition("?")[0].strip("/"), _content_type(headers), body)
    except Refusal as refusal:
        return _whole(refusal.status, refusal.as_json())


def _content_type(headers: Mapping[str, str]) -> str:
    return next((value for name, value in headers.items() if name.lower() == "content-type"), "")


def _routed(method: str, path: str, content_type: str, body: bytes) -> Answer:
    if method == "GET" and path.endswith("/models"):
        return _whole(200, _model_list())
    for end, (read, shape, streamed) in _ROUTES.items():
        if method == "POST" and path.endswith(end):
            order = read(content_type, body)
            return _streamed(order, streamed) if order.is_streamed else _painted(order, shape)
    message = f"There is no {method} {path} here; pictures are made by POST to one of: {', '.join(_ROUTES)}."
    raise Refusal(message, code="not_found", status=404)


_ROUTES: dict[str, tuple[Reader, Shape, Shape]] = {
    "/images/generations": (lambda _, body: asking.for_images(parsed(body)), answers.images, events.images),
    "/images/edits": (
        lambda kind, body: asking.for_edit(forms.read(kind, body)),
        answers.images,
        events.images,
    ),
    "/images/variations": (
        lambda kind, body: asking.for_variation(forms.read(kind, body)),
        answers.images,
        events.images,
    ),
    "/chat/completions": (lambda _, body: asking.for_chat(parsed(body)), answers.chat, events.chat),
}


def _painted(order: Order, shape: Shape) -> Answer:
    return Answer(200, {"content-type": "application/json"}, order.latency, shape(order))


def _streamed(order: Order, shape: Shape) -> Answer:
    """The latency is spread over the events."""
    headers = {"content-type": "text/event-stream", "cache-control": "no-cache"}
    each = order.latency / events.moments(order)
    return Answer(200, headers, each, shape(order), each)


def _whole(status: int, value: dict[str, Any]) -> Answer:
    return Answer(status, {"content-type": "application/json"}, 0.0, iter((answers.dumped(value),)))


def _model_list() -> dict[str, Any]:
    models = [{"id": name, "object": "model", "created": 0, "owned_by": "sketch"} for name in MODELS]
    return {"object": "list", "data": models}
