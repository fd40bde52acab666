"""How bytes travel: bodies, redirects, the key, limits, and errors that say whether it was sent."""

from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
import threading

import pytest

from nbimagegen import Session, errors
from nbimagegen.keys import Key
from nbimagegen.transport import IO_THREAD
from nbimagegen.transport import client as client_module
from nbimagegen.transport.client import MAX_ERROR_BYTES, Client
from nbimagegen.transport.unpacking import PIECE
from tests.emulator import Cut, HangUp, Trickle, answer, redirect
from tests.loopback import BODY, post

KEY = "sk-canary-0123456789"
PATH = "/v1/images/generations"


class Upload:
    """A body in slices: how often it was begun, and how often it was let go of."""

    SIZE = 1_000_000

    def __init__(self, problem: Exception | None = None) -> None:
        self.problem = problem
        self.begun = self.closed = 0

    async def __call__(self):
        self.begun += 1
        try:
            for _ in range(10):
                yield b"o" * (self.SIZE // 10)
                if self.problem is not None:
                    raise self.problem
        finally:
            self.closed += 1


LENGTH = {"Content-Length": str(Upload.SIZE)}


# Bodies.


async def test_a_body_in_slices_goes_out_with_its_length(emulator):
    emulator.next(answer(200, "an otter"))
    upload = Upload()
    assert (await post(emulator.base_url, body=upload, headers=LENGTH))[2] == b"an otter"
    (received,) = emulator.requests
    assert received.body == b"o" * Upload.SIZE
    assert received.headers["content-length"] == str(Upload.SIZE)
    assert "transfer-encoding" not in received.headers
    assert (upload.begun, upload.closed) == (1, 1)


async def test_a_body_in_slices_is_begun_anew_for_each_hop(emulator):
    emulator.next(redirect(307, "/v1/a"), redirect(308, "/v1/b"), answer(200, "an otter"))
    upload = Upload()
    assert (await post(emulator.base_url, body=upload, headers=LENGTH))[2] == b"an otter"
    assert [len(each.body) for each in emulator.requests] == [Upload.SIZE] * 3
    assert (upload.begun, upload.closed) == (3, 3)


@pytest.mark.parametrize("problem", [errors.InputError("gone"), errors.StoreError("gone")])
async def test_what_goes_wrong_while_a_body_is_read_comes_out_as_it_is(emulator, problem):
    upload = Upload(problem)
    with pytest.raises(type(problem)) as caught:
        await post(emulator.base_url, body=upload, headers=LENGTH)
    assert caught.value is problem
    assert (upload.begun, upload.closed) == (1, 1)
    assert emulator.billed == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_get_has_no_body(emulator, method):
    await post(emulator.base_url, method=method, body=b"", key=Key(KEY, "test"))
    (received,) = emulator.requests
    assert (received.method, received.body, received.authorization) == (method, b"", f"Bearer {KEY}")
    assert received.headers.get("content-length") == {"GET": None, "POST": "0"}[method]


async def test_that_something_was_sent_is_said_once_a_connection_stands(emulator, nobody):
    told: list[str] = []
    await post(emulator.base_url, on_sent=lambda: told.append("sent"))
    assert told == ["sent"]
    with pytest.raises(errors.NotSentError):
        await post(f"{nobody}/v1", on_sent=lambda: told.append("sent"))
    assert told == ["sent"]


async def test_a_message_may_say_what_it_accepts(emulator):
    await post(emulator.base_url, headers={"accept": "application/json", "USER-AGENT": "otter"})
    headers = emulator.requests[0].headers
    assert (headers["accept"], headers["user-agent"]) == ("application/json", "otter")


@pytest.mark.parametrize("pieces", [1, 3])
async def test_connections_are_kept_and_no_cookie_is(emulator, pieces):
    for _ in range(pieces):
        emulator.next(answer(200, "an otter", headers={"Set-Cookie": "otter=1; Path=/"}))
        await post(emulator.base_url)
    assert [each.cookie for each in emulator.requests] == [None] * pieces


# Redirects.


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("to", ["/v1/other", "other", "{origin}/v1/other"])
async def test_a_redirect_within_the_origin_keeps_method_body_and_key(emulator, status, to):
    emulator.next(redirect(status, to.format(origin=emulator.url)), answer(200, "an otter"))
    assert (await post(emulator.base_url, key=Key(KEY, "test")))[2] == b"an otter"
    first, second = emulator.requests
    assert second.path in {"/v1/other", "/v1/images/other"}
    assert (first.method, first.body, first.authorization) == ("POST", BODY, f"Bearer {KEY}")
    assert (second.method, second.body, second.authorization) == ("POST", BODY, f"Bearer {KEY}")
    assert second.headers["x-otter"] == "yes"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304])
async def test_a_redirect_that_changes_the_request_is_not_followed(emulator, status):
    emulator.next(redirect(status, PATH))
    got, headers, _ = await post(emulator.base_url)
    assert (got, headers["location"]) == (status, PATH)
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["{other}/v1/x", "//{host}/v1/x", "http://localhost:{port}/v1/x", "http://[", ""]
)
async def test_a_redirect_to_another_origin_is_never_followed(emulator, emulate, status, to):
    other = emulate("plain")
    host = other.url.removeprefix("http://")
    emulator.next(redirect(status, to.format(other=other.url, host=host, port=emulator.url[-5:])))
    assert (await post(emulator.base_url, key=Key(KEY, "test")))[0] == status
    assert (len(emulator.requests), len(other.requests)) == (1, 0)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_get_follows_any_redirect_within_the_origin(emulator, status):
    emulator.next_get(redirect(status, "/v1/models"))
    await post(emulator.base_url, method="GET", body=b"", key=Key(KEY, "test"))
    assert [each.authorization for each in emulator.requests] == [f"Bearer {KEY}"] * 2


