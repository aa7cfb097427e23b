"""Dates and periods that cannot all be true, or that leave somebody too little time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.fields.values import Duration
from generator.lint.index import Index, Lint, Spoken, after, days_of, longer, note

__all__ = ["LINTS"]

FEDERAL_LINES = ("medicaid_mco", "medicaid_ffs", "medicare_advantage", "medicare_ffs", "chip")

END_BEFORE_START = Rule(
    "end-before-start",
    Severity.ERROR,
    "The agreement ends on or before the day it starts.",
    """An agreement without a single day of its own binds nobody. Mostly a year was mistyped.

Wrong: `effective_date: 2027-01-01` with `end_date: 2026-12-31`

Right: `effective_date: 2027-01-01` with `end_date: 2027-12-31`

Source: DATE-01, drafting practice.""",
)
LAUNCH_OUTSIDE_TERM = Rule(
    "launch-outside-term",
    Severity.ERROR,
    "The services start before the agreement does, or after it has ended.",
    """Work before the start date is done without a contract: no price, no insurance clause, no privacy terms. Work
after the end is the same.

Wrong: `effective_date: 2027-01-01` with `launch_date: 2026-12-15`

Right: a launch date on or after the start date and before the end date.

Source: DATE-01, drafting practice.""",
)
DATE_OUTSIDE_TERM = Rule(
    "date-outside-term",
    Severity.ERROR,
    "Something is due on a day on which the agreement is not in force.",
    """A milestone, a review or a payment of start-up funds that falls outside the term is a promise nobody owes on
that day.

Wrong: an agreement through December 31, 2027, with a milestone on January 31, 2028.

Right: move the date into the term, or the end of the term behind it. Results that are counted and paid after the
end (a bonus, a settlement) are not meant here.

Source: DATE-01, drafting practice.""",
)
TASK_AFTER_LAUNCH = Rule(
    "task-after-launch",
    Severity.ERROR,
    "A task that has to be done before the launch is due after it.",
    """The services may start only when the tasks before launch are done. A task due later either delays the launch or
was not needed for it.

Wrong: `launch_date: 2027-02-01` with a task due 2027-02-10.

Right: due on or before the launch date; or move the task to the milestones.

Source: DATE-01 and the rules for the launch date, drafting practice.""",
)
LONGSTOP_BEFORE_LAUNCH = Rule(
    "longstop-before-launch",
    Severity.ERROR,
    "The last day for a launch comes before the launch date.",
    """If the launch has not happened by the last day for it, a party may walk away. A last day before the planned
launch lets the agreement fall before it was due to begin.

Wrong: `launch_date: 2027-02-01` with `longstop: 2027-01-15`

Right: a last day some weeks or months after the launch date.

Source: DATE-01, drafting practice.""",
)
PREPARED_AFTER_START = Rule(
    "prepared-after-start",
    Severity.ERROR,
    "The papers are prepared after the day from which they are to have effect.",
    """Whoever signs later than the start date signs “as of” an earlier day. Where money or health information moves,
that is risky: a price must be set in advance, and health information may not be given to a business associate before
the agreement about it is signed.

Wrong: papers prepared on February 3, 2027 for a start on January 1, 2027.

Right: a start date on or after the day of the last signature. Where both sides have in fact worked under these terms
since an earlier day, counsel should write a sentence that says so, and the profile may overrule this rule with that
reason.

Source: DATE-02; 45 CFR 164.504(e); 42 CFR 1001.952(d) (terms set in advance).""",
)
APPROVED_AFTER_START = Rule(
    "approved-after-start",
    Severity.WARNING,
    "A board or council approves only after the agreement starts.",
    """Until the approval is given the signature may bind nobody, while the other side is already working.

Wrong: `effective_date: 2027-01-01` with the approval on 2027-01-20.

Right: an approval before the start date.

Source: DATE-02, drafting practice.""",
)
TERM_LENGTH_DISAGREES = Rule(
    "term-length-disagrees",
    Severity.ERROR,
    "The length of the term and its two dates do not agree.",
    """Three statements of one thing, of which one is wrong. A reader will rely on the one that suits them.

Wrong: January 1, 2027 to December 31, 2028 with `length: 12 months`

Right: `length: 24 months`, or leave the length out and let the dates speak.

