"""Which result of the history an equal call is given, and which calls are equal."""

from __future__ import annotations

import logging
import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from nbimagegen import Budget, ImageStudio, Session, errors, sessions
from nbimagegen.session import Call, desk, replay
from tests.emulator import error

KEY = "sk-made-up"
GREY, WHITE = np.full((64, 64, 3), 90, np.uint8), np.full((64, 64, 3), 255, np.uint8)


@pytest.fixture
def kernel(emulator):
    """Begin a new kernel: nothing is counted and nothing is open; return how sessions are made in it."""

    def begin(name: str = "foxes", **settings) -> Session:
        replay._of_process.clear()
        desk._open.clear()
        return Session(name, **{"base_url": emulator.base_url, "model": "any", **settings})

    return begin


# Which one is given back.


def test_the_kth_call_is_given_the_kth_result_and_what_is_beyond_pays(kernel, emulator):
    first = kernel()
    made = [first.generate("a fox").id for _ in range(3)]
    again = kernel()
    given = [again.generate("a fox") for _ in range(4)]
    assert [each.id for each in given[:3]] == made
    assert [each.replayed for each in given] == [(1, 3), (2, 3), (3, 3), None]
    assert emulator.billed == 4
    assert "from history, 2 of 3" in repr(given[1])
    assert given[0].image.size == first.history[0].image.size


def test_a_call_beyond_what_the_history_holds_looks_at_none_of_it(kernel, emulator, monkeypatch):
    session = kernel()
    session.generate("a fox")
    looked = []
    monkeypatch.setattr(replay, "_may_be_given", lambda _, each, __: looked.append(each) or True)
    assert session.generate("a fox").replayed is None
    assert (looked, emulator.billed) == ([], 2)


def test_a_call_that_failed_has_used_its_turn(kernel, emulator):
    session = kernel()
    emulator.next(error(400, "No."))
    with pytest.raises(errors.RefusedError):
        session.generate("a fox")
    made = session.generate("a fox")
    assert made.replayed is None
    again = kernel()
    assert again.generate("a fox").id == made.id
    assert again.generate("a fox").replayed is None
    assert emulator.billed == 2


def test_what_is_in_the_trash_does_not_count(kernel, emulator):
    session = kernel()
    rejected, kept = session.generate("a fox"), session.generate("a fox")
    rejected.delete()
    assert kernel().generate("a fox").id == kept.id
    rejected.restore()
    assert kernel().generate("a fox").id == rejected.id
    assert emulator.billed == 2


def test_a_result_whose_picture_is_gone_is_made_again(kernel, emulator):
    kernel().generate("a fox").pictures[0].path.unlink()
    assert kernel().generate("a fox").replayed is None
    assert emulator.billed == 2


def test_a_result_of_which_a_picture_was_deleted_for_ever_is_given_back_with_the_others(kernel, emulate):
    emulator = emulate("openai")
    settings = {"base_url": emulator.base_url, "gateway": "openai", "api_key": KEY, "model": "gpt-image-1"}
    made = kernel(**settings).generate("a fox", n=2)
    made.pictures[0].delete()
    kernel(**settings).history.empty_trash()
    assert kernel(**settings).generate("a fox", n=2).id == made.id
    assert len(emulator.posts) == 1


def test_a_result_whose_picture_has_become_a_link_is_made_again(kernel, tmp_path):
    path = kernel().generate("a fox").pictures[0].path
    path.symlink_to(path.rename(tmp_path / "elsewhere.png"))
    assert replay.results(kernel()._desk.store, "none") == []
    assert kernel()._replayed(kernel().history[0].record.request) is None


def test_what_failed_is_not_given_back(kernel, emulator):
    emulator.next(error(400, "No."))
    with pytest.raises(errors.RefusedError):
        kernel().generate("a fox")
    assert kernel().generate("a fox").replayed is None


def test_what_was_cancelled_is_not_given_back(kernel, emulator):
    session = kernel()
    with emulator.hold():
        running = session.submit("a fox")
        session.cancel(running)
        with pytest.raises(errors.CancelledError):
            running.wait(30)
    assert kernel().generate("a fox").replayed is None


def test_each_session_and_each_process_counts_for_itself(kernel, monkeypatch):
    made = kernel().generate("a fox")
    assert kernel("owls").generate("a fox").replayed is None
    session = kernel()
    assert session.generate("a fox").id == made.id
    monkeypatch.setattr(replay.os, "getpid", lambda: -1)
    assert session.generate("a fox").id == made.id


def test_a_session_that_was_let_go_of_counts_on(kernel, emulator):
    made = kernel().generate("a fox")
    desk._open.clear()
    assert Session("foxes", base_url=emulator.base_url, model="any").generate("a fox").id != made.id


