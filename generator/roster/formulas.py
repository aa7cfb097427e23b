"""Formulas of one's own, carried from an older workbook into a new one whose rows and columns stand elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from generator.roster.workbook import column_letters, column_number

__all__ = ["moved", "spread"]

# A text, the name of another sheet, a cell, or any other name. What stands in quotation marks is left alone.
_PART: Final = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?P<sheet>'(?:[^']|'')*'!|[A-Za-z_][\w.]*!)"
    r"|(?<![\w.$])(?P<across>\$?)(?P<letters>[A-Z]{1,3})(?P<down>\$?)(?P<row>[0-9]{1,7})(?![\w.(!])"
    r"|(?P<name>[A-Za-z_\\][\w.]*)(?P<call>\s*\()?"
)
_WORDS: Final = ("TRUE", "FALSE")


def spread(formula: str, down: int, across: int) -> str:
    """Return ``formula`` as it stands in a cell so many rows below and columns to the right of the one it is shared by:
    what is not held by $ moves along (ECMA-376 Part 1, 18.3.1.40)."""

    def part(found: re.Match[str]) -> str:
        if not found["row"]:
            return found[0]
        column = column_number(found["letters"]) + (0 if found["across"] else across)
        row = int(found["row"]) + (0 if found["down"] else down)
        return f"{found['across']}{column_letters(column)}{found['down']}{row}"

    return _PART.sub(part, formula)


def moved(formula: str, place: Callable[[int, int], tuple[int, int] | None]) -> str:
    """Return ``formula`` with every cell where ``place`` (row, column) says that it stands now, or "".

    A formula that names other sheets, names of the workbook, tables or whole columns is not carried over, nor one
    with a cell that stands nowhere any more.
    """
    sound = not re.search(
        r"[\[\]{}#]|\$?\b[A-Z]{1,3}:\$?[A-Z]{1,3}\b|\$?\b[0-9]+:\$?[0-9]+\b", _PART.sub(_bare, formula)
    )

    def part(found: re.Match[str]) -> str:
        nonlocal sound
        if found["sheet"]:
            sound = False
        elif found["row"]:
            now = place(int(found["row"]), column_number(found["letters"]))
            if now is None:
                sound = False
                return found[0]
            return f"{found['across']}{column_letters(now[1])}{found['down']}{now[0]}"
        elif found["name"] and not found["call"] and found["name"].upper() not in _WORDS:
            sound = False
        return found[0]

    made = _PART.sub(part, formula)
    return made if sound else ""


def _bare(found: re.Match[str]) -> str:
    """Return what is looked at for signs of things that are not carried over: no text in quotation marks."""
    return "" if found[0].startswith('"') or found["row"] else found[0]
