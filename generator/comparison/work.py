"""What every step of comparing two Word files shares: both files, what each block says, the marker, what is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from generator.comparison.borrowed import Lender
from generator.comparison.changes import Told
from generator.comparison.marking import Marker, highest_id
from generator.comparison.notes import Notes
from generator.comparison.outline import CONTENTS, Spot, outline_of
from generator.comparison.paragraphs import (
    Formats,
    Keys,
    Text,
    blocks_of,
    end_with_paragraph,
    make_plain,
    read_paragraph,
)
from generator.comparison.word_package import W, WordPackage, cells_of, rows_of
from generator.comparison.words import PARAGRAPH, words
from generator.frozen import dataclass

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Story", "Work", "paragraphs_in"]


@dataclass(slots=True)
class Story:
    """One text of both files that is being compared: its parts, and what it is called."""

    name: str
    old_part: str
    new_part: str
    old_formats: Formats
    new_formats: Formats


class Work:
    """Two files while they are compared; the new one is marked and becomes the redline."""

    def __init__(
        self,
        old: WordPackage,
        new: WordPackage,
        author: str,
        date: dt.datetime,
        compare: Callable[[Work, _Element, _Element, Story], None],
    ) -> None:
        self.old, self.new = old, new
        self._compare = compare
        self.keys = Keys()
        self.lender = Lender(old, new)
        self.told = Told()
        self.moves = 0
        self.sections: list[tuple[_Element | None, _Element]] = []
        self.other_looks: set[_Element] = set()  # tables that are told of as looking otherwise
        self.merged_cells = 0
        self._texts: dict[_Element, Text] = {}
        self._words: dict[_Element, list[str]] = {}
        self.spots_old, self.spots_new = outline_of(old), outline_of(new)
        self._gone: set[str] = set()
        for package in (old, new):
            for part in package.story_parts():
                make_plain(package.tree(part))
            end_with_paragraph(package.body)
        first = 1 + max(highest_id(new.tree(part)) for part in new.story_parts())
        self.marker = Marker(author, date, first)
        self.notes = Notes(old, new, self.lender, self.marker)

    def story(self, name: str, old_part: str, new_part: str) -> Story:
        """Return how the texts of two parts are read against each other."""
        lender, key = self.lender, self.notes.key
        return Story(
            name,
            old_part,
            new_part,
            Formats(self.old, old_part, lender.style_name_old, lender.list_old, lambda k, i: key(True, k, i)),
            Formats(self.new, new_part, lender.style_name_new, lender.list_new, lambda k, i: key(False, k, i)),
        )

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
                self._words[block] = [w for p in paragraphs_in(block) for w in self.words_of(p, formats)]
        return self._words[block]

    def key(self, block: _Element, formats: Formats) -> str:
        """Return what a paragraph, table, row or cell says, as one text."""
        if block.tag == W + "p":
            return self.text(block, formats).text
        sign = {W + "tbl": "\x1d", W + "tr": "\x1e", W + "tc": "\x1f"}.get(block.tag, "")
        parts = rows_of(block) if block.tag == W + "tbl" else cells_of(block) if block.tag == W + "tr" else None
        inner = parts if parts is not None else list(blocks_of(block))
        return sign + PARAGRAPH.join(self.key(part, formats) for part in inner)

    def container(self, old: _Element, new: _Element, story: Story) -> None:
        """Compare two containers (body, cell, note, text box, header) and mark the new one."""
        self._compare(self, old, new, story)

    def here(self, new: _Element, story: Story) -> None:
        """What is told next happens in this paragraph, row or table of the new file."""
        spot = self._spot(new, self.spots_new)
        if story.name == "text" and spot is not None:
            self.told.at(spot.place, spot.item, spot.clause)

    def there(self, old: _Element, story: Story) -> None:
        """What is told next happened to this paragraph, row or table of the old file, which went.

        It is told under the heading of the new file that stands above it there, unless its own heading went too.
        """
        spot = self._spot(old, self.spots_old)
        if story.name != "text" or spot is None:
            return
        if spot.heading:
            self._gone.add(spot.place)
        if spot.place == CONTENTS:
            self.told.at(CONTENTS, "", "")
        elif spot.place in self._gone:
            self.told.at(f"the old {spot.place}", spot.item, spot.clause)
        else:
            self.told.at(self.told.last, spot.item, spot.clause)

    @staticmethod
    def _spot(block: _Element, spots: dict[_Element, Spot]) -> Spot | None:
        return (
            spots.get(block)
            if block.tag == W + "p"
            else next((spots[p] for p in paragraphs_in(block) if p in spots), None)
        )

    def pair_sections(self, old: _Element, new: _Element) -> None:
        """Remember that two paragraphs end sections that belong together."""
        a, b = old.find(f"{W}pPr/{W}sectPr"), new.find(f"{W}pPr/{W}sectPr")
        if a is not None and b is not None:
            self.sections.append((a, b))


def paragraphs_in(block: _Element) -> Iterator[_Element]:
    """Yield the paragraphs a table, row or cell holds, those in text boxes left out."""
    for child in block:
        if child.tag == W + "p":
            yield child
        elif child.tag in (W + "tbl", W + "tr", W + "tc", W + "sdt", W + "sdtContent", W + "customXml"):
            yield from paragraphs_in(child)
