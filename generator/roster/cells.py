"""From a cell to the text that was typed into it, or to what is wrong with the cell.

A number says nothing of how it was typed: its format does. What the spreadsheet program can only have changed (a
day where a text belongs, TRUE, sixteen digits) is never taken for what was meant.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Final

from generator.fields import Field
from generator.roster.workbook import Cell

__all__ = ["Mistaken", "is_filler", "typed_text"]

_EXACT: Final = 10**15  # a spreadsheet keeps fifteen digits
_PHONE: Final = "[<=9999999]###-####;(###) ###-####"  # what spreadsheet programs call a phone number
_LONGEST_FILLER: Final = 20
# What people put into a cell rather than leave it empty. “NA” may be what somebody is called for short.
_FILLER: Final = re.compile(
    r"[-–—_.,;:?!'\"“”″*#/\\|()+=~… ]+|n ?[/.\\] ?a\.?|none|nil|null|nothing|not applicable|no|yes|x|same|ditto|idem"
    r"|(?:same )?(?:as|see) (?:above|before|left|previous)",
    re.IGNORECASE,
)


def is_filler(text: str) -> bool:
    """Whether ``text`` only fills a cell: “n/a” or “same as above” would be printed into an agreement as it stands."""
    plain = text.strip().removesuffix(".")
    return 0 < len(plain) <= _LONGEST_FILLER and _FILLER.fullmatch(plain) is not None


class Mistaken(Exception):
    """A cell that does not hold what was typed: what is wrong, and how to mend it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message, self.fix = message, fix


def typed_text(cell: Cell, shown_as: str, field: Field | None, starts_1904: bool = False) -> str:
    """Return the text of ``cell`` as its ``field`` reads it; ``shown_as`` is its number format.

    ``field`` None is a name or number of a member: text. Raises :class:`Mistaken`.
    """
    match cell.kind:
        case "text":
            return cell.text
        case "nothing":
            raise Mistaken(
                "A formula stands here that was never worked out.",
                "Open the workbook in the spreadsheet program and save it, or type the value.",
            )
        case "error":
            raise Mistaken(f"The cell shows the error {_error(cell.text)}.", "Type the value, or mend the formula.")
        case "logical":
            shown = "TRUE" if cell.text in ("1", "true") else "FALSE"
            if field is not None and field.kind == "yes_no":
                raise Mistaken(f"{shown} stands here.", f"Write {'yes' if shown == 'TRUE' else 'no'}.")
            raise Mistaken(f"The spreadsheet program made {shown} of what was typed.", _AS_TEXT)
        case "day":
            return _of_day(cell.text, field)
        case _:
            return _of_number(cell.text, shown_as, field, starts_1904)


_AS_TEXT: Final = "Format the cell as Text and type it again."


def _error(text: str) -> str:
    return text if re.fullmatch(r"#[A-Z0-9/!?_]{2,14}", text) else "of a formula"


def _of_day(text: str, field: Field | None) -> str:
    """Read a day written as such (``t="d"``, ISO 8601)."""
    day = text.removesuffix("Z").removesuffix("T00:00:00").removesuffix(".000")
    if field is not None and field.kind == "date":
        return day
    raise Mistaken("The spreadsheet program made a day of what was typed.", _AS_TEXT)


def _of_number(text: str, shown_as: str, field: Field | None, starts_1904: bool) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Mistaken("The cell holds something that is neither a text nor a number.", _AS_TEXT) from None
    if not number.is_finite():
        raise Mistaken("The cell holds something that is neither a text nor a number.", _AS_TEXT)
    kind = field.kind if field is not None else "text"
    if _is_day(shown_as):
        return _of_serial_day(number, shown_as, kind, starts_1904)
    if kind == "date":
        day = _day(number, starts_1904)
        right = f"Write {day.isoformat()} if that day is meant." if day else "Write it like 2027-01-31."
        raise Mistaken("A number stands here, not a day.", right)
    if "%" in shown_as:
        if kind == "percent":
            return f"{_plain(number * 100)}%"
        raise Mistaken("The cell shows a percentage.", _AS_TEXT)
    if kind == "percent" and number < 1 and number != 0:
        shown = _plain(number * 100)
        raise Mistaken(f"{_plain(number)} can be meant as {_plain(number)}% or as {shown}%.", "Write it with its %.")
    if kind == "money":
        cents = number.quantize(Decimal("0.01")) if abs(number) < _EXACT else number
        if abs(number - cents) < Decimal("1e-9"):
            return f"{cents}"  # 12.1 is kept as 12.1 where 12.10 was typed
        return _plain(number)
    if number != number.to_integral_value():
        if kind in ("integer", "percent"):
            return _plain(number)
        raise Mistaken(
            "A number with a point stands here, and the spreadsheet program may have changed how it was typed.",
            _AS_TEXT,
        )
    if abs(number) >= _EXACT:
        raise Mistaken("A spreadsheet keeps only fifteen digits of a number, so the last ones here are lost.", _AS_TEXT)
    whole = _plain(number)
    shape = shown_as.partition(";")[0].replace('"', "").replace("\\", "")
    if shown_as.replace("\\", "") == _PHONE and len(whole) == 10:
        return f"({whole[:3]}) {whole[3:6]}-{whole[6:]}"
    if re.fullmatch(r"0[0-]*0", shape) and whole.isdecimal():  # how ZIP codes and official numbers are formatted
        return _shaped(whole, shape)
    return whole


def _plain(number: Decimal) -> str:
    """Return a number as it is typed: a double's noise beyond fifteen digits is no part of it."""
    number = +number if len(number.as_tuple().digits) <= 15 else Decimal(f"{number:.15g}")
    shown = f"{number:f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _shaped(digits: str, shape: str) -> str:
    """Return ``digits`` as a format such as ``00000`` or ``00-0000000`` shows them."""
    places = shape.count("0")
    digits = digits.rjust(places, "0")
    over, digits = digits[: len(digits) - places], digits[len(digits) - places :]
    left = iter(digits)
    return over + "".join(next(left) if c == "0" else c for c in shape)


# ---------------------------------------------------------------- days

_SPOKEN: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


def _is_day(shown_as: str) -> bool:
    """Whether a number format shows a day or a time."""
    if shown_as in ("General", "@", "0"):
        return False
    bare = _SPOKEN.sub("", shown_as.partition(";")[0]).lower()
    return any(c in bare for c in "dmyhs") and "0.00e" not in bare and "general" not in bare


def _day(number: Decimal, starts_1904: bool) -> dt.date | None:
    """Return the day that a number stands for; the day 60 of the other count, 29 February 1900, never was."""
    if number != number.to_integral_value() or not 61 <= number <= 109_939:
        return None
    start = dt.date(1904, 1, 1) if starts_1904 else dt.date(1899, 12, 30)
    day = start + dt.timedelta(days=int(number))
    return day if 1900 <= day.year <= 2199 else None


def _of_serial_day(number: Decimal, shown_as: str, kind: str, starts_1904: bool) -> str:
    if kind != "date":
        raise Mistaken("The spreadsheet program made a day of what was typed.", _AS_TEXT)
    whole = number.to_integral_value(rounding="ROUND_FLOOR")
    bare = _SPOKEN.sub("", shown_as.partition(";")[0]).lower()
    if number != whole or not any(c in bare for c in "dy"):
        raise Mistaken("The cell holds a time of day.", "Write the day alone, like 2027-01-31.")
    day = _day(whole, starts_1904)
    if day is None:
        raise Mistaken("The cell is formatted as a day but holds no day of our time.", "Write it like 2027-01-31.")
    return day.isoformat()
