"""The history on disk: what was written comes back, files are the truth, and nobody else may read them."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import stat
import time
import unicodedata
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen import Session, errors
from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord, from_json, to_json
from nbimagegen.store import Spool, Store, folder_name, home_folder, new_id, shelf

PNG = b"\x89PNG\r\n\x1a\n an otter"


@pytest.fixture
def open_store(tmp_path):
    """Open a session's store, as a new kernel does."""
    return lambda name="logo": Store(tmp_path, name)


def picture(index: int = 0, data: bytes = PNG) -> PictureRecord:
    return PictureRecord(
        index=index,
        sha256=sha256(data).hexdigest(),
        format="png",
        width=64,
        height=48,
        bytes=len(data),
        revised_prompt="一只水獭",
    )


def spooled(each: Store, data: bytes) -> Spool:
    """Return a picture that has just come in."""
    spool = each.open_spool("generation", 0, 0)
    spool.write(data)
    return spool


def record(**facts: object) -> GenerationRecord:
    request = ImageRequest(
        prompt="an otter, 一只水獭 🦦",
        gateway="xty",
        model="any",
        base_url="https://api.test/v1",
        dialect="chat",
        n=2,
        parameters={"aspect_ratio": "16:9"},
        extra={"deep": {"er": [1, None, True]}},
    )
    settled = {"id": new_id(), "request": request, "status": "done", "made_by": "code", "created": 1.5}
    return GenerationRecord(**{**settled, **facts})


RECORDS = {
    "queued": record(status="queued", made_by="click"),
    "done": record(started=2.5, seconds=3.25, pictures=(picture(0), picture(1)), usage={"total_tokens": 3}),
    "failed": record(status="failed", error=errors.ServerError("It broke.", status=502).to_dict()),
    "with words": record(text="Here:\n\u2028'quotes' \"and\" \\slashes\0"),
    "with parents": record(parents=("01-0", "02-1"), request=replace(record().request, operation="edit")),
}


@pytest.mark.parametrize("kept", RECORDS.values(), ids=RECORDS)
def test_a_record_comes_back_as_it_was(open_store, kept):
    open_store().save(kept)
    assert open_store().record(kept.id) == kept
    assert from_json(json.loads(json.dumps(to_json(kept)))) == kept


@pytest.mark.parametrize(
    "damage",
    [None, [], "text", {}, {"id": "1"}, {"request": None}, {"request": []}, {"request": {}, "id": 7}],
)
def test_what_is_no_record_is_a_value_error(damage):
    with pytest.raises(ValueError, match="not a generation record"):
        from_json(damage)


def test_a_record_of_a_later_version_is_read():
    kept = RECORDS["done"]
    plain = to_json(kept)
    plain["stars"] = 5
    plain["request"]["weather"] = "fine"
    plain["pictures"][0]["tags"] = []
    assert from_json(plain) == kept


def test_a_text_that_no_file_can_hold_is_mended_and_not_lost(open_store):
    kept = record(text="half an emoji \ud83e", pictures=(picture(),))
    open_store().save(kept)
    assert open_store().record(kept.id).pictures == kept.pictures


# Names.

NAMES = [
    "logo",
    "Logo",
    "LOGO",
    "logo ",
    "../logo",
    "../../x",
    "/etc/passwd",
    "..",
    ".",
    "~",
    "C:\\logo",
    "a/b",
    "a\\b",
    "a\0b",
    "CON",
    "con.txt",
    "NUL",
    "AUX.png",
    "COM1",
    "小猫",
    "小狗",
    "🦦",
    "e\u0301",
    unicodedata.normalize("NFC", "e\u0301"),
    "x" * 1000,
    "x" * 1001,
    "half \ud83e",
    "two\nlines",
    "-rf",
    "$HOME",
    "trailing.",
    "index.sqlite",
]
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


def test_every_name_has_a_folder_of_its_own_also_where_case_does_not_count():
    assert len({folder_name(name).casefold() for name in NAMES}) == len(NAMES)


@given(st.sampled_from(NAMES) | st.text(st.characters(), min_size=1))
def test_a_folder_is_safe_on_every_system(name):
    folder = folder_name(name)
    assert set(folder) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert folder not in RESERVED
    assert 0 < len(folder) <= 64
    assert not folder.startswith("-")
    assert folder_name(name) == folder


