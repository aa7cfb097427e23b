"""A set of documents assembled from one profile, and what the decisions and rules say of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Severity, errors_in, in_order
from generator.frozen import dataclass
from generator.model import Agreement, OpenItem, Status
from generator.pipeline.parts import Parts, facts_of, learn_conditions, named_documents, read_given_profile, read_parts
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.assembly.facts import Facts
    from generator.decisions import Decision
    from generator.library import DocumentType
    from generator.lint import Linted, Overruled
    from generator.numbering import Formats
    from generator.profile import Profile

__all__ = [
    "Assembled",
    "about_people",
    "all_problems",
    "assemble_set",
    "companions_of",
    "decide",
    "find_in_answers",
    "judge_set",
    "lint_set",
    "still_open",
]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The agreements of one set, what is wrong with them and open in them, and their document types."""

    agreements: tuple[Agreement, ...]
    problems: tuple[Diagnostic, ...]
    open_items: tuple[OpenItem, ...]
    types: tuple[DocumentType, ...]


def assemble_set(
    parts: Parts,
    profile: Profile,
    documents: Sequence[str],
    status: Status,
    date: dt.date,
    formats: Formats | None = None,
    using: Callable[..., Checked[Agreement]] | None = None,
) -> Assembled:
    """Assemble ``documents``. They belong to the set that the profile names, also when only some are asked for.

    ``using`` takes the place of :func:`generator.assembly.assemble`: one that remembers what it made.
    """
    from generator.assembly import assemble as afresh

    learn_conditions(parts)
    assemble = using or afresh
    problems: list[Diagnostic] = []
    types: list[DocumentType] = []
    for id in documents:
        found = parts.library.document_type(id)
        problems += found.diagnostics
        if found.value is not None:
            types.append(found.value)
    made: dict[str, Agreement] = {}
    asked = tuple(dict.fromkeys((*(t.id for t in types), *named_documents(profile))))
    # First those that may take another document in as a schedule, last those that look into another.
    needed = sorted(types, key=lambda t: (bool(_reads(t)), not any(s.document for s in t.schedules)))
    attached: set[str] = set()
    for document in needed:
        if document.id in attached:
            continue
        for other in _reads(document):
            if other in asked and other not in made:
                companion = parts.library.document_type(other)
                problems += companion.diagnostics
                if companion.value is not None:
                    checked = assemble(
                        companion.value, parts.library, parts.dictionary, profile,
                        documents=asked, status=status, date=date, formats=formats,
                        requirements=parts.requirements,
                    )  # fmt: skip
                    problems += checked.diagnostics
                    if checked.value is not None:
                        made[other] = checked.value
        if document.id in made:
            continue
        checked = assemble(
            document, parts.library, parts.dictionary, profile,
            documents=asked, status=status, date=date, formats=formats,
            companions=made, requirements=parts.requirements,
        )  # fmt: skip
        problems += checked.diagnostics
        if checked.value is not None:
            made[document.id] = checked.value
            attached |= {s.document for s in document.schedules if s.document and _has(checked.value, s.id)}
    types = [t for t in types if t.id not in attached]
    agreements = tuple(made[t.id] for t in types if t.id in made)
    items = _merged_items(agreements)
    if any(about_people(t) for t in types):
        items = _with_questions(items, parts, profile, asked)
    return Assembled(agreements, tuple(problems), items, tuple(types))


def about_people(document: DocumentType) -> bool:
    """Whether what ``document`` holds hangs on what is known of information about people."""
    from generator.library import Group, Include, Slot

    return any(
        "phi." in part.when_text
        or any("phi." in c.when_text for e in part.entries if isinstance(e, Slot) for c in e.choices)
        or any(isinstance(e, Include) for e in part.entries)
        if isinstance(part, Group)
        else any("phi." in c.when_text for c in part.choices)
        for part in document.outline
    )


_BAA_QUESTION = "Decision: whether a business associate agreement is needed"


