"""From what was typed to a value, strictly, with a message that shows how to write it.

Nothing is guessed: a value is either written as its kind asks, or a diagnostic says what is wrong and
what to write instead. ``unknown`` is an answer everywhere. A message never repeats the value of a
sensitive field, nor anything shaped like a Social Security number.
"""

from __future__ import annotations

import calendar
import datetime as dt
import difflib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span, errors_in
from generator.fields.dictionary import Field, Option
from generator.fields.kinds import STATES
from generator.fields.values import UNITS, UNKNOWN, Duration, Given, Percent, Record, Value
from generator.reading.source_text import TEXT_CHARACTER, character_name, refused_characters
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode

__all__ = ["RULES", "is_empty", "is_unknown", "quoted", "read_value"]

MAX_TEXT, MAX_PARAGRAPHS, MAX_ENTRIES = 4_000, 20_000, 200
_ECHO = 60  # a longer value is cut in messages

FIELD_KIND = Rule(
    "field-kind",
    Severity.ERROR,
    "A field holds a value of another kind than it asks for.",
    """\
Every field has a kind: a text, a date, an amount, a list and so on. `agreements explain FIELD` shows it with an
example. A list is written with a dash before each entry; a group of fields with each field on its own line below.

Wrong:

    service.elements: home visit

Right:

    service.elements:
      - name: home visit
        unit: visit
""",
)
FIELD_TEXT = Rule(
    "field-text",
    Severity.ERROR,
    "A text is shorter or longer than its field allows.",
    """\
A text holds one to 4,000 characters, several paragraphs up to 20,000, and some fields less, because they are printed
where there is little room. What is longer belongs into an attachment, or was pasted by mistake.

Wrong: the whole program description as `cbo.short_name`.

Right: `cbo.short_name: Riverbend`
""",
)
FIELD_SECRET = Rule(
    "field-secret",
    Severity.ERROR,
    "A value looks like a Social Security number.",
    """\
No agreement needs a Social Security number, and a profile is no safe place for one. Three, two and four digits with
hyphens or spaces are refused wherever they stand, and are never repeated in a message. Delete the number from the
file and from wherever the file was sent.

Wrong: a Social Security number in place of an EIN.

Right: `cbo.ein: 61-1234567`, the number on the IRS letter of the organization.
""",
)
FIELD_DATE = Rule(
    "field-date",
    Severity.ERROR,
    "A date is not a real day, or is not written year-month-day.",
    """\
Dates are written year-month-day, with four digits, two and two. "03/04/2026" is the fourth of March to one reader and
the third of April to another; a contract cannot leave that open. A day must exist: February 2026 has 28 days.

Wrong: `term.end_date: 2026-02-30`

Right: `term.end_date: 2026-02-28`
""",
)
FIELD_DURATION = Rule(
    "field-duration",
    Severity.ERROR,
    "A duration is not written as a number and a unit.",
    """\
A duration is a whole number and its unit: hours, days, business days, weeks, months or years. Without a unit, "5"
could be days or business days, which are a week apart over a holiday. The contract prints "five (5) business days".

Wrong: `baa.breach_notice: 5`

Right: `baa.breach_notice: 5 business days`
""",
)
FIELD_MONEY = Rule(
    "field-money",
    Severity.ERROR,
    "An amount of money is not written in dollars, with or without cents.",
    """\
Amounts are US dollars: `12500`, `12500.00` or `"$12,500.00"`. Commas stand after every third digit or nowhere; cents
have two digits. Anything else ("1,25", "12.5") is read in different ways by different people.

Wrong: `pay.total_cap: 1.200,50`

Right: `pay.total_cap: 1200.50`
""",
)
FIELD_NUMBER = Rule(
    "field-number",
    Severity.ERROR,
    "A number or a percentage is not written as one, or lies outside what its field allows.",
    """\
A whole number is written in digits alone. A percentage is written `5%` or `5`, between 0 and 100, with at most two
digits after the point.

Wrong: `capacity.cap: about 50`

Right: `capacity.cap: 50`
""",
)
FIELD_CHOICE = Rule(
    "field-choice",
    Severity.ERROR,
    "An answer is not one of those the field offers.",
    """\
Some fields offer a fixed set of answers, because clauses are chosen by them. The profile names the answer by its short
name, which `agreements explain FIELD` lists. `yes`, `no` and `unknown` are the answers to a yes-or-no question.

Wrong: `governance: We have a lead`

Right: `governance: negotiated_agreements`
""",
)
FIELD_CODE = Rule(
    "field-code",
    Severity.ERROR,
    "A code, number or address is not built as it must be.",
    """\
ZIP codes, phone numbers, e-mail and web addresses, states and official numbers have a fixed form, and some carry a
check digit that finds a slip of the finger. A spreadsheet drops the zero at the beginning of a ZIP code; quotation
marks keep it.

Wrong: `zip: 2134`

Right: `zip: "02134"`
""",
)
FIELD_EIN_PREFIX = Rule(
    "field-ein-prefix",
    Severity.WARNING,
    "An EIN begins with two digits that the IRS was not known to use.",
    """\
The first two digits of an EIN name the IRS office or the way it was given. Some pairs have never been given out, so
that an EIN with them is most likely mistyped. The list changes; the IRS letter decides.

Wrong: an EIN that begins with 00.

Right: the nine digits of the IRS letter, such as `61-1234567`.
""",
)
RULES = (
    FIELD_KIND, FIELD_TEXT, FIELD_SECRET, FIELD_DATE, FIELD_DURATION, FIELD_MONEY, FIELD_NUMBER, FIELD_CHOICE,
    FIELD_CODE, FIELD_EIN_PREFIX,
)  # fmt: skip

