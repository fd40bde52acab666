"""The sessions of a home: listed, renamed, put into the trash and taken out of it."""

from __future__ import annotations

import json

import pytest

from nbimagegen import errors
from nbimagegen.store import Store, folder_name, sessions
from tests.histories import PNG, index_of, keep, record, saved

NAMES = ["logo", "../x", "小猫", "half \ud83e", "CON", "a/b.ipynb"]


def made(home, name: str, generations: int = 1) -> None:
    store = Store(home, name)
    for number in range(generations):
        keep(store, record(f"otter {number}", created=100.0 + number))
    store.close()


@pytest.fixture
def home(tmp_path):
    """A home with two sessions that nobody has open."""
    made(tmp_path, "logo", 2)
    made(tmp_path, "cover", 1)
    return tmp_path


def names(found) -> set[str]:
    return {each.name for each in found}


def test_sessions_are_listed_with_what_they_hold(home):
    found = {each.name: each for each in sessions.sessions(home)}
    assert set(found) == {"logo", "cover"}
    logo = found["logo"]
    assert (logo.generations, logo.pictures, logo.created) == (2, 2, 100.0)
    assert logo.folder == home / folder_name("logo")
    assert logo.bytes > len(PNG)
    assert logo.changed > 100.0


@pytest.mark.parametrize("name", NAMES)
def test_a_session_of_any_name_is_listed_renamed_deleted_and_restored_by_it(tmp_path, name):
    made(tmp_path, name)
    assert names(sessions.sessions(tmp_path)) == {name}
    sessions.rename(tmp_path, name, "plain")
    sessions.rename(tmp_path, "plain", name)
    sessions.delete(tmp_path, name)
    assert sessions.sessions(tmp_path) == []
    assert names(sessions.trashed(tmp_path)) == {name}
    sessions.restore(tmp_path, name)
    assert Store(tmp_path, name).picture_count() == 1


def test_what_is_no_session_is_left_out_of_the_list(home):
    (home / "notes").mkdir()
    (home / "file.txt").write_text("mine")
    (home / "link").symlink_to(home / folder_name("logo"))
    assert names(sessions.sessions(home)) == {"logo", "cover"}


@pytest.mark.parametrize("damage", [b"", b"an otter" * 1000])
def test_a_session_with_a_damaged_index_is_listed(home, damage):
    index_of(home / folder_name("logo")).write_bytes(damage)
    assert names(sessions.sessions(home)) == {"logo", "cover"}


def test_a_session_of_a_later_version_is_left_alone_and_left_out(home):
    path = home / folder_name("logo") / "session.json"
    path.write_text(json.dumps({"format": 9, "name": "logo"}))
    assert names(sessions.sessions(home)) == {"cover"}
    with pytest.raises(errors.StoreError, match="later version"):
        sessions.rename(home, "logo", "sign")
    assert path.exists()


def test_a_renamed_session_has_its_history_and_the_old_name_begins_a_new_one(home):
    assert sessions.rename(home, "logo", "sign") == home / folder_name("sign")
    assert Store(home, "sign").picture_count() == 2
    assert Store(home, "logo").picture_count() == 0


@pytest.mark.parametrize(
    ("deed", "error"),
    [
        (lambda home: sessions.rename(home, "nobody", "sign"), errors.NotFoundError),
        (lambda home: sessions.rename(home, "logo", "cover"), errors.StoreError),
        (lambda home: sessions.delete(home, "nobody"), errors.NotFoundError),
        (lambda home: sessions.restore(home, "logo"), errors.NotFoundError),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(home, deed, error):
    before = sessions.sessions(home)
    with pytest.raises(error):
        deed(home)
    assert sessions.sessions(home) == before


def test_a_session_that_a_kernel_has_open_is_neither_renamed_nor_deleted(home):
    store = Store(home, "logo")
    saved(store, "an otter")
    for deed in (lambda: sessions.rename(home, "logo", "sign"), lambda: sessions.delete(home, "logo")):
        with pytest.raises(errors.StoreError, match="open in a kernel"):
            deed()
    store.close()
    sessions.delete(home, "logo")


def test_a_rename_that_was_broken_off_is_listed_by_the_name_that_its_folder_has(home, monkeypatch):
    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(sessions.about, "keep_name", broken)
    with pytest.raises(KeyboardInterrupt):
        sessions.rename(home, "logo", "sign")
    monkeypatch.undo()
    assert names(sessions.sessions(home)) == {"sign", "cover"}
    assert Store(home, "sign").picture_count() == 2
    assert names(sessions.sessions(home)) == {"sign", "cover"}


def test_two_deleted_sessions_of_one_name_come_back_the_last_one_first(home):
    sessions.delete(home, "logo")
    made(home, "logo", 5)
    sessions.delete(home, "logo")
    assert [each.pictures for each in sessions.trashed(home)] == [5, 2]
    sessions.restore(home, "logo")
    with pytest.raises(errors.StoreError, match="already"):
        sessions.restore(home, "logo")
    assert Store(home, "logo").picture_count() == 5


def test_emptying_the_trash_deletes_what_is_in_it_and_nothing_that_a_link_leads_to(home, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    folder = sessions.delete(home, "logo")
    (folder / "link").symlink_to(outside)
    (folder.parent / "link").symlink_to(outside)
    assert sessions.empty_trash(home) == 1
    assert sessions.trashed(home) == []
    assert (outside / "file").read_text() == "mine"
    assert names(sessions.sessions(home)) == {"cover"}


def test_a_home_that_is_not_there_has_no_sessions(tmp_path):
    assert sessions.sessions(tmp_path / "nowhere") == sessions.trashed(tmp_path / "nowhere") == []
    assert sessions.empty_trash(tmp_path / "nowhere") == 0
