"""Find the pictures, words and usage in any answer's JSON, whichever gateway wrote it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen.errors import AnswerError
from nbimagegen.wire import markdown
from nbimagegen.wire.messages import Echo, Event, Failure, Image, ImageUrl, PartialImage, Text, Usage
from nbimagegen.wire.reading import picture_of, read
from nbimagegen.wire.said import message_of
from nbimagegen.wire.values import Table, items, marked, table, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nbimagegen.wire.flow import Flow, Picture

_ECHOES = ("background", "output_format", "quality", "size")
_BASE64 = ("b64_json", "image_base64")


def events(answer: object, flow: Flow) -> Iterator[Event]:
    """Yield what a whole answer holds; an `error` in it is the caller's to see first."""
    fields = table(answer)
    for item in items(fields.get("data")):
        yield from data_item(item, flow)
    for choice in items(fields.get("choices")):
        yield from message(table(table(choice).get("message")), flow)
    yield from account(fields)


def aside(answer: object) -> Iterator[Event]:
    """Yield what an answer without pictures, choices or an error says in their place."""
    fields = table(answer)
    if not (fields.get("data") or fields.get("choices")) and (words := message_of(answer)):
        yield Text(words)


def account(fields: Table) -> Iterator[Event]:
    """Yield what the gateway says that it used."""
    if echo := {name: value for name in _ECHOES if (value := text(fields.get(name)))}:
        yield Echo(echo)
    if isinstance(fields.get("usage"), dict):
        yield Usage(table(fields["usage"]))


def data_item(item: object, flow: Flow) -> Iterator[Event]:
    """Yield the one picture of an Images API item: `b64_json` wins over `url`, if it is sound."""
    fields = table(item)
    revised = text(fields.get("revised_prompt"))
    coded = [picture for name in _BASE64 if (picture := _coded(fields.get(name), flow))]
    linked = [*_linked(marked(fields.get("url")), flow, revised)]
    found = [_image(each, revised) for each in coded] + linked
    yield from [each for each in found if not isinstance(each, Failure)][:1] or found[:1]


def implied_type(event: Table) -> str:
    """Return the type of an event whose gateway tells it in the line before alone."""
    if "partial_image_index" in event:
        return "partial_image"
    return "completed" if any(name in event for name in (*_BASE64, "url")) else ""


def partial(fields: Table, flow: Flow) -> Iterator[Event]:
    """Yield the preview that an event holds; a damaged one is nothing."""
    picture = _coded(fields.get("b64_json"), flow)
    if picture is not None and picture.is_whole:
        yield PartialImage(picture.number, whole(fields.get("partial_image_index")))


def message(fields: Table, flow: Flow) -> Iterator[Event]:
    """Yield what one choice of a chat answer holds; pictures that may be equal share a group."""
    content = _content(fields.get("content"), flow)
    places = [_listed(fields.get("images"), flow), _listed(fields.get("multi_mod_content"), flow), content]
    # The first place with a picture counts; where none has, what all of them say does.
    found = next(
        (each for each in places if _has_picture(each)), [event for each in places for event in each]
    )
    yield from _distinct(found, flow)
    if found is not content and _has_picture(found):
        yield from (each for each in content if isinstance(each, Text))
    if refusal := text(fields.get("refusal")):
        yield Text(refusal)


def _content(content: object, flow: Flow) -> list[Event]:
    return _listed(content, flow) or _written(marked(content), flow)


def _written(content: str, flow: Flow) -> list[Event]:
    """Return the pictures in what a model wrote, and the words around them."""
    content = read(content, flow, is_prose=True)
    found = markdown.pictures(content)
    rest = text(markdown.words(content, [each for each in found if each.certain])).strip()
    pictures = [event for each in found for event in _found(each, flow)]
    return [*pictures, *([Text(rest)] if rest else [])]


def _found(found: markdown.Found, flow: Flow) -> Iterator[Event]:
    if picture := flow.named(found.source):
        yield _image(picture, certain=picture.is_certain)
    elif link := text(found.source):
        yield ImageUrl(link, certain=found.certain)


def _listed(parts: object, flow: Flow) -> list[Event]:
    return [event for part in items(parts) for event in _part(part, flow)]


def _part(part: object, flow: Flow) -> list[Event]:
    if isinstance(part, str):
        return _written(part, flow)
    fields = table(part)
    inline = table(fields.get("inline_data") or fields.get("inlineData"))
    for each in (inline.get("data"), *(fields.get(name) for name in _BASE64)):
        if picture := _coded(each, flow):
            return [_image(picture)]
    link = fields.get("image_url") or fields.get("imageUrl") or fields.get("url")
    found = [*_linked(marked(table(link).get("url") or link), flow)]
    return found or _written(marked(fields.get("text")), flow)


def _linked(source: str, flow: Flow, revised: str = "") -> Iterator[Event]:
    """Yield the picture of a field that holds a link, a data URI or bare base64."""
    source = read(source, flow, is_prose=False)
    if picture := flow.named(source):
        yield _image(picture, revised)
    elif link := text(source).strip():
        yield ImageUrl(link, revised)


def _coded(value: object, flow: Flow) -> Picture | None:
    """Return the picture of a field that holds base64, bare or as a data URI."""
    source = read(marked(value), flow, is_prose=False)
    return (flow.named(source) or picture_of(source, flow)) if source.strip() else None


def _image(picture: Picture, revised: str = "", *, certain: bool = True) -> Image | Failure:
    if picture.is_whole:
        return Image(picture.number, revised, certain, may_be_cut=picture.may_be_cut)
    sentence = "The answer's picture is damaged: it is no base64. Try again; this one may be billed."
    return Failure(AnswerError(sentence))


def _has_picture(found: Sequence[Event]) -> bool:
    return any(isinstance(each, Image | ImageUrl) for each in found)


def _distinct(found: Sequence[Event], flow: Flow) -> Iterator[Event]:
    """Yield each thing once; of pictures only whoever holds their bytes can say which are equal."""
    seen: set[int | str] = set()
    groups: dict[int, int] = {}  # by size, the first picture of it
    for event in found:
        same = _identity(event)
        if same is None or same not in seen:
            yield _grouped(event, groups, flow)
        if same is not None:
            seen.add(same)


def _grouped(event: Event, groups: dict[int, int], flow: Flow) -> Event:
    if not isinstance(event, Image):
        return event
    return replace(event, group=groups.setdefault(flow.size(event.blob), event.blob))


def _identity(event: Event) -> int | str | None:
    if isinstance(event, Image):
        return event.blob
    return event.url if isinstance(event, ImageUrl) else None
