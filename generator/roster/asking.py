"""From a hub's profile to the roster to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span, errors_in
from generator.digests import short_digest
from generator.fields import first_few
from generator.frozen import dataclass
from generator.pipeline.parts import Parts, named_documents, read_given_profile, read_parts
from generator.roster.columns import Column, columns_of, digest_of_field
from generator.roster.making import Made, csv_roster, workbook_roster
from generator.roster.members import left_open
from generator.roster.reading import hub_open, member_party, nobody_open, roster_sources
from generator.roster.rules import ROSTER_FILE, ROSTER_UNREAD
from generator.roster.tables import Labels
from generator.roster.updating import Changes, changed_since, kept_of, stamps_in
from generator.roster.workbook import Refused, problem_of

if TYPE_CHECKING:
    from generator.profile import Profile
    from generator.workspace import Workspace

__all__ = ["RULES", "NewRoster", "Stamps", "make_roster", "read_stamps"]

ROSTER_COLUMN_NAME = Rule(
    "roster-column-name",
    Severity.ERROR,
    "A column that is asked for by name is not a field.",
    """`--column FIELD` adds a column for something that the hub's profile answers for all, so that each row may say
otherwise. The name is that of a field, as `agreements explain FIELD` knows it.

Wrong: `agreements roster --profile hub.yaml --column cap`

Right: `agreements roster --profile hub.yaml --column pay.total_cap`
""",
)
RULES = (ROSTER_COLUMN_NAME,)


@dataclass(frozen=True, slots=True)
class Stamps:
    """What a workbook of ours says it was made for; "" and () for one that says nothing."""

    profile: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRoster:
    """A roster ready to be written: its bytes, its columns, the profile's name for a member, what changed since.

    ``rows`` were kept from an older one; ``looks_lost`` says that widths and filters of that one were not.
    ``number`` is the agreement number that every member would share, where the profile has one and no column asks.
    """

    data: bytes
    columns: tuple[Column, ...]
    party: str
    changes: Changes
    rows: int = 0
    documents: tuple[str, ...] = ()
    looks_lost: bool = False
    number: str = ""


def read_stamps(workspace: Workspace, file: str) -> Stamps:
    """Return the profile and the documents for which the workbook ``file`` was made, if it says so."""
    from generator.fields import Dictionary

    data = workspace.read(file)
    if data is None or not data.startswith(b"PK\x03\x04"):
        return Stamps()
    found = roster_sources(data, file, Labels(Dictionary(()), ""))
    if found.value is None:
        return Stamps()
    try:
        said = stamps_in(found.value[1])
    except Refused:
        return Stamps()
    documents = tuple(d for d in said.get("roster.documents", ("", ""))[1].split(",") if d)
    return Stamps(said.get("roster.profile", ("", ""))[1], documents)


def make_roster(
    workspace: Workspace, *, profile: str, documents: Sequence[str] = (), more: Sequence[str] = (),
    form: str = "xlsx", update: str = "",
) -> Checked[NewRoster]:  # fmt: skip
    """Return a roster to fill in for the members of the hub that ``profile`` describes.

    ``documents`` default to those that the profile names; ``more`` are fields that rows may answer though the profile
    does; ``form`` is xlsx or csv; ``update`` is an older roster, of which all that was typed is kept.
    """
    parts = read_parts(workspace)
    read = read_given_profile(workspace, profile, parts.dictionary)
    problems: list[Diagnostic] = [*parts.problems, *read.diagnostics]
    for name in more:
        if parts.dictionary.find(name) is None and not parts.dictionary.is_group(name):
            near = parts.dictionary.suggest(name)
            fix = f"Did you mean {near}?" if near else "See the names that agreements schema lists."
            problems.append(ROSTER_COLUMN_NAME.at(None, f"“{name}” is not a field.", fix=fix))
    if read.value is None or errors_in(problems):
        return Checked(None, tuple(problems))
    base = read.value
    wanted = tuple(documents) or named_documents(base)
    party = member_party(parts, base, wanted)
    if not party:
        return Checked(None, (*problems, nobody_open(base)))
    if (nobody := hub_open(parts, base, wanted)) is not None:
        return Checked(None, (*problems, nobody))
    base = left_open(base, party)
    leaves = [p for p in parts.dictionary.paths() if any(p == m or p.startswith(f"{m}.") for m in more)]
    columns = columns_of(parts, workspace, base, wanted, party, leaves)
    titles = tuple(t.title for d in wanted if (t := parts.library.document_type(d).value) is not None)
    made = Made(titles, profile, _state(parts), wanted, party)
    if not update:
        data = workbook_roster(columns, made) if form == "xlsx" else csv_roster(columns)
        new = NewRoster(data, columns, party, Changes(), documents=wanted, number=_shared_number(base, columns))
        return Checked(new, tuple(problems))
    old = workspace.read(update)
    if old is None:
        problems.append(ROSTER_FILE.at(Span(update, 0, 0), "There is no such file.", fix="Check its name."))
        return Checked(None, tuple(problems))
    labels = Labels(parts.dictionary, party)
    found = roster_sources(old, PurePath(update).name, labels)
    if found.value is None:
        return Checked(None, (*problems, *found.diagnostics))
    workbook, sources = found.value
    try:
        kept, answered = kept_of(workbook, sources, labels, problems)
        columns = (*columns, *_still_answered(parts, columns, answered, labels))
        changes = changed_since(sources, kept, columns)
        data = workbook_roster(columns, made, kept) if form == "xlsx" else csv_roster(columns, kept)
    except Refused as refused:
        return Checked(None, (*problems, problem_of(refused, update)))
    if form == "csv" and any(kept.entries.values()):
        message = "Not in the new roster, and whole in the old one: what stands on sheets of their own."
        problems.append(ROSTER_UNREAD.at(Span(update, 0, 0), message, fix="Make a workbook: -o new.xlsx"))
    if any(kept.sheets):
        message = f"Not in the new workbook, and whole in the old one: the sheets {', '.join(kept.sheets)}."
        problems.append(ROSTER_UNREAD.at(Span(update, 0, 0), message))
    if kept.lost:
        message = f"Of formulas in {first_few(kept.lost, 12)} the values were kept: they name what is not here."
        problems.append(ROSTER_UNREAD.at(Span(update, 0, 0), message))
    if kept.notes_lost:
        message = f"Not in the new workbook: the notes at {first_few(kept.notes_lost, 12)}, where nothing stands now."
        problems.append(ROSTER_UNREAD.at(Span(update, 0, 0), message))
    looks_lost = workbook is not None and form == "xlsx"
    number = _shared_number(base, columns)
    return Checked(
        NewRoster(data, columns, party, changes, len(kept.rows), wanted, looks_lost, number), tuple(problems)
    )


def _shared_number(base: Profile, columns: Sequence[Column]) -> str:
    """Return the agreement number of ``base``, "" where it has none or each row has its own."""
    given = base.given("agreement.number")
    asked = any(c.path == "agreement.number" for c in columns)
    return given.value if given is not None and isinstance(given.value, str) and not asked else ""


def _state(parts: Parts) -> str:
    return short_digest(parts.dictionary.digest)


def _still_answered(
    parts: Parts, columns: Sequence[Column], answered: Sequence[str], labels: Labels
) -> tuple[Column, ...]:
    """Return columns for what is no longer asked but was answered: nothing that was typed is dropped."""
    known = {c.path for c in columns}
    topic = columns[-1].topic
    return tuple(
        Column(name, field, labels.of(name), topic, "never", (), "", digest_of_field(field))
        for name in answered
        if name not in known and (field := parts.dictionary.find(name)) is not None
    )
