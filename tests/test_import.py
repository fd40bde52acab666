"""An export comes back whole; one that was made to do harm does none."""

from __future__ import annotations

import contextlib
import json
import shutil
import stat
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from nbimagegen import Session, errors
from nbimagegen.history.portable import reading, sources
from nbimagegen.records import to_json
from nbimagegen.store import new_id
from tests.histories import copied

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {"size": "256x256"}
OWN = "__nbimagegen__"


def opened(name: str) -> Session:
    return Session(name, gateway="sketch", parameters=SMALL)


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    """Where a history is of which each test has a copy, since to make it takes long."""
    session = Session("market", gateway="sketch", parameters=SMALL, home=tmp_path_factory.mktemp("market"))
    session.generate("lanterns", n=2)
    session.generate("橙色小猫", output_format="webp")
    session.edit(np.zeros((64, 64, 3), dtype=np.uint8), "add rain", output_format="jpeg")
    session.edit(session.pictures[0], "add snow")
    session.pictures[0].star()
    session.pictures[2].tag("cats", "小猫")
    session.pictures[2].rate(4)
    session.pictures[2].note = "for the wall"
    session._desk.store.close()
    return session.folder


@pytest.fixture
def session(market) -> Session:
    copied(market)
    return opened("market")


@pytest.fixture(scope="module")
def packed(market, tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("packed") / "out.zip"
    session = Session("market", gateway="sketch", home=market.parent)
    return session.history.export(path).path.read_bytes()


@pytest.fixture
def zipped(packed, tmp_path) -> Path:
    """A zip that was exported."""
    (tmp_path / "out.zip").write_bytes(packed)
    return tmp_path / "out.zip"


@pytest.mark.parametrize("name", ["out", "out.zip"])
@pytest.mark.parametrize("metadata", [True, False])
def test_all_comes_back_as_it_was_received(session, tmp_path, name, metadata):
    session.history.export(tmp_path / name, metadata=metadata)
    copy = opened("copy")
    done = copy.history.import_(tmp_path / name)
    assert (done.generations, done.pictures, done.known, done.refused) == (4, 5, (), {})
    assert [each.id for each in copy.pictures] == session.pictures.ids
    for own, other in zip(session.pictures, copy.pictures, strict=True):
        assert other.bytes == own.bytes
        assert (other.starred, other.rating, other.tags, other.note) == (
            own.starred,
            own.rating,
            own.tags,
            own.note,
        )
    for own, other in zip(session.history, copy.history, strict=True):
        assert to_json(other.record) == {**to_json(own.record), "kernel": ""}
        assert [each.read_bytes() for each in other.inputs] == [each.read_bytes() for each in own.inputs]


def test_what_is_here_already_stays_as_it_is(session, tmp_path):
    session.history.export(tmp_path / "out")
    session.pictures[0].star(on=False)
    done = session.history.import_(tmp_path / "out")
    assert (done.generations, len(done.known)) == (0, 4)
    assert not session.pictures[0].starred


def test_of_a_part_of_a_generation_the_pictures_keep_their_numbers(session, tmp_path):
    second = session.pictures[1]
    session.history.export(tmp_path / "out", second)
    copy = opened("copy")
    assert copy.history.import_(tmp_path / "out").pictures == 1
    assert copy.pictures.ids == [second.id]
    assert copy.pictures[0].bytes == second.bytes


def test_what_came_back_stays_after_a_repair(session, tmp_path):
    session.history.export(tmp_path / "out", "starred")
    copy = opened("copy")
    copy.history.import_(tmp_path / "out")
    copy.history._store.repair()
    assert copy.pictures.ids == [session.pictures[0].id]
    assert copy.pictures[0].starred


def test_emptying_the_trash_meanwhile_takes_nothing_that_comes_in(session, tmp_path, monkeypatch):
    session.history.export(tmp_path / "out")
    here = opened("here")
    here.history.import_(tmp_path / "out")
    for each in here.history:
        each.delete()
    arrive = reading.arrive

    def emptied(store, record, *rest):
        here.history.empty_trash()
        arrive(store, replace(record, id=new_id()), *rest)

    monkeypatch.setattr(reading, "arrive", emptied)
    monkeypatch.setattr(here._desk.store, "records", lambda _: [])
    here.history.import_(tmp_path / "out")
    monkeypatch.undo()
    assert here._desk.store.repair().pictures_missing == ()
    assert all(file.exists() for each in here.history for file in each.inputs)
    assert here.history.picture_count == 5


def test_failed_generations_come_back_too(tmp_path):
    session = opened("failing")
    with pytest.raises(errors.ImageGenError):
        session.generate("an otter", extra={"n": "many"}, size="256x256", model="no-such-model")
    session.history.export(tmp_path / "out")
    copy = opened("copy")
    copy.history.import_(tmp_path / "out")
    assert [each.status for each in copy.history] == [each.status for each in session.history]


# Hostile exports: each is a good one, with one thing changed.


@pytest.fixture(scope="module")
def best(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("best")
    session = Session("good", gateway="sketch", parameters=SMALL, home=folder)
    session.edit(np.full((64, 64, 3), 7, dtype=np.uint8), "lanterns", n=2)
    return session.history.export(folder / "good").path


@pytest.fixture
def good(best, tmp_path) -> Path:
    """A folder that was exported, with one generation of two pictures."""
    return shutil.copytree(best, tmp_path / "good")


def only(good):
    [path] = (good / OWN / "generations").iterdir()
    return path


def rewritten(change):
    """Return what changes the one generation's file."""

    def attack(good):
        path = only(good)
        plain = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(change(plain) or plain), "utf-8")

    return attack


def record(**values):
    return rewritten(lambda plain: plain["record"].update(values))


def request(**values):
    return rewritten(lambda plain: plain["record"]["request"].update(values))


def told(**values):
    return rewritten(lambda plain: plain["record"]["pictures"][0].update(values))


def marked(**values):
    return rewritten(lambda plain: plain["pictures"]["0"]["marks"].update(values))


def text(content):
    return lambda good: only(good).write_text(content, "utf-8")


def renamed(name):
    return lambda good: only(good).rename(only(good).with_name(name))


def picture_is(data):
    def attack(good):
        for path in (good / "pictures").iterdir():
            path.write_bytes(data)

    return attack


def linked(where):
    """Put a link to a good picture's or a record's copy in its place."""

    def attack(good):
        path = only(good) if where == "record" else next((good / "pictures").iterdir())
        aside = good.parent / f"aside{path.suffix}"
        shutil.move(path, aside)
        path.symlink_to(aside)

    return attack


def linked_folder(good):
    shutil.move(good / OWN / "generations", good.parent / "aside")
    (good / OWN / "generations").symlink_to(good.parent / "aside")


def false_input(good):
    [path] = (good / OWN / "inputs").iterdir()
    Image.new("RGB", (64, 64), "red").save(path)


def deep(count):
    return "[" * count + "]" * count


def huge_picture(good):
    for path in (good / "pictures").iterdir():
        Image.new("1", (20_000, 20_000)).save(path, "PNG")


HOSTILE = {
    "an id that is a path": record(id="../../etc/passwd"),
    "an id of another generation": record(id="01ARZ3NDEKTSV4RRFFQ69G5FAV"),
    "a file name that is no id": renamed("otter.json"),
    "a file name with a long id": renamed("0" * 200 + ".json"),
    "a hash that is a path": told(sha256="../../../evil"),
    "a format that is a path": told(format="png/../../evil"),
    "a format of scripts": told(format="svg"),
    "pictures not numbered from 0": told(index=5),
    "a width of no number": told(width="wide"),
    "an input's hash that is a path": request(inputs=[{"role": "image", "sha256": "../x", "format": "png"}]),
    "a prompt of no text": request(prompt={"a": 1}),
    "parameters of no table": request(parameters=["a"]),
    "extra that is too deep": request(extra={"a": json.loads(deep(90))}),
    "a status that is under way": record(status="running"),
    "a status that is none": record(status="won"),
    "a moment beyond all calendars": record(created=1e300),
    "a moment that is no number": text('{"record": {"created": NaN}, "pictures": {}}'),
    "no record": text("{}"),
    "no object": text("[]"),
    "no JSON": text("\x00\x01"),
    "JSON that is too deep": text(deep(100_000)),
    "a number with many digits": text('{"record": ' + "9" * 10_000 + "}"),
    "a record that is too large": text('{"record": "' + "x" * (reading.MAX_RECORD + 1) + '"}'),
    "a picture that is not listed by the record": rewritten(
        lambda plain: plain["pictures"].update({"7": {}})
    ),
    "a picture at a place below zero": rewritten(lambda plain: plain["pictures"].update({"-1": {}})),
    "a picture at a place that is a path": rewritten(lambda plain: plain["pictures"].update({"../x": {}})),
    "a picture that is a page": picture_is(b"<html><script>alert(1)</script>"),
    "a picture that is a drawing with scripts": picture_is(b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "a picture that is empty": picture_is(b""),
    "a picture of too many pixels": huge_picture,
    "a picture of another format": picture_is(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
    "a picture that is a link": linked("picture"),
    "a record that is a link": linked("record"),
    "an input that is another picture": false_input,
    "a rating that is none": marked(rating=99),
    "tags that are none": marked(tags=[["a"]]),
    "a tag of several lines": marked(tags=["a\nb"]),
    "a note of a megabyte": marked(note="x" * 2**20),
    "marks that are none": rewritten(lambda plain: plain["pictures"]["0"].update(marks=7)),
    "a picture that is missing": lambda good: next((good / "pictures").iterdir()).unlink(),
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_generation_that_cannot_be_is_refused_as_a_whole(good, attack):
    HOSTILE[attack](good)
    copy = opened("copy")
    done = copy.history.import_(good)
    assert (done.generations, done.pictures) == (0, 0)
    [reason] = done.refused.values()
    assert reason
    assert len(copy.history) == 0
    assert list((copy.folder / "pictures").iterdir()) == list((copy.folder / "inputs").iterdir()) == []


def test_a_bad_generation_costs_the_others_nothing(session, tmp_path):
    out = session.history.export(tmp_path / "out").path
    first = min((out / OWN / "generations").iterdir())
    first.write_text("{", "utf-8")
    done = opened("copy").history.import_(out)
    assert (done.generations, list(done.refused)) == (3, [first.stem])


TAMPERED = {
    "other sizes than the file has": told(width=9999, height=1, bytes=3),
    "another hash than the file has": told(sha256="0" * 64),
    "a recipe that gives something else": rewritten(
        lambda plain: plain["pictures"]["0"].update(
            received={"start": 0, "put": "QQ==", "then": 9, "length": 5}
        )
    ),
}


@pytest.mark.parametrize("change", TAMPERED)
def test_a_record_says_of_a_picture_what_it_is_and_not_what_the_export_says(good, change):
    TAMPERED[change](good)
    copy = opened("copy")
    assert copy.history.import_(good).generations == 1
    own = copy.pictures[0]
    assert (own.width, own.height, own.record.bytes) == (256, 256, len(own.bytes))
    assert own.path.name.startswith(own.sha256)
    copy.history._store.repair()


NO_EXPORTS = {
    "an empty folder": lambda path: path.mkdir(),
    "a file of text": lambda path: path.write_text("hello"),
    "nothing at all": lambda _: None,
    "a zip without anything": lambda path: zipfile.ZipFile(path, "w").close(),
}


@pytest.mark.parametrize("thing", NO_EXPORTS)
def test_what_is_no_export_is_said(tmp_path, thing):
    NO_EXPORTS[thing](tmp_path / "thing")
    with pytest.raises(errors.InputError):
        opened("copy").history.import_(tmp_path / "thing")


def test_an_export_of_a_later_version_asks_for_an_update(good):
    (good / OWN / "export.json").write_text('{"format": 99}')
    with pytest.raises(errors.InputError, match="pip install -U"):
        opened("copy").history.import_(good)


def test_a_folder_of_records_that_is_a_link_is_not_followed(good):
    linked_folder(good)
    with pytest.raises(errors.InputError):
        opened("copy").history.import_(good)


def entry(name="a.txt", *, mode=stat.S_IFREG | 0o600, data=b"x", method=zipfile.ZIP_STORED):
    info = zipfile.ZipInfo(name)
    info.filename = info.orig_filename = name  # as it is, on every system
    info.external_attr = mode << 16
    info.compress_type = method
    return info, data


ZIPS = {
    "a path upwards": [entry("../evil.txt")],
    "a path upwards within": [entry("pictures/../../evil.txt")],
    "an absolute path": [entry("/etc/passwd")],
    "a path of Windows": [entry("C:/evil.txt")],
    "a path upwards of Windows": [entry("..\\evil.txt")],
    "a link": [entry("pictures/a.png", mode=stat.S_IFLNK | 0o777, data=b"/etc/passwd")],
    "a pipe": [entry("pictures/a.png", mode=stat.S_IFIFO | 0o600)],
    "the same name twice": [entry("a.txt"), entry("a.txt")],
    "the same name in other letters": [entry("a.txt"), entry("A.TXT")],
    "a file under a file's name": [entry("a.txt"), entry("a.txt/")],
    "a bomb": [entry("a.txt", data=bytes(8 * 2**20), method=zipfile.ZIP_DEFLATED)],
    "packed in an odd way": [entry("a.txt", method=zipfile.ZIP_BZIP2)],
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("attack", ZIPS)
def test_a_zip_that_is_made_to_do_harm_is_refused_as_a_whole(zipped, tmp_path, attack):
    with zipfile.ZipFile(zipped, "a") as archive:
        for info, data in ZIPS[attack]:
            archive.writestr(info, data, compress_type=info.compress_type)
    copy = opened("copy")
    with pytest.raises(errors.InputError, match="not taken in"):
        copy.history.import_(zipped)
    assert len(copy.history) == 0
    assert not (tmp_path / "evil.txt").exists()


@pytest.mark.parametrize("limit", ["MAX_FILES", "MAX_BYTES"])
def test_a_zip_beyond_all_measure_is_refused(zipped, monkeypatch, limit):
    monkeypatch.setattr(sources, limit, 3)
    with pytest.raises(errors.InputError, match="not taken in"):
        opened("copy").history.import_(zipped)


def test_a_damaged_zip_is_refused_or_gives_what_is_whole(session, zipped):
    whole = zipped.read_bytes()
    for at in range(0, len(whole), len(whole) // 12):
        zipped.write_bytes(whole[:at] + b"\xff" * 40 + whole[at + 40 :])
        copy = opened(f"copy {at}")
        with contextlib.suppress(errors.InputError):
            copy.history.import_(zipped)
        for each in copy.pictures:
            assert each.bytes in [own.bytes for own in session.pictures]


def test_a_picture_larger_than_the_limit_is_refused(good, monkeypatch):
    monkeypatch.setattr(reading, "MAX_PICTURE", 10)
    assert "too large" in str(opened("copy").history.import_(good).refused)
