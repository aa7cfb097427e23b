"""The dates of agreements as a calendar file (iCalendar, RFC 5545): whole days, with a reminder a week before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from generator.register.entries import Entry

__all__ = ["calendar_of"]


def calendar_of(entries: Iterable[Entry], today: dt.date) -> bytes:
    """Return a calendar with every date of ``entries`` from ``today`` on; the same dates give the same bytes.

    An event keeps its UID from one writing to the next, so that a calendar that takes the file again moves it.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Agreements//Dates of agreements//EN", "CALSCALE:GREGORIAN"]
    seen: dict[tuple[str, str], int] = {}
    for entry in entries:
        for day, what in entry.after(today):
            key = (entry.folder, what)
            seen[key] = seen.get(key, 0) + 1
            uid = hashlib.sha256("\n".join((*key, str(seen[key]))).encode()).hexdigest()[:32]
            start = dt.date.fromisoformat(day)
            lines += [
                "BEGIN:VEVENT",
                f"UID:{uid}@agreements",
                f"DTSTAMP:{today:%Y%m%d}T000000Z",
                f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
                f"DTEND;VALUE=DATE:{start + dt.timedelta(days=1):%Y%m%d}",
                "SUMMARY:" + _text(f"{what} – {entry.shown}"),
                "DESCRIPTION:" + _text(f"{', '.join(entry.parties)}. Folder: {entry.folder}. State: {entry.state}."),
                "TRANSP:TRANSPARENT",
                "BEGIN:VALARM",
                "ACTION:DISPLAY",
                "TRIGGER:-P7D",
                "DESCRIPTION:" + _text(what),
                "END:VALARM",
                "END:VEVENT",
            ]
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines).encode()


def _text(text: str) -> str:
    """Return ``text`` as a TEXT value (RFC 5545, 3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "".join(c for c in escaped.replace("\r\n", "\n").replace("\n", "\\n") if c.isprintable())


def _folded(line: str) -> str:
    """Break ``line`` so that no part has more than 75 bytes (3.1); a letter is never cut."""
    parts, part, size = [], "", 0
    for c in line:
        width = len(c.encode())
        if size + width > 74:
            parts.append(part)
            part, size = " ", 1
        part += c
        size += width
    return "\r\n".join([*parts, part])
