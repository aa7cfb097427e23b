"""An existing Word contract taken into the library: broken into draft clauses, with everything uncertain said."""

from __future__ import annotations

from generator.intake.contract import Part, read_contract
from generator.intake.drafts import Draft, Intake, Proposal, drafts_of

__all__ = ["Draft", "Intake", "Part", "Proposal", "drafts_of", "read_contract"]
