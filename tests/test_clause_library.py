"""The shipped clause library as a lawyer would check it: readable, complete, and true to its own manual."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator.fields import Dictionary, read_dictionary, read_value
from generator.reading.front_matter import split_front_matter
from generator.reading.grammar import parse_clause
from generator.reading.yaml_text import ListNode, MapNode, TextNode, read_yaml

CLAUSES = Path(__file__).parent.parent / "clauses"
FILES = sorted(p for p in CLAUSES.glob("*/*/*.md"))


def parts(file: Path) -> tuple[MapNode, str, int]:
    checked = split_front_matter(file.read_text(encoding="utf-8"), str(file))
    assert checked.value is not None, checked.diagnostics
    head, body, line = checked.value
    assert isinstance(head, MapNode)
    return head, body, line


def text_of(head: MapNode, key: str) -> str:
    found = head.get(key)
    return found.text if isinstance(found, TextNode) else ""


def sentences(body: str) -> list[str]:
    """The sentences of a clause, each field counted as one word, table rows left out, branches apart."""
    lines = [line for line in body.split("\n") if not line.lstrip().startswith("|")]
    text = re.sub(r"\{% *el(?:if|se).*?%\}", "\n", "\n".join(lines))
    text = re.sub(r"\{%.*?%\}", " ", text)
    text = re.sub(r"\{\{.*?\}\}", "X", text)
    return [s for line in text.split("\n") for s in re.split(r"(?<=[.;:?])\s+", line)]


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    node = read_yaml((CLAUSES / "_fields.yaml").read_bytes(), "_fields.yaml").value
    assert node is not None
    checked = read_dictionary(node, "_fields.yaml")
    assert checked.value is not None, checked.diagnostics
    return checked.value


def test_there_are_clauses() -> None:
    assert len(FILES) > 45


def test_every_clause_has_a_place_in_some_document() -> None:
    documents = "\n".join(p.read_text(encoding="utf-8") for p in sorted((CLAUSES / "_documents").glob("*.yaml")))
    placed = set(re.findall(r"[a-z0-9_]+\.[a-z0-9_]+", documents))
    assert [id for f in FILES if (id := ".".join(f.parts[-3:-1])) not in placed] == []


def test_every_clock_has_a_start() -> None:
    """“Within” a time says from when it runs, in the newest text of each clause; a table's heading says it there."""
    newest = {f.parent: f for f in sorted(FILES, key=lambda f: [int(n) for n in f.stem.split("-")[0].split(".")])}
    found = []
    for file in newest.values():
        body = "\n".join(line for line in parts(file)[1].split("\n") if not line.lstrip().startswith("|"))
        found += [
            f"{'.'.join(file.parts[-3:-1])}: {clock[0][:100]}"
            for clock in re.finditer(r"[Ww]ithin \{\{[^}]*\}\}([^.\n]*)", body)
            if not re.search(r"\b(?:after|before|of|from|when|once)\b", clock[1])
        ]
    # The time of the agreement above, as that agreement counts it.
    assert [line for line in found if not line.startswith("sba.reporting:")] == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: ".".join(f.parts[-3:-1]))
class TestEveryClause:
    def test_says_what_it_commits_to_and_how_it_is_negotiated(self, file: Path) -> None:
        head, _, _ = parts(file)
        plain = head.get("plain_language")
        assert isinstance(plain, MapNode)
        assert len(text_of(plain, "text").split()) > 8
        assert head.get("positions") is not None
        assert text_of(head, "why_changed")

    def test_negotiates_with_answers_that_a_profile_can_give(self, file: Path, dictionary: Dictionary) -> None:
        head, _, _ = parts(file)
        positions = head.get("positions")
        assert isinstance(positions, ListNode)
        for position in positions.items:
            assert isinstance(position, MapNode)
            values = position.get("set")
            for name, _, node in values.entries if isinstance(values, MapNode) else ():
                field = dictionary.find(name)
                assert field is not None, name
                assert read_value(field, node).diagnostics == (), name

    def test_can_be_read_by_the_clause_grammar(self, file: Path) -> None:
        _, body, line = parts(file)
        assert parse_clause(body, str(file), line).diagnostics == ()

    def test_has_no_word_that_the_house_style_bans(self, file: Path) -> None:
        _, body, _ = parts(file)
        banned = r"\b(herein\w*|thereof|hereby|hereto|aforesaid|witnesseth|and/or|including but not|TBD)\b|_{3,}"
        assert not re.findall(banned, body, re.IGNORECASE)

    def test_has_no_sentence_over_45_words(self, file: Path) -> None:
        _, body, _ = parts(file)
        assert [s for s in sentences(body) if len(s.split()) > 45] == []


def quoted_in_the_manual() -> list[tuple[str, str]]:
    manual = (CLAUSES / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^From `([^`]+)`:\n\n```\n(.*?)\n```$", manual, re.MULTILINE | re.DOTALL)


def test_the_manual_has_examples() -> None:
    assert len(quoted_in_the_manual()) > 10


@pytest.mark.parametrize(("file", "words"), quoted_in_the_manual())
def test_every_example_of_the_manual_is_real(file: str, words: str) -> None:
    assert words in (CLAUSES / file).read_text(encoding="utf-8")
