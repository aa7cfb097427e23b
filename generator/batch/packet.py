"""One PDF of several: a member's documents in order, as one file to send or to print.

What makes the single files accessible stays: each keeps its tags (ISO 32000-1, 14.7), which become one tree with a part
for each document; links within a document, its bookmarks, the language, the output intent. Each document gets a
bookmark over its own, and page labels ``2-5`` for the fifth page of the second document.

The tree of tags is no part of a page, so adding pages alone would leave it behind: it is copied after the pages, so
that it names the new ones, and everything by which marks find their tags is numbered anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Checked, Rule, Severity, Span

if TYPE_CHECKING:
    import pikepdf

__all__ = ["PACKET", "PACKET_NAME", "RULES", "join_pdfs"]

PACKET_NAME = "packet.pdf"

PACKET = Rule(
    "packet",
    Severity.ERROR,
    "The documents of a member cannot be joined into one PDF.",
    """`--packet` joins the PDFs of a member in the order of the documents. That needs PDFs among the formats, and the
library pikepdf: `python -m pip install pikepdf`. A PDF with a password, or one that is damaged, cannot be joined.

Wrong: `agreements batch members.xlsx --formats docx --packet`

Right: `agreements batch members.xlsx --formats docx,pdf --packet`
""",
)
RULES = (PACKET,)


def join_pdfs(files: Sequence[tuple[str, bytes]], *, title: str) -> Checked[bytes]:
    """Return one PDF of ``files`` (title, bytes), in their order, called ``title``. Same input, same bytes."""
    try:
        import pikepdf
    except ImportError:
        fix = "Install it: python -m pip install pikepdf"
        return Checked(None, (PACKET.at(None, "Joining PDFs needs the library pikepdf.", fix=fix),))
    if not files:
        return Checked(None, (PACKET.at(None, "There is no PDF to join.", fix="Add pdf to the formats."),))
    joined = pikepdf.Pdf.new()
    joining = _Joining(joined)
    for name, data in files:
        try:
            with pikepdf.open(BytesIO(data)) as one:
                joining.add(name, one)
        except pikepdf.PdfError:
            message = "This PDF is damaged or has a password, so it cannot be joined."
            return Checked(None, (PACKET.at(Span(name, 0, 0), message, fix="Make it again."),))
    joining.finish(title)
    out = BytesIO()
    joined.save(
        out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True,
        min_version="1.7",
    )  # fmt: skip
    return Checked(out.getvalue())


class _Joining:
    def __init__(self, joined: pikepdf.Pdf) -> None:
        from pikepdf import Array, Dictionary, Name

        self.pdf = joined
        self.next = 0  # number of the next mark that finds its tag
        self.marks: list[Any] = []
        self.parts: list[Any] = []
        self.roles: dict[str, Any] = {}
        self.names: list[tuple[bytes, Any]] = []
        self.labels: list[Any] = []
        self.bookmarks: list[tuple[str, int, list[Any]]] = []
        self.root = joined.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.whole = joined.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array()))

    def add(self, title: str, one: pikepdf.Pdf) -> None:
        """Add a document: its pages first, then what refers to them."""
        from pikepdf import Dictionary, Name, String

        number = len(self.bookmarks) + 1
        first = len(self.pdf.pages)
        tree = one.Root.get("/StructTreeRoot")
        targets = dict(_named_places(one))
        self._number_anew(one, targets)
        if tree is not None:
            self._rename(tree, f"{number}-")
        pages = {p.objgen: n for n, p in enumerate(one.pages)}
        bookmarks = list(_bookmarks(one.Root.get("/Outlines"), targets, pages))
        self.pdf.pages.extend(one.pages)
        if tree is not None:
            self._add_tags(one, tree)
        self.labels += [first, Dictionary(S=Name.D, P=String(f"{number}-"), St=1)]
        self.bookmarks.append((title, first, _shifted(bookmarks, first)))
        if first == 0:
            self._take_over(one)

    def _number_anew(self, one: pikepdf.Pdf, targets: dict[str, Any]) -> None:
        """Shift what finds tags by what is taken already, and let links name their place themselves."""
        from pikepdf import Dictionary

        seen: set[tuple[int, int]] = set()
        for page in one.pages:
            holders = [page.obj, *page.get("/Annots", [])]
            for held in page.get("/Resources", Dictionary()).get("/XObject", Dictionary()).values():
                if held.objgen not in seen:
                    seen.add(held.objgen)
                    holders.append(held)
            for holder in holders:
                for key in ("/StructParents", "/StructParent"):
                    if key in holder:
                        holder[key] = int(holder[key]) + self.next
                place = _place_of(holder.get("/Dest"), targets) if "/Dest" in holder else None
                if place is not None:
                    holder["/Dest"] = place
                action = holder.get("/A")
                if action is not None and action.get("/S") == "/GoTo":
                    place = _place_of(action.get("/D"), targets)
                    if place is not None:
                        action["/D"] = place

    def _rename(self, tree: Any, before: str) -> None:
        """Give the tags of a document names that no other document has."""
        from pikepdf import Array, String

        for tag in _tags(tree):
            if "/ID" in tag:
                tag["/ID"] = String(before + str(tag["/ID"]))
            attributes = tag.get("/A")
            for one in attributes if isinstance(attributes, Array) else [attributes] if attributes is not None else []:
                headers = one.get("/Headers") if hasattr(one, "get") else None
                if headers is not None:
                    one["/Headers"] = Array([String(before + str(h)) for h in headers])

    def _add_tags(self, one: pikepdf.Pdf, tree: Any) -> None:
        from pikepdf import Array, Name

        copied = self.pdf.copy_foreign(tree if tree.is_indirect else one.make_indirect(tree))
        highest = -1
        for key, value in _numbers(copied.get("/ParentTree")):
            self.marks += [key + self.next, value]
            highest = max(highest, key)
        top = copied.get("/K")
        for element in top if isinstance(top, Array) else [top] if top is not None else []:
            element["/P"] = self.whole
            if element.get("/S") == "/Document":
                element["/S"] = Name.Part
            self.parts.append(element)
        for name, role in copied.get("/RoleMap", {}).items():
            self.roles.setdefault(str(name), role)
        named = copied.get("/IDTree")
        tags = (t for _, t in _pairs(named)) if named is not None else (t for t in _tags(copied) if "/ID" in t)
        self.names += [(bytes(tag["/ID"]), tag) for tag in tags]
        self.next += highest + 1

    def _take_over(self, one: pikepdf.Pdf) -> None:
        """Take over from the first document what holds for a whole file."""
        for key in ("/Lang", "/MarkInfo", "/ViewerPreferences", "/OutputIntents", "/Metadata"):
            held = one.Root.get(key)
            if held is not None:
                self.pdf.Root[key] = self.pdf.copy_foreign(held) if held.is_indirect else _copied(self.pdf, one, held)
        if one.trailer.get("/Info") is not None:
            for key, said in one.docinfo.items():
                self.pdf.docinfo[key] = said

    def finish(self, title: str) -> None:
        from pikepdf import Array, Dictionary, Name, OutlineItem

        root = self.pdf.Root
        root.PageLabels = Dictionary(Nums=Array(self.labels))
        if self.parts:
            self.whole["/K"] = Array(self.parts)
            self.root["/K"] = Array([self.whole])
            self.root["/ParentTree"] = self.pdf.make_indirect(Dictionary(Nums=Array(self.marks)))
            self.root["/ParentTreeNextKey"] = self.next
            if self.roles:
                self.root["/RoleMap"] = Dictionary(self.roles)
            if self.names:
                pairs = sorted(self.names, key=lambda pair: pair[0])
                flat = [x for name, tag in pairs for x in (tag["/ID"], tag)]
                limits = Array([pairs[0][1]["/ID"], pairs[-1][1]["/ID"]])
                leaf = self.pdf.make_indirect(Dictionary(Names=Array(flat), Limits=limits))
                self.root["/IDTree"] = Dictionary(Kids=Array([leaf]))
            root.StructTreeRoot = self.root
        with self.pdf.open_outline() as outline:
            for name, first, below in self.bookmarks:
                item = OutlineItem(name, first)
                item.children += self._items(below)
                item.is_closed = True
                outline.root.append(item)
        root.PageMode = Name.UseOutlines
        self.pdf.docinfo["/Title"] = title
        metadata = root.get("/Metadata")
        if metadata is not None:
            metadata.write(_retitled(metadata.read_bytes(), title))

    def _items(self, below: Sequence[Any]) -> list[Any]:
        from pikepdf import Array, OutlineItem

        out = []
        for name, page, place, more in below:
            item = OutlineItem(name, Array([self.pdf.pages[page].obj, *place]))
            item.children += self._items(more)
            item.is_closed = True
            out.append(item)
        return out


def _copied(pdf: pikepdf.Pdf, one: pikepdf.Pdf, held: Any) -> Any:
    """Copy a value that is no object of its own."""
    from pikepdf import Array, Dictionary

    if isinstance(held, Dictionary | Array):
        return pdf.copy_foreign(one.make_indirect(held))
    return held


def _tags(tree: Any) -> Iterator[Any]:
    """Yield every element below the root of tags."""
    from pikepdf import Array, Dictionary

    waiting = [tree.get("/K")]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Array):
            waiting.extend(one)
        elif isinstance(one, Dictionary):
            if "/S" in one:
                yield one
            if "/K" in one:
                waiting.append(one["/K"])


def _numbers(node: Any) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a number tree (ISO 32000-1, 7.9.7)."""
    if node is None:
        return
    for kid in node.get("/Kids", ()):
        yield from _numbers(kid)
    flat = list(node.get("/Nums", ()))
    for n in range(0, len(flat) - 1, 2):
        yield int(flat[n]), flat[n + 1]


