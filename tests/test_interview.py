"""The interview: what it asks, in which order, and that the written profile says exactly what was answered."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import pipeline
from generator.fields import UNKNOWN, Duration, Record
from generator.interview import DOCUMENTS, TOPICS, Interview
from generator.profile import read_profile
from generator.workspace import Layer, Workspace
from tests.small_library import FIELDS
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
_MORE = """
  agreement.documents: {kind: several, label: papers, question: Which papers?, example: "[doc]", options: {doc: The agreement, note: A note}}
  agreement.purchaser: {kind: party_choice, label: who pays, question: Who pays?, example: hco, options: {cbo: The CBO, hco: The HCO}}
  story: {kind: paragraphs, label: story, question: What is the story?, example: Once., optional: yes}
  towns: {kind: list, each: {kind: text}, label: towns, question: Which towns?, example: "[Lee]"}
  fee: {kind: money, label: fee, question: What is the fee?, example: 10, sensitive: yes}
  share: {kind: percent, of: the fee, label: share, question: Which share?, example: 5%}
  start: {kind: date, label: start, question: When does it start?, example: 2027-01-01}
  ways: {kind: several, label: ways, question: Which ways?, example: "[foot]", options: {foot: On foot, bus: "By bus, or train"}}
"""  # noqa: E501
DICTIONARY = FIELDS + _MORE
CLAUSES = {
    "a.names": "{{ agreement.name }}{% if agreement.number is given %} no. {{ agreement.number }}{% endif %}",
    "a.notice": "{{ provider.short_name }} gives {{ notice }} notice.",
    "a.pilot": "A pilot in {{ towns }} by {{ ways }}.{% if story is given %} {{ story }}{% endif %}",
    "a.fee": "The fee is {{ fee }}, of which {{ share }}. It starts on {{ start }}.",
    "a.services": "{% for s in services %}{{ s.name }} by the {{ s.unit }}. {% endfor %}",
}
DOCUMENT = """\
id: doc
title: Agreement
when: Always.
parties: [hco, provider]
signatures: [hco, provider]
outline:
  - {clause: a.names}
  - {clause: a.notice}
  - {clause: a.pilot, when: pilot}
  - {clause: a.fee, when: "model == 'fee'"}
  - {clause: a.services}
