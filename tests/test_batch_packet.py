"""A packet is one PDF of several: their pages in order, bookmarks, page labels, links, and every tag."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from generator.batch.packet import join_pdfs
from generator.batch.store import Unfit
from generator.cli_batch import _look_for_packets
from generator.pipeline import Made


def tagged(words: str, pages: int = 2) -> bytes:
    """Return a small tagged PDF written by hand: a link to the last page by a name, a bookmark, a table cell with a
    name."""
    pdf = pikepdf.Pdf.new()
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    tags, numbers = [], []
    for n in range(pages):
        page = pdf.add_blank_page(page_size=(200, 200))
        tag = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.TH, P=document, Pg=page.obj, K=0))
        tag["/T"], tag["/ID"] = String(f"{words} {n}"), String(f"id{n}")
        tag["/A"] = Dictionary(O=Name.Table, Headers=Array([String("id0")]))
        page.obj.StructParents = n
        tags.append(tag)
        numbers += [n, Array([tag])]
    document["/K"] = Array(tags)
    root["/K"], root["/ParentTree"] = Array([document]), Dictionary(Nums=Array(numbers))
    pdf.Root.StructTreeRoot, pdf.Root.Lang = root, String("en-US")
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    last = Array([pdf.pages[-1].obj, Name.Fit])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("end"), last])))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=String("end"), StructParent=pages)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])
    root.ParentTree.Nums.extend([pages, tags[0]])
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("End", last))
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


FILES = [("First & Foremost", tagged("one")), ("Second", tagged("two", 3))]


@pytest.fixture
def packet():
    joined = join_pdfs(FILES, title="All of it")
    with pikepdf.open(io.BytesIO(joined.value)) as pdf:
        yield pdf


def elements(tag) -> list:
    found = [tag] if "/S" in tag else []
    kids = tag.get("/K", [])
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary):
            found += elements(kid)
    return found


def test_every_page_finds_its_own_tags(packet):
    assert len(packet.pages) == 5
    numbers = packet.Root.StructTreeRoot.ParentTree.Nums
    tree = {int(numbers[n]): numbers[n + 1] for n in range(0, len(numbers), 2)}
    told = [str(tree[int(page.obj.StructParents)][0]["/T"]) for page in packet.pages]
    assert told == ["one 0", "one 1", "two 0", "two 1", "two 2"]
    for page in packet.pages:
        assert tree[int(page.obj.StructParents)][0].Pg.objgen == page.obj.objgen
    assert [str(tree[int(packet.pages[n].Annots[0].StructParent)]["/T"]) for n in (0, 2)] == ["one 0", "two 0"]


def test_the_tags_are_one_tree_with_a_part_for_each_document(packet):
    (whole,) = packet.Root.StructTreeRoot.K
    assert [str(part.S) for part in whole.K] == ["/Part", "/Part"]
    tags = [t for part in whole.K for t in elements(part) if "/ID" in t]
    names = [str(t["/ID"]) for t in tags]
    assert len(set(names)) == len(names) == 5
    assert [str(t["/A"]["/Headers"][0]) for t in tags] == ["1-id0"] * 2 + ["2-id0"] * 3


def test_links_bookmarks_and_labels_lead_where_they_did(packet):
    assert [packet.pages[n].Annots[0].Dest[0].objgen for n in (0, 2)] == [packet.pages[n].objgen for n in (1, 4)]
    with packet.open_outline() as outline:
        assert [i.title for i in outline.root] == ["First & Foremost", "Second"]
        assert [i.children[0].title for i in outline.root] == ["End", "End"]
        assert outline.root[1].children[0].destination[0].objgen == packet.pages[4].objgen
    assert [p.label for p in packet.pages] == ["1-1", "1-2", "2-1", "2-2", "2-3"]
    assert str(packet.Root.Lang) == "en-US"
    assert str(packet.docinfo["/Title"]) == "All of it"


def test_the_same_documents_give_the_same_packet():
    assert join_pdfs(FILES, title="x").value == join_pdfs(FILES, title="x").value


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 torn", tagged("one")[:200]])
def test_what_is_no_pdf_is_told(data: bytes):
    joined = join_pdfs([("a.pdf", tagged("one")), ("b.pdf", data)], title="x")
    assert joined.value is None
    assert [(d.rule, d.span.file) for d in joined.diagnostics] == [("packet", "b.pdf")]


def test_nothing_to_join_is_told():
    assert [d.rule for d in join_pdfs([], title="x").diagnostics] == ["packet"]


@pytest.mark.slow
def test_a_packet_of_real_documents_keeps_every_tag_and_its_claims(sample_set: Made):
    files = [(name, data) for name, data in sample_set.files if name.endswith(".pdf")]
    joined = join_pdfs(files, title="Sample")
    counted = 0
    for _, data in files:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            counted += len(elements(pdf.Root.StructTreeRoot.K[0]))
    with pikepdf.open(io.BytesIO(joined.value)) as pdf:
        (whole,) = pdf.Root.StructTreeRoot.K
        assert sum(len(elements(part)) for part in whole.K) == counted
        assert not pdf.check_pdf_syntax()
        metadata = pdf.Root.Metadata.read_bytes()
        assert b"pdfuaid:part>1<" in metadata
        assert b'<rdf:li xml:lang="x-default">Sample</rdf:li>' in metadata


def test_a_missing_library_is_told_before_the_first_member_is_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    _look_for_packets(False)
    with pytest.raises(Unfit) as told:
        _look_for_packets(True)
    assert (told.value.problem.rule, told.value.problem.fix[-7:]) == ("packet", "pikepdf")
