"""All layers as one: which text a name means, read when it is asked for."""

from __future__ import annotations

import contextlib
import difflib
import functools
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import field, replace
from pathlib import Path
from typing import TypeVar

from generator.cache import Cache
from generator.diagnostics import Checked, Diagnostic, Related, Rule, Severity, Span
from generator.fields import Dictionary
from generator.frozen import dataclass
from generator.library.clauses import (
    APPROVAL_VOID,
    APPROVALS_FILE,
    Approval,
    Clause,
    GivenApproval,
    Position,
    Version,
    read_approvals,
    read_clause,
)
from generator.library.dictionaries import read_dictionaries
from generator.library.document_types import (
    Choice,
    DocumentType,
    Group,
    Include,
    KeyTermText,
    Opening,
    ScheduleText,
    Slot,
    read_document_type,
)
from generator.library.requirements import Requirement, read_requirements
from generator.reading import clause_tree, markdown
from generator.reading.grammar import ClauseTemplate, Condition, check_names, parse_clause, parse_condition
from generator.reading.markdown import MdBlock, parse_markdown
from generator.reading.packed import Packer
from generator.reuse import share
from generator.workspace import Layer, read_file

__all__ = ["NO_SUCH_CLAUSE", "NO_SUCH_VERSION", "NOT_RELEASED", "NO_SUCH_DOCUMENT", "Found", "Library"]

NO_SUCH_CLAUSE = Rule(
    "no-such-clause",
    Severity.ERROR,
    "A name that should be a clause is not in the library.",
    """A document type, a pin, a reference or a command names a clause, and no layer of the library has it.
A clause `family.name` lives in `clauses/family/name/1.0.0.md`.

**Wrong:** `{clause: term.inital}`

**Right:** `{clause: term.initial}`

`agreements clauses list` shows every name.""",
)
NO_SUCH_VERSION = Rule(
    "no-such-version",
    Severity.ERROR,
    "The clause is there, but not this version of it.",
    """A pin chooses one exact version of a clause. It may reach into a lower layer, but the version must exist
somewhere. `agreements clauses list --all-versions` shows what there is.""",
)
NOT_RELEASED = Rule(
    "not-released",
    Severity.ERROR,
    "The clause has no released version, so no document can use it.",
    """Only released text goes into documents. A draft version (`2.2.0-1`, or `status: draft`) is used only if a
profile pins it; a withdrawn one is never chosen by itself. A name in your own layer hides the same name of the
starter layer with all its versions, so a draft of yours also hides the released starter text: release yours, or
pin the starter version.""",
)
NO_SUCH_DOCUMENT = Rule(
    "no-such-document",
    Severity.ERROR,
    "A document type that is asked for does not exist.",
    """Document types are the files in `clauses/_documents/`, such as mou (memorandum), svc (services agreement), baa.
`agreement.documents` in a profile and `--documents` use these short names. `agreements explain documents` lists all of
them and says when one needs each.""",
)

_CLAUSE_ID = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+\Z", re.ASCII)
_MOST_TEXTS = 4000  # expanded clauses that one library remembers
_DEEPEST = 8  # folders within folders; a link to a folder above would never end
_T = TypeVar("_T")


