"""The other privacy papers: subcontractor agreements, data-sharing terms, authorizations, data use agreements."""

from __future__ import annotations

from generator.decisions.baa import (
    JOINT_SYSTEM,
    covered_entity,
    deidentified,
    identifiable,
    limited_data_set,
    own_client,
)
from generator.decisions.tree import Evidence, Node, Outcome, Tree

__all__ = ["TREES"]

_SUB = "45 CFR 164.502(e)(1)(ii); 164.504(e)(5); 164.308(b)(2)"

SUBCONTRACTOR = Tree(
    "subcontractor",
    "Subcontractor business associate agreements",
    (
        Node(
            "associate",
            "Is {recipient} a business associate for this work?",
            "decided.baa", "others", "no_associate",
            citation="45 CFR 160.103",
        ),
        Node(
            "others",
            "Will anyone else, such as a member organization, a vendor, or a host of data, handle the "
            "information for {recipient}?",
            "phi.subcontractors", "yes", "no_others",
            citation=_SUB,
            evidence=(
                Evidence(
                    "contracting_route == 'via_hub' and recipient.role == 'cch'", True,
                    "{recipient} is a hub, and its members do the work.",
                ),
            ),
        ),
    ),
    (
        Outcome("no_associate", False, "{recipient} is no business associate here, so it has no subcontractors "
                                       "to bind in that way."),
        Outcome("no_others", False, "Nobody else handles the information, so no subcontractor agreement is "
                                    "needed.", citation=_SUB),
        Outcome(
            "yes", True,
            "{recipient} must have a written agreement with each of them, with the same restrictions, before "
            "they have any of it. {giver} does not sign it.",
            citation=_SUB, documents=("sba",),
        ),
    ),
)  # fmt: skip

DATA_SHARING = Tree(
    "data_sharing",
    "Data-sharing terms",
    (
        identifiable("platform_rules", "no_identifiable"),
        Node(
            "platform_rules",
            "Do both parties look into one shared system?",
            "data_relationship == 'full_access'", "network", "covered_by_baa",
            evidence=(JOINT_SYSTEM,),
        ),
        Node(
            "covered_by_baa",
            "Is all of the information handled under a business associate agreement?",
            "decided.baa and phi.n4 == 'for_them'", "no_baa_alone", "yes",
        ),
    ),
    (
        Outcome("no_identifiable", False, "Nothing moves that identifies a person, so terms on aggregate data "
                                          "are enough (N0)."),
        Outcome(
            "no_baa_alone", False,
            "The business associate agreement governs all of the information; further data-sharing terms are a "
            "matter of choice.",
        ),
        Outcome(
            "network", True,
            "Rules for the shared system are needed: who may see and enter what, how access ends, and how use "
            "is checked.",
            documents=("dsa",),
        ),
        Outcome(
            "yes", True,
            "Data-sharing terms are needed for the information outside a business associate agreement, as a "
            "document of their own or as the part on client information of the main agreement. No federal rule "
            "gives this paper a form.",
            documents=("dsa",),
        ),
    ),
)  # fmt: skip

AUTHORIZATION = Tree(
    "authorization",
    "HIPAA authorization",
    (
        identifiable("N1", "no_identifiable"),
        covered_entity("N2", "no_hipaa"),
        deidentified("no_deid", "N3"),
        limited_data_set("no_lds", "N4"),
        Node(
            "N4",
            "Is any of the information for the service of {recipient} to its own clients, rather than for a job "
            "done for {giver}?",
            "phi.n4 != 'for_them'", "own_purposes", "no_on_behalf",
            citation="45 CFR 160.103, “business associate,” paragraph (1)",
            says=(("phi.n4 == 'for_them'", "no, for {giver}"), ("phi.n4 == 'both'", "yes, in part"), (
                "phi.n4 == 'for_own_client'",
                "yes")),
        ),
        *own_client("no_treatment", "yes", "no_ground"),
    ),
    (
        Outcome("no_identifiable", False, "No authorization is needed, because nothing moves that identifies a "
                                          "person (N0)."),
        Outcome("no_hipaa", False, "HIPAA asks for no authorization here (N1). Another law, or fairness, may "
                                   "ask for consent."),
        Outcome("no_deid", False, "No authorization is needed for information that identifies nobody (N2).", citation=(
            "45 CFR 164.502(d)"
        )),
        Outcome("no_lds", False, "No authorization is needed for a limited data set (N3).", citation=(
            "45 CFR 164.514(e)"
        )),
        Outcome(
            "no_on_behalf", False,
            "No authorization is needed for work that {recipient} does for {giver}; {giver} must have its own "
            "ground for that work (N4).",
            citation="45 CFR 164.502(e)",
        ),
        Outcome(
            "no_treatment", False,
            "HIPAA asks for no authorization where a provider shares what the person’s care needs (N7). Consent "
            "may still be good practice, or another law may ask for it.",
            citation="45 CFR 164.501; 164.506(c)",
        ),
        Outcome(
            "yes", True,
            "The sharing rests on each person’s authorization (N9), so the form belongs to the papers.",
            citation="45 CFR 164.508(b)-(c)", documents=("ath",),
            confirm="The list of what the form must say is compared with the rule at its source.",
        ),
        Outcome(
            "no_ground", None,
            "Stop. Without an authorization no lawful ground has been found for this part of the information "
            "(N9). Take this record to counsel.",
            citation="45 CFR 164.502(a)(1)(iv); 164.508(b)-(c)",
        ),
    ),
)  # fmt: skip

DATA_USE = Tree(
    "data_use",
    "Data use agreement",
    (
        identifiable("N1", "no_identifiable"),
        covered_entity("N2", "no_hipaa"),
        deidentified("no_deid", "N3"),
        limited_data_set("yes", "no"),
    ),
    (
        Outcome("no_identifiable", False, "No data use agreement is needed, because nothing moves that "
                                          "identifies a person (N0)."),
        Outcome("no_hipaa", False, "No data use agreement is needed, because HIPAA does not regulate {giver} "
                                   "for this information (N1)."),
        Outcome("no_deid", False, "No data use agreement is needed for de-identified information (N2).", citation=(
            "45 CFR 164.514(a)-(b)"
        )),
        Outcome("no", False, "No data use agreement is possible, because more than a limited data set moves "
                             "(N3).", citation=(
            "45 CFR 164.514(e)"
        )),
        Outcome(
            "yes", True,
            "A data use agreement is needed before the limited data set moves. It bars identifying or "
            "contacting the people concerned.",
            citation="45 CFR 164.514(e)(2)-(4)", documents=("dua",),
        ),
    ),
)  # fmt: skip

_CLINIC = (
    "What the law asks of a certified community behavioral health clinic’s agreements, and with whom, is compared "
    "at its source."
)

CARE_COORDINATION = Tree(
    "care_coordination",
    "Care-coordination agreement of a certified clinic",
    (
        Node(
            "clinic",
            "Is {giver} or {recipient} a certified community behavioral health clinic?",
            "giver.role == 'ccbhc' or recipient.role == 'ccbhc'", "yes", "no",
            confirm=_CLINIC,
        ),
    ),
    (
        Outcome("no", False, "No care-coordination agreement of that kind is needed, because neither party is "
                             "such a clinic."),
        Outcome(
            "yes", True,
            "Such a clinic must have agreements on the coordination of care with certain partners. The "
            "memorandum or the services agreement can be that agreement, if it says so.",
            confirm=_CLINIC, documents=("cca",),
        ),
    ),
)  # fmt: skip

TREES = (SUBCONTRACTOR, DATA_SHARING, AUTHORIZATION, DATA_USE, CARE_COORDINATION)
