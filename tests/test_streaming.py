"""Pictures as they are made: previews on the way, and whatever a gateway does with `stream`."""

from __future__ import annotations

import _thread
import base64
import io
import threading
from dataclasses import replace

import pytest
from PIL import Image

from nbimagegen import Session, errors
from nbimagegen.session import waiting
from tests.emulator import (
    Cut,
    Emulator,
    ErrorHalfway,
    HangUp,
    Stepped,
    Trickle,
    WrongLength,
    Zipped,
    answer,
    error,
    paint,
    streamed,
)
from tests.emulator.handing import DONE, event

PATIENCE = 30
KEY = "sk-canary-0123456789"
FINAL, PREVIEW = paint((64, 64), 1), paint((16, 16), 2)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def partial(index: int = 0, data: bytes = PREVIEW) -> bytes:
    kind = "image_generation.partial_image"
    return event({"type": kind, "b64_json": b64(data), "partial_image_index": index}, kind)


def completed(data: bytes = FINAL, **more: object) -> bytes:
    kind = "image_generation.completed"
    return event({"type": kind, "b64_json": b64(data), "usage": {"total_tokens": 3}, **more}, kind)


def delta(**said: object) -> bytes:
    return event({"choices": [{"index": 0, "delta": said}]})


@pytest.fixture
def emulator(emulate) -> Emulator:
    return emulate("openai")


@pytest.fixture
def session(emulator) -> Session:
    return Session("otters", gateway="openai", base_url=emulator.base_url, api_key=KEY, model="gpt-image-1")


@pytest.fixture
def chatting(emulate) -> tuple[Session, Emulator]:
    emulator = emulate("plain-chat")
    return Session("chat", base_url=emulator.base_url, dialect="chat", model="any"), emulator


def kinds(events) -> list[str]:
    return [each.kind for each in events]


# Previews.


def test_previews_come_in_order_and_the_picture_at_the_end(session, emulator):
    events = list(session.stream("an otter", partial_images=3))
    assert [(each.kind, each.index) for each in events] == [
        ("partial", 0), ("partial", 1), ("partial", 2), ("done", 0),
    ]  # fmt: skip
    assert {each.generation for each in events} == {session.history[-1]}
    assert [each.image.size for each in events] == [(256, 256)] * 3 + [(1024, 1024)]
    assert emulator.posts[0].json["stream"] is True


def test_each_preview_is_there_before_the_gateway_makes_the_next(session, emulator):
    stepped = Stepped()
    emulator.next(stepped)
    events = session.stream("an otter", partial_images=2)
    for index in range(2):
        stepped.step()
        preview = next(events)
        assert (preview.kind, preview.index, preview.generation.status) == ("partial", index, "running")
    stepped.finish()
    assert kinds(events) == ["done"]


def test_a_preview_is_no_picture_of_the_history(session):
    list(session.stream("an otter", partial_images=3))
    assert len(session.pictures) == 1
    assert sorted(each.name for each in (session.folder / "pictures").iterdir()) == [
        session.pictures[0].path.name
    ]


def test_two_previews_are_asked_for_where_nothing_else_is_said(session, emulator):
    list(session.stream("an otter"))
    list(session.stream("an otter", partial_images=0))
    assert [post.json.get("partial_images") for post in emulator.posts] == [2, 0]


def test_without_a_word_nothing_is_streamed(session, emulator):
    session.generate("an otter")
    assert not {"stream", "partial_images"} & set(emulator.posts[0].json)


def test_stream_false_outweighs_the_sessions_own_parameters(session, emulator):
    session.parameters = {"stream": True}
    session.generate("an otter", stream=False)
    session.generate("an otter")
    assert [post.json.get("stream") for post in emulator.posts] == [None, True]


@pytest.mark.parametrize("stream", ["yes", 0.5, []])
def test_stream_is_true_or_false(session, stream):
    with pytest.raises(errors.ParameterError, match="stream"):
        session.submit("an otter", stream=stream)


def test_on_partial_is_called_with_what_the_loop_goes_through(session):
    heard = []
    over = threading.Event()

    def hear(progress) -> None:
        heard.append((progress.kind, progress.index))
        if progress.kind == "done":
            over.set()

    session.generate("an otter", stream=True, on_partial=hear)
    assert over.wait(PATIENCE)
    looped = [(each.kind, each.index) for each in session.stream("an otter", on_partial=hear)]
    assert heard == looped * 2


def test_a_callback_that_raises_stops_nothing(session, capsys):
    def hear(_progress) -> None:
        raise ValueError("too many otters")

    assert session.generate("an otter", stream=True, on_partial=hear).status == "done"
    assert kinds(session.stream("an otter", on_partial=lambda _: None))[-1] == "done"
    assert "too many otters" in capsys.readouterr().err


