"""A clause's life: drafted, released, approved, adopted, and overtaken by an upgrade of the shipped library."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.library import Library, text_digest
from generator.reading.head_edit import edit_head, quoted
from generator.versions import Change, adopt, approve, draft, history, locate, outdated, release
from generator.workspace import Exists, Layer, Workspace

TODAY = dt.date(2027, 1, 15)


def put(
    folder: Path, id: str, version: str, text: str = "Some words.", *, status: str = "released", more: str = ""
) -> Path:
    path = folder / id.replace(".", "/") / f"{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f"---\nid: {id}\nversion: {version}\ntitle: A Clause\nstatus: {status}\nwhy_changed: A reason.\n{more}---\n"
    path.write_text(f"{head}{text}\n")
    return path


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """A workspace with an empty starter layer and none of its own yet."""
    (tmp_path / "starter").mkdir()
    layers = (Layer("starter", tmp_path / "starter", "starter/"), Layer("mine", tmp_path / "ws/clauses", "clauses/"))
    (tmp_path / "ws").mkdir()
    return Workspace(tmp_path / "ws", layers, tmp_path / "ws/output", TODAY)


def starter(here: Workspace) -> Path:
    return here.layers[0].folder


def library(here: Workspace) -> Library:
    return Library(here.layers)


def rules(checked: object) -> list[str]:
    return [d.rule for d in checked.diagnostics]  # type: ignore[attr-defined]


def done(here: Workspace, checked: object) -> object:
    """Write what was made, and return it."""
    edit = checked.value  # type: ignore[attr-defined]
    assert edit is not None, checked.diagnostics  # type: ignore[attr-defined]
    here.keep(edit.files, over=edit.over)
    return edit


def reword(here: Workspace, name: str, before: str, after: str) -> None:
    path = here.folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


# ---------------------------------------------------------------- changing a head


PLAIN = "---\nid: a.b   # the name\nversion: 1.0.0\nstatus: draft # yet\n\ntitle: 'It''s so'\n---\nThe  text.\n"


def test_one_line_of_the_head_changes_and_nothing_else() -> None:
    made = edit_head(PLAIN.encode(), "f", {"status": "released", "digest": "sha256:ab"}).value
    assert made == PLAIN.replace("status: draft # yet\n", "status: released # yet\ndigest: sha256:ab\n").encode()


def test_line_ends_a_byte_order_mark_and_odd_spaces_stay_as_they_are() -> None:
    data = b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()
    made = edit_head(data, "f", {"version": "1.1.0"}, drop=("title",)).value
    assert made == data.replace(b"version: 1.0.0", b"version: 1.1.0").replace(b"title: 'It''s so'\r\n", b"")


def test_a_value_of_several_lines_is_replaced_whole_and_a_comment_below_it_stays() -> None:
    data = b"---\nid: a.b\napproved:\n  by: X\n  on: 2027-01-01\n# note\nstatus: draft\n---\nT\n"
    made = edit_head(data, "f", {"approved": "{by: Y}"}).value
    assert made == b"---\nid: a.b\napproved: {by: Y}\n# note\nstatus: draft\n---\nT\n"


def test_a_digest_inside_the_explanation_can_be_set() -> None:
    data = b"---\nid: a.b\nstatus: draft\nplain_language:\n  text: >-\n    One.\n  digest: pending # yet\n---\nT\n"
    made = edit_head(data, "f", {"plain_language.digest": "sha256:ab"}).value
    assert made == data.replace(b"pending", b"sha256:ab")


def test_a_head_on_one_line_is_refused_and_not_mangled() -> None:
    checked = edit_head(b"---\n{id: a.b, status: draft}\n---\nT\n", "f", {"status": "released"})
    assert checked.value is None
    assert rules(checked) == ["head-edit"]


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.text("abc:#'\" -\n", max_size=30))
def test_whatever_stands_below_the_head_stays_byte_for_byte(body: str, note: str) -> None:
    data = f"---\nid: a.b\nstatus: draft\nnote: {quoted(note)}\n---\n{body}".encode()
    made = edit_head(data, "f", {"status": "released"}).value
    if made is not None:
        assert made == data.replace(b"status: draft", b"status: released", 1)


# ---------------------------------------------------------------- drafting and releasing


def test_a_draft_of_a_shipped_clause_adopts_it_first_so_that_documents_keep_their_text(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0", "The shipped words.")
    edit = done(here, draft(here, library(here), "a.b"))
    assert [name for name, _ in edit.files] == ["clauses/a/b/1.0.0.md", "clauses/a/b/1.1.0-1.md"]  # type: ignore[attr-defined]
    used = library(here).find("a.b").value
    assert used is not None
    assert (str(used.version), used.layer, used.body) == ("1.0.0", "mine", "The shipped words.\n")


@pytest.mark.parametrize(
    ("change", "version"),
    [(Change.EDITION, "2.0.0-1"), (Change.UPDATE, "1.3.0-1"), (Change.CORRECTION, "1.2.4-1")],
)
def test_the_number_says_how_much_changed(here: Workspace, change: Change, version: str) -> None:
    put(here.own.folder, "a.b", "1.2.3")
    assert str(done(here, draft(here, library(here), "a.b", change)).clause.version) == version  # type: ignore[attr-defined]


def test_a_second_draft_goes_on_from_the_first(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0", "Old.")
    done(here, draft(here, library(here), "a.b"))
    reword(here, "clauses/a/b/1.1.0-1.md", "Old.", "Half new.")
    second = done(here, draft(here, library(here), "a.b"))
    assert (str(second.clause.version), second.clause.body) == ("1.1.0-2", "Half new.\n")  # type: ignore[attr-defined]


def test_a_release_fixes_number_date_and_digest_and_changes_no_word(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0", "Old words.")
    done(here, draft(here, library(here), "a.b"))
    reword(here, "clauses/a/b/1.1.0-1.md", "Old words.", "New  words, with odd   spaces.")
    reword(here, "clauses/a/b/1.1.0-1.md", "why_changed:\n", "why_changed: The law moved.\n")
    done(here, release(here, library(here), "clauses/a/b/1.1.0-1.md", on=TODAY))
    new = library(here).find("a.b").value
    assert new is not None
    assert (str(new.version), new.status, new.released_on) == ("1.1.0", "released", "2027-01-15")
    assert new.fixed_digest == new.digest == text_digest("A Clause", "New  words, with odd   spaces.\n")
    assert (here.folder / "clauses/a/b/1.1.0.md").read_text().endswith("---\nNew  words, with odd   spaces.\n")


def test_the_law_that_made_one_version_necessary_is_not_taken_for_the_next_ones(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0", more="law_changed: The Notice Act, since 2027-01-01.\n")
    done(here, draft(here, library(here), "a.b"))
    assert "law_changed" not in (here.folder / "clauses/a/b/1.1.0-1.md").read_text()
    reword(here, "clauses/a/b/1.1.0-1.md", "why_changed:", "law_changed: The Reply Act.\nwhy_changed: So.")
    done(here, draft(here, library(here), "a.b"))
    assert "law_changed: The Reply Act." in (here.folder / "clauses/a/b/1.1.0-2.md").read_text()


def test_what_a_draft_lacks_is_said_all_at_once_and_nothing_is_released(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0")
    done(here, draft(here, library(here), "a.b"))
    checked = release(here, library(here), "a.b@1.1.0-1", on=TODAY)
    assert checked.value is None
    assert sorted(rules(checked)) == ["no-reason", "nothing-changed"]


def test_a_released_version_is_never_released_again(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.1.0", "Released.")
    put(here.own.folder, "a.b", "1.1.0-1", "Other.", status="draft")
    checked = release(here, library(here), "a.b@1.1.0-1", on=TODAY)
    assert checked.value is None
    assert "version-exists" in rules(checked)


def test_a_file_written_by_hand_under_its_final_number_is_released_once_in_place(here: Workspace) -> None:
    path = put(here.own.folder, "a.b", "1.0.0", "By hand.")
    before = path.read_text()
    done(here, release(here, library(here), "a.b@1.0.0", on=TODAY))
    added = [line for line in path.read_text().split("\n") if line not in before.split("\n")]
    assert [line.split(":")[0] for line in added] == ["released_on", "digest"]
    assert rules(release(here, library(here), "a.b@1.0.0", on=TODAY)) == ["not-a-draft"]


def test_a_draft_of_another_layer_is_not_released_here(here: Workspace) -> None:
    put(starter(here), "a.b", "1.1.0-1", "Theirs.", status="draft")
    assert rules(release(here, library(here), "a.b@1.1.0-1", on=TODAY)) == ["not-your-layer"]


def test_an_explanation_of_other_words_is_told_until_somebody_reads_it_again(here: Workspace) -> None:
    old = text_digest("A Clause", "Old.\n")
    more = f"plain_language:\n  text: You promise the old thing.\n  digest: {old}\n"
    put(here.own.folder, "a.b", "1.0.0", "Old.", more=more)
    put(here.own.folder, "a.b", "1.1.0-1", "New.", status="draft", more=more)
    checked = release(here, library(here), "a.b@1.1.0-1", on=TODAY)
    assert rules(checked) == ["explanation-stale"]
    assert checked.value is not None
    assert not checked.value.clause.plain_language_fresh
    holds = release(here, library(here), "a.b@1.1.0-1", on=TODAY, explanation_holds=True)
    assert holds.value is not None
    assert holds.value.clause.plain_language_fresh


def test_a_draft_that_no_document_could_print_is_not_released(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0")
    put(here.own.folder, "a.b", "1.1.0-1", "{% include x %}", status="draft")
    assert release(here, library(here), "a.b@1.1.0-1", on=TODAY).value is None


def test_a_clause_named_without_a_version_releases_the_draft_that_waits(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0", "The words.")
    done(here, draft(here, library(here), "a.b"))
    reword(here, "clauses/a/b/1.1.0-1.md", "The words.", "The better words.")
    reword(here, "clauses/a/b/1.1.0-1.md", "why_changed:", "why_changed: Better.")
    edit = release(here, library(here), "a.b", on=TODAY)
    assert edit.value is not None, edit.diagnostics
    assert str(edit.value.clause.version) == "1.1.0"
    done(here, edit)
    assert rules(release(here, library(here), "a.b", on=TODAY)) == ["not-a-draft"]


# ---------------------------------------------------------------- approving


def test_an_approval_of_ones_own_text_stands_in_its_head_and_one_changed_word_voids_it(here: Workspace) -> None:
    path = put(here.own.folder, "a.b", "1.0.0", "The words.")
    before = path.read_text()
    done(here, approve(here, library(here), "a.b", by="R. Lee", on=TODAY))
    clause = library(here).find("a.b").value
    assert clause is not None
    assert clause.approval is not None
    assert (clause.approval.by, clause.approval.on, clause.approval.holds) == ("R. Lee", "2027-01-15", True)
    assert [line for line in path.read_text().split("\n") if not line.startswith("approved:")] == before.split("\n")
    reword(here, "clauses/a/b/1.0.0.md", "The words.", "The word.")
    changed = library(here).find("a.b")
    assert changed.value is not None
    assert changed.value.approval is not None
    assert not changed.value.approval.holds
    assert rules(changed) == ["approval-void"]


def test_an_approval_of_a_shipped_text_stands_in_the_workspace_and_an_upgrade_voids_it(here: Workspace) -> None:
    path = put(starter(here), "a.b", "1.0.0", "The words.")
    before = path.read_bytes()
    done(here, approve(here, library(here), "a.b@1.0.0", by='R. "Bob" Lee: counsel', on=TODAY))
    assert path.read_bytes() == before
    clause = library(here).find("a.b").value
    assert clause is not None
    assert clause.approval is not None
    assert (clause.approval.by, clause.approval.holds) == ('R. "Bob" Lee: counsel', True)
    put(starter(here), "a.b", "1.0.0", "The word.")
    changed = library(here).find("a.b")
    assert rules(changed) == ["approval-void"]
    done(here, approve(here, library(here), "a.b@1.0.0", by="S. Ray", on=TODAY))
    again = library(here).find("a.b")
    assert again.value is not None
    assert again.value.approval is not None
    assert (again.value.approval.by, again.value.approval.holds, rules(again)) == ("S. Ray", True, [])


@pytest.mark.parametrize(
    "by", ["Dana Ruiz, counsel", "D. Ruiz [state], {health}", "Ruiz: counsel", "- D. Ruiz #1", "*D"]
)
@pytest.mark.parametrize("own", [True, False])
def test_an_approver_is_called_by_any_name(here: Workspace, by: str, own: bool) -> None:
    put(here.own.folder if own else starter(here), "a.b", "1.0.0", "The words.")
    done(here, approve(here, library(here), "a.b", by=by, on=TODAY))
    found = library(here).find("a.b")
    assert found.value is not None
    assert found.value.approval is not None
    assert (found.value.approval.by, found.value.approval.holds, rules(found)) == (by, True, [])


def test_what_others_wrote_into_the_file_of_approvals_stays(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0")
    file = here.own.folder / "_approvals.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("# ours, since 2026\n- {id: x.y, version: 1.0.0, by: A, on: 2026-12-01, digest: 'sha256:0'}")
    before = file.read_text()
    done(here, approve(here, library(here), "a.b", by="R. Lee", on=TODAY))
    assert file.read_text().startswith(before + "\n- {id: a.b,")


def test_an_approval_is_not_written_over_by_another(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0")
    put(here.own.folder, "c.d", "1.0.0")
    for id in ("a.b", "c.d"):
        done(here, approve(here, library(here), id, by="R. Lee", on=TODAY))
        again = approve(here, library(here), id, by="S. Ray", on=TODAY)
        assert rules(again) == ["already-approved"]
        assert "R. Lee approved exactly this text" in again.diagnostics[0].message


def test_a_file_of_approvals_that_cannot_be_read_is_not_written_to(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0")
    file = here.own.folder / "_approvals.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("approved: everything\n")
    assert rules(approve(here, library(here), "a.b", by="R. Lee", on=TODAY)) == ["library-file"]


def test_the_shipped_library_itself_takes_no_approval(tmp_path: Path) -> None:
    put(tmp_path / "clauses", "a.b", "1.0.0")
    checkout = Workspace(tmp_path, (Layer("starter", tmp_path / "clauses", "clauses/"),), tmp_path / "output", TODAY)
    assert rules(approve(checkout, Library(checkout.layers), "a.b", by="R. Lee", on=TODAY)) == ["shipped-approval"]


def test_an_approval_of_a_draft_holds_for_the_release_of_the_same_words(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0", "Old.")
    put(here.own.folder, "a.b", "1.1.0-1", "New.", status="draft")
    done(here, approve(here, library(here), "a.b@1.1.0-1", by="R. Lee", on=TODAY))
    new = release(here, library(here), "a.b@1.1.0-1", on=TODAY).value
    assert new is not None
    assert new.clause.approval is not None
    assert new.clause.approval.holds


# ---------------------------------------------------------------- history, layers, upgrades


def test_the_history_tells_class_date_reason_and_whether_the_words_stand(here: Workspace) -> None:
    fixed = f"digest: {text_digest('A Clause', 'One.' + chr(10))}\nreleased_on: 2026-11-23\n"
    put(starter(here), "a.b", "1.0.0", "One.", more=fixed)
    put(starter(here), "a.b", "1.0.1", "Two.", more=fixed)
    put(starter(here), "a.b", "1.1.0", "Three.")
    put(starter(here), "a.b", "2.0.0", "Four.")
    put(starter(here), "a.b", "2.1.0-1", "Five.", status="draft")
    past = history(library(here), "a.b").value
    assert past is not None
    assert [(str(p.clause.version), p.change.value, p.digest_state) for p in past] == [
        ("2.1.0-1", "draft", "open"),
        ("2.0.0", "edition", "not fixed"),
        ("1.1.0", "update", "not fixed"),
        ("1.0.1", "correction", "changed"),
        ("1.0.0", "first", "fixed"),
    ]
    assert [str(p.clause.version) for p in past if p.used] == ["2.0.0"]
    assert past[-1].clause.released_on == "2026-11-23"


def test_a_text_can_be_named_by_layer(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0", "Theirs.")
    put(here.own.folder, "a.b", "1.0.0", "Mine.")
    bodies = [locate(library(here), name).value.body for name in ("a.b", "mine:a.b", "starter:a.b@1.0.0")]  # type: ignore[union-attr]
    assert bodies == ["Mine.\n", "Mine.\n", "Theirs.\n"]
    assert rules(locate(library(here), "nowhere:a.b")) == ["wrong-address"]
    assert rules(locate(library(here), "starter:a.c")) == ["no-such-clause"]


def test_adopting_copies_words_and_origin_and_never_replaces(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0", "Theirs.")
    edit = done(here, adopt(here, library(here), "a.b"))
    assert edit.clause.based_on == f"a.b@1.0.0 {text_digest('A Clause', 'Theirs.' + chr(10))}"  # type: ignore[attr-defined]
    assert rules(adopt(here, library(here), "a.b")) == ["already-adopted"]
    assert outdated(here, library(here)).value == ()


def test_an_upgrade_never_replaces_an_adopted_text_and_is_told(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0", "Theirs.")
    done(here, adopt(here, library(here), "a.b"))
    put(starter(here), "a.b", "1.1.0", "Theirs, better.")
    assert library(here).find("a.b").value.body == "Theirs.\n"  # type: ignore[union-attr]
    (newer,) = outdated(here, library(here)).value or ()
    assert (newer.why, newer.based_on, str(newer.theirs.version)) == ("changed since adopted", "1.0.0", "1.1.0")
    assert [p.clause.why_changed for p in newer.versions] == ["A reason."]


def test_words_edited_below_under_the_same_number_are_told(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0", "Theirs.")
    done(here, adopt(here, library(here), "a.b"))
    put(starter(here), "a.b", "1.0.0", "Edited.")
    (newer,) = outdated(here, library(here)).value or ()
    assert newer.why == "adopted text was edited below"


def test_a_clause_of_ones_own_that_hides_a_shipped_one_is_told(here: Workspace) -> None:
    put(starter(here), "a.b", "1.0.0", "Theirs.")
    put(here.own.folder, "a.b", "3.0.0", "Mine.")
    (newer,) = outdated(here, library(here)).value or ()
    assert newer.why == "hides a shipped clause"


def test_nothing_that_is_there_is_overwritten(here: Workspace) -> None:
    put(here.own.folder, "a.b", "1.0.0", "Mine.")
    with pytest.raises(Exists):
        here.keep([("clauses/a/b/1.0.0.md", b"other"), ("clauses/a/b/1.1.0.md", b"new")])
    assert not (here.folder / "clauses/a/b/1.1.0.md").exists()
    with pytest.raises(ValueError, match="outside"):
        here.keep([("../outside.md", b"x")])


# ---------------------------------------------------------------- the shipped library

CLAUSES = Path(__file__).parent.parent / "clauses"
SHIPPED = Library((Layer("starter", CLAUSES, "clauses/"),))
SEVERAL = [id for id in SHIPPED.ids() if len(SHIPPED.versions(id)[0][1]) > 1]


def test_some_shipped_clauses_have_a_history() -> None:
    assert len(SEVERAL) >= 8


@pytest.mark.parametrize("id", SEVERAL)
def test_a_shipped_history_is_whole_and_true(id: str) -> None:
    checked = history(SHIPPED, id)
    assert checked.diagnostics == ()
    past = checked.value or ()
    assert past[0].used
    assert [p.digest_state for p in past] == ["fixed"] * len(past)
    assert all(p.clause.released_on and p.clause.why_changed and p.clause.plain_language_fresh for p in past)
    assert len({p.clause.digest for p in past}) == len({p.clause.why_changed for p in past}) == len(past)
    assert past[-1].change is Change.FIRST


def test_the_shipped_library_carries_no_approval() -> None:
    assert not (CLAUSES / "_approvals.yaml").exists()
    for id in SHIPPED.ids():
        for found in SHIPPED.versions(id)[0][1]:
            clause = SHIPPED.read(found, id).value
            assert clause is None or clause.approval is None, found.shown
