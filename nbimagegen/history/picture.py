"""One picture as users hold it: PIL and NumPy when touched, not before."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from nbimagegen import pixels
from nbimagegen.history.differences import differences

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from nbimagegen.history.generation import Generation
    from nbimagegen.records import PictureRecord


class Picture:
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
        held = self.generation.unsaved.get(self.index)
        return self.path.read_bytes() if held is None else held

    @property
    def path(self) -> Path:
        """Where these bytes are on disk; never touched again."""
        return self.generation.store.path(self.record)

    @property
    def image(self) -> Image.Image:
        """A fresh PIL image."""
        return pixels.decode(self.bytes)

    @property
    def array(self) -> npt.NDArray[np.uint8]:
        """A fresh, writable array: H x W x 3 (RGB) or H x W x 4 (RGBA), uint8."""
        return pixels.to_array(self.image)

    @property
    def width(self) -> int:
        """In pixels, as it came."""
        return self.record.width

    @property
    def height(self) -> int:
        """In pixels, as it came."""
        return self.record.height

    @property
    def format(self) -> str:
        """What the bytes are: "png", "jpeg", "webp" or "gif"."""
        return self.record.format

    @property
    def sha256(self) -> str:
        """Of the bytes, in hex."""
        return self.record.sha256

    @property
    def prompt(self) -> str:
        """What was asked."""
        return self.generation.prompt

    @property
    def revised_prompt(self) -> str:
        """What the gateway made of the prompt; empty where it does not say."""
        return self.record.revised_prompt

    @property
    def differences(self) -> dict[str, tuple[str, str]]:
        """What came otherwise than it was asked for: name → (asked, got)."""
        return differences(self.generation.record, self.record)

    def preview(self, px: int = pixels.THUMBNAIL_EDGE) -> bytes:
        """Return a small WebP of it, at most `px` pixels a side."""
        return pixels.thumbnail(self.bytes, px)

    def save(self, path: str | Path) -> Path:
        """Write the picture to `path` and return it.

        With the ending of its own format, or without any, the bytes are written as they came; another ending
        converts.
        """
        target = Path(path).expanduser()
        own = {"jpeg": {".jpg", ".jpeg", ""}}.get(self.format, {f".{self.format}", ""})
        if target.suffix.lower() not in own:
            pixels.convert(self.bytes, target)
        elif self.index in self.generation.unsaved:
            target.write_bytes(self.bytes)
        else:
            shutil.copyfile(self.path, target)
        return target

    def __eq__(self, other: object) -> bool:
        """Compare by id."""
        return isinstance(other, Picture) and other.id == self.id

    def __hash__(self) -> int:
        """Hash by id."""
        return hash(self.id)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<Picture {self.id} {self.width}x{self.height} {self.format} {shortened(self.prompt)!r}>"


def shortened(text: str, length: int = 40) -> str:
    """Return one line of at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
