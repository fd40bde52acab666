"""`History.find`: by any part of any text, by marks, by time; and what is no question."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from nbimagegen.errors import ParameterError
from tests.remembered import NOON, a_history, prompts, remember

DAY = 86_400
UTC = dt.timezone.utc


@pytest.fixture
def history(tmp_path):
    return a_history(tmp_path)


TEXTS = [
    ("猫", ["橙色小猫在草地上"]),
    ("小猫", ["橙色小猫在草地上"]),
    ("橙色小猫", ["橙色小猫在草地上"]),
    ("狗", []),
    ("FOX", ["A red Fox"]),
    ("straße", ["STRASSE, at night"]),
    ("ё", ["Ёжик в тумане"]),
    ("%", ["100% wool_"]),
    ("_", ["100% wool_"]),
    ("'", ['it\'s "quoted"']),
    ("e\u0301", ["cafe\u0301"]),
    ("é", ["cafe\u0301"]),
    ("\uff46\uff4f\uff58", ["A red Fox"]),
    ("\U0001f469\u200d\U0001f680", ["\U0001f469\u200d\U0001f680 on the moon"]),
    ("\ud83d", []),
    ("\0", []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=ascii)
def test_any_part_of_a_prompt_is_found_in_any_script(history, text, expected):
    for prompt in dict.fromkeys(each for _, found in TEXTS for each in found):
        remember(history, prompt)
    assert prompts(history.find(text)) == prompts(history.find(text=text)) == expected


def test_revised_prompts_notes_and_tags_are_texts_too(history):
    remember(history, "an otter", revised="a sleek river animal")
    remember(history, "a fox")
    history.pictures[1].note = "for the Poster"
    history.pictures[1].tag("Favourites")
    assert prompts(history.find("SLEEK")) == ["an otter"]
    assert prompts(history.find("poster")) == prompts(history.find("avour")) == ["a fox"]
    history.pictures[1].note = ""
    assert prompts(history.find("poster")) == []


@pytest.fixture
def zoo(history):
    """Three pictures, a day apart, that differ in everything."""
    remember(history, "an otter", created=NOON)
    remember(history, "a fox", created=NOON + DAY, model="gpt-image-1.5", operation="edit")
    remember(history, "a bear", created=NOON + 2 * DAY, gateway="rivus", model="nano-banana")
    otter, fox, bear = history.pictures
    otter.star()
    otter.rate(3)
    fox.rate(5)
    bear.tag("brown", "big one")
    return history


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, "an otter, a fox, a bear"),
        ({"order": "newest"}, "a bear, a fox, an otter"),
        ({"order": "rating"}, "a fox, an otter, a bear"),
        ({"model": "gpt-image-1"}, "an otter"),
        ({"gateway": "rivus"}, "a bear"),
        ({"operation": "edit"}, "a fox"),
        ({"starred": True}, "an otter"),
        ({"starred": False}, "a fox, a bear"),
        ({"rating": 3}, "an otter, a fox"),
        ({"rating": 4}, "a fox"),
        ({"tag": "brown"}, "a bear"),
        ({"tag": "Big One"}, "a bear"),
        ({"tag": "big"}, ""),
        ({"since": NOON + DAY}, "a fox, a bear"),
        ({"until": NOON + DAY}, "an otter, a fox"),
        ({"since": NOON + 1, "until": NOON + DAY}, "a fox"),
        ({"text": "a", "rating": 1, "order": "newest"}, "a fox, an otter"),
        ({"text": "a", "starred": True, "gateway": "rivus"}, ""),
    ],
    ids=str,
)
def test_what_is_asked_for_is_all_that_is_found(zoo, asked, expected):
    found = zoo.find(**asked)
    assert ", ".join(prompts(found)) == expected
    assert len(found) == len(list(found))


def test_what_is_in_the_trash_is_found_there_alone(zoo):
    zoo.pictures[0].delete()
    assert prompts(zoo.find("otter")) == []
    assert prompts(zoo.trash) == ["an otter"]


MOMENT = dt.datetime(2023, 11, 15, 22, 13, 20, tzinfo=UTC)  # NOON + DAY
LOCAL = MOMENT.astimezone().replace(tzinfo=None)


@pytest.mark.parametrize(
    "moment",
    [
        MOMENT,
        MOMENT.astimezone(dt.timezone(dt.timedelta(hours=9))),
        LOCAL,
        MOMENT.isoformat(),
        "2023-11-15T22:13:20Z",
        LOCAL.isoformat(" "),
        NOON + DAY,
        int(NOON) + DAY,
    ],
    ids=str,
)
def test_a_moment_is_said_in_many_ways(zoo, moment):
    assert prompts(zoo.find(since=moment)) == ["a fox", "a bear"]
    assert prompts(zoo.find(until=moment)) == ["an otter", "a fox"]


@pytest.mark.parametrize("day", [LOCAL.date(), LOCAL.date().isoformat()], ids=["date", "text"])
def test_a_day_is_taken_whole(zoo, day):
    assert prompts(zoo.find(since=day)) == ["a fox", "a bear"]
    assert prompts(zoo.find(until=day)) == ["an otter", "a fox"]
    assert prompts(zoo.find(since=day, until=day)) == ["a fox"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"text": None}, "text is a text; a NoneType"),
        ({"text": b"otter"}, "text is a text; a bytes"),
        ({"tag": ["a"]}, "tag is a text; a list"),
        ({"starred": "yes"}, "starred is True, False, or None"),
        ({"rating": 6}, "from 0 to 5; 6 is none"),
        ({"rating": True}, "from 0 to 5"),
        ({"rating": 2.5}, "from 0 to 5"),
        ({"order": "newst"}, "did you mean 'newest'"),
        ({"order": None}, "order is one of 'newest', 'oldest', 'rating'"),
        ({"operation": "edt"}, "did you mean 'edit'"),
        ({"since": "yesterday"}, "since='yesterday' is no moment"),
        ({"since": ""}, "no moment"),
        ({"until": float("nan")}, "until=nan is no moment"),
        ({"until": True}, "no moment"),
        ({"until": dt.date.max}, "no moment"),
        ({"since": [2023]}, "no moment"),
    ],
    ids=str,
)
def test_a_question_that_cannot_be_is_an_error_that_says_so(history, asked, said):
    with pytest.raises(ParameterError, match=re.escape(said)):
        history.find(**asked)


def test_an_unknown_question_is_an_error_that_names_it(history):
    with pytest.raises(ParameterError, match="'modle'"):
        history.view(modle="gpt")
    with pytest.raises(TypeError, match="stared"):
        history.find(stared=True)
