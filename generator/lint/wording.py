"""How a document says it: words of the HIPAA rules, one word for one kind of person, sentences one can follow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Rule, Severity
from generator.lint.index import VALUE, Index, Lint, Passage, Spoken, note
from generator.model import Definition
from generator.reading_level import grade, sentences, words

__all__ = ["LINTS", "hard_clause", "is_measured"]

HIPAA_TERM_REDEFINED = Rule(
    "hipaa-term-redefined",
    Severity.ERROR,
    "A term that the HIPAA rules define is given a meaning of the document's own.",
    """A court reads the document; an inspector reads the rule. If “Breach” means less in the document than in the rule,
the business associate keeps its contract and breaks the law.

Wrong: “**Breach**” means theft or loss of a laptop that holds PHI.

Right: “**Breach**” has the meaning given in 45 CFR 164.402.

Narrower meanings are fine where the definition begins with the rule's own: “as defined in 45 CFR 160.103, that {ba}
holds for {ce}”.

Source: DEF-04; 45 CFR 160.103, 164.402, 164.501.""",
)
NAMED_FOR_ANOTHER_ROLE = Rule(
    "named-for-another-role",
    Severity.WARNING,
    "A party's short name is the name of another role.",
    """Guides and statutes use “provider”, “plan” and “member” for different people. In these papers the provider is
whoever gives the services. A health plan that is called “Provider” in the same text turns every sentence around.

Wrong: `hco.short_name: Provider` where the community organization gives the services

Right: a short form of its own name: `hco.short_name: Lakeshore`

Source: DEF-05, drafting practice.""",
)
PEOPLE_NAMED_TWICE = Rule(
    "people-named-twice",
    Severity.WARNING,
    "One document has two defined words for the people who are served.",
    """“Client”, “Member”, “Patient” and “Participant” mean different people to a food bank, a plan and a clinic. Two of
them in one document make readers ask who is in the one and not in the other. Mostly nobody is.

Wrong: “**Client**” means a person who receives the services. “**Participant**” means a person enrolled by {provider}.

Right: one word for all of them; another only where the law speaks of fewer people, and then with the difference.

Source: DEF-05, drafting practice.""",
)
HARD_TO_READ = Rule(
    "hard-to-read",
    Severity.NOTE,
    "A section about the work or the money asks more of its readers than a twelfth grade, or has very long sentences.",
    """The people who carry out a contract read it once, in a hurry. A sentence of more than 45 words has to be read
twice; a section above grade 12 is left to the lawyers.

The grade is that of Flesch and Kincaid, over sections of at least 40 words. What a value of the profile puts into a
sentence counts as one word. Measured are clauses of a library of your own; those that come with the tool are measured
before they are released. Definitions, health-information terms and terms that a law prescribes are left out.

Wrong: “Notwithstanding any provision herein to the contrary, …”

Right: two sentences, each with somebody who does something.

