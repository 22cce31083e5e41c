"""Scenarios that nothing can meet, each for a reason that was planted in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from planner.catalog.catalog import Catalog
from planner.scenario.inputs import Inputs
from tests.fixtures.catalogues import (
    Entry,
    catalogue_of,
    facts,
    plain_book,
    plain_card,
    plain_host,
    plain_module,
)
from tests.fixtures.handmade import chat, fixed, month
from tests.fixtures.strategies import START, inputs_of

CARD, HOST = plain_card("card"), plain_host("host")
PRICES = {"card": 1000.0, "host": 500.0}
HALVES: Entry = {
    "compute_slices": 2,
    "memory_slices": 2,
    "profiles": [
        {"name": "1g.half", "compute_slices": 1, "memory_slices": 1, "starts": [0, 1]},
        {"name": "2g.whole", "compute_slices": 2, "memory_slices": 2, "starts": [0]},
    ],
}


@dataclass(frozen=True)
class Contradiction:
    """A scenario, and the paths of its planted limits; all of them together are too much."""

    scenario: Entry
    catalog: Catalog
    planted: tuple[str, ...]

    @property
    def inputs(self) -> Inputs:
        """The scenario as the program reads it."""
        return inputs_of(self.scenario, self.catalog)


Planted = Callable[[], Contradiction]
CONTRADICTIONS: dict[str, Planted] = {}


def contradiction(make: Planted) -> Planted:
    CONTRADICTIONS[make.__name__] = cache(make)
    return CONTRADICTIONS[make.__name__]


def made(
    planted: str | tuple[str, ...],
    workloads: list[Entry],
    *,
    gpus: list[Entry] | None = None,
    hosts: list[Entry] | None = None,
    prices: dict[str, float] | None = None,
    racks: list[Entry] | None = None,
    bridges: list[Entry] | None = None,
    months: int = 3,
    site: Entry | None = None,
    sites: list[Entry] | None = None,
    **more: Any,
) -> Contradiction:
    """A scenario of plain cards at one plain site, with some facts of its own."""
    book = plain_book(PRICES if prices is None else prices)
    catalog = catalogue_of(
        gpus or [CARD], hosts or [HOST], book, racks=racks or [], bridges=bridges or []
    )
    scenario: Entry = {
        "schema": 1,
        "name": "Contradiction",
        "start": str(START),
        "months": months,
        "workloads": workloads,
        "sites": sites or [place("lab", **(site or {}))],
    }
    paths = (planted,) if isinstance(planted, str) else planted
    return Contradiction(scenario | more, catalog, paths)


def place(name: str, **different: Any) -> Entry:
    plain = {"name": name, "facility_power_kw": 20.0, "pue": 1.0, "electricity_per_kwh": 0.2}
    return plain | different


def need(count: int | list[int] = 1, **more: Any) -> Entry:
    """Whole cards from the first month on, with fields of the workload beside them."""
    needs = {k: more.pop(k) for k in tuple(more) if k in _OF_NEED}
    counts = count if isinstance(count, list) else [count]
    return fixed(more.pop("name", "need"), counts, **(needs or {"cards": 1})) | more


_OF_NEED = ("cards", "memory_gib", "time_share", "cpu_cores", "host_memory_gib")


def rack(**different: Any) -> Entry:
    return {"id": "rack", "name": "RACK"} | facts(
        **({"rack_units": 8, "kw": 10.0, "sockets": None} | different)
    )


def server(**different: Any) -> Entry:
    return plain_host("host", **({"form": "rack", "rack_units": 4} | different))


def bridged(**different: Any) -> Entry:
    return plain_card("card", nvlink="bridge", nvlink_gb_s=112.5, **different)


BRIDGE = {"id": "bridge", "name": "BRIDGE", "vendor": "NVIDIA"} | facts(gpus=["card"], per_pair=1)
TWO_PLACES = plain_host("host", slot_layouts=((2, 2),), max_gpus=2)


@contradiction
def power() -> Contradiction:
    return made("sites.lab.facility_power_kw", [need(9)], site={"facility_power_kw": 2.0})


@contradiction
def power_in_a_later_month() -> Contradiction:
    counts = [1, 1, 2, 5, 2, 2]
    site = {"facility_power_kw": 1.3, "pue": 1.4}
    return made("sites.lab.facility_power_kw", [need(counts)], site=site, months=6)


@contradiction
def places_for_hosts() -> Contradiction:
    return made("sites.lab.hosts_max", [need(9)], site={"hosts_max": 2})


@contradiction
def budget() -> Contradiction:
    windows = [{"until": month(2), "capital": 3000.0}]
    return made(f"budget.windows[{month(2)}].capital", [need(4)], budget={"windows": windows})


@contradiction
def budget_of_the_second_window() -> Contradiction:
    windows = [{"until": month(1), "capital": 3000.0}, {"until": month(3), "capital": 1500.0}]
    return made(
        f"budget.windows[{month(3)}].capital",
        [need([1, 1, 4])],
        months=4,
        budget={"windows": windows},
        resale=False,
        supply=[{"item": "card", "per_month": 2}],
        quotes=[{"item": "card", "price": 900.0, "from": month(2)}],
    )


@contradiction
def rack_units() -> Contradiction:
    racks = {"model": "rack", "count": 1}
    return made(
        "sites.lab.racks.count", [need(9)], hosts=[server()], racks=[rack()], site={"racks": racks}
    )


@contradiction
def rack_power() -> Contradiction:
    racks = {"model": "rack", "count": 1, "kw": 1.5}
    return made(
        "sites.lab.racks.kw", [need(6)], hosts=[server()], racks=[rack()], site={"racks": racks}
    )


@contradiction
def rack_power_of_the_catalogue() -> Contradiction:
    racks = {"model": "rack", "count": 2}
    return made(
        "sites.lab.racks.kw", [need(1, cards=4)],
        hosts=[server()], racks=[rack(kw=1.0)], site={"racks": racks},
    )  # fmt: skip


@contradiction
def rack_sockets() -> Contradiction:
    racks = {"model": "rack", "count": 1}
    return made(
        "sites.lab.racks.count", [need(5)],
        hosts=[server()], racks=[rack(sockets=2)], site={"racks": racks},
    )  # fmt: skip


@contradiction
def ecc_on_no_card() -> Contradiction:
    return made(
        "workloads.need.requires.ecc", [need(requires={"ecc": True})],
        gpus=[plain_card("card", ecc=False)],
    )  # fmt: skip


@contradiction
def ecc_on_a_card_too_dear() -> Contradiction:
    return made(
        "workloads.need.requires.ecc",
        [need(2, requires={"ecc": True})],
        gpus=[plain_card("card", ecc=False), plain_card("dear")],
        prices=PRICES | {"dear": 9000.0},
        budget={"windows": [{"until": month(2), "capital": 5000.0}]},
    )


@contradiction
def nvlink_between_cards_without_it() -> Contradiction:
    return made("workloads.need.link", [need(1, cards=2, link="nvlink")])


@contradiction
def nvlink_between_four_cards() -> Contradiction:
    return made(
        "workloads.need.link", [need(1, cards=4, link="nvlink")], gpus=[bridged()],
        hosts=[plain_host("host", bridge_pairs=2)], bridges=[BRIDGE],
        prices=PRICES | {"bridge": 200.0},
    )  # fmt: skip


@contradiction
def a_bridge_without_a_price() -> Contradiction:
    return made(
        "quotes", [need(1, cards=2, link="nvlink")], gpus=[bridged()],
        hosts=[plain_host("host", bridge_pairs=2)], bridges=[BRIDGE],
    )  # fmt: skip


@contradiction
def no_places_for_a_bridge() -> Contradiction:
    return made(
        "workloads.need.link", [need(1, cards=2, link="nvlink")], gpus=[bridged()],
        bridges=[BRIDGE], prices=PRICES | {"bridge": 200.0},
    )  # fmt: skip


@contradiction
def mig_without_a_card_that_has_it() -> Contradiction:
    part = {"memory_gib": 10.0, "time_share": 0.3}
    needs = [need(2, name=name, isolation="mig", **part) for name in ("first", "second")]
    site = {"facility_power_kw": 1.2}
    return made(("workloads.first.isolation",), needs, site=site)


@contradiction
def mig_instances_too_small() -> Contradiction:
    card = plain_card("card", mig_instances=2) | facts(mig=HALVES)
    part = {"memory_gib": 10.0, "time_share": 0.2}
    supply = [{"item": "card", "per_month": 1}]
    needs = [need(2, isolation="mig", **part), need(1, name="other", **part)]
    return made(("workloads.need.isolation",), needs, gpus=[card], supply=supply, months=1)


@contradiction
def lead_time_of_a_card() -> Contradiction:
    return made(
        "lead_times[card].months", [need(2)], lead_times=[{"item": "card", "months": 2}], months=4
    )


@contradiction
def lead_time_of_a_host() -> Contradiction:
    counts = [0, 2, 2, 2, 2]
    leads = [{"item": "host", "months": 3}, {"item": "card", "months": 1}]
    return made("lead_times[host].months", [need(counts)], lead_times=leads, months=5)


@contradiction
def supply() -> Contradiction:
    return made("supply[card].per_month", [need([2, 6])], supply=[{"item": "card", "per_month": 2}])


@contradiction
def kinds_of_cards() -> Contradiction:
    return made(
        "fleet.max_gpu_models",
        [need(gpus=["card"]), need(name="other", gpus=["rare"])],
        gpus=[CARD, plain_card("rare")],
        prices=PRICES | {"rare": 2000.0},
        fleet={"max_gpu_models": 1},
    )


@contradiction
def spare_hosts() -> Contradiction:
    return made("workloads.need.survive", [need(2, survive={"hosts": 1})], site={"hosts_max": 1})


@contradiction
def spare_replicas() -> Contradiction:
    return made(
        "workloads.need.survive", [need(2, survive={"replicas": 3})],
        site={"facility_power_kw": 1.2},
    )  # fmt: skip


@contradiction
def spare_cards() -> Contradiction:
    return made(
        "workloads.need.survive", [need(3, survive={"cards": 2})],
        supply=[{"item": "card", "per_month": 4}], months=1,
    )  # fmt: skip


@contradiction
def law_of_another_place() -> Contradiction:
    return made(
        "workloads.need.requires.jurisdictions", [need(requires={"jurisdictions": ["EU"]})],
        sites=[
            place("lab", jurisdiction="US"),
            place("tiny", facility_power_kw=0.2, jurisdiction="EU"),
        ],
    )  # fmt: skip


@contradiction
def law_of_a_site_too_small() -> Contradiction:
    sites = [
        place("lab", jurisdiction="US"),
        place("annex", facility_power_kw=0.9, jurisdiction="EU"),
    ]
    return made(
        "workloads.need.requires.jurisdictions",
        [need(4, requires={"jurisdictions": ["EU"]})],
        sites=sites,
    )


@contradiction
def a_site_too_small() -> Contradiction:
    sites = [place("lab"), place("annex", facility_power_kw=0.9)]
    return made("workloads.need.sites", [need(4, sites=["annex"])], sites=sites)


@contradiction
def hosts_too_small() -> Contradiction:
    return made(
        "fleet.hosts", [need(1, cards=4)], hosts=[TWO_PLACES, plain_host("large")],
        prices=PRICES | {"large": 1500.0}, fleet={"hosts": ["host"]},
    )  # fmt: skip


@contradiction
def cards_of_the_fleet() -> Contradiction:
    return made(
        "fleet.gpus", [need(memory_gib=60.0, time_share=0.5)],
        gpus=[CARD, plain_card("large", memory_mib=96 * 1024)],
        prices=PRICES | {"large": 4000.0}, fleet={"gpus": ["card"]},
    )  # fmt: skip


@contradiction
def cards_of_a_workload() -> Contradiction:
    return made(
        "workloads.need.gpus", [need(memory_gib=60.0, time_share=0.5, gpus=["card"])],
        gpus=[CARD, plain_card("large", memory_mib=96 * 1024)], prices=PRICES | {"large": 4000.0},
    )  # fmt: skip


@contradiction
def an_excluded_card() -> Contradiction:
    return made(
        "catalog.exclude", [need(requires={"ecc": True})],
        gpus=[plain_card("card", ecc=False), plain_card("sound"), plain_card("other")],
        prices=PRICES | {"sound": 2000.0, "other": 2500.0},
        catalog={"exclude": ["sound", "other"]},
    )  # fmt: skip


@contradiction
def an_attribute() -> Contradiction:
    wanted = {"attribute": "memory_bandwidth_gb_s", "at_least": 1500.0}
    return made(
        "workloads.need.requires.attributes[memory_bandwidth_gb_s]",
        [need(requires={"attributes": [wanted]})],
        gpus=[CARD, plain_card("slow", memory_bandwidth_gb_s=300)],
        prices=PRICES | {"slow": 500.0},
    )


@contradiction
def an_attribute_that_must_be_equal() -> Contradiction:
    wanted = {"attribute": "architecture", "equals": "Blackwell"}
    return made(
        "workloads.need.requires.attributes[architecture]",
        [need(requires={"attributes": [wanted]})],
    )


@contradiction
def a_licence_for_data_centres() -> Contradiction:
    return made(
        "workloads.need.requires.data_centre_use", [need(requires={"data_centre_use": True})],
        gpus=[plain_card("card", data_centre_use=False)],
    )  # fmt: skip


@contradiction
def a_data_centre() -> Contradiction:
    return made(
        "sites.lab.kind", [need()], gpus=[plain_card("card", data_centre_use=False)],
        site={"kind": "data_centre"},
    )  # fmt: skip


@contradiction
def the_first_token() -> Contradiction:
    slo = {"tokens_per_s_per_session": 20, "ttft_ms": 2}
    return made("workloads.chat.slo.ttft_ms", [chat("chat", [2], slo=slo)])


@contradiction
def tokens_of_a_session() -> Contradiction:
    slo = {"tokens_per_s_per_session": 2000}
    return made("workloads.chat.slo.tokens_per_s_per_session", [chat("chat", [2], slo=slo)])


@contradiction
def memory_of_a_card() -> Contradiction:
    return made("workloads.need.need.memory_gib", [need(memory_gib=60.0, time_share=0.5)])


@contradiction
def more_cards_than_a_host_has() -> Contradiction:
    return made("workloads.need.need.cards", [need(1, cards=8)])


@contradiction
def processor_cores() -> Contradiction:
    host = plain_host("host", cpu_cores=16, memory_gib=128.0)
    needs = [need(2, cards=1, cpu_cores=12)]
    return made("workloads.need.need.cpu_cores", needs, hosts=[host], site={"hosts_max": 1})


@contradiction
def precision() -> Contradiction:
    large = chat("chat", [2], model="dense-70b", slo={"tokens_per_s_per_session": 5})
    return made("workloads.chat.precision", [large], hosts=[TWO_PLACES])


@contradiction
def a_cache_that_no_card_reads() -> Contradiction:
    card = plain_card("card", architecture="Ampere", compute_capability="8.6", fp8_tflops=None)
    return made("workloads.chat.kv_cache", [chat("chat", [2], kv_cache="nvfp4")], gpus=[card])


@contradiction
def a_context_too_long() -> Contradiction:
    long = chat("chat", [1], model="dense-8b", context_tokens=131_072)
    card = plain_card("card", memory_mib=24 * 1024)
    host = plain_host("host", slot_layouts=((2,),), max_gpus=1)
    return made("workloads.chat.context_tokens", [long], gpus=[card], hosts=[host])


@contradiction
def a_method_that_takes_too_much() -> Contradiction:
    tune = {
        "name": "tune", "task": "finetune", "model": "dense-8b", "method": "full",
        "sequence_tokens": 2048, "tokens_per_month": 1.0e7,
    }  # fmt: skip
    host = plain_host("host", slot_layouts=((2,),), max_gpus=1)
    return made("workloads.tune.method", [tune], hosts=[host])


@contradiction
def latency_of_a_search() -> Contradiction:
    search = {
        "name": "search", "task": "embedding", "model": "encoder-335m", "precision": ["bf16"],
        "slo": {"latency_ms": 1}, "demand": [{"from": month(0), "tokens_per_s": 2000.0}],
    }  # fmt: skip
    return made("workloads.search.slo.latency_ms", [search])


@contradiction
def turns_on_a_pool() -> Contradiction:
    tune = {
        "name": "tune", "task": "finetune", "model": "dense-8b", "method": "qlora",
        "sequence_tokens": 2048, "tokens_per_month": 4.0e10, "time_shared": True,
    }  # fmt: skip
    return made("workloads.tune.groups_at_a_time", [tune])


@contradiction
def power_for_request_classes() -> Contradiction:
    classes = [
        {"input_tokens": 900, "output_tokens": 200, "requests_per_s": 30.0},
        {"input_tokens": 200, "output_tokens": 400, "requests_per_s": 20.0},
    ]
    busy = chat("chat", [0]) | {"demand": [{"from": month(0), "classes": classes}]}
    return made("sites.lab.facility_power_kw", [busy], site={"facility_power_kw": 0.6})


@contradiction
def nothing_has_a_price() -> Contradiction:
    owned = [
        {"gpu": "card", "count": 1, "bought": "2025-01"},
        {"host": "host", "count": 1, "bought": "2025-01"},
    ]
    return made("quotes", [need(3)], prices={"host": 500.0}, existing=owned)


@contradiction
def rented_machines() -> Contradiction:
    offer = {
        "gpu": "module", "gpus": 2, "per_hour": 3.0, "provider": "nimbus", "machines_max": 1
    }  # fmt: skip
    return made(
        "rentals[0].machines_max", [need(4, gpus=["module"])],
        gpus=[CARD, plain_module("module")], rentals=[offer],
    )  # fmt: skip


@contradiction
def a_reserve() -> Contradiction:
    return made("workloads.need.headroom", [need(4, headroom=0.5)], site={"facility_power_kw": 1.5})


@contradiction
def power_and_places() -> Contradiction:
    site = {"facility_power_kw": 2.0, "hosts_max": 2}
    planted = ("sites.lab.facility_power_kw", "sites.lab.hosts_max")
    return made(planted, [need(9), need(2, name="other")], site=site)


@contradiction
def ecc_and_a_licence() -> Contradiction:
    planted = ("workloads.need.requires.ecc", "workloads.need.requires.data_centre_use")
    return made(
        planted, [need(requires={"ecc": True, "data_centre_use": True})],
        gpus=[plain_card("card", ecc=False, data_centre_use=False)],
    )  # fmt: skip


@contradiction
def budget_and_supply() -> Contradiction:
    windows = [{"until": month(2), "capital": 3000.0}]
    return made(
        (f"budget.windows[{month(2)}].capital", "supply[card].per_month"),
        [need(4), need(1, name="other")],
        budget={"windows": windows},
        supply=[{"item": "card", "per_month": 2}],
    )
