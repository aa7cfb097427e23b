"""Other privacy law: records with added protection, who may see what, and what data the money needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.dates import money_moves
from generator.lint.index import Entry, Index, Lint, Spoken, note

__all__ = ["LINTS", "RESULT_MODELS"]

RESULT_MODELS = ("p4p_bonus", "withhold", "outcome_unit", "shared_savings", "risk_corridor")

PROTECTED_RECORDS_DENIED = Rule(
    "protected-records-denied",
    Severity.ERROR,
    "The list of data names records of a protected kind, and an answer says that no such records move.",
    """Substance use disorder records, education records, victim services records and benefits data stand under laws of
their own. Which terms a document gets depends on the answers to the privacy questions; if the list of data says
otherwise, the terms are missing.

Wrong: a data item of class `sud` with `phi.n10: no`

Right: `phi.n10: yes`, or take the item out of the list.

Source: PRIV-01, PRIV-04, PRIV-05 and PRIV-07; 42 CFR Part 2, 34 U.S.C. 12291(b)(2), 34 CFR 99.30, 7 CFR 272.1(c).""",
)
PROTECTED_RECORDS_TERMS_MISSING = Rule(
    "protected-records-terms-missing",
    Severity.ERROR,
    "Records of a protected kind move, and no agreement of the set has the terms that their law asks for.",
    """Part 2, FERPA and the victim services laws each ask for words that HIPAA terms do not contain.

Wrong: a services agreement without the clause on substance use disorder records while `phi.n10: yes`

Right: put `data.part2`, `data.ferpa`, `data.victim_services` or `data.state_sensitive` into the document type.

Source: PRIV-01, PRIV-05, PRIV-08; 42 CFR Part 2, 34 CFR 99.30, 34 U.S.C. 12291(b)(2).""",
)
PART2_PROGRAM_OVERLOOKED = Rule(
    "part2-program-overlooked",
    Severity.WARNING,
    "A party is a substance use disorder program that shares information about people, and none of it is said to be "
    "such records.",
    """Even the fact that a person is a client of such a program is a protected record.

Wrong: `is_part2_program: yes`, `phi.n0: yes`, `phi.n10: no`

Right: `phi.n10: yes`; or `no`, after somebody has made sure that the shared list comes from another part of the
organization.

Source: PRIV-01; 42 CFR Part 2.""",
)
PART2_CONSENT_MISSING = Rule(
    "part2-consent-missing",
    Severity.ERROR,
    "Substance use disorder records are to move by consent, and people are asked for none.",
    """Each disclosure by consent needs the signed consent, a copy or an explanation of its scope, and a statement
against further disclosure.

Wrong: `part2.path: consent` with `data.consent_needed: no`

Right: `data.consent_needed: yes`, with the form and who keeps it.

Source: PRIV-02; 42 CFR 2.31, 2.32.""",
)
VICTIM_DATA_SHARED = Rule(
    "victim-data-shared",
    Severity.ERROR,
    "Information that identifies victims enters a system that others can see.",
    """Programs with VAWA, FVPSA or VOCA money may not put information that identifies a victim into a shared system,
and no funder may ask for it. A release must be written, informed and limited in time, and is not a condition of help.

Wrong: `phi.n12: yes`, `data_relationship: full_access`, and an identifiable item of class `victim`

Right: keep these items out of the system; report totals only.

Source: PRIV-04; 34 U.S.C. 12291(b)(2).""",
)
TREATMENT_WITHOUT_PROVIDER = Rule(
    "treatment-without-provider",
    Severity.ERROR,
    "A health plan shares information “for treatment” with an organization that is no health care provider.",
    """Treatment is what health care providers do. A plan that gives member lists to a community organization needs
another ground: its own operations under a business associate agreement, or the person's authorization.

Wrong: `phi.basis: treatment`, `phi.n8: yes`, `phi.n6: no`

Right: `phi.basis: operations` with a business associate agreement.

