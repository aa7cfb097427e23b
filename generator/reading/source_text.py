"""From the bytes of a file to text that is safe to show, compare and print.

Text is UTF-8. A byte order mark at the start is dropped, line ends become ``\\n``, and nothing else
is changed: no normalization (NFC), no trimming. What cannot be seen but changes how text reads
(control characters, direction overrides) is refused with its place and name.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from generator.diagnostics import Checked, Diagnostic, Rule, Severity, Span

__all__ = [
    "MAX_BYTES",
    "RULES",
    "TEXT_CHARACTER",
    "TEXT_ENCODING",
    "TEXT_TOO_LARGE",
    "character_name",
    "read_text",
    "refused_characters",
]

MAX_BYTES = 2 * 1024 * 1024
_MANY = 20  # more refused characters than this and the file is no text at all

TEXT_TOO_LARGE = Rule(
    "text-too-large",
    Severity.ERROR,
    "A file is larger than 2 MB.",
    """\
A profile, a clause or a document type is a page or a few. A file above 2 MB was most likely picked by
mistake, or something was pasted into it that belongs elsewhere. It is not read at all, so that one wrong
file cannot slow down or stop everything else.

Wrong: `agreements check scan-of-contract.yaml`, where the file holds a scanned contract.

Right: name the file that holds the answers, such as `agreements check harbor.yaml`.
""",
)
TEXT_ENCODING = Rule(
    "text-encoding",
    Severity.ERROR,
    "A file is not saved as UTF-8 text.",
    """\
UTF-8 is the one way of saving text that every editor knows and in which every name can be written. Older
programs save as "Windows-1252", "ANSI", "Unicode" or "UTF-16"; the same bytes then stand for other letters,
and *Nguyễn* or *O’Neil* would come out wrong in a contract without anybody noticing.

Wrong: saving from Notepad with the encoding *Unicode* or *ANSI*.

Right: *File > Save as > Encoding: UTF-8*. In Excel choose *CSV UTF-8*. A Word or PDF file is not text; copy
its words into a text file.
""",
)
TEXT_CHARACTER = Rule(
    "text-character",
    Severity.ERROR,
    "A file holds a character that cannot be seen but changes how text reads or prints.",
    """\
Some characters have no shape of their own. Control characters come from scanners, terminals and broken
copies, and a Word file that holds one does not open. Direction overrides (such as U+202E) make a line show
its letters in another order than it stores them, so that a reader signs something else than was written.
A stray byte order mark splits a word in two for every search.

The marks that Arabic, Hebrew or Persian names need (U+200E, U+200F, joiners) are accepted.

Wrong: a name pasted from a web page together with an invisible U+202E.

Right: delete the character at the place named, or type the word again.
""",
)
RULES = (TEXT_TOO_LARGE, TEXT_ENCODING, TEXT_CHARACTER)

# C0 and C1 controls but tab and line feed; line and paragraph separator; embeddings, overrides and
# isolates (UAX #9); stray byte order mark; interlinear marks; tags; noncharacters; lone surrogates.
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f"
    + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
# Controls have no name in the Unicode data; these are the aliases people may meet.
_CONTROL_NAMES = {
    0x00: "NULL", 0x07: "BELL", 0x08: "BACKSPACE", 0x0B: "VERTICAL TAB", 0x0C: "FORM FEED",
    0x0D: "CARRIAGE RETURN", 0x1B: "ESCAPE", 0x7F: "DELETE", 0x85: "NEXT LINE",
}  # fmt: skip
_MARKS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "a Word, Excel or zip file"),
    (b"%PDF-", "a PDF file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)


def character_name(character: str) -> str:
    """Return how a message names one character: ``U+202E RIGHT-TO-LEFT OVERRIDE``."""
    code = ord(character)
    name = unicodedata.name(character, "") or _CONTROL_NAMES.get(code, "")
    if not name:
        category = unicodedata.category(character)
        name = {"Cc": "a control character", "Cs": "half of a character"}.get(category, "not a character")
    return f"U+{code:04X} {name}"


def refused_characters(text: str) -> tuple[tuple[int, str], ...]:
    """Return (offset, character) of every character of ``text`` that is refused everywhere."""
    # Nearly every text holds none. None of them is printable, so this settles it, and many times quicker.
    if text.replace("\n", "").replace("\t", "").isprintable():
        return ()
    return tuple((match.start(), match.group()) for match in _REFUSED.finditer(text))


def read_text(data: bytes, file: str) -> Checked[str]:
    """Return the text of ``data``; ``file`` is its name as shown to the reader. Never raises.

    Line ends (CR LF, CR) become ``\\n``. Where single characters are refused, the value is still
    given, with U+FFFD standing for each of them, so that other problems of the file show as well.
    """
    if len(data) > MAX_BYTES:
        message = f"This file has {len(data) / 1048576:.1f} MB; at most 2 MB are read."
        return Checked(None, (TEXT_TOO_LARGE.at(Span(file), message, fix="Check that it is the file you meant."),))
    for head, what in _NOT_TEXT:
        if data.startswith(head):
            return _not_utf8(file, f"This is {what}, not a text file.", "Copy its words into a text file.")
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _not_utf8(file, f"This file is saved as {name}.", "Save it as UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + (3 if data.startswith(codecs.BOM_UTF8) else 0)
        before = _line_ends(data[:start].decode("utf-8-sig", "replace"))
        message = f"This file is not saved as UTF-8: the byte {data[start]:02X} here is no letter in it."
        place = _place(before, len(before), file)
        return Checked(None, (TEXT_ENCODING.at(place, message, fix="Save it as UTF-8."),))
    text = _line_ends(text)
    refused = refused_characters(text)
    if not refused:
        return Checked(text)
    if len(refused) > _MANY:
        place = _place(text, refused[0][0], file)
        message = f"{len(refused):,} characters of this file cannot be printed. It is not a text file in UTF-8."
        return Checked(None, (TEXT_ENCODING.at(place, message, fix="Save it as UTF-8 text."),))
    return Checked(
        _REFUSED.sub("\ufffd", text), tuple(_refusal(text, at, character, file) for at, character in refused)
    )


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(text: str, offset: int, file: str) -> Span:
    return Span(file, text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1)


def _refusal(text: str, offset: int, character: str, file: str) -> Diagnostic:
    message = f"{character_name(character)} stands here. It cannot be seen and changes how the text reads."
    return TEXT_CHARACTER.at(_place(text, offset, file), message, fix="Delete it, or type the word again.")


def _not_utf8(file: str, message: str, fix: str) -> Checked[str]:
    return Checked(None, (TEXT_ENCODING.at(Span(file), message, fix=fix),))
