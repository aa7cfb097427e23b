"""``agreements roster``: the workbook with a row for each member, and what is wrong with one that was filled in."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import click

from generator.diagnostics import Diagnostic, Severity, Span, errors_in
from generator.fields import first_few
from generator.session import (
    DONE,
    PROBLEMS,
    Command,
    Session,
    date_option,
    deliver_file,
    documents_option,
    exit_code,
    library_option,
    open_here,
    quoted,
)
from generator.terminal import Style, count, folded, problem_lines, safe

if TYPE_CHECKING:
    from generator.roster import NewRoster, Preflight, RowReport
    from generator.roster.members import Row
    from generator.workspace import Workspace

__all__ = ["roster"]

_MOST_ROWS = 40
_MOST_LISTED = 8
_MANY = 6  # rows with the same problem from which on it is said once


@click.command(
    cls=Command,
    short_help="A workbook with a row for each member; or check one.",
    epilog="""\b
Examples:
  agreements roster --profile hub.yaml -d hub,sow,sba -o members.xlsx
  agreements roster members.xlsx                           every mistake, by sheet, row and column
  agreements roster members.xlsx --annotate checked.xlsx   the same workbook with the mistakes marked
  agreements roster --profile hub.yaml --update members.xlsx -o new.xlsx
""",
)
@click.argument("members", type=click.Path(), metavar="[ROSTER]", required=False)
@click.option("-p", "--profile", type=click.Path(), metavar="FILE", help="What all members share: the hub's profile.")
@documents_option
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where to write the roster: .xlsx or .csv.  [default: members.xlsx]",
)  # fmt: skip
@click.option(
    "--column", "columns", metavar="FIELD", multiple=True,
    help="Ask this of each member too, although the profile answers it; may be given again.",
)  # fmt: skip
@click.option("--update", type=click.Path(), metavar="OLD", help="Begin with an older roster: keep all that was typed.")
@click.option(
    "--annotate", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write the checked workbook here, with mistakes coloured and explained.",
)  # fmt: skip
@click.option("--replace", is_flag=True, help="Overwrite a file of the same name.")
@library_option
@date_option
@click.pass_obj
def roster(
    session: Session, members: str | None, profile: str | None, documents: tuple[str, ...], output: Path | None,
    columns: tuple[str, ...], update: str | None, annotate: Path | None, replace: bool, library: tuple[Path, ...],
    date: dt.date | None,
) -> int:  # fmt: skip
    """Make the workbook that asks of each member what the hub's profile leaves open; or check a filled-in one.

    Without ROSTER, a workbook is made: one row a member, and only columns in which members differ. With ROSTER (a
    workbook, a CSV file, or a folder of profiles), every row is checked and nothing is changed. A workbook made here
    knows its profile and documents.
    """
    workspace = open_here(library, date=date)
    if members is None:
        if annotate is not None:
            raise click.UsageError("--annotate needs the roster to check, like: agreements roster members.xlsx")
        return _make(session, workspace, profile, documents, output or Path("members.xlsx"), columns, update, replace)
    for option, given in (("--output", output), ("--column", columns), ("--update", update)):
        if given:
            raise click.UsageError(f"{option} is for making a roster; leave ROSTER out. To check one, use it alone.")
    return _check(session, workspace, members, profile, documents, annotate, replace)


# ---------------------------------------------------------------- making


def _make(
    session: Session, workspace: Workspace, profile: str | None, documents: tuple[str, ...], output: Path,
    columns: tuple[str, ...], update: str | None, replace: bool,
) -> int:  # fmt: skip
    from generator.roster import make_roster, read_stamps

    form = output.suffix.lower().lstrip(".")
    if form not in ("xlsx", "csv"):
        raise click.BadParameter("a roster is written as .xlsx or .csv.", param_hint="--output")
    if update is not None:
        if (Path.cwd() / output).resolve() == (Path.cwd() / update).resolve():
            raise click.BadParameter("name another file than the older roster.", param_hint="--output")
        stamps = read_stamps(workspace, update)
        profile, documents = profile or stamps.profile or None, documents or stamps.documents
    if profile is None:
        raise click.UsageError("Name the profile of the hub: agreements roster --profile hub.yaml -d hub,sow,sba")
    with session.progress() as progress:
        progress.now("Finding out what the documents need to know of a member")
        made = make_roster(
            workspace, profile=profile, documents=documents, more=columns, form=form, update=update or ""
        )
    session.problems += made.diagnostics
    if made.value is None:
        session.tell(
            *problem_lines(made.diagnostics, style=session.style(sys.stderr), outcome="No roster was written.")
        )
        if not workspace.exists(profile):
            session.tell(f"No profile yet? Begin one: agreements new {quoted(profile)}")
        return session.finish(exit_code(made.diagnostics) or PROBLEMS)
    there = quoted(str(output))
    advice = f"To keep what was typed there: agreements roster --update {there} -o new{output.suffix}"
    refused = deliver_file(
        session, workspace, output, made.value.data, replace=replace,
        advice=f"{advice}\nTo lose it: the same command with --replace.",
    )  # fmt: skip
    if refused is not None:
        return refused
    _tell_made(session, made.value, made.diagnostics, profile, output, update, columns)
    return session.finish(DONE)


def _tell_made(
    session: Session, made: NewRoster, noticed: Sequence[Diagnostic], profile: str, output: Path, update: str | None,
    asked: Sequence[str],
) -> None:  # fmt: skip
    plain = [c for c in made.columns if not c.is_sheet]
    always = sum(c.needed == "always" for c in plain)
    some = sum(c.needed == "when" for c in plain)
    session.more["columns"] = [
        {"field": c.path, "label": c.label, "needed": c.needed, "sheet": c.is_sheet} for c in made.columns
    ]
    parts = [f"{always} for every member"]
    parts += [f"{some} for some"] if some else []
    parts += [f"{len(plain) - always - some} that may be left out"] if len(plain) > always + some else []
    session.say(f"Written: {safe(session.files[-1])}, with {count(len(plain), 'column')}: {', '.join(parts)}.")
    lists = [c.label for c in made.columns if c.is_sheet]
    if lists:
        session.say(f"On sheets of their own: {', '.join(lists)}.")
    style = session.style(sys.stdout)
    shared = [
        c
        for c in made.columns
        if c.needed != "never" and not any(f"{c.path}.".startswith(f"{name}.") for name in (made.party, *asked))
    ]
    if shared:
        session.more["shared"] = [c.path for c in shared]
        shown = first_few([c.path for c in shared], _MOST_LISTED)
        words = (
            f"{count(len(shared), 'column')} {'is' if len(shared) == 1 else 'are'} not about the member itself: "
            f"{shown}. Where one answer holds for all, write it into {profile} and make the roster again."
        )
        session.say("", *_fold(words, style.width))
    if made.number:
        words = (
            f"Every agreement would have the number {safe(made.number)}, which is that of the profile. To give each "
            "its own: the same command with --column agreement.number"
        )
        session.say("", *_fold(words, style.width))
    if update is not None:
        session.say("", f"Kept from {safe(update)}: {count(made.rows, 'row')}.")
        if made.looks_lost:
            said = (
                f"Widths, filters and colouring rules of your own are not in the new workbook; {safe(update)} has them."
            )
            session.say(*_fold(said, style.width))
        session.more["kept"] = made.rows
        changes = {"added": made.changes.added, "gone": made.changes.gone, "changed": made.changes.changed}
        session.more["changes"] = {k: list(v) for k, v in changes.items()}
        for what, labels in zip(("New", "No longer asked", "Asked otherwise"), changes.values(), strict=True):
            if labels:
                session.say(*_fold(f"{what}: {', '.join(labels)}.", style.width))
        if not made.changes:
            session.say("The same is asked as before.")
        if noticed:
            session.tell("", *problem_lines(noticed, style=session.style(sys.stderr)))
    if output.suffix.lower() == ".csv":  # it cannot say for whom it was made
        given = f" --profile {quoted(profile)} -d {','.join(made.documents)}"
        session.say("", "Next: fill it in, one row for each member below the example, then:")
        session.say(f"  agreements roster {quoted(str(output))}{given}")
        return
    session.say("", f"Next: fill it in (its first sheet says how), then: agreements roster {quoted(str(output))}")


# ---------------------------------------------------------------- checking


def _check(
    session: Session, workspace: Workspace, members: str, profile: str | None, documents: tuple[str, ...],
    annotate: Path | None, replace: bool,
) -> int:  # fmt: skip
    from generator.roster import read_roster, read_stamps
    from generator.roster.preflight import preflight

    if annotate is not None and (Path.cwd() / annotate).resolve() == (Path.cwd() / members).resolve():
        raise click.BadParameter("name another file: the roster itself is not touched.", param_hint="--annotate")
    if not workspace.exists(members):
        from generator.roster.rules import ROSTER_FILE

        problem = ROSTER_FILE.at(Span(members, 0, 0), "There is no such file.", fix="Check its name and its folder.")
        session.problems.append(problem)
        session.tell(*problem_lines([problem], style=session.style(sys.stderr)))
        return session.finish(PROBLEMS)
    stamps = read_stamps(workspace, members)
    chosen = profile or stamped_profile(workspace, members, stamps.profile)
    documents = documents or stamps.documents
    if not chosen:
        raise click.UsageError(
            f"{members} does not say which profile it belongs to. Add, for example: --profile hub.yaml -d hub,sow,sba"
        )
    with session.progress() as progress:
        progress.now(f"Reading {members}")
        read = read_roster(workspace, members, profile=chosen, documents=documents)
        report = None
        if read.value is not None:
            progress.now(f"Checking {count(len(read.value.rows), 'row')}")
            report = preflight(workspace, read.value, documents)
    if report is None:
        session.problems += read.diagnostics
        session.tell(*problem_lines(read.diagnostics, style=session.style(sys.stderr)))
        return session.finish(exit_code(read.diagnostics) or PROBLEMS)
    session.problems += report.all_problems()
    session.more["rows"] = [
        {"row": r.row.number, "key": r.row.key, "name": r.row.name, "ok": not r.stops} for r in report.rows
    ]
    tell_report(session, report)
    code = exit_code(report.diagnostics) or (DONE if report.ok else PROBLEMS)
    if annotate is not None:
        refused = _annotate(session, workspace, members, report, annotate, replace)
        if refused is not None:
            return refused
    _next(session, report, members, chosen if profile else "", documents if not stamps.documents else (), annotate)
    return session.finish(code)


def stamped_profile(workspace: Workspace, roster: str, name: str) -> str:
    """Return the profile that a workbook says it was made for; a usage error where that is not in this folder."""
    if name and not workspace.exists(name):
        raise click.UsageError(
            f"{safe(roster)} was made for the profile {safe(name)}, which is not there. Go to the folder in which it "
            "is, or name it: --profile FILE"
        )
    return name


def tell_report(session: Session, report: Preflight) -> None:
    """Print what stops each row, by row and column; what is worth a look, once for each rule."""
    style = session.style(sys.stderr)
    own = [d for d in report.diagnostics if d.severity is Severity.NOTE]
    if len(own) < len(report.diagnostics):
        session.tell(*problem_lines([d for d in report.diagnostics if d not in own], style=style), "")
    bad = report.bad
    if bad:
        head = f"{len(bad):,} of {count(len(report.rows), 'member')} cannot be made yet."
        session.tell(style.red(head), "")
        shared = _shared(report)
        if shared:
            session.tell("  Every member", *_problem_lines(report, shared, "", style.width), "")
        often = _often(report, shared)
        for places in often:
            first, _ = places[0]
            rows = first_few([_called(report, row.row) for _, row in places], _MOST_LISTED)
            lines = _problem_lines(report, [first], places[0][1].row.file, style.width)
            session.tell(f"  {len(places):,} {'profiles' if _is_folder(report) else 'rows'}: {rows}", *lines, "")
        said = {(d, row.row.number) for places in often for d, row in places}
        apart = [[d for d in _stopping(b) if d not in shared and (d, b.row.number) not in said] for b in bad]
        rest = [(b, found) for b, found in zip(bad, apart, strict=True) if found]
        for one, found in rest[:_MOST_ROWS]:
            session.tell(*_row_lines(report, one, found, style.width))
        if len(rest) > _MOST_ROWS:
            session.tell(f"and {len(rest) - _MOST_ROWS:,} more members; --annotate marks all of them.", "")
    by_rule: dict[str, dict[str, None]] = {}
    advice: dict[str, dict[str, None]] = {}
    for row in report.rows:
        for d in row.problems:
            if d.severity is Severity.WARNING:
                by_rule.setdefault(d.rule, {})[_called(report, row.row)] = None
                advice.setdefault(d.rule, {})[_advice(report, d)] = None
    if by_rule:
        from generator.pipeline import every_rule

        rules = every_rule()
        session.tell(style.yellow(f"Worth a look; {'it stops' if len(by_rule) == 1 else 'they stop'} nothing:"), "")
        for name, numbers in by_rule.items():
            what = "" if _is_folder(report) else "Row " if len(numbers) == 1 else "Rows "
            same = next(iter(advice[name])) if len(advice[name]) == 1 else ""
            words = f"{rules[name].says} {what}{first_few(list(numbers), _MOST_LISTED)}. {same}{same and ' '}({name})"
            session.tell(*(f"  {line}" for line in _fold(words, style.width - 2)))
        session.tell("")
    if own:
        session.tell(*_fold(" ".join(safe(d.message) for d in own), style.width), "")


def _advice(report: Preflight, d: Diagnostic) -> str:
    """Return what to do about something in a row of a table, with the label of its column; "" for a folder."""
    label = report.roster.columns.get(d.field)
    if _is_folder(report):
        return ""
    written = d.fix.removeprefix("Write: ")
    return f"Write under “{label}”: {written}" if label and written != d.fix else d.fix


def _is_folder(report: Preflight) -> bool:
    """Whether the roster is a folder of profiles, in which no row has a number that the reader could look up."""
    return bool(report.rows) and not report.rows[0].row.has_columns


def _called(report: Preflight, row: Row) -> str:
    """Return how a row is found: by its number, or by its file."""
    return safe(PurePath(row.file).name) if _is_folder(report) else str(row.number)


def _stopping(one: RowReport) -> list[Diagnostic]:
    return [d for d in one.problems if d.severity in (Severity.ERROR, Severity.OPEN)]


def _shared(report: Preflight) -> list[Diagnostic]:
    """Return what stops every row alike: it is said once."""
    if len(report.rows) < 2:
        return []
    first, *others = [_stopping(r) for r in report.rows]
    everywhere = [{(d, d.span) for d in o} for o in others]  # the very same place: each file of a folder is its own
    return [d for d in first if d.span and not d.span.file.endswith("!") and all((d, d.span) in o for o in everywhere)]


def _often(report: Preflight, shared: Sequence[Diagnostic]) -> list[list[tuple[Diagnostic, RowReport]]]:
    """Return what stops many rows in the same way, with the rows: an empty column is said once, not forty times."""
    found: dict[tuple[Diagnostic, int], list[tuple[Diagnostic, RowReport]]] = {}
    by_line = _is_folder(report)
    for row in report.bad:
        for d in _stopping(row):
            if d not in shared:
                found.setdefault((d, d.span.line if by_line and d.span else 0), []).append((d, row))
    return [places for places in found.values() if len(places) >= _MANY]


def _row_lines(report: Preflight, one: RowReport, found: Sequence[Diagnostic], width: int) -> list[str]:
    """Return what stops one row, as lines."""
    head = f"  {'' if _is_folder(report) else 'Row '}{_called(report, one.row)}  {safe(one.row.name)}"
    return [head, *_problem_lines(report, found, one.row.file, width), ""]


def _problem_lines(report: Preflight, found: Sequence[Diagnostic], file: str, width: int) -> list[str]:
    lines: list[str] = []
    for d in found:
        label = report.roster.columns.get(d.field, "") if d.severity is Severity.ERROR else ""
        place = _cell(d, file)
        head = f"    {place:<8} "
        words = f"{f'{label}: ' if label else ''}{d.message} {d.fix}".strip()
        if len(head) < 24:
            lines += folded(head, words, Style(width))
        else:
            lines += [head.rstrip(), *_fold(words, width, 13)]
    return lines


def _fold(words: str, width: int, indent: int = 0) -> list[str]:
    return list(folded(" " * indent, words, Style(width)))


def _cell(d: Diagnostic, file: str) -> str:
    """Return the cell of a problem as a spreadsheet names it, with its sheet where there are several."""
    if d.span is None:
        return ""
    shown = str(d.span) if d.span.line else d.span.file
    shown = shown.removeprefix(file).strip() if file else shown
    if shown.startswith(":"):  # in a profile
        return f"line {d.span.line}"
    return safe(shown.removeprefix("Members!").removeprefix("!"))


def _annotate(
    session: Session, workspace: Workspace, members: str, report: Preflight, annotate: Path, replace: bool
) -> int | None:
    from generator.roster.annotating import annotate_roster

    endings = Path(members).suffix.lower(), annotate.suffix.lower()
    if endings[0] != endings[1] and not workspace.is_folder(members):
        raise click.BadParameter(f"its name must end in {endings[0]}, as that of the roster.", param_hint="--annotate")
    made = annotate_roster(workspace, members, report)
    session.problems += made.diagnostics
    if made.diagnostics:
        session.tell(*problem_lines(made.diagnostics, style=session.style(sys.stderr)))
    if made.value is None:
        return session.finish(exit_code(made.diagnostics) or PROBLEMS)
    there = f"If you went on in it, check that one: agreements roster {quoted(str(annotate))}"
    return deliver_file(
        session, workspace, annotate, made.value, replace=replace, advice=f"{there}\nOr overwrite it: --replace.",
        told=session.problems,
    )  # fmt: skip


def _next(
    session: Session, report: Preflight, members: str, profile: str, documents: Sequence[str], annotate: Path | None
) -> None:
    given = (f" --profile {quoted(profile)}" if profile else "") + (f" -d {','.join(documents)}" if documents else "")
    name = quoted(members)
    if annotate is not None:
        book = annotate.suffix.lower() != ".csv"
        what = (
            "workbook, with every mistake marked where it stands" if book else "rows; the column Check says how each is"
        )
        session.say(f"Written: {safe(session.files[-1])}: the same {what}.")
    if report.ok:
        ready = "The one member is" if len(report.rows) == 1 else f"All {len(report.rows):,} members are"
        session.say(f"{ready} ready.", "", f"Next: agreements batch {name}{given}")
        return
    if not report.rows:
        session.say(f"Then run the same command again: agreements roster {name}{given}")
        return
    if annotate is None and Path(members).suffix.lower() in (".xlsx", ".xlsm"):
        session.say(f"To see them in the workbook: agreements roster {name}{given} --annotate checked.xlsx")
    rule = next((d.rule for r in report.bad for d in r.problems if d.severity is Severity.ERROR), "")
    more = f" More: agreements explain {rule}" if rule else ""
    what = "lines" if _is_folder(report) else "cells"
    session.say(f"Mend the {what} named above and run the same command again.{more}")
    if len(report.bad) < len(report.rows) and not errors_in(report.diagnostics):
        session.say(f"Or make the others now: agreements batch {name}{given} --only-good")
