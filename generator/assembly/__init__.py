"""Assemble: a document type, the library and a profile's answers become one Agreement.

The stages, in order: *choose* the clauses (:mod:`.choosing`), *fill* them (:mod:`.filling`), *number*
them and *resolve* definitions, uses and references (:mod:`.resolving`). What is open stays in the
Agreement as blanks and open items; whether that may be written is the caller's question.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from generator.assembly.choosing import RULES as _CHOOSING_RULES
from generator.assembly.choosing import (
    Chooser,
    Chosen,
    ChosenGroup,
    ChosenInclude,
    ChosenSchedule,
    Entry,
    Undecided,
)
from generator.assembly.deciding import DecisionPrinter
from generator.assembly.facts import Facts, Found
from generator.assembly.filling import RULES as _FILLING_RULES
from generator.assembly.filling import WHICH_WORDS, Filler, Questions
from generator.assembly.resolving import (
    InlineMap,
    Target,
    Terms,
    definitions_in,
    inlines_in,
    map_block,
    map_inlines,
    number_sections,
    unchanged,
)
from generator.diagnostics import Checked, Diagnostic, Related, Rule, Severity, Span
from generator.fields import Dictionary
from generator.frozen import dataclass
from generator.library import Clause, DocumentType, Include, Library, Requirement, requirement_table_of
from generator.model import (
    Agreement,
    Blank,
    Block,
    ClauseRef,
    Column,
    Cover,
    Definition,
    Emphasis,
    Inline,
    Items,
    LineBreak,
    OpenItem,
    Paragraph,
    Party,
    Reference,
    Schedule,
    Section,
    SignatureBlock,
    SignatureLine,
    Source,
    Status,
    Table,
    Text,
    walk_sections,
    who_knows,
)
from generator.numbering import Formats
from generator.profile import Profile
from generator.reading.grammar import ClauseTemplate, Decision, Open, Output, check_names, decide

__all__ = ["OPEN_ITEM", "RULES", "STOPS_A_FINAL", "assemble", "open_diagnostic"]

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
condition.""",
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
REQUIREMENT_MISSING = Rule(
    "requirement-missing",
    Severity.ERROR,
    "Nothing in the document satisfies something the law requires of it.",
    """The document type says which family of requirements it must satisfy (a business associate agreement: 45 CFR
164.504(e)(2) and 164.314(a)(2)), and no clause that is in it names the requirement in `satisfies:`. Put the clause
back, or write one.""",
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
    REQUIREMENT_MISSING,
    *_CHOOSING_RULES,
    *_FILLING_RULES,
)

# Faults of the text or of its law: a draft shows them, and is written all the same.
STOPS_A_FINAL = frozenset(
    r.name for r in (BROKEN_REFERENCE, CLAUSE_CONFLICT, DEFINED_TWICE, REQUIREMENT_MISSING, *_CHOOSING_RULES)
)

LEGAL_REVIEW = (
    "Assembled with Agreements for review by each party’s legal counsel. The software gives no legal advice and "
    "certifies nothing."
)
NOT_APPROVED = "No counsel has approved the text of this clause."
_FEW = 5  # clause texts that the cover names one by one
BY, NAME, TITLE, DATE = "By:", "Name:", "Title:", "Date:"


def assemble(
    document: DocumentType,
    library: Library,
    dictionary: Dictionary,
    profile: Profile,
    *,
    documents: tuple[str, ...],
    status: Status,
    date: dt.date,
    formats: Formats | None = None,
    companions: Mapping[str, Agreement] | None = None,
    requirements: tuple[Requirement, ...] = (),
    only_questions: bool = False,
) -> Checked[Agreement]:
    """Return the Agreement of type ``document`` for ``profile``, with every problem found on the way.

    ``documents`` are the ids of the whole set it belongs to; ``date`` is the day it is made;
    ``companions`` are those of the set that are assembled already (a checklist reads its agreement);
    ``formats`` are the number formats of the frame. Open items are part of the Agreement and are
    reported as diagnostics of severity *open*.

    ``only_questions`` stops once it is known what is open, in half the time: nothing has a number, no
    reference its target, and the tables of a checklist are left out.
    """
    return _Assembly(
        document,
        library,
        dictionary,
        profile,
        documents,
        status,
        date,
        formats or Formats(),
        companions or {},
        requirements,
        only_questions,
    ).run()


@dataclass(slots=True)
class _Placed:
    """A section that prints a clause, while it has no number yet."""

    chosen: Chosen
    anchor: str


