"""The interview in a terminal: shows one question, takes one line.

What to ask, and what an answer means, is the business of :mod:`generator.interview`; here are only the words
around it. The terminal itself comes in as two functions, so that a test can sit in its place.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import field
from enum import Enum, auto

from generator.diagnostics import Checked, Diagnostic, Severity, errors_in
from generator.fields import UNKNOWN, Value, capitalized, restyled
from generator.frozen import dataclass
from generator.interview import DOCUMENTS, Advice, Interview, Question, Topic
from generator.terminal import Style, count, safe

__all__ = ["Dialogue", "End"]


class End(Enum):
    """How a dialogue ended: at its end, by ``stop``, or by Ctrl-C."""

    DONE = auto()
    STOPPED = auto()
    INTERRUPTED = auto()


class _Way(Enum):
    """Where to go from a question."""

    ON = auto()
    ENTRY = auto()  # begin another entry of a list
    BACK = auto()
    REVIEW = auto()
    STOP = auto()


_COMMANDS = {
    "back": _Way.BACK,
    "review": _Way.REVIEW,
    "stop": _Way.STOP,
    "quit": _Way.STOP,
    "exit": _Way.STOP,
}
_NOT_KNOWN = frozenset(
    ("unknown", "i do not know", "do not know", "i don't know", "don't know", "i dont know", "dont know", "idk",
     "not sure", "i am not sure", "i'm not sure", "no idea")
)  # fmt: skip
_FITS = 6  # so many answers are shown with what each means
# Said once, like the words that introduce a topic.
_PROMISED, _FREE = "how much is to come", "that a finding stops nothing"
_HELP = """\
unknown   you do not know, or not yet: an honest answer everywhere; a draft shows a blank there
back      the question before this one, as often as you like
review    all your answers so far; change any of them
stop      leave now; every answer is saved, and you go on where you stopped
problems  what in your answers does not fit together so far
skip      leave out what may be left out (Enter does the same)
?         what this question is about

