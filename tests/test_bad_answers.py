"""Whatever goes wrong becomes one typed error that helps, says what it may cost, and never tells the key."""

from __future__ import annotations

import base64
import json
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import pytest

import nbimagegen
from nbimagegen import Session, errors
from tests.emulator import (
    Cut,
    Fault,
    HangUp,
    Held,
    Late,
    Trickle,
    answer,
    error,
    page,
    paint,
    redirect,
    too_many,
)

KEY = "sk-canary/0123456789+abcdef=="
PROMPT = "A cute baby sea otter"
PNG = paint((64, 48))
BRIEF = 1.0  # a deadline in seconds, long enough for a slow machine to send in


@pytest.fixture
def session_with(tmp_path):
    """Open a session with an emulated gateway."""

    def open_session(emulator, **options) -> Session:
        settings = {"base_url": emulator.base_url, "api_key": KEY, "model": "any", **options}
        if emulator.profile.dialect == "chat":
            settings["dialect"] = "chat"
        return Session("bad answers", home=tmp_path, **settings)

    return open_session


def coded(file: bytes) -> str:
    return base64.b64encode(file).decode()


def pictures(*items: object) -> Fault:
    """The Images API's answer, of items or of base64 texts."""
    return answer(content={"data": [{"b64_json": item} if isinstance(item, str) else item for item in items]})


def says(text: str | None, **message: object) -> Fault:
    """A chat answer with this text in it."""
    said = {"role": "assistant", "content": text, **message}
    return answer(content={"choices": [{"index": 0, "finish_reason": "stop", "message": said}]})


@dataclass(frozen=True)
class Bad:
    """A bad answer, and the error that it must become."""

    fault: Fault
    kind: type[errors.ImageGenError]
    fragments: tuple[str, ...] = ()
    billed: bool = False
    tries: int = 1


def refuses(status: int, message: str, code: str) -> Fault:
    return error(status, message, code=code)


