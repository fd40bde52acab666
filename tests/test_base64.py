"""Base64 as gateways write it: their liberties are taken back, and anything else is no picture."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen.wire.base64_text import Run
from nbimagegen.wire.flow import Flow
from nbimagegen.wire.reading import read

FILE = b"\xff\xd8\xff\xfb\xef\xbe otter"
TEXT = base64.b64encode(FILE).decode()


def decode(text: str, size: int = 1 << 20) -> bytes | None:
    """Decode base64 in slices; None where it is none."""
    run = Run()
    data = b"".join(run.feed(text[start : start + size]) for start in range(0, len(text), size)) + run.close()
    return None if run.is_damaged else data or None


def picture_in(field: str) -> bytes | None:
    """Return the bytes of the picture that a field holds; None where it holds none."""
    flow = Flow()
    picture = flow.named(read(field, flow, is_prose=False))
    return b"".join(each.data for each in flow.taken()) if picture and picture.is_whole else None


READ = {
    "as it should be": TEXT,
    "without padding": TEXT.rstrip("="),
    "with safe letters": base64.urlsafe_b64encode(FILE).decode(),
    "in lines": "\n".join(TEXT),
    "in lines of Windows": f"{TEXT[:8]}\r\n{TEXT[8:]}\r\n",
    "with spaces and tabs": f"  {TEXT[:5]} \t{TEXT[5:]} ",
}
REFUSED = {
    "nothing": "",
    "white space": " \n",
    "padding alone": "====",
    "one letter": "A",
    "five letters": "AAAAA",
    "a star": f"{TEXT[:4]}*{TEXT[4:]}",
    "words": "no base64, believe me!",
    "other letters": "水獭水獭",
    "padding inside": "AA==AAAA",
    "half an emoji": "AAA\ud83e",
    "NUL": "AAA\0",
}


SIZES = pytest.mark.parametrize("size", [1, 3, 1 << 20])


@SIZES
@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_the_liberties_of_gateways_are_taken_back(text, size):
    assert decode(text, size) == FILE


@SIZES
@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_no_base64(text, size):
    assert decode(text, size) is None


@SIZES
def test_what_stands_before_damage_is_handed_on_wherever_slices_end(size):
    run = Run()
    text = f"{TEXT[:9]}*{TEXT[9:]}"
    found = b"".join(run.feed(text[start : start + size]) for start in range(0, len(text), size))
    assert (found + run.close(), run.is_damaged) == (FILE[:6], True)


FIELDS = {
    "a PNG": f"data:image/png;base64,{TEXT}",
    "in capitals": f"DATA:image/PNG;BASE64,{TEXT}",
    "with a charset": f"data:image/jpeg;charset=utf-8;base64,{TEXT}",
    "base64 alone": TEXT,
    "without a type": f"data:;base64,{TEXT}",
}
NO_FIELDS = {
    "plain text": "data:text/plain,otter",
    "nothing in it": "data:image/png;base64,",
    "no comma": f"data:image/png;base64{TEXT}",
    "a link": "https://files.test/base64,AAAA",
    "letters alone": "otter",
    "damaged": "data:image/png;base64,****",
}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_a_field_that_holds_a_picture_gives_its_bytes(field):
    assert picture_in(field) == FILE


@pytest.mark.parametrize("field", NO_FIELDS.values(), ids=NO_FIELDS)
def test_any_other_field_holds_none(field):
    assert picture_in(field) is None


@given(st.binary(min_size=1), st.booleans(), st.integers(1, 80), st.integers(1, 80))
def test_bytes_come_back_however_they_were_written(file, safe, width, size):
    text = (base64.urlsafe_b64encode if safe else base64.b64encode)(file).decode().rstrip("=")
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    assert decode("\n".join(lines), size) == file


@given(st.text(st.characters()))
def test_no_text_raises(text):
    assert decode(text) is None or isinstance(decode(text), bytes)
    assert picture_in(f"data:{text}") is None or ";base64," in text.lower()
