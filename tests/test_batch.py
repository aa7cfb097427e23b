"""The batch: what is made, kept, remade and left alone; one bad member, one edited file, one batch at a time."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest
from command import run as command_line
from members import member, roster, table

from generator.batch.lock import Lock, Taken
from generator.batch.rows import Job, Outcome, Worker, answers_of, record_in
from generator.batch.rules import ROW_FAILED
from generator.batch.run import Batch, folders_of, run, setup_for
from generator.batch.store import FolderStore
from generator.pipeline.looks import load_given_frame
from generator.pipeline.making import make_set
from generator.pipeline.parts import date_of, read_parts
from generator.roster.members import Row
from generator.roster.reading import read_members
from generator.workspace import open_workspace

AGREEMENTS = str(Path(sys.executable).parent / "agreements")
DOCUMENTS = ("sba",)
ROOT = Path(__file__).parent.parent
_T = TypeVar("_T")


def batch(file: Path, *options: str, profile: str = "network.yaml") -> subprocess.CompletedProcess[str]:
    """Run the command beside ``file``."""
    command = [AGREEMENTS, "batch", file.name, "--profile", profile, "-d", "hub,sow,sba", "--date", "2026-11-23"]
    return subprocess.run([*command, *options], cwd=file.parent, capture_output=True, text=True, check=False)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file below ``folder`` by its name."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


Engine = Callable[[Worker, Sequence[Job]], Iterable[Outcome]]


def in_turn(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
    return (worker.make(job) for job in jobs)


class Desk:
    """A folder with a hub and its members, and what an operator does there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.asked: list[int] = []
        self.cache = folder.parent / "cache"
        roster(folder, 3)

    def rows(self, *numbers: int, **changed: str) -> None:
        """Write a roster of these members; ``changed`` are values of the last."""
        rows = [member(n) for n in numbers]
        rows[-1].update({k.replace("__", "."): v for k, v in changed.items()})
        (self.folder / "members.csv").write_bytes(table(rows))

    def run(
        self, *, engine: Engine = in_turn, only_good: bool = False, replace: bool = False, name: str = "members.csv",
        documents: Sequence[str] = DOCUMENTS, zips: str = "", bad: Sequence[int] = (), **options: object,
    ) -> Batch:  # fmt: skip
        workspace = open_workspace(self.folder, today=dt.date(2026, 11, 23), cache=self.cache)
        parts = read_parts(workspace)
        found = read_members(parts, workspace, name, profile="network.yaml", documents=documents).value
        assert found is not None
        setup = setup_for(
            workspace, parts, found, str(self.output), documents=documents, **{"formats": ("docx",), **options},
        )  # type: ignore[arg-type]  # fmt: skip
        worker = Worker(dataclasses.replace(setup, parent=0))
        self.asked = []
        assert workspace.cache is not None
        workspace.cache.save()

        def watched(jobs: Sequence[Job]) -> Iterator[Outcome]:
            self.asked = [job.index for job in jobs]
            return iter(engine(worker, jobs))

        return run(
            setup, parts, found, watched, bad=dict.fromkeys(bad, ()), only_good=only_good, replace_foreign=replace,
            zips=zips,
        )  # fmt: skip

    def word(self, number: int) -> Path:
        (found,) = self.output.glob(f"*wr-2027-{number:04}/*.docx")
        return found

    def shown(self) -> dict[str, bytes]:
        return files_in(self.output)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which three members were made once."""
    desk = Desk(tmp_path_factory.mktemp("made"))
    assert desk.run().counted("done") == 3
    return desk.folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    import shutil

    shutil.copytree(made, tmp_path / "desk")
    found = Desk.__new__(Desk)
    found.folder, found.output, found.asked = tmp_path / "desk", tmp_path / "desk/output", []
    found.cache = made.parent / "cache"
    return found


# ---------------------------------------------------------------- what is there


def test_each_member_has_a_folder_with_its_documents_and_their_record(desk: Desk):
    assert sorted(desk.shown()) == [
        "batch.json",
        *(
            f"{folder}/{name}"
            for folder in sorted(p.name for p in desk.output.iterdir() if p.is_dir())
            for name in ("record.json", "subcontractor-business-associate-agreement.docx")
        ),
    ]
    told = json.loads((desk.output / "batch.json").read_bytes())
    assert told["totals"] == {"members": 3, "done": 3}
    for entry in told["members"]:
        record = json.loads((desk.output / entry["folder"] / "record.json").read_bytes())
        assert entry["documents"][0]["files"] == record["documents"][0]["files"]


@pytest.mark.slow
def test_frame_and_brand_are_those_of_a_single_agreement_and_a_new_one_makes_all_anew(desk: Desk):
    def lone(frame: str | None, format_: str) -> bytes:
        workspace = open_workspace(desk.folder, today=dt.date(2026, 11, 23), cache=desk.cache)
        parts = read_parts(workspace)
        found = read_members(parts, workspace, "members.csv", profile="network.yaml", documents=DOCUMENTS).value
        assert found is not None
        profile = found.rows[0].profile
        made = make_set(
            parts, profile, date=date_of(profile, workspace), documents=DOCUMENTS, formats=(format_,),
            house=load_given_frame(workspace, frame),
        )  # fmt: skip
        return made.files[0][1]

    def first(format_: str) -> bytes:
        (found,) = desk.output.glob(f"*wr-2027-0001/*.{format_}")
        return found.read_bytes()

    (desk.folder / "own.docx").write_bytes((ROOT / "clauses/_frames/plain.docx").read_bytes())
    for name, frame, format_ in (
        ("Rivers", None, "docx"), ("Bend", None, "docx"), ("Bend", "plain", "docx"), ("Bend", "own.docx", "docx"),
        ("Bend", None, "pdf"),
    ):  # fmt: skip
        (desk.folder / "agreements.toml").write_text(f'[brand]\nname = "{name}"\ncolor = "#7A1F3D"\n')
        desk.run(frame=frame, formats=(format_,))
        assert desk.asked == [0, 1, 2], "another look is another document"
        assert first(format_) == lone(frame, format_)


def test_what_is_wrong_with_the_frame_is_said_before_anything_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    before = desk.shown()
    command = ("batch", "members.csv", "-p", "network.yaml", "-d", "sba", "-o", "output")
    code, said = command_line(desk.folder, *command, "--frame", "plane", monkeypatch=monkeypatch)
    assert code == 1
    assert "The frame “plane” is not there." in said
    assert "Nothing was written." in said
    (desk.folder / "members.csv").write_bytes(table([]))
    (desk.folder / "agreements.toml").write_text('[brand]\nlogo = "gone.png"\n')
    for formats, told in ("docx", True), ("txt", False):  # plain text has neither frame nor brand
        _, said = command_line(desk.folder, *command, "--formats", formats, monkeypatch=monkeypatch)
        assert ("gone.png" in said) is told
        assert "No member is listed yet." in said
    assert desk.shown() == before


def test_what_is_worth_a_look_in_the_roster_is_said_by_the_batch_too(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    names, *rows = (desk.folder / "members.csv").read_text(encoding="utf-8-sig").splitlines()
    idle = "," * names.count(",") + ",call Tuesday"
    lines = [f"{names},Notes", *(f"{row}," for row in rows), idle]
    (desk.folder / "members.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    given = ("-p", "network.yaml", "-d", "sba")
    command = ("batch", "members.csv", *given, "-f", "docx", "--date", "2026-11-23")
    code, said = command_line(desk.folder, *command, monkeypatch=monkeypatch)
    assert code == 0
    assert "Kept 3 members" in said
    assert "fills in no column that is read" in said
    book = openpyxl.Workbook()
    book.active.append(names.split(","))
    book.active.append(["x"])
    book.save(desk.folder / "bad.xlsx")
    _, said = command_line(desk.folder, "batch", "bad.xlsx", *given, monkeypatch=monkeypatch)
    assert "agreements roster bad.xlsx --profile network.yaml -d sba --annotate checked.xlsx" in said


def test_nothing_changed_nothing_is_made(desk: Desk):
    before = desk.shown()
    result = desk.run()
    assert desk.asked == []
    assert desk.shown() == before
    assert all(m.state == "done" and not m.wrote for m in result.members)


def test_an_answer_that_changed_makes_its_member_anew_and_no_other(desk: Desk):
    before = desk.shown()
    desk.rows(1, 2, 3, cbo__signer__name="Quintessa Bloom")
    result = desk.run()
    assert desk.asked == [2]
    assert result.members[2].why == "answers in the row have changed"
    changed = {name for name, data in desk.shown().items() if before.get(name) != data}
    assert {Path(n).parent.name for n in changed} == {"", result.members[2].folder}


def test_a_file_that_is_missing_comes_out_as_it_was(desk: Desk):
    before = desk.shown()
    desk.word(2).unlink()
    result = desk.run()
    assert desk.asked == [1]
    assert "is missing" in result.members[1].why
    assert desk.shown() == before


@pytest.mark.slow
def test_why_a_member_is_made_anew_is_said_as_it_is(desk: Desk):
    profile = desk.folder / "network.yaml"
    with profile.open("a", encoding="utf-8") as file:
        file.write("# talked over\n")
    assert {m.why for m in desk.run().members} == {"network.yaml has changed"}
    (desk.folder / "members.csv").rename(desk.folder / "mended.csv")
    assert {m.why for m in desk.run(name="mended.csv").members} == {"the roster or a profile has another name"}


@pytest.mark.slow
def test_a_member_keeps_its_folder_when_its_name_or_the_number_of_its_agreement_changes(desk: Desk):
    desk.rows(1, 2, 3, roster__id="M-3")
    desk.run()
    (folder,) = desk.output.glob("*-m-3-*")
    desk.rows(1, 2, 3, roster__id="M-3", cbo__legal_name="Quite Another Name, Inc.", agreement__number="X-1")
    result = desk.run()
    assert result.members[2].folder == folder.name
    assert result.members[2].state == "done"
    assert not list(desk.output.glob("quite-another*"))


def test_a_new_member_is_made_alone(desk: Desk):
    desk.rows(4, 1, 2, 3)
    desk.run()
    assert desk.asked == [0]
    assert desk.word(4).is_file()


# What a profile adds for a paper that holds words of the state.
PRESCRIBED = """
rider:
  effective_date: 2027-07-01
