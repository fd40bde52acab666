"""No test sees a key, a proxy, a setting or a file of the user's, and each has a home of its own."""

from __future__ import annotations

import gc
import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from nbimagegen import catalog
from nbimagegen.budget import Gate
from nbimagegen.jobs import tries
from nbimagegen.session import session
from nbimagegen.store import index

pytest_plugins = ["tests.emulator.fixtures", "tests.pretend_page", "tests.proof"]

# No wall clock, and the same examples each time.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
NO_SETTINGS = str(Path(__file__).parent / "no-settings")
os.environ["NBIMAGEGEN_CONFIG"] = NO_SETTINGS  # rows are read as tests are collected

OURS = ("NBIMAGEGEN_", "JPY_SESSION_NAME", "XDG_")
OTHERS = {"REQUEST_METHOD"}  # with it, urllib takes a proxy variable for a header of a web server's client


def pytest_collection_finish() -> None:
    """Leave what the collected tests hold out of every later collection of garbage: it lives to the end."""
    gc.collect()
    gc.freeze()


def is_the_users(name: str) -> bool:
    """Return whether a variable of this name would change what a test sees."""
    return name in known() or name.startswith(OURS) or name.lower().endswith("_proxy")


@cache
def known() -> set[str]:
    """Return the variables of the catalogue's own gateways, and others that change something."""
    rows = catalog.gateways().values()
    return {variable for row in rows for variable in (*row.variables, row.base_url_variable)} | OTHERS


@pytest.fixture
def no_waiting(monkeypatch) -> None:
    """What is tried again is tried again at once: how long it would wait has tests of its own."""
    monkeypatch.setattr(Gate, "close", lambda *_: None)
    monkeypatch.setattr(tries, "backoff", lambda _: 0.0)


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch) -> None:
    """Nobody waits until what is written is on the disk itself: a test's end does not cut the power."""
    monkeypatch.setattr(index, "SYNCHRONOUS", "OFF")
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch, tmp_path_factory) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in filter(is_the_users, list(os.environ)):
        monkeypatch.delenv(name)
    for name in HOMES:
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("NBIMAGEGEN_HOME", str(home / "pictures"))
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", NO_SETTINGS)
    monkeypatch.setattr(session, "_has_said_that_it_sketches", False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
