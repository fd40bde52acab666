"""What takes long runs where nobody waits for it: not on the I/O thread, nor where a message arrives."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage

from nbimagegen import ImageStudio, Session, errors
from nbimagegen.jobs import inbox
from nbimagegen.store import spool
from nbimagegen.store.index import Index
from nbimagegen.studio import admit, messages
from nbimagegen.transport import IO_THREAD, streams
from tests.answer_shapes import PNG, coded
from tests.emulator import Cut, error, paint
from tests.histories import keep, record
from tests.pretend_page import SMALL, press, settle

HERE = threading.current_thread().name
MEGABYTE = 2**20
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
    (Path, "read_bytes"),
    (Path, "read_text"),
]


@pytest.fixture
def steps(monkeypatch) -> Counter:
    """How often each long step was taken, by its name and the kind of thread that took it."""
    taken: Counter = Counter()
    for place, name in LONG:
        monkeypatch.setattr(place, name, counted(getattr(place, name), name, taken))
    monkeypatch.setattr(hashlib, "sha256", counted_where_long(hashlib.sha256, taken))
    return taken


def counted(step, name, taken):
    def take(*args, **named):
        taken[name, kind_of_thread()] += 1
        return step(*args, **named)

    return take


def counted_where_long(make, taken):
    def take(data=b"", **named):
        taken["hash", kind_of_thread()] += len(data) >= MEGABYTE
        return make(data, **named)

    return take


def kind_of_thread() -> str:
    name = threading.current_thread().name
    return "I/O" if name.startswith(IO_THREAD) else "here" if name == HERE else "a pool's"


def on(steps: Counter, thread: str) -> dict[str, int]:
    return {name: count for (name, where), count in steps.items() if where == thread and count}


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


def test_a_refusal_of_which_nothing_is_kept_leaves_nothing_to_clean(emulator, steps):
    emulator.next(error(400, "No."))
    with pytest.raises(errors.RefusedError):
        Session("otters", base_url=emulator.base_url, model="any", api_key="sk-otter-1").generate("an otter")
    assert ("clean", "a pool's") not in steps


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


# Where a message of the page arrives.

PICTURE, FAILED, NOTICE = "a picture", "a generation that failed", "of a deletion"  # stand for their ids
NOISE = np.random.default_rng(1).integers(0, 255, (700, 700, 3), np.uint8)
LARGE = paint((96, 64)) + NOISE.tobytes()[: messages.MAX_PART - 5000]
CLICK = {"click": "1"}
PART = {**CLICK, "upload": "one", "part": 0, "parts": 1}
BY_SKETCH = {"gateway": "sketch", "model": "sketch", "n": 1, "parameters": SMALL, "extra": {}}
LISTED = {"offset": 0, "limit": 48, "query": {}}
SAID: dict[str, tuple[Any, ...]] = {
    "hello": ({},),
    "generate": (press(operation="edit", source=PICTURE, references=[PICTURE], mask=True),),
    "vary": ({**CLICK, "picture": PICTURE, **BY_SKETCH},),
    "again": ({**CLICK, "picture": PICTURE},),
    "cancel_all": (CLICK,),
    "prompts": ({"text": "otter", "before": ""},),
    "cancel": ({**CLICK, "generation": FAILED},),
    "retry": ({**CLICK, "generation": FAILED},),
    "download": ({**CLICK, "generation": FAILED},),
    "failure": ({"generation": FAILED},),
    "models": ({"gateway": "sketch"},),
    "page": (LISTED,),
    "ids": (LISTED,),
    "select": ({"ids": [PICTURE]},),
    "selection": ({},),
    "thumbnails": ({"ids": [PICTURE]},),
    "original": ({"id": PICTURE},),
    "details": ({"id": PICTURE},),
    "key": ({**CLICK, "gateway": "openai", "save": False}, b"sk-otter-1"),
    "dismiss": ({"notice": NOTICE},),
    "dialogs": ({},),
    "words": ({"language": "zh-CN"},),
    "file": ({"id": PICTURE},),
    "star": ({**CLICK, "ids": [PICTURE], "on": True},),
    "rate": ({**CLICK, "ids": [PICTURE], "rating": 5},),
    "tag": ({**CLICK, "ids": [PICTURE], "add": ["otters"], "remove": []},),
    "note": ({**CLICK, "ids": [PICTURE], "text": "the best one"},),
    "delete": ({**CLICK, "ids": [PICTURE]},),
    "restore": ({**CLICK, "notice": NOTICE},),
    "undo": (CLICK,),
    "read": (PART, LARGE),
    "upload": (PART, LARGE),
    "brought": ({"upload": "one"},),
    "paint": ({**PART, "source": PICTURE}, LARGE),
    "unpaint": (CLICK,),
    "mask": ({},),
    "keep": ({**CLICK, "id": PICTURE},),
}


@pytest.fixture
def studio(pages) -> ImageStudio:
    """A studio that changes a part of a picture; another was deleted, and one never came."""
    del pages
    studio = ImageStudio("otters", gateway="sketch")
    studio.source, deleted = studio.generate("an otter", n=2, **SMALL).pictures
    studio.mask = np.eye(256, dtype=bool)
    never = studio.submit("a fox", size="256x256", latency=60)
    studio.cancel(never)
    with pytest.raises(errors.CancelledError):
        never.wait()
    studio.comm.asks({"kind": "delete", "click": "0", "ids": [deleted.id]})
    settle()
    studio.history._live.clear()  # as long after
    return studio


def told(studio: ImageStudio, said: Any) -> Any:
    """Return what is said, of what there is."""
    ids = {PICTURE: studio.source.id, FAILED: studio.history[-1].id, NOTICE: studio._notices[-1]["id"]}
    if isinstance(said, list):
        return [ids.get(each, each) for each in said]
    return ids.get(said, said) if isinstance(said, str) else said


@pytest.mark.parametrize("kind", messages._SCHEMA)
def test_where_a_message_arrives_nothing_takes_long(studio, steps, kind):
    fields, *buffers = SAID[kind]
    said = {"kind": kind, **{name: told(studio, value) for name, value in fields.items()}}
    assert messages.read(said, buffers) is not None
    steps.clear()
    studio.comm.says(said, *buffers)
    assert on(steps, "here") == {}


SET: dict[str, Any] = {
    "prompt": "a {fox} in snow",
    "gateway": "openai",
    "model": "gpt-image-1",
    "n": 3,
    "parameters": {"size": "512x512"},
    "extra": {"seed": 7},
    "filter": {"text": "otter"},
}
# Whoever writes the index keeps whoever reads it waiting, so what is set with every click asks it nothing.
HELD = {"selected": admit.MAX_SELECTED, "source": 1, "references": messages.MAX_REFERENCES}  # pictures
ASKED = {"source": 6, "references": 6}  # questions to the index, at most, however many pictures


@pytest.mark.parametrize("name", admit._READERS)
def test_where_the_page_sets_a_control_the_index_is_asked_a_few_times_and_nothing_takes_long(
    studio, steps, name
):
    for _ in range(admit.MAX_SELECTED):
        keep(studio.history._store, record())
    ids = studio.pictures.ids[-HELD.get(name, 1) :]
    given = {**SET, **dict.fromkeys(HELD, ids), "source": ids[0]}[name]
    steps.clear()
    studio.comm.sets(**{name: given})
    taken = on(steps, "here")
    assert taken.pop("reading", 0) <= ASKED.get(name, 0)
    assert taken == {}
