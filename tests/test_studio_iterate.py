"""Going on from what there is: the same again, variations, earlier prompts, how long it takes, stopping."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.studio.expecting import Expectations
from tests.emulator import Stall
from tests.pretend_page import SMALL, held_up, press, settle

if TYPE_CHECKING:
    from nbimagegen.history import Generation


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def studio() -> ImageStudio:
    found = ImageStudio("otters", gateway="sketch", parameters=SMALL)
    found.comm.says({"kind": "hello"})
    return found


@pytest.fixture
def made(studio) -> Generation:
    """What the studio holds already."""
    return studio.generate("an otter", n=2, seed=7)


def ended(studio: ImageStudio, count: int) -> Generation:
    """Return the newest generation, once so many are there and it has ended."""
    found = studio.comm.wait_until(lambda: len(studio.history) >= count and studio.history[-1])
    return found.wait()


def again(picture: str, click: str = "1") -> dict[str, Any]:
    return {"kind": "again", "click": click, "picture": picture}


def vary(picture: str, **fields: object) -> dict[str, Any]:
    message = {"kind": "vary", "click": "1", "picture": picture, "gateway": "sketch", "model": "sketch"}
    return {**message, "n": 1, "parameters": SMALL, "extra": {}, **fields}


# Again.


def test_again_makes_the_same_request_once_more(studio, made):
    studio.comm.says(again(made.pictures[1].id))
    other = ended(studio, 2)
    assert other.record.request == made.record.request
    assert (other.record.made_by, other.retry_of, len(other.pictures)) == ("click", made.id, 2)


def test_a_click_that_is_delivered_twice_is_one(studio, made):
    for _ in range(2):
        studio.comm.asks(again(made.pictures[0].id))
    ended(studio, 2)
    settle()
    assert len(studio.history) == 2


def test_two_clicks_are_two(studio, made):
    for click in "12":
        studio.comm.says(again(made.pictures[0].id, click))
    ended(studio, 3)


def test_what_it_costs_is_told_before(studio, made):
    studio.comm.says({"kind": "details", "id": made.pictures[0].id})
    [reply] = studio.comm.wait_for("details")
    assert reply["details"]["again"] == {"usd": 0.0, "priced": ""}


def test_again_of_an_edit_starts_from_the_same_picture(studio, made):
    edit = studio.edit(made.pictures[0], "add a balloon")
    other = edit.again().wait()
    assert (other.operation, other.parents) == ("edit", (made.pictures[0].id,))


def test_again_of_a_picture_that_is_not_there_is_refused(studio):
    assert "no generation 'nobody'" in studio.comm.asks(again("nobody-0"))["message"]


def test_again_of_what_was_made_elsewhere_is_refused(emulator):
    there = ImageStudio("otters", base_url=emulator.base_url, model="any").generate("a fox")
    with pytest.raises(errors.RequestError, match="It was made at"):
        Session("otters", base_url="http://127.0.0.1:9/v1").again(there)


# Vary.


def test_vary_makes_others_by_the_settings_that_are_seen(studio, made):
    studio.comm.says(vary(made.pictures[0].id, n=2, parameters={**SMALL, "seed": 3, "style": 5}))
    other = ended(studio, 2)
    assert (other.operation, other.record.request.n) == ("vary", 2)
    assert other.parents == (made.pictures[0].id,)


def test_a_variation_under_way_says_of_what_even_of_a_variation(studio, made):
    first = studio.vary(made.pictures[0])
    running = studio.submit(operation="vary", image=first.pictures[0], latency=60)
    job = studio.comm.wait_until(
        lambda: next((each for each in studio.running if each["id"] == running.id), None)
    )
    studio.cancel(running)
    assert (job["prompt"], job["varies"]) == ("an otter", True)


def test_vary_is_refused_where_it_is_not_offered(studio, made, monkeypatch):
    monkeypatch.setenv("SEREVIX_API_KEY", "sk-canary")
    message = vary(made.pictures[0].id, gateway="serevix", model="gpt-image-1.5", parameters={})
    assert "does not offer" in studio.comm.asks(message)["message"]
    assert len(studio.history) == 1


def test_the_page_is_told_what_each_gateway_and_model_offers(studio):
    [catalog] = studio.comm.heard("catalog")
    offers = {row["id"]: row["operations"] for row in catalog["gateways"]}
    assert offers["sketch"] == ["generate", "edit", "vary"]
    sketch = next(row for row in catalog["gateways"] if row["id"] == "sketch")
    assert sketch["models"][0]["operations"] == ["generate", "edit", "vary"]


# Earlier prompts.


def asked(studio: ImageStudio, text: str = "", before: str = "") -> dict[str, Any]:
    count = len(studio.comm.heard("prompts")) + 1
    studio.comm.says({"kind": "prompts", "text": text, "before": before})
    return studio.comm.wait_for("prompts", count)[-1]


def test_earlier_prompts_come_once_each_and_the_newest_first(studio):
    for each in ("a fox", "an otter", "a Fox in snow", "an otter"):
        studio.generate(each, fresh=True)
    assert asked(studio)["prompts"] == ["an otter", "a Fox in snow", "a fox"]
    assert asked(studio, "FOX")["prompts"] == ["a Fox in snow", "a fox"]
    assert studio.history.prompts("fox", limit=1) == ["a Fox in snow"]


def test_they_come_a_page_at_a_time(studio, monkeypatch):
    monkeypatch.setattr("nbimagegen.studio.recalling.AT_ONCE", 2)
    for each in range(5):
        studio.generate(f"fox {each}")
    first = asked(studio)
    second = asked(studio, before=first["next"])
    third = asked(studio, before=second["next"])
    assert [page["prompts"] for page in (first, second, third)] == [
        ["fox 4", "fox 3"],
        ["fox 2", "fox 1"],
        ["fox 0"],
    ]
    assert third["next"] == ""


def test_a_message_of_them_is_bounded(studio, monkeypatch):
    monkeypatch.setattr("nbimagegen.studio.recalling._ROOM", 10)
    for each in ("short", "b" * 30, "c" * 30):
        studio.generate(each)
    first = asked(studio)
    assert first["prompts"] == ["c" * 30]
    assert asked(studio, before=first["next"])["prompts"] == ["b" * 30]


def test_variations_and_what_was_deleted_have_none(studio, made):
    studio.vary(made.pictures[0])
    studio.generate("a secret").delete()
    assert asked(studio)["prompts"] == ["an otter"]


# How long it takes.


def test_what_is_expected_is_learned_from_like_ones(made):
    slow = _taking(made, 40.0, quality="high")
    expectations = Expectations([])
    row = expectations.of(_taking(made, 1.0))
    for seconds in (10.0, 12.0, 90.0):
        expectations.learn(_taking(made, seconds, quality="low"))
    expectations.learn(slow)
    assert row != 12.0
    assert expectations.of(_taking(made, 1.0, quality="low")) == 12.0
    assert expectations.of(_taking(made, 1.0, quality="high")) == 40.0
    assert expectations.of(_taking(made, 1.0, quality="medium")) == 26.0


def test_it_is_learned_from_the_history_too(made):
    old = _taking(made, 33.0)
    assert Expectations([old]).of(_taking(made, 1.0)) == 33.0


class Ended:
    """A generation that took so long."""

    status = "done"

    def __init__(self, made: Generation, seconds: float, parameters: dict[str, Any]) -> None:
        self.id = f"{made.id}{seconds}{parameters}"
        self.seconds = seconds
        self.record = replace(made.record, request=replace(made.record.request, parameters=parameters))


def _taking(made: Generation, seconds: float, **parameters: Any) -> Ended:
    return Ended(made, seconds, parameters)


# Stopping all.


def test_all_that_run_and_wait_are_cancelled_at_once(emulator):
    studio = ImageStudio("otters", base_url=emulator.base_url, model="any")
    emulator.next(Stall(), Stall(), Stall())
    running = [studio.submit(f"otter {each}") for each in range(3)]
    studio.comm.says({"kind": "cancel_all", "click": "1"})
    for each in running:
        with pytest.raises(errors.CancelledError):
            each.wait()
    assert studio.comm.wait_until(lambda: studio._running_count == 0)
    assert studio.comm.heard("acknowledged")


def test_what_still_waits_for_its_turn_is_cancelled_before_it_is_begun(studio, made):
    line = studio._browser._line
    with held_up(line.turns):  # by a large picture that is read, perhaps
        for message in (press("2"), again(made.pictures[0].id, "3"), vary(made.pictures[0].id, click="4")):
            studio.comm.says(message)
        assert studio.comm.asks({"kind": "cancel_all", "click": "5"})["kind"] == "acknowledged"
    refused = studio.comm.heard("refused")
    assert [each["click"] for each in refused] == ["2", "3", "4"]
    assert "cancelled before it was begun" in refused[0]["message"]
    assert list(studio.history) == [made]
    studio.comm.asks(press("6"))
    assert ended(studio, 2).status == "done"


def test_what_is_just_being_begun_is_cancelled_too(studio, monkeypatch):
    start = studio.session.start

    def slow(*given: Any) -> Generation:
        assert studio.comm.asks({"kind": "cancel_all", "click": "2"})
        return start(*given)

    monkeypatch.setattr(studio.session, "start", slow)
    studio.comm.asks(press("1", parameters={**SMALL, "latency": 60}))
    studio.comm.wait_until(lambda: not studio.session.running)
    assert studio.history[-1].status == "cancelled"


def test_one_is_cancelled_while_another_press_is_slow(studio):
    running = studio.submit("an otter", latency=60)
    with held_up(studio._browser._line.turns):
        studio.comm.says(press("1"))
        studio.comm.asks({"kind": "cancel", "click": "2", "generation": running.id})
        with pytest.raises(errors.CancelledError):
            running.wait()


def test_settings_that_are_put_in_whole_are_taken_as_they_are(studio):
    studio.parameters = {"seed": 7, "size": "512x512"}
    studio.comm.sets(gateway="openai", model="gpt-image-1")
    studio.comm.sets(gateway="sketch", model="sketch", parameters={"size": "256x256"})
    assert studio.parameters == {"size": "256x256"}


def test_a_press_after_all_is_as_before(studio):
    studio.comm.says(press())
    assert ended(studio, 1).prompt == "an otter"
