"""How far estimates are from what was measured: a report of chapters."""

from __future__ import annotations

from collections.abc import Sequence

from planner.catalog.catalog import Catalog
from planner.report.accuracy_memory import memory_chapter
from planner.report.chapters import Chapter
from planner.report.screen import Screen
from planner.report.sections import Section, as_markdown, as_text

TITLE = "Accuracy of the estimates"
_ABOUT = Section(
    "How to read this",
    (
        "Every figure is reckoned by `planner accuracy --markdown` from measurements that were "
        "published, by the functions that plans are sized with; none was written by hand. An error "
        "is |estimate - measured| / measured, in per cent. Bias is the mean error with its sign: "
        "above 0, estimates are too high.",
        "Where an estimate has constants that were fitted to such rows, they are fitted anew "
        "without each family of models in turn (without each model, where one family is all there "
        "is), and `left out` is the error of the rows that the fit did not see. A goal is reached "
        "if that error reaches it.",
    ),
)


def chapters_of(catalog: Catalog) -> tuple[Chapter, ...]:
    """Every chapter, under the constants of a catalogue.

    Raises:
        InputError: if a constant is missing or a row is wrong.
    """
    return (memory_chapter(catalog),)


def to_json(chapters: Sequence[Chapter]) -> dict[str, object]:
    """The report as plain data, by chapter."""
    return {chapter.name: dict(chapter.data) for chapter in chapters}


def page_of(chapters: Sequence[Chapter]) -> str:
    """The report as a page in Markdown."""
    return as_markdown(TITLE, _sections(chapters))


def text_of(chapters: Sequence[Chapter], screen: Screen) -> str:
    """The report for a terminal."""
    return as_text(TITLE, _sections(chapters), screen)


def _sections(chapters: Sequence[Chapter]) -> list[Section]:
    return [_ABOUT, *(section for chapter in chapters for section in chapter.sections)]
