"""Rules over finished agreements. Each has a page in ``tests/lint`` that a lawyer can read and write.

A page holds cases. In a ``yaml`` block stand answers that change the sample profile (``extends: nothing`` starts
from an empty one); in a ``clause`` block stands the text of one document, a services agreement unless the block
names another; “Made: svc, baa” assembles these documents from the shipped clauses. ``← fires`` marks each line at
which the rule is expected; a case whose heading begins with “Fires” and has no mark expects it in another file.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest

from generator import lint as linting
from generator.assembly.facts import outside
from generator.diagnostics import Diagnostic, Severity, Span
from generator.fields import Dictionary, phrase
from generator.fields.values import Duration
from generator.library import Library
from generator.lint import TABLE, lint
from generator.lint.index import _LONGEST, _LOOKS, Index, Lint, _looks_at, _spoken, after, longer
from generator.model import Agreement, Emphasis, Filled, Status, Text, Use
from generator.pipeline import check, make
from generator.pipeline.parts import Parts, read_parts
from generator.pipeline.sets import assemble_set
from generator.profile import Profile, read_profile
from generator.workspace import Layer
from tests.warm_library import remembered, warm_workspace

ROOT = Path(__file__).parent.parent
PAGES = Path(__file__).parent / "lint"
SAMPLE = (ROOT / "profiles/sample.yaml").read_bytes()
TODAY = dt.date(2026, 12, 15)
FENCE = re.compile(r"^```(yaml|clause)(?: ([\w.]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r" *(?:# *)?← fires *$")
LINES = {line.rule.name: line for line in TABLE}


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, the name after it, its lines, and those that are marked (from 1)."""

    kind: str
    name: str
    lines: tuple[str, ...]
    marked: frozenset[int]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


@dataclass(frozen=True)
class Case:
    """One heading of a page with its blocks."""

    rule: str
    title: str
    blocks: tuple[Block, ...]
    made: tuple[str, ...]

    @property
    def fires(self) -> bool:
        return self.title.startswith("Fires")


def cases_of(page: Path) -> Iterator[Case]:
    text = page.read_text(encoding="utf-8")
    rule = text.splitlines()[0].removeprefix("# ").strip()
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        blocks = []
        for kind, name, inner in FENCE.findall(body):
            lines = inner.splitlines()
            marked = frozenset(n for n, line in enumerate(lines, 1) if MARK.search(line))
            blocks.append(Block(kind, name or "svc", tuple(MARK.sub("", line) for line in lines), marked))
        made = re.search(r"^Made: (.+)$", body, re.MULTILINE)
        documents = tuple(made.group(1).replace(",", " ").split()) if made else ()
        yield Case(rule, title.strip(), tuple(blocks), documents)


PAGED = [page for page in sorted(PAGES.glob("*.md")) if page.stem not in ("README", "coverage")]
CASES = [case for page in PAGED for case in cases_of(page)]


# ---------------------------------------------------------------- from a case to an index


@cache
def shipped() -> Parts:
    workspace = warm_workspace(ROOT, today=TODAY)
    parts = read_parts(workspace)
    for id in parts.library.document_ids():
        parts.library.document_type(id)
    for id in parts.library.ids():
        if (clause := parts.library.find(id).value) is not None:
            parts.library.template(clause)
    return parts


def profile_of(case: Case, dictionary: Dictionary) -> Profile:
    blocks = [b for b in case.blocks if b.kind == "yaml"]
    text = blocks[0].text if blocks else ""
    if text.startswith("extends: nothing\n"):
        text = "# nothing before this\n" + text.partition("\n")[2]
    else:
        text = "extends: sample.yaml\n" + text
    read = read_profile({"case.yaml": text.encode(), "sample.yaml": SAMPLE}.get, "case.yaml", dictionary)
    assert read.value is not None
    assert not read.diagnostics, [(str(d.span), d.message) for d in read.diagnostics]
    return read.value


