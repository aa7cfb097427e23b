"""What the decisions say about a set of documents: a paper that is missing, one too many, answers that disagree.

The label that somebody chose (the box for a business associate agreement ticked or not) is compared with
what the facts call for. Errors of this kind stop a final, never a draft; each can be overruled by name
and with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from generator.decisions.tree import Decision, Question, Tree, worded
from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.fields import capitalized, listed
from generator.frozen import dataclass

__all__ = [
    "CALLED_FOR_BY",
    "RULES",
    "Judged",
    "Overruled",
    "certain_documents",
    "judge",
    "judge_riders",
    "overrule",
    "stops",
]

BAA_MISSING = Rule(
    "baa-missing",
    Severity.ERROR,
    "A business associate agreement is required, and the set holds none.",
    """The answers show that one party does work for a covered entity with information that identifies people. The law
asks for a business associate agreement before any of it moves; sharing without one is a violation by both sides.
Whether it is required follows from what is done, not from what the papers are called.

**Wrong:** `agreement.documents: [svc, sow]` with `phi.n4: for_them`

**Right:** `agreement.documents: [svc, sow, baa]`, or, if an answer is wrong, the true answer.

If an agreement is in force already, overrule the finding and say which:

```yaml
overrides:
  baa-missing: The agreement of March 3, 2026 between the parties covers this work (J. Ortiz, Privacy Officer).
```

Source: 45 CFR 160.103; 164.502(e); 164.504(e).""",
)
BAA_NOT_NEEDED = Rule(
    "baa-not-needed",
    Severity.ERROR,
    "The set holds a business associate agreement, and the facts do not call for one.",
    """Too much paper is a mistake as well. A business associate agreement that the law does not ask for puts duties on
the organization that signs it (access for the government, return or destruction of records, notice of breaches, often
costs), and it can contradict the organization's right to its own client records. The message gives the reason.

**Wrong:** `agreement.documents: [mou, baa]` where each person signs an authorization

**Right:** `agreement.documents: [mou]`, or, if an answer is wrong, the true answer.

If the parties want it all the same, overrule the finding and say who decided and why:

```yaml
overrides:
  baa-not-needed: Both boards decided on May 4, 2027 to keep it while the new workflow is tried.
```

Source: 45 CFR 160.103.""",
)
NO_GROUND = Rule(
    "no-lawful-ground",
    Severity.ERROR,
    "No ground has been found on which the information may be shared.",
    """The answers rule out every ground that the decision knows: work for the covered entity, treatment, a limited data
set, an authorization. No paper mends that. Either an answer is wrong, or the sharing has to change, or counsel knows a
ground that these questions do not ask for.

**Wrong:** a health plan sends names to an organization that serves its own clients, and nobody signs an authorization.

**Right:** each person signs an authorization first (`phi.n9: yes`), or the organization does the work for the plan
under a business associate agreement (`phi.n4: for_them`).

Source: 45 CFR 164.502(a)(1)(iv); 164.506(c); 164.508.""",
)
ANSWERS_DISAGREE = Rule(
    "answers-disagree",
    Severity.ERROR,
    "Two answers contradict each other, and a decision about the papers rests on them.",
    """What decides is a fact, and it was given twice, differently. Nobody but you can say which answer is right, so the
decision stays open until they agree.

**Wrong:** `phi.n1: no` (not covered by HIPAA) with `hco.hipaa_status: health_plan`

**Right:** `phi.n1: yes`, or the true HIPAA status.""",
)
PAPER_MISSING = Rule(
    "paper-missing",
    Severity.WARNING,
    "The answers call for a document that is not in the set.",
    """How the parties work together and who pays decide which main documents belong together. A set that lacks one
leaves part of the agreement unwritten. This stops nothing: the paper may exist already, or come later.

**Wrong:** `agreement.documents: [mou]` with `financial_relationship: [service_contract]`