@pytest.mark.parametrize("name", NAMES)
def test_a_session_of_any_name_keeps_its_history_inside_the_home(open_store, tmp_path, name):
    kept = record()
    first = open_store(name)
    first.save(kept)
    assert first.folder.parent == tmp_path
    assert open_store(name).generation_ids() == [kept.id]
    told = json.loads((first.folder / "session.json").read_text("utf-8"))["name"]
    assert told == name or "\ud83e" in name


# Nobody else may read it.


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; its user folders are private already")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folders_and_files_are_the_users_alone(tmp_path, umask):
    before = os.umask(umask)
    try:
        home = tmp_path / "deep" / "home"
        Session("private", gateway="sketch", home=home).generate("an otter", size="256x256")
        Store(home, "private").open_inbox("01", 0).close()
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [home, *home.rglob("*")]}
    assert len(modes) > 8
    assert {
        path.name: oct(mode) for path, mode in modes.items() if mode != (0o600, 0o700)[path.is_dir()]
    } == {}


# The index can be made again.


def filled(open_store) -> tuple[list[str], list[tuple[str, int]]]:
    """Fill a store, and return what it says that it holds."""
    each = open_store()
    for _ in range(3):
        each.save(record(pictures=(picture(0), picture(1))))
    held = each.generation_ids(), each.picture_ids()
    each.close()
    return held


def index_of(folder):
    return folder / "index.sqlite"


def older(path) -> None:
    database = sqlite3.connect(path)
    database.executescript("DROP TABLE pictures; PRAGMA user_version = 0")
    database.close()


DAMAGE = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "overwritten": lambda path: path.write_bytes(b"an otter" * 1000),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:600]),
    "of an older version": older,
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
def test_an_index_is_made_again_from_the_files(open_store, tmp_path, harm):
    held = filled(open_store)
    harm(index_of(tmp_path / folder_name("logo")))
    again = open_store()
    assert (again.generation_ids(), again.picture_ids()) == held


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b'{"id": 1}', b"\xff\xfe", b"[" * 100_000], ids=range(6)
)
def test_a_file_that_is_no_record_is_left_alone_and_left_out(open_store, tmp_path, content):
    held = filled(open_store)
    folder = tmp_path / folder_name("logo")
    stranger = folder / "generations" / "zzz.json"
    stranger.write_bytes(content)
    index_of(folder).unlink()
    assert open_store().generation_ids() == held[0]
    assert stranger.read_bytes() == content


def test_two_kernels_see_each_others_pictures(open_store):
    first, second = open_store(), open_store()
    kept = record(pictures=(picture(),))
    first.save(kept)
    assert second.picture_ids() == [(kept.id, 0)]
    assert second.picture_count() == 1


# Order.


def test_ids_go_up_also_when_the_clock_goes_back(monkeypatch):
    times = iter([2e9, 1e9, 1e9, 3e9, 2e9])
    monkeypatch.setattr(time, "time", lambda: next(times, 1e9))
    ids = [new_id() for _ in range(5)]
    assert ids == sorted(set(ids))
    assert {len(each) for each in ids} == {26}


def test_generations_and_pages_are_in_order(open_store):
    each = open_store()
    kept = [record(pictures=(picture(0), picture(1))) for _ in range(3)]
    for one in reversed(kept):
        each.save(one)
    assert each.generation_ids() == [one.id for one in kept]
    newest_first = each.page(None, 10)
    assert newest_first == sorted(each.picture_ids(), reverse=True)
    assert each.page(None, 2) + each.page(newest_first[1], 10) == newest_first
    assert each.page(newest_first[-1], 10) == []


# Pictures.


def test_equal_bytes_are_two_pictures_and_one_file(open_store):
    each = open_store()
    first, second = record(pictures=(picture(0), picture(1))), record(pictures=(picture(0),))
    for one in (first, second):
        for kept in one.pictures:
            each.save_picture(kept, spooled(each, PNG))
        each.save(one)
    assert each.picture_ids() == [(first.id, 0), (first.id, 1), (second.id, 0)]
    [file] = (each.folder / "pictures").iterdir()
    assert file.read_bytes() == PNG
    assert file.name == f"{sha256(PNG).hexdigest()}.png"


def test_what_is_not_there_is_a_not_found_error(open_store):
    with pytest.raises(errors.NotFoundError, match=r"'01'.*'logo'"):
        open_store().record("01")


# When the disk does not play along.

FAULTS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES]


@pytest.fixture
def break_disk(monkeypatch):
    """From now on, writing to a file whose path holds one of `parts` fails."""

    def break_it(fault: int, *parts: str) -> None:
        real = os.open

        def opening(path, flags, *mode, **options):
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            if writes and (not parts or any(part in Path(path).as_posix() for part in parts)):
                raise OSError(fault, os.strerror(fault))
            return real(path, flags, *mode, **options)

        monkeypatch.setattr(os, "open", opening)

    return break_it


