"""The record beside a set of documents: what it was made of, so that it can be made, checked and amended again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from generator import __version__
from generator.decisions import Decision, worded
from generator.diagnostics import Diagnostic, Severity, Span
from generator.model import Agreement, Source

__all__ = ["FORMAT", "RECORD_NAME", "digest_of", "make_record"]

FORMAT = 1
RECORD_NAME = "record.json"


def digest_of(data: bytes) -> str:
    """Return ``sha256:…`` of ``data``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def make_record(
    agreements: Sequence[Agreement],
    files: Iterable[tuple[str, str, bytes]],
    *,
    inputs: Mapping[str, str],
    dates: Mapping[str, str],
    answers: Mapping[str, str],
    warnings: Iterable[Diagnostic] = (),
    overruled: Iterable[tuple[str, str, Span, Sequence[str]]] = (),
    decisions: Iterable[tuple[Decision, Mapping[str, str]]] = (),
) -> bytes:
    """Return the record as JSON (UTF-8, sorted nowhere, stable everywhere).

    ``files`` are (document type, file name, content); ``inputs`` maps what was read to its digest;
    ``dates`` are the dates that matter (ISO 8601); ``answers`` are the answers behind the decision
    whether a business associate agreement is needed; ``overruled`` are (rule, reason, place, findings) of
    what the profile overrules; ``decisions`` are which papers the answers call for, each with what the two
    parties are called in it.
    """
    first = agreements[0]
    written: dict[str, list[dict[str, str]]] = {}
    for document, name, data in files:
        written.setdefault(document, []).append({"name": name, "digest": digest_of(data)})
    record: dict[str, Any] = {
        "format": FORMAT,
        "made_with": f"agreement-generator {__version__}",
        "agreement": {"name": first.name, "number": first.number},
        "state": first.status.value,
        "made_on": first.date.isoformat(),
        "parties": [
            {"key": p.key, "legal_name": p.legal_name, "short_name": p.short_name} for p in _parties(agreements)
        ],
        "inputs": dict(inputs),
        "documents": [_document(a, written.get(a.document_type, [])) for a in agreements],
        **_explained(agreements, written),
        "dates": dict(dates),
        "answers": dict(answers),
        "notices": [
            {"rule": d.rule, "message": d.message, "place": str(d.span or "")}
            for d in warnings
            if d.severity is not Severity.OPEN
        ],
        "overrides": [
            {"rule": rule, "reason": reason, "place": str(span), "findings": list(findings)}
            for rule, reason, span, findings in overruled
        ],
        "decisions": [_decision(d, names) for d, names in decisions],
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def _parties(agreements: Sequence[Agreement]) -> list[Any]:
    return list({p.key: p for a in agreements for p in a.parties}.values())


def _document(agreement: Agreement, files: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": agreement.document_type,
        "title": agreement.title,
        "files": files,
        "clauses": [_clause(s) for s in agreement.sources if s.included],
        "left_out": [{"id": s.id, "why": s.why} for s in agreement.sources if not s.included],
        "open_items": [
            {"field": i.field, "label": i.label, "needed_by": list(i.needed_by)} for i in agreement.open_items
        ],
    }


def _explained(agreements: Sequence[Agreement], written: Mapping[str, list[dict[str, str]]]) -> dict[str, Any]:
    """Return the files that explain a document; they are no agreement, so they stand by themselves."""
    types = [a.document_type for a in agreements]
    found = [{"explains": t, "files": files} for t in types if (files := written.get(f"{t}-companion"))]
    return {"companions": found} if found else {}


def _decision(decision: Decision, names: Mapping[str, str]) -> dict[str, Any]:
    outcome = decision.outcome
    return {
        "decision": decision.tree,
        "title": decision.title,
        "activity": decision.activity,
        "giver": decision.giver,
        "recipient": decision.recipient,
        "needed": decision.needed,
        "result": outcome.id if outcome else None,
        "says": worded(outcome.text, names) if outcome else "Not decided yet.",
        "authority": outcome.citation if outcome else "",
        "for_counsel": outcome.confirm if outcome else "",
        "path": [
            {
                "node": s.node,
                "question": worded(s.question, names),
                "answer": worded(s.answer, names) if "{" in s.answer else s.answer,
                "answered_by": s.by,
                "fields": list(s.fields),
                "places": [str(p) for p in s.places],
                "why": worded(s.why, names),
                "authority": s.citation,
                "for_counsel": s.confirm,
            }
            for s in decision.path
        ],
        "questions": [
            {
                "field": q.field,
                "node": q.node,
                "question": worded(q.text, names),
                "next": q.now,
                "contradicted": q.conflict,
            }
            for q in decision.questions
        ],
        "notes": [worded(n.text, names) for n in decision.notes],
    }


def _clause(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "version": source.version,
        "digest": source.digest,
        "layer": source.layer,
        "approved": source.approved or None,
        "where": source.number,
        "why": source.why,
        "satisfies": list(source.satisfies),
    }