def _named_places(one: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield the named places of a document (7.9.6 and 12.3.2.3)."""
    from pikepdf import Dictionary

    names = one.Root.get("/Names", Dictionary()).get("/Dests")
    if names is not None:
        yield from _pairs(names)
    for name, place in one.Root.get("/Dests", Dictionary()).items():
        yield str(name), place


def _pairs(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the entries of a name tree."""
    for kid in node.get("/Kids", ()):
        yield from _pairs(kid)
    flat = list(node.get("/Names", ()))
    for n in range(0, len(flat) - 1, 2):
        yield str(flat[n]), flat[n + 1]


def _place_of(said: Any, targets: dict[str, Any]) -> Any:
    """Return the place that a link names, as an array; None if it is unknown."""
    from pikepdf import Array, Dictionary

    found = targets.get(str(said)) if not isinstance(said, Array | Dictionary) and said is not None else said
    return found.get("/D") if isinstance(found, Dictionary) else found


def _bookmarks(above: Any, targets: dict[str, Any], pages: dict[Any, int]) -> Iterator[Any]:
    """Yield (title, page, rest of the place, bookmarks below) of a document's bookmarks."""
    from pikepdf import Array

    item = above.get("/First") if above is not None else None
    while item is not None:
        said = item.get("/Dest") if "/Dest" in item else item.get("/A", {}).get("/D")
        place = _place_of(said, targets)
        if isinstance(place, Array) and len(place) and place[0].objgen in pages:
            below = list(_bookmarks(item, targets, pages))
            yield str(item.get("/Title", "")), pages[place[0].objgen], list(place)[1:], below
        item = item.get("/Next")


def _shifted(bookmarks: Sequence[Any], by: int) -> list[Any]:
    return [(title, page + by, place, _shifted(below, by)) for title, page, place, below in bookmarks]


_TITLE = re.compile(rb"(<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>)(.*?)(</rdf:li>)", re.DOTALL)


def _retitled(metadata: bytes, title: str) -> bytes:
    from xml.sax.saxutils import escape

    said = escape(title).encode()
    return _TITLE.sub(lambda m: m[1] + said + m[3], metadata, count=1)
