"""The register: the state of every agreement, its dates, what is out of date, who holds what, and what was signed."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.diagnostics import errors_in
from generator.digests import digest_of
from generator.pipeline import file_signed, make, register
from generator.pipeline.registering import Register
from generator.records import laid_out, read_record
from generator.register import State, calendar_of, read_entries, weaker_than
from generator.register.entries import Found
from generator.workspace import Workspace
from tests.command import run
from tests.warm_library import shipped_dictionary, warm_workspace

ROOT = Path(__file__).parent.parent
TODAY = dt.date(2027, 1, 1)
DICTIONARY = shipped_dictionary()


def workspace(folder: Path, today: dt.date = TODAY) -> Workspace:
    return warm_workspace(folder, today=today)


def a_record(
    *, name: str = "Harbor", state: str = "final", ends: str = "2028-12-31", renews: bool = False, **more: Any
) -> bytes:
    deadlines = [{"date": ends, "what": "End date"}]
    if renews:
        deadlines.append({"date": ends, "what": "Renews by itself unless somebody gave notice"})
    record: dict[str, Any] = {
        "format": 1,
        "agreement": {"name": name, "number": "7"},
        "state": state,
        "made_on": "2027-01-01",
        "parties": [{"key": "cbo", "legal_name": "Harbor House, Inc.", "short_name": "Harbor"}],
        "documents": [
            {
                "type": "svc",
                "title": "Services Agreement",
                "to_sign": True,
                "files": [],
                "clauses": [{"id": "pay.invoice_timing", "version": "1.0.0", "digest": "", "where": "Section 6.1"}],
                "deviations": [{"clause": "pay.invoice_timing", "rung": "fallback-1", "values": {}}],
            },
            {"type": "bac", "title": "Checklist", "to_sign": False, "files": [], "clauses": [], "deviations": []},
        ],
        "deadlines": deadlines,
        **more,
        "profile": {},
    }
    return json.dumps(record, indent=2).encode()


def put(folder: Path, name: str, record: bytes) -> Path:
    place = folder / "output" / name
    place.mkdir(parents=True)
    (place / "record.json").write_bytes(record)
    return place


def read(folder: Path, today: dt.date = TODAY, **more: Any) -> Register:
    found = register(workspace(folder, today), "output", **more)
    assert found.value is not None
    return found.value


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with three real agreements: one of them holds a superseded clause."""
    folder = tmp_path_factory.mktemp("register")
    text = (ROOT / "profiles" / "sample.yaml").read_text(encoding="utf-8")
    for name, pins in (("one", ""), ("two", "pins:\n  pay.invoice_timing: 1.0.0\n"), ("three", "")):
        (folder / f"{name}.yaml").write_text(text.replace("Safe at Home", f"Safe {name}") + pins, encoding="utf-8")
        space = workspace(folder)
        result = make(space, f"{name}.yaml", documents=("svc", "baa"), formats=("txt",))
        assert result.ok, [d.message for d in errors_in(result.diagnostics)]
        space.deliver(result.folder, result.files)
    return folder


def test_every_agreement_is_listed_with_its_soonest_date_first(made):
    entries = read(made).entries
    assert [e.name for e in entries] == ["Safe one", "Safe three", "Safe two"]
    assert {e.state for e in entries} == {State.FINAL}
    assert entries[0].parties == ("Lakeshore", "Riverbend")
    assert [d for d, _ in entries[0].deadlines] == sorted(d for d, _ in entries[0].deadlines)
    assert ("2028-12-31", "End date") in entries[0].deadlines


def test_only_those_that_hold_a_superseded_text_are_outdated_and_it_is_said_how_grave(made):
    found = read(made, outdated=True)
    assert [PurePart(f) for f in found.outdated] == ["safe-two-2027-014"]
    (one,) = next(iter(found.outdated.values()))
    assert (one.document, one.clause, one.held, one.grave.value) == ("svc", "pay.invoice_timing", "1.0.0", "update")
    assert one.now > one.held
    assert any("bank account" in why for why in one.why)


