"""Small pictures made of a history's own, kept so that each is made once. All of them may be deleted."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

from nbimagegen.store.files import SAVING, plain_files, put, read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

FOLDER = "small"
_LARGEST = 2**20


def kept(folder: Path, sha256: str, name: str, make: Callable[[], bytes]) -> bytes:
    """Return what was made of a picture before, or make it, and keep it where the disk allows.

    Args:
        folder: The session's.
        sha256: Of the picture.
        name: What is made of it, such as "256.webp".
        make: Makes it.
    """
    path = folder / FOLDER / f"{sha256}.{name}"
    with contextlib.suppress(OSError, ValueError):
        return read(path, _LARGEST)
    data = make()
    with contextlib.suppress(OSError):
        half = folder / SAVING / f".{path.name}.{os.getpid()}-{threading.get_ident()}.part"
        put(half, data)
        half.replace(path)  # it can be made again, so nobody waits for the disk
    return data


def drop(folder: Path, pictures: Collection[str]) -> None:
    """Delete what was made of these pictures, by their hashes."""
    with contextlib.suppress(OSError):
        for each in list(plain_files(folder / FOLDER)):
            if each.name.partition(".")[0] in pictures:
                (folder / FOLDER / each.name).unlink(missing_ok=True)
