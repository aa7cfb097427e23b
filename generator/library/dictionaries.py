"""The data dictionaries of all layers as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.diagnostics import Checked, Diagnostic, Span
from generator.fields import read_dictionary
from generator.reading.yaml_text import MapNode, Node, TextNode, read_yaml

__all__ = ["read_dictionaries"]


def read_dictionaries(files: Sequence[tuple[bytes, str]], ids: tuple[str, ...]) -> Checked[dict[str, Any]]:
    """Return the dictionary of ``files``, lowest layer first, as plain data; ``ids`` are the document types."""
    nodes: list[MapNode] = []
    problems: list[Diagnostic] = []
    for data, file in files:
        checked = read_yaml(data, file)
        problems += checked.diagnostics
        if isinstance(checked.value, MapNode):
            nodes.append(checked.value)
    if not nodes:
        return Checked(None, tuple(problems))
    found = read_dictionary(_with_document_types(_merged(nodes), ids), files[-1][1])
    plain = {**found.value.to_data(), "digest": found.value.digest} if found.value is not None else None
    return Checked(plain, (*problems, *found.diagnostics))


def _with_document_types(node: MapNode, ids: tuple[str, ...]) -> MapNode:
    """Let every document type of the library be an answer wherever the dictionary says ``options: document_type``."""
    options = node.get("options")
    known = options.get("document_type") if isinstance(options, MapNode) else None
    if not isinstance(options, MapNode) or not isinstance(known, MapNode):
        return node
    new = tuple((id, known.span, TextNode(id, known.span)) for id in ids if known.get(id) is None)
    more = MapNode((*known.entries, *new), known.span)
    inner = tuple((k, s, more if k == "document_type" else v) for k, s, v in options.entries)
    return MapNode(
        tuple((k, s, MapNode(inner, options.span) if k == "options" else v) for k, s, v in node.entries), node.span
    )


def _merged(nodes: list[MapNode]) -> MapNode:
    if len(nodes) == 1:
        return nodes[0]
    out: dict[str, tuple[Span, Node]] = {}
    for node in nodes:
        for key, span, value in node.entries:
            before = out.get(key)
            if before is not None and isinstance(before[1], MapNode) and isinstance(value, MapNode):
                entries = {k: (k, s, v) for k, s, v in before[1].entries}
                entries.update({k: (k, s, v) for k, s, v in value.entries})
                value = MapNode(tuple(entries.values()), before[1].span)
            out[key] = (span, value)
    return MapNode(tuple((k, s, v) for k, (s, v) in out.items()), nodes[0].span)
