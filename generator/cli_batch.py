"""``agreements batch``: the agreements of all members of a roster."""

from __future__ import annotations

import contextlib
import errno
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from generator.cli_roster import stamped_profile, tell_report
from generator.diagnostics import Diagnostic, Severity, errors_in
from generator.fields import first_few
from generator.session import (
    DONE,
    INTERRUPTED,
    MACHINE,
    PARTLY,
    PROBLEMS,
    UNSAFE,
    Command,
    Session,
    date_option,
    documents_option,
    exit_code,
    formats_option,
    library_option,
    open_here,
    quoted,
    shown_here,
)
from generator.terminal import COMPUTER, STOPPED, Style, count, folded, problem_lines, safe

if TYPE_CHECKING:
    from generator.batch.processes import Process
    from generator.batch.rows import Job, Outcome, Setup
    from generator.batch.run import Batch, Member, Progress
    from generator.batch.store import Unfit
    from generator.roster.members import Roster

__all__ = ["batch"]

_MOST = 12  # members or problems told one by one


@click.command(
    cls=Command,
    short_help="Write the agreements of all members of a roster.",
    epilog="""\b
Examples:
  agreements batch members.xlsx
  agreements batch members.csv --profile hub.yaml -d hub,sow,sba
  agreements batch members.xlsx --profile hub.yaml -d hub,sow,sba --zip
  agreements batch members.xlsx --profile hub.yaml -d hub --draft -f pdf -o drafts
  agreements batch members/ --profile hub.yaml -d hub --only-good

The same command again makes only what is missing or has changed.
""",
)
@click.argument("roster", type=click.Path(), metavar="ROSTER")
@click.option(
    "-p", "--profile", type=click.Path(), metavar="FILE",
    help="What all members share; a workbook that agreements roster made knows it.",
)  # fmt: skip
@documents_option
@formats_option
@click.option(
    "-o", "--output", metavar="DIR", default="output", show_default=True,
    help="Where to write; each member gets a folder in it.",
)  # fmt: skip
@click.option("--draft", is_flag=True, help="Write what there is, with marked blanks and a page of open items.")
@click.option("--only-good", is_flag=True, help="Leave out members whose row is not sound, instead of writing nothing.")
@click.option("--replace", is_flag=True, help="Overwrite files that were not made by a batch; never edited ones.")
@click.option("--clean", is_flag=True, help="Leave the marks of clauses and fields out of the Word files.")
@click.option(
    "--pdf-engine", type=click.Choice(["typst", "libreoffice"]), default="typst", show_default=True,
    help="libreoffice makes the PDFs exactly from the Word files, much more slowly.",
)  # fmt: skip
@click.option(
    "--frame", metavar="NAME|FILE",
    help="A frame of the library (house, plain), or your own Word file: letterhead, styles, cover.",
)  # fmt: skip
@click.option("--packet", is_flag=True, help="Join the PDFs of each member into one, packet.pdf.")
@click.option(
    "--zip", "zips", type=click.Choice(["whole", "member"]), is_flag=False, flag_value="whole", metavar="[member]",
    help="Zip everything into agreements.zip; --zip member: the documents of each member, to send, as one file.",
)  # fmt: skip
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Members made at a time.  [default: one for each processor, fewer for few members]",
)
@click.option(
    "--engine", type=click.Choice(["processes", "dask"]), default="processes", show_default=True,
    help="dask shares the members out among the computers of a cluster.",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Where the cluster is, like tcp://10.0.0.5:8786.")
@library_option
@date_option
@click.pass_obj
def batch(
    session: Session, roster: str, profile: str | None, documents: tuple[str, ...], formats: tuple[str, ...],
    output: str, draft: bool, only_good: bool, replace: bool, clean: bool, pdf_engine: str, frame: str | None,
    workers: int | None, packet: bool, zips: str | None, engine: str, scheduler: str | None,
    library: tuple[Path, ...], date: Any,
) -> int:  # fmt: skip
    """Write the agreements of all members of a roster: a workbook, a CSV file, or a folder of profiles.

    Every row is checked first, and nothing is written while one is not sound. Each member gets a folder with its
    documents and their record. Stop it whenever you like: the same command goes on where it was.
    """
    if packet and "pdf" not in formats:
        raise click.UsageError("--packet joins PDFs, so pdf must be among the formats.")
    if engine == "dask" and not scheduler:
        raise click.UsageError("--engine dask needs --scheduler, like --scheduler tcp://10.0.0.5:8786.")
    from generator.batch import lock, run
    from generator.batch.store import Unfit, is_address, store_at
    from generator.pipeline.looks import load_given_frame
    from generator.pipeline.making import LAID_OUT
    from generator.pipeline.parts import read_parts
    from generator.roster.asking import read_stamps
    from generator.roster.preflight import check_rows
    from generator.roster.reading import read_members

    workspace = open_here(library, date=date)
    stamps = read_stamps(workspace, roster)
    named = profile
    profile = profile or stamped_profile(workspace, roster, stamps.profile)
    documents = documents or stamps.documents
    if not workspace.exists(roster):
        raise click.UsageError(
            f"{safe(roster)} is not there. Check its name and its folder; or make one to fill in: agreements roster"
        )
    if not profile:
        raise click.UsageError("Name the profile of the hub: --profile hub.yaml -d hub,sow,sba")
    place = output if is_address(output) else str(Path.cwd() / output)
    try:
        store_at(place)
        _look_for_packets(packet)
    except Unfit as unfit:
        return _unfit(session, unfit, "Nothing was written.")
    with session.progress() as progress, _Stop() as stop, contextlib.ExitStack() as ends:
        progress.now(f"Reading {roster}")
        parts = read_parts(workspace)
        read = read_members(parts, workspace, roster, profile=profile, documents=documents)
        session.problems += read.diagnostics
        if read.value is None:
            return _refused(session, session.problems, "Nothing was written.")
        members = read.value
        begun = ends.enter_context(_begun(engine, place, workers, len(members.rows)))
        progress.now(f"Checking {count(len(members.rows), 'row')}")
        if frame or LAID_OUT.intersection(formats):
            session.problems += errors_in(load_given_frame(workspace, frame).diagnostics)
        checked = check_rows(parts, workspace, members, documents)
        stops = (Severity.ERROR,) if draft else (Severity.ERROR, Severity.OPEN)
        bad = {
            n: r.problems
            for n, r in enumerate(checked.rows)
            if any(d.severity in stops for d in (r.row.problems if draft else r.problems))
        }
        session.problems += [d for d in checked.diagnostics if d not in session.problems]
        if errors_in(session.problems) or (bad and not only_good) or not members.rows:
            given = f" --profile {quoted(named)}" if named else ""
            given += f" -d {','.join(documents)}" if documents != stamps.documents else ""
            return _bad_rows(session, members, bad, roster, given)
        setup = run.setup_for(
            workspace, parts, members, place, frame=frame, documents=documents, formats=formats, draft=draft,
            clean=clean, pdf_engine=pdf_engine, packet=packet, ship=engine == "dask",
            flush=only_good or engine == "dask",
        )  # fmt: skip
        if workspace.cache is not None:
            workspace.cache.save()  # the workers begin with what was read here
        began = time.monotonic()
        stop.armed = True
        tell = _Teller(progress, began, stop)
        try:
            result = run.run(
                setup, parts, members, _engine(setup, engine, scheduler, workers, begun, tell.stopped),
                bad=bad, only_good=only_good, replace_foreign=replace, stopped=tell.stopped, tell=tell,
                finish=lambda found, left: _summary(found, left, members, draft=draft, zips=zips or ""),
                zips=zips or "",
            )  # fmt: skip
        except Unfit as unfit:
            return _unfit(session, unfit, "Nothing was made.")
        except OSError as error:
            return _lost(session, error, place)
        except lock.Taken as taken:
            problem = taken.problem
            session.problems.append(problem)
            style = session.style(sys.stderr)
            session.tell(style.red(f"{safe(problem.message)} Nothing was written."), *folded("", problem.fix, style))
            session.tell(f"More: agreements explain {problem.rule}")
            return session.finish(UNSAFE)
    looks = [d for d in checked.diagnostics if d.severity is Severity.WARNING]
    if looks and not result.stopped:
        session.tell(*problem_lines(looks, style=session.style(sys.stderr)), "")
    return _tell(session, result, members, place, time.monotonic() - began, draft, zips or "", packet)


def _look_for_packets(wanted: bool) -> None:
    """Raise ``Unfit`` where PDFs shall be joined and cannot be: said before the first member, not after the last."""
    from importlib.util import find_spec

    from generator.batch.packet import PACKET
    from generator.batch.store import Unfit

    if wanted and find_spec("pikepdf") is None:
        fix = "Install it: python -m pip install pikepdf"
        raise Unfit(PACKET.at(None, "--packet needs the library pikepdf, which is not installed here.", fix=fix))


def _unfit(session: Session, unfit: Unfit, outcome: str) -> int:
    session.problems.append(unfit.problem)
    session.tell(*problem_lines([unfit.problem], style=session.style(sys.stderr), outcome=outcome))
    return session.finish(MACHINE)


def _summary(
    members: Sequence[Member], left: Sequence[str], roster: Roster, *, draft: bool, zips: str
) -> Iterator[tuple[str, bytes]]:
    from generator.batch.summary import lines_of, summary_files
    from generator.roster.tables import Labels

    labels = Labels(roster.dictionary, roster.party)
    lines = lines_of(
        members, draft=draft, zipped=zips == "member",
        called=lambda path: roster.columns.get(path) or labels.of(path),
    )  # fmt: skip
    return summary_files(lines, title=Path(roster.file).stem, roster=roster.file, left=left)


class _Stop:
    """Lets the members that have been begun be finished at the first Ctrl-C; the second ends the program.

    Until it is ``armed`` nothing has been begun, and the first one ends the program.
    """

    wanted = False
    armed = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._asked)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _asked(self, _: int, __: Any) -> None:
        if self.wanted or not self.armed:
            raise KeyboardInterrupt
        self.wanted = True


