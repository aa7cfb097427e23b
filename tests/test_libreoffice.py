"""The PDF of the Word file: made by LibreOffice, which is trusted with nothing."""

from __future__ import annotations

import http.server
import shutil
import sys
import threading
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pikepdf
import pypdfium2
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from generator.workspace import starter_folder
from generator.writers import libreoffice
from generator.writers.docx import write_docx
from generator.writers.frame_loading import load_frame
from generator.writers.libreoffice import RULES, convert_docx, find_libreoffice
from tests.specimen import specimen

AGREEMENT = replace(specimen(), title="Services & <Supplies>", language="en-US")
with_libreoffice = pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")


def word_file(picture: str = "") -> bytes:
    document = docx.Document()
    document.add_heading("1. Term", 1)
    document.add_paragraph("This agreement starts on January 1, 2027. Łukasz Ørsted-Çelik.")
    document.add_heading("2. End", 1)
    document.add_paragraph("It ends.")
    if picture:
        number = document.part.relate_to(picture, RELATIONSHIP_TYPE.IMAGE, is_external=True)
        drawing = "http://schemas.openxmlformats.org/drawingml/2006"
        document.add_paragraph().add_run()._r.append(
            parse_xml(
                '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
                f'<wp:inline xmlns:wp="{drawing}/wordprocessingDrawing"><wp:extent cx="300000" cy="300000"/>'
                '<wp:docPr id="1" name="Picture" descr="Picture"/>'
                f'<a:graphic xmlns:a="{drawing}/main"><a:graphicData uri="{drawing}/picture">'
                f'<pic:pic xmlns:pic="{drawing}/picture">'
                '<pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
                '<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                f'r:link="{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
                '<a:off x="0" y="0"/><a:ext cx="300000" cy="300000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
                "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
            )
        )
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def program(folder: Path, body: str) -> str:
    """Return a program that stands where LibreOffice would: Python, with the file to write in ``target``."""
    file = folder / "soffice"
    file.write_text(
        f"#!{sys.executable}\nimport pathlib, sys, time\n"
        "target = pathlib.Path(sys.argv[sys.argv.index('--outdir') + 1]) / 'agreement.pdf'\n" + body,
        encoding="utf-8",
    )
    file.chmod(0o755)
    return str(file)


def rules_of(checked) -> list[str]:
    return [problem.rule for problem in checked.diagnostics]


# ---------------------------------------------------------------- when it goes wrong


def test_its_absence_is_a_problem_with_a_way_out():
    checked = convert_docx(b"", AGREEMENT, program="/nowhere/soffice")
    assert checked.value is None
    assert rules_of(checked) == ["libreoffice-missing"]
    assert "--pdf-engine libreoffice" in checked.diagnostics[0].fix


@pytest.mark.parametrize(
    "body",
    [
        "",  # exit code 0, and no file: what LibreOffice does when it cannot read its input
        "sys.exit(81)",
        "target.write_bytes(b'')",
        "target.write_bytes(b'%PDF-1.7 and then nothing')",
        "target.write_bytes(b'%PDF-1.7\\nrubbish\\n%%EOF\\n')",
        "target.write_bytes(b'<html>%%EOF')",
    ],
    ids=["nothing", "exit code", "empty", "cut short", "rubbish", "another format"],
)
def test_no_whole_pdf_is_a_failure_whatever_the_exit_code_says(tmp_path, body):
    checked = convert_docx(word_file(), AGREEMENT, program=program(tmp_path, body))
    assert checked.value is None
    assert rules_of(checked) == ["libreoffice-failed"]


def test_a_pdf_without_tags_is_a_failure(tmp_path):
    untagged = tmp_path / "untagged.pdf"
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(untagged)
    body = f"target.write_bytes(pathlib.Path({str(untagged)!r}).read_bytes())"
    assert rules_of(convert_docx(word_file(), AGREEMENT, program=program(tmp_path, body))) == ["libreoffice-failed"]


def test_what_it_says_of_an_error_is_passed_on_without_our_folders(tmp_path):
    body = "print('Error: source file could not be loaded from', target.parent)"
    (problem,) = convert_docx(word_file(), AGREEMENT, program=program(tmp_path, body)).diagnostics
    assert "source file could not be loaded from …" in problem.message


@pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped another way there")
def test_it_is_stopped_with_all_it_started_when_its_time_is_over(tmp_path):
    ticks = tmp_path / "ticks"
    child = f"import time, pathlib\nwhile True: pathlib.Path({str(ticks)!r}).touch(); time.sleep(0.05)"
    body = f"import subprocess\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)\n"
    started = time.monotonic()
    checked = convert_docx(word_file(), AGREEMENT, program=program(tmp_path, body), seconds=1)
    assert rules_of(checked) == ["libreoffice-too-slow"]
    assert time.monotonic() - started < 20
    assert ticks.exists()
    ticks.unlink()
    time.sleep(0.5)
    assert not ticks.exists()


def test_every_problem_has_its_page():
    assert {rule.name for rule in RULES} == {"libreoffice-missing", "libreoffice-failed", "libreoffice-too-slow"}
    assert all("**" in rule.explanation for rule in RULES)


