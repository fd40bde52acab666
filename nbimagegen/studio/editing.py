"""What a picture is made from: the traits `source`, `references` and `mask`, and what a call omits."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import traitlets

from nbimagegen.errors import InputError, ParameterError
from nbimagegen.history import Mask, Picture, Reference, mask_given
from nbimagegen.studio import messages
from nbimagegen.studio.controls import Controls, Several

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbimagegen.records import Operation
    from nbimagegen.studio.masks import Masks

    Start: TypeAlias = Picture | Reference


def _ids(pictures: Iterable[Start], _studio: object) -> tuple[str, ...]:
    return tuple(each.id for each in pictures)


def _found(ids: Iterable[str], studio: Editing) -> tuple[Start, ...]:
    """Return what the page named, less what was deleted a moment ago; never a path."""
    return tuple(studio.session.inputs(ids).values())


def _id(picture: Start | None, _studio: object) -> str:
    return "" if picture is None else picture.id


def _found_one(known: str, studio: Editing) -> Start | None:
    return next(iter(_found([known] if known else [], studio)), None)


class Editing(Controls):
    """Holds pictures to start from as handles; the page knows them by their ids alone."""

    source = traitlets.Any(None, allow_none=True).tag(sync=True, to_json=_id, from_json=_found_one)
    references = Several().tag(sync=True, to_json=_ids, from_json=_found)
    mask = traitlets.Any(None, allow_none=True)
    _mask = traitlets.Dict().tag(sync=True)

    _masks: Masks

    @traitlets.validate("source")
    def _check_source(self, proposal: dict[str, Any]) -> Start | None:
        given = proposal["value"]
        return None if given is None or str(given) == "" else self.session.reference(given)

    @traitlets.validate("references")
    def _check_references(self, proposal: dict[str, Any]) -> tuple[Start, ...]:
        given = list(proposal["value"])
        ids = [each.id if isinstance(each, Picture | Reference) else "" for each in given]
        known = self.session.inputs(ids)
        held = [known.get(own) or self.session.reference(each) for own, each in zip(ids, given, strict=True)]
        found = tuple(dict.fromkeys(held))
        if len(found) > messages.MAX_REFERENCES:
            message = f"{len(found)} references are too many; at most {messages.MAX_REFERENCES} can be held."
            raise ParameterError(message, parameter="references")
        return found

    @traitlets.validate("mask")
    def _check_mask(self, proposal: dict[str, Any]) -> Any:
        given, source = proposal["value"], self.source
        if source is None and given is not None:
            message = "A mask belongs to a picture; choose it first: studio.source = studio.pictures[-1]."
            raise InputError(message, parameter="mask")
        if source is None:
            return None
        known = given is None or isinstance(given, Mask)
        mask = given if known else mask_given(given, (source.width, source.height))
        self._masks.put(source.id, mask)
        return None if mask is None else mask.array

    @traitlets.observe("source")
    def _turn_to_its_mask(self, _change: object) -> None:
        self._masks.current = "" if self.source is None else self.source.id
        self.mask = self._masks.of(self._masks.current)

    @traitlets.observe("source", "mask")
    def _tell_of_the_mask(self, _change: object) -> None:
        source = self._masks.current
        held = self._masks.of(source)
        told = {"source": source, "revision": held.revision, "share": round(held.share, 6)} if held else {}
        self._mask = told

    def _take_over(self, source: str) -> None:
        """Take over what the page has painted on a picture."""
        with self._traits_lock:
            if source == self._masks.current:
                self.mask = self._masks.of(source)

    def _inputs(
        self,
        operation: Operation | None = None,
        image: Any = None,
        mask: Any = None,
        references: Sequence[Any] | None = None,
    ) -> dict[str, Any]:
        """Return what a call does and starts from: what it omits is what the controls hold.

        It is an edit where there is a picture to start from: that of the call, else `source`, else the first
        of the references.
        """
        if operation in ("generate", "vary"):
            return {"operation": operation, "image": image, "mask": mask, "references": references or ()}
        tray = list(self.references if references is None else references)
        start = self.source if image is None else image
        if start is None and tray:
            start = tray.pop(0)
        if start is None:
            return {"operation": operation or "generate", "image": None, "mask": mask, "references": tray}
        if mask is None and isinstance(start, Picture | Reference) and start == self.source:
            mask = self.mask
        return {"operation": "edit", "image": start, "mask": mask, "references": tray}