_SSN: Final = re.compile(r"(?<![0-9-])[0-9]{3}([- ])[0-9]{2}\1[0-9]{4}(?![0-9-])")
# https://www.irs.gov/businesses/small-businesses-self-employed/how-eins-are-assigned-and-valid-ein-prefixes
_UNUSED_EIN: Final = frozenset("00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97".split())


def is_empty(node: Node) -> bool:
    """Whether nothing was answered: a name with nothing after its colon."""
    return isinstance(node, TextNode) and not node.text.strip()


def is_unknown(node: Node) -> bool:
    """Whether the answer is ``unknown``, in any case."""
    return isinstance(node, TextNode) and node.text.strip().lower() == "unknown"


def read_value(field: Field, node: Node) -> Checked[Value]:
    """Return the value of ``field`` that ``node`` holds. Never raises.

    An empty node gives no value and no problem; ``unknown`` gives UNKNOWN. A list is a tuple: of
    :class:`Record` where its entries have fields, else of plain values. A record is a :class:`Record`.
    """
    reader = _Reader()
    value = reader.value(field, node)
    return Checked(value, tuple(reader.problems))


def quoted(text: str) -> str:
    """Return ``text`` as it is written in a profile: with quotation marks where they are needed."""
    plain = re.fullmatch(r"[A-Za-z0-9$(+/][^:#{}\[\],&*!|>'\"%@`\\\n]*", text) is not None
    risky = text != text.strip() or re.fullmatch(r"0[0-9]+", text) is not None or text.lower() in ("unknown", "")
    if plain and not risky:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


class _Wrong(Exception):
    """A value that its kind refuses. ``parts``: rule, message, fix."""

    def __init__(self, rule: Rule, message: str, fix: str = "") -> None:
        super().__init__(message)
        self.parts = (rule, message, fix)


