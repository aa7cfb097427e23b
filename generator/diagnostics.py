"""Problems as data: where, what, how to mend it.

A problem in the reader's input is a :class:`Diagnostic`, gathered with all the others and shown
at once. An exception means a fault of this program, never of the input.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Generic, TypeVar

from generator.frozen import dataclass

__all__ = ["Checked", "Diagnostic", "Related", "Rule", "Severity", "Span", "errors_in", "in_order"]

T = TypeVar("T")


class Severity(StrEnum):
    """How much a problem stops: an error stops every document, an open item stops a final."""

    ERROR = "error"
    OPEN = "open"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text the reader can open: file as shown to the reader, line and column from 1.

    A ``file`` that ends in ``!`` is a sheet of a workbook; line and column are those of the cell.
    """

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        if self.file.endswith("!"):  # a cell of a sheet, as spreadsheet programs name it: members.xlsx Members!F12
            return f"{self.file}{_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


def _letters(column: int) -> str:
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to the same problem ("also given in …")."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem.

    ``rule`` names it for ``agreements explain``; ``message`` says what is wrong in the reader's
    words; ``fix`` says what to write instead; ``field`` is the dotted field name where there is one.
    A message never repeats the value of a field that the data dictionary calls sensitive.
    """

    rule: str
    severity: Severity
    message: str
    span: Span | None = dataclass_field(default=None, compare=False)
    fix: str = ""
    field: str = ""
    others: tuple[Related, ...] = dataclass_field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of problem, with the page that ``agreements explain NAME`` prints.

    ``says`` is one sentence; ``explanation`` is Markdown: what it means, why it matters, a wrong
    example and the right one.
    """

    name: str
    severity: Severity
    says: str
    explanation: str

    def at(
        self,
        span: Span | None,
        message: str,
        *,
        fix: str = "",
        field: str = "",
        others: Iterable[Related] = (),
    ) -> Diagnostic:
        """Return this problem as found at ``span``."""
        return Diagnostic(self.name, self.severity, message, span, fix, field, tuple(others))


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A value together with everything noticed while making it; ``value`` is None if none could be made."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is a value and no error."""
        return self.value is not None and not errors_in(self.diagnostics)


def errors_in(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return those that stop every document."""
    return tuple(d for d in diagnostics if d.severity is Severity.ERROR)


_RANK = {Severity.ERROR: 0, Severity.OPEN: 1, Severity.WARNING: 2, Severity.NOTE: 3}
_NOWHERE = Span("", 0, 0)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return them without repeats, by file and line; those without a place come first."""
    unique = dict.fromkeys((d, d.span) for d in diagnostics)
    return tuple(d for d, _ in sorted(unique, key=lambda pair: (pair[1] or _NOWHERE, _RANK[pair[0].severity])))
