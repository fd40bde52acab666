"""`%imagine a prompt`: one picture from a line of a notebook."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from nbimagegen.session import Session

if TYPE_CHECKING:
    from PIL import Image


def load_ipython_extension(shell: Any) -> None:
    """Register `%imagine`; IPython calls this at `%load_ext nbimagegen`."""
    shell.register_magic_function(imagine, magic_kind="line", magic_name="imagine")


def imagine(line: str) -> Image.Image | None:
    """Make one picture from the rest of the line, with the gateway that the environment names.

    The picture is the cell's result, a PIL image, and is kept in the notebook's own history.
    """
    return _session().generate(line.strip()).image


@cache
def _session() -> Session:
    return Session()
