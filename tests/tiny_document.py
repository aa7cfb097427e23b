"""A document type of one clause beside the shipped ones, so that much can be tried through the command."""

from __future__ import annotations

from pathlib import Path

_DOCUMENT = """id: tiny
title: Tiny Agreement
slug: {slug}
when: For a test.
parties: [cbo, hco]
outline:
  - heading: Words
    clauses: [tiny.words]
signatures: none
"""
_CLAUSE = """---
id: tiny.words
version: 1.0.0
title: Words
status: released
plain_language: {{text: It says what happens., digest: pending}}
---
{words}
"""


def tiny_clause(words: str) -> str:
    """Return the file of the clause, which says ``words``."""
    return _CLAUSE.format(words=words)


def write_tiny(folder: Path, words: str, *, slug: str = "tiny") -> None:
    """Write the document type ``tiny``, whose one clause says ``words``, into ``clauses/`` of ``folder``."""
    for name, text in (
        ("_documents/tiny.yaml", _DOCUMENT.format(slug=slug)),
        ("tiny/words/1.0.0.md", tiny_clause(words)),
    ):
        file = folder / "clauses" / name
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
