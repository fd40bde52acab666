"""No test sees a key, a proxy, a setting or a file of the user's, and each has a home of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from nbimagegen import catalog
from nbimagegen.budget import Gate
from nbimagegen.jobs import tries
from nbimagegen.session import session

pytest_plugins = ["tests.emulator.fixtures", "tests.proof"]

# No wall clock, and the same examples each time.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
NO_SETTINGS = str(Path(__file__).parent / "no-settings")
os.environ["NBIMAGEGEN_CONFIG"] = NO_SETTINGS  # rows are read as tests are collected

OURS = ("NBIMAGEGEN_", "JPY_SESSION_NAME", "XDG_")
OTHERS = {"REQUEST_METHOD"}  # with it, urllib takes a proxy variable for a header of a web server's client


def is_the_users(name: str) -> bool:
    """Return whether a variable of this name would change what a test sees."""
    rows = catalog.gateways().values()
    known = {variable for row in rows for variable in (*row.variables, row.base_url_variable)} | OTHERS
    return name in known or name.startswith(OURS) or name.lower().endswith("_proxy")


@pytest.fixture
def no_waiting(monkeypatch) -> None:
    """What is tried again is tried again at once: how long it would wait has tests of its own."""
    monkeypatch.setattr(Gate, "close", lambda *_: None)
    monkeypatch.setattr(tries, "backoff", lambda _: 0.0)


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
