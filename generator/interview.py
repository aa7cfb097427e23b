"""The interview: from the answers so far to the next question, and from an answer to the profile's text.

It knows no terminal and no page: a caller shows a :class:`Question`, hands back what a person typed, and
stores :attr:`Interview.data`, the text of the profile, after every answer. There is no other state, so that
an interview goes on wherever the profile is.

Which questions matter is not listed anywhere. The wanted documents are assembled over the answers so far:
what is open in them is asked, and what they would print if it were there is offered and may be left out. What
the legal decisions still have to know is asked too. Within a topic, what clauses hang on comes first, then what
is printed.

Nobody has to know which documents are needed: while that is unknown, the decisions ask for the facts by which it
is decided, and the question comes again with their advice.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any, Final

from generator.assembly import assemble
from generator.decisions.activities import DESCRIBED_BY
from generator.decisions.activities import LIST as ACTIVITIES
from generator.diagnostics import Checked, Diagnostic, Span, errors_in
from generator.fields import UNKNOWN, Dictionary, Field, Record, Value, phrase, read_value
from generator.fields.answers import text_of
from generator.frozen import dataclass
from generator.library import DocumentType
from generator.model import Agreement, OpenItem, who_knows
from generator.profile import Given, Profile, own_dictionary, read_profile
from generator.profile_edit import with_answer
from generator.reading.yaml_text import ListNode, MapNode, Node, TextNode

__all__ = [
    "DOCUMENTS", "TOPICS", "Advice", "Answered", "Choice", "Found", "Interview", "Memory", "Question", "Step", "Topic",
    "asking_order", "begin",
]  # fmt: skip

DOCUMENTS: Final = "agreement.documents"
_CHOOSE: Final = ("set", "baa")  # the decisions by which the documents are chosen
_TYPED = Span("your answer")
_BRINGS_MORE: Final = ("list", "several", "party_choice", "record")  # an answer may bring up other questions


# ---------------------------------------------------------------- topics


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the interview. ``groups`` are beginnings of field names, in asking order; ``says`` introduces it."""

    id: str
    title: str
    says: str
    groups: tuple[tuple[str, ...], ...]


