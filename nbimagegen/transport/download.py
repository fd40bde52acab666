"""Fetches a picture from the address that an answer gave: no key, no cookies, no redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from nbimagegen.errors import DownloadError
from nbimagegen.transport import addresses
from nbimagegen.transport.client import CONNECT_SECONDS, IDLE_SECONDS
from nbimagegen.transport.network import proxy_for, trust

if TYPE_CHECKING:
    from nbimagegen.transport.addresses import Resolver
    from nbimagegen.transport.network import Verify

MAX_PICTURE_BYTES = 64 * 2**20


async def download(
    url: str, home: str, *, verify: Verify = True, resolver: Resolver = addresses.resolve
) -> bytes:
    """Return the bytes at `url`.

    Args:
        url: Where the answer says the picture is.
        home: The base URL of the gateway; its own origin may be a private one.
        verify: Whom TLS trusts.
        resolver: Host and port → IP addresses.

    Raises:
        DownloadError: It was refused or failed; `url` is kept on the error.
    """
    addresses.check_url(url, home)
    proxy = proxy_for(url)
    # Behind a proxy it is the proxy that resolves; else the address that was checked is the one dialled.
    address = None if proxy else await addresses.dial(url, home, resolver)
    timeout = httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS)
    async with httpx.AsyncClient(
        proxy=proxy, verify=trust(verify), trust_env=False, follow_redirects=False, timeout=timeout
    ) as client:
        try:
            return await _fetch(client, _request(client, url, address), url)
        except (httpx.HTTPError, httpx.InvalidURL):
            message = "The picture was made and its address does not answer; its URL is kept."
            raise DownloadError(message, url=url) from None


def _request(client: httpx.AsyncClient, url: str, address: str | None) -> httpx.Request:
    target = httpx.URL(url)
    if address is None:
        return client.build_request("GET", target)
    return client.build_request(
        "GET",
        target.copy_with(host=address),
        headers={"Host": target.netloc.decode("ascii")},
        extensions={"sni_hostname": target.raw_host.decode("ascii")},
    )


async def _fetch(client: httpx.AsyncClient, request: httpx.Request, url: str) -> bytes:
    response = await client.send(request, stream=True)
    try:
        if not response.is_success:
            status = response.status_code
            what = "redirects, which is not followed" if response.is_redirect else f"answers {status}"
            message = f"The picture was made and its address {what}; its URL is kept."
            raise DownloadError(message, url=url, status=response.status_code)
        return await _body(response, url)
    finally:
        await response.aclose()


async def _body(response: httpx.Response, url: str) -> bytes:
    body = bytearray()
    async for each in response.aiter_bytes():
        body += each
        if len(body) > MAX_PICTURE_BYTES:
            raise DownloadError(
                f"The picture at the gateway's address is over {MAX_PICTURE_BYTES // 2**20} MiB, "
                "so it was not kept; its URL is.",
                url=url,
            )
    return bytes(body)
