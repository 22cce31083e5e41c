"""`planner claims`: is this page, or this offer, right?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.one_of import OneOf

if TYPE_CHECKING:
    from planner.claims.verdicts import Judged

_VERDICTS = ("holds", "refuted", "depends", "unverifiable")


@click.group("claims")
def command() -> None:
    """Put what pages and offers state to the test."""


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path), nargs=-1)
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this claim; may be repeated.")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=OneOf(_VERDICTS),
    help="Tell these one by one; may be repeated.  [default: refuted, depends]",
)
@click.option(
    "--overlay",
    "overlays",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A catalogue file laid over it first; may be repeated.",
)
@click.option("--all", "everything", is_flag=True, help="Tell every claim.")
@click.option("--strict", is_flag=True, help="Exit with 1 if any claim is refuted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@click.option("--markdown", "as_page", is_flag=True, help="Print a page with every claim.")
@click.pass_context
def check(
    context: click.Context,
    file: tuple[Path, ...],
    ids: tuple[str, ...],
    verdicts: tuple[str, ...],
    overlays: tuple[Path, ...],
    everything: bool,
    strict: bool,
    as_json: bool,
    as_csv: bool,
    as_page: bool,
) -> None:
    """Test every claim of FILE, or of the four articles that come with the program.

    Each is tried in every case that its page leaves open: it holds, is refuted, depends on the
    case, or cannot be checked. Facts come from the catalogue, sums are reckoned, memory and speed
    are sized, and what to buy is solved.
    """
    from planner.claims.verdicts import Verdict
    from planner.errors import ExitCode

    judged = _judged(file, ids, overlays)
    if as_json:
        from planner.cli.output import print_json
        from planner.report.claims import to_json

        print_json("claims check", to_json(judged))
    elif as_csv:
        from planner.cli.output import print_csv
        from planner.report.claims import columns_and_rows

        print_csv(*columns_and_rows(judged))
    elif as_page:
        from planner.report.claims_page import page_of

        click.echo(page_of(judged, own=bool(file or ids)), nl=False)
    else:
        from planner.report.claims import ORDER, SHOWN, text_of
        from planner.report.screen import Screen

        told = ORDER if everything or ids else tuple(map(Verdict, verdicts)) or SHOWN
        click.echo(text_of(judged, Screen.of_stdout(), told), nl=False)
    if strict and any(j.verdict is Verdict.REFUTED for j in judged):
        context.exit(ExitCode.FINDINGS)


def _judged(
    files: tuple[Path, ...], ids: tuple[str, ...], overlays: tuple[Path, ...]
) -> list[Judged]:
    from planner.catalog.loading import default_catalog, load_overlays
    from planner.catalog.names import must_be_known
    from planner.claims.attributes import warnings
    from planner.claims.checking import check_pages
    from planner.claims.loading import load, shipped

    catalog = load_overlays(default_catalog(), overlays) if overlays else default_catalog()
    pages = load(files or shipped(), catalog)
    known = [claim.id for page in pages for claim in page.file.claims]
    must_be_known("unknown-claim", ids, known, "a claim of these files")
    if files:
        claims = [c for page in pages for c in page.file.claims if not ids or c.id in ids]
        for warning in warnings(claims, catalog):
            click.echo(f"warning: {warning}", err=True)
    return check_pages(pages, catalog, only=ids or None)
