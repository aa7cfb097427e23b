"""``agreements clauses import``: an existing Word contract becomes draft clauses of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    from generator.intake import Intake

__all__ = ["import_contract"]


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
    that read much the same are named. Names, amounts and dates are proposed as fields; put them in with --set. What is
    uncertain is said, here and in each draft. Nothing that is there is overwritten.
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
    intake = made.value
    if not dry_run:
        try:
            paths = workspace.keep(list(intake.files))
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
    session.more["notes"] = list(intake.notes)
    session.say(*_report(intake, dry_run))
    if made.diagnostics:
        session.tell("", *problem_lines(made.diagnostics, style=style))
    if not dry_run:
        profile = f"{intake.family}.yaml"
        session.say("", f"Next: read the drafts, then: agreements make --draft {quoted(profile)}")
    return session.finish(DONE)


def _report(intake: Intake, dry_run: bool) -> Iterator[str]:
    made = "would become" if dry_run else "became"
    yield f"{safe(intake.title)} {made} {count(len(intake.drafts), 'draft clause')} in the family {intake.family}:"
    yield ""
    for draft in intake.drafts:
        number = f"{draft.number} " if draft.number else ""
        yield safe(f"  {number}{draft.title} ({draft.id})")
        if draft.near is not None:
            yield safe(f"      {draft.near.percent} % like {draft.near.clause}")
        yield from (safe(f"      Look at: {doubt}") for doubt in draft.doubts)
    if intake.proposals:
        yield ""
        yield "These may be values; put a field in with --set:"
        for one in intake.proposals:
            field = f' --set "{one.text}={one.field}"' if one.field else "  no field comes to mind"
            yield safe(f"  {one.where}: {one.kind} “{one.text}”{field}")
    yield ""
    yield from (safe(note) for note in intake.notes)
