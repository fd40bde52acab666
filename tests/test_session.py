"""`Session`, as scripts and cells use it: wait, await, cancel, and find it all again."""

from __future__ import annotations

import _thread
import asyncio
import os
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest
from PIL import Image

from nbimagegen import Budget, Generation, Picture, Session, errors
from nbimagegen.jobs import upload
from nbimagegen.session import desk, naming
from nbimagegen.store import Store
from tests.emulator import answer, error, paint
from tests.histories import dies

PATIENCE = 30
SMALL = {"size": "256x256"}


@pytest.fixture
def sketch() -> Session:
    return Session("otters", gateway="sketch")


@pytest.fixture
def session(emulator) -> Session:
    """A session with the emulated gateway."""
    return Session("otters", base_url=emulator.base_url, model="any")


# What comes back.


def test_a_generation_tells_what_was_asked_and_what_came(sketch):
    generation = sketch.generate("an otter", n=2, **SMALL)
    assert isinstance(generation, Generation)
    assert (generation.status, generation.error, generation.parents) == ("done", None, ())
    assert (generation.prompt, generation.model, generation.gateway) == ("an otter", "sketch", "sketch")
    assert generation.parameters == SMALL
    assert generation.usage["total_tokens"] > 0
    assert generation.seconds >= 0
    assert [each.id for each in generation.pictures] == [f"{generation.id}-0", f"{generation.id}-1"]
    assert sketch.history[-1] is generation


def test_a_picture_is_a_fresh_pil_image_and_a_fresh_array(sketch):
    [picture] = sketch.generate("an otter", size="256x300").pictures
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height, picture.image.size) == (256, 300, (256, 300))
    picture.image.putpixel((0, 0), (1, 2, 3))
    picture.array[:] = 0
    assert picture.image.getpixel((0, 0)) != (1, 2, 3)
    assert picture.array.shape in {(300, 256, 3), (300, 256, 4)}
    assert picture.array.dtype == np.uint8
    assert picture.array.any()


def test_a_picture_is_kept_and_saved_as_it_came(session, emulator, tmp_path):
    [picture] = session.generate("an otter").pictures
    assert picture.path.read_bytes() == picture.bytes
    for name in ("otter.png", "otter"):
        assert picture.save(tmp_path / name, metadata=False).read_bytes() == picture.bytes
    assert Image.open(picture.save(str(tmp_path / "otter.jpg"))).format == "JPEG"
    assert Image.open(picture.preview(64) and picture.save(tmp_path / "otter.webp")).format == "WEBP"
    assert emulator.billed == 1


def test_equal_bytes_are_two_pictures_and_one_file(session):
    first, second = session.generate("an otter").pictures + session.generate("an otter").pictures
    assert first.bytes == second.bytes
    assert first.path == second.path
    assert first != second
    assert len({first, second, session.history.picture(first.id)}) == 2
    assert first.sha256 == second.sha256


def test_images_are_all_pictures_oldest_first_and_image_is_the_newest(sketch):
    assert (sketch.image, len(sketch.images), list(sketch.history)) == (None, 0, [])
    for width in (256, 260, 264):
        sketch.generate("an otter", size=f"{width}x256")
    assert [each.width for each in sketch.images] == [256, 260, 264]
    assert [each.width for each in sketch.images[-2:]] == [260, 264]
    assert sketch.image.width == sketch.images[-1].width == 264
    assert [each.width for each in sketch.pictures] == [256, 260, 264]


def test_the_history_is_found_by_place_and_by_id(sketch):
    first, second = (sketch.generate(prompt, **SMALL) for prompt in ("an otter", "a fox"))
    assert [each.prompt for each in sketch.history] == ["an otter", "a fox"]
    assert [each.id for each in sketch.history[:]] == [first.id, second.id]
    assert sketch.history[second.id] is second
    assert sketch.history.picture(f"{first.id}-0") == first.pictures[0]


