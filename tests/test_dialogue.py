"""The interview as somebody meets it who has never seen a contract: in a terminal, one question at a time."""

from __future__ import annotations

import datetime as dt
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from generator import pipeline
from generator.cli import main
from generator.diagnostics import errors_in
from generator.dialogue import Dialogue, End
from generator.terminal import Style
from tests.warm_library import warm_workspace

TODAY = dt.date(2026, 11, 23)


@dataclass
class Person:
    """Somebody at a keyboard who sees ``screen`` and types; ``seen`` is all that was ever on the screen."""

    types: Callable[[str], str]
    screen: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        self.screen.append(line)
        self.seen.append(line)

    def ask(self, prompt: str) -> str:
        shown, self.screen = "\n".join(self.screen), []
        assert len(self.seen) < 20_000, "it goes round in circles"
        typed = self.types(shown) if prompt == "> " else ""
        self.seen.append(prompt + typed)
        return typed


def sit_down(folder: Path, types: Callable[[str], str], file: str = "p.yaml") -> tuple[End, Person, Path]:
    """Let somebody who ``types`` answer the interview over ``file``; a new terminal each time."""
    workspace = warm_workspace(folder, output=folder, today=TODAY)
    begun = pipeline.interview(workspace, file)
    assert begun.value is not None, begun.diagnostics
    person = Person(types)
    end = Dialogue(
        begun.value, say=person.say, ask=person.ask, style=Style(96),
        stored=lambda: workspace.read(file),
        store=lambda data: workspace.deliver("", [(file, data)], replace=True),
        explain=lambda name: pipeline.explain(workspace, name).value or "",
    ).run()  # fmt: skip
    return end, person, folder / file


def lines(*typed: str) -> Callable[[str], str]:
    """Type these lines, then ``stop``."""
    rest = iter(typed)
    return lambda _: next(rest, "stop")


def director(shown: str) -> str:
    """Answer like a director who knows the work and no contracts: what is asked for by name, else an example."""
    known = {
        "Which documents do you need?": "1",
        "asks for the services": "health-care organization",
        "Which party provides": "1",
        "Under exactly which name is the health-care": "Lakeshore Clinic, Inc.",
        "What should the agreement call the health-care": "Lakeshore",
        "Who will sign for the health-care": "Al Roe",
        "health center or a look-alike": "neither",
        "Is there no formal structure": "1",
        "Do you refer people to each other": "1",
        "handshake": "1",
        "create legal duties": "2",
        "identify a person": "no",
        "own money or grants": "Own money or grants",
        "own money, or do you share": "1",
        "trial phase": "no",
        "At the end, does the agreement stop": "1",
    }
    if "Another one?" in shown or "leave it out" in shown or "== Your answers ==" in shown:
        return ""
    for words, answer in known.items():
        if words in shown:
            return answer
    if (example := re.search(r"Example: (.*)", shown)) is not None:
        return example[1]
    numbers = re.findall(r"^ +([0-9]+)  ", shown, flags=re.MULTILINE)
    return numbers[-1] if numbers else "unknown"


