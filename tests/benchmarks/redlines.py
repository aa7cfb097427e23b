"""Redlines of real pairs and of our own contracts, beside Docxodus (PyPI ``python-redlines[docxodus]``).

The real pairs are the test files of Open-Xml-PowerTools (MIT), which are not part of this repository::

    git clone --depth 1 https://github.com/OpenXmlDev/Open-Xml-PowerTools
    export REDLINE_PAIRS=Open-Xml-PowerTools/TestFiles

Of ``WC``, every file is compared with the first of its number, both ways; of ``RP``, what was rejected with what was
accepted, both ways. Own pairs are the edits of ``tests/contract_edits.py``, both ways. The last row is a contract of a
hundred pages with two hundred scattered edits. Whole processes are timed, one after the other.

*exact*: accepting all gives the new file and rejecting all the old one, in every story. *noise*: words tracked, over
the fewest that could be. What is absent is skipped by name.
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
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
        self.exact = self.refused = self.wrong = self.tracked = self.fewest = 0
        self.seconds: list[float] = []
        self.memory: list[float] = []
        self.noise: list[float] = []
        self.names: list[str] = []

    def said(self, name: str) -> str:
        n = self.exact + self.refused + self.wrong
        if not n:
            return f"{name:10} nothing"
        late = sorted(self.seconds)[int(len(self.seconds) * 0.95)]
        return (
            f"{name:10} exact {self.exact}/{n}  refused {self.refused}  wrong {self.wrong}  "
            f"noise {self.tracked / max(self.fewest, 1):.2f} (mean {statistics.mean(self.noise or [1]):.2f})  "
            f"median {statistics.median(self.seconds):.2f} s  p95 {late:.2f} s  memory {max(self.memory):.0f} MB"
        )


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
            if mark.getparent().tag in (W + "rPr", W + "trPr"):
                continue
            total += len(words("".join(t.text or "" for t in mark.iter(W + "t", W + "delText"))))
    return total


def run(command: list[str], environment: dict[str, str]) -> tuple[int, float, float]:
    """Run a program; return its exit code, seconds and peak memory in MB."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, time.perf_counter() - begun, used.ru_maxrss / 1024


def measure(row: Row, name: str, command: list[str], old: bytes, new: bytes, folder: Path) -> None:
    files = [folder / "old.docx", folder / "new.docx", folder / "out.docx"]
    files[0].write_bytes(old)
    files[1].write_bytes(new)
    files[2].unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    code, seconds, memory = run([*command, *map(str, files)], environment)
    row.seconds.append(seconds)
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


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--every", type=int, default=1, help="take every nth pair only")
    arguments.add_argument("--alone", action="store_true", help="leave Docxodus out")
    arguments.add_argument("--docxodus", default=os.environ.get("DOCXODUS", ""), help="its program, if not installed")
    given = arguments.parse_args()
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
    for kind, pairs in kinds.items():
        taken = pairs[:: given.every]
        print(f"\n{kind}: {len(taken)} pairs")
        for name, command in [*engines.items(), *([("docxodus", [peer])] if peer else [])]:
            row = Row()
            for label, old, new in taken:
                measure(row, label, command, old, new, folder)
            print(row.said(name))
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
        print(f"ratio of wall time: {seconds['ours'] / seconds['docxodus']:.2f}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
