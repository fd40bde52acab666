"""Which models a gateway says that it serves: one free GET."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, cast

import anyio

from nbimagegen import wire
from nbimagegen.errors import AnswerError, DeadlineError
from nbimagegen.transport import shared

if TYPE_CHECKING:
    from nbimagegen.catalog import Gateway
    from nbimagegen.keys import Key
    from nbimagegen.transport.network import Verify

SECONDS = 15.0
MAX_BYTES = 4 * 2**20
MAX_MODELS = 2000
MAX_NAME = 200


async def list_models(
    gateway: Gateway,
    key: Key | None,
    verify: Verify = True,  # noqa: FBT002 - httpx's own name and meaning
    proxy: str | None = None,
) -> list[str]:
    """Return the ids of the models that `GET /models` names, in its order.

    Raises:
        ImageGenError: The gateway does not answer, or not with a list of models.
    """
    url = f"{gateway.base_url}/models"
    try:
        with anyio.fail_after(SECONDS):
            body = await _answer(gateway, url, key, verify, proxy)
    except TimeoutError:
        message = f"{gateway.label} did not list its models within {SECONDS:g} seconds."
        raise DeadlineError(message, may_be_billed=False) from None
    return _names(body, url)


async def _answer(gateway: Gateway, url: str, key: Key | None, verify: Verify, proxy: str | None) -> bytes:
    client = shared(gateway.base_url, verify, proxy)
    async with client.send("GET", url, {"Accept": "application/json"}, b"", key) as answer:
        headers = {name: key.scrub(value) if key else value for name, value in answer.headers.items()}
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own
            body = await answer.error_body()
            body = key.scrub_bytes(body) if key else body
            raise wire.failure(answer.status, headers, body, url, now=time.time())
        body = bytearray()
        async for each in answer.slices:
            body += each
            if len(body) > MAX_BYTES:
                break
        return key.scrub_bytes(bytes(body)) if key else bytes(body)


def _names(body: bytes, url: str) -> list[str]:
    try:
        answer = json.loads(body)
        rows = cast("list[Any]", answer["data"])
        names = [row["id"] for row in rows[:MAX_MODELS]]
    except (ValueError, TypeError, KeyError, RecursionError):
        message = f"{url} lists no models."
        raise AnswerError(message, may_be_billed=False) from None
    return [each for each in names if _is_name(each)]


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and 0 < len(value) <= MAX_NAME
