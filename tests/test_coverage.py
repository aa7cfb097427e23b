"""Nothing in the library is idle: clauses, alternatives, rungs and explanations are all reached, and gaps are named."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from generator.assembly import STOPS_A_FINAL
from generator.diagnostics import Severity, errors_in
from generator.library import Clause, Position
from generator.model import Agreement, Status
from generator.pipeline.parts import Parts, date_of, read_parts, wanted_documents
from generator.pipeline.sets import assemble_set, lint_set
from generator.profile import Profile, read_profile
from generator.reading.yaml_text import ListNode, MapNode, TextNode, read_yaml
from generator.reading_level import grade
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
WORKSPACE = warm_workspace(ROOT, today=dt.date(2027, 1, 1))
WORKED = sorted(f"profiles/{p.name}" for p in (ROOT / "profiles").glob("*.yaml"))
VARIANTS = sorted(f"tests/variants/{p.name}" for p in (Path(__file__).parent / "variants").glob("*.yaml"))
HARDEST = 8.0


@cache
def parts() -> Parts:
    """Return the library, read once."""
    return read_parts(WORKSPACE)


@cache
def profile(file: str) -> Profile:
    read = read_profile(WORKSPACE.read, file, parts().dictionary)
    assert read.diagnostics == (), file
    assert read.value is not None
    return read.value


@cache
def agreements(file: str) -> tuple[Agreement, ...]:
    """Return the set of one profile, assembled as a draft."""
    read = profile(file)
    wanted, _ = wanted_documents(read, parts().dictionary, ())
    return assemble_set(parts(), read, wanted, Status.DRAFT, date_of(read, WORKSPACE)).agreements


@cache
def clauses() -> tuple[Clause, ...]:
    """Return the text of every clause that documents use now."""
    found = [parts().library.find(id).value for id in parts().library.ids()]
    return tuple(c for c in found if c is not None)


@cache
def reached() -> dict[str, tuple[str, str]]:
    """Return the first set that prints each clause: the profile and the document, worked profiles first."""
    out: dict[str, tuple[str, str]] = {}
    for file in (*WORKED, *VARIANTS):
        for agreement in agreements(file):
            for source in agreement.sources:
                if source.included:
                    out.setdefault(source.id, (file, agreement.document_type))
    return out


@cache
def printed_in() -> set[tuple[str, str]]:
    """Return every clause with each document that prints it."""
    return {
        (agreement.document_type, source.id)
        for file in (*WORKED, *VARIANTS)
        for agreement in agreements(file)
        for source in agreement.sources
        if source.included
    }


@cache
def of_commands() -> frozenset[str]:
    """Return the clauses of documents that no profile asks for: a command makes them, from papers that are signed."""
    texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "clauses/_documents").glob("_*.yaml"))]
    return frozenset(c.id for c in clauses() if any(re.search(rf"\b{re.escape(c.id)}\b", text) for text in texts))


# ---------------------------------------------------------------- clauses


@pytest.mark.slow
def test_every_clause_is_printed_by_some_profile(record_property):
    by_worked = [c.id for c in clauses() if reached().get(c.id, ("tests/",))[0].startswith("profiles/")]
    by_variant = [c.id for c in clauses() if c.id in reached() and c.id not in by_worked]
    by_command = [c.id for c in clauses() if c.id in of_commands() - set(reached())]
    missing = [c.id for c in clauses() if c.id not in reached() and c.id not in by_command]
    record_property(
        "coverage",
        f"clauses printed: {len(by_worked)} by worked profiles, {len(by_variant)} by variants in tests/variants "
        f"({', '.join(by_variant)}), {len(by_command)} only by commands ({', '.join(by_command) or 'none'}), "
        f"of {len(clauses())}; printed by nothing: {', '.join(missing) or 'none'}",
    )
    assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize("file", VARIANTS)
def test_a_variant_is_complete_and_sound(file):
    """A variant exists to reach what a worked profile would not; what it makes is held to the same."""
    read = profile(file)
    wanted, _ = wanted_documents(read, parts().dictionary, ())
    made = assemble_set(parts(), read, wanted, Status.DRAFT, date_of(read, WORKSPACE))
    assert [i.field for i in made.open_items] == []
    assert [d.message for d in errors_in(made.problems)] == []
    found = lint_set(parts(), read, made, made.problems).diagnostics
    expected = {"tests/variants/full-risk.yaml": {"full-risk", "outside-the-library"}}.get(file, set())
    assert {d.rule for d in errors_in(found)} <= expected, [(d.rule, str(d.span), d.message) for d in errors_in(found)]


# ---------------------------------------------------------------- alternatives


def slots_of(document: str) -> list[tuple[str, str]]:
    """Return every alternative of a document: the place, and the clause that may take it."""
    node = read_yaml((ROOT / f"clauses/_documents/{document}.yaml").read_bytes(), document).value
    out: list[tuple[str, str]] = []

    def walk(node: object) -> None:
        if isinstance(node, MapNode):
            options, name = node.get("one_of"), node.get("slot")
            if isinstance(options, ListNode) and isinstance(name, TextNode):
                for option in options.items:
                    clause = option.get("clause") if isinstance(option, MapNode) else option
                    assert isinstance(clause, TextNode)
                    out.append((name.text, clause.text))
            for _, _, inner in node.entries:
                walk(inner)
        elif isinstance(node, ListNode):
            for inner in node.items:
                walk(inner)

    walk(node)
    return out


@pytest.mark.slow
def test_every_alternative_is_taken_by_some_profile(record_property):
    """Counted by clause: one that several documents offer need be taken in one of them."""
    offered = {
        (slot, clause): document for document in parts().library.document_ids() for slot, clause in slots_of(document)
    }
    taken = {clause for _, clause in printed_in()}
    missing = sorted(
        f"{clause} ({document}, {slot})" for (slot, clause), document in offered.items() if clause not in taken
    )
    assert offered
    record_property(
        "coverage",
        f"alternatives taken: {len(offered) - len(missing)} of {len(offered)}; "
        f"never taken: {', '.join(missing) or 'none'}",
    )
    assert missing == []


# ---------------------------------------------------------------- rungs


def written(values: tuple[tuple[str, str], ...]) -> str:
    """Return the answers of a rung as lines of a profile."""
    return "".join(f"{name}: {text if text.startswith('[') else json.dumps(text)}\n" for name, text in values)


@cache
def at_rung(clause: Clause, rung: Position) -> tuple[Agreement | None, list[str]]:
    """Return the document that prints ``clause``, with the answers of ``rung``, and what went wrong."""
    file, document = reached()[clause.id]
    text = f"extends: {file}\n{written(rung.values)}".encode()
    read = read_profile(
        lambda name: text if name == "rung.yaml" else WORKSPACE.read(name), "rung.yaml", parts().dictionary
    )
    problems = [d.message for d in read.diagnostics]
    if read.value is None:
        return None, problems
    made = assemble_set(parts(), read.value, (document,), Status.DRAFT, date_of(read.value, WORKSPACE))
    problems += [d.message for d in made.problems if d.severity is Severity.ERROR or d.rule in STOPS_A_FINAL]
    agreement = next((a for a in made.agreements if a.document_type == document), None)
    return agreement, problems


@pytest.mark.slow
def test_every_rung_of_every_ladder_assembles(record_property):
    """A rung that names answers is put into a profile that prints its clause, and the document assembles."""
    with_values, told, wrong, without = 0, 0, [], []
    for clause in clauses():
        for rung in clause.positions:
            told += not rung.values
            if not rung.values or clause.id not in reached():
                continue
            with_values += 1
            agreement, problems = at_rung(clause, rung)
            name = f"{clause.id}, {rung.rung}"
            if agreement is None or problems:
                wrong.append(f"{name}: {'; '.join(problems) or 'nothing was made'}")
            elif not any(s.id == clause.id and s.included for s in agreement.sources):
                without.append(name)
    record_property(
        "coverage",
        f"rungs that name answers: {with_values - len(wrong)} of {with_values} assemble "
        f"({told} more name none, only a note); that leave their clause out: {'; '.join(without) or 'none'}; "
        f"that do not assemble: {'; '.join(wrong) or 'none'}",
    )
    assert wrong == []
    assert with_values > 50


# ---------------------------------------------------------------- explanations


def test_every_explanation_reads_at_grade_eight_or_below(record_property):
    """Measured as :mod:`generator.reading_level` says, of the text that documents use now.

    Where a legal name such as “business associate agreement” cannot be avoided, it is counted like every other word:
    the sentences around it have to be shorter.
    """
    grades = {c.id: grade(c.plain_language) for c in clauses()}
    shared = Counter(min(int(g), 12) for g in grades.values())
    hard = sorted(((g, id) for id, g in grades.items() if g > HARDEST), reverse=True)
    record_property(
        "coverage",
        f"reading level of {len(grades)} explanations: "
        + ", ".join(f"grade {n}: {shared[n]}" for n in sorted(shared))
        + f"; above {HARDEST:g}: "
        + (", ".join(f"{id} {g:.1f}" for g, id in hard) or "none"),
    )
    assert [f"{id}: {g:.1f}" for g, id in hard] == []


def test_no_explanation_belongs_to_another_text():
    """An explanation names the words that it explains by digest; it is stale when they move."""
    assert [c.id for c in clauses() if not c.plain_language_fresh] == []
    assert [c.id for c in clauses() if not c.plain_language] == []