payer_lines: [medicaid_mco]
medicaid_authority: [1115]
state_text:
  required: yes
  files:
    - {file: state.txt, title: Words of the State, source: State, citation: Appendix C, as_of: 2026-10-01}
"""


@pytest.mark.slow
def test_words_of_the_state_that_changed_are_printed_anew(desk: Desk):
    with (desk.folder / "network.yaml").open("a", encoding="utf-8") as file:
        file.write(PRESCRIBED)
    desk.rows(1)
    said = desk.folder / "state.txt"
    said.write_text("Words as first issued.\n")
    assert desk.run(documents=("reg",), formats=("txt",)).counted("done") == 1
    said.write_text("Words as issued now.\n")
    assert [m.why for m in desk.run(documents=("reg",), formats=("txt",)).members] == ["state.txt has changed"]
    (text,) = desk.output.glob("*/*.txt")
    assert "Words as issued now." in text.read_text()
    desk.run(documents=("reg",), formats=("txt",))
    assert desk.asked == []


def test_a_file_that_a_row_names_itself_stands_beside_the_roster_or_the_profile(desk: Desk):
    folder = desk.folder / "members"
    folder.mkdir()
    own = "".join(f"{path}: {value!r}\n" for path, value in member(1).items() if path != "baa.deid")
    (folder / "one.yaml").write_text(f"extends: ../network.yaml\n{own}{PRESCRIBED}")
    (folder / "state.txt").write_text("Words for one.")
    desk.rows(1, 2, state_text__files__1__file="other.txt")
    (desk.folder / "other.txt").write_text("Words for two.")
    workspace = open_workspace(desk.folder, today=dt.date(2026, 11, 23), cache=desk.cache)
    parts = read_parts(workspace)

    def read() -> tuple[list[object], list[str]]:
        """Return of each row the files that it names, and the digest of its answers."""
        rosters = [
            read_members(parts, workspace, name, profile="network.yaml", documents=DOCUMENTS).value
            for name in ("members", "members.csv")
        ]
        setup = setup_for(workspace, parts, rosters[0], str(desk.output), documents=DOCUMENTS, formats=("txt",))
        profiles = [row.profile for roster in rosters for row in roster.rows]
        return [p.attached for p in profiles], [answers_of(setup, p) for p in profiles]

    files, before = read()
    assert files == [{"members/state.txt": b"Words for one."}, {}, {"other.txt": b"Words for two."}]
    (desk.folder / "other.txt").write_text("Other words for two.")
    _, now = read()
    assert [one == two for one, two in zip(before, now, strict=True)] == [True, True, False]


def own_text(desk: Desk, id: str) -> None:
    """Put a text of one's own over the clause ``id``: the shipped one with two more words."""
    source = max((Path(__file__).parents[1] / "clauses" / id.replace(".", "/")).glob("*.md"))
    head, body = source.read_text(encoding="utf-8").split("\n---\n", 1)
    head = "\n".join(line for line in head.split("\n") if "digest" not in line)
    folder = desk.folder / "clauses" / id.replace(".", "/")
    folder.mkdir(parents=True)
    (folder / source.name).write_text(f"{head}\n---\n{body.rstrip()}\n\nThat is all.\n", encoding="utf-8")


