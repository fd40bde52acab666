"""What one answer brings, gathered as its events come: pictures go to the disk, the rest is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen import pixels, wire
from nbimagegen.errors import AnswerError, ImageGenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nbimagegen.records import LostPicture
    from nbimagegen.store import Spool

    Preview: TypeAlias = Callable[[int, bytes], None]

MAX_PICTURES = 40  # in one answer; more is no answer to n of 10 at most
MAX_SPOOLS = 200  # open at a time
_CUT = "The answer broke off in the middle of a picture, of which no whole came; this one may be billed."


@dataclass(frozen=True, slots=True)
class Received:
    """One picture, checked."""

    spool: Spool
    probe: pixels.Probe
    revised_prompt: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one request brought: pictures, words, usage, and what went wrong."""

    pictures: tuple[Received, ...] = ()
    lost: tuple[LostPicture, ...] = ()
    text: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict[str, Any])
    echo: Mapping[str, Any] = field(default_factory=dict[str, Any])
    error: ImageGenError | None = None
    was_stopped: bool = False  # by a cancel, before all had come


class Reception:
    """Takes the events of one answer.

    Attributes:
        is_kept: Whether something of the answer may be in the inbox.
    """

    def __init__(self, open_spool: Callable[[int], Spool], preview: Preview) -> None:
        self.open_spool = open_spool
        self._preview = preview
        self._spools: dict[int, Spool] = {}
        self._known: set[tuple[int, str]] = set()
        self.events: list[wire.Event] = []
        self.headers: Mapping[str, str] = {}
        self.is_kept = False

    def take(self, events: Iterable[wire.Event]) -> None:
        """Take some events.

        Raises:
            AnswerError: More pictures are begun than any request asks for.
        """
        for each in events:
            if isinstance(each, wire.Bytes):
                self._spool(each.blob).write(each.data)
            elif isinstance(each, wire.PartialImage):
                self._show(each)
            elif isinstance(each, wire.Image) and self._is_cut(each):
                self._spools.pop(each.blob).discard()
                self.events.append(wire.Failure(AnswerError(_CUT)))
            elif isinstance(each, wire.Image) and self._note_repeat(each):
                self._spools.pop(each.blob).discard()
            else:
                self.events.append(each)

    @property
    def sources(self) -> list[wire.Image | wire.ImageUrl]:
        """The pictures, those that are to be fetched included."""
        return [each for each in self.events if isinstance(each, wire.Image | wire.ImageUrl)][:MAX_PICTURES]

    def claim(self, image: wire.Image) -> Spool:
        """Return the bytes of a picture, which are then the caller's."""
        return self._spools.pop(image.blob, None) or self.open_spool(image.blob)

    def discard(self) -> None:
        """Let go of all bytes that nobody claimed."""
        for each in self._spools.values():
            each.discard()
        self._spools.clear()

    def _spool(self, blob: int) -> Spool:
        if blob not in self._spools:
            if len(self._spools) >= MAX_SPOOLS:
                message = f"The answer holds over {MAX_SPOOLS} pictures and was cut off; it may be billed."
                raise AnswerError(message)
            self._spools[blob] = self.open_spool(blob)
        return self._spools[blob]

    def _is_cut(self, image: wire.Image) -> bool:
        """Return whether its answer may have broken off in it, and its own bytes do not say otherwise."""
        spool = self._spools.get(image.blob) if image.may_be_cut else None
        return spool is not None and not pixels.is_whole(spool.read())

    def _note_repeat(self, image: wire.Image) -> bool:
        """Note a picture's bytes; return whether they are those of an earlier one of its group."""
        if image.group is None or image.blob not in self._spools:
            return False
        known = (image.group, self._spools[image.blob].sha256)
        is_again = known in self._known
        self._known.add(known)
        return is_again

    def _show(self, partial: wire.PartialImage) -> None:
        spool = self._spools.pop(partial.blob, None)
        if spool is not None:
            self._preview(partial.index, spool.read())
            spool.discard()
