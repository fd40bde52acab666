"""The only writer of a user's history: files are the truth, SQLite is an index that can be made again.

`<home>/<session>/`: `pictures/<sha256>.<ext>` (the very bytes received), `inputs/<sha256>.<ext>` (what was
sent), `generations/<ulid>.json` (the records), `marks/<ulid>.json` (stars, tags, notes, the trash), `inbox/`
(answers received and not yet committed), `small/` (thumbnails), `kernels/` (who is there), `saving/` (what
is being written), `index.sqlite`, `session.json` (the name).
"""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from nbimagegen.errors import NotFoundError, StoreError
from nbimagegen.records import ENDED, GenerationRecord
from nbimagegen.store import about, kernels, repair, small, trash
from nbimagegen.store.entries import Entry, read_entry, record_path, write_record
from nbimagegen.store.files import SAVING, explained, plain_files, put, sweep, sync_folder
from nbimagegen.store.index import only_one, take_in
from nbimagegen.store.kernels import Kernel
from nbimagegen.store.marks import Marked, write_marks
from nbimagegen.store.reading import Reading
from nbimagegen.store.rows import enter
from nbimagegen.store.shelf import ROOM

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Iterable, Mapping
    from pathlib import Path

    from nbimagegen.records import InputRecord, Marks
    from nbimagegen.store.query import Place
    from nbimagegen.store.repair import Repaired
    from nbimagegen.store.spool import Spool

_FOLDERS = ("", "pictures", "inputs", "generations", "marks", "inbox", "kernels", small.FOLDER, SAVING)
_AT_ONCE = 50  # generations whose marks change in one transaction, so that others wait for a moment only


