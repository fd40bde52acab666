"""A request → the HTTP message that its gateway documents. Files are places in it, filled by the sender."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from nbimagegen import catalog
from nbimagegen.wire.messages import Message, Upload
from nbimagegen.wire.multipart import form, media_type

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from nbimagegen.catalog import Gateway
    from nbimagegen.records import ImageRequest, InputRecord

Body = dict[str, Any]
Pieces = tuple[bytes | Upload, ...]

_FRAMING = {"content-type", "content-length", "transfer-encoding"}  # for the body to say, not for a row


def encode(
    request: ImageRequest,
    gateway: Gateway,
    n: int,
    *,
    dropped: Collection[str] = (),
    request_key: str = "",
) -> Message:
    """Return the message that asks for `n` pictures; what was not set is not sent.

    Args:
        request: What is asked for.
        gateway: Who is asked.
        n: How many pictures this one message asks for.
        dropped: Fields of the row's `adds` to leave out, since the gateway does not know them.
        request_key: What names this request, where the row has a header for that.
    """
    asked = _asked(request, gateway, n)
    adds = {name: value for name, value in gateway.adds.items() if name not in dropped}
    # The keys of `asked` go first, so that a form begins with model and prompt.
    fields = merged({**dict.fromkeys(asked), **merged(adds, asked)}, request.extra)
    kind, body = _written(request, fields)
    message = Message(
        method="POST",
        url=request.base_url + catalog.path_of(gateway, request.operation),
        headers=_headers(gateway, kind, request_key),
        body=body,
        fields=fields,
        added=tuple(name for name in adds if name not in {*asked, *request.extra}),
    )
    return replace(message, headers={**message.headers, "Content-Length": str(message.size)})


def split(n: int, most: int) -> list[int]:
    """Return how many pictures each request asks for: full requests, then the remainder."""
    full, rest = divmod(n, most)
    return [most] * full + ([rest] if rest else [])


def merged(body: Mapping[str, Any], extra: Mapping[str, Any]) -> Body:
    """Return `body` with `extra` in it: extra wins, and objects are merged key by key."""
    result = dict(body)
    for name, value in extra.items():
        mine = result.get(name)
        both = isinstance(mine, dict) and isinstance(value, dict)
        result[name] = merged(cast("Body", mine), cast("Body", value)) if both else value
    return result


def _headers(gateway: Gateway, kind: str, request_key: str) -> dict[str, str]:
    own = {name: value for name, value in gateway.headers.items() if name.lower() not in _FRAMING}
    named = gateway.idempotency_header if request_key else ""
    return {
        "Accept": "application/json",
        **own,
        **({named: request_key} if named else {}),
        "Content-Type": kind,
    }


# What is asked for.


def _asked(request: ImageRequest, gateway: Gateway, n: int) -> Body:
    body: Body = {"model": request.model, **_content(request), **({"n": n} if n > 1 else {})}
    for name, value in _sent(request, gateway).items():
        _put(body, catalog.place_of(gateway, name), value)
    return body


def _content(request: ImageRequest) -> Body:
    if request.dialect == "chat":
        return {"messages": [{"role": "user", "content": _said(request)}]}
    return {} if request.operation == "vary" else {"prompt": request.prompt}


def _said(request: ImageRequest) -> str | list[Body]:
    """Return what the user says in a chat; the text comes first, as OpenRouter recommends."""
    pictures = _pictures(request)
    if not pictures:
        return request.prompt
    mark = _mark(request)
    urls = [f"data:{media_type(each)};base64,{mark}" for each in pictures]
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [{"type": "text", "text": request.prompt}, *parts]


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


# How it is written.


def _written(request: ImageRequest, fields: Body) -> tuple[str, Pieces]:
    """Return the body's type and its pieces: a form where there are files, else JSON."""
    if request.dialect == "images" and request.inputs:
        boundary = f"nbimagegen-{_mark(request)}"
        return f"multipart/form-data; boundary={boundary}", form(fields, _files(request), boundary)
    text = json.dumps(fields, ensure_ascii=False)
    return "application/json", tuple(_filled(text, request))


def _filled(text: str, request: ImageRequest) -> Iterator[bytes | Upload]:
    """Yield JSON with a file wherever its mark stands."""
    first, *rest = text.split(_mark(request))
    yield first.encode()
    for picture, after in zip(_pictures(request), rest, strict=False):
        yield Upload(picture, as_base64=True)
        yield after.encode()


def _files(request: ImageRequest) -> list[tuple[str, InputRecord]]:
    """Return the files by the names of their fields: one is `image`, several are each `image[]`."""
    pictures = _pictures(request)
    name = "image" if len(pictures) == 1 else "image[]"
    masks = [each for each in request.inputs if each.role == "mask"]
    return [*((name, each) for each in pictures), *(("mask", each) for each in masks)]


def _pictures(request: ImageRequest) -> list[InputRecord]:
    return [each for each in request.inputs if each.role != "mask"]


def _mark(request: ImageRequest) -> str:
    """Return what occurs in no text and no file of a request: it hangs on all of them."""
    texts = [request.prompt, request.model, dict(request.parameters), dict(request.extra)]
    hashes = [each.sha256 for each in request.inputs]
    return sha256(json.dumps([texts, hashes]).encode()).hexdigest()[:48]
