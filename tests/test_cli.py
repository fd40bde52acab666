"""The command line, with JupyterLab replaced by a list of what it would have been told."""

from __future__ import annotations

import pytest

from nbimagegen import __version__, cli


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def told(monkeypatch) -> list[str]:
    arguments: list[str] = []
    monkeypatch.setattr(cli, "_open_lab", arguments.extend)
    return arguments


def test_version_is_told(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"nbimagegen {__version__}\n"


def test_lab_copies_the_notebooks_and_opens_the_quickstart(here, told, capsys):
    assert cli.main(["lab"]) == 0
    assert (here / "quickstart.ipynb").stat().st_size
    assert "quickstart.ipynb copied" in capsys.readouterr().out
    assert "--LabApp.default_url=/lab/tree/quickstart.ipynb" in told


def test_lab_never_writes_over_a_file(here, told, capsys):
    (here / "quickstart.ipynb").write_text("mine")
    cli.main(["lab"])
    assert (here / "quickstart.ipynb").read_text() == "mine"
    assert "quickstart.ipynb is already here: kept as it is" in capsys.readouterr().out
    assert told


@pytest.mark.usefixtures("here")
def test_further_arguments_go_to_jupyterlab(told):
    cli.main(["lab", "--no-browser", "--port", "9999", "--ServerApp.token=x"])
    assert told[-4:] == ["--no-browser", "--port", "9999", "--ServerApp.token=x"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("root", "added"), [(True, True), (False, False)])
def test_only_root_allows_root(told, monkeypatch, capsys, root, added):
    monkeypatch.setattr(cli, "_is_root", lambda: root)
    cli.main(["lab"])
    assert ("--allow-root" in told) is added
    assert ("--allow-root" in capsys.readouterr().out) is added


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("display", "added"), [(":0", False), ("", True)])
def test_without_a_screen_the_address_is_printed_instead(told, monkeypatch, display, added):
    monkeypatch.setattr(cli.sys, "platform", "linux")
    for name in ("WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    cli.main(["lab"])
    assert ("--no-browser" in told) is added


@pytest.mark.usefixtures("here")
def test_without_jupyterlab_it_says_how_to_get_it(told, monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda _: None)
    assert cli.main(["lab"]) == 1
    assert 'pip install "nbimagegen[lab]"' in capsys.readouterr().err
    assert not told


def test_offline_leaves_no_key_and_only_sketch():
    environ = {
        "OPENAI_API_KEY": "k",
        "SEREVIX_API_KEY": "k",
        "NBIMAGEGEN_XTY_API_KEY": "k",
        "NBIMAGEGEN_MINE_BASE_URL": "http://127.0.0.1",
        "NBIMAGEGEN_GATEWAY": "openai",
        "NBIMAGEGEN_HOME": "/pictures",
        "PATH": "/bin",
    }
    cli.go_offline(environ)
    assert environ == {
        "NBIMAGEGEN_GATEWAY": "sketch",
        "NBIMAGEGEN_HOME": "/pictures",
        "PATH": "/bin",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


@pytest.mark.usefixtures("here", "told")
def test_without_offline_the_environment_is_the_users_own(monkeypatch):
    monkeypatch.setattr(cli, "go_offline", lambda _: pytest.fail("not asked for"))
    cli.main(["lab"])
