"""What the README says of the claims is what the generated page counts."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readme_counts_the_claims_as_the_page_does() -> None:
    page = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    row = re.search(r"^\| all \| (\d+) \| (\d+) \| (\d+) \|", page, flags=re.MULTILINE)
    assert row is not None
    total, refuted, depends = row.groups()
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"compare these cards: {total} of them" in readme
    assert f"Of these {refuted} are refuted and {depends} depend on" in readme
