"""The command line: arguments in, text and exit code out. It decides nothing about agreements.

Exit codes: 0 done; 1 problems in the input, nothing written for them; 2 wrong usage; 4 this computer
(disk, permission, converter); 5 refused as unsafe; 70 a fault of this program; 130 stopped.

Nothing large is imported before a command needs it, so that ``--help`` and completion answer at once.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

import generator
from generator.diagnostics import Diagnostic, Severity, Span, errors_in, in_order
from generator.terminal import (
    COMMAND,
    COMPUTER,
    FILE_EXISTS,
    OUR_BUG,
    STOPPED,
    Progress,
    Style,
    answer_line,
    as_json,
    count,
    did_you_mean,
    open_item_json,
    open_item_lines,
    problem_json,
    problem_lines,
    safe,
    table_lines,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from generator.model import OpenItem
    from generator.pipeline import Made
    from generator.workspace import Workspace

__all__ = ["main"]

PROGRAM = "agreements"
REPORT_TO = "the people who gave you this program"
DONE, PROBLEMS, USAGE, MACHINE, UNSAFE, BUG, INTERRUPTED = 0, 1, 2, 4, 5, 70, 130
# rules that are not about what somebody wrote, and their exit code
_EXIT_CODES = {
    COMPUTER.name: MACHINE,
    "libreoffice-missing": MACHINE,
    "libreoffice-failed": MACHINE,
    "libreoffice-too-slow": MACHINE,
    "frame-macros": UNSAFE,
}
F = TypeVar("F", bound=Callable[..., Any])


# ---------------------------------------------------------------- what a run says and how


@dataclass
class Session:
    """How this run speaks: to a person or a program, much or little."""

    json: bool = False
    quiet: bool = False
    color: bool = True
    traceback: bool = False
    problems: list[Diagnostic] = field(default_factory=list)
    open_items: list[OpenItem] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def style(self, stream: IO[str]) -> Style:
        terminal = stream.isatty()
        wanted = self.color and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = min(shutil.get_terminal_size((100, 24)).columns, 120) if terminal else 100
        return Style(max(width, 40), terminal and wanted)

    def say(self, *lines: str) -> None:
        """Print what was asked for; left out with ``--quiet``, and with ``--json``, which prints one object."""
        if not self.quiet and not self.json:
            self.show(*lines)

    def show(self, *lines: str) -> None:
        """Print what must be seen even with ``--quiet``."""
        if not self.json:
            for line in lines:
                click.echo(line)

    def tell(self, *lines: str) -> None:
        """Print beside the answer, on stderr."""
        if not self.json:
            for line in lines:
                click.echo(line, err=True)

    def finish(self, code: int) -> int:
        """Print the one JSON object if it was asked for, and return the exit code."""
        if self.json:
            found = {
                "ok": code == DONE,
                "problems": [problem_json(d) for d in in_order(self.problems)],
                "open_items": [open_item_json(item) for item in self.open_items],
                "files": self.files,
                **self.more,
            }
            click.echo(as_json(found, unicode="utf" in (sys.stdout.encoding or "").lower()))
        return code

    def progress(self) -> Progress:
        return Progress(sys.stderr if sys.stderr.isatty() and not self.quiet and not self.json else None)


def _code(problems: Sequence[Diagnostic]) -> int:
    """Return the exit code for these problems: what this computer cannot do, what is unsafe, or the input."""
    codes = {_EXIT_CODES.get(d.rule, PROBLEMS) for d in errors_in(problems)}
    if UNSAFE in codes:
        return UNSAFE
    return MACHINE if codes == {MACHINE} else PROBLEMS if codes else DONE


# ---------------------------------------------------------------- options all commands share


def _flag(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def remember(ctx: click.Context, _: click.Parameter, given: bool) -> None:
        if given:
            setattr(ctx.ensure_object(Session), name, name != "color")

    return remember


def _shared_options() -> list[click.Option]:
    return [
        click.Option(["--json"], is_flag=True, expose_value=False, callback=_flag("json"),
                     help="Print one JSON object for programs."),
        click.Option(["-q", "--quiet"], is_flag=True, expose_value=False, callback=_flag("quiet"),
                     help="Print problems only."),
        click.Option(["--no-color"], is_flag=True, expose_value=False, callback=_flag("color"),
                     help="Print without colors; so does NO_COLOR=1."),
        click.Option(["--traceback"], is_flag=True, expose_value=False, hidden=True, callback=_flag("traceback"),
                     help="Show where this program failed."),
    ]  # fmt: skip


class _Command(click.Command):
    """A command that takes the shared options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared_options())


