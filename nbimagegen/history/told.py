"""Settings out of the texts in a picture's file: our own facts, AUTOMATIC1111's and InvokeAI's.

The texts come from strangers: they are bounded, and what is not of its kind is left out.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.history.code import RESERVED
from nbimagegen.history.provenance import SOFTWARE, without_secrets
from nbimagegen.history.settings import Settings
from nbimagegen.pixels import provenance
from nbimagegen.records import mended

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbimagegen.records import Operation

_MOST = 200  # parameters, parents or fields that are read
_LONGEST_LINE = 100_000  # characters of AUTOMATIC1111's line of fields
_FEWEST = 3  # fields that make such a line, as AUTOMATIC1111 itself has it
_KEY = re.compile(r"[^\W_][\w \-/]{0,63}")
_SIZE = re.compile(r"(\d{1,5})\s*x\s*(\d{1,5})")
# One that was put together of an edit and its original is asked for again as that edit.
_OPERATIONS: dict[str, Operation] = {"edit": "edit", "vary": "vary", "composite": "edit"}
_HOST = re.compile(r"[\w.:\-\[\]]{1,253}")
_NUMBER = re.compile(r"-?\d{1,20}(\.\d{1,20})?")
_NAMES = {
    "Steps": "steps",
    "Sampler": "sampler",
    "Schedule type": "scheduler",
    "CFG scale": "cfg_scale",
    "Seed": "seed",
    "Size": "size",
    "Denoising strength": "denoising_strength",
    "Clip skip": "clip_skip",
}
_INVOKE = (
    "seed",
    "steps",
    "cfg_scale",
    "scheduler",
    "sampler",
    "strength",
    "clip_skip",
    "cfg_rescale_multiplier",
)


def found(texts: Mapping[str, str]) -> Settings | None:
    """Return the settings that the first readable one of these texts tells; None where none does."""
    for name, read in _READERS.items():
        text = mended(texts.get(name, ""))
        settings = read(text) if text else None
        if settings is not None:
            return settings
    return None


def ours(text: str) -> Settings | None:
    """Return what our own facts tell: those in a picture, or those beside it."""
    told = _object(text)
    if not str(told.get("software", "")).startswith(f"{SOFTWARE} ") or not isinstance(
        told.get("prompt"), str
    ):
        return None
    n = told.get("n")
    inputs = [cast("dict[str, Any]", each) for each in _list(told.get("inputs")) if isinstance(each, dict)]
    return Settings(
        prompt=told["prompt"],
        origin="nbimagegen",
        model=_text(told.get("model")),
        gateway=_text(told.get("gateway")),
        operation=_OPERATIONS.get(_text(told.get("operation")), "generate"),
        n=n if isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= 10 else 1,  # noqa: PLR2004 - a call's limits
        parameters=_parameters(told.get("parameters")),
        extra=without_secrets(_plain(told.get("extra"))),
        revised_prompt=_text(told.get("revised_prompt"), len(text)),
        created=_text(told.get("created"), 40),
        host=_text(told.get("host")) if _HOST.fullmatch(_text(told.get("host"))) else "",
        picture=_text(told.get("picture")),
        parents=_texts(told.get("parents")),
        inputs=_texts([each.get("sha256") for each in inputs]),
        sha256=_text(told.get("sha256")),
        software=_text(told.get("software")),
    )


def automatic1111(text: str) -> Settings | None:
    """Return what AUTOMATIC1111's text tells: the prompt, the negative one, and a last line of fields."""
    *lines, last = text.strip().split("\n")
    fields = _fields(last)
    if len(fields) < _FEWEST:
        return None
    words, _, negative = "\n".join(["", *lines]).partition("\nNegative prompt:")
    size = _SIZE.fullmatch(fields.get("Size", ""))
    told = {ours: fields[theirs] for theirs, ours in _NAMES.items() if theirs in fields and theirs != "Size"}
    parameters = {name: _value(value) for name, value in told.items()}
    if size:
        parameters["size"] = f"{size[1]}x{size[2]}"
    if negative.strip():
        parameters["negative_prompt"] = negative.strip()
    software = f"AUTOMATIC1111 {fields.get('Version', '')}".strip()
    return Settings(
        prompt=words.strip(),
        origin="AUTOMATIC1111",
        model=_text(fields.get("Model")),
        parameters=parameters,
        software=software[:_MOST],
    )


