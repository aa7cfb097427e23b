"""Reviewing a return: the services agreement of the sample made forty pages long, with two hundred edits in it.

CPU seconds of whole processes, best of several, first without and then with what was kept of earlier runs. ``--copy``
writes the Word copy too.
"""

from __future__ import annotations

import argparse
import copy
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from lxml import etree  # noqa: E402

from tests.contract_edits import Contract  # noqa: E402
from tests.counterparty import Counterparty  # noqa: E402
from tests.returned_set import SVC, Desk  # noqa: E402
from tests.word_file import W  # noqa: E402


def longer(data: bytes, times: float) -> bytes:
    """Return the contract with paragraphs of its clauses said again, each told apart, until it is that much longer."""
    c = Contract(data)
    found = c.paragraphs("ClauseItem1") + c.paragraphs()
    for n, p in enumerate(found[: int(len(found) * (times - 1))]):
        again = copy.deepcopy(p)
        for mark in list(again.iter(W + "bookmarkStart", W + "bookmarkEnd")):
            mark.getparent().remove(mark)
        for t in again.iter(W + "t"):
            t.text = f"{t.text} ({n})" if t.text and t.text.strip() else t.text
        p.addnext(again)
    return c.save()


def edited(data: bytes, every: int) -> bytes:
    """Return the contract with one word in every ``every`` paragraphs changed, half of them tracked."""
    c = Counterparty(data)
    for n, p in enumerate(c.paragraphs("ClauseItem1") + c.paragraphs()):
        long = [t for t in p.iter(W + "t") if t.text and len(t.text) > 40]
        if n % every or not long:
            continue
        word = max(long[0].text.split(), key=len)
        if n % (2 * every):
            c.tracked(word, "otherwise") if word in long[0].text else None
        else:
            long[0].text = long[0].text.replace(word, "otherwise", 1)
    return c.save()


def cpu(*command: str, cwd: Path, env: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--copy", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        desk = Desk(place, "svc")
        long = longer(desk.file(SVC), 1.4)
        (desk.folder / "sent.docx").write_bytes(long)
        desk.back(edited(long, 2))
        count = len(Contract(long).paragraphs("ClauseItem1") + Contract(long).paragraphs())
        words = sum(len((t.text or "").split()) for t in Contract(long).body.iter(W + "t"))
        marks = len(list(Counterparty((place / "back.docx").read_bytes()).body.iter(W + "ins")))
        print(f"{count} clause paragraphs, {words:,} words (about {words / 400:.0f} pages), {marks} tracked edits")
        command = [sys.executable, "-m", "generator", "review", "back.docx", "--original", "sent.docx"]
        command += ["--record", f"output/{desk.made.folder}", "--replace"] + (["-o", "r.docx"] if given.copy else [])
        env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(place / "kept")}
        first = cpu(*command, cwd=place, env=env)
        again = min(cpu(*command, cwd=place, env=env) for _ in range(given.runs))
        print(f"first run {first:.2f} s CPU, later runs {again:.2f} s CPU (goal: under 2 s)")


if __name__ == "__main__":
    assert etree  # installed with the program
    main()
