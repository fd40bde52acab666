"""A picture whose address did not hand it over keeps its URL; to fetch it again pays nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import pytest

from nbimagegen import Budget, Generation, Session, errors
from nbimagegen.errors import DownloadError, RequestError
from nbimagegen.jobs import tries
from tests.emulator import Cut, Emulator, Held, answer, error, page, paint
from tests.pretend_page import settle

PATIENCE = 30
KEY = "sk-canary-0123456789"


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """Wait for nothing between tries."""
    monkeypatch.setattr(tries, "backoff", lambda _: 0.0)


@pytest.fixture
def emulator(emulate) -> Emulator:
    return emulate("plain", handover="url")


@pytest.fixture
def session(emulator) -> Session:
    return Session("links", base_url=emulator.base_url, model="any")


def failed(session: Session, n: int = 1, **call: object) -> Generation:
    """Return a generation, whatever became of it."""
    generation = session.submit("an otter", n=n, **call)
    generation._finished.result(PATIENCE)
    return generation


def later(session: Session) -> None:
    """Forget all that this kernel holds in memory, as a new one would."""
    session._desk.history._live.clear()


def test_a_lost_picture_keeps_its_url_and_the_error_says_that_nothing_more_is_paid(session, emulator):
    emulator.next_download(answer(404))
    generation = failed(session)
    [lost] = generation.lost
    assert lost.url == generation.error.url == emulator.url + emulator.downloads[0].path
    assert isinstance(generation.error, DownloadError)
    assert (generation.status, generation.pictures) == ("failed", ())
    assert "its URL is kept" in str(generation.error)


def test_it_is_fetched_again_without_a_post(session, emulator):
    emulator.next_download(answer(404))
    generation = failed(session)
    assert generation.download_again() is generation
    assert (generation.status, generation.lost, generation.error) == ("done", (), None)
    assert generation.image.size == (1024, 1024)
    assert generation.wait() is generation
    assert [each.generation for each in session.pictures] == [generation]
    assert (len(emulator.posts), emulator.billed) == (1, 1)


@pytest.mark.parametrize("profile", ["xty", "openai"])
def test_how_long_an_address_is_good_for_is_kept_where_the_row_says_so(emulate, profile):
    emulator = emulate(profile, handover="url")
    session = Session("links", gateway=profile, base_url=emulator.base_url, api_key=KEY)
    emulator.next_download(answer(403))
    before = time.time()
    [lost] = failed(session).lost
    assert before + 3_600 <= lost.expires <= time.time() + 3_600


def test_where_nobody_knows_how_long_it_does_not_say(session, emulator):
    emulator.next_download(answer(403))
    assert failed(session).lost[0].expires is None


def test_what_the_gateway_made_of_the_prompt_comes_with_it(session, emulator):
    url = emulator.publish(paint())
    emulator.next(answer(200, {"data": [{"url": url, "revised_prompt": "a sea otter"}]}, billed=1))
    emulator.next_download(answer(404))
    generation = failed(session).download_again()
    assert generation.pictures[0].revised_prompt == "a sea otter"


def test_those_that_came_stay_first_and_those_that_come_later_follow(session, emulator):
    urls = [emulator.publish(paint((64, 64), number)) for number in range(3)]
    emulator.next(answer(200, {"data": [{"url": url} for url in urls]}, billed=3))
    emulator.next_download(answer(404))
    generation = failed(session, n=3)
    assert (generation.status, len(generation.pictures), len(generation.lost)) == ("done", 2, 1)
    before = list(generation.pictures)
    generation.download_again()
    assert list(generation.pictures[:2]) == before
    assert len({each.sha256 for each in generation.pictures}) == 3
    assert [each.index for each in generation.record.pictures] == [0, 1, 2]
    assert generation.error is None


def test_of_several_some_may_come_and_the_rest_stays_lost(session, emulator):
    emulator.next_download(answer(404), answer(404))
    generation = failed(session, n=2)
    assert len(generation.lost) == 2
    emulator.next_download(answer(404))
    generation.download_again()
    assert (generation.status, len(generation.pictures), len(generation.lost)) == ("done", 1, 1)
    assert generation.error.url == generation.lost[0].url
    generation.download_again()
    assert (len(generation.pictures), generation.lost, generation.error) == (2, (), None)
    assert len(emulator.posts) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [(answer(404), DownloadError), (page(), errors.AnswerError), (answer(200, b""), errors.AnswerError)],
    ids=repr,
)
def test_what_still_fails_is_raised_and_everything_stays_as_it_was(session, emulator, fault, kind):
    emulator.next_download(answer(404))
    generation = failed(session)
    before = generation.record
    emulator.next_download(fault)
    with pytest.raises(kind) as caught:
        generation.download_again()
    assert caught.value.url == generation.lost[0].url
    assert generation.record == before
    assert session._desk.store.record(generation.id) == before
    assert generation.download_again().status == "done"


def test_what_passes_by_itself_is_tried_again(session, emulator):
    emulator.next_download(answer(404))
    generation = failed(session)
    emulator.next_download(answer(503), Cut(), answer(429))
    assert generation.download_again().status == "done"
    assert len(emulator.downloads) == 5


def test_what_was_cancelled_while_it_was_fetched_can_be_fetched(session, emulator):
    held = Held()
    emulator.next_download(held)
    generation = session.submit("an otter")
    held.wait_for(1)
    session.cancel(generation)
    generation._finished.result(PATIENCE)
    assert (generation.status, len(generation.lost)) == ("cancelled", 1)
    generation.download_again()
    assert (generation.status, generation.error, len(generation.pictures)) == ("done", None, 1)


def test_what_another_request_met_is_not_forgotten(emulate):
    emulator = emulate("rivus")
    session = Session("split", gateway="rivus", base_url=emulator.base_url, api_key=KEY)
    emulator.next(error(500, "It broke."))
    emulator.next_download(answer(404))
    generation = failed(session, n=3)
    assert (len(generation.pictures), len(generation.lost)) == (1, 1)
    assert isinstance(generation.error, errors.ServerError)
    generation.download_again()
    assert (len(generation.pictures), len(generation.lost)) == (2, 0)
    assert isinstance(generation.error, errors.ServerError)


def test_where_nothing_is_lost_there_is_nothing_to_fetch(session, emulator):
    generation = session.generate("an otter")
    with pytest.raises(RequestError, match="All pictures"):
        generation.download_again()
    assert len(emulator.downloads) == 1


def test_a_budget_is_asked_nothing(session, emulator):
    session.budget = Budget(images=1)
    emulator.next_download(answer(404))
    generation = failed(session)
    assert session.budget.spent_images == 1
    generation.download_again()
    assert session.budget.spent_images == 1


def test_whoever_listens_is_told(session, emulator):
    emulator.next_download(answer(404))
    generation = failed(session)
    heard: list[str] = []
    session.listen(lambda each: heard.append(each.status))
    generation.download_again()
    settle()
    assert heard == ["done"]


# In a later kernel.


def test_a_later_kernel_fetches_it(session, emulator):
    emulator.next_download(answer(404))
    failed(session)
    later(session)
    generation = session.history[-1]
    assert generation.status == "failed"
    assert generation.download_again().status == "done"
    assert session.history[-1].pictures[0].image.size == (1024, 1024)
    assert len(emulator.posts) == 1


def test_another_process_fetches_it(session, emulator):
    emulator.next_download(answer(404))
    failed(session)
    program = (
        f"from nbimagegen import Session; s = Session('links', base_url={emulator.base_url!r}, model='any');"
        "print(s.history[-1].download_again().pictures[0].sha256)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    later(session)
    assert session._desk.store.record(session.history[-1].id).pictures[0].sha256 == told.stdout.strip()
    assert len(emulator.posts) == 1


def test_a_later_kernel_needs_no_key_for_it(emulate):
    emulator = emulate("xty")
    with_key = Session("links", gateway="xty", base_url=emulator.base_url, api_key=KEY)
    emulator.next_download(answer(404))
    failed(with_key)
    later(with_key)
    without = Session("links", gateway="xty", base_url=emulator.base_url)
    assert without.history[-1].download_again().status == "done"
    assert [each.authorization for each in emulator.downloads] == [None, None]


def test_a_session_that_finds_the_gateway_elsewhere_says_where_it_was(session, emulate, emulator):
    emulator.next_download(answer(404))
    failed(session)
    later(session)
    elsewhere = Session("links", base_url=emulate().base_url, model="any")
    with pytest.raises(errors.AddressError, match=emulator.base_url):
        elsewhere.history[-1].download_again()
    assert len(emulator.downloads) == 1


def test_a_history_that_names_an_address_inside_is_not_believed(session, emulator):
    emulator.next_download(answer(404))
    generation = failed(session)
    lost = replace(generation.lost[0], url="http://169.254.169.254/latest/meta-data")
    session._desk.store.save(replace(generation.record, lost=(lost,)))
    later(session)
    with pytest.raises(DownloadError, match=r"169\.254\.169\.254"):
        session.history[-1].download_again()
