"""A roster: one row a member, each with the profile that its agreements are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from generator.diagnostics import Diagnostic, Span
from generator.fields import UNKNOWN, Dictionary, Given
from generator.frozen import dataclass
from generator.profile import Profile, laid_over

__all__ = ["Cells", "Contact", "Roster", "Row"]


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to write to: what they do there, and their address."""

    part: str
    name: str
    email: str


class Cells(Mapping[str, Span]):
    """Where each column of one row stands. ``columns`` are shared by all rows; ``others`` are on further sheets.

    ``entries`` are the rows of further sheets, by the place of each in its list (``pay.ffs.1``), ``parts`` the columns
    there (``pay.ffs.rate``), shared by all rows.
    """

    __slots__ = ("columns", "entries", "file", "number", "others", "parts")

    def __init__(
        self, file: str, number: int, columns: Mapping[str, int], others: Mapping[str, Span],
        entries: Mapping[str, Span] | None = None, parts: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.file, self.number, self.columns, self.others = file, number, columns, others
        self.entries, self.parts = entries or {}, parts or {}

    def of_entry(self, name: str) -> Span | None:
        """Return the cell of ``pay.ffs.1.rate`` on the sheet of that list; None if it has none."""
        for whole, row in self.entries.items():
            if name == whole or name.startswith(f"{whole}."):
                column = self.parts.get(whole.rpartition(".")[0] + name[len(whole) :])
                return None if column is None else Span(row.file, row.line, column)
        return None

    def __getitem__(self, name: str) -> Span:
        column = self.columns.get(name)
        return self.others[name] if column is None else Span(self.file, self.number, column)

    def __iter__(self) -> Iterator[str]:
        yield from self.columns
        yield from (name for name in self.others if name not in self.columns)

    def __len__(self) -> int:
        return len(self.columns.keys() | self.others.keys())


@dataclass(frozen=True, slots=True)
class Row:
    """One member.

    ``key`` is its folder: its number, or else its name, as small letters, digits and hyphens; it stays the same when
    rows move, and no two sound rows of a roster share one. ``number`` is the row in the sheet; ``name`` the
    member's name as it was typed. ``own`` are the values of this row, ``base`` what all rows share, ``cells`` where
    each column of this row stands. ``digest`` is that of the row's own answers. ``problems`` are those found while
    reading. ``party`` is the name under which the profile describes the member. ``attached`` are the files that its own
    answers name, as a profile has them. ``id`` is the number or short name that the operator gave it, as typed.
    """

    key: str
    number: int
    name: str
    base: Profile = field(repr=False, compare=False)
    own: Mapping[str, Given] = field(repr=False)
    cells: Mapping[str, Span] = field(default_factory=dict, repr=False, compare=False)
    digest: str = ""
    problems: tuple[Diagnostic, ...] = ()
    file: str = ""
    party: str = ""
    attached: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)
    id: str = ""

    @property
    def has_columns(self) -> bool:
        """Whether it stands in a table, where it has a number and its answers have columns; else it is a file."""
        return isinstance(self.cells, Cells)

    def cell(self, name: str) -> Span | None:
        """Return the cell of the field ``name``, also of an entry on a further sheet; None if it has no column."""
        found = self.cells.get(name)
        return self.cells.of_entry(name) if found is None and isinstance(self.cells, Cells) else found

    @property
    def profile(self) -> Profile:
        """The profile of this member: what all share, with its own values laid over. It is made when asked for."""
        base = self.base
        return laid_over(
            base,
            self.own,
            file=self.cells.file if isinstance(self.cells, Cells) else self.file,
            digests=((f"{self.file}#{self.key}", self.digest), *base.digests),
            pins=base.pins,
            overrides=base.overrides,
            places={**base.places, **self.cells},
            lines=max(1, self.number),
            attached={**base.attached, **self.attached},
        )

    def contacts(self) -> tuple[Contact, ...]:
        """Return who can be written to at this member: the signer first, each address once."""
        found: dict[str, Contact] = {}
        for part in ("signer", "contacts.program", "contacts.privacy", "contacts.billing"):
            where = f"{self.party}.{part}"
            email, name = self.own.get(f"{where}.email"), self.own.get(f"{where}.name")
            if email is not None and isinstance(email.value, str):
                shown = name.value if name is not None and isinstance(name.value, str) else ""
                found.setdefault(email.value.lower(), Contact(part.rpartition(".")[2], shown, email.value))
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Roster:
    """All members of a file, in its order.

    ``diagnostics`` are what concerns the file as a whole or is only told; what is wrong with one row is in its
    ``problems``. ``digest`` is that of the file, or of all files of a folder. ``party`` is the name under which
    profiles describe the member ("cbo"). ``columns`` maps each field to the label of its column; ``dictionary`` is
    that by which it was read.
    """

    file: str
    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    digest: str = ""
    party: str = ""
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)
    dictionary: Dictionary = field(default_factory=Dictionary, repr=False, compare=False)


def left_open(base: Profile, party: str) -> Profile:
    """Return what all share without what the hub answered unknown of its members: each answers that, or leaves it out.

    So a rule that demands an answer asks every member for it.
    """
    values = {p: g for p, g in base.values.items() if g.value is not UNKNOWN or not p.startswith(f"{party}.")}
    return base if len(values) == len(base.values) else replace(base, values=values)
