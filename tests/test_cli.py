"""The command line, with JupyterLab replaced by a list of what it would have been told."""

from __future__ import annotations

import json
import sys

import pytest

from nbimagegen import __version__, catalog, cli

KEY = "sk-canary-0123456789"


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


@pytest.mark.parametrize("command", [["gateways", "--off"], ["doctor", "--port", "9999"], ["models", "xty"]])
def test_what_a_command_does_not_know_is_said(capsys, command):
    with pytest.raises(SystemExit, match="2"):
        cli.main(command)
    assert "unrecognized arguments" in capsys.readouterr().err


# The catalogue, listed.


def test_gateways_are_listed_in_the_order_in_which_one_is_chosen(capsys):
    assert cli.main(["gateways"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["gateway", "base"]
    assert [line.split()[0] for line in lines] == list(catalog.gateways())


def test_a_gateways_key_is_named_and_not_shown(capsys, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("XTY_API_KEY", f"{KEY} {KEY}")
    cli.main(["gateways", "--json"])
    told = capsys.readouterr().out
    assert KEY not in told
    keys = {row["gateway"]: row["key"] for row in json.loads(told)}
    assert keys["openai"] == "OPENAI_API_KEY"
    assert (keys["xty"], keys["rivus"], keys["sketch"]) == ("malformed", "none", "not needed")


def test_models_are_listed_with_what_they_take(capsys):
    assert cli.main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rivus = next(line.split() for line in lines if line.startswith("rivus") and "gpt-image-1" in line)
    assert rivus[2:5] == ["generate", "edit", "vary"]
    assert [line for line in lines if line.startswith("any") and "imagen-4.0-generate-001" in line]


def test_the_models_of_one_gateway_are_listed(capsys):
    assert cli.main(["models", "--gateway", "xty", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["gateway"] for row in rows} == {"xty"}
    assert rows[0]["parameters"]["image_size"]["choices"] == ["512", "1K", "2K", "4K"]


def test_the_models_of_no_gateway_are_an_error_with_the_nearest_name(capsys):
    assert cli.main(["models", "--gateway", "opnai"]) == 1
    assert "did you mean 'openai'?" in capsys.readouterr().err


# The doctor.


@pytest.fixture
def healthy(emulate, monkeypatch):
    """Set up one gateway that answers; return it and what the doctor says of it."""
    emulator = emulate("openai")
    monkeypatch.setenv("OPENAI_BASE_URL", emulator.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    return emulator


def findings(capsys) -> dict[str, str]:
    """Return what was said, by what it was said of; a line that is wrong begins with a !."""
    told = capsys.readouterr().out
    assert KEY not in told
    lines = [line.split("  ") for line in told.splitlines() if line.startswith(("   ", "!  "))]
    parts = [[part.strip() for part in line if part.strip()] for line in lines]
    return {part[-2]: ("! " if part[0] == "!" else "") + part[-1] for part in parts}


def test_the_doctor_asks_what_is_free_and_posts_nothing(healthy, capsys):
    assert cli.main(["doctor"]) == 0
    said = findings(capsys)
    assert said["by default"] == "openai: the first with a key in the environment"
    assert said["openai"].startswith(f"{healthy.base_url}, key from OPENAI_API_KEY; answers and lists ")
    assert said["xty"] == "no key (XTY_API_KEY or NBIMAGEGEN_XTY_API_KEY)"
    assert [(each.method, each.path) for each in healthy.requests] == [("GET", "/v1/models")]


def test_offline_the_doctor_asks_nobody(healthy, capsys):
    assert cli.main(["doctor", "--offline"]) == 0
    assert findings(capsys)["openai"].endswith("not asked")
    assert healthy.requests == []


@pytest.mark.usefixtures("healthy")
def test_without_a_key_the_doctor_says_that_pictures_are_sketches(monkeypatch, capsys):
    monkeypatch.delenv("OPENAI_API_KEY")
    assert cli.main(["doctor"]) == 0
    assert findings(capsys)["by default"].startswith("sketch: offline sketches")


WRONG = [
    ({"OPENAI_API_KEY": f"{KEY} {KEY}"}, "openai", "The key from OPENAI_API_KEY holds a space"),
    ({"OPENAI_BASE_URL": "localhost"}, "openai", "The base URL must be an address"),
    ({"OPENAI_BASE_URL": "http://127.0.0.1:9"}, "openai", "could not be reached"),
    ({"NBIMAGEGEN_GATEWAY": "opnai"}, "by default", "did you mean 'openai'?"),
    ({"SSL_CERT_FILE": "/no/such/file"}, "certificates", "there is no such file"),
    ({"HTTPS_PROXY": "http://:pw@"}, "proxy for https", "cannot be read"),
]


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize(("variables", "name", "hint"), WRONG)
def test_what_is_wrong_is_marked_and_told_by_the_exit_status(monkeypatch, capsys, variables, name, hint):
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert cli.main(["doctor"]) == 1
    said = findings(capsys)[name]
    assert said.startswith("! ")
    assert hint in said


def test_a_file_of_the_users_that_cannot_be_used_is_told(healthy, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", str(tmp_path))
    (tmp_path / "gateways.toml").write_text("[")
    assert cli.main(["doctor"]) == 1
    said = findings(capsys)
    assert (said["gateways.toml"], said["models.toml"]) == ("is read", "none there")
    assert "it is no TOML" in said["configuration"]
    assert len(healthy.requests) == 1


def test_a_gateway_of_the_users_own_is_asked_too(emulate, monkeypatch, capsys, tmp_path):
    emulator = emulate("openai")
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", str(tmp_path))
    row = f'[mine]\nbase_url = "{emulator.base_url}"\nneeds_key = false\nkey_variables = "MINE_KEY"'
    (tmp_path / "gateways.toml").write_text(row)
    assert cli.main(["doctor"]) == 1
    assert "needs no key; HTTP 401: The gateway refuses the key" in findings(capsys)["mine"]
    monkeypatch.setenv("MINE_KEY", KEY)
    assert cli.main(["doctor"]) == 0
    assert "key from MINE_KEY; answers and lists" in findings(capsys)["mine"]


@pytest.mark.usefixtures("healthy")
def test_a_proxy_is_told_without_its_password(monkeypatch, capsys):
    monkeypatch.setenv("ALL_PROXY", "http://user:sk-proxy@127.0.0.1:8080")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    assert cli.main(["doctor"]) == 0
    said = findings(capsys)
    assert said["proxy for all"] == "127.0.0.1:8080"
    assert "sk-proxy" not in str(said)


def test_a_key_in_the_keyring_is_told_of(healthy, monkeypatch, capsys):
    ring = type("Ring", (), {"get_keyring": lambda: ring, "priority": 5, "get_password": lambda *_: KEY})
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.delenv("OPENAI_API_KEY")
    cli.main(["doctor", "--offline"])
    said = findings(capsys)
    assert said["keyring"] == "there"
    assert said["openai"] == f"{healthy.base_url}, key from the system's keyring; not asked"
