"""A request → the HTTP message that its gateway documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from nbimagegen import catalog
from nbimagegen.wire.messages import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.catalog import Gateway
    from nbimagegen.records import ImageRequest

Body = dict[str, Any]


def encode(request: ImageRequest, gateway: Gateway, n: int) -> Message:
    """Return the message that asks for `n` pictures; what was not set is not sent."""
    body: Body = {"model": request.model, **_content(request), **({"n": n} if n > 1 else {})}
    for name, value in _sent(request, gateway).items():
        _put(body, catalog.place_of(gateway, name), value)
    return Message(
        method="POST",
        url=request.base_url + catalog.path_of(gateway, request.operation),
        headers={"Content-Type": "application/json", "Accept": "application/json", **gateway.headers},
        body=json.dumps(merged(body, request.extra), ensure_ascii=False).encode(),
    )


def split(n: int, most: int) -> list[int]:
    """Return how many pictures each request asks for: full requests, then the remainder."""
    full, rest = divmod(n, most)
    return [most] * full + ([rest] if rest else [])


def merged(body: Body, extra: Mapping[str, Any]) -> Body:
    """Return `body` with `extra` in it: extra wins, and objects are merged key by key."""
    result = dict(body)
    for name, value in extra.items():
        mine = result.get(name)
        both = isinstance(mine, dict) and isinstance(value, dict)
        result[name] = merged(cast("Body", mine), cast("Body", value)) if both else value
    return result


def _content(request: ImageRequest) -> Body:
    if request.dialect == "chat":
        return {"messages": [{"role": "user", "content": request.prompt}]}
    return {"prompt": request.prompt}


def _sent(request: ImageRequest, gateway: Gateway) -> dict[str, Any]:
    model = catalog.find_model(gateway, request.model)
    given = dict(request.parameters)
    for row in model.parameters.values() if model else ():
        if row.name in given:
            given = {name: value for name, value in given.items() if name not in row.replaces}
    return given


def _put(body: Body, place: str, value: object) -> None:
    *path, last = place.split(".")
    for name in path:
        body = body.setdefault(name, {})
    body[last] = value
