"""Comments of both documents stand in the redline, each once, on the words they were made on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.comparison.redline import compare_docx
from generator.comparison.revisions import accept_all, reject_all
from tests.test_comparison_redline import NOON, breaches, compared, said
from tests.word_file import parts
from tests.word_pair import MAIN, document, paragraph, run

W15 = "http://schemas.microsoft.com/office/word/2012/wordml"


def on(text: str, id: int = 5) -> str:
    """Runs with a comment on them."""
    return (
        f'<w:commentRangeStart w:id="{id}"/>{run(text)}<w:commentRangeEnd w:id="{id}"/>'
        f'<w:r><w:commentReference w:id="{id}"/></w:r>'
    )


def noted(body: str, *comments: tuple[int, str, str], extended: str = "") -> bytes:
    """A document whose comments are given as id, author and words; ``extended`` is the part about replies."""
    held = "".join(
        f'<w:comment w:id="{id}" w:author="{author}" w:date="2026-05-05T05:05:05Z">'
        f'<w:p w14:paraId="0000000{n}">{run(said)}</w:p></w:comment>'
        for n, (id, author, said) in enumerate(comments, 1)
    )
    more: dict[str, str] = {}
    relations = types = ""
    for name, content in {
        "commentsExtended": f'<w15:commentsEx xmlns:w15="{W15}">{extended}</w15:commentsEx>',
        "people": f'<w15:people xmlns:w15="{W15}">'
        + "".join(f'<w15:person w15:author="{a}"/>' for a in sorted({a for _, a, _ in comments}))
        + "</w15:people>",
    }.items():
        if extended:
            more[f"word/{name}.xml"] = content
            relations += (
                f'<Relationship Id="rId-{name}" Type="http://schemas.microsoft.com/office/2011/relationships/{name}"'
                f' Target="{name}.xml"/>'
            )
            types += f'<Override PartName="/word/{name}.xml" ContentType="{MAIN.replace("document.main", name)}"/>'
    stories = {"comments": f"<w:comments NAMESPACES>{held}</w:comments>"} if comments else None
    return document(body, stories=stories, more=more, relations=relations, types=types)


def anchored(data: bytes) -> dict[str, str]:
    """What each comment says, and the words it is on: [-deleted] ones too."""
    files = parts(data)
    text = files["word/document.xml"].decode()
    out = {}
    for id, content in re.findall(
        r'<w:comment [^>]*w:id="(\d+)"[^>]*>(.*?)</w:comment>', files["word/comments.xml"].decode()
    ):
        on = text[text.index(f'<w:commentRangeStart w:id="{id}"/>') : text.index(f'<w:commentRangeEnd w:id="{id}"/>')]
        assert text.count(f'commentReference w:id="{id}"') == 1
        marked = re.sub(r"<w:delText[^>]*>([^<]*)</w:delText>", r"<w:t>[-\1]</w:t>", on)
        out["".join(re.findall(r"<w:t[ >][^<]*", content)).rpartition(">")[2]] = "".join(
            re.findall(r"<w:t(?: [^>]*)?>([^<]*)", marked)
        )
    return out


def test_a_comment_of_the_old_file_is_carried_over_to_its_words():
    old = noted(paragraph(run("Plan shall ") + on("pay ten dollars") + run(" a month.")), (5, "B", "Why?"))
    new = noted(paragraph("Plan shall pay twelve dollars a month."))
    found = compare_docx(old, new, author="A", date=NOON)
    assert [(d.rule, d.severity) for d in found.diagnostics] == [("compare-comments", "note")]
    assert anchored(found.value.data) == {"Why?": "pay [-ten]twelve dollars"}
    assert said(found.value.data, accept_all) == said(new)
    assert said(found.value.data, reject_all) == said(old)
    assert breaches(found.value.data) == []


def test_comments_of_both_files_stand_once_each_without_a_doubled_id():
    old = noted(
        paragraph(on("One", 5) + run(" two ") + on("three", 6)), (5, "B", "Both have it."), (6, "C", "Old alone.")
    )
    new = noted(
        paragraph(on("One", 5) + run(" two three ") + on("four", 6)), (5, "B", "Both have it."), (6, "D", "New.")
    )
    data = compared(old, new).data
    assert anchored(data) == {"Both have it.": "One", "New.": "four", "Old alone.": "three"}
    ids = re.findall(r'<w:comment [^>]*w:id="(\d+)"', parts(data)["word/comments.xml"].decode())
    assert len(ids) == len(set(ids)) == 3


def test_a_comment_on_words_that_went_goes_when_they_are_accepted_as_gone():
    old = noted(paragraph(run("Keep. ") + on("Strike this sentence out.")) + paragraph("End."), (5, "B", "Out!"))
    data = compared(old, noted(paragraph("Keep. ") + paragraph("End."))).data
    text = parts(data)["word/document.xml"].decode()
    inside = re.search(r"<w:del .*?</w:del>", text).group()
    assert "commentRangeStart" in inside
    assert "commentReference" in inside


def test_a_paragraph_that_went_keeps_its_comment_in_the_redline():
    gone = paragraph(on("A whole sentence that nobody wants to see again in this contract."))
    old = noted(paragraph("One.") + gone + paragraph("End."), (5, "B", "Out!"))
    data = compared(old, noted(paragraph("One.") + paragraph("End."))).data
    assert list(anchored(data)) == ["Out!"]


def test_a_comment_over_several_paragraphs_spans_them():
    start, end = on("x").split(run("x"))
    body = paragraph(start + run("One.")) + paragraph("Two.") + paragraph(run("Three.") + end) + paragraph("End.")
    data = compared(
        noted(body, (5, "B", "All?")), noted(body.replace("Two", "2").replace(start, "").replace(end, ""))
    ).data
    assert anchored(data) == {"All?": "One.[-Two]2.Three."}


def test_replies_resolved_and_people_come_along():
    entry = '<w15:commentEx w15:paraId="00000001" w15:done="1"/>'
    reply = '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="0"/>'
    old = noted(paragraph(on("One", 5) + on(" two", 6)), (5, "B", "Why?"), (6, "C", "So."), extended=entry + reply)
    for new in (noted(paragraph("One two three")), noted(paragraph(on("One")), (5, "B", "Why?"), extended=entry)):
        files = parts(compared(old, new).data)
        entries = re.findall(r"<w15:commentEx [^>]*>", files["word/commentsExtended.xml"].decode())
        ids = re.findall(r'w15:paraId="([^"]*)"', "".join(entries))
        parents = re.findall(r'w15:paraIdParent="([^"]*)"', "".join(entries))
        comments = files["word/comments.xml"].decode()
        assert len(ids) == len(set(ids)) == 2
        assert parents[0] in ids
        assert all(f'paraId="{id}"' in comments and int(id, 16) < 0x80000000 for id in ids)
        people = files["word/people.xml"].decode()
        assert (people.count('"B"'), people.count('"C"')) == (1, 1)
        assert b"/word/people.xml" in files["[Content_Types].xml"]


def test_the_same_comments_on_the_same_text_change_nothing():
    one = noted(paragraph(on("One")), (5, "B", "Why?"))
    assert compared(one, one).data == one
    bare = noted(paragraph(run("One")))
    redline = compared(one, bare)
    assert redline.same
    assert anchored(redline.data) == {"Why?": "One"}


words = st.lists(st.sampled_from(["plan", "shall", "pay", "ten (10)", "days", "."]), min_size=1, max_size=5).map(
    " ".join
)


@pytest.mark.slow
@settings(deadline=None, max_examples=120)
@given(st.lists(words, min_size=1, max_size=5), st.lists(words, max_size=5), st.data())
def test_comments_never_disturb_the_text(old, new, data):
    at = data.draw(st.integers(0, len(old) - 1))
    body = "".join(
        paragraph(run(f"{text} ") + on(text) + run(" end") if n == at else text) for n, text in enumerate(old)
    )
    a, b = noted(body, (5, "B", "Why?")), document("".join(map(paragraph, new)) + paragraph("End"))
    redline = compared(a, b)
    assert said(redline.data, accept_all) == said(b)
    assert said(redline.data, reject_all) == said(a)
    assert breaches(redline.data) == []
    assert list(anchored(redline.data)) == ["Why?"]
