"""Where an agreement stands on a clause's negotiation ladder: which rung its values make."""

from __future__ import annotations

from collections.abc import Mapping

from generator.diagnostics import Span
from generator.fields import UNKNOWN, Dictionary, Value, read_value
from generator.frozen import dataclass
from generator.library import Clause, Position
from generator.profile import Profile
from generator.reading.yaml_text import ListNode, Node, TextNode

__all__ = ["NEVER", "STANDARD", "Standing", "rung_name", "rung_values", "standing_of"]

STANDARD = "standard"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one clause stands. ``rung`` is None where its values make no rung, or are not all given.

    ``depth`` counts the rungs below the standard one: 0 for the standard, 1 for the first fallback. ``told`` is
    false where the ladder names no values, so that only a reader can say where the text stands.
    """

    rung: Position | None
    depth: int
    told: bool
    open: tuple[str, ...] = ()  # fields of the ladder that are not answered


def rung_name(rung: str) -> str:
    """Return ``fallback-1`` as people say it: “fallback 1”."""
    return rung.replace("-", " ")


def rung_values(position: Position, dictionary: Dictionary) -> Mapping[str, Value]:
    """Return the values that make ``position``, by field; one that is no value of its field is left out."""
    out: dict[str, Value] = {}
    for path, text in position.values:
        field = dictionary.find(path)
        if field is None:
            continue
        read = read_value(field, _node(field.kind, text))
        if read.value is not None:
            out[path] = read.value
    return out


def standing_of(clause: Clause, profile: Profile, dictionary: Dictionary) -> Standing:
    """Return on which rung of ``clause`` the values of ``profile`` stand; the standard rung is looked at first."""
    ladder = [p for p in clause.positions if p.rung != NEVER]
    told = [p for p in ladder if p.values]
    # A standard rung without values is the text itself: what differs from every fallback may well stand on it.
    measured = bool(ladder and ladder[0].values)
    fields = dict.fromkeys(path for p in told for path, _ in p.values)
    missing = tuple(f for f in fields if (g := profile.given(f)) is None or g.value is UNKNOWN)
    for depth, position in enumerate(ladder):
        values = rung_values(position, dictionary)
        if position.values and all(
            (given := profile.given(path)) is not None and given.value == values.get(path)
            for path, _ in position.values
        ):
            return Standing(position, depth, True, missing)
    return Standing(None, len(ladder), measured, missing)


def _node(kind: str, text: str) -> Node:
    span = Span("")
    if kind in ("several", "list"):
        words = [w.strip() for w in text.strip("[]").split(",") if w.strip()]
        return ListNode(tuple(TextNode(w, span, True) for w in words), span)
    return TextNode(text, span, True)
