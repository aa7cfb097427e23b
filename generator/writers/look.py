"""How documents look beyond their frame: colours, fonts and letterhead, alike in Word, PDF and web page.

A look is laid over a frame that has the colours and the font of the house frame; whatever somebody changed there in
Word stays as they made it. A letterhead goes into the header of the first page (ECMA-376 Part 1, 17.10.2), a logo as
an inline picture with alternative text (20.4.2.8)::

    <w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="914400" cy="457200"/>
      <wp:docPr id="1" name="Logo" descr="Harbor House"/>
      <a:graphic><a:graphicData uri="…/picture"><pic:pic>…<a:blip r:embed="rIdLogo"/>…
"""

from __future__ import annotations

import re

from generator.frozen import dataclass
from generator.writers.docx_text import attribute
from generator.writers.package import copied_entries, deflated, zip_package

__all__ = ["HOUSE", "PLAIN", "SENDER", "Logo", "Look", "contrast", "dressed", "sender_xml", "tinted"]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture: its bytes, ``png`` or ``jpeg``, and its size as printed, in points."""

    data: bytes
    kind: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as six hexadecimal digits; fonts by family name; sizes in points.

    ``font_files`` are the fonts a PDF may take for ``text_font`` and ``heading_font``; where they lack a family the
    PDF keeps its own. ``sender`` and ``logo`` are the letterhead of the first page.
    """

    accent: str = "1F2A44"  # title, headings, rules
    quiet: str = "595959"  # running head, footer, notes
    rule: str = "A6ADBB"
    tint: str = "E9ECF2"  # header rows
    text_font: str = "Cambria"
    heading_font: str = "Cambria"
    title_size: float = 30
    title_bold: bool = False
    sender: str = ""
    logo: Logo | None = None
    font_files: tuple[tuple[str, bytes], ...] = ()

    @property
    def has_letterhead(self) -> bool:
        """Whether anything stands at the head of the first page."""
        return bool(self.sender or self.logo)


HOUSE = Look()
PLAIN = Look(
    accent="000000", quiet="404040", rule="808080", tint="FFFFFF", title_size=20, title_bold=True,
)  # fmt: skip


def tinted(color: str, share: float) -> str:
    """Return ``color`` mixed into white: ``share`` 0 is white, 1 the colour itself."""
    return "".join(f"{round(255 - (255 - int(color[n : n + 2], 16)) * share):02X}" for n in (0, 2, 4))


def contrast(color: str) -> float:
    """Return the contrast of ``color`` with white paper, from 1 to 21 (WCAG 2.2, relative luminance)."""

    def light(part: str) -> float:
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    luminance = 0.2126 * light(color[:2]) + 0.7152 * light(color[2:4]) + 0.0722 * light(color[4:])
    return 1.05 / (luminance + 0.05)


# ---------------------------------------------------------------- Word


def sender_xml(look: Look) -> str:
    """Return what takes the place of :data:`SENDER`, in text and attributes alike."""
    return attribute(look.sender)


_HEADINGS = (
    "Title", "Subtitle", "Cover party", "Contents heading", "Unnumbered heading", "Unnumbered heading 2",
    "heading 1", "heading 2", "heading 3", "Schedule heading", "Schedule heading 2", "Schedule heading 3",
    "Table heading",
)  # fmt: skip
_STYLE = re.compile(r"<w:style .*?</w:style>", re.DOTALL)
_NAME = re.compile(r'<w:name w:val="([^"]*)"/>')
_FIRST_HEADER = re.compile(r'<w:headerReference\b(?=[^>]*\bw:type="first")[^>]*\br:id="([^"]+)"')
_POINT = 12700  # English metric units
_LOGO = "rIdLogo"
# Stands for the sender while the frame is read as a template: a name is never code, whatever it holds.
SENDER = "\ue000sender\ue000"
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"


def dressed(frame: bytes, look: Look, of: Look = HOUSE) -> bytes:
    """Return the Word frame ``frame``, made with the look ``of``, in the look ``look``.

    The frame was checked before. Where nothing of ``of`` is found the frame stays as it is; a letterhead is left out
    where the frame has no header of its own for the first page. The sender stands in it as :data:`SENDER`, to be
    put in once the frame was read (:func:`sender_xml`).
    """
    import zipfile
    from io import BytesIO

    if look == of:
        return frame
    with zipfile.ZipFile(BytesIO(frame)) as package:
        texts = {n: package.read(n).decode() for n in package.namelist() if n.endswith((".xml", ".rels"))}
    entries = copied_entries(frame)
    new = dict(texts)
    for name, text in texts.items():
        if name.startswith("word/") and name.endswith(".xml"):
            new[name] = _recoloured(text, look, of)
    if "word/styles.xml" in new:
        new["word/styles.xml"] = _STYLE.sub(lambda m: _restyled(m[0], look, of), new["word/styles.xml"])
    pictures = {}
    if look.has_letterhead:
        pictures = _letterhead(new, look)
    out = [deflated(n, new[n].encode()) if n in new and new[n] != texts.get(n) else e for n, e in entries.items()]
    out += [deflated(n, new[n].encode()) for n in new if n not in entries]
    out += [deflated(n, data) for n, data in pictures.items()]
    return zip_package(out)