async def test_redirects_in_circles_end(emulator):
    emulator.always(redirect(307, PATH))
    assert (await post(emulator.base_url))[0] == 307
    assert len(emulator.requests) == 4


@pytest.mark.parametrize("status", [301, 302, 303])
def test_the_error_names_the_address_to_use(emulator, status):
    emulator.next(redirect(status, "https://api.test/v1/images/generations"))
    session = Session("moved", base_url=emulator.base_url, model="any")
    with pytest.raises(errors.NotAnApiError, match=r"https://api\.test/v1") as caught:
        session.generate("an otter")
    assert not caught.value.may_be_billed


# The key.


async def test_without_a_key_there_is_no_authorization_header(emulator):
    await post(emulator.base_url)
    assert emulator.requests[0].authorization is None


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:1/v1", "http://\u2603-.test/v1"])
async def test_an_error_of_the_library_does_not_hold_the_request(base_url):
    with pytest.raises(errors.NotSentError, match="nothing was sent") as caught:
        await post(base_url, key=Key(KEY, "test"))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert KEY not in repr(vars(caught.value))


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_nothing_of_a_request_is_logged_on_our_thread(emulator, caplog, level):
    caplog.set_level(level)
    emulator.next(answer(200, "an otter", headers={"X-Echo": KEY}))
    sending_it = threading.Thread(
        target=lambda: asyncio.run(post(emulator.base_url, key=Key(KEY, "test"))), name=f"{IO_THREAD}-1"
    )
    sending_it.start()
    sending_it.join()
    assert emulator.requests
    assert KEY not in caplog.text
    assert not [each for each in caplog.records if each.name.startswith(("httpx", "httpcore"))]


# Limits.


async def test_silence_after_the_first_byte_has_a_limit_of_its_own(emulator, monkeypatch):
    monkeypatch.setattr(client_module, "IDLE_SECONDS", 0.05)
    emulator.next(Trickle(pause=600, answer=answer(200, "an otter")))
    with pytest.raises(errors.DeadlineError, match="fell silent") as caught:
        await post(emulator.base_url)
    assert caught.value.may_be_billed
    assert emulator.posts[0].hung_up.wait(10)


async def test_of_an_errors_body_only_the_beginning_is_kept(emulator):
    emulator.next(answer(500, b"x" * (MAX_ERROR_BYTES * 3)))
    client = Client(emulator.base_url, None, ssl.create_default_context())
    async with client.send("POST", emulator.url + PATH, {}, BODY, None) as got:
        assert await got.error_body() == b"x" * MAX_ERROR_BYTES


async def test_an_error_whose_body_cannot_be_unpacked_is_still_an_error(emulator):
    emulator.next(answer(500, b"otter", headers={"Content-Encoding": "br"}))
    client = Client(emulator.base_url, None, ssl.create_default_context())
    async with client.send("POST", emulator.url + PATH, {}, BODY, None) as got:
        assert (got.status, await got.error_body()) == (500, b"")


GZIP = {"Content-Encoding": "gzip"}
UNREADABLE = [
    (answer(200, b"an otter", headers=GZIP), errors.ConnectionLostError),
    (answer(200, gzip.compress(b"an otter")[:-4], headers=GZIP), errors.ConnectionLostError),
    (Cut(answer=answer(200, "an otter")), errors.ConnectionLostError),
    (HangUp(), errors.ConnectionLostError),
    (answer(200, b"an otter", headers={"Content-Encoding": "br"}), errors.AnswerError),
    (answer(200, gzip.compress(bytes(64 * 2**20), 9), headers=GZIP), errors.AnswerError),
    (Cut(at=0, answer=answer(200, headers={"Content-Length": str(2**40)})), errors.AnswerError),
]


@pytest.mark.parametrize(("fault", "kind"), UNREADABLE)
async def test_an_answer_that_does_not_come_whole_may_have_been_billed(emulator, fault, kind):
    emulator.next(fault)
    with pytest.raises(kind, match="billed") as caught:
        await post(emulator.base_url, key=Key(KEY, "test"))
    assert caught.value.may_be_billed
    assert caught.value.__suppress_context__
    assert len(emulator.posts) == 1


async def test_a_packed_answer_is_unpacked_in_small_slices(emulator):
    text = b"an otter " * 2_000_000  # 18 MB, packed into 18 kB
    emulator.next(answer(200, gzip.compress(text[:3_000_000]), headers=GZIP))
    client = Client(emulator.base_url, None, ssl.create_default_context())
    async with client.send("POST", emulator.url + PATH, {}, BODY, None) as got:
        slices = [each async for each in got.slices]
    assert b"".join(slices) == text[:3_000_000]
    assert max(map(len, slices)) <= PIECE
    assert emulator.requests[0].headers["accept-encoding"] == "gzip, deflate"


async def test_an_empty_answer_may_be_called_packed(emulator):
    emulator.next(answer(429, headers=GZIP))
    assert (await post(emulator.base_url))[::2] == (429, b"")


# A call's own limits.


@pytest.mark.parametrize("timeout", [0.2, 0.3])
def test_a_calls_own_timeout_wins_over_the_sessions(emulator, timeout):
    session = Session("late", base_url=emulator.base_url, model="any", timeout=300)
    with emulator.hold(), pytest.raises(errors.DeadlineError, match=f"{timeout} seconds"):
        session.generate("an otter", timeout=timeout)
    assert emulator.posts[0].hung_up.wait(10)
    assert len(emulator.posts) == 1
