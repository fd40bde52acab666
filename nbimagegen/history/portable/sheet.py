"""The contact sheet as a page of its own: words escaped, pictures small within it, nothing else loaded."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }}
  body {{ margin: 24px }}
  main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(192px, 1fr)); gap: 16px }}
  figure {{ margin: 0 }}
  a {{ display: flex; aspect-ratio: 1; background: #8882; align-items: center; justify-content: center }}
  img {{ max-width: 100%; max-height: 100% }}
  figcaption {{ overflow-wrap: anywhere }}
  p {{ margin: 4px 0; max-height: 5.6em; overflow: auto }}
  small {{ opacity: .7 }}
</style>
<h1><bdi>{title}</bdi></h1>
<main>
"""
_FIGURE = """<figure><a href="{href}">{image}</a><figcaption>
<p dir="auto">{prompt}</p><small><bdi>{details}</bdi></small></figcaption></figure>
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture on the sheet."""

    file_name: str
    prompt: str
    details: str
    thumbnail: bytes = field(repr=False)  # WebP; empty where the picture cannot be read


def page(title: str, pictures: Iterable[Shown]) -> bytes:
    """Return the page."""
    figures = "".join(_figure(each) for each in pictures)
    text = f"{_HEAD.format(title=escape(title))}{figures}</main>\n</html>\n"
    return text.encode("utf-8", "replace")


def _figure(shown: Shown) -> str:
    data = base64.b64encode(shown.thumbnail).decode()
    image = f'<img loading="lazy" alt="" src="data:image/webp;base64,{data}">' if data else "no preview"
    return _FIGURE.format(
        href=escape(shown.file_name),
        image=image,
        prompt=escape(shown.prompt),
        details=escape(shown.details),
    )