def _begun(
    engine: str, place: str, workers: int | None, members: int
) -> contextlib.AbstractContextManager[list[Process]]:
    """Start the workers while the rows are checked, unless a batch before this one has left them little to do."""
    from generator.batch.processes import beginning, worth_starting
    from generator.batch.run import MANIFEST

    try:
        again = (Path(place) / MANIFEST).exists()
    except OSError:  # who writes there will say it
        again = True
    if again or engine == "dask":
        return contextlib.nullcontext([])
    return beginning(min(workers or worth_starting(members), members))


def _engine(
    setup: Setup, engine: str, scheduler: str | None, workers: int | None, begun: list[Process],
    stopped: Callable[[], bool],
) -> Callable[[Sequence[Job]], Iterator[Outcome]]:  # fmt: skip
    def here(jobs: Sequence[Job]) -> Iterator[Outcome]:
        from generator.batch.processes import in_processes, worth_starting

        many = min(workers or worth_starting(len(jobs)), len(jobs))
        return in_processes(setup, jobs, workers=many, begun=begun, stopped=stopped)

    def there(jobs: Sequence[Job]) -> Iterator[Outcome]:
        from generator.batch.cluster import on_cluster

        return on_cluster(setup, jobs, scheduler=scheduler or "", stopped=stopped)

    return there if engine == "dask" else here