def _with_questions(
    items: tuple[OpenItem, ...], parts: Parts, profile: Profile, documents: tuple[str, ...]
) -> tuple[OpenItem, ...]:
    """Add what the decision on a business associate agreement asks next: it stops a final like any open answer."""
    from generator.assembly.deciding import decide_facts

    facts = facts_of(parts, profile, documents)
    out = {i.field: i for i in items}
    for decision in decide_facts(facts):
        for question in decision.questions if decision.tree == "baa" else ():
            field = facts.dictionary.find(question.field)
            needed = f"{_BAA_QUESTION} for “{decision.activity}”" if decision.activity else _BAA_QUESTION
            if not question.now or question.conflict or field is None:
                continue
            why, who = facts.known_about(question.field)
            before = out.get(question.field)
            if before is not None:
                out[question.field] = replace(before, needed_by=(*before.needed_by, needed), decides=True)
                continue
            out[question.field] = OpenItem(
                number=len(out) + 1,
                field=question.field,
                label=facts.label(question.field),
                question=facts.question(question.field),
                why=why,
                who=", ".join(who),
                example=f"{question.field}: {field.example}" if field.example else "",
                needed_by=(needed,),
                clauses=(),
                span=profile.place_for(question.field),
                decides=True,
            )
    return tuple(out.values())


def _has(agreement: Agreement, schedule: str) -> bool:
    return any(s.anchor == f"schedule_{schedule}" for s in agreement.schedules)


def _reads(document: DocumentType) -> tuple[str, ...]:
    """Return the documents that the computed parts of ``document`` look into."""
    from generator.library import Group, Include

    return tuple(
        e.of
        for part in document.outline
        if isinstance(part, Group)
        for e in part.entries
        if isinstance(e, Include) and e.of
    )


def lint_set(parts: Parts, profile: Profile, assembled: Assembled, problems: Sequence[Diagnostic] = ()) -> Linted:
    """Return what the rules find in a set, except about answers that are themselves one of ``problems``."""
    from generator.decisions import CALLED_FOR_BY, stops
    from generator.lint import Index, Linted, lint

    if not assembled.agreements:
        return Linted((), ())
    printed = {(s.id, s.version) for a in assembled.agreements for s in a.sources if s.included}
    clauses = {id: c for id, version in sorted(printed) if (c := parts.library.find(id, None, version).value)}
    documents = tuple(dict.fromkeys((*(a.document_type for a in assembled.agreements), *named_documents(profile))))
    concerned = any(about_people(t) for t in assembled.types)
    rider = any(t.id in CALLED_FOR_BY for t in assembled.types)
    facts = facts_of(parts, profile, documents)
    judged, overruled = _judged(parts, facts, whole=concerned) if concerned or rider else ((), ())
    others = {name: reason for name, reason in profile.overrides.items() if not stops(name)}
    linted = lint(Index(assembled.agreements, facts, clauses), overrides=others)
    wrong = {d.field for d in errors_in(problems) if d.field}
    found = tuple(d for d in linted.diagnostics if d.field not in wrong)
    return Linted((*judged, *found), (*overruled, *linted.overruled))


