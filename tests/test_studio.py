"""`ImageStudio` without a browser: a recorder stands where the page would be, and says what it may."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import Any

import ipywidgets
import pytest

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.history import Picture
from nbimagegen.store import Store
from nbimagegen.studio.strip import FIRST_SEEN
from tests.emulator import error
from tests.histories import keep, record
from tests.pretend_page import PATIENCE, SMALL, held_up, press, settle

SECRET = "sk-canary-0123456789"


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def studio() -> ImageStudio:
    return ImageStudio("otters", gateway="sketch")


@pytest.fixture
def remote(emulator) -> ImageStudio:
    """A studio with the emulated gateway."""
    return ImageStudio("otters", base_url=emulator.base_url, model="any")


@contextmanager
def watched(studio):
    """The names and values of traits that change in the block."""
    changes: list[tuple[str, Any]] = []
    studio.observe(lambda change: changes.append((change["name"], change["new"])))
    yield changes
    studio.unobserve_all()


# Traits, set from Python and from the page.

STATE = {
    "prompt": "一只水獭",
    "n": 3,
    "parameters": {"seed": 7},
    "extra": {"deep": {"er": [1]}},
    "model": "gpt-image-1",
}


@pytest.mark.parametrize(("name", "value"), STATE.items(), ids=STATE)
def test_a_control_can_be_set_and_observed_from_both_sides(studio, name, value):
    before = getattr(studio, name)
    with watched(studio) as changes:
        setattr(studio, name, value)
        setattr(studio, name, before)
        studio.comm.sets(**{name: value})
    assert [new for changed, new in changes if changed == name] == [value, before, value]
    assert getattr(studio, name) == value


def test_what_the_page_set_is_not_sent_back_to_it(studio):
    studio.comm.sets(prompt="an ott", n=2)
    assert [state for state in studio.comm.updates() if {"prompt", "n"} & set(state)] == []


def test_the_gateway_can_be_set_and_brings_its_default_model(studio):
    studio.comm.sets(gateway="xty")
    assert (studio.gateway, studio.model) == ("xty", "gemini-3.1-flash-image-preview")
    studio.gateway = "rivus"
    assert studio.model == "gemini-3-pro-image-preview"
    with pytest.raises(errors.UnknownGatewayError):
        studio.gateway = "midjourney"
    assert studio.gateway == "rivus"


NOT_FOR_THE_PAGE = {
    "running": [{"id": "1"}],
    "_running_count": 7,
    "_count": 7,
    "_notices": [{"id": "1"}],
    "_budget": {"images": {"spent": 0, "limit": 9}},
    "_estimate": {"usd": 0},
    "_esm": "export default {}",
    "_css": "body {}",
    "_model_name": "Other",
    "_view_module": "other",
    "layout": "IPY_MODEL_0",
    "tabbable": True,
    "tooltip": "mine",
}
NO_VALUES = [
    ("prompt", 7),
    ("prompt", None),
    ("prompt", "x" * 1_000_001),
    ("gateway", "midjourney"),
    ("gateway", "custom"),
    ("gateway", None),
    ("gateway", ["sketch"]),
    ("model", 7),
    ("model", "two\nlines"),
    ("model", "x" * 301),
    ("n", 0),
    ("n", 11),
    ("n", 2.5),
    ("n", "3"),
    ("n", True),
    ("parameters", []),
    ("parameters", None),
    ("parameters", {"x": "y" * 200_000}),
    ("extra", "text"),
    ("extra", {"x": float("nan")}),
    ("extra", {"half a character": "\ud83e"}),
    ("parameters", {"half a name \ud83e": 1}),
    ("selected", "otter"),
    ("selected", [7]),
    ("selected", [["x"]]),
    ("selected", {"x": 1}),
    ("selected", ["no such picture"]),
]
UNKNOWN = {
    "session": "other",
    "comm": None,
    "history": [],
    "keys": [],
    "_session": "x",
    "otter": 1,
    "__class__": "x",
}


@pytest.mark.parametrize(("name", "value"), [*NOT_FOR_THE_PAGE.items(), *NO_VALUES])
def test_what_the_page_may_not_set_stays_and_the_true_state_goes_back(studio, name, value):
    before = studio.get_state(name)
    studio.comm.messages.clear()
    studio.comm.sets(**{name: value, "prompt": "beside"} if name != "prompt" else {name: value})
    assert studio.get_state(name) == before
    assert [state[name] for state in studio.comm.updates() if name in state] == [before[name]]
    assert studio.prompt == ("beside" if name != "prompt" else "")


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_no_trait_is_passed_over(studio, name):
    before = getattr(studio, name, None)
    studio.comm.messages.clear()
    studio.comm.sets(**{name: UNKNOWN[name]})
    assert getattr(studio, name, None) is before or callable(before) or name == "history"
    assert studio.comm.updates() == []


# The chosen model's parameters.


def test_values_that_the_next_model_also_takes_are_kept_and_the_others_parked():
    studio = ImageStudio("otters", gateway="openai", model="dall-e-3")
    studio.parameters = {"size": "1024x1024", "style": "vivid", "quality": "hd"}
    studio.model = "gpt-image-1"
    assert studio.parameters == {"size": "1024x1024"}
    studio.model = "dall-e-3"
    assert studio.parameters == {"size": "1024x1024", "style": "vivid", "quality": "hd"}


def test_an_unknown_model_keeps_every_value():
    studio = ImageStudio("otters", gateway="openai", model="dall-e-3", parameters={"style": "vivid"})
    studio.model = "otter-9"
    assert studio.parameters == {"style": "vivid"}


def test_a_studio_begins_with_the_settings_of_its_session():
    studio = ImageStudio("otters", gateway="openai", model="dall-e-3", parameters={"style": "vivid"}, n=2)
    assert (studio.gateway, studio.model, studio.n) == ("openai", "dall-e-3", 2)
    assert studio.parameters == {"style": "vivid"}


# Calls from Python.


def test_what_a_call_omits_comes_from_the_controls(remote, emulator):
    remote.prompt, remote.n, remote.parameters, remote.extra = (
        "an otter",
        2,
        {"a": 1, "b": 2},
        {"c": {"d": 3}},
    )
    remote.generate()
    remote.generate("a fox", n=1, model="other", extra={}, b=None)
    first, second = (post.json for post in emulator.posts)
    assert first == {"model": "any", "prompt": "an otter", "n": 2, "a": 1, "b": 2, "c": {"d": 3}}
    assert second == {"model": "other", "prompt": "a fox", "a": 1}


def test_a_call_and_a_press_of_the_button_ask_for_the_same(studio):
    studio.prompt, studio.parameters, studio.n = "an otter", SMALL, 2
    called = studio.generate()
    studio.comm.asks(press(n=2))
    pressed = studio.history[-1].wait(PATIENCE)
    assert called.record.request == pressed.record.request
    assert (called.record.made_by, pressed.record.made_by) == ("code", "click")
    assert [each.bytes for each in called.pictures] == [each.bytes for each in pressed.pictures]


def test_what_was_taken_out_of_the_controls_is_not_sent(emulator):
    studio = ImageStudio("otters", base_url=emulator.base_url, model="any", parameters={"a": 1})
    studio.parameters = {}
    studio.generate("an otter")
    studio.comm.asks(press(gateway="custom", model="any", parameters={}))
    studio.history[-1].wait(PATIENCE)
    assert [post.json for post in emulator.posts] == [{"model": "any", "prompt": "an otter"}] * 2


def test_values_that_the_calls_model_does_not_take_are_left_out(studio, monkeypatch, emulator):
    monkeypatch.setenv("OPENAI_BASE_URL", emulator.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    studio.parameters = {"seed": 7, "size": "1024x1024"}
    studio.generate("an otter", gateway="openai", model="gpt-image-1")
    assert emulator.posts[0].json == {"model": "gpt-image-1", "prompt": "an otter", "size": "1024x1024"}


def test_a_call_leaves_the_controls_and_the_selection_as_they_are(studio):
    studio.selected = studio.generate("an otter", **SMALL).pictures
    names = ("prompt", "gateway", "model", "n", "parameters", "extra", "selected")
    before = {name: getattr(studio, name) for name in names}
    studio.generate("a fox", n=2, seed=7, **SMALL)
    settle()
    assert {name: getattr(studio, name) for name in names} == before


async def test_a_studio_can_be_awaited(studio):
    assert (await studio.agenerate("an otter", **SMALL)).status == "done"
    assert (await studio.submit("an otter", **SMALL)).status == "done"


async def test_what_a_studio_is_awaited_for_is_written_by_another_thread(studio, monkeypatch):
    intend, writers = Store.intend, []
    monkeypatch.setattr(
        Store, "intend", lambda *args: writers.append(threading.current_thread()) or intend(*args)
    )
    await studio.agenerate("an otter", **SMALL)
    assert len(writers) == 1
    assert threading.current_thread() not in writers


def test_what_was_wrong_with_a_call_is_shown_in_the_widget_too(studio):
    for call in ({"size": "7x7"}, {"prompt": ""}, {"gateway": "midjourney"}):
        with pytest.raises(errors.RequestError) as caught:
            studio.generate(**{"prompt": "an otter", **call})
        assert studio._notices[-1]["message"] == str(caught.value)
    assert len(studio.history) == 0


def test_a_failure_is_a_notice_with_its_sentence_and_prompt(remote, emulator):
    emulator.next(error(500, "It broke."))
    with pytest.raises(errors.ServerError) as caught:
        remote.generate("an otter")
    settle()
    [notice] = remote._notices
    assert (notice["level"], notice["prompt"], notice["may_be_billed"]) == ("error", "an otter", True)
    assert (notice["message"], notice["generation"]) == (str(caught.value), remote.history[-1].id)
    remote.comm.says({"kind": "dismiss", "notice": notice["id"]})
    assert remote._notices == []


def test_a_failure_is_told_even_where_the_index_cannot_be_read(remote, emulator, monkeypatch):
    def broken() -> None:
        raise errors.StoreError("Input/output error.")

    emulator.next(error(500, "It broke."))
    monkeypatch.setattr(remote, "_publish", broken)
    with pytest.raises(errors.ServerError):
        remote.generate("an otter")
    settle()
    assert [each["generation"] for each in remote._notices] == [remote.history[-1].id]


# The selection.


def test_pictures_can_be_selected_and_come_back_in_the_order_of_selection(studio):
    assert (studio.image, studio.selection, studio.selected) == (None, (), ())
    first, second = (studio.generate("an otter", size=f"{w}x256").pictures[0] for w in (256, 300))
    assert studio.image.width == 300
    studio.selected = (second, first.id, second)
    assert studio.selected == (second.id, first.id)
    assert studio.selection == (second, first)
    assert studio.image.width == 256
    studio.comm.sets(selected=[second.id])
    assert studio.selection == (second,)
    studio.selected = ()
    assert studio.image.width == 300


def test_what_is_not_there_cannot_be_selected(studio):
    with pytest.raises(errors.NotFoundError):
        studio.selected = ("no such picture",)
    assert studio.selected == ()


def test_what_the_page_selects_and_is_not_there_is_let_go_of(studio):
    picture = studio.generate("an otter", **SMALL).pictures[0]
    studio.comm.sets(selected=["no such picture-0", picture.id])
    studio.comm.wait_until(lambda: studio.selected == (picture.id,))
    assert studio.selection == (picture,)
    studio.comm.wait_until(lambda: {"selected": [picture.id]} in studio.comm.updates())


# Clicks.


def test_a_click_runs_once_however_often_it_is_delivered(studio):
    for _ in range(3):
        studio.comm.asks(press("click 1"))
    studio.comm.asks(press("click 2"))
    assert len(studio.history) == 2
    clicks = [each["click"] for each in studio.comm.heard("acknowledged")]
    assert clicks == ["click 1"] * 3 + ["click 2"]


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ({"prompt": " "}, "prompt is empty"),
        ({"n": 11}, "1 to 10"),
        ({"gateway": "midjourney"}, "midjourney"),
        ({"gateway": "custom"}, "custom"),
        ({"gateway": "openai", "model": "gpt-image-1", "parameters": {}}, "OPENAI_API_KEY"),
        ({"parameters": {"size": "7x7"}}, "7x7"),
        ({"parameters": {"sise": "256x256"}}, "size"),
    ],
)
def test_a_click_that_is_wrong_is_refused_with_a_sentence_and_leaves_no_record(studio, fields, hint):
    for _ in range(2):
        studio.comm.asks(press(**fields))
    refusals = studio.comm.heard("refused")
    assert [each["click"] for each in refusals] == ["click 1"] * 2
    assert hint in refusals[0]["message"]
    assert len(studio.history) == 0


def test_a_click_on_sketch_takes_a_second_unless_told_otherwise(studio):
    studio.comm.asks(press(parameters={}))
    [generation] = studio.history
    assert generation.parameters == {"latency": 1}
    studio.comm.says({"kind": "cancel", "click": "click 2", "generation": generation.id})
    with pytest.raises(errors.CancelledError):
        generation.wait(PATIENCE)
    assert [each["click"] for each in studio.comm.heard("acknowledged")] == ["click 1", "click 2"]


KEY = {"kind": "key", "click": "click 1", "gateway": "openai", "save": False}


def test_a_key_typed_into_the_field_is_used_and_seen_nowhere(emulator, tmp_path):
    studio = ImageStudio("keys", gateway="openai", base_url=emulator.base_url, home=tmp_path)
    studio.comm.says({"kind": "hello"})
    studio.comm.says(KEY, SECRET.encode())
    before, after = (next(row["ready"] for row in each["gateways"]) for each in studio.comm.heard("catalog"))
    assert (before, after) == (False, True)
    studio.generate("an otter")
    assert emulator.posts[0].authorization == f"Bearer {SECRET}"
    settle()
    shown = f"{studio!r} {studio.get_state()} {vars(studio)} {studio.comm.messages}"
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert SECRET not in shown
    assert SECRET.encode() not in kept


@pytest.mark.parametrize("key", [" ", f"{SECRET}\n{SECRET}", f"Bearer {SECRET}"])
def test_a_malformed_key_in_the_field_is_refused_and_not_repeated(studio, key):
    studio.comm.says(KEY, key.encode())
    assert studio.comm.heard("refused")
    assert SECRET not in repr(studio.comm.messages)


# Messages that are none.

ASKING_FOR_MORE = {
    "a path": press(path="/etc/passwd"),
    "an image path": press(image="/etc/passwd"),
    "a URL": press(url="http://127.0.0.1/"),
    "a base URL": press(base_url="http://127.0.0.1/"),
    "a key with it": press(api_key=SECRET),
    "a variable": press(variable="secret"),
    "a path to read": {"kind": "original", "path": "/etc/passwd"},
    "a path beside an id": {"kind": "original", "id": "x-0", "path": "/etc/passwd"},
    "a key for an address": {**KEY, "base_url": "http://x"},
}
NO_MESSAGES = {
    "nothing": None,
    "a text": "generate",
    "a list": [press()],
    "no kind": {},
    "an unknown kind": {"kind": "fetch"},
    "a key that may be saved": {**KEY, "save": 1},
    "a key in plain sight": {**KEY, "key": "k"},
    "a key that is nowhere": KEY,
    "a retry of nothing": {"kind": "retry", "click": "1", "generation": None},
    "models of an address": {"kind": "models", "gateway": "openai", "base_url": "http://x"},
    "a method of ours": {"kind": "receive", "content": press()},
    "a private method": {"kind": "_once"},
    "a magic method": {"kind": "_init__"},
    "a kind that is no text": {"kind": ["generate"]},
    "no click": {name: value for name, value in press().items() if name != "click"},
    "a click that is no text": press(click=7),
    "an empty click": press(click=""),
    "a prompt that is no text": press(prompt=["otter"]),
    "a number that is none": press(n="2"),
    "parameters that are none": press(parameters=[1]),
    "an extra without end": press(extra={"x": "y" * 200_000}),
    "too many ids": {"kind": "thumbnails", "ids": ["x-0"] * 65},
    "ids that are none": {"kind": "thumbnails", "ids": "x-0"},
    "a page without end": {"kind": "page", "offset": 0, "limit": 1_000_000},
    "a page of nothing": {"kind": "page", "offset": 0, "limit": 0},
    "a page from nowhere": {"kind": "page", "offset": -1, "limit": 1},
    **ASKING_FOR_MORE,
}


@pytest.mark.parametrize("content", NO_MESSAGES.values(), ids=NO_MESSAGES)
def test_what_is_no_message_does_nothing(studio, content, caplog):
    studio.comm.messages.clear()
    studio.comm.says(content)
    settle()
    assert studio.comm.messages == []
    assert len(studio.history) == 0
    assert caplog.text == ""


ODD_MESSAGES = {
    "an unknown picture": {"kind": "original", "id": "no such-0"},
    "a path as id": {"kind": "original", "id": "../../etc/passwd-0"},
    "an index without end": {"kind": "details", "id": "x-" + "9" * 290},
    "a page behind the last": {"kind": "page", "offset": 2**53, "limit": 1},
    "ids behind the last": {"kind": "ids", "offset": 2**53, "limit": 1, "query": {}},
    "a selection of nothing": {"kind": "select", "ids": ["no such-0", "no such", "../../etc/passwd-0"]},
    "what no notice offers": {"kind": "restore", "click": "click 1", "notice": "no such"},
    "cancel nothing": {"kind": "cancel", "click": "click 1", "generation": "no such"},
    "retry nothing": {"kind": "retry", "click": "click 1", "generation": "no such"},
    "download nothing": {"kind": "download", "click": "click 1", "generation": "no such"},
    "the failure of nothing": {"kind": "failure", "generation": "no such"},
    "models of nowhere": {"kind": "models", "gateway": "no such"},
    "dismiss nothing": {"kind": "dismiss", "notice": "no such"},
    "half an emoji": press(prompt="otter \ud83e"),
}


@pytest.mark.parametrize("content", ODD_MESSAGES.values(), ids=ODD_MESSAGES)
def test_an_odd_message_harms_nothing(studio, content, caplog):
    studio.comm.says(content)
    studio.generate("an otter", **SMALL)
    assert caplog.text == ""
    assert studio.image.size == (256, 256)


def test_a_list_of_models_that_is_on_its_way_is_not_asked_for_again(studio, monkeypatch):
    asked: list[str] = []
    answer = threading.Event()

    def models(gateway: str) -> list[str]:
        asked.append(gateway)
        answer.wait(PATIENCE)
        return ["otter-1"]

    monkeypatch.setattr(studio.session, "models", models)
    for gateway in ["sketch"] * 50 + ["openai"]:
        studio.comm.says({"kind": "models", "gateway": gateway})
    answer.set()
    studio.comm.wait_for("catalog", 2)
    assert sorted(asked) == ["openai", "sketch"]


# What the page is told.


def test_a_view_that_says_hello_gets_the_catalogue_and_the_newest_pictures(studio):
    made = studio.generate("an otter", n=2, **SMALL)
    studio.comm.says({"kind": "hello"})
    [page] = studio.comm.wait_for("page")
    [catalog] = studio.comm.heard("catalog")
    assert next(row["id"] for row in catalog["gateways"]) == "sketch"
    assert {row["id"]: row["ready"] for row in catalog["gateways"]}["openai"] is False
    assert [each["id"] for each in page["pictures"]] == [f"{made.id}-1", f"{made.id}-0"]
    assert (page["offset"], page["total"]) == (0, 2)


def test_a_page_begins_anywhere(studio):
    ids = [studio.generate("an otter", **SMALL).pictures[0].id for _ in range(3)][::-1]
    studio.comm.says({"kind": "page", "offset": 0, "limit": 2})
    studio.comm.says({"kind": "page", "offset": 2, "limit": 2})
    pages = [[each["id"] for each in page["pictures"]] for page in studio.comm.wait_for("page", 2)]
    assert pages == [ids[:2], ids[2:]]


def test_an_arriving_picture_is_pushed_to_views_that_announced_themselves(studio):
    unseen = studio.generate("unseen", **SMALL).pictures[0].id
    settle()
    assert studio.comm.heard("arrived") == []
    studio.comm.says({"kind": "hello"})
    assert [each["id"] for each in studio.comm.wait_for("thumbnail")] == [unseen]
    made = studio.generate("an otter", n=2, **SMALL)
    [arrived] = studio.comm.wait_for("arrived")
    assert [each["id"] for each in arrived["pictures"]] == [f"{made.id}-1", f"{made.id}-0"]
    assert arrived["total"] == 3
    thumbnails = studio.comm.wait_for("thumbnail", 3)
    assert {each["id"] for each in thumbnails} == {unseen, f"{made.id}-0", f"{made.id}-1"}
    assert {each["buffers"][0][8:12] for each in thumbnails} == {b"WEBP"}


def test_a_view_gets_the_thumbnails_that_it_begins_with_and_no_more(studio):
    ids = [studio.generate(f"otter {number}", **SMALL).pictures[0].id for number in range(FIRST_SEEN + 1)]
    settle()  # or the last of them would arrive in view
    studio.comm.says({"kind": "hello"})
    thumbnails = studio.comm.wait_for("thumbnail", FIRST_SEEN)
    assert {each["id"] for each in thumbnails} == set(ids[1:])


def test_a_thumbnail_that_is_on_its_way_is_not_sent_twice(studio):
    picture = studio.generate("an otter", **SMALL).pictures[0]
    pool = studio._browser._line.pictures
    with held_up(pool), held_up(pool):
        for _ in range(3):
            studio.comm.says({"kind": "thumbnails", "ids": [picture.id]})
    assert [each["id"] for each in studio.comm.heard("thumbnail")] == [picture.id]
    studio.comm.says({"kind": "thumbnails", "ids": [picture.id]})
    assert len(studio.comm.wait_for("thumbnail", 2)) == 2


def test_a_picture_is_sent_small_before_it_is_sent_whole(studio, monkeypatch):
    picture = studio.generate("an otter", **SMALL).pictures[0]
    asked, preview = threading.Event(), Picture.preview

    def made_late(self):
        assert asked.wait(PATIENCE)
        return preview(self)

    monkeypatch.setattr(Picture, "preview", made_late)
    studio.comm.says({"kind": "thumbnails", "ids": [picture.id]})
    for _ in range(2):
        studio.comm.says({"kind": "original", "id": picture.id})
    asked.set()
    studio.comm.wait_for("original", 2)
    contents = [data["content"] for data, _ in studio.comm.messages if data.get("method") == "custom"]
    kinds = [each["kind"] for each in contents if each.get("id") == picture.id]
    assert kinds == ["thumbnail", "original", "original"]
    studio.comm.says({"kind": "original", "id": picture.id})
    studio.comm.wait_for("original", 3)


def test_a_page_knows_from_the_first_how_many_pictures_there_are(studio):
    studio.generate("an otter", n=2, **SMALL)
    again = ImageStudio(studio.session)
    opened, _ = again.comm.messages[0]
    assert opened["state"]["_count"] == 2


def test_pictures_travel_by_id_as_they_came(remote):
    [picture] = remote.generate("一只水獭", extra={"seed": 7}).pictures
    for kind in ("original", "details"):
        remote.comm.says({"kind": kind, "id": picture.id})
    remote.comm.says({"kind": "thumbnails", "ids": [picture.id, "no such-0"]})
    [original] = remote.comm.wait_for("original")
    assert (original["type"], original["buffers"]) == ("image/png", [picture.bytes])
    [details] = [each["details"] for each in remote.comm.wait_for("details")]
    assert (details["prompt"], details["got"], details["extra"]) == ("一只水獭", "1024x1024", {"seed": 7})
    assert [each["id"] for each in remote.comm.wait_for("thumbnail")] == [picture.id]
    assert [each["what"] for each in remote.comm.wait_for("missing")] == ["thumbnail"]


def test_no_message_and_no_state_tells_a_path_or_an_address(emulator, tmp_path):
    studio = ImageStudio("private", base_url=emulator.base_url, model="any", home=tmp_path)
    studio.comm.says({"kind": "hello"})
    [picture] = studio.generate("an otter").pictures
    studio.comm.says({"kind": "details", "id": picture.id})
    studio.comm.wait_for("details")
    settle()
    told = json.dumps([data for data, _ in studio.comm.messages if data.get("method")], default=str)
    state = {name: value for name, value in studio.get_state().items() if name not in {"_esm", "_css"}}
    assert [part for part in (str(tmp_path), emulator.url) if part in told + repr(state)] == []


# Running jobs, and how much is synced.


def test_running_jobs_are_shown_from_queue_to_end(remote, emulator):
    with emulator.hold() as held:
        generation = remote.submit("an otter", n=2)
        held.wait_for(1)
        settle()
        [job] = remote.running
        assert (job["id"], job["prompt"], job["n"]) == (generation.id, "an otter", 2)
        assert (job["status"], job["gateway"], job["model"]) == ("running", "custom", "any")
        assert job["started"] == generation.record.started
    generation.wait(PATIENCE)
    settle()
    assert (remote.running, remote._running_count, remote._count) == ([], 0, 2)


@contextmanager
def cancelled_in_the_end(studio):
    """Cancel what still runs after the block."""
    try:
        yield
    finally:
        for generation in (running := studio.session.running):
            studio.cancel(generation)
        for generation in running:
            with pytest.raises(errors.CancelledError):
                generation.wait(PATIENCE)


def test_the_synced_state_stays_small_with_many_jobs_long_prompts_and_a_large_selection(remote, emulator):
    for _ in range(12):
        keep(remote.history._store, record(pictures=10))
    remote.selected = list(remote.pictures)[-60:]
    emulator.next(*[error(500, "坏了" * 1000)] * 8)
    for _ in range(8):
        with pytest.raises(errors.ServerError):
            remote.generate("一只水獭" * 1000)
    with emulator.hold(), cancelled_in_the_end(remote):
        for _ in range(200):
            remote.submit("一只可爱的橙色小猫坐在彩虹桥上" * 500, n=10)
        settle()
        typed_or_built = {"_esm", "_css", "prompt", "parameters", "extra"}
        state = {name: value for name, value in remote.get_state().items() if name not in typed_or_built}
        assert len(json.dumps(state, ensure_ascii=False).encode()) < 16_000
        assert len(json.dumps(state)) < 24_000  # as some hosts write it, a Chinese letter in six
        assert (len(remote.running), remote._running_count) == (50, 200)


# Beside other widgets.


def test_a_studio_stands_in_a_layout_and_can_be_linked(studio):
    box = ipywidgets.HBox([studio, ipywidgets.Label("beside")])
    assert box.children[0] is studio
    text, slider = ipywidgets.Text(), ipywidgets.IntSlider(min=1, max=10)
    ipywidgets.link((text, "value"), (studio, "prompt"))
    ipywidgets.link((slider, "value"), (studio, "n"))
    text.value, slider.value = "an otter", 4
    assert (studio.prompt, studio.n) == ("an otter", 4)
    studio.comm.sets(prompt="a fox", n=2)
    assert (text.value, slider.value) == ("a fox", 2)


def test_a_studio_is_a_session_with_a_face():
    session = Session("otters", gateway="sketch")
    first, second = ImageStudio(session), ImageStudio(session)
    assert first.session is second.session is session
    made = session.generate("an otter", **SMALL)
    settle()
    assert (first._count, second._count) == (1, 1)
    assert first.history[0] is made
    assert first.images[0].size == (256, 256)


def test_settings_of_a_session_that_was_given_are_an_error():
    with pytest.raises(errors.ParameterError, match="model"):
        ImageStudio(Session("otters", gateway="sketch"), model="other")