def index_of(case: Case, folder: Path) -> Index:
    parts = shipped()
    profile = profile_of(case, parts.dictionary)
    given = profile.given("agreement.documents")
    documents = tuple(str(v) for v in given.value) if given is not None and isinstance(given.value, tuple) else ()
    written = [b for b in case.blocks if b.kind == "clause"]
    if not written and not case.made:
        return Index((), outside(profile, parts.dictionary, documents))
    library = parts.library
    wanted = case.made
    if written:
        library = small_library(folder, written)
        names = ("svc" if "." in b.name else b.name for b in written)
        wanted = tuple(dict.fromkeys(n for n in names if n != "schedule"))
    parts = Parts(library, parts.dictionary, parts.requirements, ())
    assembled = assemble_set(parts, profile, wanted, Status.DRAFT, TODAY)
    wrong = [d for d in assembled.problems if d.severity is Severity.ERROR and d.rule != "requirement-missing"]
    assert not wrong, [(str(d.span), d.message) for d in wrong]
    clauses = {}
    for agreement in assembled.agreements:
        for source in agreement.sources:
            found = library.find(source.id, None, source.version).value if source.included else None
            if found is not None:
                clauses[source.id] = found
    return Index(assembled.agreements, outside(profile, parts.dictionary, documents), clauses)


def small_library(folder: Path, blocks: list[Block]) -> Library:
    """Return the shipped library with the documents of ``blocks`` in place of its own."""
    top = folder / "lib"
    (top / "_documents").mkdir(parents=True)
    outlines: dict[str, list[str]] = {}
    for number, block in enumerate(blocks, 1):
        # A name with a point is that of a shipped clause whose place this text takes.
        id = block.name if "." in block.name else f"test.clause{number}"
        outlines.setdefault("svc" if "." in block.name else block.name, []).append(id)
        path = top / id.replace(".", "/") / "1.0.0.md"
        path.parent.mkdir(parents=True)
        head = f"---\nid: {id}\nversion: 1.0.0\ntitle: Clause {number}\nstatus: released\n---\n"
        path.write_text(head + block.text, encoding="utf-8")
    titles = {"svc": "Services Agreement", "mou": "Memorandum of Understanding", "baa": "Business Associate Agreement"}
    attached = outlines.pop("schedule", [])
    for name, clauses in outlines.items():
        parties = "[ce, ba]" if name == "baa" else "[purchaser, provider]"
        text = f"id: {name}\ntitle: {titles.get(name, name)}\nparties: {parties}\nsignatures: {parties}\noutline:\n"
        text += "".join(f"  - {c}\n" for c in clauses)
        if attached:
            text += f"schedules:\n  - {{id: rates, title: Rates, clauses: [{', '.join(attached)}]}}\n"
        (top / f"_documents/{name}.yaml").write_text(text)
    starter = warm_workspace(ROOT, today=TODAY).layers
    return Library((*starter, Layer("mine", top, "mine/")), remembered())


def lines_expected(case: Case) -> set[tuple[str, int]]:
    """Return (file, line) of every mark. One line stands before a profile, six before a clause."""
    out = set()
    number = 0
    for block in case.blocks:
        if block.kind == "yaml":
            start = 0 if block.lines[:1] == ("extends: nothing",) else 1
            out |= {("case.yaml", n + start) for n in block.marked}
        else:
            number += 1
            out |= {(f"mine/test/clause{number}/1.0.0.md", n + 6) for n in block.marked}
    return out


def found(case: Case, folder: Path) -> tuple[Index, list[Diagnostic]]:
    index = index_of(case, folder)
    return index, list(LINES[case.rule].check(index))


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.rule}: {c.title}")
def test_a_page_says_where_its_rule_fires(case: Case, tmp_path: Path) -> None:
    index, diagnostics = found(case, tmp_path)
    rule = LINES[case.rule].rule
    assert {d.rule for d in diagnostics} <= {rule.name}
    places = {(d.span.file, d.span.line) for d in diagnostics if d.span is not None}
    expected = lines_expected(case)
    if case.fires and not expected:
        assert diagnostics
    else:
        assert bool(diagnostics) is case.fires, [(str(d.span), d.message) for d in diagnostics]
        assert places == expected, [(str(d.span), d.message) for d in diagnostics]
    for diagnostic in diagnostics:
        assert diagnostic.severity is rule.severity
        assert diagnostic.fix
        assert diagnostic.message.rstrip()[-1] in ".?"
        assert "invalid" not in diagnostic.message.lower()
        says_nothing_secret(index, diagnostic)


def says_nothing_secret(index: Index, diagnostic: Diagnostic) -> None:
    """No message repeats an amount of a field that the dictionary calls sensitive."""
    for path, given in index.profile.values.items():
        field = index.dictionary.find(path)
        if field is not None and field.sensitive and field.kind in ("money", "percent", "integer"):
            if not isinstance(given.value, tuple | str | int) and given.value is not None:
                printed = phrase(field, given.value)
                assert len(printed) < 3 or printed not in diagnostic.message + diagnostic.fix


