"""Comments of the old file, carried into the redline beside those of the new one.

The redline holds every letter of the old file, in order: as it is, or as a deletion. So a comment's place is counted
in letters and paragraph ends of the old file and found again in the redline (ECMA-376 Part 1, 17.13.4)::

    <w:commentRangeStart w:id="3"/><w:r>…</w:r><w:commentRangeEnd w:id="3"/>
    <w:r><w:commentReference w:id="3"/></w:r>

Replies name their comment, and comments that were resolved say so, in ``commentsExtended`` by the ``w14:paraId`` of a
comment's last paragraph; who wrote them stands in ``people`` ([MS-DOCX] 2.5.4). A comment that both files hold stays
as the new one has it.
"""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from generator.comparison.changes import plain_of
from generator.comparison.paragraphs import BOX, set_text
from generator.comparison.word_package import MC, W, WordPackage
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

    from generator.comparison.borrowed import Lender
    from generator.comparison.marking import Marker

__all__ = ["Carried", "carry_comments"]

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_MICROSOFT = "http://schemas.microsoft.com/office/2011/relationships/"
_CAME = (W + "ins", W + "moveTo")
_MARKS = (*_CAME, W + "del", W + "moveFrom")
_PLACES = {W + name for name in ("commentRangeStart", "commentRangeEnd", "commentReference")}
_FIRST = 0x10000000


class Carried(NamedTuple):
    """How many comments were carried over, and how many could not be."""

    done: int = 0
    left: int = 0


@dataclass(slots=True)
class _Stretch:
    """A piece of text, or the end of a paragraph (``node`` is None), as the old file counts."""

    start: int
    length: int
    paragraph: _Element
    node: _Element | None


def carry_comments(old: WordPackage, new: WordPackage, lender: Lender, marker: Marker) -> Carried:
    """Put the comments of ``old`` that ``new`` lacks into ``new``, which is a redline by now."""
    part = old.related(old.main, "comments")
    if part is None:
        return Carried()
    same, missing = _sorted_out(old, new, part)
    if not missing:
        return Carried()
    before, after = list(_stretches(old.body, rejected=False)), list(_stretches(new.body, rejected=True))
    if _letters(before) != _letters(after):
        return Carried(0, len(missing))
    places = _places(old.body, before)
    found = [comment for comment in missing if comment.get(W + "id", "") in places]
    if found:
        _Carrier(old, new, lender, marker, part).run(found, same, places, after)
    return Carried(len(found), len(missing) - len(found))


def _said(comment: _Element) -> tuple[str, str, str]:
    return comment.get(W + "author", ""), comment.get(W + "date", ""), plain_of(comment)


def _sorted_out(
    old: WordPackage, new: WordPackage, part: str
) -> tuple[list[tuple[_Element, _Element]], list[_Element]]:
    """Return the comments that both files hold, in pairs, and those that the old one alone holds."""
    part_new = new.related(new.main, "comments")
    there: dict[tuple[str, str, str], list[_Element]] = {}
    for comment in [] if part_new is None else new.tree(part_new).iter(W + "comment"):
        there.setdefault(_said(comment), []).append(comment)
    same: list[tuple[_Element, _Element]] = []
    missing: list[_Element] = []
    for comment in old.tree(part).iter(W + "comment"):
        if there.get(_said(comment)):
            same.append((comment, there[_said(comment)].pop(0)))
        else:
            missing.append(comment)
    return same, missing


# ---------------------------------------------------------------- places


def _stretches(body: _Element, *, rejected: bool) -> Iterator[_Stretch]:
    """Yield the letters and paragraph ends of a text, of a redline those that rejecting leaves."""
    at = 0

    def inline(parent: _Element, paragraph: _Element) -> Iterator[_Stretch]:
        nonlocal at
        for child in parent:
            if child.tag in (W + "t", W + "delText"):
                if child.text:
                    yield _Stretch(at, len(child.text), paragraph, child)
                    at += len(child.text)
            elif child.tag not in (BOX, W + "pPr", W + "rPr", MC + "Fallback") and not (
                rejected and child.tag in _CAME
            ):
                yield from inline(child, paragraph)

    def blocks(parent: _Element) -> Iterator[_Stretch]:
        nonlocal at
        for child in parent:
            if child.tag == W + "p":
                yield from inline(child, child)
                mark = child.find(f"{W}pPr/{W}rPr")
                if not rejected or mark is None or all(mark.find(tag) is None for tag in _CAME):
                    yield _Stretch(at, 1, child, None)
                    at += 1
            elif not (rejected and _came(child)):
                yield from blocks(child)

    yield from blocks(body)


