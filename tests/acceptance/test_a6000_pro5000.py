"""The page on the RTX A6000 and the RTX PRO 5000.

Every row in which it recommends something is a scenario; the table says which card wins at the
prices of launch, with the page's own facts, and which in September 2026, when the older card is
sold used.
"""

from __future__ import annotations

import pytest

from planner.studies.choices import TIE
from tests.acceptance.two_card_pages import TwoCards

OLD, NEW = "RTX A6000", "RTX PRO 5000"
PAGE = TwoCards("a6000-pro5000", {OLD: ("rtx-a6000",), NEW: ("rtx-pro-5000",)})

WINNERS = {  # scenario: with the page's own facts, with the catalogue's, and why
    "design-visualisation": ("tie", OLD, "both-have-48-gb"),
    "ai-data-science": (NEW, OLD, "one-does-the-work-of-two-but-two-used-ones-are-cheaper"),
    "media": (NEW, NEW, "av1-in-hardware"),
    "scientific-computing": (NEW, NEW, "pcie-5"),
    "clusters": (NEW, OLD, "half-the-cards-at-more-than-twice-the-price"),
    "budget-memory": ("tie", OLD, "both-have-48-gb"),
    "traditional-compute": ("tie", OLD, "any-card-will-do"),
    "mature-software": (OLD, OLD, "only-compute-capability-8.6"),
    "ai-first": (NEW, NEW, "fp4-units"),
    "ray-tracing": (NEW, NEW, "rt-cores-of-the-fourth-generation"),
    "future-proof": (NEW, OLD, "growth-on-one-card-against-a-second-used-one-later"),
    "sharing": (NEW, NEW, "two-mig-instances-on-one-card"),
    "joined-memory": (OLD, OLD, "only-the-older-card-has-nvlink"),
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


NO_NEED = {"workloads__0__requires": None}
ANY_4_BITS = {**NO_NEED, "workloads__0__precision": ["awq-int4", "nvfp4"]}
TWO_SLOTS = {"fleet__hosts": ["hp-z4-g5"]}
OVER_PCIE = {"workloads__0__link": "same_host"}


@pytest.mark.parametrize(
    ("name", "changes", "own", "catalogue"),
    [
        pytest.param("media", NO_NEED, "tie", OLD, id="hevc-alone"),
        pytest.param("scientific-computing", NO_NEED, "tie", OLD, id="transfer-is-no-limit"),
        pytest.param("mature-software", NO_NEED, "tie", OLD, id="current-programs"),
        pytest.param("ai-first", ANY_4_BITS, NEW, OLD, id="four-bits-without-fp4-units"),
        pytest.param("sharing", TWO_SLOTS, NEW, OLD, id="a-card-for-each-user"),
        pytest.param("joined-memory", OVER_PCIE, "tie", OLD, id="over-pcie"),
    ],
)
def test_without_its_condition_a_row_is_a_matter_of_prices(name, changes, own, catalogue):
    assert PAGE.winner(name, "own", **changes) == own
    assert PAGE.winner(name, "catalogue", **changes) == catalogue


def test_a_tie_is_a_difference_below_a_hundredth():
    assert TIE == 0.01


VERDICTS = {
    "s003-016": ("holds", "75-percent-more-bandwidth"),
    "s003-017": ("unverifiable", "no-card-of-turing"),
    "s003-018": ("holds", "nvlink-of-a-pair"),
    "s003-019": ("holds", "twice-48-gb"),
    "s003-021": ("unverifiable", "marketing"),
    "s003-022": ("unverifiable", "marketing"),
    "s003-023": ("holds", "two-mig-instances"),
    "s003-026": ("unverifiable", "a-score-of-one-program"),
    "s003-027": ("depends", "70-tflops-need-2486-mhz"),
    "s003-029": ("depends", "80-percent-of-its-own-figures-73-of-the-catalogue-s"),
    "s003-030": ("depends", "211-tflops-need-2486-mhz"),
    "s003-033": ("depends", "with-sparsity"),
    "s003-034": ("depends", "with-sparsity"),
    "s003-035": ("refuted", "fp4-against-fp16"),
    "s003-037": ("holds", "faster-card-for-card"),
    "s003-042": ("depends", "on-the-price-book"),
    "s003-043": ("depends", "on-the-price-book"),
    "s003-044": ("depends", "on-the-price-book"),
    "s003-045": ("depends", "on-the-programs"),
    "s003-046": ("holds", "fp4-units"),
    "s003-047": ("holds", "faster-card-for-card"),
    "s003-048": ("depends", "on-the-price-book"),
    "s003-049": ("holds", "the-older-card-has-no-mig"),
}


@pytest.mark.parametrize("claim", VERDICTS, ids=[f"{c}-{w}" for c, (_, w) in VERDICTS.items()])
def test_what_becomes_of_a_claim(claim):
    assert PAGE.judged(claim).verdict.value == VERDICTS[claim][0]


def test_like_for_like_the_tensor_cores_are_less_than_twice_as_fast():
    ratios = [outcome.computed for outcome in PAGE.judged("s003-035").outcomes]
    assert ratios == pytest.approx([1.73, 1.73, 1.73], rel=0.005)
