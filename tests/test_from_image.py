"""Prompt and settings come back from a picture's file: our own, AUTOMATIC1111's, InvokeAI's; text is data."""

from __future__ import annotations

import contextlib
import inspect
import io
import json
import struct
import zlib
from random import Random

import pytest
from PIL import Image, PngImagePlugin

from nbimagegen import Session, Settings, errors, from_image
from nbimagegen.history import settings_of
from nbimagegen.history.code import RESERVED
from nbimagegen.history.reading import MAX_BYTES
from nbimagegen.pixels.provenance import Note, write
from tests.proof import counted, held

A1111 = (
    "a fox, (ink:1.2)\nby a river: Negative\nNegative prompt: blurry,\nlow quality\n"
    "Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5, Seed: 1234567890, Size: 512x768, "
    'Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Lora hashes: "a: 1, b: \\"2\\"", Version: v1.10.1'
)
INVOKE = {
    "generation_mode": "txt2img", "positive_prompt": "a fox, ink", "negative_prompt": "blurry", "width": 512,
    "height": 768, "seed": 42, "rand_device": "cpu", "cfg_scale": 7.5, "steps": 30, "scheduler": "euler",
    "model": {"key": "1", "name": "dreamshaper-8", "base": "sd-1"}, "app_version": "5.0.0",
}  # fmt: skip
OLDER_INVOKE = {
    "model": "stable diffusion", "model_weights": "stable-diffusion-1.5", "app_version": "v2.3.0",
    "image": {"prompt": [{"prompt": "a fox, ink", "weight": 1}], "steps": 50, "cfg_scale": 7.5, "width": 512,
              "height": 512, "seed": 7, "sampler": "k_lms", "type": "txt2img"},
}  # fmt: skip


def png(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        info.add_text(name.replace("sd_", "sd-"), text)
    return drawn("PNG", pnginfo=info)


def drawn(kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind, **options)
    return file.getvalue()


def commented(text: str, order: str = ">", charset: bytes = b"UNICODE\0", code: str = "utf-16-be") -> bytes:
    """Return EXIF with a user's comment, as `piexif` lays it out."""
    comment = charset + text.encode(code)
    head = {">": b"MM\0*", "<": b"II*\0"}[order] + struct.pack(order + "I", 8)
    first = struct.pack(order + "HHHIII", 1, 0x8769, 4, 1, 26, 0)
    inner = struct.pack(order + "HHHIII", 1, 0x9286, 7, len(comment), 44, 0)
    return b"Exif\0\0" + head + first + inner + comment


def ours(**more: object) -> bytes:
    facts = {"software": "nbimagegen 9.9", "prompt": "a fox", "model": "sketch", "gateway": "sketch", **more}
    return write(drawn("PNG"), Note(json.dumps(facts), "a fox", "nbimagegen 9.9"))


A1111_FILES = {
    "png": png(parameters=A1111),
    "png with other letters": png(parameters=A1111.replace("fox", "小猫")),
    "jpeg": drawn("JPEG", exif=commented(A1111)),
    "webp": drawn("WEBP", exif=commented(A1111)),
    "little-endian jpeg": drawn("JPEG", exif=commented(A1111, "<", code="utf-16-le")),
    "jpeg in ASCII": drawn("JPEG", exif=commented(A1111, charset=b"ASCII\0\0\0", code="ascii")),
}


@pytest.mark.parametrize("name", A1111_FILES)
def test_automatic1111_is_understood(name):
    told = settings_of(A1111_FILES[name])
    fox = "小猫" if "other" in name else "fox"
    assert told.prompt == f"a {fox}, (ink:1.2)\nby a river: Negative"
    assert told.negative_prompt == "blurry,\nlow quality"
    assert (told.origin, told.model, told.seed) == ("AUTOMATIC1111", "v1-5-pruned-emaonly", 1234567890)
    assert {**told.parameters, "negative_prompt": ""} == {
        "steps": 20, "sampler": "DPM++ 2M Karras", "cfg_scale": 7.5, "seed": 1234567890, "size": "512x768",
        "negative_prompt": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "model", "size", "seed", "negative"),
    [
        (png(invokeai_metadata=json.dumps(INVOKE)), "dreamshaper-8", "512x768", 42, "blurry"),
        (png(sd_metadata=json.dumps(OLDER_INVOKE)), "stable-diffusion-1.5", "512x512", 7, ""),
    ],
    ids=["since 3", "before 3"],
)
def test_invokeai_is_understood(data, model, size, seed, negative):
    told = settings_of(data)
    assert (told.origin, told.prompt, told.model) == ("InvokeAI", "a fox, ink", model)
    assert (told.parameters["size"], told.seed, told.negative_prompt) == (size, seed, negative)
    assert told.call() == {"prompt": "a fox, ink"}


def test_our_own_come_first():
    data = write(
        png(parameters=A1111), Note(json.dumps({"software": "nbimagegen 1", "prompt": "mine"}), "", "x")
    )
    assert settings_of(data).prompt == "mine"


def test_settings_make_the_same_again(tmp_path):
    session = Session("again", gateway="sketch", model="sketch")
    first = session.generate("a fox, ink", size="256x256", seed=3)
    told = from_image(first.pictures[0].save(tmp_path / "fox.webp"))
    again = session.generate(**told.call())
    assert again.record.request == first.record.request
    assert again.pictures[0].sha256 == first.pictures[0].sha256
    assert isinstance(told, Settings)