def _came(block: _Element) -> bool:
    """Whether a row or cell came in as a whole."""
    mark = {W + "tr": f"{W}trPr/{W}ins", W + "tc": f"{W}tcPr/{W}cellIns"}.get(block.tag)
    return mark is not None and block.find(mark) is not None


def _letters(stretches: list[_Stretch]) -> str:
    return "".join("\n" if s.node is None else s.node.text or "" for s in stretches)


def _places(body: _Element, stretches: list[_Stretch]) -> dict[str, tuple[int, int]]:
    """Return where each comment of the old file begins and ends; one without a range where its sign stands."""
    texts = {s.node: s.start for s in stretches if s.node is not None}
    paragraphs: dict[_Element, int] = {}
    for stretch in stretches:
        paragraphs.setdefault(stretch.paragraph, stretch.start)
    at = 0
    found: dict[str, dict[str, int]] = {}
    for element in body.iter():
        if element in texts:
            at = texts[element] + len(element.text or "")
        elif element in paragraphs:
            at = paragraphs[element]
        elif element.tag in _PLACES:
            found.setdefault(element.get(W + "id", ""), {})[str(element.tag)] = at
    out: dict[str, tuple[int, int]] = {}
    for id, places in found.items():
        sign = places.get(W + "commentReference", places.get(W + "commentRangeEnd", 0))
        start = places.get(W + "commentRangeStart", sign)
        out[id] = (start, max(start, places.get(W + "commentRangeEnd", sign)))
    return out


# ---------------------------------------------------------------- carrying


