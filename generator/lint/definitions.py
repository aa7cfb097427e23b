"""Terms: used but never defined, defined but never used, defined in two ways; places left to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from generator.assembly.resolving import plural
from generator.diagnostics import Diagnostic, Related, Rule, Severity
from generator.fields import capitalized
from generator.lint.index import Index, Lint, Passage, Spoken, note
from generator.lint.proper_names import NAMES, PUBLIC_WORDS
from generator.model import Agreement, Blank, Block, Definition, Filled, Items, Paragraph, Section, Table, Use
from generator.reuse import kept

__all__ = ["LEFTOVER_PLACEHOLDER", "LINTS", "is_leftover"]

TERM_NOT_DEFINED = Rule(
    "term-not-defined",
    Severity.ERROR,
    "A term is written with a capital letter, as if it were defined, and the document does not define it.",
    """A capital letter in the middle of a sentence promises the reader a definition. Where there is none, each side
may give the word its own meaning.

Wrong: “Each party shall protect Member Records.” No section says what Member Records are.

Right: add `"**Member Records**" means …` to a clause of the same document, or write “the records of members”.

Names need no definition: of people, organizations, places, laws, offices and days, the words of headings, and
whatever stands in an answer of the profile. A defined term may be used in the singular or the plural.

Source: DEF-01, drafting practice.""",
)
TERM_NOT_USED = Rule(
    "term-not-used",
    Severity.WARNING,
    "A term is defined, and the document never uses it.",
    """A definition that nothing uses makes readers look for the duty that must hang on it. Often the text uses
another word for the same thing, which is worse.

Wrong: “(a “**Service Site**”)”, and later only “the place of the services”.

Right: use the term wherever it is meant, or take the definition out. In a clause marked `glossary: true` unused
entries drop out by themselves.

Source: DEF-02, drafting practice.""",
)
TERM_DEFINED_DIFFERENTLY = Rule(
    "term-defined-differently",
    Severity.WARNING,
    "Two documents of one set give the same term different meanings.",
    """Documents that are signed together are read together. If “Launch Date” is one day in the contract and another
in the memorandum, a court has to choose.

Wrong: one document says “Launch Date” means a day, and the other an event.

Right: define the term in the same words, or let one document refer to the other's definition. A term that points to
the document it stands in (“the services under this agreement”) may differ.

Source: DEF-03, drafting practice; a warning here because two documents may rightly divide what a term covers.""",
)
LEFTOVER_PLACEHOLDER = Rule(
    "leftover-placeholder",
    Severity.ERROR,
    "The text holds a place that somebody meant to fill in later.",
    """“TBD”, “____”, “[amount]”, “XX days” and the like mean that a choice was put off. Signed, it is a gap that nobody
agreed on how to fill.

Wrong: `venue: TBD`

Right: `venue: the state courts in Jefferson County, Kentucky`, or `venue: unknown`, which a draft shows as an open
item and a final does not let pass.

