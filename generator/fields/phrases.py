"""How a contract prints a value; and what whatever we print shares: lists, capital letters, long texts cut short.

By kind, without a style: date "January 1, 2027"; duration "thirty (30) days"; money "$12,500.00";
percent "five percent (5%)"; integer "1,250"; yes or no; the phrase of a choice; several "a, b, and c";
a state by its name; everything else as typed. The styles are the filters of clauses:

``words``        money "one thousand two hundred fifty dollars", "one and 50/100 dollars" (cents as
                 hundredths, as on a check, so that nothing is rounded or left out); duration "thirty
                 days"; percent "five percent"; integer "twelve"
``digits``       money "$1,250.00"; duration "30 days"; percent "5%"; date "2027-01-01"
``short``        money "$1,250" when there are no cents; date "Jan. 1, 2027"; duration "30 days";
                 percent "5%"; state "KY"; choice without its article
``list``         "a, b, and c"; ``list_or`` "a, b, or c"
``sentence``     capital first letter; ``lower_first`` small first letter
``possessive``   "Riverbend’s", "Services’"
``one_line``     an address, or a text of several lines, on one line
``plural``       the first of two constants for one, the second otherwise
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from generator.fields.dictionary import Field
from generator.fields.kinds import STATES
from generator.fields.values import UNKNOWN, Duration, Percent, Record, Value

__all__ = [
    "capitalized",
    "first_few",
    "listed",
    "money_in_words",
    "number_from_words",
    "number_in_words",
    "phrase",
    "restyled",
    "shortened",
]

# Month names are written here: the locale of the machine has no say in a contract.
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORT_MONTHS: Final = (
    "Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.",
)  # fmt: skip
_ONES: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS: Final = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES: Final = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_TEXT_STYLES: Final = frozenset({"sentence", "lower_first", "possessive", "one_line"})
_STYLES: Final = _TEXT_STYLES | {"", "words", "digits", "short", "list", "list_or", "plural"}


def phrase(field: Field, value: Value, style: str = "", *args: object) -> str:
    """Return ``value`` of ``field`` as a contract prints it.

    ``style`` is "" or a style of this module; ``args`` are the constants of ``plural``. Raises
    ValueError for another style. Which party a ``party_choice`` means, and what that party is called,
    only the profile knows: here it prints the words the dictionary has for it ("the CBO").
    """
    if style not in _STYLES:
        raise ValueError(f"no such style: {style}")
    if style == "plural":
        return _plural(value, *args)
    if style == "one_line" and isinstance(value, Record):
        return ", ".join(_record_lines(field, value))
    plain = _plain(field, value, "" if style in _TEXT_STYLES else style)
    return restyled(plain, style) if style in _TEXT_STYLES else plain


def capitalized(text: str) -> str:
    """Return ``text`` with a capital first letter; all others stay, as in "HIPAA training"."""
    return text[:1].upper() + text[1:]


def restyled(text: str, style: str) -> str:
    """Return already printed words in ``style``: sentence, lower_first, possessive or one_line; else unchanged."""
    match style:
        case "sentence":
            return capitalized(text)
        case "lower_first":
            return text[:1].lower() + text[1:]
        case "possessive":
            return text + ("’" if text[-1:] in ("s", "S") else "’s")
        case "one_line":
            return ", ".join(line.strip(" \t,") for line in text.split("\n") if line.strip())
        case _:
            return text


def first_few(words: Sequence[str], most: int, between: str = ", ") -> str:
    """Return the first ``most`` of ``words``, and how many there are more: "a, b and 1,200 more"."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return between.join(words[:most]) + more


def shortened(text: str, most: int) -> str:
    """Return ``text`` on one line, in at most ``most`` characters: cut behind a word, with … for the rest."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rpartition(' ')[0] or text[: most - 2]} …"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Return "a", "a and b", "a, b, and c"; ``joint`` is "and" or "or"."""
    match len(words):
        case 0:
            return ""
        case 1:
            return words[0]
        case 2:
            return f"{words[0]} {joint} {words[1]}"
        case _:
            return f"{', '.join(words[:-1])}, {joint} {words[-1]}"


