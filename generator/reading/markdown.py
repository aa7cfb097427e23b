"""Clause text after expansion, as a tree of blocks: CommonMark and tables, nothing else.

A library parses (markdown-it-py, CommonMark with its table rule); this module turns its tokens into a
small frozen tree, makes quotation marks and apostrophes curly, and refuses with place what a contract
here does not hold: raw HTML, pictures, code, block quotes, outside links, typed numbers, rules.

Placeholders (:func:`generator.reading.clause_tree.placeholder`) pass through untouched and come back as
:class:`MdPlaceholder`, each exactly once. Values of a profile are not here yet, so nothing below can
change them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import field as attribute
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.reading.clause_tree import PLACEHOLDER, PRIVATE_CHARACTER
from generator.reading.source_text import refused_characters
from generator.reuse import Keeps

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

__all__ = [
    "MAX_DEPTH",
    "MAX_PARAGRAPH",
    "RULES",
    "MdAlign",
    "MdBlock",
    "MdBreak",
    "MdCell",
    "MdDefinition",
    "MdEmphasis",
    "MdHeading",
    "MdInline",
    "MdItem",
    "MdItems",
    "MdLink",
    "MdParagraph",
    "MdPlaceholder",
    "MdStrong",
    "MdTable",
    "MdText",
    "parse_markdown",
    "with_printed_quotes",
]

MAX_DEPTH = 4  # lists inside lists, emphasis inside emphasis
MAX_PARAGRAPH = 20_000  # characters
_MANY = 100  # problems of one clause; the rest is left for the next check

MARKDOWN_KIND = Rule(
    "clause-layout",
    Severity.ERROR,
    "A clause holds a kind of layout that contracts here do not have.",
    """\
A clause is made of paragraphs, lists, tables, headings, *italics*, **bold** words and links to other clauses. The
looks of a document live in its Word frame. Raw HTML, pictures, code, block quotes, rules across the page and
underlined headings are refused, because a writer would drop them or print their signs.

Often such a thing is meant as plain text. A backslash before the sign says so.

Wrong: `costs < $500 <per case>`

Right: `costs \\< $500 \\<per case\\>`

Wrong: four spaces at the start of a line (Markdown reads that as program code)

Right: begin the line at the margin; below a list item, indent as far as the item's words.
""",
)
MARKDOWN_LINK = Rule(
    "clause-link",
    Severity.ERROR,
    "A link in a clause points to something other than a clause.",
    """\
A link is how a clause refers to another: it prints as "Section 7.2 (Safeguards)" with the number that the other clause
has in this document. It points to a clause id, to `schedule.` and a schedule's id, or to `slot.` and a slot's name.
An address of the internet is written out as text, so that it can be read on paper.

Wrong: `[Safeguards](hipaa.safeguards)`, `[HHS](https://www.hhs.gov)`

Right: `[Safeguards](#hipaa.safeguards)`, `the Secretary's website (www.hhs.gov)`
""",
)
MARKDOWN_NUMBER = Rule(
    "clause-typed-number",
    Severity.ERROR,
    "A number is typed where this program numbers by itself.",
    """\
Sections and list items get their numbers when a document is put together, and references follow them. A typed number
would stand beside the real one and be wrong as soon as a clause before it is left out.

Wrong:

    (a) keep records; and
    (b) return them.

Right:

    1. keep records; and
    2. return them.

This prints (a) and (b). If the sign really belongs to the text, put a backslash before it: `\\(a) of that section …`
""",
)
MARKDOWN_TABLE = Rule(
    "clause-table",
    Severity.ERROR,
    "A row of a table does not fit its header.",
    """\
Every row has as many cells as the header. A row with more cells would lose the last ones without a word. A | that
belongs to the text of a cell is written with a backslash: `\\|`.

Wrong:

    | Service | Unit |
    | --- | --- |
    | Meals | each | $12 |

Right:

    | Service | Unit | Rate |
    | --- | --- | --- |
    | Meals | each | $12 |
""",
)
MARKDOWN_QUOTE = Rule(
    "clause-quotation-mark",
    Severity.WARNING,
    "A quotation mark has no partner.",
    """\
Straight quotation marks become curly ones in pairs. One that is left over is mostly a slip of the pen; around a bold
term it also means that the term is not recognized as defined.

