"""What the strip is narrowed down to: the table that the page and Python set → a view of the history."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ParameterError
from nbimagegen.history import find
from nbimagegen.history.views import key
from nbimagegen.studio import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.history import History
    from nbimagegen.history.views import View

MAX_TEXT = 1000
MAX_PICTURES = 64
MAX_ID = 40  # one of ours has 28 characters or a few more
MAX_BYTES = 4096  # of all of it: with a notice's pictures a Chinese text of any length still fits
_NOTHING = {**find.NOTHING, "order": "newest"}
_TEXTS = ("text", "model", "gateway", "tag")


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a filter in plain values, without what asks for nothing.

    Args:
        given: As the arguments of `History.find`, and `pictures`: the ids of those that come into question.

    Raises:
        ParameterError: It cannot be.
    """
    _check_names(given)
    query = find.query({**_NOTHING, **_asked(given)})
    plain = {name: getattr(query, name) for name in _NOTHING}
    held = {name: value for name, value in plain.items() if value != _NOTHING[name]}
    if given.get("pictures"):
        held["pictures"] = _pictures(given["pictures"])
    _check_size(held)
    return held


def view(history: History, held: Mapping[str, Any]) -> View:
    """Return what a strip with this filter shows, the newest first unless it says otherwise."""
    return history.view(held.get("pictures"), **{**_NOTHING, **_asked(held)})


def _asked(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "pictures"}


def _check_names(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name not in (*_NOTHING, "pictures"):
            message = f"A filter has no {str(name)[:40]!r}; it has {', '.join(_NOTHING)}, pictures."
            raise ParameterError(message, parameter="filter")
        if name in _TEXTS and isinstance(value, str) and len(value) > MAX_TEXT:
            message = f"A filter's {name} has at most {MAX_TEXT:,} characters; this one has {len(value):,}."
            raise ParameterError(message, parameter=name)


def _check_size(held: Mapping[str, Any]) -> None:
    size = len(json.dumps(held, ensure_ascii=False).encode())
    if size > MAX_BYTES:
        message = f"A filter has at most {MAX_BYTES:,} bytes; this one has {size:,}: ask for less at once."
        raise ParameterError(message, parameter="filter")


def _pictures(value: Any) -> list[str]:
    if not messages.are_words(value, MAX_PICTURES) or not all(map(_is_id, value)):
        message = f"A filter's pictures are a list of up to {MAX_PICTURES} ids."
        raise ParameterError(message, parameter="pictures")
    return list(dict.fromkeys(value))


def _is_id(value: str) -> bool:
    return len(value) <= MAX_ID and value.isascii() and key(value) is not None
