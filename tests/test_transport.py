"""How bytes travel: redirects, proxies, certificates, limits, and errors that say whether it was sent."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager

import certifi
import pytest

from nbimagegen import Session, errors
from nbimagegen.keys import Key
from nbimagegen.transport import client as client_module
from nbimagegen.transport.client import MAX_ERROR_BYTES, Client
from nbimagegen.transport.network import proxy_for, trust
from tests.emulator import Trickle, answer, redirect

KEY = "sk-canary-0123456789"
PATH = "/v1/images/generations"
BODY = b'{"prompt": "an otter"}'


@pytest.fixture
def post():
    """POST a body the way a job does, and return the whole answer."""

    async def post_one(base_url, *, key=None, proxy=None):
        client = Client(base_url, proxy, ssl.create_default_context())
        url = f"{base_url}/images/generations"
        async with client.send("POST", url, {"X-Otter": "yes"}, BODY, key) as got:
            return got.status, got.headers, b"".join([each async for each in got.slices])

    return post_one


# Redirects.


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("to", ["/v1/other", "other", "{origin}/v1/other"])
async def test_a_redirect_within_the_origin_keeps_method_body_and_key(emulator, post, status, to):
    emulator.next(redirect(status, to.format(origin=emulator.url)), answer(200, "an otter"))
    assert (await post(emulator.base_url, key=Key(KEY, "test")))[2] == b"an otter"
    first, second = emulator.requests
    assert second.path in {"/v1/other", "/v1/images/other"}
    assert (first.method, first.body, first.authorization) == ("POST", BODY, f"Bearer {KEY}")
    assert (second.method, second.body, second.authorization) == ("POST", BODY, f"Bearer {KEY}")
    assert second.headers["x-otter"] == "yes"


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304])
async def test_a_redirect_that_changes_the_request_is_not_followed(emulator, post, status):
    emulator.next(redirect(status, PATH))
    got, headers, _ = await post(emulator.base_url)
    assert (got, headers["location"]) == (status, PATH)
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to", ["{other}/v1/x", "//{host}/v1/x", "http://localhost:{port}/v1/x", "http://[", ""]
)
async def test_a_redirect_to_another_origin_is_never_followed(emulator, emulate, post, status, to):
    other = emulate("plain")
    host = other.url.removeprefix("http://")
    emulator.next(redirect(status, to.format(other=other.url, host=host, port=emulator.url[-5:])))
    assert (await post(emulator.base_url, key=Key(KEY, "test")))[0] == status
    assert (len(emulator.requests), len(other.requests)) == (1, 0)


async def test_redirects_in_circles_end(emulator, post):
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


async def test_without_a_key_there_is_no_authorization_header(emulator, post):
    await post(emulator.base_url)
    assert emulator.requests[0].authorization is None


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:1/v1", "http://\u2603-.test/v1"])
async def test_an_error_of_the_library_does_not_hold_the_request(post, base_url):
    with pytest.raises(errors.NotSentError, match="nothing was sent") as caught:
        await post(base_url, key=Key(KEY, "test"))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert KEY not in repr(vars(caught.value))


# Proxies.

PROXIES = [
    ({}, "https://api.test/v1", None),
    ({"HTTPS_PROXY": "http://proxy.test:3128"}, "https://api.test/v1", "http://proxy.test:3128"),
    ({"https_proxy": "http://proxy.test:3128"}, "https://api.test/v1", "http://proxy.test:3128"),
    ({"HTTPS_PROXY": "http://proxy.test:3128"}, "http://api.test/v1", None),
    ({"HTTP_PROXY": "proxy.test:3128"}, "http://api.test/v1", "http://proxy.test:3128"),
    ({"ALL_PROXY": "socks://127.0.0.1:1080"}, "https://api.test/v1", "socks5://127.0.0.1:1080"),
    ({"ALL_PROXY": "socks://127.0.0.1:1080/"}, "http://api.test/v1", "socks5://127.0.0.1:1080/"),
    ({"ALL_PROXY": "SOCKS5://127.0.0.1:1080"}, "https://api.test/v1", "socks5://127.0.0.1:1080"),
    ({"ALL_PROXY": "socks5h://127.0.0.1:1080"}, "https://api.test/v1", "socks5://127.0.0.1:1080"),
    ({"HTTPS_PROXY": "https://u:p@proxy.test"}, "https://api.test/v1", "https://u:p@proxy.test"),
    (
        {"HTTPS_PROXY": "http://a.test:1", "ALL_PROXY": "http://b.test:1"},
        "https://api.test",
        "http://a.test:1",
    ),
    ({"ALL_PROXY": "http://proxy.test:1", "NO_PROXY": "api.test"}, "https://api.test/v1", None),
    ({"ALL_PROXY": "http://proxy.test:1", "NO_PROXY": ".test"}, "https://api.test/v1", None),
    ({"ALL_PROXY": "http://proxy.test:1", "NO_PROXY": "*"}, "https://api.test/v1", None),
    ({"ALL_PROXY": "http://proxy.test:1", "NO_PROXY": "127.0.0.1"}, "http://127.0.0.1:8000/v1", None),
    ({"ALL_PROXY": "http://proxy.test:1", "NO_PROXY": "b.test"}, "https://a.test", "http://proxy.test:1"),
]
BROKEN = [
    "::::",
    "http://",
    "socks4://127.0.0.1:1080",
    "http://proxy.test:port",
    "http://a b.test",
    "http://[::1",
]


@pytest.mark.parametrize(("variables", "url", "proxy"), PROXIES)
def test_the_usual_variables_name_the_proxy(monkeypatch, variables, url, proxy):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == proxy


@pytest.mark.parametrize("value", BROKEN)
def test_a_broken_proxy_variable_is_one_sentence_and_nothing_is_sent(monkeypatch, value):
    monkeypatch.setenv("HTTPS_PROXY", value)
    session = Session("proxy", base_url="https://api.test/v1", model="any", api_key=KEY)
    with pytest.raises(errors.NotSentError, match="HTTPS_PROXY") as caught:
        session.generate("an otter")
    assert not caught.value.may_be_billed


@pytest.mark.parametrize("value", BROKEN)
def test_a_broken_proxy_variable_never_stops_sketch(monkeypatch, value):
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, value)
    assert Session("offline", gateway="sketch").generate("an otter", size="256x256").status == "done"


def test_a_request_goes_through_the_proxy(emulator, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", emulator.url)
    emulator.answer_with(401)
    with pytest.raises(errors.KeyRefusedError):
        Session("proxy", base_url="http://api.test/v1", model="any", api_key=KEY).generate("an otter")
    assert emulator.posts[0].headers["host"] == "api.test"


@asynccontextmanager
async def socks_proxy(arrived: list[bytes]):
    """A SOCKS5 proxy that takes every connection and answers the request itself."""

    async def serve(reader, writer):
        await reader.readexactly(3)
        writer.write(b"\x05\x00")
        *_, kind, length = await reader.readexactly(5)
        assert kind == 3  # a name, for the proxy to resolve
        arrived.append(await reader.readexactly(length))
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await reader.readuntil(BODY)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nan otter")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_socks_proxy_resolves_the_name_itself(post):
    arrived: list[bytes] = []
    async with socks_proxy(arrived) as proxy:
        _, _, body = await post("http://api.test/v1", proxy=proxy)
    assert (arrived, body) == ([b"api.test"], b"an otter")


async def test_a_proxy_that_refuses_means_that_nothing_was_sent(emulator, post):
    emulator.always(None)  # the emulator knows no CONNECT
    with pytest.raises(errors.NotSentError, match="proxy"):
        await post("https://api.test/v1", proxy=emulator.url)


# Certificates.


@pytest.fixture
def no_bundles(monkeypatch):
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("no_bundles")
def test_tls_checks_names_and_certificates_unless_told_not_to():
    checking, trusting = trust(), trust(verify=False)
    assert (checking.verify_mode, checking.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (trusting.verify_mode, trusting.check_hostname) == (ssl.CERT_NONE, False)
    own = ssl.create_default_context()
    assert trust(own) is own


def certificates(context) -> int:
    # Only those that we load ourselves: truststore asks the system at each handshake.
    return context._ctx.cert_store_stats()["x509_ca"]


@pytest.mark.usefixtures("no_bundles")
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_usual_variables_name_further_certificates(monkeypatch, variable):
    before = certificates(trust())
    assert certificates(trust(certifi.where())) > before
    monkeypatch.setenv(variable, certifi.where())
    assert certificates(trust()) > before


@pytest.mark.usefixtures("no_bundles")
@pytest.mark.parametrize("text", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_one_sentence_and_nothing_is_sent(monkeypatch, tmp_path, text):
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    session = Session("tls", base_url="https://api.test/v1", model="any", verify=path)
    with pytest.raises(errors.NotSentError, match=r"ca\.pem"):
        session.generate("an otter")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(errors.NotSentError, match="SSL_CERT_FILE"):
        Session("tls", base_url="https://api.test/v1", model="any").generate("an otter")


async def test_no_tls_where_tls_is_expected_means_that_nothing_was_sent(emulator, post):
    with pytest.raises(errors.NotSentError):
        await post(emulator.base_url.replace("http://", "https://"))
    assert emulator.requests == []


# Limits.


async def test_silence_after_the_first_byte_has_a_limit_of_its_own(emulator, post, monkeypatch):
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


async def test_a_gzip_that_is_none_is_a_lost_answer(emulator, post):
    emulator.next(answer(200, b"an otter", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(errors.ConnectionLostError):
        await post(emulator.base_url)


@pytest.mark.parametrize("timeout", [0.2, 0.3])
def test_a_calls_own_timeout_wins_over_the_sessions(emulator, timeout):
    session = Session("late", base_url=emulator.base_url, model="any", timeout=300)
    with emulator.hold(), pytest.raises(errors.DeadlineError, match=f"{timeout} seconds"):
        session.generate("an otter", timeout=timeout)
    assert emulator.posts[0].hung_up.wait(10)
    assert len(emulator.posts) == 1
