"""No member's answer stands in another's papers: hostile members, drawn at random, made by workers that are warm.

What is remembered from one member to the next (clauses, layouts, words) must not carry anything over. So members are
made one after the other by two workers, in opposite orders: what depends on who came before differs between the two.
Then every word that stands for one answer alone is looked for in the files of all.
``LEAK_EXAMPLES=60 .venv/bin/pytest -m slow -n 0 tests/test_batch_leaks.py`` draws more of them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from made_words import pdf_words, squeezed, word_parts, word_words
from members import COLUMNS, member, network

from generator.batch.rows import Job, Outcome, Setup, Worker
from generator.batch.run import setup_for
from generator.batch.store import FolderStore
from generator.pipeline.parts import read_parts
from generator.roster.reading import read_members
from generator.workspace import open_workspace

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("LEAK_EXAMPLES", "3"))
DOCUMENTS = ("hub", "sow", "sba")

# What the three documents print of a member, word for word.
PRINTED = (
    "agreement.number", "cbo.legal_name", "cbo.short_name", "cbo.address.street", "cbo.address.city",
    "cbo.signer.name", "cbo.signer.title", "cbo.contacts.program.name", "cbo.contacts.privacy.name",
)  # fmt: skip
# What the hub answers for all, and a roster may ask of each.
WORDS = ("plan_contract_ref", "population.area", "hub.appeal_body", "law.venue", "data.system.name")
LISTS = ("goals", "linkage_roles", "hub.member_support")
TIMES = (
    "terminate.convenience", "terminate.cure_days", "hub.appeal_time", "pay.invoice.pay_days", "audit.notice_days",
    "data.retention_years", "pay.filing_days",
)  # fmt: skip
LIMITS, AGENCY = "cbo.public_entity_limits", "phi.eligibility_agency"  # asked of counties alone
UNITS = {"hub.appeal_time": "business days", "audit.notice_days": "business days", "data.retention_years": "years"}
CHOICES = {
    "cbo.entity_type": ("nonprofit_corp", "county"), "nonexclusive": ("yes", "no"),
    "public_comms.logo_ok": ("yes", "no"), "member_comms.who": ("cbo", "hub"), "ip.owner": ("each_own", "joint"),
    "transition.paid": ("yes", "no"), "audit.cost": ("auditor", "each_own"),
}  # fmt: skip
COLUMNS_DRAWN = tuple(dict.fromkeys((*COLUMNS, *WORDS, *LISTS, *TIMES, *CHOICES, LIMITS, AGENCY)))

# What is put around a word, and does nothing but be printed.
HOSTILE = (
    "{}", "{}", "{} & Sons", "<{}>", "</w:t></w:r>{}", "**{}** _x_", "`{}` [a](b)", "# {}", "{}\nSecond Line",
    "=1+{}", "@{} ~ <a>", "\\{} $y$ #set text(red)", "{} “of” ‘Lake’", "{} (formerly More)", "1. {}", "é{} Ñandú",
    "{}, {}", "{}\u00a0House", "{} %s %(a)s {0}", "@@{} (§ 3)", "- {}", "{} -- …", "&amp;{}&lt;", "{} } {",
)  # fmt: skip
# What is refused by name, and must be in nobody's papers.
REFUSED = (
    "{{{}}} }}", "{% if x %}{}", "{{ cbo.legal_name }} {}", "\u202e{}\u202c", "{}\x01", "{} 希望", "{} TBD",
)  # fmt: skip
PERSONS = ("cbo.signer.name", "cbo.contacts.program.name", "cbo.contacts.privacy.name")
WORD = re.compile(r"(?<![A-Za-z])(?:Jq[a-z]{6,}|q[a-z]{7}\.example)(?![a-z])")
_LETTERS = "bcdfghjklmnprstvwz"


class Words:
    """Words that stand for one answer of one member alone, however many are asked for; none is in any contract."""

    def __init__(self) -> None:
        self.said = 0

    def next(self) -> str:
        n, self.said = self.said, self.said + 1
        return "Jq" + "".join(_LETTERS[n // 18**k % 18] + "aeiou"[(n + k) % 5] for k in range(4))


WORDS_GIVEN = Words()


@st.composite
def rosters(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw the rows of a few members, some of whom share answers or have names that begin alike."""
    rows: list[dict[str, str]] = []
    count = draw(st.integers(3, 5))
    for n in range(count):
        row = member(WORDS_GIVEN.said + 1)
        row["cbo.ein"] = f"{20 + n}-{WORDS_GIVEN.said:07}"
        row["agreement.number"] = f"WR {WORDS_GIVEN.next()}"
        for name in ("cbo.legal_name", "cbo.short_name", "cbo.address.street", "cbo.address.city", *PERSONS):
            row[name] = draw(st.sampled_from(HOSTILE)).replace("{}", WORDS_GIVEN.next())
        if n and draw(st.integers(0, 7)) == 0:
            row["cbo.address.street"] = draw(st.sampled_from(REFUSED)).replace("{}", WORDS_GIVEN.next())
        row["cbo.signer.title"] = f"Director of {WORDS_GIVEN.next()}"
        if rows and draw(st.booleans()):  # one name is the beginning of the other
            before = WORD.findall(rows[-1]["cbo.short_name"])[0]
            row["cbo.short_name"], row["cbo.legal_name"] = f"{before}ab", f"{before}ab {before}abc, Inc."
        for name in WORDS:
            row[name] = draw(st.sampled_from(HOSTILE[:13])).replace("{}", WORDS_GIVEN.next()).replace("\n", " ")
        for name in LISTS:
            row[name] = "\n".join(f"what {WORDS_GIVEN.next()} does" for _ in range(draw(st.integers(1, 3))))
        for name in TIMES:
            row[name] = f"{draw(st.integers(11, 29))} {UNITS.get(name, 'days')}"
        for name, keys in CHOICES.items():
            row[name] = draw(st.sampled_from(keys))
        if row["cbo.entity_type"] == "county":
            row[AGENCY] = "no"
            row[LIMITS] = f"The law of {WORDS_GIVEN.next()} forbids it."
        row["pay.total_cap"] = f"{draw(st.integers(60_000, 900_000))}.{draw(st.integers(0, 99)):02}"
        if rows:
            for name in (*PERSONS, *WORDS, *LISTS, "cbo.address.street", "cbo.signer.title"):
                if draw(st.integers(0, 5)) == 0:  # two members answer alike
                    row[name] = draw(st.sampled_from(rows))[name]
        rows.append(row)
    return draw(st.permutations(rows))


