"""All that may happen to a key: what goes well, and whatever a gateway says with the key in it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import ipywidgets

from nbimagegen import ImageStudio, Session, cli
from nbimagegen.errors import ImageGenError
from tests.canary import base64_of
from tests.emulator import (
    Cut,
    EmptyData,
    Emulator,
    ErrorHalfway,
    HangUp,
    answer,
    error,
    page,
    paint,
    redirect,
    streamed,
)
from tests.emulator.handing import event
from tests.pretend_page import press

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.canary_stage import Stage

Flow: TypeAlias = "Callable[[Stage], object]"

PATIENCE = 60
SMALL = paint((64, 64), 7)


# What goes well,


def edit(session: Session) -> object:
    return session.edit(SMALL, "a hat", mask=None)


def stream(session: Session) -> object:
    return list(session.stream("an otter"))


def awaited(session: Session) -> object:
    return asyncio.run(session.agenerate("an otter"))


def cancelled(session: Session) -> object:
    generation = session.submit("an otter")
    session.cancel(generation)
    return generation.wait(PATIENCE)


def saved(session: Session) -> object:
    picture = session.generate("an otter").pictures[0]
    for kind in ("png", "jpg", "webp"):
        picture.save(session.folder / f"saved.{kind}")
    return picture


def downloaded(stage: Stage, at: Emulator, *faults: Any) -> Session:
    """The picture is at an address, the key in it or not."""
    url = f"{at.publish(SMALL)}?token={stage.echo}"
    at.next_download(*faults)
    return stage.ask(answer(200, {"data": [{"url": url, "revised_prompt": stage.echo}]}, billed=1))


def models(stage: Stage, fault: Any) -> None:
    stage.emulator.next_get(fault)
    session = stage.session()
    stage.shown["models"] = session.models()
    stage.show(session)


def retried(stage: Stage) -> None:
    session = stage.ask(error(500, stage.echo))
    stage.emulator.next(error(429, stage.echo), error(401, stage.echo))
    stage.attempt(session.history[-1].retry().wait)
    stage.show(session)


def fetched_again(stage: Stage) -> None:
    session = downloaded(stage, stage.stranger, *[answer(404)] * 9)
    if session.history[-1].lost:
        stage.attempt(session.history[-1].download_again)
    stage.show(session)


def doctor(stage: Stage) -> None:
    stage.emulator.next_get(error(401, f"Incorrect API key provided: {stage.echo}"))
    cli.main(["doctor"])


def another_kernel(stage: Stage) -> None:
    session = stage.ask(error(500, stage.echo, code=stage.echo))
    session._desk.history._live.clear()
    stage.show(session)


def in_a_studio(stage: Stage) -> None:
    """Ask by clicks, and save the notebook."""
    session = stage.session()
    studio = ImageStudio(session)
    name = session.gateway
    studio.comm.says({"kind": "hello"})
    faults = (error(401, stage.echo), EmptyData(stage.echo), error(500, stage.echo, code=stage.echo))
    stage.emulator.next(*faults)
    stage.emulator.next_get(answer(200, {"data": [{"id": stage.echo}]}))
    studio.comm.says({"kind": "models", "gateway": name})
    for number in range(len(faults) + 1):
        studio.comm.asks(press(f"click {number}", gateway=name, model="any", parameters={"size": "64x64"}))
        with suppress(ImageGenError):
            session.history[-1].wait(PATIENCE)
    for each in session.history:
        studio.comm.says({"kind": "failure", "generation": each.id})
        for picture in each.pictures:
            studio.comm.says({"kind": "details", "id": picture.id})
    studio.comm.wait_until(lambda: is_listed(stage, studio.comm.heard("catalog")))
    stage.show(session)
    state = ipywidgets.Widget.get_manager_state()
    stage.shown["studio"] = f"{studio!r} {studio.get_state()} {vars(studio)} {studio._repr_mimebundle_()}"
    stage.shown["page"] = studio.comm.messages
    stage.shown["saved notebook"] = state
    studio.close()


def typed_into_a_studio(stage: Stage) -> None:
    """Type the key into the page's field, a broken one too, and go on."""
    session = stage.session()
    page = ImageStudio(session).comm
    typed = {"kind": "key", "gateway": session.gateway, "save": False}
    page.says({**typed, "click": "key 1"}, stage.secret.encode())
    page.says({**typed, "click": "key 2"}, f"{stage.secret}\n{stage.secret}".encode())
    in_a_studio(stage)


def is_listed(stage: Stage, catalogs: object) -> bool:
    """Return whether the page has been told which models this gateway lists."""
    return any(each in str(catalogs) for each in ("[key]", stage.echo))


# and what gateways say, with the key in it.


def said(stage: Stage, status: int, **more: Any) -> None:
    stage.ask(error(status, f"No: {stage.echo}.", **more), error(status, stage.echo, **more))


def chat(content: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]}


def deltas(stage: Stage) -> list[bytes]:
    """Return a streamed chat in which the key comes in pieces of one and two letters."""
    cuts = [stage.echo[start : start + 2] for start in range(0, len(stage.echo), 2)]
    return [event({"choices": [{"index": 0, "delta": {"content": each}}]}) for each in cuts]


def cut_off(stage: Stage, text: str) -> None:
    """The key stands where a sentence ends, at any place."""
    for length in (60, 75, 190, 395, 990):
        stage.ask(answer(400, {"error": {"message": "x" * length + text, "code": "y" * 70 + text}}))


