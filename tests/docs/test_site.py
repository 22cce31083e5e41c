"""The site: made from the records, free of what is stale, and whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from planner.catalog.huggingface import SUPPORTED
from planner.catalog.huggingface_keys import OTHER_MODELS, REFUSED
from planner.formulation.objective import TERMS
from planner.formulation.rules import RULES
from planner.formulation.variables import FAMILIES
from planner.scenario.benchmarks.plain import COLUMNS
from planner.scenario.checks import CHECKS
from planner.scenario.checks.effective import FEATURES
from planner.scenario.loading import scenario_schema

ROOT = Path(__file__).resolve().parents[2]
HOOKS = ROOT / "docs" / "hooks"
PARTS = (
    "mathematics",
    "scenario_fields",
    "error_rules",
    "ranges",
    "model_files",
    "benchmark_rows",
    "main",
)


@contextmanager
def hooks() -> Iterator[dict[str, ModuleType]]:
    """The modules of the hooks, imported as MkDocs does."""
    sys.path.insert(0, str(HOOKS))
    try:
        yield {name: import_module(name) for name in PARTS}
    finally:
        sys.path.remove(str(HOOKS))
        for name in PARTS:
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Every made part."""
    with hooks() as modules:
        return {name: make() for name, make in modules["main"].PARTS.items()}


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.rule.name)
def test_every_rule_stands_in_the_mathematics(made: dict[str, str], file: object) -> None:
    rule = file.rule  # type: ignore[attr-defined]
    for said in (f"`{rule.name}`", rule.sentence, rule.formula, f"Unit: {rule.unit}."):
        assert said in made["rules"]


def test_every_column_of_the_table_of_rows_stands_in_the_reference(made: dict[str, str]) -> None:
    for name, meaning in COLUMNS.items():
        assert f"| `{name}` | {meaning} |" in made["benchmark-columns"]


def test_every_type_of_model_and_every_refused_key_stands_in_the_reference(
    made: dict[str, str],
) -> None:
    for kind in (*SUPPORTED, *REFUSED):
        assert f"`{kind}`" in made["supported-models"]
    for key, why in OTHER_MODELS.items():
        assert f"| `{key}` | {why} |" in made["model-keys"]


@pytest.mark.parametrize("file", TERMS, ids=lambda file: file.term.name)
def test_every_part_of_the_cost_stands_in_the_mathematics(
    made: dict[str, str], file: object
) -> None:
    term = file.term  # type: ignore[attr-defined]
    for said in (f"`{term.name}`", term.sentence, term.formula, term.category):
        assert said in made["objective"]


def test_every_family_of_variables_stands_in_the_mathematics(made: dict[str, str]) -> None:
    assert all(f"`{family}`" in made["decisions"] for family in FAMILIES)


def test_every_rule_about_scenarios_stands_with_its_examples(made: dict[str, str]) -> None:
    headings = re.findall(r"^### `(.*)`$", made["error-rules"], re.MULTILINE)
    assert headings == [check.id for check in CHECKS]
    assert made["error-rules"].count("```yaml") == 2 * len(CHECKS)


def test_every_field_of_a_scenario_stands_with_its_meaning(made: dict[str, str]) -> None:
    text, schema = made["scenario-fields"], scenario_schema()
    for group in (schema, *schema["$defs"].values()):
        for field in group.get("properties", {}):
            rows = re.findall(rf"^\| `{field}` \|.*$", text, re.MULTILINE)
            assert rows, field
            assert all(not row.endswith("|  |") for row in rows), rows


def test_every_feature_that_is_refused_is_listed(made: dict[str, str]) -> None:
    assert made["not-yet-effective"].count("\n") == len(FEATURES) + 1


def test_every_page_asks_for_parts_that_exist() -> None:
    pages = [p.read_text(encoding="utf-8") for p in (ROOT / "docs").rglob("*.md")]
    asked = {
        name
        for page in pages
        for name in re.findall(r"^<!-- generated: (.*) -->$", page, re.MULTILINE)
    }
    with hooks() as modules:
        assert asked == set(modules["main"].PARTS)


def test_links_to_files_of_the_repository_hold() -> None:
    """In code spans: paths with a folder of the repository in front."""
    named = re.compile(r"`((?:planner|catalog|scenarios|benchmarks|tests|docs)/[\w./-]+)`")
    missing = [
        (page.name, path)
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for path in named.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert missing == []


def build(folder: Path) -> Path:
    site = folder / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(site)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return site


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    site = build(tmp_path)
    maths = (site / "reference" / "mathematics" / "index.html").read_text(encoding="utf-8")
    assert maths.count("<math") > len(RULES) + len(TERMS)
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "arithmatex" not in text, page
        assert 'mathvariant="' not in text.replace('mathvariant="normal"', ""), page
        assert "<!-- generated" not in text, page
        fetched = re.findall(r'<(?:script|link)[^>]*(?:src|href)="(https?://[^"]*)"', text)
        assert fetched == [], page
    assert not list(site.rglob("*.py"))
