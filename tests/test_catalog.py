"""Gateways and models as data: what a row says, what replaces what, and what a value must be."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest

from nbimagegen import catalog, wire
from nbimagegen.catalog import check
from nbimagegen.errors import (
    AddressError,
    InputError,
    OperationError,
    ParameterError,
    PromptError,
    UnknownGatewayError,
)


def model(gateway: str, name: str) -> catalog.Model:
    found = catalog.find_model(catalog.find_gateway(gateway), name)
    assert found is not None
    return found


# Addresses.

ADDRESSES = {
    "https://api.test": "https://api.test/v1",
    "https://api.test/": "https://api.test/v1",
    "  https://api.test/v1  ": "https://api.test/v1",
    "https://api.test/v1/": "https://api.test/v1",
    "https://api.test/v1//": "https://api.test/v1",
    "https://api.test/v1/images/generations": "https://api.test/v1",
    "https://api.test/v1/images/generations/": "https://api.test/v1",
    "https://api.test/v1/images/edits": "https://api.test/v1",
    "https://api.test/v1/chat/completions": "https://api.test/v1",
    "https://api.test/v1/models": "https://api.test/v1",
    "https://api.test/images/generations": "https://api.test/v1",
    "https://api.test/v1beta/openai": "https://api.test/v1beta/openai",
    "https://api.test/v1beta/openai/chat/completions": "https://api.test/v1beta/openai",
    "https://api.test/api/v3": "https://api.test/api/v3",
    "https://api.test/v2.1/x": "https://api.test/v2.1/x",
    "https://api.test/api": "https://api.test/api/v1",
    "https://api.test/video": "https://api.test/video/v1",
    "https://api.test/gateway/openai/": "https://api.test/gateway/openai/v1",
    "HTTPS://api.test/V1": "https://api.test/V1",
    "http://127.0.0.1:8080": "http://127.0.0.1:8080/v1",
    "http://localhost:8080/v1": "http://localhost:8080/v1",
    "http://[::1]:8080": "http://[::1]:8080/v1",
    "https://api.test/v1#top": "https://api.test/v1",
}
NO_ADDRESSES = [
    " ",
    "api.test/v1",
    "//api.test/v1",
    "ftp://api.test/v1",
    "file:///etc/passwd",
    "https://",
    "https:///v1",
    "https://[::1",
    "https://api.test:port/v1",
    "https://api.test:99999/v1",
    "https://user:secret@api.test/v1",
    "https://api.test/v1?key=secret",
    "https://api.test/a b",
    "https://api.test/v1\nX-Other: 1",
    "sketch://offline/v1",
]


@pytest.mark.parametrize(("pasted", "address"), ADDRESSES.items(), ids=ADDRESSES)
def test_a_base_url_may_be_pasted_as_people_have_it(pasted, address):
    row = catalog.speaking(catalog.find_gateway("custom"), pasted, None)
    assert row.base_url == address
    assert catalog.speaking(row, address, None) == row


@pytest.mark.parametrize("pasted", NO_ADDRESSES)
def test_what_cannot_be_a_base_url_is_an_error_that_tells_no_secret(pasted):
    with pytest.raises(AddressError) as caught:
        catalog.speaking(catalog.find_gateway("custom"), pasted, None)
    assert "secret" not in str(caught.value)


def test_the_paths_of_a_row_stay_at_another_address_and_go_with_another_dialect():
    xiexus = catalog.find_gateway("xiexus")
    elsewhere = catalog.speaking(xiexus, "http://127.0.0.1:1", None)
    talking = catalog.speaking(xiexus, None, "chat")
    assert catalog.path_of(elsewhere, "generate") == "/images/generations/"
    assert catalog.path_of(talking, "generate") == "/chat/completions"


# Rows.

KNOWN = ["serevix", "xty", "rivus", "xiexus", "openai", "custom", "sketch"]


def test_the_gateways_stand_in_the_order_in_which_one_is_chosen():
    assert list(catalog.gateways()) == KNOWN


def test_a_gateways_name_may_be_written_as_its_label():
    assert catalog.find_gateway("OpenAI") is catalog.find_gateway("openai")


@pytest.mark.parametrize(
    ("name", "hint"), [("serevixx", "'serevix'"), ("OpenAPI", "'openai'"), ("midjourney", "sketch")]
)
def test_an_unknown_gateway_is_an_error_with_the_nearest_name(name, hint):
    with pytest.raises(UnknownGatewayError, match="base_url") as caught:
        catalog.find_gateway(name)
    assert name in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize("gateway", KNOWN)
def test_the_default_model_is_one_that_the_picker_lists(gateway):
    row = catalog.find_gateway(gateway)
    assert row.default_model in {"", *row.models}
    assert bool(row.default_model) == bool(row.models)


@pytest.mark.parametrize("gateway", KNOWN)
def test_every_default_is_a_value_that_the_model_takes(gateway):
    for each in catalog.find_gateway(gateway).models.values():
        for name, row in each.parameters.items():
            if row.default is not None:
                taken = check.parameters(each, {name: row.default}, (*row.operations, "generate")[0])
                assert taken == {name: row.default}


def test_a_gateways_own_row_replaces_the_general_one():
    general, own = model("openai", "gpt-image-1"), model("xiexus", "gpt-image-1")
    assert "output_format" in general.parameters
    assert "output_format" not in own.parameters
    assert model("rivus", "gpt-image-1").prompt_limit == 4000
    unpriced = replace(general, prices=(), token_prices=None, priced="")  # xty says nothing of it
    assert model("xty", "gpt-image-1") == unpriced


def test_a_row_may_be_like_another_but_for_what_it_names():
    flash, pro = model("xty", "gemini-3.1-flash-image-preview"), model("xty", "gemini-3-pro-image-preview")
    assert pro.parameters["aspect_ratio"] == flash.parameters["aspect_ratio"]
    assert pro.parameters["image_size"].choices == ("1K", "2K", "4K")
    assert model("rivus", "gpt-image-1").max_images_per_request == 4
    assert model("openai", "gpt-image-2").parameters["quality"].choices == ("low", "medium", "high", "auto")


def test_a_model_that_no_row_knows_has_none():
    assert catalog.find_model(catalog.find_gateway("openai"), "otter-9") is None


# Operations.

OFFERED = [
    ("serevix", "gpt-image-1.5", "generate"),
    ("xty", "gemini-3.1-flash-image-preview", "generate edit"),
    ("xty", "gemini-3-pro-image-preview", "generate edit"),
    ("rivus", "gpt-image-1", "generate edit vary"),
    ("rivus", "gemini-3-pro-image-preview", "generate"),
    ("rivus", "imagen-3.0-generate-001", "generate"),
    ("rivus", "a-model-that-it-does-not-list", "generate edit vary"),
    ("xiexus", "gpt-image-1", "generate"),
    ("openai", "gpt-image-1.5", "generate edit"),
    ("openai", "dall-e-3", "generate"),
    ("openai", "dall-e-2", "generate edit"),
    ("custom", "dall-e-3", "generate edit vary"),
    ("custom", "a-model-that-nobody-knows", "generate edit vary"),
    ("sketch", "sketch", "generate edit vary"),
    ("sketch", "gpt-image-1", "generate edit vary"),
]


@pytest.mark.parametrize(("gateway", "name", "offered"), OFFERED)
def test_an_operation_is_offered_where_the_row_names_it(gateway, name, offered):
    row = catalog.find_gateway(gateway)
    assert " ".join(catalog.operations(row, name)) == offered
    for each in offered.split():
        check.operation(row, name, each)


def test_a_custom_gateway_that_chats_edits_and_does_not_vary():
    talking = catalog.speaking(catalog.find_gateway("custom"), "http://127.0.0.1:1", "chat")
    assert catalog.operations(talking, "any") == ("generate", "edit")


WHO_CAN = [
    ("serevix", "gpt-image-1", "edit", "gateway=xty with gemini-3.1-flash-image-preview, "),
    ("serevix", "gpt-image-1", "edit", "gateway=rivus with gpt-image-1 or "),
    ("serevix", "gpt-image-1", "edit", "gateway=openai with gpt-image-1.5."),
    ("openai", "gpt-image-1.5", "vary", "use gateway=rivus with gpt-image-1."),
    ("openai", "dall-e-3", "edit", "use gateway=openai with gpt-image-1.5, "),
    ("rivus", "imagen-3.0-generate-001", "edit", "use gateway=rivus with gpt-image-1, "),
]


@pytest.mark.parametrize(("gateway", "name", "operation", "hint"), WHO_CAN)
def test_what_is_not_offered_is_an_error_that_names_who_can(gateway, name, operation, hint):
    with pytest.raises(OperationError) as caught:
        check.operation(catalog.find_gateway(gateway), name, operation)
    assert hint in str(caught.value)
    assert name in str(caught.value)


STARTS = [
    ("openai", "gpt-image-1.5", 16, True),
    ("openai", "dall-e-2", 1, True),
    ("rivus", "gpt-image-1", 2, True),
    ("xty", "gemini-3-pro-image-preview", 3, False),
    ("custom", "a-model-that-nobody-knows", 40, True),
    ("custom", "gemini-3-pro-image", 3, True),
]
NO_STARTS = [
    ("openai", "gpt-image-1.5", 17, False, "at most 16 pictures; 17 were given"),
    ("openai", "dall-e-2", 2, False, "at most 1 picture;"),
    ("xty", "gemini-3-pro-image-preview", 1, True, "gateway=rivus with gpt-image-1 or gateway=openai"),
]


@pytest.mark.parametrize(("gateway", "name", "pictures", "mask"), STARTS)
def test_an_edit_starts_from_as_many_pictures_as_the_model_takes(gateway, name, pictures, mask):
    check.inputs(catalog.find_gateway(gateway), name, pictures, mask=mask)


@pytest.mark.parametrize(("gateway", "name", "pictures", "mask", "hint"), NO_STARTS)
def test_more_pictures_or_a_mask_that_it_does_not_take_are_an_error(gateway, name, pictures, mask, hint):
    with pytest.raises(InputError) as caught:
        check.inputs(catalog.find_gateway(gateway), name, pictures, mask=mask)
    assert hint in str(caught.value)


def test_no_chat_takes_a_mask():
    talking = catalog.speaking(catalog.find_gateway("custom"), "http://127.0.0.1:1", "chat")
    with pytest.raises(InputError, match="mask"):
        check.inputs(talking, "any", 1, mask=True)


def test_a_parameter_of_another_operation_is_an_error_that_says_so():
    row = model("openai", "gpt-image-1.5")
    assert check.parameters(row, {"input_fidelity": "high"}, "edit") == {"input_fidelity": "high"}
    assert check.takes(row, "moderation", "low")
    for values, operation in (({"input_fidelity": "high"}, "generate"), ({"moderation": "low"}, "edit")):
        [(name, value)] = values.items()
        assert not check.takes(row, name, value, operation)
        with pytest.raises(ParameterError, match="leave it out") as caught:
            check.parameters(row, values, operation)
        assert caught.value.parameter == name


FIDELITIES = {"gpt-image-1": "low high", "gpt-image-1.5": "low high", "gpt-image-1-mini": "low"}


@pytest.mark.parametrize(("name", "choices"), FIDELITIES.items(), ids=FIDELITIES)
def test_how_closely_an_edit_may_keep_to_its_picture(name, choices):
    assert " ".join(model("openai", name).parameters["input_fidelity"].choices) == choices


def test_a_row_may_leave_out_what_another_brought_in():
    assert "input_fidelity" not in model("openai", "gpt-image-2").parameters


# Prices.

SQUARE = {"size": "1024x1024"}
XTY_2K = {"extra_body": {"google": {"image_config": {"image_size": "2K"}}}}
PRICES = [
    ("openai", "gpt-image-1", {**SQUARE, "quality": "low"}, 0.011),
    ("openai", "gpt-image-1.5", {**SQUARE, "quality": "high"}, 0.133),
    ("openai", "gpt-image-2", {**SQUARE, "quality": "medium"}, 0.053),
    ("openai", "gpt-image-1-mini", {**SQUARE, "quality": "medium"}, 0.011),
    ("openai", "dall-e-3", {}, 0.04),
    ("openai", "dall-e-3", {"quality": "hd", "size": "1792x1024"}, 0.12),
    ("openai", "dall-e-2", {"size": "256x256"}, 0.016),
    ("sketch", "sketch", {}, 0.0),
    ("sketch", "gpt-image-1", {}, 0.0),
]
UNKNOWN = [
    ("openai", "gpt-image-1", {}),  # the model chooses size and quality
    ("openai", "gpt-image-1", {"quality": "low", "size": "1536x1024"}),
    ("openai", "gpt-image-1", {**SQUARE, "quality": ["low"]}),
    ("openai", "otter-9", SQUARE),
    ("xiexus", "gpt-image-1", {**SQUARE, "quality": "low"}),
    ("rivus", "imagen-3.0-generate-001", {}),
    ("custom", "dall-e-3", {}),
]


@pytest.mark.parametrize(("gateway", "name", "fields", "usd"), PRICES)
def test_a_price_is_read_from_the_fields_as_they_are_sent(gateway, name, fields, usd):
    assert catalog.price_of(catalog.find_gateway(gateway), name, fields) == usd


@pytest.mark.parametrize(("gateway", "name", "fields"), UNKNOWN)
def test_what_no_row_of_the_gateway_says_is_not_known(gateway, name, fields):
    assert catalog.price_of(catalog.find_gateway(gateway), name, fields) is None


def test_what_an_edit_costs_is_not_known_where_its_inputs_are_charged_too():
    openai, fields = catalog.find_gateway("openai"), {**SQUARE, "quality": "low"}
    assert catalog.price_of(openai, "gpt-image-1", fields, "edit") is None
    assert catalog.price_of(openai, "dall-e-2", SQUARE, "edit") == 0.02


LIST_PRICES = [
    ("xty", "gemini-3.1-flash-image-preview", XTY_2K, 0.101),
    ("xty", "gemini-3-pro-image-preview", {}, 0.134),
    ("rivus", "imagen-3.0-generate-001", {}, 0.04),
    ("rivus", "otter-9", {}, None),
]


@pytest.mark.parametrize(("gateway", "name", "fields", "usd"), LIST_PRICES)
def test_a_makers_price_is_a_list_price_at_other_gateways(gateway, name, fields, usd):
    assert catalog.list_price_of(catalog.find_gateway(gateway), name, fields) == usd
    assert catalog.price_of(catalog.find_gateway(gateway), name, fields) is None


@pytest.mark.parametrize("row", catalog.models().values(), ids=catalog.models())
def test_every_price_names_values_that_the_model_takes_and_bears_a_date(row):
    for price in row.prices:
        assert check.parameters(row, price.fields) == price.fields
        assert len(row.priced) == len("2026-11-21")


# Rows of a user's own.


def test_a_gateway_of_ones_own_needs_a_name_and_an_address():
    mine = catalog.Gateway("Otter-Cloud", base_url="http://localhost:8000/")
    assert (mine.id, mine.label, mine.base_url) == ("otter-cloud", "Otter-Cloud", "http://localhost:8000/v1")
    assert mine.operations == ("generate", "edit", "vary")
    assert mine.variables == ("NBIMAGEGEN_OTTER_CLOUD_API_KEY",)
    assert catalog.find_gateway(mine) is mine


def test_a_gateway_that_needs_no_key_may_still_have_one():
    mine = catalog.Gateway(
        "mine", base_url="http://localhost:8000", needs_key=False, key_variables="MINE_KEY"
    )
    assert mine.variables == ("MINE_KEY",)


def test_a_gateways_own_models_say_what_they_take_and_cost():
    steps = catalog.Parameter("steps", type="integer", minimum=1, maximum=50)
    size = catalog.Parameter("size", choices=["512x512", "1024x1024"], default="512x512")
    flux = catalog.Model(
        "flux", operations=["generate"], parameters={"size": size}, prices=[catalog.Price(0.003)]
    )
    mine = catalog.Gateway(
        "mine", base_url="http://localhost:8000", models={"flux": flux}, parameters={"steps": steps}
    )
    found = catalog.find_model(mine, "flux")
    assert check.parameters(found, {"size": "1024X1024", "steps": 20}) == {"size": "1024x1024", "steps": 20}
    assert catalog.operations(mine, "flux") == ("generate",)
    assert catalog.price_of(mine, "flux", {"model": "flux"}) == 0.003
    assert (size.label, size.type, catalog.Parameter("guidance_scale").label) == (
        "Size",
        "choice",
        "Guidance scale",
    )


AT = {"base_url": "http://localhost:8000"}
NO_ROWS = [
    (catalog.Gateway, {"id": "my gateway", **AT}, "letters, digits"),
    (catalog.Gateway, {"id": 7, **AT}, "letters, digits"),
    (catalog.Gateway, {"id": "mine", **AT, "dialect": "sk-canary"}, "one of images, chat"),
    (catalog.Gateway, {"id": "mine", **AT, "operations": ["upscale"]}, "some of generate, edit, vary"),
    (catalog.Gateway, {"id": "mine", **AT, "headers": {"Authorization": "sk-canary"}}, "api_key="),
    (catalog.Gateway, {"id": "mine", **AT, "headers": {"X-Title": "sk-canary\n"}}, "in one line"),
    (catalog.Gateway, {"id": "mine", **AT, "headers": {"X-Title": 7}}, "a table of texts"),
    (catalog.Gateway, {"id": "mine", **AT, "models": ["flux"]}, "a table of models"),
    (catalog.Gateway, {"id": "mine", **AT, "models": {"a": catalog.Model("b")}}, "a dict by id"),
    (catalog.Gateway, {"id": "mine", **AT, "paths": {"generate": "images"}}, "begin with a slash"),
    (catalog.Gateway, {"id": "mine", **AT, "needs_key": "no"}, "true or false"),
    (catalog.Model, {"id": ""}, "its name at the gateway"),
    (catalog.Model, {"id": "m", "max_images_per_request": 0}, "a whole number above 0"),
    (catalog.Model, {"id": "m", "parameters": {"a": 7}}, "a table of parameters"),
    (catalog.Parameter, {"name": "two words"}, "a word"),
    (catalog.Parameter, {"name": "a", "type": "float"}, "one of choice, size"),
    (catalog.Parameter, {"name": "a", "choices": [1, 2]}, "a list of texts"),
    (catalog.Price, {"usd": -1}, "0 or more"),
    (catalog.Price, {"usd": float("nan")}, "a number"),
]


@pytest.mark.parametrize(("kind", "facts", "hint"), NO_ROWS)
def test_a_row_that_cannot_be_is_an_error_that_quotes_no_value(kind, facts, hint):
    with pytest.raises(ParameterError, match="must") as caught:
        kind(**facts)
    assert hint in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("base_url", ["", "localhost:8000", "https://user:sk-canary@api.test"])
def test_a_gateway_without_an_address_is_an_error(base_url):
    with pytest.raises(AddressError) as caught:
        catalog.Gateway("mine", base_url=base_url)
    assert "canary" not in str(caught.value)


# Values.

TAKEN = [
    ("openai", "gpt-image-1", "size", "1024x1024", "1024x1024"),
    ("openai", "gpt-image-1", "size", "1024X1024", "1024x1024"),
    ("openai", "gpt-image-1", "size", (1536, 1024), "1536x1024"),
    ("openai", "gpt-image-1", "size", [1536, 1024], "1536x1024"),
    ("openai", "gpt-image-1", "quality", " High ", "high"),
    ("openai", "gpt-image-1", "output_compression", 0, 0),
    ("openai", "gpt-image-1", "output_compression", 100.0, 100),
    ("openai", "gpt-image-1", "partial_images", 3, 3),
    ("openai", "gpt-image-1", "stream", True, True),
    ("openai", "gpt-image-1", "user", "用户", "用户"),
    ("xty", "gemini-3.1-flash-image-preview", "image_size", "2k", "2K"),
    ("xty", "gemini-3.1-flash-image-preview", "image_size", 512, "512"),
    ("rivus", "imagen-3.0-generate-001", "quality", "as fine as can be", "as fine as can be"),
    ("sketch", "sketch", "size", "300 x 400", "300x400"),
    ("sketch", "sketch", "size", "300\u00d7400", "300x400"),
    ("sketch", "sketch", "size", (256, 4096), "256x4096"),
    ("sketch", "sketch", "latency", 0.5, 0.5),
    ("sketch", "sketch", "seed", 2**32 - 1, 2**32 - 1),
    *(
        ("openai", "gpt-image-2", "size", size, size)
        for size in ("auto", "1024x640", "3840x2160", "2160x3840", "3072x1024", "816x816", "1440x480")
    ),
]
REFUSED = [
    ("openai", "gpt-image-1", "size", "512x512", "1536x1024"),
    ("openai", "gpt-image-1", "size", (1, 2, 3), "1536x1024"),
    ("openai", "gpt-image-1", "quality", "hd", "low, medium, high, auto"),
    ("openai", "gpt-image-1", "output_compression", 101, "0 to 100"),
    ("openai", "gpt-image-1", "output_compression", -1, "0 to 100"),
    ("openai", "gpt-image-1", "output_compression", 1.5, "whole number"),
    ("openai", "gpt-image-1", "output_compression", True, "whole number"),
    ("openai", "gpt-image-1", "output_compression", "50", "whole number"),
    ("openai", "gpt-image-1", "partial_images", 4, "0 to 3"),
    ("openai", "gpt-image-1", "stream", "true", "True or False"),
    ("openai", "gpt-image-1", "stream", 1, "True or False"),
    ("openai", "gpt-image-1", "user", "", "text"),
    ("openai", "gpt-image-1", "user", "two\nlines", "text"),
    ("openai", "gpt-image-1", "user", 7, "text"),
    ("sketch", "sketch", "size", "255x300", "256 to 4096"),
    ("sketch", "sketch", "size", "4097x300", "256 to 4096"),
    ("sketch", "sketch", "size", "large", "256 to 4096"),
    ("sketch", "sketch", "latency", float("nan"), "number"),
    ("sketch", "sketch", "latency", float("inf"), "number"),
    ("sketch", "sketch", "seed", -1, "0 to"),
    *(
        ("openai", "gpt-image-2", "size", size, "multiples of 16")
        for size in (
            "1000x1000",  # no multiples of 16
            "3856x2048",  # an edge over 3840
            "3200x1024",  # over 3:1
            "800x800",  # under 655,360 pixels
            "3840x2176",  # over 8,294,400 pixels
            "100000x16",
        )
    ),
]


@pytest.mark.parametrize(("gateway", "name", "parameter", "value", "sent"), TAKEN)
def test_a_value_is_taken_in_the_models_own_spelling(gateway, name, parameter, value, sent):
    checked = check.parameters(model(gateway, name), {parameter: value})
    assert (checked, type(checked[parameter])) == ({parameter: sent}, type(sent))


@pytest.mark.parametrize(("gateway", "name", "parameter", "value", "hint"), REFUSED)
def test_a_value_that_the_model_does_not_take_is_an_error_that_says_what_it_takes(
    gateway, name, parameter, value, hint
):
    with pytest.raises(ParameterError) as caught:
        check.parameters(model(gateway, name), {parameter: value})
    assert caught.value.parameter == parameter
    assert [part for part in (name, parameter, repr(value), hint) if part not in str(caught.value)] == []


def test_none_means_not_set():
    assert check.parameters(model("openai", "gpt-image-1"), {"size": None, "quality": "low"}) == {
        "quality": "low"
    }


@pytest.mark.parametrize(("name", "hint"), [("qualty", "did you mean quality?"), ("depth", "it knows size")])
def test_an_unknown_parameter_of_a_known_model_is_an_error_with_the_nearest_name(name, hint):
    with pytest.raises(ParameterError) as caught:
        check.parameters(model("openai", "gpt-image-1"), {name: 1})
    assert hint in str(caught.value)
    assert "extra=" in str(caught.value)


def test_an_unknown_model_takes_every_parameter_as_it_is():
    values = {"size": "7x7", "depth": {"of": ["field"]}, "steps": 3}
    assert check.parameters(None, {**values, "seed": None}) == values


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", float("nan"), "half an emoji \ud83e"])
def test_what_json_cannot_carry_is_refused_before_sending(value):
    with pytest.raises(ParameterError, match="extra"):
        check.json_object({"field": {"deep": [value]}})


@pytest.mark.parametrize(("levels", "taken"), [(60, True), (80, False), (900, False)])
def test_what_is_too_deep_for_a_record_is_refused_before_sending(levels, taken):
    value: dict[str, object] = {}
    for _ in range(levels):
        value = {"a": value}
    with contextlib.nullcontext() if taken else pytest.raises(ParameterError, match="deep"):
        assert check.json_object(value) == value


# Prompts and counts.


@pytest.mark.parametrize("text", ["an otter", " 一只水獭 \n", "🦦", "a\tb", "x" * 10])
def test_a_prompt_is_sent_as_it_was_typed(text):
    assert check.prompt(text, 10) == text


@pytest.mark.parametrize("text", ["", " \n\t\u3000", None, 7, "otter \ud83e", "otter\0", "x" * 11])
def test_a_prompt_that_is_none_is_an_error(text):
    with pytest.raises(PromptError):
        check.prompt(text, 10)


@pytest.mark.parametrize(("n", "count"), [(None, 1), (1, 1), (10, 10)])
def test_a_call_gives_one_to_ten_pictures(n, count):
    assert check.count(n) == count


@pytest.mark.parametrize("n", [0, -1, 11, 99, 2.0, 2.5, "3", True, [2]])
def test_any_other_number_of_pictures_is_an_error(n):
    with pytest.raises(ParameterError, match="1 to 10") as caught:
        check.count(n)
    assert caught.value.parameter == "n"


@pytest.mark.parametrize(
    ("n", "most", "requests"),
    [(1, 10, [1]), (10, 10, [10]), (3, 1, [1, 1, 1]), (6, 4, [4, 2]), (8, 4, [4, 4]), (10, 4, [4, 4, 2])],
)
def test_n_is_split_into_full_requests_and_the_remainder(n, most, requests):
    assert wire.split(n, most) == requests
