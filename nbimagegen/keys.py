"""Where a key comes from, which gateway is meant, and the wrapper that never shows a key.

Keys belong to rows: `OPENAI_API_KEY` is the `openai` row's alone, and an address without a gateway
takes only a key that was given for it.
"""

from __future__ import annotations

import base64
import os
import threading
from typing import TYPE_CHECKING, NoReturn, TypeAlias
from urllib.parse import quote

from nbimagegen import catalog
from nbimagegen.errors import KeyMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbimagegen.catalog import Gateway

    KeySource: TypeAlias = str | Callable[[], str] | "Key" | None

KEYRING_SERVICE = "nbimagegen"
KEYRING_SECONDS = 2.0
SHORTEST_SECRET = 8  # shorter ones are stand-ins for local servers, and stand in any text by chance


class Key:
    """A key that shows itself to nobody: masked in every text, refused by pickle and copy."""

    __slots__ = ("_secret", "origin")

    def __init__(self, secret: str, origin: str) -> None:
        self._secret = secret.strip() if isinstance(secret, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance] - a callable may return anything
        self.origin = origin

    def checked(self) -> Key:
        """Return this key, before any library can choke on it and print it.

        Raises:
            KeyMissingError: It is empty or holds what no key has.
        """
        if not self._secret:
            message = f"The key from {self.origin} is empty; paste it again."
            raise KeyMissingError(message)
        if not all("!" <= each <= "~" and each not in "\"'`" for each in self._secret):
            message = (
                f"The key from {self.origin} holds a space, a quote or a character that no key has; "
                "paste the key alone, without 'Bearer' or quotes."
            )
            raise KeyMissingError(message)
        return self

    def reveal(self) -> str:
        """Return the key itself: for the Authorization header alone."""
        return self._secret

    def scrub(self, text: str) -> str:
        """Return `text` without the key, also where it was URL-encoded or in base64."""
        for form in self._forms():
            text = text.replace(form, "[key]")
        return text

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return `data` without the key, also where it was URL-encoded or in base64."""
        for form in self._forms():
            data = data.replace(form.encode(), b"[key]")
        return data

    def _forms(self) -> tuple[str, ...]:
        coded = base64.b64encode(self._secret.encode()).decode().rstrip("=")
        if len(self._secret) < SHORTEST_SECRET:
            return ()
        return (self._secret, quote(self._secret, safe=""), coded)

    def __repr__(self) -> str:
        """Say where the key came from, and nothing of it."""
        return f"Key(*** from {self.origin})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied."""
        message = "A key is never pickled."
        raise TypeError(message)


def sealed(given: KeySource) -> KeySource:
    """Return a key so that a traceback which prints variables does not print it."""
    return given if given is None or isinstance(given, Key) or callable(given) else Key(given, "api_key=")


def choose_gateway(
    name: str | None, base_url: str | None, environ: Mapping[str, str] | None = None
) -> Gateway:
    """Return the gateway that is meant: the one named, else the first with a key, else `sketch`.

    Raises:
        UnknownGatewayError: The name, or `NBIMAGEGEN_GATEWAY`, is in no row.
    """
    named = name or (None if base_url else _read("NBIMAGEGEN_GATEWAY", environ))
    if named:
        return catalog.find_gateway(named)
    if base_url:
        return catalog.find_gateway("custom")
    return _first_with_a_key(environ) or catalog.find_gateway("sketch")


def find_key(
    gateway: Gateway,
    given: KeySource = None,
    *,
    named: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Key | None:
    """Return the key to send to this gateway, or None where there is none.

    Args:
        gateway: The gateway that the request goes to.
        given: A key, or a callable that returns one, given for this gateway.
        named: Whether the user named the gateway; only then is the system's keyring asked.
        environ: The environment; `os.environ` by default.

    Raises:
        KeyMissingError: A key was found, and is malformed.
    """
    given = sealed(given)
    if isinstance(given, Key):
        return given.checked()
    if callable(given):
        return _called(given).checked()
    for variable in gateway.variables:
        if _read(variable, environ):
            return Key(_read(variable, environ), variable).checked()
    return _from_keyring(gateway) if named and gateway.needs_key else None


def need_key(gateway: Gateway, key: Key | None) -> Key | None:
    """Return the key, or None where the gateway needs none.

    Raises:
        KeyMissingError: The gateway needs a key and there is none.
    """
    if key is None and gateway.needs_key:
        names = " or ".join(gateway.variables[::-1])
        message = (
            f"{gateway.label} needs a key and none was found; set {names}, pass api_key=, "
            "or paste it into the widget's key field."
        )
        raise KeyMissingError(message)
    return key


def _called(source: Callable[[], str]) -> Key:
    try:
        return Key(source(), "api_key=")
    except Exception as problem:  # noqa: BLE001 - it is the user's, and may raise anything
        message = (
            f"The callable given as api_key= failed ({type(problem).__name__}); call it yourself to see why."
        )
    raise KeyMissingError(message)


def _read(variable: str, environ: Mapping[str, str] | None) -> str:
    # A frame that never fails: a verbose traceback would print the whole environment.
    return (os.environ if environ is None else environ).get(variable, "")


def _first_with_a_key(environ: Mapping[str, str] | None) -> Gateway | None:
    rows = catalog.gateways().values()
    return next((row for row in rows if any(_read(each, environ) for each in row.variables)), None)


def _from_keyring(gateway: Gateway) -> Key | None:
    # Off the calling thread and for a while only: a locked keyring may open a dialogue and wait for ever.
    found: list[Key] = []
    asking = threading.Thread(target=_ask_keyring, args=(gateway.id, found), daemon=True)
    asking.start()
    asking.join(KEYRING_SECONDS)
    return found[0] if found else None


def _ask_keyring(user: str, found: list[Key]) -> None:
    try:
        import keyring  # noqa: PLC0415 - an extra, and slow to import

        secret = keyring.get_password(KEYRING_SERVICE, user)
        if secret:
            found.append(Key(secret, "the system's keyring").checked())
    except Exception:  # noqa: BLE001 - whatever a backend raises means: no key from here
        return