class _Commands(click.Group):
    """A group of commands, in reading order, that suggests the nearest name."""

    command_class = _Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared_options())

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            near = did_you_mean(name, self.commands)
            hint = f"Did you mean {near}?" if near else f"There are: {', '.join(self.commands)}."
            raise click.UsageError(f"“{safe(name)}” is not a command. {hint}", ctx)
        return super().resolve_command(ctx, args)


_Commands.group_class = _Commands


class _Listed(click.ParamType):  # type: ignore[type-arg]
    """Names with commas between them, each one of a known few."""

    name = "LIST"

    def __init__(
        self, what: str, many: str, known: Callable[[click.Context | None], Sequence[tuple[str, str]]]
    ) -> None:
        self.what, self.many, self.known = what, many, known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        if not isinstance(value, str):
            return tuple(value)
        known = [name for name, _ in self.known(ctx)]
        chosen: list[str] = []
        for given in value.split(","):
            name = given.strip().lower()
            if not name:
                continue
            if name not in known:
                near = did_you_mean(name, known)
                hint = f"Did you mean {near}?" if near else f"There are: {', '.join(known)}."
                self.fail(f"“{safe(given.strip())}” is not {self.what}. {hint}", param, ctx)
            if name not in chosen:
                chosen.append(name)
        if not chosen:
            self.fail(f"Name at least one of: {', '.join(known)}.", param, ctx)
        return tuple(chosen)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return self.many

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        used = before.split(",")
        return [
            CompletionItem(before + comma + name, help=label)
            for name, label in self.known(ctx)
            if name.startswith(last) and name not in used
        ]


def _known_formats(_: click.Context | None) -> Sequence[tuple[str, str]]:
    from generator.writers import WRITERS

    return [(name, entry.label) for name, entry in WRITERS.items()]


def _known_documents(ctx: click.Context | None) -> Sequence[tuple[str, str]]:
    """Return the ids of the document types, without reading one."""
    from generator.workspace import open_workspace

    libraries = [Path(p) for p in (ctx.params.get("library") or ())] if ctx else []
    workspace = open_workspace(Path.cwd(), libraries=[p for p in libraries if p.is_dir()], today=dt.date(1970, 1, 1))
    names = {f.stem for layer in workspace.layers for f in (layer.folder / "_documents").glob("*.yaml")}
    return [(name, "") for name in sorted(names)]


class _Date(click.ParamType):  # type: ignore[type-arg]
    """A calendar day written year-month-day."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            if len(value) != 10:
                raise ValueError
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{safe(value)}” is not a day written year-month-day, like 2027-01-31.", param, ctx)


def _complete_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a clause from the folders alone."""
    from generator.workspace import open_workspace

    workspace = open_workspace(Path.cwd(), today=dt.date(1970, 1, 1))
    names = {
        f"{f.parent.name}.{f.name}"
        for layer in workspace.layers
        for f in layer.folder.glob("[a-z]*/[a-z]*")
        if f.is_dir()
    }
    return sorted(name for name in names if name.startswith(incomplete))


_library = click.option(
    "--library", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True, metavar="DIR",
    is_eager=True, help="Add a folder of clauses over the shipped ones and your own; may be given again.",
)  # fmt: skip
_documents = click.option(
    "-d", "--documents", type=_Listed("a document type", "mou,svc,…", _known_documents), default=(),
    help="Document types, with commas between; otherwise what the profile names.",
)  # fmt: skip


# ---------------------------------------------------------------- the edge: today, here


def _today(given: dt.date | None = None) -> dt.date:
    """Return the day this run takes for today: ``--date``, else SOURCE_DATE_EPOCH, else the clock's."""
    if given is not None:
        return given
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not epoch:
        return dt.datetime.now().astimezone().date()
    try:
        return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise click.UsageError(
            "SOURCE_DATE_EPOCH must be a whole number of seconds since 1970, like 1798761600."
        ) from None