# ---------------------------------------------------------------- how it is run


def run_and_tell(tmp_path: Path, what: str) -> str:
    told = tmp_path / "told"
    convert_docx(
        word_file(), AGREEMENT, program=program(tmp_path, f"pathlib.Path({str(told)!r}).write_text(str({what}))")
    )
    return told.read_text()


def test_its_profile_is_its_own_and_forbids_macros_and_links(tmp_path):
    address = "[a for a in sys.argv if a.startswith('-env:UserInstallation=file:')][0].split('file://')[1]"
    settings = run_and_tell(tmp_path, f"(pathlib.Path({address}) / 'user' / 'registrymodifications.xcu').read_text()")
    for name, value in (("BlockUntrustedRefererLinks", "true"), ("DisableMacrosExecution", "true"), ("Link", "0")):
        assert f'<prop oor:name="{name}" oor:op="fuse"><value>{value}</value>' in settings


def test_each_thread_has_a_profile_of_its_own():
    found = [libreoffice._profile()]
    thread = threading.Thread(target=lambda: found.append(libreoffice._profile()))
    thread.start()
    thread.join()
    assert found[0] == libreoffice._profile() != found[1]


def test_locale_and_time_zone_do_not_reach_it(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert run_and_tell(tmp_path, "[__import__('os').environ[n] for n in ('LC_ALL', 'TZ')]") == "['C.UTF-8', 'UTC']"


def test_tags_are_asked_for(tmp_path):
    assert '"UseTaggedPDF":{"type":"boolean","value":"true"}' in run_and_tell(tmp_path, "' '.join(sys.argv)")


# ---------------------------------------------------------------- the real one


@pytest.fixture(scope="module")
def made() -> bytes:
    checked = convert_docx(word_file(), AGREEMENT)
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value


@pytest.mark.slow
@with_libreoffice
def test_the_pdf_holds_the_words_of_the_word_file(made):
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_range()
    assert "Łukasz Ørsted-Çelik" in text
    assert text.index("1. Term") < text.index("2. End")


@pytest.mark.slow
@with_libreoffice
@pytest.mark.parametrize("settle", [libreoffice._by_pikepdf, libreoffice._by_pypdf])
def test_title_language_date_and_tab_order_are_put_right(settle):
    folder = Path(libreoffice.tempfile.mkdtemp())
    try:
        raw, _ = libreoffice._run(find_libreoffice() or "", word_file(), folder, 60)
    finally:
        shutil.rmtree(folder)
    with pikepdf.open(BytesIO(settle(raw, AGREEMENT) or b"")) as pdf, pdf.open_metadata() as meta:
        assert pdf.check_pdf_syntax() == []
        assert meta["dc:title"] == str(pdf.docinfo.Title) == "Services & <Supplies>"
        assert str(pdf.Root.Lang) == "en-US"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert bool(pdf.Root.MarkInfo.Marked)
        assert {str(page.obj.Tabs) for page in pdf.pages} == {"/S"}
        assert {str(pdf.docinfo[k]) for k in ("/CreationDate", "/ModDate")} == {"D:20261115000000Z"}
        assert meta["xmp:CreateDate"] == "2026-11-15T00:00:00Z"
        assert "/Author" not in pdf.docinfo
        assert "/StructTreeRoot" in pdf.Root


@pytest.mark.slow
@with_libreoffice
@pytest.mark.parametrize("draft", [False, True])
def test_the_pdf_of_our_frame_is_accessible(draft, tmp_path):
    import page as validation

    frame = load_frame((starter_folder() / "_frames" / "house.docx").read_bytes(), "house.docx").value
    assert frame is not None
    agreement = specimen(draft)
    # LibreOffice maps no Unicode to an accent it sets apart, as it does for letters that Caladea lacks.
    signatures = tuple(replace(block, lines=block.lines[:1]) for block in agreement.signatures)
    agreement = replace(agreement, signatures=signatures)
    checked = convert_docx(write_docx(agreement, frame), agreement)
    assert checked.diagnostics == ()
    file = tmp_path / "made.pdf"
    file.write_bytes(checked.value or b"")
    failures = validation.validate_pdf(str(file), profile="ua1").failures
    assert [(f.rule_id, f.message) for f in failures if not f.rule_id.endswith("STREAM-LENGTH-001")] == []


@pytest.mark.slow
@with_libreoffice
def test_the_same_word_file_gives_the_same_bytes(made):
    time.sleep(1.1)  # another second of the clock
    assert convert_docx(word_file(), AGREEMENT).value == made


@pytest.mark.slow
@with_libreoffice
def test_what_a_document_points_to_is_not_loaded():
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        checked = convert_docx(word_file(f"http://127.0.0.1:{server.server_port}/spy.png"), AGREEMENT)
    finally:
        server.shutdown()
    assert checked.value is not None
    assert asked == []


@pytest.mark.slow
@with_libreoffice
def test_what_is_no_word_file_is_told():
    assert rules_of(convert_docx(b"PK\x03\x04 not a zip", AGREEMENT)) in (["libreoffice-failed"], [])
