"""What leaves tells how it was made: inside the file, with not one of the picture's own bytes changed."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zlib
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageSequence

from nbimagegen import Session, errors, from_image
from nbimagegen.catalog import check
from nbimagegen.history.provenance import is_secret, without_secrets
from nbimagegen.pixels.provenance import Note, read, write
from tests.emulator import answer, paint

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {"size": "256x256"}
ODD = "a <fox> & \"ink\" 'n' 小猫 \u202e\ufffe\r\n]]></rdf:RDF>"
NOTE = Note(
    json.dumps({"prompt": ODD}, ensure_ascii=False).replace("\ufffe", "\\ufffe"), ODD, "nbimagegen 1.0"
)
LARGE = Note(json.dumps({"prompt": "猫&" * 50_000}, ensure_ascii=False), "猫&" * 50_000, "nbimagegen 1.0")
EXIF = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"


def drawn(mode: str = "RGB", kind: str = "PNG", **options: object) -> bytes:
    image = Image.radial_gradient("L").resize((61, 33)).convert(mode)
    if mode == "RGBA":
        image.putalpha(100)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def moving(kind: str) -> bytes:
    more = [Image.open(io.BytesIO(drawn(mode))) for mode in ("RGBA", "L")]
    return drawn("RGB", kind, save_all=True, append_images=more)


FILES = {
    "png": drawn(),
    "png with alpha": drawn("RGBA"),
    "png with a palette": drawn("P"),
    "png with exif and a profile": drawn(exif=EXIF, icc_profile=b"p" * 200),
    "jpeg": drawn(kind="JPEG"),
    "jpeg with exif and a profile": drawn(kind="JPEG", exif=EXIF, icc_profile=b"p" * 200),
    "progressive jpeg": drawn(kind="JPEG", progressive=True),
    "webp": drawn(kind="WEBP"),
    "webp with alpha": drawn("RGBA", "WEBP"),
    "lossless webp": drawn(kind="WEBP", lossless=True),
    "lossless webp with alpha": drawn("RGBA", "WEBP", lossless=True),
    "webp with exif and a profile": drawn(kind="WEBP", exif=EXIF, icc_profile=b"p" * 200),
    "moving webp": moving("WEBP"),
    "gif": drawn("P", "GIF"),
    "moving gif": moving("GIF"),
}  # fmt: skip


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def in_png(chunk: bytes, data: bytes = FILES["png"]) -> bytes:
    return data[:33] + chunk + data[33:]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def in_jpeg(extra: bytes) -> bytes:
    return FILES["jpeg"][:20] + extra + FILES["jpeg"][20:]


def in_webp(kind: bytes, body: bytes) -> bytes:
    data = FILES["webp with exif and a profile"]
    data += struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2)
    return data[:4] + struct.pack("<I", len(data) - 8) + data[8:]


SIGNED = {
    "png": in_png(png_chunk(b"caBX", b"a manifest")),
    "jpeg": in_jpeg(segment(0xEB, b"JP\0\1\0\0\0\1 a manifest")),
    "webp": in_webp(b"C2PA", b"a manifest"),
}


def frames(data: bytes) -> list[bytes]:
    image = Image.open(io.BytesIO(data))
    return [each.copy().convert("RGBA").tobytes() for each in ImageSequence.Iterator(image)]


def stripped(data: bytes) -> list[bytes]:
    """Return the parts of a file that hold pixels, as they stand in it."""
    if data[:2] == b"\xff\xd8":
        return [data[data.index(b"\xff\xda") :]]
    if data[:4] == b"RIFF":
        kinds = {b"VP8 ", b"VP8L", b"ALPH", b"ANMF"}
        return [body for kind, body in chunks(data, 12, "<4sI", 0) if kind in kinds]
    return [body for kind, body in chunks(data, 8, ">I4s", 4) if kind == b"IDAT"]


def chunks(data: bytes, place: int, form: str, checksum: int) -> list[tuple[bytes, bytes]]:
    found = []
    while place < len(data):
        kind, length = sorted(struct.unpack_from(form, data, place), key=lambda each: isinstance(each, int))
        found.append((kind, data[place + 8 : place + 8 + length]))
        place += 8 + length + checksum + (0 if checksum else length % 2)
    return found


@pytest.mark.parametrize("note", [NOTE, LARGE], ids=["a note", "a note of 300 kB"])
@pytest.mark.parametrize("name", FILES)
def test_a_note_is_read_as_it_was_written_and_the_picture_stays_as_it_was(name, note):
    data = FILES[name]
    left = write(data, note)
    assert read(left) == {"nbimagegen": note.facts}
    assert frames(left) == frames(data)
    before, after = (Image.open(io.BytesIO(each)) for each in (data, left))
    assert (after.format, after.mode, after.size) == (before.format, before.mode, before.size)
    assert [after.info.get(each) for each in ("exif", "icc_profile")] == [
        before.info.get(each) for each in ("exif", "icc_profile")
    ]


@pytest.mark.parametrize("name", [each for each in FILES if "gif" not in each])
def test_no_byte_of_the_pixels_is_changed(name):
    assert stripped(write(FILES[name], NOTE)) == stripped(FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_a_note_takes_the_place_of_an_earlier_one(name):
    once = write(FILES[name], NOTE)
    assert write(once, NOTE) == once
    assert write(write(once, LARGE), NOTE) == once


def test_the_prompt_can_be_read_by_other_software():
    png = Image.open(io.BytesIO(write(FILES["png"], NOTE)))
    assert (png.text["Description"], png.text["Software"]) == (ODD, "nbimagegen 1.0")
    packet = Image.open(io.BytesIO(write(FILES["jpeg"], NOTE))).info["xmp"].decode()
    assert '<rdf:li xml:lang="x-default">a &lt;fox&gt; &amp; "ink" \'n\' 小猫' in packet
    assert "<xmp:CreatorTool>nbimagegen 1.0</xmp:CreatorTool>" in packet


@pytest.mark.parametrize("note", [NOTE, LARGE], ids=["a note", "a note of 300 kB"])
@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_a_packet_is_xml_whatever_the_prompt_holds(name, note):
    packet = Image.open(io.BytesIO(write(FILES[name], note))).info["xmp"]
    about = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
    found = ET.fromstring(packet)  # noqa: S314 - it has just been written here
    assert {each.get(about) for each in found[0]} == {""}


def test_texts_of_others_in_a_png_stay():
    data = in_png(png_chunk(b"tEXt", b"Description\0theirs") + png_chunk(b"tEXt", b"Author\0somebody"))
    texts = Image.open(io.BytesIO(write(data, NOTE))).text
    assert (texts["Description"], texts["Author"]) == ("theirs", "somebody")
    assert (texts["Software"], texts["nbimagegen"]) == ("nbimagegen 1.0", NOTE.facts)


def test_a_text_of_others_is_not_taken_for_our_own():
    theirs = png_chunk(b"iTXt", b"Description\0\0\0\0\0theirs")
    left = write(write(in_png(theirs), LARGE), NOTE)
    assert Image.open(io.BytesIO(left)).text["Description"] == "theirs"


THEIRS = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="x"{more}/>'
    "</rdf:RDF></x:xmpmeta>"
)
JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"


@pytest.mark.parametrize(
    "wrap",
    [lambda each: in_jpeg(segment(0xE1, JPEG_XMP + each)), lambda each: in_webp(b"XMP ", each)],
    ids=["jpeg", "webp"],
)
@pytest.mark.parametrize("more", ["", ' nbimagegen:facts="{&quot;prompt&quot;:&quot;old&quot;}"'])
def test_a_packet_of_others_keeps_what_it_holds(wrap, more):
    left = write(wrap(THEIRS.format(more=more).encode()), NOTE)
    packet = Image.open(io.BytesIO(left)).info["xmp"].decode()
    assert 'dc:format="x"' in packet
    assert packet.count("nbimagegen:facts") in {1, 2}
    assert read(left) == {"nbimagegen": NOTE.facts}
    assert write(left, NOTE) == left


@pytest.mark.parametrize(
    "packet", [b"\xff\xfenot UTF-8", b"<no rdf/>", THEIRS.format(more="").encode("utf-16")]
)
def test_a_packet_that_could_be_harmed_is_left_alone(packet):
    assert write(in_jpeg(segment(0xE1, JPEG_XMP + packet)), NOTE) is None


@pytest.mark.parametrize("kind", SIGNED)
def test_a_signed_file_gets_no_note(kind):
    assert write(SIGNED[kind], NOTE) is None


@pytest.mark.parametrize("name", ["png", "jpeg", "webp", "gif", "moving webp"])
def test_a_damaged_file_gets_no_note_or_keeps_what_it_has(name):
    data = FILES[name]
    for end in range(0, len(data), 7):
        left = write(data[:end], NOTE)
        assert left is None or data[end - 20 : end] in left
        read(data[:end])
    assert write(b"<svg/>", NOTE) is None


# Pictures of a history.


@pytest.fixture
def session() -> Session:
    return Session("leaving", gateway="sketch")


def saved_beside(path: Path) -> bool:
    return path.with_name(path.name + ".json").exists()


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif", "bmp", "tiff"])
def test_a_saved_picture_tells_how_it_was_made_whatever_it_is_saved_as(session, tmp_path, ending):
    first = session.generate("a fox, ink", seed=7, **SMALL)
    [picture] = session.edit(first.pictures[0], "add snow", extra={"user": "me", "auth_token": "t"}).pictures
    path = picture.save(tmp_path / f"fox.{ending}")
    told = from_image(path)
    assert (told.prompt, told.model, told.gateway, told.operation) == ("add snow", "sketch", "sketch", "edit")
    assert (told.picture, told.parents, told.sha256) == (picture.id, (f"{first.id}-0",), picture.sha256)
    assert (told.extra, told.host, told.software[:11]) == ({"user": "me"}, "offline", "nbimagegen ")
    assert told.created == picture.generation.created.isoformat(timespec="seconds")
    assert from_image(first.pictures[0].with_metadata()).seed == 7
    assert saved_beside(path) is (ending in {"bmp", "tiff"})


def test_what_is_kept_is_never_touched_and_what_leaves_has_the_same_pixels(session, tmp_path):
    [picture] = session.generate("a fox", **SMALL).pictures
    kept = picture.path.read_bytes()
    path = picture.save(tmp_path / "fox.png")
    assert hashlib.sha256(picture.path.read_bytes()).hexdigest() == picture.sha256
    assert stripped(path.read_bytes()) == stripped(kept)
    assert path.read_bytes() == picture.with_metadata() != kept


def test_nothing_is_saved_over_what_is_kept(session):
    [picture] = session.generate("a fox", **SMALL).pictures
    with pytest.raises(errors.ParameterError, match="save elsewhere"):
        picture.save(picture.path)
    assert hashlib.sha256(picture.path.read_bytes()).hexdigest() == picture.sha256


def test_without_metadata_the_very_bytes_leave(session, tmp_path):
    [picture] = session.generate("a fox", **SMALL).pictures
    assert picture.save(tmp_path / "fox.png", metadata=False).read_bytes() == picture.bytes
    path = picture.save(tmp_path / "fox.webp", metadata=False)
    assert read(path.read_bytes()) == {}
    assert not saved_beside(path)


@pytest.mark.parametrize("kind", SIGNED)
def test_a_signed_picture_leaves_as_it_came_and_its_facts_go_beside_it(emulator, tmp_path, kind):
    session = Session("signed", base_url=emulator.base_url, model="any")
    emulator.next(answer(200, {"data": [{"url": emulator.publish(SIGNED[kind], kind)}]}, billed=1))
    [picture] = session.generate("a fox, ink").pictures
    path = picture.save(tmp_path / f"fox.{kind}")
    assert path.read_bytes() == picture.bytes == SIGNED[kind] == picture.with_metadata()
    assert json.loads(picture.leaving().sidecar)["prompt"] == "a fox, ink"
    assert from_image(path).prompt == "a fox, ink"


def test_a_picture_of_a_gateway_tells_its_host_and_what_became_of_the_prompt(emulator, tmp_path):
    session = Session("told", base_url=emulator.base_url, api_key="sk-canary-0123456789", model="any")
    url = emulator.publish(paint())
    emulator.next(answer(200, {"data": [{"url": url, "revised_prompt": "a red fox"}]}, billed=1))
    [picture] = session.generate("a fox", extra={"a": {"b": [{"password": "hush", "c": 1}]}}).pictures
    data = picture.save(tmp_path / "fox").read_bytes()
    told = from_image(data)
    assert (told.revised_prompt, told.host, told.extra) == (
        "a red fox",
        "127.0.0.1",
        {"a": {"b": [{"c": 1}]}},
    )
    assert not [each for each in (b"canary", b"hush", emulator.base_url.encode(), b"/v1") if each in data]


@pytest.mark.parametrize(
    "name", [*sorted(check._KEYS), "apiKey", "x-api-key", "clientSecret", "db.password", "OPENAI_KEY"]
)
def test_what_sounds_like_a_key_does_not_leave(name):
    assert is_secret(name)
    assert without_secrets({name: "k", "deep": [{name: "k"}]}) == {"deep": [{}]}


@pytest.mark.parametrize("name", ["max_tokens", "keyframes", "monkey", "tokenizer", "size", "secretary"])
def test_what_merely_resembles_a_key_does(name):
    assert not is_secret(name)
