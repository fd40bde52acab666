"""Which gateway is meant, which key goes to it, and that a key is never seen anywhere else."""

from __future__ import annotations

import base64
import copy
import pickle
import sys
import threading
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from nbimagegen import Session, catalog, errors, keys

KEY = "sk-canary-0123456789"
GATEWAYS = ("serevix", "xty", "rivus", "xiexus", "openai")


@pytest.fixture
def environ(monkeypatch):
    """Set variables; the environment holds no others of ours."""
    return lambda variables: [monkeypatch.setenv(name, value) for name, value in variables.items()]


# Which gateway.

CHOSEN = [
    ({}, {}, "sketch"),
    ({"OPENAI_API_KEY": KEY}, {}, "openai"),
    ({"XTY_API_KEY": KEY, "OPENAI_API_KEY": KEY}, {}, "xty"),
    ({"NBIMAGEGEN_RIVUS_API_KEY": KEY}, {}, "rivus"),
    ({"SEREVIX_API_KEY": ""}, {}, "sketch"),
    ({"UNKNOWN_API_KEY": KEY, "NBIMAGEGEN_API_KEY": KEY}, {}, "sketch"),
    ({"NBIMAGEGEN_GATEWAY": "xiexus"}, {}, "xiexus"),
    ({"NBIMAGEGEN_GATEWAY": "xiexus", "OPENAI_API_KEY": KEY}, {}, "xiexus"),
    ({"NBIMAGEGEN_GATEWAY": "sketch", "OPENAI_API_KEY": KEY}, {}, "sketch"),
    ({"NBIMAGEGEN_GATEWAY": ""}, {}, "sketch"),
    ({"NBIMAGEGEN_GATEWAY": "xiexus"}, {"gateway": "rivus"}, "rivus"),
    ({"OPENAI_API_KEY": KEY}, {"gateway": "xty"}, "xty"),
    ({"OPENAI_API_KEY": KEY}, {"base_url": "http://127.0.0.1:1"}, "custom"),
    ({"NBIMAGEGEN_GATEWAY": "xty"}, {"base_url": "http://127.0.0.1:1"}, "custom"),
    ({}, {"base_url": "http://127.0.0.1:1", "gateway": "xty"}, "xty"),
]


@pytest.mark.filterwarnings("ignore::nbimagegen.errors.SketchWarning")
@pytest.mark.parametrize(("variables", "arguments", "gateway"), CHOSEN)
def test_the_gateway_is_the_one_named_else_the_first_with_a_key_else_sketch(
    environ, variables, arguments, gateway
):
    environ(variables)
    assert Session("which", **arguments).gateway == gateway


def test_a_gateway_that_the_environment_names_wrongly_is_an_error(environ):
    environ({"NBIMAGEGEN_GATEWAY": "opnai", "OPENAI_API_KEY": KEY})
    with pytest.raises(errors.UnknownGatewayError, match="openai"):
        Session("which")


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_named_gateway_does_not_fall_back_to_sketch(environ, gateway):
    environ({"NBIMAGEGEN_GATEWAY": gateway})
    session = Session("which")
    with pytest.raises(errors.KeyMissingError, match=f"{gateway.upper()}_API_KEY") as caught:
        session.generate("an otter")
    assert (caught.value.generation, len(session.history)) == (None, 0)


@pytest.mark.parametrize(
    ("variables", "arguments", "address"),
    [
        ({}, {"gateway": "openai"}, "https://api.openai.com/v1"),
        (
            {"OPENAI_BASE_URL": "https://mirror.test"},
            {"gateway": "openai"},
            "https://mirror.test/v1",
        ),
        ({"OPENAI_BASE_URL": "https://mirror.test", "OPENAI_API_KEY": KEY}, {}, "https://mirror.test/v1"),
        (
            {"OPENAI_BASE_URL": "https://mirror.test"},
            {"gateway": "openai", "base_url": "https://mine.test"},
            "https://mine.test/v1",
        ),
        ({"OPENAI_BASE_URL": "https://mirror.test"}, {"gateway": "xty"}, "https://api.xty.app/v1"),
        (
            {"OPENAI_BASE_URL": "https://mirror.test"},
            {"base_url": "https://mine.test"},
            "https://mine.test/v1",
        ),
    ],
)
def test_the_openai_address_variable_belongs_to_the_openai_row_alone(environ, variables, arguments, address):
    environ(variables)
    assert Session("where", **arguments).default.base_url == address


