"""Histories of many pictures, written without waiting for the disk, and kept in the venv for the next run.

A picture's file and its thumbnail are there for each of them, though they are all the same one.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pictures

from harness import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

SESSION = "bench"
sys.path.append(str(ROOT))
_FOLDER = Path(sys.prefix) / "nbimagegen-benchmarks"
_SECONDS = 60.0  # between one generation and the next
_LINKS = 10_000  # names that a file may have, on any file system


def home(count: int) -> Path:
    """Return the home of a history of so many generations of one picture each."""
    path = _FOLDER / f"pictures-{count}"
    if not path.exists():
        half = path.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        _fill(half, count)
        half.rename(path)
    return path


def _fill(home: Path, count: int) -> None:
    from nbimagegen.pixels import THUMBNAIL_EDGE, thumbnail  # noqa: PLC0415 - once in a venv
    from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord  # noqa: PLC0415 - as above
    from nbimagegen.store import Store, new_id  # noqa: PLC0415 - as above
    from nbimagegen.store.entries import record_path  # noqa: PLC0415 - as above

    store = Store(home, SESSION)
    data = pictures.png("1K").read_bytes()
    hashes = [f"{number:064x}" for number in range(count)]
    for number, sha256 in enumerate(hashes):
        prompt = f"{_WORDS[number % len(_WORDS)]} number {number}, in the style of a woodcut, at dusk"
        request = ImageRequest(prompt, "openai", "gpt-image-1", "https://api.test/v1", "images")
        picture = PictureRecord(0, sha256, "png", 1024, 1024, len(data))
        facts = {"created": 1.7e9 + number * _SECONDS, "seconds": 20.0, "usage": {"total_tokens": 4160}}
        record = GenerationRecord(new_id(), request, "done", "code", pictures=(picture,), **facts)
        record_path(store.folder, record.id).write_text(as_text(record), encoding="utf-8")
    _put(data, [store.folder / "pictures" / f"{each}.png" for each in hashes])
    small = store.folder / "small"
    _put(thumbnail(data), [small / f"{each}.{THUMBNAIL_EDGE}.webp" for each in hashes])
    store.repair()
    store.close()


def _put(data: bytes, paths: Iterable[Path]) -> None:
    """Write the same bytes under many names."""
    first = None
    for number, path in enumerate(paths):
        if first is None or number % _LINKS == 0:
            path.write_bytes(data)
            first = path
        else:
            os.link(first, path)


def as_text(record: object) -> str:
    """Return what the file of a record holds."""
    from nbimagegen.records import to_json  # noqa: PLC0415 - as above

    return json.dumps(to_json(record), ensure_ascii=False, indent=1)


_WORDS = ("an otter", "a lighthouse", "小猫", "a fox, ink", "a harbour")
