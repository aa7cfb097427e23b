"""The commands below ``agreements clauses``: reading, comparing and keeping the clauses of the library."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.diagnostics import Diagnostic, errors_in
from generator.model import AUTHOR
from generator.session import (
    DONE,
    PROBLEMS,
    Author,
    Commands,
    Day,
    Session,
    answer,
    complete_names,
    date_option,
    deliver_file,
    exit_code,
    library_option,
    open_here,
    quoted,
    refuse_existing,
    shown_here,
)
from generator.terminal import count, folded, problem_lines, redline_lines, safe, table_lines

if TYPE_CHECKING:
    from generator.comparison.clauses import ClauseComparison
    from generator.comparison.consequences import Consequence
    from generator.fields import Dictionary
    from generator.library import Clause, Library
    from generator.versions import Edit
    from generator.workspace import Workspace

__all__ = ["clauses"]


@click.group(cls=Commands)
def clauses() -> None:
    """Read, compare and keep the clauses of the library."""


@clauses.command(
    "list",
    epilog="""\b
Examples:
  agreements clauses list
  agreements clauses list --family hipaa --all-versions
""",
)
@click.option("--family", metavar="NAME", help="Only the clauses of one family, such as hipaa.")
@click.option("--all-versions", is_flag=True, help="Older and hidden versions too.")
@library_option
@click.pass_obj
def clauses_list(session: Session, family: str | None, all_versions: bool, library: tuple[Path, ...]) -> int:
    """List the clauses, with their version, layer and approval."""
    from generator import pipeline

    found = pipeline.list_clauses(open_here(library), all_versions=all_versions, family=family)
    session.problems += found.diagnostics
    lines = found.value or ()
    session.more["clauses"] = [
        {
            "id": c.id, "version": str(c.version), "title": c.title, "status": c.status, "layer": c.layer,
            "approved": c.approved,
        }
        for c in lines
    ]  # fmt: skip
    if lines:
        rows = [(c.id, str(c.version), c.status, c.layer, c.approved or "no", c.title) for c in lines]
        header = ("CLAUSE", "VERSION", "STATUS", "LAYER", "APPROVED", "TITLE")
        session.show(*table_lines(header, rows, style=session.style(sys.stdout)))
        session.say("", f"{count(len(lines), 'clause')}. Read one: agreements clauses show {lines[0].id}")
    elif found.value is not None:
        session.say(f"There is no clause in the family “{safe(family)}”." if family else "There are no clauses.")
    return answer(session, found.value is not None)


@clauses.command(
    "show",
    epilog="""\b
Examples:
  agreements clauses show hipaa.safeguards
  agreements clauses show confidentiality.mutual@1.0.0