@dataclass(slots=True)
class _Assembly:
    document: DocumentType
    library: Library
    dictionary: Dictionary
    profile: Profile
    documents: tuple[str, ...]
    status: Status
    date: dt.date
    formats: Formats
    companions: Mapping[str, Agreement]
    requirements: tuple[Requirement, ...]
    only_questions: bool
    facts: Facts = field(init=False)
    chooser: Chooser = field(init=False)
    filler: Filler = field(init=False)
    questions: Questions = field(default_factory=Questions)
    problems: list[Diagnostic] = field(default_factory=list)
    placed: dict[str, _Placed] = field(default_factory=dict)
    undecided: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = Facts(self.profile, self.dictionary, self.document.id, self.document.parties, self.documents)
        self.chooser = Chooser(self.library, self.facts, dict(self.profile.pins))
        self.filler = Filler(self.facts, self.formats, self.questions, self.library.markdown)

    # ------------------------------------------------------------ the stages

    def run(self) -> Checked[Agreement]:
        self._check_parties()
        openings = [(o, tuple(self.chooser.slot(o.slot))) for o in self.document.opening]
        outline = tuple(self.chooser.outline(self.document.outline))
        schedules = tuple(self.chooser.schedules(self.document))
        self.facts.clauses = self.chooser.clauses
        cover = self._cover()
        opening = tuple(
            Section(
                o.heading,
                self._entry_blocks(entry, 1, o.recitals),
                anchor=_anchor("opening", o.heading),
                source=source,
            )
            for o, entries in openings
            for entry in entries
            for source in (self._place(entry, _anchor("opening", o.heading)),)
        )
        sections = self._outline(outline)
        closing: tuple[Block, ...] = ()
        if self.document.closing is not None:
            closing = self.filler.clause(self.document.closing, "closing")
        signatures = tuple(b for role in self.document.signatures for b in self._signature(role))
        attached: list[Schedule] = []
        for schedule in schedules:
            if isinstance(schedule, Undecided):
                self._undecided(schedule)
                continue
            attached.append(
                Schedule(
                    schedule.label,
                    self.formats.schedule_number(len(attached) + 1),
                    schedule.title,
                    tuple(self._outline(schedule.outline)),
                    _anchor("schedule", schedule.id),
                )
            )
        opening, sections, attached = self._glossaries(opening, sections, attached, closing)
        if self.only_questions:
            return self._finish(_Body(cover, opening, sections, closing, signatures, tuple(attached)))
        sections = number_sections(sections, self.formats)
        attached = [replace(s, blocks=number_sections(_sections(s.blocks), self.formats, s.number)) for s in attached]
        body = _Body(cover, opening, sections, closing, signatures, tuple(attached))
        body = self._resolve(body, schedules)
        return self._finish(body)

    def _check_parties(self) -> None:
        seen: dict[str, str] = {}
        for role in self.document.parties:
            key = self.facts.party_key(role)
            if key is None:
                continue
            if key in seen:
                defined = self.dictionary.find(role)
                at = self.profile.given(defined.same_as) if defined is not None and defined.same_as else None
                self.problems.append(
                    SAME_PARTY.at(
                        at.span if at else None,
                        f"{self.facts.label(role)} and {self.facts.label(seen[key])} are both “{key}”.",
                        fix="Name a different party for one of them.",
                        field=defined.same_as if defined is not None and defined.same_as else role,
                    )
                )
            seen[key] = role

    # ------------------------------------------------------------ blocks

    def _outline(self, outline: tuple[ChosenGroup | Entry, ...]) -> tuple[Section, ...]:
        out: list[Section] = []
        for part in outline:
            if isinstance(part, ChosenGroup):
                blocks: list[Block] = []
                for entry in part.entries:
                    if isinstance(entry, Chosen):
                        blocks.append(self._section(entry, 2))
                    else:
                        blocks.extend(self._entry_blocks(entry, 1))
                out.append(Section(part.heading, tuple(blocks), anchor=_anchor("part", part.heading)))
            elif isinstance(part, Chosen):
                out.append(self._section(part, 1))
            elif isinstance(part, Undecided):
                heading = part.titles[0].strip("“”") if part.titles else "Undecided"
                out.append(Section(heading, self._undecided(part), anchor=_anchor("open", heading)))
            else:
                heading = part.include.family
                out.append(Section(heading, self._include(part.include), anchor=_anchor("part", heading)))
        return tuple(out)

    def _section(self, chosen: Chosen, level: int) -> Section:
        anchor = _anchor("clause", chosen.clause.id)
        source = self._place(chosen, anchor)
        return Section(chosen.clause.title, self._entry_blocks(chosen, level), level, anchor=anchor, source=source)

    def _place(self, entry: Entry, anchor: str) -> ClauseRef | None:
        if not isinstance(entry, Chosen):
            return None
        clause = entry.clause
        self.placed[clause.id] = _Placed(entry, anchor)
        return ClauseRef(clause.id, str(clause.version), clause.digest)

    def _entry_blocks(self, entry: Entry, level: int, recitals: bool = False) -> tuple[Block, ...]:
        match entry:
            case Chosen(clause=clause):
                return self._clause(clause, level, recitals)
            case Undecided():
                return self._undecided(entry)
            case ChosenInclude(include=include):
                return self._include(include)

    def _clause(self, clause: Clause, level: int, recitals: bool) -> tuple[Block, ...]:
        checked = self.library.template(clause)
        self.problems.extend(checked.diagnostics)
        if checked.value is None:
            return ()
        self.problems.extend(check_names(checked.value, self.dictionary.info, self.dictionary.suggest))
        if clause.glossary:
            # What its entries ask is asked in the end, by those that stay.
            self.filler.questions = Questions()
        blocks = self.filler.clause(checked.value, clause.id, recitals=recitals, level=level)
        self.filler.questions = self.questions
        return blocks

    def _undecided(self, entry: Undecided) -> tuple[Block, ...]:
        what = " or ".join(entry.titles) or "this part"
        for id in (*entry.clauses, entry.slot):
            self.undecided[id] = entry.fields
        blanks = self.filler.blanks(entry.fields, "", f"whether {what} is part of this document")
        return (Paragraph((*blanks, Text(f" decides whether {what} is part of this document."))),)

    # ------------------------------------------------------------ cover and signatures

    def _cover(self) -> Cover:
        document = self.document
        subtitle = self.filler.line(document.subtitle, "cover") if document.subtitle is not None else ()
        parties = tuple(self._party_line(role) for role in document.parties)
        rows: list[tuple[tuple[Block, ...], ...]] = []
        for term in document.key_terms:
            self._names(term.text)
            decision = decide(term.when, self.facts) if term.when is not None else Decision(True)
            if decision.truth is False:
                continue
            inlines = (
                self.filler.line(term.text, "cover")
                if decision.truth
                else self.filler.blanks(decision.because, "cover", f"whether “{term.label}” is a key term")
            )
            if inlines:
                rows.append(((Paragraph((Text(term.label),)),), (Paragraph(inlines),)))
        table = None
        if rows:
            columns = (Column((Text("Key term"),), 0.32), Column((Text("In this document"),), 0.68))
            table = Table(columns, tuple(rows), "Key terms of this document", row_headers=True, plain=True)
        notes = [Paragraph((Text(LEGAL_REVIEW),), note=True)]
        for note in document.notes:
            self._names(note)
            notes.append(Paragraph(self.filler.line(note, "cover"), note=True))
        return Cover(document.title, subtitle, parties, table, tuple(notes))

    def _names(self, template: ClauseTemplate) -> None:
        self.problems.extend(check_names(template, self.dictionary.info, self.dictionary.suggest))

    def _print(self, path: str, where: str) -> tuple[Inline, ...]:
        return self.filler.value(Output(path), where)

    def _party_line(self, role: str) -> tuple[Inline, ...]:
        line = self._print(f"{role}.legal_name", "cover")
        dba = self.facts.value(f"{role}.dba")
        if not isinstance(dba, Open) and dba.value:
            line = (*line, Text(", doing business as "), *self._print(f"{role}.dba", "cover"))
        return line

    def _signature(self, role: str) -> Iterator[SignatureBlock]:
        where = "signatures"
        lines = [
            SignatureLine(BY),
            SignatureLine(NAME, self._print(f"{role}.signer.name", where)),
            SignatureLine(TITLE, self._print(f"{role}.signer.title", where)),
            SignatureLine(DATE),
        ]
        body = self.facts.value(f"{role}.approval.body")
        if not isinstance(body, Open) and body.value:
            approved = self._print(f"{role}.approval.body", where)
            on = self.facts.value(f"{role}.approval.date")
            if not isinstance(on, Open) and on.value:
                approved = (*approved, Text(" on "), *self._print(f"{role}.approval.date", where))
            lines.append(SignatureLine("Approved by:", approved))
        yield SignatureBlock(self.facts.party_key(role) or role, self._party_line(role), tuple(lines))

    # ------------------------------------------------------------ the checklist

    def _include(self, include: Include) -> tuple[Block, ...]:
        blocks: list[Block] = []
        if include.intro is not None:
            self._names(include.intro)
            blocks.extend(self.filler.clause(include.intro, "checklist"))
        if include.decision:
            printer = DecisionPrinter(self.facts, self.filler, lambda path: self._print(path, "checklist"))
            return (*blocks, *printer.blocks(include.decision))
        if self.only_questions:
            return tuple(blocks)
        other = self.companions.get(include.of)
        rows = []
        for requirement in requirement_table_of(self.requirements, include.family):
            where, result, note = _answer(requirement, other)
            rows.append(
                tuple(
                    (Paragraph((Text(text),) if text else ()),)
                    for text in (requirement.code, requirement.question, requirement.citation, where, result, note, "")
                )
            )
        headings = (
            ("Item", 0.08), ("Question", 0.23), ("Authority", 0.15), ("Where in the agreement", 0.15),
            ("Result", 0.08), ("Note", 0.2), ("Reviewer and date", 0.11),
        )  # fmt: skip
        columns = tuple(Column((Text(h),), s) for h, s in headings)
        blocks.append(Table(columns, tuple(rows), "Each item and where the agreement meets it", row_headers=True))
        return tuple(blocks)

    # ------------------------------------------------------------ glossaries

    def _glossaries(
        self,
        opening: tuple[Section, ...],
        sections: tuple[Section, ...],
        attached: list[Schedule],
        closing: tuple[Block, ...],
    ) -> tuple[tuple[Section, ...], tuple[Section, ...], list[Schedule]]:
        """Leave in glossary clauses the terms this document uses, in alphabetical order.

        A term that another clause defines in place is left to that clause.
        """
        glossary = {id for id, p in self.placed.items() if p.chosen.clause.glossary}
        everything: tuple[Block, ...] = (*opening, *sections, *(b for s in attached for b in s.blocks), *closing)
        entries: dict[str, Paragraph] = {}
        used: set[str] = set()
        in_place: set[str] = set()
        texts: list[str] = []
        for section in walk_sections(everything):
            own = tuple(b for b in section.blocks if not isinstance(b, Section))
            if section.source is not None and section.source.id in glossary:
                for block in own:
                    term = _entry_term(block)
                    if term is None:
                        texts.extend(_texts(block))
                    elif isinstance(block, Paragraph):
                        entries[term] = block
            else:
                in_place.update(d.term for d in definitions_in(own))
                texts.extend(t for b in own for t in _texts(b))
        texts.extend(t for b in closing for t in _texts(b))
        terms = Terms(dict.fromkeys(entries, ""))
        todo = [term for text in texts for term in terms.uses(text)]
        while todo:
            term = todo.pop()
            if term not in used:
                used.add(term)
                todo.extend(t for text in _texts(entries[term]) for t in terms.uses(text))
        kept = {term for term in used if term not in in_place}

        def prune(section: Section) -> Section | None:
            if section.source is not None and section.source.id in glossary:
                intro = tuple(b for b in section.blocks if _entry_term(b) is None)
                mine = [(t, b) for b in section.blocks if (t := _entry_term(b)) is not None and t in kept]
                mine.sort(key=lambda pair: (pair[0].casefold(), pair[0]))
                return replace(section, blocks=(*intro, *(b for _, b in mine))) if mine else None
            blocks: list[Block] = []
            for block in section.blocks:
                if isinstance(block, Section):
                    inner = prune(block)
                    if inner is not None:
                        blocks.append(inner)
                else:
                    blocks.append(block)
            if section.source is None and not blocks:
                return None
            return replace(section, blocks=tuple(blocks))

        def pruned(many: tuple[Section, ...]) -> tuple[Section, ...]:
            return tuple(p for s in many if (p := prune(s)) is not None)

        return (
            pruned(opening),
            pruned(sections),
            [replace(s, blocks=pruned(_sections(s.blocks))) for s in attached],
        )

    # ------------------------------------------------------------ references, uses, blanks

    def _resolve(self, body: _Body, schedules: tuple[ChosenSchedule | Undecided, ...]) -> _Body:
        targets = self._targets(body)
        anchors: dict[str, str] = {}
        first: dict[str, str] = {}
        for section in walk_sections(body.all_sections()):
            own = tuple(b for b in section.blocks if not isinstance(b, Section))
            for definition in definitions_in(own):
                id = section.source.id if section.source is not None else section.heading
                if definition.term in first:
                    self._twice(definition, first[definition.term], id)
                    continue
                first[definition.term] = id
                anchors[definition.term] = _anchor("term", definition.term)
        terms = Terms({t: a for t, a in anchors.items() if t[:1].isupper()})
        spans = dict(reversed(self.filler.links))

        def change(inline: Inline) -> tuple[Inline, ...]:
            match inline:
                case Text():
                    return terms.split(inline)
                case Reference(target=name):
                    target = targets.get(name)
                    if target is not None:
                        return (Reference(target.anchor, target.label, target.number, target.title),)
                    if name in self.undecided:
                        return self.filler.blanks(self.undecided[name], "", "which section is referred to")
                    self._broken(name, spans.get(name))
                    return (Text(inline.title),)
                case _:
                    return (inline,)

        def of(block: Block) -> Block:
            return _with_anchors(map_block(block, change), anchors)

        return replace(
            body,
            opening=tuple(_only_section(of(s)) for s in body.opening),
            sections=tuple(_only_section(of(s)) for s in body.sections),
            closing=tuple(of(b) for b in body.closing),
            schedules=tuple(replace(s, blocks=tuple(of(b) for b in s.blocks)) for s in body.schedules),
        )

    def _targets(self, body: _Body) -> dict[str, Target]:
        targets: dict[str, Target] = {}
        for section in walk_sections(body.all_sections()):
            if section.source is None:
                continue
            label = "Section" if section.number else "the part"
            target = Target(section.anchor, label, section.number, section.heading)
            targets[section.source.id] = target
            chosen = self.placed[section.source.id].chosen
            for name in (*chosen.alternatives, f"slot.{chosen.slot}"):
                targets.setdefault(name, target)
        for schedule in body.schedules:
            id = schedule.anchor.removeprefix("schedule_")
            target = Target(schedule.anchor, schedule.label, schedule.number, schedule.heading)
            targets[f"schedule.{id}"] = target
        return targets

    def _broken(self, name: str, span: Span | None) -> None:
        what = "schedule" if name.startswith("schedule.") else "clause"
        self.problems.append(
            BROKEN_REFERENCE.at(
                span,
                f"This refers to the {what} “{name}”, which is not in the document “{self.document.id}”.",
                fix=f'Guard it with {{% if "{name}" in clauses %}}, or put the {what} into the document type.',
            )
        )

    def _twice(self, definition: Definition, first: str, second: str) -> None:
        if first == second:
            where = f"twice in {first}"
        else:
            where = f"in {first} and again in {second}"
        one, two = (self.placed[i].chosen.clause.span if i in self.placed else None for i in (first, second))
        self.problems.append(
            DEFINED_TWICE.at(
                two,
                f"“{definition.term}” is defined {where}.",
                fix="Keep one definition.",
                others=(Related(one, "the other definition"),) if one is not None else (),
            )
        )

    # ------------------------------------------------------------ the end

    def _finish(self, body: _Body) -> Checked[Agreement]:
        self.problems += self.chooser.problems
        self.problems += self.filler.problems
        for section in walk_sections(body.all_sections()):
            if section.source is not None and self.placed[section.source.id].chosen.clause.glossary:
                for inline in inlines_in(section):
                    if isinstance(inline, Blank):
                        self.questions.ask(inline.field, section.source.id)
        where = self._sections_by_clause(body)
        self._conflicts()
        self._requirements()
        open_items = self._open_items(body, where)
        numbers = {item.field: item.number for item in open_items}

        def number(inline: Inline) -> tuple[Inline, ...]:
            return (replace(inline, item=numbers[inline.field]),) if isinstance(inline, Blank) else (inline,)

        if not self.only_questions:
            body = self._approvals(body.mapped(number) if open_items else body, where)
        title = self.document.title
        name = self._plain("agreement.name")
        reference = self._plain("agreement.number")
        parties = []
        for role in self.document.parties:
            key = self.facts.party_key(role) or role
            parties.append(Party(key, self._plain(f"{role}.legal_name"), self._plain(f"{role}.short_name"), role))
        agreement = Agreement(
            document_type=self.document.id,
            title=title,
            name=name,
            number=reference,
            status=self.status,
            date=self.date,
            cover=body.cover,
            parties=tuple(parties),
            opening=body.opening,
            sections=body.sections,
            closing=body.closing,
            signatures=body.signatures,
            schedules=body.schedules,
            open_page=_open_page(open_items) if open_items and self.status is Status.DRAFT else None,
            open_items=open_items,
            sources=self._sources(where),
            landscape=self.document.checklist,
            contents=not self.document.checklist and len(body.sections) > 3,
            header=f"{title} · {name}" if name else title,
        )
        return Checked(agreement, (*self.problems, *(open_diagnostic(i) for i in open_items)))

    def _approvals(self, body: _Body, where: Mapping[str, str]) -> _Body:
        """Say on the cover which clause texts no counsel has approved; where that is demanded, mark or refuse them."""
        printed = {id: placed.chosen.clause for id, placed in self.placed.items() if id in where}
        waiting = {id: c for id, c in printed.items() if c.approval is None or not c.approval.holds}
        if not waiting:
            return body
        note = Paragraph((Text(_approval_note(len(printed), [where[id] for id in waiting])),), note=True)
        body = replace(body, cover=replace(body.cover, notes=(*body.cover.notes, note)))
        if not self.library.require_approval:
            return body
        if self.status is Status.FINAL:
            for id, clause in waiting.items():
                self.problems.append(
                    CLAUSE_NOT_APPROVED.at(
                        clause.span,
                        f"No counsel has approved {id}@{clause.version}, and this workspace demands it for a final.",
                        fix=f"Have it read, then: agreements clauses approve {id}@{clause.version} --by NAME",
                    )
                )
            return body
        stamp = Paragraph((Emphasis((Text(NOT_APPROVED),), strong=True),), note=True)

        def stamped(block: Block) -> Block:
            if not isinstance(block, Section):
                return block
            blocks = tuple(stamped(b) for b in block.blocks)
            waits = block.source is not None and block.source.id in waiting
            return replace(block, blocks=(stamp, *blocks) if waits else blocks)

        return replace(
            body,
            opening=tuple(_only_section(stamped(s)) for s in body.opening),
            sections=tuple(_only_section(stamped(s)) for s in body.sections),
            schedules=tuple(replace(s, blocks=tuple(stamped(b) for b in s.blocks)) for s in body.schedules),
        )

    def _plain(self, path: str) -> str:
        found = self.facts.find(path)
        text = self.facts.printed(found) if isinstance(found, Found) else ""
        return " ".join(text.split()) if isinstance(text, str) else ""

    def _sections_by_clause(self, body: _Body) -> dict[str, str]:
        where = {"cover": "Cover", "signatures": "Signatures", "closing": "Signatures", "checklist": "Checklist"}
        for section in walk_sections(body.all_sections()):
            if section.source is not None:
                number = f"Section {section.number} " if section.number else ""
                where[section.source.id] = f"{number}({section.heading})" if number else section.heading
        return where

    def _conflicts(self) -> None:
        pairs = {
            tuple(sorted((id, other)))
            for id, placed in self.placed.items()
            for other in placed.chosen.clause.conflicts
            if other in self.placed and other != id
        }
        for one, two in sorted(pairs):
            a, b = self.placed[one].chosen, self.placed[two].chosen
            answers = [p for p in (*a.because, *b.because) if self.profile.given(p) is not None]
            self.problems.append(
                CLAUSE_CONFLICT.at(
                    self.profile.place_for(answers[0]) if answers else a.clause.span,
                    f"“{a.clause.title}” ({one}) and “{b.clause.title}” ({two}) are both in the document and must not "
                    f"stand together. The first is {a.why}; the second is {b.why}.",
                    fix="Change the answer that brings in the wrong one.",
                    field=answers[0] if answers else "",
                    others=(Related(a.clause.span, "the first clause"), Related(b.clause.span, "the second clause")),
                )
            )

    def _requirements(self) -> None:
        satisfied = {s for p in self.placed.values() for s in p.chosen.clause.satisfies}
        undecided = bool(self.undecided)
        for family in self.document.requires:
            for requirement in requirement_table_of(self.requirements, family):
                if requirement.level == "required" and requirement.id not in satisfied and not undecided:
                    self.problems.append(
                        REQUIREMENT_MISSING.at(
                            self.document.span,
                            f"{requirement.code} ({requirement.citation}) is not met: {requirement.test}",
                            fix=f"Include a clause that satisfies {requirement.id}.",
                        )
                    )

    def _open_items(self, body: _Body, where: Mapping[str, str]) -> tuple[OpenItem, ...]:
        printed = dict.fromkeys(i.field for i in body.inlines() if isinstance(i, Blank))
        order = [*printed, *(f for f in self.questions.by_field if f not in printed)]
        items = []
        for number, path in enumerate(order, 1):
            question = self.questions.by_field[path]
            defined = self.dictionary.find(path)
            # What an entry of a list does not say of itself, its list says.
            entries = self.dictionary.find(path[: found.start()]) if (found := _ENTRY.search(path)) else None
            needed = []
            for part, what in question.needed:
                place = where.get(part, "")
                if what == WHICH_WORDS and (part, "") in question.needed:
                    continue  # it is printed there too, which says enough
                text = ": ".join(t for t in (place, what) if t)
                if text:
                    needed.append(text)
            items.append(
                OpenItem(
                    number=number,
                    field=path,
                    label=self.facts.label(path),
                    question=defined.question if defined else "",
                    why=next((f.why for f in (defined, entries) if f and f.why), ""),
                    who=", ".join(next((f.who for f in (defined, entries) if f and f.who), ())),
                    example=f"{path}: {defined.example}" if defined and defined.example else "",
                    needed_by=tuple(dict.fromkeys(needed)),
                    clauses=tuple(dict.fromkeys(p for p, _ in question.needed if p in self.placed)),
                    span=self.profile.place_for(path),
                    decides=any(what for _, what in question.needed),
                )
            )
        return tuple(items)

    def _sources(self, where: Mapping[str, str]) -> tuple[Source, ...]:
        out = []
        for id, placed in self.placed.items():
            clause = placed.chosen.clause
            approval = clause.approval
            out.append(
                Source(
                    id=id,
                    version=str(clause.version),
                    digest=clause.digest,
                    layer=clause.layer,
                    status=clause.status,
                    approved=f"{approval.by} on {approval.on}" if approval and approval.holds else "",
                    included=id in where,
                    why=placed.chosen.why,
                    number=where.get(id, ""),
                    satisfies=clause.satisfies,
                )
            )
        seen = set(self.placed)
        for considered in self.chooser.out:
            if considered.clause not in seen:
                seen.add(considered.clause)
                out.append(Source(considered.clause, "", "", "", "", "", False, considered.why))
        return tuple(out)


