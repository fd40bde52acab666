"""What a retry may do, row by row: what may have been billed never goes twice by itself."""

from __future__ import annotations

import re
import socket
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from nbimagegen import Gateway, Session, errors
from nbimagegen.budget import Gate
from nbimagegen.jobs import errand, tries
from nbimagegen.jobs.tries import backoff
from tests.emulator import (
    FAULTS,
    PROFILES,
    Cut,
    Emulator,
    HangUp,
    TooMany,
    answer,
    error,
    too_many,
)

if TYPE_CHECKING:
    from nbimagegen.history import Generation

PATIENCE = 30
KEY = "sk-canary-0123456789"
FOREVER = 3_600
QUICK = 0.01
TABLE = {  # how many POSTs one call may cost where the gateway keeps saying the same, and what it says then
    "": (1, "None"),
    "for_now": (1 + 3, r" Wait .* It was not billed\. It was tried 4 times\."),
    "for_good": (1, "It was not billed|is not an API base URL|is not sent on; use that address"),
    "unknown": (1, r"the picture may have been made and billed[.;] look at your account"),
    "unusable": (1, "may be billed|may bill it|may have been made and billed|; it was not billed"),
}
MAY_BE_BILLED = re.compile(r"may (?:be billed(?! is)|bill it|have been made and billed)")
LOUD = {name: trial for name, trial in FAULTS.items() if not trial.silent}
SILENT = {name: trial for name, trial in FAULTS.items() if trial.silent}


@pytest.fixture(autouse=True)
def waits(monkeypatch) -> list[float]:
    """Make the waits short where nobody says how long, and note that they were asked for."""
    asked: list[float] = []

    for room in (tries, errand):
        monkeypatch.setattr(room, "backoff", lambda _: asked.append(QUICK) or QUICK)
    return asked


@pytest.fixture
def session(emulator) -> Session:
    return Session("otters", base_url=emulator.base_url, model="any")


def outcome(session: Session, **call: object) -> errors.ImageGenError | None:
    """Return what one call met."""
    generation = session.submit("an otter", **call)
    generation._finished.result(PATIENCE)
    return generation.error


# The whole table, over all that a gateway may do.


@pytest.mark.parametrize("name", LOUD)
def test_a_call_costs_as_many_posts_as_the_table_allows_and_says_what_that_means(session, emulator, name):
    trial, (posts, said) = LOUD[name], TABLE[LOUD[name].retry]
    emulator.always(trial())
    error = outcome(session)
    assert (len(emulator.posts), len(emulator.accepted)) == (posts, int(trial.accepted))
    assert (error.retry if error else "") == trial.retry
    assert re.search(said, str(error), re.IGNORECASE)
    assert bool(error and error.may_be_billed) == bool(MAY_BE_BILLED.search(str(error))) <= trial.accepted


@pytest.mark.parametrize("name", SILENT)
def test_silence_ends_with_the_deadline_and_is_not_tried_again(session, emulator, name):
    emulator.always(SILENT[name]())
    error = outcome(session, timeout=0.3)
    assert (type(error), error.retry, error.may_be_billed) == (errors.DeadlineError, "unknown", True)
    assert len(emulator.posts) == 1


@pytest.fixture
def closed(monkeypatch) -> list[float]:
    """For how many seconds the gate was closed each time; nobody waits there."""
    seconds: list[float] = []
    monkeypatch.setattr(Gate, "close", lambda _, each: seconds.append(each))
    return seconds


WAITS = {  # what is told, and between which seconds the wait is then: a date has no fractions
    "seconds": (TooMany("seconds", 7), 7, 7),
    "as long as may be": (TooMany("seconds", 120), 120, 120),
    "milliseconds": (TooMany("ms", 2.5), 2.5, 2.5),
    "a date": (TooMany("date", 60), 55, 65),
    "nothing": (TooMany("none"), QUICK, QUICK),
    "an empty body": (TooMany("empty"), QUICK, QUICK),
    "503": (answer(503, headers={"Retry-After": "9"}), 9, 9),
}


@pytest.mark.parametrize("name", WAITS)
def test_it_waits_as_long_as_it_is_told_and_tries_again_three_times(session, emulator, closed, name):
    fault, least, most = WAITS[name]
    emulator.next(*[fault] * 3)
    assert outcome(session) is None
    assert (len(emulator.posts), emulator.billed, len(closed)) == (4, 1, 3)
    assert all(least <= each <= most for each in closed)


def test_how_long_to_wait_where_nobody_says_grows_to_half_a_minute_and_is_never_the_same():
    draws = {
        tried: [backoff(SimpleNamespace(attempt_number=tried)) for _ in range(200)] for tried in (1, 2, 4, 20)
    }
    assert max(draws[1]) < max(draws[2]) < max(draws[4]) < max(draws[20]) <= 31
    assert all(min(each) > 0 and len(set(each)) > 100 for each in draws.values())


