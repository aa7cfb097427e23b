"""``agreements compare``: two documents as one with tracked changes, and what changed, counted."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.diagnostics import errors_in
from generator.session import (
    DONE,
    PROBLEMS,
    Command,
    Day,
    Session,
    documents_option,
    exit_code,
    library_option,
    open_here,
    refuse_existing,
    shown_here,
)
from generator.terminal import count, problem_lines, safe, table_lines

if TYPE_CHECKING:
    from generator.comparison.summary import Summary
    from generator.workspace import Workspace

__all__ = ["compare"]

_MOST = 25  # changes shown in the terminal


@click.command(
    cls=Command,
    short_help="Compare two documents: a redline for Word, and what changed.",
    epilog="""\b
Examples:
  agreements compare ours.docx theirs.docx -o redline.docx
  agreements compare v1.docx v2.docx -o redline.docx -o summary.html --author "R. Lee"
  agreements compare last-year.yaml this-year.yaml -d svc -o redline.docx
""",
)
@click.argument("old", type=click.Path(), metavar="OLD")
@click.argument("new", type=click.Path(), metavar="NEW")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", multiple=True,
    help="Write the redline (.docx) or a page with the summary (.html); may be given twice.",
)  # fmt: skip
@click.option("--author", metavar="NAME", help="Who stands beside the tracked changes.  [default: Agreements]")
@click.option("--date", type=Day(), help="The day that stands beside them; otherwise today.")
@click.option(
    "--original", is_flag=True,
    help="Where a document holds tracked changes, take them as rejected; otherwise as accepted.",
)  # fmt: skip
@documents_option
@click.option("--replace", is_flag=True, help="Overwrite files of the same name.")
@library_option
@click.pass_obj
def compare(
    session: Session, old: str, new: str, output: tuple[Path, ...], author: str | None, date: dt.date | None,
    original: bool, documents: tuple[str, ...], replace: bool, library: tuple[Path, ...],
) -> int:  # fmt: skip
    """Compare two Word documents, or what two profiles make: every difference as a tracked change.

    Accepting all changes gives NEW, rejecting all gives OLD: that is proved before anything is written. The two files
    themselves are not touched.
    """
    from generator import pipeline
    from generator.comparison.summary import summary_page

    for file in output:
        if file.suffix.lower() not in (".docx", ".html", ".htm"):
            raise click.BadParameter("the comparison is written as .docx or .html.", param_hint="--output")
        if (Path.cwd() / file).resolve() in ((Path.cwd() / old).resolve(), (Path.cwd() / new).resolve()):
            raise click.BadParameter("that is one of the two documents; name another file.", param_hint="--output")
    workspace = open_here(library, date=date)
    name = " ".join((author or "").split()) or "Agreements"
    with session.progress() as progress:
        progress.now(f"Comparing {old} with {new}")
        compared = pipeline.compare(workspace, old, new, author=name, original=original, documents=documents)
    session.problems += compared.diagnostics
    if compared.redline is None or compared.summary is None:
        session.tell(
            *problem_lines(compared.diagnostics, style=session.style(sys.stderr), outcome="Nothing was written.")
        )
        return session.finish(exit_code(compared.diagnostics) or PROBLEMS)
    summary = compared.summary
    session.more["same"] = compared.redline.same
    session.more["statistics"] = {kind.value: n for kind, n in summary.kinds}
    session.more["places"] = [{"place": place, "changes": n} for place, n in summary.places]
    session.more["figures"] = [{"place": c.where, "old": c.old, "new": c.new} for c in summary.figures]
    session.more["changes"] = [
        {
            "kind": c.kind.value,
            "story": c.story,
            "place": c.where,
            "to": c.to,
            "clause": c.clause,
            "old": c.old,
            "new": c.new,
        }
        for c in summary.changes
    ]
    _show(session, summary)
    notes = [d.message for d in compared.diagnostics]
    if compared.diagnostics and not session.quiet:
        session.tell("", *problem_lines(compared.diagnostics, style=session.style(sys.stderr)))
    for file in output:
        word = file.suffix.lower() == ".docx"
        data = compared.redline.data if word else summary_page(summary, Path(old).name, Path(new).name, notes)
        refused = _deliver(session, workspace, file, data, replace)
        if refused is not None:
            return refused
        session.say("", f"{'For Word, with tracked changes' if word else 'Summary'}: {safe(session.files[-1])}")
    if not output and summary.total:
        session.say("", "For Word: give -o redline.docx. For a page to send along: -o summary.html.")
    return session.finish(exit_code(errors_in(session.problems)) or DONE)


def _show(session: Session, summary: Summary) -> None:
    """Print what changed: figures and dates first, then where, then each change in short."""
    from generator.comparison.summary import kinds_said

    if not summary.total:
        session.show("Not a word differs.")
        return
    style = session.style(sys.stdout)
    session.show(f"{count(summary.total, 'change')}: {kinds_said(summary)}.", "")
    if summary.figures:
        session.show("Figures and dates that changed:", "")
        rows = [(safe(c.where), safe(_cut(c.old)), safe(_cut(c.new))) for c in summary.figures[:_MOST]]
        session.show(*table_lines(("WHERE", "BEFORE", "NOW"), rows, style=style), "")
        if len(summary.figures) > _MOST:
            session.show(f"and {len(summary.figures) - _MOST} more.", "")
    counts = [(safe(place), str(n)) for place, n in summary.places[:_MOST]]
    session.say(*table_lines(("WHERE", "CHANGES"), counts, style=style))
    if len(summary.places) > _MOST:
        session.say(f"and in {len(summary.places) - _MOST} more places.")


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 48 else text[:47].rsplit(" ", 1)[0] + " …"


def _deliver(session: Session, workspace: Workspace, output: Path, data: bytes, replace: bool) -> int | None:
    """Write one file where ``--output`` says; or say that one is there, end the run and return its exit code."""
    from generator.workspace import Exists

    there = dataclasses.replace(workspace, output=(Path.cwd() / output).parent)
    try:
        session.files += [shown_here(p) for p in there.deliver("", [(output.name, data)], replace=replace)]
    except Exists as seen:
        return refuse_existing(session, seen.files, "It was not written.", "Add --replace to overwrite it.")
    return None
