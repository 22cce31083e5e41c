"""Every sentence of a comparison is true of its tables."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.cli.main import run
from planner.report.sections import Section
from planner.report.versus import sections_of
from planner.studies.choices import Bill, State
from planner.versus.head_to_head import HeadToHead, head_to_head
from planner.versus.trades import Stack
from planner.versus.winners import Winner
from tests.versus.scenarios import CHAT, written

A, B = "rtx-a4000", "rtx-a6000"
LARGE = {
    **CHAT, "name": "large", "model": "llama-3.3-70b", "precision": ["bf16"],
    "demand": [{"from": "2026-10", "concurrency": 1}], "slo": {"tokens_per_s_per_session": 5},
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> HeadToHead:
    return head_to_head(A, B, written(tmp_path_factory.mktemp("one")))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> HeadToHead:
    hosts = {"hosts": ["diy-desktop", "hp-z4-g5", "supermicro-741ge"]}
    file = written(tmp_path_factory.mktemp("large"), workloads=[LARGE], fleet=hosts)
    return head_to_head(A, B, file)


def can(choice: str, cents: int) -> Bill:
    return Bill(choice, State.CAN, cents, cents - 1, True, "", "USD")


def cannot(choice: str) -> Bill:
    return Bill(choice, State.CANNOT, None, None, False, "it is too small", "USD")


def won(name: str, winner: str, one: Bill, other: Bill, both: Bill) -> Winner:
    return Winner(name, winner, "", (one, other), both, (), ())


def section(found: HeadToHead, title: str) -> Section:
    return next(s for s in sections_of(found) if s.title.startswith(title))


def summary(found: HeadToHead, *winners: Winner) -> str:
    return " ".join(section(replace(found, winners=winners, together=None), "Which to buy").texts)


def test_a_card_is_cheaper_only_where_the_other_can_do_it_too(found: HeadToHead) -> None:
    text = summary(
        found,
        won("easy", A, can(A, 1000), can(B, 2000), can("both", 1000)),
        won("hard", B, cannot(A), can(B, 2000), can("both", 2000)),
    )
    assert f"{A} (USD 820) is the cheaper card for easy." in text
    assert f"Only {B} (used, USD 3,200) carries hard in the hosts that the scenario allows" in text
    assert "cheaper card for hard" not in text


def test_a_mixed_fleet_is_told_by_what_it_beats(found: HeadToHead) -> None:
    text = summary(
        found,
        won("even", "tie", can(A, 1000), can(B, 1001), can("both", 800)),
        won("beyond", "none", cannot(A), cannot(B), can("both", 900)),
        won("hopeless", "none", cannot(A), cannot(B), cannot("both")),
        won("alike", A, can(A, 1000), can(B, 2000), can("both", 995)),
    )
    assert "They cost the same, within a hundredth, for even." in text
    assert "A fleet of both costs less than one of either kind alone for even." in text
    assert "Neither carries beyond alone; a fleet of both does." in text
    assert "Neither carries hopeless alone, nor do both together." in text
    assert "still" not in text


def test_prices_of_goods_in_another_condition_are_told_as_such(found: HeadToHead) -> None:
    text = summary(found)
    assert f"not of goods alike ({A} as new and used together, {B} as used)" in text
    assert "against a new one" not in text


def test_figures_of_a_workload_that_one_card_does_not_run_are_told_as_such(
    large: HeadToHead,
) -> None:
    assert [e.workload for e in large.economics] == [None, "large"]
    costs = section(large, "What it costs")
    (row,) = (r for r in costs.rows if r[0].startswith("large at full speed"))
    assert row[1] == "does not run"
    assert row[2][0].isdigit()
    assert not any("not of the same" in note for note in costs.notes)


def test_rates_are_set_against_each_other_only_where_both_run_alike(found: HeadToHead) -> None:
    one, other = found.speeds[0][0], found.speeds[1][0]
    assert one.rate is not None
    assert other.rate is not None
    ratio = f"{other.rate / one.rate:.2f}x"
    for changed, told in ((other, ratio), (replace(other, precision="bf16"), "")):
        speeds = section(replace(found, speeds=((one,), (changed,))), "How fast")
        assert [row[-1] for row in speeds.rows] == ["", told]


def with_cheap(found: HeadToHead, **changes: float) -> HeadToHead:
    assert found.trades is not None
    cheap, dear = found.trades.same_memory
    one: Stack = replace(cheap, count=1, **changes)  # type: ignore[arg-type]
    return replace(found, trades=replace(found.trades, same_memory=(one, dear)))


def test_a_cheaper_card_with_more_memory_is_told_and_not_to_be_left_for_a_worse_one(
    found: HeadToHead,
) -> None:
    better = with_cheap(found, memory_gib=96.0, bandwidth_gb_s=2000.0)
    memory = section(better, f"For the memory of one {B}")
    assert f"One {A} has more memory than one {B}." in memory.notes
    titles = [s.title for s in sections_of(better)]
    assert f"{A} first, {B} later" not in titles
    assert f"{A} first, {B} later" in [s.title for s in sections_of(found)]


def test_memory_is_called_the_same_only_where_it_is_less_by_a_little(found: HeadToHead) -> None:
    said = "A fiftieth less counts as the same."
    equal = section(with_cheap(found, memory_gib=47.99), f"For the memory of one {B}")
    less = section(with_cheap(found, memory_gib=47.5), f"For the memory of one {B}")
    assert said not in equal.notes
    assert said in less.notes


def test_the_head_of_the_fits_says_that_its_memory_is_the_usable(found: HeadToHead) -> None:
    fits = section(found, "Which models fit")
    assert [c.name for c in fits.columns][1:] == [
        f"{A}, 14.4 GiB usable", f"{B}, 43.6 GiB usable",
    ]  # fmt: skip


def test_the_help_counts_no_workloads(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["versus", "--help"]) == 0
    text = capsys.readouterr().out
    assert "[default: those of a small team]" in " ".join(text.split())
    assert not any(word in text for word in ("eight", "ten usual"))


def test_why_a_card_cannot_carry_all_as_one_fleet_is_told(found: HeadToHead) -> None:
    whole = won("all of them", B, cannot(A), can(B, 2000), can("both", 1500))
    told = replace(found, together=whole)
    assert f"all of them on {A}: it is too small." in section(told, "Net cost").notes
    text = " ".join(section(told, "Which to buy").texts)
    assert "either kind alone for all of them as one fleet." in text


def test_a_reason_is_told_once_for_all_workloads(large: HeadToHead) -> None:
    (first,) = large.winners
    again = replace(first, workload="other")
    notes = section(replace(large, winners=(first, again)), "Net cost").notes
    assert [note for note in notes if A in note] == [
        n for n in notes if n.startswith("large and oth")
    ]


def test_cards_for_the_same_money_and_the_same_memory_are_told_once(found: HeadToHead) -> None:
    assert found.trades is not None
    assert found.trades.same_money == found.trades.same_memory
    titles = [s.title for s in sections_of(found)]
    assert f"For the money and the memory of one {B}" in titles
    other = with_cheap(found, memory_gib=40.0)
    assert f"For the memory of one {B}" in [s.title for s in sections_of(other)]


def test_what_a_card_cannot_have_is_none_and_not_unknown(found: HeadToHead) -> None:
    rows = {row[0]: row[1:3] for row in section(found, "Sheet").rows}
    assert rows["NVLink"] == ("none", "bridge")
    assert rows["NVLink, cards that it joins"] == ("none", "2")


def test_every_workload_of_a_reason_is_named(large: HeadToHead) -> None:
    (first,) = large.winners
    many = tuple(replace(first, workload=f"w{i}") for i in range(5))
    notes = section(replace(large, winners=many), "Net cost").notes
    assert any(note.startswith("w0, w1, w2, w3 and w4 on ") for note in notes)
