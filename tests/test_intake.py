"""A stranger's contract becomes draft clauses: nothing lost, nothing invented, everything uncertain said."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.comparison.word_reading import read_word
from generator.diagnostics import errors_in
from generator.intake import Intake, drafts_of, read_contract, report_of
from generator.pipeline import Imported, import_contract, make
from tests import word_pair
from tests.command import run
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2027, 1, 1)
_PARTIES = (
    "This agreement is between Lake Hospital, Inc., a Kentucky corporation (“Hospital”), and "
    "Harbor & Sons {Re}Build, a Kentucky nonprofit (“Harbor”)."
)
CONTRACT = (
    ("Title", "Food Delivery Agreement"),
    ("", _PARTIES),
    ("", "1. Definitions"),
    ("", "1.1 Words. “Business Day” means a day that is not a weekend. In Section 2.1 it counts."),
    ("", "2. Work"),
    ("", "2.1 Deliveries. Harbor shall deliver meals within five (5) business days as Section 1.1 says."),
    ("", "(a) Meals are *hot* and cost $12.50 each."),
    ("", "(b) No fee above $4,000.00 is owed."),
    ("", "2.2 Payment. Hospital shall pay within 45 days after an invoice. See Section 9.9."),
    ("", "3. Term"),
    ("", "3.1 Start. It takes effect on March 1, 2027 and bears {{ interest }} of 2% a month."),
    ("", "IN WITNESS WHEREOF the parties sign."),
    ("", "By: ____________"),
)  # fmt: skip


def a_contract(lines: tuple[tuple[str, str], ...] = CONTRACT) -> bytes:
    document = docx.Document()
    for style, text in lines:
        document.add_paragraph(text, style=style or None)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def taken_in(data: bytes, **more: object) -> Intake:
    word = read_word(data, "partner.docx")
    assert word.value is not None, word.diagnostics
    return drafts_of(read_contract(word.value), "partner", source="partner.docx", **more)  # type: ignore[arg-type]


def body(intake: Intake, id: str) -> str:
    return next(d.text for d in intake.drafts if d.id == id).split("\n---\n", 1)[1].strip()


def test_headings_become_clauses_in_order_with_ids_of_their_titles():
    intake = taken_in(a_contract())
    assert intake.title == "Food Delivery Agreement"
    assert [(d.number, d.id) for d in intake.drafts] == [
        ("", "partner.preamble"),
        ("1.1", "partner.words"),
        ("2.1", "partner.deliveries"),
        ("2.2", "partner.payment"),
        ("3.1", "partner.start"),
    ]


def test_typed_numbers_go_and_items_become_a_list():
    text = body(taken_in(a_contract()), "partner.deliveries")
    assert "2.1" not in text
    assert "1. Meals are \\*hot\\* and cost $12.50 each." in text
    assert "1. No fee above $4,000.00 is owed." in text


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("(a) it is so", "\\(a) it is so"),
        ("1. it is so", "1\\. it is so"),
        ("a) it is so", "a\\) it is so"),
        ("7.3 it is so", "7\\.3 it is so"),
        ("(ii) it is so", "\\(ii) it is so"),
    ],
)
def test_a_number_that_is_part_of_a_sentence_stays_and_is_said(typed, written):
    intake = taken_in(a_contract((("", "1. Work"), ("", f"1.1 Promises. {typed}"))))
    (draft,) = intake.drafts
    assert draft.text.rstrip().endswith(f"\n{written}")
    assert draft.doubts


def test_references_point_at_the_clause_and_one_that_points_at_nothing_is_said():
    intake = taken_in(a_contract())
    assert "as [Words](#partner.words) says" in body(intake, "partner.deliveries")
    assert "Section 9.9" in body(intake, "partner.payment")
    (payment,) = [d for d in intake.drafts if d.id == "partner.payment"]
    assert any("Section 9.9" in doubt for doubt in payment.doubts)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("As Sections 1.1 and 2 say.", "As {words} and {work} say."),
        ("See Sections 1.1 through 2.1, and 2.2.", "See {words} through {deliveries}, and {payment}."),
        ("Sections 1.1(a), 2.1 (Deliveries) or 2.2", "{words}(a), {deliveries} or {payment}"),
        ("Section 2.1(a)(ii) or (iii) of this agreement", "{deliveries}(a)(ii) or (iii) of this agreement"),
        ("Section 2.1 and 2.2, and section 2.2", "{deliveries} and {payment}, and {payment}"),
        ("Section 2 and 2 days more; Sections 1.1, 30 days", "{work} and 2 days more; {words}, 30 days"),
        ("Sections 2.1 and 9.9", "Sections 2.1 and 9.9"),
        ("Sections 2.1 or 2.2 of the Social Security Act", "Sections 2.1 or 2.2 of the Social Security Act"),
        ("Section 2.1(a) or (b) of Title X", "Section 2.1(a) or (b) of Title X"),
        ("DFAR section 2.1", "DFAR section 2.1"),
        ("Sections 2.1 (Deliveries) and 2.2 (Money)", "Sections 2.1 (Deliveries) and 2.2 (Money)"),
        ("Exhibits A and B; Exhibit B (as it is)", "{maps} and {list}; {list} (as it is)"),
    ],
)
def test_several_sections_in_one_reference_are_linked_together_or_not_at_all(typed, written):
    lines = (
        "1. Definitions",
        "1.1 Words. None.",
        "2. Work",
        "2.1 Deliveries. Daily.",
        "2.2 Payment. Monthly.",
        "3. Other",
    )
    attached = (("Heading 1", "Exhibit A: Maps"), ("", "North."), ("Heading 1", "Exhibit B: List"), ("", "South."))
    intake = taken_in(a_contract((*(("", x) for x in lines), ("", f"3.1 Rest. {typed}"), *attached)))
    links = {
        "maps": "[Maps](#schedule.attached_1)",
        "list": "[List](#schedule.attached_2)",
        "work": "[Work](#part.work)",
    }
    links |= {x: f"[{x.title()}](#partner.{x})" for x in ("words", "deliveries", "payment")}
    assert body(intake, "partner.rest") == written.format(**links)
    (draft,) = [d for d in intake.drafts if d.id == "partner.rest"]
    stays = "[" not in written.format(**links) and not typed.startswith("DFAR")
    assert bool(draft.doubts) == stays


def test_a_definition_is_marked_once():
    assert body(taken_in(a_contract()), "partner.words").startswith('"**Business Day**" means')


def test_a_term_in_bold_letters_is_defined_and_the_marks_it_gets_are_said(tmp_path):
    """Lawyers define in bold letters too; nothing else in bold letters, and no second definition, becomes a term."""
    bold = (
        "1.1 Words. In this agreement:", "*Business Day* means a day in Section 1.1.", "*Meal Plan* shall mean a list.",
        "1.2 Fees. A fee (the *Service Fee*) for each list (each a *List*, together the *Lists*).",
        "1.3 Rest. *Note well.* See (*above*). *Hospital means to pay.* The *Business Day* means nothing more.",
    )  # fmt: skip
    document = docx.Document(io.BytesIO(a_contract((("Title", "Food Agreement"), ("", "1. Words")))))
    for line in bold:
        paragraph = document.add_paragraph()
        for n, text in enumerate(line.split("*")):
            paragraph.add_run(text).bold = n % 2 == 1
    document.save(tmp_path / "food.docx")
    found = import_contract(warm_workspace(tmp_path, today=TODAY), "food.docx").value
    assert found is not None
    text = "".join(d.text for d in found.intake.drafts)
    terms = ["Business Day", "Meal Plan", "Service Fee", "List", "Lists"]
    assert re.findall(r'"\*\*(.*?)\*\*"', text) == terms
    assert "The **Business Day** means nothing more." in text
    told = {a.kind: [p.was for p in a.places] for a in found.report.announced}
    assert told["terms"] == terms
    assert told["references"] == ["Section 1.1"]
    assert found.report.made
    assert "other" not in told


def test_text_is_never_code():
    """Braces, stars and the like come through as they are typed; the grammar and Markdown see nothing in them."""
    text = body(taken_in(a_contract()), "partner.start")
    assert "{{" not in text
    assert "\\{\\{ interest \\}\\}" in text


def test_names_amounts_and_dates_are_proposed_with_the_field_that_comes_to_mind():
    found = {(p.kind, p.text): p.field for p in taken_in(a_contract()).proposals}
    assert found["party", "Lake Hospital, Inc."] == "hco.legal_name"
    assert found["party", "Hospital"] == "hco.short_name"
    assert found["party", "Harbor & Sons {Re}Build"] == "cbo.legal_name"
    assert found["duration", "45 days"] == "pay.invoice.pay_days"
    assert found["date", "March 1, 2027"] == "term.effective_date"
    assert ("money", "$4,000.00") in found
    assert ("percent", "2%") in found


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("It starts on March 1, 2027 and is in effect until June 30, 2028.", {"June 30, 2028": "term.end_date"}),
        ("Affiliates related by fifty percent (50%) of voting interest count.", {"fifty percent (50%)": ""}),
        ("Unpaid amounts bear 2% a month.", {"2%": "pay.invoice.interest_pct"}),
        ("Secure files are kept. They last 30 days.", {"30 days": ""}),
        ("Invoices are paid in 30 days.|Whoever fails shall cure it in 30 days.", {"30 days": ""}),
        ("[Drafting note: choose one] The rate is [rate] or [ x ] none.", {"[rate]": ""}),
    ],
)
def test_a_field_is_proposed_only_where_the_words_around_say_so(said, field):
    first, *more = said.split("|")
    lines = (("", "1. Work"), ("", f"1.1 Facts. {first}"), *(("", text) for text in more))
    proposals = taken_in(a_contract(lines)).proposals
    found = {p.text: p.field for p in proposals}
    assert found.items() >= field.items()
    assert "[ x ]" not in found
    assert not any("Drafting" in text for text in found)


def test_what_is_no_name_is_no_party():
    lines = (
        ("", 'This Letter of Intent ("LOI") is made between Lake Hospital, Inc., a hospital (“Hospital”), and others.'),
    )
    parties = [p.text for p in taken_in(a_contract(lines)).proposals if p.kind == "party"]
    assert parties == ["Lake Hospital, Inc.", "Hospital"]


def test_words_that_shall_be_a_field_become_one():
    intake = taken_in(a_contract(), put={"45 days": "pay.invoice.pay_days"})
    assert "within {{ pay.invoice.pay_days }} after an invoice" in body(intake, "partner.payment")


def test_the_signature_page_is_left_out_and_said():
    intake = taken_in(a_contract())
    assert not any("WITNESS" in d.text for d in intake.drafts)
    told = {a.kind: a for a in report_of(intake, ()).announced}
    assert [p.was for p in told["signing"].places] == ["IN WITNESS WHEREOF the parties sign.", "By: ____________"]


def test_a_clause_of_the_library_that_reads_the_same_is_named():
    text = "Each party keeps what it learns of the other to itself and uses it for the work alone."
    data = a_contract((("", "1. Secrets"), ("", f"1.1 Silence. {text}")))
    (draft,) = taken_in(data, library=[("secrets.kept", "1.0.0", text), ("other.thing", "1.0.0", "No.")]).drafts
    assert draft.near is not None
    assert (draft.near.clause, draft.near.percent) == ("secrets.kept@1.0.0", 100)


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=8))
def test_no_word_of_any_contract_is_lost(texts):
    lines = tuple(("", text) for text in texts)
    contract = a_contract(lines)
    word = read_word(contract, "x.docx")
    assert word.value is not None
    read = read_contract(word.value)
    intake = taken_in(contract)
    said = " ".join((intake.title, *(d.title for d in intake.drafts), *(d.text for d in intake.drafts), *read.signing))
    for text in texts:
        for piece in re.findall(r"[^\W\d_]{4,}", text):
            assert piece in said


def test_what_is_no_word_file_is_refused(tmp_path):
    (tmp_path / "contract.docx").write_bytes(b"%PDF-1.7")
    found = import_contract(warm_workspace(tmp_path, today=TODAY), "contract.docx")
    assert found.value is None
    assert errors_in(found.diagnostics)


def test_a_field_that_does_not_exist_is_told_with_the_one_that_was_meant(tmp_path):
    (tmp_path / "contract.docx").write_bytes(a_contract())
    found = import_contract(
        warm_workspace(tmp_path, today=TODAY), "contract.docx", put={"45 days": "pay.invoice.pay_day"}
    )
    assert found.value is None
    assert "pay.invoice.pay_days" in found.diagnostics[0].fix


@pytest.fixture(scope="module")
def partner(tmp_path_factory: pytest.TempPathFactory) -> tuple[Imported, str]:
    """The contract above imported by the public function, and the text of the document that its drafts make."""
    folder = tmp_path_factory.mktemp("partner")
    (folder / "partner.docx").write_bytes(a_contract())
    space = warm_workspace(folder, today=TODAY)
    imported = import_contract(space, "partner.docx").value
    assert imported is not None
    assert not (folder / "clauses").exists(), "an import writes nothing by itself"
    space.keep(list(imported.files))
    made = make(warm_workspace(folder, today=TODAY), "partner.yaml", formats=("txt",), draft=True)
    assert made.ok, [d.message for d in errors_in(made.diagnostics)]
    return imported, " ".join(next(d for n, d in made.files if n.endswith(".txt")).decode().split())


def test_imported_and_made_again_it_says_the_same(partner):
    """The draft that comes from the imported clauses holds every sentence of the contract."""
    _, text = partner
    assert "Harbor shall deliver meals within five (5) business days as Section 1.1 (Words) says." in text
    assert "bears {{ interest }} of 2% a month." in text
    assert "Harbor & Sons {Re}Build" in text


def test_the_report_names_every_difference_with_its_place(partner):
    report = partner[0].report
    told = {a.kind: a.places for a in report.announced}
    assert [(p.where, p.was, p.now) for p in told["references"]] == [
        ("Section 1.1", "Section 2.1", "Section 2.1 (Deliveries)"),
        ("Section 2.1", "Section 1.1", "Section 1.1 (Words)"),
    ]
    assert [p.was for p in told["headings"]] == ["Words.", "Deliveries.", "Payment.", "Start."]
    assert [p.now for p in told["made_up"]] == ["Parties and Background"]
    assert not {"other", "numbers", "paragraphs"} & told.keys()
    assert report.verdict == f"Made again, it says the same words, except for the {len(told)} things above."


def test_the_page_beside_the_profile_lists_every_place(partner):
    page = dict(partner[0].files)["partner-import.md"].decode()
    for announced in partner[0].report.announced:
        assert announced.says in page
        for place in announced.places:
            assert " ".join((place.was or place.now).split()) in page


def test_the_command_writes_drafts_and_overwrites_nothing(tmp_path, monkeypatch):
    (tmp_path / "partner.docx").write_bytes(a_contract())
    code, out = run(tmp_path, "clauses", "import", "partner.docx", "--dry-run", monkeypatch=monkeypatch)
    assert code == 0
    assert "would become 5 draft clauses" in out
    assert not (tmp_path / "clauses").exists()
    code, out = run(tmp_path, "clauses", "import", "partner.docx", monkeypatch=monkeypatch)
    assert code == 0, out
    assert (tmp_path / "clauses/partner/deliveries/1.0.0-1.md").is_file()
    (tmp_path / "clauses/partner/deliveries/1.0.0-1.md").write_text("mine", encoding="utf-8")
    code, out = run(tmp_path, "clauses", "import", "partner.docx", monkeypatch=monkeypatch)
    assert code == 1
    assert (tmp_path / "clauses/partner/deliveries/1.0.0-1.md").read_text(encoding="utf-8") == "mine"


def test_values_that_are_not_shown_are_counted(tmp_path, monkeypatch):
    said = ["1. Work", *(f"1.{n} Meals. One costs ${n}." for n in range(1, 10)), "1.10 All. It cannot exceed $5,000."]
    (tmp_path / "partner.docx").write_bytes(a_contract(tuple(("", text) for text in said)))
    _, out = run(tmp_path, "clauses", "import", "partner.docx", "--dry-run", monkeypatch=monkeypatch)
    assert '--set "$5,000=pay.total_cap"' in out
    assert "$8”" in out
    assert "$9”" not in out
    assert "  … and 1 more\n" in out


def read(body: str, **stories: str) -> Intake:
    """What an import makes of a file with this body and these further stories."""
    return taken_in(word_pair.document(body, stories=stories))


def told(intake: Intake) -> dict[str, list[tuple[str, str]]]:
    return {a.kind: [(p.where, p.was) for p in a.places] for a in report_of(intake, ()).announced}


def test_the_words_of_a_footnote_are_left_out_and_said():
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    words = f'<w:footnote w:id="2">{word_pair.paragraph("But see the plan.")}</w:footnote>'
    notes = f"<w:footnotes NAMESPACES>{words}</w:footnotes>"
    intake = read(
        f"{word_pair.paragraph('1. Work')}<w:p><w:r><w:t>1.1 Meals. They are warm.</w:t></w:r>{note}</w:p>",
        footnotes=notes,
    )
    assert body(intake, "partner.meals") == "They are warm."
    assert told(intake)["footnotes"] == [("Section 1.1", "But see the plan.")]


def test_a_sign_that_is_half_a_letter_is_a_box():
    sign = '<w:p><w:r><w:t>Tick </w:t><w:sym w:font="Odd" w:char="D83D"/></w:r></w:p>'
    assert body(read(f"{word_pair.paragraph('1. Work')}{sign}"), "partner.work") == "Tick □"


def test_columns_and_the_ends_of_page_layouts_are_no_text_and_take_no_number():
    """Word gives an empty paragraph that ends a layout no number, so that the next section is the first."""
    numbering = (
        '<w:numbering NAMESPACES><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>'
    columns = '<w:sectPr><w:cols w:num="2"/></w:sectPr>'
    intake = read(
        f"<w:p><w:pPr>{numbered}{columns}</w:pPr></w:p>"
        f"<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t>Meals</w:t></w:r></w:p>{word_pair.paragraph('They are warm.')}",
        numbering=numbering,
    )
    assert [(d.number, d.title) for d in intake.drafts] == [("1", "Meals")]


def test_a_word_that_is_bold_in_part_stays_one_word():
    half = "<w:r><w:t>In</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>sert</w:t></w:r><w:r><w:t>ed.</w:t></w:r>"
    assert body(read(f"{word_pair.paragraph('1. Work')}<w:p>{half}</w:p>"), "partner.work") == "In**sert**ed."


def test_sections_of_the_third_level_are_headings_where_words_stand_below_each():
    lines = (
        "1. Work",
        "1.1 Meals. Warm ones.",
        "1.1.1 Lunch. At noon.",
        "1.1.2 Supper. At six.",
        "1.2 Rides. Safe ones.",
    )
    intake = taken_in(a_contract(tuple(("", line) for line in lines)))
    assert body(intake, "partner.meals") == "Warm ones.\n\n### Lunch\n\nAt noon.\n\n### Supper\n\nAt six."


def test_a_contract_without_numbers_keeps_its_headings_without_numbers():
    intake = taken_in(a_contract((("Title", "A Letter of Intent"), ("Heading 1", "Meals"), ("", "Warm ones."))))
    document = dict(intake.files)["clauses/_documents/partner.yaml"].decode()
    assert 'opening:\n  - {heading: "Meals", clause: partner.meals}\noutline: []' in document


def test_a_line_that_begins_like_a_signature_is_none_in_the_midst_of_the_text():
    long = "Nobody else may sign it, and everybody who signs has the power to sign what is signed here today."
    texts = ("1. Signing", "1.1 Names. These sign.", "Name: the name of the program is part of it.", long)
    lines = tuple(("", text) for text in texts)
    intake = taken_in(a_contract(lines))
    assert "Name: the name of the program is part of it." in body(intake, "partner.names")
    assert "signing" not in told(intake)


def test_a_row_that_would_be_a_long_header_is_none_and_an_empty_column_goes():
    long = "Warm meals for everybody who asks, every day of the year"
    table = word_pair.table(word_pair.row("Meals", long, ""), word_pair.row("Rides", "Safe ones", ""))
    text = body(read(f"{word_pair.paragraph('1. Work')}{table}"), "partner.work")
    assert text == f"|   |   |\n| --- | --- |\n| Meals | {long} |\n| Rides | Safe ones |"
