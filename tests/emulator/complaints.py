"""What a gateway refuses, and the words in which each kind of gateway says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from tests.emulator.answers import Answer, Content, answer, error, page

if TYPE_CHECKING:
    from tests.emulator.received import Received


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a request, as OpenAI itself would put it."""

    status: int
    message: str
    kind: str = "invalid_request_error"
    param: str | None = None
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Body: TypeAlias = Callable[[Complaint], Content]
Lost: TypeAlias = Callable[["Received"], Answer]


def openai_body(said: Complaint) -> Content:
    """Return the error object of OpenAI and of most."""
    return {
        "error": {"message": said.message, "type": said.kind, "param": said.param, "code": said.code},
    }


def openrouter_body(said: Complaint) -> Content:
    """Return OpenRouter's error object: its code is the status, the upstream's own words are `raw`."""
    metadata = {"provider_name": "Google AI Studio", "raw": f'{{"error":"{said.code or said.kind}"}}'}
    named = {"message": said.message, "code": said.status, "metadata": metadata}
    return {"error": named, "user_id": "user_2a1"}


def litellm_body(said: Complaint) -> Content:
    """Return LiteLLM's error object: its code is the status, as a text."""
    return {
        "error": {
            "message": said.message,
            "type": said.kind,
            "param": said.param,
            "code": str(said.status),
        },
    }


def detail(said: Complaint) -> Content:
    """Return FastAPI's own error."""
    return {"detail": said.message}


def nothing_at_all(_said: Complaint) -> Content:
    """Return no body."""
    return None


def invalid_url(received: Received) -> Answer:
    """Return what OpenAI and new-api say of a path that they do not know."""
    return error(404, f"Invalid URL ({received.method} {received.path})")


def not_found(_received: Received) -> Answer:
    """Return what FastAPI says of it."""
    return answer(404, {"detail": "Not Found"})


def web_page(_received: Received) -> Answer:
    """Return what a site with a page for people says of it."""
    return page(404, "Not Found")


@dataclass(frozen=True)
class ErrorForm:
    """How a kind of gateway words its refusals.

    Attributes:
        body: The body of an error.
        bodies: Other bodies, by status, of the complaint as it was.
        message: The message's frame; `{id}` is the request's id.
        kind: The `type` of its own errors, where it has one for all.
        said_as: Its own status and code in place of OpenAI's code.
        lost: What it says of a path that it does not know.
    """

    body: Body = openai_body
    bodies: Mapping[int, Body] = field(default_factory=dict[int, "Body"])
    message: str = "{message}"
    kind: str = ""
    said_as: Mapping[str, tuple[int, str]] = field(default_factory=dict[str, "tuple[int, str]"])
    lost: Lost = invalid_url

    def answer(self, complaint: Complaint, request_id: str) -> Answer:
        """Return the answer that makes a complaint; no picture was made."""
        status, code = self.said_as.get(complaint.code or "", (complaint.status, complaint.code))
        message = self.message.format(message=complaint.message, id=request_id, status=status)
        said = replace(complaint, status=status, code=code, message=message, kind=self.kind or complaint.kind)
        content = self.bodies[status](complaint) if status in self.bodies else self.body(said)
        return replace(answer(status, content, headers=complaint.headers), made=False)


OPENAI_ERRORS = ErrorForm()
