"""Sound plans in which the things exist that corruptions need, as plain data."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from planner.plan.audit import audit
from planner.scenario.inputs import Inputs
from planner.solve.settings import Method
from tests.audit.family_plans import FAMILIES
from tests.fixtures.catalogues import plain_card, plain_host, plain_module, plain_system
from tests.fixtures.engine import plan_of
from tests.fixtures.handmade import chat, fixed, images, market, month, scenario

Data = dict[str, Any]


def rich() -> Inputs:
    """Groups, shared cards, two kinds in a host, lots, sales, support, and cards that tempt."""
    cards = [
        (plain_card("card"), 2000.0),
        (plain_card("large", memory_mib=96 * 1024), 4000.0),
        (plain_card("gamer", ecc=False, data_centre_use=False), 9900.0),
        (plain_card("fat", slot_width=3), 9900.0),
        (plain_card("hungry", tdp_w=600, transient_factor=2.0), 9900.0),
        (plain_card("airless", cooling="passive"), 9900.0),
        (plain_card("airy", cooling="open"), 9900.0),
    ]
    tower = plain_host(
        "tower", support_per_year=0.1, psu_w=2200, cooling=["blower", "open"], max_open_cards=0
    )
    workloads = [
        fixed("pair", [1, 1, 1, 1], cards=2, min_memory_gib=60.0, requires={"ecc": True}),
        images("pictures", [6.0, 6.0, 6.0, 6.0]),
        images("posters", [2.0, 2.0, 2.0, 2.0]),
        chat("talk", [4, 4, 4, 4], requires={"ecc": True}),
        fixed("falling", [3, 3, 1, 1], memory_gib=20.0, time_share=0.82, requires={"ecc": True}),
        fixed("bulky", [1, 1, 1, 1], memory_gib=36.0, time_share=0.1),
    ]
    return scenario(
        market(cards, [(tower, 1500.0)]),
        workloads,
        months=4,
        existing=[
            {"gpu": "card", "count": 2, "bought": month(-12)},
            {"host": "tower", "count": 1, "bought": month(-20)},
        ],
        site={"hosts_max": 3, "electricity_per_kwh": 0.3},
    )


def tight() -> Inputs:
    """A site whose power and places are used up by one host."""
    return scenario(
        market([(plain_card("card"), 2000.0)], [(plain_host("tower"), 1500.0)]),
        [fixed("task", [2, 2], memory_gib=30.0, time_share=0.8)],
        months=2,
        site={"facility_power_kw": 1.1, "hosts_max": 1},
    )


def server_room() -> Inputs:
    """A data centre, without resale, with a host that is sold with its accelerators."""
    gamer = plain_card("gamer", data_centre_use=False)
    system = plain_system("system", "module", 2)
    return scenario(
        market(
            [(plain_card("card"), 2000.0), (gamer, 900.0), (plain_module("module"), 0.0)],
            [(plain_host("tower"), 1500.0), (system, 40_000.0)],
        ),
        [
            fixed("task", [1, 1], memory_gib=30.0, time_share=0.8),
            fixed("huge", [1, 1], cards=2, min_memory_gib=60.0),
        ],
        months=2,
        resale=False,
        horizon_value=False,
        site={"kind": "data_centre"},
    )


BASES = {"rich": rich, "tight": tight, "server_room": server_room} | FAMILIES


@cache
def _text(base: str) -> str:
    plan = plan_of(BASES[base](), method=Method.DIRECT)
    assert audit(plan) == []
    return plan.to_json()


def sound(base: str) -> Data:
    """A fresh copy of a sound plan as plain data."""
    data: Data = json.loads(_text(base))
    return data
