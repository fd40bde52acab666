"""The other end of a widget, without a browser: keeps what it is sent, and says what a test says."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import comm
import pytest
from comm.base_comm import BaseComm

from nbimagegen.jobs import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from concurrent.futures import ThreadPoolExecutor

T = TypeVar("T")
PATIENCE = 30
SMALL = {"size": "256x256", "latency": 0}


class Page(BaseComm):
    """One page, with all views of one studio."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.messages: list[tuple[dict[str, Any], list[bytes]]] = []
        self._change = threading.Condition()
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys) -> None:
        del msg_type, metadata, keys
        with self._change:
            self.messages.append((data or {}, [bytes(each) for each in buffers or ()]))
            self._change.notify_all()

    def says(self, content: object, *buffers: bytes) -> None:
        self._deliver({"method": "custom", "content": content}, *buffers)

    def asks(self, content: dict[str, Any], *buffers: bytes) -> dict[str, Any]:
        """Say what carries a click, and return the kernel's answer to it."""
        before = len(self._answers(content["click"]))
        self.says(content, *buffers)
        return self.wait_until(lambda: self._answers(content["click"])[before:])[0]

    def _answers(self, click: str) -> list[dict[str, Any]]:
        answers = [*self.heard("acknowledged"), *self.heard("refused")]
        return [each for each in answers if each["click"] == click]

    def sets(self, **state: object) -> None:
        self._deliver({"method": "update", "state": state, "buffer_paths": []})

    def _deliver(self, data: dict[str, Any], *buffers: bytes) -> None:
        held = [memoryview(each) for each in buffers]
        self.handle_msg({"content": {"data": json.loads(json.dumps(data))}, "buffers": held})

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """Return the custom messages of a kind, with their buffers."""
        custom = [
            (data["content"], held) for data, held in list(self.messages) if data.get("method") == "custom"
        ]
        return [{**content, "buffers": held} for content, held in custom if content["kind"] == kind]

    def updates(self) -> list[dict[str, Any]]:
        """Return the states that the kernel sent by itself."""
        return [data["state"] for data, _ in self.messages if data.get("method") == "update"]

    def wait_until(self, condition: Callable[[], T]) -> T:
        """Return the condition's first true value."""
        end = time.monotonic() + PATIENCE
        with self._change:
            while not (value := condition()):
                assert time.monotonic() < end
                self._change.wait(0.05)  # not everything that changes is told to the page
        return value

    def wait_for(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        with self._change:
            assert self._change.wait_for(lambda: len(self.heard(kind)) >= count, PATIENCE), kind
        return self.heard(kind)


@pytest.fixture
def pages(monkeypatch) -> None:
    """Give each widget a page of its own."""
    monkeypatch.setattr(comm, "create_comm", Page)


@contextmanager
def held_up(pool: ThreadPoolExecutor) -> Generator[None]:
    """Keep a thread busy with something slow, and return once it has done what was asked of it meanwhile."""
    go_on = threading.Event()
    pool.submit(go_on.wait, PATIENCE)
    try:
        yield
    finally:
        go_on.set()
        pool.submit(bool).result(PATIENCE)


def settle() -> None:
    """Return once every event so far has reached its listeners."""
    reached = threading.Event()
    tell(reached.set)
    assert reached.wait(PATIENCE)


def press(click: str = "click 1", **fields: object) -> dict[str, Any]:
    """Return the message of a press of Generate."""
    message = {
        "kind": "generate",
        "click": click,
        "prompt": "an otter",
        "gateway": "sketch",
        "model": "sketch",
    }
    return {**message, "n": 1, "parameters": SMALL, "extra": {}, **fields}
