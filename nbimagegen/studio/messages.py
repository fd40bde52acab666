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
MAX_PAGE = 200
MAX_PROMPT = 1_000_000
MAX_TABLE = 100_000
MAX_WORD = 300


def read(content: Any) -> dict[str, Any] | None:
    """Return the message, or None where it is not one that the browser may send."""
    if not isinstance(content, dict):
        return None
    message = cast("dict[str, Any]", content)
    schema = _SCHEMA.get(str(message.get("kind")))
    if schema is None or set(message) != {"kind", *schema}:
        return None
    return message if all(check(message[name]) for name, check in schema.items()) else None


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
        return len(json.dumps(value, allow_nan=False)) <= MAX_TABLE
    except (TypeError, ValueError, RecursionError):
        return False


def are_words(value: Any, most: int = MAX_IDS) -> bool:
    """Return whether this is a list of ids."""
    if not isinstance(value, list | tuple):
        return False
    ids = cast("list[Any]", value)
    return len(ids) <= most and all(is_word(each) for each in ids)


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
    },
    "cancel": {"click": is_word, "generation": is_word},
    "retry": {"click": is_word, "generation": is_word},
    "download": {"click": is_word, "generation": is_word},
    "failure": {"generation": is_word},
    "models": {"gateway": is_word},
    "page": {
        "before": lambda value: value is None or is_word(value),
        "limit": lambda value: is_count(value) and 1 <= value <= MAX_PAGE,
    },
    "thumbnails": {"ids": are_words},
    "original": {"id": is_word},
    "details": {"id": is_word},
    "key": {"click": is_word, "gateway": is_word, "key": is_text, "save": is_flag},
    "dismiss": {"notice": is_word},
}
