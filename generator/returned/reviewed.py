"""What a review found, as plain values: made by the pipeline, told by the reports."""

from __future__ import annotations

from collections.abc import Mapping

from generator.diagnostics import Diagnostic
from generator.frozen import dataclass
from generator.returned.checklist import ChecklistItem
from generator.returned.findings import Findings
from generator.returned.judging import Judgement
from generator.returned.reading import Comment, Returned
from generator.returned.renaming import Renamed
from generator.returned.values import Proposal

__all__ = ["Reviewed"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a review found; without ``ok`` there is nothing to hold the return against.

    ``judgements`` and ``near`` go by the key of a part and by the position of foreign text. ``against`` says what the
    return was held against; ``sure`` is false where that may not be what was sent.
    """

    ok: bool
    diagnostics: tuple[Diagnostic, ...]
    file: str = ""
    title: str = ""
    name: str = ""
    number: str = ""
    parties: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()
    against: str = ""
    sure: bool = False
    memory: tuple[str, ...] = ()
    findings: Findings | None = None
    renamed: tuple[Renamed, ...] = ()
    judgements: Mapping[str, Judgement] | None = None
    near: tuple[tuple[str, float], ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    rules: tuple[Diagnostic, ...] = ()
    comments: tuple[Comment, ...] = ()
    profile: str = ""
    sent: Returned | None = None
    returned: Returned | None = None
    data: bytes = b""
