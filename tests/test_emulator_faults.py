"""The emulator's faults are what they say they are, and its counts are true."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from io import BytesIO

import httpx
import pytest
from PIL import Image

from tests.emulator import (
    FAULTS,
    Cut,
    ErrorHalfway,
    GzipBomb,
    HangUp,
    Held,
    Late,
    Limiter,
    Received,
    Stall,
    Stepped,
    TooMany,
    Trickle,
    WrongLength,
    Zipped,
    answer,
    error,
    page,
    redirect,
    too_many,
)

PROMPT = "A cute baby sea otter"
BRIEF = 0.2  # seconds that a client waits in silence


def decoded(text: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(text, validate=True)))


def order(emulator, **options) -> httpx.Response:
    url = emulator.url + emulator.profile.path
    return httpx.post(url, json={"model": "any", "prompt": PROMPT}, **options)


@pytest.mark.parametrize(
    "fault",
    [answer(503), page(502), redirect(302, "/elsewhere"), too_many(Retry_After="7")],
    ids=["empty", "page", "redirect", "429"],
)
def test_a_canned_answer_is_given_once(emulator, fault):
    emulator.next(fault)
    canned = order(emulator)
    assert (canned.status_code, canned.content) == (fault.status, fault.body)
    assert fault.headers.items() <= {k.title(): v for k, v in canned.headers.items()}.items()
    assert order(emulator).status_code == 200


@pytest.mark.parametrize("fault", [Cut(), Cut(at=0), HangUp()], ids=["half", "headers", "nothing"])
def test_a_cut_connection_is_cut(emulator, fault):
    emulator.next(fault)
    with pytest.raises(httpx.RemoteProtocolError):
        order(emulator)


@pytest.mark.parametrize("fault", [Late(0.01), Trickle(size=500, pause=0)], ids=["late", "trickle"])
def test_a_slow_answer_is_whole_in_the_end(emulator, fault):
    emulator.next(fault)
    assert decoded(order(emulator).json()["data"][0]["b64_json"]).size == (1024, 1024)
    assert emulator.billed == 1


def test_a_held_call_waits_until_it_is_released(emulator):
    with emulator.hold() as held:
        with pytest.raises(httpx.ReadTimeout):
            order(emulator, timeout=0.05)
        held.wait_for(1)
        assert emulator.posts[0].hung_up.wait(10)
    assert order(emulator).status_code == 200
    assert emulator.billed == 1


@pytest.mark.parametrize("fault", [Late(60), Stall(), Stall(0), Trickle(9, 0, endless=True)], ids=repr)
def test_a_silent_answer_ends_when_the_client_has_waited_enough(emulator, fault):
    emulator.next(fault)
    with pytest.raises(httpx.ReadTimeout):
        order(emulator, timeout=BRIEF)
    assert emulator.posts[0].hung_up.wait(10)
    assert emulator.accepted == emulator.posts


@pytest.mark.parametrize("by", [10, -10])
def test_a_wrong_length_is_told_and_the_connection_ends(emulator, by):
    emulator.next(WrongLength(by))
    whole = len(order(emulator).content) if by < 0 else None
    assert emulator.billed == (1 if whole else 0)
    if not whole:
        with pytest.raises(httpx.RemoteProtocolError):
            order(emulator)


def test_a_zipped_answer_is_whole_once_it_is_unpacked(emulator):
    emulator.next(Zipped())
    unpacked = order(emulator)
    assert unpacked.headers["content-encoding"] == "gzip"
    assert decoded(unpacked.json()["data"][0]["b64_json"]).size == (1024, 1024)


def test_a_bomb_is_small_on_the_wire(emulator):
    emulator.next(GzipBomb(8 << 20))
    with httpx.stream("POST", emulator.url + emulator.profile.path, json={}) as bomb:
        packed = b"".join(bomb.iter_raw())
    assert len(packed) < 16_384
    assert len(gzip.decompress(packed)) > 8 << 20


def test_a_stream_goes_on_a_step_at_a_time(emulator):
    steps = Stepped()
    emulator.next(steps)
    body = {"model": "any", "prompt": PROMPT, "stream": True, "partial_images": 2}
    with httpx.stream("POST", emulator.url + emulator.profile.path, json=body) as stream:
        lines = (line for line in stream.iter_lines() if line.startswith("event"))
        steps.step()
        assert next(lines) == "event: image_generation.partial_image"
        steps.finish()
        assert list(lines)[-1] == "event: image_generation.completed"


@pytest.mark.parametrize(("streams", "events"), [(True, 1), (False, 0)])
def test_an_error_comes_halfway(emulate, streams, events):
    emulator = emulate(streams=streams)
    emulator.next(ErrorHalfway())
    body = {"model": "any", "prompt": PROMPT, "stream": True, "partial_images": 1}
    response = httpx.post(emulator.url + emulator.profile.path, json=body)
    assert response.status_code == 200
    assert response.text.count("partial_image_index") == events
    assert json.loads(response.text.rpartition("data: ")[2])["error"]["code"] == "server_error"


WAITS = [("seconds", "retry-after", "2"), ("ms", "retry-after-ms", "1500"), ("none", "retry-after", None)]


@pytest.mark.parametrize(("kind", "header", "value"), WAITS)
def test_a_429_tells_how_long_to_wait(emulator, kind, header, value):
    emulator.next(TooMany(kind, 1.5))
    refused = order(emulator)
    assert (refused.status_code, refused.headers.get(header)) == (429, value)
    assert refused.json()["error"]["code"] == "rate_limit_exceeded"


def test_a_429_may_name_a_date_or_say_nothing(emulator):
    before = datetime.now(timezone.utc)
    emulator.next(TooMany("date", 5), TooMany("empty"))
    dated, empty = order(emulator), order(emulator)
    told = parsedate_to_datetime(dated.headers["retry-after"])
    assert told - before >= timedelta(seconds=5)
    assert (empty.status_code, empty.content) == (429, b"")


ACCEPTED = [
    (answer(200, b"?"), True),
    (error(500, "Oops"), True),
    (page(504), True),
    (error(503, "Overloaded"), True),
    (answer(503, headers={"Retry-After": "1"}), False),
    (error(500, "Bad", code="invalid_request"), False),
    (error(400, "Bad"), False),
    (too_many(), False),
    (page(200), False),
    (answer(200, {"error": "no"}), False),
    (redirect(307, "/elsewhere"), False),
]


@pytest.mark.parametrize(("fault", "accepted"), ACCEPTED)
def test_a_request_counts_as_accepted_where_a_picture_may_have_been_made(emulator, fault, accepted):
    emulator.next(fault)
    order(emulator)
    assert (emulator.accepted == emulator.posts) is accepted
    assert emulator.billed == 0


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("name", FAULTS)
def test_what_is_said_of_a_fault_is_true(emulator, name, stream):
    trial = FAULTS[name]
    emulator.next(trial())
    body = {"model": "any", "prompt": PROMPT, "stream": stream}
    patience = BRIEF if trial.silent else 60
    try:
        response = httpx.post(emulator.url + emulator.profile.path, json=body, timeout=patience)
    except httpx.TimeoutException:
        seen = "silent"
    except httpx.TransportError:
        seen = "lost"
    else:
        seen = "refused" if 300 <= response.status_code < 500 else "answered"
    emulator.wait_until_idle()
    assert bool(emulator.accepted) is trial.accepted
    assert (seen == "silent") is trial.silent
    assert seen != "refused" or trial.retry in {"for_now", "for_good"}


def limited(*moments: float, **options) -> list[bool]:
    """Whether a limit of two requests in ten seconds lets each of these moments through."""
    clock = iter(moments)
    limiter = Limiter(2, 10, clock=lambda: next(clock), **options)
    return [limiter.turned_away(request) is None for request in requests(len(moments))]


def requests(count: int) -> list[Received]:
    return [Received("POST", f"/{number}", {}) for number in range(count)]


def test_a_limit_lets_so_many_through_in_a_window():
    assert limited(0, 1, 2, 9, 10, 11, 12) == [True, True, False, False, True, True, False]


def test_a_limit_tells_how_long_it_is_closed():
    clock = iter([0, 0, 0, 4])
    limiter = Limiter(1, 10, tells="seconds", clock=lambda: next(clock))
    told = [limiter.turned_away(request) for request in requests(4)]
    assert told == [None, {"Retry-After": "10"}, {"Retry-After": "10"}, {"Retry-After": "6"}]


def test_who_comes_again_before_the_time_is_early_unless_it_was_under_way():
    clock = iter([0, 1, 2, 3, 4])
    limiter = Limiter(1, 10, under_way=1, clock=lambda: next(clock))
    for request in requests(5):
        limiter.turned_away(request)
    assert [request.path for request in limiter.early] == ["/3", "/4"]
    assert limiter.refused == 4


def test_a_limit_refuses_in_the_gateways_own_words(emulate):
    emulator = emulate("newapi")
    emulator.limit(1, 60, tells="seconds", under_way=1)
    headers = {"Authorization": "Bearer sk-test"}
    body = {"model": "gpt-image-1", "prompt": PROMPT}
    answers = [httpx.post(emulator.url + emulator.profile.path, json=body, headers=headers) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 429, 429]
    assert "(request id: " in answers[1].json()["error"]["message"]
    assert int(answers[1].headers["retry-after"]) > 1
    assert (len(emulator.accepted), emulator.early) == (1, [])


def test_what_is_held_may_have_been_made(emulator):
    held = Held()
    emulator.next(held)
    with pytest.raises(httpx.ReadTimeout):
        order(emulator, timeout=BRIEF)
    assert len(emulator.accepted) == 1
