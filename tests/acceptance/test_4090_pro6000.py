"""The page on the RTX 4090 and the RTX PRO 6000.

Every row in which it recommends something is a scenario; the table says which card wins under the
facts and prices of the page, and which under those of the catalogue.
"""

from __future__ import annotations

import pytest

from planner.claims.choosing import inputs_of_case
from planner.claims.schema import (
    ChoiceCase,
)
from planner.claims.world import UnknownError
from planner.studies.choices import bill_of
from tests.acceptance.two_card_pages import TwoCards

SMALL, LARGE = "RTX 4090", "RTX PRO 6000"
EDITIONS = ("rtx-pro-6000-ws", "rtx-pro-6000-maxq", "rtx-pro-6000-server")
PAGE = TwoCards("4090-pro6000", {SMALL: ("rtx-4090",), LARGE: EDITIONS})

WINNERS = {  # scenario: with the page's own facts, with the catalogue's, and why
    "saas-rag": (SMALL, SMALL, "one-card-is-enough"),
    "coder-32b": (SMALL, SMALL, "two-sessions-of-2k-fit-beside-the-weights"),
    "llama-70b-fp8": (LARGE, LARGE, "70-gb-of-weights"),
    "qwen-72b": (LARGE, LARGE, "73-gb-of-weights"),
    "mixtral-8x22b": (LARGE, LARGE, "74-gb-of-weights"),
    "many-sessions": (LARGE, SMALL, "three-small-cards-against-one-that-became-dearer"),
    "regulated": (LARGE, LARGE, "no-error-correction-and-no-licence"),
    "training": (LARGE, LARGE, "no-error-correction"),
    "flux-studio": (LARGE, LARGE, "37-gib-in-16-bits"),
    "mvp": (SMALL, "none", "2137-pounds-in-september-2026"),
    "fits-24gb": (SMALL, SMALL, "24b-in-4-bits"),
    "large-or-ecc": (LARGE, LARGE, "70-gb-of-weights"),
    "nvlink-pair": (LARGE, "none", "no-edition-has-nvlink"),
    "fintech-70b": (LARGE, LARGE, "no-error-correction-no-licence-no-room"),
    "growth": (LARGE, LARGE, "the-rtx-4090-alone-cannot-hold-the-second-model"),
    "sub-second-70b": (None, LARGE, "the-page-prices-no-h100"),
}
IDS = [f"{name}-{why}" for name, (_, _, why) in WINNERS.items()]


def test_every_scenario_of_the_page_stands_in_the_table():
    assert set(WINNERS) == PAGE.scenarios


@pytest.mark.parametrize("name", WINNERS, ids=IDS)
def test_who_wins_a_row_with_the_page_s_own_facts(name):
    expected = WINNERS[name][0]
    if expected is None:
        with pytest.raises(UnknownError, match="the price book seed has no price"):
            PAGE.winner(name, "own")
    else:
        assert PAGE.winner(name, "own") == expected


@pytest.mark.parametrize("name", WINNERS, ids=IDS)
def test_who_wins_a_row_with_the_facts_of_the_catalogue(name):
    assert PAGE.winner(name, "catalogue") == WINNERS[name][1]


HALL = {"sites__0__kind": "data_centre"}
ECC = {"workloads__0__requires": {"ecc": True}}
CONTEXT = "workloads__0__context_tokens"
SESSIONS = "workloads__0__demand__0__concurrency"
PRECISION = "workloads__0__precision"


@pytest.mark.parametrize(
    ("name", "changes", "own", "catalogue"),
    [
        pytest.param("saas-rag", HALL, LARGE, LARGE, id="licence"),
        pytest.param("saas-rag", ECC, LARGE, LARGE, id="error-correction"),
        pytest.param("fits-24gb", HALL, LARGE, LARGE, id="fits-but-in-a-data-centre"),
        pytest.param("coder-32b", {CONTEXT: 8192}, LARGE, LARGE, id="8k-beside-32b-weights"),
        pytest.param("coder-32b", {SESSIONS: 12}, LARGE, LARGE, id="twelve-at-once"),
        pytest.param("many-sessions", {CONTEXT: 2048}, SMALL, SMALL, id="50-sessions-of-2k"),
        pytest.param("many-sessions", {SESSIONS: 100}, LARGE, LARGE, id="100-sessions-of-8k"),
        pytest.param("flux-studio", {PRECISION: ["nf4"]}, SMALL, LARGE, id="flux-in-4-bits"),
        pytest.param(
            "nvlink-pair", {"workloads__0__link": "same_host"}, LARGE, LARGE, id="over-pcie"
        ),
    ],
)
def test_what_the_page_leaves_open_decides_a_row(name, changes, own, catalogue):
    assert PAGE.winner(name, "own", **changes) == own
    assert PAGE.winner(name, "catalogue", **changes) == catalogue


def costs(scenario, **choices):
    """The costs of some choices under the facts of the catalogue."""
    case = ChoiceCase(name="catalogue")
    inputs = inputs_of_case(f"{PAGE.name}/{scenario}.yaml", case, PAGE.world)
    return {name: bill_of(name, cards, inputs) for name, cards in choices.items()}


