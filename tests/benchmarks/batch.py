"""A whole batch against the plain way and against typst alone: hub agreement with its statement of work, and
subcontractor agreement, each in Word and PDF.

* ours: `agreements batch` from a roster, whole process, all workers; then again with nothing changed; then with one
  clause changed that stands in one of the two documents;
* the plain way: docxtpl for each document, then LibreOffice once for the whole folder; the templates hold the same
  words as our documents, and nothing is chosen, checked or recorded;
* typst alone: the same data through the same template in as many processes, and nothing else; once as it is started by
  anybody, and once with the settings for memory that our workers are started with.

Every side is run in this one program, one after the other, `--rounds` times. On a machine that others use, compare the
CPU seconds. Throughput is per member, so the plain way may be measured on fewer of them (`--plain`).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import multiprocessing
import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from against_docxtpl import make_template  # noqa: E402
from members import roster  # noqa: E402

AGREEMENTS = str(Path(sys.executable).parent / "agreements")
# Every side runs from compiled modules, as what is installed does.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
DOCUMENTS = ("hub", "sow", "sba")
DAY = "2026-11-23"

PLAIN = """\
import json, sys
from pathlib import Path
from docxtpl import DocxTemplate

folder, count = Path(sys.argv[1]), int(sys.argv[2])
for n in range(count):
    for one in sorted(folder.glob("template-*")):
        template = DocxTemplate(one / "template.docx")
        template.render(json.loads((one / "values.json").read_text()), autoescape=True)
        template.save(folder / "out" / f"{one.name[9:]}-{n}.docx")
"""


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return (wall, CPU) seconds of ``work`` and of the processes it has ended."""
    before = [resource.getrusage(w) for w in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    start = time.perf_counter()
    work()
    wall = time.perf_counter() - start
    after = [resource.getrusage(w) for w in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return wall, sum(a.ru_utime + a.ru_stime - b.ru_utime - b.ru_stime for a, b in zip(after, before, strict=True))


def batch(folder: Path, output: str, *options: str) -> dict[str, Any]:
    command = [AGREEMENTS, "batch", "members.csv", "-p", "network.yaml", "-d", ",".join(DOCUMENTS), "--date", DAY]
    done = subprocess.run(
        [*command, "-o", output, "--json", *options], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)["batch"]
    return found


# ---------------------------------------------------------------- the other sides


def prepare_plain(folder: Path, word_files: Sequence[Path]) -> None:
    for n, word in enumerate(word_files):
        one = folder / f"template-{n}"
        one.mkdir(parents=True)
        make_template(word, one)
    (folder / "plain.py").write_text(PLAIN)


def plain(folder: Path, count: int) -> None:
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    subprocess.run([sys.executable, str(folder / "plain.py"), str(folder), str(count)], check=True)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf",
         "--outdir", str(out), *map(str, sorted(out.glob("*.docx")))],
        check=True, capture_output=True,
    )  # fmt: skip
    assert len(list(out.glob("*.pdf"))) == count * len(list(folder.glob("template-*")))


def contents(folder: Path) -> list[list[str]]:
    """Return the data of every PDF, member by member."""
    from generator.model import Status
    from generator.pipeline.making import load_given_frame
    from generator.pipeline.parts import read_parts
    from generator.pipeline.sets import assemble_set
    from generator.roster.reading import read_members
    from generator.workspace import open_workspace
    from generator.writers.pdf import content

    workspace = open_workspace(folder, today=dt.date.fromisoformat(DAY))
    parts = read_parts(workspace)
    members = read_members(parts, workspace, "members.csv", profile="network.yaml", documents=DOCUMENTS).value
    frame = load_given_frame(workspace, None).value
    assert members is not None
    assert frame is not None
    sets = (
        assemble_set(parts, row.profile, DOCUMENTS, Status.FINAL, workspace.today, frame.formats)
        for row in members.rows
    )
    return [[content(a) for a in made.agreements] for made in sets]