class _Teller:
    """Says on a terminal how far the batch is, and that it is stopping."""

    def __init__(self, progress: Any, began: float, stop: _Stop) -> None:
        self._progress, self._began, self._stop, self._told = progress, began, stop, False

    def __call__(self, now: Progress) -> None:
        passed = time.monotonic() - self._began
        text = f"{now.done:,} of {count(now.total, 'member')} made"
        if now.failed:
            text += f", {now.failed:,} failed"
        if now.kept:
            text += f", {now.kept:,} kept"
        if self._stop.wanted:
            text = f"Stopping after the members that were begun · {text}"
        elif now.done and passed > 1:
            rate = now.done / passed
            text += f" · {rate:,.1f} a second · {_duration((now.total - now.done) / rate)} left"
        self._progress.now(text)

    def stopped(self) -> bool:
        """Whether somebody asked to stop; said at once, for those begun take a while."""
        if self._stop.wanted and not self._told:
            self._told = True
            self._progress.now("Stopping after the members that were begun. Ctrl-C again ends it at once.")
        return self._stop.wanted


def _duration(seconds: float) -> str:
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"


# ---------------------------------------------------------------- what is said


def _refused(session: Session, problems: Sequence[Diagnostic], outcome: str) -> int:
    session.tell(*problem_lines(problems, style=session.style(sys.stderr), outcome=outcome))
    return session.finish(exit_code(problems) or PROBLEMS)


