"""Which text a clause name means: layers, versions, pins, status, digests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Severity, Span
from generator.library import Library, Version, read_clause, read_document_type, text_digest
from generator.workspace import Layer


def put(
    folder: Path, id: str, version: str, *, status: str = "released", title: str = "A Clause", more: str = ""
) -> None:
    path = folder / id.replace(".", "/") / f"{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f"---\nid: {id}\nversion: {version}\ntitle: {title}\nstatus: {status}\n{more}---\n"
    path.write_text(head + f"The text of {id} {version}.\n")


def layers(tmp_path: Path, *names: str) -> tuple[Layer, ...]:
    return tuple(Layer(n, tmp_path / n, f"{n}/") for n in names)


def rules(checked: object) -> list[str]:
    return [d.rule for d in checked.diagnostics]  # type: ignore[attr-defined]


def test_the_newest_released_version_is_meant(tmp_path: Path) -> None:
    for version in ("1.0.0", "1.10.0", "1.9.0"):
        put(tmp_path / "starter", "a.b", version)
    found = Library(layers(tmp_path, "starter")).find("a.b")
    assert found.value is not None
    assert str(found.value.version) == "1.10.0"


def test_a_draft_is_never_chosen_by_itself_and_can_be_pinned(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "1.0.0")
    put(tmp_path / "starter", "a.b", "1.1.0-1", status="draft")
    library = Library(layers(tmp_path, "starter"))
    assert str(library.find("a.b").value.version) == "1.0.0"  # type: ignore[union-attr]
    assert str(library.find("a.b", pin="1.1.0-1").value.version) == "1.1.0-1"  # type: ignore[union-attr]


def test_a_withdrawn_version_gives_way_to_the_one_before(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "1.0.0")
    put(tmp_path / "starter", "a.b", "2.0.0", status="withdrawn")
    assert str(Library(layers(tmp_path, "starter")).find("a.b").value.version) == "1.0.0"  # type: ignore[union-attr]


def test_a_name_in_a_higher_layer_hides_the_whole_name_below(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "3.0.0")
    put(tmp_path / "mine", "a.b", "1.0.0")
    found = Library(layers(tmp_path, "starter", "mine")).find("a.b").value
    assert found is not None
    assert (str(found.version), found.layer) == ("1.0.0", "mine")


def test_a_pin_reaches_down_through_the_layers(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "3.0.0")
    put(tmp_path / "mine", "a.b", "1.0.0")
    found = Library(layers(tmp_path, "starter", "mine")).find("a.b", pin="3.0.0").value
    assert found is not None
    assert found.layer == "starter"


def test_only_drafts_in_my_layer_is_said_not_skipped(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "1.0.0")
    put(tmp_path / "mine", "a.b", "1.1.0-1", status="draft")
    found = Library(layers(tmp_path, "starter", "mine")).find("a.b")
    assert found.value is None
    assert rules(found) == ["not-released"]


def test_a_missing_clause_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    put(tmp_path / "starter", "term.initial", "1.0.0")
    found = Library(layers(tmp_path, "starter")).find("term.inital", Span("svc.yaml", 7, 3))
    assert rules(found) == ["no-such-clause"]
    assert found.diagnostics[0].fix == "Did you mean term.initial?"
    assert str(found.diagnostics[0].span) == "svc.yaml:7:3"


def test_a_missing_version_lists_those_there_are(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "1.0.0")
    found = Library(layers(tmp_path, "starter")).find("a.b", pin="9.0.0")
    assert rules(found) == ["no-such-version"]
    assert "1.0.0" in found.diagnostics[0].fix


def test_the_file_and_what_it_says_must_agree(tmp_path: Path) -> None:
    put(tmp_path / "starter", "a.b", "1.0.0")
    (tmp_path / "starter/a/c").mkdir()
    (tmp_path / "starter/a/b/1.0.0.md").rename(tmp_path / "starter/a/c/1.0.0.md")
    assert "clause-path" in rules(Library(layers(tmp_path, "starter")).find("a.c"))


def test_released_text_that_changed_is_an_error_in_the_starter_layer_and_a_warning_in_mine() -> None:
    digest = text_digest("T", "The old words.\n")
    data = f"---\nid: a.b\nversion: 1.0.0\ntitle: T\nstatus: released\ndigest: {digest}\n---\nNew words.\n".encode()
    version = Version(1, 0, 0)
    (starter,) = read_clause(data, "f", "starter", "a.b", version).diagnostics
    (mine,) = read_clause(data, "f", "mine", "a.b", version).diagnostics
    assert (starter.rule, starter.severity) == ("released-text-changed", Severity.ERROR)
    assert (mine.rule, mine.severity) == ("released-text-changed", Severity.WARNING)


def test_one_changed_word_voids_an_approval() -> None:
    body = "The words.\n"

    def read(text: str) -> object:
        head = "---\nid: a.b\nversion: 1.0.0\ntitle: T\nstatus: released\n"
        approved = f"approved: {{by: R. Lee, on: 2026-03-02, digest: '{text_digest('T', body)}'}}\n---\n"
        return read_clause((head + approved + text).encode(), "f", "mine", "a.b", Version(1, 0, 0))

    assert read(body).value.approval.holds  # type: ignore[attr-defined]
    changed = read("The word.\n")
    assert not changed.value.approval.holds  # type: ignore[attr-defined]
    assert rules(changed) == ["approval-void"]


def test_the_digest_does_not_see_line_ends_and_trailing_blanks() -> None:
    assert text_digest("T", "One.\n\nTwo.\n") == text_digest("T", "One.  \r\n\r\n\r\nTwo.")
    assert text_digest("T", "One.\n\nTwo.\n") != text_digest("T", "One.\nTwo.\n")


def test_an_unknown_key_is_named_with_the_nearest_one() -> None:
    data = b"---\nid: a.b\nversion: 1.0.0\ntitle: T\nstatus: released\nsatisfy: [x]\n---\nWords.\n"
    (problem,) = read_clause(data, "f.md", "mine", "a.b", Version(1, 0, 0)).diagnostics
    assert problem.rule == "library-file"
    assert problem.fix == "Did you mean satisfies?"
    assert str(problem.span) == "f.md:6:1"


def test_a_document_type_says_all_that_is_wrong_with_it_at_once() -> None:
    data = b"id: other\ntitle: T\nlayot: contract\noutline:\n  - {clause: a.b, when: 'x ='}\n  - {slot: s, one_of: 3}\n"
    found = rules(read_document_type(data, "svc.yaml", "svc"))
    assert "clause-path" in found
    assert found.count("library-file") >= 2
    assert len(found) >= 4


@pytest.mark.parametrize("text", ["1.0", "1.0.0.0", "01.0.0", "1.0.0-0", "v1.0.0", "1.0.0 ", "1.0.٠", ""])
def test_what_is_no_version_is_none(text: str) -> None:
    assert Version.read(text) is None


@given(st.tuples(*[st.integers(0, 99999)] * 3), st.integers(0, 99))
def test_a_version_reads_back_what_it_prints(numbers: tuple[int, int, int], draft: int) -> None:
    version = Version(*numbers, draft)
    assert Version.read(str(version)) == version


@given(st.binary(max_size=300))
def test_any_bytes_are_a_clause_or_a_problem_never_a_crash(data: bytes) -> None:
    checked = read_clause(data, "f", "mine", "a.b", Version(1, 0, 0))
    assert checked.value is not None or checked.diagnostics


@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_type_or_a_problem_never_a_crash(data: bytes) -> None:
    checked = read_document_type(data, "f", "svc")
    assert checked.value is not None or checked.diagnostics


def test_folders_that_are_no_clause_are_passed_over(tmp_path: Path) -> None:
    starter = tmp_path / "starter"
    put(starter, "a.b", "1.0.0")
    put(starter, "Odd-Name.c", "1.0.0")
    (starter / "a" / "notes").mkdir()
    (starter / "a" / "notes" / "plan.md").write_text("not a clause")
    (starter / "a" / "again").symlink_to(starter)  # a link to a folder above has no end
    library = Library(layers(tmp_path, "starter"))
    assert [id for id in library.ids() if library.find(id).value and id.count(".") == 1] == ["a.b"]


def test_looking_through_all_clauses_finds_the_same_versions_as_asking_for_one(tmp_path: Path) -> None:
    for version in ("1.0.0", "1.10.0", "1.2.0"):
        put(tmp_path / "starter", "a.b", version)
    put(tmp_path / "mine", "a.b", "0.1.0")
    asked, looked = (Library(layers(tmp_path, "starter", "mine")) for _ in range(2))
    assert "a.b" in list(looked.ids())
    assert looked.versions("a.b") == asked.versions("a.b")
    assert [f.path.is_file() for _, versions in asked.versions("a.b") for f in versions] == [True] * 4
