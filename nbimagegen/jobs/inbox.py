"""The file that an answer is in before it is read. A disk that fails costs the copy, never the answer."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from nbimagegen.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from nbimagegen.jobs.route import Route

_LOG = logging.getLogger("nbimagegen")


class Inbox:
    """The file of one answer: it is paid for, so a fault of the disk is told and goes no further."""

    def __init__(self, route: Route, generation: str, part: int) -> None:
        self._file: BinaryIO | None = None
        try:
            self._file = route.store.open_inbox(generation, part)
        except StoreError as problem:
            _LOG.warning("%s", problem)

    def write(self, data: bytes) -> None:
        """Take one slice."""
        try:
            if self._file is not None:
                self._file.write(data)
                self._file.flush()  # to the system, which has it even if this process is killed
        except OSError as problem:
            _LOG.warning("an answer could not be kept in the inbox: %s", problem.strerror)
            self.close()

    def close(self) -> None:
        """See to it that the file holds all that came."""
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError as problem:
            _LOG.warning("an answer could not be kept in the inbox: %s", problem.strerror)


def announce(route: Route, generation: str, part: int, head: Mapping[str, object]) -> None:
    """Keep what came before an answer's bytes, for whoever reads them in a later kernel."""
    try:
        route.store.write_head(generation, part, head)
    except StoreError as problem:
        _LOG.warning("%s", problem)


def clean(route: Route, generation: str, part: int) -> None:
    """Take the key out of an answer that stays in the inbox."""
    if route.key is not None:
        try:
            route.store.rewrite_inbox(generation, part, route.scrub_bytes)
        except StoreError as problem:
            _LOG.warning("%s", problem)
