"""Places: sites and providers are told apart, and some place is under every law that is named."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import did_you_mean
from planner.scenario.checks.check import Check, Context, Finding
from planner.scenario.places import laws, places


def _same_name(context: Context) -> Iterator[Finding]:
    sites = {site.name for site in context.scenario.sites}
    for i, offer in enumerate(context.scenario.rentals):
        if offer.provider in sites:
            message = f"`{offer.provider}` is a site of this scenario, and cannot be a provider too"
            hint = "give the provider a name of its own in `provider`"
            yield Finding(("rentals", i, "provider"), message, hint)


def _two_laws(context: Context) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for i, offer in enumerate(context.scenario.rentals):
        before = first.setdefault(offer.provider, i)
        if context.scenario.rentals[before].jurisdiction != offer.jurisdiction:
            said = offer.jurisdiction or "none"
            known = context.scenario.rentals[before].jurisdiction or "none"
            message = f"the provider `{offer.provider}` has the jurisdictions {known} and {said}"
            line = context.document.span(("rentals", before)).line
            hint = f"the first is in line {line}; another law needs another `provider`"
            yield Finding(("rentals", i), message, hint)


def _unknown_laws(context: Context) -> Iterator[Finding]:
    known = list(laws(context.scenario))
    also = f"there are {', '.join(known)}" if known else "no place states its `jurisdiction`"
    for i, workload in enumerate(context.scenario.workloads):
        for j, law in enumerate(workload.requires.jurisdictions):
            if law not in known:
                path = ("workloads", i, "requires", "jurisdictions", j)
                message = f"no site or provider is under the jurisdiction `{law}`"
                yield Finding(path, message, did_you_mean(law, known, also=also))


def _nowhere(context: Context) -> Iterator[Finding]:
    known = places(context.scenario)
    names, under = {place.name for place in known}, set(laws(context.scenario))
    for i, workload in enumerate(context.scenario.workloads):
        named, wanted = set(workload.sites or names), workload.requires.jurisdictions
        if not named <= names or not set(wanted) <= under:
            continue
        if not any(place.admits(workload) for place in known):
            message = f"none of the sites of `{workload.name}` is under {' or '.join(wanted)}"
            fitting = [p.name for p in known if p.jurisdiction in wanted]
            hint = f"allow {' or '.join(f'`{name}`' for name in fitting)} in `sites`"
            yield Finding(("workloads", i, "requires", "jurisdictions"), message, hint)


_PLACES = ("sites", "rentals")

CHECKS = (
    Check(
        id="provider-is-a-site",
        sentence="A provider of rented machines has another name than every site.",
        find=_same_name,
        needs=_PLACES,
        passes="rentals: [{gpu: h100-sxm, per_hour: 2.5, provider: nimbus}]",
        fails="rentals: [{gpu: h100-sxm, per_hour: 2.5, provider: lab}]",
    ),
    Check(
        id="two-jurisdictions",
        sentence="All machines of a provider are under one law.",
        find=_two_laws,
        passes="""
            rentals:
              - {gpu: h100-sxm, per_hour: 2.5, jurisdiction: EU}
              - {gpu: h100-sxm, per_hour: 2.1, provider: elsewhere, jurisdiction: US}
            """,
        fails="""
            rentals:
              - {gpu: h100-sxm, per_hour: 2.5, jurisdiction: EU}
              - {gpu: h100-sxm, per_hour: 2.1, gpus: 8, jurisdiction: US}
            """,
    ),
    Check(
        id="unknown-jurisdiction",
        sentence="Some site or provider is under every jurisdiction that a workload names.",
        find=_unknown_laws,
        needs=_PLACES,
        passes="""
            sites: [{name: lab, jurisdiction: EU}]
            workloads: [{name: chat, requires: {jurisdictions: [EU]}}]
            """,
        fails="workloads: [{name: chat, requires: {jurisdictions: [EU]}}]",
    ),
    Check(
        id="no-place",
        sentence="Some place where a workload may run is under a law that it accepts.",
        find=_nowhere,
        needs=_PLACES,
        passes="""
            sites: [{name: lab, jurisdiction: EU}]
            rentals: [{gpu: h100-sxm, per_hour: 2.5, jurisdiction: US}]
            workloads: [{name: chat, sites: [lab], requires: {jurisdictions: [EU]}}]
            """,
        fails="""
            sites: [{name: lab, jurisdiction: EU}]
            rentals: [{gpu: h100-sxm, per_hour: 2.5, jurisdiction: US}]
            workloads: [{name: chat, sites: [lab], requires: {jurisdictions: [US]}}]
            """,
    ),
)
