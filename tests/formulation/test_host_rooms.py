"""What a machine may hold by its limits is what its host may hold by the list of its fillings."""

from __future__ import annotations

from itertools import product

import pytest

from planner.catalog.items import Gpu, Host
from planner.catalog.loading import default_catalog
from planner.formulation.fillings import HostFillings, fillings_of
from planner.formulation.host_rooms import host_room
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario
from tests.fixtures.strategies import random_inputs

FEW = 3
"""Kinds of cards for which every number of cards is tried."""


def listed(found: HostFillings) -> set[tuple[int, ...]]:
    return {tuple(int(n) for n in row) for row in found.counts}


def admitted(found: HostFillings) -> set[tuple[int, ...]]:
    """Every number of cards of each kind up to one more than fit, if the limits admit them."""
    room, kinds = host_room(found), [g.id for g in found.gpus]
    every = product(*(range(room.most.get(gpu, 0) + 2) for gpu in kinds))
    return {counts for counts in every if room.holds(dict(zip(kinds, counts, strict=True)))}


def few(gpus: list[Gpu]) -> dict[str, Gpu]:
    return {g.id: g for g in gpus[:FEW]}


@pytest.mark.parametrize("seed", range(40))
def test_the_limits_of_a_random_host_admit_its_fillings_and_no_other(seed: int) -> None:
    inputs = random_inputs(seed, "tiny")
    for host in inputs.hosts().values():
        found = fillings_of(host, few(list(inputs.gpus().values())))
        assert admitted(found) == listed(found)


def shipped() -> list[Host]:
    return [Host.of(entry) for entry in default_catalog().hosts.values()]


@pytest.mark.parametrize("host", shipped(), ids=lambda host: host.id)
def test_the_limits_of_a_shipped_host_admit_its_fillings_and_no_other(host: Host) -> None:
    gpus = [Gpu.of(entry) for entry in default_catalog().gpus.values()]
    if host.built_in is not None:
        gpus = [g for g in gpus if g.id == host.built_in[0]]
    for first in range(0, len(gpus), FEW):
        found = fillings_of(host, few(gpus[first:]))
        assert admitted(found) == listed(found)


def test_only_ways_to_use_the_slots_that_no_other_beats_are_told_apart() -> None:
    host = plain_host("host", slot_layouts=((2, 2), (2, 1), (1, 1, 1), (2, 2)), max_gpus=3)
    cards = [(plain_card("wide"), 1.0), (plain_card("slim", slot_width=1), 1.0)]
    inputs = scenario(market(cards, [(host, 1.0)]), [fixed("n", [1], cards=1)])
    room = host_room(fillings_of(inputs.hosts()["host"], inputs.gpus()))
    assert {w.width: w.places for w in room.widths} == {1: (2, 3), 2: (2, 0)}


def test_limits_that_no_cards_reach_are_left_out() -> None:
    inputs = scenario(
        market([(plain_card("card"), 1.0)], [(plain_host("host"), 1.0)]), [fixed("n", [1], cards=1)]
    )
    room = host_room(fillings_of(inputs.hosts()["host"], inputs.gpus()))
    assert (room.cards, dict(room.most), room.limits, room.widths, room.ways) == (
        4, {"card": 4}, (), (), 1,
    )  # fmt: skip


def test_only_cards_that_may_stand_at_a_site_count_there() -> None:
    cards = [(plain_card("card"), 1.0), (plain_card("other"), 1.0)]
    inputs = scenario(market(cards, [(plain_host("host"), 1.0)]), [fixed("n", [1], cards=1)])
    room = host_room(fillings_of(inputs.hosts()["host"], inputs.gpus()))
    assert set(room.only(["other"]).most) == {"other"}
