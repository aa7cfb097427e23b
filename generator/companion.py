"""The director's companion: one agreement told in plain words, with its own section numbers and figures.

It is made from the finished :class:`~generator.model.Agreement` and from what the clauses say of themselves (the
plain-language explanation, the negotiation ladder), and is an Agreement again, so that every writer prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from generator.assembly.resolving import inlines_in
from generator.diagnostics import Checked, Diagnostic, Rule, Severity
from generator.fields import Dictionary, capitalized
from generator.frozen import dataclass
from generator.library import Clause, Position
from generator.model import (
    Agreement,
    Blank,
    Block,
    Column,
    Cover,
    Emphasis,
    Filled,
    Inline,
    LineBreak,
    OpenItem,
    Paragraph,
    Section,
    Table,
    Text,
    inlines_text,
    walk_sections,
    who_knows,
)
from generator.positions import NEVER, Standing, answer_text, rung_name, standing_of
from generator.profile import Profile
from generator.reading.markdown import with_printed_quotes

__all__ = ["RULES", "SUFFIX", "companion_of", "has_companion"]

SUFFIX = "in-plain-words"

STALE_EXPLANATION = Rule(
    "stale-explanation",
    Severity.ERROR,
    "A clause was changed after its plain-language explanation was written.",
    """The companion tells a director what each section means. Every explanation names the text that it explains, by
its digest. Where the text has changed since, the explanation may promise what the text no longer says, so no companion
is written until somebody has read both.

Wrong: the clause now says ten days, its explanation still says five.

Right: read the clause, mend `plain_language: text:` in its file, and fix its digest with
`agreements clauses release ID`.""",
)
NO_EXPLANATION = Rule(
    "no-explanation",
    Severity.WARNING,
    "A clause has no plain-language explanation.",
    """The companion says of this section only that nobody has explained it. Write two sentences for the director under