IMAGES: dict[str, Bad] = {
    # Not an API at all.
    "a web page": Bad(page(), errors.NotAnApiError, ("base URL",)),
    "a web page that says 404": Bad(page(404), errors.NotAnApiError, ("base URL", "404")),
    "a web page that calls itself JSON": Bad(
        replace(page(), headers={"Content-Type": "application/json"}), errors.NotAnApiError, ("base URL",)
    ),
    "an unknown path": Bad(
        error(404, "Invalid URL (POST /images/generations)"), errors.NotAnApiError, ("base URL",)
    ),
    "moved for good": Bad(
        redirect(301, "https://api.test/v1"), errors.NotAnApiError, ("https://api.test/v1",)
    ),
    "moved for now": Bad(
        redirect(302, "https://api.test/v1"), errors.NotAnApiError, ("https://api.test/v1",)
    ),
    "see other": Bad(redirect(303, "/login"), errors.NotAnApiError, ("/login",)),
    "moved elsewhere": Bad(
        redirect(307, "https://api.test/v1"), errors.NotAnApiError, ("https://api.test/v1",)
    ),
    "moved to nowhere": Bad(answer(308), errors.NotAnApiError),
    # Refused: the key, the account, the prompt, the request.
    "key refused": Bad(
        refuses(401, "Incorrect API key provided.", "invalid_api_key"), errors.KeyRefusedError, ("key",)
    ),
    "key refused without a word": Bad(answer(401), errors.KeyRefusedError, ("key",)),
    "moderation": Bad(
        refuses(400, "Your request was rejected by the safety system.", "moderation_blocked"),
        errors.ModerationError,
        ("rejected by the safety system", "prompt"),
    ),
    "content policy": Bad(
        refuses(400, "Your request was rejected.", "content_policy_violation"),
        errors.ModerationError,
        ("prompt",),
    ),
    "sensitive words as a 500": Bad(
        refuses(500, "sensitive words detected", "sensitive_words_detected"),
        errors.ModerationError,
        ("prompt",),
    ),
    "bad request as a 500": Bad(
        refuses(500, "size is not supported", "invalid_request"), errors.RefusedError, ("size",)
    ),
    "no channel": Bad(
        refuses(503, "no available channel for model any", "model_not_found"),
        errors.RefusedError,
        ("no available",),
    ),
    "no quota at a new-api": Bad(
        refuses(403, "用户额度不足", "insufficient_user_quota"), errors.QuotaError, ("用户额度不足", "credit")
    ),
    "no quota at OpenAI": Bad(
        refuses(429, "You exceeded your current quota.", "insufficient_quota"), errors.QuotaError, ("credit",)
    ),
    "unknown parameter": Bad(
        error(400, "Unknown parameter: 'style'.", param="style", code="unknown_parameter"),
        errors.RefusedError,
        ("Unknown parameter", "style"),
    ),
    "forbidden": Bad(error(403, "Country not supported"), errors.RefusedError, ("Country not supported",)),
    "too large": Bad(page(413), errors.RefusedError, ("413",)),
    "refused by detail": Bad(
        answer(422, {"detail": "field required: size"}), errors.RefusedError, ("field required",)
    ),
    "refused by msg": Bad(answer(400, {"code": 7, "msg": "bad size"}), errors.RefusedError, ("bad size",)),
    "refused in plain text": Bad(answer(400, "no such size"), errors.RefusedError, ("no such size",)),
    # Too many.
    "429": Bad(too_many(), errors.RateLimitError, ("again",), tries=4),
    "429 in seconds": Bad(too_many(Retry_After="7"), errors.RateLimitError, ("7 seconds",), tries=4),
    "429 for an hour": Bad(too_many(Retry_After="3600"), errors.RateLimitError, ("3600 seconds",)),
    "429 by date": Bad(
        too_many(Retry_After="Wed, 21 Oct 2065 07:28:00 GMT"), errors.RateLimitError, ("21 Oct 2065",)
    ),
    "429 in milliseconds": Bad(too_many(retry_after_ms="1500"), errors.RateLimitError, ("again",), tries=4),
    "429 without a word": Bad(answer(429), errors.RateLimitError, ("again",), tries=4),
    # Broken: nobody knows whether it was made.
    "500": Bad(error(500, "internal error"), errors.ServerError, ("billed", "internal error"), billed=True),
    "500 without a word": Bad(answer(500), errors.ServerError, ("billed",), billed=True),
    "502": Bad(page(502, "Bad gateway"), errors.ServerError, ("billed", "502"), billed=True),
    "504": Bad(page(504), errors.ServerError, ("billed", "504"), billed=True),
    "520": Bad(page(520), errors.ServerError, ("billed", "520"), billed=True),
    "524": Bad(page(524), errors.ServerError, ("billed", "524"), billed=True),
    "503": Bad(page(503), errors.ServerError, ("billed", "503"), billed=True),
    "503 for now": Bad(
        answer(503, headers={"Retry-After": "9"}), errors.ServerError, ("9 seconds",), tries=4
    ),
    # A good status and no picture.
    "not JSON": Bad(answer(200, "otter otter"), errors.AnswerError, ("JSON", "bill"), billed=True),
    "nothing": Bad(answer(200), errors.AnswerError, ("bill",), billed=True),
    "half a JSON": Bad(answer(200, b'{"data": [{"b64_js'), errors.AnswerError, ("bill",), billed=True),
    "JSON beyond all depth": Bad(answer(200, b"[" * 100_000), errors.AnswerError, billed=True),
    "a number beyond all length": Bad(answer(200, b"9" * 5_000), errors.ImageGenError, billed=True),
    "another kind of JSON": Bad(answer(200, []), errors.NoImageError, billed=True),
    "null": Bad(answer(200, b"null"), errors.NoImageError, billed=True),
    "no image": Bad(pictures(), errors.NoImageError, ("no picture", "billed"), billed=True),
    "an empty item": Bad(pictures({}), errors.NoImageError, billed=True),
    "an empty text": Bad(pictures({"b64_json": "", "url": None}), errors.NoImageError, billed=True),
    "data that is no list": Bad(answer(200, {"data": "none"}), errors.NoImageError, billed=True),
    "an error object with 200": Bad(
        answer(200, {"error": {"message": "upstream is full", "code": "busy"}}),
        errors.RefusedError,
        ("upstream is full",),
    ),
    "an error text with 200": Bad(
        answer(200, {"error": "upstream is full"}), errors.RefusedError, ("upstream is full",)
    ),
    "a moderation with 200": Bad(
        answer(200, {"error": {"message": "blocked", "code": "content_policy_violation"}}),
        errors.ModerationError,
    ),
    # Bytes that are no picture.
    "text in base64": Bad(
        pictures(coded(b"an otter, believe me")), errors.AnswerError, ("picture",), billed=True
    ),
    "no base64": Bad(pictures("*** otter ***"), errors.AnswerError, ("picture",), billed=True),
    "an SVG": Bad(
        pictures(coded(b'<svg xmlns="http://www.w3.org/2000/svg"/>')),
        errors.AnswerError,
        ("picture",),
        billed=True,
    ),
    # Lost on the way.
    "cut halfway": Bad(Cut(), errors.ConnectionLostError, ("billed",), billed=True),
    "cut after the headers": Bad(Cut(at=0), errors.ConnectionLostError, ("billed",), billed=True),
    "cut before the headers": Bad(HangUp(), errors.ConnectionLostError, ("billed",), billed=True),
}
"""What the Images API may answer."""

