"""A user's own `gateways.toml` and `models.toml`: over our rows, and never in their way."""

from __future__ import annotations

import warnings

import pytest

from nbimagegen import catalog
from nbimagegen.catalog import CatalogWarning, check


@pytest.fixture
def configured(monkeypatch, tmp_path):
    """Write the user's files; where nothing is said, a warning is an error."""
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", str(tmp_path))

    def write(gateways: str | bytes = "", models: str | bytes = ""):
        for name, text in (("gateways", gateways), ("models", models)):
            data = text if isinstance(text, bytes) else text.encode()
            (tmp_path / f"{name}.toml").write_bytes(data)
        catalog.forget()
        return tmp_path

    with warnings.catch_warnings():
        warnings.simplefilter("error", CatalogWarning)
        yield write
    catalog.forget()


MINE = """
[mine]
base_url = "http://localhost:8000"
dialect = "chat"
default_model = "flux"
key_variables = ["MINE_KEY"]
adds = { modalities = ["image", "text"] }
image_hosts = ["pictures.test"]

[mine.models.flux]
operations = ["generate"]
prices = [{ usd = 0.03, size = "1024x1024" }, { usd = 0.01 }]

[mine.models.flux.parameters]
size = { choices = ["512x512", "1024x1024"], default = "512x512" }
steps = { type = "integer", minimum = 1, maximum = 50 }
"""


def test_a_gateway_of_ones_own_stands_behind_ours_and_before_custom(configured):
    configured(MINE)
    assert list(catalog.gateways()) == [
        "serevix",
        "xty",
        "rivus",
        "xiexus",
        "openai",
        "mine",
        "custom",
        "sketch",
    ]


def test_a_row_of_ones_own_says_what_ours_do(configured):
    configured(MINE)
    mine = catalog.find_gateway("mine")
    assert (mine.label, mine.base_url, mine.dialect) == ("mine", "http://localhost:8000/v1", "chat")
    assert (mine.adds, mine.image_hosts) == ({"modalities": ["image", "text"]}, ("pictures.test",))
    flux = catalog.find_model(mine, "flux")
    assert check.parameters(flux, {"size": "512X512", "steps": 20}) == {"size": "512x512", "steps": 20}
    assert (flux.parameters["size"].label, flux.parameters["steps"].label) == ("Size", "Steps")
    assert catalog.operations(mine, "flux") == ("generate",)
    assert catalog.price_of(mine, "flux", {"size": "1024x1024"}) == 0.03
    assert catalog.price_of(mine, "flux", {}) == 0.01


def test_a_row_of_ours_is_changed_key_by_key(configured):
    before = catalog.find_gateway("xty")
    configured(
        '[xty]\nlabel = "At work"\nheaders = { X-Team = "otters" }\n[openai.headers]\nX-Team = "foxes"'
    )
    after = catalog.find_gateway("xty")
    assert (after.label, after.headers) == ("At work", {"X-Team": "otters"})
    assert (after.base_url, after.models, after.seconds) == (before.base_url, before.models, before.seconds)
    assert catalog.find_gateway("openai").headers == {"X-Team": "foxes"}


def test_an_offered_model_is_changed_and_stays_what_it_was_else(configured):
    configured('[openai.models."gpt-image-1"]\nmax_images_per_request = 2')
    openai = catalog.find_gateway("openai")
    model = catalog.find_model(openai, "gpt-image-1")
    assert model.max_images_per_request == 2
    assert "quality" in model.parameters
    assert catalog.price_of(openai, "gpt-image-1", {"size": "1024x1024", "quality": "low"}) == 0.011


def test_a_model_of_ones_own_is_known_at_every_gateway(configured):
    configured(models='[flux]\nlike = "dall-e-3"\nprompt_limit = 77')
    for gateway in ("custom", "rivus"):
        row = catalog.find_model(catalog.find_gateway(gateway), "flux")
        assert (row.prompt_limit, row.max_images_per_request, "style" in row.parameters) == (77, 1, True)


def test_a_model_of_ours_is_changed_wherever_it_is_offered(configured):
    configured(models='["gpt-image-1"]\nprompt_limit = 10')
    openai = catalog.find_gateway("openai")
    assert catalog.find_model(openai, "gpt-image-1").prompt_limit == 10
    assert catalog.find_model(openai, "gpt-image-1.5").prompt_limit == 10  # it is like the other


def test_a_price_of_ones_own_is_what_the_gateway_charges(configured):
    configured('[xiexus.models."gpt-image-1"]\npriced = "2026-11-01"\nprices = [{ usd = 0.02 }]')
    xiexus = catalog.find_gateway("xiexus")
    assert catalog.price_of(xiexus, "gpt-image-1", {}) == 0.02
    assert catalog.price_of(xiexus, "dall-e-3", {}) is None


def test_a_list_price_is_not_taken_over_with_a_model(configured):
    configured(MINE + '[mine.models.own]\nlike = "dall-e-3"\n[mine.models."dall-e-3"]\nlike = "dall-e-3"')
    mine = catalog.find_gateway("mine")
    for name in ("own", "dall-e-3"):
        assert "style" in catalog.find_model(mine, name).parameters
        assert catalog.price_of(mine, name, {}) is None


def test_the_files_are_read_again_in_another_folder(configured, monkeypatch, tmp_path):
    configured(MINE)
    assert "mine" in catalog.gateways()
    monkeypatch.setenv("NBIMAGEGEN_CONFIG", str(tmp_path / "elsewhere"))
    assert "mine" not in catalog.gateways()


