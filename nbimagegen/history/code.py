"""A generation, or settings, as a call in Python that runs as it stands. Holds literals alone, and no key."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Any, cast

from nbimagegen import catalog
from nbimagegen.errors import UnknownGatewayError
from nbimagegen.history.provenance import without_secrets
from nbimagegen.store import home_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nbimagegen.history.generation import Generation
    from nbimagegen.records import ImageRequest
    from nbimagegen.store import Store

# Arguments of a call that say where it goes, what it reads and what it costs: never a picture's parameters,
# whatever a record or a file from elsewhere says.
RESERVED = frozenset(
    {"self", "prompt", "gateway", "model", "n", "extra", "fresh", "timeout", "on_partial"}
    | {"operation", "image", "mask", "references"}
)
_WIDTH = 88  # of a line, before each argument gets its own
_METHODS = {"edit": "edit", "vary": "vary"}


def to_code(generation: Generation) -> str:
    """Return a call that makes the pictures of a generation, in its session and without a key."""
    request, store = generation.record.request, generation.store
    home = {} if store.folder.parent == home_folder() else {"home": str(store.folder.parent)}
    session = called("Session", [store.session], {**_route(request), **home})
    if request.operation == "composite" and generation.parents:
        return _put_together(session, generation.parents[0])
    return script(session, request.operation, _first(request, store), _named(request, store))


def script(session: str, operation: str, first: Iterable[Any], named: Mapping[str, Any]) -> str:
    """Return whole lines of code: the import, the session, and one call of it."""
    call = called(f"session.{_METHODS.get(operation, 'generate')}", first, named)
    return f"from nbimagegen import Session\n\nsession = {session}\ngeneration = {call}\n"


def _put_together(session: str, picture: str) -> str:
    """Return what puts an original back outside the mask of an edit."""
    call = f"session.history.picture({literal(picture)}).keep_outside()"
    return f"from nbimagegen import Session\n\nsession = {session}\npicture = {call}\n"


def called(name: str, first: Iterable[Any], named: Mapping[str, Any]) -> str:
    """Return a call, on one line where it fits."""
    parts = [literal(each) for each in first]
    parts += [f"{each}={literal(value)}" for each, value in named.items() if _is_plain(each)]
    odd = {each: value for each, value in named.items() if not _is_plain(each)}
    parts += [f"**{literal(odd)}"] if odd else []
    line = f"{name}({', '.join(parts)})"
    if len(line) <= _WIDTH:
        return line
    return f"{name}(\n" + "".join(f"    {part},\n" for part in parts) + ")"


def literal(value: Any) -> str:
    """Return a plain value as Python writes it, in characters that can be seen."""
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return "{" + ", ".join(f"{literal(name)}: {literal(each)}" for name, each in pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(each) for each in cast("list[Any]", value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and repr(value) in {"nan", "inf", "-inf"}:
        return f'float("{value!r}")'
    return repr(value)


def arguments(model: str, n: int, parameters: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named arguments of a call, without those that are as if not given."""
    head: dict[str, Any] = {"model": model} if model else {}
    own = {name: value for name, value in parameters.items() if name not in RESERVED}
    return {**head, **({"n": n} if n != 1 else {}), **own, **({"extra": dict(extra)} if extra else {})}


def _text(value: str) -> str:
    plain = repr(value)  # it escapes whatever is not printable: controls, directions, halves of pairs
    if plain[0] == "'" and '"' not in plain:
        plain = '"' + plain[1:-1] + '"'
    return plain


def _is_plain(name: str) -> bool:
    # Python takes `ﬁ` for `fi` in a name that is written out, so only ASCII is.
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def _route(request: ImageRequest) -> dict[str, Any]:
    """Return how the session gets to where the generation was made."""
    try:
        row = catalog.find_gateway(request.gateway)
    except UnknownGatewayError:  # a `Gateway` of somebody's own: its address says enough to try
        row = catalog.find_gateway("custom")
    told: dict[str, Any] = {} if row.id == "custom" else {"gateway": row.id}
    if request.base_url != row.base_url:
        told["base_url"] = request.base_url
    if request.dialect != row.dialect:
        told["dialect"] = request.dialect
    return told


def _first(request: ImageRequest, store: Store) -> list[str]:
    images = [str(store.input_path(each)) for each in request.inputs if each.role == "image"][:1]
    return images if request.operation == "vary" else [*images, request.prompt]


def _named(request: ImageRequest, store: Store) -> dict[str, Any]:
    kept = {role: [str(store.input_path(each)) for each in request.inputs if each.role == role]
            for role in ("reference", "mask")}  # fmt: skip
    inputs: dict[str, Any] = {"mask": kept["mask"][0]} if kept["mask"] else {}
    if kept["reference"]:
        inputs["references"] = kept["reference"]
    extra = without_secrets(dict(request.extra))
    return {**inputs, **arguments(request.model, request.n, request.parameters, extra)}
