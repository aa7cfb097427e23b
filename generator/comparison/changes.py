"""What changed, noted in the order of the text while two documents are compared."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from generator.comparison.outline import CONTENTS
from generator.comparison.word_package import W
from generator.comparison.words import PARAGRAPH, Edit, Kind
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Change", "ChangeKind", "Redline", "Told", "plain_of", "shown"]


class ChangeKind(StrEnum):
    """What happened."""

    INSERTED = "inserted"
    DELETED = "deleted"
    REPLACED = "replaced"
    MOVED = "moved"
    FORMATTED = "formatted"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: ``story`` is ``text``, ``header`` …; ``place`` the heading it stands under in the new document.

    ``item`` is the item there (“(b)”), ``clause`` the clause of ours that holds it.

    What moved stood at ``place`` and stands at ``to`` now; words that changed on the way are changes of their own.
    """

    kind: ChangeKind
    story: str
    place: str
    old: str = ""
    new: str = ""
    to: str = ""
    item: str = ""
    clause: str = ""

    @property
    def where(self) -> str:
        """Where it stands, in words: “Section 7.2(b) (Breach notice)”, or the kind of text."""
        if self.story != "text":
            return f"the {self.story} in {self.place}" if self.place else f"the {self.story}"
        if not self.place:
            return "the beginning"
        if not self.item:
            return self.place
        number, opened, title = self.place.partition(" (")
        return f"{number}{self.item}{opened}{title}" if number[-1:].isdigit() else f"{self.place}, {self.item}"


@dataclass(frozen=True, slots=True)
class Redline:
    """The new document with tracked changes against the old one, and what they are, in order.

    ``labels`` are the numbers that Word prints before the paragraphs of the old text and of the new.
    """

    data: bytes
    changes: tuple[Change, ...]
    labels: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())

    @property
    def same(self) -> bool:
        """Whether nothing differs that can be tracked."""
        return not self.changes


class Told:
    """What is told about a comparison: its changes, and what no mark can show."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.untracked: list[str] = []
        self._place = self._item = self._clause = ""
        self.last = ""  # the heading of the new file that was told of last
        self._moves: dict[str, tuple[int, str]] = {}

    def at(self, place: str, item: str, clause: str) -> None:
        """What is told next stands here."""
        self._place, self._item, self._clause = place, item, clause
        if not place.startswith("the old ") and place != CONTENTS:
            self.last = place

    def _made(self, kind: ChangeKind, story: str, old: str, new: str) -> Change:
        if story != "text":
            place = self._place if story in ("footnote", "endnote") else ""
            return Change(kind, story, place, shown(old), shown(new))
        return Change(kind, story, self._place, shown(old), shown(new), item=self._item, clause=self._clause)

    def moved(self, name: str, story: str, text: str) -> None:
        """Note that a paragraph moved away from here; those of one move are one change."""
        self._move(name, self._made(ChangeKind.MOVED, story, text, ""))

    def arrived(self, name: str) -> None:
        """Note where what moved stands now."""
        self._move(name, None)

    def _move(self, name: str, change: Change | None) -> None:
        at, to = self._moves.get(name, (-1, ""))
        if change is None:
            to = to or self._place
        elif at < 0:
            at = len(self.changes)
            self.changes.append(change)
        else:
            so_far = self.changes[at]
            self.changes[at] = dataclasses.replace(so_far, old=f"{so_far.old} ¶ {change.old}")
        if at >= 0:
            self.changes[at] = dataclasses.replace(self.changes[at], to=to)
        self._moves[name] = (at, to)

    def change(self, kind: ChangeKind, story: str, old: str, new: str) -> None:
        """Note one change."""
        self.changes.append(self._made(kind, story, old, new))

    def edits(self, found: Sequence[Edit], old: str, new: str, story: str) -> None:
        """Note the edits of one passage; a deletion and the insertion after it are one replacement."""
        gone = ""
        for n, e in enumerate(found):
            if e.kind is Kind.DELETED:
                gone = old[e.old_start : e.old_end]
                if n + 1 < len(found) and found[n + 1].kind is Kind.INSERTED:
                    continue
                self.change(ChangeKind.DELETED, story, gone, "")
                gone = ""
            elif e.kind is Kind.INSERTED:
                kind = ChangeKind.REPLACED if gone else ChangeKind.INSERTED
                self.change(kind, story, gone, new[e.new_start : e.new_end])
                gone = ""


def plain_of(element: _Element) -> str:
    """Return the text below an element; cells are parted by a line."""
    texts = [t.text or "" for t in element.iter(W + "t", W + "delText")]
    if element.tag in (W + "tr", W + "tbl"):
        return " | ".join("".join(t.text or "" for t in cell.iter(W + "t")) for cell in element.iter(W + "tc"))
    return "".join(texts)


def shown(text: str) -> str:
    """Return a text for people: an end of a paragraph as ¶, things that are no letters left out."""
    if text and not text.strip(PARAGRAPH):
        return "¶"
    return re.sub("[\U000f0001-\U0010ffff]", "", text.strip(PARAGRAPH).replace(PARAGRAPH, " ¶ "))
