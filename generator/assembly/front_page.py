"""The cover of a document and its signature blocks: what is printed of the parties outside the clauses."""

from __future__ import annotations

from collections.abc import Iterator

from generator.assembly.facts import Facts
from generator.assembly.filling import Filler
from generator.diagnostics import Diagnostic
from generator.frozen import dataclass
from generator.library import DocumentType, Library
from generator.model import Block, Column, Cover, Inline, Paragraph, SignatureBlock, SignatureLine, Table, Text
from generator.reading.grammar import ClauseTemplate, Decision, Open, Output, decide

__all__ = ["APPROVED_BY", "LEGAL_REVIEW", "FrontPage"]

LEGAL_REVIEW = (
    "Assembled with Agreements for review by each party’s legal counsel. The software gives no legal advice and "
    "certifies nothing."
)
BY, NAME, TITLE, DATE = "By:", "Name:", "Title:", "Date:"
APPROVED_BY = "Approved by:"


@dataclass(slots=True)
class FrontPage:
    """Prints the cover and the signatures of one document; ``roles`` are its parties.

    ``problems`` gathers what is wrong with its texts.
    """

    document: DocumentType
    library: Library
    facts: Facts
    filler: Filler
    problems: list[Diagnostic]
    roles: tuple[str, ...] = ()

    def cover(self) -> Cover:
        """Return the cover: the parties, the key terms, the notes."""
        document = self.document
        subtitle = self.filler.line(document.subtitle, "cover") if document.subtitle is not None else ()
        parties = tuple(self._party_line(role) for role in self.roles)
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
        self.problems.extend(self.library.names_checked(template, self.facts.dictionary))

    def printed(self, path: str, where: str) -> tuple[Inline, ...]:
        """Return the value of ``path`` as the part ``where`` prints it."""
        return self.filler.value(Output(path), where)

    def _party_line(self, role: str) -> tuple[Inline, ...]:
        line = self.printed(f"{role}.legal_name", "cover")
        dba = self.facts.value(f"{role}.dba")
        if not isinstance(dba, Open) and dba.value:
            sponsor = self.facts.value(f"{role}.fiscal_sponsor")
            sponsors = not isinstance(sponsor, Open) and bool(sponsor.value)
            link = ", as fiscal sponsor of " if sponsors else ", doing business as "
            line = (*line, Text(link), *self.printed(f"{role}.dba", "cover"))
        return line

    def signature(self, role: str) -> Iterator[SignatureBlock]:
        """Yield the block in which the party in ``role`` signs."""
        where = "signatures"
        lines = [
            SignatureLine(BY),
            SignatureLine(NAME, self.printed(f"{role}.signer.name", where)),
            SignatureLine(TITLE, self.printed(f"{role}.signer.title", where)),
            SignatureLine(DATE),
        ]
        body = self.facts.value(f"{role}.approval.body")
        # What a board approved is the agreement; a notice, which one party signs, is another act.
        if len(self.document.signatures) > 1 and not isinstance(body, Open) and body.value:
            approved = self.printed(f"{role}.approval.body", where)
            on = self.facts.value(f"{role}.approval.date")
            if not isinstance(on, Open) and on.value:
                approved = (*approved, Text(" on "), *self.printed(f"{role}.approval.date", where))
            lines.append(SignatureLine(APPROVED_BY, approved))
        yield SignatureBlock(self.facts.party_key(role) or role, self._party_line(role), tuple(lines))
