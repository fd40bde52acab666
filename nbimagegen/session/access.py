"""Which gateways a session reaches, by which addresses and keys, and which models they list."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen import keys
from nbimagegen.errors import ImageGenError
from nbimagegen.lazily import rooms
from nbimagegen.session import waiting
from nbimagegen.session.reach import Reach

if TYPE_CHECKING:
    from nbimagegen import jobs
    from nbimagegen.catalog import Gateway
    from nbimagegen.jobs import Route
    from nbimagegen.keys import Key, KeySource
    from nbimagegen.session.desk import Desk
    from nbimagegen.transport.network import Verify
else:
    (jobs,) = rooms("jobs")


@dataclass(frozen=True, slots=True)
class Network:
    """How a session's requests reach the network."""

    verify: Verify = True
    proxy: str | None = None
    image_hosts: tuple[str, ...] = ()


class Access(Reach):
    """What is configured: the gateways, their keys and the way there."""

    def __init__(
        self, default: Gateway, key: KeySource, desk: Desk, network: Network, *, named: bool
    ) -> None:
        super().__init__(default)
        self._api_key = key
        self._held_desk = desk
        self._network = network
        self._named = named

    @property
    def _desk(self) -> Desk:
        self._held_desk.check_open()
        return self._held_desk

    def key(self, row: Gateway) -> Key | None:
        """Return the key for a gateway, read now; None where it needs none.

        Raises:
            KeyMissingError: It needs one and there is none, or it is malformed.
        """
        given = self._given_key(row)
        named = self._named or row.id != self.default.id
        return keys.need_key(row, keys.find_key(row, given, named=named))

    def has_key(self, row: Gateway) -> bool:
        """Return whether a request could be sent now; the system's keyring is not asked."""
        given = self._given_key(row)
        try:
            return not row.needs_key or callable(given) or keys.find_key(row, given, named=False) is not None
        except ImageGenError:
            return False

    def use_key(self, gateway: str, secret: str, *, save: bool = False) -> None:
        """Take a key for one gateway into memory, for this session alone.

        Args:
            gateway: The gateway's id.
            secret: The key.
            save: Put it into the system's keyring too, for later kernels.

        Raises:
            KeyMissingError: It is malformed.
            StoreError: The keyring does not take it.
            UnknownGatewayError: There is no such gateway.
        """
        key = keys.Key(secret, "the key field")
        del secret
        row = self.row(gateway)
        self._desk.typed_keys[row.id, row.base_url] = key.checked()
        if save:
            keys.save_to_keyring(row.id, key)

    def can_save_keys(self) -> bool:
        """Return whether the system has a keyring that takes keys; may take up to two seconds."""
        return keys.has_keyring()

    def models(self, gateway: str | None = None, *, refresh: bool = False) -> list[str]:
        """Return the models of a gateway: those of the catalogue, then those that it lists itself.

        Asking is free, is done once a kernel, and is never required: where it fails, the catalogue's stand.

        Args:
            gateway: The gateway's id; by default the session's own.
            refresh: Ask again.
        """
        row = self.row(gateway)
        place = (row.id, row.base_url)
        if refresh or place not in self._desk.listed_models:
            with contextlib.suppress(ImageGenError):
                self._desk.listed_models[place] = self._listed(row)
        listed = self._desk.listed_models.get(place, [])
        return list(dict.fromkeys([*row.models, *listed]))

    def _listed(self, row: Gateway) -> list[str]:
        asking = jobs.list_models(row, self.key(row), self._network.verify, self._network.proxy)
        return waiting.result(jobs.run(asking))

    def _given_key(self, row: Gateway) -> KeySource:
        """Return the key that was typed for this gateway at this address, or else given to this session."""
        own = self._api_key if row.id == self.default.id else None
        return self._desk.typed_keys.get((row.id, row.base_url)) or own

    def _route(self, row: Gateway, key: Key | None) -> Route:
        return jobs.Route(
            base_url=row.base_url,
            key=key,
            verify=self._network.verify,
            store=self._desk.store,
            proxy=self._network.proxy,
            image_hosts=(*row.image_hosts, *self._network.image_hosts),
            links_last=row.links_last,
        )