Source: DEF-06, drafting practice.""",
)

_CAPITAL = re.compile(r"(?<![\w’'./&@#-])[A-Z][\w’-]*(?:(?: (?:of|and|the|for|to|in|&))*(?: [A-Z][\w’-]*))*")
_SMALL = re.compile(r"\A(?:(?:of|and|the|for|to|in|&) )+")
_SENTENCE_ENDS = ".!?:;\n•—"


def term_not_defined(index: Index) -> Iterator[Diagnostic]:
    """Look at capitalized words in the middle of sentences of clause text."""
    titles = _titles(index)
    forms = [(a, _known_forms(index, a)) for a in index.contracts]
    for agreement, own in forms:
        known = own | titles
        others = [(a.title, terms) for a, terms in forms if a is not agreement]
        seen = set(known)
        for passage, phrases in index.noted(_capitalized, agreement):
            for phrase in phrases:
                if phrase in seen:
                    continue
                seen.add(phrase)
                elsewhere = [title for title, terms in others if phrase in terms]
                if not elsewhere and _is_name(phrase, known, index):
                    continue
                hint = f" The {elsewhere[0]} of this set defines it." if elsewhere else ""
                yield TERM_NOT_DEFINED.at(
                    index.line_of(passage.clause, phrase),
                    f"{agreement.title}, {passage.section}: “{phrase}” is written like a defined term, and this "
                    f"document does not define it.{hint}",
                    fix="Define it in this document, or write it with a small letter.",
                )


def _titles(index: Index) -> frozenset[str]:
    """The titles of the documents there can be: a paper of the set is named by its title."""
    field = index.dictionary.find("agreement.documents")
    labels = {" ".join(_titled(w) for w in o.label.split()) for o in field.options} if field is not None else set()
    return frozenset(labels | {a.title for a in index.agreements})


def _titled(word: str) -> str:
    return word if word in ("of", "and", "the", "for") else capitalized(word)


@note()
def _capitalized(spoken: Spoken) -> tuple[str, ...]:
    """Return the phrases of a paragraph that are written like terms; none where something is open."""
    found = _phrases_in(spoken.words, spoken.lead)
    return found if found and Blank not in map(type, spoken.inlines) else ()


@lru_cache(maxsize=8192)
def _phrases_in(words: str, lead: int) -> tuple[str, ...]:
    """Return the phrases of ``words``, text of a clause without its values, that are written like terms."""
    return tuple(_phrases(words, lead))


def _phrases(words: str, lead: int) -> Iterator[str]:
    for found in _CAPITAL.finditer(words, lead):
        phrase = found.group().rstrip("’-")
        before = words[: found.start()]
        if before.endswith(("“", "‘")):
            continue  # a word quoted as a word
        before = before.rstrip(' "(')
        if not before or (before[-1] in _SENTENCE_ENDS and not before.endswith("U.S.")):
            # The first word of a sentence says nothing; the rest of the phrase may.
            phrase = _SMALL.sub("", phrase.partition(" ")[2])
        yield from (p for p in (_possessive(phrase),) if p[:1].isupper())


def _possessive(phrase: str) -> str:
    return phrase.removesuffix("’s")


def _is_name(phrase: str, known: frozenset[str], index: Index) -> bool:
    words = [w for w in phrase.split() if w[0].isupper()]
    if any(w in PUBLIC_WORDS for w in words) and len(words) > 1 and not _ends_like_a_document(words):
        return True
    return all(w in NAMES or w in known for w in words) or phrase in index.given_texts


def _ends_like_a_document(words: list[str]) -> bool:
    """“Services Agreement” and “Statement of Work” are defined terms, not names of offices."""
    return words[-1] in ("Agreement", "Work", "Date", "Term", "Information", "Records", "Party", "Parties", "Person")


def _known_forms(index: Index, agreement: Agreement) -> frozenset[str]:
    terms = list(index.definitions(agreement))
    if agreement.document_type == "sow" and (parent := index.main) is not None:
        terms += index.definitions(parent)  # a statement of work borrows the words of its contract
    return frozenset[str]().union(*map(_forms, terms))


@lru_cache(maxsize=8192)
def _forms(term: str) -> frozenset[str]:
    """Return how a term that is defined may be written: in the singular or the plural."""
    return frozenset((term, plural(term), term.removesuffix("s")))


def _used_in_heads(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the terms in the heads of tables, which are no paragraphs."""
    for block in blocks:
        if isinstance(block, Section):
            yield from _used_in_heads(block.blocks)
        elif not isinstance(block, Paragraph):
            yield from kept(block, _heads)


def _heads(block: Block) -> tuple[str, ...]:
    if isinstance(block, Table):
        own = [i.term for c in block.columns for i in c.heading if isinstance(i, Use)]
        return (*own, *_used_in_heads(block.within()))
    return tuple(_used_in_heads(block.within())) if isinstance(block, Items) else ()


@note()
def _used(spoken: Spoken) -> tuple[str, ...]:
    return tuple([i.term for i in spoken.every if isinstance(i, Use)])


@note("“")
def _defined_here(spoken: Spoken) -> tuple[str, ...]:
    """Return the terms that are defined in words alone, without an answer in them."""
    found = [i for i in spoken.every if isinstance(i, Definition)]
    return tuple([i.term for i in found if not any(isinstance(c, Filled) for c in i.children)])