@functools.lru_cache(maxsize=1)
def _packer() -> Packer:
    """Return what packs everything that is read from the library, for the cache."""
    tree, md = clause_tree, markdown
    return Packer((
        Span, Checked, Diagnostic, Severity, Related,
        tree.Name, tree.NameUse, tree.Words, tree.Print, tree.PrintIndex, tree.If, tree.For, tree.LoopValue,
        tree.Const, tree.OneOf, tree.Compare, tree.Given, tree.And, tree.Or, tree.Not, ClauseTemplate, Condition,
        md.MdText, md.MdEmphasis, md.MdStrong, md.MdDefinition, md.MdLink, md.MdPlaceholder, md.MdBreak, md.MdAlign,
        md.MdParagraph, md.MdHeading, md.MdItem, md.MdItems, md.MdTable,
        Version, Approval, Position, Clause,
        Choice, Slot, Include, Group, Opening, KeyTermText, ScheduleText, DocumentType, Requirement,
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """The file of one version of a clause. ``shown`` is how it is named to the reader."""

    version: Version
    layer: Layer
    shown: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self.layer.folder / self.shown[len(self.layer.shown) :]


@dataclass(slots=True)
class Library:
    """All layers as one. ``layers`` go from lowest to highest; the highest that has a name decides.

    With a ``cache``, what was read in an earlier run from the same bytes is not read again.
    ``book`` is the part of the cache for it. ``require_approval`` says that finals are made only of clauses
    that counsel has approved.
    """

    layers: tuple[Layer, ...]
    cache: Cache | None = None
    require_approval: bool = False
    book: str = "texts"
    _scanned: tuple[dict[str, list[str]], ...] | None = None
    _versions: dict[str, tuple[tuple[Layer, tuple[Found, ...]], ...]] = field(default_factory=dict)
    _clauses: dict[tuple[str, str], Checked[Clause]] = field(default_factory=dict)
    _documents: dict[str, Checked[DocumentType]] = field(default_factory=dict)
    _approvals: Checked[tuple[GivenApproval, ...]] | None = None
    _by_text: dict[tuple[str, str], list[GivenApproval]] | None = None
    _templates: dict[tuple[str, str, int], Checked[ClauseTemplate]] = field(default_factory=dict)
    _markdown: dict[tuple[str, str, tuple[int, ...]], Checked[tuple[MdBlock, ...]]] = field(default_factory=dict)
    _names: dict[int, tuple[ClauseTemplate, Dictionary, tuple[Diagnostic, ...]]] = field(default_factory=dict)

    # -- clauses

    def versions(self, id: str) -> tuple[tuple[Layer, tuple[Found, ...]], ...]:
        """Return, from the highest layer down, each layer that has ``id`` with its versions, newest first."""
        if id not in self._versions:
            self._versions[id] = tuple(self._look(id)) if _CLAUSE_ID.match(id) else ()
        return self._versions[id]

    def _look(self, id: str) -> Iterator[tuple[Layer, tuple[Found, ...]]]:
        inner = id.replace(".", "/")
        for n, layer in reversed([*enumerate(self.layers)]):
            if self._scanned is not None:
                names = self._scanned[n].get(id, [])
            else:
                names = _listed(f"{layer.folder}/{inner}")
            found = [
                Found(version, layer, f"{layer.shown}{inner}/{name}")
                for name in names
                if name.endswith(".md") and (version := Version.read(name[:-3])) is not None
            ]
            if found:
                yield layer, tuple(sorted(found, key=lambda f: f.version.order, reverse=True))

    def only(self, name: str) -> Library | None:
        """Return the library of the one layer ``name``, with the approvals of all, or None if there is none."""
        layers = tuple(layer for layer in self.layers if layer.name == name)
        return Library(layers, self.cache, book=self.book, _approvals=self.approvals()) if layers else None

    def approvals(self) -> Checked[tuple[GivenApproval, ...]]:
        """Return the approvals that stand beside the texts, the latest first; the starter layer gives none."""
        if self._approvals is None:
            given: list[GivenApproval] = []
            problems: list[Diagnostic] = []
            for layer in reversed(self.layers):
                path = layer.folder / APPROVALS_FILE
                if layer.name != "starter" and path.is_file():
                    checked = read_approvals(path.read_bytes(), layer.shown + APPROVALS_FILE)
                    given += reversed(checked.value or ())
                    problems += checked.diagnostics
            self._approvals = Checked(tuple(given), tuple(problems))
        return self._approvals

    def _given_to(self, id: str, version: str) -> list[GivenApproval]:
        if self._by_text is None:
            self._by_text = {}
            for approval in self.approvals().value or ():
                self._by_text.setdefault((approval.id, approval.version), []).append(approval)
        return self._by_text.get((id, version), [])

    def read(self, found: Found, id: str) -> Checked[Clause]:
        """Return the text of ``found``, one of :meth:`versions` of ``id``, with the approval given to it."""
        checked = self._read(found, id)
        clause = checked.value
        if clause is None or (clause.approval is not None and clause.approval.holds):
            return checked
        given = self._given_to(id, str(clause.version))
        if not given:
            return checked
        mine = next((a for a in given if a.digest == clause.digest), None)
        if mine is not None:
            kept = tuple(d for d in checked.diagnostics if d.rule != APPROVAL_VOID.name)
            return Checked(replace(clause, approval=clause.approved_by(mine.by, mine.on)), kept)
        void = APPROVAL_VOID.at(
            given[0].span,
            f"{given[0].by} approved another text of {id}@{clause.version} than the one that is there now.",
            fix=f"Read it and approve it again: agreements clauses approve {id}@{clause.version} --by NAME",
            others=(Related(clause.span, "the text"),),
        )
        approval = clause.approved_by(given[0].by, given[0].on, given[0].digest)
        return Checked(replace(clause, approval=approval), (*checked.diagnostics, void))

    def _read(self, found: Found, id: str) -> Checked[Clause]:
        key = (id, found.shown)
        if key not in self._clauses:
            data = read_file(f"{found.layer.folder}/{found.shown[len(found.layer.shown) :]}")
            about = (found.shown, found.layer.name, id, str(found.version))
            self._clauses[key] = self._kept(
                "clause", about, data, lambda: read_clause(data, found.shown, found.layer.name, id, found.version)
            )
        return self._clauses[key]

    def _kept(self, what: str, about: tuple[str, ...], data: bytes, read: Callable[[], Checked[_T]]) -> Checked[_T]:
        """Return what ``read`` gives, a function of ``about`` and ``data`` alone, or gave in an earlier run."""
        cache = self.cache
        if cache is None:
            return read()
        key = hashlib.sha256("\0".join((what, *about, "")).encode("utf-8", "surrogatepass") + data).hexdigest()
        kept = cache.find(self.book, key)
        if kept is not None:
            with contextlib.suppress(Exception):  # never so far as is known: the cache gives back what it was given
                found: Checked[_T] = _packer().unpack(kept)
                return found
        made = read()
        cache.add(self.book, key, _packer().pack(made))
        return made

    def find(self, id: str, span: Span | None = None, pin: str = "") -> Checked[Clause]:
        """Return the clause that ``id`` means: the newest released version in the highest layer that has the
        name, or exactly version ``pin``, looked for in every layer from the highest down.

        ``span`` is the place that asks, for the diagnostic when there is no such clause or version.
        """
        layers = self.versions(id)
        if not layers:
            close = difflib.get_close_matches(id, list(self.ids()), 1)
            fix = f"Did you mean {close[0]}?" if close else "agreements clauses list shows every clause."
            return Checked(None, (NO_SUCH_CLAUSE.at(span, f"There is no clause “{id}” in the library.", fix=fix),))
        if pin:
            for _, versions in layers:
                for found in versions:
                    if str(found.version) == pin:
                        return self.read(found, id)
            have = ", ".join(str(f.version) for _, versions in layers for f in versions)
            return Checked(
                None, (NO_SUCH_VERSION.at(span, f"{id} has no version {pin}.", fix=f"Versions there are: {have}."),)
            )
        layer, versions = layers[0]
        problems: tuple[Diagnostic, ...] = ()
        for found in versions:
            if found.version.draft:
                continue
            checked = self.read(found, id)
            if checked.value is None:
                problems += checked.diagnostics
                continue
            if checked.value.status == "released":
                return checked
        if problems:
            return Checked(None, problems)
        return Checked(
            None,
            (
                NOT_RELEASED.at(
                    span or Span(versions[0].shown),
                    f"{id} has no released version in the layer “{layer.name}”.",
                    fix="Release a version, or pin the version to use.",
                    others=(Related(Span(versions[0].shown), "the newest version there"),),
                ),
            ),
        )

    def template(self, clause: Clause) -> Checked[ClauseTemplate]:
        """Return the parsed body of ``clause``."""
        body, file, line = clause.body, clause.span.file, clause.body_line
        key = (body, file, line)
        if key not in self._templates:
            self._templates[key] = self._kept(
                "template", (file, str(line)), body.encode(), lambda: parse_clause(body, file, line)
            )
            share(self._templates[key].value)
        return self._templates[key]

    def names_checked(self, template: ClauseTemplate, dictionary: Dictionary) -> tuple[Diagnostic, ...]:
        """Return what is wrong with the names in ``template``: the same for every agreement of a batch."""
        kept = self._names.get(id(template))
        if kept is None or kept[0] is not template or kept[1] is not dictionary:
            found = tuple(check_names(template, dictionary.info, dictionary.suggest))
            kept = self._names[id(template)] = (template, dictionary, found)
        return kept[2]

    def conditions(self, texts: tuple[str, ...], file: str) -> dict[str, Condition]:
        """Return ``texts``, conditions that stand in the program itself, by their text; those that read well."""

        def read() -> Checked[tuple[Condition | None, ...]]:
            return Checked(tuple(parse_condition(text, Span(file)).value for text in texts))

        found = self._kept("conditions", (file,), "\0".join(texts).encode(), read).value or ()
        return {text: one for text, one in zip(texts, found, strict=True) if one is not None}

    def markdown(self, text: str, file: str, line_map: tuple[int, ...]) -> Checked[tuple[MdBlock, ...]]:
        """Return the blocks of ``text``, a clause of ``file`` after expansion: :func:`.markdown.parse_markdown`."""
        key = (text, file, line_map)
        found = self._markdown.get(key)
        if found is not None:
            return found
        lines = ",".join(map(str, line_map))
        found = self._kept(
            "markdown", (file, lines), text.encode("utf-8", "surrogatepass"),
            lambda: parse_markdown(text, file, line_map),
        )  # fmt: skip
        if len(self._markdown) >= _MOST_TEXTS:
            del self._markdown[next(iter(self._markdown))]
        share(found.value)
        self._markdown[key] = found
        return found

    def ids(self) -> Iterator[str]:
        """Yield every clause id of every layer, in order of name."""
        if self._scanned is None:
            self._scanned = tuple(dict(_clauses_in(layer.folder)) for layer in self.layers)
        yield from sorted(set().union(*self._scanned))

    # -- document types, requirements, the data dictionary

    def document_ids(self) -> tuple[str, ...]:
        """Return the ids of all document types."""
        found = {
            name[:-5]
            for layer in self.layers
            for name in _listed(layer.folder / "_documents")
            if name.endswith(".yaml") and not name.startswith((".", "_"))
        }
        return tuple(sorted(found))

    def document_type(self, id: str, span: Span | None = None) -> Checked[DocumentType]:
        """Return the document type ``id`` of the highest layer that has it.

        One whose name begins with ``_`` is made by a command of its own, and no list names it.
        """
        if id in self._documents:
            return self._documents[id]
        name = f"_documents/{id}.yaml"
        for layer in reversed(self.layers):
            path = layer.folder / name
            if re.fullmatch(r"_?[a-z][a-z0-9_]*", id) and path.is_file():
                data, file = path.read_bytes(), layer.shown + name
                read = functools.partial(read_document_type, data, file, id)
                checked = self._kept("document", (file, id), data, read)
                share(checked.value)
                self._documents[id] = checked
                return checked
        have = self.document_ids()
        close = difflib.get_close_matches(id, have, 1)
        fix = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(have)}."
        return Checked(None, (NO_SUCH_DOCUMENT.at(span, f"There is no document type “{id}”.", fix=fix),))

    def requirements(self) -> Checked[tuple[Requirement, ...]]:
        """Return the requirements of all layers; a later file of the same name replaces the earlier one."""
        files: dict[str, tuple[Layer, Path]] = {}
        for layer in self.layers:
            for name in _listed(layer.folder / "_requirements"):
                if name.endswith(".yaml"):
                    files[name] = (layer, layer.folder / "_requirements" / name)
        out: list[Requirement] = []
        problems: list[Diagnostic] = []
        for name, (layer, path) in sorted(files.items()):
            data, file = path.read_bytes(), f"{layer.shown}_requirements/{name}"
            checked = self._kept("requirements", (file,), data, functools.partial(read_requirements, data, file))
            out += checked.value or ()
            problems += checked.diagnostics
        return Checked(tuple(out), tuple(problems))

    def dictionary(self) -> Checked[Dictionary]:
        """Return the data dictionary: the starter's fields, with those of higher layers added or replacing."""
        files = [
            (path.read_bytes(), layer.shown + "_fields.yaml")
            for layer in self.layers
            if (path := layer.folder / "_fields.yaml").is_file()
        ]
        if not files:
            return Checked(None)
        ids = self.document_ids()
        about = (",".join(ids), *(f"{file}:{len(data)}" for data, file in files))
        data = b"".join(data for data, _ in files)
        plain = self._kept("dictionary", about, data, lambda: read_dictionaries(files, ids))
        return Checked(None if plain.value is None else Dictionary.from_data(plain.value), plain.diagnostics)


def _listed(folder: Path | str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _clauses_in(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield the ids below ``folder``, each with its files: a folder that holds a version, named by its path."""
    stack = [(str(folder), "")]
    while stack:
        here, prefix = stack.pop()
        files: list[str] = []
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith((".", "_")):
                        continue
                    if name.endswith(".md"):
                        files.append(name)
                    elif "." not in name and prefix.count(".") < _DEEPEST and entry.is_dir():
                        stack.append((entry.path, f"{prefix}.{name}" if prefix else name))
        except (FileNotFoundError, NotADirectoryError):
            continue
        if prefix and any(Version.read(name[:-3]) is not None for name in files):
            yield prefix, files
