"""An answer gives the same events wherever its slices end, and hands its pictures on as they come."""

from __future__ import annotations

import hashlib
import json
import random
import re
import tracemalloc

import pytest

from nbimagegen import errors
from nbimagegen.wire import Bytes, Decoder, Failure, ImageUrl, Text
from nbimagegen.wire.flow import MAX_HELD, MAX_PICTURES
from tests.answer_shapes import (
    JPEG,
    PNG,
    SHAPES,
    URL,
    Image,
    bytes_of,
    choices,
    coded,
    data_uri,
    decoded,
    deltas,
    events,
    joined,
    says,
    stream,
)
from tests.proof import counted

LARGE = {file: file + hashlib.shake_128(file).digest(3000) for file in (PNG, JPEG)}
PICTURE, PHOTO = LARGE.values()
NO_MAGIC = hashlib.shake_128(b"otter").digest(3001)
NOVEL = 'An otter 🦦 \\ "swims" / 水獭\n' * 80
NEAR = counted(15, 40)  # of the places that stand out in it
SIZES = (1, 61, 2)[: counted(2, 3)]
LARGE_BODY = 600  # bytes
SPLITS = counted(20, 60)  # of a long answer, besides those around what stands out in it


def wrapped(text: str, width: int = 76) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def pieces(text: str, size: int, index: int = 0) -> list[dict]:
    parts = [text[start : start + size] for start in range(0, len(text), size)]
    return deltas(*({"content": each} for each in parts), index=index)


def escaped(answer: object, letters: str, form: str = "\\u{:04x}") -> bytes:
    """Write some letters of an answer as escapes, as some gateways do."""
    text = json.dumps(answer)
    return "".join(form.format(ord(each)) if each in letters else each for each in text).encode()


def enlarged(row: tuple) -> tuple:
    """Return an answer with large pictures in place of its small ones, and what is found in it then."""
    answer, found = row
    body = bytes_of(answer)
    for small, large in LARGE.items():
        body = body.replace(coded(small).encode(), coded(large).encode())
    return body, [_enlarged(each) for each in found]


def _enlarged(event: object) -> object:
    data = getattr(event, "data", None)
    return type(event)(LARGE[data], *list(vars(event).values())[1:]) if data else event


def holds_a_picture(row: tuple) -> bool:
    return any(coded(each).encode() in bytes_of(row[0]) for each in (PNG, JPEG))