def test_a_clause_that_changed_concerns_the_documents_that_hold_it(desk: Desk):
    record = json.loads(next(desk.output.glob("*/record.json")).read_bytes())
    held = [c["id"] for c in record["documents"][0]["clauses"]]
    assert "pay.withhold" not in held
    own_text(desk, "pay.withhold")
    desk.run()
    assert desk.asked == []
    own_text(desk, held[-1])
    result = desk.run()
    assert desk.asked == [0, 1, 2]
    assert [m.why for m in result.members] == [f"{held[-1]} changed"] * 3
    assert [m.state for m in result.members] == ["done"] * 3


# ---------------------------------------------------------------- what an earlier run left


@pytest.mark.slow
def test_a_packet_comes_and_goes_without_the_documents_being_made_again(desk: Desk):
    assert {m.why for m in desk.run(packet=False, formats=("docx", "pdf")).members} != {""}
    plain = desk.shown()
    result = desk.run(packet=True, formats=("docx", "pdf"))
    assert {m.why for m in result.members} == {"the packet is new"}
    assert {m.wrote for m in result.members} == {("packet.pdf", "record.json")}
    result = desk.run(packet=False, formats=("docx", "pdf"))
    assert {m.why for m in result.members} == {"no packet is asked for"}
    assert desk.shown() == plain  # and no packet that would grow old

    desk.run(packet=True, formats=("docx", "pdf"))
    packet = desk.word(2).with_name("packet.pdf")
    packet.write_bytes(b"signed")
    assert desk.run(packet=False, formats=("docx", "pdf")).members[1].state == "edited"
    assert packet.read_bytes() == b"signed"


