"""`planner benchmarks`: measurements of servers, read and made ready for scenarios."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli.completing import gpus, models

_COUNT = click.IntRange(min=1)
_NUMBER = click.FloatRange(min=0, min_open=True)


@click.group("benchmarks")
def command() -> None:
    """Read measured speeds, so that plans rest on them instead of on formulas."""


@command.command("read")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--gpu", metavar="ID", shell_complete=gpus, help="Card, where FILES do not say.")
@click.option("--cards", type=_COUNT, metavar="N", help="Cards that served together.  [default: 1]")
@click.option("--model", metavar="ID", shell_complete=models, help="Model, or a config.json.")
@click.option("--precision", metavar="P", help="Precision of the weights.")
@click.option("--kv-cache", metavar="P", help="Precision of the cache.  [default: bf16]")
@click.option("--engine", metavar="NAME", help="Program that served.  [default: by the file]")
@click.option("--engine-version", "version", metavar="V", help="Its version.")
@click.option("--source", metavar="TEXT", help="Where it can be found.  [default: the file]")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Add the rows to this table; it is made if it is not there.",
)
@click.option("--measured", is_flag=True, help="Print the `measured` block of a workload instead.")
@click.option("--memory", type=_NUMBER, metavar="GIB", help="Memory of a card, for --measured.")
@click.option("--rate", type=_NUMBER, metavar="R", help="Tokens/s of a session, for --measured.")
@click.option("--ttft", type=_NUMBER, metavar="MS", help="Latest first token, for --measured.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the plain table.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def read(
    files: tuple[Path, ...],
    gpu: str | None,
    cards: int | None,
    model: str | None,
    precision: str | None,
    kv_cache: str | None,
    engine: str | None,
    version: str | None,
    source: str | None,
    into: Path | None,
    measured: bool,
    memory: float | None,
    rate: float | None,
    ttft: float | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Read FILES of `vllm bench serve`, GuideLLM or llama-bench, or plain tables.

    What a file does not say (mostly the card and the precision) is said by options.

    \b
    planner benchmarks read run-*.json --gpu rtx-a6000 --model llama-3.1-8b --precision fp8
    planner benchmarks read bench.md --gpu rtx-4090 --model llama-3.1-8b --into rows.csv
    """  # noqa: D301  # click wants the sign itself
    from planner.report import benchmarks
    from planner.scenario.benchmarks.record import Given

    if measured and memory is None:
        raise click.UsageError("--measured needs --memory: the files do not say what a card held")
    if not measured and (memory or rate or ttft):
        raise click.UsageError("--memory, --rate and --ttft are for --measured")
    given = Given(gpu, cards, model, precision, kv_cache, engine, version, source)
    rows = benchmarks.read(files, given)
    if into is not None:
        _write(benchmarks.joined(rows, into), into)
    if measured and memory is not None:
        click.echo(benchmarks.measured_block(rows, benchmarks.Limits(rate, ttft, memory)), nl=False)
    elif as_json:
        from planner.cli.output import print_json

        told = {"rows": benchmarks.to_json(rows), "into": None if into is None else str(into)}
        print_json("benchmarks read", told)
    elif as_csv:
        from planner.scenario.benchmarks.plain import written

        click.echo(written(rows), nl=False)
    else:
        from planner.report.screen import Screen

        click.echo(benchmarks.text_of(rows, Screen.of_stdout()), nl=False)
        if into is not None:
            name = into.name
            click.echo(f"A scenario uses them with `benchmarks: {{files: [{name}]}}`.")


def _write(text: str, into: Path) -> None:
    try:
        into.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"cannot write {into}: {error.strerror}") from None
