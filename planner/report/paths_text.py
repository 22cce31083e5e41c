"""The upgrade paths for people: what buying once and buying again later would have cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.errors import printable
from planner.plan.schema import Policy
from planner.report.proposal import Proposal
from planner.report.screen import Column, Screen, Table


def paths(proposal: Proposal, screen: Screen) -> Iterator[str]:
    """A table of the policies, one of their capital by fiscal year, and what each of them is."""
    plan = proposal.plan
    if not plan.policies:
        yield "What buying once, and buying again later, would have cost was not asked."
        return
    proven = plan.status == "proven"
    yield screen.table(_compared(plan.policies, proven=proven))
    planned = [p for p in plan.policies if p.capital_by_fiscal_year]
    yield screen.wrapped("Capital by fiscal year, purchases minus sales; leases are not in it:")
    yield screen.table(_capital(planned, proposal.years, proven=proven))
    yield screen.wrapped(
        f"Amounts in {plan.objective.currency}. The net cost is discounted; what a path costs more "
        f"than the cheapest plan is known from at least to at most. Lost on sale: price minus "
        f"receipt of the cards that are bought and sold again."
    )
    for policy in plan.policies:
        yield screen.wrapped(f"{_name(policy, proven=proven)}: {policy.text}", "- ", "  ")
        if policy.reason:
            yield screen.wrapped(printable(f"No plan: {policy.reason}"), "  ", "  ")


def _name(policy: Policy, *, proven: bool) -> str:
    """Name of a path; a plan that is not proven is not called the optimum."""
    return policy.name if proven or policy.name != "optimal" else "this plan"


def _compared(policies: Sequence[Policy], *, proven: bool) -> Table:
    columns = (
        Column("path"),
        Column("net cost", right=True),
        Column("costs more", right=True),
        Column("cards bought", right=True),
        Column("cards sold", right=True),
        Column("lost on sale", right=True),
    )
    return Table.of(columns, [_row(p, proven=proven) for p in policies])


def _row(policy: Policy, *, proven: bool) -> tuple[str, ...]:
    if policy.npv is None:
        return policy.name, "no plan", "", "", "", ""
    return (
        _name(policy, proven=proven),
        _units(policy.npv),
        "" if policy.plan is None else _more(policy.premium),
        str(policy.bought),
        str(policy.sold),
        _units(policy.loss_on_sale),
    )


def _more(premium: tuple[int, int] | None) -> str:
    """An interval of money: ``1,200 to 1,850``, or one number where both ends read the same."""
    if premium is None:
        return ""
    low, high = (_units(cents) for cents in premium)
    return low if low == high else f"{low} to {high}"


def _capital(
    policies: Sequence[Policy], years: Sequence[tuple[str, str]], *, proven: bool
) -> Table:
    columns = [Column("path")]
    columns += [Column(f"{first} to {last}", right=True) for first, last in years]
    rows = [
        (_name(p, proven=proven), *(_units(year.capital) for year in p.capital_by_fiscal_year))
        for p in policies
    ]
    return Table(tuple(columns), tuple(rows))


def _units(cents: int) -> str:
    return f"{cents / 100:,.0f}"
