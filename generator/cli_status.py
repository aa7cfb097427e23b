"""``agreements status`` and ``agreements record``: which agreements there are, and what was signed."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.diagnostics import errors_in
from generator.session import (
    DONE,
    PROBLEMS,
    Command,
    Session,
    date_option,
    deliver_file,
    exit_code,
    library_option,
    open_here,
    quoted,
    replace_option,
)
from generator.terminal import Style, count, folded, problem_lines, safe, table_lines

if TYPE_CHECKING:
    from generator.pipeline import Register
    from generator.register import Entry, Outdated

__all__ = ["record", "status"]

_MOST_REASONS = 4  # versions since whose reason is shown

_GRAVE = {
    "requirement": "the newer text answers to {lost}, the one held does not",
    "law": "the law changed ({law})",
    "withdrawn": "its text was withdrawn",
    "edition": "rewritten since: read it all again",
    "update": "changed since: review the changes",
    "edited": "the same version reads otherwise in the library now",
    "correction": "a slip was mended since",
}


@click.command(
    cls=Command,
    short_help="Every agreement made: its state, its dates, what is out of date.",
    epilog="""\b
Examples:
  agreements status                               all agreements in output/, soonest date first
  agreements status --outdated                    which hold a text that was superseded, and how grave that is
  agreements status --clause hipaa.safeguards     who holds which version
  agreements status --matrix -o matrix.html       agreements by clauses, deviations marked
  agreements status --matrix --head output/plan-contract
  agreements status --ics dates.ics               the dates for a calendar
