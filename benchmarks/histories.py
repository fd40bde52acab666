"""Histories of many records, written without waiting for the disk, and kept in the venv for the next run."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from harness import ROOT

SESSION = "bench"
sys.path.append(str(ROOT))
_FOLDER = Path(sys.prefix) / "nbimagegen-benchmarks"
_SECONDS = 60.0  # between one generation and the next


def home(count: int) -> Path:
    """Return the home of a history of so many generations of one picture each, whose files are not there."""
    path = _FOLDER / f"history-{count}"
    if not path.exists():
        half = path.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        _fill(half, count)
        half.rename(path)
    return path


def _fill(home: Path, count: int) -> None:
    from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord  # noqa: PLC0415 - once in a venv
    from nbimagegen.store import Store, new_id  # noqa: PLC0415 - as above
    from nbimagegen.store.entries import record_path  # noqa: PLC0415 - as above

    store = Store(home, SESSION)
    for number in range(count):
        prompt = f"{_WORDS[number % len(_WORDS)]} number {number}, in the style of a woodcut, at dusk"
        request = ImageRequest(prompt, "openai", "gpt-image-1", "https://api.test/v1", "images")
        picture = PictureRecord(0, f"{number:064x}", "png", 1024, 1024, 1_500_000)
        facts = {"created": 1.7e9 + number * _SECONDS, "seconds": 20.0, "usage": {"total_tokens": 4160}}
        record = GenerationRecord(new_id(), request, "done", "code", pictures=(picture,), **facts)
        record_path(store.folder, record.id).write_text(as_text(record), encoding="utf-8")
    store.repair()
    store.close()


def as_text(record: object) -> str:
    """Return what the file of a record holds."""
    import json  # noqa: PLC0415 - as above

    from nbimagegen.records import to_json  # noqa: PLC0415 - as above

    return json.dumps(to_json(record), ensure_ascii=False, indent=1)


_WORDS = ("an otter", "a lighthouse", "小猫", "a fox, ink", "a harbour")
