"""What a kernel that is gone left under way is ended by the next one, with what had come, and for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from nbimagegen import Session, errors, jobs
from nbimagegen.errors import DownloadError, ModerationError, NotSentError, OutcomeUnknownError
from nbimagegen.jobs import recovery
from nbimagegen.session import desk
from nbimagegen.store import Store, home_folder
from tests.answer_shapes import data_uri, deltas, stream
from tests.emulator import Held, answer, paint
from tests.histories import dies, record
from tests.pretend_page import settle

if TYPE_CHECKING:
    from nbimagegen.history import Generation

PATIENCE = 30
KEY = "sk-canary-0123456789"
OTTER, FOX = paint((64, 48), 1), paint((64, 48), 2)
HEAD = {"headers": {"content-type": "application/json", "x-request-id": "req-1"}, "images": 1}


def b64(data: bytes) -> dict[str, str]:
    return {"b64_json": base64.b64encode(data).decode()}


def body(*items: dict[str, str], **more: Any) -> bytes:
    return json.dumps({"data": list(items), **more}).encode()


def event(data: bytes) -> bytes:
    told = {"type": "image_generation.completed", **b64(data)}
    return f"event: image_generation.completed\ndata: {json.dumps(told)}\n\n".encode()


def in_a_chat(text: str) -> bytes:
    """Return a chat stream that says this, a hundred letters an event, and not that it is over."""
    cut = [text[place : place + 100] for place in range(0, len(text), 100)]
    return stream(*deltas(*({"content": each} for each in cut)), end="")


class Left:
    """What a kernel has left."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.store = Store(home_folder(), "otters")

    def leave(self, *answers: bytes, n: int = 1, status: str = "running", **head: Any) -> str:
        """Leave a generation under way, with what had come of its answers, and return its id."""
        asked = {"base_url": self.base_url, "gateway": "custom", "n": n}
        facts = {"status": status, "started": 2.5, "kernel": self.store.kernel}
        kept = record("an otter", 0, asked, **facts)
        self.store.save(kept)
        for part, each in enumerate(answers):
            self.store.write_head(kept.id, part, {"url": f"{self.base_url}/images", **HEAD, **head})
            with self.store.open_inbox(kept.id, part) as file:
                file.write(each)
        return kept.id

    def session(self, **settings: Any) -> Session:
        """Be gone, and return the session as the next kernel opens it."""
        dies(self.store)
        return Session("otters", base_url=self.base_url, **settings)

    def inbox(self) -> list[str]:
        return sorted(each.name for each in (self.store.folder / "inbox").iterdir())

    def half_files(self) -> list[str]:
        return [each.name for each in self.store.folder.rglob("*") if each.name.endswith(".part")]


@pytest.fixture
def left(emulator) -> Left:
    return Left(emulator.base_url)


REFUSED = json.dumps({"error": {"message": "No.", "code": "moderation_blocked"}}).encode()
WORDS = json.dumps({"choices": [{"message": {"content": "I would rather not."}}]}).encode()
WHOLE = body(b64(OTTER))

# What had come, for how many pictures: the status, how many pictures there are then, the error.
CASES = {
    "a whole answer": ([WHOLE], 1, "done", 1, None),
    "a whole answer for two": ([body(b64(OTTER), b64(FOX))], 2, "done", 2, None),
    "whole answers of two requests": ([WHOLE, body(b64(FOX))], 2, "done", 2, None),
    "one answer of two": ([WHOLE], 2, "unknown", 1, OutcomeUnknownError),
    "one answer of two, the other cut": ([WHOLE, WHOLE[:90]], 2, "unknown", 1, OutcomeUnknownError),
    "a whole stream": ([event(OTTER) + event(FOX)], 2, "done", 2, None),
    "a stream that was cut": ([event(OTTER) + event(FOX)[:90]], 2, "unknown", 1, OutcomeUnknownError),
    "a chat, all but its end": ([in_a_chat(data_uri(OTTER))], 1, "done", 1, None),
    "half a chat": ([in_a_chat(data_uri(OTTER)[:-100])], 1, "unknown", 0, OutcomeUnknownError),
    "a chat of two, the other cut": (
        [in_a_chat(f"![a]({data_uri(OTTER)}) ![b]({data_uri(FOX)[:-100]}")],
        2,
        "unknown",
        1,
        OutcomeUnknownError,
    ),
    "no answer": ([], 1, "unknown", 0, OutcomeUnknownError),
    "an answer without a byte": ([b""], 1, "unknown", 0, OutcomeUnknownError),
    "a cut answer": ([WHOLE[:90]], 1, "unknown", 0, OutcomeUnknownError),
    "words": ([WORDS], 1, "unknown", 0, OutcomeUnknownError),
    "noise": ([b"\x00\xff" * 500], 1, "unknown", 0, OutcomeUnknownError),
    "no picture": ([body(b64(b"no picture"))], 1, "unknown", 0, OutcomeUnknownError),
    "a refusal": ([REFUSED], 1, "failed", 0, ModerationError),
    "a refusal and nothing": ([REFUSED], 2, "unknown", 0, OutcomeUnknownError),
}


