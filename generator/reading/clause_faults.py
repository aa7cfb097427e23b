"""What is wrong with a clause that cannot be read: every fault at its place, in plain words.

jinja2 stops at the first fault and speaks of tokens. This module goes through the tags of the text one
by one, so that one check names them all; it is only used for text that jinja2 already refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from generator.reading.clause_syntax import (
    CLAUSE_SYNTAX,
    CLOSING,
    ENDS,
    MAX_DEPTH,
    MAX_NUMBER,
    OPENING,
    TAGS,
    TooLarge,
    TreeReader,
    Unreadable,
    parse_expression,
)
from generator.reading.clause_tree import Name

if TYPE_CHECKING:
    from jinja2 import nodes

__all__ = ["Examination", "report_unreadable"]

_NO_INCLUDE = ("A clause stands by itself.", "List the clauses one after the other in the document type.")
_NO_MACRO = ("A clause cannot define or call pieces of text.", "Write the words out where they are printed.")
_NO_STORE = ("A clause cannot store values.", "Give the profile a field, and name it where it is printed.")
_REFUSED_TAGS = {
    **dict.fromkeys(["include", "import", "from", "extends", "block"], _NO_INCLUDE),
    **dict.fromkeys(["macro", "call"], _NO_MACRO),
    **dict.fromkeys(["set", "with", "do"], _NO_STORE),
    "raw": ("A clause cannot switch its tags off.", "Leave the braces out of the text."),
    "filter": ("A filter stands behind one field.", "Write {{ field | filter }}."),
    "print": ("A field is printed by double braces.", "Write {{ field }}."),
    **dict.fromkeys(
        ["autoescape", "trans", "pluralize", "debug"], ("This kind of tag does not exist in clauses.", "Leave it out.")
    ),
    **dict.fromkeys(
        ["break", "continue"], ("A loop goes through the whole list.", "Put an {% if … %} inside the loop.")
    ),
}
_MEANT = {
    **dict.fromkeys(["elseif", "elsif", "elsei", "elif"], "elif"),
    **dict.fromkeys(["unless", "when", "case", "switch", "ifnot"], "if"),
    **dict.fromkeys(["foreach", "loop", "each", "while"], "for"),
}
_WORD = re.compile(r"\s*([A-Za-z_]\w*)?")
_FOR = re.compile(r"\s*(?P<variable>\S+?)\s+in\s+(?P<over>.*)", re.DOTALL)
_MANY = 50  # after so many problems the rest is left for the next check


class Examination:
    """Goes through the tags of a clause that cannot be read, to name every fault at its place."""

    def __init__(self, source: str, reader: TreeReader) -> None:
        self.source, self.reader, self.place = source, reader, reader.place
        self.stack: list[tuple[str, int, str]] = []  # if, for or else; offset; variable of the loop

    def run(self, fault: Unreadable) -> None:
        before = len(self.reader.problems)
        at = 0
        try:
            while opening := OPENING.search(self.source, at):
                at = self.tag(opening.start(), opening.group())
                if len(self.reader.problems) > _MANY:
                    return
        except TooLarge as limit:
            self.reader.too_large(limit.offset)
            return
        for word, offset, _ in self.stack:
            self.never_closed("for" if word == "for" else "if", offset)
        if len(self.reader.problems) == before:
            report_unreadable(self.reader, fault)

    def tag(self, start: int, opening: str) -> int:
        """Read the tag at ``start``; return where to go on."""
        closing = CLOSING[opening]
        inside = start + 2
        end = self.source.find(closing, inside)
        another = OPENING.search(self.source, inside)
        if opening == "{#":
            says, fix = "A clause holds no hidden notes.", "Move the note to source_note: in the head of the clause."
            self.reader.refuse(start, says, fix)
            return len(self.source) if end < 0 else end + 2
        if end < 0 or (another and another.start() < end):
            if self.source.startswith("{{{", start):
                self.syntax(start, "Braces stand two by two.", "Write {{ field }}.")
                return len(self.source) if end < 0 else end + 2
            self.syntax(start, f"This {opening} is never closed.", f"Write {closing} after what stands inside.")
            return inside
        if self.source.startswith("{{{", start):
            self.syntax(start, "Braces stand two by two.", "Write {{ field }}.")
            return end + 2
        content = self.source[inside:end]
        if content[:1] in ("-", "+") or content[-1:] in ("-", "+"):
            self.reader.refuse(
                start,
                f"Signs for blanks ({opening}-, -{closing}) are not used here.",
                f"Write {opening} … {closing}. A line that holds only such tags vanishes by itself.",
            )
            if content[:1] in ("-", "+"):
                content, inside = content[1:], inside + 1
            content = content[:-1] if content[-1:] in ("-", "+") else content
        if opening == "{{":
            self.expression(content, inside, self.reader.printed)
            return end + 2
        word = _WORD.match(content)
        name = (word and word.group(1)) or ""
        rest = content[word.end() if word else 0 :]
        if name == "raw":
            self.reader.refuse(start, *_REFUSED_TAGS["raw"])
            stop = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}").search(self.source, end)
            return stop.end() if stop else end + 2
        self.block(name, rest, start, end - len(rest))
        return end + 2

    def block(self, name: str, rest: str, start: int, offset: int) -> None:
        match name:
            case "if":
                self.push("if", start)
                self.expression(rest, offset, self.reader.condition)
            case "elif":
                self.branch(name, start)
                self.expression(rest, offset, self.reader.condition)
            case "else" if rest.strip():
                asks = rest.strip().removeprefix("if").strip()
                self.syntax(offset, "Nothing stands after else.", f"Write {{% elif {asks} %}} or {{% else %}}.")
            case "else":
                self.branch(name, start)
            case "for":
                self.loop(rest, start, offset)
            case "endif" | "endfor":
                if rest.strip():
                    self.syntax(offset, f"Nothing stands after {name}.", f"Write {{% {name} %}}.")
                self.close(ENDS[name], start)
            case "":
                self.syntax(start, "This tag says nothing.", "Begin it with if, elif, else, endif, for or endfor.")
            case _ if name in _REFUSED_TAGS:
                self.reader.refuse(start, *_REFUSED_TAGS[name])
            case _ if name.removeprefix("end") in _REFUSED_TAGS:
                pass  # its beginning is refused already
            case "end":
                meant = rest.strip().split(" ")[0]
                whole = f"end{meant}" if meant in {"if", "for"} else "endif %} or {% endfor"
                self.syntax(start, "A condition ends with endif, a loop with endfor.", f"Write {{% {whole} %}}.")
                if meant in {"if", "for"}:
                    self.close(meant, start)
            case _:
                near = _MEANT.get(name.lower()) or next(iter(get_close_matches(name.lower(), TAGS, 1)), "")
                self.syntax(
                    start,
                    f"“{name}” does not exist here." + (f" Did you mean {near}?" if near else ""),
                    "Tags begin with if, elif, else, endif, for or endfor.",
                )
                if near in {"if", "for"}:
                    self.push(near, start)
                elif near in ENDS:
                    self.close(ENDS[near], start)

    def loop(self, rest: str, start: int, offset: int) -> None:
        found = _FOR.fullmatch(rest)
        variable = ""
        if not found:
            self.syntax(offset, "This loop cannot be read.", "Write: {% for item in list.field %}.")
        else:
            over_at = offset + found.start("over")
            over: list[Name] = []

            def looped(node: nodes.Expr, depth: int) -> None:
                name = self.reader.looped(node, depth)
                if name is not None:
                    over.append(name)

            self.expression(found["over"], over_at, looped)
            at = offset + found.start("variable")
            if over and self.reader.enter(found["variable"], over[0], at):
                variable = found["variable"]
        self.push("for", start, variable)

    def push(self, word: str, start: int, variable: str = "") -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise TooLarge(start)
        self.stack.append((word, start, variable))

    def branch(self, name: str, start: int) -> None:
        if not self.stack:
            self.syntax(start, f"This {{% {name} %}} belongs to no {{% if %}}.", "Begin with {% if … %}.")
            return
        word, opened, variable = self.stack[-1]
        if word == "for":
            if any(w == "if" for w, _, _ in self.stack):
                line = self.place.span(opened).line
                self.syntax(
                    start,
                    f"Before this {{% {name} %}}, the loop of line {line} is still open.",
                    "Write {% endfor %} first.",
                )
            else:
                self.reader.no_else(start)
        elif word == "else":
            self.syntax(start, f"This {{% {name} %}} comes after {{% else %}}.", "Put {% else %} last.")
        elif name == "else":
            self.stack[-1] = ("else", opened, variable)

    def close(self, word: str, start: int) -> None:
        kinds = {"if", "else"} if word == "if" else {"for"}
        if not any(w in kinds for w, _, _ in self.stack):
            self.syntax(
                start, f"This {{% end{word} %}} closes nothing.", f"Delete it, or write {{% {word} … %}} before it."
            )
            return
        while self.stack:
            opened, offset, variable = self.stack.pop()
            if variable and self.reader.loops:
                self.reader.loops.pop()
            if opened in kinds:
                return
            self.never_closed("for" if opened == "for" else "if", offset)

    def never_closed(self, word: str, offset: int) -> None:
        says = f"This {{% {word} %}} is never closed."
        self.syntax(offset, says, f"Write {{% end{word} %}} where it ends.")

    def expression(self, text: str, offset: int, read: Callable[[nodes.Expr, int], object]) -> None:
        try:
            read(parse_expression(text, offset), 1)
        except Unreadable as fault:
            report_unreadable(self.reader, fault)

    def syntax(self, offset: int, says: str, fix: str) -> None:
        self.reader.problems.append(CLAUSE_SYNTAX.at(self.place.span(offset), says, fix=fix))


_SIGNS = {
    "&": ("Conditions are joined by words.", "Write: and"),
    "|": ("Conditions are joined by words.", "Write: or"),
    "!": ("A condition is turned round by a word.", "Write: not"),
    "≠": ("This sign cannot be read here.", "Write: !="),
    "≤": ("This sign cannot be read here.", "Write: <="),
    "≥": ("This sign cannot be read here.", "Write: >="),
    "$": ("Amounts stand here without a currency sign.", "Write only the number, such as 10000."),
    "'": ("This quotation mark is never closed.", "Put one at the end of the words, too."),
    '"': ("This quotation mark is never closed.", "Put one at the end of the words, too."),
    ".": ("A dot stands between two names.", "Write: group.field"),
    **dict.fromkeys(
        "“”‘’„‟«»",
        (
            "Inside a tag, quotation marks are straight ones.",
            'Write: "',
        ),
    ),
}


def report_unreadable(reader: TreeReader, fault: Unreadable) -> None:
    """Say in plain words why an expression cannot be read."""
    says, fix = _why_unreadable(reader.place.source, fault)
    reader.problems.append(CLAUSE_SYNTAX.at(reader.place.span(fault.offset), says, fix=fix))


def _why_unreadable(source: str, fault: Unreadable) -> tuple[str, str]:
    """Return what is wrong at the place of ``fault``, and how to mend it."""
    at = fault.offset
    here = source[at : at + 1]
    if fault.message == "number":
        return "This number is too long.", f"Numbers stay below {MAX_NUMBER:,}."
    if fault.message == "nothing" or not here or source.startswith(("}}", "%}"), at):
        if fault.message == "nothing":
            return (
                "The name of a field is missing.",
                'Write it, such as {{ agreement.name }} or {% if pay.model == "ffs" %}.',
            )
        return "Something is missing here.", 'Write the whole of it, such as: pay.model == "ffs"'
    if here == "=":
        if source[at + 1 : at + 2] in {"<", ">"}:
            return "This comparison is written the other way round.", f"Write: {source[at + 1]}="
        return "One = alone does not compare.", "Write: =="
    if here == ">" and source[at - 1 : at] == "<":
        return "This comparison cannot be read.", "Write: !="
    if here in _SIGNS:
        return _SIGNS[here]
    word = re.compile(r"\w+|\S").match(source, at)
    what = word.group()[:40] if word else here
    if what.lower() in {"and", "or", "not", "in", "is"} and what != what.lower():
        return f"“{what}” cannot be read here.", f"Write it in small letters: {what.lower()}"
    if what.isidentifier():
        return (
            f"“{what}” is not expected here.",
            "Names of fields have no spaces; words that a field is compared with stand in straight quotation marks.",
        )
    return f"“{what}” cannot be read here.", 'Write a condition such as: pay.model == "ffs"'
