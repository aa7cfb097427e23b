"""The decisions over one profile's answers, and the names of the two parties they are about."""

from __future__ import annotations

from collections.abc import Mapping

from generator.assembly.facts import Facts, Found
from generator.decisions import Decision, decide_all
from generator.diagnostics import Span

__all__ = ["decide_facts", "decision_names"]

# What a party is called while nobody has said who it is.
_ROLES = {"giver": "the organization that gives the information", "recipient": "the organization that receives it"}


def decide_facts(facts: Facts) -> tuple[Decision, ...]:
    """Decide every tree over ``facts``, for the pair of parties that they name."""

    def where(path: str) -> Span | None:
        given = facts.profile.given(path)
        return given.span if given is not None else None

    return decide_all(facts, where=where)


def decision_names(facts: Facts, decision: Decision) -> Mapping[str, str]:
    """Return what the two parties of ``decision`` are called: their short names, else what they are."""
    out = {}
    for role, key in (("giver", decision.giver), ("recipient", decision.recipient)):
        found = facts.find(f"{key}.short_name") if key else None
        name = facts.printed(found) if isinstance(found, Found) else None
        if not isinstance(name, str):
            field = facts.dictionary.find(key) if key else None
            name = f"the {field.label}" if field is not None else _ROLES[role]
        out[role] = name
    return out
