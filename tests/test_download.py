"""Pictures that an answer names by their address: fetched in slices, within bounds, and let go of at once."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from importlib import import_module

import pytest

from nbimagegen import errors
from nbimagegen.errors import DownloadError
from nbimagegen.transport import download
from tests.emulator import Cut, HangUp, Trickle, answer, redirect
from tests.loopback import listening, says
from tests.pretend_network import Network, reply

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4_000  # 1 MB
SLICE = 512 * 2**10
MIB = 2**20


@pytest.fixture
def module():
    """The module, to lower its limits; the package shows the function of the same name."""
    return import_module("nbimagegen.transport.download")


@pytest.fixture
def fetch(emulator):
    """Download from the emulator, as from the base URL's own origin, and return the slices."""

    async def fetch_one(url, **options):
        slices: list[bytes] = []
        await download(url, emulator.base_url, slices.append, **options)
        return slices

    return fetch_one


async def failure(fetching) -> DownloadError:
    with pytest.raises(DownloadError) as caught:
        await fetching
    assert caught.value.may_be_billed
    assert "its URL is" in str(caught.value)
    assert caught.value.__suppress_context__
    return caught.value


# The bytes.


async def test_the_bytes_come_in_slices_of_at_most_512_kib(emulator, fetch):
    slices = await fetch(emulator.publish(PICTURE))
    assert b"".join(slices) == PICTURE
    assert len(slices) > 1
    assert max(map(len, slices)) <= SLICE


def deflated(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": gzip.compress(PICTURE),
    "x-gzip": gzip.compress(PICTURE),
    "GZIP": gzip.compress(PICTURE[:9]) + gzip.compress(b"") + gzip.compress(PICTURE[9:]),
    "identity, gzip": gzip.compress(PICTURE) + b"\0" * 99,
    "deflate": deflated(PICTURE, zlib.MAX_WBITS),
    "Deflate": deflated(PICTURE, -zlib.MAX_WBITS),
    "identity": PICTURE,
    "": PICTURE,
}


@pytest.mark.parametrize("encoding", PACKED)
async def test_a_packed_picture_is_unpacked(emulator, fetch, encoding):
    packed = answer(200, PACKED[encoding], headers={"Content-Encoding": encoding})
    slices = await fetch(emulator.publish_answer(packed))
    assert b"".join(slices) == PICTURE
    assert max(map(len, slices)) <= SLICE


async def test_a_picture_packed_byte_by_byte_is_unpacked(emulator, fetch):
    packed = answer(200, deflated(b"an otter", -zlib.MAX_WBITS), headers={"Content-Encoding": "deflate"})
    emulator.next_download(Trickle(pause=0, answer=packed))
    assert b"".join(await fetch(emulator.publish(b""))) == b"an otter"


async def test_only_what_can_be_unpacked_is_asked_for(emulator, fetch):
    await fetch(emulator.publish(PICTURE))
    assert emulator.downloads[0].headers["accept-encoding"] == "gzip, deflate"


# What goes wrong. "download" may pass by itself, "for_good" will not.


@pytest.mark.parametrize(
    ("status", "retry"),
    [
        *((status, "for_good") for status in (400, 401, 403, 404, 410, 451, 304, 300)),
        *((status, "download") for status in (408, 425, 429, 500, 502, 503, 504)),
    ],
)
async def test_a_status_that_is_no_picture(emulator, fetch, status, retry):
    url = emulator.publish_answer(answer(status))
    error = await failure(fetch(url))
    assert (error.url, error.status, error.retry) == (url, status, retry)


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_an_address_that_has_expired_says_so(emulator, fetch, status):
    assert "expired" in str(await failure(fetch(emulator.publish_answer(answer(status)))))


@pytest.mark.parametrize(
    "fault",
    [
        Cut(answer=answer(200, PICTURE)),
        Cut(at=0, answer=answer(200, PICTURE)),
        HangUp(),
        answer(200, b"an otter", headers={"Content-Encoding": "gzip"}),
        answer(200, b"\x1f", headers={"Content-Encoding": "gzip"}),
        answer(200, gzip.compress(PICTURE)[:-9], headers={"Content-Encoding": "gzip"}),
        answer(200, gzip.compress(PICTURE)[:-8] + b"\0" * 8, headers={"Content-Encoding": "gzip"}),
        answer(200, b"\xff\xff an otter", headers={"Content-Encoding": "deflate"}),
    ],
)
async def test_a_picture_that_breaks_off_may_be_fetched_again(emulator, fetch, fault):
    url = emulator.publish(PICTURE)
    emulator.next_download(fault)
    assert (await failure(fetch(url))).retry == "download"
    assert b"".join(await fetch(url)) == PICTURE


async def test_a_host_that_falls_silent_may_be_asked_again(emulator, fetch, module, monkeypatch):
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.05)
    url = emulator.publish(PICTURE)
    emulator.next_download(Trickle(pause=600, answer=answer(200, PICTURE)))
    assert (await failure(fetch(url))).retry == "download"
    assert emulator.downloads[0].hung_up.wait(10)


async def test_nobody_there_may_pass(nobody):
    error = await failure(download(f"{nobody}/otter.png", nobody, bytes))
    assert (error.retry, error.url) == ("download", f"{nobody}/otter.png")