@pytest.mark.parametrize(
    "name", ["", "x", "-", "{id}", "{id}-", "{id}-1", "{id}--1", "{id}-x", "../{id}-0", "\0-0"]
)
def test_a_picture_that_is_not_there_is_a_not_found_error(sketch, name):
    generation = sketch.generate("an otter", **SMALL)
    with pytest.raises(errors.NotFoundError):
        sketch.history.picture(name.format(id=generation.id))


# Waiting.


def test_submit_returns_at_once_and_wait_returns_the_same_generation(session, emulator):
    with emulator.hold() as held:
        generation = session.submit("an otter")
        held.wait_for(1)
        assert generation.status == "running"
        assert (generation.pictures, generation.seconds, generation.error) == ((), None, None)
        assert session.running == [generation]
        assert list(session.history) == [generation]
    assert generation.wait(PATIENCE) is generation
    assert generation.status == "done"
    assert session.running == []


def test_a_wait_that_times_out_leaves_the_generation_going(session, emulator):
    with emulator.hold():
        generation = session.submit("an otter")
        for timeout in (0, 0.01, -1):
            with pytest.raises(TimeoutError, match="goes on"):
                generation.wait(timeout)
    assert generation.wait(PATIENCE).status == "done"


def test_a_failure_is_raised_by_whoever_waits_and_says_which_generation(session, emulator):
    emulator.next(error(400, "No otters."), error(400, "No otters."))
    with pytest.raises(errors.RefusedError, match="No otters") as caught:
        session.generate("an otter")
    assert caught.value.generation is session.history[-1]
    submitted = session.submit("an otter")
    for _ in range(2):
        with pytest.raises(errors.RefusedError):
            submitted.wait(PATIENCE)
    assert (submitted.status, submitted.error.generation) == ("failed", submitted)


async def test_a_generation_can_be_awaited_more_than_once(session):
    generation = session.submit("an otter")
    assert await generation is generation
    assert await asyncio.gather(*[_awaited(generation)] * 3) == [generation] * 3


async def _awaited(generation):
    return await generation


async def test_agenerate_leaves_the_event_loop_free(session, emulator):
    with emulator.hold() as held:
        waiting = asyncio.gather(*(session.agenerate(f"otter {n}") for n in range(3)))
        await asyncio.to_thread(held.wait_for, 3)
        assert not waiting.done()
    assert [each.prompt for each in await waiting] == ["otter 0", "otter 1", "otter 2"]


async def test_what_is_awaited_at_once_is_in_the_history_in_the_order_of_the_calls(session):
    prompts = [f"otter {n}" for n in range(24)]
    awaited = await asyncio.gather(*map(session.agenerate, prompts))
    assert [each.prompt for each in awaited] == prompts
    assert [each.prompt for each in session.history] == prompts


async def test_a_picture_that_comes_slowly_holds_up_no_other_call(session, monkeypatch):
    fetching, may_come = threading.Event(), threading.Event()

    def fetched(_self, _url):
        fetching.set()
        assert may_come.wait(PATIENCE)
        return paint((64, 64))

    monkeypatch.setattr(Session, "_fetch", fetched)
    url = "https://images.test/otter.png"
    slow = asyncio.create_task(session.agenerate("a hat", operation="edit", image=url))
    assert await asyncio.to_thread(fetching.wait, PATIENCE)
    assert (await session.agenerate("an otter")).status == "done"
    assert not slow.done()
    may_come.set()
    assert (await slow).operation == "edit"


