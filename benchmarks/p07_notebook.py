"""P7: by how much a saved notebook grows with each picture shown in it, and with each that is not."""

from __future__ import annotations

import contextlib
import itertools
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pictures
from gateway import playing

import harness
from harness import Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    Size: TypeAlias = Callable[..., int]

_SHOWN = 3
# Pictures of a studio: some, as many as its contact sheet shows, and more.
_FEW, _ALL_SHOWN, _MORE = 4, 24, 28
_MOST_SHOWN, _MOST_UNSEEN = 12.0, 0.05  # kB; that there are more is said in the notebook
_PEERS = {
    "display(PIL)": "from PIL import Image\nimage = Image.open({path!r})",
    "ipywidgets.Image": "import ipywidgets\nimage = ipywidgets.Image(value=open({path!r}, 'rb').read())",
    "ipyplot": "import ipyplot, numpy\nfrom PIL import Image\npixels = numpy.asarray(Image.open({path!r}))",
}
_SLOW = {"ipyplot"}
_SHOW = {"ipyplot": "ipyplot.plot_images([pixels], img_width=pixels.shape[1])"}
_numbers = itertools.count()


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure in notebooks that are run from top to bottom; once is enough, for bytes do not vary."""
    asked = [name for name in _PEERS if effort.slow_peers or name not in _SLOW]
    with playing() as gateway, _kernel() as size_of:
        for each in effort.sizes:
            grown = _of_ours(gateway.base_url("b64", each), size_of)
            blank = size_of("", "")
            peers = {name: _each(_of_peer(name, each, size_of) - blank, 1) for name in asked}
            what = f"notebook growth a picture shown in a cell, {each}"
            yield Figure("P7", what, grown, target=_MOST_SHOWN, peers=peers, unit="kB")
        url = gateway.base_url("b64", "1K")
        few, shown, more = (_of_studio(url, count, size_of) for count in (_FEW, _ALL_SHOWN, _MORE))
        never = size_of(_opening(url), _make(_FEW)) - size_of(_opening(url), _make(0))
    grown = _each(shown - few, _ALL_SHOWN - _FEW)
    yield Figure("P7", "the same, of a studio, 1K", grown, target=_MOST_SHOWN, unit="kB")
    grown = max(_each(more - shown, _MORE - _ALL_SHOWN), _each(never, _FEW))
    what = "notebook growth a picture not shown: made by code, or one of many of a studio"
    yield Figure("P7", what, grown, target=_MOST_UNSEEN, unit="kB")


def _of_ours(url: str, size_of: Size) -> float:
    cells = ["picture = session.generate('an otter', fresh=True).pictures[0]", "picture"] * _SHOWN
    unshown = ["None" if each == "picture" else each for each in cells]
    return _each(size_of(_opening(url), *cells) - size_of(_opening(url), *unshown), _SHOWN)


def _of_peer(name: str, size: str, size_of: Size) -> int:
    return size_of(_PEERS[name].format(path=str(pictures.png(size))), _SHOW.get(name, "image"))


def _of_studio(url: str, count: int, size_of: Size) -> int:
    return size_of(_opening(url), _make(count), "ImageStudio(session)")


def _opening(url: str) -> str:
    """Return a first cell, as long as all the others."""
    names = "from nbimagegen import ImageStudio, Session"
    return f"{names}\nsession = Session('bench {next(_numbers):03}', base_url={url!r}, model='any')"


def _make(count: int) -> str:
    return f"for _ in range({count:2}): generation = session.generate('an otter', fresh=True)"


def _each(grown: int, count: int) -> float:
    return grown / count / 1000


@contextlib.contextmanager
def _kernel() -> Generator[Size]:
    """Start a kernel, and yield what runs cells in it and returns how large their notebook is on disk."""
    import nbformat  # noqa: PLC0415 - heavy, and none of the other benches needs it
    from jupyter_client.manager import KernelManager  # noqa: PLC0415 - as above
    from nbclient import NotebookClient  # noqa: PLC0415 - as above

    def size(*cells: str) -> int:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
        NotebookClient(book, km=kernel, timeout=120, store_widget_state=True).execute()
        path = Path(home, "run.ipynb")
        nbformat.write(book, path)
        return path.stat().st_size

    kernel = KernelManager(kernel_name="python3")
    with tempfile.TemporaryDirectory(prefix="nbimagegen-bench-") as home:
        env = {**harness.environment(), "NBIMAGEGEN_HOME": home}
        kernel.start_kernel(env=env, cwd=home, stderr=subprocess.DEVNULL)
        try:
            yield size
        finally:
            kernel.shutdown_kernel(now=True)


if __name__ == "__main__":
    harness.main(figures)
