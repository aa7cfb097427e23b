"""Reading a file that came back: is it safe, what does it remember of itself, and what does it say.

:func:`read_returned` needs neither the record nor the library. What it reads is what other commands need too: which
clause stands where, in which version, in which words.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import field
from io import BytesIO

from generator.comparison.file_kinds import Kind, kind_of
from generator.comparison.refusals import NOT_WORD
from generator.comparison.word_package import W, WordPackage
from generator.comparison.word_reading import Damaged, parsed, read_word
from generator.diagnostics import Checked, Diagnostic, Span, errors_in
from generator.frozen import dataclass
from generator.returned.paragraphs import Block, Para, RawBlock, Styles, flat, raw_blocks, view
from generator.returned.refusals import OLD_WORD, OTHER_FORMAT, PRINTED
from generator.writers.docx_properties import clause_bookmark
from generator.writers.docx_text import short_tag

__all__ = ["ClauseMark", "ClauseText", "Comment", "Identity", "Returned", "read_returned",
           "remark_mark", "says_it_is"]  # fmt: skip

_VT = "{http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes}"
_PROPERTY = re.compile(r"Agreement clauses (\d{1,9})")
_TAG = re.compile(r"clause:([\w.-]+)@([\w.-]+)#([0-9a-f]{4,64})")


@dataclass(frozen=True, slots=True)
class Identity:
    """What the file says it is: the id of the document, its type ("baa"), its number, draft or final."""

    id: str
    type: str
    number: str
    status: str


@dataclass(frozen=True, slots=True)
class ClauseMark:
    """A clause that the file says it was made with: ``digest`` is the first twelve digits, ``where`` its number."""

    id: str
    version: str
    digest: str
    where: str


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause as it stands in the file. ``text`` has one line for each paragraph, its heading first.

    ``before`` is the same with every tracked change rejected; ``found_by`` says what showed that it is this clause:
    ``tag``, ``bookmark``.
    """

    id: str
    version: str
    digest: str
    where: str
    text: str
    before: str
    found_by: str


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark in the margin."""

    id: str
    author: str
    date: str
    text: str
    initials: str = ""

    @property
    def ours(self) -> bool:
        """Whether a copy of a review put it there and nobody changed it since, whoever its author is called."""
        return self.initials.endswith(f"-{remark_mark(self.text)}")


def remark_mark(text: str) -> str:
    """Return by what our remark ``text`` is known again: it follows the initials, which every program keeps."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:6]