@pytest.mark.slow
def test_documents_that_are_not_made_any_more_are_told_and_stay(desk: Desk):
    desk.run(documents=("sba", "sbc"))
    checklist = [p for p in desk.output.glob("*/*.docx") if "checklist" in p.name]
    assert len(checklist) == 3
    result = desk.run()
    assert [m.left for m in result.members] == [(checklist[0].name,)] * 3
    assert all(p.is_file() for p in checklist)


def test_the_zip_of_a_member_is_sent_to_it_and_holds_no_record(desk: Desk):
    """A record holds what the hub answered for itself, such as what it thinks a fair price."""
    desk.run(zips="member")
    for folder in (f for f in desk.output.iterdir() if f.is_dir() and f.name[0] != "."):
        with zipfile.ZipFile(desk.output / f"{folder.name}.zip") as package:
            assert package.namelist() == [f"{folder.name}/{f.name}" for f in folder.glob("*.docx")]
    desk.run(zips="whole")
    with zipfile.ZipFile(desk.output / "agreements.zip") as package:
        assert sum(name.endswith("record.json") for name in package.namelist()) == 3


@pytest.mark.slow
def test_a_zip_holds_no_empty_file_where_a_document_was_taken_away(desk: Desk):
    desk.run(documents=("sba", "sbc"))
    word = sorted(desk.output.glob("*0002/*.docx"))
    word[0].write_bytes(b"signed")
    word[1].unlink()
    assert desk.run(documents=("sba", "sbc"), zips="whole").members[1].state == "edited"
    with zipfile.ZipFile(desk.output / "agreements.zip") as package:
        assert f"{word[1].parent.name}/{word[1].name}" not in package.namelist()
        assert all(info.file_size for info in package.infolist())


