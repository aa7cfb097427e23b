"""What can be wrong with an agreement while it is assembled: the rules, and which of them stop a final."""

from __future__ import annotations

from generator.assembly.choosing import RULES as _CHOOSING_RULES
from generator.assembly.filling import RULES as _FILLING_RULES
from generator.diagnostics import Rule, Severity
from generator.reading.locked_text import STATE_TEXT_FORM, STATE_TEXT_MISSING

__all__ = [
    "BROKEN_REFERENCE",
    "CLAUSE_CONFLICT",
    "CLAUSE_NOT_APPROVED",
    "DEFINED_TWICE",
    "OPEN_ITEM",
    "REQUIREMENT_MISSING",
    "RULES",
    "PARTY_CANNOT_SIGN",
    "SAME_PARTY",
    "STOPS_A_FINAL",
]

OPEN_ITEM = Rule(
    "open-item",
    Severity.OPEN,
    "An answer is still missing that this document prints or decides by.",
    """A clause of this document prints the field, or the answer decides which clauses or words are in. A final is
refused while anything is open; `agreements make --draft` writes a draft with a highlighted blank and a comment at
each place. An answer `unknown` counts as open: it is never taken for yes or no.

Write the answer in the profile at the place named, for example:

```yaml
baa:
  breach_notice: 5 business days
```

`agreements explain FIELD` tells what the field means, who usually knows it, and what is usual.""",
)
BROKEN_REFERENCE = Rule(
    "broken-reference",
    Severity.ERROR,
    "A clause refers to a clause or schedule that is not in this document.",
    """A reference is a link to a clause: `[Safeguards](#hipaa.safeguards)`. It prints the section number, so the
clause must be in the same document. Where it may be absent, guard the sentence:

```
{% if "hipaa.mgmt_admin" in clauses %}as [Own Management](#hipaa.mgmt_admin) allows{% endif %}
```""",
)
CLAUSE_CONFLICT = Rule(
    "clause-conflict",
    Severity.ERROR,
    "Two clauses are in the document that must not stand together.",
    """A clause names in `conflicts:` those it cannot stand beside (no payment, and a fee for service). Both are in
because of the answers that the message names; one of these answers is wrong, or the document type lacks a
condition.

Wrong: a document type with `pay.none` and `pay.ffs`, both without a condition

Right: `{clause: pay.none, when: "'none' in pay.models"}`, and the answer that is true""",
)
DEFINED_TWICE = Rule(
    "defined-twice",
    Severity.ERROR,
    "A term is defined in two clauses of one document.",
    """Two definitions of one term let each side read its own. Keep one, and use the term in the other place.
A clause marked `glossary: true` gives way by itself to a clause that defines the term in place.""",
)
SAME_PARTY = Rule(
    "same-party",
    Severity.ERROR,
    "One organization has both sides of the agreement.",
    """An agreement needs at least two different parties. Two roles (such as `agreement.provider` and
`agreement.purchaser`, or `baa.covered_entity` and `baa.business_associate`) name the same one.""",
)
PARTY_CANNOT_SIGN = Rule(
    "party-cannot-sign",
    Severity.ERROR,
    "An organization is to sign a document that is between two parties.",
    """Papers about services, pay, and health information are between two parties each, and their text speaks of two. A
memorandum of understanding, a data sharing agreement, and a committee’s charter may have more. Where a third
organization has a part in the services or the pay, it has a set of papers of its own with one of the two, made from a
profile that builds on this one.

**Wrong:** `county.signs: [mou, svc]`

**Right:** `county.signs: [mou]`, and for the county’s own contract a second profile:

```yaml
extends: harbor.yaml
agreement:
  documents: [svc, sow]
  purchaser: county
```""",
)
REQUIREMENT_MISSING = Rule(
    "requirement-missing",
    Severity.ERROR,
    "Nothing in the document satisfies something the law requires of it.",
    """The document type says which family of requirements it must satisfy (a business associate agreement: 45 CFR
164.504(e)(2) and 164.314(a)(2)), and no clause that is in it names the requirement in `satisfies:`. Put the clause
back, or write one. `agreements explain BAA-09` shows a requirement: what is asked, by which authority, how one checks
it, and which clauses are written to meet it.

Wrong: a business associate agreement of one's own without a duty to report security incidents

Right: the clause `hipaa.reporting_breach` in it, or a clause of your own with `satisfies: [hipaa.baa.report_incident]`
whose words counsel has compared with the requirement""",
)
CLAUSE_NOT_APPROVED = Rule(
    "clause-not-approved",
    Severity.ERROR,
    "The workspace demands approved clauses, and no counsel has approved this one.",
    """`agreements.toml` of this workspace says `require_approval = true`: a final holds only clauses whose text your
counsel has approved. An approval names exactly one text; a changed word voids it. Drafts are made all the same and
mark each clause that still waits.

Read the clause, then write the approval down:

    agreements clauses show exit.cause
    agreements clauses approve exit.cause@1.0.0 --by "R. Lee"
""",
)
RULES = (
    OPEN_ITEM,
    BROKEN_REFERENCE,
    CLAUSE_NOT_APPROVED,
    CLAUSE_CONFLICT,
    DEFINED_TWICE,
    SAME_PARTY,
    PARTY_CANNOT_SIGN,
    REQUIREMENT_MISSING,
    *_CHOOSING_RULES,
    *_FILLING_RULES,
)

# Faults of the text or of its law: a draft shows them, and is written all the same.
STOPS_A_FINAL = frozenset(
    r.name
    for r in (
        BROKEN_REFERENCE,
        CLAUSE_CONFLICT,
        DEFINED_TWICE,
        REQUIREMENT_MISSING,
        STATE_TEXT_MISSING,
        STATE_TEXT_FORM,
        *_CHOOSING_RULES,
    )
)
