"""Changes of a scenario whose effect on the cost is known without solving anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from planner.catalog.catalog import Catalog
from planner.catalog.schema import CatalogFile
from planner.errors import InfeasibleError, InputError
from planner.plan.schema import Plan
from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import Entry
from tests.fixtures.dice import Seeded, pick
from tests.fixtures.engine import plan_of
from tests.fixtures.families import random_family_inputs
from tests.fixtures.strategies import inputs_of, random_inputs

Source = tuple[str, int]
"""A kind of random scenario, and its seed."""


@dataclass(frozen=True)
class Draft:
    """A scenario and its catalogue as plain data, which may be changed."""

    scenario: Entry
    catalog: Entry

    def inputs(self) -> Inputs | None:
        """Both as the program reads them, or None where a check at the door refuses them."""
        catalog = Catalog.of_file(CatalogFile.model_validate(self.catalog, strict=False))
        try:
            return inputs_of(self.scenario, catalog)
        except InputError:
            return None

    @property
    def dice(self) -> Seeded:
        """Choices that depend on the scenario only."""
        return Seeded.of("law", self.scenario["name"])


Change = Callable[[Draft], bool]
"""It alters a draft, and says whether it could."""


def draft_of(source: Source) -> Draft:
    """A random scenario as plain data."""
    kind, seed = source
    made = random_family_inputs(seed) if kind == "families" else random_inputs(seed, "tiny")
    scenario = made.scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    catalog = made.catalog.to_file().model_dump(mode="json", by_alias=True)
    return Draft(scenario | {"name": f"{kind} {seed}"}, catalog)


@dataclass(frozen=True)
class Answer:
    """What the program says of a scenario: a plan, or that there is none."""

    plan: Plan | None

    @property
    def cost(self) -> float:
        """Discounted cents; infinity where there is no plan."""
        return float("inf") if self.plan is None else self.plan.objective.npv

    @property
    def rounding(self) -> float:
        """Cents by which the cost may differ from the least: half a cent a line, and for itself."""
        return 0.0 if self.plan is None else (len(self.plan.cash_flow) + 1) / 2


def answer(inputs: Inputs) -> Answer:
    """The cheapest plan, to half a cent."""
    try:
        plan = plan_of(inputs)
    except InfeasibleError:
        return Answer(None)
    assert plan.engine.stopped_by in ("gap", "stall")
    return Answer(plan)


@cache
def answer_as_drawn(source: Source) -> Answer:
    """The answer to a scenario without any change."""
    inputs = draft_of(source).inputs()
    assert inputs is not None
    return answer(inputs)


# More to choose from


def without_a_card(draft: Draft) -> bool:
    """Take a card out of the catalogue; False if it is spoken of or the only one."""
    named = set(_names(draft.scenario))
    cards = [g["id"] for g in draft.catalog["gpus"] if g["form_factor"]["value"] == "pcie"]
    spare = [card for card in cards if card not in named]
    if not spare or len(cards) < 2:
        return False
    draft.scenario["catalog"]["exclude"] = [pick(draft.dice, spare)]
    return True


def _names(data: object) -> Iterator[str]:
    """Every text of a scenario."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _names(value)
    elif isinstance(data, list):
        for value in data:
            yield from _names(value)
    elif isinstance(data, str):
        yield data


def with_a_cheaper_twin(draft: Draft) -> bool:
    """Offer a card a second time under another name, a fifth cheaper."""
    (book,) = draft.catalog["price_books"]
    priced = {entry["item"] for entry in book["entries"]}
    cards = [g for g in draft.catalog["gpus"] if g["id"] in priced]
    if not cards:
        return False
    card = pick(draft.dice, cards)
    old, new = card["id"], "twin"
    draft.catalog["gpus"].append(card | {"id": new})
    for entry in [e for e in book["entries"] if e["item"] == old]:
        book["entries"].append(entry | {"item": new, "value": entry["value"] * 0.8})
    for quote in [q for q in draft.scenario["quotes"] if q["item"] == old]:
        draft.scenario["quotes"].append(quote | {"item": new, "price": quote["price"] * 0.8})
    for listed in [c["items"] for c in book["resale"]]:
        _add_twin(listed, old, new)
    for bridge in draft.catalog["bridges"]:
        _add_twin(bridge["gpus"]["value"], old, new)
    for workload in draft.scenario["workloads"]:
        _add_twin(workload.get("gpus"), old, new)
        rows = [row for row in workload.get("measured", ()) if row["gpu"] == old]
        workload["measured"] = [*workload.get("measured", ()), *(r | {"gpu": new} for r in rows)]
    return True


def _add_twin(listed: Any, old: str, new: str) -> None:
    if isinstance(listed, list) and old in listed:
        listed.append(new)


# Looser limits and more of one's own


def with_more_budget(draft: Draft) -> bool:
    windows = draft.scenario.get("budget", {}).get("windows", [])
    for window in windows:
        window["capital"] *= 1.5
    return bool(windows)


def with_more_power(draft: Draft) -> bool:
    for site in draft.scenario["sites"]:
        site["facility_power_kw"] *= 1.5
    return True