B64 = {"data": [{"b64_json": coded(PHOTO)}]}
MARKUP = f"Here: ![a]({data_uri(PICTURE)}) Enjoy!"
LONG = {
    **{f"large {name}": enlarged(row) for name, row in SHAPES.items() if holds_a_picture(row)},
    "base64 in lines": ({"data": [{"b64_json": wrapped(coded(PHOTO))}]}, [Image(PHOTO)]),
    "base64 in lines that are not escaped": (
        json.dumps({"data": [{"b64_json": wrapped(coded(PHOTO))}]}).replace("\\n", "\r\n").encode(),
        [Image(PHOTO)],
    ),
    "base64 with safe letters": (
        {"data": [{"b64_json": coded(PHOTO).replace("+", "-").replace("/", "_").rstrip("=")}]},
        [Image(PHOTO)],
    ),
    "a data URI in lines": ({"data": [{"url": wrapped(data_uri(PHOTO))}]}, [Image(PHOTO)]),
    "a data URI of another type": (
        {"data": [{"b64_json": f"data:application/octet-stream;base64,{coded(PHOTO)}"}]},
        [Image(PHOTO)],
    ),
    "escaped slashes": (escaped(B64, "/", "\\/"), [Image(PHOTO)]),
    "slashes and pluses as numbers": (escaped(B64, "/+="), [Image(PHOTO)]),
    "every letter as a number": (
        escaped({"data": 1}, "").replace(
            b"1", b'[{"b64_json": "%s"}]' % escaped(coded(PHOTO), coded(PHOTO))[1:-1]
        ),
        [Image(PHOTO)],
    ),
    "markup with words": (says(MARKUP), [Image(PICTURE), Text("Here:  Enjoy!")]),
    "markup in lines": (says(f"![a](<{wrapped(data_uri(PICTURE))}\n>)"), [Image(PICTURE)]),
    "a bare data URI and words": (says(f"{data_uri(PICTURE)}\nEnjoy!"), [Image(PICTURE), Text("Enjoy!")]),
    "several pictures": (
        says(f"1 ![a]({data_uri(PICTURE)})\n2 ![b]({data_uri(PHOTO)})\n{NOVEL}"),
        [Image(PICTURE), Image(PHOTO), Text(f"1 \n2 \n{NOVEL}".strip())],
    ),
    "bare base64 that begins like no picture": (says(coded(NO_MAGIC)), [Image(NO_MAGIC, certain=False)]),
    "bare base64 in a field that must be a picture": (
        {"data": [{"b64_json": coded(NO_MAGIC)}]},
        [Image(NO_MAGIC)],
    ),
    "words": (says(NOVEL), [Text(NOVEL.strip()), errors.NoImageError]),
    "words in ASCII": (escaped(says(NOVEL), ""), [Text(NOVEL.strip()), errors.NoImageError]),
    "letters and spaces alone are words": (
        {"data": [{"url": URL, "revised_prompt": "an otter swims " * 99}]},
        [ImageUrl(URL, "an otter swims " * 99)],
    ),
    "a key without end": ({"k" * 3000: 1, "data": [{"url": URL}]}, [ImageUrl(URL)]),
    "an error without end": ({"error": {"message": NOVEL * 3}}, [errors.RefusedError]),
    "junk in the base64": (
        {"data": [{"b64_json": coded(PHOTO)[:2000] + "*" + coded(PHOTO)}]},
        [errors.AnswerError],
    ),
    "base64 behind its padding": (
        {"data": [{"b64_json": coded(PNG) + "=" + coded(PHOTO)}]},
        [errors.AnswerError],
    ),
    "a letter too many": ({"data": [{"b64_json": coded(LARGE[PNG][:3000]) + "A"}]}, [errors.AnswerError]),
    "a link in place of damage": (
        {"data": [{"b64_json": f"*{coded(PHOTO)}", "url": URL}]},
        [ImageUrl(URL)],
    ),
    "cut off in a picture": (bytes_of(B64)[:2000], [errors.AnswerError]),
    "an escape that is none": (says("\n" + NOVEL), [Text(NOVEL.strip()), errors.NoImageError]),
    "a marked text": (
        {"data": [{"b64_json": coded(PHOTO)}, {"url": URL, "revised_prompt": "\0000\0 \0007\0 otter"}]},
        [Image(PHOTO), ImageUrl(URL, "  otter")],
    ),
    "a data URI over deltas": (stream(*pieces(MARKUP, 700)), [Image(PICTURE), Text("Here:  Enjoy!")]),
    "a data URI over long deltas": (stream(*pieces(MARKUP, 1501)), [Image(PICTURE), Text("Here:  Enjoy!")]),
    "a data URI over deltas in lines": (
        stream(*pieces(f"![a]({wrapped(data_uri(PICTURE))})", 1301)),
        [Image(PICTURE)],
    ),
    "markup around one long delta": (
        stream(*deltas({"content": "A ![a]("}, {"content": data_uri(PICTURE)}, {"content": ") B"})),
        [Image(PICTURE), Text("A  B")],
    ),
    "markup around one long delta in lines": (
        stream(*deltas({"content": "A ![a](<"}, {"content": wrapped(data_uri(PICTURE))}, {"content": ">)"})),
        [Image(PICTURE), Text("A")],
    ),
    "a long delta in lines that no bracket stands before": (
        stream(*deltas({"content": "(A) "}, {"content": f"{data_uri(PICTURE)}\nEnjoy!"})),
        [Image(PICTURE), Text("(A) \nEnjoy!")],
    ),
    "bare base64 over deltas": (stream(*pieces(coded(PICTURE), 901)), [Image(PICTURE)]),
    "bare base64 over long deltas": (stream(*pieces(coded(PICTURE), 1901)), [Image(PICTURE)]),
    "long deltas of two choices in turns": (
        stream(
            *(
                event
                for both in zip(
                    pieces(f"![a]({data_uri(PICTURE)})", 1401),
                    pieces(f"![b]({data_uri(PICTURE)})", 1401, index=1),
                    strict=True,
                )
                for event in both
            )
        ),
        [Image(PICTURE), Image(PICTURE)],
    ),
    "a whole picture while another is on its way": (
        stream(
            *pieces(f"![a]({data_uri(PICTURE)[:3000]}", 1500),
            *deltas({"images": [{"image_url": {"url": data_uri(PHOTO)}}]}, index=1),
            *pieces(f"{data_uri(PICTURE)[3000:]})", 1500),
        ),
        [Image(PICTURE), Image(PHOTO)],
    ),
    "one choice says it all in one event": (
        stream(choices({"content": MARKUP}, {"content": MARKUP})),
        [Image(PICTURE), Text("Here:  Enjoy!")] * 2,
    ),
    "an error halfway": (
        stream(
            {"type": "image_generation.completed", "b64_json": coded(PICTURE)},
            {"type": "error", "error": {"message": "busy"}},
        ),
        [Image(PICTURE), errors.RefusedError],
    ),
    "carriage returns": (
        stream({"type": "image_generation.completed", "b64_json": coded(PICTURE)}).replace(b"\n", b"\r"),
        [Image(PICTURE)],
    ),
    "data over two lines": (
        stream({"type": "image_generation.completed", "b64_json": coded(PICTURE)}).replace(
            b", ", b",\ndata:"
        ),
        [Image(PICTURE)],
    ),
}


