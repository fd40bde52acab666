"""An image studio in a notebook cell.

What is heavy is imported when it is first asked for, so that `import nbimagegen` is not felt.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbimagegen._version import __version__

if TYPE_CHECKING:
    from nbimagegen import errors
    from nbimagegen.budget import Budget
    from nbimagegen.catalog import CatalogWarning, Gateway, Model, Parameter, Price, TokenPrices
    from nbimagegen.history import Generation, Picture, Reference, Settings, from_image
    from nbimagegen.magic import load_ipython_extension
    from nbimagegen.session import Session
    from nbimagegen.session.sessions import sessions
    from nbimagegen.studio import ImageStudio

__all__ = [
    "Budget",
    "CatalogWarning",
    "Gateway",
    "Generation",
    "ImageStudio",
    "Model",
    "Parameter",
    "Picture",
    "Price",
    "Reference",
    "Session",
    "Settings",
    "TokenPrices",
    "__version__",
    "errors",
    "from_image",
    "load_ipython_extension",
    "sessions",
]

_HOMES = {
    "Budget": "nbimagegen.budget",
    "CatalogWarning": "nbimagegen.catalog",
    "Gateway": "nbimagegen.catalog",
    "Generation": "nbimagegen.history",
    "ImageStudio": "nbimagegen.studio",
    "Model": "nbimagegen.catalog",
    "Parameter": "nbimagegen.catalog",
    "Picture": "nbimagegen.history",
    "Price": "nbimagegen.catalog",
    "Reference": "nbimagegen.history",
    "Session": "nbimagegen.session",
    "Settings": "nbimagegen.history",
    "TokenPrices": "nbimagegen.catalog",
    "from_image": "nbimagegen.history",
    "load_ipython_extension": "nbimagegen.magic",
    "sessions": "nbimagegen.session.sessions",
}


def __getattr__(name: str) -> Any:
    if name == "errors":
        return import_module("nbimagegen.errors")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
