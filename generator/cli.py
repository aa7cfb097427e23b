"""The command line: arguments in, text and exit code out. It decides nothing about agreements.

Exit codes: 0 done; 1 problems in the input, nothing written for them; 2 wrong usage; 4 this computer
(disk, permission, converter); 5 refused as unsafe; 70 a fault of this program; 130 stopped.

Nothing large is imported before a command needs it, so that ``--help`` and completion answer at once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import generator
from generator.cli_amend import amend
from generator.cli_batch import batch
from generator.cli_clauses import clauses
from generator.cli_compare import compare
from generator.cli_import import import_contract
from generator.cli_review import review
from generator.cli_roster import roster
from generator.cli_status import record, status
from generator.diagnostics import Diagnostic, Severity, errors_in
from generator.session import (
    BUG,
    DONE,
    INTERRUPTED,
    MACHINE,
    PROBLEMS,
    PROGRAM,
    REPORT_TO,
    USAGE,
    Commands,
    Listed,
    Session,
    answer,
    complete_names,
    date_option,
    documents_option,
    existing,
    exit_code,
    formats_option,
    known_documents,
    library_option,
    open_here,
    quoted,
    refuse_existing,
    replace_option,
    shown_here,
    today,
)
from generator.terminal import (
    COMMAND,
    COMPUTER,
    OUR_BUG,
    STOPPED,
    answer_line,
    count,
    did_you_mean,
    open_item_lines,
    problem_lines,
    safe,
)

if TYPE_CHECKING:
    from generator.model import OpenItem
    from generator.pipeline import Made

__all__ = ["main"]

# ---------------------------------------------------------------- commands

_EXAMPLES = """\b
Examples:
  agreements new harbor.yaml        answer one question at a time
  agreements init harbor            a folder to begin in, with a file of questions
  agreements check harbor.yaml      all problems at once; writes nothing
  agreements make harbor.yaml       Word and PDF, once every answer is there
  agreements make --draft harbor.yaml
  agreements compare ours.docx theirs.docx -o redline.docx
  agreements explain cbo.npi        what a field, clause or problem is about

Tab completion: agreements completion
"""


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
    invoke_without_command=True,
)
@click.version_option(generator.__version__, "--version", prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Assemble, check and write agreements of community-based organizations.

    You write one profile, a text file with what you know about a partnership. From it come its papers in
    Word and PDF: memorandum, contract and statement of work, papers on privacy and on sharing, papers of a
    hub, riders, amendments and notices. They are drafts for a lawyer to review; nothing here is legal advice.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@commands.command(
    short_help="Begin: a profile to fill in, and a folder for clauses of your own.",
    epilog="""\b
Examples:
  agreements init                 in this folder
  agreements init harbor -d svc,baa
