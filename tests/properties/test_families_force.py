"""The brute force of all families: examples by hand, and agreement with the older ones."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import (
    Entry,
    catalogue_of,
    facts,
    plain_book,
    plain_card,
    plain_host,
)
from tests.fixtures.counts import CASES, blocks
from tests.fixtures.families import FAMILIES, families_of
from tests.fixtures.families_catalogues import HALVES
from tests.fixtures.handmade import fixed, month
from tests.fixtures.options import random_case
from tests.fixtures.strategies import START, inputs_of
from tests.properties.brute_force import cheapest_plan
from tests.properties.brute_uses import TooLargeError
from tests.properties.draws import KINDS, Kind, family_draw, scenario_of
from tests.properties.families_force import cheapest
from tests.properties.families_lp import Line, least_cost
from tests.properties.families_matter import matter
from tests.properties.plain_enumeration import PlainEnumeration
from tests.properties.test_brute_force import imports_of, small_enough

MODULES = ("lp", "ground", "service", "uses", "ownership", "force")
RACK = {"id": "rack", "name": "Rack"} | facts(rack_units=8, kw=4.0, sockets=None)
BRIDGE = {"id": "bridge", "name": "Bridge", "vendor": "NVIDIA"} | facts(gpus=["card"], per_pair=2)
PRICES = {"card": 1000.0, "small": 300.0, "host": 500.0, "rack": 200.0, "bridge": 50.0}


def shop(
    workloads: list[Entry],
    host: Entry | None = None,
    card: Entry | None = None,
    small: Entry | None = None,
    **more: object,
) -> Inputs:
    """A scenario without discount, resale or electricity: a plan costs what is paid for it."""
    cards = [plain_card("card", **(card or {}))]
    if small is not None:
        cards.append(plain_card("small", memory_mib=24 * 1024, **small))
    sold = {name: price for name, price in PRICES.items() if name != "small" or small is not None}
    hosts, book = [plain_host("host", **(host or {}))], plain_book(sold, (0.0, 1.0), (0.0, 1.0))
    catalog = catalogue_of(cards, hosts, book, racks=[RACK], bridges=[BRIDGE])
    site: Entry = {"name": "lab", "facility_power_kw": 20.0, "pue": 1.0, "electricity_per_kwh": 0.0}
    changed = more.pop("site", {})
    months = max(len(w["demand"]) for w in workloads)
    data: Entry = {
        "schema": 1, "name": "By hand", "start": str(START), "months": months,
        "discount_rate": 0.0, "workloads": workloads, "sites": [site | dict(changed)],  # type: ignore[call-overload]
    }  # fmt: skip
    return inputs_of(data | more, catalog)


def cost(workloads: list[Entry], **more: object) -> float | None:
    """Cost of the cheapest plan in whole currency units."""
    best = cheapest(shop(workloads, **more))  # type: ignore[arg-type]
    return None if best is None else float(best / 100)


def chat(rows: list[Entry], demand: list[Entry], **more: object) -> Entry:
    """A model with the user's own figures."""
    return {
        "name": "chat", "task": "inference", "model": "dense-1b", "precision": ["bf16"],
        "context_tokens": 4096, "slo": {"tokens_per_s_per_session": 20},
        "demand": [{"from": month(i)} | entry for i, entry in enumerate(demand)],
        "gpus": sorted({r["gpu"] for r in rows}),
        "measured": [
            {"precision": "bf16", "memory_gib": 4.0, "source": "own bench"} | row for row in rows
        ],
    } | more  # fmt: skip


def pairs(count: int) -> Entry:
    return fixed("pairs", [count], cards=2) | {"link": "nvlink"}


JOINED = {"nvlink": "bridge", "nvlink_gb_s": 100.0}


@pytest.mark.parametrize(("neighbours", "hosts"), [(2, 1), (1, 2)])
def test_a_bridged_pair_needs_its_bridges_and_places_side_by_side(
    neighbours: int, hosts: int
) -> None:
    found = cost([pairs(2)], card=JOINED, host={"bridge_pairs": neighbours})
    assert found == 500 * hosts + 4 * 1000 + 4 * 50


