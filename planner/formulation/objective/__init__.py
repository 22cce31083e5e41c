"""The parts of the objective, one file each; the folder is the list."""

from importlib import import_module
from pkgutil import iter_modules

from planner.formulation.rule import TermFile, term_of

TERMS: tuple[TermFile, ...] = tuple(
    term_of(import_module(f"{__name__}.{module.name}"))
    for module in sorted(iter_modules(__path__), key=lambda m: m.name)
)