def number_in_words(n: int) -> str:
    """Return a whole number, 0 or more, in American English: 1250 is "one thousand two hundred fifty"."""
    if n < 20:
        return _ONES[n]
    if n < 100:
        tens, ones = divmod(n, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    for scale, name in _SCALES:
        if n >= scale:
            high, rest = divmod(n, scale)
            return f"{number_in_words(high)} {name}" + (f" {number_in_words(rest)}" if rest else "")
    raise AssertionError(n)


def number_from_words(words: str) -> int | None:
    """Return the whole number below 1,000 that :func:`number_in_words` writes as ``words``, None if there is none."""
    said = words.lower().strip()
    return next((n for n in range(1000) if number_in_words(n) == said), None)


def money_in_words(amount: Decimal) -> str:
    """Return US dollars in words: "one thousand two hundred fifty dollars", "one and 50/100 dollars"."""
    dollars, cents = divmod(int(amount * 100), 100)
    words = number_in_words(dollars)
    if cents:
        return f"{words} and {cents:02}/100 dollars"
    return f"{words} dollar{'' if dollars == 1 else 's'}"


def _plain(field: Field, value: Value, style: str) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return number_in_words(value) if style == "words" and value >= 0 else f"{value:,}"
        case Decimal():
            return _money(value, style)
        case dt.date():
            return _date(value, style)
        case Duration(n=n, unit=unit):
            noun = unit[:-1] if n == 1 else unit
            match style:
                case "words":
                    return f"{number_in_words(n)} {noun}"
                case "digits" | "short":
                    return f"{n:,} {noun}"
                case _:
                    return f"{number_in_words(n)} ({n:,}) {noun}"
        case Percent(amount=amount):
            figures = f"{amount.normalize():f}"
            words = _decimal_in_words(figures)
            match style:
                case "words":
                    return f"{words} percent"
                case "digits" | "short":
                    return f"{figures}%"
                case _:
                    return f"{words} percent ({figures}%)"
        case Record():
            return "\n".join(_record_lines(field, value))
        case tuple():
            each = field.each or field
            return listed([_plain(each, v, "" if style.startswith("list") else style) for v in value],
                          "or" if style == "list_or" else "and")  # fmt: skip
        case str():
            return _text(field, value, style)
        case _ if value is UNKNOWN:
            return "unknown"
        case _:
            raise TypeError(type(value))


def _text(field: Field, value: str, style: str) -> str:
    if field.kind == "state":
        return value if style == "short" else STATES.get(value, value)
    option = field.option(value)
    if option is None:
        return value
    if style == "short":
        for article in ("a ", "an ", "the "):
            if option.phrase.startswith(article):
                return option.phrase[len(article) :]
    return option.phrase


def _money(amount: Decimal, style: str) -> str:
    if style == "words":
        return money_in_words(amount)
    if style == "short" and amount == amount.to_integral_value():
        return f"${amount:,.0f}"
    return f"${amount:,.2f}"


def _date(value: dt.date, style: str) -> str:
    match style:
        case "digits":
            return value.isoformat()
        case "short":
            return f"{_SHORT_MONTHS[value.month - 1]} {value.day}, {value.year}"
        case _:
            return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"


def _decimal_in_words(figures: str) -> str:
    whole, _, part = figures.partition(".")
    words = number_in_words(int(whole))
    return f"{words} point {' '.join(_ONES[int(digit)] for digit in part)}" if part else words


def _plural(value: Value, *args: object) -> str:
    match value:
        case bool():
            one = value
        case int():
            one = value == 1
        case Duration(n=n):
            one = n == 1
        case tuple():
            one = len(value) == 1
        case _:
            one = True
    return str(args[0] if one else args[1])


def _record_lines(field: Field, record: Record) -> list[str]:
    """Return the printed lines of a record; what is unknown or missing is left out."""
    members = {member.name: member for member in field.fields}

    def word(name: str, style: str = "") -> str:
        given = record.get(name)
        if given is None or given.value is UNKNOWN or name not in members:
            return ""
        return _plain(members[name], given.value, style)

    match field.record:
        case "address":
            place = " ".join(w for w in (word("state", "short"), word("zip")) if w)
            return [line for line in (word("street"), ", ".join(w for w in (word("city"), place) if w)) if line]
        case "party":
            return [w for w in (word("legal_name"),) if w]
        case _:
            words = (word(name) for name in record)
            return [", ".join(w for w in words if w)]
