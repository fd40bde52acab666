"""Where what stands in an export. Names are made of ids that were checked, and never taken from a file.

`metadata.jsonl` and `pictures/` are an image folder as Hugging Face `datasets` loads it; that passes over
folders whose names begin with two underscores, in which the rest is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbimagegen.store.shelf import file_names

if TYPE_CHECKING:
    from nbimagegen.records import InputRecord

FORMAT = 1
ABOUT = "__nbimagegen__/export.json"
GENERATIONS = "__nbimagegen__/generations"
METADATA = "metadata.jsonl"
SHEET_PAGE = "contact-sheet.html"
SHEET_IMAGE = "contact-sheet.png"
_INPUTS = "__nbimagegen__/inputs"


def picture(generation: str, index: int, form: str) -> str:
    """Return where a picture is."""
    [name] = file_names(f"{generation}-{index}", [form])
    return f"pictures/{name}"


def generation(name: str) -> str:
    """Return where a generation's record is."""
    return f"{GENERATIONS}/{name}.json"


def sent(record: InputRecord) -> str:
    """Return where a picture or a mask is that a request started from."""
    [name] = file_names(record.sha256, [record.format])
    return f"{_INPUTS}/{name}"