""",
)
@click.argument("name", metavar="CLAUSE[@VERSION]", shell_complete=complete_names)
@library_option
@click.pass_obj
def clauses_show(session: Session, name: str, library: tuple[Path, ...]) -> int:
    """Show the text of a clause and what is known about it."""
    from generator import pipeline

    found = pipeline.show_clause(open_here(library), name)
    session.problems += found.diagnostics
    clause = found.value
    if clause is not None:
        approved = f"{clause.approval.by} on {clause.approval.on}" if clause.approval and clause.approval.holds else ""
        session.more["clause"] = {
            "id": clause.id, "version": str(clause.version), "title": clause.title, "status": clause.status,
            "layer": clause.layer, "approved": approved, "digest": clause.digest, "file": clause.span.file,
            "line": clause.body_line, "satisfies": list(clause.satisfies), "conflicts": list(clause.conflicts),
            "plain_language": clause.plain_language, "why_changed": clause.why_changed,
            "law_changed": clause.law_changed,
            "positions": [
                {"rung": p.rung, "note": p.note, "approve": p.approve, "set": dict(p.values)} for p in clause.positions
            ],
            "body": clause.body,
        }  # fmt: skip
        style = session.style(sys.stdout)
        session.show(style.bold(f"{safe(clause.title)} ({clause.id}@{clause.version})"), "")
        about = [
            ("Status", clause.status),
            ("Layer", clause.layer),
            ("Approved", approved or "by nobody yet"),
            ("File", f"{clause.span.file}:{clause.body_line}"),
            ("Satisfies", ", ".join(clause.satisfies)),
            ("Conflicts", ", ".join(clause.conflicts)),
        ]
        session.show(*(f"{label + ':':<11}{safe(text)}" for label, text in about if text), "")
        if clause.plain_language:
            session.show("In plain words: " + safe(clause.plain_language), "")
        session.show(*(safe(line) for line in clause.body.strip("\n").split("\n")))
        if clause.positions:
            session.show("", style.bold("What may be agreed instead"))
            for p in clause.positions:
                changes = ", ".join(f"{k}: {v}" for k, v in p.values)
                session.show(safe(f"  {p.rung}: {'; '.join(part for part in (changes, p.note) if part)}"))
    return answer(session, clause is not None)


# ---------------------------------------------------------------- versions


@clauses.command(
    "history",
    short_help="Show every version of a clause: when, by whom, how much changed, why.",
    epilog="""\b
Examples:
  agreements clauses history hipaa.reporting_breach
""",
)
@click.argument("name", metavar="CLAUSE", shell_complete=complete_names)
@library_option
@click.pass_obj
def clauses_history(session: Session, name: str, library: tuple[Path, ...]) -> int:
    """Show every version of a clause: date, approval, class of change, reason, layer, and whether its text stands.

    The number says how much to read: a new edition is read all again, an update is reviewed where it
    changed, a correction mends a slip.
    """
    from generator import versions

    workspace = open_here(library)
    found = versions.history(_library(workspace), name)
    session.problems += found.diagnostics
    past = found.value or ()
    session.more["history"] = [
        {
            "id": p.clause.id, "version": str(p.clause.version), "layer": p.clause.layer, "status": p.clause.status,
            "released_on": p.clause.released_on, "change": p.change.value, "advice": p.change.advice,
            "approved": _approved(p.clause), "approval_void": _void(p.clause), "reason": p.clause.why_changed,
            "law_changed": p.clause.law_changed,
            "digest": p.clause.digest, "text": p.digest_state,
            "used": p.used, "hidden_by": p.hidden_by,
            "based_on": p.clause.based_on, "file": p.clause.span.file,
        }
        for p in past
    ]  # fmt: skip
    style = session.style(sys.stdout)
    if past:
        session.show(style.bold(f"{safe(past[0].clause.title)} ({safe(name)})"), "")
    for p in past:
        c = p.clause
        marks = [c.layer, c.status] + (["documents use it"] if p.used else [])
        marks += [f"hidden by “{p.hidden_by}”"] if p.hidden_by else []
        date = c.released_on or ("no date" if c.status != "draft" else "not released")
        session.show(
            f"{style.bold(str(c.version)):<8}  {date}  {p.change.value}: {p.change.advice}  ({', '.join(marks)})"
        )
        about = [
            ("Why", c.why_changed or "it does not say"),
            ("Law", c.law_changed),
            ("Approved", _approved(c) or _void(c) or "by nobody yet"),
            ("Text", _TEXT_STATES[p.digest_state]),
            ("From", c.based_on.partition(" ")[0]),
        ]  # fmt: skip
        for label, text in about:
            if text:
                session.show(*folded(f"    {label + ':':<10}", text, style))
        session.show("")
    released = [p.clause for p in past if not p.clause.version.draft]
    if len(released) > 1:
        new, old = released[0], released[1]
        hidden = any(p.hidden_by for p in past)
        pair = [f"{c.layer + ':' if hidden else ''}{c.id}@{c.version}" for c in (old, new)]
        session.say(f"Compare: agreements clauses diff {' '.join(pair)}")
    return answer(session, found.value is not None)


_TEXT_STATES = {
    "fixed": "as released",
    "changed": "CHANGED since it was released; restore it, or release the change as a new version",
    "not fixed": "released without a digest, so nothing can tell whether it changed",
    "open": "",
}


def _approved(clause: Clause) -> str:
    approval = clause.approval
    return f"{approval.by} on {approval.on}" if approval is not None and approval.holds else ""


def _void(clause: Clause) -> str:
    approval = clause.approval
    return (
        f"not this text: {approval.by} approved another on {approval.on}"
        if approval is not None and not approval.holds
        else ""
    )


def _library(workspace: Workspace) -> Library:
    from generator.library import Library

    return Library(workspace.layers, workspace.cache)


def _write(session: Session, workspace: Workspace, edit: Edit) -> bool:
    """Write what ``edit`` holds, or say which file is in the way."""
    from generator.workspace import Exists

    try:
        paths = workspace.keep(edit.files, over=edit.over)
    except Exists as found:
        refuse_existing(
            session, found.files, "Nothing was written.", "It is not replaced. Move it, or choose another name."
        )
        return False
    session.files += [shown_here(p) for p in paths]
    return True


def _refused(session: Session, problems: Sequence[Diagnostic]) -> int:
    session.problems += problems
    style = session.style(sys.stderr)
    session.tell(*problem_lines(session.problems, style=style, outcome="Nothing was written."))
    return session.finish(exit_code(session.problems) or PROBLEMS)


@clauses.command(
    "new-version",
    short_help="Copy the newest text of a clause into a working draft of yours.",
    epilog="""\b
