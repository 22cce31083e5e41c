"""Scenarios in which one rule after the other binds: few offers, tight limits, changing loads.

Random scenarios seldom show what only machines that are counted one by one show, or limits that
bind in one month and not in the next. These are drawn too, but each about one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    plain_system,
)
from tests.fixtures.dice import Dice, Seeded, chance, pick
from tests.fixtures.families import TOKENS
from tests.fixtures.families_catalogues import HALVES, THIRDS
from tests.fixtures.handmade import chat, fixed, market, measured, month, scenario

CURVES = ((0.75, 0.85), (0.5, 0.3), (0.9, 0.5))
ONE = {"slot_layouts": ((2,),), "max_gpus": 1}
"""A host with a place for one card, so that nothing runs on groups."""
BRIDGE: Entry = {"id": "bridge", "name": "BRIDGE", "vendor": "NVIDIA"}


def loads(dice: Dice, months: int, most: int) -> list[int]:
    """A load that is not the same in all months, unless there is only one."""
    found = [dice.integer(0, most) for _ in range(months)]
    found[dice.integer(0, months - 1)] = most
    if len(set(found)) == 1 and months > 1:
        found[dice.integer(0, months - 1)] -= 1
    return found


def _free(item: str, kind: str, count: int = 1) -> Entry:
    """Units that are there and bring nothing."""
    return {kind: item, "count": count, "bought": month(-1), "worth": 0.0}


def _site(dice: Dice, **more: object) -> Entry:
    return {
        "electricity_per_kwh": pick(dice, (0.2, 0.0, 1.0)),
        "pue": pick(dice, (1.0, 1.4)),
        **more,
    }


def racks(dice: Dice) -> Inputs:
    """Servers of one or two kinds in racks of which some must be bought."""
    months = pick(dice, (1, 2))
    servers = [
        plain_host(
            name, form="rack", rack_units=pick(dice, (2, 1, 3)), sockets=pick(dice, (2, 1, 3)),
            slot_layouts=((2,) * places,), max_gpus=places, psu_w=4000,
            base_load_w=pick(dice, (300, 100, 200)), cpu_cores=pick(dice, (8, 16)), memory_gib=64.0,
        )
        for name, places in (("wide", pick(dice, (4, 3, 2))), ("narrow", pick(dice, (2, 1))))
    ][: pick(dice, (1, 2, 1))]  # fmt: skip
    rack = {"id": "rack", "name": "RACK"} | facts(
        rack_units=pick(dice, (8, 4, 2, 3)), kw=pick(dice, (1.5, 0.9, 1.2, 2.0)),
        sockets=pick(dice, (None, 4, 2, 3)),
    )  # fmt: skip
    cards = [plain_card("card"), plain_card("small", tdp_w=150)][: pick(dice, (1, 2, 1))]
    prices = {"card": 1000.0, "small": 1150.0, "wide": 500.0, "narrow": 350.0, "rack": 400.0}
    catalog = catalogue_of(
        cards, servers, plain_book(_sold(prices, cards, servers, [rack])), racks=[rack]
    )
    needs = [fixed("task", loads(dice, months, pick(dice, (2, 3, 4))), cards=1)]
    if chance(dice, 60):
        needs[0]["survive"] = {"hosts": 1}
    else:
        needs[0]["need"]["cpu_cores"] = pick(dice, (4.0, 6.0, 8.0))
    if chance(dice, 25):
        needs.append(fixed("pair", loads(dice, months, 1), cards=2))
    there = pick(dice, (1, 2, 0))
    offer = {"model": "rack", "count": there, "buy": pick(dice, (1, 2)) if there < 2 else 1}
    return scenario(catalog, needs, months, site=_site(dice, racks=offer))


def stores(dice: Dice) -> Inputs:
    """Cash for the cards of a later year, which units that nobody uses could carry over to it."""
    server = plain_host(
        "server", form="rack", rack_units=1, slot_layouts=((2, 2),), max_gpus=2, base_load_w=100
    )
    rack = {"id": "rack", "name": "RACK"} | facts(rack_units=4, kw=4.0, sockets=None)
    prices = {"card": pick(dice, (2000.0, 3000.0)), "server": 300.0, "rack": 1500.0}
    book = plain_book(prices, gpus=(0.3, 0.5), hosts=pick(dice, ((0.95, 0.9), (0.8, 0.5))))
    poor = {"items": ["server"]} | facts(first_sale_share=0.1, yearly_retention=0.5)
    book["resale"].append(poor)
    needs = [fixed("task", [0, 0, pick(dice, (2, 1, 3))], cards=1)]
    cheap = {"item": "card", "price": pick(dice, (1000.0, 600.0)), "from": month(2)}
    windows = [
        {"until": month(1), "capital": pick(dice, (9000.0, 5000.0))},
        {"until": month(2), "capital": pick(dice, (0.0, 300.0))},
    ]
    offer = {"model": "rack", "count": pick(dice, (0, 1)), "buy": 1}
    catalog = catalogue_of([plain_card("card")], [server], book, racks=[rack])
    return scenario(
        catalog, needs, 3, quotes=[cheap], budget={"windows": windows},
        site=_site(dice, racks=offer),
    )  # fmt: skip


def spares(dice: Dice) -> Inputs:
    """Replicas of several capacities, of which some may be lost."""
    months = pick(dice, (2, 1, 3))
    cards = [plain_card("large"), plain_card("small")]
    worth = [pick(dice, (1500.0, 2000.0, 2600.0)), 1000.0]
    rows = [measured("large", pick(dice, (10.0, 7.0))), measured("small", pick(dice, (5.0, 3.0)))]
    talk = chat("talk", [2 * n for n in loads(dice, months, pick(dice, (3, 4, 6)))])
    talk |= {"model": "dense-8b", "context_tokens": 65_536, "gpus": ["large", "small"]}
    talk |= {
        "measured": rows,
        "survive": {pick(dice, ("replicas", "cards")): pick(dice, (1, 1, 2))},
    }
    host = (plain_host("host", **ONE), 300.0)
    catalog = market(list(zip(cards, worth, strict=True)), [host], pick(dice, CURVES))
    lots = [{"gpu": "small", "count": 1, "bought": month(-5)}] if chance(dice, 30) else []
    return scenario(catalog, [talk], months, existing=lots, site=_site(dice))


def requests(dice: Dice) -> Inputs:
    """Requests of two classes that cards of two kinds answer at different rates."""
    months = pick(dice, (2, 1, 3))
    cards = [(plain_card("quick"), 2500.0), (plain_card("slow", tdp_w=120), 1000.0)]
    rows = [
        {
            "gpu": gpu, "precision": "bf16", "gpus_per_replica": 1, "memory_gib": 8.0,
            "source": "own bench", "classes": _classes(short, long),
        }
        for gpu, short, long in (("quick", 4.0, 2.0), ("slow", 2.5, pick(dice, (0.5, 0.25))))
    ]  # fmt: skip
    demand = [
        {"from": month(i), "classes": _classes(a / 2, b / 2) if a and b else []}
        for i, (a, b) in enumerate(zip(loads(dice, months, 5), loads(dice, months, 3), strict=True))
    ]
    talk = chat("talk", []) | {"demand": demand, "measured": rows, "gpus": ["quick", "slow"]}
    talk["load_share"] = pick(dice, (1.0, 0.5))
    catalog = market(cards, [(plain_host("host", **ONE), 300.0)], pick(dice, CURVES))
    lots = [{"gpu": "slow", "count": 1, "bought": month(-5)}] if chance(dice, 30) else []
    return scenario(catalog, [talk], months, existing=lots, site=_site(dice))


def _classes(short: float, long: float) -> list[Entry]:
    return [
        {"input_tokens": 900, "output_tokens": 200, "requests_per_s": short},
        {"input_tokens": 4000, "output_tokens": 60, "requests_per_s": long},
    ]


def _sold(prices: dict[str, float], *items: list[Entry]) -> dict[str, float]:
    known = {entry["id"] for entries in items for entry in entries}
    return {item: price for item, price in prices.items() if item in known}


def bridges(dice: Dice) -> Inputs:
    """Bridged pairs beside other groups in hosts that bridge only some of their places."""
    months = pick(dice, (2, 1, 3))
    cards = [
        plain_card(name, nvlink="bridge", nvlink_gb_s=112.5)
        for name in ("left", "right")[: pick(dice, (1, 1, 2))]
    ]
    places = pick(dice, (4, 4, 6))
    hosts = [
        plain_host(
            "host", slot_layouts=((2,) * places,), max_gpus=places, psu_w=6000,
            bridge_pairs=pick(dice, (1, 1, 2)),
        ),
        plain_host("other", bridge_pairs=pick(dice, (0, 2))),
    ][: pick(dice, (1, 1, 2))]  # fmt: skip
    bridge = BRIDGE | facts(gpus=[c["id"] for c in cards], per_pair=pick(dice, (1, 2)))
    worth = {"left": 1000.0, "right": 1050.0, "host": 500.0, "other": 800.0, "bridge": 150.0}
    book = plain_book(_sold(worth, cards, hosts, [bridge]), gpus=pick(dice, CURVES))
    catalog = catalogue_of(cards, hosts, book, bridges=[bridge])
    needs = [fixed("pair", loads(dice, months, pick(dice, (2, 3))), cards=2) | {"link": "nvlink"}]
    if chance(dice, 60):
        needs.append(fixed("more", loads(dice, months, 1), cards=pick(dice, (4, 4, 2, 1))))
    if chance(dice, 15):
        needs[0]["survive"] = {"hosts": 1}
    lots = [_free("bridge", "bridge", pick(dice, (1, 2)))] if chance(dice, 25) else []
    return scenario(catalog, needs, months, existing=lots, site=_site(dice))


def sharing(dice: Dice) -> Inputs:
    """Parts of cards, some of them MIG instances, that take cores or outlive a machine."""
    months = pick(dice, (1, 2))
    card = plain_card("card")
    cut = chance(dice, 45)
    if cut:
        table = pick(dice, (HALVES, THIRDS))
        card |= {"mig": fact(table)} | facts(mig_instances=table["memory_slices"])
    places = pick(dice, (2, 1, 3))
    host = plain_host(
        "host", slot_layouts=((2,) * places,), max_gpus=places,
        cpu_cores=pick(dice, (8, 12)), memory_gib=pick(dice, (64.0, 32.0)),
    )  # fmt: skip
    weak = plain_host("weak", **ONE, cpu_cores=2, memory_gib=8.0)
    hosts = [(host, pick(dice, (500.0, 2000.0))), (weak, 150.0)][: pick(dice, (1, 1, 2))]
    catalog = market([(card, 1000.0)], hosts, pick(dice, CURVES))
    needs = []
    for name in ("one", "two", "three")[: pick(dice, (2, 2, 3, 1))]:
        part = {
            "memory_gib": pick(dice, (10.0, 15.0, 22.0)),
            "time_share": pick(dice, (0.3, 0.45, 0.2)),
        }
        need = fixed(name, loads(dice, months, pick(dice, (2, 1, 3))), **part)
        if chance(dice, 60):
            key, most = pick(dice, (("cpu_cores", 6.0), ("host_memory_gib", 24.0)))
            need["need"][key] = most * pick(dice, (1.0, 0.5, 0.75))
        elif chance(dice, 70):
            need["survive"] = {"hosts": 1}
        if cut and chance(dice, 60):
            need["isolation"] = "mig"
        needs.append(need)
    if chance(dice, 20):
        needs.append(fixed("pair", loads(dice, months, 1), cards=2))
    return scenario(catalog, needs, months, site=_site(dice))


def modules(dice: Dice) -> Inputs:
    """Systems that are sold with their modules, beside hosts with loose cards."""
    months = pick(dice, (1, 2))
    host = plain_host("host", cpu_cores=16, memory_gib=128.0)
    systems = [
        plain_system(f"system{n}", "module", n, cpu_cores=pick(dice, (8, 16)), memory_gib=64.0)
        for n in pick(dice, ((2,), (1, 4), (2, 3)))
    ]
    worth = {"card": 3000.0, "host": 900.0, "system1": 3000.0, "system2": 5500.0}
    worth |= {"system3": 8000.0, "system4": 10000.0}
    cards = [plain_card("card"), plain_module("module")]
    catalog = catalogue_of(
        cards, [host, *systems], plain_book(_sold(worth, cards, [host], systems))
    )
    need = fixed("task", loads(dice, months, pick(dice, (2, 3, 4))), cards=pick(dice, (1, 1, 2)))
    if chance(dice, 50):
        need["survive"] = {"hosts": 1}
    else:
        need["need"]["cpu_cores"] = pick(dice, (4.0, 8.0, 6.0))
    if chance(dice, 50):
        need["gpus"] = ["module"]
    rented = {"gpu": "module", "gpus": pick(dice, (2, 1)), "per_hour": pick(dice, (0.5, 3.0))}
    rented |= {"machines_max": pick(dice, (1, 2)), "term_months": pick(dice, (1, 2))}
    return scenario(catalog, [need], months, rentals=[rented] if chance(dice, 50) else [])


def pools(dice: Dice) -> Inputs:
    """Jobs that take turns on single cards and on pairs, in hosts that are short of places."""
    months = pick(dice, (2, 1))
    joined = chance(dice, 40)
    card = plain_card("card", **({"nvlink": "bridge", "nvlink_gb_s": 112.5} if joined else {}))
    places = pick(dice, (2, 3, 1, 4))
    host = plain_host(
        "host", slot_layouts=((2,) * places,), max_gpus=places, bridge_pairs=1,
        cpu_cores=8, memory_gib=64.0,
    )  # fmt: skip
    bridge = BRIDGE | facts(gpus=["card"], per_pair=1)
    narrow = plain_host("narrow", slot_layouts=((2, 2),), max_gpus=2, cpu_cores=8, memory_gib=64.0)
    hosts = [host, narrow][: pick(dice, (1, 1, 2))]
    prices = {"card": 1000.0, "host": 500.0, "narrow": 250.0} | (
        {"bridge": 150.0} if joined else {}
    )
    book = plain_book(_sold(prices, [card], hosts, [bridge]), gpus=pick(dice, CURVES))
    catalog = catalogue_of([card], hosts, book, bridges=[bridge] if joined else [])
    work = [_job(dice, f"job{i}", months) for i in range(pick(dice, (1, 2)))]
    if joined:
        work[0] = _job(dice, "job0", months, sizes=(2,), more=2) | {"link": "nvlink"}
    if chance(dice, 60):
        need = fixed("task", loads(dice, months, pick(dice, (1, 2))), cards=pick(dice, (1, 2)))
        if chance(dice, 50):
            need["survive"] = {"hosts": 1}
        elif chance(dice, 50):
            need["need"]["cpu_cores"] = 6.0
        work.append(need)
    limit = {"hosts_max": pick(dice, (2, 3))} if chance(dice, 40) else {}
    return scenario(catalog, work, months, site=_site(dice, **limit))


def _job(dice: Dice, name: str, months: int, sizes: tuple[int, ...] = (), more: int = 0) -> Entry:
    most = pick(dice, (1, 2)) + more
    shares = [x * pick(dice, (0.6, 0.8, 1.1)) for x in loads(dice, months, most)]
    sizes = sizes or pick(dice, ((1,), (2,), (1, 2)))
    quick = {1: 1.0, 2: pick(dice, (1.5, 2.5)), 4: 3.0}
    rows = [
        {
            "gpu": "card", "precision": "nf4", "gpus_per_replica": n, "memory_gib": 8.0,
            "capacity": TOKENS * (rate if n in sizes else 0.05), "source": "own bench",
        }
        for n, rate in quick.items()
    ]  # fmt: skip
    return {
        "name": name, "task": "finetune", "model": "dense-1b", "method": "qlora",
        "time_shared": True, "groups_at_a_time": pick(dice, (1, 2, 3)), "measured": rows,
        "demand": [
            {"from": month(i), "tokens_per_month": TOKENS * share} for i, share in enumerate(shares)
        ],
    }  # fmt: skip


def places(dice: Dice) -> Inputs:
    """More places for hosts, or more power, than a site has are wanted in some month."""
    months = pick(dice, (2, 1, 3))
    base = pick(dice, (100, 300))
    narrow = plain_host("narrow", slot_layouts=((2,),), max_gpus=1, base_load_w=base)
    wide = plain_host("wide", support_per_year=pick(dice, (0.0, 0.1)))
    cards = [(plain_card("card"), 1000.0), (plain_card("frugal", tdp_w=150), 1300.0)]
    hosts = [(narrow, 300.0), (wide, 1500.0)]
    catalog = market(cards[: pick(dice, (1, 2))], hosts, pick(dice, CURVES))
    needs = [fixed("task", loads(dice, months, pick(dice, (3, 2))), cards=1)]
    if chance(dice, 40):
        needs.append(fixed("other", loads(dice, months, 1), cards=1))
    limit: Entry = {"hosts_max": pick(dice, (1, 2))}
    if chance(dice, 50):
        limit = {"facility_power_kw": pick(dice, (0.9, 1.2, 0.6, 1.5, 1.8))}
    return scenario(catalog, needs, months, site=_site(dice, **limit))


def kinds(dice: Dice) -> Inputs:
    """Cheap cards that are not enough for everything, where one kind is all that may be held."""
    months = pick(dice, (2, 3))
    small, large = plain_card("small", memory_mib=8192), plain_card("large")
    worth = [(small, pick(dice, (300.0, 600.0))), (large, 1000.0)]
    catalog = market(worth, [(plain_host("host"), 500.0)], pick(dice, CURVES))
    needs = [
        fixed("little", loads(dice, months, pick(dice, (1, 2))), cards=1),
        fixed("big", loads(dice, months, 1), cards=1, min_memory_gib=20.0),
    ]
    lots = [{"gpu": "small", "count": 1, "bought": month(-9)}] if chance(dice, 50) else []
    fleet = {"max_gpu_models": 1}
    return scenario(catalog, needs, months, existing=lots, fleet=fleet, site=_site(dice))


TOPICS = ("rentals", "leases", "supply", "leads", "budget")


def offers(dice: Dice) -> Inputs:
    """Rentals, leases and purchases that are short, late or beyond the capital of a year."""
    months = pick(dice, (3, 2, 4))
    cards = [(plain_card("card"), 1000.0), (plain_module("module"), 0.0)]
    host = plain_host("host", support_per_year=0.12)
    catalog = market(cards, [(host, 400.0)], pick(dice, CURVES))
    need = fixed("task", loads(dice, months, pick(dice, (2, 3))), cards=1)
    topics = {pick(dice, TOPICS)} | {topic for topic in TOPICS if chance(dice, 20)}
    more: Entry = {}
    if "rentals" in topics:
        more["rentals"] = [
            {
                "gpu": "module", "gpus": 1, "per_hour": pick(dice, (0.2, 0.4, 0.1)),
                "term_months": pick(dice, (2, 3, 1)), "machines_max": pick(dice, (1, 2)),
            }
        ]  # fmt: skip
    if "leases" in topics:
        term = pick(dice, (2, 1, 3))
        more["leases"] = [{"item": "card", "term_months": term, "per_month": 120.0}]
    if "supply" in topics:
        more["supply"] = [{"item": pick(dice, ("card", "host")), "per_month": 1}]
    if "leads" in topics:
        need["demand"][0]["count"] = 0
        more["lead_times"] = [{"item": "card", "months": 1}]
    if "budget" in topics:
        until = dice.integer(0, months - 1)
        limits = [(until, pick(dice, (1400.0, 2400.0, 900.0))), (months - 1, 1000.0)]
        windows = [{"until": month(n), "capital": x} for n, x in dict(limits).items()]
        more["budget"] = {"windows": windows}
    if chance(dice, 40):
        more["existing"] = [{"gpu": "card", "count": 1, "bought": month(-5)}]
    rate = pick(dice, (0.08, 0.3))
    return scenario(catalog, [need], months, discount_rate=rate, site=_site(dice), **more)


TEMPLATES: Mapping[str, Callable[[Dice], Inputs]] = {
    "racks": racks, "stores": stores, "bridges": bridges, "sharing": sharing,
    "modules": modules, "pools": pools, "places": places, "kinds": kinds, "offers": offers,
    "spares": spares, "requests": requests,
}  # fmt: skip
"""Each by what it is about."""


def scene(name: str, seed: int) -> Inputs:
    """A scenario about something from a seed."""
    return TEMPLATES[name](Seeded.of("mutants", name, seed))
