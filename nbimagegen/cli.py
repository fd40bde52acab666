"""The command line: `nbimagegen lab` opens JupyterLab on the quickstart.

It copies the notebooks, prepares the environment and hands over to JupyterLab; of images it knows nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from nbimagegen._version import __version__

if TYPE_CHECKING:
    from collections.abc import MutableMapping, Sequence

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
    options, further = _parser().parse_known_args(argv)
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
    lab = commands.add_parser(
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
    return parser


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
