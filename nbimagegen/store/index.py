"""The SQLite index of one history: found sound or made again from the files, at opening and later.

Safe to use from several threads and processes; knows what a generation's files are, and nothing of queries.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import stat
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar

from filelock import FileLock

from nbimagegen.store.build import build
from nbimagegen.store.changes import Changes
from nbimagegen.store.entries import listed, read_entry
from nbimagegen.store.files import explained, put, replace
from nbimagegen.store.forks import ForkLock
from nbimagegen.store.rows import INDEX_FORMAT, enter, is_sound, leave, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from nbimagegen.store.entries import Stamp

T = TypeVar("T")

SYNCHRONOUS = "FULL"
_PATIENCE = 30.0  # seconds that a transaction of another process may take
_LONGEST_BUILD = 600.0
_SLICE_MS = 100  # a longer wait cannot be interrupted
_DAMAGE = ("no such table", "no such column", "has no column", "malformed", "decode")
_inherited: list[sqlite3.Connection] = []  # a fork's: to close one would undo what its parent is doing


class Index:
    """An open index.

    Attributes:
        path: Where it is.
        writer: By what others know which changes are made through it.
    """

    def __init__(self, folder: Path) -> None:
        """Open it, and make it where there is none or none that is sound.

        Raises:
            OSError: The disk refuses.
            sqlite3.Error: The same.
        """
        self.path = folder / "index.sqlite"
        self.writer = secrets.randbits(62)
        self._folder = folder
        self._stamp = folder / "index.stamp"
        self._lock = ForkLock()
        self._changes = Changes(self._kept)
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, ...] = ()
        with self._lock:
            if not self._is_usable():
                self._make_again()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._disconnect()

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query.

        Raises:
            StoreError: The index cannot be read, and cannot be made again.
        """
        return self.reading(lambda index: index.execute(statement, values).fetchall())

    def reading(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` reads.

        Raises:
            StoreError: The index cannot be read, and cannot be made again.
        """
        with explained(self._folder), self._lock:
            return self._mended(lambda: _patiently(lambda: work(self._fresh())))

    def change(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work`, while nobody else reads or writes, and keep what it changes.

        It may be run again: where the index was damaged, or another process has made it anew meanwhile. What
        several threads want at the same time is kept together, for the disk takes longer than all of them.

        Raises:
            StoreError: The index cannot be written.
        """
        return self._changes.carry_out(work, self._lock)

    def make_again(self) -> None:
        """Make the index again from the files, whatever it is like.

        Raises:
            StoreError: The disk refuses.
        """
        with explained(self._folder), self._lock:
            self._disconnect()
            with self._only_one():
                self._build()

    # Transactions.

    def _kept(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with explained(self._folder):
            result = self._mended(lambda: self._transact(work))
            while self._has_been_replaced():
                result = self._mended(lambda: self._transact(work))
            self._write_stamp()
            return result

    def _transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        index = self._fresh()
        _patiently(lambda: index.execute("BEGIN EXCLUSIVE"))
        try:
            result = work(index)
            index.execute("UPDATE meta SET version = version + 1")
            index.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                index.execute("ROLLBACK")
            raise
        return result

    def _mended(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except sqlite3.Error as problem:
            if not _is_damage(problem):
                raise
            self._disconnect()
            self._make_again(trusting=False)
            return work()

    # The connection.

    def _fresh(self) -> sqlite3.Connection:
        """Return the connection to the file that is there now, and of this process."""
        if self._connection is None or self._has_been_replaced():
            self._disconnect()
            if not self._is_usable():
                self._make_again()
        if self._connection is None:
            message = "the index is closed"
            raise sqlite3.ProgrammingError(message)
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        index = _connect(self.path)
        sign(index, self.writer)
        return index

    def _has_been_replaced(self) -> bool:
        return self._identity != self._current()

    def _current(self) -> tuple[int, ...]:
        try:
            facts = self.path.lstat()
        except FileNotFoundError:
            return ()
        return (facts.st_dev, facts.st_ino, os.getpid())

    def _is_usable(self) -> bool:
        """Connect to the index, if it is there, of this version, and as it was left."""
        try:
            if stat.S_ISREG(self.path.lstat().st_mode):
                self._identity = self._current()
                index = self._connection = self._connect()
                version = _patiently(lambda: index.execute("PRAGMA user_version").fetchone())
                if version == (INDEX_FORMAT,) and (self._is_as_left() or self._is_sound(index)):
                    return True
        except (FileNotFoundError, sqlite3.DatabaseError) as problem:
            if isinstance(problem, sqlite3.OperationalError) and not _is_damage(problem):
                self._disconnect()
                raise  # locked, or the disk: the index itself may be whole, and in use
        self._disconnect()
        return False

    def _disconnect(self) -> None:
        index, self._connection = self._connection, None
        identity, self._identity = self._identity, ()
        if index is not None and identity[-1:] != (os.getpid(),):
            _inherited.append(index)
        elif index is not None:
            with contextlib.suppress(sqlite3.Error):
                index.close()

    # Whether the file is as the last one who wrote it left it. If not, all of it is looked over.

    def _is_as_left(self) -> bool:
        try:
            return self._stamp.read_bytes() == _stamp_of(self.path)
        except OSError:
            return False

    def _is_sound(self, index: sqlite3.Connection) -> bool:
        is_it = _patiently(lambda: is_sound(index))
        if is_it:
            self._write_stamp()
        return is_it

    def _write_stamp(self) -> None:
        with contextlib.suppress(OSError):
            put(self._stamp, _stamp_of(self.path))

    # Making it again.

    def _make_again(self, *, trusting: bool = True) -> None:
        before = self._current()
        self._folder.stat()  # a lock would make a folder that has been taken away
        with self._only_one():
            is_another = self._current() not in ((), before)  # somebody else was here first
            if not ((trusting or is_another) and self._is_usable()):
                self._build()

    def _only_one(self) -> FileLock:
        return only_one(self._folder)

    def _build(self) -> None:
        seen = listed(self._folder)
        temporary = self._folder / f".index-{os.getpid()}-{threading.get_ident()}.part"
        try:
            build(temporary, self._folder, seen)
            # What is left of a transaction with the old file would be done to the new one.
            self.path.with_name("index.sqlite-journal").unlink(missing_ok=True)
            replace(temporary, self.path)
        finally:
            temporary.unlink(missing_ok=True)
        self._disconnect()
        self._identity = self._current()
        self._connection = self._connect()
        self._write_stamp()
        self._catch_up(seen)

    def _catch_up(self, seen: dict[str, tuple[Stamp | None, Stamp | None]]) -> None:
        """Take in what others wrote, into the old index, while the new one was made."""
        now = listed(self._folder)
        missed = [each for each in {**seen, **now} if seen.get(each) != now.get(each)]
        if missed:
            self._transact(lambda index: take_in(index, self._folder, missed))
            self._write_stamp()


def only_one(folder: Path) -> FileLock:
    """Return the lock that one process of all holds: while it makes an index, or tidies up."""
    return FileLock(folder / "index.lock", _LONGEST_BUILD, mode=0o600, thread_local=False)


def take_in(index: sqlite3.Connection, folder: Path, generations: Sequence[str]) -> None:
    """Put generations into the index as their files are now; of what is no record, nothing."""
    for each in generations:
        try:
            enter(index, read_entry(folder, each))
        except (OSError, ValueError):
            leave(index, each)


def _connect(path: Path) -> sqlite3.Connection:
    index = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",  # an index that is not there is made in one way alone
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        timeout=_SLICE_MS / 1000,
    )
    _patiently(lambda: index.execute(f"PRAGMA synchronous = {SYNCHRONOUS}"))  # which reads the schema
    return index


def _patiently(work: Callable[[], T]) -> T:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return work()
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem) or time.monotonic() > end:
                raise


def _is_damage(problem: sqlite3.Error) -> bool:
    if isinstance(problem, sqlite3.OperationalError):
        return any(each in str(problem) for each in _DAMAGE)
    return type(problem) in (sqlite3.DatabaseError, sqlite3.IntegrityError)


def _stamp_of(path: Path) -> bytes:
    facts = path.stat()
    return f"{facts.st_size} {facts.st_mtime_ns}".encode()