# Which key: what a recording gateway is sent.

EVERY_VARIABLE = {each: f"sk-{each}" for row in catalog.gateways().values() for each in row.variables}
SENT = [
    # No key of a row goes to an address that the row was not named for.
    (EVERY_VARIABLE, {}, None),
    (EVERY_VARIABLE, {"api_key": KEY}, KEY),
    (EVERY_VARIABLE, {"api_key": lambda: KEY}, KEY),
    ({"OPENAI_API_KEY": KEY, "NBIMAGEGEN_CUSTOM_API_KEY": KEY}, {}, None),
    ({"NBIMAGEGEN_GATEWAY": "openai", "OPENAI_API_KEY": KEY}, {}, None),
    # Naming the row says that this address is its own.
    ({"OPENAI_API_KEY": KEY}, {"gateway": "openai"}, KEY),
    ({"OPENAI_API_KEY": KEY, "XTY_API_KEY": "other"}, {"gateway": "openai"}, KEY),
    ({"OPENAI_API_KEY": "weak", "NBIMAGEGEN_OPENAI_API_KEY": KEY}, {"gateway": "openai"}, KEY),
    ({"OPENAI_API_KEY": "weak", "NBIMAGEGEN_OPENAI_API_KEY": ""}, {"gateway": "openai"}, "weak"),
    (EVERY_VARIABLE, {"gateway": "openai", "api_key": KEY}, KEY),
    ({"OPENAI_API_KEY": f"  {KEY}\n"}, {"gateway": "openai"}, KEY),
    (EVERY_VARIABLE, {"gateway": "rivus"}, "sk-NBIMAGEGEN_RIVUS_API_KEY"),
    ({"RIVUS_API_KEY": KEY}, {"gateway": "rivus"}, KEY),
]


@pytest.mark.parametrize(("variables", "arguments", "key"), SENT)
def test_a_key_goes_to_the_gateway_that_it_belongs_to_and_to_no_other(
    emulator, environ, variables, arguments, key
):
    environ(variables)
    session = Session("which", base_url=emulator.base_url, model="any", **arguments)
    assert session.generate("an otter").status == "done"
    assert emulator.posts[0].authorization == (key and f"Bearer {key}")
    sent = repr([(each.headers, each.body, each.path, each.query) for each in emulator.requests])
    assert [each for each in {*variables.values()} - {key, f"  {KEY}\n", "openai", ""} if each in sent] == []


def test_a_key_is_read_at_each_request(emulator, environ):
    found = iter(["first", "second"])
    session = Session("callable", base_url=emulator.base_url, model="any", api_key=lambda: next(found))
    session.generate("an otter")
    session.generate("an otter")
    named = Session("named", gateway="openai", base_url=emulator.base_url)
    for key in ("third", "fourth"):
        environ({"OPENAI_API_KEY": key})
        named.generate("an otter")
    sent = [post.authorization for post in emulator.posts]
    assert sent == ["Bearer first", "Bearer second", "Bearer third", "Bearer fourth"]


def test_a_calls_own_gateway_takes_its_own_key(emulator, environ):
    environ({"OPENAI_BASE_URL": emulator.base_url, "OPENAI_API_KEY": KEY})
    session = Session("other", base_url="http://127.0.0.1:1/v1", model="any", api_key="sk-mine")
    session.generate("an otter", gateway="openai")
    assert emulator.posts[0].authorization == f"Bearer {KEY}"


def test_a_key_given_to_the_session_is_not_for_a_calls_other_gateway(emulator, environ):
    environ({"OPENAI_BASE_URL": emulator.base_url})
    session = Session("other", base_url=emulator.base_url, model="any", api_key=KEY)
    with pytest.raises(errors.KeyMissingError, match="OPENAI_API_KEY"):
        session.generate("an otter", gateway="openai")
    assert emulator.requests == []


def test_a_key_typed_into_the_widget_wins_and_stays_in_memory(emulator, environ, tmp_path):
    environ({"OPENAI_API_KEY": "weak"})
    session = Session("typed", gateway="openai", base_url=emulator.base_url, home=tmp_path)
    session.use_key("openai", KEY)
    session.generate("an otter")
    assert emulator.posts[0].authorization == f"Bearer {KEY}"
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()
    ] == []


