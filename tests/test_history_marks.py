"""Stars, ratings, tags, notes and the trash: what may be said of a picture, told, kept, and taken back."""

from __future__ import annotations

import re

import pytest

from nbimagegen import Session, errors
from nbimagegen.errors import ParameterError, StoreError
from nbimagegen.history import marks
from nbimagegen.records import Marks
from nbimagegen.store import Store
from tests.remembered import a_history, prompts, remember


@pytest.fixture
def history(tmp_path):
    """A history of an otter, a fox twice, and nothing."""
    made = a_history(tmp_path)
    remember(made, "an otter")
    remember(made, "a fox", pictures=2)
    remember(made, "nothing", pictures=0, status="failed")
    return made


@pytest.fixture
def otter(history):
    return history.pictures[0]


def test_a_picture_is_starred_rated_tagged_and_noted(otter, tmp_path):
    assert (otter.starred, otter.rating, otter.tags, otter.note, otter.trashed) == (False, 0, (), "", False)
    otter.star()
    otter.rate(4)
    otter.tag("river", " brown ")
    otter.tag("猫", "river")
    otter.untag("brown", "never there")
    otter.note = "for the poster\nat A2"
    [kept, *_] = a_history(tmp_path).pictures
    assert (kept.starred, kept.rating, kept.tags, kept.note) == (
        True,
        4,
        ("river", "猫"),
        "for the poster\nat A2",
    )
    kept.star(on=False)
    kept.rate(0)
    assert (otter.starred, otter.rating) == (False, 0)


WRONG = [
    (lambda otter: otter.rate(6), "from 0 to 5; 6 is none"),
    (lambda otter: otter.rate(-1), "from 0 to 5; -1 is none"),
    (lambda otter: otter.rate(4.5), "from 0 to 5; 4.5 is none"),
    (lambda otter: otter.rate("4"), "from 0 to 5; '4' is none"),
    (lambda otter: otter.rate(stars=True), "from 0 to 5; True is none"),
    (lambda otter: otter.star("yes"), "True or False; 'yes' is neither"),
    (lambda otter: otter.tag(""), "one line of 1 to 100 characters; '' is none"),
    (lambda otter: otter.tag("  "), "one line of 1 to 100 characters"),
    (lambda otter: otter.tag("two\nlines"), "one line of 1 to 100 characters"),
    (lambda otter: otter.tag("x" * 101), "one line of 1 to 100 characters"),
    (lambda otter: otter.tag("good", 7), "A tag is a text; a int was given"),
    (lambda otter: otter.tag(*map(str, range(101))), "takes 100 tags, and these would be 101"),
    (lambda otter: setattr(otter, "note", "x" * 10_001), "takes 10,000 characters; this one has 10,001"),
    (lambda otter: setattr(otter, "note", None), "note is a text; a NoneType was given"),
]


