"""The part of the catalogue that a plan rests on, so that the plan can be checked alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.scenario.inputs import Inputs


def facts_used(inputs: Inputs) -> dict[str, Any]:
    """Catalogue facts of the candidates of a scenario, in the catalogue's own file format.

    Cards and hosts that the scenario rules out, racks of no site, bridges of other cards, models
    that no workload names, other price books, what was seen in the market, measured speeds that
    say nothing of a server, and sources that nothing refers to are left away.
    """
    catalog, scenario = inputs.catalog, inputs.scenario
    gpus, hosts, racks = inputs.gpus(), inputs.hosts(), inputs.racks()
    bridges = inputs.bridges()
    models = {w.model for w in scenario.workloads if hasattr(w, "model")}
    items = {*gpus, *hosts, *racks, *bridges}
    book = catalog.price_books[scenario.catalog.prices]
    book = book.model_copy(update={"entries": tuple(e for e in book.entries if e.item in items)})
    file = catalog.to_file().model_copy(
        update={
            "gpus": tuple(catalog.gpus[g] for g in gpus),
            "hosts": tuple(catalog.hosts[h] for h in hosts),
            "racks": tuple(catalog.racks[r] for r in racks),
            "bridges": tuple(catalog.bridges[b] for b in bridges),
            "models": tuple(m for m in catalog.models.values() if m.id in models),
            "price_books": (book,),
            "price_observations": (),
            "rentals": (),
            "depreciation": (),
            "references": (),
            "benchmarks": tuple(b for b in catalog.benchmarks if b.serves and b.model in models),
        }
    )
    data: dict[str, Any] = file.model_dump(mode="json", by_alias=True)
    cited = set(_cited({k: v for k, v in data.items() if k != "sources"}))
    data["sources"] = [s for s in data["sources"] if s["id"] in cited]
    return data


def _cited(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("source"), str):
            yield value["source"]
        for inner in value.values():
            yield from _cited(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _cited(inner)
