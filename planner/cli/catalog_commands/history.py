"""`planner catalog prices`."""

from __future__ import annotations

import click

from planner.cli.completing import everything
from planner.cli.one_of import OneOf


@click.command("prices")
@click.argument("item", metavar="[ITEM]", required=False, shell_complete=everything)
@click.option("--currency", metavar="CODE", default="USD", show_default=True)
@click.option(
    "--condition", type=OneOf(["new", "used", "refurbished", "mixed"]), help="Of the goods."
)
@click.option("--since", metavar="DATE", help="First date, for example 2026-01.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
def prices(
    item: str | None,
    currency: str,
    condition: str | None,
    since: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show the price history of ITEM: what was seen, what the books say, what renting costs.

    Without ITEM: how many prices were seen of each item, and the last of them.
    """
    from planner.report import price_history as report

    found = (
        report.overview(currency, condition, since)
        if item is None
        else report.history_of(item, currency, condition, since)
    )
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog prices", found.to_json())
    elif as_csv:
        from planner.cli.output import print_csv

        print_csv(*found.to_csv())
    else:
        from planner.report.screen import Screen

        click.echo(found.text(Screen.of_stdout()), nl=False)
