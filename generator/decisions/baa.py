"""Is a business associate agreement needed? One pair of parties, one activity.

Status follows function (45 CFR 160.103): a document cannot make someone a business associate or stop
them being one. The nodes N0 to N9 are asked of the information that moves; the others look at special
actors and are reached only where they can change the result.
"""

from __future__ import annotations

from generator.decisions.tree import Evidence, Node, Note, Outcome, Tree

__all__ = [
    "GOVERNMENT",
    "GOVERNMENT_BODIES",
    "JOINT_SYSTEM",
    "TREE",
    "covered_entity",
    "deidentified",
    "identifiable",
    "limited_data_set",
    "own_client",
]

GOVERNMENT_BODIES = (
    "county", "city", "state_agency", "special_district", "tribe", "school_district", "hospital_district",
)  # fmt: skip
GOVERNMENT = str(list(GOVERNMENT_BODIES))  # as conditions have it
_COVERED = "['covered_provider', 'health_plan', 'clearinghouse']"
_CARRIER = "The rule on carriers that only pass information on is confirmed by counsel at its source."
_AGENCY = "The rule on agencies that decide on eligibility for a public plan is confirmed by counsel at its source."
_PLAN = "giver.hipaa_status == 'health_plan' or giver.role == 'health_plan'"


# Who says that there is one joint system says, in other words, that both look into one.
JOINT_SYSTEM = Evidence("joint_system", True, "The parties say that they work in one joint system.")


def identifiable(yes: str, no: str) -> Node:
    """N0, which several trees begin with."""
    return Node(
        "N0",
        "Will {recipient} create, receive, keep, send, or view information that could identify a client?",
        "phi.n0", yes, no,
        citation="45 CFR 160.103, “protected health information”",
    )  # fmt: skip


def covered_entity(yes: str, no: str) -> Node:
    """N1."""
    return Node(
        "N1",
        "Is {giver} a health plan, a clearinghouse, or a provider that bills electronically, the covered part of a "
        "hybrid entity, or a business associate that passes the information down?",
        "phi.n1", yes, no,
        citation="45 CFR 160.103; 164.105(a)",
        evidence=(
            Evidence(f"giver.hipaa_status in {_COVERED}", True,
                "The HIPAA status given for {giver} makes it a covered entity."),
            Evidence("giver.role == 'health_plan'", True, "{giver} is described as a health plan."),
        ),
    )  # fmt: skip


def deidentified(yes: str, no: str) -> Node:
    """N2."""
    return Node(
        "N2",
        "Has everything that could identify a person been removed before {recipient} has it, as HIPAA describes?",
        "phi.n2", yes, no,
        citation="45 CFR 164.502(d); 164.514(a)-(b)",
    )  # fmt: skip


def limited_data_set(yes: str, no: str) -> Node:
    """N3."""
    return Node(
        "N3",
        "Is it only a limited data set, for research, public health, or health care operations?",
        "phi.n3", yes, no,
        citation="45 CFR 164.514(e)(3)-(4); 164.504(e)(3)(iv)",
    )  # fmt: skip


def own_client(treatment: str, authorized: str, without: str) -> tuple[Node, ...]:
    """The nodes for information that the recipient receives for itself or its own client: N7, N8, N9."""
    return (
        Node(
            "own_purposes",
            "Is {recipient} a school, an employer, or a landlord of the person, with purposes of its own?",
            "recipient.role in ['school', 'employer', 'landlord']", "N8", "N7",
            citation="45 CFR 164.508",
        ),
        Node(
            "N7",
            "Is {giver} a health-care provider that shares the information to coordinate or manage the person’s "
            "care with an organization that helps the person’s health, such as a shelter, a food program, or a "
            "ride service?",
            "phi.n7", treatment, "N8",
            citation="45 CFR 164.501, “treatment”; 164.506(c)",
            evidence=(Evidence(_PLAN, False, "{giver} is a health plan, and a health plan does not treat people."),),
        ),
        Node(
            "N8",
            "Is {giver} a health plan?",
            "phi.n8", "N9", "N9",
            citation="45 CFR 164.501; 164.506(c)",
            evidence=(
                Evidence(_PLAN, True, "{giver} is described as a health plan."),
                Evidence(
                    "giver.hipaa_status in ['covered_provider', 'clearinghouse']", False,
                    "The HIPAA status given for {giver} is not that of a health plan.",
                ),
            ),
        ),
        Node(
            "N9",
            "Will each person first sign a HIPAA authorization that names or describes who receives the information?",
            "phi.n9", authorized, without,
            citation="45 CFR 164.508(b)-(c); 164.502(a)(1)(iv)",
        ),
    )  # fmt: skip


