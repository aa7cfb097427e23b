"""What rules read: a finished set of agreements, gone through once, and the answers it was made from.

A rule is a function from an :class:`Index` to the problems it finds. It never changes anything, and it
stays silent about what is open: an open item asks already.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, ClassVar, NamedTuple, TypeAlias, TypeVar

from generator.assembly.facts import Facts, outside
from generator.diagnostics import Diagnostic, Related, Rule, Span
from generator.fields import UNKNOWN, Dictionary, Record, Value, texts_of
from generator.fields.values import Duration, Percent
from generator.frozen import dataclass
from generator.library import Clause
from generator.model import (
    CLOSE_QUOTE,
    OPEN_QUOTE,
    Agreement,
    Blank,
    Block,
    Definition,
    Emphasis,
    Filled,
    Inline,
    Items,
    Paragraph,
    Reference,
    Section,
    Table,
    Text,
    Use,
)
from generator.profile import Profile
from generator.reading.grammar import Known
from generator.reuse import kept

__all__ = [
    "VALUE",
    "Check",
    "Entry",
    "Index",
    "Lint",
    "Look",
    "Passage",
    "Spoken",
    "Words",
    "after",
    "days_of",
    "longer",
    "note",
    "surely_shorter",
]

Check: TypeAlias = "Callable[[Index], Iterator[Diagnostic]]"
R = TypeVar("R")

# What stands for a value, a reference or a blank in the words of a passage: a letter no clause may hold.
VALUE = "\ue000"


@dataclass(frozen=True, slots=True)
class Lint:
    """A rule with the function that finds it.

    ``documents`` are the document types it is about (none: every type); ``blocker`` says that no profile
    may overrule it, because the document would break the law or could not be carried out.
    """

    rule: Rule
    check: Check
    documents: tuple[str, ...] = ()
    blocker: bool = False


# ---------------------------------------------------------------- lengths of time

_DAYS = {"hours": 1 / 24, "days": 1.0, "business days": 1.4, "weeks": 7.0, "months": 30.4375, "years": 365.25}


def days_of(length: Duration) -> float:
    """Return ``length`` in calendar days; five business days count as a week, a month as a twelfth of a year."""
    return length.n * _DAYS[length.unit]


def longer(one: Duration, two: Duration) -> bool:
    """Whether ``one`` is longer than ``two`` beyond doubt: in one unit exactly, else by more than a day."""
    if one.unit == two.unit:
        return one.n > two.n
    return days_of(one) > days_of(two) + 1


def surely_shorter(one: Duration, two: Duration) -> bool:
    """Whether ``one`` is shorter than ``two`` whatever day it starts: business days may or may not hold a weekend."""
    if one.unit == two.unit:
        return one.n < two.n
    return _longest(one) < _shortest(two)


def _longest(length: Duration) -> float:
    """Return the most calendar days that ``length`` can take, holidays aside."""
    match length.unit:
        case "business days":
            return length.n + 2 * -(-length.n // 5)
        case "months":
            return length.n * 31
        case "years":
            return length.n * 366
        case _:
            return days_of(length)


def _shortest(length: Duration) -> float:
    """Return the fewest calendar days that ``length`` can take."""
    match length.unit:
        case "business days":
            return length.n + 2 * (length.n // 5)
        case "months":
            return length.n * 28
        case "years":
            return length.n * 365
        case _:
            return days_of(length)


def after(day: dt.date, length: Duration) -> dt.date:
    """Return the day that is ``length`` after ``day``; the 31st of a shorter month is its last day."""
    if length.unit not in ("months", "years"):
        return day + dt.timedelta(days=int(days_of(length)))
    months = day.year * 12 + day.month - 1 + length.n * (12 if length.unit == "years" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# ---------------------------------------------------------------- answers

_ANSWERS = (str, int, Decimal, dt.date, Duration, Percent, Record, tuple)


class Words:
    """Answers under their names, each as its kind; None, or an empty tuple, for what is absent or open."""

    def value(self, name: str) -> Value | None:
        raise NotImplementedError

    def place(self, name: str) -> Span:
        raise NotImplementedError

    def date(self, name: str) -> dt.date | None:
        found = self.value(name)
        return found if isinstance(found, dt.date) else None

    def duration(self, name: str) -> Duration | None:
        found = self.value(name)
        return found if isinstance(found, Duration) else None

    def under(self, name: str, days: int) -> bool:
        """Whether a length of time is answered and is less than ``days`` calendar days."""
        found = self.duration(name)
        return found is not None and days_of(found) < days

    def over(self, name: str, days: int) -> bool:
        """Whether a length of time is answered and is more than ``days`` calendar days."""
        found = self.duration(name)
        return found is not None and days_of(found) > days

    def money(self, name: str) -> Decimal | None:
        found = self.value(name)
        return found if isinstance(found, Decimal) else None

    def percent(self, name: str) -> Decimal | None:
        found = self.value(name)
        return found.amount if isinstance(found, Percent) else None

    def number(self, name: str) -> int | None:
        found = self.value(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def yes(self, name: str) -> bool:
        return self.value(name) is True

    def no(self, name: str) -> bool:
        return self.value(name) is False

    def word(self, name: str) -> str:
        """Return a text, the key of a choice or of a party; "" if there is none."""
        found = self.value(name)
        return found if isinstance(found, str) else ""

    def words(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list or the keys of several choices."""
        found = self.value(name)
        return tuple(v for v in found if isinstance(v, str)) if isinstance(found, tuple) else ()


