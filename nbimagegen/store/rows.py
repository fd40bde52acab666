"""The index's tables, and the rows that a generation has in them. Each row is sealed against damage."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nbimagegen.records import mended, to_json
from nbimagegen.store.fingerprint import fingerprint
from nbimagegen.store.query import enclosed, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen.records import GenerationRecord, Marks
    from nbimagegen.store.entries import Entry

INDEX_FORMAT = 4
SCHEMA = (
    "CREATE TABLE meta (version INTEGER NOT NULL)",
    "CREATE TABLE changes (id TEXT PRIMARY KEY, version INTEGER, writer INTEGER) WITHOUT ROWID",
    "CREATE TABLE records (id TEXT PRIMARY KEY, record TEXT, seal INTEGER)",
    """CREATE TABLE generations (id TEXT PRIMARY KEY, status TEXT, made_by TEXT, fresh INTEGER, kernel TEXT,
        fingerprint TEXT, created REAL, cost REAL, trashed REAL, hidden INTEGER, seal INTEGER)
        WITHOUT ROWID""",
    """CREATE TABLE pictures (generation TEXT, place INTEGER, file TEXT, model TEXT, gateway TEXT,
        operation TEXT, created REAL, starred INTEGER, rating INTEGER, trashed REAL, hidden INTEGER,
        tags TEXT, marks TEXT, text TEXT, seal INTEGER, PRIMARY KEY (generation, place))""",
    """CREATE TABLE parents (generation TEXT, place INTEGER, child TEXT,
        PRIMARY KEY (generation, place, child)) WITHOUT ROWID""",
    "CREATE TABLE inputs (file TEXT, generation TEXT, PRIMARY KEY (file, generation)) WITHOUT ROWID",
    "CREATE INDEX changes_versions ON changes (version)",
    "CREATE INDEX generations_shown ON generations (hidden, id)",
    "CREATE INDEX generations_alike ON generations (fingerprint, id)",
    "CREATE INDEX generations_open ON generations (status, id) WHERE status IN ('queued', 'running')",
    "CREATE INDEX pictures_shown ON pictures (hidden, generation, place)",
    "CREATE INDEX pictures_rated ON pictures (hidden, rating, generation, place)",
    "CREATE INDEX pictures_files ON pictures (file)",
    "CREATE INDEX parents_children ON parents (child)",
    "CREATE INDEX inputs_generations ON inputs (generation)",
    f"PRAGMA user_version = {INDEX_FORMAT}",
)
# A transaction raises the version at its end; `writer()` is the connection's own, see `sign`.
_NOTE = "INSERT OR REPLACE INTO changes VALUES (?, (SELECT version + 1 FROM meta), writer())"
_SEALED = ("records", "generations", "pictures")
_OTHERS = {"generations": "id", "pictures": "generation", "parents": "child", "inputs": "generation"}

_PICTURE_ID = re.compile(r"([0-9A-Za-z]{1,64})-([0-9]{1,6})")

SHOWN, TRASHED, GONE = range(3)  # what `hidden` holds; what is gone was deleted for ever


def enter(index: sqlite3.Connection, entry: Entry) -> None:
    """Put a generation's rows into the index, instead of those that it has, and note who has changed it."""
    leave(index, entry.record.id)
    add(index, entry)
    index.execute(_NOTE, (entry.record.id,))


def add(index: sqlite3.Connection, entry: Entry) -> None:
    """Put a generation's rows into an index that has none of it."""
    record = entry.record
    pictures = [_picture(entry, place) for place in range(len(record.pictures))]
    _insert(index, "records", [(record.id, entry.text or _text(record))])
    _insert(index, "generations", [_generation(entry)])
    _insert(index, "pictures", pictures)
    for key in filter(None, map(_key, record.parents)):
        index.execute("INSERT OR IGNORE INTO parents VALUES (?, ?, ?)", (*key, record.id))
    for each in record.request.inputs:
        index.execute("INSERT OR IGNORE INTO inputs VALUES (?, ?)", (each.sha256, record.id))


def sign(index: sqlite3.Connection, writer: int) -> None:
    """Let what is changed over a connection be noted as this writer's."""
    index.create_function("writer", 0, lambda: writer)


def leave(index: sqlite3.Connection, generation: str) -> None:
    """Take a generation's rows out of the index."""
    if not index.execute("DELETE FROM records WHERE id = ?", (generation,)).rowcount:
        return  # it is new, and nothing of it is anywhere
    for table, column in _OTHERS.items():
        index.execute(f"DELETE FROM {table} WHERE {column} = ?", (generation,))  # noqa: S608 - names from above


def seal(row: Sequence[Any]) -> int:
    """Return a number that a damaged row does not have."""
    return zlib.crc32(repr(tuple(row)).encode("utf-8", "surrogatepass"))


def is_sound(index: sqlite3.Connection) -> bool:
    """Return whether an index is as it was written, looking at every row."""
    if index.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        return False
    rows = (row for table in _SEALED for row in index.execute(f"SELECT * FROM {table}"))  # noqa: S608
    return all(seal(row[:-1]) == row[-1] for row in rows)


def unsealed(row: Sequence[Any]) -> Sequence[Any]:
    """Return a row without its seal.

    Raises:
        sqlite3.DatabaseError: It is damaged.
    """
    if seal(row[:-1]) != row[-1]:
        message = "a row is damaged"
        raise sqlite3.DatabaseError(message)
    return row[:-1]


def _insert(index: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * (len(rows[0]) + 1))
        index.executemany(f"INSERT INTO {table} VALUES ({marks})", [(*row, seal(row)) for row in rows])  # noqa: S608


def _text(record: GenerationRecord) -> str:
    return mended(json.dumps(to_json(record), ensure_ascii=False))


def _generation(entry: Entry) -> tuple[Any, ...]:
    record, marked = entry.record, entry.marked
    return (
        record.id,
        record.status,
        record.made_by,
        int(record.fresh),
        record.kernel,
        fingerprint(record.request),
        _number(record.created),
        _number(record.cost),
        _number(marked.trashed),
        _hidden(entry),
    )


def _hidden(entry: Entry) -> int:
    each = [_picture_hidden(entry, place) for place in range(len(entry.record.pictures))]
    if entry.marked.trashed is not None:
        return TRASHED
    return min(each, default=SHOWN)


def _picture_hidden(entry: Entry, place: int) -> int:
    if place in entry.marked.gone:
        return GONE
    return SHOWN if entry.marked.trashed is None and entry.marked.of(place).trashed is None else TRASHED


def _picture(entry: Entry, place: int) -> tuple[Any, ...]:
    record, marks = entry.record, entry.marked.of(place)
    picture, request = record.pictures[place], record.request
    texts = (request.prompt, picture.revised_prompt, marks.note, *marks.tags)
    return (
        record.id,
        place,
        picture.sha256,
        mended(request.model),
        mended(request.gateway),
        request.operation,
        _number(record.created),
        int(marks.starred),
        marks.rating,
        _number(marks.trashed),
        _picture_hidden(entry, place),
        "".join(map(enclosed, marks.tags)),
        _marks(marks),
        fold("\n".join(texts)),
    )


def _number(value: float | None) -> float | None:
    return None if value is None else float(value) + 0.0  # SQLite keeps no -0.0, and the seal would not fit


def _marks(marks: Marks) -> str:
    return mended(json.dumps(asdict(marks), ensure_ascii=False))


def _key(picture_id: str) -> tuple[str, int] | None:
    found = _PICTURE_ID.fullmatch(picture_id)
    return (found[1], int(found[2])) if found else None
