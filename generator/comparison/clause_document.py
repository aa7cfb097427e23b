"""The text of one clause as a small agreement, so that two versions can be compared in Word with tracked changes.

It prints what stands in the clause file: a field as its name in brackets, a condition as a line of its own, a
reference as its words with the clause it names.
"""

from __future__ import annotations

import datetime as dt
import re

from generator.comparison.clauses import Paragraph, paragraphs
from generator.library import Clause
from generator.model import Agreement, Block, Cover, Item, Items, Section, Status, Text
from generator.model import Paragraph as Printed
from generator.numbering import Formats
from generator.reading.markdown import with_printed_quotes

__all__ = ["clause_agreement"]

_PART = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}|\[([^\]\[]*)\]\(#([^)\s]*)\)")


def clause_agreement(clause: Clause, date: dt.date, formats: Formats | None = None) -> Agreement:
    """Return the text of ``clause`` as an agreement of one section; ``formats`` are the number formats of the frame."""
    blocks = _blocks(paragraphs(clause.title, clause.body)[1:], formats or Formats())
    name = f"{clause.id}@{clause.version}"
    note = Printed(
        (Text("The text of one clause, for comparison. Names in brackets are fields of the profile."),), note=True
    )
    return Agreement(
        document_type="clause",
        title=clause.title,
        name=name,
        number="",
        status=Status.FINAL,
        date=date,
        cover=Cover(clause.title, (Text(name),), (), None, (note,)),
        parties=(),
        opening=(),
        sections=(Section(clause.title, blocks, 1, "1", "1.", "clause"),),
        closing=(),
        signatures=(),
        schedules=(),
        open_page=None,
        open_items=(),
        sources=(),
        contents=False,
        header=clause.title,
    )


class _Open:
    """An item that may still gain paragraphs and inner items."""

    def __init__(self, label: str, depth: int, text: Printed) -> None:
        self.label, self.depth = label, depth
        self.blocks: list[Printed | _Open] = [text]

    def closed(self) -> Item:
        blocks: list[Block] = []
        inner: list[Item] = []
        for block in self.blocks:
            if isinstance(block, _Open):
                inner.append(block.closed())
                continue
            if inner:
                blocks.append(Items(tuple(inner)))
                inner = []
            blocks.append(block)
        if inner:
            blocks.append(Items(tuple(inner)))
        return Item(self.label, tuple(blocks), self.depth)


def _blocks(texts: tuple[Paragraph, ...], formats: Formats) -> tuple[Block, ...]:
    out: list[Printed | list[_Open]] = []
    path: list[_Open] = []  # the item of each depth that is open
    counts: list[int] = [0]  # items of the outer list go on counting through the section
    for text in texts:
        printed = Printed((Text(_printed(text)),), note=text.kind == "condition")
        if text.kind == "item":
            depth = min(text.depth, len(path), len(formats.item) - 1)
            del path[depth:]
            counts = [*counts[: depth + 1], *[0] * (depth + 1 - len(counts))]
            counts[depth] += 1
            item = _Open(formats.item_label(depth, counts[depth]), depth, printed)
            if path:
                path[-1].blocks.append(item)
            elif out and isinstance(out[-1], list):
                out[-1].append(item)
            else:
                out.append([item])
            path.append(item)
        elif path and (text.kind == "condition" or text.depth):
            path[-1].blocks.append(printed)
        else:
            path = []
            out.append(printed)
    return tuple(Items(tuple(i.closed() for i in b)) if isinstance(b, list) else b for b in out)


def _printed(text: Paragraph) -> str:
    def shown(match: re.Match[str]) -> str:
        field, condition, words, target = match.groups()
        if field is not None:
            return f"[{field.strip()}]"
        return f"[{condition.strip()}]" if condition is not None else f"{words} [{target}]"

    return with_printed_quotes(_PART.sub(shown, text.text))
