"""A document type as its file gives it: cover, outline, schedules, and when each part is there."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Checked, Span
from generator.digests import digest_of
from generator.frozen import dataclass
from generator.library.clauses import CLAUSE_PATH
from generator.library.heads import Reader
from generator.reading.grammar import ClauseTemplate, Condition
from generator.reading.yaml_text import MapNode, Node, TextNode, read_yaml
from generator.reuse import Keeps

__all__ = [
    "Choice",
    "DocumentType",
    "Group",
    "Include",
    "KeyTermText",
    "Opening",
    "ScheduleText",
    "Slot",
    "read_document_type",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A clause that may stand in a slot, and the condition under which it does."""

    clause: str
    when: Condition | None
    when_text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one clause: the first whose condition holds. ``required`` slots must not stay empty."""

    name: str
    choices: tuple[Choice, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """A computed part: the checklist of the requirement family ``family`` over the document ``of``, or the path
    and the result of the decision ``decision``."""

    family: str
    of: str
    intro: ClauseTemplate | None
    span: Span
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A numbered article with its own heading around slots; with ``lead`` the first one's words stand below it."""

    heading: str
    entries: tuple[Slot | Include, ...]
    when: Condition | None
    when_text: str
    span: Span
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """An unnumbered headed part before the numbered ones (Parties, Background)."""

    heading: str
    slot: Slot
    recitals: bool


@dataclass(frozen=True, slots=True)
class KeyTermText:
    """One line of the cover's key terms."""

    label: str
    text: ClauseTemplate
    when: Condition | None
    when_text: str


@dataclass(frozen=True, slots=True)
class ScheduleText:
    """An attachment: clauses of its own, the outline of another document type, or prescribed words.

    ``locked`` is the field that lists the files of the prescribed words.
    """

    id: str
    title: str
    label: str
    outline: tuple[Group | Slot, ...]
    document: str
    when: Condition | None
    when_text: str
    span: Span
    locked: str = ""


@dataclass(frozen=True, slots=True)
class DocumentType(Keeps):
    """A kind of agreement as data: its outline of clause slots, cover, schedules and signatures.

    ``more_parties`` says that organizations beside ``parties`` may sign it; ``requires`` are the families of
    requirements it has to satisfy ("hipaa.baa" for all ``hipaa.baa.…``).
    """

    id: str
    title: str
    slug: str
    when: str
    parties: tuple[str, ...]
    checklist: bool
    subtitle: ClauseTemplate | None
    key_terms: tuple[KeyTermText, ...]
    notes: tuple[ClauseTemplate, ...]
    opening: tuple[Opening, ...]
    outline: tuple[Group | Slot, ...]
    closing: ClauseTemplate | None
    schedules: tuple[ScheduleText, ...]
    signatures: tuple[str, ...]
    requires: tuple[str, ...]
    span: Span
    digest: str = ""
    more_parties: bool = False

    def asks_for(self, requirement: str) -> bool:
        """Whether the requirement of this name is of a family that such an agreement has to satisfy."""
        return any(requirement.startswith(f"{family}.") for family in self.requires)

    def within(self) -> tuple[ClauseTemplate, ...]:
        """Return its own texts."""
        groups = (part for part in self.outline if isinstance(part, Group))
        intros = (entry.intro for part in groups for entry in part.entries if isinstance(entry, Include))
        own = (self.subtitle, *(term.text for term in self.key_terms), *self.notes, self.closing, *intros)
        return tuple(text for text in own if text is not None)


_DOCUMENT_KEYS = (
    "id title slug when parties more_parties layout cover opening outline closing schedules signatures requires"
).split()


def read_document_type(data: bytes, file: str, id: str) -> Checked[DocumentType]:
    """Read one file of ``clauses/_documents/``."""
    checked = read_yaml(data, file)
    read = Reader(file)
    top = Span(file, 1, 1)
    if checked.value is None:
        return Checked(None, checked.diagnostics)
    node = read.map(checked.value, "A document type", top)
    read.keys(node, _DOCUMENT_KEYS, "a document type")
    said = read.text(node, "id", "the document type", required=True)
    if said and said != id:
        read.problems.append(CLAUSE_PATH.at(top, f"The file is {id}.yaml, but says id: {said}.", fix=f"Write id: {id}"))
    layout = read.text(node, "layout") or "contract"
    if layout not in ("contract", "checklist"):
        read.complain(node.key_span("layout") or top, f"layout is “{layout}”.", "Write contract or checklist.")
    cover = node.get("cover")
    cover_map = read.map(cover, "cover", top) if cover is not None else MapNode((), top)
    read.keys(cover_map, ("subtitle", "key_terms", "notes"), "a cover")
    subtitle, closing = cover_map.get("subtitle"), node.get("closing")
    title = read.text(node, "title", "the document type", required=True)
    value = DocumentType(
        id=id,
        title=title,
        slug=read.text(node, "slug") or id,
        when=read.text(node, "when"),
        parties=tuple(n.text for n in read.texts(node, "parties")),
        checklist=layout == "checklist",
        subtitle=read.template(subtitle) if isinstance(subtitle, TextNode) else None,
        key_terms=tuple(_key_terms(read, cover_map)),
        notes=tuple(t for n in read.texts(cover_map, "notes") if (t := read.template(n)) is not None),
        opening=tuple(_openings(read, node)),
        outline=_outline(read, read.items(node, "outline")),
        closing=read.template(closing) if isinstance(closing, TextNode) else None,
        schedules=tuple(_schedules(read, node)),
        signatures=tuple(n.text for n in read.texts(node, "signatures") if n.text != "none"),
        requires=tuple(n.text for n in read.texts(node, "requires")),
        span=top,
        digest=digest_of(data),
        more_parties=read.text(node, "more_parties") in ("true", "yes"),
    )
    problems = (*checked.diagnostics, *read.problems)
    return Checked(value, problems)