def compile_all(file: str, n: int, of: int) -> None:
    """Be one process of typst alone: every ``of``-th member, from the ``n``-th."""
    import typst

    from generator.writers import pdf

    os.environ["RAYON_NUM_THREADS"] = "1"
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False,
        font_paths=[str(Path(pdf.__file__).parent / "typst/fonts")],
    )  # fmt: skip
    root = str(Path(pdf.__file__).parent / "typst")
    compiler = typst.Compiler(pdf.sources("{}"), root=root, font_paths=fonts, ignore_system_fonts=True)
    for member in pickle.loads(Path(file).read_bytes())[n::of]:
        for data in member:
            compiler.compile(
                pdf.sources(data), format="pdf", pdf_standards=list(pdf.STANDARDS),
                timestamp=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
            )  # fmt: skip


def typst_alone(file: Path, workers: int, *, roomy: bool = False) -> None:
    from generator.batch import processes as ours

    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=compile_all, args=(str(file), n, workers)) for n in range(workers)]
    with ours.roomy() if roomy else contextlib.nullcontext():
        for process in processes:
            process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0


# ---------------------------------------------------------------- a worker's memory


def in_a_worker(work: Callable[..., None], *given: Any) -> None:
    """Do ``work`` in a process that is started as workers are."""
    from generator.batch import processes as ours

    process = multiprocessing.get_context("spawn").Process(target=work, args=given)
    with ours.roomy():
        process.start()
    process.join()
    assert process.exitcode == 0