Source: PRIV-09; 45 CFR 164.501, 164.506.""",
)
LIMITED_SET_NOT_LIMITED = Rule(
    "limited-set-not-limited",
    Severity.ERROR,
    "The ground is a limited data set, and the list holds names, addresses or contact data.",
    """A limited data set holds no direct identifiers and is for research, public health or health care operations only.
Nobody can be called from it.

Wrong: `phi.basis: lds` with an identifiable item of class `contact`

Right: another ground for the items that identify people.

Source: PRIV-10; 45 CFR 164.514(e).""",
)
IDENTIFIABLE_DENIED = Rule(
    "identifiable-denied",
    Severity.ERROR,
    "An answer says that nothing identifies people, and the list of data says that something does.",
    """Names, telephone numbers, addresses, dates and member numbers identify people. Everything after the first privacy
question hangs on this answer.

Wrong: `phi.n0: no` with a data item `identifiable: yes`

Right: `phi.n0: yes`

Source: the first question on health information; 45 CFR 160.103, 164.514(b).""",
)
TOTALS_THAT_IDENTIFY = Rule(
    "totals-that-identify",
    Severity.ERROR,
    "A data item is called totals and is said to identify people.",
    """A report to a funder or a board holds totals. Rows about single people are not totals, whatever the report is
called.

Wrong: `{name: funder report, class: aggregate, identifiable: yes}`

Right: `identifiable: no`, or the class that the rows really have.

Source: PRIV-11, drafting practice.""",
)
SMALL_GROUPS = Rule(
    "small-groups",
    Severity.WARNING,
    "Totals may show groups of fewer than 11 people.",
    """In a small county, four people over 80 from one hospital are four known people. Eleven is
the usual line in health statistics.

Wrong: `data.cell_min: 5`

Right: `data.cell_min: 11`

Source: PRIV-11, drafting practice.""",
)
STATE_TERMS_MISSING = Rule(
    "state-terms-missing",
    Severity.WARNING,
    "People of Texas or Washington are served, and an answer says that no state law protects records more.",
    """Texas calls anyone who stores health information a covered entity of its own, nonprofits included. Washington's
health data law reaches nonprofits as well. Both ask for more than HIPAA.

Wrong: `agreement.states: [WA]` with `phi.n14: no`

Right: `phi.n14: yes`, with the categories that counsel names.

Source: PRIV-08; RCW 19.373; Texas Health and Safety Code chapter 181.""",
)
MEASURE_NOT_TRACKABLE = Rule(
    "measure-not-trackable",
    Severity.WARNING,
    "The community organization is measured by something it cannot track today.",
    """A measure that nobody can produce is reported late, wrongly, or at night.

Wrong: `metrics_cbo_can_track: no` while a measure of the CBO's is used for payment

Right: another measure, or a date from which it counts and money to build the tracking.

Source: DATA-08, drafting practice.""",
)
EXTRA_WORK_UNFUNDED = Rule(
    "extra-work-unfunded",
    Severity.WARNING,
    "Double entry, several portals or reformatting are asked for, and neither paid nor allowed for in the volume.",
    """Each hour at a second portal is an hour less with people. It shows up as a missed target later.

Wrong: `{kind: double_documentation, hours: 20, funded: no, volume_adjusted: no}`

Right: `funded: yes`, or a lower volume while it lasts.

Source: DATA-09, drafting practice.""",
)
DATA_ONE_WAY = Rule(
    "data-one-way",
    Severity.WARNING,
    "Pay depends on results, and no data comes back from the payer.",
    """Whether fewer people returned to the hospital, only the payer knows. Without its figures the provider can neither
improve nor check what it is paid.

Wrong: a bonus for results, with data items only from provider to purchaser

Right: an item with direction `purchaser_to_provider`, in totals if need be.

Source: DATA-10, drafting practice.""",
)
SECURITY_REVIEW_SUDDEN = Rule(
    "security-review-sudden",
    Severity.WARNING,
    "A security review may come with less than two weeks' notice.",
    """A small organization answers a security questionnaire with the same people who serve clients.

