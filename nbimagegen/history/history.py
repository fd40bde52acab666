"""All generations and pictures of a session, as sequences that read nothing before it is touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload
from weakref import WeakValueDictionary

from nbimagegen.errors import NotFoundError
from nbimagegen.history import find, lineage, portable, table
from nbimagegen.history.generation import Generation
from nbimagegen.history.keeper import Keeper
from nbimagegen.history.picture import Picture
from nbimagegen.history.sequences import Images, Pictures, many
from nbimagegen.history.views import View, key
from nbimagegen.store import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from nbimagegen.history.find import Order, When
    from nbimagegen.history.generation import Agent
    from nbimagegen.history.lineage import Tree
    from nbimagegen.history.portable import Exported, Imported
    from nbimagegen.records import GenerationRecord, Operation
    from nbimagegen.store import Store

_AT_A_TIME = 100  # records held in memory while a table or a tree is made


class History(Sequence[Generation]):
    """All generations of a session, oldest first, those under way included.

    Attributes:
        agent: The session that was opened last, which can try a generation again.
        on_marks: Called with generations that were starred, rated, tagged, deleted and so on, or None.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        # Whoever makes them holds them until they are written down, so that thousands fill no memory.
        self._live: WeakValueDictionary[str, Generation] = WeakValueDictionary()
        self.agent: Agent | None = None
        self.on_marks: Callable[[Sequence[Generation]], object] | None = None
        self.keeper = Keeper(store)
        self.keeper.on_change = self._tell_of_marks

    def add(self, generation: Generation) -> None:
        """Take in a generation that has just been submitted; called by the session alone."""
        generation.keeper = self.keeper
        self._live[generation.id] = generation

    def generation(self, generation_id: str) -> Generation:
        """Return one generation by its id.

        Raises:
            NotFoundError: There is none.
        """
        live = self._live.get(generation_id)
        if live is not None:
            return live
        return self._kept(self._store.record(generation_id))

    def picture(self, picture_id: str) -> Picture:
        """Return one picture by its id.

        Raises:
            NotFoundError: There is none.
        """
        missing = NotFoundError(f"There is no picture {picture_id!r} in this history.")
        found = key(str(picture_id))
        if found is None:
            raise missing
        generation, place = self.generation(found[0]), found[1]
        if place >= len(generation.record.pictures) or place in self._store.gone(generation.id):
            raise missing
        return Picture(generation, place)

    def keys(self, picture_ids: Iterable[str]) -> list[tuple[str, int]]:
        """Return generation and index of pictures by their ids, each once; those in the trash too.

        Raises:
            NotFoundError: One is no picture of this history.
        """
        wanted = {str(each): key(str(each)) for each in picture_ids}
        known = self._store.places(dict.fromkeys(found[0] for found in wanted.values() if found))
        for each, found in wanted.items():
            if found not in known:
                self.picture(each)  # it is held in memory, or not there
        return [found for found in wanted.values() if found]

    def among(self, picture_ids: Iterable[str]) -> list[str]:
        """Return which of these ids are those of pictures that are not in the trash, in the order given."""
        return self._known(picture_ids, shown=True)

    def there(self, picture_ids: Iterable[str]) -> list[str]:
        """Return which of these ids are those of pictures, those in the trash too, in the order given."""
        return self._known(picture_ids, shown=False)

    def present(self, picture_ids: Iterable[str]) -> list[Picture]:
        """Return those of these pictures that there are, those in the trash too, in the order given."""
        return self._look_up([found for each in self.there(picture_ids) if (found := key(each))])

    def _known(self, picture_ids: Iterable[str], *, shown: bool) -> list[str]:
        wanted = {each: key(each) for each in picture_ids}
        generations = dict.fromkeys(found[0] for found in wanted.values() if found)
        known = self._store.places(generations, shown=shown) | self._store.held_places(generations)
        return [each for each, found in wanted.items() if found in known]

    @property
    def pictures(self) -> Pictures:
        """All pictures, oldest first; each is looked up when it is touched."""
        return self._pictures(self._store.picture_ids())

    @property
    def images(self) -> Images:
        """All pictures as PIL, oldest first; each is decoded when it is touched."""
        return Images(self._store.picture_ids(), lambda each, place: self._picture(each, place).image)

    @property
    def picture_count(self) -> int:
        """How many pictures there are."""
        return self._store.picture_count()

    def page(self, before: str | None, limit: int) -> list[Picture]:
        """Return up to `limit` pictures, newest first, from the one after `before` on."""
        keys = self._store.find(find.NEWEST, limit=limit, before=key(before or ""))
        return self._look_up(keys)

    def find(  # noqa: PLR0913 - each is one thing to look for, all by name
        self,
        text: str = "",
        *,
        model: str = "",
        gateway: str = "",
        operation: Operation | Literal[""] = "",
        starred: bool | None = None,
        rating: int = 0,
        tag: str = "",
        since: When = None,
        until: When = None,
        order: Order = "oldest",
    ) -> Pictures:
        """Return the pictures that are all of this, as they are now; each is looked up when it is touched.

        Args:
            text: Any part of the prompt, the revised prompt, the note or a tag; upper and lower case alike.
            model: The model's name.
            gateway: The gateway's id.
            operation: "generate", "edit", "vary" or "composite".
            starred: True for those with a star, False for those without.
            rating: At least so many of 5.
            tag: One of their tags.
            since: Made at this time or later: a datetime, a date, an ISO text, or seconds since 1970.
            until: Made at this time or earlier; a date without a time includes that day.
            order: "oldest" or "newest" first, or the best "rating" first.

        Raises:
            ParameterError: One of these cannot be.
        """
        given = {
            "text": text,
            "model": model,
            "gateway": gateway,
            "operation": operation,
            "starred": starred,
            "rating": rating,
            "tag": tag,
            "since": since,
            "until": until,
            "order": order,
        }
        return self._pictures(self._store.find(find.query(given)))

    def view(self, among: Collection[str] | None = None, **asked: Any) -> View:
        """Return what a strip shows: the pictures that `find` would, page by page and with their marks.

        Args:
            among: Ids of the pictures that come into question; None is all.
            **asked: As `find`.

        Raises:
            ParameterError: One of these cannot be.
        """
        return View(self._store, self._look_up, asked, among)

    def known(self) -> tuple[list[str], list[str]]:
        """Return the models that made the pictures, and their tags: what can be looked for."""
        return self._store.models(), self._store.tags()

    def prompts(self, text: str = "", limit: int = 100) -> list[str]:
        """Return earlier prompts, each once and the newest first.

        Args:
            text: Any part of the prompt, in any case.
            limit: At most so many.
        """
        return [prompt for prompt, _ in self._store.prompts(text, limit=limit)]

    def prompts_before(self, generation: str, text: str, limit: int) -> list[tuple[str, str]]:
        """Return earlier prompts, each with a generation behind which to go on; for a page's list."""
        return self._store.prompts(text, generation, limit)

    @property
    def trash(self) -> Pictures:
        """The pictures that were deleted, oldest first; `restore()` takes one back."""
        return self._pictures(self._store.find(find.TRASH))

    def empty_trash(self) -> int:
        """Delete for ever what is in the trash; returns how many pictures.

        Raises:
            StoreError: Pictures are on their way, or the disk refuses.
        """
        deleted = self._store.generation_ids(trashed=True)
        count = self._store.empty_trash()
        self.keeper.forget()
        for each in deleted:
            self._live.pop(each, None)
        return count

    def undo(self) -> bool:
        """Take back the last star, rating, tag, note or deletion made in this kernel.

        Returns:
            False where there is nothing to take back.
        """
        return self.keeper.undo()

    def tree(self) -> Tree:
        """Return all pictures, each under the one that it was made from; print it to see it."""
        shown = self._store.picture_ids()
        ids = list(dict.fromkeys(generation for generation, _ in shown))
        return lineage.tree((each.record for each in self._all(ids)), shown)

    def to_dataframe(self, library: str = "pandas", *, failed: bool = False) -> Any:
        """Return a data frame with one row a picture, oldest first, whose columns always have their types.

        `size` is as asked, `width` and `height` as received. `seconds` and the tokens are those of the whole
        generation; `cost` is a picture's share of it, in US$. In polars, `parameters` is JSON.

        Args:
            library: "pandas" or "polars".
            failed: Add a row, without a picture, for each generation that brought none.

        Raises:
            ImportError: The library is not installed.
        """
        return table.data_frame(self._rows(failed=failed), library)

    def export(
        self,
        target: str | Path,
        what: Literal["all", "starred"] | Picture | Iterable[Picture] = "all",
        *,
        metadata: bool = True,
    ) -> Exported:
        """Write pictures, and all that is known of them, to a folder or a zip.

        It is an image folder with a `metadata.jsonl`, as `datasets.load_dataset("imagefolder", data_dir=...)`
        loads it, with a contact sheet as a page and as a PNG; and `import_` brings all of it back. It holds
        no key. What is in the trash stays here.

        Args:
            target: A folder that is not there yet, or is empty; or the name of a zip, as "otters.zip".
            what: "all", "starred", or pictures, such as those that `find` returns.
            metadata: Whether each picture's file tells how it was made; see `Picture.save`.

        Raises:
            InputError: There is something at `target` already, or `what` cannot be.
            StoreError: The disk refuses.
        """
        return portable.export(self, target, what, name=shown_name(self._store.session), metadata=metadata)

    def import_(self, source: str | Path) -> Imported:
        """Take in what `export` wrote, a folder or a zip; each generation whole or not at all.

        Pictures are as they were received. A generation that is here already stays as it is. An export may
        come from anyone: what does not look right is refused, and told in the result. What is taken in
        counts as made here: a call from code that asks for the same is given its pictures, without paying,
        so take in what you trust, or call with `fresh=True`.

        Raises:
            InputError: It is no export, or one that is not to be trusted as a whole.
            StoreError: The disk refuses.
        """
        return portable.bring_in(self._store, source)

    def _pictures(self, keys: Sequence[tuple[str, int]]) -> Pictures:
        return Pictures(keys, self._picture, self._tabled)

    def _tabled(self, keys: Sequence[tuple[str, int]], library: str) -> Any:
        return table.data_frame(self._rows_of(keys), library)

    def _rows_of(self, keys: Sequence[tuple[str, int]]) -> Iterator[table.Row]:
        for start in range(0, len(keys), _AT_A_TIME):
            some = keys[start : start + _AT_A_TIME]
            ids = list(dict.fromkeys(generation for generation, _ in some))
            found = {each.id: each for each in self._several(ids)}
            marks = self._store.all_marks(ids)
            for generation, place in some:
                if generation in found:  # else deleted for ever meanwhile
                    yield from table.rows(found[generation], (place,), marks)

    def _rows(self, *, failed: bool) -> Iterator[table.Row]:
        places: dict[str, list[int]] = {}
        for generation, place in self._store.picture_ids():
            places.setdefault(generation, []).append(place)
        ids = self._store.generation_ids() if failed else list(places)
        for start in range(0, len(ids), _AT_A_TIME):
            some = ids[start : start + _AT_A_TIME]
            marks = self._store.all_marks(some)
            for each in self._several(some):
                yield from table.rows(each, places.get(each.id, ()), marks)

    def _all(self, ids: Sequence[str]) -> Iterator[Generation]:
        for start in range(0, len(ids), _AT_A_TIME):
            yield from self._several(ids[start : start + _AT_A_TIME])

    def generations(self, ids: Sequence[str]) -> list[Generation]:
        """Return those of these generations that there are, in the order given."""
        return self._several(ids)

    def _several(self, ids: Sequence[str]) -> list[Generation]:
        live = {each: found for each in ids if (found := self._live.get(each)) is not None}
        kept = self._store.records([each for each in ids if each not in live])
        found = {**{each.id: self._kept(each) for each in kept}, **live}
        return [found[each] for each in ids if each in found]

    def _kept(self, record: GenerationRecord) -> Generation:
        return Generation(record, self._store, is_live=False, agent=self.agent, keeper=self.keeper)

    def _look_up(self, keys: Sequence[tuple[str, int]]) -> list[Picture]:
        found = {each.id: each for each in self._several(list(dict.fromkeys(each for each, _ in keys)))}
        return [
            Picture(found[each], place)
            for each, place in keys
            if each in found and place < len(found[each].record.pictures)
        ]

    def _picture(self, generation: str, place: int) -> Picture:
        return self.picture(f"{generation}-{place}")

    def _tell_of_marks(self, ids: Iterable[str]) -> None:
        if self.on_marks is not None:
            self.on_marks(self._several(list(ids)))

    def __len__(self) -> int:
        """Count the generations."""
        return self._store.generation_count()

    def __iter__(self) -> Iterator[Generation]:
        """Go through the generations, oldest first."""
        return self._all(self._store.generation_ids())

    def __contains__(self, value: Any) -> bool:
        """Look for a generation or a picture, or the id of one."""
        wanted = value.id if isinstance(value, Generation | Picture) else value
        if not isinstance(wanted, str) or not wanted:
            return False
        found = key(wanted)
        return found in self._store.find(find.of_generation(found[0])) if found else self._holds(wanted)

    def _holds(self, generation: str) -> bool:
        if self._store.count(find.of_generation(generation)):
            return True
        without_pictures = [each for each in self._store.records([generation]) if not each.pictures]
        return bool(without_pictures) and generation in self._store.generation_ids()

    @overload
    def __getitem__(self, index: int | str) -> Generation: ...
    @overload
    def __getitem__(self, index: slice) -> list[Generation]: ...
    def __getitem__(self, index: int | str | slice) -> Generation | list[Generation]:
        """Return a generation by position or id, or several by slice."""
        if isinstance(index, str):
            return self.generation(index)
        if isinstance(index, slice):
            return list(self._all(self._store.generation_ids()[index]))
        return self.generation(self._store.generation_at(index))

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        name, pictures = shown_name(self._store.session), many(self.picture_count, "picture")
        return f"<History {name!r} {many(len(self), 'generation')} {pictures}>"
