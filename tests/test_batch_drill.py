"""The drill of a batch: bad rows told and mended, the batch killed again and again, no byte different at the end.

``BATCH_DRILL_ROWS=300 .venv/bin/pytest -m slow -n 0 tests/test_batch_drill.py`` runs it at full scale; each test says
at the end what it did.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import re
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_words import pdf_words, squeezed, word_parts, word_words
from members import COLUMNS, member, network, table
from programs import program
from test_batch import AGREEMENTS, batch, files_in

pytestmark = pytest.mark.slow

ROWS = int(os.environ.get("BATCH_DRILL_ROWS", "14"))
KILLS = 10 if ROWS >= 40 else 3
VALIDATED = ROWS if ROWS >= 40 else 3  # members whose files are looked at by the validators

# Twelve ways in which a row is bad: column -> what is typed.
WRONG = {
    "cbo.address.zip": "4620",
    "cbo.ein": "12-345",
    "cbo.legal_name": "",
    "cbo.short_name": "",
    "cbo.signer.name": "",
    "cbo.signer.email": "director at example",
    "cbo.annual_revenue": "about 200,000",
    "cbo.entity_type": "charity of sorts",
    "pay.total_cap": "=A1",
    "capacity.cap": "twenty",
    "cbo.contacts.program.phone": "",
    "cbo.contacts.privacy.email": "privacy@",
}


def rows_of(count: int) -> list[dict[str, str]]:
    return [member(n) for n in range(1, count + 1)]


def command(*options: str) -> list[str]:
    return [
        AGREEMENTS, "batch", "members.csv", "--profile", "network.yaml", "-d", "hub,sow,sba", "--date", "2026-11-23",
        *options,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drill")
    network(folder)
    (folder / "members.csv").write_bytes(table(rows_of(ROWS)))
    return folder


@pytest.fixture(scope="module")
def clean(desk: Path) -> dict[str, bytes]:
    """Every file of a batch that nobody disturbed."""
    done = batch(desk / "members.csv", "-o", "clean")
    assert done.returncode == 0, done.stderr
    return files_in(desk / "clean")


@pytest.fixture
def said(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say at the end of the run what a test did, and how long it took."""
    began = time.monotonic()

    def say(text: str) -> None:
        words = f"drill of {ROWS} members: {text} ({time.monotonic() - began:.0f} s)"
        request.node.user_properties.append(("coverage", words))

    return say


def test_rows_bad_in_twelve_ways_are_all_named_and_nothing_is_written(desk: Path, said: Callable[[str], None]):
    rows = rows_of(ROWS)
    places = random.Random(7).sample(range(len(rows)), len(WRONG))
    for place, (column, typed) in zip(places, WRONG.items(), strict=True):
        assert column in COLUMNS
        rows[place][column] = typed
    (desk / "bad.csv").write_bytes(table(rows))
    done = batch(desk / "bad.csv", "-o", "bad", "--json")
    assert done.returncode == 1
    told = [(p["line"], p["field"]) for p in json.loads(done.stdout)["problems"] if p["file"].startswith("bad.csv")]
    for place, column in zip(places, WRONG, strict=True):
        assert (place + 2, column) in told, f"row {place + 2}, {column}"
    assert {line for line, _ in told} == {place + 2 for place in places}
    assert not (desk / "bad").exists()

    some = batch(desk / "bad.csv", "-o", "bad", "--only-good", "--json")
    assert some.returncode == 3
    assert len(list((desk / "bad").glob("*/record.json"))) == ROWS - len(WRONG)

    (desk / "bad.csv").write_bytes(table(rows_of(ROWS)))
    assert batch(desk / "bad.csv", "-o", "bad").returncode == 0
    assert len(list((desk / "bad").glob("*/record.json"))) == ROWS
    said(f"{len(WRONG)} rows bad in {len(WRONG)} ways, each named by its cell; the others made, then, mended, all")


def test_killed_again_and_again_it_ends_in_the_same_bytes(
    desk: Path, clean: dict[str, bytes], said: Callable[[str], None]
):
    chance = random.Random(11)
    ends = []
    ready = []
    output = desk / "killed"
    rows = output / ".agreements-batch/rows"
    for _ in range(KILLS):
        process = subprocess.Popen(
            command("-o", "killed"), cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        # After so many members more, whatever the computer's speed, and then at any moment.
        enough = (ready[-1] if ready else 0) + chance.randint(0, ROWS // (KILLS + 1))
        while process.poll() is None and len(list(rows.glob("*/record.json"))) < enough:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.4))
        with contextlib.suppress(ProcessLookupError):  # it was done before
            if chance.random() < 0.5:
                os.killpg(process.pid, signal.SIGKILL)  # a computer that loses power
            else:
                process.kill()  # the workers are left alone and have to notice
        ends.append(process.wait())
        ready.append(len(list(rows.glob("*/record.json"))))
        for name, data in files_in(output).items() if output.exists() else ():
            if not name.startswith(".agreements-batch/"):
                assert clean[name] == data or name == "batch.json", f"{name} is half done"
    assert -signal.SIGKILL in ends
    done = batch(desk / "members.csv", "-o", "killed")
    assert done.returncode == 0, done.stderr
    assert files_in(output) == clean
    kills = ends.count(-signal.SIGKILL)
    assert kills > KILLS // 2
    shown = ", ".join(map(str, ready))
    said(f"killed {kills} times (members ready after each: {shown}), then {len(clean)} files, byte for byte the same")


