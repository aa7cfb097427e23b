"""An existing Word contract taken into the library: broken into draft clauses, with everything uncertain said."""

from __future__ import annotations

from generator.intake.again import Difference, differences
from generator.intake.contract import Contract, Part, read_contract
from generator.intake.drafts import PREAMBLE, Draft, Intake, Near, drafts_of
from generator.intake.report import Announced, Place, Report, report_of, report_page
from generator.intake.values import Proposal

__all__ = [
    "PREAMBLE",
    "Announced",
    "Contract",
    "Difference",
    "Draft",
    "Intake",
    "Near",
    "Part",
    "Place",
    "Proposal",
    "Report",
    "differences",
    "drafts_of",
    "read_contract",
    "report_of",
    "report_page",
]
