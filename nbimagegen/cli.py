"""The command line: `lab` opens JupyterLab, other commands tell what is configured or look after histories.

It copies the notebooks and hands over to JupyterLab, or prints what a session knows. Of images it knows
nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from nbimagegen._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence

    Adding: TypeAlias = Callable[..., argparse.ArgumentParser]

_FIRST = "quickstart.ipynb"
_KEYS_AND_ADDRESSES = ("_API_KEY", "_BASE_URL")
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: The arguments; by default those of this process.

    Returns:
        The exit status.
    """
    parser = _parser()
    options, further = parser.parse_known_args(argv)
    if further and options.command != "lab":
        parser.error(f"unrecognized arguments: {' '.join(further)}")
    try:
        return options.run(options, further)
    except BrokenPipeError:  # `| head` has read enough; nothing more is to be written as Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _lab(options: argparse.Namespace, further: list[str]) -> int:
    if find_spec("jupyterlab") is None:
        print('JupyterLab is not installed here; get it with: pip install "nbimagegen[lab]"', file=sys.stderr)
        return 1
    copy_notebooks(Path.cwd())
    if options.offline:
        go_offline(os.environ)
    _open_lab([*_defaults(further), *further])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nbimagegen", description="An image studio in a notebook cell.")
    parser.add_argument("--version", action="version", version=f"nbimagegen {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_lab(commands.add_parser)
    _add_doctor(commands.add_parser)
    gateways = commands.add_parser("gateways", help="list the gateways that are known")
    models = commands.add_parser("models", help="list the models that are known, and what they take")
    models.add_argument("--gateway", metavar="ID", help="those of one gateway")
    sessions = commands.add_parser("sessions", help="list the sessions, the last changed first")
    for each, run in ((gateways, _gateways), (models, _models), (sessions, _sessions)):
        each.add_argument("--json", action="store_true", help="as JSON, with all that is known")
        each.set_defaults(run=run)
    _add_mending(commands.add_parser)
    return parser


def _add_lab(adding: Adding) -> None:
    lab = adding(
        "lab",
        allow_abbrev=False,  # `--off` may be JupyterLab's
        help="copy the notebooks here and open JupyterLab on the quickstart",
        description="Copy the notebooks into this folder (existing files are kept) and open JupyterLab on "
        "the quickstart. Further arguments go to JupyterLab: nbimagegen lab --no-browser --port 9999",
    )
    lab.add_argument(
        "--offline",
        action="store_true",
        help="sketches alone: no gateway is configured, and keys in the environment are not passed on",
    )
    lab.set_defaults(run=_lab)


def _add_doctor(adding: Adding) -> None:
    doctor = adding(
        "doctor",
        help="say what is configured, from where, and what the gateways answer",
        description="Say what is configured, from where, and what each gateway with a key answers to a free "
        "question (GET /models). Shows no part of a key. The exit status is 1 where something is wrong.",
    )
    doctor.add_argument("--offline", action="store_true", help="ask no gateway")
    doctor.set_defaults(run=_doctor)


def _add_mending(adding: Adding) -> None:
    repair = adding(
        "repair",
        help="make the index of a history again from its files",
        description="Make the index of a history again from its files, and say what is missing. Deletes "
        "nothing. The exit status is 1 where something is missing.",
    )
    repair.add_argument("name", nargs="?", help="the session; by default all of them")
    repair.set_defaults(run=_repair)
    trash = adding(
        "trash",
        help="delete for ever what is in the trash",
        description="Delete for ever the sessions and the pictures that are in the trash, after asking.",
    )
    trash.add_argument("--list", action="store_true", help="say what is in it, and delete nothing")
    trash.add_argument("--yes", action="store_true", help="do not ask")
    trash.set_defaults(run=_trash)


# What a session knows.


def _doctor(options: argparse.Namespace, _further: list[str]) -> int:
    doctor = import_module("nbimagegen.session.doctor")  # slow to import: only now
    report = doctor.examine(offline=options.offline)
    for section in report:
        print(section.title)
        rows = [["!" if each.is_wrong else " ", each.name, each.text] for each in section.findings]
        _print_columns(rows)
        print()
    print("All is well." if doctor.is_well(report) else "Something is wrong: see the lines with a !")
    return 0 if doctor.is_well(report) else 1


def _gateways(options: argparse.Namespace, _further: list[str]) -> int:
    rows = import_module("nbimagegen.session.tables").gateways()
    _print_rows(rows, "gateway base_url dialect operations default_model key", options)
    return 0


def _models(options: argparse.Namespace, _further: list[str]) -> int:
    try:
        rows = import_module("nbimagegen.session.tables").models(options.gateway)
    except ValueError as problem:  # no such gateway; the sentence says which there are
        print(problem, file=sys.stderr)
        return 1
    _print_rows(rows, "gateway model operations images_a_request usd parameters", options)
    return 0


def _sessions(options: argparse.Namespace, _further: list[str]) -> int:
    rows = import_module("nbimagegen.session.upkeep").session_rows()
    _print_rows(rows, "session generations pictures size created changed", options)
    return 0


def _repair(options: argparse.Namespace, _further: list[str]) -> int:
    upkeep = import_module("nbimagegen.session.upkeep")
    try:
        reports = upkeep.repair(options.name)
    except LookupError as problem:  # no such session; the sentence says how to find those that there are
        print(problem, file=sys.stderr)
        return 1
    for each in reports:
        print(each.text)
    return 0 if all(each.is_whole for each in reports) else 1


def _trash(options: argparse.Namespace, _further: list[str]) -> int:
    upkeep = import_module("nbimagegen.session.upkeep")
    found = upkeep.trash()
    print("\n".join(found.lines) or "The trash is empty.")
    if options.list or not found.lines:
        return 0
    if not options.yes and not _agrees("Delete all of this for ever? [y/N] "):
        print("Nothing was deleted.")
        return 1
    return _emptied(upkeep)


def _emptied(upkeep: Any) -> int:
    try:
        upkeep.empty()
    except upkeep.ImageGenError as problem:  # the disk refuses; the sentence says what to do
        print(problem, file=sys.stderr)
        return 1
    print("Deleted.")
    return 0


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() in {"y", "yes"}
    except EOFError:  # nobody is there to answer
        print()
        return False


def _print_rows(rows: list[dict[str, Any]], names: str, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    heads = names.split()
    _print_columns(
        [[each.replace("_", " ") for each in heads], *([_cell(row[each]) for each in heads] for row in rows)]
    )


def _cell(value: object) -> str:
    if isinstance(value, list | dict):
        return " ".join(map(str, cast("list[object]", value)))
    return str(value)


def _print_columns(rows: list[list[str]]) -> None:
    *widths, _ = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for *cells, last in rows:
        padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
        print("  ".join([*padded, last]).rstrip())


# JupyterLab.


def copy_notebooks(folder: Path) -> None:
    """Copy the notebooks into a folder, never over an existing file, and say which."""
    for source in _notebooks():
        copied = _copy(source, folder / source.name)
        print(f"{source.name} copied" if copied else f"{source.name} is already here: kept as it is")


def _copy(source: Path, target: Path) -> bool:
    try:
        with target.open("xb") as file:
            file.write(source.read_bytes())
    except FileExistsError:
        return False
    return True


def _notebooks() -> list[Path]:
    """Return the notebooks: the wheel carries them in the package, a checkout beside it."""
    package = Path(__file__).parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / _FIRST).exists():
            return sorted(folder.glob("*.ipynb"))
    return []


def go_offline(environ: MutableMapping[str, str]) -> None:
    """Leave an environment in which only `sketch` is configured, whatever keys it held."""
    for name in [each for each in environ if each.endswith(_KEYS_AND_ADDRESSES)]:
        del environ[name]
    environ["NBIMAGEGEN_GATEWAY"] = "sketch"
    environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


def _defaults(given: Sequence[str]) -> list[str]:
    """Return what JupyterLab needs to be told besides what the user told it."""
    # Unlike a file argument, this is also the address that JupyterLab prints.
    arguments = [f"--LabApp.default_url=/lab/tree/{_FIRST}"]
    if _is_root() and "--allow-root" not in given:
        print("Running as root, as containers do: passing --allow-root to JupyterLab")
        arguments.append("--allow-root")
    if not _has_screen(os.environ):
        # Otherwise a text browser, where there is one, takes over the terminal.
        arguments.append("--no-browser")
    return arguments


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _has_screen(environ: MutableMapping[str, str]) -> bool:
    return sys.platform in {"win32", "darwin"} or any(environ.get(name) for name in _SCREENS)


def _open_lab(arguments: list[str]) -> None:
    # In this process: Ctrl-C, the terminal and the environment are JupyterLab's own.
    import_module("jupyterlab.labapp").main(arguments)