""",
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@click.option(
    "-d", "--documents", type=Listed("a document type", "mou,svc,…", known_documents), default=(),
    help="Document types to ask for, with commas between; otherwise the usual ones: mou,svc,sow,baa,bac.",
)  # fmt: skip
@library_option
@click.pass_obj
def init(session: Session, folder: Path, documents: tuple[str, ...], library: tuple[Path, ...]) -> int:
    """Write a profile to fill in, and a folder for clauses of your own. Overwrites nothing."""
    import json

    from generator import pipeline
    from generator.workspace import Exists, open_workspace

    here = Path.cwd()
    target = here / folder
    workspace = open_workspace(target, libraries=library, output=target, today=today())
    profile = pipeline.starter_profile(workspace, documents)
    session.problems += profile.diagnostics
    if profile.value is None:
        session.tell(*problem_lines(session.problems, style=session.style(sys.stderr), outcome="Nothing was written."))
        return session.finish(exit_code(session.problems) or PROBLEMS)
    schema = json.dumps(pipeline.profile_schema(workspace), ensure_ascii=False, indent=1) + "\n"
    files = (
        ("agreement.yaml", f"# yaml-language-server: $schema=agreement.schema.json\n{profile.value}".encode()),
        ("agreement.schema.json", schema.encode()),
        ("clauses/README.md", _OWN_CLAUSES.encode()),
    )
    try:
        (target / "clauses").mkdir(parents=True, exist_ok=True)
        paths = workspace.deliver("", files)
    except Exists as found:
        return refuse_existing(
            session, found.files, "Nothing was written.", "Choose another folder: agreements init NAME"
        )
    session.files += [shown_here(p) for p in paths]
    step_in = "" if target.resolve() == here.resolve() else f"cd {shown_here(target)}\n"
    session.say(
        f"Ready: {count(len(paths), 'file')} in {shown_here(target) if step_in else 'this folder'}.",
        "",
        "  agreement.yaml         your answers; open it in any text editor",
        "  agreement.schema.json  lets an editor complete and check as you type",
        "  clauses/               your own wording, if you ever want some",
        "",
        *(
            ()
            if documents
            else (
                "It asks what the usual papers need. Only some, or others: agreements init -d svc,baa. Not sure which:",
                "agreements new asks about the work and finds out.",
                "",
            )
        ),
        "Next:",
        *(f"  {line}" for line in step_in.splitlines()),
        "  agreements check agreement.yaml          see what is missing, as often as you like",
        "  agreements make --draft agreement.yaml   a draft to talk about, with blanks",
        "  agreements make agreement.yaml           the final for review and signature",
        *(("", f"For many members, a workbook with a row for each: {_TO_THE_ROSTER}") if "hub" in documents else ()),
    )
    return session.finish(DONE)


_TO_THE_ROSTER = "agreements roster --profile agreement.yaml"
_OWN_CLAUSES = """# Clauses of your own

Nothing needs to be here. A file `FAMILY/NAME/VERSION.md` in this folder takes the place of the shipped
clause `FAMILY.NAME` with all its versions. Begin from the text you want to change:

    agreements clauses list
    agreements clauses show confidentiality.mutual
    agreements clauses adopt confidentiality.mutual
    agreements clauses new-version confidentiality.mutual

Ask your lawyer before you use wording that no lawyer has read, and write down what was approved:

    agreements clauses approve confidentiality.mutual --by "R. Lee"

With the line `require_approval = true` in a file `agreements.toml` beside your profiles, finals are made of approved
clauses alone.
"""


@commands.command(
    short_help="Answer one question at a time; your answers become a profile.",
    epilog="""\b
Examples:
  agreements new                  the answers go into agreement.yaml
  agreements new harbor.yaml      begin it, or go on where you stopped
""",
)
@click.argument("file", type=click.Path(dir_okay=False), default="agreement.yaml")
@library_option
@click.pass_obj
def new(session: Session, file: str, library: tuple[Path, ...]) -> int:
    """Ask one plain question at a time, and only what your papers need; write the answers into a profile.

    Every answer is saved at once. Run the same command again to go on where you stopped, or to change an
    answer. “unknown” is an honest answer to every question.
    """
    from generator import pipeline
    from generator.dialogue import Dialogue, End

    if session.json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            "Questions can only be asked in a terminal, where somebody answers them. "
            "Without one, agreements init writes a profile to fill in."
        )
    if Path(file).suffix.lower() not in (".yaml", ".yml"):
        raise click.UsageError(f"The name of a profile ends in .yaml. Type: agreements new {quoted(file)}.yaml")
    if not Path(file).parent.is_dir():
        raise click.UsageError(f"There is no folder {safe(str(Path(file).parent))} to write the profile into.")
    workspace = open_here(library, output=Path.cwd())
    style = session.style(sys.stdout)
    begun = pipeline.interview(workspace, file)
    if begun.value is None or errors_in(begun.diagnostics):
        session.problems += begun.diagnostics
        session.tell(*problem_lines(begun.diagnostics, style=style, outcome="Nothing was changed."))
        return session.finish(exit_code(begun.diagnostics) or PROBLEMS)
    _ready_to_type()

    def store(data: bytes) -> None:
        workspace.deliver("", [(file, data)], replace=True)

    dialogue = Dialogue(
        begun.value, say=session.show, ask=input, style=style,
        stored=lambda: workspace.read(file),
        store=store,
        explain=lambda name: pipeline.explain(workspace, name).value or "",
    )  # fmt: skip
    end = dialogue.run()
    name = quoted(file)
    if end is not End.DONE:
        saved = "Every answer is saved." if workspace.exists(file) else "Nothing was answered yet."
        session.show("", f"{saved} Go on with: agreements new {name}")
        if workspace.exists(file) and begun.value.wanted():
            session.show(f"A draft of what there is, with marked blanks: agreements make --draft {name}")
        return session.finish(INTERRUPTED if end is End.INTERRUPTED else DONE)
    session.show(
        "",
        f"Your answers are in {safe(file)}; you can also change them there with any text editor.",
        "",
        "Next:",
        f"  agreements check {name}          what is still open, and what does not fit together",
        f"  agreements make --draft {name}   a draft to talk about, with marked blanks",
        "",
        "They are drafts for a lawyer to review. This is not legal advice, and it certifies nothing.",
    )
    return session.finish(DONE)


def _ready_to_type() -> None:
    """Let the arrow keys move within a line, and let no byte that is no letter end the program."""
    import contextlib
    import importlib

    with contextlib.suppress(ImportError):  # not on every system
        importlib.import_module("readline")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="surrogateescape")


@commands.command(
    short_help="Say everything that is wrong; write nothing.",
    epilog="""\b
