"""Which traits the browser may set, and to what. The page is not trusted; `read_only` does not stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from nbimagegen.catalog import check
from nbimagegen.errors import ParameterError
from nbimagegen.history.views import key
from nbimagegen.records import mended
from nbimagegen.studio import filters, messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbimagegen.session import Session

    Reader = Callable[[Session, Any], Any]

MAX_SELECTED = 60  # keeps the synced state small; of more, the last ones count


class RefusedError(Exception):
    """The browser may not set this."""


def value(session: Session, name: str, given: Any) -> Any:
    """Return what the trait is to hold.

    Raises:
        RefusedError: The browser may not set this trait, or not to this value.
    """
    if name not in _READERS:
        raise RefusedError(name)
    return _READERS[name](session, given)


def is_whole(admitted: Any, given: Any) -> bool:
    """Return whether all that was given was admitted."""
    return (list(admitted) if isinstance(given, list) else admitted) == given


def _prompt(session: Session, given: Any) -> str:
    del session
    return mended(_only(given, holds=messages.is_text(given)))


def _gateway(session: Session, given: Any) -> str:
    return _only(given, holds=any(each.id == given for each in session.gateways()))


def _model(session: Session, given: Any) -> str:
    del session
    return _only(given, holds=given == "" or messages.is_word(given))


def _n(session: Session, given: Any) -> int:
    del session
    return _only(given, holds=messages.is_count(given) and 1 <= given <= check.MAX_IMAGES_PER_CALL)


def _table(session: Session, given: Any) -> dict[str, Any]:
    del session
    return _only(given, holds=messages.is_table(given))


def _filter(session: Session, given: Any) -> dict[str, Any]:
    del session
    _only(given, holds=messages.is_table(given))
    try:
        return filters.checked(given)
    except ParameterError as problem:
        raise RefusedError(problem.message) from None


def _selected(session: Session, given: Any) -> tuple[str, ...]:
    """Return what may be ids; whether they are is found out where nobody waits for it, by `Selecting`."""
    del session
    _only(given, holds=messages.are_words(given, 100 * MAX_SELECTED))
    latest = list(dict.fromkeys(cast("list[str]", given)))[-MAX_SELECTED:]
    return tuple(each for each in latest if key(each))


def _source(session: Session, given: Any) -> str:
    return _only(given, holds=given == "" or (messages.is_word(given) and bool(session.inputs([given]))))


def _references(session: Session, given: Any) -> list[str]:
    _only(given, holds=messages.are_words(given, messages.MAX_REFERENCES))
    # A list, as it came: what the page set is not sent back to it.
    return list(session.inputs(given))


def _only(given: Any, *, holds: bool) -> Any:
    if not holds:
        raise RefusedError(repr(given)[:80])
    return given


_READERS: dict[str, Reader] = {
    "prompt": _prompt,
    "gateway": _gateway,
    "model": _model,
    "n": _n,
    "parameters": _table,
    "extra": _table,
    "selected": _selected,
    "source": _source,
    "references": _references,
    "filter": _filter,
}