@pytest.mark.parametrize(("places", "best"), [(2, None), (3, 3 * 500 + 8 * 1000 + 4 * 50)])
def test_pairs_and_a_group_of_four_do_not_share_hosts_with_one_bridge_each(
    places: int, best: int | None
) -> None:
    four = fixed("four", [1], cards=4)
    host, site = {"bridge_pairs": 1}, {"hosts_max": places}
    assert cost([pairs(2), four], card=JOINED, host=host, site=site) == best


@pytest.mark.parametrize(("needs", "cards"), [(2, 1), (3, 2), (4, 2)])
def test_a_card_is_cut_into_instances_with_one_replica_each(needs: int, cards: int) -> None:
    task = fixed("task", [needs], memory_gib=10.0, time_share=0.2) | {"isolation": "mig"}
    card = {"mig": HALVES, "mig_instances": 2}
    assert cost([task], card=card) == 500 + 1000 * cards
    assert cost([task | {"isolation": "exclusive"}], card=card) == 500 + 1000 * needs


@pytest.mark.parametrize(
    ("racks", "best"),
    [
        ({"count": 1, "buy": 1}, 3 * 1500 + 200),
        ({"count": 2}, 3 * 1500),
        ({"count": 1}, None),
        ({"count": 1, "buy": 1, "kw": 0.6}, None),
    ],
)
def test_hosts_for_racks_stand_in_racks(racks: Entry, best: int | None) -> None:
    host = {"form": "rack", "rack_units": 4, "max_gpus": 1}
    tasks = [fixed("task", [3], cards=1)]
    assert cost(tasks, host=host, site={"racks": {"model": "rack"} | racks}) == best


@pytest.mark.parametrize(
    ("capital", "best"), [((9000, 9000), 1900), ((2500, 0), 2500), ((2499, 399), None)]
)
def test_a_window_without_capital_is_bought_for_before(
    capital: tuple[float, float], best: int | None
) -> None:
    windows = [{"until": month(i), "capital": float(c)} for i, c in enumerate(capital)]
    cheaper = [{"item": "card", "price": 400.0, "from": month(1)}]
    tasks = [fixed("task", [1, 2], cards=1)]
    assert cost(tasks, quotes=cheaper, budget={"windows": windows}) == best


@pytest.mark.parametrize(("most", "best"), [(2, 500 + 1000 + 300), (1, 500 + 2000)])
def test_kinds_of_cards_are_limited(most: int, best: int) -> None:
    tasks = [fixed("large", [1], cards=1, min_memory_gib=40.0), fixed("any", [1], cards=1)]
    assert cost(tasks, small={}, fleet={"max_gpu_models": most}) == best


def test_a_kind_that_is_held_counts_until_it_is_sold() -> None:
    tasks = [fixed("large", [0, 1], cards=1, min_memory_gib=40.0), fixed("any", [1, 0], cards=1)]
    old = [{"gpu": "small", "count": 1, "bought": month(-1), "worth": 100.0}]
    assert cost(tasks, small={}, existing=old, fleet={"max_gpu_models": 1}) == 500 + 1000 - 100


@pytest.mark.parametrize(("needs", "best"), [([0, 2], 2500), ([2, 2], None)])
def test_supply_is_limited_in_every_month(needs: list[int], best: int | None) -> None:
    tasks = [fixed("task", needs, cards=1)]
    assert cost(tasks, supply=[{"item": "card", "per_month": 1}]) == best


@pytest.mark.parametrize(("needs", "best"), [([0, 1], 1500), ([1, 1], None)])
def test_what_is_ordered_arrives_later(needs: list[int], best: int | None) -> None:
    tasks = [fixed("task", needs, cards=1)]
    assert cost(tasks, lead_times=[{"item": "card", "months": 1}]) == best


@pytest.mark.parametrize(("needs", "best"), [([1, 1, 0], 700), ([1, 1, 1], 900)])
def test_a_lease_is_paid_to_the_end_of_its_term(needs: list[int], best: int) -> None:
    """With three months of need a second term begins, and ends behind the horizon."""
    offer = [{"item": "card", "term_months": 2, "per_month": 100.0}]
    assert cost([fixed("task", needs, cards=1)], leases=offer) == best


@pytest.mark.parametrize(("most", "best"), [(2, 2 * 730), (1, None)])
def test_a_rental_needs_no_host_and_is_limited_by_its_offer(most: int, best: int | None) -> None:
    offer = [{"gpu": "card", "per_hour": 1.0, "machines_max": most}]
    barred = fixed("task", [0, 2], cards=1) | {"sites": ["cloud"]}
    assert cost([barred], rentals=offer) == best