Source: READ-01, drafting practice.""",
)

# Words that mean something in the rules alone, and words that mean it in a business associate agreement.
_OF_THE_RULES = frozenset(
    (
        "PHI", "Protected Health Information", "Electronic PHI", "Electronic Protected Health Information",
        "Unsecured PHI", "Unsecured Protected Health Information", "Designated Record Set", "Data Aggregation",
        "Health Care Operations", "Security Incident", "Limited Data Set",
    )
)  # fmt: skip
_OF_AN_ASSOCIATE = frozenset(("Breach", "Individual", "Required by Law", "Subcontractor", "Workforce", "Treatment"))


def hipaa_term_redefined(index: Index) -> Iterator[Diagnostic]:
    for passage, terms in index.noted(_given_a_meaning):
        theirs = _OF_THE_RULES
        if passage.agreement.document_type in ("baa", "sba", "dua"):
            theirs |= _OF_AN_ASSOCIATE
        term = next((t for t in terms if t in theirs), None)
        if term is not None:
            yield index.in_text(
                HIPAA_TERM_REDEFINED,
                passage,
                term,
                f"“{term}” gets a meaning that does not point to the HIPAA rules.",
                "Write: has the meaning given in 45 CFR, with the section.",
            )


@note("means", "meaning")
def _given_a_meaning(spoken: Spoken) -> tuple[str, ...]:
    """Return the terms that are given a meaning which does not point to the HIPAA rules."""
    terms = tuple([i.term for i in spoken.every if isinstance(i, Definition)])
    return terms if terms and not _POINTS_TO_THE_RULES.search(spoken.plain) else ()


_POINTS_TO_THE_RULES = re.compile(r"\b45 CFR\b|\bC\.F\.R\b|\bHIPAA\b|\bPrivacy Rule\b|\bBusiness Associate Agreement\b")


_ROLES = {
    "provider": "provider", "the provider": "provider", "network provider": "provider", "contractor": "provider",
    "purchaser": "purchaser", "the purchaser": "purchaser", "payer": "purchaser", "plan": "purchaser",
    "the plan": "purchaser", "health plan": "purchaser",
}  # fmt: skip
_PERSONS = ("client", "patient", "member", "participant", "beneficiary", "enrollee", "consumer")


def named_for_another_role(index: Index) -> Iterator[Diagnostic]:
    for key in index.party_keys:
        name = index.word(f"{key}.short_name").casefold()
        role = _ROLES.get(name, "")
        playing = index.party(role) if role else ""
        if playing and playing != key and key in (index.party("provider"), index.party("purchaser")):
            other = "gives the services" if role == "provider" else "pays for them"
            yield index.at(
                NAMED_FOR_ANOTHER_ROLE, f"{key}.short_name",
                f"These papers would call this party by a word for the one that {other}, and it is another one.",
                "Write a short form of its own name.", [f"agreement.{role}"],
            )  # fmt: skip
        elif name in _PERSONS and "hub" not in index.documents:
            yield index.at(
                NAMED_FOR_ANOTHER_ROLE, f"{key}.short_name",
                "These papers would call this party by a word for the people who are served.",
                "Write a short form of its own name.",
            )  # fmt: skip


def people_named_twice(index: Index) -> Iterator[Diagnostic]:
    for agreement in index.contracts:
        first: str | None = None
        for passage, terms in index.noted(_people_served, agreement):
            for term in terms:
                if first is None or first == term:
                    first = term
                    continue
                yield index.in_text(
                    PEOPLE_NAMED_TWICE,
                    passage,
                    term,
                    f"“{term}” is defined beside “{first}”, and both are people who are served.",
                    "Use one word, or say who is in the one and not in the other.",
                )


@note("“")
def _people_served(spoken: Spoken) -> tuple[str, ...]:
    """Return the terms for people who are served that are defined here."""
    terms = tuple([i.term for i in spoken.every if isinstance(i, Definition) and i.term.casefold() in _PERSONS])
    return terms if terms and re.search(r"\b(?:person|individual|people|human being)s?\b", spoken.plain) else ()


# Clauses whose words are not free: law, definitions, names.
_NOT_MEASURED = (
    "hipaa.", "sba.", "dua.", "comp.", "front.", "checklist.", "subaward.", "data.part2", "data.ferpa",
    "data.victim_services", "data.state_sensitive", "data.public_benefits", "data.hipaa_roles",
)  # fmt: skip
_LONG = 45
_HARD = 12


def is_measured(clause: str) -> bool:
    """Whether the words of ``clause`` are free: not law, a definition or a name."""
    return not clause.startswith(_NOT_MEASURED)


def hard_to_read(index: Index) -> Iterator[Diagnostic]:
    for id, clause in index.clauses.items():
        if clause.layer == "starter" or not is_measured(id):
            continue
        printed = [p for p in index.passages if p.clause == id]
        mine = [p for p in printed if p.agreement is printed[0].agreement]
        found = _hard(mine)
        if found is not None:
            passage, what = found
            begin = passage.words.split(VALUE)[0].lstrip()[:12]
            fix = "Part the sentences, and let each say who does what."
            yield index.in_text(HARD_TO_READ, passage, begin, f"this {what}.", fix)


def _hard(passages: list[Passage]) -> tuple[Passage, str] | None:
    """Return what is hard to read in the paragraphs of one clause, with the first paragraph of it."""
    measured = [p.words.replace(VALUE, "it") for p in passages]
    found = _measured(measured)
    return (passages[found[0]], found[1]) if found is not None else None


def hard_clause(body: str) -> str:
    """Return what is hard to read in the text of a clause as it stands in its file, "" if nothing is."""
    text = re.sub(
        r"\{%.*?%\}|\]\(#[^)]*\)|^ *\d+\. |[*\[\]|]", "", re.sub(r"\{\{.*?\}\}", "it", body), flags=re.MULTILINE
    )
    found = _measured([line.strip() for line in text.split("\n") if line.strip()])
    return found[1] if found is not None else ""


def _measured(texts: list[str]) -> tuple[int, str] | None:
    """Return (which of ``texts``, what is hard in it): a sentence too long, or all of them together too hard."""
    longest = [max((len(words(s)) for s in sentences(text)), default=0) for text in texts]
    most = max(longest, default=0)
    if most > _LONG:
        return longest.index(most), f"sentence has {most} words"
    whole = "\n".join(text for text in texts if len(words(text)) > 5)
    level = grade(whole) if len(words(whole)) >= 40 else 0
    return (0, f"section asks for grade {level}") if level > _HARD else None


LINTS = (
    Lint(HIPAA_TERM_REDEFINED, hipaa_term_redefined),
    Lint(NAMED_FOR_ANOTHER_ROLE, named_for_another_role),
    Lint(PEOPLE_NAMED_TWICE, people_named_twice),
    Lint(HARD_TO_READ, hard_to_read),
)