def PurePart(folder: str) -> str:  # noqa: N802 - reads as what it gives
    return folder.rpartition("/")[2]


def test_a_requirement_that_only_the_newer_text_meets_is_the_gravest(made, tmp_path):
    place = put(tmp_path, "one", (next((made / "output").glob("safe-two*")) / "record.json").read_bytes())
    record = json.loads((place / "record.json").read_bytes())
    for document in record["documents"]:
        document["clauses"] = [c for c in document["clauses"] if c["id"] == "hipaa.safeguards"]
    mine = tmp_path / "clauses" / "hipaa" / "safeguards"
    mine.mkdir(parents=True)
    text = (ROOT / "clauses/hipaa/safeguards/1.0.0.md").read_text(encoding="utf-8")
    head, body = text.split("\n---\n", 1)
    head = "\n".join(
        line for line in head.splitlines() if not line.startswith(("digest:", "  digest:", "released_on:"))
    )
    old = "\n".join("satisfies: []" if line.startswith("satisfies:") else line for line in head.splitlines())
    (mine / "1.0.0.md").write_text(f"{old}\n---\n{body}", encoding="utf-8")
    new = head.replace("version: 1.0.0", "version: 2.0.0")
    (mine / "2.0.0.md").write_text(f"{new}\n---\n{body}\nMore.\n", encoding="utf-8")
    (place / "record.json").write_text(json.dumps(record, indent=2), encoding="utf-8")
    (out,) = read(tmp_path, outdated=True).outdated.values()
    assert [o.grave.value for o in out] == ["requirement"]
    assert out[0].lost


def test_a_text_that_was_changed_because_the_law_was_is_told_with_that_law(tmp_path, monkeypatch):
    old = (ROOT / "clauses/gen/notices/1.0.0.md").read_text(encoding="utf-8")
    head, body = old.split("\n---\n", 1)
    head = "\n".join(
        line for line in head.splitlines() if not line.startswith(("digest:", "  digest:", "released_on:"))
    )
    mine = tmp_path / "clauses" / "gen" / "notices"
    mine.mkdir(parents=True)
    (mine / "1.0.0.md").write_text(f"{head}\n---\n{body}", encoding="utf-8")
    law = "Notice Act, section 4, in force since 2027-07-01"
    for version, why in (("1.0.1", f"law_changed: {law}\n"), ("1.0.2", "")):
        new = head.replace("version: 1.0.0", f"version: {version}") + f"\n{why}".rstrip("\n")
        (mine / f"{version}.md").write_text(f"{new}\n---\n{body}\nMore.\n", encoding="utf-8")
    clauses = [{"id": "gen.notices", "version": "1.0.0", "digest": "", "where": "Section 13.1"}]
    documents = [{"type": "svc", "title": "svc", "files": [], "clauses": clauses, "deviations": []}]
    put(tmp_path, "one", a_record(documents=documents))
    (found,) = read(tmp_path, outdated=True).outdated.values()
    assert [(o.grave.value, o.law) for o in found] == [("law", (law,))]
    code, out = run(tmp_path, "status", "--outdated", monkeypatch=monkeypatch)
    assert code == 0
    assert f"the law changed ({law})" in " ".join(out.split())


@pytest.mark.parametrize(
    ("today", "renews", "state"),
    [
        ("2028-12-31", False, State.FINAL),
        ("2029-01-01", False, State.ENDED),
        ("2029-01-01", True, State.FINAL),
    ],
)
def test_an_agreement_has_ended_the_day_after_its_end_unless_it_renews_by_itself(tmp_path, today, renews, state):
    put(tmp_path, "one", a_record(renews=renews))
    assert read(tmp_path, dt.date.fromisoformat(today)).entries[0].state == state