# The system's keyring.


@pytest.fixture
def keyring(monkeypatch):
    """A keyring that holds a key for each gateway, and notes who asks."""
    asked: list[tuple[str, str]] = []

    def get_password(service: str, user: str) -> str:
        asked.append((service, user))
        return f"sk-{user}"

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    return asked


def test_the_keyring_is_asked_for_a_gateway_that_was_named(emulator, keyring):
    Session("ring", gateway="openai", base_url=emulator.base_url).generate("an otter")
    assert emulator.posts[0].authorization == "Bearer sk-openai"
    assert keyring == [("nbimagegen", "openai")]


@pytest.mark.filterwarnings("ignore::nbimagegen.errors.SketchWarning")
def test_the_keyring_is_not_asked_for_what_was_not_named(emulator, keyring, environ):
    Session("ring", base_url=emulator.base_url, model="any").generate("an otter")
    Session("ring").generate("an otter", size="256x256")
    environ({"OPENAI_API_KEY": KEY})
    Session("ring", gateway="openai", base_url=emulator.base_url).generate("an otter")
    assert keyring == []


class Ring:
    """A keyring that keeps what it is given, or fails."""

    def __init__(self, priority: float = 5, problem: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.backend = SimpleNamespace(priority=priority)
        self.problem = problem

    def get_keyring(self):
        return self.backend

    def get_password(self, service: str, user: str) -> str | None:
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, secret: str) -> None:
        if self.problem:
            raise self.problem
        self.kept[service, user] = secret


@pytest.fixture
def plug_in(monkeypatch):
    """Put a keyring into the computer."""
    return lambda ring: monkeypatch.setitem(sys.modules, "keyring", ring)


def test_a_saved_key_is_found_by_a_later_session_that_names_its_gateway(emulator, plug_in):
    plug_in(Ring())
    keys.save_to_keyring("openai", keys.Key(KEY, "the key field"))
    Session("ring", gateway="openai", base_url=emulator.base_url).generate("an otter")
    assert emulator.posts[0].authorization == f"Bearer {KEY}"


@pytest.mark.parametrize(("priority", "there"), [(5, True), (0.5, True), (0, False), (-1, False)])
def test_a_stand_in_for_no_keyring_is_none(plug_in, priority, there):
    plug_in(Ring(priority))
    assert keys.has_keyring() is there


def test_without_the_extra_there_is_no_keyring(plug_in):
    plug_in(None)
    assert keys.has_keyring() is False
    with pytest.raises(errors.StoreError, match=r"nbimagegen\[keyring\]"):
        keys.save_to_keyring("openai", keys.Key(KEY, "test"))


def test_a_keyring_that_takes_no_key_says_what_to_do_and_not_the_key(plug_in):
    plug_in(Ring(problem=RuntimeError(f"locked: {KEY}")))
    with pytest.raises(errors.StoreError, match="unlock the keyring") as caught:
        keys.save_to_keyring("openai", keys.Key(KEY, "test"))
    assert KEY not in f"{caught.value} {caught.value.__context__}"


def test_a_keyring_that_waits_for_ever_is_left_alone(plug_in, monkeypatch):
    monkeypatch.setattr(keys, "KEYRING_SECONDS", 0.01)
    ring, opened = Ring(), threading.Event()
    ring.set_password = lambda *_: opened.wait(30)
    plug_in(ring)
    with pytest.raises(errors.StoreError, match="unlock"):
        keys.save_to_keyring("openai", keys.Key(KEY, "test"))
    opened.set()


def test_a_malformed_key_is_not_saved(plug_in):
    ring = Ring()
    plug_in(ring)
    with pytest.raises(errors.KeyMissingError):
        keys.save_to_keyring("openai", keys.Key("two words", "test"))
    assert ring.kept == {}


# A gateway of the user's own.

OWN = [
    ({"key_variables": ("MINE_KEY",)}, {"MINE_KEY": KEY}, KEY),
    ({"key_variables": ("MINE_KEY",)}, {"MINE_KEY": "weak", "NBIMAGEGEN_MINE_API_KEY": KEY}, KEY),
    ({}, {"NBIMAGEGEN_MINE_API_KEY": KEY}, KEY),
    ({"needs_key": False}, {"NBIMAGEGEN_MINE_API_KEY": KEY, "OPENAI_API_KEY": KEY}, None),
    ({"needs_key": False, "key_variables": ("MINE_KEY",)}, {"MINE_KEY": KEY}, KEY),
]


