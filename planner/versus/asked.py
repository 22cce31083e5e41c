"""What is compared: two cards of a scenario's catalogue, and a scenario that may use them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from planner.catalog.loading import default_catalog, load_overlays
from planner.catalog.names import must_be_known
from planner.claims.choosing import scenarios_folder
from planner.errors import Diagnostic, InputError
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.scenario.workloads import FixedWorkload


def inputs_of(
    gpus: tuple[str, str], workloads: Path | None, book: str | None, overlays: Sequence[Path]
) -> Inputs:
    """The scenario in which two cards are compared.

    Args:
        gpus: ids of the cards.
        workloads: a scenario; that of the program if None.
        book: id of a price book; that of the scenario if None.
        overlays: catalogue files that are laid over first; those of the scenario come on top.

    Raises:
        InputError: if it is wrong, a name is not known, the cards are the same, or the scenario
            does not let them be used.
    """
    catalog = load_overlays(default_catalog(), overlays) if overlays else None
    path = workloads or scenarios_folder() / "versus.yaml"
    inputs = load_scenario(path, catalog)
    also = "`planner catalog list gpus` shows all that come with the program"
    must_be_known("unknown-gpu", gpus, inputs.catalog.gpus, "a card of the catalogue", also)
    if gpus[0] == gpus[1]:
        raise InputError([Diagnostic("same-card", f"`{gpus[0]}` against itself says nothing")])
    if wrong := [*_shut_out(gpus, inputs, path), *_stated(inputs)]:
        raise InputError(wrong)
    return inputs if book is None else _at(inputs, book)


def _at(inputs: Inputs, book: str) -> Inputs:
    known = inputs.catalog.price_books
    also = f"there are: {', '.join(known)}"
    must_be_known("unknown-price-book", [book], known, "a price book", also)
    choice = inputs.scenario.catalog.model_copy(update={"prices": book})
    return Inputs(inputs.scenario.model_copy(update={"catalog": choice}), inputs.catalog)


def _shut_out(gpus: tuple[str, str], inputs: Inputs, path: Path) -> Iterator[Diagnostic]:
    """Cards that the scenario forbids."""
    allowed = inputs.scenario.fleet.gpus
    for gpu in gpus:
        if gpu in inputs.scenario.catalog.exclude:
            message = f"{path} does not let `{gpu}` be used: catalog.exclude names it"
            yield Diagnostic("card-shut-out", message, help="take it off that list")
        elif allowed is not None and gpu not in allowed:
            message = f"{path} does not let `{gpu}` be used: fleet.gpus does not name it"
            yield Diagnostic("card-shut-out", message, help="add it there, or leave that list out")


def _stated(inputs: Inputs) -> Iterator[Diagnostic]:
    stated = [w.name for w in inputs.scenario.workloads if isinstance(w, FixedWorkload)]
    if stated:
        message = f"`{stated[0]}` states its need directly; a card is not compared by that"
        yield Diagnostic("fixed-workload", message, help="give it a model")