def test_what_a_signed_one_supersedes_is_superseded_and_a_draft_supersedes_nothing(tmp_path):
    put(tmp_path, "old", a_record(name="Old"))
    new = put(tmp_path, "new", a_record(name="New", supersedes={"folder": "old"}))
    assert [e.state for e in read(tmp_path).entries] == [State.FINAL, State.FINAL]
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 signed")
    filed = file_signed(workspace(tmp_path), "output/new", "scan.pdf", document="svc")
    assert filed.value is not None
    assert {e.name: e.state for e in read(tmp_path).entries} == {"Old": State.SUPERSEDED, "New": State.SIGNED}
    assert (new / "signed").is_dir()


def test_a_set_is_signed_once_every_document_that_is_to_be_signed_is(tmp_path):
    record = json.loads(a_record())
    record["documents"][1]["to_sign"] = True
    put(tmp_path, "one", json.dumps(record, indent=2).encode())
    space = workspace(tmp_path)
    for document, state in (("svc", State.PARTLY), ("bac", State.SIGNED)):
        (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 " + document.encode())
        assert file_signed(space, "output/one", "scan.pdf", document=document).value is not None
        assert read(tmp_path).entries[0].state == state


def test_a_signed_copy_is_filed_read_only_with_its_digest_and_the_original_stays(tmp_path):
    place = put(tmp_path, "one", a_record())
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 signed")
    filed = file_signed(workspace(tmp_path), "output/one", "scan.pdf", document="svc", by="Ana Ruiz").value
    assert filed is not None
    copy = tmp_path / filed[0]
    assert copy.read_bytes() == (tmp_path / "scan.pdf").read_bytes()
    assert copy.stat().st_mode & 0o222 == 0
    note = json.loads(copy.with_suffix(".json").read_bytes())
    assert (note["digest"], note["by"], note["on"]) == (digest_of(copy.read_bytes()), "Ana Ruiz", "2027-01-01")
    assert sorted(p.name for p in (place / "signed").iterdir()) == sorted([copy.name, copy.with_suffix(".json").name])


def test_filing_the_same_copy_again_changes_nothing_and_another_copy_stands_beside_it(tmp_path):
    place = put(tmp_path, "one", a_record())
    for data, new in ((b"%PDF-1.7 one", True), (b"%PDF-1.7 one", False), (b"%PDF-1.7 two", True)):
        (tmp_path / "scan.pdf").write_bytes(data)
        filed = file_signed(workspace(tmp_path), "output/one", "scan.pdf", document="svc").value
        assert filed is not None
        assert filed[1] is new
    assert len(list((place / "signed").glob("*.pdf"))) == 2


def test_two_people_filing_the_same_copy_at_once_lose_nothing(tmp_path):
    place = put(tmp_path, "one", a_record())
    data = b"%PDF-1.7 " + b"x" * 200_000
    (tmp_path / "scan.pdf").write_bytes(data)
    results: list[Any] = []

    def file_it() -> None:
        results.append(file_signed(workspace(tmp_path), "output/one", "scan.pdf", document="svc"))

    threads = [threading.Thread(target=file_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(r.value is not None for r in results)
    (copy,) = (place / "signed").glob("*.pdf")
    assert copy.read_bytes() == data
    assert not list((place / "signed").glob(".*"))


def test_one_scan_of_two_signed_documents_is_filed_for_each_of_them(tmp_path):
    place = put(tmp_path, "one", a_record())
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 both")
    for document, new in (("svc", True), ("bac", True), ("svc", False)):
        filed = file_signed(workspace(tmp_path), "output/one", "scan.pdf", document=document).value
        assert filed is not None
        assert filed[0].startswith(f"output/one/signed/{document}-signed-")
        assert filed[1] is new
    assert len(list((place / "signed").glob("*.pdf"))) == 2


def test_what_somebody_else_is_writing_at_this_moment_is_no_filed_copy(tmp_path):
    place = put(tmp_path, "one", a_record())
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 one")
    (place / "signed").mkdir()
    (place / "signed" / ".agreements-x1").write_bytes(b"%PDF-1.7 one")
    filed = file_signed(workspace(tmp_path), "output/one", "scan.pdf", document="svc").value
    assert filed is not None
    assert filed[1] is True
    assert filed[0].endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("scan.zip", b"PK\x03\x04", "not what its name says"),
        ("scan.pdf", b"<html>", "not what its name says"),
        ("scan.docx", b"\xd0\xcf\x11\xe0", "not what its name says"),
    ],
)
def test_what_is_no_signed_copy_is_refused(tmp_path, name, data, words):
    place = put(tmp_path, "one", a_record())
    (tmp_path / name).write_bytes(data)
    filed = file_signed(workspace(tmp_path), "output/one", name, document="svc")
    assert filed.value is None
    assert words in filed.diagnostics[0].message
    assert not (place / "signed").exists()


def test_a_copy_whose_document_is_not_known_is_asked_about(tmp_path):
    put(tmp_path, "one", a_record())
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    for document in ("", "mou"):
        filed = file_signed(workspace(tmp_path), "output/one", "scan.pdf", document=document)
        assert filed.value is None
        assert "svc (Services Agreement)" in filed.diagnostics[0].fix


def test_a_signed_copy_that_was_changed_or_lost_is_told(tmp_path):
    put(tmp_path, "one", a_record())
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7 signed")
    filed = file_signed(workspace(tmp_path), "output/one", "scan.pdf", document="svc").value
    assert filed is not None
    copy = tmp_path / filed[0]
    copy.chmod(0o644)
    copy.write_bytes(b"%PDF-1.7 with a note")
    assert [d.rule for d in read(tmp_path).diagnostics] == ["signed-changed"]
    copy.unlink()
    assert [d.rule for d in read(tmp_path).diagnostics] == ["signed-missing"]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"documents": 3}', b"\xff\xfe", b"null", b"[" * 100_000, b'{"format": 1}']
)
def test_a_record_that_is_none_is_told_and_the_others_are_listed(tmp_path, data):
    put(tmp_path, "broken", data)
    put(tmp_path, "sound", a_record())
    found = read(tmp_path)
    assert [e.name for e in found.entries] == ["Harbor"]
    assert [d.rule for d in found.diagnostics] == ["record-broken"]
    assert found.diagnostics[0].span is not None
    assert "broken/record.json" in found.diagnostics[0].span.file


