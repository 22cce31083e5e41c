"""Laws of the catalogue's hosts: what fits into them, and what they must not be asked to hold."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from planner.formulation.builds import fillings
from tests.catalog.facts import catalog

HOSTS = sorted(catalog().hosts)
LOOSE = [catalog().gpu(n) for n, g in catalog().gpus.items() if g.form_factor.value == "pcie"]
SYSTEMS = [name for name, host in catalog().hosts.items() if host.built_in is not None]


def most(host: str, *cards: str) -> int:
    """Most cards of some kinds that stand in a host together."""
    gpus = [catalog().gpu(card) for card in cards]
    return int(fillings(catalog().host(host), gpus).sum(axis=1).max())


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_holds_a_card(host):
    every = [catalog().gpu(card) for card in catalog().gpus]
    assert fillings(catalog().host(host), every).sum(axis=1).max() >= 1


def test_every_loose_card_fits_into_some_host():
    homeless = {g.id for g in LOOSE}
    for host in set(HOSTS) - set(SYSTEMS):
        homeless -= {card for card in homeless if most(host, card)}
    assert homeless == set()


@pytest.mark.parametrize("host", ["hp-z4-g5"])
@pytest.mark.parametrize("card", ["rtx-a6000", "rtx-pro-6000-maxq", "rtx-pro-4500"])
def test_a_tower_with_two_slots_holds_two_cards(host, card):
    assert most(host, card) == 2


@pytest.mark.parametrize(
    "host", ["lenovo-px", "hp-z8-fury-g5", "supermicro-741ge", "diy-wrx90", "autonomous-4x-6000"]
)
@pytest.mark.parametrize("card", ["rtx-a6000", "rtx-pro-6000-maxq"])
def test_a_host_with_four_double_slots_holds_four_cards_with_rear_exhaust(host, card):
    assert most(host, card) == 4


@pytest.mark.parametrize("card", ["l40s", "a100-80-pcie", "h100-nvl"])
@pytest.mark.parametrize("host", ["supermicro-4125gs", "asus-esc8000a"])
def test_a_server_of_four_units_holds_eight_passive_cards(host, card):
    assert most(host, card) == 8


def test_eight_passive_cards_of_600_w_need_the_larger_supplies():
    assert most("asus-esc8000a", "rtx-pro-6000-server") == 8
    assert most("supermicro-4125gs", "rtx-pro-6000-server") < 8


@pytest.mark.parametrize("host", sorted(set(HOSTS) - {"autonomous-4x-6000"}))
def test_open_cards_are_not_stacked_where_they_would_heat_each_other(host):
    open_cards = [g.id for g in LOOSE if g.cooling == "open"]
    assert most(host, *open_cards) <= 2


@pytest.mark.parametrize("host", HOSTS)
def test_a_passive_card_stands_only_where_a_server_blows_through_it(host):
    passive = [g.id for g in LOOSE if g.cooling == "passive"]
    assert not most(host, *passive) or "passive" in catalog().host(host).cooling


@pytest.mark.parametrize("host", sorted(set(HOSTS) - set(SYSTEMS)))
def test_no_filling_asks_more_of_the_supplies_than_they_give(host):
    facts = catalog().host(host)
    loads = fillings(facts, LOOSE) @ np.array([float(g.tdp_w) for g in LOOSE])
    limit = float(facts.psu_w * facts.psu_planning_fraction - facts.base_load_w)
    assert loads.max() <= limit


@pytest.mark.parametrize("host", SYSTEMS)
def test_the_load_of_a_system_with_its_modules_is_its_nameplate(host):
    entry, (module, count) = catalog().host(host), catalog().host(host).built_in
    total = entry.base_load_w + count * catalog().gpu(module).tdp_w
    assert total == entry.attributes["nameplate_w"]
    assert total <= entry.psu_w


def test_every_module_is_sold_in_a_system_and_no_loose_card_is():
    modules = {n for n, g in catalog().gpus.items() if g.form_factor.value == "sxm"}
    assert {catalog().host(host).built_in[0] for host in SYSTEMS} == modules


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_rests_on_less_power_than_it_works_with(host):
    entry = catalog().host(host)
    for less, more in pairwise((0, entry.base_idle_w, entry.base_load_w, entry.psu_w)):
        assert less < more


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_needs_a_rack_says_how_high_it_is(host):
    entry = catalog().host(host)
    assert (entry.rack_units is None) == (entry.form == "tower")
