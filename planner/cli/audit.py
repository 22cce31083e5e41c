"""`planner audit`: does a plan keep every promise?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.output import print_json

if TYPE_CHECKING:
    from planner.plan.schema import Plan


@click.command("audit")
@click.argument("plan", type=click.Path(path_type=Path))
@click.option(
    "--against",
    "scenario",
    type=click.Path(path_type=Path),
    help="Also check that this scenario and the facts of the catalogue are still the same.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def command(plan: Path, scenario: Path | None, as_json: bool) -> None:
    """Check every promise of PLAN again, in exact arithmetic, without solver or formulation.

    The plan file carries its scenario and the facts it was made with, so it can be checked alone,
    years later. The lower bound is the solver's word and cannot be checked so.

    Exit codes: 0 it keeps all promises, 1 findings, 2 no plan.
    """
    from planner.errors import AuditError
    from planner.plan.against import against
    from planner.plan.audit import audit
    from planner.plan.file import load_plan
    from planner.scenario.loading import load_scenario

    read = load_plan(plan)
    findings = audit(read)
    if scenario is not None:
        findings += against(read, load_scenario(scenario))
    if findings:
        raise AuditError([str(f) for f in findings])
    if as_json:
        compared = None if scenario is None else str(scenario)
        print_json("audit", {"plan": str(plan), "against": compared, "findings": []})
    else:
        click.echo(_summary(plan, read, scenario))


def _summary(path: Path, plan: Plan, scenario: Path | None) -> str:
    from planner.units import money

    objective = plan.objective
    same = "" if scenario is None else f"; scenario and facts are those of {scenario}"
    return (
        f"{path} keeps all its promises: {plan.scenario.name}, {len(plan.nodes)} nodes, "
        f"{len(plan.acquisitions)} acquisitions, {len(plan.placement)} placed hosts, "
        f"{len(plan.cash_flow)} lines of cash flow, "
        f"net {money(objective.npv, objective.currency)}{same}"
    )
