"""Laws of the catalogue's facts: sources, estimates, and what a card may claim."""

from __future__ import annotations

import pytest

from planner.accuracy.observations import load_observations
from planner.accuracy.peers import load_peers
from planner.catalog.schema import PriceEntry
from tests.catalog.facts import all_entries, catalog, claims, facts

CARDS = sorted(catalog().gpus)
PRO_6000 = ("rtx-pro-6000-ws", "rtx-pro-6000-maxq", "rtx-pro-6000-server")
FIRST, SECOND = "article-pro4500-pro6000", "article-4090-pro6000"


def test_every_source_that_is_cited_is_listed_and_every_listed_one_is_cited():
    cited = {entry.source for _, entry in all_entries() if hasattr(entry, "source")}
    cited |= {row.source for row in (*load_observations(), *load_peers())}
    assert cited == set(catalog().sources)


def test_no_value_in_force_rests_on_memory_alone():
    recalled = {name for name, source in catalog().sources.items() if source.kind == "recall"}
    assert [place for place, fact in facts() if fact.source in recalled] == []


def test_what_was_derived_by_rule_says_by_which_rule():
    rules = catalog().sources["planner-rules"].id
    silent = [p for p, f in facts() if f.source == rules and f.estimate is None]
    assert [place for place in silent if not place.endswith("psu_redundant")] == []


def test_an_estimated_number_of_an_item_a_model_or_a_price_has_a_range():
    def is_number(value: object) -> bool:
        return isinstance(value, int | float) and not isinstance(value, bool)

    estimates = [(p, f) for p, f in facts() if f.estimate and is_number(f.value)]
    estimates = [(p, f) for p, f in estimates if not p.startswith("engines.")]
    assert estimates
    assert [p for p, f in estimates if f.low is None or f.high is None] == []


def test_a_value_lies_within_its_range():
    ranged = [(p, f) for p, f in facts() if f.low is not None and f.high is not None]
    assert ranged
    assert [p for p, f in ranged if not f.low <= f.value <= f.high] == []


def test_a_claim_that_was_overruled_differs_from_the_value_and_is_told_why():
    disputed = [(p, f) for p, f in facts() if f.other_claims]
    assert disputed
    assert [p for p, f in disputed if not f.why] == []
    assert [p for p, f in disputed if any(c.value == f.value for c in f.other_claims)] == []


@pytest.mark.parametrize("card", CARDS)
def test_a_driver_never_reports_more_memory_than_the_box_promises(card):
    entry = catalog().gpus[card]
    assert entry.memory_mib.value <= entry.attributes["memory_marketed_gb"].value * 1024


@pytest.mark.parametrize("card", CARDS)
def test_cuda_offers_less_memory_than_the_driver_reports(card):
    assert 0.9 < catalog().gpus[card].cuda_memory_fraction.value < 1


@pytest.mark.parametrize("card", CARDS)
def test_error_correction_costs_memory_on_gddr6_only(card):
    entry = catalog().gpus[card]
    kind = entry.attributes["memory_type"].value
    counted_before = card in {"a10", "l4", "l40s"}
    takes = kind == "GDDR6" and entry.ecc.value and not counted_before
    assert entry.ecc_capacity_factor.value == (0.9375 if takes else 1.0)


@pytest.mark.parametrize("card", CARDS)
def test_a_card_rests_on_less_power_than_it_works_with(card):
    entry = catalog().gpus[card]
    assert entry.idle_w.value < entry.tdp_w.value / 2
    assert entry.transient_factor.value >= 1


@pytest.mark.parametrize("card", CARDS)
def test_halving_the_bits_doubles_the_dense_rate(card):
    entry = catalog().gpus[card]
    half_rate = 2 if entry.name.startswith("GeForce") else 1
    if entry.int8_tops.value is not None and card != "mi210":  # its matrix cores gain nothing
        rate = entry.fp16_tflops.value * half_rate * 2
        assert entry.int8_tops.value == pytest.approx(rate, rel=0.02)
    if entry.fp8_tflops.value is not None:
        assert entry.fp8_tflops.value == pytest.approx(entry.fp16_tflops.value * 2, rel=0.02)
    if entry.fp4_tflops.value is not None:
        rate = entry.fp16_tflops.value * half_rate * 4
        assert entry.fp4_tflops.value == pytest.approx(rate, rel=0.02)


@pytest.mark.parametrize("card", CARDS)
def test_a_bandwidth_of_a_joint_needs_a_joint(card):
    entry = catalog().gpus[card]
    assert (entry.nvlink_gb_s.value > 0) == (entry.nvlink.value != "none")
    assert (entry.slot_width.value is None) == (entry.form_factor.value == "sxm")


def test_geforce_drivers_are_not_licensed_for_data_centres_and_all_others_are():
    allowed = {name: card.data_centre_use.value for name, card in catalog().gpus.items()}
    geforce = {name for name in allowed if catalog().gpus[name].name.startswith("GeForce")}
    assert {name for name, use in allowed.items() if not use} == geforce


@pytest.mark.parametrize("card", PRO_6000)
def test_the_nvlink_of_the_rtx_pro_6000_is_settled_and_both_claims_are_kept(card):
    assert catalog().gpus[card].nvlink_gb_s.value == 0
    assert claims(card, "nvlink_gb_s") == {FIRST: 1800, SECOND: 900}


@pytest.mark.parametrize(("card", "gb_s"), list(zip(PRO_6000, (1792, 1792, 1597), strict=True)))
def test_the_bandwidth_of_the_rtx_pro_6000_is_settled_and_both_claims_are_kept(card, gb_s):
    assert catalog().gpus[card].memory_bandwidth_gb_s.value == gb_s
    kept = claims(card, "memory_bandwidth_gb_s")
    assert (kept[FIRST], kept[SECOND]) == (1800, 1400)


@pytest.mark.parametrize("card", PRO_6000)
def test_the_instances_of_the_rtx_pro_6000_are_settled_and_the_claim_is_kept(card):
    assert catalog().gpus[card].mig_instances.value == 4
    assert claims(card, "mig_instances") == {FIRST: 7}


def test_the_smaller_cards_can_be_cut_in_two_and_the_claim_against_it_is_kept():
    instances = {name: card.mig_instances.value for name, card in catalog().gpus.items()}
    assert (instances["rtx-pro-5000"], instances["rtx-pro-4500"]) == (2, 2)
    assert claims("rtx-pro-4500", "mig_instances") == {FIRST: 0}


@pytest.mark.parametrize(("card", "tdp_w"), list(zip(PRO_6000, (600, 300, 600), strict=True)))
def test_the_power_of_the_rtx_pro_6000_depends_on_its_edition(card, tdp_w):
    assert catalog().gpus[card].tdp_w.value == tdp_w
    assert claims(card, "tdp_w") == ({SECOND: 300} if tdp_w == 600 else {})


def test_every_price_that_is_an_estimate_has_its_rule():
    prices = [e for _, e in all_entries() if isinstance(e, PriceEntry)]
    assert [p.item for p in prices if (p.rule is not None) != (p.basis == "estimate")] == []