CHAT: dict[str, Bad] = {
    "text instead of an image": Bad(
        says("I cannot draw that otter."),
        errors.NoImageError,
        ("I cannot draw that otter.", "billed"),
        billed=True,
    ),
    "a refusal": Bad(says(None, refusal="I will not."), errors.NoImageError, ("I will not.",), billed=True),
    "an empty text": Bad(says(""), errors.NoImageError, billed=True),
    "no choices": Bad(answer(200, {"choices": []}), errors.NoImageError, billed=True),
    "choices of nothing": Bad(answer(200, {"choices": [None, {}, 7]}), errors.NoImageError, billed=True),
    "a data URI that is no picture": Bad(
        says(f"![otter](data:image/png;base64,{coded(b'an otter, believe me')})"),
        errors.AnswerError,
        billed=True,
    ),
    "an error object": Bad(error(400, "请求失败"), errors.RefusedError, ("请求失败",)),
    "an error object with 200": Bad(error(200, "请求失败"), errors.RefusedError, ("请求失败",)),
    "a web page": Bad(page(), errors.NotAnApiError, ("base URL",)),
}
"""What a chat API may answer."""

BAD = [
    pytest.param(profile, bad, id=f"{profile}: {name}")
    for profile, table in (("plain", IMAGES), ("plain-chat", CHAT))
    for name, bad in table.items()
]


def failure(session, **call) -> errors.ImageGenError:
    with pytest.raises(errors.ImageGenError) as caught:
        session.generate(PROMPT, **call)
    return caught.value


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(("profile", "bad"), BAD)
def test_a_bad_answer_is_one_clear_error_a_record_and_no_second_order(emulate, session_with, profile, bad):
    emulator = emulate(profile)
    emulator.always(bad.fault)
    session = session_with(emulator)
    problem = failure(session)
    assert isinstance(problem, bad.kind)
    assert [part for part in bad.fragments if part not in str(problem)] == []
    assert problem.may_be_billed is bad.billed
    assert len(emulator.posts) == bad.tries
    assert [(each.status, each.prompt) for each in session.history] == [("failed", PROMPT)]
    assert problem.generation.id == session.history[0].id
    assert str(session.history[0].error) == str(problem)


def test_an_error_is_the_same_in_a_later_kernel(emulate, session_with):
    emulator = emulate("plain")
    emulator.next(IMAGES["502"].fault)
    problem = failure(session_with(emulator))
    kept = session_with(emulator).history[0].error
    assert (type(kept), str(kept), kept.status, kept.may_be_billed) == (
        type(problem),
        str(problem),
        problem.status,
        problem.may_be_billed,
    )


# The network.


def test_no_route_is_not_billed(session_with, emulator, nobody):
    problem = failure(session_with(emulator, base_url=f"{nobody}/v1"))
    assert isinstance(problem, errors.NotSentError)
    assert not problem.may_be_billed
    assert "base_url" in str(problem)
    assert emulator.requests == []


@pytest.mark.parametrize(
    "fault",
    [Held(), Late(600), Trickle(pause=0.01, endless=True), Trickle(pause=600)],
    ids=["silence", "late", "trickle", "a byte and silence"],
)
def test_the_timeout_is_a_deadline_for_the_whole_answer(emulator, session_with, fault):
    emulator.next(fault)
    problem = failure(session_with(emulator), timeout=BRIEF)
    assert isinstance(problem, errors.DeadlineError)
    assert problem.may_be_billed
    assert f"{BRIEF:g} seconds" in str(problem)
    assert emulator.posts[0].hung_up.wait(10)
    assert len(emulator.posts) == 1


