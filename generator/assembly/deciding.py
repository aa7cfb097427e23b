"""The decisions over one profile's answers, and how a document prints one with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from generator.assembly.facts import Facts, Found
from generator.assembly.filling import Filler
from generator.decisions import Decision, Step, decide_all, pieces, worded
from generator.diagnostics import Span
from generator.frozen import dataclass
from generator.model import Block, Column, Emphasis, Inline, Paragraph, Table, Text

__all__ = ["DecisionPrinter", "decide_facts", "decision_names"]

# What a party is called while nobody has said who it is.
_ROLES = {"giver": "the organization that gives the information", "recipient": "the organization that receives it"}

# The decisions on other laws run beside this one in every case, and their first questions belong to its record.
_BESIDE = {"baa": ("part2", "ferpa", "victim_services", "public_benefits", "state_privacy")}


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


@dataclass(frozen=True, slots=True)
class DecisionPrinter:
    """Prints a decision: a table of the path, the result, what counsel confirms. ``value`` prints a field."""

    facts: Facts
    filler: Filler
    value: Callable[[str], tuple[Inline, ...]]

    def blocks(self, tree: str) -> tuple[Block, ...]:
        """Return the record of the decision ``tree``; what is open stands in it as a blank."""
        decided = {d.tree: d for d in decide_facts(self.facts)}
        main = decided[tree]
        beside = [decided[id] for id in _BESIDE.get(tree, ())]
        rows = [self._row(main, step) for step in main.path]
        rows += [self._row(d, step) for d in beside for step in d.path]
        headings = (("Step", 0.07), ("Question", 0.4), ("Answer", 0.13), ("Answered by", 0.2), ("Authority", 0.2))
        columns = tuple(Column((Text(h),), s) for h, s in headings)
        table = Table(columns, tuple(rows), "The questions asked, each with its answer and its authority")
        return (table, *self._result(main), *self._confirm([main, *beside]))

    def _row(self, decision: Decision, step: Step) -> tuple[tuple[Block, ...], ...]:
        names = decision_names(self.facts, decision)
        if step.truth is None and not step.conflict:
            answer = self.filler.blanks(step.fields, "checklist", "which way the decision goes")
        else:
            answer = (Text(worded(step.answer, names)),)
        # Names only: their titles, organizations and days stand in the table of who answered.
        people = "; ".join(dict.fromkeys(person.split(", ")[0] for person in step.by.split("; ") if person))
        by = people or (worded(step.why, names) if step.why else "Follows from the description of the parties")
        cells: tuple[tuple[Inline, ...], ...] = (
            (Text(step.node if step.node.startswith("N") else "–"),),
            self._said(decision, step.question),
            answer,
            (Text(by),) if step.truth is not None or step.conflict else (),
            (Text(step.citation or "For counsel to confirm"),) if step.citation or step.confirm else (),
        )
        return tuple((Paragraph(c),) for c in cells)

    def _said(self, decision: Decision, text: str) -> tuple[Inline, ...]:
        """Return ``text`` with the parties' short names as filled values."""
        out: list[Inline] = []
        for role, words in pieces(text):
            key = decision.giver if role == "giver" else decision.recipient
            if not role:
                out.append(Text(words))
            elif key:
                out += self.value(f"{key}.short_name")
            else:
                name = _ROLES[role]
                out.append(Text(name if out else name[:1].upper() + name[1:]))
        return tuple(out)

    def _result(self, decision: Decision) -> Iterator[Block]:
        label = Emphasis((Text("Result."),), strong=True)
        if decision.outcome is not None:
            said = self._said(decision, decision.outcome.text)
            rule = f" Authority: {decision.outcome.citation}." if decision.outcome.citation else ""
            yield Paragraph((label, Text(" "), *said, *((Text(rule),) if rule else ())))
        else:
            yield Paragraph((label, Text(" Not decided. " + self._open(decision))))
        for note in decision.notes:
            yield Paragraph(self._said(decision, note.text))
        yield Paragraph(
            (
                Text(
                    "This result follows from the answers above and holds only while they are true. It is a draft for "
                    "legal review and certifies nothing."
                ),
            )
        )

    @staticmethod
    def _open(decision: Decision) -> str:
        if decision.conflicts:
            return "Two answers disagree, and only the parties can say which is right."
        if decision.needed is not None:
            which = "is required" if decision.needed else "is not needed"
            return f"However the open answers fall, the agreement {which}; the reason depends on them."
        more = any(not q.now for q in decision.questions)
        return "An answer is missing" + (", and more questions may follow from it." if more else ".")

    @staticmethod
    def _confirm(decisions: list[Decision]) -> Iterator[Block]:
        texts = dict.fromkeys(
            text
            for d in decisions
            for text in (*(s.confirm for s in d.path), d.outcome.confirm if d.outcome is not None else "")
            if text
        )
        if texts:
            label = Emphasis((Text("For counsel."),), strong=True)
            yield Paragraph((label, Text(" " + " ".join(texts))))
