"""`planner schema`: the JSON Schemas of the file formats."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("kind", type=click.Choice(["scenario", "catalog", "plan"]), required=False)
@click.option("--write", is_flag=True, help="Renew the files in planner/schemas (for developers).")
@click.option("--json", "as_json", is_flag=True, help="A JSON Schema is JSON: nothing changes.")
def command(kind: str | None, write: bool, as_json: bool) -> None:
    """Print the JSON Schema of a file format, for editors and other programs."""
    from planner import schemas

    if write:
        for file in schemas.write_all():
            click.echo(f"wrote {file}", err=True)
    elif kind is None:
        raise click.UsageError("name a file format (scenario, catalog or plan), or give --write")
    for chosen in schemas.KINDS:
        if chosen == kind:
            click.echo(schemas.schema_text(chosen), nl=False)
