"""Which documents make up the set: the main papers, by how the parties work and who pays."""

from __future__ import annotations

from generator.decisions.baa import JOINT_SYSTEM
from generator.decisions.flow_downs import SHARED_GRANT
from generator.decisions.tree import Evidence, Node, Outcome, Tree

__all__ = ["TREES"]

_PAID = (
    "'fee_for_service' in pay.models or 'pmpm' in pay.models or 'case_rate' in pay.models or 'bundled' in "
    "pay.models or 'p4p_bonus' in pay.models or 'withhold' in pay.models or 'outcome_unit' in pay.models or "
    "'shared_savings' in pay.models or 'risk_corridor' in pay.models or 'full_capitation' in pay.models"
)

SET = Tree(
    "set",
    "Main documents of the set",
    (
        Node(
            "services",
            "Does one party pay the other for services?",
            "'service_contract' in financial_relationship or 'risk_or_outcomes' in financial_relationship", "route",
                "grant",
            evidence=(
                Evidence(_PAID, True, "The ways of paying that are chosen pay for services."),
                Evidence("contract_funding is given", True, "It is said who funds the services contract."),
                Evidence("results_basis is given", True, "It is said on which results pay depends."),
            ),
        ),
        Node(
            "route",
            "Do the parties contract through a hub?",
            "contracting_route == 'via_hub'", "member", "services_set",
        ),
        Node(
            "member",
            "Is the hub the one that buys the services, from one of its members?",
            "agreement.purchaser == 'hub'", "hub_member", "hub",
        ),
        Node(
            "grant",
            "Do the parties share one grant?",
            SHARED_GRANT,
            "carried_out", "platform",
        ),
        Node(
            "carried_out",
            "Is any of the grant federal money?",
            "derived.federal_grant", "substance", "grant_set",
            citation="2 CFR 200.331-200.332",
            evidence=(Evidence("fed_award.fain is given", True, "A federal award number is given."),),
        ),
        Node(
            "substance",
            "By its substance, does the receiving party carry out a part of the federal program, rather than "
            "sell goods or services to it?",
            "fed_award.relationship == 'subrecipient'", "federal_grant_set", "federal_contract_set",
            citation="2 CFR 200.331",
        ),
        Node(
            "platform",
            "Do the parties look into one shared system?",
            "data_relationship == 'full_access'", "platform_set", "joint",
            evidence=(JOINT_SYSTEM,),
        ),
        Node(
            "joint",
            "Do the parties deliver services together, or share a board that decides for both?",
            "'joint' in service_model or governance == 'shared_accountability'", "joint_set", "client_data",
        ),
        Node(
            "client_data",
            "Does information about individual clients move between the parties?",
            "phi.n0", "referral_set", "informal_set",
        ),
    ),
    (
        Outcome(
            "services_set", True,
            "A services agreement with a statement of work, because money is paid for services.",
            documents=("svc", "sow"),
        ),
        Outcome(
            "hub_member", True,
            "A hub member agreement with a statement of work, because the hub buys the services from its member.",
            documents=("hub", "sow"),
        ),
        Outcome(
            "hub", True,
            "A services agreement with a statement of work between the health-care organization and the hub. "
            "The hub then has an agreement with each member, whose terms follow from the first.",
            documents=("svc", "sow"),
        ),
        Outcome(
            "federal_grant_set", True,
            "The federal subaward rider with a statement of work as the scope of the subaward, and data-sharing "
            "terms where client information moves.",
            citation="2 CFR 200.331-200.332",
            documents=("sub", "sow"),
        ),
        Outcome(
            "federal_contract_set", True,
            "A services agreement with a statement of work, because the receiving party sells goods or services "
            "under the grant. The award’s own rules on contracts apply.",
            citation="2 CFR 200.331",
            documents=("svc", "sow"),
        ),
        Outcome(
            "grant_set", True,
            "A memorandum of understanding that states each party’s part in the grant, with a statement of work "
            "where one carries out work for it.",
            documents=("mou",),
        ),
        Outcome(
            "platform_set", True,
            "A memorandum of understanding on taking part in the shared system, with its rules of access.",
            documents=("mou",),
        ),
        Outcome(
            "joint_set", True,
            "A memorandum of understanding with parts that bind, because services or decisions are shared.",
            documents=("mou",),
        ),
        Outcome(
            "referral_set", True,
            "A memorandum of understanding with terms on client information.",
            documents=("mou",),
        ),
        Outcome(
            "informal_set", True,
            "A memorandum of understanding is enough, and it need not bind.",
            documents=("mou",),
        ),
    ),
    whole=True,
)  # fmt: skip

TREES = (SET,)
