"""The dates that matter after signing: when it ends, when notice is due, when a certificate expires."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from generator.fields import Dictionary, Duration, capitalized
from generator.fields.values import Record
from generator.frozen import dataclass
from generator.profile import Profile

__all__ = ["RENEWS", "Deadline", "deadlines_of", "earlier", "later"]

RENEWS = "Renews by itself unless somebody gave notice"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day, what it is, and the answers it comes from."""

    date: dt.date
    what: str
    fields: tuple[str, ...]


def earlier(day: dt.date, by: Duration) -> dt.date:
    """Return the day that lies ``by`` before ``day``. A notice given on it is in time.

    Months and years count by the calendar (one month before March 31 is the last of February); business days leave
    out weekends, not holidays, which differ; hours count as the days they touch.
    """
    return _moved(day, by, -1)


def later(day: dt.date, by: Duration) -> dt.date:
    """Return the day that lies ``by`` after ``day``, counted as in :func:`earlier`."""
    return _moved(day, by, 1)


def _moved(day: dt.date, by: Duration, way: int) -> dt.date:
    match by.unit:
        case "months" | "years":
            months = day.year * 12 + day.month - 1 + way * by.n * (12 if by.unit == "years" else 1)
            year, month = divmod(months, 12)
            if not dt.MINYEAR <= year <= dt.MAXYEAR:
                return dt.date.max if way > 0 else dt.date.min
            return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
        case "business days":
            left = by.n
            while left:
                day += dt.timedelta(days=way)
                left -= day.weekday() < 5
            return day
        case "weeks":
            return day + way * dt.timedelta(weeks=by.n)
        case "hours":
            return day + way * dt.timedelta(days=-(-by.n // 24))
        case _:
            return day + way * dt.timedelta(days=by.n)


def deadlines_of(profile: Profile, dictionary: Dictionary, since: dt.date) -> tuple[Deadline, ...]:
    """Return the dates of ``profile`` after the day ``since``, soonest first; each once."""
    found = [d for d in (*_given(profile, dictionary), *_counted(profile)) if d.date > since]
    return tuple(sorted(dict.fromkeys(found), key=lambda d: (d.date, d.what, d.fields)))


def _given(profile: Profile, dictionary: Dictionary) -> Iterator[Deadline]:
    for path, given in sorted(profile.values.items()):
        if isinstance(given.value, dt.date):
            yield Deadline(given.value, capitalized(dictionary.label(path)), (path,))
        elif isinstance(given.value, tuple):
            for n, entry in enumerate(given.value, 1):
                yield from _in_entry(entry, f"{path}.{n}", profile, dictionary) if isinstance(entry, Record) else ()


def _in_entry(entry: Record, path: str, profile: Profile, dictionary: Dictionary) -> Iterator[Deadline]:
    """Yield the dates of one entry of a list, told with its own words: “Insurance, Harbor, Automobile: expiry”."""
    for member, given in entry.entries:
        value = given.value
        if isinstance(value, dt.date):
            words = ", ".join(_words(entry, path, profile, dictionary))
            field = dictionary.find(f"{path}.{member}")
            whole = dictionary.find(path.rpartition(".")[0])
            told = (
                f"{whole.label}, {words}" + ("" if field.label.lower() == "date" else f": {field.label}")
                if words and field is not None and whole is not None
                else dictionary.label(f"{path}.{member}")
            )
            yield Deadline(value, capitalized(told), (f"{path}.{member}",))


def _words(entry: Record, path: str, profile: Profile, dictionary: Dictionary) -> list[str]:
    """Return what tells an entry from the others: its party and its kind, or its first text."""
    out = []
    for member in entry:
        field, value = dictionary.find(f"{path}.{member}"), entry[member].value
        if field is None or not isinstance(value, str):
            continue
        if field.kind == "party_choice":
            name = profile.given(f"{value}.short_name")
            option = field.option(value)
            out.append(str(name.value) if name is not None else option.label if option is not None else value)
        elif field.kind == "choice":
            option = field.option(value)
            out.append(option.label if option is not None else value)
        elif field.kind == "text" and not out:
            out.append(value)
    return out[:2]


def _counted(profile: Profile) -> Iterator[Deadline]:
    """Yield what is counted back from the end: the last day for a notice, the day talks begin."""
    end, fields = _end(profile)
    if end is None:
        return
    if fields != ("term.end_date",):
        yield Deadline(end, "The term ends", fields)
    renewal = profile.given("renewal.type")
    if renewal is None or renewal.value == "none":
        return
    if renewal.value == "auto":
        yield Deadline(end, RENEWS, (*fields, "renewal.type"))
    for path, what in (
        ("renewal.notice", "Last day to give notice about renewal"),
        ("renewal.talks_start", "Talks about renewal start"),
    ):
        given = profile.given(path)
        if given is not None and isinstance(given.value, Duration):
            yield Deadline(earlier(end, given.value), what, (*fields, path))


def _end(profile: Profile) -> tuple[dt.date | None, tuple[str, ...]]:
    end, start, length = (profile.given(f"term.{n}") for n in ("end_date", "effective_date", "length"))
    if end is not None and isinstance(end.value, dt.date):
        return end.value, ("term.end_date",)
    if start is not None and length is not None and isinstance(start.value, dt.date):
        if isinstance(length.value, Duration):
            # A year from January 1 ends on December 31.
            return later(start.value, length.value) - dt.timedelta(days=1), ("term.effective_date", "term.length")
    return None, ()
