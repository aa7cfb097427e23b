"""A copy of the returned file for the reviewer: our remarks in the margin, the untracked changes tracked as ours.

The other side's tracked changes, names and remarks stay as they are. What differs from what we sent without being
tracked is marked under a name of our own, so that every difference can be accepted or rejected in one place: accepting
ours gives exactly what came back, rejecting ours and theirs what we sent. Both are checked on the finished file; where
either fails, the copy holds our remarks alone.

A deletion is a run of ours (``w:del``) with the words that were sent; what came in is wrapped where it stands
(``w:ins``). A paragraph that stands elsewhere now is a move of ours (``w:moveFrom``, ``w:moveTo``), unless the other
side tracked changes in it. Where the other side deleted, with tracking, words that they had brought in without it,
ours goes around theirs, as Word writes it (ECMA-376 Part 1, 17.13.5)::

    <w:ins w:author="Agreements"><w:del w:author="T. Grant"><w:r><w:delText>…</w:delText></w:r></w:del></w:ins>
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from generator.comparison import stories
from generator.comparison.marking import Marker, deleted_text, finish
from generator.comparison.revisions import accept_all
from generator.comparison.word_package import W, WordPackage, attributes, cells_of, rows_of, whole_number
from generator.comparison.word_reading import read_word
from generator.frozen import dataclass
from generator.returned.findings import Part, Stretch, find_changes, stretches_of, without_pages
from generator.returned.matching import AnyStep, Step, TableStep, matched, normal, without_numbers
from generator.returned.paragraphs import Block, Para, Piece, RawPara, flat, raw_paras, view
from generator.returned.reading import Returned, read_returned, remark_mark

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Copy", "Remark", "commented_copy"]

_MARKS = {W + t for t in ("ins", "del", "moveFrom", "moveTo")}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark of ours: ``key`` is the part it is about, ``near`` the first paragraph of foreign text."""

    lines: tuple[str, ...]
    key: str = ""
    near: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy. ``author`` is the name on what is ours; ``marked`` how many changes of ours it holds.

    ``why`` says why it holds remarks alone ("" if it does not).
    """

    data: bytes
    author: str
    marked: int
    why: str = ""


class _CannotMark(Exception):
    """Something that cannot be marked without touching what is not ours."""


def commented_copy(
    sent: Returned, data: bytes, file: str, parts: Sequence[Part], remarks: Sequence[Remark], *, author: str,
    date: dt.datetime, restore: bool = False,
) -> Copy:  # fmt: skip
    """Return the copy of ``data`` with ``remarks``; ``sent`` is what we sent, ``parts`` its parts.

    ``author`` stands on what is ours; where somebody of that name is in the file already, it is told apart. With
    ``restore``, our tracked changes put our words back instead of showing theirs.
    """

    def copied(*, marked: bool = True, margins: bool = True) -> Copy:
        return _copied(sent, data, file, parts, remarks, author, date, marked=marked, margins=margins, restore=restore)

    why = ""
    for margins in (True, False):  # headers and footers that cannot be marked do not keep the text from it
        try:
            return copied(margins=margins)
        except _CannotMark as error:
            why = str(error)
    plain = copied(marked=False)
    return Copy(plain.data, plain.author, 0, why)


def _copied(
    sent: Returned, data: bytes, file: str, parts: Sequence[Part], remarks: Sequence[Remark], author: str,
    date: dt.datetime, *, marked: bool, margins: bool, restore: bool,
) -> Copy:  # fmt: skip
    fresh = read_returned(data, file).value
    if fresh is None:
        raise ValueError("a file that was read before")
    author = _own_name(author, fresh)
    package = fresh.package
    findings = find_changes(sent, fresh, parts)
    # A remark stands at the first words below the heading.
    anchors = {f.part.key: f.pages[min(1, len(f.pages) - 1)].raws[0] for f in findings.parts if f.pages}
    theirs = list(_revisions(fresh))
    marker = Marker(author, date, _first_id(package))
    if marked:
        work = _Work(sent, fresh, marker, restore)
        work.moved(findings.silent.moves, findings.silent.steps)
        work.container(findings.silent.steps, package.body)
        _settle_fields(package.body, marker, author)
        _settle_controls(package.body, author)
        finish(package.tree(package.main))
        package.touch(package.main)
        for part, steps in _changed_margins(sent, fresh) if margins else ():
            work.container(steps, package.tree(part))
            finish(package.tree(part))
            package.touch(part)
    count = marker.count
    foreign = {f.paras[0].text.strip(): f.paras[0].raws[0] for f in findings.foreign}
    _remark(package, remarks, anchors, foreign, parts, author, date)
    made = package.to_bytes()
    if marked:
        wrong = _wrong(made, data, file, sent, fresh, author, theirs, restore, margins=margins)
        if wrong:
            raise _CannotMark(wrong)
    return Copy(made, author, count)


def _own_name(author: str, returned: Returned) -> str:
    names = {h.author for raw in raw_paras(returned.raw) for p in raw.pieces for h in (p.came, p.went) if h}
    names |= {h.author for raw in raw_paras(returned.raw) for h in (raw.came, raw.went) if h}
    names |= {c.author for c in returned.comments}
    own, n = author, 1
    while own in names:
        n += 1
        own = f"{author} (review{'' if n == 2 else f' {n - 1}'})"
    return own


def _revisions(returned: Returned, ours: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Yield what the other side tracked: kind, author, date, words; neighbours of one kind as one."""
    last: tuple[str, str, str] | None = None
    text = ""
    for raw in raw_paras(returned.raw):
        for piece in raw.pieces:
            for kind, hand in (("in", piece.came), ("out", piece.went)):
                if hand is None or hand.author == ours:
                    continue
                key = (kind, hand.author, hand.date)
                if key != last and last is not None:
                    yield (*last, text)
                    text = ""
                last, text = key, text + piece.text
        for kind, mark in (("mark in", raw.came), ("mark out", raw.went)):
            if mark is not None and mark.author != ours:
                yield kind, mark.author, mark.date, ""
    if last is not None:
        yield (*last, text)


