"""Rules over a finished set of agreements: what a careful lawyer would find on reading it.

One file per family of rules. To add a rule: a ``Rule`` whose explanation is its manual page, a function
``(index) -> Iterator[Diagnostic]`` and a line in the ``LINTS`` of a file here; for a new file, a line in
:data:`TABLE`; and ``tests/lint/RULE.md`` with a case that fires and one that does not. What a rule looks for in single
paragraphs it looks for in a function marked ``@note`` (:func:`generator.lint.index.note`).

Severities: an error stops a final and not a draft; a warning and a note are shown and recorded. What
rests on a source that nobody has opened is at most a warning. A profile may overrule a finding, by the
rule's name and with a reason, unless the rule is a blocker.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator.decisions import RULES as DECISION_RULES
from generator.diagnostics import Diagnostic, Rule, Severity, Span
from generator.frozen import dataclass
from generator.lint import (
    across,
    changes,
    dates,
    definitions,
    documents,
    ending,
    flow_downs,
    fraud,
    hipaa,
    notices,
    parties,
    payment,
    payment_models,
    payment_sums,
    privacy,
    risk,
    wording,
    working_together,
)
from generator.lint.index import Index, Lint

__all__ = ["RULES", "TABLE", "Index", "Lint", "Linted", "Overruled", "lint", "lint_answers", "rules_about"]

TABLE: tuple[Lint, ...] = (
    *definitions.LINTS,
    *dates.LINTS,
    *parties.LINTS,
    *hipaa.LINTS,
    *across.LINTS,
    *privacy.LINTS,
    *payment.LINTS,
    *payment_models.LINTS,
    *payment_sums.LINTS,
    *documents.LINTS,
    *fraud.LINTS,
    *flow_downs.LINTS,
    *risk.LINTS,
    *ending.LINTS,
    *working_together.LINTS,
    *wording.LINTS,
    *changes.LINTS,
    *notices.LINTS,
)

SHIPPED = frozenset(
    (
        "mou", "svc", "sow", "baa", "bac", "sba", "sbc", "hub", "dsa", "joc", "prelaunch",
        "dua", "qso", "reg", "sub", "amd", "ren", "trm",
    )
)  # fmt: skip
OVERRIDE = Rule(
    "override",
    Severity.ERROR,
    "An override does not fit a rule that can be overruled.",
    """A profile may overrule a finding. It names the rule and says who decided and why; the reason is shown with
every run and kept in the record.

```yaml
overrides:
  withhold-over-tenth: The board agreed on May 2, 2027, because the base rate rose by a fifth.
```

The name must be that of a rule that looks over finished agreements. Rules that protect against a document the law
does not allow cannot be overruled, nor can rules about how files are written. An override that nothing needs any
more is shown as a note, so that it does not hide the next finding.

Wrong: `overrides: {pay-06: fine}`

Right: the rule's own name, as printed with the problem, and a reason that counsel would accept.""",
)
RULES: tuple[Rule, ...] = (*(line.rule for line in TABLE), OVERRIDE)


@dataclass(frozen=True, slots=True)
class Overruled:
    """A rule that the profile overrules, the reason it gives, and what the rule found."""

    rule: str
    reason: str
    span: Span
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found, with overruled findings as notes, and what was overruled."""

    diagnostics: tuple[Diagnostic, ...]
    overruled: tuple[Overruled, ...]


def lint(
    index: Index, table: Sequence[Lint] = TABLE, *, overrides: Mapping[str, tuple[str, Span]] | None = None
) -> Linted:
    """Return what the rules of ``table`` find in ``index``, once each, with ``overrides`` (None: those of the profile)
    applied."""
    if overrides is None:
        overrides = index.profile.overrides
    rules = rules_about((a.document_type for a in index.agreements), table)
    found = [(line, d) for line in rules for d in _once(line.check(index))]
    known = {line.rule.name: line for line in table}
    out: list[Diagnostic] = []
    overruled: list[Overruled] = []
    for name, (_, span) in overrides.items():
        out += _misplaced(name, span, known)
    for line, diagnostic in found:
        if line.rule.name in overrides and not line.blocker:
            reason, span = overrides[line.rule.name]
            out.append(_as_note(diagnostic, reason))
            overruled.append(Overruled(line.rule.name, reason, span, (diagnostic,)))
        else:
            out.append(diagnostic)
    # What a rule would find in documents that are not made now is not known.
    idle_rules = {line.rule.name for line in rules if not line.blocker} - {line.rule.name for line, _ in found}
    for name, (_, span) in overrides.items():
        if name in idle_rules:
            idle = OVERRIDE.at(span, f"“{name}” finds nothing here any more.", fix="Take the override out.")
            out.append(replace(idle, severity=Severity.NOTE))
    return Linted(tuple(out), _by_rule(overruled))


def lint_answers(index: Index) -> tuple[Diagnostic, ...]:
    """Return what the rules find in answers alone, before anything is assembled; what is overruled is left out.

    ``index`` has no agreements, so that no rule about words finds anything; its ``documents`` are those wanted.
    """
    found: list[Diagnostic] = []
    for line in rules_about(index.documents):
        if line.blocker or line.rule.name not in index.profile.overrides:
            found += _once(line.check(index))
    return tuple(found)


def rules_about(documents: Iterable[str], table: Sequence[Lint] = TABLE) -> list[Lint]:
    """Return the rules of ``table`` that are about any of ``documents``; a document type of one's own is always looked
    at."""
    types = frozenset(documents)
    if not types.issubset(SHIPPED):
        return list(table)
    return [line for line in table if not line.documents or not types.isdisjoint(line.documents)]


def _once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [d for d, _ in {(d, d.span): None for d in found}]


def _misplaced(name: str, span: Span, known: dict[str, Lint]) -> list[Diagnostic]:
    line = known.get(name)
    if line is None:
        allowed = [*(n for n, line in known.items() if not line.blocker), *(rule.name for rule in DECISION_RULES)]
        close = difflib.get_close_matches(name, allowed, 1)
        fix = f"Did you mean {close[0]}?" if close else "Write the name that is printed with the problem."
        return [OVERRIDE.at(span, f"“{name}” is not a rule that a profile can overrule.", fix=fix)]
    if line.blocker:
        message = f"“{name}” cannot be overruled: {line.rule.says[:1].lower()}{line.rule.says[1:]}"
        return [OVERRIDE.at(span, message, fix="Take the override out and change the answer.")]
    return []


def _as_note(diagnostic: Diagnostic, reason: str) -> Diagnostic:
    return replace(
        diagnostic, severity=Severity.NOTE, message=f"{diagnostic.message} Overruled in the profile: {reason}", fix=""
    )


def _by_rule(overruled: Sequence[Overruled]) -> tuple[Overruled, ...]:
    merged: dict[str, Overruled] = {}
    for one in overruled:
        before = merged.get(one.rule)
        merged[one.rule] = one if before is None else replace(one, findings=(*before.findings, *one.findings))
    return tuple(merged.values())
