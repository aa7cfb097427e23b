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
PAY_CHANGED_BACKWARDS = Rule(
    "pay-changed-backwards",
    Severity.ERROR,
    "An amendment changes what is paid for work that was already done.",
    """A price has to be set before the work, or it may look like pay for referrals made meanwhile. The shipped text of
an amendment says that pay changes for the future only; a start in the past contradicts it.

Wrong: an amendment prepared on June 10, 2027 with `amend.changes_pay: yes` and `amend.effective_on: 2027-03-01`

Right: a start on or after the day on which the papers are made.

Source: AMD-03; 42 CFR 1001.952(d).""",
)
PAY_CHANGE_DENIED = Rule(
    "pay-change-denied",
    Severity.WARNING,
    "An amendment is said not to touch pay, and its new words speak of prices or payment.",
    """Whether pay changes decides whether the amendment prints how the new pay was set. If the answer is wrong, that is
missing.

Wrong: `amend.changes_pay: no` with the new words “95 dollars for each visit”

Right: `amend.changes_pay: yes` with `amend.pay_basis`

Source: AMD-03, drafting practice.""",
)
CHANGE_NOT_LOOKED_AT = Rule(
    "change-not-looked-at",
    Severity.ERROR,
    "An amendment touches information, pay or payers, and nobody has looked at what follows from that.",
    """New work may need a business associate agreement that the old work did not; a new price needs its basis; a new
payer brings its terms. The amendment prints who has looked at which point.

Wrong: new words about the records of clients, and `amend.rechecked` with the point `insurance` alone

Right: a line for each point that the change touches: `{point: privacy, result: …, by: …}`

Source: AMD-02, drafting practice.""",
)

_TOUCHES = (
    ("privacy", "information about people",
     re.compile(r"\b(?:information|records?|data|PHI|breach|privacy|consent|portal)\b", re.IGNORECASE)),
    ("payment", "pay",
     re.compile(r"\$|\b(?:pay(?:s|ments?|able|ing)?|paid|rates?|prices?|fees?|dollars?|invoices?)\b", re.IGNORECASE)),
    ("flow_downs", "payers or programs",
     re.compile(r"\b(?:Medicaid|Medicare|CHIP|payers?|health plans?|grants?|waivers?)\b", re.IGNORECASE)),
)  # fmt: skip


def pay_changed_backwards(index: Index) -> Iterator[Diagnostic]:
    made = index.agreements[0].date if index.agreements else index.date("agreement.prepared_on")
    start = index.date("amend.effective_on")
    if index.yes("amend.changes_pay") and made is not None and start is not None and start < made:
        yield index.at(
            PAY_CHANGED_BACKWARDS, "amend.effective_on",
            "Pay would change for work that was done before the papers are made.",
            f"Write {made} or a later day.", ["amend.changes_pay"],
        )  # fmt: skip


def pay_change_denied(index: Index) -> Iterator[Diagnostic]:
    pays = next(mark for point, _, mark in _TOUCHES if point == "payment")
    for entry in index.entries("amend.changes") if index.no("amend.changes_pay") else ():
        if pays.search(entry.word("new")):
            yield entry.at(
                PAY_CHANGE_DENIED, "new", "These words speak of pay, and another answer says that pay does not change.",
                "Write: amend.changes_pay: yes, with how the new pay was set.",
            )  # fmt: skip


def change_not_looked_at(index: Index) -> Iterator[Diagnostic]:
    looked = {e.word("point") for e in index.entries("amend.rechecked")}
    if not looked:
        return  # an open item asks for it
    for entry in index.entries("amend.changes"):
        for point, what, mark in _TOUCHES:
            if point not in looked and mark.search(f"{entry.word('old')} {entry.word('new')}"):
                looked.add(point)
                yield entry.at(
                    CHANGE_NOT_LOOKED_AT, "new", f"This change touches {what}, and nobody is said to have looked.",
                    f"Look at what follows, and add a line with point: {point}.",
                )  # fmt: skip


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
    Lint(PAY_CHANGED_BACKWARDS, pay_changed_backwards, ("amd",)),
    Lint(PAY_CHANGE_DENIED, pay_change_denied, ("amd",)),
    Lint(CHANGE_NOT_LOOKED_AT, change_not_looked_at, ("amd",)),
)
