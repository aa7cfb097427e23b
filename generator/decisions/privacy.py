"""The laws that stand beside HIPAA (N10 to N14). Each runs in every case, whatever N0 to N9 decided."""

from __future__ import annotations

from generator.decisions.baa import JOINT_SYSTEM
from generator.decisions.tree import Node, Note, Outcome, Tree

__all__ = ["TREES"]

PART2 = Tree(
    "part2",
    "Terms for substance use disorder records",
    (
        Node(
            "N10",
            "Could any record come from a substance use disorder program?",
            "phi.n10", "kept_out", "no",
            citation="42 CFR 2.11-2.13; 2.31-2.33",
        ),
        Node(
            "kept_out",
            "Are the records of that program kept out of what is shared?",
            "part2.path == 'none_flow'", "keep_out", "service_organization",
            citation="42 CFR 2.11-2.13",
        ),
        Node(
            "service_organization",
            "Do they move only for a service to the program itself, under a qualified service organization agreement?",
            "part2.path == 'qso'", "qso", "consent",
            citation="42 CFR 2.11",
        ),
    ),
    (
        Outcome("no", False, "No terms on substance use disorder records are needed while none move (N10)."),
        Outcome(
            "keep_out", True,
            "Terms are needed that keep the records of the substance use disorder program out of the exchange.",
            citation="42 CFR 2.11-2.13", documents=("data.part2",),
        ),
        Outcome(
            "qso", True,
            "A written agreement with the qualified service organization is needed. It serves work for the program "
            "itself, not the coordination of care by others.",
            citation="42 CFR 2.11", documents=("qso", "data.part2"),
            confirm="The paragraph on communications with a qualified service organization is confirmed at its source.",
        ),
        Outcome(
            "consent", True,
            "Terms are needed under which these records move only with the patient’s consent, each time with "
            "the prescribed statement and a copy or clear explanation of the consent.",
            citation="42 CFR 2.31-2.33", documents=("data.part2",),
        ),
    ),
    (
        Note(
            "program", "not phi.n10 and (giver.is_part2_program or recipient.is_part2_program)",
            "One party is a substance use disorder program, yet no record of such a program is said to move. "
            "Ask once more: even the fact that a person is its patient is protected.",
            "42 CFR 2.11-2.13",
        ),
    ),
)  # fmt: skip

FERPA = Tree(
    "ferpa",
    "Terms for education records",
    (
        Node(
            "N11",
            "Could any record come from a school that receives United States Department of Education funds?",
            "phi.n11", "official", "no",
            citation="34 CFR part 99; 45 CFR 160.103, “protected health information”",
        ),
        Node(
            "official",
            "Does {recipient} act for the school as a school official under its direct control?",
            "ferpa.basis == 'school_official'", "school_official", "consent",
            citation="34 CFR 99.31(a)(1)(i)(B)",
        ),
    ),
    (
        Outcome("no", False, "No terms on education records are needed while none move (N11)."),
        Outcome(
            "school_official", True,
            "School-official terms are needed: work that employees would do otherwise, under the school’s "
            "direct control, and no redisclosure.",
            citation="34 CFR 99.31(a)(1)(i)(B); 99.33", documents=("data.ferpa",),
        ),
        Outcome(
            "consent", True,
            "Education records move only with a written consent that is signed and dated and names the records, "
            "the purpose, and the recipient. HIPAA does not cover them.",
            citation="34 CFR 99.30; 99.33", documents=("data.ferpa",),
        ),
    ),
    (
        Note(
            "school", "not phi.n11 and (giver.is_education_agency or recipient.is_education_agency)",
            "One party is a school, yet no education record is said to move. Ask once more.",
            "34 CFR part 99",
        ),
    ),
)  # fmt: skip

_VICTIM = "34 U.S.C. 12291(b)(2); 42 U.S.C. 10406(c)(5); 28 CFR 90.4; 28 CFR 94.115"

VICTIM = Tree(
    "victim_services",
    "Terms for victim services",
    (
        Node(
            "N12",
            "Could any record come from a victim service provider (money under VAWA, FVPSA, or VOCA)?",
            "phi.n12", "shared_system", "no",
            citation=_VICTIM,
        ),
        Node(
            "shared_system",
            "Do both parties look into one shared system?",
            "data_relationship == 'full_access'", "keep_out", "release",
            citation=_VICTIM,
            evidence=(JOINT_SYSTEM,),
        ),
    ),
    (
        Outcome("no", False, "No terms on victim services are needed while no such record moves (N12)."),
        Outcome(
            "keep_out", True,
            "Nothing of the victim services program enters the shared system, not even hashed, without the "
            "person’s own written, informed, time-limited release. Funders receive totals only.",
            citation=_VICTIM, documents=("data.victim_services",),
        ),
        Outcome(
            "release", True,
            "Nothing that identifies a person moves without that person’s own written, informed, time-limited "
            "release, which is never a condition of service. Funders receive totals only.",
            citation=_VICTIM, documents=("data.victim_services",),
        ),
    ),
    (
        Note(
            "provider", "not phi.n12 and (giver.is_victim_service_provider or recipient.is_victim_service_provider)",
            "One party serves victims with federal money, yet none of its records is said to move. Ask once more.",
            _VICTIM,
        ),
    ),
)  # fmt: skip

BENEFITS = Tree(
    "public_benefits",
    "Terms for public benefits and homeless-system data",
    (
        Node(
            "N13",
            "Could any record come from a homeless information system, SNAP, WIC, a Medicaid agency, or an "
            "aging program?",
            "phi.n13", "yes", "no",
            citation="7 CFR 272.1(c); 7 CFR 246.26(d)",
            confirm=(
                "The rules of homeless information systems, Medicaid agencies, and aging programs are confirmed "
                "at their source."
            ),
        ),
    ),
    (
        Outcome("no", False, "No terms on benefits or homeless-system data are needed while none move (N13)."),
        Outcome(
            "yes", True,
            "Each program’s own limits must stand in writing, item by item: SNAP data go only to those who run "
            "the program, WIC data only to programs that are named in writing.",
            citation="7 CFR 272.1(c); 7 CFR 246.26(d)", documents=("data.public_benefits",),
            confirm=(
                "The rules of homeless information systems, Medicaid agencies, and aging programs are confirmed "
                "at their source."
            ),
        ),
    ),
)  # fmt: skip

STATE = Tree(
    "state_privacy",
    "Terms for information that state law protects",
    (
        Node(
            "N14",
            "Does a state law protect any of it more strictly, or reach further than HIPAA?",
            "phi.n14", "yes", "no",
            confirm="The law of each state concerned is read by counsel there.",
        ),
    ),
    (
        Outcome("no", False, "No terms on state-protected information are needed while the answer stays no (N14)."),
        Outcome(
            "yes", True,
            "Terms are needed for each kind of information that state law protects, for each state concerned.",
            documents=("data.state_sensitive",),
            confirm="The law of each state concerned is read by counsel there.",
        ),
    ),
    (
        Note(
            "washington", "'WA' in agreement.states and phi.n0 and not phi.n14",
            "Washington’s health data act reaches nonprofits of any size for consumer health data outside "
            "HIPAA. Ask once more.",
            "RCW 19.373",
        ),
        Note(
            "texas", "'TX' in agreement.states and phi.n0 and not phi.n14",
            "Texas treats whoever assembles, stores, or sends health information as covered, nonprofits "
            "included. Ask once more.",
            "Texas Health and Safety Code ch. 181",
        ),
    ),
)  # fmt: skip

TREES = (PART2, FERPA, VICTIM, BENEFITS, STATE)
