"""Papers read aloud: the right party in each sentence, whoever gives, withdraws, subcontracts or ends mid-month."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from generator.model import Status
from generator.pipeline.parts import Parts, read_parts
from generator.pipeline.sets import Assembled, assemble_set
from generator.profile import read_profile
from generator.workspace import Workspace
from generator.writers.text import write_text
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
DAY = dt.date(2027, 1, 1)


@cache
def workspace() -> Workspace:
    return warm_workspace(ROOT, today=DAY)


@cache
def parts() -> Parts:
    return read_parts(workspace())


def made(base: str, answers: str, document: str) -> Assembled:
    """The paper ``document`` of the worked profile ``base`` with other ``answers``, as a draft."""

    def read(name: str) -> bytes | None:
        return f"extends: {base}\n{answers}".encode() if name == "p.yaml" else workspace().read(name)

    profile = read_profile(read, "p.yaml", parts().dictionary)
    assert profile.diagnostics == ()
    assert profile.value is not None
    return assemble_set(parts(), profile.value, (document,), Status.DRAFT, DAY)


def words(base: str, answers: str, document: str) -> str:
    """What the paper prints, on one line."""
    return " ".join(write_text(made(base, answers, document).agreements[0]).decode().split())


SAMPLE = "profiles/sample.yaml"


def test_the_party_whose_information_it_is_gives_it() -> None:
    usual = words(SAMPLE, "", "mou")
    assert "Lakeshore gives Protected Health Information to Riverbend for Lakeshore’s own health care" in usual
    turned = words(
        SAMPLE, "cbo: {hipaa_status: covered_provider}\nhco: {hipaa_status: not_covered}\n"
        "baa: {covered_entity: cbo, business_associate: hco}\n", "mou",
    )  # fmt: skip
    assert "Riverbend gives Protected Health Information to Lakeshore for Riverbend’s own health care" in turned
    assert "Lakeshore gives Protected Health Information" not in turned


def test_among_three_the_agreement_outlives_the_party_that_withdraws() -> None:
    two = words(SAMPLE, "", "mou")
    three = words("tests/variants/three-parties.yaml", "", "mou")
    ends = "This agreement ends on the day the withdrawal takes effect."
    assert ends in two
    assert ends not in three
    assert "(More Than Two Parties) states what becomes of this agreement." in three
    assert "A services agreement between Lakeshore and Riverbend sets the terms" in three


def test_listed_subcontractors_are_named_or_asked_for() -> None:
    named = "subcontract: {allowed: listed, names: [Ferry Kitchen Cooperative, Bluegrass Rides]}\n"
    text = words(SAMPLE, named, "svc")
    assert "may subcontract Services only to Ferry Kitchen Cooperative or Bluegrass Rides." in text
    open_items = made(SAMPLE, "subcontract: {allowed: listed}\n", "svc").open_items
    assert [item.field for item in open_items] == ["subcontract.names"]


def test_the_last_monthly_payment_follows_the_rule_on_part_of_a_month() -> None:
    text = words("profiles/plan-pmpm.yaml", "", "svc")
    assert "each Client leaves the roster when that time ends. The monthly minimum is then owed for the share" in text


def test_a_statement_of_work_that_stands_alone_holds_the_terms_of_the_plan() -> None:
    alone = "agreement: {documents: [sow]}\nmedicaid_authority: [ilos]\nilos: {name: medically tailored meals}\n"
    text = words(SAMPLE, alone, "sow")
    assert "Medicaid Managed Care Terms" in text
    assert "The In Lieu of Services under this agreement are medically tailored meals." in text


def test_a_third_party_to_whom_information_moves_is_bound_by_the_terms_on_it() -> None:
    flow = "activities:\n  - {name: visits, giver: county, recipient: cbo, data: dates, function: plans, n0: yes}\n"
    flow += "phi: {giver: hco, recipient: cbo, n12: yes}\nvictim: {release_form: Release VS-3}\n"
    text = words("tests/variants/three-parties.yaml", flow, "mou")
    for title in ("Security of Client Information", "Data Incidents", "Victim Confidentiality", "Retention and Return"):
        assert title in text
    assert "Data Incidents" not in words("tests/variants/three-parties.yaml", "", "mou")


def test_a_rider_beside_a_business_associate_agreement_uses_no_word_that_it_does_not_define() -> None:
    rider = "agreement: {documents: [svc, sow, baa, qso]}\nphi: {n10: yes}\npart2: {path: qso}\n"
    rider += "qso: {program: hco, organization: cbo, program_name: the Harbor Clinic, report_within: 2 business days, "
    rider += "return_days: 30 days, services: [{name: calls, records: name and telephone number}]}\n"
    text = words(SAMPLE, rider, "qso")
    assert "Nothing in this section extends a time limit that the law sets." in text
    assert "Protected Health Information" not in text


def test_a_filing_time_holds_for_the_final_invoice_too() -> None:
    text = words(SAMPLE, "", "svc")
    final = text.partition("Final invoice.")[2]
    assert "does not end the right to payment, unless a filing time stated in this agreement has passed." in final


def test_help_that_is_repaid_stands_in_the_invoice_of_its_period() -> None:
    text = words("tests/variants/ways-of-paying.yaml", "", "sow")
    assert "In each invoice, Riverbend shall state what it spent on the help in the period that the invoice" in text
    assert "Lakeshore shall repay it when it pays that invoice." in text


def test_among_three_a_hub_member_agreement_is_between_the_two_that_sign_it() -> None:
    text = words("tests/variants/three-parties.yaml", "agreement: {documents: [mou, hub]}\n", "mou")
    assert "A hub member agreement between Lakeshore and Riverbend sets the terms" in text


def test_a_name_that_ends_in_s_has_one_possessive_everywhere() -> None:
    names = "cbo: {short_name: Friends}\nhco: {short_name: Lakes}\n"
    ours = [words(SAMPLE, names, "baa")]
    ours += [words("profiles/hub-member.yaml", f"{names}hub: {{short_name: Rivers}}\n", p) for p in ("hub", "sba")]
    assert [part for text in ours for part in text.split() if part in ("Friends’s", "Lakes’s", "Rivers’s")] == []
    assert "Lakes’ compliance with subpart E" in ours[0]
    assert "Rivers’ people at each level" in ours[1]


def test_a_list_of_one_reads_as_one() -> None:
    one = "subcontract: {allowed: listed, names: [Ferry Kitchen Cooperative]}\nlaw: {steps: [arbitration]}\n"
    one += "cbo: {entity_type: sole_proprietor}\nhco: {dba: Project Bread, fiscal_sponsor: Lakeshore}\n"
    text = words(SAMPLE, f"{one}renewal: {{type: auto, period: 1 year, notice: 90 days, max: 1}}\n", "svc")
    assert "a sole proprietor of Kentucky, with its address" in text
    assert text.count("Lakeshore Health Plan, Inc., as fiscal sponsor of Project Bread") == 2
    assert (
        "Lakeshore Health Plan, Inc., a corporation of Kentucky, as fiscal sponsor of Project Bread, with its" in text
    )
    assert "(a) if it is an organization, it exists lawfully" in text
    assert "only to Ferry Kitchen Cooperative. The parties may name others in writing." in text
    assert "notice that states the dispute: (a) Arbitration." in text
    assert "either party may go to the next" not in text
    assert "renews for another term of one (1) year on the terms" in text


def test_a_memorandum_speaks_of_nothing_that_it_does_not_have() -> None:
    answers = "goals: [fewer people go home alone, find needs early]\nrenewal: {type: none}\n"
    answers += "role_matrix: [{stage: engagement, activity: call, responsible: cbo, accountable: cbo}]\n"
    text = words(SAMPLE, f"{answers}lived_experience: {{pay_type: [meals]}}\n", "mou")
    assert "(i) Fewer people go home alone. (ii) Find needs early." in text
    assert "Engagement Call Riverbend Riverbend No one None stated" in text
    assert "ends on December 31, 2028, unless it ends earlier as this agreement allows." in text
    assert "give each of them meals. The value of what each receives is $75.00 for each meeting." in text
    bare = "binding_mode: nonbinding\nmetrics: [{name: calls, num: calls answered, den: all calls, source: the log,"
    text = words(
        "profiles/grant-referral.yaml", f"{bare} owner: cbo, frequency: monthly, used_for_payment: no}}]\n", "mou"
    )
    assert "None set" in text
    assert "This agreement gives no rights to anyone who is not a party." in text


def test_an_advance_on_costs_needs_no_invoice() -> None:
    text = words("profiles/hospital-joint-site.yaml", "", "svc")
    assert "needs no invoice: (i) Section B.1 (Cost Reimbursement), for the advance." in text


def test_where_no_money_moves_the_limit_of_liability_is_an_amount() -> None:
    free = made(SAMPLE, "agreement: {documents: [svc, sow, baa]}\npay: {models: [none]}\n", "svc")
    assert "liability.cap_amount" in [item.field for item in free.open_items]
    assert "The method for setting every payment" not in " ".join(write_text(free.agreements[0]).decode().split())


def test_a_grant_is_paid_on_its_dates_and_reported_on_after_its_last_spending() -> None:
    grant = "pay: {models: [grant]}\ngrant: {award: {amount: 60000.00, purposes: [food boxes], start: 2027-01-01, "
    grant += "end: 2027-12-31, payments: [{amount: 60000.00, due: 2027-01-15, event: signature}], report: quarterly, "
    grant += "unspent: extend, extend_until: 2028-06-30, closeout: 60 days}}\n"
    text = words(SAMPLE, grant, "svc")
    assert "Payment A grant; paid at the times that the terms state" in text
    assert "What these sections make due is paid at the time stated there and needs no invoice: (i) Section" in text
    assert "within sixty (60) days after June 30, 2028 or, if all of the grant is spent" in text


def test_what_is_paid_by_the_outcome_or_by_the_case_may_be_one_and_all_at_once() -> None:
    case = "case: {rate: 900.00, trigger: the first visit, length: 90 days, early_exit_pct: 50%, gap_days: 60 days, "
    case += "services: [home visit], max_cases: 1}"
    pay = f"pay: {{models: [outcome_unit, case_rate], base_pct: 0%, contingent_pct: 100%, {case}}}\n"
    text = words("tests/variants/ways-of-paying.yaml", pay, "svc")
    assert "The value is payable when the outcome is verified." in text
    assert "Two parts." not in text
    assert "The number of cases payable while this agreement lasts is limited to 1, unless" in text


def test_one_day_decides_who_counts_for_a_month_and_medicaid_is_asked_about_only_where_it_pays() -> None:
    monthly = made(
        "profiles/plan-pmpm.yaml",
        "pay: {pmpm: {partial_rule: day15}}\nmedicaid_authority: unknown\nfdr_status: not_fdr\n",
        "svc",
    )
    text = " ".join(write_text(monthly.agreements[0]).decode().split())
    assert "on the fifteenth day of a month counts for the whole month. A Client who is not on it that day" in text
    assert "Maple Creek is not a first tier, downstream, or related entity of the plan for the Services." in text
    assert monthly.open_items == ()
