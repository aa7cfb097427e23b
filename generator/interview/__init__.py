"""The interview: from the answers so far to the next question, and from an answer to the profile's text.

It knows no terminal and no page: a caller shows a :class:`Question`, hands back what a person typed, and
stores :attr:`Interview.data`, the text of the profile, after every answer. There is no other state, so that
an interview goes on wherever the profile is.

Which questions matter is not listed anywhere. The wanted documents are assembled over the answers so far:
what is open in them is asked, and what they would print if it were there is offered and may be left out. What
the legal decisions still have to know is asked too. Within a topic, what clauses hang on comes first, then what
is printed.

Nobody has to know which documents are needed: while that is unknown, the decisions ask for the facts by which it
is decided, and the question comes again with their advice.
"""

from __future__ import annotations

from generator.interview.asking import Interview, asking_order, begin
from generator.interview.memory import Memory
from generator.interview.questions import Advice, Answered, Choice, Found, Question, Step
from generator.interview.topics import DOCUMENTS, TOPICS, Topic

__all__ = [
    "DOCUMENTS", "TOPICS", "Advice", "Answered", "Choice", "Found", "Interview", "Memory", "Question", "Step", "Topic",
    "asking_order", "begin",
]  # fmt: skip
