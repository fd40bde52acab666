"""When two requests are the same one: what a later run of a notebook finds its pictures by."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from nbimagegen.records import mended

if TYPE_CHECKING:
    from nbimagegen.records import ImageRequest

_HOW_IT_COMES = {"stream", "partial_images"}  # and not what comes


def fingerprint(request: ImageRequest) -> str:
    """Return the same text for the same request: operation, prompt, model, gateway, address, n, values."""
    parameters = {name: value for name, value in request.parameters.items() if name not in _HOW_IT_COMES}
    facts = {
        "operation": request.operation,
        "prompt": request.prompt,
        "model": request.model,
        "gateway": request.gateway,
        "base_url": request.base_url,
        "n": request.n,
        "parameters": parameters,
        "extra": dict(request.extra),
        "inputs": [[each.role, each.sha256] for each in request.inputs],
    }
    # Once through JSON, as a record goes: tuples are lists there, and all names are texts.
    plain = json.loads(mended(json.dumps(facts, ensure_ascii=False)))
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
