"""The words of finished files, as a reader of them finds them: Word with all its parts, PDF with all its pages."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from html import unescape

__all__ = ["pdf_words", "squeezed", "word_parts", "word_words"]

# Letters that say nothing: spaces, soft and other hyphens, joiners, what a PDF reader reports for a hyphenated line.
_SILENT = dict.fromkeys((*"-\u00ad\u200b\u200c\u200d\u2010\u2011\u2060\ufeff\ufffe\x02",))


def word_parts(data: bytes) -> str:
    """Return every part of a Word file that is XML, with its tags, attributes and properties, on one line."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [n for n in package.namelist() if n.endswith((".xml", ".rels"))]
        return " ".join(unescape(package.read(n).decode("utf-8", "replace")) for n in parts)


def word_words(data: bytes) -> str:
    """Return the words of a Word file, on one line."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [n for n in package.namelist() if n.endswith((".xml", ".rels"))]
        text = " ".join(package.read(n).decode("utf-8", "replace") for n in parts)
    text = re.sub(r"<(?:w:br|w:cr|w:tab)\b[^>]*>", " ", text)
    return " ".join(unescape(re.sub(r"<(?!w:p[ >])[^>]*>", "", text).replace("<w:p", " <w:p")).split())


def pdf_words(data: bytes) -> str:
    """Return the words of a PDF, page after page, and those of its title, on one line."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
        return " ".join(" ".join([*document.get_metadata_dict().values(), *pages]).split())
    finally:
        document.close()


def squeezed(text: str) -> str:
    """Return ``text`` without what lines of print may change: white space, hyphens, ligatures."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_SILENT).split())
