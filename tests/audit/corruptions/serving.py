"""Corruptions of requests by classes, and of pools."""

from __future__ import annotations

from planner.catalog.items import exact
from tests.audit.corruptions.corruption import (
    Data,
    asked,
    corruption,
    deployment,
    redo_digests,
    redo_money,
)


def carried(entry: Data) -> None:
    """The capacity of each replica that follows from what is sent to them."""
    sent = sum(exact(r["requests_per_s"]) for r in entry["routed"])
    entry["capacity_each"] = float(sent / entry["replicas"])


def split(plan: Data) -> tuple[Data, Data]:
    """Two deployments of the first node that get requests of one class, and the first's share."""
    node = plan["nodes"][0]
    one, two = [d for d in plan["deployments"] if d["routed"] and d["node"] == node][:2]
    return one, two


def share(entry: Data, other: Data) -> tuple[Data, Data]:
    """What two deployments get of a class that both get."""
    return next(
        (mine, theirs)
        for mine in entry["routed"]
        for theirs in other["routed"]
        if mine["input_tokens"] == theirs["input_tokens"]
    )


@corruption("served", "unrouted")
def some_requests_are_sent_nowhere(plan: Data) -> None:
    entry = deployment(plan, "talk")
    entry["routed"][0]["requests_per_s"] *= 0.9999
    carried(entry)
    redo_money(plan)


@corruption("served", "unrouted", alone=False)
def more_requests_are_sent_than_come(plan: Data) -> None:
    entry = deployment(plan, "talk")
    entry["routed"][0]["requests_per_s"] *= 1.01
    carried(entry)
    redo_money(plan)


@corruption("served", "unrouted")
def more_requests_come_and_the_digest_agrees(plan: Data) -> None:
    asked(plan, "talk")["demand"][1]["classes"][0]["requests_per_s"] += 0.001
    redo_digests(plan)


@corruption("served", "overload")
def one_of_two_gets_more_requests_than_it_can_answer(plan: Data) -> None:
    one, two = split(plan)
    mine, theirs = share(one, two)
    moved = 0.9 * theirs["requests_per_s"]
    mine["requests_per_s"] += moved
    theirs["requests_per_s"] -= moved
    carried(one)
    carried(two)
    redo_money(plan)


@corruption("served", "wrong-class", "unrouted", alone=False)
def requests_are_sent_that_nobody_asks_for(plan: Data) -> None:
    deployment(plan, "talk")["routed"][0]["input_tokens"] += 1


@corruption("served", "wrong-class", "unrouted", alone=False)
def a_class_is_sent_twice(plan: Data) -> None:
    entry = deployment(plan, "talk")
    entry["routed"].append(dict(entry["routed"][0]))


@corruption("served", "wrong-class", "unrouted", alone=False)
def less_than_no_requests_are_sent(plan: Data) -> None:
    entry = deployment(plan, "talk")
    entry["routed"][0]["requests_per_s"] *= -1


@corruption("served", "wrong-class", "unrouted", alone=False)
def a_replica_gets_no_requests(plan: Data) -> None:
    deployment(plan, "talk")["routed"] = []


@corruption("served", "wrong-figure")
def a_replica_claims_to_answer_more_than_it_gets(plan: Data) -> None:
    deployment(plan, "talk")["capacity_each"] += 1.0


@corruption("served", "cash-flow")
def the_energy_of_the_answers_is_cheaper(plan: Data) -> None:
    asked(plan, "talk")["load_share"] = 0.1
    redo_digests(plan)
    for told in plan["assumptions"]:
        if told["id"] == "talk.load_share":
            plan["assumptions"].remove(told)
            break


def pool(plan: Data, workload: str = "tune") -> tuple[Data, Data]:
    """A pool of the first node in which a job works, and its hours."""
    node = plan["nodes"][0]
    return next(
        (p, job)
        for p in plan["pools"]
        if p["node"] == node
        for job in p["hours"]
        if job["workload"] == workload
    )


@corruption("served", "unmet-demand")
def a_job_gets_fewer_hours_than_it_needs(plan: Data) -> None:
    _, job = pool(plan)
    job["hours"] *= 0.9999
    redo_money(plan)


