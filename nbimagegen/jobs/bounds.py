"""What a gateway tells beside its pictures, cut to what a record takes: it must not cost the pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from nbimagegen.records import is_flat_enough

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.records import GenerationRecord

MOST_TEXT = 2**20  # characters
MOST_TOLD = 2**16  # characters of JSON
_MOST_FIELDS = 100
_LONGEST = 200


def bounded(record: GenerationRecord) -> GenerationRecord:
    """Return the record of an ended generation with its texts cut to what can be kept."""
    return replace(
        record,
        pictures=tuple(replace(each, revised_prompt=_cut(each.revised_prompt)) for each in record.pictures),
        lost=tuple(replace(each, revised_prompt=_cut(each.revised_prompt)) for each in record.lost),
        text=_cut(record.text),
        error=record.error and {name: _cut(value) for name, value in record.error.items()},
    )


def table(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told; of what is too deep or too large, only what stands at the top and is short."""
    if is_flat_enough(told) and len(json.dumps(told)) <= MOST_TOLD:
        return dict(told)
    short = ((name, value) for name, value in told.items() if len(name) <= _LONGEST and _is_short(value))
    return dict(islice(short, _MOST_FIELDS))


def _is_short(value: object) -> bool:
    return not isinstance(value, dict | list) and len(str(value)) <= _LONGEST


def _cut(value: Any) -> Any:
    return value[:MOST_TEXT] if isinstance(value, str) else value
