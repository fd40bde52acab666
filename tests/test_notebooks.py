"""The notebooks run from top to bottom, as their readers will run them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from nbimagegen import Session

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
TWICE = ("gateways", "history")  # which are run further down
PLAIN = [path for path in NOTEBOOKS if path.stem not in TWICE]
EMULATED = {
    "serevix": "serevix",
    "xty": "xty",
    "rivus": "rivus",
    "xiexus": "xiexus",
    "openai": "openai",
    "custom": "plain",
}
BILLED = {"serevix": 4, "xty": 3, "rivus": 3, "xiexus": 2, "openai": 1, "custom": 4}


@pytest.fixture
def throwaway(tmp_path, monkeypatch) -> Path:
    """Give Jupyter and the history folders of their own."""
    for name in (
        "IPYTHONDIR",
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "NBIMAGEGEN_HOME",
        "NBIMAGEGEN_CONFIG",
        "HF_HOME",
    ):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.setenv("NBIMAGEGEN_GATEWAY", "sketch")
    return tmp_path


def run(book, folder):
    resources = {"metadata": {"path": folder}}
    NotebookClient(book, timeout=120, kernel_name="python3", resources=resources).execute()
    assert not [cell for cell in book.cells if cell.cell_type == "code" and cell.execution_count is None]


def shown(book):
    """Everything that the cells printed or returned, as text."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)


def parameters(book):
    """The cell that another caller may replace, as papermill does."""
    return next(cell for cell in book.cells if "parameters" in cell.metadata.get("tags", []))


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_notebook_runs_from_top_to_bottom(path, throwaway):
    run(nbformat.read(path, as_version=4), throwaway)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_kept_without_outputs_and_names_sketch_itself(path):
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    assert not [cell for cell in book.cells if cell.get("outputs")]
    assert 'gateway="sketch"' in "".join(cell.source for cell in book.cells)


def test_the_history_notebook_run_again_makes_no_picture_again(throwaway):
    book = nbformat.read(FOLDER / "history.ipynb", as_version=4)
    run(book, throwaway)
    first = [each.id for each in Session("history", gateway="sketch").history]
    assert shown(book).count("from history, 1 of 1") == 1  # the other Python's
    run(book, throwaway)
    assert [each.id for each in Session("history", gateway="sketch").history] == first
    # Besides it the foxes, the best of them, and a harbour at either hour.
    assert shown(book).count("from history, 1 of 1") == 5
    assert not Session("history", gateway="sketch").history.trash


def test_each_gateway_of_the_gateways_notebook_is_called_as_its_document_says(emulate, throwaway):
    book = nbformat.read(FOLDER / "gateways.ipynb", as_version=4)
    gateways = {name: emulate(profile) for name, profile in EMULATED.items()}
    parameters(book).source = f"base_urls = { {name: each.base_url for name, each in gateways.items()}!r}"
    run(book, throwaway)
    assert {name: each.billed for name, each in gateways.items()} == BILLED


def test_no_key_and_no_proxy_of_the_environment_is_used_by_the_gateways_notebook(
    throwaway, monkeypatch, nobody
):
    for name in EMULATED:
        monkeypatch.setenv(f"NBIMAGEGEN_{name.upper()}_API_KEY", "canary-of-the-users")
    monkeypatch.setenv("OPENAI_BASE_URL", nobody)
    monkeypatch.setenv("HTTP_PROXY", nobody)
    book = nbformat.read(FOLDER / "gateways.ipynb", as_version=4)
    parameters(book).source += "\nkeys = set()"
    stand_in = next(cell for cell in book.cells if "def do_POST" in cell.source)
    reads = "body = self.rfile.read"
    stand_in.source = stand_in.source.replace(reads, f"keys.add(self.headers['Authorization']); {reads}")
    book.cells.append(nbformat.v4.new_code_cell("sorted(keys, key=str)"))
    run(book, throwaway)
    assert book.cells[-1].outputs[0].data["text/plain"] == "['Bearer no-real-key', None]"
    assert "canary" not in shown(book)
