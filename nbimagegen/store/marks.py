"""The files under `marks/`: what the user made of a generation's pictures. The index only repeats them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nbimagegen.records import Marks, checked
from nbimagegen.store.files import read_json, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_BEST = 5
_NONE = Marks()


@dataclass(frozen=True, slots=True)
class Marked:
    """What the user made of a generation.

    Attributes:
        trashed: Since when the whole generation is in the trash, in seconds since 1970.
        pictures: The marks of those pictures that have any, by index.
        gone: Pictures that were deleted for ever; the others keep their numbers.
    """

    trashed: float | None = None
    pictures: Mapping[int, Marks] = field(default_factory=dict[int, Marks])
    gone: frozenset[int] = frozenset()

    def of(self, place: int) -> Marks:
        """Return the marks of one picture."""
        return self.pictures.get(place, _NONE)

    def having(self, place: int, marks: Marks) -> Marked:
        """Return it with other marks of one picture."""
        return replace(self, pictures={**self.pictures, place: marks})


def marks_path(folder: Path, generation: str) -> Path:
    """Return where a generation's marks are."""
    return folder / "marks" / f"{generation}.json"


def read_marks(folder: Path, generation: str) -> Marked:
    """Return a generation's marks; none where it has none.

    Raises:
        OSError: They cannot be read.
        ValueError: The file holds something else.
    """
    try:
        plain = read_json(marks_path(folder, generation))
    except FileNotFoundError:
        return Marked()
    try:
        return _marked(plain)
    except (TypeError, AttributeError, KeyError) as problem:
        message = f"not marks: {problem}"
        raise ValueError(message) from None


def write_marks(folder: Path, generation: str, marked: Marked, *, settled: bool = True) -> None:
    """Write a generation's marks; without any, there is no file. `settled` as in `files.write`."""
    pictures = {str(place): asdict(each) for place, each in marked.pictures.items() if each != _NONE}
    plain = {"trashed": marked.trashed, "pictures": pictures, "gone": sorted(marked.gone)}
    if any(plain.values()):
        write_json(marks_path(folder, generation), plain, settled=settled)
    else:
        marks_path(folder, generation).unlink(missing_ok=True)


def _marked(plain: Mapping[str, Any]) -> Marked:
    trashed = checked(Marks, {"trashed": plain.get("trashed")}).trashed
    pictures = {int(place): _marks(each) for place, each in plain.get("pictures", {}).items()}
    gone: list[Any] = plain.get("gone", [])
    return Marked(trashed, pictures, frozenset(each for each in gone if type(each) is int))


def _marks(plain: Mapping[str, Any]) -> Marks:
    marks = checked(Marks, {**plain, "tags": tuple(plain.get("tags", ()))})
    return replace(marks, rating=min(marks.rating, _BEST))
