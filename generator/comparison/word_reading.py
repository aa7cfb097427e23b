"""Reading a Word file that anybody may have made: nothing in it is trusted before it was looked at.

A .docx is a zip package of XML parts (ECMA-376 Part 2). What is refused here can harm the reader's computer, or
would be passed on to whoever gets the comparison:

- packages that unpack to more than is sensible, or hold a part twice (two programs may then read two texts);
- parts with a document type declaration (entities; ECMA-376 Part 2, 6.5.2 forbids it in a package);
- macros, ActiveX, embedded objects and programs; pictures, objects and templates fetched from elsewhere;
- ``w:altChunk`` and sub-documents, whose text is not in the file in a form that can be compared.

Sizes are checked against the zip directory before anything is inflated, and no more than the directory promises is
ever inflated. Elements are counted in the bytes before a tree is built, because a tree
costs fifty times its text.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from io import BytesIO
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from generator.comparison.file_kinds import Kind, kind_of
from generator.comparison.refusals import DROPPED, NOT_WORD, TOO_BIG, UNSAFE
from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.writers.package import Entry, copied_entries

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "LEFT_OUT", "LIMITS", "W_NS", "Damaged", "Limits", "Relation", "WordFile", "parsed", "read_word", "relations_of",
    "rels_name",
]  # fmt: skip


class Damaged(ValueError):
    """A part of a Word file cannot be unpacked, is not what it should be, or is missing: its fault and not ours."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is still read: bytes of the file, bytes unpacked in all and of one XML part, elements in all, entries."""

    file: int = 32 * 1024 * 1024
    unpacked: int = 192 * 1024 * 1024
    part: int = 48 * 1024 * 1024
    elements: int = 300_000
    entries: int = 4_000


LIMITS = Limits()

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = b"http://purl.oclc.org/ooxml/"
_RELS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HARMLESS_OUTSIDE = {"hyperlink"}
# Relations to what lies on the author's own computer: neither followed nor passed on.
LEFT_OUT = {"attachedTemplate", "keyMapCustomizations", "attachedToolbars", "mailMergeSource", "mailMergeHeaderSource"}
_ACTIVE = {
    "vbaProject": "macros",
    "wordVbaData": "macros",
    "control": "ActiveX controls",
    "activeXControlBinary": "ActiveX controls",
    "oleObject": "an embedded object",
    "package": "an embedded file",
    "aFChunk": "a second document that is only merged in when Word opens it (altChunk)",
    "subDocument": "a sub-document that lies in another file",
    "frame": "a frame that shows another file",
}
_Refuse: TypeAlias = "Callable[[Rule, str, str], None]"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part (ECMA-376 Part 2, 6.5.3): ``kind`` is the last word of its type."""

    id: str
    type: str
    target: str
    outside: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type: ``header``, ``image`` …"""
        return self.type.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class WordFile:
    """A Word file that was looked at: its entries as they lie in the zip, and the name of the part with the text."""

    file: str
    entries: Mapping[str, Entry]
    main: str
    _read: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    def read(self, name: str) -> bytes:
        """Return the content of a part. Raises :class:`Damaged` if it is not there or cannot be unpacked."""
        if name not in self._read:
            entry = self.entries.get(name)
            if entry is None:
                raise Damaged(name)
            self._read[name] = _inflated(entry)
        return self._read[name]

    def __contains__(self, name: str) -> bool:
        return name in self.entries


def _inflated(entry: Entry) -> bytes:
    """Return the content of an entry; no more is inflated than the directory promises."""
    content = entry.data
    if entry.method == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-15).decompress(entry.data, entry.size + 1)
        except zlib.error as error:
            raise Damaged(f"{entry.name}: {error}") from None
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise Damaged(entry.name)
    return content


