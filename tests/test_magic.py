"""`%imagine` and `%%imagine`, in a shell such as a notebook's."""

from __future__ import annotations

import sys

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nbimagegen import Picture, Session, errors, magic
from nbimagegen.magic import sessions
from nbimagegen.magic.line import parse
from nbimagegen.session import naming
from nbimagegen.session.template import MAX_PROMPTS, filled
from nbimagegen.store import home_folder

SMALL = "--size 256x256"
# No history of the shell's own, and no colours for errors, which take longer than all else.
PLAIN = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"xmode": "Minimal"}})


@pytest.fixture
def shell(monkeypatch, tmp_path) -> InteractiveShell:
    """A shell in a notebook, with sketches and the extension loaded."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setattr(naming, "_is_kernel", lambda: True)
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "otters.ipynb"))
    monkeypatch.setenv("NBIMAGEGEN_GATEWAY", "sketch")
    # A shell puts its own namespace there, from which no other process could be spawned.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    shell = InteractiveShell(config=PLAIN)
    shell.run_line_magic("load_ext", "nbimagegen")
    yield shell
    shell.history_manager.end_session()
    sessions._held.clear()


def prompts() -> list[str]:
    return [each.prompt for each in Session().history]


def run(shell, code):
    outcome = shell.run_cell(code)
    outcome.raise_error()
    return outcome.result


def complaint(shell, code) -> errors.ImageGenError:
    outcome = shell.run_cell(code)
    assert isinstance(outcome.error_in_exec, errors.ImageGenError)
    return outcome.error_in_exec


def test_imagine_gives_a_picture_as_the_cells_result(shell):
    result = run(shell, f"%imagine {SMALL} an otter, 一只水獭")
    assert isinstance(result, Picture)
    [generation] = Session().history
    assert generation.prompt == "an otter, 一只水獭"
    assert generation.pictures[0] == result
    assert result.image.size == (256, 256)


def test_imagine_keeps_its_pictures_in_the_notebooks_own_history(shell):
    for prompt in ("an otter", "a fox"):
        shell.run_line_magic("imagine", f"{SMALL} {prompt}")
    assert prompts() == ["an otter", "a fox"]


def test_imagine_nothing_is_an_error_that_says_what_to_type(shell):
    assert isinstance(complaint(shell, "%imagine"), errors.PromptError)
    assert len(Session().history) == 0


def test_the_cell_under_imagine_is_the_prompt(shell):
    run(shell, f"%%imagine {SMALL}\nan otter\n\n  --n is not an option here\n")
    assert prompts() == ["an otter\n\n  --n is not an option here"]


def test_a_prompt_behind_the_cells_magic_is_an_error(shell):
    assert "write the prompt below it" in str(complaint(shell, "%%imagine an otter\nin snow"))


def test_options_are_parameters_as_they_are_named_typed_by_the_catalogue(shell):
    run(shell, "%imagine --size 256x256 --seed 7 --output-format webp an otter --latency=0")
    [generation] = Session().history
    assert generation.prompt == "an otter"
    assert generation.parameters == {"size": "256x256", "seed": 7, "output_format": "webp", "latency": 0}


def test_n_pictures_are_a_list_that_shows_itself(shell):
    result = run(shell, f"%imagine --n 2 {SMALL} an otter")
    assert [each.index for each in result] == [0, 1]
    assert hasattr(result, "_ipython_display_")


def test_as_puts_the_result_among_the_variables(shell):
    run(shell, f"%imagine {SMALL} --as otter an otter")
    assert shell.user_ns["otter"] == Session().pictures[-1]


def test_another_session_is_named_by_an_option(shell):
    run(shell, f'%imagine {SMALL} --session "night market" lanterns')
    assert [each.prompt for each in Session("night market").history] == ["lanterns"]
    assert prompts() == []


def test_fresh_is_handed_on(shell):
    run(shell, f"%imagine {SMALL} --fresh an otter")
    assert Session().history[-1].record.fresh


def test_the_environment_is_read_at_each_line(shell, monkeypatch):
    run(shell, f"%imagine {SMALL} an otter")
    monkeypatch.setenv("NBIMAGEGEN_GATEWAY", "openai")
    assert isinstance(complaint(shell, "%imagine a fox"), errors.KeyMissingError)


WRONG = {
    "%imagine --sise 256x256 an otter": "size",
    "%imagine --seed many an otter": "whole number",
    "%imagine --n two an otter": "whole number",
    "%imagine --n 11 an otter": "1 to 10",
    "%imagine --gateway skech an otter": "sketch",
    "%imagine --size": "needs a value",
    "%imagine --size --n 2 an otter": "needs a value",
    "%imagine --n 1 --n 2 an otter": "twice",
    "%imagine --as class an otter": "variable",
    "%imagine --as my-otter an otter": "variable",
    "%imagine --stream perhaps an otter": "true or false",
    "%imagine --api-key sk-0123 an otter": "no parameter",
    "%imagine a {colour} otter": "did you mean",
    "%imagine a {colours[0]} otter": "plain name",
    "%imagine a {colours.pop} otter": "plain name",
    "%imagine a {print(1)} otter": "plain name",
    "%imagine a {_secret} otter": "plain name",
    "%imagine a {} otter": "plain name",
    "%imagine a { otter": "plain name",
    "%imagine a {thing} otter": "of type object",
    "%imagine a {nothing} otter": "not empty",
    "%imagine a {In} otter": "no variable 'In'",
}


@pytest.mark.parametrize("code", WRONG)
def test_what_cannot_be_is_said_before_anything_is_made(shell, code):
    names = {"colours": ["red"], "color": "blue", "_secret": "x", "thing": object(), "nothing": []}
    shell.push(names)
    assert WRONG[code] in str(complaint(shell, code))
    assert prompts() == []


# Variables.

FILLED = {
    "a {colour} otter": ["a red otter"],
    "{count} otters, {size} high": ["3 otters, 1.5 high"],
    "{{colour}} is {colour}": ["{colour} is red"],
    "a {animal} by a {animal}": ["a fox by a fox", "a hen by a hen"],
    "a {animal} and {number}": ["a fox and 1", "a fox and 2", "a hen and 1", "a hen and 2"],
    "{小猫}": ["橙色"],
    "plain": ["plain"],
}


@pytest.mark.parametrize("template", FILLED)
def test_a_name_in_braces_is_the_variables_value(template):
    names = {
        "colour": "red",
        "count": 3,
        "size": 1.5,
        "animal": ["fox", "hen"],
        "number": (1, 2),
        "小猫": "橙色",
    }
    assert list(filled(template, names).prompts) == FILLED[template]


def test_a_value_is_not_looked_through_for_names():
    assert filled("{a}", {"a": "{b} {{", "b": "c"}).prompts == ("{b} {{",)


def test_lists_make_one_generation_for_each_value_and_the_count_is_said_first(shell, capsys):
    shell.push({"animals": ["otter", "fox"], "skies": ["dawn", "dusk"]})
    result = run(shell, f"%imagine {SMALL} --n 2 an {{animals}} at {{skies}}")
    assert "4 generations (2 animals x 2 skies), 8 pictures." in capsys.readouterr().out
    assert sorted(prompts()) == sorted(f"an {a} at {s}" for a in ("otter", "fox") for s in ("dawn", "dusk"))
    assert len(result) == 8


def test_lists_that_give_too_many_prompts_are_refused():
    with pytest.raises(errors.PromptError, match="10000 prompts"):
        filled("{a} {b}", dict.fromkeys("ab", ["x"] * MAX_PROMPTS))


def test_ipythons_own_expansion_is_off(shell):
    shell.push({"name": "otter"})
    run(shell, f"%imagine {SMALL} $name for $5")
    assert prompts() == ["$name for $5"]


LINES = {
    "an otter": ({}, "an otter"),
    "--n 2 an otter": ({"n": "2"}, "an otter"),
    "an otter --n 2 in snow": ({"n": "2"}, "an otter in snow"),
    "--aspect-ratio=16:9 it's late": ({"aspect_ratio": "16:9"}, "it's late"),
    "--style 'soft light' dusk": ({"style": "soft light"}, "dusk"),
    '--style "it\'s" dusk': ({"style": "it's"}, "dusk"),
    "--fresh dusk": ({"fresh": True}, "dusk"),
    "--fresh=no dusk": ({"fresh": "no"}, "dusk"),
    "a well-known --- old--time -- --n 2": ({}, "a well-known --- old--time --n 2"),
    "--style '--n 3' dusk": ({}, ""),
}


@pytest.mark.parametrize("line", [each for each in LINES if LINES[each][1]])
def test_options_stand_before_behind_and_within_the_prompt(line):
    found = parse(line, {"fresh"})
    assert (found.options, found.prompt) == LINES[line]


# Tab.

OFFERED = {
    "%imagine --mo": ["--model"],
    "%imagine --as": ["--as", "--aspect-ratio"],
    "%imagine --gateway sk": ["sketch"],
    "%imagine --gateway=xi": ["xiexus"],
    "%imagine --gateway openai --model gpt-image-1-": ["gpt-image-1-mini"],
    "%imagine --gateway openai --quality m": ["medium"],
    "x = %imagine --out": ["--output-format"],
    "%imagine --stream ": ["true", "false"],
    "a = 1\n%imagine a fox --size 256": ["256x256"],
    "%%imagine --see": ["--seed"],
    "%%imagine\na {anim": ["animals"],
    "%imagine a {anim": ["animals"],
}


@pytest.mark.parametrize("text", OFFERED)
def test_tab_offers_what_the_catalogue_and_the_notebook_hold(shell, text):
    shell.push({"animals": ["fox"], "animate": object(), "_animals": "x"})
    with provisionalcompleter():
        found = [text[: each.start] + each.text for each in shell.Completer.completions(text, len(text))]
    begun = text[: len(text) - len(text.replace("=", " ").replace("{", " ").split(" ")[-1])]
    expected = [begun + each for each in OFFERED[text]]
    assert found[: len(expected)] == expected  # in a cell's body IPython adds names of its own


def test_tab_opens_no_session(shell):
    text = "%imagine --session half-ty --mod"
    assert magic.completion.offers(text, shell.user_ns) == ("--mod", ["--model"])
    assert not [*home_folder().glob("half-ty*")]


@pytest.mark.parametrize(
    "typed", ["--prompt a hello", "--extra 3 hi", "--on-partial z", "--self a", "--image x"]
)
def test_an_option_that_is_the_calls_own_is_refused(shell, typed):
    problem = complaint(shell, f"%imagine {typed}")
    assert isinstance(problem, errors.ParameterError)
    assert typed.split()[0] in str(problem)


@pytest.mark.parametrize("text", ["imagine --mo", "print(--mo", "%%imagine\na fox --mo", "a = {anim"])
def test_tab_leaves_everything_else_alone(shell, text):
    shell.push({"animals": ["fox"]})
    assert magic.completion.offers(text, shell.user_ns) == ("", [])


def test_a_question_mark_helps(shell):
    found = shell.object_inspect_mime("%imagine")["text/plain"]
    for each in ("--model", "--as NAME", "{name}", "%%imagine"):
        assert each in found
