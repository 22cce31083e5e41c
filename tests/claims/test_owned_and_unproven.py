"""What to buy where something is owned already, and where a search ends before the proof."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.claims.verdicts import Judged, Verdict
from planner.plan.schema import Plan
from planner.studies import choices
from planner.studies.choices import NOBODY_KNOWS, Bill, State, verdict_of
from planner.studies.optimum import find_plan
from tests.claims.pages import Data, claim, judged
from tests.claims.test_choices import BETWEEN, OVERLAY, SCENARIO, choice

HOST = "{host: diy-wrx90, count: 1, bought: 2025-01}"
LARGE: Data = {"workloads.0.need": {"memory_gib": 80.0, "time_share": 0.5}}
TWO: Data = {"workloads.0.demand": [{"from": "2026-11", "count": 2}]}
CHAT: Data = {
    "workloads.0": {
        "name": "chat", "task": "inference", "model": "llama-3.1-8b", "precision": ["bf16"],
        "context_tokens": 2048, "demand": [{"from": "2026-11", "concurrency": 4}],
    }
}  # fmt: skip


def decided(folder: Path, *more: str, equals: str = "A6000", changes: Data, **about: Any) -> Judged:
    """A claim about what to buy in a scenario to which something is added, and changed."""
    (folder / "mine").mkdir()
    (folder / "mine" / "offer.yaml").write_text("\n".join([SCENARIO, *more]), encoding="utf-8")
    case: Data = {"name": "then", "changes": changes}
    (found,) = judged(folder, claim(choice(cases=[case], **about), {"equals": equals}))
    return found


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Plans that are found for the choices, in their order."""
    found: list[Plan] = []

    def kept(*asked: Any) -> Plan:
        found.append(find_plan(*asked))
        return found[-1]

    monkeypatch.setattr(choices, "find_plan", kept)
    return found


def had(plan: Plan, mode: str) -> set[str]:
    return {a.item for a in plan.acquisitions if a.mode == mode and a.kind != "host"}


@pytest.mark.parametrize(
    "owned",
    [
        "{gpu: rtx-4090, count: 1, bought: 2025-01}",
        f"{{gpu: rtx-4090, count: 1, bought: 2025-01}}, {HOST}",
        f"{{gpu: rtx-a6000, count: 1, bought: 2025-01}}, {HOST}",
    ],
)
def test_a_card_that_is_owned_serves_whatever_is_chosen(owned: str, tmp_path: Path) -> None:
    found = decided(tmp_path, f"existing: [{owned}]", changes={})
    assert found.computed == "tie"


def test_a_system_that_is_owned_is_not_bought_again(plans: list[Plan], tmp_path: Path) -> None:
    changes: Data = {
        "fleet.hosts": None, "sites.0.facility_power_kw": 60.0,
        "workloads.0.need": {"memory_gib": 70.0, "time_share": 0.8},
        "workloads.0.demand": [{"from": "2026-11", "count": 9}],
    }  # fmt: skip
    owned = "existing: [{host: dgx-h100, count: 1, bought: 2025-01}]"
    found = decided(tmp_path, owned, equals="PRO 6000", changes=changes)
    assert found.verdict is Verdict.HOLDS
    assert "A6000 cannot do it" in found.why
    (plan,) = plans
    assert [a.item for a in plan.acquisitions if a.mode == "existing"] == ["dgx-h100"]


@pytest.mark.parametrize(
    ("item", "changes", "winner"),
    [
        ("gpu: rtx-4090", LARGE, "PRO 6000"),
        ("gpu: rtx-4090", TWO, "A6000"),
        ("gpu: rtx-a4000", TWO, "A6000"),
        ("bridge: nvlink-bridge-3090", {}, "A6000"),
    ],
)
def test_no_other_card_is_bought_than_the_choice_though_one_is_owned(
    item: str, changes: Data, winner: str, plans: list[Plan], tmp_path: Path
) -> None:
    lot = f"existing: [{{{item}, count: 1, bought: 2025-01}}]"
    found = decided(tmp_path, lot, equals=winner, changes=changes)
    assert (found.verdict, found.computed) == (Verdict.HOLDS, winner)
    for plan in plans:
        bought = had(plan, "purchase")
        assert bought <= set(BETWEEN["A6000"]) or bought <= set(BETWEEN["PRO 6000"])
        assert had(plan, "existing") == {item.split()[-1]}


@pytest.mark.parametrize("owned", ["", "existing: [{gpu: rtx-4090, count: 1, bought: 2025-01}]"])
def test_what_is_let_of_another_card_is_no_way_out(
    owned: str, plans: list[Plan], tmp_path: Path
) -> None:
    offers = (
        "rentals: [{gpu: rtx-4090, per_hour: 0.01}]",
        "leases: [{item: rtx-4090, term_months: 1, per_month: 1}]",
    )
    found = decided(tmp_path, *offers, owned, changes=TWO)
    assert found.computed == "A6000"
    assert [had(p, "lease") | had(p, "rent") for p in plans] == [set(), set()]


