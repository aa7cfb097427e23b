"""A decision tree over facts, and the walk through it.

A tree is data: nodes that each ask one yes-or-no question of the facts, and outcomes. A question is a
condition of the clause grammar, so decisions and clauses see the same answers (:class:`Answers`), and it
is three-valued: what nobody knows is neither yes nor no. At a node that is open the path ends; both of
its sides are looked at only to say which questions may follow, and whether the result is the same
whatever the answers will be.

Authority: ``citation`` holds only what has been read in a reliable text. What still has to be opened at
its source stands in ``confirm``, as a matter for counsel, and is never printed as authority.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import Protocol

from generator.diagnostics import Span
from generator.fields import capitalized
from generator.frozen import dataclass
from generator.reading.grammar import Answers, Condition, parse_condition
from generator.reading.grammar import decide as holds

__all__ = ["Decision", "Evidence", "Facts", "Node", "Note", "Outcome", "Question", "Step", "Tree", "condition", "walk"]


# ---------------------------------------------------------------- what a tree is made of


@dataclass(frozen=True, slots=True)
class Evidence:
    """Another fact from which a node's answer follows: where ``when`` holds, the answer is ``says``.

    It answers a node that nobody answered, and it contradicts a node that was answered otherwise.
    """

    when: str
    says: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One question. ``yes`` and ``no`` name the next node or an outcome.

    ``question`` and all other texts may hold ``{giver}`` and ``{recipient}``, the two parties. ``test``
    is the condition that is true when the answer is yes. ``says`` gives other words than yes and no for
    the answer, each with the condition under which it is true.
    """

    id: str
    question: str
    test: str
    yes: str
    no: str
    citation: str = ""
    confirm: str = ""
    evidence: tuple[Evidence, ...] = ()
    says: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a tree ends.

    ``needed`` is whether the instrument is needed; None means that the facts as they are do not allow
    going on, and counsel must look first. ``documents`` are the instruments that belong into the set
    (the ids of document types, or codes such as ``sba`` for which a library may have none).
    """

    id: str
    needed: bool | None
    text: str
    citation: str = ""
    confirm: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said beside the result whenever ``when`` holds."""

    id: str
    when: str
    text: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A decision: what is decided, its nodes (the first is where it starts) and its outcomes.

    ``whole`` says that it is decided once for the whole set, and not for each activity.
    """

    id: str
    title: str
    nodes: tuple[Node, ...]
    outcomes: tuple[Outcome, ...]
    notes: tuple[Note, ...] = ()
    whole: bool = False

    def node(self, id: str) -> Node | None:
        """Return the node ``id``, or None if there is none of that name."""
        return next((n for n in self.nodes if n.id == id), None)

    def outcome(self, id: str) -> Outcome:
        """Return the outcome ``id``; :class:`KeyError` if the tree has none."""
        for found in self.outcomes:
            if found.id == id:
                return found
        raise KeyError(f"{self.id}: {id}")


# ---------------------------------------------------------------- what comes of it


@dataclass(frozen=True, slots=True)
class Step:
    """One node passed: what was asked, what was answered, by whom, under which authority.

    ``truth`` is None where the answer is open. ``fields`` are those that answered, or that are open;
    ``by`` is the person who answered and ``places`` where the answers stand.
    """

    node: str
    question: str
    truth: bool | None
    answer: str
    fields: tuple[str, ...]
    by: str = ""
    places: tuple[Span, ...] = field(default=(), compare=False)
    citation: str = ""
    confirm: str = ""
    conflict: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A field that is open: ``now`` if it is to be asked next, else it may follow, as the answers fall.

    ``conflict`` says that it was answered, but that other answers say otherwise (``why``).
    """

    field: str
    node: str
    text: str
    now: bool
    conflict: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The result of one tree for one pair of parties and one activity, with the path that led there.

    ``outcome`` is None while a node on the path is open. ``needed`` may be known even then: it is the
    answer that every possible outcome gives. ``possible`` are the ids of the outcomes still possible.
    ``activity`` is what the activity is called and ``at`` where its answers stand; both are "" for the first.
    """

    tree: str
    title: str
    outcome: Outcome | None
    needed: bool | None
    path: tuple[Step, ...]
    questions: tuple[Question, ...]
    possible: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    giver: str = ""
    recipient: str = ""
    activity: str = ""
    at: str = ""

    @property
    def stopped(self) -> bool:
        """Whether the tree ended where counsel must look before anything else is done."""
        return self.outcome is not None and self.outcome.needed is None

    @property
    def conflicts(self) -> tuple[Question, ...]:
        """The questions whose answers contradict one another."""
        return tuple(q for q in self.questions if q.conflict)


class Facts(Answers, Protocol):
    """The answers, with who gave them and where they stand. ``giver.`` and ``recipient.`` begin the names of
    the two parties' fields."""

    def real(self, path: str, /) -> str:
        """Return the profile's own name for ``path`` (``giver.role`` becomes ``hco.role``)."""
        ...

    def by(self, node: str, /) -> str:
        """Return who answered the question ``node``, or "" if nobody is named."""
        ...

    def place(self, path: str, /) -> Span | None:
        """Return where the answer to ``path`` stands, if it stands anywhere."""
        ...


# ---------------------------------------------------------------- the walk


CONDITIONS_FILE = "decisions"  # what stands for a file in the places of conditions
_LEARNED: dict[str, Condition] = {}