def _first_id(package: WordPackage) -> int:
    """Return the first id that is free for changes of ours: those that the other side tracked have some too."""
    highest = 0
    for part in package.story_parts():
        for element in package.tree(part).iter():
            given = whole_number(element.get(W + "id"))
            if given is not None and given < 0x3FFFFFFF:
                highest = max(highest, given)
    return highest + 1


# ---------------------------------------------------------------- marking


class _Move:
    """One paragraph that stands elsewhere now; ``begins`` and ``ends`` where it is the first, or last, of its range."""

    def __init__(self, name: str, stretches: Sequence[Stretch]) -> None:
        self.name, self.stretches = name, stretches
        self.begins = self.ends = True


class _Work:
    """Marks what differs between what we sent and the return with every tracked change rejected."""

    def __init__(self, sent: Returned, fresh: Returned, marker: Marker, restore: bool) -> None:
        self.sent, self.fresh, self.marker = sent, fresh, marker
        # What we sent and is gone, and what came in, are marked so; or the other way round, to put ours back.
        self.gone, self.came = ("ins", "del") if restore else ("del", "ins")
        self.left, self.arrived = ("moveTo", "moveFrom") if restore else ("moveFrom", "moveTo")
        self.moves: dict[int, _Move] = {}  # by our paragraph, and by theirs

    def moved(self, moves: Sequence[tuple[Para, Para]], steps: Sequence[AnyStep]) -> None:
        """Take note of the paragraphs that moved; those that stood and stand together are one move.

        A paragraph in which the other side tracked changes is none: a change inside a move is lost by some programs.
        """
        place = {id(p): n for n, step in enumerate(steps) if isinstance(step, Step) for p in step if p is not None}
        before: tuple[int, int, _Move] | None = None
        for old, new in moves:
            from_, to = place.get(id(old)), place.get(id(new))
            if from_ is None or to is None or len(new.raws) > 1 or _has_tracks(new.last) or old.contents:
                continue
            move = _Move(f"review{len(self.moves) // 2 + 1}", stretches_of(old, new)[0])
            if before is not None and (before[0] + 1, before[1] + 1) == (from_, to):
                before[2].ends = move.begins = False
                move.name = before[2].name
            self.moves[id(old)] = self.moves[id(new)] = move
            before = (from_, to, move)

    def container(self, steps: Sequence[AnyStep], holder: _Element) -> None:
        """Mark the steps of one container (the body, a cell), in order."""
        last: _Element | None = None

        def put(element: _Element) -> None:
            nonlocal last
            if last is not None:
                last.addnext(element)
            else:
                first = next((c for c in holder if c.tag not in (W + "tcPr", W + "bookmarkStart")), None)
                if first is None:
                    holder.append(element)
                else:
                    first.addprevious(element)
            last = element

        for step in steps:
            if isinstance(step, TableStep):
                if step.new is None and step.old is not None:
                    table = self._borrowed(step.old.raw.element)
                    put(table)
                    self.marker.table(table, self.gone, note=_nothing)
                    last = table
                elif step.new is not None:
                    if step.old is None:
                        self._untracked(step.new.raw.element)
                        self.marker.table(step.new.raw.element, self.came, note=_nothing)
                    else:
                        self._table(step)
                    last = step.new.raw.element
                continue
            if (step.old is not None and step.old.contents) or (step.new is not None and step.new.contents):
                last = step.new.last.element if step.new is not None else last
                continue
            if step.new is None and step.old is not None:
                put(self._paragraph(step.old))
                last = self._in_range(last, step.old, self.left)
            elif step.old is None and step.new is not None:
                self._brought(step.new)
                last = self._in_range(step.new.last.element, step.new, self.arrived)
            elif step.old is not None and step.new is not None:
                self._changed(step.old, step.new)
                last = step.new.last.element

    def _table(self, step: TableStep) -> None:
        if step.new is None:
            return
        table = step.new.raw.element
        last: _Element | None = None
        for row in step.rows:
            if row.new is None and row.old is not None:
                copied = self._borrowed(row.old.raw.element)
                if last is not None:
                    last.addnext(copied)
                else:
                    rows_of(table)[0].addprevious(copied)
                self.marker.row(copied, self.gone, note=_nothing)
                last = copied
            elif row.old is None and row.new is not None:
                self._untracked(row.new.raw.element)
                self.marker.row(row.new.raw.element, self.came, note=_nothing)
                last = row.new.raw.element
            elif row.new is not None:
                holders = cells_of(row.new.raw.element)
                for n, steps in enumerate(row.cells):
                    if n >= len(holders):
                        raise _CannotMark("a table lost a column")
                    self.container(steps, holders[n])
                last = row.new.raw.element

    @staticmethod
    def _untracked(element: _Element) -> None:
        if next(element.iter(*_MARKS), None) is not None:
            raise _CannotMark("a table came in without tracking and was then changed with it")

    # -------- paragraphs

    def _changed(self, old: Para, new: Para) -> None:
        stretches, _ = stretches_of(old, new)
        if not stretches:
            return
        spot = _Spot(list(new.pieces), self.marker)
        for h in reversed(stretches):
            start, end = spot.whole(h.b0, h.b1)
            first = spot.boundary(start) if start < end or start < spot.length else len(spot.pieces)
            after = spot.boundary(end) if end < spot.length else len(spot.pieces)
            words = old.text[h.a0 : h.a1]
            if start < end:
                for n in range(first, after):
                    spot.wrap(n, self.came)
            if words:
                spot.put(first, _run(new.last.element, words, spot.look(first), self.gone), self.gone)

    def _in_range(self, element: _Element | None, para: Para, name: str) -> _Element | None:
        """Begin and end the range of a move at a paragraph; return the last element that belongs to it."""
        move = self.moves.get(id(para))
        if move is None or element is None:
            return element
        if move.begins:
            self.marker.range_start(element, name, move.name)
        return self.marker.range_end(element, name, move.name) if move.ends else element

    def _brought(self, new: Para) -> None:
        move = self.moves.get(id(new))
        spot = _Spot(list(new.pieces), self.marker)
        for place in [p for h in move.stretches for p in (h.b0, h.b1)] if move is not None else []:
            if place < spot.length:
                spot.boundary(place)
        for n in range(len(spot.pieces)):
            spot.boundary_at(n)
        at = 0
        for n in range(len(spot.pieces)):
            same = move is not None and not any(h.b0 <= at < h.b1 for h in move.stretches)
            at += len(spot.pieces[n].text)
            spot.wrap(n, self.arrived if same else self.came)
        self.marker.paragraph_mark(new.last.element, self.came if move is None else self.arrived)

    def _paragraph(self, old: Para) -> _Element:
        like = self.fresh.package.body
        paragraph = like.makeelement(W + "p")
        properties = self._properties(old.raws[0].element, like)
        if properties is not None:
            paragraph.append(properties)
        move = self.moves.get(id(old))
        self.marker.paragraph_mark(paragraph, self.gone if move is None else self.left)
        at = 0
        stretches = [(0, len(old.text), self.gone)] if move is None else []
        for h in move.stretches if move is not None else ():
            stretches += [(at, h.a0, self.left), (h.a0, h.a1, self.gone)]
            at = h.a1
        if move is not None:
            stretches.append((at, len(old.text), self.left))
        for start, end, name in stretches:
            if start < end:
                mark = self.marker.mark(paragraph, name)
                mark.append(_run(paragraph, old.text[start:end], None, name))
                paragraph.append(mark)
        return paragraph

    def _properties(self, paragraph: _Element, like: _Element) -> _Element | None:
        """Return the style of a paragraph of ours as the returned file calls it."""
        name = self.sent.styles.name(next((s.get(W + "val", "") for s in paragraph.iter(W + "pStyle")), ""))
        id = self.fresh.styles.ids.get(name, "")
        if not id:
            return None
        properties = like.makeelement(W + "pPr")
        style = like.makeelement(W + "pStyle")
        style.set(W + "val", id)
        properties.append(style)
        return properties

    def _borrowed(self, element: _Element) -> _Element:
        """Return a copy of a table or row of ours that names nothing the returned file does not have."""
        copied = copy.deepcopy(element)
        for paragraph in list(copied.iter(W + "p")):
            text = "".join(t.text or "" if t.tag == W + "t" else "\n" for t in paragraph.iter(W + "t", W + "br"))
            properties = self._properties(paragraph, copied)
            for child in list(paragraph):
                paragraph.remove(child)
            if properties is not None:
                paragraph.append(properties)
            if text:
                paragraph.append(_run(paragraph, text, None, "ins"))
        for style in list(copied.iter(W + "tblStyle")):
            id = self.fresh.styles.ids.get(self.sent.styles.name(style.get(W + "val", "")), "")
            parent = style.getparent()
            if id:
                style.set(W + "val", id)
            elif parent is not None:
                parent.remove(style)
        for control in list(copied.iter(W + "sdt")):
            parent, content = control.getparent(), control.find(W + "sdtContent")
            if parent is not None and content is not None:
                at = parent.index(control)
                parent[at : at + 1] = list(content)
        return copied