def _workspace(
    libraries: Sequence[Path] = (),
    *,
    output: Path | None = None,
    date: dt.date | None = None,
    folder: Path | None = None,
) -> Workspace:
    from generator.workspace import open_workspace

    workspace = open_workspace(
        folder or Path.cwd(), libraries=libraries, output=output, today=_today(date), cache=_cache_folder()
    )
    if workspace.cache is not None:
        click.get_current_context().call_on_close(workspace.cache.save)
    return workspace


def _cache_folder() -> Path | None:
    """Return where this user's programs keep what they can do without, or None if that is not wanted or nowhere."""
    if os.environ.get("AGREEMENTS_CACHE", "").lower() in ("off", "no", "0"):
        return None
    try:
        match sys.platform:
            case "win32":
                place = Path(os.environ.get("LOCALAPPDATA", ""))
            case "darwin":
                place = Path.home() / "Library" / "Caches"
            case _:
                place = Path(os.environ.get("XDG_CACHE_HOME", "") or Path.home() / ".cache")
    except RuntimeError:  # a user without a home
        return None
    return place / "agreements" if place.is_absolute() else None


def _shown(path: Path) -> str:
    """Return ``path`` as the reader would type it from here."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


# ---------------------------------------------------------------- commands

_EXAMPLES = """\b
Examples:
  agreements init harbor            a folder to begin in
  agreements check harbor.yaml      all problems at once; writes nothing
  agreements make harbor.yaml       Word and PDF, once every answer is there
  agreements make --draft harbor.yaml
  agreements explain cbo.npi        what a field, clause or problem is about

Tab completion: agreements completion
"""


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
    invoke_without_command=True,
)
@click.version_option(generator.__version__, "--version", prog_name=PROGRAM, message="%(prog)s %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Assemble, check and write agreements of community-based organizations.

    You write one profile, a text file with what you know about a partnership. From it come a memorandum
    of understanding, a services agreement, a statement of work and a business associate agreement, in
    Word and PDF. They are drafts for a lawyer to review; nothing here is legal advice.
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
@_documents
@_library
@click.pass_obj
def init(session: Session, folder: Path, documents: tuple[str, ...], library: tuple[Path, ...]) -> int:
    """Write a profile to fill in, and a folder for clauses of your own. Overwrites nothing."""
    import json

    from generator import pipeline
    from generator.workspace import Exists, open_workspace

    here = Path.cwd()
    target = here / folder
    workspace = open_workspace(target, libraries=library, output=target, today=_today())
    profile = pipeline.starter_profile(workspace, documents)
    session.problems += profile.diagnostics
    if profile.value is None:
        session.tell(*problem_lines(session.problems, style=session.style(sys.stderr), outcome="Nothing was written."))
        return session.finish(_code(session.problems) or PROBLEMS)
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
        return _refuse_existing(
            session, found.files, "Nothing was written.", "Choose another folder: agreements init NAME"
        )
    session.files += [_shown(p) for p in paths]
    step_in = "" if target.resolve() == here.resolve() else f"cd {_shown(target)}\n"
    session.say(
        f"Ready: {count(len(paths), 'file')} in {_shown(target) if step_in else 'this folder'}.",
        "",
        "  agreement.yaml         your answers; open it in any text editor",
        "  agreement.schema.json  lets an editor complete and check as you type",
        "  clauses/               your own wording, if you ever want some",
        "",
        "Next:",
        *(f"  {line}" for line in step_in.splitlines()),
        "  agreements check agreement.yaml          see what is missing, as often as you like",
        "  agreements make --draft agreement.yaml   a draft to talk about, with blanks",
        "  agreements make agreement.yaml           the final for review and signature",
    )
    return session.finish(DONE)


_OWN_CLAUSES = """# Clauses of your own

Nothing needs to be here. A file `FAMILY/NAME/VERSION.md` in this folder takes the place of the shipped
clause `FAMILY.NAME` with all its versions. Begin from the text you want to change:

    agreements clauses list
    agreements clauses show confidentiality.mutual

