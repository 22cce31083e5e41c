"""Corruptions of leases and rentals, of lead times, and of limits over all sites."""

from __future__ import annotations

from tests.audit.corruptions.corruption import (
    Data,
    asked,
    buy_rightly,
    corruption,
    fact_of,
    redo,
    redo_digests,
    redo_money,
    redo_objective,
    unit,
    worth,
)


def asked_of(plan: Data) -> Data:
    """The scenario inside the plan; say `redo_digests` after a change."""
    found: Data = plan["inputs"]["scenario"]
    return found


def hired(plan: Data, item: str, **terms: object) -> Data:
    """Units of a lease or a rental."""
    return next(
        u
        for u in plan["acquisitions"]
        if u["item"] == item and u["term_months"] and terms.items() <= u.items()
    )


@corruption("hired", "wrong-offer")
def a_lease_is_paid_less_than_offered(plan: Data) -> None:
    hired(plan, "card")["per_month"] -= 1
    redo_money(plan)


@corruption("hired", "wrong-offer", alone=False)
def a_lease_runs_for_a_term_that_nobody_offers(plan: Data) -> None:
    leased = hired(plan, "card", leaves="2027-01")
    leased |= {"term_months": 1, "leaves": "2026-12"}
    redo(plan)


@corruption("hired", "wrong-term", "wrong-fleet", alone=False)
def a_lease_goes_on_after_its_term(plan: Data) -> None:
    hired(plan, "card", leaves="2027-01")["leaves"] = None


@corruption("hired", "wrong-term", "not-owned", alone=False)
def a_lease_is_given_back_before_its_term_is_over(plan: Data) -> None:
    hired(plan, "card", leaves="2027-01")["leaves"] = "2026-12"
    redo(plan)


@corruption("hired", "wrong-offer")
def an_item_is_leased_that_nobody_leases(plan: Data) -> None:
    asked_of(plan)["leases"] = [x for x in asked_of(plan)["leases"] if x["item"] != "card"]
    redo_digests(plan)


@corruption("hired", "wrong-resale", "cash-flow", alone=False)
def a_leased_card_is_sold(plan: Data) -> None:
    hired(plan, "card", leaves="2027-01")["resale_each"] = 1_000_00


@corruption("hired", "wrong-price")
def a_lease_costs_something_on_top(plan: Data) -> None:
    hired(plan, "card")["unit_cost"] = 1


@corruption("hired", "wrong-lot")
def a_lease_names_a_lot(plan: Data) -> None:
    hired(plan, "card")["lot"] = 1


@corruption("hired", "cash-flow")
def a_payment_after_the_roadmap_is_forgotten(plan: Data) -> None:
    (line,) = [e for e in plan["cash_flow"] if (e["node"], e["category"]) == ("horizon", "lease")]
    plan["cash_flow"].remove(line)
    redo_objective(plan)


@corruption("hired", "wrong-term")
def a_purchase_has_a_term(plan: Data) -> None:
    unit(plan, "card")["term_months"] = 2
    redo_money(plan)


@corruption("hired", "wrong-offer")
def a_rental_is_cheaper_than_offered(plan: Data) -> None:
    hired(plan, "rental-module-x2")["per_month"] -= 1
    redo_money(plan)


@corruption("hired", "wrong-offer", "not-owned", alone=False)
def a_machine_is_rented_from_somebody_else(plan: Data) -> None:
    hired(plan, "rental-module-x2")["site"] = "lab"
    redo(plan)


@corruption("hired", "not-owned", alone=False)
def a_machine_is_in_use_that_was_not_rented(plan: Data) -> None:
    plan["acquisitions"].remove(hired(plan, "rental-module-x2"))
    redo(plan)


@corruption("hired", "rental-limit")
def more_machines_are_rented_than_there_are(plan: Data) -> None:
    hired(plan, "rental-module-x2")["count"] += 1
    redo(plan)


@corruption("hired", "host-fit", alone=False)
def a_rented_machine_has_a_card_too_many(plan: Data) -> None:
    rented = next(h for h in plan["placement"] if h["build"] == "rental-module-x2")
    rented["cards"].append(rented["cards"][0] | {"replicas": []})


@corruption("hired", "unknown-item", alone=False)
def a_machine_is_rented_though_its_cards_are_excluded(plan: Data) -> None:
    asked_of(plan)["catalog"]["exclude"] = ["module"]
    redo_digests(plan)


@corruption("hired", "unknown-item", alone=False)
def a_rented_machine_stands_at_a_site_of_ones_own(plan: Data) -> None:
    rented = next(h for h in plan["placement"] if h["build"] == "rental-module-x2")
    rented["host"] = "lab/host7"


@corruption("hired", "lead-time", alone=False)
def a_purchase_arrives_at_once(plan: Data) -> None:
    unit(plan, "card")["in_service"] = unit(plan, "card")["node"]
    redo(plan)