@pytest.mark.parametrize("case", CASES)
def test_what_had_come_of_an_answer_is_not_lost(left, emulator, case):
    answers, n, status, pictures, kind = CASES[case]
    generation_id = left.leave(*answers, n=n)
    session = left.session()
    [found] = session.history
    assert (found.id, found.status, len(found.pictures)) == (generation_id, status, pictures)
    assert type(found.error) is (kind or type(None))
    assert [each.sha256 for each in session.pictures] == [
        hashlib.sha256(each).hexdigest() for each in (OTTER, FOX)[:pictures]
    ]
    assert emulator.requests == []
    assert left.half_files() == []


@pytest.mark.parametrize("case", CASES)
def test_to_open_it_again_changes_nothing(left, case):
    answers, n, *_ = CASES[case]
    left.leave(*answers, n=n)
    told = left.session().history[0].record
    inbox = left.inbox()
    again = Store(home_folder(), "otters")
    assert again.left_behind() == []
    assert again.record(told.id) == told
    assert left.inbox() == inbox


@pytest.mark.parametrize(
    "case",
    [
        "one answer of two, the other cut",
        "a cut answer",
        "half a chat",
        "a chat of two, the other cut",
        "noise",
        "no picture",
    ],
)
def test_an_answer_that_could_not_be_used_is_kept(left, case):
    answers, n, *_ = CASES[case]
    generation_id = left.leave(*answers, n=n)
    left.session()
    last = len(answers) - 1
    assert (left.store.folder / "inbox" / f"{generation_id}-{last}").read_bytes() == answers[last]


def test_an_answer_that_was_used_is_let_go_of(left):
    left.leave(WHOLE)
    left.session()
    assert left.inbox() == []


def test_the_record_says_that_the_damaged_answer_is_kept(left):
    left.leave(WHOLE[:90])
    error = left.session().history[0].error
    assert "kept in the history's inbox" in str(error)
    assert (error.may_be_billed, error.request_id) == (True, "req-1")


def test_what_was_never_sent_says_that_it_was_not(left, emulator):
    left.leave(status="queued")
    session = left.session()
    [found] = session.history
    assert (found.status, type(found.error), found.error.may_be_billed) == ("failed", NotSentError, False)
    assert found.retry().wait(PATIENCE).status == "done"
    assert len(emulator.posts) == 1


def test_only_the_pictures_that_did_not_come_are_asked_for_again(left, emulator):
    left.leave(event(OTTER), n=2)
    session = left.session()
    assert session.history[0].retry().wait(PATIENCE).record.request.n == 1
    assert emulator.billed == 1


def test_it_knows_how_long_it_took_and_what_was_used(left):
    left.leave(body(b64(OTTER), usage={"total_tokens": 21}, quality="high"))
    [found] = left.session().history
    assert (found.usage, found.record.echo["quality"]) == ({"total_tokens": 21}, "high")
    assert found.seconds > 0


def test_what_a_living_kernel_has_under_way_is_left_alone(left):
    generation_id = left.leave(WHOLE)
    session = Session("otters", base_url=left.base_url)
    found = session.history[generation_id]
    assert (found.status, found.error, found.pictures) == ("running", None, ())
    assert f"{generation_id}-0" in left.inbox()


def test_a_record_that_names_no_kernel_is_of_one_that_is_gone(left):
    generation_id = left.leave(WHOLE)
    left.store.save(replace(left.store.record(generation_id), kernel=""))
    assert Session("otters", base_url=left.base_url).history[0].status == "done"


def test_two_kernels_that_open_at_once_end_it_once(left, monkeypatch):
    left.leave(WHOLE)
    dies(left.store)
    ended, both = [], threading.Barrier(2)
    recover, left_behind = jobs.recover, Store.left_behind

    def together(store: Store) -> list[Any]:
        found = left_behind(store)
        both.wait(PATIENCE)
        return found

    monkeypatch.setattr(Store, "left_behind", together)
    monkeypatch.setattr(jobs, "recover", lambda *each: (ended.append(each), recover(*each))[1])
    monkeypatch.setattr(desk, "_key", lambda *_: (0, str(threading.get_ident())))  # as in two processes
    opening = [threading.Thread(target=lambda: Session("otters", gateway="sketch")) for _ in range(2)]
    for each in opening:
        each.start()
    for each in opening:
        each.join(PATIENCE)
    assert len(ended) == 1
    assert Store(home_folder(), "otters").picture_count() == 1


