"""What goes out and what comes in, as plain records: the words of this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.errors import ImageGenError


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request, without the key."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Image:
    """One whole picture, as it came."""

    data: bytes = field(repr=False)
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class ImageUrl:
    """One picture that is to be fetched; not `certain`: a link that may be none."""

    url: str
    revised_prompt: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class PartialImage:
    """A preview of a picture that is still being made."""

    data: bytes = field(repr=False)
    index: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """What the model wrote beside, or in place of, a picture."""

    text: str


@dataclass(frozen=True, slots=True)
class Usage:
    """The gateway's own count of what was used."""

    usage: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """The answer says, or is, an error."""

    error: ImageGenError


Event: TypeAlias = Image | ImageUrl | PartialImage | Text | Usage | Failure
