"""Every scenario that is shipped has a plan, and its decisions are those that its limits ask for.

What every plan must show is asked of the first one that is found. What only the cheapest show is
asked of a plan that is proven within 2 %, in the slow tests.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import planner
from planner.plan.schema import Plan
from planner.solve.backend import Stop
from planner.solve.settings import Listener
from tests.acceptance.reading import at, capital, held, hosts, of_mode, pools, running, units

FOLDER = Path(__file__).parents[2] / "scenarios"
COMPARED = {"versus"}
"""Not one department's plan: `planner versus` plans each of its workloads alone."""
NAMES = sorted({path.stem for path in FOLDER.glob("*.yaml")} - COMPARED)
GAP = 0.02
Check = Callable[[Plan], None]


@cache
def first_plan(name: str) -> Plan:
    """The first plan that the search finds."""
    stop = Stop()
    return planner.find_plan(
        FOLDER / f"{name}.yaml",
        gap=GAP,
        seconds=300,
        listener=Listener(on_solution=lambda _: stop.request(), stop=stop),
    )


@cache
def proven_plan(name: str) -> Plan:
    return planner.find_plan(FOLDER / f"{name}.yaml", gap=GAP, seconds=1200)


# What every plan of a scenario shows


def fintech_has_its_spares_in_time(plan: Plan) -> None:
    """A service that may lose a card has so many that the others carry it, from its first day."""
    for month, sessions in (("2027-07", 44), ("2028-01", 88), ("2028-07", 132)):
        copies = [
            d.capacity_each for d in running(plan, month, "advisor") for _ in range(d.replicas)
        ]
        assert sum(copies) - max(copies) >= sessions
        cards = [
            card
            for host in hosts(plan, month)
            for card in host.cards
            if any(r.workload == "advisor" for r in card.replicas)
        ]
        assert len(cards) == len(copies)
    assert not running(plan, "2027-04")
    servers = [unit for unit in of_mode(plan, "purchase") if unit.kind == "host"]
    assert min(unit.in_service for unit in servers) <= "2027-07"
    assert all(unit.node < unit.in_service for unit in servers)
    assert all("5090" not in unit.item for unit in plan.acquisitions)
    assert {host.rack for host in plan.placement} <= {1, 2}


def the_grants_pair_is_bridged_and_its_jobs_share_a_pool(plan: Plan) -> None:
    """A replica of the large model sits on two cards with a bridge; adapters are tuned in turn."""
    assert sum(n for (item, _), n in units(plan, "purchase").items() if "bridge" in item) == 1
    for month in ("2027-04", "2028-07", "2029-10"):
        (replica,) = running(plan, month, "reasoning-70b")
        assert (replica.gpu, replica.gpus_per_replica, replica.link) == ("rtx-a6000", 2, "nvlink")
        pairs = [
            [card.pair for card in host.cards if card.replicas[:1] and card.pair]
            for host in hosts(plan, month)
        ]
        assert [pair for pair in pairs if pair] == [["pair1", "pair1"]]
    jobs = {job.workload for pool in pools(plan, "2028-07") for job in pool.hours}
    assert jobs == {"tune-8b", "tune-32b"}
    caps = {"2027": 15_000, "2028": 10_000, "2029": 5_000}
    assert all(capital(plan, f"{y}-01", f"{y}-12") <= 100 * cap for y, cap in caps.items())
    assert all(len(held(plan, node)) <= 2 for node in plan.nodes)
    assert not any(unit.leaves for unit in plan.acquisitions)


TENANTS = ("clinic-north", "clinic-south", "insurer", "tenant-notebooks")


def no_tenant_shares_anything(plan: Plan) -> None:
    """Each tenant's replica runs in an instance of its own, or alone on a card."""
    tenants = [d for d in plan.deployments if d.workload in TENANTS]
    assert {d.workload for d in tenants} == set(TENANTS)
    assert all(d.slice or not d.shared for d in tenants)
    cut = [card for host in plan.placement for card in host.cards if card.layout]
    assert any(len({r.workload for r in card.replicas}) > 1 for card in cut)
    for card in cut:
        assert card.layout is not None
        instances = card.layout.split("+")
        taken = [r.slice for r in card.replicas]
        assert all(taken.count(each) <= instances.count(each or "") for each in set(taken))


def personnel_files_stay_in_the_office(plan: Plan) -> None:
    """What must stay in the EU and in the house runs in Munich, in every month."""
    files = [d for d in plan.deployments if d.workload == "hr-assistant"]
    assert {d.site for d in files} == {"munich"}
    assert {d.node for d in files} == set(plan.nodes)


