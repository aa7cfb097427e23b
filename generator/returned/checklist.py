"""What the law asks of a document, computed again on the text that came back.

An item is met while a clause that satisfies it stands as we wrote it, or with other values within the limits that our
rules know. It is *missing* when the last such clause is gone, and *changed: check* when its words were changed: whether
they still satisfy the law is for a person to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from generator.comparison.consequences import signs_gone
from generator.frozen import dataclass
from generator.library import Requirement
from generator.returned.findings import ClauseFinding, How, State

__all__ = ["ChecklistItem", "Standing", "checklist_of"]


class Standing(StrEnum):
    """Whether an item is still met."""

    MET = "met"
    CHECK = "changed: check"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One requirement; ``why`` says what was done to the clause that satisfied it, ``clauses`` are their names."""

    id: str
    code: str
    level: str
    question: str
    test: str
    citation: str
    standing: Standing
    clauses: tuple[str, ...]
    why: str = ""
    silent: bool = False


def checklist_of(
    requirements: Sequence[Requirement],
    findings: Sequence[ClauseFinding],
    satisfies: Mapping[str, Sequence[str]],
    outside_law: Mapping[str, Sequence[str]],
    *,
    values_judged: bool,
) -> tuple[ChecklistItem, ...]:
    """Return every requirement that what we sent satisfied, and how it stands now.

    ``satisfies`` maps a clause to the requirements it satisfies; ``outside_law`` maps a part to what our rules say
    against its new values; ``values_judged`` is false where the rules could not be asked.
    """
    out = []
    for requirement in requirements:
        meant = [f for f in findings if f.part.id and requirement.id in satisfies.get(f.part.id, ())]
        if not meant:
            continue
        judged = [_judged(requirement, f, outside_law.get(f.part.key, ()), values_judged) for f in meant]
        order = (Standing.MET, Standing.CHECK, Standing.MISSING)
        best = min(range(len(meant)), key=lambda n: order.index(judged[n][0]))
        standing, why = judged[best]
        if standing is Standing.MET:
            # One clause that stands is enough, but a second one that was touched is told.
            others = [j for j in judged if j[0] is not Standing.MET]
            standing, why = (Standing.CHECK, others[0][1]) if others else (standing, why)
        out.append(
            ChecklistItem(
                requirement.id, requirement.code, requirement.level, requirement.question, requirement.test,
                requirement.citation, standing, tuple(f.part.name for f in meant), why,
                standing is not Standing.MET and any(f.silent for f in meant),
            )
        )  # fmt: skip
    return tuple(out)


def _judged(
    requirement: Requirement, finding: ClauseFinding, outside: Sequence[str], values_judged: bool
) -> tuple[Standing, str]:
    name = finding.part.name
    match finding.state:
        case State.REMOVED:
            return Standing.MISSING, f"{name} was taken out."
        case State.FIELDS if outside:
            return Standing.CHECK, f"{name}: {outside[0]}"
        case State.FIELDS if not values_judged:
            return Standing.CHECK, f"A value in {name} was changed."
        case State.CHANGED:
            struck = any(c.how is How.DELETED for c in finding.changes)
            gone = signs_gone(requirement, "\n".join(finding.old), "\n".join(finding.new), struck)
            kept = sum(map(len, finding.new_body)) / max(1, sum(map(len, finding.old_body)))
            if kept < 0.1:
                return Standing.MISSING, f"Next to nothing of {name} is left."
            if gone:
                words = ", ".join(f"“{g}”" for g in gone[:5])
                return Standing.CHECK, f"{name} was changed, and no longer says {words}."
            if all(c.how is How.MOVED for c in finding.changes):
                return Standing.CHECK, f"The order within {name} was changed."
            return Standing.CHECK, f"The words of {name} were changed."
        case _:
            return Standing.MET, ""
