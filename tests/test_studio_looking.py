"""Looking and choosing, from Python and the page: what is shown, compared and selected, and what ends."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.studio import kin
from tests.histories import copied
from tests.pretend_page import PATIENCE, SMALL, press, settle

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    session = Session("otters", gateway="sketch", home=tmp_path_factory.mktemp("drawn"))
    for number in range(5):
        session.generate(f"otter {number}", **SMALL)
    session._desk.store.close()
    return session.folder


@pytest.fixture
def studio(drawn) -> ImageStudio:
    """A studio with five pictures, whose page is not there yet."""
    copied(drawn)
    return ImageStudio("otters", gateway="sketch")


def details_of(studio, picture) -> dict:
    studio.comm.says({"kind": "details", "id": picture.id})
    return studio.comm.wait_for("details")[-1]["details"]


def ids(told) -> list[str]:
    return [each["id"] for each in told]


# Comparing.


def test_pictures_are_compared_in_the_views_that_are_there(studio):
    studio.comm.says({"kind": "hello"})
    first, second, third = studio.pictures[:3]
    studio.compare(third, first.id, second)
    assert studio.comm.heard("compare")[-1]["ids"] == [third.id, first.id, second.id]
    assert studio.selected == ()


def test_a_view_that_opens_later_compares_what_was_asked_for_last_and_once(studio):
    first, second = studio.pictures[:2]
    studio.show(first)
    studio.compare(first, second)
    studio.comm.says({"kind": "hello"})
    studio.comm.says({"kind": "hello"})
    assert len(studio.comm.heard("compare")) == 1
    assert studio.comm.heard("show") == []


@pytest.mark.parametrize("chosen", [[], [0], [1, 1], [0, 1, 2, 3, 4]], ids=str)
def test_fewer_than_two_or_more_than_four_are_not_compared(studio, chosen):
    with pytest.raises(errors.ParameterError, match="two to 4"):
        studio.compare(*(studio.pictures[each] for each in chosen))
    assert studio.comm.heard("compare") == []


def test_what_is_no_picture_is_not_compared(studio):
    with pytest.raises(errors.NotFoundError, match="no such"):
        studio.compare(studio.pictures[0], "no such-0")


# Hearing of the selection.


def test_a_selection_is_heard_whoever_made_it(studio):
    heard: list[tuple] = []
    studio.on_select(heard.append)
    first, second = studio.pictures[:2]
    studio.comm.sets(selected=[second.id, first.id])
    studio.selected = [first]
    studio.comm.sets(selected=[])
    settle()
    assert heard == [(second, first), (first,), ()]


def test_a_selection_is_heard_on_a_thread_of_its_own_and_an_error_stops_nothing(studio, capfd):
    heard: list[str] = []

    def fails(_pictures) -> None:
        heard.append(threading.current_thread().name)
        message = "a mistake in the callback"
        raise ValueError(message)

    studio.on_select(fails)
    studio.on_select(lambda pictures: heard.append(pictures[0].id))
    studio.selected = [studio.pictures[0]]
    settle()
    assert heard[0].startswith("nbimagegen-events")
    assert heard[1:] == [studio.pictures[0].id]
    assert "a mistake in the callback" in capfd.readouterr().err
    assert studio.selected == (studio.pictures[0].id,)


def test_what_no_longer_wants_to_hear_does_not(studio):
    heard: list[object] = []
    stops = [studio.on_select(heard.append), studio.on_done(heard.append)]
    for stop in [*stops, *stops]:
        stop()
    studio.selected = [studio.pictures[0]]
    studio.generate("one more", **SMALL)
    settle()
    assert heard == []


# Hearing of ends.


def test_an_end_is_heard_whether_a_click_or_a_call_began_it(studio):
    heard: list = []
    studio.on_done(heard.append)
    called = studio.generate("by a call", **SMALL)
    studio.comm.says(press(prompt="by a click"))
    studio.comm.wait_until(lambda: len(heard) == 2)
    assert heard[0] is called
    assert [(each.prompt, each.status) for each in heard] == [("by a call", "done"), ("by a click", "done")]


def test_a_failure_is_heard_as_well(studio):
    heard: list = []
    studio.on_done(heard.append)
    running = studio.submit("never", size="256x256", latency=60)
    studio.cancel(running)
    studio.comm.wait_until(lambda: heard)
    assert [each.status for each in heard] == ["cancelled"]


def test_stars_and_what_was_there_before_are_no_news(studio):
    heard: list = []
    studio.on_done(heard.append)
    studio.pictures[0].star()
    studio.pictures[1].delete()
    settle()
    assert heard == []


def test_an_end_is_told_of_once_its_pictures_are_there(studio):
    seen: list[int] = []
    done = threading.Event()
    studio.on_done(lambda generation: (seen.append(len(generation.pictures)), done.set()))
    studio.generate("two", n=2, **SMALL)
    assert done.wait(PATIENCE)
    assert seen == [2]


def test_a_closed_studio_tells_nobody(studio):
    heard: list[object] = []
    studio.on_done(heard.append)
    studio.close()
    studio.session.generate("one more", **SMALL)
    settle()
    assert heard == []


# Where a picture comes from.


def test_details_tell_parents_and_children_that_are_not_in_the_trash(studio):
    parent = studio.pictures[0]
    edited = studio.edit(parent, "with a hat", **SMALL).pictures[0]
    varied = studio.edit(parent, "with a scarf", **SMALL).pictures[0]
    studio.comm.says({"kind": "hello"})
    told = details_of(studio, parent)
    assert (told["parents"], told["operation"]) == ([], "generate")
    assert told["children"] == [
        {"id": edited.id, "prompt": "with a hat"},
        {"id": varied.id, "prompt": "with a scarf"},
    ]
    varied.delete()
    parent.delete()
    settle()
    studio.comm.messages.clear()
    assert ids(details_of(studio, parent)["children"]) == [edited.id]
    studio.comm.messages.clear()
    assert details_of(studio, edited)["parents"] == []


def test_of_very_many_children_the_first_are_told(studio, monkeypatch):
    monkeypatch.setattr(kin, "MOST", 2)
    parent = studio.pictures[0]
    children = [studio.edit(parent, f"hat {each}", **SMALL).pictures[0] for each in range(3)]
    assert ids(kin.kin(studio.history, parent)["children"]) == [each.id for each in children[:2]]


# Every public trait, from both sides.

TRAITS = {
    "prompt": "a fox",
    "gateway": "openai",
    "model": "another",
    "n": 3,
    "parameters": {"size": "256x256"},
    "extra": {"user": "otters"},
    "filter": {"starred": True},
}


@pytest.mark.parametrize(("name", "value"), TRAITS.items(), ids=list(TRAITS))
def test_a_trait_that_the_page_sets_is_observed_and_one_that_python_sets_reaches_the_page(name, value):
    studio = ImageStudio("otters", gateway="sketch")
    before, heard = getattr(studio, name), []
    studio.observe(lambda change: heard.append(change["new"]), name)
    studio.comm.sets(**{name: value})
    assert (heard, getattr(studio, name)) == ([value], value)
    setattr(studio, name, before)
    assert [each[name] for each in studio.comm.updates() if name in each][-1] == before


def test_running_jobs_are_observed_as_they_come_and_go(studio):
    counts: list[int] = []
    studio.observe(lambda change: counts.append(len(change["new"])), "running")
    studio.generate("an otter", **SMALL)
    settle()
    assert max(counts) == 1
    assert counts[-1] == 0
