"""The files of one history besides its records: pictures, what was sent, and answers on their way.

It knows nothing of the index.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, BinaryIO

from nbimagegen.errors import StoreError
from nbimagegen.records import mended
from nbimagegen.store import small
from nbimagegen.store.files import (
    SAVING,
    create,
    explained,
    plain_files,
    put,
    read_json,
    same_file,
    sync_folder,
    write,
)
from nbimagegen.store.naming import new_id
from nbimagegen.store.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from nbimagegen.records import InputRecord, PictureRecord

ROOM = 64 * 2**20  # bytes that must be free before a picture is paid for
_LARGEST_HEAD = 2**20
_EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif"}


class Shelf:
    """The files of one session's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check_writable(self, bytes_needed: int = ROOM) -> None:
        """See to it, before something is paid for, that it can be kept.

        Raises:
            StoreError: The folder cannot be written, or less than this is free.
        """
        with explained(self.folder):
            # What the intent is written to proves itself, before anything is sent.
            if not all(os.access(self.folder / each, os.W_OK) for each in ("pictures", "inbox")):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            free = shutil.disk_usage(self.folder).free
        if free < bytes_needed:
            message = (
                f"Only {free / 1e6:.0f} MB are free for the history in {self.folder}, and nothing was sent: "
                "a picture might not fit. Free some room, or set NBIMAGEGEN_HOME to another disk."
            )
            raise StoreError(message)

    # Pictures, and what was sent.

    def path(self, picture: PictureRecord) -> Path:
        """Return where a picture's bytes are.

        Raises:
            StoreError: A link stands there, which is not followed.
        """
        return _no_link(self.folder / "pictures" / f"{picture.sha256}.{_EXTENSIONS[picture.format]}")

    def input_path(self, record: InputRecord) -> Path:
        """Return where the bytes of something that was sent are.

        Raises:
            StoreError: A link stands there, which is not followed.
        """
        return _no_link(self.folder / "inputs" / f"{record.sha256}.{_EXTENSIONS[record.format]}")

    def small(self, picture: PictureRecord, name: str, make: Callable[[], bytes]) -> bytes:
        """Return what `make` makes of a picture; it is made once, as long as the picture is there."""
        if not same_file(self.path(picture), picture.bytes):
            return make()
        return small.kept(self.folder, picture.sha256, name, make)

    def save_picture(self, picture: PictureRecord, spool: Spool, *, settled: bool = True) -> None:
        """Put a picture's very bytes where they stay, once.

        Args:
            picture: Which it is.
            spool: Its bytes.
            settled: Whether its name is to be on the disk too; of several, `settle_pictures` does that once.

        Raises:
            StoreError: The disk is full, read-only or broken; the spool still holds the bytes.
        """
        path = self.path(picture)
        with explained(self.folder):
            if same_file(path, picture.bytes) and _sha256(path) == picture.sha256:
                spool.discard()
            else:
                spool.move(path, settled=settled)

    def settle_pictures(self) -> None:
        """See to it that the names of all pictures are on the disk, before a record tells of them."""
        sync_folder(self.folder / "pictures")

    def save_input(self, record: InputRecord, data: bytes) -> None:
        """Write a picture or a mask that is about to be sent, once.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        path = self.input_path(record)
        if not same_file(path, len(data)):
            with explained(self.folder):
                write(path, data)

    # On their way.

    def open_spool(self, generation: str, part: int, blob: int) -> Spool:
        """Return where a picture's bytes go while they come."""
        # Two kernels may fetch the same picture at once, and each needs a file of its own.
        return Spool(self.folder / SAVING / f".{generation}-{part}.{blob}-{new_id()}.part")

    def drop_spools(self, generation: str) -> None:
        """Let go of what is left of a generation's pictures that were on their way."""
        self._drop(f".{generation}-", ".part", self.folder / SAVING)

    def open_inbox(self, generation: str, part: int) -> BinaryIO:
        """Return a file for one answer's bytes, to be written before they are read.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        with explained(self.folder):
            return create(self._inbox(generation, part))

    def inbox_parts(self, generation: str) -> list[tuple[int, Path]]:
        """Return a generation's answers that were received and not committed: which part, and where."""
        start = f"{generation}-"
        with explained(self.folder):
            names = [each.name for each in plain_files(self.folder / "inbox") if each.name.startswith(start)]
        parts = [name.removeprefix(start) for name in names]
        found = sorted(int(each) for each in parts if each.isascii() and each.isdecimal())
        return [(part, self._inbox(generation, part)) for part in found]

    def in_inbox(self) -> set[str]:
        """Return the generations of which answers are in the inbox."""
        with explained(self.folder):
            return {each.name.partition("-")[0] for each in plain_files(self.folder / "inbox")}

    def write_head(self, generation: str, part: int, head: Mapping[str, Any]) -> None:
        """Keep what came before an answer's bytes, for whoever reads them in a later kernel.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        # Like the answer itself it need not outlive the machine, so nobody waits for the disk.
        with explained(self.folder):
            put(self._head(generation, part), mended(json.dumps(head, ensure_ascii=False)).encode())

    def read_head(self, generation: str, part: int) -> dict[str, Any]:
        """Return what came before an answer's bytes; nothing where it was not kept or cannot be read."""
        with contextlib.suppress(OSError, ValueError):
            return read_json(self._head(generation, part), _LARGEST_HEAD)
        return {}

    def rewrite_inbox(self, generation: str, part: int, clean: Callable[[bytes], bytes]) -> None:
        """Run an answer that stays in the inbox, if there is one, through `clean`, which takes a key out."""
        path = self._inbox(generation, part)
        with explained(self.folder), contextlib.suppress(FileNotFoundError):
            body = path.read_bytes()
            cleaned = clean(body)
            if cleaned != body:
                write(path, cleaned)

    def clear_inbox(self, generation: str, part: int) -> None:
        """Drop an answer that has been committed."""
        with explained(self.folder):
            self._inbox(generation, part).unlink(missing_ok=True)
            self._head(generation, part).unlink(missing_ok=True)

    def _inbox(self, generation: str, part: int) -> Path:
        return self.folder / "inbox" / f"{generation}-{part}"

    def _head(self, generation: str, part: int) -> Path:
        return self.folder / "inbox" / f"{generation}-{part}.head"

    def _drop(self, start: str, end: str, folder: Path) -> None:
        with explained(self.folder):
            names = [each.name for each in plain_files(folder)]
            for name in names:
                if name.startswith(start) and name.endswith(end):
                    (folder / name).unlink(missing_ok=True)


def file_names(sha256: str, formats: Iterable[str] = _EXTENSIONS) -> list[str]:
    """Return what a file of these bytes may be called."""
    return [f"{sha256}.{_EXTENSIONS[each]}" for each in formats]


def _no_link(path: Path) -> Path:
    if path.is_symlink():
        message = f"{path} is a link, and a history's files are its own; it is not followed. Remove it."
        raise StoreError(message)
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        whole = hashlib.sha256()
        while data := file.read(2**20):
            whole.update(data)
    return whole.hexdigest()
