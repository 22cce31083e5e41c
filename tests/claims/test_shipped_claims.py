"""The claims of the four articles that come with the program."""

from __future__ import annotations

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.checking import check_pages
from planner.claims.loading import load, shipped
from planner.claims.verdicts import Judged, Verdict
from planner.report.claims import text_of, to_json
from planner.report.claims_page import page_of
from planner.report.screen import Screen
from tests.cli.conftest import ROOT

COUNTS = {"s000": 139, "s001": 170, "s002": 98, "s003": 49}
HOLDS, REFUTED, DEPENDS = Verdict.HOLDS, Verdict.REFUTED, Verdict.DEPENDS
LEAST_AGREEMENT = 0.95


@pytest.fixture(scope="module")
def every() -> list[Judged]:
    """All claims with their verdicts, in the order of the files."""
    catalog = default_catalog()
    return check_pages(load(shipped(), catalog), catalog)


@pytest.fixture(scope="module")
def judged(every: list[Judged]) -> dict[str, Judged]:
    """The same by id."""
    return {j.claim.id: j for j in every}


def test_every_statement_of_the_articles_is_there_once(every: list[Judged]) -> None:
    expected = {f"{page}-{n + 1:03d}" for page, count in COUNTS.items() for n in range(count)}
    assert len(every) == len(expected) == 456
    assert {j.claim.id for j in every} == expected


def test_every_statement_is_told_with_a_reason_and_the_line_of_its_page(
    every: list[Judged],
) -> None:
    assert [j.claim.id for j in every if not j.outcomes or not j.why or not j.claim.line] == []


def test_nothing_is_called_unknown_for_a_mistake_in_the_claims_file(every: list[Judged]) -> None:
    mistakes = ("is not a case", "cannot be read", "not part of a sum", "no claim `", "no term `")
    wrong = {
        j.claim.id: o.why
        for j in every
        for o in j.outcomes
        if o.holds is None and any(m in o.why for m in mistakes)
    }
    assert wrong == {}


def test_the_first_reading_agrees_but_for_a_few(every: list[Judged]) -> None:
    proposed = [j for j in every if j.claim.proposed is not None]
    assert len(proposed) == 294
    same = [j for j in proposed if j.claim.proposed == j.verdict.value]
    assert len(same) >= LEAST_AGREEMENT * len(proposed)


def test_every_disagreement_with_the_first_reading_is_remarked(every: list[Judged]) -> None:
    other = [j for j in every if j.claim.proposed not in (None, j.verdict.value)]
    assert [j.claim.id for j in other if not j.claim.remark] == []


def test_the_page_of_the_documentation_is_what_the_program_finds(every: list[Judged]) -> None:
    written = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert written == page_of(every), (
        "docs/claims.md is stale: planner claims check --markdown > docs/claims.md"
    )


def test_a_terminal_tells_every_claim_once(every: list[Judged]) -> None:
    text = text_of(every, Screen(100), tuple(Verdict))
    assert [j.claim.id for j in every if text.count(f"\n{j.claim.id}: ") != 1] == []
    assert max(map(len, text.splitlines())) <= 100


def test_the_counts_are_those_of_the_claims(every: list[Judged]) -> None:
    counts = to_json(every)["counts"]
    assert counts == {v.value: sum(j.verdict is v for j in every) for v in Verdict}


FIGURES: list[tuple[str, Verdict, object]] = [
    ("s001-076", REFUTED, 0.0),
    ("s000-023", REFUTED, 0.0),
    ("s000-076", REFUTED, 0.0),
    ("s000-025", HOLDS, 4),
    ("s000-079", REFUTED, 4),
    ("s000-121", REFUTED, 4),
    ("s000-039", REFUTED, pytest.approx(128, rel=0.005)),
    ("s000-097", REFUTED, 288.0),
    ("s001-127", REFUTED, pytest.approx(2.57, abs=0.005)),
    ("s001-078", REFUTED, pytest.approx(125, abs=0.5)),
]


@pytest.mark.parametrize(("name", "verdict", "figure"), FIGURES)
def test_a_figure_that_buyers_ask_for(
    name: str, verdict: Verdict, figure: object, judged: dict[str, Judged]
) -> None:
    assert judged[name].verdict is verdict
    assert judged[name].computed == figure


def cases(found: Judged) -> dict[str, object]:
    return {o.case: o.computed for o in found.outcomes}


def test_the_server_edition_reads_1597_gigabytes_a_second(judged: dict[str, Judged]) -> None:
    assert cases(judged["s001-003"])["rtx-pro-6000-server"] == 1597
    assert cases(judged["s001-003"])["rtx-pro-6000-ws"] == 1792
    assert judged["s001-003"].verdict is REFUTED


def test_the_weights_of_70_billion_parameters_in_fp8_take_70_gigabytes(
    judged: dict[str, Judged],
) -> None:
    found = cases(judged["s001-052"])
    assert found["one byte a parameter"] == pytest.approx(70.6, abs=0.05)
    assert judged["s001-052"].verdict is REFUTED


def test_198_tokens_a_second_are_above_the_ceiling_of_the_4090(judged: dict[str, Judged]) -> None:
    why = judged["s001-078"].why
    assert "1,008 GB/s allow never more than 124.9 tokens/s" in why


def test_buying_again_costs_20_to_30_percent_only_for_resale_of_40_to_10_percent(
    judged: dict[str, Judged],
) -> None:
    at_least, at_most = judged["s000-134"], judged["s000-135"]
    assert at_least.verdict is at_most.verdict is DEPENDS
    costs = {o.case: o.computed for o in at_least.outcomes}
    within = {case for case, v in costs.items() if isinstance(v, float) and 19.999 <= v <= 30.001}
    assert within == {"resale brings 40 %", "resale brings 25 %", "resale brings 10 %"}
    assert costs["resale brings 40 %"] == pytest.approx(20)
    assert costs["resale brings 10 %"] == pytest.approx(30)
    assert {o.case for o in at_least.outcomes if o.holds} == within


@pytest.mark.parametrize("name", ["s001-137", "s001-169"])
def test_regulated_workloads_exclude_the_4090_for_two_reasons(
    name: str, judged: dict[str, Judged]
) -> None:
    found = judged[name]
    assert (found.verdict, found.computed) == (HOLDS, "RTX PRO 6000")
    excluded = "Near miss on rtx-4090: no ECC; the GeForce licence excludes data centres"
    assert excluded in found.why


def test_each_of_the_two_reasons_excludes_the_4090_alone(judged: dict[str, Judged]) -> None:
    found = {o.case: o for o in judged["s001-137"].outcomes}
    ecc, licence = found["error correction alone, in an office"], found["the licence alone"]
    assert ecc.holds
    assert licence.holds
    assert "no ECC" in ecc.why
    assert "licence" not in ecc.why
    assert "no ECC" not in licence.why
    assert "licence" in licence.why
