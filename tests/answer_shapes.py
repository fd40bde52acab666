"""Every shape in which gateways answer, as tables of (answer, what is found in it), and how to read them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nbimagegen import errors, wire
from nbimagegen.wire import Decoder, Echo, Failure, ImageUrl, Text, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

PNG, JPEG = b"\x89PNG\r\n\x1a\n one picture?", b"\xff\xd8\xff\xe0 another one?>"
URL, OTHER_URL = "https://files.test/otter.png?sig=a%2Fb", "https://files.test/balloon.webp"


def coded(file: bytes) -> str:
    return base64.b64encode(file).decode()


def data_uri(file: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{coded(file)}"


def choices(*messages: object) -> dict:
    return {"choices": [{"index": index, "message": each} for index, each in enumerate(messages)]}


def says(content: object, **fields: object) -> dict:
    return choices({"role": "assistant", "content": content, **fields})


def stream(*events: object, end: str = "data: [DONE]\n\n") -> bytes:
    return ("".join(f"data: {json.dumps(each)}\n\n" for each in events) + end).encode()


def deltas(*parts: object, index: int = 0) -> list[dict]:
    return [{"choices": [{"index": index, "delta": part}]} for part in parts]


@dataclass(frozen=True)
class Image:
    """A whole picture, with its bytes in place of its number."""

    data: bytes
    revised_prompt: str = ""
    certain: bool = True


@dataclass(frozen=True)
class PartialImage:
    """A preview, with its bytes in place of its number."""

    data: bytes
    index: int = 0


def joined(events: Iterable[wire.Event]) -> list[Any]:
    """Return events with pictures' bytes in their places, and failures as their kinds alone."""
    files: dict[int, bytes] = {}
    found: list[Any] = []
    known: set[Any] = set()
    for each in events:
        if isinstance(each, wire.Bytes):
            files[each.blob] = files.get(each.blob, b"") + each.data
        elif not _is_again(each, files, known):
            found.append(_plain(each, files))
    return found


def _is_again(event: wire.Event, files: dict[int, bytes], known: set[Any]) -> bool:
    if not isinstance(event, wire.Image) or event.group is None:
        return False
    same = (event.group, files.get(event.blob, b""))
    is_again = same in known
    known.add(same)
    return is_again


def _plain(event: wire.Event, files: dict[int, bytes]) -> Any:
    if isinstance(event, wire.Image):
        return Image(files.get(event.blob, b""), event.revised_prompt, event.certain)
    if isinstance(event, wire.PartialImage):
        return PartialImage(files.get(event.blob, b""), event.index)
    return type(event.error) if isinstance(event, Failure) else event


def events(body: bytes, *ends: int, **headers: str) -> list[wire.Event]:
    """Feed an answer in slices that end at `ends`, and return all that it made known."""
    decoder = Decoder(headers, "https://api.test/v1")
    places = [0, *ends, len(body)]
    slices = (body[start:end] for start, end in pairwise(places))
    found = [event for each in slices for event in decoder.feed(each)]
    return found + decoder.close()


def bytes_of(answer: object) -> bytes:
    return answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()


def decoded(answer: object, size: int = 1 << 20, **headers: str) -> list[Any]:
    """Feed an answer, slice by slice, and return what it held."""
    body = bytes_of(answer)
    return joined(events(body, *range(size, len(body), size), **headers))