@corruption("served", "spare-hours", alone=False)
def a_job_takes_more_hours_than_it_needs(plan: Data) -> None:
    _, job = pool(plan)
    job["hours"] *= 1.0001
    redo_money(plan)


@corruption("served", "wrong-name")
def a_group_of_a_pool_bears_another_name(plan: Data) -> None:
    for host in plan["placement"]:
        for card in host["cards"]:
            card["pool"] = card["pool"] and card["pool"].replace("pool", "swarm")


@corruption("served", "pool-hours", alone=False)
def a_pool_gives_more_hours_than_a_month_has(plan: Data) -> None:
    found, job = pool(plan)
    job["hours"] = 731.0 * found["groups"]
    redo_money(plan)


@corruption("served", "groups-at-a-time")
def a_job_can_use_fewer_groups_at_a_time(plan: Data) -> None:
    asked(plan, "tune")["groups_at_a_time"] = 1
    redo_digests(plan)


@corruption("served", "misplaced-pool", alone=False)
def a_group_of_a_pool_has_no_cards(plan: Data) -> None:
    pool(plan)[0]["groups"] += 1


@corruption("served", "misplaced-pool", alone=False)
def a_card_of_a_pool_is_somewhere_else(plan: Data) -> None:
    card = next(c for h in plan["placement"] for c in h["cards"] if c["pool"] is not None)
    card["pool"] = None


@corruption("served", "misplaced-pool", "mixed-group", alone=False)
def a_group_of_a_pool_mixes_cards(plan: Data) -> None:
    host, card = next((h, c) for h in plan["placement"] for c in h["cards"] if c["gpu"] == "quick")
    other = next(c for c in host["cards"] if c["pool"] is not None)
    card["pool"], other["pool"] = other["pool"], None
    other = next(c for c in host["cards"] if c["gpu"] == "card" and c["pool"] is None)
    other["pool"] = card["pool"]


@corruption("served", "shared-group", alone=False)
def a_replica_runs_on_a_card_of_a_pool(plan: Data) -> None:
    working = next(c for h in plan["placement"] for c in h["cards"] if c["replicas"])
    pooled = next(c for h in plan["placement"] for c in h["cards"] if c["pool"] is not None)
    pooled["replicas"] = [dict(r) for r in working["replicas"]]


@corruption("served", "wrong-pool", alone=False)
def a_pool_stands_twice(plan: Data) -> None:
    plan["pools"].append(dict(pool(plan)[0]))


@corruption("served", "wrong-pool", alone=False)
def a_job_stands_twice_in_a_pool(plan: Data) -> None:
    found, job = pool(plan)
    found["hours"].append(dict(job))


@corruption("served", "wrong-pool", alone=False)
def a_pool_has_no_jobs(plan: Data) -> None:
    pool(plan)[0]["hours"] = []


@corruption("served", "wrong-figure", alone=False)
def a_job_takes_less_than_no_hours(plan: Data) -> None:
    pool(plan)[1]["hours"] = -1.0


@corruption("served", "wrong-figure")
def a_pool_claims_to_be_quicker(plan: Data) -> None:
    pool(plan)[1]["capacity_per_hour"] += 1.0


@corruption("served", "no-such-option", alone=False)
def a_job_works_in_a_way_that_sizing_does_not_allow(plan: Data) -> None:
    pool(plan)[1]["precision"] = "bf16"


@corruption("served", "unknown-site", alone=False)
def a_pool_stands_at_a_site_that_does_not_exist(plan: Data) -> None:
    pool(plan)[0]["site"] = "attic"


@corruption("served", "wrong-month")
def a_pool_stands_after_the_roadmap(plan: Data) -> None:
    plan["pools"].append(plan["pools"][-1] | {"node": "2031-01"})


@corruption("served", "no-such-option", "unmet-demand", alone=False)
def a_job_that_needs_replicas_takes_turns(plan: Data) -> None:
    asked(plan, "tune")["time_shared"] = False
    redo_digests(plan)
