"""A status and a body → a typed error: what happened, what it means, what to do next."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import AnswerError, GatewayError, NoImageError, NotAnApiError
from nbimagegen.wire.rules import rule_for
from nbimagegen.wire.said import Said, is_page, one_line, read, request_id, said
from nbimagegen.wire.values import items, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WAITS = ("retry-after", "retry-after-ms")
_FREE = "It was not billed."
_NOT_BEGUN = (
    "The gateway answered with an error",
    "Change the request, or try again later; it was not billed.",
)
_BROKEN_OFF = (
    "The gateway began, and broke off with an error",
    "What it began may be billed; look at your account before you try again.",
)
_STOPS = (".", "!", "?", "\u3002", "\uff01", "\uff1f")
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Origin:
    """The answer that an error is about."""

    headers: Mapping[str, str]
    url: str = ""
    clean: Callable[[str], str] = str  # takes a key out of a text, before any text is cut


def failure(
    status: int, headers: Mapping[str, str], body: bytes, url: str = "", now: float | None = None
) -> GatewayError:
    """Return the error that a non-2xx answer stands for.

    Args:
        status: The answer's.
        headers: The answer's, with names in small letters.
        body: As much of it as was read.
        url: Where it came from.
        now: Seconds since 1970, for a date in `Retry-After` where the answer does not say its own.
    """
    told = read(body, headers)
    if address := _wrong_address(status, headers, told, url):
        return _error(NotAnApiError, address, told, status=status, may_be_billed=False)
    rule = rule_for(status, told, tells_to_wait=any(headers.get(name) for name in _WAITS))
    is_for_now = rule.retry == "for_now"
    wait = f"{_waiting(headers)} " if is_for_now else ""
    sentence = f"{rule.what} ({status}{_code(told)}){_quoted(told)} {wait}{rule.then or _mend(told)}"
    return _error(
        rule.kind,
        sentence if rule.billed else f"{sentence} {_FREE}",
        told,
        status=status,
        may_be_billed=rule.billed,
        retry=rule.retry,
        retry_after=retry_after(headers, now) if is_for_now else None,
    )


def in_answer(answer: object, origin: Origin, *, has_begun: bool = False) -> GatewayError | None:
    """Return the error that a 2xx answer holds, if it holds one.

    An error object bills nothing, unless it breaks off what `has_begun`.
    """
    places = map(table, [answer, *items(table(answer).get("choices"))])
    holder = next((each for each in places if each.get("error") or each.get("type") == "error"), None)
    if holder is None:
        return None
    told = said(holder, origin.headers, origin.clean)
    rule = rule_for(told.status if 400 <= told.status < 500 else 400, told)
    named = f" ({told.code})" if told.code else ""
    what, then = _BROKEN_OFF if has_begun else _NOT_BEGUN
    sentence = f"{what}{named}{_quoted(told)} {then}"
    return _error(rule.kind, sentence, told, status=200, may_be_billed=has_begun, retry="unusable")


def unreadable(start: bytes, size: int, origin: Origin) -> GatewayError:
    """Return the error for a 2xx answer of `size` bytes that is neither JSON nor events."""
    if is_page(start, origin.headers):
        return NotAnApiError(_web_page(origin.url), status=200, may_be_billed=False)
    shown = one_line(origin.clean(start.decode("utf-8", "replace")))[:80]
    message = (
        f"The answer cannot be read: it is no JSON, or was cut off ({size:,} bytes, beginning "
        f"{shown!r}). The gateway may bill it; what came is kept in the history's inbox."
    )
    return AnswerError(message, status=200, request_id=request_id(origin.headers))


def no_image(words: str, headers: Mapping[str, str]) -> NoImageError:
    """Return the error for a good answer without a picture; its words are shown whole."""
    if words.strip():
        sentence = (
            f"The model answered with words and no picture: {words.strip()}\n"
            "Ask clearly for a picture, or change the prompt; the answer may be billed."
        )
    else:
        sentence = (
            "The answer holds no picture and no reason; it was probably filtered. "
            "Change the prompt; the answer may be billed."
        )
    return NoImageError(sentence, status=200, text=words, request_id=request_id(headers))


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Return how many seconds the gateway asks to wait, or None where it does not say, or nobody can tell.

    A date is counted from the answer's own `Date`, else from `now`, in seconds since 1970.
    """
    if (milliseconds := _seconds(headers.get("retry-after-ms", ""))) is not None:
        return milliseconds / 1000
    after = headers.get("retry-after", "")
    if (seconds := _seconds(after)) is not None:
        return seconds
    then, since = _date(after), _date(headers.get("date", ""))
    since = now if since is None else since
    return None if then is None or since is None else max(0.0, then - since)


def _error(kind: type[GatewayError], sentence: str, told: Said, **facts: Any) -> GatewayError:
    return kind(sentence, code=told.code, request_id=told.request_id, parameter=told.param, **facts)


def _wrong_address(status: int, headers: Mapping[str, str], told: Said, url: str) -> str:
    """Return what is wrong with the address, where the answer is no API's."""
    if 300 <= status < 400:
        return _redirected(status, headers, url)
    is_silent = told.is_page or not (told.message or told.code) or "invalid url" in told.message.lower()
    if status in {404, 405} and is_silent:
        return f"{_web_page(url)[:-1]} (it answered {status})."
    return ""


def _waiting(headers: Mapping[str, str]) -> str:
    after = one_line(headers.get("retry-after", ""))[:60]
    if (milliseconds := _seconds(headers.get("retry-after-ms", ""))) is not None:
        return f"Wait {milliseconds / 1000:g} seconds."
    if _seconds(after) is not None:
        return f"Wait {after} seconds."
    return f"Wait until {after}." if after else "Wait a moment."


def _seconds(text: str) -> float | None:
    return float(text) if _SECONDS.fullmatch(text.strip()) else None


def _date(text: str) -> float | None:
    try:
        date = parsedate_tz(text)
        return None if date is None else float(mktime_tz((*date[:9], date[9] or 0)))
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _redirected(status: int, headers: Mapping[str, str], url: str) -> str:
    where = one_line(headers.get("location", "")) or "nowhere"
    return (
        f"{url or 'The address'} redirects ({status}) to {where[:300]}, and a request that may be billed "
        "is not sent on; use that address as base_url if you trust it."
    )


def _web_page(url: str) -> str:
    return f"{url or 'The address'} is not an API base URL: a web page answers there; check base_url."


def _mend(told: Said) -> str:
    return f"Change {told.param!r}." if told.param else "Change the request."


def _code(told: Said) -> str:
    return f", {told.code}" if told.code else ""


def _quoted(told: Said) -> str:
    details = f"({told.details})" if told.details and told.details not in told.message else ""
    message = " ".join(filter(None, (told.message, details)))
    end = "" if message.endswith(_STOPS) else "."
    return f": {message}{end}" if message else "."
