"""The proposal for people: what to decide first, then the reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.errors import printable
from planner.plan.schema import Acquisition, Plan, Sensitivity
from planner.report.loads import Load
from planner.report.paths_text import paths
from planner.report.proposal import CostLine, Proposal
from planner.report.quantities import quantity
from planner.report.screen import Column, Screen, Table
from planner.report.stages import Seat, Stage
from planner.report.trades import HIRED, Trade
from planner.report.verdict import verdict
from planner.units import money

_MOST_SEATS = 40
_DECISIVE = ("input_tokens", "output_tokens", "active_share")


@dataclass(frozen=True, slots=True)
class Told:
    """What the text says beyond the plan.

    Attributes:
        scenario: path of the scenario, for what to run next; None if unknown.
        written: path of the plan file, or None if none was written.
        details: whether every stage and every assumption is shown.
    """

    scenario: str | None = None
    written: str | None = None
    details: bool = False


def text_of(proposal: Proposal, screen: Screen, told: Told) -> str:
    """The whole proposal."""
    parts = [
        _head(proposal, screen),
        _section("What to buy, and when", _trades(proposal, screen), screen),
        _section("What runs where", _stages(proposal, screen, told), screen),
        _section("What it must carry, at its peak", [_loads(proposal, screen)], screen),
        _section("What it costs", _costs(proposal, screen), screen),
        _section("Upgrade paths", paths(proposal, screen), screen),
        _section("Power and places", [_rooms(proposal, screen)], screen),
        _section("What this rests on", _grounds(proposal, screen, told), screen),
        _section("What to run next", _next(proposal.plan, told), screen),
    ]
    return "\n\n".join(parts) + "\n"


def _section(title: str, lines: Iterator[str] | list[str], screen: Screen) -> str:
    return "\n".join([screen.bold(title), *lines])


def _head(proposal: Proposal, screen: Screen) -> str:
    plan = proposal.plan
    scenario = plan.inputs.scenario
    objective = plan.objective
    name = printable(plan.scenario.name)
    title = f"{name}: {scenario['months']} months from {scenario['start']}"
    rate = scenario["discount_rate"]
    back = objective.gross - objective.npv
    today = f"discounted at {rate * 100:.3g} % a year" if rate else "not discounted"
    cost = (
        f"Cost    {_money(plan, objective.npv)} net, {today}: {_money(plan, objective.gross)} "
        f"spent, {_money(plan, back)} back from resale and what is left at the end "
        f"({_money(plan, objective.total_undiscounted)} net without discount)."
    )
    lines = [screen.bold(screen.wrapped(title))]
    lines.append(screen.wrapped(f"Buy     {_first(proposal)}", "", " " * 8))
    lines.append(screen.wrapped(cost, "", " " * 8))
    lines.append(screen.wrapped(f"Proof   {verdict(plan)}", "", " " * 8))
    audit = (
        "Audit   passed: demand, memory, places, power, ownership and every cent were checked "
        "again from the plan alone, by code that knows neither the model nor the solver. Prices "
        "and speeds are taken as they are; see what this rests on."
    )
    lines.append(screen.wrapped(audit, "", " " * 8))
    return "\n".join(lines)


def _first(proposal: Proposal) -> str:
    """What to order now, in one sentence."""
    start = proposal.plan.inputs.scenario["start"]
    now = [t for t in proposal.trades if t.action == "buy" and t.month == start]
    later = [t for t in proposal.trades if t.action == "buy" and t.month > start]
    if not now:
        what = f"nothing in {start}"
    else:
        paid = sum(t.count * (t.each or 0) for t in now)
        items = ", ".join(f"{n} x {name}" for name, n in _units(now).items())
        what = f"in {start}: {items}, for {_money(proposal.plan, paid)}"
    hired = _hired(proposal)
    if not later:
        return f"{what}. Nothing later.{hired}" if now else _without_purchase(hired)
    months = list(dict.fromkeys(t.month for t in later))
    return f"{what}. Later purchases follow in {', '.join(months)}.{hired}"


def _units(trades: Sequence[Trade]) -> dict[str, int]:
    """How many of what."""
    counts: dict[str, int] = {}
    for trade in trades:
        counts[trade.name] = counts.get(trade.name, 0) + trade.count
    return counts


def _without_purchase(hired: str) -> str:
    return f"nothing.{hired}" if hired else "nothing: what is there is enough."


def _most_at_a_time(units: Sequence[Acquisition], item: str) -> int:
    """Most units of an item for which terms run in a month; a term follows on another."""
    held = [u for u in units if u.item == item]
    return max(
        sum(o.count for o in held if o.in_service <= u.in_service < (o.leaves or "9999-12"))
        for u in held
    )


def _hired(proposal: Proposal) -> str:
    """What is leased and rented, in a sentence each."""
    said = ""
    for action, word in (("lease", "Leased"), ("rent", "Rented")):
        names = {t.item: t.name for t in proposal.trades if t.action == action}
        units = [u for u in proposal.plan.acquisitions if u.mode == action]
        counts = {name: _most_at_a_time(units, item) for item, name in names.items()}
        if counts:
            said += (
                f" {word} for a time: {', '.join(f'{n} x {name}' for name, n in counts.items())}."
            )
    return said


def _trades(proposal: Proposal, screen: Screen) -> Iterator[str]:
    plan = proposal.plan
    columns = (
        Column("month"),
        Column(""),
        Column("units", right=True),
        Column("item"),
        Column("site"),
        Column("each", right=True, optional=True),
        Column("together", right=True),
        Column("at the end", right=True, optional=True),
        Column("price", wraps=True),
    )
    sites = {t.site for t in proposal.trades}
    rows = [
        (
            t.month,
            t.action,
            str(t.count),
            t.item,
            t.site if len(sites) > 1 else "",
            "" if t.each is None else f"{t.each / 100:,.0f}",
            "" if t.each is None else _signed(t),
            "" if t.worth is None else f"{t.worth / 100:,.0f}",
            printable(t.remark),
        )
        for t in proposal.trades
    ]
    yield screen.table(Table.of(columns, rows))
    actions = {t.action for t in proposal.trades}
    if "buy" not in actions:
        yield "Nothing is bought."
    if actions & set(HIRED):
        yield screen.wrapped(
            "What is leased or rented costs the payments of its term together; those that are due "
            "after the roadmap are charged at its end."
        )
    sold = "" if "sell" in actions else "Nothing is sold before the end. "
    amounts = f"Amounts in {plan.objective.currency}, without tax."
    used = {t.item for t in proposal.trades if t.action == "buy" and t.remark.startswith("used")}
    warned = f" Priced as used goods: {', '.join(sorted(used))}." if used else ""
    yield screen.wrapped(f"{sold}{amounts}{warned}")


def _signed(trade: Trade) -> str:
    amount = trade.count * (trade.each or 0) / 100
    return f"{-amount if trade.action == 'sell' else amount:,.0f}"


def _stages(proposal: Proposal, screen: Screen, told: Told) -> Iterator[str]:
    stages = proposal.stages
    count = sum(len(s.seats) for s in stages)
    if count > _MOST_SEATS and not told.details and len(stages) > 2:
        stages = (stages[0], stages[-1])
    for stage in stages:
        yield f"from {stage.month}"
        yield screen.table(_stage(stage))
    if len(stages) < len(proposal.stages):
        yield f"{len(proposal.stages) - 2} stages between them: --details shows all."


def _stage(stage: Stage) -> Table:
    columns = (
        Column("host"),
        Column("model", optional=True),
        Column("card"),
        Column("GiB used", right=True),
        Column("time", right=True),
        Column("what runs on it", wraps=True),
    )
    rows, before = [], ""
    for seat in stage.seats:
        new = seat.host != before
        host = seat.host if seat.rack is None else f"{seat.host} in rack {seat.rack}"
        rows.append((host if new else "", seat.build if new else "", *_card(seat)))
        before = seat.host
    return Table(columns, tuple(rows))


def _card(seat: Seat) -> tuple[str, ...]:
    memory = f"{seat.used_gib:.1f} of {seat.usable_gib:.1f}"
    gpu = f"{seat.gpu} (bridged)" if seat.joined else seat.gpu
    runs = "; ".join(seat.replicas) or "nothing yet"
    return gpu, memory, f"{seat.time:.0%}", f"{seat.layout}: {runs}" if seat.layout else runs


def _loads(proposal: Proposal, screen: Screen) -> str:
    columns = (
        Column("workload"),
        Column("model", optional=True),
        Column("from"),
        Column("needs", right=True),
        Column("has", right=True),
        Column("unit"),
        Column("runs in", wraps=True),
    )
    return screen.table(Table(columns, tuple(_load(load) for load in proposal.loads)))


def _load(load: Load) -> tuple[str, ...]:
    need, carried = (_amount(x) for x in (load.need, load.carried))
    return (
        load.workload, load.model, load.month, need, carried, load.unit, "; ".join(load.ways),
    )  # fmt: skip


def _amount(amount: float) -> str:
    return quantity(amount, "").strip()


def _costs(proposal: Proposal, screen: Screen) -> Iterator[str]:
    plan = proposal.plan
    ends = any(line.horizon for line in proposal.costs)
    columns = [Column(plan.objective.currency)]
    columns += [Column(f"{first} to {last}", right=True) for first, last in proposal.years]
    columns += [Column("at the end", right=True)] if ends else []
    columns += [Column("total", right=True)]
    total = CostLine(
        "total",
        tuple(sum(c.by_year[i] for c in proposal.costs) for i in range(len(proposal.years))),
        sum(c.horizon for c in proposal.costs),
    )
    rows = [_cost(line, ends=ends) for line in (*proposal.costs, total)]
    yield screen.table(Table(tuple(columns), tuple(rows)))
    yield screen.wrapped(
        f"Not discounted; the discounted total is {_money(plan, plan.objective.npv)}. "
        + ("Minus: money that comes back." if ends else "")
    )


def _cost(line: CostLine, *, ends: bool) -> tuple[str, ...]:
    amounts = [*line.by_year, *([line.horizon] if ends else []), line.total]
    return line.category, *(f"{a / 100:,.0f}" if a else "" for a in amounts)


def _rooms(proposal: Proposal, screen: Screen) -> str:
    columns = (
        Column("from"),
        Column("site"),
        Column("kW used", right=True),
        Column("kW left", right=True),
        Column("hosts", right=True),
        Column("cards", right=True),
        Column("places left for cards", right=True),
        Column("racks", right=True),
    )
    rows = [
        (
            r.month,
            r.site,
            f"{r.power_w / 1000:.2f}",
            f"{(r.limit_w - r.power_w) / 1000:.2f}",
            str(r.hosts),
            str(r.cards),
            str(r.places - r.cards),
            f"{r.racks} of {r.racks_there}" if r.racks_there else "",
        )
        for r in proposal.rooms
    ]
    return screen.table(Table.of(columns, rows))


def _grounds(proposal: Proposal, screen: Screen, told: Told) -> Iterator[str]:
    plan = proposal.plan
    if plan.sensitivity:
        yield screen.wrapped(
            "The three inputs that are known least well with most money on them, and whether the "
            "first purchase survives both ends of their range:"
        )
        for number, one in enumerate(plan.sensitivity, start=1):
            yield screen.wrapped(f"{number}. {_survival(plan, one)}", "", "   ")
    else:
        yield "Whether the first purchase survives uncertain inputs was not asked."
    talks = [w["name"] for w in plan.inputs.scenario["workloads"] if w["task"] == "inference"]
    decisive = {f"{name}.{field}" for name in talks for field in _DECISIVE}
    lengths = [a for a in plan.assumptions if a.id in decisive]
    if lengths:
        yield screen.wrapped("Where the scenario is silent, these defaults may decide:")
        for a in lengths:
            yield screen.wrapped(printable(f"{a.text}: {a.value}"), "- ", "  ")
    labels = sorted({d.label for d in plan.deployments})
    rest = f"Speeds are {' or '.join(labels)}." if labels else ""
    if told.details:
        yield screen.wrapped(f"{rest} {len(plan.assumptions)} assumptions:")
        for a in plan.assumptions:
            text = f"{a.text}: {a.value} ({a.source})"
            yield screen.wrapped(printable(text), "  ", "    ")
        return
    yield screen.wrapped(
        f"{rest} {len(plan.assumptions)} defaults and conversions were used: --details shows them."
    )


def _survival(plan: Plan, one: Sensitivity) -> str:
    head = f"{one.text}: {one.value}, but perhaps {one.range}."
    if one.regret_low is None or one.regret_high is None:
        return f"{head} Look twice: {'; '.join(_open_ends(plan, one))}."
    most = max(one.regret_low, one.regret_high)
    if one.survives and most < 100:
        return f"{head} It survives: no better first purchase was found at either end."
    end = "low" if one.regret_low >= one.regret_high else "high"
    saved = f"another first purchase would save {_money(plan, most)} at the {end} end"
    return f"{head} It survives: {saved}." if one.survives else f"{head} Look twice: {saved}."


def _open_ends(plan: Plan, one: Sensitivity) -> Iterator[str]:
    for end, regret in (("low", one.regret_low), ("high", one.regret_high)):
        if regret is None:
            yield f"at the {end} end a short search found no fleet with the first purchase"
        elif regret >= 100:
            saved = _money(plan, regret)
            yield f"at the {end} end another first purchase would save {saved}"


def _next(plan: Plan, told: Told) -> Iterator[str]:
    scenario = told.scenario or "SCENARIO"
    if plan.status != "proven":
        seconds = max(600, round(plan.engine.seconds) * 10)
        yield f"  planner solve {scenario} --seconds {seconds}    # close the gap"
        if _is_wide(plan):
            choice = "fleet: {gpus: [...], hosts: [...]}"
            yield f"  {choice}    # in the scenario: fewer to choose from close it sooner"
    elif plan.objective.npv - plan.objective.lower_bound >= 100:
        yield f"  planner solve {scenario} --gap 0 --seconds 600    # prove it to the cent"
    if told.written is None:
        name = scenario.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
        yield f"  planner solve {scenario} --out {name}.plan.json    # keep the plan as a file"
    else:
        yield f"  planner audit {told.written}    # check every promise again"
    yield f"  planner size --scenario {scenario}    # every way to run each workload"


def _is_wide(plan: Plan) -> bool:
    """Whether a scenario leaves open which cards or hosts there may be."""
    fleet = plan.inputs.scenario.get("fleet") or {}
    return not fleet.get("gpus") or not fleet.get("hosts")


def _money(plan: Plan, cents: int) -> str:
    return money(cents, plan.objective.currency)
