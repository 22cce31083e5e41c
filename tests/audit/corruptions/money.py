"""Corruptions of what it costs."""

from __future__ import annotations

from tests.audit.corruptions.corruption import Data, corruption, redo_gap, redo_objective


def a_cent_more(plan: Data, category: str) -> None:
    """Change a line by one cent, and the objective with it."""
    next(e for e in plan["cash_flow"] if e["category"] == category)["amount"] += 1
    redo_objective(plan)


@corruption("rich", "cash-flow")
def a_cent_of_the_capital_is_wrong(plan: Data) -> None:
    a_cent_more(plan, "capital")


@corruption("rich", "cash-flow")
def a_cent_of_the_energy_is_wrong(plan: Data) -> None:
    a_cent_more(plan, "energy")


@corruption("rich", "cash-flow")
def a_cent_of_the_support_is_wrong(plan: Data) -> None:
    a_cent_more(plan, "support")


@corruption("rich", "cash-flow")
def a_cent_of_the_resale_is_wrong(plan: Data) -> None:
    a_cent_more(plan, "resale")


@corruption("rich", "cash-flow")
def a_line_is_missing(plan: Data) -> None:
    plan["cash_flow"].pop(1)
    redo_objective(plan)


@corruption("rich", "cash-flow", alone=False)
def a_line_stands_twice(plan: Data) -> None:
    plan["cash_flow"].append(dict(plan["cash_flow"][0]))


@corruption("rich", "cash-flow")
def a_licence_is_paid_that_nothing_needs(plan: Data) -> None:
    plan["cash_flow"].append({"node": "2026-10", "category": "licence", "amount": 1})
    redo_objective(plan)


@corruption("rich", "cash-flow")
def money_moves_after_the_roadmap(plan: Data) -> None:
    plan["cash_flow"].append({"node": "2031-01", "category": "energy", "amount": 1})


@corruption("rich", "cash-flow")
def money_moves_in_no_month(plan: Data) -> None:
    plan["cash_flow"].append({"node": "some day", "category": "energy", "amount": 1})


@corruption("rich", "wrong-objective", "wrong-bound")
def the_cost_is_a_cent_too_low(plan: Data) -> None:
    plan["objective"]["npv"] -= 1


@corruption("rich", "wrong-objective")
def the_cost_is_a_cent_too_low_and_the_gap_agrees(plan: Data) -> None:
    plan["objective"]["npv"] -= 1
    redo_gap(plan)


@corruption("rich", "wrong-objective")
def the_gross_spend_is_wrong(plan: Data) -> None:
    plan["objective"]["gross"] += 1_000
    redo_gap(plan)


@corruption("rich", "wrong-objective")
def the_plain_sum_is_wrong(plan: Data) -> None:
    plan["objective"]["total_undiscounted"] += 1


@corruption("rich", "wrong-objective")
def the_currency_is_another(plan: Data) -> None:
    plan["objective"]["currency"] = "EUR"


@corruption("rich", "wrong-bound")
def the_bound_is_above_the_cost(plan: Data) -> None:
    plan["objective"]["lower_bound"] = plan["objective"]["npv"] + 1
    redo_gap(plan)


@corruption("rich", "wrong-bound")
def the_gap_is_smaller_than_cost_and_bound_say(plan: Data) -> None:
    plan["objective"]["gap"] /= 2


@corruption("rich", "wrong-discount")
def a_discount_factor_is_lowered(plan: Data) -> None:
    plan["discount_factors"][2] = "0.900000000000"
    redo_objective(plan)


@corruption("rich", "wrong-discount")
def nothing_is_discounted(plan: Data) -> None:
    plan["discount_factors"] = ["1.000000000000"] * 5
    redo_objective(plan)


@corruption("rich", "wrong-discount", alone=False)
def a_discount_factor_is_missing(plan: Data) -> None:
    plan["discount_factors"].pop()


@corruption("rich", "wrong-discount", alone=False)
def a_discount_factor_is_no_number(plan: Data) -> None:
    plan["discount_factors"][1] = "1/0"
