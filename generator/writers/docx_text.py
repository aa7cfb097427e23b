"""Words as they may stand in a Word file: escaped, and without what XML cannot hold.

XML 1.0 (2.2) has no place for most control characters and for lone surrogates, not even escaped. Reading refuses them
with their place, so none arrives here; if one did, it is dropped rather than letting Word call the contract damaged.
"""

from __future__ import annotations

import hashlib
import re

__all__ = ["attribute", "escaped", "short_tag", "words"]

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
OPEN_T, CLOSE_T = '<w:t xml:space="preserve">', "</w:t>"


def escaped(text: str) -> str:
    """Return ``text`` as it stands between XML tags."""
    if not text.isprintable():  # true of plain words, and quick
        text = _UNWRITABLE.sub("", text)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def attribute(text: str) -> str:
    """Return ``text`` as it stands between an attribute's quotation marks."""
    return escaped(text).replace('"', "&quot;").replace("\n", " ").replace("\t", " ").replace("\r", " ")


def words(text: str) -> str:
    """Return ``text`` as the inside of a run: a line break is ``w:br`` (17.3.3.1), a tab ``w:tab`` (17.3.3.32)."""
    if text.isprintable():
        if "&" in text or "<" in text or ">" in text:
            text = escaped(text)
        return f"{OPEN_T}{text}{CLOSE_T}"
    lines = _BREAK.split(text)
    return "<w:br/>".join(
        "<w:tab/>".join(OPEN_T + escaped(piece) + CLOSE_T for piece in line.split("\t")) for line in lines
    )


def short_tag(text: str) -> str:
    """Return ``text``, or a shorter name made of it: Word holds a file damaged whose w:tag has over 64 characters."""
    if len(text) <= 64:
        return text
    return f"{text[:53]}~{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:10]}"
