"""A disk that fails, at whatever moment: nothing is sent if it is known before, and nothing lost if not."""

from __future__ import annotations

import errno
import os
from itertools import count, product
from typing import TYPE_CHECKING

import pytest

from nbimagegen import Session, errors
from nbimagegen.errors import StoreError
from nbimagegen.store import Store, files
from tests.emulator import paint
from tests.faulty_disk import FAULTS, Disk
from tests.pretend_page import settle
from tests.proof import counted, held

if TYPE_CHECKING:
    from pathlib import Path

    from nbimagegen.history import Generation
    from tests.emulator import Emulator

PATIENCE = 60
OTTER = paint((64, 64), 7)
KEY = "sk-canary-0123456789"
CALLS = {
    "base64": ("b64", {}),
    "an address": ("url", {}),
    "an edit": ("b64", {"operation": "edit", "image": OTTER}),
    "a stream": ("b64", {"stream": True}),
}


def session_with(emulator: Emulator, home: Path | None = None) -> Session:
    return Session("faults", base_url=emulator.base_url, api_key=KEY, model="any", home=home)


def ended(session: Session, **call: object) -> Generation:
    """Return a generation once it has ended, however."""
    generation = session.submit("an otter", fresh=True, **call)
    generation._finished.result(PATIENCE)
    return generation


def all_fail(monkeypatch, fault: int = errno.ENOSPC) -> None:
    disk = Disk(monkeypatch)
    disk.fault, disk.fails = fault, range(1, 10**6)


@pytest.mark.proof
@pytest.mark.parametrize("trouble", list(product(FAULTS, [1, 10**6])), ids=str)
@pytest.mark.parametrize("call", CALLS)
def test_whichever_call_fails_no_picture_is_lost_and_none_is_paid_for_twice(
    emulate, tmp_path, monkeypatch, call, trouble
):
    monkeypatch.setattr(files, "PAUSES", ())
    fault, times = trouble
    handover, asked = CALLS[call]
    emulator = emulate("plain", handover=handover)
    for number in count(1 + FAULTS.index(fault), counted(18, 1)):
        emulator.forget()
        session = session_with(emulator, tmp_path / str(number))
        with monkeypatch.context() as patch:
            disk = Disk(patch)
            disk.fault, disk.fails = fault, range(number, number + times)
            try:
                generation = ended(session, **asked)
            except StoreError as problem:
                generation = problem.generation
            settle()
            reached = disk.calls >= number
        emulator.wait_until_idle()
        assert len(emulator.posts) <= 1
        if emulator.accepted:
            check_that_it_is_here(session, generation, tmp_path / f"{number}.png")
        check_that_it_is_written_later(session, pictures=len(emulator.accepted))
        session._desk.store.close()
        held("faults of the disk while a picture is made", "pictures lost, 0 paid for twice")
        if not reached:
            break


def check_that_it_is_here(session: Session, generation: Generation, elsewhere: Path) -> None:
    [picture] = generation.pictures
    assert (generation.status, picture.image.size) == ("done", (picture.width, picture.height))
    assert list(session.history.pictures) == [picture]
    assert session.image.size == picture.image.size
    assert picture.save(elsewhere, metadata=False).read_bytes() == picture.bytes


def check_that_it_is_written_later(session: Session, *, pictures: int) -> None:
    """Once the disk takes another generation, it takes what it did not take before."""
    assert ended(session).status == "done"
    settle()
    again = Store(session.folder.parent, "faults")
    assert again.picture_count() == pictures + 1
    found = again.repair()
    assert (found.unreadable, found.pictures_missing) == ((), ())
    again.close()


# What it says, and what can be done.


@pytest.fixture
def session(emulator) -> Session:
    return session_with(emulator)


@pytest.fixture
def unsaved(session, monkeypatch) -> Generation:
    """A picture that the disk did not take, on a disk that takes the next one."""
    with monkeypatch.context() as patch:
        full = StoreError("The history cannot be written: no space left on device.")
        patch.setattr(Store, "save_picture", lambda *_, **__: (_ for _ in ()).throw(full))
        return session.generate("an otter")


