"""What the page is told of a job on its way, or failed, and what it may do then; keys and model lists."""

from __future__ import annotations

import base64
import json
import sys
from collections import deque
from types import SimpleNamespace
from typing import Any, cast

import pytest

from nbimagegen import ImageStudio, Session, errors, keys
from nbimagegen.budget import Budget
from nbimagegen.history import Progress
from nbimagegen.studio.previews import PAUSE, Previews
from tests.emulator import Stall, answer, error, paint, too_many
from tests.pretend_page import PATIENCE, press, settle

SECRET = "sk-canary-0123456789"
SSE = {"Content-Type": "text/event-stream"}


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def remote(emulator) -> ImageStudio:
    """A studio with the emulated gateway, shown in a page."""
    studio = ImageStudio("otters", base_url=emulator.base_url, model="any")
    studio.comm.says({"kind": "hello"})
    return studio


def failed(studio: ImageStudio, emulator, *faults) -> dict[str, Any]:
    """Let a generation fail, and return the notice of it."""
    emulator.next(*faults)
    with pytest.raises(errors.ImageGenError):
        studio.generate("an otter")
    settle()
    return studio._notices[-1]


# Previews.


class Clock:
    """Tells the time that a test says, and keeps what is to be done later."""

    def __init__(self) -> None:
        self.now = 100.0
        self.later: deque[tuple[float, Any]] = deque()

    def pass_by(self) -> None:
        """Let what is due next be done."""
        seconds, action = self.later.popleft()
        self.now += seconds
        action()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shown() -> list[dict[str, Any]]:
    """What reached the page."""
    return []


@pytest.fixture
def previews(clock, shown) -> Previews:
    return Previews(
        lambda message, _: shown.append(message),
        lambda action: action(),
        lambda seconds, action: clock.later.append((seconds, action)),
        lambda: clock.now,
    )


def preview(index: int, job: str = "1", data: bytes | None = None) -> Progress:
    """Return an unfinished picture of a job."""
    picture = paint((900, 600)) if data is None else data
    return Progress("partial", cast("Any", SimpleNamespace(id=job)), index, picture)


def test_the_first_preview_is_shown_at_once_and_of_the_next_ones_the_newest(previews, clock, shown):
    for index in range(5):
        previews.offer(preview(index))
    assert [each["index"] for each in shown] == [0]
    assert [seconds for seconds, _ in clock.later] == [PAUSE]
    clock.pass_by()
    assert [each["index"] for each in shown] == [0, 4]
    clock.now += PAUSE
    previews.offer(preview(5))
    assert [each["index"] for each in shown] == [0, 4, 5]


def test_each_job_has_its_own_pace(previews, shown):
    for job in ("1", "2", "1", "2"):
        previews.offer(preview(0, job))
    assert [each["generation"] for each in shown] == ["1", "2"]


def test_what_still_waits_when_a_job_ends_is_not_shown(previews, clock, shown):
    previews.offer(preview(0))
    previews.offer(preview(1))
    previews.end("1")
    clock.pass_by()
    assert [each["index"] for each in shown] == [0]


def test_a_preview_that_waits_while_the_studio_is_closed_is_let_go_of(clock, shown):
    def run(action) -> None:
        if shown:
            raise RuntimeError("cannot schedule new futures after shutdown")
        action()

    previews = Previews(
        lambda message, _: shown.append(message),
        run,
        lambda seconds, action: clock.later.append((seconds, action)),
        lambda: clock.now,
    )
    previews.offer(preview(0))
    previews.offer(preview(1))
    clock.pass_by()
    assert [each["index"] for each in shown] == [0]
    assert not previews._newest


def test_a_preview_that_is_no_picture_is_passed_over(previews, clock, shown):
    previews.offer(preview(0, data=b"no picture"))
    previews.offer(preview(1))
    clock.pass_by()
    assert [each["index"] for each in shown] == [1]


