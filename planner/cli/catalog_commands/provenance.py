"""`planner catalog conflicts` and `planner catalog sources`."""

from __future__ import annotations

import click

from planner.cli.completing import everything


@click.command("conflicts")
@click.argument("name", metavar="[ID]", required=False, shell_complete=everything)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
def conflicts(name: str | None, as_json: bool, as_csv: bool) -> None:
    """List every figure on which sources disagree, which claim is in force, and why.

    A scenario puts another claim in force by an overlay.
    """
    from planner.report import conflicts as report

    found = report.conflicts_of(name)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog conflicts", {"conflicts": [c.to_json() for c in found]})
    elif as_csv:
        from planner.cli.output import print_csv

        print_csv(*report.columns_and_rows(found))
    else:
        from planner.report.screen import Screen

        click.echo(report.text_of(found, Screen.of_stdout()), nl=False)


@click.command("sources")
@click.option("--where", metavar="CONDITION", help="For example \"kind == 'vendor'\".")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
def sources(where: str | None, as_json: bool, as_csv: bool) -> None:
    """List every source with its kind, its date and how many figures rest on it."""
    from planner.report.listings import text_of, to_csv, to_json
    from planner.report.sources import sources_listing

    found = sources_listing(where)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog sources", to_json([found]))
    elif as_csv:
        from planner.cli.output import print_csv

        print_csv(*to_csv(found))
    else:
        from planner.report.screen import Screen

        click.echo(text_of([found], Screen.of_stdout()), nl=False)
