"""What was changed without tracking, marked in the returned file as tracked changes of ours.

A deletion is a run of ours (``w:del``) with the words that were sent; what came in is wrapped where it stands
(``w:ins``). A paragraph that stands elsewhere now is a move of ours (``w:moveFrom``, ``w:moveTo``), unless the other
side tracked changes in it. Where the other side deleted, with tracking, words that they had brought in without it,
ours goes around theirs, as Word writes it (ECMA-376 Part 1, 17.13.5)::

    <w:ins w:author="Agreements"><w:del w:author="T. Grant"><w:r><w:delText>…</w:delText></w:r></w:del></w:ins>
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from generator.comparison.marking import Marker, deleted_text
from generator.comparison.word_package import SPACE, W, attributes, cells_of, rows_of
from generator.returned.findings import Stretch, stretches_of
from generator.returned.matching import AnyStep, Step, TableStep
from generator.returned.paragraphs import Para, Piece, RawPara
from generator.returned.reading import Returned

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["CannotMark", "Work", "settle_controls", "settle_fields"]

_MARKS = {W + t for t in ("ins", "del", "moveFrom", "moveTo")}


class CannotMark(Exception):
    """Something that cannot be marked without touching what is not ours."""


class _Move:
    """One paragraph that stands elsewhere now; ``begins`` and ``ends`` where it is the first, or last, of its range."""

    def __init__(self, name: str, stretches: Sequence[Stretch]) -> None:
        self.name, self.stretches = name, stretches
        self.begins = self.ends = True


class Work:
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
                        raise CannotMark("a table lost a column")
                    self.container(steps, holders[n])
                last = row.new.raw.element

    @staticmethod
    def _untracked(element: _Element) -> None:
        if next(element.iter(*_MARKS), None) is not None:
            raise CannotMark("a table came in without tracking and was then changed with it")

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


def settle_fields(body: _Element, marker: Marker, author: str) -> None:
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


def settle_controls(body: _Element, author: str) -> None:
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


# ---------------------------------------------------------------- words


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
            said.set(SPACE, "preserve")
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
                    raise CannotMark("a change begins inside something that is no text")
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
            node.set(SPACE, "preserve")
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
                raise CannotMark("words that came in without tracking were then moved with it")
            self._apart(run, parent)
            run = parent
            parent = run.getparent()
            if parent is None or parent.tag in _MARKS:
                raise CannotMark("changes inside changes")
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
