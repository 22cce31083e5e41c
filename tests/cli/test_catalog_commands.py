"""`planner catalog`: conditions, tables for spreadsheets, conflicts, prices, checks, additions."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from planner.catalog.loading import default_catalog
from planner.catalog.prices import price_list
from planner.errors import nearest
from tests.cli.conftest import Run

STUB = """\
sources:
  - {id: mine, title: "=HYPERLINK(1)", kind: vendor, date: "2026"}
racks:
  - {id: my-rack, source: mine, as_of: "2026-10", name: "=1+1", rack_units: 24, kw: 7.5, sockets: 8}
price_books:
  - id: "2026-09"
    title: Mine
    currency: USD
    entries:
      - {item: my-rack, basis: quote, value: 900, currency: USD, condition: new, as_of: "2026-10",
         source: mine}
    resale: []
"""
SCENARIO = """\
schema: 1
name: Offer
start: 2026-11
months: 3
catalog: {overlays: [mine.yaml]}
workloads:
  - {name: cards, task: fixed, need: {cards: 1}, demand: [{from: 2026-11, count: 1}]}
sites:
  - name: lab
    facility_power_kw: 20.0
    pue: 1.0
    electricity_per_kwh: 0.2
    racks: {model: my-rack, count: 1}
"""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def data(run: Run, *arguments: str) -> Any:
    ended = run(*arguments, "--json")
    assert (ended.code, ended.stderr) == (0, "")
    return json.loads(ended.stdout)


def test_a_condition_lists_what_it_is_true_of_and_nothing_else(run: Run) -> None:
    found = data(run, "catalog", "list", "gpus", "--where", "memory_gib >= 40 and ecc")["gpus"]
    catalog = default_catalog()
    expected = [
        name
        for name, gpu in catalog.gpus.items()
        if gpu.memory_mib.value >= 40 * 1024 and gpu.ecc.value
    ]
    assert [e["id"] for e in found] == expected
    assert 5 < len(expected) < len(catalog.gpus)


@pytest.mark.parametrize(("sort", "sign"), [("tdp_w", 1), ("-tdp_w", -1)])
def test_a_list_is_sorted_by_an_attribute(sort: str, sign: int, run: Run) -> None:
    rows = table(run("catalog", "list", "gpus", "--sort", sort, "--csv").stdout)
    watts = [sign * float(r["tdp_w"]) for r in rows]
    assert watts == sorted(watts)
    assert len(rows) == len(default_catalog().gpus)


@pytest.mark.parametrize("sort", ["nvenc", "-nvenc"])
def test_what_does_not_have_the_attribute_comes_last(sort: str, run: Run) -> None:
    rows = table(run("catalog", "list", "gpus", "--sort", sort, "--csv").stdout)
    has = [bool(r["nvenc"]) for r in rows]
    assert has == sorted(has, reverse=True)
    assert {True, False} == set(has)


def test_a_further_column_is_shown_with_its_value(run: Run) -> None:
    found = data(run, "catalog", "list", "gpus", "--show", "l2_mb")["gpus"]
    by_id = {e["id"]: e["l2_mb"] for e in found}
    assert by_id["rtx-4090"] == 72
    assert "l2_mb" in run("catalog", "list", "gpus", "--show", "l2_mb").stdout


@pytest.mark.parametrize(
    "kind", ["gpus", "hosts", "racks", "bridges", "models", "prices", "sources"]
)
def test_a_table_of_every_kind_has_a_row_for_each_and_never_a_formula(kind: str, run: Run) -> None:
    rows = table(run("catalog", "list", kind, "--csv").stdout)
    assert len(rows) == len(data(run, "catalog", "list", kind)[kind])
    assert [c for r in rows for c in r.values() if c.startswith(("=", "@", "\t", "\r"))] == []


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "command",
    [
        ["catalog", "conflicts"], ["catalog", "sources"], ["catalog", "prices"],
        ["catalog", "prices", "rtx-a6000"], ["catalog", "show", "rtx-4090"],
        ["catalog", "check", "--today", "2026-11-21"], ["claims", "check", "--id", "s001-127"],
    ],
)  # fmt: skip
def test_no_cell_of_a_table_is_a_formula(command: list[str], run: Run) -> None:
    rows = table(run(*command, "--csv").stdout)
    cells = [c for r in rows for c in r.values()]
    assert cells
    assert [c for c in cells if c.startswith(FORMULAS) and not is_number(c)] == []


@pytest.mark.parametrize("sign", FORMULAS)
def test_a_text_that_a_spreadsheet_would_reckon_is_marked(
    sign: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from planner.cli.output import print_csv

    print_csv(["a", "b", "c"], [[f"{sign}1+1", -1, None]])
    _, row = csv.reader(io.StringIO(capsys.readouterr().out, newline=""))
    assert row == [f"'{' ' if sign == chr(13) else sign}1+1", "-1", ""]


def test_an_unknown_attribute_is_told_with_the_nearest(run: Run) -> None:
    ended = run("catalog", "list", "gpus", "--where", "memory_gb >= 40")
    assert ended.code == 2
    assert "`memory_gb`" in ended.stderr
    assert "memory_gib" in ended.stderr
    for option in ("--sort", "--show"):
        assert run("catalog", "list", "gpus", option, "memory_gb").code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["catalog", "list", "gpus", "--where", "f(a)"],
        ["catalog", "list", "gpus", "--where", "name > 3"],
        ["catalog", "list", "gpus", "--where", "memory_gib >"],
        ["catalog", "list", "--where", "ecc"],
        ["catalog", "list", "--csv"],
        ["catalog", "sources", "--where", "colour == 'red'"],
        ["catalog", "prices", "rtx-9999"],
        ["catalog", "prices", "rtx-a6000", "--currency", "XXX"],
        ["catalog", "prices", "--currency", "XXX"],
        ["catalog", "prices", "rtx-a6000", "--since", "yesterday"],
        ["catalog", "conflicts", "rtx-9999"],
        ["catalog", "check", "--prices", "1999"],
        ["catalog", "check", "--overlay", "no-such-file.yaml"],
        ["catalog", "check", "--today", "tomorrow"],
        ["catalog", "add"],
        ["catalog", "add", "no-such-file.yaml"],
        ["claims", "check", "no-such-file.yaml"],
        ["claims", "check", "--id", "s009-001"],
    ],
)
def test_what_cannot_be_asked_exits_with_2_and_a_reason(arguments: list[str], run: Run) -> None:
    ended = run(*arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr


def test_every_conflict_names_the_claim_in_force_and_the_others(run: Run) -> None:
    found = data(run, "catalog", "conflicts")["conflicts"]
    assert len({c["item"] for c in found}) > 10
    for conflict in found:
        values = [o["value"] for o in conflict["others"]]
        assert any(v != conflict["in_force"]["value"] for v in values)
        assert conflict["in_force"]["source"] in default_catalog().sources
    rows = table(run("catalog", "conflicts", "--csv").stdout)
    assert len(rows) == sum(1 + len(c["others"]) for c in found)
    assert sum(r["in_force"] == "True" for r in rows) == len(found)


def test_the_nvlink_of_the_pro_6000_is_told_with_what_the_articles_say(run: Run) -> None:
    found = data(run, "catalog", "conflicts", "rtx-pro-6000-ws")["conflicts"]
    (speed,) = [c for c in found if c["attribute"] == "nvlink_gb_s"]
    assert speed["in_force"]["value"] == 0
    assert sorted(o["value"] for o in speed["others"]) == [900, 1800]
    assert speed["why"]


def test_where_nobody_disagrees_that_is_told(run: Run) -> None:
    disputed = {c["item"] for c in data(run, "catalog", "conflicts")["conflicts"]}
    quiet = next(n for n in default_catalog().gpus if n not in disputed)
    assert run("catalog", "conflicts", quiet).stdout == "No two sources disagree.\n"


def test_sources_are_counted_and_can_be_chosen(run: Run) -> None:
    found = data(run, "catalog", "sources", "--where", "kind == 'article'")["sources"]
    assert {s["id"] for s in found} == {
        "article-4090-pro6000", "article-a4000-a6000", "article-a6000-pro5000",
        "article-pro4500-pro6000",
    }  # fmt: skip
    assert all(s["cited"] > 0 for s in found)


def test_a_price_history_has_what_was_seen_and_what_the_books_say(run: Run) -> None:
    catalog = default_catalog()
    seen = [o for o in catalog.price_observations if o.item == "rtx-a6000"]
    books = [
        b for b in catalog.price_books.values() if any(e.item == "rtx-a6000" for e in b.entries)
    ]
    found = data(run, "catalog", "prices", "rtx-a6000")
    assert len(found["prices"]) == len(seen) + len(books)
    for price in found["prices"]:
        assert price["low"] <= price["value"] <= price["high"]
    used = data(run, "catalog", "prices", "rtx-a6000", "--condition", "used")["prices"]
    assert {p["goods"] for p in used} == {"used"}
    late = data(run, "catalog", "prices", "rtx-a6000", "--since", "2026-01")["prices"]
    assert 0 < len(late) < len(found["prices"])
    assert all(p["as_of"] >= "2026" for p in late)


def test_prices_are_told_in_the_currency_that_is_asked_for(run: Run) -> None:
    for currency in ("USD", "EUR", "GBP"):
        found = data(run, "catalog", "prices", "rtx-a6000", "--currency", currency)["prices"]
        price = price_list(default_catalog(), "2026-09", currency).price("rtx-a6000")
        assert price is not None
        (book,) = [p for p in found if p["kind"] == "book 2026-09"]
        assert book["value"] == price.cents / 100


def test_the_shipped_catalogue_passes_its_check(run: Run) -> None:
    found = data(run, "catalog", "check", "--today", "2026-11-21")
    assert found["errors"] == 0
    assert found["counts"]["cards"] >= 34
    assert found["counts"]["price observations"] >= 97


def test_a_check_fails_on_an_error_and_not_on_warnings(run: Run, tmp_path: Path) -> None:
    old = run("catalog", "check", "--today", "2030-01-01")
    assert old.code == 0
    assert "warning[stale-prices] 2026-09" in old.stdout
    stub = tmp_path / "stub.yaml"
    stub.write_text(STUB, encoding="utf-8")
    overlay = tmp_path / "mine.yaml"
    assert run("catalog", "add", str(stub), "--into", str(overlay)).code == 0
    text = overlay.read_text(encoding="utf-8").replace("value: 24", "value: 2400")
    overlay.write_text(text, encoding="utf-8")
    ended = run("catalog", "check", "--overlay", str(overlay))
    assert ended.code == 1
    assert "error[range] my-rack: `rack_units` is 2400" in " ".join(ended.stdout.split())


def test_what_is_added_can_be_planned_with(run: Run, tmp_path: Path) -> None:
    stub, overlay = tmp_path / "stub.yaml", tmp_path / "mine.yaml"
    stub.write_text(STUB, encoding="utf-8")
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    before = run("validate", str(tmp_path / "scenario.yaml"))
    assert before.code == 2
    ended = run("catalog", "add", str(stub), "--into", str(overlay))
    assert (ended.code, ended.stderr) == (0, "")
    assert "my-rack" in ended.stdout
    after = run("validate", str(tmp_path / "scenario.yaml"))
    assert (after.code, after.stderr) == (0, "")


def test_a_second_stub_is_joined_to_the_overlay_and_the_same_is_refused(
    run: Run, tmp_path: Path
) -> None:
    stub, overlay = tmp_path / "stub.yaml", tmp_path / "mine.yaml"
    stub.write_text(STUB, encoding="utf-8")
    assert run("catalog", "add", str(stub), "--into", str(overlay)).code == 0
    once = overlay.read_text(encoding="utf-8")
    again = run("catalog", "add", str(stub), "--into", str(overlay))
    assert again.code == 2
    assert "stands twice" in again.stderr
    assert overlay.read_text(encoding="utf-8") == once
    second = STUB.split("price_books")[0].replace("id: my-rack", "id: my-other-rack")
    stub.write_text(
        second.replace("id: mine", "id: my-other").replace("source: mine", "source: my-other")
    )
    assert run("catalog", "add", str(stub), "--into", str(overlay)).code == 0
    both = overlay.read_text(encoding="utf-8")
    assert "my-rack" in both
    assert "my-other-rack" in both
    assert run("catalog", "check", "--overlay", str(overlay), "--today", "2026-11-21").code == 0


def test_what_cannot_be_is_not_added(run: Run, tmp_path: Path) -> None:
    stub, overlay = tmp_path / "stub.yaml", tmp_path / "mine.yaml"
    stub.write_text(STUB.replace("rack_units: 24", "rack_units: 2400"), encoding="utf-8")
    ended = run("catalog", "add", str(stub), "--into", str(overlay))
    assert ended.code == 1
    assert "error[range] my-rack" in ended.stderr
    assert not overlay.exists()
    told = json.loads(run("catalog", "add", str(stub), "--json").stdout)
    assert told["added"] == []
    assert [f["rule"] for f in told["findings"]] == ["range"]


def test_no_hit_is_told_as_such_before_what_renting_costs(run: Run) -> None:
    rented = {r.item for r in default_catalog().rentals}
    assert "rtx-a5000" in rented
    text = run("catalog", "prices", "rtx-a5000", "--condition", "refurbished").stdout
    assert text.startswith("No price of rtx-a5000 (refurbished) is known.\n\nRented\n")
    text = run("catalog", "prices", "rtx-a5000", "--since", "2031").stdout
    assert text == "No price of rtx-a5000 since 2031 is known.\n"


def test_rentals_are_told_in_the_currency_that_is_asked_for(run: Run) -> None:
    usd = data(run, "catalog", "prices", "rtx-4090")["rentals"]
    eur = data(run, "catalog", "prices", "rtx-4090", "--currency", "EUR")["rentals"]
    assert {r["currency"] for r in usd} == {"USD"}
    assert {r["currency"] for r in eur} == {"EUR"}
    for one, other in zip(usd, eur, strict=True):
        rates = price_list(default_catalog(), "2026-09", "EUR")
        factor = float(rates.factor("USD", one["as_of"]))
        name = "value" if "value" in one else "low"
        assert other[name] == pytest.approx(one[name] * factor, abs=0.0001)
    text = run("catalog", "prices", "rtx-4090", "--currency", "EUR").stdout
    assert "USD" not in text.partition("\nRented\n")[2]


def test_a_measurement_and_a_figure_of_the_surroundings_can_be_shown(run: Run) -> None:
    catalog = default_catalog()
    row = catalog.benchmarks[0]
    shown = data(run, "catalog", "show", row.id)
    assert (shown["kind"], shown["figures"]["tokens_per_s"]["value"]) == (
        "benchmark", row.tokens_per_s,
    )  # fmt: skip
    assert list(shown["sources"]) == [row.source]
    name, reference = next(iter(catalog.references.items()))
    shown = data(run, "catalog", "show", name)
    assert (shown["kind"], shown["figures"]["value"]["value"]) == (
        "reference", reference.value.value,
    )  # fmt: skip
    assert run("catalog", "show", name).stdout.startswith(f"{name}: ")


def test_a_figure_is_told_with_how_far_it_is_trusted(run: Run) -> None:
    figures = data(run, "catalog", "show", "rtx-4090")["figures"]
    lines = run("catalog", "show", "rtx-4090").stdout.splitlines()
    for name, figure in figures.items():
        if "confidence" in figure:
            (line,) = [one for one in lines if one.startswith(f"{name} ")]
            assert line.endswith(f", {figure['as_of']}, {figure['confidence']}")


def test_no_cell_of_a_list_is_the_name_of_a_type(run: Run) -> None:
    for kind in ("gpus", "hosts", "racks", "bridges", "models"):
        cells = [c for r in table(run("catalog", "list", kind, "--csv").stdout) for c in r.values()]
        assert [c for c in cells if "Entry" in c or c == "BuiltIn"] == []


@pytest.mark.parametrize(
    ("arguments", "head"),
    [
        (["list", "gpus", "--where", "id == 'rtx-4090'"], "1 card or module where"),
        (["list", "hosts", "--where", "id == 'hp-z4-g5'"], "1 host where"),
        (["list", "models", "--where", "id == 'bge-m3'"], "1 model where"),
        (["list", "sources", "--where", "id == 'rtx6kpro'"], "1 source where"),
        (["sources", "--where", "id == 'rtx6kpro'"], "1 source where"),
        (["list", "racks"], f"{len(default_catalog().racks)} rack"),
    ],
)
def test_one_is_told_as_one(arguments: list[str], head: str, run: Run) -> None:
    assert run("catalog", *arguments).stdout.startswith(head)


def test_one_price_is_told_as_one(run: Run) -> None:
    seen = data(run, "catalog", "prices")["items"]
    once = next(i["item"] for i in seen if len(i["prices"]) == 1)
    assert run("catalog", "prices", once).stdout.startswith(f"{once}: 1 price, USD")


def test_a_proposal_does_not_depend_on_the_order_of_a_set() -> None:
    names = ["max_gpus_b", "max_gpus_a", "max_gpus_c"]
    assert {nearest("max_gpus", order) for order in permutations(names)} == {"max_gpus_a"}
    assert nearest("mix_gpus_", set(names)) == nearest("mix_gpus_", sorted(names))


def test_a_condition_that_cannot_be_read_is_told_with_a_caret_under_its_fault(run: Run) -> None:
    ended = run("catalog", "list", "gpus", "--where", "memory_gib >= and ecc")
    assert ended.code == 2
    place, _, text, caret = ended.stderr.splitlines()[1:5]
    assert place.strip() == "--> --where:1:15"
    assert text[caret.index("^") : caret.rindex("^") + 1] == "and"


def test_a_list_is_sorted_by_several_attributes(run: Run) -> None:
    found = run(
        "catalog", "list", "gpus", "--sort", "slot_width", "--sort", "-tdp_w", "--csv"
    ).stdout
    rows = list(csv.DictReader(found.splitlines()))
    keys = [(float(r["slot_width"]), -float(r["tdp_w"])) for r in rows if r["slot_width"]]
    assert len(keys) > 10
    assert keys == sorted(keys)


def test_an_unknown_attribute_to_sort_by_is_told_with_the_nearest(run: Run) -> None:
    ended = run("catalog", "list", "prices", "--sort", "-prise")
    assert ended.code == 2
    assert "`prise` is not an attribute" in ended.stderr
    assert "did you mean `price`?" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["catalog", "list", "gpu"], "gpus"),
        (["catalog", "add", "--template", "gpus"], "gpu"),
        (["catalog", "prices", "--condition", "refurb"], "refurbished"),
        (["claims", "check", "--verdict", "refute"], "refuted"),
        (["size", "llama-3.1-8b", "--task", "embed"], "embedding"),
        (["solve", "x.yaml", "--backend", "cpsat"], "cp-sat"),
        (["schema", "scenarios"], "scenario"),
        (["completion", "zh"], "zsh"),
    ],
)
def test_a_misspelt_word_of_a_few_is_told_with_the_nearest(
    arguments: list[str], meant: str, run: Run
) -> None:
    ended = run(*arguments)
    assert ended.code == 2
    assert f"; did you mean `{meant}`?" in ended.stderr


def test_a_word_that_is_like_none_is_told_the_words_alone(run: Run) -> None:
    ended = run("claims", "check", "--verdict", "zzz")
    assert ended.code == 2
    assert "'holds', 'refuted', 'depends', 'unverifiable'" in ended.stderr
    assert "did you mean" not in ended.stderr


def test_one_year_is_told_in_the_singular(run: Run) -> None:
    told = run("catalog", "show", "rtx-4090").stdout
    assert re.search(r"^warranty_years +1 year  ", told, flags=re.MULTILINE)
