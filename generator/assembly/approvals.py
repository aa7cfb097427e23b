"""What a document says of clause texts that no counsel has approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from generator.assembly.body import Body, Placed
from generator.assembly.faults import CLAUSE_NOT_APPROVED
from generator.diagnostics import Diagnostic
from generator.model import Block, Emphasis, Paragraph, Section, Status, Text

__all__ = ["NOT_APPROVED", "with_approvals"]

NOT_APPROVED = "No counsel has approved the text of this clause."
_FEW = 5  # clause texts that the cover names one by one


def with_approvals(
    body: Body,
    where: Mapping[str, str],
    placed: Mapping[str, Placed],
    status: Status,
    problems: list[Diagnostic],
    *,
    demanded: bool,
) -> Body:
    """Say on the cover which clause texts no counsel has approved; where that is demanded, mark or refuse them."""
    printed = {id: one.chosen.clause for id, one in placed.items() if id in where}
    waiting = {id: c for id, c in printed.items() if c.approval is None or not c.approval.holds}
    if not waiting:
        return body
    note = Paragraph((Text(_approval_note(len(printed), [where[id] for id in waiting])),), note=True)
    body = replace(body, cover=replace(body.cover, notes=(*body.cover.notes, note)))
    if not demanded:
        return body
    if status is Status.FINAL:
        for id, clause in waiting.items():
            problems.append(
                CLAUSE_NOT_APPROVED.at(
                    clause.span,
                    f"No counsel has approved {id}@{clause.version}, and this workspace demands it for a final.",
                    fix=f"Have it read, then: agreements clauses approve {id}@{clause.version} --by NAME",
                )
            )
        return body
    stamp = Paragraph((Emphasis((Text(NOT_APPROVED),), strong=True),), note=True)

    def stamped(block: Block) -> Block:
        if not isinstance(block, Section):
            return block
        blocks = tuple(stamped(b) for b in block.blocks)
        waits = block.source is not None and block.source.id in waiting
        return replace(block, blocks=(stamp, *blocks) if waits else blocks)

    return body.with_each(stamped)


def _approval_note(of: int, waiting: Sequence[str]) -> str:
    """Return the sentence of the cover about the clause texts that no counsel has approved."""
    texts = f"of the {of} clause texts" if of > 1 else "of the one clause text"
    count = "any" if len(waiting) == of > 1 else len(waiting)
    note = f"No counsel has approved {count} {texts} in this document"
    if len(waiting) < of and len(waiting) <= _FEW:
        return f"{note}: {'; '.join(waiting)}."
    return f"{note}."
