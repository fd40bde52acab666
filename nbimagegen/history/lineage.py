"""Which picture was made from which, drawn as a tree.

Records may be hostile: a parent that is missing makes a root, and a ring is cut open at its oldest.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from nbimagegen.history.picture import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from nbimagegen.records import GenerationRecord

_SHOWN = 500  # lines
_DEEPEST = 30  # steps of indentation
_PROMPT = 60  # characters


@dataclass(frozen=True, slots=True)
class Branch:
    """One picture in the tree.

    Attributes:
        id: The picture's id.
        depth: How many pictures it stands under.
        operation: How it was made: generate, edit, vary or composite.
        prompt: What was asked.
        also_from: Its parents besides the one that it stands under.
    """

    id: str
    depth: int
    operation: str
    prompt: str
    also_from: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return its line."""
        also = f" (also from {', '.join(self.also_from)})" if self.also_from else ""
        prompt = f" {shortened(self.prompt, _PROMPT)!r}" if self.prompt else ""
        return f"{self.id} {self.operation}{prompt}{also}"


class Tree:
    """All pictures of a history, each under the one that it was made from. Print it, or go through it."""

    def __init__(self, branches: Sequence[Branch]) -> None:
        self.branches = branches

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.branches)

    def __iter__(self) -> Iterator[Branch]:
        """Go through the pictures, each before those that were made from it."""
        return iter(self.branches)

    def __repr__(self) -> str:
        """Draw it with indents."""
        lines = [f"{line}{each}" for line, each in zip(_lines(self._shown), self._shown, strict=True)]
        return "\n".join([*lines, *self._rest]) or "<no pictures>"

    def _repr_html_(self) -> str:
        rows = [
            f'<div style="padding-left:{_step(each) * 1.5:g}em"><bdi>{escape(str(each))}</bdi></div>'
            for each in self._shown
        ]
        rest = [f"<div>{each}</div>" for each in self._rest]
        return f"<div>{''.join([*rows, *rest]) or '&lt;no pictures&gt;'}</div>"

    @property
    def _shown(self) -> Sequence[Branch]:
        return self.branches[:_SHOWN]

    @property
    def _rest(self) -> list[str]:
        more = len(self.branches) - _SHOWN
        return [f"… and {more:,} more"] if more > 0 else []


def tree(records: Iterable[GenerationRecord], shown: Iterable[tuple[str, int]]) -> Tree:
    """Return the tree of pictures.

    Args:
        records: Their generations, oldest first.
        shown: Generation and index of each picture, in order; one that is not among them is not drawn.
    """
    pictures: dict[str, list[str]] = {}
    for generation, place in shown:
        pictures.setdefault(generation, []).append(f"{generation}-{place}")
    known = {each.id: each for each in records if each.id in pictures}
    every = {each for own in known for each in pictures[own]}
    parents = {each.id: tuple(own for own in each.parents if own in every) for each in known.values()}
    children: defaultdict[str, list[str]] = defaultdict(list)
    for child, found in parents.items():
        if found:
            children[found[0]] += pictures[child]
    roots = [each for each, found in parents.items() if not found]
    drawn: dict[str, Branch] = {}
    # After the true roots, the rings: whatever stands under none of them, from the oldest on.
    for each in [*roots, *known]:
        _draw(pictures[each], known, parents, children, drawn)
    return Tree(list(drawn.values()))


def _draw(
    roots: Sequence[str],
    known: Mapping[str, GenerationRecord],
    parents: Mapping[str, tuple[str, ...]],
    children: Mapping[str, Sequence[str]],
    drawn: dict[str, Branch],
) -> None:
    """Draw some pictures and all that was made from them; not by recursion, since edits may go deep."""
    waiting = [(picture, 0) for picture in reversed(roots)]
    while waiting:
        picture, depth = waiting.pop()
        if picture in drawn:
            continue
        record = known[picture.rpartition("-")[0]]
        also = parents[record.id][1:] if depth else parents[record.id]
        drawn[picture] = Branch(picture, depth, record.request.operation, record.request.prompt, also)
        waiting.extend((each, depth + 1) for each in reversed(children.get(picture, ())))


def _lines(branches: Sequence[Branch]) -> list[str]:
    """Return what stands before each: from the last one up, a line goes on where a sibling follows below."""
    found = list[str]()
    follows: set[int] = set()
    for each in reversed(branches):
        depth = _step(each)
        above = "".join("│  " if step in follows else "   " for step in range(1, depth))
        found.append(f"{above}{'├─ ' if depth in follows else '└─ '}" if depth else "")
        follows = {step for step in follows if step < depth} | {depth}
    return found[::-1]


def _step(branch: Branch) -> int:
    return min(branch.depth, _DEEPEST)
