"""Records and rows → the small tables that the browser shows. Never a picture, a path or a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nbimagegen.catalog import check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen.catalog import Gateway, Model, Parameter
    from nbimagegen.history import Generation, Picture

Table = dict[str, Any]

SHORT_PROMPT = 120
_JOBS_BYTES = 3600  # what all running jobs' prompts together may take of the synced state
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF"}
MIME = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


def gateway(row: Gateway, *, ready: bool) -> Table:
    """Return what the pickers and controls need to know of a gateway."""
    host = f" ({urlsplit(row.base_url).hostname})" if row.id == "custom" else ""
    return {
        "id": row.id,
        "label": row.label + host,
        "ready": ready,
        "key_variable": row.variables[-1] if row.variables else None,
        "default_model": row.default_model,
        "models": [_model(each) for each in row.models.values()],
        "note": row.note,
    }


def job(generation: Generation, row: Gateway, jobs: int) -> Table:
    """Return one running job; the more there are, the shorter their prompts."""
    request = generation.record.request
    return {
        "id": generation.id,
        "prompt": shortened(request.prompt, max(12, min(400, _JOBS_BYTES // max(1, jobs) // 6))),
        "gateway": request.gateway,
        "model": shortened(request.model, 60),
        "n": request.n,
        "status": generation.status,
        "started": generation.record.started,
        "expected": _expected(generation, row),
    }


def entry(picture: Picture) -> Table:
    """Return what the strip needs to know of a picture."""
    return {
        "id": picture.id,
        "generation": picture.generation.id,
        "prompt": shortened(picture.prompt, SHORT_PROMPT),
        "model": picture.generation.model,
        "width": picture.width,
        "height": picture.height,
    }


def details(picture: Picture) -> Table:
    """Return all that is known of a picture."""
    generation = picture.generation
    request = generation.record.request
    return {
        **entry(picture),
        "prompt": request.prompt,
        "gateway": request.gateway,
        "asked": asked(generation),
        "got": f"{picture.width}x{picture.height}",
        "seconds": generation.seconds,
        "created": generation.created.isoformat(),
        "format": _FORMATS[picture.format],
        "bytes": picture.record.bytes,
        "revised_prompt": picture.revised_prompt,
        "parameters": dict(request.parameters),
        "extra": dict(request.extra),
        "asked_count": request.n,
        "got_count": len(generation.record.pictures),
    }


def asked(generation: Generation) -> str:
    """Return the shape that was asked for; empty where it was left to the model."""
    set_ = generation.record.request.parameters
    shape = [set_.get("aspect_ratio"), set_.get("image_size")]
    return " ".join(str(each) for each in shape if each) or str(set_.get("size") or "")


def shortened(text: str, length: int) -> str:
    """Return one line of at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def without_the_middle(text: str, length: int) -> str:
    """Return `text`, cut in its middle where it is long: its end says what to do next."""
    end = length // 2
    return text if len(text) <= length else f"{text[: length - end - 1]}…{text[-end:]}"


def _expected(generation: Generation, row: Gateway) -> float | None:
    latency = generation.record.request.parameters.get("latency")
    if latency is not None:
        return float(latency)
    return sum(row.seconds) / len(row.seconds) if row.seconds else None


def _model(row: Model) -> Table:
    return {
        "id": row.id,
        "max_images": check.MAX_IMAGES_PER_CALL,
        "max_images_per_request": row.max_images_per_request,
        "prompt_limit": row.prompt_limit,
        "parameters": [_parameter(each) for each in row.parameters.values()],
    }


def _parameter(row: Parameter) -> Table:
    return {
        "name": row.name,
        "label": row.label,
        "type": row.type,
        "choices": list(row.choices),
        "minimum": row.minimum,
        "maximum": row.maximum,
        "default": row.default,
        "help": row.help,
    }


def jobs(generations: Sequence[Generation], rows: dict[str, Gateway], most: int) -> list[Table]:
    """Return the first of the running jobs."""
    shown = generations[:most]
    return [job(each, rows[each.gateway], len(shown)) for each in shown]