To give one of these words as an answer, put it in quotation marks."""


@dataclass(slots=True)
class Dialogue:
    """A person answers an interview.

    ``say`` shows a line, ``ask`` shows a prompt and returns what was typed (it raises ``EOFError`` or
    ``KeyboardInterrupt`` when nothing more comes). ``stored`` gives the profile's bytes as they are on the disk,
    None if there are none; ``store`` puts new ones there. ``explain`` gives the page of a field.
    """

    interview: Interview
    say: Callable[[str], None]
    ask: Callable[[str], str]
    stored: Callable[[], bytes | None]
    store: Callable[[bytes], None]
    explain: Callable[[str], str]
    style: Style = field(default_factory=Style)
    _asked: list[str] = field(default_factory=list)  # in the order asked
    _at: int = 0  # where we are in it: going back moves this
    _topic: Topic | None = None
    _told: set[str] = field(default_factory=set)
    _noticed: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # what was found last, by place

    def run(self) -> End:
        """Ask until nothing is left, then show all answers; return how it ended."""
        self._asked = [a.path for a in self.interview.review()]
        self._at = len(self._asked)
        self._noticed = self._found()
        self._greet()
        try:
            way = self._questions(self.interview.next())
            while way is _Way.REVIEW:
                way = self._review()
        except (KeyboardInterrupt, EOFError):
            self.say("")
            return End.INTERRUPTED
        return End.STOPPED if way is _Way.STOP else End.DONE

    # -- the way through the questions

    def _questions(self, question: Question | None) -> _Way:
        """Ask ``question`` and all that follow; return REVIEW at the end, or STOP."""
        while question is not None:
            new = self.interview.value(question.path) in (None, UNKNOWN)
            way = self._more(question) if question.more else self._one(question)
            match way:
                case _Way.ON if question.more:
                    self._notice(question)
                    question = self._forward(question.path.rpartition(".")[0])
                case _Way.ON:
                    self._note(question.path)
                    following = self.interview.following(question.path) if new else None
                    if following is None:  # within a list, what does not fit yet may fit when it is complete
                        self._notice(question)
                    question = following or self._forward(question.path)
                case _Way.ENTRY:
                    question = self.interview.question(question.path)
                case _Way.BACK:
                    question = self._backward() or question
                case _Way.REVIEW | _Way.STOP:
                    return way
        return _Way.REVIEW

    def _note(self, path: str) -> None:
        """Remember that ``path`` was asked here; what was asked after it still comes after it."""
        if self._asked[self._at : self._at + 1] != [path]:
            self._asked[self._at :] = [path, *(p for p in self._asked[self._at :] if p != path)]
        self._at += 1

    def _forward(self, after: str) -> Question | None:
        """Return the question that was asked after this one, or else a new one."""
        while self._at < len(self._asked) and not self._is_there(self._asked[self._at]):
            self._at += 1
        if self._at < len(self._asked):
            return self.interview.question(self._asked[self._at])
        return self.interview.next(after)

    def _backward(self) -> Question | None:
        """Return the question before this one; None, and say so, if there is none."""
        before = self._at - 1
        while before >= 0 and not self._is_there(self._asked[before]):
            before -= 1
        if before < 0:
            self._lines("This is the first question; there is none before it.")
            return None
        self._at = before
        return self.interview.question(self._asked[before])

    def _is_there(self, path: str) -> bool:
        """Whether ``path`` is still a place in the profile: a list may have become shorter."""
        found = re.search(r"\.([0-9]+)(?:\.|$)", path)
        if found is None:
            return True
        value = self.interview.value(path[: found.start()])
        return int(found[1]) <= (len(value) if isinstance(value, tuple) else 1)

    def _more(self, question: Question) -> _Way:
        """Ask whether there is another entry. One that is a single answer may be typed at once."""
        single = question.field.each is not None
        todo = "Type it, or press Enter if that is all." if single else "Type yes, or press Enter if that is all."
        self._lines("", self.style.dim(safe(question.label)), self.style.bold("Another one?"), todo)
        while True:
            typed = self.ask("> ").strip()
            word = _plain(typed)
            if word == "problems":
                self._problems()
            elif word in _COMMANDS:
                return _COMMANDS[word]
            elif word in ("?", "help"):
                self._explain(question)
            elif word in ("", "no", "n", "that is all", "none", "skip") or word in _NOT_KNOWN:
                return _Way.ON
            elif word in ("yes", "y"):
                return _Way.ENTRY
            elif not single:
                self._lines(todo)
            elif self._take(question, self.interview.answer, typed):
                self._note(question.path)
                following = self.interview.following(question.path)
                if following is None:
                    return _Way.ON
                question = following
                self._lines(self.style.bold("Another one?"), todo)

    # -- one question

    def _one(self, question: Question) -> _Way:
        """Show ``question`` and take its answer."""
        self._head(question)
        self._show(question)
        warned = False
        while True:
            typed = self.ask("> ").strip()
            word = _plain(typed)
            if word in ("problems", "?", "help", "why"):
                self._told_on_request(question, word)
                continue
            if word in _COMMANDS:
                return _COMMANDS[word]
            advised = ", ".join(dict.fromkeys(a.document for a in _advice(question)))
            if word == "" and advised:
                typed = word = advised
            if word in ("", "skip") and (question.answered or warned):
                return _Way.ON
            if word in _NOT_KNOWN:
                done = self._take(question, lambda path, _: self.interview.unknown(path), "")
            elif word in ("", "skip") and not question.optional:
                self._lines("This one is needed. Type an answer, or unknown if you do not know.")
                continue
            elif word in ("", "skip"):
                done = self._take(question, lambda path, _: self.interview.leave_out(path), "")
            else:
                if question.field.kind == "paragraphs":
                    typed = "\n".join([typed, *self._further()])
                done = self._take(question, self.interview.answer, _literal(typed))
            wrong = self.interview.problems(question.path) if done and not warned else ()
            if wrong:
                self._lines(*(line for problem in wrong for line in _said(question, problem)))
                self._lines("It is saved all the same. Type another answer, or press Enter to leave it for now.")
                warned = True
            elif done:
                self._confirm(question)
                return _Way.ON

    def _take(self, question: Question, give: Callable[[str, str], Checked[Value]], typed: str) -> bool:
        """Give an answer to the interview and store what came of it; False if it must be given again."""
        if not self._fresh():
            return False
        done = give(question.path, typed)
        if errors_in(done.diagnostics):
            for problem in done.diagnostics:
                self._lines(*(self.style.yellow(safe(line)) for line in _said(question, problem)))
            if question.choices:
                several = ", or several with commas between them" if question.field.kind == "several" else ""
                self._lines(f"Type the number of an answer{several}.")
            return False
        if done.value is None and typed:
            self._lines("Type an answer, or unknown if you do not know.")
            return False
        self.store(self.interview.data)
        self._lines(*(safe(line) for noticed in done.diagnostics for line in _said(question, noticed)))
        return True

    def _fresh(self) -> bool:
        """Take in what somebody else wrote into the file meanwhile; say so if that cannot be read."""
        stored = self.stored()
        if stored is None or stored == self.interview.data:
            return True
        wrong = self.interview.load(stored)
        if wrong:
            self._lines("The file was changed meanwhile, and as it stands it cannot be read:")
            for problem in wrong:
                self._lines(f"  {problem.span}: {problem.message} {problem.fix}" if problem.span else problem.message)
            self._lines("Mend it and save it, then type your answer once more. Nothing was overwritten.")
            return False
        self._lines(self.style.dim("The file was changed meanwhile; those changes are kept."))
        return True

    def _further(self) -> Iterator[str]:
        """Yield the further lines of a longer text, up to an empty one."""
        while line := self.ask("  ").rstrip():
            yield line

    def _confirm(self, question: Question) -> None:
        value = self.interview.value(question.path)
        words = "Left out." if value is None else "Saved: not known yet." if value is UNKNOWN else "Saved."
        if value not in (None, UNKNOWN) and question.choices and not question.sensitive:
            words = f"Saved: {_one_line(self.interview.question(question.path).answer)}."
        self._lines(self.style.dim(safe(words)))
        if question.path == DOCUMENTS and value is UNKNOWN:
            if self.interview.wanted():
                self._lines("That is fine. We go on with what these papers would need; you can choose them later.")
            else:
                self._lines("That is fine. A few questions about the work will show which papers you need.")

    # -- what does not fit

    def _notice(self, question: Question) -> None:
        """Say what the answers so far show that somebody should look at, each once; nothing is blocked."""
        before, self._noticed = self._noticed, self._found()
        said = False
        for finding in self.interview.findings():
            place = (finding.rule, finding.field)
            last = before.get(place, ())
            # One that was there and reads otherwise now, because a name is known meanwhile, is no new one.
            if len(self._noticed[place]) > len(last) and finding.message not in last:
                self._lines("", *self._finding(finding, question))
                said = True
        if said and _FREE not in self._told:
            self._told.add(_FREE)
            self._lines(
                self.style.dim(
                    "You can go on all the same. To change an answer, type back or review; problems shows this again."
                )
            )

    def _found(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return what is found now: the messages of each rule about each answer."""
        out: dict[tuple[str, str], tuple[str, ...]] = {}
        for finding in self.interview.findings():
            place = (finding.rule, finding.field)
            out[place] = (*out.get(place, ()), finding.message)
        return out

    def _finding(self, finding: Diagnostic, question: Question | None = None) -> Iterator[str]:
        """Yield what was found, about which answer if it is another one, and what would mend it."""
        label = self.interview.label(finding.field) if finding.field else ""
        about = f"{label}: " if label and (question is None or finding.field != question.path) else ""
        mark = "This does not fit." if finding.severity is Severity.ERROR else "Worth a look."
        yield f"{self.style.yellow(mark)} {safe(about)}{safe(self.interview.in_words(finding.message, finding.field))}"
        if finding.fix:
            fix = self.interview.in_words(finding.fix, finding.field)
            yield f"  {safe(re.sub(r'^Write(?:, for example)?: ', 'A good answer would be: ', fix))}"

    def _problems(self) -> None:
        findings = self.interview.findings()
        if not findings:
            self._lines("", "So far nothing has been found that does not fit together.")
        for finding in findings:
            self._lines("", *self._finding(finding))
        self._lines("")

    def _told_on_request(self, question: Question, word: str) -> None:
        match word:
            case "problems":
                self._problems()
            case "why" if question.advice:
                self._why(question)
            case _:
                self._explain(question)

    def _why(self, question: Question) -> None:
        """Show the answers that lead to each paper that is advised."""
        for advice in {a.why: a for a in question.advice}.values():
            self._lines("", self.style.bold(safe(advice.why)))
            for step in advice.path:
                by = f" ({step.by})" if step.by else ""
                self._lines(f"  {safe(step.question)}", f"    {safe(capitalized(step.answer))}{safe(by)}.")
                if step.citation:
                    self._lines(self.style.dim(f"    {safe(step.citation)}"))
        self._lines("", *self._offer(question))

    # -- what is shown

    def _greet(self) -> None:
        interview = self.interview
        answers = len(interview.review())
        if not answers:
            self._lines(
                "This interview prepares agreements between a community-based organization and a health-care "
                "organization. It asks one question at a time, and only what your papers need.",
                "",
                "You need not know everything. Type unknown when you do not know, back to return to the question "
                "before, ? to learn what a question is about, and stop to go on another day. Every answer is saved at "
                f"once in {safe(interview.file)}.",
                "",
                "What comes out are drafts for a lawyer to review. This is not legal advice, and it certifies nothing.",
            )
            return
        unknown = sum(a.unknown for a in interview.review())
        self._lines(f"Welcome back. {count(answers, 'answer is', 'answers are')} in {safe(interview.file)}.")
        if unknown:
            self._lines(f"{unknown} of them say that it is not known yet; you can go through those at the end.")
        if found := len(interview.findings()):
            self._lines(_misfits(found))
        if interview.left():
            self._lines("We go on with the first question that has no answer. Type help to see what you can do.")

    def _head(self, question: Question) -> None:
        """Show the topic when it changes, and how far along we are."""
        left = self.interview.left()
        todo = f"about {count(left, 'question')} left" if left else "no further question left"
        here = self.interview.left_in(question.topic)
        if not self.interview.wanted():
            todo = "how many questions follow depends on the papers you need"
        elif left:
            self._promise(left)
            todo += f", {here} of them in this part" if 1 < here < left else ""
        if question.topic is not self._topic:
            self._topic = question.topic
            again = question.topic.id in self._told
            self._told.add(question.topic.id)
            says = "Your answers brought up something more here." if again else question.topic.says
            self._lines("", self.style.bold(f"== {question.topic.title} =="), says)
        self._lines("", self.style.dim(f"({todo})"))

    def _promise(self, left: int) -> None:
        """Say once, as soon as the papers are known, how much is to come and when a draft can be made."""
        if _PROMISED in self._told:
            return
        self._told.add(_PROMISED)
        needed = self.interview.needed()
        follow = count(left, "question follows", "questions follow")
        final = f" A final needs about {needed} of them." if needed else ""
        self._lines(
            "",
            f"About {follow}, and some answers bring up others. You need not answer them all: a draft can be made at "
            f"any time from here on, and what is not answered is a marked blank in it.{final}",
        )

    def _show(self, question: Question) -> None:
        if not question.label.startswith("Whether "):  # the question says the same
            self._lines(self.style.dim(safe(question.label)))
        if question.whole:
            self._lines(self.style.bold(safe(question.whole)))
            self._lines(self.style.bold(safe(f"First: {restyled(question.text, 'lower_first')}")))
        else:
            self._lines(self.style.bold(safe(question.text)))
        for name, text in (
            ("Why we ask", question.why),
            ("Usual", question.usual),
            ("Who usually knows", question.who),
            ("A percentage of", question.field.of),
            ("Example", "" if question.choices else question.example),
        ):
            if text:
                self._lines(f"  {self.style.dim(name + ':')} {safe(text)}")
        advised = _advice(question)
        for text in dict.fromkeys(a.why for a in advised):
            self._lines(f"Your answers speak for this: {safe(text)}")
        for n, choice in enumerate(question.choices, 1):
            self._lines(f"  {n:>2}  {safe(choice.label)}")
            if choice.says and len(question.choices) <= _FITS:
                self._lines(f"      {safe(choice.says)}")
        self._lines(self.style.dim(_hint(question)))
        if question.path == DOCUMENTS and not advised:
            self._lines(
                "Not sure? Type unknown, and a few questions about the work will show which papers you need. "
                "Or type ? to read when each is needed."
            )
        if advised:
            self._lines(*self._offer(question))
        elif question.answered:
            words = _one_line(question.answer) or "answered"
            self._lines(f"Your answer so far: {safe(words)}. Press Enter to keep it.")

    def _offer(self, question: Question) -> Iterator[str]:
        """Yield what to do about the papers that are advised."""
        labels = {c.key: c.label for c in question.choices}
        wanted = ", ".join(dict.fromkeys(labels.get(a.document, a.document) for a in _advice(question)))
        if wanted:
            yield f"Press Enter to take these papers: {safe(wanted)}. Type why to see how your answers lead there."

    def _explain(self, question: Question) -> None:
        base = re.sub(r"\.[0-9]+(?=\.|$)", "", question.path)
        self._lines("", *safe(self.explain(base)).rstrip().split("\n"), "")
        if len(question.choices) > _FITS:  # what did not fit beside the question
            for choice in question.choices:
                self._lines(*([f"- {safe(choice.label)}: {safe(choice.says)}"] if choice.says else []))
        self._lines(*_HELP.split("\n"), "")

    # -- review

    def _review(self) -> _Way:
        """Show all answers; let one be changed, or go through those that are not known."""
        answers = self.interview.review()
        topic: Topic | None = None
        self._lines("", self.style.bold("== Your answers =="))
        for n, answer in enumerate(answers, 1):
            if answer.topic is not topic:
                topic = answer.topic
                self._lines("", self.style.bold(topic.title))
            shown = _one_line(answer.shown)
            self._lines(f"{n:>4}  {safe(answer.label)}: {self.style.yellow(shown) if answer.unknown else safe(shown)}")
        unknown = [a.path for a in answers if a.unknown]
        left = self.interview.left()
        self._lines("")
        if left:
            self._lines(f"About {count(left, 'question is', 'questions are')} still to be asked.")
        if found := len(self.interview.findings()):
            self._lines(_misfits(found))
        self._lines("To change an answer, type its number.")
        if unknown:
            self._lines(f"To go through the {count(len(unknown), 'answer')} that you did not know, type unknown.")
        self._lines("To go on with the questions, press Enter." if left else "When all is right, press Enter.")
        while True:
            typed = _plain(self.ask("> "))
            if typed in ("", "done", "yes", "ok"):
                return self._questions(self.interview.next()) if left else _Way.ON
            if typed in ("stop", "quit", "exit"):
                return _Way.STOP
            if typed == "problems":
                self._problems()
                continue
            if typed in _NOT_KNOWN and unknown:
                return self._again(unknown)
            if typed.isdecimal() and len(typed) < 6 and 1 <= int(typed) <= len(answers):
                return self._again([answers[int(typed) - 1].path])
            self._lines(f"Type a number from 1 to {len(answers)}, or press Enter.")

    def _again(self, paths: list[str]) -> _Way:
        """Ask for ``paths`` once more, then what the new answers brought up."""
        self._asked = [*(p for p in self._asked if p not in paths), *paths]
        self._at = len(self._asked) - len(paths)
        return self._questions(self._forward(paths[-1]))

    # -- lines

    def _lines(self, *lines: str) -> None:
        for line in lines:
            for part in self._folded(line):
                self.say(part)

    def _folded(self, line: str) -> list[str]:
        """Break a line at spaces; what follows hangs under its beginning."""
        width = min(self.style.width, 96)
        hang = re.match(r"(\s*(?:[0-9]+  )?)", line)
        inner = " " * len(hang[1]) if hang else ""
        return textwrap.wrap(
            line, width + (len(line) - len(_bare(line))), subsequent_indent=inner, break_long_words=False,
            break_on_hyphens=False,
        ) or [""]  # fmt: skip


