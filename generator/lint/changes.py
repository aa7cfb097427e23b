"""Amendments: what they change, and whether a reader can tell where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Index, Lint

__all__ = ["LINTS"]

AMENDED_AGREEMENT_UNCLEAR = Rule(
    "amended-agreement-unclear",
    Severity.ERROR,
    "An amendment does not say by date or number which agreement it changes.",
    """Two parties that have worked together for years have several papers with one title. An amendment that names the
title alone changes all of them, or none.

Wrong: `amend.base_ref: the Services Agreement`

Right: `amend.base_ref: "Services Agreement no. SD-2027-014, effective January 1, 2027"`

Source: AMD-01, drafting practice.""",
)
SECTION_CHANGED_TWICE = Rule(
    "section-changed-twice",
    Severity.ERROR,
    "An amendment changes the same section twice.",
    """Which of the two counts? The second may be meant to change what the first left, or to replace it.

Wrong: two entries of `amend.changes` for Section 6.2

Right: one entry with the whole new text.

Source: AMD-01, drafting practice.""",
)


def amended_agreement_unclear(index: Index) -> Iterator[Diagnostic]:
    base = index.word("amend.base_ref")
    if base and not re.search(r"\d", base):
        yield index.at(
            AMENDED_AGREEMENT_UNCLEAR, "amend.base_ref", "No date and no number says which agreement this is.",
            "Add the day on which it took effect, or its number.",
        )  # fmt: skip


def section_changed_twice(index: Index) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for entry in index.entries("amend.changes"):
        section = " ".join(entry.word("section").casefold().replace("section", "").split())
        if section and section in seen:
            yield entry.at(
                SECTION_CHANGED_TWICE, "section", "This section is changed by an entry above already.",
                "Make one entry of the two.",
            )  # fmt: skip
        seen.add(section)


LINTS = (
    Lint(AMENDED_AGREEMENT_UNCLEAR, amended_agreement_unclear),
    Lint(SECTION_CHANGED_TWICE, section_changed_twice),
)
