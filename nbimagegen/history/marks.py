"""What a user may make of a picture, checked: each function returns a change of its marks.

Pure: what was is handed in, what shall be is handed back. Who writes it down is `keeper`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, cast

from nbimagegen.errors import ParameterError
from nbimagegen.records import Marks, mended

Change: TypeAlias = Callable[[Marks], Marks]

MAX_RATING = 5
MAX_TAG = 100
MAX_TAGS = 100
MAX_NOTE = 10_000


def starring(*, on: bool) -> Change:
    """Set or take away the star."""
    if on not in (True, False):
        raise ParameterError(f"A star is on or off, True or False; {on!r} is neither.", parameter="starred")
    return lambda marks: replace(marks, starred=bool(on))


def rating(stars: int) -> Change:
    """Set the rating."""
    checked = checked_rating(stars)
    return lambda marks: replace(marks, rating=checked)


def tagging(tags: tuple[str, ...]) -> Change:
    """Add tags, those that are there already once."""
    added = [_tag(each) for each in tags]

    def change(marks: Marks) -> Marks:
        found = tuple(dict.fromkeys([*marks.tags, *added]))
        if len(found) > MAX_TAGS:
            message = f"A picture takes {MAX_TAGS} tags, and these would be {len(found)}; untag some first."
            raise ParameterError(message, parameter="tags")
        return replace(marks, tags=found)

    return change


def untagging(tags: tuple[str, ...]) -> Change:
    """Take tags away; one that is not there is no error."""
    taken = {_tag(each) for each in tags}
    return lambda marks: replace(marks, tags=tuple(each for each in marks.tags if each not in taken))


def noting(text: str) -> Change:
    """Set the note."""
    note = mended(text_of(text, "note"))
    if len(note) > MAX_NOTE:
        message = f"A note takes {MAX_NOTE:,} characters; this one has {len(note):,}."
        raise ParameterError(message, parameter="note")
    return lambda marks: replace(marks, note=note)


def trashing(when: float | None) -> Change:
    """Put into the trash, as of `when`, or take out of it; what is there already stays as it is."""

    def change(marks: Marks) -> Marks:
        return marks if when and marks.trashed else replace(marks, trashed=when)

    return change


def taken_back(before: Marks, after: Marks, now: Marks) -> Marks:
    """Return `now` without what made `after` of `before`; what others have changed since stays."""
    changed = [each for each in ("starred", "rating", "note", "trashed") if _differs(each, before, after)]
    kept: dict[str, Any] = {each: getattr(before, each) for each in changed}
    added, removed = set(after.tags) - set(before.tags), set(before.tags) - set(after.tags)
    if set(now.tags) == set(after.tags):
        return replace(now, **kept, tags=before.tags)  # nobody else was there: their order too
    missing = [each for each in before.tags if each in removed and each not in now.tags]
    return replace(now, **kept, tags=(*(each for each in now.tags if each not in added), *missing))


def checked_rating(stars: object) -> int:
    """Return a rating as a plain number.

    Raises:
        ParameterError: It is none.
    """
    wrong = ParameterError(f"A rating is a whole number from 0 to 5; {stars!r} is none.", parameter="rating")
    if isinstance(stars, bool):
        raise wrong
    try:
        number = operator.index(cast("int", stars))
    except TypeError:
        raise wrong from None
    if not 0 <= number <= MAX_RATING:
        raise wrong
    return number


def text_of(value: object, name: str) -> str:
    """Return a text that is one.

    Raises:
        ParameterError: It is something else.
    """
    if not isinstance(value, str):
        raise ParameterError(f"{name} is a text; a {type(value).__name__} was given.", parameter=name)
    return value


def _tag(tag: object) -> str:
    text = mended(text_of(tag, "A tag")).strip()
    if not text or not text.isprintable() or len(text) > MAX_TAG:
        message = f"A tag is one line of 1 to {MAX_TAG} characters; {text[:MAX_TAG]!r} is none."
        raise ParameterError(message, parameter="tags")
    return text


def _differs(name: str, before: Marks, after: Marks) -> bool:
    return getattr(before, name) != getattr(after, name)
