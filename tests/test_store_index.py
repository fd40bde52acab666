"""The index can be made again from the files, whatever befalls it, and whoever else is there."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from nbimagegen import errors
from nbimagegen.store import Query, Store, files, index, kernels
from nbimagegen.store.query import select
from nbimagegen.store.rows import seal
from tests.histories import index_of, record, saved, told
from tests.proof import counted, held


@pytest.fixture
def filled(tmp_path):
    """A closed history of some size, and what it holds."""
    store = Store(tmp_path, "logo")
    ids = saved(store, *(f"an otter, {'long ' * (number * 9)}" for number in range(20)), pictures=2)
    store.mark([(ids[3], 0), (ids[5], 1)], lambda marks: replace(marks, starred=True, note="小猫"))
    store.trash_generations(ids[7:9], 1.0)
    expected = told(store)
    store.close()
    return store.folder, expected


# Damage.


def overwritten(data: bytearray, dice: random.Random) -> bytearray:
    start = dice.randrange(len(data))
    span = dice.choice([1, 8, 100, 512, 5000])
    data[start : start + span] = dice.randbytes(len(data[start : start + span]))
    return data


def zeroed(data: bytearray, dice: random.Random) -> bytearray:
    start = dice.randrange(len(data)) // 512 * 512
    data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    return data


def exchanged(data: bytearray, dice: random.Random) -> bytearray:
    one, other = (dice.randrange(1, len(data) // 4096) * 4096 for _ in range(2))
    data[one : one + 4096], data[other : other + 4096] = data[other : other + 4096], data[one : one + 4096]
    return data


HARM = {
    "overwritten": overwritten,
    "zeroed": zeroed,
    "exchanged": exchanged,
    "cut": lambda data, dice: data[: dice.randrange(len(data))],
    "longer": lambda data, dice: data + dice.randbytes(4096),
    "a damaged header": lambda data, dice: dice.randbytes(100) + data[100:],
    "no index": lambda _, dice: bytearray(dice.randbytes(dice.randrange(3000))),
    "empty": lambda *_: bytearray(),
    "all zeros": lambda data, _: bytearray(len(data)),
}


@pytest.mark.proof
@pytest.mark.parametrize("kind", HARM)
def test_a_damaged_index_is_made_again_and_nothing_is_missing(filled, kind):
    folder, expected = filled
    dice = random.Random(kind)  # noqa: S311 - a seeded harm, the same each time
    whole = index_of(folder).read_bytes()
    for number in range(counted(3, 25)):
        index_of(folder).write_bytes(HARM[kind](bytearray(whole), dice))
        os.utime(index_of(folder), ns=(number, number))  # a disk's clock may be too coarse to show it
        store = Store(folder.parent, "logo")
        assert told(store) == expected
        assert store.count(Query(text="猫")) == 2
        store.close()
        held("damaged indexes made again", "that lacked anything")


@pytest.mark.parametrize("kind", ["no index", "cut", "a damaged header", "all zeros"])
def test_damage_that_befalls_an_open_index_is_mended_when_it_is_met(filled, kind):
    folder, expected = filled
    store, other = Store(folder.parent, "logo"), Store(folder.parent, "logo")
    assert told(store) == told(other) == expected
    dice = random.Random(1)  # noqa: S311 - the same
    index_of(folder).write_bytes(HARM[kind](bytearray(index_of(folder).read_bytes()), dice))
    assert told(store) == expected
    [added] = saved(store, "a fox")
    assert other.generation_ids() == [*expected["generations"], added]


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '{"id": 7}'])
def test_a_row_that_is_sealed_and_holds_no_record_is_made_again(filled, text):
    folder, expected = filled
    store = Store(folder.parent, "logo")
    with sqlite3.connect(index_of(folder)) as damaged:
        [(each,)] = damaged.execute("SELECT id FROM records LIMIT 1").fetchall()
        damaged.execute(
            "UPDATE records SET record = ?, seal = ? WHERE id = ?", (text, seal((each, text)), each)
        )
        damaged.execute("UPDATE pictures SET marks = ?", (text,))
    damaged.close()
    assert told(store) == expected


def test_an_index_that_was_taken_away_while_it_was_open_is_made_again(filled):
    folder, expected = filled
    store, other = Store(folder.parent, "logo"), Store(folder.parent, "logo")
    index_of(folder).unlink()
    assert told(store) == expected
    [added] = saved(other, "a fox")
    assert added in store.generation_ids()


def test_what_one_kernel_writes_while_another_makes_the_index_again_is_in_it(filled, monkeypatch):
    folder, expected = filled
    store, other = Store(folder.parent, "logo"), Store(folder.parent, "logo")
    written: list[str] = []
    build = index.build

    def meanwhile(*arguments):
        build(*arguments)
        if not written:  # after all files were read, and before the new index is in its place
            written.extend(saved(other, "a fox"))

    monkeypatch.setattr(index, "build", meanwhile)
    store.repair()
    assert store.generation_ids() == other.generation_ids() == [*expected["generations"], *written]


def test_a_half_finished_transaction_beside_a_damaged_index_does_not_come_back(filled):
    folder, expected = filled
    index_of(folder).write_bytes(b"an otter" * 1000)
    (folder / "index.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(5000))
    assert told(Store(folder.parent, "logo")) == expected


def test_an_index_of_another_version_is_made_again(filled):
    folder, expected = filled
    database = sqlite3.connect(index_of(folder))
    database.executescript("DROP TABLE pictures; PRAGMA user_version = 99")
    database.close()
    assert told(Store(folder.parent, "logo")) == expected


def test_a_folder_without_an_index_is_a_whole_history(filled, tmp_path):
    folder, expected = filled
    for path in [*folder.glob("index.*"), *folder.glob("kernels/*")]:
        path.unlink()
    home = tmp_path / "elsewhere"
    home.mkdir()
    folder.rename(home / folder.name)
    assert told(Store(home, "logo")) == expected


# No more work than there is.


def test_opening_a_history_that_is_as_it_was_left_reads_no_record(filled, monkeypatch):
    folder, expected = filled
    read: list[object] = []
    monkeypatch.setattr(index, "read_entry", read.append)
    monkeypatch.setattr(index, "is_sound", lambda opened: read.append(opened) or True)
    store = Store(folder.parent, "logo")
    assert store.generation_count() == len(expected["generations"])
    assert store.find(Query(order="newest"), limit=1) == [expected["pictures"][-1]]
    assert read == []


@pytest.mark.parametrize(
    "query",
    [Query(), Query(order="newest"), Query(order="rating"), Query(trashed=True)],
    ids=["oldest", "newest", "rating", "trashed"],
)
def test_pages_come_out_of_an_index_without_a_scan_or_a_sort(filled, query):
    store = Store(filled[0].parent, "logo")
    statement, values = select(query, 50, None, 0)
    plan = " ".join(row[3] for row in store._index.read(f"EXPLAIN QUERY PLAN {statement}", values))
    assert "USING COVERING INDEX" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


# Who is there.

WRITER = """
import sys
from pathlib import Path
from nbimagegen.store import Store
from tests.histories import PNG, keep, record, picture
from dataclasses import replace
home, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = Store(home, "logo")
for number in range(count):
    data = PNG + f"{name} {number}".encode()
    kept = replace(record(f"{name} {number}"), pictures=(picture(0, data),))
    keep(store, kept, data)
    store.mark([(kept.id, 0)], lambda marks: replace(marks, starred=True))
