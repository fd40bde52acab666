"""The frozen records that every room hands on: what was asked, and what became of it.

Standard library only. `to_json` and `from_json` are the record file's format.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Operation: TypeAlias = Literal["generate", "edit", "vary"]
Dialect: TypeAlias = Literal["images", "chat"]
Status: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled", "unknown"]
Maker: TypeAlias = Literal["code", "click"]
Role: TypeAlias = Literal["image", "reference", "mask"]

ENDED: frozenset[Status] = frozenset({"done", "failed", "cancelled", "unknown"})


@dataclass(frozen=True, slots=True)
class InputRecord:
    """One picture or mask that a request starts from, as it is kept under `inputs/`."""

    role: Role
    sha256: str  # of the bytes; of what was made from PIL or NumPy: of mode, size and pixels
    format: str  # "png", "jpeg" or "webp"
    width: int
    height: int
    bytes: int
    picture: str = ""  # the id of the picture of this history that it was


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What the user asked for, checked against the catalogue, before it is split or encoded.

    `parameters` holds only what was set; `extra` goes into the body untouched and wins.
    """

    prompt: str
    gateway: str
    model: str
    base_url: str
    dialect: Dialect
    n: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])
    operation: Operation = "generate"
    inputs: tuple[InputRecord, ...] = ()  # the picture, then references, then the mask


@dataclass(frozen=True, slots=True)
class PictureRecord:
    """One picture that was received: where its bytes are, and what they are."""

    index: int
    sha256: str
    format: str  # "png", "jpeg", "webp" or "gif", by the bytes themselves
    width: int
    height: int
    bytes: int
    revised_prompt: str = ""


@dataclass(frozen=True, slots=True)
class LostPicture:
    """One picture that was made, and whose address did not hand it over."""

    url: str
    revised_prompt: str = ""
    expires: float | None = None  # seconds since 1970, where it is known


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """One generation: what was asked, when, and what came of it.

    Times are seconds since 1970; `seconds` runs from first sending to commit.
    """

    id: str
    request: ImageRequest
    status: Status
    made_by: Maker
    created: float
    started: float | None = None
    seconds: float | None = None
    pictures: tuple[PictureRecord, ...] = ()
    usage: Mapping[str, Any] | None = None
    text: str = ""  # what the model wrote beside its pictures
    error: Mapping[str, Any] | None = None
    parents: tuple[str, ...] = ()
    retry_of: str = ""  # the generation that this one tries again
    echo: Mapping[str, Any] = field(default_factory=dict[str, Any])  # what the gateway says it used
    lost: tuple[LostPicture, ...] = ()
    price: float | None = None  # US$ a picture, by the gateway's row on that day


def to_json(record: GenerationRecord) -> dict[str, Any]:
    """Return the record as plain JSON values."""
    plain = {each.name: getattr(record, each.name) for each in fields(record)}
    plain["request"] = _plain_request(record.request)
    plain["pictures"] = [asdict(picture) for picture in record.pictures]
    plain["usage"] = None if record.usage is None else dict(record.usage)
    plain["error"] = None if record.error is None else dict(record.error)
    plain["parents"] = list(record.parents)
    plain["echo"] = dict(record.echo)
    plain["lost"] = [asdict(each) for each in record.lost]
    return plain


def from_json(plain: Mapping[str, Any]) -> GenerationRecord:
    """Return the record that `to_json` wrote; fields of a later version are passed over.

    Raises:
        ValueError: The values are not a record.
    """
    try:
        known = _known(GenerationRecord, plain)
        request = _known(ImageRequest, known["request"])
        request["inputs"] = _all(InputRecord, request.get("inputs", ()))
        known["request"] = ImageRequest(**request)
        known["pictures"] = _all(PictureRecord, known.get("pictures", ()))
        known["lost"] = _all(LostPicture, known.get("lost", ()))
        known["parents"] = tuple(known.get("parents", ()))
        return GenerationRecord(**known)
    except (TypeError, KeyError, AttributeError) as problem:
        message = f"not a generation record: {problem}"
        raise ValueError(message) from None


def _plain_request(request: ImageRequest) -> dict[str, Any]:
    plain = {each.name: getattr(request, each.name) for each in fields(request)}
    plain["inputs"] = [asdict(each) for each in request.inputs]
    return {**plain, "parameters": dict(request.parameters), "extra": dict(request.extra)}


def mended(text: str) -> str:
    """Return `text` with halves of surrogate pairs, which no file and no JSON can hold, replaced."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


T = TypeVar("T")


def _all(kind: type[T], rows: Iterable[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(kind(**_known(kind, each)) for each in rows)


def _known(kind: type[T], plain: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(cast("Any", kind))}
    return {name: value for name, value in plain.items() if name in names}
