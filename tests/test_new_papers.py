"""The shorter papers read as they were approved: riders, addendum, data use agreement, amendment, notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from generator.diagnostics import errors_in
from generator.model import Agreement, Status, inlines_text
from generator.pipeline import explain
from generator.pipeline.parts import Parts, read_parts
from generator.pipeline.sets import Assembled, assemble_set
from generator.profile import read_profile
from generator.workspace import Workspace
from generator.writers.text import printed_lines, write_text
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
DAY = dt.date(2027, 1, 1)
WORKED = {
    "dua": "limited-data-set", "qso": "service-organization", "sub": "subaward", "reg": "addendum",
    "amd": "amendment", "ren": "renewal", "trm": "ending",
}  # fmt: skip


@cache
def workspace() -> Workspace:
    return warm_workspace(ROOT, today=DAY)


@cache
def parts() -> Parts:
    return read_parts(workspace())


def assembled(document: str, *changes: tuple[str, str]) -> Assembled:
    """The worked paper ``document`` with some words of its profile changed."""
    file = f"profiles/{WORKED[document]}.yaml"
    text = (ROOT / file).read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)

    def read(name: str) -> bytes | None:
        return text.encode() if name == file else workspace().read(name)

    profile = read_profile(read, file, parts().dictionary)
    assert profile.diagnostics == ()
    assert profile.value is not None
    return assemble_set(parts(), profile.value, (document,), Status.FINAL, DAY)


def words(document: str, *changes: tuple[str, str]) -> str:
    """What the paper prints, each passage on its own line."""
    made = assembled(document, *changes)
    assert errors_in(made.problems) == ()
    assert made.open_items == ()
    return "\n".join(printed_lines(made.agreements[0]))


@pytest.mark.parametrize("document", WORKED)
def test_a_paper_reads_as_its_golden(document: str, golden: Callable[[str, str], None]) -> None:
    (agreement,) = assembled(document).agreements
    golden(WORKED[document], write_text(agreement).decode())


# ---------------------------------------------------------------- who signs


@pytest.mark.parametrize(("document", "signers"), [("ren", ["cbo"]), ("trm", ["cbo"]), ("amd", ["hco", "cbo"])])
def test_a_notice_is_signed_by_its_sender_alone(document: str, signers: list[str]) -> None:
    (agreement,) = assembled(document).agreements
    assert [s.party for s in agreement.signatures] == signers


def labels(agreement: Agreement) -> list[str]:
    return [line.label for block in agreement.signatures for line in block.lines]


def test_what_a_board_approved_is_not_what_a_notice_says() -> None:
    assert "Approved by:" not in labels(assembled("trm").agreements[0])
    (amendment,) = assembled("amd").agreements
    (approved,) = [x for b in amendment.signatures for x in b.lines if x.label == "Approved by:"]
    assert inlines_text(approved.inlines) == "Board of Directors on September 16, 2027"


# ---------------------------------------------------------------- alternatives


KIND = "end_kind: convenience"


@pytest.mark.parametrize(
    ("document", "changes", "says", "says_not"),
    [
        ("trm", [(KIND, "end_kind: nonrenewal")], "it does not renew the Agreement", "without stating"),
        (
            "trm",
            [(KIND, "end_kind: breach\n  first_notice: 2027-08-02\n  reason: The invoices for June were not paid.")],
            "described this breach of the Agreement and what would cure it. The invoices for June were not paid.",
            "without stating",
        ),
        (
            "trm",
            [(KIND, "end_kind: funding\n  evidence: the letter of the county\n  reason: The county ended its grant.")],
            "The evidence is the letter of the county, of which a copy goes with this notice.",
            "without stating",
        ),
        (
            "trm",
            [(KIND, "end_kind: at_once\n  reason: Lakeshore was excluded.")],
            "Services under the Agreement stop on its last day",
            "Until the last day the Agreement stays in force.",
        ),
        ("trm", [("paid: yes", "paid: no")], "Each party bears its own costs of the transition", "are paid as the"),
        (
            "ren",
            [("renewal_kind: offer", "renewal_kind: automatic")],
            "Riverbend has neither given nor received a notice that the Agreement is not renewed.",
            "This offer renews nothing by itself.",
        ),
        (
            "ren",
            [("renewal_kind: offer", "renewal_kind: automatic\n  nonrenewal_day: 2028-10-02")],
            "The last day on which a party may give notice that it does not renew is October 2, 2028.",
            "has neither given nor received",
        ),
        (
            "dua",
            [("prepared_by: holder", "prepared_by: recipient")],
            "Maumee Meals prepares the Limited Data Set as a business associate of Lakeview",
            "removes these identifiers before it leaves its care",
        ),
        ("sub", [("payment: advance", "payment: reimbursement")], "ask for repayment of its costs", "in advance for"),
        (
            "reg",
            [("fdr_status: fdr", "fdr_status: not_fdr")],
            "Riverbend is not a first tier, downstream, or related entity of the plan",
            "Medicare Advantage Addendum",
        ),
        (
            "reg",
            [("medicaid_authority: [ilos]", "medicaid_authority: [none]")],
            "Clients Are Not Charged",
            "In Lieu of Services",
        ),
        (
            "amd",
            [("changes_pay: yes", "changes_pay: no")],
            "Does not change",
            "A change of pay applies only to what is delivered",
        ),
    ],
)  # fmt: skip
def test_each_alternative_is_printed_in_place_of_the_other(
    document: str, changes: list[tuple[str, str]], says: str, says_not: str
) -> None:
    text = words(document, *changes)
    assert says in text
    assert says_not not in text


def test_a_contract_does_not_repeat_what_the_addendum_of_its_set_says() -> None:
    """In one set the addendum carries the program terms and belongs to the contract; alone it names an earlier one."""
    file = "profiles/addendum.yaml"
    text = (ROOT / file).read_text(encoding="utf-8").replace("documents: [reg]", "documents: [svc, sow, baa, reg]")
    profile = read_profile(
        lambda name: text.encode() if name == file else workspace().read(name), file, parts().dictionary
    ).value
    assert profile is not None
    made = assemble_set(parts(), profile, ("svc", "sow", "baa", "reg"), Status.FINAL, DAY)
    assert errors_in(made.problems) == ()
    printed = {a.document_type: {s.id for s in a.sources if s.included} for a in made.agreements}
    for clause in ("comp.medicaid_flowdown", "comp.ma_fdr"):
        assert clause in printed["reg"]
        assert clause not in printed["svc"]
    (addendum,) = [a for a in made.agreements if a.document_type == "reg"]
    assert "It is part of the services agreement between them for Safe at Home" in "\n".join(printed_lines(addendum))


@pytest.mark.parametrize(("name", "first"), [("dua", "# Data Use Agreement"), ("sub", "# Federal Subaward Rider")])
def test_each_paper_says_when_one_needs_it(name: str, first: str) -> None:
    page = explain(workspace(), name).value
    assert page is not None
    assert page.startswith(f"{first}\n\nO" if name == "sub" else f"{first}\n\nA")
    assert ("# sub — subcontractor" in page) is (name == "sub")  # a field of that name is explained below it


def test_all_papers_stand_on_one_page() -> None:
    page = explain(workspace(), "documents").value
    assert page is not None
    named = [line.partition("`")[2].partition("`")[0] for line in page.split("\n") if line.startswith("- `")]
    assert tuple(named) == parts().library.document_ids()
    assert all(line.endswith(".") for line in page.split("\n") if line.startswith("- `"))
