"""A workload that nothing can run is said before any solve, with the nearest miss."""

from __future__ import annotations

from typing import Any

from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.studies.obstacles import obstacles
from tests.acceptance.contradictions import BRIDGE, CARD, bridged, made, need
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import chat, measured, month

HEAD = "need can run on no card that may be used. "


def said(*workloads: dict[str, Any], **facts: Any) -> list[str]:
    return said_of(made((), list(workloads), **facts).inputs)


def said_of(inputs: Inputs) -> list[str]:
    sizing = size(inputs)
    return obstacles(sizing, set_up(inputs, sizing))


def test_what_can_run_is_no_obstacle() -> None:
    assert said(need(2)) == []


def test_the_nearest_miss_has_its_numbers() -> None:
    (text,) = said(need(memory_gib=60.0, time_share=0.5))
    assert text == (
        HEAD + "Near miss on card: needs 60.0 GiB of memory, as stated; 43.5 GiB usable."
    )


def test_a_reason_that_holds_for_many_cards_is_said_once() -> None:
    cards = [plain_card(name, ecc=False) for name in ("a", "b", "c", "d", "e")]
    prices = {"host": 500.0} | {card["id"]: 1000.0 for card in cards}
    (text,) = said(need(requires={"ecc": True}), gpus=cards, prices=prices)
    assert text == HEAD + "Near miss on a, b, c and 2 more: no ECC."


def test_a_card_without_a_price_is_named() -> None:
    (text,) = said(need(gpus=["dear"]), gpus=[CARD, plain_card("dear")])
    assert text == HEAD + "It would run on dear, but no price in the book 2026-09."


def test_a_bridge_without_a_price_is_named() -> None:
    pair = need(cards=2, link="nvlink")
    (text,) = said(pair, gpus=[bridged()], bridges=[BRIDGE])
    assert text == (
        HEAD + "It would run on card, but no bridge that joins two of them has a price or is owned."
    )


def test_hosts_without_places_for_a_bridge_are_named() -> None:
    prices = {"card": 1000.0, "host": 500.0, "bridge": 200.0}
    pair = need(cards=2, link="nvlink")
    (text,) = said(pair, gpus=[bridged()], bridges=[BRIDGE], prices=prices)
    assert "no host that may stand at lab takes 2 of them and joins them by a bridge" in text


def test_hosts_that_take_too_few_cards_are_named() -> None:
    (text,) = said(need(cards=8))
    assert text == HEAD + (
        "It would run on card, but no host that may stand at lab takes 8 of them."
    )


def test_a_site_without_power_for_one_host_is_named() -> None:
    (text,) = said(need(), site={"facility_power_kw": 0.2})
    assert text == HEAD + (
        "It would run on card, but the power of lab is not enough for one of them in a host."
    )


def test_a_site_without_power_for_a_host_with_its_card_is_named() -> None:
    (text,) = said(need(), site={"facility_power_kw": 0.4})
    assert "but the power of lab is not enough for one of them in a host." in text


def test_a_class_of_requests_that_nothing_answers_is_named() -> None:
    short = {"input_tokens": 900, "output_tokens": 200, "requests_per_s": 2.0}
    long = {"input_tokens": 4000, "output_tokens": 60, "requests_per_s": 1.0}
    row = measured("card", 1.0) | {"capacity": None, "classes": [short]}
    talk = chat("talk", []) | {"measured": [row]}
    talk["demand"] = [{"from": month(0), "classes": [short, long]}]
    (text,) = said(talk, hosts=[plain_host("host", slot_layouts=((2,),), max_gpus=1)])
    assert text.startswith("talk has requests of 4,000 in, 60 out tokens")


def test_only_workloads_with_load_are_looked_at() -> None:
    hopeless = need(0, memory_gib=60.0, time_share=0.5)
    assert said(hopeless, need(1, name="other")) == []


def test_every_hopeless_workload_is_said() -> None:
    slo = {"tokens_per_s_per_session": 20, "ttft_ms": 2}
    texts = said(need(memory_gib=60.0, time_share=0.5), chat("chat", [2], slo=slo))
    assert [text.split()[0] for text in texts] == ["need", "chat"]


def test_hosts_without_cores_are_named() -> None:
    small = plain_host("host", cpu_cores=16, memory_gib=64.0)
    large = plain_host("large", cpu_cores=32, memory_gib=16.0)
    hungry = need(cards=1, cpu_cores=24, host_memory_gib=32.0)
    (text,) = said(hungry, hosts=[small, large], prices={"card": 1.0, "host": 1.0, "large": 1.0})
    assert "no host that may stand at lab takes 1 of them and has what the need takes" in text
