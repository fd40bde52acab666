"""A disk that is full, read-only or broken, from a call on that writes, or for one."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from nbimagegen.store import index, shelf, spool

FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS]


def _always(*_: object, **__: object) -> bool:
    return True


# What a program asks the system for when it writes.
CALLS = {
    "open": (os, "open", lambda _, flags, *__: flags & (os.O_WRONLY | os.O_RDWR)),
    **{f"write {each.__name__}": (each, "create", _always) for each in (shelf, spool)},
    "put": (os, "write", _always),
    "fsync": (os, "fsync", _always),
    "replace": (Path, "replace", _always),
    "mkdir": (Path, "mkdir", lambda path, *_, **__: not path.exists()),
    "unlink": (Path, "unlink", _always),
}


class Disk:
    """Counts the calls that write, and lets one of them, or all from one on, fail."""

    def __init__(self, monkeypatch) -> None:
        self.calls = 0
        self.fails: range | tuple[()] = ()
        self.fault = 0
        for name, (place, attribute, writes) in CALLS.items():
            real = getattr(place, attribute)
            monkeypatch.setattr(place, attribute, self.watched(name, real, writes))
        monkeypatch.setattr(index, "sqlite3", self.watched_sqlite())

    def passes(self) -> None:
        self.calls += 1
        if self.calls in self.fails:
            raise OSError(self.fault, os.strerror(self.fault))

    def watched(self, name, real, writes):
        def call(*arguments, **options):
            if writes(*arguments, **options):
                self.passes()
            if not name.startswith("write"):
                return real(*arguments, **options)
            return Failing(real(*arguments, **options), self)

        return call

    def watched_sqlite(self):
        disk = self

        class Connection(sqlite3.Connection):
            def execute(self, statement, *values):
                if statement.startswith(("BEGIN", "INSERT", "DELETE", "UPDATE", "COMMIT")):
                    try:
                        disk.passes()
                    except OSError as problem:
                        reason = {errno.ENOSPC: "database or disk is full", errno.EIO: "disk I/O error"}
                        told = reason.get(problem.errno, "attempt to write a readonly database")
                        raise sqlite3.OperationalError(told) from None
                return super().execute(statement, *values)

        class Library:
            def __getattr__(self, name):
                return getattr(sqlite3, name)

            def connect(self, *arguments, **options):
                return sqlite3.connect(*arguments, factory=Connection, **options)

        return Library()


class Failing:
    """A file whose writing is counted too."""

    def __init__(self, file, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def write(self, data):
        self._disk.passes()
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
