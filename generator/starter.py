"""The profile that ``agreements init`` writes: every question the documents ask, ready to be answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.fields import Dictionary, Field

__all__ = ["USUAL", "profile_text", "suggested_for"]

# Who plays which part in the usual case. They stand in the file for the reader to change.
_BETWEEN_TWO = {
    "agreement.provider": "cbo",
    "agreement.purchaser": "hco",
    "baa.covered_entity": "hco",
    "baa.business_associate": "cbo",
}
_WITH_A_HUB = _BETWEEN_TWO | {"agreement.purchaser": "hub", "baa.business_associate": "hub"}

# The papers of most partnerships. Who needs others names them; eighteen at once would ask for everything there is.
USUAL = ("mou", "svc", "sow", "baa", "bac")

_HEAD = """\
# A partnership profile. Answer what you can: write the value after the colon.
# "unknown" is an honest answer anywhere; a draft can be made with it, a final cannot.
#
#   agreements check agreement.yaml           everything that is missing or wrong, at once
#   agreements make agreement.yaml --draft    a draft with highlighted blanks
#   agreements make agreement.yaml            the final documents
#   agreements explain agreement.name         what a question means and who usually knows
"""
_HEAD_OF_A_HUB = """\
#
# The hub agrees with many members? Answer here what holds for all and leave each member's own answers unknown; then
#   agreements roster --profile agreement.yaml    a workbook that asks them, one row a member
"""


def suggested_for(documents: Sequence[str]) -> dict[str, str]:
    """Return who plays which part in ``documents``, until somebody says otherwise."""
    return _WITH_A_HUB if "hub" in documents else _BETWEEN_TWO


def profile_text(dictionary: Dictionary, documents: Sequence[str], asked: Sequence[str], used: Sequence[str]) -> str:
    """Return the text of a profile for ``documents``.

    ``asked`` are the fields that are needed at once; ``used`` all that any clause might need: those
    stand below as comments, to be moved up when a check asks for them.
    """
    suggested = suggested_for(documents)
    tree: dict[str, object] = {}
    wanted = {*asked, *suggested, "agreement.documents"}
    for path in (p for p in dictionary.paths() if p in wanted):
        here = tree
        *above, last = path.split(".")
        for part in above:
            inner = here.setdefault(part, {})
            if not isinstance(inner, dict):
                break
            here = inner
        else:
            here[last] = path
    lines = [_HEAD + (_HEAD_OF_A_HUB if "hub" in documents else "")]
    for key, value in tree.items():
        lines += _lines(dictionary, key, value, 0, suggested, documents)
        lines.append("")
    more = [p for p in dictionary.paths() if p in set(used) - wanted and _askable(dictionary, p)]
    if more:
        lines.append("# Asked for only when your answers call for it; `agreements check` will say so:")
        lines += [f"#   {path}: {_example(dictionary.find(path))}" for path in more]
    return "\n".join(lines).rstrip() + "\n"


def _askable(dictionary: Dictionary, path: str) -> bool:
    field = dictionary.find(path)
    return field is not None and field.kind != "record" and not field.same_as


def _example(field: Field | None) -> str:
    if field is None:
        return ""
    if "\n" in field.example:  # the entry of a list, which one line would spoil
        return f"see agreements explain {field.path}"
    return " ".join(field.example.split())


def _lines(
    dictionary: Dictionary,
    key: str,
    value: object,
    depth: int,
    suggested: dict[str, str],
    documents: Sequence[str],
) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, dict):
        yield f"{pad}{key}:"
        for inner, below in value.items():
            yield from _lines(dictionary, inner, below, depth + 1, suggested, documents)
        return
    path = str(value)
    field = dictionary.find(path)
    if field is not None:
        yield f"{pad}# {field.question}"
        if path == "agreement.documents":
            yield f"{pad}#   any of: {', '.join(o.key for o in field.options)}"
            yield f"{pad}#   when each is needed: agreements explain agreement.documents"
            yield f"{pad}#   after a change here, agreements check asks what else is needed"
        elif field.options:
            yield f"{pad}#   one of: {', '.join(o.key for o in field.options)}"
        elif "\n" in field.example:
            yield f"{pad}#   for example, below the name:"
            yield from (f"{pad}#     {line}" for line in field.example.split("\n"))
        elif field.example:
            yield f"{pad}#   for example: {_example(field)}"
    if path == "agreement.documents":
        yield f"{pad}{key}: [{', '.join(documents)}]"
    else:
        yield f"{pad}{key}: {suggested.get(path, 'unknown')}"
