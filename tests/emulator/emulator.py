"""The emulator: a profile on the loopback that records what it is asked and answers as told."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Condition
from typing import TYPE_CHECKING, Any

from typing_extensions import Self

from tests.emulator.answers import Answer, Content, answer, error
from tests.emulator.app import application
from tests.emulator.complaints import Complaint
from tests.emulator.faults import Fault, Held
from tests.emulator.gateway import Gateway
from tests.emulator.limiter import Limiter
from tests.emulator.profiles import PROFILES
from tests.emulator.server import PATIENCE, listening

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.emulator.received import Received

FILES = "/files/"
TOO_MANY = Complaint(429, "Rate limit reached for images.", kind="requests", code="rate_limit_exceeded")


class Emulator(ExitStack):
    """One gateway on 127.0.0.1, alive inside a `with` block.

    Args:
        profile: The gateway to play: a name in `PROFILES`.
        port: The port to listen on; 0 takes a free one.
        kind: The format of the pictures: png, jpeg or webp.
        quirks: What is different from the profile, such as `handover="b64"` or `streams=False`.

    Attributes:
        profile: What it plays.
        url: Its origin, such as `http://127.0.0.1:49152`.
        requests: All that came, in order of arrival.
        billed: How many pictures the user would pay for.
        accepted: The requests for which a picture was made, or for all that a client can know may have been.
        most_at_once: The most POSTs that were open at the same moment.
    """

    def __init__(
        self,
        profile: str = "plain",
        *,
        port: int = 0,
        kind: str = "png",
        **quirks: Any,
    ) -> None:
        super().__init__()
        self.profile = replace(PROFILES[profile], **quirks)
        self.url = ""
        self.requests: list[Received] = []
        self.accepted: list[Received] = []
        self.billed = self.most_at_once = 0
        self._port = port
        self._gateway = Gateway(self.profile, self.publish, kind)
        self._files: dict[str, Answer] = {}
        self._coming: dict[str, deque[Fault]] = {"POST": deque(), "file": deque(), "GET": deque()}
        self._standing: Fault | None = None
        self._limiter: Limiter | None = None
        self._open: set[int] = set()
        self._change = Condition()

    def __enter__(self) -> Self:
        """Start to listen."""
        self.url = self.enter_context(listening(application(self), self._port))
        return self

    # What a test reads.

    @property
    def base_url(self) -> str:
        """The address that a client is configured with."""
        return self.url + self.profile.root

    @property
    def posts(self) -> list[Received]:
        """What was ordered: each of these could have been billed."""
        return [received for received in self.requests if received.method == "POST"]

    @property
    def downloads(self) -> list[Received]:
        """What was fetched from the pictures' URLs."""
        return [received for received in self.requests if received.path.startswith(FILES)]

    @property
    def early(self) -> list[Received]:
        """What came before a limit's refusal allowed it."""
        return self._limiter.early if self._limiter else []

    def wait_until_idle(self) -> None:
        """Return once every request that came is answered or given up.

        Raises:
            TimeoutError: One stays open.
        """
        with self._change:
            if not self._change.wait_for(lambda: not self._open, PATIENCE):
                raise TimeoutError(f"{len(self._open)} requests are open")

    # What a test says.

    def next(self, *faults: Fault) -> None:
        """Answer the next POSTs with these, one each; what comes after is answered honestly."""
        self._coming["POST"].extend(faults)

    def next_download(self, *faults: Fault) -> None:
        """Answer the next downloads of pictures with these, one each."""
        self._coming["file"].extend(faults)

    def next_get(self, *faults: Fault) -> None:
        """Answer the next GETs of anything else, such as the list of models, with these."""
        self._coming["GET"].extend(faults)

    def always(self, fault: Fault | None) -> None:
        """Answer every POST with this unless a `next` waits; None goes back to honesty."""
        self._standing = fault

    def answer_with(
        self, status: int = 200, headers: dict[str, str] | None = None, body: Content = None
    ) -> None:
        """Answer the next POST with exactly this."""
        self.next(answer(status, body, headers=headers))

    def refuse(self, why: str | Complaint) -> None:
        """Refuse the next POST in this gateway's own words: by a name among `profile.refusals`, or whole."""
        self.next(self._gateway.refuse(why if isinstance(why, Complaint) else self.profile.refusals[why]))

    def limit(self, requests: int, per: float, **options: Any) -> Limiter:
        """Let so many POSTs through in each window of `per` seconds; for the rest see `Limiter`."""
        self._limiter = Limiter(requests, per, **options)
        return self._limiter

    @contextmanager
    def hold(self) -> Generator[Held, None, None]:
        """Answer no POST before the block ends, save those that the block releases."""
        held = Held()
        self.always(held)
        try:
            yield held
        finally:
            self.always(None)
            held.release()

    def publish(self, file: bytes, kind: str = "png") -> str:
        """Serve a file and return its URL."""
        return self.publish_answer(answer(200, file, headers={"Content-Type": f"image/{kind}"}), kind)

    def publish_answer(self, file: Answer, kind: str = "png") -> str:
        """Serve any answer to a GET and return its URL."""
        path = f"{FILES}{len(self._files)}.{kind}"
        self._files[path] = file
        return self.url + path

    def forget(self) -> None:
        """Forget what came and what was said, for a server that several tests share."""
        self.requests.clear()
        self.accepted.clear()
        self.always(None)
        self._limiter = None
        for faults in self._coming.values():
            faults.clear()
        self.billed = self.most_at_once = 0

    # What the application asks.

    def arrived(self, received: Received) -> Fault | None:
        """Note a request, and say how to answer it if not honestly."""
        self.requests.append(received)
        self._open.add(id(received))
        is_file = received.path.startswith(FILES)
        coming = self._coming.get("file" if is_file else received.method)
        if received.method != "POST":
            return coming.popleft() if coming else None
        self.most_at_once = max(self.most_at_once, len(self._open))
        return self._too_early(received) or (coming.popleft() if coming else self._standing)

    def _too_early(self, received: Received) -> Fault | None:
        told = self._limiter.turned_away(received) if self._limiter else None
        return None if told is None else self._gateway.refuse(replace(TOO_MANY, headers=told))

    def left(self, received: Received) -> None:
        """Note that a request has been answered, or given up."""
        with self._change:
            self._open.discard(id(received))
            self._change.notify_all()

    def honest(self, received: Received) -> Answer:
        """Return the documented answer, or the file."""
        if received.path.startswith(FILES):
            return self._files.get(received.path) or error(404, "No such file.")
        return self._gateway.answer(received)

    def accept(self, received: Received) -> None:
        """Note a request for which a picture was, or may have been, made."""
        if received.method == "POST" and not any(received is known for known in self.accepted):
            self.accepted.append(received)

    def bill(self, pictures: int) -> None:
        """Count pictures that somebody pays for."""
        self.billed += pictures
