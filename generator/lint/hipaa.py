"""The business associate agreement: clocks, roles, and words that the rule does not allow.

That each required promise is there at all is checked while a document is assembled (*requirement-missing*).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeVar

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import Index, Lint, Look, Passage, Spoken, days_of, note

__all__ = ["LINTS"]

R = TypeVar("R")

BREACH_NOTICE_OVER_60_DAYS = Rule(
    "breach-notice-over-60-days",
    Severity.ERROR,
    "A business associate would have more than 60 calendar days to report a breach.",
    """The rule gives a business associate no later than 60 calendar days after discovery, and the covered entity has to
inform people within 60 days as well. Nine weeks of business days are more than that.

Wrong: “within 90 days after discovery”, or `baa.breach_notice: 45 business days`

Right: `baa.breach_notice: 5 business days`

Source: BAA-L18; 45 CFR 164.410.""",
)
BREACH_NOTICE_FROM_CONFIRMATION = Rule(
    "breach-notice-from-confirmation",
    Severity.ERROR,
    "The time to report a breach is counted from confirmation, not from discovery.",
    """A breach counts as discovered on the first day on which it is known, or would have been known with reasonable
diligence. A clock that waits until somebody has confirmed it may start after the law's has run out.

Wrong: “within five days after {party} confirms that a breach occurred”

Right: “within five days after discovery”

Source: BAA-L18; 45 CFR 164.410.""",
)
ROLES_REVERSED = Rule(
    "roles-reversed",
    Severity.ERROR,
    "The party named as covered entity is none, by the profile's own answers.",
    """What an organization does makes it a covered entity: a health plan, a clearinghouse, or a provider that bills
electronically. A community organization named so in a contract promises duties it does not have, and the real covered
entity gets no business associate.

Wrong: `baa.covered_entity: cbo` with `cbo.hipaa_status: not_covered`

Right: `baa.covered_entity: hco`, `baa.business_associate: cbo`. Between a hub and its member the hub passes its own
duties on; answer `covered_entity` with the party whose information it is.

Source: BAA-L26; 45 CFR 160.103.""",
)
BAA_STARTS_LATE = Rule(
    "baa-starts-late",
    Severity.ERROR,
    "The services start before the business associate agreement is in effect.",
    """A covered entity may let a business associate have health information only under a written contract that is in
effect. Every day before it is a violation by both.

Wrong: `term.launch_date: 2027-02-01` with `baa.effective_date: 2027-03-01`

Right: leave `baa.effective_date` out (it then starts with the main agreement), or write a day on or before the launch.

Source: DOC-01; 45 CFR 164.502(e), 164.504(e).""",
)
UNCAPPED_BREACH_COST = Rule(
    "uncapped-breach-cost",
    Severity.WARNING,
    "The business associate bears the cost of a breach without a limit.",
    """Letters, call centers and credit monitoring for a large breach cost more than many a community organization owns.
A promise it cannot keep protects nobody.

Wrong: `baa.cost_rule: uncapped`

Right: `baa.cost_rule: own_fault_capped`, with a limit that its cyber insurance covers.

Source: BAA-L30, drafting practice.""",
)
BREACH_COST_ABOVE_INSURANCE = Rule(
    "breach-cost-above-insurance",
    Severity.WARNING,
    "The limit on breach costs is higher than the business associate's cyber insurance.",
    """What the insurer does not pay, the organization pays from its programs.

Wrong: a limit of two million dollars over a cyber policy of one million.

Right: a limit up to what the policy pays for each event.

Source: BAA-L30, drafting practice.""",
)
DEIDENTIFYING_NOT_SETTLED = Rule(
    "deidentifying-not-settled",
    Severity.WARNING,
    "Figures without names are promised, and the business associate may not take the names out.",
    """To remove what identifies people from health information is itself a use of it. Without permission in the
business associate agreement, the yearly figures for a funder cannot lawfully be made from it.

Wrong: a data item of class *aggregate* from the provider, with `baa.deid: no`

Right: `baa.deid: yes`, or the covered entity makes the figures.

Source: BAA-L28; 45 CFR 164.502(d), 164.504(e)(2)(i)(B).""",
)
ACCESS_HELP_SLOW = Rule(
    "access-help-slow",
    Severity.WARNING,
    "The business associate has more than 15 days to help with a request for access.",
    """The covered entity has 30 days to give people their records, and needs part of them for itself.

