"""Claims about what to buy: a scenario is solved with each choice alone, and the cheapest wins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from planner.catalog.loading import data_folder
from planner.claims.figures import unknown
from planner.claims.schema import (
    Asserted,
    ChoiceAbout,
    ChoiceCase,
)
from planner.claims.verdicts import Outcome, agrees
from planner.claims.world import UnknownError, World
from planner.errors import InputError
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from planner.studies.choices import NOBODY_KNOWS, State, bill_of, verdict_of
from planner.yaml_source import Value, parse, read_bytes

EITHER = "either"
"""Asserted of a choice: all can do it."""


def of_choices(about: ChoiceAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """The cheapest choice in each case."""
    for case in about.cases:
        try:
            yield _of_case(about, case, asserted, world)
        except UnknownError as error:
            yield unknown(case.name, error)


def _of_case(about: ChoiceAbout, case: ChoiceCase, asserted: Asserted, world: World) -> Outcome:
    inputs = inputs_of_case(about.scenario, case, world)
    for card in {card for cards in about.between.values() for card in cards}:
        if card not in inputs.catalog.gpus:
            raise UnknownError(f"the catalogue has no card `{card}`")
    bills = [bill_of(name, cards, inputs) for name, cards in about.between.items()]
    verdict, told = verdict_of(bills), ", ".join(map(str, bills))
    if any(bill.state not in (State.CAN, State.CANNOT) for bill in bills):
        raise UnknownError(verdict.reason)
    if f"{asserted.equals}".strip().lower() == EITHER:
        holds = all(bill.state is State.CAN for bill in bills)
        return Outcome(case.name, holds, verdict.winner, verdict.winner, told)
    if verdict.winner == NOBODY_KNOWS:
        raise UnknownError(f"{verdict.reason}: {told}")
    holds = agrees(verdict.winner, asserted)
    return Outcome(case.name, holds, verdict.winner, verdict.winner, told)


def inputs_of_case(scenario: str, case: ChoiceCase, world: World) -> Inputs:
    """The scenario of a case.

    Raises:
        UnknownError: if it cannot be read.
    """
    path = scenario_path(scenario, world.folder)
    try:
        data = parse(read_bytes(path), file=str(path)).value
        text = json.dumps(_with_all(data, _changes(case, world, path.parent)))
        return read_scenario(text, file=str(path), folder=path.parent, catalog=world.catalog)
    except InputError as error:
        told = "; ".join(d.message for d in error.diagnostics)
        raise UnknownError(f"the scenario cannot be read: {told}") from None


def scenario_path(name: str, folder: Path) -> Path:
    """A scenario beside the claims file, else one that comes with the program."""
    beside = folder / name
    return beside if is_file(beside) else scenarios_folder() / name


def is_file(path: Path) -> bool:
    """Whether there is such a file; none has a name that is too long for the disk."""
    try:
        return path.is_file()
    except OSError:
        return False


def scenarios_folder() -> Path:
    """The scenarios that come with the program: inside the package, or in the checkout."""
    return data_folder().parent / "scenarios"


def _changes(case: ChoiceCase, world: World, folder: Path) -> Mapping[str, Value]:
    if case.facts == "catalogue":
        return case.changes
    own: dict[str, Value] = {"catalog.prices": world.own.prices}
    if world.own.overlay is not None:
        overlay = scenario_path(world.own.overlay, world.folder)
        own["catalog.overlays"] = [str(overlay.resolve())]
    return {**own, **case.changes}


def _with_all(data: Value, changes: Mapping[str, Value]) -> Value:
    for place, value in changes.items():
        try:
            data = _with(data, place.split("."), value)
        except (ValueError, IndexError):
            raise UnknownError(f"the scenario cannot be read: it has no `{place}`") from None
    return data


def _with(data: Value, path: list[str], value: Value) -> Value:
    """A copy of the data with another value at a path; null takes the field away."""
    head, rest = path[0], path[1:]
    if isinstance(data, list):
        index = int(head) if head.isdecimal() else len(data)
        inner = _with(data[index], rest, value) if rest else value
        return [*data[:index], inner, *data[index + 1 :]]
    known = data if isinstance(data, dict) else {}
    if not rest and value is None:
        return {k: v for k, v in known.items() if k != head}
    return {**known, head: _with(known.get(head), rest, value) if rest else value}