def _bad_rows(session: Session, roster: Roster, bad: dict[int, tuple[Diagnostic, ...]], name: str, given: str) -> int:
    """Say everything that is wrong with the roster; nothing was written. ``given`` is what checking it alone needs."""
    style = session.style(sys.stderr)
    early = errors_in(session.problems)
    found = [d for problems in bad.values() for d in problems if d.severity in (Severity.ERROR, Severity.OPEN)]
    session.problems += found
    if not bad:
        session.tell(*problem_lines(early, style=style, outcome="Nothing was written."))
        session.tell("" if early else f"{safe(name)} lists no member. Nothing was written.")
        return session.finish(exit_code(early) or PROBLEMS)
    if early:
        session.tell(*problem_lines(early, style=style, outcome="Nothing was written."))
    _tell_rows(session, roster, {roster.rows[n].number: problems for n, problems in bad.items()})
    session.tell("Nothing was written.")
    others = "" if len(bad) == len(roster.rows) else ", or make all other members now: --only-good"
    session.tell(f"Mend what is named above and run the same command again{others}.")
    if name.lower().endswith(".xlsx"):
        session.tell(f"To see it in the workbook: agreements roster {quoted(name)}{given} --annotate checked.xlsx")
    return session.finish(PROBLEMS)


def _tell_rows(session: Session, roster: Roster, bad: Mapping[int, Sequence[Diagnostic]]) -> None:
    """Say what stops each row of ``bad`` (by its number), by cell and column."""
    from generator.roster.preflight import Preflight, RowReport

    severe = (Severity.ERROR, Severity.OPEN)
    rows = (RowReport(row, tuple(d for d in bad.get(row.number, ()) if d.severity in severe)) for row in roster.rows)
    tell_report(session, Preflight(roster, (), tuple(rows)))


