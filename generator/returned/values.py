"""A printed value read back: "forty-five (45) days" is ``45 days`` again, if it is one.

A value is proposed for the profile only if it can be read by its field's kind and would print the very words that came
back. Everything else is told and written by a person.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from generator.diagnostics import Span, errors_in
from generator.fields import UNITS, Dictionary, Field, Value, number_from_words, number_in_words, phrase, read_value
from generator.frozen import dataclass
from generator.reading.yaml_text import TextNode
from generator.returned.matching import normal

__all__ = ["Proposal", "ReadBack", "read_back"]

_MONTHS: Final = {name: n for n, name in enumerate(
    "january february march april may june july august september october november december".split(), 1)}  # fmt: skip
_SHORT: Final = {name[:3]: n for name, n in _MONTHS.items()}
_STYLES: Final = ("", "digits", "short", "words", "sentence", "lower_first", "possessive", "one_line")
_COUNT: Final = r"(?:(?P<words>[a-z][a-z -]*?) \((?P<both>[\d,]+)\)|(?P<digits>[\d,]+)|(?P<alone>[a-z][a-z -]*?))"
_MEASURED: Final = ("duration", "money", "percent", "integer", "date")
_BY_HAND: Final = "Write it into the profile yourself if you agree to it."
_LONGEST: Final = 9  # digits of a number in a contract
_TOO_LONG: Final = "It is not a number a contract holds."
_NOT_MADE: Final = "No agreement is made with this value."


@dataclass(frozen=True, slots=True)
class ReadBack:
    """``value`` and how a profile writes it; or the ``fault`` for which it cannot be proposed, and what to do then.

    ``outside`` says that it is a value, and one that the field does not allow.
    """

    value: Value | None
    written: str
    fault: str = ""
    to_do: str = ""
    outside: bool = False

    @property
    def why(self) -> str:
        """Why it cannot be proposed, with what to do about it; "" if it can."""
        return f"{self.fault} {self.to_do}".strip()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change of the profile that the returned file asks for.

    ``old`` and ``new`` are as printed, ``written`` as the profile would write it ("" if it cannot be proposed, and
    ``why``). ``span`` is where the value stands, ``elsewhere`` where the same value is printed and was not changed.
    """

    field: str
    label: str
    old: str
    new: str
    written: str
    span: Span | None
    silent: bool
    by: str
    where: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    why: str = ""


def read_back(dictionary: Dictionary, path: str, old: str, new: str, was: Value | None = None) -> ReadBack:
    """Read the printed words ``new`` of the field ``path``; ``old`` are the words before, ``was`` the value."""
    field = dictionary.find(path)
    if field is None:
        return ReadBack(None, "", "The dictionary has no such field any more.")
    if not new.strip():
        return ReadBack(None, "", "The value was taken out.", _BY_HAND)
    written, why = _written(field, _bare(new))
    if why:
        return ReadBack(None, "", why, _BY_HAND)
    read = read_value(field, TextNode(written, Span(""), True))
    if read.value is None or errors_in(read.diagnostics):
        said = next((d.message for d in read.diagnostics), "It cannot be read as a value of this field.")
        outside = field.kind in _MEASURED
        return ReadBack(None, "", said, _NOT_MADE if outside else _BY_HAND, outside)
    said = normal(new)
    if field.kind == "duration":  # a period in days counts every calendar day
        said = said.replace("calendar day", "day")
    if was is not None:
        styles = [s for s in _STYLES if _printed(field, was, s) == normal(old)]
        if styles and all(_printed(field, read.value, s) != said for s in styles):
            again = _printed(field, read.value, styles[0])
            return ReadBack(None, "", f"The agreement would print it as “{again}”, not as it came back.", _BY_HAND)
    return ReadBack(read.value, written)


def _printed(field: Field, value: Value, style: str) -> str:
    try:
        return normal(phrase(field, value, style))
    except (ValueError, TypeError):
        return ""