def condition_texts(tree: Tree) -> Iterator[str]:
    """Yield every condition of ``tree`` as it is typed."""
    for node in tree.nodes:
        yield node.test
        yield from (e.when for e in node.evidence)
        yield from (when for when, _ in node.says)
    yield from (n.when for n in tree.notes)


def learn(conditions: Mapping[str, Condition]) -> None:
    """Take conditions that are read already, each by its text; reading them takes longer than deciding."""
    _LEARNED.update(conditions)


def is_learned(texts: Iterable[str]) -> bool:
    """Whether all these conditions were taken already."""
    return all(text in _LEARNED for text in texts)


@functools.lru_cache(maxsize=1024)
def condition(text: str) -> Condition:
    """Return ``text`` read as a condition of the clause grammar. A tree with a wrong one is our fault."""
    if text in _LEARNED:
        return _LEARNED[text]
    checked = parse_condition(text, Span(CONDITIONS_FILE))
    if checked.value is None or checked.diagnostics:
        raise ValueError(f"{text}: {checked.diagnostics}")
    return checked.value


@dataclass(frozen=True, slots=True)
class _Asked:
    """A node over the facts."""

    truth: bool | None
    fields: tuple[str, ...]
    conflict: bool = False
    why: str = ""


def _ask(node: Node, facts: Facts) -> _Asked:
    """Return the node's answer: its own, or what other facts say; open where nobody says or two disagree."""
    own = holds(condition(node.test), facts)
    said = [(e, found) for e in node.evidence if (found := holds(condition(e.when), facts)).truth]
    values = {e.says for e, _ in said} | ({own.truth} if own.truth is not None else set())
    if len(values) > 1:
        fields = (*own.because, *(f for _, found in said for f in found.because))
        why = " ".join(e.why for e, _ in said if e.says is not own.truth and e.why)
        return _Asked(None, _real(fields, facts), conflict=True, why=why)
    if own.truth is not None:
        return _Asked(own.truth, _real(own.because, facts))
    if said:
        evidence, found = said[0]
        return _Asked(evidence.says, _real(found.because, facts), why=evidence.why)
    return _Asked(None, _real(own.because, facts))


def _real(paths: tuple[str, ...], facts: Facts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(facts.real(p) for p in paths))


def _step(node: Node, asked: _Asked, facts: Facts) -> Step:
    if asked.conflict:
        answer = "the answers disagree"
    elif asked.truth is None:
        answer = "not known"
    else:
        answer = next(
            (t for when, t in node.says if holds(condition(when), facts).truth), "yes" if asked.truth else "no"
        )
    places = tuple(p for f in asked.fields if (p := facts.place(f)) is not None)
    return Step(
        node.id, node.question, asked.truth, answer, asked.fields, facts.by(node.id), places,
        node.citation, node.confirm, asked.conflict, asked.why,
    )  # fmt: skip


def walk(tree: Tree, facts: Facts) -> Decision:
    """Go through ``tree`` as far as the facts allow. Ends in an outcome or in questions; never guesses."""
    path: list[Step] = []
    here = tree.nodes[0].id
    outcome: Outcome | None = None
    questions: tuple[Question, ...] = ()
    possible: tuple[str, ...] = ()
    while True:
        node = tree.node(here)
        if node is None:
            outcome, possible = tree.outcome(here), (here,)
            break
        asked = _ask(node, facts)
        path.append(_step(node, asked, facts))
        if asked.truth is None:
            questions, possible = _ahead(tree, node.id, facts)
            break
        here = node.yes if asked.truth else node.no
    needed = {tree.outcome(id).needed for id in possible}
    notes = tuple(n for n in tree.notes if holds(condition(n.when), facts).truth)
    same = needed.pop() if len(needed) == 1 else None
    return Decision(tree.id, tree.title, outcome, same, tuple(path), questions, possible, notes)


def _ahead(tree: Tree, start: str, facts: Facts) -> tuple[tuple[Question, ...], tuple[str, ...]]:
    """Return every open question and every outcome that can be reached from the open node ``start``."""
    questions: dict[str, Question] = {}
    outcomes: dict[str, None] = {}
    seen: set[str] = set()
    todo = [start]
    while todo:
        here = todo.pop(0)
        if here in seen:
            continue
        seen.add(here)
        node = tree.node(here)
        if node is None:
            outcomes[here] = None
            continue
        asked = _ask(node, facts)
        if asked.truth is not None:
            todo.append(node.yes if asked.truth else node.no)
            continue
        for path in asked.fields:
            questions.setdefault(path, Question(path, node.id, node.question, here == start, asked.conflict, asked.why))
        todo += [node.yes, node.no]
    order = {n.id: i for i, n in enumerate(tree.nodes)}
    return tuple(sorted(questions.values(), key=lambda q: (not q.now, order[q.node]))), tuple(
        o.id for o in tree.outcomes if o.id in outcomes
    )


# ---------------------------------------------------------------- words

_PARTY = re.compile(r"\{(giver|recipient)\}")


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield ``text`` in pieces: ("", words) or (role, "") where a party's name stands."""
    at = 0
    for found in _PARTY.finditer(text):
        if found.start() > at:
            yield "", text[at : found.start()]
        yield found.group(1), ""
        at = found.end()
    if at < len(text):
        yield "", text[at:]


def worded(text: str, names: Mapping[str, str]) -> str:
    """Return ``text`` with the names of the two parties (keys ``giver`` and ``recipient``)."""
    said = "".join(words if not role else names[role] for role, words in pieces(text))
    return capitalized(said)
