"""What stands in a saved notebook for pictures: bundles of a small still picture and a line of text.

Nothing of an original, no path and no key; `PICTURE_BYTES` a picture at most.
"""

from __future__ import annotations

import base64
import contextlib
import html
from typing import TYPE_CHECKING

from nbimagegen import pixels
from nbimagegen.errors import ImageGenError
from nbimagegen.history.picture import shortened
from nbimagegen.store import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbimagegen.history.generation import Generation
    from nbimagegen.history.picture import Picture

PICTURE_BYTES = 7500  # base64 and all that stands around it make less than 12,000 of it
PREVIEW_EDGE = 480
_PNG = b"\x89PNG"
MOST = 24  # pictures on one sheet
CAPTION_LENGTH = 100
UNREADABLE = "its file cannot be read"

_SHEET = "margin:4px 0 0;font-size:13px"
_LIST = "margin:2px 0 0;padding:0 0 0 2.5em;columns:28em"
_NOTE = "margin:4px 0 0;font-size:13px"


def of_picture(picture: Picture) -> dict[str, str]:
    """Return what shows a picture in a cell's output; its text alone where it cannot be read."""
    return _shown(
        repr(picture), lambda: picture.small("still", lambda data: pixels.still(data, PICTURE_BYTES)[1])
    )


def of_bytes(text: str, read: Callable[[], bytes]) -> dict[str, str]:
    """Return what shows a picture in a cell's output, beside its text; that alone where it cannot be read."""
    return _shown(text, lambda: pixels.still(read(), PICTURE_BYTES)[1])


def _shown(text: str, make: Callable[[], bytes]) -> dict[str, str]:
    plain = {"text/plain": text}
    try:
        data = make()
    except (ImageGenError, OSError):
        return plain
    return {**plain, "image/png" if data.startswith(_PNG) else "image/jpeg": _text(data)}


def of_generation(generation: Generation) -> dict[str, str]:
    """Return what shows a generation in a cell's output: its pictures, and whether it is from history."""
    plain = {"text/plain": repr(generation)}
    previews = {each.id: preview(each) for each in generation.pictures}
    note = from_history(generation)
    # Where there is a note the picture stands in the bundle twice: some hosts show the HTML, some do not.
    data = sheet(list(previews.values()), PICTURE_BYTES // 2 if note else PICTURE_BYTES)
    if not data:
        return plain
    bundle = {**plain, "image/jpeg": _text(data)}
    return {**bundle, "text/html": _noted(bundle["image/jpeg"], generation.prompt, note)} if note else bundle


def of_pictures(pictures: Sequence[Picture]) -> dict[str, str]:
    """Return what shows pictures in a cell's output: a sheet of the last of them."""
    plain = {"text/plain": repr(pictures)}
    data = sheet([preview(each) for each in pictures[-MOST:]])
    return {**plain, "image/jpeg": _text(data)} if data else plain


def from_history(generation: Generation) -> str:
    """Return "from history, 1 of 3" where that is where it came from; else nothing."""
    return "from history, {} of {}".format(*generation.replayed) if generation.replayed else ""


def preview(picture: Picture) -> bytes:
    """Return a picture small enough for a sheet; nothing where it cannot be read."""
    with contextlib.suppress(ImageGenError, OSError):
        return picture.preview(PREVIEW_EDGE)
    return b""


def sheet(previews: Sequence[bytes], each: int = PICTURE_BYTES, *, numbered: bool = False) -> bytes:
    """Return one JPEG of all that can be shown; nothing where none can."""
    shown = [data for data in previews if data]
    return pixels.mosaic(shown, each * len(shown), numbered=numbered) if shown else b""


def of_history(previews: Mapping[Picture, bytes]) -> dict[str, str]:
    """Return the bundle of a contact sheet: a picture, and no HTML that a host could choose instead."""
    data = sheet(list(previews.values()), numbered=True)
    plain = {"text/plain": "\n".join(caption(each) for each in previews)}
    return {**plain, "image/jpeg": _text(data)} if data else EMPTY


def captions(previews: Mapping[Picture, bytes], session: str, folder: str, total: int) -> dict[str, str]:
    """Return the bundle of the words that belong to a contact sheet, its pictures' numbers before them.

    Args:
        previews: The pictures, and what is shown of each.
        session: What the session is called.
        folder: What its folder is called, by which a copy of the notebook finds it again.
        total: How many pictures the session has.
    """
    shown = [each for each, data in previews.items() if data]
    lost = [each for each, data in previews.items() if not data]
    lines = "\n".join(f'<li dir="auto">{html.escape(caption(each))}</li>' for each in shown)
    gone = "".join(f"<div>{html.escape(caption(each))} ({UNREADABLE})</div>" for each in lost)
    newest = f", the newest {len(previews)} of {total} pictures" if total > len(previews) else ""
    head = f"<b>{html.escape(shown_name(session))}</b>{newest}" if previews else ""
    listed = f'\n<ol style="{_LIST}">\n{lines}\n</ol>' if shown else ""
    mark = f'data-nbimagegen-session="{html.escape(folder)}"'
    return {
        "text/html": f'<div {mark} style="{_SHEET}">{head}{listed}{gone}</div>',
        "text/plain": "",
    }


def caption(picture: Picture) -> str:
    """Return a line that says what a picture is."""
    facts = f"{shortened(picture.generation.model, 40)}, {picture.width}x{picture.height}"
    return f"{shortened(picture.prompt, CAPTION_LENGTH) or picture.generation.operation} ({facts})"


EMPTY = {"text/html": "", "text/plain": ""}


def _noted(jpeg: str, prompt: str, note: str) -> str:
    alt = html.escape(shortened(prompt, CAPTION_LENGTH))
    image = f'<img src="data:image/jpeg;base64,{jpeg}" alt="{alt}">'
    return f'<div>{image}<div style="{_NOTE}">{html.escape(note)}</div></div>'


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