def term_not_used(index: Index) -> Iterator[Diagnostic]:
    """Compare the definitions of each document with its uses."""
    for agreement in index.contracts:
        if agreement.open_items:
            continue  # what is not yet in may use it
        defined: dict[str, Passage] = {}
        for passage, terms in index.noted(_defined_here, agreement):
            for term in terms:
                defined.setdefault(term, passage)
        used = {term for _, terms in index.noted(_used, agreement) for term in terms}
        idle = [term for term in defined if term not in used]
        if not idle:
            continue  # as nearly always: what follows reads everything once more
        used.update(_used_in_heads((*agreement.opening, *agreement.sections)))
        used.update(t for s in agreement.schedules for t in _used_in_heads(s.blocks))
        loose = "\n".join([p.words for p in index.passages if p.agreement is agreement])
        for term in idle:
            # A use in the singular, or of a term that begins with a small letter, is not marked in the text.
            if term in used or (term[:1].islower() and term in loose) or (term.endswith("s") and term[:-1] in loose):
                continue
            passage = defined[term]
            yield TERM_NOT_USED.at(
                index.line_of(passage.clause, term),
                f"{agreement.title}, {passage.section}: “{term}” is defined and never used.",
                fix="Use it where it is meant, or take it out.",
            )


_ACT = re.compile(r"\b[A-Z][\w ]+ Act\b")


@note("“")
def _begins_with_definition(spoken: Spoken) -> str:
    opening = spoken.inlines[0] if spoken.inlines else None
    return opening.term if isinstance(opening, Definition) else ""


def term_defined_differently(index: Index) -> Iterator[Diagnostic]:
    """Compare whole paragraphs that begin with the same definition, across documents."""
    first: dict[str, Passage] = {}
    for passage, term in index.noted(_begins_with_definition):
        other = first.setdefault(term, passage)
        if other.agreement is passage.agreement or other.plain == passage.plain or other.clause == passage.clause:
            continue
        here, there = ({p.key for p in a.parties} for a in (passage.agreement, other.agreement))
        if not (here and there and (here <= there or there <= here)):
            continue  # papers of other pairs of parties, or of nobody yet
        if (law := _ACT.search(passage.plain)) is not None and law.group() in other.plain:
            continue  # both name the same statute
        yield TERM_DEFINED_DIFFERENTLY.at(
            index.line_of(passage.clause, term),
            f"“{term}” has one meaning in the {other.agreement.title}, {other.section}, and another in the "
            f"{passage.agreement.title}, {passage.section}.",
            fix="Use the same words in both, or two different terms.",
            others=[Related(s, "the other definition") for s in (index.line_of(other.clause, term),) if s],
        )


_MARKS = ("TB", "TODO", "FIXME", "XX", "___", ".....", "{", "}", "[", "<", "to be ", "orem ipsum")
_LEFTOVER = re.compile(
    r"\b(?:TBD|TBA|TBC|TODO|FIXME|XXX?)\b|\b(?:to be (?:determined|decided|inserted|completed))\b|_{3,}|\.{5,}"
    r"|\{\{|\}\}|\{%|\[ *\]|\[(?i:insert|amount|date|name|number|party|x+)\b[^\]]*\]|<(?i:insert|name|date)[^>]*>"
    r"|[Ll]orem ipsum"
)


@note(*_MARKS)
def _leaves_over(spoken: Spoken) -> bool:
    return _LEFTOVER.search(spoken.plain) is not None


def is_leftover(answer: str) -> bool:
    """Whether an answer is only a mark that something is to be filled in later."""
    return any(mark in answer for mark in _MARKS) and _LEFTOVER.search(answer) is not None


def leftover_placeholder(index: Index) -> Iterator[Diagnostic]:
    """Look for the usual marks of something left to fill in, in clauses and in answers."""
    seen: set[tuple[str, str]] = set()
    for passage, _ in index.noted(_leaves_over):
        found = _LEFTOVER.search(passage.words)
        if found is not None and (passage.clause, found.group()) not in seen:
            seen.add((passage.clause, found.group()))
            yield index.in_text(
                LEFTOVER_PLACEHOLDER,
                passage,
                found.group(),
                f"“{found.group()}” was left to be filled in.",
                "Write what is meant, or make it a field of the profile.",
            )
        for inline in passage.spoken.every:
            if isinstance(inline, Filled) and _LEFTOVER.search(inline.text) and (inline.field, "") not in seen:
                seen.add((inline.field, ""))
                yield LEFTOVER_PLACEHOLDER.at(
                    inline.span,
                    f"The answer to {index.label(inline.field)} was left to be filled in.",
                    fix="Write what is meant, or unknown.",
                    field=inline.field,
                )


LINTS = (
    Lint(TERM_NOT_DEFINED, term_not_defined),
    Lint(TERM_NOT_USED, term_not_used),
    Lint(TERM_DEFINED_DIFFERENTLY, term_defined_differently),
    Lint(LEFTOVER_PLACEHOLDER, leftover_placeholder),
)
