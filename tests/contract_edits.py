"""A contract of ours changed in one way at a time: what a lawyer does to a draft, for the tests of comparing."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from lxml import etree

from tests.word_file import W, parts, words

__all__ = ["EDITS", "NOTHING", "Contract", "shortened", "with_notes"]

NS = W[1:-1]
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Contract:
    """A Word file whose parts can be changed; ``paragraphs`` are those of the text in order."""

    def __init__(self, data: bytes) -> None:
        self.files = parts(data)
        self.trees = {}

    def tree(self, name: str):
        if name not in self.trees:
            self.trees[name] = etree.fromstring(self.files[name])
        return self.trees[name]

    @property
    def body(self):
        return self.tree("word/document.xml").find(W + "body")

    def paragraphs(self, style: str = "ClauseText"):
        return [
            p
            for p in self.body.iter(W + "p")
            if (s := p.find(f"{W}pPr/{W}pStyle")) is not None and s.get(W + "val") == style
        ]

    def long(self, n: int = 0, style: str = "ClauseText"):
        """The nth paragraph of more than thirty words that is all text."""
        fit = [p for p in self.paragraphs(style) if len(words(p).split()) > 30 and p.find(f".//{W}fldChar") is None]
        return fit[n]

    def having(self, text: str):
        """A text element that holds ``text``."""
        return next(t for t in self.body.iter(W + "t") if text in (t.text or ""))

    @property
    def tables(self):
        return list(self.body.iter(W + "tbl"))

    def save(self) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in self.files.items():
                changed = self.trees.get(name)
                package.writestr(name, content if changed is None else etree.tostring(changed, encoding="UTF-8"))
        return out.getvalue()


def element(xml: str):
    return etree.fromstring(f'<x xmlns:w="{NS}" xmlns:r="{R}">{xml}</x>')[0]


def paragraph(text: str, style: str = "ClauseText"):
    return element(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def texts(p):
    return [t for t in p.iter(W + "t") if t.text]


def longest(p):
    return max(texts(p), key=lambda t: len(t.text))


def replace(t, old: str, new: str, count: int = 1) -> None:
    assert old in t.text, (old, t.text)
    t.text = t.text.replace(old, new, count)
    t.set(XML_SPACE, "preserve")


def word(n: int, place: int):
    """Change the word at ``place`` of the nth long paragraph."""

    def edit(c: Contract) -> None:
        t = longest(c.long(n))
        found = list(re.finditer(r"[A-Za-z]{3,}", t.text))
        at = found[place % len(found)] if place >= 0 else found[place]
        t.text = t.text[: at.start()] + "otherwise" + t.text[at.end() :]

    return edit


def everywhere(old: str, new: str):
    def edit(c: Contract) -> None:
        hit = [t for t in c.body.iter(W + "t") if old in (t.text or "")]
        assert hit
        for t in hit:
            replace(t, old, new, -1)

    return edit


def once(old: str, new: str):
    return lambda c: replace(c.having(old), old, new)


NEW = "The parties shall meet every quarter, review the work, and write down in plain words what they agreed."


def split(p, *, at: int | None = None) -> None:
    t = longest(p)
    at = t.text.index(" ", len(t.text) // 2) + 1 if at is None else at
    run = t.getparent()
    top = run
    while top.getparent() is not p:
        top = top.getparent()
    assert top is run
    second = etree.Element(W + "p")
    second.append(copy.deepcopy(p.find(W + "pPr")))
    rest = copy.deepcopy(run)
    rest.find(W + "t").text = t.text[at:]
    rest.find(W + "t").set(XML_SPACE, "preserve")
    second.append(rest)
    for following in list(run.itersiblings()):
        second.append(following)
    t.text = t.text[:at]
    t.set(XML_SPACE, "preserve")
    p.addnext(second)


def plain(c: Contract, n: int):
    """The nth long paragraph whose longest text stands in the paragraph itself."""
    fit = [p for p in c.paragraphs() if len(words(p).split()) > 30 and longest(p).getparent().getparent() is p]
    return fit[n]


def join(p, following) -> None:
    for child in list(following):
        if child.tag != W + "pPr":
            p.append(child)
    following.getparent().remove(following)


def neighbours(c: Contract, style: str):
    return next(
        (p, p.getnext()) for p in c.paragraphs(style) if p.getnext() is not None and p.getnext() in c.paragraphs(style)
    )


def gone(node) -> None:
    node.getparent().remove(node)


def grid(c: Contract):
    """The largest table without merged cells."""
    return max((t for t in c.tables if t.find(f".//{W}gridSpan") is None), key=lambda t: len(t.findall(W + "tr")))


def new_row(row, *said: str):
    row = copy.deepcopy(row)
    for n, cell in enumerate(row.iter(W + "tc")):
        kept = cell.findall(W + "p")
        for p in kept[1:]:
            cell.remove(p)
        for child in list(kept[0]):
            if child.tag != W + "pPr":
                kept[0].remove(child)
        kept[0].append(element(f"<w:r><w:t>{said[n % len(said)]}</w:t></w:r>"))
    return row


def add_column(table, at: int) -> None:
    columns = table.find(W + "tblGrid")
    columns.insert(at, copy.deepcopy(columns[0]))
    for n, row in enumerate(table.findall(W + "tr")):
        cells = row.findall(W + "tc")
        cell = new_row_cell(cells[0], f"Remark {n}")
        row.insert(row.index(cells[min(at, len(cells) - 1)]) + (at >= len(cells)), cell)


def new_row_cell(cell, said: str):
    cell = copy.deepcopy(cell)
    for child in list(cell):
        if child.tag != W + "tcPr":
            cell.remove(child)
    cell.append(element(f"<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"))
    return cell


def drop_column(table, at: int) -> None:
    columns = table.find(W + "tblGrid")
    columns.remove(columns[at])
    for row in table.findall(W + "tr"):
        row.remove(row.findall(W + "tc")[at])


def looks(xml: str):
    """Give the run of the longest text of a paragraph other properties."""

    def edit(c: Contract) -> None:
        run = longest(c.long(3)).getparent()
        old = run.find(W + "rPr")
        if old is not None:
            run.remove(old)
        run.insert(0, element(f"<w:rPr>{xml}</w:rPr>"))

    return edit


def shape(xml: str):
    def edit(c: Contract) -> None:
        properties = c.long(3).find(W + "pPr")
        properties.append(element(xml))

    return edit


def bold_word(c: Contract) -> None:
    t = longest(plain(c, 2))
    run, text = t.getparent(), t.text
    at = text.index(" ", 20) + 1
    end = text.index(" ", at)
    pieces = []
    for part, strong in ((text[:at], False), (text[at:end], True), (text[end:], False)):
        piece = copy.deepcopy(run)
        piece.find(W + "t").text = part
        piece.find(W + "t").set(XML_SPACE, "preserve")
        if strong:
            piece.insert(0, element("<w:rPr><w:b/></w:rPr>"))
        pieces.append(piece)
    run.getparent().replace(run, pieces[0])
    pieces[0].addnext(pieces[1])
    pieces[1].addnext(pieces[2])


def header(name: str, old: str, new: str):
    def edit(c: Contract) -> None:
        t = next(t for t in c.tree(f"word/{name}.xml").iter(W + "t") if old in (t.text or ""))
        replace(t, old, new)

    return edit


def move(c: Contract, n: int, to: int) -> None:
    moved, target = plain(c, n), plain(c, to)
    gone(moved)
    target.addnext(moved)


def section_moved(c: Contract) -> None:
    a = c.paragraphs("Heading2")[4]
    block = [a, *[p for p in a.itersiblings() if p.tag == W + "p"][:2]]
    target = c.paragraphs("Heading2")[12]
    for p in reversed(block):
        gone(p)
        target.addprevious(p)
        target = p


def renumbered(c: Contract) -> None:
    """A section number that a reference prints, counted up everywhere, as when a section is put in before it."""
    hits = 0
    for t in c.body.iter(W + "t"):
        if re.fullmatch(r"4\.\d", t.text or ""):
            t.text = "5" + t.text[1:]
            hits += 1
    assert hits


def text_box(c: Contract, said: str = "Mind the step") -> None:
    c.long(1).append(
        element(
            '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="width:100pt;height:20pt"><v:textbox>'
            f"<w:txbxContent><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )


def note(c: Contract, n: int, at: int = 2, kind: str = "footnote"):
    c.long(at).append(element(f'<w:r><w:{kind}Reference w:id="{n}"/></w:r>'))


def shortened(data: bytes) -> bytes:
    """The contract without most of its later clauses, so that many comparisons take little time; tables stay."""
    c = Contract(data)
    clauses = [s for s in c.body if s.tag == W + "sdt" and next(s.iter(W + "tbl"), None) is None]
    for clause in clauses[36:-2]:
        gone(clause)
    return c.save()


def with_notes(data: bytes) -> bytes:
    """The contract with two footnotes, an endnote and a text box."""
    c = Contract(data)
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    for kind, said in {
        "footnote": ("As amended from time to time by the parties.", "See the rate schedule for thirty (30) days."),
        "endnote": ("Figures are those of the year before the start.",),
    }.items():
        notes = "".join(
            f'<w:{kind} w:id="{n}"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
            for n, text in enumerate(said, 1)
        )
        marks = "".join(
            f'<w:{kind} w:type="{name}" w:id="{n}"><w:p><w:r><w:{name}/></w:r></w:p></w:{kind}>'
            for n, name in ((-1, "separator"), (0, "continuationSeparator"))
        )
        c.files[f"word/{kind}s.xml"] = f'<w:{kind}s xmlns:w="{NS}">{marks}{notes}</w:{kind}s>'.encode()
        types = c.tree("[Content_Types].xml")
        etree.SubElement(
            types,
            types[0].tag.rpartition("}")[0] + "}Override",
            PartName=f"/word/{kind}s.xml",
            ContentType=f"{main}.{kind}s+xml",
        )
        relations = c.tree("word/_rels/document.xml.rels")
        etree.SubElement(relations, relations[0].tag, Id=f"rId{kind}", Type=f"{R}/{kind}s", Target=f"{kind}s.xml")
    note(c, 1, 2)
    note(c, 2, 5)
    note(c, 1, 7, "endnote")
    text_box(c)
    return c.save()


def note_text(kind: str, old: str, new: str):
    return lambda c: replace(
        next(t for t in c.tree(f"word/{kind}s.xml").iter(W + "t") if old in (t.text or "")), old, new
    )


def note_gone(n: int, kind: str = "footnote"):
    def edit(c: Contract) -> None:
        reference = next(r for r in c.body.iter(f"{W}{kind}Reference") if r.get(W + "id") == str(n))
        gone(reference.getparent())

    return edit


def note_came(c: Contract) -> None:
    root = c.tree("word/footnotes.xml")
    root.append(element('<w:footnote w:id="9"><w:p><w:r><w:t>A third note came in.</w:t></w:r></w:p></w:footnote>'))
    note(c, 9, 4)


def box_text(c: Contract) -> None:
    box = next(c.body.iter(W + "txbxContent"))
    replace(next(box.iter(W + "t")), "step", "stair")


def box_gone(c: Contract) -> None:
    gone(next(c.body.iter(W + "pict")).getparent())


def row_edit(what: Callable) -> Callable[[Contract], None]:
    return lambda c: what(grid(c), grid(c).findall(W + "tr"))


def cell_text(c: Contract, new: str) -> None:
    cell = grid(c).findall(W + "tr")[2].findall(W + "tc")[1]
    found = texts(cell)
    for t in found[1:]:
        t.text = ""
    found[0].text = new


def list_item(c: Contract, n: int):
    return c.paragraphs("ClauseItem1")[n]


def end(c: Contract):
    return c.body.find(W + "sectPr")


EDITS: dict[str, Callable[[Contract], None]] = {
    "first word of a paragraph": word(0, 0),
    "word in the middle": word(1, 15),
    "last word of a paragraph": word(4, -1),
    "word after a note": word(2, 3),
    "word of a paragraph with a text box": word(1, 5),
    "number written twice": once("thirty (30)", "forty-five (45)"),
    "amount": once("$", "$1"),
    "year": everywhere("2027", "2028"),
    "term renamed everywhere": everywhere("Purchaser", "Plan"),
    "shall becomes must everywhere": everywhere("shall", "must"),
    "comma went": lambda c: replace(longest(c.long(6)), ",", ""),
    "capital letter": lambda c: setattr(t := longest(c.long(6)), "text", t.text.swapcase()),
    "double space": lambda c: replace(longest(c.long(6)), " ", "  "),
    "heading": lambda c: replace(texts(c.paragraphs("Heading1")[2])[0], "", "New "),
    "title": lambda c: replace(texts(c.paragraphs("Title")[0])[0], "Services", "Service"),
    "value in a control": once("Safe at Home", "Safer at Home"),
    "sentence came first": lambda c: replace(longest(c.long(8)), "", f"{NEW} "),
    "sentence came last": lambda c: setattr(t := longest(c.long(8)), "text", f"{t.text} {NEW}"),
    "half a paragraph went": lambda c: setattr(t := longest(c.long(9)), "text", t.text[: len(t.text) // 2]),
    "paragraph rewritten": lambda c: [
        setattr(t, "text", NEW if n == 0 else "") for n, t in enumerate(texts(c.long(9)))
    ],
    "paragraph came in the middle": lambda c: c.long(5).addnext(paragraph(NEW)),
    "paragraph came first": lambda c: c.body.insert(0, paragraph(NEW, "Title")),
    "paragraph came last": lambda c: end(c).addprevious(paragraph(NEW)),
    "paragraph came before a table": lambda c: c.tables[1].addprevious(paragraph(NEW)),
    "paragraph came after a table": lambda c: c.tables[0].addnext(paragraph(NEW)),
    "empty paragraph came": lambda c: c.long(5).addnext(element("<w:p/>")),
    "three paragraphs came": lambda c: [c.long(5).addnext(paragraph(f"{NEW} {n}")) for n in range(3)],
    "paragraph went": lambda c: gone(c.long(5)),
    "first paragraph went": lambda c: gone(c.body[0]),
    "last paragraph went": lambda c: gone(end(c).getprevious()),
    "three paragraphs went": lambda c: [gone(c.long(n)) for n in (9, 6, 3)],
    "paragraph before a table went": lambda c: gone(
        next(t.getprevious() for t in c.tables if t.getprevious() is not None and t.getprevious().tag == W + "p")
    ),
    "paragraph split": lambda c: split(plain(c, 1)),
    "paragraph split in three": lambda c: [split(plain(c, 1), at=60), split(plain(c, 1), at=30)],
    "paragraphs joined": lambda c: join(*neighbours(c, "ClauseText")),
    "items joined": lambda c: join(*neighbours(c, "ClauseItem1")),
    "paragraph moved down": lambda c: move(c, 3, 8),
    "paragraph moved up": lambda c: move(c, 8, 3),
    "section moved": section_moved,
    "list item came": lambda c: list_item(c, 3).addnext(paragraph(NEW, "ClauseItem1")),
    "list item went": lambda c: gone(list_item(c, 3)),
    "list item one level deeper": lambda c: list_item(c, 3).find(f"{W}pPr/{W}pStyle").set(W + "val", "ClauseItem2"),
    "heading came": lambda c: c.paragraphs("Heading2")[5].addprevious(paragraph("Another Matter", "Heading2")),
    "references renumbered": renumbered,
    "row came in the middle": row_edit(lambda t, rows: rows[2].addnext(new_row(rows[1], "Travel", "by hour", "9"))),
    "row came last": row_edit(lambda t, rows: rows[-1].addnext(new_row(rows[1], "Travel", "by hour", "9"))),
    "two rows came": row_edit(
        lambda t, rows: [rows[1].addnext(new_row(rows[1], f"Travel {n}", "by hour")) for n in range(2)]
    ),
    "row went": row_edit(lambda t, rows: gone(rows[2])),
    "last row went": row_edit(lambda t, rows: gone(rows[-1])),
    "rows changed places": row_edit(lambda t, rows: rows[1].addprevious(rows[3])),
    "cell": lambda c: cell_text(c, "By appointment only"),
    "cell emptied": lambda c: cell_text(c, ""),
    "second paragraph in a cell": row_edit(
        lambda t, rows: rows[1].findall(W + "tc")[0].append(paragraph(NEW, "TableText"))
    ),
    "column came": lambda c: add_column(grid(c), 1),
    "column came last": lambda c: add_column(grid(c), 99),
    "column went": lambda c: drop_column(grid(c), 0),
    "table went": lambda c: gone(c.tables[2]),
    "table came": lambda c: c.long(5).addnext(copy.deepcopy(c.tables[0])),
    "header": header("header1", "Safe", "Safer"),
    "footer": header("footer1", "2027-014", "2027-015"),
    "footnote": note_text("footnote", "thirty (30)", "ten (10)"),
    "endnote": note_text("endnote", "before", "after"),
    "footnote went": note_gone(1),
    "footnote came": note_came,
    "text box": box_text,
    "text box went": box_gone,
    "text box came": lambda c: text_box(c, "Another box"),
    "bold": looks("<w:b/>"),
    "italic and color": looks('<w:i/><w:color w:val="C00000"/>'),
    "bold word": bold_word,
    "centered": shape('<w:jc w:val="center"/>'),
    "indented": shape('<w:ind w:left="1440"/>'),
    "other style": lambda c: c.long(3).find(f"{W}pPr/{W}pStyle").set(W + "val", "BodyText"),
    "tab came": lambda c: longest(c.long(3)).addprevious(element("<w:tab/>")),
    "line break came": lambda c: longest(c.long(3)).addnext(element("<w:br/>")),
    "non-breaking hyphen came": lambda c: longest(c.long(3)).addnext(element("<w:noBreakHyphen/>")),
}

# What an edit leaves as it was: nothing may be marked.
NOTHING: dict[str, Callable[[Contract], None]] = {
    "bookmark came": lambda c: c.long(3).insert(1, element('<w:bookmarkStart w:id="90001" w:name="here"/>')),
    "controls went": lambda c: [
        (s.getparent().__setitem__(slice(i := s.getparent().index(s), i + 1), list(s.find(W + "sdtContent"))))
        for s in list(c.body.iter(W + "sdt"))
    ],
    "run parted": lambda c: (
        bold_word(c) or [gone(b.getparent()) for b in list(plain(c, 2).iter(W + "b")) if len(b.getparent()) == 1]
    ),
    "ids of revisions": lambda c: [p.set(W + "rsidR", "00AB12CD") for p in c.body.iter(W + "p")],
    "language": looks('<w:lang w:val="en-GB"/>'),
}