@pytest.mark.parametrize(("status", "retry"), [(407, "for_good"), (403, "download"), (502, "download")])
async def test_a_proxy_that_does_not_open_a_tunnel(status, retry):
    async with listening(says(b"HTTP/1.1 %d No\r\n\r\n" % status)) as (place, _):
        error = await failure(download("https://files.test/", "", bytes, proxy=f"http://{place}"))
    assert (error.retry, "the proxy refused" in str(error)) == (retry, True)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip, br", "aes128gcm", "\u00fc"])
async def test_a_packing_that_was_not_asked_for_is_refused(encoding):
    network = Network(pages={"files.test/": reply(Content_Encoding=encoding)})
    error = await failure(network.fetch("http://files.test/", allow_hosts=["files.test"]))
    assert (error.retry, "packs it" in str(error)) == ("for_good", True)


# Too large.


async def test_a_bomb_is_put_out_before_it_swells(emulator):
    bomb = answer(200, gzip.compress(bytes(100 * MIB), 9), headers={"Content-Encoding": "gzip"})
    assert len(bomb.body) < MIB
    got: list[int] = []
    with pytest.raises(DownloadError, match="over 64 MiB") as caught:
        await download(emulator.publish_answer(bomb), emulator.base_url, lambda each: got.append(len(each)))
    assert caught.value.retry == "for_good"
    assert max(got) <= SLICE
    assert sum(got) <= 64 * MIB


async def test_a_length_beyond_the_cap_is_refused_before_a_byte_is_taken(emulator):
    url = emulator.publish(b"")
    emulator.next_download(answer(200, b"", headers={"Content-Length": str(64 * MIB + 1)}))
    got: list[bytes] = []
    with pytest.raises(DownloadError, match="over 64 MiB"):
        await download(url, emulator.base_url, got.append)
    assert got == []


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_picture_without_a_length_is_cut_at_the_cap(emulator, fetch, module, monkeypatch, encoding):
    monkeypatch.setattr(module, "MAX_PICTURE_BYTES", 10_000)
    emulator.next_download(Chunked(PACKED[encoding], encoding))
    assert (await failure(fetch(emulator.publish(b"")))).retry == "for_good"


async def test_empty_blocks_without_end_are_cut_at_the_cap(emulator, fetch, module, monkeypatch):
    monkeypatch.setattr(module, "MAX_PICTURE_BYTES", 500_000)
    blocks = b"\0\0\0\xff\xff" * 200_000  # stored blocks of nothing
    emulator.next_download(Chunked(blocks, "deflate"))
    assert (await failure(fetch(emulator.publish(b"")))).retry == "for_good"


class Chunked:
    """An answer that does not tell its length."""

    def __init__(self, body: bytes, encoding: str) -> None:
        self.body, self.encoding = body, encoding

    async def play(self, call) -> None:
        headers = [(b"content-encoding", self.encoding.encode())]
        await call.send({"type": "http.response.start", "status": 200, "headers": headers})
        for start in range(0, len(self.body), 50_000):
            await call.write(self.body[start : start + 50_000])
        await call.write(b"", last=True)


# Redirects.


@pytest.mark.parametrize("hops", [1, 2, 3])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_few_redirects_are_followed(emulator, fetch, status, hops):
    url = emulator.publish(PICTURE)
    emulator.next_download(*[redirect(status, url)] * hops)
    assert b"".join(await fetch(url)) == PICTURE


async def test_redirects_in_circles_end(emulator, fetch):
    url = emulator.publish(PICTURE)
    emulator.next_download(*[redirect(302, url)] * 9)
    error = await failure(fetch(url))
    assert (error.retry, "more than 3 times" in str(error)) == ("for_good", True)
    assert len(emulator.downloads) == 4


async def test_a_redirect_that_cannot_be_read_is_refused(emulator, fetch):
    url = emulator.publish(PICTURE)
    emulator.next_download(redirect(302, "http://[::1"))
    assert (await failure(fetch(url))).retry == "for_good"


# The rest.


async def test_what_the_writer_raises_comes_out_as_it_is(emulator):
    def full(_data):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space") as caught:
        await download(emulator.publish(PICTURE), emulator.base_url, full)
    assert not isinstance(caught.value, errors.ImageGenError)


@pytest.mark.parametrize("proxy", ["http://otter:secret-0123@", "ftp://otter:secret-0123@proxy.test", "::"])
async def test_a_proxy_that_cannot_be_read_is_not_shown(emulator, fetch, proxy):
    url = emulator.publish(PICTURE)
    with pytest.raises(DownloadError, match="proxy=") as caught:
        await fetch(url, proxy=proxy)
    assert (caught.value.url, caught.value.retry) == (url, "for_good")
    assert "secret-0123" not in repr(vars(caught.value))
    assert emulator.requests == []


async def test_downloads_from_one_host_share_a_connection():
    network = Network(names={"files.test": [["93.184.215.14"]]})
    for _ in range(5):
        await network.fetch("https://files.test/otter.png")
    assert network.dialled == [("93.184.215.14", 443)]


async def test_a_cancel_closes_the_socket(emulator):
    url, begun = emulator.publish(PICTURE), asyncio.Event()
    emulator.next_download(Trickle(pause=600, answer=answer(200, PICTURE)))
    task = asyncio.create_task(download(url, emulator.base_url, lambda _: begun.set()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert emulator.downloads[0].hung_up.wait(10)
