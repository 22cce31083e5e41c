"""Fillings of a host are listed for some kinds of cards, and counted no further than asked."""

from __future__ import annotations

from itertools import combinations

import pytest

from planner.catalog.items import Gpu, Host
from planner.catalog.loading import default_catalog
from planner.formulation.fillings import HostFillings, fillings_of
from planner.formulation.host_rooms import host_room
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario
from tests.fixtures.strategies import random_inputs

SEEDS = range(25)
TWELVE = 12


def rows(found: HostFillings) -> set[tuple[tuple[str, int], ...]]:
    """Every filling, by kind of card; kinds of which there are none are left out."""
    kinds = [g.id for g in found.gpus]
    return {
        tuple((g, int(n)) for g, n in zip(kinds, row, strict=True) if n) for row in found.counts
    }


def hosts(seed: int) -> list[HostFillings]:
    inputs = random_inputs(seed, "tiny")
    return [fillings_of(host, inputs.gpus()) for host in inputs.hosts().values()]


def wide() -> HostFillings:
    """A host with eight places and twelve kinds of cards: 125,969 fillings."""
    cards = [(plain_card(f"card-{i:02d}"), 1.0) for i in range(TWELVE)]
    layout = ((2,) * 8,)
    host = plain_host("host", slot_layouts=layout, max_gpus=8, psu_w=20_000)
    inputs = scenario(market(cards, [(host, 1.0)]), [fixed("n", [1], cards=1)])
    return fillings_of(inputs.hosts()["host"], inputs.gpus())


@pytest.mark.parametrize("seed", SEEDS)
def test_fillings_of_some_kinds_are_those_of_all_that_have_no_other(seed: int) -> None:
    for found in hosts(seed):
        kinds = [g.id for g in found.gpus]
        for size in range(len(kinds) + 1):
            for chosen in combinations(kinds, size):
                part = found.of(chosen)
                assert [g.id for g in part.gpus] == list(chosen)
                kept = {row for row in rows(found) if {g for g, _ in row} <= set(chosen)}
                assert rows(part) == kept
                assert len(part.counts) == len(kept)


@pytest.mark.parametrize("seed", SEEDS)
def test_fillings_are_counted_exactly_up_to_the_limit_and_above_it_otherwise(seed: int) -> None:
    for found in hosts(seed):
        real = len(found.counts)
        for limit in (0, 1, real - 1, real, real + 1, 10 * real + 7):
            unlisted = fillings_of(found.host, {g.id: g for g in found.gpus})
            number = unlisted.number(max(limit, 0))
            if real <= max(limit, 0):
                assert number == real
            else:
                assert number > max(limit, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_most_of_a_kind_is_the_most_of_its_column(seed: int) -> None:
    for found in hosts(seed):
        columns = found.counts.max(axis=0, initial=0)
        assert dict(found.most) == {g.id: int(n) for g, n in zip(found.gpus, columns, strict=True)}
        for kind in found.most:
            part = found.of([kind])
            column = int(part.counts.max(initial=0))
            assert part.most.get(kind, 0) == column


def shipped() -> list[Host]:
    return [Host.of(entry) for entry in default_catalog().hosts.values()]


@pytest.mark.parametrize("host", shipped(), ids=lambda host: host.id)
def test_of_one_kind_a_shipped_host_holds_any_number_up_to_the_most(host: Host) -> None:
    gpus = {name: Gpu.of(entry) for name, entry in default_catalog().gpus.items()}
    found = fillings_of(host, gpus)
    assert found._listed == {}
    for kind, most in found.most.items():
        counts = [int(row[0]) for row in found.of([kind]).counts]
        whole = [most] if host.built_in is not None else list(range(1, most + 1))
        assert counts == whole


def test_a_system_with_its_modules_has_one_filling_and_none_without_them() -> None:
    host = next(h for h in shipped() if h.built_in is not None)
    assert host.built_in is not None
    gpus = {name: Gpu.of(entry) for name, entry in default_catalog().gpus.items()}
    found = fillings_of(host, gpus)
    assert rows(found) == {(host.built_in,)}
    none = found.of([])
    assert (len(none.counts), dict(none.most), none.number(5)) == (0, {}, 0)


def test_what_is_listed_once_is_not_listed_again() -> None:
    found = fillings_of(*_two())
    assert found.counts is found.counts
    assert found.of(["a"]).counts is found.of(["a"]).counts
    assert found.of(["a", "b"]) is found


def _two() -> tuple[Host, dict[str, Gpu]]:
    cards = [(plain_card(name), 1.0) for name in "ab"]
    inputs = scenario(market(cards, [(plain_host("host"), 1.0)]), [fixed("n", [1], cards=1)])
    return inputs.hosts()["host"], inputs.gpus()


def test_a_filling_is_a_build_with_its_cards_and_their_power() -> None:
    host, gpus = _two()
    found = fillings_of(host, gpus)
    for row, counts in enumerate(found.counts):
        build = found.build(row)
        cards = {g.id: int(n) for g, n in zip(found.gpus, counts, strict=True) if n}
        assert dict(build.cards) == cards
        assert build.load_w == host.base_load_w + sum(n * gpus[g].tdp_w for g, n in cards.items())


def test_a_host_with_many_kinds_is_set_up_without_listing_its_fillings() -> None:
    found = wide()
    room = host_room(found)
    assert dict(room.most) == dict.fromkeys(found.most, 8)
    assert found._listed == {}
    assert found.number(2000) > 2000
    assert found._listed == {}
    assert len(found.of(["card-00", "card-11"]).counts) == 44
    assert set(found._listed) == {frozenset({"card-00", "card-11"})}


def test_all_fillings_of_a_host_with_many_kinds_are_as_many_as_combinatorics_says() -> None:
    found = wide()
    assert found.number(200_000) == len(found.counts) == 125_969
