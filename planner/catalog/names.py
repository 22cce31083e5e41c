"""Names that a user gave: each is known, or the nearest is said."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from planner.errors import Diagnostic, InputError, did_you_mean


def must_be_known(
    rule: str, names: Iterable[str], known: Collection[str], kind: str, also: str = ""
) -> None:
    """Refuse names that are not known, all at once.

    Args:
        rule: id of the finding, for example ``unknown-gpu``.
        names: what was given.
        known: what there is.
        kind: what a known name would be, for example ``a card of the catalogue``.
        also: where all of them can be seen.

    Raises:
        InputError: with a finding for each name that is not known.
    """
    findings = [
        Diagnostic(rule, f"`{name}` is not {kind}", help=did_you_mean(name, known, also))
        for name in names
        if name not in known
    ]
    if findings:
        raise InputError(findings)
