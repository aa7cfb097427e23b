"""Words that a state prescribes print letter for letter from a file, or the document says that they are missing."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from generator.assembly import STOPS_A_FINAL
from generator.assembly.facts import outside
from generator.diagnostics import Checked, errors_in
from generator.lint.index import Index
from generator.model import Agreement, Paragraph, Section, Status, Text, inlines_text, walk_sections
from generator.pipeline import Made, make
from generator.pipeline.parts import Parts, read_parts
from generator.pipeline.sets import Assembled, assemble_set
from generator.profile import Profile, read_profile
from generator.reading.locked_text import LockedText, file_beside, read_locked
from generator.writers import writer
from generator.writers.frame_check import check_frame
from generator.writers.text import printed_lines
from tests import pdf_file, word_file
from tests.warm_library import warm_workspace

ROOT = Path(__file__).parent.parent
DAY = dt.date(2027, 1, 1)
TEXT = "profiles/state/standard-clauses.txt"
HOSTILE = """\
{{ cbo.legal_name }} and {% if true %} and {# gone #} stay as they are.

**Stars**, _lines_, `ticks`, [links](#hipaa.safeguards), and <the name of the plan> are signs like any others.

The Services and the Client, a "straight" quote -- and a Term that nobody defines; TBD ____ [amount].

(a) first label
    goes on here
(b) second label
1.1 third label

& < > ' " \\ # $ @ ~ § • é ñ
"""


def read(data: bytes | str, file: str = "state.txt") -> Checked[LockedText]:
    return read_locked(data.encode() if isinstance(data, str) else data, file)


def words(checked: Checked[LockedText]) -> list[str]:
    assert checked.value is not None, checked.diagnostics
    return [p.text for p in checked.value.paragraphs]


# ---------------------------------------------------------------- reading


def test_lines_flow_together_until_an_empty_line_or_a_label():
    text = "One\ntwo.\n\nThree:\n(a) four\n   five\n(b) six\nA. seven\n12. eight\n- nine\nten"
    assert words(read(text)) == [
        "One two.",
        "Three:",
        "(a) four five",
        "(b) six",
        "A. seven",
        "12. eight",
        "- nine ten",
    ]


def test_a_heading_is_one_only_in_a_markdown_file():
    assert [(p.text, p.heading) for p in read("## Scope\nAll.", "a.md").value.paragraphs] == [
        ("Scope", True), ("All.", False),
    ]  # fmt: skip
    assert words(read("# 1 is a sign here.")) == ["# 1 is a sign here."]


def test_no_word_is_lost_or_changed():
    assert " ".join(words(read(HOSTILE))).split() == HOSTILE.split()


def test_the_digest_is_that_of_the_bytes_of_the_file():
    data = "\ufeffOne.\r\nTwo.".encode()
    checked = read(data)
    assert words(checked) == ["One. Two."]
    assert checked.value.digest == "sha256:" + hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"", 1, "empty"),
        (b" \n\n", 1, "empty"),
        ("One.\n\nTwo \u202edrow.", 3, "RIGHT-TO-LEFT OVERRIDE"),
        ("One.\x07", 1, "BELL"),
        (b"PK\x03\x04word", 1, "zip file"),
        (b"%PDF-1.7", 1, "PDF"),
        ("One.".encode("utf-16"), 1, "UTF-16"),
        (b"Caf\xe9", 1, "E9"),
        ("One.\n<P class='x'>Two.", 2, "code of a web page"),
        ("<!DOCTYPE html>", 1, "code of a web page"),
        ("a <script> b", 1, "code of a web page"),
    ],
)  # fmt: skip
def test_what_is_no_plain_text_is_refused_with_its_place(data, line, says):
    checked = read(data)
    assert checked.value is None
    (problem,) = checked.diagnostics
    assert problem.rule == "state-text-form"
    assert problem.span.line == line
    assert says in problem.message


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("a.txt", "profiles/a.txt"),
        ("state/ny.md", "profiles/state/ny.md"),
        ("../a.txt", None),
        ("state/../../a.txt", None),
        ("/etc/passwd", None),
        ("C:\\a.txt", None),
        ("..\\a.txt", None),
        ("", None),
    ],
)
def test_the_file_is_one_beside_the_profile(name, file):
    assert file_beside("profiles/p.yaml", name) == file


# ---------------------------------------------------------------- in a document


@cache
def parts() -> Parts:
    return read_parts(warm_workspace(ROOT, today=DAY))


def assembled(words: str | None, status: Status, change: Callable[[str], str] = str) -> Assembled:
    """The regulatory addendum of the worked profile, with ``words`` as those of the state."""
    sample, addendum = ((ROOT / "profiles" / n).read_bytes() for n in ("sample.yaml", "addendum.yaml"))
    files: dict[str, bytes | None] = {
        "sample.yaml": sample,
        "addendum.yaml": change(addendum.decode()).encode(),
        "state/standard-clauses.txt": None if words is None else words.encode(),
        "/etc/hostname": b"root",
    }
    profile = read_profile(files.get, "addendum.yaml", parts().dictionary).value
    assert profile is not None
    return assemble_set(parts(), profile, ("reg",), status, DAY)


@cache
def worked() -> Made:
    made = make(warm_workspace(ROOT, today=DAY), "profiles/addendum.yaml", formats=("txt",))
    assert made.ok, made.diagnostics
    return made


def locked_words(agreement: Agreement) -> list[str]:
    """The paragraphs of the prescribed section, without the line that says where it is from."""
    (section,) = [s for a in agreement.schedules for s in walk_sections(a.blocks) if s.locked]
    paragraphs = [b for b in section.blocks if isinstance(b, Paragraph)]
    assert paragraphs[0].note
    assert len(paragraphs) == len(section.blocks)
    return [inlines_text(p.inlines) for p in paragraphs[1:]]


def test_the_words_stand_in_their_schedule_as_issued():
    (agreement,) = worked().agreements
    assert locked_words(agreement) == words(read((ROOT / TEXT).read_bytes()))
    assert agreement.schedules[-1].text == "Schedule C — Text Required by the State"
    lines = "\n".join(printed_lines(agreement))
    assert "Issued by: the state Medicaid agency. Required by: the plan’s contract with the state, appendix C." in lines
    assert "The words in Schedule C (Text Required by the State) are printed as the state issued them." in lines


def test_the_record_holds_the_digest_of_the_file():
    record = json.loads(dict(worked().files)["record.json"])
    digest = "sha256:" + hashlib.sha256((ROOT / TEXT).read_bytes()).hexdigest()
    assert record["documents"][0]["prescribed"] == [
        {
            "file": TEXT,
            "digest": digest,
            "title": "Words That Every Contract Carries",
            "issued_by": "the state Medicaid agency",
            "required_by": "the plan’s contract with the state, appendix C",
            "text_of": "2026-10-01",
            "where": "Section C.1",
        }
    ]
    assert record["inputs"][TEXT] == digest


@cache
def hostile() -> Agreement:
    made = assembled(HOSTILE, Status.FINAL)
    assert errors_in(made.problems) == ()
    assert made.open_items == ()
    return made.agreements[0]


def test_nothing_in_the_words_is_understood_as_ours():
    assert locked_words(hostile()) == words(read(HOSTILE))
    (section,) = [s for s in hostile().schedules[-1].blocks if isinstance(s, Section)]
    kinds = {type(i) for b in section.blocks[1:] if isinstance(b, Paragraph) for i in b.inlines}
    assert kinds == {Text}  # no use of a term, no reference, no value


def test_the_rules_on_wording_pass_over_them():
    made = assembled(HOSTILE, Status.FINAL)
    index = Index(made.agreements, outside(Profile({}, ""), parts().dictionary))
    assert not any("TBD" in p.plain for p in index.passages)
    assert any("Main Agreement" in p.plain for p in index.passages)


@pytest.mark.parametrize("name", ["docx", "html", "txt"])
def test_every_format_prints_every_sign(name):
    frame = (check_frame((ROOT / "clauses/_frames/house.docx").read_bytes(), "house.docx").value,)
    data = writer(name)(hostile(), *(frame if name == "docx" else ()))
    text = "\n".join(word_file.lines(data)) if name == "docx" else data.decode()
    printed = " ".join((re.sub(r"<[a-z/][^>]*>", "", text) if name == "html" else text).split())
    for paragraph in words(read(HOSTILE)):
        assert paragraph in (html.unescape(printed) if name == "html" else printed)


def test_a_pdf_prints_every_sign():
    printed = "".join(pdf_file.page_texts(writer("pdf")(hostile())))
    for paragraph in words(read(HOSTILE)):
        assert "".join(paragraph.split()) in "".join(printed.split())


# ---------------------------------------------------------------- without the words


NAMED = "state/standard-clauses.txt"


@pytest.mark.parametrize(
    ("text", "file", "rule"),
    [
        (None, NAMED, "state-text-missing"),
        ("One.", "../words.txt", "state-text-missing"),
        ("One.", "/etc/hostname", "state-text-missing"),
        ("<p>One.</p>", NAMED, "state-text-form"),
        ("", NAMED, "state-text-form"),
    ],
)
def test_a_final_is_refused_and_a_draft_shows_the_place(text, file, rule):
    draft = assembled(text, Status.DRAFT, lambda profile: profile.replace(NAMED, file))
    (problem,) = errors_in(draft.problems)
    assert problem.rule == rule
    assert rule in STOPS_A_FINAL
    (item,) = draft.open_items
    assert item.field == "state_text.files.1.file"
    lines = "\n".join(printed_lines(draft.agreements[0]))
    assert f"[{item.label}]" in lines
    assert "root" not in lines
    assert draft.agreements[0].locked == ()


def test_words_that_are_needed_and_not_named_are_an_open_item():
    draft = assembled(None, Status.DRAFT, lambda profile: profile[: profile.index("  files:\n")])
    assert [i.field for i in draft.open_items] == ["state_text.files"]
    assert draft.open_items[0].question.startswith("Which files hold the prescribed words?")


def test_no_final_is_made_without_them(tmp_path):
    for name in ("sample.yaml", "addendum.yaml"):
        (tmp_path / name).write_bytes((ROOT / "profiles" / name).read_bytes())
    made = make(warm_workspace(tmp_path, today=DAY), "addendum.yaml", formats=("txt",))
    assert not made.ok
    assert made.files == ()
    assert "state-text-missing" in {d.rule for d in made.diagnostics}


# ---------------------------------------------------------------- terms on privacy


RIDER = """
state_text:
  privacy_files:
    - file: state/terms.txt
      title: Terms on Health Data
      source: the state
      citation: a rule of the state
      as_of: 2026-10-01
"""


@pytest.mark.parametrize("words", [HOSTILE, None])
def test_privacy_terms_of_a_state_stand_in_the_paper_on_sharing(words: str | None) -> None:
    text = (ROOT / "profiles" / "data-sharing.yaml").read_text(encoding="utf-8") + RIDER
    files = {"p.yaml": text.encode(), "state/terms.txt": None if words is None else words.encode()}
    profile = read_profile(files.get, "p.yaml", parts().dictionary).value
    assert profile is not None
    made = assemble_set(parts(), profile, ("dsa",), Status.DRAFT, DAY)
    (agreement,) = made.agreements
    lines = "\n".join(printed_lines(agreement))
    assert "The words in Schedule A (Privacy Terms of the State) are printed as they were issued." in lines
    if words is None:
        assert [d.rule for d in errors_in(made.problems)] == ["state-text-missing"]
    else:
        assert errors_in(made.problems) == ()
        assert locked_words(agreement) == [p.text for p in read(words).value.paragraphs]


def test_a_paper_on_sharing_has_no_such_schedule_by_itself() -> None:
    profile = read_profile(warm_workspace(ROOT, today=DAY).read, "profiles/data-sharing.yaml", parts().dictionary).value
    assert profile is not None
    (agreement,) = assemble_set(parts(), profile, ("dsa",), Status.FINAL, DAY).agreements
    assert agreement.schedules == ()
