"""Two kernels have one history open: each hears what the other does, without a click, and nothing is lost."""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import json
import queue
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NoReturn

import comm
import pytest

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.session import lookout
from nbimagegen.store import Store, home_folder
from tests import killed
from tests.emulator import paint
from tests.histories import dies, keep, picture, record
from tests.pretend_page import Page, settle
from tests.proof import counted, held

PATIENCE = 60
OTTER = paint((64, 48), 1)
RECORDED = picture(0, OTTER)
DONE = {"status": "done", "pictures": (RECORDED,)}


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """Nobody waits a second, which has a test of its own."""
    monkeypatch.setattr(lookout, "SECONDS", 0.01)


@pytest.fixture
def session() -> Session:
    return Session("otters", gateway="sketch")


@pytest.fixture
def other() -> Store:
    """The history as another kernel has it open."""
    return Store(home_folder(), "otters")


def made(prompt: str = "an otter"):
    """Return the record of a picture that is there."""
    return replace(record(prompt), pictures=(RECORDED,))


class Heard(queue.SimpleQueue):
    """What a listener heard."""

    def until(self, condition):
        """Return the first generation of which this is true."""
        while True:
            generation = self.get(timeout=PATIENCE)
            if condition(generation):
                return generation


@pytest.fixture
def heard(session) -> Heard:
    events = Heard()
    session.listen(events.put)
    return events


def test_a_look_is_taken_each_second():
    assert lookout.SECONDS <= 1


def test_a_listener_hears_of_a_picture_that_another_kernel_made(session, other, heard):
    kept = keep(other, made("a fox"), OTTER)
    found = heard.get(timeout=PATIENCE)
    assert (found.id, found.status, found.pictures[0].bytes) == (kept.id, "done", OTTER)
    assert session.image.size == (64, 48)


def test_a_listener_hears_of_marks_and_of_the_trash(session, other, heard):
    kept = keep(other, made(), OTTER)
    other.mark([(kept.id, 0)], lambda each: replace(each, starred=True))
    assert heard.until(lambda each: each.pictures[0].starred)
    other.trash_generations([kept.id], 1.0)
    assert heard.until(lambda each: each.pictures[0].trashed)
    assert len(session.images) == 0


def test_what_this_kernel_does_is_told_once(session, heard, monkeypatch):
    monkeypatch.setattr(session._desk, "look", lambda: None)
    generation = session.generate("an otter", size="256x256", latency=0)
    generation.pictures[0].star()
    settle()
    monkeypatch.undo()
    told = heard.qsize()
    session._desk.look()
    settle()
    assert heard.qsize() == told


def test_a_picture_that_another_kernel_fetched_is_there_in_the_handle_that_is_held(session, other, heard):
    generation = session.generate("an otter", size="256x256", latency=0)
    fuller = replace(generation.record, text="and another")
    other.save(fuller)
    heard.until(lambda each: each.record.text == "and another")
    assert generation.record == fuller


# Who looks, and until when.


def looks() -> set[threading.Thread]:
    """Return who looks, of sessions of other tests too, which may end meanwhile."""
    return {each for each in threading.enumerate() if each.name == "nbimagegen-lookout"}


def test_nobody_looks_while_nobody_listens(session):
    before = looks()
    assert session._desk._lookout is None
    undo = [session.listen(print), session.listen(print), session.watch(print)]
    assert len(looks() - before) == 1
    for each in undo:
        each()
    assert session._desk._lookout_ended.wait(PATIENCE)
    session.listen(print)
    assert not session._desk._lookout_ended.is_set()


def test_the_look_out_keeps_no_session_alive():
    session = Session("otters", gateway="sketch")
    session.listen(print)
    ended, desk = session._desk._lookout_ended, weakref.ref(session._desk)
    settle()
    del session
    end = time.monotonic() + PATIENCE
    while not ended.wait(lookout.SECONDS):  # who looks just then holds it, and only for so long
        assert time.monotonic() < end
        gc.collect()
    gc.collect()
    assert desk() is None


def broken(_: object) -> NoReturn:
    raise errors.StoreError("Input/output error.")


def test_a_history_that_cannot_be_read_for_a_while_is_looked_at_again(other, heard, monkeypatch):
    failed = threading.Event()

    def noted(store: Store) -> NoReturn:
        failed.set()
        broken(store)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "version", noted)
        assert failed.wait(PATIENCE)
    keep(other, made(), OTTER)
    assert heard.get(timeout=PATIENCE).status == "done"


def test_a_look_out_that_cannot_read_the_history_yet_begins_when_it_can(session, other, monkeypatch):
    events = Heard()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "version", broken)
        session.listen(events.put)
    session._desk.look()
    kept = keep(other, made(), OTTER)
    assert events.get(timeout=PATIENCE).id == kept.id


def test_a_record_that_cannot_be_read_keeps_no_other_from_being_told_of(session, other, heard, monkeypatch):
    looks_by_hand = session._desk.look
    monkeypatch.setattr(session._desk, "look", lambda: None)
    settle()
    first, second = keep(other, made("a fox"), OTTER), keep(other, made(), OTTER)
    several = session.history.generations

    def some_broken(ids):
        return broken(ids) if first.id in ids else several(ids)

    monkeypatch.setattr(session.history, "generations", some_broken)
    looks_by_hand()
    assert heard.get(timeout=PATIENCE).id == second.id


