"""Laws of racks, of bridges, and of what hosts say about both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.catalog.catalog import Catalog
from planner.catalog.loading import default_catalog, load_overlays
from planner.catalog.schema import CatalogFile
from planner.errors import InputError
from planner.plan.facts_used import facts_used
from planner.scenario.inputs import Inputs
from planner.scenario.loading import read_scenario
from tests.catalog.facts import catalog

HOSTS = sorted(catalog().hosts)
BRIDGED = {name for name, card in catalog().gpus.items() if card.nvlink.value == "bridge"}


def test_every_card_with_a_place_for_a_bridge_has_one_and_no_other_card_has():
    joined = [gpu for bridge in catalog().bridges for gpu in catalog().bridge(bridge).gpus]
    assert sorted(joined) == sorted(BRIDGED)


@pytest.mark.parametrize("card", sorted(BRIDGED))
def test_more_bridges_a_pair_mean_a_wider_joint(card):
    (bridge,) = [b for b in map(catalog().bridge, catalog().bridges) if card in b.gpus]
    wide = catalog().gpu(card).nvlink_gb_s > 500 and card != "h200-nvl"  # one bridge joins all
    assert bridge.per_pair == (3 if wide else 1)


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_bridges_no_more_pairs_than_it_holds(host):
    facts = catalog().host(host)
    assert 0 <= 2 * facts.bridge_pairs <= facts.max_gpus
    assert facts.built_in is None or facts.bridge_pairs == 0


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_has_cores_and_memory_and_more_memory_than_cores(host):
    facts = catalog().host(host)
    assert facts.cpu_cores is not None
    assert facts.memory_gib is not None
    assert 0 < facts.cpu_cores < facts.memory_gib


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_of_a_rack_says_how_many_sockets_it_takes(host):
    entry = catalog().hosts[host]
    assert (entry.sockets is not None) == (entry.form.value == "rack")
    if entry.sockets is not None and "psu_count" in entry.attributes:
        assert entry.sockets.value == entry.attributes["psu_count"].value


def test_a_host_that_says_nothing_offers_nothing_but_the_usual_sockets():
    entry = (
        catalog()
        .hosts["supermicro-4125gs"]
        .model_copy(update=dict.fromkeys(("bridge_pairs", "cpu_cores", "memory_gib", "sockets")))
    )
    facts = Catalog({}, {}, {"x": entry}, {}, {}, (), {}).host("x")
    assert (facts.bridge_pairs, facts.cpu_cores, facts.memory_gib) == (0, None, None)
    assert facts.sockets == 2


def test_a_rack_holds_the_highest_host_and_its_power_is_in_watts():
    rack = catalog().rack("rack-42u")
    assert rack.rack_units == 42
    assert rack.watts == 1000 * catalog().racks["rack-42u"].kw.value


def test_the_whole_catalogue_is_one_file_and_back():
    again = Catalog.of_file(catalog().to_file())
    assert (again.racks, again.bridges) == (catalog().racks, catalog().bridges)
    assert again.items == catalog().items


def overlay(folder: Path, text: str) -> Catalog:
    file = folder / "overlay.yaml"
    file.write_text(f"schema: 1\n{text}")
    return load_overlays(default_catalog(), [file])


def bridge_for(*cards: str) -> str:
    """A bridge like one that is known, for other cards."""
    entry = next(iter(default_catalog().bridges.values()))
    data = entry.model_dump(mode="json", exclude_none=True) | {"id": "ours"}
    data["gpus"]["value"] = list(cards)
    return f"bridges: {json.dumps([data])}"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (bridge_for("rtx-a600"), "unknown-gpu"),
        (bridge_for("l40s"), "no-place-for-bridge"),
        ("put_in_force: [{item: rack-42u, attribute: kv, source: x}]", "unknown-attribute"),
        ("put_in_force: [{item: rack-42u, attribute: kw, source: x}]", "unknown-claim"),
        (
            "put_in_force: [{item: nvlink-bridge-a100, attribute: per_pair, source: x}]",
            "unknown-claim",
        ),
    ],
)
def test_a_wrong_overlay_about_racks_and_bridges_is_refused(tmp_path, text, rule):
    with pytest.raises(InputError) as caught:
        overlay(tmp_path, text)
    assert [found.rule for found in caught.value.diagnostics] == [rule]


def test_an_overlay_can_bring_a_bridge_and_replace_a_rack(tmp_path):
    assert overlay(tmp_path, bridge_for("rtx-a6000")).bridge("ours").gpus == ("rtx-a6000",)
    rack = default_catalog().racks["rack-42u"].model_dump(mode="json", exclude_none=True)
    rack["rack_units"]["value"] = 48
    rack["sockets"]["value"] = 36
    changed = overlay(tmp_path, f"racks: {json.dumps([rack])}").rack("rack-42u")
    assert (changed.rack_units, changed.sockets) == (48, 36)


def test_a_claim_about_a_rack_can_be_put_in_force(tmp_path):
    rack = default_catalog().racks["rack-42u"].model_dump(mode="json", exclude_none=True)
    rack["sockets"]["value"] = None
    rack["kw"]["other_claims"] = [{"value": 12, "source": "planner-rules", "as_of": "2026"}]
    order = "put_in_force: [{item: rack-42u, attribute: kw, source: planner-rules}]"
    changed = overlay(tmp_path, f"racks: {json.dumps([rack])}\n{order}")
    assert changed.rack("rack-42u").watts == 12_000


BASE = """
schema: 1
name: Places
start: 2026-10
months: 12
workloads:
  - {name: chat, task: inference, model: llama-3.1-8b, context_tokens: 8192,
     demand: [{from: 2026-10, concurrency: 20}]}
