"""One thing in two papers of a set: times to report, times to mend, limits and notices that do not fit together.

A length of time is compared as a careful reader would: in one unit exactly; otherwise business days are taken
with every weekend that may fall among them, and what is not shorter beyond doubt is not shorter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from generator.diagnostics import Diagnostic, Related, Rule, Severity
from generator.fields.values import Duration
from generator.lint.index import Index, Lint, Spoken, longer, note, surely_shorter

__all__ = ["LINTS"]

BREACH_CLOCKS_DIFFER = Rule(
    "breach-clocks-differ",
    Severity.ERROR,
    "The business associate agreement and the other agreement give different times to report one and the same event.",
    """When a laptop is lost, nobody can tell at once whether it held health information under the business associate
agreement or other information about clients. With two clocks, staff must settle that before they know how long they
have.

Wrong: `data.incident_hours: 72 hours` with `baa.breach_notice: 5 business days`

Right: the same time in both, or an override that says why two are workable.

Source: BAA-L19 and DOC-08, drafting practice.""",
)
CLOCK_TYPED_IN = Rule(
    "clock-typed-in",
    Severity.ERROR,
    "A clause types in a time to report a breach or an incident, and another paper of the set states another time.",
    """A number that stands in the text of a clause does not follow the profile. When the answer changes, the papers
disagree, and nobody is told.

Wrong: a contract with “shall report an incident within 48 hours after it discovers it”, beside a business associate
agreement that prints `baa.breach_notice`, answered as 5 business days

Right: let the clause print the answer: “within {{ data.incident_hours }} after”.

Source: BAA-L19 and DOC-08, drafting practice.""",
)
DOWNSTREAM_CLOCK_TOO_LONG = Rule(
    "downstream-clock-too-long",
    Severity.ERROR,
    "A subcontractor has as long to report as the hub has toward the covered entity, or longer.",
    """A hub must report to the plan within its own time. If its member may take as long, the hub is late before it has
read the report. The subcontractor agreement also says in so many words that its time is the shorter one.

Three business days may be over in 72 hours, and with a weekend among them they take five days. A time in one unit is
therefore shorter than one in another only if it is so on every day of the week.

Wrong: `baa.breach_notice: 5 business days` with `sba.breach_notice: 5 business days`, or `3 business days` with
`72 hours`

Right: `baa.breach_notice: 5 business days` with `sba.breach_notice: 2 business days`

Source: BAA-L31; 45 CFR 164.504(e)(5).""",
)
DOWNSTREAM_HELP_TOO_LONG = Rule(
    "downstream-help-too-long",
    Severity.WARNING,
    "A subcontractor has as long to help with a person's request as the hub has, or longer.",
    """A person asks for their records; the plan asks the hub, the hub asks its member. If the member may take the
whole of the hub's time, none is left to pass the answer on.

Wrong: `baa.access_days: 5 business days` with `sba.access_days: 5 business days`

Right: `baa.access_days: 5 business days` with `sba.access_days: 3 business days`

Source: BAA-L31, drafting practice.""",
)
DOWNSTREAM_USES_WIDER = Rule(
    "downstream-uses-wider",
    Severity.ERROR,
    "A subcontractor may do with health information what the hub itself may not.",
    """Nobody can pass on more than they have. The terms of a subcontractor must be at least as strict as those of the
business associate above it.

Wrong: `baa.deid: no` with `sba.deid: yes`

Right: the same answer, or the stricter one for the member.

Source: BAA-L31; 45 CFR 164.504(e)(5).""",
)
DOWNSTREAM_LIMIT_HIGHER = Rule(
    "downstream-limit-higher",
    Severity.WARNING,
    "A hub's member would owe more after a breach than the hub itself.",
    """The member is mostly the smaller organization. Where the hub's own liability toward the plan has a limit, a
member without one, or with a higher one, insures the hub and the plan.

Wrong: `baa.cost_rule: own_fault_capped` with `sba.cost_rule: uncapped`

Right: the same rule, and a limit up to that of the agreement above.

Source: BAA-L30 and DOC-08, drafting practice.""",
)
CURE_TIMES_DISAGREE = Rule(
    "cure-times-disagree",
    Severity.WARNING,
    "One paper gives time to mend, and another may be ended before that time is over.",
    """Whoever is mending under one paper must not lose the contract under the other meanwhile.

