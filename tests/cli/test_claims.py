"""`planner claims check`: is this page, or this offer, right?"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

from tests.claims.pages import Data, claim, page, sum_of
from tests.cli.conftest import Run

SCENARIO = """\
schema: 1
name: Offer
start: 2026-11
months: 3
workloads:
  - {name: cards, task: fixed, need: {cards: 1}, demand: [{from: 2026-11, count: 1}]}
sites:
  - {name: lab, facility_power_kw: 20.0, pue: 1.0, electricity_per_kwh: 0.2}
"""
RIGHT = claim(sum_of("a + b", {"a": 1, "b": 2}), {"equals": 3}, "right", line=7)
WRONG = claim(sum_of("a + b", {"a": 1, "b": 2}), {"equals": 4}, "wrong", remark="Look there.")
VAGUE = claim({"check": "reference", "ids": ["nobody-knows"]}, {"equals": 4}, "vague")
DEPENDS = claim(
    {"check": "fact", "items": ["rtx-pro-6000-ws", "rtx-pro-6000-maxq"], "attribute": "tdp_w"},
    {"equals": 300}, "depends",
)  # fmt: skip


def offer(folder: Path, *claims: Data) -> str:
    return str(page(folder, *claims))


def test_the_answer_for_a_program_names_verdict_figure_and_reason(run: Run, tmp_path: Path) -> None:
    file = offer(tmp_path, RIGHT, WRONG, VAGUE, DEPENDS)
    ended = run("claims", "check", file, "--json")
    assert (ended.code, ended.stderr) == (0, "")
    found = json.loads(ended.stdout)
    assert (found["schema"], found["command"]) == (1, "claims check")
    claims = {c["id"]: c for c in found["claims"]}
    assert list(claims) == ["right", "wrong", "vague", "depends"]
    assert {n: c["verdict"] for n, c in claims.items()} == {
        "right": "holds", "wrong": "refuted", "vague": "unverifiable", "depends": "depends",
    }  # fmt: skip
    assert {n: c["computed"] for n, c in claims.items()} == {
        "right": 3.0, "wrong": 3.0, "vague": None,
        "depends": {"rtx-pro-6000-ws": 600.0, "rtx-pro-6000-maxq": 300.0},
    }  # fmt: skip
    assert claims["right"]["why"] == "1 + 2 = 3"
    assert claims["right"]["line"] == 7
    assert claims["wrong"]["remark"] == "Look there."
    assert claims["wrong"]["asserted"] == {"equals": 4.0, "tolerance": 0.01}
    assert [(c["case"], c["holds"], c["computed"]) for c in claims["depends"]["cases"]] == [
        ("rtx-pro-6000-ws", False, 600), ("rtx-pro-6000-maxq", True, 300),
    ]  # fmt: skip
    assert found["counts"] == {"refuted": 1, "depends": 1, "unverifiable": 1, "holds": 1}


def test_one_claim_of_many_can_be_asked_for(run: Run, tmp_path: Path) -> None:
    file = offer(tmp_path, RIGHT, WRONG, VAGUE)
    ended = run("claims", "check", file, "--id", "vague", "--id", "right", "--json")
    assert [c["id"] for c in json.loads(ended.stdout)["claims"]] == ["right", "vague"]
    text = run("claims", "check", file, "--id", "right").stdout
    assert "right: So it is." in text
    assert "wrong" not in text


def test_an_unknown_claim_is_told_with_the_nearest(run: Run, tmp_path: Path) -> None:
    ended = run("claims", "check", offer(tmp_path, RIGHT, WRONG), "--id", "rihgt")
    assert ended.code == 2
    assert "right" in ended.stderr


def test_strict_fails_on_what_is_refuted_alone(run: Run, tmp_path: Path) -> None:
    file = offer(tmp_path, RIGHT, WRONG, VAGUE, DEPENDS)
    assert run("claims", "check", file).code == 0
    for more in ([], ["--json"], ["--csv"], ["--markdown"]):
        assert run("claims", "check", file, "--strict", *more).code == 1
    others = ["--id", "right", "--id", "vague", "--id", "depends"]
    assert run("claims", "check", file, "--strict", *others).code == 0


def test_what_a_buyer_must_know_is_told_and_the_rest_when_asked(run: Run, tmp_path: Path) -> None:
    file = offer(tmp_path, RIGHT, WRONG, VAGUE, DEPENDS)

    def told(*more: str) -> list[str]:
        lines = run("claims", "check", file, *more).stdout.splitlines()
        return [line.split(":")[0] for line in lines if line.endswith(": So it is.")]

    assert told() == ["wrong", "depends"]
    assert told("--all") == ["wrong", "depends", "vague", "right"]
    assert told("--verdict", "holds") == ["right"]
    assert told("--verdict", "holds", "--verdict", "refuted") == ["wrong", "right"]
    assert "Not told one by one: unverifiable, holds" in run("claims", "check", file).stdout


def test_a_table_has_a_row_for_each_claim_and_no_formula(run: Run, tmp_path: Path) -> None:
    evil = RIGHT | {"id": "evil", "says": "=HYPERLINK(1)", "remark": "@now"}
    ended = run("claims", "check", offer(tmp_path, evil, WRONG), "--csv")
    rows = list(csv.DictReader(io.StringIO(ended.stdout)))
    assert [(r["id"], r["verdict"]) for r in rows] == [("evil", "holds"), ("wrong", "refuted")]
    assert (rows[0]["says"], rows[0]["remark"]) == ("'=HYPERLINK(1)", "'@now")


def test_a_claim_cannot_break_a_page_or_a_terminal(run: Run, tmp_path: Path) -> None:
    evil = WRONG | {"says": "a | b\n<script>\x1b[31m *c*", "remark": "\x1b]0;title\x07"}
    file = offer(tmp_path, evil)
    assert "\x1b" not in run("claims", "check", file).stdout
    written = run("claims", "check", file, "--markdown").stdout
    assert "a \\| b &lt;script>" in written
    assert all(
        line.count(" | ") == 3 for line in written.splitlines() if line.startswith("| wrong")
    )


def test_a_buyers_own_offer_is_tested_with_a_scenario_beside_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "offer.yaml").write_text(SCENARIO, encoding="utf-8")
    about = {
        "check": "choice", "scenario": "mine/offer.yaml",
        "between": {"small": ["rtx-a4000"], "large": ["rtx-pro-6000-ws"]},
        "cases": [{"name": "today"}],
    }  # fmt: skip
    ended = run("claims", "check", offer(tmp_path, claim(about, {"equals": "small"})), "--json")
    (found,) = json.loads(ended.stdout)["claims"]
    assert (found["verdict"], found["computed"]) == ("holds", "small")


def test_a_bad_file_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    file = offer(tmp_path, claim(sum_of("a.b", {"a": 1}), {"equals": 1}))
    ended = run("claims", "check", file)
    assert (ended.code, ended.stdout) == (2, "")
    assert "error[bad-expression]" in ended.stderr
    assert "offer.yaml:" in ended.stderr
    told = json.loads(run("claims", "check", file, "--json").stdout)
    assert told["schema"] == 1


OVERLAY = """\
schema: 1
sources:
  - {id: offer-7, title: Offer 7, kind: vendor, date: "2026"}
