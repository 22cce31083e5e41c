"""A limit of a scenario that may be loosened, and the scenario with some limits loosened."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from planner.errors import Change
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario
from planner.solve.any_fleet import Used
from planner.yaml_source import Value

Place: TypeAlias = "tuple[str | int, ...]"


class Kind(IntEnum):
    """What loosening a limit asks of the buyer, the least painful first."""

    RESOURCE = 0
    NEED = 1
    AMBITION = 2


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """Something in a scenario that may rule out every fleet.

    Attributes:
        place: keys and indices that lead to its field in the scenario file.
        path: the same for people, for example ``sites.lab.facility_power_kw``.
        before: its value.
        values: other values, from the nearest to the loosest; each allows what those before do.
        text: a change to a value in words.
        weight: how large a change to a value is; 1 for twice as much, or half of it.
        kind: what loosening it asks of the buyer.
        group: limits of one group stand and fall with the same site or workload.
        rows: name of the rule whose rows carry the limit, and the first part of their keys, where
            the value enters the right-hand sides of rows and nothing else.
        narrowed: where the loosest value allows more than a fleet uses, one that allows just that.
    """

    place: Place
    path: str
    before: Value
    values: tuple[Value, ...]
    text: Callable[[Value], str]
    weight: Callable[[Value], float]
    kind: Kind
    group: str
    rows: tuple[str, str | None] | None = None
    narrowed: Callable[[Used], Sequence[Value]] | None = None

    @property
    def loosest(self) -> Value:
        """The value that allows most."""
        return self.values[-1]

    def change(self, value: Value) -> Change:
        """The change to a value."""
        return Change(self.path, self.place, self.before, value, self.text(value))


Loosened: TypeAlias = Mapping[Limit, Value]
"""Values of the limits that are loosened."""


def loosened(inputs: Inputs, values: Loosened) -> Inputs:
    """The scenario with some limits loosened; a member of a list that becomes null is removed."""
    data: Value = inputs.scenario.model_dump(mode="json", by_alias=True)
    for limit, value in values.items():
        _put(data, limit.place, value)
    for limit in values:
        _tidy(data, limit.place)
    return Inputs(Scenario.model_validate_json(json.dumps(data)), inputs.catalog)


def _put(data: Value, place: Place, value: Value) -> None:
    holder = _at(data, place[:-1])
    if isinstance(holder, list):
        assert isinstance(place[-1], int)
        holder[place[-1]] = value
    elif isinstance(holder, dict):
        holder[str(place[-1])] = value


def _at(data: Value, place: Place) -> Value:
    for step in place:
        if isinstance(data, list):
            assert isinstance(step, int)
            data = data[step]
        else:
            assert isinstance(data, dict)
            data = data[str(step)]
    return data


def _tidy(data: Value, place: Place) -> None:
    """Remove what became null from a list."""
    holder = _at(data, place[:-1])
    if isinstance(holder, list):
        holder[:] = [entry for entry in holder if entry is not None]


def named(*steps: str | int) -> str:
    """A path for people: ``workloads.chat.requires.ecc``; names with dots in brackets.

    >>> named("sites", "lab", "hosts_max"), named("workloads", "qwen2.5", "slo")
    ('sites.lab.hosts_max', 'workloads[qwen2.5].slo')
    """
    text = ""
    for step in steps:
        plain = isinstance(step, str) and "." not in step
        text += (f".{step}" if text else str(step)) if plain else f"[{step}]"
    return text
