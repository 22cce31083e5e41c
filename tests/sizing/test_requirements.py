"""What a workload requires of a card."""

from __future__ import annotations

import pytest

from planner.scenario.values import Predicate
from planner.sizing.requirements import attribute_of, unmet
from tests.sizing.support import CHAT, Data, card, refusals_of, sized

SITE: Data = {"facility_power_kw": 8, "electricity_per_kwh": 0.2}
OFFICE, ROOM = {**SITE, "name": "lab"}, {**SITE, "name": "room", "kind": "data_centre"}


def refused(workload: Data, **more: object) -> list[str]:
    sizing = sized({**CHAT, **workload}, cards=("gamer",), **more)
    assert bool(sizing.options) != any(
        r.gpus is None and r.precision is None for r in sizing.refusals
    )
    return [r.text for r in refusals_of(sizing, precision=None)]


def test_a_card_without_error_correction_is_refused_where_it_is_required() -> None:
    assert refused({"requires": {"ecc": True}}) == ["no ECC"]
    assert refused({}) == []


def test_the_licence_is_refused_where_data_centre_use_is_required() -> None:
    wanted = {"requires": {"data_centre_use": True}}
    assert refused(wanted) == ["the GeForce licence excludes data centres"]


@pytest.mark.parametrize(
    ("sites", "named", "barred"),
    [
        ([ROOM], None, True),
        ([OFFICE], None, False),
        ([OFFICE, ROOM], None, False),
        ([OFFICE, ROOM], ["room"], True),
        ([OFFICE, ROOM], ["lab"], False),
    ],
)
def test_the_licence_is_refused_where_only_data_centres_may_host(
    sites: list[Data], named: list[str] | None, barred: bool
) -> None:
    workload = {"sites": named} if named else {}
    reasons = ["the GeForce licence excludes data centres"] if barred else []
    assert refused(workload, sites=sites) == reasons


def rental(gpu: str = "gamer", **more: object) -> Data:
    return {"gpu": gpu, "per_hour": 1.0, **more}


def test_a_rented_card_is_not_barred_by_the_licence_and_an_own_one_in_the_room_is() -> None:
    assert refused({}, sites=[ROOM], rentals=[rental()]) == []
    barred = ["the GeForce licence excludes data centres"]
    assert refused({}, sites=[ROOM], rentals=[rental("h100")]) == barred
    assert refused({"sites": ["room"]}, sites=[ROOM], rentals=[rental()]) == barred


def test_a_provider_may_be_named_as_a_site() -> None:
    offers = [rental(provider="north"), rental("h100", provider="south")]
    assert refused({"sites": ["north"]}, sites=[ROOM], rentals=offers) == []
    assert refused({"sites": ["south"]}, rentals=offers) == ["can be used at none of south"]


def test_the_licence_counts_at_a_provider_where_data_centre_use_is_required() -> None:
    wanted = {"requires": {"data_centre_use": True}}
    barred = ["the GeForce licence excludes data centres"]
    assert refused(wanted, sites=[ROOM], rentals=[rental()]) == barred


@pytest.mark.parametrize(
    ("law", "named", "reason"),
    [
        ("EU", None, None),
        ("US", None, "can be used at no site under the law of US"),
        ("CH", None, None),
        ("EU", ["north"], "can be used at none of north under the law of EU"),
        ("CH", ["north"], None),
    ],
)
def test_data_may_lie_only_under_the_laws_that_are_asked_for(
    law: str, named: list[str] | None, reason: str | None
) -> None:
    """The lab is in the EU, the provider in Switzerland, and of a room nothing is said."""
    workload: Data = {"requires": {"jurisdictions": [law]}} | ({"sites": named} if named else {})
    sites = [{**OFFICE, "jurisdiction": "EU"}, ROOM]
    offers = [rental(provider="north", jurisdiction="CH")]
    assert refused(workload, sites=sites, rentals=offers) == ([reason] if reason else [])


def test_a_card_that_may_stand_in_a_data_centre_only_by_law_is_barred() -> None:
    sites = [OFFICE, {**ROOM, "jurisdiction": "EU"}]
    barred = ["the GeForce licence excludes data centres"]
    assert refused({"requires": {"jurisdictions": ["EU"]}}, sites=sites) == barred


def test_a_workload_runs_only_on_the_cards_it_names() -> None:
    sizing = sized({**CHAT, "gpus": ["maxq"]})
    assert {o.gpu for o in sizing.options} == {"maxq"}
    assert [r.text for r in sizing.refusals] == ["the workload allows only maxq"]


@pytest.mark.parametrize(
    ("predicate", "value", "reason"),
    [
        ({"at_least": 84}, 84, None),
        ({"at_least": 84}, 48, "x is 48; at least 84 asked"),
        ({"at_most": 2}, 3, "x is 3; at most 2 asked"),
        ({"at_most": 2}, 2, None),
        ({"equals": "blower"}, "blower", None),
        ({"equals": "blower"}, "open", "x is open; blower asked"),
        ({"equals": True}, False, "x is False; True asked"),
        ({"at_least": 1}, None, "the catalogue states no x"),
        ({"at_least": 1}, "two", "x is `two`, not a number; at least 1 asked"),
    ],
)
def test_a_predicate_holds_or_says_what_is_lacking(
    predicate: Data, value: bool | float | str | None, reason: str | None
) -> None:
    assert unmet(Predicate(attribute="x", **predicate), value) == reason


def test_attributes_are_those_of_the_card_and_of_its_list() -> None:
    gpu = card("maxq", attributes={"rt_cores": 188})
    assert attribute_of(gpu, "rt_cores") == 188
    assert attribute_of(gpu, "tdp_w") == 300.0
    assert attribute_of(gpu, "cooling") == "blower"
    assert attribute_of(gpu, "ray_units") is None
    assert attribute_of(gpu, "of") is None


def test_a_need_for_any_attribute_refuses_the_cards_that_lack_it() -> None:
    needs = {"requires": {"attributes": [{"attribute": "memory_bandwidth_gb_s", "at_least": 1500}]}}
    sizing = sized({**CHAT, **needs})
    assert {o.gpu for o in sizing.options} == {"maxq"}
    (refusal,) = sizing.refusals
    assert refusal.text == "memory_bandwidth_gb_s is 768; at least 1500 asked"
