"""Small Word files for the tests of comparing, written out by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import escape

__all__ = ["cell", "document", "packed", "paragraph", "row", "run", "table"]

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
    }.items()
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of ``parts``, dated 1980."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def document(
    body: str,
    *,
    relations: str = "",
    types: str = "",
    more: Mapping[str, str | bytes] | None = None,
    main_type: str = MAIN,
    stories: Mapping[str, str] | None = None,
) -> bytes:
    """A Word file with ``body``. ``stories`` are further parts by kind (``header``, ``footnotes`` …), each related."""
    parts: dict[str, str | bytes] = {}
    for kind, content in (stories or {}).items():
        parts[f"word/{kind}.xml"] = f'<?xml version="1.0" encoding="UTF-8"?>{content.replace("NAMESPACES", NAMESPACES)}'
        types += (
            f'<Override PartName="/word/{kind}.xml" ContentType="application/vnd.openxmlformats-officedocument'
            f'.wordprocessingml.{kind.rstrip("0123456789")}+xml"/>'
        )
        relations += f'<Relationship Id="rId-{kind}" Type="{RELATION}{kind.rstrip("0123456789")}" Target="{kind}.xml"/>'
    return packed(
        {
            "[Content_Types].xml": '<?xml version="1.0" encoding="UTF-8"?>'
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="bin" ContentType="application/octet-stream"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main_type}"/>{types}</Types>',
            "_rels/.rels": '<?xml version="1.0" encoding="UTF-8"?>'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{RELATION}officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": '<?xml version="1.0" encoding="UTF-8"?>'
            f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": '<?xml version="1.0" encoding="UTF-8"?>'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{relations}</Relationships>",
            **parts,
            **(more or {}),
        }
    )


def run(text: str, properties: str = "") -> str:
    """A run; ``properties`` is what stands in ``w:rPr``."""
    return (
        f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}"
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def paragraph(content: str = "", properties: str = "") -> str:
    """A paragraph of one text, or of ready runs if ``content`` is XML."""
    inner = content if content.startswith("<") else run(content) if content else ""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """A table cell."""
    inner = content if content.startswith(("<w:p", "<w:tbl")) else paragraph(content)
    return f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>{properties}</w:tcPr>{inner}</w:tc>'


def row(*cells: str) -> str:
    """A table row."""
    return f"<w:tr>{''.join(c if c.startswith('<w:tc') else cell(c) for c in cells)}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows."""
    columns = max(r.count("<w:tc>") for r in rows)
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>'
        + '<w:gridCol w:w="2000"/>' * columns
        + f"</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
