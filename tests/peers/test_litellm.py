"""Through a real LiteLLM proxy to emulated gateways: `make test-peers` installs and starts it."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nbimagegen import Gateway, Session, errors
from tests.emulator import FAULTS, Emulator, TooMany, colour, paint
from tests.peers import litellm_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.peers.litellm_proxy import Proxy

PROMPT = "A cute baby sea otter"
GPT, GEMINI = "gpt-image-1", "gemini-2.5-flash-image"
PICTURES = {"modalities": ["image", "text"]}
PAINTED, KEPT = colour(0), colour(3)
OTTER, FOX = paint((96, 64), 3), paint((40, 40), 4, "jpeg")


@pytest.fixture(scope="module")
def gateways() -> Iterator[dict[str, Emulator]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(Emulator(name)) for name in ("openai", "openrouter")}


@pytest.fixture(scope="module")
def litellm(gateways, tmp_path_factory) -> Iterator[Proxy]:
    models = {
        GPT: (f"openai/{GPT}", gateways["openai"]),
        GEMINI: (f"openrouter/google/{GEMINI}", gateways["openrouter"]),
    }
    with litellm_proxy.running(tmp_path_factory.mktemp("litellm"), models) as proxy:
        yield proxy


@pytest.fixture
def upstream(gateways) -> Emulator:
    """What LiteLLM asks for images."""
    return gateways["openai"]


@pytest.fixture
def session(litellm, gateways, tmp_path) -> Session:
    gateways["openai"].forget()
    return Session("images", base_url=litellm.base_url, api_key=litellm_proxy.KEY, model=GPT, home=tmp_path)


@pytest.fixture
def chat(litellm, gateways, tmp_path) -> Session:
    gateways["openrouter"].forget()
    settings = {"api_key": litellm_proxy.KEY, "dialect": "chat", "model": GEMINI}
    return Session("chat", base_url=litellm.base_url, home=tmp_path, **settings)


def sizes(generation) -> list[tuple[int, int]]:
    return [picture.image.size for picture in generation.pictures]


def failure(session: Session, prompt: str = PROMPT, **call) -> errors.ImageGenError:
    with pytest.raises(errors.ImageGenError) as caught:
        session.generate(prompt, **call)
    return caught.value


# Pictures.


def test_pictures_come_through_as_they_were_made(session, upstream):
    generation = session.generate(PROMPT, n=2, size="1536x1024")
    assert [picture.bytes for picture in generation.pictures] == [paint((1536, 1024), n) for n in (0, 1)]
    assert upstream.posts[0].json == {"model": GPT, "prompt": PROMPT, "n": 2, "size": "1536x1024"}
    assert upstream.posts[0].authorization == f"Bearer {litellm_proxy.UPSTREAM_KEY}"
    assert upstream.billed == 2


def test_an_edit_takes_its_files_along(session, upstream):
    mask = np.zeros((64, 96), bool)
    mask[:20, :30] = True
    generation = session.edit(OTTER, "Add a balloon", mask=mask)
    assert sizes(generation) == [(96, 64)]
    assert [generation.image.getpixel(at) for at in ((20, 18), (31, 18), (20, 21))] == [PAINTED, KEPT, KEPT]
    assert [file.data for file in upstream.posts[0].files if file.name != "mask"] == [OTTER]
    assert upstream.billed == 1


def test_an_edit_of_several_pictures_takes_all_along(session, upstream):
    session.edit(OTTER, "Put them together", references=[FOX])
    assert [file.data for file in upstream.posts[0].files] == [OTTER, FOX]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_chats_pictures_are_found_beside_its_words(chat, stream):
    generation = chat.generate(PROMPT, stream=stream, extra=PICTURES)
    assert sizes(generation) == [(1024, 1024)]


def test_a_chat_edit_keeps_the_pictures_size(chat, gateways):
    assert sizes(chat.edit(OTTER, "Add a balloon", extra=PICTURES)) == [(96, 64)]
    assert gateways["openrouter"].billed == 1


def test_words_alone_are_no_picture(chat):
    problem = failure(chat)
    assert isinstance(problem, errors.NoImageError)
    assert problem.text


def test_its_models_are_offered(session):
    assert {GPT, GEMINI} <= set(session.models())


# Addresses.


def test_a_slash_too_many_is_redirected_and_paid_once(litellm, upstream, tmp_path):
    paths = {"generate": "/images/generations/"}
    slashed = Gateway("slashed", base_url=litellm.base_url, paths=paths)
    session = Session("slash", gateway=slashed, api_key=litellm_proxy.KEY, model=GPT, home=tmp_path)
    assert sizes(session.generate(PROMPT)) == [(1024, 1024)]
    assert len(upstream.posts) == 1


def test_nothing_but_the_loopback_is_dialled(session, litellm):
    session.generate(PROMPT)
    dialled = set(litellm.dialled.read_text().split())
    assert "127.0.0.1" in dialled
    assert dialled <= {"127.0.0.1", "localhost", "0.0.0.0"}  # noqa: S104 - compared with, never bound


# Errors.


def test_a_rewritten_error_is_told_whole(session, upstream):
    problem = failure(session, extra={"size": "1x1"})
    assert (problem.status, problem.may_be_billed, problem.retry) == (400, False, "for_good")
    assert "'size' must be one of" in str(problem)
    assert len(upstream.posts) == 1


def test_a_rewritten_moderation_is_refused_for_good(session, upstream):
    upstream.refuse("moderation")
    problem = failure(session)
    assert (problem.status, problem.may_be_billed) == (400, False)
    assert "rejected by the safety system" in str(problem)


def test_an_unknown_model_is_refused_for_good(session, upstream):
    problem = failure(session, model="nobody-knows")
    assert (problem.status, problem.may_be_billed) == (400, False)
    assert upstream.posts == []


def test_a_wrong_key_is_refused_and_not_shown(litellm, tmp_path):
    session = Session(
        "key", base_url=litellm.base_url, api_key="sk-wrong-0123456789", model=GPT, home=tmp_path
    )
    problem = failure(session)
    assert (problem.status in {400, 401}, problem.may_be_billed) == (True, False)  # 400 without a database
    assert "0123456789" not in str(problem)


def test_a_variation_is_not_to_be_had(session, upstream):
    with pytest.raises(errors.GatewayError) as caught:
        session.vary(OTTER)
    assert (caught.value.status, upstream.posts) == (404, [])


def test_a_rate_limit_from_behind_is_waited_for(session, upstream):
    upstream.next(TooMany("seconds", 0))
    assert sizes(session.generate(PROMPT)) == [(1024, 1024)]
    assert len(upstream.accepted) == 1


BEHIND = ["hang up", "cut", "500", "502 page", "503", "no data", "half a json", "junk"]


@pytest.mark.parametrize("name", BEHIND)
def test_a_fault_behind_it_is_asked_for_once(session, litellm, upstream, name):
    upstream.always(FAULTS[name]())
    before = litellm.posts
    assert failure(session).may_be_billed
    assert litellm.posts == before + 1


def test_a_stream_that_it_cannot_carry_is_asked_for_once(session, litellm):
    before = litellm.posts
    with suppress(errors.ImageGenError):
        list(session.stream(PROMPT))
    assert litellm.posts == before + 1
    generation = session.history[-1]
    assert generation.status == "done" or generation.error.may_be_billed