def test_work_goes_where_it_may_and_where_current_is_cheap() -> None:
    """An idle host and card take 120 W, a half loaded card 113.4 W more; 730 hours."""
    far = {"facility_power_kw": 2.0, "pue": 1.0, "electricity_per_kwh": 0.1, "jurisdiction": "EU"}
    sites = [
        {"name": "lab", "facility_power_kw": 2.0, "pue": 1.0, "electricity_per_kwh": 0.2},
        {"name": "far"} | far,
    ]
    task = fixed("task", [1], cards=1, load_share=0.5)
    current = (120 + 280 * 0.9 * 0.9 / 2) * 0.73
    assert cost([task], sites=sites) == pytest.approx(1500 + current * 0.1)
    assert cost([task | {"sites": ["lab"]}], sites=sites) == pytest.approx(1500 + current * 0.2)
    european = {"requires": {"jurisdictions": ["EU"]}}
    assert cost([fixed("task", [6], cards=1)], sites=sites) is not None
    assert cost([fixed("task", [6], cards=1) | european], sites=sites) is None


@pytest.mark.parametrize(
    ("survive", "best"),
    [
        (None, 500 + 2 * 300),
        ({"replicas": 1}, 500 + 3 * 300),
        ({"cards": 1}, 500 + 3 * 300),
        ({"replicas": 2}, 500 + 4 * 300),
        ({"hosts": 1}, 2 * 500 + 4 * 300),
    ],
)
def test_what_is_left_after_a_loss_carries_the_demand(survive: Entry | None, best: int) -> None:
    """Capacities 10 and 5 and a demand of 6: one of each is not enough."""
    rows = [{"gpu": "card", "capacity": 10.0}, {"gpu": "small", "capacity": 5.0}]
    work = chat(rows, [{"concurrency": 6.0}], survive=survive)
    assert cost([work], small={}) == best


def requests(short: float, long: float) -> list[Entry]:
    return [
        {"input_tokens": 900, "output_tokens": 200, "requests_per_s": short},
        {"input_tokens": 4000, "output_tokens": 50, "requests_per_s": long},
    ]


@pytest.mark.parametrize(("long", "cards"), [(0.5, 1), (1.0, 2), (1.75, 3)])
def test_requests_are_routed_in_fractions(long: float, cards: int) -> None:
    """One short request per second takes half of a card's time, one long one all of it."""
    rows = [{"gpu": "card", "classes": requests(2.0, 1.0)}]
    work = chat(rows, [{"classes": requests(1.0, long)}])
    assert cost([work], host={"max_gpus": 1}) == 1500 * cards


def test_each_class_goes_to_the_card_that_suits_it() -> None:
    rows = [
        {"gpu": "card", "classes": requests(1.0, 3.0)[1:]},
        {"gpu": "small", "classes": requests(3.0, 1.0)[:1]},
    ]
    work = chat(rows, [{"classes": requests(3.0, 3.0)}])
    assert cost([work], small={}, host={"max_gpus": 1}) == 2 * 500 + 1000 + 300


