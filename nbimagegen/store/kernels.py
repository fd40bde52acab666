"""By which processes that share a history know of one another whether they are still there.

Each holds a lock on a file of its own. The system lets go of it when a process ends, however it ends.
"""

from __future__ import annotations

import contextlib
import re
import time
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from nbimagegen.store.files import plain_files
from nbimagegen.store.naming import new_id

if TYPE_CHECKING:
    from pathlib import Path

_ID = re.compile(r"[0-9A-Z]{26}")
_OLD = 3600.0  # seconds; a younger file may be one that its process is about to lock


class Kernel:
    """This process's sign of life, shown until it is let go of."""

    def __init__(self, folder: Path) -> None:
        """Show it.

        Raises:
            OSError: The disk refuses.
        """
        self.id = new_id()
        folder.stat()  # a lock would make a folder that has been taken away
        _sweep(folder)
        self._path = _path(folder, self.id)
        self._lock = _lock(self._path)
        self._lock.acquire(timeout=0)  # pyright: ignore[reportUnknownMemberType] - of a proxy, not used

    def let_go(self) -> None:
        """Let others know that this one is gone."""
        with contextlib.suppress(OSError):
            self._lock.release()
            self._path.unlink(missing_ok=True)


def is_alive(folder: Path, kernel: str) -> bool:
    """Return whether the process of this id is still there; of ids that are none, it is not."""
    # An id comes out of a record, which anybody may have written.
    if not _ID.fullmatch(kernel) or not _path(folder, kernel).is_file():
        return False
    return _is_held(_path(folder, kernel))


def any_alive(folder: Path) -> bool:
    """Return whether any process shows a sign of life."""
    return any(is_alive(folder, each.name.removesuffix(".lock")) for each in list(plain_files(folder)))


def _is_held(path: Path) -> bool:
    lock = _lock(path)
    try:
        lock.acquire(timeout=0)  # pyright: ignore[reportUnknownMemberType] - the same
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def _sweep(folder: Path) -> None:
    """Remove what processes that are gone have left."""
    with contextlib.suppress(OSError):
        for each in list(plain_files(folder)):
            if each.stat().st_mtime < time.time() - _OLD and not _is_held(folder / each.name):
                (folder / each.name).unlink(missing_ok=True)


def _path(folder: Path, kernel: str) -> Path:
    return folder / f"{kernel}.lock"


def _lock(path: Path) -> FileLock:
    return FileLock(path, mode=0o600, thread_local=False)
