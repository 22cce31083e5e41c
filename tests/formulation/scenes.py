"""Small problems that trigger the rules, with every pattern and every build listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

from planner.catalog.catalog import Catalog
from planner.formulation.problem import Problem
from planner.formulation.setup import Setup, set_up
from planner.scenario.inputs import Inputs
from planner.sizing.option import Layout, Sizing
from planner.solve.direct import listed
from planner.solve.settings import Settings
from tests.fixtures.catalogues import (
    Entry,
    catalogue_of,
    facts,
    plain_book,
    plain_card,
    plain_host,
    plain_module,
    plain_system,
)
from tests.fixtures.handmade import fixed, market, month, scenario
from tests.formulation.by_hand import Kind, option, sizing_of, sizing_of_classes

FIRST, SECOND, THIRD = "2026-10", "2026-11", "2026-12"
TASK, NOTE = "task@card/bf16/x1/s1", "note@card/bf16/x1/s1"
PAIR, FOUR = "pair@card/bf16/x2/w1", "four@card/bf16/x4/w1"
HALF = Fraction(1, 2)
Demand = Mapping[str, tuple[int, ...]]
"""Load of each workload in each month."""

WAYS = {
    "task": option("task", kind=Kind(share=0.4)),
    "note": option("note", kind=Kind(share=0.5)),
    "pair": option("pair", kind=Kind(gpus=2, part=False, watts=180)),
    "four": option("four", kind=Kind(gpus=4, part=False, watts=360)),
}


def problem_of(inputs: Inputs, sizing: Sizing, *, merge: bool = True) -> Problem:
    """The problem of a scenario with everything listed."""
    small = listed(set_up(inputs, sizing, merge=merge), Settings())
    assert small is not None
    return small.problem


def sized(demand: Demand, load_share: Fraction = HALF) -> Sizing:
    """The ways to carry some loads."""
    return sizing_of([WAYS[name] for name in demand], demand, load_share)


def scene(
    catalog: Catalog, demand: Demand, wishes: Mapping[str, Entry] | None = None, **facts: object
) -> Inputs:
    """A scenario in which only the loads of the sizing count, and what workloads wish besides."""
    (months,) = {len(counts) for counts in demand.values()}
    loads = [
        fixed(name, [max(counts)], cards=1) | (wishes or {}).get(name, {})
        for name, counts in demand.items()
    ]
    return scenario(catalog, loads, months=months, **{"discount_rate": 0.0} | facts)


TWO_MONTHS: Demand = {"task": (1, 2), "pair": (0, 1)}


@cache
def lab() -> Problem:
    """Two months: tasks of half a card, a pair of cards in the second, one card that is owned."""
    return lab_with()


def lab_with(demand: Demand = TWO_MONTHS, load_share: Fraction = HALF, **facts: object) -> Problem:
    """The same with some facts of the scenario changed."""
    return problem_of(lab_inputs(demand, **facts), sized(demand, load_share))


def lab_inputs(demand: Demand = TWO_MONTHS, **facts: object) -> Inputs:
    """The scenario of the lab, with some of its facts changed."""
    host = plain_host("host", slot_layouts=((2, 2),), max_gpus=2, support_per_year=0.06)
    catalog = market([(plain_card("card"), 1000.0)], [(host, 500.0)], curve=(0.8, 0.5))
    site = {"hosts_max": 2, "pue": 1.25, "facility_power_kw": 3.0}
    site |= dict(facts.pop("site", {}))  # type: ignore[call-overload]
    owned = [{"gpu": "card", "count": 1, "bought": "2025-10"}]
    return scene(catalog, demand, site=site, **{"existing": owned} | facts)


def lab_setup(demand: Demand = TWO_MONTHS, **facts: object) -> Setup:
    """The lab before its patterns and builds are listed."""
    return set_up(lab_inputs(demand, **facts), sized(demand))


@cache
def groups() -> Problem:
    """One month: groups of 2 and 4 cards, and hosts of 2 and 4 places."""
    return groups_with()


def groups_with(**site: object) -> Problem:
    """The same with some facts of the site changed."""
    narrow = plain_host("narrow", slot_layouts=((2, 2),), max_gpus=2)
    hosts = [(narrow, 500.0), (plain_host("wide"), 900.0)]
    demand = {"pair": (3,), "four": (1,)}
    catalog = market([(plain_card("card"), 1000.0)], hosts)
    return problem_of(scene(catalog, demand, site=site), sized(demand))


@cache
def sharing() -> Problem:
    """One month: two tasks that fit on a card together."""
    demand = {"note": (1,), "task": (2,)}
    catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    return problem_of(scene(catalog, demand), sized(demand))


@cache
def sessions() -> Problem:
    """One month: a chat that one large card serves alone, and smaller ones only together."""
    large, small = plain_card("large"), plain_card("small")
    catalog = market([(large, 3000.0), (small, 1000.0)], [(plain_host("host"), 500.0)])
    ways = [
        option("chat", "large", Kind(capacity=30, part=False)),
        option("chat", "small", Kind(capacity=12, part=False)),
    ]
    demand = {"chat": (30,)}
    inputs = scene(catalog, demand, discount_rate=0.08)
    return problem_of(inputs, sizing_of(ways, demand, Fraction(1, 4)))


OFFERS: Entry = {
    "existing": [{"host": "host", "count": 1, "bought": "2025-10"}],
    "leases": [{"item": "card", "term_months": 2, "per_month": 40.0}],
    "rentals": [{"gpu": "module", "per_hour": 1.0, "term_months": 2, "machines_max": 2}],
    "lead_times": [{"item": "host", "months": 1}],
    "supply": [{"item": "card", "per_month": 2}],
    "budget": {"windows": [{"until": SECOND, "capital": 2500.0}]},
    "fleet": {"max_gpu_models": 1},
}
RENTED = "rental-module-x1-2m"


@cache
def offers() -> Problem:
    """Three months: cards to buy or to lease, modules in a system or rented, and their limits."""
    return offers_with()


def offers_with(demand: Demand | None = None, **facts: object) -> Problem:
    """The same with some facts of the scenario changed."""
    host = plain_host("host", slot_layouts=((2,),), max_gpus=1, support_per_year=0.06)
    cards = [(plain_card("card"), 1000.0), (plain_module("module"), 0.0)]
    hosts = [(host, 500.0), (plain_system("system", "module", 2), 30_000.0)]
    loads = demand or {"task": (3, 3, 3)}
    ways = [
        option("task", "card", Kind(part=False)),
        option("task", "module", Kind(part=False)),
    ]
    inputs = scene(market(cards, hosts, curve=(0.8, 0.5)), loads, **OFFERS | facts)
    return problem_of(inputs, sizing_of(ways, loads, HALF))


@cache
def racks() -> Problem:
    """One month: a rack that is there and one to buy, for servers of two heights; and a tower."""
    return racks_with()


def racks_with(**different: object) -> Problem:
    """The same with some facts of the racks of the site changed."""
    server = plain_host(
        "server", form="rack", rack_units=2, sockets=2, slot_layouts=((2, 2),), max_gpus=2
    )
    narrow: Entry = {"slot_layouts": ((2,),), "max_gpus": 1}
    blade = plain_host("blade", form="rack", rack_units=1, sockets=3, base_load_w=100, **narrow)
    tower = plain_host("tower", **narrow)
    rack = {"id": "rack", "name": "RACK"} | facts(rack_units=4, kw=8.0, sockets=8)
    prices = {"card": 1000.0, "server": 500.0, "blade": 400.0, "tower": 450.0, "rack": 300.0}
    catalog = catalogue_of(
        [plain_card("card")], [server, blade, tower], plain_book(prices), racks=[rack]
    )
    given = {"model": "rack", "count": 1, "buy": 1, "kw": 1.6} | different
    demand = {"task": (4,)}
    return problem_of(scene(catalog, demand, site={"racks": given}), sized(demand))


BRIDGE: Entry = {"id": "bridge", "name": "BRIDGE", "vendor": "NVIDIA"}
BRIDGED: Entry = {"nvlink": "bridge", "nvlink_gb_s": 112.5}


@cache
def bridges() -> Problem:
    """One month: pairs of cards of two kinds, joined by two bridges each, or by PCIe."""
    cards = [plain_card(name, **BRIDGED) for name in ("left", "right")]
    host = plain_host("host", slot_layouts=((2, 2, 2, 2),), bridge_pairs=1)
    bridge = BRIDGE | facts(gpus=["left", "right"], per_pair=2)
    prices = {"left": 1000.0, "right": 900.0, "host": 500.0, "bridge": 100.0}
    catalog = catalogue_of(cards, [host], plain_book(prices), bridges=[bridge])
    pair = Kind(gpus=2, part=False)
    ways = [
        option("pair", "left", pair),
        *(option("pair", gpu, replace(pair, link="nvlink")) for gpu in ("left", "right")),
    ]
    demand = {"pair": (2,)}
    return problem_of(scene(catalog, demand), sizing_of(ways, demand, HALF))


LAYOUTS: tuple[Layout, ...] = ((("1g", 4),), (("1g", 2), ("2g", 1)), (("2g", 2),))


@cache
def slices() -> Problem:
    """One month: notes in quarters of a card, tasks in halves of one or beside others on it."""
    cut = Kind(part=False)
    ways = [
        option("note", kind=replace(cut, slice="1g")),
        option("task", kind=replace(cut, slice="2g")),
        WAYS["task"],
    ]
    demand = {"note": (3,), "task": (2,)}
    catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    sizing = replace(sizing_of(ways, demand, HALF), layouts={"card": LAYOUTS})
    return problem_of(scene(catalog, demand), sizing)


@cache
def spares() -> Problem:
    """One month: replicas of 10 and of 5 for a load of 6, which outlives the loss of any one."""
    return spares_with({"replicas": 1})


def spares_with(survive: Entry, load: int = 6) -> Problem:
    """The same with another loss or another load."""
    cards = [(plain_card("large"), 3000.0), (plain_card("small"), 1000.0)]
    ways = [
        option("chat", "large", Kind(capacity=10, part=False)),
        option("chat", "small", Kind(capacity=5, part=False)),
    ]
    demand = {"chat": (load,)}
    inputs = scene(
        market(cards, [(plain_host("host"), 500.0)]), demand, {"chat": {"survive": survive}}
    )
    return problem_of(inputs, sizing_of(ways, demand, HALF))


@cache
def shapes() -> Problem:
    """Two months: short requests, and long ones in the first that only the large card serves."""
    cards = [(plain_card("large"), 3000.0), (plain_card("small"), 1000.0)]
    ways = [
        option("chat", "large", Kind(part=False, watts=120, rates=(6, 2))),
        option("chat", "small", Kind(part=False, rates=(4, 0))),
    ]
    sizing = sizing_of_classes(ways, {"short": (3, 6), "long": (1, 0)}, HALF)
    catalog = market(cards, [(plain_host("host"), 500.0)])
    return problem_of(scene(catalog, {"chat": (1, 1)}), sizing)


def job(name: str, groups: int, months: int) -> Entry:
    """Fine-tuning that takes turns in a pool."""
    demand = [{"from": month(i), "tokens_per_month": 1e8} for i in range(months)]
    return {
        "name": name, "task": "finetune", "model": "dense-1b", "method": "qlora",
        "time_shared": True, "groups_at_a_time": groups, "demand": demand,
    }  # fmt: skip


@cache
def pools() -> Problem:
    """One month: two jobs on groups of one card, and one of them on bridged pairs too."""
    card, host = plain_card("card", **BRIDGED), plain_host("host", bridge_pairs=1)
    bridge = BRIDGE | facts(gpus=["card"], per_pair=2)
    prices = {"card": 1000.0, "host": 500.0, "bridge": 100.0}
    catalog = catalogue_of([card], [host], plain_book(prices), bridges=[bridge])
    turn = Kind(capacity=4, part=False, pooled=True, watts=200)
    ways = [
        option("adapt", kind=turn),
        option("tune", kind=turn),
        option("tune", kind=replace(turn, capacity=9, gpus=2, link="nvlink", watts=400)),
    ]
    inputs = scenario(catalog, [job("adapt", 1, 1), job("tune", 2, 1)], months=1, discount_rate=0.0)
    return problem_of(inputs, sizing_of(ways, {"adapt": (3,), "tune": (6,)}, HALF))


TWO_PLACES: Entry = {"slot_layouts": ((2, 2),), "max_gpus": 2}
OUTLIVE: Entry = {"survive": {"hosts": 1}}


@cache
def lasting() -> Problem:
    """One month: notes and tasks that share cards and outlive any host; and a pair of slim cards.

    A host has places for two cards, or for three slim ones.
    """
    host = plain_host("host", slot_layouts=((2, 2), (1, 1, 1)), max_gpus=3)
    cards = [(plain_card("card"), 1000.0), (plain_card("slim", slot_width=1), 900.0)]
    demand = {"note": (1,), "task": (1,), "pair": (1,)}
    ways = [WAYS["note"], WAYS["task"], option("pair", "slim", Kind(gpus=2, part=False))]
    wishes = {"note": OUTLIVE, "task": OUTLIVE}
    inputs = scene(market(cards, [(host, 500.0)]), demand, wishes, site={"hosts_max": 2})
    return problem_of(inputs, sizing_of(ways, demand, HALF))


@cache
def lasting_slices() -> Problem:
    """One month: notes in instances of a card that outlive any host, and a task beside them."""
    cut = Kind(part=False, slice="1g", capacity=2)
    ways = [option("note", kind=cut), option("task", kind=replace(cut, slice="2g"))]
    demand = {"note": (4,), "task": (1,)}
    catalog = market([(plain_card("card"), 1000.0)], [(plain_host("host", **TWO_PLACES), 500.0)])
    sizing = replace(sizing_of(ways, demand, HALF), layouts={"card": LAYOUTS[:2]})
    return problem_of(scene(catalog, demand, {"note": OUTLIVE}, site={"hosts_max": 2}), sizing)


@cache
def crowded() -> Problem:
    """One month: two bridged pairs and a group of four, in hosts that bridge one pair each."""
    host = plain_host("host", bridge_pairs=1)
    bridge = BRIDGE | facts(gpus=["card"], per_pair=1)
    prices = {"card": 1000.0, "host": 500.0, "bridge": 100.0}
    card = plain_card("card", **BRIDGED)
    catalog = catalogue_of([card], [host], plain_book(prices), bridges=[bridge])
    ways = [option("pair", kind=Kind(gpus=2, part=False, link="nvlink")), WAYS["four"]]
    demand = {"pair": (2,), "four": (1,)}
    inputs = scene(catalog, demand, site={"hosts_max": 2})
    return problem_of(inputs, sizing_of(ways, demand, HALF))


@cache
def needy() -> Problem:
    """One month: pods of five cores and 16 GiB in servers of eight cores, in one of two racks."""
    server: Entry = {"form": "rack", "rack_units": 2, "cpu_cores": 8, "memory_gib": 64.0}
    rack = {"id": "rack", "name": "RACK"} | facts(rack_units=4, kw=2.0, sockets=4)
    host = plain_host("host", **TWO_PLACES, **server)
    prices = {"card": 1000.0, "host": 500.0, "rack": 300.0}
    catalog = catalogue_of([plain_card("card")], [host], plain_book(prices), racks=[rack])
    demand = {"pod": (2,)}
    need = {"memory_gib": 10.0, "time_share": 0.2, "cpu_cores": 5.0, "host_memory_gib": 16.0}
    racks = {"model": "rack", "count": 1, "buy": 1}
    inputs = scene(catalog, demand, {"pod": {"need": need}}, site={"racks": racks, "hosts_max": 2})
    ways = [option("pod", kind=Kind(capacity=n, level=n, share=0.2 * n)) for n in (1, 2)]
    return problem_of(inputs, sizing_of(ways, demand, HALF))


SCENES = {
    "keep_groups_together": groups,
    "share_cards": sharing,
    "meet_demand": sessions,
    "serve_load": sessions,
    "serve_within_capacity": sessions,
    "leases": offers,
    "rentals": offers,
    "hold_kinds": offers,
    "limit_kinds": offers,
    "limit_supply": offers,
    "limit_rentals": offers,
    "keep_budget": offers,
    "fit_racks": racks,
    "own_racks": racks,
    "stand_in_racks": racks,
    "bridge_neighbours": bridges,
    "own_bridges": bridges,
    "fit_slices": slices,
    "survive_losses": spares,
    "route_classes": shapes,
    "serve_classes": shapes,
    "energy_of_classes": shapes,
    "share_pools": pools,
    "take_turns": pools,
    "assign_machines": lasting,
    "count_machines": lasting,
    "fill_machines": lasting,
    "occupy_machines": lasting,
    "share_machines": lasting,
    "survive_hosts": lasting,
    "bridge_machines": crowded,
    "rack_machines": needy,
    "share_hosts": needy,
}
"""Problems of rules and of terms that the lab does not show well, by name."""
ALL = (
    lab, groups, sharing, sessions, offers, racks, bridges, slices, spares, shapes, pools,
    lasting, lasting_slices, crowded, needy,
)  # fmt: skip
"""Every problem by hand."""
