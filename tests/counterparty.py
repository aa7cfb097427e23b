"""What the other side does to a document of ours: edits, tracked or not, for the tests of reviewing."""

from __future__ import annotations

import copy
import subprocess
from io import BytesIO
from pathlib import Path

from lxml import etree

from tests.contract_edits import NS, XML_SPACE, Contract, element
from tests.word_file import W, words

__all__ = ["AUTHOR", "Counterparty", "through_libreoffice", "through_python_docx", "without_marks"]

AUTHOR = "T. Grant"
DATE = "2026-12-20T09:30:00Z"


class Counterparty(Contract):
    """A document of ours in the hands of the other side."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.last = 9000

    def _mark(self, kind: str, author: str):
        self.last += 1
        mark = etree.Element(W + kind)
        mark.set(W + "id", str(self.last))
        mark.set(W + "author", author)
        mark.set(W + "date", DATE)
        return mark

    def clause(self, id: str):
        """The content control of a clause."""
        return next(
            s for s in self.body.iter(W + "sdt")
            if (t := s.find(f"{W}sdtPr/{W}tag")) is not None and t.get(W + "val", "").startswith(f"clause:{id}@")
        )  # fmt: skip

    def found(self, text: str, inside=None):
        """The text element that holds ``text``."""
        return next(t for t in (self.body if inside is None else inside).iter(W + "t") if text in (t.text or ""))

    def silently(self, old: str, new: str, *, inside: str = "") -> None:
        """Change words without tracking."""
        t = self.found(old, self.clause(inside) if inside else None)
        t.text = t.text.replace(old, new, 1)
        t.set(XML_SPACE, "preserve")

    def tracked(self, old: str, new: str, *, inside: str = "", author: str = AUTHOR) -> None:
        """Replace words with tracking, as Word does: the run is cut, the old words deleted, the new ones inserted."""
        t = self.found(old, self.clause(inside) if inside else None)
        run = t.getparent()
        before, _, after = t.text.partition(old)
        parts = []
        for text, kind in ((before, ""), (old, "del"), (new, "ins"), (after, "")):
            if not text:
                continue
            piece = copy.deepcopy(run)
            for extra in [c for c in piece if c.tag not in (W + "rPr", W + "t")]:
                piece.remove(extra)
            own = piece.find(W + "t")
            own.text = text
            own.set(XML_SPACE, "preserve")
            if kind == "del":
                own.tag = W + "delText"
            if kind:
                mark = self._mark(kind, author)
                mark.append(piece)
                piece = mark
            parts.append(piece)
        parent = run.getparent()
        at = parent.index(run)
        parent[at : at + 1] = parts

    def paragraph(self, text: str):
        """The paragraph that says ``text`` somewhere."""
        return next(p for p in self.body.iter(W + "p") if text in words(p))

    def delete_tracked(self, paragraph, *, author: str = AUTHOR) -> None:
        """Delete a whole paragraph with tracking."""
        for run in list(paragraph.iter(W + "r")):
            mark = self._mark("del", author)
            run.addprevious(mark)
            mark.append(run)
            for t in run.iter(W + "t"):
                t.tag = W + "delText"
        properties = paragraph.find(W + "pPr")
        look = properties.find(W + "rPr")
        if look is None:
            look = etree.SubElement(properties, W + "rPr")
        look.insert(0, self._mark("del", author))

    def insert(self, after, *texts: str, author: str = "", like=None) -> None:
        """Put paragraphs behind a paragraph or content control; with ``author`` tracked."""
        for text in texts:
            style = (like if like is not None else after).find(f"{W}pPr/{W}pStyle")
            name = style.get(W + "val") if style is not None else "ClauseText"
            new = element(f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr><w:r><w:t xml:space="preserve"/></w:r></w:p>')
            new.find(f"{W}r/{W}t").text = text
            if author:
                run = new.find(W + "r")
                mark = self._mark("ins", author)
                run.addprevious(mark)
                mark.append(run)
                etree.SubElement(new.find(W + "pPr"), W + "rPr").append(self._mark("ins", author))
            after.addnext(new)
            after = new

    def heading(self, after, text: str, style: str = "Heading2") -> object:
        """Put a heading behind a content control, silently; return it."""
        new = element(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t/></w:r></w:p>')
        new.find(f"{W}r/{W}t").text = text
        after.addnext(new)
        return new

    def comment(self, text: str, at: str, *, author: str = AUTHOR) -> None:
        """Write a remark in the margin."""
        name = "word/comments.xml"
        self.files[name] = (
            f'<w:comments xmlns:w="{NS}"><w:comment w:id="7" w:author="{author}" w:date="{DATE}" w:initials="TG">'
            f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment></w:comments>"
        ).encode()
        run = self.found(at).getparent()
        run.addprevious(element('<w:commentRangeStart w:id="7"/>'))
        run.addnext(element('<w:r><w:commentReference w:id="7"/></w:r>'))
        run.addnext(element('<w:commentRangeEnd w:id="7"/>'))
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
        types = self.tree("[Content_Types].xml")
        override = types[0].tag.replace("Default", "Override")
        etree.SubElement(types, override, PartName="/word/comments.xml", ContentType=kind)
        relations = self.tree("word/_rels/document.xml.rels")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
        etree.SubElement(relations, relations[0].tag, Id="rIdTheirs", Target="comments.xml", Type=kind)


def without_marks(data: bytes, *, tags: bool = True, bookmarks: bool = True, properties: bool = True) -> bytes:
    """Take off what a file remembers of itself, as other programs do."""
    c = Contract(data)
    if tags:
        for control in list(c.body.iter(W + "sdt")):
            content = control.find(W + "sdtContent")
            parent = control.getparent()
            at = parent.index(control)
            parent[at : at + 1] = list(content)
    if bookmarks:
        for mark in list(c.body.iter(W + "bookmarkStart", W + "bookmarkEnd")):
            mark.getparent().remove(mark)
    if properties:
        c.files.pop("docProps/custom.xml", None)
        types = c.tree("[Content_Types].xml")
        for entry in [e for e in types if "custom" in e.get("PartName", "")]:
            types.remove(entry)
        relations = c.tree("_rels/.rels")
        for entry in [e for e in relations if "custom" in e.get("Target", "")]:
            relations.remove(entry)
    return c.save()


def through_libreoffice(data: bytes, folder: Path, *, by: str = "docx") -> bytes:
    """Open and save with LibreOffice; ``by`` is a format on the way ("doc" and back)."""
    source = folder / "theirs.docx"
    source.write_bytes(data)
    steps = [by, "docx"] if by != "docx" else ["docx"]
    for n, kind in enumerate(steps):
        out = folder / f"step{n}"
        subprocess.run(
            ["libreoffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", kind,
             "--outdir", str(out), str(source)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        source = out / f"theirs.{kind}"
    return source.read_bytes()


def through_python_docx(data: bytes) -> bytes:
    """Open and save with python-docx."""
    import docx

    document = docx.Document(BytesIO(data))
    document.core_properties.author = "Somebody"
    out = BytesIO()
    document.save(out)
    return out.getvalue()