Ask your lawyer before you use wording that no lawyer has read.
"""


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
@_documents
@_library
@click.pass_obj
def check(session: Session, files: tuple[str, ...], documents: tuple[str, ...], library: tuple[Path, ...]) -> int:
    """Say everything that is wrong with profiles, clauses, document types or Word frames; write nothing."""
    from generator import pipeline

    workspace = _workspace(library)
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
        return _answer(session, False)
    code = _code(report.diagnostics) or (DONE if report.ok else PROBLEMS)
    style = session.style(sys.stdout)
    if code == DONE:
        looked = safe(report.files[0]) if len(report.files) == 1 else count(len(report.files), "file")
        session.say(f"{style.green('No problems')} in {looked}.")
        if report.diagnostics:
            session.say("")
    quiet = (Severity.WARNING, Severity.NOTE) if session.quiet else ()
    shown = [d for d in report.diagnostics if d.severity not in quiet]
    session.show(*problem_lines(_shortened(shown, report.open_items), style=style))
    profile = next((f for f in files if f.lower().endswith((".yaml", ".yml"))), "")
    if profile and not errors_in(report.diagnostics):
        draft = "" if report.ok else "--draft "
        chosen = f"-d {','.join(documents)} " if documents else ""
        session.say("", f"Next: agreements make {draft}{chosen}{_quoted(profile)}")
    return session.finish(code)


def _shortened(diagnostics: Sequence[Diagnostic], items: Sequence[OpenItem]) -> list[Diagnostic]:
    """Return them with open answers cut to question and example; ``make`` prints all that is known of each."""
    known = {item.field: item for item in items}
    return [
        dataclasses.replace(d, message=item.question or item.label, fix=f"Write: {answer_line(item)[1]}")
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
  agreements make -d baa -f docx harbor.yaml        one document, Word only
  agreements make --frame letterhead.docx -o out a.yaml b.yaml
""",
)
@click.argument("profiles", type=click.Path(), nargs=-1, required=True, metavar="PROFILE...")
@click.option("--draft", is_flag=True, help="Write what there is, with marked blanks and a page of open items.")
@_documents
@click.option(
    "-f", "--formats", type=_Listed("a format", "docx,pdf,…", _known_formats), default="docx,pdf", show_default=True,
    help="Formats, with commas between: docx, pdf, html, txt.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where to write; a folder for each agreement is made in it.  [default: output]",
)  # fmt: skip
@_library
@click.option("--replace", is_flag=True, help="Overwrite files of the same name.")
@click.option("--clean", is_flag=True, help="Leave the marks of clauses and fields out of the Word file.")
@click.option(
    "--pdf-engine", type=click.Choice(["typst", "libreoffice"]), default="typst", show_default=True,
    help="libreoffice makes the PDF exactly from the Word file, more slowly.",
)  # fmt: skip
@click.option(
    "--frame", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
    help="Your own Word frame: letterhead, styles, cover.",
)  # fmt: skip
@click.option("--date", type=_Date(), help="The day to take for today.")
@click.pass_obj
def make(
    session: Session, profiles: tuple[str, ...], draft: bool, documents: tuple[str, ...], formats: tuple[str, ...],
    output: Path | None, library: tuple[Path, ...], replace: bool, clean: bool, pdf_engine: str, frame: str | None,
    date: dt.date | None,
) -> int:  # fmt: skip
    """Write the agreements of one or more profiles.

    A final is written only when nothing that it needs is open; otherwise every open question is listed.
    """
    from generator import pipeline
    from generator.workspace import Exists

    workspace = _workspace(library, output=Path.cwd() / output if output else None, date=date)
    worst = DONE
    finished: list[Made] = []
    refused: list[tuple[str, Made]] = []
    with session.progress() as progress:
        for n, profile in enumerate(dict.fromkeys(profiles), 1):
            progress.now(f"Making {profile}" + (f" ({n} of {len(profiles)})" if len(profiles) > 1 else ""))
            made = pipeline.make(
                workspace, profile, documents=documents, formats=formats, draft=draft, clean=clean,
                pdf_engine=pdf_engine, frame=frame,
            )  # fmt: skip
            wrong = {d.field for d in errors_in(made.diagnostics)}
            made = dataclasses.replace(made, open_items=tuple(i for i in made.open_items if i.field not in wrong))
            session.problems += made.diagnostics
            session.open_items += made.open_items
            if not made.ok:
                worst = max(worst, _code(made.diagnostics) or PROBLEMS)
                refused.append((profile, made))
                continue
            progress.now(f"Writing {made.folder}")
            try:
                paths = workspace.deliver(made.folder, made.files, replace=replace)
            except Exists as found:
                there = _existing(found.files, "Add --replace to overwrite it, or --output DIR.")
                session.problems += there
                worst = max(worst, PROBLEMS)
                refused.append((profile, dataclasses.replace(made, diagnostics=tuple(there), open_items=())))
                continue
            session.files += [_shown(p) for p in paths]
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
        session.tell("", *problem_lines(noticed, style=err))


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
        f"or make a draft with marked blanks: agreements make --draft {_quoted(profile)}",
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


