"""Places in a Word file whose XML hangs on what was printed before them: numbers, bookmarks, comments.

Blocks are written (:mod:`docx_blocks`) as pieces: XML that is the same wherever they stand, and places that say what
belongs there. Only a :class:`Paper` knows what goes into a place, because it goes through one document in printed order
and counts. So a list that comes again in the next agreement need not be written again, only counted.
"""

from __future__ import annotations

from typing import TypeAlias

from generator.frozen import dataclass
from generator.model import Agreement, Blank, Status
from generator.writers.docx_comments import anchored, comment_end, comment_start
from generator.writers.docx_lists import Lists
from generator.writers.docx_properties import clause_bookmark
from generator.writers.docx_text import attribute, short_tag, words
from generator.writers.frame import Frame

__all__ = [
    "CLAUSE_END",
    "ENTRY_END",
    "ENTRY_START",
    "ID",
    "LATE_COMMENTS",
    "ROW_END",
    "Anchor",
    "Bookmark",
    "ClauseStart",
    "Follow",
    "Number",
    "Open",
    "Paper",
    "Piece",
    "Place",
    "RowStart",
    "toc_name",
    "with_ids",
]


# The number of a control: they are many and just count up, so they are put in last of all, in one go. No text has this
# sign, for XML cannot hold it.
ID = "\0"


def with_ids(xml: str, above: int) -> bytes:
    """Return ``xml`` with the numbers of its controls, the first that are ``above`` this one."""
    parts = xml.encode().split(ID.encode())
    for n in range(1, len(parts)):
        parts[n] = b"%d%b" % (above + n, parts[n])
    return b"".join(parts)


class Paper:
    """One document being put together: the numbers given out so far."""

    def __init__(self, agreement: Agreement, frame: Frame, clean: bool) -> None:
        self.frame = frame
        self.clean = clean
        self.draft = agreement.status is Status.DRAFT
        self.lists = Lists(frame, frame.first_id)
        self.last_bookmark = frame.first_id
        self.entries = 0  # headings so far that the contents list
        self.open_clauses: list[int] = []  # their bookmarks
        self.clause_names: dict[str, int] = {}
        self.items = len(agreement.open_items)
        self.commented: set[int] = set()
        self.row = 0  # the item whose comment a row of the open page waits for
        self.late_comments = 0
        # A heading's bookmark is written only when something refers to it, which may come later: each heading leaves
        # two places, before and after its words.
        self.headings: dict[str, list[int]] = {}
        self.referred: dict[str, str] = {}

    def fill(self, pieces: list[Piece]) -> list[str]:
        """Put XML into the places of the whole document."""
        out = [piece if type(piece) is str else piece.xml(self, at) for at, piece in enumerate(pieces)]  # type: ignore[union-attr]
        if self.draft:
            # Items that neither a blank nor a row of the open page shows keep their comment: at the title.
            left = [item for item in range(1, self.items + 1) if item not in self.commented]
            out[self.late_comments] = "".join([anchored(item, "", self.frame) for item in left])
        for anchor, name in self.referred.items():
            before, after = self.headings[anchor]
            number = self.next_bookmark()
            out[before] = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
            out[after] = f'<w:bookmarkEnd w:id="{number}"/>'
        return out

    def next_bookmark(self) -> int:
        self.last_bookmark += 1
        return self.last_bookmark

    def takes_comment(self, item: int) -> bool:
        """Return whether the comment of ``item`` is to stand here: it is one of a draft, and stands nowhere yet."""
        if not self.draft or item in self.commented or not 0 < item <= self.items:
            return False
        self.commented.add(item)
        return True


class Place:
    """A place: ``xml`` is what stands there in a document, ``at`` which of its pieces it is."""

    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        raise NotImplementedError


Piece: TypeAlias = "str | Place"


@dataclass(frozen=True, slots=True)
class Number(Place):
    """What numbers a paragraph: see :meth:`Lists.number`."""

    list: str
    level: int
    label: str
    by_style: bool = True

    def xml(self, paper: Paper, at: int) -> str:
        return paper.lists.number(self.list, self.level, self.label, by_style=self.by_style)