@dataclass
class Session:
    """An interview over two days: what stood in the file after each, and what was on the screen."""

    folder: Path
    ends: list[End] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    screens: list[list[str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def session(tmp_path_factory) -> Session:
    """Return a whole session: with doubts, two steps back, a break in the middle, and an end."""
    done = Session(tmp_path_factory.mktemp("session"))
    typed: list[str] = []

    def first_evening(shown: str) -> str:
        if len(typed) > 24:
            raise KeyboardInterrupt
        match len(typed):
            case 3 | 4:
                answer = "back"
            case 7 | 12:
                answer = "I don’t know"
            case 9:
                answer = "?"
            case _:
                answer = "" if "Press Enter to keep it" in shown else director(shown)
        typed.append(answer)
        return answer

    asked: list[str] = []

    def next_morning(shown: str) -> str:
        asked.append(shown)
        return "no idea" if len(asked) % 9 == 0 and "== Your answers" not in shown else director(shown)

    for types in (first_evening, next_morning):
        end, person, file = sit_down(done.folder, types)
        done.ends.append(end)
        done.files.append(file.read_text(encoding="utf-8"))
        done.screens.append(person.seen)
    return done


def test_a_break_in_the_middle_loses_nothing_and_asks_nothing_twice(session):
    assert session.ends == [End.INTERRUPTED, End.DONE]
    evening, morning = session.files
    assert evening.count(": unknown\n") == 3  # two doubts, and one after a page of explanation
    assert "agreement.documents: [mou]" in evening
    assert "Press Enter to keep it." in "\n".join(session.screens[0])
    assert set(evening.splitlines()) <= set(morning.splitlines())
    screen = "\n".join(session.screens[1])
    assert "Welcome back." in screen
    assert "Which documents do you need?" not in screen


def test_after_the_last_question_only_what_nobody_knew_is_open_and_a_draft_can_be_made(session, capsys, monkeypatch):
    monkeypatch.chdir(session.folder)
    workspace = warm_workspace(session.folder, today=TODAY)
    report = pipeline.check(workspace, ["p.yaml"])
    assert [d for d in errors_in(report.diagnostics) if d.span is not None and d.span.file == "p.yaml"] == []
    interview = pipeline.interview(workspace, "p.yaml").value
    assert report.open_items
    assert all(interview.value(i.field) is not None for i in report.open_items)
    assert main(["make", "--draft", "-f", "txt", "p.yaml"]) == 0, capsys.readouterr().err
    assert list((session.folder / "output").glob("*/memorandum*.txt"))


def test_no_sentence_is_wider_than_the_screen_or_speaks_like_a_machine(session):
    seen = [line for screen in session.screens for line in screen]
    assert max(map(len, seen)) <= 100
    screen = "\n".join(seen).lower()
    for word in ("invalid", "null", "true", "error", "exception", "enum", "regex", "string", "boolean"):
        assert not re.search(rf"\b{word}\b", screen), word


def test_going_back_any_number_of_times_and_forward_again_changes_nothing(tmp_path):
    answers = ("1", "Safe Home", "2", "1")
    sit_down(tmp_path, lines(*answers))
    before = (tmp_path / "p.yaml").read_bytes()
    _, person, file = sit_down(tmp_path, lines(*["back"] * 9, *[""] * 4))
    assert file.read_bytes() == before
    screen = "\n".join(person.seen)
    assert screen.count("This is the first question; there is none before it.") == 5
    assert "Your answer so far: Memorandum of understanding. Press Enter to keep it." in screen
    assert "handshake" in person.seen[-4:][0] or "handshake" in screen.rpartition("Press Enter to keep it.")[2]


def test_an_answer_is_changed_after_going_back(tmp_path):
    _, _, file = sit_down(tmp_path, lines("1", "Safe Home", "2", "back", "back", "Safe Homes", ""))
    assert "agreement.name: Safe Homes\n" in file.read_text()
    assert "agreement.purchaser: hco\n" in file.read_text()


def test_a_bad_answer_is_asked_again_in_plain_words_and_nothing_is_lost(tmp_path):
    _, person, file = sit_down(tmp_path, lines("99", "perhaps", "1", ""))
    screen = "\n".join(person.seen)
    assert "“perhaps” is not one of the answers of this field." in screen
    assert "Type the number of an answer, or several with commas between them." in screen
    assert "This one is needed. Type an answer, or unknown if you do not know." in screen
    assert "agreement.documents: [mou]\n" in file.read_text()


def test_one_of_our_own_words_is_an_answer_in_quotation_marks(tmp_path):
    _, _, file = sit_down(tmp_path, lines("1", '"back"'))
    assert "agreement.name: back\n" in file.read_text()


def test_what_a_question_is_about_is_told_on_request(tmp_path):
    _, person, _ = sit_down(tmp_path, lines("1", "?"))
    screen = "\n".join(person.seen)
    assert "# agreement.name" in screen
    assert "back      the question before this one" in screen


def test_who_does_not_know_the_papers_is_asked_about_the_work_and_gets_advice(tmp_path):
    types = lines("I do not know", "2", "1", "no", "")
    _, person, file = sit_down(tmp_path, types)
    screen = "\n".join(person.seen)
    assert "A few questions about the work will show which papers you need." in screen
    assert "Your answers speak for this: A services agreement with a statement of work" in screen
    assert "Press Enter to take these papers: Services agreement, Statement of work." in screen
    assert "agreement.documents: [svc, sow]\n" in file.read_text()


SAME = {
    "Which documents do you need?": "1",
    "asks for the services": "2",
    "Which party provides": "1",
    "take part beside": "",
    "Under exactly which name": "Harbor House, Inc.",
    "also work under another name": "",
    "What should the agreement call": "Harbor",
}


def named_alike(shown: str) -> str:
    """Answer up to the short names, both organizations being called alike, then stop."""
    return next((answer for words, answer in SAME.items() if words in shown), "unknown")


def until_stopped(types: Callable[[str], str], after: str) -> Callable[[str], str]:
    """Type as ``types`` does, and ``stop`` once ``after`` was shown."""
    return lambda shown: "stop" if after in shown else types(shown)


def test_what_does_not_fit_is_said_once_as_soon_as_the_answers_are_there_and_stops_nothing(tmp_path):
    end, person, file = sit_down(tmp_path, until_stopped(named_alike, "Short name of the health-care"))
    screen = "\n".join(person.seen)
    legal = screen.index("Under exactly which name is the health-care")
    said = screen.index(
        "This does not fit. Legal name of the health-care organization is also that of the other party."
    )
    assert legal < said
    assert "Give each party a name of its own." in screen[said:]
    assert screen.count("is also that of the other party") == 1
    assert screen.count("You can go on all the same.") == 1
    assert end is End.STOPPED
    assert file.read_text().count('legal_name: "Harbor House, Inc."') == 2  # it is saved all the same


def test_what_does_not_fit_is_counted_on_return_and_shown_on_request(tmp_path):
    sit_down(tmp_path, until_stopped(named_alike, "Short name of the health-care"))
    _, person, _ = sit_down(tmp_path, lines("problems"))
    screen = "\n".join(person.seen)
    assert "1 thing in your answers is worth a look. Type problems to see it." in screen
    assert screen.count("is also that of the other party") == 1
    _, person, _ = sit_down(tmp_path, lines("review", "problems", "stop"))
    assert "\n".join(person.seen).count("is also that of the other party") == 1


def test_with_nothing_wrong_problems_says_so(tmp_path):
    _, person, _ = sit_down(tmp_path, lines("problems", "1", "problems"))
    assert "\n".join(person.seen).count("So far nothing has been found that does not fit together.") == 2


def test_the_answers_that_lead_to_a_paper_are_shown_on_request(tmp_path):
    answers = {"own money or grants": "2", "refer people": "1", "contract through a hub": "1", "Level of data": "1"}
    known = {"Which documents do you need?": ["unknown", "why", "why", ""], **answers}

    def types(shown: str) -> str:
        for words, answer in known.items():
            if words in shown:
                return answer.pop(0) if isinstance(answer, list) else answer
        return "stop" if "What do you call this work?" in shown else "1"

    _, person, _ = sit_down(tmp_path, types)
    screen = "\n".join(person.seen)
    assert "Type why to see how your answers lead there." in screen
    assert "  Does one party pay the other for services?\n    Yes" in screen


def test_how_much_follows_and_that_a_draft_is_possible_is_said_once_when_the_papers_are_known(tmp_path):
    _, person, _ = sit_down(tmp_path, lines("1", "Safe at Home", "2", "1"))
    screen = " ".join(" ".join(person.seen).split())
    (promise,) = re.findall(r"About [0-9]+ questions follow, .*? A final needs about [0-9]+ of them", screen)
    assert "a draft can be made at any time from here on, and what is not answered is a marked blank in it." in promise
    assert screen.index("Saved: Memorandum of understanding.") < screen.index("About ")
    assert re.search(r"\(about [0-9]+ questions left, [0-9]+ of them in this part\)", screen)


def test_the_review_shows_every_answer_and_lets_one_be_changed(tmp_path):
    end, person, file = sit_down(
        tmp_path, lines("1", "Safe Home", "unknown", "review", "2", "Safe Homes", "review", "unknown", "2", "stop")
    )
    assert end is End.STOPPED
    screen = "\n".join(person.seen)
    assert "   2  Partnership name: Safe Home" in screen
    assert "   2  Partnership name: Safe Homes" in screen
    assert "To go through the 1 answer that you did not know, type unknown." in screen
    assert "agreement.purchaser: hco\n" in file.read_text()


def test_what_somebody_writes_into_the_file_meanwhile_is_kept(tmp_path):
    def types(shown: str) -> str:
        if "What do you call this work?" in shown:
            file = tmp_path / "p.yaml"
            file.write_text(file.read_text() + "\n# call Maria\nterm.effective_date: 2027-02-01\n")
            return "Safe Home"
        return "1" if "Which documents" in shown else "stop"

    _, person, file = sit_down(tmp_path, types)
    assert "# call Maria\nterm.effective_date: 2027-02-01\n" in file.read_text()
    assert "agreement.name: Safe Home\n" in file.read_text()
    assert "those changes are kept" in "\n".join(person.seen)


def test_a_file_that_is_broken_meanwhile_is_not_overwritten(tmp_path):
    broken: list[str] = []

    def types(shown: str) -> str:
        if "What do you call this work?" in shown:
            file = tmp_path / "p.yaml"
            broken.append(file.read_text() + "\nnot.a.field: 7\n")
            file.write_text(broken[0])
            return "Safe Home"
        return "1" if "Which documents" in shown else "stop"

    _, person, file = sit_down(tmp_path, types)
    assert file.read_text() == broken[0]
    assert "Nothing was overwritten." in "\n".join(person.seen)


def test_sensitive_answers_are_not_repeated(tmp_path):
    (tmp_path / "p.yaml").write_text("agreement.documents: [svc]\npay.total_cap: 987654\n")
    _, person, _ = sit_down(tmp_path, lines("review"))
    assert "987" not in "\n".join(person.seen).replace(",", "")


# ---------------------------------------------------------------- the command in a real terminal


def test_without_a_terminal_nobody_is_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new"]) == 2
    assert "agreements init" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def typed_into(folder: Path, args: list[str], keys: list[bytes]) -> tuple[int, str]:
    """Run ``agreements`` in a terminal of its own, send ``keys`` one after another at each prompt."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:  # the child: nothing but the command
        os.chdir(folder)
        os.execve(
            sys.executable, [sys.executable, "-m", "generator.cli", *args],
            {**os.environ, "TERM": "dumb", "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
    shown, last = b"", b""
    try:
        for chunk in _chunks(terminal):
            shown += chunk
            if shown.endswith(b"> ") and keys:
                last = keys.pop(0)
                os.write(terminal, last)
            elif not chunk and last == b"\x03":
                # Between the prompt and the waiting for a line, Python notes the signal and goes on waiting.
                os.write(terminal, last)
    finally:
        os.close(terminal)  # whoever still waits for a line gets none
        status = os.waitpid(pid, 0)[1]
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace").replace("\r\n", "\n")


def _chunks(terminal: int) -> Iterator[bytes]:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 1)
        if ready:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                return
            if not chunk:
                return
            yield chunk
        else:
            yield b""


@pytest.mark.skipif(not hasattr(signal, "SIGWINCH"), reason="a terminal of this kind is not on every system")
def test_the_command_saves_every_answer_and_goes_on_after_control_c(tmp_path):
    code, shown = typed_into(tmp_path, ["new", "harbor.yaml"], [b"1\n", "Café “Zuhause”: #1\n".encode(), b"\x03"])
    assert code == 130, shown
    assert "Every answer is saved. Go on with: agreements new harbor.yaml" in shown
    assert "Traceback" not in shown
    assert 'agreement.name: "Café “Zuhause”: #1"\n' in (tmp_path / "harbor.yaml").read_text(encoding="utf-8")
    code, shown = typed_into(tmp_path, ["new", "harbor.yaml"], [b"2\n", b"\xff\xfe\n", b"stop\n"])
    assert code == 0, shown
    assert "Welcome back. 2 answers are in harbor.yaml." in shown
    assert "agreement.purchaser: hco\n" in (tmp_path / "harbor.yaml").read_text(encoding="utf-8")
