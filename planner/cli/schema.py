"""`planner schema`: the JSON Schemas of the file formats."""

from __future__ import annotations

import click

from planner.cli.one_of import OneOf

_KINDS = ("scenario", "catalog", "plan", "claims")


@click.command("schema")
@click.argument("kind", type=OneOf(["scenario", "catalog", "plan", "claims"]), required=False)
@click.option("--write", is_flag=True, help="Renew the files in planner/schemas (for developers).")
@click.option(
    "--json", "as_json", is_flag=True, help="Print it inside one JSON object with its kind."
)
def command(kind: str | None, write: bool, as_json: bool) -> None:
    """Print the JSON Schema of a file format, for editors and other programs."""
    from planner import schemas
    from planner.cli.output import print_json

    if write:
        written = schemas.write_all()
        if as_json:
            print_json("schema", {"written": [str(file) for file in written]})
        for file in written if not as_json else ():
            click.echo(f"wrote {file}", err=True)
    elif kind is None:
        raise click.UsageError(
            "name a file format (scenario, catalog, plan or claims), or give --write"
        )
    for chosen in schemas.KINDS:
        if chosen == kind and not write and as_json:
            print_json("schema", {"kind": kind, "json_schema": schemas.generate(chosen)})
        elif chosen == kind and not as_json:
            click.echo(schemas.schema_text(chosen), nl=False)