# ---------------------------------------------------------------- words


def _plain(typed: str) -> str:
    """Return what was typed as a command is compared: small letters, straight apostrophes, no full stop."""
    return " ".join(typed.replace("’", "'").split()).casefold().rstrip(".!")


def _literal(typed: str) -> str:
    """Return an answer that is one of our own words without the quotation marks that say so."""
    if len(typed) > 2 and typed[0] == typed[-1] and typed[0] in "\"'":
        inner = _plain(typed[1:-1])
        if inner in _COMMANDS or inner in ("?", "help", "skip"):
            return typed[1:-1]
    return typed


def _advice(question: Question) -> tuple[Advice, ...]:
    """Return the papers that are offered, while it is not known which are needed."""
    return question.advice if question.path == DOCUMENTS and question.unknown else ()


def _said(question: Question, problem: Diagnostic) -> list[str]:
    """Return a problem in the words of ``check``, without what only a file needs."""
    name = question.field.name
    fix = re.sub(rf"^(Write(?:, for example)?:) {re.escape(name)}: ", r"\1 ", problem.fix)
    fix = re.sub(r'^(Write(?:, for example)?:) "(.*)"$', r"\1 \2", fix)
    if question.choices and fix.startswith("Write one"):
        fix = ""  # the answers stand above, with numbers
    return [capitalized(line) for line in (problem.message, fix) if line]


def _hint(question: Question) -> str:
    if question.field.kind == "several":
        first = "Type one or several numbers, with commas between"
    elif question.choices:
        first = "Type a number"
    elif question.field.kind == "paragraphs":
        first = "Several lines are fine; an empty line ends your answer"
    elif question.field.kind == "list":
        first = "Type your answer; if there are several, with semicolons between"
    else:
        first = "Type your answer"
    skip = ", or press Enter to leave it out" if question.optional and not question.answered else ""
    return f"{first}{skip}. Or: unknown, back, ?, stop."


def _one_line(text: str) -> str:
    shown = " ".join(text.split()).rstrip(".")
    return shown if len(shown) <= 160 else shown[:159] + "…"


def _misfits(found: int) -> str:
    """Say how many findings there are, and how to see them."""
    if found == 1:
        return "1 thing in your answers is worth a look. Type problems to see it."
    return f"{found} things in your answers are worth a look. Type problems to see them."


def _bare(line: str) -> str:
    """Return ``line`` without the marks that make it bold."""
    return re.sub("\x1b\\[[0-9;]*m", "", line)
