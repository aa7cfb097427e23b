"""What in a contract might be a value: names of parties, amounts, dates, times, shares, blanks to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.frozen import dataclass
from generator.intake.contract import Contract, Line, Part

__all__ = ["Proposal", "parties_of", "values_of"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that look like a value: where they stand, what they are, and the field that might hold them."""

    text: str
    kind: str  # party, money, date, duration, percent, blank
    field: str
    where: str


_MONEY = re.compile(r"(?:US)?\$\s?\d[\d,]*(?:\.\d\d)?")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:{_MONTHS}),?\s+\d{{4}}\b"
    r"|\b\d{1,2}/\d{1,2}/\d{4}\b"
)
_DURATION = re.compile(
    r"\b(?:[a-z]+(?:-[a-z]+)?\s+\(\d{1,4}\)|\d{1,4})\s+(?:(?:calendar|business|working)\s+)?"
    r"(?:hours?|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\b[a-z]+ percent \(\d{1,3}%\)|(?<![\d.])\d{1,3}(?:\.\d+)?\s?%", re.IGNORECASE)
# Brackets to fill in, but no box to tick: [ x ], [    ].
_BLANK = re.compile(
    r"_{3,}|\[(?!\s*[xX✓]?\s*\]|\s*[Dd]rafting)[^\[\]\n]{1,60}\]|\{[a-z]\w{2,40}\}|<[A-Za-z][^<>\n]{2,40}>"
)
_SHORT_NAME = re.compile(r"\([^()“”\"]{0,60}[“\"]([^”\"“]{2,40})[”\"][^()]{0,80}\)")
_BEFORE = re.compile(
    r"^(?:and|between|by|among|the|of|this agreement is|is made|[A-Z][A-Za-z ]{2,24}:)(?=\W|\s)[\s,:]*", re.IGNORECASE
)
_AFTER = re.compile(
    r",?\s+(?:an?|with|located|represented|having|organized|whose|on behalf|doing business|d/b/a)\b|,\s*$|\s*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"this\b|whereas\b|the parties\b|.*[\[_]", re.IGNORECASE)
_NO_PARTY = ("agreement", "effective date", "parties", "party", "contract", "mou", "baa", "services", "term")
# A word near a value that says what it is, and the field it might be.
_NEARBY = {
    "date": (("effect", "term.effective_date"), ("commenc", "term.effective_date"), ("expir", "term.end_date"),
             ("terminat", "term.end_date"), ("until", "term.end_date")),
    "duration": (("cure", "terminate.cure_days"), ("breach", "baa.breach_notice"), ("invoice", "pay.invoice.pay_days"),
                 ("without cause", "terminate.convenience"), ("for any reason", "terminate.convenience"),
                 ("for convenience", "terminate.convenience"), ("pay", "pay.invoice.pay_days"),
                 ("confidential", "confidentiality.years"), ("retain", "audit.record_years"),
                 ("renew", "renewal.notice"), ("terminat", "terminate.convenience")),
    "money": (("exceed", "pay.total_cap"), ("maximum", "pay.total_cap"), ("liabil", "liability.cap_amount")),
    "percent": (("interest.{0,60}(?:month|year|annum)", "pay.invoice.interest_pct"),
                ("(?:late|overdue|unpaid|past due)", "pay.invoice.interest_pct")),
    "blank": (("effective date", "term.effective_date"),),
}  # fmt: skip
# What a field of this kind can be asked: no hours for years, no years for days.
_UNITS = {
    "confidentiality.years": ("year", "month"), "audit.record_years": ("year",),
    "terminate.cure_days": ("day",), "pay.invoice.pay_days": ("day",), "baa.breach_notice": ("day", "hour"),
    "terminate.convenience": ("day", "month"), "renewal.notice": ("day", "month"),
}  # fmt: skip


def parties_of(contract: Contract) -> list[Proposal]:
    """Return the names of the first two parties: what stands before their short names in the preamble."""
    lines = [x.text for x in contract.preamble if isinstance(x, Line)]
    if not lines and contract.parts:
        lines = [x.text for x in contract.parts[0].lines if isinstance(x, Line)][:2]
    text = "\n".join(lines)
    out: list[Proposal] = []
    start = 0
    for found in _SHORT_NAME.finditer(text):
        before = text[start : found.start()].rpartition("\n")[2]
        before = re.split(r"\b(?:between|among|by and)\b", before)[-1].strip(" ,:;")
        start = found.end()
        while (less := _BEFORE.sub("", before).strip(" ,:;")) != before:
            before = less
        end = _AFTER.search(before)
        name = before[: end.start()] if end is not None else before
        if not (3 < len(name) < 90) or not name[:1].isupper() or found[1].lower().strip(" ,") in _NO_PARTY:
            continue
        if _BLANK.search(name) or _NO_NAME.match(name) or len(name.split()) > 12:
            continue
        role = ("hco", "cbo")[len(out) // 2]
        out += [
            Proposal(name, "party", f"{role}.legal_name", "the preamble"),
            Proposal(found[1].strip(" ,"), "party", f"{role}.short_name", "the preamble"),
        ]
        if len(out) == 4:
            break
    return out


def values_of(part: Part, where: str) -> Iterator[Proposal]:
    """Yield what in a section looks like a value, in the order of the text."""
    for line in part.lines:
        rows = (
            [[line.text]] if isinstance(line, Line) else [[" ".join(x.text for x in c) for c in r] for r in line.rows]
        )
        for row in rows:
            for n, text in enumerate(row):
                yield from _values_in(text, row[0] if n else part.title, where)


def _values_in(text: str, title: str, where: str) -> Iterator[Proposal]:
    kinds = (("money", _MONEY), ("date", _DATE), ("duration", _DURATION), ("percent", _PERCENT), ("blank", _BLANK))
    for kind, pattern in kinds:
        for found in pattern.finditer(text):
            near = f"{title} {text[max(0, found.start() - 90) : found.end() + 60]}".lower()
            near = title.lower() if kind == "blank" else near
            known = [(m.start(), f) for word, f in _NEARBY[kind] for m in re.finditer(rf"\b{word}", near)]
            known = [(at, f) for at, f in known if _fits(f, found[0])]
            if kind == "date":
                # A start and an end often stand in one sentence: the nearest word in front says which it is.
                front = near.find(found[0].lower())
                known = sorted(known, key=lambda one: (one[0] > front, -one[0]))
            field = known[0][1] if known else ""
            yield Proposal("______" if found[0].startswith("___") else found[0], kind, field, where)


def _fits(field: str, value: str) -> bool:
    units = _UNITS.get(field)
    return units is None or any(unit in value.lower() for unit in units)