def test_what_is_let_of_the_choice_is_a_way_to_have_it(plans: list[Plan], tmp_path: Path) -> None:
    decided(tmp_path, "rentals: [{gpu: rtx-a6000, per_hour: 0.01}]", changes={})
    assert had(plans[0], "rent")
    assert not had(plans[1], "rent")


@pytest.mark.parametrize("card", ["w7900", "mi300x"])
def test_a_card_that_is_not_sized_is_no_loser(card: str, tmp_path: Path) -> None:
    between = {"A6000": ["rtx-a6000"], "AMD": [card]}
    found = decided(tmp_path, changes=CHAT, between=between)
    assert found.verdict is Verdict.UNVERIFIABLE
    assert "the engines' constants come from CUDA cards" in found.why


def test_what_needs_no_engine_can_be_chosen_on_any_card(tmp_path: Path) -> None:
    between = {"AMD": ["w7900"], "PRO 6000": ["rtx-pro-6000-ws"]}
    found = decided(tmp_path, changes={}, equals="AMD", between=between)
    assert found.verdict is Verdict.HOLDS


def cost(name: str, cents: int, bound: int, *, proven: bool) -> Bill:
    return Bill(name, State.CAN, cents, bound, proven, "", "USD")


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        ((1000, 900, False), (2000, 1001, False), "a"),
        ((1000, 900, False), (2000, 1000, False), NOBODY_KNOWS),
        ((1000, 900, False), (2000, 1990, True), "a"),
        ((1000, 999, True), (2000, 900, False), NOBODY_KNOWS),
        ((1000, 999, True), (1020, 999, True), NOBODY_KNOWS),
        ((1000, 999, True), (1005, 1001, True), "tie"),
        ((1000, 999, True), (1005, 1001, False), NOBODY_KNOWS),
        ((1000, 990, False), (1005, 1001, True), NOBODY_KNOWS),
        ((-1000, -1010, True), (-900, -905, True), "a"),
    ],
)
def test_a_choice_wins_where_every_other_is_proven_to_cost_more(
    one: tuple[int, int, bool], other: tuple[int, int, bool], winner: str
) -> None:
    first, second = (
        cost(name, cents, bound, proven=proven)
        for name, (cents, bound, proven) in (("a", one), ("b", other))
    )
    assert verdict_of([first, second]) == verdict_of([second, first])
    assert verdict_of([first, second]).winner == winner


def test_the_only_choice_that_can_do_it_wins_without_a_proof_of_its_cost() -> None:
    able = cost("a", 1000, 1, proven=False)
    unable = Bill("b", State.CANNOT, None, None, False, "too small", "USD")
    assert verdict_of([able, unable]).winner == "a"


@pytest.mark.parametrize("open_one", BETWEEN)
def test_a_search_that_ended_before_the_proof_names_no_winner(
    open_one: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unproven(inputs: Any, *asked: Any) -> Plan:
        plan = find_plan(inputs, *asked)
        if inputs.scenario.fleet.gpus != tuple(BETWEEN[open_one]):
            return plan
        objective = plan.objective.model_copy(update={"lower_bound": 0})
        return plan.model_copy(update={"status": "feasible", "objective": objective})

    monkeypatch.setattr(choices, "find_plan", unproven)
    found = decided(tmp_path, changes={})
    if open_one == "A6000":
        assert (found.verdict, found.computed) == (Verdict.HOLDS, "A6000")
    else:
        assert (found.verdict, found.computed) == (Verdict.UNVERIFIABLE, None)
        assert "the searches ended too early to tell" in found.why


def test_that_all_can_do_it_needs_no_proof_of_what_they_cost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unproven(*asked: Any) -> Plan:
        plan = find_plan(*asked)
        objective = plan.objective.model_copy(update={"lower_bound": 0})
        return plan.model_copy(update={"status": "feasible", "objective": objective})

    monkeypatch.setattr(choices, "find_plan", unproven)
    assert decided(tmp_path, equals="Either", changes={}).verdict is Verdict.HOLDS


@pytest.mark.parametrize("currency", ["USD", "XTS"])
def test_a_price_without_an_exchange_rate_leaves_the_choice_unknown(
    currency: str, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "offer.yaml").write_text(SCENARIO, encoding="utf-8")
    overlay = OVERLAY.replace("high: 5, currency: USD", f"high: 5, currency: {currency}")
    (tmp_path / "mine" / "prices.yaml").write_text(overlay, encoding="utf-8")
    own: Data = {"overlay": "mine/prices.yaml", "prices": "seed"}
    about = choice(cases=[{"name": "own", "facts": "own"}])
    (found,) = judged(tmp_path, claim(about, {"equals": "PRO 6000"}), own_facts=own)
    assert found.verdict is (Verdict.HOLDS if currency == "USD" else Verdict.UNVERIFIABLE)
    assert ("no exchange rate for XTS" in found.why) is (currency == "XTS")