class Store(Reading):
    """One session's folder. Safe to use from several threads and processes."""

    def __init__(self, home: Path, session: str) -> None:
        """Open the folder, making it where there is none.

        Raises:
            StoreError: It cannot be made or read, or a later version has written it.
        """
        folder = about.folder_of(home, session)
        self._kernel: tuple[int, Kernel] | None = None
        self._kernel_locks: dict[int, threading.Lock] = {}  # by process: a fork's own is free
        self._unsettled: set[str] = set()
        with explained(folder):
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            about.check_format(folder)
            _make_folders(folder)
            _tidy(folder, session)
            super().__init__(folder, session)
            self._unsettled.update(self._left_in_saving())
        with contextlib.suppress(StoreError):  # a full disk is no reason to show nothing
            self._settle()

    def close(self) -> None:
        """Let go of the index, and let others know that this process is gone."""
        self._index.close()
        kernel, self._kernel = self._kernel, None
        if kernel is not None and kernel[0] == os.getpid():
            kernel[1].let_go()

    # Who is there.

    @property
    def kernel(self) -> str:
        """This process's id in this history, by which others know whether it is still there.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        with self._kernel_locks.setdefault(os.getpid(), threading.Lock()):
            if self._kernel is None or self._kernel[0] != os.getpid():
                with explained(self.folder):
                    self._kernel = os.getpid(), Kernel(self.folder / "kernels")
            return self._kernel[1].id

    def is_alive(self, kernel: str) -> bool:
        """Return whether the process of this id is still there; of records that name none, it is not."""
        with explained(self.folder):
            return kernels.is_alive(self.folder / "kernels", kernel)

    def left_behind(self) -> list[GenerationRecord]:
        """Return the records of what processes that are gone had under way, oldest first."""
        return [each for each in self._under_way() if not self.is_alive(each.kernel)]

    def adopt(self, generation: str) -> GenerationRecord | None:
        """Take over what a process that is gone had under way; None where another process was faster.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        taken: list[GenerationRecord] = []  # a transaction that runs again finds what it has taken over
        with self._saving([generation]):
            return self._index.change(lambda index: _adopted(index, self, generation, taken))

    def _under_way(self) -> list[GenerationRecord]:
        rows = self._index.read(
            "SELECT id FROM generations WHERE status IN ('queued', 'running') ORDER BY id"
        )
        return self.records(each for (each,) in rows)

    # Records.

    def save_input(self, record: InputRecord, data: bytes) -> None:
        """Write a picture or a mask that is about to be sent, once.

        Raises:
            StoreError: The disk is full, read-only or broken.
        """
        _ = self.kernel  # so that nobody takes the half file for one of a process that is gone
        super().save_input(record, data)

    def check_writable(self, bytes_needed: int = ROOM) -> None:
        """See to it, before something is paid for, that it can be kept.

        Raises:
            StoreError: The folder cannot be written, or less than this is free.
        """
        _ = self.kernel  # as above
        super().check_writable(bytes_needed)

    def open_spool(self, generation: str, part: int, blob: int) -> Spool:
        """Return where a picture's bytes go while they come; a disk that refuses costs memory."""
        with contextlib.suppress(StoreError):  # as above
            _ = self.kernel
        return super().open_spool(generation, part, blob)

    def intend(self, record: GenerationRecord) -> None:
        """Write the record of what is about to be asked for; where that fails, no trace of it is left.

        Raises:
            StoreError: As `save`.
        """
        with self._saving([record.id]):
            try:
                self._write(record, lambda written: written)  # nobody else knows of it
            except BaseException:
                with contextlib.suppress(OSError):
                    record_path(self.folder, record.id).unlink(missing_ok=True)
                raise

    def save(self, record: GenerationRecord) -> None:
        """Write a record: its file first, then the index.

        Raises:
            StoreError: The disk is full, read-only or broken, or the record is none that could be read again.
        """
        with self._saving([record.id]):
            # Read again, for another process may have written it too, and the file is the truth.
            self._write(record, lambda written: read_entry(self.folder, record.id, known=written))

    def _write(self, record: GenerationRecord, entry: Callable[[Entry], Entry]) -> None:
        with explained(self.folder):
            try:
                written = write_record(self.folder, record)
                self._index.change(lambda index: enter(index, entry(written)))
            except ValueError as problem:
                message = f"The history in {self.folder} cannot hold this generation: {problem}."
                raise StoreError(message) from None

    @contextlib.contextmanager
    def _saving(self, generations: Iterable[str]) -> Generator[None]:
        """Note which files are being written, so that the index learns of them even if this process ends."""
        self._settle()
        with explained(self.folder):
            notes = {each: self.folder / SAVING / f"{each}.{self.kernel}" for each in generations}
            for note in notes.values():
                put(note)
        try:
            yield
        except BaseException:
            self._unsettled.update(notes)
            with contextlib.suppress(StoreError):
                self._settle()
            raise
        for note in notes.values():
            with contextlib.suppress(OSError):
                note.unlink(missing_ok=True)

    def _settle(self) -> None:
        """Put into the index what files say of generations whose writing was broken off."""
        ids = sorted(self._unsettled)
        if not ids:
            return
        self._index.change(lambda index: take_in(index, self.folder, ids))
        own = self._kernel[1].id if self._kernel else ""
        for note in self._notes():
            generation, _, kernel = note.partition(".")
            if generation in ids and (kernel == own or not self.is_alive(kernel)):
                with contextlib.suppress(OSError):
                    (self.folder / SAVING / note).unlink(missing_ok=True)
        self._unsettled.difference_update(ids)

    def _left_in_saving(self) -> list[str]:
        notes = [each.partition(".") for each in self._notes()]
        return [generation for generation, _, kernel in notes if not self.is_alive(kernel)]

    def _notes(self) -> list[str]:
        return [each.name for each in plain_files(self.folder / SAVING) if not each.name.startswith(".")]

    # What the user makes of pictures.

    def mark(self, keys: Iterable[Place], change: Callable[[Marks], Marks]) -> None:
        """Change the marks of pictures, whatever other processes do to them at the same time.

        Args:
            keys: Generation and index of each.
            change: The new marks from those of that moment.

        Raises:
            NotFoundError: There is no such picture.
            StoreError: The disk is full, read-only or broken.
        """
        self.mark_each(dict.fromkeys(keys, change))

    def mark_each(self, changes: Mapping[Place, Callable[[Marks], Marks]]) -> None:
        """Change the marks of pictures, each in its own way.

        Raises:
            NotFoundError: There is no such picture.
            StoreError: The disk is full, read-only or broken.
        """
        places: dict[str, list[int]] = {}
        for generation, place in changes:
            places.setdefault(generation, []).append(place)

        def changed(entry: Entry) -> Marked:
            marked = entry.marked
            for place in places[entry.record.id]:
                _check_place(entry.record, place)
                marked = marked.having(place, changes[entry.record.id, place](marked.of(place)))
            return marked

        self._change_marks(list(places), changed)

    def trash_generations(self, ids: Iterable[str], when: float | None) -> None:
        """Put generations into the trash, with all their pictures; None takes them out again.

        Raises:
            NotFoundError: There is no such generation.
            StoreError: The disk is full, read-only or broken.
        """
        self._change_marks(list(ids), lambda entry: trash.marked(entry, when))

    def _change_marks(self, ids: list[str], change: Callable[[Entry], Marked]) -> None:
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            done: dict[str, Marked] = {}  # a transaction that runs again changes nothing twice
            with self._saving(some):
                self._index.change(
                    lambda index, some=some, done=done: self._rewrite_marks(index, some, change, done)
                )

    def _rewrite_marks(
        self,
        index: sqlite3.Connection,
        ids: list[str],
        change: Callable[[Entry], Marked],
        done: dict[str, Marked],
    ) -> None:
        entries = [self._entry(each) for each in ids]
        for entry in entries:  # all of them before any is written, for `change` may refuse
            done.setdefault(entry.record.id, change(entry))
        for each in ids:
            write_marks(self.folder, each, done[each], settled=False)
            enter(index, read_entry(self.folder, each))
        sync_folder(self.folder / "marks")

    def _entry(self, generation: str) -> Entry:
        self.record(generation)
        try:
            return read_entry(self.folder, generation)
        except ValueError:
            message = f"The record of {generation!r} is damaged; nbimagegen repair tells more."
            raise StoreError(message) from None

    # Care.

    def repair(self) -> Repaired:
        """Make the index again from the files, and tell what could not be read or is missing.

        Raises:
            StoreError: The disk refuses.
        """
        restored = repair.restore_records(self)
        self._index.make_again()
        return repair.report(self, restored)

    def empty_trash(self) -> int:
        """Delete what is in the trash for ever, and return how many pictures that were.

        Bytes that others of the history still have stay.

        Raises:
            StoreError: The disk refuses, or pictures are on their way.
        """
        if any(self.is_alive(each.kernel) for each in self._under_way()):
            message = "Pictures are on their way; empty the trash of this history once they are here."
            raise StoreError(message)
        return self._index.change(lambda index: trash.empty(index, self))


