"""One picture as users hold it: PIL and NumPy when touched, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen import pixels
from nbimagegen.history import marks, outside, saving
from nbimagegen.history.decoded import Decoded
from nbimagegen.history.differences import differences
from nbimagegen.history.provenance import Leaving, leaving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PIL import Image
    from typing_extensions import Self

    from nbimagegen.history.generation import Generation
    from nbimagegen.history.marks import Change
    from nbimagegen.records import Marks, PictureRecord


PICTURE = "nbimagegen"  # where a PIL image's `info` holds the hash of the picture that it was


class Picture(Decoded):
    """One picture of a generation. Equal to another by id; compare `sha256` for bytes."""

    def __init__(self, generation: Generation, index: int) -> None:
        self.generation = generation
        self.index = index

    @property
    def id(self) -> str:
        """`<generation>-<index>`."""
        return f"{self.generation.id}-{self.index}"

    @property
    def record(self) -> PictureRecord:
        """What is known of it."""
        return self.generation.record.pictures[self.index]

    @property
    def bytes(self) -> bytes:
        """The very bytes that the gateway gave."""
        return self.path.read_bytes() if self.unsaved is None else self.unsaved

    @property
    def unsaved(self) -> bytes | None:
        """These bytes, where the disk did not take them; else None."""
        unsaved = self.generation.unsaved
        return None if unsaved is None else unsaved.pictures.get(self.index)

    @property
    def path(self) -> Path:
        """Where these bytes are on disk; never touched again."""
        return self.generation.store.path(self.record)

    @property
    def image(self) -> Image.Image:
        """A fresh PIL image; its `info` tells which picture it was, so that its edits know their parent."""
        image = super().image
        image.info[PICTURE] = self.sha256
        return image

    @property
    def sha256(self) -> str:
        """Of the bytes, in hex."""
        return self.record.sha256

    @property
    def prompt(self) -> str:
        """What was asked."""
        return self.generation.prompt

    @property
    def model(self) -> str:
        """Who made it."""
        return self.generation.model

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that were set."""
        return self.generation.parameters

    @property
    def revised_prompt(self) -> str:
        """What the gateway made of the prompt; empty where it does not say."""
        return self.record.revised_prompt

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What came otherwise than it was asked for: name → (asked, got)."""
        return differences(self.generation.record, self.record)

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the pictures that it was made from."""
        return self.generation.parents

    @property
    def children(self) -> tuple[str, ...]:
        """Ids of the pictures that were made from it."""
        return self.generation.keeper.children(self.generation.id, self.index)

    @property
    def changed_outside(self) -> float | None:
        """How much of what lies outside the mask of its edit is another picture now, from 0 to 1.

        A pixel counts where a channel differs by more than 8 of 255, which encoding anew does not make. None
        where there was no mask, or where the two cannot be compared. Measured when it is asked for.
        """
        return outside.changed(self)

    def keep_outside(self) -> Picture:
        """Put the original back outside the mask of its edit, as a new picture of the session.

        Outside the mask it has the very pixels of the original; within, along the edge, one melts into the
        other over two pixels. No request is made, nothing is paid, and asked twice it is the same picture.

        Raises:
            InputError: It was made without a mask, or its original is gone or of another shape.
        """
        return self.generation.by_agent().keep_outside(self)

    # What you make of it.

    @property
    def starred(self) -> bool:
        """Whether it has a star."""
        return self._marks.starred

    @property
    def rating(self) -> int:
        """1 to 5; 0 is not rated."""
        return self._marks.rating

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags, in the order in which they were given."""
        return self._marks.tags

    @property
    def note(self) -> str:
        """What you wrote beside it; set it to change it."""
        return self._marks.note

    @note.setter
    def note(self, text: str) -> None:
        self._mark(marks.noting(text))

    @property
    def trashed(self) -> bool:
        """Whether it is in the trash."""
        return self.generation.keeper.is_trashed(self.generation.id, self.index)

    def star(self, on: bool = True) -> Self:  # noqa: FBT001, FBT002 - reads as `star()` and `star(False)`
        """Give it a star, or take the star away; returns the picture, as do `rate`, `tag` and `untag`."""
        return self._mark(marks.starring(on=on))

    def rate(self, stars: int) -> Self:
        """Rate it from 1 to 5; 0 takes the rating away."""
        return self._mark(marks.rating(stars))

    def tag(self, *tags: str) -> Self:
        """Add tags, each one line of at most 100 characters."""
        return self._mark(marks.tagging(tags))

    def untag(self, *tags: str) -> Self:
        """Take tags away."""
        return self._mark(marks.untagging(tags))

    def delete(self) -> None:
        """Put it into the trash; `restore()` and `History.undo()` take it back."""
        self.generation.keeper.trash([(self.generation.id, self.index)])

    def restore(self) -> None:
        """Take it out of the trash."""
        self.generation.keeper.restore([(self.generation.id, self.index)])

    @property
    def _marks(self) -> Marks:
        return self.generation.keeper.marks(self.generation.id, self.index)

    def _mark(self, change: Change) -> Self:
        self.generation.keeper.mark([(self.generation.id, self.index)], change)
        return self

    # Leaving.

    def thumbnail(self, px: int = pixels.THUMBNAIL_EDGE) -> Image.Image:
        """Return a small PIL image of it, at most `px` pixels a side."""
        return pixels.decode(self.preview(px))

    def preview(self, px: int = pixels.THUMBNAIL_EDGE) -> bytes:
        """Return a small WebP of it, at most `px` pixels a side."""
        return self.small(f"{px}.webp", lambda data: pixels.thumbnail(data, px))

    def small(self, name: str, make: Callable[[bytes], bytes]) -> bytes:
        """Return what `make` makes of its bytes, which is kept beside them under this name."""
        if self.unsaved is not None:
            return make(self.bytes)
        return self.generation.store.small(self.record, name, lambda: make(self.bytes))

    def save(self, path: str | Path, *, metadata: bool = True) -> Path:
        """Write the picture to `path` and return it.

        With the ending of its own format, or without any, nothing is encoded anew; another ending converts.

        Args:
            path: Where to; `~` is your own folder.
            metadata: Whether the file tells how the picture was made: prompt, model, parameters, date and
                what it came from, for `from_image`. Where it cannot be in the file (one with a signed C2PA
                manifest stays as it is), it goes beside it, as `otter.png.json`.

        Raises:
            ValueError: The ending is of no known format, or the path is in the history's own folder.
        """
        return saving.save(self, path, metadata=metadata)

    def with_metadata(self) -> bytes:
        """Return the file as it leaves: with how it was made inside; see `leaving` where it cannot be."""
        return self.leaving().data

    def leaving(self) -> Leaving:
        """Return the file as it leaves, and what goes beside it where it cannot go inside."""
        return leaving(self)

    def to_code(self) -> str:
        """Return the call that made it, runnable and without a key."""
        return self.generation.to_code()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """Show it small in a cell; the saved notebook keeps that, and not the original."""
        from nbimagegen.history import stills  # noqa: PLC0415 - which knows pictures

        del include, exclude
        return stills.of_picture(self)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        replayed = self.generation.replayed
        source = " from history, {} of {}".format(*replayed) if replayed else ""
        size = f"{self.width}x{self.height}"
        return f"<Picture {self.id} {size} {self.format}{source} {shortened(self.prompt)!r}>"


def shortened(text: str, length: int = 40) -> str:
    """Return one line of at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