sites:
  - {name: lab, facility_power_kw: 8, electricity_per_kwh: 0.18%s}
"""


def inputs(racks: str = "", more: str = "") -> Inputs:
    return read_scenario(BASE % racks + more, file="places.yaml")


def test_a_scenario_has_the_racks_of_its_sites_only():
    assert inputs().racks() == {}
    assert list(inputs(", racks: {model: rack-42u, count: 1}").racks()) == ["rack-42u"]


def test_a_scenario_has_the_bridges_of_the_cards_that_it_may_use():
    assert list(inputs().bridges()) == list(catalog().bridges)
    only = "fleet: {gpus: [rtx-a6000, l40s]}"
    assert list(inputs(more=only).bridges()) == ["nvlink-bridge-a6000"]
    assert inputs(more="fleet: {gpus: [l40s]}").bridges() == {}
    excluded = "catalog: {exclude: [nvlink-bridge-a6000]}"
    assert "nvlink-bridge-a6000" not in inputs(more=excluded).bridges()


def test_a_card_that_is_only_rented_is_a_card_of_the_scenario():
    more = """
fleet: {gpus: [h100-sxm], hosts: [hp-z4-g5]}
rentals: [{gpu: h100-sxm, per_hour: 2.5, gpus: 8}]
"""
    assert list(inputs(more=more).gpus()) == ["h100-sxm"]


def test_a_plan_carries_the_racks_and_bridges_that_its_scenario_may_use():
    found = inputs(", racks: {model: rack-42u, count: 1, buy: 1}", "fleet: {gpus: [rtx-a6000]}")
    carried = Catalog.of_file(CatalogFile.model_validate(facts_used(found), strict=False))
    assert carried.rack("rack-42u") == catalog().rack("rack-42u")
    assert list(carried.bridges) == ["nvlink-bridge-a6000"]
    priced = {entry.item for entry in carried.price_books["2026-09"].entries}
    assert {"rack-42u", "nvlink-bridge-a6000"} <= priced
    assert not priced & {"nvlink-bridge-a100", "nvlink-bridge-h100-nvl"}
    assert "cagelab-colocation" in carried.sources


def test_what_a_lot_of_bridges_brings_follows_the_curve_of_cards():
    lot = "existing: [{bridge: nvlink-bridge-a6000, count: 1, bought: 2026-10}]"
    found = inputs(more=lot)
    prices, (owned,) = found.prices(), found.scenario.existing
    listed = prices.listed.price("nvlink-bridge-a6000")
    curve = prices.listed.resale("rtx-pro-5000", is_gpu=True)
    assert listed is not None
    assert curve is not None
    first = prices.existing_value(owned, prices.start)
    assert first == round(listed.cents * curve.first_sale_share)
