"""Histories that nobody had to make pictures for: records as users would hold them, put in as they are."""

from __future__ import annotations

from nbimagegen.history import History
from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord
from nbimagegen.store import Store, new_id

NOON = 1_700_000_000.0


def a_history(home, name: str = "otters") -> History:
    """Return an open history without a session."""
    return History(Store(home, name))


def remember(history: History, prompt: str = "an otter", **facts) -> GenerationRecord:
    """Put in a generation that has ended, of which these are the facts."""
    record = a_record(prompt, **facts)
    history._store.save(record)
    return record


def a_record(prompt: str, *, pictures: int = 1, revised: str = "", **facts) -> GenerationRecord:
    """Return a generation that has ended; `facts` are of its request where that has them, else its own."""
    asked = {name: facts.pop(name) for name in list(facts) if name in ImageRequest.__dataclass_fields__}
    request = {"gateway": "openai", "model": "gpt-image-1", "base_url": "", "dialect": "images", **asked}
    own = {"id": new_id(), "status": "done", "made_by": "code", "created": NOON, **facts}
    came = tuple(a_picture(index, revised) for index in range(pictures))
    return GenerationRecord(request=ImageRequest(prompt, **request), pictures=came, **own)


def a_picture(index: int, revised: str = "") -> PictureRecord:
    """Return what is known of a picture that is nowhere on the disk."""
    return PictureRecord(index, f"{index:064x}", "png", 64, 48, 100, revised)


def prompts(found) -> list[str]:
    """Return what was asked for each of these."""
    return [each.prompt for each in found]
