"""``agreements compare``: two documents as one with tracked changes, and what changed, counted."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.diagnostics import errors_in
from generator.fields import shortened
from generator.model import AUTHOR
from generator.session import (
    DONE,
    PROBLEMS,
    Author,
    Command,
    Day,
    Session,
    deliver_file,
    documents_option,
    exit_code,
    library_option,
    open_here,
    replace_option,
)
from generator.terminal import count, problem_lines, safe, table_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.comparison.changes import Change, Redline
    from generator.comparison.summary import Summary

__all__ = ["compare"]

_MOST = 25  # changes shown in the terminal


@click.command(
    cls=Command,
    short_help="Compare two documents: a redline for Word, and what changed.",
    epilog="""\b
Examples:
  agreements compare ours.docx theirs.docx -o redline.docx
  agreements compare v1.docx v2.docx -o redline.docx -o summary.html --author "R. Lee"
  agreements compare v1.docx v2.docx --side-by-side both.html
  agreements compare last-year.yaml this-year.yaml -d svc -o redline.docx
""",
)
@click.argument("old", type=click.Path(), metavar="OLD")
@click.argument("new", type=click.Path(), metavar="NEW")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", multiple=True,
    help="Write the redline (.docx) or a page with the summary (.html); may be given twice.",
)  # fmt: skip
@click.option(
    "--side-by-side", "beside", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write both documents beside each other (.html), what changed marked.",
)  # fmt: skip
@click.option("--author", type=Author(), metavar="NAME", default=AUTHOR, show_default=True,
              help="Who stands beside the tracked changes.")  # fmt: skip
@click.option("--date", type=Day(), help="The day that stands beside them; otherwise today.")
@click.option(
    "--original", is_flag=True,
    help="Where a document holds tracked changes, take them as rejected; otherwise as accepted.",
)  # fmt: skip
@documents_option
@replace_option
@library_option
@click.pass_obj
def compare(
    session: Session, old: str, new: str, output: tuple[Path, ...], beside: Path | None, author: str,
    date: dt.date | None, original: bool, documents: tuple[str, ...], replace: bool, library: tuple[Path, ...],
) -> int:  # fmt: skip
    """Compare two Word documents, or what two profiles make: every difference as a tracked change.

    Accepting all changes gives NEW, rejecting all gives OLD: that is proved before anything is written. Comments of
    both are kept, and what Word cannot track is named. The two files themselves are not touched.
    """
    from generator import pipeline

    _check_names(output, beside, old, new)
    workspace = open_here(library, date=date)
    with session.progress() as progress:
        progress.now(f"Comparing {old} with {new}")
        compared = pipeline.compare(workspace, old, new, author=author, original=original, documents=documents)
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
    session.more["turns"] = [{"place": c.where, "old": c.old, "new": c.new} for c in summary.turns]
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
    for file, what, data in _files(compared.redline, summary, output, beside, (old, new), notes):
        refused = deliver_file(session, workspace, file, data, replace=replace)
        if refused is not None:
            return refused
        session.say("", f"{what}: {safe(session.files[-1])}")
    if not session.files and summary.total:
        session.say(
            "",
            "For Word: give -o redline.docx. A page to send along: -o summary.html. "
            "Both texts beside each other: --side-by-side both.html.",
        )
    return session.finish(exit_code(errors_in(session.problems)) or DONE)


def _check_names(output: tuple[Path, ...], beside: Path | None, old: str, new: str) -> None:
    """Stop where a name cannot be what is to be written, or is that of a document."""
    sources = {(Path.cwd() / name).resolve() for name in (old, new)}
    for option, file, endings in (
        *(("--output", file, (".docx", ".html", ".htm")) for file in output),
        *([] if beside is None else [("--side-by-side", beside, (".html", ".htm"))]),
    ):
        if file.suffix.lower() not in endings:
            what = "the comparison is written as .docx or .html." if option == "--output" else "it is written as .html."
            raise click.BadParameter(what, param_hint=option)
        if (Path.cwd() / file).resolve() in sources:
            raise click.BadParameter("that is one of the two documents; name another file.", param_hint=option)


def _files(
    redline: Redline, summary: Summary, output: tuple[Path, ...], beside: Path | None, names: tuple[str, str],
    notes: list[str],
) -> Iterator[tuple[Path, str, bytes]]:  # fmt: skip
    """Yield what is to be written: the file, what it is, its content."""
    from generator.comparison.side_by_side import side_page
    from generator.comparison.summary import summary_page

    old, new = (Path(name).name for name in names)
    for file in output:
        if file.suffix.lower() == ".docx":
            yield file, "The same document" if redline.same else "For Word, with tracked changes", redline.data
        else:
            yield file, "Summary", summary_page(summary, old, new, notes)
    if beside is not None:
        yield beside, "Beside each other", side_page(redline, old, new, notes)


def _rows(changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    return [(safe(c.where), safe(shortened(c.old, 48)), safe(shortened(c.new, 48))) for c in changes[:_MOST]]


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
        session.show(*table_lines(("WHERE", "BEFORE", "NOW"), _rows(summary.figures), style=style), "")
        if len(summary.figures) > _MOST:
            session.show(f"and {len(summary.figures) - _MOST} more.", "")
    if summary.turns:
        session.show("Few words that can turn a meaning:", "")
        session.show(*table_lines(("WHERE", "BEFORE", "NOW"), _rows(summary.turns), style=style), "")
        if len(summary.turns) > _MOST:
            session.show(f"and {len(summary.turns) - _MOST} more.", "")
    counts = [(safe(place), str(n)) for place, n in summary.places[:_MOST]]
    session.say(*table_lines(("WHERE", "CHANGES"), counts, style=style))
    if len(summary.places) > _MOST:
        session.say(f"and in {len(summary.places) - _MOST} more places.")
