"""The stages of one document, in order: choose, fill, number, link; and what is found wrong on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field, replace

from generator.assembly.approvals import with_approvals
from generator.assembly.body import Body, Placed, anchor_of, sections_of
from generator.assembly.checklists import missing_requirements, requirement_rows
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
from generator.assembly.faults import CLAUSE_CONFLICT, PARTY_CANNOT_SIGN, SAME_PARTY
from generator.assembly.filling import Filler, Passage, Questions, headed
from generator.assembly.front_page import FrontPage
from generator.assembly.glossaries import prune_glossaries
from generator.assembly.groundwork import groundwork_of
from generator.assembly.linking import Linker
from generator.assembly.open_items import open_diagnostic, open_items_of, open_page
from generator.assembly.prescribed import Prescribed
from generator.assembly.resolving import blanks_in, number_sections
from generator.diagnostics import Checked, Diagnostic, Related
from generator.fields import Dictionary, listed
from generator.frozen import dataclass
from generator.library import Clause, DocumentType, Include, Library, Requirement
from generator.model import (
    Agreement,
    Blank,
    Block,
    ClauseRef,
    Inline,
    Paragraph,
    Party,
    Schedule,
    Section,
    Source,
    Status,
    Text,
    walk_sections,
)
from generator.numbering import Formats
from generator.profile import Profile
from generator.reading.grammar import Open
from generator.reuse import kept_for_all

__all__ = ["assemble"]


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
class _Assembly:
    """One document on its way from a document type to an Agreement."""

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
    front: FrontPage = field(init=False)
    prescribed: Prescribed = field(init=False)
    questions: Questions = field(default_factory=Questions)
    problems: list[Diagnostic] = field(default_factory=list)
    placed: dict[str, Placed] = field(default_factory=dict)
    undecided: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.facts = Facts(self.profile, self.dictionary, self.document.id, self.document.parties, self.documents)
        self.dictionary = self.facts.dictionary  # with the further parties of this profile
        self.chooser = Chooser(self.library, self.facts, dict(self.profile.pins))
        self.filler = Filler(self.facts, self.formats, self.questions, self.library.markdown)
        self.front = FrontPage(self.document, self.library, self.facts, self.filler, self.problems)
        self.prescribed = Prescribed(self.facts, self.filler, self.profile.attached, self.problems)

    def run(self) -> Checked[Agreement]:
        self._check_parties()
        self._further_parties()
        self.chooser.groundwork = groundwork_of(self.facts)
        openings = [(o, tuple(self.chooser.slot(o.slot))) for o in self.document.opening]
        outline = tuple(self.chooser.outline(self.document.outline))
        schedules = tuple(self.chooser.schedules(self.document))
        self.facts.clauses = self.chooser.clauses
        self.filler.groundwork = groundwork_of(self.facts)
        cover = self.front.cover()
        opening = tuple(
            self._headed(entry, o.heading, anchor_of("opening", o.heading), recitals=o.recitals)
            for o, entries in openings
            for entry in entries
        )
        sections = self._outline(outline)
        closing: tuple[Block, ...] = ()
        if self.document.closing is not None:
            closing = self.filler.clause(self.document.closing, "closing").blocks
        signatures = tuple(b for role in self._signing() for b in self.front.signature(role))
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
                    (*self._outline(schedule.outline), *self._locked(schedule)),
                    anchor_of("schedule", schedule.id),
                )
            )
        glossaries = {id for id, p in self.placed.items() if p.chosen.clause.glossary}
        opening, sections, attached = prune_glossaries(opening, sections, attached, closing, glossaries)
        if self.only_questions:
            body = Body(cover, opening, sections, closing, signatures, tuple(attached))
            return self._finish(body.with_each(self.filler.put_in))
        sections = number_sections(sections, self.formats)
        attached = [replace(s, blocks=number_sections(sections_of(s.blocks), self.formats, s.number)) for s in attached]
        body = Body(cover, opening, sections, closing, signatures, tuple(attached))
        body = Linker(self.document.id, self.placed, self.undecided, self.filler, self.problems).link(body)
        return self._finish(self.prescribed.put_in(body.with_each(self.filler.put_in)))

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

    def _further_parties(self) -> None:
        """Find which organizations sign this document beside those that have a role in it."""
        self.roles = self.document.parties
        has_role = {self.facts.party_key(role) for role in self.document.parties}
        asked: list[str] = []
        listed = self.facts.value("more_parties")
        if isinstance(listed, Open) and self.document.more_parties:
            asked += listed.fields
        for key in self.facts.dictionary.parties():
            if key in has_role or not (self.profile.has_any(key) or self.facts.is_further(key)):
                continue
            signs = self.facts.value(f"{key}.signs")
            if isinstance(signs, Open):
                asked += signs.fields if self.document.more_parties else ()
            elif isinstance(signs.value, tuple) and self.document.id in signs.value:
                if self.document.more_parties:
                    self.roles += (key,)
                else:
                    self.problems.append(self._cannot_sign(key))
        self.facts.roles = self.front.roles = self.roles
        if asked:
            self.facts.waits = Open(tuple(dict.fromkeys(asked)))
            for path in self.facts.waits.fields:
                self.questions.ask(path, "cover", "who the parties of this document are")

    def _cannot_sign(self, key: str) -> Diagnostic:
        path = f"{key}.signs"
        return PARTY_CANNOT_SIGN.at(
            self.profile.place_for(path),
            f"{self._plain(f'{key}.short_name') or key} is to sign the {self.document.title}, which is between two "
            "parties.",
            fix=f"Take {self.document.id} out of {path}.",
            field=path,
        )

    def _signing(self) -> tuple[str, ...]:
        """Return the roles that sign: those of the document type, and every further party."""
        signatures = self.document.signatures
        return (*signatures, *self.roles[len(self.document.parties) :]) if signatures else ()

    def _outline(self, outline: tuple[ChosenGroup | Entry, ...]) -> tuple[Section, ...]:
        out: list[Section] = []
        for part in outline:
            if isinstance(part, ChosenGroup):
                blocks: list[Block] = []
                anchor, source = anchor_of("part", part.heading), None
                for n, entry in enumerate(part.entries):
                    if isinstance(entry, Chosen) and n < part.lead:
                        # Who refers to the clause that leads an article refers to the article.
                        anchor = anchor_of("clause", entry.clause.id)
                        source = self._place(entry, anchor)
                        blocks.extend(self._entry_blocks(entry, 1))
                    elif isinstance(entry, Chosen):
                        blocks.append(self._section(entry, 2))
                    else:
                        blocks.extend(self._entry_blocks(entry, 1))
                out.append(Section(part.heading, tuple(blocks), anchor=anchor, source=source))
            elif isinstance(part, Chosen):
                out.append(self._section(part, 1))
            elif isinstance(part, Undecided):
                heading = part.titles[0].strip("“”") if part.titles else "Undecided"
                out.append(Section(heading, self._undecided(part), anchor=anchor_of("open", heading)))
            else:
                heading = part.include.family
                out.append(Section(heading, self._include(part.include), anchor=anchor_of("part", heading)))
        return tuple(out)

    def _locked(self, schedule: ChosenSchedule) -> tuple[Section, ...]:
        if not schedule.locked:
            return ()
        if self.only_questions:  # whether a file can be read is no question to a person
            found = self.facts.value(schedule.locked)
            if isinstance(found, Open):
                self.filler.blanks(found.fields, anchor_of("schedule", schedule.id), schedule.title)
            return ()
        return self.prescribed.sections(schedule.locked, schedule.id)

    def _section(self, chosen: Chosen, level: int) -> Section:
        return self._headed(chosen, chosen.clause.title, anchor_of("clause", chosen.clause.id), level)

    def _headed(self, entry: Entry, heading: str, anchor: str, level: int = 1, recitals: bool = False) -> Section:
        source = self._place(entry, anchor)
        if isinstance(entry, Chosen):
            return kept_for_all(self._clause(entry.clause, level, recitals), headed, heading, level, anchor, source)
        return headed(Passage(self._entry_blocks(entry, level)), heading, level, anchor, source)

    def _place(self, entry: Entry, anchor: str) -> ClauseRef | None:
        if not isinstance(entry, Chosen):
            return None
        clause = entry.clause
        self.placed[clause.id] = Placed(entry, anchor)
        return ClauseRef(clause.id, str(clause.version), clause.digest)

    def _entry_blocks(self, entry: Entry, level: int) -> tuple[Block, ...]:
        match entry:
            case Chosen(clause=clause):
                return self._clause(clause, level).blocks
            case Undecided():
                return self._undecided(entry)
            case ChosenInclude(include=include):
                return self._include(include)

    def _clause(self, clause: Clause, level: int, recitals: bool = False) -> Passage:
        checked = self.library.template(clause)
        self.problems.extend(checked.diagnostics)
        if checked.value is None:
            return Passage(())
        self.problems.extend(self.library.names_checked(checked.value, self.dictionary))
        if clause.glossary:
            # What its entries ask is asked in the end, by those that stay.
            self.filler.questions = Questions()
        passage = self.filler.clause(checked.value, clause.id, recitals=recitals, level=level)
        self.filler.questions = self.questions
        return passage

    def _undecided(self, entry: Undecided) -> tuple[Block, ...]:
        what = listed(entry.titles, "or") or "this part"
        for id in (*entry.clauses, entry.slot):
            self.undecided[id] = entry.fields
        found = self.filler.blanks(entry.fields, "", f"whether {what} is part of this document")
        blanks = [b for b in found if not isinstance(b, Text)]
        last = len(blanks) - 1
        line: list[Inline] = []
        for i, blank in enumerate(blanks):
            if i:
                line.append(Text(", " if i < last else " and " if last == 1 else ", and "))
            line.append(blank)
        verb = "together decide" if last > 0 else "decides"
        return (Paragraph((*line, Text(f" {verb} whether {what} is part of this document."))),)

    def _include(self, include: Include) -> tuple[Block, ...]:
        blocks: list[Block] = []
        if include.intro is not None:
            self.problems.extend(self.library.names_checked(include.intro, self.dictionary))
            blocks.extend(self.filler.clause(include.intro, "checklist").blocks)
        if include.decision:
            printer = DecisionPrinter(self.facts, self.filler, lambda path: self.front.printed(path, "checklist"))
            return (*blocks, *printer.blocks(include.decision))
        if self.only_questions:
            return tuple(blocks)
        return (*blocks, requirement_rows(include, self.requirements, self.companions.get(include.of)))

    def _finish(self, body: Body) -> Checked[Agreement]:
        self.problems += self.chooser.problems
        self.problems += self.filler.problems
        for section in walk_sections(body.all_sections()):
            if section.source is not None and self.placed[section.source.id].chosen.clause.glossary:
                for blank in blanks_in(section):
                    self.questions.ask(blank.field, section.source.id)
        where = body.sections_by_clause()
        self._conflicts()
        self._requirements()
        open_items = open_items_of(body, where, self.questions, self.facts, self.placed.keys())
        numbers = {item.field: item.number for item in open_items}

        def number(inline: Inline) -> tuple[Inline, ...]:
            return (replace(inline, item=numbers[inline.field]),) if isinstance(inline, Blank) else (inline,)

        if not self.only_questions:
            body = with_approvals(
                body.mapped(number) if open_items else body,
                where,
                self.placed,
                self.status,
                self.problems,
                demanded=self.library.require_approval,
            )
        title = self.document.title
        name = self._plain("agreement.name")
        reference = self._plain("agreement.number")
        parties = []
        for role in self.roles:
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
            open_page=open_page(open_items) if open_items and self.status is Status.DRAFT else None,
            open_items=open_items,
            sources=self._sources(where),
            landscape=self.document.checklist,
            contents=not self.document.checklist and len(body.sections) > 3,
            header=f"{title} · {name}" if name else title,
            initials=self._initials(tuple(parties)),
            locked=self.prescribed.printed(),
        )
        return Checked(agreement, (*self.problems, *(open_diagnostic(i) for i in open_items)))

    def _initials(self, parties: tuple[Party, ...]) -> str:
        """Return the line for initials, where the parties want one and sign at all."""
        wanted = self.facts.value("agreement.initials")
        if isinstance(wanted, Open) or wanted.value is not True or not self.document.signatures:
            return ""
        return "Initials:  " + "    ".join(f"{p.short_name} ________" for p in parties)

    def _plain(self, path: str) -> str:
        found = self.facts.find(path)
        text = self.facts.printed(found) if isinstance(found, Found) else ""
        return " ".join(text.split()) if isinstance(text, str) else ""

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
        if not self.undecided:
            self.problems += missing_requirements(self.document, self.requirements, satisfied)

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