def job(name: str, tokens: float, at_a_time: int = 1) -> Entry:
    row = {"gpu": "card", "precision": "nf4", "capacity": 1e8, "memory_gib": 8.0, "source": "bench"}
    return {
        "name": name, "task": "finetune", "model": "dense-1b", "method": "qlora", "gpus": ["card"],
        "time_shared": True, "groups_at_a_time": at_a_time, "measured": [row],
        "demand": [{"from": month(0), "tokens_per_month": tokens}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tokens", "at_a_time", "best"),
    [((4e7, 5e7), 1, 1500), ((5e7, 6e7), 1, 2500), ((15e7, 1e7), 2, 2500)],
)
def test_jobs_take_turns(tokens: tuple[float, float], at_a_time: int, best: int) -> None:
    jobs = [job(f"job-{i}", amount, at_a_time) for i, amount in enumerate(tokens)]
    assert cost(jobs, host={"max_gpus": 2}) == best


@pytest.mark.parametrize(("cores", "hosts"), [(4.0, 1), (5.0, 2)])
def test_needs_share_the_cores_of_their_machine(cores: float, hosts: int) -> None:
    task = fixed("task", [2], cards=1, cpu_cores=cores, host_memory_gib=32.0)
    assert cost([task], host={"cpu_cores": 8, "memory_gib": 64.0}) == 500 * hosts + 2000


def test_needs_on_one_card_share_the_cores_too() -> None:
    task = fixed("task", [2], memory_gib=4.0, time_share=0.2, cpu_cores=5.0)
    assert cost([task], host={"cpu_cores": 8, "memory_gib": 64.0}) == 2 * 1500
    assert cost([task], host={"cpu_cores": 10, "memory_gib": 64.0}) == 1500


def test_a_program_is_solved_exactly() -> None:
    """min x + y with 3 x + y >= 1 and x + 3 y >= 1 is a half, at a quarter each."""
    one, three = Fraction(1), Fraction(3)
    lines = [Line({0: three, 1: one}, ">=", one), Line({0: one, 1: three}, ">=", one)]
    assert least_cost([one, one], lines) == Fraction(1, 2)
    assert least_cost([one, one], [*lines, Line({0: one, 1: one}, "<=", Fraction(1, 3))]) is None


def test_the_answer_to_every_random_program_proves_itself() -> None:
    dice = Random(1)
    for _ in range(300):
        variables = range(dice.randint(2, 8))
        lines = [
            Line(
                {j: Fraction(dice.randint(-1, 6), dice.randint(1, 4)) for j in variables},
                dice.choice(["<=", ">=", "="]),
                Fraction(dice.randint(-2, 9), dice.randint(1, 5)),
            )
            for _ in range(dice.randint(1, 7))
        ]
        least_cost([Fraction(dice.randint(0, 9), 3) for _ in variables], lines)


def assert_as_before(kind: Kind, seeds: range) -> None:
    """The same costs as the brute force that knows one site and no further family."""
    for seed in seeds:
        inputs, sizing = scenario_of(kind, seed)
        try:
            assert cheapest(inputs, sizing) == cheapest_plan(inputs, sizing), seed
        except TooLargeError:
            continue


@pytest.mark.parametrize("kind", KINDS)
def test_without_families_both_brute_forces_agree(kind: Kind) -> None:
    assert_as_before(kind, range(12))


@pytest.mark.slow
@pytest.mark.parametrize("seeds", blocks(12, 25), ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_without_families_both_brute_forces_agree_on_more(kind: Kind, seeds: range) -> None:
    assert_as_before(kind, seeds)


def test_without_families_plain_enumeration_agrees() -> None:
    seeds = [seed for seed in range(16) if small_enough(seed)]
    assert seeds
    for seed in seeds:
        inputs, sizing = random_case(seed, "micro")
        assert cheapest(inputs, sizing) == PlainEnumeration(inputs, sizing, most=2).cheapest()


@pytest.mark.parametrize("module", MODULES)
def test_the_brute_force_knows_neither_the_formulation_nor_the_solver(module: str) -> None:
    known = ("planner.catalog", "planner.scenario", "planner.sizing", "planner.units")
    ours = {n for n in imports_of(f"families_{module}") if n.startswith(("planner", "tests"))}
    own = ("tests.properties.families_", "tests.properties.brute_")
    assert all(name.startswith((*known, *own)) for name in ours)


def test_every_family_is_in_play_in_an_eighth_of_the_scenarios() -> None:
    seen = [families_of(seed) for seed in range(400)]
    assert all(2 <= len(families) <= 4 for families in seen)
    rare = [f for f in FAMILIES if sum(f in families for families in seen) < 400 // 8]
    assert rare == []


@pytest.mark.slow
def test_every_family_changes_the_cost_of_a_good_share_of_its_scenarios() -> None:
    seen, matters = dict.fromkeys(FAMILIES, 0), dict.fromkeys(FAMILIES, 0)
    for seed in range(max(60, CASES // 2)):
        drawn = family_draw("sized", seed)
        families = families_of(drawn.name)
        found = matter(drawn.inputs, families)
        for family in families:
            seen[family] += 1
            matters[family] += family in found
    idle = {f: (matters[f], seen[f]) for f in FAMILIES if 8 * matters[f] < seen[f]}
    assert idle == {}
