"""The histories of a home, as folders: listed, renamed, put into the trash and taken out of it."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import NotFoundError, StoreError
from nbimagegen.store import about
from nbimagegen.store.files import explained, plain_files, sync_folder
from nbimagegen.store.index import Index
from nbimagegen.store.kernels import any_alive
from nbimagegen.store.naming import folder_name, new_id
from nbimagegen.store.rows import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

TRASH = ".trash"


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """One session, as it is on the disk.

    Attributes:
        name: The session's name.
        folder: Where it is.
        generations: How many, those in its own trash apart.
        pictures: How many, the same.
        bytes: What its files take.
        created: When its first generation was asked for, in seconds since 1970; None without any.
        changed: When its history was last written to.
    """

    name: str
    folder: Path
    generations: int
    pictures: int
    bytes: int
    created: float | None
    changed: float


def sessions(home: Path) -> list[SessionFolder]:
    """Return the sessions of a home, the last changed first; one that cannot be read is left out."""
    return _all(home, lambda folder: folder.name)


def trashed(home: Path) -> list[SessionFolder]:
    """Return the sessions in the trash, the last deleted first."""
    found = _all(home / TRASH, _folder_before)
    return sorted(found, key=lambda each: each.folder.name.rpartition(".")[2], reverse=True)


def rename(home: Path, old: str, new: str) -> Path:
    """Give a session another name, and return its new folder.

    Raises:
        NotFoundError: There is no session of the old name.
        StoreError: There is one of the new name, or the session is open, or the disk refuses.
    """
    source, target = _closed(home, old), home / folder_name(new)
    if source != target:
        about.check_format(source)
        check_free(target, new)
        with explained(source):
            about.announce(source, new)
            _move(source, target)
    with explained(target):
        about.keep_name(target, new)
    return target


def delete(home: Path, name: str) -> Path:
    """Put a session into the trash, and return where it is.

    Raises:
        NotFoundError: There is no session of this name.
        StoreError: It is open, or the disk refuses.
    """
    source = _closed(home, name)
    target = home / TRASH / f"{source.name}.{new_id()}"
    with explained(source):
        target.parent.mkdir(mode=0o700, exist_ok=True)
        _move(source, target)
    return target


def restore(home: Path, name: str) -> Path:
    """Take a session out of the trash, the last one deleted of this name, and return its folder.

    Args:
        home: Where histories are.
        name: The session's name, or its folder's in the trash.

    Raises:
        NotFoundError: There is none in the trash.
        StoreError: There is another of this name, or the disk refuses.
    """
    found = [each for each in trashed(home) if name in (each.name, each.folder.name)]
    if not found:
        message = f"There is no session {name!r} in the trash of {home}."
        raise NotFoundError(message)
    source = found[0].folder
    target = home / _folder_before(source)
    check_free(target, found[0].name)
    with explained(source):
        _move(source, target)
    return target


def empty_trash(home: Path) -> int:
    """Delete the sessions in the trash for ever, and return how many that were.

    Raises:
        StoreError: The disk refuses.
    """
    folders = [each for each in _folders(home / TRASH) if not each.is_symlink()]
    with explained(home):
        for each in folders:
            shutil.rmtree(each)
    return len(folders)


def _all(home: Path, called: Callable[[Path], str]) -> list[SessionFolder]:
    found: list[SessionFolder] = []
    for folder in _folders(home):
        if about.is_session(folder):
            with contextlib.suppress(StoreError, OSError):
                found.append(_described(folder, called(folder)))
    return sorted(found, key=lambda each: each.changed, reverse=True)


def _described(folder: Path, called: str) -> SessionFolder:
    about.check_format(folder)
    with explained(folder):
        index = Index(folder)
    try:
        [[generations, created]] = index.read(
            "SELECT count(*), min(created) FROM generations WHERE hidden = ?", (SHOWN,)
        )
        [[pictures]] = index.read("SELECT count(*) FROM pictures WHERE hidden = ?", (SHOWN,))
    finally:
        index.close()
    return SessionFolder(
        name=about.name_of(folder, called),
        folder=folder,
        generations=generations,
        pictures=pictures,
        bytes=_bytes(folder),
        created=created,
        changed=_changed(folder),
    )


def _bytes(folder: Path) -> int:
    within = [folder, *(each for each in _folders(folder) if not each.is_symlink())]
    return sum(each.stat(follow_symlinks=False).st_size for place in within for each in plain_files(place))


def _changed(folder: Path) -> float:
    """Return when a record or marks were last written: a folder's time is that of its last new name."""
    return max((each.stat().st_mtime for each in _written(folder)), default=folder.stat().st_mtime)


def _written(folder: Path) -> Iterable[Path]:
    return (each for each in (folder / "generations", folder / "marks") if each.is_dir())


def _folders(home: Path) -> list[Path]:
    with contextlib.suppress(OSError):
        return sorted(each for each in home.iterdir() if each.is_dir())
    return []


def _folder_before(folder: Path) -> str:
    """Return what a folder in the trash was called before: without when it came there."""
    return folder.name.rpartition(".")[0] or folder.name


def _closed(home: Path, name: str) -> Path:
    folder = about.folder_of(home, name)
    if not about.is_session(folder):
        message = f"There is no session {name!r} in {home}."
        raise NotFoundError(message)
    with explained(folder):
        if any_alive(folder / "kernels"):
            message = f"The session {name!r} is open in a kernel; restart that kernel, then do this again."
            raise StoreError(message)
    return folder


def check_free(target: Path, name: str) -> None:
    """See to it that a session may come to a folder.

    Raises:
        StoreError: There is one already.
    """
    if target.exists():
        message = f"There is a session {name!r} in {target.parent} already; rename or delete that one first."
        raise StoreError(message)


def _move(source: Path, target: Path) -> None:
    os.rename(source, target)  # noqa: PTH104 - as `replace`, but never onto what is there
    sync_folder(target.parent)
