"""What a corruption is, and tools to write one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any

from planner.plan.audit import inputs_of, money
from planner.plan.audit.case import Case
from planner.plan.digest import digest
from planner.plan.schema import Plan, read_plan
from planner.units import round_half_away

Data = dict[str, Any]
Change = Callable[[Data], None]


@dataclass(frozen=True)
class Corruption:
    """A change that makes a sound plan unsound.

    Attributes:
        name: what is done, as words.
        base: the sound plan that it spoils.
        change: does it, in place.
        reasons: findings that must be among those of the audit.
        alone: whether there must be no other; so it is where all that follows was put right.
    """

    name: str
    base: str
    change: Change
    reasons: frozenset[str]
    alone: bool


_MARK = "_corruption"


def corruption(base: str, *reasons: str, alone: bool = True) -> Callable[[Change], Change]:
    """Makes a function a corruption of a base plan."""

    def marked(change: Change) -> Change:
        name = change.__name__.replace("_", " ")
        found = Corruption(name, base, change, frozenset(reasons), alone)
        setattr(change, _MARK, found)
        return change

    return marked


def listed(module: ModuleType) -> Iterator[Corruption]:
    """The corruptions of a module, in the order in which they are written."""
    for value in vars(module).values():
        if hasattr(value, _MARK):
            yield getattr(value, _MARK)


def parsed(plan: Data) -> Plan:
    """Plain data as a plan."""
    return read_plan(json.dumps(plan))


def first_node(plan: Data) -> str:
    return str(plan["nodes"][0])


def hosts(plan: Data) -> list[Data]:
    """Hosts that stand at the first node."""
    return [h for h in plan["placement"] if h["node"] == first_node(plan)]


def cards(plan: Data) -> list[Data]:
    """Cards of the first node."""
    return [card for host in hosts(plan) for card in host["cards"]]


def workloads(card: Data) -> set[str]:
    """Workloads on a card."""
    return {replica["workload"] for replica in card["replicas"]}


def card_with(plan: Data, *names: str) -> Data:
    """A card of the first node that carries some workloads, and maybe others."""
    return next(c for c in cards(plan) if set(names) <= workloads(c))


def replica_of(plan: Data, workload: str) -> Data:
    """A placed replica of the first node."""
    return next(r for c in cards(plan) for r in c["replicas"] if r["workload"] == workload)


def deployment(plan: Data, workload: str) -> Data:
    """A deployment of the first node."""
    node = first_node(plan)
    return next(d for d in plan["deployments"] if (d["node"], d["workload"]) == (node, workload))


def everywhere(plan: Data, workload: str, **changes: object) -> None:
    """Change every deployment and every placed replica of a workload alike."""
    for entry in plan["deployments"]:
        if entry["workload"] == workload:
            entry.update({k: v for k, v in changes.items() if k in entry})
    for host in plan["placement"]:
        for card in host["cards"]:
            for replica in card["replicas"]:
                if replica["workload"] == workload:
                    replica.update({k: v for k, v in changes.items() if k in replica})


def unit(plan: Data, item: str, mode: str = "purchase") -> Data:
    """An acquisition of an item; one that is held to the end if there is one."""
    found = [u for u in plan["acquisitions"] if (u["item"], u["mode"]) == (item, mode)]
    return min(found, key=lambda u: u["leaves"] is not None)


def buy(plan: Data, item: str, price: int, count: int = 1) -> None:
    """Add a purchase at the first node that is held to the end and brings nothing there."""
    facts = plan["inputs"]["catalog"]
    sections = {"gpus": "gpu", "hosts": "host", "racks": "rack", "bridges": "bridge"}
    kind = next(k for s, k in sections.items() if any(e["id"] == item for e in facts[s]))
    plan["acquisitions"].append(
        {
            "item": item, "kind": kind, "site": "lab", "count": count, "mode": "purchase",
            "node": first_node(plan), "in_service": first_node(plan), "leaves": None,
            "unit_cost": price, "resale_each": None, "lot": None, "term_months": None,
            "per_month": None,
        }
    )  # fmt: skip


def buy_rightly(plan: Data, item: str, count: int = 1) -> None:
    """Add a purchase at its price, with its value at the end."""
    case = _case(plan)
    price = case.prices.price(item, case.start)
    assert price is not None
    buy(plan, item, price.cents, count)
    if case.inputs.scenario.horizon_value:
        worth = case.prices.value(item, price.cents, len(case.months))
        plan["acquisitions"][-1]["resale_each"] = worth


def asked(plan: Data, workload: str) -> Data:
    """A workload of the scenario inside the plan; say `redo_digests` after a change."""
    workloads = plan["inputs"]["scenario"]["workloads"]
    return next(w for w in workloads if w["name"] == workload)


def worth(plan: Data, item: str, age: int) -> int:
    """Value of a unit that was bought at the start, at an age."""
    prices = _case(plan).prices
    price = prices.price(item, prices.start)
    assert price is not None
    return prices.value(item, price.cents, age)


def redo(plan: Data) -> None:
    """Put right all that follows from what is bought and placed: the fleet and the money."""
    redo_fleet(plan)
    redo_money(plan)


def redo_fleet(plan: Data) -> None:
    """The fleet that the acquisitions make."""
    case = _case(plan)
    before: dict[tuple[str, str], int] = {}
    entries = []
    for node, end in case.spans:
        now = dict.fromkeys(before, 0)
        for unit in case.plan.acquisitions:
            if unit.in_service <= node and (unit.leaves is None or end <= unit.leaves):
                now[unit.site, unit.item] = now.get((unit.site, unit.item), 0) + unit.count
        for (site, item), count in sorted(now.items()):
            if count != before.get((site, item), 0):
                entries.append({"node": node, "site": site, "item": item, "count": count})
        before = now
    plan["fleet"] = entries


def redo_money(plan: Data) -> None:
    """The cash flow that follows from the rest, and the objective that follows from it."""
    lines = {key: cents for key, cents in money.lines(_case(plan)).items() if cents}
    plan["cash_flow"] = [
        {"node": month, "category": category, "amount": cents}
        for (month, category), cents in sorted(lines.items())
    ]
    redo_objective(plan)


def redo_objective(plan: Data) -> None:
    """The objective that follows from the cash flow and the discount factors."""
    case = _case(plan)
    said = plan["objective"]
    worth = [(e["amount"], case.factors[case.index(e["node"]) or 0]) for e in plan["cash_flow"]]
    said["npv"] = round_half_away(sum((a * f for a, f in worth), Fraction(0)))
    said["gross"] = round_half_away(sum((max(0, a) * f for a, f in worth), Fraction(0)))
    said["total_undiscounted"] = sum(a for a, _ in worth)
    said["lower_bound"] = min(said["lower_bound"], said["npv"])
    redo_gap(plan)


def redo_gap(plan: Data) -> None:
    """The gap that follows from cost and bound."""
    said = plan["objective"]
    said["gap"] = float(Fraction(said["npv"] - said["lower_bound"], max(1, said["gross"])))


def redo_digests(plan: Data) -> None:
    """The digests of what the plan carries."""
    plan["scenario"]["sha256"] = digest(plan["inputs"]["scenario"])
    plan["catalog"]["sha256"] = digest(plan["inputs"]["catalog"])


def fact_of(plan: Data, section: str, item: str) -> Data:
    """The facts of an item inside the plan."""
    return next(e for e in plan["inputs"]["catalog"][section] if e["id"] == item)


def _case(plan: Data) -> Case:
    found = parsed(plan)
    return Case(found, inputs_of(found))