# ---------------------------------------------------------------- two workers


def be_a_worker(setup: Setup, wire: Any) -> None:
    """Make what comes through ``wire``, as a worker of the batch does; never again than begun."""
    worker = Worker(setup)
    while jobs := wire.recv():
        wire.send([worker.make(job) for job in jobs])


class Desk:
    """A hub's folder and two workers that remember whatever workers remember, from one roster to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        network(folder)
        (folder / "members.csv").write_bytes(_table([member(1)]))
        self.workspace = open_workspace(folder, today=dt.date(2026, 11, 23))
        self.parts = read_parts(self.workspace)
        context = get_context("spawn")
        self.wires, self.processes, self.stores = [], [], []
        for place in (folder / "one", folder / "two"):
            setup = setup_for(
                self.workspace, self.parts, self.roster([member(1)]), str(place), documents=DOCUMENTS,
                formats=("docx", "pdf"),
            )  # fmt: skip
            ours, theirs = context.Pipe()
            process = context.Process(target=be_a_worker, args=(setup, theirs), daemon=True)
            process.start()
            self.wires.append(ours)
            self.processes.append(process)
            self.stores.append(FolderStore(str(place)))
        # The first whom each makes differ in everything from the other's: what they leave for all who follow differs
        # then too. There are three, because nothing is kept of what is seen once.
        for n, wire in enumerate(self.wires):
            found = self.roster([_first(n, k) for k in range(3)])
            wire.send([Job(k, dataclasses.replace(r, base=None), f"first{k}") for k, r in enumerate(found.rows)])
        for wire, store in zip(self.wires, self.stores, strict=True):
            for outcome in wire.recv():
                assert outcome.state == "made", outcome.problems
            store.remove(".agreements-batch")

    def roster(self, rows: Sequence[dict[str, str]]) -> Any:
        (self.folder / "members.csv").write_bytes(_table(rows))
        found = read_members(
            self.parts, self.workspace, "members.csv", profile="network.yaml", documents=DOCUMENTS
        ).value
        assert found is not None
        return found

    def made(self, rows: Sequence[dict[str, str]]) -> list[tuple[Outcome, dict[str, bytes]]]:
        """Return what became of each row, made in both orders: the same."""
        found = self.roster(rows)
        jobs = [Job(n, dataclasses.replace(r, base=None), f"m{n}") for n, r in enumerate(found.rows)]
        self.wires[0].send(jobs)
        self.wires[1].send(jobs[::-1])
        first, second = (sorted(wire.recv(), key=lambda o: o.index) for wire in self.wires)
        out = []
        for one, other, row in zip(first, second, found.rows, strict=True):
            assert (one.state, one.problems) == (other.state, other.problems), f"row {row.number}"
            files = [_taken(store, row.key) for store in self.stores]
            assert files[0].keys() == files[1].keys()
            for name, data in files[0].items():
                assert data == files[1][name], f"{name} of row {row.number} depends on who was made before it"
            out.append((one, files[0]))
        return out

    def close(self) -> None:
        for wire in self.wires:
            wire.send(None)
        for process in self.processes:
            process.join(20)


def _first(n: int, k: int) -> dict[str, str]:
    """Return the row of one of the members that are made first by the worker ``n``."""
    row = member(900_001 + 10 * n + k)
    for name in ("agreement.number", "cbo.legal_name", "cbo.short_name", *PERSONS, *WORDS, *LISTS):
        row[name] = f"First {WORDS_GIVEN.next()}"
    row |= {name: f"{31 + n} {UNITS.get(name, 'days')}" for name in TIMES}
    row |= {name: keys[n % len(keys)] for name, keys in CHOICES.items()}
    return row | {LIMITS: f"The law of {WORDS_GIVEN.next()}", AGENCY: "no"} if n else row


def _taken(store: FolderStore, key: str) -> dict[str, bytes]:
    folder = f".agreements-batch/rows/{key}"
    found = {name: store.read(f"{folder}/{name}") or b"" for name in store.files(folder)}
    store.remove(folder)
    return found


def _table(rows: Sequence[dict[str, str]]) -> bytes:
    import csv
    import io

    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS_DRAWN, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("leaks"))
    yield desk
    desk.close()


# ---------------------------------------------------------------- whose words stand where

COUNTED = {"made": 0, "refused": 0}
REASONS: Counter[str] = Counter()


@settings(
    max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(rows=rosters())
def test_every_answer_stands_in_its_members_papers_and_in_nobody_elses(desk: Desk, rows: list[dict[str, str]]):
    for row, (outcome, files) in zip(rows, desk.made(rows), strict=True):
        assert outcome.state in COUNTED, outcome.problems
        COUNTED[outcome.state] += 1
        if outcome.state == "refused":
            REASONS.update(f"{d.rule} {d.field}" for d in outcome.problems if d.severity.name in ("ERROR", "OPEN"))
            continue
        own = {word for value in row.values() for word in WORD.findall(value)}
        for name, data in files.items():
            found = set(WORD.findall(data.decode() if name.endswith(".json") else _all_words(data, name)))
            assert found <= own, f"{name} holds words of another member: {sorted(found - own)}"
        for stem in sorted({n.rpartition(".")[0] for n in files if n.endswith(".docx")}):
            word, pdf = word_words(files[f"{stem}.docx"]), pdf_words(files[f"{stem}.pdf"])
            assert set(WORD.findall(word)) - set(WORD.findall(squeezed_words(pdf))) == set(), stem
        whole = squeezed(" ".join(word_words(data) for n, data in files.items() if n.endswith(".docx")))
        pages = squeezed(" ".join(pdf_words(data) for n, data in files.items() if n.endswith(".pdf")))
        for column in PRINTED:
            assert squeezed(row[column]) in whole, f"{column} is not in the Word files"
            assert squeezed(row[column]) in pages, f"{column} is not in the PDFs"


def squeezed_words(text: str) -> str:
    """Return the words of a PDF with those put together that a line divides."""
    return re.sub("[\x02\u00ad\ufffe-] ?", "", text) + " " + text


def _all_words(data: bytes, name: str) -> str:
    return word_parts(data) + word_words(data) if name.endswith(".docx") else pdf_words(data)


def test_most_of_the_members_drawn_were_made(desk: Desk):
    if not sum(COUNTED.values()):
        pytest.skip("none were drawn: this looks at what the test above did")
    assert COUNTED["made"] > 2 * COUNTED["refused"], (COUNTED, REASONS)