Examples:
  agreements check harbor.yaml
  agreements check profiles/*.yaml clauses/hipaa/safeguards/1.0.0.md
  agreements check letterhead.docx
""",
)
@click.argument("files", type=click.Path(), nargs=-1, required=True, metavar="FILE...")
@documents_option
@library_option
@click.pass_obj
def check(session: Session, files: tuple[str, ...], documents: tuple[str, ...], library: tuple[Path, ...]) -> int:
    """Say everything that is wrong with profiles, clauses, document types or Word frames; write nothing."""
    from generator import pipeline

    workspace = open_here(library)
    with session.progress() as progress:
        progress.now(f"Checking {count(len(files), 'file')}")
        report = pipeline.check(workspace, files, documents=documents)
    session.problems += report.diagnostics
    session.open_items += report.open_items
    session.more["checked"] = list(report.files)
    if not report.files:
        session.problems.append(
            COMMAND.at(None, "Nothing there can be checked.", fix="Name a profile, or a folder of them.")
        )
        return answer(session, False)
    code = exit_code(report.diagnostics) or (DONE if report.ok else PROBLEMS)
    style = session.style(sys.stdout)
    if code == DONE:
        looked = safe(report.files[0]) if len(report.files) == 1 else count(len(report.files), "file")
        session.say(f"{style.green('No problems')} in {looked}.")
        if report.diagnostics:
            session.say("")
    quiet = (Severity.WARNING, Severity.NOTE) if session.quiet else ()
    shown = [d for d in report.diagnostics if d.severity not in quiet]
    session.show(*problem_lines(_shortened(shown, report.open_items), style=style))
    profile = next((f for f in files if _may_be_profile(Path(f))), "")
    if report.open_items and not session.quiet:
        asked = report.open_items[0].field
        session.say("", "An example shows how an answer is written; it is no advice.")
        session.say(f"Why a question is asked: agreements explain {asked}")
    if profile and not errors_in(report.diagnostics):
        draft = "" if report.ok else "--draft "
        chosen = f"-d {','.join(documents)} " if documents else ""
        if code == DONE:
            session.say("", "What is made from it is for legal review. This check certifies nothing.")
        session.say("", f"Next: agreements make {draft}{chosen}{quoted(profile)}")
    return session.finish(code)


def _may_be_profile(file: Path) -> bool:
    """Say whether ``file`` can be made: a YAML file outside those of the library, whose names begin with a line."""
    return file.suffix.lower() in (".yaml", ".yml") and not any(part.startswith("_") for part in file.parts[-2:])


def _shortened(diagnostics: Sequence[Diagnostic], items: Sequence[OpenItem]) -> list[Diagnostic]:
    """Return them with open answers cut to question and example; ``make`` prints all that is known of each."""
    known = {item.field: item for item in items}
    return [
        dataclasses.replace(d, message=item.question or item.label, fix=f"For example: {answer_line(item)[1]}")
        if d.severity is Severity.OPEN and (item := known.get(d.field)) is not None
        else d
        for d in diagnostics
    ]


@commands.command(
    short_help="Write the agreements of a profile: Word and PDF.",
    epilog="""\b
Examples:
  agreements make harbor.yaml                       finals in Word and PDF
  agreements make --draft harbor.yaml               drafts, with blanks and open questions
  agreements make --companion harbor.yaml           with each document explained in plain words
  agreements make -d baa -f docx harbor.yaml        one document, Word only
  agreements make --frame letterhead.docx -o out a.yaml b.yaml
""",
)
@click.argument("profiles", type=click.Path(), nargs=-1, required=True, metavar="PROFILE...")
@click.option("--draft", is_flag=True, help="Write what there is, with marked blanks and a page of open items.")
@documents_option
@formats_option
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where to write; a folder for each agreement is made in it.  [default: output]",
)  # fmt: skip
@library_option
@replace_option
@click.option("--clean", is_flag=True, help="Leave the marks of clauses and fields out of the Word file.")
@click.option(
    "--pdf-engine", type=click.Choice(["typst", "libreoffice"]), default="typst", show_default=True,
    help="libreoffice makes the PDF exactly from the Word file, more slowly.",
)  # fmt: skip
@click.option(
    "--frame", metavar="NAME|FILE",
    help="A frame of the library (house, plain), or your own Word file: letterhead, styles, cover.",
)  # fmt: skip
@click.option("--companion", is_flag=True, help="Add to each document a short explanation in plain words.")
@date_option
@click.pass_obj
def make(
    session: Session, profiles: tuple[str, ...], draft: bool, documents: tuple[str, ...], formats: tuple[str, ...],
    output: Path | None, library: tuple[Path, ...], replace: bool, clean: bool, pdf_engine: str, frame: str | None,
    companion: bool, date: dt.date | None,
) -> int:  # fmt: skip
    """Write the agreements of one or more profiles.

    A final is written only when nothing that it needs is open; otherwise every open question is listed.
    """
    from generator import pipeline
    from generator.pipeline.looks import frame_names
    from generator.workspace import Exists

    workspace = open_here(library, output=Path.cwd() / output if output else None, date=date)
    if frame is not None and not workspace.exists(frame) and frame not in (known := frame_names(workspace)):
        raise click.UsageError(f"--frame: there is no “{frame}”. Name a Word file, or one of: {', '.join(known)}.")
    worst = DONE
    finished: list[Made] = []
    refused: list[tuple[str, Made]] = []
    with session.progress() as progress:
        for n, profile in enumerate(dict.fromkeys(profiles), 1):
            progress.now(f"Making {profile}" + (f" ({n} of {len(profiles)})" if len(profiles) > 1 else ""))
            made = pipeline.make(
                workspace, profile, documents=documents, formats=formats, draft=draft, clean=clean,
                pdf_engine=pdf_engine, frame=frame, companion=companion,
            )  # fmt: skip
            wrong = {d.field for d in errors_in(made.diagnostics)}
            made = dataclasses.replace(made, open_items=tuple(i for i in made.open_items if i.field not in wrong))
            session.problems += made.diagnostics
            session.open_items += made.open_items
            if not made.ok:
                worst = max(worst, exit_code(made.diagnostics) or PROBLEMS)
                refused.append((profile, made))
                continue
            progress.now(f"Writing {made.folder}")
            try:
                paths = workspace.deliver(made.folder, made.files, replace=replace)
            except Exists as found:
                there = existing(found.files, "Add --replace to overwrite it, or --output DIR.")
                session.problems += there
                worst = max(worst, PROBLEMS)
                refused.append((profile, dataclasses.replace(made, diagnostics=tuple(there), open_items=())))
                continue
            session.files += [shown_here(p) for p in paths]
            finished.append(made)
    _tell_made(session, finished, draft)
    for profile, made in refused:
        _tell_refused(session, profile, made, draft)
    return session.finish(worst)


def _tell_made(session: Session, finished: Sequence[Made], draft: bool) -> None:
    """Print what was made, what is worth a look, and what to do next."""
    if not finished:
        return
    out, err = session.style(sys.stdout), session.style(sys.stderr)
    agreements = [a for made in finished for a in made.agreements]
    kind = "draft" if draft else "document"
    session.say(f"{out.green('Made')} {count(len(agreements), kind)} in {count(len(session.files), 'file')}:", "")
    session.say(*(f"  {safe(name)}" for name in session.files), "")
    session.say(*_notes(finished, draft))
    noticed = [d for made in finished for d in made.diagnostics if d.severity is not Severity.OPEN]
    if noticed and not session.quiet:
        they = "It stops" if len(errors_in(noticed)) == 1 else "They stop"
        stops = f"{they} a final, not this draft." if draft else ""
        session.tell("", *problem_lines(noticed, style=err, outcome=stops))


def _tell_refused(session: Session, profile: str, made: Made, draft: bool) -> None:
    """Print why nothing was made of ``profile``: all problems, and all answers that are missing."""
    style = session.style(sys.stderr)
    listed = set() if draft else {item.field for item in made.open_items}
    shown = [d for d in made.diagnostics if not (d.severity is Severity.OPEN and (draft or d.field in listed))]
    if session.quiet:
        shown = [d for d in shown if d.severity in (Severity.ERROR, Severity.OPEN)]
    if session.files:
        session.tell("")
    session.tell(*problem_lines(shown, style=style, outcome="No document was made."))
    if not listed:
        return
    missing = count(len(listed), "answer is", "answers are") + " missing"
    if shown:
        session.tell("")
    outcome = "" if errors_in(shown) else " No document was made."
    session.tell(f"{style.red(f'{safe(profile)}: {missing} for a final.')}{outcome}", "")
    session.tell(*open_item_lines(made.open_items, style=style))
    session.tell(
        f"{missing}. Write them in and run the same command again,",
        f"or make a draft with marked blanks: agreements make --draft {quoted(profile)}",
    )


def _notes(finished: Sequence[Made], draft: bool) -> Iterator[str]:
    used = {
        (s.id, s.version): s.approved for made in finished for a in made.agreements for s in a.sources if s.included
    }
    unread = sum(not approved for approved in used.values())
    still_open = sum(len(made.open_items) for made in finished)
    if unread:
        which = f"{unread} of {count(len(used), 'clause')}" if unread < len(used) else count(unread, "clause")
        yield f"{which} in it: not approved by a lawyer of yours yet."
    yield "Made for legal review. It certifies nothing and is not legal advice."
    if draft and still_open:
        yield f"{count(still_open, 'answer is', 'answers are')} still open; the last page of each draft lists them."
    first = next((a for made in finished for a in made.agreements), None)
    if first is not None:
        clause = next((s.id for s in first.sources if s.included), "")
        yield ""
        if draft and still_open:
            yield "Next: fill in the open answers, then the same command without --draft."
        elif clause:
            yield f"Next: read it with your lawyer. About a clause: agreements clauses show {clause}"


@commands.command(
    epilog="""\b
Examples:
  agreements explain cbo.npi
  agreements explain hipaa.safeguards
  agreements explain yaml-tab
"""
)
@click.argument("name", shell_complete=complete_names)
@library_option
@click.pass_obj
def explain(session: Session, name: str, library: tuple[Path, ...]) -> int:
    """Explain a problem, a field or a clause by its name."""
    from generator import pipeline

    page = pipeline.explain(open_here(library), name)
    session.problems += page.diagnostics
    if page.value is not None:
        session.more["page"] = page.value
        session.show(*(safe(line) for line in page.value.rstrip("\n").split("\n")))
    return answer(session, page.value is not None)


commands.add_command(amend)
commands.add_command(batch)
commands.add_command(roster)
commands.add_command(compare)
commands.add_command(review)
commands.add_command(status)
commands.add_command(record)
clauses.add_command(import_contract)
commands.add_command(clauses)


@commands.command(
    short_help="Print the JSON Schema of profiles, for editors.",
    epilog="""\b
Examples:
  agreements schema > agreement.schema.json
  then, as first line of a profile:
  # yaml-language-server: $schema=agreement.schema.json
""",
)
@library_option
@click.pass_obj
def schema(session: Session, library: tuple[Path, ...]) -> int:
    """Print the JSON Schema of profiles, by which editors complete and check them."""
    import json

    from generator import pipeline

    found = pipeline.profile_schema(open_here(library))
    session.more["schema"] = found
    session.show(json.dumps(found, ensure_ascii=False, indent=2))
    return session.finish(DONE)


@commands.command(short_help="Look at this computer: is everything here?")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder to be written to.",
)
@library_option
@click.pass_obj
def doctor(session: Session, output: Path | None, library: tuple[Path, ...]) -> int:
    """Look at this computer: is everything here that the other commands need?"""
    from generator.doctor import State, examine

    workspace = open_here(library, output=Path.cwd() / output if output else None)
    with session.progress() as progress:
        progress.now("Looking at this computer")
        findings = tuple(examine(workspace, sys.stdout.encoding or ""))
    style = session.style(sys.stdout)
    paint = {State.OK: style.green, State.ATTENTION: style.yellow, State.PROBLEM: style.red}
    wide = max(len(f.about) for f in findings)
    for f in findings:
        if session.quiet and f.state is State.OK:
            continue
        session.show(f"  {paint[f.state](f'{f.state.value:<9}')}  {f.about:<{wide}}  {safe(f.says)}")
        if f.mend:
            session.show(*(f"{' ' * (wide + 15)}{safe(line)}" for line in f.mend.split("\n")))
    session.more["findings"] = [
        {"about": f.about, "state": f.state.value.lower(), "says": f.says, "mend": f.mend} for f in findings
    ]
    broken = [f for f in findings if f.state is State.PROBLEM]
    session.problems += [COMPUTER.at(None, f"{f.about}: {f.says}", fix=f.mend) for f in broken]
    session.say(
        "",
        f"{count(len(broken), 'problem')} to mend."
        if broken
        else "This computer is ready. Next: agreements init harbor",
    )
    return session.finish(MACHINE if broken else DONE)


_COMPLETION = {
    "bash": ("~/.bashrc", 'eval "$(_AGREEMENTS_COMPLETE=bash_source agreements)"'),
    "zsh": ("~/.zshrc", 'eval "$(_AGREEMENTS_COMPLETE=zsh_source agreements)"'),
    "fish": ("~/.config/fish/completions/agreements.fish", "_AGREEMENTS_COMPLETE=fish_source agreements | source"),
}


@commands.command(short_help="Set up the Tab key.")
@click.argument("shell", type=click.Choice(list(_COMPLETION)), required=False)
@click.pass_obj
def completion(session: Session, shell: str | None) -> int:
    """Say how the Tab key can complete commands, formats, document types and clauses."""
    for name, (file, line) in _COMPLETION.items():
        if shell in (None, name):
            session.show(f"{name}: add this line to {file}, then open a new window:", f"  {line}")
    session.more["completion"] = {name: line for name, (_, line) in _COMPLETION.items() if shell in (None, name)}
    return session.finish(DONE)


# ---------------------------------------------------------------- the outermost layer


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line with ``args`` (otherwise the program's own) and return its exit code."""
    given = list(sys.argv[1:] if args is None else args)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # a name this terminal cannot show must not end the program
            stream.reconfigure(errors="backslashreplace")
    options = given[: given.index("--")] if "--" in given else given
    session = Session(json="--json" in options, traceback="--traceback" in options)
    try:
        code = _run(given, session)
        sys.stdout.flush()
    except BrokenPipeError:
        # the reader (head, less) has seen enough
        _let_go_of_stdout()
        return DONE
    except OSError as error:
        _let_go_of_stdout()
        click.echo(f"What should be shown could not be written: {error.strerror or error}.", err=True)
        return MACHINE
    return code


def _let_go_of_stdout() -> None:
    """Send what is still waiting nowhere, or Python would try once more at its end and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(args: Sequence[str], session: Session) -> int:
    streams = sys.stdout, sys.stderr
    try:
        result = commands.main(list(args), prog_name=PROGRAM, standalone_mode=False, obj=session)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _usage(error, session)
    except (click.Abort, KeyboardInterrupt):
        session.problems = [STOPPED.at(None, "Stopped before it was done. Every file that was written is complete.")]
        session.tell("", session.problems[0].message)
        return session.finish(INTERRUPTED)
    except SystemExit:
        # click leaves this way for two reasons: it has completed a word, or nobody reads any more
        if os.environ.get("_AGREEMENTS_COMPLETE"):
            raise
        sys.stdout, sys.stderr = streams
        raise BrokenPipeError from None
    except BrokenPipeError:
        raise
    except OSError as error:
        return _machine(error, session)
    except Exception as error:  # the last net: whatever it is, it is our fault and not the reader's
        return _bug(error, session, args)
    return result if isinstance(result, int) else DONE


def _usage(error: click.UsageError, session: Session) -> int:
    """Say what was wrong with the command itself, without click's own words for it."""
    message, fix = error.format_message(), ""
    match error:
        case click.MissingParameter(param=param) if param is not None:
            what = param.make_metavar(error.ctx) if error.ctx is not None else (param.name or "")
            message = f"{what.removesuffix('...')} is missing."
        case click.NoSuchOption(option_name=name):
            known = [o for p in (error.ctx.command.params if error.ctx else ()) for o in p.opts if o.startswith("--")]
            near = did_you_mean(name, known)
            message = f"{safe(name)} is not an option here." + (f" Did you mean {near}?" if near else "")
        case click.BadParameter(param=param) if param is not None:
            name = param.opts[0] if isinstance(param, click.Option) else param.make_metavar(error.ctx)  # type: ignore[arg-type]
            name = max(param.opts, key=len) if isinstance(param, click.Option) else name
            message = f"{name}: {safe(error.message)}"
        case _:
            pass
    path = error.ctx.command_path if error.ctx is not None else PROGRAM
    fix = f"See: {path} --help"
    session.problems.append(COMMAND.at(None, message, fix=fix))
    session.tell(message, fix)
    return session.finish(USAGE)


def _machine(error: OSError, session: Session) -> int:
    where = f"{shown_here(Path(os.fsdecode(error.filename)))}: " if error.filename is not None else ""
    reason = error.strerror or str(error) or type(error).__name__
    found = COMPUTER.at(
        None, f"{where}{reason}.", fix="agreements doctor looks at this computer and says what to mend."
    )
    session.problems.append(found)
    session.tell(f"This computer would not do it. {safe(found.message)}", found.fix)
    if session.traceback:
        _print_traceback(error)
    return session.finish(MACHINE)


def _bug(error: Exception, session: Session, args: Sequence[str]) -> int:
    session.problems.append(OUR_BUG.at(None, "This program made a mistake of its own; your files are not at fault."))
    session.tell(
        "Sorry: this program made a mistake of its own. Your files are not at fault, and none was left half-written.",
        f"Please report it to {REPORT_TO}, with the command you typed and what this shows:",
        f"  {PROGRAM} --traceback {' '.join(quoted(a) for a in args)}" if not session.traceback else "",
    )
    if session.traceback:
        _print_traceback(error)
    return session.finish(BUG)


def _print_traceback(error: BaseException) -> None:
    import traceback

    traceback.print_exception(error, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