Wrong: `baa.access_days: 30 days`

Right: `baa.access_days: 5 business days`

Source: the limits of baa.access_days, drafting practice.""",
)
HYBRID_COMPONENT_MISSING = Rule(
    "hybrid-component-missing",
    Severity.WARNING,
    "A hybrid entity does not say which part of it HIPAA covers.",
    """Only the designated part of a hybrid entity is bound as a covered entity. Papers that name the whole bind the
wrong people, or nobody.

Wrong: `hipaa_status: hybrid` alone.

Right: `hipaa_status: hybrid` with `hipaa_component: Behavioral Health Clinic`

Source: the rules for hybrid entities; 45 CFR 164.105.""",
)
ANY_LAWFUL_PURPOSE = Rule(
    "any-lawful-purpose",
    Severity.WARNING,
    "A business associate agreement allows health information for any lawful purpose.",
    """The contract must state the uses that it allows. “Any lawful purpose” states none.

Wrong: “may use PHI for any lawful purpose”

Right: “may use PHI to perform the functions listed in this section”

Source: BAA-L27; 45 CFR 164.504(e)(2)(i).""",
)
OLD_HIPAA_LETTER = Rule(
    "old-hipaa-letter",
    Severity.WARNING,
    "The text cites a sub-paragraph of the HIPAA rule by the letter it had before 2013.",
    """The 2013 rule put a new item in as (H). Books and records are (I) now, return or destruction is (J).

Wrong: “make its books available to the Secretary, 45 CFR 164.504(e)(2)(ii)(H)”

Right: “45 CFR 164.504(e)(2)(ii)(I)”

Source: BAA-L24; 45 CFR 164.504(e)(2)(ii) as amended in 2013.""",
)
PROPOSED_LAW_AS_IN_FORCE = Rule(
    "proposed-law-as-in-force",
    Severity.ERROR,
    "The text cites a rule that was only proposed, or that a court has set aside.",
    """A proposed security rule (notice of a contingency plan within 24 hours), the proposed 45 CFR 164.506(c)(6), and
the attestation of 45 CFR 164.509, which a court vacated, bind nobody. A contract that recites them as law misstates
the parties' duties.

Wrong: “as 45 CFR 164.509 requires, each request shall carry an attestation”

Right: leave it out; or promise it as a term between the parties, without calling it law.

Source: BAA-L25.""",
)
BOOKS_TO_THE_WRONG_PARTY = Rule(
    "books-to-the-wrong-party",
    Severity.ERROR,
    "Books and records are opened to the covered entity instead of the Secretary.",
    """The promise that the rule asks for runs to the Secretary of Health and Human Services. An audit right of the
covered entity is another thing, and does not stand in for it.

Wrong: “shall make its internal practices, books, and records available to the Covered Entity”

Right: “shall make its internal practices, books, and records … available to the Secretary”

Source: BAA-L22; 45 CFR 164.504(e)(2)(ii)(I).""",
)
MANAGEMENT_WITHOUT_ASSURANCE = Rule(
    "management-without-assurance",
    Severity.ERROR,
    "A business associate may pass information on for its own management without what the rule asks for.",
    """A business associate may disclose health information for its own management only if a law requires it, or if the
recipient first promises to keep it confidential, to use it only for that purpose, and to report when that fails.

Wrong: “{ba} may disclose PHI for its proper management and administration.”

Right: the shipped clause `hipaa.mgmt_admin`, which has both conditions; or no permission to disclose at all.

Source: BAA-L21; 45 CFR 164.504(e)(4)(ii).""",
)
CURE_BEFORE_TERMINATION = Rule(
    "cure-before-termination",
    Severity.ERROR,
    "The covered entity could end the agreement for a violation only after time to mend it.",
    """The agreement must allow the covered entity to end it when the business associate has violated a material term.
Time to mend may be offered; it may not stand in the way.

Wrong: “{ce} may terminate only if the violation is not cured within 30 days”

Right: “{ce} may terminate …, or may instead give {ba} time to cure”

Source: BAA-L23; 45 CFR 164.504(e)(2)(iii).""",
)
OWN_FILES_STRIPPED = Rule(
    "own-files-stripped",
    Severity.WARNING,
    "On the end of the agreement the business associate would give back its own client files as well.",
    """A community organization keeps files about the people it serves in its own right, and often must. A duty to
