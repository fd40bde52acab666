"""`{name}` in the prompt box: what it is filled with, said before a press, and what a press then sends."""

from __future__ import annotations

import builtins
import os
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from nbimagegen import ImageStudio, errors
from nbimagegen.session import variables
from nbimagegen.studio import fills
from tests.pretend_page import SMALL, held_up, press, settle

ANIMALS = {"animal": ["a fox", "an otter"], "n": 3, "frame": object(), "_hidden": "no"}


pytestmark = pytest.mark.usefixtures("pages")


@pytest.fixture
def studio() -> ImageStudio:
    return ImageStudio("otters", gateway="sketch", variables=ANIMALS, parameters=SMALL)


def prompts(studio: ImageStudio) -> list[str]:
    settle()
    return [each.prompt for each in studio.history]


FILLED = {
    "{animal} in snow": ("a fox in snow", "an otter in snow"),
    "{n} foxes": ("3 foxes",),
    "{ n } foxes": ("3 foxes",),
    "a {{n}}": ("a {n}",),
    "{{animal}} {n}": ("{animal} 3",),
    "plain": ("plain",),
    # Braces of their own.
    '{"subject": {"of": {"n": 1}}}': ('{"subject": {"of": {"n": 1}}}',),
    '{"subject": "{n}", "x": {"y": 1}}': ('{"subject": "3", "x": {"y": 1}}',),
    "{} {0} {n.real} {animal[0]} {_hidden}": ("{} {0} {n.real} {animal[0]} {_hidden}",),
    "{{n}": ("{3",),
    "{n}}": ("3}",),
    # Names that stay.
    "{anmial} and {n}": ("{anmial} and 3",),
    "{frame}": ("{frame}",),
}


@pytest.mark.parametrize("template", FILLED)
def test_a_name_in_braces_is_filled_and_other_braces_mean_themselves(studio, template):
    studio.prompt = template
    assert studio.prompts == FILLED[template]


TOLD = {
    "plain": {},
    '{"json": 1}': {},
    "{n} foxes": {"prompts": 1, "names": [{"name": "n", "count": 1, "values": "3"}], "first": "3 foxes"},
    "{animal}": {"prompts": 2, "names": [{"name": "animal", "count": 2, "values": "a fox, an otter"}]},
    "{anmial}": {"unknown": ["anmial"], "message": "There is no variable 'anmial'; did you mean animal?"},
    "{frame}": {"unknown": ["frame"]},
}


@pytest.mark.parametrize("template", TOLD)
def test_the_page_is_told_what_it_gives_before_anything_is_sent(studio, template):
    studio.comm.sets(prompt=template)
    told = studio._fills
    assert {name: told[name] for name in TOLD[template]} == TOLD[template]
    assert bool(told) == bool(TOLD[template])
    assert prompts(studio) == []


