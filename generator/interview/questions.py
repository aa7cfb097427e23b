"""What the interview hands out: a question, a line of the review, an advice with its path, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from generator.diagnostics import Diagnostic
from generator.fields import Field
from generator.frozen import dataclass
from generator.interview.topics import Topic
from generator.model import OpenItem

__all__ = ["Advice", "Answered", "Choice", "Found", "Question", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step to an advice: what was asked, the answer in words, who gave it, and the law that asks."""

    question: str
    answer: str
    by: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """A document that the facts call for, why, and the answers that lead there."""

    document: str
    why: str
    path: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that is offered: what a profile writes, what a reader sees, and when to take it."""

    key: str
    label: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, ready to be shown.

    ``path`` is where the answer goes; ``field`` says of which kind it is. ``text`` is the question,
    ``whole`` that of the list it belongs to, once, before its first entry. ``example`` is as a person would
    type it here. ``more`` asks whether ``entry``, one more entry of a list, is to be begun. ``answer`` is
    the answer so far in words, "" if there is none or if it is nobody's business; ``advice`` is what the
    answers to other questions speak for.
    """

    path: str
    field: Field
    topic: Topic
    label: str
    text: str
    why: str = ""
    who: str = ""
    usual: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    whole: str = ""
    entry: int = 0
    more: bool = False
    optional: bool = False
    sensitive: bool = False
    answered: bool = False
    unknown: bool = False
    answer: str = ""
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of the review. ``shown`` is the answer in words; ``unknown`` says that it is not known yet."""

    path: str
    topic: Topic
    label: str
    shown: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found over the answers so far.

    ``open_items`` are open in the wanted documents, ``problems`` wrong in them, and ``looked_at`` is every
    name that was looked up for them. ``undecided`` is (decision, the field it has to know next), and
    ``advice`` the documents that decisions call for; ``possible`` is what the undecided may still call for.
    ``findings`` are what rules and decisions find in the answers: shown and never in the way.
    """

    open_items: tuple[OpenItem, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    looked_at: frozenset[str] = frozenset()
    undecided: tuple[tuple[str, str], ...] = ()
    advice: tuple[Advice, ...] = ()
    possible: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()
