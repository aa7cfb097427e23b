"""What an empty or half-filled profile is asked: the interview, the starter profile, the schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Checked
from generator.model import Status
from generator.pipeline.parts import Parts, date_of, document_ids, facts_of, read_parts
from generator.pipeline.sets import about_people, assemble_set, find_in_answers
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.decisions import Decision
    from generator.interview import Interview
    from generator.library import DocumentType
    from generator.profile import Profile
    from generator.reading.grammar import NameUse

__all__ = ["interview", "profile_schema", "starter_profile"]


def interview(workspace: Workspace, file: str) -> Checked[Interview]:
    """Begin the interview for the profile ``file``, or go on with it where it is there.

    The interview writes nothing: it holds the text of the profile, which the caller stores.
    """
    from generator.assembly.deciding import decide_facts, decision_names
    from generator.decisions import tree, worded
    from generator.interview import Advice, Found, Memory, Step, begin

    parts = read_parts(workspace)
    known = parts.library.document_ids()
    memory = Memory()

    def look(profile: Profile, wanted: Sequence[str]) -> Found:
        made = assemble_set(parts, profile, wanted, Status.DRAFT, date_of(profile, workspace), using=memory.assemble)
        facts = facts_of(parts, profile, tuple(wanted))
        concerned = not wanted or any(about_people(t) for t in made.types)
        undecided: list[tuple[str, str]] = []
        advice: list[Advice] = []
        possible: dict[str, tuple[str, ...]] = {}
        for d in decide_facts(facts) if concerned else ():
            if d.outcome is None:
                undecided += [(f"{d.tree} {d.at}".rstrip(), name) for name in _asks_next(d, profile, bool(wanted))]
                its = tree(d.tree)
                outcomes = [its.outcome(id) for id in d.possible] if its is not None else []
                ids = tuple(id for o in outcomes for id in o.documents if id in known)
                possible[d.tree] = tuple(dict.fromkeys((*possible.get(d.tree, ()), *ids)))
            elif d.needed:
                names = decision_names(facts, d)
                path = tuple(Step(worded(s.question, names), worded(s.answer, names), s.by, s.citation) for s in d.path)
                why = worded(d.outcome.text, names)
                advice += [Advice(id, why, path) for id in d.outcome.documents if id in known]
        looked_at = frozenset(memory.looked_at(made.agreements))
        findings = find_in_answers(parts, profile, tuple(wanted)) if wanted else ()
        return Found(made.open_items, made.problems, looked_at, tuple(undecided), tuple(advice), possible, findings)

    begun = begin(parts.dictionary, document_ids(workspace), look, workspace.read, file)
    return Checked(begun.value, (*parts.problems, *begun.diagnostics))


def _asks_next(decision: Decision, profile: Profile, chosen: bool) -> tuple[str, ...]:
    """Return the field that ``decision`` has to know next.

    While the documents are not ``chosen``, it is the first of those open now that nobody answered: one that was
    answered may still be open, because another answer says whose it is. Later the documents themselves ask.
    """
    names = [q.field for q in decision.questions if q.now]
    missing = [name for name in names if profile.given(name) is None]
    return tuple((names if chosen else missing or names)[:1])


def profile_schema(workspace: Workspace) -> dict[str, Any]:
    """Return the JSON Schema of profiles (draft 2020-12), so that editors complete and mark them."""
    from generator.schema import make_schema

    return make_schema(read_parts(workspace).dictionary)


def starter_profile(workspace: Workspace, documents: Sequence[str] = ()) -> Checked[str]:
    """Return a commented profile for ``documents`` (the usual ones, if none are named): every field they
    ask for, unanswered.

    The fields are found by assembling the documents over an empty profile, so nothing is listed by hand.
    """
    from generator.profile import read_profile
    from generator.starter import USUAL, profile_text, suggested_for

    parts = read_parts(workspace)
    known = parts.library.document_ids()
    wanted = tuple(documents) or tuple(d for d in USUAL if d in known) or known
    answers = "".join(f"{path}: {value}\n" for path, value in suggested_for(wanted).items()).encode()
    profile = read_profile({"agreement.yaml": answers}.get, "agreement.yaml", parts.dictionary)
    if profile.value is None:
        return Checked(None, profile.diagnostics)
    assembled = assemble_set(parts, profile.value, wanted, Status.DRAFT, workspace.today)
    used = [u.path for id in _clauses_of(assembled.types) for u in _names_of(parts, id)]
    if any(about_people(t) for t in assembled.types):
        from generator.decisions import asked_by

        used += asked_by("baa", "part2", "ferpa", "victim_services", "public_benefits", "state_privacy")
        used.append("activities")
    if any(t.more_parties for t in assembled.types):
        used += ["more_parties", "hub.signs"]
    asked = tuple(i.field for i in assembled.open_items)
    return Checked(profile_text(parts.dictionary, wanted, asked, tuple(dict.fromkeys(used))), assembled.problems)


def _clauses_of(types: Sequence[DocumentType]) -> Iterator[str]:
    from generator.library import Group, Slot

    for document in types:
        parts = (*document.outline, *(p for s in document.schedules for p in s.outline))
        slots = [o.slot for o in document.opening]
        slots += [e for p in parts for e in (p.entries if isinstance(p, Group) else (p,)) if isinstance(e, Slot)]
        yield from dict.fromkeys(c.clause for slot in slots for c in slot.choices)


def _names_of(parts: Parts, id: str) -> tuple[NameUse, ...]:
    clause = parts.library.find(id).value
    template = parts.library.template(clause).value if clause is not None else None
    return template.names() if template is not None else ()
