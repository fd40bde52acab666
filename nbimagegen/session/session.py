"""`Session`: generate, edit, vary, submit and cancel; the history, and events."""

from __future__ import annotations

import os
import queue
import warnings
from typing import TYPE_CHECKING, Any

from nbimagegen import keys
from nbimagegen.errors import SketchWarning
from nbimagegen.lazily import rooms
from nbimagegen.session import former, marimo, settings, waiting
from nbimagegen.session.access import Network
from nbimagegen.session.accounts import Accounts
from nbimagegen.session.call import Call
from nbimagegen.session.desk import desk
from nbimagegen.session.naming import notebook_path, unnamed, users_level
from nbimagegen.session.reach import addressed

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from PIL import Image

    from nbimagegen import jobs, store
    from nbimagegen.budget import Budget
    from nbimagegen.catalog import Gateway
    from nbimagegen.history import Generation, History, Images, Picture, Progress, sequences
    from nbimagegen.keys import KeySource
    from nbimagegen.records import Dialect, Maker, Operation
else:
    jobs, sequences, store = rooms("jobs", "history.sequences", "store")


class Session(Accounts):
    """Makes pictures and keeps their history; the same as `ImageStudio`, without a browser.

    Args:
        name: A name means the same history in every kernel. Without one, a notebook has its own, and a
            script a new one.
        gateway: `serevix`, `xty`, `rivus`, `xiexus`, `openai` or `sketch`, one of your own `gateways.toml`,
            or a `Gateway`; else `NBIMAGEGEN_GATEWAY`, else the first of them with a key, else `sketch`.
        base_url: Where the gateway is; without `gateway`, any server that speaks the Images API.
        api_key: The key, or a callable that returns it at each request.
        dialect: `"images"` or `"chat"`, for a server that speaks another than its row says.
        model: The model of calls that name none.
        parameters: The parameters of calls that do not give them.
        timeout: Seconds for a whole answer, over all tries of a request: connecting counts, and waiting
            before a try does not.
        parallel: How many generations are on their way at a time; the rest wait.
        verify: Whom TLS trusts besides the system's store: a path to certificates, an `ssl.SSLContext`, or
            False for anyone.
        proxy: A proxy for requests and pictures, as `"http://host:8080"`; else the environment's.
        allow_image_hosts: Hosts such as `"cdn.example.com"` or `"*.example.com"` that may serve pictures
            wherever they are, for networks that answer names with addresses of their own.
        budget: What may be spent, as `Budget(images=20, usd=5)`.
        replay: Whether calls from code, made again in a later kernel, are given back what they brought.
        home: Where histories are; else `NBIMAGEGEN_HOME`, else the platform's user data folder.

    Raises:
        RequestError: The gateway is unknown, or an argument cannot be.
        StoreError: The history cannot be opened.
    """

    def __init__(  # noqa: PLR0913 - each is one setting, all but the first by name
        self,
        name: str | None = None,
        *,
        gateway: str | Gateway | None = None,
        base_url: str | None = None,
        api_key: KeySource = None,
        dialect: Dialect | None = None,
        model: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        timeout: float = settings.TIMEOUT,
        parallel: int = settings.PARALLEL,
        verify: bool | str | Path | ssl.SSLContext = True,
        proxy: str | None = None,
        allow_image_hosts: Sequence[str] = (),
        budget: Budget | None = None,
        replay: bool = True,
        home: str | Path | None = None,
    ) -> None:
        api_key = keys.sealed(api_key)  # first of all, since a traceback may print arguments
        row = keys.choose_gateway(gateway, base_url)
        named = bool(gateway or base_url or os.environ.get("NBIMAGEGEN_GATEWAY"))
        settings.check_meant(row, base_url, api_key, named=named)
        self.model = model
        self.parameters = dict(parameters or {})
        self.budget = budget
        self.replay = replay
        self._timeout = settings.seconds(timeout)
        self._parallel = settings.parallel(parallel)
        spoken = addressed(row, base_url, settings.dialect(dialect))
        network = Network(verify, proxy, settings.hosts(allow_image_hosts))
        notebook = None if name else notebook_path()
        self.name = settings.name(name) or notebook or unnamed()
        super().__init__(spoken, api_key, desk(store.home_folder(home), self.name), network, named=named)
        self._desk.history.agent = self
        self._desk.recover = self.end_left
        self.recover()
        self.former = former.offered(notebook, self._desk) if notebook else ""
        if row.is_sketch and not named:
            _say_that_it_sketches()

    # What is configured.

    @property
    def gateway(self) -> str:
        """The id of the gateway that calls go to when they name none."""
        return self.default.id

    @property
    def folder(self) -> Path:
        """Where this history is on disk."""
        return self._desk.store.folder

    @property
    def history(self) -> History:
        """All generations, oldest first, those under way included."""
        return self._desk.history

    # Making pictures.

    def generate(  # noqa: PLR0913 - the names that others rely on
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
        on_partial: Callable[[Progress], object] | None = None,
        **parameters: Any,
    ) -> Generation:
        """Make pictures and wait for them; Ctrl-C cancels.

        Args:
            prompt: What to make.
            gateway: Another gateway than the session's; it resolves its own key.
            model: Another model than the session's, or one that the catalogue does not know.
            n: How many pictures, 1 to 10.
            stream: Let the gateway send the answer in pieces, with previews, where the model offers it.
            extra: Fields that go into the body untouched and win.
            fresh: Make new pictures, whatever the history holds, and give them back to no later call.
            timeout: Seconds for a whole answer, over all tries of a request: connecting counts, and waiting
                before a try does not.
            on_partial: Called with each preview, on a thread of its own, and at the end.
            **parameters: What the model takes: `size`, `quality`, `aspect_ratio` and so on.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
            ImageGenError: It failed; `.generation` and `.may_be_billed` say more.
        """
        with self.cancelling():
            return self.submit(
                prompt,
                gateway=gateway,
                model=model,
                n=n,
                stream=stream,
                extra=extra,
                fresh=fresh,
                timeout=timeout,
                on_partial=on_partial,
                **parameters,
            ).wait()

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

        Args:
            image: A path, an http(s) URL, bytes, PIL, a `Picture`, or an array: H x W (grey), H x W x 3 or
                H x W x 4, of uint8, booleans or floats from 0 to 1.
            prompt: What to change.
            mask: Where to change it, at the picture's own size: of one channel (or booleans) where it is not
                0, with an alpha channel where alpha is 0.
            references: Further pictures to draw on.
            **call: As `generate`; so are results and further errors.

        Raises:
            InputError: A picture or the mask cannot be read, or does not fit.
            OperationError: The gateway or the model does not edit; the message names one that does.
        """
        with self.cancelling():
            return self.submit(
                prompt, operation="edit", image=image, mask=mask, references=references, **call
            ).wait()

    def vary(self, image: Any, *, n: int = 1, **call: Any) -> Generation:
        """Make variations of a picture and wait for them; arguments as `edit`, without words.

        Raises:
            OperationError: The gateway or the model makes none; the message names one that does.
        """
        with self.cancelling():
            return self.submit(operation="vary", image=image, n=n, **call).wait()

    async def agenerate(self, prompt: str | None = None, **call: Any) -> Generation:
        """Make pictures without blocking the event loop; arguments as `submit`."""
        return await self.await_or_cancel(await self.astart(Call.of(prompt, call), "code"))

    async def astart(self, call: Call, made_by: Maker) -> Generation:
        """As `start`, without blocking the event loop; they come into the history as they are called."""
        with marimo.carrying():
            started = jobs.in_turn(
                lambda: self._read(call),
                lambda ready: self._found(ready, made_by),
                self._settled,
                is_slow=call.operation != "generate",  # pictures are read, and perhaps fetched
            )
        return await waiting.awaited(started, self.cancel)

    def submit(  # noqa: PLR0913 - as generate
        self,
        prompt: str | None = None,
        *,
        operation: Operation = "generate",
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
        """Start making pictures and return the running `Generation` at once; arguments as `generate`.

        Args:
            prompt: As `generate`.
            operation: "generate", "edit" or "vary"; the last two start from `image`, as `edit` and `vary` do.
            image: As `edit`.
            mask: As `edit`.
            references: As `edit`.
            gateway: As `generate`, and so the rest.
            model: As `generate`.
            n: As `generate`.
            stream: As `generate`.
            extra: As `generate`.
            fresh: As `generate`.
            timeout: As `generate`.
            on_partial: As `generate`.
            **parameters: As `generate`.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
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
            operation,
            image,
            mask,
            () if references is None else references,
            on_partial,
            fresh,
        )
        return self.start(call, "code")

    def stream(self, prompt: str | None = None, **call: Any) -> Iterator[Progress]:
        """Make pictures and go through their previews as they come; arguments as `submit`.

        Previews come where the model offers them; the last event is "done". Leaving the loop does not cancel.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
            ImageGenError: It failed, as `generate`.
        """
        events: queue.SimpleQueue[Progress] = queue.SimpleQueue()
        also = call.pop("on_partial", None)

        def follow(progress: Progress) -> None:
            events.put(progress)
            if also is not None:
                also(progress)

        call = {"stream": True, **call, "on_partial": follow}
        with self.cancelling():
            return self._followed(self.submit(prompt, **call), events)

    def _followed(self, generation: Generation, events: queue.SimpleQueue[Progress]) -> Iterator[Progress]:
        try:
            while (event := waiting.next_of(events)).kind != "done":
                yield event
        except KeyboardInterrupt:
            self.cancel(generation)
            raise
        generation.wait()
        yield event

    async def await_or_cancel(self, generation: Generation) -> Generation:
        """Await a generation; when the awaiting task is cancelled, cancel it."""
        import asyncio  # noqa: PLC0415 - slow to import, and a script may never await

        try:
            return await generation
        except asyncio.CancelledError:
            self.cancel(generation)
            raise

    def cancel(self, generation: Generation | str) -> None:
        """Cancel a generation; one that has ended stays as it is."""
        self._desk.cancel(generation if isinstance(generation, str) else generation.id)

    def cancel_all(self) -> None:
        """Cancel all generations that are queued or under way."""
        for job in list(self._desk.jobs.values()):
            job.cancel()

    # What there is.

    @property
    def running(self) -> list[Generation]:
        """The generations that are queued or under way, oldest first."""
        return [self.history.generation(each) for each in list(self._desk.jobs)]

    @property
    def images(self) -> Images:
        """All pictures as PIL, oldest first; each is decoded when it is touched."""
        return self.history.images

    @property
    def image(self) -> Image.Image | None:
        """The newest picture as PIL; None while there is none."""
        newest = self.history.page(None, 1)
        return newest[0].image if newest else None

    @property
    def pictures(self) -> Sequence[Picture]:
        """All pictures, oldest first."""
        return self.history.pictures

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        head = f"<{type(self).__name__} {store.shown_name(self.name)!r}"
        if self._held_desk.closed:
            return f"{head} closed: {self._held_desk.closed}>"
        return f"{head} gateway={self.gateway!r} {sequences.many(len(self.history), 'generation')}>"


_has_said_that_it_sketches = False


def _say_that_it_sketches() -> None:
    global _has_said_that_it_sketches  # noqa: PLW0603 - once a process
    if _has_said_that_it_sketches:
        return
    _has_said_that_it_sketches = True
    message = (
        "No gateway is configured, so pictures are offline sketches; pass gateway= and api_key=, or set "
        'NBIMAGEGEN_GATEWAY and a key such as OPENAI_API_KEY. gateway="sketch" silences this.'
    )
    warnings.warn(message, SketchWarning, stacklevel=users_level())