IMAGES = {
    "base64": ({"data": [{"b64_json": coded(PNG)}]}, [Image(PNG)]),
    "a link": ({"data": [{"url": URL}]}, [ImageUrl(URL)]),
    "several": ({"data": [{"b64_json": coded(PNG)}, {"url": URL}]}, [Image(PNG), ImageUrl(URL)]),
    "both: base64 wins": ({"data": [{"url": URL, "b64_json": coded(PNG)}]}, [Image(PNG)]),
    "an empty base64 is none": ({"data": [{"b64_json": "", "url": URL}]}, [ImageUrl(URL)]),
    "a null link is none": ({"data": [{"b64_json": coded(PNG), "url": None}]}, [Image(PNG)]),
    "equal items are two pictures": ({"data": [{"b64_json": coded(PNG)}] * 2}, [Image(PNG), Image(PNG)]),
    "a data URI as base64": ({"data": [{"b64_json": data_uri(JPEG, "jpeg")}]}, [Image(JPEG)]),
    "a data URI as link": ({"data": [{"url": data_uri(PNG)}]}, [Image(PNG)]),
    "image_base64": ({"data": [{"image_base64": coded(PNG)}]}, [Image(PNG)]),
    "lines, safe letters, no padding": (
        {"data": [{"b64_json": "\n".join(base64.urlsafe_b64encode(JPEG).decode().rstrip("="))}]},
        [Image(JPEG)],
    ),
    "a revised prompt": (
        {"data": [{"b64_json": coded(PNG), "revised_prompt": "一只水獭"}]},
        [Image(PNG, "一只水獭")],
    ),
    "numbers that are none": (
        b'{"data": [{"url": "%s"}], "usage": {"a": NaN, "b": -Infinity, "c": 1e999, "d": 1.5}}'
        % URL.encode(),
        [ImageUrl(URL), Usage({"a": None, "b": None, "c": None, "d": 1.5})],
    ),
    "usage and echoes": (
        {
            "created": 1,
            "size": "1024x1024",
            "background": "opaque",
            "data": [{"b64_json": coded(PNG)}],
            "usage": {"total_tokens": 3, "input_tokens_details": {"text_tokens": 1}},
        },
        [
            Image(PNG),
            Echo({"background": "opaque", "size": "1024x1024"}),
            Usage({"total_tokens": 3, "input_tokens_details": {"text_tokens": 1}}),
        ],
    ),
    "a BOM before it": (b"\xef\xbb\xbf" + json.dumps({"data": [{"url": URL}]}).encode(), [ImageUrl(URL)]),
    "escaped slashes": (
        json.dumps({"data": [{"b64_json": coded(JPEG)}]}).replace("/", "\\/").encode(),
        [Image(JPEG)],
    ),
    "half an emoji in the prompt": (
        b'{"data": [{"url": "https://a.test/b.png", "revised_prompt": "otter \\ud83e"}]}',
        [ImageUrl("https://a.test/b.png", "otter \ufffd")],
    ),
    "items that are none": ({"data": [None, 7, "x", [], {"b64_json": coded(PNG)}]}, [Image(PNG)]),
}
IMAGE_EVENTS = {
    "a preview and the picture": (
        stream(
            {
                "type": "image_generation.partial_image",
                "b64_json": coded(JPEG),
                "partial_image_index": 1,
            },
            {"type": "image_generation.completed", "b64_json": coded(PNG), "usage": {"total_tokens": 3}},
        ),
        [PartialImage(JPEG, 1), Image(PNG), Usage({"total_tokens": 3})],
    ),
    "types in the lines before alone": (
        b"event: image_generation.partial_image\n"
        + stream({"b64_json": coded(JPEG), "partial_image_index": 0}, end="")
        + b"event: image_generation.completed\n"
        + stream({"b64_json": coded(PNG)}),
        [PartialImage(JPEG), Image(PNG)],
    ),
    "what was used, at the end": (
        stream(
            {"type": "image_edit.completed", "b64_json": coded(PNG), "size": "1024x1024", "quality": None}
        ),
        [Image(PNG), Echo({"size": "1024x1024"})],
    ),
    "an edit": (stream({"type": "image_edit.completed", "b64_json": coded(PNG)}), [Image(PNG)]),
    "a link at the end": (stream({"type": "image_generation.completed", "url": URL}), [ImageUrl(URL)]),
    "no DONE": (stream({"type": "image_generation.completed", "url": URL}, end=""), [ImageUrl(URL)]),
    "no blank line at the end": (
        stream({"type": "image_generation.completed", "url": URL}, end="").rstrip(),
        [ImageUrl(URL)],
    ),
    "pings, comments and names": (
        b": PING\n\nevent: image\nid: 7\nretry: 10\n"
        + stream({"type": "image_generation.completed", "url": URL}, end=": PING\n\n"),
        [ImageUrl(URL)],
    ),
    "lines of Windows": (
        stream({"type": "image_generation.completed", "url": URL}).replace(b"\n", b"\r\n"),
        [ImageUrl(URL)],
    ),
    "data over two lines": (
        b'data: {"type": "image_generation.completed",\ndata: "url": "https://a.test/b.png"}\n\n',
        [ImageUrl("https://a.test/b.png")],
    ),
    "a whole answer as one event": (stream({"data": [{"b64_json": coded(PNG)}]}), [Image(PNG)]),
    "a picture before the stream breaks": (
        stream({"type": "image_generation.completed", "b64_json": coded(PNG)}, end='data: {"type": "imag'),
        [Image(PNG), errors.AnswerError],
    ),
}
CHAT = {
    "markdown with a data URI": (says(f"![otter]({data_uri(PNG)})"), [Image(PNG)]),
    "markdown with a link": (says(f"![otter]({URL})"), [ImageUrl(URL)]),
    "words around it": (
        says(f"Here is 1:\n![otter]({data_uri(PNG)})\nEnjoy!"),
        [Image(PNG), Text("Here is 1:\n\nEnjoy!")],
    ),
    "several in one choice": (says(f"![a]({data_uri(PNG)}) ![b]({URL})"), [Image(PNG), ImageUrl(URL)]),
    "one choice an image": (
        choices({"content": f"![a]({data_uri(PNG)})"}, {"content": f"![b]({data_uri(PNG)})"}),
        [Image(PNG), Image(PNG)],
    ),
    "equal bytes in one choice are one": (says(f"![a]({data_uri(PNG)}) ![b]({data_uri(PNG)})"), [Image(PNG)]),
    "a bare data URI": (says(data_uri(PNG)), [Image(PNG)]),
    "bare base64": (says(coded(PNG)), [Image(PNG)]),
    "a bare link": (says(URL), [ImageUrl(URL, certain=False), Text(URL)]),
    "parts: image_url": (
        says([{"type": "text", "text": "Here:"}, {"type": "image_url", "image_url": {"url": data_uri(PNG)}}]),
        [Text("Here:"), Image(PNG)],
    ),
    "parts: image_url as text": (says([{"type": "image_url", "image_url": URL}]), [ImageUrl(URL)]),
    "parts: inline_data": (says([{"inline_data": {"data": coded(PNG)}}]), [Image(PNG)]),
    "parts: inlineData": (
        says([{"inlineData": {"mimeType": "image/png", "data": coded(PNG)}}]),
        [Image(PNG)],
    ),
    "parts: b64_json": (says([{"b64_json": coded(PNG)}]), [Image(PNG)]),
    "parts: image_base64": (says([{"type": "image", "image_base64": coded(PNG)}]), [Image(PNG)]),
    "parts: markdown in a text": (says([{"type": "text", "text": f"![a]({URL})"}]), [ImageUrl(URL)]),
    "images[]": (
        says("An otter.", images=[{"type": "image_url", "image_url": {"url": data_uri(PNG)}}]),
        [Image(PNG), Text("An otter.")],
    ),
    "multi_mod_content[]": (
        says(None, multi_mod_content=[{"text": "Here:"}, {"inline_data": {"data": coded(JPEG)}}]),
        [Text("Here:"), Image(JPEG)],
    ),
    "the first that holds a picture counts": (
        says(
            f"![a]({data_uri(JPEG)})",
            images=[{"image_url": {"url": data_uri(PNG)}}],
            multi_mod_content=[{"inline_data": {"data": coded(JPEG)}}],
        ),
        [Image(PNG)],
    ),
    "an empty images[] does not count": (says(f"![a]({data_uri(PNG)})", images=[]), [Image(PNG)]),
    "usage": (
        {**says(f"![a]({URL})"), "usage": {"prompt_tokens": 1}},
        [ImageUrl(URL), Usage({"prompt_tokens": 1})],
    ),
}
CHAT_EVENTS = {
    "a data URI over many deltas": (
        stream(*deltas({"role": "assistant"}, *({"content": each} for each in f"![a]({data_uri(PNG)})"))),
        [Image(PNG)],
    ),
    "words and a picture": (
        stream(*deltas({"content": "An "}, {"content": "otter."}, {"images": [{"image_url": {"url": URL}}]})),
        [ImageUrl(URL), Text("An otter.")],
    ),
    "two choices in turns": (
        stream(
            *deltas({"content": "![b]("}, index=1),
            *deltas({"content": "![a]("}, index=0),
            *deltas({"content": f"{OTHER_URL})"}, index=1),
            *deltas({"content": f"{URL})"}, index=0),
        ),
        [ImageUrl(URL), ImageUrl(OTHER_URL)],
    ),
    "deltas of parts": (
        stream(*deltas({"content": [{"type": "text", "text": "Here:"}, {"image_url": {"url": URL}}]})),
        [ImageUrl(URL), Text("Here:")],
    ),
    "usage in the last event": (
        stream(*deltas({"content": f"![a]({URL})"}), {"choices": [], "usage": {"total_tokens": 3}}),
        [Usage({"total_tokens": 3}), ImageUrl(URL)],
    ),
    "a picture around a broken event": (
        stream(*deltas({"content": "![a]("}), end="data: {\n\n") + stream(*deltas({"content": f"{URL})"})),
        [errors.AnswerError, ImageUrl(URL)],
    ),
    "a whole message in an event": (stream(says(f"![a]({URL})")), [ImageUrl(URL)]),
}
NOTHING = {
    "no data": ({"data": []}, [errors.NoImageError]),
    "no choices": ({"choices": []}, [errors.NoImageError]),
    "an empty object": ({}, [errors.NoImageError]),
    "null": (b"null", [errors.NoImageError]),
    "words alone": (says("I cannot."), [Text("I cannot."), errors.NoImageError]),
    "a refusal": (says(None, refusal="I will not."), [Text("I will not."), errors.NoImageError]),
    "streamed words": (
        stream(*deltas({"content": "I "}, {"content": "cannot."})),
        [Text("I cannot."), errors.NoImageError],
    ),
    "previews alone": (
        stream({"type": "image_generation.partial_image", "b64_json": coded(PNG)}),
        [PartialImage(PNG), errors.NoImageError],
    ),
    "pings alone": (b": PING\n\n: PING\n\n", [errors.NoImageError]),
    "an error object": ({"error": {"message": "busy"}}, [errors.RefusedError]),
    "an error text": ({"error": "busy"}, [errors.RefusedError]),
    "an error event": (stream({"type": "error", "error": {"message": "busy"}}), [errors.RefusedError]),
    "an error in a choice": ({"choices": [{"error": {"message": "busy"}}]}, [errors.RefusedError]),
    "a moderation": ({"error": {"code": "moderation_blocked"}}, [errors.ModerationError]),
    "no quota": ({"error": {"code": "insufficient_user_quota"}}, [errors.QuotaError]),
    "no base64": ({"data": [{"b64_json": "*** otter ***"}]}, [errors.AnswerError]),
    "nothing at all": (b"", [errors.AnswerError]),
    "half an answer": (b'{"data": [{"b64_json": "iVBO', [errors.AnswerError]),
    "a broken event": (b'data: {"type": "imag', [errors.AnswerError]),
    "depth without end": (b"[" * 100_000, [errors.AnswerError]),
    "a number without end": (b'{"data": ' + b"9" * 5000 + b"}", [errors.AnswerError]),
    "bytes that are no text": (b"\xff\xfe\x00", [errors.AnswerError]),
    "a web page": (b"<!doctype html><p>Welcome", [errors.NotAnApiError]),
}
SHAPES = {
    f"{kind}: {name}": row
    for kind, table in (
        ("images", IMAGES),
        ("image events", IMAGE_EVENTS),
        ("chat", CHAT),
        ("chat events", CHAT_EVENTS),
        ("nothing", NOTHING),
    )
    for name, row in table.items()
}
