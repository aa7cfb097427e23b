"""The checked roster given back: a column that says how each row stands, cells coloured, and what is wrong as a note.

A spreadsheet library would read the workbook and write another one, without what it does not know: charts, pictures,
extensions of lists and rules, threaded comments. So the parts that change are changed themselves and all others are
copied as they lie. Three things are added to a sheet (ECMA-376 Part 1, chapter 18)::

    <c r="BC12" t="inlineStr"><is><t>2 to mend: ZIP code; EIN</t></is></c>          the status
    <conditionalFormatting sqref="F12 G12"><cfRule type="expression" dxfId="4" priority="1">
      <formula>N("agreements check")=0</formula></cfRule></conditionalFormatting>   the colour; no cell's own is touched
    <comment ref="F12" authorId="2"><text><r><t>…</t></r></text></comment>          the note, with its shape (VML)

What an earlier check added is taken out first: colours by their formula, notes by how they begin, the status by its
column.
"""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Final

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.fields import first_few
from generator.roster.notes import AUTHOR, BELOW, MARK, own_words
from generator.roster.preflight import Preflight, RowReport
from generator.roster.reading import roster_sources
from generator.roster.rules import ROSTER_FILE
from generator.roster.tables import CHECK, Labels, Source, Table, head_of, sheet_place
from generator.roster.workbook import Refused, Workbook, cell_place, column_letters, number_in, problem_of
from generator.writers.package import copied_entries, deflated, zip_package

if TYPE_CHECKING:
    from lxml.etree import _Element

    from generator.workspace import Workspace

__all__ = ["RULES", "annotate_roster"]

ROSTER_ANNOTATE = Rule(
    "roster-annotate",
    Severity.ERROR,
    "The roster cannot be given back with its mistakes marked.",
    """`--annotate` writes a copy of a workbook (.xlsx) or of a CSV file. A folder of profiles has no cells to mark,
and a workbook with macros keeps them only under a name that ends in `.xlsm`.

Wrong: `agreements roster members.xlsm --annotate checked.xlsx`

Right: `agreements roster members.xlsm --annotate checked.xlsm`
""",
)
RULES = (ROSTER_ANNOTATE,)

_S: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_FORMULA: Final = 'N("agreements check")=0'
_AT_ONCE: Final = 400  # cells in one rule
_RED, _AMBER = "FFFFC7CE", "FFFFEB9C"
# What may stand behind conditional formats in a sheet, in order (18.3.1.99, CT_Worksheet).
_BEHIND: Final = (
    "dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties "
    "cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst"
).split()
_BEHIND_LEGACY: Final = _BEHIND[_BEHIND.index("legacyDrawingHF") :]


def annotate_roster(workspace: Workspace, file: str, report: Preflight) -> Checked[bytes]:
    """Return the roster ``file`` with what ``report`` found marked in it. The file itself is not touched."""
    data = None if workspace.is_folder(file) else workspace.read(file)
    if data is None:
        message = "Only a workbook or a CSV file can be marked; a folder of profiles has no cells."
        return Checked(None, (ROSTER_ANNOTATE.at(Span(file, 0, 0), message),))
    row = report.roster.rows[0] if report.roster.rows else None
    if row is None:
        return Checked(None, (ROSTER_ANNOTATE.at(Span(file, 0, 0), "There is no row to mark.", fix="Fill in one."),))
    labels = Labels(report.roster.dictionary, report.roster.party)
    found = roster_sources(data, file, labels)
    if found.value is None:
        return Checked(None, found.diagnostics)
    workbook, sources = found.value
    try:
        if workbook is None:
            return Checked(_annotated_text(data, sources[0], labels, report))
        return Checked(_Annotating(data, file, workbook, sources, labels, report).written())
    except Refused as refused:
        return Checked(None, (problem_of(refused, file),))


def _status(report: Preflight, labels: Labels) -> dict[int, str]:
    """Return for each row how it stands, in a few words."""
    out = {}
    columns = report.roster.columns
    for one in report.rows:
        stops = [d for d in _marked(one) if d.severity in (Severity.ERROR, Severity.OPEN)]
        looks = [d for d in _marked(one) if d.severity is Severity.WARNING]
        names = list(
            dict.fromkeys(columns.get(d.field) or (labels.of(d.field) if d.field else d.message) for d in stops)
        )
        if stops:
            out[one.row.number] = f"{len(stops)} to mend: {first_few(names, 6, '; ')}"
        elif looks:
            out[one.row.number] = f"Ready; {len(looks)} worth a look"
        else:
            out[one.row.number] = "Ready"
    return out


