"""One contract, Word and PDF, whole process: `agreements make` against a plain docxtpl script with LibreOffice.

The other side gets the same document as a docxtpl template: our own Word file without content controls, every
filled value replaced by a tag. A short script renders it with the same values, saves it and has LibreOffice
make the PDF. That side chooses no clause, checks nothing, and its LibreOffice has its profile folder ready.

Both sides run in turn, from a cold start each time; the ratio is taken pair by pair, so that a machine whose
speed changes does not matter. A third row is our first run on a computer, when nothing of the library is kept
from an earlier one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

PLAIN = """\
import json, subprocess, sys
from docxtpl import DocxTemplate

folder = sys.argv[1]
template = DocxTemplate(folder + "/template.docx")
with open(folder + "/values.json") as file:
    template.render(json.load(file), autoescape=True)
template.save(folder + "/plain.docx")
subprocess.run(
    ["soffice", "--headless", "-env:UserInstallation=file://" + folder + "/profile",
     "--convert-to", "pdf", "--outdir", folder, folder + "/plain.docx"],
    check=True, capture_output=True,
)
"""


def make_template(word: Path, folder: Path) -> tuple[int, int]:
    """Write template.docx and values.json; return how many tags and how many values there are."""
    values: dict[str, str] = {}
    names: dict[tuple[str, str], str] = {}
    tags = 0
    with zipfile.ZipFile(word) as old, zipfile.ZipFile(folder / "template.docx", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                tree = etree.fromstring(data)
                for control in list(tree.iter(f"{W}sdt")):
                    tag = control.find(f"{W}sdtPr/{W}tag")
                    said = "" if tag is None else str(tag.get(f"{W}val"))
                    inner = list(control.find(f"{W}sdtContent"))
                    if said.startswith("field:"):
                        text = words(inner)
                        key = names.setdefault((said, text), f"v{len(names)}")
                        values[key] = text
                        inner = [tagged(inner[0], key)]
                        tags += 1
                    parent = control.getparent()
                    place = parent.index(control)
                    parent.remove(control)
                    for child in reversed(inner):
                        parent.insert(place, child)
                data = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(name, data)
    (folder / "values.json").write_text(json.dumps(values))
    return tags, len(values)


def tagged(run: etree._Element, name: str) -> etree._Element:
    """Return a run that looks like ``run`` and holds the tag ``name``."""
    new = etree.Element(f"{W}r")
    look = run.find(f"{W}rPr")
    if look is not None:
        new.append(look)
    text = etree.SubElement(new, f"{W}t")
    text.set(SPACE, "preserve")
    text.text = f"{{{{ {name} }}}}"
    return new


def words(elements: list[etree._Element]) -> str:
    return "".join(t.text or "" for e in elements for t in e.iter(f"{W}t"))


def text_of(file: Path) -> str:
    with zipfile.ZipFile(file) as archive:
        return words([etree.fromstring(archive.read("word/document.xml"))])


def pages(file: Path) -> str:
    done = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=False)
    return next((line.split()[-1] for line in done.stdout.splitlines() if line.startswith("Pages:")), "?")


def timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Return (wall, CPU) seconds of ``command``, its children's included."""
    # Python keeps compiled modules, as it does unless told otherwise; both sides are installed that way.
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | environment
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=env)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", "--rounds", type=int, default=7)
    parser.add_argument("-d", "--document", default="svc", help="one document type of the sample")
    given = parser.parse_args()
    agreements = str(Path(sys.executable).parent / "agreements")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept, out = str(folder / "cache"), folder / "out"
        ours = [agreements, "make", "profiles/sample.yaml", "-d", given.document, "-o", str(out)]
        timed(ours, XDG_CACHE_HOME=kept)
        word = next(out.rglob("*.docx"))
        tags, values = make_template(word, folder)
        (folder / "plain.py").write_text(PLAIN)
        theirs = [sys.executable, str(folder / "plain.py"), str(folder)]
        timed(theirs)
        if text_of(folder / "plain.docx") != text_of(word):
            sys.exit("The two sides do not make the same words.")
        print(
            f"{word.stem}: {pages(word.with_suffix('.pdf'))} pages here, {pages(folder / 'plain.pdf')} by LibreOffice; "
            f"{tags} tags of {values} values; the same words in both Word files"
        )
        rows: dict[str, list[tuple[float, float]]] = {"docxtpl + LibreOffice": [], "make": [], "make, first time": []}
        for n in range(given.rounds):
            rows["docxtpl + LibreOffice"].append(timed(theirs))
            for label, cache in (("make", kept), ("make, first time", str(folder / f"cache{n}"))):
                shutil.rmtree(out)
                rows[label].append(timed(ours, XDG_CACHE_HOME=cache))
    base = rows["docxtpl + LibreOffice"]
    print(f"{given.rounds} rounds, seconds        wall min  median  CPU median   wall ratio: median (min–max)")
    for label, row in rows.items():
        ratios = sorted(a[0] / b[0] for a, b in zip(row, base, strict=True))
        walls, cpu = [r[0] for r in row], statistics.median(r[1] for r in row)
        shown = f"{statistics.median(ratios):.3f} ({ratios[0]:.3f}–{ratios[-1]:.3f})"
        print(f"  {label:22} {min(walls):11.3f} {statistics.median(walls):7.3f} {cpu:11.3f}   {shown}")


if __name__ == "__main__":
    main()
