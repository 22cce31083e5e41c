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
    return f"{{{feature.path}: {feature.example}}}"


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
        "sites: [{name: lab, racks: {model: rack-42u, count: 0}}]",
    ],
)
def test_what_asks_for_nothing_is_no_feature(harmless: str) -> None:
    assert findings(laid_over(harmless)) == []


EFFECTIVE = {
    "mig": "workloads: [{name: chat, isolation: mig}]",
    "nvlink": """
        workloads: [{name: chat, link: nvlink}, {name: tune, link: nvlink, time_shared: true}]
        """,
    "spare": "workloads: [{name: chat, survive: {hosts: 1}}, {name: paint, survive: {cards: 2}}]",
    "attribute": """
        workloads: [{name: chat, requires: {attributes: [{attribute: rt_cores, at_least: 84}]}}]
        """,
    "field": """
        workloads: [{name: chat, requires: {attributes: [{attribute: tdp_w, at_most: 300}]}}]
        """,
    "host-needs": "workloads: [{name: notebooks, need: {cpu_cores: 32, host_memory_gib: 256}}]",
    "racks": "sites: [{name: lab, racks: {model: rack-42u, count: 2, kw: 12}}]",
    "budget": "budget: {windows: [{until: 2027-03, capital: 45000}, {until: 2028-09, capital: 0}]}",
    "kinds": "fleet: {max_gpu_models: 2}",
    "supply": "supply: [{item: tower-2, per_month: 2}, {item: bridge-a6000, per_month: 0}]",
    "lead-times": "lead_times: [{item: hgx-8, months: 6}, {item: bridge-a6000, months: 1}]",
    "leases": "leases: [{item: rtx-4090, term_months: 12, per_month: 90}]",
    "rentals": "rentals: [{gpu: h100-sxm, per_hour: 2.5, gpus: 8, machines_max: 3}]",
    "two-sites": """
        sites: [{name: lab}, {name: annex, facility_power_kw: 5, electricity_per_kwh: 0.2}]
        existing: [{gpu: rtx-a6000, count: 1, bought: 2024-01}]
        """,
    "pool": """
        workloads: [{name: tune, time_shared: true, groups_at_a_time: 3, isolation: exclusive}]
        """,
}


@pytest.mark.parametrize("fragment", EFFECTIVE.values(), ids=list(EFFECTIVE))
def test_what_a_plan_keeps_passes_the_door(fragment: str) -> None:
    assert findings(laid_over(fragment)) == []


CLASSES = "classes: [{input_tokens: 900, output_tokens: 200, requests_per_s: 3}]"
MEASURED = "gpu: rtx-a6000, precision: bf16, memory_gib: 40, source: bench"


def by_classes(more: str, classes: str = CLASSES) -> str:
    """The small scenario with demand by request classes and more about that workload."""
    return laid_over(f"workloads: [{{name: chat, demand: [{{from: 2026-10, {classes}}}], {more}}}]")


