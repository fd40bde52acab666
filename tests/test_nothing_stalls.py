"""What takes long runs where nobody waits for it: not on the I/O thread, nor where a message arrives."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter

import pytest
from PIL import Image as PillowImage

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.jobs import inbox
from nbimagegen.store import spool
from nbimagegen.store.index import Index
from nbimagegen.transport import IO_THREAD, streams
from tests.answer_shapes import PNG, coded
from tests.emulator import Cut
from tests.pretend_page import Page, settle

HERE = threading.current_thread().name
LONG = [
    (os, "fsync"),
    (Index, "reading"),
    (Index, "change"),
    (Index, "make_again"),
    (PillowImage, "open"),
    (PillowImage.Image, "load"),
    (PillowImage.Image, "save"),
    (PillowImage.Image, "thumbnail"),
    (inbox, "clean"),
]


@pytest.fixture
def steps(monkeypatch) -> Counter:
    """How often each long step was taken, by its name and the kind of thread that took it."""
    taken: Counter = Counter()
    for place, name in LONG:
        monkeypatch.setattr(place, name, counted(getattr(place, name), name, taken))
    return taken


def counted(step, name, taken):
    def take(*args, **named):
        taken[name, kind_of_thread()] += 1
        return step(*args, **named)

    return take


def kind_of_thread() -> str:
    name = threading.current_thread().name
    return "I/O" if name.startswith(IO_THREAD) else "here" if name == HERE else "a pool's"


def on(steps: Counter, thread: str) -> dict[str, int]:
    return {name: count for (name, where), count in steps.items() if where == thread}


ANSWERS = {
    "base64": ("plain", {}, None),
    "an address": ("plain", {"handover": "url"}, None),
    "a chat": ("plain-chat", {}, "chat"),
}


@pytest.mark.parametrize(("profile", "quirks", "dialect"), ANSWERS.values(), ids=ANSWERS)
def test_the_thread_of_all_requests_does_nothing_that_takes_long(emulate, steps, profile, quirks, dialect):
    emulator = emulate(profile, **quirks)
    session = Session(
        "otters", base_url=emulator.base_url, dialect=dialect, model="any", api_key="sk-otter-1"
    )
    steps.clear()
    session.generate("an otter")
    emulator.next(Cut(at=10))
    with pytest.raises(errors.ImageGenError):
        session.generate("a fox")
    emulator.answer_with(200, body=b'{"data": [{"b64_json": "AAAA"}]}')
    with pytest.raises(errors.ImageGenError):
        session.generate("a hare")
    assert on(steps, "I/O") == {}
    assert on(steps, "a pool's").keys() >= {"fsync", "change", "open", "clean"}


async def test_who_awaits_a_picture_does_nothing_that_takes_long(emulator, steps):
    session = Session("otters", base_url=emulator.base_url, model="any")
    steps.clear()
    generation = await session.agenerate("an otter")
    assert generation.status == "done"
    assert not {"fsync", "change"} & on(steps, "here").keys()


def test_what_the_io_thread_does_at_a_time_is_bounded(emulator, monkeypatch):
    """A step is a slice: written, decoded, hashed and written again; then others have their turn."""
    sizes: list[int] = []
    write = spool.Spool.write
    monkeypatch.setattr(spool.Spool, "write", lambda own, data: sizes.append(len(data)) or write(own, data))
    noise = coded(PNG + hashlib.shake_128(b"otter").digest(3_000_000))
    emulator.answer_with(200, body=f'{{"data": [{{"b64_json": "{noise}"}}]}}'.encode())
    with pytest.raises(errors.AnswerError):  # which looks like a picture for as long as it comes
        Session("otters", base_url=emulator.base_url, model="any").generate("an otter")
    assert sum(sizes) > 3_000_000
    assert max(sizes) <= streams.READ_BYTES


@pytest.fixture
def page(monkeypatch):
    """Return what opens a studio's page."""
    monkeypatch.setattr("comm.create_comm", Page)
    return lambda studio: studio.comm


SAID = {
    "hello": {"kind": "hello"},
    "a page": {"kind": "page", "offset": 0, "limit": 48, "query": {}},
    "thumbnails": {"kind": "thumbnails", "ids": ["{id}"]},
    "an original": {"kind": "original", "id": "{id}"},
    "details": {"kind": "details", "id": "{id}"},
    "a file": {"kind": "file", "id": "{id}"},
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_where_a_message_arrives_nothing_takes_long(page, steps, said):
    studio = ImageStudio(session="otters", gateway="sketch")
    picture = studio.generate("an otter", size="256x256", latency=0).pictures[0]
    told = {
        name: [picture.id] if value == ["{id}"] else picture.id if value == "{id}" else value
        for name, value in said.items()
    }
    settle()
    steps.clear()
    page(studio).says(told)
    assert not {"fsync", "open", "load", "save", "thumbnail", "change"} & on(steps, "here").keys()
