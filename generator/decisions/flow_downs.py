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
            citation="2 CFR 200.332(b)", documents=("sub",),
        ),
    ),
    (
        Note(
            "blended", "fund_mix == 'blended' and derived.federal_grant",
            "Federal money is merged with other money. Federal money may not be merged without authority; "
            "counsel confirms it.",
        ),
    ),
    whole=True,
)  # fmt: skip

_MEDICAID_CONFIRM = "The paragraphs of 42 CFR 438.230 are compared at their source."
_MEMBERS = "Are any of the people served members of a Medicaid managed care plan?"

MEDICAID = Tree(
    "medicaid",
    "Medicaid managed care terms",
    (
        Node(
            "members",
            _MEMBERS,
            "'medicaid_mco' in payer_lines", "yes", "no",
            citation="42 CFR 438.230",
            confirm=_MEDICAID_CONFIRM,
        ),
    ),
    (
        Outcome("no", False, "No Medicaid managed care terms are needed while none of the people served are "
                             "such members."),
        Outcome(
            "yes", True,
            "The terms that a Medicaid managed care plan must hand down are needed, in every contract down the line.",
            citation="42 CFR 438.230", confirm=_MEDICAID_CONFIRM, documents=("reg",),
        ),
    ),
    whole=True,
)  # fmt: skip

_IN_LIEU = "42 CFR 438.3(e)(2); 438.16"

AUTHORITY = Tree(
    "medicaid_authority",
    "Terms for in lieu of services and demonstrations",
    (
        Node(
            "members",
            _MEMBERS,
            "'medicaid_mco' in payer_lines", "in_lieu", "no_members",
            citation=_IN_LIEU,
        ),
        Node(
            "in_lieu",
            "Does the plan cover the service in lieu of another one, as its contract with the state allows?",
            "'ilos' in medicaid_authority", "yes_in_lieu", "demonstration",
            citation=_IN_LIEU,
        ),
        Node(
            "demonstration",
            "Is the service covered under a section 1115 demonstration?",
            "'1115' in medicaid_authority", "yes_demonstration", "no",
            confirm="The terms of the state’s demonstration are read at their source.",
        ),
    ),
    (
        Outcome("no_members", False, "No such terms are needed while none of the people served are members of a "
                                     "Medicaid managed care plan.", citation=_IN_LIEU),
        Outcome("no", False, "No such terms are needed, because the service is neither in lieu of another nor "
                             "part of a demonstration."),
        Outcome(
            "yes_in_lieu", True,
            "Terms for a service in lieu of another are needed. The member may decline it and keeps the right to the "
            "covered service; the service is the one that the state defines, under the state’s name and code; the "
            "need for it is documented; and the contract says what happens when the authority ends.",
            citation=_IN_LIEU, documents=("comp.ilos", "exit.funding_out"),
        ),
        Outcome(
            "yes_demonstration", True,
            "The contract must say what happens when the demonstration, or the money for it, ends.",
            confirm="The terms of the state’s demonstration are read at their source.",
            documents=("exit.funding_out",),
        ),
    ),
    whole=True,
)  # fmt: skip

_STATE_CONFIRM = "Whether the state requires its own words, and which, is read in the state’s own papers."

STATE_TEXT = Tree(
    "state_text",
    "Words that a state requires",
    (
        Node(
            "members",
            _MEMBERS,
            "'medicaid_mco' in payer_lines", "required", "no_members",
            citation="42 CFR 438.230",
            confirm=_STATE_CONFIRM,
        ),
        Node(
            "required",
            "Does the state require its own words in contracts like this one?",
            "state_text.required", "yes", "no",
            confirm=_STATE_CONFIRM,
        ),
    ),
    (
        Outcome("no_members", False, "No words of a state’s Medicaid program are needed while none of the people "
                                     "served are members of a Medicaid managed care plan."),
        Outcome("no", False, "No words of the state are needed, because it requires none in contracts like this one.",
                confirm=_STATE_CONFIRM),
        Outcome(
            "yes", True,
            "The state’s own words are attached as they are, in an addendum that prevails over the contract. They "
            "are never put in other words.",
            confirm=_STATE_CONFIRM, documents=("reg",),
        ),
    ),
    (
        Note(
            "new_york", "'NY' in agreement.states and not state_text.required",
            "New York’s Department of Health publishes standard clauses for managed care contracts, which prevail over "
            "the agreement. Ask once more whether they belong here.",
        ),
    ),
    whole=True,
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
            confirm=_MEDICARE_CONFIRM, documents=("reg",),
        ),
    ),
    whole=True,
)  # fmt: skip

_BOOKS = "42 U.S.C. 1395x(v)(1)(I); 42 CFR 420.300-420.304"

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
            evidence=(
                Evidence(
                    "purchaser.role == 'health_plan'", False,
                    "The purchaser is described as a health plan, which is no such provider.",
                ),
            ),
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
    whole=True,
)  # fmt: skip

_AGING = "42 U.S.C. 3020c; 45 CFR 1321.9(c)(2)(xiv)"

AGING = Tree(
    "aging",
    "State approval for an Area Agency on Aging",
    (
        Node(
            "agency",
            "Is the provider of the services an Area Agency on Aging?",
            "provider.is_aaa", "payer", "no_agency",
            citation=_AGING,
            evidence=(Evidence("provider.role == 'aaa'", True, "The provider is described as such an agency."),),
        ),
        Node(
            "payer",
            "Is the purchaser a health plan?",
            "purchaser.role == 'health_plan'", "yes", "no_payer",
            citation=_AGING,
        ),
    ),
    (
        Outcome("no_agency", False, "No approval of that kind is needed, because the provider is no Area Agency on "
                                    "Aging.", citation=_AGING),
        Outcome(
            "no_payer", False,
            "No approval of that kind is needed while the purchaser is no payer of health care.",
            citation=_AGING,
            confirm="Whether a hospital or another purchaser counts as a payer of health care is for counsel to say.",
        ),
        Outcome(
            "yes", True,
            "The State agency on aging must approve the agreement under its process before it takes effect. No Older "
            "Americans Act money may go into its costs, and the relationship is disclosed.",
            citation=_AGING, documents=("comp.oaa212",),
        ),
    ),
    whole=True,
)  # fmt: skip

TREES = (SUBAWARD, MEDICAID, AUTHORITY, STATE_TEXT, MEDICARE, BOOKS, AGING)