@dataclass(slots=True)
class Returned:
    """A file that came back, read. ``marks`` is what it was made of, in order; ``memory`` what of that is left."""

    file: str
    package: WordPackage
    styles: Styles
    identity: Identity | None
    marks: tuple[ClauseMark, ...]
    raw: list[RawBlock]
    comments: tuple[Comment, ...]
    others: tuple[tuple[str, str, str], ...]  # headers and footers: which, text before, text after
    memory: tuple[str, ...]
    _views: dict[bool, list[Block]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def blocks(self, *, accepted: bool) -> list[Block]:
        """Return what the file says with every tracked change accepted, or rejected."""
        if accepted not in self._views:
            self._views[accepted] = view(self.raw, accepted=accepted)
        return self._views[accepted]

    def share_views(self) -> None:
        """Let both views be one, because nothing is tracked."""
        self._views[True] = self.blocks(accepted=False)

    def paragraphs(self, *, accepted: bool) -> Iterator[Para]:
        """Yield the paragraphs of one view, those in tables too."""
        return flat(self.blocks(accepted=accepted))

    def margins(self) -> Iterator[tuple[str, str, list[RawBlock]]]:
        """Yield each header and footer: which of the two, its part, what it holds."""
        return _margins(self.package, self.styles)

    def clause_of(self, para: Para) -> tuple[str, str]:
        """Return the clause a paragraph's marks name, and which mark it was ("tag", "bookmark"); "" if none."""
        for raw in reversed(para.raws):
            if raw.tag:
                return self._clause_of_tag(raw.tag), "tag"
        for raw in reversed(para.raws):
            if raw.bookmark in self._names:
                return self._names[raw.bookmark], "bookmark"
            if raw.bookmark:
                guess = re.sub(r"_\d+$", "", raw.bookmark.removeprefix("_clause_"))
                return guess.replace("__", ".", 1), "bookmark"
        return "", ""

    def _clause_of_tag(self, tag: str) -> str:
        if tag in self._names:
            return self._names[tag]
        return tag.removeprefix("clause:").partition("@")[0]

    def clauses(self) -> tuple[ClauseText, ...]:
        """Return every clause that the file's own marks still show, in the order in which it is printed."""
        texts: dict[str, tuple[list[str], list[str], str]] = {}
        for accepted in (True, False):
            for para in self.paragraphs(accepted=accepted):
                id, by = self.clause_of(para)
                if id:
                    after_, before_, _ = texts.setdefault(id, ([], [], by))
                    (after_ if accepted else before_).append(para.text)
        known = {m.id: m for m in self.marks}
        out = []
        for id, (after, before, by) in texts.items():
            mark = known.get(id, ClauseMark(id, "", "", ""))
            out.append(ClauseText(id, mark.version, mark.digest, mark.where, "\n".join(after), "\n".join(before), by))
        return tuple(out)


def read_returned(data: bytes, file: str) -> Checked[Returned]:
    """Read a Word file that anybody may have had in hands; ``file`` is its name for the reader.

    Never raises because of what is in it: it is refused by name (:mod:`~generator.returned.refusals` and the guards of
    :mod:`~generator.comparison.word_reading`).
    """
    refused = _another_kind(data, file)
    if refused is not None:
        return Checked(None, (refused,))
    word = read_word(data, file)
    if word.value is None or errors_in(word.diagnostics):
        return Checked(None, word.diagnostics)
    try:
        return Checked(_read(WordPackage(word.value), file), word.diagnostics)
    except (Damaged, RecursionError):  # anything else is a mistake of ours, and is told as one
        message = "The file is damaged: a part of it cannot be read."
        fix = "Open it in Word, save it as Word Document (.docx), and review that file."
        return Checked(None, (*word.diagnostics, NOT_WORD.at(Span(file), message, fix=fix)))


_ASK = "Ask the other side for the Word file they worked in."
_SAVE = "Open it in Word, choose File > Save As > Word Document (.docx), and review that file."
# What is told of a file that came back and is no packed one; {named} points to a name that says otherwise.
_NO_WORD_FILE = {
    Kind.PDF: (PRINTED, "This is a PDF: the agreement was printed and sent back.", _ASK),
    Kind.PICTURE: (PRINTED, "This is a picture of the agreement, such as a scan or a photo.", _ASK),
    Kind.ENCRYPTED: (
        OLD_WORD,
        "This Word file is protected with a password.",
        "Ask for the password, open the file in Word, and save it without one (File > Info).",
    ),
    Kind.OLD_WORD: (OLD_WORD, "This is an old Word document (.doc){named}.", _SAVE),
    Kind.RICH_TEXT: (OTHER_FORMAT, "This is a Rich Text file (.rtf){named}.", _SAVE),
    Kind.OPEN_DOCUMENT: (OTHER_FORMAT, "This is an OpenDocument text (.odt){named}.", _SAVE),
    Kind.PAGES: (
        OTHER_FORMAT,
        "This is a document of Apple Pages (.pages){named}.",
        "Open it in Pages, choose File > Export To > Word (.docx), and review that file.",
    ),
    Kind.WEB_PAGE: (OTHER_FORMAT, "This is a web page (.html){named}.", _SAVE),
    Kind.PLAIN_TEXT: (OTHER_FORMAT, "This is plain text, not a Word document (.docx).", _SAVE),
}


def _another_kind(data: bytes, file: str) -> Diagnostic | None:
    """Return what is told of a file of another kind, None if it may be one or :func:`read_word` has the words."""
    kind = kind_of(data)
    if kind not in _NO_WORD_FILE:
        return None
    rule, message, fix = _NO_WORD_FILE[kind]
    named = ", whatever its name says" if file.lower().endswith(".docx") else ""
    return rule.at(Span(file, 0, 0), message.format(named=named), fix=fix)


def _read(package: WordPackage, file: str) -> Returned:
    styles = Styles(package)
    identity, marks = _remembered(package)
    raw = raw_blocks(package, package.main, package.body, styles)
    tags = {p.tag: None for b in (view(raw, accepted=True), view(raw, accepted=False)) for para in flat(b)
            for p in para.raws if p.tag}  # fmt: skip
    names: dict[str, str] = {}
    counts: dict[str, int] = {}
    for mark in marks:
        names[short_tag(f"clause:{mark.id}@{mark.version}#{mark.digest}")] = mark.id
        counts[mark.id] = counts.get(mark.id, 0) + 1
        names[clause_bookmark(mark.id, counts[mark.id])] = mark.id
    if not marks:
        marks = tuple(ClauseMark(m[1], m[2], m[3][:12], "") for tag in tags if (m := _TAG.fullmatch(tag)) is not None)
        for mark in marks:
            names.setdefault(clause_bookmark(mark.id, 1), mark.id)
    memory = []
    if identity is not None:
        memory.append("properties")
    if tags:
        memory.append("tags")
    returned = Returned(
        file, package, styles, identity, marks, raw, _comments(package), tuple(_others(package, styles)), (), {}, names
    )
    if any(p.bookmark for para in returned.paragraphs(accepted=False) for p in para.raws):
        memory.append("bookmarks")
    returned.memory = tuple(memory)
    return returned


def _remembered(package: WordPackage) -> tuple[Identity | None, tuple[ClauseMark, ...]]:
    """Read the custom properties that :mod:`generator.writers.docx_properties` writes."""
    part = next((n for n in package.names() if n.lower().endswith("docprops/custom.xml")), "")
    if not part:
        return None, ()
    try:
        root = parsed(package.read(part))
    except ValueError:
        return None, ()
    identity = None
    pieces: list[tuple[int, list[object]]] = []
    for entry in root:
        name = entry.get("name", "")
        value = entry.find(_VT + "lpwstr")
        text = "" if value is None else value.text or ""
        if name == "Agreement":
            identity = _identity(text)
        elif found := _PROPERTY.fullmatch(name):
            try:
                piece = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(piece, list):
                pieces.append((int(found[1]), piece))
    rows = [row for _, some in sorted(pieces, key=lambda p: p[0]) for row in some]
    marks = (ClauseMark(*r) for r in rows if isinstance(r, list) and [type(x) for x in r] == [str] * 4)
    return identity, tuple(marks)


def says_it_is(data: bytes, id: str) -> bool:
    """Whether a Word file calls itself the document ``id``; read fast, for looking through many."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            info = package.getinfo("docProps/custom.xml")
            return info.file_size < 1_000_000 and id.encode() in package.read(info)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, EOFError, ValueError, zlib.error):
        return False


def _identity(text: str) -> Identity | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str):
        return None
    return Identity(*(str(found.get(k, "")) for k in ("id", "type", "number", "status")))


def _comments(package: WordPackage) -> tuple[Comment, ...]:
    part = package.related(package.main, "comments")
    if part is None:
        return ()
    return tuple(
        Comment(
            c.get(W + "id", ""), c.get(W + "author", ""), c.get(W + "date", ""),
            "\n".join("".join(t.text or "" for t in p.iter(W + "t")) for p in c.iter(W + "p")).strip(),
            c.get(W + "initials", ""),
        )
        for c in package.tree(part).iter(W + "comment")
    )  # fmt: skip


def _margins(package: WordPackage, styles: Styles) -> Iterator[tuple[str, str, list[RawBlock]]]:
    """Yield each header and footer of a file: which of the two, its part, what it holds."""
    seen = set()
    for relation in package.relations(package.main):
        part = relation.target
        if relation.kind in ("header", "footer") and part in package and part not in seen:
            seen.add(part)
            yield relation.kind, part, raw_blocks(package, part, package.tree(part), styles)


def _others(package: WordPackage, styles: Styles) -> Iterator[tuple[str, str, str]]:
    """Yield the text of each header and footer, before and after the tracked changes; the same words once."""
    seen = set()
    for kind, _, raw in _margins(package, styles):
        said = tuple("\n".join(p.text for p in flat(view(raw, accepted=accepted))) for accepted in (False, True))
        if any(said) and (kind, *said) not in seen:
            seen.add((kind, *said))
            yield kind, said[0], said[1]
