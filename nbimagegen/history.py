"""What users hold: live handles over the frozen records. PIL and NumPy when touched, not before."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from nbimagegen import errors, pixels
from nbimagegen.errors import NotFoundError, OutcomeUnknownError
from nbimagegen.records import ENDED, GenerationRecord, PictureRecord, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    import numpy as np
    import numpy.typing as npt
    from PIL import Image

    from nbimagegen.store import Store

T = TypeVar("T")
_SLICE_SECONDS = 0.1  # a wait in one piece cannot be interrupted on Windows


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
        return f"<Picture {self.id} {self.width}x{self.height} {self.format} {_short(self.prompt)!r}>"


class Generation:
    """One generation: running, or in the history. Await it, or `wait()` for it."""

    def __init__(self, record: GenerationRecord, store: Store, *, is_live: bool) -> None:
        self.record = record
        self.store = store
        self.unsaved: Mapping[int, bytes] = {}
        self._finished: Future[None] = Future()
        self._is_live = is_live
        if not is_live:
            self._finished.set_result(None)

    @property
    def id(self) -> str:
        """A ULID: ids sort by time."""
        return self.record.id

    @property
    def status(self) -> Status:
        """One of queued, running, done, failed, cancelled, unknown."""
        # What a kernel that is gone left under way has an outcome that nobody knows.
        return self.record.status if self._is_live or self.record.status in ENDED else "unknown"

    @property
    def prompt(self) -> str:
        """What was asked."""
        return self.record.request.prompt

    @property
    def model(self) -> str:
        """The model's name, as it was sent."""
        return self.record.request.model

    @property
    def gateway(self) -> str:
        """The gateway's id in the catalogue."""
        return self.record.request.gateway

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that were set."""
        return dict(self.record.request.parameters)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that have come."""
        return tuple(Picture(self, each.index) for each in self.record.pictures)

    @property
    def images(self) -> list[Image.Image]:
        """The pictures as PIL."""
        return [each.image for each in self.pictures]

    @property
    def image(self) -> Image.Image | None:
        """The first picture as PIL; None where there is none."""
        return self.pictures[0].image if self.record.pictures else None

    @property
    def usage(self) -> dict[str, Any] | None:
        """The gateway's own count of what was used; None where it does not say."""
        return None if self.record.usage is None else dict(self.record.usage)

    @property
    def seconds(self) -> float | None:
        """From first sending to commit; None while it runs."""
        return self.record.seconds

    @property
    def created(self) -> datetime:
        """When it was asked for, in UTC."""
        return datetime.fromtimestamp(self.record.created, tz=timezone.utc)

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the pictures that it was made from."""
        return self.record.parents

    @property
    def error(self) -> errors.ImageGenError | None:
        """What went wrong, if anything did."""
        if self.record.error is not None:
            error = errors.from_dict(self.record.error)
        elif self.status == "unknown":
            message = "The kernel ended while this was under way; it may have been made and billed."
            error = OutcomeUnknownError(message)
        else:
            return None
        error.generation = self
        return error

    def wait(self, timeout: float | None = None) -> Generation:
        """Wait until it has ended, and return it.

        Args:
            timeout: Seconds to wait; the generation goes on when they are over.

        Raises:
            ImageGenError: It failed or was cancelled.
            TimeoutError: It has not ended within `timeout`.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while not self._ended(_SLICE_SECONDS if end is None else min(_SLICE_SECONDS, end - time.monotonic())):
            if end is not None and time.monotonic() >= end:
                message = f"The generation has not ended within {timeout:g} seconds; it goes on."
                raise TimeoutError(message)
        return self._result()

    def __await__(self) -> Generator[Any, None, Generation]:
        """Wait without blocking the event loop."""
        yield from asyncio.shield(asyncio.wrap_future(self._finished)).__await__()
        return self._result()

    def advance(self, record: GenerationRecord, unsaved: Mapping[int, bytes]) -> None:
        """Take over a newer record; called by the session alone."""
        self.record, self.unsaved = record, unsaved
        if record.status in ENDED:
            self._finished.set_result(None)

    def _ended(self, seconds: float) -> bool:
        try:
            self._finished.result(max(0.0, seconds))
        except FutureTimeoutError:
            return False
        return True

    def _result(self) -> Generation:
        if self.status == "done":
            return self
        raise self.error or OutcomeUnknownError("The generation has no outcome.")

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        count = len(self.record.pictures)
        return f"<Generation {self.id} {self.status} {self.model} {count} pictures {_short(self.prompt)!r}>"