return or destroy “all information about members” reaches them unless the agreement says that it does not.

Wrong: “shall return or destroy all information about members”, and no word on the organization's own records

Right: the shipped clause `hipaa.return_destroy` with its Own Client Record.

Source: BAA-L29, drafting practice.""",
)
OPERATOR_WITHOUT_AGREEMENT = Rule(
    "operator-without-agreement",
    Severity.ERROR,
    "A party runs the shared system for a covered entity, and the set has no business associate agreement with it.",
    """Who operates a platform on which a covered entity keeps or sends health information, with routine access to it,
is a business associate of that covered entity, whatever else the two do together.

Wrong: `data.system.type: joint_platform`, operated by the community organization, with `agreement.documents: [mou]`

Right: `agreement.documents: [mou, baa]` with the operator as the business associate.

Source: BAA-L32; 45 CFR 160.103, “business associate,” paragraph (3)(i).""",
)
OUTSIDE_OPERATOR = Rule(
    "outside-operator",
    Severity.WARNING,
    "Somebody outside this agreement runs the shared system, and needs a business associate agreement of its own.",
    """An operator that is no party signs nothing here. Each covered entity whose information is in the system needs its
own business associate agreement with the operator before the first record goes in. Nobody can see from this set whether
there is one.

Wrong: a joint platform of a vendor, and a start date before anyone has asked for the vendor's agreement

Right: the agreement in the file, and an override that says which.