def _make_folders(folder: Path) -> None:
    for each in _FOLDERS:
        path = folder / each
        path.mkdir(mode=0o700, exist_ok=True)
        if each and path.is_symlink():
            message = f"{path} is a link, and a history's folders are its own; it is not followed. Remove it."
            raise StoreError(message)
    with contextlib.suppress(OSError):  # of a disk that can only be read
        folder.chmod(0o700)


def _tidy(folder: Path, session: str) -> None:
    """Write the name down, and remove what processes that are all gone have left half."""
    with contextlib.ExitStack() as stack:
        is_alone = (
            False  # or it would remove what another one, that opens it too, is about to put in its place
        )
        with contextlib.suppress(OSError):  # of a disk that can only be read
            stack.enter_context(only_one(folder))
            is_alone = True
        about.keep_name(folder, session)
        if is_alone and not kernels.any_alive(folder / "kernels"):
            sweep(folder)


def _check_place(record: GenerationRecord, place: int) -> None:
    if not 0 <= place < len(record.pictures):
        message = f"There is no picture {record.id}-{place} in this history."
        raise NotFoundError(message)


def _adopted(
    index: sqlite3.Connection, store: Store, generation: str, taken: list[GenerationRecord]
) -> GenerationRecord | None:
    entry = read_entry(store.folder, generation)
    if not taken:
        if entry.record.status in ENDED or store.is_alive(entry.record.kernel):
            return None
        taken.append(replace(entry.record, kernel=store.kernel))
    written = write_record(store.folder, taken[0])
    enter(index, replace(written, marked=entry.marked))
    return taken[0]
