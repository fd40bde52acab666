"""Of an answer that broke off, only what is certainly whole counts: half a picture is never one."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from nbimagegen import Session, pixels, wire
from nbimagegen.errors import ImageGenError
from nbimagegen.jobs.reception import Reception
from nbimagegen.store import Spool
from tests.answer_shapes import coded, data_uri, deltas, stream
from tests.emulator import answer

if TYPE_CHECKING:
    from pathlib import Path


NO_DONE, DONE = "", "data: [DONE]\n\n"
PIECE = 90  # letters of one delta


def painted(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((12, 8), 90).convert("P" if kind == "gif" else "RGB").save(out, kind, **options)
    return out.getvalue()


def with_thumbnail(jpeg: bytes) -> bytes:
    """Put a small picture, which has an end of its own, before the pixels of a large one."""
    small = painted("jpeg", quality=1)
    return jpeg[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(small) + 2) + small + jpeg[2:]


PICTURES = {
    "png": painted("png"),
    "jpeg": painted("jpeg", quality=30),
    "jpeg with a thumbnail": with_thumbnail(painted("jpeg", quality=30)),
    "webp": painted("webp", quality=10),
    "webp lossless": painted("webp", lossless=True),
    "gif": painted("gif"),
}


def pieces(text: str, index: int = 0) -> list[dict]:
    return deltas(*({"content": text[at : at + PIECE]} for at in range(0, len(text), PIECE)), index=index)


def in_parts(text: str) -> list[dict]:
    return deltas(
        *({"content": [{"type": "text", "text": text[at : at + 70]}]} for at in range(0, len(text), 70))
    )


def in_turns(data: bytes) -> list[dict]:
    both = zip(pieces(data_uri(data)), pieces(f"![b]({data_uri(data)})", index=1), strict=False)
    return [each for pair in both for each in pair]


# How a chat answer says a picture in many events.
FORMS = {
    "markdown": lambda data: pieces(f"Here: ![a]({data_uri(data)}) Enjoy!"),
    "a data URI": lambda data: pieces(data_uri(data)),
    "words before it": lambda data: pieces(f"Here it is: {data_uri(data)}"),
    "bare base64": lambda data: pieces(coded(data)),
    "lines": lambda data: pieces(f"![a]({data_uri(data)[:60]}\n{data_uri(data)[60:]}"),
    "parts": lambda data: in_parts(data_uri(data)),
    "two choices in turns": in_turns,
}


class Memory(Spool):
    """A picture in memory."""

    def __init__(self, path: Path) -> None:
        super().__init__(path / "no" / "folder")


def received(body: bytes, path: Path, *, is_whole: bool, size: int = 1 << 20) -> list[bytes]:
    """Return the pictures that count of what came."""
    reception = Reception(lambda _: Memory(path), lambda *_: None)
    decoder = wire.Decoder({})
    for place in range(0, len(body), size):
        reception.take(decoder.feed(body[place : place + size]))
    reception.take(decoder.close(is_whole=is_whole))
    return [reception.claim(each).read() for each in reception.sources if isinstance(each, wire.Image)]


@pytest.mark.parametrize("form", FORMS)
def test_wherever_an_answer_is_cut_no_half_picture_counts(form, tmp_path):
    data = PICTURES["jpeg with a thumbnail"]
    body = stream(*FORMS[form](data), end=NO_DONE)
    ends = [place for place in range(len(body)) if body.startswith(b"data: {", place)]
    for end in (place + more for place in ends for more in (-1, 0, 70)):
        assert set(received(body[:end], tmp_path, is_whole=False)) <= {data}


@pytest.mark.parametrize("kind", PICTURES)
def test_whatever_the_picture_its_half_does_not_count(kind, tmp_path):
    data, letters = PICTURES[kind], data_uri(PICTURES[kind])
    for end in range(len(letters)):
        found = received(stream(*deltas({"content": letters[:end]}), end=NO_DONE), tmp_path, is_whole=False)
        assert set(found) <= {data}
    body = stream(*pieces(letters), end=NO_DONE)
    assert received(body, tmp_path, is_whole=False) == [data], "its own end says that it is whole"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [7, 1 << 20])
def test_what_is_whole_counts_wherever_slices_end(form, size, tmp_path):
    data = PICTURES["png"]
    for end in (NO_DONE, DONE):
        found = received(stream(*FORMS[form](data), end=end), tmp_path, is_whole=True, size=size)
        assert set(found) == {data}


ODD = PICTURES["jpeg"][:-2]  # which has no end, and which all programs show
STOP = [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}]
LENGTH = [{"choices": [{"index": 0, "delta": {}, "finish_reason": "length"}]}]
BUSY = [{"error": {"message": "busy"}}]

# What follows the letters of an odd picture, whether the answer came whole, and whether the picture counts.
ENDS = {
    "the end of the body": ("", [], NO_DONE, True, True),
    "nothing": ("", [], NO_DONE, False, False),
    "DONE, then a loss": ("", [], DONE, False, True),
    "a reason, then a loss": ("", STOP, NO_DONE, False, True),
    "a bracket, then a loss": (")", [], NO_DONE, False, True),
    "a word, then a loss": (" Enjoy!", [], NO_DONE, False, True),
    "no room left": ("", LENGTH, DONE, True, False),
    "an error": ("", BUSY, DONE, True, False),
    "a broken event": ("", [], "data: {\n\n" + DONE, True, False),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_picture_that_lacks_its_end_counts_where_the_answer_says_that_it_ends_there(case, tmp_path):
    after, events, end, is_whole, counts = ENDS[case]
    body = stream(*pieces(data_uri(ODD) + after), *events, end=end)
    assert received(body, tmp_path, is_whole=is_whole) == ([ODD] if counts else [])


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_whole_with_its_last_byte_and_not_before(kind):
    data = PICTURES[kind]
    assert pixels.is_whole(data)
    assert pixels.is_whole(data + b"\0 a tail")
    assert not any(pixels.is_whole(data[:end]) for end in range(len(data)))


def test_what_is_no_picture_is_not_whole():
    assert not pixels.is_whole(b"<svg></svg>")


# The whole way.


def in_the_middle() -> bytes:
    text = data_uri(PICTURES["png"])
    return stream(*pieces(text[: len(text) // 2]), end=NO_DONE)


class HalfOfOne:
    """Half a picture, then the connection is closed: with nothing that says where the body ends."""

    async def play(self, call) -> None:
        call.take(answer(200, in_the_middle()))
        call.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + in_the_middle())
        call.transport.close()


def test_half_a_picture_is_neither_kept_nor_given_again(emulate):
    emulator = emulate("plain-chat")
    session = Session("otters", base_url=emulator.base_url, model="any", dialect="chat")
    emulator.next(HalfOfOne())
    with pytest.raises(ImageGenError) as caught:
        session.generate("an otter", stream=True)
    [found] = session.history
    assert (found.status, found.pictures, caught.value.may_be_billed) == ("failed", (), True)
    [kept] = [each for each in (session.folder / "inbox").iterdir() if not each.name.endswith(".head")]
    assert kept.read_bytes() == in_the_middle()
    assert session.generate("an otter", stream=True).status == "done"
    assert len(emulator.posts) == 2
