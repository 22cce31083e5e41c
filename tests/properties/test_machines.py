"""Promises that bind single machines: no plan that keeps them is cheaper than the engine's.

Lost hosts, cores and memory of hosts, and bridges beside larger groups are in play in every
scenario here; the brute force tries every machine with everything that it may carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from planner.formulation.machines import by_machine
from planner.formulation.model import build_model
from planner.formulation.problem import Problem
from planner.formulation.rule import RuleFile
from planner.formulation.rules import RULES
from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.backend import Program, Request
from planner.solve.direct import listed
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Settings
from tests.fixtures.catalogues import Entry, catalogue_of, facts, plain_book, plain_card, plain_host
from tests.fixtures.counts import CASES, blocks
from tests.fixtures.dice import Dice, Seeded, chance, pick
from tests.fixtures.handmade import fixed, scenario
from tests.properties.brute_uses import TooLargeError
from tests.properties.families_force import cheapest
from tests.properties.test_brute_force import assert_cheapest

FEW = 24
BRIDGED: Entry = {"nvlink": "bridge", "nvlink_gb_s": 112.5}
NEEDS: tuple[tuple[str, Entry, Entry], ...] = (
    ("joined", {"cards": 2}, {"link": "nvlink"}),
    ("pair", {"cards": 2}, {}),
    ("four", {"cards": 4}, {}),
    ("lasting", {"cards": 1}, {"survive": {"hosts": 1}}),
    ("double", {"cards": 2}, {"survive": {"hosts": 2}}),
    ("lasting-part", {"memory_gib": 10.0, "time_share": 0.3}, {"survive": {"hosts": 1}}),
    ("lasting-note", {"memory_gib": 4.0, "time_share": 0.2}, {"survive": {"hosts": 1}}),
    ("pod", {"memory_gib": 6.0, "time_share": 0.2, "cpu_cores": 3.0, "host_memory_gib": 20.0}, {}),
    ("busy", {"cards": 1, "cpu_cores": 5.0}, {}),
    ("part", {"memory_gib": 20.0, "time_share": 0.4}, {}),
)
"""Needs by name, and what they promise besides."""


def crowded_inputs(seed: int | str) -> Inputs:
    """One month in which a few hosts must hold groups, bridged pairs, spares and pods."""
    dice = Seeded.of("machines", seed)
    cards = [
        plain_card("left", **BRIDGED),
        plain_card("right", **(BRIDGED if chance(dice, 60) else {}), memory_mib=24 * 1024),
    ]
    cards = cards[: pick(dice, (1, 2))]
    hosts = [_host(dice, name) for name in ("tower", "server")[: pick(dice, (1, 2))]]
    joined = [c["id"] for c in cards if c["nvlink"]["value"] == "bridge"]
    bridge = {"id": "bridge", "name": "BRIDGE", "vendor": "NVIDIA"}
    bridges = [bridge | facts(gpus=joined, per_pair=pick(dice, (1, 2)))]
    prices = {c["id"]: dice.integer(5, 15) * 100.0 for c in cards}
    prices |= {h["id"]: dice.integer(4, 20) * 100.0 for h in hosts}
    prices |= {"bridge": 100.0, "rack": dice.integer(2, 9) * 100.0}
    kw = pick(dice, (1.7, 2.5, 1.2))
    rack = {"id": "rack", "name": "RACK"} | facts(rack_units=pick(dice, (6, 4)), kw=kw, sockets=8)
    return scenario(
        catalogue_of(cards, hosts, plain_book(prices), racks=[rack], bridges=bridges),
        list(_workloads(dice)),
        months=1,
        existing=[
            {"host": h["id"], "count": pick(dice, (1, 2)), "bought": "2025-10"}
            for h in hosts
            if chance(dice, 60)
        ],
        site={"hosts_max": pick(dice, (2, 3, 4))} | _racks(dice),
    )


def _racks(dice: Dice) -> Entry:
    racks = {"model": "rack", "count": 1, "buy": pick(dice, (1, 2))}
    return {"racks": racks} if chance(dice, 50) else {}


def _host(dice: Dice, name: str) -> Entry:
    places = pick(dice, (4, 2, 3, 5))
    return plain_host(
        name,
        form=pick(dice, ("rack", "tower")),
        rack_units=2,
        slot_layouts=((2,) * places,),
        max_gpus=places,
        psu_w=6000,
        bridge_pairs=pick(dice, (1, 0, 2)),
        cpu_cores=pick(dice, (8, 16)),
        memory_gib=pick(dice, (64.0, 128.0)),
    )


def _workloads(dice: Dice) -> Iterator[Entry]:
    left = list(NEEDS)
    chosen = [left.pop(0), left.pop(1)] if chance(dice, 40) else []
    count = pick(dice, (2, 3)) - len(chosen)
    chosen += [left.pop(dice.integer(0, len(left) - 1)) for _ in range(count)]
    for name, need, more in chosen:
        yield fixed(name, [pick(dice, (1, 2))], **need) | more


MINE = [
    f
    for f in RULES
    if f.rule.name in ("share_hosts", "survive_hosts") or f.rule.name.endswith("_machines")
]
"""The rules about single machines."""


@cache
def problems() -> list[Problem]:
    found = (listed(set_up(i, size(i)), Settings()) for i in map(crowded_inputs, range(200)))
    return [small.problem for small in found if small is not None and by_machine(small.problem)]


def costs(rules: Sequence[RuleFile]) -> list[int | None]:
    found = []
    for problem in problems():
        model = build_model(problem, rules)
        answer = GSCIP.solve(Program(model.variables, model.rows, model.cost), Request())
        found.append(None if answer.values is None else round(answer.cost))
    return found


@cache
def true_costs() -> list[int | None]:
    return costs(RULES)


@pytest.mark.slow
@pytest.mark.parametrize("lacking", MINE, ids=lambda file: file.rule.name)
def test_without_a_rule_about_machines_some_plan_would_cost_otherwise(lacking: RuleFile) -> None:
    assert costs([rule for rule in RULES if rule is not lacking]) != true_costs()


def assert_cheapest_of(seeds: range) -> None:
    apart = 0
    for seed in seeds:
        inputs = crowded_inputs(seed)
        sizing = size(inputs)
        apart += by_machine(set_up(inputs, sizing).problem)
        try:
            best = cheapest(inputs, sizing)
        except TooLargeError:
            continue
        assert_cheapest(inputs, sizing, best)
    assert apart >= len(seeds) // 3


@pytest.mark.parametrize("seeds", blocks(0, 6, FEW), ids=str)
def test_no_plan_is_cheaper_where_single_machines_count(seeds: range) -> None:
    assert_cheapest_of(seeds)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(FEW, 20, CASES), ids=str)
def test_no_plan_is_cheaper_where_single_machines_count_on_more(seeds: range) -> None:
    assert_cheapest_of(seeds)
