"""What the browser may say, checked before it is believed; `js/src/protocol.ts` is the other side.

No message carries a path, an address to fetch, a base URL or a variable's name.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    Check: TypeAlias = Callable[[Any], bool]

MAX_IDS = 64
MAX_REFERENCES = 16  # what a request may carry, by OpenAI's API reference
MAX_MANY = 100_000  # ids of pictures that are selected or marked at once
MAX_PAGE = 200
MAX_OFFSET = 2**53
MAX_TAGS = 20
MAX_NOTE = 10_000
MAX_PROMPT = 1_000_000
MAX_TABLE = 100_000
MAX_WORD = 300
MAX_PARTS = 16
MAX_PART = 4 * 2**20  # a larger message may close the line to the kernel


def read(content: Any, buffers: Any = None) -> dict[str, Any] | None:
    """Return the message, or None where it is not one that the browser may send.

    Args:
        content: The message itself.
        buffers: The bytes that came with it; of a kind that carries some, they are put in as `data`.
    """
    if not isinstance(content, dict):
        return None
    given = cast("dict[str, Any]", content)
    kind = str(given.get("kind"))
    schema = _SCHEMA.get(kind)
    message = {**_LEFT_OUT.get(kind, {}), **given}
    if schema is None or set(message) != {"kind", *schema}:
        return None
    if not all(check(message[name]) for name, check in schema.items()):
        return None
    return _with_data(message, buffers) if kind in _CARRIERS else message


def is_envelope(data: Any) -> bool:
    """Return whether this is what a widget's page sends: a state without bytes, or a message."""
    if not isinstance(data, dict):
        return False
    given = cast("dict[str, Any]", data)
    if given.get("method") == "update":
        return isinstance(given.get("state"), dict) and not given.get("buffer_paths")
    return given.get("method") in ("custom", "request_state")


def _with_data(message: dict[str, Any], buffers: Any) -> dict[str, Any] | None:
    held = list(buffers or ())
    if len(held) != 1 or not 0 < memoryview(held[0]).nbytes <= MAX_PART:
        return None
    return {**message, "data": bytes(held[0])}


def is_word(value: Any) -> bool:
    """Return whether this is a short text of one line: an id or a name."""
    return isinstance(value, str) and 0 < len(value) <= MAX_WORD and value.isprintable()


def is_text(value: Any) -> bool:
    """Return whether this may be a prompt."""
    return isinstance(value, str) and len(value) <= MAX_PROMPT


def is_count(value: Any) -> bool:
    """Return whether this is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_flag(value: Any) -> bool:
    """Return whether this is true or false."""
    return isinstance(value, bool)


def is_table(value: Any) -> bool:
    """Return whether this is a JSON object of bearable size."""
    if not isinstance(value, dict):
        return False
    try:
        # Half a character, which JSON could escape, cannot be encoded, and so not be sent back.
        return len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode()) <= MAX_TABLE
    except (TypeError, ValueError, RecursionError):
        return False


def are_words(value: Any, most: int = MAX_IDS) -> bool:
    """Return whether this is a list of ids."""
    if not isinstance(value, list | tuple):
        return False
    ids = cast("list[Any]", value)
    return len(ids) <= most and all(is_word(each) for each in ids)


def are_many(value: Any) -> bool:
    """Return whether this is a list of ids of pictures, of as many as one may select."""
    return are_words(value, MAX_MANY)


def are_tags(value: Any) -> bool:
    """Return whether this is a list of texts that may be tags."""
    return are_words(value, MAX_TAGS)


_UPLOAD: dict[str, Check] = {
    "click": is_word,
    "upload": is_word,
    "part": lambda value: is_count(value) and 0 <= value < MAX_PARTS,
    "parts": lambda value: is_count(value) and 1 <= value <= MAX_PARTS,
}
_RATINGS = range(6)
_SCHEMA: dict[str, dict[str, Check]] = {
    "hello": {},
    "generate": {
        "click": is_word,
        "prompt": is_text,
        "gateway": is_word,
        "model": lambda value: value == "" or is_word(value),
        "n": is_count,
        "parameters": is_table,
        "extra": is_table,
        "prompts": is_count,
        "as_is": is_flag,
        "operation": lambda value: value in ("generate", "edit"),
        "source": lambda value: value == "" or is_word(value),
        "references": lambda value: are_words(value, MAX_REFERENCES),
        "mask": is_flag,
    },
    "vary": {
        "click": is_word,
        "picture": is_word,
        "gateway": is_word,
        "model": lambda value: value == "" or is_word(value),
        "n": is_count,
        "parameters": is_table,
        "extra": is_table,
    },
    "again": {"click": is_word, "picture": is_word},
    "cancel_all": {"click": is_word},
    "prompts": {
        "text": is_text,
        "before": lambda value: value == "" or is_word(value),
    },
    "cancel": {"click": is_word, "generation": is_word},
    "retry": {"click": is_word, "generation": is_word},
    "download": {"click": is_word, "generation": is_word},
    "failure": {"generation": is_word},
    "models": {"gateway": is_word},
    "page": {
        "offset": lambda value: is_count(value) and 0 <= value <= MAX_OFFSET,
        "limit": lambda value: is_count(value) and 1 <= value <= MAX_PAGE,
        "query": is_table,  # looked at closely by `filters`
    },
    "ids": {
        "offset": lambda value: is_count(value) and 0 <= value <= MAX_OFFSET,
        "limit": lambda value: is_count(value) and 1 <= value <= MAX_MANY,
        "query": is_table,
    },
    "select": {"ids": are_many},
    "selection": {},
    "thumbnails": {"ids": are_words},
    "original": {"id": is_word},
    "details": {"id": is_word},
    "key": {"click": is_word, "gateway": is_word, "save": is_flag},
    "dismiss": {"notice": is_word},
    "dialogs": {},
    "words": {"language": is_word},
    "file": {"id": is_word},
    "star": {"click": is_word, "ids": are_many, "on": is_flag},
    "rate": {
        "click": is_word,
        "ids": are_many,
        "rating": lambda value: is_count(value) and value in _RATINGS,
    },
    "tag": {"click": is_word, "ids": are_many, "add": are_tags, "remove": are_tags},
    "note": {
        "click": is_word,
        "ids": are_many,
        "text": lambda value: isinstance(value, str) and len(value) <= MAX_NOTE,
    },
    "delete": {"click": is_word, "ids": are_many},
    "restore": {"click": is_word, "notice": is_word},
    "undo": {"click": is_word},
    "read": _UPLOAD,
    "upload": _UPLOAD,
    "brought": {"upload": is_word},
    "paint": {"source": is_word, **_UPLOAD},
    "unpaint": {"click": is_word},
    "mask": {},
    "keep": {"click": is_word, "id": is_word},
}
_WORDS_ALONE: dict[str, Any] = {"operation": "generate", "source": "", "references": [], "mask": False}
_LEFT_OUT: dict[str, dict[str, Any]] = {
    "generate": {"prompts": 1, "as_is": False, **_WORDS_ALONE},
    "page": {"query": {}},
}
# A part of a picture's file or of a mask; a key, since hosts log what a message says.
_CARRIERS = {"read", "upload", "paint", "key"}