def test_a_newer_record_is_told_and_taken_as_far_as_it_goes(tmp_path):
    put(tmp_path, "one", a_record().replace(b'"format": 1', b'"format": 99'))
    found = read(tmp_path)
    assert [d.rule for d in found.diagnostics] == ["record-newer"]
    assert [e.name for e in found.entries] == ["Harbor"]


_SOME = settings(max_examples=40, deadline=None)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@_SOME
@given(
    st.dictionaries(
        st.sampled_from(["agreement", "documents", "parties", "deadlines", "state", "supersedes", "format", "made_on"]),
        _JSON | st.lists(st.dictionaries(st.sampled_from(["type", "clauses", "date", "what", "deviations"]), _JSON)),
    )
)
def test_no_record_whatever_it_holds_makes_it_fail(record):
    found = read_entries([Found("x", json.dumps(record).encode())], TODAY)
    assert found.value is not None
    for entry in found.value:
        assert isinstance(entry.held, tuple)
        calendar_of([entry], TODAY)


_CLAUSES = st.lists(
    st.fixed_dictionaries(
        {k: st.sampled_from(["", "pay.a", "pay.b", "\n      ]", "1.0.0"]) for k in ("id", "version", "digest", "where")}
    ),
    max_size=4,
)


@_SOME
@given(st.lists(st.lists(_CLAUSES, max_size=3), max_size=4))
def test_lists_that_are_alike_are_read_once_and_every_agreement_has_its_own(all_held):
    records = [
        {"format": 1, "documents": [{"type": f"t{n}", "clauses": c, "deviations": []} for n, c in enumerate(held)],
         "profile": {}}
        for held in all_held
    ]  # fmt: skip
    as_we_write, otherwise = (
        read_entries([Found(f"{n}", json.dumps(r, indent=indent).encode()) for n, r in enumerate(records)], TODAY).value
        for indent in (2, None)
    )
    assert as_we_write == otherwise
    keys = ("id", "version", "digest", "where")
    assert {e.folder: list(e.held) for e in as_we_write or ()} == {
        str(n): [(f"t{d}", *(c[k] for k in keys)) for d, clauses in enumerate(held) for c in clauses]
        for n, held in enumerate(all_held)
    }


