"""What is still open in a document: each answer once, with the places that need it, and the page that lists them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from generator.assembly.body import Body
from generator.assembly.facts import Facts
from generator.assembly.faults import OPEN_ITEM
from generator.assembly.filling import WHICH_WORDS, Questions
from generator.diagnostics import Diagnostic
from generator.fields import capitalized
from generator.model import Blank, Column, Inline, LineBreak, OpenItem, Paragraph, Section, Table, Text, who_knows

__all__ = ["open_diagnostic", "open_items_of", "open_page"]


def open_items_of(
    body: Body, where: Mapping[str, str], questions: Questions, facts: Facts, placed: AbstractSet[str]
) -> tuple[OpenItem, ...]:
    """Return what is open, in printed order; ``where`` says where each clause of ``placed`` is printed."""
    if not questions.by_field:  # no blank is printed that nobody asked for
        return ()
    printed = dict.fromkeys(blank.field for blank in body.blanks())
    order = [*printed, *(f for f in questions.by_field if f not in printed)]
    items = []
    for number, path in enumerate(order, 1):
        question = questions.by_field[path]
        defined = facts.dictionary.find(path)
        why, who = facts.known_about(path)
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
                label=facts.label(path),
                question=facts.question(path),
                why=why,
                who=", ".join(who),
                example=f"{path}: {defined.example}" if defined and defined.example else "",
                needed_by=tuple(dict.fromkeys(needed)),
                clauses=tuple(dict.fromkeys(p for p, _ in question.needed if p in placed)),
                span=facts.profile.place_for(path),
                decides=any(what for _, what in question.needed),
            )
        )
    return tuple(items)


def _first(places: tuple[str, ...], shown: int = 4) -> str:
    """Return the first few places in one line; a question on which much depends would fill a page with them."""
    more = (f"and {len(places) - shown} more",) if len(places) > shown else ()
    return "; ".join((*places[:shown], *more))


def open_page(items: tuple[OpenItem, ...]) -> Section:
    """Return the page of a draft that lists what is open."""
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
    intro += " The last column shows where an answer is written, with an example, which is no advice."
    return Section(
        "Open Items",
        (Paragraph((Text(intro),)), Table(columns, tuple(rows), "Answers still missing", row_headers=True)),
        anchor="open_items",
    )


def open_diagnostic(item: OpenItem) -> Diagnostic:
    """Return ``item`` as a diagnostic."""
    needed = f" Needed by {'; '.join(item.needed_by)}." if item.needed_by else ""
    return OPEN_ITEM.at(
        item.span,
        f"{capitalized(item.label)} is not answered. {item.question}{needed}",
        fix=f"For example: {item.example}" if item.example else f"Write a value for {item.field}.",
        field=item.field,
    )