def memory(folder: Path, documents: int) -> None:
    """Print what one worker that makes so many documents takes: resident MB, and CPU ms of its members."""
    import dataclasses
    import gc

    from generator.batch import processes
    from generator.batch.rows import Job, Worker
    from generator.batch.run import setup_for
    from generator.pipeline.parts import read_parts
    from generator.roster.reading import read_members
    from generator.workspace import open_workspace

    os.environ["RAYON_NUM_THREADS"] = "1"
    roster(folder, documents // 2)
    workspace = open_workspace(folder, today=dt.date.fromisoformat(DAY))
    parts = read_parts(workspace)
    members = read_members(parts, workspace, "members.csv", profile="network.yaml", documents=DOCUMENTS).value
    assert members is not None
    setup = setup_for(workspace, parts, members, str(folder / "memory"), documents=DOCUMENTS)
    worker = Worker(dataclasses.replace(setup, parent=0))
    gc.disable()
    gc.freeze()
    last, cpu = 0, time.process_time()
    for n, row in enumerate(members.rows, 1):
        assert worker.make(Job(n, row, f"m{n}")).state == "made"
        if n % processes._LOOKED_OVER == 0:  # as a worker does
            gc.collect()
            gc.freeze()
        if n * 2 in (50, 100, 200, 300, 400, 600, 900, 1200, 1600, 2000):
            megabytes = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
            each = (time.process_time() - cpu) * 1000 / (n - last)
            print(f"  document {n * 2:5}: {megabytes:6.0f} MB   {each:5.0f} ms CPU a member", flush=True)
            last, cpu = n, time.process_time()


# ---------------------------------------------------------------- all of it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", "--members", type=int, default=300)
    parser.add_argument("--plain", type=int, default=20, help="members made the plain way")
    parser.add_argument("-r", "--rounds", type=int, default=1)
    parser.add_argument("--few", type=int, default=10, help="members of the small batch beside the large one")
    parser.add_argument("--memory", type=int, default=0, help="only this: documents made by one worker")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.memory:
            in_a_worker(memory, folder, given.memory)
            return
        sides(folder, given)


def sides(folder: Path, given: argparse.Namespace) -> None:
    n, workers = given.members, str(given.workers)
    roster(folder, n)
    roster(folder / "few", given.few)
    (folder / "data").write_bytes(pickle.dumps(contents(folder)))
    batch(folder / "few", "warm", "--workers", workers)
    made = sorted((folder / "few/warm").glob("*/*.docx"))
    prepare_plain(folder / "plain", [f for f in made if f.parent == made[0].parent])
    rows: dict[str, list[tuple[float, float]]] = {}

    def note(side: str, count: int, work: Callable[[], Any]) -> None:
        wall, cpu = timed(work)
        rows.setdefault(side, []).append((wall / count * 1000, cpu / count * 1000))
        print(f"  {side:34} {count:5} members  {wall:7.1f} s wall  {cpu:7.1f} s CPU", flush=True)

    for turn in range(given.rounds):
        note("the plain way", given.plain, lambda: plain(folder / "plain", given.plain))
        note("typst alone", n, lambda: typst_alone(folder / "data", given.workers))
        note("typst alone, our memory", n, lambda: typst_alone(folder / "data", given.workers, roomy=True))
        note("ours", n, lambda turn=turn: batch(folder, f"out{turn}", "--workers", workers))
        note("ours, nothing changed", n, lambda turn=turn: batch(folder, f"out{turn}", "--workers", workers))
        change_a_clause(folder)
        told: dict[str, Any] = {}
        note(
            "ours, one clause changed", n,
            lambda turn=turn, told=told: told.update(batch(folder, f"out{turn}", "--workers", workers)),
        )  # fmt: skip
        wrote = sum(1 for m in told["members"] for f in m["wrote"] if not f.endswith(".json"))
        kept = sum(len(m["kept"]) for m in told["members"])
        print(f"    of {wrote + kept} files {wrote} were written: those that hold the clause")
        shutil.rmtree(folder / "clauses")
        note(
            "ours, few members", given.few, lambda turn=turn: batch(folder / "few", f"out{turn}", "--workers", workers)
        )
        shutil.rmtree(folder / f"out{turn}")
    wall = {side: statistics.median(w for w, _ in row) for side, row in rows.items()}
    cpu = {side: statistics.median(c for _, c in row) for side, row in rows.items()}
    print("milliseconds a member (median)         wall      CPU")
    for side in rows:
        print(f"  {side:34} {wall[side]:8.1f} {cpu[side]:8.1f}")
    cores = given.workers
    print("ratios")
    print(f"  throughput over the plain way: {wall['the plain way'] / wall['ours']:.1f} times by the clock, "
          f"{cores * cpu['the plain way'] / cpu['ours']:.1f} times by CPU on {cores} processors (goal 8)")  # fmt: skip
    for bound in ("typst alone", "typst alone, our memory"):
        print(f"  of the bound of {bound}: {wall[bound] / wall['ours']:.0%} by the clock, "
              f"{cpu[bound] / cpu['ours']:.0%} by CPU (goal 75 %)")  # fmt: skip
    print(f"  nothing changed: {cpu['ours, nothing changed'] / cpu['ours']:.1%} of the CPU (goal 5 %)")
    print(f"  one clause changed: {cpu['ours, one clause changed'] / cpu['ours']:.0%} of the CPU")
    print(f"  each of {given.few} members: {cpu['ours, few members'] / cpu['ours']:.2f} times the CPU of one of {n}, "
          f"{wall['ours, few members'] / wall['ours']:.2f} times the clock (goal 1.15)")  # fmt: skip


def change_a_clause(folder: Path) -> None:
    """Put a text of one's own over a clause that the subcontractor agreement alone holds."""
    record = json.loads(next(folder.glob("out*/*/record.json")).read_bytes())
    held = {d["type"]: {c["id"] for c in d["clauses"]} for d in record["documents"]}
    id = min(held["sba"] - held["hub"]).replace(".", "/")
    source = max((ROOT / "clauses" / id).glob("*.md"))
    head, body = source.read_text(encoding="utf-8").split("\n---\n", 1)
    head = "\n".join(line for line in head.split("\n") if "digest" not in line)
    (folder / "clauses" / id).mkdir(parents=True)
    (folder / "clauses" / id / source.name).write_text(
        f"{head}\n---\n{body.rstrip()}\n\nThat is all.\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