"""
NOTE = "id: note\ntitle: Note\nwhen: Now and then.\nparties: [hco, cbo]\noutline:\n  - {clause: a.names}\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Workspace:
    """Return a workspace with a library of five short clauses and two document types."""
    top = tmp_path_factory.mktemp("small") / "lib"
    (top / "_documents").mkdir(parents=True)
    (top / "_fields.yaml").write_text(DICTIONARY)
    (top / "_documents/doc.yaml").write_text(DOCUMENT)
    (top / "_documents/note.yaml").write_text(NOTE)
    for id, body in CLAUSES.items():
        path = top / id.replace(".", "/") / "1.0.0.md"
        path.parent.mkdir(parents=True)
        path.write_text(f"---\nid: {id}\nversion: 1.0.0\ntitle: {id}\nstatus: released\n---\n{body}\n")
    return Workspace(top.parent, (Layer("starter", top, "lib/"),), top.parent / "output", dt.date(2026, 11, 23))


BEGUN: dict[Path, Interview] = {}


def begun(workspace: Workspace, file: str = "", name: str = "p.yaml") -> Interview:
    """Return an interview over a profile that says ``file``; the library is read once, and remembered by all."""
    if workspace.folder not in BEGUN:
        made = pipeline.interview(workspace, name)
        assert made.value is not None, made.diagnostics
        BEGUN[workspace.folder] = made.value
    first = BEGUN[workspace.folder]
    interview = Interview(first.dictionary, first.documents, first.look, first.read, name)
    assert not interview.load(file.encode())
    return interview


def names(interview: Interview) -> list[str]:
    """Answer everything with unknown, the parties but for, and return the names in the order asked."""
    asked = []
    question = interview.next()
    while question is not None and len(asked) < 100:
        asked.append(question.path)
        interview.unknown(question.path)
        question = interview.next(question.path)
    return asked


# ---------------------------------------------------------------- which questions


def test_the_first_question_is_which_papers_each_with_when_one_needs_it(small):
    question = begun(small).next()
    assert question.path == DOCUMENTS
    assert [(c.key, c.label, c.says) for c in question.choices] == [
        ("doc", "The agreement", "Always."), ("note", "A note", "Now and then."),
    ]  # fmt: skip


def test_only_what_the_wanted_papers_need_is_asked(small):
    interview = begun(small, "agreement.documents: [note]\n")
    assert interview.open() == (
        "agreement.name", "cbo.legal_name", "cbo.dba", "hco.legal_name", "hco.dba", "agreement.number",
    )  # fmt: skip


def test_what_decides_comes_before_what_is_printed_and_brings_up_more(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    work = [n for n in interview.open() if interview.topic(n).id == "work"]
    assert work == ["model", "services"]
    assert not {"towns", "ways", "fee"} & set(interview.open())
    interview.answer("pilot", "yes")
    interview.answer("model", "none")
    work = [n for n in interview.open() if interview.topic(n).id == "work"]
    assert work == ["services", "story", "towns", "ways"]


def test_the_fields_of_a_party_are_asked_once_it_plays_a_part(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    assert "cbo.legal_name" not in interview.open()
    interview.answer("agreement.provider", "The CBO")
    assert "cbo.legal_name" in interview.open()


def test_unknown_is_an_answer_and_is_not_asked_again(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    asked = names(interview)
    assert len(asked) == len(set(asked)) < 30
    assert interview.left() == 0
    assert begun(small, interview.data.decode()).next() is None


def test_what_was_left_out_is_not_offered_again(small):
    interview = begun(small, "agreement.documents: [note]\n")
    assert interview.question("agreement.number").optional
    assert interview.leave_out("agreement.number").diagnostics == ()
    again = begun(small, interview.data.decode())
    assert "agreement.number" not in again.open()
    assert again.question("agreement.number").answer == "left out"
    assert again.profile.given("agreement.number") is None
    assert again.question("colour").answer == ""


def test_a_list_that_was_left_out_says_so_when_one_comes_back_to_it(small):
    interview = begun(small, "agreement.documents: [note]\n")
    interview.leave_out("towns.1")
    assert (interview.value("towns"), interview.question("towns").answer) == (None, "left out")


def test_an_interview_goes_on_where_it_stopped(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    for typed in ("Safe Homes", "2"):
        question = interview.next()
        assert interview.answer(question.path, typed).value is not None
    there = interview.next()
    assert begun(small, interview.data.decode()).next() == there


def test_a_list_is_asked_entry_by_entry(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    first = interview.question("services")
    assert (first.path, first.whole, first.text) == ("services.1.name", "Which services?", "Which service?")
    interview.answer(first.path, "meals")
    second = interview.next(first.path)
    assert (second.path, second.label, second.text) == ("services.1.unit", "Services: meals", "Which unit?")
    interview.answer(second.path, "meal")
    more = interview.next(second.path)
    assert (more.path, more.more) == ("services.2", True)
    assert interview.question(more.path).path == "services.2.name"
    interview.answer("services.2.name", "rides")
    interview.unknown("services.2.unit")
    entries = interview.profile.values["services"].value
    assert [{k: v.value for k, v in e.items()} for e in entries if isinstance(e, Record)] == [
        {"name": "meals", "unit": "meal"}, {"name": "rides", "unit": UNKNOWN},
    ]  # fmt: skip
    assert [line.shown for line in interview.review() if line.path.startswith("services")] == [
        "meals", "meal", "rides", "not known yet",
    ]  # fmt: skip


def test_a_list_of_which_nothing_is_known_is_unknown_and_can_be_begun_later(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    interview.unknown("services.1.name")
    assert interview.value("services") is UNKNOWN
    interview.answer("services.1.name", "meals")
    assert interview.value("services.1.name") == "meals"


def test_a_list_that_was_left_in_the_middle_is_finished_on_return(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    interview.answer("services.1.name", "meals")
    assert "services.1.unit" in begun(small, interview.data.decode()).open()


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("model", "2", "none"),
        ("model", "Fee for Service", "fee"),
        ("model", "fee", "fee"),
        ("pilot", "y", True),
        ("pilot", "No", False),
        ("ways", "2, foot", ("bus", "foot")),
        ("ways", "by bus, or train", ("bus",)),
        ("notice", " 30 days ", Duration(30, "days")),
        ("start", '"2027-01-31"', dt.date(2027, 1, 31)),
        ("agreement.name", '"Quoted"', '"Quoted"'),
        ("agreement.name", "UNKNOWN", UNKNOWN),
    ],
)
def test_an_answer_is_typed_as_a_person_would(small, path, typed, value):
    interview = begun(small)
    assert interview.answer(path, typed).value == value
    assert interview.value(path) == value


def test_a_bad_answer_gets_the_message_of_check_and_changes_nothing(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    before = interview.data
    refused = interview.answer("notice", "30")
    assert refused.value is None
    assert interview.data == before
    (check,) = read_profile({"p.yaml": b"notice: 30\n"}.get, "p.yaml", interview.dictionary).diagnostics
    assert refused.diagnostics == (check,)


def test_a_wrong_answer_in_the_file_is_asked_again_and_mended(small):
    interview = begun(small, "agreement.documents: [doc]\nnotice: 30   # as ever\n")
    assert "notice" in interview.open()
    interview.answer("notice", "30 days")
    assert interview.data == b"agreement.documents: [doc]\nnotice: 30 days  # as ever\n"


@pytest.mark.parametrize("file", ["notise: 30 days\n", "notice: [\n", "services: [{nam: x}]\n", "a: b: c\n"])
def test_a_file_that_says_what_is_not_understood_is_not_touched(small, file):
    made = pipeline.interview(small, "p.yaml")
    assert made.value is not None
    assert made.value.load(file.encode())
    assert made.value.data == b""


def test_both_sides_being_one_organization_is_said_at_once(small):
    interview = begun(small, "agreement.documents: [doc]\n")
    interview.answer("agreement.provider", "hco")
    assert [d.rule for d in interview.problems("agreement.provider")] == ["same-party"]
    interview.answer("agreement.provider", "cbo")
    assert interview.problems("agreement.provider") == ()


def test_sensitive_answers_are_never_shown(small):
    interview = begun(small)
    interview.answer("fee", "9876.54")
    shown = [str(line) for line in interview.review()] + [str(interview.question("fee"))]
    assert not any("9876" in text or "9,876" in text for text in shown)
    assert not any("77" in d.message + d.fix for d in interview.answer("fee", "77 million").diagnostics)


def test_a_profile_may_build_on_another_and_is_written_to_itself_alone(small, tmp_path):
    (tmp_path / "hub.yaml").write_text("agreement.name: Hub\ntowns: [Lee]\nagreement.documents: [note]\n")
    (tmp_path / "p.yaml").write_text("extends: hub.yaml\n")
    there = Workspace(tmp_path, small.layers, tmp_path / "output", small.today)
    interview = pipeline.interview(there, "p.yaml").value
    assert "agreement.name" not in interview.open()
    interview.answer("towns.2", "Ash")
    assert interview.value("towns") == ("Lee", "Ash")
    assert b"towns:\n  - Lee\n  - Ash\n" in interview.data or b"towns: [Lee, Ash]\n" in interview.data
    assert b"Hub" not in interview.data


# ---------------------------------------------------------------- whatever is answered

TYPED = st.text(min_size=1, max_size=40) | st.sampled_from(
    ["#", "a # b", "a: b", "{{ x }}", "- x", '"a', "'a'", "~", "007", "x:", "&a", "*a", "!x", "%", "@x", "a\\n",
     "漢字", "é\nü", "one\n\ntwo", "|", ">", "[a]", "{a: b}", "null", "yes", "...", "{% if %}", "]] >",
     "🙂 , ; :", "\u00a0", "= x"]
)  # fmt: skip
BY_KIND = {
    "duration": st.sampled_from(["30 days", "1 month", "2 business days", "soon"]),
    "money": st.sampled_from(["10", "$12,500.00", "0", "1.5"]),
    "percent": st.sampled_from(["5%", "12.5", "0", "101"]),
    "date": st.sampled_from(["2027-01-01", "2028-02-29", "1/2/2027"]),
}


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_whatever_is_answered_the_profile_reads_back_to_it_and_only_unknowns_stay_open(small, data):
    interview = begun(small)
    question = interview.next()
    for _ in range(300):
        if question is None:
            break
        path = question.path
        base = path.split(".1")[0].split(".2")[0].split(".3")[0]
        if question.more:
            goes_on = data.draw(st.booleans()) and question.entry < 4
            question = interview.question(path) if goes_on else interview.next(base)
            continue
        before = dict(interview.profile.values)
        match data.draw(st.sampled_from(["answer", "answer", "answer", "unknown", "leave out"])):
            case "leave out" if question.optional:
                assert interview.leave_out(path).diagnostics == ()
                assert interview.value(path) is None
            case "unknown" | "leave out":
                assert interview.unknown(path).value is UNKNOWN
                assert interview.value(path) in (UNKNOWN, None)
            case _:
                if question.choices:
                    typed = data.draw(st.sampled_from([*map(str, range(1, len(question.choices) + 1)), "perhaps"]))
                else:
                    typed = data.draw(BY_KIND.get(question.field.kind, TYPED))
                done = interview.answer(path, typed)
                if done.value is None:
                    assert done.diagnostics or not typed.strip()
                    assert interview.profile.values == before
                    continue  # and it is asked again
                assert interview.value(path) == done.value
                if question.field.kind in ("text", "paragraphs") and done.value is not UNKNOWN:
                    assert done.value == typed.strip().replace("\r", "\n")
        now = interview.profile.values
        assert {k: v for k, v in now.items() if k != base} == {k: v for k, v in before.items() if k != base}
        question = interview.next(path)
    else:
        pytest.fail("It does not come to an end.")
    again = begun(small, interview.data.decode())
    assert again.next() is None
    assert again.profile.values == interview.profile.values
    for item in again.found().open_items:
        assert again.value(item.field) is not None, item.field


def test_every_field_of_the_shipped_dictionary_has_its_topic():
    interview = begun(warm_workspace(ROOT, today=dt.date(2026, 11, 23)), name="none.yaml")
    taken = {topic.id: 0 for topic in TOPICS}
    for path in interview.dictionary.paths():
        taken[interview.topic(path).id] += 1
        assert interview.question(path).text
    assert min(taken.values()) > 5
    groups = [name for topic in TOPICS for group in topic.groups for name in group if name]
    known = {p if p.split(".")[0] not in interview.dictionary.parties() else "party." + p.partition(".")[2]
             for p in interview.dictionary.paths()}  # fmt: skip
    assert [g for g in groups if g != "party" and not any(p == g or p.startswith(f"{g}.") for p in known)] == []


def test_what_the_interview_leaves_open_is_what_check_calls_open():
    """It assembles half of what ``check`` does, and only what changed; nothing may get lost on the way."""
    workspace = warm_workspace(ROOT, today=dt.date(2026, 11, 23))
    interview = begun(workspace, (ROOT / "profiles/eastern-virginia.yaml").read_text(), "profiles/none.yaml")
    for path, typed in (("sow.placement", "1"), ("pay.models", "1"), ("data_relationship", "2"), ("phi.n0", "no")):
        assert interview.answer(path, typed).value is not None
        interview.found()
    report = pipeline.check(_with(workspace, interview), ["profiles/none.yaml"])
    asked = {i.field for i in interview.found().open_items if interview.value(i.field) in (None, UNKNOWN)}
    assert asked == {i.field for i in report.open_items}


class _Reading(Workspace):
    """A workspace in which one file has other content."""

    __slots__ = ()
    file: tuple[str, bytes] = ("", b"")

    def read(self, file: str) -> bytes | None:
        return self.file[1] if file == self.file[0] else Workspace.read(self, file)


def _with(workspace: Workspace, interview: Interview) -> Workspace:
    made = _Reading(workspace.folder, workspace.layers, workspace.output, workspace.today)
    _Reading.file = (interview.file, interview.data)
    return made


# ---------------------------------------------------------------- words for somebody who sees no file


@cache
def shipped() -> Interview:
    begun = pipeline.interview(warm_workspace(ROOT, today=dt.date(2026, 11, 23)), "nobody.yaml")
    assert begun.value is not None
    return begun.value


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("Write: baa.deid: yes", "baa.deid", "Write: yes"),
        ("Check, and write: cbo.excluded_screen_date: 2026-12-10", "cbo.excluded_screen_date",
         "Check, and write: 2026-12-10"),
        ("Compare financial_relationship and pay.models.", "",
         "Compare “How the work is funded” and “Payment models”."),
        ("Write mutual or each_responsible.", "indemnity.mode",
         "Write mutual or “Each answers for itself”."),
        ("Add svc, or svc and sow, to agreement.documents.", "pay.models",
         "Add “Services Agreement”, or “Services Agreement” and “Statement of Work”, to “Documents wanted”."),
        ("Put the clause exit.transition into it.", "", "Put the clause exit.transition into it."),
    ],
)  # fmt: skip
def test_a_message_about_a_profile_is_put_in_the_words_of_the_questions(text, path, said):
    interview = shipped()
    assert interview.in_words(text, path) == said


def test_a_finding_about_a_question_that_is_still_to_come_waits_for_its_answer():
    interview = shipped()
    assert not interview.load(b"agreement.documents: [mou]\nagreement.provider: cbo\nagreement.purchaser: hco\n"
                              b"cbo.signer.name: Jane Roe\ncbo.short_name: Harbor\n")  # fmt: skip
    assert "cbo.signer.authority" in interview.open()  # no clause of a memorandum prints it; a rule misses it
    assert "authority-missing" not in {f.rule for f in interview.findings()}
    interview.leave_out("cbo.signer.authority")
    assert "cbo.signer.authority" not in interview.open()
    assert "authority-missing" in {f.rule for f in interview.findings()}
