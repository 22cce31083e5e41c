"""`planner accuracy`: how far estimates are from what was measured."""

from __future__ import annotations

import click


@click.command("accuracy")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--markdown", "as_page", is_flag=True, help="Print a page in Markdown.")
def command(as_json: bool, as_page: bool) -> None:
    """Compare the estimates with published measurements, kind by kind.

    Errors of every kind, those of model families that a fit did not see, the worst rows, other
    programs on the same rows, and what is weak and why.
    """
    from planner.catalog.loading import default_catalog
    from planner.report.accuracy import chapters_of, page_of, text_of, to_json

    chapters = chapters_of(default_catalog())
    if as_json:
        from planner.cli.output import print_json

        print_json("accuracy", to_json(chapters))
    elif as_page:
        click.echo(page_of(chapters), nl=False)
    else:
        from planner.report.screen import Screen

        click.echo(text_of(chapters, Screen.of_stdout()), nl=False)