def rels_name(part: str) -> str:
    """Return the name of the part that holds the relationships of ``part``."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def relations_of(content: bytes, part: str) -> tuple[Relation, ...]:
    """Return the relationships in ``content``, with targets resolved against ``part`` to names in the package."""
    found = []
    for element in parsed(content).iter(f"{{{_RELS_NS}}}Relationship"):
        outside = element.get("TargetMode") == "External"
        target = element.get("Target", "")
        found.append(
            Relation(
                element.get("Id", ""), element.get("Type", ""), target if outside else _inside(part, target), outside
            )
        )
    return tuple(found)


def _inside(part: str, target: str) -> str:
    steps = [] if target.startswith("/") else part.split("/")[:-1]
    for step in unquote(target).split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def parsed(content: bytes) -> _Element:
    """Return the root of an XML part; entities are never resolved, nothing is fetched. Raises :class:`Damaged`."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True,
                             remove_comments=True)  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Damaged(str(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Damaged("document type")
    return root


def read_word(data: bytes, file: str, limits: Limits = LIMITS) -> Checked[WordFile]:
    """Read a Word file from anywhere; ``file`` is its name for the reader.

    Never raises, whatever the bytes are. The rules are :mod:`~generator.comparison.refusals`.
    """
    found: list[Diagnostic] = []
    try:
        word = _read(data, file, limits, found)
    except Damaged:  # anything else is a mistake of ours, and is told as one
        word = None
        found.append(
            NOT_WORD.at(
                Span(file),
                "The file is damaged: it cannot be unpacked.",
                fix="Ask for it again, or open it in Word and save it as Word Document (.docx).",
            )
        )
    stopped = any(d.severity is Severity.ERROR for d in found)
    return Checked(None if stopped else word, tuple(found))


_SAVE = "Open it in Word and choose File > Save As > Word Document (.docx)."
# What is said of a file that is no packed one, and what to do.
_NO_WORD_FILE = {
    Kind.EMPTY: ("The file is empty.", "Ask for it again; it was not copied whole."),
    Kind.OLD_WORD: ("This is an old Word document (.doc) or one with a password, not a .docx.", _SAVE),
    Kind.ENCRYPTED: (
        "This Word file is protected with a password.",
        "Ask for the password, open it in Word, take the password off (File > Info) and save it.",
    ),
    Kind.PDF: (
        "This is a PDF, whatever its name says.",
        "Ask for the Word file. If there is none: Word opens a PDF, and saves it as Word Document (.docx).",
    ),
    Kind.PICTURE: (
        "This is a picture, such as a scan or a photo.",
        "Ask for the Word file; words in a picture cannot be read.",
    ),
    Kind.RICH_TEXT: ("This is a Rich Text file (.rtf), whatever its name says.", _SAVE),
    Kind.OPEN_DOCUMENT: ("This is an OpenDocument file (.odt), whatever its name says.", _SAVE),
    Kind.PAGES: (
        "This is a document of Apple Pages (.pages), whatever its name says.",
        "Open it in Pages and choose File > Export To > Word (.docx).",
    ),
    Kind.WEB_PAGE: ("This is a web page (.html), not a Word document (.docx).", _SAVE),
    Kind.PLAIN_TEXT: ("This is plain text, not a Word document (.docx).", _SAVE),
    Kind.OTHER: ("This is not a Word document (.docx).", _SAVE),
}


def _read(data: bytes, file: str, limits: Limits, found: list[Diagnostic]) -> WordFile | None:
    at = Span(file)

    def refuse(rule: Rule, message: str, fix: str) -> None:
        found.append(rule.at(at, message, fix=fix))

    kind = kind_of(data)
    if kind is not Kind.PACKED:
        refuse(NOT_WORD, *_NO_WORD_FILE[kind])
        return None
    if len(data) > limits.file:
        refuse(
            TOO_BIG, f"The file is larger than {limits.file // 1024**2} MB.", "Take its pictures out and save it again."
        )
        return None
    with _unpacking(), zipfile.ZipFile(BytesIO(data)) as package:
        entries = [i for i in package.infolist() if not i.is_dir()]
    if len(entries) > limits.entries:
        refuse(TOO_BIG, f"The file holds {len(entries)} parts; a contract holds a few dozen.", _SAVE)
        return None
    if sum(i.file_size for i in entries) > limits.unpacked:
        refuse(TOO_BIG, f"The file unpacks to more than {limits.unpacked // 1024**2} MB.",
               "Take its attachments out, or divide it into parts.")  # fmt: skip
        return None
    names = [i.filename for i in entries]
    if len({n.lower() for n in names}) != len(names):
        twice = next(n for i, n in enumerate(names) if n.lower() in {m.lower() for m in names[:i]})
        refuse(UNSAFE, f"The file holds the part {twice!a} twice: two programs could read two different texts.", _SAVE)
        return None
    if any(i.flag_bits & 1 for i in entries):
        refuse(NOT_WORD, "The file is protected with a password.", "Save it without the password.")
        return None
    if any(not n.isascii() or n.startswith(("/", "\\")) or ".." in n.split("/") for n in names) or any(
        i.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for i in entries
    ):
        refuse(UNSAFE, "The file is packed in a way that no Word document is.", _SAVE)
        return None
    with _unpacking():
        word = WordFile(file, copied_entries(data), "")
    if not _parts_are_sound(word, limits, refuse):
        return None
    main = _main_part(word, refuse)
    if main is None:
        return None
    word = replace(word, main=main)
    _look_for_active_parts(word, at, found)
    return word


@contextmanager
def _unpacking() -> Iterator[None]:
    """Tell whatever :mod:`zipfile` says of a package that is not sound as damage."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError, EOFError, NotImplementedError, OSError, IndexError):
        raise Damaged("not a sound package") from None


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels", ".vml"))


def _parts_are_sound(word: WordFile, limits: Limits, refuse: _Refuse) -> bool:
    elements = 0
    for name, entry in word.entries.items():
        if not _is_xml(name):
            continue
        if entry.size > limits.part:
            refuse(TOO_BIG, f"The part {name!a} unpacks to more than {limits.part // 1024**2} MB.",
                   "Divide it into parts.")  # fmt: skip
            return False
        content = word.read(name)
        # UTF-16 has a zero beside each letter; without them a declaration cannot hide.
        if _DECLARATION.search(content) or _DECLARATION.search(content.replace(b"\0", b"")):
            refuse(UNSAFE, f"The part {name!a} declares a document type, which no Word document does.",
                   "Open it in Word and save it again as Word Document (.docx).")  # fmt: skip
            return False
        elements += content.count(b"<") - content.count(b"</") - content.count(b"<\0/")
        if elements > limits.elements:
            refuse(TOO_BIG, f"The file holds more than {limits.elements:,} elements; a contract of a hundred pages "
                   "holds some 50,000.", "Divide it into parts.")  # fmt: skip
            return False
    return True


def _main_part(word: WordFile, refuse: _Refuse) -> str | None:
    if "_rels/.rels" not in word or "[Content_Types].xml" not in word:
        refuse(NOT_WORD, "This is a packed file, but not a Word document (.docx).", _SAVE)
        return None
    main = [r.target for r in relations_of(word.read("_rels/.rels"), "") if r.kind == "officeDocument"]
    if len(main) != 1 or main[0] not in word:
        refuse(NOT_WORD, "This is a packed file, but not a Word document (.docx).", _SAVE)
        return None
    types = parsed(word.read("[Content_Types].xml"))
    given = [e.get("ContentType") for e in types.iter(f"{{{_TYPES_NS}}}Override") if e.get("PartName") == "/" + main[0]]
    if any("macroEnabled" in (e.get("ContentType") or "") for e in types):
        refuse(UNSAFE, "The file holds macros.", "Save it as Word Document (.docx), without macros.")
        return None
    if _STRICT in word.read(main[0])[:4096]:
        refuse(NOT_WORD, "The file is saved as “Strict Open XML Document”.", _SAVE)
        return None
    root = parsed(word.read(main[0]))
    if (given and given != [_MAIN_TYPE]) or root.tag != f"{{{W_NS}}}document" or root.find(f"{{{W_NS}}}body") is None:
        refuse(NOT_WORD, "This is another kind of Office file, not a Word document (.docx).", _SAVE)
        return None
    return main[0]


def _look_for_active_parts(word: WordFile, at: Span, found: list[Diagnostic]) -> None:
    types = {
        e.get("PartName", "")[1:]: e.get("ContentType", "")
        for e in parsed(word.read("[Content_Types].xml")).iter(f"{{{_TYPES_NS}}}Override")
    }
    said: dict[str, None] = {}
    dropped: dict[str, None] = {}
    for name in word.entries:
        if not name.endswith(".rels"):
            continue
        folder, _, own = name.rpartition("_rels/")
        part = folder + own[: -len(".rels")]
        for relation in relations_of(word.read(name), part):
            kind = relation.kind
            if kind in LEFT_OUT:
                dropped[kind] = None
            elif relation.outside and kind not in _HARMLESS_OUTSIDE:
                said[f"something that is fetched from elsewhere when the document is opened ({kind})"] = None
            elif kind == "package" and "spreadsheetml.sheet" in types.get(relation.target, "spreadsheetml.sheet"):
                # The numbers behind a chart, which Word always adds; a sheet with macros has another type.
                if "/charts/" not in "/" + part:
                    said[_ACTIVE[kind]] = None
            elif kind in _ACTIVE:
                said[_ACTIVE[kind]] = None
    if any(n.lower().endswith((".exe", ".dll", ".vbs", ".js", ".bat", ".ps1", ".scr")) for n in word.entries):
        said["a program"] = None
    fix = "Ask for the document without it, or remove it in Word and save as Word Document (.docx)."
    found.extend(UNSAFE.at(at, f"The file holds {what}.", fix=fix) for what in said)
    if "attachedTemplate" in dropped:
        found.append(DROPPED.at(at, "The address of the template it was made with is left out of the result."))