def test_settings_of_other_software_are_fitted_to_the_model_that_they_are_meant_for():
    told = settings_of(A1111_FILES["png"])
    assert told.call("sketch", "sketch") == {
        "prompt": told.prompt, "model": "sketch", "size": "512x768", "seed": 1234567890,
    }  # fmt: skip
    assert told.call(model="my-diffusion")["steps"] == 20


def test_what_a_file_says_never_says_where_a_call_goes_what_it_reads_or_what_it_costs():
    evil = {
        **dict.fromkeys(RESERVED, "/etc/passwd"), "n": 10, "stream": True, "quality": "high", "api_key": "k",
    }  # fmt: skip
    told = settings_of(ours(parameters=evil, extra={"n": 10}, n=10, gateway="no-such", model="no-such"))
    call = told.call()
    assert call == {"prompt": "a fox", "model": "no-such", "stream": True, "quality": "high"}
    taken = set(inspect.signature(Session.submit).parameters) - {"parameters", "stream"}
    assert taken == RESERVED


@pytest.mark.filterwarnings("ignore:This session has no name")
def test_settings_as_code_hold_literals_alone():
    told = settings_of(ours(prompt='"); import os; os.abort() #\n', host="x\nimport os", n=2))
    assert told.host == ""
    made = {}
    exec(compile(told.to_code(), "code", "exec"), made)  # noqa: S102 - what is tested
    assert made["generation"].prompt == told.prompt
    assert len(made["generation"].pictures) == 2
    assert "picture.png" in settings_of(ours(operation="edit")).to_code()
    assert "seed" not in settings_of(A1111_FILES["png"]).to_code()


def deep(depth: int) -> str:
    return "[" * depth + "]" * depth


def bomb() -> bytes:
    body = b"nbimagegen\0\0" + zlib.compress(b"{" * 64 * 2**20)
    chunk = struct.pack(">I4s", len(body), b"zTXt") + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    data = drawn("PNG")
    return data[:33] + chunk + data[33:]


HOSTILE = {
    "nothing": drawn("PNG"),
    "no picture": b"<html>",
    "empty": b"",
    "no JSON": png(nbimagegen="{", invokeai_metadata="[]", sd_metadata="null", parameters="words"),
    "deep JSON": png(nbimagegen='{"software":"nbimagegen 1","x":' + deep(100_000)),
    "a long number": png(invokeai_metadata='{"positive_prompt":' + "9" * 5000 + "}"),
    "a prompt that is none": png(nbimagegen='{"software":"nbimagegen 1","prompt":{}}'),
    "an inflated text": bomb(),
    "many quotes": png(parameters='\\"' * 40_000),
    "many commas": png(parameters="a:," * 300_000),
    "many words": png(parameters="a " * 300_000),
    "EXIF that points to itself": drawn(
        "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x08"
    ),
    "EXIF that points away": drawn("JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"),
    "a camera's comment": drawn("JPEG", exif=commented("Ektar 100, f/8")),
    "a million chunks": drawn("PNG")[:33] + (b"\0\0\0\0abcd\0\0\0\0" * 1_000_000),
    "a million segments": drawn("JPEG")[:20] + (b"\xff\xe1\0\x02" * 1_000_000) + drawn("JPEG")[20:],
    "XMP with an entity": drawn(
        "JPEG", xmp=b'<!DOCTYPE x [<!ENTITY a "b">]><nbimagegen:facts>&a;</nbimagegen:facts>'
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_tells_nothing_is_a_clear_error(name):
    with pytest.raises(errors.InputError, match="AUTOMATIC1111"):
        settings_of(HOSTILE[name])


def test_a_mutated_file_tells_something_or_is_a_clear_error():
    dice = Random(5)  # noqa: S311 - the same files each time
    files = [*A1111_FILES.values(), *HOSTILE.values(), ours(), png(invokeai_metadata=json.dumps(INVOKE))]
    files = [each for each in files if len(each) < 10_000]
    for _ in range(counted(500, 20_000)):
        data = bytearray(dice.choice(files))
        for _ in range(dice.randint(1, 4) if data else 0):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 127, 255, dice.randrange(256)))
        with contextlib.suppress(errors.InputError):
            settings_of(bytes(data)).to_code()
        left = write(bytes(data), Note("{}", "a fox", "x"))
        assert left is None or write(left, Note("{}", "a fox", "x")) == left
        held("mutated files read and written", "with another error than InputError")


def test_what_is_of_another_kind_is_left_out():
    told = settings_of(
        ours(
            model=7,
            gateway=["x"],
            operation="rm -rf",
            n=True,
            parameters=["x"],
            extra="y",
            parents=[1, "p-0"],
            inputs=[{"sha256": 1}, 2],
            created="x" * 99,
            seed="s",
            picture=None,
        )
    )
    assert told == Settings("a fox", "nbimagegen", parents=("p-0",), software="nbimagegen 9.9")


@pytest.mark.parametrize("source", [7, None, Image.new("L", (1, 1))])
def test_only_a_path_or_bytes_hold_settings(source):
    with pytest.raises(errors.InputError, match="give the path or the bytes"):
        from_image(source)


@pytest.mark.parametrize("name", ["no-such.png", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_a_clear_error(tmp_path, name):
    with pytest.raises(errors.InputError, match="cannot be read"):
        from_image(tmp_path / name)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(errors.InputError, match="up to 256 are read"):
        from_image(str(path))
