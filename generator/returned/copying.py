"""A copy of the returned file for the reviewer: our remarks in the margin, the untracked changes tracked as ours.

The other side's tracked changes, names and remarks stay as they are. What differs from what we sent without being
tracked is marked under a name of our own, so that every difference can be accepted or rejected in one place: accepting
ours gives exactly what came back, rejecting ours and theirs what we sent. Both are checked on the finished file; where
either fails, the copy holds our remarks alone. How the changes are marked is the business of :mod:`.marking`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from generator.comparison import stories
from generator.comparison.marking import Marker, finish
from generator.comparison.revisions import accept_all
from generator.comparison.word_package import SPACE, R, W, WordPackage, whole_number
from generator.comparison.word_reading import read_word
from generator.frozen import dataclass
from generator.returned.findings import Part, find_changes, without_pages
from generator.returned.marking import CannotMark, Work, settle_controls, settle_fields
from generator.returned.matching import AnyStep, matched, normal, without_numbers
from generator.returned.paragraphs import Block, RawPara, flat, raw_paras, view
from generator.returned.reading import Returned, read_returned, remark_mark

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Copy", "Remark", "commented_copy"]

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
        except CannotMark as error:
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
        work = Work(sent, fresh, marker, restore)
        work.moved(findings.silent.moves, findings.silent.steps)
        work.container(findings.silent.steps, package.body)
        settle_fields(package.body, marker, author)
        settle_controls(package.body, author)
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
            raise CannotMark(wrong)
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


# ---------------------------------------------------------------- remarks


def _remark(
    package: WordPackage, remarks: Sequence[Remark], anchors: dict[str, RawPara], foreign: dict[str, RawPara],
    parts: Sequence[Part], author: str, date: dt.datetime,
) -> None:  # fmt: skip
    part = package.related(package.main, "comments")
    if part is None:
        empty = f'<w:comments xmlns:w="{W[1:-1]}"/>'.encode()
        part = package.add_part("word/comments.xml", empty, _COMMENTS_TYPE)
        package.add_relation(package.main, f"{R[1:-1]}/comments", part)
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
        text.set(SPACE, "preserve")
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