def test_watchers_hear_of_every_generation_until_they_stop(session):
    heard = []
    stop = session.watch(lambda progress: heard.append(progress.kind))
    list(session.stream("an otter"))
    stop()
    list(session.stream("a fox"))
    assert heard[:3] == ["partial", "partial", "done"]
    assert len(heard) == 3


def test_a_model_that_does_not_stream_just_ends(emulate):
    emulator = emulate("serevix")
    session = Session("plain", gateway="serevix", base_url=emulator.base_url, api_key=KEY)
    assert kinds(session.stream("an otter")) == ["done"]
    assert "stream" not in emulator.posts[0].json


# Leaving, interrupting, failing.


def test_leaving_the_loop_does_not_cancel(session, emulator):
    stepped = Stepped()
    emulator.next(stepped)
    events = session.stream("an otter")
    stepped.step()
    for each in events:
        generation = each.generation
        break
    events.close()
    stepped.finish()
    assert generation.wait(PATIENCE).status == "done"


def test_a_stream_that_nobody_goes_through_is_made_all_the_same(session):
    session.stream("an otter")
    assert session.history[-1].wait(PATIENCE).status == "done"


def test_what_is_wrong_is_said_at_the_call_and_not_in_the_loop(session):
    with pytest.raises(errors.PromptError):
        session.stream("")


def test_ctrl_c_in_the_loop_cancels_and_closes_the_socket(session, emulator, monkeypatch):
    looping = threading.Event()
    wait = waiting.next_of
    monkeypatch.setattr(waiting, "next_of", lambda events: (looping.set(), wait(events))[1])

    def interrupt() -> None:
        held.wait_for(1)
        looping.wait(PATIENCE)
        _thread.interrupt_main()

    with emulator.hold() as held:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            list(session.stream("an otter"))
        assert emulator.posts[0].hung_up.wait(PATIENCE)
        with pytest.raises(errors.CancelledError):
            session.history[-1].wait(PATIENCE)


def test_a_cancel_between_previews_closes_the_socket_and_ends_the_loop(session, emulator):
    stepped = Stepped()
    emulator.next(stepped)
    events = session.stream("an otter")
    stepped.step()
    session.cancel(next(events).generation)
    assert emulator.posts[0].hung_up.wait(PATIENCE)
    with pytest.raises(errors.CancelledError):
        next(events)
    assert len(session.pictures) == 0


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (error(400, "No otters."), errors.RefusedError),
        (error(500, "It broke."), errors.ServerError),
        (HangUp(), errors.ConnectionLostError),
        (Cut(), errors.ConnectionLostError),
        (ErrorHalfway(), errors.GatewayError),
        (streamed([partial()]), errors.GatewayError),
        (streamed([DONE]), errors.GatewayError),
        (answer(200, {"data": []}), errors.NoImageError),
    ],
    ids=repr,
)
def test_a_failure_is_raised_at_the_end_of_the_loop_and_costs_one_post(session, emulator, fault, kind):
    emulator.next(fault)
    seen = []
    with pytest.raises(kind):
        seen.extend(session.stream("an otter"))
    assert "done" not in kinds(seen)
    assert (session.history[-1].status, len(emulator.posts)) == ("failed", 1)


# What gateways do with it.


@pytest.mark.parametrize("profile", ["newapi-old", "newapi", "openai", "litellm"])
def test_every_images_gateway_gives_the_same_picture_streamed_or_not(emulate, profile):
    emulator = emulate(profile)
    session = Session("any", base_url=emulator.base_url, api_key=KEY, model="gpt-image-1")
    whole, in_pieces = session.generate("an otter"), session.generate("an otter", stream=True)
    assert [each.sha256 for each in whole.pictures] == [each.sha256 for each in in_pieces.pictures]
    assert in_pieces.usage == whole.usage


@pytest.mark.parametrize("profile", ["newapi", "openrouter", "litellm", "aihubmix", "plain-chat"])
def test_every_chat_gateway_gives_the_same_picture_streamed_or_not(emulate, profile):
    emulator = emulate(profile)
    model = "google/gemini-3-pro-image-preview" if profile == "openrouter" else "gemini-2.5-flash-image"
    session = Session("any", base_url=emulator.base_url, api_key=KEY, dialect="chat", model=model)
    wish = {"modalities": ["image", "text"]} if emulator.profile.wants_modalities else {}
    whole = session.generate("an otter", extra=wish)
    in_pieces = session.generate("an otter", stream=True, extra=wish)
    assert [each.sha256 for each in whole.pictures] == [each.sha256 for each in in_pieces.pictures]
    assert emulator.posts[-1].json["stream"] is True


