"""The command `planner`: a list of commands, each imported only when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from traceback import format_exception

import click
from click.shell_completion import CompletionItem

from planner import __version__
from planner.cli.output import make_printable_everywhere, print_json
from planner.errors import ExitCode, PlannerError, did_you_mean

SECTIONS = {
    "Prepare": {
        "new": "Write a commented scenario to start from.",
        "catalog": "Look up cards, hosts, models, prices and sources.",
        "size": "Show what a model needs on every card.",
        "benchmarks": "Read measured speeds, for plans that rest on them.",
        "validate": "Check scenarios and say everything that is wrong with them.",
    },
    "Plan": {
        "solve": "Find the cheapest fleet over time for a scenario.",
        "audit": "Check every promise of a plan, independently of the solver.",
    },
    "Compare": {
        "versus": "Set two cards beside each other, from facts and by solving.",
        "claims": "Put what pages and offers state to the test.",
        "accuracy": "Compare the estimates with published measurements.",
    },
    "Tools": {
        "schema": "Print the JSON Schema of a file format.",
        "completion": "Print the completion script of a shell.",
    },
}
COMMANDS = {name: text for section in SECTIONS.values() for name, text in section.items()}
"""Every command, in the order of use."""
SUBCOMMANDS = {
    "catalog": ("list", "show", "conflicts", "sources", "prices", "add", "check"),
    "claims": ("check",),
    "benchmarks": ("read",),
}
"""Commands that have commands of their own."""
BROKEN_PIPE = 141
"""Exit code where nobody reads on, as of any program that SIGPIPE ends."""


class PipeClosedError(Exception):
    """Nobody reads the output any more."""


class LazyGroup(click.Group):
    """A group that imports a command when it is needed, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"planner.cli.{cmd_name}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, or an error that names the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS, "`planner --help` lists all commands")
            raise click.UsageError(f"there is no command `{args[0]}`; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        width = max(map(len, COMMANDS))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(f"{n:<{width}}", text) for n, text in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Names of commands and options that begin so, without importing any command."""
        names = [n for n in COMMANDS if n.startswith(incomplete)]
        found = [CompletionItem(n, help=COMMANDS[n]) for n in names]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a pipe that closed is told apart from other failures."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            raise PipeClosedError from None
        return result


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planner")
@click.option(
    "--debug", is_flag=True, help="Show the traceback of an internal error (or PLANNER_DEBUG=1)."
)
def cli(debug: bool) -> None:
    """The provably cheapest fleet of GPUs over time.

    Start with `planner new lab.yaml`, then `planner solve lab.yaml`. The result goes to stdout
    and everything else to stderr; --json prints one JSON object, also when something is wrong.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    make_printable_everywhere()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; every failure is told here, as text on stderr or as JSON on stdout.

    Args:
        arguments: words of the command line after the name of the program.
    """
    try:
        code = cli.main(list(arguments), prog_name="planner", standalone_mode=False)
    except PipeClosedError:
        _read_by_nobody()
        return BROKEN_PIPE
    except click.exceptions.Abort:
        return _tell(arguments, "interrupted", "interrupted", ExitCode.INTERRUPTED)
    except PlannerError as error:
        if not _json_asked(arguments):
            click.echo(str(error), err=True)
            return error.exit_code
        return _as_json(arguments, error.to_json(), error.exit_code)
    except click.ClickException as error:
        if not _json_asked(arguments):
            error.show()
            return ExitCode.BAD_INPUT
        return _tell(arguments, "usage", error.format_message(), ExitCode.BAD_INPUT)
    except Exception as error:
        if _debugging(arguments):
            click.echo("".join(format_exception(error)), err=True, nl=False)
        return _tell(arguments, "internal", _report(error, arguments), ExitCode.INTERNAL)
    return code if isinstance(code, int) else ExitCode.OK


def _tell(arguments: Sequence[str], kind: str, message: str, code: ExitCode) -> int:
    if not _json_asked(arguments):
        click.echo(message, err=True)
        return code
    told: dict[str, object] = {"kind": kind, "exit_code": int(code), "message": message}
    return _as_json(arguments, told, code)


def _as_json(arguments: Sequence[str], error: dict[str, object], code: ExitCode) -> int:
    print_json(_command(arguments), {"error": error})
    return code


def _json_asked(arguments: Sequence[str]) -> bool:
    """Whether --json is among the options, also where the command line is wrong."""
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options


def _command(arguments: Sequence[str]) -> str | None:
    """The command that was called, as far as there is one."""
    words = [a for a in arguments if not a.startswith("-")]
    if not words or words[0] not in COMMANDS:
        return None
    inner = words[1:2] if words[1:2] and words[1] in SUBCOMMANDS.get(words[0], ()) else []
    return " ".join([words[0], *inner])


def _debugging(arguments: Sequence[str]) -> bool:
    return "--debug" in arguments or os.environ.get("PLANNER_DEBUG", "0") not in ("", "0")


def _report(error: Exception, arguments: Sequence[str]) -> str:
    again = " ".join(["planner --debug", *arguments])
    return (
        f"internal error: {type(error).__name__}: {error}\n"
        f"This is a defect of planner {__version__}, not of your input. Please report it with your "
        f"files and what this prints:\n  {again}"
    )


def _read_by_nobody() -> None:
    """Let the last flush of the interpreter go nowhere, so that it does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
