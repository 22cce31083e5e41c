"""`planner completion`: commands, options and names of the catalogue by the tab key."""

from __future__ import annotations

import click

from planner.cli.one_of import OneOf

_VARIABLE = "_PLANNER_COMPLETE"


@click.command("completion")
@click.argument("shell", type=OneOf(["bash", "zsh", "fish"]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.pass_context
def command(context: click.Context, shell: str, as_json: bool) -> None:
    """Print the script that completes commands, options and ids of the catalogue in SHELL.

    For this session, in bash or zsh:

    \b
    eval "$(planner completion bash)"
    eval "$(planner completion zsh)"

    For good:

    \b
    planner completion bash >> ~/.bashrc
    planner completion zsh >> ~/.zshrc
    planner completion fish > ~/.config/fish/completions/planner.fish
    """  # noqa: D301  # click wants the sign itself
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, shell
    complete = kind(context.find_root().command, {}, "planner", _VARIABLE)
    script = complete.source_template % complete.source_vars()
    if as_json:
        from planner.cli.output import print_json

        print_json("completion", {"shell": shell, "script": script})
        return
    click.echo(script)