def _settle_fields(body: _Element, marker: Marker, author: str) -> None:
    """Mark the signs of a field whose whole result is marked as ours: left behind, they would print it again."""

    def ours(run: _Element) -> str:
        tags = [a.tag for a in run.iterancestors(*_MARKS) if a.get(W + "author") == author]
        return tags[0].rpartition("}")[2] if tags else ""

    open_: list[tuple[list[_Element], list[_Element]]] = []  # the signs of a field, and its result
    for run in list(body.iter(W + "r")):
        sign = run.find(W + "fldChar")
        kind = sign.get(W + "fldCharType") if sign is not None else None
        if kind == "begin":
            open_.append(([run], []))
        elif open_ and (kind or run.find(W + "instrText") is not None):
            open_[-1][0].append(run)
        elif open_:
            open_[-1][1].append(run)
        if kind == "end" and open_:
            signs, result = open_.pop()
            names = {ours(r) for r in result}
            if len(names) == 1 and names != {""}:
                for bare in [s for s in signs if next(s.iterancestors(*_MARKS), None) is None]:
                    marker.wrap(bare, next(iter(names)))


def _settle_controls(body: _Element, author: str) -> None:
    """Take off the content controls whose whole content is marked as ours.

    Where the marks are undone such a control is left empty, and Word prints “Click or tap here to enter text” there;
    LibreOffice loses the mark of its first paragraph. The bookmark of a clause stays.
    """
    for control in list(body.iter(W + "sdt")):
        content, parent = control.find(W + "sdtContent"), control.getparent()
        if content is None or parent is None:
            continue
        runs = list(content.iter(W + "r"))
        marked = all(any(a.tag in _MARKS and a.get(W + "author") == author for a in r.iterancestors()) for r in runs)
        ends = [p.find(f"{W}pPr/{W}rPr") for p in content.iter(W + "p")]
        ends += [row.find(W + "trPr") for row in content.iter(W + "tr")]
        if (
            runs
            and marked
            and all(e is not None and any(c.tag in _MARKS and c.get(W + "author") == author for c in e) for e in ends)
        ):
            at = parent.index(control)
            parent[at : at + 1] = list(content)


