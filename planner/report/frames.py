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
            kind, item, site, count, unit_cost, in_service, leaves, resale_each``.
        fleet: how many of an item are owned from a node on: ``node, site, item, count``.
        deployments: what runs from a node on: the columns of `planner.plan.schema.Deployment`.
        placement: one row for each replica on each card: ``node, host, build, card, gpu,
            workload, precision, level, gib, group``; ``card`` counts from 1 within its host.
        cash_flow: one row a month, in order of time with ``horizon`` last; one column a category
            and ``total``.
    """

    acquisitions: pd.DataFrame
    fleet: pd.DataFrame
    deployments: pd.DataFrame
    placement: pd.DataFrame
    cash_flow: pd.DataFrame


def frames(plan: Plan) -> Frames:
    """The tables of a plan."""
    return Frames(
        acquisitions=_acquisitions(plan),
        fleet=pd.DataFrame([f.model_dump() for f in plan.fleet]),
        deployments=pd.DataFrame([d.model_dump() for d in plan.deployments]),
        placement=pd.DataFrame(_placed(plan)),
        cash_flow=_cash_flow(plan),
    )


def _acquisitions(plan: Plan) -> pd.DataFrame:
    columns = [
        "node", "mode", "kind", "item", "site", "count", "unit_cost", "in_service", "leaves",
        "resale_each",
    ]  # fmt: skip
    table = pd.DataFrame([a.model_dump() for a in plan.acquisitions], columns=columns)
    return table.assign(unit_cost=table.unit_cost / 100, resale_each=table.resale_each / 100)


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
                }


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