""",
)
@click.argument("folder", type=click.Path(), default="output", metavar="[FOLDER]")
@click.option("--outdated", is_flag=True, help="Which agreements hold superseded texts, the gravest first.")
@click.option("--clause", metavar="ID", help="Who holds which version of this clause.")
@click.option("--matrix", is_flag=True, help="Agreements by clauses: versions, deviations, weaker terms.")
@click.option(
    "--head", metavar="FOLDER", default="",
    help="The agreement above: say whose terms are weaker than it promises.",
)  # fmt: skip
@click.option(
    "--ics", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the dates as a calendar."
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write the list or matrix as a table (.csv) or a page (.html).",
)  # fmt: skip
@date_option
@replace_option
@library_option
@click.pass_obj
def status(
    session: Session, folder: str, outdated: bool, clause: str | None, matrix: bool, head: str, ics: Path | None,
    output: Path | None, date: dt.date | None, replace: bool, library: tuple[Path, ...],
) -> int:  # fmt: skip
    """List every agreement below FOLDER by its record, the soonest date first; read only."""
    from generator import pipeline

    if output is not None and output.suffix.lower() not in (".csv", ".html", ".htm"):
        raise click.BadParameter("the list is written as .csv or .html.", param_hint="--output")
    workspace = open_here(library, date=date)
    with session.progress() as progress:
        progress.now(f"Reading the records in {folder}")
        found = pipeline.register(
            workspace, folder, outdated=outdated, head=head.rstrip("/"),
            clauses=bool(clause or matrix or session.json),
        )  # fmt: skip
    session.problems += found.diagnostics
    style = session.style(sys.stdout)
    if found.value is None:
        session.tell(*problem_lines(found.diagnostics, style=style))
        return session.finish(PROBLEMS)
    register = found.value
    if clause is not None and not any(id == clause for e in register.entries for _, id, *_ in e.held):
        known = pipeline.show_clause(workspace, clause)
        if known.value is None:
            session.problems += known.diagnostics
            session.tell(*problem_lines(known.diagnostics, style=session.style(sys.stderr)))
            return session.finish(exit_code(known.diagnostics) or PROBLEMS)
    if session.json:
        session.more["agreements"] = [_as_data(e, register) for e in register.entries]
    table = _matrix(register) if matrix else _list(register, workspace.today)
    writes: list[tuple[Path, bytes]] = []
    if ics is not None:
        from generator.register import calendar_of

        writes.append((ics, calendar_of(register.entries, workspace.today)))
    if output is not None:
        title = f"Agreements in {folder} on {workspace.today.isoformat()}"
        page = output.suffix.lower() != ".csv"
        writes.append((output, _page(title, *table) if page else _csv(*table)))
    for path, data in writes:
        refused = deliver_file(session, workspace, path, data, replace=replace)
        if refused is not None:
            return refused
    _show(session, register, table, outdated=outdated, clause=clause, matrix=matrix, style=style)
    if register.diagnostics:
        session.tell("", *problem_lines(register.diagnostics, style=session.style(sys.stderr)))
    if session.files:
        session.say("", *(f"Written: {safe(name)}" for name in session.files))
    return session.finish(exit_code(errors_in(register.diagnostics)))


def _show(
    session: Session, register: Register, table: tuple[list[str], list[list[str]]], *,
    outdated: bool, clause: str | None, matrix: bool, style: Style,
) -> None:  # fmt: skip
    entries = register.entries
    if not entries:
        session.say(
            f"No agreement was made in {safe(register.folder)} yet.", "",
            "Next: agreements make PROFILE, or name the folder where they lie: agreements status FOLDER",
        )  # fmt: skip
        return
    states = {s: sum(e.state == s for e in entries) for s in dict.fromkeys(e.state for e in entries)}
    told = ", ".join(f"{n} {state}" for state, n in states.items())
    session.say(f"{style.bold(count(len(entries), 'agreement'))} in {safe(register.folder)}: {told}.", "")
    if clause is not None:
        session.show(*_holders(entries, clause, style))
    elif outdated:
        session.show(*_outdated(register, style))
    elif matrix:
        session.show(*table_lines(*_against_most(register), style=style))
        if not session.files:
            session.say("", "Every clause of each, as a page: agreements status --matrix -o matrix.html")
    else:
        session.show(*table_lines(*table, style=style))
    for entry in entries:
        for weak in register.weaker.get(entry.folder, ()):
            session.show(
                f"  {safe(_called(entry))}: {weak.what} is {weak.own} ({weak.own_field}); "
                f"the agreement above promises {weak.above} ({weak.above_field})."
            )
    if outdated and register.outdated:
        first = next(iter(register.outdated))
        session.say("", f"Next: agreements amend {quoted(first)} --newest")
        if len(register.outdated) > 1:
            session.say(f"Or all of them: agreements amend {quoted(register.folder)}/* --newest")
    elif not (matrix or clause):
        session.say("", "Next: agreements status --outdated")


def _list(register: Register, today: dt.date) -> tuple[list[str], list[list[str]]]:
    header = ["Next date", "What", "Agreement", "State", "Parties", "Documents", "Deviations", "Folder"]
    rows = []
    for entry in register.entries:
        dates = entry.after(today)
        day, what = dates[0] if dates else ("–", "–")
        documents = ", ".join(t for t, _ in entry.documents)
        deviations = str(len(entry.deviations) or "–")
        rows.append([day, what, _called(entry), entry.state.value, " · ".join(entry.parties), documents, deviations,
                     entry.folder])  # fmt: skip
    return header, rows


def _called(entry: Entry) -> str:
    """What people call an agreement; one that was amended has the name and number of the one whose place it takes."""
    return f"{entry.shown}, as amended" if entry.supersedes else entry.shown


def _matrix(register: Register) -> tuple[list[str], list[list[str]]]:
    """Agreements by clauses: the version held, with * where it deviates from the standard and ! where it is weaker."""
    clauses: dict[str, None] = {}
    held: list[dict[str, str]] = []
    for entry in register.entries:
        mine: dict[str, str] = {}
        off = {clause for _, clause, _ in entry.deviations}
        for _, id, version, _, _ in entry.held:
            clauses[id] = None
            mine[id] = version + ("*" if id in off else "")
        held.append(mine)
    header = ["Agreement", "Weaker than above", *sorted(clauses)]
    rows = [
        [_called(e), "; ".join(w.what for w in register.weaker.get(e.folder, ())) or "–",
         *(mine.get(c, "–") for c in sorted(clauses))]
        for e, mine in zip(register.entries, held, strict=True)
    ]  # fmt: skip
    return header, rows


def _against_most(register: Register) -> tuple[list[str], list[list[str]]]:
    """In what each agreement differs from most that hold the same clause; the whole matrix is too wide to be read."""
    versions: dict[str, Counter[str]] = {}
    off: Counter[str] = Counter()
    for entry in register.entries:
        off.update({clause for _, clause, _ in entry.deviations})
        for id, version in {(id, version) for _, id, version, _, _ in entry.held}:
            versions.setdefault(id, Counter())[version] += 1
    usual = {id: max(sorted(found), key=lambda v: found[v]) for id, found in versions.items()}
    rows = []
    for entry in register.entries:
        held = dict.fromkeys((id, version) for _, id, version, _, _ in entry.held)
        other = [f"{id} {version}" for id, version in held if version != usual[id]]
        mine = sorted({clause for _, clause, _ in entry.deviations})
        alone = [c for c in mine if 2 * off[c] <= sum(versions.get(c, Counter()).values())]
        deviates = f"{len(mine)}" + (f": {', '.join(alone)}" if alone else "")
        weaker = "; ".join(w.what for w in register.weaker.get(entry.folder, ())) or "–"
        rows.append([_called(entry), weaker, ", ".join(other) or "–", deviates if mine else "–"])
    return ["Agreement", "Weaker than above", "Other versions than most", "Deviations: and those few have"], rows


def _outdated(register: Register, style: Style) -> Iterator[str]:
    if not register.outdated:
        yield "None of them holds a text that was superseded."
        return
    total = len(register.outdated)
    verb = "holds" if total == 1 else "hold"
    yield f"{count(total, 'agreement')} {verb} a text that was superseded since, the gravest first:"
    late = [(e, found) for e in register.entries if (found := register.outdated.get(e.folder))]
    texts: dict[tuple[str, str, str], list[Outdated]] = {}
    for entry, found in sorted(late, key=lambda pair: min(o.order[0] for o in pair[1])):
        titles = dict(entry.documents)
        yield ""
        yield f"  {style.bold(safe(_called(entry)))}  {safe(' · '.join(entry.parties))}  ({entry.state.value})"
        for one in found:
            yield from folded("    ", _one_outdated(one, titles.get(one.document) or one.document), style)
            texts.setdefault((one.clause, one.held, one.now), []).append(one)
    yield ""
    yield "What was changed in these texts since:"
    for (clause, _, _), held in sorted(texts.items(), key=lambda item: min(o.order[0] for o in item[1])):
        one = held[0]
        yield ""
        yield from folded("  ", f"{one.title or clause}, {_step(one)}", style)
        for why in one.why[:_MOST_REASONS]:
            yield from folded("      ", why, style)
        if len(one.why) > _MOST_REASONS:
            yield f"      and {len(one.why) - _MOST_REASONS} more: agreements clauses history {safe(clause)}"


def _step(one: Outdated) -> str:
    return f"{one.clause} {one.held} → {one.now}" if one.now and one.now != one.held else f"{one.clause} {one.held}"


def _one_outdated(one: Outdated, document: str) -> str:
    grave = _GRAVE[one.grave.value].format(lost=", ".join(one.lost), law="; ".join(one.law))
    where = one.where if one.title and one.title in one.where else f"{one.where} {one.title}".strip()
    return f"{document}, {where}: {_step(one)}, {grave}"


def _holders(entries: Sequence[Entry], clause: str, style: Style) -> Iterator[str]:
    rows = [
        [version, _called(entry), " · ".join(entry.parties), f"{document}, {where}", entry.state.value]
        for entry in entries
        for document, id, version, _, where in entry.held
        if id == clause
    ]
    if not rows:
        yield f"No agreement holds {safe(clause)}."
        return
    yield from table_lines(["Version", "Agreement", "Parties", "Where", "State"], sorted(rows), style=style)


def _as_data(entry: Entry, register: Register) -> dict[str, Any]:
    return {
        "folder": entry.folder,
        "name": entry.name,
        "number": entry.number,
        "state": entry.state.value,
        "made_on": entry.made_on,
        "parties": list(entry.parties),
        "documents": [{"type": t, "title": title} for t, title in entry.documents],
        "deadlines": [{"date": d, "what": w} for d, w in entry.deadlines],
        "deviations": [
            {"document": kind, "clause": clause, "rung": rung or None} for kind, clause, rung in entry.deviations
        ],
        "signed": [{"document": s.document, "file": s.file, "digest": s.digest, "on": s.on} for s in entry.signed],
        "clauses": [
            {"document": document, "id": id, "version": version, "where": where}
            for document, id, version, _, where in entry.held
        ],
        "outdated": [
            {"document": o.document, "clause": o.clause, "where": o.where, "held": o.held, "now": o.now,
             "grave": o.grave.value, "lost": list(o.lost), "law": list(o.law), "why": list(o.why)}
            for o in register.outdated.get(entry.folder, ())
        ],
        "weaker": [
            {"what": w.what, "above": {"field": w.above_field, "value": w.above},
             "own": {"field": w.own_field, "value": w.own}}
            for w in register.weaker.get(entry.folder, ())
        ],
    }  # fmt: skip


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table that no spreadsheet takes for formulas."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _page(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    from html import escape

    def cells(kind: str, row: Sequence[str]) -> str:
        first, *others = row
        scope = "col" if kind == "th" else "row"
        other = f'{kind} scope="col"' if kind == "th" else kind
        head = f'<th scope="{scope}">{escape(first)}</th>'
        return head + "".join(f"<{other}>{escape(c)}</{kind}>" for c in others)

    body = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return (
        '<!doctype html>\n<html lang="en-US">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n"
        "body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1f24; }\n"
        ".wide { overflow: auto; max-height: 85vh; }\n"
        "table { border-collapse: collapse; } th, td { padding: .35rem .6rem; border-bottom: 1px solid #c9d0d6; "
        "text-align: left; vertical-align: top; white-space: nowrap; }\n"
        "thead th { position: sticky; top: 0; background: #eef1f3; } tbody th { position: sticky; left: 0; "
        "background: #fff; font-weight: 600; }\n"
        f"</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        "<p>* deviates from the standard text of the library.</p>\n"
        f'<div class="wide"><table><thead><tr>{cells("th", header)}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>\n"
        "</body>\n</html>\n"
    ).encode()


@click.command(
    cls=Command,
    short_help="File a signed copy beside its agreement, for good.",
    epilog="""\b