FLOWS: Mapping[str, Flow] = {
    "a picture": lambda stage: stage.ask(),
    "a saved picture": lambda stage: stage.ask(how=saved),
    "an edit": lambda stage: stage.ask(how=edit),
    "a stream": lambda stage: stage.ask(how=stream),
    "awaited": lambda stage: stage.ask(how=awaited),
    "cancelled": lambda stage: stage.ask(how=cancelled),
    "a picture at home": lambda stage: downloaded(stage, stage.emulator),
    "a picture at another origin": lambda stage: downloaded(stage, stage.stranger),
    "a picture that moved": lambda stage: downloaded(
        stage, stage.emulator, redirect(302, stage.stranger.publish(SMALL))
    ),
    "a picture that is gone": lambda stage: downloaded(stage, stage.emulator, answer(404, stage.echo)),
    "fetched again": fetched_again,
    "tried again": retried,
    "another kernel": another_kernel,
    "models": lambda stage: models(stage, answer(200, {"data": [{"id": "gpt"}, {"id": stage.echo}]})),
    "no models": lambda stage: models(stage, error(401, stage.echo)),
    "models elsewhere": lambda stage: models(stage, redirect(307, stage.stranger.url + "/v1/models")),
    "doctor": doctor,
    "a studio": in_a_studio,
    # Errors.
    "400": lambda stage: said(stage, 400, param=stage.echo, code=stage.echo),
    "400 unknown parameter": lambda stage: said(stage, 400, param=stage.echo, code="unknown_parameter"),
    "400 moderation": lambda stage: said(stage, 400, code="moderation_blocked"),
    "401": lambda stage: said(stage, 401),
    "401 of a proxy": lambda stage: stage.ask(answer(401, {"detail": [{"loc": [stage.echo], "msg": "x"}]})),
    "403 quota": lambda stage: said(stage, 403, code="insufficient_user_quota"),
    "404": lambda stage: said(stage, 404),
    "413 page": lambda stage: stage.ask(page(413, stage.echo)),
    "429": lambda stage: stage.ask(*[answer(429, stage.echo, headers={"Retry-After": stage.echo})] * 4),
    "429 quota": lambda stage: said(stage, 429, code="insufficient_quota"),
    "500": lambda stage: said(stage, 500, kind=stage.echo),
    "500 sensitive words": lambda stage: said(stage, 500, code="sensitive_words_detected"),
    "502 page": lambda stage: stage.ask(page(502, stage.echo)),
    "503": lambda stage: stage.ask(answer(503, {"msg": stage.echo, "err": stage.echo})),
    "a long word": lambda stage: cut_off(stage, stage.echo),
    "bytes": lambda stage: stage.ask(answer(400, b"\xff\x00" + stage.echo.encode() + b"\xff")),
    "its request's id": lambda stage: stage.ask(answer(500, headers={"x-request-id": stage.echo})),
    "redirected": lambda stage: stage.ask(redirect(302, f"/elsewhere/{stage.echo}")),
    "redirected to another origin": lambda stage: stage.ask(
        redirect(307, f"{stage.stranger.url}/v1/images/generations?key={stage.echo}")
    ),
    # Good answers.
    "an error in a 200": lambda stage: stage.ask(answer(200, {"error": stage.echo})),
    "an error halfway": lambda stage: stage.ask(
        ErrorHalfway({"error": {"message": stage.echo, "code": stage.echo}}), how=stream
    ),
    "an empty answer": lambda stage: stage.ask(answer(200, {"data": [], "note": stage.echo})),
    "a page": lambda stage: stage.ask(page(200, stage.echo)),
    "junk": lambda stage: stage.ask(answer(200, "no json: " + stage.echo)),
    "half a json": lambda stage: stage.ask(answer(200, '{"data":[{"b64_json":"' + stage.echo)),
    "no picture": lambda stage: stage.ask(answer(200, {"data": [{"b64_json": stage.echo}]})),
    "cut off": lambda stage: stage.ask(Cut(answer=answer(200, {"a": stage.echo, "b": "x" * 999}))),
    "cut off inside it": lambda stage: [
        stage.ask(Cut(-less, answer(200, f'{{"a": "{stage.echo}')), answer(200, stage.echo[:-less]))
        for less in (1, 2, 5, 9, 15)
    ],
    "hung up": lambda stage: stage.ask(HangUp()),
    "usage": lambda stage: stage.ask(
        answer(200, {"data": [{"b64_json": base64_of(SMALL), "revised_prompt": f"a {stage.echo}"}],
                     "usage": {"a": {stage.echo: [stage.echo]}}, "size": stage.echo, "quality": stage.echo})
    ),
    "words": lambda stage: stage.ask(answer(200, chat(f"I cannot: {stage.echo}")), dialect="chat"),
    "parts": lambda stage: stage.ask(
        answer(200, chat([{"type": "text", "text": stage.echo}, {"type": stage.echo}])), dialect="chat"
    ),
    "links": lambda stage: stage.ask(
        answer(200, chat(f"![{stage.echo}]({stage.stranger.url}/files/{stage.echo})")), dialect="chat"
    ),
    "words in pieces": lambda stage: stage.ask(streamed(deltas(stage)), how=stream, dialect="chat"),
}  # fmt: skip
