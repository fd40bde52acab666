"""A key, an address and a gateway that do not go together are said, and trouble nothing else."""

from __future__ import annotations

import pytest

from nbimagegen import ImageStudio, Session, errors


def test_a_key_without_a_gateway_goes_nowhere(monkeypatch):
    monkeypatch.setenv("SEREVIX_API_KEY", "sk-serevix")
    with pytest.raises(errors.ParameterError, match="which gateway"):
        Session("otters", api_key="sk-somebody")


def test_a_custom_gateway_needs_an_address():
    with pytest.raises(errors.AddressError, match="base_url"):
        Session("otters", gateway="custom")


def test_an_address_variable_that_holds_none_troubles_only_its_own_gateway(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "localhost:8080/v1")
    studio = ImageStudio("otters", gateway="sketch")
    assert "openai" not in [each.id for each in studio.session.gateways()]
    assert studio.generate("an otter", size="256x256").status == "done"
    with pytest.raises(errors.AddressError):
        studio.generate("an otter", gateway="openai")


def test_a_callable_that_fails_is_a_missing_key():
    def vault() -> str:
        raise KeyError("sk-canary")

    session = Session("otters", gateway="openai", api_key=vault)
    with pytest.raises(errors.KeyMissingError, match="KeyError") as caught:
        session.generate("an otter")
    assert "canary" not in str(caught.value)


def test_a_studio_opens_beside_a_job_on_an_address_of_its_own(emulator):
    remote = Session("otters", base_url=emulator.base_url, model="any")
    with emulator.hold() as held:
        generation = remote.submit("an otter")
        held.wait_for(1)
        studio = ImageStudio("otters", gateway="sketch")
        assert [each["id"] for each in studio.running] == [generation.id]
    generation.wait(20)


def test_sketch_draws_for_any_models_name_and_takes_latency_with_each():
    studio = ImageStudio("otters", gateway="sketch")
    generation = studio.generate("an otter", model="gpt-image-1", latency=0, seed=7, quality="low", n=2)
    assert len(generation.pictures) == 2


def test_stream_false_wins_over_the_control(emulator):
    studio = ImageStudio(
        Session("otters", gateway="openai", base_url=emulator.base_url, api_key="sk-0123456789")
    )
    studio.parameters = {"stream": True}
    studio.generate("an otter", stream=False)
    assert "stream" not in emulator.posts[0].json


def test_each_notice_has_an_id_of_its_own():
    studio = ImageStudio("otters", gateway="sketch")
    for _ in range(20):
        with pytest.raises(errors.PromptError):
            studio.generate("")
        ids = [each["id"] for each in studio._notices]
        assert len(set(ids)) == len(ids)


def test_a_closed_studio_listens_no_more():
    session = Session("otters", gateway="sketch")
    studio = ImageStudio(session)
    studio.close()
    assert session._desk.listeners == []


@pytest.mark.parametrize("place", ["parameter", "extra", "an unknown model's parameter"])
def test_a_key_in_the_wrong_place_is_refused_and_kept_nowhere(place):
    session = Session("otters", gateway="sketch")
    call = {
        "parameter": {"api_key": "sk-canary"},
        "extra": {"extra": {"Api-Key": "sk-canary"}},
        "an unknown model's parameter": {"model": "unknown", "token": "sk-canary"},
    }[place]
    with pytest.raises(errors.ParameterError, match="belongs to the session") as caught:
        session.generate("an otter", **call)
    assert "canary" not in str(caught.value)
    assert len(session.history) == 0


def test_a_key_in_quotes_is_refused():
    with pytest.raises(errors.KeyMissingError, match="quotes"):
        Session("otters", gateway="openai", api_key="'sk-0123456789'").generate("an otter")


def test_a_key_typed_into_a_studio_is_there_when_its_cell_is_run_again():
    first = ImageStudio("otters", gateway="openai")
    first.session.use_key("openai", "sk-0123456789")
    again = ImageStudio("otters", gateway="openai")
    assert again.session.has_key(again.session.default)


def test_the_gateways_label_means_the_sessions_own_address(emulator):
    session = Session("otters", gateway="openai", base_url=emulator.base_url, api_key="sk-0123456789")
    session.generate("an otter", gateway="OpenAI")
    assert len(emulator.posts) == 1


def test_a_control_that_there_is_not_cannot_be_set():
    studio = ImageStudio("otters", gateway="sketch")
    with pytest.raises(AttributeError, match="no control"):
        studio.size = "512x512"


@pytest.mark.parametrize("prompt", [3, b"an otter", ["an otter"]])
def test_a_prompt_that_is_no_text_is_said(prompt):
    studio = ImageStudio("otters", gateway="sketch")
    with pytest.raises(errors.PromptError, match="not text"):
        studio.generate(prompt)


def test_the_warning_of_sketches_points_at_the_users_own_line():
    with pytest.warns(errors.SketchWarning) as caught:
        ImageStudio("otters")
    assert caught[0].filename == __file__


def test_a_typed_key_stays_with_the_address_that_it_was_typed_for(emulator):
    first = ImageStudio("otters", base_url=emulator.base_url)
    first.session.use_key("custom", "sk-0123456789")
    elsewhere = Session("otters", base_url="http://127.0.0.1:9")
    assert elsewhere.key(elsewhere.default) is None
    first.generate("an otter", model="any")
    assert emulator.posts[0].authorization == "Bearer sk-0123456789"
