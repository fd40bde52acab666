"""The frozen records that every room hands on: what was asked, and what became of it.

Standard library only. `to_json` and `from_json` are the record file's format.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints

# "composite": put together here of an edit and its original; no gateway is asked for it.
Operation: TypeAlias = Literal["generate", "edit", "vary", "composite"]
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
class Marks:
    """What the user made of one picture, kept apart from what was received."""

    starred: bool = False
    rating: int = 0  # 0, not rated, to 5
    tags: tuple[str, ...] = ()
    note: str = ""
    trashed: float | None = None  # since when it is in the trash, in seconds since 1970


@dataclass(frozen=True, slots=True)
class GenerationRecord:
    """One generation: what was asked, when, and what came of it.

    Times are seconds since 1970. `seconds` runs from `started`, when the first request was about to connect,
    until all that came was here and checked, before it is written down; waits between tries count. Where
    another kernel ended it, it runs until the answer's last byte came.
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
    kernel: str = ""  # the id of the process that made it, by which others know whether it still may end it
    fresh: bool = False  # asked for outside what a later run is given back
    cost: float | None = None  # US$ in all: what its usage comes to, or what the gateway says


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
        ValueError: The values are not a record, or none that this could have written.
    """
    try:
        request = dict(plain["request"])
        request["inputs"] = tuple(checked(InputRecord, each) for each in request.get("inputs", ()))
        given = {**plain, "request": checked(ImageRequest, request)}
        given["pictures"] = tuple(checked(PictureRecord, each) for each in plain.get("pictures", ()))
        given["lost"] = tuple(checked(LostPicture, each) for each in plain.get("lost", ()))
        given["parents"] = tuple(plain.get("parents", ()))
        record = checked(GenerationRecord, given)
    except (TypeError, KeyError, AttributeError) as problem:
        message = f"not a generation record: {problem}"
        raise ValueError(message) from None
    if [each.index for each in record.pictures] != list(range(len(record.pictures))):
        message = "not a generation record: its pictures are not numbered from 0"
        raise ValueError(message)
    return record


def _plain_request(request: ImageRequest) -> dict[str, Any]:
    plain = {each.name: getattr(request, each.name) for each in fields(request)}
    plain["inputs"] = [asdict(each) for each in request.inputs]
    return {**plain, "parameters": dict(request.parameters), "extra": dict(request.extra)}


def mended(text: str) -> str:
    """Return `text` with halves of surrogate pairs, which no file and no JSON can hold, replaced."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# A file is whatever somebody left there: its values are checked before anything is made of them.

T = TypeVar("T")

_LATEST = 253_402_300_799.0  # the year 9999: beyond it there are no dates
_TIMES = {"created", "started", "expires", "trashed"}
_LARGEST = 2**53
_DEEPEST = 64
# What stands in a path, or is divided by.
_SHAPES = {
    "id": re.compile(r"[0-9A-Za-z]{1,64}"),
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "format": re.compile(r"png|jpeg|webp|gif"),
    "width": re.compile(r"[1-9][0-9]*"),
    "height": re.compile(r"[1-9][0-9]*"),
}


def checked(kind: type[T], plain: Mapping[str, Any]) -> T:
    """Return a record of this kind from plain values; unknown names are passed over.

    Raises:
        ValueError: A value is not what the record holds there.
        TypeError: A value is missing.
    """
    tests = _tests(kind)
    known = {name: value for name, value in plain.items() if name in tests}
    for name, value in known.items():
        shape = _SHAPES.get(name)
        fits = tests[name](value) and (name not in _TIMES or (value or 0) <= _LATEST)
        if not fits or (shape and not shape.fullmatch(str(value))):
            message = f"not a generation record: {kind.__name__}.{name} cannot be {_shortened(value)}"
            raise ValueError(message)
    return kind(**known)


_Test: TypeAlias = Callable[[Any], bool]


@cache
def _tests(kind: type[Any]) -> dict[str, _Test]:
    return {name: _test(hint) for name, hint in get_type_hints(kind).items()}


def _test(hint: Any) -> _Test:
    """Return what tells whether a value is of a type that a record names."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Literal:
        return lambda value: isinstance(value, str) and value in inner
    if origin is UnionType:
        tests = [_test(each) for each in inner]
        return lambda value: any(test(value) for test in tests)
    if origin is tuple:
        test = _test(inner[0])
        return lambda value: isinstance(value, tuple) and all(map(test, cast("Any", value)))
    if origin is Mapping:
        return lambda value: isinstance(value, dict) and is_flat_enough(value)
    return _NUMBERS.get(hint) or (lambda value: isinstance(value, hint))


# What is true or false is an int to Python, and no number here.
_NUMBERS: dict[Any, _Test] = {
    int: lambda value: type(value) is int and 0 <= value <= _LARGEST,
    float: lambda value: type(value) in (int, float) and 0 <= value <= sys.float_info.max,
}


def is_flat_enough(value: Any) -> bool:
    """Return whether a record may hold a value of JSON: other code goes down into it."""
    level: list[Any] = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _within(each)]
        if not level:
            return True
    return False


def _within(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if isinstance(value, list) else ()


def _shortened(value: object) -> str:
    return repr(value)[:60] if isinstance(value, str | int | float | None) else type(value).__name__
