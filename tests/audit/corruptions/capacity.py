"""Corruptions of what runs."""

from __future__ import annotations

from tests.audit.corruptions.corruption import (
    Data,
    buy_rightly,
    corruption,
    deployment,
    everywhere,
    first_node,
    redo,
    redo_money,
    replica_of,
    workloads,
)


@corruption("rich", "unmet-demand")
def a_workload_runs_with_a_replica_too_few(plan: Data) -> None:
    entry = deployment(plan, "falling")
    entry["replicas"] -= 1
    done = False
    for host in plan["placement"]:
        for card in host["cards"]:
            if not done and host["node"] == first_node(plan) and "falling" in workloads(card):
                card["replicas"] = [r for r in card["replicas"] if r["workload"] != "falling"]
                done = True
    redo_money(plan)


@corruption("rich", "unmet-demand", "misplaced-replica", alone=False)
def a_deployment_is_dropped(plan: Data) -> None:
    plan["deployments"].remove(deployment(plan, "talk"))


@corruption("rich", "wrong-figure")
def a_replica_claims_more_capacity_than_it_has(plan: Data) -> None:
    deployment(plan, "talk")["capacity_each"] += 1.0


@corruption("rich", "wrong-figure")
def a_replica_claims_more_sessions_than_it_has(plan: Data) -> None:
    deployment(plan, "talk")["sessions_each"] += 1


@corruption("rich", "wrong-figure")
def a_replica_claims_less_memory_than_it_takes(plan: Data) -> None:
    deployment(plan, "talk")["memory_gib_each"] -= 0.001


@corruption("rich", "wrong-figure")
def a_placed_replica_claims_less_memory_than_it_takes(plan: Data) -> None:
    replica_of(plan, "talk")["gib"] -= 0.001


@corruption("rich", "wrong-figure")
def a_replica_claims_less_time_than_it_takes(plan: Data) -> None:
    deployment(plan, "pictures")["time_share"] = 0.01


@corruption("rich", "wrong-figure")
def an_estimate_is_called_a_measurement(plan: Data) -> None:
    deployment(plan, "talk")["label"] = "measured"


@corruption("rich", "no-such-option", alone=False)
def a_level_is_raised_beyond_what_a_card_can_do(plan: Data) -> None:
    everywhere(plan, "talk", level=100_000)


@corruption("rich", "no-such-option", alone=False)
def a_precision_is_used_that_the_workload_does_not_accept(plan: Data) -> None:
    everywhere(plan, "talk", precision="awq-int4")


@corruption("rich", "no-such-option", alone=False)
def a_workload_that_needs_ecc_runs_on_a_card_without(plan: Data) -> None:
    everywhere(plan, "talk", gpu="gamer")
    for host in plan["placement"]:
        for card in host["cards"]:
            if workloads(card) == {"talk"}:
                card["gpu"] = "gamer"
    buy_rightly(plan, "gamer")
    redo(plan)


@corruption("rich", "no-such-option", "misplaced-replica", alone=False)
def a_group_claims_cards_that_it_does_not_have(plan: Data) -> None:
    everywhere(plan, "pair", gpus_per_replica=4)


@corruption("rich", "no-such-option", "misplaced-replica", alone=False)
def a_workload_runs_that_nobody_asked_for(plan: Data) -> None:
    plan["deployments"].append(deployment(plan, "talk") | {"workload": "mining"})


@corruption("rich", "unknown-site", alone=False)
def a_deployment_stands_at_a_site_that_does_not_exist(plan: Data) -> None:
    deployment(plan, "talk")["site"] = "attic"


@corruption("rich", "wrong-figure", alone=False)
def a_deployment_has_no_replicas(plan: Data) -> None:
    plan["deployments"].append(deployment(plan, "talk") | {"replicas": 0})


@corruption("rich", "wrong-month")
def a_deployment_stands_after_the_roadmap(plan: Data) -> None:
    plan["deployments"].append(plan["deployments"][-1] | {"node": "2031-01"})


@corruption("rich", "wrong-month")
def a_placement_stands_after_the_roadmap(plan: Data) -> None:
    plan["placement"].append(plan["placement"][-1] | {"node": "2031-01"})


@corruption("rich", "wrong-month", alone=False)
def a_deployment_stands_between_two_nodes(plan: Data) -> None:
    plan["nodes"].pop()
    plan["deployments"] = [d for d in plan["deployments"] if d["node"] in plan["nodes"]]
    plan["placement"] = [h for h in plan["placement"] if h["node"] in plan["nodes"]]