def _tell(
    session: Session, result: Batch, roster: Roster, place: str, seconds: float, draft: bool, zips: str, packet: bool
) -> int:
    """Say what was made, what was kept and why, what was not, and what to do next."""
    out, err = session.style(sys.stdout), session.style(sys.stderr)
    shown = shown_here(Path(place)) if "://" not in place else place
    done = [m for m in result.members if m.state == "done"]
    made = [m for m in done if m.wrote]
    kept = len(done) - len(made)
    files = sum(len(m.wrote) for m in made)
    session.files += [f"{shown}/{m.folder}/{name}" for m in made for name in m.wrote]
    session.more["batch"] = {
        "place": shown,
        "in_place": result.in_place,
        "stopped": result.stopped,
        "seconds": round(seconds, 3),
        "members": [
            {"row": m.row.number, "name": m.row.name, "folder": m.folder, "state": m.state, "why": m.why,
             "wrote": list(m.wrote), "kept": list(m.kept)}
            for m in result.members
        ],
    }  # fmt: skip
    wrong = [m for m in result.members if m.state in ("refused", "failed", "computer", "held")]
    problems = [d for m in wrong for d in m.problems if d.severity in (Severity.ERROR, Severity.OPEN)]
    noticed = [d for m in result.members if m.state == "edited" for d in m.problems]
    session.problems += [*problems, *noticed, *result.removed]
    if result.went_on:
        session.say("The batch before this one was ended by force. This one went on where it was.")
    if made:
        kind = "draft" if draft else "agreement"
        documents = sum(len((m.record or {}).get("documents", ())) for m in made)
        rate = f" in {_duration(seconds)}" if seconds >= 1 else ""
        session.say(
            f"{out.green('Made')} the {kind}s of {count(len(made), 'member')}{rate}: "
            f"{count(documents, 'document')}, {count(files, 'file')} written in {safe(shown)}."
        )
        _why(session, made, len(result.members))
        _tell_left(session, made)
    if kept:
        session.say(f"Kept {count(kept, 'member')} as they were: nothing they are made of has changed.")
    _tell_signed(session, [m for m in result.members if _is_signed(m)])
    noticed = [d for m in result.members if m.state == "edited" and not _is_signed(m) for d in m.problems]
    if noticed:
        session.tell("", *problem_lines(noticed[:_MOST], style=err), *_more(noticed[_MOST:], "edited member"))
    if result.removed:
        session.tell("", *_left_lines(result.removed, roster.file, err))
    rows = [m for m in wrong if m.state == "refused"]
    others = [d for m in wrong if m.state != "refused" for d in m.problems if d.severity is Severity.ERROR]
    if rows:
        session.tell("")
        _tell_rows(session, roster, {m.row.number: m.problems for m in rows})
    if others:
        outcome = f"{count(len(wrong) - len(rows), 'member')} of {len(result.members):,} could not be written."
        session.tell("", *problem_lines(others[: _MOST * 3], style=err, outcome=outcome))
        session.tell(*_more(others[_MOST * 3 :], "problem"))
    if result.stopped == "stopped":
        session.problems.append(
            STOPPED.at(None, "Stopped before it was done. Every file that was written is complete.")
        )
        of = count(len(result.members), "member")
        ready = f"{result.ready:,} of {of} are made and kept; they are put into place when all are made"
        session.tell(f"Stopped. {f'{len(done):,} of {of} are in place' if result.in_place else ready}.")
        session.tell("Run the same command again to go on.")
        return session.finish(INTERRUPTED)
    if result.stopped == "computer":
        of = count(len(result.members), "member")
        session.tell(f"The batch ended there. {result.ready + len(done):,} of {of} are made and kept.")
        session.tell("Once this is mended, run the same command again: it goes on where it was.")
        return session.finish(MACHINE)
    if not result.in_place:
        session.tell(
            f"Nothing was put into {safe(shown)}, because some rows cannot be made; {result.ready:,} are ready."
        )
        session.tell("Mend them and run the same command again, or add --only-good.")
        return session.finish(PROBLEMS)
    if zips:
        many = sum(m.state in ("done", "signed", "edited") for m in result.members)
        what = "agreements.zip" if zips == "whole" else f"{count(many, 'file')}, one beside the folder of each member"
        session.say(f"Zipped: {safe(shown)}/{what}" if zips == "whole" else f"Zipped in {safe(shown)}: {what}.")
    elif made and (old := _old_zips(place, made)):
        words = f"Older than the documents now: {safe(', '.join(old))}. Add --zip as before to make them anew."
        session.tell("", *folded("", words, err))
    if done:
        session.say("", "Made for legal review. It certifies nothing and is not legal advice.")
    else:
        session.say(f"No {'draft' if draft else 'agreement'} was made.")
    session.say("", f"Next: open {safe(shown)}/summary.html: every member, its documents, and who waits for what.")
    if done and not (zips or packet or draft):
        session.say(
            "To hand them on, the same command with --zip member (one file for each, without its record) or --packet",
            "(one PDF for each); --zip alone puts everything into one file, with the records. Whom to write to, and",
            f"with which files: {safe(shown)}/mail-merge.csv.",
        )
    if wrong:
        machine = all(m.state == "computer" for m in wrong)
        return session.finish(MACHINE if machine and not done else PARTLY)
    return session.finish(DONE)


def _old_zips(place: str, made: Sequence[Member]) -> list[str]:
    """Return zip files of an earlier run that hold what has been made anew."""
    if "://" in place:
        return []
    names = ["agreements.zip", *(f"{m.folder}.zip" for m in made)]
    found = [name for name in names if (Path(place) / name).is_file()]
    return [*found[:3], f"and {len(found) - 3:,} more"] if len(found) > 3 else found


