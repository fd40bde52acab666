"""Find the pictures, words and usage in any answer's JSON, whichever gateway wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError
from nbimagegen.wire import base64_text, markdown
from nbimagegen.wire.messages import Event, Failure, Image, ImageUrl, Text, Usage
from nbimagegen.wire.values import Table, items, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BARE_PREFIXES = ("iVBORw0KGgo", "/9j/", "_9j_", "UklGR", "R0lGOD")  # PNG, JPEG, WebP and GIF in base64


def events(answer: object) -> Iterator[Event]:
    """Yield what a whole answer holds; an `error` in it is the caller's to see first."""
    whole = table(answer)
    for item in items(whole.get("data")):
        yield from data_item(item)
    for choice in items(whole.get("choices")):
        yield from message(table(table(choice).get("message")))
    if isinstance(whole.get("usage"), dict):
        yield Usage(table(whole["usage"]))


def data_item(item: object) -> Iterator[Event]:
    """Yield the one picture of an Images API item: `b64_json` wins over `url`."""
    fields = table(item)
    revised = text(fields.get("revised_prompt"))
    encoded = text(fields.get("b64_json")) or text(fields.get("image_base64"))
    if data := _decoded(encoded):
        yield Image(data, revised)
    elif url := text(fields.get("url")):
        yield from _from_source(url, revised)
    elif encoded:
        sentence = "The answer's picture is damaged: it is no base64. Try again; this one may be billed."
        yield Failure(AnswerError(sentence))


def message(fields: Table) -> Iterator[Event]:
    """Yield what one choice of a chat answer holds: equal pictures in it are one picture."""
    content = _content(fields.get("content"))
    for name in ("images", "multi_mod_content"):
        found = _listed(fields.get(name))
        if any(isinstance(each, Image | ImageUrl) for each in found):
            yield from _distinct(found)
            yield from (each for each in content if isinstance(each, Text))
            return
    yield from _distinct(content)
    if refusal := text(fields.get("refusal")):
        yield Text(refusal)


def _content(content: object) -> list[Event]:
    return _listed(items(content)) or _written(text(content))


def _written(content: str) -> list[Event]:
    bare = content.strip()
    if bare.startswith(_BARE_PREFIXES) and (data := base64_text.decode(bare)):
        return [Image(data)]
    found = markdown.pictures(content)
    rest = markdown.words(content, [each for each in found if each.certain])
    pictures = [event for each in found for event in _from_source(each.source, certain=each.certain)]
    return [*pictures, *([Text(rest)] if rest else [])]


def _listed(parts: object) -> list[Event]:
    return [event for part in items(parts) for event in _part(part)]


def _part(part: object) -> list[Event]:
    if isinstance(part, str):
        return _written(part)
    fields = table(part)
    inline = table(fields.get("inline_data") or fields.get("inlineData"))
    link = fields.get("image_url") or fields.get("imageUrl") or fields.get("url")
    sources = (
        inline.get("data"),
        fields.get("b64_json"),
        fields.get("image_base64"),
        table(link).get("url") or link,
    )
    for each in sources:
        if found := list(_from_source(text(each))):
            return found
    return _written(text(fields.get("text")))


def _from_source(source: str, revised: str = "", *, certain: bool = True) -> Iterator[Event]:
    """Yield the picture behind a data URI, bare base64 or a link."""
    if data := _decoded(source):
        yield Image(data, revised)
    elif source:
        yield ImageUrl(source, revised, certain)


def _decoded(source: str) -> bytes | None:
    if source[:5].lower() == "data:":
        return base64_text.decode_data_uri(source)
    return base64_text.decode(source) if source and "://" not in source[:16] else None


def _distinct(found: Sequence[Event]) -> Iterator[Event]:
    seen: set[bytes | str] = set()
    for event in found:
        mark = event.data if isinstance(event, Image) else event.url if isinstance(event, ImageUrl) else None
        if mark is None or mark not in seen:
            yield event
        if mark is not None:
            seen.add(mark)
