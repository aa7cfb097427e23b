"""The drill of a batch: bad rows told and mended, the batch killed again and again, no byte different at the end.

``BATCH_DRILL_ROWS=300 .venv/bin/pytest -m slow -n 0 tests/test_batch_drill.py`` runs it at full scale.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from members import COLUMNS, member, network, table
from programs import program
from test_batch import AGREEMENTS, batch, files_in

pytestmark = pytest.mark.slow

ROWS = int(os.environ.get("BATCH_DRILL_ROWS", "14"))
KILLS = 10 if ROWS >= 100 else 3
SAMPLE = 3 if ROWS < 100 else 12  # members whose files are looked at by the validators

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


def test_rows_bad_in_twelve_ways_are_all_named_and_nothing_is_written(desk: Path):
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


def test_killed_again_and_again_it_ends_in_the_same_bytes(desk: Path, clean: dict[str, bytes]):
    chance = random.Random(11)
    ends = []
    output = desk / "killed"
    for _ in range(KILLS):
        process = subprocess.Popen(
            command("-o", "killed"), cwd=desk, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(chance.uniform(0.3, 4 if ROWS < 100 else 12))
        if chance.random() < 0.5:
            os.killpg(process.pid, signal.SIGKILL)  # a computer that loses power
        else:
            process.kill()  # the workers are left alone and have to notice
        ends.append(process.wait())
        for name, data in files_in(output).items() if output.exists() else ():
            if not name.startswith(".agreements-batch/"):
                assert clean[name] == data or name == "batch.json", f"{name} is half done"
    assert -signal.SIGKILL in ends
    done = batch(desk / "members.csv", "-o", "killed")
    assert done.returncode == 0, done.stderr
    assert files_in(output) == clean


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


def words_of(data: bytes, name: str, folder: Path) -> str:
    """Return the words of a Word file or a PDF, on one line."""
    if name.endswith(".docx"):
        file = folder / "one.docx"
        file.write_bytes(data)
        with zipfile.ZipFile(file) as package:
            text = " ".join(
                package.read(part).decode("utf-8", "replace")
                for part in package.namelist()
                if part.endswith((".xml", ".rels"))
            )
        return " ".join(unescape(re.sub(r"<(?!w:p[ >])[^>]*>", "", text)).replace("<w:p", " <w:p").split())
    file = folder / "one.pdf"
    file.write_bytes(data)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def marks(row: dict[str, str]) -> Iterator[str]:
    """Yield the words of a row that stand for its member alone."""
    for value in row.values():
        yield from re.findall(r"\bQ[a-z]{7}\b", value)
        yield from re.findall(r"\bq[a-z]{7}\.example", value)
        yield from re.findall(r"WR-2027-\d{4}", value)


def test_every_value_stands_in_its_members_documents_and_in_nobody_elses(desk: Path, clean: dict[str, bytes]):
    rows = rows_of(ROWS)
    folders = {m["number"] or m["name"]: m["folder"] for m in json.loads(clean["batch.json"])["members"]}
    owner = {mark: n for n, row in enumerate(rows) for mark in marks(row)}
    every = re.compile("|".join(map(re.escape, sorted(owner, key=len, reverse=True))))
    for n, row in enumerate(rows):
        folder = folders[row["agreement.number"]]
        own = {name: data for name, data in clean.items() if name.startswith(f"{folder}/")}
        assert len(own) == 5
        whole = ""
        for name, data in own.items():
            text = data.decode() if name.endswith(".json") else words_of(data, name, desk)
            found = set(every.findall(text))
            assert {owner[mark] for mark in found} <= {n}, f"{name} holds words of another member"
            whole += text if name.endswith(".docx") else ""
        for column, value in row.items():
            if column in _PRINTED:
                assert value in whole, f"{column} is not in {folder}"


# What the three documents print word for word.
_PRINTED = (
    "agreement.number", "cbo.legal_name", "cbo.short_name", "cbo.address.street", "cbo.address.city", "cbo.address.zip",
    "cbo.signer.name", "cbo.signer.title", "cbo.contacts.program.name", "cbo.contacts.program.phone",
    "cbo.contacts.program.email", "cbo.contacts.privacy.name", "cbo.contacts.privacy.email",
)  # fmt: skip


def test_every_word_file_and_every_pdf_is_valid(desk: Path, clean: dict[str, bytes]):
    chosen = random.Random(3).sample(sorted({n.partition("/")[0] for n in clean if n.endswith(".docx")}), SAMPLE)
    files = [desk / "clean" / n for n in clean if n.partition("/")[0] in chosen and not n.endswith(".json")]
    for pdf in (f for f in files if f.suffix == ".pdf"):
        done = subprocess.run([program("qpdf"), "--check", str(pdf)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    validator = program("ooxml-validator", "OOXML_VALIDATOR")
    for word in (f for f in files if f.suffix == ".docx"):
        done = subprocess.run([validator, str(word)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