@dataclass(frozen=True, slots=True)
class _Body:
    """The printed parts while they are being resolved, in printed order."""

    cover: Cover
    opening: tuple[Section, ...]
    sections: tuple[Section, ...]
    closing: tuple[Block, ...]
    signatures: tuple[SignatureBlock, ...]
    schedules: tuple[Schedule, ...]

    def all_sections(self) -> tuple[Block, ...]:
        return (*self.opening, *self.sections, *(b for s in self.schedules for b in s.blocks))

    def inlines(self) -> Iterator[Inline]:
        yield from self.cover.subtitle
        for line in self.cover.parties:
            yield from line
        blocks: list[Block] = [self.cover.key_terms] if self.cover.key_terms is not None else []
        blocks += [*self.cover.notes, *self.opening, *self.sections, *self.closing, *self.signatures]
        blocks += [b for s in self.schedules for b in s.blocks]
        for block in blocks:
            yield from inlines_in(block)

    def mapped(self, f: InlineMap) -> _Body:
        key_terms = self.cover.key_terms
        mapped_terms = map_block(key_terms, f) if key_terms is not None else None
        return _Body(
            replace(
                self.cover,
                subtitle=map_inlines(self.cover.subtitle, f),
                parties=tuple(map_inlines(line, f) for line in self.cover.parties),
                key_terms=mapped_terms if isinstance(mapped_terms, Table) else None,
                notes=tuple(p for n in self.cover.notes if isinstance(p := map_block(n, f), Paragraph)),
            ),
            tuple(_only_section(map_block(s, f)) for s in self.opening),
            tuple(_only_section(map_block(s, f)) for s in self.sections),
            tuple(map_block(b, f) for b in self.closing),
            tuple(b for s in self.signatures if isinstance(b := map_block(s, f), SignatureBlock)),
            tuple(replace(s, blocks=tuple(map_block(b, f) for b in s.blocks)) for s in self.schedules),
        )


