"""Claims files that are wrong are refused, with the place of what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.choosing import scenario_path
from planner.claims.loading import load
from planner.errors import Diagnostic, InputError
from tests.claims.pages import Data, claim, page, sum_of

GOOD = claim(sum_of("a + b", {"a": 1, "b": 2}), {"equals": 3})
NO_SUM = ["a.b", "a ** 2", "open(a)", "a +", "[a]", "a if a else b"]


def findings(*files: Path) -> Sequence[Diagnostic]:
    with pytest.raises(InputError) as caught:
        load(files, default_catalog())
    return caught.value.diagnostics


def told(file: Path, words: str) -> Diagnostic:
    """The one finding of a file, which points at a line that holds some words."""
    (found,) = findings(file)
    assert found.span is not None
    assert found.span.file == str(file)
    assert words in file.read_text(encoding="utf-8").splitlines()[found.span.line - 1]
    return found


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (found,) = load([page(tmp_path, GOOD)], default_catalog())
    assert [c.id for c in found.file.claims] == ["one"]


def test_an_unknown_source_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = told(page(tmp_path, GOOD, source="article-4090-pro600"), "article-4090-pro600")
    assert found.rule == "unknown-source"
    assert "article-4090-pro6000" in (found.help or "")


def test_an_unknown_price_book_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = told(page(tmp_path, GOOD, own_facts={"prices": "sead"}), '"prices": "sead"')
    assert found.rule == "unknown-price-book"
    assert "seed" in (found.help or "")


def test_an_id_that_stands_twice_is_told_at_its_second_place(tmp_path: Path) -> None:
    file = page(tmp_path, GOOD, GOOD | {"id": "two"}, GOOD)
    found = told(file, '"id": "one"')
    assert found.rule == "duplicate-id"
    assert found.span is not None
    before = file.read_text(encoding="utf-8").splitlines()[: found.span.line - 1]
    assert any('"id": "two"' in line for line in before)


def test_an_id_that_stands_in_two_files_is_told_in_the_second(tmp_path: Path) -> None:
    first, second = page(tmp_path, GOOD), page(tmp_path, GOOD, name="other.yaml")
    (found,) = findings(first, second)
    assert found.rule == "duplicate-id"
    assert found.span is not None
    assert found.span.file == str(second)


def test_a_term_that_is_not_given_is_told_with_the_nearest(tmp_path: Path) -> None:
    found = told(page(tmp_path, claim(sum_of("price + 1", {"prise": 1}), {"equals": 1})), "price")
    assert found.rule == "unknown-term"
    assert "prise" in (found.help or "")


def test_a_term_must_be_given_in_every_case_or_for_all(tmp_path: Path) -> None:
    one: Data = {"name": "one", "terms": {"a": {"stated": 1}}}
    other: Data = {"name": "other", "terms": {}}
    load([page(tmp_path, claim(sum_of("a", {}, cases=[one]), {"equals": 1}))], default_catalog())
    file = page(tmp_path, claim(sum_of("a", {}, cases=[one, other]), {"equals": 1}))
    assert told(file, '"expression": "a"').rule == "unknown-term"


PERIOD: Data = {"name": "then", "since": "2026-01", "until": "2026-06"}
PRICE: Data = {"check": "price", "items": ["rtx-4090"], "currency": "USD", "periods": [PERIOD]}
FIT: Data = {"check": "fit", "gpus": ["rtx-4090"], "model": "llama-3.1-8b"}
FACT: Data = {"check": "fact", "items": ["rtx-4090"], "attribute": "tdp_w"}
DEAR: Data = {"price": {"item": "rtx-4090", "book": "sead"}}
TIE: Data = {"name": "then", "changes": {"gpus": ["rtx-409"]}}
BANDWITH, BANDWIDTH = "memory_bandwith_gb_s", "memory_bandwidth_gb_s"
READ: Data = {"fact": {"item": "rtx-4090", "attribute": BANDWITH}}
SLIP: Data = {"name": "then", "changes": {"sesions": 4}}


@pytest.mark.parametrize(
    ("about", "asserts", "rule", "words", "hint"),
    [
        (FACT | {"items": ["rtx-409"]}, {"equals": 450}, "unknown-item", "rtx-409", "rtx-4090"),
        (FIT | {"gpus": ["rtx-409"]}, {"equals": "ok"}, "unknown-gpu", "rtx-409", "rtx-4090"),
        (FIT | {"cases": [TIE]}, {"equals": "ok"}, "unknown-gpu", "rtx-409", "rtx-4090"),
        (FIT | {"cases": [SLIP]}, {"equals": "ok"}, "unknown-field", "sesions", "sessions"),
        (FIT | {"model": "llama-3.1-9b"}, {"equals": "ok"}, "unknown-model", "9b", "llama-3.1-8b"),
        (PRICE | {"items": ["rtx-409"]}, {"equals": 1}, "unknown-item", "rtx-409", "rtx-4090"),
        (sum_of("a", {"a": DEAR}), {"equals": 1}, "unknown-price-book", "sead", "seed"),
        (FIT, {"equals": "okay"}, "wrong-answer", "okay", "ok"),
        (FIT, {"at_least": 1}, "wrong-test", "asserts", ""),
        (sum_of("a", {"a": 1}), {"equals": "one"}, "wrong-answer", "one", ""),
        (PRICE, {"equals": True}, "wrong-answer", "equals", ""),
        (FIT | {"check": "rate", "precision": "fp8"}, {"equals": "ok"}, "wrong-answer", "ok", ""),
        (FACT, {"equals": "plenty"}, "wrong-kind", "plenty", ""),
        (FACT | {"attribute": "tdp"}, {"equals": 450}, "unknown-attribute", '"tdp"', "tdp_w"),
        (FACT | {"attribute": BANDWITH}, {"equals": 1}, "unknown-attribute", BANDWITH, BANDWIDTH),
        (sum_of("a", {"a": READ}), {"equals": 1}, "unknown-attribute", BANDWITH, BANDWIDTH),
        (
            sum_of("a", {}, cases=[{"name": "then", "terms": {"a": READ}}]),
            {"equals": 1},
            "unknown-attribute",
            BANDWITH,
            BANDWIDTH,
        ),
        (FACT | {"attribute": "architecture"}, {"equals": 5}, "wrong-kind", "equals", ""),
        (FACT | {"attribute": "architecture"}, {"at_most": 5}, "wrong-kind", "at_most", ""),
    ],
)
def test_a_slip_of_the_pen_is_told_where_it_stands(
    about: Data, asserts: Data, rule: str, words: str, hint: str, tmp_path: Path
) -> None:
    found = told(page(tmp_path, claim(about, asserts)), words)
    assert found.rule == rule
    assert hint in (found.help or "")


@pytest.mark.parametrize("attribute", ["max_gpus", "noise_db", "tensor_generation_factor"])
def test_an_attribute_of_other_items_or_of_none_is_no_slip(attribute: str, tmp_path: Path) -> None:
    file = page(tmp_path, claim(FACT | {"attribute": attribute}, {"equals": 1}))
    assert load([file], default_catalog())


def test_a_source_that_is_not_known_may_be_brought_along(tmp_path: Path) -> None:
    (found,) = findings(page(tmp_path, GOOD, source="my-offer"))
    assert "--overlay" in (found.help or "")


def test_claims_that_rest_on_one_another_are_refused_once(tmp_path: Path) -> None:
    one = claim(sum_of("a", {"a": {"claim": "two"}}), {"equals": 1}, "one")
    two = claim(sum_of("a", {"a": {"claim": "one"}}), {"equals": 1}, "two")
    last = claim(sum_of("a", {"a": {"claim": "one"}}), {"equals": 1}, "last")
    (found,) = findings(page(tmp_path, last, one, two))
    assert found.rule == "own-evidence"
    assert "`one` on `two` on `one`" in found.message


@pytest.mark.parametrize("expression", NO_SUM)
def test_what_is_no_sum_is_told_where_it_stands(expression: str, tmp_path: Path) -> None:
    file = page(tmp_path, claim(sum_of(expression, {"a": 1, "b": 2}), {"equals": 1}))
    assert told(file, f'"expression": "{expression}"').rule == "bad-expression"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (GOOD | {"colour": "red"}, "colour"),
        (GOOD | {"about": GOOD["about"] | {"sum": 1}}, '"sum"'),
        (GOOD | {"kind": "rumour"}, "rumour"),
        (GOOD | {"proposed": "perhaps"}, "perhaps"),
        (GOOD | {"id": "Has Spaces"}, "Has Spaces"),
        (GOOD | {"line": 0}, '"line"'),
        (GOOD | {"about": {"check": "guess"}}, ""),
        (GOOD | {"asserts": {}}, "asserts"),
        (GOOD | {"asserts": {"equals": 1, "at_least": 1}}, "asserts"),
        (claim(sum_of("a", {"a": {"stated": 1, "claim": "x"}}), {"equals": 1}), '"a"'),
        (claim({"check": "fact", "items": [], "attribute": "x"}, {"equals": 1}), "items"),
        (GOOD | {"asserts": {"equals": 3, "tolerance": 3}}, "tolerance"),
        (GOOD | {"asserts": {"between": [2, 1]}}, "asserts"),
        (claim({"check": "price", "items": ["l40s"], "currency": "USD",
                "periods": [{"name": "x", "since": "2026-02", "until": "2026-01"}]},
               {"at_least": 1}), ""),
        (claim({"check": "price", "items": ["l40s"], "currency": "USD", "periods": []},
               {"at_least": 1}), "periods"),
    ],
)  # fmt: skip
def test_what_the_format_does_not_have_is_told_where_it_stands(
    wrong: Data, words: str, tmp_path: Path
) -> None:
    told(page(tmp_path, wrong), words)


def test_every_finding_of_every_file_is_told(tmp_path: Path) -> None:
    first = page(tmp_path, GOOD, source="nobody", own_facts={"prices": "none"})
    second = page(tmp_path, claim(sum_of("a.b", {"a": 1}), {"equals": 1}), name="second.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("claims: [", encoding="utf-8")
    found = findings(first, second, broken, tmp_path / "missing.yaml")
    assert len({d.span.file for d in found if d.span}) >= 3
    assert {"unknown-source", "unknown-price-book", "bad-expression", "duplicate-id"} <= {
        d.rule for d in found
    }
    assert len(found) == 6


BETWEEN: Data = {"A6000": ["rtx-a6000"], "4090": ["rtx-4090"]}


def chosen_in(scenario: str) -> Data:
    """A claim that is tested by solving a scenario."""
    about: Data = {"check": "choice", "scenario": scenario, "between": BETWEEN}
    return claim(about, {"equals": "A6000"})


def beside(folder: Path) -> None:
    """A scenario and an overlay that stand beside the claims file, and a scenario below it."""
    (folder / "more").mkdir()
    (folder / "offer-chat.yaml").write_text("workloads: []\n", encoding="utf-8")
    (folder / "more" / "growing.yaml").write_text("workloads: []\n", encoding="utf-8")
    (folder / "offer-prices.yaml").write_text("schema: 1\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("offer-chats.yaml", "offer-chat.yaml"),
        ("offer-price.yaml", "offer-chat.yaml"),
        ("growth.yaml", "4090-pro6000/growth.yaml"),
        ("more/growth.yaml", "more/growing.yaml"),
        ("scenarios/of/offer-chat.yaml", "offer-chat.yaml"),
        ("mixtral-8x22.yaml", "4090-pro6000/mixtral-8x22b.yaml"),
    ],
)
def test_for_a_missing_scenario_one_beside_the_claims_file_is_proposed_first(
    written: str, meant: str, tmp_path: Path
) -> None:
    beside(tmp_path)
    found = told(page(tmp_path, chosen_in(written)), written)
    assert found.rule == "unknown-file"
    assert f"did you mean `{meant}`?" in (found.help or "")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ofer.yaml", "offer-prices.yaml"),
        ("offer-facts.yaml", "offer-prices.yaml"),
        ("4090-pro6000/fact.yaml", "4090-pro6000/facts.yaml"),
    ],
)
def test_for_a_missing_overlay_one_beside_the_claims_file_is_proposed_first(
    written: str, meant: str, tmp_path: Path
) -> None:
    beside(tmp_path)
    found = told(page(tmp_path, GOOD, own_facts={"overlay": written}), written)
    assert found.rule == "unknown-file"
    assert f"did you mean `{meant}`?" in (found.help or "")


TOO_LONG = {"name": "z" * 300, "folder": "z" * 300 + "/zzz", "path": "z/" * 3000}


@pytest.mark.parametrize("written", ["zzz", *TOO_LONG.values()], ids=["short", *TOO_LONG])
def test_where_no_file_is_like_the_missing_one_the_places_are_told(
    written: str, tmp_path: Path
) -> None:
    found = told(page(tmp_path, chosen_in(written)), written)
    assert "did you mean" not in (found.help or "")
    assert "starts at the claims file" in (found.help or "")


def test_a_scenario_beside_the_claims_file_goes_before_one_of_the_program(tmp_path: Path) -> None:
    (tmp_path / "4090-pro6000").mkdir()
    mine = tmp_path / "4090-pro6000" / "growth.yaml"
    mine.write_text("workloads: []\n", encoding="utf-8")
    assert scenario_path("4090-pro6000/growth.yaml", tmp_path) == mine
    assert scenario_path("4090-pro6000/mvp.yaml", tmp_path).is_file()
