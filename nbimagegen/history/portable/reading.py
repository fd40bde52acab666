"""An export comes back: generation by generation, each whole or not at all, and nothing is overwritten."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from nbimagegen import pixels
from nbimagegen.errors import AnswerError, InputError, ParameterError
from nbimagegen.history import marks as marking
from nbimagegen.history.portable import layout, sources
from nbimagegen.history.portable.undo import undone
from nbimagegen.records import ENDED, GenerationRecord, Marks, from_json
from nbimagegen.store.arrivals import arrive
from nbimagegen.store.files import same_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.history.portable.sources import Source
    from nbimagegen.records import InputRecord, PictureRecord
    from nbimagegen.store import Store

    Plain: TypeAlias = dict[str, Any]

MAX_PICTURE = 256 * 2**20  # bytes of one picture, or of one that was sent
MAX_RECORD = 4 * 2**20  # bytes of one generation's record
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")  # a ULID
_FAULTS = (ValueError, TypeError, KeyError, AttributeError, RecursionError, ParameterError, AnswerError)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in.

    Attributes:
        generations: How many.
        pictures: How many.
        known: Ids of generations that were here already, and stayed as they are.
        refused: Ids of generations that were not taken in, each with the reason.
    """

    generations: int
    pictures: int
    known: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class _Arrival:
    """One generation, read and checked."""

    record: GenerationRecord
    pictures: Mapping[int, bytes]
    inputs: Mapping[InputRecord, bytes]
    marks: Mapping[int, Marks]


def bring_in(store: Store, source: str | Path) -> Imported:
    """Take an export into a history; see `History.import_`."""
    path = Path(source).expanduser()
    with sources.opened(path) as files:
        try:
            form = _object(files.read(layout.ABOUT, MAX_RECORD)).get("format")
            names = files.names(layout.GENERATIONS)
        except (OSError, ValueError, RecursionError):
            form, names = None, []
        _check_format(form, path)
        return _all(store, files, [each.removesuffix(".json") for each in names])


def _all(store: Store, files: Source, ids: list[str]) -> Imported:
    generations = pictures = 0
    known: list[str] = []
    refused: dict[str, str] = {}
    for each in ids:
        if _ID.fullmatch(each) and store.records([each]):
            known.append(each)
            continue
        try:
            arrival = _read(files, each)
        except (OSError, *_FAULTS) as problem:
            refused[each[:64]] = _reason(problem)
            continue
        _keep(store, arrival)
        generations, pictures = generations + 1, pictures + len(arrival.pictures)
    return Imported(generations, pictures, tuple(known), refused)


def _check_format(form: object, path: Path) -> None:
    if not isinstance(form, int) or form < 1:
        raise InputError(_no_export(path))
    if form > layout.FORMAT:
        message = (
            f"{path.name!r} was exported by a later nbimagegen; update this one: pip install -U nbimagegen."
        )
        raise InputError(message)


def _read(files: Source, generation: str) -> _Arrival:
    if not _ID.fullmatch(generation):
        raise ValueError("its name is no generation's id")
    plain = _object(files.read(layout.generation(generation), MAX_RECORD))
    record = replace(from_json(plain["record"]), kernel="")
    if record.id != generation or record.status not in ENDED:
        raise ValueError("its record is of another generation, or of one under way")
    told = {_index(each, record): value for each, value in plain["pictures"].items()}
    pictures = {index: _picture(files, record, index, value) for index, value in told.items()}
    described = tuple(
        _described(each, pictures[each.index]) if each.index in pictures else each for each in record.pictures
    )
    marks = {index: _marks(value["marks"]) for index, value in told.items()}
    return _Arrival(replace(record, pictures=described), pictures, _inputs(files, record), marks)


def _index(name: str, record: GenerationRecord) -> int:
    index = int(name) if name.isascii() and name.isdecimal() and len(name) < 6 else -1  # noqa: PLR2004 - digits
    if not 0 <= index < len(record.pictures):
        raise ValueError("it lists a picture that its record does not have")
    return index


def _picture(files: Source, record: GenerationRecord, index: int, told: Plain) -> bytes:
    """Return a picture as it was received, where that can be had; else as it is here."""
    own = record.pictures[index]
    data = files.read(layout.picture(record.id, index, own.format), MAX_PICTURE)
    received = undone(data, told.get("received"))
    data = received if hashlib.sha256(received).hexdigest() == own.sha256 else data
    if pixels.probe(data).format != own.format:
        raise ValueError("a picture is of another format than its name says")
    return data


def _described(own: PictureRecord, data: bytes) -> PictureRecord:
    """Return what the record says of a picture, as it is: whoever made the export may say anything."""
    found = pixels.probe(data)
    return replace(
        own,
        sha256=hashlib.sha256(data).hexdigest(),
        width=found.width,
        height=found.height,
        bytes=len(data),
    )


def _inputs(files: Source, record: GenerationRecord) -> dict[InputRecord, bytes]:
    found: dict[InputRecord, bytes] = {}
    for each in record.request.inputs:
        try:
            data = files.read(layout.sent(each), MAX_PICTURE)
        except FileNotFoundError:  # it was not there any more; the record tells of it all the same
            continue
        if not _is_it(each, data):
            raise ValueError("what it started from is not what its record says")
        found[each] = data
    return found


def _is_it(own: InputRecord, data: bytes) -> bool:
    """Return whether these are the bytes; of what PIL or NumPy made, whether the pixels are."""
    if pixels.probe(data).format != own.format:
        return False
    return own.sha256 in {hashlib.sha256(data).hexdigest(), pixels.picture(pixels.decode(data)).sha256}


def _marks(plain: Plain) -> Marks:
    """Return marks that a user could have made here."""
    changes = (
        marking.starring(on=plain["starred"]),
        marking.rating(plain["rating"]),
        marking.tagging(tuple(plain["tags"])),
        marking.noting(plain["note"]),
    )
    found = Marks()
    for change in changes:
        found = change(found)
    return found


def _keep(store: Store, arrival: _Arrival) -> None:
    record = arrival.record
    _write_files(store, arrival)
    missing = frozenset(range(len(record.pictures))) - arrival.pictures.keys()
    arrive(store, record, arrival.marks, missing)
    # Who emptied the trash meanwhile took what was in it too, and nothing claimed until now.
    _write_files(store, arrival, again=True)


def _write_files(store: Store, arrival: _Arrival, *, again: bool = False) -> None:
    for index, data in arrival.pictures.items():
        picture = arrival.record.pictures[index]
        if not (again and same_file(store.path(picture), picture.bytes)):
            spool = store.open_spool(arrival.record.id, 0, index)
            spool.write(data)
            store.save_picture(picture, spool)
    for own, data in arrival.inputs.items():
        store.save_input(own, data)


def _object(data: bytes) -> Plain:
    value = json.loads(data, parse_constant=_refuse)
    if not isinstance(value, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004 - a value that is wrong, whatever its type
    return cast("Plain", value)


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _reason(problem: BaseException) -> str:
    if isinstance(problem, OSError):
        return "a file of it is missing, or cannot be read"
    return str(problem)[:200] if isinstance(problem, ValueError | AnswerError) else "its record is damaged"


def _no_export(path: Path) -> str:
    return f"{path.name!r} is no export of a history: it has no {layout.ABOUT} that can be read."
