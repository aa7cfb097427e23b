"""Every problem of profiles, clause files, document types, frames and settings, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from generator.diagnostics import Diagnostic, Severity, Span, in_order
from generator.frozen import dataclass
from generator.model import OpenItem, Status
from generator.pipeline.parts import (
    NO_SUCH_FILE,
    WRONG_FILE,
    Parts,
    date_of,
    read_given_profile,
    read_parts,
    wanted_documents,
)
from generator.pipeline.sets import all_problems, assemble_set, lint_set, still_open
from generator.pipeline.uses import idle_answers
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.reading.grammar import ClauseTemplate

__all__ = ["Report", "check"]


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. ``ok`` is false when anything would stop a final document."""

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    files: tuple[str, ...]
    open_items: tuple[OpenItem, ...] = ()


def check(workspace: Workspace, files: Sequence[str], *, documents: Sequence[str] = ()) -> Report:
    """Check profiles, clause files, document types, requirement files, dictionaries and frames; folders too."""
    parts = read_parts(workspace)
    problems: list[Diagnostic] = []
    items: list[OpenItem] = []
    looked: list[str] = []
    for file in _each(workspace, files):
        looked.append(file)
        data = workspace.read(file)
        if data is None:
            problems.append(NO_SUCH_FILE.at(Span(file), f"“{file}” is not there."))
            continue
        found, open_items = _check_one(workspace, parts, file, data, documents)
        problems += found
        items += open_items
    problems += parts.problems
    ordered = in_order(problems)
    ok = not any(d.severity in (Severity.ERROR, Severity.OPEN) for d in ordered)
    return Report(ok, ordered, tuple(looked), tuple(items))


def _each(workspace: Workspace, files: Sequence[str]) -> Iterator[str]:
    for file in files:
        if workspace.is_folder(file):
            for found in workspace.files_below(file):
                name = PurePath(found).name
                if PurePath(found).suffix in (".yaml", ".yml", ".md", ".docx") and name != "README.md":
                    yield found
        else:
            yield file


def _check_one(
    workspace: Workspace, parts: Parts, file: str, data: bytes, documents: Sequence[str]
) -> tuple[tuple[Diagnostic, ...], tuple[OpenItem, ...]]:
    from generator.library import APPROVALS_FILE
    from generator.settings import SETTINGS_FILE, read_settings

    path = PurePath(file)
    folder = path.parent.name
    match path.suffix.lower():
        case ".md":
            return _check_clause(parts, file, data), ()
        case ".docx" | ".docm" | ".dotx":
            from generator.writers.frame_check import check_frame

            return check_frame(data, file).diagnostics, ()
        case ".yaml" | ".yml" if folder == "_documents":
            return _check_document_type(parts, file, data), ()
        case ".yaml" | ".yml" if folder == "_requirements":
            from generator.library import read_requirements

            return read_requirements(data, file).diagnostics, ()
        case ".yaml" | ".yml" if path.name == APPROVALS_FILE:
            return _check_approvals(parts, data, file), ()
        case ".toml" if path.name == SETTINGS_FILE:
            return read_settings(data, file).diagnostics, ()
        case ".yaml" | ".yml" if path.name == "_fields.yaml":
            from generator.fields import read_dictionary
            from generator.reading.yaml_text import read_yaml

            node = read_yaml(data, file)
            found = read_dictionary(node.value, file).diagnostics if node.value is not None else ()
            return (*node.diagnostics, *found), ()
        case ".yaml" | ".yml":
            return _check_profile(workspace, parts, file, documents)
        case ".xlsx" | ".xlsm" | ".csv":
            fix = f"A roster of members is checked with: agreements roster {file}"
            return (WRONG_FILE.at(Span(file, 0, 0), f"“{file}” is no profile or clause.", fix=fix),), ()
        case _:
            return (WRONG_FILE.at(Span(file), f"“{file}” is not a kind of file that can be checked."),), ()


