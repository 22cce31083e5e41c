"""Claims about what to buy: a scenario is solved with each choice alone, and the cheapest wins."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.catalog.loading import data_folder
from planner.claims.figures import unknown
from planner.claims.narrowing import buying_only
from planner.claims.schema import (
    Asserted,
    ChoiceAbout,
    ChoiceCase,
)
from planner.claims.verdicts import Outcome, agrees
from planner.claims.world import UnknownError, World
from planner.errors import InfeasibleError, InputError, NoAnswerError
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from planner.sizing.precision import foreign_to_cuda
from planner.solve.mathopt import BACKENDS
from planner.solve.settings import Listener, Settings
from planner.studies.optimum import find_plan
from planner.yaml_source import Value, parse, read_bytes

GAP = 0.005
"""Share of the cost within which a fleet is proven to be the cheapest."""
TIE = 0.01
"""Share of the cost within which two choices are called equal."""
SECONDS = 20.0
"""Longest search of one fleet."""


UNPROVEN = "unknown"
"""The word for the winner where the searches ended too early to tell."""
EITHER = "either"
"""Asserted of a choice: all can do it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a choice costs.

    Attributes:
        choice: its name.
        cents: net present cost, or None where no fleet of it meets the scenario.
        reason: why there is none.
        currency: of the cost.
        bound: no fleet of it costs less, cents; None where it is the cost itself.
        proven: whether the cost is proven to the gap that was asked.
    """

    choice: str
    cents: int | None
    reason: str
    currency: str
    bound: int | None = None
    proven: bool = True

    def __str__(self) -> str:
        if self.cents is None:
            return f"{self.choice} cannot do it ({self.reason})"
        return f"{self.choice} {self.currency} {self.cents / 100:,.0f}"


def of_choices(about: ChoiceAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """The cheapest choice in each case."""
    for case in about.cases:
        try:
            yield _of_case(about, case, asserted, world)
        except UnknownError as error:
            yield unknown(case.name, error)


def _of_case(about: ChoiceAbout, case: ChoiceCase, asserted: Asserted, world: World) -> Outcome:
    inputs = inputs_of_case(about.scenario, case, world)
    costs = [cost_of(name, cards, inputs) for name, cards in about.between.items()]
    winner, told = winner_of(costs), ", ".join(map(str, costs))
    if f"{asserted.equals}".strip().lower() == EITHER:
        return Outcome(case.name, all(c.cents is not None for c in costs), winner, winner, told)
    if winner == UNPROVEN:
        raise UnknownError(f"the searches ended too early to tell the cheaper: {told}")
    return Outcome(case.name, agrees(winner, asserted), winner, winner, told)


def winner_of(costs: Sequence[Cost]) -> str:
    """The cheapest choice; `tie` where the next is as cheap, `none` where none can do it.

    A choice wins where every other is proven to cost more: its bound lies above the winner's
    cost, and its cost by more than a hundredth. A tie is of proven costs. All else is `unknown`.
    """
    possible = sorted(
        ((c.cents, c.choice, c) for c in costs if c.cents is not None), key=lambda p: p[:2]
    )
    if not possible:
        return "none"
    cents, best, _ = possible[0]
    others = possible[1:]
    if all(least > cents + TIE * abs(cents) for least, _, _ in others):
        proven = all(_least(c) > cents for _, _, c in others)
        return best if proven else UNPROVEN
    return "tie" if all(c.proven for _, _, c in possible) else UNPROVEN


def _least(cost: Cost) -> int:
    assert cost.cents is not None
    return cost.cents if cost.bound is None else cost.bound


def cost_of(choice: str, cards: tuple[str, ...], inputs: Inputs) -> Cost:
    """What the cheapest fleet costs that buys some cards and no others.

    Raises:
        UnknownError: if a card is not known or not sized, or the search ended without an answer.
    """
    for card in cards:
        _must_be_sized(card, inputs)
    currency = inputs.scenario.currency
    try:
        plan = find_plan(
            buying_only(inputs, cards),
            BACKENDS["gscip"],
            Settings(gap=GAP, seconds=SECONDS),
            Listener(),
        )
    except InfeasibleError as error:
        return Cost(choice, None, _first(error), currency)
    except NoAnswerError as error:
        raise UnknownError(f"{choice}: {error}") from None
    found = plan.objective
    return Cost(choice, found.npv, "", currency, found.lower_bound, plan.status == "proven")


def _must_be_sized(card: str, inputs: Inputs) -> None:
    """A card that the engines' constants say nothing of must have been measured."""
    if card not in inputs.catalog.gpus:
        raise UnknownError(f"the catalogue has no card `{card}`")
    foreign = foreign_to_cuda(inputs.catalog.gpu(card))
    for workload in inputs.scenario.workloads:
        measured = any(row.gpu == card for row in workload.measured)
        if foreign and workload.task != "fixed" and not measured:
            raise UnknownError(f"{card}: {foreign}")


def _first(error: InfeasibleError) -> str:
    return next(iter(error.reasons), "no fleet meets the scenario").rstrip(".")


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
    return beside if beside.exists() else scenarios_folder() / name


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
