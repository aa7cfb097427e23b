"""What all commands share: how a run speaks and ends, the options they have in common, today and here.

The clock, the environment and the current folder are read here, at the edge, and nowhere below.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click

from generator.diagnostics import Diagnostic, Span, errors_in, in_order
from generator.frozen import dataclass
from generator.model import AUTHOR
from generator.terminal import (
    COMPUTER,
    FILE_EXISTS,
    Progress,
    Style,
    as_json,
    did_you_mean,
    open_item_json,
    problem_json,
    problem_lines,
    safe,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from generator.model import OpenItem
    from generator.workspace import Workspace

__all__ = [
    "answer",
    "Author",
    "BUG",
    "Command",
    "Commands",
    "complete_names",
    "date_option",
    "Day",
    "deliver_file",
    "documents_option",
    "DONE",
    "existing",
    "exit_code",
    "EXIT_CODES",
    "formats_option",
    "INTERRUPTED",
    "known_documents",
    "library_option",
    "Listed",
    "MACHINE",
    "open_here",
    "PARTLY",
    "PROBLEMS",
    "PROGRAM",
    "quoted",
    "refuse_existing",
    "replace_option",
    "REPORT_TO",
    "Session",
    "shown_here",
    "today",
    "UNSAFE",
    "USAGE",
]

PROGRAM = "agreements"
REPORT_TO = "the people who gave you this program"
DONE, PROBLEMS, USAGE, PARTLY, MACHINE, UNSAFE, BUG, INTERRUPTED = 0, 1, 2, 3, 4, 5, 70, 130
# rules that are not about what somebody wrote, and their exit code
EXIT_CODES = {
    COMPUTER.name: MACHINE,
    "libreoffice-missing": MACHINE,
    "libreoffice-failed": MACHINE,
    "libreoffice-too-slow": MACHINE,
    "frame-macros": UNSAFE,
    "compare-unsafe": UNSAFE,
    "compare-too-big": UNSAFE,
    "roster-unsafe": UNSAFE,
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
        if not self.json and lines:
            click.echo("\n".join(lines))

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


def exit_code(problems: Sequence[Diagnostic]) -> int:
    """Return the exit code for these problems: what this computer cannot do, what is unsafe, or the input."""
    codes = {EXIT_CODES.get(d.rule, PROBLEMS) for d in errors_in(problems)}
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


class Command(click.Command):
    """A command that takes the shared options too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(_shared_options())


class Commands(click.Group):
    """A group of commands, in reading order, that suggests the nearest name."""

    command_class = Command

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


Commands.group_class = Commands


class Listed(click.ParamType):  # type: ignore[type-arg]
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


def known_formats(_: click.Context | None) -> Sequence[tuple[str, str]]:
    """Return (name, label) of every format that can be written."""
    from generator.writers import WRITERS

    return [(name, entry.label) for name, entry in WRITERS.items()]


def known_documents(ctx: click.Context | None) -> Sequence[tuple[str, str]]:
    """Return the ids of the document types, without reading one."""
    from generator.workspace import open_workspace

    libraries = [Path(p) for p in (ctx.params.get("library") or ())] if ctx else []
    workspace = open_workspace(Path.cwd(), libraries=[p for p in libraries if p.is_dir()], today=dt.date(1970, 1, 1))
    names = {f.stem for layer in workspace.layers for f in (layer.folder / "_documents").glob("*.yaml")}
    return [(name, "") for name in sorted(names)]


class Day(click.ParamType):  # type: ignore[type-arg]
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


class Author(click.ParamType):  # type: ignore[type-arg]
    """Who stands beside what a command marks in a document; blanks alone are no name, and it is this program."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return " ".join(value.split()) or AUTHOR


def complete_names(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
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


library_option = click.option(
    "--library", type=click.Path(exists=True, file_okay=False, path_type=Path), multiple=True, metavar="DIR",
    is_eager=True, help="Add a folder of clauses over the shipped ones and your own; may be given again.",
)  # fmt: skip
documents_option = click.option(
    "-d", "--documents", type=Listed("a document type", "mou,svc,…", known_documents), default=(),
    help="Document types, with commas between; otherwise what the profile names.",
)  # fmt: skip
formats_option = click.option(
    "-f", "--formats", type=Listed("a format", "docx,pdf,…", known_formats), default="docx,pdf", show_default=True,
    help="Formats, with commas between: docx, pdf, html, txt.",
)  # fmt: skip
replace_option = click.option("--replace", is_flag=True, help="Overwrite files of the same name.")
date_option = click.option("--date", type=Day(), help="The day to take for today.")


# ---------------------------------------------------------------- the edge: today, here


def today(given: dt.date | None = None) -> dt.date:
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


def open_here(
    libraries: Sequence[Path] = (),
    *,
    output: Path | None = None,
    date: dt.date | None = None,
    folder: Path | None = None,
) -> Workspace:
    """Return the workspace of the current folder (or ``folder``), whose cache is saved when the command ends."""
    from generator.workspace import open_workspace

    workspace = open_workspace(
        folder or Path.cwd(), libraries=libraries, output=output, today=today(date), cache=_cache_folder()
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


def shown_here(path: Path) -> str:
    """Return ``path`` as the reader would type it from here."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


# ---------------------------------------------------------------- ends of a run


def existing(files: Sequence[Path], fix: str) -> list[Diagnostic]:
    """Return a problem for each file that is in the way."""
    return [FILE_EXISTS.at(Span(shown_here(f), 0, 0), "is there already, with other content.", fix=fix) for f in files]


def refuse_existing(
    session: Session, files: Sequence[Path], outcome: str, fix: str, *, told: Sequence[Diagnostic] = ()
) -> int:
    """Say that ``files`` are in the way and what came of it, with all other problems but those that were ``told``; end
    the run and return its exit code."""
    known = frozenset(told)
    shown = [*(d for d in session.problems if d not in known), *existing(files, fix)]
    session.problems += existing(files, fix)
    session.tell(*problem_lines(shown, style=session.style(sys.stderr), outcome=outcome))
    return session.finish(PROBLEMS)


def deliver_file(
    session: Session, workspace: Workspace, file: Path, data: bytes, *, replace: bool,
    advice: str = "Add --replace to overwrite it.", told: Sequence[Diagnostic] = (),
) -> int | None:  # fmt: skip
    """Write ``data`` where ``--output`` says; or say that a file is there and give ``advice``, with every problem that
    was not ``told`` before, end the run and return its exit code."""
    from generator.workspace import Exists

    there = dataclasses.replace(workspace, output=(Path.cwd() / file).parent)
    try:
        session.files += [shown_here(p) for p in there.deliver("", [(file.name, data)], replace=replace)]
    except Exists as seen:
        return refuse_existing(session, seen.files, "It was not written.", advice, told=told)
    return None


def quoted(name: str) -> str:
    """Return ``name`` as it is typed into a shell, in a command that is suggested."""
    import shlex

    return safe(shlex.quote(name))


def answer(session: Session, answered: bool) -> int:
    """End a command that answers one question, with what was noticed on the way."""
    session.tell(*problem_lines(session.problems, style=session.style(sys.stderr)))
    return session.finish(exit_code(session.problems) or (DONE if answered else PROBLEMS))
