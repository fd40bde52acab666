"""The history as a data frame: one row a picture, each column of one type, also where there are no rows."""

from __future__ import annotations

import contextlib
import importlib
import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from nbimagegen.errors import ParameterError, StoreError
from nbimagegen.records import ENDED, mended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from nbimagegen.history.generation import Generation
    from nbimagegen.records import Marks, PictureRecord

Kind: TypeAlias = Literal["text", "integer", "number", "flag", "time", "texts", "mapping"]

LIBRARIES = ("pandas", "polars")

# Nullable where a value may be missing, so that a column's type does not hang on its values.
_PANDAS: Mapping[Kind, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "float64",
    "flag": "bool",
    "time": "datetime64[us, UTC]",
    "texts": "object",
    "mapping": "object",
}
_INT64 = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is made of; a generation without pictures has neither picture nor marks."""

    generation: Generation
    picture: PictureRecord | None
    marks: Marks | None


@dataclass(frozen=True, slots=True)
class _Column:
    kind: Kind
    value: Callable[[Row], Any]


def _asked(row: Row, name: str) -> Any:
    request = row.generation.record.request
    found = {**row.generation.record.echo, **request.parameters, **request.extra}.get(name)
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else None


def _tokens(row: Row, *names: str) -> Any:
    usage = row.generation.usage or {}
    return next((usage[each] for each in names if each in usage), None)


def _share(row: Row) -> float | None:
    """Return a picture's share of what its generation cost, so that a column's sum is what was spent."""
    cost = row.generation.cost
    return None if cost is None else cost / max(1, len(row.generation.record.pictures))


def _path(row: Row) -> str | None:
    with contextlib.suppress(StoreError):  # a link stands there
        return str(row.generation.store.path(row.picture)) if row.picture else None
    return None


def _error(row: Row) -> str | None:
    error = row.generation.error
    return None if error is None else str(error)


def _of_picture(kind: Kind, name: str) -> _Column:
    return _Column(kind, lambda row: getattr(row.picture, name) if row.picture else None)


def _of_marks(kind: Kind, name: str, missing: Any) -> _Column:
    return _Column(kind, lambda row: getattr(row.marks, name) if row.marks else missing)


_COLUMNS: Mapping[str, _Column] = {
    "id": _Column("text", lambda row: f"{row.generation.id}-{row.picture.index}" if row.picture else None),
    "generation": _Column("text", lambda row: row.generation.id),
    "index": _of_picture("integer", "index"),
    "created": _Column("time", lambda row: row.generation.record.created),
    "status": _Column("text", lambda row: row.generation.status),
    "operation": _Column("text", lambda row: row.generation.operation),
    "prompt": _Column("text", lambda row: row.generation.prompt),
    "revised_prompt": _Column("text", lambda row: (row.picture and row.picture.revised_prompt) or None),
    "gateway": _Column("text", lambda row: row.generation.gateway),
    "model": _Column("text", lambda row: row.generation.model),
    "n": _Column("integer", lambda row: row.generation.record.request.n),
    "parameters": _Column("mapping", lambda row: row.generation.parameters),
    "size": _Column("text", lambda row: _asked(row, "size")),
    "width": _of_picture("integer", "width"),
    "height": _of_picture("integer", "height"),
    "format": _of_picture("text", "format"),
    "bytes": _of_picture("integer", "bytes"),
    "sha256": _of_picture("text", "sha256"),
    "path": _Column("text", _path),
    "seed": _Column("integer", lambda row: _asked(row, "seed")),
    "seconds": _Column("number", lambda row: row.generation.seconds),
    "cost": _Column("number", _share),
    "input_tokens": _Column("integer", lambda row: _tokens(row, "input_tokens", "prompt_tokens")),
    "output_tokens": _Column("integer", lambda row: _tokens(row, "output_tokens", "completion_tokens")),
    "total_tokens": _Column("integer", lambda row: _tokens(row, "total_tokens")),
    "starred": _of_marks("flag", "starred", missing=False),
    "rating": _Column("integer", lambda row: (row.marks and row.marks.rating) or None),  # 0 is no rating
    "tags": _of_marks("texts", "tags", ()),
    "note": _of_marks("text", "note", None),
    "parents": _Column("texts", lambda row: row.generation.parents),
    "retry_of": _Column("text", lambda row: row.generation.retry_of or None),
    "made_by": _Column("text", lambda row: row.generation.record.made_by),
    "error": _Column("text", _error),
}


def rows(
    generation: Generation, places: Sequence[int], marks: Mapping[tuple[str, int], Marks]
) -> Iterator[Row]:
    """Return the rows of a generation: one for each of these pictures, or one without where it has none."""
    pictures = generation.record.pictures
    for place in places:
        if place < len(pictures):
            yield Row(generation, pictures[place], marks.get((generation.id, place)))
    if not places and generation.status in ENDED:
        yield Row(generation, None, None)


def data_frame(rows: Iterable[Row], library: str) -> Any:
    """Return the rows as a data frame of the library that was asked for.

    Raises:
        ParameterError: The library is unknown.
        ImportError: It is not installed.
    """
    if library not in LIBRARIES:
        message = f"library is 'pandas' or 'polars'; {library!r} is neither."
        raise ParameterError(message, parameter="library")
    module = _imported(library)
    listed = list(rows)
    values = {
        name: [_VALUES[each.kind](each.value(row)) for row in listed] for name, each in _COLUMNS.items()
    }
    return _in_polars(module, values) if library == "polars" else _in_pandas(module, values)


def _imported(library: str) -> Any:
    try:
        return importlib.import_module(library)
    except ImportError:
        how = '"nbimagegen[dataframe]"' if library == "pandas" else library
        message = f"A data frame of {library} takes {library}, which is not installed; pip install {how}."
        raise ImportError(message, name=library) from None


def _in_pandas(pandas: Any, values: Mapping[str, list[Any]]) -> Any:
    columns = {name: pandas.Series(each, dtype=_PANDAS[_COLUMNS[name].kind]) for name, each in values.items()}
    return pandas.DataFrame(columns)


def _in_polars(polars: Any, values: Mapping[str, list[Any]]) -> Any:
    kinds: Mapping[Kind, Any] = {
        "text": polars.String,
        "integer": polars.Int64,
        "number": polars.Float64,
        "flag": polars.Boolean,
        "time": polars.Datetime("us", "UTC"),
        "texts": polars.List(polars.String),
        "mapping": polars.String,  # one type for all rows: JSON
    }
    mappings = {name for name, each in _COLUMNS.items() if each.kind == "mapping"}
    plain = {name: [_json(x) for x in each] if name in mappings else each for name, each in values.items()}
    return polars.DataFrame(plain, schema={name: kinds[each.kind] for name, each in _COLUMNS.items()})


def _json(value: Any) -> str:
    return mended(json.dumps(value, ensure_ascii=False, default=str))


def _text(value: Any) -> str | None:
    return None if value is None else mended(str(value))


def _integer(value: Any) -> int | None:
    """Return a whole number that fits; a gateway's own figures may be texts, or worse."""
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if number in _INT64 else None


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _time(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(value, tz=timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


_VALUES: Mapping[Kind, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "flag": bool,
    "time": _time,
    "texts": list,
    "mapping": dict,
}
