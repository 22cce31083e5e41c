"""`planner solve`: scenario in, audited plan out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.one_of import OneOf

if TYPE_CHECKING:
    from planner.plan.schema import Plan
    from planner.solve.settings import Settings

_ENGINES = ("auto", "direct", "decomposition")
_BACKENDS = ("gscip", "highs", "cp-sat")
_POSITIVE = click.FloatRange(min=0, min_open=True)


@click.command("solve")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write the plan to this file, too.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON and nothing else.")
@click.option("--details", is_flag=True, help="Show every stage and every assumption.")
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Stop when no fleet can cost this share of the spend less.",
)
@click.option(
    "--seconds", type=_POSITIVE, default=60.0, show_default=True, help="Stop the search after this."
)
@click.option(
    "--work-limit",
    type=click.IntRange(min=0),
    help="Stop after so many steps of the search; unlike the clock, it always ends the same.",
)
@click.option("--require-proof", is_flag=True, help="Exit with 3 if the gap stays open.")
@click.option(
    "--stress/--no-stress",
    default=True,
    show_default=True,
    help="Ask whether the first purchase survives the least certain inputs.",
)
@click.option(
    "--paths/--no-paths",
    default=True,
    show_default=True,
    help="Say what buying once, and buying again later, would have cost.",
)
@click.option("--engine", type=OneOf(_ENGINES), default="auto", show_default=True)
@click.option("--backend", type=OneOf(_BACKENDS), default="gscip", show_default=True)
@click.option(
    "--threads", type=click.IntRange(min=1), default=1, show_default=True, help="Of the solver."
)
@click.option(
    "--progress/--no-progress", default=None, help="Show how it goes.  [default: on a terminal]"
)
@click.pass_context
def command(
    context: click.Context,
    scenario: Path,
    out: Path | None,
    as_json: bool,
    details: bool,
    gap: float,
    seconds: float,
    work_limit: int | None,
    require_proof: bool,
    stress: bool,
    paths: bool,
    engine: str,
    backend: str,
    threads: int,
    progress: bool | None,
) -> None:
    """Find the cheapest fleet over time for SCENARIO, with a proof of how good it is.

    The plan is audited before it is printed. Ctrl-C ends the search with the best plan so far.

    Exit codes: 0 an audited plan, 1 no fleet can meet the scenario, 2 bad input, 3 no plan in
    time (or with --require-proof an open gap), 130 interrupted.
    """
    from planner.errors import ExitCode
    from planner.solve.settings import Method, Settings

    settings = Settings(
        gap=gap, seconds=seconds, work=work_limit, threads=threads, method=Method(engine)
    )
    plan = _find(scenario, settings, backend, paths=paths, stress=stress, progress=progress)
    if out is not None:
        _write(plan, out)
    if as_json:
        click.echo(plan.to_json(), nl=False)
    else:
        _print(plan, scenario, out, details=details)
    if plan.engine.stopped_by == "interrupt":
        click.echo("interrupted: this is the best plan so far", err=True)
        context.exit(ExitCode.INTERRUPTED)
    if require_proof and plan.status != "proven":
        message = f"the gap is {plan.objective.gap:.2%}, {gap:.2%} was required"
        click.echo(message, err=True)
        context.exit(ExitCode.NO_ANSWER)


def _find(
    scenario: Path,
    settings: Settings,
    backend: str,
    *,
    paths: bool,
    stress: bool,
    progress: bool | None,
) -> Plan:
    from planner.cli.progress import display, in_background
    from planner.scenario.loading import load_scenario
    from planner.solve.mathopt import BACKENDS
    from planner.solve.settings import Listener
    from planner.studies.explain import explaining
    from planner.studies.optimum import find_plan

    inputs = load_scenario(scenario)
    with display(inputs.scenario.currency, shown=progress) as show:
        listener = Listener(on_progress=show)
        solver = BACKENDS[backend]
        return in_background(
            lambda: explaining(
                lambda: find_plan(inputs, solver, settings, listener, paths=paths, stress=stress),
                inputs, solver, settings, listener,
            ),
            listener.stop,
        )  # fmt: skip


def _write(plan: Plan, out: Path) -> None:
    try:
        out.write_text(plan.to_json(), encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {out}: {error.strerror}") from None


def _print(plan: Plan, scenario: Path, out: Path | None, *, details: bool) -> None:
    from planner.report.proposal import Proposal
    from planner.report.proposal_text import Told, text_of
    from planner.report.screen import Screen

    told = Told(str(scenario), None if out is None else str(out), details)
    click.echo(text_of(Proposal.of(plan), Screen.of_stdout(), told), nl=False)
