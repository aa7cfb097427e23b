"""The decisions over one profile's answers, and how a document prints one with its path."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from generator.assembly.facts import Facts, Found, Own
from generator.assembly.filling import Filler
from generator.decisions import Decision, Step, decide_all, pieces, worded
from generator.decisions.activities import LIST
from generator.diagnostics import Span
from generator.fields import Dictionary, capitalized
from generator.frozen import dataclass
from generator.model import Blank, Block, Column, Emphasis, Inline, Paragraph, Table, Text
from generator.profile import Profile
from generator.reading.grammar import Known

__all__ = ["DecisionPrinter", "associates_of", "covered_by", "decide_facts", "decision_names"]

# What a party is called while nobody has said who it is.
_ROLES = {"giver": "the organization that gives the information", "recipient": "the organization that receives it"}

# Between whom a document is a business associate agreement.
_ASSOCIATES = {"baa": ("ce", "ba"), "sba": ("ba", "sub")}

# The decisions on other laws run beside this one in every case, and their first questions belong to its record.
_BESIDE = {"baa": ("part2", "ferpa", "victim_services", "public_benefits", "state_privacy")}


def decide_facts(facts: Facts) -> tuple[Decision, ...]:
    """Decide every tree over ``facts``, for each activity and the pair of parties between whom it is."""

    def where(path: str) -> Span | None:
        given = facts.profile.given(path)
        if given is not None:
            return given.span
        found = facts.lookup(path) if path.startswith(f"{LIST}.") else None
        return found.span if isinstance(found, Found) else None

    for profile, base, found in _LAST:
        if profile is facts.profile and base is facts.dictionary.base:
            return found
    found = decide_all(Own(facts), where=where)
    _LAST.append((facts.profile, facts.dictionary.base, found))
    return found


# What was decided last: one set asks several times, and it hangs on no document.
_LAST: deque[tuple[Profile, Dictionary, tuple[Decision, ...]]] = deque(maxlen=1)


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


def associates_of(facts: Facts) -> tuple[frozenset[str], ...]:
    """Return the pairs of parties whose business associate agreements the set holds."""
    pairs = [roles for document, roles in _ASSOCIATES.items() if document in facts.documents]
    found = [[facts.party_key(role) for role in roles] for roles in pairs]
    return tuple(frozenset(str(key) for key in keys) for keys in found if all(keys))


def covered_by(facts: Facts, at: str) -> str:
    """Return the paper outside the set that covers the activity whose answers stand at ``at``; "" if none is named."""
    answer = facts.own(f"{at or 'phi'}.covered_by")
    return answer.value if isinstance(answer, Known) and isinstance(answer.value, str) else ""


@dataclass(frozen=True, slots=True)
class DecisionPrinter:
    """Prints a decision: a table of the path, the result, what counsel confirms. ``value`` prints a field."""

    facts: Facts
    filler: Filler
    value: Callable[[str], tuple[Inline, ...]]

    def blocks(self, tree: str) -> tuple[Block, ...]:
        """Return the record of the decision ``tree``; what is open stands in it as a blank."""
        every = decide_facts(self.facts)
        activities = tuple(dict.fromkeys(d.at for d in every if d.tree == tree))
        if len(activities) == 1:
            return self._record(tree, [d for d in every if d.at in ("", activities[0])])
        between = {self.facts.party_key(role) for role in self.facts.roles[:2]}
        firsts = [next(d for d in every if d.tree == tree and d.at == at) for at in activities]
        # While it is not known between whom the agreement is, any of them may be meant.
        mine = [d.at for d in firsts if None in between or {d.giver, d.recipient} == between]
        if not mine:
            said = "No activity between these two organizations is listed, so nothing was decided here."
            return (Paragraph((Text(said),)),)
        blocks: list[Block] = []
        for at in mine:
            decided = [d for d in every if d.at == at]
            blocks += [*self._activity(decided[0]), *self._record(tree, decided)]
        return tuple(blocks)

    def _activity(self, decision: Decision) -> Iterator[Block]:
        """Yield what the activity of ``decision`` is: its name, the two parties, the information, the job."""
        giver, recipient = self._said(decision, "{giver}"), self._said(decision, "{recipient}")
        name = decision.activity or "the first activity described"
        label = Emphasis((Text(f"Activity: {name}."),), strong=True)
        yield Paragraph((label, Text(" From "), *giver, Text(" to "), *recipient, Text(".")))
        if decision.at:
            what, job, who = (self.value(f"{decision.at}.{part}") for part in ("data", "function", "answered_by"))
            yield Paragraph((Text("Information: "), *what, Text(". The recipient’s job: "), *job, Text(".")))
            yield Paragraph((Text("Answered by: "), *who, Text(".")))

    def _record(self, tree: str, decisions: list[Decision]) -> tuple[Block, ...]:
        decided = {d.tree: d for d in decisions}
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
            blanks = self.filler.blanks(step.fields, "checklist", "which way the decision goes")
            answer = tuple(self._short(inline) for inline in blanks)
        else:
            answer = (Text(worded(step.answer, names)),)
        # Names only: their titles, organizations and days stand in the table of who answered.
        people = "; ".join(dict.fromkeys(person.split(", ")[0] for person in step.by.split("; ") if person))
        # A question with a number is one for a person; the others follow from who the parties are.
        unnamed = "Nobody is named" if step.node[1:].isdecimal() else "Follows from the description of the parties"
        by = people or (worded(step.why, names) if step.why else unnamed)
        cells: tuple[tuple[Inline, ...], ...] = (
            (Text(step.node if step.node.startswith("N") else "–"),),
            self._said(decision, step.question),
            answer,
            (Text(by),) if step.truth is not None or step.conflict else (),
            (Text(step.citation or "For counsel to confirm"),) if step.citation or step.confirm else (),
        )
        return tuple((Paragraph(c),) for c in cells)

    def _short(self, inline: Inline) -> Inline:
        """Return a blank without the name of its activity, which stands above the table."""
        field = self.facts.dictionary.find(inline.field) if isinstance(inline, Blank) else None
        return replace(inline, label=field.label) if isinstance(inline, Blank) and field is not None else inline

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
                out.append(Text(name if out else capitalized(name)))
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
