"""Sizes of what the command line asks for: a model, or the workloads of a scenario."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog
from planner.catalog.names import must_be_known
from planner.catalog.prices import PriceList, price_list
from planner.report.sizes import Sizes, sizes_of
from planner.scenario.demand import need_of
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.scenario.question import Question, inputs_of
from planner.scenario.schema import CatalogChoice
from planner.scenario.workloads import AnyWorkload

DEFAULT_BOOK = str(CatalogChoice().prices)
"""The price book of a scenario that names none."""


def sizes_of_model(
    question: Question, gpus: Collection[str], book: str | None, *, deep: bool = False
) -> list[Sizes]:
    """A model on every card, or on some.

    Args:
        question: the model, and what is asked of it.
        gpus: ids of cards; all if empty.
        book: id of a price book; the usual one if absent.
        deep: whether every way of every card is looked at in depth, not only its best.

    Raises:
        InputError: if a name is not known, or the question breaks a rule.
    """
    catalog = default_catalog()
    prices = book_of(catalog, book or DEFAULT_BOOK)
    _check_cards(gpus, catalog.gpus)
    inputs = inputs_of(replace(question, prices=prices.book.id), catalog, Path())
    (workload,) = inputs.scenario.workloads
    need = question.concurrency if workload.task == "inference" else None
    return [
        sizes_of(
            inputs,
            workload,
            need=need,
            prices=prices,
            cards=gpus or None,
            deep=deep,
            run_tokens=question.tokens,
        )
    ]


def sizes_of_scenario(
    file: Path,
    workload: str | None,
    gpus: Collection[str],
    book: str | None,
    *,
    deep: bool = False,
) -> list[Sizes]:
    """The workloads of a scenario, or one of them, each with the largest load of its roadmap.

    Args:
        file: the scenario.
        workload: name of a workload; all if absent.
        gpus: ids of cards; all that the scenario allows if empty.
        book: id of a price book; that of the scenario if absent.
        deep: whether every way of every card is looked at in depth, not only its best.

    Raises:
        InputError: if the scenario breaks a rule, or a name is not known.
    """
    inputs = load_scenario(file)
    scenario, catalog = inputs.scenario, inputs.catalog
    prices = book_of(catalog, book or scenario.catalog.prices, scenario.currency)
    _check_cards(gpus, catalog.gpus)
    names = [workload] if workload else list(inputs.workload_names())
    known = inputs.workload_names()
    must_be_known("unknown-workload", names, known, f"a workload of {file}", _listed(known))
    return [
        sizes_of(
            inputs,
            w,
            need=_peak(w, inputs),
            prices=prices,
            cards=gpus or None,
            deep=deep,
            run_tokens=_peak(w, inputs) if w.task == "finetune" else None,
        )
        for w in scenario.workloads
        if w.name in names
    ]


def book_of(catalog: Catalog, book: str, currency: str | None = None) -> PriceList:
    """The prices of a book, in its own currency or another.

    Raises:
        InputError: if there is no such book.
    """
    known = catalog.price_books
    must_be_known("unknown-price-book", [book], known, "a price book", _listed(known))
    return price_list(catalog, book, currency or known[book].currency)


def _check_cards(gpus: Collection[str], known: Collection[str]) -> None:
    also = "`planner catalog list gpus` shows all"
    must_be_known("unknown-gpu", gpus, known, "a card of the catalogue", also)


def _listed(known: Collection[str]) -> str:
    return f"there are: {', '.join(known)}"


def _peak(workload: AnyWorkload, inputs: Inputs) -> float:
    """The largest load of a workload in its roadmap, headroom included."""
    return float(need_of(workload, inputs.scenario).peak)