class _Lazy(Sequence[T]):
    """A sequence whose items are made when they are touched."""

    def __init__(self, keys: Sequence[Any], make: Callable[[Any], T]) -> None:
        self._keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        if isinstance(index, slice):
            return type(self)(self._keys[index], self._make)
        return self._make(self._keys[index])


class Images(_Lazy["Image.Image"]):
    """Pictures as PIL, oldest first; each is decoded when it is touched."""

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<{len(self)} images>"


class History(Sequence[Generation]):
    """All generations of a session, oldest first, those under way included."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._live: dict[str, Generation] = {}

    def add(self, generation: Generation) -> None:
        """Take in a generation that has just been submitted; called by the session alone."""
        self._live[generation.id] = generation

    def generation(self, generation_id: str) -> Generation:
        """Return one generation by its id.

        Raises:
            NotFoundError: There is none.
        """
        live = self._live.get(generation_id)
        return live or Generation(self._store.record(generation_id), self._store, is_live=False)

    def picture(self, picture_id: str) -> Picture:
        """Return one picture by its id.

        Raises:
            NotFoundError: There is none.
        """
        generation_id, _, index = str(picture_id).rpartition("-")
        missing = NotFoundError(f"There is no picture {picture_id!r} in this history.")
        if not generation_id or not index.isdecimal():
            raise missing
        generation = self.generation(generation_id)
        if int(index) >= len(generation.record.pictures):
            raise missing
        return Picture(generation, int(index))

    @property
    def pictures(self) -> Sequence[Picture]:
        """All pictures, oldest first; each is looked up when it is touched."""
        return _Lazy(self._picture_ids(), self.picture)

    @property
    def images(self) -> Images:
        """All pictures as PIL, oldest first; each is decoded when it is touched."""
        return Images(self._picture_ids(), lambda each: self.picture(each).image)

    @property
    def picture_count(self) -> int:
        """How many pictures there are."""
        return self._store.picture_count()

    def page(self, before: str | None, limit: int) -> list[Picture]:
        """Return up to `limit` pictures, newest first, from the one after `before` on."""
        generation, _, index = (before or "").rpartition("-")
        start = (generation, min(int(index), 2**31)) if index.isdecimal() else None
        return [self.picture(f"{each}-{place}") for each, place in self._store.page(start, limit)]

    def _picture_ids(self) -> list[str]:
        return [f"{generation}-{index}" for generation, index in self._store.picture_ids()]

    def __len__(self) -> int:
        """Count the generations."""
        return len(self._store.generation_ids())

    def __iter__(self) -> Iterator[Generation]:
        """Go through the generations, oldest first."""
        return map(self.generation, self._store.generation_ids())

    @overload
    def __getitem__(self, index: int | str) -> Generation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Generation]: ...
    def __getitem__(self, index: int | str | slice) -> Generation | list[Generation]:
        """Return a generation by position or id, or several by slice."""
        if isinstance(index, str):
            return self.generation(index)
        ids = self._store.generation_ids()
        if isinstance(index, slice):
            return [self.generation(each) for each in ids[index]]
        return self.generation(ids[index])

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<History {self._store.session!r} {len(self)} generations {self.picture_count} pictures>"


def _short(text: str, length: int = 40) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
