"""Which gateways calls may go to, by their addresses. Opens no history and reads no key."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from nbimagegen import keys
from nbimagegen.errors import AddressError
from nbimagegen.lazily import rooms

if TYPE_CHECKING:
    from nbimagegen import catalog
    from nbimagegen.catalog import Gateway
    from nbimagegen.records import Dialect
else:
    (catalog,) = rooms("catalog")


class Reach:
    """The gateways, as they are configured.

    Attributes:
        default: The gateway of calls that name none.
    """

    def __init__(self, default: Gateway) -> None:
        self.default = default

    def row(self, gateway: str | None) -> Gateway:
        """Return the catalogue's row for a gateway, as this session reaches it.

        Raises:
            UnknownGatewayError: There is none of this id.
        """
        if gateway is None or gateway == self.default.id:
            return self.default
        row = catalog.find_gateway(gateway)
        if row.id == self.default.id:
            return self.default
        if row.id == "custom":
            message = "The gateway 'custom' needs an address; make the session with base_url=."
            raise AddressError(message)
        return addressed(row)

    def gateways(self) -> list[Gateway]:
        """Return the gateways that this session can reach, its own address included."""
        rows = [self.default]
        for each in catalog.gateways():
            if each not in {"custom", self.default.id}:
                with contextlib.suppress(AddressError):  # its variable holds none; said when it is used
                    rows.append(self.row(each))
        return rows


def of_environment() -> Reach:
    """Return what a session reaches that is told nothing.

    Raises:
        RequestError: The environment names a gateway or an address that cannot be.
    """
    return Reach(addressed(keys.choose_gateway(None, None)))


def addressed(row: Gateway, base_url: str | None = None, dialect: Dialect | None = None) -> Gateway:
    """Return a gateway's row with the address and the dialect that are given, or else the environment's."""
    return catalog.speaking(row, base_url or os.environ.get(row.base_url_variable or "-"), dialect)
