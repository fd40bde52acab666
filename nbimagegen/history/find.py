"""What `History.find` takes → what the store looks for, checked."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from nbimagegen.errors import ParameterError
from nbimagegen.history.marks import checked_rating, text_of
from nbimagegen.records import Operation, mended
from nbimagegen.store.query import Order, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

When: TypeAlias = dt.datetime | dt.date | str | float | None

TRASH = Query(trashed=True)
NEWEST = Query(order="newest")
# What asks for nothing, by the name of the argument.
NOTHING: dict[str, Any] = {
    "text": "",
    "model": "",
    "gateway": "",
    "operation": "",
    "starred": None,
    "rating": 0,
    "tag": "",
    "since": None,
    "until": None,
    "order": "oldest",
}

_DAY = dt.timedelta(days=1)
_TEXTS = ("text", "model", "gateway", "tag")


def query(given: dict[str, Any]) -> Query:
    """Return what to look for.

    Args:
        given: The arguments of `History.find`, by name.

    Raises:
        ParameterError: One of them cannot be.
    """
    strange = [each for each in given if each not in NOTHING]
    if strange:
        message = f"Nothing is found by {strange[0]!r}; pictures are found by {', '.join(NOTHING)}."
        raise ParameterError(message, parameter=strange[0])
    texts = {each: mended(text_of(given[each], each)) for each in _TEXTS}
    if given["starred"] not in (None, True, False):
        raise ParameterError("starred is True, False, or None for either.", parameter="starred")
    return Query(
        text=texts["text"],
        model=texts["model"],
        gateway=texts["gateway"],
        tag=texts["tag"],
        starred=given["starred"],
        rating=checked_rating(given["rating"]),
        since=seconds(given["since"], "since"),
        until=seconds(given["until"], "until", whole_day=True),
        operation=_one_of("operation", given["operation"], ("", *get_args(Operation))),
        order=_one_of("order", given["order"], get_args(Order)),
    )


def of_generation(generation: str) -> Query:
    """Return the question for the pictures of one generation that are not in the trash."""
    return Query(generation=generation)


def seconds(when: object, name: str, *, whole_day: bool = False) -> float | None:
    """Return a moment as seconds since 1970; what has no time zone is this machine's local time.

    Args:
        when: A datetime, a date, an ISO text, seconds since 1970, or None.
        name: The argument's name.
        whole_day: Of a day without a time, take its end.

    Raises:
        ParameterError: It is none of them.
    """
    try:
        return None if when is None else _seconds(_parsed(when), whole_day=whole_day)
    except (ValueError, OverflowError, OSError):
        message = (
            f"{name}={when!r} is no moment; give a datetime, a date, a text such as '2026-11-21' or "
            "'2026-11-21T15:30', or seconds since 1970."
        )
        raise ParameterError(message, parameter=name) from None


def _parsed(when: object) -> object:
    if not isinstance(when, str):
        return when
    text = when.strip()
    if len(text) <= len("2026-11-21"):
        return dt.date.fromisoformat(text)
    # Python 3.10 knows no Z.
    return dt.datetime.fromisoformat(text[:-1] + "+00:00" if text[-1] in "zZ" else text)


def _seconds(when: object, *, whole_day: bool) -> float:
    if isinstance(when, dt.datetime):
        return when.timestamp()
    if isinstance(when, dt.date):
        # In local time a day may have 23 hours, so it ends just before the next one begins.
        if whole_day:
            return math.nextafter(_seconds(when + _DAY, whole_day=False), 0)
        return dt.datetime.combine(when, dt.time()).timestamp()
    if isinstance(when, bool) or not isinstance(when, int | float) or not math.isfinite(when):
        raise ValueError
    return float(when)


def _one_of(name: str, value: Any, known: Sequence[str]) -> Any:
    if isinstance(value, str) and value in known:
        return value
    near = difflib.get_close_matches(str(value), [each for each in known if each], 1)
    meant = f"; did you mean {near[0]!r}?" if near else ""
    choices = ", ".join(repr(each) for each in known if each)
    raise ParameterError(f"{name} is one of {choices}; {value!r} is none{meant or '.'}", parameter=name)