# "party" stands for whichever party. The topic with the empty name takes what no other names.
TOPICS: Final = (
    Topic(
        "papers", "The papers", "Which papers you need, and who plays which part in them.",
        ((DOCUMENTS,), ("agreement.name",), ("agreement.purchaser",), ("agreement.provider",),
         ("baa.covered_entity",), ("baa.business_associate",), ("formality",), ("binding_mode", "binding_sections"),
         ("sow.placement",), ("phase", "jsi_step", "contracting_route", "amend", "renewreview"), ("more_parties",)),
    ),
    Topic(
        "parties", "The organizations", "Who they are, as their own papers say it.",
        (("party.legal_name",), ("party.dba",), ("party.short_name",), ("party.role",), ("party",)),
    ),
    Topic(
        "work", "What you do together", "The work itself: for whom, what, how, and who does it.",
        (("service_model", "primary_service_model", "governance", "partnership_effects"),
         ("population", "eligibility", "social_need_domains"), ("service",), ("",)),
    ),
    Topic(
        "money", "Money", "What is paid, how, and who carries which risk.",
        (("financial_relationship", "independent_mode", "payer_lines", "medicaid_authority", "pay.models"),
         ("pay", "billing", "inkind", "grant", "fund_mix", "fed_award", "vouchers", "ilos", "plan_contract_ref",
          "fdr_status", "exclusion", "state_text", "contract_funding", "results_basis", "results_vehicle",
          "results_extent", "aaa"),
         ("insurance", "indemnity", "liability", "audit")),
    ),
    Topic(
        "information", "Information about people",
        "What moves between you about the people you serve. Only kinds of information: never write about one person.",
        (("info_direction", "data_relationship", "phi", ACTIVITIES), ("data", "part2", "ferpa", "victim"),
         ("baa", "sba", "dua", "qso", "dsa"),
         ("program_data_review", "separate_systems", "joint_system", "realtime_view", "input_rights"),
         ("confidentiality", "public_comms", "ip")),
    ),
    Topic(
        "ending", "Beginning and ending", "When it starts, when it ends, and how one gets out of it well.",
        (("term",), ("renewal", "pilot", "prelaunch"), ("terminate", "transition", "notice"),
         ("law", "nonexclusive")),
    ),
    Topic(
        "signing", "Contacts and signing", "Who signs, who is called, and where letters go.",
        (("party.address", "party.notice_email_ok"), ("party.signer", "party.approval"), ("party.contacts",),
         ("agreement.number", "agreement.prepared_on", "review")),
    ),
)  # fmt: skip
_BY_NAME: Final = {
    name: (t, g) for t, topic in enumerate(TOPICS) for g, group in enumerate(topic.groups) for name in group
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that is offered: what a profile writes, what a reader sees, and when to take it."""

    key: str
    label: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question, ready to be shown.

    ``path`` is where the answer goes; ``field`` says of which kind it is. ``text`` is the question,
    ``whole`` that of the list it belongs to, once, before its first entry. ``example`` is as a person would
    type it here. ``more`` asks whether ``entry``, one more entry of a list, is to be begun. ``answer`` is
    the answer so far in words, "" if there is none or if it is nobody's business; ``advice`` is what the
    answers to other questions speak for.
    """

    path: str
    field: Field
    topic: Topic
    label: str
    text: str
    why: str = ""
    who: str = ""
    usual: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    whole: str = ""
    entry: int = 0
    more: bool = False
    optional: bool = False
    sensitive: bool = False
    answered: bool = False
    unknown: bool = False
    answer: str = ""
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of the review. ``shown`` is the answer in words; ``unknown`` says that it is not known yet."""

    path: str
    topic: Topic
    label: str
    shown: str
    unknown: bool = False


# ---------------------------------------------------------------- assembling again only what changed


class _Watched(Profile):
    """A profile that remembers what was looked up in it."""

    __slots__ = ("seen",)
    seen: dict[str, None]

    @classmethod
    def of(cls, profile: Profile) -> _Watched:
        watched = cls(
            profile.values, profile.file, profile.digests, profile.pins, profile.overrides, profile.places,
            profile.lines, profile.attached,
        )  # fmt: skip
        object.__setattr__(watched, "seen", {})
        return watched

    def given(self, path: str) -> Given | None:
        self.seen[path] = None
        return Profile.given(self, path)

    def has_any(self, path: str) -> bool:
        self.seen[f"{path}.*"] = None
        return Profile.has_any(self, path)


class _WatchedSet(dict[str, Agreement]):
    """The companions of a document; ``seen`` are those it looked into."""

    def __init__(self, companions: Mapping[str, Agreement]) -> None:
        super().__init__(companions)
        self.seen: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)


def _looked_up(profile: Profile, name: str) -> object:
    if name.endswith(".*"):
        return Profile.has_any(profile, name[:-2])
    return Profile.given(profile, name)


@dataclass(slots=True)
class _Made:
    documents: tuple[str, ...]
    seen: dict[str, object]  # what was looked up, and what was found
    printed: frozenset[str]  # open names that are printed and nothing else: any answer leaves all others as they are
    companions: dict[str, Agreement | None]
    checked: Checked[Agreement]


class Memory:
    """Assembles documents, each again only when an answer came that can change which questions it has.

    An open item that was answered since may still be among those of the Agreement.
    """

    def __init__(self) -> None:
        self._made: dict[str, _Made] = {}

    def assemble(
        self,
        document: DocumentType,
        library: Any,
        dictionary: Dictionary,
        profile: Profile,
        *,
        documents: tuple[str, ...],
        companions: Mapping[str, Agreement] | None = None,
        **more: Any,
    ) -> Checked[Agreement]:
        """Return what :func:`generator.assembly.assemble` gives, or gave as long as nothing else would be open."""
        others = companions or {}
        before = self._made.get(document.id)
        if (
            before is not None
            and before.documents == documents
            and all(others.get(name) is found for name, found in before.companions.items())
            and all(self._is_same(profile, before, name) for name in before.seen)
        ):
            return before.checked
        watched, around = _Watched.of(profile), _WatchedSet(others)
        checked = assemble(
            document, library, dictionary, watched,
            documents=documents, companions=around, only_questions=True, **more,
        )  # fmt: skip
        seen = {name: _looked_up(profile, name) for name in watched.seen}
        items = checked.value.open_items if checked.value is not None else ()
        printed = frozenset(
            i.field for i in items
            if not i.decides and (f := dictionary.find(i.field)) is not None and f.kind not in _BRINGS_MORE
        )  # fmt: skip
        self._made[document.id] = _Made(documents, seen, printed, {n: others.get(n) for n in around.seen}, checked)
        return checked

    @staticmethod
    def _is_same(profile: Profile, made: _Made, name: str) -> bool:
        found = _looked_up(profile, name)
        return found == made.seen[name] or (found is not None and name in made.printed)

    def looked_at(self, agreements: Sequence[Agreement]) -> Iterator[str]:
        """Yield every name that was looked up for ``agreements``."""
        for agreement in agreements:
            made = self._made.get(agreement.document_type)
            if made is not None:
                yield from made.seen


# ---------------------------------------------------------------- the interview


@dataclass(frozen=True, slots=True)
class Step:
    """One step to an advice: what was asked, the answer in words, who gave it, and the law that asks."""

    question: str
    answer: str
    by: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """A document that the facts call for, why, and the answers that lead there."""

    document: str
    why: str
    path: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found over the answers so far.

    ``open_items`` are open in the wanted documents, ``problems`` wrong in them, and ``looked_at`` is every
    name that was looked up for them. ``undecided`` is (decision, the field it has to know next), and
    ``advice`` the documents that decisions call for; ``possible`` is what the undecided may still call for.
    ``findings`` are what rules and decisions find in the answers: shown and never in the way.
    """

    open_items: tuple[OpenItem, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    looked_at: frozenset[str] = frozenset()
    undecided: tuple[tuple[str, str], ...] = ()
    advice: tuple[Advice, ...] = ()
    possible: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()


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
            if name in self._order and not _divided(name)[1:] and (self._is_asked(name) or self._is_offered(name)):
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
        base, *positions = _divided(name)
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
        while name not in _BY_NAME and name:
            name = name.rpartition(".")[0]
        topic, group = _BY_NAME[name]
        return topic, party, group

    def _place(self, path: str, decides: bool = False) -> tuple[int, ...]:
        topic, party, group = self._rank(path)
        base, *positions = _divided(path)
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
        if defined.kind == "list" and not _divided(path)[1:]:
            value = self.value(path)
            n = len(value) if isinstance(value, tuple) else 0
            return self.question(f"{path}.{n + 1}")
        base, *positions = _divided(path)
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
            label=_capital(self.dictionary.label(path) if whole is None else self._entry_label(whole, n, begins)),
            text=defined.question,
            why=defined.why or (about.why if begins else ""),
            who=who_knows(", ".join(defined.who or about.who)),
            usual=defined.usual or (about.usual if begins else ""),
            example=_example(defined) or (_first_example(about) if whole is not None else ""),
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
        is_short = 0 < len(shown) <= _SHORT and "\n" not in shown
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
            label=_capital(defined.label),
            text="Another one?",
            entry=entry,
            more=True,
            choices=(Choice("yes", "Yes"), Choice("no", "No, that is all")),
        )

    def following(self, after: str) -> Question | None:
        """Return what is left to ask of the list entry that ``after`` belongs to, then whether there is another."""
        base, *positions = _divided(after)
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
        base, *positions = _divided(path)
        needed = {i.field for i in self.found().open_items}
        if base in needed or path in needed:
            return False
        if positions and not begins:
            return defined.optional and len(positions) > 1
        return any(f.optional for f in self._above(base))

    def _choices(self, path: str, defined: Field) -> tuple[Choice, ...]:
        if path == DOCUMENTS:
            when = {id: says for id, _, says in self.documents}
            return tuple(Choice(o.key, _capital(o.label), when.get(o.key, "")) for o in defined.options)
        return tuple(Choice(o.key, _capital(o.label)) for o in defined.options)

    # -- answers

    def value(self, path: str) -> Value | None:
        """Return the answer so far to ``path``, also within a list; None where there is none."""
        given = self.profile.given(path)
        if given is not None:
            return given.value
        base, *positions = _divided(path)
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
        checked = read_value(defined, _typed(defined, typed))
        if checked.value is None or errors_in(checked.diagnostics):
            return Checked(None, checked.diagnostics)
        return self._write(path, checked.value, checked.diagnostics)

    def unknown(self, path: str) -> Checked[Value]:
        """Note that the answer to ``path`` is not known. Before its first entry, that holds for a whole list."""
        base, *positions = _divided(path)
        if path == DOCUMENTS and self.value(path) is UNKNOWN:
            self._undecided, self._found = True, None
        if positions and positions[0] == "1" and self.value(base) in (None, UNKNOWN):
            path = base
        elif positions and len(positions) == 1:  # one unknown value would make the whole list unknown
            return Checked(UNKNOWN)
        return self._write(path, UNKNOWN)

    def leave_out(self, path: str) -> Checked[Value]:
        """Note that ``path`` is left out. The result has no value; errors say that it could not be noted."""
        base, *positions = _divided(path)
        if positions and (positions[0] != "1" or self.value(base) not in (None, UNKNOWN)):
            return Checked(None) if self.value(path) is None else self._write(path, None)
        return self._write(base, None)

    def _write(self, path: str, value: Value | None, noticed: tuple[Diagnostic, ...] = ()) -> Checked[Value]:
        base, *positions = _divided(path)
        defined = self.dictionary.find(base)
        if defined is None:
            raise KeyError(path)
        inherited = self.profile.given(base) if positions else None
        made = with_answer(
            self.data or HEAD.format(file=self.file).encode(), self.file, path, None if value is None else _node(value),
            comment=_comment(defined), heading=self.topic(base).title, rank=self._file_rank,
            inherited=_node(inherited.value) if inherited is not None and inherited.value is not UNKNOWN else None,
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
        return _capital(self.dictionary.label(path)) if self.dictionary.find(path) is not None else ""

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
        text = re.sub(rf"\b[Ww]rite: {_DOTTED}: ", answered, text)
        text = re.sub(rf"\b{_DOTTED}", named, text)
        about = self.dictionary.find(path) if path else None
        members = (about, *about.fields) if about is not None else ()
        for option in (o for member in members for o in member.options):
            if "_" in option.key:
                text = _quoted(text, option.key, option.label)
        for id, title, _ in self.documents if papers else ():
            text = _quoted(text, id, title)
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
        base, *positions = _divided(path)
        numbers = [int(p) for p in positions if p.isdecimal()]
        return (*self._rank(base), self._order.get(base, -1), *numbers)

    def _member(self, path: str) -> int:
        base, *positions = _divided(path)
        whole = self.dictionary.find(base)
        names = [f.name for f in whole.fields] if whole is not None else []
        return names.index(positions[1]) if len(positions) > 1 and positions[1] in names else 0

    def _reviewed(self, path: str) -> Answered:
        defined = self.dictionary.find(path)
        value = self.value(path)
        whole = self.dictionary.find(_divided(path)[0])
        if defined is None or value is None:
            return Answered(path, self.topic(path), path, "")
        sensitive = defined.sensitive or (whole is not None and whole.sensitive)
        label = _capital(self.dictionary.label(path))
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
            return "; ".join(_capital(o.label) if (o := defined.option(k)) is not None else k for k in keys)
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


# ---------------------------------------------------------------- between words and values

HEAD = """\
# A partnership profile, written by the interview. Go on by hand in any text editor, or with
#   agreements new {file}
# "unknown" is an honest answer anywhere; a draft can be made with it, a final cannot.
# A name with nothing behind it was left out.
"""
MAX_ENTRIES = 200
_SHORT = 50
_DOTTED: Final = r"([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+|[a-z]+(?:_[a-z0-9]+)+)"
_WIDE = 110


def _divided(path: str) -> tuple[str, ...]:
    """Return the name up to a list, then each part within it: "service.elements", "2", "unit"."""
    parts = path.split(".")
    for n, part in enumerate(parts):
        if part.isdecimal():
            return (".".join(parts[:n]), *parts[n:])
    return (path,)


def _quoted(text: str, key: str, label: str) -> str:
    """Return ``text`` with the word ``key`` as its label in quotation marks."""
    return re.sub(rf"“{re.escape(key)}”|\b{re.escape(key)}\b", f"“{label}”", text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _example(defined: Field) -> str:
    """Return an example as a person types it into the interview: without marks that only a file needs."""
    example = defined.example.strip()
    if defined.kind in ("list", "several"):
        example = example.removeprefix("[").removesuffix("]")
        example = example.replace(", ", "; ") if defined.kind == "list" else example
        return "" if "\n" in example or "{" in example else example
    example = _bare(example)
    option = defined.option(example)
    return option.label if option is not None else example


def _bare(text: str) -> str:
    """Return ``text`` without the quotation marks around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _first_example(whole: Field) -> str:
    example = whole.example.strip()
    if whole.each is None or not example.startswith("["):
        return example.splitlines()[0].removeprefix("- ") if whole.each is not None and example else ""
    return example.removeprefix("[").removesuffix("]").split(", ")[0]


def _typed(defined: Field, typed: str) -> Node:
    """Return what a person typed as it would stand in a profile."""
    text = typed.strip()
    if text.lower() == "unknown":
        return TextNode(text, _TYPED)
    match defined.kind:
        case "several":
            if _meant(defined, text) != text:
                return ListNode((TextNode(_meant(defined, text), _TYPED),), _TYPED)
            parts = [p.strip() for p in text.strip("[]").split(",")]
            return ListNode(tuple(TextNode(_meant(defined, p), _TYPED) for p in parts if p), _TYPED)
        case "list" if defined.each is not None:
            parts = [p.strip() for p in text.split(";")]
            return ListNode(tuple(TextNode(p, _TYPED) for p in parts if p), _TYPED)
        case _:
            if defined.kind not in ("text", "paragraphs"):
                text = _bare(text)
            return TextNode(_meant(defined, text), _TYPED)


def _meant(defined: Field, text: str) -> str:
    """Return the key of the option that ``text`` names by number, key or label; otherwise ``text``."""
    if not defined.options:
        return text
    plain = " ".join(text.split()).casefold().rstrip(".")
    for option in defined.options:
        if plain in (option.key.casefold(), option.label.casefold()):
            return option.key
    if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(defined.options):
        return defined.options[int(text) - 1].key
    if defined.kind == "yes_no" and plain in ("y", "n"):
        return {"y": "yes", "n": "no"}[plain]
    return text


def _node(value: Value) -> Node:
    """Return ``value`` as it is written in a profile."""
    match value:
        case tuple():
            return ListNode(tuple(_node(v) for v in value), _TYPED)
        case Record():
            return MapNode(tuple((name, _TYPED, _node(value[name].value)) for name in value), _TYPED)
        case _:
            return TextNode(text_of(value), _TYPED)


def _comment(defined: Field) -> tuple[str, ...]:
    """Return what stands above an answer in the file: the question, and what can be answered."""
    lines = textwrap.wrap(defined.question, _WIDE, break_long_words=False, break_on_hyphens=False)
    if defined.options:
        keys = ", ".join(o.key for o in defined.options)
        lines += textwrap.wrap(
            f"one of: {keys}" if defined.kind != "several" else f"one or several of: {keys}", _WIDE,
            initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    elif defined.example and "\n" not in defined.example:
        lines.append(f"  for example: {defined.example}")
    return tuple(lines)