def splits(body: bytes) -> list[int]:
    """Return where to split: everywhere, or in a long body around what stands out, and here and there."""
    if len(body) <= LARGE_BODY:
        return list(range(1, len(body)))
    outstanding = [match.start() for match in re.finditer(rb"[\"\\:,()\r\n\x80-\xff]", body)]
    dice = random.Random(len(body))  # noqa: S311 - the same places each time
    near = {
        place + shift for place in dice.sample(outstanding, min(len(outstanding), NEAR)) for shift in (0, 1)
    }
    return sorted({*near, *(dice.randrange(1, len(body)) for _ in range(SPLITS))} - {0, len(body)})


ALL = {**SHAPES, **LONG}


@pytest.mark.parametrize(("answer", "found"), LONG.values(), ids=LONG)
def test_a_long_answer_gives_what_it_holds(answer, found):
    assert decoded(answer) == found


def told(found: list) -> list:
    """Return events to compare, with what failures say."""
    said = [str(each.error) for each in found if isinstance(each, Failure)]
    return [*joined(found), *said]


@pytest.mark.proof
@pytest.mark.parametrize("answer", [row[0] for row in ALL.values()], ids=ALL)
def test_where_a_slice_ends_makes_no_difference(answer):
    body = bytes_of(answer)
    whole = told(events(body))
    assert [place for place in splits(body) if told(events(body, place)) != whole] == []


@pytest.mark.proof
@pytest.mark.parametrize("answer", [row[0] for row in ALL.values()], ids=ALL)
@pytest.mark.parametrize("size", SIZES)
def test_slices_of_any_size_make_no_difference(answer, size):
    assert decoded(answer, size) == decoded(answer)


FLOWING = {
    "base64": {"data": [{"b64_json": coded(PICTURE)}]},
    "a data URI": {"data": [{"url": data_uri(PICTURE)}]},
    "markup": says(f"Here: ![a]({data_uri(PICTURE)})"),
    "bare base64 in a chat": says(coded(PICTURE)),
    "images[] of a chat": says("An otter.", images=[{"image_url": {"url": data_uri(PICTURE)}}]),
    "inline data": says([{"inline_data": {"data": coded(PICTURE)}}]),
    "an event": stream({"type": "image_generation.completed", "b64_json": coded(PICTURE)}),
    "a delta": stream(*deltas({"content": "An otter. ![a]("}, {"content": f"{data_uri(PICTURE)})"})),
    "images[] of a delta": stream(
        *deltas({"content": "Here is"}, {"images": [{"image_url": {"url": data_uri(PICTURE)}}]})
    ),
    "many deltas": stream(*pieces(MARKUP, 40)),
}


