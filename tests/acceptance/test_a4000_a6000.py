"""The page on the RTX A4000 and the RTX A6000: a world of two cards, neither of which has FP8.

Every row in which it recommends something is a scenario; the table says which card wins under the
facts and prices of the page, and which under those of the catalogue.
"""

from __future__ import annotations

import pytest

from tests.acceptance.two_card_pages import TwoCards

SMALL, LARGE = "RTX A4000", "RTX A6000"
PAGE = TwoCards("a4000-a6000", {SMALL: ("rtx-a4000",), LARGE: ("rtx-a6000",)})

WINNERS = {  # scenario: with the page's own facts, with the catalogue's, and why
    "medium-scale": (SMALL, LARGE, "three-small-cards-in-two-machines-or-two-in-one"),
    "large-scale-training": (LARGE, LARGE, "adapters-for-32b-need-33-gib"),
    "healthcare": (LARGE, LARGE, "whole-volumes-do-not-fit-16-gb"),
    "finance": (SMALL, LARGE, "its-tensor-rate-makes-two-small-cards-enough"),
    "automotive": (LARGE, LARGE, "scenes-of-40-gib-do-not-fit-16-gb"),
    "from-scratch": (LARGE, LARGE, "eight-cards-of-16-gb-do-not-hold-7b-with-its-optimiser"),
    "inference-at-scale": (LARGE, LARGE, "memory-for-many-sessions-on-fewer-cards"),
    "fewer-cards": (LARGE, LARGE, "70b-takes-eight-small-cards-and-no-host-has-them"),
    "power-in-data-centre": (LARGE, LARGE, "more-memory-for-each-watt"),
    "high-end-value": (LARGE, LARGE, "32b-stays-on-one-card"),
    "budget": (SMALL, SMALL, "one-card-of-16-gb-is-enough"),
    "deep-learning": (LARGE, LARGE, "one-card-against-four-in-a-larger-host"),
    "large-models": (LARGE, LARGE, "one-card-against-four-in-a-larger-host"),
    "headroom": (LARGE, LARGE, "the-next-model-fits-the-same-card"),
    "rendering": (LARGE, LARGE, "scenes-of-24-gib-do-not-fit-16-gb"),
    "scientific": (LARGE, LARGE, "30-tflops-on-one-card"),
    "little-power": (SMALL, SMALL, "300-w-cannot-be-cooled"),
    "standard-tasks": (SMALL, SMALL, "8b-and-an-index-fit-16-gb"),
    "research-at-the-edge": (LARGE, LARGE, "adapters-for-70b-do-not-fit-eight-small-cards"),
    "multi-gpu": (LARGE, LARGE, "only-one-of-them-takes-a-bridge"),
    "upgrade-often": (SMALL, SMALL, "the-smaller-sum-loses-less"),
}
IDS = [f"{name}-{why}" for name, (_, _, why) in WINNERS.items()]


def test_every_scenario_of_the_page_stands_in_the_table():
    assert set(WINNERS) == PAGE.scenarios


@pytest.mark.parametrize("name", WINNERS, ids=IDS)
def test_who_wins_a_row_with_the_page_s_own_facts(name):
    assert PAGE.winner(name, "own") == WINNERS[name][0]


@pytest.mark.parametrize("name", WINNERS, ids=IDS)
def test_who_wins_a_row_with_the_facts_of_the_catalogue(name):
    assert PAGE.winner(name, "catalogue") == WINNERS[name][1]


SMALL_NEED = {"workloads__0__min_memory_gib": 12}
SMALL_MODEL = {"workloads__0__model": "llama-3.1-8b", "workloads__0__tokens_per_month": 2e9}
MANY = {"workloads__0__demand": [{"from": "2026-10", "concurrency": 64}]}


@pytest.mark.parametrize(
    ("name", "facts", "changes", "winner"),
    [
        pytest.param("healthcare", "catalogue", SMALL_NEED, SMALL, id="patches-fit-16-gb"),
        pytest.param("automotive", "catalogue", SMALL_NEED, SMALL, id="small-scenes-fit-16-gb"),
        pytest.param("rendering", "catalogue", SMALL_NEED, SMALL, id="less-fidelity-fits-16-gb"),
        pytest.param("large-scale-training", "own", SMALL_MODEL, SMALL, id="only-data-are-large"),
        pytest.param("budget", "catalogue", MANY, LARGE, id="more-sessions-than-16-gb-hold"),
    ],
)
def test_what_the_page_leaves_open_turns_the_row(name, facts, changes, winner):
    assert PAGE.winner(name, facts) != winner
    assert PAGE.winner(name, facts, **changes) == winner


@pytest.mark.parametrize("model", ["qwen2.5-1.5b", "llama-3.2-3b", "mistral-7b-v0.3"])
def test_training_from_scratch_goes_to_the_larger_card_from_1_5b_on(model):
    assert PAGE.winner("from-scratch", "catalogue", workloads__0__model=model) == LARGE


VERDICTS = {
    "s002-011": ("refuted", "123.5-is-neither-dense-nor-sparse"),
    "s002-017": ("refuted", "35-mm-are-two-slots"),
    "s002-021": ("refuted", "slot-and-connector-give-150-w"),
    "s002-022": ("depends", "vulkan-1.2-is-supported-but-not-the-newest"),
    "s002-032": ("refuted", "768-mhz-is-contradicted-by-its-own-table"),
    "s002-034": ("refuted", "84.6-tflops-follow-from-no-clock"),
    "s002-035": ("refuted", "206.1-is-neither-dense-nor-sparse"),
    "s002-043": ("holds", "nvlink-of-a-pair"),
    "s002-052": ("holds", "the-table-is-right-where-the-list-is-not"),
    "s002-057": ("refuted", "625-texels-follow-from-a-wrong-clock"),
    "s002-061": ("depends", "a-slip-of-the-unit"),
    "s002-062": ("unverifiable", "frames-of-no-named-game"),
    "s002-063": ("refuted", "the-smaller-card-above-the-larger"),
    "s002-069": ("refuted", "the-smaller-card-above-the-larger"),
    "s002-071": ("unverifiable", "a-score-of-nothing-in-particular"),
    "s002-074": ("refuted", "opencl-went-from-1.2-to-3.0"),
    "s002-078": ("depends", "what-is-a-standard-task"),
    "s002-081": ("depends", "memory-or-compute-decides-the-number"),
    "s002-082": ("depends", "on-the-price-book"),
    "s002-083": ("depends", "on-the-size-of-the-model"),
    "s002-087": ("holds", "from-scratch"),
    "s002-088": ("depends", "able-up-to-32b"),
    "s002-089": ("unverifiable", "no-list-of-supported-cards"),
    "s002-090": ("holds", "no-nvlink"),
    "s002-093": ("depends", "on-what-one-card-carries"),
    "s002-094": ("depends", "on-the-date-from-which-one-counts"),
    "s002-095": ("holds", "larger-in-every-dimension"),
    "s002-098": ("depends", "memory-for-a-watt-but-not-compute"),
}


@pytest.mark.parametrize("claim", VERDICTS, ids=[f"{c}-{w}" for c, (_, w) in VERDICTS.items()])
def test_what_becomes_of_a_claim(claim):
    assert PAGE.judged(claim).verdict.value == VERDICTS[claim][0]


def test_the_page_s_benchmarks_contradict_its_text():
    """It ranks the smaller card first in four scores, and says that the larger always wins."""
    assert PAGE.judged("s002-077").verdict.value == "holds"
    for claim in ("s002-063", "s002-065", "s002-067", "s002-069"):
        assert PAGE.judged(claim).computed > 1