# ---------------------------------------------------------------- folder = table = pages


def test_every_rule_has_a_page_with_a_case_that_fires_and_one_that_does_not() -> None:
    assert {page.stem for page in PAGED} == set(LINES)
    for name in LINES:
        outcomes = {case.fires for case in CASES if case.rule == name}
        assert outcomes == {True, False}, name


def test_every_file_of_the_folder_is_in_the_table_and_every_rule_is_there_once() -> None:
    import importlib

    families = [p.stem for p in Path(linting.__file__).parent.glob("*.py")]
    listed: list[Lint] = []
    for name in sorted(set(families) - {"__init__", "index", "proper_names"}):
        module = importlib.import_module(f"generator.lint.{name}")
        listed += module.LINTS
        own = {v.name for v in vars(module).values() if type(v).__name__ == "Rule"}
        assert own == {line.rule.name for line in module.LINTS}, name
    assert {line.rule.name for line in listed} == set(LINES)
    assert len(LINES) == len(TABLE)


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.rule.name)
def test_an_explanation_is_a_manual_page(line: Lint) -> None:
    text = line.rule.explanation
    assert "Wrong: " in text
    assert "Right: " in text
    assert text.rstrip().splitlines()[-1].startswith("Source: ") or "\nSource: " in text
    assert "unchecked" not in text
    assert line.rule.severity is not Severity.OPEN
    assert not line.blocker or line.rule.severity is Severity.ERROR


# ---------------------------------------------------------------- the catalogue

CATALOGUE = PAGES / "coverage.md"
RANGE = re.compile(r"([A-Z]+-L?)(\d+) to \1(\d+)")


def _lines(text: str) -> list[str]:
    """Return the lines of the catalogue that ``text`` names, "SOW-01 to SOW-05" one by one."""
    whole = RANGE.sub(lambda m: " ".join(f"{m[1]}{n:02}" for n in range(int(m[2]), int(m[3]) + 1)), text)
    return re.findall(r"\b[A-Z]+-L?\d{2}\b", whole)