def test_in_a_regulated_hall_a_smaller_card_with_error_correction_is_cheaper():
    found = costs("regulated", large=EDITIONS, smaller=("rtx-pro-4500",))
    assert found["smaller"].cents < 0.75 * found["large"].cents


@pytest.mark.parametrize("facts", ["own", "catalogue"])
def test_the_audited_endpoint_runs_on_one_card_in_a_server(facts):
    case = ChoiceCase(name=facts, facts=facts)
    inputs = inputs_of_case(f"{PAGE.name}/fintech-70b.yaml", case, PAGE.world)
    bought = dict(bill_of(LARGE, EDITIONS, inputs).bought)
    assert bought == {"rtx-pro-6000-maxq": 1, "supermicro-741ge": 1}


def test_a_hundred_users_of_70b_cost_half_on_the_rtx_pro_6000():
    found = costs("sub-second-70b", large=EDITIONS, h100=("h100-sxm", "h100-nvl"))
    assert found["large"].cents < 0.6 * found["h100"].cents


def test_a_small_professional_card_carries_a_first_product_for_less_than_2000_pounds():
    found = costs("mvp", a4000=("rtx-a4000",))
    assert found["a4000"].cents is not None


def test_growth_starts_on_the_rtx_4090_in_an_office():
    found = costs("growth", start=("rtx-4090", *EDITIONS), at_once=EDITIONS)
    assert found["start"].cents < 0.7 * found["at_once"].cents


VERDICTS = {
    "s001-003": ("refuted", "1597-gb-s-of-the-server-edition-and-1792-of-the-others"),
    "s001-004": ("refuted", "no-nvlink-pools-two-memories"),
    "s001-006": ("holds", "6.5-times-at-the-page-s-prices"),
    "s001-017": ("depends", "on-the-edition"),
    "s001-024": ("refuted", "its-own-bus-and-rate-give-1792"),
    "s001-025": ("refuted", "78-or-58-percent"),
    "s001-031": ("refuted", "half-rate-of-a-geforce"),
    "s001-032": ("depends", "on-accumulation-and-sparsity"),
    "s001-041": ("depends", "300-w-is-the-max-q"),
    "s001-046": ("refuted", "comfortable-and-not-tight"),
    "s001-048": ("refuted", "40-gb-of-weights"),
    "s001-052": ("refuted", "70.6-gb-and-not-35"),
    "s001-060": ("holds", "72.7-gb"),
    "s001-066": ("holds", "117.9-gb"),
    "s001-071": ("refuted", "in-4-bits-only"),
    "s001-076": ("refuted", "no-nvlink"),
    "s001-078": ("refuted", "above-the-roofline-of-125"),
    "s001-079": ("refuted", "above-the-roofline-of-222"),
    "s001-080": ("holds", "arithmetic-of-the-page"),
    "s001-085": ("refuted", "does-not-fit"),
    "s001-086": ("depends", "not-at-the-bandwidth-that-the-page-states"),
    "s001-089": ("refuted", "above-the-roofline-of-25"),
    "s001-091": ("depends", "on-the-edition"),
    "s001-094": ("unverifiable", "neither-steps-nor-batch"),
    "s001-103": ("depends", "on-the-context"),
    "s001-113": ("refuted", "no-price-of-2026-below-1550-pounds"),
    "s001-114": ("depends", "on-the-month"),
    "s001-119": ("refuted", "below-every-tariff-found"),
    "s001-120": ("holds", "arithmetic-of-the-page"),
    "s001-127": ("refuted", "2.57-and-not-5"),
    "s001-128": ("depends", "the-nvlink-leg-is-void"),
    "s001-129": ("depends", "on-the-site-and-error-correction"),
    "s001-131": ("depends", "on-the-context"),
    "s001-136": ("depends", "on-the-context"),
    "s001-137": ("holds", "error-correction-and-licence"),
    "s001-140": ("depends", "on-the-price-book"),
    "s001-149": ("depends", "on-how-many-are-full"),
    "s001-154": ("refuted", "no-bridge-exists"),
    "s001-169": ("holds", "error-correction-and-licence"),
    "s001-170": ("depends", "on-the-site-and-error-correction"),
}


@pytest.mark.parametrize("claim", VERDICTS, ids=[f"{c}-{w}" for c, (_, w) in VERDICTS.items()])
def test_what_becomes_of_a_claim(claim):
    assert PAGE.judged(claim).verdict.value == VERDICTS[claim][0]


FIGURES = {  # claim: what is computed in each case
    "s001-003": [1792, 1792, 1597],
    "s001-052": [70.6, 72.7],
    "s001-078": [124.9],
    "s001-127": [2.57],
}


@pytest.mark.parametrize("claim", FIGURES)
def test_a_refuted_claim_comes_with_its_figures(claim):
    found = [outcome.computed for outcome in PAGE.judged(claim).outcomes]
    assert found == pytest.approx(FIGURES[claim], rel=0.002)


def test_both_reasons_that_exclude_the_rtx_4090_from_regulated_work_are_told():
    told = PAGE.judged("s001-137").why
    assert "no ECC" in told
    assert "the GeForce licence excludes data centres" in told