Wrong: `data.security.review_leadtime: 5 days`

Right: `data.security.review_leadtime: 30 days`, and a rule on who pays.

Source: DATA-11, drafting practice.""",
)
TIER_TWICE = Rule(
    "tier-twice",
    Severity.ERROR,
    "Two access tiers have the same name.",
    """Whoever grants access picks a tier by its name.

Wrong: two tiers called “Tier 3”.

Right: one name for each.

Source: DATA-12 and the rules for tiers; 45 CFR 164.312(b).""",
)
EXCHANGE_IN_CONSENT = Rule(
    "exchange-in-consent",
    Severity.WARNING,
    "Substance use disorder records pass through an exchange, which the consent form has to name.",
    """Where records of a substance use disorder program go by consent through an exchange or a shared platform that
treats nobody, the consent must name that go-between, and say to whom it may pass the records on. Nobody but you can see
what the form says.

Wrong: `part2.path: consent`, `data.system.type: hie`, and a form that names the recipient alone

Right: a form that names the exchange as well, and an override that says who has looked at it.

Source: PRIV-03; 42 CFR 2.31(a)(4)(ii).""",
)
CONSENT_AS_CONDITION = Rule(
    "consent-as-condition",
    Severity.ERROR,
    "People would have to sign a release to be served, where the law forbids to ask for that.",
    """A program with victim services money may not make a release a condition of help. A covered entity may mostly not
make treatment, payment or enrollment depend on an authorization. A permission that one had to give is none.

Wrong: an eligibility rule “signed release of information” with `phi.n12: yes`; or a clause “Clients shall sign the
release as a condition of services”

Right: serve the person, and share nothing until they agree.

Source: PRIV-06; 28 CFR 90.4; 45 CFR 164.508(b)(4).""",
)
ACCESS_NOT_LIMITED = Rule(
    "access-not-limited",
    Severity.ERROR,
    "Both parties look into one system, and no paper says who sees what, how access ends, or who reads the logs.",
    """A shared system without levels of access shows every file to every user, and the accounts of people who left.

Wrong: `data_relationship: full_access` in papers without `data.full_access` and `data.access_audit`

Right: put both clauses into the main agreement or a data sharing agreement, with levels, a time to remove access and
a rhythm for the logs.

