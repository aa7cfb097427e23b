"""What was found in a return, held against our positions, the rules and the requirements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.assembly.facts import Found
from generator.comparison.words import words
from generator.diagnostics import Diagnostic, Severity, Span, in_order
from generator.fields import UNKNOWN, Value, listed, phrase
from generator.library import Clause
from generator.model import Agreement, Block, Filled, Inline, Paragraph, Reference, Section, Text, walk_sections
from generator.pipeline.parts import Parts, facts_of
from generator.pipeline.sent_document import Making
from generator.pipeline.sets import Assembled, lint_set
from generator.positions import rung_name, rung_values
from generator.records import RecordedDocument
from generator.returned.checklist import ChecklistItem, checklist_of
from generator.returned.findings import ClauseFinding, FieldChange, Findings, Foreign, Part, State, fields_in
from generator.returned.judging import OWN, Candidate, Judgement, judge, section_lines
from generator.returned.matching import normal
from generator.returned.refusals import NOT_PARSED
from generator.returned.renaming import Renamed
from generator.returned.values import Proposal, read_back

__all__ = ["Judging"]


class Judging:
    """Holds what was found against the positions, the rules and the requirements."""

    def __init__(
        self,
        parts: Parts,
        making: Making,
        findings: Findings,
        pieces: Sequence[Part],
        renamed: Sequence[Renamed] = (),
    ) -> None:
        self.renamed = renamed
        self.parts, self.making, self.findings = parts, making, findings
        self.pieces = {p.key: p for p in pieces}
        profile = making.profile
        self.dictionary = facts_of(parts, profile, ()).dictionary if profile is not None else parts.dictionary
        recorded = making.recorded
        self.names = tuple(short for _, _, short in recorded.parties if short) if recorded is not None else ()
        self.clauses: dict[str, Clause] = {}
        for piece in pieces:
            if piece.id:
                found = parts.library.find(piece.id, None, piece.version).value or parts.library.find(piece.id).value
                if found is not None:
                    self.clauses[piece.id] = found
        self.outside: dict[str, list[str]] = {}  # values that their fields do not allow, by part
        self.unread: dict[str, list[str]] = {}  # values that cannot be read
        self.values = self._values()
        self.new_rules, self.by_part = self._rules()

    # -- values

    def _current(self, path: str) -> tuple[Value | None, Span | None]:
        """Return the value of ``path`` in the profile and where it stands."""
        if self.making.profile is None:
            return None, None
        found = facts_of(self.parts, self.making.profile, ()).lookup(path)
        if not isinstance(found, Found) or found.value is UNKNOWN:
            return None, None
        today = found
        if self.making.now is not None and self.making.now is not self.making.profile:
            again = facts_of(self.parts, self.making.now, ()).lookup(path)
            today = again if isinstance(again, Found) else found
        return found.value, today.span if self.making.now is not None else None

    def _values(self) -> dict[str, Value]:
        """Return the values that came back and can be read, by field."""
        out: dict[str, Value] = {}
        for change in self._field_changes():
            was, _ = self._current(change.field)
            back = read_back(self.dictionary, change.field, change.old, change.new, was)
            if back.value is not None:
                out[change.field] = back.value
            elif back.outside:
                self.outside.setdefault(change.part, []).append(back.fault)
            else:
                self.unread.setdefault(change.part, []).append(back.fault)
        return out

    def _field_changes(self) -> Iterator[FieldChange]:
        for finding in self.findings.parts:
            yield from finding.fields

    def proposals(self) -> tuple[tuple[Proposal, ...], list[Diagnostic]]:
        """Return what the return proposes for the profile, each field once, and what cannot be proposed."""
        told: list[Diagnostic] = []
        by_field: dict[str, list[FieldChange]] = {}
        for change in (*self._field_changes(), *(f for name in self.renamed for f in name.fields)):
            by_field.setdefault(change.field, []).append(change)
        out = []
        for path, changes in by_field.items():
            first = changes[0]
            was, span = self._current(path)
            field = self.dictionary.find(path)
            back = read_back(self.dictionary, path, first.old, first.new, was)
            written, why = back.written, back.why
            differ = [c for c in changes if normal(c.new) != normal(first.new)]
            if differ and read_back(self.dictionary, path, differ[0].old, differ[0].new, was).value != back.value:
                written, why = "", f"It reads “{first.new}” in one place and “{differ[0].new}” in another."
            blank = first.old.strip().startswith("[") and first.old.strip().endswith("]")  # the other side filled it in
            if was is None and not blank and self.making.profile is not None and not why:
                written, why = "", "The profile does not give this value; it was put together from others."
            others = list(self._elsewhere(path, changes))
            elsewhere, sections = tuple(p.name for p in others), [p.name for p in others if p.id]
            if sections and not any(self.pieces[c.part].id for c in changes) and not why:
                many = len(sections) > 1
                still, wins = ("still say", "prevail") if many else ("still says", "prevails")
                written, why = "", f"Only the summary says so; {listed(sections)} {still} what you sent, and {wins}."
            sensitive = field is not None and field.sensitive
            where = tuple(dict.fromkeys(self.pieces[c.part].name for c in changes))
            hands = [c.hand for c in changes if c.hand is not None]
            out.append(
                Proposal(
                    path,
                    self.dictionary.label(path),
                    first.old,
                    first.new,
                    written,
                    span if span is not None else self._place(path),
                    any(c.silent for c in changes),
                    hands[0].author if hands else "",
                    where,
                    elsewhere,
                    why,
                )
            )
            if why:
                said = "The value that came back cannot be written into the profile." if sensitive else why
                told.append(NOT_PARSED.at(out[-1].span, f"{self.dictionary.label(path)}: {said}", field=path))
        return tuple(sorted(out, key=lambda p: not p.silent)), told

    def _place(self, path: str) -> Span | None:
        return self.making.now.place_for(path) if self.making.now is not None else None

    def _elsewhere(self, path: str, changes: Sequence[FieldChange]) -> Iterator[Part]:
        """Yield the other parts that print the field and still say what we wrote."""
        changed = {c.part for c in changes}
        for finding in self.findings.parts:
            if finding.part.key in changed or not finding.pages:
                continue
            if any(name == path for para in finding.part.paras for _, _, name in fields_in(para)):
                yield finding.part

    # -- rules

    def _rules(self) -> tuple[tuple[Diagnostic, ...], dict[str, list[Diagnostic]]]:
        """Return what our rules find in the returned text and did not find in ours, by part too."""
        ours = self.making.made()
        agreement = self.making.agreement(ours)
        if ours is None or agreement is None or self.making.pinned is None:
            return (), {}
        before = {(d.rule, d.message, d.field) for d in lint_set(self.parts, self.making.pinned, ours).diagnostics}
        valued = self.making.made(self.values) or ours
        base = self.making.agreement(valued) or agreement
        profile = self.making.with_values(self.values)
        theirs = replace(
            valued, agreements=tuple(self._returned_text(a) if a is base else a for a in valued.agreements)
        )
        found = lint_set(self.parts, profile, theirs).diagnostics
        told = _told_rules()
        new = [d for d in found if (d.rule, d.message, d.field) not in before and d.rule in told]
        files = {c.span.file: id for id, c in self.clauses.items()}
        by_part: dict[str, list[Diagnostic]] = {}
        for d in new:
            keys = [f.part.key for f in self.findings.parts if any(c.field == d.field for c in f.fields) and d.field]
            if not keys and d.span is not None and d.span.file in files:
                keys = [f.part.key for f in self.findings.parts if f.part.id == files[d.span.file] and f.touched]
            for key in keys:
                by_part.setdefault(key, []).append(d)
        return in_order(new), by_part

    def _returned_text(self, agreement: Agreement) -> Agreement:
        """Return the agreement with the words that came back in place of ours, for the rules to read."""
        texts = {f.part.id: f for f in self.findings.parts if f.part.id and f.touched}
        gone = {id for id, f in texts.items() if not f.pages}
        names = [(n, f"{p.key}.short_name") for p in agreement.parties for n in (p.legal_name, p.short_name) if n]
        inner = [b for d in agreement.schedules for b in d.blocks]
        titles = {s.heading: s for s in walk_sections((*agreement.sections, *inner)) if s.anchor}

        def paragraph(line: str) -> Paragraph:
            return Paragraph(tuple(_pointing(_worded(line, names), titles)))

        def section(s: Section) -> Section | None:
            finding = texts.get(s.source.id) if s.source is not None else None
            if finding is not None and not finding.pages:
                return None
            if finding is not None and finding.state is State.CHANGED:
                return replace(s, blocks=tuple(map(paragraph, finding.new_body)))
            return replace(s, blocks=inside(s.blocks))

        def inside(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
            kept = (section(b) if isinstance(b, Section) else b for b in blocks)
            return tuple(b for b in kept if b is not None)

        sections = [t for s in agreement.sections if (t := section(s)) is not None]
        for foreign in self.findings.foreign:
            lines = foreign.lines[1:] or foreign.lines
            sections.append(Section(foreign.title, tuple(map(paragraph, lines))))
        schedules = tuple(replace(s, blocks=inside(s.blocks)) for s in agreement.schedules)
        sources = tuple(replace(s, included=False) if s.id in gone else s for s in agreement.sources)
        return replace(agreement, sections=tuple(sections), schedules=schedules, sources=sources)

    # -- positions

    def judgements(self) -> dict[str, Judgement]:
        """Return the verdict on every clause whose words were changed, by the key of its part."""
        out: dict[str, Judgement] = {}
        for finding in self.findings.parts:
            clause = self.clauses.get(finding.part.id)
            if clause is None or finding.state is State.VERBATIM:
                continue
            rungs = {p.rung: rung_values(p, self.dictionary) for p in clause.positions if p.values}
            now = {f.field: v for f in finding.fields if (v := self.values.get(f.field)) is not None}
            paths = {path for values in rungs.values() for path in values}
            current = {path: v for path in paths if (v := self._current(path)[0]) is not None}
            unread = any(f.field not in now for f in finding.fields)
            never = [*self.outside.get(finding.part.key, ())]
            never += [f"{d.message} (rule {d.rule})" for d in self.by_part.get(finding.part.key, ())]
            candidates = self._candidates(finding, clause, rungs)
            values = {} if unread else now
            out[finding.part.key] = judge(finding, clause, candidates, rungs, values, current, never, self.names)
        return out

    def _candidates(
        self, finding: ClauseFinding, clause: Clause, rungs: Mapping[str, Mapping[str, Value]]
    ) -> list[Candidate]:
        """Return the texts that we would print in this place: each rung, each version, what stands instead."""
        out = [Candidate(OWN, tuple(finding.old))]
        if finding.state is not State.CHANGED:
            return out
        base = self._sections(self.making.made())
        came = _came(finding)
        if clause.id not in base or not _same(section_lines(base[clause.id]), finding.old):
            return out  # the profile does not make what was sent: what it would make instead proves nothing
        for position in clause.positions:
            values = rungs.get(position.rung)
            if not values or all(self._current(p)[0] == v for p, v in values.items()):
                continue
            said = " ".join(phrase(f, v) for p, v in values.items() if (f := self.dictionary.find(p)) is not None)
            others = (self.parts.library.find(id).value for id in clause.conflicts)
            if not _may_say(came, [clause.body, said, *(c.body for c in others if c is not None)]):
                continue
            sections = self._sections(self.making.made(values))
            named = [sections[clause.id]] if clause.id in sections else [
                s for id, s in sections.items() if id not in base]  # fmt: skip
            out += [
                Candidate(rung_name(position.rung), section_lines(s), position.approve, position.note) for s in named
            ]
        for version in self._versions(clause):
            other = self.parts.library.find(clause.id, None, version).value
            if other is None or not _may_say(came, [other.body]):
                continue
            sections = self._sections(self.making.made(None, {clause.id: version}))
            if clause.id in sections:
                note = "It is a text of our own library, of another version."
                out.append(Candidate(f"version {version} of this clause", section_lines(sections[clause.id]), "", note))
        return out

    def _versions(self, clause: Clause) -> list[str]:
        found = [str(f.version) for _, versions in self.parts.library.versions(clause.id) for f in versions]
        return [v for v in dict.fromkeys(found) if v != str(clause.version) and "-" not in v][-4:]

    def _sections(self, assembled: Assembled | None) -> dict[str, Section]:
        agreement = self.making.agreement(assembled)
        if agreement is None:
            return {}
        blocks = [*agreement.opening, *agreement.sections]
        found = [*walk_sections(tuple(blocks)), *(s for d in agreement.schedules for s in walk_sections(d.blocks))]
        return {s.source.id: s for s in found if s.source is not None}

    # -- the rest

    def near(self, foreign: Foreign) -> tuple[str, float]:
        """Return the clause of the library that foreign text is nearest to, and how near (0 to 1)."""
        from rapidfuzz import fuzz, process

        text = "\n".join(foreign.lines)
        if foreign.clause and self.parts.library.find(foreign.clause).value is not None:
            return foreign.clause, 1.0
        bodies = {
            id: f"{c.title}\n{c.body}" for id in self.parts.library.ids() if (c := self.parts.library.find(id).value)
        }
        found = process.extractOne(text, bodies, scorer=fuzz.ratio, score_cutoff=55)
        return (found[2], found[1] / 100) if found else ("", 0.0)

    def checklist(self, document: RecordedDocument | None) -> tuple[ChecklistItem, ...]:
        """Return the requirements that what we sent satisfied, and whether the return does."""
        satisfies: dict[str, Sequence[str]] = {id: c.satisfies for id, c in self.clauses.items()}
        if document is not None:
            satisfies |= {c.id: c.satisfies for c in document.clauses if c.satisfies}
        type_ = self.parts.library.document_type(self.making.type).value if self.making.type else None
        wanted = self.parts.demanded_of(type_)
        outside = {
            key: [d.message for d in by_rule if d.severity is Severity.ERROR] for key, by_rule in self.by_part.items()
        }
        for found in (self.outside, self.unread):
            for key, messages in found.items():
                outside[key] = [*outside.get(key, ()), *messages]
        outside = {key: messages for key, messages in outside.items() if messages}
        judged = self.making.made() is not None
        return checklist_of(wanted, self.findings.parts, satisfies, outside, values_judged=judged)


def _told_rules() -> frozenset[str]:
    """Return the rules that judge what a text says; those about its form cannot read words that lost their marks."""
    from generator.lint import (
        dates,
        ending,
        flow_downs,
        fraud,
        hipaa,
        payment,
        payment_models,
        privacy,
        risk,
        working_together,
    )

    families = (dates, ending, flow_downs, fraud, hipaa, payment, payment_models, privacy, risk, working_together)
    return frozenset(lint.rule.name for family in families for lint in family.LINTS)


def _came(finding: ClauseFinding) -> set[str]:
    """Return the words that a clause holds now and did not before."""
    old, new = (set(words(" ".join(lines).lower())) for lines in (finding.old, finding.new_lines))
    return {w for w in new - old if w[:1].isalnum()}


def _may_say(came: set[str], texts: Sequence[str]) -> bool:
    """Whether a clause text can be where new words are from; making it to see costs a whole assembly."""
    known = {w for text in texts for w in words(text.lower())}
    return sum(w in known for w in came) * 2 >= len(came)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return [normal(x) for x in one if x.strip()] == [normal(x) for x in other if x.strip()]


_POINTER = re.compile(r"\bSection (?P<number>(?:[A-Z]\.)?\d+(?:\.\d+)*) \((?P<title>[^()]+)\)")


def _pointing(inlines: Sequence[Inline], titles: Mapping[str, Section]) -> Iterator[Inline]:
    """Yield inlines in which “Section 7.2 (Safeguards)” is a reference again, by its title: its number may be new."""
    for inline in inlines:
        at = 0
        text = inline.text if isinstance(inline, Text) else ""
        for found in _POINTER.finditer(text):
            section = titles.get(found["title"])
            if section is not None:
                yield Text(text[at : found.start()])
                yield Reference(section.anchor, "Section", found["number"], found["title"])
                at = found.end()
        yield Text(text[at:]) if at else inline


def _worded(line: str, names: Sequence[tuple[str, str]]) -> tuple[Inline, ...]:
    """Return a line as inlines in which the names of the parties are values, as the rules expect them."""
    out: list[Inline] = [Text(line)]
    for name, path in names:
        split: list[Inline] = []
        for inline in out:
            if not isinstance(inline, Text) or name not in inline.text:
                split.append(inline)
                continue
            pieces = inline.text.split(name)
            for n, piece in enumerate(pieces):
                if n:
                    split.append(Filled(path, name))
                if piece:
                    split.append(Text(piece))
        out = split
    return tuple(out)
