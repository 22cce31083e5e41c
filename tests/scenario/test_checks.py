"""Every rule about scenarios keeps its own examples."""

from __future__ import annotations

from textwrap import dedent

import pytest

from planner.errors import InputError
from planner.file_schema import check as check_shape
from planner.scenario.checks import CHECKS, Check, Context, Finding, breaches
from planner.scenario.checks.effective import FEATURES, Feature
from planner.scenario.loading import read_scenario, scenario_schema
from planner.scenario.models import models_of
from planner.scenario.schema import Scenario
from planner.yaml_source import parse
from tests.scenario.small import laid_over, small_catalog

RULES = {rule.id: rule for rule in CHECKS}
NOT_YET = "not-yet-effective"


def findings(text: str) -> list[tuple[Check, Finding]]:
    document = parse(text, file="example.yaml")
    shape = check_shape(document, Scenario, scenario_schema)
    scenario = shape.model
    assert scenario is not None, shape.findings
    models = models_of(scenario, small_catalog(), None, document).entries
    return list(breaches(Context(scenario, small_catalog(), document, models), CHECKS))


def test_rules_have_names_of_their_own() -> None:
    assert len(RULES) == len(CHECKS)


@pytest.mark.parametrize("rule", CHECKS, ids=list(RULES))
def test_every_rule_is_a_sentence_with_two_examples(rule: Check) -> None:
    assert rule.sentence[0].isupper()
    assert rule.sentence.endswith(".")
    assert rule.passes.strip()
    assert rule.fails.strip()
    assert set(rule.needs) <= set(scenario_schema()["properties"])


def test_the_small_scenario_keeps_every_rule() -> None:
    assert findings(laid_over("{}")) == []


@pytest.mark.parametrize("rule", CHECKS, ids=list(RULES))
def test_the_passing_example_of_a_rule_passes_it(rule: Check) -> None:
    found = [f for r, f in findings(laid_over(rule.passes)) if r.id == rule.id]
    assert found == []


@pytest.mark.parametrize("rule", CHECKS, ids=list(RULES))
def test_the_failing_example_of_a_rule_breaks_it_and_no_other(rule: Check) -> None:
    found = findings(laid_over(rule.fails))
    broken = {r.id for r, _ in found} - ({NOT_YET} - {rule.id})
    assert broken == {rule.id}


@pytest.mark.parametrize("rule", CHECKS, ids=list(RULES))
def test_a_breach_points_into_what_the_example_changed_and_says_what_to_do(rule: Check) -> None:
    changed = parse(dedent(rule.fails), file="fragment.yaml").value
    assert isinstance(changed, dict)
    for broken, finding in findings(laid_over(rule.fails)):
        if broken.id == rule.id:
            assert finding.path[0] in {*changed, "fleet"}
            assert finding.message[-1] not in ".!"
            assert finding.hint is not None or "missing" in finding.message


def nested(feature: Feature) -> str:
    """The example of a feature as a fragment of a scenario."""
    text = feature.example
    first = {"workloads": "chat", "sites": "lab"}
    if ".need." in feature.path:
        first["workloads"] = "notebooks"
    steps = feature.path.split(".")
    for i in range(len(steps) - 1, -1, -1):
        named = i == 1 and steps[0] in first
        if steps[i] != "*":
            text = f"{{{steps[i]}: {text}}}"
        elif named:
            text = f"[{{name: {first[steps[0]]}, {text.removeprefix('{')}]"
        else:
            known = {"demand": "from: 2026-10, ", "lead_times": "item: rtx-a6000, "}
            text = f"[{{{known[steps[i - 1]]}{text.removeprefix('{')}]"
    return text


@pytest.mark.parametrize("feature", FEATURES, ids=lambda f: f.path)
def test_a_feature_that_is_not_effective_yet_is_refused_at_its_place(feature: Feature) -> None:
    found = [f for r, f in findings(laid_over(nested(feature))) if r.id == NOT_YET]
    assert [p if isinstance(p, str) else "*" for p in found[0].path] == feature.path.split(".")
    assert len(found) == 1


@pytest.mark.parametrize(
    "harmless",
    [
        "workloads: [{name: chat, isolation: exclusive, link: same_host, sites: [lab]}]",
        "workloads: [{name: notebooks, need: {cpu_cores: 0, host_memory_gib: 0}}]",
        "budget: {fiscal_year_starts: 4, windows: []}",
        "{supply: [], leases: [], rentals: [], operating_points: [], branches: []}",
        "lead_times: [{item: rtx-a6000, months: 0}]",
    ],
)
def test_what_asks_for_nothing_is_no_feature(harmless: str) -> None:
    assert findings(laid_over(harmless)) == []


def test_a_second_site_is_refused() -> None:
    over = "sites: [{name: lab}, {name: annex, facility_power_kw: 5, electricity_per_kwh: 0.2}]"
    found = findings(laid_over(over))
    assert [(r.id, f.path) for r, f in found] == [(NOT_YET, ("sites", 1, "name"))]


def test_a_broken_rule_stops_the_scenario_at_the_door() -> None:
    text = laid_over(RULES["unknown-gpu"].fails)
    with pytest.raises(InputError) as caught:
        read_scenario(text, file="example.yaml", catalog=small_catalog())
    assert [d.rule for d in caught.value.diagnostics] == ["unknown-gpu"]
