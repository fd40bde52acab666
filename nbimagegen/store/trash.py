"""What is in the trash, and how it is deleted for ever. Bytes that others of a history have stay."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen.store import small
from nbimagegen.store.entries import read_entry, record_path
from nbimagegen.store.marks import Marked, marks_path, write_marks
from nbimagegen.store.rows import TRASHED, enter, leave
from nbimagegen.store.shelf import file_names

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from nbimagegen.store.entries import Entry
    from nbimagegen.store.shelf import Shelf


def marked(entry: Entry, when: float | None) -> Marked:
    """Return a generation's marks with it in the trash since `when`, or, with None, out of it."""
    if when is not None:
        return replace(entry.marked, trashed=when)
    pictures = {place: replace(each, trashed=None) for place, each in entry.marked.pictures.items()}
    return replace(entry.marked, trashed=None, pictures=pictures)


def empty(index: sqlite3.Connection, shelf: Shelf) -> int:
    """Delete all that is in the trash, and return how many pictures that were."""
    pictures = list(
        index.execute("SELECT generation, place, file FROM pictures WHERE hidden = ?", (TRASHED,))
    )
    rows = list(index.execute("SELECT id FROM generations WHERE hidden = ?", (TRASHED,)))
    generations = {each for (each,) in rows}
    inputs = [file for each in generations for file in _inputs(index, each)]
    for each in generations:
        _delete(index, shelf.folder, each)
    for each in {generation for generation, _, _ in pictures} - generations:
        _take_out(index, shelf.folder, each, [place for owner, place, _ in pictures if owner == each])
    _drop_files(index, shelf.folder / "pictures", "pictures", {file for _, _, file in pictures})
    _drop_files(index, shelf.folder / "inputs", "inputs", set(inputs))
    small.drop(shelf.folder, {file for _, _, file in pictures})
    return len(pictures)


def _inputs(index: sqlite3.Connection, generation: str) -> list[str]:
    return [file for (file,) in index.execute("SELECT file FROM inputs WHERE generation = ?", (generation,))]


def _delete(index: sqlite3.Connection, folder: Path, generation: str) -> None:
    record_path(folder, generation).unlink(missing_ok=True)
    marks_path(folder, generation).unlink(missing_ok=True)
    leave(index, generation)


def _take_out(index: sqlite3.Connection, folder: Path, generation: str, places: Iterable[int]) -> None:
    """Delete some of a generation's pictures; the others keep their numbers."""
    marks = read_entry(folder, generation).marked
    gone = marks.gone | set(places)
    kept = {place: each for place, each in marks.pictures.items() if place not in gone}
    write_marks(folder, generation, Marked(None, kept, gone))
    enter(index, read_entry(folder, generation))


def _drop_files(index: sqlite3.Connection, folder: Path, table: str, files: set[str]) -> None:
    shown = " AND hidden < 2" if table == "pictures" else ""
    for each in files:
        if not index.execute(f"SELECT 1 FROM {table} WHERE file = ?{shown}", (each,)).fetchone():  # noqa: S608
            for name in file_names(each):
                with contextlib.suppress(OSError):
                    (folder / name).unlink(missing_ok=True)
