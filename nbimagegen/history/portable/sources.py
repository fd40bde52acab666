"""Where an export is read from: a folder or a zip, which somebody else may have made to do harm.

Nothing is unpacked: files are read one by one, by names that this side makes, each up to a limit.
"""

from __future__ import annotations

import contextlib
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from nbimagegen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Generator

MAX_FILES = 500_000
MAX_BYTES = 64 * 2**30  # of all files together
MAX_RATIO = 200  # of a file's bytes to those that it takes in a zip, from here on:
SMALL = 2**20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Source(Protocol):
    """Gives files by name."""

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in one folder, in order."""
        ...

    def read(self, name: str, most: int) -> bytes:
        """Return what a file holds.

        Raises:
            FileNotFoundError: There is none.
            ValueError: It is no plain file, or larger than `most`.
        """
        ...


@contextlib.contextmanager
def opened(path: Path) -> Generator[Source]:
    """Give an export to read from.

    Raises:
        InputError: It is none, or is not to be trusted.
    """
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as problem:
        reason = getattr(problem, "strerror", None) or "it is no folder and no zip"
        raise InputError(f"{path.name!r} cannot be read as an export: {reason}.") from None
    with archive:
        found = _fault(archive.infolist())
        if found:
            raise InputError(f"{path.name!r} is not taken in: {found}.")
        yield _Zip(archive)


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in one folder, in order."""
        place = self._place(folder)
        found = sorted(each.name for each in place.iterdir()) if place.is_dir() else []
        return _not_too_many(found)

    def read(self, name: str, most: int) -> bytes:
        """Return what a file holds."""
        path = self._place(name)
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            raise ValueError(f"{name} is no plain file")
        if facts.st_size > most:
            raise ValueError(f"{name} is too large")
        with path.open("rb") as file:
            return _within(file.read(most + 1), name, most)

    def _place(self, name: str) -> Path:
        """Return where a name is; no link is followed on the way."""
        path = self._root
        for each in PurePosixPath(name).parts:
            path /= each
            if path.is_symlink():
                raise ValueError(f"{name} is a link")
        return path


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._entries = {each.filename: each for each in archive.infolist()}

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in one folder, in order."""
        start = f"{folder}/"
        found = [each[len(start) :] for each in self._entries if each.startswith(start)]
        return sorted(each for each in found if each and "/" not in each)

    def read(self, name: str, most: int) -> bytes:
        """Return what a file holds."""
        entry = self._entries.get(name)
        if entry is None:
            raise FileNotFoundError(name)
        try:
            with self._archive.open(entry) as file:
                return _within(file.read(most + 1), name, most)
        except (OSError, EOFError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error):
            raise ValueError(f"{name} is damaged") from None


def _fault(entries: list[zipfile.ZipInfo]) -> str:
    """Return what is wrong with a zip, by what it says of itself; empty where nothing is."""
    names = [each.filename.casefold().rstrip("/") for each in entries]
    if len(entries) > MAX_FILES:
        return f"it holds more than {MAX_FILES:,} files"
    if len(set(names)) < len(names):
        return "two of its files have the same name"
    if sum(each.file_size for each in entries) > MAX_BYTES:
        return f"it unpacks to more than {MAX_BYTES / 2**30:.0f} GiB"
    return next((fault for each in entries if (fault := _fault_of(each))), "")


def _fault_of(entry: zipfile.ZipInfo) -> str:
    name = repr(entry.orig_filename[:80])
    parts = PurePosixPath(entry.filename).parts
    if not _is_plain(entry.orig_filename) or ".." in parts or not parts:
        return f"{name} points out of it"
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return f"{name} is a link, or no plain file"
    if entry.flag_bits & 1 or entry.compress_type not in _METHODS:
        return f"{name} is encrypted, or packed in a way that is not read"
    if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return f"{name} unpacks to {MAX_RATIO} times its size"
    return ""


def _is_plain(name: str) -> bool:
    return not name.startswith("/") and not any(each in name for each in ("\\", ":", "\0"))


def _not_too_many(names: list[str]) -> list[str]:
    if len(names) > MAX_FILES:
        raise ValueError(f"it holds more than {MAX_FILES:,} files")
    return names


def _within(data: bytes, name: str, most: int) -> bytes:
    if len(data) > most:
        raise ValueError(f"{name} is too large")
    return data
