"""``agreements clauses import``: an existing Word contract becomes draft clauses of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.fields import shortened
from generator.session import (
    DONE,
    PROBLEMS,
    Command,
    Session,
    exit_code,
    library_option,
    open_here,
    quoted,
    refuse_existing,
    shown_here,
)
from generator.terminal import count, problem_lines, safe

if TYPE_CHECKING:
    from generator.intake import Announced, Intake, Place, Report

__all__ = ["import_contract"]

_PLACES = 3  # of one kind are shown; the page lists all
_LOOK_AT = 8  # places of what a person has to look at
_LONGEST = 70  # characters of one side of a difference


@click.command(
    "import",
    cls=Command,
    epilog="""\b
Examples:
  agreements clauses import partner.docx
  agreements clauses import partner.docx --family partner --set "Harbor House, Inc.=cbo.legal_name"
  agreements clauses import partner.docx --dry-run        say what would be made; write nothing
""",
)
@click.argument("file", type=click.Path(), metavar="CONTRACT.docx")
@click.option("--family", metavar="NAME", default="", help="The family of the new clauses; otherwise the file's name.")
@click.option(
    "--set", "sets", metavar="WORDS=FIELD", multiple=True,
    help="Put a field where these words stand; may be given again.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be made; write nothing.")
@library_option
@click.pass_obj
def import_contract(
    session: Session, file: str, family: str, sets: tuple[str, ...], dry_run: bool, library: tuple[Path, ...]
) -> int:
    """Break a Word contract into draft clauses in your own clauses/ folder, with a document type and a profile.

    Headings become clauses, typed numbers go, references and definitions are recognized, and clauses of the library
    that read much the same are named. Names, amounts and dates are proposed as fields; put them in with --set. Then
    the drafts are made into a document again and held against the contract: what will not read as it did is told,
    with its place. A page beside the profile lists every place. Nothing that is there is overwritten.
    """
    from generator import pipeline
    from generator.workspace import Exists

    put: dict[str, str] = {}
    for given in sets:
        words, equals, path = given.rpartition("=")
        if not equals or not words.strip() or not path.strip():
            raise click.BadParameter(f"“{given}” is not WORDS=FIELD.", param_hint="--set")
        put[words.strip()] = path.strip()
    workspace = open_here(library)
    with session.progress() as progress:
        progress.now(f"Reading {file}")
        made = pipeline.import_contract(workspace, file, family=family, put=put)
    session.problems += made.diagnostics
    style = session.style(sys.stderr)
    if made.value is None:
        session.tell(*problem_lines(made.diagnostics, style=style, outcome="Nothing was imported."))
        return session.finish(exit_code(made.diagnostics) or PROBLEMS)
    intake, report = made.value.intake, made.value.report
    page = made.value.files[-1][0]
    if not dry_run:
        try:
            paths = workspace.keep(list(made.value.files))
        except Exists as found:
            return refuse_existing(
                session, found.files, "Nothing was imported.", "Take them away, or name another --family."
            )
        session.files += [shown_here(p) for p in paths]
    session.more["clauses"] = [
        {
            "id": d.id, "title": d.title, "number": d.number, "doubts": list(d.doubts),
            "near": {"clause": d.near.clause, "percent": d.near.percent} if d.near else None,
        }
        for d in intake.drafts
    ]  # fmt: skip
    session.more["proposals"] = [
        {"text": p.text, "kind": p.kind, "field": p.field or None, "where": p.where} for p in intake.proposals
    ]
    session.more["announced"] = [
        {
            "kind": a.kind, "says": a.says, "open": a.open, "count": len(a.places) or a.count,
            "places": [{"where": p.where, "was": p.was, "now": p.now} for p in a.places],
        }
        for a in report.announced
    ]  # fmt: skip
    session.more["made_again"] = {"made": report.made, "unexplained": report.unexplained, "verdict": report.verdict}
    session.say(*_shown(intake, report, dry_run, page))
    if made.diagnostics:
        session.tell("", *problem_lines(made.diagnostics, style=style))
    if not dry_run:
        session.say(
            "", f"Every place is listed in {page}.",
            f"Next: read the drafts, then: agreements make --draft {quoted(intake.profile)}",
        )  # fmt: skip
    return session.finish(DONE)


def _shown(intake: Intake, report: Report, dry_run: bool, page: str) -> Iterator[str]:
    made = "would become" if dry_run else "became"
    yield f"{safe(intake.title)} {made} {count(len(intake.drafts), 'draft clause')} in the family {intake.family}:"
    yield ""
    for draft in intake.drafts:
        number = f"{draft.number} " if draft.number else ""
        near = f" – {draft.near.percent} % like {draft.near.clause}" if draft.near is not None else ""
        yield safe(f"  {number}{draft.title} ({draft.id}){near}")
        yield from (safe(f"      Look at: {doubt}") for doubt in draft.doubts)
    if intake.proposals:
        yield ""
        yield "These may be values; put a field in with --set:"
        seen: dict[str, int] = {}
        left = 0
        for one in intake.proposals:
            seen[one.kind] = seen.get(one.kind, 0) + 1
            if seen[one.kind] > _LOOK_AT and not one.field:
                left += 1
                continue
            field = f' --set "{one.text}={one.field}"' if one.field else ""
            yield safe(f"  {shortened(one.where, _LONGEST)}: {one.kind} “{one.text}”{field}")
        if left:
            yield f"  … and {left} more" + ("" if dry_run else f", listed in {page}")
    yield ""
    yield "What will not read as it did when it is made again:"
    for told in report.announced:
        yield from _told(told)
    yield ""
    yield safe(report.verdict)


def _told(told: Announced) -> Iterator[str]:
    number = len(told.places) or told.count
    yield safe(f"  {told.says}" + (f" ({number} places)" if number > 1 else ""))
    most = _LOOK_AT if told.open else _PLACES
    yield from (safe(f"      {_place(one)}") for one in told.places[:most])
    if len(told.places) > most:
        yield f"      … and {len(told.places) - most} more"


def _place(one: Place) -> str:
    was, now = shortened(one.was, _LONGEST), shortened(one.now, _LONGEST)
    if was and now:
        return f"{one.where}: “{was}” → “{now}”"
    return f"{one.where}: “{was or now}”" if was else f"{one.where}: + “{now}”"