def _has_tracks(raw: RawPara) -> bool:
    return next(raw.element.iter(*_MARKS), None) is not None


def _nothing(_: _Element) -> None:
    return


# ---------------------------------------------------------------- headers and footers


def _said(blocks: Sequence[Block]) -> str:
    return without_pages("\n".join(p.text for p in flat(list(blocks))))


def _changed_margins(sent: Returned, fresh: Returned) -> Iterator[tuple[str, tuple[AnyStep, ...]]]:
    """Yield each header and footer that was changed without tracking: its part, and how it goes with ours.

    Which of ours it was is told by the words, because programs number these parts as they like.
    """
    from rapidfuzz import fuzz

    ours = [(kind, view(raw, accepted=True)) for kind, _, raw in sent.margins()]
    theirs = [(kind, part, view(raw, accepted=False)) for kind, part, raw in fresh.margins()]
    for kind, part, now in theirs:
        mine = [blocks for k, blocks in ours if k == kind and blocks]
        if not now or not mine or any(_said(b) == _said(now) for b in mine):
            continue
        there = {_said(b) for k, _, b in theirs if k == kind}
        lost = [b for b in mine if _said(b) not in there] or mine
        old = max(lost, key=lambda b: fuzz.ratio(_said(b), _said(now)))
        yield part, matched(old, now).steps


