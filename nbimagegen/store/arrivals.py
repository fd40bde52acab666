"""A generation that was made elsewhere comes into a history: its marks first, then its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.store.files import explained
from nbimagegen.store.marks import Marked, write_marks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbimagegen.records import GenerationRecord, Marks
    from nbimagegen.store.store import Store


def arrive(
    store: Store, record: GenerationRecord, marks: Mapping[int, Marks], missing: frozenset[int]
) -> None:
    """Write down a generation whose pictures and inputs are in their places; it is there from then on.

    Args:
        store: Where to.
        record: Of an id that the history does not have.
        marks: Of its pictures, by index.
        missing: Pictures that did not come with it; the others keep their numbers.

    Raises:
        StoreError: The disk is full, read-only or broken.
    """
    with explained(store.folder):
        write_marks(store.folder, record.id, Marked(None, marks, missing))
    store.save(record)
