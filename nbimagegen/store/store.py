"""The only writer of a user's history: files are the truth, SQLite is an index that can be made again.

`<home>/<session>/`: `pictures/<sha256>.<ext>` (the very bytes received), `inputs/<sha256>.<ext>` (what was
sent), `generations/<ulid>.json` (the records), `inbox/` (answers received and not yet committed),
`index.sqlite`, `session.json` (the name).
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from typing import TYPE_CHECKING, BinaryIO

from nbimagegen.errors import NotFoundError
from nbimagegen.records import GenerationRecord, from_json, mended, to_json
from nbimagegen.store.files import create, explained, touch, write
from nbimagegen.store.naming import folder_name
from nbimagegen.store.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbimagegen.records import InputRecord, PictureRecord

FORMAT = 1
_EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif"}
_SCHEMA = (
    "DROP TABLE IF EXISTS generations",
    "DROP TABLE IF EXISTS pictures",
    "CREATE TABLE generations (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE pictures (generation TEXT, place INTEGER, PRIMARY KEY (generation, place)) WITHOUT ROWID",
    f"PRAGMA user_version = {FORMAT}",
)


class Store:
    """One session's folder. Safe to use from several threads."""

    def __init__(self, home: Path, session: str) -> None:
        """Open the folder, making it where there is none.

        Raises:
            StoreError: It cannot be made or written.
        """
        self.session = session
        self.folder = home / folder_name(session)
        self._lock = threading.RLock()
        with explained(self.folder):
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            for each in ("", "pictures", "inputs", "generations", "inbox"):
                (self.folder / each).mkdir(mode=0o700, exist_ok=True)
            self.folder.chmod(0o700)
            self._write_name()
            self._index = self._open_index()

    def close(self) -> None:
        """Let go of the index file."""
        with self._lock:
            self._index.close()

    # Writing.

    def save(self, record: GenerationRecord) -> None:
        """Write a record: its file first, then the index.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        text = mended(json.dumps(to_json(record), ensure_ascii=False, indent=1))
        with explained(self.folder), self._lock:
            write(self.folder / "generations" / f"{record.id}.json", text.encode())
            with self._index:
                self._enter(record, text)

    def save_picture(self, picture: PictureRecord, spool: Spool) -> None:
        """Put a picture's very bytes where they stay, once.

        Raises:
            StoreError: The disk is full, read-only or broken; the spool still holds the bytes.
        """
        path = self.path(picture)
        with explained(self.folder):
            if path.exists():
                spool.discard()
            else:
                spool.move(path)

    def save_input(self, record: InputRecord, data: bytes) -> None:
        """Write a picture or a mask that is about to be sent, once.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        path = self.input_path(record)
        if not path.exists():
            with explained(self.folder):
                write(path, data)

    def open_spool(self, generation: str, part: int, blob: int) -> Spool:
        """Return where a picture's bytes go while they come."""
        return Spool(self.folder / "pictures" / f".{generation}-{part}.{blob}.part")

    def open_inbox(self, generation: str, part: int) -> BinaryIO:
        """Return a file for one answer's bytes, to be written before they are read.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        with explained(self.folder):
            return create(self.folder / "inbox" / f"{generation}-{part}")

    def rewrite_inbox(self, generation: str, part: int, clean: Callable[[bytes], bytes]) -> None:
        """Run an answer that stays in the inbox through `clean`, which takes a key out."""
        path = self.folder / "inbox" / f"{generation}-{part}"
        with explained(self.folder):
            body = path.read_bytes()
            cleaned = clean(body)
            if cleaned != body:
                write(path, cleaned)

    def clear_inbox(self, generation: str, part: int) -> None:
        """Drop an answer that has been committed."""
        with explained(self.folder):
            (self.folder / "inbox" / f"{generation}-{part}").unlink(missing_ok=True)

    # Reading.

    def path(self, picture: PictureRecord) -> Path:
        """Return where a picture's bytes are."""
        return self.folder / "pictures" / f"{picture.sha256}.{_EXTENSIONS[picture.format]}"

    def input_path(self, record: InputRecord) -> Path:
        """Return where the bytes of something that was sent are."""
        return self.folder / "inputs" / f"{record.sha256}.{_EXTENSIONS[record.format]}"

    def record(self, generation: str) -> GenerationRecord:
        """Return one record.

        Raises:
            NotFoundError: There is none of this id.
        """
        with self._lock:
            row = self._index.execute("SELECT record FROM generations WHERE id = ?", (generation,)).fetchone()
        if row is None:
            message = f"There is no generation {generation!r} in the history of {self.session!r}."
            raise NotFoundError(message)
        return from_json(json.loads(row[0]))

    def generation_ids(self) -> list[str]:
        """Return the ids of all generations, oldest first."""
        with self._lock:
            return [each for (each,) in self._index.execute("SELECT id FROM generations ORDER BY id")]

    def picture_ids(self) -> list[tuple[str, int]]:
        """Return generation and index of all pictures, oldest first."""
        with self._lock:
            rows = self._index.execute("SELECT generation, place FROM pictures ORDER BY generation, place")
            return list(rows)

    def picture_count(self) -> int:
        """Return how many pictures the session holds."""
        with self._lock:
            (count,) = self._index.execute("SELECT count(*) FROM pictures").fetchone()
            return count

    def page(self, before: tuple[str, int] | None, limit: int) -> list[tuple[str, int]]:
        """Return generation and index of up to `limit` pictures before one, newest first."""
        newest = before or ("~", 0)  # after every ULID
        with self._lock:
            rows = self._index.execute(
                "SELECT generation, place FROM pictures WHERE (generation, place) < (?, ?) "
                "ORDER BY generation DESC, place DESC LIMIT ?",
                (*newest, limit),
            )
            return list(rows)

    # The index.

    def _open_index(self) -> sqlite3.Connection:
        path = self.folder / "index.sqlite"
        try:
            return self._connect(path)
        except sqlite3.OperationalError:  # locked, or the disk: the index itself may be whole, and in use
            raise
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            return self._connect(path)

    def _connect(self, path: Path) -> sqlite3.Connection:
        touch(path)
        index = sqlite3.connect(path, check_same_thread=False, timeout=30)
        try:
            index.execute("PRAGMA synchronous = FULL")
            (version,) = index.execute("PRAGMA user_version").fetchone()
            if version != FORMAT:
                self._rebuild(index)
        except sqlite3.Error:
            index.close()
            raise
        return index

    def _rebuild(self, index: sqlite3.Connection) -> None:
        """Make the index again from the files; a file that is no record is left alone and left out."""
        self._index = index
        with index:
            index.execute("BEGIN EXCLUSIVE")  # another kernel sees the old one or the new one
            for statement in _SCHEMA:
                index.execute(statement)
            for path in sorted((self.folder / "generations").glob("*.json")):
                with contextlib.suppress(ValueError, OSError, RecursionError):
                    text = path.read_text("utf-8")
                    self._enter(from_json(json.loads(text)), text)

    def _enter(self, record: GenerationRecord, text: str) -> None:
        self._index.execute("INSERT OR REPLACE INTO generations VALUES (?, ?)", (record.id, text))
        rows = [(record.id, each.index) for each in record.pictures]
        self._index.executemany("INSERT OR IGNORE INTO pictures VALUES (?, ?)", rows)

    def _write_name(self) -> None:
        path = self.folder / "session.json"
        if not path.exists():
            facts = {"format": FORMAT, "name": self.session.encode("utf-8", "replace").decode()}
            write(path, json.dumps(facts, ensure_ascii=False).encode())