Source: DATE-01, drafting practice.""",
)
RENEWAL_NOTICE_UNUSABLE = Rule(
    "renewal-notice-unusable",
    Severity.WARNING,
    "The agreement renews by itself, and the notice to stop that is missing, under 30 days, or longer than the term.",
    """An agreement that renews by itself binds a small organization for another year if it misses one day. State laws
on automatic renewal may ask for more.

Wrong: `renewal: {type: auto, notice: 18 months}` in a one-year agreement.

Right: `renewal: {type: auto, notice: 90 days, period: 1 year, max: 2}`

Source: DATE-03, drafting practice; state laws on automatic renewal.""",
)
TALKS_AFTER_NOTICE = Rule(
    "talks-after-notice",
    Severity.WARNING,
    "Renewal talks start only when the time to give notice has passed.",
    """Who must give notice before talking gives it to be safe, and the talks begin with a termination.

Wrong: `renewal: {notice: 90 days, talks_start: 60 days}`

Right: `renewal: {notice: 90 days, talks_start: 6 months}`

Source: DATE-03, drafting practice.""",
)
NOTICE_SHORTER_THAN_CURE = Rule(
    "notice-shorter-than-cure",
    Severity.WARNING,
    "Leaving without a reason takes less time than mending a breach.",
    """If a party can leave on 30 days' notice without a reason, a right to 60 days to mend a breach is worth nothing:
the other side leaves instead.

Wrong: `terminate: {convenience: 30 days, cure_days: 60 days}`

Right: a notice at least as long as the time to mend.

Source: DATE-04, drafting practice.""",
)
DAYS_NOT_COUNTED = Rule(
    "days-not-counted",
    Severity.ERROR,
    "The document speaks of business days and does not say what a business day is.",
    """“Five business days” over a holiday week is one period to a bank and another to a hospital.

Wrong: a clause with “within five business days” in a document without the clause on counting time.

Right: put `front.counting` (or your own definition of “**Business Day**”) into the document type.

Source: DATE-05, drafting practice. That a period is in calendar or business days is always stated: a profile cannot
give a number of days without it.""",
)
TERM_UNDER_A_YEAR = Rule(
    "term-under-a-year",
    Severity.ERROR,
    "Services that a federal health program pays for are bought for less than a year.",
    """The federal safe harbor for personal services protects only agreements with a term of at least a year (they may
end earlier, but not be renewed on new terms within that year). Outside a safe harbor a payment is not forbidden, but
somebody has to judge it.

Wrong: `effective_date: 2027-01-01`, `end_date: 2027-06-30`, `payer_lines: [medicaid_mco]`, with a fee for service.

Right: a term of a year; a pilot fits inside it. Or counsel's decision in an override.

Source: DATE-06; 42 CFR 1001.952(d)(1).""",
)
PILOT_DECIDED_LATE = Rule(
    "pilot-decided-late",
    Severity.WARNING,
    "The decision on the pilot comes more than 60 days after the pilot ends.",
    """Staff hired for a pilot wait for the decision. Two months without an answer lose them.

Wrong: a pilot from February 1 for three months, decided on October 1.

Right: a decision date within 60 days after the end of the pilot.

