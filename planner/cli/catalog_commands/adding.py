"""`planner catalog add`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.one_of import OneOf

if TYPE_CHECKING:
    from planner.report.additions import Added

_KINDS = ("gpu", "host", "rack", "bridge", "price")


@click.command("add")
@click.argument("stub", type=click.Path(path_type=Path), required=False)
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Add to this overlay; it is made if it is not there.",
)
@click.option("--template", type=OneOf(_KINDS), help="Print a stub to fill in.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_context
def add(
    context: click.Context,
    stub: Path | None,
    into: Path | None,
    template: str | None,
    as_json: bool,
) -> None:
    """Check the items of STUB and add them to an overlay that scenarios can name.

    In a stub an item may name `source` and `as_of` once, and give plain values after that.

    \b
    planner catalog add --template gpu > my-card.yaml
    planner catalog add my-card.yaml --into my-catalog.yaml
    """  # noqa: D301  # click wants the sign itself
    from planner.errors import ExitCode
    from planner.report import additions

    if template is not None:
        click.echo(additions.template(template), nl=False)
        return
    if stub is None:
        raise click.UsageError("name a STUB, or ask for a --template")
    added = additions.read(stub, into)
    if added.findings:
        _refused(added, as_json=as_json)
        context.exit(ExitCode.FINDINGS)
    if into is not None:
        try:
            into.write_text(added.text, encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"cannot write {into}: {error.strerror}") from None
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog add", added.to_json(into))
    elif into is None:
        click.echo(added.text, nl=False)
        for note in added.notes:
            click.echo(f"note: {note}", err=True)
    else:
        click.echo(added.told(into), nl=False)


def _refused(added: Added, *, as_json: bool) -> None:
    if as_json:
        from planner.cli.output import print_json

        print_json("catalog add", added.to_json(None))
        return
    for finding in added.findings:
        line = f"{finding.level}[{finding.rule}] {finding.item}: {finding.text}"
        click.echo(line, err=True)