# ---------------------------------------------------------------- what is never touched


def test_an_edited_document_is_never_overwritten(desk: Desk):
    desk.word(2).write_bytes(b"signed")
    before = desk.shown()
    desk.rows(1, 3, 2, cbo__signer__name="Quintessa Bloom")
    for replace in (False, True):
        result = desk.run(replace=replace)
        assert result.members[2].state == "edited"
        assert "edited or signed" in result.members[2].problems[0].message
        assert {k: v for k, v in desk.shown().items() if k != "batch.json"} == {
            k: v for k, v in before.items() if k != "batch.json"
        }


def test_what_was_signed_stays_as_it_was_with_its_record(desk: Desk):
    (desk.word(3).parent / "signed").mkdir()
    (desk.word(3).parent / "signed/sba-signed-2027-01-05-47da1f76.pdf").write_bytes(b"scan")
    before = {k: v for k, v in desk.shown().items() if k != "batch.json"}
    desk.rows(3)
    (desk.folder / "members.csv").rename(desk.folder / "mended.csv")
    (member,) = desk.run(replace=True, name="mended.csv").members
    assert (member.state, desk.asked) == ("done", [])
    desk.rows(3, cbo__signer__name="Quintessa Bloom")
    (member,) = desk.run(replace=True).members
    assert (member.state, desk.asked) == ("edited", [])
    assert [d.rule for d in member.problems] == ["batch-signed"]
    assert "Meanwhile answers in the row have changed." in member.problems[0].message
    assert {k: v for k, v in desk.shown().items() if k != "batch.json"} == before
    desk.rows(3)
    (member,) = desk.run(replace=True, clean=True).members  # an option, as a newer program would
    assert (member.state, desk.asked, member.problems) == ("signed", [], ())
    assert {k: v for k, v in desk.shown().items() if k != "batch.json"} == before


@pytest.mark.slow
def test_a_file_of_somebody_else_stays_unless_it_may_go(desk: Desk):
    desk.rows(1, 2, 3, 4)
    first = desk.run()
    word = desk.word(4)
    data = word.read_bytes()
    (word.parent / "record.json").unlink()
    word.write_bytes(b"mine")
    held = desk.run()
    assert [m.state for m in held.members] == ["done", "done", "done", "held"]
    assert word.read_bytes() == b"mine"
    assert desk.run(replace=True).members[3].state == "done"
    assert word.read_bytes() == data
    assert first.counted("done") == 4


def test_a_member_who_left_is_told_and_its_folder_stays(desk: Desk):
    word = desk.word(1)
    desk.rows(2, 3)
    result = desk.run()
    assert [d.rule for d in result.removed] == ["batch-removed"]
    assert word.is_file()
    assert json.loads((desk.output / "batch.json").read_bytes())["removed"] == [word.parent.name]


# ---------------------------------------------------------------- what goes wrong


