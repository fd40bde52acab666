"""The pictures in a chat answer's text: data URIs, image markup and links, found in one pass.

Every step reads on from a fixed word, or looks back over a bounded stretch, so the scan is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(
    r"data:image/[a-z0-9.+-]{1,40}(?:;[a-z0-9=.-]{1,40}){0,3}?;base64,|https?://", re.IGNORECASE
)
_BASE64 = re.compile(r"[A-Za-z0-9+/=_-]*")
_BASE64_IN_BRACKETS = re.compile(r"[A-Za-z0-9+/=_\s-]*")
# A link ends at white space, quotes, brackets, and CJK or full-width punctuation.
_LINK = re.compile(r"[^\s<>\"'`\\\[\]{}|^\u3000-\u303f\uff00-\uffef]*")
_CLOSING = re.compile(r"\s*>?\s*(?:\"[^\"]{0,300}\"\s*)?\)")
_LOOK_BACK = 2000
_FORMATS = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Found:
    """A picture in a text: where it stands, and whether it is one for certain."""

    source: str
    start: int
    end: int
    certain: bool


def pictures(content: str) -> list[Found]:
    """Return the pictures in `content`, in order, each time that they stand there.

    Data URIs and `![…](…)` are pictures for certain. Only where there are none, other links count:
    those that end like a picture, else all of them, to be tried.
    """
    found = _scan(content)
    certain = [each for each in found if each.certain]
    named = [each for each in found if _path(each.source).lower().endswith(_FORMATS)]
    return certain or named or found


def words(content: str, taken: list[Found]) -> str:
    """Return `content` without the pictures in it."""
    kept: list[str] = []
    place = 0
    for each in taken:
        kept.append(content[place : each.start])
        place = each.end
    return "".join([*kept, content[place:]]).strip()


def _scan(content: str) -> list[Found]:
    found: list[Found] = []
    place = 0
    while match := _START.search(content, place):
        each = _read(content, match)
        found.append(each)
        place = each.end
    return found


def _read(content: str, match: re.Match[str]) -> Found:
    opening, in_brackets = _markup(content, match.start())
    is_data = match[0][:5].lower() == "data:"
    end = _end(content, match, is_data=is_data, in_brackets=in_brackets)
    source = content[match.start() : end]
    closing = _CLOSING.match(content, end) if opening is not None else None
    if opening is None or closing is None:
        return Found(source, match.start(), end, certain=is_data)
    return Found(source, opening, closing.end(), certain=True)


def _end(content: str, match: re.Match[str], *, is_data: bool, in_brackets: bool) -> int:
    if is_data:
        run = (_BASE64_IN_BRACKETS if in_brackets else _BASE64).match(content, match.end())
        return run.end() if run else match.end()
    run = _LINK.match(content, match.end())
    end = run.end() if run else match.end()
    return match.start() + len(_balanced(content[match.start() : end]))


def _markup(content: str, start: int) -> tuple[int | None, bool]:
    """Return where the `![` of this picture stands, if it has one, and whether it is in brackets."""
    low = max(0, start - _LOOK_BACK)
    before = content[low:start].rstrip("< \t")
    if not before.endswith("("):
        return None, False
    if not before.endswith("]("):
        return None, True
    opening = before.rfind("![")
    earlier = before.rfind("](", 0, len(before) - 2)
    return (low + opening if opening > earlier else None), True


def _path(url: str) -> str:
    # Not `urlsplit`, which raises on hosts that no browser knows either.
    return re.split("[?#]", url, maxsplit=1)[0]


def _balanced(url: str) -> str:
    depth = 0
    for place, each in enumerate(url):
        depth += (each == "(") - (each == ")")
        if depth < 0:
            url = url[:place]
            break
    return url.rstrip(".,;:!?*")
