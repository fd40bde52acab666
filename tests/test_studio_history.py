"""The history on the page: looking for pictures, marking them, taking settings out of files, saving."""

from __future__ import annotations

import io
import json
import threading
from typing import TYPE_CHECKING

import pytest
from PIL import Image, PngImagePlugin

from nbimagegen import ImageStudio, Session, errors, from_image
from nbimagegen.history import Settings
from nbimagegen.studio import describe, filters
from nbimagegen.studio.restored import restored
from nbimagegen.studio.uploads import Uploads
from tests.emulator import error
from tests.histories import copied, keep, record
from tests.pretend_page import PATIENCE, SMALL, press, settle

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """A history of three pictures; the oldest is of a cat."""
    session = Session("otters", gateway="sketch", home=tmp_path_factory.mktemp("drawn"))
    for prompt in ("一只橙色小猫", "a red fox", "a Fox in snow"):
        session.generate(prompt, **SMALL)
    session._desk.store.close()
    return session.folder


@pytest.fixture
def studio(drawn) -> ImageStudio:
    """A studio whose page is there, with the three pictures."""
    copied(drawn)
    studio = ImageStudio("otters", gateway="sketch")
    studio.comm.says({"kind": "hello"})
    studio.comm.wait_for("page")
    studio.comm.wait_for("thumbnail", 3)
    studio.comm.messages.clear()
    return studio


def ids(pictures) -> list[str]:
    return [each["id"] for each in pictures]


def page_of(studio, query, **fields) -> dict:
    before = len(studio.comm.heard("page"))
    studio.comm.says({"kind": "page", "offset": 0, "limit": 48, "query": query, **fields})
    return studio.comm.wait_for("page", before + 1)[-1]


def click(studio, kind, **fields) -> dict:
    """Press something and return the answer; each press is another."""
    answer = studio.comm.asks({"kind": kind, "click": f"{kind} {len(studio.comm.messages)}", **fields})
    settle()
    return answer


# Looking for pictures.

QUERIES = [
    ({}, [2, 1, 0]),
    ({"text": "猫"}, [0]),
    ({"text": "FOX"}, [2, 1]),
    ({"text": "fox", "order": "oldest"}, [1, 2]),
    ({"text": "zebra"}, []),
    ({"starred": True}, [1]),
    ({"starred": False}, [2, 0]),
    ({"rating": 3}, [0]),
    ({"order": "rating"}, [0, 2, 1]),
    ({"tag": "logo"}, [2]),
    ({"model": "sketch", "tag": "logo"}, [2]),
    ({"model": "other"}, []),
    ({"since": 9e9}, []),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=str)
def test_a_page_shows_what_fits_as_find_does(studio, query, expected):
    pictures = studio.pictures
    pictures[1].star()
    pictures[0].rate(4)
    pictures[2].tag("logo")
    page = page_of(studio, query)
    assert ids(page["pictures"]) == [pictures[each].id for each in expected]
    assert (page["total"], page["count"], page["query"]) == (len(expected), 3, query)
    assert studio.history.find(**{"order": "newest", **query}).ids == ids(page["pictures"])


def test_a_first_page_tells_what_can_be_looked_for(studio):
    studio.pictures[2].tag("小猫", "logo")
    page = page_of(studio, {})
    assert (page["models"], page["tags"]) == (["sketch"], ["logo", "小猫"])
    assert "tags" not in page_of(studio, {}, offset=1)


@pytest.mark.parametrize("order", ["newest", "oldest", "rating"])
def test_pictures_can_be_named_and_still_be_narrowed_down_and_paged(studio, order):
    oldest, middle, _ = studio.pictures
    oldest.rate(5)
    named = {"pictures": [middle.id, oldest.id, "no such-0"], "order": order}
    expected = [middle, oldest] if order == "newest" else [oldest, middle]
    assert ids(page_of(studio, named)["pictures"]) == [each.id for each in expected]
    assert ids(page_of(studio, named, offset=1)["pictures"]) == [expected[1].id]
    assert page_of(studio, named, offset=2)["pictures"] == []
    assert page_of(studio, {**named, "text": "fox"})["total"] == 1


def test_the_filter_is_one_for_python_and_the_page(studio):
    studio.filter = {"text": "猫", "order": "newest", "rating": 0, "until": "2126-11-21"}
    assert studio.filter == {"text": "猫", "until": studio.filter["until"]}
    assert [state["filter"] for state in studio.comm.updates()] == [studio.filter]
    studio.comm.sets(filter={"starred": True})
    assert studio.filter == {"starred": True}


