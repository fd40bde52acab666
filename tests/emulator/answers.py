"""Canned answers: one HTTP answer as a value, and the well-known ones that gateways give."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.emulator.faults import Call

Content: TypeAlias = "Mapping[str, object] | list[object] | str | bytes | None"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, and how many pictures the gateway charges for it."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    billed: int = 0

    async def play(self, call: Call) -> None:
        """Give this answer, whatever was asked."""
        await call.start(self)
        await call.write(self.body, last=True)


def answer(
    status: int = 200,
    content: Content = None,
    *,
    headers: Mapping[str, str] | None = None,
    billed: int = 0,
) -> Answer:
    """Return an answer: JSON from a mapping or a list, else the text or bytes as they are."""
    body, kind = _encoded(content)
    named = {"Content-Type": kind} if body else {}
    return Answer(status, {**named, **(headers or {})}, body, billed)


def _encoded(content: Content) -> tuple[bytes, str]:
    match content:
        case None:
            return b"", ""
        case bytes():
            return content, "application/octet-stream"
        case str():
            return content.encode(), "text/plain; charset=utf-8"
        case _:
            return json.dumps(content).encode(), "application/json"


def error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
) -> Answer:
    """Return the OpenAI error object."""
    return answer(status, {"error": {"message": message, "type": kind, "param": param, "code": code}})


def page(status: int = 200, title: str = "Welcome") -> Answer:
    """Return a web page, as a proxy or the wrong address gives it."""
    html = f"<!doctype html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return answer(status, html, headers={"Content-Type": "text/html; charset=utf-8"})


def redirect(status: int, to: str) -> Answer:
    """Return a redirect; `to` may be a path or an address of another origin."""
    return answer(status, headers={"Location": to})


def too_many(**headers: str) -> Answer:
    """Return a 429 with headers such as `Retry_After="1"`."""
    refused = error(429, "Rate limit reached for images.", code="rate_limit_exceeded")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(refused, headers={**refused.headers, **named})
