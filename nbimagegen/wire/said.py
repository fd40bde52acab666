"""What an error answer says, wherever and however it says it: message, code, parameter, details, id."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nbimagegen.wire.values import Table, items, table, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MESSAGES = ("message", "msg", "error_msg", "err", "detail", "error")
_CODES = ("code", "type", "status")
_DETAILS = ("moderation_details", "content_filter_result", "content_filter_results", "reasons")
_REQUEST_IDS = ("x-request-id", "x-oneapi-request-id", "request-id", "x-litellm-call-id", "cf-ray")
_REQUEST_ID = re.compile(r"\(request id: ([\w.:-]{1,120})\)", re.IGNORECASE)
_LONGEST = 600
_DEPTH = 5
_NOTHING = {"None", "null"}  # as LiteLLM writes it
_TAG = re.compile(r"<[^<>]*>")
_HTTP_STATUS = re.compile(r"[1-5][0-9][0-9]")

# Gateways that are known by a header or by the type of their errors; what LiteLLM wraps around others'.
_HEADERS = {
    "x-new-api-version": "new-api",
    "x-oneapi-request-id": "new-api",
    "x-litellm-call-id": "LiteLLM",
    "x-litellm-version": "LiteLLM",
}
_TYPES = {"new_api_error": "new-api", "one_api_error": "new-api"}
_WRAPPING = re.compile(r"(?:litellm\.\w+: )+(?:\w+Exception - )?|\s*Received Model Group=.*", re.DOTALL)

# Messages that tell a code, for gateways that drop it; the group is the parameter that is at fault.
_TELLING = {
    r"(?:unknown|unsupported) parameter:? ['\"`](\S+?)['\"`]": "unknown_parameter",
    r"unrecognized request arguments? supplied: (\w+)": "unknown_parameter",
    r"unexpected keyword argument ['\"](\w+)['\"]": "unknown_parameter",
    r"(?:ContentPolicyViolationError|rejected by the safety system)()": "content_policy_violation",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What an error answer says."""

    message: str = ""
    code: str = ""
    param: str = ""
    details: str = ""
    request_id: str = ""
    gateway: str = ""  # which kind it is, where that can be told
    status: int = 0  # an HTTP status inside the answer
    is_page: bool = False


def read(body: bytes, headers: Mapping[str, str]) -> Said:
    """Return what the body of an error answer says."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        page = is_page(body, headers)
        words = "" if page else one_line(body.decode("utf-8", "replace"))
        return replace(said(words, headers), is_page=page)
    return said(answer, headers)


def said(answer: object, headers: Mapping[str, str], clean: Callable[[str], str] = str) -> Said:
    """Return what an answer says; `clean` takes a key out of a text, before it is cut."""
    fields = table(answer) or {"message": answer}
    error = table(fields.get("error")) or fields
    message = _worded(fields, error)
    code, param = _told(message)
    codes = [_word(error.get(name), clean) for name in _CODES]
    named = [each for each in codes if each and not _HTTP_STATUS.fullmatch(each)]
    return Said(
        message=one_line(clean(_WRAPPING.sub("", message) or message))[:_LONGEST],
        code=named[0] if named[:1] == codes[:1] else code or next(iter(named), ""),
        param=_word(error.get("param"), clean) or _place(error) or one_line(clean(param))[:80],
        details=one_line(clean("; ".join(_details(error))))[:_LONGEST],
        request_id=request_id(headers) or _request_id_in(message),
        gateway=_gateway(headers, error),
        status=next((int(each) for each in codes if _HTTP_STATUS.fullmatch(each)), 0),
    )


def message_of(value: object, depth: int = _DEPTH) -> str:
    """Return the message in `value`: a text, a table that holds one, or a list of such."""
    if isinstance(value, str):
        return text(value).strip()
    if depth and (parts := items(value)):
        return "; ".join(filter(None, (message_of(each, depth - 1) for each in parts[:_DEPTH])))
    if depth and (fields := table(value)):
        found = (message_of(fields.get(name), depth - 1) for name in _MESSAGES)
        return _located(fields, next(filter(None, found), ""))
    return ""


def one_line(text: str) -> str:
    """Return `text` as one line that can be shown: no tags, nothing that does not print."""
    bare = _TAG.sub(" ", text)
    return " ".join("".join(each if each.isprintable() else " " for each in bare).split())


def is_page(body: bytes, headers: Mapping[str, str]) -> bool:
    """Return whether a body is a web page."""
    return "text/html" in headers.get("content-type", "").lower() or body.lstrip()[:1] == b"<"


def request_id(headers: Mapping[str, str]) -> str:
    """Return the gateway's own id of the request."""
    return next((one_line(headers[name])[:120] for name in _REQUEST_IDS if headers.get(name)), "")


def _worded(fields: Table, error: Table) -> str:
    found = (message_of(each.get(name)) for name in _MESSAGES for each in (error, fields))
    return _provider(error, next(filter(None, found), ""))


def _provider(error: Table, message: str) -> str:
    """Add what OpenRouter tells of the provider behind it, whose words alone say what is wrong."""
    metadata = table(error.get("metadata"))
    raw = message_of(_parsed(metadata.get("raw")))
    if not raw:
        return message
    return f"{message} ({text(metadata.get('provider_name')) or 'provider'}: {raw})"


def _parsed(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _place(error: Table) -> str:
    """Return the field that FastAPI names in its list of details."""
    first = next(iter(items(error.get("detail"))), None)
    return _word(next(reversed(items(table(first).get("loc"))), None))


def _located(fields: Table, message: str) -> str:
    place = ".".join(str(each) for each in items(fields.get("loc"))[1:] if isinstance(each, str | int))
    return f"{place}: {message}" if place and message else message


def _told(message: str) -> tuple[str, str]:
    """Return the code and the parameter that a message tells."""
    for pattern, code in _TELLING.items():
        if match := re.search(pattern, message[: 2 * _LONGEST], re.IGNORECASE):
            return code, match[1]
    return "", ""


def _details(error: Table) -> list[str]:
    places = (error, table(error.get("metadata")), table(error.get("innererror")))
    found = [_flat(each.get(name)) for each in places for name in _DETAILS]
    return [each for each in found if each]


def _flat(value: Any, depth: int = _DEPTH) -> str:
    """Return nested details as words: what is false or empty is left out."""
    if isinstance(value, str):
        return text(value)
    if not depth or table(value).get("filtered") is False:
        return ""
    listed = [_flat(each, depth - 1) for each in items(value)[:20]]
    named = [_named(name, each, depth) for name, each in list(table(value).items())[:20]]
    return ", ".join(each for each in [*listed, *named] if each)


def _named(name: str, value: object, depth: int) -> str:
    if value is True:
        return text(name)
    flat = _flat(value, depth - 1)
    return f"{text(name)}: {flat}" if flat else ""


def _gateway(headers: Mapping[str, str], error: Table) -> str:
    by_header = (kind for name, kind in _HEADERS.items() if name in headers)
    by_type = _TYPES.get(text(error.get("type")), "")
    by_metadata = "OpenRouter" if table(error.get("metadata")).get("provider_name") else ""
    return next(by_header, "") or by_type or by_metadata


def _request_id_in(message: str) -> str:
    match = _REQUEST_ID.search(message)
    return match[1] if match else ""


def _word(value: object, clean: Callable[[str], str] = str) -> str:
    is_word = isinstance(value, str | int) and not isinstance(value, bool) and value not in _NOTHING
    return one_line(clean(text(str(value))))[:80] if is_word else ""
