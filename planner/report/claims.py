"""Claims with their verdicts: text for a terminal, plain data, and rows for a spreadsheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from planner.claims.verdicts import Judged, Verdict
from planner.errors import printable
from planner.report.quantities import counted
from planner.report.screen import Column, Screen, Table

ORDER = (Verdict.REFUTED, Verdict.DEPENDS, Verdict.UNVERIFIABLE, Verdict.HOLDS)
"""Verdicts, the one that a buyer must know first."""
SHOWN = (Verdict.REFUTED, Verdict.DEPENDS)
"""Verdicts that are told one by one where nothing else is asked for."""


def to_json(judged: Sequence[Judged]) -> dict[str, object]:
    """Every claim with its verdict, what was computed, and every case."""
    return {
        "claims": [_one(j) for j in judged],
        "counts": {v.value: n for v, n in counts(judged).items()},
    }


def _one(judged: Judged) -> dict[str, object]:
    claim = judged.claim
    return {
        "id": claim.id,
        "verdict": judged.verdict.value,
        "computed": judged.figures,
        "why": judged.why,
        "kind": claim.kind,
        "document": judged.document,
        "line": claim.line,
        "says": claim.says,
        "asserted": claim.asserts.model_dump(mode="json", exclude_none=True),
        "cases": [
            {"case": o.case, "holds": o.holds, "computed": o.computed, "why": o.why}
            for o in judged.outcomes
        ],
        "remark": claim.remark,
    }


def counts(judged: Sequence[Judged]) -> dict[Verdict, int]:
    """How many claims have each verdict."""
    found = Counter(j.verdict for j in judged)
    return {v: found[v] for v in ORDER}


def columns_and_rows(judged: Sequence[Judged]) -> tuple[list[str], list[list[str]]]:
    """The same as columns and rows, for a spreadsheet."""
    head = ["id", "verdict", "kind", "line", "says", "computed", "why", "remark", "document"]
    rows = [
        [
            j.claim.id, j.verdict.value, j.claim.kind, f"{j.claim.line or ''}", j.claim.says,
            "" if j.computed is None else f"{j.computed}", j.why, j.claim.remark or "", j.document,
        ]
        for j in judged
    ]  # fmt: skip
    return head, rows


def text_of(judged: Sequence[Judged], screen: Screen, verdicts: Sequence[Verdict]) -> str:
    """A count by page, and the claims of some verdicts one by one.

    Args:
        judged: claims with their verdicts.
        screen: where it is shown.
        verdicts: which are told one by one.
    """
    parts = [screen.bold(counted(len(judged), "claim")), screen.table(_counted(judged))]
    for verdict in ORDER:
        told = [j for j in judged if j.verdict is verdict]
        if verdict in verdicts and told:
            parts.append(screen.bold(f"{len(told)} {verdict.value}"))
            parts += ["\n".join(_lines(j, screen)) for j in told]
    left = [v.value for v in ORDER if v not in verdicts and counts(judged)[v]]
    if left:
        note = f"Not told one by one: {', '.join(left)} (--all, or --verdict {left[0]})."
        parts.append(screen.dim(screen.wrapped(note)))
    return "\n\n".join(parts) + "\n"


def _counted(judged: Sequence[Judged]) -> Table:
    columns = [Column("claims", right=True), *(Column(v.value, right=True) for v in ORDER)]
    rows = []
    for document in dict.fromkeys(j.document for j in judged):
        found = counts([j for j in judged if j.document == document])
        total = f"{sum(found.values())}"
        rows.append([total, *(f"{n or ''}" for n in found.values()), printable(document)])
    return Table.of([*columns, Column("page", wraps=True)], rows)


def _lines(judged: Judged, screen: Screen) -> Iterator[str]:
    claim = judged.claim
    yield screen.wrapped(printable(f"{claim.id}: {claim.says}"), "", "    ")
    yield screen.wrapped(printable(judged.why), "    ", "    ")
    if claim.remark:
        yield screen.dim(screen.wrapped(printable(claim.remark), "    ", "    "))
