"""What costs money or stops it: the page's messages → calls of the session, each click run once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from nbimagegen import catalog
from nbimagegen.catalog import check
from nbimagegen.errors import ImageGenError, InputError, RequestError
from nbimagegen.records import mended
from nbimagegen.session import Call
from nbimagegen.studio import fills
from nbimagegen.studio.line import public

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbimagegen.catalog import Model
    from nbimagegen.history import Generation
    from nbimagegen.studio.fills import Variables
    from nbimagegen.studio.line import Handlers, Line, Table
    from nbimagegen.studio.masks import Masks
    from nbimagegen.studio.offers import Offers
    from nbimagegen.studio.recalling import Recalling

    Going: TypeAlias = Callable[[Callable[[], Generation]], None]


class Orders:
    """Makes pictures at a click, tries again, fetches again, cancels."""

    def __init__(
        self, line: Line, offers: Offers, variables: Variables, masks: Masks, recalling: Recalling
    ) -> None:
        self._line = line
        self._offers = offers
        self._variables = variables
        self._masks = masks
        self._recalling = recalling
        self._session = line.session
        self._cancelled = object()  # another one each time that all is cancelled
        self.handlers: Handlers = {
            "generate": self._generate,
            "vary": self._vary,
            "again": self._again,
            "cancel": self._cancel,
            "cancel_all": self._cancel_all,
            "retry": self._retry,
            "download": self._download,
            "keep": self._keep,
        }

    def _generate(self, message: Table) -> None:
        # What names stand for when it is pressed counts, and not what a cell has made of them by its turn.
        held = fills.held(message["prompt"], self._variables)
        self._in_turn(message, lambda going: self._start(message, held, going))

    def _keep(self, message: Table) -> None:
        self._line.in_turn(message["click"], lambda: self._keep_outside(message["id"]))

    def _cancel(self, message: Table) -> None:
        self._line.once(message["click"], lambda: self._session.cancel(message["generation"]))

    def _cancel_all(self, message: Table) -> None:
        self._line.once(message["click"], self._stop)

    def _stop(self) -> None:
        """Cancel what is under way at once, and what still waits for its turn before it is begun."""
        self._cancelled = object()
        self._session.cancel_all()

    def _vary(self, message: Table) -> None:
        self._in_turn(message, lambda going: self._start_varying(message, going))

    def _again(self, message: Table) -> None:
        self._in_turn(message, lambda going: self._once_more(message["picture"], going))

    def _retry(self, message: Table) -> None:
        self._in_turn(message, lambda going: self._try_again(message["generation"], going))

    def _in_turn(self, message: Table, action: Callable[[Going], object]) -> None:
        """Run a press on a thread that may write, read and hash; `going` starts what it asks for."""
        pressed = self._cancelled

        def going(start: Callable[[], Generation]) -> None:
            if self._cancelled is not pressed:
                message = "It was cancelled before it was begun; nothing was sent."
                raise RequestError(message)
            made = start()
            if self._cancelled is not pressed:  # meanwhile, and it was not yet among those under way
                self._session.cancel(made)

        self._line.in_turn(message["click"], lambda: action(going))

    def _download(self, message: Table) -> None:
        fetch = self._line.errands.submit
        self._line.once(message["click"], lambda: fetch(self._fetch, message["generation"]))

    def _start(self, message: Table, variables: Variables, going: Going) -> None:
        prompts = fills.checked(message, variables)
        call, model, given = self._seen(message)
        call = replace(
            call,
            stream=message["parameters"].get("stream") is True or None,
            parameters=check.of_operation(model, given, message["operation"]),
            **self._inputs(message),
        )
        for each in prompts:  # none is sent where one of them cannot be
            check.prompt(each, model.prompt_limit if model else None)
        if prompts != (message["prompt"],):
            self._recalling.keep(message["prompt"])
        self._start_each([replace(call, prompt=mended(each)) for each in prompts], going)

    def _seen(self, message: Table) -> tuple[Call, Model | None, Table]:
        """Return what the page's controls say, the model that they name, and the parameters they hold."""
        row = self._offers.row(message["gateway"])
        given = {**dict.fromkeys(self._session.parameters), **row.click, **message["parameters"]}
        named = message["model"] or None
        call = Call(gateway=row.id, model=named, n=message["n"], extra=message["extra"])
        return call, catalog.find_model(row, message["model"]), given

    def _inputs(self, message: Table) -> dict[str, Any]:
        """Return what a press starts from; `source`, or else the first reference, is what is changed."""
        if message["operation"] == "generate":
            return {}
        ids = [message["source"]] if message["source"] else []
        image, *references = [self._session.input(each) for each in [*ids, *message["references"]]] or [None]
        mask = self._mask(message["source"]) if message["mask"] else None
        return {"operation": "edit", "image": image, "references": references, "mask": mask}

    def _mask(self, source: str) -> Any:
        held = self._masks.of(source)
        if held is None:
            message = "The mask is not there any more; paint it again, or remove it."
            raise InputError(message, parameter="mask")
        return held.array

    def _keep_outside(self, known: str) -> None:
        picture = self._session.keep_outside(self._session.history.picture(known), "click")
        self._line.reply({"kind": "show", "id": picture.id})

    def _start_each(self, calls: Sequence[Call], going: Going) -> None:
        """Start a generation for each prompt."""
        for count, each in enumerate(calls):
            try:
                going(partial(self._session.start, each, "click"))
            except ImageGenError as error:
                if count:  # the budget perhaps; what was started is under way
                    error.message = f"{count} of {len(calls)} prompts were started. {error.message}"
                raise

    def _start_varying(self, message: Table, going: Going) -> None:
        call, model, given = self._seen(message)
        call = replace(
            call,
            # The controls stand for Generate, and hold what variations do not take.
            parameters={k: v for k, v in given.items() if v is None or check.takes(model, k, v, "vary")},
            operation="vary",
            image=self._session.history.picture(message["picture"]),
        )
        going(lambda: self._session.start(call, "click"))

    def _once_more(self, picture: str, going: Going) -> None:
        generation = self._session.history.picture(picture).generation
        going(lambda: self._session.again(generation, "click"))

    def _try_again(self, generation: str, going: Going) -> None:
        failed = self._session.history.generation(generation)
        going(lambda: self._session.retry(failed, "click"))
        self._line.board.drop_all_of(generation)

    def _fetch(self, generation_id: str) -> None:
        """Fetch lost pictures; those that come, and what still went wrong, are events of the session."""
        try:
            generation = self._session.history.generation(generation_id)
        except ImageGenError:
            return
        try:
            generation.download_again()
        except Exception as problem:  # noqa: BLE001 - nobody else would hear of it
            self._line.board.met(generation, public(problem))
        else:
            if not generation.lost:
                self._line.board.drop_all_of(generation_id)
