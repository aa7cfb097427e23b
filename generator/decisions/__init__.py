"""Decisions: which papers the facts call for, and why.

Each tree in :data:`TREES` is decided for one pair of parties and one activity. The result carries the
path that led to it, or the questions that are still open; nothing is assumed. A tree is one entry in
its file's ``TREES``; this table lists them in the order in which they are decided, because a later one
may ask what an earlier one found (``decided.baa``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generator.decisions import baa, documents, flow_downs, instruments, privacy
from generator.decisions.activities import SHARED, Activity, Pair, activities_of, pair_of, shared_path
from generator.decisions.baa import GOVERNMENT_BODIES
from generator.decisions.findings import CALLED_FOR_BY, RULES, Judged, Overruled, judge, judge_riders, overrule, stops
from generator.decisions.pairing import PairFacts
from generator.decisions.tree import (
    CONDITIONS_FILE,
    Decision,
    Evidence,
    Node,
    Note,
    Outcome,
    Question,
    Step,
    Tree,
    condition,
    condition_texts,
    is_learned,
    learn,
    pieces,
    walk,
    worded,
)
from generator.diagnostics import Span
from generator.reading.grammar import Answers

__all__ = [
    "CALLED_FOR_BY",
    "GOVERNMENT_BODIES",
    "CONDITIONS_FILE",
    "RULES",
    "SHARED",
    "TREES",
    "Activity",
    "Decision",
    "Evidence",
    "Judged",
    "Node",
    "Note",
    "Outcome",
    "Overruled",
    "Pair",
    "Question",
    "Step",
    "Tree",
    "activities_of",
    "asked_by",
    "conditions",
    "decide_all",
    "judge",
    "judge_riders",
    "is_learned",
    "learn",
    "overrule",
    "pair_of",
    "pieces",
    "shared_path",
    "stops",
    "tree",
    "worded",
]

TREES: tuple[Tree, ...] = (
    baa.TREE,
    *instruments.TREES,
    *privacy.TREES,
    *flow_downs.TREES,
    *documents.TREES,
)


def tree(id: str) -> Tree | None:
    """Return the tree ``id``, or None if there is none."""
    return next((t for t in TREES if t.id == id), None)


def asked_by(*ids: str) -> tuple[str, ...]:
    """Return the fields that the trees ``ids`` ask by their own names, in the order of their nodes."""
    names = (u.path for t in TREES if t.id in ids for n in t.nodes for u in condition(n.test).names())
    apart = ("giver.", "recipient.", "purchaser.", "provider.", "decided.", "derived.")
    return tuple(dict.fromkeys(n for n in names if not n.startswith(apart)))


def conditions() -> tuple[str, ...]:
    """Return the conditions of all trees as they are typed."""
    return tuple(dict.fromkeys(text for one in TREES for text in condition_texts(one)))


def decide_all(
    answers: Answers, pair: Pair | None = None, *, where: Callable[[str], Span | None] | None = None
) -> tuple[Decision, ...]:
    """Decide every tree over ``answers``, in the order of :data:`TREES`, one pair and one activity at a time.

    All decisions on the first activity come first, among them those on the whole set, then those on each
    further one. With ``pair``, who gives and who receives the information (parties of the profile: ``cbo``,
    ``hco``, ``hub``), only the first activity is decided, for that pair. ``where`` gives the place of an answer.
    """
    activities = activities_of(answers) if pair is None else (Activity("", pair),)
    whole = PairFacts(answers, activities[0], where, whole=True)
    out: list[Decision] = []
    for activity in activities:
        facts = PairFacts(answers, activity, where)
        for one in TREES:
            if one.whole and activity is not activities[0]:
                continue
            found = walk(one, whole if one.whole else facts)
            found = replace(found, giver=activity.pair.giver, recipient=activity.pair.recipient)
            if not one.whole:
                found = replace(found, activity=activity.name, at=activity.at)
            facts.decided[one.id] = found
            out.append(found)
    return tuple(out)
