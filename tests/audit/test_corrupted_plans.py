"""The audit refuses a spoilt plan, for the right reason."""

from __future__ import annotations

import pytest

from planner.plan.audit import audit
from tests.audit.corruptions import CORRUPTIONS, Corruption
from tests.audit.corruptions.corruption import parsed
from tests.audit.sound_plans import BASES, sound


@pytest.mark.parametrize("base", sorted(BASES))
def test_the_plans_that_are_spoilt_are_sound_before(base: str) -> None:
    assert audit(parsed(sound(base))) == []


@pytest.mark.parametrize("spoilt", CORRUPTIONS, ids=lambda c: c.name.replace(" ", "-"))
def test_the_audit_refuses_a_plan_in_which(spoilt: Corruption) -> None:
    plan = sound(spoilt.base)
    spoilt.change(plan)
    assert plan != sound(spoilt.base)
    reasons = {finding.rule for finding in audit(parsed(plan))}
    assert spoilt.reasons <= reasons
    assert not spoilt.alone or reasons == spoilt.reasons


def test_there_are_enough_corruptions_and_each_is_another() -> None:
    assert len(CORRUPTIONS) >= 30
    assert len({c.name for c in CORRUPTIONS}) == len(CORRUPTIONS)
    assert all(c.reasons for c in CORRUPTIONS)


def test_every_check_of_the_audit_has_refused_some_plan() -> None:
    reasons = {reason for spoilt in CORRUPTIONS for reason in spoilt.reasons}
    assert reasons >= {
        "bridge-places", "broken-inputs", "budget", "card-latency", "card-memory", "card-time",
        "cash-flow", "cut-in-use", "gpu-models", "groups-at-a-time", "host-cores", "host-fit",
        "host-memory", "host-twice", "isolation", "jurisdiction", "lead-time", "licence",
        "misplaced-pool", "misplaced-replica", "mixed-group", "no-such-option", "no-such-slice",
        "not-covered", "not-for-sale", "not-owned", "overload", "pool-hours", "rack-count",
        "rack-place", "rack-power", "rack-sockets", "rack-units", "rental-limit", "shared-group",
        "site-places", "site-power", "slice-twice", "spare-hours", "supply", "survive",
        "twice-on-a-card", "unknown-item", "unknown-site", "unmet-demand", "unrouted",
        "workload-site", "wrong-assumption", "wrong-bound", "wrong-class", "wrong-count",
        "wrong-digest", "wrong-discount", "wrong-figure", "wrong-fleet", "wrong-header",
        "wrong-kind", "wrong-layout", "wrong-lot", "wrong-mode", "wrong-month", "wrong-name",
        "wrong-objective", "wrong-offer", "wrong-pair", "wrong-pool", "wrong-price", "wrong-resale",
        "wrong-status", "wrong-term",
    }  # fmt: skip
