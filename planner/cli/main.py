"""The command `planner`: a list of commands, each imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from planner import __version__
from planner.errors import ExitCode, PlannerError

COMMANDS = {
    "solve": "Find the cheapest fleet over time for a scenario.",
    "validate": "Check scenarios and say everything that is wrong with them.",
    "new": "Write a commented scenario to start from.",
    "schema": "Print the JSON Schema of a file format.",
}


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="planner")
def cli() -> None:
    """The provably cheapest fleet of GPUs over time."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        cli(standalone_mode=False)
    except PlannerError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.BAD_INPUT)
    except click.exceptions.Abort:
        sys.exit(ExitCode.INTERRUPTED)
