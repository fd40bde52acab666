"""A status and a body become one typed error: what happened, what it may cost, what to do next."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbimagegen import errors, wire

URL = "https://api.test/v1/images/generations"
NEW_API, LITELLM = {"x-new-api-version": "v0.9.1"}, {"x-litellm-call-id": "7f"}
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
    "an unknown field": (
        (400, said("Unknown parameter: 'style'.", param="style", code="unknown_parameter")),
        errors.RefusedError,
        ("does not know a field", "Change 'style'."),
    ),
    "an unknown field that only the message names": (
        (400, said("Unrecognized request argument supplied: style", param=None)),
        errors.RefusedError,
        ("unknown_parameter", "Change 'style'."),
    ),
    "an unknown field behind a LiteLLM": (
        (
            400,
            said(
                "litellm.BadRequestError: OpenAIException - Unknown parameter: 'style'. "
                "Received Model Group=otter\nAvailable Model Group Fallbacks=None",
                code="400",
                param="None",
                type="None",
            ),
            LITELLM,
        ),
        errors.RefusedError,
        (": Unknown parameter: 'style'. Change 'style'.",),
    ),
    "moderation behind a LiteLLM": (
        (400, said("litellm.ContentPolicyViolationError: no otters", code="400", type=None), LITELLM),
        errors.ModerationError,
        (": no otters.",),
    ),
    "moderation with its details": (
        (
            400,
            said(
                "Your request was rejected.",
                code="moderation_blocked",
                moderation_details={"moderation_stage": "input", "categories": ["violence", "sexual"]},
            ),
        ),
        errors.ModerationError,
        ("moderation_stage: input, categories: violence, sexual",),
    ),
    "moderation with what was filtered": (
        (
            400,
            said(
                "Filtered.",
                code="content_filter",
                innererror={
                    "content_filter_result": {
                        "hate": {"filtered": False, "severity": "safe"},
                        "violence": {"filtered": True, "severity": "high"},
                    }
                },
            ),
        ),
        errors.ModerationError,
        ("(violence: filtered, severity: high)",),
    ),
    "the words of the provider behind an OpenRouter": (
        (
            403,
            {
                "error": {
                    "code": 403,
                    "message": "Provider returned error",
                    "metadata": {"provider_name": "Google", "raw": '{"error": {"message": "no otters"}}'},
                }
            },
        ),
        errors.RefusedError,
        ("Provider returned error (Google: no otters).",),
    ),
    "no channel at a new-api": (
        (503, said("无可用渠道", code="model_not_found", type="new_api_error"), NEW_API),
        errors.RefusedError,
        ("group of this key", "无可用渠道"),
    ),
    "no such model": (
        (404, said(code="model_not_found")),
        errors.RefusedError,
        ("does not offer this model", "Choose another model."),
    ),
    "fields of the wrong kind": (
        (422, {"detail": [{"loc": ["body", "size"], "msg": "not a valid size", "type": "value_error"}]}),
        errors.RefusedError,
        ("size: not a valid size", "Change 'size'."),
    ),
    "no budget at a LiteLLM": (
        (400, said(type="budget_exceeded"), LITELLM),
        errors.QuotaError,
        ("Top it up",),
    ),
    "rate limit in milliseconds": (
        (429, b"", {"retry-after-ms": "1500"}),
        errors.RateLimitError,
        ("Wait 1.5 seconds.",),
    ),
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


RETRIES = {
    "rate limit": ((429, b""), "for_now"),
    "rate limit told by a date": ((429, b"", {"retry-after": "Wed, 21 Oct 2065 07:28:00 GMT"}), "for_now"),
    "overloaded, told to wait": ((503, PAGE, {**HTML, "retry-after": "9"}), "for_now"),
    "no quota": ((429, said(code="insufficient_quota"), {"retry-after": "9"}), "for_good"),
    "no quota, forbidden": ((403, said(code="insufficient_user_quota")), "for_good"),
    "an unknown field": ((400, said(code="unknown_parameter", param="modalities")), "for_good"),
    "key refused": ((401, b""), "for_good"),
    "timed out by itself": ((408, b""), "for_good"),
    "moved": ((307, b"", {"location": "https://other.test"}), "for_good"),
    "an unknown path": ((404, PAGE, HTML), "for_good"),
    "no channel": ((503, said(code="model_not_found"), {"retry-after": "9"}), "for_good"),
    "bad request as a 500": ((500, said(code="invalid_request")), "for_good"),
    "sensitive words as a 500": ((500, said(code="sensitive_words_detected")), "for_good"),
    "500": ((500, said("internal error")), "unknown"),
    "500 that seems to know a field": ((500, said("Unknown parameter: 'style'.")), "unknown"),
    "502, told to wait": ((502, PAGE, {**HTML, "retry-after": "9"}), "unknown"),
    "503": ((503, b""), "unknown"),
    "504": ((504, PAGE, HTML), "unknown"),
    "524": ((524, PAGE, HTML), "unknown"),
}


@pytest.mark.parametrize(("answer", "retry"), RETRIES.values(), ids=RETRIES)
def test_what_a_retry_may_do_stands_on_the_error(answer, retry):
    error = failure(*answer)
    assert error.retry == retry


NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT
DATE, LATER = "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:14:50 GMT"
WAITS = {
    "seconds": ({"retry-after": "7"}, 7.0),
    "a part of a second": ({"retry-after": "0.5"}, 0.5),
    "milliseconds": ({"retry-after-ms": "1500"}, 1.5),
    "milliseconds are finer than seconds": ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
    "a date": ({"retry-after": LATER}, 90.0),
    "a date, by the gateway's own clock": (
        {"retry-after": LATER, "date": "Tue, 14 Nov 2023 22:14:40 GMT"},
        10.0,
    ),
    "a date that is over": ({"retry-after": DATE, "date": LATER}, 0.0),
    "a date in another zone": ({"retry-after": "Tue, 14 Nov 2023 23:14:50 +0100"}, 90.0),
    "a date that is none": ({"retry-after": "soon"}, None),
    "a year that is none": ({"retry-after": "Wed, 21 Oct 99999999999999 07:28:00 GMT"}, None),
    "no number": ({"retry-after": "-7"}, None),
    "another script's digits": ({"retry-after": "\u0667"}, None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("headers", "seconds"), WAITS.values(), ids=WAITS)
def test_how_long_to_wait_is_told_in_seconds(headers, seconds):
    assert wire.retry_after(headers, NOW) == seconds
    assert wire.failure(429, headers, b"", now=NOW).retry_after == seconds


def test_a_date_cannot_be_counted_without_any_clock():
    error = failure(429, b"", {"retry-after": LATER})
    assert (error.retry, error.retry_after) == ("for_now", None)
    assert LATER in str(error)


IN_ANSWERS = {
    "an error object": ({"error": {"message": "busy"}}, errors.RefusedError, "busy"),
    "a bare text": ({"error": "busy"}, errors.RefusedError, "busy"),
    "a moderation": (
        {"error": {"code": "moderation_blocked", "message": "no otters"}},
        errors.ModerationError,
        "no",
    ),
    "no quota": ({"error": {"type": "insufficient_quota"}}, errors.QuotaError, "insufficient_quota"),
    "a status in it": ({"error": {"code": 429, "message": "slow down"}}, errors.RateLimitError, "slow down"),
    "a server error in it": ({"error": {"code": 502, "message": "busy"}}, errors.RefusedError, "busy"),
    "an event that is an error": ({"type": "error", "message": "busy"}, errors.RefusedError, "busy"),
}


@pytest.mark.parametrize(("answer", "kind", "fragment"), IN_ANSWERS.values(), ids=IN_ANSWERS)
@pytest.mark.parametrize("form", ["{}", "data: {}\n\n"])
def test_an_error_in_a_good_answer_is_unusable_and_bills_nothing(answer, kind, fragment, form):
    decoder = wire.Decoder({"x-request-id": "r7"})
    (event,) = decoder.feed(form.format(json.dumps(answer)).encode()) + decoder.close()
    error = event.error
    assert (type(error), error.retry, error.may_be_billed, error.request_id) == (
        kind,
        "unusable",
        False,
        "r7",
    )
    assert fragment in str(error)


def test_an_error_that_breaks_off_a_stream_may_be_billed():
    decoder = wire.Decoder({})
    events = decoder.feed(b'data: {"choices": [{"delta": {"content": "An"}}]}\n\ndata: {"error": "busy"}\n\n')
    [error] = [each.error for each in events + decoder.close() if isinstance(each, wire.Failure)]
    assert (error.retry, error.may_be_billed) == ("unusable", True)
    assert "may be billed" in str(error)


SILENT = {
    "words": ({"choices": [{"message": {"content": "I cannot.\n" * 300}}]}, "I cannot.\n" * 299),
    "a message in place of data": ({"success": False, "message": "no otters today"}, "no otters today"),
    "a bare text": ("no otters today", "no otters today"),
    "data that says why": ({"data": [], "msg": "no otters today"}, "no otters today"),
}


@pytest.mark.parametrize(("answer", "words"), SILENT.values(), ids=SILENT)
def test_what_is_said_in_place_of_a_picture_is_shown_whole(answer, words):
    decoder = wire.Decoder({})
    error = (decoder.feed(json.dumps(answer).encode()) + decoder.close())[-1].error
    assert (type(error), error.retry, error.may_be_billed) == (errors.NoImageError, "unusable", True)
    assert words in str(error)
    assert words in error.text


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
    "a list of errors": {"error": [{"message": "no otters"}]},
    "a table in a table": {"detail": {"error": {"message": "no otters"}}},
    "a list of details": {"detail": [{"loc": ["body"], "msg": "no otters", "type": "missing"}]},
    "with an empty message": {"error": {"message": " "}, "detail": "no otters"},
}


@pytest.mark.parametrize("content", HIDING.values(), ids=HIDING)
def test_the_message_is_found_where_it_hides_and_is_shown_as_one_line(content):
    assert "no otters" in str(failure(400, content))


def test_code_parameter_and_request_id_stand_on_the_error():
    headers = {"x-oneapi-request-id": "2026-7"}
    error = failure(400, said("No.", code="unknown_parameter", param="style"), headers)
    assert (error.code, error.parameter, error.request_id) == ("unknown_parameter", "style", "2026-7")


IDS = {
    "a header": ({"x-request-id": "r7"}, "No."),
    "new-api's header": ({"x-oneapi-request-id": "r7"}, "No."),
    "LiteLLM's header": ({"x-litellm-call-id": "r7"}, "No."),
    "the end of the message": ({}, "No. (request id: r7)"),
}


@pytest.mark.parametrize(("headers", "message"), IDS.values(), ids=IDS)
def test_the_request_id_is_found_wherever_it_stands(headers, message):
    assert failure(400, said(message), headers).request_id == "r7"


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
