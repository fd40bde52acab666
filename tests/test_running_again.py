"""A notebook run again in a new kernel does not pay again: counted at the gateway, by real kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from nbimagegen import Session

if TYPE_CHECKING:
    from nbformat import NotebookNode

FOLDERS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
OPENED = """
from nbimagegen import ImageStudio, Session
session = {maker}("foxes", base_url={address!r}, model="any")
"""
ONE = 'session.generate("a fox")'
FIVE = 'for _ in range(5): session.generate("a fox")'


@pytest.fixture
def gateway(emulate, tmp_path, monkeypatch):
    """Give Jupyter folders of its own; return a gateway that counts."""
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return emulate()


def run(gateway, *sources: str, maker: str = "Session") -> tuple[int, list[str]]:
    """Run cells in a kernel of their own; return what was billed, and what the cells showed."""
    before = gateway.billed
    opened = OPENED.format(address=gateway.base_url, maker=maker)
    book = new_notebook(cells=[new_code_cell(each) for each in (opened, *sources)])
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    return gateway.billed - before, [shown(each) for each in book.cells[1:]]


def shown(cell: NotebookNode) -> str:
    return "".join(each.get("data", {}).get("text/plain", "") for each in cell.outputs)


@pytest.mark.parametrize("maker", ["Session", "ImageStudio"])
def test_the_second_run_bills_nothing_and_says_so(gateway, maker):
    bill, [text] = run(gateway, ONE, maker=maker)
    assert (bill, "from history" in text) == (1, False)
    bill, [text] = run(gateway, ONE, maker=maker)
    assert (bill, "from history, 1 of 1" in text) == (0, True)


def test_a_changed_prompt_bills_one(gateway):
    assert run(gateway, ONE, 'session.generate("an owl")')[0] == 2
    assert run(gateway, ONE, 'session.generate("a red owl")')[0] == 1


def test_a_loop_of_five_bills_five_and_then_none(gateway):
    assert run(gateway, FIVE)[0] == 5
    assert run(gateway, FIVE, ONE)[0] == 1  # for the sixth


def test_cells_run_again_in_the_same_kernel_pay(gateway):
    assert run(gateway, ONE, ONE, ONE)[0] == 3


def test_with_the_first_try_in_the_trash_the_second_is_given_back(gateway):
    assert run(gateway, ONE, ONE)[0] == 2
    first, second = Session("foxes", gateway="sketch").history
    first.delete()
    bill, [text] = run(gateway, ONE)
    assert (bill, second.id in text) == (0, True)
