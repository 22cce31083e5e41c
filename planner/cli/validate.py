"""`planner validate`: is a scenario right, and if not, everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from planner.errors import Diagnostic
    from planner.scenario.inputs import Inputs


@click.command("validate")
@click.argument("scenario", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def command(scenario: tuple[Path, ...], as_json: bool) -> None:
    """Check each SCENARIO and say everything that is wrong with it."""
    from planner.errors import ExitCode, InputError
    from planner.scenario.loading import load_scenario

    findings: list[Diagnostic] = []
    for path in scenario:
        try:
            inputs = load_scenario(path)
        except InputError as error:
            findings += error.diagnostics
        else:
            if not as_json:
                click.echo(_summary(path, inputs))
    if as_json:
        _print_json(findings)
        raise SystemExit(ExitCode.BAD_INPUT if findings else ExitCode.OK)
    if findings:
        raise InputError(findings)


def _summary(path: Path, inputs: Inputs) -> str:
    from planner.units import Month

    scenario = inputs.scenario
    last = Month.parse(scenario.start) + (scenario.months - 1)
    count = len(scenario.workloads)
    return (
        f"{path} is valid: {count} workload{'s' if count > 1 else ''}, "
        f"{scenario.months} months from {scenario.start} to {last}, "
        f"prices of {scenario.catalog.prices} in {scenario.currency}"
    )


def _print_json(findings: list[Diagnostic]) -> None:
    from planner.cli.output import print_json
    from planner.errors import ordered

    told = [d.to_json() for d in ordered(findings)]
    print_json("validate", {"valid": not findings, "diagnostics": told})