class _Reader:
    """Reads one field, gathering what is wrong with it and below it."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def note(self, field: Field, span: Span, rule: Rule, message: str, fix: str = "") -> None:
        self.problems.append(rule.at(span, message, fix=fix, field=field.path))

    def value(self, field: Field, node: Node) -> Value | None:
        if is_empty(node):
            return None
        if is_unknown(node):
            return UNKNOWN
        match field.kind:
            case "list":
                return self.list(field, node)
            case "several":
                return self.several(field, node)
            case "record":
                return self.record(field, node)
            case _:
                if isinstance(node, TextNode):
                    return self.single(field, node)
                what = "A list" if isinstance(node, ListNode) else "A group"
                message = f"{what} stands here, but this field takes one answer."
                self.note(field, node.span, FIELD_KIND, message, _write(field))
                return None

    def single(self, field: Field, node: TextNode) -> Value | None:
        """Read a value that is one text."""
        text = node.text.strip()
        if not self.is_clean(field, text, node.span):
            return None
        try:
            value = _SINGLE[field.kind](field, text)
        except _Wrong as wrong:
            rule, message, fix = wrong.parts
            self.note(field, node.span, rule, message, fix)
            return None
        if field.kind == "ein" and text[:2] in _UNUSED_EIN:
            message = "The first two digits of this EIN were never in use."
            self.note(field, node.span, FIELD_EIN_PREFIX, message, "Compare it with the IRS letter.")
        return value

    def is_clean(self, field: Field, text: str, span: Span) -> bool:
        """Refuse what no field may hold, whatever its kind."""
        if _SSN.search(text):
            message = "This has the form of a Social Security number. Never put one here."
            self.note(field, span, FIELD_SECRET, message, "Delete it.")
            return False
        refused = refused_characters(text)
        for offset, character in refused[:3]:
            line, _, rest = text[:offset].rpartition("\n")
            at = f"line {line.count(chr(10)) + 2}, character {len(rest) + 1}" if line else f"character {offset + 1}"
            message = f"{character_name(character)} stands in this value ({at}). It cannot be printed."
            self.note(field, span, TEXT_CHARACTER, message, "Delete it, or type the word again.")
        return not refused

    def several(self, field: Field, node: Node) -> Value | None:
        if isinstance(node, MapNode):
            message = "A group stands here, but this field takes one or several of its answers."
            self.note(field, node.span, FIELD_KIND, message, _write(field))
            return None
        items = node.items if isinstance(node, ListNode) else (node,)
        keys: list[str] = []
        before = len(self.problems)
        for item in items:
            if not isinstance(item, TextNode):
                self.note(field, item.span, FIELD_KIND, "An entry is not a single answer.", _write(field))
            elif is_unknown(item):
                message = "“unknown” stands beside other answers. It is an answer for the whole field."
                self.note(field, item.span, FIELD_CHOICE, message, "Delete it, or write unknown alone.")
            elif self.is_clean(field, item.text, item.span):
                try:
                    key = _choice(field, item.text.strip())
                except _Wrong as wrong:
                    rule, message, fix = wrong.parts
                    if "," in item.text and not field.sensitive:
                        fix = f"Write: {field.name}: [{', '.join(t.strip() for t in item.text.split(','))}]"
                    self.note(field, item.span, rule, message, fix)
                    continue
                if key in keys:
                    self.note(field, item.span, FIELD_CHOICE, f"{key} is listed twice.", "Delete one of the two.")
                keys.append(key)
        if len(keys) > 1 and "none" in keys and field.option("none"):
            self.note(field, node.span, FIELD_CHOICE, "“none” stands beside other answers.", "Delete it or them.")
        if len(self.problems) > before:
            return None
        return tuple(keys) if self.counts(field, len(keys), node.span) else None

    def list(self, field: Field, node: Node) -> Value | None:
        if isinstance(node, MapNode) or (isinstance(node, TextNode) and field.each is None):
            message = "This field is a list. Each entry begins with a dash."
            self.note(field, node.span, FIELD_KIND, message, _write(field))
            return None
        items = node.items if isinstance(node, ListNode) else (node,)
        if len(items) > MAX_ENTRIES:
            message = f"This list has {len(items):,} entries; at most {MAX_ENTRIES} are read."
            self.note(field, node.span, FIELD_KIND, message, "Leave out what the contract need not name.")
            return None
        before = len(errors_in(self.problems))
        entries: list[Value] = []
        for item in items:
            entry = self.entry(field, item)
            if entry is not None:
                entries.append(entry)
        if len(errors_in(self.problems)) > before:
            return None
        return tuple(entries) if self.counts(field, len(entries), node.span) else None

    def entry(self, field: Field, node: Node) -> Value | None:
        if is_empty(node):
            self.note(field, node.span, FIELD_KIND, "An entry of this list is empty.", "Fill it in or delete its dash.")
            return None
        if is_unknown(node):
            message = "“unknown” stands for one entry. It is an answer for the whole list."
            self.note(field, node.span, FIELD_KIND, message, f"Delete the entry, or write: {field.name}: unknown")
            return None
        if field.each is None:
            return self.record(field, node)
        return self.value(field.each, node)

    def record(self, field: Field, node: Node) -> Record | None:
        if not isinstance(node, MapNode):
            names = ", ".join(f.name for f in field.fields[:6])
            message = (
                f"Here stands a group of fields ({names}{' …' if len(field.fields) > 6 else ''}), each on its line."
            )
            self.note(field, node.span, FIELD_KIND, message, _write(field))
            return None
        entries: list[tuple[str, Given]] = []
        before = len(errors_in(self.problems))
        for name, span, value in node.entries:
            member = field.member(name)
            if member is None:
                close = difflib.get_close_matches(name, [f.name for f in field.fields], 1, 0.6)
                fix = f"Did you mean {close[0]}?" if close else f"The fields are {_either(field, 'and')}."
                self.problems.append(
                    FIELD_KIND.at(span, f"“{_cut(name)}” is not a field here.", fix=fix, field=f"{field.path}.{name}")
                )
                continue
            read = self.value(member, value)
            if read is not None:
                entries.append((name, Given(read, value.span)))
        return Record(tuple(entries)) if len(errors_in(self.problems)) == before else None

    def counts(self, field: Field, n: int, span: Span) -> bool:
        least = int(field.least) if field.least.isdecimal() else 0 if field.optional else 1
        most = int(field.most) if field.most.isdecimal() else MAX_ENTRIES
        if least <= n <= most:
            return True
        has = {0: "no entry", 1: "one entry"}.get(n, f"{n} entries")
        wants = f"at least {least}" if n < least else f"at most {most}"
        self.note(
            field, span, FIELD_KIND, f"This list has {has}; it needs {wants}.", _write(field) if n < least else ""
        )
        return False


# ---------------------------------------------------------------- messages


def _cut(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= _ECHO else shown[: _ECHO - 1] + "…"


def _shown(field: Field, text: str) -> str:
    """Return the value as a message names it: never that of a sensitive field."""
    return "What stands here" if field.sensitive else f"“{_cut(text)}”"


def _write(field: Field, text: str = "") -> str:
    """Return how to write the field: ``text``, or its example."""
    if not text:
        text = field.example
        if "\n" in text:
            return f"Write, for example:\n{field.name}:\n" + "\n".join(f"  {line}" for line in text.split("\n"))
        return f"Write, for example: {field.name}: {text}" if text else ""
    return f"Write: {field.name}: {text}"


def _wrong(rule: Rule, field: Field, text: str, what: str, right: str = "") -> _Wrong:
    """Return the refusal of ``text``; ``right`` is the same value well written, where that is certain."""
    if field.sensitive and right:
        right = ""
    return _Wrong(rule, f"{_shown(field, text)} {what}", _write(field, right))


def _either(field: Field, joint: str = "or") -> str:
    names = [o.key for o in field.options] or [f.path.removeprefix(f"{field.path}.") for f in field.fields]
    return ", ".join(names[:-1]) + f" {joint} {names[-1]}" if len(names) > 1 else "".join(names)


# ---------------------------------------------------------------- texts


def _text(field: Field, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    least = int(field.least or 1)
    most = int(field.most or (MAX_PARAGRAPHS if field.kind == "paragraphs" else MAX_TEXT))
    if len(text) > most:
        raise _Wrong(FIELD_TEXT, f"This text has {len(text):,} characters; at most {most:,} fit here.", "Shorten it.")
    if len(text) < least:
        length = f"{len(text)} character{'' if len(text) == 1 else 's'}"
        raise _Wrong(FIELD_TEXT, f"This text has {length}; it needs at least {least}.", _write(field))
    if field.shapes and not any(_has_shape(text, shape) for shape in field.shapes):
        raise _wrong(FIELD_CODE, field, text, "does not have the form of this code.")
    return text


_SHAPE: Final = {"9": "[0-9]", "A": "[A-Z]", "X": "[A-Z0-9]"}


def _has_shape(text: str, shape: str) -> bool:
    return re.fullmatch("".join(_SHAPE.get(c) or re.escape(c) for c in shape), text) is not None


# ---------------------------------------------------------------- dates and durations

_MONTHS: Final = tuple(name.lower() for name in (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
))  # fmt: skip


def _date(field: Field, text: str) -> dt.date:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if found is None:
        raise _date_form(field, text)
    year, month, day = (int(part) for part in found.groups())
    if not 1 <= month <= 12:
        raise _wrong(FIELD_DATE, field, text, "is not a real date: there are twelve months.")
    if not 1900 <= year <= 2199:
        raise _wrong(FIELD_DATE, field, text, "is not a year of our time.")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = _MONTHS[month - 1].capitalize()
        what = f"is not a real date: {name} {year} has {days} days."
        raise _Wrong(
            FIELD_DATE, f"{_shown(field, text)} {what}", f"Write year-month-day, like {_day(year, month, days)}."
        )
    return dt.date(year, month, day)


def _day(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"


def _real(year: int, month: int, day: int) -> str:
    """Return the day as it is written, or "" if there is none."""
    real = 1900 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    return _day(year, month, day) if real else ""


def _date_form(field: Field, text: str) -> _Wrong:
    """Say what is wrong with a date that is not written year-month-day."""
    if found := re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text):
        first, second, year = (int(part) for part in found.groups())
        american, other = _real(year, first, second), _real(year, second, first)
        if american and other and american != other:
            raise_to = f"can be read as {_spoken(american)} or {_spoken(other)}."
            return _Wrong(FIELD_DATE, f"{_shown(field, text)} {raise_to}", f"Write {american} or {other}.")
        return _wrong(FIELD_DATE, field, text, "is not written year-month-day.", american or other)
    if found := re.fullmatch(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})(?:[T ].*)?", text):
        year, month, day = (int(part) for part in found.groups())
        return _wrong(FIELD_DATE, field, text, "is not written year-month-day.", _real(year, month, day))
    if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}", text):
        return _wrong(FIELD_DATE, field, text, "leaves the century and the order open.")
    if found := re.fullmatch(r"([A-Za-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})", text):
        names = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(found[1].lower())]
        right = _real(int(found[3]), names[0], int(found[2])) if len(names) == 1 else ""
        return _wrong(FIELD_DATE, field, text, "is not written year-month-day.", right)
    return _wrong(FIELD_DATE, field, text, "is not a date.")


def _spoken(day: str) -> str:
    date = dt.date.fromisoformat(day)
    return f"{_MONTHS[date.month - 1].capitalize()} {date.day}"


_UNIT_WORDS: Final = {
    "hour": "hours", "day": "days", "calendar day": "days", "business day": "business days", "week": "weeks",
    "month": "months", "year": "years",
}  # fmt: skip
_MEANT: Final = {
    "working day": "business days", "work day": "business days", "workday": "business days", "bd": "business days",
    "businessday": "business days", "d": "days", "hr": "hours", "h": "hours", "wk": "weeks", "w": "weeks",
    "mo": "months", "mon": "months", "yr": "years", "y": "years",
}  # fmt: skip
# For comparing with a limit: at most so many days is one unit; a business day counts at least 1.4.
_DAYS: Final = {
    "hours": Decimal(1) / 24, "days": Decimal(1), "business days": Decimal("1.4"), "weeks": Decimal(7),
    "months": Decimal(30), "years": Decimal(365),
}  # fmt: skip


def _duration(field: Field, text: str) -> Duration:
    value = _as_duration(text)
    if value is not None:
        if field.most and (most := _as_duration(field.most)) and _days(value) > _days(most):
            raise _Wrong(
                FIELD_DURATION, f"{_shown(field, text)} is longer than {field.most}, the most there can be here."
            )
        if field.least and (least := _as_duration(field.least)) and _days(value) < _days(least):
            raise _Wrong(FIELD_DURATION, f"{_shown(field, text)} is shorter than {field.least}, the least here.")
        return value
    found = re.fullmatch(r"([0-9]{1,5})[ -]*([A-Za-z][A-Za-z .]*)?", text)
    if found and not found[2]:
        n = found[1]
        raise _Wrong(
            FIELD_DURATION,
            f"{_shown(field, text)} has no unit: days and business days are not the same.",
            "" if field.sensitive else f"Write: {field.name}: {n} business days, or {n} days.",
        )
    if found:
        unit = " ".join(found[2].lower().rstrip("s.").split())
        meant = _MEANT.get(unit) or next(iter(difflib.get_close_matches(unit, _UNIT_WORDS, 1, 0.7)), "")
        right = _as_duration(f"{int(found[1])} {_UNIT_WORDS.get(meant, meant)}")
        what = f"has a unit that is not known here. Units are {', '.join(UNITS[:-1])} and {UNITS[-1]}."
        raise _wrong(FIELD_DURATION, field, text, what, _written(right) if right else "")
    raise _wrong(FIELD_DURATION, field, text, "is not a number and a unit.")


def _as_duration(text: str) -> Duration | None:
    found = re.fullmatch(r"([0-9]{1,4})[ ]+([A-Za-z]+(?: [A-Za-z]+)?)", text)
    if found is None:
        return None
    unit = _UNIT_WORDS.get(found[2].lower().removesuffix("s"))
    return Duration(int(found[1]), unit) if unit else None


def _days(value: Duration) -> Decimal:
    return value.n * _DAYS[value.unit]


def _written(value: Duration) -> str:
    return f"{value.n} {value.unit[:-1] if value.n == 1 else value.unit}"


# ---------------------------------------------------------------- numbers

_AMOUNT: Final = re.compile(r"\$? ?([0-9]{1,3}(?:,[0-9]{3})+|0|[1-9][0-9]*)(\.[0-9]{2})?")


def _money(field: Field, text: str) -> Decimal:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise _money_form(field, text)
    digits = found[1].replace(",", "")
    if len(digits) > 12:
        raise _Wrong(FIELD_MONEY, f"{_shown(field, text)} is more than any agreement pays.", _write(field))
    amount = Decimal(digits + (found[2] or ".00"))
    _within(field, text, amount, FIELD_MONEY, "$")
    return amount


def _money_form(field: Field, text: str) -> _Wrong:
    if text.startswith(("-", "(", "−", "$-")):
        return _wrong(FIELD_MONEY, field, text, "is a negative amount. Say in another field who pays whom.")
    bare = re.sub(r"(?i)^(usd|us\$)\s*|\s*(usd|us dollars|dollars?|\$)$", "", text).strip()
    if bare != text and _AMOUNT.fullmatch(bare):
        return _wrong(FIELD_MONEY, field, text, "has more than digits. Amounts are US dollars anyway.", bare)
    if found := re.fullmatch(r"(\$? ?[0-9,]*[0-9])\.([0-9])", text):
        right = f"{found[1]}.{found[2]}0"
        return _wrong(FIELD_MONEY, field, text, "has one digit of cents; cents have two.", right)
    if re.fullmatch(r"\$? ?[0-9,]*[0-9]\.[0-9]{3,}", text):
        return _wrong(FIELD_MONEY, field, text, "has more than two digits after the point.")
    if re.fullmatch(r"\$? ?[0-9][0-9,.]*", text):
        return _wrong(
            FIELD_MONEY,
            field,
            text,
            "can be read in several ways: commas stand after every third digit, and one point before the cents.",
        )
    return _wrong(FIELD_MONEY, field, text, "is not an amount in US dollars.")


def _percent(field: Field, text: str) -> Percent:
    found = re.fullmatch(r"([0-9]{1,3}(?:\.([0-9]+))?) ?%?", text)
    if found is None:
        bare = re.sub(r"(?i)\s*(percent|per cent|pct)\.?$", "", text)
        right = f"{bare}%" if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2})?|100", bare) else ""
        raise _wrong(FIELD_NUMBER, field, text, "is not a percentage.", right)
    if found[2] and len(found[2]) > 2:
        raise _wrong(FIELD_NUMBER, field, text, "has more than two digits after the point.")
    amount = Decimal(found[1])
    if amount > 100 and not field.most:
        raise _wrong(FIELD_NUMBER, field, text, "is more than 100 percent.")
    _within(field, text, amount, FIELD_NUMBER, "%")
    return Percent(amount)


def _integer(field: Field, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+|0|[1-9][0-9]*", text):
        if re.fullmatch(r"[-−][0-9,]+", text):
            raise _wrong(FIELD_NUMBER, field, text, "is less than nothing.")
        if re.fullmatch(r"[0-9]+\.[0-9]+", text):
            raise _wrong(FIELD_NUMBER, field, text, "is not a whole number.")
        found = re.match(r"([0-9]+)\s+[A-Za-z]", text)
        raise _wrong(FIELD_NUMBER, field, text, "is not a whole number in digits alone.", found[1] if found else "")
    digits = text.replace(",", "")
    if len(digits) > 9:
        raise _wrong(FIELD_NUMBER, field, text, "is larger than any number here can be.")
    value = int(digits)
    _within(field, text, Decimal(value), FIELD_NUMBER, "")
    return value


def _within(field: Field, text: str, value: Decimal, rule: Rule, sign: str) -> None:
    for limit, word, beyond in ((field.least, "least", value.__lt__), (field.most, "most", value.__gt__)):
        if limit and beyond(Decimal(limit)):
            size = {"$": f"${Decimal(limit):,.2f}", "%": f"{limit} percent"}.get(
                sign, f"{int(limit):,}" if not sign else limit
            )
            more = "less" if word == "least" else "more"
            raise _Wrong(
                rule, f"{_shown(field, text)} is {more} than {size}, the {word} there can be here.", _write(field)
            )


# ---------------------------------------------------------------- choices


def _yes_no(field: Field, text: str) -> bool:
    match text.lower():
        case "yes":
            return True
        case "no":
            return False
    meant = {"true": "yes", "y": "yes", "on": "yes", "1": "yes", "false": "no", "n": "no", "off": "no", "0": "no"}
    right = "" if field.sensitive else meant.get(text.lower(), "")
    fix = f"Write: {field.name}: {right}" if right else f"Write: {field.name}: yes, no or unknown."
    raise _Wrong(FIELD_CHOICE, f"{_shown(field, text)} is not yes, no or unknown.", fix)


def _choice(field: Field, text: str) -> str:
    if field.option(text) is not None:
        return text
    meant = "" if field.sensitive else _meant(text, field.options)
    fix = f"Write: {field.name}: {meant}" if meant else f"Write one of: {_either(field)}. Or: unknown."
    raise _Wrong(FIELD_CHOICE, f"{_shown(field, text)} is not one of the answers of this field.", fix)


def _meant(text: str, options: tuple[Option, ...]) -> str:
    """Return the key of the option that ``text`` most likely means, by its key, label or phrase."""
    names: dict[str, str] = {}
    for option in options:
        for name in (option.key, option.key.replace("_", " "), option.label, option.phrase):
            names.setdefault(name.lower(), option.key)
    low = text.lower().strip()
    close = difflib.get_close_matches(low, names, 1, 0.7)
    begun = {key for name, key in names.items() if len(low) > 2 and name.startswith(low)}
    return names[close[0]] if close else begun.pop() if len(begun) == 1 else ""


def _state(field: Field, text: str) -> str:
    if text in STATES:
        return text
    names = {name.lower().removeprefix("the "): code for code, name in STATES.items()}
    names |= {"washington dc": "DC", "washington d.c.": "DC", "d.c.": "DC", "virgin islands": "VI"}
    low = text.lower().removeprefix("the ").removeprefix("state of ")
    meant = text.upper() if text.upper() in STATES else names.get(low, "")
    if not meant and len(low) > 3:
        close = difflib.get_close_matches(low, names, 1, 0.75)
        meant = names[close[0]] if close else ""
    what = "is not one of the two-letter codes of the states and territories."
    raise _wrong(FIELD_CODE, field, text, what, meant)


# ---------------------------------------------------------------- codes and addresses


def _zip(field: Field, text: str) -> str:
    if re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", text):
        return text
    if re.fullmatch(r"[0-9]{3,4}", text):
        lost = "the first zero" if len(text) == 4 else "two zeros at the beginning"
        what = f"has {len(text)} digits; a spreadsheet may have dropped {lost}."
        raise _wrong(FIELD_CODE, field, text, what, f'"{text:0>5}"')
    if re.fullmatch(r"[0-9]{9}", text):
        raise _wrong(FIELD_CODE, field, text, "has nine digits without a hyphen.", f'"{text[:5]}-{text[5:]}"')
    raise _wrong(FIELD_CODE, field, text, "is not a ZIP code of five digits, or of five and four.")


def _ein(field: Field, text: str) -> str:
    # Not even a wrong EIN is repeated: it may be somebody's own number.
    if not re.fullmatch(r"[0-9]{2}-[0-9]{7}", text):
        digits = len(re.sub(r"[^0-9]", "", text))
        if digits == 9 and re.fullmatch(r"[0-9 -]+", text):
            what = "The nine digits of an EIN are divided after the second."
        else:
            what = f"This has {digits} digits; an EIN has two, a hyphen, and seven."
        raise _Wrong(FIELD_CODE, what, f"Write it like this: {field.name}: 61-1234567")
    return text


def _npi(field: Field, text: str) -> str:
    if not re.fullmatch(r"[0-9]{10}", text):
        raise _wrong(FIELD_CODE, field, text, "is not an NPI: it has ten digits and nothing else.")
    if text[0] not in "12":
        raise _wrong(FIELD_CODE, field, text, "is not an NPI: it begins with 1 or 2.")
    if not _luhn("80840" + text):
        raise _wrong(FIELD_CODE, field, text, "is not an NPI: its last digit does not fit the others. One is mistyped.")
    return text


def _luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B; for an NPI with the prefix 80840 (45 CFR 162.406)."""
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _uei(field: Field, text: str) -> str:
    if re.fullmatch(r"[1-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{11}", text):
        return text
    if re.fullmatch(r"[1-9A-HJ-NP-Z][0-9A-HJ-NP-Z]{11}", text.upper()):
        raise _wrong(FIELD_CODE, field, text, "has small letters.", text.upper())
    if len(text) == 12 and re.search("[IOio]", text):
        raise _wrong(FIELD_CODE, field, text, "is not a UEI: it never holds the letters I and O. They are 1 and 0.")
    what = "is not a UEI: it has twelve letters and digits and does not begin with 0."
    raise _wrong(FIELD_CODE, field, text, what)