def test_a_record_with_a_broken_list_is_told(tmp_path):
    put(tmp_path, "broken", a_record().replace(b'"id": "pay', b'"id" "pay'))
    found = read(tmp_path, clauses=True)
    assert ([d.rule for d in found.diagnostics], found.entries) == (["record-broken"], ())


def answers(**given_: str) -> Mapping[str, str]:
    return {k.replace("__", "."): v for k, v in given_.items()}


@pytest.mark.parametrize(
    ("above", "own", "weaker"),
    [
        ("5 business days", "2 business days", False),
        ("5 business days", "5 business days", True),
        ("5 business days", "4 business days", False),  # one unit: nothing is in doubt
        ("72 hours", "3 days", True),
        ("72 hours", "48 hours", False),
        ("3 business days", "48 hours", False),
        ("72 hours", "2 business days", True),  # with a weekend among them
        ("5 days", "unknown", False),
    ],
)
def test_a_member_that_may_report_as_late_as_the_hub_is_weaker(above, own, weaker):
    assert DICTIONARY is not None
    found = list(weaker_than({"baa.breach_notice": above}, {"sba.breach_notice": own}, DICTIONARY))
    assert bool(found) is weaker
    if found:
        assert found[0].own_field == "sba.breach_notice"


def test_records_kept_for_a_shorter_time_are_weaker():
    assert DICTIONARY is not None
    above, own = {"audit.record_years": "10 years"}, {"audit.record_years": "6 years"}
    assert [w.what for w in weaker_than(above, own, DICTIONARY)] == ["time to keep records"]
    assert list(weaker_than(own, above, DICTIONARY)) == []


def test_the_calendar_holds_every_date_to_come_as_the_format_wants_it(tmp_path):
    put(tmp_path, "one", a_record(name="Harbor, Häuser; \\ and a very long name " + "x" * 80))
    data = calendar_of(read(tmp_path).entries, TODAY)
    lines = data.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = data.decode().replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20281231\r\nDTEND;VALUE=DATE:20290101" in whole
    assert "SUMMARY:End date – Harbor\\, Häuser\\; \\\\ and" in whole
    assert whole.count("BEGIN:VEVENT") == whole.count("END:VEVENT") == 1
    assert data == calendar_of(read(tmp_path).entries, TODAY)
    assert calendar_of(read(tmp_path).entries, dt.date(2030, 1, 1)).count(b"VEVENT") == 0


@pytest.mark.parametrize("day", ["9999-12-31", "20281231", "2028-W52-7", "2028-02-30", "soon"])
def test_a_date_that_no_agreement_can_have_is_left_out_of_lists_and_calendar(tmp_path, day):
    put(tmp_path, "one", a_record(ends=day))
    entries = read(tmp_path).entries
    assert entries[0].deadlines == ()
    assert calendar_of(entries, TODAY).count(b"VEVENT") == 0


def test_the_commands_say_what_a_hub_wants_to_know(made, monkeypatch):
    code, out = run(made, "status", "--date", "2027-01-01", monkeypatch=monkeypatch)
    assert code == 0
    assert "3 agreements in output: 3 final." in out
    code, out = run(made, "status", "--outdated", monkeypatch=monkeypatch)
    assert "1 agreement holds a text that was superseded" in out
    assert "changed since: review the changes" in out
    code, out = run(made, "status", "--clause", "pay.invoice_timing", monkeypatch=monkeypatch)
    assert "1.0.0" in out
    assert "Safe two" in out
    code, out = run(made, "status", "--matrix", monkeypatch=monkeypatch)
    (row,) = (line for line in out.splitlines() if "pay.invoice_timing" in line)
    assert "Safe two" in row  # the one that holds another version than most
    assert "--matrix -o matrix.html" in out
    code, out = run(made, "status", "--matrix", "-o", "matrix.csv", monkeypatch=monkeypatch)
    assert code == 0
    table = (made / "matrix.csv").read_text(encoding="utf-8-sig")
    assert table.startswith("Agreement,Weaker than above,")
    elsewhere = made.parent / "elsewhere.csv"
    assert run(made, "status", "--matrix", "-o", str(elsewhere), monkeypatch=monkeypatch)[0] == 0
    assert elsewhere.read_bytes() == (made / "matrix.csv").read_bytes()
    (made / "matrix.csv").write_text("somebody's own", encoding="utf-8")
    code, out = run(made, "status", "--matrix", "-o", "matrix.csv", monkeypatch=monkeypatch)
    assert code == 1
    assert "--replace" in out


