"""What a change of a clause entails, the gravest first: what the law asked for and is gone, then all the rest.

The text of a clause is one thing, what hangs on it another: requirements that a document must meet, answers that a
profile must give, terms that other clauses use, sections that it refers to, agreements that were made with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum

from generator.assembly.body import part_name
from generator.comparison.clauses import ClauseComparison, State
from generator.fields import Dictionary, first_few, listed
from generator.figures import figure_of, inputs_of
from generator.frozen import dataclass
from generator.library import Clause, DocumentType, Group, Library, Requirement, Slot

__all__ = ["Consequence", "Weight", "consequences", "recorded_in", "signs_gone"]


class Weight(IntEnum):
    """How grave it is: something breaks, somebody must look, or it is good to know."""

    BREAKS = 0
    LOOK = 1
    KNOW = 2


@dataclass(frozen=True, slots=True)
class Consequence:
    """One consequence. ``kind`` is its name for programs; ``names`` are the ids it is about."""

    kind: str
    weight: Weight
    says: str
    names: tuple[str, ...] = ()


def consequences(
    old: Clause,
    new: Clause,
    comparison: ClauseComparison,
    library: Library,
    dictionary: Dictionary,
    requirements: Sequence[Requirement],
    records: Sequence[tuple[str, bytes]] = (),
) -> tuple[Consequence, ...]:
    """Return what follows if ``new`` takes the place of ``old``, in the order in which a reviewer asks.

    ``records`` are the (name, bytes) of records of agreements that were made (``record.json``).
    """
    documents = tuple(d for d in _documents(library) if old.id in _clauses_in(d, library))
    return (
        *_requirements(old, new, comparison, documents, library, requirements),
        *_fields(old, new, library, dictionary),
        *_terms(old, new, documents, library),
        *_references(old, new, documents, library),
        *_heads(old, new),
        *_used(old, documents, records),
        *_explanation(old, new, comparison),
        *_approval(old, new),
    )


# ---------------------------------------------------------------- requirements


def _requirements(
    old: Clause,
    new: Clause,
    comparison: ClauseComparison,
    documents: Sequence[DocumentType],
    library: Library,
    requirements: Sequence[Requirement],
) -> Iterator[Consequence]:
    known = {r.id: r for r in requirements}
    lost = [id for id in old.satisfies if id not in new.satisfies]
    lost.sort(key=lambda id: 0 if id in known and known[id].level == "required" else 1)
    for id in lost:
        requirement = known.get(id)
        if requirement is None:
            yield Consequence("requirement-lost", Weight.LOOK, f"It no longer says that it satisfies {id}.", (id,))
            continue
        must = [d for d in documents if d.asks_for(id)]
        others = {
            other
            for d in must
            for other in _clauses_in(d, library)
            if other != old.id and (c := library.find(other).value) is not None and id in c.satisfies
        }
        grave = requirement.level == "required" and bool(must) and not others
        says = f"{requirement.code} is no longer satisfied: {requirement.test} ({requirement.citation})"
        if grave:
            says += f" No other clause does it, so no final {_list([d.title for d in must])} can be made."
        elif others:
            says += f" {_list(sorted(others))} still {'satisfies' if len(others) == 1 else 'satisfy'} it."
        yield Consequence("requirement-lost", Weight.BREAKS if grave else Weight.LOOK, says, (id,))
    if not comparison.same:
        struck = any(line.state is State.DELETED and line.paragraph.kind != "condition" for line in comparison.lines)
        unread: list[str] = []
        for id in new.satisfies:
            requirement = known.get(id)
            gone = []
            if requirement is not None and id in old.satisfies:
                gone = signs_gone(requirement, old.body, new.body, struck)
            if requirement is not None and gone:
                quoted = _list([f"“{word}”" for word in gone])
                stands = "stands" if len(gone) == 1 else "stand"
                says = (
                    f"{requirement.code} is still claimed, but {quoted} no longer {stands} in the text. "
                    f"Does it still hold? {requirement.test} ({requirement.citation})"
                )
                yield Consequence("requirement-doubtful", Weight.LOOK, says, (id,))
            elif requirement is not None and id in old.satisfies:
                unread.append(requirement.code)
        if struck and unread:
            says = f"Whole paragraphs were taken out. Read what is left against {_list(unread)}, which it still claims."
            yield Consequence("requirement-unread", Weight.LOOK, says, tuple(unread))
    for id in new.satisfies:
        if id not in old.satisfies:
            requirement = known.get(id)
            what = f"{requirement.code}: {requirement.test} ({requirement.citation})" if requirement else id
            yield Consequence("requirement-gained", Weight.KNOW, f"It now claims to satisfy {what}", (id,))


_SECTION = re.compile(r"\b\d{2,3}\.\d{2,4}\b")
_CITED = re.compile(r"\b\d{2,3}\.\d{2,4}(?:\([a-z0-9]+\))*")
_KEY_WORD = re.compile(r"[^\W\d_]{5,}|\d+")
_COMMON = frozenset(
    """about after agreement allowed applies before being business calendar contain covered different during each entity
    every other party parties rather report shall stated states their there these those under unless where which without
    would right rights least words named means""".split()
)


def signs_gone(requirement: Requirement, old: str, new: str, struck: bool) -> list[str]:
    """Return what the requirement is recognized by, stood in the old text, and stands nowhere in the new one.

    ``struck`` says that a whole paragraph was taken out.
    """
    before, after = old.lower(), new.lower()
    sections = [s for s in dict.fromkeys(_SECTION.findall(requirement.citation)) if s in before and s not in after]
    keys = [k for k in dict.fromkeys(_KEY_WORD.findall(_CITED.sub(" ", requirement.test.lower()))) if k not in _COMMON]
    stems = [(k, k if k.isdigit() else k[: max(5, len(k) - 3)]) for k in keys]

    def stands(stem: str, text: str) -> bool:
        return re.search(rf"\b{re.escape(stem)}", text) is not None

    words = [k for k, stem in stems if stands(stem, before) and not stands(stem, after)]
    # One lost word may be style; a lost number, two lost words, or one with its whole paragraph seldom are.
    return [*sections, *(words if struck or len(words) > 1 or any(w.isdigit() for w in words) else [])]


# ---------------------------------------------------------------- fields


def _fields(old: Clause, new: Clause, library: Library, dictionary: Dictionary) -> Iterator[Consequence]:
    before, after = _names(old, library), _names(new, library)
    for path in after:
        if path in before:
            continue
        field = dictionary.find(path)
        if field is None:
            yield Consequence("field-unknown", Weight.BREAKS, f"{path} is not a field of the data dictionary.", (path,))
        elif field.optional:
            says = f"It may now print {path} ({field.label}), which may be left out."
            yield Consequence("field-added", Weight.KNOW, says, (path,))
        else:
            says = f"Profiles must now answer {path}: {field.question or field.label}"
            yield Consequence("field-added", Weight.LOOK, says, (path,))
    for path in before:
        if path not in after:
            field = dictionary.find(path)
            label = f" ({field.label})" if field is not None else ""
            yield Consequence("field-removed", Weight.KNOW, f"It no longer asks for {path}{label}.", (path,))


def _names(clause: Clause, library: Library) -> tuple[str, ...]:
    template = library.template(clause).value
    derived = ("clauses", "documents", "document", "parties")
    names = [u.path for u in template.names() if u.path not in derived] if template is not None else []
    # What is worked out asks for the answers that it comes from.
    answered = [inputs_of(figure) if (figure := figure_of(path)) is not None else (path,) for path in names]
    return tuple(dict.fromkeys(path for paths in answered for path in paths))


# ---------------------------------------------------------------- terms and references

_DEFINED = re.compile(r"[\"“]\*\*(.+?)\*\*[\"”]")
_LINK = re.compile(r"\]\(#([^)\s]+)\)")


def _defined(body: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(t.split()) for t in _DEFINED.findall(body)))


def _uses(term: str, body: str) -> bool:
    plain = _DEFINED.sub(" ", body)
    return re.search(rf"\b{re.escape(term)}(?:s|es)?\b", plain) is not None


def _terms(old: Clause, new: Clause, documents: Sequence[DocumentType], library: Library) -> Iterator[Consequence]:
    before, after = _defined(old.body), _defined(new.body)
    gone = [t for t in before if t not in after]
    come = [t for t in after if t not in before]
    if not gone and not come:
        return
    beside = [(d, _clauses_in(d, library) - {old.id}) for d in documents]
    ids = sorted({id for _, found in beside for id in found})
    others = {id: c for id in ids if (c := library.find(id).value) is not None}
    for term in gone:
        broken: list[str] = []
        using: list[str] = ["this clause itself"] if _uses(term, new.body) else []
        for document, found in beside:
            users = [id for id in sorted(found) if id in others and _uses(term, others[id].body)]
            defined = any(id in others and term in _defined(others[id].body) for id in found)
            if not defined and (users or _uses(term, new.body)):
                broken.append(document.title)
                using += users
        if broken:
            says = (
                f"It no longer defines “{term}”, and nothing else in the {_list(broken)} does; used by "
                f"{_list(list(dict.fromkeys(using)), 6)}."
            )
            yield Consequence("term-broken", Weight.BREAKS, says, (term,))
        else:
            yield Consequence("term-removed", Weight.KNOW, f"It no longer defines “{term}”; nothing lacks it.", (term,))
    for term in come:
        elsewhere = [id for id, c in others.items() if term in _defined(c.body) and not c.glossary]
        if elsewhere:
            says = (
                f"It now defines “{term}”, which {_list(elsewhere)} {_does(elsewhere)} too; no document may hold both."
            )
            yield Consequence("term-twice", Weight.LOOK, says, (term,))
        else:
            yield Consequence("term-added", Weight.KNOW, f"It now defines “{term}”.", (term,))


def _does(names: Sequence[str]) -> str:
    return "does" if len(names) == 1 else "do"


def _references(old: Clause, new: Clause, documents: Sequence[DocumentType], library: Library) -> Iterator[Consequence]:
    before, after = (tuple(dict.fromkeys(_LINK.findall(c.body))) for c in (old, new))
    for target in after:
        if target in before:
            continue
        guarded = re.search(rf"[\"']{re.escape(target)}[\"']\s+in\s+clauses", new.body) is not None
        missing = [d.title for d in documents if target not in _targets(d, library)]
        if not target.startswith(("schedule.", "slot.", "part.")) and not library.versions(target):
            says = f"It refers to {target}, which is no clause of the library."
            yield Consequence("reference-broken", Weight.BREAKS, says, (target,))
        elif missing and not guarded:
            says = f"It now refers to {target}, which is not in the {_list(missing)}; guard the words with a condition."
            yield Consequence("reference-broken", Weight.BREAKS, says, (target,))
        else:
            yield Consequence("reference-added", Weight.KNOW, f"It now refers to {target}.", (target,))
    for target in before:
        if target not in after:
            yield Consequence("reference-removed", Weight.KNOW, f"It no longer refers to {target}.", (target,))


# ---------------------------------------------------------------- heads


def _heads(old: Clause, new: Clause) -> Iterator[Consequence]:
    if old.id == new.id and old.title != new.title:
        says = f"References to it print another title: “{old.title}” becomes “{new.title}”."
        yield Consequence("title", Weight.KNOW, says)
    for name, verb in ((n, "now") for n in new.conflicts if n not in old.conflicts):
        says = f"It may {verb} not stand in one document with {name}."
        yield Consequence("conflict-added", Weight.LOOK, says, (name,))
    for name in old.conflicts:
        if name not in new.conflicts:
            yield Consequence(
                "conflict-removed", Weight.LOOK, f"It may now stand in one document with {name}.", (name,)
            )
    if [(p.rung, p.values, p.note, p.approve) for p in old.positions] != [
        (p.rung, p.values, p.note, p.approve) for p in new.positions
    ]:
        says = "What may be agreed instead (its positions) is another: agreements clauses show lists it."
        yield Consequence("positions", Weight.KNOW, says)


# ---------------------------------------------------------------- where it is used


def _used(
    old: Clause, documents: Sequence[DocumentType], records: Sequence[tuple[str, bytes]]
) -> Iterator[Consequence]:
    if documents:
        titles = _list([f"{d.title} ({d.id})" for d in documents])
        yield Consequence("documents", Weight.KNOW, f"It stands in the {titles}.", tuple(d.id for d in documents))
    else:
        yield Consequence("documents", Weight.KNOW, "No document type uses it.")
    made = recorded_in(old, records)
    if made:
        say = "was" if len(made) == 1 else "were"
        says = f"{_list(made, 8)} {say} made with the old text and keep{'s' if len(made) == 1 else ''} it."
        yield Consequence("agreements", Weight.KNOW, says, made)


def recorded_in(clause: Clause, records: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    """Return the names of the records that hold exactly this text of ``clause``, by its digest."""
    found: list[str] = []
    mark = clause.digest.encode()
    for name, data in records:
        if mark not in data:
            continue
        try:
            record = json.loads(data)
            clauses = [c for d in record["documents"] for c in d["clauses"]]
            if any(c["id"] == clause.id and c["digest"] == clause.digest for c in clauses):
                found.append(name)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # another program's file of that name
    return tuple(found)


def _explanation(old: Clause, new: Clause, comparison: ClauseComparison) -> Iterator[Consequence]:
    if comparison.same or new.plain_language_fresh:
        return
    if not new.plain_language:
        yield Consequence("explanation", Weight.LOOK, "Nothing explains it in plain words.")
    elif new.plain_language == old.plain_language:
        yield Consequence(
            "explanation", Weight.LOOK, "The explanation in plain words is that of the old text. Read it again."
        )
    elif new.explained_digest not in ("", "pending"):
        yield Consequence("explanation", Weight.LOOK, "The explanation in plain words was written for another text.")


def _approval(old: Clause, new: Clause) -> Iterator[Consequence]:
    was, now = old.approval, new.approval
    if was is not None and was.holds and old.digest != new.digest and (now is None or not now.holds):
        says = f"{was.by} approved the old text on {was.on}; nobody has approved the new one."
        yield Consequence("approval", Weight.LOOK, says)
    elif now is not None and not now.holds:
        says = f"The approval by {now.by} on {now.on} is void: it names another text."
        yield Consequence("approval", Weight.LOOK, says)


# ---------------------------------------------------------------- documents


def _documents(library: Library) -> Iterator[DocumentType]:
    for id in library.document_ids():
        found = library.document_type(id).value
        if found is not None:
            yield found


def _slots(document: DocumentType, library: Library) -> Iterator[Slot]:
    parts = [*document.outline]
    yield from (o.slot for o in document.opening)
    for schedule in document.schedules:
        parts += schedule.outline
        inner = library.document_type(schedule.document).value if schedule.document else None
        parts += inner.outline if inner is not None else ()
    for part in parts:
        for entry in part.entries if isinstance(part, Group) else (part,):
            if isinstance(entry, Slot):
                yield entry


def _clauses_in(document: DocumentType, library: Library) -> frozenset[str]:
    """Return the ids of all clauses that may stand in ``document``."""
    return frozenset(c.clause for slot in _slots(document, library) for c in slot.choices)


def _targets(document: DocumentType, library: Library) -> frozenset[str]:
    """Return all that a reference in ``document`` can name."""
    slots = frozenset(f"slot.{s.name}" for s in _slots(document, library))
    parts = frozenset(part_name(p.heading) for p in document.outline if isinstance(p, Group))
    return _clauses_in(document, library) | slots | parts | frozenset(f"schedule.{s.id}" for s in document.schedules)


def _list(names: Sequence[str], most: int = 12) -> str:
    return listed(names) if len(names) <= most else first_few(names, most)


def as_json(found: Sequence[Consequence]) -> list[Mapping[str, object]]:
    """Return consequences for programs."""
    return [{"kind": c.kind, "weight": c.weight.name.lower(), "says": c.says, "names": list(c.names)} for c in found]