def with_more_places(draft: Draft) -> bool:
    """A host more at each site, and a rack more of those that stand there."""
    found = False
    for site in draft.scenario["sites"]:
        if "hosts_max" in site:
            site["hosts_max"] += 1
            found = True
        if "racks" in site:
            site["racks"]["count"] += 1
            found = True
    return found


def with_more_supply(draft: Draft) -> bool:
    for limit in draft.scenario.get("supply", []):
        limit["per_month"] += 1
    return bool(draft.scenario.get("supply"))


def with_more_kinds(draft: Draft) -> bool:
    fleet = draft.scenario["fleet"]
    if "max_gpu_models" not in fleet:
        return False
    fleet["max_gpu_models"] += 1
    return True


def with_shorter_lead_times(draft: Draft) -> bool:
    return bool(draft.scenario.pop("lead_times", None))


def with_another_unit(draft: Draft) -> bool:
    """Own one card or host more; it can be sold at once, so it does no harm."""
    if not draft.scenario["resale"]:
        return False
    (book,) = draft.catalog["price_books"]
    priced = {entry["item"] for entry in book["entries"]}
    found = [("gpu", g["id"]) for g in draft.catalog["gpus"] if g["id"] in priced]
    found += [("host", h["id"]) for h in draft.catalog["hosts"] if h["id"] in priced]
    field, item = pick(draft.dice, found)
    lot: Entry = {field: item, "count": 1, "bought": "2026-01"}
    if len(draft.scenario["sites"]) > 1:
        lot["site"] = draft.scenario["sites"][0]["name"]
    draft.scenario["existing"].append(lot)
    return True


# More to do


def with_more_demand(draft: Draft) -> bool:
    """A quarter more of what is counted in parts, and one more of what is counted whole."""
    for workload in draft.scenario["workloads"]:
        for entry in workload["demand"]:
            for field, amount in entry.items():
                if field == "count" and amount:
                    entry[field] = amount + 1
                elif field == "classes":
                    for each in amount:
                        each["requests_per_s"] *= 1.25
                elif isinstance(amount, (int, float)) and field != "active_share":
                    entry[field] = amount * 1.25
    return True


# The same in other words


def in_another_order(draft: Draft) -> bool:
    """Every list whose order says nothing, from the end to the start."""
    draft.scenario["existing"] = [
        {"site": draft.scenario["sites"][0]["name"]} | lot for lot in draft.scenario["existing"]
    ]
    for name in ("workloads", "existing", "quotes", "supply", "lead_times", "leases", "rentals"):
        if name in draft.scenario:
            draft.scenario[name].reverse()
    draft.scenario["sites"].reverse()
    for workload in draft.scenario["workloads"]:
        for name in ("precision", "gpus", "sites", "measured"):
            if name in workload:
                workload[name].reverse()
    for name in ("gpus", "hosts"):
        draft.catalog[name].reverse()
    return True


FACTOR = 3


def in_smaller_coins(draft: Draft) -> bool:
    """Every amount of money three times as large."""
    scenario = draft.scenario
    (book,) = draft.catalog["price_books"]
    for entry in book["entries"]:
        entry["value"] *= FACTOR
    fields = ("price", "worth", "capital", "per_month", "per_hour", "electricity_per_kwh")
    limited = [*scenario.get("budget", {}).get("windows", []), *scenario.get("leases", [])]
    for entry in [
        *scenario["sites"],
        *scenario["quotes"],
        *scenario["existing"],
        *scenario.get("rentals", []),
        *limited,
    ]:
        for field in fields:
            if field in entry:
                entry[field] *= FACTOR
    return True


# An offer that nobody takes

LIMITS = ("budget", "supply", "lead_times")


def without_limits_on_purchases(draft: Draft) -> bool:
    """No row that may favour a lease: no budget, supply, kinds or lead times, and no leases."""
    for name in (*LIMITS, "leases"):
        draft.scenario.pop(name, None)
    draft.scenario["fleet"].pop("max_gpu_models", None)
    return True


def with_dear_leases(draft: Draft) -> bool:
    """Offers whose payments come to more than the price and the support of the whole roadmap."""
    inputs = draft.inputs()
    if inputs is None:
        return False
    prices, months = inputs.prices(), draft.scenario["months"]
    offers = []
    for item in inputs.catalog.items:
        asked = [prices.price(item, prices.start + m) for m in range(months)]
        if all(asked) and item not in inputs.catalog.racks:
            dearest = max(price.cents for price in asked if price)
            share = (
                inputs.catalog.host(item).support_per_year if item in inputs.catalog.hosts else 0
            )
            term = pick(draft.dice, (3, 6, 12))
            whole = dearest / 100 * (1 + float(share) * months / 12)
            discount = (1 + draft.scenario["discount_rate"]) ** ((months + 1) / 12)
            offers.append(
                {"item": item, "term_months": term, "per_month": whole * discount * 1.01 / term}
            )
    draft.scenario["leases"] = offers
    return bool(offers)