def test_without_the_variable_the_platforms_folder_is_read(monkeypatch, tmp_path):
    monkeypatch.delenv("NBIMAGEGEN_CONFIG", raising=False)
    monkeypatch.setattr("platformdirs.user_config_path", lambda name, **_: tmp_path / name)
    (tmp_path / "nbimagegen").mkdir()
    (tmp_path / "nbimagegen" / "gateways.toml").write_bytes(b"\xef\xbb\xbf" + MINE.encode())
    assert catalog.find_gateway("mine").default_model == "flux"


# What is wrong is said, and stands in no one's way.

SECRET = "sk-canary-0123456789"
WRONG = {
    "no TOML": (f"[xty]\nlabel = {SECRET}", "gateways.toml: it is no TOML (at line 2"),
    "no text": (b"\xff\xfe\x00", "it is no TOML"),
    "deep": ("a = " + "[" * 5000, "it is no TOML"),
    "no table": (f'api_key = "{SECRET}"', "api_key is no table"),
    "an unknown key": (f'[xty]\napi_key = "{SECRET}"', "xty.api_key is not known"),
    "an unknown key of a model": ('[xty.models."m"]\nsteps = 7', "xty.models.m.steps is not known"),
    "an unknown key of a parameter": (
        "[xty.parameters.steps]\nmost = 7",
        "xty.parameters.steps.most is not known",
    ),
    "no address": ("[mine]\n", "mine cannot be used: The gateway 'mine' needs an address"),
    "a bad address": (f'[mine]\nbase_url = "https://{SECRET}@host"', "mine cannot be used: The base URL"),
    "a wrong type": (
        f'[xty]\nneeds_key = "{SECRET}"',
        "needs_key of the gateway 'xty' must be true or false",
    ),
    "a wrong dialect": (f'[xty]\ndialect = "{SECRET}"', "must be one of images, chat"),
    "a key in the headers": (f'[xty.headers]\nAuthorization = "{SECRET}"', "must hold no key"),
    "models that are none": ("[xty]\nmodels = 7", "xty cannot be used: a value has the wrong type"),
    "a model that is none": ("[xty.models]\nm = 7", "xty cannot be used: a value has the wrong type"),
    "like nothing": ('[xty.models.m]\nlike = "otter-9"', "like a model that is not in the catalogue"),
    "like itself": ('[xty.models.a]\nlike = "b"\n[xty.models.b]\nlike = "a"', "xty cannot be used"),
    "an offer of nothing": ('[xty]\noffers = ["otter-9"]', "like a model that is not in the catalogue"),
    "a price without dollars": ("[xty.models.m]\nprices = [{ eur = 1 }]", "xty cannot be used"),
    "a price that is none": ("[xty.models.m]\nprices = 7", "xty cannot be used"),
    "a bad name": (f'["{SECRET} x"]\nbase_url = "http://h"', "must be letters, digits"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_in_the_gateways_file_is_warned_of_without_its_content(configured, text, said):
    folder = configured(text)
    with pytest.warns(CatalogWarning) as caught:
        rows = catalog.gateways()
    [warning] = [str(each.message) for each in caught]
    assert said in warning
    assert str(folder / "gateways.toml") in warning
    assert SECRET not in warning.replace(f"{SECRET} x cannot", "")
    assert (rows["xty"].label, rows["xty"].dialect) == ("xty", "chat")
    assert set(rows) == {"serevix", "xty", "rivus", "xiexus", "openai", "custom", "sketch"}


WRONG_MODELS = {
    "no TOML": ("[", "models.toml: it is no TOML"),
    "no table": ("flux = 7", "flux is no table"),
    "an unknown key": ("[dall-e-3]\nprize = 7", "dall-e-3.prize is not known"),
    "a wrong type": ('["gpt-image-1"]\nmax_images_per_request = "many"', "gpt-image-1 cannot be used"),
    "like nothing": ('[flux]\nlike = "otter-9"', "like a model that is not in the catalogue"),
    "like itself": ('[flux]\nlike = "flux"', "flux cannot be used"),
}


@pytest.mark.parametrize(("text", "said"), WRONG_MODELS.values(), ids=WRONG_MODELS)
def test_what_is_wrong_in_the_models_file_leaves_our_models_as_they_are(configured, text, said):
    configured(models=text)
    with pytest.warns(CatalogWarning) as caught:
        rows = catalog.models()
    assert [said in str(each.message) for each in caught] == [True]
    assert rows["gpt-image-1"].max_images_per_request == rows["gpt-image-1.5"].max_images_per_request == 10
    assert "flux" not in rows
    assert "openai" in catalog.gateways()


def test_a_file_that_cannot_be_read_is_said(configured):
    folder = configured()
    (folder / "gateways.toml").unlink()
    (folder / "gateways.toml").mkdir()
    with pytest.warns(CatalogWarning, match="cannot be read"):
        assert "xty" in catalog.gateways()


def test_what_is_wrong_is_said_once(configured):
    configured("[")
    with pytest.warns(CatalogWarning):
        catalog.gateways()
    assert "xty" in catalog.gateways()  # a second warning would be an error


def test_a_file_that_is_right_is_used_in_silence(configured):
    configured(MINE, '[flux]\nlike = "dall-e-3"')
    assert "mine" in catalog.gateways()
    assert "flux" in catalog.models()