Source: the limits of pilot.decision_date, drafting practice.""",
)


def _term(index: Index) -> tuple[dt.date, dt.date] | None:
    start, end = index.date("term.effective_date"), index.date("term.end_date")
    return (start, end) if start is not None and end is not None and start < end else None


def money_moves(index: Index) -> bool:
    """Whether any payment model but *none* is chosen."""
    return any(m != "none" for m in index.words("pay.models"))


def end_before_start(index: Index) -> Iterator[Diagnostic]:
    start, end = index.date("term.effective_date"), index.date("term.end_date")
    if start is not None and end is not None and end <= start:
        what = "on the day it starts" if end == start else "before it starts"
        yield index.at(
            END_BEFORE_START, "term.end_date", f"The agreement ends {what}.",
            "Write an end date after the start date.", ["term.effective_date"],
        )  # fmt: skip


def launch_outside_term(index: Index) -> Iterator[Diagnostic]:
    launch, term = index.date("term.launch_date"), _term(index)
    if launch is None or term is None:
        return
    if launch < term[0]:
        yield index.at(
            LAUNCH_OUTSIDE_TERM, "term.launch_date", "The services start before the agreement does.",
            "Write a launch date on or after the start date.", ["term.effective_date"],
        )  # fmt: skip
    elif launch >= term[1]:
        yield index.at(
            LAUNCH_OUTSIDE_TERM, "term.launch_date", "The services start when the agreement is over.",
            "Write a launch date before the end date.", ["term.end_date"],
        )  # fmt: skip


def date_outside_term(index: Index) -> Iterator[Diagnostic]:
    term = _term(index)
    if term is None:
        return
    for list_name, what in (("milestones", "name"), ("pay.capacity.tranches", "milestone")):
        for entry in index.entries(list_name):
            due = entry.date("due")
            if due is not None and not term[0] <= due <= term[1]:
                side = "before the agreement starts" if due < term[0] else "after the agreement has ended"
                yield entry.at(
                    DATE_OUTSIDE_TERM,
                    "due",
                    f"“{entry.word(what)}” is due {side}.",
                    f"Write a day from {term[0]} through {term[1]}.",
                )
    for name in ("sow.review_date", "pilot.decision_date"):
        day = index.date(name)
        if day is not None and not term[0] <= day <= term[1]:
            side = "before the agreement starts" if day < term[0] else "after the agreement has ended"
            yield index.at(
                DATE_OUTSIDE_TERM, name, f"The {index.label(name)} comes {side}.",
                f"Write a day from {term[0]} through {term[1]}.",
            )  # fmt: skip


def task_after_launch(index: Index) -> Iterator[Diagnostic]:
    launch = index.date("term.launch_date")
    for entry in index.entries("prelaunch.tasks"):
        due = entry.date("due")
        if launch is not None and due is not None and due > launch:
            yield entry.at(
                TASK_AFTER_LAUNCH,
                "due",
                f"“{entry.word('task')}” has to be done before the launch and is due after it.",
                f"Write a day through {launch}, or make it a milestone.",
            )


def longstop_before_launch(index: Index) -> Iterator[Diagnostic]:
    launch, last = index.date("term.launch_date"), index.date("prelaunch.longstop")
    if launch is not None and last is not None and last < launch:
        yield index.at(
            LONGSTOP_BEFORE_LAUNCH, "prelaunch.longstop", "The last day for a launch comes before the launch date.",
            "Write a later day.", ["term.launch_date"],
        )  # fmt: skip


def prepared_after_start(index: Index) -> Iterator[Diagnostic]:
    prepared = index.agreements[0].date if index.agreements else index.date("agreement.prepared_on")
    start = index.date("term.effective_date")
    if prepared is None or start is None or prepared <= start:
        return
    if money_moves(index) or index.yes("phi.n0"):
        moved = "money" if money_moves(index) else "information about people"
        yield index.at(
            PREPARED_AFTER_START, "term.effective_date",
            f"These papers are prepared on {prepared}, after the day from which they are to have effect, and {moved} "
            "moves under them.",
            "Write a start date that is still to come.", ["agreement.prepared_on"],
        )  # fmt: skip


def approved_after_start(index: Index) -> Iterator[Diagnostic]:
    alone = {a.document_type for a in index.contracts} == {"amd"}  # an amendment has an approval and a start of its own
    begins = "amend.effective_on" if alone else "term.effective_date"
    start = index.date(begins)
    for key in index.party_keys:
        approved = index.date(f"{key}.approval.date")
        if start is not None and approved is not None and approved > start:
            yield index.at(
                APPROVED_AFTER_START, f"{key}.approval.date",
                f"{index.name(key)} gets its approval after the {'change' if alone else 'agreement'} has started.",
                "Start after the approval.", [begins],
            )  # fmt: skip


def term_length_disagrees(index: Index) -> Iterator[Diagnostic]:
    length, term = index.duration("term.length"), _term(index)
    if length is None or term is None:
        return
    last = after(term[0], length) - dt.timedelta(days=1)
    if abs((last - term[1]).days) > 1:
        yield index.at(
            TERM_LENGTH_DISAGREES, "term.length",
            f"Counted from the start, this length leads to {last}, and the agreement ends on {term[1]}.",
            "Change the length or the end date, or leave the length out.", ["term.effective_date", "term.end_date"],
        )  # fmt: skip


def renewal_notice_unusable(index: Index) -> Iterator[Diagnostic]:
    if index.word("renewal.type") != "auto":
        return
    notice, term = index.duration("renewal.notice"), _term(index)
    if notice is None:
        return  # an open item asks for it
    if days_of(notice) < 30:
        message = "The agreement renews by itself unless somebody gives notice, and the notice is under 30 days."
    elif term is not None and days_of(notice) >= (term[1] - term[0]).days:
        message = "The notice that stops the renewal would have to be given before the agreement starts."
    else:
        return
    yield index.at(RENEWAL_NOTICE_UNUSABLE, "renewal.notice", message, "Write, for example: 90 days", ["term.end_date"])


def talks_after_notice(index: Index) -> Iterator[Diagnostic]:
    notice, talks = index.duration("renewal.notice"), index.duration("renewal.talks_start")
    if index.word("renewal.type") == "auto" and notice is not None and talks is not None and longer(notice, talks):
        yield index.at(
            TALKS_AFTER_NOTICE, "renewal.talks_start", "Talks on renewal start when notice must already be given.",
            "Let talks start before the time for notice.", ["renewal.notice"],
        )  # fmt: skip


def notice_shorter_than_cure(index: Index) -> Iterator[Diagnostic]:
    notice, cure = index.duration("terminate.convenience"), index.duration("terminate.cure_days")
    if notice is not None and cure is not None and longer(cure, notice):
        yield index.at(
            NOTICE_SHORTER_THAN_CURE, "terminate.cure_days",
            "A party may leave without a reason sooner than the other must be given time to mend a breach.",
            "Make the notice at least as long as the time to mend.", ["terminate.convenience"],
        )  # fmt: skip


@note("business day", any_case=True)
def _business_days(_: Spoken) -> bool:
    return True


def days_not_counted(index: Index) -> Iterator[Diagnostic]:
    for agreement in index.contracts:
        if any(term.lower() in ("business day", "business days") for term in index.definitions(agreement)):
            continue
        if agreement.document_type == "sow" and ("svc" in index.documents or "hub" in index.documents):
            continue  # the contract above it counts
        if agreement.document_type in ("amd", "ren", "trm"):
            continue  # the agreement that it changes or ends counts
        for passage, _ in index.noted(_business_days, agreement):
            yield DAYS_NOT_COUNTED.at(
                index.line_of(passage.clause, "usiness day"),
                f"{agreement.title}, {passage.section}: the text counts in business days, and nothing in this "
                "document says which days those are.",
                fix="Put front.counting into the document type.",
            )
            break


def term_under_a_year(index: Index) -> Iterator[Diagnostic]:
    term = _term(index)
    if term is None or not money_moves(index):
        return
    year = after(term[0], Duration(1, "years")) - dt.timedelta(days=1)
    lines = index.words("payer_lines")
    if term[1] < year and any(line in lines for line in FEDERAL_LINES):
        yield index.at(
            TERM_UNDER_A_YEAR, "term.end_date",
            "The agreement lasts less than a year, and a federal health program pays for people it serves.",
            f"Let it run through {year}; it may still end earlier by notice.", ["term.effective_date", "payer_lines"],
        )  # fmt: skip


def pilot_decided_late(index: Index) -> Iterator[Diagnostic]:
    launch, length = index.date("term.launch_date"), index.duration("pilot.length")
    decision = index.date("pilot.decision_date")
    if not index.yes("pilot.planned") or launch is None or length is None or decision is None:
        return
    last = after(launch, length) + dt.timedelta(days=60)
    if decision > last:
        yield index.at(
            PILOT_DECIDED_LATE, "pilot.decision_date",
            "The decision comes more than 60 days after the pilot ends.",
            f"Write a day through {last}.", ["pilot.length"],
        )  # fmt: skip


LINTS = (
    Lint(END_BEFORE_START, end_before_start),
    Lint(LAUNCH_OUTSIDE_TERM, launch_outside_term),
    Lint(DATE_OUTSIDE_TERM, date_outside_term),
    Lint(TASK_AFTER_LAUNCH, task_after_launch),
    Lint(LONGSTOP_BEFORE_LAUNCH, longstop_before_launch),
    Lint(PREPARED_AFTER_START, prepared_after_start),
    Lint(APPROVED_AFTER_START, approved_after_start),
    Lint(TERM_LENGTH_DISAGREES, term_length_disagrees),
    Lint(RENEWAL_NOTICE_UNUSABLE, renewal_notice_unusable),
    Lint(TALKS_AFTER_NOTICE, talks_after_notice),
    Lint(NOTICE_SHORTER_THAN_CURE, notice_shorter_than_cure),
    Lint(DAYS_NOT_COUNTED, days_not_counted),
    Lint(TERM_UNDER_A_YEAR, term_under_a_year),
    Lint(PILOT_DECIDED_LATE, pilot_decided_late),
)