Wrong: `"**Breach** has the meaning …`

Right: `"**Breach**" has the meaning …`; for inches, put a backslash before it: `8.5\\"`
""",
)
MARKDOWN_SIZE = Rule(
    "clause-paragraph",
    Severity.ERROR,
    "A paragraph is longer or more deeply nested than a paragraph can be.",
    f"""\
A paragraph has at most {MAX_PARAGRAPH:,} characters; lists and emphasis nest at most {MAX_DEPTH} deep. Numbering has
signs for three levels of items, (a), (i) and (A); a reader is lost long before the fifth.

Wrong: a list in a list in a list in a list in a list.

Right: divide the clause, so that each part has its own heading.
""",
)
MARKDOWN_CHARACTER = Rule(
    "clause-entity",
    Severity.ERROR,
    "A character is written by its number and cannot be printed.",
    """\
`&#…;` writes a character by its number. That is fine for signs that a keyboard lacks, but not for characters that
cannot be seen or that have no meaning of their own.

Wrong: `&#x202E;`

Right: type the sign itself, such as ☐ or §.
""",
)

RULES = (
    MARKDOWN_KIND,
    MARKDOWN_LINK,
    MARKDOWN_NUMBER,
    MARKDOWN_TABLE,
    MARKDOWN_QUOTE,
    MARKDOWN_SIZE,
    MARKDOWN_CHARACTER,
)

# ---------------------------------------------------------------- inside a paragraph


@dataclass(frozen=True, slots=True)
class MdText:
    """Words, quotation marks already curly. Two of them never stand side by side."""

    text: str


@dataclass(frozen=True, slots=True)
class MdEmphasis:
    children: tuple[MdInline, ...]


@dataclass(frozen=True, slots=True)
class MdStrong:
    children: tuple[MdInline, ...]


@dataclass(frozen=True, slots=True)
class MdDefinition:
    """``"**Term**"``: bold words right between quotation marks, which are not part of ``children``."""

    children: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdLink:
    """``[words](#hipaa.safeguards)``; ``target`` is "hipaa.safeguards"."""

    target: str
    children: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdPlaceholder:
    """The place of output number ``n`` of the expansion."""

    n: int


@dataclass(frozen=True, slots=True)
class MdBreak:
    """A line break asked for by a backslash at the end of a line, or by ``<br>`` in a cell of a table."""


MdInline: TypeAlias = MdText | MdEmphasis | MdStrong | MdDefinition | MdLink | MdPlaceholder | MdBreak

# ---------------------------------------------------------------- blocks


class MdAlign(StrEnum):
    """How a column aligns; ``NONE`` where the text does not say."""

    NONE = ""
    LEFT = "left"
    RIGHT = "right"
    CENTER = "center"


@dataclass(frozen=True, slots=True)
class MdParagraph(Keeps):
    inlines: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdHeading(Keeps):
    """``### Words``. What follows belongs to it until the next heading; nesting is the caller's."""

    level: int
    inlines: tuple[MdInline, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdItem:
    """One entry of a list."""

    blocks: tuple[MdBlock, ...]
    span: Span = attribute(default=Span(""), compare=False)


@dataclass(frozen=True, slots=True)
class MdItems(Keeps):
    """A list. ``ordered`` says that it was typed with numbers; the numbers themselves are dropped."""

    items: tuple[MdItem, ...]
    ordered: bool
    span: Span = attribute(default=Span(""), compare=False)

    def within(self) -> tuple[MdBlock, ...]:
        """Return the blocks of its items."""
        return tuple(block for item in self.items for block in item.blocks)


MdCell: TypeAlias = tuple[MdInline, ...]


@dataclass(frozen=True, slots=True)
class MdTable(Keeps):
    """A table with one header row; every row has as many cells as the header."""

    header: tuple[MdCell, ...]
    aligns: tuple[MdAlign, ...]
    rows: tuple[tuple[MdCell, ...], ...]
    span: Span = attribute(default=Span(""), compare=False)


MdBlock: TypeAlias = MdParagraph | MdHeading | MdItems | MdTable


def parse_markdown(text: str, file: str, line_map: Sequence[int] = ()) -> Checked[tuple[MdBlock, ...]]:
    """Return the blocks of ``text``. Never raises, on any text. A pure function of its arguments.

    ``line_map[i]`` is the line of ``file`` from which line i (from 0) of ``text`` comes; without it,
    line i is line i + 1. Columns are those of ``text`` where nothing was put in before, else 1. Blocks
    come back also where something was refused, without what was refused.
    """
    page = _Page(text, file, line_map)
    env: dict[str, object] = {"page": page}
    tokens = _parser().parse(page.text, env)
    blocks = _Blocks(tokens, page).read_until("")
    return Checked(blocks, tuple(page.problems))


class _Page:
    """The text being read: its lines, where they come from, and the problems found."""

    def __init__(self, text: str, file: str, line_map: Sequence[int]) -> None:
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")
        self.problems: list[Diagnostic] = []
        self._file, self._map = file, line_map

    def span(self, line: int, needle: str = "") -> Span:
        """Return the place of ``needle`` in line ``line`` (from 0) of the text."""
        number = self._map[min(line, len(self._map) - 1)] if self._map else line + 1
        shown = self.lines[line] if line < len(self.lines) else ""
        column = shown.find(needle) if needle else len(shown) - len(shown.lstrip())
        if column < 0 or PLACEHOLDER.search(shown, 0, column):
            column = 0
        return Span(self._file, number, column + 1)

    def within(self, lines: Sequence[int] | None, needle: str) -> Span:
        """Return the place of ``needle`` in a block that goes from line ``lines[0]`` to before ``lines[1]``."""
        if not lines:
            return self.span(0)
        found = next((n for n in range(lines[0], min(lines[1], len(self.lines))) if needle in self.lines[n]), lines[0])
        return self.span(found, needle)

    def refuse(self, rule: Rule, span: Span, says: str, fix: str) -> None:
        if len(self.problems) < _MANY:
            self.problems.append(rule.at(span, says, fix=fix))


# ---------------------------------------------------------------- the parser


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        # Every link is read as one, so that those we do not want are refused rather than printed.
        def validateLink(self, url: str) -> bool:  # noqa: N802
            return True

        def normalizeLink(self, url: str) -> str:  # noqa: N802
            return url

    parser = Parser("commonmark", {"typographer": True, "maxNesting": 4 * MAX_DEPTH + 8})
    # Without "reference", text such as "[Name]: …" stays text.
    parser.enable(["table", "smartquotes"]).disable(["reference"])
    parser.core.ruler.before("inline", "sizes", _check_sizes)
    parser.core.ruler.after("smartquotes", "characters", _check_characters)
    return parser


def _check_sizes(state: StateCore) -> None:
    """Leave out paragraphs so long that their emphasis and quotation marks would take minutes to pair."""
    page = state.env["page"]
    assert isinstance(page, _Page)  # noqa: S101
    for token in state.tokens:
        if token.type == "inline" and len(token.content) > MAX_PARAGRAPH:
            page.refuse(
                MARKDOWN_SIZE,
                page.within(token.map, ""),
                f"This paragraph is longer than {MAX_PARAGRAPH:,} characters.",
                "Divide it.",
            )
            token.content = ""


def _check_characters(state: StateCore) -> None:
    """Turn quotation marks that found no partner, and look at characters written by number."""
    page = state.env["page"]
    assert isinstance(page, _Page)  # noqa: S101
    for token in state.tokens:
        if token.type != "inline":
            continue
        before = " "
        for child in token.children or ():
            if child.type == "text_special" and child.info == "entity":
                _check_entity(child, token, page)
            elif child.type == "text" and ("'" in child.content or '"' in child.content):
                child.content = _paired(child.content, before, token, page)
            if child.content:
                before = child.content[-1]
            elif child.type in {"softbreak", "hardbreak"}:
                before = " "


def _check_entity(child: Token, token: Token, page: _Page) -> None:
    text = child.content
    private = PRIVATE_CHARACTER.search(text)
    refused = private.group() if private else next((character for _, character in refused_characters(text)), "")
    if refused:
        page.refuse(
            MARKDOWN_CHARACTER,
            page.within(token.map, child.markup),
            f"The character U+{ord(refused):04X} cannot be printed.",
            "Type the sign that is meant.",
        )
        child.content = ""


def with_printed_quotes(text: str) -> str:
    """Return ``text``, which is no Markdown, with the quotation marks that documents are printed with."""
    text = re.sub(r'(^|[\s(\[—–])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[—–“])'", r"\1‘", text).replace("'", "’")


def _paired(text: str, before: str, token: Token, page: _Page) -> str:
    out: list[str] = []
    for sign in text:
        if sign == '"':
            page.refuse(
                MARKDOWN_QUOTE,
                page.within(token.map, '"'),
                "This quotation mark has no partner.",
                'Write " on both sides of the words, or a backslash before it if it stands alone.',
            )
            sign = "“" if before in " \n\u00a0([—–" else "”"
        elif sign == "'":
            sign = "’"
        out.append(sign)
        before = sign
    return "".join(out)


# ---------------------------------------------------------------- blocks

_KINDS = {
    "html_block": ("<", "Here stands raw HTML.", "Write it as text; a sign < that is meant as such as \\<."),
    "code_block": ("", "This line begins with four or more spaces, which Markdown reads as program code.",
                   "Begin the line further left."),
    "fence": ("", "Three signs in a row begin program code here.", "Write the words as a paragraph or a table."),
    "hr": ("", "A line across the page does not exist in clauses.", "Leave it out."),
}  # fmt: skip

_NUMBER = re.compile(
    r"(?:[0-9]{1,3}(?:\.[0-9]{1,3})+\.?[ \t]+(?=[A-Z(\"“*\[])"  # 1.1 Term
    r"|\((?:[A-Za-z]|[ivx]{2,5}|[IVX]{2,5}|[0-9]{1,2})\)[ \t]"  # (a) (iv) (2)
    r"|[A-Za-z]\)[ \t]"  # a)
    r"|(?:[A-Z]|[IVX]{2,5})\.[ \t]+(?=[A-Z(\"“*\[]))"  # A. Background
)
_HEADING_NUMBER = re.compile(
    r"(?:(?:Section|Article|§)[ \t]*(?:[0-9]+(?:\.[0-9]+)*|[IVX]+)"  # Section 7.2, Article IV
    r"|[0-9]+(?:\.[0-9]+)+|[0-9]+[.:)]|[IVX]+[.:)]|\(?[A-Za-z][.)])"  # 7.2  2.  IV.  (a)  A.
    r"[.:)]?(?=[ \t]|$)"
)


class _Blocks:
    """Reads markdown-it's flat tokens into blocks."""

    def __init__(self, tokens: Sequence[Token], page: _Page) -> None:
        self._tokens, self._page = tokens, page
        self._at = 0
        self._lists = 0

    def read_until(self, end: str) -> tuple[MdBlock, ...]:
        """Return the blocks up to the token of type ``end``, which is passed over."""
        blocks: list[MdBlock] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == end:
                break
            block = self._block(token)
            if block is not None:
                blocks.append(block)
        return tuple(blocks)

    def _block(self, token: Token) -> MdBlock | None:
        page = self._page
        line = token.map[0] if token.map else 0
        match token.type:
            case "paragraph_open":
                inline = self._inline_token("paragraph_close")
                self._number(_NUMBER, inline)
                inlines = _inlines(inline, page)
                return MdParagraph(inlines, page.span(line)) if inlines else None
            case "heading_open":
                inline = self._inline_token("heading_close")
                if token.markup in {"=", "-"}:
                    page.refuse(
                        MARKDOWN_KIND,
                        page.span(max((token.map or [0, 1])[1] - 1, 0)),
                        f"The line of {token.markup} makes a heading of the line above it.",
                        "Write a heading as ### Words; leave an empty line before anything else.",
                    )
                self._number(_HEADING_NUMBER, inline)
                return MdHeading(int(token.tag[1:]), _inlines(inline, page), page.span(line))
            case "bullet_list_open" | "ordered_list_open":
                return self._list(token)
            case "table_open":
                return self._table(token)
            case "blockquote_open":
                page.refuse(
                    MARKDOWN_KIND, page.span(line, ">"), "Block quotes do not exist in clauses.", "Leave the > out."
                )
                self.read_until("blockquote_close")
                return None
            case kind if kind in _KINDS:
                needle, says, fix = _KINDS[kind]
                page.refuse(MARKDOWN_KIND, page.span(line, needle), says, fix)
                return None
            case kind:  # pragma: no cover - nothing else is switched on
                page.refuse(MARKDOWN_KIND, page.span(line), f"This ({kind}) does not exist in clauses.", "Write text.")
                return None

    def _inline_token(self, end: str) -> Token:
        token = self._tokens[self._at]
        while self._tokens[self._at].type != end:
            self._at += 1
        self._at += 1
        return token

    def _number(self, pattern: re.Pattern[str], inline: Token) -> None:
        found = pattern.match(inline.content)
        if not found:
            return
        typed = found.group().strip()
        escaped = re.sub(r"[.()]|$", r"\\\g<0>", typed, count=1)
        self._page.refuse(
            MARKDOWN_NUMBER,
            self._page.within(inline.map, found.group()),
            f"“{typed}” is typed; numbers come by themselves.",
            f"Leave it out. For a list, begin each line with 1. or -. If it belongs to the text: {escaped}",
        )

    def _list(self, token: Token) -> MdItems | None:
        page = self._page
        line = token.map[0] if token.map else 0
        ordered = token.type == "ordered_list_open"
        end = token.type.replace("open", "close")
        self._lists += 1
        items: list[MdItem] = []
        while self._tokens[self._at].type != end:
            item = self._tokens[self._at]
            self._at += 1
            blocks = self.read_until("list_item_close")
            items.append(MdItem(blocks, page.span(item.map[0] if item.map else line)))
        self._at += 1
        self._lists -= 1
        if self._lists >= MAX_DEPTH:
            if self._lists == MAX_DEPTH:
                says = f"Lists stand more than {MAX_DEPTH} deep in one another."
                page.refuse(MARKDOWN_SIZE, page.span(line), says, "Divide the clause.")
            return None
        return MdItems(tuple(items), ordered, page.span(line))

    def _table(self, token: Token) -> MdTable:
        page = self._page
        line = token.map[0] if token.map else 0
        header: tuple[MdCell, ...] = ()
        aligns: list[MdAlign] = []
        rows: list[tuple[MdCell, ...]] = []
        cells: list[MdCell] = []
        while (here := self._tokens[self._at]).type != "table_close":
            self._at += 1
            match here.type:
                case "tr_open":
                    cells = []
                    self._row(here, len(header))
                case "th_open":
                    style = str(here.attrGet("style") or "")
                    aligns.append(MdAlign(style.removeprefix("text-align:")))
                case "inline":
                    cells.append(_inlines(here, page, in_cell=True))
                case "tr_close" if not header:
                    header = tuple(cells)
                case "tr_close":
                    rows.append(tuple(cells))
                case _:
                    pass
        self._at += 1
        return MdTable(header, tuple(aligns), tuple(rows), page.span(line))

    def _row(self, token: Token, columns: int) -> None:
        """Refuse a row with more cells than the header: the parser would drop them."""
        from markdown_it.rules_block.table import escapedSplit

        if not columns or not token.map:
            return
        line = token.map[0]
        cells = escapedSplit(self._page.lines[line].strip())
        count = len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")
        if count > columns:
            self._page.refuse(
                MARKDOWN_TABLE,
                self._page.span(line),
                f"This row has {count} cells; the header of its table has {columns}.",
                "Give both the same number. A | inside a cell is written \\|.",
            )


# ---------------------------------------------------------------- inlines

_TARGET = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_-]+)*")
_BLANKS = re.compile(r"[ \t]{2,}")
_WRAPS: dict[str, Callable[[tuple[MdInline, ...]], MdInline]] = {"em_close": MdEmphasis, "strong_close": MdStrong}


def _inlines(token: Token, page: _Page, *, in_cell: bool = False) -> tuple[MdInline, ...]:
    """Return the content of an inline token. A cell of a table, which is one line, has its line breaks as ``<br>``."""
    levels: list[list[MdInline]] = [[]]
    openings: list[Token] = []
    too_deep = False
    for child in token.children or ():
        here = levels[-1]
        match child.type:
            case "text" | "text_special":
                _put_text(here, child.content)
            case "softbreak":
                _put_text(here, " ")
            case "hardbreak":
                here.append(MdBreak())
            case "html_inline" if in_cell and child.content == "<br>":
                here.append(MdBreak())
            case "em_open" | "strong_open" | "link_open":
                levels.append([])
                openings.append(child)
            case "em_close" | "strong_close" | "link_close":
                levels.pop()
                opening = openings.pop()
                children = _defined(here, token, page)
                if child.type in _WRAPS and len(openings) < MAX_DEPTH:
                    levels[-1].append(_WRAPS[child.type](children))
                elif child.type in _WRAPS:
                    too_deep = True
                else:
                    _put_link(levels[-1], children, opening, token, page)
            case _:
                _refuse_inline(child, token, page)
    if too_deep:
        says = f"Emphasis stands more than {MAX_DEPTH} deep in one another."
        page.refuse(MARKDOWN_SIZE, page.within(token.map, "*"), says, "Leave some of the * out.")
    return _defined(levels[0], token, page)


def _put_text(inlines: list[MdInline], text: str) -> None:
    """Add ``text``: placeholders apart, and as one piece with a text that stands before it."""
    at = 0
    for found in PLACEHOLDER.finditer(text):
        _put_words(inlines, text[at : found.start()])
        inlines.append(MdPlaceholder(int(found[1])))
        at = found.end()
    _put_words(inlines, text[at:])


def _put_words(inlines: list[MdInline], words: str) -> None:
    if not words:
        return
    if inlines and isinstance(inlines[-1], MdText):
        words = inlines.pop().text + words  # type: ignore[union-attr]
    inlines.append(MdText(_BLANKS.sub(" ", words)))


def _put_link(
    inlines: list[MdInline], children: tuple[MdInline, ...], opening: Token, token: Token, page: _Page
) -> None:
    address = str(opening.attrGet("href") or "")
    span = page.within(token.map, f"<{address}" if opening.markup == "autolink" else f"]({address}")
    target = address.removeprefix("#")
    if address.startswith("#") and _TARGET.fullmatch(target) and not opening.attrGet("title"):
        inlines.append(MdLink(target, children, span))
        return
    if PRIVATE_CHARACTER.search(address):
        says, fix = "What a link points to cannot come from a field.", "Name the clause itself."
    elif opening.attrGet("title"):
        says, fix = "A link has no title.", f"Write only [words]({address})."
    elif _TARGET.fullmatch(target):
        says, fix = "The # before the clause's id is missing.", f"Write [words](#{target})."
    elif address.startswith("#"):
        says, fix = f"“{target[:60]}” is not a clause id.", "Write [words](#family.name)."
    else:
        says, fix = (
            "A link points only to another clause.",
            "Write an outside address as text, without < > and brackets.",
        )
    page.refuse(MARKDOWN_LINK, span, says, fix)
    for child in children:
        if isinstance(child, MdText):
            _put_words(inlines, child.text)
        else:
            inlines.append(child)


def _refuse_inline(child: Token, token: Token, page: _Page) -> None:
    match child.type:
        case "html_inline":
            needle, says = child.content, f"Here stands raw HTML: {child.content[:40]}"
            fix = "Write it as text; a sign < that is meant as such as \\<."
        case "code_inline":
            needle, says, fix = child.markup, "Words between ` are program code.", "Leave the ` out."
        case "image":
            needle, says, fix = "![", "A clause holds no pictures.", "Leave it out, or write \\! before a link."
        case kind:  # pragma: no cover - nothing else is switched on
            needle, says, fix = "", f"This ({kind}) does not exist in clauses.", "Write text."
    page.refuse(MARKDOWN_KIND, page.within(token.map, needle.split("\n")[0]), says, fix)


def _defined(inlines: list[MdInline], token: Token, page: _Page) -> tuple[MdInline, ...]:
    """Return ``inlines`` with every bold term right between quotation marks as a definition."""
    out: list[MdInline] = list(inlines)
    for at in range(1, len(out) - 1):
        before, term, after = out[at - 1 : at + 2]
        if (
            isinstance(term, MdStrong)
            and isinstance(before, MdText)
            and isinstance(after, MdText)
            and before.text.endswith("“")
            and after.text.startswith("”")
        ):
            out[at - 1] = MdText(before.text[:-1])
            first = term.children[0] if term.children else None
            span = page.within(token.map, "**" + (first.text if isinstance(first, MdText) else ""))
            out[at] = MdDefinition(term.children, span)
            out[at + 1] = MdText(after.text[1:])
    return tuple(inline for inline in out if not (isinstance(inline, MdText) and not inline.text))