@corruption("hired", "not-owned", alone=False)
def suppliers_take_longer_and_the_digest_agrees(plan: Data) -> None:
    asked_of(plan)["lead_times"][0]["months"] = 2
    redo_digests(plan)
    for found in plan["acquisitions"]:
        if found["item"] == "card":
            found["in_service"] = "2026-12" if found["node"] == "2026-10" else "2027-01"
    redo(plan)


@corruption("hired", "not-owned", "wrong-term", alone=False)
def a_lease_is_in_use_before_it_arrives(plan: Data) -> None:
    leased = hired(plan, "card", node="2026-10")
    leased |= {"node": "2026-11", "in_service": "2026-12"}
    redo(plan)


@corruption("hired", "lead-time")
def a_card_is_sold_on_its_way(plan: Data) -> None:
    asked_of(plan)["lead_times"][0]["months"] = 3
    redo_digests(plan)
    plan["deployments"], plan["placement"] = [], []
    asked_of(plan)["workloads"] = [
        w | {"demand": [{"from": "2026-10", "count": 0}]} for w in asked_of(plan)["workloads"]
    ]
    redo_digests(plan)
    plan["acquisitions"] = []
    buy_rightly(plan, "card")
    sold = plan["acquisitions"][0]
    sold |= {"in_service": "2027-01", "leaves": "2026-12", "resale_each": 1}
    sold["resale_each"] = worth(plan, "card", 2)
    redo(plan)


@corruption("hired", "supply")
def less_can_be_had_and_the_digest_agrees(plan: Data) -> None:
    asked_of(plan)["supply"][0]["per_month"] = 2
    redo_digests(plan)


@corruption("hired", "supply", "budget", alone=False)
def more_is_bought_than_can_be_had(plan: Data) -> None:
    unit(plan, "card")["count"] += 3
    redo(plan)


@corruption("hired", "budget")
def the_budget_inside_is_smaller(plan: Data) -> None:
    asked_of(plan)["budget"]["windows"][0]["capital"] = 3999.0
    redo_digests(plan)


@corruption("hired", "budget")
def the_second_window_has_less(plan: Data) -> None:
    windows = [{"until": "2026-10", "capital": 9000.0}, {"until": "2027-01", "capital": 1999.99}]
    asked_of(plan)["budget"]["windows"] = windows
    redo_digests(plan)
    late = dict(unit(plan, "card"))
    buy_rightly(plan, "card")
    plan["acquisitions"][-1] |= {
        "node": "2027-01", "in_service": "2027-02", "resale_each": later_worth(plan),
    }  # fmt: skip
    assert late["unit_cost"] == 2_000_00
    redo(plan)


def later_worth(plan: Data) -> int:
    """Value of a card at the end that was bought in the last month."""
    return worth(plan, "card", 1)


@corruption("hired", "gpu-models")
def a_second_kind_of_card_is_held(plan: Data) -> None:
    buy_rightly(plan, "other")
    redo(plan)


@corruption("hired", "gpu-models")
def no_kind_of_card_is_allowed_beside_another_on_its_way(plan: Data) -> None:
    asked_of(plan)["lead_times"].append({"item": "other", "months": 9})
    redo_digests(plan)
    buy_rightly(plan, "other")
    plan["acquisitions"][-1]["in_service"] = "2027-07"
    redo(plan)


@corruption("hired", "workload-site")
def a_workload_runs_at_a_site_that_it_does_not_name(plan: Data) -> None:
    asked(plan, "lecture")["sites"] = ["lab"]
    redo_digests(plan)


@corruption("hired", "jurisdiction", alone=False)
def a_workload_runs_under_a_law_that_it_does_not_accept(plan: Data) -> None:
    asked_of(plan)["sites"][0]["jurisdiction"] = "US"
    redo_digests(plan)


@corruption("hired", "jurisdiction", alone=False)
def a_workload_runs_where_no_law_is_stated(plan: Data) -> None:
    asked_of(plan)["sites"][0]["jurisdiction"] = None
    redo_digests(plan)


@corruption("hired", "jurisdiction")
def the_law_of_a_provider_is_not_accepted(plan: Data) -> None:
    asked(plan, "burst")["requires"]["jurisdictions"] = ["EU"]
    redo_digests(plan)


@corruption("hired", "licence", alone=False)
def a_card_in_the_data_centre_may_not_be_used_there(plan: Data) -> None:
    fact_of(plan, "gpus", "card")["data_centre_use"]["value"] = False
    redo_digests(plan)


@corruption("hired", "site-power")
def one_of_the_sites_has_less_power(plan: Data) -> None:
    asked_of(plan)["sites"][1]["facility_power_kw"] = 0.5
    redo_digests(plan)


@corruption("hired", "cash-flow")
def one_of_the_sites_pays_less_for_electricity(plan: Data) -> None:
    asked_of(plan)["sites"][1]["electricity_per_kwh"] = 0.2
    redo_digests(plan)


@corruption("hired", "not-owned", alone=False)
def a_card_is_carried_to_another_site(plan: Data) -> None:
    hired(plan, "card", site="annex")["site"] = "lab"
    redo(plan)
