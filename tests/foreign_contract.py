"""A contract as a stranger's office writes one: every habit that an import has to cope with, in two pages."""

from __future__ import annotations

import io

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

__all__ = ["foreign_contract"]

_BOX = (
    '<w:r {ns}><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" Requires="wps">'
    "<w:drawing><wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx>"
    "</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
_TRACKED = (
    '<w:p {ns}><w:r><w:t xml:space="preserve">Pickups take place </w:t></w:r>'
    '<w:del w:id="1" w:author="A" w:date="2027-01-01T00:00:00Z"><w:r><w:delText>daily</w:delText></w:r></w:del>'
    '<w:ins w:id="2" w:author="A" w:date="2027-01-01T00:00:00Z"><w:r><w:t>weekly</w:t></w:r></w:ins>'
    "<w:r><w:t>.</w:t></w:r></w:p>"
)
_CONTROL = (
    "<w:sdt {ns}><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>Routes are agreed in writing.</w:t></w:r></w:p>"
    "</w:sdtContent></w:sdt>"
)


def foreign_contract() -> bytes:
    """Return the contract as a Word file."""
    document = docx.Document()
    title = document.add_paragraph()
    title.alignment = 1
    title.add_run("RIDES AGREEMENT").bold = True
    document.add_paragraph(
        'This Rides Agreement ("Agreement") is made between Lake Hospital, Inc., a Kentucky corporation (the '
        "“Hospital”), and Harbor House, Inc., a Kentucky nonprofit (the “Carrier”)."
    )
    _key_terms(document)
    _sections(document)
    _signatures(document)
    document.add_paragraph().add_run("EXHIBIT A: RATES").bold = True
    document.add_paragraph("A ride costs $14.00; a wheelchair ride costs $22.50.")
    document.sections[0].header.paragraphs[0].text = "Lake Hospital – confidential"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _key_terms(document: Document) -> None:
    table = document.add_table(rows=3, cols=2)
    whole = table.cell(0, 0).merge(table.cell(0, 1))
    whole.text = "The key terms of this Agreement are these."
    table.cell(1, 0).text = "Starts"
    table.cell(1, 1).text = "March 1, 2027"
    table.cell(2, 0).text = "Riders"
    table.cell(2, 1).text = "[ x ]\tdialysis patients"
    table.cell(2, 1).add_paragraph("[   ]\t______________")


def _sections(document: Document) -> None:
    add = document.add_paragraph
    add().add_run("1. Definitions").bold = True
    add("1.1 “Ride” means one trip from door to door.")
    add('1.2 "No-Show” means a rider who is not there within ten (10) minutes.')
    add("1.3 “Rider” has the meaning given in Exhibit A.")
    add().add_run("2. Rides").bold = True
    add("The Carrier gives Rides as this Section 2 says.")
    run_in = add("2.1 ")
    run_in.add_run("Booking and Pickup.").underline = True
    run_in.add_run("  The Hospital books a Ride one day ahead. See Section 1.2 and Section 3.1(a).")
    for text in ("(a) By phone:", "(i) on weekdays, and", "(ii) on Saturdays;", "(b) by e-mail."):
        add(text)
    add("2.2 Delays. Carrier shall tell riders of delays").add_run("\nand the Hospital too.")
    add("- no ride is dropped without a word")
    document.element.body.insert(-1, parse_xml(_TRACKED.format(ns=nsdecls("w"))))
    document.element.body.insert(-1, parse_xml(_CONTROL.format(ns=nsdecls("w"))))
    hidden = add("Drivers are screened.")
    hidden.add_run(" Hidden words.").font.hidden = True
    hidden.add_run(" Struck words.").font.strike = True
    boxed = add("Vans are inspected.")
    boxed._p.append(parse_xml(_BOX.format(ns=nsdecls("w"), text="See the poster on safety.")))
    add("Bullets follow:")
    document.add_paragraph("clean vans,", style="List Bullet")
    document.add_paragraph("working belts.", style="List Bullet")
    add().add_run("3. Money").bold = True
    add("3.1 Price. The Hospital pays within 30 days. 5' is the height of a step; 8\" its width.")
    add("(a) No other fee is owed.")
    add("3.2 Late amounts bear 2% a month until they are paid, whoever is late and for whatever reason.")


def _signatures(document: Document) -> None:
    document.add_paragraph("IN WITNESS WHEREOF, the parties sign through the persons named below.")
    table = document.add_table(rows=3, cols=2)
    for n, (left, right) in enumerate((("HOSPITAL", "CARRIER"), ("By: ________", "By: ________"), ("Date:", "Date:"))):
        table.cell(n, 0).text, table.cell(n, 1).text = left, right
