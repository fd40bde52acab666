"""A generation that the disk did not take: held in memory, and written as soon as the disk does."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbimagegen.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.records import GenerationRecord
    from nbimagegen.store.store import Store


@dataclass(frozen=True, slots=True)
class Unsaved:
    """What is to be written.

    Attributes:
        record: The record.
        pictures: The bytes of those pictures that have not reached their place, by index.
    """

    record: GenerationRecord
    pictures: Mapping[int, bytes]


def save_again(store: Store, unsaved: Unsaved) -> None:
    """Write it; to do that twice is the same as once.

    Raises:
        StoreError: The disk is still full, read-only or broken.
    """
    record = unsaved.record
    for index, data in unsaved.pictures.items():
        spool = store.open_spool(record.id, 0, index)
        try:
            spool.write(data)
            store.save_picture(record.pictures[index], spool, settled=False)
        except StoreError:
            spool.discard()
            raise
    store.settle_pictures()
    store.save(record)
    store.let_go(record.id)
    if record.error is None:
        with contextlib.suppress(StoreError):  # it stays, which costs room and nothing else
            for part, _ in store.inbox_parts(record.id):
                store.clear_inbox(record.id, part)