Source: BAA-L32; 45 CFR 160.103, “business associate,” paragraph (3)(i).""",
)


def _baa(index: Index) -> bool:
    return "baa" in index.documents


def breach_notice_over_60_days(index: Index) -> Iterator[Diagnostic]:
    notice = index.duration("baa.breach_notice")
    if notice is not None and days_of(notice) > 60:
        yield index.at(
            BREACH_NOTICE_OVER_60_DAYS, "baa.breach_notice",
            "This is more than the 60 calendar days that the law allows.",
            "Write, for example: 5 business days",
        )  # fmt: skip
    for passage, late in _for_associates(index, _late_after_discovery):
        for words, days in late:
            yield index.in_text(
                BREACH_NOTICE_OVER_60_DAYS,
                passage,
                days,
                f"“{words}” is more than the 60 calendar days that the law allows.",
                "Let the clause print {{ baa.breach_notice }}.",
            )


@note("discover")
def _late_after_discovery(spoken: Spoken) -> tuple[tuple[str, str], ...]:
    """Return the times after a discovery that are over 60 calendar days: the words, and the number in them."""
    found = [(f.group(), f.group(1)) for f in _AFTER_DISCOVERY.finditer(spoken.plain)]
    return tuple((words, n) for words, n in found if int(n) * (1.4 if "business" in words.lower() else 1) > 60)


_AFTER_DISCOVERY = re.compile(
    r"\b(\d{1,4})\)? (?:calendar |business )?days (?:after|of|from|following) (?:its |the |such )?discover",
    re.IGNORECASE,
)
_CONFIRMED = re.compile(
    r"\b(?:days?|hours?|weeks?)\b(?: \w+){0,3} (?:after|of|from|following)\b[^.;]{0,60}?\bconfirm(?:s|ed|ing|ation)?\b",
    re.IGNORECASE,
)
_BOOKS = re.compile(
    r"\bbooks,? and records\b[^.;]{0,120}?\bavailable to (?:the )?(covered entity|health plan|plan|purchaser|\ue000)",
    re.IGNORECASE,
)


def _for_associates(index: Index, look: Look[R | None]) -> Iterator[tuple[Passage, R]]:
    """Yield what ``look`` notes in the agreements with business associates."""
    yield from ((p, found) for p, found in index.noted(look) if p.agreement.document_type in ("baa", "sba"))


@note("confirm")
def _from_confirmation(spoken: Spoken) -> str | None:
    found = _CONFIRMED.search(spoken.plain)
    return found.group() if found is not None else None


def breach_notice_from_confirmation(index: Index) -> Iterator[Diagnostic]:
    for passage, found in _for_associates(index, _from_confirmation):
        yield index.in_text(
            BREACH_NOTICE_FROM_CONFIRMATION,
            passage,
            "confirm",
            f"time is counted from confirmation “{found}”.",
            "Count from discovery.",
        )


def roles_reversed(index: Index) -> Iterator[Diagnostic]:
    if not _baa(index):
        return
    entity = index.word("baa.covered_entity")
    if entity and index.word(f"{entity}.hipaa_status") == "not_covered" and index.word(f"{entity}.role") != "cch":
        yield index.at(
            ROLES_REVERSED, "baa.covered_entity",
            "This party is not covered by HIPAA by its own answer, so it cannot be the covered entity.",
            "Name the health plan, hospital or clinic; or correct the HIPAA status.", [f"{entity}.hipaa_status"],
        )  # fmt: skip


def baa_starts_late(index: Index) -> Iterator[Diagnostic]:
    start, launch = index.date("baa.effective_date"), index.date("term.launch_date")
    if _baa(index) and start is not None and launch is not None and start > launch and not index.no("phi.n0"):
        yield index.at(
            BAA_STARTS_LATE, "baa.effective_date",
            "The services, and with them the health information, start before this agreement does.",
            "Write a day on or before the launch date, or leave it out.", ["term.launch_date"],
        )  # fmt: skip


def uncapped_breach_cost(index: Index) -> Iterator[Diagnostic]:
    if _baa(index) and index.word("baa.cost_rule") == "uncapped":
        yield index.at(
            UNCAPPED_BREACH_COST, "baa.cost_rule", "Nothing limits what the business associate pays after a breach.",
            "Choose a rule with a limit, such as own_fault_capped.",
        )  # fmt: skip


def breach_cost_above_insurance(index: Index) -> Iterator[Diagnostic]:
    cap, associate = index.money("baa.cost_cap"), index.party("ba")
    if not _baa(index) or cap is None or not associate:
        return
    policies = [e for e in index.entries("insurance") if e.word("party") == associate and e.word("line") == "cyber"]
    limits = [each for e in policies if (each := e.money("each")) is not None]
    if limits and max(limits) < cap:
        yield index.at(
            BREACH_COST_ABOVE_INSURANCE, "baa.cost_cap", "The limit is higher than the cyber insurance for each event.",
            "Lower the limit, or raise the insurance.", ["insurance"],
        )  # fmt: skip


def deidentifying_not_settled(index: Index) -> Iterator[Diagnostic]:
    if not (_baa(index) and index.no("baa.deid") and index.party("ba") == index.party("provider")):
        return
    for entry in index.entries("data.elements"):
        if entry.word("class") == "aggregate" and entry.word("direction") != "purchaser_to_provider":
            yield index.at(
                DEIDENTIFYING_NOT_SETTLED, "baa.deid",
                f"“{entry.word('name')}” is to be made by the business associate, which may not remove what identifies "
                "people.",
                "Write: baa.deid: yes, or let the covered entity make the figures.", ["data.elements"],
            )  # fmt: skip
            return


def access_help_slow(index: Index) -> Iterator[Diagnostic]:
    if _baa(index) and index.over("baa.access_days", 15):
        yield index.at(
            ACCESS_HELP_SLOW, "baa.access_days", "This is half of the time that the covered entity has in all.",
            "Write 15 days or less.",
        )  # fmt: skip


def hybrid_component_missing(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        if index.word(f"{key}.hipaa_status") == "hybrid" and index.left_out(f"{key}.hipaa_component"):
            yield index.at(
                HYBRID_COMPONENT_MISSING, f"{key}.hipaa_status",
                "This is a hybrid entity, and the part that HIPAA covers is not named.",
                f"Write: {key}.hipaa_component: the name of that part",
            )  # fmt: skip


_ANY_PURPOSE = re.compile(r"\bfor any (?:lawful|legal|business) purposes?\b")


@note("for any ")
def _any_purpose(spoken: Spoken) -> str | None:
    found = _ANY_PURPOSE.search(spoken.plain)
    return found.group() if found is not None else None


def any_lawful_purpose(index: Index) -> Iterator[Diagnostic]:
    for passage, found in _for_associates(index, _any_purpose):
        yield index.in_text(
            ANY_LAWFUL_PURPOSE,
            passage,
            found,
            f"“{found}” ties the information to no function.",
            "Name the functions for which it may be used.",
        )


_PARAGRAPH = re.compile(r"164\.504\(e\)\(2\)\(ii\)\(([A-J])\)")


@note("164.504(e)(2)(ii)(")
def _letters(spoken: Spoken) -> tuple[tuple[str, str], ...]:
    """Return what is cited, and its letter, of the paragraphs of 45 CFR 164.504(e)(2)(ii)."""
    return tuple((found.group(), found.group(1)) for found in _PARAGRAPH.finditer(spoken.plain))


def old_hipaa_letter(index: Index) -> Iterator[Diagnostic]:
    for passage, cited in index.noted(_letters):
        text = passage.plain.lower()
        books, back = "books" in text, "return" in text and "destr" in text
        for words, letter in cited:
            if (letter == "H" and books) or (letter == "I" and back and not books):
                right = "I" if letter == "H" else "J"
                yield index.in_text(
                    OLD_HIPAA_LETTER,
                    passage,
                    words,
                    f"({letter}) was the letter before 2013; now it is ({right}).",
                    f"Write 45 CFR 164.504(e)(2)(ii)({right}).",
                )


_NOT_IN_FORCE = re.compile(r"\b164\.509\b|\b164\.506\(c\)\(6\)")


@note("164.50")
def _only_proposed(spoken: Spoken) -> str | None:
    found = _NOT_IN_FORCE.search(spoken.plain)
    return found.group() if found is not None else None


def proposed_law_as_in_force(index: Index) -> Iterator[Diagnostic]:
    for passage, found in index.noted(_only_proposed):
        yield index.in_text(
            PROPOSED_LAW_AS_IN_FORCE,
            passage,
            found,
            f"45 CFR {found} is not law.",
            "Leave it out, or promise it without calling it law.",
        )


@note("books")
def _books_to_a_party(spoken: Spoken) -> bool:
    return "Secretary" not in spoken.plain and _BOOKS.search(spoken.words) is not None


def books_to_the_wrong_party(index: Index) -> Iterator[Diagnostic]:
    for passage, _ in _for_associates(index, _books_to_a_party):
        yield index.in_text(
            BOOKS_TO_THE_WRONG_PARTY,
            passage,
            "books",
            "books and records are opened to a party, not to the Secretary.",
            "Open them to the Secretary of Health and Human Services.",
        )


_DISCLOSE = re.compile(r"\bmay\b[^.;]{0,40}\bdisclos", re.IGNORECASE)


@note("management and administration")
def _disclosed_for_management(spoken: Spoken) -> bool:
    return _DISCLOSE.search(spoken.plain) is not None


def management_without_assurance(index: Index) -> Iterator[Diagnostic]:
    for passage, _ in _for_associates(index, _disclosed_for_management):
        whole = " ".join(p.plain for p in index.beside(passage)).lower()
        if "required by law" not in whole or "assurance" not in whole:
            yield index.in_text(
                MANAGEMENT_WITHOUT_ASSURANCE,
                passage,
                "management and administration",
                "this allows disclosure without a law that requires it and without assurances of the recipient.",
                "Use the clause hipaa.mgmt_admin, or allow use only.",
            )


_ONLY_AFTER_CURE = re.compile(
    r"\bmay (?:terminate|end)\b[^.;]{0,80}\b(?:only (?:if|after|when)|unless)\b[^.;]{0,120}\bcured?\b"
    r"|\bshall (?:first )?(?:give|allow|provide)\b[^.;]{0,80}\b(?:to|for) (?:a )?cure\b[^.;]{0,60}\bbefore\b",
    re.IGNORECASE,
)


@note("cure")
def _only_after_cure(spoken: Spoken) -> bool:
    return _waits_for_cure(spoken.words)


@lru_cache(maxsize=8192)
def _waits_for_cure(words: str) -> bool:
    return _ONLY_AFTER_CURE.search(words) is not None


def cure_before_termination(index: Index) -> Iterator[Diagnostic]:
    for passage, _ in _for_associates(index, _only_after_cure):
        yield index.in_text(
            CURE_BEFORE_TERMINATION,
            passage,
            "cure",
            "the right to end the agreement for a violation waits for a time to mend it.",
            "Let the covered entity choose between ending at once and giving time.",
        )


_GIVES_BACK = re.compile(r"\breturn\b[^.;]{0,60}\bdestroy\b|\bdestroy\b[^.;]{0,60}\breturn\b", re.IGNORECASE)
_OWN_FILES = re.compile(r"\bown (?:client )?(?:records?|files?)\b|\bOwn Client Record", re.IGNORECASE)


@note("destroy", any_case=True)
def _gives_back(spoken: Spoken) -> bool:
    return _GIVES_BACK.search(spoken.plain) is not None


@note("own record", "own file", "own client record", "own client file", any_case=True)
def _keeps_own_files(spoken: Spoken) -> bool:
    return _OWN_FILES.search(spoken.plain) is not None


def own_files_stripped(index: Index) -> Iterator[Diagnostic]:
    for agreement in index.contracts:
        if agreement.document_type not in ("baa", "sba") or agreement.open_items:
            continue
        back = next(index.noted(_gives_back, agreement), None)
        if back is not None and not any(index.noted(_keeps_own_files, agreement)):
            yield index.in_text(
                OWN_FILES_STRIPPED,
                back[0],
                "return",
                "everything is returned or destroyed, and nothing is said of the organization's own client files.",
                "Say that its own client record stays with it.",
            )


def _operator(index: Index) -> tuple[str, str]:
    """Return (the operator's name, the party that it is, or "") of a system that both look into."""
    shared = index.word("data.system.type") in ("joint_platform", "hie") and index.yes("phi.n0")
    operator = index.word("data.system.operator")
    if not shared or not operator or index.no("phi.n1"):
        return "", ""
    for key in index.party_keys:
        if operator.casefold() in (index.word(f"{key}.{n}").casefold() for n in ("legal_name", "short_name", "dba")):
            return operator, key
    return operator, ""


def operator_without_agreement(index: Index) -> Iterator[Diagnostic]:
    _, key = _operator(index)
    if not key or index.word(f"{key}.hipaa_status") in ("health_plan", "covered_provider", "hybrid", "clearinghouse"):
        return
    if "baa" not in index.documents or index.party("ba") not in ("", key):
        yield index.at(
            OPERATOR_WITHOUT_AGREEMENT, "data.system.operator",
            f"{index.name(key)} runs the system that holds the information, and no business associate agreement of the "
            "set is with it.",
            f"Add baa to agreement.documents, with baa.business_associate: {key}", ["data.system.type"],
        )  # fmt: skip


def outside_operator(index: Index) -> Iterator[Diagnostic]:
    operator, key = _operator(index)
    if operator and not key:
        yield index.at(
            OUTSIDE_OPERATOR, "data.system.operator",
            "This operator is no party here, so its business associate agreement must exist elsewhere.",
            "Ask each covered entity for it; then say in an override which agreement it is.", ["data.system.type"],
        )  # fmt: skip


LINTS = (
    Lint(BREACH_NOTICE_OVER_60_DAYS, breach_notice_over_60_days, ("baa", "sba"), blocker=True),
    Lint(BREACH_NOTICE_FROM_CONFIRMATION, breach_notice_from_confirmation, ("baa", "sba"), blocker=True),
    Lint(ROLES_REVERSED, roles_reversed, ("baa", "sba")),
    Lint(BAA_STARTS_LATE, baa_starts_late, blocker=True),
    Lint(UNCAPPED_BREACH_COST, uncapped_breach_cost, ("baa", "sba")),
    Lint(BREACH_COST_ABOVE_INSURANCE, breach_cost_above_insurance, ("baa", "sba")),
    Lint(DEIDENTIFYING_NOT_SETTLED, deidentifying_not_settled, ("baa", "sba")),
    Lint(ACCESS_HELP_SLOW, access_help_slow, ("baa", "sba")),
    Lint(HYBRID_COMPONENT_MISSING, hybrid_component_missing),
    Lint(ANY_LAWFUL_PURPOSE, any_lawful_purpose, ("baa", "sba")),
    Lint(OLD_HIPAA_LETTER, old_hipaa_letter),
    Lint(PROPOSED_LAW_AS_IN_FORCE, proposed_law_as_in_force),
    Lint(BOOKS_TO_THE_WRONG_PARTY, books_to_the_wrong_party, ("baa", "sba"), blocker=True),
    Lint(MANAGEMENT_WITHOUT_ASSURANCE, management_without_assurance, ("baa", "sba")),
    Lint(CURE_BEFORE_TERMINATION, cure_before_termination, ("baa", "sba")),
    Lint(OWN_FILES_STRIPPED, own_files_stripped, ("baa", "sba")),
    Lint(OPERATOR_WITHOUT_AGREEMENT, operator_without_agreement),
    Lint(OUTSIDE_OPERATOR, outside_operator),
)