def _existing(files: Sequence[Path], fix: str) -> list[Diagnostic]:
    return [FILE_EXISTS.at(Span(_shown(f), 0, 0), "is there already, with other content.", fix=fix) for f in files]


def _refuse_existing(session: Session, files: Sequence[Path], outcome: str, fix: str) -> int:
    session.problems += _existing(files, fix)
    session.tell(*problem_lines(session.problems, style=session.style(sys.stderr), outcome=outcome))
    return session.finish(PROBLEMS)


def _quoted(name: str) -> str:
    import shlex

    return safe(shlex.quote(name))


@commands.command(
    epilog="""\b
Examples:
  agreements explain cbo.npi
  agreements explain hipaa.safeguards
  agreements explain yaml-tab
"""
)
@click.argument("name", shell_complete=_complete_names)
@_library
@click.pass_obj
def explain(session: Session, name: str, library: tuple[Path, ...]) -> int:
    """Explain a problem, a field or a clause by its name."""
    from generator import pipeline

    page = pipeline.explain(_workspace(library), name)
    session.problems += page.diagnostics
    if page.value is not None:
        session.more["page"] = page.value
        session.show(*(safe(line) for line in page.value.rstrip("\n").split("\n")))
    return _answer(session, page.value is not None)


def _answer(session: Session, answered: bool) -> int:
    """End a command that answers one question, with what was noticed on the way."""
    session.tell(*problem_lines(session.problems, style=session.style(sys.stderr)))
    return session.finish(_code(session.problems) or (DONE if answered else PROBLEMS))


@commands.group()
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
@_library
@click.pass_obj
def clauses_list(session: Session, family: str | None, all_versions: bool, library: tuple[Path, ...]) -> int:
    """List the clauses, with their version, layer and approval."""
    from generator import pipeline

    found = pipeline.list_clauses(_workspace(library), all_versions=all_versions, family=family)
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
    return _answer(session, found.value is not None)


@clauses.command(
    "show",
    epilog="""\b
Examples:
  agreements clauses show hipaa.safeguards
  agreements clauses show confidentiality.mutual@1.0.0
""",
)
@click.argument("name", metavar="CLAUSE[@VERSION]", shell_complete=_complete_names)
@_library
@click.pass_obj
def clauses_show(session: Session, name: str, library: tuple[Path, ...]) -> int:
    """Show the text of a clause and what is known about it."""
    from generator import pipeline

    found = pipeline.show_clause(_workspace(library), name)
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
    return _answer(session, clause is not None)


@commands.command(
    short_help="Print the JSON Schema of profiles, for editors.",
    epilog="""\b
Examples:
  agreements schema > agreement.schema.json
  then, as first line of a profile:
  # yaml-language-server: $schema=agreement.schema.json
""",
)
@_library
@click.pass_obj
def schema(session: Session, library: tuple[Path, ...]) -> int:
    """Print the JSON Schema of profiles, by which editors complete and check them."""
    import json

    from generator import pipeline

    found = pipeline.profile_schema(_workspace(library))
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
@_library
@click.pass_obj
def doctor(session: Session, output: Path | None, library: tuple[Path, ...]) -> int:
    """Look at this computer: is everything here that the other commands need?"""
    from generator.doctor import State, examine

    workspace = _workspace(library, output=Path.cwd() / output if output else None)
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
    where = f"{_shown(Path(os.fsdecode(error.filename)))}: " if error.filename is not None else ""
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
        f"  {PROGRAM} --traceback {' '.join(_quoted(a) for a in args)}" if not session.traceback else "",
    )
    if session.traceback:
        _print_traceback(error)
    return session.finish(BUG)


def _print_traceback(error: BaseException) -> None:
    import traceback

    traceback.print_exception(error, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
