"""Between words and values: what somebody typed as a profile holds it, and examples as one types them."""

from __future__ import annotations

import re
import textwrap
from typing import Final

from generator.diagnostics import Span
from generator.fields import Field, Record, Value
from generator.fields.answers import text_of
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode

__all__ = [
    "DOTTED",
    "HEAD",
    "MAX_ENTRIES",
    "SHORT",
    "as_node",
    "as_typed",
    "comment_above",
    "example_of",
    "first_example",
    "with_label",
]

HEAD = """\
# A partnership profile, written by the interview. Go on by hand in any text editor, or with
#   agreements new {file}
# "unknown" is an honest answer anywhere; a draft can be made with it, a final cannot.
# A name with nothing behind it was left out.
"""
MAX_ENTRIES = 200
SHORT = 50
DOTTED: Final = r"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+|[a-z]+(?:_[a-z0-9]+)+)"
_WIDE = 110
_TYPED = Span("your answer")


def with_label(text: str, key: str, label: str) -> str:
    """Return ``text`` with the word ``key`` as its label in quotation marks."""
    return re.sub(rf"“{re.escape(key)}”|\b{re.escape(key)}\b", f"“{label}”", text)


def example_of(defined: Field) -> str:
    """Return an example as a person types it into the interview: without marks that only a file needs."""
    example = defined.example.strip()
    if defined.kind in ("list", "several"):
        example = example.removeprefix("[").removesuffix("]")
        example = example.replace(", ", "; ") if defined.kind == "list" else example
        return "" if "\n" in example or "{" in example else example
    example = _bare(example)
    option = defined.option(example)
    return option.label if option is not None else example


def _bare(text: str) -> str:
    """Return ``text`` without the quotation marks around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def first_example(whole: Field) -> str:
    """Return the example of one entry of a list, out of the example of the list; "" for a list of records."""
    example = whole.example.strip()
    if whole.each is None or not example.startswith("["):
        return example.splitlines()[0].removeprefix("- ") if whole.each is not None and example else ""
    return example.removeprefix("[").removesuffix("]").split(", ")[0]


def as_typed(defined: Field, typed: str) -> Node:
    """Return what a person typed as it would stand in a profile."""
    text = typed.strip()
    if text.lower() == "unknown":
        return TextNode(text, _TYPED)
    match defined.kind:
        case "several":
            if _meant(defined, text) != text:
                return ListNode((TextNode(_meant(defined, text), _TYPED),), _TYPED)
            parts = [p.strip() for p in text.strip("[]").split(",")]
            return ListNode(tuple(TextNode(_meant(defined, p), _TYPED) for p in parts if p), _TYPED)
        case "list" if defined.each is not None:
            parts = [p.strip() for p in text.split(";")]
            return ListNode(tuple(TextNode(p, _TYPED) for p in parts if p), _TYPED)
        case _:
            if defined.kind not in ("text", "paragraphs"):
                text = _bare(text)
            return TextNode(_meant(defined, text), _TYPED)


def _meant(defined: Field, text: str) -> str:
    """Return the key of the option that ``text`` names by number, key or label; otherwise ``text``."""
    if not defined.options:
        return text
    plain = " ".join(text.split()).casefold().rstrip(".")
    for option in defined.options:
        if plain in (option.key.casefold(), option.label.casefold()):
            return option.key
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(defined.options):
        return defined.options[int(text) - 1].key
    if defined.kind == "yes_no" and plain in ("y", "n"):
        return {"y": "yes", "n": "no"}[plain]
    return text


def as_node(value: Value) -> Node:
    """Return ``value`` as it is written in a profile."""
    match value:
        case tuple():
            return ListNode(tuple(as_node(v) for v in value), _TYPED)
        case Record():
            return MapNode(tuple((name, _TYPED, as_node(value[name].value)) for name in value), _TYPED)
        case _:
            return TextNode(text_of(value), _TYPED)


def comment_above(defined: Field) -> tuple[str, ...]:
    """Return what stands above an answer in the file: the question, and what can be answered."""
    lines = textwrap.wrap(defined.question, _WIDE, break_long_words=False, break_on_hyphens=False)
    if defined.options:
        keys = ", ".join(o.key for o in defined.options)
        lines += textwrap.wrap(
            f"one of: {keys}" if defined.kind != "several" else f"one or several of: {keys}", _WIDE,
            initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    elif defined.example and "\n" not in defined.example:
        lines.append(f"  for example: {defined.example}")
    return tuple(lines)