def _wrong_margins(copied: Returned, original: Returned, sent: Returned, author: str, restore: bool) -> str:
    """Return what is wrong with the headers and footers of a copy, "" if nothing is."""
    back_to_theirs = not restore
    known = {_said(view(raw, accepted=True)) for _, _, raw in sent.margins()}
    for (_, _, mine), (_, _, theirs) in zip(copied.margins(), original.margins(), strict=True):
        for accepted in (False, True):
            now = view(mine, accepted=accepted, ours=author, ours_accepted=back_to_theirs)
            if _said(now) != _said(view(theirs, accepted=accepted)):
                return "a header or footer would not read as it came back"
        back = view(mine, accepted=False, ours=author, ours_accepted=not back_to_theirs)
        if back and known and _said(back) not in known:
            return "a header or footer would not read as it was sent"
    return ""


def _run(like: _Element, text: str, look: _Element | None, name: str) -> _Element:
    """Return a run of words that are deleted, or inserted."""
    run = like.makeelement(W + "r")
    if look is not None:
        kept = copy.deepcopy(look)
        for change in list(kept.iter(W + "rPrChange", W + "ins", W + "del")):
            if (parent := change.getparent()) is not None:
                parent.remove(change)
        run.append(kept)
    for piece in re.split(r"([\t\n])", text):
        if piece == "\t":
            run.append(like.makeelement(W + "tab"))
        elif piece == "\n":
            run.append(like.makeelement(W + "br"))
        elif piece:
            said = like.makeelement(W + ("delText" if name == "del" else "t"))
            said.text = piece
            said.set(_SPACE, "preserve")
            run.append(said)
    return run


