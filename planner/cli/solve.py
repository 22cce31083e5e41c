"""`planner solve`: scenario in, audited plan out."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("solve")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option(
    "--gap", default=0.01, show_default=True, help="Stop when no plan can be this share cheaper."
)
@click.option("--seconds", default=60.0, show_default=True, help="Stop after this time.")
@click.option(
    "--backend", default="gscip", show_default=True, type=click.Choice(["gscip", "highs", "cp-sat"])
)
def command(scenario: Path, as_json: bool, gap: float, seconds: float, backend: str) -> None:
    """Find the cheapest fleet over time for SCENARIO."""
    from planner.errors import AuditError
    from planner.plan.audit import audit
    from planner.scenario.loading import load_scenario
    from planner.solve.mathopt import BACKENDS
    from planner.solve.settings import Listener, Settings
    from planner.studies.optimum import find_plan

    inputs = load_scenario(scenario)
    plan = find_plan(inputs, BACKENDS[backend], Settings(gap=gap, seconds=seconds), Listener())
    findings = audit(plan)
    if findings:
        raise AuditError([str(f) for f in findings])
    if as_json:
        click.echo(plan.to_json(), nl=False)
        return
    for unit in plan.acquisitions:
        click.echo(f"{unit.node}  {unit.mode:9} {unit.count} x {unit.item}")
    click.echo(f"cost {plan.objective.npv / 100:,.0f} {plan.objective.currency}, audited")
