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
