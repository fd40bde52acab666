"""P9: a picture made durable: its file, its record and the index, against a write and fsync of its bytes."""

from __future__ import annotations

import itertools
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pictures

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_EACH = 4  # commits in a round


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure each size: what the record and the index take is the same for all of them."""
    for size in effort.sizes:
        pictures.png(size)
        names = ("ours", "write_and_fsync", "sqlite_blob")
        took = harness.alternating(
            {each: Contender("p09_commit", each, (size,)) for each in names}, effort.rounds
        )
        against = harness.ratios(took, "wall", "write_and_fsync")
        alone = harness.medians(took, "wall")["write_and_fsync"] * 1000 / _EACH
        what = f"durable commit of a picture, {size}: time against write + fsync ({alone:.1f} ms)"
        peers = {"a SQLite blob": against["sqlite_blob"]}
        yield Figure("P9", what, against["ours"], target=1.6, floor=1.0, peers=peers)


def ours(size: str) -> Callable[[], None]:
    """Commit as a job does."""
    from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord  # noqa: PLC0415 - its own alone
    from nbimagegen.store import Store, new_id  # noqa: PLC0415 - as above

    store = Store(Path(_folder.name), "bench")
    request = ImageRequest("an otter", "openai", "gpt-image-1", "https://api.test/v1", "images")

    def commit(data: bytes) -> None:
        picture = PictureRecord(0, sha256(data).hexdigest(), "png", 1024, 1024, len(data))
        record = GenerationRecord(new_id(), request, "done", "code", 1.5, pictures=(picture,))
        spool = store.open_spool(record.id, 0, 0)
        spool.write(data)
        store.save_picture(picture, spool)
        store.save(record)

    return _rounds(commit, size)


def write_and_fsync(size: str) -> Callable[[], None]:
    """Write the bytes, and see to it that the disk has them; hashed, since the name is the hash."""

    def write(data: bytes) -> None:
        with Path(_folder.name, sha256(data).hexdigest()).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    return _rounds(write, size)


def sqlite_blob(size: str) -> Callable[[], None]:
    """Put the bytes into a table."""
    import sqlite3  # noqa: PLC0415 - as above

    table = sqlite3.connect(Path(_folder.name, "blobs.sqlite"))
    table.execute("CREATE TABLE pictures (id INTEGER PRIMARY KEY, data BLOB)")

    def insert(data: bytes) -> None:
        table.execute("INSERT INTO pictures (data) VALUES (?)", (data,))
        table.commit()

    return _rounds(insert, size)


def _rounds(commit: Callable[[bytes], None], size: str) -> Callable[[], None]:
    data = pictures.png(size).read_bytes().removesuffix(pictures.tail(0))
    numbers = itertools.count(1)

    def commit_some() -> None:
        for _ in range(_EACH):
            commit(data + pictures.tail(next(numbers)))

    return commit_some


_folder = tempfile.TemporaryDirectory(prefix="nbimagegen-bench-")


if __name__ == "__main__":
    harness.main(figures)