def _only_section(block: Block) -> Section:
    if not isinstance(block, Section):
        raise TypeError(block)
    return block


def _sections(blocks: tuple[Block, ...]) -> tuple[Section, ...]:
    return tuple(b for b in blocks if isinstance(b, Section))


def _with_anchors(block: Block, anchors: Mapping[str, str]) -> Block:
    """Give each definition in ``block`` its anchor."""

    def inlines(many: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return tuple(
            replace(i, anchor=anchors.get(i.term, ""))
            if isinstance(i, Definition)
            else replace(i, children=inlines(i.children))
            if isinstance(i, Emphasis)
            else i
            for i in many
        )

    match block:
        case Paragraph():
            if not any(isinstance(i, Definition | Emphasis) for i in block.inlines):
                return block
            return replace(block, inlines=inlines(block.inlines))
        case Items():
            items = tuple(
                i if unchanged(inner, i.blocks) else replace(i, blocks=inner)
                for i in block.items
                for inner in (tuple(_with_anchors(b, anchors) for b in i.blocks),)
            )
            return block if unchanged(items, block.items) else replace(block, items=items)
        case Section():
            blocks = tuple(_with_anchors(b, anchors) for b in block.blocks)
            return block if unchanged(blocks, block.blocks) else replace(block, blocks=blocks)
        case _:
            return block


def _entry_term(block: Block) -> str | None:
    """Return the term that a glossary paragraph defines, or None if it defines none."""
    if isinstance(block, Paragraph):
        for inline in block.inlines:
            if isinstance(inline, Definition):
                return inline.term
    return None


def _texts(block: Block) -> Iterator[str]:
    for inline in inlines_in(block):
        if isinstance(inline, Text):
            yield inline.text


def _approval_note(of: int, waiting: Sequence[str]) -> str:
    """Return the sentence of the cover about the clause texts that no counsel has approved."""
    texts = f"of the {of} clause texts" if of > 1 else "of the one clause text"
    note = f"No counsel has approved {len(waiting)} {texts} in this document"
    if len(waiting) < of and len(waiting) <= _FEW:
        return f"{note}: {'; '.join(waiting)}."
    return f"{note}."


def _anchor(kind: str, name: str) -> str:
    """Return a name that may stand in an address and as a bookmark."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name.lower())
    return f"{kind}_{plain.strip('_')}"


def _answer(requirement: Requirement, agreement: Agreement | None) -> tuple[str, str, str]:
    """Return where ``agreement`` meets ``requirement``, the result, and a note."""
    if agreement is None:
        return "", "not checked", "There is no agreement of this kind in the set."
    sources = [s for s in agreement.sources if s.included and requirement.id in s.satisfies]
    if not sources:
        if requirement.level == "required":
            return "", "missing", requirement.note
        return "", "not included", requirement.note
    where = "; ".join(s.number for s in sources)
    ids = {s.id for s in sources}
    open_labels = [i.label for i in agreement.open_items if ids & set(i.clauses)]
    if open_labels:
        return where, "partly", "Still open: " + ", ".join(open_labels) + "."
    return where, "met", requirement.note


def _first(places: tuple[str, ...], shown: int = 4) -> str:
    """Return the first few places in one line; a question on which much depends would fill a page with them."""
    more = (f"and {len(places) - shown} more",) if len(places) > shown else ()
    return "; ".join((*places[:shown], *more))


_ENTRY = re.compile(r"\.[0-9]+\.")


def _open_page(items: tuple[OpenItem, ...]) -> Section:
    # The last column has room for the longest field name, which nothing may break.
    headings = (("No.", 0.06), ("Still to be answered", 0.29), ("Why it matters", 0.18), ("Needed by", 0.16),
                ("Write it in", 0.31))  # fmt: skip
    rows = []
    for item in items:
        what: list[Inline] = [Blank(item.field, item.label, item.number)]
        for line in (item.question, f"Usually known by {who_knows(item.who)}." if item.who else ""):
            if line:
                what += [LineBreak(), Text(line)]
        place: list[Inline] = [Text(str(item.span.file) + f", line {item.span.line}")] if item.span else []
        # An example of several lines would lose its indents in a narrow column.
        lines = (
            (f"{item.field}: …", f"How: agreements explain {item.field}") if "\n" in item.example else (item.example,)
        )
        for line in filter(None, lines):
            name, colon, example = line.partition(": ")
            split = colon and example and len(line) > 34
            for part in (f"{name}:", example) if split else (line,):
                place += [LineBreak(), Text(part)] if place else [Text(part)]
        cells: tuple[tuple[Inline, ...], ...] = (
            (Text(str(item.number)),),
            tuple(what),
            (Text(item.why),) if item.why else (),
            (Text(_first(item.needed_by)),) if item.needed_by else (),
            tuple(place),
        )
        rows.append(tuple((Paragraph(c),) for c in cells))
    columns = tuple(Column((Text(h),), s) for h, s in headings)
    count = len(items)
    intro = (
        "One answer is still missing. This draft cannot be signed before it is given."
        if count == 1
        else f"{count} answers are still missing. This draft cannot be signed before they are given."
    )
    return Section(
        "Open Items",
        (Paragraph((Text(intro),)), Table(columns, tuple(rows), "Answers still missing", row_headers=True)),
        anchor="open_items",
    )


def open_diagnostic(item: OpenItem) -> Diagnostic:
    needed = f" Needed by {'; '.join(item.needed_by)}." if item.needed_by else ""
    return OPEN_ITEM.at(
        item.span,
        f"{item.label[:1].upper()}{item.label[1:]} is not answered. {item.question}{needed}",
        fix=f"Write: {item.example}" if item.example else f"Write a value for {item.field}.",
        field=item.field,
    )
