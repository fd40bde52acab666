"""P12: in JupyterLab, from a gateway's last byte until the picture is painted; beside a bare widget."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import lab
from gateway import playing

import harness
from harness import QUICK, Effort, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCRIPT = Path(__file__).with_suffix(".js")
_OPENING = """
import time
import anywidget
from IPython.display import display
from nbimagegen import ImageStudio

class Bare(anywidget.AnyWidget):
    _esm = '''
    export default { render({ model, el }) {
        window.bare = {};
        model.on("msg:custom", ({ sent }, [bytes]) => {
            const image = new Image();
            image.src = URL.createObjectURL(new Blob([bytes]));
            el.replaceChildren(image);
            window.bare = { sent, image };
        });
    } };
    '''
    def show(self):
        self.send({"sent": time.time()}, [studio.pictures[-1].preview()])
"""
_CELL = """
studio = ImageStudio('bench', base_url={!r}, model='any', prompt='an otter')
bare = Bare()
display(studio, bare)
"""
_MOST = 150.0  # ms
_FEW_ROUNDS = 2


def figures(effort: Effort) -> Iterator[Figure]:
    """Measure by presses of Generate."""
    with playing() as gateway, lab.opened(_OPENING) as page:
        cell = _CELL.format(gateway.base_url("b64", "1K"))
        rounds = _FEW_ROUNDS if effort == QUICK else effort.rounds
        painted = page.measured(_SCRIPT, cell=cell, rounds=rounds)
        sent = gateway.sent()
    ours = [(at - since) * 1000 for at, since in zip(painted["ours"], sent, strict=True)][1:]
    bare = [took * 1000 for took in painted["bare"]][1:]
    over = statistics.median(one - other for one, other in zip(ours, bare, strict=True))
    told = f"{statistics.median(ours):.0f} ms, a bare widget {statistics.median(bare):.0f} ms"
    what = f"answer complete, 1K, until painted in the strip ({told}): more than a bare widget"
    yield Figure("P12", what, over, target=_MOST, unit="ms")


if __name__ == "__main__":
    harness.main(figures)