def test_as_json_it_is_one_object(made, monkeypatch):
    code, out = run(made, "status", "--outdated", "--json", monkeypatch=monkeypatch)
    found = json.loads(out)
    assert code == 0
    assert found["ok"]
    assert [len(a["outdated"]) for a in found["agreements"]] == [0, 0, 1]
    assert all(a["clauses"] for a in found["agreements"])


def test_a_misspelled_clause_is_told_with_the_nearest_name_and_one_that_nobody_holds_is_no_mistake(made, monkeypatch):
    code, out = run(made, "status", "--clause", "pay.invoice_timin", monkeypatch=monkeypatch)
    assert code == 1
    assert "Did you mean pay.invoice_timing?" in out
    code, out = run(made, "status", "--clause", "dua.background", monkeypatch=monkeypatch)
    assert (code, "No agreement holds dua.background." in out) == (0, True)


def test_outdated_texts_are_told_with_their_documents_and_each_reason_once(made, monkeypatch):
    code, out = run(made, "status", "--outdated", monkeypatch=monkeypatch)
    assert code == 0
    words = " ".join(out.split())
    assert "Services Agreement, Section 6.1 (Invoices and Payment): pay.invoice_timing 1.0.0 →" in words
    assert words.index("the gravest first") < words.index("What was changed in these texts since:")
    assert words.count("bank account") == 1
    assert words.endswith("--newest")


def test_a_requirement_of_another_kind_of_document_makes_nothing_graver(tmp_path):
    clauses = [{"id": "gen.notices", "version": "1.0.0", "digest": "", "where": "Section 13.1"}]
    documents = [{"type": t, "title": t, "files": [], "clauses": clauses, "deviations": []} for t in ("svc", "dsa")]
    put(tmp_path, "one", a_record(documents=documents))
    (found,) = read(tmp_path, outdated=True).outdated.values()
    assert {o.document: (o.grave.value, o.lost) for o in found} == {
        "svc": ("update", ()), "dsa": ("requirement", ("DSA-24",))}  # fmt: skip


def test_where_nothing_was_made_yet_the_next_step_is_told(tmp_path, monkeypatch):
    (tmp_path / "output").mkdir()
    code, out = run(tmp_path, "status", monkeypatch=monkeypatch)
    assert code == 0
    assert "Next: agreements make" in out
    code, out = run(tmp_path, "status", "gone", monkeypatch=monkeypatch)
    assert code == 1
    assert "There is no folder" in out


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3) | st.tuples(inner),
    max_leaves=12,
)


@given(_JSON, st.integers(1, 3))
@settings(max_examples=50, deadline=None)
def test_a_record_is_laid_out_as_the_standard_library_would(value: object, step: int):
    assert laid_out(value, step) == json.dumps(value, ensure_ascii=False, indent=step)


@pytest.mark.parametrize(
    ("day", "read"), [("2027-02-28", dt.date(2027, 2, 28)), ("2027-02-30", None), ("yesterday", None), (20270228, None)]
)
def test_a_record_that_names_no_day_is_told(day: object, read: dt.date | None):
    found = read_record(json.dumps({"documents": [], "made_on": day}).encode(), "record.json")
    assert found.value is not None
    assert found.value.made_on == read
    assert [(d.rule, "made_on" in d.message) for d in found.diagnostics] == ([] if read else [("record-broken", True)])
