"""What money and payers bring along: federal subawards, Medicaid, Medicare Advantage, access to books."""

from __future__ import annotations

from generator.decisions.tree import Evidence, Node, Note, Outcome, Tree

__all__ = ["SHARED_GRANT", "TREES"]

# A shared grant counts only where grants fund the work at all.
SHARED_GRANT = (
    "'grant' in pay.models or "
    "('independent_or_grants' in financial_relationship and independent_mode == 'shared_grant')"
)

SUBAWARD = Tree(
    "subaward",
    "Federal subaward terms",
    (
        Node(
            "grant",
            "Does grant money pass from one party to the other?",
            SHARED_GRANT,
            "federal", "no_grant",
        ),
        Node(
            "federal",
            "Is any of it federal money?",
            "derived.federal_grant", "substance", "no_federal",
            citation="2 CFR 200.331-200.332",
            evidence=(Evidence("fed_award.fain is given", True, "A federal award number is given."),),
        ),
        Node(
            "substance",
            "By its substance, does the receiving party carry out a part of the federal program, rather than "
            "sell goods or services to it?",
            "fed_award.relationship == 'subrecipient'", "yes", "contractor",
            citation="2 CFR 200.331",
        ),
    ),
    (
        Outcome("no_grant", False, "No subaward terms are needed, because no grant money passes between the parties."),
        Outcome("no_federal", False, "No federal subaward terms are needed, because none of the grant money is "
                                     "federal."),
        Outcome(
            "contractor", False,
            "No subaward terms are needed, because the receiving party is a contractor by substance. The "
            "award’s own rules on contracts still apply.",
            citation="2 CFR 200.331",
        ),
        Outcome(
            "yes", True,
            "Federal subaward terms are needed, with every item of the award that the rule lists: names and "
            "identifiers, dates, amounts, the listing number, research or not, the indirect rate, access to "
            "records, and closeout.",
            citation="2 CFR 200.332(b)", documents=("saw",),
        ),
    ),
    (
        Note(
            "blended", "fund_mix == 'blended' and derived.federal_grant",
            "Federal money is merged with other money. Federal money may not be merged without authority; "
            "counsel confirms it.",
        ),
    ),
)  # fmt: skip

_ILOS = "'ilos' in medicaid_authority or '1115' in medicaid_authority"
_MEDICAID_CONFIRM = (
    "The paragraphs of 42 CFR 438.230, and any words that the state requires, are compared at their source."
)

MEDICAID = Tree(
    "medicaid",
    "Medicaid managed care terms",
    (
        Node(
            "members",
            "Are any of the people served members of a Medicaid managed care plan?",
            "'medicaid_mco' in payer_lines", "authority", "no",
            citation="42 CFR 438.230",
            confirm=_MEDICAID_CONFIRM,
        ),
        Node(
            "authority",
            "Is the service covered in lieu of another, or under a section 1115 demonstration?",
            _ILOS, "yes_with_funding", "yes",
            citation="42 CFR 438.3(e)(2); 438.16",
        ),
    ),
    (
        Outcome("no", False, "No Medicaid managed care terms are needed while none of the people served are "
                             "such members."),
        Outcome(
            "yes", True,
            "The terms that a Medicaid managed care plan must hand down are needed, in every contract down the line.",
            citation="42 CFR 438.230", confirm=_MEDICAID_CONFIRM, documents=("comp.medicaid_flowdown",),
        ),
        Outcome(
            "yes_with_funding", True,
            "The terms that a Medicaid managed care plan must hand down are needed, in every contract down the "
            "line. The member may decline, the service is as the state defines it, and the contract says what "
            "happens when the authority ends.",
            citation="42 CFR 438.230; 438.3(e)(2); 438.16", confirm=_MEDICAID_CONFIRM,
            documents=("comp.medicaid_flowdown", "exit.funding_out"),
        ),
    ),
)  # fmt: skip

_MEDICARE_CONFIRM = "The terms of 42 CFR 422.504 are compared at their source."

MEDICARE = Tree(
    "medicare_advantage",
    "Medicare Advantage terms",
    (
        Node(
            "members",
            "Are any of the people served members of a Medicare Advantage plan?",
            "'medicare_advantage' in payer_lines", "first_tier", "no",
            confirm=_MEDICARE_CONFIRM,
        ),
        Node(
            "first_tier",
            "Does the plan treat the provider as a first tier, downstream, or related entity?",
            "fdr_status == 'fdr'", "yes", "not_fdr",
            confirm=_MEDICARE_CONFIRM,
        ),
    ),
    (
        Outcome("no", False, "No Medicare Advantage terms are needed while none of the people served are such "
                             "members."),
        Outcome(
            "not_fdr", False,
            "No Medicare Advantage terms are needed, because the plan’s compliance staff treats the provider as "
            "neither first tier nor downstream. Keep that in writing.",
            confirm=_MEDICARE_CONFIRM,
        ),
        Outcome(
            "yes", True,
            "The terms that a Medicare Advantage plan must hand down are needed.",
            confirm=_MEDICARE_CONFIRM, documents=("comp.ma_fdr",),
        ),
    ),
)  # fmt: skip

_BOOKS = "42 USC 1395x(v)(1)(I); 42 CFR 420.300-420.304"

BOOKS = Tree(
    "books",
    "Federal access to books and records",
    (
        Node(
            "paid",
            "Does the purchaser pay for services?",
            "'none' not in pay.models", "part_a", "no_pay",
            citation=_BOOKS,
        ),
        Node(
            "part_a",
            "Is the purchaser enrolled in Medicare as a hospital, nursing facility, home health agency, "
            "hospice, or other such provider?",
            "purchaser.medicare_part_a_provider", "value", "no_provider",
            citation=_BOOKS,
        ),
        Node(
            "value",
            "Are the services worth 10,000 dollars or more over twelve months?",
            "pay.value_12mo >= 10000", "yes", "no_value",
            citation=_BOOKS,
        ),
    ),
    (
        Outcome(
            "no_pay", False,
            "No clause on access to books is needed, because no services are paid for.",
            citation=_BOOKS,
        ),
        Outcome(
            "no_provider", False,
            "No clause on access to books is needed, because the purchaser is not such a Medicare provider. In "
            "a contract with a health plan or a clinic alone it has no place.",
            citation=_BOOKS,
        ),
        Outcome("no_value", False, "No clause on access to books is needed below 10,000 dollars over twelve "
                                   "months.", citation=_BOOKS),
        Outcome(
            "yes", True,
            "The contract must give federal auditors access to the provider’s books for four years after the services.",
            citation=_BOOKS, documents=("comp.books_10k",),
        ),
    ),
)  # fmt: skip

TREES = (SUBAWARD, MEDICAID, MEDICARE, BOOKS)