def test_the_cost_is_that_of_all_requests(studio, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    studio.gateway, studio.parameters = "openai", {"size": "1024x1024", "quality": "low"}
    one = studio._estimate["usd"]
    studio.prompt = "{animal}"
    assert studio._estimate["usd"] == pytest.approx(2 * one)


def test_it_is_told_anew_when_the_variables_are_others(studio):
    studio.prompt = "{animal}"
    studio.variables = {"animal": "a bear"}
    assert studio._fills["first"] == "a bear"
    studio.variables = {}
    assert studio._fills["unknown"] == ["animal"]


def test_a_list_makes_a_request_each(studio):
    assert studio.comm.asks(press(prompt="{animal}", prompts=2))["kind"] == "acknowledged"
    assert prompts(studio) == ["a fox", "an otter"]
    assert {each.record.made_by for each in studio.history} == {"click"}


REFUSED = {
    "an unknown name": ({"prompt": "{anmial}"}, "no variable 'anmial'; did you mean animal"),
    "more prompts than were seen": ({"prompt": "{animal}"}, "gives 2 prompts now"),
    "fewer prompts than were seen": ({"prompt": "{n}", "prompts": 2}, "gives 1 prompt now"),
    "too many prompts": ({"prompt": "{many}{animal}", "prompts": 120}, "100 at a time"),
    "too long a prompt": ({"prompt": "{long}" * 10}, "too long"),
}


def test_it_is_recalled_as_it_was_typed(studio):
    studio.comm.says(press(prompt="{animal} in snow", prompts=2))
    studio.comm.wait_until(lambda: len(studio.history) == 2)
    studio.comm.says({"kind": "prompts", "text": "SNOW", "before": ""})
    [recalled] = studio.comm.wait_for("prompts")
    assert recalled["prompts"] == ["{animal} in snow", "an otter in snow", "a fox in snow"]


@pytest.mark.parametrize("case", REFUSED)
def test_what_nobody_has_seen_is_not_sent(studio, case):
    studio.variables = {**ANIMALS, "many": [str(each) for each in range(60)], "long": "x" * 1_000_000}
    message, sentence = REFUSED[case]
    assert sentence in studio.comm.asks(press(**message))["message"]
    assert prompts(studio) == []


def test_a_name_is_what_it_was_when_it_was_pressed_and_not_when_it_is_its_turn(studio):
    with held_up(studio._browser._line.turns):
        studio.comm.says(press(prompt="{n} foxes"))
        studio.variables = {"n": 4}
    assert prompts(studio) == ["3 foxes"]


def test_an_unknown_name_is_sent_as_it_stands_once_that_is_meant(studio):
    studio.comm.asks(press(prompt="{anmial} and {n}", as_is=True))
    assert prompts(studio) == ["{anmial} and 3"]


def test_none_is_sent_where_one_of_them_cannot_be(studio):
    studio.variables = {"size": ["a fox", ""]}
    assert studio.comm.asks(press(prompt="{size}", prompts=2))["kind"] == "refused"
    assert prompts(studio) == []


def test_a_call_without_a_prompt_sends_what_the_button_would(studio):
    studio.prompt = "{n} foxes"
    assert studio.generate().prompt == "3 foxes"


def test_a_call_with_a_prompt_sends_it_as_it_stands(studio):
    assert studio.generate("{n} {foxes}").prompt == "{n} {foxes}"


@pytest.mark.parametrize(
    ("prompt", "sentence"), [("{animal}", "studio.submit"), ("{foxes}", "studio.generate\\(studio.prompt")]
)
def test_a_call_gives_one_generation_of_what_is_known(studio, prompt, sentence):
    studio.prompt = prompt
    with pytest.raises(errors.PromptError, match=sentence):
        studio.generate()


# Whose variables.


class Events:
    """The events of a shell."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def register(self, _name: str, action: Any) -> None:
        self.heard.append(action)

    def unregister(self, _name: str, action: Any) -> None:
        self.heard.remove(action)


@pytest.fixture
def notebook(monkeypatch) -> Any:
    """A kernel of JupyterLab, with what its cells have set."""
    names = {"animal": "a fox", "In": ["secret"], "_": "secret", "frame": object()}
    shell = SimpleNamespace(
        user_ns=names, user_ns_hidden={"In": names["In"]}, kernel=object(), events=Events()
    )
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setenv("JPY_SESSION_NAME", os.path.abspath("otters.ipynb"))  # noqa: PTH100
    return shell


@pytest.fixture
def bare(notebook) -> ImageStudio:
    """A studio that was given no variables."""
    del notebook
    return ImageStudio("otters", gateway="sketch")


def test_in_a_notebook_they_are_what_its_cells_have_set(bare):
    bare.prompt = "{animal} {In}"
    assert (bare._fills["first"], bare._fills["unknown"]) == ("a fox {In}", ["In"])


def test_they_are_looked_at_again_after_each_cell(bare, notebook):
    bare.prompt = "{animal}"
    notebook.user_ns["animal"] = ["a bear", "an elk"]
    for action in notebook.events.heard:
        action(None)
    assert bare._fills["prompts"] == 2


def test_a_studio_that_is_closed_looks_no_more(bare, notebook):
    bare.close()
    assert notebook.events.heard == []


ELSEWHERE = {
    "Voila": {"SERVER_SOFTWARE": "voila/0.5"},
    "a kernel that Voila has heated": {"VOILA_PREHEAT": "True"},
    "Colab": {"COLAB_RELEASE_TAG": "1"},
    "a kernel without a notebook": {"JPY_SESSION_NAME": ""},
}


@pytest.mark.parametrize("host", ELSEWHERE)
def test_elsewhere_there_are_none(bare, monkeypatch, host):
    for name, value in ELSEWHERE[host].items():
        monkeypatch.setenv(name, value)
    bare.prompt = "{animal}"
    assert bare._fills["unknown"] == ["animal"]
    assert variables.of_notebook() == {}


def test_those_that_were_given_are_all_there_are(bare):
    bare.variables = {"place": "a harbour"}
    bare.prompt = "{animal} in {place}"
    assert bare._fills["first"] == "{animal} in a harbour"


def test_the_page_sets_no_variables(studio):
    studio.comm.sets(variables={"animal": "mine"}, _fills={"prompts": 1})
    assert studio.variables == ANIMALS
    assert studio._fills == {}


def test_looking_at_a_prompt_runs_nothing():
    for each in ("{__import__('os')}", "{n!r:>9}", "{n.__class__}", "{builtins}"):
        assert fills.fills(each, lambda: {"builtins": builtins, "n": 3}).prompts == (each,)
