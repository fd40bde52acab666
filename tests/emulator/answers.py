"""Canned answers: one HTTP answer as a value, and the well-known ones that gateways give."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.emulator.faults import Call

Content: TypeAlias = "Mapping[str, object] | list[object] | str | bytes | None"

# A 5xx with one of these was refused; any other may come from a gateway that gave up on a picture being made.
DEFINITE = {"invalid_request", "sensitive_words_detected", "model_not_found"}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, and how many pictures the gateway charges for it.

    Attributes:
        pieces: The body as it is sent, one piece after the other; without any, at once.
        made: Whether a picture was made for it, where status and body do not tell.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = field(default=b"", repr=False)
    billed: int = 0
    pieces: tuple[bytes, ...] = field(default=(), repr=False)
    made: bool | None = None

    async def play(self, call: Call) -> None:
        """Give this answer, whatever was asked."""
        await call.start(self)
        for piece in self.pieces:
            await call.write(piece)
        await call.write(b"" if self.pieces else self.body, last=True)

    @property
    def accepted(self) -> bool:
        """Whether a picture was made, or for all that a client can know may have been."""
        if self.made is not None:
            return self.made
        return bool(self.billed) or self._is_in_doubt()

    def _is_in_doubt(self) -> bool:
        if self.status >= 500:
            told_to_wait = self.status == 503 and "retry-after" in {name.lower() for name in self.headers}
            return not told_to_wait and _error(self.body).get("code") not in DEFINITE
        is_page = "html" in self.headers.get("Content-Type", "")
        return 200 <= self.status < 300 and not is_page and not _error(self.body)


def _error(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body)["error"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}
    return said if isinstance(said, Mapping) else {"message": said}


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


def streamed(events: Sequence[bytes], *, billed: int = 0) -> Answer:
    """Return an answer of server-sent events, each sent by itself."""
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
    return Answer(200, headers, b"".join(events), billed, tuple(events))


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
