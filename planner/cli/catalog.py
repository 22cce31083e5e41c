"""`planner catalog`: what can be bought and run, and where each figure comes from."""

from __future__ import annotations

import click

from planner.cli.catalog_commands.adding import add
from planner.cli.catalog_commands.health import check
from planner.cli.catalog_commands.history import prices
from planner.cli.catalog_commands.looking_up import list_, show
from planner.cli.catalog_commands.provenance import conflicts, sources


@click.group("catalog")
def command() -> None:
    """Look up cards, hosts, racks, bridges, models, prices and sources."""


for each in (list_, show, conflicts, sources, prices, add, check):
    command.add_command(each)
