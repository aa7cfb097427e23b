"""What can be wrong with a frame: the pages that ``agreements explain frame-…`` prints."""

from __future__ import annotations

from generator.diagnostics import Rule, Severity

__all__ = ["RULES"]

NOT_WORD = Rule(
    "frame-not-word",
    Severity.ERROR,
    "The frame is not a Word document (.docx) that can be read.",
    """The frame is the Word file that an agreement is printed into. It has to be an ordinary Word document
(.docx), as Word, LibreOffice or Google Docs save it. Older files (.doc), templates (.dotx), password-protected
files and files in "Strict Open XML" format cannot be used.

Wrong: `house.doc`, a renamed PDF, a document with a password.

Right: open it in Word, choose File > Save As > Word Document (.docx), and use that file.
""",
)
MACROS = Rule(
    "frame-macros",
    Severity.ERROR,
    "The frame holds macros or other things that can act on their own.",
    """A frame is copied into every agreement you send. Macros, ActiveX controls, embedded objects and linked
pictures or templates would travel to your partner's computer, where mail filters stop them or, worse, do not.

Wrong: `house.docm`; a letterhead whose logo is *linked* from a web site.

Right: save as Word Document (.docx) without macros; insert the logo with Insert > Pictures > This Device,
not "Link to File".
""",
)
TOO_BIG = Rule(
    "frame-too-big",
    Severity.ERROR,
    "The frame is larger than a frame can sensibly be.",
    """A frame is copied into every agreement, so its size is paid for each time, and a file that unpacks
to hundreds of megabytes can stop a computer. The limits are 16 MB as saved and 64 MB unpacked.

Wrong: a letterhead with an uncompressed 40 MB photograph.

Right: select the picture in Word, Picture Format > Compress Pictures, and save again.
""",
)
STYLE_MISSING = Rule(
    "frame-style",
    Severity.ERROR,
    "The frame lacks a style that agreements are printed with.",
    """Looks live in the frame, as Word styles with fixed names: `Title`, `Heading 1`, `Clause Item 1`,
`Recital`, `Schedule heading` and so on. You may change how a style looks as much as you like; its name must stay.

Wrong: deleting `Clause Item 2`, or renaming it to `My level 2`.

Right: start from a copy of `clauses/_frames/house.docx` and change fonts, sizes and spacing there. To bring
back a style you deleted, copy a paragraph that has it from `house.docx` and paste it with "Keep Source
Formatting", then delete the paragraph.
""",
)
LIST_BROKEN = Rule(
    "frame-list",
    Severity.ERROR,
    "A style of the frame is not linked to its list level, or the level counts in a way agreements cannot follow.",
    """Section numbers are live: when a lawyer inserts a clause, Word renumbers what follows. That works when each
numbered style is linked to its level of one multilevel list: `Heading 1` to level 1, `Heading 2` to level 2,
`Heading 3` to level 3, `Clause Item 1` to `Clause Item 3` to levels 4 to 6; the schedule styles likewise to a list
of their own. Numbers may be 1 2 3, a b c, A B C, i ii iii or I II III with any text around them ("Article %1");
levels start at 1 and start again after the level above.

Wrong: numbering switched on by hand in `Heading 2`; "Legal style numbering"; "Start at: 5".

Right: Home > Multilevel List > Define New Multilevel List > More, and "Link level to style" on each level.
""",
)
SLOT = Rule(
    "frame-slot",
    Severity.ERROR,
    "A place where the agreement is printed is missing, doubled, out of order or shares its paragraph.",
    """Five tags say where the agreement goes: `{{p cover }}`, `{{p toc }}`, `{{p body }}`, `{{p signatures }}` and
`{{p schedules }}`. Each stands once, in this order, alone in a paragraph of the text (not in a table, text box,
header or footer). The whole paragraph is replaced, so anything beside the tag would vanish.

Wrong: `Dated {{p body }}`

Right: `Dated` in one paragraph, `{{p body }}` in the next.
""",
)
TAG = Rule(
    "frame-tag",
    Severity.ERROR,
    "The frame holds a tag that means nothing here.",
    """Besides the five slots a frame may print these words of the agreement: `{{ title }}`, `{{ name }}`,
`{{ number }}`, `{{ header }}`, `{{ date }}`, `{{ status }}`, `{{ document_type }}`; and may print something only
sometimes: `{% if draft %}` … `{% else %}` … `{% endif %}`, also with `landscape` and `contents`. `{%p if draft %}`
takes its whole paragraph with it, so nothing else may stand in that paragraph. Tags work in the text, in headers
and in footers, and nowhere else.

Wrong: `{{ titel }}`, `{{ title|upper }}`, `{% for p in parties %}`, a tag in a footnote

Right: `{{ title }}`, with Font > All caps if you want capitals.
""",
)
OLD = Rule(
    "frame-compatibility",
    Severity.ERROR,
    "The frame opens in Word's compatibility mode.",
    """A file made by an older Word keeps that Word's way of laying out a page. Agreements printed into it would open
with "[Compatibility Mode]" in the title bar, and content controls and tables would behave like Word 2007's.

Wrong: a letterhead from 2009, never converted.

Right: open the frame in Word, File > Info > Convert, and save.
""",
)
MARKED_UP = Rule(
    "frame-review",
    Severity.ERROR,
    "The frame holds comments or tracked changes.",
    """A frame is copied into every agreement. A comment, or a tracked change nobody has accepted, would be sent to
your partner with each of them.

Right: Review > Accept > Accept All Changes and Stop Tracking, Review > Delete > Delete All Comments, and save.
""",
)
PAGE = Rule(
    "frame-page",
    Severity.ERROR,
    "The frame has no page setup, or leaves no room for text.",
    """The page size and margins come from the frame. At least three inches of width have to remain between the
margins.

Wrong: Letter paper, 8.5 inches wide, with margins of 3 inches on both sides.

Right: Layout > Margins > Normal (1 inch on all sides).
""",
)
RULES = (NOT_WORD, MACROS, TOO_BIG, STYLE_MISSING, LIST_BROKEN, SLOT, TAG, OLD, MARKED_UP, PAGE)
