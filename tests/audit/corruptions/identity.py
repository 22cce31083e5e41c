"""Corruptions of what the plan is about, and of what it claims to be."""

from __future__ import annotations

from tests.audit.corruptions.corruption import Data, corruption, fact_of, redo_digests


@corruption("rich", "wrong-digest", "unmet-demand", alone=False)
def the_scenario_inside_asks_for_more(plan: Data) -> None:
    plan["inputs"]["scenario"]["workloads"][0]["demand"][1]["count"] = 2


@corruption("rich", "unmet-demand", alone=False)
def the_scenario_inside_asks_for_more_and_its_digest_agrees(plan: Data) -> None:
    plan["inputs"]["scenario"]["workloads"][0]["demand"][1]["count"] = 2
    redo_digests(plan)


@corruption("rich", "cash-flow")
def the_tariff_inside_is_lower(plan: Data) -> None:
    plan["inputs"]["scenario"]["sites"][0]["electricity_per_kwh"] = 0.1
    redo_digests(plan)


@corruption("rich", "wrong-discount")
def the_discount_rate_inside_is_another(plan: Data) -> None:
    plan["inputs"]["scenario"]["discount_rate"] = 0.1
    redo_digests(plan)


@corruption("rich", "wrong-resale")
def the_scenario_inside_forbids_resale(plan: Data) -> None:
    plan["inputs"]["scenario"]["resale"] = False
    redo_digests(plan)


@corruption("rich", "wrong-mode", alone=False)
def the_scenario_inside_owns_less(plan: Data) -> None:
    plan["inputs"]["scenario"]["existing"].pop()
    redo_digests(plan)


@corruption("rich", "unknown-item", alone=False)
def the_scenario_inside_forbids_a_card_that_is_used(plan: Data) -> None:
    plan["inputs"]["scenario"]["catalog"]["exclude"] = ["large"]
    redo_digests(plan)


@corruption("rich", "wrong-digest")
def a_fact_is_changed(plan: Data) -> None:
    fact_of(plan, "gpus", "card")["memory_bandwidth_gb_s"]["note"] = "improved"


@corruption("rich", "cash-flow")
def a_card_draws_less_at_rest_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "gpus", "card")["idle_w"]["value"] = 1.0
    redo_digests(plan)


@corruption("rich", "wrong-price", "wrong-resale", "cash-flow", alone=False)
def a_price_inside_is_another_and_the_digest_agrees(plan: Data) -> None:
    for entry in plan["inputs"]["catalog"]["price_books"][0]["entries"]:
        entry["value"] += 1.0
    redo_digests(plan)


@corruption("rich", "no-such-option", alone=False)
def a_card_has_less_memory_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "gpus", "large")["memory_mib"]["value"] = 16 * 1024
    redo_digests(plan)


@corruption("rich", "host-fit")
def a_host_has_weaker_supplies_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "hosts", "tower")["psu_w"]["value"] = 500
    redo_digests(plan)


@corruption("tight", "site-power")
def a_host_draws_more_at_full_load_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "hosts", "tower")["base_load_w"]["value"] = 600
    redo_digests(plan)


@corruption("rich", "broken-inputs", "wrong-digest")
def the_scenario_inside_is_none(plan: Data) -> None:
    del plan["inputs"]["scenario"]["workloads"]


@corruption("rich", "broken-inputs", "wrong-digest")
def the_price_book_inside_is_missing(plan: Data) -> None:
    plan["inputs"]["catalog"]["price_books"] = []


@corruption("rich", "broken-inputs", "wrong-digest")
def a_model_inside_is_missing(plan: Data) -> None:
    plan["inputs"]["catalog"]["models"] = []


@corruption("rich", "wrong-digest")
def the_digest_is_of_another_scenario(plan: Data) -> None:
    plan["scenario"]["sha256"] = "0" * 64


@corruption("rich", "wrong-header")
def the_name_is_of_another_scenario(plan: Data) -> None:
    plan["scenario"]["name"] = "Another"


@corruption("rich", "wrong-header")
def the_prices_are_of_another_book(plan: Data) -> None:
    plan["catalog"]["prices"] = "2025-01"


@corruption("rich", "wrong-header")
def an_overlay_is_claimed(plan: Data) -> None:
    plan["catalog"]["overlays"] = ["better.yaml"]


@corruption("rich", "wrong-assumption")
def an_assumption_is_not_told(plan: Data) -> None:
    plan["assumptions"].pop()


@corruption("rich", "wrong-assumption")
def an_assumption_is_told_otherwise(plan: Data) -> None:
    plan["assumptions"][0]["value"] = "0"


@corruption("rich", "wrong-month", alone=False)
def the_first_node_is_missing(plan: Data) -> None:
    plan["nodes"].pop(0)


@corruption("rich", "wrong-month")
def the_nodes_are_out_of_order(plan: Data) -> None:
    plan["nodes"].append(plan["nodes"][-1])


@corruption("rich", "unmet-demand", alone=False)
def a_node_is_added_at_which_nothing_runs(plan: Data) -> None:
    plan["nodes"].insert(1, "2026-11")


@corruption("rich", "wrong-status")
def a_plan_is_called_infeasible(plan: Data) -> None:
    plan["status"] = "infeasible"


@corruption("rich", "wrong-status")
def a_search_that_ran_out_of_time_is_called_proven(plan: Data) -> None:
    plan["status"] = "proven"
    plan["engine"]["stopped_by"] = "time"


@corruption("rich", "not-covered", alone=False)
def the_scenario_inside_has_branches(plan: Data) -> None:
    boom = {"name": "boom", "probability": 0.3, "from": "2026-12", "demand": {"talk": 2.0}}
    plan["inputs"]["scenario"]["branches"] = [boom]
    redo_digests(plan)


@corruption("rich", "not-covered", alone=False)
def the_scenario_inside_caps_the_power_of_a_card(plan: Data) -> None:
    point = {"gpu": "large", "power_cap_w": 200.0}
    plan["inputs"]["scenario"]["operating_points"] = [point]
    redo_digests(plan)


@corruption("rich", "wrong-month", alone=False)
def the_roadmap_is_said_to_go_in_steps_of_a_year(plan: Data) -> None:
    plan["inputs"]["scenario"]["step_months"] = 12
    redo_digests(plan)
