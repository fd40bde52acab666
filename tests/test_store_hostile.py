"""A history may come from anywhere: nothing in it breaks opening it, leads out of it, or is believed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from nbimagegen import errors, sessions
from nbimagegen.records import to_json
from nbimagegen.store import Query, Store, folder_name
from tests.histories import index_of, record, saved
from tests.proof import held

if TYPE_CHECKING:
    from pathlib import Path

HUGE = 10**400


@pytest.fixture
def folder(tmp_path) -> Path:
    """The folder of a closed history of one generation."""
    store = Store(tmp_path, "logo")
    saved(store, "an otter")
    store.close()
    index_of(store.folder).unlink()
    return store.folder


def changed(**facts: Any) -> bytes:
    """Return a record's file with other values in it."""
    return json.dumps({**to_json(record(id="01HOSTILE")), **facts}).encode()


def asked(**facts: Any) -> bytes:
    return changed(request={**to_json(record())["request"], **facts})


def pictured(**facts: Any) -> bytes:
    return changed(pictures=[{**to_json(record())["pictures"][0], **facts}])


def deep(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


RECORDS: dict[str, bytes] = {
    "nothing": b"",
    "half": changed()[:200],
    "not text": b"\xff\xfe\x00",
    "zeros": bytes(4096),
    "null": b"null",
    "a list": b"[]",
    "a number": b"1" * 5000,
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"a":' * 200_000,
    "no request": changed(request=None),
    "a request of lists": changed(request=[[1, 2]]),
    "another's id": changed(id="01OTHER"),
    "an id with a way out": changed(id="../../x"),
    "an id that is a number": changed(id=7),
    "an unknown status": changed(status="dead"),
    "a status that is a list": changed(status=["done"]),
    "an unknown maker": changed(made_by=None),
    "a time that is text": changed(created="now"),
    "a time beyond all dates": changed(created=1e300),
    "a time before all dates": changed(created=-1e12),
    "no time": changed(created=float("nan")),
    "time without end": changed(created=float("inf")),
    "a time of 400 digits": changed(created=HUGE),
    "a time that is true": changed(created=True),
    "seconds as text": changed(seconds="3"),
    "a prompt that is a list": asked(prompt=["an otter"]),
    "a prompt that is a number": asked(prompt=3),
    "parameters as a list": asked(parameters=[1]),
    "parameters too deep": asked(parameters=deep(500)),
    "n as text": asked(n="3"),
    "n of 400 digits": asked(n=HUGE),
    "n below zero": asked(n=-1),
    "an unknown operation": asked(operation="delete"),
    "inputs as text": asked(inputs="abc"),
    "an input that leads out": asked(
        inputs=[{"role": "image", "sha256": "../../../etc/passwd", "format": "png"}]
    ),
    "an input of an unknown format": asked(
        inputs=[{"role": "image", "sha256": "0" * 64, "format": "sh", "width": 1, "height": 1, "bytes": 1}]
    ),
    "pictures as text": changed(pictures="abc"),
    "a picture that is none": changed(pictures=[None]),
    "a picture that leads out": pictured(sha256="../../../../etc/passwd"),
    "a picture with an odd hash": pictured(sha256="A" * 64),
    "a picture of an unknown format": pictured(format="svg"),
    "a picture without a width": pictured(width=0),
    "a picture of negative height": pictured(height=-5),
    "a picture of 400 digits": pictured(width=HUGE),
    "a picture numbered from 7": pictured(index=7),
    "a picture numbered below zero": pictured(index=-1),
    "a picture twice": changed(pictures=to_json(record())["pictures"] * 2),
    "usage as a list": changed(usage=[1]),
    "an error as text": changed(error="it broke"),
    "parents as numbers": changed(parents=[1, 2]),
    "a kernel that is a list": changed(kernel=[]),
    "fresh as text": changed(fresh="yes"),
    "something lost that is none": changed(lost=[[]]),
}
MARKS: dict[str, bytes] = {
    "nothing": b"",
    "a list": b"[]",
    "deep lists": b"[" * 200_000,
    "pictures as a list": b'{"pictures": [1]}',
    "a place that is none": b'{"pictures": {"x": {}}}',
    "marks as text": b'{"pictures": {"0": "starred"}}',
    "a star as text": b'{"pictures": {"0": {"starred": "yes"}}}',
    "a rating of 400 digits": json.dumps({"pictures": {"0": {"rating": HUGE}}}).encode(),
    "tags as numbers": b'{"pictures": {"0": {"tags": [1]}}}',
    "trashed as text": b'{"trashed": "yes"}',
    "trashed at no time": b'{"trashed": NaN}',
    "gone as a number": b'{"gone": 3}',
}
ABOUTS = {
    **{name: MARKS[name] for name in ("nothing", "a list", "deep lists")},
    "a name that is a list": b'{"name": []}',
}


@pytest.mark.parametrize("content", RECORDS.values(), ids=RECORDS)
def test_a_hostile_record_is_left_alone_left_out_and_told_of(folder, content):
    path = folder / "generations" / "01HOSTILE.json"
    path.write_bytes(content)
    store = Store(folder.parent, "logo")
    assert store.picture_count() == store.generation_count() == 1
    assert store.repair().unreadable == (path,)
    assert path.read_bytes() == content
    saved(store, "a fox")
    held("hostile records", "believed")


@pytest.mark.parametrize("content", MARKS.values(), ids=MARKS)
def test_hostile_marks_are_none_and_told_of(folder, content):
    [record_file] = (folder / "generations").iterdir()
    path = folder / "marks" / record_file.name
    path.write_bytes(content)
    store = Store(folder.parent, "logo")
    assert store.picture_count() == store.count(Query(starred=False)) == 1
    assert store.repair().unreadable == (path,)
    held("hostile marks", "believed")


@pytest.mark.parametrize("content", ABOUTS.values(), ids=ABOUTS)
def test_a_session_whose_name_is_damaged_is_opened_and_gets_it_back(folder, content):
    (folder / "session.json").write_bytes(content)
    assert Store(folder.parent, "logo").generation_count() == 1
    assert json.loads((folder / "session.json").read_text("utf-8"))["name"] == "logo"


@pytest.mark.parametrize("content", ABOUTS.values(), ids=ABOUTS)
def test_a_session_that_has_lost_its_name_is_opened_repaired_and_named_by_its_folder(folder, content):
    (folder / "session.json").write_bytes(content)
    [info] = sessions(folder.parent)
    session = info.open(gateway="sketch")
    assert (session.folder, len(session.history)) == (folder, 1)
    session._desk.close("")
    store = Store(folder.parent, info.name)
    assert store.repair().found == 1
    store.close()
    assert info.rename("logo").folder == folder
    assert [each.name for each in sessions(folder.parent)] == ["logo"]
    assert sorted(each.name for each in folder.parent.iterdir()) == [folder.name]


def test_a_file_of_a_hundred_megabytes_is_not_read(folder, monkeypatch):
    path = folder / "generations" / "01HOSTILE.json"
    with path.open("wb") as file:
        file.truncate(100 * 2**20)
    read: list[Path] = []
    real = type(path).read_bytes
    monkeypatch.setattr(type(path), "read_bytes", lambda each: read.append(each) or real(each))
    assert Store(folder.parent, "logo").repair().unreadable == (path,)
    assert read
    assert path not in read


ODD_NAMES = [
    "..json",
    ".json",
    "a b.json",
    "-.json",
    "小猫.json",
    "%2e%2e.json",
    "'; DROP TABLE records.json",
    "x" * 200 + ".json",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_of_an_odd_name_is_left_out(folder, name):
    (folder / "generations" / name).write_bytes(changed(id=name.removesuffix(".json")))
    assert Store(folder.parent, "logo").generation_count() == 1


# Links.

linking = pytest.mark.skipif(os.name == "nt", reason="to make links there takes a right of its own")


@linking
@pytest.mark.parametrize("name", ["generations", "pictures", "inputs", "marks", "inbox", "kernels", "saving"])
def test_a_folder_that_is_a_link_is_refused(folder, tmp_path, name):
    outside = tmp_path / "outside"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    before = sorted(outside.rglob("*"))
    with pytest.raises(errors.StoreError, match="is a link"):
        Store(folder.parent, "logo")
    assert sorted(outside.rglob("*")) == before


@linking
def test_a_picture_that_is_a_link_is_not_followed(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("mine")
    store = Store(folder.parent, "logo")
    [picture] = store.record(store.generation_at(0)).pictures
    store.path(picture).symlink_to(secret)
    with pytest.raises(errors.StoreError, match="is a link"):
        store.path(picture)
    assert store.repair().pictures_missing == (f"{store.generation_at(0)}-0",)


@linking
@pytest.mark.parametrize("name", ["index.sqlite", "session.json", "index.stamp"])
def test_a_file_that_is_a_link_is_replaced_and_what_it_led_to_stays(folder, tmp_path, name):
    outside = tmp_path / "outside"
    outside.write_text("mine")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(outside)
    store = Store(folder.parent, "logo")
    saved(store, "a fox")
    assert store.generation_count() == 2
    assert outside.read_text() == "mine"


@linking
def test_a_record_that_is_a_link_or_a_pipe_is_left_out(folder, tmp_path):
    outside = tmp_path / "01LINK.json"
    outside.write_bytes(json.dumps(to_json(record(id="01LINK"))).encode())
    (folder / "generations" / "01LINK.json").symlink_to(outside)
    os.mkfifo(folder / "generations" / "01PIPE.json")
    store = Store(folder.parent, "logo")
    assert store.generation_count() == 1
    assert store.repair().found == 1


# A repair.


def test_a_repair_tells_of_pictures_that_are_missing_and_of_files_that_nobody_names(tmp_path):
    store = Store(tmp_path, "logo")
    [generation] = saved(store, "an otter")
    stranger = store.folder / "pictures" / "mine.png"
    stranger.write_bytes(b"mine")
    repaired = store.repair()
    assert (repaired.found, repaired.pictures_missing) == (1, (f"{generation}-0",))
    assert repaired.unclaimed == (stranger,)
    assert stranger.read_bytes() == b"mine"


@pytest.mark.parametrize("damage", [b"", b"{", bytes(100)])
def test_a_record_that_was_damaged_is_written_again_out_of_the_index(tmp_path, damage):
    store = Store(tmp_path, "logo")
    [generation] = saved(store, "an otter 小猫")
    before = store.record(generation)
    path = store.folder / "generations" / f"{generation}.json"
    path.write_bytes(damage)
    assert Store(tmp_path, "logo").repair().restored == (generation,)
    assert path.with_suffix(".damaged").read_bytes() == damage
    index_of(store.folder).unlink()
    assert Store(tmp_path, "logo").record(generation) == before


def test_the_session_of_another_name_is_another_folder(tmp_path):
    assert folder_name("logo") != folder_name("logo ")
    assert Store(tmp_path, "logo").folder.name == folder_name("logo")