def test_what_is_interrupted_before_it_leaves_gives_all_back(emulator, monkeypatch):
    session = Session("otters", base_url=emulator.base_url, model="any", parallel=1, budget=Budget(images=4))
    with monkeypatch.context() as patch:
        patch.setattr(session, "_save_again", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            session.submit("an otter")
    [left] = session.history
    assert (left.status, left.error.may_be_billed, session.running) == ("failed", False, [])
    assert session.budget.spent_images == 0
    assert session.generate("a fox").status == "done"
    assert len(emulator.posts) == 1


async def test_agenerate_raises_what_generate_raises(session, emulator):
    emulator.next(error(401, "No."))
    with pytest.raises(errors.KeyRefusedError):
        await session.agenerate("an otter")
    with pytest.raises(errors.PromptError):
        await session.agenerate("")


async def test_an_awaiting_task_that_is_cancelled_cancels_its_generation(session, emulator):
    with emulator.hold() as held:
        task = asyncio.create_task(session.agenerate("an otter"))
        await asyncio.to_thread(held.wait_for, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(emulator.posts[0].hung_up.wait, PATIENCE)
    with pytest.raises(errors.CancelledError):
        await session.history[-1]


async def test_a_wait_of_the_users_own_that_is_cancelled_cancels_nothing(session, emulator):
    with emulator.hold() as held:
        generation = session.submit("an otter")
        await asyncio.to_thread(held.wait_for, 1)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(_awaited(generation), 0.01)
    assert (await generation).status == "done"


# Cancelling.


def test_a_running_generation_that_is_cancelled_closes_its_connection_and_may_be_billed(session, emulator):
    with emulator.hold() as held:
        generation = session.submit("an otter")
        held.wait_for(1)
        session.cancel(generation)
        assert emulator.posts[0].hung_up.wait(PATIENCE)
        with pytest.raises(errors.CancelledError, match="may bill"):
            generation.wait(PATIENCE)
    assert (generation.status, generation.error.may_be_billed) == ("cancelled", True)


def test_a_queued_generation_that_is_cancelled_is_not_sent_and_not_billed(emulator):
    session = Session("queue", base_url=emulator.base_url, model="any", parallel=1)
    with emulator.hold() as held:
        first, second = session.submit("an otter"), session.submit("a fox")
        held.wait_for(1)
        assert (first.status, second.status) == ("running", "queued")
        session.cancel(second.id)
        with pytest.raises(errors.CancelledError, match="not billed"):
            second.wait(PATIENCE)
        assert (second.status, second.error.may_be_billed, second.seconds) == ("cancelled", False, None)
    assert first.wait(PATIENCE).status == "done"
    assert len(emulator.posts) == 1


def test_a_cancelled_sketch_is_not_billed(sketch):
    generation = sketch.submit("an otter", latency=600, **SMALL)
    sketch.cancel(generation)
    with pytest.raises(errors.CancelledError) as caught:
        generation.wait(PATIENCE)
    assert not caught.value.may_be_billed


def test_what_has_ended_stays_as_it_is(session):
    generation = session.generate("an otter")
    session.cancel(generation)
    session.cancel("no such generation")
    assert generation.wait(PATIENCE).status == "done"


def test_ctrl_c_stops_waiting_and_cancels(session, emulator):
    def interrupt():
        held.wait_for(1)
        _thread.interrupt_main()

    with emulator.hold() as held:
        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            session.generate("an otter")
        assert emulator.posts[0].hung_up.wait(PATIENCE)
        with pytest.raises(errors.CancelledError):
            session.history[-1].wait(PATIENCE)


# Several at once.


def test_four_go_at_once_and_the_rest_wait_in_order(session, emulator):
    with emulator.hold() as held:
        generations = [session.submit(f"otter {n}") for n in range(6)]
        held.wait_for(4)
        assert [each.status for each in generations] == ["running"] * 4 + ["queued"] * 2
        assert session.running == generations
        held.release(1)
        held.wait_for(5)
        assert generations[-1].status == "queued"
    assert [each.wait(PATIENCE).status for each in generations] == ["done"] * 6
    assert [post.json["prompt"] for post in emulator.posts[4:]] == ["otter 4", "otter 5"]


def test_what_has_not_to_wait_is_written_down_once_before_it_leaves(emulator, monkeypatch):
    session = Session("once", base_url=emulator.base_url, model="any", parallel=1)
    written: list[tuple[str, str]] = []
    write = Store._write
    monkeypatch.setattr(
        Store,
        "_write",
        lambda own, record, entry: write(own, record, entry) or written.append((record.id, record.status)),
    )
    with emulator.hold() as held:
        first, second = session.submit("an otter"), session.submit("a fox")
        held.wait_for(1)
        assert written == [(first.id, "running"), (second.id, "queued")]
    assert [each.wait(PATIENCE).status for each in (first, second)] == ["done", "done"]
    third = session.generate("a hare")  # there is a place again
    assert [status for known, status in written if known == second.id] == ["queued", "running", "done"]
    assert [status for known, status in written if known == third.id] == ["running", "done"]


def test_the_history_is_in_the_order_of_submission(session, emulator):
    with emulator.hold() as held:
        slow = session.submit("slow")
        held.wait_for(1)
        quick = session.generate("quick", gateway="sketch", **SMALL)
        assert list(session.history) == [slow, quick]
        assert [each.generation for each in session.pictures] == [quick]
    slow.wait(PATIENCE)
    assert [each.generation for each in session.pictures] == [slow, quick]


def test_when_a_request_side_by_side_fails_the_pictures_of_the_others_are_kept(emulate):
    emulator = emulate("rivus")
    session = Session("split", gateway="rivus", base_url=emulator.base_url, api_key="k")
    emulator.next(error(500, "It broke."))
    generation = session.generate("an otter", n=3)
    assert [each.id for each in generation.pictures] == [f"{generation.id}-0", f"{generation.id}-1"]
    assert (generation.status, type(generation.error)) == ("done", errors.ServerError)
    assert [each.image.size for each in Session("split", gateway="sketch").pictures] == [(1024, 1024)] * 2


def test_when_every_request_side_by_side_fails_the_first_error_is_raised(emulate):
    emulator = emulate("rivus")
    session = Session("split", gateway="rivus", base_url=emulator.base_url, api_key="k")
    emulator.always(error(401, "No."))
    with pytest.raises(errors.KeyRefusedError):
        session.generate("an otter", n=3)
    assert [each.status for each in session.history] == ["failed"]


# What a call leaves out.


def test_what_a_call_leaves_out_comes_from_the_session(emulator):
    session = Session(
        "defaults", gateway="xiexus", base_url=emulator.base_url, api_key="k", model="dall-e-3",
        parameters={"style": "natural", "size": "1792x1024"},
    )  # fmt: skip
    emulator.always(answer(200, {"data": []}))
    for call in ({}, {"style": "vivid"}, {"model": "gpt-image-1"}, {"style": None}):
        with pytest.raises(errors.NoImageError):
            session.generate("an otter", **call)
    bodies = [{k: v for k, v in post.json.items() if k != "prompt"} for post in emulator.posts]
    assert bodies == [
        {"model": "dall-e-3", "style": "natural", "size": "1792x1024"},
        {"model": "dall-e-3", "style": "vivid", "size": "1792x1024"},
        {"model": "gpt-image-1"},  # it takes neither
        {"model": "dall-e-3", "size": "1792x1024"},
    ]


def test_a_call_may_go_to_another_gateway(session, emulator):
    generation = session.generate("an otter", gateway="sketch", **SMALL)
    assert (generation.gateway, generation.model) == ("sketch", "sketch")
    assert emulator.requests == []
    assert session.gateway == "custom"


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"timeout": 0}, errors.ParameterError),
        ({"timeout": "soon"}, errors.ParameterError),
        ({"timeout": True}, errors.ParameterError),
        ({"parallel": 0}, errors.ParameterError),
        ({"parallel": "many"}, errors.ParameterError),
        ({"dialect": "klingon"}, errors.ParameterError),
        ({"gateway": "midjourney"}, errors.UnknownGatewayError),
        ({"base_url": "api.test"}, errors.AddressError),
    ],
)
def test_a_setting_that_cannot_be_is_an_error_at_once(arguments, kind):
    with pytest.raises(kind):
        Session("wrong", **{"gateway": "sketch", **arguments} if "base_url" not in arguments else arguments)


