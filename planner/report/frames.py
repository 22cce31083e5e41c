"""A plan as tables of pandas, for notebooks and for what spreadsheets do well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from planner.plan.schema import Plan


@dataclass(frozen=True)
class Frames:
    """The tables of a plan. Money is in units of the scenario's currency; costs are positive.

    Attributes:
        acquisitions: one row for units of one item that come and leave together: ``node, mode,
            kind, item, site, count, unit_cost, in_service, leaves, resale_each, term_months,
            per_month``.
        fleet: how many of an item are owned from a node on: ``node, site, item, count``.
        deployments: what runs from a node on: the columns of `planner.plan.schema.Deployment`.
        placement: one row for each replica on each card: ``node, host, build, card, gpu,
            workload, precision, level, gib, group, slice, rack``; ``card`` counts from 1 within
            its host.
        pools: one row for each job in each pool: ``node, site, gpu, gpus_per_group, link, groups,
            workload, precision, level, hours, capacity_per_hour, unit``.
        cash_flow: one row a month, in order of time with ``horizon`` last; one column a category
            and ``total``.
        policies: one row for each upgrade path, if these were asked for: ``name, status, npv,
            lower_bound, premium_low, premium_high, bought, sold, loss_on_sale, reason``, and the
            capital of each fiscal year in a column named by its first month.
    """

    acquisitions: pd.DataFrame
    fleet: pd.DataFrame
    deployments: pd.DataFrame
    placement: pd.DataFrame
    pools: pd.DataFrame
    cash_flow: pd.DataFrame
    policies: pd.DataFrame


def frames(plan: Plan) -> Frames:
    """The tables of a plan."""
    return Frames(
        acquisitions=_acquisitions(plan),
        fleet=pd.DataFrame([f.model_dump() for f in plan.fleet]),
        deployments=pd.DataFrame([d.model_dump() for d in plan.deployments]),
        placement=pd.DataFrame(_placed(plan)),
        pools=_pools(plan),
        cash_flow=_cash_flow(plan),
        policies=_policies(plan),
    )


def _acquisitions(plan: Plan) -> pd.DataFrame:
    columns = [
        "node", "mode", "kind", "item", "site", "count", "unit_cost", "in_service", "leaves",
        "resale_each", "term_months", "per_month",
    ]  # fmt: skip
    table = pd.DataFrame([a.model_dump() for a in plan.acquisitions], columns=columns)
    money = ["unit_cost", "resale_each", "per_month"]
    return table.assign(**{name: table[name].astype(float) / 100 for name in money})


def _placed(plan: Plan) -> Iterator[dict[str, object]]:
    for host in plan.placement:
        for number, card in enumerate(host.cards, start=1):
            for replica in card.replicas:
                yield {
                    "node": host.node,
                    "host": host.host,
                    "build": host.build,
                    "card": number,
                    "gpu": card.gpu,
                    "workload": replica.workload,
                    "precision": replica.precision,
                    "level": replica.level,
                    "gib": replica.gib,
                    "group": replica.group,
                    "slice": replica.slice,
                    "rack": host.rack,
                }


def _pools(plan: Plan) -> pd.DataFrame:
    columns = [
        "node", "site", "gpu", "gpus_per_group", "link", "groups", "workload", "precision", "level",
        "hours", "capacity_per_hour", "unit",
    ]  # fmt: skip
    rows = [
        pool.model_dump(exclude={"hours"}) | job.model_dump()
        for pool in plan.pools
        for job in pool.hours
    ]
    return pd.DataFrame(rows, columns=columns)


def _cash_flow(plan: Plan) -> pd.DataFrame:
    """Months without money are left out, as in the plan."""
    lines = pd.DataFrame(
        [(line.node, line.category, line.amount / 100) for line in plan.cash_flow],
        columns=["node", "category", "amount"],
    )
    table = lines.pivot(index="node", columns="category", values="amount").fillna(0.0)
    table = table.reindex(lines["node"].drop_duplicates())
    table.columns.name = None
    return table.assign(total=table.sum(axis=1))


def _policies(plan: Plan) -> pd.DataFrame:
    columns = [
        "name", "status", "npv", "lower_bound", "premium_low", "premium_high", "bought", "sold",
        "loss_on_sale", "reason",
    ]  # fmt: skip
    years = list(dict.fromkeys(y.year for p in plan.policies for y in p.capital_by_fiscal_year))
    rows = []
    for policy in plan.policies:
        low, high = policy.premium or (None, None)
        row = policy.model_dump(include=set(columns)) | {"premium_low": low, "premium_high": high}
        rows.append(row | {y.year: y.capital for y in policy.capital_by_fiscal_year})
    table = pd.DataFrame(rows, columns=[*columns, *years])
    money = ["npv", "lower_bound", "premium_low", "premium_high", "loss_on_sale", *years]
    return table.assign(**{name: table[name].astype(float) / 100 for name in money})
