"""The compositions: each paints a whole canvas from a palette and some dice.

To add one, write a function of this shape and give it a name here; `subjects.py` says which
prompts ask for it.
"""

from collections.abc import Callable, Mapping

from nbimagegen.sketch.canvas import Canvas
from nbimagegen.sketch.compositions.city import skyline
from nbimagegen.sketch.compositions.creatures import cat
from nbimagegen.sketch.compositions.gardens import botanical, flowers
from nbimagegen.sketch.compositions.land import dunes, forest, hills, lake
from nbimagegen.sketch.compositions.lines import flow, ridges
from nbimagegen.sketch.compositions.patterns import bauhaus, ribbons, weave
from nbimagegen.sketch.compositions.sea import waves
from nbimagegen.sketch.compositions.skies import constellations, orbits
from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.palettes import Palette

Composition = Callable[[Canvas, Palette, Dice], None]

ALL: Mapping[str, Composition] = {
    "bauhaus": bauhaus,
    "botanical": botanical,
    "cat": cat,
    "constellations": constellations,
    "dunes": dunes,
    "flow": flow,
    "flowers": flowers,
    "forest": forest,
    "hills": hills,
    "lake": lake,
    "orbits": orbits,
    "ribbons": ribbons,
    "ridges": ridges,
    "skyline": skyline,
    "waves": waves,
    "weave": weave,
}