class _Spot:
    """The stretches of one paragraph of a view, cut where a change begins or ends."""

    def __init__(self, pieces: list[Piece], marker: Marker) -> None:
        self.pieces, self.marker = pieces, marker
        self.length = sum(len(p.text) for p in pieces)

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """Widen a stretch to what cannot be cut: a note, a box, a formula."""
        at = 0
        for piece in self.pieces:
            stop = at + len(piece.text)
            if piece.node.tag not in (W + "t", W + "delText") and len(piece.text) > 1:
                if at < start < stop:
                    start = at
                if at < end < stop:
                    end = stop
            at = stop
        return start, end

    def boundary(self, place: int) -> int:
        """See that a stretch begins at ``place``, in a run of its own, and return its number."""
        at = 0
        for n, piece in enumerate(self.pieces):
            if at == place:
                self.boundary_at(n)
                return n
            if at < place < at + len(piece.text):
                if piece.node.tag not in (W + "t", W + "delText"):
                    raise _CannotMark("a change begins inside something that is no text")
                self._cut(n, place - at)
                self.boundary_at(n + 1)
                return n + 1
            at += len(piece.text)
        return len(self.pieces)

    def _cut(self, n: int, at: int) -> None:
        piece = self.pieces[n]
        first = piece.node
        second = copy.copy(first)
        first.text, second.text = piece.text[:at], piece.text[at:]
        for node in (first, second):
            node.set(_SPACE, "preserve")
        first.addnext(second)
        self.pieces[n : n + 1] = [
            piece._replace(text=piece.text[:at]), piece._replace(text=piece.text[at:], node=second)
        ]  # fmt: skip

    def boundary_at(self, n: int) -> None:
        """See that the run of a stretch begins with it and holds nothing else of the paragraph's text."""
        run = self.pieces[n].run
        if run.tag != W + "r":
            return
        node = self.pieces[n].node
        content = [c for c in run if c.tag != W + "rPr"]
        if content and content[0] is not node:
            self._part(run, content[: content.index(node)])
        rest = [c for c in run if c.tag != W + "rPr"]
        if len(rest) > 1:
            self._part(run, [node])

    def _part(self, run: _Element, content: Sequence[_Element]) -> None:
        """Move ``content``, the first things of a run, into a run of its own before it."""
        shell = run.makeelement(W + "r", attributes(run))
        look = run.find(W + "rPr")
        if look is not None:
            shell.append(copy.deepcopy(look))
        shell.extend(content)
        run.addprevious(shell)
        for n, piece in enumerate(self.pieces):
            if any(piece.node is c for c in content):
                self.pieces[n] = piece._replace(run=shell)

    def look(self, n: int) -> _Element | None:
        """The look of the words around a place."""
        near = self.pieces[min(n, len(self.pieces) - 1)] if self.pieces else None
        return near.run.find(W + "rPr") if near is not None and near.run.tag == W + "r" else None

    def wrap(self, n: int, name: str) -> None:
        """Mark a stretch as come in, or as to go again."""
        run = self.pieces[n].run
        self.boundary_at(n)
        run = self.pieces[n].run
        parent = run.getparent()
        if parent is None:
            return
        if parent.tag in _MARKS and name == "del":
            return  # they took it out again themselves
        if name == "del":
            deleted_text(run)
        if parent.tag in _MARKS:
            if parent.tag == W + "moveFrom":
                raise _CannotMark("words that came in without tracking were then moved with it")
            self._apart(run, parent)
            run = parent
            parent = run.getparent()
            if parent is None or parent.tag in _MARKS:
                raise _CannotMark("changes inside changes")
        mark = self.marker.mark(run, name)
        run.addprevious(mark)
        mark.append(run)

    def _apart(self, run: _Element, mark: _Element) -> None:
        """See that a change of the other side holds this run alone: cut it in up to three, all as they were."""
        children = list(mark)
        at = children.index(run)
        for some, add in ((children[:at], mark.addprevious), (children[at + 1 :], mark.addnext)):
            if some:
                other = mark.makeelement(mark.tag, attributes(mark))
                other.set(W + "id", self.marker.id())
                other.extend(some)
                add(other)

    def put(self, n: int, run: _Element, name: str) -> None:
        """Put words before the stretch ``n``, or behind the last one."""
        mark = self.marker.mark(run, name)
        mark.append(run)
        if n < len(self.pieces):
            here = self.pieces[n].run
            add: Callable[[_Element], None] = here.addprevious
        else:
            here = self.pieces[-1].run
            add = here.addnext
        parent = here.getparent()
        if parent is not None and parent.tag in _MARKS:
            if len(parent) > 1:
                self._apart(here, parent)
            outer = parent.getparent()
            holder = outer if outer is not None and outer.tag in _MARKS else parent
            add = holder.addprevious if n < len(self.pieces) else holder.addnext
        add(mark)