Examples:
  agreements record --signed scan.pdf -d svc output/safe-at-home-2027-014
  agreements record --signed business-associate-agreement-signed.pdf --by "Ana Ruiz" output/safe-at-home-2027-014
""",
)
@click.argument("folder", type=click.Path(), metavar="FOLDER")
@click.option(
    "--signed", type=click.Path(), metavar="FILE", required=True, help="The signed copy: PDF, picture or Word."
)
@click.option("-d", "--document", metavar="TYPE", default="", help="Which document of the set it is: svc, baa, …")
@click.option("--by", metavar="NAME", default="", help="Who files it.")
@date_option
@click.pass_obj
def record(session: Session, folder: str, signed: str, document: str, by: str, date: dt.date | None) -> int:
    """File a signed copy in FOLDER/signed with its digest. It is read-only ever after, and never overwritten.

    The file you name stays where it is. `agreements status` then says who has signed, and tells if the copy was
    changed since.
    """
    from generator import pipeline

    workspace = open_here((), date=date)
    filed = pipeline.file_signed(workspace, folder.rstrip("/"), signed, document=document, by=by)
    session.problems += filed.diagnostics
    if filed.value is None:
        session.tell(*problem_lines(filed.diagnostics, style=session.style(sys.stderr), outcome="Nothing was filed."))
        return session.finish(exit_code(filed.diagnostics) or PROBLEMS)
    name, new = filed.value
    session.files.append(name)
    session.say(f"{'Filed' if new else 'Filed before, and left as it is'}: {safe(name)}", "", "Next: agreements status")
    return session.finish(DONE)
