"""P8: a 4K picture that shows itself in a cell, against `display(PIL)`; each in a fresh process, twice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pictures
import whole
from gateway import playing

import harness
from harness import Contender, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TARGETS = {"first": 0.25, "second": 0.05}
_PEERS = {"ipywidgets.Image": "ipywidgets_image"}
_ALL_PEERS = {**_PEERS, "ipyplot": "ipyplot_images"}  # which takes half a minute a round


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure the first time, and the second."""
    pictures.png("4K")
    others = _ALL_PEERS if effort.slow_peers else _PEERS
    with playing() as gateway:
        contenders = {
            "ours": Contender("p08_showing", "ours", (gateway.base_url("b64", "4K"),)),
            "display(PIL)": Contender("p08_showing", "pillow"),
            **{name: Contender("p08_showing", each) for name, each in others.items()},
        }
        took = harness.afresh(contenders, effort.fresh)
    for when, target in _TARGETS.items():
        against = harness.ratios(took, when, "display(PIL)")
        ms = harness.medians(took, when)["display(PIL)"] * 1000
        what = f"a picture showing itself, 4K, the {when} time: time against display(PIL)'s {ms:.0f} ms"
        peers = {name: against[name] for name in others}
        yield Figure("P8", what, against["ours"], target=target, peers=peers)


def ours(url: str) -> Callable[[], dict[str, float]]:
    """Show a picture of a history."""
    picture = whole.session(url).generate("an otter").pictures[0]
    return _twice(lambda: picture)


def pillow() -> Callable[[], dict[str, float]]:
    """Show an image of Pillow's, which is decoded already."""
    from PIL import Image  # noqa: PLC0415 - each process imports its own contender alone

    image = Image.open(pictures.png("4K"))
    image.load()
    return _twice(lambda: image)


def ipywidgets_image() -> Callable[[], dict[str, float]]:
    """Show the widget that holds a file."""
    import ipywidgets  # noqa: PLC0415 - as above

    data = pictures.png("4K").read_bytes()
    return _twice(lambda: ipywidgets.Image(value=data, format="png"))


def ipyplot_images() -> Callable[[], dict[str, float]]:
    """Show an array as HTML."""
    import ipyplot  # noqa: PLC0415 - as above
    import numpy as np  # noqa: PLC0415 - as above
    from PIL import Image  # noqa: PLC0415 - as above

    pixels = np.asarray(Image.open(pictures.png("4K")))
    return _timed_twice(lambda: ipyplot.plot_images([pixels], img_width=pixels.shape[1]))


def _twice(make: Callable[[], object]) -> Callable[[], dict[str, float]]:
    from IPython.core.formatters import DisplayFormatter  # noqa: PLC0415 - as above

    formatter = DisplayFormatter()
    formatter.format(0)
    return _timed_twice(lambda: formatter.format(make()))


def _timed_twice(show: Callable[[], object]) -> Callable[[], dict[str, float]]:
    def show_twice() -> dict[str, float]:
        times: list[float] = []
        for _ in _TARGETS:
            began = time.perf_counter()
            show()
            times.append(time.perf_counter() - began)
        return dict(zip(_TARGETS, times, strict=True))

    return show_twice


if __name__ == "__main__":
    harness.main(figures)
