"""The clause grammar."""

from generator.reading.clause_tree import (
    Answer,
    Answers,
    ClauseTemplate,
    Condition,
    Decision,
    Expanded,
    FieldInfo,
    Known,
    NameUse,
    Open,
    OpenCondition,
    Output,
)

__all__ = [
    "Answer", "Answers", "ClauseTemplate", "Condition", "Decision", "Expanded", "FieldInfo", "Known", "NameUse",
    "Open", "OpenCondition", "Output",
]  # fmt: skip
