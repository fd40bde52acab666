"""Where a key comes from, and the stage on which it is used: a gateway that repeats it, and a stranger."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nbimagegen import Gateway, Session, catalog
from nbimagegen.errors import ImageGenError
from tests import canary
from tests.pretend_page import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.emulator import Emulator


# The entries.


@dataclass
class Entry:
    """Where a key comes from.

    Attributes:
        settings: The session's arguments.
        variables: The environment's.
        config: `gateways.toml`.
        typed: Into the key field, for this gateway.
        ring: What the system's keyring holds.
    """

    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    variables: dict[str, str] = field(default_factory=dict[str, str])
    config: str = ""
    typed: str = ""
    ring: str | None = None


OWN = '[mine]\nbase_url = "{}"\nkey_variables = ["MINE_KEY"]\n'
MINE = Gateway("mine", base_url="http://127.0.0.1:9/v1", key_variables=("MINE_KEY",))
OPENAI = {"gateway": "openai"}

ENTRIES: dict[str, Callable[[str], Entry]] = {
    "api_key=": lambda key: Entry({"api_key": key}),
    "a callable": lambda key: Entry({"api_key": lambda: key}),
    "api_key= of a row": lambda key: Entry({**OPENAI, "api_key": key}),
    "the key field": lambda _: Entry(typed="custom"),
    "the key field of a row": lambda _: Entry(OPENAI, typed="openai"),
    "the row's variable": lambda key: Entry(OPENAI, {"OPENAI_API_KEY": key}),
    "our variable": lambda key: Entry(OPENAI, {"NBIMAGEGEN_OPENAI_API_KEY": key}),
    "a variable of several lines": lambda key: Entry(OPENAI, {"OPENAI_API_KEY": f" {key}\n"}),
    "the keyring": lambda key: Entry(OPENAI, ring=key),
    "gateways.toml": lambda key: Entry({"gateway": "mine"}, {"MINE_KEY": key}, OWN),
    "a Gateway": lambda key: Entry({"gateway": MINE}, {"MINE_KEY": key}),
}


class Ring:
    """A keyring that holds one key, and takes others."""

    def __init__(self, secret: str | None) -> None:
        self._secret = secret

    def get_keyring(self) -> object:
        return SimpleNamespace(priority=5)

    def get_password(self, _service: str, _user: str) -> str | None:
        return self._secret

    def set_password(self, _service: str, _user: str, secret: str) -> None:
        self._secret = secret


def configure(patch: pytest.MonkeyPatch, stage: Stage) -> None:
    """Put a key where it comes from, and the gateway where its row says that it is."""
    entry, base_url = stage.entry, stage.emulator.base_url
    config = stage.home.with_name(f"{stage.home.name}-config")
    config.mkdir()
    (config / "gateways.toml").write_text(entry.config.format(base_url))
    ours = {"OPENAI_BASE_URL": base_url, "NBIMAGEGEN_CONFIG": str(config)}
    for name, value in {**ours, **entry.variables}.items():
        patch.setenv(name, value)
    patch.setitem(sys.modules, "keyring", Ring(entry.ring))
    catalog.forget()


# A stage on which one key is used.


@dataclass
class Stage:
    """One session with a canary key, a gateway that echoes it, and a stranger.

    Attributes:
        echo: The key, as this gateway repeats it.
        errors: What was raised.
        shown: What else was to be seen.
    """

    secret: str = field(repr=False)
    echo: str
    home: Path
    emulator: Emulator
    stranger: Emulator
    entry: Entry
    errors: list[BaseException] = field(default_factory=list[BaseException])
    shown: dict[str, object] = field(default_factory=dict[str, object])

    def session(self, **more: Any) -> Session:
        """Open a session; the key is in it or will be found."""
        host = {"base_url": self.emulator.base_url, "allow_image_hosts": ("127.0.0.1",)}
        session = Session("canary", home=self.home, model="any", **{**host, **self.entry.settings, **more})
        if self.entry.typed:
            session.use_key(self.entry.typed, self.secret)
        return session

    def ask(self, *faults: Any, how: Callable[[Session], object] | None = None, **settings: Any) -> Session:
        """Let the gateway answer so, and ask it for pictures; gives the session."""
        self.emulator.next(*faults)
        session = self.session(**settings)
        self.attempt(lambda: (how or (lambda each: each.generate("an otter")))(session))
        self.show(session)
        return session

    def attempt(self, action: Callable[[], object]) -> None:
        """Do what may fail, and keep what it raises."""
        try:
            self.shown[f"result {len(self.shown)}"] = repr(action())
        except ImageGenError as problem:
            self.errors.append(problem)

    def show(self, session: Session) -> None:
        """Look at all that a session holds."""
        settle()
        self.shown["session"] = f"{session!r} {vars(session)!r} {canary.pickled(session)!r}"
        for each in session.history:
            self.shown[f"generation {each.id}"] = (
                f"{each!r} {each.record!r} {each.error!r} {vars(each)!r} {canary.pickled(each)!r}"
                f"{each.lost} {each.usage} {each.differences} {[vars(one) for one in each.pictures]}"
            )
            self.errors.extend([each.error] if each.error else [])


def seen(stage: Stage) -> dict[str, object]:
    """Return all that anybody but the gateway itself could see."""
    places = {**canary.files(stage.home), **stage.shown}
    for number, each in enumerate(stage.errors):
        places.update({f"{what} {number}": text for what, text in canary.of_error(each).items()})
    places["what the stranger got"] = [vars(each) for each in stage.stranger.requests if not is_told(each)]
    places["what the gateway got"] = [
        (each.path, each.query, each.body, {**each.headers, "authorization": ""})
        for each in stage.emulator.requests
        if not is_told(each)
    ]
    return places


def is_told(received: Any) -> bool:
    """Return whether the key is in an address because a gateway put it there."""
    return received.path.startswith("/files/") and not received.authorization
