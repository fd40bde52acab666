"""Every shape in which gateways answer, and what is found in it, however the bytes are sliced."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen import errors
from nbimagegen.wire import Decoder, Failure, Image, ImageUrl
from tests.answer_shapes import PNG, SHAPES, URL, coded, data_uri, decoded, events, stream


@pytest.mark.parametrize("size", [1 << 20, 7, 1], ids=["whole", "by sevens", "byte by byte"])
@pytest.mark.parametrize(("answer", "found"), SHAPES.values(), ids=SHAPES)
def test_an_answer_gives_what_it_holds(answer, found, size):
    assert decoded(answer, size) == found


def test_a_web_page_is_known_by_its_header_too():
    assert decoded(b"Welcome", **{"content-type": "text/html"}) == [errors.NotAnApiError]


def test_an_answer_over_the_limit_is_cut_off_while_it_comes():
    decoder = Decoder({}, limit=2**20)
    decoder.feed(bytes(2**20))
    with pytest.raises(errors.AnswerError, match="1 MiB") as caught:
        decoder.feed(b"!")
    assert caught.value.may_be_billed


WORDS = st.text(st.characters()) | st.sampled_from(
    [URL, "data:image/png;base64,", data_uri(PNG), "![a](", "](", coded(PNG), "https://\u2100", "http://["]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
NAMES = st.text() | st.sampled_from(sorted(set(re.findall(r"['\"](\w+)['\"]: ", repr(SHAPES)))))
ANY_JSON = st.recursive(SCALARS, lambda each: st.lists(each) | st.dictionaries(NAMES, each), max_leaves=30)
EVENTS = st.lists(ANY_JSON, min_size=1).map(lambda events: stream(*events))
BODIES = st.binary() | ANY_JSON.map(lambda answer: json.dumps(answer).encode()) | EVENTS


@given(BODIES)
def test_whatever_comes_gives_a_picture_or_says_why_not(body):
    assert any(isinstance(each, Image | ImageUrl | Failure) for each in events(body))


@given(BODIES)
def test_whatever_comes_can_be_written_down(body):
    for event in events(body):
        kept = event.error.to_dict() if isinstance(event, Failure) else asdict(event)
        texts = [value for value in kept.values() if isinstance(value, str)]
        assert "".join(texts).encode("utf-8").decode("utf-8") == "".join(texts)
