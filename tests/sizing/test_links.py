"""What joins the cards of a group."""

from __future__ import annotations

import pytest

from planner.catalog.items import Host
from planner.sizing.links import ALONE, Link, link_of, slowest_slot
from tests.sizing.support import CHAT, card, engines, host_entry, setting


def joined(gpu: str, cards: int, asked: str = "same_host", slot: int | None = None) -> Link | str:
    assert asked in ("same_host", "nvlink")
    return link_of(card(gpu), cards, asked, slot, engines().collectives)  # type: ignore[arg-type]


def rate(gpu: str, cards: int, asked: str = "same_host", slot: int | None = None) -> float:
    link = joined(gpu, cards, asked, slot)
    assert isinstance(link, Link)
    return link.bytes_per_s


def test_one_card_needs_no_link() -> None:
    assert joined("maxq", 1) == ALONE
    assert joined("maxq", 1, "nvlink") == ALONE


def test_pcie_runs_at_the_slower_of_card_and_slot_and_doubles_with_each_generation() -> None:
    assert rate("maxq", 2) == 2 * rate("maxq", 2, slot=4)
    assert rate("a6000", 2, slot=5) == rate("a6000", 2)
    assert rate("a6000", 2) == pytest.approx(31.5e9 * engines().collectives.pcie_efficiency)


def test_a_bridge_is_used_only_where_nvlink_is_asked_for() -> None:
    plain, asked = joined("a6000", 2), joined("a6000", 2, "nvlink")
    assert isinstance(plain, Link)
    assert isinstance(asked, Link)
    assert (plain.name, asked.name) == ("pcie", "nvlink")
    assert asked.bytes_per_s == pytest.approx(56.25e9 * engines().collectives.nvlink_efficiency)


def test_an_nvswitch_comes_with_the_host() -> None:
    for cards in (2, 4, 8):
        link = joined("h100", cards)
        assert isinstance(link, Link)
        assert link.name == "nvswitch"


@pytest.mark.parametrize(
    ("gpu", "cards", "reason"),
    [
        ("maxq", 2, "its cards are joined by PCI Express only; NVLink asked"),
        ("a6000", 4, "a bridge joins two cards; 4 asked"),
    ],
)
def test_a_link_that_cannot_be_had_is_refused_with_its_reason(
    gpu: str, cards: int, reason: str
) -> None:
    assert joined(gpu, cards, "nvlink") == reason


def test_the_slowest_host_for_loose_cards_decides() -> None:
    hosts = (host_entry(5), host_entry(4), host_entry(3, ("h100", 8)))
    assert slowest_slot(Host.of(h) for h in hosts) == 4
    assert setting(CHAT, hosts=hosts, cards=("a6000", "h100")).slot == 4
    assert setting(CHAT).slot is None
