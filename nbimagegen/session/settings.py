"""What a session may be told, checked as it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbimagegen.errors import AddressError, ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbimagegen.catalog import Gateway
    from nbimagegen.keys import KeySource
    from nbimagegen.records import Dialect

TIMEOUT = 300.0
PARALLEL = 4


def check_meant(row: Gateway, base_url: str | None, api_key: KeySource, *, named: bool) -> None:
    """Check that it is said where requests, and the key, are to go.

    Raises:
        AddressError: A custom gateway has no address.
        ParameterError: A key was given, and no gateway was named for it.
    """
    if row.id == "custom" and not base_url:
        message = "The gateway 'custom' needs an address; give base_url=, with its http:// or https://."
        raise AddressError(message)
    if api_key is not None and not named:
        message = "Say which gateway this key is for, so that it goes to no other: gateway= or base_url=."
        raise ParameterError(message, parameter="gateway")


def name(name: str | None) -> str | None:
    """Return a session's name; None or an empty one leaves it to the notebook.

    Raises:
        ParameterError: It is no text.
    """
    if name is not None and not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"A session's name is a text; {name!r} is of type {type(name).__name__}."
        raise ParameterError(message, parameter="name")
    return name


def dialect(dialect: Dialect | None) -> Dialect | None:
    """Return a dialect that there is; None leaves it to the gateway's row.

    Raises:
        ParameterError: There is no such dialect.
    """
    if dialect not in {None, "images", "chat"}:
        message = f"dialect is {dialect!r}; it is 'images' or 'chat'."
        raise ParameterError(message, parameter="dialect")
    return dialect


def seconds(timeout: float) -> float:
    """Return a number of seconds above 0.

    Raises:
        ParameterError: It is none.
    """
    if not _is_number(timeout) or not timeout > 0:
        message = f"timeout is {timeout!r}; it is a number of seconds above 0."
        raise ParameterError(message, parameter="timeout")
    return float(timeout)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def parallel(parallel: int) -> int:
    """Return how many generations are on their way at a time: at least 1.

    Raises:
        ParameterError: It is none.
    """
    if not _is_number(parallel) or parallel < 1:
        message = f"parallel is {parallel!r}; at least one generation must be on its way at a time."
        raise ParameterError(message, parameter="parallel")
    return parallel


def hosts(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of hosts, as `"cdn.example.com"` or `"*.example.com"`.

    Raises:
        ParameterError: One is no name of a host.
    """
    given: list[Any] = [names] if isinstance(names, str) else list(names)
    for each in given:
        if not isinstance(each, str) or not each.strip() or "/" in each or ":" in each.replace("::", ""):
            message = f"allow_image_hosts holds {each!r}; it takes hosts alone, such as 'cdn.example.com'."
            raise ParameterError(message, parameter="allow_image_hosts")
    return tuple(given)
