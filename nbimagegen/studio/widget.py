"""`ImageStudio`: what Python may call, and session events turned into trait updates."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nbimagegen.errors import ParameterError, RequestError
from nbimagegen.history import Picture
from nbimagegen.records import ENDED
from nbimagegen.session import Call, Session, sealed, shown_name
from nbimagegen.studio import describe
from nbimagegen.studio.asked import Asked
from nbimagegen.studio.browser import Browser, Face
from nbimagegen.studio.expecting import Expectations
from nbimagegen.studio.hearing import Hearing
from nbimagegen.studio.kin import words
from nbimagegen.studio.masks import Masks
from nbimagegen.studio.news import News
from nbimagegen.studio.notices import Board
from nbimagegen.studio.restored import restored
from nbimagegen.studio.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from PIL import Image

    from nbimagegen.history import Generation, History, Images, Progress, Settings
    from nbimagegen.records import Operation

_STATIC = Path(__file__).parent.parent / "static"
MOST_COMPARED = 4


class ImageStudio(Hearing, Asked):
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
        source: The picture that is being changed, or None: any picture may be set, a `Picture` or `Reference`
            is read back.
        references: Pictures that go along with the prompt, in their order; set and read as `source`.
        mask: Where `source` may change: booleans, H x W, of its very size; None where it may everywhere.
        filter: What the strip is narrowed down to, as the arguments of `History.find`: {"text": "fox"}.
        variables: What `{name}` in the prompt box may stand for: texts, numbers, or lists of them, which make
            a request for each value. None is what the notebook's cells have set, in JupyterLab and Notebook.
        language: What the page speaks, such as "zh-CN" or "en"; None is the host's own language.
        running: The jobs under way; set by the kernel alone.
        session: The session itself.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    def __init__(self, session: str | Session | None = None, **settings: Any) -> None:
        if "api_key" in settings:
            settings["api_key"] = sealed(settings["api_key"])  # first, since a traceback may print it
        traits = {name: settings.pop(name) for name in list(settings) if name in _TRAITS}
        self.session = _opened(session, settings)
        self._selected_before: dict[str, tuple[str, ...]] = {}
        self._board = Board(self._change_notices)
        self._masks = Masks(self._take_over)
        face = Face(self._board, self._fill, self._named, self._masks, holder=self)
        self._browser = Browser(self.session, self._send_if_open, face)
        self._told = News(self.history)
        self._sheet = Sheet(self.session)
        self._expectations = Expectations(self.history)
        start = {
            "gateway": self.session.gateway,
            "model": self.session.model or self.session.default.default_model,
            "parameters": self.session.parameters,
            "_count": self.history.picture_count,  # so that no view begins with a welcome
        }
        super().__init__(**{**start, **traits})
        self.on_msg(self._on_message)
        self.observe(self._narrow, "filter")
        self._narrow()
        self._undos = [
            self._watch_prompt(),
            self.session.listen(self._on_change, marks=self._on_marks),
            self.session.watch(self._browser.preview),
            self.session.on_replay(self._board.replayed),
        ]
        self._watch_costs()
        if self.session.former:
            self._board.goes_on_from(self.session.former)
        for generation in self.history[-1:]:  # of an earlier kernel perhaps: it can be tried again
            self._board.ended(generation)
        self._publish()

    # Making pictures: as Session, with what is omitted taken from the controls.

    def generate(self, prompt: str | None = None, **call: Any) -> Generation:
        """Make pictures and wait for them; Ctrl-C cancels.

        Arguments, results and errors as `Session.generate`; what is omitted comes from the controls, so
        `generate()` equals the button: where `source` or `references` hold a picture it is an edit. With
        `operation="generate"` it is made from words alone.
        """
        with self.session.cancelling():
            return self.submit(prompt, **call).wait()

    def edit(
        self,
        image: Any,
        prompt: str | None = None,
        *,
        mask: Any = None,
        references: Sequence[Any] | None = None,
        **call: Any,
    ) -> Generation:
        """Change a picture by words and wait for the result.

        Arguments as `Session.edit`; what is omitted comes from the controls: the mask where the picture is
        `source`, and `references`, unless they are given, as in `references=()`.
        """
        with self.session.cancelling():
            return self.submit(
                prompt, operation="edit", image=image, mask=mask, references=references, **call
            ).wait()

    def vary(self, image: Any, *, n: int | None = None, **call: Any) -> Generation:
        """Make variations of a picture and wait for them.

        Arguments as `Session.vary`; what is omitted comes from the controls.
        """
        with self.session.cancelling():
            return self.submit(operation="vary", image=image, n=n, **call).wait()

    async def agenerate(self, prompt: str | None = None, **call: Any) -> Generation:
        """Make pictures without blocking the event loop; arguments as `submit`."""
        with self._noting(prompt):
            started = await self.session.astart(self._completed(self._seen(prompt, call)), "code")
        return await self.session.await_or_cancel(started)

    def stream(self, prompt: str | None = None, **call: Any) -> Iterator[Progress]:
        """Make pictures and go through their previews as they come; arguments as `submit`.

        The last event is "done"; leaving the loop does not cancel.
        """
        with self._noting(prompt):
            whole = self._completed(self._seen(prompt, {"stream": True, **call}))
            return self.session.stream(whole.prompt, **whole.given)

    def _seen(self, prompt: str | None, call: Mapping[str, Any]) -> Call:
        """Return the call of these arguments, with the pictures of the controls where it names none."""
        inputs = self._inputs(**{name: call[name] for name in _INPUTS if name in call})
        return replace(Call.of(prompt, call), **inputs)

    def submit(  # noqa: PLR0913 - as Session.submit
        self,
        prompt: str | None = None,
        *,
        operation: Operation | None = None,
        image: Any = None,
        mask: Any = None,
        references: Sequence[Any] | None = None,
        gateway: str | None = None,
        model: str | None = None,
        n: int | None = None,
        stream: bool | None = None,
        extra: Mapping[str, Any] | None = None,
        fresh: bool = False,
        timeout: float | None = None,
        on_partial: Callable[[Progress], object] | None = None,
        **parameters: Any,
    ) -> Generation:
        """Start making pictures and return the running `Generation` at once.

        Arguments as `Session.submit`; what is omitted comes from the controls.
        """
        call = Call(
            prompt,
            gateway,
            model,
            n,
            stream,
            extra,
            timeout,
            parameters,
            on_partial=on_partial,
            fresh=fresh,
            **self._inputs(operation, image, mask, references),
        )
        with self._noting(prompt):
            return self.session.start(self._completed(call), "code")

    def cancel(self, generation: Generation | str) -> None:
        """Cancel a generation; one that has ended stays as it is."""
        self.session.cancel(generation)

    def cancel_all(self) -> None:
        """Cancel all generations that are queued or under way."""
        self.session.cancel_all()

    # What there is.

    def models(self, gateway: str | None = None, *, refresh: bool = False) -> list[str]:
        """Return the models of a gateway, by default the chosen one; as `Session.models`."""
        return self.session.models(gateway or self.gateway, refresh=refresh)

    @property
    def history(self) -> History:
        """All generations of the session, oldest first."""
        return self.session.history

    @property
    def selection(self) -> tuple[Picture, ...]:
        """The selected pictures, in the order in which they were selected."""
        return tuple(self._still_there(self.selected))

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

    def show(self, picture: Picture | str) -> None:
        """Open a picture's original in the studio on the page; selection and controls stay as they are.

        Raises:
            NotFoundError: It is no picture of this session.
        """
        self._browser.open(self._picture(picture))

    def compare(self, *pictures: Picture | str) -> None:
        """Open two to four pictures beside each other in the studio on the page.

        Raises:
            NotFoundError: One is no picture of this session.
            ParameterError: They are fewer than two, or more than four.
        """
        given = list(dict.fromkeys(self._picture(each) for each in pictures))
        if not 1 < len(given) <= MOST_COMPARED:
            message = f"{len(given)} pictures cannot be compared; give two to {MOST_COMPARED} different ones."
            raise ParameterError(message)
        self._browser.open(*given)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the studio, and leave in the notebook what shows its pictures where no kernel runs."""
        if self.comm is not None:
            self._sheet.show()
        return cast("Any", super()._repr_mimebundle_(**kwargs))

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        name = shown_name(self.session.name)
        return f"<ImageStudio {name!r} gateway={self.gateway!r} model={self.model!r}>"

    def close(self) -> None:
        """Take the widget off the page; the session and its jobs go on."""
        if hasattr(self, "_undos"):  # not where making it failed
            for undo in self._undos:
                undo()
            self._browser.close()
            self._sheet.close()
            self._undos = []
        super().close()

    # Within.

    def _picture(self, picture: Picture | str) -> Picture:
        return self.history.picture(picture.id if isinstance(picture, Picture) else picture)

    @contextlib.contextmanager
    def _noting(self, prompt: str | None) -> Generator[None]:
        """Show what was found wrong with a call in the widget too."""
        try:
            yield
        except RequestError as error:
            self._board.found_wrong(error, str(self.prompt if prompt is None else prompt))
            raise

    # Events of the session, on the dispatcher thread.

    def _on_change(self, generation: Generation) -> None:
        has_ended = generation.status in ENDED
        is_new = has_ended and self._told.is_new(generation)
        self._expectations.learn(generation)
        if is_new:  # said first: what follows reads the index, which may fail
            self._board.ended(generation)
        self._publish()
        if has_ended:
            self._show_ended(generation, is_new=is_new)
        elif generation in self.session.running:  # and not in another kernel's
            self._selected_before.setdefault(generation.id, self.selected)

    def _show_ended(self, generation: Generation, *, is_new: bool) -> None:
        if is_new:
            self._turn_to_the_newest(generation)
            self._browser.show(generation)
        else:  # another kernel has marked it
            self._let_go_of_trashed()
            self._browser.change([generation])

    def _on_marks(self, generations: Sequence[Generation]) -> None:
        self._publish()
        self._let_go_of_trashed()
        self._browser.change(generations)

    def _turn_to_the_newest(self, generation: Generation) -> None:
        """Let go of the selection when a click's pictures come, unless it was changed meanwhile."""
        before = self._selected_before.pop(generation.id, None)
        if generation.record.made_by == "click" and generation.pictures and before == self.selected:
            with self._traits_lock:
                self.selected = ()

    def _let_go_of_trashed(self) -> None:
        if not self.selected:
            return
        stay = set(self.history.among(self.selected))
        with self._traits_lock:
            self.selected = tuple(each for each in self.selected if each in stay)

    def _publish(self) -> None:
        running = self.session.running
        with self.hold_sync():
            self.running = describe.jobs(running, self._expectations.of, partial(words, self.history))
            self._running_count = len(running)
            self._count = self.history.picture_count
            self._budget = describe.budget(self.session)
        self._sheet.change()

    def _look_at(self, selected: tuple[str, ...]) -> None:
        self._browser.look_at(selected)

    def _narrow(self, _change: object = None) -> None:
        self._browser.narrow(self.filter)

    def _fill(self, told: Settings, listed: Callable[[str, list[str]], list[str]]) -> str:
        """Put what a picture's file tells into the controls; return what was done."""
        row = self.session.row(self.gateway)
        found = restored(told, row, self.model, listed(row.id, []))
        with self.hold_sync():
            self.prompt = found.prompt or self.prompt
            self.model = found.model
            self.parameters = found.parameters
        return found.message

    def _change_notices(self, changed: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]) -> None:
        with self._traits_lock:
            self._notices = changed(self._notices)

    def _on_message(self, _widget: object, content: object, buffers: object) -> None:
        self._browser.receive(content, buffers)

    def _on_gateway(self, change: dict[str, Any]) -> None:
        super()._on_gateway(change)
        self._browser.seek_key(change["new"])

    def _send_if_open(self, content: dict[str, Any], buffers: list[bytes] | None) -> None:
        if self.comm is not None:
            self.send(content, buffers)


_INPUTS = ("operation", "image", "mask", "references")
_TRAITS = frozenset(cast("dict[str, Any]", ImageStudio.class_traits())) - {"gateway", "model", "parameters"}


def _opened(session: str | Session | None, settings: dict[str, Any]) -> Session:
    if not isinstance(session, Session):
        return Session(session, **settings)
    if settings:
        message = f"{', '.join(settings)} belong to the Session that was given; set them there."
        raise ParameterError(message)
    return session
