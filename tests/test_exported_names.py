"""The names that others rely on, and that asking for them early costs nothing."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys

import pytest

import nbimagegen
from nbimagegen import budget, catalog, errors, history, records, session, studio
from nbimagegen.session.sessions import sessions

NAMES = {
    "Budget": budget.Budget,
    "CatalogWarning": catalog.CatalogWarning,
    "Gateway": catalog.Gateway,
    "Generation": history.Generation,
    "ImageStudio": studio.ImageStudio,
    "Model": catalog.Model,
    "Parameter": catalog.Parameter,
    "Picture": history.Picture,
    "Price": catalog.Price,
    "Reference": history.Reference,
    "Session": session.Session,
    "Settings": history.Settings,
    "TokenPrices": catalog.TokenPrices,
    "errors": errors,
    "from_image": history.from_image,
    "sessions": sessions,
}
HEAVY = {
    "PIL",
    "anywidget",
    "asyncio",
    "httpx",
    "ipywidgets",
    "numpy",
    "pandas",
    "platformdirs",
    "sqlite3",
    "traitlets",
    "truststore",
    "ulid",
}


def modules_after(*lines: str) -> set[str]:
    """Return the top names of what a fresh interpreter has imported after these lines."""
    code = "; ".join([*lines, "import json, sys", "print(json.dumps(sorted(sys.modules)))"])
    told = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    return {name.partition(".")[0] for name in json.loads(told.stdout)}


@pytest.mark.parametrize(("name", "value"), NAMES.items(), ids=NAMES)
def test_a_name_is_where_it_is_expected(name, value):
    assert getattr(nbimagegen, name) is value


def test_all_names_are_listed_and_no_other():
    assert set(nbimagegen.__all__) == {*NAMES, "__version__", "load_ipython_extension"}
    assert set(nbimagegen.__all__) <= set(dir(nbimagegen))
    with pytest.raises(AttributeError, match="otter"):
        _ = nbimagegen.otter


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        (["import nbimagegen"], set()),
        (["from nbimagegen import errors"], set()),
        (["from nbimagegen import cli"], set()),
        (["from nbimagegen import Gateway, Model, Parameter, Price"], set()),
        (["import nbimagegen.wire, nbimagegen.catalog, nbimagegen.records"], set()),
        (["import nbimagegen.sketch"], set()),
        (["import nbimagegen.pixels"], set()),
        (["import nbimagegen.transport"], HEAVY - {"PIL", "anywidget", "ipywidgets", "traitlets", "sqlite3"}),
        (
            ["from nbimagegen import Session"],
            HEAVY - {"PIL", "anywidget", "ipywidgets", "traitlets", "numpy"},
        ),
    ],
    ids=lambda each: "; ".join(each) if isinstance(each, list) else "",
)
def test_what_is_heavy_is_not_imported_before_it_is_asked_for(lines, allowed):
    assert modules_after(*lines) & HEAVY - modules_after() - allowed == set()


SIGNATURES = {
    session.Session: "name gateway base_url api_key dialect",
    studio.ImageStudio: "session",
    session.Session.generate: "prompt gateway model n stream extra fresh timeout parameters",
    session.Session.submit: "prompt gateway model n stream extra fresh timeout parameters",
    session.Session.cancel: "generation",
    history.Generation.wait: "timeout",
    history.Picture.save: "path",
}
PUBLIC = {
    history.Generation: "id status prompt model gateway pictures usage seconds error parents wait __await__",
    history.Picture: "id image array bytes path width height save",
    session.Session: "image images history generate agenerate submit cancel",
    studio.ImageStudio: "prompt gateway model n parameters selected running selection history images image "
    "generate agenerate submit cancel",
}


@pytest.mark.parametrize(
    ("function", "names"), SIGNATURES.items(), ids=lambda each: getattr(each, "__qualname__", "")
)
def test_arguments_have_the_names_that_others_rely_on(function, names):
    found = inspect.signature(function).parameters
    assert [name for name in names.split() if name not in found] == []


@pytest.mark.parametrize(("kind", "names"), PUBLIC.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_what_users_hold_has_the_names_that_others_rely_on(kind, names):
    assert [name for name in names.split() if not hasattr(kind, name)] == []


def test_the_tree_in_the_docstring_is_the_tree_of_exceptions():
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)(\w+Error)\b", line):
            above[len(found[1]) // 4 :] = [found[2]]
            drawn[found[2]] = above[-2] if len(above) > 1 else "Exception"
    real = {name: getattr(errors, name) for name in errors.__all__ if name.endswith("Error")}
    assert drawn == {name: kind.__bases__[0].__name__ for name, kind in real.items()}


@pytest.mark.parametrize("name", [name for name in errors.__all__ if name.endswith("Error")])
def test_an_error_comes_back_from_its_record_as_it_was(name):
    kind = getattr(errors, name)
    facts = {"status": 418, "code": "teapot", "request_id": "7", "text": "t", "url": "u", "parameter": "p"}
    error = kind("It broke.", **facts)
    again = errors.from_dict(json.loads(json.dumps(error.to_dict())))
    assert (type(again), str(again), again.to_dict()) == (kind, "It broke.", error.to_dict())
    assert again.may_be_billed is kind.default_may_be_billed
    assert error.generation is None


@pytest.mark.parametrize(
    "kept", [{}, {"type": "SystemExit"}, {"type": "from_dict"}, {"type": "Any"}, {"type": 7}]
)
def test_a_record_of_an_unknown_error_is_still_an_error(kept):
    assert type(errors.from_dict(kept)) is errors.ImageGenError


def test_a_status_has_ended_or_goes_on():
    assert set(records.ENDED) == {"done", "failed", "cancelled", "unknown"}