def test_ctrl_c_stops_cleanly_and_is_gone_on_with(desk: Path, clean: dict[str, bytes]):
    process = subprocess.Popen(
        command("-o", "stopped"), cwd=desk, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    rows = desk / "stopped/.agreements-batch/rows"
    while process.poll() is None and not (rows.is_dir() and len(list(rows.glob("*/record.json"))) >= 2):
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Run the same command again to go on." in said
    assert "Traceback" not in said
    assert not (desk / "stopped/batch.json").exists()
    assert not list((desk / "stopped").rglob(".agreements-part-*"))
    again = batch(desk / "members.csv", "-o", "stopped", "--json")
    assert again.returncode == 0
    assert files_in(desk / "stopped") == clean


def test_a_worker_killed_in_the_middle_costs_only_time(desk: Path, clean: dict[str, bytes]):
    process = subprocess.Popen(command("-o", "lost"), cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    rows = desk / "lost/.agreements-batch/rows"
    while process.poll() is None and not (rows.is_dir() and len(list(rows.glob("*/record.json"))) >= 2):
        time.sleep(0.02)
    workers = [
        int(pid) for pid in children.read_text().split() if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    os.kill(workers[0], signal.SIGKILL)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert files_in(desk / "lost") == clean


# ---------------------------------------------------------------- whose words stand where


def marks(row: dict[str, str]) -> Iterator[str]:
    """Yield the words of a row that stand for its member alone."""
    for value in row.values():
        yield from re.findall(r"\bQ[a-z]{7}\b", value)
        yield from re.findall(r"\bq[a-z]{7}\.example", value)
        yield from re.findall(r"WR-2027-\d{4}", value)


def test_every_value_stands_in_its_members_documents_and_in_nobody_elses(
    clean: dict[str, bytes], said: Callable[[str], None]
):
    rows = rows_of(ROWS)
    folders = {m["number"] or m["name"]: m["folder"] for m in json.loads(clean["batch.json"])["members"]}
    owner = {mark: n for n, row in enumerate(rows) for mark in marks(row)}
    every = re.compile("|".join(map(re.escape, sorted(owner, key=len, reverse=True))))
    for n, row in enumerate(rows):
        folder = folders[row["agreement.number"]]
        own = {name: data for name, data in clean.items() if name.startswith(f"{folder}/")}
        assert len(own) == 5
        word = pdf = ""
        for name, data in own.items():
            text = pdf_words(data) if name.endswith(".pdf") else word_words(data) if name.endswith(".docx") else ""
            hidden = word_parts(data) if name.endswith(".docx") else data.decode() if name.endswith(".json") else ""
            found = {*every.findall(text), *every.findall(hidden)}
            assert {owner[mark] for mark in found} <= {n}, f"{name} holds words of another member"
            word += text if name.endswith(".docx") else ""
            pdf += text if name.endswith(".pdf") else ""
        word, pdf = squeezed(word), squeezed(pdf)
        for column, value in row.items():
            if column in _PRINTED:
                assert squeezed(value) in word, f"{column} is not in the Word files of {folder}"
                assert squeezed(value) in pdf, f"{column} is not in the PDFs of {folder}"
    said(f"{len(owner)} words of one member alone looked for in {len(clean)} files: each with its member, nowhere else")


# What the three documents print word for word.
_PRINTED = (
    "agreement.number", "cbo.legal_name", "cbo.short_name", "cbo.address.street", "cbo.address.city", "cbo.address.zip",
    "cbo.signer.name", "cbo.signer.title", "cbo.contacts.program.name", "cbo.contacts.program.phone",
    "cbo.contacts.program.email", "cbo.contacts.privacy.name", "cbo.contacts.privacy.email",
)  # fmt: skip


def shape_of(word: bytes) -> str:
    """Return a digest of everything in a Word file but its words and the widths of columns.

    Whether a file is valid is decided by its elements and attributes; words may be any. So of many files of one shape
    one tells about all.
    """
    found = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(word)) as package:
        assert package.testzip() is None
        for name in sorted(package.namelist()):
            data = package.read(name)
            if name.endswith((".xml", ".rels")):
                data = re.sub(rb'w:w="[0-9]+"', b"", re.sub(rb">[^<]+<", b"><", data))
            found.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return found.hexdigest()


def test_every_word_file_and_every_pdf_is_valid(desk: Path, clean: dict[str, bytes], said: Callable[[str], None]):
    import page as validation
    import pikepdf

    folders = sorted({n.partition("/")[0] for n in clean if n.endswith(".docx")})
    chosen = set(random.Random(3).sample(folders, VALIDATED))
    names = [n for n in clean if n.partition("/")[0] in chosen and n.endswith((".docx", ".pdf"))]
    pdfs = [n for n in names if n.endswith(".pdf")]
    for name in pdfs:
        with pikepdf.open(io.BytesIO(clean[name])) as pdf:
            assert pdf.check_pdf_syntax() == [], name
        for standard in ("ua1", "2a"):
            failures = validation.validate_pdf(str(desk / "clean" / name), profile=standard).failures
            # Compressed data may end in a carriage return, which that checker takes for the line end after it.
            assert [f for f in failures if not f.rule_id.endswith("STREAM-LENGTH-001")] == [], name
    validator = program("ooxml-validator", "OOXML_VALIDATOR")
    shapes: dict[str, str] = {}
    for name in (n for n in names if n.endswith(".docx")):
        shapes.setdefault(shape_of(clean[name]), name)
    for name in shapes.values():
        done = subprocess.run([validator, str(desk / "clean" / name)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    said(
        f"{len(pdfs)} PDFs are PDF/UA-1 and PDF/A-2a by their validator; {len(names) - len(pdfs)} Word files of "
        f"{len(shapes)} shapes, one of each valid by the Open XML SDK"
    )
