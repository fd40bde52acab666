"""What a repair finds: records that cannot be read, pictures that are missing, files that nothing names."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import StoreError
from nbimagegen.records import to_json
from nbimagegen.store.entries import listed, read_entry, record_path
from nbimagegen.store.files import plain_files, replace, same_file, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from nbimagegen.records import GenerationRecord
    from nbimagegen.store.reading import Reading


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair found.

    Attributes:
        found: How many generations there are.
        restored: Those whose damaged file was written again, out of the index; what was there is kept beside
            it, ending in `.damaged`.
        unreadable: Files that are no record and no marks. They are left as they are, and left out.
        pictures_missing: Ids of pictures whose file is not there, or not as long as it was.
        unclaimed: Files of pictures that no record names; they are left as they are.
    """

    found: int
    restored: tuple[str, ...] = ()
    unreadable: tuple[Path, ...] = ()
    pictures_missing: tuple[str, ...] = ()
    unclaimed: tuple[Path, ...] = ()


def restore_records(store: Reading) -> tuple[str, ...]:
    """Write damaged records again, as far as the index still has them."""
    restored: list[str] = []
    for each in listed(store.folder):
        if not _is_readable(store.folder, each):
            with contextlib.suppress(StoreError, LookupError, ValueError):
                _restore(store, each)
                restored.append(each)
    return tuple(restored)


def report(store: Reading, restored: tuple[str, ...]) -> Repaired:
    """Return what there is, from the files."""
    unreadable: list[Path] = []
    records: list[GenerationRecord] = []
    gone: set[str] = set()
    for each in listed(store.folder):
        try:
            entry = read_entry(store.folder, each, unreadable)
        except (OSError, ValueError):
            unreadable.append(record_path(store.folder, each))
            continue
        records.append(entry.record)
        gone |= {f"{each}-{place}" for place in entry.marked.gone}
    missing, claimed = _pictures(store, records)
    files = [store.folder / "pictures" / each.name for each in plain_files(store.folder / "pictures")]
    unclaimed = sorted(each for each in files if each not in claimed and not each.name.startswith("."))
    return Repaired(
        len(records),
        restored,
        tuple(unreadable),
        tuple(each for each in missing if each not in gone),
        tuple(unclaimed),
    )


def _pictures(store: Reading, records: list[GenerationRecord]) -> tuple[list[str], set[Path]]:
    missing: list[str] = []
    claimed: set[Path] = set()
    for record in records:
        for each in record.pictures:
            with contextlib.suppress(StoreError):  # a link stands there
                claimed.add(store.path(each))
                if same_file(store.path(each), each.bytes):
                    continue
            missing.append(f"{record.id}-{each.index}")
    return missing, claimed


def _is_readable(folder: Path, generation: str) -> bool:
    try:
        read_entry(folder, generation)
    except (OSError, ValueError):
        return False
    return True


def _restore(store: Reading, generation: str) -> None:
    record = store.record(generation)
    path = record_path(store.folder, generation)
    replace(path, path.with_suffix(".damaged"))
    write_json(path, to_json(record))
