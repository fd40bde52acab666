"""Histories to test with, written as jobs write them, and without a gateway."""

from __future__ import annotations

import shutil
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from nbimagegen.records import GenerationRecord, ImageRequest, PictureRecord
from nbimagegen.store import Store, home_folder, new_id

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n an otter"


def request(prompt: str = "an otter", **facts: Any) -> ImageRequest:
    settled = {"gateway": "xty", "model": "any", "base_url": "https://api.test/v1", "dialect": "images"}
    return ImageRequest(prompt=prompt, **{**settled, **facts})


def picture(index: int = 0, data: bytes = PNG, **facts: Any) -> PictureRecord:
    settled = {"sha256": sha256(data).hexdigest(), "format": "png", "width": 64, "height": 48}
    return PictureRecord(index=index, bytes=len(data), **{**settled, **facts})


def record(prompt: str = "an otter", pictures: int = 1, asked: dict[str, Any] | None = None, **facts: Any):
    settled = {"id": new_id(), "status": "done", "made_by": "code", "created": 1.5}
    settled["pictures"] = tuple(picture(index) for index in range(pictures))
    return GenerationRecord(request=request(prompt, **(asked or {})), **{**settled, **facts})


def saved(store: Store, *prompts: str, **facts: Any) -> list[str]:
    """Save a generation for each prompt, and return their ids."""
    kept = [record(prompt, **facts) for prompt in prompts]
    for each in kept:
        store.save(each)
    return [each.id for each in kept]


def keep(store: Store, kept: GenerationRecord, data: bytes = PNG) -> GenerationRecord:
    """Save a generation with the bytes of its pictures, as a job does."""
    for each in kept.pictures:
        spool = store.open_spool(kept.id, 0, each.index)
        spool.write(data)
        store.save_picture(each, spool)
    store.save(kept)
    return kept


def copied(history: Path) -> None:
    """Give a test a copy, under the same name, of a history whose making takes long."""
    shutil.copytree(history, home_folder() / history.name)


def dies(store: Store) -> None:
    """Let whoever holds this store be gone, as far as others can see."""
    assert store.kernel
    store._kernel[1].let_go()


def told(store: Store) -> dict[str, Any]:
    """Return all that a store says of what it holds."""
    ids = store.generation_ids()
    return {
        "generations": ids,
        "records": store.records(ids),
        "pictures": store.picture_ids(),
        "marks": store.all_marks(ids),
    }


def index_of(folder: Path) -> Path:
    return folder / "index.sqlite"
