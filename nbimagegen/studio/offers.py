"""What the page may choose from: gateways with their models, and the keys that open them."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING

from nbimagegen import catalog
from nbimagegen.errors import UnknownGatewayError
from nbimagegen.studio import describe
from nbimagegen.studio.keyring import Keyring
from nbimagegen.studio.line import public

if TYPE_CHECKING:
    from nbimagegen.catalog import Gateway
    from nbimagegen.studio.line import Handlers, Line, Table

_LOG = logging.getLogger("nbimagegen")
MAX_LISTED = 500


class Offers:
    """Tells the page of the catalogue, of models that gateways list, and takes keys.

    Attributes:
        listed: The models that gateways were heard to list, by gateway.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._session = line.session
        self.listed: dict[str, list[str]] = {}
        self._listing: set[str] = set()  # gateways that are being asked for their models
        self._keyring = Keyring(line.session, line.errands.submit, self.tell)
        self.handlers: Handlers = {"key": self._key, "models": self._models}

    def open(self) -> None:
        """Look for a keyring, once a view is there."""
        self._keyring.open()

    def seek_key(self, gateway: str) -> None:
        """Look into the system's keyring for the key of a gateway that was chosen."""
        with contextlib.suppress(RuntimeError):  # the interpreter is ending, and the pool has
            self._keyring.seek(gateway)

    def tell(self) -> None:
        """Send the catalogue."""
        rows = [
            describe.gateway(each, ready=self._is_ready(each), listed=self.listed.get(each.id, ()))
            for each in self._session.gateways()
        ]
        general = [describe.model(each) for each in catalog.models().values()]
        facts = {"gateways": rows, "models": general, "keyring": self._keyring.is_there}
        self._line.reply({"kind": "catalog", "now": time.time(), **facts})

    def row(self, gateway: str) -> Gateway:
        """Return one of the gateways that the page was told of.

        Raises:
            UnknownGatewayError: There is none of this id.
        """
        for row in self._session.gateways():
            if row.id == gateway:
                return row
        message = f"There is no gateway {gateway!r} here; choose one from the list."
        raise UnknownGatewayError(message)

    def _key(self, message: Table) -> None:
        secret = [message.pop("data").decode("utf-8", "replace")]
        save = message["save"]
        self._line.once(message["click"], lambda: self._use_key(message["gateway"], secret, save=save))
        self.tell()

    def _models(self, message: Table) -> None:
        gateway = message["gateway"]
        known = {each.id for each in self._session.gateways()}
        if gateway in known - self._listing:  # else its answer is on the way to all views
            self._listing.add(gateway)
            self._line.errands.submit(self._list_models, gateway)

    def _use_key(self, gateway: str, secret: list[str], *, save: bool) -> None:
        row = self.row(gateway)
        self._session.use_key(row.id, secret[0])
        self._listing.discard(row.id)  # it may open a list that is asked for in vain just now
        if save:
            board = self._line.board
            self._keyring.save(row.id, secret, lambda problem: board.found_wrong(public(problem)))

    def _list_models(self, gateway: str) -> None:
        try:
            names = self._session.models(self.row(gateway).id)
        except Exception as problem:  # noqa: BLE001 - a list is never required
            _LOG.debug("%s did not list its models: %s", gateway, type(problem).__name__)
            return
        finally:
            self._listing.discard(gateway)
        self.listed[gateway] = names[:MAX_LISTED]
        self.tell()

    def _is_ready(self, row: Gateway) -> bool:
        return self._keyring.holds(row.id) or self._session.has_key(row)
