"""The system's keyring behind the key field: whether there is one, what it holds, and what is put into it.

It may ask its user first, so everything here runs on a thread that may wait.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nbimagegen.errors import ImageGenError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.session import Session


class Keyring:
    """What the page is told of the keyring.

    Args:
        session: Whose keys are asked for.
        run: Runs an action on a thread that may wait.
        changed: Called when there is more to tell.

    Attributes:
        is_there: Whether this computer has one that takes keys.
    """

    def __init__(self, session: Session, run: Callable[..., Any], changed: Callable[[], object]) -> None:
        self._session = session
        self._run = run
        self._changed = changed
        self._sought = session.gateway
        self._held: dict[str, bool] = {}
        self.is_there = False

    def open(self) -> None:
        """Find out whether there is one, and whether it holds the key that is sought."""
        self._run(self._open)

    def seek(self, gateway: str) -> None:
        """Look for the key of a gateway that was chosen."""
        self._sought = gateway
        if self.is_there:
            self._run(self._look, gateway)

    def holds(self, gateway: str) -> bool:
        """Return whether it is known to hold a key for this gateway."""
        return self._held.get(gateway, False)

    def save(self, gateway: str, secret: list[str], failed: Callable[[Exception], object]) -> None:
        """Put in the key that the list holds, and take it out of the list."""
        self._run(self._save, gateway, secret, failed)

    def _open(self) -> None:
        self.is_there = self._session.can_save_keys()
        if self.is_there:
            self._changed()
            self._look(self._sought)

    def _look(self, gateway: str) -> None:
        if gateway in self._held:  # asked once: a keyring that is locked asks its user each time
            return
        with suppress(ImageGenError):
            row = self._session.row(gateway)
            if self._session.has_key(row):
                return
            self._held[gateway] = False
            self._held[gateway] = self._session.key(row) is not None
            self._changed()

    def _save(self, gateway: str, secret: list[str], failed: Callable[[Exception], object]) -> None:
        try:
            self._session.use_key(gateway, secret.pop(), save=True)
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            failed(problem)