@pytest.mark.parametrize(("row", "variables", "key"), OWN)
def test_a_gateway_of_ones_own_takes_its_own_variables(environ, row, variables, key):
    environ(variables)
    mine = catalog.Gateway("mine", base_url="http://127.0.0.1:1", **row)
    assert keys.choose_gateway(mine, None) is mine
    found = keys.find_key(mine)
    assert (found and found.reveal()) == key


@pytest.mark.parametrize("given", [RuntimeError("locked"), None, "two\nlines"])
def test_a_keyring_that_does_not_help_is_no_key(monkeypatch, given):
    def get_password(_service, _user):
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=get_password))
    with pytest.raises(errors.KeyMissingError, match="none was found"):
        Session("ring", gateway="openai").generate("an otter")


# Malformed, and never shown.

MALFORMED = {
    "nothing": "",
    "white space": " \n\t",
    "a line break": f"{KEY}\n{KEY}",
    "a header": f"{KEY}\r\nX-Other: 1",
    "NUL": f"{KEY}\0",
    "the scheme too": f"Bearer {KEY}",
    "a space": f"{KEY} {KEY}",
    "an umlaut": f"{KEY}\u00fc",
    "Chinese": "\u94a5\u5319",
    "a zero-width space": f"{KEY}\u200b",
    "a full-width letter": f"\uff53{KEY}",
    "a dash of a word processor": f"sk\u2013{KEY}",
    "half an emoji": f"{KEY}\ud83e",
    "DEL": f"{KEY}\x7f",
    "no text at all": 7,
}


WAYS = {
    "argument": lambda secret, at: Session("bad", api_key=secret, **at).generate("an otter"),
    "callable": lambda secret, at: Session("bad", api_key=lambda: secret, **at).generate("an otter"),
    "key field": lambda secret, at: Session("bad", **at).use_key("custom", secret),
}


@pytest.mark.parametrize("secret", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("give", WAYS.values(), ids=WAYS)
def test_a_malformed_key_is_an_error_before_sending_and_is_not_shown(emulator, secret, give):
    with pytest.raises(errors.KeyMissingError) as caught:
        give(secret, {"base_url": emulator.base_url, "model": "any"})
    assert KEY not in f"{caught.value} {vars(caught.value)!r}"
    assert emulator.requests == []


@pytest.mark.parametrize("secret", [f"{KEY}\n{KEY}", f"Bearer {KEY}", "\u94a5\u5319"])
def test_a_malformed_key_in_the_environment_names_its_variable(environ, secret):
    environ({"OPENAI_API_KEY": secret})
    with pytest.raises(errors.KeyMissingError, match="OPENAI_API_KEY") as caught:
        Session("bad", gateway="openai").generate("an otter")
    assert KEY not in str(caught.value)


@pytest.fixture
def key() -> keys.Key:
    return keys.Key(KEY, "test")


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, "{!r}".format, ascii, lambda key: repr([key, {1: key}])]
)
def test_no_text_of_a_key_holds_it(key, show):
    assert KEY not in show(key)
    assert "test" in show(key)


@pytest.mark.parametrize(
    "take",
    [*(lambda key, p=p: pickle.dumps(key, p) for p in range(6)), copy.copy, copy.deepcopy],
    ids=[*(f"pickle {protocol}" for protocol in range(6)), "copy", "deepcopy"],
)
def test_a_key_is_neither_pickled_nor_copied(key, take):
    with pytest.raises(TypeError) as caught:
        take(key)
    assert KEY not in str(caught.value)


def test_a_session_does_not_show_its_key():
    session = Session("shy", base_url="http://127.0.0.1:1", api_key=KEY)
    session.use_key("openai", KEY)
    assert KEY not in repr(session)
    assert KEY not in repr(vars(session))


ODD_KEY = "sk-canary/0123+456=="


@pytest.mark.parametrize(
    "form", [ODD_KEY, quote(ODD_KEY, safe=""), base64.b64encode(ODD_KEY.encode()).decode()]
)
def test_a_text_is_scrubbed_of_the_key_in_every_form(form):
    scrubbed = keys.Key(ODD_KEY, "test").scrub(f"Bearer {form}, {form}")
    assert scrubbed.replace("=", "") == "Bearer [key], [key]"
