"""References in the text of a contract: “Section 4.2”, “Sections 1.2 and 3”, “Articles II to V”, “Exhibits A and B”.

A reference becomes a link where everything it names is in the contract; several numbers become links together or not
at all. Where it seems to point into something else (an act, another paper), at nothing, or at a section of another
title, it stays as typed and is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generator.frozen import dataclass

__all__ = ["Target", "literally", "references_in"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a number in the text points at: the id that a link names, its title, and the item of it (“(b)”)."""

    id: str
    title: str
    item: str = ""


_NUMBER = r"(?:(?:[A-Z]\.)?\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}(?![A-Za-z]))(?![.\d]*[\d%])"
_BELOW = r"(?P<below>(?:\s?\([a-zA-Z0-9]{1,4}\))*)"
_SECTION = re.compile(
    rf"\b(?P<word>Sections?|Articles?|Paragraphs?|Clauses?|Subsections?|sections?)\s+(?P<number>{_NUMBER}){_BELOW}"
)
_LETTER = r"(?:[A-Z]|\d{1,2})\b(?!\.?\d|\()"
_ATTACHED = re.compile(
    rf"\b(?P<word>Schedules?|Exhibits?|Attachments?|Appendix|Annex)\s+(?P<number>{_LETTER})(?P<below>)"
)
# What goes on behind a number: another number, or only another item of the same section (“3(a)(ii) or (iii)”).
_JOIN = r"\s*(?P<join>,\s*(?:and/or|and|or)\b|,|and/or\b|and\b|or\b|&|through\b|to\b|[-–])\s*"
_TIME = r"\s+(?:percent|\(\d|(?:calendar\s+|business\s+)?(?:hours?|days?|weeks?|months?|years?)\b)"
_NEXT = re.compile(rf"{_JOIN}(?P<number>{_NUMBER})(?!\w|{_TIME}){_BELOW}")
_NEXT_LETTER = re.compile(rf"{_JOIN}(?P<number>{_LETTER})(?P<below>)")
_NEXT_ITEM = re.compile(rf"{_JOIN}(?:\([a-zA-Z0-9]{{1,4}}\))+")
_NAMED = re.compile(r"\s*\(([A-Z][^()\n]{2,60})\)")
_ELSEWHERE = re.compile(
    r"\s*,?\s*(?:of|in|under)\s+(?!(?:this|these)\b|the\s+(?:Agreement|Contract|Terms|BAA|MOU)\b|an?\b)"
    r"(?:the\s+)?(?:[Tt]itle\b|[Cc]hapter\b|[A-Z]|\d)|\s+(?:et\s+seq|C\.?F\.?R|U\.?S\.?C)"
)
_NAME_BEFORE = re.compile(r"[A-Z][\w.]*\s+$")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def literally(text: str) -> str:
    """Return text as Markdown in which every sign stands for itself."""
    return _SPECIAL.sub(r"\\\1", text)


@dataclass(frozen=True, slots=True)
class _Said:
    """A reference as typed: where it stands, the places of its numbers, and where all that belongs to it ends."""

    start: int
    end: int
    numbers: tuple[tuple[int, int], ...]
    word: str


def references_in(text: str, targets: Mapping[str, Target], doubts: list[str]) -> list[tuple[int, int, str]]:
    """Return the links of a paragraph: from where to where they stand in it, and their Markdown.

    ``targets`` are the numbers of sections (“2.1”, “IV”) and the names of attachments (“Exhibit A”).
    """
    marks: list[tuple[int, int, str]] = []
    for said in _sections(text, targets):
        known = [targets.get(text[a:b]) for a, b in said.numbers]
        quiet = said.word.islower()  # “48 CFR section 12.212”: where it is not ours, it is somebody else's
        if quiet and (None in known or _NAME_BEFORE.search(text[: said.start])):
            continue
        marks += _links(text, said, known, doubts)
    for said in _attachments(text):
        word = said.word.removesuffix("s")
        known = [targets.get(f"{word} {text[a:b]}".title()) for a, b in said.numbers]
        # Papers that come with something else are spoken of as often: nothing is said of those.
        if None not in known and not _ELSEWHERE.match(text, said.end):
            marks += _links(text, said, known, [])
    return marks


def _links(text: str, said: _Said, known: list[Target | None], doubts: list[str]) -> Iterator[tuple[int, int, str]]:
    words = text[said.start : said.end].strip()
    several = len(said.numbers) > 1
    stays = "the numbers stay as typed" if several else "it stays as typed"
    if _ELSEWHERE.match(text, said.end):
        if any(known):
            doubts.append(f"“{words}”, which seems to be a section of something else; {stays}.")
        return
    unknown = [text[a:b] for (a, b), target in zip(said.numbers, known, strict=True) if target is None]
    if unknown:
        points = "point" if len(unknown) > 1 else "points"
        which = f"of which {' and '.join(unknown)} {points}" if len(unknown) < len(known) else f"which {points}"
        doubts.append(f"“{words}”, {which} at nothing that could be linked; {stays}.")
        return
    found: list[tuple[int, int, str]] = []
    for (a, b), target in zip(said.numbers, known, strict=True):
        if target is None:
            continue
        named = _NAMED.match(text, b)
        if named and named[1].lower() != target.title.lower():
            if target.id.startswith("schedule."):
                named = None  # “Exhibit A (as it reads today)”: an attachment has one letter and no other
            else:
                doubts.append(f"“{text[a:b]} ({named[1]})”: that section is called “{target.title}”; {stays}.")
                return
        # Where its title stands behind it already, both are the reference.
        link = f"[{literally(target.title)}](#{target.id}){target.item}"
        found.append((a if found else said.start, named.end() if named else b, link))
    yield from found


def _sections(text: str, targets: Mapping[str, Target]) -> Iterator[_Said]:
    for found in _SECTION.finditer(text):
        several = found["word"].endswith("s")
        numbers = [found.span("number")]
        end, below = found.end(), found["below"]
        while True:
            named = _NAMED.match(text, end)
            at = named.end() if named else end
            if more := _NEXT.match(text, at):
                # “Section 2.1 and 2.2” is two; “Section 2 and 30 …” is one, and another sentence.
                two = "." in more["number"] and more["number"] in targets and more["join"] in ("and", "or", "through")
                if not several and not two:
                    break
                numbers.append(more.span("number"))
                below = more["below"]
            elif not below or not (more := _NEXT_ITEM.match(text, at)):
                break
            end = more.end()
        yield _Said(found.start(), end, tuple(numbers), found["word"])


def _attachments(text: str) -> Iterator[_Said]:
    for found in _ATTACHED.finditer(text):
        numbers, end = [found.span("number")], found.end()
        while found["word"].endswith("s") and (more := _NEXT_LETTER.match(text, end)):
            numbers.append(more.span("number"))
            end = more.end()
        yield _Said(found.start(), end, tuple(numbers), found["word"])
