"""Make ``house.docx`` and ``plain.docx``, the frames that ship, and their plans.

    python clauses/_frames/build_house.py

``plain.docx`` is the house frame without colour: black, with a smaller bold title (generator/writers/look.py).

The .docx beside this file is what the program uses. This script is how it came to be, so that a change of
looks can be read as text. ``--plan`` leaves the .docx as it is, edited in Word perhaps, and renews only
``house.plan.json``: what loading the frame finds out, kept so that no run needs docxtpl to find it out again.

It writes the parts of an ordinary Word file (ECMA-376 Part 1: 17.7 styles, 17.9 numbering, 17.10 headers and footers,
17.15 settings) with docxtpl tags where an agreement goes; python-docx's template is not used, because it
opens in compatibility mode.

Where things stand:
  body      one paragraph per slot: cover, toc, body, signatures, schedules
  headers   ``{{ header }}``, and under ``{%p if draft %}`` the DRAFT watermark
  footers   ``{{ number }}`` and "Page x of y"
  lists     clause (headings 1, 1.1, 1.1.1 and items), schedule (A, A.1, …), recital, bullet, and two for tables
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from generator.writers.frame_check import check_frame
from generator.writers.look import PLAIN, dressed
from generator.writers.package import deflated, zip_package

NAVY, GREY, RULE, TINT = "1F2A44", "595959", "A6ADBB", "E9ECF2"
FONT = "Cambria"
W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w10="urn:schemas-microsoft-com:office:word" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" mc:Ignorable="w14 w15"'
)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# ---------------------------------------------------------------- styles (17.7)

Properties = dict[str, str]


def _ppr(
    *,
    before: int | None = None,
    after: int | None = None,
    line: int | None = None,
    exactly: bool = False,
    left: int | None = None,
    hanging: int | None = None,
    right: int | None = None,
    keep_next: bool = False,
    keep_lines: bool = False,
    page_break: bool = False,
    outline: int | None = None,
    num: tuple[int, int] | None = None,
    tabs: str = "",
    border: str = "",
    align: str = "",
) -> str:
    """Paragraph properties in the order the schema wants (17.3.1.26)."""
    out = ""
    if keep_next:
        out += "<w:keepNext/>"
    if keep_lines:
        out += "<w:keepLines/>"
    if page_break:
        out += "<w:pageBreakBefore/>"
    if num:
        level = f'<w:ilvl w:val="{num[1]}"/>' if num[1] else ""
        out += f'<w:numPr>{level}<w:numId w:val="{num[0]}"/></w:numPr>'
    if border:
        out += f"<w:pBdr>{border}</w:pBdr>"
    if tabs:
        out += f"<w:tabs>{tabs}</w:tabs>"
    spacing = ""
    if before is not None:
        spacing += f' w:before="{before}"'
    if after is not None:
        spacing += f' w:after="{after}"'
    if line is not None:
        spacing += f' w:line="{line}" w:lineRule="{"exact" if exactly else "auto"}"'
    if spacing:
        out += f"<w:spacing{spacing}/>"
    indent = ""
    if left is not None:
        indent += f' w:left="{left}"'
    if right is not None:
        indent += f' w:right="{right}"'
    if hanging is not None:
        indent += f' w:hanging="{hanging}"'
    if indent:
        out += f"<w:ind{indent}/>"
    if align:
        out += f'<w:jc w:val="{align}"/>'
    if outline is not None:
        out += f'<w:outlineLvl w:val="{outline}"/>'
    return f"<w:pPr>{out}</w:pPr>" if out else ""


def _rpr(*, size: float | None = None, bold: bool = False, italic: bool = False, color: str = "") -> str:
    """Run properties in the order the schema wants (17.3.2.28); ``size`` in points."""
    out = ("<w:b/><w:bCs/>" if bold else "") + ("<w:i/><w:iCs/>" if italic else "")
    if color:
        out += f'<w:color w:val="{color}"/>'
    if size:
        out += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    return f"<w:rPr>{out}</w:rPr>" if out else ""


def _id(name: str) -> str:
    special = {"annotation text": "CommentText", "annotation reference": "CommentReference", "toc 1": "TOC1"}
    return special.get(name) or "".join(word[:1].upper() + word[1:] for word in name.split())


def _style(
    name: str,
    ppr: str = "",
    rpr: str = "",
    *,
    based: str = "Normal",
    following: str = "",
    kind: str = "paragraph",
    built_in: bool = False,
    priority: int = 10,
    quick: bool = True,
) -> str:
    custom = "" if built_in else ' w:customStyle="1"'
    out = f'<w:style w:type="{kind}"{custom} w:styleId="{_id(name)}">'
    out += f'<w:name w:val="{name}"/>'
    if based:
        out += f'<w:basedOn w:val="{_id(based)}"/>'
    if following:
        out += f'<w:next w:val="{_id(following)}"/>'
    out += f'<w:uiPriority w:val="{priority}"/>' + ("<w:qFormat/>" if quick else "")
    return out + ppr + rpr + "</w:style>"


def _bottom(size: int, color: str, space: int) -> str:
    return f'<w:bottom w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


# The four styles that every Word file has.
DEFAULTS = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
)
HEAD = {"keep_next": True, "keep_lines": True}
# Where text stands, in twentieths of a point: numbers of headings at 0, text below them at 720.
TEXT = 720
STEP = 576


def styles() -> str:
    """The named styles; the program finds them by these names."""
    out = [
        DEFAULTS,
        # cover
        _style(
            "Title", _ppr(before=1560, after=120, line=240, **HEAD), _rpr(size=30, color=NAVY),
            following="Subtitle", built_in=True,
        ),
        _style(
            "Subtitle", _ppr(after=480, border=_bottom(8, NAVY, 14), **HEAD), _rpr(size=15, color=GREY),
            following="Cover party", built_in=True, priority=11,
        ),
        _style("Cover party", _ppr(after=80), _rpr(size=13, bold=True, color=NAVY)),
        _style("Note", _ppr(before=80, after=120, line=252), _rpr(size=9.5, italic=True, color=GREY)),
        _style("Clause Note", _ppr(left=TEXT), based="Note"),
        # contents
        _style(
            "Contents heading", _ppr(before=0, after=200, page_break=True, **HEAD),
            _rpr(size=14, bold=True, color=NAVY), following="toc 1",
        ),
        _style(
            "toc 1", _ppr(after=90, left=TEXT, hanging=TEXT, tabs=f'<w:tab w:val="left" w:pos="{TEXT}"/>'),
            built_in=True, priority=39, quick=False,
        ),
        # text
        _style("Body Text", built_in=True, priority=1),
        _style("Clause Text", _ppr(left=TEXT), based="Body Text"),
        _style("Closing Text", _ppr(before=320, keep_next=True), based="Body Text"),
        _style(
            "Unnumbered heading", _ppr(before=320, after=120, **HEAD), _rpr(size=12, bold=True, color=NAVY),
            following="Body Text",
        ),
        _style(
            "Unnumbered heading 2", _ppr(before=200, after=80, **HEAD), _rpr(size=11, bold=True, color=NAVY),
            following="Body Text",
        ),
        _style(
            "Open items heading", _ppr(before=0, page_break=True), based="Unnumbered heading", following="Body Text"
        ),
        # headings and items: one multilevel list, number 1
        _style(
            "heading 1", _ppr(before=340, after=120, left=TEXT, hanging=TEXT, outline=0, num=(1, 0), **HEAD),
            _rpr(size=12, bold=True, color=NAVY), following="Clause Text", built_in=True, priority=2,
        ),
        _style(
            "heading 2", _ppr(before=200, after=80, left=TEXT, hanging=TEXT, outline=1, num=(1, 1), **HEAD),
            _rpr(size=11, bold=True, color=NAVY), following="Clause Text", built_in=True, priority=2,
        ),
        _style(
            "heading 3", _ppr(before=160, after=80, left=TEXT, hanging=TEXT, outline=2, num=(1, 2), **HEAD),
            _rpr(size=11, italic=True, color=NAVY), following="Clause Text", built_in=True, priority=2,
        ),
    ]  # fmt: skip
    for n in (1, 2, 3):
        left = TEXT + n * STEP
        out += [
            _style(f"Clause Item {n}", _ppr(left=left, hanging=STEP, num=(1, n + 2)), based="Body Text", priority=3),
            _style(f"Item Text {n}", _ppr(left=left), based="Body Text", priority=3),
        ]
    out += [
        _style("Recital", _ppr(left=TEXT, hanging=TEXT, num=(3, 0)), based="Body Text", priority=3),
        _style("Recital Text", _ppr(left=TEXT), based="Body Text", priority=3),
    ]
    for n in (1, 2, 3):
        name, left = ("Bullet" if n == 1 else f"Bullet {n}"), TEXT + 360 * n
        out += [
            _style(name, _ppr(after=80, left=left, hanging=360, num=(4, n - 1)), based="Body Text", priority=3),
            _style(f"Bullet Text {n}", _ppr(after=80, left=left), based="Body Text", priority=3),
        ]
    out += [
        # schedules: a multilevel list of their own, number 2
        _style(
            "Schedule heading", _ppr(before=0, after=240, outline=0, num=(2, 0), page_break=True, **HEAD),
            _rpr(size=14, bold=True, color=NAVY), following="Body Text",
        ),
        _style(
            "Schedule heading 2", _ppr(before=280, after=120, left=TEXT, hanging=TEXT, outline=1, num=(2, 1), **HEAD),
            _rpr(size=11.5, bold=True, color=NAVY), following="Clause Text",
        ),
        _style(
            "Schedule heading 3", _ppr(before=180, after=80, left=TEXT, hanging=TEXT, outline=2, num=(2, 2), **HEAD),
            _rpr(size=11, italic=True, color=NAVY), following="Clause Text",
        ),
    ]  # fmt: skip
    for n in (1, 2, 3):
        left = TEXT + n * STEP
        out.append(_style(f"Schedule Item {n}", _ppr(left=left, hanging=STEP, num=(2, n + 2)), based="Body Text"))
    out += [
        # tables
        _style("Table text", _ppr(before=50, after=50, line=245), _rpr(size=10), quick=True),
        _style("Table heading", _ppr(**HEAD), _rpr(size=9.5, bold=True, color=NAVY), based="Table text"),
    ]
    for n in (1, 2, 3):
        suffix = "" if n == 1 else f" {n}"
        out.append(_style(f"Table item{suffix}", _ppr(left=380 * n, hanging=380, num=(5, n - 1)), based="Table text"))
    for n in (1, 2):
        suffix = "" if n == 1 else f" {n}"
        out.append(_style(f"Table bullet{suffix}", _ppr(left=240 * n, hanging=240, num=(6, n - 1)), based="Table text"))
    line = (
        '<w:tab w:val="left" w:pos="1560"/>'
        '<w:tab w:val="left" w:leader="underscore" w:pos="6600"/>'
    )  # fmt: skip
    out += [
        # signatures: paragraphs and tab leaders; a layout table would read badly aloud
        _style("Signature", _ppr(before=400, after=40, **HEAD), _rpr(bold=True), built_in=True, priority=4),
        _style(
            "Signature line", _ppr(before=80, after=40, left=1560, hanging=1560, keep_lines=True, tabs=line), priority=4
        ),
        _style("Signature rule", _ppr(before=300), based="Signature line", priority=4),
        # page
        _style(
            "header", _ppr(after=0, line=240, border=_bottom(4, RULE, 6)), _rpr(size=9, color=GREY),
            built_in=True, priority=99, quick=False,
        ),
        _style("First page header", _ppr(after=0, line=20, exactly=True), _rpr(size=1), priority=99, quick=False),
        _style(
            "footer", _ppr(after=0, line=240, tabs='<w:tab w:val="right" w:pos="9360"/>'), _rpr(size=9, color=GREY),
            built_in=True, priority=99, quick=False,
        ),
        _style(
            "Footer landscape",
            _ppr(tabs='<w:tab w:val="clear" w:pos="9360"/><w:tab w:val="right" w:pos="12960"/>'),
            based="footer", priority=99, quick=False,
        ),
        # drafts
        _style("annotation text", _ppr(after=40, line=240), _rpr(size=10), built_in=True, priority=99, quick=False),
        _style(
            "annotation reference", "", _rpr(size=8), kind="character", based="Default Paragraph Font",
            built_in=True, priority=99, quick=False,
        ),
        _style(
            "Placeholder Text", "", _rpr(color="3B3B3B"), kind="character", based="Default Paragraph Font",
            built_in=True, priority=99, quick=False,
        ),
        _style("Defined term", "", _rpr(bold=True), kind="character", based="Default Paragraph Font", priority=5),
        _table_style("Agreement table", grid=True),
        _table_style("Key terms", grid=False),
    ]  # fmt: skip
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    return (
        f"{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}"
        '<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-US" w:eastAsia="en-US" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:widowControl/>"
        '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1" '
        'w:defQFormat="0" w:count="376"/>' + "".join(out) + "</w:styles>"
    )


def _table_style(name: str, *, grid: bool) -> str:
    """A table style (17.7.6): the header row by ``firstRow``, the row names by ``firstCol``."""
    edge = f'w:val="single" w:sz="{8 if grid else 4}" w:space="0" w:color="{NAVY if grid else RULE}"'
    inner = f'w:val="single" w:sz="4" w:space="0" w:color="{RULE}"'
    borders = f"<w:top {edge}/><w:bottom {edge}/><w:insideH {inner}/>" + (f"<w:insideV {inner}/>" if grid else "")
    margins = "".join(f'<w:{side} w:w="{n}" w:type="dxa"/>' for side, n in (("left", 80), ("right", 80)))
    head = (
        '<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr>'
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{TINT}"/>' if grid else "")
        + '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
    )
    first = '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/><w:bCs/></w:rPr></w:tblStylePr>'
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="{_id(name)}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="40"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>{head}{first}"
        "</w:style>"
    )


# ---------------------------------------------------------------- lists (17.9)

# One line per level: kind of number, its text, the linked style, what follows it, left edge, hanging.
Level = tuple[str, str, str, str, int, int]


def _lists() -> tuple[tuple[Level, ...], ...]:
    items = ("lowerLetter", "lowerRoman", "upperLetter")
    clause: list[Level] = [
        ("decimal", "%1.", "heading 1", "tab", TEXT, TEXT),
        ("decimal", "%1.%2", "heading 2", "tab", TEXT, TEXT),
        ("decimal", "%1.%2.%3", "heading 3", "tab", TEXT, TEXT),
    ]
    schedule: list[Level] = [
        ("upperLetter", "Schedule %1", "Schedule heading", "space", 0, 0),
        ("decimal", "%1.%2", "Schedule heading 2", "tab", TEXT, TEXT),
        ("decimal", "%1.%2.%3", "Schedule heading 3", "tab", TEXT, TEXT),
    ]
    table: list[Level] = []
    for n, kind in enumerate(items, 1):
        clause.append((kind, f"(%{n + 3})", f"Clause Item {n}", "tab", TEXT + n * STEP, STEP))
        schedule.append((kind, f"(%{n + 3})", f"Schedule Item {n}", "tab", TEXT + n * STEP, STEP))
        table.append((kind, f"(%{n})", "Table item" + ("" if n == 1 else f" {n}"), "tab", 380 * n, 380))
    recital: list[Level] = [("upperLetter", "(%1)", "Recital", "tab", TEXT, TEXT)]
    bullet: list[Level] = [
        ("bullet", "•", "Bullet" + ("" if n == 1 else f" {n}"), "tab", TEXT + 360 * n, 360) for n in (1, 2, 3)
    ]
    table_bullet: list[Level] = [
        ("bullet", "•", "Table bullet" + ("" if n == 1 else f" {n}"), "tab", 240 * n, 240) for n in (1, 2)
    ]
    return tuple(map(tuple, (clause, schedule, recital, bullet, table, table_bullet)))


def numbering() -> str:
    """Six multilevel lists; every level that a style uses links back to it by ``w:pStyle`` (17.9.23)."""
    out = ""
    for n, levels in enumerate(_lists(), 1):
        out += (
            f'<w:abstractNum w:abstractNumId="{n}"><w:nsid w:val="4A6100{n:02X}"/>'
            f'<w:multiLevelType w:val="multilevel"/><w:tmpl w:val="4A6200{n:02X}"/>'
        )
        for level in range(9):
            if level < len(levels):
                kind, text, style, suffix, left, hanging = levels[level]
                link = f'<w:pStyle w:val="{_id(style)}"/>'
                space = "" if suffix == "tab" else f'<w:suff w:val="{suffix}"/>'
            else:
                # Word wants all nine levels of a multilevel list; those without a style print nothing.
                kind, text, link, space, left, hanging = "none", "", "", '<w:suff w:val="nothing"/>', 0, 0
            indent = (
                f'<w:ind w:left="{left}" w:hanging="{hanging}"/>' if hanging else '<w:ind w:left="0" w:firstLine="0"/>'
            )
            # Without a font of its own a bullet is printed in whatever the program likes.
            font = f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:hint="default"/></w:rPr>' * (kind == "bullet")
            out += (
                f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{link}{space}'
                f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr>{indent}</w:pPr>{font}</w:lvl>'
            )
        out += "</w:abstractNum>"
    for n in range(1, len(_lists()) + 1):
        out += f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>'
    return f"{XML}<w:numbering {W}>{out}</w:numbering>"


# ---------------------------------------------------------------- page (17.6, 17.10)


def _p(style: str, *runs: str, ppr: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{_id(style)}"/>{ppr}</w:pPr>{"".join(runs)}</w:p>'


def _t(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _field(instruction: str, shown: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _watermark(n: int) -> str:
    """The text watermark as Word's own Design > Watermark writes it: a VML shape behind the page.

    It stands in a paragraph of no height, so that a draft breaks its pages where the final does.
    """
    formulas = "".join(
        f'<v:f eqn="{f}"/>'
        for f in (
            "sum #0 0 10800", "prod #0 2 1", "sum 21600 0 @1", "sum 0 0 @2", "sum 21600 0 @3", "if @0 @3 0",
            "if @0 21600 @1", "if @0 0 @2", "if @0 @4 21600", "mid @5 @6", "mid @8 @5", "mid @7 @8", "mid @6 @7",
            "sum @6 0 @5",
        )
    )  # fmt: skip
    shape_type = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e">'
        f"<v:formulas>{formulas}</v:formulas>"
        '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
        'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/>'
        '<v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
        '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
    )
    shape = (
        f'<v:shape id="PowerPlusWaterMarkObject{n}" o:spid="_x0000_s{2048 + n}" type="#_x0000_t136" '
        'alt="Draft watermark" style="position:absolute;margin-left:0;margin-top:0;width:412.4pt;height:164.95pt;'
        "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d9d9d9" '
        'stroked="f"><v:fill opacity=".5"/>'
        f'<v:textpath style="font-family:&quot;{FONT}&quot;;font-size:1pt" string="DRAFT"/>'
        '<w10:wrap anchorx="margin" anchory="margin"/></v:shape>'
    )
    return f"<w:r><w:rPr><w:noProof/></w:rPr><w:pict>{shape_type}{shape}</w:pict></w:r>"


def header(n: int, *, first: bool = False) -> str:
    """A header. The first page has none, but for the watermark of a draft."""
    mark = (
        _p("First page header", _t("{%p if draft %}"))
        + _p("First page header", _watermark(n))
        + _p("First page header", _t("{%p endif %}"))
    )
    line = _p("First page header") if first else _p("header", _t("{{ header }}"))
    return f"{XML}<w:hdr {W}>{mark}{line}</w:hdr>"


def footer() -> str:
    """A footer: the agreement's number, and the page. The tab of a landscape page stands further right."""
    line = (
        _t("{{ number }}"),
        "<w:r><w:tab/></w:r>",
        _t("Page "),
        _field("PAGE", "1"),
        _t(" of "),
        _field("NUMPAGES", "1"),
    )
    return (
        f"{XML}<w:ftr {W}>"
        + _p("footer", _t("{%p if initials %}"))
        + _p("footer", _t("{{ initials }}"))
        + _p("footer", _t("{%p endif %}"))
        + _p("footer", _t("{%p if landscape %}"))
        + _p("Footer landscape", *line)
        + _p("footer", _t("{%p else %}"))
        + _p("footer", *line)
        + _p("footer", _t("{%p endif %}"))
        + "</w:ftr>"
    )


