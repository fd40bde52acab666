"""A status and a body → a typed error: what happened, what it means, what to do next."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import (
    AnswerError,
    GatewayError,
    KeyRefusedError,
    ModerationError,
    NoImageError,
    NotAnApiError,
    QuotaError,
    RateLimitError,
    RefusedError,
    ServerError,
    TooLargeError,
)
from nbimagegen.wire.values import table, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MESSAGES = ("message", "msg", "error_msg", "err", "detail", "error")
_MODERATION = (
    "moderation_blocked",
    "content_policy_violation",
    "content_filter",
    "sensitive_words_detected",
)
_QUOTA = (
    "billing_hard_limit_reached",
    "billing_not_active",
    "insufficient_balance",
    "insufficient_quota",
    "insufficient_user_quota",
)
_DEFINITE = {"invalid_request", "model_not_found"}  # new-api sends these with a 5xx
_REQUEST_IDS = ("x-request-id", "x-oneapi-request-id", "request-id")
_LONGEST = 600
_STOPS = (".", "!", "?", "\u3002", "\uff01", "\uff1f")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Said:
    """What an error answer says, wherever it says it."""

    message: str = ""
    code: str = ""
    param: str = ""
    is_page: bool = False


def failure(status: int, headers: Mapping[str, str], body: bytes, url: str = "") -> GatewayError:
    """Return the error that a non-2xx answer stands for."""
    said = _read(body, headers)
    kind, sentence, billed = _judge(status, headers, said, url)
    return kind(
        sentence,
        status=status,
        code=said.code,
        request_id=_request_id(headers),
        parameter=said.param,
        may_be_billed=billed,
    )


def in_answer(
    answer: object, headers: Mapping[str, str], clean: Callable[[str], str] = str
) -> GatewayError | None:
    """Return the error that a 2xx answer holds, if it holds one; an error object bills nothing.

    `clean` takes a key out of a text, before it is cut.
    """
    if not table(answer).get("error"):
        return None
    said = _said(answer, clean)
    kind = _BY_CODE.get(said.code, RefusedError)
    sentence = (
        f"The gateway answered with an error{_named(said)}{_quoted(said)} "
        "Change the request, or try again later; it was not billed."
    )
    return kind(
        sentence,
        status=200,
        code=said.code,
        request_id=_request_id(headers),
        parameter=said.param,
        may_be_billed=False,
    )


def unreadable(
    headers: Mapping[str, str], body: bytes, url: str = "", clean: Callable[[str], str] = str
) -> GatewayError:
    """Return the error for a 2xx answer that is neither JSON nor events."""
    if _is_page(body, headers):
        return NotAnApiError(_web_page(url), status=200, may_be_billed=False)
    start = _plain(clean(body[:4096].decode("utf-8", "replace")))[:80]
    message = (
        f"The answer cannot be read: it is no JSON, or was cut off ({len(body):,} bytes, beginning "
        f"{start!r}). The gateway may bill it; what came is kept in the history's inbox."
    )
    return AnswerError(message, status=200, request_id=_request_id(headers))


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
    return NoImageError(sentence, status=200, text=words, request_id=_request_id(headers))


def _judge(
    status: int, headers: Mapping[str, str], said: Said, url: str
) -> tuple[type[GatewayError], str, bool]:
    """Return the kind of error, its sentence, and whether it may be billed."""
    named = f" ({status}{_named(said, bare=True)}){_quoted(said)}"
    kind = _BY_CODE.get(said.code) or _BY_STATUS.get(status)
    if kind is not None:
        what, then = _WORDS[kind]
        return kind, f"{what}{named} {_waiting(status, headers)}{then} It was not billed.", False
    if 300 <= status < 400:
        return NotAnApiError, _redirected(status, headers, url), False
    if status in {404, 405} and (said.is_page or "invalid url" in said.message.lower() or not said.message):
        return NotAnApiError, f"{_web_page(url)[:-1]} (it answered {status}).", False
    if status < 500 or said.code in _DEFINITE:
        return RefusedError, f"The gateway refused the request{named} {_mend(said)} It was not billed.", False
    return _broken(status, headers, named)


def _broken(status: int, headers: Mapping[str, str], named: str) -> tuple[type[GatewayError], str, bool]:
    if status == 503 and headers.get("retry-after"):
        wait = _waiting(429, headers)
        return (
            ServerError,
            f"The gateway is overloaded{named} {wait}Then try again. It was not billed.",
            False,
        )
    sentence = (
        f"The gateway, or a proxy before it, failed{named} "
        "The picture may have been made and billed; look at your account before you try again."
    )
    return ServerError, sentence, True


_BY_CODE: dict[str, type[GatewayError]] = {
    **dict.fromkeys(_MODERATION, ModerationError),
    **dict.fromkeys(_QUOTA, QuotaError),
}
_BY_STATUS: dict[int, type[GatewayError]] = {
    401: KeyRefusedError,
    402: QuotaError,
    413: TooLargeError,
    429: RateLimitError,
}
_WORDS: dict[type[GatewayError], tuple[str, str]] = {
    KeyRefusedError: ("The gateway refuses the key", "Check that the key belongs to this gateway."),
    ModerationError: ("The gateway's filter blocked this", "Change the prompt."),
    QuotaError: ("The account has no credit left", "Top it up, or use another key."),
    RateLimitError: ("Too many requests for the gateway", "Then try again."),
    TooLargeError: ("The request is too large for the gateway", "Shorten it, or send smaller pictures."),
}


def _waiting(status: int, headers: Mapping[str, str]) -> str:
    if status != 429:
        return ""
    after = _plain(headers.get("retry-after", ""))[:60]
    told = f"{after} seconds" if after.isdigit() else f"until {after}" if after else "a moment"
    return f"Wait {told}. "


def _redirected(status: int, headers: Mapping[str, str], url: str) -> str:
    where = _plain(headers.get("location", "")) or "nowhere"
    return (
        f"{url or 'The address'} redirects ({status}) to {where[:300]}, and a request that may be billed "
        "is not sent on; use that address as base_url if you trust it."
    )


def _web_page(url: str) -> str:
    return f"{url or 'The address'} is not an API base URL: a web page answers there; check base_url."


def _mend(said: Said) -> str:
    return f"Change {said.param!r}." if said.param else "Change the request."


def _named(said: Said, *, bare: bool = False) -> str:
    if not said.code:
        return ""
    return f", {said.code}" if bare else f" ({said.code})"


def _quoted(said: Said) -> str:
    if not said.message:
        return "."
    end = "" if said.message.endswith(_STOPS) else "."
    return f": {said.message}{end}"


def _read(body: bytes, headers: Mapping[str, str]) -> Said:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        is_page = _is_page(body, headers)
        words = "" if is_page else _plain(body.decode("utf-8", "replace"))
        return Said(message=words[:_LONGEST], is_page=is_page)
    return _said(answer)


def _said(answer: object, clean: Callable[[str], str] = str) -> Said:
    fields = table(answer) or {"message": answer}
    error = table(fields.get("error")) or fields
    found = (text(each) for name in _MESSAGES for each in (error.get(name), fields.get(name)))
    return Said(
        message=_plain(clean(next((each for each in found if each.strip()), "")))[:_LONGEST],
        code=_word(error.get("code"), clean) or _word(error.get("type"), clean),
        param=_word(error.get("param"), clean),
    )


def _word(value: object, clean: Callable[[str], str]) -> str:
    return _plain(clean(str(value)))[:80] if isinstance(value, str | int) else ""


def _plain(text: str) -> str:
    bare = _TAG.sub(" ", text)
    return " ".join("".join(each if each.isprintable() else " " for each in bare).split())


def _is_page(body: bytes, headers: Mapping[str, str]) -> bool:
    return "text/html" in headers.get("content-type", "").lower() or body.lstrip()[:1] == b"<"


def _request_id(headers: Mapping[str, str]) -> str:
    return next((_plain(headers[name])[:120] for name in _REQUEST_IDS if headers.get(name)), "")
