"""No test sees a key, a proxy, a setting or a file of the user's, and each has a home of its own."""

from __future__ import annotations

import gc
import os
import sys
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import certifi
import pytest
from hypothesis import settings
from ipywidgets import Widget

from nbimagegen import catalog
from nbimagegen.budget import Gate
from nbimagegen.jobs import tries
from nbimagegen.session import session
from nbimagegen.store import index

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_plugins = ["tests.emulator.fixtures", "tests.pretend_page", "tests.proof"]

# No wall clock, and the same examples each time.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")

HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
NO_SETTINGS = str(Path(__file__).parent / "no-settings")
os.environ["NBIMAGEGEN_CONFIG"] = NO_SETTINGS  # rows are read as tests are collected

# A schema's grammar of addresses takes seconds to be read, in each process, and no notebook is checked by it.
sys.modules["rfc3987_syntax"] = None

# Other clients read every authority's certificate for each request; of the loopback's there is one.
certifi.where = lambda: str(Path(__file__).parent / "loopback.pem")

OURS = ("NBIMAGEGEN_", "JPY_SESSION_NAME", "XDG_")
CERTIFICATES = {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}
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
    theirs = {variable for row in rows for variable in (*row.variables, row.base_url_variable)}
    return theirs | CERTIFICATES | OTHERS


@pytest.fixture
def no_waiting(monkeypatch) -> None:
    """What is tried again is tried again at once: how long it would wait has tests of its own."""
    monkeypatch.setattr(Gate, "close", lambda *_: None)
    monkeypatch.setattr(tries, "backoff", lambda _: 0.0)


@pytest.fixture(autouse=True)
def no_studio_stays_open() -> Iterator[None]:
    """What is open listens, and a look-out of its own looks for it each second, to the end of all tests."""
    yield
    Widget.close_all()


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch) -> None:
    """Nobody waits until what is written is on the disk itself: a test's end does not cut the power."""
    monkeypatch.setattr(index, "SYNCHRONOUS", "OFF")
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(scope="session")
def homes(tmp_path_factory) -> Iterator[Path]:
    """Folders, one after another, without a look at all that there are."""
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in count())


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch, homes) -> None:
    home = next(homes)
    home.mkdir()
    for name in filter(is_the_users, list(os.environ)):
        monkeypatch.delenv(name)
    for name in HOMES:
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("NBIMAGEGEN_HOME", str(home / "pictures"))
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", NO_SETTINGS)
    monkeypatch.setattr(session, "_has_said_that_it_sketches", False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