@pytest.mark.parametrize(
    "events",
    [
        [partial(), partial(1), completed()],
        [partial(), partial(1), completed(), DONE],
        [b": PING\n\n", partial(), b": PING\n\n: PING\n\n", partial(1), b": PING\n\n", completed()],
        [b"retry: 3000\n\n", b"id: 7\n" + partial(), partial(1), completed(), b"data: [DONE]"],
        [each.replace(b"\n", b"\r\n") for each in (partial(), partial(1), completed())],
        [partial(), partial(1), completed().rstrip(b"\n")],
        [b"\xef\xbb\xbf" + partial(), partial(1), completed()],
        [partial(), partial(1), event({"type": "heartbeat"}), completed()],
        [(partial() + partial(1) + completed())[at : at + 7] for at in range(0, 3_000, 7)],
    ],
    ids=["plain", "done", "pings", "ids", "CRLF", "no end", "BOM", "others", "in sevens"],
)
def test_streams_of_any_manner_are_read(session, emulator, events):
    emulator.next(streamed(events))
    seen = list(session.stream("an otter"))
    assert [(each.kind, each.index) for each in seen] == [("partial", 0), ("partial", 1), ("done", 0)]
    assert [each.data for each in seen[:2]] == [PREVIEW] * 2
    assert seen[-1].generation.pictures[0].bytes == FINAL
    assert seen[-1].generation.usage == {"total_tokens": 3}


@pytest.mark.parametrize("fault", [Trickle(size=997, pause=0), Zipped(), WrongLength(0)], ids=repr)
def test_a_stream_that_comes_otherwise_is_the_same_stream(session, emulator, fault):
    emulator.next(fault)
    assert kinds(session.stream("an otter")) == ["partial", "partial", "done"]


def test_a_json_answer_to_a_stream_request_is_a_stream_without_previews(session, emulator):
    emulator.next(answer(200, {"data": [{"b64_json": b64(FINAL)}]}))
    [event_] = session.stream("an otter")
    assert (event_.kind, event_.generation.pictures[0].bytes) == ("done", FINAL)


def test_an_error_halfway_keeps_what_had_come(session, emulator):
    broken = event({"error": {"message": "It broke.", "code": "server_error"}})
    emulator.next(streamed([partial(), completed(), partial(), broken]))
    generation = list(session.stream("an otter", n=2))[-1].generation
    assert (generation.status, len(generation.pictures)) == ("done", 1)
    assert generation.pictures[0].bytes == FINAL
    assert "It broke." in str(generation.error)


def test_a_cut_keeps_what_had_come(session, emulator):
    whole = streamed([completed(), completed(paint((64, 64), 5))])
    emulator.next(Cut(len(completed()) + 500, replace(whole, pieces=())))
    generation = session.generate("an otter", n=2, stream=True)
    assert [each.bytes for each in generation.pictures] == [FINAL]
    assert isinstance(generation.error, errors.ConnectionLostError)
    assert len(emulator.posts) == 1


@pytest.mark.parametrize("step", [1_000, 77, 5])
def test_a_data_uri_that_is_split_over_deltas_is_one_picture(chatting, step):
    session, emulator = chatting
    text = f"Here it is:\n\n![otter](data:image/png;base64,{b64(FINAL)})\n\nGood?"
    pieces = [delta(content=text[at : at + step]) for at in range(0, len(text), step)]
    emulator.next(streamed([delta(role="assistant", content=""), *pieces, DONE]))
    generation = session.generate("an otter", stream=True)
    assert [each.bytes for each in generation.pictures] == [FINAL]
    assert "Here it is:" in generation.record.text
    assert "base64" not in generation.record.text


def test_pictures_of_a_delta_are_pictures(chatting):
    session, emulator = chatting
    link = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{b64(FINAL)}"}}
    emulator.next(streamed([delta(content="Here."), delta(images=[link]), DONE]))
    assert [each.bytes for each in session.generate("an otter", stream=True).pictures] == [FINAL]


@pytest.mark.parametrize(("second", "count"), [(FINAL, 1), (FINAL[:-1] + b"!", 2), (PREVIEW, 2)])
def test_a_picture_that_is_said_twice_in_an_answer_is_one_picture(chatting, second, count):
    session, emulator = chatting
    links = [{"image_url": {"url": f"data:image/png;base64,{b64(each)}"}} for each in (FINAL, second)]
    emulator.next(streamed([delta(content="Here."), delta(images=links), DONE]))
    assert [each.bytes for each in session.generate("an otter", stream=True).pictures] == [FINAL, second][
        :count
    ]


def test_a_preview_that_is_no_picture_is_told_and_breaks_nothing(session, emulator):
    emulator.next(streamed([partial(data=b"no picture"), completed()]))
    seen = list(session.stream("an otter"))
    assert kinds(seen)[-1] == "done"
    assert seen[-1].generation.pictures[0].bytes == FINAL


def test_a_sketch_streams_too():
    session = Session("sketches", gateway="sketch")
    events = list(session.stream("an otter", size="256x256"))
    assert kinds(events) == ["partial", "partial", "done"]
    assert all(Image.open(io.BytesIO(each.data)).size for each in events[:2])
