"""The rooms of the house: which of them may import which, and what none of them does."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import nbimagegen

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(nbimagegen.__file__).parent
ALL_ABOVE = "all above"

# The house plan's table, in its order: a room, and what it may import besides itself.
ARROWS: dict[str, str] = {
    "_version": "",
    "lazily": "",
    "errors": "",
    "records": "errors",
    "catalog": "errors records",
    "keys": "errors lazily catalog",
    "wire": "errors records catalog",
    "sketch": "",
    "transport": "errors records keys sketch",
    "pixels": "errors sketch",  # whose fonts set captions in any script
    "budget": "errors records",
    "store": "errors records",
    "jobs": ALL_ABOVE,
    "history": "_version errors records catalog store pixels",
    "session": ALL_ABOVE,
    "studio": "session history records errors catalog",
    "magic": "errors history session",
    "cli": "session studio _version",
    "__main__": "cli",
    "__init__": "_version",  # its other names are lazy: see LAZY
}
LAZY = {"budget", "catalog", "errors", "history", "magic", "session", "studio"}

# Who alone may import what, while it runs; a type may be named anywhere.
IMPORTERS = {
    "httpx": {"transport"},
    "httpcore": {"transport"},
    "PIL": {"pixels", "sketch"},
    "anywidget": {"studio"},
    "traitlets": {"studio"},
    "ipywidgets": {"studio"},
    "sqlite3": {"store"},
}
CLOCKS_AND_DOORS = {
    "asyncio",
    "datetime",
    "os",
    "pathlib",
    "random",
    "socket",
    "threading",
    "time",
    "urllib3",
}


@dataclass(frozen=True)
class Import:
    """One import: of what, by which file, and whether for its types alone."""

    file: str
    name: str
    for_types: bool

    @property
    def room(self) -> str:
        return room_of(self.file)


def room_of(path: str) -> str:
    return path.partition("/")[0].removesuffix(".py")


def files() -> dict[str, str]:
    found = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in found}


def imports(file: str, source: str) -> Iterator[Import]:
    nodes = list(ast.walk(ast.parse(source)))
    guarded = [node for node in nodes if isinstance(node, ast.If) and is_for_types(node.test)]
    for_types = {id(inner) for node in guarded for each in node.body for inner in ast.walk(each)}
    for node in nodes:
        for name in imported(node):
            yield Import(file, name, for_types=id(node) in for_types)


def is_for_types(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "an import is written out in full"
        return [f"{node.module}.{each.name}" for each in node.names]
    return []


FILES = files()
ROOMS = sorted({room_of(file) for file in FILES})


@cache
def all_imports() -> list[Import]:
    return [each for file, source in FILES.items() for each in imports(file, source)]


def allowed(room: str) -> set[str]:
    above = list(ARROWS)[: list(ARROWS).index(room)]
    return {*above, room} if ARROWS[room] == ALL_ABOVE else {*ARROWS[room].split(), room}


def arrows(room: str) -> set[str]:
    """Return the rooms that a room knows; a type is knowledge too, so those for types count."""
    names = [each.name for each in all_imports() if each.room == room and not (is_lazy(each))]
    ours = [name.split(".")[1] for name in names if name.startswith("nbimagegen.")]
    return {name if name in ROOMS else "__init__" for name in ours}


def is_lazy(each: Import) -> bool:
    return each.file == "__init__.py" and each.for_types and each.name.split(".")[1] in LAZY


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_the_rooms_that_the_house_plan_names(room):
    assert arrows(room) - allowed(room) == set()


@pytest.mark.parametrize("room", ARROWS)
def test_arrows_run_one_way(room):
    above = list(ARROWS)[: list(ARROWS).index(room)]
    assert allowed(room) - {room, *above} == set()


@pytest.mark.parametrize(("library", "rooms"), IMPORTERS.items(), ids=IMPORTERS)
def test_a_heavy_library_has_one_importer(library, rooms):
    those = [each for each in all_imports() if each.name.split(".")[0] == library]
    importers = {each.room for each in those if not each.for_types}
    assert importers - rooms == set()


@pytest.mark.parametrize("room", ["wire", "catalog"])
def test_the_wire_and_the_catalogue_have_no_clock_and_no_way_out(room):
    own = [each for each in all_imports() if each.room == room and not each.for_types]
    names = {each.name.split(".")[0] for each in own if each.file != "catalog/user_files.py"}
    assert names & CLOCKS_AND_DOORS == set()


@pytest.mark.parametrize("file", FILES)
def test_a_file_is_one_idea(file):
    assert len(FILES[file].splitlines()) <= 400
    assert ast.get_docstring(ast.parse(FILES[file])) or file == "_version.py"


def test_no_room_is_a_lumber_room():
    names = {part.removesuffix(".py") for file in FILES for part in file.split("/")}
    assert names & {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base"} == set()
