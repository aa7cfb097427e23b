"""``agreements amend``: the paper that changes an agreement, and the agreement as it reads with the changes."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.diagnostics import Severity, errors_in
from generator.model import AUTHOR
from generator.session import (
    DONE,
    PROBLEMS,
    Author,
    Command,
    Day,
    Session,
    date_option,
    existing,
    exit_code,
    formats_option,
    library_option,
    open_here,
    quoted,
    replace_option,
    shown_here,
)
from generator.terminal import count, problem_lines, safe

if TYPE_CHECKING:
    from generator.amendment import Differences
    from generator.pipeline import Amended

__all__ = ["amend"]


@click.command(
    cls=Command,
    short_help="Change an agreement that was made: the amendment, and the copy with the changes.",
    epilog="""\b
Examples:
  agreements amend output/safe-at-home-2027-014 --to profile.yaml
  agreements amend output/safe-at-home-2027-014 --clauses pay.invoice_timing@1.2.0 --redline
  agreements amend output/*  --newest            every agreement that holds a superseded text
""",
)
@click.argument("folders", type=click.Path(), nargs=-1, required=True, metavar="FOLDER...")
@click.option(
    "--to", type=click.Path(), metavar="PROFILE", default="", help="A profile with the answers as they shall be."
)
@click.option("--clauses", metavar="ID@VERSION", multiple=True, help="Take this text; may be given again.")
@click.option("--newest", is_flag=True, help="Take the newest text of every clause that was superseded.")
@click.option("--effective", type=Day(), help="The day from which the changes count; otherwise today.")
@click.option("--reason", metavar="TEXT", default="", help="Why it is changed; stands in the background.")
@click.option("--redline", is_flag=True, help="Add each changed document with its changes tracked, as Exhibit A.")
@click.option("--author", type=Author(), metavar="NAME", default=AUTHOR, show_default=True,
              help="Who stands beside the tracked changes.")  # fmt: skip
@formats_option
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where to write; a folder for each amendment is made in it.  [default: beside the agreement]",
)  # fmt: skip
@library_option
@replace_option
@date_option
@click.pass_obj
def amend(
    session: Session, folders: tuple[str, ...], to: str, clauses: tuple[str, ...], newest: bool,
    effective: dt.date | None, reason: str, redline: bool, author: str, formats: tuple[str, ...], output: Path | None,
    library: tuple[Path, ...], replace: bool, date: dt.date | None,
) -> int:  # fmt: skip
    """Work out what differs from the agreement in FOLDER, and write it as an amendment to sign.

    What was agreed comes from the record in FOLDER. Without --to, --clauses and --newest the newest texts are taken.
    Beside the amendment stands the agreement as it reads with the changes (its files end in -conformed). An agreement
    in which nothing differs is passed over where several are named.
    """
    from generator import pipeline
    from generator.workspace import Exists

    worst = DONE
    done: list[tuple[str, Amended, list[str]]] = []
    passed: dict[str, list[str]] = {}
    refused: list[tuple[str, Amended]] = []
    with session.progress() as progress:
        for n, given in enumerate(dict.fromkeys(folders), 1):
            folder = given.rstrip("/")
            progress.now(f"Amending {folder}" + (f" ({n} of {len(folders)})" if len(folders) > 1 else ""))
            beside = Path.cwd() / (output if output is not None else Path(folder).parent)
            workspace = open_here(library, output=beside, date=date)
            if len(folders) > 1 and not workspace.is_folder(folder):
                passed.setdefault("No agreements, and passed over:", []).append(folder)  # output/* names files too
                continue
            made = pipeline.amend(
                workspace, folder, to=to, clauses=clauses, newest=newest, effective=effective, reason=reason,
                formats=formats, redline=redline, author=author,
            )  # fmt: skip
            wrong = {d.rule for d in errors_in(made.diagnostics)}
            if len(folders) > 1 and len(wrong) == 1 and wrong < _PASSED_OVER.keys():
                passed.setdefault(_PASSED_OVER[wrong.pop()], []).append(folder)
                continue
            session.problems += made.diagnostics
            if not made.ok:
                worst = max(worst, exit_code(made.diagnostics) or PROBLEMS)
                refused.append((folder, made))
                continue
            try:
                paths = workspace.deliver(made.folder, made.files, replace=replace)
            except Exists as found:
                there = existing(found.files, "Add --replace to overwrite it, or --output DIR.")
                session.problems += there
                session.tell(
                    *problem_lines(there, style=session.style(sys.stderr), outcome="No amendment was written.")
                )
                worst = max(worst, PROBLEMS)
                continue
            session.files += [shown_here(p) for p in paths]
            done.append((folder, made, [shown_here(p) for p in paths]))
    _tell(session, done, passed)
    for folder, made in refused:
        style = session.style(sys.stderr)
        session.tell(
            f"{safe(folder)}:", *problem_lines(made.diagnostics, style=style, outcome="No amendment was made.")
        )
    return session.finish(worst)


_PASSED_OVER = {"nothing-to-amend": "Nothing differs in", "amended-already": "Amended before, and passed over:"}


def _tell(
    session: Session, done: Sequence[tuple[str, Amended, list[str]]], passed: Mapping[str, Sequence[str]]
) -> None:
    out = session.style(sys.stdout)
    for folder, made, files in done:
        session.say(f"{out.green('Amended')} {safe(folder)}: {count(len(made.papers), 'amendment')}.", "")
        for document, differences in (made.differences or {}).items():
            session.say(*(f"  {safe(line)}" for line in _what(document, differences)))
        session.say("", *(f"  {safe(name)}" for name in files), "")
        noticed = [d for d in made.diagnostics if d.severity is not Severity.OPEN]
        if noticed and not session.quiet:
            session.tell(*problem_lines(noticed, style=session.style(sys.stderr)), "")
    for why, folders in passed.items():
        session.say(f"{why} {safe(', '.join(folders))}.", "")
    if done:
        last = Path(done[-1][2][0]).parent
        session.say(
            "Made for legal review. It certifies nothing and is not legal advice.", "",
            f"Next: read it, sign it, and file it: agreements record --signed FILE {quoted(str(last))}",
        )  # fmt: skip


def _what(document: str, differences: Differences) -> Iterator[str]:
    for term in differences.terms:
        yield f"{document}: {term.field}: {term.old} → {term.new} ({'; '.join(term.places)})"
    for change in differences.replaced:
        yield f"{document}: {change.old.called}: new text"
    for added in differences.added:
        yield f"{document}: {added.new.called}: added"
    for removed in differences.removed:
        yield f"{document}: {removed.old.called}: deleted"