Examples:
  agreements clauses new-version hipaa.reporting_breach              1.1.0 becomes draft 1.2.0-1
  agreements clauses new-version exit.convenience --edition          1.0.0 becomes draft 2.0.0-1
""",
)
@click.argument("name", metavar="CLAUSE", shell_complete=complete_names)
@click.option("--edition", "change", flag_value="edition", help="A new edition: to be read all again.")
@click.option("--update", "change", flag_value="update", help="An update: the changes are to be reviewed.  [default]")
@click.option("--correction", "change", flag_value="correction", help="A correction of a slip.")
@library_option
@click.pass_obj
def clauses_new_version(session: Session, name: str, change: str | None, library: tuple[Path, ...]) -> int:
    """Copy the newest text of a clause into a working draft in your own folder clauses/.

    A shipped clause is adopted first, so that documents keep the released text while you work.
    """
    from generator import versions

    workspace = open_here(library)
    found = versions.draft(workspace, _library(workspace), name, versions.Change(change or "update"))
    if found.value is None:
        return _refused(session, found.diagnostics)
    if not _write(session, workspace, found.value):
        return session.finish(PROBLEMS)
    edit = found.value
    new, source = edit.clause, edit.source
    session.more["clause"] = {"id": new.id, "version": str(new.version), "from": str(source.version) if source else ""}
    if len(edit.files) > 1 and source is not None:
        session.say(f"Adopted {source.id}@{source.version}, which documents go on using: {session.files[0]}")
    session.say(
        f"Draft {new.id}@{new.version}: {session.files[-1]}",
        "",
        "Next: change the text there, and say why after why_changed:, then",
        f"  agreements check {quoted(session.files[-1])}",
        f"  agreements clauses diff {new.id}@{source.version if source else ''} {new.id}@{new.version}",
        f"  agreements clauses release {new.id}@{new.version}",
    )
    return session.finish(DONE)


@clauses.command(
    "release",
    short_help="Release a working draft: fix its number, date and digest.",
    epilog="""\b
Examples:
  agreements clauses release hipaa.reporting_breach@1.2.0-1
  agreements clauses release clauses/hipaa/reporting_breach/1.2.0-1.md
