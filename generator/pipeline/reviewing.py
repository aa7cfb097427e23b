"""A document that came back: held against what was sent, our positions and the law.

Which record it belongs to is found in :mod:`.sent_record`, what was sent in :mod:`.sent_document`; :mod:`.judging`
holds what was changed against our positions, the rules and the requirements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from generator.diagnostics import Checked, Diagnostic, Span, errors_in, in_order
from generator.digests import short_digest
from generator.library import Clause, Group
from generator.pipeline.judging import Judging
from generator.pipeline.parts import NO_SUCH_FILE, WRONG_FILE, Parts, read_parts
from generator.pipeline.sent_document import Making, what_was_sent
from generator.pipeline.sent_record import Answers, answers_of, document_in, our_file, record_of
from generator.profile_edit import with_answer
from generator.reading.yaml_text import TextNode
from generator.records import Recorded, RecordedDocument
from generator.returned.checklist import checklist_of
from generator.returned.findings import State, find_changes, parts_of
from generator.returned.judging import judge
from generator.returned.reading import Comment, Returned, read_returned
from generator.returned.refusals import CLAUSE_EDITED, NO_RECORD, NOT_OURS, TRACKING_OUTSIDE
from generator.returned.renaming import with_names_told_once
from generator.returned.reviewed import Reviewed
from generator.workspace import Workspace

if TYPE_CHECKING:
    from generator.returned.copying import Copy

__all__ = ["Reviewed", "apply_review", "review", "review_copy"]


def review(workspace: Workspace, file: str, *, record: str = "", original: str = "", profile: str = "") -> Reviewed:
    """Review the Word file ``file`` that came back.

    ``record`` is a record or a folder with one; without it, one that belongs to the file is looked for beside it and
    below the workspace's output. ``original`` is the file that was sent, where it is not beside the record; ``profile``
    the answers it was made of, where they are not where they were. Nothing is written.
    """
    data = workspace.read(file)
    if data is None:
        folder = workspace.is_folder(file)
        rule, message = (WRONG_FILE, "This is a folder.") if folder else (NO_SUCH_FILE, "There is no such file.")
        return Reviewed(False, (rule.at(Span(file, 0, 0), message, fix="Name the Word file that came back."),), file)
    read = read_returned(data, file)
    problems = list(read.diagnostics)
    if read.value is None:
        return Reviewed(False, in_order(problems), file)
    returned = read.value

    def stopped() -> Reviewed:
        return Reviewed(False, in_order(problems), file, data=data, returned=returned)

    parts = read_parts(workspace)
    problems += parts.problems
    recorded, found = record_of(workspace, returned, file, record)
    problems += found
    document = document_in(recorded, returned)
    answers = answers_of(workspace, parts, recorded, profile)
    problems += answers.diagnostics
    if errors_in(found) or (profile and (answers.value is None or answers.value.now is None)):
        return stopped()  # what was named is not there
    held = answers.value or Answers()
    making = Making(workspace, parts, held, recorded, document, returned)
    check = "Check that it is the file you mean, or name what was sent: --original FILE."
    if recorded is not None and document is None and not original:
        problems.append(NOT_OURS.at(Span(file), "Nothing in it is of a document in that record.", fix=check))
        return stopped()
    ours_alone = our_file(workspace, returned, data) if recorded is None and not (original or record) else ""
    sent = what_was_sent(making, returned, original, ours_alone)
    if sent.value is not None and ours_alone:
        problems = [d for d in problems if d.rule != NO_RECORD.name]  # what is told of that file says it
    problems += sent.diagnostics
    if sent.value is None:
        by_library = _by_library(parts, returned, file, data, problems) if not (original or record) else None
        return by_library or stopped()
    ours = sent.value.read
    rows = [(c.id, c.version, c.digest, c.where) for c in document.clauses] if document is not None else []
    pieces = parts_of(ours, rows)
    findings = find_changes(ours, returned, pieces)
    kept = [f for f in findings.parts if f.pages]
    if not kept or sum(len(f.part.paras) for f in kept) < 3:
        message = "Hardly a paragraph of it is one of the document that it was held against."
        problems.append(NOT_OURS.at(Span(file), message, fix=check))
        return stopped()
    problems += _contradictions(document, ours, parts, recorded)
    findings, renamed = with_names_told_once(findings)
    judged = Judging(parts, making, findings, pieces, renamed)
    proposals, told = judged.proposals()
    problems += told
    type_ = parts.library.document_type(making.type).value if making.type else None
    again = making.agreement(making.made())
    title = next((d.title for d in (document, again, type_) if d is not None and d.title), "")
    return Reviewed(
        True,
        in_order(problems),
        file,
        title=title or ours.styles.name("") or PurePath(file).stem,
        name=recorded.name if recorded else (again.name if again is not None else ""),
        number=recorded.number if recorded else (returned.identity.number if returned.identity else ""),
        parties=tuple(p[1] for p in recorded.parties) if recorded else (),
        short_names=tuple(p[2] for p in recorded.parties if p[2]) if recorded else (),
        against=sent.value.against,
        sure=sent.value.sure,
        memory=returned.memory,
        findings=findings,
        renamed=renamed,
        judgements=judged.judgements(),
        near=tuple(judged.near(f) for f in findings.foreign),
        checklist=judged.checklist(document),
        proposals=proposals,
        rules=judged.new_rules,
        comments=_their_remarks(ours, returned),
        profile=held.now.file if held.now is not None else "",
        sent=ours,
        returned=returned,
        data=data,
    )


def _contradictions(
    document: RecordedDocument | None, ours: Returned, parts: Parts, recorded: Recorded | None
) -> Iterator[Diagnostic]:
    """Yield where the record, our document and the library do not agree."""
    if document is None or recorded is None:
        return
    at = Span(recorded.file, 0, 0)
    there = {(m.id, m.version, m.digest) for m in ours.marks}
    for clause in document.clauses:
        if ours.marks and (clause.id, clause.version, short_digest(clause.digest)) not in there:
            message = f"The record lists {clause.id}@{clause.version}; our document says that it holds another text."
            yield CLAUSE_EDITED.at(at, message, fix="The document counts: it is what the other side got.")
            continue
        found = parts.library.find(clause.id, None, clause.version).value
        if found is None or str(found.version) != clause.version:
            message = f"The library has no {clause.id}@{clause.version} any more; its positions are unknown."
            yield CLAUSE_EDITED.at(at, message)
        elif clause.digest and found.digest != clause.digest:
            message = f"The text of {clause.id}@{clause.version} in the library is another one than was sent."
            yield CLAUSE_EDITED.at(at, message)


def _their_remarks(ours: Returned, returned: Returned) -> tuple[Comment, ...]:
    """Return the remarks that are not ours: a draft of ours has some of its own, and so has a copy of a review."""
    known = {(c.author, c.text) for c in ours.comments}
    return tuple(c for c in returned.comments if (c.author, c.text) not in known and not c.ours)


def _by_library(
    parts: Parts, returned: Returned, file: str, data: bytes, problems: Sequence[Diagnostic]
) -> Reviewed | None:
    """Return what the clause library alone can say of a file, None if it knows none of its clauses."""
    from generator.returned.from_library import find_against_library, known_clauses

    versions = {m.id: m.version for m in returned.marks}
    library = [
        c
        for id in parts.library.ids()
        if (c := parts.library.find(id, None, versions.get(id, "")).value or parts.library.find(id).value)
    ]
    clauses = known_clauses(returned, library)
    if len(clauses) < 3:
        return None
    others: dict[str, list[Clause]] = {}
    if not versions:  # nothing in the file says which version of a clause it holds
        for id, clause in clauses.items():
            named = {str(f.version) for _, some in parts.library.versions(id) for f in some} - {str(clause.version)}
            found = (parts.library.find(id, None, v).value for v in sorted(named) if "-" not in v)
            others[id] = [c for c in found if c is not None]
    findings = find_against_library(returned, clauses, others, _headings(parts))
    kind = returned.identity.type if returned.identity else ""
    type_ = parts.library.document_type(kind).value if kind else None
    satisfies = {id: c.satisfies for id, c in clauses.items()}
    changed = [f for f in findings.parts if f.state is not State.VERBATIM]
    # Without values nothing can be held against a rung; what we never accept, and the ladder, can be told.
    judgements = {f.part.key: judge(f, clauses[f.part.id], (), {}, {}, {}, ()) for f in changed}
    message = "Neither the record nor what was sent is there. The words are held against the clause library alone."
    fix = "Whether a value was changed cannot be known this way: name what was sent (--original) or its record."
    kept = [d for d in problems if d.rule != NO_RECORD.name]
    title = type_.title if type_ is not None else PurePath(file).stem
    return Reviewed(
        True, in_order([*kept, NO_RECORD.at(Span(file, 0, 0), message, fix=fix)]), file, title=title,
        number=returned.identity.number if returned.identity else "", against="the clause library, values unknown",
        memory=returned.memory, findings=findings, judgements=judgements,
        near=tuple(("", 0.0) for _ in findings.foreign),
        checklist=checklist_of(parts.demanded_of(type_), findings.parts, satisfies, {}, values_judged=False),
        comments=tuple(c for c in returned.comments if not c.ours), returned=returned, data=data,
    )  # fmt: skip


def _headings(parts: Parts) -> set[str]:
    """Return the headings that documents of ours print between clauses."""
    out: set[str] = set()
    for id in parts.library.document_ids():
        type_ = parts.library.document_type(id).value
        if type_ is not None:
            outlines = [type_.outline, *(s.outline for s in type_.schedules)]
            out |= {part.heading for outline in outlines for part in outline if isinstance(part, Group)}
            out |= {part.heading for part in type_.opening} | {s.title for s in type_.schedules}
    return out


# ---------------------------------------------------------------- what a review leads to


def apply_review(workspace: Workspace, reviewed: Reviewed, fields: Sequence[str]) -> Checked[bytes]:
    """Return the profile of a review with the proposals for ``fields`` written into it; nothing is stored.

    Every other line stays as it is (:mod:`generator.profile_edit`). A proposal that cannot be written stops all.
    """
    data = workspace.read(reviewed.profile) if reviewed.profile else None
    if data is None:
        message = "The profile that the document was made of was not found, so nothing can be written into it."
        return Checked(None, (NO_SUCH_FILE.at(None, message, fix="Name it: --profile FILE."),))
    for proposal in reviewed.proposals:
        if proposal.field not in fields or not proposal.written:
            continue
        if (
            proposal.span is not None
            and proposal.span.file != reviewed.profile
            and any(p.isdecimal() for p in proposal.field.split("."))
        ):
            message = f"“{proposal.field}” is part of a list that stands in {proposal.span}."
            fix = "Change it there: other agreements may be made from that file."
            return Checked(None, (WRONG_FILE.at(proposal.span, message, fix=fix, field=proposal.field),))
        answer = TextNode(proposal.written, Span(""), True)
        comment = (f"{proposal.label}, as it came back in {PurePath(reviewed.file).name}",)
        edited = with_answer(data, reviewed.profile, proposal.field, answer, comment=comment)
        if edited.value is None:
            return Checked(None, edited.diagnostics)
        data = edited.value
    return Checked(data)


def review_copy(
    reviewed: Reviewed, *, author: str, date: dt.datetime, restore: bool = False, share: bool = False
) -> Checked[Copy]:
    """Return a copy of the returned file with our remarks, and with its untracked changes tracked as ours.

    With ``restore``, our tracked changes put back what we sent wherever it was changed without tracking. With
    ``share``, the remarks hold nothing that the other side shall not read.
    """
    from generator.returned.copying import commented_copy
    from generator.returned.telling import remarks_of

    if reviewed.findings is None:
        return Checked(None, reviewed.diagnostics)
    if reviewed.sent is None:
        message = "Without what was sent there is nothing to mark in a Word copy. It was not written."
        problem = TRACKING_OUTSIDE.at(Span(reviewed.file, 0, 0), message, fix="Name what was sent: --original FILE.")
        return Checked(None, (problem,))
    parts = [f.part for f in reviewed.findings.parts]
    made = commented_copy(
        reviewed.sent,
        reviewed.data,
        reviewed.file,
        parts,
        remarks_of(reviewed, share=share),
        author=author,
        date=date,
        restore=restore,
    )
    if made.why:
        message = f"The Word copy holds our remarks alone: {made.why}."
        fix = "Every difference is in the report; or compare the two files: agreements compare SENT RETURNED."
        return Checked(made, (TRACKING_OUTSIDE.at(Span(reviewed.file, 0, 0), message, fix=fix),))
    return Checked(made)
