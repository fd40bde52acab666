"""Proxies and certificates: whom requests go through, whom TLS trusts, and what it means if they refuse."""

from __future__ import annotations

import asyncio
import socket
import ssl

import certifi
import httpcore
import pytest

from nbimagegen import Session, errors
from nbimagegen.keys import Key
from nbimagegen.transport import losses, shared
from nbimagegen.transport.network import proxy_for, trust
from tests.loopback import BODY, hangs_up, listening, post, says

KEY = "sk-canary-0123456789"
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


@pytest.mark.parametrize(("variables", "url", "proxy"), PROXIES)
def test_a_proxy_that_is_given_wins_over_the_variables(monkeypatch, variables, url, proxy):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url, "socks://u:p@given.test:1") == "socks5://u:p@given.test:1"
    assert proxy_for(url, "") is None
    assert proxy_for(url, None) == proxy


@pytest.mark.parametrize(
    "value", [*BROKEN, "ftp://otter:secret-0123@proxy.test", "http://otter:secret-0123@"]
)
def test_a_broken_proxy_is_not_shown(monkeypatch, value):
    with pytest.raises(errors.NotSentError, match="proxy=") as caught:
        shared("https://api.test/v1", proxy=value)
    monkeypatch.setenv("ALL_PROXY", value)
    with pytest.raises(errors.NotSentError, match="ALL_PROXY") as also:
        shared("https://api.test/v1")
    assert "secret-0123" not in f"{vars(caught.value)} {vars(also.value)}"
    assert caught.value.retry == also.value.retry == "for_good"


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


async def test_a_socks_proxy_resolves_the_name_itself():
    arrived: list[bytes] = []

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

    async with listening(serve) as (place, _):
        _, _, body = await post("http://api.test/v1", proxy=f"socks5://{place}")
    assert (arrived, body) == ([b"api.test"], b"an otter")


REFUSED = b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n"
PROXIED = [  # what the proxy does, its scheme, where the request goes, what may be done about it
    (says(REFUSED % 407), "http", "https://api.test/v1", "for_good"),
    (says(REFUSED % 407), "http", "http://api.test/v1", "for_good"),
    (says(REFUSED % 403), "http", "https://api.test/v1", "not_sent"),
    (says(REFUSED % 502), "http", "https://api.test/v1", "not_sent"),
    (hangs_up(), "http", "https://api.test/v1", "not_sent"),
    (hangs_up(b"HTTP/1.1 200 OK\r\n\r\n"), "http", "https://api.test/v1", "not_sent"),
    (says(b"SSH-2.0-otter\r\n\r\n"), "http", "https://api.test/v1", "not_sent"),
    (says(b"\x05\xff"), "socks5", "https://api.test/v1", "for_good"),
    (says(b"\x05\x02", b"\x01\x01"), "socks5", "https://api.test/v1", "for_good"),
    (says(b"\x05\x00", b"\x05\x02\x00\x01" + bytes(6)), "socks5", "http://api.test/v1", "not_sent"),
    (hangs_up(), "socks5", "http://api.test/v1", "not_sent"),
    (says(b"HTTP/1.1 400 Bad\r\n\r\n"), "socks5", "http://api.test/v1", "not_sent"),
]


@pytest.mark.parametrize(("part", "scheme", "base_url", "retry"), PROXIED)
async def test_a_proxy_that_refuses_means_that_nothing_was_sent(part, scheme, base_url, retry):
    user = "" if scheme == "socks5" and retry == "not_sent" else "otter:secret-0123@"
    async with listening(part) as (place, gone):
        with pytest.raises(errors.NotSentError, match="nothing was sent") as caught:
            await post(base_url, proxy=f"{scheme}://{user}{place}", key=Key(KEY, "test"))
        await asyncio.wait_for(gone.wait(), 10)
    error = caught.value
    assert (error.retry, error.may_be_billed) == (retry, False)
    assert "proxy" in str(error)
    assert "secret-0123" not in repr(vars(error))


async def test_nobody_at_the_proxys_address_means_that_nothing_was_sent(nobody):
    with pytest.raises(errors.NotSentError, match="through the proxy") as caught:
        await post("https://api.test/v1", proxy=nobody)
    assert caught.value.retry == "not_sent"


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


async def test_no_tls_where_tls_is_expected_means_that_nothing_was_sent(emulator):
    with pytest.raises(errors.NotSentError, match="no TLS there"):
        await post(emulator.base_url.replace("http://", "https://"))
    assert emulator.requests == []


async def test_a_name_that_nobody_has_means_that_nothing_was_sent(monkeypatch):
    def getaddrinfo(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(errors.NotSentError, match="no such host") as caught:
        await post("https://api.test/v1")
    assert caught.value.retry == "not_sent"


def test_a_certificate_that_is_not_trusted_is_called_that():
    problem = httpcore.ConnectError(ssl.SSLCertVerificationError("self-signed certificate"))
    error = losses.before_sending("api.test", problem, is_proxied=False)
    assert "its certificate is not trusted" in str(error)
