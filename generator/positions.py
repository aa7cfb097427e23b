"""Where an agreement stands on a clause's negotiation ladder: which rung its values make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from generator.diagnostics import Span
from generator.fields import UNKNOWN, Dictionary, Value, phrase, read_value
from generator.frozen import dataclass
from generator.library import Clause, Position
from generator.model import Source
from generator.profile import Profile
from generator.reading.yaml_text import ListNode, Node, TextNode

__all__ = [
    "NEVER",
    "STANDARD",
    "Deviation",
    "Standing",
    "answer_text",
    "deviations_of",
    "rung_name",
    "rung_values",
    "standing_of",
]

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


_NOWHERE = Standing(None, 0, False)  # of a clause without a ladder


def rung_name(rung: str) -> str:
    """Return ``fallback-1`` as people say it: “fallback 1”."""
    return rung.replace("-", " ")


@lru_cache(maxsize=4096)
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
    if not clause.positions:
        return _NOWHERE
    ladder = [p for p in clause.positions if p.rung != NEVER]
    told = [p for p in ladder if p.values]
    # A standard rung without values is the text itself: what differs from every fallback may well stand on it.
    measured = bool(ladder and ladder[0].values)
    fields = dict.fromkeys(path for p in told for path, _ in p.values)
    missing = tuple(f for f in fields if (g := profile.given(f)) is None or g.value is UNKNOWN)
    for depth, position in enumerate(ladder):
        values = rung_values(position, dictionary) if position.values else {}
        if values and all(
            (given := profile.given(path)) is not None
            and given.value in _alike(path, values.get(path), profile, dictionary)
            for path, _ in position.values
        ):
            return Standing(position, depth, True, missing)
    return Standing(None, len(ladder), measured, missing)


# A ladder is written for a community organization and a health organization; where a hub buys or gives the services, it
# stands in the place of one of them.
_IN_PLACE_OF = {"cbo": "agreement.provider", "hco": "agreement.purchaser"}


def _alike(path: str, wanted: Value | None, profile: Profile, dictionary: Dictionary) -> tuple[Value | None, ...]:
    """Return the answers that stand for ``wanted``, a rung's value of ``path``."""
    field = dictionary.find(path)
    if field is None or field.kind != "party_choice" or not isinstance(wanted, str) or wanted not in _IN_PLACE_OF:
        return (wanted,)
    named = profile.given(_IN_PLACE_OF[wanted])
    return (wanted,) if named is None else (wanted, named.value)


@dataclass(frozen=True, slots=True)
class Deviation:
    """A clause that does not stand on its standard rung: on which it stands, and the answers that make it so."""

    clause: str
    where: str
    rung: str  # "fallback-1", or "" where the answers make no rung
    values: tuple[tuple[str, str], ...]  # label, as a contract prints it


def deviations_of(
    sources: Iterable[Source], clauses: Mapping[tuple[str, str], Clause], profile: Profile, dictionary: Dictionary
) -> tuple[Deviation, ...]:
    """Return every clause of ``sources`` that deviates from the standard; ``clauses`` holds texts by (id, version)."""
    out = []
    for source in sources:
        clause = clauses.get((source.id, source.version))
        if not source.included or clause is None:
            continue
        standing = standing_of(clause, profile, dictionary)
        off = standing.told and standing.rung is None and not standing.open
        if not off and not (standing.rung is not None and standing.depth):
            continue
        fields = dict.fromkeys(path for p in clause.positions for path, _ in p.values)
        values = tuple((dictionary.label(f), text) for f in fields if (text := answer_text(f, profile, dictionary)))
        rung = standing.rung.rung if standing.rung is not None else ""
        out.append(Deviation(clause.id, source.number, rung, values))
    return tuple(out)


def answer_text(path: str, profile: Profile, dictionary: Dictionary) -> str:
    """Return the answer to ``path``: a party's short name, the label of a choice, else as a contract prints it."""
    field, given = dictionary.find(path), profile.given(path)
    if field is None or given is None or given.value is UNKNOWN:
        return ""
    if field.kind == "party_choice" and (name := profile.given(f"{given.value}.short_name")) is not None:
        if isinstance(name.value, str) and name.value:
            return name.value
    option = field.option(str(given.value)) if field.options and isinstance(given.value, str) else None
    return option.label if option is not None else phrase(field, given.value)


def _node(kind: str, text: str) -> Node:
    span = Span("")
    if kind in ("several", "list"):
        words = [w.strip() for w in text.strip("[]").split(",") if w.strip()]
        return ListNode(tuple(TextNode(w, span, True) for w in words), span)
    return TextNode(text, span, True)
