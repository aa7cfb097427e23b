"""Reading a roster: a workbook, a text with commas, or a folder of profiles, into members with their profiles."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from generator.diagnostics import Checked, Diagnostic, Related, Span, errors_in
from generator.digests import digest_of
from generator.fields import UNKNOWN, Field, Given, Value, first_few, listed, read_value
from generator.frozen import dataclass
from generator.pipeline.making import slug
from generator.pipeline.parts import Parts, read_given_profile, read_parts
from generator.profile import Profile, named_files, read_profile
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode
from generator.roster.cells import Mistaken, is_filler, typed_text
from generator.roster.members import Cells, Roster, Row, left_open
from generator.roster.rules import (
    ROSTER_ALIKE,
    ROSTER_CELL,
    ROSTER_COLUMNS,
    ROSTER_ENTRY,
    ROSTER_FILE,
    ROSTER_FILLER,
    ROSTER_HIDDEN,
    ROSTER_MEMBER,
    ROSTER_MERGED,
    ROSTER_OWN,
    ROSTER_PROFILE,
    ROSTER_UNREAD,
)
from generator.roster.tables import (
    CHECK,
    EXAMPLE,
    ID,
    MEMBER,
    OWN_SHEETS,
    Labels,
    Source,
    Table,
    head_of,
    is_example,
    is_overtyped,
    lines_of_text,
    sheet_place,
    unread_notes,
)
from generator.roster.updating import older_notes
from generator.roster.workbook import Cell, Refused, Workbook, column_letters, open_workbook, problem_of

if TYPE_CHECKING:
    from generator.workspace import Workspace

__all__ = ["hub_open", "member_party", "nobody_open", "read_roster", "roster_sources"]

_WHITE: Final = re.compile(r"\s+")
_MOST_TOLD: Final = 12
_MOST_ALIKE: Final = 5000
_LIKELY: Final = 0.75


def read_roster(workspace: Workspace, file: str, *, profile: str, documents: Sequence[str]) -> Checked[Roster]:
    """Return the members that ``file`` lists, each with its profile laid over ``profile``, that of the hub.

    ``file`` is a workbook (.xlsx), a text with commas (.csv) or a folder of profiles, ``documents`` what is to be made.
    The value is None where the file or the hub's profile cannot be read; what is wrong with a row is in the row.
    """
    return read_members(read_parts(workspace), workspace, file, profile=profile, documents=documents)


def read_members(
    parts: Parts, workspace: Workspace, file: str, *, profile: str, documents: Sequence[str]
) -> Checked[Roster]:
    """Return what :func:`read_roster` does, for a library that was read already."""
    shared = read_given_profile(workspace, profile, parts.dictionary)
    early = (*parts.problems, *shared.diagnostics)
    if shared.value is None or errors_in(early):
        return Checked(None, early)
    base = shared.value
    party = member_party(parts, base, documents)
    if not party:
        return Checked(None, (*early, nobody_open(base)))
    if (nobody := hub_open(parts, base, documents)) is not None:
        return Checked(None, (*early, nobody))
    base = left_open(base, party)
    labels = Labels(parts.dictionary, party)
    if workspace.is_folder(file):
        return _with_files(workspace, _folder(workspace, file, profile, base, labels, early))
    data = workspace.read(file)
    if data is None:
        problem = ROSTER_FILE.at(Span(file, 0, 0), "There is no such file.", fix="Check its name and its folder.")
        return Checked(None, (*early, problem))
    found = roster_sources(data, file, labels)
    if found.value is None:
        return Checked(None, (*early, *found.diagnostics))
    workbook, sources = found.value
    try:
        read = _Reader(file, data, base, labels, workbook, sources).read()
    except Refused as refused:
        return Checked(None, (*early, problem_of(refused, file)))
    return _with_files(workspace, replace(read, diagnostics=(*early, *read.diagnostics)))


def _with_files(workspace: Workspace, read: Checked[Roster]) -> Checked[Roster]:
    """Return what was read with the files that rows name themselves, each beside the file in which it is named."""
    if read.value is None:
        return read
    rows = []
    for row in read.value.rows:
        attached = {name: workspace.read(name) for name in named_files(row.own)}
        rows.append(replace(row, attached=attached) if attached else row)
    return replace(read, value=replace(read.value, rows=tuple(rows)))


def member_party(parts: Parts, base: Profile, documents: Sequence[str]) -> str:
    """Return the party whose rows a roster lists: of those that sign ``documents``, the one without a legal name."""
    signing, resolved = _signing(parts, base, documents)
    parties = parts.dictionary.parties()
    open_ones = [p for p in (*signing, *parties) if p in parties and _is_open(base, p)]
    if resolved and not any(p in signing for p in open_ones):
        return ""
    return open_ones[0] if open_ones else ""


def _signing(parts: Parts, base: Profile, documents: Sequence[str]) -> tuple[tuple[str, ...], bool]:
    """Return the parties that sign ``documents``, and whether each of them is known."""
    roles: dict[str, None] = {}
    for id in documents:
        found = parts.library.document_type(id).value
        if found is not None:
            roles.update(dict.fromkeys(found.parties))
    signing: dict[str, None] = {}
    resolved = True
    for role in roles or ("purchaser", "provider"):
        field = parts.dictionary.outline(role)
        given = base.given(field.same_as) if field is not None and field.same_as else None
        name = given.value if given is not None else role
        if isinstance(name, str):
            signing[name] = None
        resolved = resolved and name in parts.dictionary.parties()
    return tuple(signing), resolved


def hub_open(parts: Parts, base: Profile, documents: Sequence[str]) -> Diagnostic | None:
    """Say that the profile describes none of those who sign, so that nobody knows which of them is the member."""
    signing = [p for p in _signing(parts, base, documents)[0] if p in parts.dictionary.parties()]
    if len(signing) < 2 or not all(_is_open(base, p) for p in signing):
        return None
    paths = [f"{p}.legal_name" for p in signing]
    message = f"This profile names none of those who sign: {listed(paths)} are open, and one of them is the hub."
    fix = "Answer first what all members share, and everything about the hub; leave only the member open."
    return ROSTER_PROFILE.at(base.place_for(paths[0]), message, fix=fix, field=paths[0])


def _is_open(base: Profile, party: str) -> bool:
    given = base.given(f"{party}.legal_name")
    return given is None or given.value is UNKNOWN


def nobody_open(base: Profile) -> Diagnostic:
    """Say that the profile of a hub describes every party."""
    said = [f"{role} is {g.value}" for role in ("purchaser", "provider") if (g := base.given(f"agreement.{role}"))]
    message = f"This profile describes every party of these papers ({', '.join(said)}), so it leaves no member open."
    fix = "Write a profile that extends it and says agreement.provider: cbo and agreement.purchaser: hub."
    return ROSTER_PROFILE.at(base.place_for("agreement.provider"), message, fix=fix, field="agreement.provider")


def roster_sources(data: bytes, file: str, labels: Labels) -> Checked[tuple[Workbook | None, tuple[Source, ...]]]:
    """Return the sheets of a workbook, or the one table of a text with commas."""
    if PurePath(file).suffix.lower() in (".csv", ".tsv", ".txt") and not data.startswith(b"PK\x03\x04"):
        known = {*labels.dictionary.paths(), ID, CHECK, MEMBER}

        def is_known(name: str) -> bool:
            return name in known or labels.path(name) is not None

        lines = lines_of_text(data, file, is_known)
        if lines.value is None:
            return Checked(None, lines.diagnostics)
        rows = lines.value
        return Checked((None, (Source("", sheet_place(file), lambda: iter(rows)),)))
    opened = open_workbook(data, file)
    if opened.value is None:
        return Checked(None, opened.diagnostics)
    workbook = opened.value
    sources = tuple(
        Source(s.name, sheet_place(file, s.name), lambda sheet=s: workbook.rows(sheet), s)  # type: ignore[misc]
        for s in workbook.sheets
    )
    return Checked((workbook, sources))


@dataclass(slots=True)
class _Begun:
    """A row while it is read."""

    number: int
    id: str
    name: str
    nodes: dict[str, Node]
    places: dict[str, Span]
    problems: list[Diagnostic]
    entries: dict[str, Span] = field(default_factory=dict)  # where each entry of a list on a further sheet stands


class _Reader:
    """Reads the sheets of one file."""

    def __init__(
        self, file: str, data: bytes, base: Profile, labels: Labels, workbook: Workbook | None,
        sources: Sequence[Source],
    ) -> None:  # fmt: skip
        self.file, self.base, self.labels, self.workbook, self.sources = file, base, labels, workbook, sources
        self.digest = digest_of(data)
        self.dictionary = labels.dictionary
        self.problems: list[Diagnostic] = []
        self.fields: dict[str, Field | None] = {}
        self.positioned: dict[str, tuple[str, int, str]] = {}
        self.parts: dict[str, int] = {}  # columns of further sheets
        self.values: dict[tuple[str, str], Value] = {}  # answers that many rows give alike

    def read(self) -> Checked[Roster]:
        tables = self.tables()
        if self.workbook is not None and self.workbook.macros:
            message = "The workbook holds macros. They are not run, and no cell is read from them."
            self.problems.append(ROSTER_UNREAD.at(Span(self.file, 0, 0), message))
        self.problems += older_notes(self.sources, self.file, self.dictionary)
        members = [t for t in tables if not t.of]
        if not members:
            self.problems.append(self.headless())
            return Checked(None, tuple(self.problems))
        for other in members[1:]:
            message = f"Members stand on two sheets, “{members[0].source.name}” and “{other.source.name}”."
            self.problems.append(ROSTER_COLUMNS.at(other.place(other.below, 1), message, fix="Put them on one sheet."))
        main = members[0]
        begun = self.members(main)
        for table in tables:
            if table.of:
                self.entries(table, begun)
        rows = self.finished(main, begun)
        columns = {name: main.labels[c] for c, name in sorted(main.names.items()) if name not in (ID, CHECK)}
        for table in tables:
            if table.of:
                columns |= {n: table.labels[c] for c, n in sorted(table.names.items()) if n not in (ID, CHECK, MEMBER)}
        roster = Roster(
            self.file, rows, tuple(self.problems), self.digest, self.labels.party, columns,
            self.dictionary,
        )  # fmt: skip
        return Checked(roster, tuple(self.problems))

    def tables(self) -> list[Table]:
        found = []
        for source in self.sources:
            if source.name in OWN_SHEETS:
                continue
            table = head_of(source, self.labels, self.problems)
            if table is not None and set(table.names.values()) - {ID, CHECK, MEMBER}:
                found.append(table)
                self.problems += unread_notes(table)
            elif next(source.lines(), None) is not None:
                message = f"The sheet “{source.name}” has no row of names: not read."
                self.problems.append(ROSTER_OWN.at(Span(source.file, 1, 1), message))
        return found

    def headless(self) -> Diagnostic:
        where = Span(self.sources[0].file if self.sources else self.file, 1, 1)
        label = self.labels.of(f"{self.labels.party}.legal_name")
        message = (
            f"No row says which column is which: neither {self.labels.party}.legal_name nor “{label}” stands there."
        )
        return ROSTER_COLUMNS.at(where, message, fix="Begin with the workbook that agreements roster makes.")

    # -- the members

    def members(self, table: Table) -> list[_Begun]:
        begun: list[_Begun] = []
        idle: list[int] = []
        below = table.below
        id_column = table.column(ID)
        fields = {c: n for c, n in table.names.items() if n not in (ID, CHECK, MEMBER)}
        for number, cells in table.source.lines():
            if number <= table.below:
                continue
            marked = cells.get(id_column) if id_column is not None else next(iter(cells.values()), None)
            overtyped: list[Diagnostic] = []
            if marked is not None and marked.text.strip().casefold() == EXAMPLE:
                if not is_overtyped(table, self.labels, cells):
                    below = max(below, number)
                    continue
                message = "This row is marked as the example, and somebody is listed in it."
                fix = "Write the member's own number or name in the place of EXAMPLE, or delete the row."
                place = table.place(number, next(c for c, cell in cells.items() if cell is marked))
                overtyped.append(ROSTER_MEMBER.at(place, message, fix=fix, field=ID))
                cells = {c: cell for c, cell in cells.items() if cell is not marked}
            if not any(c in fields for c in cells):
                if any(c != table.column(CHECK) for c in cells):
                    idle.append(number)
                continue
            begun.append(self.row(table, number, cells, fields, id_column))
            begun[-1].problems += overtyped
        if idle:
            message = (
                f"{_rows(idle)} no column that is read, so {'it is' if len(idle) == 1 else 'they are'} left alone."
            )
            self.problems.append(ROSTER_UNREAD.at(table.place(idle[0], 1), message))
        self.around(table, begun[-1].number if begun else table.below)
        if not begun:
            message = "No member is listed yet."
            fix = f"Fill in row {below + 1} and those below it, one for each member."
            self.problems.append(ROSTER_MEMBER.at(table.place(below + 1, 1), message, fix=fix))
        return begun

    def row(
        self, table: Table, number: int, cells: Mapping[int, Cell], fields: Mapping[int, str], id_column: int | None
    ) -> _Begun:
        problems: list[Diagnostic] = []
        nodes: dict[str, Node] = {}
        places: dict[str, Span] = {}
        lists: dict[str, dict[int, list[tuple[str, Span, Node]]]] = {}
        for column, name in fields.items():
            cell = cells.get(column)
            if cell is None:
                continue
            place = Span(table.source.file, number, column)
            node = self.node(name, cell, place, problems)
            if node is None:
                continue
            if name not in self.positioned:
                self.positioned[name] = _positioned(name)
            base, position, member = self.positioned[name]
            if position:
                lists.setdefault(base, {}).setdefault(position, []).append((member, place, node))
            else:
                nodes[name] = node
        for base, entries in lists.items():
            items = tuple(_entry(found) for _, found in sorted(entries.items()))
            nodes[base] = ListNode(items, items[0].span)
        id = ""
        if id_column is not None and id_column in cells:
            id = self.plain(cells[id_column], Span(table.source.file, number, id_column), ID, problems)
        name = ""
        for part in ("legal_name", "short_name"):
            node = nodes.get(f"{self.labels.party}.{part}")
            if not name and isinstance(node, TextNode):
                name = _WHITE.sub(" ", node.text).strip()
        if all(self.is_example(f"{self.labels.party}.{part}", nodes) for part in ("legal_name", "short_name")):
            path = f"{self.labels.party}.legal_name"
            message = "These are the answers of the example row, which has lost its mark."
            problems.append(ROSTER_MEMBER.at(nodes[path].span, message, fix="Delete the row.", field=path))
        return _Begun(number, id, name, nodes, places, problems)

    def is_example(self, name: str, nodes: Mapping[str, Node]) -> bool:
        field, node = self.field(name), nodes.get(name)
        return field is not None and isinstance(node, TextNode) and is_example(field, node.text)

    def field(self, name: str) -> Field | None:
        if name not in self.fields:
            self.fields[name] = self.dictionary.find(name)
        return self.fields[name]

    def node(self, name: str, cell: Cell, place: Span, problems: list[Diagnostic]) -> Node | None:
        """Return what a cell holds as it would stand in a profile."""
        field = self.field(name)
        if field is None:
            return None
        try:
            text = self.typed(cell, field)
        except Mistaken as wrong:
            problems.append(ROSTER_CELL.at(place, wrong.message, fix=wrong.fix, field=name))
            return None
        if (field.each or field).kind in ("text", "paragraphs") and is_filler(text):
            message = f"“{text.strip()}” would be printed as it stands."
            fix = "Write what is meant; leave the cell empty where there is nothing to say, or write unknown."
            problems.append(ROSTER_FILLER.at(place, message, fix=fix, field=name))
            return None
        return _as_node(field, text, place)

    def typed(self, cell: Cell, field: Field | None) -> str:
        if cell.kind == "text":
            return cell.text
        book = self.workbook
        return typed_text(
            cell, book.format(cell.style) if book else "General", field, book.starts_1904 if book else False
        )

    def plain(self, cell: Cell, place: Span, name: str, problems: list[Diagnostic]) -> str:
        try:
            return _WHITE.sub(" ", self.typed(cell, None)).strip()
        except Mistaken as wrong:
            problems.append(ROSTER_CELL.at(place, wrong.message, fix=wrong.fix, field=name))
            return ""

    def around(self, table: Table, last: int) -> None:
        """Tell what is merged, hidden or filtered in a sheet that was gone through."""
        sheet = table.source.sheet
        if sheet is None:
            return
        for top, left, bottom, right in sheet.merged:
            touched = [table.labels[c] for c in sorted(table.names) if left <= c <= right]
            if not touched or top > last or bottom < table.below or (top <= table.below and top == bottom):
                continue
            rows = f"rows {top} to {bottom}" if bottom > top else f"row {top}"
            message = f"Cells are merged in {rows}: {', '.join(touched[:4])}."
            fix = "Unmerge them and write the value into each cell."
            self.problems.append(ROSTER_MERGED.at(table.place(top, left), message, fix=fix))
        hidden = [r for r in sheet.hidden_rows if r > table.below]
        if hidden:
            named = _rows(hidden, verb=False)
            one = len(hidden) == 1
            said = f"A filter hides {named.lower()}." if sheet.filter else f"{named} {'is' if one else 'are'} hidden."
            message = f"{said} {'It is' if one else 'They are'} read like all others."
            self.problems.append(ROSTER_HIDDEN.at(table.place(hidden[0], 1), message))
        columns = [c for c in sheet.hidden_columns if c in table.names]
        if columns:
            shown = ", ".join(f"“{table.labels[c]}” ({column_letters(c)})" for c in columns[:6])
            message = f"Hidden columns are read like all others: {shown}{' …' if len(columns) > 6 else ''}."
            self.problems.append(ROSTER_HIDDEN.at(table.place(table.below, columns[0]), message))
        if sheet.hidden:
            message = f"The sheet “{sheet.name}” is hidden. It is read."
            self.problems.append(ROSTER_HIDDEN.at(table.place(table.below, 1), message))

    # -- entries of lists on further sheets

    def entries(self, table: Table, begun: Sequence[_Begun]) -> None:
        whose: dict[str, _Begun | None] = {}
        for row in begun:
            for name in {row.id, row.name} - {""}:
                key = name.casefold()
                whose[key] = None if key in whose and whose[key] is not row else row
        owner, whole = table.column(MEMBER), self.field(table.of)
        if owner is None or whole is None:
            return
        self.parts |= {name: column for column, name in table.names.items()}
        gathered: dict[int, list[Node]] = {}
        last = table.below
        for number, cells in table.source.lines():
            if number <= table.below:
                continue
            held = {c: cells[c] for c, n in table.names.items() if c in cells and n not in (ID, CHECK, MEMBER)}
            mark = cells.get(owner)
            if not held:
                continue
            if mark is not None and mark.text.strip().casefold().startswith(EXAMPLE):
                if is_overtyped(table, self.labels, held):
                    message = "This row is marked as the example, and an entry was typed into it."
                    fix = "Choose the member in the place of EXAMPLE, or delete the row."
                    self.problems.append(ROSTER_ENTRY.at(table.place(number, owner), message, fix=fix))
                continue
            last = number
            targets = self.owners(table, number, mark, owner, whose, begun)
            problems: list[Diagnostic] = []
            parts: list[tuple[str, Span, Node]] = []
            for column, cell in held.items():
                name, place = table.names[column], table.place(number, column)
                node = self.node(name, cell, place, problems)
                if node is not None:
                    parts.append((name.removeprefix(table.of).lstrip("."), place, node))
            for target in targets:
                target.problems += problems
                if parts:
                    items = gathered.setdefault(target.number, [])
                    items.append(_entry(parts))
                    target.entries[f"{table.of}.{len(items)}"] = table.place(number, owner)
            if not targets:
                self.problems += problems
        self.around(table, last)
        for row in begun:
            row.places.setdefault(table.of, table.place(last + 1, owner))
            items = gathered.get(row.number, [])
            if items:
                row.nodes[table.of] = ListNode(tuple(items), items[0].span)
                row.places[table.of] = items[0].span

    def owners(
        self, table: Table, number: int, mark: Cell | None, column: int, whose: Mapping[str, _Begun | None],
        begun: Sequence[_Begun],
    ) -> Sequence[_Begun]:  # fmt: skip
        """Return whose entry stands in a row of a further sheet."""
        place = table.place(number, column)
        if mark is None:
            message = "An entry stands here, and nothing says whose it is."
            self.problems.append(ROSTER_ENTRY.at(place, message, fix="Choose the member in the first column, or all."))
            return ()
        name = self.plain(mark, place, MEMBER, self.problems)
        if name.casefold() == "all":
            return begun
        found = whose.get(name.casefold(), ...)
        if found is None:
            message = "Two members are called so."
            self.problems.append(ROSTER_ENTRY.at(place, message, fix="Give each a number, and write that here."))
            return ()
        if found is ...:
            if name:
                near = difflib.get_close_matches(name, [r.name for r in begun if r.name], 1, 0.7)
                fix = f"Did you mean “{near[0]}”?" if near else "Write the name as it stands on the sheet of members."
                self.problems.append(ROSTER_ENTRY.at(place, f"“{name[:80]}” is not one of the members.", fix=fix))
            return ()
        return (found,)

    # -- values

    def finished(self, table: Table, begun: Sequence[_Begun]) -> tuple[Row, ...]:
        rows: list[Row] = []
        columns = {n: c for c, n in table.names.items() if n not in (CHECK, MEMBER)}
        for row in begun:
            own: dict[str, Given] = {}
            for name, node in row.nodes.items():
                field = self.field(name)
                if field is None:
                    continue
                typed_alike = (name, node.text) if isinstance(node, TextNode) and len(node.text) < 40 else None
                known = self.values.get(typed_alike) if typed_alike else None
                if known is not None:
                    own[name] = Given(known, node.span)
                    continue
                checked = read_value(field, node)
                row.problems += (_worded(d, self.field(d.field) or field, node) for d in checked.diagnostics)
                if checked.value is not None:
                    own[name] = Given(checked.value, node.span)
                    if typed_alike and not checked.diagnostics and len(self.values) < _MOST_ALIKE:
                        self.values[typed_alike] = checked.value
            key = _key(row.id, row.name) or f"row-{row.number}"
            cells = Cells(table.source.file, row.number, columns, row.places, row.entries, self.parts)
            typed = json.dumps([(n, _said(node)) for n, node in sorted(row.nodes.items())], ensure_ascii=False)
            digest = digest_of(typed.encode("utf-8", "surrogatepass"))
            rows.append(Row(
                key, row.number, row.name or f"row {row.number}", self.base, own, cells, digest,
                tuple(row.problems), self.file, self.labels.party, id=row.id,
            ))  # fmt: skip
        return _told_apart(rows, {r.number: r.id for r in begun}, self.problems)


def _positioned(name: str) -> tuple[str, int, str]:
    """Divide "service.elements.2.name" into list, position and member; position 0 where there is none."""
    parts = name.split(".")
    for n, part in enumerate(parts):
        if part.isdecimal():
            return ".".join(parts[:n]), int(part), ".".join(parts[n + 1 :])
    return name, 0, ""


def _entry(parts: Sequence[tuple[str, Span, Node]]) -> Node:
    if len(parts) == 1 and not parts[0][0]:
        return parts[0][2]
    return MapNode(tuple((n, s, v) for n, s, v in parts if n), parts[0][1])


def _as_node(field: Field, text: str, place: Span) -> Node:
    """Return ``text`` as an answer to ``field``: a choice by its words, several answers divided."""
    plain = text.strip()
    match field.kind:
        case "several":
            return ListNode(tuple(TextNode(_meant(field, p), place) for p in _divided(field, plain)), place)
        case "list" if field.each is not None:
            if plain.lower() == "unknown":
                return TextNode(plain, place)
            lines = plain.split("\n")
            if field.each.kind not in ("text", "paragraphs"):
                lines = re.split(r"[;,\n]", plain)
            return ListNode(tuple(TextNode(_meant(field.each, p.strip()), place) for p in lines if p.strip()), place)
        case "choice" | "party_choice" | "yes_no":
            return TextNode(_meant(field, plain), place)
        case _:
            return TextNode(text, place)


def _divided(field: Field, text: str) -> list[str]:
    if text.lower() == "unknown" or _meant(field, text) != text:
        return [text]
    parts = [p.strip() for p in re.split(r"[;\n]", text) if p.strip()]
    if len(parts) == 1 and _meant(field, parts[0]) == parts[0] and field.option(parts[0]) is None:
        parts = [p.strip() for p in text.split(",") if p.strip()]
    return parts


def _meant(field: Field, text: str) -> str:
    """Return the key of the option that ``text`` names, by its key or its words; else ``text``."""
    if not field.options:
        return text
    plain = _WHITE.sub(" ", text).casefold()
    for option in field.options:
        if plain in (option.key, option.label.casefold(), option.phrase.casefold()):
            return option.key
    return text


def _said(node: Node) -> object:
    match node:
        case TextNode():
            return node.text
        case ListNode():
            return [_said(i) for i in node.items]
        case MapNode():
            return [[name, _said(v)] for name, _, v in node.entries]


_FIX: Final = re.compile(
    r"\AWrite(?P<so>, for example| it like this)?: (?P<name>[a-z0-9_.]+): (?P<what>.*)\Z", re.DOTALL
)


_PERSONAL: Final = re.compile(r"\.(signer|contacts|counsel)(\.|$)")


def _worded(problem: Diagnostic, field: Field, node: Node) -> Diagnostic:
    """Return a problem of a value in the words of a table: what to write into the cell, not into a profile.

    What stands in a cell about a person is not repeated: reports are sent around, and the cell is named anyway.
    """
    fix = problem.fix
    if field.kind in ("email", "phone", "npi", "ein") or _PERSONAL.search(field.path):
        problem = replace(problem, message=_unsaid(problem.message, node))
        fix = "" if fix.startswith("Write: ") else fix
        if not fix and field.example:
            fix = f"Write, for example: {field.name}: {field.example}"
    found = _FIX.match(fix)
    if found:
        what = found["what"].strip()
        if len(what) > 1 and what[0] == what[-1] == '"':
            what = what[1:-1]
        option = field.option(what)
        if option is not None and not found["so"] and not _alike(node, option.key, option.label):
            return replace(problem, fix=_one_of(field))
        what = option.label if option is not None else what
        fix = f"Write, for example: {what}" if found["so"] else f"Write: {what}"
    elif fix.startswith("Write, for example:\n"):
        fix = "See the example row."
    elif fix.startswith("Write one of:") and field.options:
        fix = _one_of(field)
    return replace(problem, fix=fix)


def _one_of(field: Field) -> str:
    shown = "; ".join(o.label for o in field.options[:12])
    return f"Write one of: {shown}{' …' if len(field.options) > 12 else ''}."


def _alike(node: Node, *words: str) -> bool:
    """Whether one of ``words`` is likely what was meant: “Charity” is no slip of the pen for “City or town”."""
    typed = " ".join(t.text for t in _leaves(node)).casefold()
    return any(difflib.SequenceMatcher(None, typed, w.casefold()).ratio() >= _LIKELY for w in words)


def _unsaid(message: str, node: Node) -> str:
    """Return ``message`` without the value that it begins with in quotation marks."""
    inner = sum(t.text.count("”") for t in _leaves(node))
    parts = message.split("”", inner + 1)
    if not message.startswith("“") or len(parts) < 2:
        return message
    rest = message.split("”")[-1] if inner else parts[1]
    return f"What stands here{rest}"


def _leaves(node: Node) -> Iterator[TextNode]:
    match node:
        case TextNode():
            yield node
        case ListNode():
            for item in node.items:
                yield from _leaves(item)
        case MapNode():
            for _, _, value in node.entries:
                yield from _leaves(value)


# ---------------------------------------------------------------- members told apart


def _key(id: str, name: str) -> str:
    """Return the folder of a member: its number, or else its name, safe on every system."""
    for text in (id, name):
        if text:
            return slug(text) or "m-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return ""


def _told_apart(rows: Sequence[Row], ids: Mapping[int, str], told: list[Diagnostic]) -> tuple[Row, ...]:
    """Add a problem to every row that names a member again, or would share another's folder.

    What stops neither of two rows is ``told`` of the roster: a record of one member says nothing of another.
    """
    found: dict[int, list[Diagnostic]] = {}
    seen: dict[tuple[str, str], Row] = {}

    def note(row: Row, first: Row, message: str, fix: str, path: str) -> None:
        where = row.cells.get(path) or Span(row.file, row.number, 1)
        others = (Related(first.cells.get(path) or Span(row.file, first.number, 1), first.name),)
        if not any(d.rule == ROSTER_MEMBER.name for d in found.get(row.number, ())):
            found.setdefault(row.number, []).append(
                ROSTER_MEMBER.at(where, message, fix=fix, field=path, others=others)
            )

    def both(row: Row, first: Row, message: str, fix: str, path: str) -> None:
        """Which of the two is right nobody can know, so neither is made; ``{}`` is the other in the message."""
        note(row, first, message.format(f"row {first.number}", f"({first.name})"), fix, path)
        note(first, row, message.format(f"row {row.number}", f"({row.name})"), fix, path)

    for row in rows:
        id = ids.get(row.number, "")
        party = row.party
        for path, what in ((f"{party}.legal_name", "name"), (f"{party}.ein", "EIN"), (f"{party}.npi", "NPI")):
            given = row.own.get(path)
            if given is None or not isinstance(given.value, str):
                continue
            first = seen.setdefault((path, _WHITE.sub(" ", given.value).casefold()), row)
            if first is row:
                continue
            if id and ids.get(first.number) and ids[first.number].casefold() != id.casefold():
                # Somebody said that they are two: a name they may share, a number is mostly left from a copied row.
                if what != "name":
                    place = f" (row {first.number})" if first.has_columns else ""
                    message = f"{row.name} and {first.name}{place} have the same {what}."
                    fix = "Look up whose it is, unless both belong to one organization."
                    others = (Related(first.own[path].span, first.name),)
                    told.append(ROSTER_ALIKE.at(given.span, message, fix=fix, field=path, others=others))
                continue
            fix = "Delete one of the rows. If both are meant, give each a number of its own in the first column."
            both(row, first, f"This {what} stands in {{}} too {{}}.", fix, path)
        first = seen.setdefault(("key", row.key), row)
        if first is not row:
            path = f"{party}.legal_name"
            if id and ids.get(first.number):
                both(row, first, "This number stands in {} too {}.", "Give each member a number of its own.", ID)
            else:
                message = f"The files of this member would be in the folder “{row.key}”, like those of {{}} {{}}."
                fix = "Give both rows a number of their own in the first column."
                both(row, first, message, fix, path)
    return tuple(replace(r, problems=(*r.problems, *found[r.number])) if r.number in found else r for r in rows)


def _rows(numbers: Sequence[int], *, verb: bool = True) -> str:
    shown = first_few([str(n) for n in numbers], _MOST_TOLD)
    one = len(numbers) == 1
    return f"{'Row' if one else 'Rows'} {shown}{(' fills' if one else ' fill') + ' in' if verb else ''}"


# ---------------------------------------------------------------- a folder of profiles


def _folder(
    workspace: Workspace, folder: str, profile: str, base: Profile, labels: Labels, early: Sequence[Diagnostic]
) -> Checked[Roster]:
    """Read every profile in ``folder`` itself, but that of the hub and those whose name begins with _ or a point."""
    problems = list(early)
    rows: list[Row] = []
    digests: list[str] = []
    shared = {name for name, _ in base.digests}
    files = [f for f in workspace.files_below(folder) if PurePath(f).parent == PurePath(folder)]
    files = [f for f in files if f.lower().endswith((".yaml", ".yml")) and PurePath(f).name[0] not in "._"]
    skipped = {PurePath(name) for name in shared} | {PurePath(profile)}
    for number, file in enumerate((f for f in files if PurePath(f) not in skipped), 1):
        data = workspace.read(file)
        digests.append(digest_of(data or b""))
        read = read_profile(workspace.read, file, labels.dictionary)
        if read.value is None:
            rows.append(
                Row(slug(PurePath(file).stem), number, file, base, {}, {}, "", read.diagnostics, file, labels.party)
            )
            continue
        found = read.value
        parents = {name for name, _ in found.digests} & shared
        own = {p: g for p, g in found.values.items() if g.span.file not in parents}
        named = found.given(f"{labels.party}.legal_name") or found.given(f"{labels.party}.short_name")
        name = named.value if named is not None and isinstance(named.value, str) else PurePath(file).stem
        both = replace(base, pins={**base.pins, **found.pins}, overrides={**base.overrides, **found.overrides})
        digest = digest_of("".join(d for n, d in found.digests if n not in shared).encode())
        rows.append(Row(
            slug(PurePath(file).stem) or f"row-{number}", number, name, both, own, dict(found.places), digest,
            read.diagnostics, file, labels.party,
        ))  # fmt: skip
    if not rows:
        message = "No profile of a member stands in this folder."
        problems.append(ROSTER_FILE.at(Span(folder, 0, 0), message, fix="Put one .yaml file for each member there."))
        return Checked(None, tuple(problems))
    told = _told_apart(rows, {r.number: r.file for r in rows}, problems)
    digest = digest_of("".join(digests).encode())
    return Checked(Roster(folder, told, tuple(problems), digest, labels.party, {}, labels.dictionary), tuple(problems))
