"""`session.models()`: the catalogue's, then those that a gateway lists; free, kept, and never required."""

from __future__ import annotations

import pytest

from nbimagegen import Gateway, Model, Session, catalog
from nbimagegen.errors import UnknownGatewayError
from tests.emulator import Cut, Emulator, GzipBomb, HangUp, answer, error, page, redirect

KEY = "sk-canary-0123456789"


@pytest.fixture
def emulator(emulate) -> Emulator:
    return emulate("openai")


@pytest.fixture
def session(emulator) -> Session:
    return Session("models", gateway="openai", base_url=emulator.base_url, api_key=KEY)


def known(gateway: str) -> list[str]:
    return list(catalog.find_gateway(gateway).models)


def test_the_catalogues_come_first_and_then_what_the_gateway_lists_besides(session, emulator):
    models = session.models()
    assert models[: len(known("openai"))] == known("openai")
    assert models[len(known("openai")) :] == ["gpt-4o"]
    [request] = emulator.requests
    assert (request.method, request.path, request.authorization) == ("GET", "/v1/models", f"Bearer {KEY}")


def test_a_gateway_is_asked_once_and_again_only_on_request(session, emulator):
    assert session.models() == session.models()
    assert len(emulator.requests) == 1
    session.models(refresh=True)
    assert len(emulator.requests) == 2


def test_another_session_of_the_name_need_not_ask(session, emulator):
    models = session.models()
    again = Session("models", gateway="openai", base_url=emulator.base_url, api_key=KEY)
    assert again.models() == models
    assert len(emulator.requests) == 1


def test_another_address_is_asked_for_itself(session, emulator, emulate):
    session.models()
    other = emulate("newapi")
    elsewhere = Session("models", gateway="openai", base_url=other.base_url, api_key=KEY)
    assert "imagen-4.0-generate-001" in elsewhere.models()
    assert (len(emulator.requests), len(other.requests)) == (1, 1)


def test_another_gateway_than_the_sessions_own_is_asked_with_its_own_key(session, emulator, monkeypatch):
    monkeypatch.setenv("XTY_API_KEY", "another")
    monkeypatch.setattr(type(session), "_listed", lambda _, row: [f"listed by {row.id}"])
    assert session.models("xty") == [*known("xty"), "listed by xty"]
    assert emulator.requests == []


@pytest.mark.parametrize(
    "given",
    [
        error(401, "No."), error(404, "Invalid URL"), error(500, "It broke."), answer(429), page(), page(404),
        redirect(302, "/login"), answer(200), answer(200, "models"), answer(200, []),
        answer(200, {"data": None}),
        answer(200, {"data": "abc"}), answer(200, {"data": {"id": "x"}}), answer(200, {"data": ["x"]}),
        answer(200, {"data": [{"name": "x"}]}), answer(200, {"data": [{"id": None}, {"id": 7}, {"id": ""}]}),
        answer(200, {"data": [{"id": "a\nb"}, {"id": "x" * 1_000}]}), answer(200, "[" * 100_000),
        answer(200, "9" * 5_000), HangUp(), Cut(), Cut(0), GzipBomb(),
    ],
    ids=lambda each: repr(each)[:60],
)  # fmt: skip
def test_whatever_it_answers_the_catalogues_models_stand(session, emulator, given):
    emulator.next_get(given)
    assert session.models() == known("openai")
    assert emulator.posts == []


def test_a_gateway_that_failed_is_asked_again_at_the_next_call(session, emulator):
    emulator.next_get(error(500, "It broke."))
    assert session.models() == known("openai")
    assert "gpt-4o" in session.models()


def test_a_key_that_is_echoed_is_taken_out_of_the_names(session, emulator):
    emulator.next_get(answer(200, {"data": [{"id": "gpt-4o"}, {"id": f"echo {KEY}"}]}))
    assert KEY not in " ".join(session.models())


def test_nobody_is_asked_without_a_key_where_one_is_needed(emulator):
    keyless = Session("models", gateway="openai", base_url=emulator.base_url)
    assert keyless.models() == known("openai")
    assert emulator.requests == []


def test_a_server_of_ones_own_needs_none(emulate):
    emulator = emulate("plain", listed=("flux", "sdxl"))
    session = Session("own", base_url=emulator.base_url)
    assert session.models() == ["flux", "sdxl"]
    assert emulator.requests[0].authorization is None


def test_a_row_of_ones_own_comes_first(emulate):
    emulator = emulate("plain", listed=("flux", "mine"))
    row = Gateway("mine", base_url=emulator.base_url, needs_key=False, models={"mine": Model("mine")})
    assert Session("own", gateway=row).models() == ["mine", "flux"]


def test_a_gateway_that_is_not_there_is_an_error(session):
    with pytest.raises(UnknownGatewayError):
        session.models("nobody")


def test_the_sketch_lists_its_models_too_and_the_catalogues_come_first():
    models = Session("sketches", gateway="sketch").models()
    assert models[: len(known("sketch"))] == known("sketch")
    assert models[len(known("sketch")) :] == ["sketch-chat"]


def test_a_listed_model_that_the_catalogue_does_not_know_works(session, emulator):
    emulator.next(answer(200, {"data": []}))
    generation = session.submit("an otter", model="gpt-4o", anything=7)
    generation._finished.result(30)
    assert emulator.posts[0].json == {"model": "gpt-4o", "prompt": "an otter", "anything": 7}
