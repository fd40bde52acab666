"""From the body of a request to an `Order`: what to paint, how often, how large; all checked."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from nbimagegen.sketch.refusal import Refusal
from nbimagegen.sketch.sizes import chosen

MOST = 10
FORMATS = {"png": "PNG", "jpeg": "JPEG", "jpg": "JPEG", "webp": "WEBP"}
LONGEST_WAIT = 86_400.0

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Order:
    """What one request asks for, with every default filled in."""

    prompt: str
    model: str
    count: int
    width: int
    height: int
    seed: int
    latency: float
    format: str


def parsed(body: bytes) -> Body:
    """The JSON object in a body, or a `Refusal`."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        message = "The body is not valid JSON."
        raise Refusal(message, code="invalid_json") from None
    return _object(value, "The body")


def for_images(body: Body) -> Order:
    """The order in a body of the Images API."""
    return _order(body, "sketch", _text(body, "prompt"), "prompt", body)


def for_chat(body: Body) -> Order:
    """The order in a body of chat completions: the last user message is the prompt."""
    extra = _nested(body, "extra_body")
    config = _nested(_nested(extra, "google"), "image_config") or _nested(body, "image_config")
    return _order(body, "sketch-chat", _last_said(body), "messages", config)


def _order(body: Body, model: str, prompt: str | None, param: str, shape: Body) -> Order:
    if prompt is None or not prompt.strip():
        message = "There is no prompt: say what the picture should show."
        raise Refusal(message, param, "missing_required_parameter")
    size = (_text(body, "size"), _text(shape, "aspect_ratio"), _text(shape, "image_size"))
    width, height = chosen(*size)
    return Order(
        prompt=prompt,
        model=_text(body, "model") or model,
        count=_count(body),
        width=width,
        height=height,
        seed=_whole(body, "seed", 0),
        latency=_latency(body),
        format=_format(body),
    )


def _object(value: object, what: str) -> Body:
    if not isinstance(value, dict):
        message = f"{what} must be a JSON object."
        raise Refusal(message, code="invalid_type")
    return cast("Body", value)


def _nested(body: Body, name: str) -> Body:
    value: object = body.get(name)
    return {} if value is None else _object(value, name)


def _text(body: Body, name: str) -> str | None:
    value: object = body.get(name)
    if value is None or isinstance(value, str):
        return value
    if name == "image_size" and type(value) is int:
        return str(value)
    message = f"{name} must be a string."
    raise Refusal(message, name, "invalid_type")


def _whole(body: Body, name: str, default: int) -> int:
    value: object = body.get(name)
    if value is None:
        return default
    if type(value) is not int:
        message = f"{name} must be a whole number."
        raise Refusal(message, name, "invalid_type")
    return value


def _count(body: Body) -> int:
    count = _whole(body, "n", 1)
    if not 1 <= count <= MOST:
        message = f"n is {count}; it may be 1 to {MOST}."
        raise Refusal(message, "n")
    return count


def _latency(body: Body) -> float:
    value: object = body.get("latency")
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = "latency must be a number of seconds."
        raise Refusal(message, "latency", "invalid_type")
    if not math.isfinite(value) or not 0 <= value <= LONGEST_WAIT:
        message = "latency is out of range; it may be 0 to 86400 seconds."
        raise Refusal(message, "latency")
    return float(value)


def _format(body: Body) -> str:
    name = (_text(body, "output_format") or "png").lower()
    if name not in FORMATS:
        message = f"output_format {name!r} is not known; use png, jpeg or webp."
        raise Refusal(message, "output_format")
    return FORMATS[name].lower()


def _last_said(body: Body) -> str | None:
    messages: object = body.get("messages")
    if not isinstance(messages, list):
        return None
    for message in reversed(cast("list[object]", messages)):
        said = _object(message, "Each of messages")
        if said.get("role", "user") == "user":
            return _spoken(said.get("content"))
    return None


def _spoken(content: object) -> str | None:
    """The words of a message, whose content is a string or a list of parts."""
    if isinstance(content, list):
        parts = (_object(part, "Each part") for part in cast("list[object]", content))
        texts = (part.get("text") for part in parts if part.get("type", "text") == "text")
        return "\n".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else None
