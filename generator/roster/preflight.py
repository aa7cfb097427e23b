"""Before anything is made: everything that is wrong with any row, at once.

Assembling and reading over one set of agreements takes some 70 ms; for ten thousand members that would be a quarter of
an hour. But members differ mostly in what is only printed: names, addresses, numbers. So a set is assembled once for
every *kind* of row, which is what decides about clauses: all choices, lengths of time and percentages by their value,
and counts that something is compared with or worked out of; everything else by whether it is there. Rows of one kind
have the same open items. A rule that looked up a value in which rows of a kind may differ is asked again for each row;
the others answer once.

What only the words of a finished agreement show, where they come out of a member's own longer texts, is looked at when
the agreement is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Final, Self

from generator.diagnostics import Diagnostic, Severity, Span, errors_in
from generator.fields import UNKNOWN, Dictionary, Field, Record, Value, restyled, texts_of
from generator.frozen import dataclass
from generator.model import OpenItem, Status
from generator.pipeline.parts import Parts, date_of, learn_conditions, named_documents, read_parts
from generator.pipeline.sets import Assembled, assemble_set, judge_set, still_open
from generator.profile import ATTACHED, Profile, Watched
from generator.roster.members import Cells, Roster, Row

if TYPE_CHECKING:
    from generator.lint import Index, Lint
    from generator.workspace import Workspace

__all__ = ["Preflight", "RowReport", "check_rows", "looked_up", "preflight"]

# Kinds of which only the presence decides, unless a condition compares them with something.
_PRINTED: Final = frozenset(
    {"text", "paragraphs", "email", "phone", "url", "zip", "ein", "npi", "uei", "date", "money"}
)
_RECKONED: Final = frozenset({"pay"})  # what figures are worked out of
_FILES: Final = frozenset(f"{path}.file" for path in ATTACHED)  # each may be missing, or hold something else
_MOST_KEPT: Final = 100  # kinds kept at a time: an assembled set takes some 2 MB


@dataclass(frozen=True, slots=True)
class RowReport:
    """What was found in one row."""

    row: Row
    problems: tuple[Diagnostic, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether no final can be made of it."""
        return any(d.severity in (Severity.ERROR, Severity.OPEN) for d in self.problems)


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found in a whole roster: ``diagnostics`` about the file or the hub's profile, then row by row.

    ``kinds`` is how many sets were assembled to find out.
    """

    roster: Roster
    diagnostics: tuple[Diagnostic, ...]
    rows: tuple[RowReport, ...]
    kinds: int = 0

    @property
    def ok(self) -> bool:
        """Whether every row can be made."""
        return not errors_in(self.diagnostics) and not any(r.stops for r in self.rows)

    @property
    def bad(self) -> tuple[RowReport, ...]:
        """The rows that cannot be made."""
        return tuple(r for r in self.rows if r.stops)

    def all_problems(self) -> tuple[Diagnostic, ...]:
        """Every problem: of the file, then of each row in its order."""
        return (*self.diagnostics, *(d for r in self.rows for d in r.problems))


def preflight(workspace: Workspace, roster: Roster, documents: Sequence[str]) -> Preflight:
    """Return everything that would stop the agreements of ``roster``, without making any."""
    return check_rows(read_parts(workspace), workspace, roster, documents)


def check_rows(parts: Parts, workspace: Workspace, roster: Roster, documents: Sequence[str]) -> Preflight:
    """Return what :func:`preflight` does, for a library that was read already."""
    if not roster.rows:
        return Preflight(roster, roster.diagnostics, ())
    checker = _Checker(parts, workspace, roster, documents)
    rows = tuple(checker.check(row) for row in roster.rows)
    return Preflight(roster, roster.diagnostics, rows, checker.made)


def looked_up(parts: Parts, profile: Profile, assembled: Assembled) -> tuple[frozenset[str], frozenset[str]]:
    """Return every name that rules look up in ``profile`` over a set made from it, and those without which none is
    final."""
    from generator.lint import rules_about

    watched = Watched.of(profile)
    index = index_of(parts, assembled, watched)
    needed: set[str] = set()
    for line in rules_about(a.document_type for a in assembled.agreements):
        needed.update(d.field for d in errors_in(tuple(line.check(index))) if profile.given(d.field) is None)
    return frozenset(map(_path, watched.seen)), frozenset(needed)


def _path(name: str) -> str:
    """Return the path behind a name that :class:`Watched` has seen."""
    return name.removesuffix(".*")


def index_of(parts: Parts, assembled: Assembled, profile: Profile) -> Index:
    """Return what rules read of a set."""
    from generator.assembly.facts import outside
    from generator.lint import Index

    printed = {(s.id, s.version) for a in assembled.agreements for s in a.sources if s.included}
    clauses = {id: c for id, version in sorted(printed) if (c := parts.library.find(id, None, version).value)}
    ids = (a.document_type for a in assembled.agreements)
    documents = tuple(dict.fromkeys((*ids, *named_documents(profile))))
    return Index(assembled.agreements, outside(profile, parts.dictionary, documents), clauses)


# ---------------------------------------------------------------- what decides


def _compared(things: Iterable[object]) -> tuple[set[str], set[str]]:
    """Return the fields that conditions within ``things`` compare with something, and the clauses these name."""
    from generator.library import Choice
    from generator.reading.clause_tree import Compare, Name

    fields: set[str] = set()
    clauses: set[str] = set()
    parts: dict[type, tuple[str, ...]] = {}  # of each class, what may hold more: looked up tens of thousands of times
    seen: set[int] = set()
    left = list(things)
    while left:
        thing = left.pop()
        kind = type(thing)
        if kind is tuple or kind is list:
            left += thing  # type: ignore[arg-type]
            continue
        if kind not in parts:
            parts[kind] = tuple(n for n in getattr(kind, "__dataclass_fields__", ()) if n != "span")
        if not parts[kind] or id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Choice):
            clauses.add(thing.clause)
        elif isinstance(thing, Compare):
            fields.update(side.field for side in (thing.left, thing.right) if isinstance(side, Name))
        left += [getattr(thing, name) for name in parts[kind]]
    return fields, clauses


def _deciding(parts: Parts, documents: Sequence[str]) -> frozenset[str]:
    """Return the fields that ``documents``, their clauses and the decisions compare with something."""
    from generator.decisions import TREES
    from generator.decisions.tree import condition, condition_texts

    learn_conditions(parts)
    library = parts.library
    types = [library.document_type(id).value for id in documents]
    types += [
        library.document_type(other.document).value
        for document in types
        if document is not None
        for other in document.schedules
        if other.document
    ]
    fields, named = _compared(types)
    clauses = [library.find(id).value for id in sorted(named)]
    templates = [library.template(clause).value for clause in clauses if clause is not None]
    more, _ = _compared([*templates, *(condition(text) for tree in TREES for text in condition_texts(tree))])
    return frozenset(fields | more)


class _Kind:
    """How rows are told apart by what decides about their clauses."""

    def __init__(self, dictionary: Dictionary, compared: frozenset[str]) -> None:
        self.dictionary = dictionary
        self.parties = frozenset(dictionary.parties())
        self._compared = compared
        # A role may be any party: provider.dba decides like cbo.dba.
        self._rests = frozenset(name.partition(".")[2] for name in compared) - {""}
        self._by_value: dict[str, bool] = {}

    def by_value(self, path: str) -> bool:
        """Whether the value of ``path`` decides; otherwise only whether it is there."""
        if path not in self._by_value:
            self._by_value[path] = self._decides(path)
        return self._by_value[path]

    def is_text(self, path: str) -> bool:
        """Whether anything at all may be written at ``path``, and what is written there decides nothing."""
        return self._kind(path) in ("text", "paragraphs") and not self.by_value(path)

    def _kind(self, path: str) -> str:
        field = self.dictionary.outline(path)
        kind = field.kind if field is not None else "text"
        if kind == "list" and field is not None and field.each is not None:
            kind = field.each.kind
        return kind

    def _decides(self, path: str) -> bool:
        kind = self._kind(path)
        head, _, rest = path.partition(".")
        if kind not in _PRINTED and not (kind == "integer" and head not in _RECKONED and "." in path):
            return True
        return path in self._compared or path in _FILES or (head in self.parties and rest in self._rests)

    def of(self, row: Row) -> tuple[object, ...]:
        return tuple((path, self._sign(path, given.value)) for path, given in sorted(row.own.items()))

    def _sign(self, path: str, value: Value) -> object:
        match value:
            case tuple() if any(isinstance(v, Record) for v in value):
                return tuple(self._entry(path, v) for v in value)
            case _ if value is UNKNOWN:
                return "unknown"
            case tuple() if not self.by_value(path):
                return len(value) > 0
            case _:
                return value if self.by_value(path) else True

    def _entry(self, path: str, entry: Value) -> object:
        if not isinstance(entry, Record):
            return entry
        return tuple((name, self._sign(f"{path}.{name}", given.value)) for name, given in entry.entries)


# ---------------------------------------------------------------- what rules look up


class _Words(str):
    """The words of all answers; ``varied`` says that something was found only in those of the row."""

    __slots__ = ("shared", "varied")
    shared: str
    varied: bool

    def __new__(cls, text: str, shared: str) -> Self:
        made = super().__new__(cls, text)
        made.shared, made.varied = shared, False
        return made

    def __contains__(self, words: str) -> bool:  # type: ignore[override]
        if words in self.shared:
            return True
        found = str.__contains__(self, words)
        self.varied = self.varied or found
        return found


@dataclass(slots=True)
class _Ruled:
    """A rule with what it found in the first row of a kind, and whether each row has to be asked."""

    lint: Lint
    found: tuple[Diagnostic, ...]
    each: bool


@dataclass(slots=True)
class _Example:
    """The first row of a kind: its agreements, and what was found in them."""

    row: Row
    assembled: Assembled
    index: Index | None
    rules: list[_Ruled] = field(default_factory=list)
    judged: tuple[Diagnostic, ...] = ()
    alone: bool = False  # what was found in it says nothing of any other row
    words_of: frozenset[str] = frozenset()  # fields of which a rule found something in the printed words alone
    terms: frozenset[str] = frozenset()  # what the documents define, and what else is called by a name


class _Checker:
    def __init__(self, parts: Parts, workspace: Workspace, roster: Roster, documents: Sequence[str]) -> None:
        self.parts, self.workspace, self.roster = parts, workspace, roster
        self.documents = tuple(documents) or named_documents(roster.rows[0].base)
        self.kind = _Kind(parts.dictionary, _deciding(parts, self.documents))
        self.kinds: dict[object, _Example] = {}
        self.made = 0
        self.own = frozenset(path for row in roster.rows for path in row.own)
        self.loose = tuple(sorted(p for p in self.own if not self.kind.by_value(p) or self._holds_loose(p)))
        self.shared_words = ""
        base = roster.rows[0].base
        words = texts_of(g.value for g in base.values.values())
        self.shared_names = frozenset(t.casefold() for t in words if len(t) < 120)
        cells = roster.rows[0].cells
        self.sheet = cells.file if isinstance(cells, Cells) else ""  # that of members
        self._touched: dict[str, bool] = {}
        self._unasked: dict[str, Diagnostic] = {}

    def _holds_loose(self, path: str) -> bool:
        found = self.parts.dictionary.find(path)
        return found is not None and found.kind == "list" and bool(found.fields)

    def check(self, row: Row) -> RowReport:
        # What was typed wrong says nothing of its kind; the row is checked as far as it can be read.
        profile = row.profile
        pins = tuple((id, version) for id, (version, _) in sorted(row.base.pins.items()))
        signature = (pins, tuple(sorted(row.base.overrides)), self.kind.of(row), tuple(row.attached))
        example = self.kinds.pop(signature, None)
        if example is not None:
            self.kinds[signature] = example  # the last used stands last
        if example is None or (example.row is not row and self.differs(example, row)):
            self.made += 1
            special, example = example is not None, self.example(row, profile)
            if not special and not example.alone:
                if len(self.kinds) == _MOST_KEPT:
                    del self.kinds[next(iter(self.kinds))]
                self.kinds[signature] = example
        problems: list[Diagnostic] = list(row.problems)
        wrong = {d.field for d in errors_in(problems) if d.field}
        items = still_open(example.assembled.open_items, problems)
        found = [self.moved(d, example.row, row) for d in example.assembled.problems if d.severity is not Severity.OPEN]
        mistyped = {d.span for d in errors_in(row.problems)}  # such a cell is not empty
        found += (d for d in (self.open(i, row, profile) for i in items) if d.span not in mistyped)
        found += self.ruled(example, row, profile)
        found += self.unfinished(row, profile)
        problems += (self.worded(d, row) for d in found if d.field not in wrong)
        return RowReport(row, _in_row_order(problems))

    def differs(self, example: _Example, row: Row) -> bool:
        """Whether what was found in ``example`` says nothing of ``row``, though it is of the same kind."""
        if example.terms.intersection(self.names(row)):
            return True
        first = example.row.own
        return any(row.own[name].value != first[name].value for name in example.words_of)

    def open(self, item: OpenItem, row: Row, profile: Profile) -> Diagnostic:
        from generator.assembly import OPEN_ITEM

        field = self.parts.dictionary.find(item.field)
        cell = row.cell(item.field)
        if cell is None and row.has_columns:
            if item.field in self._unasked:  # the same for every row: one problem, held once
                return self._unasked[item.field]
            label = self.parts.dictionary.label(item.field)
            fix = f"Write it into {row.base.file} where one answer holds for all ({item.field}: …), or add its column: "
            self._unasked[item.field] = OPEN_ITEM.at(
                row.base.place_for(item.field), f"The roster has no column for what is asked here: {label}.",
                fix=f"{fix}agreements roster --update {row.file}", field=item.field,
            )  # fmt: skip
            return self._unasked[item.field]
        label = self.roster.columns.get(item.field) or self.parts.dictionary.label(item.field)
        message = "Nothing stands here" if profile.given(item.field) is None else "The answer is still unknown"
        fix = _example(field)
        words = restyled(label, "lower_first") if fix else label
        name = "" if row.has_columns else f" ({item.field})"  # in a profile the reader has no column to look for
        place = cell if cell is not None and row.has_columns else profile.place_for(item.field)
        return OPEN_ITEM.at(place, f"{message}: {words}{name}.", fix=fix, field=item.field)

    # -- one row of each kind

    def example(self, row: Row, profile: Profile) -> _Example:
        date = date_of(profile, self.workspace)
        assembled = assemble_set(self.parts, profile, self.documents, Status.FINAL, date)
        if not assembled.agreements:
            return _Example(row, assembled, None)
        from generator.lint import rules_about

        watched = Watched.of(profile)
        index = index_of(self.parts, assembled, watched)
        words = _Words(index.given_texts, self.words_of_all(row))
        example = _Example(row, assembled, index)
        for line in rules_about(a.document_type for a in assembled.agreements):
            asked = index.of(watched)  # what another rule looked up is looked up again
            asked.__dict__["given_texts"] = words
            watched.seen.clear()
            words.varied = False
            found = tuple(d for d in dict.fromkeys(line.check(asked)) if not self.is_unfinished(d, row.base))
            each = words.varied or any(self.is_loose(_path(name)) for name in watched.seen)
            example.rules.append(_Ruled(line, found, each))
            if not each:
                example.words_of |= {d.field for d in found if d.field in row.own and self.is_loose(d.field)}
        example.judged = self.judged(profile, assembled)
        own = self.names(row)
        defined = [[t.casefold() for t in index.definitions(a)] for a in assembled.agreements]
        example.terms = frozenset(t for terms in defined for t in terms if t not in own) | self.shared_names
        called_twice = any(n in self.shared_names or any(t.count(n) > 1 for t in defined) for n in own)
        example.alone = called_twice or self.in_own_words(example, row)
        return example

    def in_own_words(self, example: _Example, row: Row) -> bool:
        """Whether rules found something in the text of a document that would not be there without the row's words."""
        found = {(d.rule, d.message) for one in example.rules for d in one.found if not d.field}
        if not found:
            return False
        own = {path: replace(given, value=self.masked(path, given.value)) for path, given in row.own.items()}
        profile = replace(row, own=own).profile
        date = date_of(profile, self.workspace)
        index = index_of(self.parts, assemble_set(self.parts, profile, self.documents, Status.FINAL, date), profile)
        again = {(d.rule, d.message) for one in example.rules for d in one.lint.check(index) if not d.field}
        return not found <= again

    def masked(self, path: str, value: Value) -> Value:
        """Return ``value`` with a letter that no clause may hold in place of each text of one's own."""
        from generator.lint.index import VALUE

        if isinstance(value, Record):
            entries = value.entries
            return Record(tuple((n, replace(g, value=self.masked(f"{path}.{n}", g.value))) for n, g in entries))
        if isinstance(value, tuple):
            return tuple(self.masked(path, one) for one in value)
        return VALUE if isinstance(value, str) and self.kind.is_text(path) else value

    def is_unfinished(self, problem: Diagnostic, base: Profile) -> bool:
        """Whether a rule found in printed words what is looked for in the answers of each row (``unfinished``)."""
        from generator.lint.definitions import LEFTOVER_PLACEHOLDER, is_leftover

        if problem.rule != LEFTOVER_PLACEHOLDER.name or not problem.field:
            return False
        given = base.given(problem.field)
        return given is None or not any(is_leftover(t) for t in texts_of((given.value,)))

    def names(self, row: Row) -> tuple[str, ...]:
        """Return what a row calls its member: words that documents define."""
        paths = (f"{row.party}.{n}" for n in ("short_name", "legal_name", "dba"))
        found = (row.own.get(p) for p in paths)
        return tuple(g.value.casefold() for g in found if g is not None and isinstance(g.value, str))

    def judged(self, profile: Profile, assembled: Assembled) -> tuple[Diagnostic, ...]:
        """Return what the decisions say that a reader must act on; they call the parties by their names."""
        return tuple(d for d in judge_set(self.parts, profile, assembled) if d.severity is not Severity.NOTE)

    def words_of_all(self, row: Row) -> str:
        if not self.shared_words:
            self.shared_words = "\n".join(texts_of(g.value for g in row.base.values.values()))
        return self.shared_words

    def is_loose(self, name: str) -> bool:
        """Whether rows of one kind may differ in what ``name`` gives."""
        if name not in self._touched:
            self._touched[name] = any(
                own == name or own.startswith(f"{name}.") or name.startswith(f"{own}.") for own in self.loose
            )
        return self._touched[name]

    # -- every row

    def ruled(self, example: _Example, row: Row, profile: Profile) -> Iterator[Diagnostic]:
        if example.index is None:
            return
        overruled = profile.overrides
        index: Index | None = None
        for one in example.rules:
            found = one.found
            if row is not example.row:
                if one.each:
                    if index is None:
                        index = example.index.of(profile)
                    found = tuple(dict.fromkeys(one.lint.check(index)))
                else:
                    found = tuple(self.moved(d, example.row, row) for d in found)
            if found and (one.lint.blocker or one.lint.rule.name not in overruled):
                yield from found
        if example.judged:
            yield from example.judged if row is example.row else self.judged(profile, example.assembled)

    def unfinished(self, row: Row, profile: Profile) -> Iterator[Diagnostic]:
        """Find what somebody meant to fill in later, and letters that no font has, in the row's own words."""
        from generator.lint.definitions import LEFTOVER_PLACEHOLDER, is_leftover
        from generator.writers.pdf import MISSING_CHARACTER, missing_characters

        for path, given in row.own.items():
            for text in texts_of((given.value,)):
                if is_leftover(text):
                    fix = "Write what is meant, or unknown."
                    message = "The answer was left to be filled in."
                    yield LEFTOVER_PLACEHOLDER.at(given.span, message, fix=fix, field=path)
                if not text.isascii() and (told := missing_characters(text)):
                    message = f"Our PDF fonts cannot print {told}."
                    fix = "Write it in Latin, Greek or Cyrillic letters, or make the Word files alone."
                    yield MISSING_CHARACTER.at(given.span, message, fix=fix, field=path)

    def worded(self, problem: Diagnostic, row: Row) -> Diagnostic:
        """Return a problem with what to write into a cell, where it says what to write into a profile."""
        found = _WRITE.match(problem.fix) if row.has_columns else None
        if found is None:
            return problem
        name, what = found["name"], found["what"]
        if row.cell(name) is None:
            fix = (
                f"It has no column here. Write “{name}: {what}” into {row.base.file} where it holds for all, or add "
                f"the column: agreements roster --update {row.file} --column {name} -o new.xlsx"
            )
        else:
            field = self.parts.dictionary.find(name)
            option = field.option(what) if field is not None else None
            fix = f"Write: {option.label if option is not None else what}"
        return replace(problem, fix=fix)

    def moved(self, problem: Diagnostic, first: Row, row: Row) -> Diagnostic:
        """Return what was found in the first row of a kind as found in ``row``."""
        span = problem.span
        if row is first or span is None or not problem.field:
            return problem
        own = row.own.get(problem.field)
        if own is not None:
            return replace(problem, span=own.span, others=())
        if (cell := row.cell(problem.field)) is not None:
            return replace(problem, span=cell, others=())
        if row.has_columns and span.file == self.sheet and span.line == first.number:
            return replace(problem, span=Span(span.file, row.number, span.column), others=())
        return problem


def _example(field: Field | None) -> str:
    if field is None:
        return ""
    if field.options and len(field.options) <= 6:
        return f"One of: {'; '.join(o.label for o in field.options)}."
    text = field.example.strip()
    if not text or "\n" in text or field.sensitive:
        return ""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    option = field.option(text)
    return f"For example: {option.label if option is not None else text}"


_WRITE: Final = re.compile(r"\AWrite: (?P<name>[a-z0-9_.]+): (?P<what>[^\n]+)\Z")
_RANK: Final = {Severity.ERROR: 0, Severity.OPEN: 1, Severity.WARNING: 2, Severity.NOTE: 3}


def _in_row_order(problems: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return them once each, what stops first, then by place."""
    unique = dict.fromkeys((d, d.span) for d in problems)
    nowhere = Span("")
    return tuple(d for d, _ in sorted(unique, key=lambda p: (_RANK[p[0].severity], p[1] or nowhere)))
