"""What is said of a scenario that nothing can meet: its words, its data, and its limits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from planner.api import find_plan
from planner.errors import InfeasibleError
from planner.formulation.rules import RULES
from planner.scenario.inputs import Inputs
from planner.sizing.sizing import size
from planner.solve.mathopt import GSCIP
from planner.solve.settings import Listener, Progress, Settings
from planner.studies import explain_trials
from planner.studies.explain import explained, explaining, limits_of
from planner.studies.explain_limits import Kind, loosened, named
from planner.studies.explain_resources import ROWS
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.handmade import chat, fixed, market, month, scenario

REASON = "there is no room"


def small(**more: Any) -> Inputs:
    """Nine cards in three hosts at most, and 2 kW."""
    made = market([(plain_card("card"), 1000.0)], [(plain_host("host"), 500.0)])
    workloads = more.pop("workloads", [fixed("need", [9], cards=1)])
    site = {"facility_power_kw": 2.0} | more.pop("site", {})
    return scenario(made, workloads, site=site, **more)


def told(inputs: Inputs, seconds: float = 60.0, listener: Listener | None = None) -> Any:
    """The explanation."""
    settings = Settings(seconds=seconds)
    error = InfeasibleError([REASON])
    return explained(error, inputs, GSCIP, settings, listener or Listener())


def texts(error: InfeasibleError) -> list[str]:
    return [repair.text for repair in error.repairs]


def test_the_message_names_reasons_then_changes_with_amounts() -> None:
    assert str(told(small())).splitlines() == [
        "no fleet can meet this scenario:",
        "  - there is no room",
        "each of these changes makes it possible, as was tried:",
        "  - raise sites.lab.facility_power_kw from 2 to 3.45",
        "  - lower the demand of need from 9 to 5 (workloads.need.demand)",
    ]


def test_the_data_can_be_applied_by_a_program() -> None:
    details = told(small()).details()
    assert json.loads(json.dumps(details)) == details
    first = details["repairs"][0]
    assert first["verified"] is True
    assert first["changes"] == [
        {
            "path": "sites.lab.facility_power_kw",
            "place": ["sites", 0, "facility_power_kw"],
            "from": 2.0,
            "to": 3.45,
            "text": "raise sites.lab.facility_power_kw from 2 to 3.45",
        }
    ]


def test_what_asks_for_less_comes_last() -> None:
    needs = [fixed("need", [9], cards=1, requires={"ecc": True})]
    card, sound = plain_card("card", ecc=False, tdp_w=70), plain_card("sound")
    made = market([(card, 1000.0), (sound, 2000.0)], [(plain_host("host"), 500.0)])
    inputs = scenario(made, needs, site={"facility_power_kw": 2.0})
    found = texts(told(inputs))
    assert found[0] == "drop the ECC need of need (workloads.need.requires.ecc)"
    assert found[1].startswith("raise sites.lab.facility_power_kw")
    assert found[-1].startswith("lower the demand")


def test_a_pair_is_found_where_no_single_change_is_enough() -> None:
    (pair, *_) = told(small(site={"hosts_max": 1})).repairs
    assert {c.path for c in pair.changes} == {"sites.lab.facility_power_kw", "sites.lab.hosts_max"}


def test_a_set_of_three_is_found_where_no_pair_is_enough() -> None:
    supply = [{"item": "card", "per_month": 2}]
    (three, *_) = told(small(site={"hosts_max": 1}, supply=supply)).repairs
    assert {c.path for c in three.changes} == {
        "sites.lab.facility_power_kw", "sites.lab.hosts_max", "supply[card].per_month"
    }  # fmt: skip


def test_every_change_of_a_set_is_needed() -> None:
    inputs = small(
        site={"hosts_max": 1}, workloads=[fixed("need", [9], cards=1, requires={"ecc": True})]
    )
    (pair, *_) = told(inputs).repairs
    assert "workloads.need.requires.ecc" not in {c.path for c in pair.changes}


def test_what_nothing_that_can_be_loosened_allows_is_said() -> None:
    made = market([(plain_card("card"), 1000.0)], [(plain_host("host", max_card_w=200), 500.0)])
    error = told(scenario(made, [fixed("need", [1], cards=1)]))
    assert not error.repairs
    assert error.untried == ["how it could be met: no small set of changes is enough"]


def test_a_search_that_succeeds_is_left_alone() -> None:
    assert explaining(lambda: 7, small(), GSCIP, Settings(), Listener()) == 7


def test_a_search_that_was_stopped_is_not_explained() -> None:
    listener = Listener()
    error = InfeasibleError([REASON])

    def search() -> None:
        listener.stop.request()
        raise error

    with pytest.raises(InfeasibleError) as caught:
        explaining(search, small(), GSCIP, Settings(), listener)
    assert caught.value is error


@pytest.mark.parametrize("asked", range(1, 12, 2))
def test_a_stop_keeps_what_was_found(asked: int) -> None:
    heard: list[Progress] = []

    def hear(progress: Progress) -> None:
        heard.append(progress)
        if len(heard) == asked:
            listener.stop.request()

    listener = Listener(on_progress=hear)
    error = told(small(), listener=listener)
    assert set(texts(error)) <= set(texts(told(small())))
    assert error.repairs or error.untried


def test_without_time_nothing_is_claimed() -> None:
    error = told(small(), seconds=1e-6)
    assert not error.repairs
    assert error.untried


def test_the_search_says_that_it_is_at_work() -> None:
    heard: list[Progress] = []
    told(small(), listener=Listener(on_progress=heard.append))
    assert {p.doing for p in heard} == {"looking for what would make it possible"}


def test_where_too_much_is_to_be_listed_amounts_are_found_by_halving(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(explain_trials, "listed", lambda setup, settings: None)
    (first, *_) = texts(told(small()))
    assert first == "raise sites.lab.facility_power_kw from 2 to 3.45"


def test_a_month_that_is_possible_alone_is_tried_with_all_others() -> None:
    """Two cards a month are had; each month alone would do, and the second does not in time."""
    inputs = small(
        workloads=[fixed("need", [2, 6], cards=1)],
        site={"facility_power_kw": 20.0},
        supply=[{"item": "card", "per_month": 2}],
    )
    assert texts(told(inputs))[0] == "raise supply[card].per_month from 2 to 3"


def test_a_list_grows_only_by_what_is_needed() -> None:
    cards = [(plain_card(name, ecc=name != "plain"), 1000.0) for name in ("plain", "b", "c", "d")]
    made = market(cards, [(plain_host("host"), 500.0)])
    needs = [fixed("need", [1], cards=1, requires={"ecc": True})]
    (first, *_) = told(scenario(made, needs, fleet={"gpus": ["plain"]})).repairs
    (change,) = first.changes
    assert change.path == "fleet.gpus"
    assert isinstance(change.after, list)
    assert len(change.after) == 2


def test_from_python_an_explanation_is_asked_for() -> None:
    with pytest.raises(InfeasibleError) as plain:
        find_plan(small())
    with pytest.raises(InfeasibleError) as with_changes:
        find_plan(small(), explain=True)
    assert not plain.value.repairs
    assert texts(with_changes.value)[0] == "raise sites.lab.facility_power_kw from 2 to 3.45"


def test_names_with_dots_stand_in_brackets() -> None:
    assert named("workloads", "qwen2.5", "requires", "ecc") == "workloads[qwen2.5].requires.ecc"


def every_limit() -> Inputs:
    """A scenario with something of everything that can be loosened."""
    wanted = {"attribute": "memory_bandwidth_gb_s", "at_least": 100.0}
    laws = {"ecc": True, "data_centre_use": True, "jurisdictions": ["EU"], "attributes": [wanted]}
    talk = chat("talk.2", [2, 3], requires=laws, headroom=0.1, gpus=["card"], sites=["lab"])
    tune = {
        "name": "tune", "task": "finetune", "model": "dense-1b", "method": "full",
        "time_shared": True, "tokens_per_month": 1.0e6, "batch_sequences": 2, "recompute": False,
    }  # fmt: skip
    pair = fixed("pair", [1, 1], cards=2) | {"survive": {"replicas": 1}, "isolation": "exclusive"}
    return small(
        workloads=[talk, tune, pair, fixed("part", [1], memory_gib=5.0, time_share=0.2)],
        site={"hosts_max": 1, "jurisdiction": "EU", "kind": "data_centre"},
        budget={"windows": [{"until": month(2), "capital": 0.0}]},
        supply=[{"item": "card", "per_month": 0}],
        lead_times=[{"item": "host", "months": 2}],
        fleet={"gpus": ["card"], "hosts": ["host"], "max_gpu_models": 1},
        rentals=[{"gpu": "card", "per_hour": 1.0, "machines_max": 1}],
    )


def test_every_value_of_every_limit_is_a_scenario_and_has_words() -> None:
    inputs = every_limit()
    limits = limits_of(inputs, size(inputs))
    assert len({limit.path for limit in limits}) >= 25
    for limit in limits:
        for value in (limit.values[0], limit.loosest):
            changed = loosened(inputs, {limit: value})
            assert changed.scenario != inputs.scenario, limit.path
            assert limit.path.split(".")[-1] in limit.text(value) or limit.path in limit.text(value)
            assert limit.weight(value) > 0


def test_the_same_place_may_be_loosened_in_two_ways() -> None:
    inputs = every_limit()
    limits = limits_of(inputs, size(inputs))
    changed = loosened(inputs, {limit: limit.loosest for limit in limits})
    assert all(not q.requires.ecc for q in changed.scenario.workloads)
    assert changed.scenario.workloads[0].requires.attributes == ()


def test_every_rule_in_whose_rows_a_field_stands_exists() -> None:
    assert set(ROWS.values()) <= {file.rule.name for file in RULES}


def test_limits_come_in_the_order_in_which_they_are_least_missed() -> None:
    inputs = every_limit()
    kinds = [limit.kind for limit in limits_of(inputs, size(inputs))]
    assert kinds == sorted(kinds)
    assert set(kinds) == set(Kind)


def test_the_error_of_a_month_with_sizing_is_that_of_the_scenario() -> None:
    inputs = small()
    again = replace(inputs)
    assert texts(told(again)) == texts(told(inputs))
