"""Which font on this machine can set a text, found once and only when it is needed.

Pillow brings a font for Latin letters. For everything else the platform's own folders are looked
through for fonts that are known to cover much.
"""

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features
from PIL.ImageFont import FreeTypeFont, Layout

# File names by preference: fonts with many scripts first, then those for one.
_KNOWN = """
NotoSansCJK-Regular.ttc|NotoSansCJKsc-Regular.otf|NotoSansSC-Regular.otf|NotoSansSC-Regular.ttf
SourceHanSans.ttc|SourceHanSansSC-Regular.otf|SourceHanSansCN-Regular.otf|PingFang.ttc
Hiragino Sans GB.ttc|STHeiti Light.ttc|STHeiti Medium.ttc|msyh.ttc|msyh.ttf|Deng.ttf
wqy-microhei.ttc|wqy-zenhei.ttc|DroidSansFallbackFull.ttf|DroidSansFallback.ttf
NotoSerifCJK-Regular.ttc|Songti.ttc|simhei.ttf|simsun.ttc|uming.ttc|ukai.ttc
NotoSansJP-Regular.otf|NotoSansJP-Regular.ttf|NotoSansKR-Regular.otf|NotoSansKR-Regular.ttf
ヒラギノ角ゴシック W3.ttc|YuGothR.ttc|meiryo.ttc|ipag.ttf|AppleSDGothicNeo.ttc|malgun.ttf
NanumGothic.ttf|Arial Unicode.ttf|arialuni.ttf|segoeui.ttf|NotoSans-Regular.ttf|DejaVuSans.ttf
FreeSans.ttf|LiberationSans-Regular.ttf|Helvetica.ttc|NotoSansArabic-Regular.ttf
NotoNaskhArabic-Regular.ttf|GeezaPro.ttc|NotoSansHebrew-Regular.ttf
NotoSansDevanagari-Regular.ttf|Lohit-Devanagari.ttf|Kohinoor.ttc|Nirmala.ttc|Nirmala.ttf
NotoSansThai-Regular.ttf|Thonburi.ttc|LeelawUI.ttf|NotoSansBengali-Regular.ttf
NotoSansTamil-Regular.ttf|seguisym.ttf|Apple Symbols.ttf|Symbola.ttf
"""
# Collections that hold Japanese, Korean and simplified Chinese shapes, in this order.
_BY_LANGUAGE = frozenset({"NotoSansCJK-Regular.ttc", "NotoSerifCJK-Regular.ttc", "SourceHanSans.ttc"})
_NOWHERE = "\U0010ffff"  # no font has a glyph for this one
_PROBE_SIZE = 24


@dataclass(frozen=True, slots=True)
class Face:
    """A font in a file, or, without a path, the one that Pillow brings."""

    path: str = ""
    index: int = 0

    def at(self, size: float) -> FreeTypeFont:
        """The font at a size in pixels."""
        return _loaded(self, max(6.0, size))

    def covers(self, sign: str) -> bool:
        """Whether the font can set this character."""
        if _needs_reordering(sign) and not _can_reorder():
            return False
        return _covers(self, sign)


BUILT_IN = Face()


def best(text: str) -> Face:
    """The font that sets the most of a text; the built-in one where that is enough."""
    signs = frozenset(text.replace(" ", ""))
    if all(BUILT_IN.covers(sign) for sign in signs):
        return BUILT_IN
    faces = (BUILT_IN, *_faces(_language(signs)))
    return max(faces, key=lambda face: sum(_weight(sign) for sign in signs if face.covers(sign)))


def folders() -> list[Path]:
    """Where this platform keeps its fonts."""
    home = Path.home()
    windows = os.environ.get("WINDIR", "C:\\Windows")
    local = os.environ.get("LOCALAPPDATA", str(home))
    places = (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
        Path("/System/Library/Fonts"),
        Path("/Library/Fonts"),
        home / "Library/Fonts",
        Path(windows, "Fonts"),
        Path(local, "Microsoft/Windows/Fonts"),
    )
    return [place for place in places if place.is_dir()]


@cache
def _faces(language: int) -> tuple[Face, ...]:
    found = dict(_files(folders()))
    names = [name for line in _KNOWN.strip().splitlines() for name in line.split("|")]
    faces = (_face(found[name], language) for name in names if name in found)
    return tuple(face for face in faces if face is not None)


def _files(places: Iterable[Path]) -> Iterable[tuple[str, str]]:
    for place in places:
        for folder, _, names in os.walk(place):
            yield from ((name, os.path.join(folder, name)) for name in names)  # noqa: PTH118 - fast


def _face(path: str, language: int) -> Face | None:
    """The font in a file, unless the file cannot be used."""
    face = Face(path, language if Path(path).name in _BY_LANGUAGE else 0)
    try:
        _loaded(face, _PROBE_SIZE)
    except (OSError, ValueError):
        return None
    return face


def _language(signs: Iterable[str]) -> int:
    """The place in a collection of the shapes that a text's readers expect."""
    names = {unicodedata.name(sign, "").partition(" ")[0] for sign in signs}
    if names & {"HIRAGANA", "KATAKANA"}:
        return 0
    return 1 if "HANGUL" in names else 2


def _weight(sign: str) -> int:
    """Letters matter more than signs: a missing arrow is no loss, a missing word is."""
    return 10 if unicodedata.category(sign)[0] in "LMN" else 1


@lru_cache(maxsize=32)
def _loaded(face: Face, size: float) -> FreeTypeFont:
    if face.path:
        return ImageFont.truetype(face.path, size, face.index)
    font = ImageFont.load_default(size)
    if not isinstance(font, FreeTypeFont):
        message = "Pillow was built without FreeType; install the ordinary wheel."
        raise OSError(message)
    return font


@lru_cache(maxsize=8192)
def _covers(face: Face, sign: str) -> bool:
    """Whether the glyph differs from the one for "no such glyph"."""
    return _glyph(face, sign) != _missing(face)


def _glyph(face: Face, sign: str) -> bytes:
    sheet = Image.new("L", (_PROBE_SIZE * 2, _PROBE_SIZE * 2))
    try:
        ImageDraw.Draw(sheet).text((_PROBE_SIZE // 2, 0), sign, fill=255, font=_probe(face))
    except (OSError, ValueError):
        return b"" if sign == _NOWHERE else _missing(face)
    return sheet.tobytes()


@lru_cache(maxsize=64)
def _missing(face: Face) -> bytes:
    return _glyph(face, _NOWHERE)


@lru_cache(maxsize=64)
def _probe(face: Face) -> FreeTypeFont:
    """The font without shaping, so that one character gives one glyph."""
    return _loaded(face, _PROBE_SIZE).font_variant(layout_engine=Layout.BASIC)


def _needs_reordering(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in {"R", "AL"}


@cache
def _can_reorder() -> bool:
    return features.check("raqm") is True
