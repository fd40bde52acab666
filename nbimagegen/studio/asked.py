"""What a press, or a call that leaves things open, asks for by the controls, and what it would cost."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import traitlets

from nbimagegen import catalog
from nbimagegen.catalog import check
from nbimagegen.errors import PromptError
from nbimagegen.session import Call
from nbimagegen.studio import describe, fills
from nbimagegen.studio.prompting import Prompting

if TYPE_CHECKING:
    from nbimagegen.records import Operation


_COSTS = ("gateway", "model", "n", "parameters", "extra", "source", "references")


class Asked(Prompting):
    """Fills in from the controls what a call omits, and reckons what it costs."""

    _vary_estimate = traitlets.Dict().tag(sync=True)

    def _completed(self, call: Call) -> Call:
        """Fill in from the controls what a call omits."""
        row = self.session.row(call.gateway or self.gateway)
        name = call.model or (self.model if row.id == self.gateway else row.default_model)
        shown = self._shown(row, name, call.operation)
        is_open = call.prompt is None and call.operation != "vary"
        return replace(
            call,
            prompt=self._only_prompt() if is_open else call.prompt,
            gateway=row.id,
            model=name or None,
            n=self.n if call.n is None else call.n,
            stream=(shown.get("stream") is True or None) if call.stream is None else call.stream,
            extra=self.extra if call.extra is None else call.extra,
            # None: the controls stand for the session's own defaults, also where they were emptied.
            parameters={**dict.fromkeys(self.session.parameters), **shown, **call.parameters},
        )

    def _shown(self, row: catalog.Gateway, name: str, operation: Operation) -> dict[str, Any]:
        """Return what the controls hold, as far as it is taken where the call goes."""
        model = catalog.find_model(row, name)
        if operation != "vary" and (row.id, name) == (self.gateway, self.model):
            return check.of_operation(model, self.parameters, operation)
        return {k: v for k, v in self.parameters.items() if check.takes(model, k, v, operation)}

    def _only_prompt(self) -> str:
        """Return what the prompt box asks for, where that is one prompt: a call gives one generation."""
        found = fills.fills(self.prompt, self._named)
        if found.unknown:
            message = (
                f"{found.wrong} To send the prompt as it stands, pass it: studio.generate(studio.prompt)."
            )
            raise PromptError(message)
        if len(found.prompts) > 1:
            many = len(found.prompts)
            message = (
                f"This gives {many} prompts; make each: [studio.submit(each) for each in studio.prompts]."
            )
            raise PromptError(message)
        return next(iter(found.prompts))

    def _watch_costs(self) -> None:
        """Say what a press would cost, now and whenever that may be another."""
        self.observe(self._reckon, [*_COSTS, "_fills"])
        self._reckon()

    def _reckon(self, _change: object = None) -> None:
        """Say beside Generate what a press would cost."""
        with self._traits_lock:
            self._estimate = self._estimated(Call("?", **self._inputs()), self._fills.get("prompts", 1))
            self._vary_estimate = self._estimated(Call(operation="vary"))

    def _estimated(self, call: Call, times: int = 1) -> dict[str, Any]:
        found = describe.estimate(self.session, self._completed(call))
        return {name: value * times if isinstance(value, float) else value for name, value in found.items()}