def event(name: str, **fields: object) -> bytes:
    """Return one server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields})}\n\n".encode()


def growing(number: int) -> bytes:
    """Return the event of an unfinished picture."""
    data = base64.b64encode(paint((900, 600), number)).decode()
    return event("image_generation.partial_image", b64_json=data, partial_image_index=number)


@pytest.mark.parametrize("made_by", ["click", "code"])
def test_a_streaming_job_is_seen_while_it_runs_whoever_started_it(remote, emulator, made_by):
    body = growing(0)
    emulator.next(Stall(len(body), answer(200, body + b"\n", headers=SSE)))
    if made_by == "click":
        remote.comm.says(press(gateway="custom", model="any", parameters={"stream": True}))
    else:
        remote.submit("an otter", stream=True)
    [partial] = remote.comm.wait_for("partial")
    [generation] = remote.session.running
    assert (partial["generation"], partial["index"]) == (generation.id, 0)
    assert partial["type"] == "image/webp"
    assert partial["buffers"][0][8:12] == b"WEBP"
    assert len(partial["buffers"][0]) < 40_000
    remote.cancel(generation)
    with pytest.raises(errors.CancelledError):
        generation.wait(PATIENCE)


def test_nobody_is_sent_a_preview_before_a_page_is_there(emulator):
    studio = ImageStudio("otters", base_url=emulator.base_url, model="any")
    emulator.next(answer(200, growing(0), headers=SSE))
    with pytest.raises(errors.ImageGenError):
        studio.generate("an otter", stream=True)
    settle()
    assert studio.comm.heard("partial") == []


def test_a_click_that_streams_asks_for_two_previews_and_a_call_like_it_does_too(emulator, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", emulator.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    studio = ImageStudio("otters", gateway="openai", model="gpt-image-1", prompt="an otter")
    studio.parameters = {"stream": True}
    studio.comm.asks(press(gateway="openai", model="gpt-image-1", parameters={"stream": True}))
    studio.history[-1].wait(PATIENCE)
    studio.generate()
    studio.generate(stream=False)
    streamed = {"model": "gpt-image-1", "prompt": "an otter", "stream": True, "partial_images": 2}
    whole = {"model": "gpt-image-1", "prompt": "an otter"}
    assert [post.json for post in emulator.posts] == [streamed, streamed, whole]


def test_a_studio_streams_as_its_session_does_with_what_the_controls_hold(remote, emulator):
    remote.parameters = {"a": 1}
    *_, done = remote.stream("an otter", n=1)
    assert (done.kind, done.generation.status) == ("done", "done")
    assert emulator.posts[0].json == {"model": "any", "prompt": "an otter", "a": 1, "stream": True}


# Waiting, and what is spent.


def test_a_job_that_is_rate_limited_says_until_when(remote, emulator):
    emulator.always(too_many(Retry_After="30"))
    generation = remote.submit("an otter")
    waiting = remote.comm.wait_until(lambda: remote.running and remote.running[0].get("waits_until"))
    assert waiting == pytest.approx(generation.waiting_until, abs=0.1)
    remote.cancel(generation)
    with pytest.raises(errors.CancelledError):
        generation.wait(PATIENCE)


def test_the_budget_is_shown_and_counts(emulator):
    session = Session("otters", base_url=emulator.base_url, model="any", budget=Budget(images=3))
    studio = ImageStudio(session)
    assert studio._budget == {"images": {"spent": 0, "limit": 3}}
    studio.generate("an otter", n=2)
    settle()
    assert studio._budget == {"images": {"spent": 2, "limit": 3}}
    with pytest.raises(errors.BudgetError) as caught:
        studio.generate("an otter", n=2)
    assert studio._notices[-1]["message"] == str(caught.value)
    assert studio._notices[-1]["generation"] is None


def test_without_a_budget_none_is_shown(remote):
    assert remote._budget == {}


# What failed.


def test_a_failure_carries_what_a_support_desk_asks_for(remote, emulator):
    broken = answer(500, {"error": {"message": "It broke."}}, headers={"x-request-id": "req_7"})
    notice = failed(remote, emulator, broken)
    assert (notice["status"], notice["request_id"], notice["lost"], notice["more"]) == (
        500,
        "req_7",
        0,
        False,
    )


def test_a_retry_is_a_new_generation_and_runs_once_a_click(remote, emulator):
    notice = failed(remote, emulator, error(500, "It broke."))
    first = remote.history[-1]
    for _ in range(2):
        remote.comm.asks({"kind": "retry", "click": "click 1", "generation": notice["generation"]})
    second = remote.history[-1]
    second.wait(PATIENCE)
    assert (second.retry_of, second.record.made_by) == (first.id, "click")
    assert (first.status, second.status, len(remote.history)) == ("failed", "done", 2)
    assert [each["click"] for each in remote.comm.heard("acknowledged")] == ["click 1"] * 2
    assert remote._notices == []
    assert len(emulator.posts) == 2


def test_a_retry_that_cannot_be_is_refused_with_a_sentence(remote):
    done = remote.generate("an otter")
    for click, generation in (("click 1", done.id), ("click 2", "no such")):
        answer = remote.comm.asks({"kind": "retry", "click": click, "generation": generation})
        assert answer["kind"] == "refused"
    assert len(remote.history) == 1


def test_what_failed_in_an_earlier_studio_can_be_tried_again_in_the_next(remote, emulator):
    notice = failed(remote, emulator, error(500, "It broke."))
    later = ImageStudio("otters", base_url=emulator.base_url, model="any")
    assert [each["generation"] for each in later._notices] == [notice["generation"]]
    later.generate("a fox")
    assert ImageStudio("otters", base_url=emulator.base_url)._notices == []


def test_a_refusal_can_be_read_whole_on_request(remote, emulator):
    text = "I cannot draw this, and here is why. " * 200
    emulator.next(answer(200, {"choices": [{"message": {"content": text}}]}))
    with pytest.raises(errors.NoImageError):
        remote.generate("an otter")
    settle()
    [notice] = remote._notices
    assert notice["more"]
    assert len(notice["message"]) < 400
    remote.comm.says({"kind": "failure", "generation": notice["generation"]})
    [whole] = remote.comm.wait_for("failure")
    assert whole["text"].strip() == text.strip()


def test_lost_pictures_are_counted_and_fetched_again_for_nothing(emulate):
    gateway = emulate("plain", handover="url")
    studio = ImageStudio("otters", base_url=gateway.base_url, model="any")
    studio.comm.says({"kind": "hello"})
    gateway.next_download(answer(404, "Gone."), answer(404, "Gone."))
    with pytest.raises(errors.DownloadError):
        studio.generate("an otter")
    settle()
    [lost] = studio._notices
    assert (lost["lost"], lost["may_be_billed"]) == (1, True)

    again = {"kind": "download", "generation": lost["generation"]}
    studio.comm.says({**again, "click": "click 1"})
    [still_lost] = studio.comm.wait_until(lambda: studio._notices[-1:] != [lost] and studio._notices)
    assert (still_lost["lost"], still_lost["generation"]) == (1, lost["generation"])

    studio.comm.says({**again, "click": "click 2"})
    studio.comm.wait_until(lambda: not studio._notices)
    assert [each["id"] for each in studio.comm.wait_for("thumbnail")] == [f"{lost['generation']}-0"]
    assert len(gateway.posts) == 1


# Details.


def test_details_say_what_came_otherwise_than_asked_and_what_it_cost(emulator, monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", emulator.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    studio = ImageStudio("otters", gateway="openai", model="gpt-image-1")
    picture = {"b64_json": base64.b64encode(paint((64, 48), kind="jpeg")).decode()}
    emulator.next(answer(200, {"data": [{**picture, "revised_prompt": "a wet otter"}]}))
    [made] = studio.generate("an otter", size="1024x1024", output_format="png", n=2).pictures
    studio.comm.says({"kind": "details", "id": made.id})
    [details] = [each["details"] for each in studio.comm.wait_for("details")]
    assert details["differences"] == {
        "size": ("1024x1024", "64x48"),
        "format": ("png", "jpeg"),
        "n": ("2", "1"),
    }
    assert details["revised_prompt"] == "a wet otter"
    assert details["cost"] == made.generation.record.price


# Keys and models.


class FakeKeyring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.asked: list[str] = []

    def get_keyring(self) -> Any:
        return SimpleNamespace(priority=1)

    def get_password(self, service: str, user: str) -> str | None:
        del service
        self.asked.append(user)
        return self.held.get(user)

    def set_password(self, service: str, user: str, secret: str) -> None:
        del service
        self.held[user] = secret


@pytest.fixture
def keyring(monkeypatch) -> FakeKeyring:
    fake = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", fake)
    return fake


def ready(catalog: dict[str, Any], gateway: str) -> bool:
    return next(row["ready"] for row in catalog["gateways"] if row["id"] == gateway)


def test_a_key_goes_to_the_keyring_only_where_it_is_ticked(keyring):
    studio = ImageStudio("otters", gateway="openai")
    studio.comm.says({"kind": "hello"})
    assert studio.comm.wait_until(lambda: studio.comm.heard("catalog")[-1]["keyring"])
    for save in (False, True):
        message = {"kind": "key", "click": f"click {save}", "gateway": "openai", "save": save}
        studio.comm.says(message, SECRET.encode())
        assert ready(studio.comm.heard("catalog")[-1], "openai")
        assert bool(keyring.held) is False or save
    assert studio.comm.wait_until(lambda: keyring.held) == {"openai": SECRET}
    assert SECRET not in repr(studio.comm.messages)


def test_a_key_that_the_keyring_does_not_take_stays_in_memory_and_says_so(keyring, monkeypatch):
    monkeypatch.setattr(keyring, "set_password", lambda *_: 1 / 0)
    studio = ImageStudio("otters", gateway="openai")
    studio.comm.says({"kind": "key", "click": "1", "gateway": "openai", "save": True}, SECRET.encode())
    [notice] = studio.comm.wait_until(lambda: studio._notices)
    assert "keyring did not take the key" in notice["message"]
    assert ready(studio.comm.heard("catalog")[-1], "openai")
    assert SECRET not in repr(studio.comm.messages)


def test_a_key_in_the_keyring_makes_a_chosen_gateway_ready_and_no_other_is_asked_for(keyring):
    keyring.held = {"openai": SECRET, "xty": SECRET}
    studio = ImageStudio("otters", gateway="openai")
    studio.comm.says({"kind": "hello"})
    assert studio.comm.wait_until(lambda: ready(studio.comm.heard("catalog")[-1], "openai"))
    assert set(keyring.asked) == {"openai"}
    studio.comm.sets(gateway="xty")
    assert studio.comm.wait_until(lambda: ready(studio.comm.heard("catalog")[-1], "xty"))


def test_where_there_is_no_keyring_none_is_offered(remote):
    assert not keys.has_keyring()
    assert [each["keyring"] for each in remote.comm.heard("catalog")] == [False]


def listed(studio: ImageStudio, gateway: str = "custom") -> list[str]:
    last = studio.comm.heard("catalog")[-1]
    return next(row["listed"] for row in last["gateways"] if row["id"] == gateway)


def test_the_models_that_a_gateway_lists_join_the_picker(remote, emulator):
    named = {"data": [{"id": "otter-9"}, {"id": "otter-10"}, {"id": 7}, {"id": "two\nlines"}]}
    emulator.next_get(answer(200, named))
    remote.comm.says({"kind": "models", "gateway": "custom"})
    assert remote.comm.wait_until(lambda: listed(remote)) == ["otter-9", "otter-10"]
    assert emulator.posts == []
    assert remote.models() == ["otter-9", "otter-10"]


def test_a_gateway_that_lists_no_models_is_no_error(remote, emulator):
    emulator.next_get(error(404, "No list here."))
    remote.comm.says({"kind": "models", "gateway": "custom"})
    remote.comm.wait_for("catalog", 2)
    assert (listed(remote), remote._notices, remote.comm.heard("refused")) == ([], [], [])


def test_parameters_of_edits_alone_say_so_to_the_page():
    studio = ImageStudio("otters", gateway="openai")
    studio.comm.says({"kind": "hello"})
    [catalog] = studio.comm.heard("catalog")
    rows = [*catalog["gateways"], {"models": catalog["models"]}]
    shown = [each for row in rows for model in row["models"] for each in model["parameters"]]
    assert {tuple(each["operations"]) for each in shown if each["name"] == "input_fidelity"} == {("edit",)}


# Editing from Python.


def test_an_edit_takes_from_the_controls_what_the_operation_takes(emulate, monkeypatch):
    gateway = emulate("openai")
    monkeypatch.setenv("OPENAI_BASE_URL", gateway.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    studio = ImageStudio("otters", gateway="openai", model="gpt-image-1", prompt="add a balloon")
    studio.parameters = {"quality": "low", "moderation": "low"}
    made = studio.edit(paint((64, 64)), n=1)
    assert (made.operation, made.prompt, made.parameters) == ("edit", "add a balloon", {"quality": "low"})
    assert gateway.posts[0].path.endswith("/images/edits")


def test_an_edit_that_the_gateway_does_not_offer_is_a_notice_too():
    studio = ImageStudio("otters", gateway="sketch")
    with pytest.raises(errors.RequestError) as caught:
        studio.vary(paint((64, 64)), gateway="xty")
    assert studio._notices[-1]["message"] == str(caught.value)
    assert len(studio.history) == 0
