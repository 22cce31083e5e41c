"""`planner catalog`: what can be bought and run, and where each figure comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.completing import everything, price_books

if TYPE_CHECKING:
    from planner.report.listings import Kind

_KINDS = ("gpus", "hosts", "racks", "bridges", "models", "prices", "sources")


@click.group("catalog")
def command() -> None:
    """Look up cards, hosts, racks, bridges, models, prices and sources."""


@command.command("list")
@click.argument("kind", type=click.Choice(_KINDS), required=False)
@click.option("--prices", metavar="BOOK", shell_complete=price_books, help="Price book.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def list_(kind: Kind | None, prices: str | None, as_json: bool) -> None:
    """List one KIND of things, or all that a scenario can name."""
    from planner.report.listings import listings, text_of, to_json

    found = listings(kind, prices)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog list", to_json(found))
        return
    from planner.report.screen import Screen

    click.echo(text_of(found, Screen.of_stdout()), nl=False)


@command.command("show", short_help="Show every figure of ID and where it comes from.")
@click.argument("name", metavar="ID", shell_complete=everything)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def show(name: str, as_json: bool) -> None:
    """Show every figure of ID with its source, date, and what other sources say."""
    from planner.report.entries import entry_of

    found = entry_of(name)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog show", found.to_json())
        return
    from planner.report.entries_text import text_of
    from planner.report.screen import Screen

    click.echo(text_of(found, Screen.of_stdout()), nl=False)
