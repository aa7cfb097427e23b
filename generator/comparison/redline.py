"""Two Word files compared: the new one as it is, with what the old one said put in as tracked deletions.

Accepting every change gives the new file, rejecting every change the old one, in every story; that is proved for
each result (:mod:`~generator.comparison.stories`, :mod:`~generator.comparison.revisions`) before anybody sees it, and
a result that fails is not handed out.

How it goes: paragraphs, tables, rows and cells are paired (:mod:`~generator.comparison.alignment`); a pair is compared
word by word (:mod:`~generator.comparison.words`) and marked in the new file's own runs, so that its looks stay; what
the old file alone has is copied over with all it needs (:mod:`~generator.comparison.borrowed`). A paragraph that was
split or joined is compared as one text whose paragraph ends are words, so that only the mark is marked. Where a
paragraph stands last before a table or the end of a cell, its mark cannot go: the one before it goes instead.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison import alignment, stories
from generator.comparison.borrowed import Lender
from generator.comparison.marking import Marker, cells_of, finish, highest_id, moved_range, rows_of, settle_controls
from generator.comparison.paragraphs import (
    Formats,
    Keys,
    Leaf,
    Piece,
    Text,
    blocks_of,
    boxes_in,
    canonical,
    cut,
    make_plain,
    pieces_of,
    read_paragraph,
    wrapper_of,
)
from generator.comparison.refusals import NOT_EXACT, NOT_TRACKED, TRACKED_INPUT
from generator.comparison.revisions import accept_all, has_revisions, reject_all
from generator.comparison.word_package import NOTES, R, W, WordPackage, attributes, value
from generator.comparison.word_reading import read_word
from generator.comparison.words import PARAGRAPH, Edit, Kind, edits, words
from generator.diagnostics import Checked, Span
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Change", "ChangeKind", "Redline", "compare_docx"]


class ChangeKind(StrEnum):
    """What happened."""

    INSERTED = "inserted"
    DELETED = "deleted"
    REPLACED = "replaced"
    MOVED = "moved"
    FORMATTED = "formatted"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``story`` is ``text``, ``header`` …; ``place`` the heading it stands under in the new document."""

    kind: ChangeKind
    story: str
    place: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Redline:
    """The new document with tracked changes against the old one, and what they are, in order."""

    data: bytes
    changes: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs that can be tracked."""
        return not self.changes


def compare_docx(
    old: bytes,
    new: bytes,
    *,
    author: str,
    date: dt.datetime,
    original: bool = False,
    old_name: str = "old.docx",
    new_name: str = "new.docx",
) -> Checked[Redline]:
    """Compare two Word files from anywhere.

    ``author`` and ``date`` (aware; kept to the second) stand on every change. Tracked changes in the files are taken
    as accepted, or with ``original`` as rejected. Never raises because of what is in a file: it is refused by name
    (:mod:`~generator.comparison.refusals`). The same input gives the same bytes.
    """
    read_old, read_new = read_word(old, old_name), read_word(new, new_name)
    found = [*read_old.diagnostics, *read_new.diagnostics]
    if read_old.value is None or read_new.value is None:
        return Checked(None, tuple(found))
    try:
        packages = WordPackage(read_old.value), WordPackage(read_new.value)
        resolved = False
        for package, name in zip(packages, (old_name, new_name), strict=True):
            if has_revisions(package):
                (reject_all if original else accept_all)(package)
                how = "rejected: its original text is compared" if original else "accepted"
                found.append(TRACKED_INPUT.at(Span(name), f"The tracked changes in it are taken as {how}."))
                resolved = resolved or name == new_name
        said = stories.read_stories(packages[0]), stories.read_stories(packages[1])
        comparison = _Comparison(*packages, author, date)
        comparison.run()
        found += [NOT_TRACKED.at(Span(new_name), message) for message in comparison.untracked]
        if not comparison.marker.count and not comparison.changes and not resolved and said[0] == said[1]:
            return Checked(Redline(new, ()), tuple(found))
        data = packages[1].to_bytes()
        wrong = _proved(data, *said)
    except (ValueError, OverflowError, KeyError, RecursionError) as error:
        wrong, data, comparison = f"a part that cannot be read ({type(error).__name__})", b"", None
    if wrong or comparison is None:
        found.append(
            NOT_EXACT.at(
                Span(new_name),
                f"This pair cannot be shown with tracked changes: {wrong}.",
                fix="Compare the documents in parts, or use Review > Compare in Word for this pair.",
            )
        )
        return Checked(None, tuple(found))
    return Checked(Redline(data, tuple(comparison.changes)), tuple(found))


def _proved(data: bytes, old: stories.Stories, new: stories.Stories) -> str:
    """Return what is wrong with a redline ("" if nothing): accepted it must say ``new``, rejected ``old``."""
    for resolve, wanted, which in ((accept_all, new, "accepting"), (reject_all, old, "rejecting")):
        again = read_word(data, "redline.docx").value
        if again is None:
            return "the result could not be read back"
        package = WordPackage(again)
        resolve(package)
        where = stories.first_difference(stories.read_stories(package), wanted)
        if where:
            return f"{which} every change does not give the {'new' if which == 'accepting' else 'old'} text in {where}"
    return ""


# ---------------------------------------------------------------- the comparison


@dataclass(slots=True)
class _Story:
    """One text of both files that is being compared: its parts, and what it is called."""

    name: str
    old_part: str
    new_part: str
    old_formats: Formats
    new_formats: Formats


class _Item(NamedTuple):
    """One step of a container: ``same`` (looks may differ), ``cluster``, ``table``, ``del`` or ``ins``."""

    kind: str
    old: tuple[int, ...] = ()
    new: tuple[int, ...] = ()
    edits: tuple[Edit, ...] | None = None


class _Gone(NamedTuple):
    """What was deleted at a place of a new paragraph: a stretch of an old one, or (``start`` < 0) its mark."""

    at: int
    old: int
    start: int = -1
    end: int = -1


@dataclass(slots=True)
class _Plan:
    """What is to be marked in one new paragraph."""

    came: list[tuple[int, int]]
    gone: list[_Gone]
    same: list[tuple[int, int, int, int]]  # old paragraph, place there, place here, length
    mark: int = -1  # the old paragraph whose mark this is; -1: the mark came in


class _Comparison:
    def __init__(self, old: WordPackage, new: WordPackage, author: str, date: dt.datetime) -> None:
        self.old, self.new = old, new
        self.keys = Keys()
        self.lender = Lender(old, new)
        self.changes: list[Change] = []
        self.untracked: list[str] = []
        self.place = ""
        self.moves = 0
        self._texts: dict[_Element, Text] = {}
        self._words: dict[_Element, list[str]] = {}
        self._note_keys: dict[tuple[bool, str, str], Hashable] = {}
        self._notes: dict[tuple[bool, str], dict[str, _Element]] = {}
        self._done_notes: set[tuple[str, str]] = set()
        self._other_tables = 0
        self._pristine: dict[str, _Element] = {}
        self._sections: list[tuple[_Element | None, _Element]] = []
        for package in (old, new):
            for part in package.story_parts():
                make_plain(package.tree(part))
        first = 1 + max(highest_id(new.tree(part)) for part in new.story_parts())
        self.marker = Marker(author, date, first)

    def run(self) -> None:
        """Compare everything and mark it in the new package."""
        old, new = self.old, self.new
        self._pair_notes()
        body = self._story("text", old.main, new.main)
        self.container(old.body, new.body, body)
        end_old, end_new = old.body.find(W + "sectPr"), new.body.find(W + "sectPr")
        if end_new is not None:
            self._sections.append((end_old, end_new))
        self._headers_and_footers()
        self._tell_untracked(body)
        for part in list(new.story_parts()):
            finish(new.tree(part))
            settle_controls(new.tree(part))
            new.touch(part)

    def _story(self, name: str, old_part: str, new_part: str) -> _Story:
        lender = self.lender
        return _Story(
            name,
            old_part,
            new_part,
            Formats(
                self.old, old_part, lender.style_name_old, lender.list_old, lambda k, i: self._note_key(True, k, i)
            ),
            Formats(
                self.new, new_part, lender.style_name_new, lender.list_new, lambda k, i: self._note_key(False, k, i)
            ),
        )

    def _tell_untracked(self, body: _Story) -> None:
        """Name the differences that no mark can show."""
        styles = self.lender.other_styles(body.old_formats, body.new_formats)
        if styles:
            more = f" and {len(styles) - 5} more" if len(styles) > 5 else ""
            self.untracked.append(f"The look of these styles is another one: {', '.join(styles[:5])}{more}.")
        for n, (old, new) in enumerate(self._sections, 1):
            leave = frozenset(("headerReference", "footerReference"))
            if old is not None and canonical(old, body.old_formats, leave) != canonical(new, body.new_formats, leave):
                self.untracked.append(f"The page setup of section {n} is another one.")
        if self._other_tables:
            self.untracked.append(f"{self._other_tables} tables that stay have other borders, widths or shading.")
        if not _comments(self.old) <= _comments(self.new):
            self.untracked.append("The old document holds comments that the new one does not; they are left out.")

    # -------- notes

    def _note_key(self, old: bool, kind: str, id: str) -> Hashable:
        return self._note_keys.get((old, kind, id), ("note", old, kind, id))

    def _pair_notes(self) -> None:
        """Find which note of one file is which of the other, by their words, in the order they are referred to."""
        for kind, tag in zip(NOTES, ("footnoteReference", "endnoteReference"), strict=True):
            lists: list[list[tuple[str, str]]] = []
            for package in (self.old, self.new):
                part = package.related(package.main, kind)
                bodies = {} if part is None else {n.get(W + "id", ""): n for n in package.tree(part)}
                refs = [r.get(W + "id", "") for r in package.body.iter(W + tag)]
                lists.append([(i, _plain(bodies[i])) for i in dict.fromkeys(refs) if i in bodies])
            a, b = lists
            split = [[words(text) for _, text in side] for side in lists]
            pairs = alignment.align(
                [text for _, text in a],
                [text for _, text in b],
                lambda i, j, s=split: alignment.likeness(s[0][i], s[1][j], least=0.3),  # type: ignore[misc]
                lambda i, j, s=split: 1 + len(s[0][i]) + len(s[1][j]),  # type: ignore[misc]
                lone=lambda *_: True,
            )
            for i, j in pairs:
                key = ("notes", kind, a[i][0], b[j][0])
                self._note_keys[True, kind, a[i][0]] = self._note_keys[False, kind, b[j][0]] = key

    def _note(self, package: WordPackage, reference: _Element) -> tuple[str, str, _Element] | None:
        kind = NOTES[reference.tag == W + "endnoteReference"]
        part = package.related(package.main, kind)
        if part is None:
            return None
        id = reference.get(W + "id", "")
        if package is self.new and (kind, id) in self.lender.lent:
            return part, kind, self.lender.lent[kind, id]
        known = self._notes.setdefault((package is self.old, kind), {})
        if not known:
            known.update((n.get(W + "id", ""), n) for n in package.tree(part))
        return (part, kind, known[id]) if id in known else None

    def _mark_note(self, name: str) -> Callable[[_Element], None]:
        def mark(reference: _Element) -> None:
            found = self._note(self.new, reference)
            if found is None or (found[1], reference.get(W + "id", "")) in self._done_notes:
                return
            self._done_notes.add((found[1], reference.get(W + "id", "")))
            inner = {"moveFrom": "del", "moveTo": "ins"}.get(name, name)
            self.marker.container(found[2], inner, note=lambda _: None)

        return mark

    def _deep(self, old: Leaf, new: Leaf, story: _Story) -> None:
        """Compare what stands inside two things that belong together: notes, or text boxes."""
        if old.node.tag in (W + "footnoteReference", W + "endnoteReference"):
            a, b = self._note(self.old, old.node), self._note(self.new, new.node)
            if a and b and (b[1], new.node.get(W + "id", "")) not in self._done_notes:
                self._done_notes.add((b[1], new.node.get(W + "id", "")))
                self.container(a[2], b[2], self._story(b[1].removesuffix("s"), a[0], b[0]))
            return
        for box_old, box_new in zip(boxes_in(old.node), boxes_in(new.node), strict=True):
            self.container(box_old, box_new, story)

    # -------- headers and footers

    def _headers_and_footers(self) -> None:
        """Compare the headers and footers of sections that belong together; each section names all of its own."""
        in_force_old = _in_force(self.old)
        in_force_new = _in_force(self.new)
        every = len(in_force_old) == len(in_force_new) == len(self._sections)
        taken: dict[str, str] = {}
        copies: dict[tuple[str, str], str] = {}
        for section_old, section_new in self._sections:
            before = in_force_old.get(section_old, {}) if section_old is not None else {}
            after = in_force_new.get(section_new, {})
            for kind in dict.fromkeys((*before, *after)):
                part_old, part_new = before.get(kind), after.get(kind)
                if part_new is None and part_old is not None:
                    part_new = self._gone_header(kind, part_old)
                    if part_new:
                        self._refer(section_new, kind, part_new)
                    continue
                if part_new is None:
                    continue
                source = part_old or ""
                if (part_new, source) in copies:
                    part_new = copies[part_new, source]
                elif taken.get(part_new, source) != source:
                    fresh = self._copy_of(part_new)
                    copies[part_new, source] = fresh
                    self._compare_header(kind, source, fresh)
                    part_new = fresh
                else:
                    known = part_new in taken
                    taken[part_new] = source
                    copies[part_new, source] = part_new
                    if not known:
                        self._pristine[part_new] = copy.deepcopy(self.new.tree(part_new))
                        self._compare_header(kind, source, part_new)
                if not every or after.get(kind) != part_new:
                    self._refer(section_new, kind, part_new)

    def _copy_of(self, part: str) -> str:
        from lxml import etree

        content = etree.tostring(self._pristine[part], xml_declaration=True, encoding="UTF-8", standalone=True)
        fresh = self.new.add_part(part, content, self.new.content_type(part))
        for relation in self.new.relations(part):
            self.new.keep_relation(fresh, relation.id, relation.type, relation.target, outside=relation.outside)
        return fresh

    def _compare_header(self, kind: tuple[str, str], part_old: str, part_new: str) -> None:
        root = self.new.tree(part_new)
        self.place = ""
        if part_old:
            self.container(self.old.tree(part_old), root, self._story(kind[0], part_old, part_new))
        elif _plain(root).strip():
            self.untracked.append(f"A {kind[0]} came in: its text is marked as inserted; the {kind[0]} itself stays.")
            self._note_change(ChangeKind.INSERTED, kind[0], "", _plain(root))
            self.marker.container(root, "ins", note=self._mark_note("ins"))

    def _gone_header(self, kind: tuple[str, str], part_old: str) -> str:
        if not _plain(self.old.tree(part_old)).strip():
            return ""
        self.untracked.append(
            f"A {kind[0]} went: its text is marked as deleted; an empty {kind[0]} stays in its place."
        )
        part_new = self.lender.part(part_old)
        if part_new in self.new.word:
            part_new = self.new.add_part(part_old, self.old.read(part_old), self.old.content_type(part_old))
            for r in self.old.relations(part_old):
                self.new.keep_relation(part_new, r.id, r.type, r.target if r.outside else self.lender.part(r.target),
                                       outside=r.outside)  # fmt: skip
        root = self.new.tree(part_new)
        blocks = [self.lender.copied(b, part_old, part_new) for b in self.old.tree(part_old)]
        for child in list(root):
            root.remove(child)
        root.extend(blocks)
        self._note_change(ChangeKind.DELETED, kind[0], _plain(root), "")
        self.marker.container(root, "del", note=self._mark_note("del"))
        return part_new

    def _refer(self, section: _Element, kind: tuple[str, str], part: str) -> None:
        name, which = kind
        id = self.new.add_relation(self.new.main, f"{R[1:-1]}/{name}", part)
        for reference in section.findall(f"{W}{name}Reference"):
            if reference.get(W + "type", "default") == which:
                reference.set(R + "id", id)
                return
        reference = section.makeelement(f"{W}{name}Reference", {W + "type": which, R + "id": id})
        section.insert(0, reference)

    # -------- containers

    def text(self, paragraph: _Element, formats: Formats) -> Text:
        """Return a paragraph read; each is read once."""
        if paragraph not in self._texts:
            self._texts[paragraph] = read_paragraph(paragraph, formats, self.keys)
        return self._texts[paragraph]

    def words_of(self, block: _Element, formats: Formats) -> list[str]:
        """Return the words of a paragraph, or of all a table or cell holds."""
        if block not in self._words:
            if block.tag == W + "p":
                self._words[block] = words(self.text(block, formats).text)
            else:
                self._words[block] = [w for p in _paragraphs(block) for w in self.words_of(p, formats)]
        return self._words[block]

    def key(self, block: _Element, formats: Formats) -> str:
        """Return what a paragraph, table, row or cell says, as one text."""
        if block.tag == W + "p":
            return self.text(block, formats).text
        sign = {W + "tbl": "\x1d", W + "tr": "\x1e", W + "tc": "\x1f"}.get(block.tag, "")
        parts = rows_of(block) if block.tag == W + "tbl" else cells_of(block) if block.tag == W + "tr" else None
        inner = parts if parts is not None else list(blocks_of(block))
        return sign + PARAGRAPH.join(self.key(part, formats) for part in inner)

    def container(self, old: _Element, new: _Element, story: _Story) -> None:
        """Compare two containers (body, cell, note, text box, header) and mark the new one."""
        olds, news = list(blocks_of(old)), list(blocks_of(new))
        items = self._settled(self._items(olds, news, story), olds, news, story)
        moved = self._moved(items, olds, news, story)
        last: _Element | None = None

        def put(element: _Element) -> None:
            if last is not None:
                last.addnext(element)
            elif news:
                top = news[0]
                while (parent := top.getparent()) is not None and parent is not new:
                    top = parent
                top.addprevious(element)
            else:
                new.append(element)

        for n, item in enumerate(items):
            match item.kind:
                case "same" | "cluster":
                    self._cluster(item, [olds[i] for i in item.old], [news[j] for j in item.new], story)
                    last = news[item.new[-1]]
                case "table":
                    self._table(olds[item.old[0]], news[item.new[0]], story)
                    last = news[item.new[0]]
                case "ins":
                    last = self._came(news[item.new[0]], story, moved.get(n))
                case _:
                    lent = self.lender.copied(olds[item.old[0]], story.old_part, story.new_part)
                    put(lent)
                    last = self._went(lent, olds[item.old[0]], story, moved.get(n))

    def _came(self, block: _Element, story: _Story, move: str | None) -> _Element:
        if block.tag == W + "tbl":
            self._note_change(ChangeKind.INSERTED, story.name, "", _plain(block))
            self.marker.table(block, "ins", note=self._mark_note("ins"))
            return block
        text = self.text(block, story.new_formats)
        self._heading(text, story)
        name = "moveTo" if move else "ins"
        if not move:
            self._note_change(ChangeKind.INSERTED, story.name, "", text.text)
        self.marker.paragraph(block, name, mark=True, note=self._mark_note(name))
        if move:
            moved_range(self.marker, block, name, move)
            following = block.getnext()
            return block if following is None else following
        return block

    def _went(self, lent: _Element, old: _Element, story: _Story, move: str | None) -> _Element:
        if lent.tag == W + "tbl":
            self._note_change(ChangeKind.DELETED, story.name, _plain(old), "")
            self.marker.table(lent, "del", note=self._mark_note("del"))
            return lent
        text = self.text(old, story.old_formats)
        name = "moveFrom" if move else "del"
        self._note_change(ChangeKind.MOVED if move else ChangeKind.DELETED, story.name, text.text, "")
        self.marker.paragraph(lent, name, mark=True, note=self._mark_note(name))
        if move:
            moved_range(self.marker, lent, name, move)
            following = lent.getnext()
            return lent if following is None else following
        return lent

    # -------- which block is which

    def _items(self, olds: list[_Element], news: list[_Element], story: _Story) -> list[_Item]:
        a = [self.key(block, story.old_formats) for block in olds]
        b = [self.key(block, story.new_formats) for block in news]

        def alike(i: int, j: int) -> float:
            if olds[i].tag != news[j].tag:
                return 0.0
            if a[i] == b[j]:
                return 1.0 if a[i] else 0.5
            x, y = self.words_of(olds[i], story.old_formats), self.words_of(news[j], story.new_formats)
            if not x or not y:
                return 0.0
            least = 0.2 if olds[i].tag == W + "tbl" else 0.5 if min(len(x), len(y)) <= 3 else alignment.LEAST
            if 2 * min(len(x), len(y)) < least * (len(x) + len(y)):
                return 0.0
            return alignment.likeness(x, y, least=least)

        def size(i: int, j: int) -> int:
            x, y = self.words_of(olds[i], story.old_formats), self.words_of(news[j], story.new_formats)
            return 1 + len(x) + len(y)

        def lone(i: int, j: int) -> bool:
            if olds[i].tag != news[j].tag:
                return False
            x, y = self.words_of(olds[i], story.old_formats), self.words_of(news[j], story.new_formats)
            if olds[i].tag == W + "tbl":
                return alignment.likeness(x, y) >= 0.1
            return max(len(x), len(y)) <= 12 or alignment.likeness(x, y) >= 0.25

        pairs = alignment.align(a, b, alike, size, lone=lone)
        for i, j in pairs:
            if olds[i].tag == W + "p":
                self.lender.vote(olds[i], news[j])
        return self._steps(pairs, a, b, olds, news, story)

    def _steps(
        self,
        pairs: list[tuple[int, int]],
        a: list[str],
        b: list[str],
        olds: list[_Element],
        news: list[_Element],
        story: _Story,
    ) -> list[_Item]:
        """Turn pairs into steps; a pair takes in neighbours that it was split into or joined from."""
        free_old = set(range(len(olds))) - {i for i, _ in pairs}
        free_new = set(range(len(news))) - {j for _, j in pairs}
        clusters: dict[int, _Item] = {}
        for i, j in pairs:
            if olds[i].tag == W + "tbl":
                clusters[j] = _Item("table", (i,), (j,))
            elif a[i] == b[j]:
                clusters[j] = _Item("same", (i,), (j,))
            else:
                clusters[j] = self._grown(i, j, free_old, free_new, olds, news, story)
        items: list[_Item] = []
        at_old = at_new = 0
        for item in [*clusters.values(), _Item("end", (len(olds),), (len(news),))]:
            items += [_Item("del", (i,)) for i in range(at_old, item.old[0])]
            items += [_Item("ins", (), (j,)) for j in range(at_new, item.new[0])]
            if item.kind != "end":
                items.append(item)
            at_old, at_new = item.old[-1] + 1, item.new[-1] + 1
        return items

    def _grown(
        self,
        i: int,
        j: int,
        free_old: set[int],
        free_new: set[int],
        olds: list[_Element],
        news: list[_Element],
        story: _Story,
    ) -> _Item:
        def x(n: int) -> list[str]:
            return self.words_of(olds[n], story.old_formats)

        def y(n: int) -> list[str]:
            return self.words_of(news[n], story.new_formats)

        old, new = [i], [j]
        for mine, free, blocks, own, other in ((new, free_new, news, y, (x, old)), (old, free_old, olds, x, (y, new))):
            if len(other[1]) > 1:
                break
            whole = other[0](other[1][0])
            have = list(own(mine[0]))
            common = alignment.shared(whole, have)
            for step in (1, -1):
                while True:
                    n = mine[-1] + 1 if step == 1 else mine[0] - 1
                    if n not in free or blocks[n].tag != W + "p" or not own(n):
                        break
                    more = [*have, *own(n)] if step == 1 else [*own(n), *have]
                    gain = alignment.shared(whole, more) - common
                    if gain < max(2, len(own(n)) / 2):
                        break
                    have, common = more, common + gain
                    mine.insert(len(mine) if step == 1 else 0, n)
                    free.discard(n)
        return _Item("cluster", tuple(old), tuple(new))

    def _settled(self, items: list[_Item], olds: list[_Element], news: list[_Element], story: _Story) -> list[_Item]:
        """See that the last paragraph before a table that stays, and of the container, keeps its mark."""
        out: list[_Item] = []
        for item in [*items, _Item("end")]:
            if item.kind in ("table", "end"):
                out = self._tail(out, olds, news, story, end=item.kind == "end")
            if item.kind != "end":
                out.append(item)
        return out

    def _tail(
        self, items: list[_Item], olds: list[_Element], news: list[_Element], story: _Story, *, end: bool
    ) -> list[_Item]:
        at = len(items)
        while at and items[at - 1].kind in ("del", "ins"):
            at -= 1
        region = items[at:]
        if not region:
            return items
        gone = [n for n in region if n.kind == "del"]
        came = [n for n in region if n.kind == "ins"]
        plain = all(olds[n.old[0]].tag == W + "p" for n in gone) and all(news[n.new[0]].tag == W + "p" for n in came)
        if not end and not plain:
            return items
        if gone and came:
            i, j = gone[-1].old[0], came[-1].new[0]
            if olds[i].tag != W + "p" or news[j].tag != W + "p":
                return items
            x = self.text(olds[i], story.old_formats).text
            y = self.text(news[j], story.new_formats).text
            forced = (Edit(Kind.DELETED, 0, len(x), 0, 0), Edit(Kind.INSERTED, len(x), len(x), 0, len(y)))
            pair = _Item(
                "cluster", (i,), (j,), tuple(e for e in forced if e.old_end > e.old_start or e.new_end > e.new_start)
            )
            return [*items[:at], *gone[:-1], *came[:-1], pair]
        if not plain or not at or items[at - 1].kind not in ("same", "cluster"):
            return items
        before = items[at - 1]
        x = self._joined(before.old, olds, story.old_formats)
        y = self._joined(before.new, news, story.new_formats)
        own = before.edits if before.edits is not None else edits(x, y)
        rest_old = "".join(PARAGRAPH + self.text(olds[n.old[0]], story.old_formats).text for n in gone)
        rest_new = "".join(PARAGRAPH + self.text(news[n.new[0]], story.new_formats).text for n in came)
        kind = Kind.DELETED if gone else Kind.INSERTED
        tail = Edit(kind, len(x), len(x) + len(rest_old), len(y), len(y) + len(rest_new))
        old = before.old + tuple(n.old[0] for n in gone)
        new = before.new + tuple(n.new[0] for n in came)
        return [*items[: at - 1], _Item("cluster", old, new, (*own, tail))]

    def _joined(self, which: Sequence[int], blocks: list[_Element], formats: Formats) -> str:
        return PARAGRAPH.join(self.text(blocks[n], formats).text for n in which)

    def _moved(self, items: list[_Item], olds: list[_Element], news: list[_Element], story: _Story) -> dict[int, str]:
        """Return the name of the move for each step that takes part in one: whole paragraphs, their words unchanged."""
        came: dict[str, list[int]] = {}
        for n, item in enumerate(items):
            if item.kind == "ins" and news[item.new[0]].tag == W + "p":
                text = self.text(news[item.new[0]], story.new_formats)
                if _may_move(text):
                    came.setdefault(text.text, []).append(n)
        moved: dict[int, str] = {}
        for n, item in enumerate(items):
            if item.kind == "del" and olds[item.old[0]].tag == W + "p":
                text = self.text(olds[item.old[0]], story.old_formats)
                if _may_move(text) and came.get(text.text):
                    self.moves += 1
                    moved[n] = moved[came[text.text].pop(0)] = f"move{self.moves}"
        return moved

    # -------- paragraphs that belong together

    def _cluster(self, item: _Item, olds: list[_Element], news: list[_Element], story: _Story) -> None:
        a = [self.text(p, story.old_formats) for p in olds]
        b = [self.text(p, story.new_formats) for p in news]
        self._heading(b[0], story)
        if len(a) == len(b) == 1 and a[0].text == b[0].text and item.edits is None:
            same_looks = [(x.start, x.end, x.said) for x in a[0].looks] == [
                (x.start, x.end, x.said) for x in b[0].looks
            ]
            if same_looks and a[0].shape == b[0].shape and not a[0].deep and a[0].section == b[0].section:
                if a[0].section:
                    self._pair_sections(a[0].element, b[0].element)
                self._links(a[0], b[0])
                return
        x, y = PARAGRAPH.join(t.text for t in a), PARAGRAPH.join(t.text for t in b)
        found = item.edits if item.edits is not None else edits(x, y)
        self._note_edits(found, x, y, story)
        plans = _plans(found, a, b, x, y)
        for text, plan in zip(b, plans, strict=True):
            if plan.mark >= 0 and a[plan.mark].section != text.section:
                plan.gone.append(_Gone(len(text.text), plan.mark))
                plan.mark = -1
            self._carry_out(plan, a, text, story)
        if len(a) == len(b) == 1:
            self._links(a[0], b[0])

    def _carry_out(self, plan: _Plan, olds: list[Text], new: Text, story: _Story) -> None:
        paragraph = new.element
        looks = [
            (start, end, look_old)
            for k, o, n, length in plan.same
            for start, end, look_old in _other_looks(olds[k], new, o, n, length)
        ]
        inner = dict(new.deep)
        deep = [
            (leaf_old, inner[at - o + n])
            for k, o, n, length in (plan.same if inner else ())
            for at, leaf_old in olds[k].deep[
                bisect_left(olds[k].deep, o, key=lambda d: d[0]) : bisect_left(
                    olds[k].deep, o + length, key=lambda d: d[0]
                )
            ]
            if at - o + n in inner
        ]
        places = {p for s, e in plan.came for p in (s, e)} | {g.at for g in plan.gone}
        places |= {p for s, e, _ in looks for p in (s, e)}
        if places:
            cut(paragraph, places)
        pieces = pieces_of(paragraph)
        for start, end in plan.came:
            for piece in _within(pieces, start, end):
                for element in piece.elements:
                    self.marker.inside(element, "ins", self._mark_note("ins"))
                    self.marker.wrap(element, "ins")
        for start, end, properties in looks:
            for piece in _within(pieces, start, end):
                for run in piece.elements:
                    if run.tag == W + "r":
                        lent = self.lender.properties(properties, story.old_part, story.new_part)
                        self.marker.run_change(run, lent)
        if looks:
            said = new.text[looks[0][0] : looks[-1][1]]
            self._note_change(ChangeKind.FORMATTED, story.name, said, said)
        self._put_in(plan, olds, paragraph, story)
        if plan.mark < 0:
            self.marker.paragraph_mark(paragraph, "ins")
        else:
            old = olds[plan.mark]
            if old.section and new.section:
                self._pair_sections(old.element, paragraph)
            if old.shape != new.shape:
                properties = old.element.find(W + "pPr")
                lent = None
                if properties is not None:
                    bare = copy.deepcopy(properties)
                    for child in [c for c in bare if c.tag in (W + "sectPr", W + "rPr")]:
                        bare.remove(child)
                    lent = self.lender.properties(bare, story.old_part, story.new_part)
                self.marker.paragraph_change(paragraph, lent)
                if len(olds) == 1 and not looks:
                    self._note_change(ChangeKind.FORMATTED, story.name, old.text, new.text)
        for leaf_old, leaf_new in deep:
            self._deep(leaf_old, leaf_new, story)

    def _put_in(self, plan: _Plan, olds: list[Text], paragraph: _Element, story: _Story) -> None:
        """Put what was deleted into a new paragraph, which is parted where a mark was deleted."""
        if not plan.gone:
            return
        lent = self._lent(plan, olds, story)
        pieces = pieces_of(paragraph)
        last: dict[int, _Element] = {}
        splits: list[tuple[_Element, int]] = []
        for gone in plan.gone:
            if gone.start < 0:
                split = paragraph.makeelement(W + "parted")
                elements = [split]
                splits.append((split, gone.old))
            else:
                elements = lent[gone]
            held = gone.start >= 0 and _in_control(olds[gone.old], gone.start)
            for element in elements:
                if gone.at in last:
                    last[gone.at].addnext(element)
                else:
                    _insert(element, gone.at, pieces, paragraph, held=held)
                last[gone.at] = element
                _unnest(element)
        for split, k in splits:
            self._part(paragraph, split, olds[k], story)

    def _lent(self, plan: _Plan, olds: list[Text], story: _Story) -> dict[_Gone, list[_Element]]:
        """Return, for each deleted stretch, the marked elements to put in."""
        out: dict[_Gone, list[_Element]] = {}
        for k in dict.fromkeys(g.old for g in plan.gone if g.start >= 0):
            wanted = [g for g in plan.gone if g.old == k and g.start >= 0]
            lent = copy.deepcopy(olds[k].element)
            cut(lent, {p for g in wanted for p in (g.start, g.end)})
            taken: list[tuple[_Gone, list[_Element]]] = []
            kept: set[_Element] = set()
            pieces = pieces_of(lent)
            for g in wanted:
                elements = [e for p in _within(pieces, g.start, g.end) for e in p.elements]
                taken.append((g, elements))
                kept.update(elements)
            for piece in pieces:
                for element in piece.elements:
                    if element not in kept and (parent := element.getparent()) is not None:
                        parent.remove(element)
            self.lender.clean(lent, story.old_part, story.new_part)
            for g, elements in taken:
                out[g] = list(self._deleted(elements))
        return out

    def _deleted(self, elements: list[_Element]) -> Iterator[_Element]:
        """Yield runs marked as deleted, those of a link in a link of their own."""
        holder: _Element | None = None
        link: _Element | None = None
        for element in elements:
            of = wrapper_of(element, W + "hyperlink")
            if holder is not None and of is link:
                holder_del = holder[-1] if holder.tag == W + "hyperlink" else holder
                holder_del.append(element)
            else:
                if holder is not None:
                    yield self._closed(holder)
                mark = self.marker.mark(element, "del")
                link, holder = of, mark
                if of is not None:
                    holder = element.makeelement(W + "hyperlink", attributes(of))
                    holder.append(mark)
                mark.append(element)
        if holder is not None:
            yield self._closed(holder)

    def _closed(self, holder: _Element) -> _Element:
        from generator.comparison.marking import deleted_text

        mark = holder[-1] if holder.tag == W + "hyperlink" else holder
        for run in mark:
            self.marker.inside(run, "del", self._mark_note("del"))
            deleted_text(run)
        return holder

    def _part(self, paragraph: _Element, split: _Element, old: Text, story: _Story) -> None:
        """Part ``paragraph`` at ``split``: what stands before it becomes a paragraph whose mark was deleted."""
        before = _before(paragraph, split)
        parent = split.getparent()
        if parent is not None:
            parent.remove(split)
        first = paragraph.makeelement(W + "p")
        properties = self.lender.properties(old.element.find(W + "pPr"), story.old_part, story.new_part)
        if properties is not None:
            first.append(properties)
        first.extend(before)
        paragraph.addprevious(first)
        self.marker.paragraph_mark(first, "del")

    def _links(self, old: Text, new: Text) -> None:
        """Say so where a link goes elsewhere, which cannot be tracked."""
        targets: list[list[str]] = []
        for text, package in ((old, self.old), (new, self.new)):
            relations = [
                package.relation(package.main, e.get(R + "id", "")) for e in text.element.iter(W + "hyperlink")
            ]
            targets.append([r.target for r in relations if r is not None and r.outside])
        if targets[0] != targets[1] and len(targets[0]) == len(targets[1]):
            self.untracked.append(f"A link goes elsewhere than before: {targets[1][0]}")

    def _pair_sections(self, old: _Element, new: _Element) -> None:
        a, b = old.find(f"{W}pPr/{W}sectPr"), new.find(f"{W}pPr/{W}sectPr")
        if a is not None and b is not None:
            self._sections.append((a, b))

    # -------- tables

    def _table(self, old: _Element, new: _Element, story: _Story) -> None:
        rows_old, rows_new = rows_of(old), rows_of(new)
        looks = (
            canonical(old.find(W + "tblPr"), story.old_formats, _NO_LOOK),
            canonical(new.find(W + "tblPr"), story.new_formats, _NO_LOOK),
        )
        self._other_tables += looks[0] != looks[1]
        a = [self.key(row, story.old_formats) for row in rows_old]
        b = [self.key(row, story.new_formats) for row in rows_new]
        columns = self._columns(rows_old, rows_new, story)

        def alike(i: int, j: int) -> float:
            x, y = self._row_words(rows_old[i], story.old_formats), self._row_words(rows_new[j], story.new_formats)
            if not x or not y:
                return 0.2 if not x and not y else 0.0
            return alignment.likeness(x, y, least=0.34)

        def size(i: int, j: int) -> int:
            x, y = self._row_words(rows_old[i], story.old_formats), self._row_words(rows_new[j], story.new_formats)
            return 1 + len(x) + len(y)

        pairs = dict(alignment.align(a, b, alike, size, lone=lambda *_: True))
        last: _Element | None = None

        def put(row: _Element) -> None:
            if last is not None:
                last.addnext(row)
            else:
                top = rows_new[0]
                while (parent := top.getparent()) is not None and parent is not new:
                    top = parent
                top.addprevious(row)

        def went(row: _Element) -> _Element:
            lent = self.lender.copied(row, story.old_part, story.new_part)
            self._note_change(ChangeKind.DELETED, story.name, _plain(row), "")
            put(lent)
            self.marker.row(lent, "del", note=self._mark_note("del"))
            return lent

        def came(row: _Element) -> _Element:
            self._note_change(ChangeKind.INSERTED, story.name, "", _plain(row))
            self.marker.row(row, "ins", note=self._mark_note("ins"))
            return row

        at_new = 0
        for i, row_old in enumerate(rows_old):
            if i not in pairs:
                last = went(row_old)
                continue
            for j in range(at_new, pairs[i]):
                last = came(rows_new[j])
            at_new = pairs[i] + 1
            row_new = rows_new[pairs[i]]
            if self._row(row_old, row_new, columns, story):
                last = row_new
            else:
                last = went(row_old)
                last = came(row_new)
        for j in range(at_new, len(rows_new)):
            last = came(rows_new[j])

    def _row_words(self, row: _Element, formats: Formats) -> list[str]:
        return self.words_of(row, formats)

    def _columns(self, olds: list[_Element], news: list[_Element], story: _Story) -> list[tuple[int, int]] | None:
        """Return which column is which where both tables are plain grids of different width; else None."""
        grids = []
        for rows, formats in ((olds, story.old_formats), (news, story.new_formats)):
            cells = [cells_of(row) for row in rows]
            if len({len(row) for row in cells}) != 1 or any(_merged(cell) for row in cells for cell in row):
                return None
            grids.append([
                "\x1f".join(self.key(row[n], formats) for row in cells) for n in range(len(cells[0]))
            ])  # fmt: skip
        if len(grids[0]) == len(grids[1]):
            return None
        split = [[words(column) for column in grid] for grid in grids]
        return alignment.align(
            grids[0],
            grids[1],
            lambda i, j: alignment.likeness(split[0][i], split[1][j], least=0.3),
            lambda i, j: 1 + len(split[0][i]) + len(split[1][j]),
        )

    def _row(self, old: _Element, new: _Element, columns: list[tuple[int, int]] | None, story: _Story) -> bool:
        """Compare two rows cell by cell; False if they cannot be (nothing is marked then)."""
        olds, news = cells_of(old), cells_of(new)
        if columns is None and len(olds) != len(news):
            if any(_merged(cell) for cell in (*olds, *news)):
                return False
            a = [self.key(cell, story.old_formats) for cell in olds]
            b = [self.key(cell, story.new_formats) for cell in news]
            columns = alignment.align(
                a,
                b,
                lambda i, j: alignment.likeness(words(a[i]), words(b[j]), least=0.4),
                lambda i, j: 1 + len(a[i]) + len(b[j]),
            )
        elif columns is None:
            columns = [(n, n) for n in range(len(olds))]
        if not columns:
            return False
        last: _Element | None = None
        at_new = 0
        pairs = dict(columns)
        for i, cell_old in enumerate(olds):
            if i not in pairs:
                lent = self.lender.copied(cell_old, story.old_part, story.new_part)
                if last is not None:
                    last.addnext(lent)
                else:
                    news[0].addprevious(lent)
                self._note_change(ChangeKind.DELETED, story.name, _plain(cell_old), "")
                self.marker.cell(lent, "del", note=self._mark_note("del"))
                last = lent
                continue
            for j in range(at_new, pairs[i]):
                last = self._cell_came(news[j], story)
            at_new = pairs[i] + 1
            last = news[pairs[i]]
            self.container(cell_old, last, story)
        for j in range(at_new, len(news)):
            last = self._cell_came(news[j], story)
        return True

    def _cell_came(self, cell: _Element, story: _Story) -> _Element:
        self._note_change(ChangeKind.INSERTED, story.name, "", _plain(cell))
        self.marker.cell(cell, "ins", note=self._mark_note("ins"))
        return cell

    # -------- what is told about it

    def _heading(self, text: Text, story: _Story) -> None:
        if story.name != "text":
            return
        style = self.lender.style_name_new(value(text.element, "pPr/pStyle") or "")
        if text.text.strip() and (
            style.startswith(("heading", "title")) or (style.endswith("heading") and not style.startswith("table"))
        ):
            self.place = _shown(text.text)

    def _note_change(self, kind: ChangeKind, story: str, old: str, new: str) -> None:
        self.changes.append(Change(kind, story, self.place if story == "text" else "", _shown(old), _shown(new)))

    def _note_edits(self, found: Sequence[Edit], old: str, new: str, story: _Story) -> None:
        gone = ""
        for n, e in enumerate(found):
            if e.kind is Kind.DELETED:
                gone = old[e.old_start : e.old_end]
                if n + 1 < len(found) and found[n + 1].kind is Kind.INSERTED:
                    continue
                self._note_change(ChangeKind.DELETED, story.name, gone, "")
                gone = ""
            elif e.kind is Kind.INSERTED:
                kind = ChangeKind.REPLACED if gone else ChangeKind.INSERTED
                self._note_change(kind, story.name, gone, new[e.new_start : e.new_end])
                gone = ""


# ---------------------------------------------------------------- small things

_NO_LOOK = frozenset(("tblCaption", "tblDescription", "tblLook"))


def _comments(package: WordPackage) -> set[str]:
    """Return what the comments of a file say."""
    part = package.related(package.main, "comments")
    return set() if part is None else {_plain(comment) for comment in package.tree(part)}


def _plans(found: Sequence[Edit], olds: list[Text], news: list[Text], x: str, y: str) -> list[_Plan]:
    """Break edits of joined paragraphs down to what is to be done in each new paragraph."""
    plans = [_Plan([], [], []) for _ in news]
    k = c = base_old = base_new = 0
    for e in found:
        at_old, at_new = e.old_start, e.new_start
        text = y[e.new_start : e.new_end] if e.kind is Kind.INSERTED else x[e.old_start : e.old_end]
        for n, part in enumerate(text.split(PARAGRAPH)):
            if n and e.kind is Kind.DELETED:
                plans[c].gone.append(_Gone(at_new - base_new, k))
                k, at_old = k + 1, at_old + 1
                base_old = at_old
            elif n:
                if e.kind is Kind.SAME:
                    plans[c].mark = k
                    k, at_old = k + 1, at_old + 1
                    base_old = at_old
                c, at_new = c + 1, at_new + 1
                base_new = at_new
            if not part:
                continue
            size = len(part)
            if e.kind is Kind.DELETED:
                plans[c].gone.append(_Gone(at_new - base_new, k, at_old - base_old, at_old - base_old + size))
                at_old += size
            elif e.kind is Kind.INSERTED:
                plans[c].came.append((at_new - base_new, at_new - base_new + size))
                at_new += size
            else:
                plans[c].same.append((k, at_old - base_old, at_new - base_new, size))
                at_old, at_new = at_old + size, at_new + size
    plans[-1].mark = len(olds) - 1
    return plans


def _other_looks(
    old: Text, new: Text, at_old: int, at_new: int, length: int
) -> Iterator[tuple[int, int, _Element | None]]:
    """Yield the stretches of the new paragraph that looked otherwise in the old one, with their old properties."""
    shift = at_new - at_old
    i = bisect_right(old.looks, at_old, key=lambda look: look.end)
    j = bisect_right(new.looks, at_new, key=lambda look: look.end)
    while i < len(old.looks) and j < len(new.looks):
        before, look = old.looks[i], new.looks[j]
        start = max(look.start, before.start + shift, at_new)
        end = min(look.end, before.end + shift, at_new + length)
        if start < end and look.said != before.said:
            yield start, end, before.properties
        if end >= at_new + length:
            break
        if before.end + shift <= look.end:
            i += 1
        else:
            j += 1


def _within(pieces: Sequence[Piece], start: int, end: int) -> Sequence[Piece]:
    """Return the pieces that begin between two places."""
    return pieces[
        bisect_left(pieces, start, key=lambda piece: piece.start) : bisect_left(
            pieces, end, key=lambda piece: piece.start
        )
    ]


def _in_control(text: Text, at: int) -> bool:
    """Return whether what stands at a place of a paragraph stands in a content control."""
    here = 0
    for leaf in text.leaves:
        if here <= at < here + leaf.length:
            return wrapper_of(leaf.elements[0], W + "sdt") is not None
        here += leaf.length
    return False


def _insert(element: _Element, at: int, pieces: Sequence[Piece], paragraph: _Element, *, held: bool) -> None:
    """Put an element at a place of a paragraph: after what ends there, outside of links and controls if it can be.

    What stood in a control (``held``) is put into the one that begins there: so the control is never left empty,
    where Word would print “Click or tap here to enter text”.
    """
    ended = bisect_right(pieces, at, key=lambda piece: piece.end)
    begun = bisect_left(pieces, at, key=lambda piece: piece.start)
    before = pieces[ended - 1].elements[-1] if ended else None
    following = pieces[begun].elements[0] if begun < len(pieces) else None
    control = wrapper_of(following, W + "sdt") if held and following is not None else None
    if control is not None and following is not None and (before is None or control not in before.iterancestors()):
        _top(following).addprevious(element)
    elif before is not None:
        node = _top(before)
        while (parent := node.getparent()) is not None and parent is not paragraph:
            if following is not None and parent in following.iterancestors():
                break
            node = parent
        node.addnext(element)
    elif following is not None:
        node = _top(following)
        while (parent := node.getparent()) is not None and parent is not paragraph:
            node = parent
        node.addprevious(element)
    else:
        paragraph.append(element)


def _top(element: _Element) -> _Element:
    parent = element.getparent()
    return parent if parent is not None and parent.tag == W + "ins" else element


def _unnest(element: _Element) -> None:
    """A link cannot stand in a link: if it does now, its marks stand there instead."""
    if element.tag != W + "hyperlink" or wrapper_of(element, W + "hyperlink") is None:
        return
    for mark in list(element):
        element.addprevious(mark)


def _before(paragraph: _Element, split: _Element) -> list[_Element]:
    """Take out of ``paragraph`` all that stands before ``split``; links and controls are parted."""
    carried: list[_Element] = []
    here = split
    while here is not paragraph:
        parent = here.getparent()
        if parent is None:
            break
        level = [c for c in here.itersiblings(preceding=True) if c.tag != W + "pPr"][::-1]
        if parent is paragraph:
            return [*level, *carried]
        level = [c for c in level if c.tag not in (W + "sdtPr", W + "sdtEndPr")]
        if parent.tag == W + "sdtContent":
            # The part before stands without the control: a control with the same name twice would mislead.
            carried = [*level, *carried]
        elif parent.tag == W + "sdt":
            pass
        elif level or carried:
            shell = parent.makeelement(parent.tag, attributes(parent))
            shell.extend([*level, *carried])
            carried = [shell]
        here = parent
    return carried


def _paragraphs(block: _Element) -> Iterator[_Element]:
    """Yield the paragraphs a table, row or cell holds, those in text boxes left out."""
    for child in block:
        if child.tag == W + "p":
            yield child
        elif child.tag in (W + "tbl", W + "tr", W + "tc", W + "sdt", W + "sdtContent", W + "customXml"):
            yield from _paragraphs(child)


def _merged(cell: _Element) -> bool:
    properties = cell.find(W + "tcPr")
    return properties is not None and any(
        properties.find(W + name) is not None for name in ("vMerge", "hMerge", "gridSpan")
    )


def _may_move(text: Text) -> bool:
    """A move is told of whole sentences; fields and pictures are struck out and written anew."""
    return (
        len(text.text) >= 25
        and len(words(text.text)) >= 4
        and not text.section
        and all(c < PARAGRAPH for c in text.text)
    )


def _in_force(package: WordPackage) -> dict[_Element, dict[tuple[str, str], str]]:
    """Return, for each section, the parts of its headers and footers, those taken over from before included."""
    out: dict[_Element, dict[tuple[str, str], str]] = {}
    now: dict[tuple[str, str], str] = {}
    for section in package.body.iter(W + "sectPr"):
        now = dict(now)
        for reference in section:
            kind = {W + "headerReference": "header", W + "footerReference": "footer"}.get(reference.tag)
            relation = package.relation(package.main, reference.get(R + "id", "")) if kind else None
            if kind and relation is not None and relation.target in package:
                now[kind, reference.get(W + "type", "default")] = relation.target
        out[section] = now
    return out


def _plain(element: _Element) -> str:
    texts = [t.text or "" for t in element.iter(W + "t", W + "delText")]
    if element.tag in (W + "tr", W + "tbl"):
        return " | ".join("".join(t.text or "" for t in cell.iter(W + "t")) for cell in element.iter(W + "tc"))
    return "".join(texts)


def _shown(text: str) -> str:
    """Return a text for people: an end of a paragraph as ¶, things that are no letters left out."""
    return re.sub("[\U000f0001-\U0010ffff]", "", text.strip(PARAGRAPH).replace(PARAGRAPH, " ¶ "))
