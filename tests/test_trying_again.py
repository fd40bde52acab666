"""`generation.retry()`: a new generation for what failed; the old record stays. And what a cancel leaves."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from nbimagegen import Budget, Gateway, Generation, Session, errors
from nbimagegen.errors import AddressError, BudgetError, InputError, RequestError
from nbimagegen.jobs import fetch, threads
from tests.emulator import (
    Cut,
    Emulator,
    HangUp,
    Held,
    Late,
    Stall,
    Trickle,
    answer,
    error,
    paint,
)

PATIENCE = 30
KEY = "sk-canary-0123456789"
FOREVER = 3_600
OTTER = paint((64, 64), 1)
MASK = np.tri(64)


@pytest.fixture
def session(emulator) -> Session:
    return Session("again", base_url=emulator.base_url, model="any")


def ended(generation: Generation) -> Generation:
    """Return a generation once it has ended, whatever became of it."""
    generation._finished.result(PATIENCE)
    return generation


def failed(session: Session, emulator: Emulator, fault: object = None, **call: object) -> Generation:
    emulator.next(fault or error(500, "It broke."))
    return ended(session.submit(**{"prompt": "an otter", **call}))


def later(session: Session) -> None:
    """Forget all that this kernel holds in memory, as a new one would."""
    session._desk.history._live.clear()


@pytest.mark.parametrize(
    ("fault", "status", "may_be_billed"),
    [
        (error(400, "No otters."), "failed", False),
        (error(500, "It broke."), "failed", True),
        (HangUp(), "failed", True),
        (Cut(), "failed", True),
        (answer(200, {"data": []}), "failed", True),
        (error(403, "Empty", code="insufficient_user_quota"), "failed", False),
    ],
    ids=repr,
)
def test_what_failed_is_tried_again_as_a_new_generation(session, emulator, fault, status, may_be_billed):
    old = failed(session, emulator, fault, size="1024x1024", extra={"seed": 7})
    before = old.record
    new = old.retry().wait(PATIENCE)
    assert (new.status, new.retry_of) == ("done", old.id)
    assert new.record.request == old.record.request
    assert (old.record, old.status, old.error.may_be_billed) == (before, status, may_be_billed)
    assert [each.id for each in session.history] == [old.id, new.id]
    assert emulator.posts[0].json == emulator.posts[1].json
    assert len(emulator.posts) == 2


def test_what_may_have_been_billed_says_so_before_and_after_it_is_tried_again(session, emulator):
    old = failed(session, emulator)
    old.retry().wait(PATIENCE)
    assert "may have been made and billed" in str(old.error)
    later(session)
    assert "may have been made and billed" in str(session.history[0].error)


def test_what_was_cancelled_is_tried_again(session, emulator):
    with emulator.hold() as held:
        old = session.submit("an otter")
        held.wait_for(1)
        session.cancel(old)
        ended(old)
    assert old.retry().wait(PATIENCE).retry_of == old.id
    assert old.status == "cancelled"


def test_a_retry_may_fail_and_be_tried_again(session, emulator):
    first = failed(session, emulator)
    emulator.next(error(500, "It broke again."))
    second = ended(first.retry())
    third = second.retry().wait(PATIENCE)
    assert [each.retry_of for each in session.history] == ["", first.id, second.id]
    assert [each.status for each in session.history] == ["failed", "failed", "done"]
    assert third.pictures


def test_of_a_partial_success_only_what_is_missing_is_asked_for(emulate):
    emulator = emulate("rivus")
    session = Session("split", gateway="rivus", base_url=emulator.base_url, api_key=KEY)
    emulator.next(error(500, "It broke."), error(500, "It broke."))
    old = session.generate("an otter", n=5)
    assert (old.status, len(old.pictures)) == ("done", 3)
    new = old.retry().wait(PATIENCE)
    assert (new.record.request.n, len(new.pictures), len(old.pictures)) == (2, 2, 3)
    assert len(emulator.posts) == 7


def test_what_is_lost_is_fetched_and_not_made_again(emulate):
    emulator = emulate("rivus")
    session = Session("split", gateway="rivus", base_url=emulator.base_url, api_key=KEY)
    emulator.next(error(500, "It broke."))
    emulator.next_download(answer(404))
    old = session.generate("an otter", n=3)
    assert (len(old.pictures), len(old.lost)) == (1, 1)
    assert old.retry().wait(PATIENCE).record.request.n == 1


def test_an_edit_is_tried_again_with_the_very_same_inputs(session, emulator):
    parent = session.generate("an otter").pictures[0]
    old = failed(session, emulator, operation="edit", image=parent, mask=np.tri(1024), references=[OTTER])
    new = old.retry().wait(PATIENCE)
    assert [file.data for file in emulator.posts[1].files] == [file.data for file in emulator.posts[2].files]
    assert (new.operation, new.parents, new.inputs) == ("edit", (parent.id,), old.inputs)


def test_another_request_key_is_used_since_it_is_another_request(emulator):
    row = Gateway("keyed", base_url=emulator.base_url, needs_key=False, idempotency_header="Idempotency-Key")
    session = Session("keyed", gateway=row, model="any")
    failed(session, emulator).retry().wait(PATIENCE)
    first, second = (post.headers["idempotency-key"] for post in emulator.posts)
    assert first != second


def test_a_retry_is_paid_from_the_budget(session, emulator):
    session.budget = Budget(images=3)
    old = failed(session, emulator, n=2)
    assert session.budget.spent_images == 2
    with pytest.raises(BudgetError):
        old.retry()
    assert (len(emulator.posts), len(session.history)) == (1, 1)


# Where it cannot be.


def test_what_succeeded_is_not_tried_again(session, emulator):
    generation = session.generate("an otter")
    with pytest.raises(RequestError, match="Nothing of this generation failed"):
        generation.retry()
    assert len(emulator.posts) == 1


def test_what_is_under_way_is_not_tried_again(session, emulator):
    with emulator.hold() as held:
        generation = session.submit("an otter")
        held.wait_for(1)
        with pytest.raises(RequestError, match="Nothing of this generation failed"):
            generation.retry()
    generation.wait(PATIENCE)


def test_what_was_made_elsewhere_says_how_to_go_on_there(session, emulator, emulate):
    failed(session, emulator)
    later(session)
    other = emulate()
    elsewhere = Session("again", base_url=other.base_url, model="any")
    with pytest.raises(AddressError, match=rf"base_url='{emulator.base_url}'"):
        elsewhere.history[-1].retry()
    assert other.posts == []


def test_a_session_without_that_gateway_says_so(session, emulator):
    failed(session, emulator)
    later(session)
    with pytest.raises(RequestError):
        Session("again", gateway="sketch").history[-1].retry()


def test_an_input_that_is_gone_is_named(session, emulator):
    old = failed(session, emulator, operation="edit", image=OTTER, mask=MASK)
    old.inputs[1].unlink()
    with pytest.raises(InputError, match="The mask that it started from is no longer"):
        old.retry()
    assert len(emulator.posts) == 1


def test_a_gateway_without_a_key_says_so_before_anything_is_sent(emulate):
    emulator = emulate("openai")
    failed(Session("again", gateway="openai", base_url=emulator.base_url, api_key=KEY), emulator)
    without = Session("again", gateway="openai", base_url=emulator.base_url)
    later(without)
    with pytest.raises(errors.KeyMissingError):
        without.history[-1].retry()
    assert len(emulator.posts) == 1


# In a later kernel.


def test_a_later_kernel_tries_it_again_with_the_inputs_that_were_kept(session, emulator):
    failed(session, emulator, operation="edit", image=OTTER, mask=MASK)
    later(session)
    old = session.history[-1]
    assert (old.status, type(old.error)) == ("failed", errors.ServerError)
    new = old.retry().wait(PATIENCE)
    assert (new.retry_of, new.status) == (old.id, "done")
    assert emulator.posts[1].file("image").data == OTTER
    assert emulator.posts[0].file("mask").data == emulator.posts[1].file("mask").data


def test_another_process_tries_it_again(session, emulator):
    old = failed(session, emulator, operation="edit", image=OTTER)
    program = (
        f"from nbimagegen import Session; s = Session('again', base_url={emulator.base_url!r});"
        "print(s.history[-1].retry().wait().retry_of)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == old.id
    assert emulator.posts[1].file("image").data == OTTER


def test_what_a_dead_kernel_left_behind_is_tried_again(session, emulator):
    with emulator.hold() as held:
        old = session.submit("an otter")
        held.wait_for(1)
        left_behind = session._desk.store.record(old.id)
        session.cancel(old)
        ended(old)
    session._desk.store.save(replace(left_behind, kernel=""))
    later(session)
    unknown = session.history[-1]
    assert (unknown.status, unknown.error.may_be_billed) == ("unknown", True)
    assert unknown.retry().wait(PATIENCE).retry_of == unknown.id


# A cancel closes the socket, wherever the answer is.


@pytest.mark.parametrize(
    "fault",
    [Held(), Late(FOREVER), Stall(0), Stall(1), Stall(), Trickle(100, 0, endless=True)],
    ids=lambda each: type(each).__name__,
)
@pytest.mark.parametrize(
    "call",
    [{}, {"operation": "edit", "image": OTTER}, {"stream": True}],
    ids=["a generation", "an edit", "a stream"],
)
def test_a_cancel_closes_the_socket_at_once(session, emulator, fault, call):
    emulator.next(fault)
    generation = session.submit("an otter", **call)
    while not emulator.accepted:
        assert not generation._finished.done()
    session.cancel(generation)
    assert emulator.posts[0].hung_up.wait(PATIENCE)
    assert ended(generation).status == "cancelled"
    assert generation.error.may_be_billed
    assert len(emulator.posts) == 1


def test_a_cancel_closes_the_sockets_of_all_requests_side_by_side(emulate):
    emulator = emulate("rivus")
    session = Session("split", gateway="rivus", base_url=emulator.base_url, api_key=KEY)
    with emulator.hold() as held:
        generation = session.submit("an otter", n=4)
        held.wait_for(4)
        session.cancel(generation)
        assert all(post.hung_up.wait(PATIENCE) for post in emulator.posts)
    assert ended(generation).status == "cancelled"


def fetching(emulate, n: int = 1) -> tuple[Emulator, Session, Generation]:
    """Return a generation that waits for the picture behind its first link."""
    emulator, held = emulate("plain", handover="url"), Held()
    session = Session("links", base_url=emulator.base_url, model="any")
    emulator.next_download(held)
    generation = session.submit("an otter", n=n)
    held.wait_for(1)
    return emulator, session, generation


def test_a_cancel_closes_the_socket_of_a_download(emulate):
    emulator, session, generation = fetching(emulate)
    session.cancel(generation)
    assert emulator.downloads[0].hung_up.wait(PATIENCE)
    assert ended(generation).status == "cancelled"


# A cancel keeps what has come.


class Gate:
    """Stands in the way of a function: tells when it was reached, and lets nobody through until then."""

    def __init__(self, function) -> None:
        self.reached, self.opened, self._function = threading.Event(), threading.Event(), function

    def __call__(self, *args: object) -> object:
        self.reached.set()
        assert self.opened.wait(PATIENCE)
        return self._function(*args)


@pytest.fixture
def checking(monkeypatch) -> Gate:
    """Holds each picture while it is checked."""
    gate = Gate(fetch.probe)
    monkeypatch.setattr(fetch, "probe", gate)
    return gate


def on_the_io_thread() -> None:
    """Return once the I/O thread has done all that it was given."""
    done = threading.Event()
    for _ in range(5):  # a cancel goes through some tasks, a turn of the loop each
        done.clear()
        threads.call(done.set)
        assert done.wait(PATIENCE)


def test_a_cancel_while_a_whole_picture_is_checked_comes_too_late(session, checking):
    generation = session.submit("an otter")
    assert checking.reached.wait(PATIENCE)
    session.cancel(generation)
    on_the_io_thread()
    checking.opened.set()
    assert (ended(generation).status, generation.error) == ("done", None)
    assert len(generation.pictures) == 1


def test_a_cancel_while_one_is_checked_and_another_fetched_keeps_the_first(emulate, checking):
    _, session, generation = fetching(emulate, n=2)
    assert checking.reached.wait(PATIENCE)
    session.cancel(generation)
    on_the_io_thread()
    checking.opened.set()
    assert ended(generation).status == "cancelled"
    assert (len(generation.pictures), len(generation.lost)) == (1, 1)


def test_cancelled_twice_keeps_what_had_come(emulate, checking):
    _, session, generation = fetching(emulate, n=2)
    assert checking.reached.wait(PATIENCE)
    for _ in range(2):
        session.cancel(generation)
        on_the_io_thread()
    checking.opened.set()
    assert len(ended(generation).pictures) == 1