def _bare(text: str) -> str:
    """Return printed words without what the sentence around them adds: a possessive, a comma."""
    return re.sub(r"(?:'s|')$", "", normal(text).strip(" ,;"))


def _written(field: Field, text: str) -> tuple[str, str]:
    """Return printed words as a profile writes them, or why that cannot be."""
    match field.kind:
        case "duration":
            return _duration(text)
        case "money":
            found = re.fullmatch(r"\$?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{2})?", text)
            if found is None:
                return "", "It is not an amount in dollars."
            return found[1].replace(",", "") + (found[2] or ""), ""
        case "date":
            return _date(text)
        case "percent":
            return _percent(text)
        case "integer":
            found = re.fullmatch(_COUNT, text, re.IGNORECASE)
            n, why = _count(found) if found else (None, "It is not a whole number.")
            return ("" if n is None else str(n)), why
        case "yes_no":
            word = text.lower()
            return (word, "") if word in ("yes", "no") else ("", "It is neither yes nor no.")
        case "choice" | "state":
            return _choice(field, text)
        case "text" | "paragraphs" | "phone" | "email" | "url" | "zip" | "ein" | "npi" | "uei":
            return text, ""
        case _:
            return "", "It is put together from several answers."


def _count(found: re.Match[str]) -> tuple[int | None, str]:
    words, both, digits, alone = (found[g] for g in ("words", "both", "digits", "alone"))
    figure = (both or digits or "").replace(",", "")
    if len(figure) > _LONGEST:
        return None, _TOO_LONG
    if both:
        n = int(figure)
        if number_in_words(n) != words.lower().strip():
            return None, f"The words say “{words}” and the figure says {both}."
        return n, ""
    if digits:
        return int(figure), ""
    spoken = number_from_words(alone or "")
    return spoken, "" if spoken is not None else "It is not a number."


def _duration(text: str) -> tuple[str, str]:
    units = "|".join(sorted({u for unit in UNITS for u in (unit, unit[:-1])}, key=len, reverse=True))
    found = re.fullmatch(rf"{_COUNT} (?:calendar (?=day))?(?P<unit>{units})", text, re.IGNORECASE)
    if found is None:
        return "", "It is not a number of hours, days, business days, weeks, months, or years."
    n, why = _count(found)
    unit = found["unit"].lower()
    return (f"{n} {unit if unit in UNITS else unit + 's'}", "") if n is not None else ("", why)


def _percent(text: str) -> tuple[str, str]:
    figures = re.findall(r"\d+(?:\.\d+)?(?= ?(?:%|percent))", text)
    if not figures:
        return "", "It is not a percentage."
    if len(figures[-1]) > _LONGEST:
        return "", _TOO_LONG
    spelled = re.match(r"([a-z][a-z -]*) percent", text, re.IGNORECASE)
    if spelled and "." not in figures[-1] and spelled[1].lower() != number_in_words(int(figures[-1])):
        return "", f"The words say “{spelled[1]}” and the figure says {figures[-1]}."
    return f"{figures[-1]}%", ""


def _date(text: str) -> tuple[str, str]:
    found = re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2}), (\d{4})", text)
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text)
    if found:
        month = _MONTHS.get(found[1].lower()) or _SHORT.get(found[1].lower()[:3], 0)
        year, day = int(found[3]), int(found[2])
    elif iso:
        year, month, day = (int(g) for g in iso.groups())
    else:
        return "", "It is not a date like January 1, 2027."
    try:
        return dt.date(year, month, day).isoformat(), ""
    except ValueError:
        return "", f"“{text}” is not a day of the calendar."


def _choice(field: Field, text: str) -> tuple[str, str]:
    from generator.fields import STATES

    if field.kind == "state":
        return next(((k, "") for k, name in STATES.items() if text in (k, name)), ("", "It is not a state."))
    for option in field.options:
        if text.lower() in (normal(option.phrase).lower(), normal(option.label).lower()):
            return option.key, ""
    return "", "It is none of the answers this field knows."