def invokeai(text: str) -> Settings | None:
    """Return what InvokeAI's metadata tell, since its version 3."""
    told = _object(text)
    prompt = told.get("positive_prompt")
    if not isinstance(prompt, str):
        return None
    model = told.get("model")
    return _of_invokeai(told, prompt, _text(told.get("negative_prompt"), len(text)), _model(model))


def older_invokeai(text: str) -> Settings | None:
    """Return what InvokeAI's metadata tell, before its version 3."""
    told = _object(text)
    image = _plain(told.get("image"))
    prompts = [_plain(each).get("prompt") for each in _list(image.get("prompt"))]
    prompt = image.get("prompt") if isinstance(image.get("prompt"), str) else next(iter(prompts), None)
    if not isinstance(prompt, str):
        return None
    return _of_invokeai(image, prompt, "", _text(told.get("model_weights")))


def _of_invokeai(told: Mapping[str, Any], prompt: str, negative: str, model: str) -> Settings:
    plain = {name: told[name] for name in _INVOKE if isinstance(told.get(name), int | float | str)}
    width, height = told.get("width"), told.get("height")
    if type(width) is int and type(height) is int:
        plain["size"] = f"{width}x{height}"
    if negative:
        plain["negative_prompt"] = negative
    version = _text(told.get("app_version"), 40)
    return Settings(
        prompt=prompt,
        origin="InvokeAI",
        model=model,
        parameters=plain,
        software=f"InvokeAI {version}".strip(),
    )


def _model(told: object) -> str:
    row = _plain(told)
    return _text(row.get("model_name")) or _text(row.get("name")) or _text(told)


def _fields(line: str) -> dict[str, str]:
    """Return the fields of a line such as `Steps: 20, Size: 512x512, Lora hashes: "a: 1, b: 2"`."""
    fields: dict[str, str] = {}
    for part in _parts(line[:_LONGEST_LINE]) if len(line) <= _LONGEST_LINE else []:
        name, colon, value = part.partition(":")
        if colon and _KEY.fullmatch(name.strip()) and len(fields) < _MOST:
            fields[name.strip()] = _unquoted(value.strip())
    return fields


def _parts(line: str) -> list[str]:
    """Return what stands between commas, except commas within quotes; each character is seen once."""
    parts, start, quoted, escaped = list[str](), 0, False, False
    for place, character in enumerate(line):
        if character == '"' and not escaped:
            quoted = not quoted
        elif character == "," and not quoted:
            parts.append(line[start:place])
            start = place + 1
        escaped = character == "\\" and not escaped
    return [*parts, line[start:]]


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        plain = json.loads(value)
    except ValueError:
        return value
    return plain if isinstance(plain, str) else value


def _value(text: str) -> Any:
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text[:_MOST]
    return float(text) if number[1] else int(text)


def _object(text: str) -> dict[str, Any]:
    try:
        return _plain(json.loads(text, parse_constant=lambda _: None))
    except (ValueError, RecursionError):
        return {}


def _plain(value: object) -> dict[str, Any]:
    pairs = list(cast("dict[str, Any]", value).items()) if isinstance(value, dict) else []
    return dict(pairs[:_MOST])


def _parameters(value: object) -> dict[str, Any]:
    told = without_secrets(_plain(value))
    return {name: each for name, each in told.items() if name not in RESERVED}


def _list(value: object) -> list[Any]:
    return cast("list[Any]", value)[:_MOST] if isinstance(value, list) else []


def _text(value: object, longest: int = 1000) -> str:
    return value if isinstance(value, str) and len(value) <= longest else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in map(_text, _list(value)) if each)


_READERS: dict[str, Callable[[str], Settings | None]] = {
    provenance.OWN: ours,
    "invokeai_metadata": invokeai,
    "sd-metadata": older_invokeai,
    "parameters": automatic1111,
    provenance.COMMENT: automatic1111,
}
