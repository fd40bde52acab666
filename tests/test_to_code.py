"""A generation as a call that runs as it stands: the same request, inputs as they are kept, and no key."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import pytest
from PIL import Image

import nbimagegen
from nbimagegen import Gateway, Session
from nbimagegen.history import Generation, Picture
from nbimagegen.history.provenance import leaving
from nbimagegen.history.reading import settings_of
from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord
from nbimagegen.store import Store, fingerprint, new_id
from nbimagegen.store.query import Query
from tests.proof import counted, held

SMALL = {"size": "256x256"}
KEY = "sk-canary-0123456789"


@pytest.fixture
def session() -> Session:
    return Session("code", gateway="sketch", parameters=SMALL)


def run(code: str) -> Generation:
    """Return what a cell with this code holds at its end."""
    cell: dict[str, object] = {}
    exec(compile(code, "a cell", "exec"), cell)  # noqa: S102 - what is tested
    return cell["generation"]


class Recorder:
    """Stands where `Session` does, and keeps how it was called."""

    def __init__(self, *first, **named) -> None:
        self.made = (first, named)

    def generate(self, *first, **named):
        return (*self.made, first, named)


def test_the_code_is_what_one_would_write(session):
    generation = session.generate("a fox, ink", n=2)
    assert generation.to_code() == (
        "from nbimagegen import Session\n"
        "\n"
        'session = Session("code", gateway="sketch")\n'
        'generation = session.generate("a fox, ink", model="sketch", n=2, size="256x256")\n'
    )
    assert generation.pictures[1].to_code() == generation.to_code()


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"n": 3, "seed": 7},
        {"stream": True},
        {"extra": {"user": "me", "deep": {"list": [1, 2.5, None, True, "\"'\n"]}}},
        {"model": "unknown", "class": 1, "my-parameter": [1], "größe": "x", "ﬁ": 0.5},
    ],
    ids=lambda each: ", ".join(each) or "nothing",
)
def test_a_call_is_the_same_request_again(session, call):
    made = session.generate("a fox", **call)
    again = run(made.to_code())
    assert again.record.request == made.record.request
    assert [each.sha256 for each in again.pictures] == [each.sha256 for each in made.pictures]


@pytest.mark.parametrize(
    "prompt",
    [
        "'", '"', "\\", '"""', "'\"\n", "{x}\\N{DASH}%s", "a\r\n\tb", "小猫 🦊👩\u200d🚀", "\u202eevil\u2066",
        "\x85\u2028\ufeff\x1b[0m", "x" * 30_000,
    ],
    ids=lambda each: ascii(each[:20]),
)  # fmt: skip
def test_any_prompt_runs_as_it_was_typed(session, prompt):
    made = session.generate(prompt)
    code = made.to_code()
    assert all(each.isprintable() for each in code.split("\n"))
    assert run(code).record.request == made.record.request


def test_a_prompt_of_100_000_characters_and_half_a_pair_stay_as_they_are(store, monkeypatch):
    monkeypatch.setattr(nbimagegen, "Session", Recorder, raising=False)
    for prompt in ("猫'\"\\" * 25_000, "half \ud83e"):
        assert run(kept(store, prompt).to_code())[2] == (prompt,)


def test_an_edit_starts_from_what_is_kept(session):
    [image, more] = session.generate("a fox", n=2).pictures
    mask = np.zeros((256, 256), bool)
    mask[:99] = True
    made = session.edit(image, "add snow", mask=mask, references=[more], n=2)
    code = made.to_code()
    assert all(str(each) in code for each in made.inputs)
    again = run(code)
    assert again.inputs == made.inputs
    assert [each.sha256 for each in again.pictures] == [each.sha256 for each in made.pictures]
    varied = session.vary(image)
    assert run(varied.to_code()).pictures[0].sha256 == varied.pictures[0].sha256


def test_an_edit_of_an_array_is_the_same_request_again(session):
    picture, other = np.full((64, 64, 3), 90, np.uint8), Image.new("RGB", (64, 64), "red")
    made = session.edit(picture, "add snow", mask=np.tri(64), references=[other])
    again = run(made.to_code())
    assert again.record.request.inputs == made.record.request.inputs
    assert fingerprint(again.record.request) == fingerprint(made.record.request)


