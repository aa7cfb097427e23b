"""One interview over one profile: which question comes next, and what an answer does to the profile's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import Final

from generator.decisions.activities import DESCRIBED_BY
from generator.decisions.activities import LIST as ACTIVITIES
from generator.diagnostics import Checked, Diagnostic, errors_in
from generator.fields import UNKNOWN, Dictionary, Field, Record, Value, capitalized, phrase, read_value
from generator.fields.answers import text_of
from generator.frozen import dataclass
from generator.interview.questions import Answered, Choice, Found, Question
from generator.interview.topics import BY_NAME, DOCUMENTS, TOPICS, Topic
from generator.interview.wording import (
    DOTTED,
    HEAD,
    MAX_ENTRIES,
    SHORT,
    as_node,
    as_typed,
    comment_above,
    example_of,
    first_example,
    with_label,
)
from generator.model import who_knows
from generator.profile import Profile, own_dictionary, read_profile
from generator.profile_edit import divided, with_answer

__all__ = ["Interview", "asking_order", "begin"]

_CHOOSE: Final = ("set", "baa")  # the decisions by which the documents are chosen


@dataclass(slots=True)
class Interview:
    """One interview over one profile; :func:`begin` makes it.

    ``look`` assembles the named documents over a profile. ``documents`` are (id, title, when it is needed)
    of every document type. ``read`` gives the files that the profile builds on.
    """

    dictionary: Dictionary
    documents: tuple[tuple[str, str, str], ...]
    look: Callable[[Profile, tuple[str, ...]], Found]
    read: Callable[[str], bytes | None]
    file: str
    data: bytes = b""
    profile: Profile = field(init=False)
    _order: dict[str, int] = field(init=False)
    _found: Found | None = field(init=False, default=None)
    _undecided: bool = field(init=False, default=False)  # the documents were left unknown in spite of advice

    def __post_init__(self) -> None:
        self._order = {path: n for n, path in enumerate(self.dictionary.paths())}
        self.profile = Profile({}, self.file)

    def load(self, data: bytes) -> tuple[Diagnostic, ...]:
        """Take ``data`` for the profile, and return what is wrong with it; with an error nothing was taken.

        A value that its field refuses is no error here: its question is asked again.
        """

        def read(name: str) -> bytes | None:
            return data if name == self.file else self.read(name)

        checked = read_profile(read, self.file, self.dictionary)
        stops = tuple(d for d in errors_in(checked.diagnostics) if not self._is_asked_again(d))
        if checked.value is None or stops:
            return stops or checked.diagnostics
        self.data, self.profile, self._found = data, checked.value, None
        own = own_dictionary(self.dictionary, checked.value)
        if own is not self.dictionary:  # the profile names further parties, or others than before
            self.dictionary = own
            self._order = {path: n for n, path in enumerate(own.paths())}
        return ()

    def _is_asked_again(self, problem: Diagnostic) -> bool:
        """Whether ``problem`` is about one value in this file, not about its layout or part of a list."""
        if not problem.rule.startswith("field-") or problem.span is None or problem.span.file != self.file:
            return False
        found = self.dictionary.find(problem.field)
        if found is None or found.kind == "record":
            return False
        return all(above.kind != "list" for above in self._above(problem.field))

    def _above(self, path: str) -> Iterator[Field]:
        """Yield the field ``path`` and every one around it."""
        parts = path.split(".")
        for n in range(1, len(parts) + 1):
            found = self.dictionary.find(".".join(parts[:n]))
            if found is not None:
                yield found

    # -- which questions

    def wanted(self) -> tuple[str, ...]:
        """Return the documents whose questions are asked: those named, or those that the facts may call for.

        None, while the documents are not known and the decisions still have to ask by which they are chosen.
        """
        given = self.profile.given(DOCUMENTS)
        if given is None:
            return ()
        if isinstance(given.value, tuple):
            return tuple(str(v) for v in given.value)
        facts = self.look(self.profile, ())
        if self._choosing(facts) or (facts.advice and not self._undecided):
            return ()
        likely = [a.document for a in facts.advice]
        likely += [id for decision in _CHOOSE for id in facts.possible.get(decision, ())]
        return tuple(dict.fromkeys(likely)) or tuple(id for id, _, _ in self.documents)

    def found(self) -> Found:
        """Return what was found over the answers so far."""
        if self._found is None:
            self._found = self.look(self.profile, self.wanted())
        return self._found

    def _choosing(self, found: Found) -> tuple[str, ...]:
        """Return what must be asked to choose the documents."""
        names = dict(found.undecided)
        return tuple(names[d] for d in _CHOOSE if d in names and self._is_asked(names[d]))[:1]

    def open(self) -> tuple[str, ...]:
        """Return the names still to be asked, in asking order."""
        if self.profile.given(DOCUMENTS) is None:
            return (DOCUMENTS,)
        found = self.found()
        if not self.wanted():
            return self._choosing(found) or (DOCUMENTS,)
        decides = {i.field: i.decides for i in found.open_items}
        decides |= {name: True for _, name in found.undecided}
        names = [name for name in decides if self._is_asked(name)]
        names += [name for name in found.looked_at if name not in decides and self._is_offered(name)]
        names += [name for name in self._missed() if name not in decides]
        return tuple(sorted(dict.fromkeys(names), key=lambda name: self._place(name, decides.get(name, False))))

    def _missed(self) -> Iterator[str]:
        """Yield the answers that no document asks for and that a finding says are missing."""
        for finding in self.found().findings:
            name = finding.field
            if name in self._order and not divided(name)[1:] and (self._is_asked(name) or self._is_offered(name)):
                yield name

    def next(self, after: str = "") -> Question | None:
        """Return the question to ask after that of ``after``; None when there is nothing left to ask.

        A list is finished first, then the papers and who their parties are, then the topic, then the others.
        """
        following = self.following(after) if after else None
        if following is not None:
            return following
        names = self.open()
        if not names:
            return None
        here = self.topic(after) if after and self.topic(names[0]) not in TOPICS[:2] else None
        return self.question(next((n for n in names if self.topic(n) is here), names[0]))

    def left(self) -> int:
        """Return about how many questions are left; answers bring up others and make some needless."""
        return len(self.open())

    def left_in(self, topic: Topic) -> int:
        """Return about how many of them belong to ``topic``."""
        return sum(self.topic(name) is topic for name in self.open())

    def needed(self) -> int:
        """Return how many of the questions left a final cannot do without; the others may be left out."""
        needed = {i.field for i in self.found().open_items}
        return sum(name in needed for name in self.open())

    def findings(self) -> tuple[Diagnostic, ...]:
        """Return what the answers so far show that somebody should look at.

        A finding about a question that is still to come is not among them: its answer may settle it.
        """
        coming = self.open()

        def comes(name: str) -> bool:
            return any(name == c or c.startswith(f"{name}.") or name.startswith(f"{c}.") for c in coming)

        found = (d for d in self.found().findings if not (d.field and comes(d.field)))
        return tuple(dict.fromkeys(found))

    def _is_asked(self, name: str) -> bool:
        """Whether an open name has no answer yet, not even that it is unknown."""
        defined = self.dictionary.find(name)
        if defined is None or defined.kind == "record" or (defined.optional and self._is_left_out(name)):
            return False
        return self.value(name) in (None, "", ())

    def _is_offered(self, name: str) -> bool:
        """Whether a name that a document would print may be answered or left out, and neither was done."""
        if name not in self._order or self.value(name) is not None:
            return False
        return any(f.optional for f in self._above(name)) and not self._is_left_out(name)

    def _is_left_out(self, name: str) -> bool:
        """Whether the name stands in the file with nothing behind it; for a first entry, the name of its list."""
        base, *positions = divided(name)
        name = base if positions[:1] == ["1"] else name
        place = self.profile.places.get(name)
        return place is not None and place.file == self.file and name not in self.profile.values

    def topic(self, path: str) -> Topic:
        """Return the topic that asks for ``path``."""
        return TOPICS[self._rank(path)[0]]

    def _rank(self, path: str) -> tuple[int, int, int]:
        """Return (topic, party, group within the topic)."""
        head, _, rest = path.partition(".")
        parties = self.dictionary.parties()
        party = parties.index(head) + 1 if head in parties else 0
        name = f"party.{rest}" if party else path
        while name not in BY_NAME and name:
            name = name.rpartition(".")[0]
        topic, group = BY_NAME[name]
        return topic, party, group

    def _place(self, path: str, decides: bool = False) -> tuple[int, ...]:
        topic, party, group = self._rank(path)
        base, *positions = divided(path)
        numbers = tuple(int(p) for p in positions if p.isdecimal())
        order = self._order.get(base, len(self._order))
        return (topic, party, group, 0 if decides or party else 1, order, *numbers, self._member(path))

    def _file_rank(self, path: str) -> tuple[int, ...] | None:
        """Return where a name stands in a profile that the interview writes; None for groups."""
        return (*self._rank(path), self._order[path]) if path in self._order else None

    # -- questions

    def question(self, path: str) -> Question:
        """Return the question for ``path``; for a list without entries, that for its first entry."""
        defined = self.dictionary.find(path)
        if defined is None:
            raise KeyError(path)
        if defined.kind == "list" and not divided(path)[1:]:
            value = self.value(path)
            n = len(value) if isinstance(value, tuple) else 0
            return self.question(f"{path}.{n + 1}")
        base, *positions = divided(path)
        if positions and len(positions) == 1 and defined.kind == "record":
            return self.question(f"{path}.{defined.fields[0].name}")
        whole = self.dictionary.find(base) if positions else None
        value = self.value(path)
        n = int(positions[0]) if positions else 0
        about = whole or defined
        begins = whole is not None and (len(positions) == 1 or (n == 1 and defined.name == whole.fields[0].name))
        return Question(
            path=path,
            field=defined,
            topic=self.topic(path),
            label=capitalized(self.dictionary.label(path) if whole is None else self._entry_label(whole, n, begins)),
            text=defined.question,
            why=defined.why or (about.why if begins else ""),
            who=who_knows(", ".join(defined.who or about.who)),
            usual=defined.usual or (about.usual if begins else ""),
            example=example_of(defined) or (first_example(about) if whole is not None else ""),
            choices=self._choices(path, defined),
            whole=about.question if whole is not None and begins and len(positions) > 1 else "",
            entry=n,
            optional=self._may_be_left_out(path, defined, begins and n == 1),
            sensitive=defined.sensitive or about.sensitive,
            answered=value is not None or self._is_left_out(path),
            unknown=value is UNKNOWN,
            answer=self._shown(path, defined, value, defined.sensitive or about.sensitive),
            advice=self.found().advice if path == DOCUMENTS and value is not None else (),
        )

    def _entry_label(self, whole: Field, entry: int, begins: bool) -> str:
        """Return what an entry of a list is called: by what it begins with ("services: home visit"), or its number."""
        first = f"{whole.path}.{entry}.{whole.fields[0].name}" if whole.fields else ""
        value = self.value(first) if first and not begins and not whole.sensitive else None
        member = self.dictionary.find(first) if value not in (None, UNKNOWN) else None
        shown = self._shown(first, member, value, member.sensitive) if member is not None else ""
        is_short = 0 < len(shown) <= SHORT and "\n" not in shown
        return f"{whole.label}: {shown}" if is_short else f"{whole.label}, entry {entry}"

    def another(self, base: str, entry: int) -> Question:
        """Return the question whether the list ``base`` goes on with ``entry``."""
        defined = self.dictionary.find(base)
        if defined is None:
            raise KeyError(base)
        return Question(
            path=f"{base}.{entry}",
            field=defined,
            topic=self.topic(base),
            label=capitalized(defined.label),
            text="Another one?",
            entry=entry,
            more=True,
            choices=(Choice("yes", "Yes"), Choice("no", "No, that is all")),
        )

    def following(self, after: str) -> Question | None:
        """Return what is left to ask of the list entry that ``after`` belongs to, then whether there is another."""
        base, *positions = divided(after)
        value = self.value(base)
        if not positions or not isinstance(value, tuple) or not value:
            return None
        whole = self.dictionary.find(base)
        n = int(positions[0])
        if whole is None or n > len(value):
            return None
        if base == ACTIVITIES and positions[1:] and positions[1] not in DESCRIBED_BY:
            return None
        if len(positions) > 1:
            names = [m.name for m in whole.fields]
            for name in names[names.index(positions[1]) + 1 :]:
                if base == ACTIVITIES and name not in DESCRIBED_BY:
                    continue  # asked when a decision has to know it
                if self.value(f"{base}.{n}.{name}") is None:
                    return self.question(f"{base}.{n}.{name}")
        most = int(whole.most) if whole.most.isdecimal() else MAX_ENTRIES
        return self.another(base, n + 1) if n == len(value) < most else None

    def _may_be_left_out(self, path: str, defined: Field, begins: bool) -> bool:
        """Whether a question may be skipped: nothing that the documents print as they stand needs it."""
        base, *positions = divided(path)
        needed = {i.field for i in self.found().open_items}
        if base in needed or path in needed:
            return False
        if positions and not begins:
            return defined.optional and len(positions) > 1
        return any(f.optional for f in self._above(base))

    def _choices(self, path: str, defined: Field) -> tuple[Choice, ...]:
        if path == DOCUMENTS:
            when = {id: says for id, _, says in self.documents}
            return tuple(Choice(o.key, capitalized(o.label), when.get(o.key, "")) for o in defined.options)
        return tuple(Choice(o.key, capitalized(o.label)) for o in defined.options)

    # -- answers

    def value(self, path: str) -> Value | None:
        """Return the answer so far to ``path``, also within a list; None where there is none."""
        given = self.profile.given(path)
        if given is not None:
            return given.value
        base, *positions = divided(path)
        if not positions:
            return None
        above = self.profile.given(base)
        value: Value | None = above.value if above is not None else None
        for part in positions:
            if value is UNKNOWN or value is None:
                return value
            if isinstance(value, tuple) and part.isdecimal():
                value = value[int(part) - 1] if 0 < int(part) <= len(value) else None
            elif isinstance(value, Record):
                inner = value.get(part)
                value = inner.value if inner is not None else None
            else:
                return None
        return value

    def answer(self, path: str, typed: str) -> Checked[Value]:
        """Read ``typed`` as the answer to ``path`` and write it into the profile.

        A choice may be typed as its number, key or label, several with commas between; ``unknown`` is an
        answer to everything. Without a value nothing was written, and the diagnostics say why: they are those
        that a profile with this answer would get.
        """
        defined = self.dictionary.find(path)
        if defined is None:
            raise KeyError(path)
        checked = read_value(defined, as_typed(defined, typed))
        if checked.value is None or errors_in(checked.diagnostics):
            return Checked(None, checked.diagnostics)
        return self._write(path, checked.value, checked.diagnostics)

    def unknown(self, path: str) -> Checked[Value]:
        """Note that the answer to ``path`` is not known. Before its first entry, that holds for a whole list."""
        base, *positions = divided(path)
        if path == DOCUMENTS and self.value(path) is UNKNOWN:
            self._undecided, self._found = True, None
        if positions and positions[0] == "1" and self.value(base) in (None, UNKNOWN):
            path = base
        elif positions and len(positions) == 1:  # one unknown value would make the whole list unknown
            return Checked(UNKNOWN)
        return self._write(path, UNKNOWN)

    def leave_out(self, path: str) -> Checked[Value]:
        """Note that ``path`` is left out. The result has no value; errors say that it could not be noted."""
        base, *positions = divided(path)
        if positions and (positions[0] != "1" or self.value(base) not in (None, UNKNOWN)):
            return Checked(None) if self.value(path) is None else self._write(path, None)
        return self._write(base, None)

    def _write(self, path: str, value: Value | None, noticed: tuple[Diagnostic, ...] = ()) -> Checked[Value]:
        base, *positions = divided(path)
        defined = self.dictionary.find(base)
        if defined is None:
            raise KeyError(path)
        inherited = self.profile.given(base) if positions else None
        made = with_answer(
            self.data or HEAD.format(file=self.file).encode(), self.file, path,
            None if value is None else as_node(value),
            comment=comment_above(defined), heading=self.topic(base).title, rank=self._file_rank,
            inherited=as_node(inherited.value) if inherited is not None and inherited.value is not UNKNOWN else None,
        )  # fmt: skip
        if made.value is None:
            return Checked(None, made.diagnostics)
        wrong = self.load(made.value)
        return Checked(None if wrong else value, (*noticed, *wrong))

    def problems(self, path: str) -> tuple[Diagnostic, ...]:
        """Return the errors that the documents find in the answer to ``path`` together with others."""
        return tuple(d for d in errors_in(self.found().problems) if d.field == path)

    # -- words

    def label(self, path: str) -> str:
        """Return what the answer at ``path`` is called, as a sentence begins."""
        return capitalized(self.dictionary.label(path)) if self.dictionary.find(path) is not None else ""

    def in_words(self, text: str, path: str = "") -> str:
        """Return a message about a profile for somebody who sees no file: labels for the names of answers.

        ``path`` is the answer that it is about: what can be chosen there is named by its label too.
        """

        def named(found: re.Match[str]) -> str:
            label = self.label(found[1])
            return f"“{label}”" if label else found[0]

        def answered(found: re.Match[str]) -> str:
            label = self.label(found[1])
            verb = "Answer" if found[0][0] == "W" else "answer"
            return f"{verb} “{label}” with: " if label else found[0]

        papers = path == DOCUMENTS or DOCUMENTS in text
        text = re.sub(r"\b([Ww]rite(?:, for example)?): " + re.escape(path) + r": ", r"\1: ", text) if path else text
        text = re.sub(rf"\b[Ww]rite: {DOTTED}: ", answered, text)
        text = re.sub(rf"\b{DOTTED}", named, text)
        about = self.dictionary.find(path) if path else None
        members = (about, *about.fields) if about is not None else ()
        for option in (o for member in members for o in member.options):
            if "_" in option.key:
                text = with_label(text, option.key, option.label)
        for id, title, _ in self.documents if papers else ():
            text = with_label(text, id, title)
        return text

    # -- review

    def review(self) -> tuple[Answered, ...]:
        """Return every answer, in asking order; a list entry by entry."""
        found = []
        for path, given in self.profile.values.items():
            defined = self.dictionary.find(path)
            if defined is None:
                continue
            if isinstance(given.value, tuple) and defined.kind == "list":
                for n, entry in enumerate(given.value, 1):
                    members = [f"{path}.{n}.{name}" for name in entry] if isinstance(entry, Record) else [f"{path}.{n}"]
                    found += [self._reviewed(member) for member in members]
            else:
                found.append(self._reviewed(path))
        members_of = {a.path: self._member(a.path) for a in found}
        return tuple(sorted(found, key=lambda a: (*self._file_place(a.path), members_of[a.path])))

    def _file_place(self, path: str) -> tuple[int, ...]:
        base, *positions = divided(path)
        numbers = [int(p) for p in positions if p.isdecimal()]
        return (*self._rank(base), self._order.get(base, -1), *numbers)

    def _member(self, path: str) -> int:
        base, *positions = divided(path)
        whole = self.dictionary.find(base)
        names = [f.name for f in whole.fields] if whole is not None else []
        return names.index(positions[1]) if len(positions) > 1 and positions[1] in names else 0

    def _reviewed(self, path: str) -> Answered:
        defined = self.dictionary.find(path)
        value = self.value(path)
        whole = self.dictionary.find(divided(path)[0])
        if defined is None or value is None:
            return Answered(path, self.topic(path), path, "")
        sensitive = defined.sensitive or (whole is not None and whole.sensitive)
        label = capitalized(self.dictionary.label(path))
        return Answered(path, self.topic(path), label, self._shown(path, defined, value, sensitive), value is UNKNOWN)

    def _shown(self, path: str, defined: Field, value: Value | None, sensitive: bool) -> str:
        """Return an answer in words, as a contract would print it; of a sensitive one only that it is there."""
        if value is None:
            return "left out" if self._is_left_out(path) else ""
        if value is UNKNOWN:
            return "not known yet"
        if sensitive:
            return "answered; not shown here"
        if defined.kind in ("choice", "party_choice", "yes_no", "several"):
            keys = [text_of(v) for v in (value if isinstance(value, tuple) else (value,))]
            return "; ".join(capitalized(o.label) if (o := defined.option(k)) is not None else k for k in keys)
        if defined.kind == "paragraphs":
            return str(value)
        return phrase(defined, value)


def begin(
    dictionary: Dictionary,
    documents: tuple[tuple[str, str, str], ...],
    look: Callable[[Profile, tuple[str, ...]], Found],
    read: Callable[[str], bytes | None],
    file: str,
) -> Checked[Interview]:
    """Begin the interview for the profile ``file``, or go on with it if ``read`` gives such a file."""
    interview = Interview(dictionary, documents, look, read, file)
    wrong = interview.load(read(file) or b"")
    return Checked(None if wrong else interview, wrong)


def asking_order(dictionary: Dictionary, names: Mapping[str, bool]) -> dict[str, Topic]:
    """Return ``names`` (field -> whether clauses hang on it) in the order in which they are asked, with its topic."""
    interview = Interview(dictionary, (), lambda *_: Found(), lambda _: None, "")
    return {n: interview.topic(n) for n in sorted(names, key=lambda n: interview._place(n, names[n]))}