@pytest.mark.parametrize("fault", FAULTS, ids=errno.errorcode.get)
def test_a_disk_that_takes_nothing_is_said_before_anything_is_sent(session, emulator, monkeypatch, fault):
    with monkeypatch.context() as patch:
        all_fail(patch, fault)
        with pytest.raises(StoreError, match=os.strerror(fault)) as caught:
            session.generate("an otter")
    assert emulator.requests == []
    assert not caught.value.may_be_billed


def test_a_disk_with_no_room_for_a_picture_is_said_before_anything_is_sent(session, emulator, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10**6}))
    with pytest.raises(StoreError, match="Only 1 MB are free"):
        session.generate("an otter")
    assert emulator.requests == []


def test_the_error_says_where_the_picture_is(unsaved):
    assert isinstance(unsaved.error, StoreError)
    assert "in memory" in str(unsaved.error)
    assert "save(path)" in str(unsaved.error)


def test_it_is_found_among_the_others_in_its_place(session, unsaved):
    before = session.history.picture_count
    later = session.history.page(None, 10)
    assert [each.generation for each in later] == [unsaved]
    assert (before, len(session.images), len(session.history.find(text="OTTER"))) == (1, 1, 1)
    assert len(session.history.find(text="fox")) == 0
    assert session.history.to_dataframe()["prompt"].tolist() == ["an otter"]


def test_it_is_written_by_itself_with_the_next_one(session, unsaved):
    second = session.generate("a fox")
    settle()
    assert (unsaved.unsaved, unsaved.error) == (None, None)
    assert [each.generation for each in session.pictures] == [unsaved, second]
    assert Store(session.folder.parent, "faults").picture_count() == 2
    assert list((session.folder / "inbox").iterdir()) == []


def test_it_can_be_written_by_hand(session, unsaved):
    heard = []
    session.listen(heard.append)
    unsaved.save()
    settle()
    assert (unsaved.error, heard) == (None, [unsaved])
    unsaved.save()
    assert Store(session.folder.parent, "faults").picture_count() == 1


def test_a_mark_writes_it_first(session, unsaved):
    unsaved.pictures[0].star()
    assert (unsaved.unsaved, unsaved.pictures[0].starred) == (None, True)
    unsaved.pictures[0].delete()
    assert session.history.trash.ids == [f"{unsaved.id}-0"]


def test_a_mark_of_it_says_why_it_cannot_be_while_the_disk_is_full(unsaved, monkeypatch):
    with monkeypatch.context() as patch:
        all_fail(patch, errno.ENOSPC)
        with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
            unsaved.pictures[0].star()
    assert not unsaved.pictures[0].starred


def test_a_disk_that_is_still_full_says_so(session, unsaved, monkeypatch):
    with monkeypatch.context() as patch:
        all_fail(patch)
        with pytest.raises(StoreError, match=os.strerror(errno.ENOSPC)):
            unsaved.save()
    assert session.image is not None
    assert unsaved.pictures[0].bytes


def test_what_had_failed_keeps_its_own_error(session, emulator, monkeypatch):
    emulator.refuse("moderation") if "moderation" in emulator.profile.refusals else emulator.answer_with(400)
    save = Store.save

    def broken(store, record) -> None:
        if record.status == "failed":
            raise StoreError("Input/output error.")
        save(store, record)

    monkeypatch.setattr(Store, "save", broken)
    generation = ended(session)
    assert (generation.status, isinstance(generation.error, errors.GatewayError)) == ("failed", True)


def test_a_kernel_that_ends_before_it_is_written_leaves_it_to_the_next(session, unsaved, monkeypatch):
    from tests.histories import dies  # noqa: PLC0415 - of this one test

    dies(session._desk.store)
    monkeypatch.setattr("nbimagegen.session.desk._open", {})  # as in another process
    [found] = Session("faults", gateway="sketch").history
    assert (found.id, found.status, found.pictures[0].bytes) == (
        unsaved.id,
        "done",
        unsaved.pictures[0].bytes,
    )
