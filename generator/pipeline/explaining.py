"""The page about one rule, field, clause, document type or requirement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Rule, Severity
from generator.fields import Dictionary, Field
from generator.figures import figure_of, inputs_of
from generator.model import who_knows
from generator.pipeline.parts import RULES, UNKNOWN_NAME, Parts, read_parts
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.library import Clause, DocumentType, Requirement

__all__ = ["every_rule", "explain"]


def every_rule() -> dict[str, Rule]:
    """Return every rule by its name."""
    from generator.pipeline import importing, uses
    from generator.rules import ALL_RULES

    return dict(sorted({**ALL_RULES, **{r.name: r for r in (*RULES, *uses.RULES, *importing.RULES)}}.items()))


def explain(workspace: Workspace, name: str) -> Checked[str]:
    """Return the page for a rule, a field, a clause, a document type or a requirement, as Markdown."""
    import difflib

    rules = every_rule()
    rule = rules.get(name)
    if rule is not None:
        return Checked(_rule_page(rule))
    parts = read_parts(workspace)
    if name == "documents":
        return Checked(_documents_page(parts))
    field = parts.dictionary.find(name)
    paper = parts.library.document_type(name) if name in parts.library.document_ids() else None
    if field is not None:
        # A name of both (hub: the organization and its member agreement) has both pages, the paper first.
        first = _document_page(paper.value) + "\n" if paper is not None and paper.value is not None else ""
        return Checked(first + _field_page(parts.dictionary, name))
    id, _, pin = name.partition("@")
    if parts.library.versions(id):
        clause = parts.library.find(id, None, pin)
        return Checked(_clause_page(parts, clause.value) if clause.value else None, clause.diagnostics)
    if paper is not None:
        return Checked(_document_page(paper.value) if paper.value is not None else None, paper.diagnostics)
    wanted = [r for r in parts.requirements if name in (r.id, r.code) or name.upper() == r.code]
    if wanted:
        return Checked(_requirement_page(parts, wanted[0]))
    if looking := _rules_citing(name.upper(), rules):
        found = [f"- `{r.name}` ({r.severity.value}): {r.says}" for r in looking]
        head = (
            f"# {name.upper()}\n\nA line of the catalogue of what a careful lawyer looks for. Rules that look for it:"
        )
        return Checked("\n".join([head, "", *found]) + "\n")
    codes = [n for r in parts.requirements for n in (r.id, r.code)]
    known = [*rules, *parts.dictionary.paths(), *parts.library.ids(), *parts.library.document_ids(), *codes]
    close = difflib.get_close_matches(name, known, 3, 0.5)
    fix = f"Did you mean {' or '.join(close)}?" if close else "Name a rule, a field (baa.breach_notice) or a clause."
    return Checked(None, (UNKNOWN_NAME.at(None, f"“{name}” is not a rule, a field or a clause.", fix=fix),))


_RANGE = re.compile(r"\b([A-Z]+-L?)(\d\d) to \1(\d\d)\b")


def _rules_citing(line: str, rules: Mapping[str, Rule]) -> list[Rule]:
    """Return the rules whose source names ``line`` of the catalogue, such as BAA-L19, also within a range of lines."""

    def each(found: re.Match[str]) -> str:
        return " ".join(f"{found[1]}{n:02}" for n in range(int(found[2]), int(found[3]) + 1))

    if not re.fullmatch(r"[A-Z]+-L?\d\d", line):
        return []
    sources = {r: r.explanation.rpartition("Source: ")[2] for r in rules.values() if "Source: " in r.explanation}
    return [r for r, source in sources.items() if re.search(rf"\b{line}\b", _RANGE.sub(each, source))]


def _documents_page(parts: Parts) -> str:
    """Return every document type with the sentence that says when one needs it."""
    lines = ["# The papers", ""]
    for id in parts.library.document_ids():
        document = parts.library.document_type(id).value
        if document is not None:
            lines.append(f"- `{id}`, {document.title}: {document.when}")
    return (
        "\n".join([*lines, "", "Name those you need under `agreement.documents`, or let `agreements new` find out."])
        + "\n"
    )


def _document_page(document: DocumentType) -> str:
    return f"# {document.title}\n\n{document.when}\n"


_STOPS = {
    Severity.ERROR: "It stops a final; a draft shows it.",
    Severity.WARNING: "It stops nothing; it is shown, and kept in the record.",
    Severity.NOTE: "It stops nothing; it is told, and kept in the record.",
}


def _rule_page(rule: Rule) -> str:
    """Return what a rule says and why, and for one about finished agreements what it stops and who may overrule it."""
    from generator.decisions import stops
    from generator.lint import TABLE

    blockers = {line.rule.name: line.blocker for line in TABLE}
    lines = [f"# {rule.name} ({rule.severity.value})", "", rule.says, "", rule.explanation.strip(), ""]
    if rule.name in blockers or stops(rule.name):
        lines.append(_STOPS.get(rule.severity, ""))
        if blockers.get(rule.name):
            lines.append("No profile can overrule it.")
        elif rule.severity is not Severity.NOTE:
            lines.append("A profile may overrule it, with a reason (`agreements explain override`).")
        lines.append("")
    return "\n".join(lines)


_LEVELS = {
    "required": "It must be there. A document of which it is asked is refused without it (requirement-missing).",
    "if_applicable": "It must be there where it applies.",
    "optional": "It is a matter of choice.",
}


def _requirement_page(parts: Parts, requirement: Requirement) -> str:
    """Return what a requirement asks, under which authority, and which clauses of the library meet it."""
    lines = [f"# {requirement.code}: {requirement.question}", "", _LEVELS[requirement.level], ""]
    lines += [f"- **How one checks it:** {requirement.test}"]
    if requirement.citation and not requirement.unchecked:
        lines.append(f"- **Authority:** {requirement.citation}")
    if requirement.unchecked:
        lines.append("- **Authority:** not opened at its source yet; counsel confirms it before it decides anything")
    if requirement.note:
        lines.append(f"- **Note:** {requirement.note}")
    lines.append(f"- **Name in clause files:** `{requirement.id}`")
    clauses = []
    for id in parts.library.ids():
        clause = parts.library.find(id).value
        if clause is not None and requirement.id in clause.satisfies:
            clauses.append(f"- {clause.title} (`{clause.id}`)")
    needed = [
        f"- {document.title} (`{id}`)"
        for id in parts.library.document_ids()
        if (document := parts.library.document_type(id).value) is not None and document.asks_for(requirement.id)
    ]
    if needed:
        lines += ["", "Asked of:", "", *needed]
    lines += ["", "Clauses that are written to meet it:", "", *(clauses or ["- none in this library"])]
    return "\n".join(lines) + "\n"


def _field_page(dictionary: Dictionary, path: str) -> str:
    field = dictionary.find(path)
    if field is None:
        raise KeyError(path)
    lines = [f"# {path} — {field.label}", "", field.question, ""]
    facts: Mapping[str, str] = {
        "An answer is": _KINDS[field.kind],
        "Why it is asked": field.why,
        "Who usually knows": who_knows(", ".join(field.who)),
        "When it matters": field.when,
        "What is usual": field.usual,
        "Percent of": field.of,
        "Sensitive": "yes: its value is never shown in a message" if field.sensitive else "",
        "May be left out": "yes" if field.optional else "",
        "Write it like this": f"`{path}: {field.example}`" if field.example and "\n" not in field.example else "",
    }
    lines += [f"- **{name}:** {text}" for name, text in facts.items() if text]
    if (figure := figure_of(path)) is not None:
        told = ", ".join(f"`{name}`" for name in inputs_of(figure))
        lines.append(f"- **Nobody answers it.** It is worked out to the cent, half a cent up, from: {told}")
    if "\n" in field.example:  # a list: its first entry, as it stands in a file
        entry = [f"  {line}" for line in field.example.split("\n")]
        lines += ["", "Write it like this:", "", "```yaml", f"{path}:", *entry, "```"]
    if field.options:
        lines += ["", "Answers:", ""]
        lines += [f"- `{o.key}`: {o.label}" for o in field.options]
        lines.append("- `unknown`: not known yet; it will be asked again")
    if field.fields:
        lines += ["", "Parts of each entry:" if field.kind == "list" else "Parts:", ""]
        lines += [_part_line(f) for f in field.fields]
    return "\n".join(lines) + "\n"


_RUNGS = {"standard": "To begin with", "never": "Never"} | {f"fallback-{n}": f"Step back {n}" for n in range(1, 6)}


def _standing(clause: Clause) -> str:
    """Return which text it is and whether it can be used: name and version, status, whose."""
    whose = "comes with this tool" if clause.layer == "starter" else "is in your own library"
    return f"`{clause.id}@{clause.version}` ({clause.status}) {whose}."


def _answers(dictionary: Dictionary, paths: Iterable[str]) -> Iterator[str]:
    """Yield the fields behind ``paths``, each once, a list for all its parts; not what is worked out."""
    seen: set[str] = set()
    for path in paths:
        parts = path.split(".")
        above = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
        whole = next((p for p in above if (f := dictionary.find(p)) is not None and f.kind == "list"), path)
        field = dictionary.find(whole)
        if field is not None and not field.derived and field.kind != "record" and whole not in seen:
            seen.add(whole)
            yield whole


def _part_line(part: Field) -> str:
    """Return what one part of an entry asks, an example, and whether it may be left out."""
    answers = ", ".join(f"`{o.key}`" for o in part.options)
    example = part.example if part.example and "\n" not in part.example else ""
    said = [part.question or f"{part.label}."]
    said += ["May be left out."] if part.optional else []
    said += [f"One of {answers}."] if answers else [f"For example: {example}"] if example else []
    return f"- `{part.name}`: {' '.join(said)}"


_KINDS = {
    "text": "a few words",
    "paragraphs": "one or several paragraphs of text",
    "date": "a day, written year-month-day",
    "duration": "a length of time: a number of hours, days, business days, weeks, months or years",
    "money": "an amount in dollars",
    "percent": "a percentage",
    "integer": "a whole number",
    "yes_no": "yes or no",
    "choice": "one of the answers below",
    "several": "one or more of the answers below",
    "list": "a list; each entry begins with a dash",
    "record": "several answers that belong together",
    "party": "what is known of one organization",
    "person": "what is known of one person",
    "address": "an address",
    "contact": "what is known of one contact",
    "party_choice": "the short key of an organization",
    "phone": "a telephone number",
    "email": "an e-mail address",
    "url": "a web address",
    "state": "a state, by its two letters",
    "zip": "a ZIP code",
    "ein": "an Employer Identification Number",
    "npi": "a National Provider Identifier, ten digits",
    "uei": "a Unique Entity Identifier of SAM.gov, twelve letters and digits",
}


def _clause_page(parts: Parts, clause: Clause) -> str:
    approval = clause.approval
    lines = [f"# {clause.title}", "", _standing(clause), ""]
    if clause.plain_language:
        lines += [clause.plain_language, ""]
    lines.append(
        f"Approved by {approval.by} on {approval.on}."
        if approval is not None and approval.holds
        else "Approved by nobody’s counsel yet."
    )
    if clause.satisfies:
        known = {r.id: r for r in parts.requirements}
        lines += ["", "What it is there for:", ""]
        for id in clause.satisfies:
            requirement = known.get(id)
            lines.append(
                f"- {requirement.code}: {requirement.test} ({requirement.citation})" if requirement else f"- {id}"
            )
    template = parts.library.template(clause).value
    if template is not None:
        asked = tuple(_answers(parts.dictionary, (u.path for u in template.names())))
        if asked:
            lines += ["", "Answers that it prints or decides by:", ""]
            lines += [f"- {parts.dictionary.label(p)} (`{p}`)" for p in asked]
    if clause.positions:
        lines += ["", "How far one can move:", ""]
        for position in clause.positions:
            values = ", ".join(f"`{k}: {v}`" for k, v in position.values)
            text = " ".join(t for t in (f"{values}." if values else "", position.note) if t)
            lines.append(f"- **{_RUNGS.get(position.rung, position.rung)}**{': ' + text if text else ''}")
    lines += ["", "## Text", "", clause.body.strip()]
    return "\n".join(lines) + "\n"
