"""What a file is that is called a Word document: told by its bytes, its name is not asked."""

from __future__ import annotations

import re
import zipfile
import zlib
from enum import StrEnum
from io import BytesIO

__all__ = ["Kind", "kind_of"]

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: what Word wrote until 2003, and writes with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4; named in a list that may stand anywhere
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"GIF8")
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.IGNORECASE)

_NO_TEXT = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")  # control characters that no text file holds


class Kind(StrEnum):
    """What a file is; only ``PACKED`` can be a Word document (.docx), and still need not be one."""

    PACKED = "packed"
    EMPTY = "empty"
    OLD_WORD = "old Word document"
    ENCRYPTED = "protected with a password"
    PDF = "PDF"
    PICTURE = "picture"
    RICH_TEXT = "Rich Text"
    OPEN_DOCUMENT = "OpenDocument text"
    PAGES = "document of Apple Pages"
    WEB_PAGE = "web page"
    PLAIN_TEXT = "plain text"
    OTHER = "other"


def kind_of(data: bytes) -> Kind:
    """Return what a file is. Never raises, whatever the bytes are."""
    start = data[:2048]
    if not data:
        return Kind.EMPTY
    if start.startswith(_COMPOUND):
        return Kind.ENCRYPTED if _ENCRYPTED in data else Kind.OLD_WORD
    if b"%PDF-" in start[:1024]:
        return Kind.PDF
    if start.startswith(_PICTURES) or (start.startswith(b"BM") and start[6:10] == bytes(4)):
        return Kind.PICTURE
    if start.startswith(b"{\\rtf"):
        return Kind.RICH_TEXT
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_package(data)
    if _WEB_PAGE.match(start):
        return Kind.WEB_PAGE
    return Kind.OTHER if _NO_TEXT.search(start) else Kind.PLAIN_TEXT


def _kind_of_package(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            names = package.namelist()[:4000]
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                kind = package.read("mimetype").decode("ascii", "replace")
                if "opendocument.text" in kind:
                    return Kind.OPEN_DOCUMENT
            if "Index/Document.iwa" in names or "index.xml" in names:
                return Kind.PAGES
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError):
        pass  # whoever unpacks it says what is wrong with it
    return Kind.PACKED