# Which calls are equal.

EQUAL = [
    {},
    {"n": 1},
    {"timeout": 7},
    {"stream": False},
    {"extra": {}},
]
OTHER = [
    {"prompt": "a Fox"},
    {"model": "other"},
    {"n": 2},
    {"size": "256x256"},
    {"extra": {"user": "me"}},
]


@pytest.mark.parametrize("call", EQUAL, ids=str)
def test_an_equal_call_is_given_back(kernel, call):
    made = kernel().generate("a fox")
    assert kernel().generate(**{"prompt": "a fox", **call}).id == made.id


@pytest.mark.parametrize("call", OTHER, ids=str)
def test_another_call_pays(kernel, call):
    kernel().generate("a fox")
    assert kernel().generate(**{"prompt": "a fox", **call}).replayed is None


def test_another_address_pays(kernel, emulate):
    kernel().generate("a fox")
    assert kernel(base_url=emulate().base_url).generate("a fox").replayed is None


def test_streamed_or_not_it_is_the_same_call(emulate, kernel):
    gateway = emulate("openai")
    settings = {"base_url": gateway.base_url, "gateway": "openai", "api_key": KEY, "model": "gpt-image-1"}
    made = kernel(**settings).generate("a fox", stream=True)
    events = list(kernel(**settings).stream("a fox"))
    assert [each.kind for each in events] == ["done"]
    assert events[0].generation.id == made.id
    assert kernel(**settings).generate("a fox").id == made.id


@pytest.mark.parametrize(("image", "is_given"), [(GREY, True), (WHITE, False)], ids=["same", "another"])
def test_a_picture_to_start_from_is_compared_by_what_it_holds(kernel, image, is_given):
    made = kernel().edit(GREY, "a balloon")
    again = kernel().edit(image.copy(), "a balloon")
    assert (again.id == made.id) is is_given


async def test_every_way_to_call_is_given_back(kernel, emulator):
    session = kernel()
    made = [session.generate("a fox").id, session.edit(GREY, "a fox").id, session.vary(GREY).id]
    session, billed = kernel(), emulator.billed
    found = await session.agenerate("a fox")
    edited = await session.agenerate("a fox", operation="edit", image=GREY)
    assert [found.id, edited.id, session.submit(operation="vary", image=GREY).id] == made
    assert emulator.billed == billed


# What stands outside.


def test_fresh_looks_nothing_up_takes_no_turn_and_is_given_to_nobody(kernel):
    made = kernel().generate("a fox")
    session = kernel()
    fresh = session.generate("a fox", fresh=True)
    assert (fresh.replayed, fresh.record.fresh) == (None, True)
    assert session.generate("a fox").id == made.id
    again = kernel()
    assert again.generate("a fox").replayed == (1, 1)
    assert again.generate("a fox").replayed is None


def test_a_studio_hands_fresh_on(kernel):
    studio = ImageStudio(kernel())
    assert studio.generate("a fox", fresh=True).record.fresh
    [*_, last] = studio.stream("a fox", fresh=True)
    assert last.generation.record.fresh


def test_replay_can_be_switched_off(kernel):
    kernel().generate("a fox")
    assert kernel(replay=False).generate("a fox").replayed is None


def test_a_click_is_given_nothing_and_is_given_to_no_call(kernel, emulator):
    session = kernel()
    call = Call("a fox")
    session.start(call, "click").wait(30)
    session = kernel()
    assert session.generate("a fox").replayed is None
    assert session.start(call, "click").wait(30).replayed is None
    assert emulator.billed == 3


def test_retry_looks_nothing_up_and_its_result_stands_for_the_call(kernel, emulator):
    kernel().generate("an owl")
    session = kernel()
    emulator.next(error(400, "No."))
    with pytest.raises(errors.RefusedError) as caught:
        session.generate("a fox")
    second = caught.value.generation.retry().wait(30)
    assert kernel().generate("a fox").id == second.id


def test_the_same_again_from_code_is_given_back_what_it_brought_and_at_a_click_never(kernel, emulator):
    session = kernel()
    first = session.generate("a fox")
    made = [first.again().wait(30).id for _ in range(2)]
    later = kernel()
    given = [later.history[first.id].again().wait(30) for _ in range(2)]
    assert ([each.id for each in given], later.history[-1].id) == (made, made[-1])
    assert later.again(later.history[first.id], "click").wait(30).replayed is None
    assert emulator.billed == 4