**Right:** `agreement.documents: [svc, sow]`""",
)
PAPER_NOT_NEEDED = Rule(
    "paper-not-needed",
    Severity.WARNING,
    "The set holds a document, and the facts do not call for one.",
    """A rider that does not fit the facts is not harmless. A data use agreement for more than a limited data set covers
nothing; a qualified service organization rider for the coordination of care is no ground for sharing; a federal
subaward rider puts federal rules on money that is not federal; a plan’s addendum binds a provider to duties toward
members it does not serve. The message gives the reason. This stops nothing, for the parties may want the paper all the
same.

**Wrong:** `agreement.documents: [dsa, dua]` where names and addresses move as well

**Right:** `agreement.documents: [dsa]`, or, if an answer is wrong, the true answer.""",
)
PAPER_ELSEWHERE = Rule(
    "paper-elsewhere",
    Severity.WARNING,
    "The answers call for a paper that this library does not hold.",
    """Some papers (a form for an authorization, a data use agreement, agreements with subcontractors, a federal
subaward) are not among the document types of the library. They are needed all the same. Counsel supplies them, or you
add a document type of your own to `clauses/_documents/`.

**Wrong:** to sign the set and share information before that paper is there.

**Right:** to have it ready, and to name it among the exhibits.""",
)
DECISION_NOTE = Rule(
    "look-again",
    Severity.WARNING,
    "An answer fits the question, but another answer makes one want to ask once more.",
    """Some facts do not decide anything and still speak against an answer: a program that treats addiction is a party,
yet no such record is said to move; a funder is to see names. Nobody is overruled here. Ask the person who knows, and
keep the answer if it is right.

**Wrong:** `phi.n10: no` because nobody asked the program.

**Right:** `phi.n10: no` after the program's privacy officer confirmed it.""",
)
DECISIONS_OPEN = Rule(
    "decisions-open",
    Severity.NOTE,
    "Some papers cannot be decided on yet.",
    """Whether a paper is needed follows from answers that are still open. Nothing is assumed in the meantime. The
record beside the documents (`record.json`) lists each decision with its questions, in the order in which they matter.

**Wrong:** to read a missing paper as one that is not needed.

**Right:** to answer the question that the message names, and run the command again.""",
)
RULES = (
    BAA_MISSING,
    BAA_NOT_NEEDED,
    NO_GROUND,
    ANSWERS_DISAGREE,
    PAPER_MISSING,
    PAPER_NOT_NEEDED,
    PAPER_ELSEWHERE,
    DECISION_NOTE,
    DECISIONS_OPEN,
)
_NAMES = frozenset(r.name for r in RULES)

# What each code that is no document type stands for; and the documents of the library that can carry it.
_PAPERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sba": ("subcontractor business associate agreements", ()),
    "dsa": ("data-sharing terms", ("mou", "svc", "sow", "hub")),
    "ath": ("a HIPAA authorization form", ()),
    "dua": ("a data use agreement for a limited data set", ()),
    "qso": ("a written agreement with the qualified service organization", ()),
    "sub": ("a federal subaward rider", ()),
    "reg": ("the plan’s or the state’s addendum", ("svc", "hub", "sow")),
    "cca": ("a care-coordination agreement", ("mou", "svc", "sow", "dsa")),
}

# The documents that only a decision can call for, each with the decisions that can; their reason comes first.
CALLED_FOR_BY: Mapping[str, tuple[str, ...]] = {
    "dua": ("data_use", "baa"),
    "qso": ("part2",),
    "sub": ("subaward", "set"),
    "reg": ("medicaid", "medicare_advantage", "state_text"),
    "sba": ("subcontractor", "baa"),
    "hub": ("set",),
    "dsa": ("data_sharing",),
}


def stops(rule: str) -> bool:
    """Whether findings of ``rule`` come from decisions: they stop a final and never a draft."""
    return rule in _NAMES


