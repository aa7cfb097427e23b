"""What a document must, may or should hold, and under which law."""

from __future__ import annotations

from generator.diagnostics import Checked, Span
from generator.frozen import dataclass
from generator.library.heads import Reader
from generator.reading.yaml_text import ListNode, MapNode, Node, read_yaml

__all__ = ["Requirement", "read_requirements", "requirement_table_of"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing a document must, may or should hold, and under which law."""

    id: str
    code: str
    level: str  # required | if_applicable | optional
    citation: str
    question: str
    test: str
    note: str = ""
    unchecked: bool = False


def read_requirements(data: bytes, file: str) -> Checked[tuple[Requirement, ...]]:
    """Read one file of ``clauses/_requirements/``."""
    checked = read_yaml(data, file)
    read = Reader(file)
    out = []
    nodes: tuple[Node, ...] = ()
    match checked.value:
        case ListNode(items=items):
            nodes = items
        case MapNode() as top:
            nodes = read.items(top, "requirements")
        case _:
            pass
    keys = ("id", "code", "level", "citation", "question", "test", "note", "unchecked", "last_checked", "title")
    for node in nodes:
        entry = read.map(node, "A requirement", Span(file))
        read.keys(entry, keys, "a requirement")
        level = read.text(entry, "level", "a requirement", required=True)
        if level and level not in ("required", "if_applicable", "optional"):
            read.complain(entry.span, f"level is “{level}”.", "Write required, if_applicable or optional.")
        out.append(
            Requirement(
                read.text(entry, "id", "a requirement", required=True),
                read.text(entry, "code", "a requirement", required=True),
                level,
                read.text(entry, "citation"),
                read.text(entry, "question", "a requirement", required=True),
                read.text(entry, "test"),
                read.text(entry, "note"),
                read.text(entry, "unchecked") in ("true", "yes"),
            )
        )
    return Checked(tuple(out), (*checked.diagnostics, *read.problems))


def requirement_table_of(requirements: tuple[Requirement, ...], family: str) -> tuple[Requirement, ...]:
    """Return the requirements whose id begins with ``family`` ("hipaa.baa"), in file order."""
    return tuple(r for r in requirements if r.id.startswith(family + "."))
