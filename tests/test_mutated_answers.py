"""Answers damaged in any way still end in pictures or in one typed error, never in another exception."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbimagegen import errors, wire
from nbimagegen.wire import Decoder, Failure, Image, ImageUrl
from tests.answer_shapes import SHAPES, bytes_of, joined
from tests.proof import counted, held
from tests.test_wire_flow import LONG

pytestmark = pytest.mark.proof

COUNT = counted(1_000, 20_000)
WHAT, NEVER = "mutated answers", "ended in another exception or in nothing"

BODIES = [bytes_of(row[0]) for row in {**SHAPES, **LONG}.values()]
VALUES = re.compile(rb'"(?:[^"\\]|\\.){0,80}"|-?\d+|true|false|null|\[\]|\{\}')
STRANGE = [
    b"null",
    b"true",
    b"-7",
    b"1e999",
    b"NaN",
    b"-Infinity",
    b"9" * 5000,
    b"[]",
    b"{}",
    b'"x"',
    b'"\\ud83e"',
    b'"\\u00000\\u0000"',
    b"[" * 3000,
    b'{"error":[]}',
]
NOISE = [
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\\",
    b'"',
    b"\r",
    b"\n\n",
    b"data:",
    b"=",
    b"<html>",
    b"\xf0\x9f",
    b"![a](",
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Draw an answer with a few of its parts cut, turned, doubled, spliced or exchanged."""
    body = draw(st.sampled_from(BODIES))
    for _ in range(draw(st.integers(1, 4))):
        body = draw(st.sampled_from(MUTATIONS))(draw, body)
    return body


def place(draw: st.DrawFn, body: bytes) -> int:
    return draw(st.integers(0, len(body)))


def truncated(draw: st.DrawFn, body: bytes) -> bytes:
    return body[: place(draw, body)]


def flipped(draw: st.DrawFn, body: bytes) -> bytes:
    at = place(draw, body)
    return body[:at] + bytes([draw(st.integers(0, 255))]) + body[at + 1 :]


def deleted(draw: st.DrawFn, body: bytes) -> bytes:
    start, end = sorted((place(draw, body), place(draw, body)))
    return body[:start] + body[end:]


def doubled(draw: st.DrawFn, body: bytes) -> bytes:
    start, end = sorted((place(draw, body), place(draw, body)))
    return body[:end] + body[start:end] + body[end:]


def spliced(draw: st.DrawFn, body: bytes) -> bytes:
    other = draw(st.sampled_from(BODIES))
    return body[: place(draw, body)] + other[place(draw, other) :]


def noisy(draw: st.DrawFn, body: bytes) -> bytes:
    at = place(draw, body)
    return body[:at] + draw(st.sampled_from(NOISE)) + body[at:]


def exchanged(draw: st.DrawFn, body: bytes) -> bytes:
    """Put a value of another type in some value's place."""
    values = list(VALUES.finditer(body))
    if not values:
        return body
    match = values[draw(st.integers(0, len(values) - 1))]
    return body[: match.start()] + draw(st.sampled_from(STRANGE)) + body[match.end() :]


MUTATIONS = [truncated, flipped, deleted, doubled, spliced, noisy, exchanged]


def outcome(body: bytes, size: int) -> list[wire.Event]:
    """Read an answer in slices; what is raised on the way, which is an `AnswerError`, counts as told."""
    decoder, found = Decoder({}, "https://api.test/v1"), []
    try:
        for start in range(0, len(body), size):
            found += decoder.feed(body[start : start + size])
    except errors.AnswerError as error:
        found.append(Failure(error))
    return found + decoder.close()


def can_be_written_down(event: wire.Event) -> bool:
    kept = event.error.to_dict() if isinstance(event, Failure) else asdict(event)
    texts = [value for value in kept.values() if isinstance(value, str)]
    return all(text.encode("utf-8").decode("utf-8") == text for text in texts)


@settings(max_examples=COUNT)
@given(mutated(), st.sampled_from([1 << 20, 1, 7, 500]))
def test_a_mutated_answer_ends_in_pictures_or_in_a_typed_error(body, size):
    found = outcome(body, size)
    assert any(isinstance(each, Image | ImageUrl | Failure) for each in found)
    assert all(map(can_be_written_down, found))
    held(WHAT, NEVER)


@settings(max_examples=COUNT // 4)
@given(mutated(), st.integers(1, 4000))
def test_a_mutated_answer_says_the_same_however_it_is_sliced(body, size):
    assert summary(outcome(body, size)) == summary(outcome(body, len(body) + 1))
    held("mutated answers, cut into slices", "said something else")


def summary(found: list[wire.Event]) -> list[str]:
    """Return events with pictures' bytes joined, and with what failures say."""
    said = [str(each.error) for each in found if isinstance(each, Failure)]
    sizes = Counter({each.blob: 0 for each in found if isinstance(each, wire.Bytes)})
    for each in found:
        sizes.update({each.blob: len(each.data)} if isinstance(each, wire.Bytes) else {})
    return [repr(joined(found)), repr(sorted(sizes.items())), *said]


@settings(max_examples=COUNT // 4)
@given(mutated(), st.sampled_from([301, 400, 403, 404, 429, 500, 502, 503]))
def test_a_mutated_error_is_one_typed_error(body, status):
    error = wire.failure(status, {"retry-after": "7"}, body)
    assert isinstance(error, errors.GatewayError)
    assert json.loads(json.dumps(error.to_dict())) == error.to_dict()
    held("mutated errors", "ended in another exception")
