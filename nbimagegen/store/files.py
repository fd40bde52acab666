"""How files are written here: whole or not at all, private from the first moment, faults as sentences."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from typing import TYPE_CHECKING, BinaryIO

from nbimagegen.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


def write(path: Path, data: bytes) -> None:
    """Write a whole file or none: under another name, to the disk, then renamed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with create(temporary) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def create(path: Path, buffering: int = -1) -> BinaryIO:
    """Open a file to write, for its owner alone."""
    # Private from the first moment, whatever the umask.
    return open(path, "wb", buffering, opener=lambda name, flags: os.open(name, flags, 0o600))


def touch(path: Path) -> None:
    """Make an empty file where there is none."""
    if not path.exists():
        create(path).close()


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
