"""Every call that writes may fail: a sentence says so, nothing is half there, the next opening is fine."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from dataclasses import replace
from itertools import count

import pytest

from nbimagegen import errors
from nbimagegen.store import Store, files
from nbimagegen.store import spool as spool_room
from tests.faulty_disk import FAULTS, Disk
from tests.histories import PNG, keep, picture, record, saved, told
from tests.proof import counted, held

DEEP: dict[str, object] = {}
for _ in range(80):
    DEEP = {"a": DEEP}
UNREADABLE = {
    "too deep": {"usage": DEEP},
    "no JSON": {"usage": {"of": object()}},
    "a cost of no end": {"cost": float("inf")},
    "beyond all dates": {"created": 1e12},
    "too large": {"text": "x" * files.LARGEST},
}


@pytest.mark.parametrize("status", ["queued", "done"])
@pytest.mark.parametrize("facts", UNREADABLE.values(), ids=UNREADABLE)
def test_a_record_that_could_not_be_read_again_is_not_written(tmp_path, facts, status):
    store = Store(tmp_path, "logo")
    [kept] = saved(store, "an otter")
    with pytest.raises(errors.StoreError, match="cannot hold"):
        store.save(record("a fox", status=status, **facts))
    assert [each.name for each in (store.folder / "generations").iterdir()] == [f"{kept}.json"]
    assert store.generation_ids() == [kept]
    assert list((store.folder / "saving").iterdir()) == []


def opens(store: Store) -> None:
    Store(store.folder.parent, "logo").close()


def begins(store: Store) -> None:
    Store(store.folder.parent, "another").close()


def commits(store: Store) -> None:
    data = PNG + b"new"
    keep(store, replace(record("new"), pictures=(picture(0, data),)), data)


def marks(store: Store) -> None:
    store.mark(store.picture_ids(), lambda each: replace(each, starred=True, note="kept"))


def trashes(store: Store) -> None:
    store.trash_generations(store.generation_ids()[:1], 1.0)


def repairs(store: Store) -> None:
    store.repair()


DEEDS = [opens, begins, commits, marks, trashes, repairs]


def whole(store: Store) -> bool:
    """Return whether what a store says is what its files say, and every picture it names is there."""
    before = told(store)
    repaired = store.repair()
    named = [each for record in before["records"] for each in record.pictures]
    are_there = all(store.path(each).read_bytes().startswith(PNG) for each in named)
    return before == told(store) and not repaired.unreadable and not repaired.pictures_missing and are_there


@pytest.mark.proof
@pytest.mark.parametrize("fault", FAULTS, ids=errno.errorcode.get)
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
def test_whichever_call_fails_nothing_is_half_there(tmp_path, monkeypatch, deed, fault, for_good):
    monkeypatch.setattr(files, "PAUSES", ())
    step = counted(6, 1)
    for number in count(1, step):
        home = tmp_path / str(number)
        store = Store(home, "logo")
        kept = [keep(store, record(f"otter {each}")) for each in range(2)]
        with monkeypatch.context() as patch:
            disk = Disk(patch)
            if deed in (opens, repairs):
                store._index.path.unlink()
            disk.fault, disk.fails = fault, range(number, 10**6 if for_good else number + 1)
            with contextlib.suppress(errors.StoreError):  # the only one that may come out of it
                deed(store)
            reached = disk.calls >= number
        again = Store(home, "logo")
        assert whole(again)
        assert {each.id for each in kept} <= {*again.generation_ids(), *again.generation_ids(trashed=True)}
        assert not list(again.folder.glob("*/.*.json.*")) or for_good, "a half file"
        saved(again, "the next one")
        for each in (store, again):
            each.close()
        held("faults of the disk while writing", "lost or half written")
        if not reached:
            break


def test_an_intent_that_could_not_be_entered_leaves_no_trace(tmp_path, monkeypatch):
    store = Store(tmp_path, "logo")
    saved(store, "an otter")
    with monkeypatch.context() as patch:
        refusal = sqlite3.OperationalError("database or disk is full")
        patch.setattr(store._index, "_transact", lambda _: (_ for _ in ()).throw(refusal))
        with pytest.raises(errors.StoreError, match="full"):
            store.intend(record("a fox", status="running", pictures=0))
    store.close()
    again = Store(tmp_path, "logo")
    again.repair()
    assert again.generation_count() == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs modes that hold for this user")
def test_a_history_that_can_only_be_read_is_opened_to_read(tmp_path):
    store = Store(tmp_path, "logo")
    saved(store, "an otter")
    store.close()
    for path in [store.folder, *store.folder.iterdir()]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        again = Store(tmp_path, "logo")
        assert again.generation_count() == 1
        with pytest.raises(errors.StoreError):
            saved(again, "a fox")
    finally:
        for path in [store.folder, *store.folder.iterdir()]:
            path.chmod(0o700 if path.is_dir() else 0o600)


def test_a_disk_that_gives_nothing_back_is_said_and_half_a_picture_is_none(tmp_path, monkeypatch):
    spool = Store(tmp_path, "logo").open_spool("generation", 0, 0)
    spool.write(PNG[:20])

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(spool_room, "_write_all", broken)
    monkeypatch.setattr(type(tmp_path), "open", broken)
    for each in (lambda: spool.write(PNG[20:]), lambda: spool.write(b""), spool.open, spool.read):
        with pytest.raises(errors.StoreError, match="does not give back") as caught:
            each()
        assert (caught.value.may_be_billed, caught.value.retry) == (True, "unknown")
    spool.discard()
