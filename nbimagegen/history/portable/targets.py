"""Where an export goes: a folder or a zip, whole or not at all, and never over something else."""

from __future__ import annotations

import contextlib
import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nbimagegen.errors import InputError, StoreError

if TYPE_CHECKING:
    from collections.abc import Generator

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name: equal histories give equal files
_PACKED = {".json", ".jsonl", ".html"}  # pictures are packed already
_PLAIN_FILE = 0o100600 << 16


class Target(Protocol):
    """Takes files one after the other."""

    def write(self, name: str, data: bytes) -> None:
        """Take a file."""
        ...


@contextlib.contextmanager
def opened(path: Path) -> Generator[Target]:
    """Give a target that is at `path` once all is written: a zip where it ends so, else a folder.

    Raises:
        InputError: There is something already.
        StoreError: The disk refuses.
    """
    _check_free(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _zip(part) if is_zip(path) else _folder(part) as target:
            yield target
        if path.is_dir():
            path.rmdir()  # it is empty; Windows puts nothing in its place
        part.replace(path)
    except OSError as problem:
        message = f"The export to {path} failed: {problem.strerror or problem}. Nothing was left there."
        raise StoreError(message) from None
    finally:
        _drop(part)


def is_zip(path: Path) -> bool:
    """Return whether an export of this name is one file."""
    return path.suffix.lower() == ".zip"


def _check_free(path: Path) -> None:
    is_empty = path.is_dir() and not path.is_symlink() and not is_zip(path) and not any(path.iterdir())
    if os.path.lexists(path) and not is_empty:
        message = f"{path} is there already, and nothing is written over it; name another place."
        raise InputError(message)


@contextlib.contextmanager
def _folder(path: Path) -> Generator[Target]:
    path.mkdir(mode=0o700)
    yield _Folder(path)


@contextlib.contextmanager
def _zip(path: Path) -> Generator[Target]:
    with path.open("xb") as file, zipfile.ZipFile(file, "w") as archive:
        yield _Zip(archive)


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root = root

    def write(self, name: str, data: bytes) -> None:
        """Take a file."""
        path = self._root / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(data)


class _Zip:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def write(self, name: str, data: bytes) -> None:
        """Take a file."""
        entry = zipfile.ZipInfo(name, _LONG_AGO)
        entry.create_system = 3  # the same on every system
        entry.external_attr = _PLAIN_FILE
        entry.compress_type = zipfile.ZIP_DEFLATED if Path(name).suffix in _PACKED else zipfile.ZIP_STORED
        self._archive.writestr(entry, data)


def _drop(part: Path) -> None:
    with contextlib.suppress(OSError):
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)
