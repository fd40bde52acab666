"""The prompt box as a template: which variables it may name, and what a press of Generate would send."""

# ipywidgets has no types of its own.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import traitlets

from nbimagegen.session import variables
from nbimagegen.studio import fills
from nbimagegen.studio.editing import Editing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Prompting(Editing):
    """Shows beneath the prompt box what its names are filled with; looks again after each cell."""

    variables = traitlets.Dict(default_value=None, allow_none=True)
    _fills = traitlets.Dict().tag(sync=True)

    @property
    def prompts(self) -> tuple[str, ...]:
        """What a press of Generate would send: the prompt, with names in braces filled; one for each value.

        Raises:
            PromptError: Its lists give too many.
        """
        return fills.fills(self.prompt, self._named).prompts

    def _watch_prompt(self) -> Callable[[], None]:
        """Show what the prompt gives, now and whenever that may be another; returns what stops it."""
        self.observe(self._tell_fills, ["prompt", "variables"])
        self._tell_fills()
        return variables.after_each_cell(self._tell_fills)

    def _tell_fills(self, _change: object = None) -> None:
        if "{" in self.prompt or self._fills:
            with self._traits_lock:
                self._fills = fills.told(self.prompt, self._named)

    def _named(self) -> Mapping[str, Any]:
        given = cast("Mapping[str, Any] | None", self.variables)
        return variables.of_notebook() if given is None else given
