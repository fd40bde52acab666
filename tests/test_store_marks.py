"""What the user makes of pictures, the trash, and what a history is asked for."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from nbimagegen import errors
from nbimagegen.records import InputRecord
from nbimagegen.store import Marks, Query, Store, fingerprint
from tests.histories import PNG, index_of, keep, picture, record, request, saved


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path, "logo")


def rated(stars: int):
    return lambda marks: replace(marks, rating=stars)


def starred(marks: Marks) -> Marks:
    return replace(marks, starred=True)


def tagged(*tags: str, note: str = ""):
    return lambda marks: replace(marks, tags=tags, note=note)


def trashed(marks: Marks) -> Marks:
    return replace(marks, trashed=9.5)


def restored(marks: Marks) -> Marks:
    return replace(marks, trashed=None)


# Marks.


def test_marks_come_back_in_the_next_kernel_and_from_the_files(store, tmp_path):
    [generation] = saved(store, "an otter", pictures=2)
    store.mark([(generation, 1)], lambda marks: replace(marks, starred=True, rating=4, note="小猫"))
    store.mark([(generation, 1)], tagged("logo", "two words", note="小猫"))
    expected = Marks(starred=True, rating=4, tags=("logo", "two words"), note="小猫")
    index_of(store.folder).unlink()
    for each in (store, Store(tmp_path, "logo")):
        assert each.marks(generation, 1) == expected
        assert each.marks(generation, 0) == Marks()


def test_a_record_that_is_saved_again_keeps_its_marks(store):
    kept = record(pictures=1)
    store.save(kept)
    store.mark([(kept.id, 0)], starred)
    store.save(replace(kept, pictures=(picture(0), picture(1))))
    assert [store.marks(kept.id, place).starred for place in (0, 1)] == [True, False]


def test_marks_that_are_taken_back_leave_no_file(store):
    [generation] = saved(store, "an otter")
    store.mark([(generation, 0)], starred)
    store.mark([(generation, 0)], lambda _: Marks())
    assert list((store.folder / "marks").iterdir()) == []


@pytest.mark.parametrize("place", [-1, 1, 10**30])
def test_marking_a_picture_that_is_not_there_changes_nothing(store, place):
    ids = saved(store, "an otter", "a fox")
    with pytest.raises(errors.NotFoundError):
        store.mark([(ids[0], 0), (ids[1], place)], starred)
    assert store.count(Query(starred=True)) == 0


def test_two_kernels_mark_the_same_pictures_and_nothing_is_lost(store, tmp_path):
    other = Store(tmp_path, "logo")
    [generation] = saved(store, "an otter", pictures=2)
    store.mark([(generation, 0)], starred)
    other.mark([(generation, 0), (generation, 1)], rated(3))
    store.mark([(generation, 1)], tagged("logo"))
    assert store.marks(generation, 0) == other.marks(generation, 0) == Marks(starred=True, rating=3)
    assert other.marks(generation, 1) == Marks(rating=3, tags=("logo",))


def test_every_change_is_seen_in_the_version_by_every_kernel(store, tmp_path):
    other = Store(tmp_path, "logo")
    changes = [
        lambda: saved(other, "an otter"),
        lambda: store.mark(store.picture_ids(), starred),
        lambda: other.trash_generations(other.generation_ids(), 1.0),
        store.empty_trash,
        store.repair,
    ]
    versions = [store.version()]
    for change in changes:
        change()
        assert store.version() == other.version()
        versions.append(store.version())
    assert versions == sorted(set(versions))


# The trash.


def test_a_generation_whose_pictures_are_all_in_the_trash_is_in_the_trash(store):
    [generation, other] = saved(store, "an otter", "a fox", pictures=2)
    store.mark([(generation, 0)], trashed)
    assert store.generation_ids() == [generation, other]
    assert store.picture_ids() == [(generation, 1), (other, 0), (other, 1)]
    store.mark([(generation, 1)], trashed)
    assert store.generation_ids() == [other]
    assert store.generation_ids(trashed=True) == [generation]
    assert store.find(Query(trashed=True)) == [(generation, 0), (generation, 1)]
    store.mark([(generation, 1)], restored)
    assert store.generation_ids() == [generation, other]


@pytest.mark.parametrize("pictures", [0, 2])
def test_a_generation_goes_into_the_trash_and_comes_back(store, pictures):
    [generation] = saved(store, "an otter", pictures=pictures)
    store.trash_generations([generation], 7.5)
    assert (store.generation_count(), store.picture_count()) == (0, 0)
    assert store.generation_count(trashed=True) == 1
    assert store.record(generation).id == generation
    store.trash_generations([generation], None)
    assert (store.generation_count(), store.picture_count()) == (1, pictures)


def test_emptying_the_trash_deletes_for_ever_and_leaves_bytes_that_others_have(store, tmp_path):
    first, second = record(pictures=1), record(pictures=1)
    alone = replace(record(), pictures=(picture(0, b"a fox"),))
    for each, data in ((first, PNG), (second, PNG), (alone, b"a fox")):
        keep(store, each, data)
    store.trash_generations([first.id, alone.id], 1.0)
    assert store.empty_trash() == 2
    for each in (store, Store(tmp_path, "logo")):
        assert each.generation_ids() == [second.id]
        assert each.find(Query(trashed=True)) == []
    assert store.path(second.pictures[0]).read_bytes() == PNG
    assert not store.path(alone.pictures[0]).exists()
    assert store.repair().pictures_missing == ()


def test_one_picture_of_a_generation_is_deleted_for_ever_and_the_others_keep_their_numbers(store, tmp_path):
    kept = replace(record(), pictures=(picture(0, b"a fox"), picture(1, b"an owl")))
    for each, data in zip(kept.pictures, (b"a fox", b"an owl"), strict=True):
        spool = store.open_spool(kept.id, 0, each.index)
        spool.write(data)
        store.save_picture(each, spool)
    store.save(kept)
    store.mark([(kept.id, 0)], trashed)
    assert store.empty_trash() == 1
    for each in (store, Store(tmp_path, "logo")):
        assert each.picture_ids() == [(kept.id, 1)]
        assert each.find(Query(trashed=True)) == []
    assert store.repair().pictures_missing == ()
    assert (store.path(kept.pictures[0]).exists(), store.path(kept.pictures[1]).exists()) == (False, True)


def test_what_was_sent_goes_with_the_last_generation_that_started_from_it(store):
    data = b"a mask"
    sent = InputRecord("mask", picture(0, data).sha256, "png", 64, 48, len(data))
    store.save_input(sent, data)
    first, second = saved(store, "an otter", "a fox", asked={"operation": "edit", "inputs": (sent,)})
    store.trash_generations([first], 1.0)
    store.empty_trash()
    assert store.input_path(sent).exists()
    store.trash_generations([second], 1.0)
    store.empty_trash()
    assert not store.input_path(sent).exists()


def test_the_trash_is_not_emptied_while_pictures_are_on_their_way(store):
    [generation] = saved(store, "an otter")
    saved(store, "a fox", status="running", pictures=0, kernel=store.kernel)
    store.trash_generations([generation], 1.0)
    with pytest.raises(errors.StoreError, match="on their way"):
        store.empty_trash()
    assert store.find(Query(trashed=True)) == [(generation, 0)]


# Finding.

PROMPTS = {
    "cat": "一只橙色小猫, ink",
    "dog": "Ein Straßenhund",
    "wide": "\uff26\uff2f\uff38 and fi\ufb01",
    "accents": "cafe\u0301 noir",
    "emoji": "an otter 🦦\0 after",
}
TEXTS = [
    ("猫", "cat"),
    ("小猫", "cat"),
    ("橙色小猫", "cat"),
    ("INK", "cat"),
    ("STRASSENHUND", "dog"),
    ("straße", "dog"),
    ("fox", "wide"),
    ("FIFI", "wide"),
    ("café", "accents"),
    ("🦦", "emoji"),
    ("\0 after", "emoji"),
    ("%", ""),
    ("_", ""),
    ("half \ud83e", ""),
    ("'; DROP TABLE pictures", ""),
]


@pytest.mark.parametrize(("text", "found"), TEXTS)
def test_any_part_of_a_prompt_finds_it_in_any_script(store, text, found):
    ids = dict(zip(PROMPTS, saved(store, *PROMPTS.values()), strict=True))
    assert store.find(Query(text=text)) == ([(ids[found], 0)] if found else [])


def test_the_revised_prompt_the_note_and_the_tags_are_found_too(store):
    kept = replace(record(), pictures=(picture(0, revised_prompt="a sea otter"), picture(1), picture(2)))
    store.save(kept)
    store.mark([(kept.id, 1)], tagged("Spring", note=""))
    store.mark([(kept.id, 2)], tagged(note="for the cover"))
    assert store.find(Query(text="SEA")) == [(kept.id, 0)]
    assert store.find(Query(text="spri")) == [(kept.id, 1)]
    assert store.find(Query(text="cover")) == [(kept.id, 2)]


FACTS = {
    "old": {"created": 100.0, "asked": {"model": "one"}},
    "middle": {"created": 200.0, "asked": {"model": "two", "gateway": "rivus"}},
    "new": {"created": 300.0, "asked": {"model": "two", "operation": "edit"}},
}
QUERIES = [
    (Query(), "old middle new"),
    (Query(order="newest"), "new middle old"),
    (Query(order="rating"), "middle new old"),
    (Query(model="two"), "middle new"),
    (Query(gateway="rivus"), "middle"),
    (Query(operation="edit"), "new"),
    (Query(since=200), "middle new"),
    (Query(until=200.0), "old middle"),
    (Query(since=150, until=250), "middle"),
    (Query(starred=True), "new"),
    (Query(starred=False), "old middle"),
    (Query(rating=3), "middle"),
    (Query(rating=1, order="oldest"), "middle new"),
    (Query(tag="logo"), "old"),
    (Query(tag="LOGO"), "old"),
    (Query(tag="log"), ""),
    (Query(tag="words"), ""),
    (Query(tag="two words"), "old"),
    (Query(model="two", starred=False, since=0), "middle"),
]


@pytest.fixture
def marked(store):
    ids = {name: saved(store, name, **facts)[0] for name, facts in FACTS.items()}
    store.mark([(ids["old"], 0)], tagged("logo", "two words"))
    store.mark([(ids["middle"], 0)], rated(5))
    store.mark([(ids["new"], 0)], lambda marks: replace(marks, starred=True, rating=1))
    return ids


@pytest.mark.parametrize(("query", "names"), QUERIES)
def test_a_query_finds_what_fits_it_in_its_order(store, marked, query, names):
    found = [(marked[name], 0) for name in names.split()]
    assert store.find(query) == found
    assert store.count(query) == len(found)
    assert store.find(replace(query, generation=marked["old"])) == [
        each for each in found if each[0] == marked["old"]
    ]


@pytest.mark.parametrize("order", ["oldest", "newest", "rating"])
def test_pages_follow_one_another_without_a_gap_or_a_repeat(store, order):
    ids = saved(store, *"abcde", pictures=2)
    store.mark([(ids[1], 0), (ids[3], 1)], rated(5))
    store.mark([(ids[2], 0)], rated(2))
    query = Query(order=order)
    whole, pages = store.find(query), []
    while page := store.find(query, limit=3, before=pages[-1] if pages else None):
        pages += page
    assert pages == whole
    assert sorted(whole) == store.picture_ids()
    assert store.find(query, offset=4, limit=2) == whole[4:6]


# Which generations a call is given back, and what came of what.


def test_a_request_is_the_same_whatever_its_way_and_another_where_the_picture_would_be():
    base = request(parameters={"size": "1024x1024", "seed": 1}, extra={"deep": {"er": [1, 2]}})
    same = [
        request(parameters={"seed": 1, "size": "1024x1024"}, extra={"deep": {"er": (1, 2)}}),
        request(parameters={**base.parameters, "stream": True, "partial_images": 2}, extra=base.extra),
        replace(base, dialect="chat"),
    ]
    others = [
        replace(base, prompt="an otter "),
        replace(base, model="other"),
        replace(base, gateway="rivus"),
        replace(base, base_url="https://other.test/v1"),
        replace(base, n=2),
        replace(base, operation="edit"),
        replace(base, parameters={**base.parameters, "seed": 2}),
        replace(base, extra={}),
        replace(base, inputs=(InputRecord("image", "0" * 64, "png", 1, 1, 1),)),
        replace(base, inputs=(InputRecord("mask", "0" * 64, "png", 1, 1, 1),)),
    ]
    assert {fingerprint(each) for each in same} == {fingerprint(base)}
    assert len({fingerprint(each) for each in [base, *others]}) == len(others) + 1


def test_a_request_is_the_same_once_it_has_been_written_down(store, tmp_path):
    asked = {"parameters": {"sizes": (1, 2), "seed": 1.0}, "extra": {"a": {"b": None}}}
    [generation] = saved(store, "half an emoji \ud83e, 小猫", asked=asked)
    again = Store(tmp_path, "logo").record(generation)
    assert store.replays(again.request) == store.replays(request("half an emoji \ud83e, 小猫", **asked))
    assert store.replays(fingerprint(again.request)) == [generation]


def test_only_what_code_made_well_and_what_is_kept_is_given_back(store):
    kept = [record(), record()]
    clicked, fresh, failed = record(made_by="click"), record(fresh=True), record(status="failed", pictures=0)
    thrown, other = record(), record("a fox")
    for each in [kept[0], clicked, fresh, failed, thrown, other, kept[1]]:
        store.save(each)
    store.trash_generations([thrown.id], 1.0)
    assert store.replays(kept[0].request) == [each.id for each in kept]


def test_what_came_of_a_picture_is_known(store):
    [first] = saved(store, "an otter", pictures=2)
    [second] = saved(store, "with a hat", parents=(f"{first}-1",))
    [third] = saved(
        store, "both", parents=(f"{first}-0", f"{second}-0", "nonsense", "-1", "a-b", f"{first}-0")
    )
    [gone] = saved(store, "no", parents=(f"{first}-1",))
    store.trash_generations([gone], 1.0)
    assert store.children(first, 1) == [second]
    assert store.children(first, 0) == [third]
    assert store.children(first) == [second, third]
    assert store.children(third) == []


@pytest.mark.parametrize("index", [0, 1, 2, -1, -3])
def test_a_generation_is_found_by_its_position(store, index):
    ids = saved(store, *"abc")
    assert store.generation_at(index) == ids[index]


@pytest.mark.parametrize("index", [3, -4, 10**30, -(10**30)])
def test_a_position_beyond_the_end_is_an_index_error(store, index):
    saved(store, *"abc")
    with pytest.raises(IndexError):
        store.generation_at(index)


def test_many_records_are_read_at_once_in_the_order_asked_and_those_that_are_not_there_left_out(store):
    ids = saved(store, *map(str, range(7)))
    asked = [ids[3], "nobody", "half \ud83e", ids[0], *ids * 200]
    assert [each.id for each in store.records(asked)] == [ids[3], ids[0], *ids * 200]


# Answers on their way.


def test_an_answers_head_and_bytes_wait_in_the_inbox_until_they_are_committed(store, tmp_path):
    for part in (0, 10, 2):
        with store.open_inbox("01ABC", part) as file:
            file.write(b"an answer")
    store.open_inbox("01ABCD", 0).close()
    store.write_head("01ABC", 2, {"headers": {"content-type": "application/json"}, "url": "https://api.test"})
    later = Store(tmp_path, "logo")
    assert [part for part, _ in later.inbox_parts("01ABC")] == [0, 2, 10]
    assert {path.read_bytes() for _, path in later.inbox_parts("01ABC")} == {b"an answer"}
    assert later.read_head("01ABC", 2)["url"] == "https://api.test"
    assert later.read_head("01ABC", 0) == {}
    later.clear_inbox("01ABC", 2)
    assert [part for part, _ in later.inbox_parts("01ABC")] == [0, 10]
    assert later.read_head("01ABC", 2) == {}


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"x" * 2_000_000])
def test_a_head_that_cannot_be_read_is_none(store, content):
    (store.folder / "inbox" / "01ABC-0.head").write_bytes(content)
    assert store.read_head("01ABC", 0) == {}


def test_what_is_left_of_pictures_on_their_way_is_let_go_of(store):
    for generation, part in (("01A", 0), ("01A", -1), ("01AB", 0)):
        spool = store.open_spool(generation, part, 3)
        spool.write(PNG)
    store.drop_spools("01A")
    [kept] = (store.folder / "saving").iterdir()
    assert kept.name.startswith(".01AB-0.3-")


# The folder's version.


@pytest.mark.parametrize(
    ("told", "opens"), [(1, True), (None, True), ("2", True), (2, False), (10**9, False)]
)
def test_a_history_of_a_later_version_is_refused_and_left_as_it_is(store, tmp_path, told, opens):
    path = store.folder / "session.json"
    path.write_text(json.dumps({"format": told, "name": "logo"}))
    before = path.read_bytes()
    if opens:
        assert Store(tmp_path, "logo").generation_ids() == []
    else:
        with pytest.raises(errors.StoreError, match=r"later version.*pip install -U"):
            Store(tmp_path, "logo")
        assert path.read_bytes() == before


# Before paying.


def test_a_disk_that_is_nearly_full_is_told_before_paying(store):
    store.check_writable()
    with pytest.raises(errors.StoreError, match="Free some room"):
        store.check_writable(2**62)
    assert not [each for each in store.folder.rglob("*") if "probe" in each.name]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs modes that hold for this user")
@pytest.mark.parametrize("part", ["pictures", "inbox"])
def test_a_folder_that_cannot_be_written_is_told_before_paying(store, part):
    (store.folder / part).chmod(0o500)
    with pytest.raises(errors.StoreError, match="NBIMAGEGEN_HOME"):
        store.check_writable()
    (store.folder / part).chmod(0o700)