# ---------------------------------------------------------------- remarks


def _remark(
    package: WordPackage, remarks: Sequence[Remark], anchors: dict[str, RawPara], foreign: dict[str, RawPara],
    parts: Sequence[Part], author: str, date: dt.datetime,
) -> None:  # fmt: skip
    part = package.related(package.main, "comments")
    if part is None:
        empty = f'<w:comments xmlns:w="{W[1:-1]}"/>'.encode()
        part = package.add_part("word/comments.xml", empty, _COMMENTS_TYPE)
        package.add_relation(package.main, f"{_REL}/comments", part)
    root = package.tree(part)
    ids = [i for c in root if (i := whole_number(c.get(W + "id"))) is not None]
    ids += [i for c in package.body.iter(W + "commentRangeStart", W + "commentReference")
            if (i := whole_number(c.get(W + "id"))) is not None]  # fmt: skip
    number = max(ids, default=-1)
    order = [p.key for p in parts]
    for remark in remarks:
        raw = foreign.get(remark.near) if remark.near else anchors.get(remark.key)
        if raw is None:
            raw = _beside(remark.key, order, anchors)
        if raw is None:
            continue
        number += 1
        _anchor(raw.element, number)
        root.append(_comment(root, number, remark.lines, author, date))
    package.touch(part)
    package.touch(package.main)


def _beside(key: str, order: Sequence[str], anchors: dict[str, RawPara]) -> RawPara | None:
    """Return where a part that is gone is told of: at the part before it, else at the first one there is."""
    at = order.index(key) if key in order else 0
    for n in (*range(at - 1, -1, -1), *range(at, len(order))):
        if order[n] in anchors:
            return anchors[order[n]]
    return None


def _anchor(paragraph: _Element, number: int) -> None:
    """Fasten a remark to a paragraph: to its words, or to its beginning where bookmarks stand.

    LibreOffice loses the words of a heading whose bookmarks and remarks overlap.
    """
    given = {W + "id": str(number)}
    run = paragraph.makeelement(W + "r")
    run.append(paragraph.makeelement(W + "commentReference", given))
    properties = paragraph.find(W + "pPr")
    at = 0 if properties is None else paragraph.index(properties) + 1
    if next(paragraph.iter(W + "bookmarkStart", W + "bookmarkEnd"), None) is not None:
        paragraph.insert(at, run)
        return
    paragraph.insert(at, paragraph.makeelement(W + "commentRangeStart", given))
    paragraph.append(paragraph.makeelement(W + "commentRangeEnd", given))
    paragraph.append(run)