def test_a_history_elsewhere_is_named(tmp_path):
    made = Session("\"odd'\n", gateway="sketch", home=tmp_path / "here").generate("a fox", **SMALL)
    again = run(made.to_code())
    assert again.store.folder == made.store.folder


def test_a_server_of_ones_own_is_named_by_its_address_and_no_key_is_there(emulator):
    session = Session("own", base_url=emulator.base_url, api_key=KEY, model="any")
    made = session.generate("a fox", extra={"deep": {"auth_token": KEY}})
    code = made.to_code()
    assert f'Session("own", base_url="{emulator.base_url}")' in code
    assert KEY not in code
    assert run(code).status == "done"


def test_a_gateway_at_another_address_is_named_with_it(emulate):
    emulator = emulate("openai")
    session = Session("relay", gateway="openai", base_url=emulator.base_url, api_key=KEY)
    code = session.generate("a fox", model="gpt-image-1").to_code()
    assert f'gateway="openai", base_url="{emulator.base_url}"' in code


def test_a_gateway_that_only_a_notebook_knows_is_reached_by_its_address(emulate):
    emulator = emulate("openai")
    mine = Gateway("mine", base_url=emulator.base_url, dialect="images")
    made = Session("mine", gateway=mine, api_key=KEY, model="gpt-image-1").generate("a fox")
    assert f'Session("mine", base_url="{emulator.base_url}")' in made.to_code()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_can_hold_and_a_request_cannot_is_still_python(store, monkeypatch, value):
    monkeypatch.setattr(nbimagegen, "Session", Recorder, raising=False)
    assert repr(run(kept(store, "a fox", strength=value).to_code())[3]["strength"]) == repr(value)


# Ten thousand prompts.

SCRIPTS = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F),
    (0xE00, 0xE7F), (0x1100, 0x11FF), (0x1E00, 0x1FFF), (0x2000, 0x206F), (0x3040, 0x30FF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xF900, 0xFAFF), (0xFE00, 0xFFFF), (0x1F300, 0x1FAFF),
    (0xE0020, 0xE007F), (0x1, 0x1F), (0x7F, 0x9F), (0x10FF00, 0x10FFFF),
)  # fmt: skip
SHARP = (
    *"'\"\\&<>{}%\n\r\t",
    "&amp;",
    "]]>",
    "</rdf:RDF>",
    "\u202e",
    "\u2028",
    "👩‍🚀",
    "e\u0301",
    "ﬁ",
    "İ",
    "ß",
    "小猫",
)


def prompts(count: int) -> list[str]:
    dice = Random(10_000)  # noqa: S311 - the same prompts each time
    return [prompt(dice) for _ in range(count)]


def prompt(dice: Random) -> str:
    scripts = dice.sample(SCRIPTS, 3)
    letters = [
        dice.choice(SHARP) if dice.random() < 0.2 else chr(dice.randint(*dice.choice(scripts)))
        for _ in range(dice.randint(1, 60))
    ]
    return f"{dice.choice('aé猫')}{''.join(letters)}"


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path, "ten thousand")


def kept(store: Store, prompt: str, **parameters: object) -> Generation:
    """Return a generation with one picture, as a later kernel finds it."""
    request = ImageRequest(prompt, "sketch", "sketch", "sketch://offline/v1", "images", parameters=parameters)
    pictures = (PictureRecord(0, "0" * 64, "png", 1, 1, 1, revised_prompt=prompt[::-1]),)
    record = GenerationRecord(new_id(), request, "done", "code", 0.0, pictures=pictures)
    return Generation(record, store, is_live=False)


def small(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, kind)
    return file.getvalue()


def test_any_prompt_comes_back_from_the_record_the_file_the_search_and_the_code(store, monkeypatch):
    monkeypatch.setattr(nbimagegen, "Session", Recorder, raising=False)
    files = [small(each) for each in ("PNG", "JPEG", "WEBP", "GIF")]
    for each in prompts(counted(200, 10_000)):
        made = kept(store, each)
        store.save(made.record)
        assert store.record(made.id).request.prompt == each
        assert (made.id, 0) in store.find(Query(text=each))
        for data in files:
            left = leaving(Picture(made, 0), data)
            told = settings_of(left.data)
            assert (told.prompt, told.revised_prompt, left.sidecar) == (each, each[::-1], None)
        assert run(made.to_code())[2] == (each,)
        held("Unicode prompts through record, metadata, search and code", "changed")