@pytest.mark.parametrize("answer", FLOWING.values(), ids=FLOWING)
def test_the_bytes_of_a_picture_are_handed_on_while_it_comes(answer):
    body, decoder, so_far = bytes_of(answer), Decoder({}), []
    middle = (
        body.index(coded(PICTURE)[-400:-380].encode())
        if coded(PICTURE).encode() in body
        else len(body) * 3 // 4
    )
    for place in range(0, middle, 100):
        so_far += decoder.feed(body[place : place + 100])
    assert sum(len(each.data) for each in so_far if isinstance(each, Bytes)) > len(PICTURE) // 2


def test_no_whole_answer_is_held():
    slices = [b"A" * 65_536] * 480  # 30 MB of base64, in one line
    decoder = Decoder({})
    tracemalloc.start()
    for each in (
        b'data: {"type": "image_generation.completed", "b64_json": "iVBORw0KGgoA',
        *slices,
        b'"}\n\n',
    ):
        decoder.feed(each)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_each_event_is_known_when_it_ends():
    completed = {"type": "image_generation.completed", "b64_json": coded(PNG)}
    decoder = Decoder({})
    assert joined(decoder.feed(stream(completed, end=""))) == [Image(PNG)]
    assert decoder.close() == []


def many(start: bytes, middle: bytes, count: int) -> bytes:
    return start + middle * count


SLOW = {
    "backslashes": (many(b'{"data": "', b"\\\\", 500_000) + b'"}', errors.NoImageError),
    "backslashes without end": (many(b'{"data": "', b"\\\\", 500_000), errors.AnswerError),
    "escaped quotes": (many(b'{"data": "', b'\\"', 500_000) + b'"}', errors.NoImageError),
    "short strings": (many(b'["', b'","', 300_000) + b'"]', errors.NoImageError),
    "openings of markup": (
        many(b'{"choices": [{"message": {"content": "', b"![", 300_000) + b'"}}]}',
        errors.NoImageError,
    ),
    "openings of pictures": (
        many(b'{"choices": [{"message": {"content": "', b"data:image/", 100_000) + b'"}}]}',
        errors.NoImageError,
    ),
    "white space": (
        many(b'{"data": [{"b64_json": "iVBORw0KGgo', b"\\n", 500_000) + b'!"}]}',
        errors.AnswerError,
    ),
    "depth": (b"[" * 3_000_000, errors.AnswerError),
    "digits": (b"9" * 3_000_000, errors.AnswerError),
    "pings": (b": PING\n\n" * 200_000, errors.NoImageError),
    "blank lines": (b":\n" + b"\n" * 500_000, errors.NoImageError),
    "lines of data": (b"data: \n" * 300_000, errors.AnswerError),
}


@pytest.mark.parametrize(("body", "kind"), SLOW.values(), ids=SLOW)
def test_what_was_made_to_be_slow_is_read_to_its_end(body, kind):
    found = events(body, *range(65_536, len(body), 65_536))
    assert isinstance(found[-1].error, kind)


ENDLESS = {
    "objects": b"[" + b"{}," * (MAX_HELD // 3 + 1),
    "words": b'{"choices": [{"message": {"content": "' + b"otter " * (MAX_HELD // 6 + 1),
    "pictures": b'{"choices": [{"message": {"content": "'
    + b"data:image/png;base64,AAAA " * (MAX_PICTURES + 1),
    "words over deltas": stream(*deltas({"content": "otter " * 2000})) * (MAX_HELD // 12_000 + 1),
    "choices": stream(*(event for index in range(200) for event in deltas({"content": "a"}, index=index))),
    "lines": b":" + b"\n" * 2_000_001,
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_what_says_more_than_any_answer_is_cut_off(body):
    with pytest.raises(errors.AnswerError) as caught:
        decoded(body + b" " * 65_536, 65_536)
    assert caught.value.may_be_billed


def test_what_came_before_a_cut_still_counts():
    decoder = Decoder({}, limit=5000)
    first = decoder.feed(stream({"type": "image_generation.completed", "b64_json": coded(PNG)}, end=""))
    with pytest.raises(errors.AnswerError):
        decoder.feed(bytes(5000))
    assert joined([*first, *decoder.close()]) == [Image(PNG)]
