"""``agreements review``: a document that came back, and what was changed in it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.diagnostics import Diagnostic, errors_in
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
    exit_code,
    library_option,
    open_here,
    quoted,
    replace_option,
    shown_here,
)
from generator.terminal import Style, count, folded, problem_lines, safe, table_lines

if TYPE_CHECKING:
    from generator.comparison.words import Hunk
    from generator.returned.reviewed import Reviewed
    from generator.returned.telling import Entry
    from generator.workspace import Workspace

__all__ = ["review"]

_MOST = 12  # changes shown of one part
_BRIEF = 40  # letters of a value in a line


@click.command(
    cls=Command,
    short_help="Review a document that came back: what was changed, silently or tracked.",
    epilog="""\b
Examples:
  agreements review back.docx
  agreements review back.docx -o review.html -o for-word.docx
  agreements review back.docx --record output/safe-at-home-2027-014
  agreements review back.docx --original sent.docx --profile profiles/sample.yaml
  agreements review back.docx -o answer.docx --share        for the other side: nothing of your positions
  agreements review back.docx --apply
""",
)
@click.argument("returned", type=click.Path(), metavar="RETURNED.docx")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", multiple=True,
    help="Write the review as a page (.html), as data (.json), or as remarks in a copy of the file (.docx); "
    "may be given several times.",
)  # fmt: skip
@click.option(
    "--record", "record", type=click.Path(), metavar="FOLDER", default="",
    help="The folder the documents were made in, or its record.json; otherwise it is looked for.",
)  # fmt: skip
@click.option(
    "--original", type=click.Path(), metavar="FILE", default="",
    help="The Word file that was sent, where it does not lie beside the record any more.",
)  # fmt: skip
@click.option(
    "--profile", type=click.Path(), metavar="FILE", default="",
    help="The profile it was made of, where it is not where it was.",
)  # fmt: skip
@click.option(
    "--apply", "apply_", is_flag=True, help="Write values that came back changed into the profile, one by one."
)
@click.option("--yes", is_flag=True, help="With --apply: write all that can be written, without asking.")
@click.option("--author", type=Author(), metavar="NAME", default=AUTHOR, show_default=True,
              help="Who stands beside our remarks in the Word copy.")  # fmt: skip
@click.option("--date", type=Day(), help="The day that stands beside them; otherwise today.")
@click.option(
    "--share", is_flag=True,
    help="In the Word copy, say only what was changed without tracking, and nothing of your positions, so that it can "
    "go to the other side.",
)  # fmt: skip
@click.option(
    "--restore", is_flag=True,
    help="In the Word copy, put your words back where they were changed without tracking; otherwise their words stay "
    "and are shown as tracked.",
)  # fmt: skip
@replace_option
@library_option
@click.pass_obj
def review(
    session: Session, returned: str, output: tuple[Path, ...], record: str, original: str, profile: str, apply_: bool,
    yes: bool, author: str, date: dt.date | None, share: bool, restore: bool, replace: bool,
    library: tuple[Path, ...],
) -> int:  # fmt: skip
    """Hold a Word file that came back against what you sent: clause by clause, with your own positions and the law.

    What was changed without tracking is said first. The file that came back is not touched; the Word copy keeps the
    other side's changes and remarks, and adds yours: accepting your marks gives what came back, rejecting all
    gives what you sent. With --restore it is the other way round.
    """
    from generator import pipeline
    from generator.returned.telling import review_data

    for file in output:
        if file.suffix.lower() not in (".docx", ".html", ".htm", ".json"):
            raise click.BadParameter("the review is written as .html, .json or .docx.", param_hint="--output")
        if (Path.cwd() / file).resolve() == (Path.cwd() / returned).resolve():
            raise click.BadParameter("that is the file that came back; name another one.", param_hint="--output")
    if yes and not apply_:
        raise click.UsageError("--yes belongs to --apply.")
    workspace = open_here(library, date=date)
    with session.progress() as progress:
        progress.now(f"Reviewing {returned}")
        reviewed = pipeline.review(workspace, returned, record=record, original=original, profile=profile)
    session.problems += reviewed.diagnostics
    if not reviewed.ok:
        session.tell(
            *problem_lines(reviewed.diagnostics, style=session.style(sys.stderr), outcome="Nothing was reviewed.")
        )
        return session.finish(exit_code(reviewed.diagnostics) or PROBLEMS)
    session.more["review"] = review_data(reviewed)
    session.show(*_report(reviewed, session.style(sys.stdout), brief=session.quiet))
    refused = _write(session, workspace, reviewed, output, author, replace=replace, restore=restore, share=share)
    if refused is not None:
        return refused
    told = [d for d in session.problems if d.rule != "review-value-unread"]  # those stand with their value
    if told and not session.quiet:
        session.tell("", *problem_lines(told, style=session.style(sys.stderr)))
    if apply_:
        return session.finish(_apply(session, workspace, reviewed, yes=yes))
    if not session.quiet:
        _next(session, reviewed, returned, output, share=share)
    return session.finish(exit_code(errors_in(session.problems)) or DONE)


# ---------------------------------------------------------------- in the terminal


def _report(reviewed: Reviewed, style: Style, *, brief: bool) -> Iterator[str]:
    from generator.returned.checklist import Standing
    from generator.returned.telling import SILENT, entries_of, headline, remark_lines, state_counts

    named = ", ".join(t for t in (reviewed.name, reviewed.number) if t)
    yield style.bold(safe(f"{reviewed.title}{f' ({named})' if named else ''}, as it came back"))
    yield from folded("", f"Held against {reviewed.against}.", style)
    yield ""
    entries = entries_of(reviewed)
    yield from folded("", headline(reviewed), style)
    silent = [e for e in entries if e.silent]
    if silent:
        yield ""
        yield style.red(f"{SILENT.upper()}: {count(len(silent), 'place')}")
        for entry in silent:
            yield from _entry(entry, style)
    flipped = [i for i in reviewed.checklist if i.standing is not Standing.MET]
    if reviewed.checklist and not brief:
        yield ""
        met = len(reviewed.checklist) - len(flipped)
        yield style.bold(
            f"WHAT THE DOCUMENT MUST HOLD: {met} of {len(reviewed.checklist)} items stand as they were sent"
        )
    for item in flipped:
        loud = ", without tracking" if item.silent else ""
        yield style.red(f"  {item.code}  {item.standing.value}{loud}")
        yield from _indented(f"{item.question} {item.why}", 6, style)
        yield from _indented(item.citation, 6, style)
    if brief:
        return
    tracked = [e for e in entries if not e.silent]
    if tracked:
        yield ""
        yield style.bold(f"TRACKED: {count(len(tracked), 'place')}")
        for entry in tracked:
            yield from _entry(entry, style)
    if reviewed.proposals:
        yield ""
        yield style.bold("FOR THE PROFILE, if you agree")
        yield ""
        rows = []
        for p in reviewed.proposals:
            place = f"{p.span.file}:{p.span.line}" if p.span is not None else ""
            rows.append(
                (
                    safe(p.field),
                    safe(shortened(p.old, _BRIEF)),
                    safe(p.written or shortened(p.new, _BRIEF)),
                    safe(place),
                )
            )
        yield from table_lines(("ANSWER", "AS SENT", "NOW", "PLACE"), rows, style=style)
        for p in reviewed.proposals:
            if p.why:
                yield from _indented(f"{p.field} cannot be written: {p.why}", 2, style)
    if reviewed.rules:
        yield ""
        yield style.bold("WHAT OUR RULES SAY TO THE RETURNED TEXT")
        for d in reviewed.rules:
            yield from _indented(f"{d.message} ({d.rule})", 2, style)
    if reviewed.comments:
        yield ""
        yield style.bold(f"THEIR REMARKS: {len(reviewed.comments)}")
        for line in remark_lines(reviewed):
            yield from _indented(line, 2, style)
    if reviewed.findings is not None:
        counts = state_counts(reviewed.findings)
        yield ""
        yield "Clauses: " + ", ".join(f"{n} {state}" for state, n in counts.items() if n) + "."


def _entry(entry: Entry, style: Style) -> Iterator[str]:
    from generator.returned.judging import OWN, Verdict
    from generator.returned.telling import item_line, led_in, narrowed, shown, verdict_lines

    yield ""
    name = safe(entry.name + (f"   {entry.clause}" if entry.clause else ""))
    yield f"  {style.bold(name)}"
    yield from _indented(entry.what + (f" ({entry.by})" if entry.by else ""), 4, style)
    mixed = len({c.silent for c in entry.changes}) > 1
    for change in entry.changes[:_MOST]:
        who = "" if not mixed else " (silently)" if change.silent else " (tracked)"
        yield from _indented(led_in(change) + _marked(shown(change), style) + who, 6, style, plain=False)
    if len(entry.changes) > _MOST:
        yield f"      and {len(entry.changes) - _MOST} more"
    for line in entry.lines[:_MOST]:
        yield from _indented(style.inserted(safe(shortened(line, 300))), 6, style, plain=False)
    for line in (*verdict_lines(entry.verdict), *entry.remarks):
        yield from _indented(line, 4, style)
    for item in entry.items:
        yield from _indented(item_line(item), 4, style)
    judgement = entry.verdict
    if judgement is not None and judgement.verdict is Verdict.NEAR and judgement.name != OWN and judgement.difference:
        yield from _indented(f"The difference: {_marked(narrowed(judgement.difference), style)}", 4, style, plain=False)


def _marked(hunks: Sequence[Hunk], style: Style) -> str:
    from generator.comparison.words import Kind

    out = []
    for hunk in hunks:
        text = safe(" ".join(hunk.text.split()))
        lead = " " if hunk.kind is Kind.SAME and hunk.text[:1].isspace() else ""
        tail = " " if hunk.kind is Kind.SAME and hunk.text[-1:].isspace() else ""
        if hunk.kind is Kind.SAME:
            out.append(lead + text + tail)
        elif text:
            out.append(style.deleted(text) if hunk.kind is Kind.DELETED else style.inserted(text))
    return "".join(out)


def _indented(text: str, by: int, style: Style, *, plain: bool = True) -> Iterator[str]:
    if not text.strip():
        return
    if plain or not style.color:
        yield from folded(" " * by, text, style)
    else:
        yield " " * by + text


def _next(session: Session, reviewed: Reviewed, returned: str, output: Sequence[Path], *, share: bool) -> None:
    file = quoted(returned)
    if reviewed.findings is None or not (reviewed.findings.touched or reviewed.findings.foreign):
        return
    kinds = {f.suffix.lower() for f in output}
    lines = []
    if reviewed.sent is None:
        lines.append(f"Next: agreements review {file} --original SENT.docx    what was sent: values are then checked")
    elif ".docx" not in kinds:
        lines.append(
            f"Next: agreements review {file} -o for-word.docx    our remarks and their silent changes, in Word"
        )
    if reviewed.profile and any(p.written for p in reviewed.proposals):
        lines.append(f"{'Or' if lines else 'Next'}: agreements review {file} --apply    writes values you agree to")
    if not lines and ".docx" in kinds:
        copy = quoted(next(str(f) for f in output if f.suffix.lower() == ".docx"))
        lines.append(f"Next: open {copy} in Word and answer each mark.")
    if ".docx" in kinds and reviewed.sent is not None and not share:
        lines.append("Its remarks name your positions. For a copy that can go to the other side, add --share.")
    session.say("", *lines)


# ---------------------------------------------------------------- files


def _write(
    session: Session,
    workspace: Workspace,
    reviewed: Reviewed,
    output: Sequence[Path],
    author: str,
    *,
    replace: bool,
    restore: bool,
    share: bool,
) -> int | None:
    """Write what was asked for; return the exit code if something is in the way."""
    from generator import pipeline
    from generator.returned.page import review_page
    from generator.returned.telling import review_data
    from generator.terminal import as_json

    date = dt.datetime.combine(workspace.today, dt.time(), dt.UTC)
    for file in output:
        match file.suffix.lower():
            case ".docx":
                made = pipeline.review_copy(reviewed, author=author, date=date, restore=restore, share=share)
                session.problems += made.diagnostics
                if made.value is None:
                    continue
                data, what = made.value.data, "For Word"
                ours = f", {count(made.value.marked, 'mark')} of “{made.value.author}”" if made.value.marked else ""
                what += f" (their changes as they are{ours})"
            case ".json":
                data, what = (as_json(review_data(reviewed), unicode=True) + "\n").encode(), "Data"
            case _:
                notes = [d.message for d in reviewed.diagnostics if d.rule != "review-value-unread"]
                data, what = review_page(reviewed, notes), "Page"
        refused = deliver_file(session, workspace, file, data, replace=replace)
        if refused is not None:
            return refused
        session.say("", f"{what}: {safe(session.files[-1])}")
    return None


def _apply(session: Session, workspace: Workspace, reviewed: Reviewed, *, yes: bool) -> int:
    """Write the values that the reviewer agrees to into the profile; return the exit code."""
    from generator import pipeline

    ready = [p for p in reviewed.proposals if p.written]
    if not ready:
        session.say("", "No value that came back can be written into the profile.")
        return DONE
    chosen = [p.field for p in ready]
    if not yes:
        if not (sys.stdin.isatty() and sys.stdout.isatty()) or session.json:
            raise click.UsageError("--apply asks before it writes. Without a terminal to ask in, add --yes.")
        chosen = []
        session.show("")
        for p in ready:
            loud = ", changed without tracking" if p.silent else ""
            still = f" ({', '.join(p.elsewhere)} still says “{shortened(p.old, _BRIEF)}”)" if p.elsewhere else ""
            question = f"{p.label}: {shortened(p.old, _BRIEF)} → {p.written}{loud}{still}. Write it?"
            if click.confirm(safe(question), default=False):
                chosen.append(p.field)
    if not chosen:
        session.say("", "Nothing was written.")
        return DONE
    made = pipeline.apply_review(workspace, reviewed, chosen)
    if made.value is None:
        problems: Sequence[Diagnostic] = made.diagnostics
        session.problems += problems
        session.tell("", *problem_lines(problems, style=session.style(sys.stderr), outcome="Nothing was written."))
        return exit_code(problems) or PROBLEMS
    session.files += [shown_here(p) for p in workspace.keep([(reviewed.profile, made.value)], over=[reviewed.profile])]
    session.more["applied"] = chosen
    session.say("", f"{count(len(chosen), 'answer')} written into {safe(reviewed.profile)}: {', '.join(chosen)}.")
    session.say(f"Next: agreements make {quoted(reviewed.profile)} --output another-folder")
    return DONE
