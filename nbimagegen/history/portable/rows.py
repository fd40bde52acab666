"""`metadata.jsonl`: a line a picture, each column of one type, for tables and data sets to be made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbimagegen.history.provenance import without_secrets
from nbimagegen.records import mended

if TYPE_CHECKING:
    from nbimagegen.history.picture import Picture


def line(picture: Picture, file_name: str) -> str:
    """Return a picture's line.

    What may be a number or nothing (`seconds`, `cost`) is null where it is not known; parameters, which
    differ from model to model, are JSON in a text.
    """
    return mended(json.dumps({"file_name": file_name, **_row(picture)}, ensure_ascii=False))


def _row(picture: Picture) -> dict[str, Any]:
    generation, own = picture.generation, picture.record
    request = generation.record.request
    return {
        "id": picture.id,
        "prompt": request.prompt,
        "revised_prompt": own.revised_prompt,
        "model": request.model,
        "gateway": request.gateway,
        "operation": request.operation,
        "parameters": json.dumps(without_secrets(dict(request.parameters)), ensure_ascii=False),
        "extra": json.dumps(without_secrets(dict(request.extra)), ensure_ascii=False),
        "width": own.width,
        "height": own.height,
        "format": own.format,
        "sha256": own.sha256,
        "created": generation.created.isoformat(),
        "seconds": _number(generation.seconds),
        "cost": _number(generation.cost),
        "starred": picture.starred,
        "rating": picture.rating,
        "tags": list(picture.tags),
        "note": picture.note,
        "parents": list(generation.parents),
    }


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
