"""Laws of `planner versus`: the sheet is the catalogue's, and winners are what solving says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.errors import InputError
from planner.report.screen import Screen
from planner.report.sections import as_markdown, as_text
from planner.report.versus import sections_of, title_of
from planner.report.versus_data import to_json
from planner.scenario.demand import need_of
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import InferenceDemand, RequestClass
from planner.studies.choices import bill_of
from planner.versus.demand import scaled_demand
from planner.versus.fits import STANDARD, best, fit, fits
from planner.versus.head_to_head import HeadToHead, head_to_head

A, B = "rtx-4090", "rtx-pro-6000-maxq"
TWO = """
schema: 1
name: Two workloads
start: 2026-10
months: 24
step_months: 12
workloads:
  - name: chat
    task: inference
    model: llama-3.1-8b
    precision: [fp8]
    kv_cache: fp8
    context_tokens: 8192
    slo: {tokens_per_s_per_session: 20}
    demand: [{from: 2026-10, concurrency: 12}]
  - name: large
    task: inference
    model: llama-3.3-70b
    precision: [fp8]
    kv_cache: fp8
    context_tokens: 8192
    demand: [{from: 2026-10, concurrency: 2}]
sites: [{name: office, facility_power_kw: 10, pue: 1.2, electricity_per_kwh: 0.2}]
fleet: {hosts: [diy-desktop, hp-z4-g5]}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("versus") / "two.yaml"
    file.write_text(TWO, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def found(scenario: Path) -> HeadToHead:
    return head_to_head(A, B, scenario)


def test_a_winner_is_the_cheaper_of_two_fleets_that_were_solved(found: HeadToHead) -> None:
    for winner, workload in zip(found.winners, found.inputs.scenario.workloads, strict=True):
        alone = Inputs(
            found.inputs.scenario.model_copy(update={"workloads": (workload,)}),
            found.inputs.catalog,
        )
        costs = {gpu: bill_of(gpu, (gpu,), alone).cents for gpu in (A, B)}
        assert {c.choice: c.cents for c in winner.costs} == costs
        possible = {gpu: cents for gpu, cents in costs.items() if cents is not None}
        assert winner.winner == min(possible, key=lambda gpu: possible[gpu])


def test_a_fleet_of_both_never_costs_more_than_the_cheaper_alone(found: HeadToHead) -> None:
    for winner in found.winners:
        alone = [c.cents for c in winner.costs if c.cents is not None]
        assert winner.both.cents is not None
        assert winner.both.cents <= min(alone) * 1.006  # each is proven to half a per cent


def test_what_does_not_fit_loses_and_says_why(found: HeadToHead) -> None:
    large = next(w for w in found.winners if w.workload == "large")
    assert large.winner == B
    lost = next(c for c in large.costs if c.choice == A)
    assert lost.cents is None
    assert lost.state == "cannot"
    assert "rtx-4090" in lost.reason


def test_a_price_condition_is_a_price_at_which_both_cost_the_same(found: HeadToHead) -> None:
    chat = next(w for w in found.winners if w.workload == "chat")
    raised = next(c for c in chat.conditions if c.kind == "price" and A in c.text)
    assert raised.value is not None
    quote = {"quotes": [{"item": A, "price": raised.value}]}
    data = found.inputs.scenario.model_dump(mode="json", by_alias=True, exclude_none=True) | quote
    data["workloads"] = data["workloads"][:1]
    again = found.inputs.scenario.model_validate(json.loads(json.dumps(data)), strict=False)
    inputs = Inputs(again, found.inputs.catalog)
    one, other = (bill_of(gpu, (gpu,), inputs).cents for gpu in (A, B))
    assert one is not None
    assert other is not None
    assert one == pytest.approx(other, rel=0.02)


def test_needs_that_only_one_card_meets_change_the_winner(found: HeadToHead) -> None:
    chat = next(w for w in found.winners if w.workload == "chat")
    assert chat.winner == A
    needs = {c.text: c.winner for c in chat.conditions if c.kind == "need"}
    assert needs["if memory must correct errors"] == B
    assert any("licence" in text for text in needs)


def test_the_sheet_is_what_the_catalogue_says(found: HeadToHead) -> None:
    catalog = default_catalog()
    lines = {line.attribute: line for line in found.sheet}
    bandwidth = lines["memory_bandwidth_gb_s"]
    assert bandwidth.first.value == catalog.gpus[A].memory_bandwidth_gb_s.value
    assert bandwidth.second.source == catalog.gpus[B].memory_bandwidth_gb_s.source
    assert bandwidth.change == pytest.approx(1792 / 1008 - 1)
    assert lines["nvlink"].change is None
    assert (900.0, "article-4090-pro6000") in [d[:2] for d in lines["nvlink_gb_s"].second.disputed]


def test_twenty_five_models_are_looked_at_and_the_words_follow_the_memory() -> None:
    catalog = default_catalog()
    found = list(fits(catalog, A))
    assert len(set(STANDARD)) == 25
    assert {f.model for f in found} == set(STANDARD)
    for one in found:
        if one.needed_gib is None or one.usable_gib is None:
            assert one.word == "no"
            continue
        share = one.needed_gib / one.usable_gib
        words = {"ok": share <= 0.91, "edge": 0.89 <= share <= 1.01, "no": share >= 0.99}
        assert words[one.word], one


def test_what_is_left_for_context_and_sessions_is_used_up_and_not_more() -> None:
    catalog = default_catalog()
    model, card = catalog.models["llama-3.1-8b"], catalog.gpu(A)
    one = fit(catalog, model, card, "bf16")
    assert one.sessions is not None
    assert one.longest_context is not None
    assert one.needed_gib is not None
    assert one.usable_gib is not None
    each = 131072 * 8192 / 2**30  # bytes of a token in 16 bits x tokens
    left = one.usable_gib - one.needed_gib
    assert one.sessions == pytest.approx(1 + left / each, abs=1)
    assert one.longest_context == pytest.approx(8192 * (1 + left / each), rel=0.02)


def test_the_best_way_is_the_most_exact_with_memory_to_spare_then_the_most_exact_at_all() -> None:
    catalog = default_catalog()
    found = list(fits(catalog, B))
    model, card = catalog.models["gemma-2-9b"], catalog.gpu(A)
    exact, less, least = (fit(catalog, model, card, p) for p in ("bf16", "fp8", "awq-int4"))
    tight = replace(exact, word="edge")
    assert best([tight, less, least], model.id) == less
    assert best([tight, replace(less, word="edge"), least], model.id) == least
    assert best([tight, replace(less, word="edge")], model.id) == tight
    assert best(found, "llama-3.3-70b").way == "fp8"
    assert best(found, "llama-3.1-8b").way == "bf16"
    assert best(found, "llama-3.1-405b").word == "no"


def test_for_the_same_memory_enough_of_the_cheaper_are_taken(found: HeadToHead) -> None:
    assert found.trades is not None
    many, one = found.trades.same_memory
    assert many.memory_gib >= 0.98 * one.memory_gib
    assert one.memory_gib > many.memory_gib * (many.count - 1) / many.count
    many, one = found.trades.same_money
    assert many.price <= one.price < many.price * (many.count + 1) / many.count


def test_demand_is_scaled_whatever_its_measure() -> None:
    inputs = head_to_head_inputs()
    for workload in inputs.scenario.workloads:
        twice = scaled_demand(workload, 2.0)
        amounts = [dict(e) for e in workload.demand]
        for before, after in zip(amounts, [dict(e) for e in twice.demand], strict=True):
            for name, value in before.items():
                if isinstance(value, float | int):
                    assert after[name] == 2 * value


def test_demand_by_request_classes_is_scaled_and_its_shapes_are_not() -> None:
    inputs = head_to_head_inputs()
    classes = (
        RequestClass(input_tokens=900, output_tokens=200, requests_per_s=2.0),
        RequestClass(input_tokens=4000, output_tokens=500, requests_per_s=0.5),
    )
    chat = inputs.scenario.workloads[0]
    entry = InferenceDemand.model_validate({"from": "2026-10", "classes": classes})
    asked = chat.model_copy(update={"demand": (entry,)})
    half = scaled_demand(asked, 0.5)
    assert need_of(half, inputs.scenario).peak * 2 == need_of(asked, inputs.scenario).peak
    (scaled,) = half.demand
    assert isinstance(scaled, InferenceDemand)
    assert [(c.input_tokens, c.output_tokens, c.requests_per_s) for c in scaled.classes or ()] == [
        (900, 200, 1.0),
        (4000, 500, 0.25),
    ]


def head_to_head_inputs() -> Inputs:
    from planner.claims.choosing import scenarios_folder
    from planner.scenario.loading import load_scenario

    return load_scenario(scenarios_folder() / "versus.yaml")


def test_the_page_says_the_same_as_the_terminal_and_the_data(found: HeadToHead) -> None:
    text = as_text(title_of(found), sections_of(found), Screen(120))
    page = as_markdown(title_of(found), sections_of(found))
    data = to_json(found)
    json.dumps(data)
    for section in sections_of(found):
        assert section.title in text
        assert f"## {section.title}" in page
    for winner in found.winners:
        assert winner.winner in text
    told = data["winners"]
    assert isinstance(told, list)
    assert [w["winner"] for w in told] == [w.winner for w in found.winners]


def test_a_card_against_itself_an_unknown_card_and_an_unknown_book_are_refused(
    scenario: Path,
) -> None:
    with pytest.raises(InputError, match="against itself"):
        head_to_head(A, A, scenario)
    with pytest.raises(InputError, match="did you mean `rtx-4090`"):
        head_to_head("rtx-490", B, scenario)
    with pytest.raises(InputError, match="price book"):
        head_to_head(A, B, scenario, "2026-10")


def test_a_card_without_a_price_wins_nothing_that_must_be_bought(scenario: Path) -> None:
    found = head_to_head("rtx-5090", A, scenario, "seed")
    chat = next(w for w in found.winners if w.workload == "chat")
    assert chat.winner == A
    assert found.trades is None
    assert "no price in the book seed" in found.economics[0].basis