def find_in_answers(parts: Parts, profile: Profile, documents: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """Return the errors and warnings that decisions and rules find in answers alone, for the ``documents`` wanted.

    This is what can be said while somebody is still answering; what hangs on the words of a document is not in it.
    """
    from generator.lint import Index, lint_answers

    types = [t for id in documents if (t := parts.library.document_type(id).value) is not None]
    facts = facts_of(parts, profile, documents)
    judged = _judged(parts, facts)[0] if any(about_people(t) for t in types) else ()
    found = (*judged, *lint_answers(Index((), facts)))
    return tuple(d for d in found if d.severity in (Severity.ERROR, Severity.WARNING))


def judge_set(parts: Parts, profile: Profile, assembled: Assembled) -> tuple[Diagnostic, ...]:
    """Return what the decisions say about a set, except what the profile overrules."""
    if not any(about_people(t) for t in assembled.types):
        return ()
    documents = tuple(dict.fromkeys((*(a.document_type for a in assembled.agreements), *named_documents(profile))))
    return _judged(parts, facts_of(parts, profile, documents))[0]


def _judged(parts: Parts, facts: Facts, *, whole: bool = True) -> tuple[tuple[Diagnostic, ...], tuple[Overruled, ...]]:
    """Return what the decisions say about the set of documents of ``facts``, and which of it the profile overrules.

    Unless ``whole``, only riders are judged: the contracts they belong to are made elsewhere.
    """
    from generator.assembly.deciding import associates_of, covered_by, decide_facts, decision_names
    from generator.decisions import TREES, Judged, judge, judge_riders, overrule
    from generator.lint import Overruled

    profile = facts.profile
    decisions = decide_facts(facts)
    judged = Judged(
        facts.documents,
        parts.library.document_ids(),
        lambda id: bool(parts.library.versions(id)),
        profile.place_for,
        lambda decision: decision_names(facts, decision),
        associates_of(facts),
        lambda at: covered_by(facts, at),
        profile.file,
    )
    look = judge if whole else judge_riders
    found = list(dict.fromkeys(look(decisions, {t.id: t for t in TREES}, judged)))
    kept, overruled = overrule(found, profile.overrides)
    return kept, tuple(Overruled(o.rule, o.reason, o.span, o.findings) for o in overruled)


def companions_of(
    parts: Parts, profile: Profile, assembled: Assembled
) -> tuple[tuple[Agreement, ...], tuple[Diagnostic, ...]]:
    """Return the companion in plain words of every document that is signed, and what cannot be explained."""
    from generator.companion import companion_of, has_companion

    printed = {(s.id, s.version) for a in assembled.agreements for s in a.sources if s.included}
    clauses = {key: c for key in sorted(printed) if (c := parts.library.find(key[0], None, key[1]).value)}
    made = [companion_of(a, clauses, profile, parts.dictionary) for a in assembled.agreements if has_companion(a)]
    problems = dict.fromkeys(d for m in made for d in m.diagnostics)
    return tuple(m.value for m in made if m.value is not None), tuple(problems)


def decide(workspace: Workspace, profile: str) -> Checked[tuple[Decision, ...]]:
    """Decide which papers the answers of ``profile`` (a file of the workspace) call for, each with its path."""
    from generator.assembly.deciding import decide_facts

    parts = read_parts(workspace)
    read = read_given_profile(workspace, profile, parts.dictionary)
    problems = (*parts.problems, *read.diagnostics)
    if read.value is None:
        return Checked(None, problems)
    return Checked(decide_facts(facts_of(parts, read.value, named_documents(read.value))), problems)


def _merged_items(agreements: Sequence[Agreement]) -> tuple[OpenItem, ...]:
    """One item per field over the whole set, each place named with its document."""
    merged: dict[str, OpenItem] = {}
    several = len(agreements) > 1
    for agreement in agreements:
        for item in agreement.open_items:
            places = tuple(f"{agreement.title}: {n}" if several else n for n in item.needed_by)
            before = merged.get(item.field)
            if before is None:
                merged[item.field] = replace(item, number=len(merged) + 1, needed_by=places)
            else:
                merged[item.field] = replace(
                    before,
                    needed_by=tuple(dict.fromkeys((*before.needed_by, *places))),
                    clauses=tuple(dict.fromkeys((*before.clauses, *item.clauses))),
                    decides=before.decides or item.decides,
                )
    return tuple(merged.values())


def all_problems(diagnostics: Sequence[Diagnostic], open_items: Sequence[OpenItem]) -> tuple[Diagnostic, ...]:
    """All problems once: an open item per field, and none for a field whose value is itself a problem."""
    from generator.assembly import open_diagnostic

    kept = [d for d in diagnostics if d.severity is not Severity.OPEN]
    return in_order((*kept, *(open_diagnostic(i) for i in still_open(open_items, kept))))


def still_open(items: Sequence[OpenItem], problems: Sequence[Diagnostic]) -> tuple[OpenItem, ...]:
    """Leave out the items whose given value is itself a problem: mending that answers them."""
    wrong = tuple({d.field for d in problems if d.severity is Severity.ERROR and d.field})

    def touched(name: str) -> bool:
        return any(name == w or name.startswith(w + ".") or w.startswith(name + ".") for w in wrong)

    return tuple(i for i in items if not touched(i.field))
