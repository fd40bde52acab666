"""A history that leaves: an image folder with its metadata, contact sheets, and no secret."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from nbimagegen import Session, errors, from_image
from nbimagegen.history.portable.undo import recipe, undone
from tests.histories import copied

SMALL = {"size": "256x256"}
SCRIPT = '<script>alert("x")</script> 橙色小猫'


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    session = Session("market", gateway="sketch", parameters=SMALL, home=tmp_path_factory.mktemp("market"))
    session.generate("lanterns", n=2)
    session.generate(SCRIPT, output_format="webp")
    session.edit(session.pictures[0], "add rain", output_format="jpeg")
    session.pictures[0].star()
    session.pictures[2].tag("cats", "小猫")
    session.pictures[2].rate(4)
    session.pictures[2].note = "for the wall"
    session._desk.store.close()
    return session.folder


@pytest.fixture
def session(market) -> Session:
    copied(market)
    return Session("market", gateway="sketch", parameters=SMALL)


def rows(folder: Path) -> list[dict]:
    return [json.loads(each) for each in (folder / "metadata.jsonl").read_text("utf-8").splitlines()]


def test_an_export_is_an_image_folder_with_a_row_for_each_picture(session, tmp_path):
    done = session.history.export(tmp_path / "out")
    assert (done.path, done.generations, done.pictures, done.missing) == (tmp_path / "out", 3, 4, ())
    found = rows(done.path)
    assert [each["id"] for each in found] == session.pictures.ids
    assert [each["prompt"] for each in found] == ["lanterns", "lanterns", SCRIPT, "add rain"]
    assert [each["starred"] for each in found] == [True, False, False, False]
    assert found[2]["tags"] == ["cats", "小猫"]
    assert found[3]["parents"] == [session.pictures[0].id]
    for each in found:
        assert Image.open(done.path / each["file_name"]).size == (256, 256)


def test_hugging_face_datasets_load_it(session, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    datasets = pytest.importorskip("datasets")
    session.history.export(tmp_path / "out")
    cache = str(tmp_path / "cache")
    [found] = datasets.load_dataset("imagefolder", data_dir=str(tmp_path / "out"), cache_dir=cache).values()
    assert found.num_rows == 4
    assert found[2]["prompt"] == SCRIPT
    assert found[2]["rating"] == 4
    assert found[0]["image"].size == (256, 256)
    kinds = {name: str(getattr(kind, "dtype", kind)) for name, kind in found.features.items()}
    assert (kinds["prompt"], kinds["width"], kinds["seconds"], kinds["starred"]) == (
        "string",
        "int64",
        "float64",
        "bool",
    )


def test_each_picture_tells_how_it_was_made(session, tmp_path):
    done = session.history.export(tmp_path / "out")
    for each in rows(done.path):
        assert from_image(done.path / each["file_name"]).prompt == each["prompt"]


def test_without_metadata_the_files_are_the_very_bytes(session, tmp_path):
    done = session.history.export(tmp_path / "out", metadata=False)
    found = [(done.path / each["file_name"]).read_bytes() for each in rows(done.path)]
    assert found == [each.bytes for each in session.pictures]


CHOICES = {
    "starred": lambda _: "starred",
    "found": lambda history: history.find(starred=True),
    "listed": lambda history: [history.pictures[0]],
    "one": lambda history: history.pictures[0],
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_leaves_may_be_chosen(session, tmp_path, choice):
    done = session.history.export(tmp_path / "out", CHOICES[choice](session.history))
    assert [each["id"] for each in rows(done.path)] == [session.pictures[0].id]


@pytest.mark.parametrize("what", ["best", 7, ["not a picture"], None])
def test_what_cannot_leave_is_said(session, tmp_path, what):
    with pytest.raises(errors.InputError):
        session.history.export(tmp_path / "out", what)
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_another_history_do_not_leave_with_it(session, tmp_path):
    other = Session("other", gateway="sketch", parameters=SMALL)
    other.generate("a fox")
    with pytest.raises(errors.InputError, match="no picture of this history"):
        session.history.export(tmp_path / "out", other.pictures)


def test_what_is_in_the_trash_stays(session, tmp_path):
    session.pictures[1].delete()
    done = session.history.export(tmp_path / "out")
    assert done.pictures == 3


def test_a_picture_whose_file_is_gone_is_told(session, tmp_path):
    gone = session.pictures[1]
    gone.path.unlink()
    done = session.history.export(tmp_path / "out")
    assert done.missing == (gone.id,)
    assert done.pictures == 3


def test_a_picture_that_has_become_a_link_is_told_and_does_not_leave(session, tmp_path):
    linked = session.pictures[0]
    linked.path.symlink_to(linked.path.rename(tmp_path / "elsewhere.png"))
    [path] = session.history[-1].inputs
    path.symlink_to(path.rename(tmp_path / "sent.png"))
    done = session.history.export(tmp_path / "out")
    assert (done.missing, done.pictures) == ((linked.id,), 3)
    assert not [*done.path.rglob(path.name)]


def test_nothing_is_written_over(session, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "mine.zip").write_text("mine")
    for each in ("full", "mine.zip"):
        with pytest.raises(errors.InputError, match="there already"):
            session.history.export(tmp_path / each)
    (tmp_path / "empty").mkdir()
    assert session.history.export(tmp_path / "empty").pictures == 4


def test_an_export_that_fails_leaves_nothing_behind(session, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(errors.StoreError, match="No space left"):
        session.history.export(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_zip_is_the_same_each_time_and_packs_no_picture_again(session, tmp_path):
    one, two = (session.history.export(tmp_path / name).path for name in ("one.zip", "two.zip"))
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        kinds = {Path(each.filename).suffix: each.compress_type for each in archive.infolist()}
    assert kinds[".png"] == kinds[".webp"] == kinds[".jpg"] == zipfile.ZIP_STORED
    assert kinds[".jsonl"] == kinds[".html"] == zipfile.ZIP_DEFLATED


def test_no_path_of_this_machine_and_no_key_leaves(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-0123456789abcdef")
    path = Session(str(tmp_path / "folder" / "otters.ipynb"), gateway="sketch", parameters=SMALL)
    path.generate("an otter", extra={"client_secret": "sk-canary-0123456789abcdef"})
    done = path.history.export(tmp_path / "out.zip")
    with zipfile.ZipFile(done.path) as archive:
        whole = b"".join(archive.read(each) for each in archive.namelist())
        about = json.loads(archive.read("__nbimagegen__/export.json"))
    for secret in (
        b"sk-canary",
        str(tmp_path).encode(),
        str(path.folder).encode(),
        str(Path.home()).encode(),
    ):
        assert secret not in whole
    assert about["session"] == "otters.ipynb"


def test_the_contact_sheet_is_a_page_that_loads_and_runs_nothing(session, tmp_path):
    done = session.history.export(tmp_path / "out")
    page = (done.path / "contact-sheet.html").read_text("utf-8")
    assert page.count("<figure>") == 4
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_contact_sheet_is_an_image_too(session, tmp_path):
    done = session.history.export(tmp_path / "out")
    sheet = Image.open(done.path / "contact-sheet.png")
    assert sheet.format == "PNG"
    assert sheet.width > 256


def test_an_empty_history_leaves_too(tmp_path):
    done = Session("empty", gateway="sketch").history.export(tmp_path / "out")
    assert (done.generations, done.pictures) == (0, 0)


CHANGES = {
    "something put in": (b"abcdef" * 50, b"abc" + b"XX" + b"def" + b"abcdef" * 49),
    "a new head": (b"RIFF1234" + bytes(range(256)), b"RIFF5678VP8X" + bytes(range(256)) + b"XMP"),
    "nothing": (b"abc", b"abc"),
    "empty": (b"", b"XMP"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_written_into_a_file_can_be_taken_out_again(change):
    received, leaving = CHANGES[change]
    assert undone(leaving, recipe(received, leaving)) == received


def test_a_file_that_was_written_anew_has_no_short_way_back():
    assert recipe(bytes(range(256)) * 50, bytes(reversed(range(256))) * 50) is None


@pytest.mark.parametrize(
    "made", [None, 7, [], {}, {"start": -1, "then": 0, "length": 1, "put": ""}, {"start": "0"}]
)
def test_a_recipe_that_is_none_leaves_a_file_as_it_is(made):
    assert undone(b"abc", made) == b"abc"
