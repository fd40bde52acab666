"""Many pictures at once: selected, marked, thrown away and brought back, by the page and by Python."""

from __future__ import annotations

import json
import threading

import pytest

from nbimagegen import ImageStudio
from nbimagegen.errors import StoreError
from nbimagegen.studio import filters
from tests.histories import keep, record
from tests.pretend_page import PATIENCE, SMALL, held_up, press, settle

MANY = 70


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def studio() -> ImageStudio:
    """A studio whose page is there, with seventy pictures."""
    studio = ImageStudio("otters", gateway="sketch")
    for _ in range(MANY // 10):
        keep(studio.history._store, record(pictures=10))
    studio.comm.says({"kind": "hello"})
    studio.comm.wait_for("page")
    studio.comm.messages.clear()
    return studio


def click(studio, kind, **fields) -> dict:
    """Press something and return the answer; each press is another."""
    answer = studio.comm.asks({"kind": kind, "click": f"{kind} {len(studio.comm.messages)}", **fields})
    settle()
    return answer


def test_the_page_selects_more_than_the_state_carries_and_python_has_them_all(studio):
    ids = studio.pictures.ids
    studio.comm.says({"kind": "select", "ids": ids})
    studio.comm.wait_until(lambda: len(studio.selected) == MANY)
    assert [each.id for each in studio.selection] == ids
    told = {name: value for state in studio.comm.updates() for name, value in state.items()}
    assert (told["selected"], told["_selected_count"]) == (ids[-60:], MANY)


def test_a_smaller_selection_that_was_made_later_stands(studio):
    ids = studio.pictures.ids
    with held_up(studio._browser._line.lists):
        studio.comm.says({"kind": "select", "ids": ids})
        studio.comm.sets(selected=ids[:1])
    assert studio.selected == tuple(ids[:1])


def test_what_an_undo_brings_back_is_what_its_notice_told(studio):
    first, second = studio.pictures.ids[:2]
    click(studio, "delete", ids=[first])
    notice = studio._notices[-1]["id"]
    with held_up(studio._browser._line.marks):
        studio.comm.says({"kind": "delete", "click": "another", "ids": [second]})
        studio.comm.says({"kind": "restore", "click": "back", "notice": notice})
    assert [each.id for each in studio.history.trash] == [second]


def test_that_the_history_cannot_be_read_is_said_once(studio, monkeypatch):
    def broken(*_: object) -> None:
        message = "The history cannot be read."
        raise StoreError(message)

    monkeypatch.setattr(filters, "view", broken)
    for _ in range(2):
        studio.comm.says({"kind": "page", "offset": 0, "limit": 48, "query": {}})
    studio._browser._line.lists.submit(bool).result(PATIENCE)
    assert [each["message"] for each in studio._notices] == ["The history cannot be read."]


def test_a_studio_that_was_closed_is_told_of_nothing(studio):
    session = studio.session
    studio.close()
    assert (session._desk.listeners, session._desk.mark_listeners) == ([], {})


def test_python_selects_more_than_the_state_carries_and_the_page_asks_for_them(studio):
    studio.selected = list(studio.pictures)
    assert studio.get_state("selected")["selected"] == studio.pictures.ids[-60:]
    studio.comm.says({"kind": "selection"})
    assert studio.comm.wait_for("selection")[0]["ids"] == studio.pictures.ids


def test_the_ids_of_any_range_can_be_asked_for(studio):
    studio.comm.says({"kind": "ids", "offset": 5, "limit": 60, "query": {"order": "oldest"}})
    assert studio.comm.wait_for("ids")[0]["ids"] == studio.pictures.ids[5:65]


def test_many_are_starred_by_one_click_and_told_by_one_message(studio):
    assert click(studio, "star", ids=studio.pictures.ids, on=True)["kind"] == "acknowledged"
    assert len(studio.history.find(starred=True)) == MANY
    [told] = studio.comm.heard("changed")
    assert (told["many"], told["pictures"], told["total"]) == (True, [], MANY)


def test_a_few_are_told_by_one_message_with_their_marks(studio):
    few = [studio.history[each].pictures[0].id for each in range(3)]
    click(studio, "rate", ids=few, rating=4)
    [told] = studio.comm.heard("changed")
    assert {each["id"] for each in told["pictures"] if each["rating"] == 4} == set(few)


def test_many_are_deleted_and_brought_back_by_their_notice(studio):
    studio.selected = list(studio.pictures)
    click(studio, "delete", ids=studio.pictures.ids[:65])
    [notice] = studio._notices
    assert (len(studio.images), len(studio.selected), notice["restore"]) == (5, 5, 65)
    click(studio, "restore", notice=notice["id"])
    assert len(studio.images) == studio._count == MANY


def test_a_large_deletion_is_taken_back_as_one_change(studio, monkeypatch):
    click(studio, "delete", ids=studio.pictures.ids)
    index, changes = studio.history._store._index, []
    change = index.change
    monkeypatch.setattr(index, "change", lambda work: changes.append(work) or change(work))
    click(studio, "undo")
    assert (len(studio.images), len(changes)) == (MANY, 1)


def test_tags_are_added_and_taken_away_and_stand_in_the_entries(studio):
    one, other = studio.pictures.ids[-2:]
    click(studio, "tag", ids=[one, other], add=["logo", "小猫"], remove=[])
    click(studio, "tag", ids=[other], add=["fox"], remove=["logo"])
    studio.comm.says({"kind": "page", "offset": 0, "limit": 2, "query": {}})
    entries = studio.comm.wait_for("page")[-1]["pictures"]
    assert [each["tags"] for each in entries] == [["小猫", "fox"], ["logo", "小猫"]]


def test_a_note_is_written_and_told_with_the_details(studio):
    picture = studio.pictures[0]
    click(studio, "note", ids=[picture.id], text="the one for the cover")
    studio.comm.says({"kind": "details", "id": picture.id})
    assert studio.comm.wait_for("details")[0]["details"]["note"] == picture.note == "the one for the cover"


def test_what_cannot_be_a_tag_is_refused_and_nothing_is_changed(studio):
    answer = click(studio, "tag", ids=studio.pictures.ids[:2], add=["good", "   "], remove=[])
    assert (answer["kind"], studio.pictures[0].tags) == ("refused", ())


def test_a_change_that_takes_long_keeps_nobody_waiting(studio, monkeypatch):
    go_on = threading.Event()
    mark = studio.history.keeper.mark
    monkeypatch.setattr(studio.history.keeper, "mark", lambda *given: go_on.wait(PATIENCE) and mark(*given))
    studio.comm.says({"kind": "star", "click": "a long one", "ids": studio.pictures.ids[:1], "on": True})
    studio.comm.says({"kind": "page", "offset": 0, "limit": 2, "query": {}})
    assert studio.comm.wait_for("page")
    assert studio.comm.heard("acknowledged") == []
    go_on.set()
    assert studio.comm.wait_for("acknowledged")


def test_generate_does_not_wait_for_many_marks(studio):
    with held_up(studio._browser._line.marks):
        studio.comm.says({"kind": "star", "click": "of all", "ids": studio.pictures.ids, "on": True})
        assert studio.comm.asks(press(parameters=SMALL))["kind"] == "acknowledged"


def test_the_state_stays_small_whatever_is_selected_and_deleted(studio):
    click(studio, "delete", ids=studio.pictures.ids)
    click(studio, "undo")
    studio.selected = list(studio.pictures)
    state = {name: each for name, each in studio.get_state().items() if name not in {"_esm", "_css"}}
    assert len(json.dumps(state)) < 16_000
