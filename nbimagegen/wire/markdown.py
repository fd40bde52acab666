"""The pictures in a chat answer's text: marks of base64, image markup and links, found in one pass.

Every step reads on from a fixed word, or looks back over a bounded stretch, so the scan is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nbimagegen.wire.flow import MARK

_START = re.compile(rf"{MARK.pattern}|https?://", re.IGNORECASE | re.ASCII)
# A link ends at white space, quotes, brackets, marks, and CJK or full-width punctuation.
_LINK = re.compile(r"[^\s\0<>\"'`\\\[\]{}|^\u3000-\u303f\uff00-\uffef]*")
_CLOSING = re.compile(r"\s*>?\s*(?:\"[^\"]{0,300}\"\s*)?\)")
_LOOK_BACK = 2000
_FORMATS = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True)
class Found:
    """A picture in a text: its mark or link, where it stands, and whether it is one for certain."""

    source: str
    start: int
    end: int
    certain: bool


def pictures(content: str) -> list[Found]:
    """Return the pictures in `content`, in order, each time that they stand there.

    Marks and `![…](…)` are pictures for certain. Only where there are none, other links count:
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
    opening = _markup(content, match.start())
    end = match.end() if match[1] else _end_of_link(content, match)
    source = content[match.start() : end]
    closing = _CLOSING.match(content, end) if opening is not None else None
    if opening is None or closing is None:
        return Found(source, match.start(), end, certain=bool(match[1]))
    return Found(source, opening, closing.end(), certain=True)


def _end_of_link(content: str, match: re.Match[str]) -> int:
    run = _LINK.match(content, match.end())
    end = run.end() if run else match.end()
    return match.start() + len(_balanced(content[match.start() : end]))


def _markup(content: str, start: int) -> int | None:
    """Return where the `![` of this picture stands, if it has one."""
    low = max(0, start - _LOOK_BACK)
    before = content[low:start].rstrip("< \t\r\n")
    if not before.endswith("]("):
        return None
    opening = before.rfind("![")
    earlier = before.rfind("](", 0, len(before) - 2)
    return low + opening if opening > earlier else None


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
