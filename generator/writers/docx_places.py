"""Places in a Word file whose XML hangs on what was printed before them: numbers, bookmarks, comments.

Blocks are written (:mod:`docx_blocks`) as pieces: XML that is the same wherever they stand, and places that say what
belongs there. Only a :class:`Paper` knows what goes into a place, because it goes through one document in printed order
and counts. So a section that comes again in the next agreement need not be written again, only counted.

What goes into the places hangs on the row of all of them, and not on what stands between; values stand between. Most
agreements of one kind have the very same row, and it is counted through but once (:func:`settled`). There is one object
for one place (:func:`number` and its like), so that two rows are quickly compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

from generator.frozen import dataclass
from generator.model import Blank
from generator.reuse import Itself
from generator.writers.docx_comments import anchored, comment_end, comment_start
from generator.writers.docx_lists import Lists
from generator.writers.docx_properties import clause_bookmark
from generator.writers.docx_text import attribute, short_tag, words
from generator.writers.frame import Frame
from generator.writers.package import Entry

__all__ = [
    "CLAUSE_END",
    "ENTRY_END",
    "ENTRY_START",
    "ID",
    "LATE_COMMENTS",
    "ROW_END",
    "Piece",
    "Place",
    "Settled",
    "anchor",
    "bookmark",
    "clause_start",
    "follow",
    "number",
    "open_place",
    "row_start",
    "settled",
    "toc_name",
    "with_ids",
]


# The number of a control: they are many and just count up, so they are put in last of all, in one go. No text has this
# sign, for XML cannot hold it.
ID = "\0"


def with_ids(pieces: Sequence[str], above: int) -> bytes:
    """Return the XML ``pieces`` as one, with the numbers of its controls, the first that are ``above`` this one."""
    # One by one: most are plain ASCII, and quickly encoded as long as no curly quotation mark stands among them.
    first, *others = b"".join([piece.encode() for piece in pieces]).split(ID.encode())
    out = [first] * (2 * len(others) + 1)
    out[1::2] = [b"%d" % n for n in range(above + 1, above + 1 + len(others))]
    out[2::2] = others
    return b"".join(out)


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands in the places of one document, one text for each; its lists; the first number no list uses."""

    xml: tuple[str, ...]
    lists: Entry
    next_id: int


@lru_cache(maxsize=16)
def settled(places: tuple[Place, ...], frame: Itself, clean: bool, draft: bool, items: int) -> Settled:
    """Return what stands in the ``places`` of a document with so many open ``items``."""
    paper = Paper(frame.thing, clean, draft, items)
    xml = paper.fill(places)
    return Settled(tuple(xml), paper.lists.part(), paper.lists.next_id)


class Paper:
    """One document being put together: the numbers given out so far."""

    def __init__(self, frame: Frame, clean: bool, draft: bool, items: int) -> None:
        self.frame = frame
        self.clean = clean
        self.draft = draft
        self.lists = Lists(frame, frame.first_id)
        self.last_bookmark = frame.first_id
        self.entries = 0  # headings so far that the contents list
        self.open_clauses: list[int] = []  # their bookmarks
        self.clause_names: dict[str, int] = {}
        self.items = items
        self.commented: set[int] = set()
        self.row = 0  # the item whose comment a row of the open page waits for
        self.late_comments = 0
        # A heading's bookmark is written only when something refers to it, which may come later: each heading leaves
        # two places, before and after its words.
        self.headings: dict[str, list[int]] = {}
        self.referred: dict[str, str] = {}

    def fill(self, places: tuple[Place, ...]) -> list[str]:
        """Return the XML for the places of the whole document."""
        out = [place.xml(self, at) for at, place in enumerate(places)]
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
    """A place: ``xml`` is what stands there in a document, ``at`` which of its places it is."""

    __slots__ = ()

    def xml(self, paper: Paper, at: int) -> str:
        raise NotImplementedError


Piece: TypeAlias = "str | Place"


class _Number(Place):
    """What numbers a paragraph: see :meth:`Lists.number`."""

    __slots__ = ("by_style", "label", "level", "name")

    def __init__(self, name: str, level: int, label: str, by_style: bool) -> None:
        self.name = name
        self.level = level
        self.label = label
        self.by_style = by_style

    def xml(self, paper: Paper, at: int) -> str:
        return paper.lists.number(self.name, self.level, self.label, by_style=self.by_style)


class _Follow(Place):
    """Nothing; but from here on a list prints its outermost level as ``text``."""

    __slots__ = ("name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def xml(self, paper: Paper, at: int) -> str:
        paper.lists.follow(self.name, self.text)
        return ""


# ---------------------------------------------------------------- bookmarks


class _Bookmark(Place):
    """The name of the bookmark that references to ``target`` point to."""

    __slots__ = ("target",)

    def __init__(self, target: str) -> None:
        self.target = target

    def xml(self, paper: Paper, at: int) -> str:
        name = paper.referred.get(self.target)
        if name is None:
            name = paper.referred[self.target] = f"_Ref{200000001 + len(paper.referred)}"
        return name


class _Anchor(Place):
    """Room before and after the words of a heading that may be referred to. The first of a name is meant."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def xml(self, paper: Paper, at: int) -> str:
        room = paper.headings.setdefault(self.name, [])
        if len(room) < 2:
            room.append(at)
        return ""


class _ClauseStart(Place):
    """The hidden bookmark of a clause begins: "_clause_hipaa__breach_notice"."""

    __slots__ = ("clause",)

    def __init__(self, clause: str) -> None:
        self.clause = clause

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


class _Open(Place):
    """A blank; ``look`` is how the words around it look."""

    __slots__ = ("blank", "look")

    def __init__(self, blank: Blank, look: str) -> None:
        self.blank = blank
        self.look = look

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


class _RowStart(Place):
    """The comment of the item that a row of the open page is about begins here, unless a blank took it."""

    __slots__ = ("item",)

    def __init__(self, item: int) -> None:
        self.item = item

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


# One object for one place. What is forgotten is made again, and compares as another one.
_one = lru_cache(maxsize=4096)
number, follow, anchor, bookmark = _one(_Number), _one(_Follow), _one(_Anchor), _one(_Bookmark)
clause_start, open_place, row_start = _one(_ClauseStart), _one(_Open), _one(_RowStart)
CLAUSE_END, ENTRY_START, ENTRY_END = _ClauseEnd(), _EntryStart(), _EntryEnd()
ROW_END, LATE_COMMENTS = _RowEnd(), _LateComments()