def _comment(root: _Element, number: int, lines: Sequence[str], author: str, date: dt.datetime) -> _Element:
    initials = "".join(w[0] for w in author.split() if w[0].isalnum())[:2] or "A"
    initials += f"-{remark_mark(chr(10).join(lines))}"  # Word allows nine letters
    stamp = date.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    given = {W + "id": str(number), W + "author": author, W + "date": stamp, W + "initials": initials}
    comment = root.makeelement(W + "comment", given)
    for n, line in enumerate(lines):
        paragraph = comment.makeelement(W + "p")
        run = paragraph.makeelement(W + "r")
        if n == 0:
            look = run.makeelement(W + "rPr")
            look.append(run.makeelement(W + "b"))
            run.append(look)
        text = run.makeelement(W + "t")
        text.text = line
        text.set(_SPACE, "preserve")
        run.append(text)
        paragraph.append(run)
        comment.append(paragraph)
    return comment


# ---------------------------------------------------------------- is it what it claims to be


def _wrong(
    made: bytes, data: bytes, file: str, sent: Returned, fresh: Returned, author: str,
    theirs: Sequence[tuple[str, str, str, str]], restore: bool, *, margins: bool,
) -> str:  # fmt: skip
    """Return what is wrong with a copy, "" if nothing is; ``margins`` says whether headers and footers are marked."""
    copied, original = read_returned(made, file).value, read_returned(data, file).value
    if copied is None or original is None:
        return "the copy could not be read back"

    def said(returned: Returned, *, accepted: bool, ours: bool) -> list[str]:
        blocks = view(returned.raw, accepted=accepted, ours=author, ours_accepted=ours)
        return [p.text for p in flat(blocks)]

    back_to_theirs, back_to_ours = (False, True) if restore else (True, False)
    how, other = ("rejecting", "accepting") if restore else ("accepting", "rejecting")
    for accepted in (False, True):
        if said(copied, accepted=accepted, ours=back_to_theirs) != said(original, accepted=accepted, ours=True):
            return f"{how} our changes would not give the text that came back"
    back = [normal(t) for t in said(copied, accepted=False, ours=back_to_ours)]
    for para in fresh.paragraphs(accepted=False):
        # The table of contents follows the headings; it is no text of its own.
        if para.contents and normal(para.text) in back:
            back.remove(normal(para.text))
    if not _agree([normal(p.text) for p in sent.paragraphs(accepted=True) if not p.contents], back):
        return f"{other} ours would not give the text that we sent"
    if list(_revisions(copied, author)) != list(theirs):
        return "the other side’s changes would not stay as they are"
    wrong = "" if restore else _wrong_accepted(made, data, file)
    return wrong or (_wrong_margins(copied, original, sent, author, restore) if margins else "")


def _wrong_accepted(made: bytes, data: bytes, file: str) -> str:
    """Return where a copy says other words than what came back once every change is accepted, "" if nowhere."""
    word, before = read_word(made, file).value, read_word(data, file).value
    if word is None or before is None:
        return "the copy could not be read back"
    packages = WordPackage(word), WordPackage(before)
    for package in packages:
        accept_all(package)
    where = stories.first_difference(*(stories.read_stories(p) for p in packages))
    return f"accepting every change would not give the text that came back ({where})" if where else ""


def _agree(sent: Sequence[str], back: Sequence[str]) -> bool:
    """Whether two lists of paragraphs say the same, numbers of references and typed numbers put aside."""
    if len(sent) != len(back):
        return False
    for one, other in zip(sent, back, strict=True):
        if one == other or one == normal(other[without_numbers(other) :]):
            continue
        if re.sub(r"\d+(?:\.\d+)*", "#", one) == re.sub(r"\d+(?:\.\d+)*", "#", other) and "Section" in one:
            continue  # a reference that follows what was moved; the words around it are the same
        return False
    return True