@pytest.mark.parametrize(("mark", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_mark_that_cannot_be_is_an_error_and_changes_nothing(history, otter, mark, said):
    otter.rate(2)
    with pytest.raises(ParameterError, match=re.escape(said)):
        mark(otter)
    assert (otter.starred, otter.rating, otter.tags, otter.note) == (False, 2, (), "")
    assert history.undo()
    assert otter.rating == 0
    assert not history.undo()


@pytest.mark.parametrize(
    "tag", ["x" * 100, "in two words", "#1", "猫", "🦦", "a;b,c", "half \ud83d"], ids=ascii
)
def test_a_tag_is_any_line(history, otter, tag):
    otter.tag(tag)
    [kept] = otter.tags
    assert prompts(history.find(tag=tag)) == ["an otter"]
    otter.untag(kept)
    assert otter.tags == ()


def test_numpys_numbers_rate_too(otter):
    numpy = pytest.importorskip("numpy")
    otter.rate(numpy.int64(3))
    assert otter.rating == 3
    otter.star(on=numpy.bool_(1))
    assert otter.starred is True


# The trash.


def test_a_picture_goes_to_the_trash_and_comes_back(history, otter):
    otter.delete()
    assert otter.trashed
    assert prompts(history.pictures) == ["a fox", "a fox"]
    assert prompts(history) == ["a fox", "nothing"]
    assert [each.id for each in history.trash] == [otter.id]
    assert history.picture_count == 2
    otter.restore()
    assert prompts(history) == ["an otter", "a fox", "nothing"]
    assert len(history.trash) == 0


def test_a_generation_goes_with_its_pictures_and_one_without_too(history):
    otter, fox, nothing = history
    fox.pictures[0].delete()
    assert prompts(history) == ["an otter", "a fox", "nothing"]
    fox.delete()
    nothing.delete()
    assert prompts(history) == ["an otter"]
    assert prompts(history.trash) == ["a fox", "a fox"]
    history.trash[0].restore()
    assert prompts(history.pictures) == ["an otter", "a fox"]
    nothing.restore()
    fox.restore()
    assert prompts(history) == ["an otter", "a fox", "nothing"]
    assert otter.pictures[0].trashed is False


def test_an_emptied_trash_is_gone_for_good(history, otter):
    otter.delete()
    assert history.empty_trash() == 1
    assert not history.undo()
    assert (len(history.trash), prompts(history)) == (0, ["a fox", "nothing"])
    with pytest.raises(errors.NotFoundError):
        history.picture(otter.id)


def test_one_picture_comes_back_of_a_generation_that_went_as_a_whole(history):
    fox = history[1]
    history._store.trash_generations([fox.id], 1.0)
    assert [each.trashed for each in fox.pictures] == [True, True]
    fox.pictures[1].restore()
    assert [each.trashed for each in fox.pictures] == [True, False]
    assert (fox in history, fox.pictures[0] in history, fox.pictures[1] in history) == (True, False, True)


def test_what_was_made_in_this_kernel_is_deleted_for_good_too():
    session = Session("otters", gateway="sketch")
    generation = session.generate("an otter", size="256x256")
    generation.delete()
    assert session.history[generation.id] is generation
    assert session.history.empty_trash() == 1
    assert not generation.pictures[0].path.exists()
    with pytest.raises(errors.NotFoundError):
        session.history[generation.id]


def test_a_running_generation_is_cancelled_before_it_is_deleted(emulator):
    session = Session("otters", base_url=emulator.base_url, model="any")
    with emulator.hold() as held:
        generation = session.submit("an otter")
        held.wait_for(1)
        with pytest.raises(errors.RequestError, match="cancel it first"):
            generation.delete()
    generation.wait(30).delete()
    assert len(session.history) == 0


# Taking back.


def test_changes_are_taken_back_one_by_one_the_last_first(history, otter):
    otter.star()
    otter.tag("river")
    otter.note = "first"
    otter.note = "second"
    history[1].delete()
    history[-1].delete()
    assert prompts(history) == ["an otter"]
    assert [history.undo() for _ in range(2)] == [True, True]
    assert prompts(history) == ["an otter", "a fox", "nothing"]
    assert history.undo()
    assert otter.note == "first"
    assert [history.undo() for _ in range(4)] == [True, True, True, False]
    assert (otter.starred, otter.tags, otter.note) == (False, (), "")


def test_what_the_disk_refuses_to_take_back_is_taken_back_later(history, otter, monkeypatch):
    otter.star()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "mark_each", lambda *_: (_ for _ in ()).throw(StoreError("no space left")))
        with pytest.raises(StoreError):
            history.undo()
    assert otter.starred
    assert history.undo()
    assert not otter.starred


def test_what_changed_nothing_is_not_a_step(history, otter):
    otter.star()
    for change in (otter.star, otter.restore, lambda: otter.untag("none"), lambda: otter.rate(0)):
        change()
    assert history.undo()
    assert not otter.starred


def test_restoring_is_taken_back_too(history, otter):
    otter.delete()
    otter.restore()
    history[-1].delete()
    history[-1].restore() if prompts(history)[-1] == "nothing" else history[:0]
    assert history.undo()
    assert prompts(history) == ["an otter", "a fox", "nothing"]
    assert history.undo()
    assert otter.trashed


def test_taking_back_leaves_what_another_kernel_did_since(history, otter, tmp_path):
    otter.tag("river", "brown")
    otter.star()
    [theirs, *_] = a_history(tmp_path).pictures
    theirs.rate(5)
    theirs.tag("theirs")
    theirs.untag("brown")
    assert history.undo()
    assert history.undo()
    assert (otter.starred, otter.rating, otter.tags) == (False, 5, ("theirs",))


@pytest.mark.parametrize(
    ("before", "after", "now", "expected"),
    [
        ("ab", "abc", "abc", "ab"),
        ("ab", "a", "a", "ab"),
        ("abc", "bc", "bc", "abc"),
        ("ab", "a", "ad", "adb"),
        ("ab", "a", "ab", "ab"),
        ("a", "ab", "a", "a"),
        ("", "ab", "bc", "c"),
    ],
)
def test_tags_are_taken_back_one_by_one(before, after, now, expected):
    made = (Marks(tags=tuple(each)) for each in (before, after, now))
    assert "".join(marks.taken_back(*made).tags) == expected


def test_a_picture_that_was_deleted_for_ever_is_handed_out_no_more(tmp_path):
    history = a_history(tmp_path)
    generation = remember(history, "a fox", pictures=2)
    fox, other = history.pictures
    fox.delete()
    assert history.empty_trash() == 1
    generation = history[generation.id]
    assert generation.pictures == (other,)
    assert history.picture(other.id) == other
    with pytest.raises(errors.NotFoundError):
        history.picture(fox.id)


# Telling.


def test_whoever_listens_is_told_whose_marks_have_changed():
    session = Session("otters", gateway="sketch")
    generation = session.generate("an otter", size="256x256")
    told = []
    session.history.on_marks = told.append
    picture = generation.pictures[0]
    for change in (picture.star, picture.star, generation.delete, session.history.undo):
        change()
    assert told == [[generation]] * 3
    assert told[0][0] is generation


def test_a_session_tells_its_listeners(monkeypatch):
    session = Session("otters", gateway="sketch")
    generation = session.generate("an otter", size="256x256")
    monkeypatch.setattr("nbimagegen.jobs.tell", lambda callback, *args: callback(*args))
    told = []
    session.listen(told.append)
    generation.pictures[0].rate(5)
    assert told == [generation]
