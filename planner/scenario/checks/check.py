"""Rules that a scenario must keep beyond its shape; each is a record with two examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from planner.catalog.architecture import ModelEntry
from planner.catalog.catalog import Catalog
from planner.errors import Diagnostic
from planner.file_schema import NO_GAPS, Gaps
from planner.scenario.schema import Scenario
from planner.units import Month
from planner.yaml_source import Document, Path


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule looks at.

    Attributes:
        scenario: the scenario, or what is sound of it.
        catalog: the catalogue with the scenario's overlays.
        document: the text with its places.
        models: models of workloads, by position of the workload; those that are known.
        gaps: what was left out of the scenario because it is broken.
    """

    scenario: Scenario
    catalog: Catalog
    document: Document
    models: Mapping[int, ModelEntry] = field(default_factory=dict)
    gaps: Gaps = NO_GAPS

    @property
    def start(self) -> Month:
        """First month of the roadmap."""
        return Month.parse(self.scenario.start)

    @property
    def end(self) -> Month:
        """Month after the last of the roadmap."""
        return self.start + self.scenario.months


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of a rule: where, what, and what to do.

    Attributes:
        path: path in the scenario.
        message: what is wrong, with the names and numbers of the scenario.
        hint: what to write instead.
        at_key: whether the name of the field is to be pointed at, not its value.
    """

    path: Path
    message: str
    hint: str | None = None
    at_key: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, and an example that keeps and one that breaks it.

    The examples are fragments of YAML that are laid over a small valid scenario: a list of
    groups with names is laid over entry by entry, anything else replaces what was there.

    Attributes:
        id: short name of the rule, shown with every finding.
        sentence: the rule.
        find: yields the breaches.
        passes: an example that keeps the rule.
        fails: an example that breaks it, and no other.
        needs: fields of the top level that the rule judges by; where one of them is broken,
            or a part of it, the rule says nothing.
    """

    id: str
    sentence: str
    find: Callable[[Context], Iterator[Finding]]
    passes: str
    fails: str
    needs: tuple[str, ...] = ()


def breaches(context: Context, checks: Iterable[Check]) -> Iterator[tuple[Check, Finding]]:
    """Every finding of every rule that can be judged."""
    for check in checks:
        if not any(context.gaps.hide((name,)) for name in check.needs):
            for finding in check.find(context):
                if not context.gaps.hide(finding.path):
                    yield check, finding


def diagnostics(context: Context, checks: Iterable[Check]) -> Iterator[Diagnostic]:
    """The same with their places in the file."""
    for check, found in breaches(context, checks):
        yield context.document.diagnostic(
            check.id, found.message, found.path, hint=found.hint, key=found.at_key
        )