def test_a_retry_from_code_is_given_back_what_it_brought_and_one_beyond_pays(kernel, emulator):
    session = kernel()
    emulator.next(error(400, "No."))
    with pytest.raises(errors.RefusedError) as caught:
        session.generate("a fox")
    failed = caught.value.generation.id
    made = [session.history[failed].retry().wait(30).id for _ in range(2)]
    assert len(set(made)) == 2
    again = kernel()
    given = [again.history[failed].retry().wait(30) for _ in range(3)]
    assert [each.id for each in given[:2]] == made
    assert [each.replayed for each in given] == [(1, 2), (2, 2), None]
    assert kernel(replay=False).history[failed].retry().wait(30).replayed is None
    assert kernel().retry(again.history[failed], "click").wait(30).replayed is None
    assert emulator.billed == 5


def test_a_renamed_history_counts_on(kernel, emulator):
    session = kernel()
    made = [session.generate("a fox").id for _ in range(2)]
    renamed = sessions()["foxes"].rename("owls").open(base_url=emulator.base_url, model="any")
    assert renamed.generate("a fox").id not in made
    assert kernel("owls").generate("a fox").id == made[0]


# What a call that is given something costs: nothing.


def test_it_needs_no_key_and_no_gateway(kernel, emulate):
    gateway = emulate("openai")
    settings = {"base_url": gateway.base_url, "gateway": "openai", "model": "gpt-image-1"}
    made = kernel(**settings, api_key=KEY).generate("a fox")
    session = kernel(**settings, api_key=lambda: pytest.fail("a key was asked for"))
    assert session.generate("a fox").id == made.id
    assert len(gateway.posts) == 1


def test_it_spends_no_budget_and_writes_no_record(kernel):
    kernel().generate("a fox")
    session = kernel(budget=Budget(images=1))
    told = []
    session.listen(told.append)
    session.generate("a fox")
    assert (len(session.history), told, session.budget.spent_images) == (1, [], 0)
    session.generate("a fox")
    assert session.budget.spent_images == 1


def test_it_is_told_to_whoever_follows_and_logged(kernel, caplog):
    made = [kernel().generate("a fox")]
    session = kernel()
    heard, told, over = [], [], threading.Event()
    stop = session.on_replay(told.append)
    with caplog.at_level(logging.INFO, "nbimagegen"):
        session.generate("a fox", on_partial=lambda each: (heard.append(each), over.set()))
    assert over.wait(30)
    assert [(each.kind, each.generation.id) for each in heard] == [("done", made[0].id)]
    assert [each.pictures for each in told] == [(made[0].pictures[0].id,)]
    assert "from history, 1 of 1" in caplog.text
    stop()
    stop()
    assert session._desk.replay_listeners == []


def test_the_studio_says_so_and_offers_the_others(kernel):
    session = kernel()
    ids = [session.generate("a fox").pictures[0].id for _ in range(3)]
    studio = ImageStudio(kernel())
    shown, over = [], threading.Event()
    studio.observe(lambda change: (shown.append(change["new"]), over.set()), "_notices")
    studio.generate("a fox")
    assert over.wait(30)
    [notice] = shown[-1]
    assert notice["message"].startswith("From history, 1 of 3: nothing was paid.")
    assert (notice["level"], notice["generation"], notice["select"]) == ("info", None, ids)


# marimo, where cells run again by themselves.


def marimo_context(**told):
    context = SimpleNamespace(session_mode=SimpleNamespace(value="edit"), filename="/books/foxes.py", **told)
    return SimpleNamespace(get_context=lambda: context), context


class CellRun:
    """What marimo makes anew each time a cell runs."""

    def __init__(self, *, setting_element_value: bool = False) -> None:
        self.setting_element_value = setting_element_value


async def test_under_marimo_each_run_of_a_cell_counts_from_one(kernel, monkeypatch, emulator):
    room, context = marimo_context(execution_context=CellRun())
    monkeypatch.setitem(sys.modules, "marimo._runtime.context", room)
    session = kernel()
    made = [session.generate("a fox").id, session.generate("a fox").id]
    context.execution_context = CellRun()
    assert [session.generate("a fox").id, (await session.agenerate("a fox")).id] == made
    assert len(replay._of_cell_runs) == 1
    assert emulator.billed == 2


def test_under_marimo_a_press_on_a_button_of_the_notebook_counts_on(kernel, monkeypatch, emulator):
    room, context = marimo_context(execution_context=CellRun(setting_element_value=True))
    monkeypatch.setitem(sys.modules, "marimo._runtime.context", room)
    session = kernel()
    for _ in range(3):
        context.execution_context = CellRun(setting_element_value=True)
        assert session.generate("a fox").replayed is None
    assert emulator.billed == 3
