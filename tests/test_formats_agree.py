"""Word, PDF, web page and plain text of one agreement hold the same words, numbers and order, on every document type.

What is printed is walked here from the model, apart from every writer. Running heads, page numbers and the
watermark are layout and left aside; so are the lines to sign on.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from generator.model import (
    Agreement,
    Block,
    Items,
    Paragraph,
    Section,
    SignatureBlock,
    Status,
    Table,
    contents_entries,
    inlines_text,
)
from generator.pipeline import Made
from tests import word_file
from tests.pdf_file import heard, page_texts
from tests.programs import program

SAMPLE = ("mou", "svc", "sow", "baa", "bac")
CASES = [
    *(pytest.param(("sample_set", id), id=f"{id}-final") for id in SAMPLE),
    *(pytest.param(("hub_set", id), id=f"{id}-with-schedule-draft") for id in ("svc", "baa")),
    *(pytest.param(("draft_set", id), id=f"{id}-draft") for id in ("mou", "baa", "bac")),
]


@pytest.fixture(params=CASES)
def made(request) -> tuple[Agreement, dict[str, bytes]]:
    """Return an agreement and its files by format."""
    name, id = request.param
    made: Made = request.getfixturevalue(name)
    agreements = {a.document_type: a for a in made.agreements}
    agreement = agreements[id]
    order = [a.document_type for a in made.agreements]
    by_format: dict[str, list[bytes]] = {}
    for file, data in made.files:
        by_format.setdefault(Path(file).suffix[1:], []).append(data)
    return agreement, {f: by_format[f][order.index(id)] for f in ("docx", "pdf", "html", "txt")}


# ---------------------------------------------------------------- what is printed, from the model


def words(text: str) -> list[str]:
    """Return the words of ``text``; a word that was broken after its hyphen is one word."""
    return re.sub(r"-\s+", "-", unicodedata.normalize("NFC", text)).split()


def in_order(agreement: Agreement) -> Iterator[tuple[bool, str]]:
    """Yield (is a row of a table, text) of everything that is printed, in order."""
    cover = agreement.cover
    yield False, cover.title
    yield False, inlines_text(cover.subtitle)
    yield from ((False, inlines_text(party)) for party in cover.parties)
    if cover.key_terms:
        yield from of(cover.key_terms)
    for note in cover.notes:
        yield from of(note)
    if agreement.contents:
        yield False, "Contents"
        yield from ((False, line) for line, _ in contents_entries(agreement))
    for block in (*agreement.opening, *agreement.sections, *agreement.closing, *agreement.signatures):
        yield from of(block)
    for schedule in agreement.schedules:
        yield False, f"{schedule.label} {schedule.number} — {schedule.heading}"
        for block in schedule.blocks:
            yield from of(block)
    if agreement.open_page:
        yield from of(agreement.open_page)


def of(block: Block) -> Iterator[tuple[bool, str]]:
    if isinstance(block, Paragraph):
        yield False, inlines_text(block.inlines)
    elif isinstance(block, Items):
        for item in block.items:
            yield False, item.label
            for inner in item.blocks:
                yield from of(inner)
    elif isinstance(block, Section):
        yield False, f"{block.label} {block.heading}"
        for inner in block.blocks:
            yield from of(inner)
    elif isinstance(block, Table):
        yield True, " ".join(inlines_text(c.heading) for c in block.columns)
        for row in block.rows:
            yield True, " ".join(text for cell in row for inner in cell for _, text in of(inner))
    elif isinstance(block, SignatureBlock):
        yield False, inlines_text(block.name)
        for line in block.lines:
            yield False, f"{line.label} {inlines_text(line.inlines)}"
    else:
        pytest.fail(f"a block of another kind: {block!r}")


def expected(agreement: Agreement) -> list[str]:
    return words(" ".join(text for _, text in in_order(agreement)))


def same(found: list[str], wanted: list[str], between: str = " ") -> None:
    """Compare one by one, and show only where they part."""
    for n, (a, b) in enumerate(zip(found, wanted, strict=False)):
        if a != b:
            near = slice(max(n - 8, 0) if between else max(n - 50, 0), n + (8 if between else 50))
            pytest.fail(f"{n}: … {between.join(found[near])} …\nis not … {between.join(wanted[near])} …")
    assert found[len(wanted) :] == wanted[len(found) :] == []


# ---------------------------------------------------------------- each format, read back


def test_the_word_file_with_numbers_counted_as_word_counts_them(made):
    agreement, files = made
    same(words("\n".join(word_file.lines(files["docx"]))), expected(agreement))


def together(text: str) -> str:
    """Return ``text`` without spaces and hyphens: a PDF holds neither where a line ends."""
    return re.sub(r"[\s\u00ad\x02\ufffe-]", "", unicodedata.normalize("NFC", text))


def test_the_pdf_in_the_order_in_which_it_is_heard(made):
    agreement, files = made
    found = []
    for tags, text in heard(files["pdf"]):
        # An entry of the contents ends in the number of its page.
        found.append(re.sub(r"[ .]*\d+$", "", text) if "/TOC/" in tags else text)
    same(list(together("".join(found))), list(together("".join(expected(agreement)))), between="")


def test_every_page_of_the_pdf_has_its_running_head_and_number(made):
    agreement, files = made
    pages = page_texts(files["pdf"])
    for n, page in enumerate(pages, 1):
        assert page.strip().endswith(f"Page {n} of {len(pages)}")
        if n > 1:
            assert together(agreement.header) in together(page)
        assert page.startswith("DRAFT") == (agreement.status is Status.DRAFT)


class Page(HTMLParser):
    """The words of a web page; what stands inside a line parts no words."""

    INSIDE = ("a", "bdi", "dfn", "em", "mark", "span", "strong")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.silent, self.body = "", 0, False
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        self.body = self.body or tag == "body"
        self.silent += tag in ("style", "script", "title")
        self.text += "" if tag in self.INSIDE else " "

    def handle_endtag(self, tag) -> None:
        self.silent -= tag in ("style", "script", "title")
        self.text += "" if tag in self.INSIDE else " "

    def handle_data(self, data) -> None:
        if self.body and not self.silent:
            self.text += data


def test_the_web_page(made):
    agreement, files = made
    same(words(Page(files["html"].decode()).text), expected(agreement))


def test_the_plain_text_row_by_row_and_in_order_elsewhere(made):
    """Cells stand side by side in plain text, so that within a row the words count, not their order."""
    agreement, files = made
    lines = files["txt"].decode().splitlines()
    kept = [" ".join(w for w in line.split() if not re.fullmatch(r"-+|=+|_+", w)) for line in lines]
    found = " ".join(kept).split()
    at = 0
    for is_row, text in in_order(agreement):
        wanted = text.split()
        here, at = found[at : at + len(wanted)], at + len(wanted)
        if is_row:
            assert sorted(here) == sorted(wanted)
        else:
            assert here == wanted
    assert found[at:] == []


@pytest.mark.slow
def test_the_word_file_as_another_program_counts_and_reads_it(made, tmp_path):
    """LibreOffice counts lists and references anew when it opens a file."""
    agreement, files = made
    (tmp_path / "made.docx").write_bytes(files["docx"])
    command = [
        program("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
        "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), str(tmp_path / "made.docx"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = (tmp_path / "made.txt").read_text(encoding="utf-8-sig")
    # Its plain text has a sign of its own for a bullet of the second level.
    same(words(shown.replace("◦", "•")), expected(agreement))
