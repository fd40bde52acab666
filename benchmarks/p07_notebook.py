"""P7: by how much a saved notebook grows with each picture shown in it, and with each that is not."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pictures
from gateway import playing

import harness
from harness import Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = 3
_UNSEEN = 3, 33  # pictures of two sessions whose studios are shown, neither with a view
_MOST_SHOWN = 12.0  # kB
_PEERS = {
    "display(PIL)": "from PIL import Image\nimage = Image.open({path!r})",
    "ipywidgets.Image": "import ipywidgets\nimage = ipywidgets.Image(value=open({path!r}, 'rb').read())",
    "ipyplot": "import ipyplot, numpy\nfrom PIL import Image\npixels = numpy.asarray(Image.open({path!r}))",
}
_SHOW = {"ipyplot": "ipyplot.plot_images([pixels], img_width=pixels.shape[1])"}


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure in notebooks that are run from top to bottom; once is enough, for bytes do not vary."""
    with playing() as gateway:
        for size in effort.sizes:
            url = gateway.base_url("b64", size)
            cells = ["picture = session.generate('an otter', fresh=True).pictures[0]", "picture"] * _SHOWN
            grown = (_size(_opening(url), cells) - _size(_opening(url), _unshown(cells))) / _SHOWN / 1000
            what = f"notebook growth a picture shown, {size}"
            peers = {name: _of_peer(name, size) / 1000 for name in _PEERS}
            yield Figure("P7", what, grown, target=_MOST_SHOWN, peers=peers, unit="kB")
        url = gateway.base_url("b64", "tiny")
        few, many = (_size(_opening(url), _studio(each)) for each in _UNSEEN)
    grown = (many - few) / (_UNSEEN[1] - _UNSEEN[0]) / 1000
    yield Figure("P7", "notebook growth a picture of a studio, not shown", grown, target=0.05, unit="kB")


def _opening(url: str) -> str:
    return (
        f"from nbimagegen import ImageStudio, Session\nsession = Session('a', base_url={url!r}, model='any')"
    )


def _unshown(cells: list[str]) -> list[str]:
    """Return the same cells, showing nothing."""
    return [each.replace("picture", "None", 1) if each == "picture" else each for each in cells]


def _studio(count: int) -> list[str]:
    make = f"for _ in range({count}):\n    session.generate('an otter', fresh=True)"
    return [make, "ImageStudio(session='a', gateway='sketch')"]


def _of_peer(name: str, size: str) -> float:
    opening = _PEERS[name].format(path=str(pictures.png(size)))
    show = _SHOW.get(name, "image")
    return _size(opening, [show]) - _size("", [""])


def _size(opening: str, cells: list[str]) -> int:
    """Return the size of a notebook that has been run, with the state of its widgets, as Jupyter saves it."""
    import nbformat  # noqa: PLC0415 - heavy, and none of the other benches needs it
    from nbclient import NotebookClient  # noqa: PLC0415 - as above

    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(each) for each in (opening, *cells)]
    with tempfile.TemporaryDirectory(prefix="nbimagegen-bench-") as home:
        env = {**harness.environment(), "NBIMAGEGEN_HOME": str(Path(home, "pictures"))}
        client = NotebookClient(book, timeout=120, kernel_name="python3", store_widget_state=True)
        client.execute(env=env, cwd=home)
    return len(json.dumps(book))


if __name__ == "__main__":
    harness.main(figures)
