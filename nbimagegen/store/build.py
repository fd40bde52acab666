"""A new index from the files. A file that is no record is left alone and left out."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from typing import TYPE_CHECKING

from nbimagegen.store.entries import read_entry
from nbimagegen.store.files import put
from nbimagegen.store.rows import SCHEMA, add

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def build(target: Path, folder: Path, generations: Iterable[str]) -> None:
    """Write an index of these generations to a file that nobody knows yet.

    Raises:
        OSError: The disk refuses.
        sqlite3.Error: The same.
    """
    put(target)
    index = sqlite3.connect(target, isolation_level=None)
    try:
        _fill(index, folder, generations)
    finally:
        index.close()
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _fill(index: sqlite3.Connection, folder: Path, generations: Iterable[str]) -> None:
    # One that is not finished is thrown away, so that nothing has to be undone in it.
    index.execute("PRAGMA journal_mode = OFF")
    index.execute("PRAGMA synchronous = OFF")
    index.execute("BEGIN")
    for statement in SCHEMA:
        index.execute(statement)
    # It only ever grows, over every index that there was.
    index.execute("INSERT INTO meta VALUES (?)", (time.time_ns() // 1_000_000,))
    for each in generations:
        with contextlib.suppress(ValueError, OSError):
            add(index, read_entry(folder, each))
    index.execute("COMMIT")
