"""Where a key comes from, which gateway is meant, and the wrapper that never shows a key.

Keys belong to rows: `OPENAI_API_KEY` is the `openai` row's alone, and an address without a gateway
takes only a key that was given for it.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import os
import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar
from urllib.parse import quote

from nbimagegen.errors import KeyMissingError, StoreError
from nbimagegen.lazily import rooms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbimagegen import catalog
    from nbimagegen.catalog import Gateway

    KeySource: TypeAlias = str | Callable[[], str] | "Key" | None
else:
    (catalog,) = rooms("catalog")

T = TypeVar("T")

KEYRING_SERVICE = "nbimagegen"
KEYRING_SECONDS = 2.0
SHORTEST_SECRET = 8  # shorter ones are stand-ins for local servers, and stand in any text by chance
_HIDDEN = "[key]"


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
        """Return `text` without the key, also where it was escaped, URL-encoded, in base64 or in hex."""
        for form in _forms(self._secret):
            text = text.replace(form, _HIDDEN)
        begun = max((_begun(text, form) for form in _forms(self._secret)), default=0)
        return text[:-begun] + _HIDDEN if begun else text

    def scrub_bytes(self, data: bytes) -> bytes:
        """Return `data` without the key, in whatever form, as `scrub`."""
        # Latin 1 holds any bytes, and a key is in ASCII.
        return self.scrub(data.decode("latin-1")).encode("latin-1")

    def __repr__(self) -> str:
        """Say where the key came from, and nothing of it."""
        return f"Key(*** from {self.origin})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied."""
        message = "A key is never pickled."
        raise TypeError(message)


@lru_cache(maxsize=16)
def _forms(secret: str) -> list[str]:
    """Return the ways in which a gateway may repeat a key; none for one that is too short to be one."""
    if len(secret) < SHORTEST_SECRET:
        return []
    in_base64 = [_in_base64(secret.encode(), after) for after in range(3)]
    in_base64.append(base64.b64encode(secret.encode()).decode().rstrip("="))
    in_hex = secret.encode().hex()
    in_url = [quote(secret, safe=""), quote(secret)]
    forms = {secret, html.escape(secret), in_hex, in_hex.upper(), *in_base64, *in_url}
    forms |= {each.replace("+", "-").replace("/", "_") for each in in_base64}
    forms |= {re.sub("%..", lambda code: code[0].lower(), each) for each in in_url}
    for _ in range(2):  # JSON, and JSON inside JSON
        forms |= {escape(each) for each in forms for escape in (_in_json, _in_json_of_php, _in_json_of_go)}
    return sorted(forms, key=len, reverse=True)


def _begun(text: str, form: str) -> int:
    """Return how much of a key stands at the end of a text that was cut off inside of it."""
    if form[:SHORTEST_SECRET] not in text[-len(form) :]:  # nearly always, and soon known
        return 0
    lengths = range(min(len(form) - 1, len(text)), SHORTEST_SECRET - 1, -1)
    return next((each for each in lengths if text.endswith(form[:each])), 0)


def _in_base64(data: bytes, after: int) -> str:
    """Return those letters of a longer text in base64 that tell of `data` alone, so many bytes into it."""
    coded = base64.b64encode(bytes(after) + data).decode()
    return coded[-(-after * 8 // 6) : (after + len(data)) * 8 // 6]


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_json_of_php(text: str) -> str:
    return _in_json(text).replace("/", r"\/")


def _in_json_of_go(text: str) -> str:
    return re.sub("[&<>]", lambda sign: f"\\u{ord(sign[0]):04x}", _in_json(text))


def sealed(given: KeySource) -> KeySource:
    """Return a key so that a traceback which prints variables does not print it."""
    return given if given is None or isinstance(given, Key) or callable(given) else Key(given, "api_key=")


def choose_gateway(
    name: str | Gateway | None, base_url: str | None, environ: Mapping[str, str] | None = None
) -> Gateway:
    """Return the gateway that is meant: the one named, else the first with a key, else `sketch`.

    Args:
        name: A gateway's id, or a `Gateway` of the user's own.
        base_url: An address; without a name it is a custom gateway's.
        environ: The environment; `os.environ` by default.

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
    return _soon(lambda: _in_keyring(gateway.id)) if named and gateway.needs_key else None


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


# The system's keyring: an extra, and a door that may stay shut.


def has_keyring() -> bool:
    """Return whether this computer has a keyring that takes keys."""
    return _soon(_usable_keyring) is True


def save_to_keyring(gateway: str, key: Key) -> None:
    """Put a key into the system's keyring, where a session that names this gateway finds it.

    Raises:
        KeyMissingError: The key is malformed.
        StoreError: There is no keyring, or it does not take the key.
    """
    key.checked()
    if not has_keyring():
        message = (
            "There is no keyring here that takes keys, so this one stays in memory; "
            'install one with: pip install "nbimagegen[keyring]", or set an environment variable.'
        )
        raise StoreError(message)
    if _soon(lambda: _put_into_keyring(gateway, key)) is not True:
        message = (
            "The system's keyring did not take the key, so it stays in memory; unlock the keyring and "
            "save the key again, or set an environment variable."
        )
        raise StoreError(message)


def _usable_keyring() -> bool:
    import keyring  # noqa: PLC0415 - an extra, and slow to import

    # Stand-ins for "none" have a priority of 0 or below.
    return float(keyring.get_keyring().priority) > 0


def _put_into_keyring(user: str, key: Key) -> bool:
    import keyring  # noqa: PLC0415 - as above

    keyring.set_password(KEYRING_SERVICE, user, key.reveal())
    return True


def _in_keyring(user: str) -> Key | None:
    import keyring  # noqa: PLC0415 - as above

    secret = keyring.get_password(KEYRING_SERVICE, user)
    return Key(secret, "the system's keyring").checked() if secret else None


def _soon(ask: Callable[[], T]) -> T | None:
    """Return what the keyring says; None where it fails, or takes longer than a moment.

    Off the calling thread: a locked keyring may open a dialogue and wait for ever.
    """
    found: list[T] = []

    def asking() -> None:
        # Whatever a backend raises means: nothing from here.
        with contextlib.suppress(Exception):
            found.append(ask())

    thread = threading.Thread(target=asking, daemon=True)
    thread.start()
    thread.join(KEYRING_SECONDS)
    return found[0] if found else None
