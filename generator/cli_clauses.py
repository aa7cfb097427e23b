"""The commands below ``agreements clauses``: reading, comparing and keeping the clauses of the library."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from generator.session import (
    Commands,
    Session,
    answer,
    complete_names,
    library_option,
    open_here,
)
from generator.terminal import (
    count,
    safe,
    table_lines,
)

__all__ = ["clauses"]


@click.group(cls=Commands)
def clauses() -> None:
    """Look into the library of clauses."""


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
