"""One click pays at most once, whatever its tries meet, however it is split, whenever it is cancelled.

Each case is drawn from a seed: a way to ask, some troubles in a row, perhaps a cancel, perhaps pictures whose
addresses fail; and then perhaps the user presses Retry, which is a new click.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import TYPE_CHECKING

import httpx
import pytest

from nbimagegen import Budget
from nbimagegen.errors import DownloadError, ImageGenError, NotSentError
from nbimagegen.transport import client
from tests import clockwork
from tests.emulator import Cut, HangUp, Held, Stepped, answer
from tests.proof import counted, held
from tests.trouble import AGAIN, Troubles, Watched, fates, trials
from tests.ways import PART, WAYS, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from nbimagegen import Session
    from nbimagegen.history import Generation
    from tests.emulator import Emulator, Trial

pytestmark = [pytest.mark.proof, pytest.mark.usefixtures("no_waiting")]

CASES = counted(104, 1_820) // len(WAYS)  # of each way; each is one click, and those of Retry
PATIENCE = 60
SHORT = 0.2  # seconds for what only a deadline ends; whatever else ends by it is as good
RETRIES = 2  # that the user presses at most
MOMENTS = ("", "", "", "", "", "at once", "on arrival", "while it waits", "in the middle")
DOWNLOADS = {"cut": Cut, "hung up": HangUp, "busy": lambda: answer(503), "gone": lambda: answer(404)}


@dataclass
class Case:
    """What one click meets.

    Attributes:
        n: How many pictures are asked for.
        names: Troubles, one a try.
        cancel: When the user cancels; empty: not at all.
        pieces: How many of them a cancel in the middle lets by.
        downloads: What befalls the pictures' addresses.
    """

    n: int
    names: list[str]
    cancel: str = ""
    pieces: int = 0
    downloads: list[str] = field(default_factory=list)


def drawn(dice: Random, way: Way, known: Mapping[str, Trial], trouble: str) -> Case:
    """Draw a case with this trouble."""
    again = [name for name in known if known[name].retry in AGAIN]
    names = [dice.choice(again) for _ in range(dice.choice([0, 0, 0, 0, 1, 2]))]
    cancel = dice.choice(MOMENTS)
    if cancel in {"while it waits", "in the middle"}:
        names = names[:1]
    elif trouble in again and dice.random() < 0.5:
        names = [trouble] * dice.choice([3, 4])
    else:
        names += [trouble, *(dice.choice([*known]) for _ in range(dice.choice([0, 0, 1, 2, 3])))]
    downloads = [dice.choice([*DOWNLOADS]) for _ in range(dice.choice([0, 0, 1, 4]))]
    return Case(dice.randint(1, way.most), names, cancel, dice.randrange(2), downloads)


def cases(way: Way, known: Mapping[str, Trial]) -> Iterator[tuple[Case, Random]]:
    """Yield the cases of one way, which hang on nothing that happens, and the dice for what comes after.

    Each trouble comes in its turn, which begins for each way in another place.
    """
    first = [*WAYS.values()].index(way) * CASES
    turns = islice(cycle(known), first % len(known), None)
    trouble = next(turns)
    for number in range(first, first + CASES):
        dice = clockwork.dice(number)
        case = drawn(dice, way, known, trouble)
        yield case, dice
        trouble = next(turns) if trouble in case.names else trouble


@dataclass
class Click:
    """A click that has ended, and what the gateway saw of it."""

    case: Case
    met: list[Trial]
    generation: Generation
    emulator: Emulator
    requests: int
    bodies: list[bytearray] = field(repr=False)

    @property
    def error(self) -> ImageGenError | None:
        """What went wrong."""
        return self.generation.error

    @property
    def is_hasty(self) -> bool:
        """Whether its deadline may have ended it anywhere."""
        return _is_hasty(self.case, self.met)


def _is_hasty(case: Case, met: list[Trial]) -> bool:
    return not case.cancel and any(each.silent for each in met)


# A click.


class Player:
    """Lets clicks run on one way.

    Attributes:
        budget: What all of them may spend together.
        known: What may go wrong on this way.
    """

    def __init__(self, way: Way, emulator: Emulator, troubles: Troubles) -> None:
        self.budget = Budget(images=1_000_000)
        self.known = trials(way, emulator.profile.path_of("chat" if way.is_chat else way.operation))
        self._way = way
        self._emulator = emulator
        self._troubles = troubles

    def click(self, case: Case, start: Callable[[Session], Generation]) -> Click:
        """Let a click run to its end, which comes soon whatever it meets."""
        met, emulator = [self.known[each] for each in case.names], self._emulator
        faults = self._troubles.prepare(emulator, case.names, self.known)
        emulator.next_download(*(DOWNLOADS[each]() for each in case.downloads))
        seconds = SHORT if _is_hasty(case, met) else PATIENCE
        session = self._way.session(emulator, budget=self.budget, timeout=seconds)
        stop = STOPS.get(case.cancel, Watched)()
        emulator.next(*[stop] if case.cancel in STOPS else [])
        generation = start(session)
        if case.cancel:
            wait_for_the_moment(case, generation, stop, faults)
            session.cancel(generation)
        ended(generation)
        release(stop)
        settle(emulator)
        requests = -(-generation.record.request.n // self._way.a_request)
        return Click(case, met, generation, emulator, requests, self._troubles.bodies)


STOPS = {"while it waits": Held, "in the middle": Stepped}


def wait_for_the_moment(case: Case, generation: Generation, stop, faults: list[Watched]) -> None:
    """Return when the user presses Cancel: on arrival it races with the answer."""
    if case.cancel == "on arrival" and faults:
        reached = faults[0].reached
        generation._finished.add_done_callback(lambda _: reached.set())
        assert reached.wait(PATIENCE)
    elif isinstance(stop, Held):
        stop.wait_for(1)
    elif isinstance(stop, Stepped):
        for _ in range(case.pieces):
            stop.step()


def release(stop) -> None:
    if isinstance(stop, Held):
        stop.release()
    elif isinstance(stop, Stepped):
        stop.finish()


def settle(emulator: Emulator) -> None:
    """Return once all that was sent has come: what was given up may be on its way, and is before this."""
    httpx.get(emulator.url)
    emulator.wait_until_idle()


def ended(generation: Generation) -> None:
    try:
        generation.wait(PATIENCE)
    except ImageGenError as error:
        said = str(error).rstrip()
    else:
        return
    assert said[-1:] in {".", "!", "?"}, said


# What must be true of it.


def check_money(click: Click) -> None:
    """No part of a click was accepted twice, and nothing that may be billed is called free."""
    accepted = Counter(each.headers[PART.lower()] for each in click.emulator.accepted)
    assert len(accepted) <= click.requests
    assert set(accepted.values()) <= {1}
    assert {each.rpartition("-")[0] for each in accepted} <= {click.generation.id}
    assert click.emulator.billed <= click.generation.record.request.n
    is_known = click.generation.pictures or click.generation.lost or is_said_to_be_free(click)
    if click.error is not None and accepted and not is_known:
        assert click.error.may_be_billed
    if click.error is not None and not accepted and not (click.case.cancel or click.is_hasty):
        assert not click.error.may_be_billed


def is_said_to_be_free(click: Click) -> bool:
    """Return whether every answer is an error and nothing else, which the table calls free."""
    objects = [re.fullmatch(rb'(?:data: )?\{"error": .*\}\s*', body, re.DOTALL) for body in click.bodies]
    return len(objects) == len(click.emulator.accepted) and all(objects)


def check_class(click: Click) -> None:
    """It ended as the table says."""
    error, generation = click.error, click.generation
    allowed = fates(click.met, requests=click.requests)
    if click.case.cancel:
        allowed |= {"cancelled"}
    if isinstance(error, DownloadError):
        allowed |= {"download", "for_good"} if click.case.downloads else set()
    if generation.parameters.get("stream") and "length too short" in click.case.names:
        allowed |= {""}  # the end of a stream says nothing more of its pictures
    if click.is_hasty:
        allowed |= {"", "unknown"}
        allowed |= {"for_good"} if isinstance(error, NotSentError) and not click.emulator.accepted else set()
    assert (error.retry if error else "") in allowed
    assert (generation.status == "cancelled") is (error is not None and error.retry == "cancelled")
    if error is None:
        assert (generation.status, len(generation.pictures)) == ("done", generation.record.request.n)
    elif generation.status != "cancelled":
        assert generation.status == ("done" if generation.pictures else "failed")


def check_kept(click: Click) -> None:
    """What was received is in the history or, as it came, in the inbox."""
    inbox = [each.read_bytes() for each in inbox_of(click.generation)]
    got = {each.bytes for each in click.generation.pictures}
    if click.error is None:
        assert inbox == []
    for body in map(bytes, click.bodies if not click.case.cancel else []):
        pictures, links = whole_in(body)
        here = pictures <= got and links <= len(got) + len(click.generation.lost)
        is_read = click.error is None or (here and (pictures or links))
        assert is_read or kept(body, inbox, is_hasty=click.is_hasty)
        assert click.error is not None or here


def inbox_of(generation: Generation):
    return (generation.store.folder / "inbox").glob(f"{generation.id}-*")


def kept(body: bytes, inbox: list[bytes], *, is_hasty: bool) -> bool:
    """Return whether a body is in the inbox; where a deadline came first, as much of it as had come."""
    return not body or body in inbox or (is_hasty and any(map(body.startswith, inbox)))


PREVIEW, CHUNK = b"partial_image", b"chat.completion.chunk"
BASE64 = re.compile(rb'(?:"b64_json": "|;base64,)([A-Za-z0-9+/=]+)[")]')
LINK = re.compile(rb"http://127[^\s\"\\)]+/files/[^\s\"\\)]+[\"\\)]")


def whole_in(body: bytes) -> tuple[set[bytes], int]:
    """Return the pictures that are whole in a body, and how many links are where there are none."""
    if CHUNK in body:
        body = joined(body)
    events = [each for each in body.split(b"\n\n") if PREVIEW not in each]
    pictures = {base64.b64decode(each) for each in BASE64.findall(b"\n\n".join(events))}
    return pictures, 0 if pictures else len(LINK.findall(body))


def joined(body: bytes) -> bytes:
    """Return what the whole chunks of a chat stream say together: one picture may be in several."""
    chunks = [each.removeprefix(b"data: ") for each in body.split(b"\n\n")[:-1] if CHUNK in each]
    choices = [choice for each in chunks for choice in json.loads(each).get("choices", ())]
    said: dict[int, str] = {}
    for each in choices:
        said[each["index"]] = said.get(each["index"], "") + (each["delta"].get("content") or "")
    images = json.dumps([each["delta"].get("images") for each in choices])
    return "\n\n".join([*said.values(), images]).encode()  # texts without quotes: one may end in a picture


def check(click: Click) -> None:
    check_money(click)
    check_class(click)
    check_kept(click)
    held("fault x operation cases", "paid twice")


def check_that_downloads_are_free(click: Click, session: Session) -> None:
    """Pictures whose addresses failed come when they are asked for again, and nothing is ordered for it."""
    lost = len(click.generation.lost)
    click.emulator.forget()
    if lost:
        session.download_again(click.generation)
        assert click.generation.lost == ()
        assert click.emulator.posts == []
        assert len(click.emulator.downloads) == lost


# The proof.


@pytest.fixture
def troubles(monkeypatch) -> Troubles:
    """What the next tries meet: nothing, until a test says so."""
    troubles = Troubles()
    monkeypatch.setattr(client, "carrier", troubles.carrier)
    return troubles


@pytest.mark.parametrize("name", WAYS)
def test_a_click_pays_at_most_once_whatever_it_meets(name, emulate, troubles):
    way = WAYS[name]
    emulator = emulate(way.profile, **way.quirks)
    player, billed = Player(way, emulator, troubles), 0
    for case, dice in cases(way, player.known):
        click = player.click(case, lambda session, n=case.n: way.submit(session, n))
        for _ in range(RETRIES + 1):
            check(click)
            billed += emulator.billed
            assert billed <= player.budget.spent_images
            check_that_downloads_are_free(click, way.session(emulator))
            if click.error is None or click.generation.status == "done" or dice.random() < 0.5:
                break
            again = drawn(dice, way, player.known, dice.choice([*player.known]))
            click = player.click(again, lambda session, old=click.generation: session.retry(old))
            assert click.generation.retry_of