@pytest.mark.parametrize("headers", [{"Retry_After": "121"}, {"retry_after_ms": "120001"}], ids=repr)
def test_a_wait_of_over_two_minutes_is_left_to_the_user(session, emulator, headers):
    emulator.next(too_many(**headers))
    error = outcome(session)
    assert type(error) is errors.RateLimitError
    assert error.retry_after > 120
    assert len(emulator.posts) == 1


def test_a_gateway_that_asks_for_a_long_wait_is_left_alone_by_the_next_call_until_both_are_cancelled(
    session, emulator
):
    emulator.next(too_many(Retry_After="100"))
    told = threading.Event()
    session.listen(lambda generation: generation.waiting_until and told.set())
    calls = [session.submit("an otter")]
    assert told.wait(PATIENCE)
    calls.append(session.submit("a fox"))
    assert [cancelled(session, each) for each in calls] == ["cancelled"] * 2
    assert len(emulator.posts) == 1


def cancelled(session: Session, generation: Generation) -> str:
    """Cancel what waits; return what became of it, which cost nothing."""
    session.cancel(generation)
    generation._finished.result(PATIENCE)
    assert not generation.error.may_be_billed
    assert "it was not billed" in str(generation.error)
    return generation.status


def test_another_key_has_a_gate_of_its_own(emulator):
    mine, yours = (
        Session(name, base_url=emulator.base_url, model="any", api_key=f"{KEY}-{name}") for name in "ab"
    )
    emulator.next(too_many(Retry_After="100"))
    told = threading.Event()
    mine.listen(lambda generation: generation.waiting_until and told.set())
    waiting = mine.submit("an otter")
    assert told.wait(PATIENCE)
    assert outcome(yours) is None
    mine.cancel(waiting)


# Not sent.


def test_what_could_not_be_sent_is_tried_twice_more_and_never_billed(nobody, waits):
    error = outcome(Session("otters", base_url=nobody, model="any"))
    assert (type(error), error.retry, error.may_be_billed) == (errors.NotSentError, "not_sent", False)
    assert "tried 3 times" in str(error)
    assert len(waits) == 2


def test_a_cancel_while_it_waits_to_be_sent_again_costs_nothing(nobody, monkeypatch):
    waiting = threading.Event()
    monkeypatch.setattr(tries, "backoff", lambda _: waiting.set() or FOREVER)
    session = Session("otters", base_url=nobody, model="any")
    generation = session.submit("an otter")
    assert waiting.wait(PATIENCE)
    assert cancelled(session, generation) == "cancelled"


def test_a_gateway_that_comes_up_meanwhile_is_reached(free_port, monkeypatch):
    emulator = Emulator(port=free_port)
    monkeypatch.setattr(tries, "backoff", lambda _: emulator.__enter__() and QUICK)
    try:
        assert outcome(Session("otters", base_url=f"http://127.0.0.1:{free_port}/v1", model="any")) is None
    finally:
        emulator.close()
    assert (len(emulator.posts), emulator.billed) == (1, 1)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_failures_of_several_kinds_are_counted_apart(session, emulator):
    emulator.next(*[TooMany("ms", QUICK)] * 3, error(400, "No otters."))
    assert type(outcome(session)) is errors.RefusedError
    emulator.next(*[TooMany("ms", QUICK)] * 2, HangUp())
    assert type(outcome(session)) is errors.ConnectionLostError
    assert len(emulator.posts) == 7


# A field that only the row added.


def unknown(name: str) -> object:
    return error(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")


@pytest.fixture
def adding(emulator) -> Session:
    row = Gateway(
        "mine", base_url=emulator.base_url, needs_key=False, adds={"modalities": ["image"], "safe": True}
    )
    return Session("adding", gateway=row, model="any")


def test_a_field_that_only_the_row_added_is_dropped_once_and_the_rest_stays(adding, emulator):
    emulator.next(unknown("modalities"))
    assert outcome(adding) is None
    first, second = (post.json for post in emulator.posts)
    assert (first["modalities"], first["safe"]) == (["image"], True)
    assert "modalities" not in second
    assert second["safe"] is True


def test_several_such_fields_are_dropped_one_after_the_other(adding, emulator):
    emulator.next(unknown("modalities"), unknown("safe"))
    assert outcome(adding) is None
    assert sorted(emulator.posts[-1].json) == ["model", "prompt"]


def test_a_field_that_is_still_unknown_once_it_is_gone_ends_it(adding, emulator):
    emulator.always(unknown("modalities"))
    assert type(outcome(adding)) is errors.RefusedError
    assert len(emulator.posts) == 2


@pytest.mark.parametrize("call", [{"extra": {"modalities": ["text"]}}, {"modalities": "x"}], ids=repr)
def test_a_field_that_the_user_set_is_not_dropped(adding, emulator, call):
    emulator.next(unknown("modalities"))
    assert outcome(adding, **call).code == "unknown_parameter"
    assert len(emulator.posts) == 1


def test_another_unknown_field_is_the_users_to_mend(adding, emulator):
    emulator.next(unknown("size"))
    assert outcome(adding, size="1024x1024").parameter == "size"
    assert len(emulator.posts) == 1


# Downloads cost nothing.


@pytest.fixture
def linking(emulate) -> tuple[Session, Emulator]:
    emulator = emulate("plain", handover="url")
    return Session("links", base_url=emulator.base_url, model="any"), emulator


@pytest.mark.parametrize("fault", [answer(500), answer(503), answer(429), Cut(), HangUp()], ids=repr)
@pytest.mark.parametrize("times", [1, 3])
def test_a_download_is_tried_again_freely(linking, fault, times):
    session, emulator = linking
    emulator.next_download(*[fault] * times)
    assert outcome(session) is None
    assert (len(emulator.posts), len(emulator.downloads)) == (1, 1 + times)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 400])