""",
)
@click.argument("names", metavar="CLAUSE@DRAFT|FILE...", nargs=-1, required=True)
@click.option("--explanation-holds", is_flag=True, help="The explanation in plain words fits the new text too.")
@date_option
@library_option
@click.pass_obj
def clauses_release(
    session: Session, names: tuple[str, ...], explanation_holds: bool, date: dt.date | None, library: tuple[Path, ...]
) -> int:
    """Release working drafts. From then on documents use their text, and it never changes again."""
    from generator import versions

    workspace = open_here(library, date=date)
    texts = _library(workspace)
    released: list[Clause] = []
    for name in names:
        found = versions.release(workspace, texts, name, on=workspace.today, explanation_holds=explanation_holds)
        session.problems += found.diagnostics
        if found.value is not None and _write(session, workspace, found.value):
            released.append(found.value.clause)
    session.more["released"] = [{"id": c.id, "version": str(c.version), "digest": c.digest} for c in released]
    for clause, file in zip(released, session.files, strict=False):
        session.say(f"Released {clause.id}@{clause.version}: {file}")
    if released:
        these = "Its text is" if len(released) == 1 else "Their texts are"
        session.say(f"{these} fixed now; a draft stays beside what was released from it.")
    waiting = [f"{c.id}@{c.version}" for c in released if not _approved(c)]
    if waiting:
        session.say("", f"Next: agreements clauses approve {waiting[0]} --by NAME")
    outcome = "" if released else "Nothing was released."
    session.tell(*problem_lines(session.problems, style=session.style(sys.stderr), outcome=outcome))
    return session.finish(exit_code(session.problems) or (DONE if released else PROBLEMS))


@clauses.command(
    "approve",
    short_help="Write down that your counsel approved exactly this text.",
    epilog="""\b
Examples:
  agreements clauses approve hipaa.reporting_breach@1.0.0 --by "R. Lee"
  agreements clauses approve exit.cause exit.convenience --by "R. Lee" --on 2027-01-15
""",
)
@click.argument("names", metavar="CLAUSE[@VERSION]...", nargs=-1, required=True, shell_complete=complete_names)
@click.option("--by", required=True, metavar="NAME", help="Who approved: the lawyer’s name.")
@click.option("--on", type=Day(), help="The day of the approval; otherwise today.")
@library_option
@click.pass_obj
def clauses_approve(
    session: Session, names: tuple[str, ...], by: str, on: dt.date | None, library: tuple[Path, ...]
) -> int:
    """Write down that your counsel approved exactly this text of a clause.

    The approval names the text by its digest: one changed word voids it. In your own clauses it stands in
    the head of the file, for all others in clauses/_approvals.yaml.
    """
    from generator import versions

    workspace = open_here(library)
    name = " ".join(by.split())
    if not name:
        raise click.UsageError("--by: name the lawyer who approved.", click.get_current_context())
    if on is not None and on > workspace.today:
        raise click.UsageError(f"--on: {on} is still to come.", click.get_current_context())
    approved: list[Clause] = []
    for given in names:
        found = versions.approve(workspace, _library(workspace), given, by=name, on=on or workspace.today)
        if found.value is None or errors_in(found.diagnostics):
            session.problems += found.diagnostics
            continue
        if _write(session, workspace, found.value):
            approved.append(found.value.clause)
    session.files[:] = list(dict.fromkeys(session.files))
    session.more["approved"] = [
        {"id": c.id, "version": str(c.version), "digest": c.digest, "by": name, "on": str(on or workspace.today)}
        for c in approved
    ]
    for clause in approved:
        session.say(f"{name} approved {clause.id}@{clause.version}, {clause.digest[:19]}…")
    if approved:
        session.say(f"Written to {', '.join(session.files)}.")
    session.tell(*problem_lines(session.problems, style=session.style(sys.stderr)))
    return session.finish(exit_code(session.problems) or (DONE if approved else PROBLEMS))


@clauses.command(
    "adopt",
    short_help="Copy a shipped clause into your own folder, to change it there.",
    epilog="""\b
