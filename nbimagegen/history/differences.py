"""Asked and got are two things: what came otherwise than it was asked for."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbimagegen.records import GenerationRecord, PictureRecord

_PAIR = re.compile(r"(\d{1,5})\s*[x:]\s*(\d{1,5})")
_EDGES = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}
_RATIO_SLACK = 0.05  # gateways round the sides to multiples of 16 or 32
_EDGE_SLACK = 1.4  # between two steps of twice the side


def differences(record: GenerationRecord, picture: PictureRecord) -> dict[str, tuple[str, str]]:
    """Return what is not as it was asked for: name → (asked, got)."""
    request = record.request
    asked = {**request.parameters, **request.extra}
    came = len(record.pictures) + len(record.lost)
    found = {
        **_size(asked, picture),
        **_differing("format", str(asked.get("output_format") or ""), picture.format),
        **_differing("n", str(request.n), str(came)),
        **_differing("prompt", request.prompt if picture.revised_prompt else "", picture.revised_prompt),
    }
    return {name: pair for name, pair in found.items() if pair[0]}


def _differing(name: str, asked: str, got: str) -> dict[str, tuple[str, str]]:
    return {} if asked == got else {name: (asked, got)}


def _size(asked: dict[str, Any], picture: PictureRecord) -> dict[str, tuple[str, str]]:
    got = f"{picture.width}x{picture.height}"
    size = str(asked.get("size") or "").replace(" ", "").lower()
    ratio = str(asked.get("aspect_ratio") or (size if ":" in size else ""))
    if ratio:
        found = {} if _has_ratio(ratio, picture) else {"aspect_ratio": (ratio, got)}
    else:
        found = _differing("size", size, got) if _PAIR.fullmatch(size) else {}
    edge = str(asked.get("image_size") or "")
    return found if _has_edge(edge, picture) else {**found, "image_size": (edge, got)}


def _has_ratio(ratio: str, picture: PictureRecord) -> bool:
    match = _PAIR.fullmatch(ratio)
    if match is None or not int(match[1]) * int(match[2]):
        return True
    wanted = int(match[1]) / int(match[2])
    return abs(picture.width / picture.height / wanted - 1) <= _RATIO_SLACK


def _has_edge(edge: str, picture: PictureRecord) -> bool:
    wanted = _EDGES.get(edge.upper())
    got = math.sqrt(picture.width * picture.height)
    return wanted is None or wanted / _EDGE_SLACK <= got <= wanted * _EDGE_SLACK
