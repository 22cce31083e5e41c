"""The audit derives every figure of the upgrade paths again, and audits each of their plans."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from planner.plan.audit import audit
from planner.plan.schema import Plan, read_plan
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Settings
from planner.studies.optimum import find_plan
from tests.audit.test_every_word_counts import others
from tests.fixtures.handmade import month
from tests.fixtures.paths import growing

Data = dict[str, Any]
WINDOWS = [{"until": month(5), "capital": 1500}, {"until": month(11), "capital": 1200}]
OPTIMAL, ONCE, AGAIN = range(3)


@cache
def _text(limited: bool) -> str:
    budget = {"budget": {"fiscal_year_starts": 4, "windows": WINDOWS}} if limited else {}
    inputs = growing(**budget)
    return find_plan(inputs, GSCIP, Settings(gap=0.0), Listener(), paths=True).to_json()


def sound(*, limited: bool = False) -> Data:
    """A plan with three paths; with a limit on capital, two of them lead to no plan."""
    data: Data = json.loads(_text(limited))
    return data


def parsed(plan: Data) -> Plan:
    return read_plan(json.dumps(plan))


def rules(plan: Data) -> set[str]:
    return {finding.rule for finding in audit(parsed(plan))}


def test_the_plans_that_are_spoilt_are_sound_before() -> None:
    assert audit(parsed(sound())) == []
    assert audit(parsed(sound(limited=True))) == []
    assert [p["plan"] is None for p in sound()["policies"]] == [True, False, False]
    assert [p["plan"] is None for p in sound(limited=True)["policies"]] == [True, True, True]


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("number", [OPTIMAL, ONCE, AGAIN])
def test_no_word_of_a_path_can_be_changed(number: int, limited: bool) -> None:
    """But for the words in which a reason is told, which only another search can judge."""
    missed = []
    for name, before in sound(limited=limited)["policies"][number].items():
        if name in ("plan", "capital_by_fiscal_year", "premium"):
            continue
        for other in others(before)[:3]:
            plan = sound(limited=limited)
            plan["policies"][number][name] = other
            if not _refused(plan) and not (name == "reason" and before and other):
                missed.append((name, before, other))
    assert missed == []


def _refused(plan: Data) -> bool:
    try:
        read = parsed(plan)
    except ValueError:
        return True
    return bool(audit(read))


@pytest.mark.parametrize("number", [OPTIMAL, ONCE, AGAIN])
@pytest.mark.parametrize("end", [0, 1])
def test_no_end_of_a_premium_can_be_moved(number: int, end: int) -> None:
    for cents in (1, -1, 100_000):
        plan = sound()
        plan["policies"][number]["premium"][end] += cents
        assert rules(plan) == {"wrong-policy"}


@pytest.mark.parametrize("number", [OPTIMAL, ONCE, AGAIN])
def test_no_capital_of_a_fiscal_year_can_be_changed(number: int) -> None:
    changes: list[Callable[[list[Data]], object]] = [
        lambda years: years[0].update(capital=years[0]["capital"] + 1),
        lambda years: years[1].update(year="2027-05"),
        lambda years: years.pop(),
        lambda years: years.append(dict(years[0])),
        lambda years: years.reverse(),
    ]
    for change in changes:
        plan = sound()
        change(plan["policies"][number]["capital_by_fiscal_year"])
        assert rules(plan) == {"wrong-policy"}


def test_no_path_can_be_left_out_or_stand_twice() -> None:
    for number in (OPTIMAL, ONCE, AGAIN):
        plan = sound()
        del plan["policies"][number]
        assert rules(plan) == {"wrong-policy"}
        plan = sound()
        plan["policies"].insert(number, plan["policies"][number])
        assert rules(plan) == {"wrong-policy"}


def test_what_is_wrong_in_the_plan_of_a_path_is_told_with_its_name() -> None:
    plan = sound()
    plan["policies"][AGAIN]["plan"]["cash_flow"].pop()
    findings = audit(parsed(plan))
    assert {"cash-flow", "wrong-objective"} <= {f.rule for f in findings}
    assert all(f.text.startswith("re-buy: ") for f in findings)


def test_a_plan_can_be_taken_away_only_with_its_figures() -> None:
    plan = sound()
    plan["policies"][ONCE]["plan"] = None
    assert rules(plan) == {"wrong-policy"}


def test_a_plan_of_a_path_has_no_paths_and_no_what_ifs_of_its_own() -> None:
    plan = sound()
    plan["policies"][ONCE]["plan"]["policies"] = sound()["policies"]
    assert rules(plan) == {"wrong-policy"}


def test_a_path_is_about_the_same_scenario() -> None:
    plan = sound()
    plan["policies"][ONCE]["plan"]["inputs"]["scenario"]["name"] = "Another"
    assert {"wrong-policy", "wrong-digest"} <= rules(plan)


def test_buying_once_may_not_order_later() -> None:
    """The plan of buying again is sound, but it is no plan of buying once."""
    plan = sound()
    once, again = plan["policies"][ONCE], plan["policies"][AGAIN]
    kept = {"name", "text", "lower_bound", "premium"}
    once.update({k: v for k, v in again.items() if k not in kept})
    once["lower_bound"] = again["plan"]["objective"]["lower_bound"]
    once["premium"][0] = 0
    once["premium"][1] = again["npv"] - plan["objective"]["lower_bound"]
    findings = audit(parsed(plan))
    assert {f.rule for f in findings} == {"wrong-policy"}
    assert all("ordered later or sold before the end" in f.text for f in findings)


def test_no_path_beats_the_plan_that_is_called_the_cheapest() -> None:
    """A plan that holds a cheaper one is not the cheapest, and its bound is none."""
    plan, dear = sound(), sound()["policies"][AGAIN]["plan"]
    dear["policies"] = plan["policies"]
    dear["policies"][ONCE] = plan["policies"][ONCE] | {"plan": sound()["policies"][ONCE]["plan"]}
    cheap = sound()
    cheap["policies"] = []
    dear["policies"][ONCE]["plan"] = cheap
    found = {f.text for f in audit(parsed(dear))}
    assert "buy-once: it costs less than the plan that is called the cheapest" in found
