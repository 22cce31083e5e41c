"""MIG tables: laws of the catalogue's, and every way to cut a card."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog.mig import Layout, MigProfile, MigTable, layouts, table_of
from planner.catalog.mig_schema import MigProfileEntry, MigTableEntry
from planner.catalog.schema import GpuEntry
from tests.catalog.facts import catalog

CUT = sorted(name for name, card in catalog().gpus.items() if card.mig is not None)
SEVEN = ("a100-80-pcie", "h100-nvl", "h100-sxm", "h200-sxm")


def profile(name: str, compute: int, memory: int, starts: tuple[int, ...]) -> MigProfile:
    return MigProfile(name, compute, memory, starts, Fraction(1), Fraction(1))


def listed(table: MigTable) -> set[Layout]:
    """All maximal layouts, by trying every set of placements."""
    places = [(p, start) for p in table.profiles for start in p.starts]
    most = max(table.memory_slices // min(p.memory_slices for p in table.profiles), 1)
    found = {
        frozenset(Counter(p.name for p, _ in chosen).items())
        for number in range(most + 1)
        for chosen in combinations(places, number)
        if fits(table, chosen)
    }
    return {
        tuple(sorted(cut))
        for cut in found
        if not any(other != cut and Counter(dict(cut)) <= Counter(dict(other)) for other in found)
    }


def fits(table: MigTable, chosen: tuple[tuple[MigProfile, int], ...]) -> bool:
    taken = [start + k for p, start in chosen for k in range(p.memory_slices)]
    compute = sum(p.compute_slices for p, _ in chosen)
    return len(set(taken)) == len(taken) and compute <= table.compute_slices


@pytest.mark.parametrize("card", sorted(catalog().gpus))
def test_a_card_has_a_table_if_it_can_be_cut(card):
    entry = catalog().gpus[card]
    assert (entry.mig is not None) == (entry.mig_instances.value > 0)


@pytest.mark.parametrize("card", CUT)
def test_the_table_of_a_card_agrees_with_its_largest_number_of_instances(card):
    ways = layouts(catalog().gpu(card).mig)
    most = max(sum(number for _, number in layout) for layout in ways)
    assert most == catalog().gpus[card].mig_instances.value


@pytest.mark.parametrize("card", CUT)
def test_a_card_can_be_left_whole_as_one_instance_of_all_slices(card):
    table = catalog().gpu(card).mig
    whole = table.profiles[-1]
    assert (whole.compute_slices, whole.memory_slices) == (
        table.compute_slices,
        table.memory_slices,
    )
    assert ((whole.name, 1),) in layouts(table)


@pytest.mark.parametrize("card", CUT)
def test_the_name_of_a_profile_tells_its_slices_and_its_memory(card):
    facts = catalog().gpu(card)
    for kind in facts.mig.profiles:
        slices, memory = kind.name.removesuffix("gb").split("g.")
        assert int(slices) == kind.compute_slices
        gib = facts.memory_mib / 1024 * float(kind.memory_share)
        assert 0.85 * int(memory) < gib <= int(memory)


@pytest.mark.parametrize("card", CUT)
def test_the_driver_gives_an_instance_no_more_than_its_slices(card):
    facts = catalog().gpu(card)
    for kind in facts.mig.profiles:
        assert kind.memory_share <= Fraction(kind.memory_slices, facts.mig.memory_slices)
        assert 0 < kind.compute_share <= 1


@pytest.mark.parametrize("card", CUT)
def test_instances_together_have_no_more_than_the_card(card):
    table = catalog().gpu(card).mig
    for layout in layouts(table):
        for share in ("memory_share", "compute_share"):
            assert sum(n * getattr(table.profile(name), share) for name, n in layout) <= 1


@pytest.mark.parametrize("card", CUT)
def test_every_way_to_cut_a_card_of_the_catalogue_is_found(card):
    table = catalog().gpu(card).mig
    assert set(layouts(table)) == listed(table)


def test_a_card_of_four_slices_can_be_cut_in_four_ways():
    assert layouts(catalog().gpu("rtx-pro-6000-ws").mig) == (
        (("1g.24gb", 2), ("2g.48gb", 1)),
        (("1g.24gb", 4),),
        (("2g.48gb", 2),),
        (("4g.96gb", 1),),
    )


@pytest.mark.parametrize("card", SEVEN)
def test_an_eighth_of_the_memory_stays_unused_beside_seven_small_instances(card):
    table = catalog().gpu(card).mig
    smallest = table.profiles[0].name
    assert ((smallest, 7),) in layouts(table)
    assert table.profiles[0].starts == (0, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("card", SEVEN)
def test_two_instances_of_four_compute_slices_do_not_fit(card):
    large = next(p.name for p in catalog().gpu(card).mig.profiles if p.compute_slices == 4)
    assert all(dict(layout).get(large, 0) <= 1 for layout in layouts(catalog().gpu(card).mig))


@st.composite
def tables(draw: st.DrawFn) -> MigTable:
    memory = draw(st.integers(1, 5))
    kinds = []
    for number in range(draw(st.integers(1, 3))):
        width = draw(st.integers(1, memory))
        starts = draw(st.sets(st.integers(0, memory - width), min_size=1, max_size=3))
        kinds.append(profile(f"{number}", draw(st.integers(1, 3)), width, tuple(sorted(starts))))
    return MigTable(draw(st.integers(1, 6)), memory, tuple(kinds))


@settings(max_examples=150, deadline=None)
@given(tables())
def test_every_maximal_layout_of_any_table_is_found_once(table):
    found = layouts(table)
    assert len(set(found)) == len(found)
    assert set(found) == listed(table)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"starts": (0, 4)}, "ends behind the last memory slice"),
        ({"compute_slices": 5}, "more compute slices than the card"),
    ],
)
def test_a_profile_lies_on_its_card(change, words):
    kind = {"name": "1g", "compute_slices": 1, "memory_slices": 1, "starts": (0, 1)} | change
    with pytest.raises(ValueError, match=words):
        MigTableEntry(compute_slices=4, memory_slices=4, profiles=(MigProfileEntry(**kind),))


def test_a_size_is_that_of_a_profile_of_the_card():
    card = catalog().gpus["rtx-pro-6000-ws"].model_dump(mode="json", exclude_none=True)
    card["mig_sizes"]["value"]["profiles"][0]["profile"] = "1g.23gb"
    with pytest.raises(ValueError, match=r"names profiles that `mig` lacks: 1g\.23gb"):
        GpuEntry.model_validate(card, strict=False)


def test_without_a_listing_an_instance_has_the_share_of_its_slices():
    card = catalog().gpus["h100-nvl"].model_copy(update={"mig_sizes": None})
    table = table_of(card)
    assert table is not None
    shares = [(p.memory_share, p.compute_share) for p in table.profiles]
    assert shares[0] == (Fraction(1, 8), Fraction(1, 7))
    assert shares[-1] == (Fraction(1), Fraction(1))