@dataclass(frozen=True, slots=True)
class Entry(Words):
    """One entry of a list, with the name of the list."""

    path: str
    record: Record
    span: Span

    def value(self, name: str) -> Value | None:
        given = self.record.get(name)
        return None if given is None or given.value is UNKNOWN else given.value

    def place(self, name: str) -> Span:
        given = self.record.get(name)
        return given.span if given is not None else self.span

    def at(self, rule: Rule, name: str, message: str, fix: str) -> Diagnostic:
        """Return ``rule`` as found at the answer ``name`` of this entry."""
        return rule.at(self.place(name), message, fix=fix, field=self.path)


# ---------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one paragraph says: ``words`` with every value, reference and blank replaced by :data:`VALUE`.

    ``plain`` is the text as printed, ``small`` the same in small letters. ``lead`` is how many letters at its start
    are a heading within the line; ``every`` are its inlines with those inside emphasis and definitions.
    """

    words: str
    plain: str
    small: str
    lead: int
    inlines: tuple[Inline, ...]
    every: tuple[Inline, ...]


Look: TypeAlias = "Callable[[Spoken], R]"
Mark: TypeAlias = "tuple[str, bool]"  # what is printed, in small letters if capitals are taken for such
_LOOKS: dict[Mark, list[Look[Any]]] = {}
# The marks by whatever each of them begins with, and by whatever it ends with.
_BEGUN: dict[Mark, set[Mark]] = {}
_ENDED: dict[Mark, set[Mark]] = {}
_LONGEST = 40  # no mark has more letters


def note(*marks: str, any_case: bool = False) -> Callable[[Look[R]], Look[R]]:
    """Have every paragraph of clause text looked at in which any of ``marks`` is printed (none: every paragraph).

    :meth:`Index.noted` gives what was found; what counts as false is not noted. What looks is a function of a module
    that knows the paragraph alone. So it need not look again at one that stands in the papers of many members
    (:mod:`generator.reuse`). With ``any_case``, ``marks`` are in small letters and stand for capitals too.
    """

    def noting(look: Look[R]) -> Look[R]:
        for mark in marks or ("",):
            _LOOKS.setdefault((mark, any_case), []).append(look)
            for n in range(1, len(mark)):
                _BEGUN.setdefault((mark[:n], any_case), set()).add((mark, any_case))
                _ENDED.setdefault((mark[n:], any_case), set()).add((mark, any_case))
        return look

    return noting


class Passage(NamedTuple):
    """One paragraph of clause text, and where it stands."""

    agreement: Agreement
    section: str
    clause: str
    spoken: Spoken

    @property
    def words(self) -> str:
        return self.spoken.words

    @property
    def plain(self) -> str:
        return self.spoken.plain

    @property
    def where(self) -> str:
        """The document and the section, as a message names them."""
        return f"{self.agreement.title}, {self.section}"


@dataclass(frozen=True)
class Index(Words):
    """A finished set of agreements and its answers, as rules see them.

    ``facts`` are the answers outside any document; their ``documents`` are the ids of the whole set, also those not
    made this time. ``clauses`` are the clauses that the agreements print, by their id.
    """

    agreements: tuple[Agreement, ...]
    facts: Facts
    clauses: Mapping[str, Clause] = field(default_factory=dict)

    def of(self, profile: Profile) -> Index:
        """Return the index of the same agreements for other answers, with which they would read the same."""
        index = Index(self.agreements, outside(profile, self.dictionary, self.documents), self.clauses)
        index.__dict__.update({name: getattr(self, name) for name in self._OF_AGREEMENTS})
        return index

    # What is worked out of the agreements, whoever answers.
    _OF_AGREEMENTS: ClassVar = ("_read", "_notes", "_definitions", "_clause_ids", "contracts", "main", "party_keys")

    # -- answers

    @property
    def profile(self) -> Profile:
        return self.facts.profile

    @property
    def dictionary(self) -> Dictionary:
        return self.facts.dictionary

    @property
    def documents(self) -> tuple[str, ...]:
        return self.facts.documents

    @cached_property
    def _values(self) -> dict[str, Value | None]:
        """What rules have asked for: many ask for the same."""
        return {}

    def value(self, name: str) -> Value | None:
        known = self._values
        if name not in known:
            known[name] = self._value(name)
        return known[name]

    def _value(self, name: str) -> Value | None:
        if self.dictionary.find(name) is None:
            return None
        answer = self.facts.value(name)
        if not isinstance(answer, Known):
            return None
        found = answer.value
        return found if isinstance(found, _ANSWERS) else None

    def place(self, name: str) -> Span:
        real = self.facts.resolve(name)
        if not isinstance(real, str):
            return self.profile.place_for(name)
        given = self.profile.given(real)
        return given.span if given is not None else self.profile.place_for(real)

    def real(self, name: str) -> str:
        """Return the profile's own name for ``name``: "provider.npi" is "cbo.npi"."""
        found = self.facts.resolve(name)
        return found if isinstance(found, str) else name

    def left_out(self, name: str) -> bool:
        """Whether ``name`` is not answered at all; an answer *unknown* is an answer."""
        real = self.facts.resolve(name)
        return isinstance(real, str) and self.profile.given(real) is None

    def entries(self, name: str) -> tuple[Entry, ...]:
        """Return the entries of a list whose entries have fields."""
        known = self._entries
        if name not in known:
            known[name] = self._entries_of(name)
        return known[name]

    @cached_property
    def _entries(self) -> dict[str, tuple[Entry, ...]]:
        return {}

    def _entries_of(self, name: str) -> tuple[Entry, ...]:
        found = self.value(name)
        if not isinstance(found, tuple):
            return ()
        here = self.place(name)
        return tuple(Entry(name, v, next(iter(v.values())).span if v else here) for v in found if isinstance(v, Record))

    def at(self, rule: Rule, name: str, message: str, fix: str = "", others: Sequence[str] = ()) -> Diagnostic:
        """Return ``rule`` as found at the answer ``name``; ``others`` are further answers that belong to it."""
        related = [Related(self.place(o), self.label(o)) for o in others if not self.left_out(o)]
        return rule.at(self.place(name), message, fix=fix, field=self.real(name), others=related)

    def in_text(
        self, rule: Rule, passage: Passage, words: str, message: str, fix: str, or_at: Span | None = None
    ) -> Diagnostic:
        """Return ``rule`` as found in a paragraph of clause text, at ``words`` in the file of its clause.

        ``or_at`` is the place of a paragraph that no clause file holds.
        """
        return rule.at(self.line_of(passage.clause, words) or or_at, f"{passage.where}: {message}", fix=fix)

    def label(self, name: str) -> str:
        return self.dictionary.label(self.real(name))

    # -- parties

    @cached_property
    def party_keys(self) -> tuple[str, ...]:
        """The profile's names of the parties of this set."""
        keys = [p.key for a in self.agreements for p in a.parties]
        if not keys:
            keys = [k for role in ("provider", "purchaser") if (k := self.facts.party_key(role)) is not None]
        return tuple(k for k in dict.fromkeys(keys) if self.profile.has_any(k))

    def party(self, role: str) -> str:
        """Return the profile's name of the party in ``role``, or "" while that is open."""
        return self.facts.party_key(role) or ""

    def name(self, key: str) -> str:
        """Return what the papers call the party ``key``; while that is open, what the dictionary calls it."""
        return self.word(f"{key}.short_name") or self.label(key)

    # -- documents and clauses

    def made(self, id: str) -> Agreement | None:
        """Return the agreement of document type ``id`` if it is among those made."""
        return next((a for a in self.agreements if a.document_type == id), None)

    @cached_property
    def main(self) -> Agreement | None:
        """The contract under which services are bought: a services agreement or a hub's agreement with a member."""
        return self.made("svc") or self.made("hub")

    @cached_property
    def finished(self) -> Agreement | None:
        """That contract, unless something in it is open: an open item may still bring in what seems to be missing."""
        return self.main if self.main is not None and not self.main.open_items else None

    def unless_printed(self, clause: str, rule: Rule, name: str, says: str) -> Iterator[Diagnostic]:
        """Yield ``rule`` at the answer ``name`` if that contract is finished and does not print ``clause``."""
        if self.finished is not None and clause not in self.clause_ids(self.finished):
            fix = f"Put the clause {clause} into the document type."
            yield self.at(rule, name, f"The {self.finished.title} {says}.", fix)

    @cached_property
    def contracts(self) -> tuple[Agreement, ...]:
        """The agreements that somebody signs."""
        return tuple(a for a in self.agreements if a.signatures)

    def clause_ids(self, agreement: Agreement) -> frozenset[str]:
        known = self._clause_ids
        if id(agreement) not in known:
            known[id(agreement)] = frozenset([s.id for s in agreement.sources if s.included])
        return known[id(agreement)]

    @cached_property
    def _clause_ids(self) -> dict[int, frozenset[str]]:
        return {}

    @staticmethod
    def satisfied(agreement: Agreement) -> frozenset[str]:
        return frozenset(r for s in agreement.sources if s.included for r in s.satisfies)

    def prints(self, clause: str) -> bool:
        """Whether any agreement made prints ``clause``."""
        return any(clause in self.clause_ids(a) for a in self.agreements)

    def line_of(self, clause: str, words: str) -> Span | None:
        """Return where ``words`` stand in the file of ``clause``, else where the clause begins."""
        found = self.clauses.get(clause)
        if found is None:
            return None
        for number, line in enumerate(found.body.split("\n")):
            if words in line:
                return Span(found.span.file, found.body_line + number, line.index(words) + 1)
        return Span(found.span.file, found.body_line)

    # -- words

    @cached_property
    def _read(self) -> tuple[tuple[Agreement, Placed], ...]:
        """What the agreements say that somebody signs."""
        return tuple([(a, _heard_in(a)) for a in self.contracts])

    @cached_property
    def _notes(self) -> dict[Look[Any], list[tuple[Passage, Any]]]:
        notes: dict[Look[Any], list[tuple[Passage, Any]]] = defaultdict(list)
        for agreement, placed in self._read:
            for section, clause, heard in placed:
                for spoken, found in heard:
                    if found:
                        passage = Passage(agreement, section, clause, spoken)
                        for look, result in found:
                            notes[look].append((passage, result))
        return notes

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every paragraph of clause text of the agreements that somebody signs."""
        return tuple([
            Passage(agreement, section, clause, spoken)
            for agreement, placed in self._read for section, clause, heard in placed for spoken, _ in heard
        ])  # fmt: skip

    def of_clause(self, clause: str, agreement: Agreement) -> list[Passage]:
        """Return the paragraphs of ``clause`` in ``agreement``."""
        return [
            Passage(agreement, section, id, spoken)
            for one, placed in self._read if one is agreement
            for section, id, heard in placed if id == clause
            for spoken, _ in heard
        ]  # fmt: skip

    def noted(self, look: Look[R | None], agreement: Agreement | None = None) -> Iterator[tuple[Passage, R]]:
        """Yield the paragraphs (of ``agreement``, else of all) in which ``look`` found something, and what it found."""
        found: list[tuple[Passage, R]] = self._notes.get(look, [])
        return iter(found if agreement is None else [one for one in found if one[0].agreement is agreement])

    def beside(self, passage: Passage) -> list[Passage]:
        """Return the paragraphs of the same clause in the same agreement, ``passage`` among them."""
        return self.of_clause(passage.clause, passage.agreement)

    def definitions(self, agreement: Agreement) -> tuple[str, ...]:
        """Return the terms that ``agreement`` defines."""
        return self._definitions.get(agreement.document_type, ())

    @cached_property
    def _definitions(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for passage, terms in self.noted(_defined):
            found.setdefault(passage.agreement.document_type, []).extend(terms)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def given_texts(self) -> str:
        """All words of the answers in one text: what stands there with a capital letter is a name."""
        return "\n".join(texts_of(g.value for g in self.profile.values.values()))


@note("“")
def _defined(spoken: Spoken) -> tuple[str, ...]:
    return tuple([i.term for i in spoken.every if isinstance(i, Definition)])


# What a block says, paragraph by paragraph, with what was noted of each.
Heard: TypeAlias = "tuple[tuple[Spoken, tuple[tuple[Look[Any], Any], ...]], ...]"
# The same of what has its place in a document: with the section and the clause that it stands in.
Placed: TypeAlias = "tuple[tuple[str, str, Heard], ...]"


def _heard_in(agreement: Agreement) -> Placed:
    """Return what each block says, with the section and the clause it stands in."""
    found = [*_placed((*agreement.opening, *agreement.sections, *agreement.closing), "", "")]
    for schedule in agreement.schedules:
        found += _placed(schedule.blocks, schedule.number, "")
    return tuple(found)


def _in_section(section: Section, above: str, clause: str) -> Placed:
    if section.locked:
        return ()  # prescribed words are not ours to judge
    own = section.source.id if section.source is not None else clause
    where = f"Section {section.number}" if section.number else section.heading or above
    return _placed(section.blocks, where, own)


def _placed(blocks: tuple[Block, ...], where: str, clause: str) -> Placed:
    found: list[tuple[str, str, Heard]] = []
    for block in blocks:
        if isinstance(block, Section):
            found += kept(block, _in_section, where, clause)
        else:
            found.append((where, clause, kept(block, _heard)))
    return tuple(found)


def _heard(block: Block) -> Heard:
    if isinstance(block, Paragraph):
        spoken, values = _spoken(block.inlines)
        found = [(look, result) for look in _looks_at(spoken, values) if (result := look(spoken))]
        return ((spoken, tuple(found)),)
    inner = block.within() if isinstance(block, _OF_BLOCKS) else ()
    return tuple([one for within in inner for one in kept(within, _heard)])


def _looks_at(spoken: Spoken, values: Iterable[str]) -> Iterable[Look[Any]]:
    """Return what looks at a paragraph in which ``values`` are printed.

    Looking for every mark in every paragraph would take longer than all looks. But most words of a member's paragraph
    are those of all members, and which marks these hold is known; any other mark has a letter of a value in it.
    """
    looks = _looks_at_words(spoken.words)
    texts = (spoken.plain, spoken.small)
    more = [mark for value in values for mark in _marks_at(value) if mark[0] in texts[mark[1]]]
    return dict.fromkeys((*looks, *[look for mark in more for look in _LOOKS[mark]])) if more else looks


@lru_cache(maxsize=8192)
def _looks_at_words(words: str) -> tuple[Look[Any], ...]:
    texts = (words, words.lower())
    there = [look for (mark, small), looks in _LOOKS.items() if mark in texts[small] for look in looks]
    return tuple(dict.fromkeys(there))


@lru_cache(maxsize=1024)
def _marks_at(value: str) -> tuple[Mark, ...]:
    """Return the marks that can be printed with a letter of ``value``: within it or around it, begun or ended in it."""
    texts = (value, value.lower())
    found = {mark for mark in _LOOKS if mark[0] and (mark[0] in texts[mark[1]] or texts[mark[1]] in mark[0])}
    for small, text in zip((False, True), texts, strict=True):
        for n in range(1, min(len(text), _LONGEST) + 1):
            found.update(_BEGUN.get((text[-n:], small), ()), _ENDED.get((text[:n], small), ()))
    return tuple(found)


_OF_BLOCKS = (Items, Table)
_VALUES = (Filled, Use, Reference, Blank)


def _spoken(inlines: tuple[Inline, ...]) -> tuple[Spoken, set[str]]:
    """Return what a paragraph says, and what is printed there in place of its values."""
    words: list[str] = []
    plain: list[str] = []
    every: list[Inline] = []
    values: set[str] = set()
    lead = 0
    if inlines and isinstance(inlines[0], Emphasis):
        _say(inlines[:1], words, plain, every, values)
        lead = sum(map(len, words))
        _say(inlines[1:], words, plain, every, values)
    else:
        _say(inlines, words, plain, every, values)
    printed = "".join(plain)
    return Spoken("".join(words), printed, printed.lower(), lead, inlines, tuple(every)), values


def _say(
    inlines: tuple[Inline, ...], words: list[str], plain: list[str], every: list[Inline], values: set[str]
) -> None:
    for inline in inlines:
        every.append(inline)
        if isinstance(inline, Text):
            words.append(inline.text)
            plain.append(inline.text)
        elif isinstance(inline, _VALUES):
            words.append(VALUE)
            plain.append(inline.text)
            values.add(inline.text)
        elif isinstance(inline, Emphasis):
            _say(inline.children, words, plain, every, values)
        elif isinstance(inline, Definition):
            words.append(VALUE)
            inside: list[str] = []
            _say(inline.children, [], inside, every, set())
            term = f"{OPEN_QUOTE}{''.join(inside)}{CLOSE_QUOTE}"
            plain.append(term)
            values.add(term)
        else:
            words.append("\n")
            plain.append("\n")
