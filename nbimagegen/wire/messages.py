"""What goes out and what comes in, as plain records: the words of this room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.errors import ImageGenError
    from nbimagegen.records import InputRecord


@dataclass(frozen=True, slots=True)
class Upload:
    """A place in a message's body where a file that is kept goes: as it is, or as base64."""

    input: InputRecord
    as_base64: bool = False

    @property
    def size(self) -> int:
        """How many bytes it takes in the body."""
        return (self.input.bytes + 2) // 3 * 4 if self.as_base64 else self.input.bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One HTTP request, without the key."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: tuple[bytes | Upload, ...]
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])  # as sent, for whoever counts money
    added: tuple[str, ...] = ()  # the fields that only the gateway's row added

    @property
    def size(self) -> int:
        """How many bytes the body has."""
        return sum(each.size if isinstance(each, Upload) else len(each) for each in self.body)


@dataclass(frozen=True, slots=True)
class Bytes:
    """Some bytes of a picture, in order, as soon as they came; whether it counts is said later."""

    blob: int  # pictures are numbered within an answer, in the order in which they begin
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Image:
    """One whole picture: the bytes that were handed on under its number."""

    blob: int
    revised_prompt: str = ""
    certain: bool = True
    group: int | None = None  # equal pictures of one group are one picture, said twice
    may_be_cut: bool = False  # nothing behind its last byte says that it ends there; only its bytes can


@dataclass(frozen=True, slots=True)
class ImageUrl:
    """One picture that is to be fetched; not `certain`: a link that may be none."""

    url: str
    revised_prompt: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class PartialImage:
    """A preview of a picture that is still being made: the bytes handed on under its number."""

    blob: int
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
class Echo:
    """What the gateway says that it used: background, output_format, quality, size."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """The answer says, or is, an error."""

    error: ImageGenError


Event: TypeAlias = Bytes | Image | ImageUrl | PartialImage | Text | Usage | Echo | Failure
