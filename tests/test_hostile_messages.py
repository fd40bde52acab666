"""A hostile page: messages and states of every kind, made from a seed, sent to a studio with a real session.

Without a press of Generate, Vary, Again or Retry nothing leaves; with them, never more than was pressed.
Nothing is raised, nothing is read that is not the studio's own, and it works afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import comm
import pytest

import nbimagegen
from nbimagegen import ImageStudio, catalog
from nbimagegen.studio import line, messages
from tests.emulator import paint
from tests.pretend_page import SMALL, Page, press, settle
from tests.proof import counted, held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.proof

MESSAGES = counted(3_000, 100_000)
A_STUDIO = 1_000  # messages that one studio is told before another takes its place
SMALL_STATE = 16_000  # bytes, beside what the page itself has put into the controls
UNEXPECTED, _, _ = line.UNEXPECTED.partition("{")
PAYING = {"generate", "vary", "again", "retry"}
TYPED = {"prompt", "model", "parameters", "extra", "filter"}
PNG = paint((32, 24), 1)

# What a hostile page puts where something else belongs.

TEXTS = [
    "",
    "x",
    "x" * 301,
    "../../../etc/passwd",
    "/etc/passwd",
    "/etc/passwd-0",
    "..-0",
    "C:\\Windows\\win.ini",
    "file:///etc/passwd",
    "http://127.0.0.1:1/steal",
    "https://example.org/otter.png",
    "data:image/png;base64,AAAA",
    "{SECRET}",
    "{__import__('os').environ}",
    "{studio.session.key}",
    "$HOME",
    "%(SECRET)s",
    "\x00",
    "a\x00b-0",
    "two\nlines",
    "\ud83e",
    "\u202egnp.rettos",
    "一只水獭",
    "' OR 1=1 --",
    "%_%",
    "<script>alert(1)</script>",
    "__class__",
    "constructor",
    "-1",
    "1e999",
    "no-0-0",
    "u-" + "0" * 32,
    "x-" + "9" * 290,
    "IPY_MODEL_0",
    "sketch",
    "custom",
    "openai",
    "gpt-image-1",
]
NUMBERS = [0, -1, 1, 2, 10, 11, 255, 2**31, 2**53, 2**53 + 1, 2**64, -(2**70), 0.5, 1e308, float("nan")]
ODD = [None, True, False, [], {}, [[]], [None], {"": ""}, {"length": 10**9}, {"__class__": "Session"}]
NESTED = [1]
for _ in range(300):
    NESTED = [NESTED]
LARGE = ["x" * 1_000_001, {"x": "y" * 100_001}, ["x-0"] * 65, ["x-0"] * 2_000, NESTED]
TRAITS = [
    "prompt",
    "gateway",
    "model",
    "n",
    "parameters",
    "extra",
    "selected",
    "source",
    "references",
    "filter",
    "language",
    "running",
    "_count",
    "mask",
    "_notices",
    "_mask",
    "_fills",
    "_budget",
    "_estimate",
    "_esm",
    "_css",
    "_model_name",
    "layout",
    "session",
    "comm",
    "keys",
    "variables",
]


def strange(dice: Random) -> Any:
    kind = dice.random()
    if kind < 0.02:
        return dice.choice(LARGE)
    if kind < 0.1:
        return [strange(dice) for _ in range(dice.randrange(4))]
    if kind < 0.15:
        return {dice.choice(TEXTS): strange(dice) for _ in range(dice.randrange(4))}
    return dice.choice(dice.choice([TEXTS, TEXTS, NUMBERS, ODD]))


# Messages that a studio would take, field by field, and what is made of them.

TABLES = [
    {},
    SMALL,
    {"seed": 7},
    {"text": "otter"},
    {"order": "oldest"},
    {"size": "9" * 99},
    {"text": "%' --", "rating": 9},
    {"pictures": ["../x-0"]},
    {"since": 1e300},
    {"tag": "x", "until": -1e300},
]


class Hostile:
    """Makes messages of one seed, for a studio that holds these pictures."""

    def __init__(self, seed: int, pictures: list[str], generations: list[str]) -> None:
        self.dice = Random(seed)  # noqa: S311 - the same each time
        self.pictures = pictures
        self.generations = generations
        self.clicks = ["click 0"]

    def message(self, kinds: list[str]) -> tuple[dict[str, Any], list[bytes]]:
        dice = self.dice
        kind = dice.choice(kinds)
        made = {"kind": kind, **{name: self.field(name) for name in messages._SCHEMA[kind]}}
        if dice.random() < 0.6:
            self.mutate(made)
        return made, self.buffers(kind)

    def field(self, name: str) -> Any:
        return {
            "click": self.click,
            "picture": self.picture,
            "id": self.picture,
            "source": self.picture,
            "generation": lambda: self.dice.choice(self.generations),
            "ids": lambda: [self.picture() for _ in range(self.dice.randrange(4))],
            "references": lambda: [self.picture() for _ in range(self.dice.randrange(3))],
            "add": lambda: ["otters"],
            "remove": lambda: [self.dice.choice(TEXTS)],
        }.get(name, lambda: self.dice.choice(PLAIN[name]))()

    def click(self) -> str:
        """A new click, or one that comes twice."""
        if self.dice.random() < 0.8:
            self.clicks = [*self.clicks[-20:], f"click {self.dice.getrandbits(60)}"]
            return self.clicks[-1]
        return self.dice.choice(self.clicks)

    def picture(self) -> str:
        return self.dice.choice([*self.pictures * 8, *TEXTS])

    def mutate(self, made: dict[str, Any]) -> None:
        dice = self.dice
        name = dice.choice(list(made))
        how = dice.random()
        if how < 0.15:
            del made[name]
        elif how < 0.25:
            made[dice.choice(TEXTS)] = strange(dice)
        elif name != "kind" or how < 0.4:
            made[name] = strange(dice)

    def buffers(self, kind: str) -> list[bytes]:
        if kind not in messages._CARRIERS and self.dice.random() < 0.9:
            return []
        one = self.dice.choice([b"", b"\x00", PNG, PNG[:60], PNG[60:], b"sk-hostile", b"\xff" * 70_000])
        return [one] * self.dice.choice([0, 1, 1, 1, 1, 1, 2])

    def state(self) -> dict[str, Any]:
        names = self.dice.sample(TRAITS, self.dice.randrange(1, 4))
        fitting = {"selected": [self.picture()], "source": self.picture(), "references": [self.picture()]}
        return {
            name: fitting[name] if name in fitting and self.dice.random() < 0.5 else strange(self.dice)
            for name in names
        }


PLAIN: dict[str, list[Any]] = {
    "prompt": ["an otter", *TEXTS],
    "gateway": ["custom", "custom", "sketch", "openai", "xty"],
    "model": ["any", "", "sketch", "gpt-image-1"],
    "n": [1, 1, 2],
    "parameters": TABLES,
    "extra": [{}, {}, {"prompt": "another"}, {"url": "http://127.0.0.1:1/"}],
    "prompts": [1, 1, 1, 2, 10**9],
    "as_is": [True, False],
    "operation": ["generate", "edit"],
    "mask": [False, True],
    "text": TEXTS,
    "before": ["", *TEXTS],
    "offset": [0, 1, 48, 2**53],
    "limit": [1, 48, 200],
    "query": TABLES,
    "on": [True, False],
    "rating": [0, 3, 5, 6],
    "save": [True, False],
    "notice": TEXTS,
    "language": ["zh-CN", "en", *TEXTS],
    "upload": ["a", "b", "c", *TEXTS],
    "part": [0, 0, 1, 15],
    "parts": [1, 1, 2, 16],
}

ENVELOPES = [
    {},
    [1],
    None,
    {"method": ["update"]},
    {"method": "nope"},
    {"method": "update"},
    {"method": "update", "state": [1], "buffer_paths": []},
    {"method": "update", "state": None},
    {"method": "update", "state": {"prompt": "x"}, "buffer_paths": [["prompt", "a"]]},
    {"method": "update", "state": {"prompt": "x"}, "buffer_paths": [["no such", 7]]},
    {"method": "update", "state": {"parameters": {}}, "buffer_paths": [["parameters", "x"]]},
    {"method": "request_state"},
    {"method": "request_states"},
    {"method": "custom"},
    {"method": "custom", "content": [1]},
    {"method": "echo_update", "state": {"prompt": "x"}},
]


# What is watched meanwhile.


class Watch:
    """Notes files that are opened and addresses that are dialled, by the interpreter's own word."""

    def __init__(self) -> None:
        self.opened: set[str] = set()
        self.dialled: Counter[Any] = Counter()
        self.is_on = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.is_on and event == "open" and isinstance(arguments[0], str):
            self.opened.add(os.path.abspath(arguments[0]))  # noqa: PTH100 - Path would be opened anew here
        elif self.is_on and event == "socket.connect":
            self.dialled[arguments[1]] += 1


