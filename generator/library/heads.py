"""The keys of library files: what is missing, unknown or of the wrong shape is told with its place."""

from __future__ import annotations

import difflib

from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.reading.grammar import ClauseTemplate, Condition, parse_clause, parse_condition
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode

__all__ = ["LIBRARY_FILE", "Reader"]

LIBRARY_FILE = Rule(
    "library-file",
    Severity.ERROR,
    "A library file lacks something it must have, or has something unknown.",
    """Clause files, document types and requirement files have a fixed set of keys; `clauses/README.md` shows each.
A misspelled key would otherwise be ignored in silence.""",
)


class Reader:
    """Reads the keys of a map, collecting what is missing, unknown or of the wrong shape."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Diagnostic] = []

    def complain(self, span: Span, message: str, fix: str = "") -> None:
        """Note a problem of this file."""
        self.problems.append(LIBRARY_FILE.at(span, message, fix=fix))

    def keys(self, node: MapNode, known: list[str] | tuple[str, ...], what: str) -> None:
        """Note every key of ``node`` that is not ``known``; ``what`` is what has these keys ("a clause")."""
        for key, span, _ in node.entries:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                self.complain(
                    span,
                    f"“{key}” is not a key of {what}.",
                    f"Did you mean {close[0]}?" if close else f"Keys are: {', '.join(known)}.",
                )

    def map(self, node: Node | None, what: str, span: Span) -> MapNode:
        """Return ``node`` if it is a map, else note that ``what`` must be one and return an empty one."""
        if isinstance(node, MapNode):
            return node
        self.complain(node.span if node else span, f"{what} must be a list of “key: value” lines.")
        return MapNode((), node.span if node else span)

    def text(self, node: MapNode, key: str, what: str = "", *, required: bool = False) -> str:
        """Return the text under ``key``, "" if there is none; noted if it is ``required`` in ``what``."""
        found = node.get(key)
        if isinstance(found, TextNode):
            if found.text or not required:
                return found.text
        elif found is not None:
            self.complain(found.span, f"{key} must be one text.")
            return ""
        if required:
            self.complain(found.span if found else node.span, f"{key} is missing{' in ' + what if what else ''}.")
        return ""

    def texts(self, node: MapNode, key: str) -> tuple[TextNode, ...]:
        """Return the texts listed under ``key``; one text alone is a list of one."""
        found = node.get(key)
        if found is None or (isinstance(found, TextNode) and not found.text):
            return ()
        if isinstance(found, TextNode):
            return (found,)
        if isinstance(found, ListNode):
            out = tuple(n for n in found.items if isinstance(n, TextNode))
            if len(out) == len(found.items):
                return out
        self.complain(found.span, f"{key} must be a list of texts.")
        return ()

    def items(self, node: MapNode, key: str) -> tuple[Node, ...]:
        """Return what is listed under ``key``, of whatever shape."""
        found = node.get(key)
        if isinstance(found, ListNode):
            return found.items
        if found is not None and not (isinstance(found, TextNode) and not found.text):
            self.complain(found.span, f"{key} must be a list (lines that begin with “- ”).")
        return ()

    def condition(self, node: MapNode, key: str = "when") -> tuple[Condition | None, str]:
        """Return the condition under ``key`` and how it was typed; (None, "") if there is none."""
        found = node.get(key)
        if found is None:
            return None, ""
        if not isinstance(found, TextNode):
            self.complain(found.span, f"{key} must be one text, such as \"pilot == 'yes'\".")
            return None, ""
        checked = parse_condition(found.text, found.span)
        self.problems.extend(checked.diagnostics)
        return checked.value, found.text

    def template(self, node: TextNode) -> ClauseTemplate | None:
        """Return a text of the clause grammar, None if it cannot be read."""
        checked = parse_clause(node.text, node.span.file, node.span.line)
        self.problems.extend(checked.diagnostics)
        return checked.value
