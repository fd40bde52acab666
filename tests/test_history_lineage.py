"""Which picture was made from which; hostile records make odd trees, and no endless ones."""

from __future__ import annotations

import pytest

from nbimagegen import Session
from nbimagegen.history.lineage import tree
from tests.remembered import a_history, a_record, remember

SMALL = {"size": "256x256"}


@pytest.fixture
def history(tmp_path):
    return a_history(tmp_path)


def drawn(history) -> list[tuple[int, str]]:
    return [(each.depth, each.prompt) for each in history.tree()]


def first(record) -> str:
    return f"{record.id}-0"


def test_edits_know_their_parents_and_parents_their_children():
    session = Session("otters", gateway="sketch")
    otter = session.generate("an otter", n=2, **SMALL)
    edit = session.edit(otter.pictures[1], "with a balloon", n=2, **SMALL)
    assert edit.parents == edit.pictures[0].parents == (otter.pictures[1].id,)
    assert otter.pictures[1].children == otter.children == tuple(each.id for each in edit.pictures)
    assert otter.pictures[0].children == edit.children == otter.parents == ()
    assert repr(session.history.tree()).splitlines() == [
        f"{otter.id}-0 generate 'an otter'",
        f"{otter.id}-1 generate 'an otter'",
        f"├─ {edit.id}-0 edit 'with a balloon'",
        f"└─ {edit.id}-1 edit 'with a balloon'",
    ]
    edit.pictures[0].delete()
    assert otter.children == (edit.pictures[1].id,)


def test_a_tree_has_each_picture_once_under_its_first_parent(history):
    otter, fox = remember(history, "an otter"), remember(history, "a fox")
    both = remember(history, "both", parents=(first(fox), first(otter)), operation="edit")
    remember(history, "again", parents=(first(both),), operation="edit")
    remember(history, "failed", parents=(first(otter),), pictures=0, status="failed")
    assert drawn(history) == [(0, "an otter"), (0, "a fox"), (1, "both"), (2, "again")]
    assert f"'both' (also from {first(otter)})" in repr(history.tree())
    assert len(history.tree()) == 4


def test_a_picture_whose_parent_is_not_there_stands_alone(history):
    remember(history, "an otter", parents=("01ARZ3NDEKTSV4RRFFQ69G5FAV-0", "-", "x", ""))
    assert drawn(history) == [(0, "an otter")]


def test_what_is_in_the_trash_is_not_drawn(history):
    otter = remember(history, "an otter", pictures=2)
    remember(history, "with a balloon", parents=(f"{otter.id}-1",))
    history.pictures[1].delete()
    assert drawn(history) == [(0, "an otter"), (0, "with a balloon")]


@pytest.mark.parametrize("length", [1, 2, 20])
def test_a_ring_is_cut_open_at_its_oldest(history, length):
    ids = [f"01ARZ3NDEKTSV4RRFFQ69G5{number:03}" for number in range(length)]
    for number, own in enumerate(ids):
        remember(history, f"otter {number}", id=own, parents=(f"{ids[number - 1]}-0",))
    assert drawn(history) == [(number, f"otter {number}") for number in range(length)]


def test_edits_of_edits_go_as_deep_as_they_like():
    records = [a_record("otter 0")]
    for number in range(1, 3_000):
        records.append(a_record(f"otter {number}", parents=(first(records[-1]),)))
    found = tree(records, [(each.id, 0) for each in records])
    lines = repr(found).splitlines()
    assert [(each.depth, each.prompt) for each in found][-1] == (2_999, "otter 2999")
    assert (len(lines), lines[-1]) == (501, "… and 2,500 more")
    assert max(map(len, lines)) < 300
    assert found._repr_html_().endswith("<div>… and 2,500 more</div></div>")


def test_a_tree_is_shown_as_text_and_never_as_markup(history):
    remember(history, "<img src=x onerror=alert(1)>\n& more")
    assert "<img" not in history.tree()._repr_html_()
    assert "&lt;img src=x onerror=alert(1)&gt; &amp; more" in history.tree()._repr_html_()


def test_no_pictures_make_an_empty_tree(history):
    assert (repr(history.tree()), len(history.tree())) == ("<no pictures>", 0)
    assert history.tree()._repr_html_() == "<div>&lt;no pictures&gt;</div>"
