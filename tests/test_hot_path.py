"""The way of a picture's letters: strict where they are plain base64, else tolerant, with the same result."""

from __future__ import annotations

import base64
import hashlib
import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbimagegen.wire.base64_text import Run
from tests.answer_shapes import PNG, Image, bytes_of, coded, decoded, events, joined, says, stream

PICTURE = PNG + hashlib.shake_128(b"otter").digest(30_000)
PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# How gateways write a letter of base64 in JSON.
LIBERTIES = {
    "escaped slashes": {"/": "\\/"},
    "slashes as numbers": {"/": "\\u002f", "+": "\\u002B"},
    "URL-safe letters": {"/": "_", "+": "-"},
}


def written(letters: str, liberty: str, width: int, end: str) -> str:
    """Write base64 as some gateway does, in lines where there is a width."""
    lines = (
        [letters[place : place + width] for place in range(0, len(letters), width)] if width else [letters]
    )
    forms = LIBERTIES.get(liberty, {})
    return end.join("".join(forms.get(each, each) for each in line) for line in lines)


def split(body: bytes, places: list[int]) -> list[object]:
    return joined(events(body, *sorted({place % len(body) for place in places} - {0})))


PLACES = st.lists(st.integers(0, 10**6), max_size=12)
WRITING = st.tuples(
    st.sampled_from(["", *LIBERTIES]),
    st.sampled_from([0, 0, 57, 76]),
    st.sampled_from(["\\n", "\\r\\n", "\n"]),
)


@settings(deadline=None)
@given(data=st.binary(min_size=900, max_size=4000), writing=WRITING, places=PLACES, padded=st.booleans())
def test_liberties_make_no_difference_wherever_slices_end(data, writing, places, padded):
    letters = coded(PNG + data)
    letters = letters if padded else letters.rstrip("=")
    body = f'{{"data": [{{"b64_json": "{written(letters, *writing)}"}}]}}'.encode()
    assert split(body, places) == [Image(PNG + data)]


@settings(deadline=None)
@given(
    letters=st.text(st.sampled_from(PLAIN[:8] + PLAIN[-2:] + "-_=*\n\\"), min_size=1, max_size=60),
    at=st.integers(0, 40_000),
    places=PLACES,
)
def test_what_stands_among_the_letters_is_seen_alike_wherever_slices_end(letters, at, places):
    text = coded(PICTURE)
    spoilt = json.dumps(text[:at] + letters + text[at:])
    body = f'{{"data": [{{"b64_json": {spoilt}}}]}}'.encode()
    assert split(body, places) == joined(events(body))


@given(data=st.binary(max_size=600), places=PLACES)
def test_the_strict_way_gives_what_the_tolerant_one_does(data, places):
    letters = base64.b64encode(data)
    ends = [0, *sorted(place % (len(letters) + 1) for place in places), len(letters)]
    slices = [letters[start:end] for start, end in pairwise(ends)]
    either, tolerant = Run(), Run()
    found = [taken(either, each) for each in slices]
    told = [tolerant.feed(each.decode()) for each in slices]
    assert b"".join([*found, either.close()]) == b"".join([*told, tolerant.close()]) == data


def taken(run: Run, letters: bytes) -> bytes:
    """Feed letters the strict way, or where that does not take them the tolerant one."""
    data = run.feed_strict(letters)
    return run.feed(letters.decode()) if data is None else data


DAMAGED = {
    "junk": b"AA*A",
    "safe letters": b"AA-_",
    "lines": b"AAAA\nAAAA",
    "padding": b"AA==",
    "inside": b"AA==AAAA",
}


PADDED = {"one": b"AAA=", "two": b"AA==", "after a group": b"AAAAAA=="}


@pytest.mark.parametrize("letters", PADDED.values(), ids=PADDED)
def test_padding_at_the_very_end_is_strict_and_nothing_comes_behind_it(letters):
    run = Run()
    assert run.feed_strict(letters) == base64.b64decode(letters)
    assert run.feed_strict(b"AAAA") is None
    assert (run.feed("="), run.close(), run.is_damaged) == (b"", b"", False)
    assert (run.feed("AAAA"), run.is_damaged) == (b"", True)


@pytest.mark.parametrize("letters", DAMAGED.values(), ids=DAMAGED)
def test_what_is_not_plain_is_left_to_the_tolerant_way_whole(letters):
    run = Run()
    assert run.feed_strict(b"AAAAA") == bytes(3)
    assert run.feed_strict(letters) is None
    assert run.feed_strict(b"AAA") == bytes(3)


FORMS = {
    "base64": {"data": [{"b64_json": coded(PICTURE)}]},
    "a chat": says(f"![a](data:image/png;base64,{coded(PICTURE)})"),
    "a stream": stream({"type": "image_generation.completed", "b64_json": coded(PICTURE)}, end=""),
    "escaped slashes": json.dumps({"data": [{"b64_json": coded(PICTURE)}]}).replace("/", "\\/").encode(),
}


@pytest.mark.parametrize("size", [2048, 1 << 20])
@pytest.mark.parametrize("answer", FORMS.values(), ids=FORMS)
def test_nearly_all_letters_go_the_strict_way(answer, size, monkeypatch):
    tolerant = []
    feed = Run.feed
    monkeypatch.setattr(Run, "feed", lambda run, text: tolerant.append(len(text)) or feed(run, text))
    assert decoded(bytes_of(answer), size) == [Image(PICTURE)]
    assert sum(tolerant) < 2 * 2048
