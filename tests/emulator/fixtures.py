"""The pytest plugin: gateways that live as long as a test."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TypeAlias

import pytest

from tests.emulator.emulator import Emulator

Emulate: TypeAlias = Callable[..., Emulator]


@pytest.fixture
def emulate() -> Iterator[Emulate]:
    """Start gateways: `emulate("serevix")`, `emulate("xty", handover="b64")`."""
    with ExitStack() as stack:
        yield lambda *profile, **options: stack.enter_context(Emulator(*profile, **options))


@pytest.fixture
def emulator(request: pytest.FixtureRequest, emulate: Emulate) -> Emulator:
    """One gateway: `plain`, or the profile that an indirect parameter names."""
    return emulate(getattr(request, "param", "plain"))


@pytest.fixture
def nobody() -> Iterator[str]:
    """An origin on the loopback where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
