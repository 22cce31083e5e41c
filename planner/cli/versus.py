"""`planner versus`: two cards beside each other."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from planner.cli.completing import gpus, price_books


@click.command("versus")
@click.argument("first", metavar="GPU", shell_complete=gpus)
@click.argument("second", metavar="GPU", shell_complete=gpus)
@click.option(
    "--workloads",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A scenario; each of its workloads is looked at alone.  [default: those of a small team]",
)
@click.option("--prices", metavar="BOOK", shell_complete=price_books, help="Price book.")
@click.option(
    "--overlay",
    "overlays",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A catalogue file laid over it first, with cards or prices of your own; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--markdown", "as_page", is_flag=True, help="Print a page in Markdown.")
def command(
    first: str,
    second: str,
    workloads: Path | None,
    prices: str | None,
    overlays: tuple[Path, ...],
    as_json: bool,
    as_page: bool,
) -> None:
    """Set two cards beside each other, from facts and by solving.

    Which is cheaper for each workload and what would change that, which models fit, how fast they
    run, what they cost to own and run, and the sheet with every source. It takes about a minute.

    \b
    planner versus rtx-pro-4500 rtx-pro-6000-maxq
    planner versus rtx-a6000 rtx-pro-5000 --workloads lab.yaml --markdown > page.md
    planner versus rtx-a6000 our-card --overlay our-cards.yaml
    """  # noqa: D301  # click wants the sign itself
    from planner.report.versus import sections_of, title_of
    from planner.versus.head_to_head import head_to_head

    found = head_to_head(first, second, workloads, prices, _told, overlays)
    if as_json:
        from planner.cli.output import print_json
        from planner.report.versus_data import to_json

        print_json("versus", to_json(found))
    elif as_page:
        from planner.report.sections import as_markdown

        click.echo(as_markdown(title_of(found), sections_of(found)), nl=False)
    else:
        from planner.report.screen import Screen
        from planner.report.sections import as_text

        click.echo(as_text(title_of(found), sections_of(found), Screen.of_stdout()), nl=False)


def _told(doing: str) -> None:
    """Say on a terminal what is being done."""
    if sys.stderr.isatty():
        click.echo(f"{doing} ...", err=True)