TREE = Tree(
    "baa",
    "Business associate agreement",
    (
        identifiable("N1", "no_identifiable"),
        covered_entity("N2", "no_hipaa"),
        deidentified("N2a", "N3"),
        Node(
            "N2a",
            "Does {recipient} itself remove what identifies people, for {giver}?",
            "phi.deid_by_recipient", "yes_deid", "no_deid",
            citation="45 CFR 164.502(d)",
        ),
        limited_data_set("dua_instead", "platform"),
        Node(
            "platform",
            "Does {recipient} run a shared system or exchange for covered organizations, with routine access to "
            "what is in it?",
            "recipient.role == 'platform_vendor' and data.system.type in ['joint_platform', 'hie']", "yes_platform",
                "keeper",
            citation="45 CFR 160.103, “business associate,” paragraph (3)(i)",
        ),
        Node(
            "keeper",
            "Is {recipient} a company that only stores or carries data, mail, or parcels for others?",
            "recipient.role in ['cloud_host', 'carrier']", "carries", "N4",
            citation="45 CFR 160.103, “business associate,” paragraph (1)",
        ),
        Node(
            "carries",
            "Does {recipient} only carry the information from place to place, and neither keep it nor look at it?",
            "recipient.role == 'carrier' and phi.carries_only", "no_carrier", "yes_host",
            confirm=_CARRIER,
        ),
        Node(
            "N4",
            "Does {recipient} do a job for or on behalf of {giver} (claims, outreach lists, care management "
            "that {giver} must do, billing, running a system, evaluation, or a legal, accounting, management, "
            "or like service), or does it serve its own client?",
            "phi.n4 != 'for_own_client'", "N5", "own_purposes",
            citation="45 CFR 160.103, “business associate,” paragraph (1)",
            says=(
                ("phi.n4 == 'for_them'", "for {giver}"),
                ("phi.n4 == 'for_own_client'", "for its own client"),
                ("phi.n4 == 'both'", "both"),
            ),
        ),
        Node(
            "N5",
            "Are the people of {recipient} who do the work under the direct control of {giver}, like its own "
            "workforce?",
            "phi.n5", "no_workforce", "N6",
            confirm="What makes a person part of a covered entity’s workforce is confirmed by counsel at its source.",
        ),
        Node(
            "N6",
            "Is {recipient} a health care provider, and is the information shared for the treatment of the person?",
            "phi.n6", "no_treating", "joint",
            citation="45 CFR 160.103, “business associate,” paragraph (4)(i)",
        ),
        Node(
            "joint",
            "Do {giver} and {recipient} give care together as one organized arrangement, and is this a part of "
            "its joint work (utilization review, quality assessment, or payment)?",
            "phi.ohca", "no_ohca", "public",
            citation="45 CFR 160.103, “organized health care arrangement”; 164.506(c)(5)",
            evidence=(
                Evidence(
                    "'joint' not in service_model", False,
                    "The parties do not deliver services together, so there is no joint arrangement.",
                ),
            ),
        ),
        Node(
            "public",
            "Is {recipient} a government body?",
            f"recipient.entity_type in {GOVERNMENT}", "agency", "passed",
            citation="45 CFR 164.504(e)(3)(i)",
        ),
        Node(
            "agency",
            "Does {recipient} decide who is eligible for, or enrolled in, a public health plan, and is this that work?",
            "phi.eligibility_agency", "no_agency", "government",
            confirm=_AGENCY,
        ),
        Node(
            "government",
            "Is {giver} a government body too?",
            f"giver.entity_type in {GOVERNMENT}", "yes_government", "passed",
            citation="45 CFR 164.504(e)(3)(i)",
        ),
        Node(
            "passed",
            "Does {giver} itself hold the information as a business associate of someone else, and pass it down?",
            "phi.passed_down", "yes_subcontractor", "yes_baa",
            citation="45 CFR 164.502(e)(1)(ii); 164.504(e)(5)",
            evidence=(
                Evidence("contracting_route == 'direct'", False,
                    "The parties contract directly, without a hub between."),
            ),
        ),
        *own_client("no_treatment", "no_authorization", "no_ground"),
    ),
    (
        Outcome(
            "no_identifiable", False,
            "No business associate agreement is needed, because {recipient} handles nothing that could identify "
            "a client (N0). Totals and other figures in which nobody can be recognized need terms on aggregate "
            "data only.",
            citation="45 CFR 160.103",
        ),
        Outcome(
            "no_hipaa", False,
            "No business associate agreement is needed, because HIPAA does not regulate {giver} for this "
            "information (N1). Data-sharing terms and other laws may still protect it.",
            citation="45 CFR 160.103; 164.105(a)",
        ),
        Outcome(
            "no_deid", False,
            "No business associate agreement is needed for information from which everything identifying has "
            "been removed before {recipient} has it (N2).",
            citation="45 CFR 164.502(d); 164.514(a)-(b)",
        ),
        Outcome(
            "yes_deid", True,
            "A business associate agreement is required, because {recipient} removes what identifies people on "
            "behalf of {giver} and must see it to do so (N2).",
            citation="45 CFR 160.103; 164.502(d); 164.504(e)",
            documents=("baa",),
        ),
        Outcome(
            "dua_instead", False,
            "A data use agreement for the limited data set is the instrument, and it can stand in for a "
            "business associate agreement while {recipient} receives nothing more (N3). It can never support "
            "contact with the people concerned.",
            citation="45 CFR 164.514(e); 164.504(e)(3)(iv)",
            documents=("dua",),
        ),
        Outcome(
            "yes_platform", True,
            "A business associate agreement is required, because {recipient} runs the shared system and has "
            "routine access to the information in it. It needs one with each covered organization that takes "
            "part, or one that all of them join.",
            citation="45 CFR 160.103, “business associate,” paragraph (3)(i); 164.504(e)",
            documents=("baa",),
        ),
        Outcome(
            "yes_host", True,
            "A business associate agreement is required, because {recipient} keeps the information for {giver}. "
            "Keeping it is enough, also for a company that never looks at it.",
            citation="45 CFR 160.103, “business associate,” paragraph (1); 164.504(e)",
            confirm="Whether the same holds where all of it is encrypted and the company that stores it has no key "
            "is confirmed by counsel at its source.",
            documents=("baa",),
        ),
        Outcome(
            "no_carrier", False,
            "No business associate agreement is needed for {recipient}, which only carries the information and "
            "neither keeps it nor looks at it.",
            confirm=_CARRIER,
        ),
        Outcome(
            "no_agency", False,
            "No business associate agreement is needed for the work by which {recipient} decides who is eligible "
            "for, or enrolled in, a public health plan. Any other work for {giver} must be judged separately.",
            confirm=_AGENCY,
        ),
        Outcome(
            "no_workforce", False,
            "No business associate agreement is needed for people who work under the direct control of {giver} (N5). "
            "{recipient} must keep what they learn there apart from its own records.",
            confirm="The rule on workforce has not been opened at its source for this record. Counsel confirms it.",
        ),
        Outcome(
            "no_treating", False,
            "No business associate agreement is needed for sharing with {recipient} as a provider, for treatment (N6). "
            "Any other work for {giver} must be judged separately.",
            citation="45 CFR 160.103, “business associate,” paragraph (4)(i)",
        ),
        Outcome(
            "no_ohca", False,
            "No business associate agreement is needed between members of an organized health care arrangement "
            "for its joint work. Other work of {recipient} for {giver} must be judged separately.",
            citation="45 CFR 160.103, “organized health care arrangement”; 164.506(c)(5)",
        ),
        Outcome(
            "yes_government", True,
            "A business associate agreement is required, or in its place a memorandum of understanding between the two "
            "government bodies that reaches the same objectives.",
            citation="45 CFR 164.504(e)(3)(i)",
            confirm="Counsel confirms that both are government bodies and which of the two papers is used.",
            documents=("baa",),
        ),
        Outcome(
            "yes_subcontractor", True,
            "A business associate agreement between {giver} and {recipient} as its subcontractor is required, "
            "because {giver} passes down information that it holds as a business associate. It may allow no "
            "more than the agreement above it, and its times should be shorter.",
            citation="45 CFR 164.502(e)(1)(ii); 164.504(e)(5); 164.308(b)(2)",
            documents=("sba",),
        ),
        Outcome(
            "yes_baa", True,
            "A business associate agreement is required, because {recipient} does work for {giver} that needs "
            "health information about people (N4), not as its workforce (N5) and not as a treating provider "
            "(N6).",
            citation="45 CFR 160.103; 164.502(e); 164.504(e)",
            documents=("baa",),
        ),
        Outcome(
            "no_treatment", False,
            "No business associate agreement is needed. {recipient} serves its own client, and {giver} may "
            "share what the person’s care needs (N4, N7).",
            citation="45 CFR 164.501; 164.506(c)",
        ),
        Outcome(
            "no_authorization", False,
            "No business associate agreement is needed, because each person signs an authorization (N9). Once "
            "received, the information is usually outside HIPAA.",
            citation="45 CFR 164.508(b)-(c)",
            documents=("ath",),
        ),
        Outcome(
            "no_ground", None,
            "Stop. No lawful ground for the sharing has been found (N4, N7, N9). Take this record to counsel "
            "before any information moves.",
            citation="45 CFR 164.502(a)(1)(iv); 164.508(b)-(c)",
        ),
    ),
    (
        Note(
            "both", "phi.n4 == 'both'",
            "The result is only about the work for {giver}. What {recipient} does for its own clients stays "
            "outside it and needs a ground of its own.",
            "45 CFR 160.103",
        ),
        Note(
            "hybrid_recipient", "recipient.hipaa_status == 'hybrid'",
            "{recipient} is a hybrid entity; the papers name the covered component.",
            "45 CFR 164.103; 164.105",
        ),
        Note(
            "hybrid_giver", "giver.hipaa_status == 'hybrid'",
            "{giver} is a hybrid entity; the papers name the covered component, and only its information counts here.",
            "45 CFR 164.103; 164.105",
        ),
        Note(
            "funder", "recipient.role == 'funder' and phi.n0",
            "{recipient} is a funder. A funder never needs information that identifies people; give totals only.",
        ),
        Note(
            "plan_sponsor", f"recipient.role == 'employer' and ({_PLAN})",
            "{recipient} is an employer. If it sponsors the health plan, other rules say what the plan may tell it; "
            "counsel reads them first.",
        ),
        Note(
            "housing", "recipient.role == 'housing_trust' and phi.n7",
            "{recipient} gives housing. What it needs to help the person’s health may be shared for the person’s "
            "care; what it wants to know as a landlord needs the person’s authorization.",
            "45 CFR 164.501; 164.508",
        ),
        Note(
            "provider_too", "recipient.hipaa_status == 'covered_provider' and phi.n4 in ['for_them', 'both']",
            "{recipient} is a covered provider itself. What passes between the two for treatment needs no business "
            "associate agreement; the work that {recipient} does for {giver} is judged apart from it.",
            "45 CFR 160.103, “business associate,” paragraphs (2) and (4)(i)",
        ),
        Note(
            "operator", "data_relationship == 'full_access' and phi.n4 == 'for_own_client'",
            "The parties look into one shared system. Whoever runs it, with routine access to what is in it, works for "
            "each covered organization that takes part. If {recipient} runs it, the answer to N4 is another.",
            "45 CFR 160.103, “business associate,” paragraph (3)(i)",
        ),
        Note(
            "one_program", "recipient.role == 'cbo' and recipient.hipaa_status == 'covered_provider'",
            "If only one program of {recipient} is covered, it may name that program as its covered component; the "
            "papers then name the component.",
            "45 CFR 164.103; 164.105",
        ),
        Note(
            "plan_to_provider", "phi.n6 and (giver.hipaa_status == 'health_plan' or giver.role == 'health_plan')",
            "{giver} is a health plan. Whether it may disclose for the treatment that {recipient} gives is "
            "confirmed by counsel at its source.",
        ),
        Note(
            "required_by_law", "phi.basis == 'required_by_law'",
            "A law is said to require the work or the disclosure. Counsel names that law; it may replace the "
            "agreement in part.",
        ),
    ),
)  # fmt: skip