def certain_documents(decision: Decision, tree: Tree) -> tuple[str, ...]:
    """Return the documents that every result still possible calls for."""
    outcomes = [tree.outcome(id).documents for id in decision.possible]
    return tuple(d for d in outcomes[0] if all(d in other for other in outcomes[1:])) if outcomes else ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What the finder needs to know of the set: the documents in it, and what the library has at all.

    ``names`` gives what the two parties of a decision are called. ``associates`` are the pairs of parties whose
    business associate agreements the set holds; ``covered`` is the paper outside the set that covers the activity
    whose answers stand there, "" if none is named; ``file`` is the profile.
    """

    documents: tuple[str, ...]
    library: tuple[str, ...]
    has_clause: Callable[[str], bool]
    place: Callable[[str], Span]
    names: Callable[[Decision], Mapping[str, str]]
    associates: tuple[frozenset[str], ...] = ()
    covered: Callable[[str], str] = lambda _: ""
    file: str = "this.yaml"


def judge(decisions: Sequence[Decision], trees: Mapping[str, Tree], judged: Judged) -> Iterator[Diagnostic]:
    """Yield what ``decisions`` say about the set."""
    undecided: list[Decision] = []
    seen: set[str] = set()
    several = any(d.at for d in decisions)
    for decision in decisions:
        yield from _conflicts(decision, judged, seen)
        yield from _notes(decision, judged)
        if decision.tree == "baa":
            yield from _baa(decision, judged, several=several)
        else:
            if decision.outcome is None and not decision.conflicts:
                undecided.append(decision)
            if decision.stopped and decision.outcome is not None and not _stopped(decisions, "baa", decision.at):
                yield _no_ground(decision, judged)
            if not judged.covered(decision.at):
                yield from _papers(decision, trees[decision.tree], judged)
    yield from _too_many(decisions, judged, several=several)
    yield from _too_much(decisions, trees, judged)
    if undecided:
        counted = Counter(d.title for d in undecided)
        titles = "; ".join(f"{title} ({n} activities)" if n > 1 else title for title, n in counted.items())
        asking, first = undecided[0], undecided[0].questions[0]
        # A tree that looks into another waits for that one's answers: the question is put in the other's words.
        asking, first = next(
            ((d, q) for d in decisions for q in d.questions if q.field == first.field), (asking, first)
        )
        yield DECISIONS_OPEN.at(
            judged.place(first.field),
            f"Not decided yet: {titles}. First to be asked: {worded(first.text, judged.names(asking))}",
            fix=f"Answer {first.field}; the record lists what each decision asks.",
            field=first.field,
        )


def judge_riders(decisions: Sequence[Decision], trees: Mapping[str, Tree], judged: Judged) -> Iterator[Diagnostic]:
    """Yield what ``decisions`` say of a set that only adds to contracts made elsewhere: riders that do not fit."""
    yield from _too_much(decisions, trees, judged)


def _stopped(decisions: Sequence[Decision], tree: str, at: str) -> bool:
    return any(d.tree == tree and d.at == at and d.stopped for d in decisions)


def _of(decision: Decision) -> str:
    """Return the beginning of a message that says which activity it is about; "" for the first."""
    return f"{capitalized(decision.activity)}: " if decision.activity else ""


def _is_ours(decision: Decision, judged: Judged) -> bool:
    """Whether a business associate agreement of the set is one between the two parties of ``decision``."""
    if not judged.associates:
        return not decision.at
    return frozenset((decision.giver, decision.recipient)) in judged.associates


def _baa(decision: Decision, judged: Judged, *, several: bool) -> Iterator[Diagnostic]:
    """Say that a business associate agreement is missing, or that the information may not move at all."""
    place = judged.place("agreement.documents")
    wanted = decision.outcome.documents[:1] if decision.outcome is not None else ()
    # Between a business associate and its subcontractor either paper carries the same terms.
    enough = {"baa"} if wanted == ("baa",) else {"baa", "sba"}
    if decision.outcome is not None and decision.stopped:
        yield _no_ground(decision, judged)
    elif decision.needed is not True or judged.covered(decision.at):
        return
    elif several and not _is_ours(decision, judged):
        names = judged.names(decision)
        yield BAA_MISSING.at(
            judged.place(decision.at or "phi"),
            f"{_of(decision)}{_reason(decision, judged)} The set holds none between {names['giver']} and "
            f"{names['recipient']}.",
            fix=f"Make one in a profile of its own: extends: {judged.file}, baa.covered_entity: {decision.giver}, "
            f"baa.business_associate: {decision.recipient}, agreement.documents: [baa, bac]. Then say in "
            f"{decision.at or 'phi'}.covered_by where it stands.",
            field=f"{decision.at or 'phi'}.covered_by",
        )
    elif not enough & set(judged.documents):
        instead = decision.outcome is not None and decision.outcome.id == "yes_government" and "mou" in judged.documents
        found = BAA_MISSING.at(
            place,
            f"{_of(decision)}{_reason(decision, judged)} The set holds none.",
            fix=f"Add {(wanted or ('baa',))[0]} to agreement.documents, or correct the answer that is wrong.",
            field="agreement.documents",
        )
        if instead:
            found = replace(
                found,
                severity=Severity.WARNING,
                message=f"{_of(decision)}{_reason(decision, judged)} Which one is meant?",
            )
        yield found


def _too_many(decisions: Sequence[Decision], judged: Judged, *, several: bool) -> Iterator[Diagnostic]:
    """Say that the set holds a business associate agreement, and no activity between its parties calls for one."""
    if not {"baa", "sba"} & set(judged.documents):
        return
    place = judged.place("agreement.documents")
    its = [d for d in decisions if d.tree == "baa" and (not several or _is_ours(d, judged))]
    if not its and not judged.associates:
        return  # it is not known yet between whom it is
    if not its:
        yield DECISION_NOTE.at(
            place,
            "The set holds a business associate agreement, and no activity between its two parties is listed.",
            fix="List the activity under activities, or take the agreement out.",
            field="activities",
        )
    elif all(d.needed is False for d in its):
        reasons = " ".join(dict.fromkeys(f"{_of(d)}{_reason(d, judged)}" for d in its))
        yield BAA_NOT_NEEDED.at(
            place,
            f"The set holds a business associate agreement. {reasons} Signed all the same, it puts "
            "duties on its signer that the law does not.",
            fix="Take it, and its checklist, out of agreement.documents, or correct the answer that is wrong.",
            field="agreement.documents",
        )


def _too_much(decisions: Sequence[Decision], trees: Mapping[str, Tree], judged: Judged) -> Iterator[Diagnostic]:
    """Say which other documents of the set no decision calls for, whatever the open answers will be."""
    for code, by in CALLED_FOR_BY.items():
        if code not in judged.documents or (code == "sba" and "baa" not in judged.documents):
            continue
        its = [d for d in decisions if d.tree in by]
        if any(code in trees[d.tree].outcome(id).documents for d in its for id in d.possible):
            continue
        said = [d for d in its if d.tree == by[0]]
        reasons = " ".join(
            dict.fromkeys(f"{_of(d)}{worded(d.outcome.text, judged.names(d))}" for d in said if d.outcome is not None)
        )
        yield PAPER_NOT_NEEDED.at(
            judged.place("agreement.documents"),
            f"The set holds the document “{code}”, and the answers do not call for it. {reasons}".rstrip(),
            fix=f"Take {code} out of agreement.documents, or correct the answer that is wrong.",
            field="agreement.documents",
        )


def _reason(decision: Decision, judged: Judged) -> str:
    """Return the result in words, or, while its reason is open, what every possible result says."""
    if decision.outcome is not None:
        return worded(decision.outcome.text, judged.names(decision))
    which = "is required" if decision.needed else "is not needed"
    return f"However the open answers fall, a business associate agreement {which}."


def _no_ground(decision: Decision, judged: Judged) -> Diagnostic:
    field = f"{decision.at}.n9" if decision.at else "phi.n9"
    return NO_GROUND.at(
        judged.place(field),
        f"{_of(decision)}{worded(decision.outcome.text if decision.outcome else '', judged.names(decision))}",
        fix="Change the answer that is wrong, or how the information is shared.",
        field=field,
    )


def _conflicts(decision: Decision, judged: Judged, seen: set[str]) -> Iterator[Diagnostic]:
    for question in decision.conflicts:
        if not question.now or question.field in seen:
            continue
        seen.add(question.field)
        same = [q.field for q in decision.conflicts if q.node == question.node]
        seen.update(same)
        yield _disagree(question, same, judged, decision)


def _disagree(question: Question, fields: Sequence[str], judged: Judged, decision: Decision) -> Diagnostic:
    names = judged.names(decision)
    why = worded(question.why, names) if question.why else "Another answer says otherwise."
    return ANSWERS_DISAGREE.at(
        judged.place(question.field),
        f"{_of(decision)}{worded(question.text, names)} The answers disagree. {why}",
        fix=f"Compare {listed(list(dict.fromkeys(fields)))}, and correct the one that is wrong.",
        field=question.field,
    )


def _notes(decision: Decision, judged: Judged) -> Iterator[Diagnostic]:
    for note in decision.notes:
        field = decision.path[0].fields[0] if decision.path[0].fields else ""
        said = f"{_of(decision)}{worded(note.text, judged.names(decision))}"
        yield DECISION_NOTE.at(judged.place(field or "phi"), said, field=field)


def _papers(decision: Decision, tree: Tree, judged: Judged) -> Iterator[Diagnostic]:
    for code in certain_documents(decision, tree):
        what, carriers = _PAPERS.get(code, ("", ()))
        if code in judged.documents or set(carriers) & set(judged.documents):
            continue
        said = "Whatever the answers still open turn out to be, the answers given call for this paper."
        if decision.outcome is not None:
            said = worded(decision.outcome.text, judged.names(decision))
        text = f"{_of(decision)}{said}"
        if code in judged.library:
            yield PAPER_MISSING.at(
                judged.place("agreement.documents"),
                f"{text} The document “{code}” is not in the set.",
                fix=f"Add {code} to agreement.documents, unless the paper exists already.",
                field="agreement.documents",
            )
        elif "." in code:
            if not judged.has_clause(code):
                yield PAPER_ELSEWHERE.at(
                    judged.place("agreement.documents"),
                    f"{text} The library has no clause for it.",
                    fix="Have counsel supply the terms.",
                )
        elif what:
            yield PAPER_ELSEWHERE.at(
                judged.place("agreement.documents"),
                f"{text} The set does not hold {what}.",
                fix="Have counsel supply it before anything is shared.",
            )


# ---------------------------------------------------------------- overriding


@dataclass(frozen=True, slots=True)
class Overruled:
    """A finding that the profile overrules, the reason it gives, and what was found."""

    rule: str
    reason: str
    span: Span
    findings: tuple[Diagnostic, ...]


def overrule(
    found: Sequence[Diagnostic], overrides: Mapping[str, tuple[str, Span]]
) -> tuple[tuple[Diagnostic, ...], tuple[Overruled, ...]]:
    """Return ``found`` with what ``overrides`` name made a note that gives the reason, and what was overruled."""
    out: list[Diagnostic] = []
    merged: dict[str, Overruled] = {}
    for one in found:
        if one.rule not in overrides or one.severity is Severity.NOTE:
            out.append(one)
            continue
        reason, span = overrides[one.rule]
        message = f"{one.message} Overruled in the profile: {reason}"
        out.append(replace(one, severity=Severity.NOTE, message=message, fix=""))
        before = merged.get(one.rule)
        findings = (*before.findings, one) if before is not None else (one,)
        merged[one.rule] = Overruled(one.rule, reason, span, findings)
    for name, (_, span) in overrides.items():
        if name in _NAMES and name not in merged:
            idle = f"“{name}” is overruled, and finds nothing here any more."
            out.append(Diagnostic(name, Severity.NOTE, idle, span, "Take the override out."))
    return tuple(out), tuple(merged.values())
