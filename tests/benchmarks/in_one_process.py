"""Per document in one process: the Word writer and the PDF writer, each against the least that the work can cost.

Word: against escaping the same words, joining them with the same markup and zipping the same parts.
PDF: against the bare typst compile, of the same data by the same template (what the writer adds), and of the
same words and tables as ordinary typst markup with none of our template's layout (what the template adds).

The documents of the rounds differ in a party's name, as those of a batch do. Each side is a process of its own
(typst remembers layouts, and must not remember another side's), makes the same documents, and takes its turn.
What a process needs only once (imports, fonts, frame) is in the first document, which is shown apart.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import json
import pickle
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import typst

from generator.model import Agreement
from generator.pipeline import make
from generator.workspace import open_workspace
from generator.writers import pdf
from generator.writers.docx import write_docx
from generator.writers.docx_text import escaped
from generator.writers.frame import Frame
from generator.writers.frame_loading import load_frame
from generator.writers.package import deflated, zip_package
from generator.writers.pdf import write_pdf

ROOT = Path(__file__).resolve().parents[2]
PARTY = "Riverbend Community Services"


def agreements(document: str, count: int) -> list[Agreement]:
    """Return ``count`` final agreements of the sample partnership; each has another name in it."""
    out = []
    profile = (ROOT / "profiles/sample.yaml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as name:
        workspace = open_workspace(Path(name), today=dt.date(2027, 1, 1))
        for n in range(count):
            (Path(name) / "profile.yaml").write_text(profile.replace(PARTY, f"{PARTY} {n}"), encoding="utf-8")
            made = make(workspace, "profile.yaml", documents=(document,), formats=())
            assert made.ok, made.diagnostics
            out.append(made.agreements[0])
    return out


def house_frame() -> Frame:
    file = ROOT / "clauses/_frames/house.docx"
    frame = load_frame(file.read_bytes(), file.name, file.with_suffix(".plan.json").read_bytes()).value
    assert frame is not None
    return frame


# ---------------------------------------------------------------- the least


def only_zipping(word: bytes, frame: Frame) -> Callable[[], bytes]:
    """Return what escapes and zips the very content of ``word``; what the frame has ready is copied."""
    ready = {entry.name: entry for entry in frame.copied}
    with zipfile.ZipFile(BytesIO(word)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    pieces = re.split(r"(<[^>]+>)", parts["word/document.xml"])  # words, markup, words, …
    words = [unescape(piece) for piece in pieces[::2]]
    markup = [*pieces[1::2], ""]

    def run() -> bytes:
        text = "".join([escaped(w) + m if w else m for w, m in zip(words, markup, strict=True)])
        return zip_package(
            ready[name] if name in ready else deflated(name, (text if name == "word/document.xml" else data).encode())
            for name, data in parts.items()
        )

    assert len(run()) == len(word)
    return run


def only_compiling(compiler: typst.Compiler, data: str) -> Callable[[], bytes]:
    """Return what compiles ``data`` as the PDF writer does, and does nothing else."""

    def run() -> bytes:
        return compiler.compile(
            pdf.sources(data) if data else None,
            format="pdf",
            pdf_standards=list(pdf.STANDARDS),
            timestamp=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
        )

    return run


def ordinary_markup(data: Any) -> str:
    """Return the words, lists and tables of ``data`` (the template's input) as anybody would write them in typst."""

    def text(x: str) -> str:
        return re.sub(r'([\\#$*_`<>@\[\]~/=+"\'-])', r"\\\1", x)

    def inlines(x: Any) -> str:
        if isinstance(x, str):
            return text(x)
        out = []
        for part in x:
            match part:
                case str():
                    out.append(text(part))
                case ["br"]:
                    out.append(" \\\n")
                case ["b", inner]:
                    out.append(f"#strong[{inlines(inner)}]")
                case ["i", inner]:
                    out.append(f"#emph[{inlines(inner)}]")
                case ["ref", label, words]:
                    out.append(f"#link(<{label}>)[{text(words)}]")
                case [("open" | "face"), words]:
                    out.append(f"#[{text(words)}]")
                case _:
                    raise ValueError(part)
        return "".join(out)

    def blocks(many: Any) -> str:
        out = []
        for block in many:
            match block:
                case [("p" | "lead" | "note"), words]:
                    out.append(inlines(words))
                case ["h", level, _, number, words, label, _]:
                    anchor = f" <{label}>" if label else ""
                    out.append(f"#heading(level: {level})[{text(f'{number} {words}'.strip())}]{anchor}")
                case ["edge", inner]:
                    out.append(blocks(inner))
                case ["items", _, _, bodies]:
                    out.append('#enum(numbering: "(a)", ' + ", ".join(f"[{blocks(b)}]" for b in bodies) + ")")
                case ["bullets", _, bodies]:
                    out.append("#list(" + ", ".join(f"[{blocks(b)}]" for b in bodies) + ")")
                case ["table", _, _, shares, _, headings, cells, _]:
                    head = ", ".join(f"[{inlines(h)}]" for h in headings)
                    body = ", ".join(f"[{blocks(c)}]" for c in cells)
                    columns = ", ".join(f"{s}fr" for s in shares)
                    out.append(f"#table(columns: ({columns},), table.header({head}), {body})")
                case ["signatures", signers]:
                    out.append(signatures(signers))
                case _:
                    raise ValueError(block)
        return "\n\n".join(out)

    def signatures(signers: Any) -> str:
        cells = []
        for name, lines in signers:
            inner = ", ".join(f"[{text(label)}], [{inlines(words)}]" for label, words in lines)
            cells.append(f"[{inlines(name)}\n\n#grid(columns: 2, {inner})]")
        return f"#grid(columns: 2, {', '.join(cells)})"

    cover = data["cover"]
    notes = "\n\n".join(inlines(n) for n in cover["notes"])
    parties = "\n\n".join(inlines(p) for p in cover["parties"])
    schedules = "\n\n".join("#pagebreak()\n\n" + blocks(s) for s in data["schedules"])
    return f"""\
#set document(title: {json.dumps(data["title"], ensure_ascii=False)})
#set page(paper: "us-letter", margin: (rest: 1in, left: 1.5in), numbering: "1 / 1", header: [{text(data["header"])}])
#set text(font: ("Caladea", "Agreement Serif", "Agreement Symbols"), size: 11pt, lang: "en", hyphenate: false)
#set par(leading: 6.8pt, spacing: 12pt)

#text(size: 30pt)[{text(cover["title"])}]

{inlines(cover["subtitle"])}

{parties}

{blocks(cover["terms"])}

{notes}

#pagebreak()
#outline(title: none, depth: 1)
#pagebreak()

{blocks(data["body"])}

{blocks(data["closing"])}

{signatures(data["signatures"])}

{schedules}
"""


# ---------------------------------------------------------------- the sides


def sides(made: list[Agreement], folder: Path) -> dict[str, Callable[[], list[Callable[[], bytes]]]]:
    """Return, by name, what prepares each side: one call for each agreement. The first of a kind is ours."""
    frame = house_frame()
    typst_folder = str(Path(pdf.__file__).parent / "typst")

    def fonts() -> typst.Fonts:
        paths = [typst_folder + "/fonts"]
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)

    def same() -> list[Callable[[], bytes]]:
        main, ours = pdf.sources("{}"), fonts()
        compiler = typst.Compiler(main, root=typst_folder, font_paths=ours, ignore_system_fonts=True)
        return [only_compiling(compiler, pdf.content(a)) for a in made]

    def ordinary() -> list[Callable[[], bytes]]:
        out, ours = [], fonts()
        for n, agreement in enumerate(made):
            file = folder / f"{n}.typ"
            file.write_text(ordinary_markup(json.loads(pdf.content(agreement))), encoding="utf-8")
            compiler = typst.Compiler(str(file), root=str(folder), font_paths=ours, ignore_system_fonts=True)
            out.append(only_compiling(compiler, ""))
        return out

    return {
        "Word: the writer": lambda: [functools.partial(write_docx, a, frame) for a in made],
        "Word: escape and zip the same XML": lambda: [only_zipping(write_docx(a, frame), frame) for a in made],
        "PDF: the writer": lambda: [functools.partial(write_pdf, a) for a in made],
        "PDF: typst, same data and template": same,
        "PDF: typst, same words, plain markup": ordinary,
    }


