"""The truth that the index repeats: records and marks, as they stand in their files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from nbimagegen.records import from_json, to_json
from nbimagegen.store.files import parsed, plain_files, read, write_json
from nbimagegen.store.marks import Marked, marks_path, read_marks

if TYPE_CHECKING:
    from pathlib import Path

    from nbimagegen.records import GenerationRecord

    Stamp: TypeAlias = tuple[int, int]  # by which a file is known to be as it was: its time and its size


@dataclass(frozen=True, slots=True)
class Entry:
    """One generation: its record, and what the user made of it.

    Attributes:
        text: The record as it was written into its file; empty where that is not known.
    """

    record: GenerationRecord
    marked: Marked = field(default_factory=Marked)
    text: str = ""


def record_path(folder: Path, generation: str) -> Path:
    """Return where a generation's record is."""
    return folder / "generations" / f"{generation}.json"


def read_entry(
    folder: Path, generation: str, unreadable: list[Path] | None = None, known: Entry | None = None
) -> Entry:
    """Return one generation from its files; marks that cannot be read cost no record.

    Args:
        folder: The session's.
        generation: Its id.
        unreadable: Where to note the file of such marks.
        known: What the file is thought to hold; if it does, nobody has to make sense of it again.

    Raises:
        OSError: The record cannot be read.
        ValueError: The file holds no record of this id.
    """
    data = read(record_path(folder, generation))
    if known is None or known.text.encode() != data:
        known = Entry(from_json(parsed(data)))
    record = known.record
    if record.id != generation:
        message = f"the record of another generation, {record.id}"
        raise ValueError(message)
    try:
        marked = read_marks(folder, generation)
    except (OSError, ValueError):
        marked = Marked()
        if unreadable is not None:
            unreadable.append(marks_path(folder, generation))
    return replace(known, marked=marked)


def write_record(folder: Path, record: GenerationRecord) -> Entry:
    """Write a generation's record, and return it as it then is, without marks.

    Raises:
        OSError: The disk refuses.
        ValueError: It could not be read again; nothing was written.
    """
    plain = to_json(record)
    from_json(plain)
    text = write_json(record_path(folder, record.id), plain)
    return Entry(record if text.isascii() else from_json(parsed(text.encode())), text=text)


def listed(folder: Path) -> dict[str, tuple[Stamp | None, Stamp | None]]:
    """Return what generations there are, oldest first: their records' and their marks' stamps."""
    records, marks = _stamps(folder / "generations"), _stamps(folder / "marks")
    return {each: (records[each], marks.get(each)) for each in sorted(records)}


def _stamps(folder: Path) -> dict[str, Stamp]:
    found: dict[str, Stamp] = {}
    for each in plain_files(folder):
        if each.name.endswith(".json") and not each.name.startswith("."):
            facts = each.stat(follow_symlinks=False)
            found[each.name.removesuffix(".json")] = (facts.st_mtime_ns, facts.st_size)
    return found
