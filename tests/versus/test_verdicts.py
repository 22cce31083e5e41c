"""Laws of a verdict: who wins is proven, and what cannot be known is said to be unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import NoAnswerError
from planner.plan.schema import Plan
from planner.report.screen import Screen
from planner.report.sections import as_text
from planner.report.versus import sections_of, title_of
from planner.report.versus_data import to_json
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.solve.backend import Backend
from planner.solve.settings import Listener, Settings
from planner.studies import choices, optimum
from planner.studies.choices import GAP, Bill, State, bill_of, settled, verdict_of
from planner.versus.head_to_head import HeadToHead, head_to_head
from tests.versus.scenarios import CHAT, written

A, B = "rtx-4090", "rtx-pro-6000-maxq"
AMD = "mi210"


def bill(choice: str, cents: int, bound: int, *, proven: bool = True) -> Bill:
    return Bill(choice, State.CAN, cents, bound, proven, "", "USD")


def without(choice: str, state: State, reason: str = "why") -> Bill:
    return Bill(choice, state, None, None, False, reason, "USD")


def text_of(found: HeadToHead) -> str:
    return " ".join(as_text(title_of(found), sections_of(found), Screen(500)).split())


@pytest.mark.parametrize(
    ("one", "other", "winner"),
    [
        (bill("a", 1000, 995), bill("b", 1200, 1190), "a"),
        (bill("a", 1000, 500, proven=False), bill("b", 1200, 1100, proven=False), "a"),
        (bill("a", 1000, 995), bill("b", 1200, 900, proven=False), "unknown"),
        (bill("a", 1000, 995), bill("b", 1005, 1001), "tie"),
        (bill("a", 1000, 500, proven=False), bill("b", 1005, 1001), "unknown"),
        (bill("a", 1000, 990), bill("b", 1015, 999), "unknown"),
        (bill("a", 1000, 500, proven=False), without("b", State.CANNOT), "a"),
        (without("a", State.CANNOT), without("b", State.CANNOT), "none"),
        (bill("a", 1000, 995), without("b", State.UNKNOWN), "unknown"),
        (without("a", State.CANNOT), without("b", State.NOT_SIZED), "unknown"),
        (bill("a", -1000, -1001), bill("b", -900, -905), "a"),
    ],
)
def test_a_card_wins_only_where_the_other_is_proven_to_cost_more(
    one: Bill, other: Bill, winner: str
) -> None:
    assert verdict_of([one, other]).winner == winner
    found = verdict_of([other, one])
    assert found.winner == winner
    assert bool(found.reason) == (winner == "unknown")


def test_costs_that_are_too_near_are_searched_again_more_closely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def near(choice: str, cards: tuple[str, ...], inputs: Inputs, gap: float = GAP) -> Bill:
        cents = {A: 100_000, B: 101_500}[choice]
        return bill(choice, cents, round(cents * (1 - 4 * gap)))

    monkeypatch.setattr(choices, "bill_of", near)
    inputs = load_scenario(written(tmp_path))
    costs, verdict = settled(inputs, (A, B))
    assert verdict.winner == A
    assert [c.bound for c in costs] == [99_800, 101_297]


def test_a_search_that_ran_out_of_time_is_unknown_and_no_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hurried(inputs: Inputs, backend: Backend, settings: Settings, listener: Listener) -> Plan:
        if inputs.scenario.fleet.gpus == (B,):
            raise NoAnswerError("the search ended after 20 s without a plan")
        return optimum.find_plan(inputs, backend, settings, listener)

    monkeypatch.setattr(choices, "find_plan", hurried)
    found = head_to_head(A, B, written(tmp_path))
    (chat,) = found.winners
    assert (chat.winner, chat.conditions) == ("unknown", ())
    assert f"{B} is not known: the search ended after 20 s" in chat.reason
    assert f"Which is cheaper is unknown for chat: {chat.reason}." in text_of(found)
    data = to_json(found)["winners"]
    assert isinstance(data, list)
    assert data[0]["reason"] == chat.reason
    assert [c["state"] for c in data[0]["costs"]] == ["can", "unknown", "can"]


def test_an_unproven_plan_is_told_with_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_ended(
        inputs: Inputs, backend: Backend, settings: Settings, listener: Listener
    ) -> Plan:
        plan = optimum.find_plan(inputs, backend, settings, listener)
        if inputs.scenario.fleet.gpus != (B,):
            return plan
        objective = plan.objective.model_copy(update={"lower_bound": 100})
        return plan.model_copy(update={"status": "feasible", "objective": objective})

    monkeypatch.setattr(choices, "find_plan", open_ended)
    found = head_to_head(A, B, written(tmp_path))
    assert found.winners[0].winner == "unknown"
    assert f"chat with {B} is not proven: it costs USD 1 at least." in text_of(found)


def test_a_card_that_is_not_sized_neither_wins_nor_loses(tmp_path: Path) -> None:
    found = head_to_head(AMD, B, written(tmp_path))
    (chat,) = found.winners
    assert chat.winner == "unknown"
    assert [c.state for c in chat.costs] == [State.NOT_SIZED, State.CAN]
    assert f"{AMD} is not sized: the engines' constants come from CUDA cards" in chat.reason
    assert {f.word for f in (*found.fits[0], *found.tunings[0])} == {"not sized"}
    assert [s.sized for s in found.speeds[0]] == [False]
    assert found.economics[0].per_gib is None
    text = text_of(found)
    for wrong in (
        "cannot",
        "does not run",
        "Near miss",
        f"{AMD}, 0.0 GiB",
        "cheaper card",
    ):
        assert wrong not in text
    assert f"planned alone for 24 months with {B} only, in the" in text


def test_a_card_that_the_user_measured_is_compared_whoever_made_it(tmp_path: Path) -> None:
    measured = {
        "gpu": AMD, "precision": "fp8", "capacity": 40, "memory_gib": 40, "source": "our own test",
    }  # fmt: skip
    hosts = ["diy-desktop", "supermicro-741ge"]
    workload = {**CHAT, "measured": [measured]}
    file = written(tmp_path, workloads=[workload], fleet={"hosts": hosts})
    assert bill_of(AMD, (AMD,), load_scenario(file)).state is State.CAN


def test_what_is_owned_already_may_be_used_with_either_card(tmp_path: Path) -> None:
    lots = [
        {"gpu": A, "count": 1, "bought": "2026-01"},
        {"host": "diy-desktop", "count": 1, "bought": "2026-01"},
    ]
    few = {**CHAT, "demand": [{"from": "2026-10", "concurrency": 1}]}
    inputs = load_scenario(written(tmp_path, workloads=[few], existing=lots))
    assert bill_of(B, (B,), inputs).bought == ()