def _marked(one: RowReport) -> list[Diagnostic]:
    """Return what is marked in a row: what is only worth a look and has no cell to mend it in is said on the screen."""
    return [
        d
        for d in one.problems
        if d.severity is not Severity.WARNING or not d.field or one.row.cell(d.field) is not None
    ]


def _words(problem: Diagnostic) -> str:
    return f"{problem.message} {problem.fix}".strip()


# ---------------------------------------------------------------- a text with commas


def _annotated_text(data: bytes, source: Source, labels: Labels, report: Preflight) -> bytes:
    """Return the text with one more column; the rest is kept cell by cell."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if wide else "utf-8-sig")
    head = head_of(source, labels, [])
    if head is None:
        raise Refused(ROSTER_FILE, "No row says which column is which.", "Begin with the roster that agreements makes.")
    said = re.match(r"sep=([,;\t|])\r?\n", text)
    separator = said[1] if said else max(",;\t", key=text[:5000].count)
    body = text[said.end() :] if said else text
    rows = list(csv.reader(StringIO(body, newline=""), delimiter=separator))
    status = _status(report, labels)
    problems = {r.row.number: _marked(r) for r in report.rows}
    there = head.column(CHECK)
    at = there - 1 if there is not None else max((len(r) for r in rows), default=0)
    for number, row in enumerate(rows, 2 if said else 1):
        words = status.get(number, "")
        if number == head.below:
            words = CHECK
        elif number == head.below - 1 and there is None:
            words = "Check"
        elif number in status:
            details = [_words(d) for d in problems[number][:6]]
            words = f"{words} — {' | '.join(details)}" if details else words
        if words or len(row) > at:
            row += [""] * (at + 1 - len(row))
            row[at] = words or (row[at] if number <= head.below else "")
    out = StringIO(newline="")
    if said:
        out.write(said[0])
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
    made = out.getvalue()
    return made.encode("utf-16") if wide else b"\xef\xbb\xbf" + made.encode()


# ---------------------------------------------------------------- a workbook


class _Annotating:
    def __init__(
        self, data: bytes, file: str, workbook: Workbook, sources: Sequence[Source], labels: Labels, report: Preflight
    ) -> None:
        self.data, self.file, self.workbook, self.sources = data, file, workbook, sources
        self.labels, self.report = labels, report
        self.changed: dict[str, bytes] = {}
        self.parts = {name.lower() for name in workbook.package.namelist()}
        self.dxf: dict[str, int] = {}

    def written(self) -> bytes:
        marks: dict[str, dict[tuple[int, int], list[Diagnostic]]] = {}
        for problem in (*self.report.diagnostics, *(d for one in self.report.rows for d in _marked(one))):
            span = problem.span
            if span is not None and span.file.endswith("!") and problem.severity is not Severity.NOTE:
                found = marks.setdefault(span.file, {}).setdefault((span.line, span.column), [])
                if problem not in found:
                    found.append(problem)
        self.colours()
        has_main = False
        for source in self.sources:
            head = head_of(source, self.labels, [])
            is_main = head is not None and not head.of and not has_main and source.name != "Columns"
            has_main = has_main or is_main
            here = marks.get(sheet_place(self.file, source.name), {})
            if source.sheet is not None and (is_main or here or self.was_marked(source)):
                self.sheet(source, head if is_main else None, here)
        entries = copied_entries(self.data)
        try:
            out = [deflated(n, self.changed.pop(n)) if n in self.changed else e for n, e in entries.items()]
            out += [deflated(name, content) for name, content in self.changed.items()]
            return zip_package(out)
        except UnicodeEncodeError as error:
            fix = "Save it again in the spreadsheet program."
            raise Refused(ROSTER_FILE, "A part of the workbook has a name that cannot be kept.", fix) from error

    # -- parts

    def tree(self, name: str) -> _Element:
        from lxml import etree

        data = self.changed.get(name)
        if data is None:
            return self.workbook.tree(name)
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))

    def put(self, name: str, root: _Element) -> None:
        from lxml import etree

        self.changed[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def real_name(self, name: str) -> str:
        """Return a part's name as it is spelled in the package."""
        return self.workbook.names.get(name.lower(), name)

    def was_marked(self, source: Source) -> bool:
        part = source.sheet.part if source.sheet else ""
        return any(
            kind == "comments" and self._has_our_author(self.real_name(target))
            for kind, target in self.workbook.related(part).values()
        )

    def _has_our_author(self, part: str) -> bool:
        if part.lower() not in self.parts:
            return False
        root = self.tree(part)
        by_us = any((e.text or "") == AUTHOR for e in root.iter("{*}author"))
        return by_us or any(own_words("", t) != t for t in map(_text_of, root.iter("{*}comment")))

    def colours(self) -> None:
        """Add the two colours to the styles (18.8.15, dxfs)."""
        from lxml import etree

        relations = self.workbook.related(self.workbook.main)
        part = next((self.real_name(p) for kind, p in relations.values() if kind == "styles"), "")
        if part.lower() not in self.parts:
            return
        root = self.tree(part)
        space = etree.QName(root).namespace
        dxfs = root.find(f"{{{space}}}dxfs")
        if dxfs is None:
            dxfs = etree.Element(f"{{{space}}}dxfs")
            before = [root.find(f"{{{space}}}{n}") for n in ("tableStyles", "colors", "extLst")]
            first = next((b for b in before if b is not None), None)
            root.append(dxfs) if first is None else first.addprevious(dxfs)
        for colour in (_RED, _AMBER):
            known = [n for n, d in enumerate(dxfs) if self._is_ours(d, colour)]
            if not known:
                dxf = etree.SubElement(dxfs, f"{{{space}}}dxf")
                fill = etree.SubElement(etree.SubElement(dxf, f"{{{space}}}fill"), f"{{{space}}}patternFill")
                fill.set("patternType", "solid")
                etree.SubElement(fill, f"{{{space}}}fgColor").set("rgb", colour)
                etree.SubElement(fill, f"{{{space}}}bgColor").set("rgb", colour)
                known = [len(dxfs) - 1]
            self.dxf[colour] = known[0]
        dxfs.set("count", str(len(dxfs)))
        self.put(part, root)

    @staticmethod
    def _is_ours(dxf: _Element, colour: str) -> bool:
        said = [e.get("rgb") for e in dxf.iter("{*}bgColor")]
        return len(dxf) == 1 and said == [colour] and [e.get("rgb") for e in dxf.iter("{*}fgColor")] == [colour]

    # -- one sheet

    def sheet(self, source: Source, head: Table | None, marks: Mapping[tuple[int, int], Sequence[Diagnostic]]) -> None:
        from lxml import etree

        if source.sheet is None:
            return
        part = self.real_name(source.sheet.part)
        root = self.tree(part)
        space = str(etree.QName(root).namespace)
        if head is not None:
            self.status(root, space, head)
        self.shade(root, space, marks)
        notes = {place: "\n".join(dict.fromkeys(map(_words, found))) for place, found in marks.items()}
        comments, drawing = self.notes(root, space, part, bool(notes))
        self.put(part, root)
        del root  # a sheet of ten thousand rows takes hundreds of megabytes, and so may its notes
        if comments:
            self.shapes(drawing, self.comments(comments, notes), notes)

    def status(self, root: _Element, space: str, head: Table) -> None:
        """Write how each row stands into its column."""
        from lxml import etree

        status = _status(self.report, self.labels)
        there = head.column(CHECK)
        rows: dict[int, _Element] = {}
        widest = max(head.names, default=1)
        for row in root.iter(f"{{{space}}}row"):
            if (number := number_in(row.get("r"))) >= 0:
                rows[number] = row
            if there is None:
                for cell in row:
                    place = cell_place(cell.get("r", ""))
                    if place and len(cell):
                        widest = max(widest, place[1])
        at = there if there is not None else widest + 1
        written = {head.below: CHECK, **status} if there is None else dict(status)
        if there is None and head.below > 1 and head.below - 1 in rows:
            written[head.below - 1] = "Check"
        data = root.find(f"{{{space}}}sheetData")
        if there is not None:  # what an earlier check said of rows that are gone or empty now
            written = {**dict.fromkeys((n for n in rows if n > head.below), ""), **written}
        for line, words in sorted(written.items()):
            found = rows.get(line)
            if found is None:
                if data is None or not words:
                    continue
                found = etree.Element(f"{{{space}}}row")
                found.set("r", str(line))
                after = [r for n, r in rows.items() if n < line]
                after[-1].addnext(found) if after else data.insert(0, found)
                rows[line] = found
            _set_text(found, space, line, at, words)
        if there is None:
            self.width(root, space, at)

    @staticmethod
    def width(root: _Element, space: str, at: int) -> None:
        """Give a new column its width, where no range of columns holds it already."""
        from lxml import etree

        cols = root.find(f"{{{space}}}cols")
        if cols is None:
            data = root.find(f"{{{space}}}sheetData")
            if data is None:
                return
            cols = etree.Element(f"{{{space}}}cols")
            data.addprevious(cols)
        if any(0 <= number_in(c.get("min")) <= at <= number_in(c.get("max")) for c in cols):
            return
        col = etree.Element(f"{{{space}}}col")
        for name, said in (("min", str(at)), ("max", str(at)), ("width", "40"), ("customWidth", "1")):
            col.set(name, said)
        later = next((c for c in cols if number_in(c.get("min")) > at), None)
        cols.append(col) if later is None else later.addprevious(col)

    def shade(self, root: _Element, space: str, marks: Mapping[tuple[int, int], Sequence[Diagnostic]]) -> None:
        """Colour cells by rules of their own, and take out those of an earlier check."""
        from lxml import etree

        for old in list(root.iter(f"{{{space}}}conditionalFormatting")):
            formula = next((f.text for f in old.iter(f"{{{space}}}formula")), "") or ""
            if "agreements check" in formula:
                parent = old.getparent()
                if parent is not None:
                    parent.remove(old)
        by_colour: dict[str, list[str]] = {}
        for (row, column), found in sorted(marks.items()):
            stops = any(d.severity in (Severity.ERROR, Severity.OPEN) for d in found)
            by_colour.setdefault(_RED if stops else _AMBER, []).append(f"{column_letters(column)}{row}")
        if not by_colour or not self.dxf:
            return
        others = list(root.iter(f"{{{space}}}cfRule"))  # ours come first, all others keep their order
        if any(_priority(rule) < 2 for rule in others):
            for rule in others:
                rule.set("priority", str(_priority(rule) + 1))
        behind = next((e for e in root if str(e.tag).rpartition("}")[2] in _BEHIND), None)
        for colour, cells in by_colour.items():
            for begin in range(0, len(cells), _AT_ONCE):
                new = etree.Element(f"{{{space}}}conditionalFormatting")
                new.set("sqref", " ".join(cells[begin : begin + _AT_ONCE]))
                rule = etree.SubElement(new, f"{{{space}}}cfRule")
                for name, said in (("type", "expression"), ("dxfId", str(self.dxf[colour])), ("priority", "1")):
                    rule.set(name, said)
                etree.SubElement(rule, f"{{{space}}}formula").text = _FORMULA
                root.append(new) if behind is None else behind.addprevious(new)

    # -- notes

    def notes(self, root: _Element, space: str, part: str, wanted: bool) -> tuple[str, str]:
        """Return the parts that hold the notes of a sheet and their shapes, made where they are ``wanted``; or two
        empty names."""
        related = self.workbook.related(part)
        comments = next((self.real_name(t) for kind, t in related.values() if kind == "comments"), "")
        drawing = next((self.real_name(t) for kind, t in related.values() if kind == "vmlDrawing"), "")
        if not comments and not wanted:
            return "", ""
        if not comments:
            comments = self.free(posixpath.join(posixpath.dirname(posixpath.dirname(part)), "comments"), ".xml")
            self.changed[comments] = f'<comments xmlns="{_S}"><authors/><commentList/></comments>'.encode()
            self.relate(part, "comments", comments)
            self.type_of(comments, "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml")
        legacy = root.find(f"{{{space}}}legacyDrawing")
        if not drawing or legacy is None:
            drawing = self.free(
                posixpath.join(posixpath.dirname(posixpath.dirname(part)), "drawings/vmlDrawing"), ".vml"
            )
            self.changed[drawing] = _EMPTY_VML
            self.add_legacy(root, space, self.relate(part, "vmlDrawing", drawing))
            self.default_type("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")
        return comments, drawing

    def comments(self, part: str, notes: Mapping[tuple[int, int], str]) -> set[tuple[int, int]]:
        """Write the notes; return the cells whose notes were of an earlier check."""
        from lxml import etree

        root = self.tree(part)
        space = str(etree.QName(root).namespace)
        authors, listed = root.find(f"{{{space}}}authors"), root.find(f"{{{space}}}commentList")
        if authors is None or listed is None:
            return set()
        names = [a.text or "" for a in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, f"{{{space}}}author").text = AUTHOR
            names.append(AUTHOR)
        ours = str(names.index(AUTHOR))
        gone: set[tuple[int, int]] = set()
        there: dict[tuple[int, int], _Element] = {}
        for comment in list(listed):
            place = cell_place(comment.get("ref", ""))
            if place is None:
                continue
            said = _text_of(comment)
            own_part = own_words(AUTHOR if comment.get("authorId") == ours else "", said)
            if said and not own_part:
                listed.remove(comment)
                gone.add(place)
                continue
            if own_part != said:  # what an earlier check wrote below somebody's own note
                _cut(comment, len(own_part))
            there[place] = comment
        for place, words in sorted(notes.items()):
            own = there.get(place)
            if own is not None:
                text = own.find(f"{{{space}}}text")
                if text is not None:
                    _run(text, space, f"{BELOW}{words}")
                continue
            comment = etree.SubElement(listed, f"{{{space}}}comment")
            comment.set("ref", f"{column_letters(place[1])}{place[0]}")
            comment.set("authorId", ours)
            _run(etree.SubElement(comment, f"{{{space}}}text"), space, f"{MARK}{words}")
        order = sorted(listed, key=lambda c: cell_place(c.get("ref", "")) or (0, 0))
        for comment in order:
            listed.append(comment)
        self.put(part, root)
        return gone

    def shapes(self, part: str, gone: set[tuple[int, int]], notes: Mapping[tuple[int, int], str]) -> None:
        """Give every new note its shape: without one, programs do not show it."""
        from lxml import etree

        root = self.tree(part)
        there: set[tuple[int, int]] = set()
        for shape in list(root.iter(f"{{{_V}}}shape")):
            row, column = shape.find(f".//{{{_X}}}Row"), shape.find(f".//{{{_X}}}Column")
            if row is None or column is None:
                continue
            place = number_in((row.text or "").strip()) + 1, number_in((column.text or "0").strip()) + 1
            if 0 in place:
                continue
            if place in gone and place not in notes:
                root.remove(shape)
            else:
                there.add(place)
        if root.find(f"{{{_V}}}shapetype[@id='_x0000_t202']") is None:
            root.append(etree.fromstring(_SHAPE_TYPE))
        ids = [
            int(m[1]) for s in root.iter(f"{{{_V}}}shape") if (m := re.fullmatch(r"_x0000_s(\d{1,9})", s.get("id", "")))
        ]
        next_id = max([1024, *ids]) + 1
        for (row_number, column_number), words in sorted(notes.items()):
            if (row_number, column_number) in there:
                continue
            lines = min(14, 2 + len(words) // 38 + words.count("\n"))
            root.append(etree.fromstring(_SHAPE.format(
                id=next_id, row=row_number - 1, column=column_number - 1, left=column_number,
                top=max(0, row_number - 2), right=column_number + 3, bottom=max(0, row_number - 2) + lines,
                author=AUTHOR,
            )))  # fmt: skip
            next_id += 1
        self.put(part, root)

    @staticmethod
    def add_legacy(root: _Element, space: str, relation: str) -> None:
        from lxml import etree

        old = root.find(f"{{{space}}}legacyDrawing")
        new = etree.Element(f"{{{space}}}legacyDrawing") if old is None else old
        new.set(f"{{{_R}}}id", relation)
        if old is None:
            behind = next((e for e in root if str(e.tag).rpartition("}")[2] in _BEHIND_LEGACY), None)
            root.append(new) if behind is None else behind.addprevious(new)

    # -- the package

    def free(self, stem: str, ending: str) -> str:
        n = 1
        while f"{stem}{n}{ending}".lower() in self.parts:
            n += 1
        self.parts.add(f"{stem}{n}{ending}".lower())
        return f"{stem}{n}{ending}"

    def relate(self, part: str, kind: str, target: str) -> str:
        from lxml import etree

        folder, name = posixpath.split(part)
        rels = self.real_name(f"{folder}/_rels/{name}.rels")
        space = f"{_PACKAGE}/relationships"
        if rels in self.changed or rels.lower() in self.parts:
            root = self.tree(rels)
        else:
            root = etree.Element(f"{{{space}}}Relationships", nsmap={None: space})  # type: ignore[dict-item]
        ids = {e.get("Id") for e in root}
        n = len(ids) + 1
        while f"rId{n}" in ids:
            n += 1
        new = etree.SubElement(root, f"{{{space}}}Relationship")
        new.set("Id", f"rId{n}")
        new.set("Type", f"{_R}/{kind}")
        new.set("Target", f"/{target}")
        self.put(rels, root)
        return f"rId{n}"

    def type_of(self, part: str, content_type: str) -> None:
        from lxml import etree

        root = self.tree(self.real_name("[Content_Types].xml"))
        new = etree.SubElement(root, f"{{{_PACKAGE}/content-types}}Override")
        new.set("PartName", f"/{part}")
        new.set("ContentType", content_type)
        self.put(self.real_name("[Content_Types].xml"), root)

    def default_type(self, ending: str, content_type: str) -> None:
        from lxml import etree

        root = self.tree(self.real_name("[Content_Types].xml"))
        defaults = [e for e in root if str(e.tag).endswith("}Default")]
        if any(e.get("Extension", "").lower() == ending for e in defaults):
            return
        new = etree.Element(f"{{{_PACKAGE}/content-types}}Default")
        new.set("Extension", ending)
        new.set("ContentType", content_type)
        root.insert(0, new)
        self.put(self.real_name("[Content_Types].xml"), root)


def _priority(rule: _Element) -> int:
    """Return the place of a rule that colours cells among the others: 1 is looked at first (18.3.1.10, cfRule)."""
    return max(1, number_in(rule.get("priority")))


def _set_text(row: _Element, space: str, number: int, at: int, words: str) -> None:
    """Write a text into one cell of a row; its format stays."""
    from lxml import etree

    reference = f"{column_letters(at)}{number}"
    cell, later = None, None
    for one in row:
        place = cell_place(one.get("r", ""))
        if place is None:
            continue
        if place[1] == at:
            cell = one
        elif place[1] > at and later is None:
            later = one
    if cell is None:
        if not words:
            return
        cell = etree.Element(f"{{{space}}}c")
        cell.set("r", reference)
        row.append(cell) if later is None else later.addprevious(cell)
    for child in list(cell):
        cell.remove(child)
    if cell.get("t") is not None:
        del cell.attrib["t"]
    if row.get("spans") is not None:
        del row.attrib["spans"]
    if words:
        cell.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(cell, f"{{{space}}}is"), f"{{{space}}}t")
        text.text = _printable(words)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _text_of(comment: _Element) -> str:
    return "".join(t.text or "" for t in comment.iter("{*}t"))