def test_waiting_in_the_queue_does_not_count_towards_the_timeout(emulator, session_with):
    session = session_with(emulator, parallel=1)
    with emulator.hold() as held:
        first = session.submit(PROMPT)
        held.wait_for(1)
        second = session.submit(PROMPT, timeout=20)
        assert second.status == "queued"
    assert [each.wait(30).status for each in (first, second)] == ["done", "done"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_within_the_same_origin_keeps_method_and_body(emulator, session_with, status):
    emulator.next(redirect(status, "/v1/images/generations"))
    assert session_with(emulator).generate(PROMPT).status == "done"
    first, second = emulator.posts
    assert (first.body, first.authorization) == (second.body, second.authorization)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_follows_a_redirect_to_another_origin(emulate, session_with, status):
    emulator, stranger = emulate("plain"), emulate("plain")
    emulator.next(redirect(status, f"{stranger.base_url}/images/generations"))
    problem = failure(session_with(emulator))
    assert isinstance(problem, errors.NotAnApiError)
    assert stranger.base_url in str(problem)
    assert stranger.requests == []


def test_a_redirect_in_circles_ends(emulator, session_with):
    emulator.always(redirect(307, "/v1/images/generations"))
    assert isinstance(failure(session_with(emulator)), errors.NotAnApiError)


# Pictures behind URLs.

DEAD = {
    "gone": answer(404),
    "expired": answer(403, {"error": "Signature expired"}),
    "broken": page(500),
    "redirected": redirect(302, "/files/0.png"),
    "cut": Cut(at=20),
    "hung up": HangUp(),
    "over 64 MiB": answer(200, bytes(64 * 2**20 + 1)),
}


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("fault", DEAD.values(), ids=DEAD)
def test_a_dead_picture_url_is_kept_and_nothing_is_ordered_again(emulator, session_with, fault):
    url = emulator.publish(PNG)
    emulator.next(pictures({"url": url}))
    emulator.next_download(*[fault] * 4)
    problem = failure(session_with(emulator))
    assert isinstance(problem, errors.DownloadError)
    assert problem.url == url
    assert problem.may_be_billed
    assert len(emulator.posts) == 1
    assert len(emulator.downloads) <= 4


def test_a_picture_url_where_nobody_listens_is_kept(emulator, session_with, nobody):
    # The address is a private one of another origin, so that it is not even dialled.
    emulator.next(pictures({"url": f"{nobody}/otter.png"}))
    problem = failure(session_with(emulator))
    assert isinstance(problem, errors.DownloadError)
    assert problem.url == f"{nobody}/otter.png"


def test_a_picture_url_that_points_inwards_is_not_opened(emulate, session_with):
    emulator, inside = emulate("plain"), emulate("plain")
    emulator.next(pictures({"url": inside.publish(PNG)}))
    assert isinstance(failure(session_with(emulator)), errors.DownloadError)
    assert inside.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/otter.png",
        "//127.0.0.1/otter.png",
        "/files/0.png",
        "javascript:alert(1)",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:1/otter.png",
        "http://2130706433:1/otter.png",
        "http://user:password@127.0.0.1:1/otter.png",
        "http://[",
    ],
)
def test_a_picture_url_that_is_none_is_an_error_and_not_opened(emulator, session_with, url):
    emulator.next(pictures({"url": url}))
    problem = failure(session_with(emulator))
    assert isinstance(problem, errors.DownloadError | errors.NoImageError | errors.AnswerError)
    assert problem.may_be_billed
    assert emulator.downloads == []


@pytest.mark.parametrize(
    "file", [b"", b"an otter, believe me", b"<html></html>"], ids=["nothing", "text", "page"]
)
def test_a_file_that_is_no_picture_is_an_error(emulator, session_with, file):
    emulator.next(pictures({"url": emulator.publish(file)}))
    problem = failure(session_with(emulator))
    assert isinstance(problem, errors.AnswerError | errors.DownloadError)
    assert problem.may_be_billed


