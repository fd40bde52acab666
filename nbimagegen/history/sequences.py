"""Sequences that read nothing before an item is touched: their keys were taken once, and stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from nbimagegen.history.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from PIL import Image  # noqa: F401 - named in a string below
    from typing_extensions import Self

    Key: TypeAlias = tuple[str, int]

T = TypeVar("T")


class Lazy(Sequence[T], Generic[T]):
    """A sequence whose items are made when they are touched."""

    def __init__(self, keys: Sequence[Key], make: Callable[[str, int], T]) -> None:
        self._keys = keys
        self._make = make

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> T | Self:
        if isinstance(index, slice):
            return self._of(self._keys[index])
        return self._make(*self._keys[index])

    def _of(self, keys: Sequence[Key]) -> Self:
        return type(self)(keys, self._make)


class Pictures(Lazy[Picture]):
    """Pictures in order; each is looked up when it is touched.

    Args:
        keys: Generation and index of each.
        make: A picture from its key.
        tabled: A data frame from keys, and the name of the library that is to make it.
    """

    def __init__(
        self,
        keys: Sequence[Key],
        make: Callable[[str, int], Picture],
        tabled: Callable[[Sequence[Key], str], Any],
    ) -> None:
        super().__init__(keys, make)
        self._tabled = tabled

    def to_dataframe(self, library: str = "pandas") -> Any:
        """Return a data frame with one row a picture, in this order; its columns as `History.to_dataframe`.

        Args:
            library: "pandas" or "polars".

        Raises:
            ImportError: The library is not installed.
        """
        return self._tabled(self._keys, library)

    def _of(self, keys: Sequence[Key]) -> Self:
        return type(self)(keys, self._make, self._tabled)

    @property
    def ids(self) -> list[str]:
        """The pictures' ids; nothing is looked up."""
        return [f"{generation}-{place}" for generation, place in self._keys]

    def __contains__(self, value: Any) -> bool:
        """Look for a picture, or its id, without looking any up."""
        wanted = value.id if isinstance(value, Picture) else value
        return isinstance(wanted, str) and wanted in self.ids

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<{many(len(self), 'picture')}>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002 - IPython's
        from nbimagegen.history import stills  # noqa: PLC0415 - it knows pictures, and only a cell asks for it

        return stills.of_pictures(self)


class Images(Lazy["Image.Image"]):
    """Pictures as PIL, in order; each is decoded when it is touched."""

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<{many(len(self), 'image')}>"


def many(count: int, what: str) -> str:
    """Return "1 picture", "2 pictures" and so on."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