def document() -> str:
    """The slots, each in a paragraph of its own, and the page setup: US Letter, one inch all round."""
    body = _p("Body Text", _t("{{p cover }}")) + _p("Body Text", _t("{{p toc }}"))
    body += _p("Body Text", _t("{%p if contents %}"))
    body += _p("Body Text", '<w:r><w:br w:type="page"/></w:r>')
    body += _p("Body Text", _t("{%p endif %}"))
    for slot in ("body", "signatures", "schedules"):
        body += _p("Body Text", _t("{{p " + slot + " }}"))
    references = "".join(
        f'<w:{part}Reference w:type="{kind}" r:id="rId{number}"/>'
        for part, kind, number in (
            ("header", "even", 10), ("header", "default", 11), ("footer", "even", 12), ("footer", "default", 13),
            ("header", "first", 14), ("footer", "first", 15),
        )
    )  # fmt: skip
    page = (
        '<w:pgSz w:w="12240" w:h="15840"/>'
        '<w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440" '
        'w:header="720" w:footer="720" w:gutter="0"/>'
        '<w:cols w:space="720"/><w:titlePg/>'
    )
    return f"{XML}<w:document {W}><w:body>{body}<w:sectPr>{references}{page}</w:sectPr></w:body></w:document>"


def settings() -> str:
    """Settings (17.15.1); compatibility mode 15 is Word 2013 and later ([MS-DOCX] 2.4.7)."""
    uri = "http://schemas.microsoft.com/office/word"
    modern = (
        ("compatibilityMode", "15"), ("overrideTableStyleFontSizeAndJustification", "1"),
        ("enableOpenTypeFeatures", "1"), ("doNotFlipMirrorIndents", "1"), ("differentiateMultirowTableHeaders", "1"),
        ("useWord2013TrackBottomHyphenation", "0"),
    )  # fmt: skip
    compat = "".join(f'<w:compatSetting w:name="{n}" w:uri="{uri}" w:val="{v}"/>' for n, v in modern)
    return (
        f'{XML}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f"<w:compat>{compat}</w:compat>"
        '<w:themeFontLang w:val="en-US"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def fonts() -> str:
    """The font, and what to take where it is missing (17.8.3.10)."""
    return (
        f'{XML}<w:fonts {W}><w:font w:name="{FONT}"><w:altName w:val="Caladea"/>'
        '<w:panose1 w:val="02040503050406030204"/>'
        '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


# ---------------------------------------------------------------- package (Part 2)

WML = "application/vnd.openxmlformats-officedocument.wordprocessingml."
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
PARTS = (
    ("rId1", "styles", "styles.xml"),
    ("rId2", "numbering", "numbering.xml"),
    ("rId3", "settings", "settings.xml"),
    ("rId4", "fontTable", "fontTable.xml"),
    ("rId10", "header", "header1.xml"),
    ("rId11", "header", "header2.xml"),
    ("rId12", "footer", "footer1.xml"),
    ("rId13", "footer", "footer2.xml"),
    ("rId14", "header", "header3.xml"),
    ("rId15", "footer", "footer3.xml"),
)


def build() -> bytes:
    """Return the frame."""
    types = "".join(f'<Override PartName="/word/{target}" ContentType="{WML}{kind}+xml"/>' for _, kind, target in PARTS)
    parts = {
        "[Content_Types].xml": f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{WML}document.main+xml"/>{types}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{REL}officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
        'core-properties" Target="docProps/core.xml"/>'
        f'<Relationship Id="rId3" Type="{REL}extended-properties" Target="docProps/app.xml"/></Relationships>',
        "word/document.xml": document(),
        "word/_rels/document.xml.rels": f"{XML}<Relationships "
        'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(f'<Relationship Id="{i}" Type="{REL}{kind}" Target="{target}"/>' for i, kind, target in PARTS)
        + "</Relationships>",
        "word/styles.xml": styles(),
        "word/numbering.xml": numbering(),
        "word/settings.xml": settings(),
        "word/fontTable.xml": fonts(),
        "word/header1.xml": header(1),
        "word/header2.xml": header(2),
        "word/header3.xml": header(3, first=True),
        "word/footer1.xml": footer(),
        "word/footer2.xml": footer(),
        "word/footer3.xml": footer(),
        "docProps/core.xml": f"{XML}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>House frame</dc:title></cp:coreProperties>',
        "docProps/app.xml": f"{XML}<Properties "
        'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Microsoft Office Word</Application></Properties>",
    }
    return zip_package(deflated(name, text.encode()) for name, text in parts.items())


def main(arguments: list[str]) -> int:
    """Write the frames, unless only their plans are asked for, and the plans."""
    folder = Path(__file__).parent
    if "--plan" not in arguments:
        house = build()
        (folder / "house.docx").write_bytes(house)
        (folder / "plain.docx").write_bytes(dressed(house, PLAIN))
    return max(_plan(folder / "house.docx"), _plan(folder / "plain.docx"))


def _plan(file: Path) -> int:
    checked = check_frame(file.read_bytes(), file.name)
    for problem in checked.diagnostics:
        sys.stderr.write(f"{problem.message} {problem.fix}\n")
    if checked.value is None:
        return 1
    file.with_suffix(".plan.json").write_text(checked.value.to_plan(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