def serve(name: str, folder: Path) -> None:
    """Be one side: for each line read, make the next document and print what it cost (CPU and wall, ms)."""
    made: list[Agreement] = pickle.loads((folder / "agreements").read_bytes())
    jobs = iter(sides(made, folder)[name]())
    for _ in sys.stdin:
        job = next(jobs)
        wall, cpu = time.perf_counter(), time.process_time()
        job()
        print((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("-d", "--document", default="svc", help="one document type of the sample")
    parser.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve[0], Path(given.serve[1]))
        return
    made = agreements(given.document, given.rounds + 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "agreements").write_bytes(pickle.dumps(made))
        names = list(sides(made, folder))
        command = [sys.executable, __file__, "--serve"]
        workers = {
            n: subprocess.Popen([*command, n, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
            for n in names
        }

        def ask(name: str) -> tuple[float, float]:
            worker = workers[name]
            assert worker.stdin is not None
            assert worker.stdout is not None
            worker.stdin.write("\n")
            worker.stdin.flush()
            cpu, wall = worker.stdout.readline().split()
            return float(cpu), float(wall)

        first = {n: ask(n) for n in names}
        times: dict[str, list[tuple[float, float]]] = {n: [] for n in names}
        for turn in range(given.rounds):
            for n in names if turn % 2 else reversed(names):
                times[n].append(ask(n))
        for worker in workers.values():
            worker.communicate()
    print(f"{made[0].title}: {given.rounds} documents that differ in a name, after a first one; CPU milliseconds")
    print("                                          first     min  median  wall median   writer / this: min, median")
    for n in names:
        cpu, wall = [t[0] for t in times[n]], [t[1] for t in times[n]]
        ours = [t[0] for t in times[n.split(":")[0] + ": the writer"]]
        by_median = statistics.median(a / b for a, b in zip(ours, cpu, strict=True))
        shown = f"{first[n][0]:7.1f} {min(cpu):7.1f} {statistics.median(cpu):7.1f} {statistics.median(wall):12.1f}"
        print(f"  {n:38} {shown}   {min(ours) / min(cpu):18.2f} {by_median:7.2f}")


if __name__ == "__main__":
    main()
