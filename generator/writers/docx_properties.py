"""The properties of a Word file: what it is called, and which clauses it was made of.

docProps/core.xml (ECMA-376 Part 2, 11.1) as Word writes it, with fixed dates::

    <cp:coreProperties …><dc:title>Services Agreement</dc:title><dc:creator>Agreements</dc:creator>
      <cp:lastModifiedBy>Agreements</cp:lastModifiedBy><cp:revision>1</cp:revision>
      <dcterms:created xsi:type="dcterms:W3CDTF">2026-11-15T00:00:00Z</dcterms:created>
      <dcterms:modified …/><dc:language>en-US</dc:language></cp:coreProperties>

docProps/custom.xml (ECMA-376 Part 1, 22.3) holds what the file remembers of itself; it survives LibreOffice and Word::

    <property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Agreement">
      <vt:lpwstr>…</vt:lpwstr></property>

``pid`` counts from 2. Word cuts a text property off after 255 UTF-16 units when it saves, so the clause table
is several properties, ``Agreement clauses 1`` and on, each a JSON list of its own that fits::

    Agreement            {"id": "svc-0123456789abcdef", "type": "svc", "number": "2027-014", "status": "final"}
    Agreement clauses 1  [["hipaa.breach_notice", "2.1.0", "0123456789ab", "5.2"], …]
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as _string

from generator.digests import short_digest
from generator.model import AUTHOR, Agreement, Section, walk_sections
from generator.writers.docx_text import attribute, escaped
from generator.writers.package import Entry, deflated, deflated_once

__all__ = ["clause_bookmark", "clause_table", "document_id", "document_id_of", "properties"]

ROOM = 255
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_EXTENDED = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


def document_id(agreement: Agreement) -> str:
    """Return the name by which a returned file is known again: the same for every making of this agreement."""
    names = [p.legal_name for p in agreement.parties]
    return document_id_of(agreement.document_type, agreement.number, agreement.name, names)


def document_id_of(document_type: str, number: str, name: str, parties: Sequence[str]) -> str:
    """Return the same from what a record holds: ``parties`` are the legal names in the order of the document."""
    who = [document_type, number, name, *parties]
    digest = hashlib.sha256(json.dumps(who, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
    return f"{document_type}-{digest[:16]}"


@lru_cache(maxsize=1024)
def clause_bookmark(clause: str, count: int) -> str:
    """Return the hidden bookmark of a clause that is printed for the ``count``-th time: "_clause_hipaa__deid"."""
    name = "_clause_" + clause.replace(".", "__")
    if not name.isidentifier() or not name.isascii():
        name = "".join(c if c.isascii() and c.isalnum() else "_" for c in name)
    name += f"_{count}" if count > 1 else ""
    return name if len(name) <= 40 else f"{name[:29]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def clause_table(agreement: Agreement) -> Iterator[tuple[str, str, str, str]]:
    """Yield (clause id, version, first 12 digits of its digest, printed number) of every clause, in printed order."""
    for section in _sections(agreement):
        if section.source is not None:
            source = section.source
            yield source.id, source.version, short_digest(source.digest), section.number


def _sections(agreement: Agreement) -> Iterator[Section]:
    yield from walk_sections((*agreement.opening, *agreement.sections))
    yield from walk_sections(agreement.closing)
    for schedule in agreement.schedules:
        yield from walk_sections(schedule.blocks)


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _pieces(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield JSON lists of whole rows, each short enough for one property."""
    held: list[str] = []
    length = 1  # the opening bracket
    for row in rows:
        text = f"[{','.join(map(_string, row))}]"
        more = (len(text) if text.isascii() else _length(text)) + 1  # a comma, or the closing bracket
        if held and length + more > ROOM:
            yield f"[{','.join(held)}]"
            held, length = [], 1
        held.append(text)
        length += more
    if held:
        yield f"[{','.join(held)}]"


def properties(agreement: Agreement, own: str, *, clean: bool) -> list[Entry]:
    """Return the docProps parts; ``own`` holds the custom properties of the frame, as XML.

    ``clean`` leaves out what the file remembers of itself.
    """
    date = f"{agreement.date.isoformat()}T00:00:00Z"
    core = (
        f'{_XML}<cp:coreProperties xmlns:cp="{_CP}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:dcmitype="http://purl.org/dc/dcmitype/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escaped(agreement.title)}</dc:title><dc:subject>{escaped(agreement.name)}</dc:subject>"
        f"<dc:creator>{AUTHOR}</dc:creator><cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{date}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{date}</dcterms:modified>'
        f"<dc:language>{escaped(agreement.language)}</dc:language></cp:coreProperties>"
    )
    app = (
        f'{_XML}<Properties xmlns="{_EXTENDED}"><Application>Microsoft Office Word</Application>'
        "<AppVersion>16.0000</AppVersion></Properties>"
    )
    parts = [deflated_once("docProps/core.xml", _bytes(core)), deflated_once("docProps/app.xml", app.encode())]
    mine = "" if clean else _own(agreement, own.count("<property ") + own.count(":property "))
    if own or mine:
        custom = f'{_XML}<Properties xmlns="{_CUSTOM}" xmlns:vt="{_VT}">{own}{mine}</Properties>'
        parts.append(deflated("docProps/custom.xml", _bytes(custom)))
    return parts


def _own(agreement: Agreement, already: int) -> str:
    identity = {
        "id": document_id(agreement),
        "type": agreement.document_type,
        "number": agreement.number,
        "status": agreement.status.value,
    }
    head = json.dumps(identity, ensure_ascii=False)
    if _length(head) > ROOM:  # a number no one can read; the id alone tells them apart
        head = json.dumps({**identity, "number": ""}, ensure_ascii=False)
    return _property(2 + already, "Agreement", head) + _clauses(3 + already, tuple(clause_table(agreement)))


@lru_cache(maxsize=16)
def _clauses(first: int, table: tuple[tuple[str, ...], ...]) -> str:
    """Return the properties that hold the clause ``table``, which most agreements of a kind have in common."""
    pieces = enumerate(_pieces(table), 1)
    return "".join([_property(first + n - 1, f"Agreement clauses {n}", piece) for n, piece in pieces])


def _property(pid: int, name: str, value: str) -> str:
    return (
        f'<property fmtid="{_FMTID}" pid="{pid}" name="{attribute(name)}">'
        f"<vt:lpwstr>{escaped(value)}</vt:lpwstr></property>"
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")
