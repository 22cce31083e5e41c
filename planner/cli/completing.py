"""Names that the shell can complete: those of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

import click


def models(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids of models that begin so."""
    from planner.catalog.loading import default_catalog

    return _beginning(incomplete, default_catalog().models)


def gpus(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids of cards that begin so."""
    from planner.catalog.loading import default_catalog

    return _beginning(incomplete, default_catalog().gpus)


def price_books(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids of price books that begin so."""
    from planner.catalog.loading import default_catalog

    return _beginning(incomplete, default_catalog().price_books)


def everything(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Ids of everything in the catalogue that begin so."""
    from planner.catalog.loading import default_catalog

    catalog = default_catalog()
    return _beginning(incomplete, (*catalog.items, *catalog.models, *catalog.price_books))


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