def test_a_custom_address_needs_a_model(emulator):
    session = Session("which", base_url=emulator.base_url)
    with pytest.raises(errors.ParameterError, match="model="):
        session.generate("an otter")
    with pytest.raises(errors.AddressError, match="base_url="):
        Session("which", gateway="sketch").generate("an otter", gateway="custom", model="any")


# A later kernel.


def test_a_later_kernel_finds_the_history(session, emulator):
    made = session.generate("一只水獭", n=2, extra={"seed": 7})
    emulator.next(error(400, "No foxes."))
    with pytest.raises(errors.RefusedError):
        session.generate("a fox")
    first, second = Session("otters", base_url=emulator.base_url).history
    assert (first.id, first.prompt, first.status, first.usage) == (made.id, made.prompt, "done", made.usage)
    assert [each.bytes for each in first.pictures] == [each.bytes for each in made.pictures]
    assert first.pictures == made.pictures
    assert first.wait() is first
    assert (second.status, type(second.error)) == ("failed", errors.RefusedError)
    with pytest.raises(errors.RefusedError, match="No foxes"):
        second.wait()


def test_sessions_of_one_name_share_what_is_under_way(session, emulator):
    with emulator.hold() as held:
        generation = session.submit("an otter")
        held.wait_for(1)
        again = Session("otters", base_url=emulator.base_url)
        assert [each.id for each in again.running] == [generation.id]
        heard = []
        again.listen(heard.append)
        again.cancel(generation.id)
        with pytest.raises(errors.CancelledError):
            generation.wait(PATIENCE)
    assert again.running == []