WRONG = [
    {"txt": "fox"},
    {"text": 7},
    {"text": "x" * 1001},
    {"rating": 6},
    {"starred": "yes"},
    {"order": "best"},
    {"since": "yesterday"},
    {"pictures": ["x"] * 65},
    {"pictures": "x"},
    {"pictures": ["x"]},
    {"pictures": ["x-00"]},
    {"pictures": ["猫-0"]},
    {"pictures": ["x" * 39 + "-0"]},
    {"text": "猫" * 700, "tag": "猫" * 700},
    {"trashed": True},
    {"path": "/etc"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_no_filter_is_none_for_anybody(studio, wrong):
    with pytest.raises(errors.ParameterError):
        studio.filter = wrong
    studio.comm.messages.clear()
    studio.comm.sets(filter=wrong)
    studio.comm.says({"kind": "page", "offset": 0, "limit": 1, "query": wrong})
    assert studio.filter == {}
    assert [state["filter"] for state in studio.comm.updates()] == [{}]
    assert studio.comm.heard("page") == []


def test_a_new_picture_appears_where_it_fits_and_is_counted_where_not(studio):
    studio.filter = {"text": "fox"}
    for prompt in ("an owl", "one more fox"):
        studio.generate(prompt, **SMALL)
    owl, fox = studio.comm.wait_for("arrived", 2)
    assert (owl["pictures"], owl["total"], owl["count"]) == ([], 2, 4)
    assert ids(fox["pictures"]) == [studio.pictures[-1].id]
    assert (fox["total"], fox["count"], fox["query"]) == (3, 5, {"text": "fox"})


# Marks.


def test_marks_go_to_the_history_and_come_back_to_the_page(studio):
    oldest, middle, _ = studio.pictures
    click(studio, "star", ids=[oldest.id, middle.id], on=True)
    click(studio, "rate", ids=[oldest.id], rating=4)
    assert (oldest.starred, middle.starred, oldest.rating) == (True, True, 4)
    last = studio.comm.heard("changed")[-1]
    assert [(each["id"], each["starred"], each["rating"]) for each in last["pictures"]] == [
        (oldest.id, True, 4)
    ]
    assert studio.comm.heard("arrived") == []


def test_marks_from_python_reach_the_page(studio):
    studio.pictures[1].star()
    settle()
    [changed] = studio.comm.heard("changed")
    assert [(each["id"], each["starred"]) for each in changed["pictures"]] == [(studio.pictures[1].id, True)]
    studio.filter = {"starred": True}
    studio.pictures[1].star(on=False)
    settle()
    assert studio.comm.heard("changed")[-1]["gone"] == [studio.pictures[1].id]


def test_details_tell_the_marks_too(studio):
    studio.pictures[0].rate(2)
    studio.comm.says({"kind": "details", "id": studio.pictures[0].id})
    [told] = studio.comm.wait_for("details")
    assert (told["details"]["starred"], told["details"]["rating"]) == (False, 2)


def test_a_deletion_leaves_strip_and_selection_and_its_notice_takes_it_back(studio):
    oldest, middle, newest = studio.pictures
    studio.selected = [oldest, newest, middle]
    click(studio, "delete", ids=[oldest.id, newest.id])
    assert studio.selected == (middle.id,)
    assert len(studio.images) == studio._count == 1
    assert {each for told in studio.comm.heard("changed") for each in told["gone"]} == {oldest.id, newest.id}
    [notice] = studio._notices
    assert (notice["message"], notice["restore"]) == ("2 pictures are in the trash.", 2)
    click(studio, "restore", notice=notice["id"])
    assert len(studio.images) == studio._count == 3


@pytest.mark.parametrize("index", ["00", "٠", "+0", "0 ", "9" * 200])  # noqa: RUF001 - a zero elsewhere
def test_a_picture_has_one_id_alone(studio, index):
    other = f"{studio.history[0].id}-{index}"
    assert click(studio, "delete", ids=[other])["kind"] == "refused"
    assert (other in studio.history, studio._count) == (False, 3)


def test_a_deletion_counts_each_picture_once(studio):
    picture = studio.pictures[0]
    click(studio, "delete", ids=[picture.id, picture.id])
    [notice] = studio._notices
    assert (notice["message"], notice["restore"]) == ("1 picture is in the trash.", 1)


def test_only_the_last_deletion_is_offered_back_and_pythons_own_not(studio):
    oldest, middle, newest = studio.pictures
    click(studio, "delete", ids=[oldest.id])
    click(studio, "delete", ids=[middle.id])
    newest.delete()
    settle()
    [notice] = studio._notices
    click(studio, "restore", notice=notice["id"])
    assert studio.pictures.ids == [middle.id]


def test_the_last_change_can_be_taken_back_until_there_is_none(studio):
    picture = studio.pictures[0]
    click(studio, "rate", ids=[picture.id], rating=4)
    assert click(studio, "undo")["kind"] == "acknowledged"
    assert picture.rating == 0
    assert click(studio, "undo")["message"] == "There is nothing to take back."


def test_a_mark_that_is_delivered_twice_is_set_once(studio):
    message = {"kind": "undo", "click": "the same"}
    studio.pictures[0].star()
    studio.pictures[1].star()
    for _ in range(2):
        studio.comm.says(message)
    studio.comm.wait_for("acknowledged", 2)
    assert [each.starred for each in studio.pictures[:2]] == [True, False]


@pytest.mark.parametrize("kind", ["star", "rate", "delete"])
def test_what_is_not_there_is_not_marked(studio, kind):
    fields = {"star": {"on": True}, "rate": {"rating": 1}}.get(kind, {})
    assert click(studio, kind, ids=["no such-0"], **fields)["kind"] == "refused"


def test_a_mark_brings_no_notice_back_that_was_dismissed(emulator):
    remote = ImageStudio("otters", base_url=emulator.base_url, model="any")
    emulator.next(error(500, "broken"))
    with pytest.raises(errors.ServerError):
        remote.generate("an otter")
    settle()
    [notice] = remote._notices
    remote.comm.says({"kind": "dismiss", "notice": notice["id"]})
    remote.history[-1].delete()
    settle()
    assert remote._notices == []


def test_the_state_stays_small_with_a_large_deletion_and_filter(studio):
    for _ in range(6):
        keep(studio.history._store, record(pictures=10, created=4e9))
    made = list(studio.pictures)[-60:]
    studio.selected = made
    click(studio, "delete", ids=[each.id for each in made])
    studio.selected = list(studio.pictures)[-60:]
    studio.filter = {"text": "猫" * 1000, "pictures": [each.id for each in made[-24:]]}
    state = {name: each for name, each in studio.get_state().items() if name not in {"_esm", "_css"}}
    assert len(json.dumps(state)) < 16_000


# Files that come in.


def picture_of(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


A1111 = picture_of(
    parameters="a fox, ink\nNegative prompt: blurry\nSteps: 20, Seed: 7, Size: 512x768, Model: v1-5"
)


def read(studio, data: bytes, size: int = 4 * 2**20) -> dict:
    """Send a file as the page does, in parts, and return what was said of it."""
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    before = len(studio.comm.heard("settings"))
    for place, part in enumerate(parts):
        message = {
            "kind": "read",
            "click": f"part {place} of file {before}",
            "upload": "one",
            "part": place,
            "parts": len(parts),
        }
        studio.comm.says(message, part)
    return studio.comm.wait_for("settings", before + 1)[-1]


def test_a_picture_of_ours_brings_prompt_model_and_settings_back(studio):
    made = studio.generate("an otter\non ice", seed=7, **SMALL).pictures[0]
    count = len(studio.history)
    studio.prompt, studio.parameters = "mine", {"style": "ink"}
    told = read(studio, made.with_metadata(), size=10_000)
    assert (told["upload"], told["found"]) == ("one", True)
    assert (studio.prompt, studio.model) == ("an otter\non ice", "sketch")
    assert studio.parameters == {"seed": 7, **SMALL}
    settle()
    assert len(studio.history) == count


def test_other_softwares_settings_go_to_the_chosen_model_as_far_as_it_takes_them(studio):
    told = read(studio, A1111)
    assert told["message"].startswith(
        "The prompt and 2 settings of that picture are in the controls, as AUTOMATIC1111"
    )
    assert (studio.prompt, studio.model) == ("a fox, ink", "sketch")
    assert studio.parameters == {"seed": 7, "size": "512x768"}


@pytest.mark.parametrize(
    "data", [picture_of(), b"no picture", b"\x89PNG\r\n\x1a\n"], ids=["bare", "text", "cut"]
)
def test_a_file_that_tells_nothing_says_so_and_changes_nothing(studio, data):
    studio.prompt = "mine"
    told = read(studio, data)
    assert (told["found"], studio.prompt) == (False, "mine")
    assert "no prompt" in told["message"]


def settings(**fields) -> Settings:
    return Settings(**{"prompt": "a fox", "origin": "nbimagegen", "model": "gpt-image-1", **fields})


RESTORED = [
    # What the file tells, the chosen gateway and model; the model and the parameters afterwards.
    (
        settings(parameters={"quality": "high", "bogus": 1}),
        "openai",
        "dall-e-3",
        "gpt-image-1",
        {"quality": "high"},
    ),
    (settings(parameters={"quality": "ultra"}), "openai", "dall-e-3", "gpt-image-1", {}),
    (settings(model="other"), "openai", "dall-e-3", "dall-e-3", {}),
    (settings(gateway="evil", n=10, extra={"x": 1}), "openai", "gpt-image-1", "gpt-image-1", {}),
    (settings(model="unknown", parameters={"a": 1}), "openai", "unknown", "unknown", {}),
    (settings(origin="InvokeAI", model="gpt-image-1"), "openai", "dall-e-3", "dall-e-3", {}),
    (settings(model="listed"), "openai", "dall-e-3", "listed", {}),
]


@pytest.mark.parametrize(("told", "gateway", "chosen", "model", "parameters"), RESTORED)
def test_a_file_fills_the_prompt_an_offered_model_and_checked_parameters_only(
    told, gateway, chosen, model, parameters
):
    row = ImageStudio("otters", gateway="sketch").session.row(gateway)
    found = restored(told, row, chosen, ["listed"])
    assert (found.prompt, found.model, dict(found.parameters)) == ("a fox", model, parameters)


def test_parts_come_in_order_and_few_uploads_are_open_at_once():
    uploads = Uploads()

    def part(upload: str, place: int, of: int = 2) -> list[bytes] | None:
        return uploads.take({"upload": upload, "part": place, "parts": of, "data": b"x"})

    assert (part("one", 0), part("one", 1), part("two", 0, 1)) == (None, [b"x", b"x"], [b"x"])
    with pytest.raises(errors.InputError):
        part("three", 1)
    for each in ("four", "five", "six"):
        part(each, 0)
    with pytest.raises(errors.InputError):
        part("four", 1)


def test_few_whole_uploads_wait_and_the_next_is_taken_when_one_was_read():
    uploads = Uploads()

    def whole(upload: str) -> list[bytes] | None:
        return uploads.take({"upload": upload, "part": 0, "parts": 1, "data": b"x"})

    assert (whole("one"), whole("two")) == ([b"x"], [b"x"])
    with pytest.raises(errors.InputError, match="still being read"):
        whole("three")
    uploads.done()
    assert whole("three") == [b"x"]


def test_a_file_is_read_while_gateways_are_slow_and_one_after_another(studio):
    answer = threading.Event()
    for _ in range(2):
        studio._browser._line.errands.submit(answer.wait, PATIENCE)
    assert [read(studio, A1111)["found"] for _ in range(4)] == [True] * 4
    answer.set()


@pytest.mark.parametrize("held", [(), (b"x", b"x"), (b"",), (b"x" * (4 * 2**20 + 1),)], ids=len)
def test_a_part_without_its_bytes_or_with_too_many_is_no_message(studio, held):
    studio.comm.says({"kind": "read", "click": "1", "upload": "one", "part": 0, "parts": 1}, *held)
    settle()
    assert studio.comm.messages == []


# Files that go out.


def test_a_download_is_the_file_with_how_it_was_made_and_the_original_stays(studio):
    picture = studio.pictures[1]
    before = picture.bytes
    studio.comm.says({"kind": "file", "id": picture.id})
    [told] = studio.comm.wait_for("file")
    assert (told["id"], told["type"]) == (picture.id, "image/png")
    assert told["name"] == f"a-red-fox-{picture.id}.png"
    [data] = told["buffers"]
    assert from_image(data).prompt == "a red fox"
    assert picture.bytes == before != data


def test_a_download_that_cannot_be_says_why(studio):
    studio.comm.says({"kind": "file", "id": "no such-0"})
    [missing] = studio.comm.wait_for("missing")
    assert (missing["id"], missing["what"]) == ("no such-0", "file")


NAMES = {
    "一只橙色小猫": "一只橙色小猫-",
    "../../etc/passwd": "etc-passwd-",
    'a "fox": <ink>\n?': "a-fox-ink-",
    "\u202egnp.exe": "gnp-exe-",
    "?!": "",
    "x" * 200: "x" * 50 + "-",
}


@pytest.mark.parametrize(("prompt", "start"), NAMES.items(), ids=NAMES.values())
def test_a_files_name_is_of_its_prompt_and_harmless(prompt, start):
    studio = ImageStudio("names", gateway="sketch")
    [picture] = studio.generate(prompt, **SMALL).pictures
    assert describe.file_name(picture) == f"{start}{picture.id}.png"


# What is news and what is not.


def test_in_a_later_studio_a_mark_is_no_news(studio):
    again = ImageStudio(studio.session)
    again.comm.says({"kind": "hello"})
    again.pictures[0].star()
    settle()
    assert again.comm.heard("arrived") == []
    assert len(again.comm.heard("changed")) == 1


def test_a_click_shows_its_picture_and_a_mark_of_it_leaves_the_selection_alone(studio):
    studio.comm.asks(press("one click"))
    made = studio.history[-1].wait(PATIENCE)
    settle()
    studio.selected = [studio.pictures[0]]
    made.pictures[0].rate(5)
    settle()
    assert studio.selected == (studio.pictures[0].id,)
    assert len(studio.comm.heard("arrived")) == 1


def test_a_filter_is_empty_for_what_asks_for_nothing():
    asking_nothing = {
        "text": "",
        "starred": None,
        "rating": 0,
        "order": "newest",
        "pictures": [],
        "since": None,
    }
    assert filters.checked(asking_nothing) == {}
