"""`planner size`: what a model needs on every card, and why some cannot run it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli.completing import gpus, models, price_books
from planner.cli.one_of import OneOf

if TYPE_CHECKING:
    from planner.report.sizes import Sizes

_COUNT = click.IntRange(min=1)
FEW = 2
"""So many cards are shown in depth also without --all."""
_NUMBER = click.FloatRange(min=0, min_open=True)


@click.command("size")
@click.argument("model", required=False, shell_complete=models)
@click.option(
    "--context",
    "context_tokens",
    type=_COUNT,
    metavar="TOKENS",
    help="Longest context of a session (or text, or training sequence).  [default: up to 8192]",
)
@click.option(
    "--concurrency",
    type=_COUNT,
    metavar="N",
    help="Sessions to carry at a time; else one replica is shown.",
)
@click.option(
    "--precision",
    multiple=True,
    metavar="P",
    help="Accepted precision, the preferred first; may be repeated.  "
    "[default: as published, then smaller]",
)
@click.option("--kv-cache", metavar="P", help="Precision of the cache: bf16, fp8, nvfp4.")
@click.option("--input", "input_tokens", type=_COUNT, metavar="TOKENS", help="Mean prompt.")
@click.option("--output", "output_tokens", type=_COUNT, metavar="TOKENS", help="Mean answer.")
@click.option(
    "--rate",
    "tokens_per_s",
    type=_NUMBER,
    metavar="R",
    help="Tokens/s that every session gets.  [default: 10]",
)
@click.option("--ttft", "ttft_ms", type=_NUMBER, metavar="MS", help="Latest first token.")
@click.option(
    "--sequence",
    "sequence_tokens",
    type=_COUNT,
    metavar="TOKENS",
    help="Training sequence.  [default: 2048]",
)
@click.option(
    "--batch",
    "batch_sequences",
    type=_COUNT,
    metavar="N",
    help="Sequences in one training step on one card.  [default: 1]",
)
@click.option(
    "--rank",
    "lora_rank",
    type=click.IntRange(1, 1024),
    metavar="R",
    help="Rank of the adapters.  [default: 16]",
)
@click.option(
    "--optimizer",
    type=click.Choice(["adamw", "adamw-8bit"]),
    help="Optimiser of fine-tuning.  [default: adamw]",
)
@click.option(
    "--tokens",
    type=_NUMBER,
    metavar="N",
    help="Hours and cost of a fine-tuning run of so many tokens, for example 2e8.",
)
@click.option("--ecc", is_flag=True, help="Only memory with error correction.")
@click.option(
    "--task",
    type=OneOf(["inference", "embedding", "image", "finetune"]),
    help="What it shall do.  [default: what models of its kind do]",
)
@click.option(
    "--method",
    type=OneOf(["full", "lora", "qlora"]),
    help="Method of fine-tuning.  [default: lora]",
)
@click.option(
    "--gpu",
    multiple=True,
    metavar="ID",
    shell_complete=gpus,
    help="Only this card; may be repeated.",
)
@click.option(
    "--electricity",
    "electricity_per_kwh",
    type=click.FloatRange(min=0),
    metavar="PRICE",
    help="Price of a kWh, in the currency of the book.  [default: 0.18]",
)
@click.option("--prices", metavar="BOOK", shell_complete=price_books, help="Price book.")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    help="Size the workloads of a scenario; MODEL then names one of them.",
)
@click.option(
    "--check-command",
    "pasted",
    metavar="COMMAND",
    help="Tell whether a `vllm serve ...` fits on the cards of --gpu; exit code 1 if not.",
)
@click.option("--all", "everything", is_flag=True, help="Every precision, group and refusal.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def command(
    model: str | None,
    scenario: Path | None,
    pasted: str | None,
    gpu: tuple[str, ...],
    prices: str | None,
    everything: bool,
    as_json: bool,
    **asked: Any,  # noqa: ANN401  # the fields of a Question, by name
) -> None:
    """Show what MODEL needs on every card: memory, sessions, speed, and why some cannot run it.

    MODEL is a model of the catalogue or the path of a Hugging Face config.json.

    \b
    planner size llama-3.3-70b --context 32768 --concurrency 4
    planner size ./my-model/config.json --precision fp8 --gpu l40s --all
    planner size --scenario lab.yaml support-chat
    planner size llama-3.1-8b --task finetune --method qlora --tokens 2e8 --gpu rtx-a6000
    planner size --check-command "vllm serve Qwen/Qwen3-32B -tp 2" --gpu rtx-a6000
    """  # noqa: D301  # click wants the sign itself
    from planner.report.asked_sizes import sizes_of_model, sizes_of_scenario
    from planner.scenario.question import Question

    if pasted is not None:
        _check_command(pasted, gpu, model, asked, as_json=as_json)
        return
    deep = everything or as_json or 0 < len(gpu) <= FEW
    if scenario is not None:
        _refuse_beside(asked, "--scenario: the scenario says that")
        sizes = sizes_of_scenario(scenario, model, gpu, prices, deep=deep)
    elif model is None:
        raise click.UsageError("name a MODEL, or give --scenario")
    else:
        sizes = sizes_of_model(Question(model, **asked), gpu, prices, deep=deep)
    _print(sizes, everything=everything, as_json=as_json)


def _check_command(
    pasted: str,
    gpu: tuple[str, ...],
    model: str | None,
    asked: dict[str, Any],
    *,
    as_json: bool,
) -> None:
    """Say whether a command fits, and leave with 1 where it does not on some card."""
    from planner.cli.output import print_json
    from planner.errors import ExitCode
    from planner.report.command_check import check_command
    from planner.report.command_check_text import check_json, check_text
    from planner.report.screen import Screen

    if not gpu:
        raise click.UsageError("--check-command wants the card: --gpu ID")
    ecc = bool(asked.pop("ecc"))
    _refuse_beside(asked, "--check-command: the command says that")
    checked = check_command(pasted, gpu, model, ecc=ecc)
    if as_json:
        print_json("size", {"commands": check_json(checked)})
    else:
        click.echo(check_text(checked, Screen.of_stdout()), nl=False)
    if any(c.why is not None for c in checked):
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _refuse_beside(asked: dict[str, Any], why: str) -> None:
    context = click.get_current_context()
    for parameter in context.command.params:
        if asked.get(parameter.name or ""):
            raise click.UsageError(f"{parameter.opts[0]} and {why}")


def _print(sizes: list[Sizes], *, everything: bool, as_json: bool) -> None:
    from planner.cli.output import print_json

    if as_json:
        from planner.report.sizes_json import to_json

        print_json("size", {"workloads": to_json(sizes)})
        return
    from planner.report.screen import Screen
    from planner.report.sizes_text import text_of

    click.echo(text_of(sizes, Screen.of_stdout(), everything=everything), nl=False)
