"""What the command line does with histories: lists them, makes their indexes again, empties their trash."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ImageGenError, NotFoundError
from nbimagegen.session.sessions import sessions, size
from nbimagegen.store import Query, Store, home_folder
from nbimagegen.store import sessions as folders

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime
    from pathlib import Path


def session_rows() -> list[dict[str, Any]]:
    """Return one row a session: numbers and dates to be computed with, and texts to be read."""
    return [
        {
            "session": each.name,
            "generations": each.generations,
            "pictures": each.pictures,
            "size": size(each.bytes),
            "bytes": each.bytes,
            "created": _local(each.created) if each.created else "",
            "changed": _local(each.changed),
            "folder": str(each.folder),
        }
        for each in sessions()
    ]


def _local(when: datetime) -> str:
    return when.astimezone().isoformat(" ", "minutes")


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one history, as a sentence, and whether nothing is missing."""

    text: str
    is_whole: bool


def repair(name: str | None = None) -> list[Report]:
    """Make the index of one history, or of all, again from its files.

    Raises:
        NotFoundError: There is no session of this name.
    """
    home, known = home_folder(), [each.name for each in sessions()]
    if name is not None and name not in known:
        raise NotFoundError(f"There is no session {name!r}; nbimagegen sessions lists those that there are.")
    return [_repaired(home, each) for each in ([name] if name else known)]


def _repaired(home: Path, name: str) -> Report:
    try:
        with _opened(home, name) as store:
            found = store.repair()
    except ImageGenError as problem:  # of a newer version, or the disk
        return Report(f"{name}: {problem}", is_whole=False)
    wrong = [f"{each} was damaged and is written again" for each in found.restored]
    wrong += [f"{each} cannot be read" for each in found.unreadable]
    wrong += [f"the picture {each} is missing" for each in found.pictures_missing]
    text = "; ".join([f"{name}: {found.found} generations", *wrong])
    return Report(text, is_whole=not wrong)


@dataclass(frozen=True, slots=True)
class Trash:
    """What is in the trash.

    Attributes:
        sessions: Whole sessions, by name.
        pictures: How many pictures of which other session.
        empty: How many generations of which other session that have no picture in it.
    """

    sessions: tuple[str, ...]
    pictures: dict[str, int]
    empty: dict[str, int]

    @property
    def lines(self) -> list[str]:
        """What it holds, a line each."""
        whole = [f"the session {each}" for each in self.sessions]
        whole += [f"pictures of {name}: {count}" for name, count in self.pictures.items()]
        return whole + [
            f"generations of {name} without pictures: {count}" for name, count in self.empty.items()
        ]


def trash() -> Trash:
    """Return what is in the trash."""
    home = home_folder()
    whole = tuple(each.name for each in folders.trashed(home))
    found = {each.name: _trashed(home, each.name) for each in sessions()}
    counts = ({name: each[at] for name, each in found.items() if each[at]} for at in (0, 1))
    return Trash(whole, *counts)


def empty() -> None:
    """Delete for ever what is in the trash.

    Raises:
        StoreError: The disk refuses.
    """
    home = home_folder()
    for each in sessions():
        with _opened(home, each.name) as store:
            store.empty_trash()
    folders.empty_trash(home)


def _trashed(home: Path, name: str) -> tuple[int, int]:
    """Return how many pictures are in a history's trash, and how many generations without any."""
    with contextlib.suppress(ImageGenError), _opened(home, name) as store:
        pictures = store.find(Query(trashed=True))
        generations = set(store.generation_ids(trashed=True)) - {own for own, _ in pictures}
        return len(pictures), len(generations)
    return 0, 0


@contextlib.contextmanager
def _opened(home: Path, name: str) -> Generator[Store]:
    store = Store(home, name)
    try:
        yield store
    finally:
        store.close()