Examples:
  agreements clauses adopt confidentiality.mutual
""",
)
@click.argument("name", metavar="CLAUSE[@VERSION]", shell_complete=complete_names)
@library_option
@click.pass_obj
def clauses_adopt(session: Session, name: str, library: tuple[Path, ...]) -> int:
    """Copy a clause of another layer into your own folder clauses/. It remembers which text it comes from.

    From then on your text is used, and an upgrade of the shipped library no longer changes it.
    """
    from generator import versions

    workspace = open_here(library)
    found = versions.adopt(workspace, _library(workspace), name)
    if found.value is None:
        return _refused(session, found.diagnostics)
    if not _write(session, workspace, found.value):
        return session.finish(PROBLEMS)
    new = found.value.clause
    session.more["clause"] = {"id": new.id, "version": str(new.version), "based_on": new.based_on}
    session.say(
        f"Adopted {new.id}@{new.version}: {session.files[0]}",
        "Yours is used from now on. When the shipped text changes: agreements clauses outdated",
        "",
        f"Next: agreements clauses new-version {new.id}",
    )
    return session.finish(DONE)


@clauses.command(
    "outdated",
    short_help="Show where your own clauses hide newer shipped text.",
    epilog="""\b
Examples:
  agreements clauses outdated
""",
)
@library_option
@click.pass_obj
def clauses_outdated(session: Session, library: tuple[Path, ...]) -> int:
    """Show which of your own clauses hide text of a lower layer that they do not take account of."""
    from generator import versions

    workspace = open_here(library)
    found = versions.outdated(workspace, _library(workspace))
    session.problems += found.diagnostics
    newer = found.value or ()
    session.more["outdated"] = [
        {
            "id": n.mine.id, "mine": str(n.mine.version), "based_on": n.based_on, "layer": n.theirs.layer,
            "theirs": str(n.theirs.version), "why": n.why,
            "since": [
                {
                    "version": str(p.clause.version), "released_on": p.clause.released_on, "change": p.change.value,
                    "reason": p.clause.why_changed,
                }
                for p in n.versions
            ],
        }
        for n in newer
    ]  # fmt: skip
    style = session.style(sys.stdout)
    for n in newer:
        mine, theirs = n.mine, n.theirs
        layer = theirs.layer
        session.show(style.bold(f"{mine.id}@{mine.version}"))
        match n.why:
            case "changed since adopted":
                session.show(f"    comes from {layer} {n.based_on}; there is {theirs.version} now")
                for p in n.versions:
                    c = p.clause
                    lead = f"    {c.version} {c.released_on or 'no date'} {p.change.value}: "
                    session.show(*folded(lead, c.why_changed or "it does not say why", style))
                pair = f"{layer}:{mine.id}@{n.based_on} {layer}:{mine.id}@{theirs.version}"
                session.show(f"    See: agreements clauses diff {pair}")
            case "adopted text was edited below":
                session.show(f"    comes from {layer} {n.based_on}, whose words are others now")
                session.show(f"    See: agreements clauses diff mine:{mine.id} {layer}:{mine.id}@{n.based_on}")
            case _:
                session.show(
                    f"    hides {layer} {theirs.version} ({theirs.released_on or 'no date'}) and does not come from it"
                )
                session.show(f"    See: agreements clauses diff {layer}:{mine.id} mine:{mine.id}")
        session.show("")
    if newer:
        first = newer[0]
        says = (
            f"{count(len(newer), 'clause')} of yours to look at. To take a change over: agreements clauses new-version "
            f"{first.mine.id}, and write in its head: based_on: {first.theirs.id}@{first.theirs.version}"
        )
        session.say(*folded("", says, style))
    elif not errors_in(found.diagnostics):
        session.say("Your own clauses hide nothing newer.")
    return answer(session, found.value is not None)


# ---------------------------------------------------------------- comparing


@clauses.command(
    "diff",
    short_help="Compare two texts of a clause, and say what follows from the change.",
    epilog="""\b
