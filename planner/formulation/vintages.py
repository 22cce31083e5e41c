"""What can be held: purchases, leases and rentals of every node, and existing lots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from planner.catalog.items import Host
from planner.formulation.problem import ItemKind, Mode, Vintage
from planner.formulation.tree import Node, TimeTree
from planner.scenario.inputs import Inputs
from planner.scenario.places import RentedMachine, term_in_effect
from planner.scenario.schema import Existing, Lease
from planner.units import Month, cents


@dataclass(frozen=True, slots=True)
class Stock:
    """An item at a site.

    Attributes:
        site: the site.
        item: the item.
        kind: what it is.
        most: more units than this are never of use.
    """

    site: str
    item: str
    kind: ItemKind
    most: int


class Ledger:
    """Amounts of vintages.

    Args:
        inputs: the scenario.
        tree: its nodes.
        hosts: hosts by id, for their support.
    """

    def __init__(self, inputs: Inputs, tree: TimeTree, hosts: Mapping[str, Host]) -> None:
        self._scenario = inputs.scenario
        self._prices = inputs.prices()
        self._start = Month.parse(inputs.scenario.start)
        self._tree, self._hosts = tree, hosts
        self._leads = {lead.item: lead.months for lead in inputs.scenario.lead_times}

    def orders(self, stock: Stock) -> Iterator[Vintage]:
        """Purchases and leases of an item at every node."""
        leases = [offer for offer in self._scenario.leases if offer.item == stock.item]
        for node in self._tree.nodes if stock.most else ():
            bought = self._purchase(stock, node)
            if bought is not None:
                yield bought
            for number, offer in enumerate(leases, start=1):
                yield self._lease(stock, node, offer, number if len(leases) > 1 else None)

    def rented(self, machine: RentedMachine, most: int) -> Iterator[Vintage]:
        """Rentals of a machine at every node."""
        for node in self._tree.nodes if most else ():
            term = max(machine.term, node.length)  # only the shortest terms are merged to longer
            yield _bare(
                Stock(machine.provider, machine.id, "rental", most), "rent", node.label, node.index,
                term=term, per_month=machine.per_month, offered=machine.most,
            )  # fmt: skip

    def existing(self, lot: Existing, number: int, stock: Stock) -> Vintage:
        """A lot that is there at the start."""

        def value(month: int) -> int:
            return self._prices.existing_value(lot, self._start + month)

        price = self._prices.price(stock.item, self._start)
        nodes = self._tree.nodes
        return Vintage(
            site=stock.site,
            item=stock.item,
            kind=stock.kind,
            mode="existing",
            label=f"lot{number}",
            node=None,
            count=lot.count,
            most=lot.count,
            buy=0,
            sell={n.index: value(n.month) for n in nodes if self._scenario.resale},
            closing=self._closing(value),
            keep_per_month=self._support(stock) * (price.cents if price else 0),
            credit={n.index: value(self._soonest(n)) for n in nodes if self._scenario.resale},
        )

    def _purchase(self, stock: Stock, node: Node) -> Vintage | None:
        price = self._prices.price(stock.item, self._start + node.month)
        if price is None:
            return None
        later = [n for n in self._tree.below(node) if n != node and self._scenario.resale]

        def value(month: int) -> int:
            return self._prices.value(stock.item, price.cents, month - node.month)

        return Vintage(
            site=stock.site,
            item=stock.item,
            kind=stock.kind,
            mode="purchase",
            label=node.label,
            node=node.index,
            count=None,
            most=stock.most,
            buy=price.cents,
            sell={n.index: value(n.month) for n in later},
            closing=self._closing(value),
            keep_per_month=self._support(stock) * price.cents,
            lead=self._leads.get(stock.item, 0),
            credit={n.index: value(self._youngest(node, n)) for n in later},
            most_merged=stock.most * self._orders_near(node),
        )

    def _lease(self, stock: Stock, node: Node, offer: Lease, number: int | None) -> Vintage:
        label = f"{node.label}-lease{number or ''}"
        return _bare(
            stock, "lease", label, node.index,
            term=term_in_effect(offer.term_months, self._scenario.step_months),
            per_month=cents(offer.per_month), lead=self._leads.get(stock.item, 0),
        )  # fmt: skip

    def _soonest(self, node: Node) -> int:
        """First month after the beginning of the node before in which something can be sold."""
        if node.parent is None:
            return node.month
        return self._tree.nodes[node.parent].month + self._scenario.step_months

    def _youngest(self, order: Node, sale: Node) -> int:
        """Month of a sale in which what was ordered in the last month of its node is as old.

        A plan of single months may order late in the months of a node and sell early in those
        before another, and no merged plan has units so young to sell.
        """
        late = order.length - self._scenario.step_months
        return max(order.month + self._scenario.step_months, self._soonest(sale) - late)

    def _orders_near(self, node: Node) -> int:
        """Steps whose orders may count as orders of a node: its own, and late ones of that before.

        Orders within the months of a node are moved to its beginning or to that of the next one.
        """
        step = self._scenario.step_months
        before = step if node.parent is None else self._tree.nodes[node.parent].length
        return (before - step + node.length) // step

    def _support(self, stock: Stock) -> Fraction:
        """Share of the price that support costs in a month."""
        if stock.kind != "host":
            return Fraction(0)
        return self._hosts[stock.item].support_per_year / 12

    def _closing(self, value: Callable[[int], int]) -> dict[int, int]:
        if not self._scenario.horizon_value:
            return {}
        return {leaf.index: value(self._tree.horizon) for leaf in self._tree.leaves()}


def _bare(
    stock: Stock,
    mode: Mode,
    label: str,
    node: int,
    *,
    term: int,
    per_month: int,
    lead: int = 0,
    offered: int | None = None,
) -> Vintage:
    """Units that are paid by the month and bring nothing."""
    return Vintage(
        site=stock.site,
        item=stock.item,
        kind=stock.kind,
        mode=mode,
        label=label,
        node=node,
        count=None,
        most=stock.most,
        buy=0,
        sell={},
        closing={},
        keep_per_month=Fraction(0),
        lead=lead,
        term=term,
        per_month=per_month,
        offered=offered,
    )
