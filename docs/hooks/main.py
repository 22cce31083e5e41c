"""Hooks of the documentation: pages made from the program's own records, formulas as MathML.

A page says where a made part goes with a comment of the form ``generated: rules``. Formulas
stand in the pages as LaTeX and leave as MathML, which browsers show without any script, so the
site works from a disk without a network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from unicodedata import lookup

import benchmark_rows
import error_rules
import file_fields
import mathematics
import model_files
import ranges
import scenario_fields
from latex2mathml.converter import convert
from mkdocs.exceptions import PluginError

PARTS: Mapping[str, Callable[[], str]] = {
    "decisions": mathematics.decisions,
    "rules": mathematics.rules,
    "objective": mathematics.objective,
    "scenario-fields": scenario_fields.fields,
    "not-yet-effective": scenario_fields.not_yet_effective,
    "error-rules": error_rules.error_rules,
    "ranges": ranges.ranges,
    "claims-fields": file_fields.claims_fields,
    "catalogue-fields": file_fields.catalogue_fields,
    "missing-figures": file_fields.missing_figures,
    "benchmark-columns": benchmark_rows.benchmark_columns,
    "supported-models": model_files.supported_models,
    "model-keys": model_files.model_keys,
    "kinds-of-sources": file_fields.kinds_of_sources,
}
"""What a page can ask for, by name."""

_MARK = re.compile(r"^<!-- generated: ([a-z-]+) -->$", re.MULTILINE)
_INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)
_ALPHABET = re.compile(r'<mi mathvariant="(script|double-struck)">([A-Z])</mi>')
_BLOCK = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', re.DOTALL)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put the made parts of a page where it asks for them."""
    return _MARK.sub(lambda found: part(found[1]), markdown)


def on_page_content(html: str, **_: object) -> str:
    """Show formulas as MathML."""
    html = _INLINE.sub(lambda found: mathml(found[1], "inline"), html)
    return _BLOCK.sub(lambda found: f"<p>{mathml(found[1], 'block')}</p>", html)


def mathml(escaped: str, display: str) -> str:
    """A formula, with letters of other alphabets as signs of their own.

    Browsers know no ``mathvariant`` but ``normal``, so ``Z`` in double-struck would be a plain Z.
    """
    formula = convert(unescape(escaped).strip(), display=display)
    return _ALPHABET.sub(lambda found: f"<mi>{_sign(found[1], found[2])}</mi>", formula)


def _sign(alphabet: str, letter: str) -> str:
    """The sign of a letter; the oldest ones have no "mathematical" in their names."""
    name = f"{alphabet} capital {letter}".upper()
    try:
        return lookup(f"MATHEMATICAL {name}")
    except KeyError:
        return lookup(name)


def part(name: str) -> str:
    """A made part.

    Raises:
        PluginError: if there is none of that name.
    """
    if name not in PARTS:
        raise PluginError(f"no part of the documentation is called `{name}`")
    return PARTS[name]()