def _lost(session: Session, error: OSError, place: str) -> int:
    """Say that the place of the batch takes no more; what stands in it is whole."""
    shown = shown_here(Path(place)) if "://" not in place else place
    reason = error.strerror or str(error) or type(error).__name__
    name_is_wrong = error.errno in (errno.ENODEV, errno.ENOTDIR, errno.EEXIST)
    fix = "Check its name." if name_is_wrong else "Is there room on it, and is it connected?"
    problem = COMPUTER.at(None, f"{shown}: {reason}.", fix=fix)
    session.problems.append(problem)
    session.tell(session.style(sys.stderr).red(f"The batch cannot go on. {safe(problem.message)}"), problem.fix)
    session.tell("Every file that was written is complete. Once this is mended, run the same command again.")
    return session.finish(MACHINE)


def _more(rest: Sequence[object], what: str) -> list[str]:
    return [f"and {len(rest):,} more {what}s; the summary has all of them."] if rest else []


def _left_lines(removed: Sequence[Diagnostic], file: str, style: Style) -> list[str]:
    """Say once which folders belong to nobody any more."""
    names = [d.span.file.partition("/")[0] for d in removed if d.span is not None]
    one = len(names) == 1
    words = (
        f"{count(len(names), 'folder')} {'belongs' if one else 'belong'} to no member of {file} any more and "
        f"{'was' if one else 'were'} left as {'it is' if one else 'they are'}: {first_few(names, _MOST)}. "
        f"Move {'it' if one else 'them'} away by hand if no longer wanted. ({removed[0].rule})"
    )
    return list(folded("", safe(words), style))


def _tell_left(session: Session, made: Sequence[Member]) -> None:
    """Say which files of an earlier batch belong to the papers of their members no longer."""
    names = [f"{m.folder}/{name}" for m in made for name in m.left]
    session.more["left"] = names
    if names:
        one = len(names) == 1
        words = (
            f"{count(len(names), 'file')} of an earlier run {'was' if one else 'were'} left, though this one makes no "
            f"such document: {first_few(names, 1)}. Move {'it' if one else 'them'} away by hand if no longer wanted."
        )
        session.tell("", *folded("", safe(words), session.style(sys.stderr)))


def _is_signed(member: Member) -> bool:
    """Whether it stays as it was signed, and it is known what has changed meanwhile."""
    from generator.batch.rules import BATCH_SIGNED

    told = {d.rule for d in member.problems}
    return member.state == "signed" or (member.state == "edited" and bool(member.why) and told == {BATCH_SIGNED.name})


def _tell_signed(session: Session, signed: Sequence[Member]) -> None:
    """Say once for each reason which members stay as they were signed, first what waits for somebody."""
    reasons: dict[tuple[bool, str], list[str]] = {}
    for member in signed:
        reasons.setdefault((member.state == "signed", member.why), []).append(member.row.name)
    for (settled, reason), names in sorted(reasons.items()):
        words = (
            f"Kept {count(len(names), 'signed member')} as {'it was' if len(names) == 1 else 'they were'}: "
            f"{first_few(names, _MOST)}. Meanwhile {reason}."
        )
        if settled:
            session.say(*folded("", safe(words), session.style(sys.stdout)))
            continue
        words += (
            " What is signed changes only by an amendment; for a new agreement, move the member's folder away. "
            "(batch-signed)"
        )
        session.tell("", *folded("", safe(words), session.style(sys.stderr)))


def _why(session: Session, made: Sequence[Member], of: int) -> None:
    """Say why members had to be made, where that is not simply that all are new."""
    reasons: dict[str, int] = {}
    for member in made:
        reasons[member.why] = reasons.get(member.why, 0) + 1
    if set(reasons) == {"new"} and len(made) == of:
        return
    for reason, n in sorted(reasons.items(), key=lambda pair: -pair[1])[:_MOST]:
        session.say(f"  {count(n, 'member')}: {safe(reason)}")
