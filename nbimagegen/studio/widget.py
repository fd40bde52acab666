"""`ImageStudio`: its traits, what Python may call, and session events turned into trait updates."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import contextlib
import itertools
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import anywidget
import traitlets

from nbimagegen import catalog
from nbimagegen.catalog import check
from nbimagegen.errors import ImageGenError, ParameterError, RequestError
from nbimagegen.history import Generation, Picture
from nbimagegen.records import ENDED
from nbimagegen.session import Call, Session, sealed
from nbimagegen.studio import admit, describe
from nbimagegen.studio.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from PIL import Image

    from nbimagegen.history import History, Images

_STATIC = Path(__file__).parent.parent / "static"
MAX_NOTICES = 3
_notice_numbers = itertools.count()
NOTICE_LENGTH = 360


class ImageStudio(anywidget.AnyWidget):
    """An image studio in a notebook cell: a `Session` with a face.

    Args:
        session: A session's name, or a `Session`; without one, the notebook's own.
        **settings: As `Session`, and traits such as `prompt` or `layout`.

    Attributes:
        prompt: What the prompt box holds.
        gateway: The chosen gateway's id.
        model: The chosen model.
        n: How many pictures a press of Generate asks for, 1 to 10.
        parameters: What is set of the model's parameters; replace it, never change it in place.
        extra: Fields for the request's body, sent untouched.
        selected: Ids of the selected pictures, in the order in which they were selected.
        running: The jobs under way; set by the kernel alone.
        session: The session itself.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    prompt = traitlets.Unicode().tag(sync=True)
    gateway = traitlets.Unicode().tag(sync=True)
    model = traitlets.Unicode().tag(sync=True)
    n = traitlets.Int(1, min=1, max=check.MAX_IMAGES_PER_CALL).tag(sync=True)
    parameters = traitlets.Dict().tag(sync=True)
    extra = traitlets.Dict().tag(sync=True)
    selected = traitlets.Tuple().tag(sync=True)
    running = traitlets.List(traitlets.Dict()).tag(sync=True)
    _running_count = traitlets.Int(0).tag(sync=True)
    _count = traitlets.Int(0).tag(sync=True)
    _notices = traitlets.List(traitlets.Dict()).tag(sync=True)

    def __init__(self, session: str | Session | None = None, **settings: Any) -> None:
        if "api_key" in settings:
            settings["api_key"] = sealed(settings["api_key"])  # first, since a traceback may print it
        traits = {name: settings.pop(name) for name in list(settings) if name in _TRAITS}
        self.session = _opened(session, settings)
        self._traits_lock = threading.RLock()
        self._parked: dict[str, Any] = {}
        self._selected_before: dict[str, tuple[str, ...]] = {}
        self._browser = Browser(self.session, self._send_if_open, self._dismiss)
        start = {
            "gateway": self.session.gateway,
            "model": self.session.model or self.session.default.default_model,
            "parameters": self.session.parameters,
        }
        super().__init__(**{**start, **traits})
        self.observe(self._on_gateway, "gateway")
        self.observe(self._on_model, ["gateway", "model"])
        self.on_msg(self._on_message)
        self._stop_listening = self.session.listen(self._on_change)
        self._publish()

    # Making pictures: as Session, with what is omitted taken from the controls.

    def generate(self, prompt: str | None = None, **call: Any) -> Generation:
        """Make pictures and wait for them; Ctrl-C cancels.

        Arguments, results and errors as `Session.generate`; what is omitted comes from the controls, so
        `generate()` equals the button.
        """
        return self.session.wait_or_cancel(self.submit(prompt, **call))

    async def agenerate(self, prompt: str | None = None, **call: Any) -> Generation:
        """Make pictures without blocking the event loop; arguments as `generate`."""
        return await self.session.await_or_cancel(self.submit(prompt, **call))

    def submit(  # noqa: PLR0913 - as Session.submit
        self,
        prompt: str | None = None,
        *,
        gateway: str | None = None,
        model: str | None = None,
        n: int | None = None,
        stream: bool | None = None,
        extra: Mapping[str, Any] | None = None,
        fresh: bool = False,
        timeout: float | None = None,
        **parameters: Any,
    ) -> Generation:
        """Start making pictures and return the running `Generation` at once; arguments as `generate`."""
        del fresh
        call = Call(prompt, gateway, model, n, stream, extra, timeout, parameters)
        try:
            return self.session.start(self._completed(call), "code")
        except RequestError as error:
            self._note("error", error, str(call.prompt or self.prompt), None)
            raise

    def cancel(self, generation: Generation | str) -> None:
        """Cancel a generation; one that has ended stays as it is."""
        self.session.cancel(generation)

    # What there is.

    @property
    def history(self) -> History:
        """All generations of the session, oldest first."""
        return self.session.history

    @property
    def selection(self) -> tuple[Picture, ...]:
        """The selected pictures, in the order in which they were selected."""
        return tuple(self.history.picture(each) for each in self.selected)

    @property
    def images(self) -> Images:
        """All pictures as PIL, oldest first; each is decoded when it is touched."""
        return self.session.images

    @property
    def pictures(self) -> Sequence[Picture]:
        """All pictures, oldest first."""
        return self.session.pictures

    @property
    def image(self) -> Image.Image | None:
        """The picture that was selected last as PIL, else the newest, else None."""
        selection = self.selection  # read once: a click's pictures may clear it meanwhile
        return selection[-1].image if selection else self.session.image

    def __setattr__(self, name: str, value: object) -> None:
        """Set a trait; a name that is none is an error, and not silently something else."""
        if not name.startswith("_") and name != "session" and not hasattr(type(self), name):
            message = (
                f"ImageStudio has no control {name!r}; what a model takes is set by "
                f"studio.parameters = {{{name!r}: ...}}, and a key by ImageStudio(api_key=...)."
            )
            raise AttributeError(message, name=name, obj=self)
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return f"<ImageStudio {self.session.name!r} gateway={self.gateway!r} model={self.model!r}>"

    def close(self) -> None:
        """Take the widget off the page; the session and its jobs go on."""
        if hasattr(self, "_stop_listening"):  # not where making it failed
            self._stop_listening()
            self._browser.close()
        super().close()

    # Traits. One lock for all that writes them or sends them, on whichever thread.

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
            super().set_state(admitted)
            if true := [each for each in refused if each in self.keys]:
                self.send_state(true)

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
        if len(ids) > admit.MAX_SELECTED:
            message = f"{len(ids)} pictures are too many to select; at most {admit.MAX_SELECTED} can be."
            raise ParameterError(message, parameter="selected")
        return tuple(self.history.picture(each).id for each in ids)

    def _on_message(self, _widget: object, content: object, _buffers: object) -> None:
        self._browser.receive(content)

    def _on_gateway(self, change: dict[str, Any]) -> None:
        row = self.session.row(change["new"])
        if self.model not in row.models:
            self.model = row.default_model or self.model

    def _on_model(self, change: dict[str, Any]) -> None:
        """Keep the values that the model also takes; park the rest, in case it is chosen again."""
        del change
        model = catalog.find_model(self.session.row(self.gateway), self.model)
        known = self.parameters if model is None else {**self._parked, **self.parameters}
        kept = {name: value for name, value in known.items() if check.takes(model, name, value)}
        self._parked = {name: value for name, value in {**self._parked, **known}.items() if name not in kept}
        if kept != self.parameters:
            self.parameters = kept

    def _completed(self, call: Call) -> Call:
        """Fill in from the controls what a call omits."""
        row = self.session.row(call.gateway or self.gateway)
        name = call.model or (self.model if row.id == self.gateway else row.default_model)
        is_shown = (row.id, name) == (self.gateway, self.model)
        model = catalog.find_model(row, name)
        shown = {k: v for k, v in self.parameters.items() if is_shown or check.takes(model, k, v)}
        return Call(
            prompt=self.prompt if call.prompt is None else call.prompt,
            gateway=row.id,
            model=name or None,
            n=self.n if call.n is None else call.n,
            stream=call.stream,
            extra=self.extra if call.extra is None else call.extra,
            timeout=call.timeout,
            # None: the controls stand for the session's own defaults, also where they were emptied.
            parameters={**dict.fromkeys(self.session.parameters), **shown, **call.parameters},
        )

    # Events of the session, on the dispatcher thread.

    def _on_change(self, generation: Generation) -> None:
        self._publish()
        if generation.status not in ENDED:
            self._selected_before.setdefault(generation.id, self.selected)
            return
        self._turn_to_the_newest(generation)
        self._browser.show(generation.pictures)
        error = generation.error
        if error is not None and (generation.status != "cancelled" or error.may_be_billed):
            level = {"done": "warning", "cancelled": "info"}.get(generation.status, "error")
            self._note(level, error, generation.prompt, generation.id)

    def _turn_to_the_newest(self, generation: Generation) -> None:
        """Let go of the selection when a click's pictures come, unless it was changed meanwhile."""
        before = self._selected_before.pop(generation.id, None)
        if generation.record.made_by == "click" and generation.pictures and before == self.selected:
            with self._traits_lock:
                self.selected = ()

    def _publish(self) -> None:
        running = self.session.running
        with self.hold_sync():
            self.running = describe.jobs(running)
            self._running_count = len(running)
            self._count = self.history.picture_count

    def _note(self, level: str, error: ImageGenError, prompt: str, generation: str | None) -> None:
        with self._traits_lock:
            notice = {
                "id": f"notice-{next(_notice_numbers)}",
                "level": level,
                "message": describe.without_the_middle(error.message, NOTICE_LENGTH),
                "prompt": describe.shortened(prompt, NOTICE_LENGTH // 6),
                "generation": generation,
                "may_be_billed": error.may_be_billed,
            }
            self._notices = [*self._notices, notice][-MAX_NOTICES:]

    def _dismiss(self, notice: str) -> None:
        with self._traits_lock:
            self._notices = [each for each in self._notices if each["id"] != notice]

    def _send_if_open(self, content: dict[str, Any], buffers: list[bytes] | None) -> None:
        if self.comm is not None:
            self.send(content, buffers)


_TRAITS = frozenset(cast("dict[str, Any]", ImageStudio.class_traits())) - {"gateway", "model", "parameters"}


def _as_addressed(_data: object, subshell: str | None) -> str | None:
    return subshell


def _opened(session: str | Session | None, settings: dict[str, Any]) -> Session:
    if not isinstance(session, Session):
        return Session(session, **settings)
    if settings:
        message = f"{', '.join(settings)} belong to the Session that was given; set them there."
        raise ParameterError(message)
    return session