Examples:
  agreements clauses diff hipaa.reporting_breach                     the newest version with the one before
  agreements clauses diff exit.cause@1.0.0 exit.cause@1.1.0
  agreements clauses diff starter:exit.cause mine:exit.cause -o exit-cause.html
  agreements clauses diff starter:exit.cause mine:exit.cause -o exit-cause.docx --author "R. Lee"
""",
)
@click.argument("old", metavar="OLD", shell_complete=complete_names)
@click.argument("new", metavar="[NEW]", required=False, shell_complete=complete_names)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write to this file: side by side (.html), or for Word with tracked changes (.docx).",
)  # fmt: skip
@click.option("--author", type=Author(), metavar="NAME", default=AUTHOR, show_default=True,
              help="Who stands beside the tracked changes.")  # fmt: skip
@click.option("--replace", is_flag=True, help="Overwrite a file of the same name.")
@library_option
@click.pass_obj
def clauses_diff(
    session: Session, old: str, new: str | None, output: Path | None, author: str, replace: bool,
    library: tuple[Path, ...],
) -> int:  # fmt: skip
    """Compare two texts of a clause word by word, and say first what follows from the change.

    A text is named CLAUSE, CLAUSE@VERSION, or with its layer in front: starter:CLAUSE, mine:CLAUSE@VERSION.
    """
    from generator.comparison.clauses import compare_texts
    from generator.comparison.consequences import as_json, consequences
    from generator.versions import locate, previous

    workspace = open_here(library)
    texts = _library(workspace)
    if output is not None and output.suffix.lower() not in (".html", ".htm", ".docx"):
        raise click.UsageError("--output: the comparison is written as .html or .docx.", click.get_current_context())
    if new is None:
        found_new = locate(texts, old)
        found_old = previous(texts, found_new.value) if found_new.value is not None else found_new
    else:
        found_old, found_new = locate(texts, old), locate(texts, new)
    session.problems += [*found_old.diagnostics, *found_new.diagnostics]
    before, after = found_old.value, found_new.value
    if before is None or after is None:
        return answer(session, False)
    compared = compare_texts(before.title, before.body, after.title, after.body)
    dictionary, requirements = texts.dictionary(), texts.requirements()
    session.problems += [*dictionary.diagnostics, *requirements.diagnostics]
    found = consequences(
        before, after, compared, texts, dictionary.value or _no_fields(), requirements.value or (), _records(workspace)
    )
    names = _named_apart(before, after)
    stats = compared.statistics
    session.more["old"], session.more["new"] = names
    session.more["consequences"] = as_json(found)
    session.more["figures"] = [{"place": p, "old": was, "new": now} for p, was, now in compared.figures]
    session.more["statistics"] = {
        "inserted": stats.inserted, "deleted": stats.deleted, "moved": stats.moved, "layout": stats.layout,
        "paragraphs": stats.paragraphs,
    }  # fmt: skip
    session.more["paragraphs"] = [
        {
            "state": line.state.value, "kind": line.paragraph.kind, "place": line.paragraph.place,
            "old_place": line.old.place if line.old else "", "new_place": line.new.place if line.new else "",
            "move": line.partner, "hunks": [{"kind": h.kind.value, "text": h.text} for h in line.hunks],
        }
        for line in compared.lines
    ]  # fmt: skip
    _show_comparison(session, compared, found, names)
    if output is not None:
        if output.suffix.lower() == ".docx":
            from generator.pipeline import clause_redline

            redline = clause_redline(workspace, before, after, author)
            session.problems += redline.diagnostics
            if redline.value is None:
                return answer(session, False)
            data, what = redline.value.data, "For Word, with tracked changes"
        else:
            from generator.comparison.clause_page import clause_page

            data, what = clause_page(before, after, compared, found, names), "Side by side"
        refused = deliver_file(session, workspace, output, data, replace=replace)
        if refused is not None:
            return refused
        session.say("", f"{what}: {session.files[-1]}")
    return answer(session, True)


def _no_fields() -> Dictionary:
    from generator.fields import Dictionary

    return Dictionary(())


def _records(workspace: Workspace) -> list[tuple[str, bytes]]:
    """Return the records of the agreements that were made here."""
    from generator.records import RECORD_NAME

    names = [n for n in workspace.files_below("output") if Path(n).name == RECORD_NAME]
    return [(Path(n).parent.name, data) for n in names if (data := workspace.read(n)) is not None]


def _named_apart(before: Clause, after: Clause) -> tuple[str, str]:
    """Return how the two texts are called, with their layers where these tell them apart."""
    layers = before.layer != after.layer
    old, new = (f"{c.layer + ':' if layers else ''}{c.id}@{c.version}" for c in (before, after))
    return old, new


def _show_comparison(
    session: Session, compared: ClauseComparison, found: Sequence[Consequence], names: tuple[str, str]
) -> None:
    from generator.comparison.clauses import State
    from generator.comparison.consequences import Weight

    style = session.style(sys.stdout)
    stats = compared.statistics
    session.show(style.bold(f"{names[0]} → {names[1]}"), "")
    paint = {Weight.BREAKS: style.red, Weight.LOOK: style.yellow}
    mark = {Weight.BREAKS: "!!", Weight.LOOK: " !", Weight.KNOW: "  "}
    for consequence in found:
        said = folded(f"{mark[consequence.weight]} ", consequence.says, style)
        color = paint.get(consequence.weight)
        session.show(*(color(row) if color is not None else row for row in said))
    if found:
        session.show("")
    if compared.figures:
        session.show(style.bold("Figures and answers that changed"))
        for place, was, now in compared.figures:
            session.show(*folded(f"   {place}: ", f"{was or 'nothing'} → {now or 'nothing'}", style))
        session.show("")
    if compared.same:
        session.show("Not a word differs.")
        if stats.layout:
            session.show(f"{count(stats.layout, 'paragraph has', 'paragraphs have')} another layout or emphasis.")
        return
    stood = {line.partner: line for line in compared.lines if line.state is State.MOVED_FROM}
    stands = {line.partner: line for line in compared.lines if line.state is State.MOVED_TO}
    same = 0
    for line in compared.lines:
        if line.state is State.SAME:
            same += 1
            continue
        if same:
            session.show(style.dim(f"   … {count(same, 'paragraph')} the same …"))
            same = 0
        place = safe(line.paragraph.place)
        match line.state:
            case State.LAYOUT:
                session.show(style.dim(f" ≈ {place}: only layout or emphasis differs"))
                continue
            case State.MOVED_FROM:
                session.show(style.dim(f" ↓ {place} moved to {safe(stands[line.partner].paragraph.place)}"))
                continue
            case State.MOVED_TO:
                origin = stood[line.partner].paragraph.place
                session.show(f" ↑ {place}, moved from {safe(origin)}")
            case State.INSERTED:
                session.show(f" + {place}")
            case State.DELETED:
                session.show(f" - {place}")
            case _:
                session.show(f" ~ {place}")
        depth = "    " + "  " * min(line.paragraph.depth, 3)
        session.show(*redline_lines(depth, [(h.kind.value, h.text) for h in line.hunks], style))
    if same:
        session.show(style.dim(f"   … {count(same, 'paragraph')} the same …"))
    session.show(
        "",
        f"{count(stats.inserted, 'word')} put in, {stats.deleted} taken out; {count(stats.paragraphs, 'paragraph')} "
        f"changed, {stats.moved} moved, {stats.layout} only in layout.",
    )
