"""Words that a state prescribes, put into a schedule letter for letter.

They come in after everything else is numbered and linked, so that no defined term, reference or rule of
ours can touch them. Where their file is not there, a blank stands in their place and no final is made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field, replace

from generator.assembly.body import Body, anchor_of
from generator.assembly.facts import Facts, Found
from generator.assembly.filling import Filler
from generator.diagnostics import Diagnostic, Span
from generator.fields import Given, Record
from generator.frozen import dataclass
from generator.model import Block, Emphasis, Inline, Locked, Paragraph, Section, Text
from generator.reading.grammar import Open, Output
from generator.reading.locked_text import (
    STATE_TEXT_MISSING,
    LockedText,
    file_beside,
    read_locked,
)

__all__ = ["Prescribed"]

_WHAT = "the words that the state prescribes"


@dataclass(slots=True)
class Prescribed:
    """The prescribed words of one document. ``attached`` holds the files that the profile names."""

    facts: Facts
    filler: Filler
    attached: Mapping[str, bytes | None]
    problems: list[Diagnostic]
    _waiting: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    _printed: dict[str, Locked] = field(default_factory=dict)

    def sections(self, listed: str, schedule: str) -> tuple[Section, ...]:
        """Return a section for each file that the field ``listed`` names; :meth:`put_in` gives it its words."""
        found = self.facts.value(listed)
        where = anchor_of("schedule", schedule)
        if isinstance(found, Open) or not isinstance(found.value, tuple) or not found.value:
            fields = found.fields if isinstance(found, Open) else (listed,)
            blanks = self.filler.blanks(fields, where, _WHAT)
            return (Section("Prescribed Text", (Paragraph(blanks),), anchor=f"{where}_1", locked=True),)
        return tuple(
            self._section(f"{listed}.{number}", f"{where}_{number}", entry)
            for number, entry in enumerate(found.value, 1)
        )

    def _section(self, path: str, anchor: str, entry: object) -> Section:
        note = (
            *(Text("Issued by: "), *self._value(f"{path}.source", anchor)),
            *(Text(". Required by: "), *self._value(f"{path}.citation", anchor)),
            *(Text(". Text of: "), *self._value(f"{path}.as_of", anchor)),
            Text(". Printed letter for letter as issued."),
        )
        blocks: tuple[Block, ...] = (Paragraph(note, note=True),)
        text = self._text(entry)
        if text is None:
            blanks = self.filler.blanks((f"{path}.file",), anchor, _WHAT)
            blocks = (*blocks, Paragraph(blanks))
        else:
            words: tuple[Block, ...] = tuple(
                Paragraph((Emphasis((Text(p.text),), strong=True) if p.heading else Text(p.text),))
                for p in text.paragraphs
            )
            self._waiting[anchor] = words
            self._printed[anchor] = Locked(
                text.file, text.digest, self._plain(f"{path}.title"), self._plain(f"{path}.source"),
                self._plain(f"{path}.citation"), self._day(f"{path}.as_of"), "",
            )  # fmt: skip
        return Section(self._plain(f"{path}.title") or "Prescribed Text", blocks, anchor=anchor, locked=True)

    def _text(self, entry: object) -> LockedText | None:
        record = entry.value if isinstance(entry, Given) else entry
        named = record.get("file") if isinstance(record, Record) else None
        if named is None or not isinstance(named.value, str):
            return None
        name = file_beside(named.span.file, named.value)
        data = self.attached.get(name) if name is not None else None
        if name is None or data is None:
            self.problems.append(_missing(named.value, name, named.span))
            return None
        checked = read_locked(data, name)
        self.problems.extend(checked.diagnostics)
        return checked.value

    def _value(self, path: str, where: str) -> tuple[Inline, ...]:
        return self.filler.value(Output(path), where)

    def _plain(self, path: str) -> str:
        found = self.facts.find(path)
        printed = self.facts.printed(found) if isinstance(found, Found) else ""
        return " ".join(printed.split()) if isinstance(printed, str) else ""

    def _day(self, path: str) -> str:
        found = self.facts.find(path)
        return found.value.isoformat() if isinstance(found, Found) and isinstance(found.value, dt.date) else ""

    def put_in(self, body: Body) -> Body:
        """Return ``body``, numbered and linked, with the prescribed words in their sections."""
        if not self._waiting:
            return body

        def filled(block: Block) -> Block:
            if not isinstance(block, Section):
                return block
            words = self._waiting.get(block.anchor, ())
            if words:
                label = f"Section {block.number}" if block.number else block.heading
                self._printed[block.anchor] = replace(self._printed[block.anchor], number=label)
            return replace(block, blocks=(*block.blocks, *words)) if words else block

        return replace(
            body, schedules=tuple(replace(s, blocks=tuple(filled(b) for b in s.blocks)) for s in body.schedules)
        )

    def printed(self) -> tuple[Locked, ...]:
        """Return what was put in, in order."""
        return tuple(self._printed.values())


def _missing(written: str, name: str | None, span: Span) -> Diagnostic:
    if name is None:
        message = f"“{written}” is no file beside this profile, so the prescribed words cannot be printed."
        return STATE_TEXT_MISSING.at(span, message, fix="Copy the file into the profile’s folder and name it here.")
    message = f"The file {name} is not there, so the prescribed words cannot be printed."
    return STATE_TEXT_MISSING.at(span, message, fix=f"Save the words as {name}, or correct the name.")