def the_labs_cards_find_work(plan: Plan) -> None:
    """Both fiscal caps hold, and the jobs take turns on cards of a pool."""
    assert capital(plan, "2026-10", "2027-03") <= 100 * 45_000
    assert capital(plan, "2027-04", "2028-03") <= 100 * 20_000
    jobs = {job.workload for pool in pools(plan, "2027-12") for job in pool.hours}
    assert jobs == {"monthly-tune", "coder-tune"}


ALWAYS: dict[str, Check] = {
    "fintech": fintech_has_its_spares_in_time,
    "grant": the_grants_pair_is_bridged_and_its_jobs_share_a_pool,
    "lab": the_labs_cards_find_work,
    "mig-service": no_tenant_shares_anything,
    "two-sites": personnel_files_stay_in_the_office,
}


# What the cheapest plans show


def fintech_orders_a_quarter_ahead_and_no_earlier(plan: Plan) -> None:
    """Servers take three months, so the first order leaves in April for the opening in July."""
    orders = units(plan, "purchase")
    assert min(month for _, month in orders) == "2027-04"
    servers = [unit for unit in of_mode(plan, "purchase") if unit.kind == "host"]
    assert [(u.node, u.in_service, u.count) for u in servers] == [("2027-04", "2027-07", 1)]
    assert not of_mode(plan, "existing")
    assert all(unit.kind != "rack" for unit in plan.acquisitions)


def the_grant_spends_its_first_year_and_puts_off_the_rest(plan: Plan) -> None:
    """The cap of 2027 is used up; what it has no room for is bought with the money of 2028."""
    assert 100 * 13_500 <= capital(plan, "2027-01", "2027-12") <= 100 * 15_000
    assert any(month == "2028-01" for _, month in units(plan, "purchase"))
    assert held(plan, "2029-12")["rtx-a6000"] >= 4


def the_service_buys_one_card_after_the_other_and_cuts_each(plan: Plan) -> None:
    """One card serves the first tenants; more follow as tenants join, none before."""
    counts = [sum(held(plan, node).values()) for node in plan.nodes]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert 3 <= counts[-1] <= 5
    assert not held(plan, plan.nodes[-1])["l40s"]
    (host,) = hosts(plan, plan.nodes[0])
    (card,) = host.cards
    assert {r.workload for r in card.replicas} >= {"clinic-north", "tenant-notebooks", "search"}


SEASONS = ("2027-10", "2028-10")


def the_shop_rents_for_the_season_only(plan: Plan) -> None:
    """In the last quarters four times as many customers ask; a card bought for that would idle."""
    rented = of_mode(plan, "rent")
    assert {unit.node for unit in rented} == set(SEASONS)
    assert all(d.node in SEASONS for d in plan.deployments if d.site == "gpu-hall")
    assert all(
        any(d.site == "gpu-hall" for d in running(plan, season, "shop-chat")) for season in SEASONS
    )
    leased = of_mode(plan, "lease")
    assert {unit.item for unit in leased} == {"hp-z4-g5"}
    assert any(unit.node == "2027-01" for unit in leased)
    cards = [host.host.split("/")[0] for host in hosts(plan, "2027-07") for _ in host.cards]
    assert cards.count("narvik") > cards.count("munich")


def the_labs_large_card_waits_for_the_load(plan: Plan) -> None:
    """The cards that exist are kept; the large model of July 2027 brings the next machine."""
    assert all(unit.leaves is None for unit in of_mode(plan, "existing"))
    assert any(month == "2027-07" for _, month in units(plan, "purchase"))
    assert all(
        d.node >= at(plan, "2027-07") for d in plan.deployments if d.workload == "analyst-70b"
    )
    large = [m for (item, m), _ in units(plan, "purchase").items() if "pro-6000" in item]
    assert all(month >= "2027-07" for month in large)


CHEAPEST: dict[str, Check] = {
    "fintech": fintech_orders_a_quarter_ahead_and_no_earlier,
    "grant": the_grant_spends_its_first_year_and_puts_off_the_rest,
    "lab": the_labs_large_card_waits_for_the_load,
    "mig-service": the_service_buys_one_card_after_the_other_and_cuts_each,
    "two-sites": the_shop_rents_for_the_season_only,
}


def test_every_shipped_scenario_has_its_decisions_here() -> None:
    assert NAMES == sorted(ALWAYS) == sorted(CHEAPEST)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_plan_of_a_shipped_scenario_keeps_what_it_asks_for(name: str) -> None:
    plan = first_plan(name)
    assert planner.audit(plan) == []
    ALWAYS[name](plan)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_is_proven_and_decides_for_a_reason(name: str) -> None:
    plan = proven_plan(name)
    assert plan.status == "proven"
    assert planner.audit(plan) == []
    ALWAYS[name](plan)
    CHEAPEST[name](plan)
