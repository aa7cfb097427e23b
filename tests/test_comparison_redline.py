"""The redline of two Word files: exact, sound, quiet, and the same each time."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import zipfile
from collections import Counter
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.comparison.redline import ChangeKind, compare_docx
from generator.comparison.revisions import accept_all, reject_all
from generator.comparison.stories import first_difference, read_stories
from generator.comparison.word_package import WordPackage
from generator.comparison.word_reading import read_word
from generator.pipeline import make
from tests.conftest import ROOT
from tests.contract_edits import EDITS, NOTHING, Contract, shortened, with_notes
from tests.programs import program
from tests.warm_library import warm_workspace
from tests.word_file import W, parts
from tests.word_pair import RELATION, document, paragraph, row, run, table

NOON = dt.datetime(2027, 1, 1, 12, tzinfo=dt.UTC)


def compared(old: bytes, new: bytes, **options):
    found = compare_docx(old, new, author="A. Reviewer", date=NOON, **options)
    assert found.value is not None, [d.message for d in found.diagnostics]
    return found.value


def said(data: bytes, resolve=None):
    package = WordPackage(read_word(data, "x.docx").value)
    if resolve is not None:
        resolve(package)
    return read_stories(package)


def marks(data: bytes) -> Counter[str]:
    """How many of each mark the file has, in all its texts."""
    from lxml import etree

    found: Counter[str] = Counter()
    for name, content in parts(data).items():
        if name.startswith("word/") and name.endswith(".xml"):
            for e in etree.fromstring(content).iter():
                if e.get(W + "author") and not e.tag.endswith("comment"):
                    found[e.tag.rpartition("}")[2]] += 1
    return found


def shown(data: bytes) -> str:
    """The text with its marks: [-deleted][+inserted], ¶ with a sign where a mark came or went."""
    from lxml import etree

    out = []
    for p in etree.fromstring(parts(data)["word/document.xml"]).iter(W + "p"):
        line = ""
        for t in p.iter(W + "t", W + "delText"):
            around = {a.tag for a in t.iterancestors()}
            text = t.text or ""
            if around & {W + "del", W + "moveFrom"}:
                line += f"[-{text}]"
            elif around & {W + "ins", W + "moveTo"}:
                line += f"[+{text}]"
            else:
                line += text
        mark = p.find(f"{W}pPr/{W}rPr")
        signs = {W + "ins": "+¶", W + "del": "-¶", W + "moveFrom": "-¶", W + "moveTo": "+¶"}
        line += "".join(signs.get(m.tag, "") for m in mark) if mark is not None else ""
        out.append(line)
    return "\n".join(out)


def breaches(data: bytes) -> list[str]:
    """What Word would stumble over, though the schema allows it."""
    from lxml import etree

    found: list[str] = []
    ids: Counter[str] = Counter()
    starts: dict[str, Counter[str]] = {}
    for name, content in parts(data).items():
        if not name.startswith("word/") or not name.endswith(".xml"):
            continue
        root = etree.fromstring(content)
        for e in root.iter():
            tag = e.tag.rpartition("}")[2]
            if e.get(W + "author") and tag not in ("comment", "moveFromRangeStart", "moveToRangeStart"):
                ids[e.get(W + "id")] += 1
                if not (e.get(W + "date") or "").endswith("Z"):
                    found.append(f"{tag} without a date in UTC")
            if tag in ("moveFromRangeStart", "moveToRangeStart"):
                ids[e.get(W + "id")] += 1
                starts.setdefault(e.get(W + "name"), Counter())[tag] += 1
                if not any(x.get(W + "id") == e.get(W + "id") for x in root.iter(W + tag.replace("Start", "End"))):
                    found.append("move without end")
        for d in root.iter(W + "del"):
            if d.getparent().tag in (W + "rPr", W + "trPr"):
                continue
            if any(t for r in d.iter(W + "r") for t in r.findall(W + "t")):
                found.append("w:t in w:del")
            around = next(d.iterancestors(W + "moveFrom", W + "del", W + "ins", W + "txbxContent"), None)
            if around is not None and around.tag != W + "txbxContent":
                found.append("nested marks")
        loose = [
            t for t in root.iter(W + "delText", W + "delInstrText") if next(t.iterancestors(W + "del"), None) is None
        ]
        found += ["w:delText outside of w:del" for _ in loose]
        for p in root.iter(W + "pPr"):
            order = [c.tag.rpartition("}")[2] for c in p]
            last = [n for n in order if n in ("rPr", "sectPr", "pPrChange")]
            if (
                last != sorted(last, key=("rPr", "sectPr", "pPrChange").index)
                or order[len(order) - len(last) :] != last
            ):
                found.append(f"order in pPr: {order}")
            mark = p.find(W + "rPr")
            if mark is not None:
                own = [n for n, c in enumerate(mark) if c.tag in (W + "ins", W + "del", W + "moveFrom", W + "moveTo")]
                if own != list(range(len(own))):
                    found.append("the change of a mark does not come first")
        for r in root.iter(W + "rPr"):
            change = r.find(W + "rPrChange")
            if change is not None and change is not r[-1]:
                found.append("rPrChange is not last")
        found += ["a cell without a paragraph at its end" for c in root.iter(W + "tc") if c[-1].tag != W + "p"]
        found += ["a table without rows" for t in root.iter(W + "tbl") if next(t.iter(W + "tr"), None) is None]
        pictures = Counter(e.get("id") for e in root.iter() if e.tag.endswith("}docPr"))
        found += [f"docPr {n} twice" for n, k in pictures.items() if k > 1]
        found += ["a mark of our own was left" for e in root.iter() if e.get("joins") or e.tag == W + "parted"]
    found += [f"id {n} twice" for n, k in ids.items() if k > 1]
    found += [f"move {n} is not a pair" for n, k in starts.items() if set(k.values()) != {1} or len(k) != 2]
    return found


# ---------------------------------------------------------------- our own contracts, one change at a time


@pytest.fixture(scope="module")
def contract(sample_set) -> bytes:
    return with_notes(shortened(dict(sample_set.files)["services-agreement.docx"]))


def edited(data: bytes, edit) -> bytes:
    c = Contract(data)
    edit(c)
    return c.save()


# Every eighth of them at once; the others, and all of them the other way round, with the slow ones.
@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * bool(i % 8)) for i, n in enumerate(EDITS)])
@pytest.mark.parametrize("way", ["there", pytest.param("back", marks=pytest.mark.slow)])
def test_one_change_to_a_contract_gives_an_exact_and_sound_redline(contract, name, way):
    changed = edited(contract, EDITS[name])
    old, new = (contract, changed) if way == "there" else (changed, contract)
    redline = compared(old, new)
    assert redline.changes
    assert first_difference(said(redline.data, accept_all), said(new)) == ""
    assert first_difference(said(redline.data, reject_all), said(old)) == ""
    assert breaches(redline.data) == []


def test_the_same_two_files_give_the_same_bytes(contract):
    changed = edited(edited(contract, EDITS["table went"]), EDITS["paragraph moved down"])
    assert compared(contract, changed).data == compared(contract, changed).data


@pytest.mark.parametrize("name", NOTHING)
def test_what_changes_no_word_and_no_look_marks_nothing(contract, name):
    redline = compared(contract, edited(contract, NOTHING[name]))
    assert redline.same
    assert marks(redline.data) == {}


def test_the_same_file_twice_gives_that_file(contract):
    redline = compared(contract, contract)
    assert redline.same
    assert redline.data == contract


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("word in the middle", {"ins": 1, "del": 1}),
        ("number written twice", {"ins": 1, "del": 1}),
        ("comma went", {"del": 1}),
        ("paragraph came in the middle", {"ins": 2}),
        ("paragraph went", {"del": 3}),  # the note it refers to goes with it
        ("paragraph split", {"ins": 1}),
        ("paragraphs joined", {"del": 1}),
        ("tab came", {"ins": 1}),
        ("header", {"ins": 1, "del": 1}),
        ("footnote", {"ins": 1, "del": 1}),
        ("bold", {"rPrChange": 1}),
        ("bold word", {"rPrChange": 1}),
        ("centered", {"pPrChange": 1}),
        ("other style", {"pPrChange": 1}),
    ],
)
def test_no_more_is_marked_than_was_changed(contract, name, expected):
    assert marks(compared(contract, edited(contract, EDITS[name])).data) == expected


def test_a_paragraph_that_moved_is_a_move(contract):
    redline = compared(contract, edited(contract, EDITS["paragraph moved down"]))
    assert set(marks(redline.data)) == {"moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart"}
    assert [c.kind for c in redline.changes] == [ChangeKind.MOVED]


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_the_open_xml_sdk_finds_nothing_in_a_redline(contract, name, tmp_path):
    file = tmp_path / "redline.docx"
    file.write_bytes(compared(contract, edited(contract, EDITS[name])).data)
    done = subprocess.run(
        [program("ooxml-validator", "OOXML_VALIDATOR"), str(file)], capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["errors"] == []


# ---------------------------------------------------------------- small files


def pair(old: str, new: str) -> str:
    return shown(compared(document(old), document(new)).data)


def test_one_word_changed_marks_one_word():
    old, new = paragraph("Provider shall notify Plan."), paragraph("Provider must notify Plan.")
    assert pair(old, new) == "Provider [-shall][+must] notify Plan."


def test_a_split_marks_only_the_mark():
    old = paragraph("One two three. Four five six.") + paragraph("Last.")
    new = paragraph("One two three. ") + paragraph("Four five six.") + paragraph("Last.")
    assert pair(old, new) == "One two three. +¶\nFour five six.\nLast."
    assert pair(new, old) == "One two three. -¶\nFour five six.\nLast."


def test_a_paragraph_that_came_last_marks_the_mark_before_it():
    old, new = paragraph("One."), paragraph("One.") + paragraph("Two.")
    assert pair(old, new) == "One.+¶\n[+Two.]"
    assert pair(new, old) == "One.-¶\n[-Two.]"


def test_the_last_paragraph_of_a_cell_keeps_its_mark():
    def with_cell(content: str) -> str:
        return table(row(content, paragraph("x"))) + paragraph("End.")

    old, new = with_cell(paragraph("One.")), with_cell(paragraph("One.") + paragraph("Two."))
    assert pair(old, new) == "One.+¶\n[+Two.]\nx\nEnd."
    assert pair(new, old) == "One.-¶\n[-Two.]\nx\nEnd."


def test_runs_keep_their_looks():
    old = paragraph(run("The ") + run("Plan", "<w:b/>") + run(" pays ten dollars."))
    new = paragraph(run("The ") + run("Plan", "<w:b/>") + run(" pays twelve dollars."))
    data = compared(document(old), document(new)).data
    text = parts(data)["word/document.xml"].decode()
    assert '<w:rPr><w:b/></w:rPr><w:t xml:space="preserve">Plan</w:t>' in text
    assert "rPrChange" not in text


def test_formatting_alone_is_told_apart_from_words():
    old, new = paragraph(run("The Plan pays.")), paragraph(run("The Plan pays.", "<w:i/>"))
    redline = compared(document(old), document(new))
    assert [c.kind for c in redline.changes] == [ChangeKind.FORMATTED]
    assert marks(redline.data) == {"rPrChange": 1}


def test_a_deleted_link_brings_its_address():
    link = f'<w:p>{run("See ")}<w:hyperlink r:id="rId7">{run("our page")}</w:hyperlink></w:p>'
    relation = (
        '<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
        ' Target="https://example.org/" TargetMode="External"/>'
    )
    redline = compared(
        document(link + paragraph("End."), relations=relation), document(paragraph("See nothing.") + paragraph("End."))
    )
    assert b"https://example.org/" in parts(redline.data)["word/_rels/document.xml.rels"]
    assert "[-our page]" in shown(redline.data)


def test_a_deleted_picture_brings_its_file():
    picture = '<w:p><w:r><w:drawing><a:blip r:embed="rId7"/></w:drawing></w:r></w:p>'
    relation = (
        '<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        ' Target="media/image1.png"/>'
    )
    old = document(picture + paragraph("End."), relations=relation, more={"word/media/image1.png": b"old picture"})
    new = document(picture + paragraph("End."), relations=relation, more={"word/media/image1.png": b"new picture"})
    redline = compared(old, new)
    assert sorted(c for n, c in parts(redline.data).items() if "media" in n) == [b"new picture", b"old picture"]
    assert redline.changes


def test_a_deleted_paragraph_brings_its_style():
    odd = '<w:style w:type="paragraph" w:styleId="Odd"><w:name w:val="Odd one"/></w:style>'
    styles, none = f"<w:styles NAMESPACES>{odd}</w:styles>", "<w:styles NAMESPACES/>"
    old = document(paragraph("Gone.", '<w:pStyle w:val="Odd"/>') + paragraph("Stays."), stories={"styles": styles})
    new = document(paragraph("Stays."), stories={"styles": none})
    assert b'w:val="Odd one"' in parts(compared(old, new).data)["word/styles.xml"]


def test_a_style_is_found_by_its_name():
    def styled(id: str) -> bytes:
        style = f'<w:style w:type="paragraph" w:styleId="{id}"><w:name w:val="Body"/></w:style>'
        stories = {"styles": f"<w:styles NAMESPACES>{style}</w:styles>"}
        return document(paragraph("Stays.", f'<w:pStyle w:val="{id}"/>'), stories=stories)

    assert compared(styled("Body"), styled("Textkrper")).same


def control(content: str, properties: str = "") -> str:
    return (
        f'<w:sdt><w:sdtPr><w:tag w:val="field:x"/>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'
    )


def test_a_control_is_never_left_empty_by_accepting_or_rejecting():
    """Word would print “Click or tap here to enter text” in it."""

    def held(days: str) -> bytes:
        return document(paragraph(run("Pay within ") + control(run(days)) + run(".")))

    data = compared(held("thirty (30) days"), held("ten (10) days")).data
    assert shown(data) == "Pay within [-thirty (30)][+ten (10)] days."
    data = compared(held("at once"), held("never")).data
    text = parts(data)["word/document.xml"].decode()
    assert (
        text.index("<w:sdtContent>") < text.index("<w:delText") < text.index("<w:ins ") < text.index("</w:sdtContent>")
    )


def test_a_paragraph_that_came_leaves_no_control_behind_when_it_is_rejected():
    new = document(paragraph("One.") + control(paragraph(control(run("Came.")))) + paragraph("End."))
    data = compared(document(paragraph("One.") + paragraph("End.")), new).data
    assert b"<w:sdt>" not in parts(data)["word/document.xml"]


def test_a_control_filled_from_data_is_cut_off_from_them_where_it_changed():
    bound = '<w:dataBinding w:xpath="/x" w:storeItemID="{1}"/>'

    def held(text: str) -> bytes:
        return document(paragraph(control(run(text), bound)) + paragraph(control(run("Same"), bound)))

    assert parts(compared(held("Old name"), held("New name")).data)["word/document.xml"].count(b"dataBinding") == 1


def test_tracked_changes_in_a_file_are_settled_and_it_is_said():
    tracked = document(
        f'<w:p>{run("One")}<w:ins w:id="1" w:author="X" w:date="2020-01-01T00:00:00Z">{run(" two")}</w:ins></w:p>'
    )
    clean = document(paragraph("One two three"))
    found = compare_docx(tracked, clean, author="A", date=NOON)
    assert [d.rule for d in found.diagnostics] == ["compare-tracked-input"]
    assert shown(found.value.data) == "One two[+ three]"
    assert shown(compared(tracked, clean, original=True).data) == "One[+ two three]"
    settled = compared(document(paragraph("One two")), tracked)
    assert settled.same
    assert marks(settled.data) == {}


def test_comments_of_the_new_file_stay():
    body = (
        '<w:p><w:commentRangeStart w:id="5"/><w:r><w:t>One two</w:t></w:r><w:commentRangeEnd w:id="5"/>'
        '<w:r><w:commentReference w:id="5"/></w:r></w:p>'
    )
    comment = f'<w:comment w:id="5" w:author="B"><w:p>{run("Why?")}</w:p></w:comment>'
    comments = f"<w:comments NAMESPACES>{comment}</w:comments>"
    data = compared(document(paragraph("One")), document(body, stories={"comments": comments})).data
    text = parts(data)["word/document.xml"].decode()
    assert text.count("commentReference") == text.count("commentRangeStart") == 1
    assert b"Why?" in parts(data)["word/comments.xml"]
    assert 'w:ins w:id="5"' not in text


def test_what_cannot_be_tracked_is_said():
    def with_header(text: str) -> bytes:
        header = f"<w:hdr NAMESPACES>{paragraph(text)}</w:hdr>"
        reference = '<w:sectPr><w:headerReference w:type="default" r:id="rId-header1"/></w:sectPr>'
        return document(paragraph("One.") + reference, stories={"header1": header})

    none = document(paragraph("One.") + "<w:sectPr/>")
    tab = "<w:r><w:tab/></w:r>"  # like a logo: no word, and printed all the same
    for old, new in (
        (none, with_header("Top")), (with_header("Top"), none), (none, with_header(tab)), (with_header(tab), none),
    ):  # fmt: skip
        found = compare_docx(old, new, author="A", date=NOON)
        assert [d.rule for d in found.diagnostics] == ["compare-not-tracked"]
        assert found.value.changes
        assert said(found.value.data, accept_all) == said(new)
        assert said(found.value.data, reject_all) == said(old)


CONTENTS = (
    paragraph('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC </w:instrText></w:r>'
              '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("1. Term of this agreement"))
    + paragraph("2. Payment for the services")
    + paragraph(run("3. Law of the State") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>')
)  # fmt: skip


def test_contents_that_came_leave_no_sign_behind_when_they_are_rejected():
    old, new = (
        document(paragraph("One.") + paragraph("End.")),
        document(paragraph("One.") + CONTENTS + paragraph("End.")),
    )
    for a, b in ((old, new), (new, old)):
        data = compared(a, b).data
        assert said(data, accept_all) == said(b)
        assert said(data, reject_all) == said(a)
    package = WordPackage(read_word(compared(old, new).data, "x.docx").value)
    reject_all(package)
    assert next(package.body.iter(W + "fldChar", W + "instrText"), None) is None


def test_a_text_may_end_with_a_table():
    """Word puts an empty paragraph there when it opens such a file; ours do not."""
    ended = document(paragraph("One.") + table(row("a", "b")) + "<w:sectPr/>")
    plain = document(paragraph("One.") + paragraph("Two.") + "<w:sectPr/>")
    for a, b in ((ended, plain), (plain, ended), (ended, document(table(row("c", "d")) + "<w:sectPr/>"))):
        data = compared(a, b).data
        assert said(data, accept_all) == said(b)
        assert said(data, reject_all) == said(a)
        assert breaches(data) == []


@pytest.mark.slow
def test_the_worked_profiles_can_be_compared_with_one_another():
    """Drafts with a page of open items against finals, with and without contents, portrait and landscape."""
    made = []
    for name, draft in (("sample", False), ("hub", True), ("sample", True), ("san-diego-cie", True)):
        workspace = warm_workspace(ROOT, today=NOON.date())
        files = make(workspace, f"profiles/{name}.yaml", documents=("mou", "baa"), formats=("docx",), draft=draft)
        made += [data for file, data in files.files if file.endswith(".docx")]
    assert len(made) > 5
    for a, b in pairwise(made):
        data = compared(a, b).data
        assert said(data, accept_all) == said(b)
        assert said(data, reject_all) == said(a)
        assert breaches(data) == []


def test_a_file_that_is_refused_gives_no_redline():
    found = compare_docx(b"%PDF-1.7", document(paragraph("One")), author="A", date=NOON, old_name="offer.docx")
    assert found.value is None
    assert [(d.rule, d.span.file) for d in found.diagnostics] == [("compare-not-word", "offer.docx")]


def test_a_part_that_cannot_be_read_is_told_and_a_mistake_of_our_own_is_not(monkeypatch):
    old = document(paragraph("One"))
    new = document(paragraph("Two"), stories={"header1": "<w:hdr"})
    found = compare_docx(old, new, author="A", date=NOON)
    assert found.value is None
    assert [d.rule for d in found.diagnostics] == ["compare-not-exact"]
    assert "a part of one of them cannot be read" in found.diagnostics[0].message

    def broken(*_: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr("generator.comparison.redline._run", broken)
    with pytest.raises(ValueError, match="x"):
        compare_docx(old, document(paragraph("Two")), author="A", date=NOON)


def test_a_picture_that_cannot_be_unpacked_is_told():
    relation = f'<Relationship Id="rId1" Type="{RELATION}image" Target="media/a.png"/>'
    drawn = '<w:r><w:drawing><a:blip r:embed="rId1"/></w:drawing></w:r>'
    picture = bytes(range(256)) * 3
    sound = document(paragraph(run("One") + drawn), relations=relation, more={"word/media/a.png": picture})
    with zipfile.ZipFile(BytesIO(sound)) as package:
        entry = package.getinfo("word/media/a.png")
    at = entry.header_offset + 30 + len(entry.filename)
    spoiled = sound[:at] + b"\xff" * entry.compress_size + sound[at + entry.compress_size :]
    found = compare_docx(sound, spoiled, author="A", date=NOON)
    assert found.value is None
    assert "a part of one of them cannot be read" in found.diagnostics[0].message


# ---------------------------------------------------------------- any two files

few = st.lists(st.sampled_from("the provider shall pay ten (10) days , . of Plan".split()), max_size=9).map(" ".join)
runs = st.lists(st.tuples(few, st.sampled_from(["", "<w:b/>", "<w:i/>"])), max_size=3).map(
    lambda parts: "".join(run(text + " ", looks) for text, looks in parts if text)
)
paragraphs = st.tuples(runs, st.sampled_from(["", '<w:jc w:val="center"/>'])).map(lambda p: paragraph(*p))
cells = st.lists(paragraphs, min_size=1, max_size=2).map("".join)
tables = (
    st.integers(1, 3)
    .flatmap(
        lambda width: st.lists(
            st.lists(cells, min_size=width, max_size=width).map(lambda c: row(*c)), min_size=1, max_size=3
        )
    )
    .map(lambda rows: table(*rows))
)
bodies = st.lists(paragraphs | paragraphs | tables, max_size=6).map(lambda blocks: "".join(blocks) + paragraph("End"))


@settings(deadline=None, max_examples=60)
@given(bodies, bodies)
def test_accepting_gives_the_new_and_rejecting_the_old_for_any_two_files(old, new):
    data = compared(document(old), document(new)).data
    assert said(data, accept_all) == said(document(new))
    assert said(data, reject_all) == said(document(old))
    assert breaches(data) == []


@settings(deadline=None, max_examples=15)
@given(bodies)
def test_any_file_twice_gives_that_file(body):
    redline = compared(document(body), document(body))
    assert redline.same
    assert redline.data == document(body)


def test_a_field_that_asks_nothing_is_its_words():
    """LibreOffice makes such fields of content controls: every heading of ours comes back in one."""
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> FILLIN ""'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    old = document(paragraph("Defined Terms") + paragraph("They are few."))
    same = compared(old, document(field.format("Defined Terms") + paragraph("They are few.")))
    assert same.same
    other = compared(old, document(field.format("Defined Words") + paragraph("They are few.")))
    assert [(c.old, c.new) for c in other.changes] == [("Terms", "Words")]
    asking = document(field.format("Defined Terms").replace('""', '"Which?"') + paragraph("They are few."))
    assert not compared(old, asking).same