def _recoloured(text: str, look: Look, of: Look) -> str:
    pairs = (
        (of.accent, look.accent), (of.quiet, look.quiet), (of.rule, look.rule), (of.tint, look.tint),
        (of.text_font, look.text_font),
    )  # fmt: skip
    # All at once, so that one new colour is not taken for another old one.
    table = {f'"{old}"': f'"{attribute(new)}"' for old, new in pairs if old != new}
    if not table:
        return text
    return re.sub("|".join(map(re.escape, table)), lambda m: table[m[0]], text)


def _restyled(style: str, look: Look, of: Look) -> str:
    name = _NAME.search(style)
    if name is None or name[1] not in _HEADINGS:
        return style
    if look.heading_font != look.text_font:
        font = attribute(look.heading_font)
        fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>'
        head, properties, rest = style.rpartition("<w:rPr>")
        style = f"{head}{properties}{fonts}{rest}" if properties else style.replace(
            "</w:style>", f"<w:rPr>{fonts}</w:rPr></w:style>"
        )  # fmt: skip
    if name[1] == "Title":
        half = round(look.title_size * 2)
        style = re.sub(rf'(<w:szC?s? w:val=")({round(of.title_size * 2)})"', rf'\g<1>{half}"', style)
        if look.title_bold and not of.title_bold:
            # Bold stands before colour and size (17.3.2.28).
            style = style.replace("<w:color", "<w:b/><w:bCs/><w:color", 1)
    return style


def _letterhead(texts: dict[str, str], look: Look) -> dict[str, bytes]:
    """Put the letterhead into the header of the first page; return the pictures it needs."""
    relations = texts.get("word/_rels/document.xml.rels", "")
    found = _FIRST_HEADER.search(texts.get("word/document.xml", ""))
    if found is None:
        return {}
    target = re.search(rf'<Relationship\b(?=[^>]*\bId="{re.escape(found[1])}")[^>]*\bTarget="([^"]+)"', relations)
    if target is None:
        return {}
    part = f"word/{target[1].removeprefix('/word/')}"
    header = texts.get(part, "")
    if "</w:hdr>" not in header:
        return {}
    runs = ""
    pictures: dict[str, bytes] = {}
    if look.logo is not None:
        name = f"word/media/letterhead.{look.logo.kind}"
        pictures[name] = look.logo.data
        runs += _picture(look.logo, SENDER if look.sender else "Logo")
        rels = part.replace("word/", "word/_rels/", 1) + ".rels"
        empty = f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_RELATIONS}"></Relationships>'
        before = texts.get(rels) or empty
        link = f'<Relationship Id="{_LOGO}" Type="{_IMAGE}" Target="media/letterhead.{look.logo.kind}"/>'
        texts[rels] = before.replace("</Relationships>", link + "</Relationships>")
        types = texts["[Content_Types].xml"]
        if f'Extension="{look.logo.kind}"' not in types:
            default = f'<Default Extension="{look.logo.kind}" ContentType="image/{look.logo.kind}"/>'
            texts["[Content_Types].xml"] = re.sub(r"(<Types\b[^>]*>)", lambda m: m[1] + default, types, count=1)
    if look.sender:
        tab = "<w:r><w:tab/></w:r>" if look.logo is not None else ""
        font = attribute(look.heading_font)
        runs += (
            f'{tab}<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/><w:b/><w:bCs/>'
            f'<w:color w:val="{look.accent}"/><w:sz w:val="24"/><w:szCs w:val="24"/></w:rPr>'
            f'<w:t xml:space="preserve">{SENDER}</w:t></w:r>'
        )
    tabs = '<w:tabs><w:tab w:val="right" w:pos="9360"/></w:tabs>'
    paragraph = (
        f'<w:p><w:pPr>{tabs}<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>{runs}</w:p>'
    )
    texts[part] = header.replace("</w:hdr>", paragraph + "</w:hdr>")
    return pictures


def _picture(logo: Logo, description: str) -> str:
    size = f'cx="{round(logo.width * _POINT)}" cy="{round(logo.height * _POINT)}"'
    from xml.sax.saxutils import quoteattr  # for the few frames with a logo: it brings half a web client along

    about = quoteattr(description)
    return (
        '<w:r><w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="9001" name="Logo" descr={about}/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<a:graphicData uri="{_PICTURE}"><pic:pic xmlns:pic="{_PICTURE}">'
        f'<pic:nvPicPr><pic:cNvPr id="9001" name="Logo" descr={about}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{_LOGO}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
