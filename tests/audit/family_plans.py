"""Scenarios whose plans hold what is leased, rented, racked, bridged, cut, routed and pooled."""

from __future__ import annotations

from planner.catalog.catalog import Catalog
from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import (
    Entry,
    catalogue_of,
    fact,
    facts,
    plain_book,
    plain_card,
    plain_host,
    plain_module,
)
from tests.fixtures.handmade import chat, fixed, month, scenario


def market(
    cards: list[Entry], hosts: list[Entry], prices: dict[str, float], **more: list[Entry]
) -> Catalog:
    """A catalogue with racks and bridges beside cards and hosts."""
    return catalogue_of(cards, hosts, plain_book(prices), **more)


def site(name: str, **more: object) -> Entry:
    """A plain site."""
    plain = {"name": name, "facility_power_kw": 20.0, "pue": 1.0, "electricity_per_kwh": 0.2}
    return plain | more


def hired() -> Inputs:
    """Two sites and a provider; leases, rentals, and purchases that arrive late and are limited."""
    cards = [plain_card("card"), plain_card("other", memory_mib=24 * 1024), plain_module("module")]
    catalog = market(
        cards,
        [plain_host("tower", support_per_year=0.12)],
        {"card": 2000.0, "other": 900.0, "tower": 1500.0},
    )
    workloads = [
        fixed("files", [0, 2, 3, 3], cards=1, min_memory_gib=40.0)
        | {"requires": {"jurisdictions": ["EU"]}},
        fixed("lecture", [0, 1, 1, 0], cards=1, min_memory_gib=40.0) | {"sites": ["annex"]},
        fixed("burst", [0, 0, 1, 1], cards=2, min_memory_gib=60.0),
    ]
    return scenario(
        catalog,
        workloads,
        months=4,
        sites=[
            site("lab", jurisdiction="EU"),
            site("annex", jurisdiction="US", kind="data_centre", electricity_per_kwh=0.4),
        ],
        lead_times=[{"item": "card", "months": 1}],
        supply=[{"item": "card", "per_month": 3}],
        leases=[
            {"item": "card", "term_months": 2, "per_month": 250.0},
            {"item": "tower", "term_months": 2, "per_month": 250.0},
            {"item": "tower", "term_months": 12, "per_month": 50.0},
        ],
        rentals=[
            {
                "gpu": "module", "gpus": 2, "per_hour": 2.5, "term_months": 1, "machines_max": 1,
                "jurisdiction": "US",
            },
        ],
        budget={"windows": [{"until": month(1), "capital": 7700.0}]},
        fleet={"max_gpu_models": 1},
    )  # fmt: skip


def racked() -> Inputs:
    """Racks of which one is bought, and pairs of cards that bridges join."""
    joined = plain_card("joined", nvlink="bridge", nvlink_gb_s=112.5)
    server = plain_host(
        "server", form="rack", rack_units=4, bridge_pairs=1, sockets=2, support_per_year=0.05
    )
    rack = {"id": "rack", "name": "RACK"} | facts(rack_units=8, kw=2.0, sockets=4)
    bridge = {"id": "bridge", "name": "BRIDGE", "vendor": "NVIDIA"}
    bridge |= facts(gpus=["joined"], per_pair=3)
    catalog = market(
        [joined],
        [server],
        {"joined": 3000.0, "server": 2500.0, "rack": 400.0, "bridge": 150.0},
        racks=[rack],
        bridges=[bridge],
    )
    return scenario(
        catalog,
        [
            fixed("twins", [2, 2], cards=2) | {"link": "nvlink"},
            fixed("singles", [2, 2], cards=1),
            fixed("quads", [0, 1], cards=4),
        ],
        months=2,
        existing=[{"bridge": "bridge", "count": 4, "bought": month(-5)}],
        site={"racks": {"model": "rack", "count": 1, "buy": 1, "kw": 2.5}},
    )


THIRDS = {
    "compute_slices": 3,
    "memory_slices": 3,
    "profiles": [
        {"name": "1g.third", "compute_slices": 1, "memory_slices": 1, "starts": [0, 1, 2]},
        {"name": "2g.rest", "compute_slices": 2, "memory_slices": 2, "starts": [0]},
    ],
}


def sliced() -> Inputs:
    """A card that is cut, needs of the host, and spares for what may be lost."""
    cut = plain_card("cut", memory_mib=96 * 1024) | {"mig": fact(THIRDS)} | facts(mig_instances=3)
    catalog = market(
        [cut, plain_card("card")],
        [plain_host("tower", cpu_cores=16, memory_gib=128.0)],
        {"cut": 4000.0, "card": 2500.0, "tower": 1500.0},
    )
    return scenario(
        catalog,
        [
            fixed("students", [3, 4], memory_gib=20.0, time_share=0.3, cpu_cores=2.0)
            | {"isolation": "mig"},
            fixed("busy", [1, 1], memory_gib=10.0, time_share=0.3, host_memory_gib=32.0),
            fixed("held", [1, 1], cards=1, min_memory_gib=40.0) | {"survive": {"cards": 1}},
            chat("talk", [4, 4], survive={"replicas": 1}),
            fixed("always", [2, 2], memory_gib=10.0, time_share=0.2) | {"survive": {"hosts": 1}},
        ],
        months=2,
    )


TOKENS = 6.0e10


def served() -> Inputs:
    """Requests of two classes, and jobs that take turns."""
    catalog = market(
        [plain_card("card"), plain_card("quick", memory_bandwidth_gb_s=1600)],
        [plain_host("tower")],
        {"card": 2000.0, "quick": 2900.0, "tower": 1500.0},
    )
    talk = chat("talk", []) | {
        "demand": [
            {"from": month(0), "classes": requests(24.0, 13.0)},
            {"from": month(1), "classes": requests(31.0, 11.0)},
        ],
        "measured": [
            {
                "gpu": "card", "classes": requests(2.2, 0.4), "precision": "bf16",
                "memory_gib": 20.0, "source": "own bench",
            }
        ],
    }  # fmt: skip
    return scenario(
        catalog,
        [talk, job("tune", [2.1, 1.7], groups_at_a_time=2), job("weekly", [0.7, 0.0])],
        months=2,
    )


def requests(short: float, long: float) -> list[Entry]:
    """Requests per second of two classes."""
    return [
        {"input_tokens": 900, "output_tokens": 200, "requests_per_s": short},
        {"input_tokens": 4000, "output_tokens": 60, "requests_per_s": long},
    ]


def job(name: str, loads: list[float], **more: object) -> Entry:
    """Fine-tuning in a pool."""
    demand = [{"from": month(i), "tokens_per_month": x * TOKENS} for i, x in enumerate(loads)]
    return {
        "name": name, "task": "finetune", "model": "dense-1b", "method": "qlora",
        "time_shared": True, "demand": demand,
    } | more  # fmt: skip


FAMILIES = {"hired": hired, "racked": racked, "sliced": sliced, "served": served}
