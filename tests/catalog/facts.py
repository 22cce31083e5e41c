"""Every fact of a catalogue, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias

from pydantic import BaseModel

from planner.catalog.catalog import Catalog
from planner.catalog.facts import Fact
from planner.catalog.loading import data_folder, load_folder

Place: TypeAlias = "tuple[str | int, ...]"


@cache
def catalog() -> Catalog:
    """The catalogue that comes with the program."""
    return load_folder(data_folder())


def entries(value: object, place: Place = ()) -> Iterator[tuple[Place, BaseModel]]:
    """Every entry below a value, itself included."""
    if isinstance(value, BaseModel):
        yield place, value
        inner: Any = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, tuple | list):
        inner = [(getattr(item, "id", i), item) for i, item in enumerate(value)]
    else:
        return
    for name, item in inner:
        yield from entries(item, (*place, name))


@cache
def all_entries() -> tuple[tuple[Place, BaseModel], ...]:
    """Every entry of the catalogue."""
    return tuple(entries(catalog().to_file()))


def facts() -> list[tuple[str, Fact[Any]]]:
    """Every fact of the catalogue, by its place."""
    return [(".".join(map(str, p)), e) for p, e in all_entries() if isinstance(e, Fact)]


def claims(item: str, attribute: str) -> dict[str, object]:
    """Values of the claims that were overruled, by source."""
    entry = catalog().gpus[item]
    fact = getattr(entry, attribute, None) or entry.attributes[attribute]
    return {claim.source: claim.value for claim in fact.other_claims}
