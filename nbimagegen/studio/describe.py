"""Records and rows → the small tables that the browser shows. Never a picture, a path or a key."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nbimagegen import catalog
from nbimagegen.catalog import check
from nbimagegen.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nbimagegen.catalog import Gateway, Model, Parameter
    from nbimagegen.history import Generation, Picture, Reference
    from nbimagegen.history.views import Shown
    from nbimagegen.session import Call, Session
    from nbimagegen.session.accounts import Estimate

Table = dict[str, Any]

SHORT_PROMPT = 120
MAX_JOBS = 50
MAX_TAGS = 20  # of one picture, that a page of many tells
_JOBS_ROOM = 11_000  # bytes of the synced state that running jobs may take together
_PROMPTS_ROOM = 3600  # of these, their prompts
_FORMATS = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF"}
_ENDINGS = {"jpeg": "jpg"}
_WORDS = re.compile(r"\w+")  # of any script, and nothing that a file system minds
_NAME_LENGTH = 50
MIME = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}


def gateway(row: Gateway, *, ready: bool, listed: Sequence[str] = ()) -> Table:
    """Return what the pickers and controls need to know of a gateway; `listed`: the models it names."""
    host = f" ({urlsplit(row.base_url).hostname})" if row.id == "custom" else ""
    return {
        "id": row.id,
        "label": row.label + host,
        "ready": ready,
        "key_variable": row.variables[-1] if row.variables else None,
        "default_model": row.default_model,
        "operations": list(catalog.operations(row, "")),
        "takes_mask": row.dialect != "chat",
        "models": [model(each, row) for each in row.models.values()],
        "parameters": _controls(row.parameters.values()),
        "listed": [each for each in listed if each not in row.models],
        "note": row.note,
    }


def model(row: Model, of: Gateway | None = None) -> Table:
    """Return what the controls need to know of a model; `of`: the gateway that serves it."""
    operations = catalog.operations(of, row.id) if of else row.operations
    return {
        "id": row.id,
        "operations": None if operations is None else list(operations),
        "max_inputs": row.max_inputs,
        "takes_mask": row.takes_mask and not (of and of.dialect == "chat"),
        "max_images": check.MAX_IMAGES_PER_CALL,
        "max_images_per_request": row.max_images_per_request,
        "prompt_limit": row.prompt_limit,
        "parameters": _controls(row.parameters.values()),
    }


def job(generation: Generation, jobs: int, expected: float | None, words: str) -> Table:
    """Return one running job; the more there are, the shorter their `words`: what it was asked with."""
    request = generation.record.request
    waits = generation.waiting_until
    return {
        "id": generation.id,
        "prompt": shortened(words, max(12, min(400, _PROMPTS_ROOM // max(1, jobs) // 6))),
        "gateway": request.gateway,
        "model": shortened(request.model, 40),
        "n": request.n,
        "status": generation.status,
        "started": generation.record.started,
        "expected": expected,
        **({"varies": True} if words and request.operation == "vary" else {}),
        **({} if waits is None else {"waits_until": round(waits, 1)}),
    }


def shown(each: Shown) -> Table:
    """Return what the strip needs to know of a picture and of what its user made of it."""
    marks = each.marks
    return {
        **entry(each.picture),
        "starred": marks.starred,
        "rating": marks.rating,
        "tags": list(marks.tags[:MAX_TAGS]),
    }


def entry(picture: Picture) -> Table:
    """Return what a page needs to know of a picture that it shows."""
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
        "differences": {name: pair for name, pair in picture.differences.items() if name != "prompt"},
        "cost": _share(generation),
        "operation": request.operation,
        "changed_outside": picture.changed_outside,
        "usage": generation.usage,
        "starred": picture.starred,
        "rating": picture.rating,
        "tags": list(picture.tags),
        "note": picture.note,
    }


def brought(picture: Reference) -> Table:
    """Return what is known of a picture that was brought in to start from."""
    size = {"width": picture.width, "height": picture.height, "got": f"{picture.width}x{picture.height}"}
    told = {"format": _FORMATS[picture.format], "bytes": picture.record.bytes}
    return {"id": picture.id, "prompt": "", "model": "", **size, **told}


def _share(generation: Generation) -> float | None:
    """Return what one picture of a generation came to."""
    came = len(generation.record.pictures) + len(generation.lost)
    return None if generation.cost is None else generation.cost / max(1, came)


def asked(generation: Generation) -> str:
    """Return the shape that was asked for; empty where it was left to the model."""
    set_ = generation.record.request.parameters
    shape = [set_.get("aspect_ratio"), set_.get("image_size")]
    return " ".join(str(each) for each in shape if each) or str(set_.get("size") or "")


def budget(session: Session) -> Table:
    """Return what a session has spent of each limit; nothing where there is none."""
    held = session.budget
    if held is None:
        return {}
    parts = {"images": (held.spent_images, held.images), "usd": (held.spent_usd, held.usd)}
    return {
        name: {"spent": spent, "limit": limit} for name, (spent, limit) in parts.items() if limit is not None
    }


def estimate(session: Session, call: Call) -> Table:
    """Return what a call would cost: `usd`, or `list_usd` by the maker's prices; nothing if unknown."""
    return _priced(lambda: session.estimated(call))


def again(session: Session, generation: Generation) -> Table:
    """Return what the same request would cost once more, as `estimate`."""
    request = generation.record.request
    return {} if request.operation == "composite" else _priced(lambda: session.priced(request))


def _priced(look_up: Callable[[], Estimate]) -> Table:
    try:
        found = asdict(look_up())
    except RequestError:  # said when it is pressed
        return {}
    known = {name: value for name, value in found.items() if value is not None}
    return known if len(known) > 1 else {}


def file_name(picture: Picture) -> str:
    """Return what a picture's file is called where it is saved: words of its prompt, and its id."""
    words = "-".join(_WORDS.findall(picture.prompt[:SHORT_PROMPT]))[:_NAME_LENGTH].strip("-_")
    return f"{words}{'-' if words else ''}{picture.id}.{_ENDINGS.get(picture.format, picture.format)}"


def shortened(text: str, length: int) -> str:
    """Return one line of at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def _controls(rows: Iterable[Parameter]) -> list[Table]:
    """Return what Generate takes, and Edit: the controls stand beside their button."""
    return [_parameter(each) for each in rows if each.operations != ("vary",)]


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
        "operations": list(row.operations),
    }


def jobs(
    generations: Sequence[Generation],
    expected: Callable[[Generation], float | None],
    words: Callable[[Generation], str],
) -> list[Table]:
    """Return the first of the running jobs: as many as the synced state has room for."""
    shown = generations[:MAX_JOBS]
    tables = [job(each, len(shown), expected(each), words(each)) for each in shown]
    while len(json.dumps(tables, ensure_ascii=False).encode()) > _JOBS_ROOM:
        tables.pop()
    return tables
