"""What was paid for is kept: whatever the answer, the disk or the clock does while it comes in."""

from __future__ import annotations

import base64
import threading

import pytest

from nbimagegen import Session, errors
from nbimagegen.errors import StoreError
from nbimagegen.jobs import threads
from nbimagegen.store import Store, index, shelf
from tests.answer_shapes import coded
from tests.emulator import Cut, Held, answer, paint

PATIENCE = 20
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
def session(emulator) -> Session:
    return Session("otters", base_url=emulator.base_url, api_key="sk-canary-0123456789", model="any")


def inbox(session: Session) -> list:
    return sorted(each for each in (session.folder / "inbox").iterdir() if each.suffix != ".head")


def test_an_answer_stays_in_the_inbox_until_its_pictures_are_committed(session, monkeypatch):
    seen = []
    save = Store.save_picture

    def noted(*args, **options) -> None:
        seen.append(len(inbox(session)))
        save(*args, **options)

    monkeypatch.setattr(Store, "save_picture", noted)
    session.generate("an otter")
    assert seen == [1]
    assert inbox(session) == []


def test_the_names_of_several_pictures_reach_the_disk_together(session, emulator, monkeypatch):
    synced = []
    pictures = session.folder / "pictures"
    monkeypatch.setattr(
        shelf, "sync_folder", lambda folder: synced.append((folder, len(list(folder.iterdir()))))
    )
    emulator.next(answer(200, {"data": [{"b64_json": coded(paint(number=each))} for each in range(3)]}))
    assert len(session.generate("an otter", n=3).pictures) == 3
    assert synced == [(pictures, 3)]


def test_a_full_disk_leaves_the_answer_in_the_inbox_and_the_picture_in_memory(session, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise StoreError("No space left on device.")

    monkeypatch.setattr(Store, "save_picture", full)
    generation = session.generate("an otter")
    assert generation.image is not None
    assert isinstance(generation.error, StoreError)
    assert len(inbox(session)) == 1


def test_a_fault_of_ours_ends_the_job_and_leaves_the_answer_in_the_inbox(session, monkeypatch):
    monkeypatch.setattr("nbimagegen.jobs.job.with_cost", lambda *_: 1 / 0)
    with pytest.raises(errors.ImageGenError, match="ZeroDivisionError") as caught:
        session.submit("an otter").wait(PATIENCE)
    assert caught.value.may_be_billed
    assert len(inbox(session)) == 1


def test_an_inbox_that_cannot_be_written_does_not_cost_the_picture(session, monkeypatch):
    def broken(*_: object) -> None:
        raise StoreError("Input/output error.")

    monkeypatch.setattr(Store, "open_inbox", broken)
    assert session.generate("an otter").status == "done"


def test_an_inbox_that_cannot_be_cleared_does_not_cost_the_picture(session, monkeypatch):
    def held(*_: object) -> None:
        raise StoreError("The file is open in another program.")

    monkeypatch.setattr(Store, "clear_inbox", held)
    generation = session.generate("an otter")
    assert (generation.status, generation.error) == ("done", None)


@pytest.mark.parametrize("usage", ['{"a": 1' + "0" * 400 + "}", '{"a": 0.5, "b": [1]}', '{"a": {"b": null}}'])
def test_odd_usage_ends_no_job(session, emulator, usage):
    body = f'{{"data": [{{"b64_json": "{PNG}"}}], "usage": {usage}}}'
    emulator.next(*[answer(200, body)] * 2)
    generation = session.submit("an otter").wait(PATIENCE)
    assert generation.status == "done"


def test_a_late_picture_url_does_not_cost_the_picture_beside_it(session, emulator):
    slow = emulator.publish(base64.b64decode(PNG))
    emulator.next(answer(200, {"data": [{"b64_json": PNG}, {"url": slow}]}))
    emulator.next_download(Held())
    generation = session.generate("an otter", n=2, timeout=1)
    assert (generation.status, len(generation.pictures)) == ("done", 1)
    assert isinstance(generation.error, errors.DownloadError)
    assert generation.error.url == slow


def test_a_cancel_while_a_picture_is_fetched_keeps_what_has_come(session, emulator):
    slow = emulator.publish(base64.b64decode(PNG))
    emulator.next(answer(200, {"data": [{"b64_json": PNG}, {"url": slow}]}))
    held = Held()
    emulator.next_download(held)
    generation = session.submit("an otter", n=2)
    held.wait_for(1)
    session.cancel(generation)
    with pytest.raises(errors.CancelledError):
        generation.wait(PATIENCE)
    assert (generation.status, len(generation.pictures)) == ("cancelled", 1)
    assert generation.error.url == slow


def test_an_answer_that_breaks_off_is_kept_without_the_key(session, emulator):
    body = '{"data": [], "note": "sk-canary-0123456789", "more": "' + "x" * 4000 + '"}'
    emulator.next(Cut(at=3000, answer=answer(200, body)))
    with pytest.raises(errors.ConnectionLostError):
        session.generate("an otter")
    [kept] = inbox(session)
    assert b"canary" not in kept.read_bytes()


def test_a_long_key_is_taken_out_before_a_message_is_cut(emulator):
    key = "sk-proj-" + "k" * 156
    session = Session("otters", base_url=emulator.base_url, api_key=key, model="any")
    emulator.next(answer(400, {"error": {"message": "x" * 550 + " " + key}}))
    with pytest.raises(errors.RefusedError) as caught:
        session.generate("an otter")
    assert "kkkk" not in str(caught.value)


def test_a_stand_in_key_does_not_spoil_the_answer(emulator):
    session = Session("otters", base_url=emulator.base_url, api_key="1", model="any")
    emulator.next(answer(200, {"data": [{"b64_json": PNG}], "usage": {"total_tokens": 21}}))
    assert session.generate("an otter").usage == {"total_tokens": 21}


def test_pictures_without_end_in_one_answer_are_not_all_fetched(session, emulator):
    url = emulator.publish(base64.b64decode(PNG))
    emulator.next(answer(200, {"data": [{"url": f"{url}?{each}"} for each in range(500)]}))
    assert len(session.generate("an otter").pictures) == 40


def test_one_thread_runs_all_requests_whoever_asks_first():
    make = threads._once_a_process(lambda _pid: object())
    barrier = threading.Barrier(8)
    made = []

    def ask() -> None:
        barrier.wait()
        made.append(make(1))

    asking = [threading.Thread(target=ask) for _ in range(8)]
    for each in asking:
        each.start()
    for each in asking:
        each.join()
    assert len(set(map(id, made))) == 1


def test_a_history_at_a_relative_path_stays_where_it_is(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    session = Session("otters", gateway="sketch", home="pictures")
    session.generate("an otter", size="256x256")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert session.image is not None


def test_an_index_that_is_in_use_is_not_thrown_away(tmp_path, monkeypatch):
    store = Store(tmp_path, "otters")
    monkeypatch.setattr(index, "_PATIENCE", 0.0)
    store._index._connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="locked"):
        Store(tmp_path, "otters")
    store._index._connection.execute("ROLLBACK")
    assert store.generation_ids() == []
