"""A key that can be found again wherever it gets to: the ways to write it, and what is searched for them."""

from __future__ import annotations

import base64
import html
import json
import logging
import pickle
import re
import traceback
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from IPython.core.ultratb import FormattedTB

import nbimagegen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

WINDOW, STEP = 12, 4  # of a key: so much of it in one piece is a leak
XMODES = ("Plain", "Context", "Verbose", "Minimal")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
PACKAGE = str(Path(nbimagegen.__file__).parent)


# The ways to write it.


def in_base64(offset: int) -> Callable[[bytes], str]:
    """Return how a text looks in base64 that stands after so many other bytes."""

    def write(text: bytes) -> str:
        whole = base64.b64encode(b"?" * offset + text).decode()
        return whole[-(-offset * 8 // 6) : (offset + len(text)) * 8 // 6]

    return write


def in_json(text: bytes) -> str:
    return json.dumps(text.decode())[1:-1]


FORMS: Mapping[str, Callable[[bytes], str]] = {
    "raw": bytes.decode,
    "base64": in_base64(0),
    "base64 after a byte": in_base64(1),
    "base64 after two": in_base64(2),
    "base64 for addresses": lambda text: in_base64(0)(text).translate(str.maketrans("+/", "-_")),
    "URL": lambda text: quote(text, safe=""),
    "URL, small": lambda text: re.sub("%..", lambda each: each[0].lower(), quote(text, safe="")),
    "a part of a URL": quote,
    "JSON": in_json,
    "JSON of PHP": lambda text: in_json(text).replace("/", r"\/"),
    "JSON of Go": lambda text: re.sub("[&<>]", lambda each: f"\\u{ord(each[0]):04x}", in_json(text)),
    "HTML": lambda text: html.escape(text.decode()),
    "hex": bytes.hex,
    "HEX": lambda text: text.hex().upper(),
}


@cache
def written(secret: str) -> Mapping[str, re.Pattern[bytes]]:
    """Return what finds a long piece of a key, by the way in which it is written."""
    ends = range(0, max(len(secret) - WINDOW, 0) + 1, STEP)
    pieces = [secret[start : start + WINDOW].encode() for start in ends]
    return {
        form: re.compile(b"|".join(re.escape(write(each).encode()) for each in pieces))
        for form, write in FORMS.items()
    }


def hits(secret: str, places: Mapping[str, object]) -> list[str]:
    """Return where a key is: in which form, and where."""
    found: list[str] = []
    for place, content in places.items():
        data = content if isinstance(content, bytes) else str(content).encode("utf-8", "surrogatepass")
        for form, pattern in written(secret).items():
            near = pattern.search(data)
            if near:
                found.append(f"{form} in {place}: {data[max(near.start() - 60, 0) : near.end() + 30]!r}")
    return found


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


# The places.


def files(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, and their names."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {"names of files": repr(found).encode(), **{str(path): path.read_bytes() for path in found}}


def of_error(error: BaseException) -> dict[str, object]:
    """Return all that an error shows: itself, and its traceback in every form that a notebook knows."""
    told = {"error": f"{error} {error!r} {error.args} {vars(error)}", "pickled error": pickled(error)}
    trace = _from_the_package(error.__traceback__)
    for mode in XMODES:
        told[f"%xmode {mode}"] = ANSI.sub("", FormattedTB(mode=mode).text(type(error), error, trace))
    # Stricter than any of these: all variables of all frames, also of what it was raised from.
    whole = traceback.TracebackException(type(error), error, trace, capture_locals=True)
    told["variables"] = "".join(whole.format())
    return told


def _from_the_package(trace: TracebackType | None) -> TracebackType | None:
    """Pass over the frames of whoever called, who may hold a key of their own."""
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith(PACKAGE):
        trace = trace.tb_next
    return trace


def pickled(thing: object) -> bytes:
    """Return a thing as pickle writes it, or what pickle says of it."""
    try:
        return pickle.dumps(thing)
    except Exception as problem:  # noqa: BLE001 - to refuse is well, in whatever words
        return f"{problem!r} {problem.__context__!r}".encode()


class Ear(logging.Handler):
    """Hears all loggers at all levels, save what the emulator's own thread says."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, with all that it holds."""
        if record.threadName != "emulator":
            self.heard.append(f"{logging.Formatter().format(record)} {record.args!r}")


@contextmanager
def listening() -> Iterator[Ear]:
    """Let every logger speak at DEBUG, and listen."""
    root, ear = logging.getLogger(), Ear()
    named = [each for each in logging.Logger.manager.loggerDict.values() if isinstance(each, logging.Logger)]
    before = {each: each.level for each in [root, *named]}
    root.addHandler(ear)
    for each in before:
        each.setLevel(logging.DEBUG)
    try:
        yield ear
    finally:
        root.removeHandler(ear)
        for each, level in before.items():
            each.setLevel(level)