Source: DATA-12; 45 CFR 164.312(b).""",
)

_KINDS = {
    "sud": ("phi.n10", "substance use disorder records"),
    "education": ("phi.n11", "education records"),
    "victim": ("phi.n12", "victim services records"),
    "benefits": ("phi.n13", "benefits data"),
}
_TERMS = {
    "phi.n10": ("data.part2", "substance use disorder records"),
    "phi.n11": ("data.ferpa", "education records"),
    "phi.n12": ("data.victim_services", "victim services records"),
    "phi.n14": ("data.state_sensitive", "records that state law protects more"),
}


def _elements(index: Index) -> tuple[Entry, ...]:
    return index.entries("data.elements")


def protected_records_denied(index: Index) -> Iterator[Diagnostic]:
    for entry in _elements(index):
        kind = _KINDS.get(entry.word("class"))
        if kind is None or entry.no("identifiable") or not index.no(kind[0]):
            continue
        yield index.at(
            PROTECTED_RECORDS_DENIED, kind[0],
            f"“{entry.word('name')}” is listed as {kind[1]}, and this answer says that none move.",
            "Answer yes, or correct the list of data.", ["data.elements"],
        )  # fmt: skip


def protected_records_terms_missing(index: Index) -> Iterator[Diagnostic]:
    papers = [a for a in index.agreements if a.document_type in ("mou", "svc", "sow", "hub", "dsa")]
    if not papers or any(a.open_items for a in papers):
        return
    ids = frozenset[str]().union(*map(index.clause_ids, papers))
    for answer, (clause, what) in _TERMS.items():
        if index.yes(answer) and clause not in ids and not _set_has_other(index):
            yield index.at(
                PROTECTED_RECORDS_TERMS_MISSING, answer,
                f"The agreement moves {what}, and none of its documents has the terms for them.",
                f"Put the clause {clause} into the document type.",
            )  # fmt: skip


def _set_has_other(index: Index) -> bool:
    """Whether a paper of the set that could hold the terms is not made this time."""
    made = {a.document_type for a in index.agreements}
    return any(d in index.documents and d not in made for d in ("mou", "svc", "hub", "dsa"))


def part2_program_overlooked(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if index.yes(f"{key}.is_part2_program") and index.yes("phi.n0") and index.no("phi.n10"):
            yield index.at(
                PART2_PROGRAM_OVERLOOKED, "phi.n10",
                f"{index.name(key)} is a substance use disorder program; that a person is "
                "its client is already such a record.",
                "Ask again which records are shared.", [f"{key}.is_part2_program"],
            )  # fmt: skip


def part2_consent_missing(index: Index) -> Iterator[Diagnostic]:
    if index.yes("phi.n10") and index.word("part2.path") == "consent" and index.no("data.consent_needed"):
        yield index.at(
            PART2_CONSENT_MISSING, "data.consent_needed",
            "Substance use disorder records move by consent, and this says that nobody signs one.",
            "Write: data.consent_needed: yes", ["part2.path"],
        )  # fmt: skip


def victim_data_shared(index: Index) -> Iterator[Diagnostic]:
    shared = index.word("data_relationship") == "full_access" or index.word("data.system.type") in (
        "joint_platform", "hie",
    )  # fmt: skip
    if not (index.yes("phi.n12") and shared):
        return
    for entry in _elements(index):
        if entry.word("class") == "victim" and entry.yes("identifiable"):
            yield entry.at(
                VICTIM_DATA_SHARED,
                "class",
                f"“{entry.word('name')}” identifies victims and would enter a system that others can see.",
                "Keep it out of the shared system; report totals only.",
            )


def treatment_without_provider(index: Index) -> Iterator[Diagnostic]:
    if index.word("phi.basis") == "treatment" and index.yes("phi.n8") and index.no("phi.n6"):
        yield index.at(
            TREATMENT_WITHOUT_PROVIDER, "phi.basis",
            "A health plan gives the information, and the recipient is no health care provider; that is not treatment.",
            "Choose the ground that fits, mostly operations or authorization.", ["phi.n8", "phi.n6"],
        )  # fmt: skip


def limited_set_not_limited(index: Index) -> Iterator[Diagnostic]:
    if index.word("phi.basis") != "lds":
        return
    for entry in _elements(index):
        if entry.word("class") in ("contact", "demographic") and entry.yes("identifiable"):
            yield entry.at(
                LIMITED_SET_NOT_LIMITED,
                "class",
                f"“{entry.word('name')}” identifies people directly; a limited data set may not.",
                "Take it out, or choose another ground.",
            )


def identifiable_denied(index: Index) -> Iterator[Diagnostic]:
    if not index.no("phi.n0"):
        return
    for entry in _elements(index):
        if entry.yes("identifiable"):
            yield index.at(
                IDENTIFIABLE_DENIED, "phi.n0",
                f"“{entry.word('name')}” identifies people, and this answer says that nothing does.",
                "Answer yes, or correct the list of data.", ["data.elements"],
            )  # fmt: skip
            return


def totals_that_identify(index: Index) -> Iterator[Diagnostic]:
    for entry in _elements(index):
        if entry.word("class") == "aggregate" and entry.yes("identifiable"):
            yield entry.at(
                TOTALS_THAT_IDENTIFY,
                "identifiable",
                f"“{entry.word('name')}” is called totals and is said to identify people.",
                "Write identifiable: no, or the class that it really has.",
            )


def small_groups(index: Index) -> Iterator[Diagnostic]:
    least = index.number("data.cell_min")
    if least is not None and least < 11:
        yield index.at(
            SMALL_GROUPS, "data.cell_min", "In so small a group somebody may recognize a person.", "Write: 11 or more"
        )


def state_terms_missing(index: Index) -> Iterator[Diagnostic]:
    for state, name in (("TX", "Texas"), ("WA", "Washington")):
        if state in index.words("agreement.states") and index.no("phi.n14"):
            yield index.at(
                STATE_TERMS_MISSING, "phi.n14",
                f"{name} protects health information beyond HIPAA, with nonprofits too.",
                "Ask counsel which records its law protects, and answer yes.", ["agreement.states"],
            )  # fmt: skip


def measure_not_trackable(index: Index) -> Iterator[Diagnostic]:
    if not index.no("metrics_cbo_can_track"):
        return
    owned = [e for e in index.entries("metrics") if e.yes("used_for_payment") or e.word("owner") == "cbo"]
    if owned:
        yield index.at(
            MEASURE_NOT_TRACKABLE, "metrics_cbo_can_track",
            f"“{owned[0].word('name')}” counts for the CBO, and the CBO cannot track its measures today.",
            "Choose another measure, or agree how tracking is built and from when it counts.", ["metrics"],
        )  # fmt: skip


def extra_work_unfunded(index: Index) -> Iterator[Diagnostic]:
    for entry in index.entries("data.interim_burden"):
        if entry.no("funded") and entry.no("volume_adjusted"):
            yield entry.at(
                EXTRA_WORK_UNFUNDED,
                "funded",
                "This extra work is neither paid nor allowed for in the volume.",
                "Pay for it, or lower the volume while it lasts.",
            )


def data_one_way(index: Index) -> Iterator[Diagnostic]:
    elements = _elements(index)
    results = any(m in index.words("pay.models") for m in RESULT_MODELS)
    if results and elements and all(e.word("direction") == "provider_to_purchaser" for e in elements):
        yield index.at(
            DATA_ONE_WAY, "data.elements", "Pay depends on results, and nothing that the payer knows comes back.",
            "Add what the payer shares, with direction: purchaser_to_provider.", ["pay.models"],
        )  # fmt: skip


def security_review_sudden(index: Index) -> Iterator[Diagnostic]:
    if index.under("data.security.review_leadtime", 14) and (money_moves(index) or index.yes("phi.n0")):
        yield index.at(
            SECURITY_REVIEW_SUDDEN, "data.security.review_leadtime",
            "That is little time to prepare a security review.",
            "Write, for example: 30 days",
        )  # fmt: skip


def tier_twice(index: Index) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for entry in index.entries("data.tiers"):
        name = entry.word("name").casefold()
        if name and name in seen:
            yield entry.at(
                TIER_TWICE,
                "name",
                f"“{entry.word('name')}” names two access tiers.",
                "Give each tier a name of its own.",
            )
        seen.add(name)


def exchange_in_consent(index: Index) -> Iterator[Diagnostic]:
    shared = index.word("data.system.type") in ("hie", "joint_platform")
    if not (index.yes("phi.n10") and index.word("part2.path") == "consent" and shared):
        return
    operator = index.word("data.system.operator").casefold()
    own = {index.word(f"{key}.{name}").casefold() for key in index.party_keys for name in ("legal_name", "short_name")}
    if operator and operator not in own:
        yield index.at(
            EXCHANGE_IN_CONSENT, "data.system.operator",
            "Substance use disorder records go through this operator by consent, so the form has to name it.",
            "Look at the form; then say in an override who has looked.", ["part2.path", "data.form_ref"],
        )  # fmt: skip


_SIGNED = re.compile(r"\b(?:release|consent|authori[sz]ation|permission)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:releases?|consents?|authori[sz]ations?|permissions?)\b[^.;]{0,80}"
    r"\b(?:as a condition|is a condition|required (?:to receive|for|before) (?:any |the )?services?)\b"
    r"|\bconditions? (?:of|for) (?:receiving )?(?:any |the )?services?\b[^.;]{0,60}"
    r"\b(?:sign|release|consent|authori[sz])",
    re.IGNORECASE,
)
_FORBIDS = re.compile(r"\b(?:not|no|never|nor|neither)\b", re.IGNORECASE)


@note("condition", "required")
def _depends_on_consent(spoken: Spoken) -> str | None:
    found = _CONDITION.search(spoken.plain)
    if found is None or _FORBIDS.search(_sentence(spoken.plain, found.start())):
        return None
    return found.group()


def consent_as_condition(index: Index) -> Iterator[Diagnostic]:
    barred = index.yes("phi.n12") or index.yes("phi.n9")
    for entry in index.entries("population.eligibility") if barred else ():
        if _SIGNED.search(entry.word("criterion")):
            yield entry.at(
                CONSENT_AS_CONDITION,
                "criterion",
                "People would have to sign this to be served.",
                "Take it out of the rules on who is served; ask for permission when something is to be shared.",
            )
    for passage, found in index.noted(_depends_on_consent):
        yield index.in_text(
            CONSENT_AS_CONDITION,
            passage,
            found[:14],
            f"“{found}” makes help depend on a signature.",
            "Write that nobody is refused a service for not signing.",
        )


def _sentence(text: str, place: int) -> str:
    """Return the sentence of ``text`` in which ``place`` lies."""
    start = max(text.rfind(mark, 0, place) for mark in ".;") + 1
    ends = [e for e in (text.find(mark, place) for mark in ".;") if e >= 0]
    return text[start : min(ends, default=len(text))]


def access_not_limited(index: Index) -> Iterator[Diagnostic]:
    papers = [a for a in index.contracts if a.document_type not in ("baa", "sba", "dua")]
    if index.word("data_relationship") != "full_access" or not papers or any(a.open_items for a in papers):
        return
    missing = [c for c in ("data.full_access", "data.access_audit") if not index.prints(c)]
    if missing and not _set_has_other(index):
        yield index.at(
            ACCESS_NOT_LIMITED, "data_relationship",
            "Both look into one system, and no paper of the set says "
            + ("who sees what." if "data.full_access" in missing else "how access ends and who reads the logs."),
            f"Put {' and '.join(missing)} into a document type.",
        )  # fmt: skip


LINTS = (
    Lint(PROTECTED_RECORDS_DENIED, protected_records_denied),
    Lint(PROTECTED_RECORDS_TERMS_MISSING, protected_records_terms_missing, blocker=True),
    Lint(PART2_PROGRAM_OVERLOOKED, part2_program_overlooked),
    Lint(PART2_CONSENT_MISSING, part2_consent_missing),
    Lint(VICTIM_DATA_SHARED, victim_data_shared, blocker=True),
    Lint(TREATMENT_WITHOUT_PROVIDER, treatment_without_provider),
    Lint(LIMITED_SET_NOT_LIMITED, limited_set_not_limited),
    Lint(IDENTIFIABLE_DENIED, identifiable_denied),
    Lint(TOTALS_THAT_IDENTIFY, totals_that_identify),
    Lint(SMALL_GROUPS, small_groups),
    Lint(STATE_TERMS_MISSING, state_terms_missing),
    Lint(MEASURE_NOT_TRACKABLE, measure_not_trackable),
    Lint(EXTRA_WORK_UNFUNDED, extra_work_unfunded),
    Lint(DATA_ONE_WAY, data_one_way),
    Lint(SECURITY_REVIEW_SUDDEN, security_review_sudden),
    Lint(TIER_TWICE, tier_twice),
    Lint(EXCHANGE_IN_CONSENT, exchange_in_consent),
    Lint(CONSENT_AS_CONDITION, consent_as_condition),
    Lint(ACCESS_NOT_LIMITED, access_not_limited),
)