def _cut(comment: _Element, length: int) -> None:
    """Leave the first ``length`` characters of a note, each as it looks."""
    for text in list(comment.iter("{*}t")):
        words = text.text or ""
        text.text = words[:length]
        length -= len(text.text)
        run = text.getparent()
        above = run.getparent() if run is not None else None
        if not text.text and run is not None and above is not None and str(run.tag).endswith("}r"):
            above.remove(run)


def _run(parent: _Element, space: str, words: str) -> None:
    from lxml import etree

    text = etree.SubElement(etree.SubElement(parent, f"{{{space}}}r"), f"{{{space}}}t")
    text.text = _printable(words)
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _printable(words: str) -> str:
    """Return ``words`` without what XML cannot hold."""
    return re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", words)


_V: Final = "urn:schemas-microsoft-com:vml"
_X: Final = "urn:schemas-microsoft-com:office:excel"
_O: Final = "urn:schemas-microsoft-com:office:office"
_EMPTY_VML: Final = f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"/>'.encode()
_SHAPE_TYPE: Final = (
    f'<v:shapetype xmlns:v="{_V}" xmlns:o="{_O}" id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    f'<v:shape xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}" id="_x0000_s{{id}}" type="#_x0000_t202" alt="{{author}}" '
    'style="position:absolute;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{left}, 15, {top}, 2, {right}, 15, {bottom}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