def test_what_an_earlier_kernel_left_under_way_has_an_unknown_outcome(session, emulator, monkeypatch):
    with emulator.hold() as held:
        session.submit("an otter")
        held.wait_for(1)
        monkeypatch.setattr(desk, "_open", {})  # as in another process
        dies(session._desk.store)
        [left] = Session("otters", gateway="sketch").history
        assert left.status == "unknown"
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            left.wait()
        assert caught.value.may_be_billed


def test_another_name_is_another_history(sketch):
    sketch.generate("an otter", **SMALL)
    assert len(Session("Otters", gateway="sketch").history) == 0


# Listeners.


@pytest.fixture
def heard():
    """Statuses that a listener heard, and the thread that it heard them on."""
    return []


def listener(heard, ended):
    def hear(generation):
        heard.append((generation.status, threading.current_thread().name))
        if generation.status in {"done", "failed", "cancelled"}:
            ended.set()

    return hear


def test_a_listener_hears_of_each_change_on_a_thread_of_its_own(session, heard):
    ended = threading.Event()
    stop = session.listen(listener(heard, ended))
    session.generate("an otter")
    assert ended.wait(PATIENCE)
    assert heard[-1][0] == "done"
    assert {name.rstrip("0123456789") for _, name in heard} == {"nbimagegen-events-"}
    stop()
    session.generate("an otter")
    assert [status for status, _ in heard].count("done") == 1


def test_a_listener_that_raises_is_shown_and_harms_nobody(session, heard, capsys):
    ended = threading.Event()
    session.listen(lambda _generation: 1 / 0)
    session.listen(listener(heard, ended))
    assert session.generate("an otter").status == "done"
    assert ended.wait(PATIENCE)
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_slow_listener_delays_nothing(session):
    go_on, listening = threading.Event(), threading.Event()
    session.listen(lambda _generation: (listening.set(), go_on.wait(PATIENCE)))
    try:
        assert [session.generate("an otter").status for _ in range(3)] == ["done"] * 3
        assert listening.wait(PATIENCE)
    finally:
        go_on.set()


# Names and warnings.


def test_without_a_gateway_it_sketches_and_says_so_once():
    with pytest.warns(errors.SketchWarning, match="offline sketches") as caught:
        assert Session("nothing").generate("an otter", **SMALL).status == "done"
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_sketch_by_name_warns_of_nothing(sketch, monkeypatch):
    monkeypatch.setenv("NBIMAGEGEN_GATEWAY", "sketch")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Session("otters")
    assert sketch.gateway == "sketch"