@dataclass(frozen=True, slots=True)
class Follow(Place):
    """Nothing; but from here on a list prints its outermost level as ``text``."""

    list: str
    text: str

    def xml(self, paper: Paper, at: int) -> str:
        paper.lists.follow(self.list, self.text)
        return ""


# ---------------------------------------------------------------- bookmarks


@dataclass(frozen=True, slots=True)
class Bookmark(Place):
    """The name of the bookmark that references to ``target`` point to."""

    target: str

    def xml(self, paper: Paper, at: int) -> str:
        name = paper.referred.get(self.target)
        if name is None:
            name = paper.referred[self.target] = f"_Ref{200000001 + len(paper.referred)}"
        return name


@dataclass(frozen=True, slots=True)
class Anchor(Place):
    """Room before and after the words of a heading that may be referred to. The first of a name is meant."""

    name: str

    def xml(self, paper: Paper, at: int) -> str:
        room = paper.headings.setdefault(self.name, [])
        if len(room) < 2:
            room.append(at)
        return ""


@dataclass(frozen=True, slots=True)
class ClauseStart(Place):
    """The hidden bookmark of a clause begins: "_clause_hipaa__breach_notice"."""

    clause: str

    def xml(self, paper: Paper, at: int) -> str:
        name = clause_bookmark(self.clause, 1)
        count = paper.clause_names[name] = paper.clause_names.get(name, 0) + 1
        if count > 1:
            name = clause_bookmark(self.clause, count)
        paper.open_clauses.append(paper.next_bookmark())
        return f'<w:bookmarkStart w:id="{paper.last_bookmark}" w:name="{name}"/>'


class _ClauseEnd(Place):
    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        return f'<w:bookmarkEnd w:id="{paper.open_clauses.pop()}"/>'


class _EntryStart(Place):
    """The bookmark of a heading that the contents list begins."""

    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        paper.entries += 1
        return f'<w:bookmarkStart w:id="{paper.next_bookmark()}" w:name="{toc_name(paper.entries)}"/>'


class _EntryEnd(Place):
    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        return f'<w:bookmarkEnd w:id="{paper.last_bookmark}"/>'


def toc_name(n: int) -> str:
    """The bookmark of the n-th entry of the contents, named as Word names its own."""
    return f"_Toc{100000000 + n}"


# ---------------------------------------------------------------- what is open


@dataclass(frozen=True, slots=True)
class Open(Place):
    """A blank; ``look`` is how the words around it look."""

    blank: Blank
    look: str

    def xml(self, paper: Paper, at: int) -> str:
        blank, style = self.blank, paper.frame.styles["placeholder"]
        named = f'<w:rStyle w:val="{style}"/>' if style and "<w:rStyle" not in self.look else ""
        xml = f'<w:r><w:rPr>{named}{self.look}<w:highlight w:val="yellow"/></w:rPr>{words(blank.text)}</w:r>'
        if not paper.clean:
            tag = attribute(short_tag(f"field:{blank.field}"))
            title = attribute(short_tag(blank.label))
            xml = (
                f'<w:sdt><w:sdtPr><w:alias w:val="{title}"/><w:tag w:val="{tag}"/><w:id w:val="{ID}"/>'
                f"<w:showingPlcHdr/></w:sdtPr><w:sdtContent>{xml}</w:sdtContent></w:sdt>"
            )
        return anchored(blank.item, xml, paper.frame) if paper.takes_comment(blank.item) else xml


@dataclass(frozen=True, slots=True)
class RowStart(Place):
    """The comment of the item that a row of the open page is about begins here, unless a blank took it."""

    item: int

    def xml(self, paper: Paper, at: int) -> str:
        paper.row = self.item if paper.takes_comment(self.item) else 0
        return comment_start(paper.row) if paper.row else ""


class _RowEnd(Place):
    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        return comment_end(paper.row, paper.frame) if paper.row else ""


class _LateComments(Place):
    """Room for comments that belong nowhere else."""

    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        paper.late_comments = at
        return ""


CLAUSE_END, ENTRY_START, ENTRY_END = _ClauseEnd(), _EntryStart(), _EntryEnd()
ROW_END, LATE_COMMENTS = _RowEnd(), _LateComments()
