"""Every released starter clause fixes its text and its plain-language explanation by digest.

``pytest tests/test_digests.py --accept`` writes the digests of new clauses. It never changes a digest
that is there: released text that was edited goes into a new version.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.library import Library, read_clause, text_digest
from generator.workspace import Layer, starter_folder

FOLDER = starter_folder()
LIBRARY = Library((Layer("starter", FOLDER, "clauses/"),))
FILES = [found.path for id in LIBRARY.ids() for _, versions in LIBRARY.versions(id) for found in versions]


def with_digests(text: str, digest: str) -> str:
    """Return a clause file with the digests that are not there yet."""
    head, rule, body = text.partition("\n---\n")
    if not re.search(r"^digest:", head, re.MULTILINE):
        head = re.sub(r"^(status: .*)$", rf"\1\ndigest: {digest}", head, count=1, flags=re.MULTILINE)
    head = re.sub(r"^( +digest: )pending$", rf"\g<1>{digest}", head, count=1, flags=re.MULTILINE)
    return head + rule + body


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.parent.name}.{p.parent.name}@{p.stem}")
def test_a_released_clause_carries_the_digest_of_its_text(path: Path, request: pytest.FixtureRequest) -> None:
    id, version = f"{path.parent.parent.name}.{path.parent.name}", path.stem
    found = LIBRARY.find(id, None, version).value
    assert found is not None
    if request.config.getoption("--accept"):
        path.write_text(with_digests(path.read_text(), found.digest))
    fresh = read_clause(path.read_bytes(), str(path), "starter", id, found.version)
    assert fresh.value is not None
    assert [d.message for d in fresh.diagnostics] == []
    if fresh.value.status == "released":
        assert f"digest: {text_digest(fresh.value.title, fresh.value.body)}" in path.read_text()
        assert fresh.value.plain_language_fresh, "the explanation belongs to another text"