def test_a_session_without_a_name_is_new_and_says_once_how_to_name_it(monkeypatch):
    monkeypatch.setattr(naming, "_has_said_unnamed", False)
    with pytest.warns(errors.UnnamedSessionWarning, match=r'Session\("logo"\)') as caught:
        first, second = Session(gateway="sketch"), Session(gateway="sketch")
    assert len(caught) == 1
    assert first.folder != second.folder


def test_a_notebook_has_a_session_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr(naming, "_is_kernel", lambda: True)
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "otters.ipynb"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        here = Session(gateway="sketch")
    assert here.name == str(tmp_path / "otters.ipynb")
    assert here.folder == Session(gateway="sketch").folder
    assert Session("logo", gateway="sketch").folder != here.folder
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "elsewhere" / "otters.ipynb"))
    assert Session(gateway="sketch").folder != here.folder


def test_a_script_that_a_notebook_starts_has_a_session_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "otters.ipynb"))
    monkeypatch.setattr(naming, "_has_said_unnamed", False)
    with pytest.warns(errors.UnnamedSessionWarning):
        assert "otters" not in Session(gateway="sketch").name


def test_a_notebook_in_vs_code_has_a_session_of_its_own(monkeypatch, tmp_path):
    path = str(tmp_path / "otters.ipynb")
    monkeypatch.setattr(naming, "_is_kernel", lambda: True)
    monkeypatch.setattr(sys.modules["__main__"], "__vsc_ipynb_file__", path, raising=False)
    assert Session(gateway="sketch").name == path


# Faults of ours end the job, and whoever waits hears of it.


def test_a_fault_before_sending_ends_the_generation(session, emulator, monkeypatch):
    monkeypatch.setattr(upload, "body", lambda *_: 1 / 0)
    with pytest.raises(errors.ImageGenError, match="ZeroDivisionError"):
        session.generate("an otter")
    assert emulator.requests == []


def test_a_fault_while_writing_ends_the_generation_and_keeps_the_picture(session, monkeypatch):
    monkeypatch.setattr(Store, "save_picture", lambda *_, **__: 1 / 0)
    generation = session.submit("an otter").wait(PATIENCE)
    assert generation.image.size == (1024, 1024)
    assert "ZeroDivisionError" in str(generation.error)


def test_words_that_no_file_can_hold_are_mended(session, emulator):
    emulator.answer_with(
        body=b'{"data": [], "error": null, "choices": [{"message": {"content": "a \\ud83e"}}]}'
    )
    with pytest.raises(errors.NoImageError, match="a \ufffd"):
        session.submit("an otter").wait(PATIENCE)


# A fork.

FORKED = """
import os
from nbimagegen import Session
session = Session("forked", gateway="sketch")
session.generate("an otter", size="256x256")
child = os.fork()
generation = session.submit("a fox", size="256x256").wait(30)
if not child:
    os._exit(0 if generation.image.size == (256, 256) else 1)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert len(Session("forked", gateway="sketch").history) == 3
"""


FORKED_WHILE_AT_WORK = """
import os, socket, threading
from nbimagegen import Session
silent = socket.create_server(("127.0.0.1", 0))
address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
session = Session("forked", base_url=address, model="any", parallel=1)
under_way = session.submit("an otter")
connection, _ = silent.accept()
changing, over = threading.Event(), threading.Event()
at_work = lambda index: (changing.set(), over.wait())
threading.Thread(target=session._desk.store._index.change, args=(at_work,)).start()
changing.wait()
os.register_at_fork(before=over.set)  # in the middle of a transaction
child = os.fork()
if not child:
    generation = session.submit("a fox", gateway="sketch", size="256x256").wait(30)
    os._exit(0 if generation.image.size == (256, 256) else 1)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert [each.id for each in session.running] == [under_way.id]
session.cancel_all()
under_way._finished.result(30)
assert under_way.status == "cancelled"
assert len(session.history) == 2
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("script", [FORKED, FORKED_WHILE_AT_WORK], ids=["at rest", "at work"])
def test_a_forked_process_has_threads_places_and_locks_of_its_own(script):
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=120)
