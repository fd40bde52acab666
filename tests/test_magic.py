"""`%imagine`, in a shell such as a notebook's."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from PIL import Image

from nbimagegen import Session, errors, magic
from nbimagegen.session import naming


@pytest.fixture
def shell(monkeypatch, tmp_path) -> InteractiveShell:
    """A shell in a notebook, with sketches and the extension loaded."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(naming, "_is_kernel", lambda: True)
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "otters.ipynb"))
    monkeypatch.setenv("NBIMAGEGEN_GATEWAY", "sketch")
    magic._session.cache_clear()
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "nbimagegen")
    yield shell
    magic._session.cache_clear()


def test_imagine_gives_a_picture_as_the_cells_result(shell):
    result = shell.run_cell("%imagine an otter, 一只水獭").result
    assert isinstance(result, Image.Image)
    [generation] = Session().history
    assert generation.prompt == "an otter, 一只水獭"
    assert generation.pictures[0].image.tobytes() == result.tobytes()


def test_imagine_keeps_its_pictures_in_the_notebooks_own_history(shell):
    for prompt in ("an otter", "a fox"):
        shell.run_line_magic("imagine", prompt)
    assert [each.prompt for each in Session().history] == ["an otter", "a fox"]


def test_imagine_nothing_is_an_error_that_says_what_to_type(shell):
    outcome = shell.run_cell("%imagine")
    assert isinstance(outcome.error_in_exec, errors.PromptError)
    assert len(Session().history) == 0