def failing(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
    for job in jobs:
        if job.index == 1:
            yield Outcome(1, "failed", (ROW_FAILED.at(None, "no"),))
        else:
            yield worker.make(job)


def test_one_failing_member_stops_no_other(tmp_path: Path):
    desk = Desk(tmp_path)
    result = desk.run(engine=failing)
    assert [m.state for m in result.members] == ["done", "failed", "done"]
    assert len(list(desk.output.glob("*/record.json"))) == 2
    assert desk.run().counted("done") == 3


def refusing(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
    return (Outcome(1, "refused") if job.index == 1 else worker.make(job) for job in jobs)


def test_nothing_is_in_place_while_a_row_is_bad_unless_only_good_ones_are_wanted(tmp_path: Path):
    desk = Desk(tmp_path)
    result = desk.run(engine=refusing)
    assert not result.in_place
    assert list(desk.output.glob("*/record.json")) == []
    assert not (desk.output / "batch.json").exists()
    assert desk.run(engine=refusing, only_good=True).in_place
    assert desk.asked == [1]  # the others were ready
    assert len(list(desk.output.glob("*/record.json"))) == 2


def test_a_fault_of_the_program_tells_its_place_and_no_value(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    from generator.batch import rows

    def fails(*_: object, **__: object) -> None:
        raise KeyError("Quintessa Bloom's number")

    monkeypatch.setattr(rows, "make_set", fails)
    desk.word(3).unlink()
    (problem,) = desk.run().members[2].problems
    assert "KeyError in tests" not in problem.message
    assert "KeyError" in problem.message
    assert "Quintessa" not in problem.message


@pytest.mark.slow
@pytest.mark.parametrize("at", range(4))
def test_a_batch_ended_while_it_puts_files_into_place_is_gone_on_with(desk: Desk, at: int, monkeypatch):
    whole = desk.shown()
    moves = 0
    real = FolderStore.move

    def move(store: FolderStore, old: str, new: str) -> None:
        nonlocal moves
        if moves == at:
            raise KeyboardInterrupt
        moves += 1
        real(store, old, new)

    desk.rows(1, 2, 3, cbo__signer__name="Quintessa Bloom")
    with monkeypatch.context() as broken:
        broken.setattr(FolderStore, "move", move)
        if at < 3:
            with pytest.raises(KeyboardInterrupt):
                desk.run()
        else:
            desk.run()
    desk.rows(1, 2, 3)  # and the roster has changed meanwhile
    result = desk.run()
    assert result.counted("done") == 3
    assert desk.shown() == whole


def test_a_member_half_put_into_place_is_gone_on_with_though_its_row_is_bad_or_missing_now(desk: Desk):
    whole = {name: data for name, data in desk.shown().items() if "/" in name}
    word, key = desk.word(3), json.loads((desk.word(3).parent / "record.json").read_text())["batch"]["member"]
    waits = desk.output / ".agreements-batch/rows" / key
    waits.mkdir(parents=True)
    word.rename(waits / word.name)
    (waits / "committing.json").write_bytes((word.parent / "record.json").read_bytes())
    desk.rows(1, 2)
    desk.run()
    assert waits.is_dir()
    desk.rows(1, 2, 3)
    assert desk.run(bad=[2], only_good=True).members[2].state == "refused"
    assert desk.asked == []
    assert {name: data for name, data in desk.shown().items() if "/" in name} == whole


@pytest.mark.slow
def test_a_computer_that_will_not_write_ends_the_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import errno

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    desk = Desk(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(FolderStore, "write", full)
        result = desk.run()
    assert result.stopped == "computer"
    assert len([m for m in result.members if m.state == "computer"]) == 1
    assert not list(desk.output.glob("*/*.docx"))
    assert desk.run().counted("done") == 3


class Held(FolderStore):
    """A folder in which another program holds every file open: so many times it is refused."""

    waits = (0, 0)

    def __init__(self, place: Path, times: int) -> None:
        super().__init__(str(place))
        self._times = self._left = times

    def _asked(self, ask: Callable[[], _T]) -> _T:
        self._left = self._times

        def held() -> _T:
            self._left -= 1
            if self._left >= 0:
                raise PermissionError(13, "The process cannot access the file because it is being used")
            return ask()

        return super()._asked(held)


def test_a_file_that_another_program_holds_open_for_a_moment_is_had_in_the_end(tmp_path: Path):
    store = Held(tmp_path, 2)
    store.write("a/one", b"1")
    store.move("a/one", "b/one")
    assert store.read("b/one") == b"1"
    store.remove("a")
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_file_that_stays_held_is_refused_and_left_whole(tmp_path: Path):
    (tmp_path / "one").write_bytes(b"1")
    store = Held(tmp_path, 3)
    for refused in (
        lambda: store.write("one", b"2"), lambda: store.read("one"), lambda: store.move("one", "two"),
        lambda: store.remove("one"),
    ):  # fmt: skip
        with pytest.raises(PermissionError):
            refused()
    assert files_in(tmp_path) == {"one": b"1"}


# ---------------------------------------------------------------- one at a time, and names


def test_a_second_batch_in_the_same_folder_is_refused_by_name(tmp_path: Path):
    store = FolderStore(str(tmp_path))
    with Lock(store) as first:
        assert not first.stale
        with pytest.raises(Taken, match=f"process {os.getpid()}"), Lock(store):
            pass
    with Lock(store) as again:
        assert not again.stale
    assert list(tmp_path.iterdir()) == []


def test_the_mark_of_a_batch_that_was_killed_stops_nobody_here(tmp_path: Path):
    code = (
        "import os, sys; from generator.batch.lock import Lock; from generator.batch.store import FolderStore\n"
        "Lock(FolderStore(sys.argv[1])).__enter__(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, cwd=Path(__file__).parents[1])
    assert (tmp_path / ".agreements-batch/running.json").is_file()
    with Lock(FolderStore(str(tmp_path))) as lock:
        assert lock.stale


def test_two_batches_of_one_computer_in_one_bucket(tmp_path: Path):
    """A storage service holds no lock, so the process itself is looked for."""
    from generator.batch.store import RemoteStore

    store = RemoteStore(f"memory://{tmp_path.name}")
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = json.dumps({"pid": other.pid, "host": socket.gethostname()}).encode()
    try:
        store.write(".agreements-batch/running.json", mark)
        with pytest.raises(Taken, match=f"process {other.pid}"), Lock(store):
            pass
    finally:
        other.communicate(b"\n")
    with Lock(store):  # it has ended, in whatever way
        pass


def test_the_mark_of_another_computer_is_believed(tmp_path: Path):
    mark = tmp_path / ".agreements-batch/running.json"
    mark.parent.mkdir()
    mark.write_text('{"pid": 7, "host": "elsewhere"}')
    with pytest.raises(Taken, match="elsewhere") as found, Lock(FolderStore(str(tmp_path))):
        pass
    assert str(mark) in found.value.problem.fix


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b'{"documents": [{"files": [{}]}]}', b"\xff"])
def test_what_is_no_record_is_nobodys(tmp_path: Path, data: bytes):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/record.json").write_bytes(data)
    assert record_in(FolderStore(str(tmp_path)), "a") is None


def test_folders_are_readable_and_no_two_alike(desk: Desk):
    def row(key: str, name: str) -> Row:
        return Row(key, 1, name, None, {})  # type: ignore[arg-type]

    found = folders_of(
        (row("07", "Hope House, Inc."), row("8", "Hope-House Inc"), row("hope", "Hope"), row("con", "CON"))
    )
    assert found == ("hope-house-inc-07", "hope-house-inc-8", "hope", "con-agreement")
    same = folders_of((row("a" * 70, "X" * 80), row("a" * 71, "X" * 80)))
    assert len(set(same)) == 2
    doubled = folders_of((row("hope", "Hope"), row("hope", "Hope"), row("lake", "Lake")))
    assert doubled == ("hope", "hope-2", "lake")  # neither of them is made; the folder stays the member's


@pytest.mark.slow
def test_a_member_leaves_no_memory_behind_that_must_be_looked_for(desk: Desk) -> None:
    """A worker looks for such memory only now and then (``processes.work``)."""
    left: list[int] = []

    def counted(worker: Worker, jobs: Sequence[Job]) -> Iterator[Outcome]:
        for job in jobs:
            gc.collect()
            gc.disable()
            try:
                yield worker.make(job)
                left.append(gc.collect())
            finally:
                gc.enable()

    desk.rows(4, 5, 6)
    desk.run(engine=counted, formats=("docx", "pdf"))
    # The first has modules, clauses and fonts read.
    assert len(left) == 3
    assert max(left[1:]) < 100
