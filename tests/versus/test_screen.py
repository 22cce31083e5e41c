"""Laws of the page on a terminal of 100 columns: what is asked first, and nothing squeezed."""

from __future__ import annotations

import pytest

from planner.report.screen import Screen
from planner.report.sections import Section, as_text
from planner.report.versus import sections_of, title_of
from planner.versus.head_to_head import HeadToHead, head_to_head
from tests.versus.scenarios import CHAT, written

A, B = "rtx-pro-4500", "rtx-pro-6000-ws"
LARGE = {
    **CHAT, "name": "analyst-70b-fp8", "model": "llama-3.3-70b",
    "demand": [{"from": "2026-10", "concurrency": 4}], "slo": {"tokens_per_s_per_session": 5},
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> HeadToHead:
    hosts = {"hosts": ["diy-desktop", "hp-z4-g5", "diy-wrx90"]}
    file = written(tmp_path_factory.mktemp("two"), workloads=[CHAT, LARGE], fleet=hosts)
    return head_to_head(A, B, file)


def section(found: HeadToHead, title: str) -> Section:
    return next(s for s in sections_of(found) if s.title.startswith(title))


def test_no_line_is_wider_than_the_screen(found: HeadToHead) -> None:
    text = as_text(title_of(found), sections_of(found), Screen(100))
    assert [line for line in text.splitlines() if len(line) > 100] == []


def test_the_workloads_are_told_before_who_wins_them(found: HeadToHead) -> None:
    titles = [s.title for s in sections_of(found)]
    assert titles[:2] == ["Which to buy", "Workloads"]
    assert titles[2].startswith("Net cost")


def test_the_cards_stand_one_below_the_other_in_how_fast(found: HeadToHead) -> None:
    rows = section(found, "How fast").rows
    assert [row[:2] for row in rows] == [
        ("chat", A), ("", B), ("analyst-70b-fp8", A), ("", B),
    ]  # fmt: skip
    assert rows[2][2] == "4 by 4"


def test_every_source_stands_under_the_sheet_with_its_figures(found: HeadToHead) -> None:
    sheet = section(found, "Sheet")
    assert [c.name for c in sheet.columns] == ["figure", A, B, "change"]
    for line in found.sheet:
        for cell in (line.first, line.second):
            if cell.source is not None:
                (note,) = (n for n in sheet.notes if n.startswith(f"Source {cell.source}: "))
                assert line.name in note
    bandwidth = next(n for n in sheet.notes if "nvidia-pro6000-datasheet" in n)
    assert f"memory bandwidth of {B}" in bandwidth


def test_each_fleet_is_told_with_what_is_paid_at_the_start(found: HeadToHead) -> None:
    rows = {row[:2]: row[2:] for row in section(found, "What each choice buys").rows}
    host = found.inputs.prices().listed.price("diy-desktop")
    card = found.inputs.prices().listed.price(A)
    assert host is not None
    assert card is not None
    paid = (host.cents + card.cents) / 100
    assert rows["chat", A] == (f"{paid:,.0f}", f"1 {A}, 1 diy-desktop")


def test_the_hosts_of_every_fleet_are_told_with_their_prices(found: HeadToHead) -> None:
    rows = {row[0]: row[1:] for row in section(found, "Hosts").rows}
    bought = {item for w in found.winners for c in (*w.costs, w.both) for item, _ in c.bought}
    assert set(rows) == bought - {A, B}
    price = found.inputs.prices().listed.price("diy-desktop")
    assert price is not None
    assert rows["diy-desktop"][0] == f"{price.cents / 100:,.0f}"


def test_what_only_one_card_holds_or_has_is_told_as_a_reason_to_choose_it(
    found: HeadToHead,
) -> None:
    text = " ".join(section(found, "Which to buy").texts)
    (held,) = (t for t in section(found, "Which to buy").texts if t.startswith("On one card"))
    assert f"{A} does not hold llama-3.3-70b" in held
    assert "llama-3.1-8b" not in held
    assert "deepseek-v2" not in held  # neither holds it
    assert f"Choose {A}, whatever it costs, if you must have cards side by side" in text
