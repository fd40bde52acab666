"""A multipart form read as fields, pictures and a mask: what edits and variations come as."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nbimagegen.sketch.fields import Body
from nbimagegen.sketch.multipart import Part, parts
from nbimagegen.sketch.refusal import Refusal

_FILES = frozenset({"image", "image[]", "mask"})
# A form knows only text; these are not.
_TYPED = frozenset({"n", "seed", "latency", "stream", "partial_images"})


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, with numbers as numbers, and its files."""

    fields: Body
    images: tuple[bytes, ...]
    mask: bytes | None


def read(content_type: str, body: bytes) -> Form:
    """The form in a body.

    Raises:
        Refusal: it is no form, or says one thing twice.
    """
    found = parts(content_type, body)
    _once(part.name for part in found if part.name != "image[]")
    files = {part.name: part.data for part in found if part.name in _FILES}
    if "image" in files and "image[]" in files:
        message = "Send one picture as image, or several as image[], not both."
        raise Refusal(message, "image")
    images = tuple(part.data for part in found if part.name in {"image", "image[]"})
    return Form(
        {part.name: _value(part) for part in found if part.name not in _FILES}, images, files.get("mask")
    )


def _once(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            message = f"{name} is given twice; several pictures are sent as image[]."
            raise Refusal(message, name)
        seen.add(name)


def _value(part: Part) -> Any:
    """A field's text, or what it says where it is no text; what cannot be read is refused later, by name."""
    if part.name not in _TYPED:
        return part.text
    try:
        return json.loads(part.text.lower())
    except (ValueError, RecursionError):
        return part.text