BREACHES = {
    "racks-cannot-be-leased": (
        "leases: [{item: rack-42u, term_months: 12, per_month: 9}]",
        "unknown-item", "leases/0/item",
    ),
    "lead-time-of-a-module": (
        "lead_times: [{item: h100-sxm, months: 2}]", "built-in-card", "lead_times/0/item",
    ),
    "lease-of-a-module": (
        "leases: [{item: h100-sxm, term_months: 12, per_month: 900}]",
        "built-in-card", "leases/0/item",
    ),
    "supply-of-a-module": (
        "supply: [{item: h100-sxm, per_month: 2}]", "built-in-card", "supply/0/item",
    ),
    "rental-of-an-unknown-card": (
        "rentals: [{gpu: h100-sxn, per_hour: 2}]", "unknown-gpu", "rentals/0/gpu",
    ),
    "supply-twice": (
        "supply: [{item: tower-2, per_month: 2}, {item: tower-2, per_month: 3}]",
        "limited-twice", "supply/1/item",
    ),
    "window-after-the-end": (
        "budget: {windows: [{until: 2028-10, capital: 5}]}",
        "outside-roadmap", "budget/windows/0/until",
    ),
    "window-before-the-start": (
        "budget: {windows: [{until: 2026-09, capital: 5}]}",
        "outside-roadmap", "budget/windows/0/until",
    ),
    "windows-out-of-order": (
        "budget: {windows: [{until: 2027-03, capital: 5}, {until: 2027-01, capital: 5}]}",
        "months-out-of-order", "budget/windows/1/until",
    ),
    "window-inside-a-step": (
        "{step_months: 3, budget: {windows: [{until: 2027-01, capital: 5}]}}",
        "step-alignment", "budget/windows/0/until",
    ),
    "lot-at-a-provider": (
        """
        rentals: [{gpu: h100-sxm, per_hour: 2, provider: nimbus}]
        existing: [{gpu: rtx-a6000, count: 1, bought: 2024-01, site: nimbus}]
        """,
        "unknown-site", "existing/0/site",
    ),
    "two-kinds-in-a-lot": (
        "existing: [{gpu: rtx-a6000, bridge: bridge-a6000, count: 1, bought: 2024-01}]",
        "exactly-one", "existing/0/bridge",
    ),
    "bridge-of-an-excluded-card": (
        """
        catalog: {exclude: [rtx-a6000]}
        existing: [{bridge: bridge-a6000, count: 1, bought: 2024-01}]
        quotes: [{item: rtx-4090, price: 1900}]
        """,
        "owned-but-excluded", "existing/0/bridge",
    ),
    "excluded-rack": (
        """
        catalog: {exclude: [rack-42u]}
        sites: [{name: lab, racks: {model: rack-42u, count: 1}}]
        """,
        "owned-but-excluded", "sites/0/racks/model",
    ),
    "rack-without-a-price": (
        "sites: [{name: lab, racks: {model: rack-42u, count: 1, buy: 1}}]",
        "missing-price", "sites/0/racks/buy",
    ),
    "too-many-cores": (
        "workloads: [{name: notebooks, need: {cpu_cores: 33}}]",
        "unstated-host-need", "workloads/0/need/cpu_cores",
    ),
    "cores-that-no-host-states": (
        """
        fleet: {hosts: [hgx-8]}
        workloads: [{name: notebooks, need: {cpu_cores: 1}}]
        """,
        "unstated-host-need", "workloads/0/need/cpu_cores",
    ),
    "spare-in-a-pool": (
        "workloads: [{name: tune, time_shared: true, survive: {hosts: 1}}]",
        "unsuited-spare", "workloads/0/survive",
    ),
    "pool-in-an-instance": (
        "workloads: [{name: tune, time_shared: true, isolation: mig}]",
        "unsuited-pool", "workloads/0/isolation",
    ),
    "repeated-jurisdiction": (
        """
        sites: [{name: lab, jurisdiction: EU}]
        workloads: [{name: chat, requires: {jurisdictions: [EU, EU]}}]
        """,
        "repeated-entry", "workloads/0/requires/jurisdictions/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fragment", "rule", "place"), BREACHES.values(), ids=list(BREACHES))
def test_a_further_breach_is_found_at_its_place(fragment: str, rule: str, place: str) -> None:
    found = [(r.id, "/".join(map(str, f.path))) for r, f in findings(laid_over(fragment))]
    assert found == [(rule, place)]


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (f"measured: [{{{MEASURED}, {CLASSES}}}]", None),
        (f"measured: [{{{MEASURED}, capacity: 9}}]", "measured-capacity"),
        (f"measured: [{{{MEASURED}}}]", "measured-capacity"),
        (f"measured: [{{{MEASURED}, capacity: 9, {CLASSES}}}]", "measured-capacity"),
        ("survive: {replicas: 1}", "unsuited-spare"),
        ("isolation: mig", None),
        ("context_tokens: 1000", "lengths-exceed-context"),
    ],
)
def test_demand_by_classes_goes_with_what_is_counted_by_class(more: str, rule: str | None) -> None:
    found = [r.id for r, _ in findings(by_classes(more))]
    assert found == ([] if rule is None else [rule])


def test_a_scenario_can_live_on_rented_machines_alone() -> None:
    fragment = """
        catalog: {exclude: [tower-2, hgx-8]}
        rentals: [{gpu: h100-sxm, per_hour: 2.5}]
        """
    assert findings(laid_over(fragment)) == []


def test_a_leased_item_needs_no_price() -> None:
    fragment = """
        fleet: {gpus: [rtx-4090]}
        leases: [{item: rtx-4090, term_months: 12, per_month: 90}]
        """
    assert findings(laid_over(fragment)) == []


def test_a_broken_rule_stops_the_scenario_at_the_door() -> None:
    text = laid_over(RULES["unknown-gpu"].fails)
    with pytest.raises(InputError) as caught:
        read_scenario(text, file="example.yaml", catalog=small_catalog())
    assert [d.rule for d in caught.value.diagnostics] == ["unknown-gpu"]
