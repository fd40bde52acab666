"""The history as a sequence: found by place, by slice and by id, and read no further than it is touched."""

from __future__ import annotations

import pytest

from nbimagegen import Session, errors
from nbimagegen.history import Generation
from nbimagegen.store import Store
from tests.proof import counted
from tests.remembered import a_history, prompts, remember

MANY = counted(200, 10_000)


@pytest.fixture
def history(tmp_path):
    return a_history(tmp_path)


@pytest.fixture
def three(history):
    """A history of an otter, two foxes that came at once, and nothing."""
    remember(history, "an otter")
    remember(history, "a fox", pictures=2)
    remember(history, "nothing", pictures=0, status="failed")
    return history


@pytest.fixture
def read(monkeypatch):
    """How many records are read, as a list that grows."""
    seen: list[str] = []
    records = Store.records
    monkeypatch.setattr(Store, "records", lambda own, ids: (seen.extend(ids), records(own, ids))[1])
    return seen


def test_a_history_is_indexed_sliced_and_gone_through(three):
    assert len(three) == 3
    assert prompts(three) == ["an otter", "a fox", "nothing"]
    assert prompts(reversed(three)) == ["nothing", "a fox", "an otter"]
    assert (three[0].prompt, three[-1].prompt, three[three[1].id].prompt) == ("an otter", "nothing", "a fox")
    assert prompts(three[-2:]) == prompts(three[1:99]) == ["a fox", "nothing"]
    assert prompts(three[::-1]) == ["nothing", "a fox", "an otter"]
    assert [each.id for each in three.pictures] == [
        f"{three[0].id}-0",
        f"{three[1].id}-0",
        f"{three[1].id}-1",
    ]
    assert prompts(three.pictures[1:]) == ["a fox", "a fox"]


@pytest.mark.parametrize("index", [3, -4, 10**9])
def test_what_is_past_the_end_is_an_index_error(three, index):
    with pytest.raises(IndexError):
        three[index]
    with pytest.raises(IndexError):
        three.pictures[index]


def test_a_history_knows_what_is_in_it(three, tmp_path):
    stranger = remember(a_history(tmp_path, "foxes"))
    generation, picture = three[1], three.pictures[-1]
    assert all(each in three for each in (generation, picture, generation.id, picture.id))
    assert all(each in three.pictures for each in (picture, picture.id))
    for each in (stranger.id, f"{stranger.id}-0", f"{generation.id}-2", f"{three[2].id}-0", "", "-", 7, None):
        assert each not in three
        assert each not in three.pictures


def test_a_generation_is_equal_to_itself_by_id(three):
    assert three[0] == three[0]
    assert three[0] != three[1]
    assert len({*three, *three}) == 3
    assert three.index(three[1]) == 1
    assert three[0] != three[0].id


def test_many_records_are_opened_without_reading_them(history, read):
    asked = [f"otter {number}" for number in range(MANY)]
    for each in asked:
        remember(history, each)
    again = a_history(history._store.folder.parent)
    assert (len(again), len(again.pictures), len(again.images), read) == (MANY, MANY, MANY, [])
    assert len(again.find("otter 1")) == sum("otter 1" in each for each in asked)
    assert len(again.pictures[10:]) == MANY - 10
    assert read == []
    touched = [again[-1], again[MANY // 2], again.pictures[7]]
    assert prompts(touched) == [asked[-1], asked[MANY // 2], asked[7]]
    assert len(read) == 3


def test_what_sequences_say_of_themselves(three):
    assert repr(three) == "<History 'otters' 3 generations 3 pictures>"
    assert repr(three.pictures) == "<3 pictures>"
    assert repr(three.pictures[:1]) == "<1 picture>"
    assert repr(three.images) == "<3 images>"


def test_a_snapshot_stays_as_it_was_taken(three):
    pictures = three.pictures
    remember(three, "a bear")
    pictures[0].delete()
    assert prompts(pictures) == ["an otter", "a fox", "a fox"]
    assert prompts(three.pictures) == ["a fox", "a fox", "a bear"]


def test_a_generation_alone_can_be_marked_too(three):
    kept = Generation(three[0].record, three._store, is_live=False)
    kept.pictures[0].star()
    assert three.pictures[0].starred


def test_the_running_ones_are_the_very_handles_that_were_given():
    session = Session("otters", gateway="sketch")
    generation = session.submit("an otter", size="256x256")
    assert generation in session.history
    assert session.history[-1] is session.history[:][0] is next(iter(session.history)) is generation
    generation.wait(30)


def test_one_in_the_trash_is_found_by_id_alone(three):
    fox, [_, picture] = three[1], three[1].pictures
    fox.delete()
    assert fox not in three
    assert picture not in three
    assert three[fox.id] == fox
    assert three.picture(picture.id).trashed
    with pytest.raises(errors.NotFoundError):
        three["otter"]
