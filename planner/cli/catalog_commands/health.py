"""`planner catalog check`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click


@click.command("check")
@click.option(
    "--max-age",
    "max_age_days",
    type=click.IntRange(min=1),
    default=180,
    show_default=True,
    metavar="DAYS",
    help="Age from which on a price is stale.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day from which the age counts.  [default: the date of this computer]",
)
@click.option("--prices", metavar="BOOK", default="2026-09", show_default=True, help="Price book.")
@click.option(
    "--overlay",
    "overlays",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A catalogue file laid over it first; may be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="Also what is missing of every item.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the findings as a table.")
@click.pass_context
def check(
    context: click.Context,
    max_age_days: int,
    today: datetime | None,
    prices: str,
    overlays: tuple[Path, ...],
    everything: bool,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Check the catalogue: ranges, arithmetic, sources, speeds, age of prices, what is missing.

    Exits with 1 if there is an error; warnings are told and do not count.
    """
    from planner.errors import ExitCode
    from planner.report.health import health_of, text_of

    found = health_of(overlays, prices, today.date() if today else None, max_age_days)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog check", found.to_json())
    elif as_csv:
        from planner.cli.output import print_csv

        rows = [[f.level, f.rule, f.item, f.text] for f in found.findings]
        print_csv(["level", "rule", "item", "text"], rows)
    else:
        from planner.report.screen import Screen

        click.echo(text_of(found, Screen.of_stdout(), everything=everything), nl=False)
    if found.errors:
        context.exit(ExitCode.FINDINGS)
