"""One word of a few; a misspelt one is answered with the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from planner.errors import did_you_mean

if TYPE_CHECKING:
    _Choice = click.Choice[str]
else:
    _Choice = click.Choice


class OneOf(_Choice):
    """A choice of words."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word, or an error that names the nearest."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if (hint := did_you_mean(f"{value}", map(str, self.choices))) is None:
                raise
            message = f"{error.message.rstrip('.')}; {hint}"
            raise click.BadParameter(message, ctx, param) from None
