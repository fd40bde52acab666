"""Base64 as gateways write it: their liberties are taken back, and anything else is no picture."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen.wire.base64_text import decode, decode_data_uri

FILE = b"\xff\xd8\xff\xfb\xef\xbe otter"
TEXT = base64.b64encode(FILE).decode()

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


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_the_liberties_of_gateways_are_taken_back(text):
    assert decode(text) == FILE


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_no_base64(text):
    assert decode(text) is None


URIS = {
    "a PNG": f"data:image/png;base64,{TEXT}",
    "in capitals": f"DATA:image/PNG;BASE64,{TEXT}",
    "with a charset": f"data:image/jpeg;charset=utf-8;base64,{TEXT}",
    "without a type": f"data:;base64,{TEXT}",
}
NO_URIS = {
    "plain text": "data:text/plain,otter",
    "nothing in it": "data:image/png;base64,",
    "no comma": f"data:image/png;base64{TEXT}",
    "a link": "https://files.test/base64,AAAA",
    "base64 alone": TEXT,
    "damaged": "data:image/png;base64,****",
}


@pytest.mark.parametrize("uri", URIS.values(), ids=URIS)
def test_a_data_uri_gives_its_bytes(uri):
    assert decode_data_uri(uri) == FILE


@pytest.mark.parametrize("uri", NO_URIS.values(), ids=NO_URIS)
def test_anything_else_is_no_data_uri(uri):
    assert decode_data_uri(uri) is None


@given(st.binary(min_size=1), st.booleans(), st.integers(1, 80))
def test_bytes_come_back_however_they_were_written(file, safe, width):
    text = (base64.urlsafe_b64encode if safe else base64.b64encode)(file).decode().rstrip("=")
    lines = [text[start : start + width] for start in range(0, len(text), width)]
    assert decode("\n".join(lines)) == file


@given(st.text(st.characters()))
def test_no_text_raises(text):
    assert decode(text) is None or isinstance(decode(text), bytes)
    assert decode_data_uri(f"data:{text}") is None or ";base64," in text.lower()