def _key_terms(read: Reader, cover: MapNode) -> Iterator[KeyTermText]:
    for entry in read.items(cover, "key_terms"):
        term = read.map(entry, "A key term", cover.span)
        read.keys(term, ("label", "text", "when"), "a key term")
        label, text = read.text(term, "label", "a key term", required=True), term.get("text")
        when, when_text = read.condition(term)
        template = read.template(text) if isinstance(text, TextNode) else None
        if template is None:
            read.complain(term.span, "text is missing in a key term.")
        else:
            yield KeyTermText(label, template, when, when_text)


def _openings(read: Reader, node: MapNode) -> Iterator[Opening]:
    for entry in read.items(node, "opening"):
        part = read.map(entry, "An opening part", node.span)
        read.keys(part, ("heading", "clause", "when", "recitals", "slot", "one_of"), "an opening part")
        heading = read.text(part, "heading", "an opening part", required=True)
        slot = _slot(read, part, ("heading", "recitals"))
        if slot is not None:
            yield Opening(heading, slot, read.text(part, "recitals") in ("true", "yes"))


def _slot(read: Reader, node: Node, also: tuple[str, ...] = ()) -> Slot | None:
    if isinstance(node, TextNode):
        return Slot(node.text, (Choice(node.text, None, "", node.span),))
    entry = read.map(node, "A place for a clause", Span(read.file))
    read.keys(entry, ("clause", "when", "slot", "one_of", "otherwise", *also), "a place for a clause")
    if entry.get("one_of") is None:
        clause = read.text(entry, "clause", "a place for a clause", required=True)
        when, when_text = read.condition(entry)
        if not clause:
            return None
        return Slot(clause, (Choice(clause, when, when_text, entry.span),))
    choices = []
    for option in read.items(entry, "one_of"):
        if isinstance(option, TextNode):
            choices.append(Choice(option.text, None, "", option.span))
            continue
        one = read.map(option, "An alternative", entry.span)
        read.keys(one, ("clause", "when"), "an alternative")
        clause = read.text(one, "clause", "an alternative", required=True)
        when, when_text = read.condition(one)
        choices.append(Choice(clause, when, when_text, one.span))
    otherwise = read.text(entry, "otherwise") or "none"
    if otherwise not in ("none", "error"):
        read.complain(entry.span, f"otherwise is “{otherwise}”.", "Write none or error.")
    return Slot(read.text(entry, "slot", "a slot", required=True), tuple(choices), otherwise == "error")


def _outline(read: Reader, nodes: tuple[Node, ...]) -> tuple[Group | Slot, ...]:
    out: list[Group | Slot] = []
    for node in nodes:
        if isinstance(node, MapNode) and node.get("heading") is not None:
            keys = ("heading", "lead", "clauses", "when", "checklist", "decision", "of", "intro")
            read.keys(node, keys, "a group of clauses")
            when, when_text = read.condition(node)
            entries: list[Slot | Include] = [
                slot for n in read.items(node, "clauses") if (slot := _slot(read, n)) is not None
            ]
            family, decision = read.text(node, "checklist"), read.text(node, "decision")
            intro = node.get("intro")
            template = read.template(intro) if isinstance(intro, TextNode) and (family or decision) else None
            if decision:
                entries.insert(0, Include("", "", template, node.span, decision))
            elif family:
                of = read.text(node, "of", "a checklist", required=True)
                entries.append(Include(family, of, template, node.span))
            lead = node.get("lead")
            first = _slot(read, lead) if lead is not None else None
            entries = entries if first is None else [first, *entries]
            heading = read.text(node, "heading", required=True)
            out.append(Group(heading, tuple(entries), when, when_text, node.span, first is not None))
        else:
            slot = _slot(read, node)
            if slot is not None:
                out.append(slot)
    return tuple(out)


def _schedules(read: Reader, node: MapNode) -> Iterator[ScheduleText]:
    for entry in read.items(node, "schedules"):
        part = read.map(entry, "A schedule", node.span)
        read.keys(part, ("id", "title", "label", "when", "clauses", "outline", "document", "locked"), "a schedule")
        when, when_text = read.condition(part)
        nodes = read.items(part, "clauses") + read.items(part, "outline")
        yield ScheduleText(
            read.text(part, "id", "a schedule", required=True),
            read.text(part, "title", "a schedule", required=True),
            read.text(part, "label") or "Schedule",
            _outline(read, nodes),
            read.text(part, "document"),
            when,
            when_text,
            part.span,
            read.text(part, "locked"),
        )
