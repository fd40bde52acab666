"""A canary key through every entry and every flow: whatever gateways echo, it is found nowhere again."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import comm
import pytest

from nbimagegen import catalog
from nbimagegen.errors import KeyMissingError
from tests import canary, clockwork
from tests.canary_flows import FLOWS, Flow, typed_into_a_studio
from tests.canary_stage import ENTRIES, Stage, configure, seen
from tests.pretend_page import Page
from tests.proof import counted, held

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("no_waiting")]

SECRETS = ("sk-canary-0123456789abcdefGHIJ", "sk/canary+0123=45&67<89>ab\\cd?ef~GH")


# A well-formed key.


@pytest.fixture
def play(tmp_path, emulate, monkeypatch, capfd) -> Callable[..., tuple[Stage, list[str]]]:
    """Play a flow with a key from an entry; gives the stage, and where the key was seen."""
    home, stranger = emulate("plain"), emulate("plain")
    monkeypatch.setattr(comm, "create_comm", Page)

    def run(case: Case, flow: Flow, given: str = "") -> tuple[Stage, list[str]]:
        for each in (home, stranger):
            each.forget()
        entry = ENTRIES[case.entry](given or case.secret)
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        stage = Stage(given or case.secret, case.echo, folder, home, stranger, entry)
        told = {**observed(stage, flow), **seen(stage), "output": capfd.readouterr()}
        return stage, canary.hits(case.secret, told)

    return run


def observed(stage: Stage, flow: Flow) -> dict[str, object]:
    """Play a flow, and return what was logged and warned of meanwhile."""
    with ExitStack() as stack:
        configure(stack.enter_context(pytest.MonkeyPatch.context()), stage)
        ear = stack.enter_context(canary.listening())
        said = stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")
        flow(stage)
    catalog.forget()
    return {"warnings": [str(each.message) for each in said], "logs": "\n".join(ear.heard)}


class Case(NamedTuple):
    """A key from an entry, and how the gateway writes it."""

    entry: str
    form: str
    secret: str

    @property
    def echo(self) -> str:
        """The key as the gateway repeats it."""
        return canary.FORMS[self.form](self.secret.encode())


CASES = [Case(*each) for each in product(ENTRIES, canary.FORMS, SECRETS)]
TAKEN = counted(1, 30)  # of each flow
KEYLESS = {"cancelled", "doctor"}  # nothing need be sent, or not with this key


@pytest.mark.parametrize("name", FLOWS)
def test_a_key_is_seen_by_its_gateway_and_nowhere_else(name, play):
    for case in clockwork.dice(name).sample(CASES, TAKEN):
        stage, found = play(case, FLOWS[name])
        assert found == [], case
        sent = {each.authorization for each in stage.emulator.requests}
        assert f"Bearer {case.secret}" in sent or name in KEYLESS
        held("ways of a canary key from an entry through a flow", "showed it")


@pytest.mark.parametrize("entry", [each for each in ENTRIES if "key field" in each])
def test_a_key_that_is_typed_into_the_page_is_seen_nowhere_else(entry, play):
    _, found = play(Case(entry, "raw", SECRETS[0]), typed_into_a_studio)
    assert found == []


# A malformed one, which libraries would choke on and print.

MALFORMED = counted(1, 20)  # of each entry
BAD = "\n\r\t \x7f\x1b'\"`\u200b\u00a0\u00fc\u94a5\uff53\u2013\u2028"


def malformed(dice: Random, secret: str) -> str:
    """Return a key with what no key has in the middle of it, or of two of them."""
    at, what = dice.randint(1, len(secret) - 1), "".join(dice.choices(BAD, k=dice.randint(1, 3)))
    whole = dice.choice([f"{secret[:at]}{what}{secret[at:]}", f"{secret}{what}{secret}", f"Bearer {secret}"])
    return dice.choice([whole, f"{whole}\r\nX-Other: {secret}", f"x{what}{whole}{what}x"])


def used(stage: Stage) -> None:
    stage.attempt(lambda: stage.session().generate("an otter"))


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_malformed_key_is_refused_before_anything_is_sent_and_is_not_shown(entry, play):
    for number in range(MALFORMED):
        dice = clockwork.dice(f"{entry} {number}")
        case = Case(entry, "raw", dice.choice(SECRETS))
        stage, found = play(case, used, malformed(dice, case.secret))
        assert [type(each) for each in stage.errors] == [KeyMissingError]
        assert stage.emulator.requests == []
        assert found == []
        held("malformed keys", "was sent or shown")
