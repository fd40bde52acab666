"""`Session`: what is configured, generate, submit and cancel, the history, and events."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from nbimagegen import catalog, keys, wire
from nbimagegen.catalog import Gateway, check
from nbimagegen.errors import (
    AddressError,
    ImageGenError,
    ParameterError,
    SketchWarning,
)
from nbimagegen.history import Generation
from nbimagegen.jobs import Job, Plan, Route
from nbimagegen.records import GenerationRecord, ImageRequest, Maker
from nbimagegen.session import settings
from nbimagegen.session.call import Call
from nbimagegen.session.desk import desk
from nbimagegen.session.naming import notebook_path, unnamed, users_level
from nbimagegen.store import home_folder, new_id

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from PIL import Image

    from nbimagegen.history import History, Images, Picture
    from nbimagegen.keys import Key, KeySource
    from nbimagegen.records import Dialect
    from nbimagegen.session.desk import Listener


class Session:
    """Makes pictures and keeps their history; the same as `ImageStudio`, without a browser.

    Args:
        name: A name means the same history in every kernel. Without one, a notebook has its own, and a
            script a new one.
        gateway: `serevix`, `xty`, `rivus`, `xiexus`, `openai` or `sketch`; else `NBIMAGEGEN_GATEWAY`, else
            the first of them with a key, else `sketch`.
        base_url: Where the gateway is; without `gateway`, any server that speaks the Images API.
        api_key: The key, or a callable that returns it at each request.
        dialect: `"images"` or `"chat"`, for a server that speaks another than its row says.
        model: The model of calls that name none.
        parameters: The parameters of calls that do not give them.
        timeout: Seconds for a whole answer, from first sending.
        parallel: How many generations are on their way at a time; the rest wait.
        verify: Whom TLS trusts besides the system's store: a path to certificates, an `ssl.SSLContext`, or
            False for anyone.
        home: Where histories are; else `NBIMAGEGEN_HOME`, else the platform's user data folder.

    Raises:
        RequestError: The gateway is unknown, or an argument cannot be.
        StoreError: The history cannot be opened.
    """

    def __init__(  # noqa: PLR0913 - each is one setting, all but the first by name
        self,
        name: str | None = None,
        *,
        gateway: str | None = None,
        base_url: str | None = None,
        api_key: KeySource = None,
        dialect: Dialect | None = None,
        model: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        timeout: float = settings.TIMEOUT,
        parallel: int = settings.PARALLEL,
        verify: bool | str | Path | ssl.SSLContext = True,
        home: str | Path | None = None,
    ) -> None:
        api_key = keys.sealed(api_key)  # first of all, since a traceback may print arguments
        row = keys.choose_gateway(gateway, base_url)
        self._named = bool(gateway or base_url or os.environ.get("NBIMAGEGEN_GATEWAY"))
        settings.check_meant(row, base_url, api_key, named=self._named)
        self.default = catalog.speaking(
            row, base_url or os.environ.get(row.base_url_variable or "-"), settings.dialect(dialect)
        )
        self._api_key = api_key
        self.model = model
        self.parameters = dict(parameters or {})
        self._timeout = settings.seconds(timeout)
        self._verify = verify
        self._parallel = settings.parallel(parallel)
        self.name = name or notebook_path() or unnamed()
        self._desk = desk(home_folder(home), self.name)
        if row.is_sketch and not self._named:
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

    def row(self, gateway: str | None) -> Gateway:
        """Return the catalogue's row for a gateway, as this session reaches it.

        Raises:
            UnknownGatewayError: There is none of this id.
        """
        row = self.default if gateway is None else catalog.find_gateway(gateway)
        if row.id == self.default.id:
            return self.default
        if row.id == "custom":
            message = "The gateway 'custom' needs an address; make the session with base_url=."
            raise AddressError(message)
        return catalog.speaking(row, os.environ.get(row.base_url_variable or "-"), None)

    def key(self, row: Gateway) -> Key | None:
        """Return the key for a gateway, read now; None where it needs none.

        Raises:
            KeyMissingError: It needs one and there is none, or it is malformed.
        """
        given = self._given_key(row)
        named = self._named or row.id != self.default.id
        return keys.need_key(row, keys.find_key(row, given, named=named))

    def gateways(self) -> list[Gateway]:
        """Return the gateways that this session can reach, its own address included."""
        rows = [self.default]
        for each in catalog.gateways():
            if each not in {"custom", self.default.id}:
                with contextlib.suppress(AddressError):  # its variable holds none; said when it is used
                    rows.append(self.row(each))
        return rows

    def has_key(self, row: Gateway) -> bool:
        """Return whether a request could be sent now; the system's keyring is not asked."""
        given = self._given_key(row)
        try:
            return not row.needs_key or callable(given) or keys.find_key(row, given, named=False) is not None
        except ImageGenError:
            return False

    def use_key(self, gateway: str, secret: str) -> None:
        """Take a key for one gateway into memory, for this session alone.

        Raises:
            KeyMissingError: It is malformed.
            UnknownGatewayError: There is no such gateway.
        """
        key = keys.Key(secret, "the key field")
        del secret
        row = self.row(gateway)
        self._desk.typed_keys[row.id, row.base_url] = key.checked()

    def _given_key(self, row: Gateway) -> KeySource:
        """Return the key that was typed for this gateway at this address, or else given to this session."""
        own = self._api_key if row.id == self.default.id else None
        return self._desk.typed_keys.get((row.id, row.base_url)) or own

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
        **parameters: Any,
    ) -> Generation:
        """Make pictures and wait for them; Ctrl-C cancels.

        Args:
            prompt: What to make.
            gateway: Another gateway than the session's; it resolves its own key.
            model: Another model than the session's, or one that the catalogue does not know.
            n: How many pictures, 1 to 10.
            stream: Let the gateway send the answer in pieces, where the model offers it.
            extra: Fields that go into the body untouched and win.
            fresh: Always make new pictures. In this version every call does.
            timeout: Seconds for a whole answer, from first sending.
            **parameters: What the model takes: `size`, `quality`, `aspect_ratio` and so on.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
            ImageGenError: It failed; `.generation` and `.may_be_billed` say more.
        """
        generation = self.submit(
            prompt,
            gateway=gateway,
            model=model,
            n=n,
            stream=stream,
            extra=extra,
            fresh=fresh,
            timeout=timeout,
            **parameters,
        )
        return self.wait_or_cancel(generation)

    async def agenerate(self, prompt: str | None = None, **call: Any) -> Generation:
        """Make pictures without blocking the event loop; arguments as `generate`."""
        return await self.await_or_cancel(self.submit(prompt, **call))

    def submit(  # noqa: PLR0913 - as generate
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
        """Start making pictures and return the running `Generation` at once; arguments as `generate`.

        Raises:
            RequestError: Something was found wrong before sending; nothing was billed.
        """
        del fresh
        return self.start(Call(prompt, gateway, model, n, stream, extra, timeout, parameters), "code")

    def start(self, call: Call, made_by: Maker) -> Generation:
        """Check a call, write down the intent, and set the job going."""
        plan = self._plan(call, made_by)
        store = self._desk.store
        store.save(plan.record)
        generation = Generation(plan.record, store, is_live=True)
        job = Job(plan, self._desk.slots(self._parallel), partial(self._desk.advance, generation))
        self._desk.take(generation, job)
        job.start()
        return generation

    def wait_or_cancel(self, generation: Generation) -> Generation:
        """Wait for a generation; when the wait is interrupted, cancel it."""
        try:
            return generation.wait()
        except KeyboardInterrupt:
            self.cancel(generation)
            with contextlib.suppress(ImageGenError, TimeoutError):
                generation.wait(0.3)
            raise

    async def await_or_cancel(self, generation: Generation) -> Generation:
        """Await a generation; when the awaiting task is cancelled, cancel it."""
        try:
            return await generation
        except asyncio.CancelledError:
            self.cancel(generation)
            raise

    def cancel(self, generation: Generation | str) -> None:
        """Cancel a generation; one that has ended stays as it is."""
        job = self._desk.jobs.get(generation if isinstance(generation, str) else generation.id)
        if job is not None:
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
        images = self.images
        return images[-1] if len(images) else None

    @property
    def pictures(self) -> Sequence[Picture]:
        """All pictures, oldest first."""
        return self.history.pictures

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(generation)` at each change of a generation, on a thread of its own.

        Returns:
            A function that stops it.
        """
        self._desk.listeners.append(listener)
        return lambda: self._desk.listeners.remove(listener)

    def __repr__(self) -> str:
        """Say what it is, in a line."""
        return (
            f"<{type(self).__name__} {self.name!r} gateway={self.gateway!r} {len(self.history)} generations>"
        )

    # Within.

    def _plan(self, call: Call, made_by: Maker) -> Plan:
        row = self.row(call.gateway)
        request = self._request(call, row)
        model = catalog.find_model(row, request.model)
        most = model.max_images_per_request if model else check.MAX_IMAGES_PER_CALL
        record = GenerationRecord(
            id=new_id(), request=request, status="queued", made_by=made_by, created=time.time()
        )
        return Plan(
            record=record,
            gateway=row,
            requests=tuple(wire.split(request.n, most)),
            route=Route(row.base_url, self.key(row), self._verify, self._desk.store),
            timeout=self._timeout if call.timeout is None else settings.seconds(call.timeout),
        )

    def _request(self, call: Call, row: Gateway) -> ImageRequest:
        name = self._model_name(call, row)
        model = catalog.find_model(row, name)
        is_default = row.id == self.default.id and call.model in {None, self.model}
        defaults = self.parameters.items()
        left = {k: v for k, v in defaults if is_default or check.takes(model, k, v)}
        given = {**left, **call.parameters}
        if call.stream not in {None, True, False}:
            message = f"stream is {call.stream!r}; it is True or False."
            raise ParameterError(message, parameter="stream")
        if call.stream is False:
            given.pop("stream", None)
        if call.stream and check.takes(model, "stream", value=True):
            given["stream"] = True
        return ImageRequest(
            prompt=check.prompt(call.prompt, model.prompt_limit if model else None),
            gateway=row.id,
            model=name,
            base_url=row.base_url,
            dialect=row.dialect,
            n=check.count(call.n),
            parameters=check.parameters(model, given),
            extra=check.json_object(call.extra),
        )

    def _model_name(self, call: Call, row: Gateway) -> str:
        own = self.model if row.id == self.default.id else None
        name = call.model or own or row.default_model
        if not name or not name.isprintable():
            message = f"{row.label} has no model of its own to fall back on; name one with model=."
            raise ParameterError(message, parameter="model")
        return name


def _say_that_it_sketches() -> None:
    message = (
        "No gateway is configured, so pictures are offline sketches; pass gateway= and api_key=, or set "
        'NBIMAGEGEN_GATEWAY and a key such as OPENAI_API_KEY. gateway="sketch" silences this.'
    )
    warnings.warn(message, SketchWarning, stacklevel=users_level())