def _phone(field: Field, text: str) -> str:
    number, _, extension = re.sub(r"(?i)[ ,]+(ext\.?|x)[ ]*(?=[0-9]+$)", "\0", text).partition("\0")
    if not extension or len(extension) <= 8:
        if re.fullmatch(r"(\+?1[ .-]?)?(\([2-9][0-9]{2}\)|[2-9][0-9]{2})[ .-]?[0-9]{3}[ .-]?[0-9]{4}", number):
            return text
        if re.fullmatch(r"\+[2-9]([ .()-]{0,2}[0-9]){6,14}", number):
            return text
    digits = len(re.sub("[^0-9]", "", number))
    if digits == 7:
        raise _wrong(FIELD_CODE, field, text, "has no area code.")
    raise _wrong(
        FIELD_CODE, field, text, "is not a phone number of ten digits, or one that begins with + and a country."
    )


_EMAIL: Final = re.compile(
    r"[^\s@<>()\[\]\\,;:\"“”]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])"
)


def _email(field: Field, text: str) -> str:
    if len(text) <= 254 and _EMAIL.fullmatch(text):
        local = text.split("@", 1)[0]
        if not (local.startswith(".") or local.endswith(".") or ".." in text):
            return text
    found = re.search(r"<([^<>\s]+@[^<>\s]+)>", text)
    right = found[1] if found and _EMAIL.fullmatch(found[1]) else ""
    what = "is more than the address." if right else "is not an e-mail address."
    raise _wrong(FIELD_CODE, field, text, what, right)


_URL: Final = re.compile(
    r"https?://(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])(?::[0-9]{1,5})?(?:[/?#][^\s<>\"{}|\\^`]*)?"
)


def _url(field: Field, text: str) -> str:
    if len(text) <= 2000 and _URL.fullmatch(text):
        return text
    right = f"https://{text}" if "://" not in text and _URL.fullmatch(f"https://{text}") else ""
    raise _wrong(FIELD_CODE, field, text, "is not a web address that begins with https:// or http://.", right)


_SINGLE: Final[dict[str, Callable[[Field, str], Value]]] = {
    "text": _text,
    "paragraphs": _text,
    "date": _date,
    "duration": _duration,
    "money": _money,
    "percent": _percent,
    "integer": _integer,
    "yes_no": _yes_no,
    "choice": _choice,
    "party_choice": _choice,
    "phone": _phone,
    "email": _email,
    "url": _url,
    "state": _state,
    "zip": _zip,
    "ein": _ein,
    "npi": _npi,
    "uei": _uei,
}
