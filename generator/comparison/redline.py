"""Two Word files compared: the new one as it is, with what the old one said put in as tracked deletions.

Accepting every change gives the new file, rejecting every change the old one, in every story; that is proved for
each result (:mod:`~generator.comparison.stories`, :mod:`~generator.comparison.revisions`) before anybody sees it, and
a result that fails is not handed out.

How it goes: paragraphs, tables, rows and cells are paired (:mod:`~generator.comparison.steps`,
:mod:`~generator.comparison.tables`); a pair is compared word by word (:mod:`~generator.comparison.words`) and marked
in the new file's own runs, so that its looks stay (:mod:`~generator.comparison.passages`); what the old file alone
has is copied over with all it needs (:mod:`~generator.comparison.borrowed`). A paragraph that was split or joined is
compared as one text whose paragraph ends are words, so that only the mark is marked. Where a paragraph stands last
before a table or the end of a cell, its mark cannot go: the one before it goes instead.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from generator.comparison import stories
from generator.comparison.changes import Change, ChangeKind, Redline
from generator.comparison.comments import Carried, carry_comments
from generator.comparison.containers import compare_containers
from generator.comparison.headers import Headers
from generator.comparison.hidden import hidden_texts, stale_fields
from generator.comparison.looks import section_looks, style_looks
from generator.comparison.marking import finish, settle_controls, settle_open_fields
from generator.comparison.outline import Spot
from generator.comparison.paragraphs import canonical
from generator.comparison.refusals import COMMENTS, HIDDEN, NOT_EXACT, NOT_TRACKED, STALE, TRACKED_INPUT
from generator.comparison.revisions import accept_all, has_revisions, reject_all
from generator.comparison.word_package import W, WordPackage
from generator.comparison.word_reading import Damaged, read_word
from generator.comparison.work import Work
from generator.diagnostics import Checked, Diagnostic, Span

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Change", "ChangeKind", "Redline", "compare_docx"]


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
        work = Work(*packages, author, date, compare_containers)
        labels = (_labels(work.spots_old), _labels(work.spots_new))
        for package, spots, name in ((packages[0], work.spots_old, old_name), (packages[1], work.spots_new, new_name)):
            found += [HIDDEN.at(Span(name), message) for message in hidden_texts(spots)]
            found += [STALE.at(Span(name), message) for message in stale_fields(package, spots)]
        comments = _run(work)
        changes = tuple(work.told.changes)
        found += [NOT_TRACKED.at(Span(new_name), message) for message in work.told.untracked]
        found += _told_of_comments(comments, Span(old_name))
        if not comments.done and not work.marker.count and not changes and not resolved and said[0] == said[1]:
            return Checked(Redline(new, (), labels), tuple(found))
        data = packages[1].to_bytes()
        wrong = _proved(data, *said)
    except Damaged:  # a mistake of ours is told as one
        return Checked(None, (*found, _not_shown(new_name, "a part of one of them cannot be read")))
    except (OverflowError, RecursionError):
        return Checked(None, (*found, _not_shown(new_name, "they hold too much, or too deep in each other")))
    if wrong:
        return Checked(None, (*found, _not_shown(new_name, wrong)))
    return Checked(Redline(data, changes, labels), tuple(found))


def _not_shown(file: str, why: str) -> Diagnostic:
    fix = "Compare the documents in parts, or use Review > Compare in Word for this pair."
    return NOT_EXACT.at(Span(file), f"This pair cannot be shown with tracked changes: {why}.", fix=fix)


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


def _run(work: Work) -> Carried:
    """Compare everything and mark it in the new package; return what became of the old comments."""
    old, new = work.old, work.new
    work.notes.pair()
    body = work.story("text", old.main, new.main)
    work.container(old.body, new.body, body)
    end_old, end_new = old.body.find(W + "sectPr"), new.body.find(W + "sectPr")
    if end_new is not None:
        work.sections.append((end_old, end_new))
    Headers(work).run()
    section_looks(work, body)
    style_looks(work, body)
    _tell_untracked(work)
    for part in list(new.story_parts()):
        settle_open_fields(new.tree(part), work.marker)
        finish(new.tree(part))
        settle_controls(new.tree(part))
        new.touch(part)
    return carry_comments(old, new, work.lender, work.marker)


def _labels(spots: dict[_Element, Spot]) -> tuple[str, ...]:
    return tuple(spot.label for spot in spots.values())


def _told_of_comments(comments: Carried, old: Span) -> list[Diagnostic]:
    out = []
    if comments.done:
        out.append(COMMENTS.at(old, f"Carried over from it into the redline: {_count(comments.done)}."))
    if comments.left:
        message = (
            f"Left out, because they belong to no place of the redline: {_count(comments.left)} of the old document."
        )
        out.append(NOT_TRACKED.at(old, message))
    return out


def _count(comments: int) -> str:
    return "1 comment" if comments == 1 else f"{comments} comments"


def _tell_untracked(work: Work) -> None:
    """Name the differences that no mark can show."""
    if work.merged_cells:
        work.told.untracked.append(f"{work.merged_cells} cells of tables are joined or parted otherwise than before.")
    defaults = [_defaults(work, package) for package in (work.old, work.new)]
    if defaults[0] != defaults[1]:
        work.told.untracked.append("The font, size or spacing that holds where no style says otherwise is another one.")


def _defaults(work: Work, package: WordPackage) -> str:
    part = package.related(package.main, "styles")
    story = work.story("styles", part or "", part or "")
    formats = story.old_formats if package is work.old else story.new_formats
    return "" if part is None else canonical(package.tree(part).find(W + "docDefaults"), formats, frozenset(("lang",)))
