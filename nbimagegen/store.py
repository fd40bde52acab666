"""The only writer of a user's history: files are the truth, SQLite is an index that can be made again.

`<home>/<session>/`: `pictures/<sha256>.<ext>` (the very bytes received), `generations/<ulid>.json` (the
records), `inbox/` (answers received and not yet committed), `index.sqlite`, `session.json` (the name).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import platformdirs
from ulid import ULID

from nbimagegen.errors import NotFoundError, StoreError
from nbimagegen.records import GenerationRecord, PictureRecord, from_json, mended, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

FORMAT = 1
_EXTENSIONS = {"png": "png", "jpeg": "jpg", "webp": "webp", "gif": "gif"}
_UNSAFE = re.compile(r"[^a-z0-9]+")
_SCHEMA = (
    "DROP TABLE IF EXISTS generations",
    "DROP TABLE IF EXISTS pictures",
    "CREATE TABLE generations (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE pictures (generation TEXT, place INTEGER, PRIMARY KEY (generation, place)) WITHOUT ROWID",
    f"PRAGMA user_version = {FORMAT}",
)


def home_folder(given: str | Path | None = None) -> Path:
    """Return where histories are: as given, `$NBIMAGEGEN_HOME`, else the platform's user data folder."""
    named = given or os.environ.get("NBIMAGEGEN_HOME")
    return (
        Path(named).expanduser().absolute()
        if named
        else platformdirs.user_data_path("nbimagegen", appauthor=False)
    )


def folder_name(session: str) -> str:
    """Return a folder name that is safe everywhere, and differs for any two names."""
    slug = _UNSAFE.sub("-", Path(session).stem.lower() if os.sep in session else session.lower()).strip("-")[
        :40
    ]
    mark = hashlib.sha256(session.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{slug or 'session'}-{mark}"


_last_id = 0
_id_lock = threading.Lock()


def new_id() -> str:
    """Return a ULID greater than any that this process has made, whatever the clock does."""
    global _last_id  # noqa: PLW0603 - one order for the whole process
    with _id_lock:
        _last_id = max(int(ULID()), _last_id + 1)
        return str(ULID.from_int(_last_id))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


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
        with _explained(self.folder):
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            for each in ("", "pictures", "generations", "inbox"):
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
        with _explained(self.folder), self._lock:
            _write(self.folder / "generations" / f"{record.id}.json", text.encode())
            with self._index:
                self._enter(record, text)

    def save_picture(self, picture: PictureRecord, data: bytes) -> None:
        """Write a picture's very bytes, once.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        path = self.path(picture)
        if not path.exists():
            with _explained(self.folder):
                _write(path, data)

    def open_inbox(self, generation: str, part: int) -> BinaryIO:
        """Return a file for one answer's bytes, to be written before they are read.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        with _explained(self.folder):
            return _create(self.folder / "inbox" / f"{generation}-{part}")

    def rewrite_inbox(self, generation: str, part: int, clean: Callable[[bytes], bytes]) -> None:
        """Run an answer that stays in the inbox through `clean`, which takes a key out."""
        path = self.folder / "inbox" / f"{generation}-{part}"
        with _explained(self.folder):
            body = path.read_bytes()
            cleaned = clean(body)
            if cleaned != body:
                _write(path, cleaned)

    def clear_inbox(self, generation: str, part: int) -> None:
        """Drop an answer that has been committed."""
        with _explained(self.folder):
            (self.folder / "inbox" / f"{generation}-{part}").unlink(missing_ok=True)

    # Reading.

    def path(self, picture: PictureRecord) -> Path:
        """Return where a picture's bytes are."""
        return self.folder / "pictures" / f"{picture.sha256}.{_EXTENSIONS[picture.format]}"

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
        _touch(path)
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
            _write(path, json.dumps(facts, ensure_ascii=False).encode())


def _write(path: Path, data: bytes) -> None:
    """Write a whole file or none: under another name, to the disk, then renamed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with _create(temporary) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _create(path: Path) -> BinaryIO:
    # Private from the first moment, whatever the umask.
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


def _touch(path: Path) -> None:
    if not path.exists():
        _create(path).close()


@contextlib.contextmanager
def _explained(folder: Path) -> Generator[None]:
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