def test_two_who_begin_to_listen_at_once_have_one_look_out(session):
    before = looks()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(session.listen, [print] * 40))
    assert len(looks() - before) == 1


# What another kernel has under way.


def under_way(other: Store) -> str:
    kept = record("a fox", 0, status="running", kernel=other.kernel)
    other.save(kept)
    return kept.id


def test_what_another_kernel_has_under_way_runs_and_is_waited_for(session, other):
    generation = session.history[under_way(other)]
    assert (generation.status, generation.error) == ("running", None)
    with pytest.raises(TimeoutError):
        generation.wait(0.0)
    keep(other, replace(generation.record, **DONE), OTTER)
    assert generation.wait(PATIENCE).pictures[0].bytes == OTTER


async def test_it_can_be_awaited(session, other):
    generation = session.history[under_way(other)]
    waiting = asyncio.ensure_future(_awaited(generation))
    await asyncio.sleep(0)
    keep(other, replace(generation.record, **DONE), OTTER)
    assert (await asyncio.wait_for(waiting, PATIENCE)).status == "done"


async def _awaited(generation):
    return await generation


def test_what_another_kernel_has_under_way_is_neither_deleted_nor_tried_again(session, other):
    generation = session.history[under_way(other)]
    with pytest.raises(errors.RequestError):
        generation.delete()
    with pytest.raises(errors.RequestError):
        generation.retry()


def test_once_the_other_kernel_is_gone_what_had_come_is_there(emulator, other):
    session = Session("otters", base_url=emulator.base_url, model="any")
    events = Heard()
    generation_id = under_way(other)
    session.listen(events.put)
    with other.open_inbox(generation_id, 0) as inbox:
        inbox.write(json.dumps({"data": [{"b64_json": base64.b64encode(OTTER).decode()}]}).encode())
    dies(other)
    found = events.until(lambda each: each.status == "done")
    assert (found.id, found.pictures[0].bytes) == (generation_id, OTTER)


# In the studio.


@pytest.fixture
def studio(monkeypatch) -> ImageStudio:
    monkeypatch.setattr(comm, "create_comm", Page)
    found = ImageStudio("otters", gateway="sketch")
    found.comm.says({"kind": "hello"})
    return found


def test_the_strip_shows_what_another_kernel_made(studio, other):
    kept = keep(other, made("a fox"), OTTER)
    [arrived] = studio.comm.wait_for("arrived")
    assert [each["id"] for each in arrived["pictures"]] == [f"{kept.id}-0"]
    [thumbnail] = studio.comm.wait_for("thumbnail")
    assert (thumbnail["id"], len(thumbnail["buffers"])) == (f"{kept.id}-0", 1)
    studio.comm.wait_until(lambda: studio._count == 1)


def test_the_strip_lets_go_of_what_another_kernel_deleted(studio, other):
    kept = keep(other, made("a fox"), OTTER)
    studio.comm.wait_for("arrived")
    other.trash_generations([kept.id], 1.0)
    studio.comm.wait_until(lambda: studio._count == 0)
    studio.comm.wait_until(lambda: any(each["gone"] for each in studio.comm.heard("changed")))


def test_a_click_in_another_kernel_leaves_the_selection_as_it_is(studio, other):
    mine = keep(other, made("a fox"), OTTER)
    studio.comm.wait_for("arrived")
    studio.selected = (f"{mine.id}-0",)
    clicked = record("an otter", 0, status="running", kernel=other.kernel, made_by="click")
    other.save(clicked)
    settle()
    keep(other, replace(clicked, **DONE), OTTER)
    studio.comm.wait_for("arrived", 2)
    settle()
    assert studio.selected == (f"{mine.id}-0",)


# Real ones.


@pytest.mark.skipif(not killed.CAN_FORK, reason="needs processes that cost next to nothing")
def test_a_real_kernel_is_seen_at_work_and_its_picture_when_it_comes(emulator):
    session = Session("otters", base_url=emulator.base_url, model="any")
    here, there = killed.context().Pipe()
    with emulator.hold() as answer:
        home = session.folder.parent
        process = killed.context().Process(
            target=killed.leave_one_under_way, args=(home, "otters", emulator.base_url, there), daemon=True
        )
        process.start()
        generation_id = here.recv()
        answer.wait_for(1)
        generation = session.history[generation_id]
        assert generation.status == "running"
    assert generation.wait(PATIENCE).status == "done"
    process.join(PATIENCE)
    assert len(emulator.posts) == 1


@pytest.mark.proof
@pytest.mark.skipif(not killed.CAN_FORK, reason="needs processes that cost next to nothing")
def test_two_kernels_fill_one_history_and_nothing_is_lost(tmp_path):
    count = counted(20, 500)
    both = [
        killed.context().Process(target=killed.make_pictures, args=(tmp_path, "both", count), daemon=True)
        for _ in range(2)
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(PATIENCE * 20)
        assert each.exitcode == 0
    session = Session("both", gateway="sketch", home=tmp_path)
    assert len(session.history) == len(session.images) == 2 * count
    assert {each.status for each in session.history} == {"done"}
    for each in session.pictures:
        assert hashlib.sha256(each.bytes).hexdigest() == each.sha256
    found = session._desk.store.repair()
    assert (found.unreadable, found.pictures_missing, found.unclaimed) == ((), (), ())
    held("pictures of two kernels in one history", "lost", 2 * count)
