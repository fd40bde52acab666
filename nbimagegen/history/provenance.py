"""What a picture that leaves tells of itself: the facts of its record, and never a key."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from nbimagegen._version import __version__
from nbimagegen.pixels import provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.history.picture import Picture

SOFTWARE = "nbimagegen"
_DEEPEST = 64  # levels of `extra` that are looked through
_SECRET = re.compile(
    r"(^|[_.\s-])(api[_-]?key|apikey|key|token|secret|password|passwd|passphrase|authorization|bearer|"
    r"credentials?|cookie)$",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# What JSON may hold as it is, and XML (or a terminal) may not.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A picture's file as it leaves, and what goes beside it where it cannot go inside.

    Attributes:
        data: The file.
        sidecar: JSON for a file of the same name with `.json` behind it; None where all is inside.
    """

    data: bytes = field(repr=False)
    sidecar: bytes | None = None


def leaving(picture: Picture, data: bytes | None = None) -> Leaving:
    """Return a picture's file (or `data`, which it was converted to) with its facts inside or beside it."""
    data = picture.bytes if data is None else data
    told = facts(picture)
    text = serialised(told)
    note = provenance.Note(text, told["prompt"] or told.get("revised_prompt", ""), told["software"])
    written = provenance.write(data, note)
    return Leaving(data, text.encode()) if written is None else Leaving(written)


def facts(picture: Picture) -> dict[str, Any]:
    """Return how a picture was made, as plain JSON values; what is empty is left out."""
    record = picture.generation.record
    request, own = record.request, picture.record
    told = {
        "model": request.model,
        "gateway": request.gateway,
        "host": _host(request.base_url),
        "n": request.n,
        "parameters": without_secrets(dict(request.parameters)),
        "extra": without_secrets(dict(request.extra)),
        "seed": _seed(request.parameters, request.extra, record.echo),
        "revised_prompt": own.revised_prompt,
        "created": _date(record.created),
        "picture": picture.id,
        "parents": list(record.parents),
        "inputs": [{"role": each.role, "sha256": each.sha256} for each in request.inputs],
        "sha256": own.sha256,  # of the file as it was received
    }
    head = {"software": f"{SOFTWARE} {__version__}", "prompt": request.prompt, "operation": request.operation}
    return {**head, **{name: value for name, value in told.items() if value not in (None, "", [], {})}}


def serialised(told: Mapping[str, Any]) -> str:
    """Return facts as JSON that any file can hold: half a surrogate pair and the like are escaped."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def without_secrets(value: Any, depth: int = 0) -> Any:
    """Return plain values without those whose names sound like a key's."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return {name: without_secrets(each, depth + 1) for name, each in pairs if not is_secret(name)}
    if isinstance(value, list | tuple):
        return [without_secrets(each, depth + 1) for each in cast("list[Any]", value)]
    return value


def is_secret(name: object) -> bool:
    """Return whether what stands under this name may be a key."""
    return bool(_SECRET.search(_CAMEL.sub("_", str(name))))


def _seed(*places: Mapping[str, Any]) -> int | None:
    found = (each["seed"] for each in places if isinstance(each.get("seed"), int))
    return next(found, None)


def _host(address: str) -> str:
    with contextlib.suppress(ValueError):
        return urlsplit(address).hostname or ""
    return ""


def _date(seconds: float) -> str:
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, tz=timezone.utc).isoformat(timespec="seconds")
    return ""