def _check_profile(
    workspace: Workspace, parts: Parts, file: str, documents: Sequence[str]
) -> tuple[tuple[Diagnostic, ...], tuple[OpenItem, ...]]:
    read = read_given_profile(workspace, file, parts.dictionary)
    if read.value is None:
        return read.diagnostics, ()
    wanted, missing = wanted_documents(read.value, parts.dictionary, documents)
    assembled = assemble_set(parts, read.value, wanted, Status.FINAL, date_of(read.value, workspace))
    problems = all_problems((*read.diagnostics, *missing, *assembled.problems), assembled.open_items)
    linted = lint_set(parts, read.value, assembled, problems)
    idle = idle_answers(parts, read.value, assembled)
    return in_order((*problems, *linted.diagnostics, *idle)), still_open(assembled.open_items, problems)


def _check_approvals(parts: Parts, data: bytes, file: str) -> tuple[Diagnostic, ...]:
    """Check the approvals that stand beside the texts: each names a text that is there, and as it is there."""
    from generator.library import read_approvals

    checked = read_approvals(data, file)
    problems = list(checked.diagnostics)
    for given in checked.value or ():
        found = parts.library.find(given.id, given.span, given.version)
        problems += [d for d in found.diagnostics if d.severity is Severity.ERROR or d.rule == "approval-void"]
    return tuple(problems)


def _check_clause(parts: Parts, file: str, data: bytes) -> tuple[Diagnostic, ...]:
    from generator.library import Version, read_clause
    from generator.reading.grammar import check_names

    path = PurePath(file)
    version = Version.read(path.stem)
    if version is None or len(path.parts) < 3:
        return (
            WRONG_FILE.at(
                Span(file),
                f"“{file}” is not where a clause file stands.",
                fix="A clause file is clauses/<family>/<name>/<version>.md.",
            ),
        )
    id = ".".join(path.parts[-3:-1])
    clause = read_clause(data, file, _layer_of(parts, file), id, version)
    if clause.value is None:
        return clause.diagnostics
    template = parts.library.template(clause.value)
    problems = [*clause.diagnostics, *template.diagnostics]
    if template.value is not None:
        problems += check_names(template.value, parts.dictionary.info, parts.dictionary.suggest)
        problems += _check_markdown(template.value)
    return tuple(problems)


def _check_markdown(template: ClauseTemplate) -> Iterator[Diagnostic]:
    from generator.reading.grammar import expand_every_branch
    from generator.reading.markdown import parse_markdown

    expanded = expand_every_branch(template)
    yield from expanded.diagnostics
    yield from parse_markdown(expanded.markdown, template.file, expanded.line_map).diagnostics


def _layer_of(parts: Parts, file: str) -> str:
    for layer in reversed(parts.library.layers):
        if file.startswith(layer.shown):
            return layer.name
    return "mine"


def _check_document_type(parts: Parts, file: str, data: bytes) -> tuple[Diagnostic, ...]:
    from generator.library import Group, Slot, read_document_type
    from generator.reading.grammar import check_condition, check_names

    checked = read_document_type(data, file, PurePath(file).stem)
    problems = list(checked.diagnostics)
    document = checked.value
    if document is None:
        return tuple(problems)
    info, suggest = parts.dictionary.info, parts.dictionary.suggest
    conditions: list[Any] = [t.when for t in document.key_terms] + [s.when for s in document.schedules]
    slots: list[Slot] = [o.slot for o in document.opening]
    for part in (*document.outline, *(p for s in document.schedules for p in s.outline)):
        if isinstance(part, Group):
            conditions.append(part.when)
            slots += [e for e in part.entries if isinstance(e, Slot)]
        else:
            slots.append(part)
    for slot in slots:
        for choice in slot.choices:
            conditions.append(choice.when)
            problems += parts.library.find(choice.clause, choice.span).diagnostics
    for schedule in document.schedules:
        if schedule.document:
            problems += parts.library.document_type(schedule.document, schedule.span).diagnostics
    templates = [document.subtitle, document.closing, *document.notes, *(t.text for t in document.key_terms)]
    for template in templates:
        if template is not None:
            problems += check_names(template, info, suggest)
    for condition in conditions:
        if condition is not None:
            problems += check_condition(condition, info, suggest)
    return tuple(problems)