price_books:
  - id: offer-7
    title: Offer 7
    currency: USD
    entries:
      - {item: l40s, basis: quote, value: 5000, currency: USD, condition: new, as_of: "2026",
         source: offer-7}
    resale: []
"""
OWN: Data = {"source": "offer-7", "own_facts": {"prices": "offer-7"}}
PAID = claim(
    sum_of("price", {"price": {"price": {"item": "l40s", "book": "offer-7"}}}), {"equals": 5000}
)


def test_a_source_and_a_book_of_ones_own_are_named_with_an_overlay(
    run: Run, tmp_path: Path
) -> None:
    file = str(page(tmp_path, PAID, **OWN))
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    refused = run("claims", "check", file)
    assert refused.code == 2
    assert "error[unknown-source]" in refused.stderr
    assert "error[unknown-price-book]" in refused.stderr
    ended = run("claims", "check", file, "--overlay", str(overlay), "--json")
    assert (ended.code, ended.stderr) == (0, "")
    (found,) = json.loads(ended.stdout)["claims"]
    assert (found["verdict"], found["computed"]) == ("holds", 5000)


def test_many_searches_see_the_overlay_as_well(run: Run, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    overlay = tmp_path / "ours.yaml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    about = {
        "check": "choice", "scenario": "scenario.yaml", "between": {"one": ["rtx-a4000"]},
        "cases": [{"name": "today"}],
    }  # fmt: skip
    claims = [claim(about, {"equals": "one"}, f"c{i}") for i in range(9)]
    file = str(page(tmp_path, *claims, **OWN))
    ended = run("claims", "check", file, "--overlay", str(overlay), "--json")
    assert {c["verdict"] for c in json.loads(ended.stdout)["claims"]} == {"holds"}


def test_a_page_of_ones_own_claims_has_a_title_of_its_own(run: Run, tmp_path: Path) -> None:
    first = str(page(tmp_path, RIGHT, title="Offer | 7"))
    second = str(page(tmp_path, WRONG, name="second.yaml", title="Offer 8"))
    one = run("claims", "check", first, "--markdown").stdout
    assert one.startswith("# Claims of Offer \\| 7, put to the test\n\n1 statement, tested")
    both = run("claims", "check", first, second, "--markdown").stdout
    assert both.startswith("# Claims of Offer \\| 7 and Offer 8, put to the test\n\n2 statements,")
    assert "article" not in one + both


def test_one_claim_of_the_articles_is_no_page_of_all_of_them(run: Run) -> None:
    text = run("claims", "check", "--id", "s003-003", "--markdown").stdout
    assert text.startswith(
        "# Claims of RTX A6000 against RTX PRO 5000, put to the test\n\n1 statement,"
    )


def test_one_claim_is_told_as_one(run: Run, tmp_path: Path) -> None:
    assert run("claims", "check", offer(tmp_path, RIGHT)).stdout.startswith("1 claim\n")


def test_where_it_depends_each_case_says_whether_it_holds(run: Run, tmp_path: Path) -> None:
    cases = [{"name": "one", "changes": {}}, {"name": "many", "changes": {"sessions": 500}}]
    about = {
        "check": "fit", "gpus": ["rtx-4090"], "model": "llama-3.1-8b", "precision": "fp8",
        "cases": cases,
    }  # fmt: skip
    file = offer(tmp_path, claim(about, {"equals": "ok"}))
    (row,) = csv.DictReader(io.StringIO(run("claims", "check", file, "--csv").stdout))
    holds, fails = row["why"].split("; ")
    assert holds.startswith("holds (one): ok, needs ")
    assert fails.startswith("does not (many): no, needs ")
    text = " ".join(run("claims", "check", file).stdout.split())
    assert row["why"] in text


def test_no_estimate_of_a_rate_is_told_above_its_ceiling(run: Run, tmp_path: Path) -> None:
    claims = [
        claim(
            {"check": "rate", "gpus": [gpu], "model": "llama-3.1-8b", "precision": precision},
            {"equals": 1}, f"{gpu}-{precision}",
        )
        for gpu in ("rtx-4090", "rtx-pro-6000-ws", "h100-pcie")
        for precision in ("bf16", "fp8")
    ]  # fmt: skip
    found = json.loads(run("claims", "check", offer(tmp_path, *claims), "--json").stdout)["claims"]
    for one in found:
        told = re.search(r"most ([\d.,]+) tokens/s; estimated ([\d.,]+) to ([\d.,]+)", one["why"])
        assert told is not None
        ceiling, low, high = (float(g.replace(",", "")) for g in told.groups())
        assert low <= high <= ceiling


def fact(attribute: str, name: str) -> Data:
    """A claim about a fact of a card."""
    about: Data = {"check": "fact", "items": ["rtx-4090"], "attribute": attribute}
    return claim(about, {"equals": 1}, name)


def test_an_attribute_that_no_item_has_is_warned_of_with_what_rests_on_it(
    run: Run, tmp_path: Path
) -> None:
    claims = [fact("noise_db", "quiet"), fact("noise_db", "hushed"), fact("max_gpus", "host")]
    file = offer(tmp_path, RIGHT, *claims)
    for more in ([], ["--json"]):
        ended = run("claims", "check", file, *more)
        (line,) = ended.stderr.splitlines()
        assert ended.code == 0
        assert line.startswith("warning: no item of the catalogue has an attribute `noise_db`")
        assert ": quiet, hushed; " in line
    assert run("claims", "check", file, "--id", "right").stderr == ""


def test_a_warning_proposes_the_nearest_attribute(run: Run, tmp_path: Path) -> None:
    ended = run("claims", "check", offer(tmp_path, fact("tdp_watts", "hot")))
    assert "did you mean `tdp_w`?" in ended.stderr


def test_of_the_shipped_claims_no_attribute_is_warned_of(run: Run) -> None:
    assert run("claims", "check", "--id", "s001-094").stderr == ""
