"""Claims with their verdicts as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.claims.verdicts import Judged, Verdict
from planner.report.claims import ORDER, counts
from planner.report.quantities import counted

_ARTICLES = """\
# Four articles, put to the test

{statements} of four articles that compare workstation cards, each tested by the program:
facts against the catalogue, sums by arithmetic, memory and speed by sizing, and what to buy by
solving the scenario that the statement describes, under the article's own facts and under the
catalogue's. This page is written by `planner claims check --markdown`; no verdict in it was written
by hand.
"""
_OTHERS = """\
# Claims of {titles}, put to the test

{statements}, tested by the program: facts against the catalogue, sums by arithmetic, memory and
speed by sizing, and what to buy by solving the scenario that the statement describes. This page is
written by `planner claims check --markdown`; no verdict in it was written by hand.
"""
_CASES = """\
A statement is tried in every case that its page leaves open: editions, contexts, dates, prices. It
**holds** where it is true in all of them, is **refuted** where it is true in none, **depends**
where it is true in some, and is **unverifiable** where nobody but the page knows.
"""
_PROPOSED = """\
## Where the program and a first reading differ

People read the {pages} first and proposed a verdict for {proposed}. The program does
not look at theirs; its verdict is the same for {same} of them ({share:.1%}). These differ:
"""


def page_of(judged: Sequence[Judged], *, own: bool = False) -> str:
    """The whole page, as Markdown.

    Args:
        judged: claims with their verdicts.
        own: whether they are others than all those of the articles that come with the program.
    """
    documents = list(dict.fromkeys(j.document for j in judged))
    page = "page" if own else "article"
    parts = [_head(judged, documents, own=own), _counted(judged, page), _differing(judged, page)]
    parts += [_section(d, [j for j in judged if j.document == d]) for d in documents]
    return "\n".join(parts)


def _head(judged: Sequence[Judged], documents: Sequence[str], *, own: bool) -> str:
    statements = counted(len(judged), "statement")
    *head, last = map(_plain, documents)
    titles = f"{', '.join(head)} and {last}" if head else last
    about = _OTHERS if own else _ARTICLES
    return about.format(titles=titles, statements=statements) + "\n" + _CASES


def _counted(judged: Sequence[Judged], page: str) -> str:
    lines = [f"| {page} | claims | " + " | ".join(v.value for v in ORDER) + " |"]
    lines.append("|---|" + "--:|" * (len(ORDER) + 1))
    for document in dict.fromkeys(j.document for j in judged):
        own = [j for j in judged if j.document == document]
        found = counts(own)
        lines.append(
            f"| {_plain(document)} | {len(own)} | " + " | ".join(map(str, found.values())) + " |"
        )
    found = counts(judged)
    lines.append(f"| all | {len(judged)} | " + " | ".join(map(str, found.values())) + " |")
    return "\n".join(lines) + "\n"


def _differing(judged: Sequence[Judged], page: str) -> str:
    proposed = [j for j in judged if j.claim.proposed is not None]
    if not proposed:
        return ""
    other = [j for j in proposed if j.claim.proposed != j.verdict.value]
    same = len(proposed) - len(other)
    head = _PROPOSED.format(
        pages=f"{page}s",
        proposed=counted(len(proposed), "statement"),
        same=same,
        share=same / len(proposed),
    )
    rows = [
        f"| {j.claim.id} | {_plain(j.claim.says)} | {j.claim.proposed} | {j.verdict.value} | "
        f"{_plain(_reason(j))} |"
        for j in other
    ]
    table = [
        "| claim | statement | first reading | program | why |",
        "|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join([head, *table]) + "\n"


def _reason(judged: Judged) -> str:
    remark = judged.claim.remark
    return f"{judged.why}. {remark[0].upper()}{remark[1:]}" if remark else judged.why


def _section(document: str, judged: Sequence[Judged]) -> str:
    parts = [f"## {_plain(document)}\n"]
    for verdict in ORDER:
        own = [j for j in judged if j.verdict is verdict]
        if own:
            parts.append("\n".join(_table(verdict, own)) + "\n")
    return "\n".join(parts)


def _table(verdict: Verdict, judged: Sequence[Judged]) -> Iterator[str]:
    yield f"### {verdict.value.capitalize()} ({len(judged)})\n"
    yield "| claim | line | statement | what was found |"
    yield "|---|--:|---|---|"
    for j in judged:
        found = _plain(_reason(j))
        yield f"| {j.claim.id} | {j.claim.line or ''} | {_plain(j.claim.says)} | {found} |"


def _plain(text: str) -> str:
    """Text that a cell of a table can hold."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