`plain_language: text:` in the clause file, and fix its digest with `agreements clauses release ID`.""",
)
RULES = (STALE_EXPLANATION, NO_EXPLANATION)

_FIGURES = ("duration", "money", "percent", "date")
_ABOUT = (
    "This companion explains {title} in plain words. It is not part of it and changes nothing in it: where the two "
    "differ, the words of the agreement count. It is no legal advice, and it certifies nothing; ask your lawyer."
)
_OWN = (
    "The advice on what to raise is written from the side of the community-based organization. It comes from the "
    "notes of the clause library, which no lawyer of yours has approved unless the record says so."
)


@dataclass(frozen=True, slots=True)
class _Told:
    """One clause where it is printed."""

    section: Section
    place: str  # "7.2 Invoices and Payment", "Schedule A — Rates"
    clause: Clause
    standing: Standing


def has_companion(agreement: Agreement) -> bool:
    """Whether there is something to explain: a checklist or notice that nobody signs has none."""
    return bool(agreement.signatures)


def companion_of(
    agreement: Agreement, clauses: Mapping[tuple[str, str], Clause], profile: Profile, dictionary: Dictionary
) -> Checked[Agreement]:
    """Return the companion of ``agreement``; ``clauses`` holds its texts by (id, version).

    A stale explanation is an error, and there is no companion; all of them are told at once.
    """
    told = tuple(_told(agreement, clauses, profile, dictionary))
    problems = tuple(_problems(told))
    if any(d.severity is Severity.ERROR for d in problems):
        return Checked(None, problems)
    title = f"{agreement.title} in Plain Words"
    sections = [
        *_first(told, profile, dictionary, {i.field for i in agreement.open_items}),
        _by_section(agreement, told, profile, dictionary),
        *_limits(told, dictionary),
        *_still_open(agreement.open_items),
    ]
    cover = Cover(
        title,
        agreement.cover.subtitle,
        agreement.cover.parties,
        agreement.cover.key_terms,
        (
            Paragraph((Text(_ABOUT.format(title=f"the {agreement.title}")),), note=True),
            Paragraph((Text(_OWN),), note=True),
        ),
    )
    return Checked(
        Agreement(
            document_type=f"{agreement.document_type}-companion",
            title=title,
            name=agreement.name,
            number=agreement.number,
            status=agreement.status,
            date=agreement.date,
            cover=cover,
            parties=agreement.parties,
            opening=tuple(sections),
            sections=(),
            closing=(),
            signatures=(),
            schedules=(),
            open_page=None,
            open_items=agreement.open_items,
            sources=(),
            language=agreement.language,
            contents=False,
            header=" · ".join(t for t in (title, agreement.number) if t),
        ),
        problems,
    )


def _told(
    agreement: Agreement, clauses: Mapping[tuple[str, str], Clause], profile: Profile, dictionary: Dictionary
) -> Iterator[_Told]:
    for section, place in _printed(agreement):
        source = section.source
        clause = clauses.get((source.id, source.version)) if source is not None else None
        if clause is not None:
            yield _Told(section, place, clause, standing_of(clause, profile, dictionary))


def _printed(agreement: Agreement) -> Iterator[tuple[Section, str]]:
    """Yield every section that prints a clause, with its number and heading, in printed order."""
    for section in walk_sections((*agreement.opening, *agreement.sections)):
        yield section, f"{section.label} {section.heading}".strip()
    for schedule in agreement.schedules:
        for section in walk_sections(schedule.blocks):
            number = f"{section.label} {section.heading}".strip() or schedule.heading
            yield section, f"{schedule.label} {schedule.number}: {number}"


def _problems(told: Sequence[_Told]) -> Iterator[Diagnostic]:
    for clause in {(t.clause.id, t.clause.version): t.clause for t in told}.values():
        if not clause.plain_language:
            yield NO_EXPLANATION.at(
                clause.span,
                f"Nobody has explained “{clause.title}” ({clause.id}) in plain words yet.",
                fix="Write two sentences for the director under plain_language: text: in its file.",
            )
        elif not clause.plain_language_fresh:
            yield STALE_EXPLANATION.at(
                clause.span,
                f"“{clause.title}” ({clause.id}@{clause.version}) was changed after it was explained.",
                fix="Read the text and its explanation together, mend the explanation, and fix its digest.",
            )


# ---------------------------------------------------------------- what to raise first


def _first(told: Sequence[_Told], profile: Profile, dictionary: Dictionary, unknown: set[str]) -> Iterator[Section]:
    """The sections that stand off the ladder, then those furthest below the standard rung."""
    off = [t for t in told if t.standing.told and t.standing.rung is None and not t.standing.open]
    below = sorted(
        (t for t in told if t.standing.rung is not None and t.standing.depth), key=lambda t: -t.standing.depth
    )
    unanswered = [t for t in told if t.standing.rung is None and unknown.intersection(t.standing.open)]
    blocks: list[Block] = []
    if off or below:
        rows = [
            (_cell(t.place), _lines(_here(t, profile, dictionary)), _lines(_why(t, dictionary))) for t in (*off, *below)
        ]
        blocks.append(
            _paragraph("These sections differ from the usual text of the library. Read them first, in this order.")
        )
        blocks.append(
            _table(
                (("Section", 0.24), ("In this document", 0.26), ("What is usual, and where it ends", 0.5)),
                rows,
                "What to raise first",
            )
        )
    elif any(t.standing.told for t in told):
        blocks.append(
            _paragraph(
                "Every section that can be measured stands at the usual text of this library, which is meant to be "
                "fair to you. If the other side asks for a change, the table of limits below tells how far you "
                "could go."
            )
        )
    if unanswered:
        names = "; ".join(t.place for t in unanswered)
        blocks.append(_paragraph(f"Not answered yet, so it cannot be said where you stand: {names}."))
    if blocks:
        yield Section("What to raise first", tuple(blocks), anchor="raise_first")


def _why(told: _Told, dictionary: Dictionary) -> list[tuple[Inline, ...]]:
    ladder = told.clause.positions
    lines: list[tuple[Inline, ...]] = []
    here = told.standing.rung
    if here is not None:
        said = " ".join(w for w in (here.note, _asks(here)) if w)
        lines.append(_labelled(f"This is {rung_name(here.rung)}.", said))
    else:
        lines.append(_labelled("Not among the usual texts.", ""))
    for position in ladder:
        if position.rung == "standard":
            values = _values(position, dictionary)
            lines.append(_labelled("Usual:", " ".join(t for t in (f"{values}." if values else "", position.note) if t)))
        elif position.rung == NEVER:
            lines.append(_labelled("Where to stop:", position.note))
    return lines


def _here(told: _Told, profile: Profile, dictionary: Dictionary) -> list[tuple[Inline, ...]]:
    """Return what this agreement says to the questions of the ladder, whether its text prints the answer or not."""
    fields = dict.fromkeys(path for p in told.clause.positions for path, _ in p.values)
    return [
        (Text(f"{_label(path, dictionary)}: "), value)
        for path in fields
        if (value := _answer(path, profile, dictionary)) is not None
    ]


def _label(path: str, dictionary: Dictionary) -> str:
    label = dictionary.label(path)
    return capitalized(label)


def _answer(path: str, profile: Profile, dictionary: Dictionary) -> Filled | None:
    given, text = profile.given(path), answer_text(path, profile, dictionary)
    return Filled(path, text, given.span) if given is not None and text else None


# ---------------------------------------------------------------- section by section


def _by_section(agreement: Agreement, told: Sequence[_Told], profile: Profile, dictionary: Dictionary) -> Section:
    rows = []
    for t in told:
        figures = list(_figures(t.section, profile, dictionary))
        explained = t.clause.plain_language or "Nobody has explained this section yet. Read the section itself."
        rows.append((_cell(t.place), _cell(explained), _lines(figures)))
    intro = f"The numbers are those of the {agreement.title}."
    table = _table(
        (("Section", 0.24), ("What it means for you", 0.5), ("In this document", 0.26)), rows, "Section by section"
    )
    return Section("Section by section", (_paragraph(intro), table), anchor="by_section")


def _figures(section: Section, profile: Profile, dictionary: Dictionary) -> Iterator[tuple[Inline, ...]]:
    """Yield “Breach notice: five (5) business days” for each figure that the section itself prints."""
    seen: set[str] = set()
    # Sections inside are told for themselves.
    for inline in (i for block in section.blocks if not isinstance(block, Section) for i in inlines_in(block)):
        if not isinstance(inline, Filled | Blank) or inline.field in seen:
            continue
        field = dictionary.find(inline.field)
        if field is None or field.kind not in _FIGURES:
            continue
        if any(part.isdigit() for part in inline.field.split(".")):
            continue  # an entry of a list stands in the table of that list
        seen.add(inline.field)
        # The section may print it in words or with an apostrophe; here it stands as it is.
        plain = _answer(inline.field, profile, dictionary) if isinstance(inline, Filled) else None
        yield (Text(f"{_label(inline.field, dictionary)}: "), plain or inline)


# ---------------------------------------------------------------- the limits


def _limits(told: Sequence[_Told], dictionary: Dictionary) -> Iterator[Section]:
    """Where there is room to give way, and where there is none."""
    rows = []
    seen: set[str] = set()
    for t in told:
        fallbacks = [p for p in t.clause.positions if p.rung not in ("standard", NEVER)]
        if not fallbacks or t.clause.id in seen:
            continue
        seen.add(t.clause.id)
        room: list[tuple[Inline, ...]] = []
        for position in fallbacks:
            values = _values(position, dictionary)
            words = " ".join(w for w in (f"{values}." if values else "", position.note) if w)
            room.append((Text(with_printed_quotes(" ".join(w for w in (words, _asks(position)) if w))),))
        never = [p.note for p in t.clause.positions if p.rung == NEVER]
        rows.append((_cell(t.place), _lines(room), _cell(" ".join(never) or "—")))
    if rows:
        columns = (("Section", 0.24), ("If you must give way", 0.41), ("Where to stop", 0.35))
        intro = _paragraph("For the talk with the other side: how far each section could move, and where to stop.")
        yield Section("The limits", (intro, _table(columns, rows, "The limits")), anchor="limits")


_ASKED = {"director": "the director", "finance": "your finance lead", "counsel": "your lawyer", "legal": "your lawyer"}


def _asks(position: Position) -> str:
    """Return whose consent the rung needs before it is offered."""
    if position.approve in ("", "none"):
        return ""
    return f"Offer it only with the consent of {_ASKED.get(position.approve, f'your {position.approve}')}."


def _values(position: Position, dictionary: Dictionary) -> str:
    words = []
    for path, text in position.values:
        field = dictionary.find(path)
        option = field.option(text) if field is not None and field.options else None
        label = dictionary.label(path)
        words.append(f"{label}: {option.label if option is not None else text}")
    out = "; ".join(words)
    return capitalized(out)


# ---------------------------------------------------------------- what is open


def _still_open(items: Sequence[OpenItem]) -> Iterator[Section]:
    if not items:
        return
    rows = []
    for item in items:
        what: tuple[Inline, ...] = (Blank(item.field, item.label, item.number), LineBreak(), Text(item.question))
        rows.append(((Paragraph(what),), _cell(item.why), _cell(who_knows(item.who) if item.who else "")))
    columns = (("Still to be answered", 0.5), ("Why it matters", 0.3), ("Who usually knows", 0.2))
    intro = _paragraph("Nothing can be signed before these are answered.")
    yield Section("What is still open", (intro, _table(columns, rows, "What is still open")), anchor="still_open")


# ---------------------------------------------------------------- parts of a page


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(with_printed_quotes(text)),))


def _cell(text: str) -> tuple[Block, ...]:
    return (_paragraph(text),)


def _lines(lines: Sequence[tuple[Inline, ...]]) -> tuple[Block, ...]:
    return tuple(Paragraph(line) for line in lines if inlines_text(line)) or _cell("—")


def _labelled(label: str, text: str) -> tuple[Inline, ...]:
    strong = Emphasis((Text(label),), strong=True)
    return (strong, Text(f" {with_printed_quotes(text)}")) if text else (strong,)


def _table(columns: Sequence[tuple[str, float]], rows: Sequence[tuple[tuple[Block, ...], ...]], about: str) -> Table:
    return Table(tuple(Column((Text(h),), s) for h, s in columns), tuple(rows), about, row_headers=True)
