"""What is configured, from where, and what each gateway answers to a free question. Shows no part of a key.

It reads and asks; it changes nothing, and sends nothing that could be billed.
"""

from __future__ import annotations

import os
import platform
import warnings
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from nbimagegen import catalog, keys
from nbimagegen._version import __version__
from nbimagegen.catalog import user_files
from nbimagegen.errors import ImageGenError, RequestError
from nbimagegen.jobs import list_models, run
from nbimagegen.session import waiting
from nbimagegen.store import home_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from nbimagegen.catalog import Gateway
    from nbimagegen.keys import Key

_PACKAGES = ("httpx", "pillow", "numpy", "anywidget", "ipywidgets", "jupyterlab", "ipykernel", "keyring")
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
_NO_LIST = {404, 405, 501}
_NOBODY = {"custom", "sketch"}  # without an address of its own, or offline


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    name: str
    text: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report."""

    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One gateway as it is configured, and what it said."""

    row: Gateway
    key: Key | None
    asking: Future[list[str]] | None


def examine(*, offline: bool = False) -> list[Section]:
    """Return what is configured and what the gateways answer.

    Args:
        offline: Ask no gateway.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", catalog.CatalogWarning)
        catalog.forget()
        catalog.gateways()
    troubles = [str(each.message) for each in said if issubclass(each.category, catalog.CatalogWarning)]
    return [
        Section("Versions", tuple(_versions())),
        Section("Folders", tuple(_folders(troubles))),
        Section("Network", tuple(_network())),
        Section("Gateways", (_chosen(), *_gateways(offline=offline))),
    ]


def is_well(report: Sequence[Section]) -> bool:
    """Return whether nothing in a report is wrong."""
    return not any(each.is_wrong for section in report for each in section.findings)


# What is here.


def _versions() -> Iterator[Finding]:
    yield Finding("nbimagegen", __version__)
    yield Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.release()}")
    yield from (Finding(each, _version(each)) for each in _PACKAGES)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _folders(troubles: Sequence[str]) -> Iterator[Finding]:
    yield Finding("histories", f"{home_folder()}{_from('NBIMAGEGEN_HOME')}")
    place = user_files.folder()
    yield Finding("configuration", f"{place}{_from('NBIMAGEGEN_CONFIG')}")
    for name in ("gateways.toml", "models.toml"):
        yield Finding(name, "is read" if (place / name).is_file() else "none there")
    yield from (Finding("configuration", each, is_wrong=True) for each in troubles)


def _from(variable: str) -> str:
    return f" (from {variable})" if os.environ.get(variable) else ""


def _network() -> Iterator[Finding]:
    proxies = getproxies()
    for scheme in ("http", "https", "all"):
        if proxies.get(scheme):
            yield _proxy(scheme, proxies[scheme])
    if proxies.get("no"):
        yield Finding("without a proxy", proxies["no"])
    if not proxies:
        yield Finding("proxy", "none")
    for variable in filter(os.environ.get, _CERTIFICATES):
        found = os.path.exists(os.environ[variable])  # noqa: PTH110 - a file or a folder, as it is given
        there = "" if found else ": there is no such file"
        yield Finding("certificates", f"{os.environ[variable]} (from {variable}){there}", is_wrong=not found)
    yield Finding(
        "keyring", "there" if keys.has_keyring() else "none; keys come from variables or the widget"
    )


def _proxy(scheme: str, address: str) -> Finding:
    """Return a proxy's address without its user and password."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        place = ":".join(str(each) for each in (parts.hostname, parts.port) if each)
    except ValueError:
        place = ""
    if not place:
        return Finding(f"proxy for {scheme}", "cannot be read", is_wrong=True)
    return Finding(f"proxy for {scheme}", place)


# The gateways.


def _chosen() -> Finding:
    named = os.environ.get("NBIMAGEGEN_GATEWAY")
    try:
        row = keys.choose_gateway(None, None)
    except RequestError as problem:
        return Finding("by default", f"{problem} (from NBIMAGEGEN_GATEWAY)", is_wrong=True)
    if named:
        why = "named by NBIMAGEGEN_GATEWAY"
    elif row.is_sketch:
        why = "offline sketches, since no environment variable holds a key"
    else:
        why = "the first with a key in the environment"
    return Finding("by default", f"{row.id}: {why}")


def _gateways(*, offline: bool) -> Iterator[Finding]:
    asked = [_asked(row, offline=offline) for row in catalog.gateways().values() if row.id not in _NOBODY]
    for each in asked:
        yield each if isinstance(each, Finding) else _told(each)


def _asked(row: Gateway, *, offline: bool) -> Answer | Finding:
    """Ask a gateway, or say why it is not asked; the answer comes later."""
    try:
        row = catalog.speaking(row, os.environ.get(row.base_url_variable or "-"), None)
        key = keys.find_key(row)
    except RequestError as problem:
        return Finding(row.id, str(problem), is_wrong=True)
    if key is None and row.needs_key:
        return Finding(row.id, f"no key ({' or '.join(row.variables[::-1])})")
    return Answer(row, key, None if offline else run(list_models(row, key)))


def _told(answer: Answer) -> Finding:
    origin = f"key from {answer.key.origin}" if answer.key else "needs no key"
    about = f"{answer.row.base_url}, {origin}"
    if answer.asking is None:
        return Finding(answer.row.id, f"{about}; not asked")
    try:
        count = len(waiting.result(answer.asking))
    except ImageGenError as problem:
        if problem.status in _NO_LIST:
            return Finding(answer.row.id, f"{about}; answers and lists no models, which it need not")
        status = f"HTTP {problem.status}: " if problem.status else ""
        return Finding(answer.row.id, f"{about}; {status}{problem}", is_wrong=True)
    return Finding(answer.row.id, f"{about}; answers and lists {count} model{'s' * (count != 1)}")