def test_one_that_ends_while_it_ends_another_is_no_harm(left, monkeypatch):
    """The next kernel may be killed too, after it has put the picture in its place."""
    generation_id = left.leave(WHOLE)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "clear_inbox", lambda *_: None)
        patch.setattr(Store, "save", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            left.session()
    adopted = left.store.record(generation_id)
    left.store.save(replace(adopted, kernel=""))
    [found] = Session("otters", base_url=left.base_url).history
    assert (found.status, len(found.pictures)) == ("done", 1)


def test_a_damaged_record_keeps_no_other_from_being_ended(left):
    damaged, sound = left.leave(WHOLE), left.leave(WHOLE)
    (left.store.folder / "generations" / f"{damaged}.json").write_bytes(b"{")
    assert left.session().history[sound].status == "done"


def test_a_head_that_is_damaged_costs_no_picture(left):
    generation_id = left.leave(WHOLE)
    (left.store.folder / "inbox" / f"{generation_id}-0.head").write_bytes(b'{"headers": [1], "url": 3}')
    assert left.session().history[0].status == "done"


def test_the_key_is_taken_out_of_what_is_kept(left):
    left.leave(body(note=KEY, more="x" * 4000)[:3000], n=1)
    session = left.session(api_key=KEY)
    kept = [each.read_bytes() for each in session.folder.rglob("*") if each.is_file()]
    assert not any(b"canary" in each for each in kept)


# Pictures that an answer only names.


def test_pictures_that_are_only_named_are_fetched_meanwhile(left, emulator):
    url = emulator.publish(OTTER)
    left.leave(body({"url": url}))
    session = left.session()
    fetched(session)
    [found] = session.history
    assert (found.status, found.error, found.lost) == ("done", None, ())
    assert found.pictures[0].bytes == OTTER
    assert (len(emulator.posts), len(emulator.downloads)) == (0, 1)
    assert left.inbox() == []


def test_opening_does_not_wait_for_them(left, emulator):
    held = Held()
    emulator.next_download(held)
    left.leave(body({"url": emulator.publish(OTTER)}))
    session = left.session()
    [found] = session.history
    assert (found.status, type(found.error), len(found.lost)) == ("failed", DownloadError, 1)
    held.release()
    fetched(session)
    assert (found.status, found.error, found.lost) == ("done", None, ())


def test_one_that_cannot_be_fetched_keeps_its_address(left, emulator):
    url = emulator.publish(OTTER)
    emulator.next_download(answer(404))
    left.leave(body({"url": url}))
    session = left.session()
    fetched(session)
    [found] = session.history
    assert (found.status, found.lost[0].url) == ("failed", url)
    assert found.download_again().status == "done"


def test_one_whose_fetching_was_left_too_is_fetched_by_the_next(left, emulator, monkeypatch):
    emulator.next_download(held := Held())
    left.leave(body({"url": emulator.publish(OTTER)}))
    first = left.session()
    dies(first._desk.store)
    monkeypatch.setattr(desk, "_open", {})  # as in another process
    second = Session("otters", base_url=emulator.base_url)
    fetched(second)
    assert second.history[0].pictures[0].bytes == OTTER
    assert Store(home_folder(), "otters").picture_count() == 1
    held.release()


def test_one_that_is_gone_is_asked_for_once(left, emulator, monkeypatch):
    emulator.next_download(answer(404))
    left.leave(body({"url": emulator.publish(OTTER)}))
    first = left.session()
    fetched(first)
    assert "404" in str(first.history[0].error)
    dies(first._desk.store)
    monkeypatch.setattr(desk, "_open", {})  # as in another process
    fetched(Session("otters", base_url=emulator.base_url))
    assert len(emulator.downloads) == 1


def test_of_some_pictures_the_rest_stays_unknown(left, emulator):
    url = emulator.publish(OTTER)
    left.leave(body({"url": url}), n=2, images=1)
    session = left.session()
    fetched(session)
    [found] = session.history
    assert (found.status, len(found.pictures), type(found.error)) == ("unknown", 1, OutcomeUnknownError)


def test_a_history_of_elsewhere_fetches_nothing(left, emulator):
    left.leave(body({"url": emulator.publish(OTTER)}))
    dies(left.store)
    [found] = Session("otters", gateway="sketch").history
    assert (found.status, len(found.lost)) == ("failed", 1)
    assert emulator.requests == []


def fetched(session: Session) -> None:
    """Return once the pictures that were under way have come, or not."""
    for each in list(session._desk.fetching.values()):
        assert each.exception(PATIENCE) is None or isinstance(each.exception(), errors.ImageGenError)
    settle()


# The whole way.


def test_a_kernel_that_goes_in_the_middle_of_an_answer_leaves_what_had_come(emulator, monkeypatch):
    session = Session("otters", base_url=emulator.base_url, model="any", api_key=KEY)
    heads = []
    decode = recovery.wire.Decoder.feed
    monkeypatch.setattr(
        recovery.wire.Decoder,
        "feed",
        lambda self, data: (heads.append(inbox_of(session)), decode(self, data))[1],
    )
    generation: Generation = session.generate("an otter")
    names, size, head = heads[0]
    assert names == [f"{generation.id}-0", f"{generation.id}-0.head"]
    assert size > 0, "a slice is with the system before it is read"
    assert head["url"] == f"{emulator.base_url}/images/generations"
    assert head["images"] == 1
    assert KEY not in json.dumps(head)


def inbox_of(session: Session) -> tuple[list[str], int, dict[str, Any]]:
    names = sorted((session.folder / "inbox").iterdir())
    return [each.name for each in names], names[0].stat().st_size, json.loads(names[1].read_bytes())