print(store.picture_count())
"""

HOLDER = """
import sys
from pathlib import Path
from nbimagegen.store import Store
from tests.histories import saved
store = Store(Path(sys.argv[1]), "logo")
saved(store, "an otter", status="running", pictures=0, kernel=store.kernel)
print(store.kernel, flush=True)
sys.stdin.read()
"""


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.proof
def test_two_processes_write_into_one_history_and_nothing_is_lost(tmp_path):
    count = counted(15, 500)
    writers = [started(WRITER, tmp_path, name, count) for name in ("first", "second")]
    ends = [each.communicate() and each.returncode for each in writers]
    assert ends == [0, 0]
    store = Store(tmp_path, "logo")
    expected = {f"{name} {number}" for name in ("first", "second") for number in range(count)}
    records = store.records(store.generation_ids())
    assert {each.request.prompt for each in records} == expected
    assert store.count(Query(starred=True)) == store.picture_count() == 2 * count
    repaired = store.repair()
    assert (repaired.found, repaired.pictures_missing, repaired.unclaimed) == (2 * count, (), ())
    held("pictures of two processes in one history", "lost", 2 * count)


def test_a_kernel_is_alive_until_its_process_ends_however_it_ends(tmp_path):
    store = Store(tmp_path, "logo")
    assert store.is_alive(store.kernel)
    holder = started(HOLDER, tmp_path)
    kernel = holder.stdout.readline().strip()
    assert store.is_alive(kernel)
    assert store.left_behind() == []
    holder.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    holder.communicate()
    assert not store.is_alive(kernel)
    [left] = store.left_behind()
    assert (left.kernel, left.status) == (kernel, "running")


def test_what_a_kernel_left_behind_is_taken_over_by_one_other_alone(tmp_path):
    first, second, third = (Store(tmp_path, "logo") for _ in range(3))
    [generation] = saved(first, "an otter", status="running", pictures=0, kernel=first.kernel)
    assert second.adopt(generation) is None
    first.close()
    taken = second.adopt(generation)
    assert taken is not None
    assert taken.kernel == second.kernel
    assert third.adopt(generation) is None
    assert third.record(generation) == taken
    assert second.left_behind() == third.left_behind() == []


def test_a_taking_over_that_runs_twice_takes_over(tmp_path, monkeypatch):
    first, second = (Store(tmp_path, "logo") for _ in range(2))
    [generation] = saved(first, "an otter", status="running", pictures=0, kernel=first.kernel)
    first.close()
    change = second._index.change

    def twice(work):
        return change(lambda index: (work(index), work(index))[1])

    monkeypatch.setattr(second._index, "change", twice)
    taken = second.adopt(generation)
    assert taken is not None
    assert second.record(generation).kernel == taken.kernel == second.kernel


def test_threads_of_one_process_are_one_kernel(tmp_path, monkeypatch):
    store = Store(tmp_path, "logo")
    both = threading.Barrier(2)

    class Slow(kernels.Kernel):
        def __init__(self, folder):
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.05)  # where two are made at once, they meet here
            super().__init__(folder)

    monkeypatch.setattr("nbimagegen.store.store.Kernel", Slow)
    with ThreadPoolExecutor(2) as pool:
        found = set(pool.map(lambda _: store.kernel, range(2)))
    assert len(found) == len(list((store.folder / "kernels").iterdir())) == 1


@pytest.mark.parametrize(
    "kernel", ["", "x", "../../logo", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "\0", "/etc/passwd", "a" * 26]
)
def test_of_a_kernel_that_nobody_knows_nothing_is_made(tmp_path, kernel):
    store = Store(tmp_path, "logo")
    before = sorted(tmp_path.rglob("*"))
    assert not store.is_alive(kernel)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_record_whose_kernel_was_killed_before_the_index_knew_it_is_found(tmp_path, monkeypatch):
    store = Store(tmp_path, "logo")
    [before] = saved(store, "an otter")
    with monkeypatch.context() as patch:
        patch.setattr(store._index, "change", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        kept = record("a fox")
        with pytest.raises(KeyboardInterrupt):
            store.save(kept)
    assert Store(tmp_path, "logo").generation_ids() == [before]  # the first one is still there, and may go on
    store._kernel[1].let_go()  # as the system does for a process that is gone
    assert Store(tmp_path, "logo").generation_ids() == [before, kept.id]
    assert list((store.folder / "saving").iterdir()) == []


@pytest.mark.parametrize("place", ["saving", ""])
def test_half_files_of_a_kernel_that_was_killed_are_gone_with_the_next_opening(tmp_path, place):
    store = Store(tmp_path, "logo")
    saved(store, "an otter")
    half = store.folder / place / ".01ABC.json.7-7.part"
    half.write_bytes(b"{")
    Store(tmp_path, "logo")
    assert half.exists()  # somebody is there, and may be writing it
    store.close()
    Store(tmp_path, "logo")
    assert not half.exists()


def test_a_lock_that_a_long_gone_kernel_left_is_cleared_away(tmp_path):
    store = Store(tmp_path, "logo")
    left = store.folder / "kernels" / "01ARZ3NDEKTSV4RRFFQ69G5FAV.lock"
    left.touch()
    os.utime(left, (1, 1))
    assert store.kernel
    assert [path.name for path in (store.folder / "kernels").iterdir()] == [f"{store.kernel}.lock"]


# Files that another program holds.


def test_a_file_that_is_open_elsewhere_is_replaced_once_it_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "PAUSES", (0, 0, 0, 0))
    refusals = iter([PermissionError(13, "in use")] * 3)
    replaced = type(tmp_path).replace

    def refuse_at_first(source, target):
        for refusal in refusals:
            raise refusal
        return replaced(source, target)

    monkeypatch.setattr(type(tmp_path), "replace", refuse_at_first)
    files.write(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_busy_index_is_waited_for_and_then_told(tmp_path, monkeypatch):
    monkeypatch.setattr(index, "_PATIENCE", 0.0)
    monkeypatch.setattr(index, "_SLICE_MS", 1)
    store = Store(tmp_path, "logo")
    other = sqlite3.connect(index_of(store.folder), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(errors.StoreError, match="locked"):
        saved(store, "an otter")
    other.execute("ROLLBACK")
    assert len(saved(store, "a fox")) == 1
    assert store.generation_count() == 2  # what could not be entered then is entered now