@pytest.fixture(scope="module")
def ears() -> Watch:
    return Watch()  # a hook stays to the end of the process


@pytest.fixture
def watch(ears) -> Iterator[Watch]:
    ears.opened, ears.dialled, ears.is_on = set(), Counter(), True
    yield ears
    ears.is_on = False


class Pool(ThreadPoolExecutor):
    """A pool that keeps what its threads raised and nobody asked for."""

    raised: list[BaseException] = []  # noqa: RUF012 - of all pools together

    def submit(self, *given: Any, **named: Any) -> Any:
        future = super().submit(*given, **named)
        future.add_done_callback(self._look)
        return future

    def _look(self, future: Any) -> None:
        if not future.cancelled() and (problem := future.exception()):
            self.raised.append(problem)


@pytest.fixture(autouse=True)
def pools(monkeypatch) -> None:
    Pool.raised.clear()
    monkeypatch.setattr(comm, "create_comm", Page)
    monkeypatch.setattr(line, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(threading, "excepthook", lambda problem: Pool.raised.append(problem.exc_value))


@pytest.fixture
def start(emulator, monkeypatch) -> Iterator[Callable[[str], ImageStudio]]:
    """Open a studio whose every gateway is the emulator."""
    for row in catalog.gateways().values():
        if row.base_url_variable:
            monkeypatch.setenv(row.base_url_variable, emulator.base_url)

    opened: list[ImageStudio] = []

    def open_one(name: str) -> ImageStudio:
        studio = ImageStudio(name, base_url=emulator.base_url, model="any", variables={"animal": "fox"})
        studio.generate("an otter", gateway="sketch", **SMALL)
        studio.source = studio.pictures[-1]
        opened.append(studio)
        return studio

    yield open_one
    for each in opened:
        each.close()


def told(studio: ImageStudio, seed: int, kinds: list[str]) -> set[str]:
    """Tell a studio all messages of a seed; return the paying clicks that it took."""
    known = studio.history.pictures
    hostile = Hostile(seed, [each.id for each in known], [each.id for each in studio.history])
    paying = set()
    for turn in range(A_STUDIO):
        if turn % 40 == 0:
            studio.comm._deliver(hostile.dice.choice(ENVELOPES), b"x")
        elif turn % 4 == 3:
            studio.comm.sets(**hostile.state())
        else:
            content, buffers = hostile.message(kinds)
            if str(content.get("kind")) in PAYING and isinstance(content.get("click"), str):
                paying.add(content["click"])
            studio.comm.says(content, *buffers)
    come_to_rest(studio)
    taken = {each["click"] for each in studio.comm.heard("acknowledged")}
    return paying & taken


def come_to_rest(studio: ImageStudio) -> None:
    inner = studio._browser._line
    for pool in (inner.turns, inner.marks, inner.lists, inner.pictures, inner.errands):
        for _ in range(pool._max_workers):
            pool.submit(lambda: None).result(60)
    studio.comm.wait_until(lambda: not studio.session.running)
    settle()


def is_ours(path: str) -> bool:
    """Return whether a file is the package's, the interpreter's or the studio's own."""
    package = Path(nbimagegen.__file__).parents[1]
    home = Path(os.environ["NBIMAGEGEN_HOME"]).parents[1]  # a studio of the test before may end later
    own = (home, package, sys.prefix, sys.base_prefix, "/dev/null", "/usr/share/zoneinfo")
    return path.startswith(tuple(map(str, own)))


def is_harmless(studio: ImageStudio, watch: Watch, records: list[Any]) -> None:
    assert [each.getMessage() for each in records if each.exc_info or each.levelname == "ERROR"] == []
    assert Pool.raised == []
    said = [json.dumps(data) for data, _ in studio.comm.messages]
    assert [each for each in said if UNEXPECTED in each] == []
    assert [each for each in watch.opened if not is_ours(each)] == []
    state = {name: each for name, each in studio.get_state().items() if name not in TYPED | {"_esm", "_css"}}
    assert len(json.dumps(state)) < SMALL_STATE
    works(studio)


def works(studio: ImageStudio) -> None:
    studio.comm.sets(filter={}, gateway="sketch", source="", references=[], parameters=SMALL, n=1, extra={})
    before = len(studio.history)
    studio.comm.says(press("the last click", gateway="sketch"))
    studio.comm.wait_until(lambda: len(studio.history) > before and not studio.session.running)
    assert studio.history[-1].status == "done"


def seeds() -> range:
    return range(MESSAGES // A_STUDIO)


@pytest.mark.parametrize("seed", seeds())
def test_a_page_that_presses_nothing_brings_nothing_about(seed, start, emulator, watch, caplog):
    studio = start(f"quiet {seed}")
    others = [kind for kind in messages._SCHEMA if kind not in PAYING]
    told(studio, seed, others)
    assert emulator.posts == []
    assert {port for _, port, *_ in watch.dialled} <= {int(emulator.url.rsplit(":", 1)[1])}
    is_harmless(studio, watch, caplog.records)
    held(
        "hostile messages without a press",
        "asked for a picture, raised or opened a stranger's file",
        A_STUDIO,
    )


@pytest.mark.parametrize("seed", seeds())
def test_a_page_that_presses_gets_what_was_pressed_once(seed, start, emulator, watch, caplog):
    studio = start(f"pressing {seed}")
    before = len(studio.history)
    pressed = told(studio, 10_000 + seed, list(messages._SCHEMA))
    assert len(studio.history) - before <= len(pressed)
    assert len(emulator.posts) <= 10 * len(pressed)
    is_harmless(studio, watch, caplog.records)
    held("hostile messages, presses among them", "made more than was pressed, or raised", A_STUDIO)
