"""The studio's traits: who may set them, to what, and one lock for all that writes them or sends them."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import anywidget
import traitlets

from nbimagegen import catalog
from nbimagegen.catalog import check
from nbimagegen.errors import ParameterError
from nbimagegen.history import Picture
from nbimagegen.studio import admit, filters, messages

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from nbimagegen.session import Session


class Several(traitlets.Tuple):
    """A tuple that takes any sequence, such as a part of `studio.pictures`."""

    def validate(self, obj: Any, value: Any) -> Any:
        """Return it as a tuple; a text is none, although it is a sequence."""
        is_one = isinstance(value, str | bytes) or not isinstance(value, Sequence)
        return super().validate(obj, value if is_one else tuple(cast("Sequence[Any]", value)))


def _last(ids: tuple[str, ...], _widget: object) -> list[str]:
    """Return what the page is told of a selection; it asks for the rest of one that is larger."""
    return list(ids[-admit.MAX_SELECTED :])


class Controls(anywidget.AnyWidget):
    """What the page and Python both see and set; `running` and what begins with `_` only the kernel sets."""

    prompt = traitlets.Unicode().tag(sync=True)
    gateway = traitlets.Unicode().tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
    n = traitlets.Int(1, min=1, max=check.MAX_IMAGES_PER_CALL).tag(sync=True)
    parameters = traitlets.Dict().tag(sync=True)
    extra = traitlets.Dict().tag(sync=True)
    selected: traitlets.TraitType[tuple[str, ...], Any] = Several().tag(sync=True, to_json=_last)
    _selected_count = traitlets.Int(0).tag(sync=True)
    filter = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    running = traitlets.List(traitlets.Dict()).tag(sync=True)
    _running_count = traitlets.Int(0).tag(sync=True)
    _count = traitlets.Int(0).tag(sync=True)
    _notices = traitlets.List(traitlets.Dict()).tag(sync=True)
    _budget = traitlets.Dict().tag(sync=True)
    _estimate = traitlets.Dict().tag(sync=True)

    session: Session

    def __init__(self, **traits: Any) -> None:
        self._traits_lock = threading.RLock()
        self._parked: dict[str, Any] = {}
        self._taken: tuple[str, ...] | None = None  # a selection that the page is setting
        super().__init__(**traits)
        self.observe(self._count_selected, "selected")
        self._count_selected()
        self.observe(self._on_gateway, "gateway")
        self.observe(self._on_model, ["gateway", "model"])

    def __setattr__(self, name: str, value: object) -> None:
        """Set a trait; a name that is none is an error, and not silently something else."""
        if not name.startswith("_") and name != "session" and not hasattr(type(self), name):
            message = (
                f"ImageStudio has no control {name!r}; what a model takes is set by "
                f"studio.parameters = {{{name!r}: ...}}, and a key by ImageStudio(api_key=...)."
            )
            raise AttributeError(message, name=name, obj=self)
        super().__setattr__(name, value)

    def notify_change(self, change: Any) -> None:
        """Tell of a change, one at a time."""
        with self._traits_lock:
            super().notify_change(change)

    @contextlib.contextmanager
    def hold_sync(self) -> Generator[None]:
        """Gather changes into one message, which no other thread's change can slip out of."""
        with self._traits_lock, super().hold_sync():
            yield

    def set_state(self, sync_data: Mapping[str, Any]) -> None:
        """Take over what the page sets, where it may; else send it the true state back."""
        admitted: dict[str, Any] = {}
        refused: list[str] = []
        for name, given in sync_data.items():
            try:
                admitted[name] = admit.value(self.session, name, given)
            except admit.RefusedError:
                refused.append(name)
            else:
                if not admit.is_whole(admitted[name], given):
                    refused.append(name)
        with self._traits_lock:
            if {"model", "parameters"} <= admitted.keys():  # settings as a whole, to which nothing is added
                self._parked = {}
            with self._taking(admitted.get("selected")):
                super().set_state(admitted)
            if true := [each for each in refused if each in self.keys]:
                self.send_state(true)

    @contextlib.contextmanager
    def _taking(self, selected: tuple[str, ...] | None) -> Generator[None]:
        """Take a selection at the page's word, and look later: nobody is to wait here for what is written."""
        self._taken = selected
        try:
            yield
        finally:
            self._taken = None
        if selected:
            self._look_at(selected)

    def _look_at(self, selected: tuple[str, ...]) -> None:
        """Let go of what of it is not there, where there is a history to look in: here there is none."""

    def _handle_msg(self, msg: Mapping[str, Any]) -> None:
        """Take what the page sends; ipywidgets would print the frames of what it cannot take apart."""
        if messages.is_envelope(msg["content"]["data"]):
            super()._handle_msg(msg)

    @traitlets.observe("comm")
    def _keep_subshells(self, change: dict[str, Any]) -> None:
        # ipykernel 7.4 (BaseComm in ipykernel/comm/comm.py) hands what comes in to the shell in which this
        # comm spoke last, whatever subshell it is addressed to: once a cell has set a trait, every click
        # would wait for the running cell to end.
        if hasattr(change["new"], "_reply_subshell_for"):
            change["new"]._reply_subshell_for = _as_addressed  # noqa: SLF001

    @traitlets.validate("gateway")
    def _check_gateway(self, proposal: dict[str, Any]) -> str:
        return self.session.row(proposal["value"]).id

    @traitlets.validate("selected")
    def _check_selected(self, proposal: dict[str, Any]) -> tuple[str, ...]:
        ids = dict.fromkeys(each.id if isinstance(each, Picture) else each for each in proposal["value"])
        if tuple(ids) == self._taken:
            return tuple(ids)
        if len(ids) > messages.MAX_MANY:
            message = f"{len(ids):,} pictures are too many to select; at most {messages.MAX_MANY:,} can be."
            raise ParameterError(message, parameter="selected")
        return tuple(f"{each}-{place}" for each, place in self.session.history.keys(ids))

    @traitlets.validate("filter")
    def _check_filter(self, proposal: dict[str, Any]) -> dict[str, Any]:
        return filters.checked(proposal["value"])

    def _count_selected(self, _change: object = None) -> None:
        self._selected_count = len(self.selected)

    def _on_gateway(self, change: dict[str, Any]) -> None:
        row = self.session.row(change["new"])
        if self.model not in row.models:
            self.model = row.default_model or self.model

    def _on_model(self, change: dict[str, Any]) -> None:
        """Keep the values that the model also takes; park the rest, in case it is chosen again."""
        del change
        model = catalog.find_model(self.session.row(self.gateway), self.model)
        known = self.parameters if model is None else {**self._parked, **self.parameters}
        kept = {name: value for name, value in known.items() if _takes(model, name, value)}
        self._parked = {name: value for name, value in {**self._parked, **known}.items() if name not in kept}
        if kept != self.parameters:
            self.parameters = kept


def _takes(model: catalog.Model | None, name: str, value: object) -> bool:
    """Return whether a parameter may stand: one that edits alone take is left out of the rest."""
    return any(check.takes(model, name, value, each) for each in ("generate", "edit"))


def _as_addressed(_data: object, subshell: str | None) -> str | None:
    return subshell
