"""`planner catalog list` and `planner catalog show ID`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.cli.completing import everything, price_books
from planner.cli.one_of import OneOf

if TYPE_CHECKING:
    from planner.report.listings import Kind

_KINDS = (
    "gpus", "hosts", "racks", "bridges", "models", "prices", "sources", "observations", "rentals",
    "depreciation", "references", "benchmarks",
)  # fmt: skip


@click.command("list")
@click.argument("kind", type=OneOf(_KINDS), required=False)
@click.option(
    "--where",
    metavar="CONDITION",
    help='Only what it is true of, for example "memory_gib>=40 and ecc".',
)
@click.option(
    "--sort",
    multiple=True,
    metavar="ATTRIBUTE",
    help="Sort by an attribute; with a minus the largest first; may be repeated.",
)
@click.option(
    "--show",
    "columns",
    multiple=True,
    metavar="ATTRIBUTE",
    help="A further column; may be repeated.",
)
@click.option("--prices", metavar="BOOK", shell_complete=price_books, help="Price book.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every attribute as a table.")
def list_(
    kind: Kind | None,
    where: str | None,
    sort: tuple[str, ...],
    columns: tuple[str, ...],
    prices: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """List one KIND of things, or all that a scenario can name.

    \b
    planner catalog list gpus --where "memory_gib >= 40 and ecc" --sort -memory_bandwidth_gb_s
    planner catalog list hosts --where "max_gpus >= 4" --show base_idle_w --csv
    """  # noqa: D301  # click wants the sign itself
    from planner.report.listings import listings, text_of, to_csv, to_json
    from planner.report.selection import Selection

    wanted = Selection(where, sort, columns)
    if kind is None and (wanted.given or as_csv):
        raise click.UsageError(f"name a kind ({', '.join(_KINDS)}) to select from")
    found = listings(kind, prices, wanted)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog list", to_json(found))
    elif as_csv:
        from planner.cli.output import print_csv

        print_csv(*to_csv(found[0]))
    else:
        from planner.report.screen import Screen

        click.echo(text_of(found, Screen.of_stdout()), nl=False)


@click.command("show", short_help="Show every figure of ID and where it comes from.")
@click.argument("name", metavar="ID", shell_complete=everything)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the figures as a table.")
def show(name: str, as_json: bool, as_csv: bool) -> None:
    """Show every figure of ID with its source, date, and what other sources say."""
    from planner.report.entries import entry_of

    found = entry_of(name)
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog show", found.to_json())
    elif as_csv:
        from planner.cli.output import print_csv

        print_csv(*found.to_csv())
    else:
        from planner.report.entries_text import text_of
        from planner.report.screen import Screen

        click.echo(text_of(found, Screen.of_stdout()), nl=False)