def catalogue() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return each line with the rules that look for it and, without any, the reason."""
    found = {}
    for row in re.findall(r"^\| ([A-Z].*?) \| .*? \| (.*) \|$", CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE):
        rules = tuple(re.findall(r"`([a-z0-9-]+)`", row[1])) if not row[1].startswith("nothing: ") else ()
        for line in _lines(row[0]):
            assert line not in found, line
            found[line] = (rules, row[1].removeprefix("nothing: "))
    return found


def test_every_line_of_the_catalogue_has_its_rules_or_a_reason(record_property: Callable[[str, object], None]) -> None:
    from generator.rules import ALL_RULES

    lines = catalogue()
    without = [f"{line} ({reason})" for line, (rules, reason) in lines.items() if not rules]
    covered = f"lint: {len(TABLE)} rules; {len(lines) - len(without)} of {len(lines)} lines of the catalogue"
    record_property("coverage", covered + (f"; without: {'; '.join(without)}" if without else ""))
    assert len(lines) == 151
    for line, (rules, reason) in lines.items():
        assert set(rules) <= set(ALL_RULES), line
        assert rules or len(reason) > 20, line


def test_a_rule_and_the_catalogue_name_each_other() -> None:
    named: dict[str, set[str]] = {}
    for entry in TABLE:
        source = entry.rule.explanation[entry.rule.explanation.rindex("Source: ") :]
        for line in _lines(source):
            named.setdefault(line, set()).add(entry.rule.name)
    for line, (rules, _) in catalogue().items():
        mine, theirs = {r for r in rules if r in LINES}, named.pop(line, set())
        assert mine == theirs, f"tests/lint/coverage.md, {line}: add {theirs - mine}, take out {mine - theirs}"
    assert named == {}


# ---------------------------------------------------------------- the whole set


@cache
def sample() -> tuple[tuple[Agreement, ...], Index]:
    parts = shipped()
    read = read_profile({"sample.yaml": SAMPLE}.get, "sample.yaml", parts.dictionary)
    assert read.value is not None
    documents = ("mou", "svc", "sow", "baa", "bac")
    assembled = assemble_set(parts, read.value, documents, Status.FINAL, TODAY)
    clauses = {
        s.id: c
        for a in assembled.agreements
        for s in a.sources
        if s.included and (c := parts.library.find(s.id, None, s.version).value) is not None
    }
    return assembled.agreements, Index(assembled.agreements, outside(read.value, parts.dictionary, documents), clauses)


def test_nothing_is_found_in_the_sample_that_counsel_would_want_mended() -> None:
    result = lint(sample()[1])
    assert [(d.rule, d.message) for d in result.diagnostics if d.severity is not Severity.NOTE] == []
    assert result.overruled == ()


def test_rules_are_quick() -> None:
    agreements, index = sample()
    best = 9.9
    for _ in range(6):
        fresh = Index(agreements, outside(index.profile, index.dictionary, index.documents), index.clauses)
        start = time.process_time()
        lint(fresh)
        best = min(best, time.process_time() - start)
    assert best < 0.12, f"{best * 1000:.0f} ms of CPU for the sample set"


def test_rules_stay_silent_about_what_is_open() -> None:
    parts = shipped()
    groups = {p.partition(".")[0] for p in parts.dictionary.paths()}
    wanted = [p for p in parts.dictionary.paths() if "." not in p or p.partition(".")[0] in groups]
    lines = []
    for path in wanted:
        field = parts.dictionary.find(path)
        if field is None or field.derived or field.same_as or field.kind == "record":
            continue
        if any(parts.dictionary.find(".".join(path.split(".")[:n])) is not None for n in range(1, path.count(".") + 1)):
            above = [parts.dictionary.find(".".join(path.split(".")[:n])) for n in range(1, path.count(".") + 1)]
            if any(a is not None and a.kind == "list" for a in above):
                continue
        lines.append(f"{path}: unknown")
    read = read_profile({"p.yaml": "\n".join(lines).encode()}.get, "p.yaml", parts.dictionary)
    assert read.value is not None
    documents = ("mou", "svc", "sow", "baa", "bac")
    index = Index((), outside(read.value, parts.dictionary, documents))
    assert [(d.rule, d.message) for line in TABLE for d in line.check(index)] == []


# ---------------------------------------------------------------- one thing in two papers

HUB = "hub-member.yaml"


@pytest.mark.parametrize(
    ("rule", "text", "base", "printed"),
    [
        (
            "breach-clocks-differ",
            "data.incident_hours: 72 hours\nbaa.breach_notice: 5 business days\n",
            "sample.yaml",
            {"svc": "within seventy-two (72) hours after it discovers", "baa": "within five (5) business days after"},
        ),
        (
            "downstream-clock-too-long",
            "baa.breach_notice: 3 business days\nsba.breach_notice: 72 hours\n",
            HUB,
            {"sba": "within seventy-two (72) hours after discovery"},
        ),
        (
            "downstream-help-too-long",
            "baa.access_days: 5 business days\nsba.access_days: 5 business days\n",
            HUB,
            {"sba": "Within five (5) business days after White River asks"},
        ),
        (
            "cure-times-disagree",
            "terminate.cure_days: 15 days\nbaa.cure_days: 30 days\n",
            "sample.yaml",
            {"svc": "cured within fifteen (15) days", "baa": "thirty (30) days, or another period"},
        ),
        (
            "limits-disagree",
            "liability.cap_amount: 250000.00\nbaa.cost_cap: 1000000.00\n",
            "sample.yaml",
            {"svc": "limited to $250,000.00", "baa": "limited to $1,000,000.00"},
        ),
        (
            "notices-disagree",
            "terminate: {convenience: 30 days, funding_notice_days: 60 days}\npayer_lines: [medicaid_mco]\n",
            "sample.yaml",
            {"svc": "thirty (30) days’"},
        ),
        (
            "record-times-disagree",
            "data.retention_years: 6 years\naudit.record_years: 10 years\n",
            "sample.yaml",
            {"svc": "for six (6) years after this agreement ends"},
        ),
        (
            "hub-pays-no-sooner",
            "hub.pay_after_receipt: 60 days\npay.invoice.pay_days: 30 days\n",
            HUB,
            {"hub": "within sixty (60) days after the Payer’s payment"},
        ),
    ],
)
def test_two_papers_that_disagree_in_print_are_found(rule: str, text: str, base: str, printed: dict[str, str]) -> None:
    files = {name: (ROOT / "profiles" / name).read_bytes() for name in ("sample.yaml", "hub.yaml", HUB)}
    files["sample.yaml"] = re.sub(rb"\n *cap_multiple:.*", b"", SAMPLE)  # the limit is an amount or a multiple
    files["case.yaml"] = f"extends: {base}\n{text}".encode()
    parts = shipped()
    read = read_profile(files.get, "case.yaml", parts.dictionary)
    assert read.value is not None
    assert not read.diagnostics, read.diagnostics
    given = read.value.given("agreement.documents")
    documents = tuple(str(v) for v in given.value) if given is not None and isinstance(given.value, tuple) else ()
    assembled = assemble_set(parts, read.value, tuple(printed), Status.DRAFT, TODAY)
    index = Index(assembled.agreements, outside(read.value, parts.dictionary, documents))
    for document, words in printed.items():
        assert any(words in p.plain for p in index.passages if p.agreement.document_type == document), words
    assert rule in {d.rule for d in lint(index).diagnostics}


def test_few_of_the_shipped_clauses_on_work_and_money_are_hard_to_read() -> None:
    from generator.lint.wording import hard_clause, is_measured

    library = shipped().library
    ids = sorted({".".join(p.parts[-3:-1]) for p in (ROOT / "clauses").glob("*/*/*.md")})
    texts = {id: c.body for id in ids if is_measured(id) and (c := library.find(id).value) is not None}
    hard = [id for id, body in texts.items() if hard_clause(body)]
    assert len(hard) * 20 <= len(texts), hard


# ---------------------------------------------------------------- overriding


def workspace_with(folder: Path, text: str):  # type: ignore[no-untyped-def]
    (folder / "sample.yaml").write_bytes(SAMPLE)
    (folder / "case.yaml").write_text("extends: sample.yaml\n" + text)
    return warm_workspace(folder, today=TODAY)


LATE = "terminate:\n  convenience: 20 days\n"
BACKWARDS = "term:\n  end_date: 2026-01-01\n"


def test_an_error_stops_a_final_and_not_a_draft(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, BACKWARDS)
    final = make(workspace, "case.yaml", documents=("mou",), formats=("txt",))
    assert not final.ok
    assert "end-before-start" in {d.rule for d in final.diagnostics}
    draft = make(workspace, "case.yaml", documents=("mou",), formats=("txt",), draft=True)
    assert draft.ok
    assert "end-before-start" in {d.rule for d in draft.diagnostics}
    assert not check(workspace, ["case.yaml"]).ok


def test_a_warning_stops_nothing_and_is_kept_in_the_record(tmp_path: Path) -> None:
    made = make(workspace_with(tmp_path, LATE), "case.yaml", documents=("mou", "svc"), formats=("txt",))
    assert made.ok
    assert "notice-shorter-than-cure" in {d.rule for d in made.diagnostics}
    assert b"notice-shorter-than-cure" in dict(made.files)["record.json"]


def test_a_finding_is_overruled_by_name_and_reason_shown_as_a_note_and_recorded(tmp_path: Path) -> None:
    import json

    text = LATE + "overrides:\n  notice-shorter-than-cure: Both boards want the long time to mend.\n"
    made = make(workspace_with(tmp_path, text), "case.yaml", documents=("svc",), formats=("txt",))
    (note,) = [d for d in made.diagnostics if d.rule == "notice-shorter-than-cure"]
    assert note.severity is Severity.NOTE
    assert note.message.endswith("Overruled in the profile: Both boards want the long time to mend.")
    (kept,) = json.loads(dict(made.files)["record.json"])["overrides"]
    assert kept["rule"] == "notice-shorter-than-cure"
    assert kept["reason"] == "Both boards want the long time to mend."
    assert kept["place"] == "case.yaml:5:29"
    assert len(kept["findings"]) == 1


@pytest.mark.parametrize(
    ("override", "severity", "message"),
    [
        ("end-befor-start: because", Severity.ERROR, "is not a rule that a profile can overrule"),
        ("end-before-start: because", Severity.NOTE, "finds nothing here any more"),
        ("breach-notice-over-60-days: because", Severity.ERROR, "cannot be overruled"),
    ],
)
def test_an_override_that_does_not_fit_is_said(tmp_path: Path, override: str, severity: Severity, message: str) -> None:
    workspace = workspace_with(tmp_path, f"overrides:\n  {override}\n")
    (problem,) = [d for d in check(workspace, ["case.yaml"], documents=("mou",)).diagnostics if d.rule == "override"]
    assert problem.severity is severity
    assert message in problem.message
    assert problem.span is not None
    assert problem.span.line == 3


def test_an_override_for_papers_that_are_not_made_now_is_not_called_idle() -> None:
    _, index = sample()
    overrides = {name: ("because", Span("case.yaml", 3, 3)) for name in ("start-up-unfunded", "end-before-start")}
    agreement = index.made("baa")
    assert agreement is not None
    told = lint(replace(index, agreements=(agreement,)), overrides=overrides).diagnostics
    assert [d.message for d in told if d.rule == "override"] == ["“end-before-start” finds nothing here any more."]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("clock-typed", "clock-typed-in"), ("baa-missin", "baa-missing"), ("limit-disagree", "limits-disagree")],
)
def test_a_misspelled_override_is_told_the_name_that_was_meant(typed: str, meant: str) -> None:
    _, index = sample()
    overrides = {typed: ("because", Span("case.yaml", 3, 3))}
    (problem,) = [d for d in lint(index, overrides=overrides).diagnostics if d.rule == "override"]
    assert problem.fix == f"Did you mean {meant}?"


def finds(found: Diagnostic, _: Index) -> Iterator[Diagnostic]:
    yield found


def test_every_rule_but_a_blocker_can_be_overruled_by_name_and_reason_and_is_kept() -> None:
    reason = "The boards know (J. Roe, May 4, 2027)."
    _, index = sample()
    for line in TABLE:
        found = Diagnostic(line.rule.name, line.rule.severity, "This was found.", Span("case.yaml", 9, 1))
        overrides = {line.rule.name: (reason, Span("case.yaml", 3, 3))}
        asked = replace(line, check=partial(finds, found), documents=())
        result = lint(replace(index, agreements=()), (asked,), overrides=overrides)
        kept = [d for d in result.diagnostics if d.rule == line.rule.name]
        if line.blocker:
            assert kept == [found]
            assert result.overruled == ()
            assert "override" in {d.rule for d in result.diagnostics if d.severity is Severity.ERROR}
        else:
            message = f"This was found. Overruled in the profile: {reason}"
            assert [(d.severity, d.message) for d in kept] == [(Severity.NOTE, message)]
            assert [(o.rule, o.reason, o.findings) for o in result.overruled] == [(line.rule.name, reason, (found,))]


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2027-01-31", Duration(1, "months"), "2027-02-28"),
        ("2027-11-30", Duration(3, "months"), "2028-02-29"),
        ("2028-02-29", Duration(1, "years"), "2029-02-28"),
        ("2027-01-01", Duration(5, "business days"), "2027-01-08"),
        ("2027-01-01", Duration(6, "weeks"), "2027-02-12"),
    ],
)
def test_a_length_of_time_is_added_as_people_count(start: str, length: Duration, end: str) -> None:
    assert after(dt.date.fromisoformat(start), length) == dt.date.fromisoformat(end)


def test_lengths_in_one_unit_compare_exactly_and_across_units_only_when_there_is_no_doubt() -> None:
    assert longer(Duration(6, "business days"), Duration(5, "business days"))
    assert longer(Duration(5, "business days"), Duration(72, "hours"))
    assert not longer(Duration(1, "months"), Duration(30, "days"))
    assert not longer(Duration(30, "days"), Duration(1, "months"))


def test_what_is_noted_of_a_paragraph_hangs_on_the_paragraph_alone() -> None:
    looks = {look for those in _LOOKS.values() for look in those}
    assert len(looks) > 30
    for look in looks:
        assert look.__closure__ is None, look
        assert "<locals>" not in look.__qualname__, look
        assert look.__code__.co_argcount == 1, look


def test_a_paragraph_is_looked_at_wherever_a_mark_is_printed() -> None:
    """Also where a mark is begun by a clause and ended by an answer, or has an answer in the middle of it."""
    chance = random.Random(7)
    marks = sorted(_LOOKS)
    assert max(len(mark) for mark, _ in marks) <= _LONGEST
    looked = 0
    for _ in range(400):
        text = "".join(chance.choice(marks)[0] + chance.choice(("", "", " ", "x", "ΑΣ", "İ")) for _ in range(3))
        text = chance.choice((text, text.upper(), text.title()))
        cuts = sorted(chance.randrange(len(text) + 1) for _ in range(4))
        parts = [text[a:b] for a, b in zip((0, *cuts), (*cuts, len(text)), strict=True)]
        inlines = tuple(chance.choice((Text(p), Filled("a", p), Use("a", p), Emphasis((Text(p),)))) for p in parts)
        spoken, values = _spoken(inlines)
        assert spoken.plain == text
        texts = (text, text.lower())
        there = {look for (mark, small), those in _LOOKS.items() if mark in texts[small] for look in those}
        assert set(_looks_at(spoken, values)) == there
        looked += len(there)
    assert looked > 2000