@pytest.mark.parametrize("fault", FAULTS)
def test_a_disk_error_is_one_sentence_with_the_folder_and_what_to_do(open_store, break_disk, fault):
    each = open_store()
    break_disk(fault)
    with pytest.raises(errors.StoreError, match="NBIMAGEGEN_HOME") as caught:
        each.save(record())
    assert os.strerror(fault) in str(caught.value)
    assert str(each.folder) in str(caught.value)
    assert not caught.value.may_be_billed


@pytest.mark.parametrize("fault", FAULTS)
def test_a_disk_that_is_full_from_the_start_stops_a_call_before_it_is_sent(
    emulator, break_disk, tmp_path, fault
):
    session = Session("full", base_url=emulator.base_url, model="any", home=tmp_path)
    break_disk(fault)
    with pytest.raises(errors.StoreError):
        session.generate("an otter")
    assert emulator.requests == []


def test_a_disk_that_is_nearly_full_stops_a_call_before_it_is_sent(emulator, monkeypatch, tmp_path):
    session = Session("full", base_url=emulator.base_url, model="any", home=tmp_path)
    monkeypatch.setattr(shelf.shutil, "disk_usage", lambda _: SimpleNamespace(free=shelf.ROOM - 1))
    with pytest.raises(errors.StoreError, match="nothing was sent"):
        session.generate("an otter")
    assert emulator.requests == []
    assert len(session.history) == 0


def test_a_record_says_which_kernel_made_it(tmp_path):
    generation = Session("mine", gateway="sketch", home=tmp_path).generate("an otter", size="256x256")
    assert generation.store.is_alive(generation.record.kernel)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_picture_that_the_disk_does_not_take_stays_in_memory(emulator, break_disk, tmp_path, fault):
    session = Session("full", base_url=emulator.base_url, model="any", home=tmp_path)
    with emulator.hold() as held:
        generation = session.submit("an otter")
        held.wait_for(1)
        break_disk(fault, "-0.0-", "/pictures/", ".png.")  # on their way, and in their place
    generation.wait(30)
    [picture] = generation.pictures
    assert (generation.status, type(generation.error)) == ("done", errors.StoreError)
    assert picture.image.size == (1024, 1024)
    assert picture.save(tmp_path / "otter.png", metadata=False).read_bytes() == picture.bytes
    assert session.history[-1].pictures == generation.pictures


def test_nothing_half_written_is_left_when_writing_fails(open_store, monkeypatch):
    each = open_store()
    assert each.kernel  # whose lock is there as long as it is
    before = sorted(each.folder.rglob("*"))
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
    with pytest.raises(errors.StoreError):
        each.save(record())
    assert sorted(each.folder.rglob("*")) == before


def test_a_home_that_cannot_be_made_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(errors.StoreError, match="NBIMAGEGEN_HOME"):
        Session("home", gateway="sketch", home=tmp_path / "file")


@pytest.mark.parametrize("damage", ["removed", "damaged"])
def test_a_picture_whose_file_is_gone_says_so_and_the_others_stay(tmp_path, damage):
    session = Session("gone", gateway="sketch", home=tmp_path)
    lost, kept = (session.generate(prompt, size="256x256").pictures[0] for prompt in ("an otter", "a fox"))
    if damage == "removed":
        lost.path.unlink()
    else:
        lost.path.write_bytes(b"an otter, believe me")
    with pytest.raises((errors.ImageGenError, OSError)):
        _ = lost.image
    assert kept.image.size == session.images[-1].size == (256, 256)
    assert len(session.history) == 2


# Where it is.


@pytest.mark.parametrize(
    ("variable", "given", "home"),
    [("/variable", None, "/variable"), ("/variable", "/given", "/given"), ("~/mine", None, "{home}/mine")],
)
def test_the_home_is_as_given_else_as_the_variable_says(monkeypatch, variable, given, home):
    monkeypatch.setenv("NBIMAGEGEN_HOME", variable)
    assert home_folder(given).as_posix() == home.format(home=os.environ["HOME"])


def test_without_either_it_is_the_platforms_user_data_folder(monkeypatch):
    monkeypatch.delenv("NBIMAGEGEN_HOME")
    home = home_folder()
    assert home.name == "nbimagegen"
    assert home.is_relative_to(os.environ["HOME"])
