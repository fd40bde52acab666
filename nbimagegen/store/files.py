"""How files are written here: whole or not at all, private from the first moment, faults as sentences.

Nothing here follows a link: a history may come from anywhere, and what is in it stays in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import stat
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from nbimagegen.errors import StoreError
from nbimagegen.records import mended

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

SAVING = "saving"  # the folder of what is being written
_HALF = (SAVING, "inbox")  # where half files may be: not among thousands of pictures, which take long to list
LARGEST = 64 * 2**20  # of a file that is read as JSON
PAUSES = (0.01, 0.03, 0.1, 0.2)  # seconds: Windows lets nobody replace a file while another program reads it
_as_json = json.JSONEncoder(ensure_ascii=False).encode
# Without following a link; on Windows, without changing line ends.
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def write(path: Path, data: bytes, *, settled: bool = True) -> None:
    """Write a whole file or none: under another name, to the disk, then renamed.

    Args:
        path: Where it is to be.
        data: What it is to hold.
        settled: Whether its name is to be on the disk too; of several files in a folder, that is done once.
    """
    name = f".{path.name}.{os.getpid()}-{threading.get_ident()}.part"
    # While it is half it is apart, where what a killed process leaves is found at once.
    temporary = path.parent.parent / SAVING / name
    try:
        try:
            put(temporary, data, durable=True)
        except (FileNotFoundError, NotADirectoryError):  # of what is no history there is no such folder
            temporary = path.parent / name
            put(temporary, data, durable=True)
        replace(temporary, path, settled=settled)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def put(path: Path, data: bytes = b"", *, durable: bool = False) -> None:
    """Write a file where it is to stay, for its owner alone; `durable`: to the disk itself."""
    handle = _opened(path)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove the half files of processes that are all gone."""
    with contextlib.suppress(OSError):
        for place in (folder, *(folder / each for each in _HALF)):
            for each in list(plain_files(place)):
                if each.name.startswith(".") and each.name.endswith(".part"):
                    (place / each.name).unlink(missing_ok=True)


def replace(source: Path, target: Path, *, settled: bool = True) -> None:
    """Put one file in the place of another, for good; tried again while some program holds the other open."""
    for pause in PAUSES:
        try:
            source.replace(target)
            break
        except PermissionError:
            time.sleep(pause)
    else:
        source.replace(target)
    if settled:
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """See to it that a folder's names are on the disk, where a system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def create(path: Path, buffering: int = -1) -> BinaryIO:
    """Open a file to write, for its owner alone."""
    return open(path, "wb", buffering, opener=lambda name, _: _opened(name))


def _opened(path: str | Path) -> int:
    # Private from the first moment, whatever the umask.
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _AS_IT_IS, 0o600)


def write_json(path: Path, value: Mapping[str, Any], *, settled: bool = True) -> str:
    """Write a whole file of JSON, a line for each name, or none, and return it; `settled` as in `write`.

    Raises:
        OSError: The disk refuses.
        ValueError: It is more than `read_json` takes, or no JSON.
    """
    try:
        lines = (f"{_as_json(name)}: {_as_json(each)}" for name, each in value.items())
        text = mended("{\n" + ",\n".join(lines) + "\n}")
    except (TypeError, RecursionError) as problem:
        raise ValueError(str(problem)) from None
    data = text.encode()
    if len(data) > LARGEST:
        message = f"it has {len(data) / 1e6:.0f} MB, and {LARGEST / 1e6:.0f} MB can be kept"
        raise ValueError(message)
    write(path, data, settled=settled)
    return text


def read(path: Path, largest: int = LARGEST) -> bytes:
    """Return what a file holds, if it is a plain file of a bearable size.

    Raises:
        OSError: It cannot be read.
        ValueError: It is a link, a pipe, or too large.
    """
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > largest:
        message = "not a plain file" if facts.st_size <= largest else "too large"
        raise ValueError(message)
    return path.read_bytes()


def read_json(path: Path, largest: int = LARGEST) -> dict[str, Any]:
    """Return the JSON object that a file holds.

    Raises:
        OSError: It cannot be read.
        ValueError: It is none.
    """
    return parsed(read(path, largest))


def parsed(data: bytes) -> dict[str, Any]:
    """Return the JSON object that these bytes are.

    Raises:
        ValueError: They are none.
    """
    try:
        value = json.loads(data)
    except RecursionError:
        value = None
    if not isinstance(value, dict):
        message = "not a JSON object"
        raise ValueError(message)  # noqa: TRY004 - a value that is wrong, whatever its type
    return cast("dict[str, Any]", value)


def plain_files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Go through the files of a folder, without links and folders."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        yield from (each for each in entries if each.is_file(follow_symlinks=False))


def same_file(path: Path, size: int) -> bool:
    """Return whether a plain file of this size is there."""
    try:
        facts = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(facts.st_mode) and facts.st_size == size


@contextlib.contextmanager
def explained(folder: Path) -> Generator[None]:
    """Turn what the system says about the disk into a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        message = (
            f"The history in {folder} cannot be written or read: {reason}. "
            "Free or unlock the disk, or set NBIMAGEGEN_HOME to another folder."
        )
        raise StoreError(message) from None
