"""One picture on its way to the disk: hashed as it passes, and kept in memory where the disk fails."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from typing import TYPE_CHECKING, BinaryIO

from nbimagegen.errors import StoreError
from nbimagegen.store.files import create, replace, write

if TYPE_CHECKING:
    from pathlib import Path


_LOST = (
    "The disk failed while a picture came and does not give back what it took ({}); it may be billed. What "
    "came of the answer is in the history's inbox, if the disk still holds that."
)


class Spool:
    """Takes a picture's bytes in slices. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Prepare to write to `path`; a disk that refuses costs memory and no picture."""
        self.size = 0
        self._path = path
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._held = bytearray()  # all of it, once the disk has failed
        self._lost: StoreError | None = None  # the disk does not give back what it took
        with contextlib.suppress(OSError):
            # Unbuffered, so that after a fault it is known what is in the file.
            self._file = create(path, buffering=0)

    @property
    def sha256(self) -> str:
        """Of the bytes so far, in hex."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> None:
        """Take one slice.

        Raises:
            StoreError: The disk failed, and does not give back what it took.
        """
        self._check()
        self._hash.update(data)
        if self._file is not None:
            try:
                _write_all(self._file, data)
            except OSError:
                self._leave_the_disk()
        if self._file is None:
            self._held += data
        self.size += len(data)

    def open(self) -> BinaryIO:
        """Return the bytes as a file to read.

        Raises:
            StoreError: As `write`.
        """
        self._check()
        return io.BytesIO(self._held) if self._file is None else self._path.open("rb")

    def read(self) -> bytes:
        """Return the bytes."""
        with self.open() as file:
            return file.read()

    def move(self, target: Path, *, settled: bool = True) -> None:
        """Put the bytes at `target`, whole and on the disk itself; `settled` as in `files.write`.

        Raises:
            OSError: The disk refuses; the bytes are still here.
        """
        if self._file is None:
            write(target, bytes(self._held), settled=settled)
        else:
            os.fsync(self._file.fileno())
            self._file.close()
            replace(self._path, target, settled=settled)

    def discard(self) -> None:
        """Let go of the bytes."""
        self._held.clear()
        self._close()

    def _leave_the_disk(self) -> None:
        try:
            with self._path.open("rb") as file:
                self._held += file.read(self.size)
        except OSError as problem:
            self._lost = StoreError(_LOST.format(problem.strerror), may_be_billed=True, retry="unknown")
        self._close()
        self._check()

    def _check(self) -> None:
        if self._lost is not None:
            raise self._lost

    def _close(self) -> None:
        file, self._file = self._file, None
        with contextlib.suppress(OSError):
            if file is not None:
                file.close()
            self._path.unlink(missing_ok=True)


def _write_all(file: BinaryIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