Wrong: a hub agreement in which a corrective plan has 60 days (`hub.cure_days`) and a breach must be cured in 30
(`terminate.cure_days`); or a member that may cure for 30 days while the hub above it has 10

Right: the time to mend a breach at least as long as the plan's; the member's no longer than the hub's.

Source: DOC-08 and DATE-04, drafting practice.""",
)
LIMITS_DISAGREE = Rule(
    "limits-disagree",
    Severity.WARNING,
    "After a breach of health information a party could owe more than the limit that the contract names.",
    """The contract says what a party can owe at most. The business associate agreement puts another limit in its place
for health information. That is allowed, and boards that have read only the contract do not know it.

Wrong: `liability.cap_amount: 250000.00` with `baa.cost_cap: 1000000.00`, and nobody told

Right: one amount for both (leave `baa.cost_cap` out), or an override that says that both boards know.

Source: DOC-08 and BAA-L30, drafting practice.""",
)
NOTICES_DISAGREE = Rule(
    "notices-disagree",
    Severity.WARNING,
    "Ending the agreement because the money stopped takes longer than ending it for no reason at all.",
    """Then nobody uses the longer notice, and the reason is never given.

Wrong: `terminate: {convenience: 30 days, funding_notice_days: 60 days}`

Right: a notice for lost funding up to the notice without a reason.

Source: DOC-08 and DATE-04, drafting practice.""",
)
RECORD_TIMES_DISAGREE = Rule(
    "record-times-disagree",
    Severity.WARNING,
    "Records about clients are kept for less time than the records that an audit asks for.",
    """They are mostly the same records. What the section on data lets go, the section on audits will ask for.

Wrong: `data.retention_years: 6 years` with `audit.record_years: 10 years`

Right: the longer of the two in both.

Source: DOC-08, drafting practice.""",
)
HUB_PAYS_NO_SOONER = Rule(
    "hub-pays-no-sooner",
    Severity.WARNING,
    "The promise to pay soon after the payer pays is later than the last day for payment anyway.",
    """The hub promises two things: to pass the money on soon after it comes, and to pay by a last day in any case.
If the first time is as long as the second, it promises nothing.

Wrong: `hub.pay_after_receipt: 45 days` with `pay.invoice.pay_days: 30 days`

Right: `hub.pay_after_receipt: 10 days` with `pay.invoice.pay_days: 45 days`

