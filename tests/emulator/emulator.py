"""The emulator: a profile on the loopback that records what it is asked and answers as told."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack, contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from typing_extensions import Self

from tests.emulator.answers import Answer, Content, answer, error
from tests.emulator.app import application
from tests.emulator.faults import Fault, Held
from tests.emulator.gateway import Gateway
from tests.emulator.profiles import PROFILES, Handover
from tests.emulator.server import PATIENCE, listening

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.emulator.received import Received

FILES = "/files/"


class Emulator(ExitStack):
    """One gateway on 127.0.0.1, alive inside a `with` block.

    Args:
        profile: The gateway to play: a name in `PROFILES`.
        port: The port to listen on; 0 takes a free one.
        handover: How pictures are handed over, if not as the profile's document says.
        kind: The format of the pictures: png, jpeg or webp.

    Attributes:
        profile: What it plays.
        url: Its origin, such as `http://127.0.0.1:49152`.
        requests: All that came, in order of arrival.
        billed: How many pictures the user would pay for.
        most_at_once: The most POSTs that were open at the same moment.
    """

    def __init__(
        self,
        profile: str = "plain",
        *,
        port: int = 0,
        handover: Handover | None = None,
        kind: str = "png",
    ) -> None:
        super().__init__()
        self.profile = PROFILES[profile]
        self.url = ""
        self.requests: list[Received] = []
        self.billed = self.most_at_once = 0
        self._port = port
        self._gateway = Gateway(self.profile, self.publish, handover or self.profile.handover, kind)
        self._files: dict[str, Answer] = {}
        self._coming: dict[str, deque[Fault]] = {"POST": deque(), "GET": deque()}
        self._standing: Fault | None = None
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
        return f"{self.url}/v1"

    @property
    def posts(self) -> list[Received]:
        """What was ordered: each of these could have been billed."""
        return [received for received in self.requests if received.method == "POST"]

    @property
    def downloads(self) -> list[Received]:
        """What was fetched from the pictures' URLs."""
        return [received for received in self.requests if received.path.startswith(FILES)]

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
        """Answer the next GETs with these, one each."""
        self._coming["GET"].extend(faults)

    def always(self, fault: Fault | None) -> None:
        """Answer every POST with this unless a `next` waits; None goes back to honesty."""
        self._standing = fault

    def answer_with(
        self, status: int = 200, headers: dict[str, str] | None = None, body: Content = None
    ) -> None:
        """Answer the next POST with exactly this."""
        self.next(answer(status, body, headers=headers))

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
        self.always(None)
        for faults in self._coming.values():
            faults.clear()
        self.billed = self.most_at_once = 0

    # What the application asks.

    def arrived(self, received: Received) -> Fault | None:
        """Note a request, and say how to answer it if not honestly."""
        self.requests.append(received)
        self._open.add(id(received))
        coming = self._coming.get(received.method)
        if received.method != "POST":
            return coming.popleft() if coming else None
        self.most_at_once = max(self.most_at_once, len(self._open))
        return coming.popleft() if coming else self._standing

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

    def bill(self, pictures: int) -> None:
        """Count pictures that somebody pays for."""
        self.billed += pictures