class _Carrier:
    def __init__(self, old: WordPackage, new: WordPackage, lender: Lender, marker: Marker, part: str) -> None:
        self.old, self.new, self.lender, self.marker, self.part_old = old, new, lender, marker, part
        self.part = new.related(new.main, "comments") or self._begun("comments", _COMMENTS, f"<w:comments {_ns('w')}/>")
        used = {
            e.get(_W14 + "paraId") for name in (*new.story_parts(), self.part) for e in new.tree(name).iter(W + "p")
        }
        self._used = {id.upper() for id in used if id}
        self._next = _FIRST

    def run(
        self,
        comments: list[_Element],
        same: list[tuple[_Element, _Element]],
        places: dict[str, tuple[int, int]],
        stretches: list[_Stretch],
    ) -> None:
        new_ids: dict[str, str] = {}
        paragraphs = {_para_id(a): _para_id(b) for a, b in same if _para_id(a) and _para_id(b)}
        root = self.new.tree(self.part)
        for comment in comments:
            lent = copy.deepcopy(comment)
            known = _para_id(comment)
            self.lender.clean(lent, self.part_old, self.part)
            new_ids[comment.get(W + "id", "")] = id = self.marker.id()
            lent.set(W + "id", id)
            if known and (last := lent.findall(W + "p")):
                paragraphs[known] = self._para_id()
                last[-1].set(_W14 + "paraId", paragraphs[known])
            root.append(lent)
        self.new.touch(self.part)
        self._extend({_para_id(c) for c in comments}, paragraphs)
        self._introduce({c.get(W + "author", "") for c in comments})
        anchors = [(places[id], fresh) for id, fresh in new_ids.items()]
        self._anchor(anchors, stretches)

    def _begun(self, name: str, kind: str, content: str) -> str:
        part = self.new.add_part(f"word/{name}.xml", content.encode(), f"{_TYPE}{name}+xml")
        self.new.add_relation(self.new.main, kind, part)
        return part

    def _para_id(self) -> str:
        while f"{self._next:08X}" in self._used:
            self._next += 1
        self._next += 1
        return f"{self._next - 1:08X}"

    def _extend(self, carried: set[str], paragraphs: dict[str, str]) -> None:
        """Carry over which comment a reply answers, and which are resolved."""
        part_old = self.old.related(self.old.main, "commentsExtended")
        entries = [] if part_old is None else list(self.old.tree(part_old).iter(_W15 + "commentEx"))
        entries = [e for e in entries if e.get(_W15 + "paraId", "") in carried and e.get(_W15 + "paraId") in paragraphs]
        if not entries:
            return
        part = self.new.related(self.new.main, "commentsExtended") or self._begun(
            "commentsExtended", _MICROSOFT + "commentsExtended", f"<w15:commentsEx {_ns('w15')}/>"
        )
        root = self.new.tree(part)
        for entry in entries:
            lent = root.makeelement(_W15 + "commentEx", {_W15 + "paraId": paragraphs[entry.get(_W15 + "paraId", "")]})
            parent = paragraphs.get(entry.get(_W15 + "paraIdParent", ""))
            if parent:
                lent.set(_W15 + "paraIdParent", parent)
            lent.set(_W15 + "done", entry.get(_W15 + "done", "0"))
            root.append(lent)
        self.new.touch(part)

    def _introduce(self, authors: set[str]) -> None:
        """Carry over who the authors of the comments are."""
        part_old = self.old.related(self.old.main, "people")
        part = self.new.related(self.new.main, "people")
        there = {p.get(_W15 + "author") for p in ([] if part is None else self.new.tree(part))}
        people = [
            p
            for p in ([] if part_old is None else self.old.tree(part_old))
            if p.get(_W15 + "author") in authors - there
        ]
        if people:
            part = part or self._begun("people", _MICROSOFT + "people", f"<w15:people {_ns('w15')}/>")
            self.new.tree(part).extend(copy.deepcopy(p) for p in people)
            self.new.touch(part)

    # -------- anchors

    def _anchor(self, anchors: list[tuple[tuple[int, int], str]], stretches: list[_Stretch]) -> None:
        """Put the anchors in, the last first, so that what stands before keeps its place."""
        ends: dict[str, _Element] = {}
        jobs = [(end, 1, id) for (_, end), id in anchors] + [(start, 0, id) for (start, _), id in anchors]
        points = {id for (start, end), id in anchors if start == end}
        for at, is_end, id in sorted(jobs, key=lambda job: (-job[0], job[1], int(job[2]))):
            after = bool(is_end) and id not in points
            n = _standing(stretches, at - 1 if after else at)
            if after and stretches[n].node is None:
                # It ends where a paragraph begins.
                after, n = False, _standing(stretches, at)
            here = self._parted(stretches, n, at, after=after)
            if is_end:
                ends[id] = self._put_end(stretches[n], here, id, after=after)
            else:
                self._put_start(stretches[n], here, id, ends.get(id))

    @staticmethod
    def _parted(stretches: list[_Stretch], n: int, at: int, *, after: bool) -> _Element | None:
        """Return the run that ends (``after``) or begins at a place; a run that goes over it is parted."""
        stretch = stretches[n]
        node = stretch.node
        run = None if node is None else node.getparent()
        parent = None if run is None else run.getparent()
        if node is None or run is None or parent is None or run.tag != W + "r":
            return None
        k, text = at - stretch.start, node.text or ""
        following = list(node.itersiblings())
        before = [c for c in node.itersiblings(preceding=True) if c.tag != W + "rPr"]
        if (k <= 0 and not before) or (k >= len(text) and not following):
            return run
        rest = run.makeelement(W + "r")
        properties = run.find(W + "rPr")
        if properties is not None:
            rest.append(copy.deepcopy(properties))
        if k <= 0:
            rest.extend([node, *following])
        elif k >= len(text):
            rest.extend(following)
        else:
            tail = run.makeelement(node.tag)
            rest.extend([tail, *following])
            set_text(node, text[:k])
            set_text(tail, text[k:])
            stretch.length = k
            stretches.insert(n + 1, _Stretch(at, len(text) - k, stretch.paragraph, tail))
        parent.insert(parent.index(run) + 1, rest)
        return run if after else rest

    def _put_end(self, stretch: _Stretch, run: _Element | None, id: str, *, after: bool) -> _Element:
        like = stretch.paragraph
        end = like.makeelement(W + "commentRangeEnd", {W + "id": id})
        sign = like.makeelement(W + "r")
        sign.append(like.makeelement(W + "commentReference", {W + "id": id}))
        if run is None:
            self._at_edge(stretch, end)
        elif after:
            run.addnext(end)
        else:
            run.addprevious(end)
        end.addnext(sign)
        return end

    def _put_start(self, stretch: _Stretch, run: _Element | None, id: str, end: _Element | None) -> None:
        start = stretch.paragraph.makeelement(W + "commentRangeStart", {W + "id": id})
        if run is None:
            self._at_edge(stretch, start)
        else:
            run.addprevious(start)
        if end is None:
            return
        # Beginning and end stand in the same deletion, or neither stands in one.
        one, other = start.getparent(), end.getparent()
        if one is other:
            return
        if one is not None and one.tag in _MARKS:
            one.addprevious(start)
        if other is not None and other.tag in _MARKS:
            sign = end.getnext()
            other.addnext(end)
            if sign is not None:
                end.addnext(sign)

    @staticmethod
    def _at_edge(stretch: _Stretch, element: _Element) -> None:
        """Put an anchor at the end of a paragraph that has no text there."""
        stretch.paragraph.append(element)


def _standing(stretches: list[_Stretch], at: int) -> int:
    return max(0, bisect_right(stretches, at, key=lambda s: s.start) - 1)


def _para_id(comment: _Element) -> str:
    last = comment.findall(W + "p")
    return last[-1].get(_W14 + "paraId", "") if last else ""


def _ns(prefix: str) -> str:
    return f'xmlns:{prefix}="{(W if prefix == "w" else _W15)[1:-1]}"'
