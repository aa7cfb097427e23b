"""The numbers of an agreement: one scheme for all writers.

Headings count 1, 1.1, 1.1.1; items count (a), (i), (A). Items go on counting through the whole of
their section, so that "Section 7.2(c)" names one place; an inner list starts again under each outer
item. A schedule prefixes its letter: A.1, A.1.1. This is what one multilevel list of Word does with
its default restarts (ECMA-376 Part 1, 17.9.10), which is why the same numbers live in Word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.frozen import dataclass

__all__ = ["SIGNS", "Formats", "letter", "roman"]


def letter(n: int) -> str:
    """Return a, b, … z, aa, bb, … for n from 1, as Word's ``lowerLetter`` counts (17.18.59)."""
    if n < 1:
        raise ValueError(n)
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def roman(n: int) -> str:
    """Return i, ii, iii, iv … for n from 1, as Word's ``lowerRoman`` counts."""
    if n < 1:
        raise ValueError(n)
    out = ""
    for value, sign in _ROMAN:
        while n >= value:
            out, n = out + sign, n - value
    return out


# How the n-th is written, by Word's name of the kind of number (``numFmt``, 17.18.59).
SIGNS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "lowerLetter": letter,
    "upperLetter": lambda n: letter(n).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda n: roman(n).upper(),
}


@dataclass(frozen=True, slots=True)
class Formats:
    """How numbers look. A frame may bring its own ("Article %1"); these are the house formats.

    ``heading`` and ``item`` give, per level, the kind of number (Word's ``numFmt`` name) and the text
    around it, in Word's ``lvlText`` notation: ``%1`` is the first level's number.
    """

    heading: tuple[tuple[str, str], ...] = (("decimal", "%1."), ("decimal", "%1.%2"), ("decimal", "%1.%2.%3"))
    item: tuple[tuple[str, str], ...] = (("lowerLetter", "(%)"), ("lowerRoman", "(%)"), ("upperLetter", "(%)"))
    recital: tuple[str, str] = ("upperLetter", "(%)")
    schedule: str = "upperLetter"

    def heading_label(self, counts: tuple[int, ...], prefix: str = "") -> str:
        """Return the printed label of a heading ("7.", "7.2"); ``counts`` holds one number per level.

        ``prefix`` is the schedule's letter: labels then read "A.7", "A.7.2".
        """
        if prefix:
            return ".".join((prefix, *(str(c) for c in counts)))
        kinds = [kind for kind, _ in self.heading]
        text = self.heading[len(counts) - 1][1]
        for level, count in enumerate(counts, 1):
            text = text.replace(f"%{level}", SIGNS[kinds[level - 1]](count))
        return text

    def item_label(self, depth: int, n: int) -> str:
        """Return the printed label of the n-th item at ``depth`` (from 0)."""
        kind, text = self.item[depth]
        return text.replace("%", SIGNS[kind](n))

    def recital_label(self, n: int) -> str:
        """Return the printed label of the n-th recital."""
        kind, text = self.recital
        return text.replace("%", SIGNS[kind](n))

    def schedule_number(self, n: int) -> str:
        """Return the n-th schedule's letter."""
        return SIGNS[self.schedule](n)