Source: PAY-13 and DOC-08, drafting practice.""",
)

_ASSOCIATE = (("baa", "baa.breach_notice"), ("sba", "sba.breach_notice"))


# ---------------------------------------------------------------- times to report


def breach_clocks_differ(index: Index) -> Iterator[Diagnostic]:
    if not any(d in index.documents for d in ("mou", "svc", "hub", "dsa")):
        return
    other = index.duration("data.incident_hours")
    for document, name in _ASSOCIATE:
        own = index.duration(name)
        if document in index.documents and own is not None and other is not None and own != other:
            yield index.at(
                BREACH_CLOCKS_DIFFER, "data.incident_hours",
                "The time to report a data incident is not the time to report a breach under the business associate "
                "agreement, and nobody can tell at once which of the two has happened.",
                f"Write the same time in data.incident_hours and {name}.", [name],
            )  # fmt: skip


_TYPED = re.compile(r"\b(\d{1,3})\)? (hours?|business days?|(?:calendar )?days?|weeks?)\b")
_EVENT = re.compile(r"\b(?:breach|incident)", re.IGNORECASE)
_TELLS = re.compile(r"\b(?:report|tell|notif)", re.IGNORECASE)
_OUTER_LIMIT = Duration(60, "days")  # what the law allows at most is no time of the parties' own


def clock_typed_in(index: Index) -> Iterator[Diagnostic]:
    clocks = [(p, length) for p, lengths in index.noted(_typed_clocks) for length in lengths]
    answered = [
        (id, name, length)
        for id, name in (*_ASSOCIATE, ("", "data.incident_hours"))
        if (not id or id in index.documents) and (length := index.duration(name)) is not None
    ]
    for number, (passage, length) in enumerate(clocks):
        here = passage.agreement.document_type
        others = [(index.label(n), index.place(n)) for id, n, t in answered if t != length and id != here]
        for other, time in clocks[:number]:
            place = index.line_of(other.clause, str(time.n))
            if time != length and other.agreement is not passage.agreement and place is not None:
                others.append((other.where, place))
        if others:
            found = index.in_text(
                CLOCK_TYPED_IN, passage, str(length.n),
                f"“{length.n} {length.unit}” is typed into the text, and another paper of the set states another time.",
                "Let the clause print the answer, and give one answer for all.",
            )  # fmt: skip
            yield replace(found, others=tuple(Related(place, what) for what, place in others))


@note("discover")
def _typed_clocks(spoken: Spoken) -> tuple[Duration, ...]:
    """Return the times that the text itself gives somebody to report a breach or an incident."""
    text = spoken.words
    if not _EVENT.search(text) or not _TELLS.search(text):
        return ()
    units = [(int(found[1]), found[2].removeprefix("calendar ")) for found in _TYPED.finditer(text)]
    lengths = [Duration(n, unit if unit.endswith("s") else f"{unit}s") for n, unit in units]
    return tuple(length for length in lengths if length != _OUTER_LIMIT)


# ---------------------------------------------------------------- the agreement below against the one above


def downstream_clock_too_long(index: Index) -> Iterator[Diagnostic]:
    yield from _not_shorter(index, DOWNSTREAM_CLOCK_TOO_LONG, "breach_notice", "to report")


def downstream_help_too_long(index: Index) -> Iterator[Diagnostic]:
    for name in ("access_days", "amend_days", "accounting_days", "request_forward"):
        yield from _not_shorter(index, DOWNSTREAM_HELP_TOO_LONG, name, "to help")


def _not_shorter(index: Index, rule: Rule, name: str, what: str) -> Iterator[Diagnostic]:
    above, own = index.duration(f"baa.{name}"), index.duration(f"sba.{name}")
    if "sba" not in index.documents or own is None or above is None or surely_shorter(own, above):
        return
    weekends = "" if own.unit == above.unit else ", when no weekend falls among the business days,"
    yield index.at(
        rule, f"sba.{name}",
        f"The member may take as long {what} as the hub has toward the covered entity{weekends} or longer.",
        f"Write a time that is shorter than baa.{name} on every day of the week.", [f"baa.{name}"],
    )  # fmt: skip


def downstream_uses_wider(index: Index) -> Iterator[Diagnostic]:
    for name in ("deid", "mgmt_admin"):
        if "sba" in index.documents and index.yes(f"sba.{name}") and index.no(f"baa.{name}"):
            yield index.at(
                DOWNSTREAM_USES_WIDER, f"sba.{name}", "The hub itself may not do this with the information.",
                f"Write: sba.{name}: no", [f"baa.{name}"],
            )  # fmt: skip


def downstream_limit_higher(index: Index) -> Iterator[Diagnostic]:
    above, own = index.word("baa.cost_rule"), index.word("sba.cost_rule")
    if "sba" not in index.documents or above in ("", "uncapped"):
        return
    top, limit = index.money("baa.cost_cap"), index.money("sba.cost_cap")
    if own == "uncapped":
        yield index.at(
            DOWNSTREAM_LIMIT_HIGHER, "sba.cost_rule",
            "The hub's own liability for a breach has a limit, and its member's has none.",
            "Write own_fault_capped.", ["baa.cost_rule"],
        )  # fmt: skip
    elif top is not None and limit is not None and limit > top:
        yield index.at(
            DOWNSTREAM_LIMIT_HIGHER, "sba.cost_cap", "The member's limit is higher than the hub's own.",
            "Lower it to that of the agreement above, or leave it out.", ["baa.cost_cap"],
        )  # fmt: skip


# ---------------------------------------------------------------- times to mend, limits, notices


def cure_times_disagree(index: Index) -> Iterator[Diagnostic]:
    there = index.documents
    # (the time that must not be longer, that which it is compared with, whether both are in force here, what happens)
    pairs = (
        ("hub.cure_days", "terminate.cure_days", "hub" in there,
         "A corrective plan may still be under way when the agreement can be ended for the same shortfall."),
        ("baa.cure_days", "terminate.cure_days", "baa" in there and bool({"svc", "hub"} & set(there)),
         "The contract can be ended for the same breach before this time to mend it is over."),
        ("sba.cure_days", "baa.cure_days", "sba" in there,
         "The hub can lose the agreement above while its member is still mending."),
    )  # fmt: skip
    for own, other, both, message in pairs:
        one, two = index.duration(own), index.duration(other)
        if both and one is not None and two is not None and longer(one, two):
            yield index.at(
                CURE_TIMES_DISAGREE, own, message, f"Make it no longer than {other}, or give more time there.", [other]
            )


def limits_disagree(index: Index) -> Iterator[Diagnostic]:
    limit = index.money("liability.cap_amount")
    for document in ("baa", "sba"):
        cap = index.money(f"{document}.cost_cap")
        both = document in index.documents and bool({"svc", "hub"} & set(index.documents))
        if both and limit is not None and cap is not None and cap > limit:
            yield index.at(
                LIMITS_DISAGREE, f"{document}.cost_cap",
                "For health information this limit takes the place of the contract's, and it is higher.",
                "Leave it out, so that the contract's limit holds; or let both boards know, and say so in an override.",
                ["liability.cap_amount"],
            )  # fmt: skip


def notices_disagree(index: Index) -> Iterator[Diagnostic]:
    plain, funding = index.duration("terminate.convenience"), index.duration("terminate.funding_notice_days")
    if index.finished is not None and not index.prints("exit.funding_out"):
        return  # the longer notice stands in no paper
    if plain is not None and funding is not None and longer(funding, plain):
        yield index.at(
            NOTICES_DISAGREE, "terminate.funding_notice_days",
            "Ending because the money stopped takes longer than ending for no reason.",
            "Write a time up to terminate.convenience.", ["terminate.convenience"],
        )  # fmt: skip


def record_times_disagree(index: Index) -> Iterator[Diagnostic]:
    clients, audits = index.duration("data.retention_years"), index.duration("audit.record_years")
    if clients is not None and audits is not None and longer(audits, clients):
        yield index.at(
            RECORD_TIMES_DISAGREE, "data.retention_years",
            "Audits may ask for records that this lets go before.",
            "Write the longer time in both.", ["audit.record_years"],
        )  # fmt: skip


def hub_pays_no_sooner(index: Index) -> Iterator[Diagnostic]:
    soon, last = index.duration("hub.pay_after_receipt"), index.duration("pay.invoice.pay_days")
    if soon is not None and last is not None and not longer(last, soon):
        yield index.at(
            HUB_PAYS_NO_SOONER, "hub.pay_after_receipt",
            "The hub has to pay by its last day anyway, so this promises nothing.",
            "Write a shorter time than in pay.invoice.pay_days.", ["pay.invoice.pay_days"],
        )  # fmt: skip


LINTS = (
    Lint(BREACH_CLOCKS_DIFFER, breach_clocks_differ, ("baa", "sba", "svc", "mou", "hub", "dsa")),
    Lint(CLOCK_TYPED_IN, clock_typed_in),
    Lint(DOWNSTREAM_CLOCK_TOO_LONG, downstream_clock_too_long, ("sba",)),
    Lint(DOWNSTREAM_HELP_TOO_LONG, downstream_help_too_long, ("sba",)),
    Lint(DOWNSTREAM_USES_WIDER, downstream_uses_wider, ("sba",)),
    Lint(DOWNSTREAM_LIMIT_HIGHER, downstream_limit_higher, ("sba",)),
    Lint(CURE_TIMES_DISAGREE, cure_times_disagree, ("baa", "sba", "hub")),
    Lint(LIMITS_DISAGREE, limits_disagree, ("baa", "sba", "svc", "hub")),
    Lint(NOTICES_DISAGREE, notices_disagree, ("svc", "hub")),
    Lint(RECORD_TIMES_DISAGREE, record_times_disagree, ("svc", "hub")),
    Lint(HUB_PAYS_NO_SOONER, hub_pays_no_sooner, ("hub",)),
)
