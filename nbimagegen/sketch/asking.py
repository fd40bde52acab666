"""From the body of a request to an `Order`: what to paint, from what, how often, how large; all checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from nbimagegen.sketch import fields
from nbimagegen.sketch.fields import Body
from nbimagegen.sketch.forms import Form
from nbimagegen.sketch.inputs import NOTHING, Inputs, checked, from_data_uri
from nbimagegen.sketch.refusal import Refusal
from nbimagegen.sketch.sizes import chosen

MOST = 10
MOST_PREVIEWS = 3
FORMATS = {"png": "PNG", "jpeg": "JPEG", "jpg": "JPEG", "webp": "WEBP"}
LONGEST_WAIT = 86_400.0

Work: TypeAlias = Literal["generation", "edit", "variation"]


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
    work: Work = "generation"
    inputs: Inputs = NOTHING
    is_streamed: bool = False
    previews: int = 0  # of each picture, where the answer is streamed


def for_images(body: Body) -> Order:
    """The order in a body of the Images API."""
    return _order(body, body, _prompt(fields.text(body, "prompt"), "prompt"))


def for_edit(form: Form) -> Order:
    """The order in a form of edits: the first picture is changed, the others are references."""
    prompt = _prompt(fields.text(form.fields, "prompt"), "prompt")
    return _order(form.fields, form.fields, prompt, checked(form.images, form.mask, "image"))


def for_variation(form: Form) -> Order:
    """The order in a form of variations: one picture, and no words."""
    if len(form.images) > 1:
        message = "A variation starts from one picture."
        raise Refusal(message, "image", "too_many_images")
    body = _without(form.fields, "stream")
    return _order(body, body, "", checked(form.images, None, "image"))


def for_chat(body: Body) -> Order:
    """The order in a body of chat completions: the last user message holds the prompt and the pictures."""
    extra = fields.nested(body, "extra_body")
    config = fields.nested(fields.nested(extra, "google"), "image_config")
    words, files = _last_said(body)
    inputs = checked(files, None, "messages") if files else NOTHING
    shape = config or fields.nested(body, "image_config")
    # A chat has no form for previews.
    body = _without(body, "partial_images")
    return _order(body, shape, _prompt(words, "messages"), inputs, "sketch-chat")


def _order(body: Body, shape: Body, prompt: str, inputs: Inputs = NOTHING, model: str = "sketch") -> Order:
    width, height = _size(body, shape, inputs)
    is_streamed = fields.flag(body, "stream")
    previews = fields.within(body, "partial_images", 0, 0, MOST_PREVIEWS)
    return Order(
        prompt=prompt,
        model=fields.text(body, "model") or model,
        count=fields.within(body, "n", 1, 1, MOST),
        width=width,
        height=height,
        seed=fields.whole(body, "seed", 0),
        latency=fields.seconds(body, "latency", LONGEST_WAIT),
        format=_format(body),
        work=_work(prompt, inputs),
        inputs=inputs,
        is_streamed=is_streamed,
        previews=previews if is_streamed else 0,
    )


def _without(body: Body, name: str) -> Body:
    return {each: value for each, value in body.items() if each != name}


def _prompt(words: str | None, param: str) -> str:
    if words is None or not words.strip():
        message = "There is no prompt: say what the picture should show."
        raise Refusal(message, param, "missing_required_parameter")
    return words


def _work(prompt: str, inputs: Inputs) -> Work:
    if not inputs.images:
        return "generation"
    return "edit" if prompt else "variation"


def _size(body: Body, shape: Body, inputs: Inputs) -> tuple[int, int]:
    """The size that was asked for; else the picture's own, where there is one to start from."""
    size, ratio = fields.text(body, "size"), fields.text(shape, "aspect_ratio")
    scale = fields.text(shape, "image_size")
    if not inputs.images or {size, ratio} - {None, "auto"}:
        return chosen(size, ratio, scale)
    width, height = inputs.images[0].size
    return chosen(None, f"{width}:{height}", scale) if scale else (width, height)


def _format(body: Body) -> str:
    name = (fields.text(body, "output_format") or "png").lower()
    if name not in FORMATS:
        message = f"output_format {name!r} is not known; use png, jpeg or webp."
        raise Refusal(message, "output_format")
    return FORMATS[name].lower()


def _last_said(body: Body) -> tuple[str | None, list[bytes]]:
    """The words and the pictures of the last user message."""
    messages: object = body.get("messages")
    if not isinstance(messages, list):
        return None, []
    for message in reversed(cast("list[object]", messages)):
        said = fields.as_object(message, "Each of messages")
        if said.get("role", "user") == "user":
            return _read(said.get("content"))
    return None, []


def _read(content: object) -> tuple[str | None, list[bytes]]:
    """The words and pictures of a content, which is a string or a list of parts."""
    if not isinstance(content, list):
        return (content if isinstance(content, str) else None), []
    parts = [fields.as_object(part, "Each part") for part in cast("list[object]", content)]
    return "\n".join(_texts(parts)), [_picture(part) for part in parts if part.get("type") == "image_url"]


def _texts(parts: Sequence[Body]) -> list[str]:
    texts = (part.get("text") for part in parts if part.get("type", "text") == "text")
    return [text for text in texts if isinstance(text, str)]


def _picture(part: Mapping[str, object]) -> bytes:
    """The picture of a part; some clients leave out the object around its address."""
    address = part.get("image_url")
    if isinstance(address, dict):
        address = cast("Body", address).get("url")
    return from_data_uri(address)