def test_an_address_that_refuses_is_not_asked_again(linking, status):
    session, emulator = linking
    emulator.next_download(answer(status))
    assert type(outcome(session)) is errors.DownloadError
    assert (len(emulator.posts), len(emulator.downloads)) == (1, 1)


# Time, and the request's own key.


class Stopwatch:
    """The time by which an errand's deadline goes: each try takes a second, each wait at the gate a hundred.

    Attributes:
        now: In seconds.
        left: What of its deadline each try was given.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.left: list[float] = []
        exchange, enter = errand.exchange, Gate.enter

        async def timed(message, route, slip):
            self.left.append(slip.seconds)
            self.now += 1
            return await exchange(message, route, slip)

        async def kept_waiting(*turn):
            self.now += 100
            await enter(*turn)

        monkeypatch.setattr(errand, "time", SimpleNamespace(monotonic=lambda: self.now))
        monkeypatch.setattr(errand, "exchange", timed)
        monkeypatch.setattr(Gate, "enter", kept_waiting)


def test_the_deadline_is_one_for_all_tries_and_waiting_at_the_gate_takes_nothing_of_it(
    session, emulator, monkeypatch
):
    watch = Stopwatch(monkeypatch)
    emulator.next(*[TooMany("ms", QUICK)] * 2)
    assert outcome(session, timeout=60) is None
    assert watch.left == [60, 59, 58]


def test_waiting_in_the_queue_takes_nothing_of_the_deadline(emulator, monkeypatch):
    watch = Stopwatch(monkeypatch)
    session = Session("queue", base_url=emulator.base_url, model="any", parallel=1, timeout=60)
    with emulator.hold() as held:
        first, second = session.submit("an otter"), session.submit("a fox")
        held.wait_for(1)
        watch.now += 100
    assert (first.wait(PATIENCE).status, second.wait(PATIENCE).status) == ("done", "done")
    assert watch.left == [60, 60]


def test_what_could_not_be_reached_in_time_was_not_billed():
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        full = [socket.create_connection(deaf.getsockname())]  # the queue of connections has one place
        for _ in range(3):
            full.append(socket.socket())
            full[-1].setblocking(False)  # noqa: FBT003 - the socket's own method
            full[-1].connect_ex(deaf.getsockname())
        session = Session("deaf", base_url=f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", model="any")
        error = outcome(session, timeout=0.3)
        for each in full:
            each.close()
    assert (type(error), error.may_be_billed) == (errors.NotSentError, False)
    assert "0.3 seconds" in str(error)


def keyed(emulator: Emulator, **options: object) -> Session:
    row = Gateway(
        "keyed", base_url=emulator.base_url, needs_key=False, idempotency_header="Idempotency-Key", **options
    )
    return Session("keyed", gateway=row, model="any")


def keys_of(emulator: Emulator) -> list[str | None]:
    return [post.headers.get("idempotency-key") for post in emulator.posts]


def test_each_try_of_a_request_names_it_alike_and_another_request_otherwise(emulator):
    session = keyed(emulator)
    emulator.next(TooMany("ms", QUICK), TooMany("ms", QUICK))
    assert (outcome(session), outcome(session)) == (None, None)
    first, second, third, fourth = keys_of(emulator)
    assert first == second == third
    assert fourth not in {None, "", first}


def test_requests_side_by_side_are_named_apart(emulator):
    assert outcome(keyed(emulator), n=3) is None
    assert len(set(keys_of(emulator))) == len(emulator.posts)


def test_where_the_row_names_no_header_none_is_sent(session, emulator):
    assert outcome(session) is None
    assert keys_of(emulator) == [None]


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_gateways_own_refusals_are_never_tried_again(emulate, profile):
    emulator = emulate(profile)
    row = "custom" if profile not in {"serevix", "xty", "rivus", "xiexus", "openai"} else profile
    session = Session(
        "own", gateway=row, base_url=emulator.base_url, api_key=KEY, dialect=emulator.profile.dialect,
        model=None if row != "custom" else "any",
    )  # fmt: skip
    refusals = [name for name, said in emulator.profile.refusals.items() if not said.headers]
    for name in refusals:
        emulator.refuse(name)
        assert outcome(session).retry != "for_now"
    assert len(emulator.posts) == len(refusals)
