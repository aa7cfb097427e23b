"""Which documents print a field or decide by it, and answers that no document of a set has a use for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, Related, Rule, Severity
from generator.fields import UNKNOWN
from generator.pipeline.parts import Parts, named_documents

if TYPE_CHECKING:
    from generator.library import DocumentType, Slot
    from generator.pipeline.sets import Assembled
    from generator.profile import Profile

__all__ = ["ANSWER_NOT_USED", "RULES", "documents_using", "idle_answers"]

ANSWER_NOT_USED = Rule(
    "answer-not-used",
    Severity.NOTE,
    "The profile answers something that no document of the set prints or decides by.",
    """Nothing is wrong with such an answer; it stays where it is. But somebody who wrote a price, a notice or a date
may believe that it stands in the contract, and it does not: it belongs to a document that is not in the set, or to a
clause that another answer leaves out.

The note names each such answer and the documents that would use it. Answers about an organization, answers for
planning, and answers of a file that this one builds on (`extends`) are not meant: they serve other papers.

Wrong: `pay.pmpm.rate: 35.00` with `pay.models: [fee_for_service]`, and the belief that 35 dollars are agreed

Right: `pay.models: [fee_for_service, pmpm]`, or take the rate out.""",
)
RULES = (ANSWER_NOT_USED,)

_ROLES = ("provider", "purchaser", "ce", "ba", "sub", "parties", "giver", "recipient")
# Answers that serve the whole profile, or only what is said on the screen.
_ALWAYS = ("agreement", "review", "phi", "phase", "jsi_step")
_MOST = 6


def documents_using(parts: Parts, name: str) -> tuple[str, ...]:
    """Return the titles of the document types of which some clause or condition uses the field ``name``."""
    titles = []
    for id in parts.library.document_ids():
        document = parts.library.document_type(id).value
        if document is not None and _is_used(parts, name, _names(parts, document, _every_clause(document))):
            titles.append(document.title)
    return tuple(titles)


def idle_answers(parts: Parts, profile: Profile, assembled: Assembled) -> tuple[Diagnostic, ...]:
    """Return one note about the answers of ``profile`` itself that no document of ``assembled`` uses.

    Nothing, while something is open that decides what the documents hold, or if only a part of the set was made.
    """
    made = tuple(a.document_type for a in assembled.agreements)
    if not made or not set(named_documents(profile)) <= set(made) or any(i.decides for i in assembled.open_items):
        return ()
    used: set[str] = set()
    for document in assembled.types:
        agreement = next((a for a in assembled.agreements if a.document_type == document.id), None)
        printed = [s.id for s in agreement.sources if s.included] if agreement is not None else []
        used |= _names(parts, document, printed)
    used |= _decided_by()
    idle = [path for path in _own_answers(parts, profile) if not _is_used(parts, path, used)]
    wanted = {path: titles for path in idle if (titles := documents_using(parts, path))}
    if not wanted:
        return ()
    first, *others = wanted
    shown = [f"{path} ({_told(parts, titles, made)})" for path, titles in list(wanted.items())[:_MOST]]
    more = f", and {len(wanted) - _MOST} more" if len(wanted) > _MOST else ""
    what = "This answer is" if len(wanted) == 1 else "These answers are"
    return (
        ANSWER_NOT_USED.at(
            profile.values[first].span,
            f"{what} used by none of these documents: {'; '.join(shown)}{more}.",
            fix="Leave it for later papers, or look whether an answer or a document is missing.",
            field=first,
            others=[Related(profile.values[p].span, parts.dictionary.label(p)) for p in others],
        ),
    )


def _told(parts: Parts, titles: Sequence[str], made: Iterable[str]) -> str:
    """Return which documents use a field: one of the set, with another answer; or those that are not in the set."""
    here = [t for id in made if (d := parts.library.document_type(id).value) is not None and (t := d.title) in titles]
    if here:
        return f"the {here[0]} uses it only with other answers"
    return f"a {titles[0]} uses it" if len(titles) == 1 else f"used by {', '.join(titles[:3])}"


def _own_answers(parts: Parts, profile: Profile) -> Iterator[str]:
    parties = parts.dictionary.parties()
    for path, given in profile.values.items():
        head = path.partition(".")[0]
        field = parts.dictionary.find(path)
        if head in parties or head in _ALWAYS or field is None or given.value is UNKNOWN or field.when == "planning":
            continue
        if given.span.file == profile.file:
            yield path


# ---------------------------------------------------------------- names


def _is_used(parts: Parts, name: str, used: set[str]) -> bool:
    head, _, tail = name.partition(".")
    if head in parts.dictionary.parties() and tail:
        return any(f"{role}.{tail}" in used for role in (head, *_ROLES))
    return name in used or any(u.startswith(f"{name}.") or name.startswith(f"{u}.") for u in used)


def _names(parts: Parts, document: DocumentType, clauses: Iterable[str]) -> set[str]:
    """Return every name that ``document`` uses itself, and that its ``clauses`` use, also in branches not taken."""
    templates = [document.subtitle, document.closing, *document.notes, *(t.text for t in document.key_terms)]
    names = {u.path for t in templates if t is not None for u in t.names()}
    for one in _conditions(document):
        names |= {u.path for u in one.names()}
    for id in clauses:
        clause = parts.library.find(id).value
        template = parts.library.template(clause).value if clause is not None else None
        names |= {u.path for u in template.names()} if template is not None else set()
    return names


def _conditions(document: DocumentType) -> Iterator[Any]:
    from generator.library import Group

    found = [t.when for t in document.key_terms] + [s.when for s in document.schedules]
    found += [p.when for p in document.outline if isinstance(p, Group)]
    found += [c.when for slot in _slots(document) for c in slot.choices]
    yield from (c for c in found if c is not None)


def _slots(document: DocumentType) -> Iterator[Slot]:
    from generator.library import Group, Slot

    yield from (o.slot for o in document.opening)
    for part in (*document.outline, *(p for s in document.schedules for p in s.outline)):
        entries = part.entries if isinstance(part, Group) else (part,)
        yield from (e for e in entries if isinstance(e, Slot))


def _every_clause(document: DocumentType) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.clause for slot in _slots(document) for c in slot.choices))


def _decided_by() -> set[str]:
    from generator.decisions import TREES, asked_by

    return {*asked_by(*(t.id for t in TREES)), "grant.sources"}  # the last by its derived name