@pytest.mark.parametrize("handover", ["b64", "url"])
def test_half_a_picture_is_kept_and_says_so_when_it_is_touched(emulator, session_with, handover):
    half = PNG[: len(PNG) // 2]
    emulator.next(pictures(coded(half) if handover == "b64" else {"url": emulator.publish(half)}))
    [picture] = session_with(emulator).generate(PROMPT).pictures
    assert picture.bytes == half
    with pytest.raises(errors.AnswerError, match="damaged"):
        picture.image.load()


def test_a_good_picture_beside_a_bad_one_is_kept(emulator, session_with):
    emulator.next(pictures(coded(PNG), coded(b"an otter, believe me")))
    generation = session_with(emulator).generate(PROMPT, n=2)
    assert [each.bytes for each in generation.pictures] == [PNG]
    assert isinstance(generation.error, errors.AnswerError)


# The key.

ECHOES = {
    "401": error(401, f"Incorrect API key provided: {KEY}.", code="invalid_api_key"),
    "401 as text": answer(401, f"Bearer {KEY}"),
    "429": error(429, f"Rate limit for {KEY}"),
    "500 page": page(500, f"Authorization: Bearer {KEY}"),
    "code": error(400, "no", code=KEY),
    "type": error(400, "no", kind=KEY),
    "param": error(400, "no", param=KEY),
    "moderation": error(400, f"blocked: {KEY}", code="moderation_blocked"),
    "request id": answer(500, headers={"X-Request-Id": KEY}),
    "retry after": answer(429, headers={"Retry-After": KEY}),
    "location": redirect(302, f"https://api.test/?key={quote(KEY, safe='')}"),
    "error with 200": answer(200, {"error": f"no: {KEY}"}),
    "not JSON": answer(200, f"Bearer {KEY}"),
    "no picture": answer(200, {"data": [], "request": {"authorization": KEY}}),
    "picture url": pictures({"url": f"ftp://api.test/{KEY}"}),
    "picture url, quoted": pictures({"url": f"http://127.0.0.1:1/?key={quote(KEY, safe='')}"}),
    "no base64": pictures(f"** {KEY} **"),
    "in base64": answer(200, coded(f"{KEY}".encode())),
}
PACKAGE = Path(nbimagegen.__file__).parent
FORMS = (KEY, quote(KEY, safe=""), coded(KEY.encode()), json.dumps(KEY)[1:-1])


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


def told(problem: BaseException) -> str:
    """Everything that an error shows, the values in our frames included, as `%xmode Verbose` shows them."""
    frames = [frame for frame, _ in traceback.walk_tb(problem.__traceback__)]
    ours = [frame for frame in frames if Path(frame.f_code.co_filename).is_relative_to(PACKAGE)]
    values = [shown(value) for frame in ours for value in frame.f_locals.values()]
    return "\n".join([str(problem), repr(problem), repr(vars(problem)), *values])


def shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - an object half made may have no text yet
        return ""


def on_disk(folder) -> str:
    files = [each for each in folder.rglob("*") if each.is_file()]
    return "\n".join([str(files), *(each.read_bytes().decode("utf-8", "replace") for each in files)])


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("emulator", ["plain", "plain-chat"], indirect=True)
@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_key_that_the_gateway_echoes_is_neither_shown_nor_kept(
    emulator, session_with, tmp_path, caplog, echo
):
    emulator.always(echo)
    caplog.set_level("DEBUG")
    problem = failure(session_with(emulator))
    assert emulator.posts[0].authorization == f"Bearer {KEY}"
    assert leaks(told(problem)) == []
    assert leaks(on_disk(tmp_path)) == []
    assert leaks(caplog.text) == []


def test_a_key_in_the_models_words_is_neither_shown_nor_kept(emulate, session_with, tmp_path):
    emulator = emulate("plain-chat")
    emulator.next(says(f"Your key is {KEY}."))
    problem = failure(session_with(emulator))
    assert leaks(told(problem) + on_disk(tmp_path)) == []


def test_a_key_beside_a_good_picture_is_not_kept(emulator, session_with, tmp_path):
    item = {"b64_json": coded(PNG), "revised_prompt": f"an otter, {KEY}"}
    emulator.next(answer(200, {"data": [item], "usage": {"key": KEY, "total_tokens": 1}}))
    generation = session_with(emulator).generate(PROMPT)
    assert leaks(repr(generation.usage) + generation.pictures[0].revised_prompt + on_disk(tmp_path)) == []


@pytest.mark.parametrize("fault", [HangUp(), Cut(), Held()], ids=["hang up", "cut", "silence"])
def test_a_lost_connection_does_not_tell_the_key(emulator, session_with, tmp_path, fault):
    emulator.next(fault)
    problem = failure(session_with(emulator), timeout=BRIEF)
    assert leaks(told(problem) + on_disk(tmp_path)) == []


@pytest.mark.parametrize("end", ["\n", "\r\nX-Other: 1", "\0", " and more", "é", "\u200b"])
def test_a_malformed_key_is_refused_before_sending_and_not_shown(emulator, session_with, end):
    session = session_with(emulator, api_key=f"sk-canary{end}sk-canary")
    problem = failure(session)
    assert isinstance(problem, errors.KeyMissingError)
    assert "sk-canary" not in told(problem)
    assert emulator.requests == []


# Found wrong before anything is sent.

UNSENT = {
    "an empty prompt": ({"prompt": ""}, errors.PromptError, ("prompt", "empty")),
    "a blank prompt": ({"prompt": " \n\t"}, errors.PromptError, ("empty",)),
    "no prompt": ({"prompt": None}, errors.PromptError, ("prompt",)),
    "half an emoji": ({"prompt": "otter \ud83e"}, errors.PromptError, ("prompt",)),
    "a prompt with NUL": ({"prompt": "otter\0"}, errors.PromptError, ("prompt",)),
    "an over-long prompt": ({"prompt": "x" * 32_001}, errors.PromptError, ("32,001", "32,000")),
    "a wrong size": (
        {"size": "10x10"},
        errors.ParameterError,
        ("10x10", "1024x1024", "1792x1024", "1024x1792"),
    ),
    "a misspelt parameter": ({"qualty": "high"}, errors.ParameterError, ("qualty", "quality", "extra")),
    "an unknown parameter": ({"depth": "deep"}, errors.ParameterError, ("depth", "extra")),
    "none": ({"n": 0}, errors.ParameterError, ("1 to 10",)),
    "less than none": ({"n": -1}, errors.ParameterError, ("1 to 10",)),
    "99": ({"n": 99}, errors.ParameterError, ("1 to 10",)),
    "two and a half": ({"n": 2.5}, errors.ParameterError, ("1 to 10",)),
    "yes": ({"n": True}, errors.ParameterError, ("1 to 10",)),
    "an unknown gateway": ({"gateway": "serevixx"}, errors.UnknownGatewayError, ("serevixx", "serevix")),
    "an extra that is no JSON": ({"extra": {"f": object()}}, errors.ParameterError, ("extra",)),
    "an extra that is no number": ({"extra": {"f": float("nan")}}, errors.ParameterError, ("extra",)),
    "no time": ({"timeout": 0}, errors.ParameterError, ("timeout",)),
    "not a time": ({"timeout": "soon"}, errors.ParameterError, ("timeout",)),
}


@pytest.mark.parametrize(("call", "kind", "fragments"), UNSENT.values(), ids=UNSENT)
def test_what_is_wrong_before_sending_is_an_error_and_leaves_no_trace(
    emulate, session_with, call, kind, fragments
):
    emulator = emulate("serevix")
    session = session_with(emulator, gateway="serevix", model=None)
    with pytest.raises(kind) as caught:
        session.generate(**{"prompt": PROMPT, **call})
    assert [part for part in fragments if part not in str(caught.value)] == []
    assert (caught.value.may_be_billed, caught.value.generation) == (False, None)
    assert emulator.requests == []
    assert len(session.history) == 0


@pytest.fixture
def no_keys(monkeypatch):
    """An environment and a keyring without a key."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for gateway in ("SEREVIX", "XTY", "RIVUS", "XIEXUS", "OPENAI"):
        monkeypatch.delenv(f"{gateway}_API_KEY", raising=False)
        monkeypatch.delenv(f"NBIMAGEGEN_{gateway}_API_KEY", raising=False)


@pytest.mark.parametrize("gateway", ["serevix", "xty", "rivus", "xiexus", "openai"])
@pytest.mark.usefixtures("no_keys")
def test_no_key_is_an_error_that_says_where_to_put_one(emulate, session_with, gateway):
    emulator = emulate(gateway)
    session = session_with(emulator, gateway=gateway, model=None, api_key=None)
    problem = failure(session)
    assert isinstance(problem, errors.KeyMissingError)
    assert f"{gateway.upper()}_API_KEY" in str(problem)
    assert emulator.requests == []
    assert len(session.history) == 0


@pytest.mark.parametrize(
    "options", [{"gateway": "midjourney"}, {"base_url": "gateway.test/v1"}, {"base_url": "file:///v1"}]
)
def test_a_gateway_that_cannot_be_is_an_error_at_once(emulator, session_with, options):
    with pytest.raises(errors.RequestError) as caught:
        session_with(emulator, **options)
    assert leaks(told(caught.value)) == []
    assert emulator.requests == []


@pytest.mark.usefixtures("no_keys")
def test_a_local_server_gets_no_key_of_another(emulator, session_with, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    session_with(emulator, api_key=None).generate(PROMPT)
    assert emulator.posts[0].authorization is None
