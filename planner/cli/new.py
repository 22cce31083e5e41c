"""`planner new`: a commented scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("path", type=click.Path(path_type=Path), default="scenario.yaml")
@click.option("--force", is_flag=True, help="Overwrite a file that exists.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def command(path: Path, force: bool, as_json: bool) -> None:
    """Write a commented scenario that is valid as it is to PATH (`-` prints it)."""
    from planner.cli.output import print_json
    from planner.scenario.starter import starter

    if str(path) == "-":
        if as_json:
            print_json("new", {"written": None, "text": starter(Path())})
        else:
            click.echo(starter(Path()), nl=False)
        return
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(starter(path.parent))
    except FileExistsError:
        raise click.UsageError(f"{path} exists; --force overwrites it") from None
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from None
    if as_json:
        print_json("new", {"written": str(path)})
    else:
        click.echo(f"wrote {path}; check it with `planner validate {path}`", err=True)
