"""A status and a body become one typed error: what happened, what it may cost, what to do next."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen import errors, wire

URL = "https://api.test/v1/images/generations"
HTML = {"content-type": "text/html; charset=utf-8"}
PAGE = b"<!doctype html><html><head><title>502 Bad Gateway</title></head></html>"


def said(message: str = "", **fields: object) -> dict:
    return {"error": {"message": message, "type": "invalid_request_error", **fields}}


def failure(status: int, content: object = b"", headers: dict[str, str] | None = None) -> errors.GatewayError:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return wire.failure(status, headers or {}, body, URL)


FREE = {
    "bad parameter": (
        (400, said("Unknown parameter: 'style'.", param="style", code="unknown_parameter")),
        errors.RefusedError,
        ("Unknown parameter: 'style'.", "Change 'style'."),
    ),
    "bad request": ((400, said("Bad size")), errors.RefusedError, ("400", "Bad size", "Change the request")),
    "forbidden": ((403, said("Country not supported")), errors.RefusedError, ("Country not supported",)),
    "unprocessable": ((422, {"detail": "field required"}), errors.RefusedError, ("field required",)),
    "too large": ((413, PAGE, HTML), errors.RefusedError, ("413",)),
    "moderation": (
        (400, said("Your request was rejected.", code="moderation_blocked", moderation_details={})),
        errors.ModerationError,
        ("Your request was rejected.", "Change the prompt."),
    ),
    "content policy": ((400, said(code="content_policy_violation")), errors.ModerationError, ("prompt",)),
    "sensitive words as a 500": (
        (500, said("敏感词", code="sensitive_words_detected", type="new_api_error")),
        errors.ModerationError,
        ("敏感词",),
    ),
    "bad request as a 500": (
        (500, said("size", code="invalid_request", type="new_api_error")),
        errors.RefusedError,
        ("invalid_request",),
    ),
    "no channel": (
        (503, said("no channel", code="model_not_found", type="new_api_error")),
        errors.RefusedError,
        ("no channel",),
    ),
    "no quota at a new-api": (
        (403, said("额度不足", code="insufficient_user_quota")),
        errors.QuotaError,
        ("额度不足", "Top it up"),
    ),
    "no quota at OpenAI": ((429, said(code="insufficient_quota")), errors.QuotaError, ("Top it up",)),
    "no quota by its type": ((429, said(type="insufficient_quota")), errors.QuotaError, ("Top it up",)),
    "payment required": ((402, b""), errors.QuotaError, ("402",)),
    "key refused": ((401, said("Invalid token")), errors.KeyRefusedError, ("Invalid token", "key")),
    "key refused without a word": ((401, b""), errors.KeyRefusedError, ("401",)),
    "rate limit": ((429, said("Slow down.")), errors.RateLimitError, ("Slow down.", "again")),
    "rate limit without a word": ((429, b""), errors.RateLimitError, ("Wait a moment.",)),
    "rate limit in seconds": ((429, b"", {"retry-after": "7"}), errors.RateLimitError, ("Wait 7 seconds.",)),
    "rate limit by date": (
        (429, b"", {"retry-after": "Wed, 21 Oct 2065 07:28:00 GMT"}),
        errors.RateLimitError,
        ("21 Oct 2065",),
    ),
    "overloaded for now": ((503, b"", {"retry-after": "9"}), errors.ServerError, ("Wait 9 seconds.",)),
    "moved": (
        (301, b"", {"location": "https://other.test/v1"}),
        errors.NotAnApiError,
        ("https://other.test/v1", "base_url", "301"),
    ),
    "moved to nowhere": ((308, b""), errors.NotAnApiError, ("nowhere",)),
    "a page that says 404": ((404, PAGE, HTML), errors.NotAnApiError, ("not an API base URL", URL, "404")),
    "an unknown path": (
        (404, said("Invalid URL (POST /images/generations)")),
        errors.NotAnApiError,
        ("not an API base URL",),
    ),
    "a 404 without a word": ((404, b""), errors.NotAnApiError, (URL,)),
    "not allowed": ((405, PAGE, HTML), errors.NotAnApiError, ("405",)),
    "a model that is not there": (
        (404, said("The model 'otter' does not exist.")),
        errors.RefusedError,
        ("The model 'otter'",),
    ),
}
PERHAPS_BILLED = {
    "500": ((500, said("internal error")), ("internal error", "500")),
    "500 without a word": ((500, b""), ("500",)),
    "502": ((502, PAGE, HTML), ("502",)),
    "503": ((503, PAGE, HTML), ("503",)),
    "504": ((504, PAGE, HTML), ("504",)),
    **{str(status): ((status, PAGE, HTML), (str(status),)) for status in range(520, 525)},
    "an unknown code": ((500, said("upstream failed", code="upstream_error")), ("upstream_error",)),
}


@pytest.mark.parametrize(("answer", "kind", "fragments"), FREE.values(), ids=FREE)
def test_what_was_refused_is_not_billed_and_says_what_to_change(answer, kind, fragments):
    error = failure(*answer)
    assert isinstance(error, kind)
    assert [part for part in fragments if part not in str(error)] == []
    assert (error.may_be_billed, error.status) == (False, answer[0])


@pytest.mark.parametrize(("answer", "fragments"), PERHAPS_BILLED.values(), ids=PERHAPS_BILLED)
def test_what_nobody_knows_may_be_billed_and_says_so(answer, fragments):
    error = failure(*answer)
    assert isinstance(error, errors.ServerError)
    assert [part for part in (*fragments, "billed", "account") if part not in str(error)] == []
    assert (error.may_be_billed, error.status) == (True, answer[0])


HIDING = {
    "error.message": said("no otters"),
    "error as text": {"error": "no otters"},
    "error.msg": {"error": {"msg": "no otters"}},
    "message": {"message": "no otters", "code": 7},
    "msg": {"msg": "no otters", "data": None},
    "err": {"err": "no otters"},
    "error_msg": {"error_msg": "no otters"},
    "detail": {"detail": "no otters"},
    "beside an error object without one": {"error": {"code": "x"}, "message": "no otters"},
    "a JSON text": "no otters",
    "plain text": b"no otters",
    "with tags in it": b'{"message": "no <b>otters</b>"}',
    "in lines": {"message": "no\n\totters\x1b"},
    "with an empty message": {"error": {"message": " "}, "detail": "no otters"},
}


@pytest.mark.parametrize("content", HIDING.values(), ids=HIDING)
def test_the_message_is_found_where_it_hides_and_is_shown_as_one_line(content):
    assert "no otters" in str(failure(400, content))


def test_code_parameter_and_request_id_stand_on_the_error():
    headers = {"x-oneapi-request-id": "2026-7"}
    error = failure(400, said("No.", code="unknown_parameter", param="style"), headers)
    assert (error.code, error.parameter, error.request_id) == ("unknown_parameter", "style", "2026-7")


def test_a_page_is_not_quoted_and_a_long_message_is_cut():
    assert "Bad Gateway" not in str(failure(502, PAGE, HTML))
    assert len(str(failure(400, said("otter " * 10_000)))) < 1000


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda each: (
        st.lists(each)
        | st.dictionaries(st.sampled_from(["error", "message", "code", "type", "param", "detail"]), each)
    ),
)
BODIES = st.binary() | ANY_JSON.map(lambda answer: json.dumps(answer).encode())
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "location", "x-request-id", "content-type"]), st.text()
)


STATUSES = st.sampled_from([301, 307, 400, 401, 404, 429, 500, 502, 503]) | st.integers(300, 999)


@given(STATUSES, BODIES, HEADERS)
def test_whatever_comes_is_one_sentence_that_can_be_written_down(status, body, headers):
    error = wire.failure(status, headers, body, URL)
    assert isinstance(error, errors.GatewayError)
    assert str(error).strip().encode("utf-8")
    assert all(each.isprintable() for each in str(error))
    assert errors.from_dict(json.loads(json.dumps(error.to_dict()))).to_dict() == error.to_dict()
