"""One print: the picture in its window, the paper around it, and the prompt beneath."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw

from nbimagegen.sketch import compositions, subjects
from nbimagegen.sketch.canvas import Band, Canvas
from nbimagegen.sketch.dice import Dice
from nbimagegen.sketch.layout import Layout
from nbimagegen.sketch.palettes import PALETTES, Palette
from nbimagegen.sketch.paper import grain

_BAND_PIXELS = 12_000_000
# Below so many pixels, paint so many times as large.
_FACTORS = ((300_000, 4), (1_600_000, 3), (float("inf"), 2))


@dataclass(frozen=True, slots=True)
class Plan:
    """What was decided before the first stroke."""

    composition: compositions.Composition
    palette: Palette
    seed: tuple[object, ...]


def chosen(prompt: str, model: str, seed: int, index: int) -> Plan:
    """Composition and palette: what the prompt names, else what its hash says.

    The pictures of one order walk through shuffled lists, so that neighbours differ.
    """
    named = subjects.subjects(prompt)
    dice = Dice("plan", prompt, model, seed)
    groups = subjects.compositions(named) or [tuple(sorted(compositions.ALL))]
    names = list(dict.fromkeys(name for group in groups for name in dice.shuffled(group)))
    palettes = _suited(subjects.moods(named))
    palette = dice.shuffled(palettes)[index % len(palettes)]
    composition = compositions.ALL[names[index % len(names)]]
    return Plan(composition, palette, ("paint", prompt, model, seed, index))


def _suited(moods: Sequence[str]) -> list[Palette]:
    """Palettes with the most of the moods; all of them where none is wanted."""
    count = len(moods)
    weights = {mood: 1 + (count - place) / (2 * count) for place, mood in enumerate(moods)}
    scores = [sum(weights.get(mood, 0) for mood in palette.moods) for palette in PALETTES]
    return [palette for palette, score in zip(PALETTES, scores, strict=True) if score == max(scores)]


def framed(window: Image.Image, palette: Palette, layout: Layout) -> Image.Image:
    """The sheet: a picture in its window, the words, and the mark that says what this is."""
    sheet = Image.new("RGB", (layout.width, layout.height), palette.paper)
    sheet.paste(window, layout.window[:2])
    sheet = ImageChops.add(sheet, grain(sheet.size), 1, -128)
    layout.write(ImageDraw.Draw(sheet), palette)
    return sheet


def painted(plan: Plan, width: int, height: int) -> Image.Image:
    """The picture itself, painted larger in bands and reduced."""
    factor = _factor(width * height)
    rows = max(64, _BAND_PIXELS // (width * factor * factor))
    window = Image.new("RGB", (width, height))
    for first in range(0, height, rows):
        band = Band(width, height, factor, first, min(first + rows, height))
        canvas = Canvas(band)
        plan.composition(canvas, plan.palette, Dice(*plan.seed))
        window.paste(canvas.image.reduce(factor), (0, first))
    return window


def _factor(pixels: int) -> int:
    """How much larger to paint: small pictures show their edges most."""
    return next(factor for most, factor in _FACTORS if pixels < most)
