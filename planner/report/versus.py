"""Two cards beside each other, as sections for people: the answer first."""

from __future__ import annotations

from planner.report.sections import Section
from planner.report.versus_conditions import (
    loads_section,
    prices_section,
    requirements_section,
)
from planner.report.versus_fits import fits_section, tunings_section
from planner.report.versus_money import economics_section
from planner.report.versus_sheet import disputes_section, sheet_section
from planner.report.versus_speeds import speeds_section
from planner.report.versus_summary import summary
from planner.report.versus_trades import trades_sections
from planner.report.versus_winners import bought_section, hosts_section, winners_section
from planner.report.versus_workloads import workloads_section
from planner.versus.head_to_head import HeadToHead


def title_of(found: HeadToHead) -> str:
    """The heading."""
    return f"{found.names[0]} against {found.names[1]}"


def sections_of(found: HeadToHead) -> list[Section]:
    """Everything, in the order in which a buyer asks."""
    return [
        Section("Which to buy", tuple(summary(found))),
        workloads_section(found),
        winners_section(found),
        bought_section(found),
        hosts_section(found),
        requirements_section(found),
        loads_section(found),
        prices_section(found),
        fits_section(found),
        tunings_section(found),
        speeds_section(found),
        economics_section(found),
        *trades_sections(found),
        sheet_section(found),
        disputes_section(found),
    ]
