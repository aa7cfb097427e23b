"""The counterparty's drill: what the other side may do to two documents of ours, and a review that names it all."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from generator.pipeline import review, review_copy
from generator.returned.telling import entries_of, review_data
from tests.contract_edits import element, gone
from tests.counterparty import AUTHOR, Counterparty, through_libreoffice, through_python_docx, without_marks
from tests.returned_set import BAA, SVC, Desk
from tests.word_file import W

ONE_WAY = (
    "Riverbend shall defend, indemnify, and hold harmless Lakeshore and its affiliates against all claims, losses, and "
    "expenses of any kind that arise from the Services, whether or not Lakeshore was at fault."
)
EXCLUSIVE = (
    "During the term and for one year after it, Riverbend shall not offer services like the Services to any other "
    "health plan in Kentucky."
)


def services(data: bytes) -> bytes:
    """The services agreement as it comes back: half of the edits tracked, the others not."""
    c = Counterparty(data)
    c.tracked("thirty (30) days", "forty-five (45) days", inside="pay.invoice_timing")
    c.tracked("reasonable", "commercially reasonable", inside="confidentiality.mutual")
    c.delete_tracked(c.clause("data.no_sale_ai").findall(f".//{W}p")[2])
    c.silently("$95.00", "$85.00", inside="pay.ffs")
    c.silently("ninety (90) days", "thirty (30) days", inside="exit.convenience")
    first, *rest = c.clause("risk.indemnity").findall(f".//{W}p")[1:]
    for paragraph in rest:
        gone(paragraph)
    for child in [x for x in first if x.tag != W + "pPr"]:
        first.remove(child)
    first.append(element(f"<w:r><w:t>{ONE_WAY}</w:t></w:r>"))
    c.insert(c.heading(c.clause("ip.materials"), "Exclusivity"), EXCLUSIVE, like=c.paragraphs()[0])
    c.clause("comp.aks").addnext(c.clause("gov.escalation"))
    c.comment("This is our policy.", "Each party keeps all rights")
    return c.save()


def associate(data: bytes) -> bytes:
    """The business associate agreement as it comes back: one clock tracked, the subcontractors gone without a word."""
    c = Counterparty(data)
    c.tracked("five (5) business days", "ten (10) business days", inside="hipaa.reporting_breach")
    gone(c.clause("hipaa.subcontractors"))
    return c.save()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("desk"), "svc", "baa")


WAYS = [
    pytest.param(lambda d, _: through_python_docx(d), id="python-docx", marks=pytest.mark.slow),
    pytest.param(lambda d, _: without_marks(d), id="bare", marks=pytest.mark.slow),
    pytest.param(through_libreoffice, id="libreoffice", marks=pytest.mark.slow),
    pytest.param(lambda d, f: through_libreoffice(d, f, by="doc"), id="doc-and-back", marks=pytest.mark.slow),
    pytest.param(lambda d, f: through_libreoffice(d, f, by="odt"), id="odt-and-back", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("way", WAYS)
def test_the_services_agreement(desk, tmp_path, way):
    reviewed = review(desk.workspace, desk.back(way(services(desk.file(SVC)), tmp_path), "svc.docx"))
    assert reviewed.ok
    assert reviewed.sure
    entries = entries_of(reviewed)
    silent = {e.clause or e.name: e for e in entries if e.silent}
    tracked = {e.clause or e.name: e for e in entries if not e.silent}
    assert set(silent) == {"risk.indemnity", "exit.convenience", "pay.ffs", "gov.escalation", "“Exclusivity”"}
    assert set(tracked) == {"pay.invoice_timing", "confidentiality.mutual", "data.no_sale_ai"}
    assert [e.silent for e in entries] == sorted((e.silent for e in entries), reverse=True)
    assert all(AUTHOR in e.by for e in tracked.values())
    # positions
    judged = reviewed.judgements
    assert (judged["risk.indemnity"].verdict, judged["risk.indemnity"].name) == ("never", "never")
    assert any("binds Riverbend alone" in r for r in judged["risk.indemnity"].reasons)
    assert (judged["exit.convenience"].name, judged["exit.convenience"].approve) == ("fallback 2", "board")
    assert (judged["pay.invoice_timing"].name, judged["pay.invoice_timing"].approve) == ("fallback 1", "finance")
    assert (judged["confidentiality.mutual"].verdict, judged["pay.ffs"].verdict) == ("near", "unknown")
    assert silent["gov.escalation"].what == (
        "Moved behind Section 8.2 (Fair Value and No Payment for Referrals), word for word."
    )
    assert "puts duties on Riverbend alone" in " ".join(silent["“Exclusivity”"].remarks)
    # the law, the profile, the rules
    flipped = {i.code: i.standing for i in reviewed.checklist if i.standing != "met"}
    assert flipped == {"SVC-19": "changed: check", "SVC-28": "changed: check"}
    patch = {p.field: (p.written, p.silent) for p in reviewed.proposals}
    assert patch == {
        "terminate.convenience": ("30 days", True),
        "pay.ffs.1.rate": ("85.00", True),
        "pay.invoice.pay_days": ("45 days", False),
    }
    assert "covers-others-fault" in {d.rule for d in reviewed.rules}
    assert [c.text for c in reviewed.comments] == ["This is our policy."]
    json.dumps(review_data(reviewed))
    # the copy
    made = review_copy(reviewed, author="R. Lee", date=dt.datetime(2027, 1, 5, tzinfo=dt.UTC))
    assert made.diagnostics == ()
    assert made.value.marked > 20


@pytest.mark.slow
@pytest.mark.parametrize("way", [WAYS[0], WAYS[2]])
def test_the_business_associate_agreement(desk, tmp_path, way):
    reviewed = review(desk.workspace, desk.back(way(associate(desk.file(BAA)), tmp_path), "baa.docx"))
    assert reviewed.ok
    assert reviewed.sure
    assert [(e.clause, e.silent) for e in entries_of(reviewed)] == [
        ("hipaa.subcontractors", True), ("hipaa.reporting_breach", False)]  # fmt: skip
    assert {i.code: i.standing for i in reviewed.checklist if i.standing != "met"} == {"BAA-10": "missing"}
    assert reviewed.judgements["hipaa.reporting_breach"].name == "fallback 1"
    assert [p.written for p in reviewed.proposals] == ["10 business days"]
    made = review_copy(reviewed, author="R. Lee", date=dt.datetime(2027, 1, 5, tzinfo=dt.UTC))
    assert made.diagnostics == ()
