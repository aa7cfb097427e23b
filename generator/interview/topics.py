"""The parts of the interview, and which names are asked in each, in order."""

from __future__ import annotations

from typing import Final

from generator.decisions.activities import LIST as ACTIVITIES
from generator.frozen import dataclass

__all__ = ["BY_NAME", "DOCUMENTS", "TOPICS", "Topic"]

DOCUMENTS: Final = "agreement.documents"


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the interview. ``groups`` are beginnings of field names, in asking order; ``says`` introduces it."""

    id: str
    title: str
    says: str
    groups: tuple[tuple[str, ...], ...]


# "party" stands for whichever party. The topic with the empty name takes what no other names.
TOPICS: Final = (
    Topic(
        "papers", "The papers", "Which papers you need, and who plays which part in them.",
        ((DOCUMENTS,), ("agreement.name",), ("agreement.purchaser",), ("agreement.provider",),
         ("baa.covered_entity",), ("baa.business_associate",), ("formality",), ("binding_mode", "binding_sections"),
         ("sow.placement",), ("phase", "jsi_step", "contracting_route", "amend", "renewreview"), ("more_parties",)),
    ),
    Topic(
        "parties", "The organizations", "Who they are, as their own papers say it.",
        (("party.legal_name",), ("party.dba",), ("party.short_name",), ("party.role",), ("party",)),
    ),
    Topic(
        "work", "What you do together", "The work itself: for whom, what, how, and who does it.",
        (("service_model", "primary_service_model", "governance", "partnership_effects"),
         ("population", "eligibility", "social_need_domains"), ("service",), ("",)),
    ),
    Topic(
        "money", "Money", "What is paid, how, and who carries which risk.",
        (("financial_relationship", "independent_mode", "payer_lines", "medicaid_authority", "pay.models"),
         ("pay", "billing", "inkind", "grant", "fund_mix", "fed_award", "vouchers", "ilos", "plan_contract_ref",
          "fdr_status", "exclusion", "state_text", "contract_funding", "results_basis", "results_vehicle",
          "results_extent", "aaa"),
         ("insurance", "indemnity", "liability", "audit")),
    ),
    Topic(
        "information", "Information about people",
        "What moves between you about the people you serve. Only kinds of information: never write about one person.",
        (("info_direction", "data_relationship", "phi", ACTIVITIES), ("data", "part2", "ferpa", "victim"),
         ("baa", "sba", "dua", "qso", "dsa"),
         ("program_data_review", "separate_systems", "joint_system", "realtime_view", "input_rights"),
         ("confidentiality", "public_comms", "ip")),
    ),
    Topic(
        "ending", "Beginning and ending", "When it starts, when it ends, and how one gets out of it well.",
        (("term",), ("renewal", "pilot", "prelaunch"), ("terminate", "transition", "notice"),
         ("law", "nonexclusive")),
    ),
    Topic(
        "signing", "Contacts and signing", "Who signs, who is called, and where letters go.",
        (("party.address", "party.notice_email_ok"), ("party.signer", "party.approval"), ("party.contacts",),
         ("agreement.number", "agreement.prepared_on", "review")),
    ),
)  # fmt: skip
BY_NAME: Final = {
    name: (t, g) for t, topic in enumerate(TOPICS) for g, group in enumerate(topic.groups) for name in group
}
